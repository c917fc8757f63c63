import json
import shutil
from pathlib import Path
from unittest.mock import Mock

import pytest

from mnist_core.errors import ModelError
from mnist_core.models import registry
from mnist_core.models.own_models import delete_model, is_own, rename_model, save_model
from mnist_core.models.registry import check_name, find_model, list_models, open_card
from mnist_core.models.staging import NEW, clean_stale, staged_model


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
    with pytest.raises(ModelError, match="no model yours.*pen-cnn, mine.$"):
        find_model("yours")


@pytest.mark.parametrize(
    "name", ["con", "nul", "aux", "prn", "com1", "lpt9", "con.old", "nul.", "mine.", "1."]
)
def test_a_name_that_windows_cannot_have_is_refused(models, name):
    with pytest.raises(ModelError, match="Windows does not reserve|does not end with a dot"):
        save_model(models / "pen-cnn", name)


@pytest.mark.parametrize("name", ["console", "null", "con-1", "com10", "my.com1", "v1.0", "com"])
def test_a_name_that_only_begins_like_one_of_these_is_fine(name):
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["../secrets", "/etc", "", ".hidden", "A b", "x" * 65])
def test_a_name_that_leaves_the_folder_is_refused(name):
    with pytest.raises(ModelError, match="letters, digits, dots") as problem:
        find_model(name or " ")
    assert "Windows" not in str(problem.value)  # it is not the reason


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
    with pytest.raises(RuntimeError), staged_model(tmp_path / "models" / "mine") as folder:
        (folder / "card.json").write_text("half")
        raise RuntimeError
    assert list((tmp_path / "models").iterdir()) == []


def test_a_model_is_never_overwritten_without_force(models):
    before = (models / "pen-cnn" / "card.json").read_bytes()
    with (
        pytest.raises(ModelError, match="a model pen-cnn already. Choose another name.$"),
        staged_model(models / "pen-cnn"),
    ):
        pytest.fail("it must not come to writing")
    assert (models / "pen-cnn" / "card.json").read_bytes() == before


def test_a_model_that_another_process_has_just_written_stays(models, data_root):
    with (
        pytest.raises(ModelError, match="a model new already"),
        staged_model(models / "new") as folder,
    ):
        (folder / "mine").touch()
        (models / "new").mkdir()
        (models / "new" / "theirs").touch()
    assert [path.name for path in (models / "new").iterdir()] == ["theirs"]
    assert {path.name for path in models.iterdir()} == {"new", "pen-cnn"}


def test_a_model_is_back_in_its_place_if_it_cannot_be_replaced(models):
    model = staged_model(models / "pen-cnn", force=True)
    with pytest.raises(FileNotFoundError), model as folder:
        folder.rmdir()  # so that it cannot be renamed
    assert [path.name for path in models.iterdir()] == ["pen-cnn"]
    open_card(models / "pen-cnn")


def test_force_replaces_a_model_whole(models):
    with staged_model(models / "pen-cnn", force=True) as folder:
        (folder / "new").write_text("")
    assert [path.name for path in (models / "pen-cnn").iterdir()] == ["new"]
    assert [path.name for path in models.iterdir()] == ["pen-cnn"]


def test_a_killed_process_leaves_no_half_model_for_long(models):
    folder = models / f"{NEW}mine-0123abcd"
    folder.mkdir()
    (folder / "model.keras").write_text("half")
    (models / f"{folder.name}.lock").touch()
    assert list_models() == ["pen-cnn", "mine"]
    clean_stale(models)
    assert [path.name for path in models.iterdir()] == ["pen-cnn"]


def test_what_a_living_process_writes_is_left_alone(models):
    with staged_model(models / "other") as folder:
        clean_stale(models)
        assert folder.is_dir()


def test_a_model_that_was_being_replaced_is_put_back(models):
    """The process was killed when the old one was out of the way, and the new one not in."""
    (models / "pen-cnn").rename(models / ".old-pen-cnn-0123abcd")
    (models / ".new-pen-cnn-0123abcd").mkdir()
    (models / ".new-pen-cnn-0123abcd.lock").touch()
    clean_stale(models)
    assert [path.name for path in models.iterdir()] == ["pen-cnn"]
    open_card(models / "pen-cnn")


def test_a_model_is_kept_under_a_name_of_its_own(models, data_root):
    folder = save_model(models / "pen-cnn", "kept.one")
    assert folder == data_root / "models" / "kept.one"
    assert open_card(folder).name == "kept.one"
    assert open_card(folder).checksums == open_card(models / "pen-cnn").checksums
    assert is_own("kept.one")
    assert not is_own("pen-cnn")


@pytest.mark.parametrize("name", ["mine", "pen-cnn", "A b", "../x", ""])
def test_a_model_is_not_kept_under_a_name_that_is_taken_or_none(models, name):
    with pytest.raises(ModelError, match="already|Expected a model's name"):
        save_model(models / "pen-cnn", name)


def test_a_damaged_model_is_not_kept(models, data_root):
    (models / "pen-cnn" / "model.tflite").write_bytes(b"half")
    with pytest.raises(ModelError, match="damaged"):
        save_model(models / "pen-cnn", "other")
    assert [path.name for path in (data_root / "models").iterdir()] == ["mine"]


def test_a_model_of_ones_own_is_renamed_and_deleted(models, data_root):
    others = "references.npz", "map.npz", "outputs/mnist-test.npz"
    (data_root / "models" / "mine" / "outputs").mkdir()
    for file in others:
        (data_root / "models" / "mine" / file).write_text(file)
    rename_model("mine", "yours")
    assert all((data_root / "models" / "yours" / file).read_text() == file for file in others)
    assert list_models() == ["pen-cnn", "yours"]
    assert open_card(data_root / "models" / "yours").name == "yours"
    delete_model("yours")
    assert list_models() == ["pen-cnn"]
    assert list((data_root / "models").iterdir()) == []


def test_a_disk_that_refuses_to_delete_a_model_is_explained(models, monkeypatch):
    monkeypatch.setattr(Path, "rename", Mock(side_effect=OSError(30, "Read-only file system")))
    with pytest.raises(ModelError, match="Cannot delete mine: Read-only file system"):
        delete_model("mine")
    assert "mine" in list_models()


@pytest.mark.parametrize("act", [delete_model, lambda name: rename_model(name, "new")])
def test_a_model_that_ships_is_neither_renamed_nor_deleted(models, act):
    with pytest.raises(ModelError, match="ships"):
        act("pen-cnn")
    with pytest.raises(ModelError, match="no model nobody"):
        act("nobody")
    assert list_models() == ["pen-cnn", "mine"]


def test_a_card_that_names_an_unknown_network_is_told_as_one(models):
    path = models / "pen-cnn" / "card.json"
    card = json.loads(path.read_text())
    card["recipe"]["architecture"] = "of-a-later-version"
    path.write_text(json.dumps(card))
    with pytest.raises(ModelError, match="another version"):
        open_card(models / "pen-cnn")
