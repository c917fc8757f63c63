"""The drawn symbols: found, fetched, checked and kept."""

import bz2
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from helpers.local_server import NOBODY, Server, serving
from helpers.sources import some_symbols

from mnist_core.cli.main import main
from mnist_core.data import hasy, symbols
from mnist_core.data.hasy import KINDS, LIST
from mnist_core.data.symbols import Symbols, load_symbols, local_symbols, write_npz
from mnist_core.errors import DataError

REAL = os.environ.get("NOT_DIGITS")


def as_published(drawn: Symbols, *, folder: str = "", skip: str = "", **changed: bytes) -> bytes:
    """Return signs as HASYv2 has them: a .tar.bz2 of pictures, dark on light, and a list."""
    files, rows = {}, ["path,symbol_id,latex,user_id"]
    for i, (image, kind) in enumerate(zip(drawn.images, drawn.kinds, strict=True)):
        files[f"hasy-data/v2-{i:05}.png"] = cv2.imencode(".png", 255 - image)[1].tobytes()
        rows.append(f"hasy-data/v2-{i:05}.png,{kind},{KINDS[kind][-1]},7")
    files["hasy-data/v2-99999.png"] = files["hasy-data/v2-00000.png"]
    rows.append("hasy-data/v2-99999.png,31,A,50")  # a letter is none of the kinds
    files[LIST] = "\n".join(rows).encode()
    files |= {name.replace("__", "-"): content for name, content in changed.items()}
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:bz2") as archive:
        for name, content in files.items():
            if name != skip:
                member = tarfile.TarInfo(folder + name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def same(a: Symbols, b: Symbols) -> bool:
    return bool(np.array_equal(a.images, b.images) and np.array_equal(a.kinds, b.kinds))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Zenodo, but on this machine."""
    monkeypatch.delenv("NOT_DIGITS", raising=False)
    with serving() as running:
        running.files["/HASY.tar.bz2"] = packed = as_published(some_symbols())
        monkeypatch.setattr(hasy, "URL", f"{running.url}/HASY.tar.bz2")
        monkeypatch.setattr(hasy, "SHA256", hashlib.sha256(packed).hexdigest())
        yield running


def test_signs_are_fetched_once_and_kept(server, data_root):
    assert local_symbols() is None
    seen: list[tuple[int, int]] = []
    assert same(load_symbols(lambda done, size: seen.append((done, size))), some_symbols())
    assert seen[-1] == (len(server.files["/HASY.tar.bz2"]),) * 2
    assert local_symbols() == data_root / "data" / "symbols.npz"
    assert list((data_root / "data").iterdir()) == [local_symbols()]
    assert same(load_symbols(), some_symbols())
    assert server.asked == ["/HASY.tar.bz2"]


@pytest.mark.parametrize("damage", ["empty", "cut", "no file"])
def test_what_was_kept_and_damaged_is_fetched_anew(server, damage):
    load_symbols()
    kept = local_symbols()
    assert kept
    content = kept.read_bytes()
    if damage == "no file":
        kept.unlink()
    else:
        kept.write_bytes(b"" if damage == "empty" else content[: len(content) // 2])
    assert same(load_symbols(), some_symbols())
    assert len(server.asked) == 2


def test_another_archive_than_the_published_one_is_refused(server, data_root):
    server.files["/HASY.tar.bz2"] += b"!"
    with pytest.raises(DataError, match=r"SHA-256.*Nothing was kept.*NOT_DIGITS"):
        load_symbols()
    assert not (data_root / "data").exists()


def test_without_network_the_ways_out_are_named(monkeypatch, data_root):
    monkeypatch.delenv("NOT_DIGITS", raising=False)
    monkeypatch.setattr(hasy, "URL", f"{NOBODY}/HASY.tar.bz2")
    with pytest.raises(DataError, match=r"(?s)connect to the internet.*NOT_DIGITS.*copy") as told:
        load_symbols()
    assert str(data_root / "data" / "symbols.npz") in str(told.value)


@pytest.mark.parametrize("folder", ["", "./", "HASYv2/", "../../"])
def test_a_named_archive_is_read_wherever_its_files_lie(monkeypatch, tmp_path, folder):
    path = tmp_path / "HASYv2.tar.bz2"
    path.write_bytes(as_published(some_symbols(), folder=folder))
    monkeypatch.setenv("NOT_DIGITS", str(path))
    assert same(load_symbols(), some_symbols())
    assert [file.name for file in tmp_path.iterdir()] == [path.name]  # nothing is unpacked


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        bz2.compress(b"no archive either"),
        as_published(some_symbols())[:500],
        as_published(some_symbols(), skip=LIST),
        as_published(some_symbols(), **{LIST.replace("-", "__"): b"path,latex\n"}),
        as_published(some_symbols(), **{LIST.replace("-", "__"): b"name\nx\n"}),
        as_published(some_symbols(), **{LIST.replace("-", "__"): b"\xff\xfe\xff"}),
        as_published(some_symbols(), **{"hasy__data/v2__00000.png": b""}),
        as_published(some_symbols(), **{"hasy__data/v2__00000.png": b"no picture"}),
        as_published(
            some_symbols(),
            **{"hasy__data/v2__00000.png": cv2.imencode(".png", np.zeros((9, 9)))[1].tobytes()},
        ),
    ],
)
def test_an_archive_of_something_else_is_refused(monkeypatch, tmp_path, content):
    path = tmp_path / "HASYv2.tar.bz2"
    path.write_bytes(content)
    monkeypatch.setenv("NOT_DIGITS", str(path))
    with pytest.raises(DataError, match=r"Expected HASYv2\.tar\.bz2 to be"):
        load_symbols()


def test_a_file_that_grows_beyond_all_bounds_is_not_unpacked(monkeypatch, tmp_path):
    monkeypatch.setattr(hasy, "MAX_FILE_SIZE", 100_000)
    path = tmp_path / "HASYv2.tar.bz2"
    path.write_bytes(as_published(some_symbols(), **{LIST.replace("-", "__"): bytes(200_000)}))
    monkeypatch.setenv("NOT_DIGITS", str(path))
    with pytest.raises(DataError, match="a file of 200,000 bytes"):
        load_symbols()


@pytest.mark.parametrize(
    "changed",
    [
        {"images": np.zeros((2, 32, 32), np.float32)},
        {"images": np.zeros((2, 32, 33), np.uint8)},
        {"images": np.zeros((3, 32, 32), np.uint8)},
        {"images": np.array([None, None])},
        {"symbol": np.array([0, 20])},
        {"symbol": np.array([-1, 0])},
        {"symbol": np.array([0.0, 1.0])},
        {"symbol": np.array([["0"], ["1"]])},
    ],
)
def test_a_file_of_another_layout_is_refused(monkeypatch, tmp_path, changed):
    arrays = {"images": np.zeros((2, 32, 32), np.uint8), "symbol": np.array([0, 19])}
    path = tmp_path / "named.npz"
    monkeypatch.setenv("NOT_DIGITS", str(path))
    np.savez(path, **arrays)
    assert len(load_symbols()) == 2
    np.savez(path, **arrays | changed)
    with pytest.raises(DataError, match="Expected .*named"):
        load_symbols()


def test_a_named_file_that_is_missing_is_said(monkeypatch):
    monkeypatch.setenv("NOT_DIGITS", "/no/such/signs.npz")
    for look in (load_symbols, local_symbols):
        with pytest.raises(DataError, match=r"NOT_DIGITS.*/no/such/signs\.npz"):
            look()


def test_kinds_are_chosen_from_the_first_to_the_last():
    drawn = some_symbols()
    assert set(drawn.of_kinds(2, 3).kinds.tolist()) == {2, 3}
    assert same(drawn.of_kinds(0, 19), drawn)


def test_the_command_line_says_whether_they_are_here(server):
    def told() -> str:
        done = CliRunner().invoke(main, ["data"])
        assert done.exit_code == 0
        return done.output

    assert "drawn signs such as an integral, not here yet" in told()
    load_symbols()
    assert f"an integral, in {local_symbols()}" in told()


def test_a_full_disk_costs_only_the_next_download(server, monkeypatch):
    def full(path: Path, drawn: Symbols) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(symbols, "write_npz", full)
    assert same(load_symbols(), some_symbols())
    assert local_symbols() is None


def test_signs_that_were_written_are_those_that_are_read(tmp_path):
    path = tmp_path / "new" / "signs.npz"
    write_npz(path, some_symbols())
    assert same(symbols.read_npz(path), some_symbols())


@pytest.mark.skipif(not REAL, reason="set NOT_DIGITS to drawn symbols")
def test_real_signs_are_light_on_black():
    drawn = load_symbols()
    assert len(drawn) > 1000
    assert np.median(drawn.images.mean(axis=(1, 2))) < 100
