"""A number and its noun agree, wherever a page counts something."""

import pytest

from ui.access import rate_limit
from ui.base.wording import counted


@pytest.mark.parametrize(
    ("n", "noun", "words"),
    [
        (0, "second", "0 seconds"),
        (1, "second", "1 second"),
        (2, "epoch", "2 epochs"),
        (1_000, "digit", "1,000 digits"),
    ],
)
def test_one_is_singular_and_every_other_number_plural(n, noun, words):
    assert counted(n, noun) == words


def test_a_pause_of_a_second_is_told_as_one(monkeypatch):
    shared = rate_limit.SharedBackoff()
    monkeypatch.setattr(rate_limit, "shared_backoff", lambda: shared)
    monkeypatch.setattr(rate_limit, "session_backoff", lambda: rate_limit.visitor_backoff())
    monkeypatch.setattr(rate_limit.Backoff, "wait", lambda self, now: 0.4)
    assert rate_limit.try_password("wrong") == "Too many wrong passwords. Try again in 1 second."
