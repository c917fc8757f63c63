"""`python -m benchmarks.fuzz`: look for bytes that break the readers of pictures and of CSV files.

Coverage-guided (Atheris, which is libFuzzer for Python): a file that leads to code that none before
has reached is kept and changed further. It begins with the files of `tests/hostile.py`. Each reader
has a process of its own, and all the time. A file that breaks one is left in the folder shown.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.result import Result, print_results

ROOT = Path(__file__).parents[1]
LONGEST = 16_384  # bytes of a file; longer ones find no more, and take longer
MEGABYTES = 690
PATIENCE = 30  # seconds for one file
WIDE = ("label", "pixel0", "pixel1", "pixel2")  # few columns: chance seldom writes 785 cells


def main() -> int:
    """Fuzz for a while; return the exit status."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for which it goes on")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="to go on from what was found before")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="inkling-fuzz-"))
    if options.reader:
        fuzz(options.reader, folder, options.seconds)
    processes = [begin(reader, folder / reader, options.seconds) for reader in READERS]
    results = [tell(*begun) for begun in zip(READERS, processes, strict=True)]
    print_results(results)
    print(f"What was found is in {folder}")
    return 0 if all(result.reached for result in results) else 1


def begin(reader: str, folder: Path, seconds: int) -> "subprocess.Popen[str]":
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


def tell(reader: str, process: "subprocess.Popen[str]") -> Result:
    """Wait for a process, and return what it has found."""
    said, _ = process.communicate()
    tried = re.findall(r"stat::number_of_executed_units:\s*(\d+)", said)
    reached = re.findall(r"\bcov: (\d+)", said)
    went_well = process.returncode == 0 and bool(tried and reached)
    return Result(
        f"fuzz of {reader}",
        f"{int(tried[-1]):,} files tried, {reached[-1]} places of the code reached"
        if went_well
        else said[-3000:],
        f"no crash, no error but ours, {MEGABYTES} MB and {PATIENCE} s at most",
        went_well,
    )


def fuzz(reader: str, folder: Path, seconds: int) -> None:
    """Fuzz one reader; the process ends here."""
    import atheris

    with atheris.instrument_imports():  # first of all: what has been imported stays as it is
        test = READERS[reader]()
    for place, content in enumerate(seeds(reader)):
        if len(content) <= LONGEST:
            (folder / f"seed-{place}").write_bytes(content)
    limits = [f"-max_total_time={seconds}", f"-rss_limit_mb={MEGABYTES}", f"-timeout={PATIENCE}"]
    limits += [f"-max_len={LONGEST}", f"-artifact_prefix={folder}/broken-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, str(folder)], test)
    atheris.Fuzz()


def seeds(reader: str) -> list[bytes]:
    """Return files to begin with."""
    sys.path.insert(0, str(ROOT / "tests"))
    import hostile

    if reader == "pictures":
        return list(hostile.pictures().values())
    whole = ",".join(WIDE).encode() + b'\n7,0,128,255\n0,1,2,3\r\n\n"9", 255 ,007,0\n'
    return [whole, *hostile.csv_files().values()]


def picture_test() -> Callable[[bytes], None]:
    """Return what a file that should be a picture is tried with."""
    from PIL import Image

    Image.init()  # the formats' plug-ins are instrumented, too
    from mnist_core.errors import PictureError
    from mnist_core.pictures import open_picture
    from mnist_core.preprocessing import prepare

    def test(content: bytes) -> None:
        try:
            picture = open_picture(content)
        except PictureError as refusal:
            if isinstance(refusal.__cause__, MemoryError):
                raise
            return
        steps = prepare(picture)
        if steps is not None and steps.centred.shape != (28, 28):
            raise AssertionError(f"Expected 28 x 28 pixels. Received: {steps.centred.shape}")

    return test


def csv_test() -> Callable[[bytes], None]:
    """Return what a file that should be a CSV of digits is tried with."""
    from mnist_core.errors import DataError
    from mnist_core.sources import pixel_csv

    def test(content: bytes) -> None:
        try:
            blocks = pixel_csv.read_blocks(content, "fuzz.csv", WIDE)
        except DataError as refusal:
            if not str(refusal).isprintable():
                raise AssertionError("A message holds what a terminal could obey.") from refusal
            return
        lines = content.partition(b"\n")[2]
        slow = pixel_csv.parse_carefully(lines, "fuzz.csv", 2, WIDE)
        if b"".join(block.tobytes() for block in blocks) != slow.tobytes():
            raise AssertionError("The quick parser and the careful one differ.")

    return test


READERS: dict[str, Callable[[], Callable[[bytes], None]]] = {
    "pictures": picture_test,
    "csv": csv_test,
}

if __name__ == "__main__":
    sys.exit(main())
