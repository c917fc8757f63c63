"""Whose runs and models are whose."""

import shutil
from pathlib import Path

import pytest
from platformdirs import user_data_path

from mnist_core import load_reader, workspace
from mnist_core.errors import ModelError, RunError
from mnist_core.models import own_models, registry
from mnist_core.models.registry import SHIPPED
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs import queue
from mnist_core.runs.store import delete_run, list_runs, new_run, open_run
from mnist_core.workspace import (
    all_workspaces,
    current_workspace,
    data_root,
    size_of,
    visitors_dir,
    workspace_of,
)

RECIPE = find_recipe("tutorial-mlp")
HOSTILE = [
    "", ".", "..", "../..", "/etc", "a/b", "a\\b", "con", "\x00", "\ud800", "~", "${HOME}", "\n",
    "%2e%2e", "<script>alert(1)</script>", "=1+1", "x" * 100_000, "visitors", "runs", "models",
]  # fmt: skip


def keep(name: str, folder: Path) -> None:
    shutil.copytree(SHIPPED / "softmax", folder / "models" / name)


@pytest.mark.parametrize("token", HOSTILE)
def test_whatever_a_browser_says_its_space_is_one_folder_among_the_visitors(token):
    folder = workspace_of(token)
    assert folder.parent == visitors_dir() == data_root() / "visitors"
    assert workspace.NAME.fullmatch(folder.name)
    assert token not in folder.name or not token


def test_two_tokens_never_share_a_space():
    assert len({workspace_of(token) for token in HOSTILE}) == len(HOSTILE)
    assert workspace_of("a") == workspace_of("a")


def test_at_home_there_is_one_space_the_data_root():
    assert current_workspace() == data_root()
    assert all_workspaces() == [data_root()]


def test_a_clone_keeps_what_it_writes_below_its_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("INKLING_HOME")
    monkeypatch.chdir(tmp_path)
    assert data_root() == tmp_path / "var"


def test_what_pip_has_installed_writes_into_the_user_s_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("INKLING_HOME")
    monkeypatch.setattr(workspace, "INSTALLED", True)
    assert data_root() == user_data_path("inkling", appauthor=False)
    monkeypatch.setenv("INKLING_HOME", str(tmp_path))
    assert data_root() == tmp_path


def test_a_data_root_that_cannot_be_looked_into_keeps_nobody_from_reading(monkeypatch):
    monkeypatch.setenv("INKLING_HOME", "/" + "x" * 300)  # an error for root too
    assert load_reader().name == registry.DEFAULT
    assert registry.DEFAULT in registry.list_models()


def test_a_process_that_trains_is_told_whose_space_it_works_in(monkeypatch):
    monkeypatch.setenv(workspace.VARIABLE, str(workspace_of("a")))
    assert current_workspace() == workspace_of("a")


def test_only_visitors_folders_are_spaces(be):
    new_run(RECIPE, "uci-digits")
    for name in ("..", "aside", "a" * 33, "A" * 32, f".gone-{'a' * 32}"):
        (visitors_dir() / name).mkdir(parents=True, exist_ok=True)
    be("a")
    new_run(RECIPE, "uci-digits")
    assert all_workspaces() == [data_root(), workspace_of("a")]


def test_a_visitor_s_runs_are_theirs_alone(be):
    be("a")
    run = new_run(RECIPE, "uci-digits", "mine")
    run.set_state("finished")
    assert (run.workspace, list_runs(), open_run(run.id)) == (workspace_of("a"), [run], run)
    for other in ("b", None):
        be(other)
        assert list_runs() == []
        for attempt in (open_run, delete_run):
            with pytest.raises(RunError, match=f"no run {run.id}. It may have been"):
                attempt(run.id)
    be("a")
    delete_run(run.id)
    assert list_runs() == []


@pytest.mark.parametrize("path", ["../../{0}/runs/{1}", "../visitors/{0}/runs/{1}", "/{0}/{1}"])
def test_no_name_leads_to_a_run_of_somebody_else(be, path):
    run_of_a = new_run(RECIPE, "uci-digits", state="running") if be("a") else None
    for other in ("b", None):
        be(other)
        with pytest.raises(RunError, match="There is no run"):
            open_run(path.format(workspace_of("a").name, run_of_a.id))


def test_a_run_remembers_its_space_wherever_one_looks_from(be):
    be("a")
    run = new_run(RECIPE, "uci-digits", state="queued")
    be("b")
    (seen,) = queue.waiting()
    assert seen == run
    assert seen.folder.is_relative_to(workspace_of("a"))
    assert "space" not in run.values()
    assert str(workspace_of("a")) not in (run.folder / "run.json").read_text()


def test_a_visitor_sees_what_ships_what_is_everybody_s_and_their_own(be):
    keep("shared", data_root())
    keep("own-a", be("a"))
    keep("own-b", be("b"))
    shipped = {path.name for path in SHIPPED.iterdir() if path.is_dir()}
    assert set(registry.list_models()) == shipped | {"shared", "own-b"}
    with pytest.raises(ModelError, match="There is no model own-a"):
        registry.find_model("own-a")
    be(None)
    assert set(registry.list_models()) == shipped | {"shared"}


def test_the_nearer_model_hides_the_farther_of_the_same_name(be):
    keep("pen-cnn", data_root())
    keep("pen-cnn", be("a"))
    assert registry.find_model("pen-cnn").parent == workspace_of("a") / "models"
    be("b")
    assert registry.find_model("pen-cnn").parent == data_root() / "models"
    registry.shared_models_dir().rename(data_root() / "elsewhere")
    assert registry.find_model("pen-cnn").parent == SHIPPED


@pytest.mark.parametrize("name", ["shared", "pen-cnn"])
def test_a_visitor_changes_no_model_but_their_own(be, name):
    keep("shared", data_root())
    keep("own", be("a"))
    for attempt in (own_models.delete_model, lambda name: own_models.rename_model(name, "new")):
        with pytest.raises(ModelError, match="you can neither rename nor delete it"):
            attempt(name)
    with pytest.raises(ModelError, match="There is a model"):
        own_models.save_model(SHIPPED / "softmax", name)
    own_models.rename_model("own", "renamed")
    own_models.delete_model("renamed")
    assert (data_root() / "models" / "shared").is_dir()


def test_what_is_kept_lands_in_one_s_own_space(be):
    be("a")
    own_models.save_model(SHIPPED / "softmax", "mine")
    assert (workspace_of("a") / "models" / "mine" / "card.json").is_file()
    assert not registry.shared_models_dir().exists()


# The default model


def test_the_default_model_is_the_one_that_ships_until_another_is_chosen(be):
    assert registry.default_model() == registry.DEFAULT
    keep("shared", data_root())
    registry.set_default_model("shared")
    assert registry.list_models()[0] == "shared"
    assert registry.find_model() == data_root() / "models" / "shared"
    be("a")
    assert registry.default_model() == "shared"
    assert registry.find_model() == data_root() / "models" / "shared"
    registry.set_default_model(registry.DEFAULT)
    assert not registry.default_file().exists()


@pytest.mark.parametrize("name", ["nothing", "own", "../models/shared", "", "SHARED", "a" * 65])
def test_only_a_model_that_everybody_sees_can_be_the_default(be, name):
    keep("own", be("a"))
    with pytest.raises(ModelError, match="Expected a model that everyone sees"):
        registry.set_default_model(name)
    assert registry.default_model() == registry.DEFAULT


def test_a_damaged_model_does_not_become_the_default():
    keep("shared", data_root())
    (data_root() / "models" / "shared" / "model.tflite").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="damaged"):
        registry.set_default_model("shared")


@pytest.mark.parametrize("content", [b"nothing", b"", b"../../etc", b"\xff\xfe", b"own"])
def test_where_the_default_is_not_there_the_usual_one_reads(be, content):
    keep("own", be("a"))
    registry.default_file().write_bytes(content)
    assert registry.default_model() == registry.DEFAULT


def test_a_default_model_that_is_renamed_remains_the_default_and_one_deleted_gives_way():
    keep("shared", data_root())
    registry.set_default_model("shared")
    own_models.rename_model("shared", "renamed")
    assert registry.default_model() == "renamed"
    own_models.delete_model("renamed")
    assert registry.default_model() == registry.DEFAULT


# Sizes


def test_a_size_counts_every_file_and_follows_no_link(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a").write_bytes(bytes(1000))
    (tmp_path / "b").write_bytes(bytes(234))
    assert size_of(tmp_path) == 1234
    (tmp_path / "loop").symlink_to(tmp_path)
    assert 1234 <= size_of(tmp_path) < 1234 + 200
    assert size_of(tmp_path / "nothing") == 0
