import keras
import numpy as np
import pytest
from helpers.staged_runs import Listener

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Digits
from mnist_core.recipes.architectures import NETWORKS
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.report import SILENT
from mnist_core.synthesis.augmentation import AUGMENTATIONS
from mnist_core.synthesis.mixture import mix
from mnist_core.training.export import in_full_precision, with_probabilities
from mnist_core.training.keras_training import Batches, compile_network, fit
from mnist_core.training.networks import POLICIES, build_network


@pytest.fixture(scope="module")
def digits() -> Digits:
    return load_dataset("uci-digits").train[:256]


NOTHING = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


def trained(recipe: Recipe, digits: Digits, validation: Digits = NOTHING, report=SILENT):
    network = build_network(recipe)
    mixture = mix(digits, recipe)
    compile_network(network, recipe, len(mixture))
    fit(network, recipe, mixture, validation, report)
    return network


def test_what_a_recipe_may_name_is_what_there_is():
    from mnist_core.recipes import recipe

    assert set(recipe.AUGMENTATIONS) == {"none", *AUGMENTATIONS}
    assert set(recipe.PRECISIONS) == set(POLICIES)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_takes_pixels_and_gives_logits(name):
    recipe = Recipe(name="a", title="", source="", network=name, filters=(4, 6, 8), hidden=(12, 9))
    network = build_network(recipe)
    assert network.input_shape == (None, 28, 28)
    assert network.output_shape == (None, 10)
    assert network.get_layer("features").output.shape == (None, 9)
    pixels = np.full((2, 28, 28), 255, np.float32)
    np.testing.assert_allclose(
        with_probabilities(network).predict(pixels, verbose=0).sum(1), 1, atol=1e-5
    )


def test_a_network_trained_with_16_bits_says_nearly_the_same_with_32(tiny_recipe, digits):
    network = trained(tiny_recipe.with_settings(["precision=bfloat16"]), digits)
    assert "bfloat16" in {layer.compute_dtype for layer in network.layers}
    assert {weight.dtype for weight in network.weights} == {"float32"}
    wide = in_full_precision(network)
    assert {layer.compute_dtype for layer in wide.layers} == {"float32"}
    assert keras.config.floatx() == build_network(tiny_recipe).compute_dtype == "float32"
    pixels = digits.images[:50].astype(np.float32)
    rough, exact = (model.predict(pixels, verbose=0) for model in (network, wide))
    np.testing.assert_allclose(rough, exact, atol=0.1 * np.abs(exact).max())
    assert not np.array_equal(rough, exact)


def test_averaged_weights_lie_between_and_their_statistics_are_measured_anew(tiny_recipe, digits):
    recipe = tiny_recipe.with_settings(["epochs=3", "learning_rate=0.01", "schedule=constant"])
    last = trained(recipe, digits)
    mean = trained(recipe.with_settings(["averaging=0.9"]), digits)
    first = build_network(recipe)
    kernel = [network.get_layer("logits").kernel.numpy() for network in (first, mean, last)]
    assert np.linalg.norm(kernel[1] - kernel[0]) < np.linalg.norm(kernel[2] - kernel[0])
    pictures = digits.images.astype(np.float32)
    drawn = np.asarray(mean(pictures, training=True)).std(0)
    told = np.asarray(mean(pictures, training=False)).std(0)
    np.testing.assert_allclose(told, drawn, rtol=0.3)
    momentums = {one.momentum for one in mean.layers if "batch_norm" in one.name}
    assert momentums == {0.9}


def test_a_network_with_32_bits_stays_as_it_is(tiny_recipe):
    network = build_network(tiny_recipe)
    assert in_full_precision(network) is network


def test_the_channel_is_put_where_keras_expects_it(tiny_recipe):
    """Convolving channels first needs a GPU; that the shapes are right does not."""
    keras.config.set_image_data_format("channels_first")
    try:
        network = build_network(tiny_recipe)
    finally:
        keras.config.set_image_data_format("channels_last")
    assert [layer.output.shape for layer in network.layers if "reshape" in layer.name] == [
        (None, 1, 28, 28)
    ]


def test_the_same_seed_makes_the_same_model(tiny_recipe, digits):
    first, second = (trained(tiny_recipe, digits) for _ in range(2))
    other = trained(tiny_recipe.with_settings(["seed=1"]), digits)
    for a, b, c in zip(first.weights, second.weights, other.weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
        if "kernel" in a.name:
            assert not np.allclose(a, c)


def test_every_step_and_epoch_is_reported(tiny_recipe, digits):
    steps, epochs = [], []
    recipe = tiny_recipe.with_settings(["epochs=2", "batch_size=100"])
    trained(
        recipe,
        digits,
        digits[:50],
        Listener(step=steps.append, epoch=epochs.append),
    )
    assert [(step.epoch, step.batch, step.batches) for step in steps] == [
        (1, 1, 3), (1, 2, 3), (1, 3, 3), (2, 1, 3), (2, 2, 3), (2, 3, 3),
    ]  # fmt: skip
    assert [epoch.epoch for epoch in epochs] == [1, 2]
    assert epochs[1].loss < epochs[0].loss
    assert 0 <= epochs[1].val_accuracy <= 1
    assert epochs[0].seconds > 0


def test_without_digits_held_out_their_figures_are_unknown(tiny_recipe, digits):
    epochs = []
    trained(tiny_recipe, digits, report=Listener(epoch=epochs.append))
    assert np.isnan(epochs[0].val_loss)


@pytest.mark.slow
def test_an_interrupted_run_goes_on_as_if_it_had_not_been(tiny_recipe, digits, tmp_path):
    settings = ["epochs=3", "augmentation=shift", "styles=0.5", "redraw_every=2"]
    recipe = tiny_recipe.with_settings(settings)
    whole = trained(recipe, digits)

    class PowerCutError(Exception):
        pass

    network, mixture = build_network(recipe), mix(digits, recipe)
    compile_network(network, recipe, len(mixture))

    def save_and_stop(epoch):
        network.save(tmp_path / "checkpoint.keras")
        if epoch.epoch == 2:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        fit(network, recipe, mixture, NOTHING, Listener(epoch=save_and_stop))
    epochs = []
    resumed = keras.saving.load_model(tmp_path / "checkpoint.keras")
    fit(resumed, recipe, mix(digits, recipe, 2), NOTHING, Listener(epoch=epochs.append), 2)
    assert [epoch.epoch for epoch in epochs] == [3]
    for a, b in zip(whole.weights, resumed.weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_a_run_goes_on_with_the_next_epoch_even_if_that_has_more_batches(tiny_recipe, digits):
    recipe = tiny_recipe.with_settings(["epochs=3", "batch_size=16"])
    network = trained(recipe.with_settings(["epochs=2"]), digits[:100])
    epochs = []
    fit(network, recipe, mix(digits, recipe, 2), NOTHING, Listener(epoch=epochs.append), 2)
    assert [epoch.epoch for epoch in epochs] == [3]


def test_batches_hold_every_digit_once_an_epoch(tiny_recipe, digits):
    recipe = tiny_recipe.with_settings(["batch_size=100"])
    batches = Batches(mix(digits, recipe), recipe)
    orders = []
    for _ in range(2):
        labels = np.concatenate([batches[i][1].argmax(1) for i in range(len(batches))])
        np.testing.assert_array_equal(np.bincount(labels), np.bincount(digits.labels))
        orders.append(labels)
        batches.start(batches.epoch + 1)
    assert (orders[0] != orders[1]).any()


def test_new_pictures_are_drawn_before_their_epoch_and_after_the_last_one_is_saved(
    tiny_recipe, digits
):
    seen = []
    told = Listener(epoch=lambda epoch: seen.append(epoch.epoch), phase=seen.append)
    recipe = tiny_recipe.with_settings(["epochs=5", "styles=0.1", "redraw_every=2"])
    trained(recipe, digits, report=told)
    assert seen == [1, 2, "drawing", 3, 4, "drawing", 5]


def test_a_batch_does_not_depend_on_when_it_is_made(tiny_recipe, digits):
    recipe = tiny_recipe.with_settings(["batch_size=50", "augmentation=hands", "styles=0.3"])
    first, second = (Batches(mix(digits, recipe), recipe, 3) for _ in range(2))
    first[0]
    np.testing.assert_array_equal(first[2][0], second[2][0])


def test_unit_columns_are_what_keras_normalize_makes_along_the_height(digits):
    network = build_network(find_recipe("logbook-mlp"))
    flat = next(layer for layer in network.layers if isinstance(layer, keras.layers.Flatten))
    pixels = digits.images[:5].astype(np.float32)
    ours = keras.Model(network.input, flat.output).predict(pixels, verbose=0)
    theirs = keras.utils.normalize(pixels.reshape(-1, 28, 28, 1), axis=1)
    np.testing.assert_allclose(ours, theirs.reshape(5, -1), atol=1e-6)


def test_networks_have_as_many_weights_as_their_sources_say():
    counted = {"keras-convnet": 34_826, "simple-cnn": 1_199_882, "tutorial-mlp": 118_282}
    for name, weights in counted.items():
        assert build_network(find_recipe(name)).count_params() == weights
