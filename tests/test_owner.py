"""The owner's password: its hash, the limit on guessing, and signing in and out."""

import getpass
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from ui.access import hash_password, rate_limit
from ui.access.rate_limit import RESET_AFTER, Backoff, visitor_backoff
from ui.access.sign_in import providers
from ui.base import password
from ui.base.logs import RECENT
from ui.base.password import Password

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
PASSWORD = "correct horse — battery staple"


@pytest.mark.slow
def test_a_hash_knows_its_password_and_no_other():
    stored = Password.parse(str(Password.of(PASSWORD)))
    assert stored.verify(PASSWORD)
    wrong = ["", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), "\ud800"]
    assert not any(map(stored.verify, wrong))


def test_two_hashes_of_a_password_differ_and_hold_none_of_it():
    one, other = str(Password.of(PASSWORD)), str(Password.of(PASSWORD))
    assert one != other
    assert "horse" not in one
    assert "$" not in one  # shells and compose files would take it for a variable


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain password",
        "scrypt:14:8:5::",
        "scrypt:30:8:5:" + "a" * 22 + ":" + "b" * 43,  # takes 1 TB
        "scrypt:01:8:5:" + "a" * 22 + ":" + "b" * 43,  # takes no time
        "scrypt:14:0:5:" + "a" * 22 + ":" + "b" * 43,
        "scrypt:14:8:99:" + "a" * 22 + ":" + "b" * 43,
        "scrypt:14:8:5:" + "a" * 22 + ":" + "b" * 43 + "\n",
    ],
)
def test_what_is_no_hash_is_refused(text):
    with pytest.raises(ValueError, match="hash_password"):
        Password.parse(text)


def test_a_hash_is_written_for_who_gives_the_same_password_twice(monkeypatch, capsys):
    monkeypatch.setattr(getpass, "getpass", lambda prompt: PASSWORD)
    hash_password.main()
    line = capsys.readouterr().out.splitlines()[-1]
    name, _, value = line.partition(" = ")
    assert name == "INKLING_OWNER_PASSWORD"
    assert Password.parse(value.strip('"')).verify(PASSWORD)


@pytest.mark.parametrize(
    ("given", "reason"),
    [(["short"], "12 characters"), ([PASSWORD, PASSWORD + "!"], "two passwords differ")],
)
def test_no_hash_is_written_of_a_doubtful_password(monkeypatch, capsys, given, reason):
    answers = iter(given)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    with pytest.raises(SystemExit, match=reason):
        hash_password.main()
    assert "scrypt" not in capsys.readouterr().out


def test_a_backoff_doubles_its_pause_up_to_a_maximum_and_is_reset_after_a_while():
    backoff, now = visitor_backoff(), 1000.0
    pauses = []
    for _ in range(12):
        pauses.append(backoff.wait(now))
        now += pauses[-1]
        backoff.fail(now)
    assert pauses == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert backoff.wait(now + RESET_AFTER + 1) == 0
    assert backoff.wait(now + RESET_AFTER + 1) == 0


def test_a_backoff_is_reset_by_success():
    backoff = Backoff(free=1, most=10)
    backoff.fail(0)
    assert backoff.wait(0) == 2
    backoff.reset()
    assert backoff.wait(0) == 0


@pytest.fixture
def owned(deployed: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A deployed app with an owner; return the hash of the password."""
    with monkeypatch.context() as patch:
        patch.setattr(password, "COST", 10)  # the least that is taken: a sixteenth of the work
        stored = str(Password.of(PASSWORD))
    monkeypatch.setenv("INKLING_OWNER_PASSWORD", stored)
    return stored


def open_status() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    return app.switch_page("pages/status.py").run()


def give(app: AppTest, password: str) -> AppTest:
    app.text_input[0].input(password)
    next(button for button in app.button if button.label == "Sign in").click()
    app.run()
    assert not app.exception
    return app


def headings(app: AppTest) -> list[str]:
    return [str(heading.value) for heading in app.header]


def test_the_owner_signs_in_and_out(owned):
    app = open_status()
    assert not headings(app)
    give(app, PASSWORD)
    assert "Recent errors" in headings(app)
    next(button for button in app.button if button.label == "Sign out").click()
    app.run()
    assert not headings(app)


def test_a_wrong_password_lets_nobody_in(owned):
    app = give(open_status(), "wrong")
    assert app.error[0].value == "Wrong password."
    assert not headings(app)
    assert not headings(app.run())


@pytest.mark.parametrize("given", ["", "x" * 100_000, "\0", "' OR 1=1 --"])
def test_whatever_is_given_as_a_password_is_answered(owned, given):
    app = give(open_status(), given)
    assert not headings(app)


def test_who_guesses_is_slowed_down_even_with_the_right_password(owned, monkeypatch):
    clock = FakeClock()
    monkeypatch.setattr(rate_limit, "time", clock)
    app = open_status()
    for _ in range(3):
        give(app, "wrong")
    assert "Too many wrong passwords. Try again in 2 seconds." in give(app, PASSWORD).error[0].value
    assert not headings(app)
    clock.now += 2
    assert headings(give(app, PASSWORD))


def test_many_visits_are_slowed_down_together(owned, monkeypatch):
    clock = FakeClock()
    monkeypatch.setattr(rate_limit, "time", clock)
    for _ in range(4):
        app = open_status()
        for _ in range(3):
            give(app, "wrong")
    assert "Too many wrong passwords" in give(open_status(), PASSWORD).error[0].value
    clock.now += 5
    assert headings(give(open_status(), PASSWORD))


class FakeClock:
    """A clock that stands still."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


def test_without_an_owner_nobody_is_asked_for_a_password(deployed):
    app = open_status()
    assert "No owner is set up" in app.info[0].value
    assert not app.text_input
    assert not app.button


def test_a_password_is_neither_logged_nor_kept(owned):
    RECENT.events.clear()
    app = give(open_status(), "a wrong secret")
    give(app, PASSWORD)
    assert [event["event"] for event in RECENT.events] == ["sign-in failed"]
    kept = f"{app.session_state} {list(RECENT.events)}"
    assert not any(secret in kept for secret in ("a wrong secret", PASSWORD, owned))


def test_visitors_are_led_to_the_sign_in_and_owners_are_not(deployed, monkeypatch):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/about.py").run()
    assert "Sign in" in app.get("page_link")[0].proto.label


def test_without_a_file_of_secrets_there_is_no_provider_to_sign_in_with(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(st, "secrets", Secrets())
    assert providers() == []
