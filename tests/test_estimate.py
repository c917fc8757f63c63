"""What a recipe costs, against Keras and against what was measured."""

import math
from dataclasses import replace

import pytest

from mnist_core.errors import RecipeError, RunError
from mnist_core.models.cards import Card
from mnist_core.models.registry import SHIPPED
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.layer_plan import layers_of
from mnist_core.recipes.recipe import POOL_EPOCHS
from mnist_core.runs import estimate, memory
from mnist_core.runs.estimate import estimate_seconds, multiply_adds, parameter_count
from mnist_core.runs.memory import ensure_memory, free_memory
from mnist_core.runs.store import new_run

SHIPPED_CARDS = [Card.read(path) for path in sorted(SHIPPED.glob("*/card.json"))]
CHANGED = [
    find_recipe("pen-cnn").with_settings(["filters=3,5,4", "hidden="]),
    find_recipe("pen-cnn").with_settings(["filters=3,5,7,2,4", "hidden=9,8"]),
    find_recipe("quick-cnn").with_settings(["filters=3,5,7,2", "hidden=6", "dropout=0.3"]),
    find_recipe("quick-cnn").with_settings(["filters="]),
    find_recipe("keras-convnet").with_settings(["filters=6", "pool_dropout=0.2", "hidden=5"]),
    find_recipe("simple-cnn").with_settings(["filters=2,3,4,5", "hidden="]),
    find_recipe("tutorial-mlp").with_settings(["hidden="]),
]


SILENT = ("InputLayer", "Rescaling", "RMSNormalization", "Reshape", "ReLU")


def weights_in(variable):
    return math.prod(variable.shape)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "recipe",
    [*(recipe for recipe in RECIPES.values() if recipe.trainer == "keras"), *CHANGED],
    ids=lambda recipe: f"{recipe.name}-{recipe.filters}-{recipe.hidden}",
)
def test_layers_are_those_that_keras_builds(recipe):
    from mnist_core.training.networks import build_network

    network = build_network(recipe)
    told = [layer for layer in network.layers if type(layer).__name__ not in SILENT]
    theirs = [
        (tuple(layer.output.shape[1:]), sum(weights_in(w) for w in layer.trainable_weights))
        for layer in told
    ]
    assert [(layer.output_shape, layer.parameters) for layer in layers_of(recipe)] == theirs
    assert parameter_count(recipe) == sum(count for _, count in theirs)


@pytest.mark.parametrize("card", SHIPPED_CARDS, ids=lambda card: card.name)
def test_every_model_that_ships_has_as_many_weights_as_its_recipe_says(card):
    assert parameter_count(card.recipe) == card.parameters


def test_multiply_adds_are_those_of_the_sums_in_the_layers():
    assert multiply_adds(find_recipe("tutorial-mlp")) == 784 * 128 + 128 * 128 + 128 * 10
    convnet = 26 * 26 * 32 * 9 + 11 * 11 * 64 * 9 * 32 + 1600 * 10
    assert multiply_adds(find_recipe("keras-convnet")) == convnet


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("keras-convnet", ["filters=8,8,8,8"], "fewer filters"),
        ("simple-cnn", ["filters=8,8,8,8,8,8,8,8"], None),
        ("quick-cnn", ["filters=1,1,1,1,1,1,1,1"], None),
        ("pen-cnn", ["filters=8,8"], "at least three filters"),
        ("scratch-mlp", ["hidden="], "one hidden layer"),
        ("scratch-mlp", ["hidden=8,8"], "one hidden layer"),
    ],
)
def test_a_network_that_cannot_be_is_refused_with_what_can(name, settings, says):
    recipe = find_recipe(name).with_settings(settings)
    if says is None:
        assert parameter_count(recipe) > 0
        return
    with pytest.raises(RecipeError, match=says):
        parameter_count(recipe)


def finished(recipe, n, seconds):
    """A run that has finished, as far as its card and its history say."""
    run = new_run(recipe, "uci-digits")
    card = replace(SHIPPED_CARDS[0], recipe=recipe, seconds=seconds, data={"trained_on": n})
    card.write(run.folder / "card.json")
    each = seconds / recipe.epochs
    rows = [dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy"), 0.5)] * recipe.epochs
    run.write_history([{**row, "epoch": i, "seconds": each} for i, row in enumerate(rows, 1)])


@pytest.mark.parametrize("card", SHIPPED_CARDS, ids=lambda card: card.name)
def test_before_any_run_the_times_are_those_of_the_models_that_ship(card):
    told = estimate_seconds(card.recipe, card.data["trained_on"])
    assert card.seconds / 3 < told < 3 * card.seconds


def test_a_model_of_the_work_carries_times_from_one_network_to_another():
    """Each shipped model's time from the others' alone: within a factor of four."""
    for card in (c for c in SHIPPED_CARDS if c.recipe.trainer == "keras"):
        others = [t for t in estimate.shipped_timings() if t.recipe.network != card.recipe.network]
        others = [timing for timing in others if timing.recipe.trainer == "keras"]
        told = card.recipe.epochs * estimate.epoch_seconds(
            others, card.recipe, card.data["trained_on"]
        )
        assert card.seconds / 4 < told < 4 * card.seconds, card.name


def test_the_last_runs_on_this_machine_count_more():
    quick, mlp = find_recipe("quick-cnn"), find_recipe("tutorial-mlp")
    before = estimate_seconds(mlp, 48_000)
    seconds = estimate_seconds(quick, 55_000)
    finished(quick, 55_000, 3 * seconds)  # this machine is three times as slow
    assert estimate_seconds(quick, 55_000) == pytest.approx(3 * seconds)
    assert estimate_seconds(mlp, 48_000) == pytest.approx(3 * before)


def test_more_epochs_digits_and_filters_take_longer():
    recipe = find_recipe("quick-cnn")
    usual = estimate_seconds(recipe, 55_000)
    assert estimate_seconds(recipe.with_settings(["epochs=20"]), 55_000) == pytest.approx(
        10 * usual
    )
    assert estimate_seconds(recipe, 5_500) < usual / 5
    assert estimate_seconds(recipe.with_settings(["filters=32,64"]), 55_000) > 2 * usual
    assert estimate_seconds(recipe.with_settings(["batch_size=8"]), 55_000) > 2 * usual


def test_pictures_that_a_recipe_adds_take_their_time():
    recipe = find_recipe("quick-cnn")
    plain = estimate_seconds(recipe, 55_000)
    doubled = recipe.with_settings(["pens=0.5", "typefaces=0.25", "outliers=0.25"])
    once = estimate_seconds(doubled, 55_000)
    longer = estimate_seconds(doubled.with_settings([f"epochs={2 * recipe.epochs}"]), 55_000)
    assert longer - once == pytest.approx(2 * plain, rel=0.01)
    drawing = once - 2 * plain
    assert drawing > 0  # once, before the first epoch
    anew = doubled.with_settings([f"epochs={3 * recipe.epochs}", "redraw_every=1"])
    redrawing = estimate_seconds(anew, 55_000) - 6 * plain
    assert redrawing == pytest.approx(drawing * 3 * recipe.epochs / POOL_EPOCHS, rel=0.01)
    assert estimate_seconds(doubled, 5_500) < once / 5
    assert estimate_seconds(doubled, 0) == 0


def test_without_any_model_times_are_still_told(monkeypatch, tmp_path):
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", tmp_path)
    assert 1 < estimate_seconds(find_recipe("quick-cnn"), 55_000) < 100


@pytest.fixture
def group(tmp_path, monkeypatch):
    """A control group of version 2, and one of version 1, without limits."""
    monkeypatch.setattr(memory, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "OWN_GROUP", tmp_path / "own")
    (tmp_path / "own").write_text("4:memory:/box\n2:cpu,cpuacct:/box\n0::/box\n")
    for folder in ("cgroup/box", "cgroup/memory/box"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path / "cgroup"


def limit(folder, names, most, used, cached):
    for name, value in zip(names, (most, used), strict=True):
        (folder / name).write_text(f"{value}\n")
    (folder / "memory.stat").write_text(
        f"anon 1\ninactive_file {cached}\ntotal_inactive_file {cached}\n"
    )


V2, V1 = ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")


def test_without_a_limit_the_machines_memory_counts(group):
    usual = free_memory()
    limit(group / "box", V2, "max", 5, 0)
    assert free_memory() == pytest.approx(usual, rel=0.2)


@pytest.mark.parametrize(
    ("place", "names"), [("box", V2), ("", V2), ("memory/box", V1), ("memory", V1)]
)
def test_what_a_container_grants_counts_and_cached_files_are_free(group, place, names):
    limit(group / place, names, 900_000_000, 300_000_000, 100_000_000)
    assert free_memory() == 700_000_000
    with pytest.raises(RunError, match=r"needs about 1,000 MB; 700 MB are free"):
        ensure_memory()


def test_a_group_above_its_limit_has_nothing_free(group):
    limit(group / "box", V2, 100, 200, 0)
    assert free_memory() == 0


def test_a_system_without_control_groups(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "OWN_GROUP", tmp_path / "none")
    assert free_memory() > 0
