"""One file out of a .tgz that somebody else has made, perhaps with bad intentions."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from mnist_core.data import tarballs
from mnist_core.data.tarballs import read_member
from mnist_core.errors import DataError

NAME = "package/files/it.woff"


def tgz(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def link(name: str, to: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member, b""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inside" / "it.tgz"


@pytest.fixture(autouse=True)
def folder(path: Path) -> None:
    path.parent.mkdir()


def test_one_file_is_read_and_none_is_written(path):
    other = tarfile.TarInfo("package/README.md")
    tgz(path, (other, b"more"), (tarfile.TarInfo(NAME), b"font"))
    assert read_member(path, NAME) == b"font"
    assert list(path.parent.iterdir()) == [path]


def test_names_that_leave_the_folder_lead_nowhere(path, tmp_path):
    evil = [tarfile.TarInfo(name) for name in ("../evil", str(tmp_path / "evil"))]
    tgz(path, *((member, b"evil") for member in evil), (tarfile.TarInfo(NAME), b"font"))
    assert read_member(path, NAME) == b"font"
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_a_link_is_not_followed(path, tmp_path, kind):
    (tmp_path / "secret").write_text("secret")
    target = tarfile.TarInfo("package/secret")
    tgz(path, (target, b"secret"), link(NAME, "package/secret", kind))
    with pytest.raises(DataError, match="which is not a file"):
        read_member(path, NAME)


def test_a_bomb_is_refused(path, monkeypatch):
    monkeypatch.setattr(tarballs, "MAX_UNPACKED", 1_000_000)
    tgz(path, (tarfile.TarInfo("package/bomb"), bytes(5_000_000)), (tarfile.TarInfo(NAME), b"f"))
    assert path.stat().st_size < 20_000
    with pytest.raises(DataError, match="at most 1 MB unpacked"):
        read_member(path, NAME)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty file"),
        (b"no archive", r"it\.tgz to be a \.tgz"),
        (gzip.compress(b"no tarball"), r"it\.tgz to be a \.tgz"),
        (gzip.compress(bytes(10_240)), "not found"),
    ],
    ids=["nothing", "no archive", "no tarball", "no file in it"],  # gzip writes down the time
)
def test_what_is_no_tarball_is_said(path, content, says):
    path.write_bytes(content)
    with pytest.raises(DataError, match=says):
        read_member(path, NAME)


def test_half_a_tarball_is_refused(path):
    content = tgz(path, (tarfile.TarInfo(NAME), bytes(range(256)) * 99)).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match="its end is missing"):
        read_member(path, NAME)


def test_a_file_that_claims_to_be_longer_than_the_tarball_is_refused(path):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        member = tarfile.TarInfo(NAME)
        member.size = 100_000
        archive.addfile(member, io.BytesIO(bytes(100_000)))
    path.write_bytes(gzip.compress(plain.getvalue()[:2_000]))
    with pytest.raises(DataError, match="unexpected end of data"):
        read_member(path, NAME)
