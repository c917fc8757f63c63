"""The pens' strokes: found, fetched, checked and kept.

Where `PEN_STROKES` names UCI's digits, all of them go through the whole way once.
"""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from helpers.local_server import NOBODY, Server, serving
from helpers.lzw_writer import compress

from mnist_core.cli.main import main
from mnist_core.data import pens, uci_pendigits
from mnist_core.data.pens import Pens, load_pens, local_pens
from mnist_core.data.pens_file import read_npz, write_npz
from mnist_core.errors import DataError

REAL = os.environ.get("PEN_STROKES")
MEMBER = "pendigits-orig.tra.Z"
BOMB = 300_000  # bytes that come out of it; the limits are set lower here


def some_pens() -> Pens:
    """Return digits of 4 writers; every third is of two strokes, one of them a dot."""
    rng, strokes = np.random.default_rng(3), []
    for i in range(24):
        lengths = (9, 1) if i % 3 == 0 else (int(rng.integers(2, 30)),)
        strokes.append([rng.integers(0, 501, (n, 2)).astype(np.int16) for n in lengths])
    numbers = np.arange(24, dtype=np.uint8)
    return Pens(strokes, numbers % 10, numbers % 4 + 1)


def as_unipen(digits: Pens) -> bytes:
    """Return digits as UCI has them: a text in UNIPEN's format, y up."""
    lines = [".INCLUDE        dene.doc", "", ".HIERARCHY      DIGIT", ""]
    count = 0
    for i, strokes in enumerate(digits.strokes):
        last = f"-{count + len(strokes) - 1}" if len(strokes) > 1 else ""
        lines.append(f'.SEGMENT DIGIT    {count}{last} ? "{digits.labels[i]}"')
        lines.append(f".COMMENT {digits.labels[i]}  {digits.writers[i]}  {i}")
        for stroke in strokes:
            points = [f" {x:3d}  {500 - y:3d}" for x, y in stroke.tolist()]
            lines += [".PEN_DOWN", *points, ".PEN_UP", ".DT 100"]
        count += len(strokes)
    return "\n".join([*lines, ""]).encode()


def zipped(packing: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def same(a: Pens, b: Pens) -> bool:
    flat = [[stroke.tolist() for strokes in it.strokes for stroke in strokes] for it in (a, b)]
    groups = [list(map(len, it.strokes)) for it in (a, b)]
    return (
        flat[0] == flat[1]
        and groups[0] == groups[1]
        and a.labels.tolist() == b.labels.tolist()
        and a.writers.tolist() == b.writers.tolist()
    )


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Pens:
    """Digits that stand for those of UCI."""
    digits = some_pens()
    monkeypatch.setattr(pens, "SHA256", digits.fingerprint())
    return digits


@pytest.fixture
def server(published: Pens, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """UCI, but on this machine."""
    monkeypatch.delenv("PEN_STROKES", raising=False)
    with serving() as running:
        packed = compress(as_unipen(published))
        running.files["/a.zip"] = zipped(**{"pendigits.names": b"about", MEMBER: packed})
        running.files["/b.tra.Z"] = packed
        urls = (f"{running.url}/a.zip", f"{running.url}/b.tra.Z")
        monkeypatch.setattr(uci_pendigits, "URLS", urls)
        yield running


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEN_STROKES", raising=False)
    urls = (f"{NOBODY}/a.zip", f"{NOBODY}/b.tra.Z")
    monkeypatch.setattr(uci_pendigits, "URLS", urls)


def test_digits_are_fetched_once_and_kept(server, published, data_root):
    assert local_pens() is None
    seen: list[tuple[int, int]] = []
    assert same(load_pens(lambda done, size: seen.append((done, size))), published)
    size = len(server.files["/a.zip"])
    assert seen[-1] == (size, size)
    kept = data_root / "data" / "pendigits-orig.npz"
    assert list((data_root / "data").iterdir()) == [kept]
    assert local_pens() == kept
    assert same(load_pens(), published)
    assert server.asked == ["/a.zip"]


def test_strokes_are_those_of_pictures(server, published):
    digit = load_pens().strokes[0]
    assert [stroke.shape for stroke in digit] == [(9, 2), (1, 2)]
    assert digit[0].dtype == np.int16
    lines = as_unipen(published).decode().split(".PEN_DOWN\n")[1].split("\n")[:9]
    up = np.array([line.split() for line in lines], int)
    np.testing.assert_array_equal(digit[0][:, 0], up[:, 0])
    np.testing.assert_array_equal(digit[0][:, 1], 500 - up[:, 1])  # the higher, the smaller


@pytest.mark.parametrize(
    "first",
    [
        None,  # 404
        b"<html>We have moved</html>",
        b"",
        zipped(readme=b"nothing else"),
        zipped(**{f"../{MEMBER}": b"evil", f"/{MEMBER}": b"evil"}),
        zipped(**{MEMBER: b"not packed with compress"}),
        zipped(**{MEMBER: compress(b"a text, but not of pens")}),
        zipped(**{MEMBER: compress(bytes(BOMB))}),
        zipped(**{MEMBER: bytes(BOMB)}),
        zipped(**{MEMBER: compress(b"\xff" * 100)}),
        zipped(zipfile.ZIP_BZIP2, **{MEMBER: compress(as_unipen(some_pens()))}),
    ],
)
def test_where_one_place_fails_the_other_is_asked(server, published, data_root, monkeypatch, first):
    monkeypatch.setattr(uci_pendigits, "MAX_UNPACKED", 100_000)
    monkeypatch.setattr(uci_pendigits, "MAX_PACKED", 100_000)
    if first is None:
        del server.files["/a.zip"]
    else:
        server.files["/a.zip"] = first
    assert same(load_pens(), published)
    assert server.asked == ["/a.zip", "/b.tra.Z"]
    assert [path.name for path in data_root.rglob("*") if path.is_file()] == ["pendigits-orig.npz"]


@pytest.mark.parametrize("member", [compress(bytes(BOMB)), bytes(BOMB)])
def test_a_bomb_is_refused_before_it_goes_off(monkeypatch, tmp_path, member):
    monkeypatch.setattr(uci_pendigits, "MAX_UNPACKED", 100_000)
    path = tmp_path / "named.zip"
    path.write_bytes(zipped(**{MEMBER: member}))
    assert path.stat().st_size < 2_000
    monkeypatch.setenv("PEN_STROKES", str(path))
    with pytest.raises(DataError, match="more than 100,000 bytes"):
        load_pens()


def test_a_truncated_archive_is_not_believed(server, published):
    server.cut.add("/a.zip")
    assert same(load_pens(), published)
    server.cut.add("/b.tra.Z")
    server.unsized |= {"/a.zip", "/b.tra.Z"}
    (Path(local_pens() or "")).unlink()
    with pytest.raises(DataError, match=r"Expected a\.zip to be UCI's archive"):
        load_pens()


def test_a_damaged_member_is_noticed(server, published):
    whole = server.files["/a.zip"]
    place = whole.index(MEMBER.encode()) + len(MEMBER) + 50
    server.files["/a.zip"] = whole[:place] + bytes(20) + whole[place + 20 :]
    assert same(load_pens(), published)
    assert server.asked == ["/a.zip", "/b.tra.Z"]


def test_other_digits_than_those_published_are_refused(server, monkeypatch, data_root):
    monkeypatch.setattr(pens, "SHA256", "0" * 64)
    with pytest.raises(DataError, match=f"SHA-256 {'0' * 64}. Received: .*24 digits.*PEN_STROKES"):
        load_pens()
    assert not (data_root / "data").exists()


@pytest.mark.parametrize("damage", ["empty", "cut", "others", "no file"])
def test_what_was_kept_and_damaged_is_fetched_anew(server, published, damage):
    load_pens()
    kept = local_pens()
    assert kept
    content = kept.read_bytes()
    if damage == "others":
        write_npz(kept, published.strokes, published.labels[::-1], published.writers)
    elif damage == "no file":
        kept.unlink()
    else:
        kept.write_bytes(b"" if damage == "empty" else content[: len(content) // 2])
    assert same(load_pens(), published)
    assert server.asked == ["/a.zip"] * 2
    assert same(load_pens(), published)
    assert server.asked == ["/a.zip"] * 2


def test_without_network_the_ways_out_are_named(offline, data_root):
    with pytest.raises(
        DataError, match=r"(?s)connect to the internet.*a\.zip elsewhere.*PEN_STROKES.*copy"
    ) as problem:
        load_pens()
    assert str(data_root / "data" / "pendigits-orig.npz") in str(problem.value)


@pytest.mark.parametrize("name", ["named.npz", "named.zip", MEMBER, "pendigits-orig.tra"])
def test_a_named_file_comes_first_in_whatever_form(offline, monkeypatch, tmp_path, name):
    """It may hold other people's digits."""
    digits, path = some_pens(), tmp_path / name
    packed = compress(as_unipen(digits))
    if name.endswith(".npz"):
        write_npz(path, digits.strokes, digits.labels, digits.writers)
    else:
        forms = {"named.zip": zipped(**{MEMBER: packed}), MEMBER: packed}
        path.write_bytes(forms.get(name, as_unipen(digits)))
    monkeypatch.setenv("PEN_STROKES", str(path))
    assert local_pens() == path
    assert same(load_pens(), digits)


def test_a_named_file_that_is_missing_is_said(monkeypatch):
    monkeypatch.setenv("PEN_STROKES", "/no/such/pens.npz")
    for look in (load_pens, local_pens):
        with pytest.raises(DataError, match=r"PEN_STROKES.*/no/such/pens\.npz"):
            look()


@pytest.mark.parametrize(
    "changed",
    [
        {"points": np.zeros((5, 2), np.float32)},
        {"points": np.zeros(10, np.int16)},
        {"points": np.array([None] * 10)},
        {"stroke_start": np.array([0, 2, 6])},
        {"stroke_start": np.array([0, 0, 5])},
        {"stroke_start": np.array([1, 2, 5])},
        {"stroke_start": np.array([[0, 5]])},
        {"sample_start": np.array([0, 9])},
        {"sample_start": np.array([])},
        {"label": np.array([1, 2, 3])},
        {"label": np.array([11])},
        {"label": np.array([300])},
        {"label": np.array([0.5])},
        {"writer": np.array(["me"])},
        {"writer": np.array([-1])},
    ],
)
def test_a_file_of_another_layout_is_refused(monkeypatch, tmp_path, changed):
    arrays = {
        "points": np.zeros((5, 2), np.int16),
        "stroke_start": np.array([0, 2, 5]),
        "sample_start": np.array([0, 2]),
        "label": np.array([1]),
        "writer": np.array([1]),
    }
    path = tmp_path / "named.npz"
    monkeypatch.setenv("PEN_STROKES", str(path))
    np.savez(path, **arrays)
    assert len(load_pens()) == 1
    np.savez(path, **arrays | changed)
    with pytest.raises(DataError, match="Expected"):
        load_pens()


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY"])
def test_a_file_that_is_no_archive_is_refused(monkeypatch, tmp_path, content):
    for name in ("named.npz", "named.zip"):
        (tmp_path / name).write_bytes(content)
        monkeypatch.setenv("PEN_STROKES", str(tmp_path / name))
        with pytest.raises(DataError, match=r"Expected .*named"):
            load_pens()


@pytest.mark.parametrize(("old", "new"), [('? "0"', '? "x"'), ("COMMENT 0  1  0", "COMMENT 0")])
def test_a_segment_that_names_no_digit_or_writer_is_refused(
    offline, monkeypatch, tmp_path, old, new
):
    text = as_unipen(some_pens()).decode()
    assert old in text
    (tmp_path / "named.tra").write_text(text.replace(old, new, 1))
    monkeypatch.setenv("PEN_STROKES", str(tmp_path / "named.tra"))
    with pytest.raises(DataError, match="its digit and its writer"):
        load_pens()


def test_writers_are_chosen_from_the_first_to_the_last():
    digits = some_pens()
    some = digits.of_writers(2, 3)
    assert set(some.writers.tolist()) == {2, 3}
    assert len(some) == len(some.strokes) == 12
    assert same(digits.of_writers(1, 4), digits)
    assert some.strokes[0] is digits.strokes[1]
    assert len(digits.of_writers(9, 12)) == 0


def test_the_fingerprint_is_of_all_there_is():
    digits = some_pens()
    assert digits.fingerprint() == some_pens().fingerprint()
    joined = [[np.concatenate(digits.strokes[0])], *digits.strokes[1:]]
    moved = [[stroke.copy() for stroke in strokes] for strokes in digits.strokes]
    moved[5][0][0, 0] ^= 1
    others = [
        Pens(joined, digits.labels, digits.writers),
        Pens(moved, digits.labels, digits.writers),
        Pens(digits.strokes, digits.writers, digits.labels),
        digits.of_writers(1, 3),
    ]
    assert len({other.fingerprint() for other in [digits, *others]}) == 5


def test_the_command_line_says_whether_they_are_here(server):
    def told() -> str:
        done = CliRunner().invoke(main, ["data"])
        assert done.exit_code == 0
        return done.output

    assert "7,494 digits as pen strokes, not here yet" in told()
    load_pens()
    assert f"digits as pen strokes, in {local_pens()}" in told()


@pytest.mark.slow
def test_the_published_digits_take_the_whole_way(monkeypatch, data_root):
    """All of UCI's digits: as UNIPEN text, packed, served, fetched, unpacked, read and checked."""
    if not REAL:
        pytest.skip("the published digits are not on this machine: set PEN_STROKES to them")
    known = Pens(*read_npz(Path(REAL)))
    if known.fingerprint() != pens.SHA256:
        pytest.skip("PEN_STROKES names other digits than the published ones")
    monkeypatch.delenv("PEN_STROKES", raising=False)
    with serving() as running:
        running.files["/a.zip"] = zipped(**{MEMBER: compress(as_unipen(known))})
        monkeypatch.setattr(uci_pendigits, "URLS", (f"{running.url}/a.zip",))
        fetched = load_pens()
    assert len(fetched) == 7_494
    assert set(fetched.writers.tolist()) == set(range(1, 31))
    assert same(fetched, known)
    assert same(load_pens(), known)
