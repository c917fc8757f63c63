"""One tab's connection to the app, in Streamlit's own language: protocol buffers on a WebSocket.

A hundred browsers would measure themselves; a hundred of these leave the machine to the server.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Self

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60  # seconds for one answer


class StreamError(Exception):
    """The server has answered with an error, or not at all."""


@dataclass
class Page:
    """What a tab knows of the page that it shows.

    Attributes:
        session: the number that the server has given to this visit.
        script: the hash of the page's script.
        fragment: the part of the page that the canvas is in.
        canvas: the canvas's id.
        headings: every heading of the last answer.
    """

    session: str = ""
    script: str = ""
    fragment: str = ""
    canvas: str = ""
    headings: list[str] = field(default_factory=list)


class Stream:
    """A tab that has been opened and not closed yet."""

    def __init__(self, socket: ClientConnection, page: Page) -> None:
        self.socket = socket
        self.page = page

    @classmethod
    async def open(cls, address: str, page: Page | None = None) -> Self:
        """Connect as a browser does; with the page that it shows, to go on with that."""
        page = page or Page()
        protocols = [Subprotocol(word) for word in ("streamlit", "none", page.session) if word]
        socket = await connect(
            address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=protocols,
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,  # the server's pings are answered; ours would only cost time
        )
        return cls(socket, page)

    async def load(self, held: str = "") -> None:
        """Open the Draw page, and return when all of it is there.

        Args:
            held: what the canvas holds, as a browser says that has found its server again.
        """
        message = BackMsg()
        message.rerun_script.context_info.url = "http://localhost/"
        if held:
            self.say(message, held)
        await self.ask(message)

    async def draw(self, held: str) -> float:
        """Say what the canvas holds now; return the seconds until all of the answer is there."""
        message = BackMsg()
        self.say(message, held)
        message.rerun_script.fragment_id = self.page.fragment
        message.rerun_script.page_script_hash = self.page.script
        return await self.ask(message)

    def say(self, message: BackMsg, held: str) -> None:
        """Put into a message what the canvas holds."""
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.json_value = self.page.canvas, held

    async def ask(self, message: BackMsg) -> float:
        """Send a message; return the seconds until all of the answer is there.

        Raises:
            StreamError: the answer is an error, or there is none.
        """
        self.page.headings = []
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await self.socket.send(message.SerializeToString())
                while not self.hear(ForwardMsg.FromString(await self.socket.recv(decode=False))):
                    pass
        except TimeoutError:
            raise StreamError(f"There was no answer for {PATIENCE} seconds.") from None
        return time.perf_counter() - began

    def hear(self, message: ForwardMsg) -> bool:
        """Take in a message; tell whether it was the answer's last.

        Raises:
            StreamError: it is an error.
        """
        match message.WhichOneof("type"):
            case "delta":
                self.see(message)
            case "new_session":
                self.page.session = message.new_session.initialize.session_id
            case "navigation":
                self.page.script = message.navigation.page_script_hash
            case "script_finished":
                return message.script_finished in ENDED
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                raise StreamError(message.session_event.script_compilation_exception.message)
        return False

    def see(self, message: ForwardMsg) -> None:
        """Take in an element of the page.

        Raises:
            StreamError: it says that something went wrong.
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
            case "bidi_component" if element.bidi_component.id.endswith("-canvas"):
                self.page.canvas = element.bidi_component.id
                self.page.fragment = message.delta.fragment_id

    async def close(self) -> None:
        """Leave, as a tab that is closed does."""
        await self.socket.close()
