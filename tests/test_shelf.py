"""The shelf of models that many machines read: published whole, copied, checked, unreachable."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mnist_core import load_reader
from mnist_core.cli.main import main
from mnist_core.errors import ModelError
from mnist_core.models import registry, shelf
from mnist_core.models.registry import find_model, list_models, set_default_model
from mnist_core.places import object_store

SHIPPED = {path.parent.name for path in registry.SHIPPED.glob("*/card.json")}


@pytest.fixture
def look_again(monkeypatch):
    """Return a function that makes this process forget that it has looked at the shelf."""

    def forget() -> None:
        object_store.cache_clear()
        monkeypatch.setattr(shelf, "_shelf", shelf.Shelf())

    forget()
    return forget


@pytest.fixture
def address(tmp_path, monkeypatch, look_again) -> Path:
    """A shelf in a folder."""
    monkeypatch.setenv("INKLING_MODELS", str(tmp_path / "shelf"))
    return tmp_path / "shelf"


@pytest.fixture
def other_machine(monkeypatch, tmp_path, look_again):
    """Return a function that makes us a machine that has no models of its own."""

    def move() -> None:
        monkeypatch.setenv("INKLING_HOME", str(tmp_path / "elsewhere"))
        look_again()

    return move


@pytest.fixture
def trained(tiny_model, data_root) -> Path:
    """A model that was trained here: its name is tiny."""
    return Path(shutil.copytree(tiny_model, data_root / "models" / "tiny"))


def inkling(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_what_one_machine_publishes_another_serves(address, trained, other_machine, data_root):
    done = inkling("publish", "tiny")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"Published tiny to {address}/tiny\n"
    other_machine()
    assert set(list_models()) == SHIPPED | {"tiny"}
    folder = find_model("tiny")
    assert data_root not in folder.parents
    assert (folder / "model.tflite").read_bytes() == (trained / "model.tflite").read_bytes()
    assert load_reader("tiny").name == "tiny"
    set_default_model("tiny")  # everyone sees it
    assert load_reader().name == "tiny"
    assert "tiny:" in inkling("models").stdout


def test_it_is_read_only(address, trained, other_machine):
    from mnist_core.models.own_models import delete_model

    inkling("publish", "tiny")
    other_machine()
    with pytest.raises(ModelError, match="is on a shared shelf"):
        delete_model("tiny")


def test_what_is_there_never_changes(address, trained):
    inkling("publish", "tiny")
    before = {path: path.read_bytes() for path in address.rglob("*") if path.is_file()}
    again = inkling("publish", "tiny")
    assert again.exit_code == 1 and "under another name" in again.stderr
    assert {path: path.read_bytes() for path in address.rglob("*") if path.is_file()} == before


def test_nobody_sees_half_a_model(address, trained, other_machine, monkeypatch):
    def stop(place: str, content: bytes) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shelf, "create", stop)
        inkling("publish", "tiny")
    assert [*address.rglob("model.tflite")]
    with monkeypatch.context() as patch:
        other_machine()
        assert set(list_models()) == SHIPPED
    monkeypatch.setenv("INKLING_HOME", str(trained.parents[1]))
    assert inkling("publish", "tiny").exit_code == 0


def test_a_copy_is_checked_and_a_damaged_model_spoils_no_other(
    address, trained, other_machine, caplog
):
    inkling("publish", "tiny")
    shutil.copytree(address / "tiny", address / "bad")
    manifest = json.loads((address / "bad" / "manifest.json").read_text())
    (address / "bad" / "manifest.json").write_text(json.dumps(manifest | {"name": "bad"}))
    [network] = (address / "bad").rglob("model.tflite")
    network.write_bytes(network.read_bytes()[:-1] + b"?")
    (address / "worse").mkdir()
    (address / "worse" / "manifest.json").write_text('{"name": "../../worse"}')
    other_machine()
    assert set(list_models()) == SHIPPED | {"tiny"}
    assert "model.tflite is not the file that was published" in caplog.text
    list_models()
    assert len(caplog.records) == 1  # it is said once


def test_a_model_that_was_taken_away_is_gone_here_too(address, trained, other_machine, look_again):
    inkling("publish", "tiny")
    shutil.copytree(address / "tiny", address / "kept")
    manifest = json.loads((address / "kept" / "manifest.json").read_text())
    (address / "kept" / "manifest.json").write_text(json.dumps(manifest | {"name": "kept"}))
    other_machine()
    assert {"tiny", "kept"} < set(list_models())
    shutil.rmtree(address / "tiny")
    look_again()
    assert set(list_models()) == SHIPPED | {"kept"}


@pytest.mark.parametrize("lacking", ["store", "s3fs"])
@pytest.mark.slow
def test_without_the_store_or_the_extra_the_models_that_ship_are_there(
    look_again, monkeypatch, caplog, lacking
):
    monkeypatch.setenv("INKLING_MODELS", "s3://bucket/models")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # where nothing listens
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "inkling")
    if lacking == "s3fs":
        monkeypatch.setitem(sys.modules, "s3fs", None)
    for _ in range(3):
        assert set(list_models()) == SHIPPED
    [record] = caplog.records
    assert "INKLING_MODELS names a shelf of models that cannot be read" in record.getMessage()
    if lacking == "s3fs":
        assert "pip install '.[cluster]'" in record.getMessage()
    else:
        assert "AWS_ENDPOINT_URL" in record.getMessage()


def test_publish_says_what_it_needs(monkeypatch, look_again):
    monkeypatch.delenv("INKLING_MODELS", raising=False)
    done = inkling("publish", "pen-cnn")
    assert done.exit_code == 1
    assert "Expected INKLING_MODELS to name a shelf" in done.stderr
    monkeypatch.setenv("INKLING_MODELS", "ftp://bucket/models")
    done = inkling("publish", "pen-cnn")
    assert done.exit_code == 1 and "starts with s3://" in done.stderr
