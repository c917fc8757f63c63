"""Sweeps: what varies, what is refused before any trial, and which combination is the best."""

import os
import time
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.cli.main import main
from mnist_core.cli.sweep import has_ended, say_result
from mnist_core.errors import RecipeError, RunError
from mnist_core.locks import lock
from mnist_core.recipes.catalog import RECIPES
from mnist_core.recipes.recipe import SETTINGS
from mnist_core.runs.run import now
from mnist_core.runs.status import Epoch
from mnist_core.sweeps.importance import importance_of
from mnist_core.sweeps.process import forget_earlier_stop, stop_sweep
from mnist_core.sweeps.space import (
    MOST_SEEDS,
    Choices,
    Range,
    parse_seeds,
    parse_variation,
    parse_variations,
)
from mnist_core.sweeps.sweep import Sweep, list_sweeps, new_sweep, open_sweep
from mnist_core.sweeps.trial import FollowedRun
from mnist_core.sweeps.tuner import interruption, run_sweep

PEN, QUICK = RECIPES["pen-cnn"], RECIPES["quick-cnn"]
RATES = st.floats(1e-7, 1)

# What varies


@given(RATES, RATES)
def test_a_range_is_kept_to_the_last_digit_or_refused_if_reversed(low, high):
    text = f"learning_rate={low}..{high}"
    if low >= high:
        with pytest.raises(RecipeError, match="smaller number to a larger one"):
            parse_variation(PEN, text)
    else:
        assert parse_variation(PEN, text) == Range("learning_rate", low, high)


@pytest.mark.parametrize(
    ("text", "whole", "logarithmic"),
    [
        ("learning_rate=1e-4..1e-2", False, True),
        ("learning_rate=1e-5..1e-3", False, True),  # whose ratio in floats is not quite 100
        ("learning_rate=1e-4..9e-3", False, False),
        ("dropout=0..0.5", False, False),
        ("epochs=1..100", True, True),
        ("epochs=2..100", True, False),
        (" batch_size = 32 .. 256 ", True, False),
    ],
)
def test_a_range_is_logarithmic_from_a_hundredfold_on_and_whole_where_the_setting_is(
    text, whole, logarithmic
):
    found = parse_variation(PEN, text)
    assert isinstance(found, Range)
    assert (found.is_whole, found.is_logarithmic) == (whole, logarithmic)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6, unique=True))
def test_choices_are_what_a_recipe_takes(epochs):
    found = parse_variation(PEN, "epochs=" + "/".join(map(str, epochs)))
    assert isinstance(found, Choices)
    assert [PEN.with_settings([f"epochs={value}"]).epochs for value in found.values] == epochs


def test_a_comma_stays_within_a_choice():
    found = parse_variation(QUICK, "filters=16,32/32,64")
    assert found == Choices("filters", ("16,32", "32,64"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("learning_speed=1..2", "Received: learning_speed"),
        ("learning_rate", "SETTING=A..B"),
        ("learning_rate=", "a number"),
        ("learning_rate=1e-2..1e-4", "smaller number to a larger one"),
        ("learning_rate=1e-3..1e-3", "smaller number to a larger one"),
        ("learning_rate=..1e-3", "a number"),
        ("learning_rate=0..1", "from 0.0000001 to 1"),
        ("learning_rate=1e-4..nan", "a number"),
        ("learning_rate=1e-4..inf", "from 0.0000001 to 1"),
        ("epochs=1..2.5", "a whole number"),
        ("epochs=5/5", "differ"),
        ("epochs=5//6", "a whole number"),
        ("network=mlp..pen-cnn", "not a number"),
        ("network=mlp/elephant", "Expected network"),
        ("seed=0..4", "--seeds"),
        ("validation_share=0.1/0.2", "different validation digits"),
        ("split=last/random", "different validation digits"),
        ("averaging=0/0.99", "averaged after the last epoch"),
        ("x" * 5000, "SETTING=A..B"),
    ],
)
def test_what_cannot_vary_is_refused_before_any_trial(data_root, text, words):
    result = CliRunner().invoke(
        main, ["sweep", "--recipe", "quick-cnn", "--data", "uci-digits", "--vary", text]
    )
    assert result.exit_code == 1
    assert words in result.output and "Traceback" not in result.output
    assert not list(data_root.iterdir())


@given(st.text(max_size=40), st.sampled_from(SETTINGS))
def test_any_text_is_understood_or_refused(text, setting):
    for one in (text, f"{setting}={text}"):
        try:
            parse_variations(QUICK, (one,))
        except RecipeError as problem:
            assert str(problem)


def test_each_setting_varies_once():
    with pytest.raises(RecipeError, match="Received epochs twice"):
        parse_variations(QUICK, ("epochs=1..2", "epochs=3/4"))
    with pytest.raises(RecipeError, match="at least one"):
        parse_variations(QUICK, ())


def test_a_network_that_is_impossible_is_refused():
    with pytest.raises(RecipeError, match="pen-cnn with filters=16,32: Expected at least three"):
        parse_variations(PEN, ("filters=8,16,32/16,32",))


# Seeds


@given(st.integers(0, 2**31 - 1), st.integers(0, MOST_SEEDS - 1))
def test_seeds_are_counted_with_both_ends(first, more):
    last = min(first + more, 2**31 - 1)
    assert parse_seeds(f"{first}-{last}") == tuple(range(first, last + 1))


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=20, unique=True))
def test_seeds_keep_their_order(seeds):
    assert parse_seeds(",".join(map(str, seeds))) == tuple(seeds)


@pytest.mark.parametrize(
    "text", ["", "a", "4-0", "1-", "-1", "1,1", "0-3,2", "0-100", "2147483648", "1 2", "1--2", "²"]
)
def test_other_seeds_are_refused(data_root, text):
    result = CliRunner().invoke(
        main, ["sweep", "--recipe", "quick-cnn", "--vary", "epochs=1/2", f"--seeds={text}"]
    )
    assert (result.exit_code, "Expected" in result.output) == (1, True), result.output
    assert not list(data_root.iterdir())


# What else is refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vary", "epochs=1/2"], "exactly one of --recipe NAME and --resume SWEEP"),
        (["--recipe", "quick-cnn"], "at least one setting to vary"),
        (["--recipe", "quick-cnn", "--vary", "epochs=1/2", "--on", "dask"], "ray://head:10001"),
        (["--recipe", "quick-cnn", "--vary", "epochs=1/2", "--trials", "0"], "trials"),
        (["--recipe", "quick-cnn", "--vary", "epochs=1/2", "--set", "speed=1"], "KEY=VALUE"),
        (
            ["--recipe", "quick-cnn", "--vary", "epochs=1/2", "--seeds", "0-4", "--trials", "4"],
            "at least as many trials as seeds, 5",
        ),
        (["--recipe", "softmax", "--vary", "epochs=1/2"], "--set validation_share=0.1"),
        (["--resume", "nothing"], "There is no sweep nothing"),
        (["--resume", "nothing", "--minutes", "3"], "goes on as it was asked for"),
        (["--resume", "nothing", "--trials", "50"], "Expected --resume without --trials"),
        (["--resume", "../runs"], "There is no sweep"),
    ],
)
def test_a_wrong_command_says_what_was_expected(data_root, arguments, words):
    result = CliRunner().invoke(main, ["sweep", *arguments])
    assert result.exit_code in (1, 2)
    assert words in result.output and "Traceback" not in result.output
    assert not list(data_root.iterdir())


# A sweep on disk


@pytest.fixture
def sweep() -> Sweep:
    return new_sweep(
        QUICK, "uci-digits", vary=("learning_rate=1e-4..1e-2",), seeds=(0, 1), trials=6
    )


def train(sweep: Sweep, trial: str, rate: str, seed: int, accuracy: float | None) -> None:
    """Pretend that a trial was trained; one without an accuracy has failed."""
    run = sweep.run_of(trial, {"learning_rate": rate}, seed)
    run.record(Epoch(1, 0.5, 0.9, 0.4, 0.999, 2.0))  # the best, but not what its model is of
    run.record(Epoch(2, 0.1, 0.9, 0.9, accuracy or 0.99, 2.0))
    run.set_state("failed" if accuracy is None else "finished", started=now())


def test_a_sweep_is_what_was_asked_for_also_after_a_crash(sweep):
    assert open_sweep(sweep.id) == sweep
    (sweep.folder / "sweep.json").write_text("{}")
    with pytest.raises(RunError, match=r"sweep\.json is damaged"):
        open_sweep(sweep.id)


def test_a_sweep_over_what_cannot_vary_any_more_does_not_hide_the_others(sweep):
    other = new_sweep(QUICK, "uci-digits", vary=("dropout=0/0.5",), seeds=(0,), trials=2)
    file = other.folder / "sweep.json"
    file.write_text(file.read_text().replace("dropout=0/0.5", "averaging=0/0.99"))
    with pytest.raises(RunError, match="averaging cannot vary"):
        open_sweep(other.id)
    assert list_sweeps() == [sweep]


def test_a_trial_that_is_taken_up_again_has_the_same_run(sweep):
    first = sweep.run_of("a1", {"learning_rate": "0.003"}, 1)
    assert (first.recipe.learning_rate, first.recipe.seed) == (0.003, 1)
    assert sweep.run_of("a1", {"learning_rate": "0.003"}, 1) == first
    assert [trial.run for trial in sweep.list_trials()] == [first]


def test_the_best_combination_is_so_in_the_mean_of_its_seeds(sweep):
    train(sweep, "a", "0.001", 0, 0.99)
    train(sweep, "b", "0.001", 1, 0.91)
    train(sweep, "c", "0.002", 0, 0.96)
    train(sweep, "d", "0.002", 1, 0.97)
    train(sweep, "e", "0.003", 0, None)
    found = sweep.combinations()
    assert [one.settings["learning_rate"] for one in found] == ["0.002", "0.001", "0.003"]
    assert [one.score for one in found] == pytest.approx([0.965, 0.95, 0])
    assert found[0].best.run.id == f"{sweep.id}-d"


def test_a_trial_that_was_stopped_counts_with_its_best_epoch(sweep):
    run = sweep.run_of("a", {"learning_rate": "0.001"}, 0)
    run.record(Epoch(1, 0.5, 0.9, 0.4, 0.97, 2.0))
    assert sweep.list_trials()[0].score == 0.97


def test_a_trial_that_has_just_begun_does_not_count_yet(sweep):
    train(sweep, "a", "0.001", 0, 0.9)
    sweep.run_of("b", {"learning_rate": "0.001"}, 1)
    sweep.run_of("c", {"learning_rate": "0.002"}, 0)
    found = sweep.combinations()
    assert [(one.score, one.has_score) for one in found] == [(0.9, True), (0.0, False)]
    first, *waiting = sweep.list_trials()
    assert has_ended(first) and not any(map(has_ended, waiting))  # the command names the ended ones


def test_a_varied_number_of_epochs_counts_up_to_its_end():
    vary = ("epochs=2..9",)
    assert new_sweep(QUICK, "mnist", vary=vary, seeds=(0,), trials=1).most_epochs == 9
    vary = ("epochs=30/4/8",)
    assert new_sweep(QUICK, "mnist", vary=vary, seeds=(0,), trials=1).most_epochs == 30


# A trial, as the worker of Ray follows it


def follow(sweep: Sweep, trial: str, rate: str = "0.001") -> FollowedRun:
    return FollowedRun(sweep.folder, trial, {"learning_rate": rate}, 0)


def test_a_finished_run_is_read_again_and_not_trained_again(sweep):
    train(sweep, "a", "0.001", 0, 0.97)
    followed = follow(sweep, "a")
    assert followed.next_report() == {"score": 0.97, "epoch": 1}
    assert followed.next_report() == {"score": 0.97, "epoch": 2, "done": True}


def test_a_run_that_failed_is_worth_nothing(sweep):
    train(sweep, "a", "0.001", 0, None)
    followed = follow(sweep, "a")
    followed.next_report()
    assert followed.next_report() == {"score": 0.0, "epoch": 2, "done": True}


@pytest.mark.parametrize("state", ["stopped", "running"])
def test_a_run_that_did_not_end_goes_on(sweep, monkeypatch, state):
    started = []
    monkeypatch.setattr(FollowedRun, "start", lambda self: started.append(self.run.id))
    sweep.run_of("a", {"learning_rate": "0.001"}, 0).set_state(state)
    follow(sweep, "a")
    assert started == [f"{sweep.id}-a"]


def test_a_run_whose_process_was_killed_is_tried_again_by_tune(sweep, monkeypatch):
    monkeypatch.setattr(FollowedRun, "start", lambda self: None)
    sweep.run_of("a", {"learning_rate": "0.001"}, 0).set_state("running")
    with pytest.raises(RunError, match="killed"):
        follow(sweep, "a").next_report()


# Which setting matters


def test_the_setting_that_decides_matters_most():
    sweep = new_sweep(
        QUICK, "mnist", vary=("learning_rate=1e-4..1e-2", "dropout=0/0.5"), seeds=(0,), trials=20
    )
    for i in range(20):
        rate = 10 ** (-4 + i / 10)
        settings = {"learning_rate": str(rate), "dropout": ("0", "0.5")[i % 2]}
        run = sweep.run_of(str(i), settings, 0)
        run.record(Epoch(1, 0.5, 0.9, 0.4, 0.5 + i / 50, 2.0))
    found = sweep.combinations()
    shares = importance_of(sweep, found)
    assert [*shares] == ["learning_rate", "dropout"]
    assert sum(shares.values()) == pytest.approx(1) and shares["learning_rate"] > 0.8
    assert importance_of(sweep, found[:7]) == {}


def test_two_processes_do_not_work_on_one_sweep(sweep):
    with lock(sweep.lock_file), pytest.raises(RunError, match="Another process works on"):
        run_sweep(sweep, cluster=None, workers=1)


def test_somebody_who_asks_it_to_stop_interrupts_a_sweep_also_from_another_machine(sweep):
    with lock(sweep.lock_file), pytest.raises(KeyboardInterrupt), interruption(sweep):
        stop_sweep(sweep)
        for _ in range(300):
            time.sleep(0.1)  # a longer one would go on to its end


def test_a_sweep_that_is_stopped_while_it_is_being_started_trains_nothing(sweep, monkeypatch):
    monkeypatch.setattr("mnist_core.sweeps.tuner.run_on", lambda *rest: pytest.fail("it began"))
    stop_sweep(sweep)
    forget_earlier_stop(sweep)
    assert run_sweep(sweep, cluster=None, workers=1) == 6


def test_a_stop_from_before_is_forgotten_when_a_sweep_goes_on(sweep):
    stop_sweep(sweep)
    os.utime(sweep.stop_mark, (0, 0))
    forget_earlier_stop(sweep)
    assert not sweep.stop_mark.exists()
    forget_earlier_stop(sweep)


def test_a_sweep_whose_time_is_up_says_so(sweep):
    with pytest.raises(KeyboardInterrupt), interruption(replace(sweep, minutes=1e-6)):
        for _ in range(300):
            time.sleep(0.1)
    assert "time limit" in sweep.stop_mark.read_text(encoding="utf-8")


def test_the_best_is_told_with_the_command_that_trains_it_again(sweep, capsys):
    say_result(sweep)
    assert "No trial has finished an epoch." in capsys.readouterr().out
    train(sweep, "1", "0.002", 1, 0.9)
    say_result(sweep)
    said = capsys.readouterr().out
    command = said.partition("python -m mnist_core train ")[2].split()
    assert command[:4] == ["--recipe", "quick-cnn", "--data", "uci-digits"]
    assert "learning_rate=0.002" in command and "seed=1" in command
    settings = command[5::2]
    assert QUICK.with_settings(settings) == replace(QUICK, learning_rate=0.002, seed=1)
