"""Signing in with an e-mail address, as a browser does it: app, provider, app."""

import asyncio
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.soak.attempts import Attempts
from benchmarks.soak.browser import Browser
from benchmarks.soak.stream import StreamError
from devtools.identity_provider import CLIENT, SECRET

OWNER = "me@example.org"
BUTTON = "Sign in with your account"
OWNERS_PAGE = "status"  # the navigation leads only the owner there
AT_ONCE = 5


def write_secrets(folder: Path, provider: str, address: str) -> dict[str, str]:
    """Write the secrets that all replicas share; return the variables that lead there."""
    path = folder / "secrets.toml"
    path.write_text(
        f'INKLING_OWNER_EMAIL = "{OWNER}"\n[auth]\nredirect_uri = "{address}/oauth2callback"\n'
        f'cookie_secret = "{"x" * 40}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    return {"STREAMLIT_SECRETS_FILES": str(path)}


async def count_sign_ins(address: str, people: int) -> Attempts:
    """Let people sign in, `AT_ONCE` at the same time."""
    sign_ins, places = Attempts(), asyncio.Semaphore(AT_ONCE)

    async def try_once() -> None:
        async with places:
            with sign_ins.attempt():
                await sign_in(address)

    await asyncio.gather(*(try_once() for _ in range(people)))
    return sign_ins


async def sign_in(address: str) -> None:
    """Sign in as the owner, and look for the link that only the owner sees.

    Raises:
        StreamError: it is not to be seen.
    """
    async with Browser(address) as browser:
        tab = await browser.open_tab()
        await tab.load(page=OWNERS_PAGE)
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = tab.page.buttons[BUTTON], True
        message.rerun_script.page_script_hash = tab.page.script
        redirect = (await tab.ask(message, "auth_redirect")).auth_redirect.url
        await tab.close()
        (await browser.client.get(redirect)).raise_for_status()
        again = await browser.open_tab()
        await again.load(page="about")
        if OWNERS_PAGE not in again.page.links:
            raise StreamError(f"Expected a link to {OWNERS_PAGE}. Received: {again.page.links}")
        await again.close()
