import shutil

import pytest

from mnist_core import registry
from mnist_core.errors import ModelError
from mnist_core.registry import find_model, list_models, new_model, open_card


@pytest.fixture
def models(tiny_model, data_root, tmp_path, monkeypatch):
    """A folder of shipped models and one of kept ones, with one model in each."""
    monkeypatch.setattr(registry, "SHIPPED", tmp_path / "shipped")
    shutil.copytree(tiny_model, tmp_path / "shipped" / "pen-cnn")
    shutil.copytree(tiny_model, data_root / "models" / "mine")
    return tmp_path / "shipped"


def test_shipped_and_kept_models_are_listed_the_default_first(models):
    assert list_models() == ["pen-cnn", "mine"]


def test_without_a_name_the_default_is_found(models):
    assert find_model() == models / "pen-cnn"


def test_a_kept_model_hides_a_shipped_one_of_its_name(models, data_root):
    shutil.copytree(models / "pen-cnn", data_root / "models" / "pen-cnn")
    assert find_model("pen-cnn") == data_root / "models" / "pen-cnn"
    assert list_models() == ["pen-cnn", "mine"]


def test_a_missing_model_names_those_there_are(models):
    with pytest.raises(ModelError, match="no model yours.*pen-cnn, mine.*train"):
        find_model("yours")


@pytest.mark.parametrize("name", ["../secrets", "/etc", "", ".hidden", "A b", "x" * 65])
def test_a_name_that_leaves_the_folder_is_refused(name):
    with pytest.raises(ModelError):
        find_model(name or " ")


@pytest.mark.parametrize("file", registry.FILES)
def test_an_incomplete_model_is_told_and_not_listed(models, file):
    (models / "pen-cnn" / file).unlink()
    assert list_models() == ["mine"]
    with pytest.raises(ModelError, match=f"incomplete.*{file}"):
        open_card(models / "pen-cnn")


@pytest.mark.parametrize("file", registry.FILES[:-1])
def test_one_changed_byte_is_told(models, file):
    path = models / "pen-cnn" / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=f"damaged.*{file}"):
        open_card(models / "pen-cnn")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"recipe": 3}', "\x00\xff"])
def test_a_damaged_card_is_told(models, content):
    (models / "pen-cnn" / "card.json").write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match="card.json is damaged, or written by another version"):
        open_card(models / "pen-cnn")


def test_a_model_is_whole_or_absent(tmp_path):
    with pytest.raises(RuntimeError), new_model(tmp_path / "models" / "mine") as folder:
        (folder / "card.json").write_text("half")
        raise RuntimeError
    assert list((tmp_path / "models").iterdir()) == []


def test_a_model_is_never_overwritten_without_force(models):
    before = (models / "pen-cnn" / "card.json").read_bytes()
    with (
        pytest.raises(ModelError, match="a model pen-cnn already.*--force"),
        new_model(models / "pen-cnn"),
    ):
        pytest.fail("it must not come to writing")
    assert (models / "pen-cnn" / "card.json").read_bytes() == before


def test_force_replaces_a_model_whole(models):
    with new_model(models / "pen-cnn", force=True) as folder:
        (folder / "new").write_text("")
    assert [path.name for path in (models / "pen-cnn").iterdir()] == ["new"]
    assert [path.name for path in models.iterdir()] == ["pen-cnn"]
