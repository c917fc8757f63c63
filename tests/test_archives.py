"""Files out of archives and folders that somebody else has made, perhaps with bad intentions."""

import bz2
import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from mnist_core.data.archives import READ_ERRORS, Limits, files_of

LIMITS = Limits(files=20, file_size=10_000, size=100_000)
FILES = {"a/one.dat": b"1" * 700, "a/b/two.dat": b"", "a/note.txt": b"note"}
WANTED = {name: content for name, content in FILES.items() if name.endswith(".dat")}


def is_dat(name: str) -> bool:
    return name.endswith(".dat")


def tar(files: dict[str, bytes], *others: tarfile.TarInfo) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for member in others:
            archive.addfile(member)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def special(name: str, kind: bytes, to: str = "a/one.dat") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member


def read(path: Path, content: bytes, limits: Limits = LIMITS) -> dict[str, bytes]:
    path.write_bytes(content)
    found = dict(files_of(path, is_dat, limits))
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # nothing was written
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in" / "archive"


def made(kind: str, files: dict[str, bytes]) -> bytes:
    """Return an archive of one kind."""
    if kind == "zip":
        return zipped(files)
    return gzip.compress(tar(files)) if kind == "gz" else bz2.compress(tar(files))


KINDS = ("gz", "bz2", "zip")


@pytest.mark.parametrize("kind", KINDS)
def test_wanted_files_are_read_from_every_kind(path, kind):
    assert read(path, made(kind, FILES)) == WANTED


def test_a_folder_is_read_like_an_archive_without_following_links(tmp_path):
    for name, content in FILES.items():
        (tmp_path / "f" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "f" / name).write_bytes(content)
    (tmp_path / "secret.dat").write_text("secret")
    (tmp_path / "f" / "link.dat").symlink_to(tmp_path / "secret.dat")
    (tmp_path / "f" / "folder").symlink_to(tmp_path)
    assert dict(files_of(tmp_path / "f", is_dat, LIMITS)) == WANTED


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE],
)
def test_what_is_no_plain_file_in_a_tar_is_passed_over(path, kind):
    assert read(path, gzip.compress(tar(FILES, special("link.dat", kind)))) == WANTED


def test_a_link_in_a_zip_is_passed_over(path):
    link = zipfile.ZipInfo("link.dat")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert read(path, file.getvalue()) == WANTED


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_lead_out_lead_nowhere(path, kind):
    found = read(path, made(kind, {"../../evil.dat": b"evil", "/tmp/evil.dat": b"evil"}))
    assert set(found.values()) == {b"evil"}
    assert not (path.parents[1] / "evil.dat").exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (LIMITS._replace(files=2), "more than 2 files"),
        (LIMITS._replace(file_size=600), "a file of 700 bytes"),
        (LIMITS._replace(size=600), "more than 600 bytes"),
    ],
)
def test_what_exceeds_a_limit_is_refused(path, kind, limits, says):
    with pytest.raises(ValueError, match=says):
        read(path, made(kind, FILES), limits)


def test_a_folder_that_exceeds_a_limit_is_refused(tmp_path):
    for name in ("a.dat", "b.dat"):
        (tmp_path / name).write_bytes(bytes(700))
    for limits in (LIMITS._replace(files=1), LIMITS._replace(size=1_000)):
        with pytest.raises(ValueError, match="more than"):
            list(files_of(tmp_path, is_dat, limits))


@pytest.mark.parametrize("kind", ["gz", "bz2"])
def test_a_bomb_that_nobody_wants_is_refused_before_it_is_unpacked(path, kind):
    content = made(kind, {"bomb": bytes(5_000_000)})
    assert len(content) < 20_000
    with pytest.raises(ValueError, match="more than 100,000 bytes"):
        read(path, content)


def test_a_header_that_says_it_has_a_long_extension_is_not_believed(path):
    extension = tarfile.TarInfo("x")
    extension.type, extension.size = tarfile.XHDTYPE, 8_000_000_000
    with pytest.raises(ValueError, match="more than 100,000 bytes"):
        read(path, gzip.compress(extension.tobuf(tarfile.GNU_FORMAT) + bytes(10_240)))


def test_a_size_below_nought_is_refused(path):
    member = tarfile.TarInfo("a.dat")
    member.size = -1
    with pytest.raises(ValueError, match="a file of -1 bytes"):
        read(path, gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + bytes(1_024)))


def test_a_zip_that_lies_about_a_size_is_refused(path):
    content = zipped({"a.dat": b"x" * 5_000})
    lie = content.replace((5_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert lie != content
    with pytest.raises(READ_ERRORS):
        read(path, lie)


def test_a_file_without_a_name_is_passed_over_in_a_zip(path):
    content = zipped({"#": b"", **FILES})
    nameless = content.replace(b"#", b"\0")
    assert nameless.count(b"\0") == content.count(b"\0") + 2
    assert read(path, nameless) == WANTED  # `zipfile` cuts names at a NUL


def test_a_zip_in_a_rare_kind_of_compression_is_refused(path):
    with pytest.raises(ValueError, match="a rare kind of compression"):
        read(path, zipped(FILES, zipfile.ZIP_LZMA))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9])
def test_what_is_cut_is_refused(path, kind, share):
    content = made(kind, {"a.dat": bytes(range(256)) * 20, "b.dat": b"b" * 3_000})
    with pytest.raises(READ_ERRORS):
        read(path, content[: int(len(content) * share)])


@pytest.mark.parametrize("cut", [300, 700, 1_100])
def test_a_tar_that_ends_too_early_is_refused(path, cut):
    with pytest.raises(READ_ERRORS):
        read(path, gzip.compress(tar(FILES)[:cut]))


@pytest.mark.parametrize(
    "content",
    [b"", b"text", gzip.compress(b"text"), bz2.compress(b"text")],
    ids=["nothing", "text", "gzip", "bzip2"],
)
def test_what_is_no_archive_is_refused(path, content):
    with pytest.raises(READ_ERRORS):
        read(path, content)
