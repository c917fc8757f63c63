import json
import threading
import zipfile

import numpy as np
import pytest
from PIL import Image

from mnist_core import Hand
from mnist_core.data.kaggle import read_train
from mnist_core.errors import DataError, LimitError
from mnist_core.hand import example_files
from mnist_core.hand.example_files import read_examples
from mnist_core.hand.stored import StoredHand

STROKES = (((90.0, 190.0, 130.0), (70.0, 72.0, 215.0)),)


@pytest.fixture
def hand(uci) -> Hand:
    hand = Hand()
    for image, label in zip(uci.images[:4], (7, 1, None, 7), strict=True):
        hand.add(image, label, STROKES if label == 1 else ())
    return hand


def as_pairs(hand) -> set:
    return {(example.id, example.label) for example in hand.examples}


@pytest.mark.parametrize("name", ["hand.json", "hand.zip"])
def test_a_hand_comes_back_as_it_was_saved(hand, tmp_path, name):
    hand.save(tmp_path / name)
    loaded = Hand.load(tmp_path / name)
    assert as_pairs(loaded) == as_pairs(hand)
    for ours, theirs in zip(hand.examples, loaded.examples, strict=True):
        np.testing.assert_array_equal(ours.ink, theirs.ink)
        assert (ours.when, ours.strokes) == (theirs.when, theirs.strokes)


@pytest.mark.parametrize("kept", ["hand.json", "examples.ndjson", "train.csv", "pictures"])
def test_any_one_form_of_the_zip_is_enough(hand, tmp_path, kept):
    hand.save(tmp_path / "hand.zip")
    with zipfile.ZipFile(tmp_path / "hand.zip") as archive:
        archive.extractall(tmp_path / "all")
        names = {path.split("/")[0] for path in archive.namelist()}
    assert names == {"hand.json", "examples.ndjson", "train.csv", "7", "1", "no-digit"}
    source = tmp_path / "all" if kept == "pictures" else tmp_path / "all" / kept
    found = {(example.id, example.label) for example in read_examples(source)}
    digits = {pair for pair in as_pairs(hand) if pair[1] is not None}
    assert found == (digits if kept == "train.csv" else as_pairs(hand))


def test_what_macos_leaves_beside_pictures_is_not_read(hand, tmp_path):
    hand.save(tmp_path / "hand.zip")
    with zipfile.ZipFile(tmp_path / "hand.zip") as archive:
        archive.extractall(tmp_path / "all")
    (tmp_path / "all" / "7" / "._a.png").write_bytes(b"Mac OS X")
    assert len(read_examples(tmp_path / "all")) == 4
    pictures = [(f"7/{path.name}", path.read_bytes()) for path in tmp_path.glob("all/7/*")]
    content = zip_with(tmp_path, [*pictures, ("__MACOSX/7/._a.png", b"Mac OS X")])
    assert len(example_files.parse_examples(content, "pictures.zip")) == 2


def test_train_csv_is_kaggles(hand, tmp_path):
    hand.save(tmp_path / "hand.zip")
    with zipfile.ZipFile(tmp_path / "hand.zip") as archive:
        digits = read_train(archive.read("train.csv"))
    assert digits.labels.tolist() == [7, 1, 7]
    np.testing.assert_array_equal(digits.images[0], hand.examples[0].ink)


def test_quick_draws_own_lines_are_drawn(tmp_path):
    line = {
        "word": "seven",
        "timestamp": "2017-03-01 12:00:00",
        "drawing": [[[0, 90, 40], [0, 2, 140]]],
    }
    (tmp_path / "theirs.ndjson").write_text(json.dumps(line))
    (example,) = read_examples(tmp_path / "theirs.ndjson")
    assert example.label == 7
    assert example.ink.any()


def test_merging_adds_no_doubles_and_keeps_the_later_label(hand, tmp_path):
    hand.save(tmp_path / "old.zip")
    first = hand.examples[0]
    hand.relabel(first.id, 2)
    merged = hand.merge(read_examples(tmp_path / "old.zip"))
    assert (merged.added, merged.known, merged.relabelled) == (0, 4, 0)
    assert hand.find(first.id).label == 2
    older = Hand.load(tmp_path / "old.zip")
    assert older.merge(hand.examples).relabelled == 1
    assert older.find(first.id).label == 2


HOSTILE = {
    "empty": b"",
    "text": b"hello",
    "number": b"7",
    "deep": b"[" * 100_000,
    "cut": b"PK\x03\x04",
    "other": b'{"format": 9, "examples": []}',
    "label": b'{"format": 1, "examples": [{"label": 11, "when": "2026-01-01", "ink": ""}]}',
    "ink": b'{"format": 1, "examples": [{"label": 1, "when": "2026-01-01", "ink": "AAAA"}]}',
    "infinite": b'{"format": 1, "examples": [{"label": 1, "when": "2026-01-01", '
    b'"drawing": [[[1e999], [0]]]}]}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["hand.json", "hand.zip", "examples.ndjson", "train.csv"])
def test_a_hostile_file_is_a_clear_error(content, name):
    if not (content == b"" and name == "examples.ndjson"):
        with pytest.raises(DataError, match=name.replace(".", r"\.")) as raised:
            example_files.parse_examples(content, name)
        assert "Error)" not in str(raised.value)


def zip_with(tmp_path, members) -> bytes:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return (tmp_path / "x.zip").read_bytes()


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    content = zip_with(tmp_path, [("hand.json", b" " * (example_files.MAX_BYTES + 1))])
    assert len(content) < 100_000
    with pytest.raises(DataError, match="together"):
        example_files.parse_examples(content, "hand.zip")


def test_too_many_files_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(example_files, "MAX_FILES", 2)
    content = zip_with(tmp_path, [(f"7/{i}.png", b"") for i in range(3)])
    with pytest.raises(DataError, match="at most 2 files"):
        example_files.parse_examples(content, "hand.zip")


def test_more_pictures_than_a_hand_has_room_for_are_not_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr("mnist_core.hand.example.MAX_EXAMPLES", 2)
    content = zip_with(tmp_path, [(f"7/{i}.png", b"no picture") for i in range(3)])
    with pytest.raises(DataError, match="at most 2 examples"):
        example_files.parse_examples(content, "hand.zip")
    (tmp_path / "7").mkdir()
    for i in range(3):
        (tmp_path / "7" / f"{i}.png").write_bytes(b"no picture")
    with pytest.raises(LimitError, match="at most 2 examples"):
        read_examples(tmp_path)
    with pytest.raises(DataError, match="at most 2 examples"):
        example_files.parse_examples(b'{"word": "seven"}\n' * 3, "theirs.ndjson")


def test_a_large_picture_of_one_digit_is_not_decoded(tmp_path):
    Image.new("L", (2_001, 2_000)).save(tmp_path / "large.png")
    content = zip_with(tmp_path, [("7/a.png", (tmp_path / "large.png").read_bytes())])
    with pytest.raises(DataError, match="larger than 4 megapixels"):
        example_files.parse_examples(content, "hand.zip")


def test_a_zip_that_climbs_out_of_its_folder_writes_nothing(tmp_path, uci):
    Image.fromarray(uci.images[0]).save(tmp_path / "a.png")
    picture = (tmp_path / "a.png").read_bytes()
    content = zip_with(tmp_path, [("../../7/evil.png", picture)])
    before = set(tmp_path.rglob("*"))
    assert [example.label for example in example_files.parse_examples(content, "hand.zip")] == [7]
    assert set(tmp_path.rglob("*")) == before


def test_ink_that_unpacks_to_more_is_cut_off():
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b"\xff" * 10_000_000)).decode()
    content = json.dumps(
        {"format": 1, "examples": [{"label": 1, "when": "2026-01-01", "ink": bomb}]}
    )
    (example,) = example_files.parse_examples(content.encode(), "hand.json")
    assert example.ink.shape == (28, 28)


def test_a_full_disk_loses_nothing(hand, tmp_path, monkeypatch, seven):
    stored = StoredHand(tmp_path / "hand.json")
    with stored.changing() as mine:
        mine.merge(hand.examples)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataError, match="No space left"), stored.changing() as mine:
        mine.add(seven, 7)
    assert len(stored.current()) == 4
    assert len(Hand.load(tmp_path / "hand.json")) == 4
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".json"] == ["hand.json"]


def test_two_tabs_lose_nothing(tmp_path, uci):
    tabs = [StoredHand(tmp_path / "hand.json") for _ in range(4)]

    def teach(tab, first):
        for image in uci.images[first : first + 5]:
            with tab.changing() as mine:
                mine.add(image, 3)

    threads = [threading.Thread(target=teach, args=(tab, 5 * i)) for i, tab in enumerate(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Hand.load(tmp_path / "hand.json")) == 20
    assert {len(tab.current()) for tab in tabs} == {20}


def test_a_restart_finds_everything(tmp_path, seven):
    with StoredHand(tmp_path / "hand.json").changing() as mine:
        mine.add(seven, 7)
    again = StoredHand(tmp_path / "hand.json")
    assert [example.label for example in again.current().examples] == [7]
    with again.changing() as mine:
        assert mine.undo()
    assert not len(StoredHand(tmp_path / "hand.json").current())


def test_a_damaged_file_is_kept_aside_and_said(tmp_path, seven):
    (tmp_path / "hand.json").write_text("{")
    stored = StoredHand(tmp_path / "hand.json")
    with pytest.raises(DataError, match=r"hand\.json"):
        stored.current()
    stored.set_aside()
    assert not len(stored.current())
    assert [path.read_text() for path in tmp_path.glob("hand-damaged*")] == ["{"]


def test_a_hand_that_could_not_be_read_again_is_not_written(hand, tmp_path, monkeypatch):
    hand.save(tmp_path / "hand.json")
    before = (tmp_path / "hand.json").read_bytes()
    monkeypatch.setattr(example_files, "MOST_WRITTEN", len(before) - 1)
    for name in ("hand.json", "hand.zip"):
        with pytest.raises(DataError, match="Leave some out"):
            hand.save(tmp_path / name)
    assert (tmp_path / "hand.json").read_bytes() == before
    assert not (tmp_path / "hand.zip").exists()
