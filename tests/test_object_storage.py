"""A real S3 server: models are published to it, and digits are read in bulk from it and to it."""

import io
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from helpers.object_storage import KEY, WEED, s3_server
from helpers.waiting import wait_for
from PIL import Image

from mnist_core.cli.main import main
from mnist_core.errors import DataError
from mnist_core.models import shelf
from mnist_core.models.registry import list_models
from mnist_core.places import (
    create,
    exists,
    find_files,
    object_store,
    open_to_write,
    read_bytes,
    write_bytes,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not WEED.exists(), reason="SeaweedFS is not installed"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("store")) as url:
        yield url


@pytest.fixture
def bucket(server, monkeypatch) -> str:
    """The address of a bucket on the server."""
    settings = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    object_store.cache_clear()
    monkeypatch.setattr(shelf, "_shelf", shelf.Shelf())

    def is_ready() -> bool:
        try:
            write_bytes("s3://inkling/ready", b"")
        except DataError:
            return False
        return True

    wait_for(is_ready, at_most=60)
    return "s3://inkling"


def read(source: str, output: str) -> Result:
    arguments = ["--model", "quick-cnn", "--workers", "1", "--many", source, "-o", output]
    return CliRunner().invoke(main, ["read", *arguments])


def test_of_several_that_create_an_object_one_succeeds(bucket):
    place = f"{bucket}/only-once"
    with ThreadPoolExecutor(8) as pool:
        made = [*pool.map(lambda n: (n, create(place, b"%d" % n)), range(8))]
    [winner] = [number for number, is_first in made if is_first]
    assert read_bytes(place) == b"%d" % winner


def test_what_fails_half_way_is_not_there(bucket):
    with pytest.raises(ZeroDivisionError), open_to_write(f"{bucket}/half") as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert not exists(f"{bucket}/half")


def test_a_model_is_published_and_served_elsewhere(
    bucket, tiny_model, data_root, monkeypatch, tmp_path
):
    shutil.copytree(tiny_model, data_root / "models" / "tiny")
    monkeypatch.setenv("INKLING_MODELS", f"{bucket}/models")
    assert CliRunner().invoke(main, ["publish", "tiny"]).exit_code == 0
    assert CliRunner().invoke(main, ["publish", "tiny"]).exit_code == 1
    monkeypatch.setenv("INKLING_HOME", str(tmp_path))
    monkeypatch.setattr(shelf, "_shelf", shelf.Shelf())
    assert "tiny" in list_models()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # the store goes down
    object_store.cache_clear()
    monkeypatch.setattr(shelf, "_shelf", shelf.Shelf())
    assert "tiny" in list_models()


def test_digits_are_read_from_the_store_and_answers_written_to_it(bucket, uci, tmp_path):
    content = io.BytesIO()
    np.savez(content, X=uci.images[:600])
    (tmp_path / "digits.npz").write_bytes(content.getvalue())
    write_bytes(f"{bucket}/digits/a.npz", content.getvalue())
    here, there = tmp_path / "here.parquet", f"{bucket}/answers/there.parquet"
    assert read(str(tmp_path / "digits.npz"), str(here)).exit_code == 0
    done = read(f"{bucket}/digits/a.npz", there)
    assert done.exit_code == 0, done.output
    table = pq.read_table(io.BytesIO(read_bytes(there)))
    assert table.equals(pq.read_table(here))
    assert not find_files(f"{there}.parts/*", or_none=True)
    again = read(f"{bucket}/digits/*.npz", there)
    assert again.exit_code == 0 and "Read 600 pictures" in again.stdout


def test_pictures_in_a_folder_of_the_store(bucket, seven, tmp_path):
    png = io.BytesIO()
    Image.fromarray(255 - seven).save(png, "PNG")
    for name in ("b/2.png", "a/1.png"):
        write_bytes(f"{bucket}/scans/{name}", png.getvalue())
    done = read(f"{bucket}/scans", f"{tmp_path}/parts/")
    assert done.exit_code == 0, done.output
    rows = pq.read_table(tmp_path / "parts").to_pylist()
    assert [row["key"] for row in rows] == [f"{bucket}/scans/{n}" for n in ("a/1.png", "b/2.png")]
    assert {row["digit"] for row in rows} == {7}
    assert read(f"{bucket}/nothing", f"{tmp_path}/other/").exit_code == 1
