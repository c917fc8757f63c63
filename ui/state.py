"""What one visitor has done, kept while they look around the app."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

Marks = list[dict[str, Any]]  # what is on the canvas, as Fabric.js describes it

STEPS_BACK = 20  # how many times Undo works; each step keeps a few kilobytes


@dataclass
class Drawing:
    """What is on the canvas, and how it came there.

    The browser draws: it sends marks and their picture after every stroke. When Python
    changes the drawing (undo, clear, surprise), it gives the canvas a new `start`.
    """

    marks: Marks = field(default_factory=list)
    png: bytes | None = None
    start: dict[str, Any] = field(default_factory=lambda: {"objects": [], "edition": 0})
    _heard: tuple[Marks, bytes] | None = None
    _earlier: list[tuple[Marks, bytes | None]] = field(default_factory=list)

    def hear(self, marks: Marks, png: bytes) -> None:
        """Take in what the canvas shows now, unless it is what it said last time."""
        if (marks, png) == self._heard:
            return
        if marks != self.marks:
            self._remember()
        self._heard = self.marks, self.png = self._share(marks), png

    def resume(self, kept: Marks) -> None:
        """Go on with what the browser has kept while this server was started anew."""
        if not self._earlier:
            self.marks = self.marks or kept
        self.reopen()

    def put(self, marks: Marks, png: bytes | None) -> None:
        """Replace the whole drawing."""
        self._remember()
        self._show(marks, png)

    def clear(self) -> None:
        """Take everything off the canvas; `undo` brings it back."""
        if self.marks:
            self.put([], None)

    def undo(self) -> None:
        """Go back by one stroke, or whatever was done last."""
        if self._earlier:
            self._show(*self._earlier.pop())

    def reopen(self) -> None:
        """Start a canvas that has just come back onto the page with the drawing as it is."""
        self.start = {"objects": self.marks, "edition": self.start["edition"] + 1}

    def _share(self, marks: Marks) -> Marks:
        """Return the marks; those that were there before are the very same, and take no room."""
        shared = [old if old == new else new for old, new in zip(self.marks, marks, strict=False)]
        return [*shared, *marks[len(shared) :]]

    def _remember(self) -> None:
        self._earlier = [*self._earlier, (self.marks, self.png)][-STEPS_BACK:]

    def _show(self, marks: Marks, png: bytes | None) -> None:
        self.marks, self.png = marks, png
        self.reopen()


def current_drawing() -> Drawing:
    """Return this visitor's drawing."""
    if "drawing" not in st.session_state:
        st.session_state.drawing = Drawing()
    drawing: Drawing = st.session_state.drawing
    return drawing


def chosen_model() -> str | None:
    """Return the model that this visitor has chosen to read on Draw; None is the default one."""
    name: str | None = st.session_state.get("chosen_model")
    return name


def choose_model(name: str | None) -> None:
    """Let a model read on Draw, for this visitor; None is the default one."""
    st.session_state.chosen_model = name
