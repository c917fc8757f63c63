import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import Mock

import keras
import numpy as np
import pytest
from helpers.staged_runs import Listener

from mnist_core import Reader, load_reader
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset
from mnist_core.errors import ModelError, RecipeError, RunError
from mnist_core.evaluation import test_sets
from mnist_core.evaluation.output_cache import is_cached
from mnist_core.inference.litert import Network
from mnist_core.models.cards import Card
from mnist_core.models.registry import FILES, list_models, open_card
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.history import HISTORY, best_row
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs, new_run, open_run
from mnist_core.training.checkpoints import save_checkpoint
from mnist_core.training.export import round_weights
from mnist_core.training.networks import build_network
from mnist_core.training.pipeline import finish, train
from mnist_core.training.trainers import next_epoch


def fail(_):
    pytest.fail("it trained")


UNHEARD = Listener(step=fail, epoch=fail)


@pytest.fixture(autouse=True)
def no_mnist(monkeypatch):
    """Ten thousand digits more to measure on take their time."""
    monkeypatch.setattr("mnist_core.evaluation.test_sets.local_mnist", lambda: None)


@pytest.fixture(scope="module")
def dataset():
    return load_dataset("uci-digits")


@contextmanager
def data_root_at(folder: Path) -> Iterator[None]:
    """Let another folder be the data root, where MNIST is not either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKLING_HOME", str(folder))
        patch.setattr("mnist_core.evaluation.test_sets.local_mnist", lambda: None)
        yield


@pytest.fixture(scope="module")
def kept(tmp_path_factory, tiny_recipe, dataset) -> Callable[[str, Path], tuple[Run, Card]]:
    """Return a function that copies a data root with one run, and returns the run and its card.

    "made" is a run that has made the model "mine"; "early" was stopped after one of three epochs
    and finished. Each is trained once, which takes seconds.
    """
    roots: dict[str, tuple[Path, str, Card]] = {}

    def copy(kind: str, data_root: Path) -> tuple[Run, Card]:
        if kind not in roots:
            root = tmp_path_factory.mktemp(kind)
            with data_root_at(root):
                if kind == "made":
                    run = new_run(tiny_recipe, "uci-digits", "mine")
                    card = train(run, dataset)
                else:
                    run = new_run(tiny_recipe.with_settings(["epochs=3"]), "uci-digits")
                    stop_after_one_epoch(run, dataset)
                    card = finish(run, dataset)
            roots[kind] = root, run.id, card
        root, run_id, card = roots[kind]
        shutil.copytree(root, data_root, dirs_exist_ok=True)
        return open_run(run_id), card

    return copy


@pytest.fixture
def made(kept, data_root) -> tuple[Run, Card]:
    """A run that has made the model "mine", and the card that training returned."""
    return kept("made", data_root)


@pytest.fixture
def finished_early(kept, data_root) -> Run:
    """A run that was stopped after one of three epochs, and finished."""
    return kept("early", data_root)[0]


def test_a_run_makes_a_whole_model(made):
    run, card = made
    folder = run.output_dir
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert open_card(folder) == run.card() == card
    assert "mine" in list_models()
    assert load_reader("mine").name == "mine"


def test_a_browser_gets_the_kernels_of_a_model_without_loss(made):
    run, _ = made
    network = keras.models.load_model(run.output_dir / "model.keras", compile=False)
    kernels = [weights for weights in network.get_weights() if weights.ndim > 1]
    assert len(kernels) == 4  # two convolutions, two dense layers
    for kernel in kernels:
        np.testing.assert_array_equal(kernel, kernel.astype(np.float16))


def test_training_begins_with_the_weights_of_another_model(made, tiny_recipe, dataset):
    _, card = made
    recipe = tiny_recipe.with_settings(["pretrained=mine", "learning_rate=1e-7"])
    again = train(new_run(recipe, "uci-digits", "again"), dataset)
    expected = card.metrics["uci-digits-test"].accuracy
    assert "held-out" in card.metrics and "held-out" not in again.metrics
    assert again.before["uci-digits-test"].accuracy == pytest.approx(expected, abs=1e-9)
    other = tiny_recipe.with_settings(["pretrained=mine", "hidden=17"])
    with pytest.raises(RecipeError, match="whose layers have other shapes"):
        train(new_run(other, "uci-digits", "other"), dataset)


@pytest.mark.parametrize(("saved", "expected"), [(None, 0), (1, 1), (3, 2)])
def test_a_run_goes_on_with_the_pictures_of_its_next_epoch(tiny_recipe, data_root, saved, expected):
    run = new_run(tiny_recipe.with_settings(["epochs=3"]), "uci-digits")
    if saved:
        save_checkpoint(build_network(run.recipe), run.checkpoint, saved)
    assert next_epoch(run) == expected


def test_averaged_weights_are_found_again_after_a_kill_before_packaging(
    tiny_recipe, dataset, monkeypatch
):
    recipe = tiny_recipe.with_settings(["averaging=0.9"])
    whole, cut_off = (new_run(recipe, "uci-digits", name) for name in ("whole", "cut-off"))
    train(whole, dataset)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("mnist_core.training.pipeline.package", Mock(side_effect=KeyboardInterrupt))
        train(cut_off, dataset)
    train(cut_off, dataset)
    one, other = (
        keras.models.load_model(run.output_dir / "model.keras", compile=False).get_weights()
        for run in (whole, cut_off)
    )
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-3, atol=1e-5)


def test_a_model_that_ships_brings_its_outputs_for_the_test_sets(
    tiny_recipe, dataset, tmp_path, monkeypatch
):
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", tmp_path)
    monkeypatch.setattr("mnist_core.training.packaging.EVALUATED_IN_APP", {"uci-digits-test"})
    run = new_run(tiny_recipe, "uci-digits", ship=True)
    train(run, dataset)
    reader = Reader(run.output_dir)
    assert run.output_dir.parent == tmp_path
    assert is_cached(reader, dataset.test, "logits")
    assert [path.name for path in run.output_dir.iterdir() if path.is_dir()] == ["outputs"]


def test_its_card_says_what_is_needed_to_repeat_it(made, tiny_recipe, dataset):
    _, card = made
    assert card.recipe == tiny_recipe
    assert card.data == {
        "name": "uci-digits",
        "fingerprint": dataset.train.fingerprint(),
        "trained_on": 1189,
        "held_out": 108,
    }
    assert {"python", "keras", "numpy", "ai-edge-litert"} <= set(card.versions)
    assert "108 validation digits" in card.calibration.fitted_on
    assert {name: m.n for name, m in card.metrics.items()} == {
        "uci-digits-test": 500,
        "held-out": 108,
    }
    for metrics in card.metrics.values():
        low, high = metrics.interval
        assert low < metrics.accuracy < high


def test_the_model_is_saved_without_its_optimisers_state(made):
    run, _ = made
    model = keras.models.load_model(run.output_dir / "model.keras")
    assert getattr(model, "optimizer", None) is None
    assert keras.models.load_model(run.checkpoint).optimizer is not None


def test_a_model_computes_with_32_bits_however_it_was_trained(tiny_recipe, dataset):
    run = new_run(tiny_recipe.with_settings(["precision=bfloat16"]), "uci-digits")
    train(run, dataset)
    model = keras.saving.load_model(run.output_dir / "model.keras")
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    pixels = dataset.test.images[:50]
    served = Network(run.output_dir / "model.tflite").run(pixels)["logits"]
    chances = model.predict(pixels.astype(np.float32), verbose=0)
    assert (served.argmax(1) == chances.argmax(1)).all()


def test_an_unnamed_model_stays_in_its_run(finished_early):
    run = finished_early
    assert list_runs() == [run]
    assert run.card() is not None
    assert run.output_dir == run.model == run.folder / "model"
    assert Reader(run.folder / "model").name == run.id
    assert run.id not in list_models()


def test_an_older_model_is_kept_and_no_time_is_lost_on_finding_out(made, tiny_recipe, dataset):
    before = (made[0].output_dir / "card.json").read_bytes()
    again = new_run(tiny_recipe, "uci-digits", "mine")
    with pytest.raises(ModelError, match="There is a model mine already"):
        train(again, dataset, report=UNHEARD)
    assert (again.output_dir / "card.json").read_bytes() == before
    train(again, dataset, force=True)
    assert (again.output_dir / "card.json").read_bytes() != before


def test_a_run_that_was_cut_off_goes_on(tiny_recipe, dataset):
    recipe = tiny_recipe.with_settings(["epochs=2"])
    run = new_run(recipe, "uci-digits", "mine")

    def cut(epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=Listener(epoch=cut))
    assert not run.output_dir.exists()
    train(open_run(run.id), dataset)
    with (run.output_dir / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HISTORY
    assert [row["epoch"] for row in rows] == ["1", "2"]


def test_a_damaged_checkpoint_is_told(tiny_recipe, dataset):
    run = new_run(tiny_recipe, "uci-digits")
    run.checkpoint.write_bytes(b"PK\x03\x04")
    with pytest.raises(RunError, match="checkpoint.keras is damaged"):
        train(run, dataset)


def test_without_digits_held_out_others_stand_in_for_them(tiny_recipe, dataset):
    recipe = tiny_recipe.with_settings(["validation_share=0"])
    card = train(new_run(recipe, "uci-digits"), dataset)
    assert "1,297 training digits" in card.calibration.fitted_on
    assert set(card.metrics) == {"uci-digits-test"}


def test_mnist_is_measured_on_where_it_is_here_without_what_was_trained_on(
    tiny_recipe, dataset, monkeypatch
):
    both = Dataset("mnist", dataset.train[:0], dataset.train[:40].joined(dataset.test[:60]))
    monkeypatch.setattr("mnist_core.evaluation.test_sets.mnist_here", lambda: both)
    sets = test_sets.test_sets(dataset, dataset.train[:0], tiny_recipe)
    assert {name: len(digits) for name, digits in sets.items()} == {
        "uci-digits-test": 500,
        "mnist-test": 60,
    }


def test_the_card_says_how_the_network_did_before(made):
    run, card = made
    assert set(card.before) == set(card.metrics)
    for name, before in card.before.items():
        assert before.n == card.metrics[name].n
        assert before.accuracy < 0.3  # a guess
    assert Card.read(run.folder / "card.json") == card


def test_a_stopped_run_becomes_a_model_of_its_best_epoch(tiny_recipe, dataset):
    run = new_run(tiny_recipe.with_settings(["epochs=3"]), "uci-digits", "mine")
    kept = {}

    def stop(epoch):
        kept[epoch.epoch] = keras.saving.load_model(run.checkpoint)
        if epoch.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=Listener(epoch=stop))
    card = finish(run, dataset)
    assert load_reader("mine").card == card
    best = int(best_row(run.history())["epoch"])
    model = keras.saving.load_model(run.output_dir / "model.keras")
    round_weights(kept[best])
    for a, b in zip(model.get_weights(), kept[best].get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_run_stopped_before_its_first_epoch_has_the_weights_of_that_moment(tiny_recipe, dataset):
    run = new_run(tiny_recipe.with_settings(["batch_size=32"]), "uci-digits")

    def stop(step):
        if step.batch == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=Listener(step=stop))
    assert run.best.exists()
    card = finish(run, dataset)
    assert card.metrics["uci-digits-test"].loss < card.before["uci-digits-test"].loss
    assert (run.output_dir / "history.csv").read_text().splitlines() == [",".join(HISTORY)]


@pytest.mark.parametrize("name", ["tutorial-mlp", "scratch-mlp", "softmax"])
def test_a_run_killed_before_it_kept_anything_is_finished_with_its_first_weights(name, dataset):
    card = finish(new_run(find_recipe(name), "uci-digits"), dataset)
    assert card.metrics["uci-digits-test"].accuracy == card.before["uci-digits-test"].accuracy


def test_a_stopped_run_in_numpy_becomes_a_model_of_its_best_epoch(dataset):
    run = new_run(find_recipe("scratch-mlp"), "uci-digits")

    def stop(epoch):
        if epoch.epoch == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=Listener(epoch=stop))
    card = finish(run, dataset)
    held_out = best_row(run.history())["val_accuracy"]
    assert card.metrics["held-out"].accuracy == pytest.approx(held_out, abs=0.001)
    assert [row["epoch"] for row in run.history()] == [10, 20, 30]


def test_trees_leave_nothing_to_finish(dataset):
    with pytest.raises(RunError, match="trains trees"):
        finish(new_run(find_recipe("forest"), "uci-digits"), dataset)


def test_a_run_cut_off_after_its_model_was_in_place_only_says_so(made, dataset):
    run, card = made
    assert train(run, dataset, report=UNHEARD) == card


def test_a_stopped_run_cut_off_after_its_model_was_in_place_only_says_so(tiny_recipe, dataset):
    run = new_run(tiny_recipe, "uci-digits", "mine")
    assert finish(run, dataset) == finish(run, dataset)


def stop_after_one_epoch(run, dataset):
    def stop(epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=Listener(epoch=stop))


def goes_on_and_replaces_its_own_model(run, dataset):
    early = run.card()
    assert run.model == run.output_dir
    card = train(run, dataset)
    assert run.history()[-1]["epoch"] == run.recipe.epochs
    assert card.checksums != early.checksums
    assert open_card(run.output_dir) == run.card() == card
    assert train(run, dataset, report=UNHEARD) == card


def test_a_run_that_was_finished_early_goes_on_and_replaces_its_own_model(finished_early, dataset):
    goes_on_and_replaces_its_own_model(finished_early, dataset)


def test_a_run_in_numpy_that_was_finished_early_goes_on_and_replaces_its_own_model(dataset):
    run = new_run(find_recipe("scratch-mlp").with_settings(["epochs=20"]), "uci-digits")
    stop_after_one_epoch(run, dataset)
    finish(run, dataset)
    goes_on_and_replaces_its_own_model(run, dataset)


def test_a_run_stopped_again_after_it_was_finished_early_is_finished_anew(finished_early, dataset):
    run = finished_early
    stop_after_one_epoch(run, dataset)
    assert len(run.history()) == 2
    assert run.card() is None
    finish(run, dataset)
    assert len((run.output_dir / "history.csv").read_text().splitlines()) == 3


def test_a_run_that_was_finished_early_never_replaces_a_kept_model(tiny_recipe, dataset):
    run = new_run(tiny_recipe.with_settings(["epochs=2"]), "uci-digits", "mine")
    stop_after_one_epoch(run, dataset)
    early = finish(run, dataset)
    with pytest.raises(ModelError, match="There is a model mine already"):
        train(run, dataset, report=UNHEARD)
    assert open_card(run.output_dir) == run.card() == early
    assert train(run, dataset, force=True) != early


def test_logistic_regression_that_is_done_is_not_trained_again(dataset):
    run = new_run(find_recipe("softmax").with_settings(["epochs=5"]), "uci-digits")
    card = train(run, dataset)
    assert train(run, dataset, report=UNHEARD) == card


@pytest.mark.parametrize("share", [0.1, 0])
def test_a_training_that_diverges_with_its_last_step_leaves_no_model(dataset, share):
    recipe = find_recipe("tutorial-mlp").with_settings(
        ["epochs=1", "batch_size=0", "optimizer=sgd", f"validation_share={share}"]
    )
    run = new_run(replace_rate(recipe, 1e30), "uci-digits", "mine")
    with pytest.raises(RunError, match=r"diverged: .* learning rate a tenth"):
        train(run, dataset)
    assert not run.output_dir.exists()


def test_a_training_that_diverges_stops_at_that_batch_and_says_why(tiny_recipe, dataset):
    recipe = tiny_recipe.with_settings(["optimizer=sgd", "schedule=constant", "l2=1", "epochs=9"])
    run = new_run(replace_rate(recipe, 1e30), "uci-digits", "mine")
    steps = []
    with pytest.raises(RunError, match=r"diverged: in epoch 1, batch .* learning rate a tenth"):
        train(run, dataset, report=Listener(step=steps.append))
    assert len(steps) < 10
    assert not run.output_dir.exists()


def replace_rate(recipe, rate):
    """A rate no recipe may have: what makes numbers overflow depends on the machine, this does."""
    object.__setattr__(recipe, "learning_rate", rate)
    return recipe


@pytest.mark.parametrize("name", ["tutorial-mlp", "scratch-mlp"])
def test_a_batch_larger_than_the_digits_is_refused_with_what_is_allowed(name, dataset):
    recipe = find_recipe(name).with_settings(["batch_size=5000", "validation_share=0"])
    with pytest.raises(RecipeError, match="batch_size to be from 1 to 1,297.*Received: 5,000"):
        train(new_run(recipe, "uci-digits"), dataset)


def test_a_network_that_cannot_be_is_refused_in_words(dataset):
    recipe = find_recipe("keras-convnet").with_settings(["filters=8,8,8,8"])
    with pytest.raises(RecipeError, match="fewer filters"):
        train(new_run(recipe, "uci-digits"), dataset)
