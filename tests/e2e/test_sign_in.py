"""The owner of a deployed app signs in, with a password or where their e-mail is known."""

import re
from pathlib import Path

from app_server import serve
from playwright.sync_api import Page, expect

from devtools.identity_provider import CLIENT, SECRET, providing
from ui.base.password import Password

PASSWORD = "correct horse battery"
ANCHOR = "Is this app yours? Sign in"
HEALTH = "Model integrity"


def test_the_owner_signs_in_with_the_password(tmp_path, browse, capfd):
    stored = str(Password.of(PASSWORD))
    with serve(tmp_path, INKLING_DEPLOYED="true", INKLING_OWNER_PASSWORD=stored) as server:
        page = browse(f"{server.url}/about", apart=True)
        expect(page.get_by_role("link", name="How it works")).to_be_visible()
        expect(page.get_by_role("link", name="Status")).to_have_count(0)
        page.get_by_role("link", name=ANCHOR).click()
        give(page, "a wrong guess")
        expect(page.get_by_text("Wrong password.")).to_be_visible()
        give(page, PASSWORD)
        expect(page.get_by_role("heading", name=HEALTH)).to_be_visible()
        expect(page.get_by_role("link", name="Status")).to_be_visible()
        assert PASSWORD not in page.url

        stranger = browse(f"{server.url}/status", apart=True)
        expect(stranger.get_by_label("Password").first).to_be_visible()
        expect(stranger.get_by_role("heading", name=HEALTH)).to_have_count(0)

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name=HEALTH)).to_have_count(0)
    logged = capfd.readouterr().err
    assert '"owner signed in"' in logged
    assert not any(secret in logged for secret in (PASSWORD, "a wrong guess", stored))


def give(page: Page, password: str) -> None:
    """Fill in the form and send it."""
    page.get_by_label("Password").first.fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_the_owner_signs_in_where_their_email_is_known(tmp_path, browse):
    with (
        providing() as provider,
        serve(tmp_path, **secrets_for(tmp_path, provider.url)) as server,
    ):
        home = re.compile(re.escape(server.url) + "/?$")
        for email in ("you@example.org", "me@example.org"):
            provider.email = email
            page = browse(f"{server.url}/status", apart=True)
            page.get_by_role("button", name="Sign in with your account").click()
            page.wait_for_url(home)
            page.goto(f"{server.url}/status")
            owned = page.get_by_role("heading", name=HEALTH)
            if email == "me@example.org":
                expect(owned).to_be_visible()
            else:
                expect(page.get_by_text("but not as the owner")).to_be_visible()
                expect(owned).to_have_count(0)
            page.get_by_role("button", name="Sign out").click()
            page.wait_for_url(home)
            page.goto(f"{server.url}/status")
            expect(page.get_by_role("button", name="Sign in with")).to_be_visible()


def secrets_for(folder: Path, provider: str) -> dict[str, str]:
    """Write the secrets; return the variables that lead there."""
    (folder / "secrets.toml").write_text(
        'INKLING_DEPLOYED = "true"\nINKLING_OWNER_EMAIL = "me@example.org"\n'
        f'[auth]\nredirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"\n'
        f'cookie_secret = "{"x" * 40}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
    return {"STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml")}
