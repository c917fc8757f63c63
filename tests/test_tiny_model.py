"""The small model that many tests copy is what training makes today.

Reading, listing and deleting a model needs one, and takes no training:
`tests/fixtures/tiny_model` was made by this command. Where a test here fails, make it anew.

    python -m mnist_core train --recipe quick-cnn --data uci-digits --name tiny \
        --set filters=8,16 --set hidden=32 --set epochs=6
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from mnist_core.cli.main import main
from mnist_core.models.cards import Card
from mnist_core.recipes.catalog import find_recipe

COMMAND = ["train", "--recipe", "quick-cnn", "--data", "uci-digits", "--name", "tiny"]
SETTINGS = ["filters=8,16", "hidden=32", "epochs=6"]


def test_its_recipe_is_the_one_that_the_command_names(tiny_model):
    recipe = find_recipe("quick-cnn").with_settings(SETTINGS)
    assert Card.read(tiny_model / "card.json").recipe == recipe


@pytest.mark.tensorflow
@pytest.mark.slow
def test_training_makes_one_of_the_same_form(tiny_model, data_root, no_mnist):
    settings = [word for setting in SETTINGS for word in ("--set", setting)]
    done = CliRunner().invoke(main, [*COMMAND, *settings])
    assert done.exit_code == 0, done.output
    made = data_root / "models" / "tiny"
    assert files_of(made) == files_of(tiny_model)
    new, kept = Card.read(made / "card.json"), Card.read(tiny_model / "card.json")
    assert new.parameters == kept.parameters
    assert new.data == kept.data
    assert new.metrics.keys() == kept.metrics.keys()
    accuracy = [card.metrics["uci-digits-test"].accuracy for card in (new, kept)]
    assert accuracy[0] == pytest.approx(accuracy[1], abs=0.03)


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
