"""How the page is laid out from its first moment, before Streamlit has sent anything."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from ui.draw.layout import STYLE

END_OF_HEAD = b"</head>"


async def style_first_paint(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Put the style of the Draw page into the HTML that Streamlit sends for every page.

    The page itself sends it too, for hosts that serve that HTML on their own. But it arrives after
    what it lays out, which is then seen to jump.
    """
    if "text/html" not in request.headers.get("accept", ""):
        return await call_next(request)
    headers = request.scope["headers"]
    request.scope["headers"] = [item for item in headers if item[0] != b"accept-encoding"]
    response = await call_next(request)
    if not response.headers.get("content-type", "").startswith("text/html"):
        return response
    html = b"".join([part async for part in response.body_iterator])  # type: ignore[attr-defined]
    style = b"<style>" + STYLE.read_bytes() + b"</style>"
    outdated = {"content-length", "content-type", "etag", "last-modified"}  # of the HTML before
    headers = {name: value for name, value in response.headers.items() if name not in outdated}
    return Response(
        html.replace(END_OF_HEAD, style + END_OF_HEAD, 1),
        response.status_code,
        headers,
        media_type="text/html",
    )
