"""What somebody sends who means harm is refused with a message, or read; nothing else happens."""

import subprocess
import sys
from pathlib import Path

import hostile
import numpy as np
import pytest

from mnist_core.errors import DataError, ModelError, PictureError
from mnist_core.own_models import keep
from mnist_core.pictures import MOST_PIXELS, open_picture
from mnist_core.preprocessing import prepare
from mnist_core.registry import find_model, kept
from mnist_core.sources.kaggle import read_test, read_train
from mnist_core.sources.pixel_csv import TRAIN_COLUMNS

ROOT = Path(__file__).parents[1]


def test_the_corpus_has_200_of_them():
    assert len(hostile.pictures()) + len(hostile.csv_files()) + len(hostile.NAMES) >= 200


def test_every_picture_is_read_or_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in hostile.pictures().items():
        try:
            picture = open_picture(content)
        except PictureError as refusal:
            assert 20 < len(str(refusal)) < 200, name
            continue
        assert picture.dtype == np.uint8, name
        assert picture.ndim == 2 or picture.shape[2] in (3, 4), name
        assert picture.size <= 4 * MOST_PIXELS, name
        prepare(picture)
    assert not any(tmp_path.iterdir())


def test_no_picture_needs_more_memory_than_a_small_host_has():
    """Opened one after another, beside what the app needs itself."""
    pytest.importorskip("resource")
    script = """
import resource, sys
sys.path[:0] = ["tests", "."]
import hostile
from mnist_core.errors import PictureError
from mnist_core.pictures import open_picture
pictures = hostile.pictures()
resource.setrlimit(resource.RLIMIT_DATA, (550_000_000,) * 2)
for name, content in pictures.items():
    try:
        open_picture(content)
    except PictureError as refusal:
        assert not isinstance(refusal.__cause__, MemoryError), name
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("read", [read_train, read_test])
def test_every_csv_is_refused_by_its_row_and_column(read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in hostile.csv_files().items():
        try:
            read(content, "train.csv")
        except DataError as refusal:
            assert str(refusal).startswith("train.csv"), name
            assert len(str(refusal)) < 300, name
            assert str(refusal).isprintable(), name
            continue
        assert name == hostile.GOOD_AFTER_ALL, f"{name} was read"
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", hostile.NAMES)
def test_no_name_leads_out_of_the_folder_of_models(name, tiny_model, data_root):
    with pytest.raises(ModelError) as refusal:
        find_model(name)
    assert "Expected a model's name" in str(refusal.value)
    with pytest.raises(ModelError):
        keep(tiny_model, name)
    assert not kept().exists() or not any(kept().iterdir())
    assert not any(path.name != data_root.name for path in data_root.parent.glob("*hacked*"))


def test_a_csv_with_a_hostile_name_is_refused_by_that_name_alone(tmp_path):
    for name in hostile.NAMES:
        with pytest.raises(DataError) as refusal:
            read_train(hostile.HEADER + b"11" + hostile.ROW[1:], name)
        assert str(refusal.value).startswith(f"{name}, row 2, column {TRAIN_COLUMNS[0]}:")
