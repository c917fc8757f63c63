import csv
import json

import pytest

from mnist_core import Reader, load_reader
from mnist_core.data import load_dataset
from mnist_core.errors import ModelError, RunError
from mnist_core.pipeline import execute, target_of
from mnist_core.registry import FILES, list_models, open_card
from mnist_core.runs import HISTORY, new_run, open_run


@pytest.fixture(scope="module")
def dataset():
    return load_dataset("uci-digits")


def test_a_run_makes_a_whole_model(tiny_recipe, dataset):
    run = new_run(tiny_recipe, "uci-digits", "mine")
    card = execute(run, dataset)
    folder = target_of(run)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert open_card(folder) == card
    assert "mine" in list_models()
    assert load_reader("mine").name == "mine"


def test_its_card_says_what_is_needed_to_repeat_it(tiny_recipe, dataset):
    card = execute(new_run(tiny_recipe, "uci-digits", "mine"), dataset)
    assert card.recipe == tiny_recipe
    assert card.data == {
        "name": "uci-digits",
        "fingerprint": dataset.train.fingerprint(),
        "trained_on": 1189,
        "held_out": 108,
    }
    assert {"python", "keras", "numpy", "ai-edge-litert"} <= set(card.versions)
    assert "108 digits held out" in card.calibration.fitted_on
    assert {name: m.n for name, m in card.metrics.items()} == {
        "uci-digits-test": 500,
        "held-out": 108,
    }
    for metrics in card.metrics.values():
        low, high = metrics.interval
        assert low < metrics.accuracy < high


def test_the_model_is_saved_without_its_optimisers_state(tiny_recipe, dataset):
    import keras

    run = new_run(tiny_recipe, "uci-digits", "mine")
    execute(run, dataset)
    model = keras.models.load_model(target_of(run) / "model.keras")
    assert getattr(model, "optimizer", None) is None
    assert keras.models.load_model(run.checkpoint).optimizer is not None


def test_an_unnamed_model_stays_in_its_run(tiny_recipe, dataset):
    run = new_run(tiny_recipe, "uci-digits")
    execute(run, dataset)
    assert target_of(run) == run.folder / "model"
    assert Reader(run.folder / "model").name == run.id
    assert run.id not in list_models()


def test_an_older_model_is_kept_and_no_time_is_lost_on_finding_out(tiny_recipe, dataset):
    execute(new_run(tiny_recipe, "uci-digits", "mine"), dataset)
    before = (target_of(new_run(tiny_recipe, "uci-digits", "mine")) / "card.json").read_bytes()
    again = new_run(tiny_recipe, "uci-digits", "mine")
    with pytest.raises(ModelError, match="--force"):
        execute(again, dataset, on_step=lambda step: pytest.fail("it trained first"))
    assert (target_of(again) / "card.json").read_bytes() == before
    execute(again, dataset, force=True)
    assert (target_of(again) / "card.json").read_bytes() != before


def test_a_run_that_was_cut_off_goes_on(tiny_recipe, dataset):
    recipe = tiny_recipe.with_settings(["epochs=2"])
    run = new_run(recipe, "uci-digits", "mine")

    def cut(epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(run, dataset, on_epoch=cut)
    assert not target_of(run).exists()
    execute(open_run(run.id), dataset)
    with (target_of(run) / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HISTORY
    assert [row["epoch"] for row in rows] == ["1", "2"]


def test_a_damaged_checkpoint_is_told(tiny_recipe, dataset):
    run = new_run(tiny_recipe, "uci-digits")
    run.checkpoint.write_bytes(b"PK\x03\x04")
    with pytest.raises(RunError, match="checkpoint.keras is damaged"):
        execute(run, dataset)


def test_without_digits_held_out_others_stand_in_for_them(tiny_recipe, dataset):
    recipe = tiny_recipe.with_settings(["validation_share=0"])
    card = execute(new_run(recipe, "uci-digits"), dataset)
    assert "1,297 digits it was trained on" in card.calibration.fitted_on
    assert set(card.metrics) == {"uci-digits-test"}


def test_a_run_comes_back_as_it_was(tiny_recipe):
    run = new_run(tiny_recipe, "uci-digits", "mine", ship=True)
    assert open_run(run.id) == run


@pytest.mark.parametrize("name", ["nothing", "../models", ""])
def test_an_unknown_run_is_told(name):
    with pytest.raises(RunError, match="There is no run"):
        open_run(name or "..")


def test_a_damaged_run_is_told(tiny_recipe):
    run = new_run(tiny_recipe, "uci-digits")
    (run.folder / "run.json").write_text(json.dumps({"id": run.id}))
    with pytest.raises(RunError, match="damaged"):
        open_run(run.id)


def test_a_history_cut_off_in_its_last_line_is_read_up_to_there(tiny_recipe):
    run = new_run(tiny_recipe, "uci-digits")
    (run.folder / "history.csv").write_text(
        "epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,0.5,0.8,0.4,0.9,2.0\n2,0.4,0.8"
    )
    assert [row["epoch"] for row in run.history()] == [1]
