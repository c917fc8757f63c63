"""A browser tab's connection to the app, in Streamlit's protocol: protobuf over a WebSocket.

A hundred browsers would slow down the machine that is measured; a hundred of these do not.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60  # seconds for one answer
AFFINITY = "INKLING_REPLICA"  # the cookie of deploy/haproxy.cfg


class StreamError(Exception):
    """The server answered with an error, or not at all."""


@dataclass
class Page:
    """What a tab knows about the page it shows.

    Attributes:
        session: the id that the server gave to this session.
        script: the hash of the page's script.
        fragment: the fragment that contains the canvas.
        canvas: the canvas's id.
        headings: every heading of the last answer.
        links: the paths of the pages that the navigation leads to.
        buttons: each button's id, by its label.
        cookie: what a browser sends with it; a load balancer finds the same server again by it.
        xsrf: the token with which the app believes the cookies.
    """

    session: str = ""
    script: str = ""
    fragment: str = ""
    canvas: str = ""
    headings: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    cookie: str = ""
    xsrf: str = ""


class Stream:
    """An open tab."""

    def __init__(self, socket: ClientConnection, page: Page) -> None:
        self.socket = socket
        self.page = page

    @classmethod
    async def open(cls, address: str, page: Page | None = None) -> Self:
        """Connect as a browser does; with a page to reconnect to its session."""
        page = page or Page()
        words = ("streamlit", page.xsrf or "none", page.session)
        socket = await connect(
            address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[Subprotocol(word) for word in words if word],
            origin=Origin(address),
            additional_headers={"Cookie": page.cookie} if page.cookie else None,
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,  # we answer the server's pings; our own would only cost time
        )
        for given in socket.response.headers.get_all("Set-Cookie") if socket.response else ():
            if given.startswith(f"{AFFINITY}="):
                page.cookie = given.partition(";")[0]
        return cls(socket, page)

    async def load(self, canvas_state: str = "", page: str = "") -> None:
        """Open a page and wait until it is complete.

        Args:
            canvas_state: the canvas's state, which a browser sends when it reconnects.
            page: its name in the address; empty for Draw.
        """
        message = BackMsg()
        message.rerun_script.context_info.url = f"http://localhost/{page}"
        message.rerun_script.page_name = page
        if canvas_state:
            self.add_canvas_state(message, canvas_state)
        await self.request(message)

    async def draw(self, canvas_state: str) -> float:
        """Send the canvas's state; return the seconds until the answer is complete."""
        message = BackMsg()
        self.add_canvas_state(message, canvas_state)
        message.rerun_script.fragment_id = self.page.fragment
        message.rerun_script.page_script_hash = self.page.script
        return await self.request(message)

    def add_canvas_state(self, message: BackMsg, canvas_state: str) -> None:
        """Add the canvas's state to a message."""
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.json_value = self.page.canvas, canvas_state

    async def request(self, message: BackMsg) -> float:
        """Send a message; return the seconds until the answer is complete.

        Raises:
            StreamError: the answer is an error, or there is none.
        """
        self.page.headings = []
        began = time.perf_counter()
        await self.send(message, self.process)
        return time.perf_counter() - began

    async def ask(self, message: BackMsg, kind: str) -> ForwardMsg:
        """Send a message; return the first answer of a kind.

        Raises:
            StreamError: there is none.
        """
        return await self.send(message, lambda answer: answer.WhichOneof("type") == kind)

    async def send(self, message: BackMsg, is_last: Callable[[ForwardMsg], bool]) -> ForwardMsg:
        """Send a message; return the answer that is the last one.

        Raises:
            StreamError: there is none.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                await self.socket.send(message.SerializeToString())
                while True:
                    answer = ForwardMsg.FromString(await self.socket.recv(decode=False))
                    if is_last(answer):
                        return answer
        except TimeoutError:
            raise StreamError(f"There was no answer for {PATIENCE} seconds.") from None

    def process(self, message: ForwardMsg) -> bool:
        """Process a message; return whether it was the last one of the answer.

        Raises:
            StreamError: it is an error.
        """
        match message.WhichOneof("type"):
            case "delta":
                self.process_element(message)
            case "new_session":
                self.page.session = message.new_session.initialize.session_id
            case "navigation":
                self.page.script = message.navigation.page_script_hash
                pages = message.navigation.app_pages
                self.page.links = [page.url_pathname for page in pages if not page.is_hidden]
            case "script_finished":
                return message.script_finished in ENDED
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                raise StreamError(message.session_event.script_compilation_exception.message)
        return False

    def process_element(self, message: ForwardMsg) -> None:
        """Process an element of the page.

        Raises:
            StreamError: it shows an error.
        """
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        match kind:
            case "exception":
                raise StreamError(f"{element.exception.type}: {element.exception.message}")
            case "alert" if element.alert.format == Alert.ERROR:
                raise StreamError(element.alert.body)
            case "heading":
                self.page.headings.append(element.heading.body)
            case "button":
                self.page.buttons[element.button.label] = element.button.id
            case "bidi_component" if element.bidi_component.id.endswith("-canvas"):
                self.page.canvas = element.bidi_component.id
                self.page.fragment = message.delta.fragment_id

    async def close(self) -> None:
        """Disconnect, as a tab that is closed does."""
        await self.socket.close()
