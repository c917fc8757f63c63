"""Handwriting typefaces: found, fetched, checked and kept."""

import base64
import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.local_server import NOBODY, Server, serving

from mnist_core.cli.main import main
from mnist_core.data import fonts, tarballs
from mnist_core.data.fonts import Font, list_fonts, load_fonts, local_fonts
from mnist_core.errors import DataError

NAMES = [f"hand-{i:02d}" for i in range(12)]
LICENCES = {"OFL-1.1", "Apache-2.0", "MIT"}

Publish = Callable[[str, bytes], None]


def package(member: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name in ("package/package.json", member, "../evil"):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def font_of(name: str, packed: bytes) -> Font:
    digest = base64.b64encode(hashlib.sha512(packed).digest()).decode()
    member = f"package/files/{name}-latin-400-normal.woff"
    return Font(name, "1.2.3", "MIT", member, len(packed), f"sha512-{digest}")


def content_of(name: str) -> bytes:
    return name.encode() * 50


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The npm registry with a few typefaces, on this machine."""
    monkeypatch.delenv("FONT_FILES", raising=False)
    with serving() as running:
        monkeypatch.setattr(fonts, "REGISTRY", running.url)
        listed = []
        for name in NAMES:
            packed = package(f"package/files/{name}-latin-400-normal.woff", content_of(name))
            listed.append(font_of(name, packed))
            running.files[f"/@fontsource/{name}/-/{name}-1.2.3.tgz"] = packed
        monkeypatch.setattr(fonts, "list_fonts", lambda: tuple(listed))
        yield running


@pytest.fixture
def publish(registry: Server, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Put another package in the place of a typeface's, and list it with its checksum."""

    def put(name: str, packed: bytes) -> None:
        changed = {font.name: font for font in fonts.list_fonts()}
        changed[name] = font_of(name, packed)
        registry.files[f"/@fontsource/{name}/-/{name}-1.2.3.tgz"] = packed
        monkeypatch.setattr(fonts, "list_fonts", lambda: tuple(changed.values()))

    return put


def kept(data_root: Path) -> list[Path]:
    return sorted(path for path in data_root.rglob("*") if path.is_file())


def test_the_list_is_sound():
    listed = list_fonts()
    assert len(listed) == len({font.name for font in listed}) == 127
    assert [font.name for font in listed] == sorted(font.name for font in listed)
    for font in listed:
        assert re.fullmatch(r"[a-z0-9-]+", font.name)
        assert re.fullmatch(r"\d+\.\d+\.\d+", font.version)
        assert font.licence in LICENCES
        assert font.file == f"package/files/{font.name}-latin-400-normal.woff"
        assert 1_000 < font.size < 2_000_000
        algorithm, digest = font.integrity.split("-", 1)
        assert (algorithm, len(base64.b64decode(digest, validate=True))) == ("sha512", 64)
    assert listed[0].url == (
        "https://registry.npmjs.org/@fontsource/amatic-sc/-/amatic-sc-5.3.0.tgz"
    )


def test_typefaces_are_fetched_once_and_kept(registry, data_root):
    assert local_fonts() == {}
    seen: list[tuple[int, int]] = []
    files = load_fonts(lambda done, size: seen.append((done, size)))
    assert list(files) == NAMES
    assert all(path.read_bytes() == content_of(name) for name, path in files.items())
    assert all(path.suffix == ".woff" for path in files.values())
    size = sum(len(content) for content in registry.files.values())
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)
    assert len(seen) == len(NAMES)
    assert kept(data_root) == sorted(files.values())
    assert {path.parent for path in files.values()} == {data_root / "data" / "fonts"}
    assert load_fonts() == local_fonts() == files
    assert len(registry.asked) == len(NAMES)


def test_a_few_are_the_first_by_name(registry):
    assert list(load_fonts(limit=3)) == NAMES[:3]
    assert len(registry.asked) == 3
    assert load_fonts(limit=0) == {}
    assert list(load_fonts()) == NAMES
    assert sorted(registry.asked) == sorted(registry.files)


@pytest.mark.parametrize("damage", ["changed", "empty", "gone"])
def test_what_was_kept_and_damaged_is_fetched_anew(registry, damage):
    files = load_fonts()
    path = files[NAMES[4]]
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else content_of("hand-XX"))
    assert NAMES[4] not in local_fonts()
    registry.asked.clear()
    assert load_fonts() == files
    assert path.read_bytes() == content_of(NAMES[4])
    assert registry.asked == [f"/@fontsource/{NAMES[4]}/-/{NAMES[4]}-1.2.3.tgz"]


def test_another_package_than_listed_is_refused(registry, data_root):
    path = f"/@fontsource/{NAMES[0]}/-/{NAMES[0]}-1.2.3.tgz"
    changed = bytearray(registry.files[path])
    changed[-1] ^= 1
    registry.files[path] = bytes(changed)
    with pytest.raises(DataError, match=rf"{NAMES[0]}.*SHA-512 sha512-.*FONT_FILES"):
        load_fonts(limit=1)
    assert kept(data_root) == []


@pytest.mark.parametrize(("how", "says"), [("cut", "ended after"), ("missing", "404")])
def test_a_failed_download_keeps_the_others_and_goes_on_later(registry, data_root, how, says):
    bad = f"/@fontsource/{NAMES[-1]}/-/{NAMES[-1]}-1.2.3.tgz"
    content = registry.files[bad]
    if how == "cut":
        registry.cut.add(bad)
    else:
        del registry.files[bad]
    load_fonts(limit=len(NAMES) - 1)
    with pytest.raises(DataError, match=f"typeface {NAMES[-1]} is not.*{says}.*Two ways out"):
        load_fonts()
    assert len(kept(data_root)) == len(NAMES) - 1
    registry.cut.clear()
    registry.files[bad] = content
    registry.asked.clear()
    assert list(load_fonts()) == NAMES
    assert registry.asked == [bad]


def test_without_network_the_ways_out_are_named(registry, data_root, monkeypatch):
    monkeypatch.setattr(fonts, "REGISTRY", NOBODY)
    with pytest.raises(DataError, match=r"connect to the internet.*FONT_FILES.*fonts\.csv"):
        load_fonts()
    assert kept(data_root) == []


def test_a_longer_package_than_listed_is_given_up(registry, data_root):
    registry.files[f"/@fontsource/{NAMES[0]}/-/{NAMES[0]}-1.2.3.tgz"] += b"more"
    with pytest.raises(DataError, match="at most"):
        load_fonts(limit=1)
    assert kept(data_root) == []


def test_a_hostile_package_is_refused_even_with_the_right_checksum(publish, data_root, monkeypatch):
    monkeypatch.setattr(tarballs, "MAX_UNPACKED", 100_000)
    publish(NAMES[0], package(f"package/files/{NAMES[0]}-latin-400-normal.woff", bytes(200_000)))
    with pytest.raises(DataError, match="at most 0.1 MB unpacked"):
        load_fonts(limit=1)
    publish(NAMES[0], package(f"../{NAMES[0]}-latin-400-normal.woff", b"evil"))
    with pytest.raises(DataError, match="not found"):
        load_fonts(limit=1)
    assert kept(data_root) == []
    assert not list(data_root.parent.rglob("evil"))


def test_a_stopped_download_stops(registry):
    class StoppedError(Exception):
        pass

    def stop(done: int, size: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        load_fonts(stop)
    assert list(load_fonts()) == NAMES


def test_a_full_disk_is_said(registry, data_root):
    (data_root / "data").write_text("a file where a folder should be")
    with pytest.raises(DataError, match=f"typeface {NAMES[0]} could not be stored"):
        load_fonts(limit=1)


def test_a_named_folder_comes_first(registry, monkeypatch, tmp_path):
    monkeypatch.setenv("FONT_FILES", str(tmp_path))
    with pytest.raises(DataError, match=r"12 typefaces.*hand-00\.woff, .*and others"):
        load_fonts()
    for name in NAMES:
        (tmp_path / f"{name}.woff").write_bytes(b"another file of this name")
    assert load_fonts() == local_fonts() == {name: tmp_path / f"{name}.woff" for name in NAMES}
    assert list(load_fonts(limit=2)) == NAMES[:2]
    assert registry.asked == []
    (tmp_path / "hand-03.woff").unlink()
    with pytest.raises(DataError, match=r"without hand-03\.woff$"):
        local_fonts()


def test_the_command_line_says_how_many_are_here(registry):
    def told() -> str:
        done = CliRunner().invoke(main, ["data"])
        assert done.exit_code == 0
        return done.output

    load_fonts(limit=2)
    assert f"typefaces: 2 of {len(list_fonts())} are here" in told()
