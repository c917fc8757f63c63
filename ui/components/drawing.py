"""The visitor's drawing, which survives a change of page, and how a digit is put on it."""

import contextlib
import json
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.errors import PictureError
from mnist_core.pictures import Picture
from ui.base import session_keys
from ui.components.pictures import (
    encode_png,
    lay_on_paper,
    open_drawing,
    picture_url,
    write_in_ink,
)

Marks: TypeAlias = list[dict[str, Any]]  # what is on the canvas, as Fabric.js describes it
Texts: TypeAlias = tuple[str, ...]  # the same with each mark as JSON, in a seventh of the memory

SIDE = 280  # pixels of the picture that is read, however large the paper is shown
WIDE = 2 * SIDE  # pixels of its width once it has been widened for a long number
UNDO_STEPS = 20  # each takes a few kilobytes


@dataclass
class Drawing:
    """What is on the canvas, with its undo history.

    The browser draws: it sends the marks and a picture of them after every stroke. When Python
    changes the drawing (undo, clear, surprise), it gives the canvas a new `start`. The canvas sends
    each start back; if the next one was given before that arrives, it is out of date.
    """

    png: bytes | None = None
    width: int = SIDE
    _marks: Texts = ()
    _starts: tuple[Texts, ...] = ((),)  # the last one counts; the canvas may still send others
    _revision: int = 0
    _last_sync: tuple[Texts, bytes] | None = None
    _undo_stack: list[tuple[Texts, bytes | None, int]] = field(default_factory=list)

    @property
    def marks(self) -> Marks:
        """What is on the canvas."""
        return [json.loads(mark) for mark in self._marks]

    @property
    def start(self) -> dict[str, Any]:
        """What the canvas started with, or was last set to show."""
        objects = [json.loads(mark) for mark in self._starts[-1]]
        return {"objects": objects, "revision": self._revision}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on the canvas."""
        return not self._marks

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has been drawn yet in this visit."""
        return not self._marks and not self._undo_stack

    def sync(self, marks: Marks, png: bytes) -> None:
        """Take over what the canvas shows now, unless it has not changed since the last time."""
        texts = as_texts(marks)
        if (texts, png) == self._last_sync:
            return
        *earlier, start = self._starts
        if is_alike(texts, start):
            self._starts = (start,)  # what comes from now on was drawn upon it
        elif any(is_alike(texts, other) for other in earlier):
            self._last_sync = texts, png
            return
        if len(texts) != len(self._marks):  # otherwise it spells the same marks in its own way
            self._remember()
        self._last_sync = self._marks, self.png = self._share(texts), png

    def resume(self, in_browser: Marks, width: int) -> None:
        """Continue with the drawing that the browser still holds after a restart."""
        if in_browser and self.is_untouched:
            self._marks, self.width = as_texts(in_browser), width
        self.push_to_canvas()

    def replace(self, marks: Marks, png: bytes | None) -> None:
        """Replace the whole drawing."""
        self._remember()
        self._show(as_texts(marks), png)

    def clear(self) -> None:
        """Clear the canvas; `undo` restores it."""
        if self._marks:
            self.replace([], None)

    def widen(self, width: int) -> None:
        """Make the paper `width` pixels wide; what is drawn stays."""
        if width != self.width:
            self.width = width
            self.push_to_canvas()

    def undo(self) -> None:
        """Undo the last stroke or other change."""
        if self._undo_stack:
            texts, png, self.width = self._undo_stack.pop()
            self._show(texts, png)

    def push_to_canvas(self) -> None:
        """Make the canvas start again with the current drawing."""
        self._starts = (*self._starts, self._marks)[-UNDO_STEPS:]
        self._revision += 1

    def _share(self, texts: Texts) -> Texts:
        """Return the marks, reusing the strings of unchanged ones to save memory."""
        shared = [old if old == new else new for old, new in zip(self._marks, texts, strict=False)]
        return (*shared, *texts[len(shared) :])

    def _remember(self) -> None:
        self._undo_stack = [*self._undo_stack, (self._marks, self.png, self.width)][-UNDO_STEPS:]

    def _show(self, texts: Texts, png: bytes | None) -> None:
        self._marks, self.png = texts, png
        self.push_to_canvas()


def as_texts(marks: Marks) -> Texts:
    """Return each mark as JSON."""
    return tuple(json.dumps(mark, separators=(",", ":")) for mark in marks)


def is_alike(texts: Texts, others: Texts) -> bool:
    """Return whether marks show the same, however the canvas describes them otherwise."""
    return len(texts) == len(others) and all(
        what_it_shows(text) == what_it_shows(other)
        for text, other in zip(texts, others, strict=True)
    )


def what_it_shows(text: str) -> Any:
    """Return the way of a stroke, or the picture that a mark is."""
    mark = json.loads(text)
    return mark.get("path", mark.get("src"))


def current_drawing() -> Drawing:
    """Return this visitor's drawing."""
    drawing: Drawing = st.session_state.setdefault(session_keys.DRAWING, Drawing())
    return drawing


def drawing_in_browser() -> tuple[Marks, int]:
    """Return what the browser still holds after a restart of the server, and its paper's width.

    The session is new then and the canvas has not been created in it, so the drawing is only found
    in the raw message of the browser.
    """
    context = get_script_run_ctx()
    states = context.session_state.get_widget_states() if context else []
    for state in states:
        if state.id.endswith(f"-{session_keys.CANVAS}"):
            with contextlib.suppress(
                ValueError, LookupError, TypeError, AttributeError, PictureError
            ):
                shown = json.loads(state.json_value)["drawing"]
                png = b64decode(shown["data"].partition(",")[2])
                return list(shown["raw"]["objects"]), open_drawing(png, SIDE, WIDE).shape[1]
    return [], SIDE


def put_on_canvas(digit: Picture) -> None:
    """Put a digit in MNIST's format on the canvas.

    Args:
        digit: uint8 (28, 28), ink light on black.
    """
    ink = write_in_ink(digit, SIDE)
    corner = {"left": 0, "top": 0, "originX": "left", "originY": "top"}
    mark = {"type": "Image", "src": picture_url(ink), **corner}
    current_drawing().replace([mark], encode_png(lay_on_paper(ink)))
