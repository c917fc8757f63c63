"""UNIPEN's characters: found, fetched, checked and kept."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from helpers.local_server import NOBODY, Server, serving
from helpers.unipen_writer import (
    PREFIX,
    as_published,
    some_characters,
    tgz,
    unpacked,
    zipped,
)

from devtools import hostile
from mnist_core.cli.main import main
from mnist_core.data import characters, unipen_release
from mnist_core.data.characters import (
    Characters,
    load_characters,
    local_characters,
    open_characters,
)
from mnist_core.data.pens_file import write_strokes
from mnist_core.errors import DataError

REAL = os.environ.get("UNIPEN")
SAMPLE = os.environ.get("UNIPEN_SAMPLE")
ARCHIVE = "/unipen.tgz"
PENS = "include/apa/data/apa00/w1.dat"
INDEX = "data/1a/apa/apa00/w1.dat"


def same(a: Characters, b: Characters) -> bool:
    return (
        a.labels.tolist() == b.labels.tolist()
        and a.writers.tolist() == b.writers.tolist()
        and a.fingerprint() == b.fingerprint()
    )


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Characters:
    """Characters that stand for those of UNIPEN."""
    monkeypatch.delenv("UNIPEN", raising=False)
    monkeypatch.setattr(characters, "SHA256", some_characters().fingerprint())
    return some_characters()


@pytest.fixture
def server(published: Characters, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Zenodo, but on this machine."""
    with serving() as running:
        running.files[ARCHIVE] = tgz(as_published(published))
        monkeypatch.setattr(unipen_release, "URL", running.url + ARCHIVE)
        yield running


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file that UNIPEN names; a test writes it."""
    path = tmp_path / "in" / "named.tgz"
    path.parent.mkdir()
    monkeypatch.setenv("UNIPEN", str(path))
    return path


def test_characters_are_fetched_once_and_kept(server, published, data_root):
    assert local_characters() is None
    seen: list[tuple[int, int]] = []
    assert same(load_characters(lambda done, size: seen.append((done, size))), published)
    assert seen[-1] == (len(server.files[ARCHIVE]),) * 2
    kept = data_root / "data" / "unipen.npz"
    assert list((data_root / "data").iterdir()) == [kept]
    assert local_characters() == kept
    assert same(load_characters(), published)
    assert server.asked == [ARCHIVE]


@pytest.mark.parametrize("damage", ["empty", "cut", "others", "no file"])
def test_what_was_kept_and_damaged_is_fetched_anew(server, published, damage):
    load_characters()
    kept = local_characters()
    assert kept
    content = kept.read_bytes()
    if damage == "others":
        write_strokes(kept, published.strokes, published.labels[::-1], published.writers)
    elif damage == "no file":
        kept.unlink()
    else:
        kept.write_bytes(b"" if damage == "empty" else content[: len(content) // 2])
    assert same(load_characters(), published)
    assert same(load_characters(), published)
    assert server.asked == [ARCHIVE] * 2


def test_other_characters_than_those_published_are_refused(server, monkeypatch, data_root):
    monkeypatch.setattr(characters, "SHA256", "0" * 64)
    with pytest.raises(DataError, match=f"SHA-256 {'0' * 64}. Received: .*44 characters.*UNIPEN"):
        load_characters()
    assert not (data_root / "data").exists()


@pytest.mark.parametrize("sized", [True, False])
def test_a_download_that_is_cut_is_not_believed(server, data_root, sized):
    server.cut.add(ARCHIVE)
    if not sized:
        server.unsized.add(ARCHIVE)
    with pytest.raises(DataError, match=r"could not be downloaded|Expected unipen\.tgz to be"):
        load_characters()
    assert not (data_root / "data").exists()


def test_without_network_the_ways_out_are_named(published, monkeypatch, data_root):
    monkeypatch.setattr(unipen_release, "URL", f"{NOBODY}/unipen.tgz")
    with pytest.raises(
        DataError, match=r"(?s)connect to the internet.*unipen\.tgz elsewhere.*UNIPEN.*copy"
    ) as told:
        load_characters()
    assert str(data_root / "data" / "unipen.npz") in str(told.value)


def test_a_full_disk_costs_only_the_next_download(server, published, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(characters, "write_strokes", full)
    assert same(load_characters(), published)
    assert local_characters() is None


@pytest.mark.parametrize("prefix", [PREFIX, "", "./", "train_r01_v07/", "../../"])
def test_a_named_archive_is_read_wherever_its_files_lie(named, prefix):
    texts = as_published(some_characters())
    for content in (tgz(texts, prefix), zipped(texts, prefix)):
        named.write_bytes(content)
        assert local_characters() == named
        assert same(load_characters(), some_characters())
        assert list(named.parent.iterdir()) == [named]  # nothing is unpacked


def test_a_named_folder_is_read(named):
    unpacked(as_published(some_characters()), named / "CDROM")
    assert local_characters() == named
    assert same(load_characters(), some_characters())


def test_the_order_in_the_archive_does_not_matter(named):
    texts = as_published(some_characters())
    named.write_bytes(tgz(dict(reversed(texts.items()))))
    assert same(load_characters(), some_characters())


def test_other_collections_categories_and_files_are_not_even_read(named, monkeypatch):
    texts = as_published(some_characters())
    others = {
        name.replace("apa", other): text for name, text in texts.items() for other in ("aga", "sie")
    }
    others |= {name.replace("1a", "2"): "" for name in texts if "1a" in name}
    others |= {"include/apa/about.doc": "who", "data/1a/apa/README": "what"}
    named.write_bytes(tgz(others | texts))
    assert same(load_characters(), some_characters())
    assert not any(unipen_release.key_of(name) for name in others if name not in texts)


def changed(name: str, old: str, new: str) -> bytes:
    texts = as_published(some_characters())
    assert old in texts[name]
    return tgz(texts | {name: texts[name].replace(old, new, 1)})


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (INDEX, ' 0 ? "4"', ' 0:3-0 ? "4"'),  # begins in mid-stroke
        (INDEX, ' 0 ? "4"', ' 99 ? "4"'),  # no such block
        (INDEX, ' 0 ? "4"', ' 5-0 ? "4"'),
        (INDEX, ' 0 ? "4"', ' 0-999999999 ? "4"'),
        (INDEX, ' 0 ? "4"', ' 0 ? "44"'),
        (INDEX, ' 0 ? "4"', ' 0 ? " "'),
        (INDEX, ' 0 ? "4"', ' 0 ? "\\a"'),
        (INDEX, ' 0 ? "4"', ' 0 ? "é"'),
        (INDEX, "CHARACTER 0", "WORD 0"),
        (PENS, "PEN_DOWN\n", "PEN_DOWN\nx y\n"),
        (PENS, "PEN_DOWN\n", "PEN_UP\n"),
        (PENS, "PEN_DOWN\n", "PEN_DOWN\n0 0\n.COMMENT\n"),  # masked
    ],
)
def test_one_character_that_is_not_understood_is_left_out(named, name, old, new):
    named.write_bytes(changed(name, old, new))
    received, all_of_them = load_characters(), some_characters()
    assert same(received, all_of_them.where(np.arange(len(all_of_them)) > 0))


def test_a_file_in_lines_that_end_as_on_windows_is_read(named):
    texts = as_published(some_characters())
    named.write_bytes(tgz({name: text.replace("\n", "\r\n") for name, text in texts.items()}))
    assert same(load_characters(), some_characters())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>We have moved</html>",
        tgz({}),
        tgz({"data/1a/aga/a.dat": "", "include/aga/a.dat": ""}),
        tgz({name: text for name, text in as_published(some_characters()).items() if name != PENS}),
        tgz({"a/" + PENS: "", "b/" + PENS: ""}),
        tgz(as_published(some_characters()))[:500],
        changed(INDEX, ".INCLUDE apa/data", ".INCLUDE apa/../../data"),
    ],
)
def test_an_archive_of_something_else_is_refused(named, content):
    named.write_bytes(content)
    with pytest.raises(DataError, match=r"Expected named\.tgz to be ") as told:
        load_characters()
    assert str(told.value).isprintable()


@pytest.mark.parametrize("name", hostile.unipen_archives())
def test_a_hostile_archive_is_refused(named, monkeypatch, name):
    monkeypatch.setattr(unipen_release, "MAX_USED", 1_000_000)
    monkeypatch.setattr(unipen_release, "LIMITS", unipen_release.LIMITS._replace(size=5_000_000))
    named.write_bytes(hostile.unipen_archives()[name])
    with pytest.raises(DataError, match=r"Expected named\.tgz to be ") as told:
        load_characters()
    assert str(told.value).isprintable()
    assert list(named.parent.iterdir()) == [named]


def test_strokes_are_those_of_pictures(named):
    pens = ".PEN_DOWN\n10 100\n20 90\n.PEN_UP\n12 95\n.PEN_DOWN\n10 60.5\n"
    index = '.INCLUDE apa/w.dat\n.SEGMENT CHARACTER 0-2 ? "7"\n'
    named.write_bytes(tgz({"data/1a/apa/w.dat": index, "include/apa/w.dat": pens}))
    (digit,) = load_characters().strokes
    assert [stroke.tolist() for stroke in digit] == [[[0, 0], [506, 506]], [[0, 2000]]]
    assert digit[0].dtype == np.int16


def test_a_dot_of_one_point_is_a_character(named):
    index = '.INCLUDE apa/w.dat\n.SEGMENT CHARACTER 0 ? "."\n'
    pens = ".PEN_DOWN\n588 669\n.PEN_UP\n"
    named.write_bytes(tgz({"data/1d/apa/w.dat": index, "include/apa/w.dat": pens}))
    assert load_characters().strokes[0][0].tolist() == [[0, 0]]


def test_a_named_file_that_is_missing_is_said(monkeypatch):
    monkeypatch.setenv("UNIPEN", "/no/such/unipen.npz")
    for look in (load_characters, local_characters):
        with pytest.raises(DataError, match=r"UNIPEN to name a file or a folder.*/no/such/unipen"):
            look()


@pytest.mark.parametrize(
    "other",
    [
        {"points": np.zeros((5, 2), np.float32)},
        {"points": np.array([None] * 10)},
        {"stroke_start": np.array([0, 0, 5])},
        {"sample_start": np.array([0, 9])},
        {"label": np.array([1])},
        {"label": np.array(["1", "2"])},
        {"label": np.array([["1"]])},
        {"label": np.array([b"1"])},
        {"writer": np.array([None])},
    ],
)
def test_a_file_of_another_layout_is_refused(monkeypatch, tmp_path, other):
    arrays = {
        "points": np.zeros((5, 2), np.int16),
        "stroke_start": np.array([0, 2, 5]),
        "sample_start": np.array([0, 2]),
        "label": np.array(["1"]),
        "writer": np.array(["apa/1"]),
        "kind": np.array([0]),
    }
    path = tmp_path / "named.npz"
    monkeypatch.setenv("UNIPEN", str(path))
    np.savez(path, **arrays)
    assert len(load_characters()) == 1
    np.savez(path, **arrays | other)
    with pytest.raises(DataError, match="Expected"):
        load_characters()


def test_characters_are_chosen_by_label_and_collection():
    some = some_characters()
    digits = some.labelled(characters.DIGITS)
    assert set(digits.labels.tolist()) == set("4107")
    assert set(some.where(some.collections == "gmd").writers.tolist()) == {"gmd/1"}
    assert len(some.labelled("?")) == 0


def test_the_fingerprint_is_of_all_there_is():
    some = some_characters()
    moved = [[stroke.copy() for stroke in strokes] for strokes in some.strokes]
    moved[5][0][0, 0] ^= 1
    others = [
        Characters(moved, some.labels, some.writers),
        Characters(some.strokes, some.labels[::-1], some.writers),
        Characters(some.strokes, some.labels, some.writers[::-1]),
        some.where(some.labels != "4"),
    ]
    assert len({other.fingerprint() for other in [some, *others]}) == 5


def test_the_command_line_says_whether_they_are_here(server):
    def told() -> str:
        done = CliRunner().invoke(main, ["data"])
        assert done.exit_code == 0
        return done.output

    assert "letters and signs as pen strokes, not here yet" in told()
    load_characters()
    assert f"as pen strokes, in {local_characters()}" in told()


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="set UNIPEN to its characters")
def test_real_characters_are_the_published_ones():
    real = load_characters()
    if len(real) != 73_920:
        pytest.skip("UNIPEN names other characters than all that are used")
    assert real.fingerprint() == characters.SHA256
    assert set(real.collections) == set(unipen_release.COLLECTIONS)


@pytest.mark.slow
@pytest.mark.skipif(not (REAL and SAMPLE), reason="set UNIPEN, and UNIPEN_SAMPLE to some files")
def test_some_published_files_have_exactly_the_known_characters():
    """The sample has the files of writers apa/23 and art/1, which are numbered from 1 in it."""
    sample, real = open_characters(Path(SAMPLE)), load_characters()
    known = real.where(np.isin(real.writers, ["apa/23", "art/1"]))
    renamed = np.where(known.writers == "apa/23", "apa/1", known.writers)
    assert same(sample, Characters(known.strokes, known.labels, renamed))
