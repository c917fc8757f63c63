"""Arrays on the disk: made once, whole or anew, and never too many."""

import os

import numpy as np
import pytest

from mnist_core.analysis import array_cache
from mnist_core.analysis.array_cache import file_of, is_remembered, remembered


def never() -> np.ndarray:
    raise AssertionError("It was computed again.")


def make(n: int = 3) -> np.ndarray:
    return np.arange(2.0 * n).reshape(n, 2)


def test_an_array_is_made_once():
    assert not is_remembered("a")
    np.testing.assert_array_equal(remembered("a", 3, make), make())
    assert is_remembered("a")
    np.testing.assert_array_equal(remembered("a", 3, never), make())


@pytest.mark.parametrize(
    "damage", ["cut", "garbage", "flipped", "packing", "encrypted", "empty", "folder"]
)
def test_a_damaged_file_is_made_anew(damage):
    remembered("a", 3, make)
    file = file_of("a")
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[:-40])
    elif damage == "garbage":
        file.write_bytes(b"no array at all")
    elif damage == "flipped":
        content[content.index(np.float64(5).tobytes())] ^= 1
        file.write_bytes(content)
    elif damage in ("packing", "encrypted"):  # one bit of the archive's list of contents
        place = content.index(b"PK\1\2") + (10 if damage == "packing" else 8)
        content[place] ^= 1
        file.write_bytes(content)
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        file.unlink()
        file.mkdir()
    np.testing.assert_array_equal(remembered("a", 3, make), make())
    if damage != "folder":
        np.testing.assert_array_equal(remembered("a", 3, never), make())


def test_an_array_of_another_length_is_made_anew():
    remembered("a", 3, make)
    assert len(remembered("a", 4, lambda: make(4))) == 4
    assert len(remembered("a", 4, never)) == 4


def test_objects_are_not_unpickled():
    file_of("a").parent.mkdir()
    np.savez(file_of("a"), array=np.array([{"a": 1}] * 3, object))
    np.testing.assert_array_equal(remembered("a", 3, make), make())


def test_without_a_place_to_write_it_answers_all_the_same(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("INKLING_HOME", str(tmp_path / "file"))
    np.testing.assert_array_equal(remembered("a", 3, make), make())


def test_an_interrupted_write_leaves_nothing(monkeypatch):
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        remembered("a", 3, make)
    assert list(file_of("a").parent.iterdir()) == []


def ages(*keys: str) -> None:
    """Make the first key the one that was asked for longest ago."""
    for age, key in enumerate(keys):
        os.utime(file_of(key), (1_000 + age, 1_000 + age))


def test_what_was_asked_for_longest_ago_makes_room(monkeypatch):
    monkeypatch.setattr(array_cache, "MOST_FILES", 2)
    remembered("a", 3, make)
    remembered("b", 3, make)
    ages("a", "b")
    remembered("a", 3, never)  # now b is the older one
    remembered("c", 3, make)
    assert [is_remembered(key) for key in "abc"] == [True, False, True]


def test_the_newest_array_stays_however_large_it_is(monkeypatch):
    remembered("a", 3, make)
    ages("a")
    monkeypatch.setattr(array_cache, "MOST_BYTES", 10)
    remembered("b", 3, make)
    assert [is_remembered(key) for key in "ab"] == [False, True]
