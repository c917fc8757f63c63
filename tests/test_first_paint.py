"""What the HTML of a page holds before Streamlit has sent anything."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ui.server.first_paint import STYLE, style_first_paint

PAGE = "<html><head><title>Streamlit</title></head><body><p></body></html>"


def ask(kind: str = "text/html", accept: str = "text/html,*/*") -> tuple[Response, Request]:
    """Return the answer to a browser, and the request that Streamlit was given."""
    headers = [(b"accept", accept.encode()), (b"accept-encoding", b"gzip")]
    request = Request({"type": "http", "headers": headers})

    async def streamlit(_: Request) -> Response:
        parts = iter((PAGE[:20].encode(), PAGE[20:].encode()))
        return StreamingResponse(parts, headers={"etag": "old", "cache": "no"}, media_type=kind)

    with ThreadPoolExecutor() as threads:  # here, the tests in a browser may have left a loop
        answer = threads.submit(asyncio.run, style_first_paint(request, streamlit)).result()
    return answer, request


def test_a_page_is_sent_with_its_style():
    answer, _ = ask()
    html = answer.body.decode()
    assert f"<style>{STYLE.read_text('utf-8')}</style></head><body>" in html
    assert html.startswith("<html>")
    assert html.endswith("</html>")
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["cache"] == "no"


def test_a_browser_does_not_take_the_page_for_the_one_without():
    answer, _ = ask()
    assert "etag" not in answer.headers


def test_streamlit_is_not_asked_to_compress_what_will_be_changed():
    _, request = ask()
    assert "accept-encoding" not in Request({**request.scope}).headers


def test_what_is_no_page_stays_as_it_is():
    for kind, accept in (("text/javascript", "text/html,*/*"), ("text/html", "*/*")):
        answer, _ = ask(kind, accept)
        assert isinstance(answer, StreamingResponse)
        assert answer.headers["etag"] == "old"
