"""What one visitor has done, kept while they look around the app."""

import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import streamlit as st

Marks: TypeAlias = list[dict[str, Any]]  # what is on the canvas, as Fabric.js describes it
Texts: TypeAlias = tuple[str, ...]  # the same, each mark as JSON: a seventh of the memory

STEPS_BACK = 20  # how many times Undo works; each step keeps a few kilobytes


@dataclass
class Drawing:
    """What is on the canvas, and how it came there.

    The browser draws: it sends marks and their picture after every stroke. When Python
    changes the drawing (undo, clear, surprise), it gives the canvas a new `start`.
    """

    png: bytes | None = None
    _marks: Texts = ()
    _start: Texts = ()
    _edition: int = 0
    _heard: tuple[Texts, bytes] | None = None
    _earlier: list[tuple[Texts, bytes | None]] = field(default_factory=list)

    @property
    def marks(self) -> Marks:
        """What is on the canvas."""
        return [json.loads(mark) for mark in self._marks]

    @property
    def start(self) -> dict[str, Any]:
        """What the canvas began with, or was last told to show."""
        return {"objects": [json.loads(mark) for mark in self._start], "edition": self._edition}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on the canvas."""
        return not self._marks

    def hear(self, marks: Marks, png: bytes) -> None:
        """Take in what the canvas shows now, unless it is what it said last time."""
        texts = as_texts(marks)
        if (texts, png) == self._heard:
            return
        if texts != self._marks:
            self._remember()
        self._heard = self._marks, self.png = self._share(texts), png

    def resume(self, kept: Marks) -> None:
        """Go on with what the browser has kept while this server was started anew."""
        if not self._earlier:
            self._marks = self._marks or as_texts(kept)
        self.reopen()

    def put(self, marks: Marks, png: bytes | None) -> None:
        """Replace the whole drawing."""
        self._remember()
        self._show(as_texts(marks), png)

    def clear(self) -> None:
        """Take everything off the canvas; `undo` brings it back."""
        if self._marks:
            self.put([], None)

    def undo(self) -> None:
        """Go back by one stroke, or whatever was done last."""
        if self._earlier:
            self._show(*self._earlier.pop())

    def reopen(self) -> None:
        """Start a canvas that has just come back onto the page with the drawing as it is."""
        self._start, self._edition = self._marks, self._edition + 1

    def _share(self, texts: Texts) -> Texts:
        """Return the marks; those that were there before are the very same, and take no room."""
        shared = [old if old == new else new for old, new in zip(self._marks, texts, strict=False)]
        return (*shared, *texts[len(shared) :])

    def _remember(self) -> None:
        self._earlier = [*self._earlier, (self._marks, self.png)][-STEPS_BACK:]

    def _show(self, texts: Texts, png: bytes | None) -> None:
        self._marks, self.png = texts, png
        self.reopen()


def as_texts(marks: Marks) -> Texts:
    """Return each mark as JSON."""
    return tuple(json.dumps(mark, separators=(",", ":")) for mark in marks)


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
