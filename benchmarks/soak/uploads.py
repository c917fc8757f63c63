"""Uploads, as a browser sends them: only the server that holds the visitor's session takes them."""

import asyncio
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.soak.attempts import Attempts
from benchmarks.soak.browser import Browser
from benchmarks.soak.stream import Stream

EACH = 5  # files of one visitor
CONTENT = b"label,pixel0\n7,0\n"


async def count_uploads(address: str, visitors: int) -> Attempts:
    """Let visitors upload `EACH` files, all at the same time."""
    uploads = Attempts()
    await asyncio.gather(*(upload_files(address, uploads) for _ in range(visitors)))
    return uploads


async def upload_files(address: str, uploads: Attempts) -> None:
    """Let one visitor upload files."""
    async with Browser(address) as browser:
        tab = await browser.open_tab()
        await tab.load()
        for index in range(EACH):
            with uploads.attempt():
                await upload(browser, tab, f"{index}.csv")
        await tab.close()


async def upload(browser: Browser, tab: Stream, name: str) -> None:
    """Upload a file.

    Raises:
        httpx.HTTPError: the server did not take it.
    """
    message = BackMsg()
    wanted = message.file_urls_request
    wanted.request_id, wanted.session_id = uuid4().hex, tab.page.session
    wanted.file_names.append(name)
    answer = await tab.ask(message, "file_urls_response")
    sent = await browser.client.put(
        answer.file_urls_response.file_urls[0].upload_url,
        files={"file": (name, CONTENT, "text/csv")},
        headers={"X-Xsrftoken": browser.xsrf},
    )
    sent.raise_for_status()
