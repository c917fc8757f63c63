"""The address at which browsers fetch what they read with while one draws."""

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.draw.live_files import offered_file

FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}  # the name is a checksum


def live_files() -> Route:
    """Return the route, below the sub-path at which the app is served."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return Route(f"{'/' if base else ''}{base}/live/{{name}}", send_file)


async def send_file(request: Request) -> Response:
    """Send a file that is offered; nothing, without an error, where there is none."""
    found = await run_in_threadpool(offered_file, request.path_params["name"])
    if found is None:
        return Response(status_code=204)
    content, media_type = found
    return Response(content, headers=FOR_GOOD, media_type=media_type)
