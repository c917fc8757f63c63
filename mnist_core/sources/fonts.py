"""Handwriting typefaces, to train on digits and letters of many more hands; never to test on.

`fonts.csv` lists them: packages of Fontsource in the npm registry, each with its licence (SIL Open
Font License 1.1, Apache 2.0 or MIT), the one file in it that is needed, the package's size in
bytes and its checksum ("integrity"), as the registry states them.
"""

import contextlib
import csv
import hashlib
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mnist_core.errors import DataError
from mnist_core.files import whole_file
from mnist_core.registry import home
from mnist_core.sources.downloads import Progress, Remote, download
from mnist_core.sources.tarballs import read_member

REGISTRY = "https://registry.npmjs.org"
LIST = Path(__file__).with_name("fonts.csv")
AT_ONCE = 8  # downloads


@dataclass(frozen=True)
class Font:
    """A row of `fonts.csv`."""

    name: str
    version: str
    licence: str
    file: str
    size: int
    integrity: str

    @property
    def url(self) -> str:
        """Where its package is."""
        return f"{REGISTRY}/@fontsource/{self.name}/-/{self.name}-{self.version}.tgz"


@cache
def list_fonts() -> tuple[Font, ...]:
    """Return the typefaces of `fonts.csv`, by name."""
    with LIST.open(newline="", encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    return tuple(
        Font(name, version, licence, member, int(size), integrity)
        for name, version, licence, member, size, integrity in rows
    )


def load_fonts(on_progress: Progress | None = None, limit: int | None = None) -> dict[str, Path]:
    """Return the typefaces' WOFF files by name, downloading only those that are not here.

    They are in the folder that `FONT_FILES` names, else in the data root, else fetched and kept
    there. What was kept is checked, and what is damaged is fetched anew.

    Args:
        on_progress: called with bytes done and bytes in all while downloading.
        limit: how many, the first by name; None for all.

    Raises:
        DataError: `FONT_FILES` lacks some of them, or a download failed; those that came are kept.
    """
    fonts = list_fonts()[:limit]
    if named := os.environ.get("FONT_FILES"):
        return named_files(Path(named), fonts)
    here = kept_files(fonts)
    here |= fetch_all([font for font in fonts if font.name not in here], on_progress)
    return {font.name: here[font.name] for font in fonts}


def local_fonts() -> dict[str, Path]:
    """Return those of the typefaces that are here, as `load_fonts` does, without a download.

    Raises:
        DataError: `FONT_FILES` lacks some of them.
    """
    if named := os.environ.get("FONT_FILES"):
        return named_files(Path(named), list_fonts())
    return kept_files(list_fonts())


def named_files(folder: Path, fonts: Sequence[Font]) -> dict[str, Path]:
    """Return the typefaces' files in a folder, NAME.woff each."""
    files = {font.name: folder / f"{font.name}.woff" for font in fonts}
    if missing := [path.name for path in files.values() if not path.is_file()]:
        some = ", ".join(missing[:3])
        raise DataError(
            f"Expected FONT_FILES to name a folder with {len(files)} typefaces, NAME.woff each. "
            f"Received: {folder}, without {some}{' and others' if len(missing) > 3 else ''}"
        )
    return files


def font_folder() -> Path:
    """Return where typefaces are kept once they have been fetched."""
    return home() / "data" / "fonts"


def kept_files(fonts: Sequence[Font]) -> dict[str, Path]:
    """Return those of the typefaces that were kept, and are whole."""
    found = {}
    for font in fonts:
        for path in font_folder().glob(f"{font.name}-{font.version}-*.woff"):
            with contextlib.suppress(OSError):  # what cannot be read is fetched anew
                if path == place(font, path.read_bytes()):
                    found[font.name] = path
    return found


def place(font: Font, content: bytes) -> Path:
    """Return where the file of a typeface is kept: its name holds its SHA-256, to check it by."""
    digest = hashlib.sha256(content).hexdigest()
    return font_folder() / f"{font.name}-{font.version}-{digest}.woff"


def fetch_all(fonts: Sequence[Font], on_progress: Progress | None) -> dict[str, Path]:
    """Return the typefaces' files, fetched; gives up with the first that cannot be had."""
    done, size = 0, sum(font.size for font in fonts)
    files = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        coming = {pool.submit(fetch_font, font): font for font in fonts}
        try:
            for future in as_completed(coming):
                font = coming[future]
                files[font.name] = future.result()
                done += font.size
                if on_progress:
                    on_progress(done, size)
        finally:
            pool.shutdown(cancel_futures=True)
    return files


def fetch_font(font: Font) -> Path:
    """Fetch a typeface and return its file.

    Raises:
        DataError: no network, a full disk, or another package than expected.
    """
    with tempfile.TemporaryDirectory() as folder:
        package = download(remote(font), Path(folder) / "package.tgz")
        content = read_member(package, font.file)
    try:
        font_folder().mkdir(parents=True, exist_ok=True)
        with whole_file(place(font, content)) as partial:
            partial.write_bytes(content)
    except OSError as problem:
        raise DataError(f"The typeface {font.name} could not be kept: {problem}") from problem
    return place(font, content)


def remote(font: Font) -> Remote:
    """Return what to download, and what to tell those who cannot."""
    return Remote(
        name=f"The typeface {font.name}",
        url=font.url,
        most=font.size,
        instead="set FONT_FILES to a folder with files you trust",
        ways_out="Two ways out: connect to the internet and try again, which goes on where this "
        f"ended; or set FONT_FILES to a folder with {font.name}.woff and the others of "
        f"{LIST.name}.",
        checksum=font.integrity,
    )
