import pytest

from mnist_core.errors import RecipeError
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.recipe import SETTINGS, Recipe


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_comes_back_from_its_values(name):
    recipe = find_recipe(name)
    assert recipe.name == name
    assert Recipe.from_dict(recipe.to_dict()) == recipe


def test_every_kind_of_value_can_be_set():
    recipe = find_recipe("quick-cnn").with_settings(
        ["epochs=7", "learning_rate=0.5", "hidden=64, 32", "optimizer=sgd", "filters="]
    )
    assert (recipe.epochs, recipe.learning_rate, recipe.hidden) == (7, 0.5, (64, 32))
    assert (recipe.optimizer, recipe.filters) == ("sgd", ())


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("epochs=0", "epochs to be from 1 to 1000. Received: 0"),
        ("epochs=many", "epochs to be a whole number. Received: many"),
        ("epochs=", "epochs to be a whole number"),
        ("learning_rate=0", "learning_rate to be from 0.0000001 to 1. Received: 0"),
        ("learning_rate=nan", "learning_rate to be from"),
        ("dropout=1", "dropout to be from 0 to 0.9"),
        ("hidden=64,x", "hidden to be numbers"),
        ("hidden=64,-1", "hidden to be at most 8 numbers from 1 to 4096"),
        ("optimizer=magic", "optimizer to be one of adam, sgd, rmsprop"),
        ("network=transformer", "network to be one of"),
        ("colour=red", "KEY one of"),
        ("name=mine", "KEY one of"),
        ("epochs", "Expected KEY=VALUE"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_allowed(setting, says):
    with pytest.raises(RecipeError) as problem:
        find_recipe("quick-cnn").with_settings([setting])
    assert says in str(problem.value)


def test_an_unknown_recipe_names_those_there_are():
    with pytest.raises(RecipeError, match="pen-cnn, quick-cnn.*Received: resnet"):
        find_recipe("resnet")


def test_what_can_be_set_is_what_changes_the_run():
    assert {"epochs", "batch_size", "seed", "augmentation"} <= set(SETTINGS)
    assert not {"name", "title", "source"} & set(SETTINGS)
