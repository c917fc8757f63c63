"""The log: one line an event, nothing of a visitor's in it, and a number for every surprise."""

import json
import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.locks import lock
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.queue_order import give_up_ticket
from mnist_core.runs.store import new_run
from ui.base import logs
from ui.base.logs import RECENT, LineFormatter, configure, log, log_error
from ui.base.settings import settings
from ui.base.settings_fields import Settings
from ui.server.run_events import RunEvents

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Return a function that gives the events logged since, from what a host sees."""
    restart(monkeypatch, settings())
    return lambda: events(capsys.readouterr().err)


def events(printed: str) -> list[dict[str, object]]:
    """Return the events among the lines that were printed."""
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def restart(monkeypatch: pytest.MonkeyPatch, chosen: Settings) -> None:
    """Log as a server does that has just started."""
    monkeypatch.setattr(logs.Handler, "current", None)
    RECENT.events.clear()
    configure(chosen)


def test_an_event_is_one_line_of_json(lines):
    log("run queued", run="20261120-quick-cnn-1a2b", seconds=3.5)
    (event,) = lines()
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "info",
        "event": "run queued",
        "run": "20261120-quick-cnn-1a2b",
        "seconds": 3.5,
    }


@pytest.mark.parametrize("style", ["json", "text"])
@pytest.mark.parametrize("evil", ["a\nb", 'a"}\r\n{"event": "forged"', "\x1b[31mred", "a\u2028b"])
def test_no_fact_breaks_out_of_its_line(style, evil):
    record = logging.makeLogRecord({"msg": "refused", "facts": {"kind": evil}})
    line = LineFormatter(style).format(record)
    assert line.isascii()
    assert line.isprintable()
    if style == "json":
        assert json.loads(line)["kind"] == evil


def test_long_facts_are_cut(lines):
    log("refused", kind="x" * 100_000)
    (event,) = lines()
    assert len(event["kind"]) == 500


def test_what_is_less_bad_than_the_level_is_not_logged(monkeypatch, lines):
    monkeypatch.setenv("INKLING_LOG_LEVEL", "warning")
    configure(settings())
    log("page opened")
    log("refused", logging.WARNING)
    assert [event["event"] for event in lines()] == ["refused"]


def test_to_be_configured_twice_logs_nothing_twice(lines):
    configure(settings())
    configure(settings().model_copy(update={"log_level": "debug"}))
    log("page opened")
    assert len(lines()) == 1


def test_an_unexpected_error_has_a_number_and_a_traceback_without_pictures(lines):
    number = log_error(provoke(ValueError(f"cannot decode {PICTURE}")))
    (event,) = lines()
    assert event["level"] == "error"
    assert event["error"] == number
    assert event["kind"] == "ValueError"
    assert "def provoke" not in event["traceback"]
    assert "raise error" in event["traceback"]
    assert PICTURE not in event["traceback"]


def provoke(error: Exception) -> Exception:
    """Return an error as it is after it was raised."""
    try:
        raise error
    except type(error) as raised:
        return raised


def test_the_last_problems_are_kept_and_no_more(lines):
    log("page opened")
    for number in range(60):
        log("refused", logging.WARNING, number=number)
    assert [event["number"] for event in RECENT.events] == [*range(59, 9, -1)]


def test_a_visitor_is_told_the_number_and_not_the_error(lines):
    def page():
        from ui.server.server import on_unexpected_error

        on_unexpected_error(KeyError("the visitor's file.csv"))

    app = AppTest.from_function(page, default_timeout=30).run()
    (event,) = [event for event in lines() if event["level"] == "error"]
    assert f"**{event['error']}**" in app.error[0].value
    assert "file.csv" not in app.error[0].value


def test_a_page_is_logged_when_it_is_opened_and_not_at_every_stroke(lines):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.run().run().switch_page("pages/about.py").run()
    opened = [event for event in lines() if event["event"] == "page opened"]
    assert [event["page"] for event in opened] == ["draw", "about"]
    assert len(opened[0]["session"]) == 8


def test_a_refusal_is_logged_once_without_what_the_visitor_named(lines):
    def page():
        from mnist_core.errors import DataError
        from ui.shell.page import show_errors

        with show_errors():
            raise DataError("My secret diary.csv is no CSV.")

    app = AppTest.from_function(page, default_timeout=30).run().run()
    assert "My secret diary" in app.error[0].value
    (event,) = lines()
    assert (event["event"], event["kind"]) == ("refused", "DataError")
    assert "diary" not in json.dumps(event)


def test_a_run_that_is_asked_for_is_logged_with_the_visit(lines, started):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["train_on"] = "uci-digits"
    app.switch_page("pages/retrain.py").run()
    next(button for button in app.button if button.label == "Train").click().run()
    (event,) = [event for event in lines() if event["event"] == "run asked for"]
    assert event["run"] == started[0].id
    assert event["session"]


def test_what_becomes_of_a_run_is_news_once(tiny_recipe: Recipe):
    before = new_run(tiny_recipe, "uci-digits", state="queued")
    with RunEvents(seconds=1000) as events:
        assert events.poll() == []
        after = new_run(tiny_recipe, "uci-digits", state="queued")
        with lock(before.lock_file):
            before.set_state("running")
            assert sorted(events.poll()) == sorted([(after.id, "queued"), (before.id, "running")])
            assert events.poll() == []
        (after.folder / "run.json").write_text("{damaged")
        before.set_state("finished")
        assert events.poll() == [(before.id, "finished")]


def test_that_a_run_was_killed_is_news_once(tiny_recipe: Recipe):
    run = new_run(tiny_recipe, "uci-digits", state="queued")
    give_up_ticket(run)
    with RunEvents(seconds=1000) as events:
        with lock(run.lock_file):
            run.set_state("running")
            assert events.poll() == [(run.id, "running")]
        # Its process is gone, and has written nothing more.
        assert events.poll() == [(run.id, "interrupted")]
        assert events.poll() == []


def test_the_queue_is_resumed_while_a_run_waits_and_only_then(tiny_recipe: Recipe):
    resumed = threading.Event()
    with RunEvents(seconds=0.01, resume=resumed.set):
        assert not resumed.wait(0.2)
        new_run(tiny_recipe, "uci-digits", state="queued")  # by a server that is gone since
        assert resumed.wait(10)


def test_runs_of_visitors_are_logged_too(tiny_recipe: Recipe, data_root: Path):
    events = RunEvents(seconds=1000)
    run = replace(new_run(tiny_recipe, "uci-digits"), workspace=data_root / "visitors" / ("0" * 32))
    run.folder.mkdir(parents=True)
    run.set_state("failed")
    assert (run.id, "failed") in events.poll()


def test_the_watch_on_runs_ends_with_the_server(tiny_recipe: Recipe, lines):
    with RunEvents(seconds=0.01) as events:
        run = new_run(tiny_recipe, "uci-digits", state="queued")
        events.stopped.wait(0.5)
    assert not events.thread.is_alive()
    assert [event["run"] for event in lines() if event["event"] == "run queued"] == [run.id]
