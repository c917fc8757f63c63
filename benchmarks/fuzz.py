"""`python -m benchmarks.fuzz`: search for files and links that break what reads them.

The search is coverage-guided (Atheris, which is libFuzzer for Python): a file that reaches new code
is kept and mutated further. It starts with the files of `devtools/hostile.py`. Each reader
(of pictures, CSV files, digit files, UNIPEN, links) has its own process for the whole time. A file
that breaks a reader is left in the folder that is printed.
"""

import argparse
import contextlib
import functools
import json
import re
import subprocess
import sys
import tempfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from benchmarks.result import Result, print_results

if TYPE_CHECKING:  # atheris has to import what it is to instrument
    from mnist_core.data.csv_layout import Layout
    from mnist_core.data.levels import LevelBlock

ROOT = Path(__file__).parents[1]
LONGEST = 16_384  # bytes per file; longer ones find no more and take longer
MEGABYTES = 690
PATIENCE = 30  # seconds per file
PACKED = b"\0\x08\x01\x05\x10\x10\x10\x10\x20\x02\x08\x08"  # what a link has compressed
UNIPEN = (  # an index, then the pens' ways
    b'.INCLUDE apa/w.dat\n.SEGMENT CHARACTER 0-2 ? "7"\n.SEGMENT CHARACTER 3-3:9 OK "\\""\n\0'
    b".WRITER_ID W1\n.PEN_DOWN\n 92\t380\n94 379.5\n.PEN_UP\n1 2 3\n.PEN_DOWN\n0 0\n-1 7\n"
)


def main() -> int:
    """Fuzz for the given time; return the exit status."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="how long to fuzz")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="continue from the files found before")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="inkling-fuzz-"))
    if options.reader:
        fuzz(options.reader, folder, options.seconds)
    processes = [start_fuzzing(reader, folder / reader, options.seconds) for reader in READERS]
    results = [wait_for_result(*started) for started in zip(READERS, processes, strict=True)]
    print_results(results)
    print(f"The files that were found are in {folder}")
    return 0 if all(result.reached for result in results) else 1


def start_fuzzing(reader: str, folder: Path, seconds: int) -> "subprocess.Popen[str]":
    """Start the process that fuzzes one reader."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.fuzz", "--reader", reader]
    return subprocess.Popen(
        [*command, "--folder", str(folder), "--seconds", str(seconds)],
        cwd=ROOT,
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def wait_for_result(reader: str, process: "subprocess.Popen[str]") -> Result:
    """Wait for a process and return its result."""
    output, _ = process.communicate()
    tried = re.findall(r"stat::number_of_executed_units:\s*(\d+)", output)
    reached = re.findall(r"\bcov: (\d+)", output)
    succeeded = process.returncode == 0 and bool(tried and reached)
    return Result(
        f"fuzz of {reader}",
        f"{int(tried[-1]):,} files tried, {reached[-1]} points in the code reached"
        if succeeded
        else output[-3000:],
        f"no crash, only our own errors, at most {MEGABYTES} MB and {PATIENCE} s",
        succeeded,
    )


def fuzz(reader: str, folder: Path, seconds: int) -> None:
    """Fuzz one reader. This ends the process."""
    import atheris

    with atheris.instrument_imports():  # must be the first import of what is fuzzed
        test = READERS[reader]()
    for index, content in enumerate(seeds(reader)):
        if len(content) <= LONGEST:
            (folder / f"seed-{index}").write_bytes(content)
    limits = [f"-max_total_time={seconds}", f"-rss_limit_mb={MEGABYTES}", f"-timeout={PATIENCE}"]
    limits += [f"-max_len={LONGEST}", f"-artifact_prefix={folder}/broken-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, str(folder)], test)
    atheris.Fuzz()


def seeds(reader: str) -> list[bytes]:
    """Return the files to start with."""
    from devtools import hostile

    if reader == "pictures":
        return list(hostile.pictures().values())
    if reader == "links":
        links = json.loads((ROOT / "tests" / "fixtures" / "links.json").read_text("utf-8"))
        return [*(link["link"].encode() for link in links), PACKED]
    if reader == "unipen":
        return [UNIPEN, *hostile.unipen_archives().values()]
    if reader in ("digit files", "idx"):
        return list(hostile.digit_files().values())
    head = b"label,pixel0,pixel1,pixel2,pixel3"
    valid = head + b'\n7,0,128,255,1\n0,1,2,3,4\r\n\n"9", 255 ,007,0,0\n'
    fractions = head.replace(b",", b";") + b"\n7;0.0;0.5;1;0.25\n3;1e-3;0;0;.5\n"
    bare = b"7\t0\t0\t9.0\t0\r1\t0\t0\t9.0\t0\r"
    return [valid, fractions, bare, valid.decode().encode("utf-16"), *hostile.csv_files().values()]


def picture_test() -> Callable[[bytes], None]:
    """Return the function that tests a file as a picture."""
    from PIL import Image

    Image.init()  # loads the plug-ins, so that they are instrumented too
    from mnist_core.errors import PictureError
    from mnist_core.image_files import open_picture
    from mnist_core.preprocessing import prepare

    def test(content: bytes) -> None:
        try:
            picture = open_picture(content)
        except PictureError as error:
            if isinstance(error.__cause__, MemoryError):
                raise
            return
        steps = prepare(picture)
        if steps is not None and steps.centred.shape != (28, 28):
            raise AssertionError(f"Expected 28 x 28 pixels. Received: {steps.centred.shape}")

    return test


def csv_test() -> Callable[[bytes], None]:
    """Return the function that tests a file as a CSV of digits."""
    from mnist_core.data import csv_cells, csv_numbers, pixel_csv

    def both(block: bytes, layout: "Layout") -> "LevelBlock | None":
        cells = csv_numbers.parse_numbers(block, layout)
        if cells is not None:
            slow = csv_cells.parse_cells(block, "fuzz.csv", 2, layout)
            if cells.levels.tobytes() != slow.levels.tobytes():
                raise AssertionError("The quick parser and the careful one differ.")
        return cells

    mock.patch.object(pixel_csv, "parse_numbers", both).start()

    def test(content: bytes) -> None:
        # Random changes rarely produce 785 cells
        table = functools.partial(pixel_csv.read_table, content, "fuzz.csv", pixels=4)
        refuse_or_read(lambda: table(labelled=True))
        refuse_or_read(lambda: table(labelled=False))

    return test


def refuse_or_read(read: Callable[[], object]) -> None:
    """Read a file; a refusal has to be one of our own, in characters that can be shown."""
    from mnist_core.errors import DataError

    try:
        read()
    except DataError as error:
        if not str(error).isprintable():
            raise AssertionError("A message contains control characters.") from error
        if isinstance(error.__cause__, MemoryError):
            raise


def digit_file_test() -> Callable[[bytes], None]:
    """Return the function that tests a file as digits in any form: zip, .npz, IDX, gzip, CSV."""
    from mnist_core.data.digit_files import read_labelled, read_pictures

    def test(content: bytes) -> None:
        refuse_or_read(lambda: read_labelled(content, "fuzz.zip"))
        refuse_or_read(lambda: read_pictures(content, "fuzz.zip"))

    return test


def idx_test() -> Callable[[bytes], None]:
    """Return the function that tests a file as one of MNIST's IDX files."""
    from mnist_core.data.digit_arrays import images_of, labels_of
    from mnist_core.data.idx import parse_idx

    def test(content: bytes) -> None:
        refuse_or_read(lambda: images_of(parse_idx(content, "fuzz"), "fuzz"))
        refuse_or_read(lambda: labels_of(parse_idx(content, "fuzz"), "fuzz"))

    return test


def unipen_test() -> Callable[[bytes], None]:
    """Return the function that tests a file as an archive of UNIPEN, or as the texts in one."""
    from mnist_core.data import unipen_release
    from mnist_core.data.unipen_release import Key, characters_in, open_release
    from mnist_core.errors import DataError

    unipen_release.LIMITS = unipen_release.LIMITS._replace(size=20_000_000)
    file = Path(tempfile.mkdtemp()) / "unipen.tgz"

    def test(content: bytes) -> None:
        if content.startswith((b"PK", b"\x1f\x8b", b"BZh")):
            file.write_bytes(content)
            try:
                open_release(file)
            except DataError as error:
                if not str(error).isprintable():
                    raise AssertionError("A message contains control characters.") from error
            return
        index, _, pens = content.decode("latin-1").partition("\0")
        try:
            found = [*characters_in({Key("1a", "apa/w.dat"): index, Key("", "apa/w.dat"): pens})]
        except ValueError:
            return
        for character in found:
            for stroke in character.strokes:
                if not len(stroke) or stroke.min() < 0 or stroke.max() > unipen_release.SIDE:
                    raise AssertionError(f"Expected 0 to 2000. Received: {stroke}")

    return test


def link_test() -> Callable[[bytes], None]:
    """Return the function that tests text as a link, or bytes as what a link has compressed."""
    from mnist_core.errors import LinkError
    from mnist_core.sketches.link import MAX_POINTS, MAX_STROKES, decode, encode
    from mnist_core.sketches.raster import draw

    def test(content: bytes) -> None:
        link = content.decode("latin-1")
        if content.startswith(b"\0"):
            packed = b"\x01" + zlib.compress(content[1:], 9, -zlib.MAX_WBITS)
            link = urlsafe_b64encode(packed).decode().rstrip("=")
        try:
            sketch = decode(link)
        except LinkError as error:
            if not str(error).isprintable():
                raise AssertionError("A message contains control characters.") from error
            return
        points = sum(len(stroke.points) for stroke in sketch.strokes)
        if not 1 <= len(sketch.strokes) <= MAX_STROKES or points > MAX_POINTS:
            raise AssertionError("The limits are exceeded.")
        if draw(sketch).shape != (280, sketch.width):
            raise AssertionError("The drawing has another size than its paper.")
        with contextlib.suppress(LinkError):  # it may be longer than ours
            encode(decode(encode(sketch, 1)), 1)

    return test


READERS: dict[str, Callable[[], Callable[[bytes], None]]] = {
    "pictures": picture_test,
    "csv": csv_test,
    "unipen": unipen_test,
    "digit files": digit_file_test,
    "idx": idx_test,
    "links": link_test,
}

if __name__ == "__main__":
    sys.exit(main())
