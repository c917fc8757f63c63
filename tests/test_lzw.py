"""Unix's compress undone: what it wrote itself, what the tests' own writer wrote, and damage."""

import base64
import contextlib
import shutil
import subprocess

import numpy as np
import pytest
from helpers.lzw_writer import compress

from mnist_core.data.lzw import decompress

# printf '.SEGMENT DIGIT 0 ? "1"\n' | compress -f (ncompress 4.2.4.6) | base64
REAL = "H52QLqYUOdKkiBMqIIgkOZIEIQwQP0CIiCFCAQ=="


def numbers(n: int) -> bytes:
    """Return text as a tablet would write it, n lines of it."""
    points = np.random.default_rng(1).integers(0, 500, (n, 2))
    return "".join(f" {x}  {y}\n" for x, y in points).encode()


def test_what_compress_itself_wrote_is_read():
    assert decompress(base64.b64decode(REAL), 100) == b'.SEGMENT DIGIT 0 ? "1"\n'


@pytest.mark.parametrize("content", [b"", b"a", b"a" * 100_000, b"abab" * 5, numbers(20_000)])
@pytest.mark.parametrize("widest", [10, 12, 16])
def test_what_was_packed_comes_back(content, widest):
    assert decompress(compress(content, widest), len(content)) == content


@pytest.mark.parametrize("after", [1, 7, 8, 9, 255, 256, 3000])
def test_the_table_may_be_emptied_on_the_way(after):
    content = numbers(5_000)
    assert decompress(compress(content, clear_after=after), len(content)) == content


@pytest.mark.parametrize("after", [None, 9, 3000])
def test_gzip_reads_what_the_writer_of_these_tests_writes(after):
    if not (gzip := shutil.which("gzip")):
        pytest.skip("there is no gzip to check against")
    content = numbers(5_000)
    packed = compress(content, clear_after=after)
    done = subprocess.run([gzip, "-dc"], input=packed, capture_output=True, check=True)
    assert done.stdout == content


@pytest.mark.parametrize("packed", [b"", b"\x1f\x9d", b"\x1f\x9d\x89ab", b"\x1f\x8b\x90abc", b"PK"])
def test_another_format_is_refused(packed):
    with pytest.raises(ValueError, match="not in the format"):
        decompress(packed, 100)


def test_a_bomb_is_refused_before_it_goes_off():
    packed = compress(bytes(300_000))
    assert len(packed) < 2_000
    with pytest.raises(ValueError, match="more than 1,000 bytes"):
        decompress(packed, 1_000)


def test_codes_that_nothing_stands_for_are_refused():
    with pytest.raises(ValueError, match="damaged"):
        decompress(b"\x1f\x9d\x90" + b"\xff" * 20, 1_000)


def test_damage_never_ends_in_anything_but_a_value_error():
    packed, rng = compress(numbers(300)), np.random.default_rng(2)
    for _ in range(300):
        damaged = bytearray(packed[: rng.integers(len(packed))])
        for place in rng.integers(0, len(damaged), 3) if damaged else ():
            damaged[place] = rng.integers(256)
        with contextlib.suppress(ValueError):
            assert len(decompress(bytes(damaged), 10_000)) <= 10_000


def test_a_file_that_was_cut_off_gives_its_beginning():
    content = numbers(1_000)
    packed = compress(content)
    part = decompress(packed[: len(packed) // 2], len(content))
    assert 0 < len(part) < len(content)
    assert content.startswith(part)
