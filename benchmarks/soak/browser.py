"""A browser's cookies, which requests and tabs share."""

from typing import Self

import httpx

from benchmarks.soak.stream import PATIENCE, Page, Stream

XSRF = "_streamlit_xsrf"  # Streamlit's cookie against requests from other sites' pages


class Browser:
    """A browser that has been to the app; use it with `async with`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.AsyncClient(base_url=address, timeout=PATIENCE, follow_redirects=True)

    async def __aenter__(self) -> Self:
        await self.client.get("/_stcore/health")  # gives the cookies
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    @property
    def xsrf(self) -> str:
        """The token that the app wants to see beside the cookie."""
        return self.client.cookies[XSRF]

    async def open_tab(self) -> Stream:
        """Connect with the cookies."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        return await Stream.open(self.address, Page(cookie=cookies, xsrf=self.xsrf))
