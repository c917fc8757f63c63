"""Where MNIST is looked for, and what is said when it cannot be had."""

import hashlib
from collections.abc import Iterator

import pytest
from helpers.local_server import NOBODY, Server, serving

from mnist_core.data import mnist
from mnist_core.data.mnist import find_mnist
from mnist_core.errors import DataError

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.files |= {"/mnist.npz": CONTENT, "/broken": CONTENT}
        running.cut.add("/broken")
        yield running


@pytest.fixture(autouse=True)
def fresh_machine(tmp_path, monkeypatch):
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(CONTENT).hexdigest())


def test_a_download_reports_progress_and_is_kept(server, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "URL", f"{server.url}/mnist.npz")
    seen: list[tuple[int, int]] = []
    path = find_mnist(lambda done, size: seen.append((done, size)))
    assert path == tmp_path / "datasets" / "mnist.npz"
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    monkeypatch.setattr(mnist, "URL", f"{NOBODY}/nobody-asks-again")
    assert find_mnist() == path


@pytest.mark.parametrize(
    ("place", "says"),
    [("/missing", "404"), ("/broken", r"256,000 of 512,000 bytes.*MNIST_NPZ")],
)
def test_a_failed_download_leaves_nothing_behind(server, tmp_path, monkeypatch, place, says):
    monkeypatch.setattr(mnist, "URL", server.url + place)
    with pytest.raises(DataError, match=says):
        find_mnist()
    assert list((tmp_path / "datasets").iterdir()) == []


def test_another_file_than_expected_is_not_kept(server, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "URL", f"{server.url}/mnist.npz")
    monkeypatch.setattr(mnist, "SHA256", "0" * 64)
    with pytest.raises(DataError, match=f"SHA-256 {'0' * 64}.*set MNIST_NPZ to a file you trust"):
        find_mnist()
    assert list((tmp_path / "datasets").iterdir()) == []


def test_without_network_the_three_ways_out_are_named(monkeypatch):
    monkeypatch.setattr(mnist, "URL", f"{NOBODY}/mnist.npz")
    with pytest.raises(DataError, match=r"(?s)connect to the internet.*MNIST_NPZ.*put one at"):
        find_mnist()


def test_the_named_file_comes_first(tmp_path, monkeypatch):
    (tmp_path / "named.npz").write_bytes(b"")
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "named.npz"))
    assert find_mnist() == tmp_path / "named.npz"


def test_a_named_file_that_is_missing_is_said(monkeypatch):
    monkeypatch.setenv("MNIST_NPZ", "/no/such/mnist.npz")
    with pytest.raises(DataError, match=r"MNIST_NPZ.*/no/such/mnist\.npz"):
        find_mnist()
