"""Two visitors of a deployed app: neither sees or touches what is the other's, on any page."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers.staged_runs import stage_run
from streamlit import config
from streamlit.testing.v1 import AppTest

from mnist_core.errors import DataError, LimitError, RunError
from mnist_core.models import own_models, registry
from mnist_core.models.cards import Card
from mnist_core.models.registry import SHIPPED
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs, open_run
from mnist_core.workspace import (
    all_workspaces,
    data_root,
    use_workspace,
    visitors_dir,
    workspace_of,
)
from ui.access import visitor, visitor_files
from ui.access.session import SignedIn
from ui.access.visitor import Visitor, is_token
from ui.components import resources
from ui.retrain import scheduler

pytestmark = pytest.mark.usefixtures("no_caches", "started", "deployed")

ROOT = Path(__file__).parents[1]
OWN_PAGES = ["retrain", "curves", "misclassifications", "models", "kaggle"]
SECRET = "only-a-knows"


def open_page(page: str, who: str | None, **address: str) -> AppTest:
    """Open a page as the visitor with a token, as the owner, or as somebody nobody knows yet."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if who == "owner":
        app.session_state["owner"] = SignedIn()
    elif who:
        app.session_state["known_visitor"] = Visitor(workspace_of(who))
    app.switch_page(f"pages/{page}.py")
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def everything_on(app: AppTest) -> str:
    """Return all that the browser is sent, as text."""
    sent = [str(getattr(element, "proto", "")) for element in walk(app._tree)]
    return "\n".join([*sent, json.dumps(dict(app.query_params), default=str)])


def walk(node: Any) -> list[Any]:
    found = [node]
    for child in getattr(node, "children", {}).values():
        found += walk(child)
    return found


@pytest.fixture
def of_a() -> Run:
    """A run and a model of the visitor a, under names that nobody else knows."""
    with use_workspace(workspace_of("a")):
        run = stage_run("finished", name=SECRET, model=SHIPPED / "softmax")
        own_models.save_model(SHIPPED / "softmax", SECRET)
    return run


# What they see


@pytest.mark.parametrize("page", OWN_PAGES)
@pytest.mark.parametrize("other", ["b", "owner", None])
def test_nobody_sees_a_trace_of_another_s_runs_and_models(of_a, no_mnist, page, other):
    address = {"run": of_a.id, "networks": f"{of_a.id},{SECRET}", "beside": SECRET}
    seen = everything_on(open_page(page, other))
    assert SECRET not in seen
    assert of_a.id not in seen
    told = everything_on(open_page(page, other, model=SECRET, against=SECRET, **address))
    assert "95 % interval" not in told or "pen-cnn" in told
    assert of_a.folder.name not in told.replace(of_a.id, "")
    assert str(of_a.workspace) not in told
    assert of_a.workspace.name not in told


@pytest.mark.parametrize("page", ["retrain", "curves", "misclassifications", "models"])
def test_a_visitor_sees_their_own(of_a, no_mnist, page):
    assert SECRET in everything_on(open_page(page, "a", run=of_a.id, networks=of_a.id))


def test_a_link_to_another_s_run_is_answered_like_one_to_no_run(of_a):
    answers = []
    for run_id in (of_a.id, "20261120-000000-quick-cnn-ffff"):
        app = open_page("retrain", "b", run=run_id)
        answers.append([error.value.replace(run_id, "RUN") for error in app.error])
    assert answers[0] == answers[1] == ["There is no run RUN. It may have been deleted."]


def test_a_link_to_another_s_model_is_answered_like_one_to_no_model(of_a, no_mnist):
    for page, name in (
        ("models", "model"),
        ("curves", "networks"),
        ("misclassifications", "model"),
    ):
        answers = []
        for model in (SECRET, "nothing-at-all"):
            app = open_page(page, "b", **{name: model})
            answers.append([warning.value.replace(model, "IT") for warning in app.warning])
        assert answers[0] == answers[1] != []


def test_what_the_owner_keeps_is_read_by_all_and_what_they_train_is_seen_by_them_alone():
    own_models.save_model(SHIPPED / "softmax", "for-the-class")
    run = stage_run("finished", name="at-night", model=SHIPPED / "softmax")
    assert "for-the-class" in open_page("models", "b").selectbox(key="model").options
    assert run.id[-4:] not in everything_on(open_page("curves", "b"))
    assert run.id[-4:] in everything_on(open_page("curves", "owner"))


def test_a_model_of_the_same_name_is_each_visitor_s_own():
    for token, source in (("a", "softmax"), ("b", "tutorial-mlp")):
        folder = Path(shutil.copytree(SHIPPED / source, workspace_of(token) / "models" / "mine"))
        card = Card.read(folder / "card.json")
        replace(card, name="mine").write(folder / "card.json")
    weights = {
        token: next(
            metric.value
            for metric in open_page("models", token, model="mine").metric
            if metric.label == "Weights"
        )
        for token in ("a", "b", "a")
    }
    assert weights["a"] == f"{Card.read(SHIPPED / 'softmax' / 'card.json').parameters:,}"
    assert weights["b"] == f"{Card.read(SHIPPED / 'tutorial-mlp' / 'card.json').parameters:,}"


def test_damage_to_one_s_model_is_not_told_of_another_s_of_that_name(be):
    for token in ("a", "b"):
        shutil.copytree(SHIPPED / "softmax", be(token) / "models" / "mine")
    (workspace_of("a") / "models" / "mine" / "model.keras").unlink()
    be("a")
    with pytest.raises(resources.ModelError):
        resources.load_named_reader("mine")
    be("b")
    assert resources.load_named_reader("mine").card.checksums


# What they may do


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_visitor_changes_only_their_own_models(of_a):
    own_models.save_model(SHIPPED / "softmax", "for-the-class")
    for name in ("for-the-class", "pen-cnn"):
        assert not {"Rename", "Delete", "Make default for everyone"} & set(
            buttons(open_page("models", "a", model=name))
        )
    own = buttons(open_page("models", "a", model=SECRET))
    assert {"Rename", "Delete"} <= set(own)
    assert "Make default for everyone" not in own
    assert {"Rename", "Delete", "Make default for everyone"} <= set(
        buttons(open_page("models", "owner", model="for-the-class"))
    )


def test_the_owner_chooses_what_reads_for_everybody():
    own_models.save_model(SHIPPED / "softmax", "for-the-class")
    app = open_page("models", "owner", model="for-the-class")
    next(b for b in app.button if b.label == "Make default for everyone").click().run()
    assert not app.exception
    assert registry.default_model() == "for-the-class"
    assert open_page("models", "b").selectbox(key="model").value == "for-the-class"


def test_at_home_one_is_not_asked_about_everybody(at_home):
    config.set_option("server.address", "127.0.0.1")
    own_models.save_model(SHIPPED / "softmax", "mine")
    assert "Make default for everyone" not in buttons(open_page("models", None, model="mine"))


@pytest.mark.parametrize("attempt", ["stop_run", "leave_queue", "continue_run", "finish_run"])
def test_nobody_stops_or_continues_another_s_run(of_a, be, attempt):
    before = (of_a.folder / "run.json").read_bytes()
    be("b")
    if attempt in ("stop_run", "leave_queue"):
        getattr(scheduler, attempt)(of_a.id)
    else:
        with pytest.raises(RunError, match="There is no run"):
            getattr(scheduler, attempt)(of_a.id)
    assert scheduler.position_in_queue(of_a.id) is None
    assert (of_a.folder / "run.json").read_bytes() == before
    assert not of_a.stop_mark.exists()


def test_each_visitor_s_uploads_are_in_their_own_space(be):
    for token in ("a", "b"):
        be(token)
        assert visitor_files.new_visitor_folder("uploads").parent == workspace_of(token) / "uploads"


def test_an_upload_that_does_not_fit_is_refused_with_the_limit(be, monkeypatch):
    monkeypatch.setenv("INKLING_VISITOR_MEGABYTES", "100")
    be("a")
    visitor_files.new_visitor_folder("uploads", 99_000_000)
    with pytest.raises(LimitError, match="Each visitor has 100 MB here"):
        visitor_files.new_visitor_folder("uploads", 101_000_000)
    be(None)
    visitor_files.new_visitor_folder("uploads", 101_000_000)  # the owner has no limits


def test_a_model_that_does_not_fit_is_not_kept(of_a, be, monkeypatch):
    from ui.components.run_models import save_model_of

    monkeypatch.setenv("INKLING_VISITOR_MEGABYTES", "1")
    be("a")
    (of_a.folder / "model" / "more").write_bytes(bytes(1_000_000))
    with pytest.raises(LimitError, match="Each visitor has 1 MB here"):
        save_model_of(open_run(of_a.id), "another")


# Limits on Retrain


@pytest.mark.parametrize(
    ("setting", "value", "refusal"),
    [
        ("VISITOR_RUNS", 1, "may keep 1 run here, and you have that many. Delete one"),
        ("VISITOR_WAITING", 0, "may have 0 runs waiting or training at once here"),
        ("ALL_WAITING", 0, "At most 0 runs may wait or train at once on this server"),
        ("VISITOR_MEGABYTES", 1, "Each visitor has 1 MB here"),
    ],
)
def test_each_limit_is_told_before_one_presses_train(of_a, monkeypatch, setting, value, refusal):
    monkeypatch.setenv(f"INKLING_{setting}", str(value))
    app = open_page("retrain", "a", run="")
    app.session_state["train_on"] = "uci-digits"
    app.run()
    assert refusal in "\n".join(error.value for error in app.error).replace("\\", "")
    assert next(button for button in app.button if button.label == "Train").disabled
    owner = open_page("retrain", "owner", run="")
    owner.session_state["train_on"] = "uci-digits"
    owner.run()
    assert not owner.error


@pytest.mark.parametrize("setting", ["VISITOR_RUNS", "VISITOR_WAITING", "ALL_WAITING"])
def test_a_limit_holds_for_who_presses_train_all_the_same(be, monkeypatch, setting):
    monkeypatch.setenv(f"INKLING_{setting}", "0")
    be("a")
    monkeypatch.setattr(scheduler, "ensure_memory", lambda: None)
    with pytest.raises(LimitError):
        scheduler.start_run(stage_run("finished").recipe, "uci-digits")
    assert len(list_runs()) == 1


def test_a_visitor_s_run_has_a_time_limit_and_the_owner_s_has_none(be, monkeypatch):
    monkeypatch.setenv("INKLING_VISITOR_MINUTES", "7")
    monkeypatch.setattr(scheduler, "ensure_memory", lambda: None)
    recipe = stage_run("finished").recipe
    be("a")
    run = scheduler.start_run(recipe, "uci-digits")
    assert run.values()["minutes"] == 7
    scheduler.stop_run(run.id)
    scheduler.continue_run(run.id)
    assert run.values()["minutes"] == 7
    be(None)
    assert scheduler.start_run(recipe, "uci-digits").values()["minutes"] is None


# Who they are


@pytest.mark.parametrize(
    "said",
    [
        None, "", "short", "x" * 31, "x" * 33, "../" * 10 + "xx", "x" * 31 + "/", "x" * 31 + "\n",
        "é" * 32, 5, 1.5, True, [], ["x" * 32], {"token": "x" * 32}, b"x" * 32,
        "<script>alert(1)</script>xxxxxxx", "x" * 10_000_000,
    ],
)  # fmt: skip
def test_what_is_no_token_is_not_taken_for_one(said, monkeypatch):
    assert not is_token(said)
    state: dict[str, Any] = {}
    monkeypatch.setattr(visitor.st, "session_state", state)
    monkeypatch.setattr(visitor, "ask_browser", lambda **_: SimpleNamespace(token=said))
    monkeypatch.setattr(visitor, "is_owner", lambda: False)
    visitor.identify_visitor()
    assert visitor.known_visitor() is None
    assert set(state) == {visitor.NEW_TOKEN}


def test_a_token_leads_to_its_space_once_and_is_kept_nowhere(monkeypatch):
    state: dict[str, Any] = {}
    said = ["x" * 32]
    monkeypatch.setattr(visitor.st, "session_state", state)
    monkeypatch.setattr(visitor, "ask_browser", lambda **_: SimpleNamespace(token=said[0]))
    monkeypatch.setattr(visitor, "is_owner", lambda: False)
    visitor.identify_visitor()
    assert visitor.known_visitor() == Visitor(workspace_of("x" * 32))
    assert set(state) == {visitor.KEY, visitor.LAST_WORKSPACE}
    assert said[0] not in repr(state)
    said[0] = "y" * 32  # whoever sends another one later stays who they are
    visitor.identify_visitor()
    assert visitor.known_visitor() == Visitor(workspace_of("x" * 32))


@pytest.mark.parametrize("forged", ["../..", str(ROOT), {"space": "/etc"}, ["a"], 1])
def test_a_forged_visitor_is_nobody(forged):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["known_visitor"] = forged
    app.switch_page("pages/models.py").run()
    assert not app.exception
    assert not app.selectbox


@pytest.mark.parametrize("page", OWN_PAGES)
def test_a_page_waits_until_it_is_known_who_is_there(page):
    app = open_page(page, None)
    assert app.title
    assert not [*app.selectbox, *app.button, *app.error]


@pytest.mark.parametrize("page", ["draw", "data", "about"])
def test_a_page_without_anything_of_one_s_own_does_not_wait(page):
    app = open_page(page, None)
    assert app.button or app.metric
    assert not visitors_dir().exists()


@pytest.mark.parametrize("mirror", ["", "http://user:secret@mlflow.example.org"])
def test_a_visitor_is_told_whether_their_runs_are_copied_elsewhere(mirror, monkeypatch):
    monkeypatch.setenv("INKLING_MLFLOW", mirror)
    told = everything_on(open_page("about", "a"))
    assert ("Only you can see what you train." in told) == (not mirror)
    assert ("owner keeps a copy of each training" in told) == bool(mirror)
    assert "example.org" not in told


def test_to_look_around_leaves_nothing_on_the_disk(no_mnist):
    for page in ["draw", "data", "about", *OWN_PAGES]:
        open_page(page, "a")
    assert all_workspaces() == [data_root()]


def test_what_is_looked_at_is_not_cleared_away(of_a):
    for folder in (of_a.folder, of_a.workspace):
        os.utime(folder, (0, 0))
    open_page("retrain", "a", run=of_a.id)
    assert (of_a.folder / "seen").exists()
    assert (of_a.workspace / "seen").exists()


def test_at_home_nobody_notes_who_looks_at_what(at_home):
    config.set_option("server.address", "127.0.0.1")
    run = stage_run("finished", model=SHIPPED / "softmax")
    open_page("retrain", None, run=run.id)
    assert not list(data_root().rglob("seen"))
    assert not visitors_dir().exists()


def test_a_full_disk_is_told_to_a_visitor_too(be):
    mine = be("a")
    mine.mkdir(parents=True)
    (mine / "uploads").write_text("Here is no room for a folder.")
    with pytest.raises(DataError, match="Cannot write"):
        visitor_files.new_visitor_folder("uploads")


def test_who_signs_in_as_the_owner_no_longer_looks_at_what_they_did_as_a_visitor(of_a):
    app = open_page("retrain", "a", run=of_a.id)
    del app.query_params["run"]
    app.session_state["owner"] = SignedIn()
    app.run()
    assert not app.exception
    assert not app.error
    assert "Train" in buttons(app)


def test_what_was_chosen_as_a_visitor_is_not_looked_for_as_the_owner_on_any_page(of_a):
    app = open_page("draw", "a")
    for key in ("chosen_model", "train.csv", "test.csv", "submission"):
        app.session_state[key] = SECRET
    app.session_state["owner"] = SignedIn()
    app.run()
    assert not app.exception
    assert SECRET not in everything_on(app)
    assert not app.warning
    for key in ("train.csv", "test.csv", "submission"):
        assert key not in app.session_state
