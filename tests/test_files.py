"""Files are whole or not there, whoever interrupts their writing."""

import pytest

from mnist_core.errors import DataError
from mnist_core.files import atomic_write, atomic_write_text, named_file


@pytest.mark.parametrize("replace", [True, False])
def test_a_file_is_there_when_it_is_written(tmp_path, replace):
    with atomic_write(tmp_path / "It.KERAS", replace=replace) as partial:
        partial.write_text("new")
        assert partial.parent == tmp_path
        assert partial.suffix == ".keras"
        assert not (tmp_path / "It.KERAS").exists()
    assert (tmp_path / "It.KERAS").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["It.KERAS"]


@pytest.mark.parametrize("problem", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("before", [None, "old"])
def test_what_is_interrupted_changes_nothing(tmp_path, problem, before):
    target = tmp_path / "it"
    if before:
        target.write_text(before)
    with pytest.raises(problem), atomic_write(target) as partial:
        partial.write_text("half")
        raise problem
    assert [path.read_text() for path in tmp_path.iterdir()] == [before] * bool(before)


def test_what_appears_meanwhile_is_replaced_only_if_it_may_be(tmp_path):
    target = tmp_path / "it"
    with pytest.raises(FileExistsError), atomic_write(target, replace=False) as partial:
        partial.write_text("ours")
        target.write_text("theirs")
    assert target.read_text() == "theirs"
    atomic_write_text(target, "ours")
    assert target.read_text() == "ours"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_gone_is_not_made_again(tmp_path):
    with pytest.raises(FileNotFoundError):
        atomic_write_text(tmp_path / "gone" / "run.json", "{}")
    assert not list(tmp_path.iterdir())


def test_a_named_file_whose_path_is_too_long_is_said(monkeypatch):
    monkeypatch.setenv("MNIST_NPZ", "x" * 300)
    with pytest.raises(DataError, match="Expected MNIST_NPZ to name a file"):
        named_file("MNIST_NPZ")
