"""Files from a server on this machine: whole and checked, or not at all."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.local_server import NOBODY, Server, serving

from mnist_core.data import downloads
from mnist_core.data.downloads import Remote, download
from mnist_core.errors import DataError

CONTENT = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SHA512 = "sha512-" + base64.b64encode(hashlib.sha512(CONTENT).digest()).decode()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.files["/it"] = CONTENT
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "new" / "it"


def remote(url: str, checksum: str | None = None, max_bytes: int = len(CONTENT)) -> Remote:
    return Remote(
        "It", url, max_bytes, "set IT to a file you trust", f"Put one at {url}.", checksum
    )


def left_behind(target: Path) -> list[Path]:
    return list(target.parent.iterdir()) if target.parent.is_dir() else []


@pytest.mark.parametrize("checksum", [None, SHA256, SHA512])
def test_a_download_is_checked_and_kept(server, target, checksum):
    seen: list[tuple[int, int]] = []
    report = lambda done, size: seen.append((done, size))  # noqa: E731
    assert download(remote(f"{server.url}/it", checksum), target, report) == target
    assert target.read_bytes() == CONTENT
    assert left_behind(target) == [target]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
    assert len(seen) > 1


def test_a_server_may_keep_the_length_to_itself(server, target):
    server.unsized.add("/it")
    seen: list[tuple[int, int]] = []
    download(remote(f"{server.url}/it", SHA256), target, lambda *at: seen.append(at))
    assert seen[-1] == (len(CONTENT), 0)


@pytest.mark.parametrize(
    ("checksum", "says"),
    [
        ("0" * 64, f"the SHA-256 {'0' * 64}. Received: {SHA256}"),
        ("sha512-AAAA", f"the SHA-512 sha512-AAAA. Received: {SHA512}"),
    ],
)
def test_another_file_than_expected_is_not_kept(server, target, checksum, says):
    with pytest.raises(DataError) as problem:
        download(remote(f"{server.url}/it", checksum), target)
    assert says in str(problem.value)
    assert "set IT to a file you trust" in str(problem.value)
    assert left_behind(target) == []


@pytest.mark.parametrize("unsized", [False, True])
def test_a_longer_file_than_expected_is_given_up(server, target, unsized):
    if unsized:
        server.unsized.add("/it")
    seen: list[tuple[int, int]] = []
    with pytest.raises(DataError, match="at most 100,000 bytes"):
        download(remote(f"{server.url}/it", max_bytes=100_000), target, lambda *at: seen.append(at))
    assert all(done <= 100_000 for done, _ in seen)
    assert left_behind(target) == []


def test_half_a_file_is_noticed_without_a_checksum(server, target):
    server.cut.add("/it")
    with pytest.raises(DataError, match=r"ended after 256,000 of 512,000 bytes.*Put one at"):
        download(remote(f"{server.url}/it"), target)
    assert left_behind(target) == []


@pytest.mark.parametrize(
    ("url", "says"), [("/missing", "404"), (f"{NOBODY}/it", "could not be downloaded")]
)
def test_what_is_not_to_be_had_names_the_way_out(server, target, url, says):
    url = url if url.startswith("http") else server.url + url
    with pytest.raises(DataError, match=f"It is not on this machine.*{says}.*Put one at"):
        download(remote(url), target)
    assert left_behind(target) == []


def test_a_server_that_says_nothing_is_given_up(server, target, monkeypatch):
    monkeypatch.setattr(downloads, "SECONDS", 0.1)
    server.silent.add("/it")
    with pytest.raises(DataError, match="timed out"):
        download(remote(f"{server.url}/it"), target)
    assert left_behind(target) == []


def test_a_failure_leaves_what_was_there(server, target):
    target.parent.mkdir()
    target.write_text("before")
    with pytest.raises(DataError):
        download(remote(f"{server.url}/missing"), target)
    assert target.read_text() == "before"
    download(remote(f"{server.url}/it"), target)
    assert target.read_bytes() == CONTENT


def test_a_download_can_be_stopped(server, target):
    class StoppedError(Exception):
        pass

    def stop(done: int, size: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        download(remote(f"{server.url}/it"), target, stop)
    assert left_behind(target) == []


def test_a_folder_that_cannot_be_made_is_said(server, tmp_path):
    (tmp_path / "taken").write_text("a file, no folder")
    with pytest.raises(DataError, match="could not be downloaded"):
        download(remote(f"{server.url}/it"), tmp_path / "taken" / "it")
