"""Who may do what: at home, deployed, and behind a proxy."""

import pytest
import streamlit as st
from helpers.listening import listen_on
from streamlit.testing.v1 import AppTest

from ui.access import rights
from ui.access.session import KEY
from ui.base.password import Password


class Request:
    """Where a visitor comes from, as Streamlit knows it."""

    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:8501", "Origin": "http://localhost:8501"},
        {"Host": "127.0.0.1:8501"},
        {"Host": "[::1]:8501", "Origin": "http://[::1]:8501"},
    ],
)
def test_whoever_sits_at_the_machine_is_local(monkeypatch, address, headers):
    listen_on(address)
    monkeypatch.setattr(st, "context", Request(**headers))
    assert rights.is_local()
    assert rights.is_owner()


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.0.2.7", "unix:///tmp/app"])
def test_who_listens_to_others_is_not_local(monkeypatch, address):
    listen_on(address)
    monkeypatch.setattr(st, "context", Request(Host="localhost:8501"))
    assert not rights.is_local()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "digits.example.org"},
        {"Host": "localhost.example.org"},
        {"Host": "localhost:8501", "Origin": "https://digits.example.org"},
        {"Host": "localhost:8501", "Origin": "null"},
        {"Host": "localhost:8501", "X_Forwarded_For": "192.0.2.7"},
        {"Host": "localhost:8501", "X_Real_Ip": "192.0.2.7"},
        {"Host": "localhost:8501", "Forwarded": "for=192.0.2.7"},
        {"Host": "[localhost"},
        {"Host": ""},
    ],
)
def test_who_comes_through_a_proxy_is_not_local(monkeypatch, headers):
    monkeypatch.setattr(st, "context", Request(**headers))
    assert not rights.is_local()


def test_it_can_be_said_that_the_app_is_deployed(monkeypatch):
    assert rights.is_local()
    monkeypatch.setenv("INKLING_DEPLOYED", "true")
    assert not rights.is_local()


def show_rights():
    import streamlit as st

    from ui.access.rights import is_owner, owner_is_set_up

    st.text(f"{is_owner()} {owner_is_set_up()}")


def seen(**values: object) -> str:
    """Return whether a visitor is the owner, and whether there is one."""
    app = AppTest.from_function(show_rights, default_timeout=30)
    app.user = values.pop("user", {})
    for key, value in values.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return str(app.text[0].value)


@pytest.mark.usefixtures("deployed")
class TestDeployed:
    """What visitors are where the app is deployed."""

    def test_nobody_is_the_owner_where_none_is_set_up(self):
        user = {"is_logged_in": True, "email": ""}
        assert seen(user=user) == "False False"

    def test_an_owner_is_set_up_with_a_password(self, monkeypatch):
        monkeypatch.setenv("INKLING_OWNER_PASSWORD", str(Password.of("open sesame")))
        assert seen() == "False True"

    def test_an_email_alone_lets_nobody_in(self, monkeypatch):
        monkeypatch.setenv("INKLING_OWNER_EMAIL", "me@example.org")
        assert seen() == "False False"

    @pytest.mark.parametrize(
        ("user", "is_owner"),
        [
            ({"is_logged_in": True, "email": "Me@Example.org"}, True),
            ({"is_logged_in": True, "email": "me@example.org", "email_verified": True}, True),
            ({"is_logged_in": True, "email": "me@example.org", "email_verified": False}, False),
            ({"is_logged_in": True, "email": "you@example.org"}, False),
            ({"is_logged_in": True}, False),
            ({"is_logged_in": True, "email": None}, False),
            ({"is_logged_in": False, "email": "me@example.org"}, False),
            ({"email": "me@example.org"}, False),
        ],
    )
    def test_the_owner_is_who_has_the_email(self, monkeypatch, user, is_owner):
        monkeypatch.setenv("INKLING_OWNER_EMAIL", "me@example.org")
        assert seen(user=user).startswith(str(is_owner))

    @pytest.mark.parametrize("value", [True, "True", 1, {"owner": True}, ["SignedIn"]])
    def test_nothing_that_a_browser_can_send_makes_an_owner(self, value):
        assert seen(**{KEY: value}) == "False False"
