"""What somebody sends who means harm is refused with a message, or read; nothing else happens."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from devtools import hostile
from mnist_core.data.csv_layout import TRAIN_COLUMNS
from mnist_core.data.digit_files import read_labelled, read_pictures
from mnist_core.data.kaggle import read_train
from mnist_core.errors import DataError, ModelError, PictureError
from mnist_core.image_files import MAX_PIXELS, open_picture
from mnist_core.models.own_models import save_model
from mnist_core.models.registry import find_model, own_models_dir
from mnist_core.preprocessing import prepare

ROOT = Path(__file__).parents[1]


def test_the_corpus_has_200_of_them():
    corpora = hostile.pictures(), hostile.csv_files(), hostile.unipen_archives(), hostile.NAMES
    assert sum(map(len, corpora)) >= 200
    assert len(hostile.digit_files()) >= 39


@pytest.mark.slow
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
        assert picture.size <= 4 * MAX_PIXELS, name
        prepare(picture)
    assert not any(tmp_path.iterdir())


@pytest.mark.slow
def test_no_picture_needs_more_memory_than_a_small_host_has():
    """Opened one after another, beside what the app needs itself."""
    pytest.importorskip("resource")
    script = """
import resource
from devtools import hostile
from mnist_core.errors import PictureError
from mnist_core.image_files import open_picture
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


@pytest.mark.parametrize("read", [read_train, read_pictures])
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
        assert name in hostile.GOOD_AFTER_ALL, f"{name} was read"
    assert not any(tmp_path.iterdir())


NOT_LOOKED_AT = {"npz-label-200", "npz-two-labels", "npz-alone", "idx-alone"}
NOT_LOOKED_AT |= {"idx-label-77", "idx-more-labels"}  # labels, where only pictures are wanted


@pytest.mark.slow
@pytest.mark.parametrize("read", [read_labelled, read_pictures])
def test_every_file_of_digits_is_refused(read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in hostile.digit_files().items():
        if read is read_pictures and name in NOT_LOOKED_AT:
            assert len(read(content, "mine").images) == 1
            continue
        with pytest.raises(DataError) as refusal:
            read(content, "mine")
        assert "mine" in str(refusal.value), name
        assert len(str(refusal.value)) < 350, name
        assert str(refusal.value).isprintable(), name
    assert not any(tmp_path.iterdir())


@pytest.mark.slow
def test_no_file_of_digits_needs_more_memory_than_a_small_host_has():
    pytest.importorskip("resource")
    script = """
import resource
from devtools import hostile
from mnist_core.data.digit_files import read_labelled
from mnist_core.errors import DataError
files = hostile.digit_files()
files.pop("parquet")  # importing pyarrow takes more
resource.setrlimit(resource.RLIMIT_DATA, (550_000_000,) * 2)
for name, content in files.items():
    try:
        read_labelled(content, name)
    except DataError as refusal:
        assert not isinstance(refusal.__cause__, MemoryError), name
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", hostile.NAMES)
def test_no_name_leads_out_of_the_folder_of_models(name, tiny_model, data_root):
    with pytest.raises(ModelError) as refusal:
        find_model(name)
    assert "Expected a model's name" in str(refusal.value)
    with pytest.raises(ModelError):
        save_model(tiny_model, name)
    assert not own_models_dir().exists() or not any(own_models_dir().iterdir())
    assert not any(path.name != data_root.name for path in data_root.parent.glob("*hacked*"))


def test_a_csv_with_a_hostile_name_is_refused_by_that_name_alone(tmp_path):
    for name in hostile.NAMES:
        with pytest.raises(DataError) as refusal:
            read_train(hostile.HEADER + b"11" + hostile.ROW[1:], name)
        assert str(refusal.value).startswith(f"{name}, row 2, column {TRAIN_COLUMNS[0]}:")


def parquet_of(**columns: list[object]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def test_a_parquet_file_without_a_label_is_refused_in_words():
    picture = hostile.save("PNG", (28, 28))
    content = parquet_of(image=[{"bytes": picture}] * 2, label=[7, None])
    with pytest.raises(DataError, match="expected a whole number from 0 to 9"):
        read_labelled(content, "mine.parquet")


def test_pictures_in_a_parquet_file_are_read_in_a_zip_as_well():
    inner = parquet_of(image=[{"bytes": hostile.save("PNG", (28, 28))}] * 2)
    content = hostile.zipped({"test.parquet": inner})
    assert len(read_pictures(content, "mine.zip").images) == 2
