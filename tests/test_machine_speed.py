"""The speed of the machine, and what it does to the time that is promised."""

import math
import os
import subprocess
from dataclasses import replace

import pytest

from mnist_core import processors
from mnist_core.inference.litert import Network
from mnist_core.models.cards import Card
from mnist_core.models.registry import SHIPPED
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs import machine_speed
from mnist_core.runs.estimate import SPEED, estimate_seconds, seconds_to_result
from mnist_core.runs.machine_speed import REFERENCE_SPEED
from mnist_core.runs.store import new_run

QUICK, PLAIN = find_recipe("quick-cnn"), find_recipe("tutorial-mlp")


@pytest.mark.slow
def test_a_machine_has_a_speed(speed_of_this_machine):
    assert 1e6 < speed_of_this_machine() < 1e15


@pytest.mark.slow
def test_measuring_leaves_the_calling_process_its_priority(speed_of_this_machine):
    before = os.nice(0)
    assert speed_of_this_machine()
    assert os.nice(0) == before


@pytest.mark.parametrize("printed", ["", "nan of something"])
def test_what_cannot_be_measured_is_unknown(monkeypatch, speed_of_this_machine, printed):
    done = subprocess.CompletedProcess([], 0, stdout=printed)
    monkeypatch.setattr(machine_speed.subprocess, "run", lambda *a, **k: done)
    assert speed_of_this_machine() is None


def test_a_process_that_cannot_be_started_leaves_it_unknown(monkeypatch, speed_of_this_machine):
    monkeypatch.setattr(machine_speed.sys, "executable", "/no/such/python")
    assert speed_of_this_machine() is None


@pytest.mark.parametrize(
    ("cpu_seconds", "cores", "slower"),
    [
        (3.0, 2, 1),  # alone on two cores
        (0.75, 2, 2),  # a quarter of each of them
        (0.15, 0.1, 20),  # a container's tenth of a core, and nobody else
        (1.5, 1, 2),
    ],
)
def test_other_work_counts_by_half_and_a_limit_in_full(cpu_seconds, cores, slower):
    per_core = REFERENCE_SPEED / 2
    speed = machine_speed.speed_of(round(per_core * cpu_seconds), cpu_seconds, 1.5, cores)
    assert speed == pytest.approx(REFERENCE_SPEED / slower)


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, math.inf),
        ({"cpu.max": "max 100000"}, math.inf),
        ({"cpu.max": "7800 100000\n"}, 0.078),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0.5),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, math.inf),
    ],
)
def test_what_a_container_grants_is_known(monkeypatch, tmp_path, files, cores):
    (tmp_path / "cpu").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(machine_speed, "CGROUPS", tmp_path)
    assert machine_speed.cpu_quota() == cores
    assert machine_speed.allowed_cores() == min(cores, processors.cores())


def test_a_network_uses_no_more_cores_than_the_process_may(monkeypatch):
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3}, raising=False)
    assert Network(SHIPPED / "softmax" / "model.tflite").threads == 1


def test_without_a_measurement_the_reference_counts():
    assert estimate_seconds(QUICK, 55_000) == estimate_seconds(QUICK, 55_000, REFERENCE_SPEED)


@pytest.mark.parametrize("slower", [2, 20])
def test_on_a_slow_machine_everything_takes_longer_in_proportion(slower):
    speed = REFERENCE_SPEED / slower
    assert estimate_seconds(QUICK, 55_000, speed) == pytest.approx(
        slower * estimate_seconds(QUICK, 55_000)
    )
    assert seconds_to_result(QUICK, 55_000, speed) == pytest.approx(
        slower * seconds_to_result(QUICK, 55_000)
    )


def finished(seconds: float, **values: float) -> None:
    """A finished run of the quick CNN on 55,000 digits."""
    run = new_run(QUICK, "mnist", state="finished", **values)
    shipped = Card.read(SHIPPED / "quick-cnn" / "card.json")
    replace(shipped, seconds=seconds).write(run.folder / "card.json")
    row = dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy", "seconds"), 0.5)
    run.write_history([{**row, "epoch": epoch} for epoch in (1, 2)])


def test_a_run_from_when_the_machine_was_busy_does_not_count_as_slow():
    finished(200, **{SPEED: REFERENCE_SPEED / 10})
    assert estimate_seconds(QUICK, 55_000, REFERENCE_SPEED) == pytest.approx(20)
    assert estimate_seconds(QUICK, 55_000, REFERENCE_SPEED / 10) == pytest.approx(200)


def test_a_run_of_unknown_speed_counts_as_it_was():
    finished(30)
    for speed in (REFERENCE_SPEED, REFERENCE_SPEED / 10):
        assert estimate_seconds(QUICK, 55_000, speed) == pytest.approx(30)


def test_a_run_of_another_network_carries_over_at_the_speed_of_now():
    before = estimate_seconds(PLAIN, 48_000)
    finished(3 * estimate_seconds(QUICK, 55_000), **{SPEED: REFERENCE_SPEED})
    assert estimate_seconds(PLAIN, 48_000, REFERENCE_SPEED / 2) == pytest.approx(6 * before)
