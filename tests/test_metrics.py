"""Metrics for Prometheus: off by default, read by its own parser, and no visitor's way to them."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pytest
from helpers.staged_runs import stage_run
from prometheus_client.parser import text_string_to_metric_families

from mnist_core.errors import PictureError
from mnist_core.workspace import data_root
from ui.base import settings as settings_module
from ui.base.meter import OFF, Meter, meter, use_meter
from ui.base.settings import check
from ui.draw import answer_count
from ui.draw.answer_count import count_answer
from ui.server.metrics import exported_metrics
from ui.server.run_events import RunEvents
from ui.server.server import on_unexpected_error
from ui.shell import page

ROOT = Path(__file__).parents[1]
Figures = dict[tuple[str, ...], float]


@pytest.fixture(autouse=True)
def off_again() -> Iterator[None]:
    yield
    use_meter(OFF)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the port that the owner has chosen for metrics."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    monkeypatch.setenv("INKLING_METRICS_PORT", str(number))
    return int(number)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return a session state, without a session."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(answer_count.st, "session_state", kept)
    return kept


def scrape(port: int) -> Figures:
    """Return what Prometheus reads: each figure, by its name and the values of its labels."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def picture(value: int) -> np.ndarray:
    return np.full((4, 4), value, np.uint8)


def test_nothing_is_counted_or_served_unless_it_was_asked_for(state):
    with exported_metrics(RunEvents()):
        assert meter() is OFF
        count_answer(picture(1), SimpleNamespace(verdict="digit"), False, 0.0)
    assert not state


@pytest.mark.slow
def test_without_the_setting_nothing_of_it_is_loaded():
    code = "import sys, ui.server.server; print({'prometheus_client', 'mlflow'} & {*sys.modules})"
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"


def test_strokes_and_their_times_are_counted_once_each(port, state):
    with exported_metrics(RunEvents()):
        for value, verdict, is_number in [(1, "digit", False), (1, "digit", False)] + [
            (2, "not a digit", False),
            (3, "digit", True),
        ]:
            reading = SimpleNamespace(verdict=verdict)
            count_answer(picture(value), reading, is_number, time.perf_counter() - 0.2)
        count_answer(None, None, False, 0.0)
        figures = scrape(port)
    assert figures["inkling_strokes_total", "digit"] == 1  # the same picture twice is one
    assert figures["inkling_strokes_total", "not a digit"] == 1
    assert figures["inkling_strokes_total", "number"] == 1
    assert figures["inkling_strokes_total", "blank"] == 0
    assert figures["inkling_answer_seconds_count",] == 3
    assert 0.6 <= figures["inkling_answer_seconds_sum",] < 3
    assert figures["inkling_answer_seconds_bucket", "0.1"] == 0
    assert figures["inkling_answer_seconds_bucket", "+Inf"] == 3


def test_runs_are_counted_by_state(port):
    stage_run("finished")
    stage_run("stopped")
    events = RunEvents()
    events.poll()
    with exported_metrics(events):
        first = scrape(port)
        stage_run("finished")
        for _, changed in events.poll():
            meter().run(changed)
        then = scrape(port)
    assert first["inkling_runs", "finished"] == 1
    assert then["inkling_runs", "finished"] == 2
    assert then["inkling_runs", "stopped"] == 1
    assert then["inkling_runs", "failed"] == 0
    assert first["inkling_run_changes_total", "finished"] == 0
    assert then["inkling_run_changes_total", "finished"] == 1


def test_refusals_and_errors_are_counted(port, monkeypatch):
    monkeypatch.setattr(page.st, "session_state", {})
    with exported_metrics(RunEvents()):
        page.log_user_error(PictureError("too large"))
        on_unexpected_error(ValueError("surprise"))
        figures = scrape(port)
    assert figures["inkling_refusals_total", "PictureError"] == 1
    assert figures["inkling_unexpected_errors_total",] == 1


def test_memory_disk_and_visits_are_read_off_the_machine(port):
    with exported_metrics(RunEvents()):
        figures = scrape(port)
    assert 10e6 < figures["inkling_memory_bytes",] < 100e9
    assert figures["inkling_memory_free_bytes",] > 0
    assert figures["inkling_disk_free_bytes",] > 0
    assert figures["inkling_visits_open",] == 0
    assert data_root().name not in str(figures)


def test_names_follow_the_rules_of_prometheus(port):
    with (
        exported_metrics(RunEvents()),
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer,
    ):
        families = [*text_string_to_metric_families(answer.read().decode())]
    own = [family for family in families if family.name.startswith("inkling_")]
    assert len(own) > 8
    for family in own:
        assert family.documentation
        names = {sample.name for sample in family.samples}
        if family.type == "counter":
            assert all(name.endswith(("_total", "_created")) for name in names)
        assert not any(unit in family.name for unit in ("_ms", "_mb", "_minutes", "_percent"))


def test_they_are_served_on_this_machine_only_and_end_with_the_server(port):
    with exported_metrics(RunEvents()):
        meter_in_use: Meter = meter()
        with pytest.raises(OSError), socket.create_connection((own_address(), port), timeout=2):
            pass
        assert meter_in_use is not OFF
    with pytest.raises(URLError):
        scrape(port)
    assert meter() is OFF


def own_address() -> str:
    """Return an address of this machine that others would use, or another one of its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        try:
            outward.connect(("192.0.2.1", 9))
            return str(outward.getsockname()[0])
        except OSError:
            return "127.0.0.2"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """Return the events that are logged."""
    events: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(
        "ui.server.metrics.log", lambda event, *_, **facts: events.append((event, facts))
    )
    return events


def test_a_port_that_is_taken_costs_the_metrics_but_not_the_app(port, logged):
    with socket.create_server(("127.0.0.1", port)), exported_metrics(RunEvents()):
        assert meter() is OFF
    ((event, facts),) = logged
    assert event == "no metrics"
    assert str(port) in str(facts["address"])


def test_the_port_of_the_app_is_not_for_metrics(monkeypatch, logged):
    import streamlit as st

    monkeypatch.setenv("INKLING_METRICS_PORT", str(st.get_option("server.port")))
    with exported_metrics(RunEvents()):
        assert meter() is OFF
    assert "the port of the app" in str(logged)


@pytest.mark.parametrize(
    ("name", "value", "module"),
    [
        ("INKLING_METRICS_PORT", "9100", "prometheus_client"),
        ("INKLING_MLFLOW", "http://127.0.0.1:5000", "mlflow"),
    ],
)
def test_without_the_extra_the_start_says_how_to_get_it(monkeypatch, name, value, module):
    check()
    monkeypatch.setenv(name, value)
    check()
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SystemExit) as told:
        check()
    assert str(told.value) == (
        f"Inkling cannot start: {name} is set. This needs {module}, which is not installed. "
        "To install it: pip install '.[monitoring]'"
    )


def test_every_setting_that_needs_an_extra_is_one():
    assert settings_module.EXTRAS.keys() <= settings_module.Settings.model_fields.keys()
