"""Download handwriting typefaces: digits and letters in many styles, to train on.

`fonts.csv` lists them: packages by Fontsource in the npm registry, each with its licence (SIL Open
Font License 1.1, Apache 2.0 or MIT), the one file in it that is used, the package's size in bytes,
and its checksum ("integrity"), as the registry states them.
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

from mnist_core.data.downloads import Progress, Remote, download
from mnist_core.data.tarballs import read_member
from mnist_core.errors import DataError
from mnist_core.files import atomic_write
from mnist_core.workspace import data_root

REGISTRY = "https://registry.npmjs.org"
LIST = Path(__file__).with_name("fonts.csv")
PARALLEL_DOWNLOADS = 8


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
        """The address of its package."""
        return f"{REGISTRY}/@fontsource/{self.name}/-/{self.name}-{self.version}.tgz"


@cache
def list_fonts() -> tuple[Font, ...]:
    """Return the typefaces of `fonts.csv`, sorted by name."""
    with LIST.open(newline="", encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    return tuple(
        Font(name, version, licence, member, int(size), integrity)
        for name, version, licence, member, size, integrity in rows
    )


def load_fonts(on_progress: Progress | None = None, limit: int | None = None) -> dict[str, Path]:
    """Return the typefaces' WOFF files by name, downloading those that are missing.

    They come from the folder that `FONT_FILES` names, or else from the data root, where downloads
    are stored. Stored files are checked; damaged ones are downloaded again.

    Args:
        on_progress: called with bytes done and bytes in total while downloading.
        limit: only this many, the first by name; None for all.

    Raises:
        DataError: a file is missing in `FONT_FILES`, or a download failed; finished downloads are
            kept.
    """
    fonts = list_fonts()[:limit]
    if named := os.environ.get("FONT_FILES"):
        return named_files(Path(named), fonts)
    here = cached_files(fonts)
    here |= fetch_all([font for font in fonts if font.name not in here], on_progress)
    return {font.name: here[font.name] for font in fonts}


def local_fonts() -> dict[str, Path]:
    """Return the typefaces on this machine as `load_fonts` does, without downloading any.

    Raises:
        DataError: a file is missing in `FONT_FILES`.
    """
    if named := os.environ.get("FONT_FILES"):
        return named_files(Path(named), list_fonts())
    return cached_files(list_fonts())


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
    """Return the folder where downloaded typefaces are stored."""
    return data_root() / "data" / "fonts"


def cached_files(fonts: Sequence[Font]) -> dict[str, Path]:
    """Return the stored typefaces whose files are undamaged."""
    found = {}
    for font in fonts:
        for path in font_folder().glob(f"{font.name}-{font.version}-*.woff"):
            with contextlib.suppress(OSError):  # an unreadable file is downloaded again
                if path == file_for(font, path.read_bytes()):
                    found[font.name] = path
    return found


def file_for(font: Font, content: bytes) -> Path:
    """Return where to store a typeface's file; the name contains its SHA-256, to check it by."""
    digest = hashlib.sha256(content).hexdigest()
    return font_folder() / f"{font.name}-{font.version}-{digest}.woff"


def fetch_all(fonts: Sequence[Font], on_progress: Progress | None) -> dict[str, Path]:
    """Download typefaces and return their files.

    Raises:
        DataError: one could not be downloaded; the remaining ones are cancelled.
    """
    done, size = 0, sum(font.size for font in fonts)
    files = {}
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        downloads = {pool.submit(fetch_font, font): font for font in fonts}
        try:
            for future in as_completed(downloads):
                font = downloads[future]
                files[font.name] = future.result()
                done += font.size
                if on_progress:
                    on_progress(done, size)
        finally:
            pool.shutdown(cancel_futures=True)
    return files


def fetch_font(font: Font) -> Path:
    """Download a typeface and return its file.

    Raises:
        DataError: no network, a full disk, or not the expected package.
    """
    with tempfile.TemporaryDirectory() as folder:
        package = download(remote(font), Path(folder) / "package.tgz")
        content = read_member(package, font.file)
    try:
        font_folder().mkdir(parents=True, exist_ok=True)
        with atomic_write(file_for(font, content)) as partial:
            partial.write_bytes(content)
    except OSError as problem:
        raise DataError(f"The typeface {font.name} could not be stored: {problem}") from problem
    return file_for(font, content)


def remote(font: Font) -> Remote:
    """Return the download of a typeface."""
    return Remote(
        name=f"The typeface {font.name}",
        url=font.url,
        max_bytes=font.size,
        instead="set FONT_FILES to a folder with files you trust",
        ways_out="Two ways out: connect to the internet and try again, which continues where this "
        f"stopped; or set FONT_FILES to a folder with {font.name}.woff and the others of "
        f"{LIST.name}.",
        checksum=font.integrity,
    )
