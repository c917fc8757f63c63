"""Pens, typefaces and signs for tests, without a network: what this machine has anyway."""

from pathlib import Path

import cv2
import numpy as np
import streamlit

from mnist_core.data.characters import Characters
from mnist_core.data.hasy import KINDS
from mnist_core.data.pens import Pens
from mnist_core.data.symbols import Symbols
from mnist_core.synthesis.made_digits import STYLES

MEDIA = Path(streamlit.__file__).parent / "static/static/media"


def some_pens() -> Pens:
    """Return three digits of every style, by writers 1 to 30."""
    rng = np.random.default_rng(0)
    made = [(label, style(rng)) for label, style in STYLES for _ in range(30)]
    return Pens(
        strokes=[[np.round(points * 400).astype(np.int16) for points in s] for _, s in made],
        labels=np.array([label for label, _ in made], np.uint8),
        writers=np.tile(np.arange(1, 31), len(STYLES)).astype(np.uint8),
    )


def some_characters() -> Characters:
    """Return the digits of `some_pens`, letters and signs, by 30 writers in two collections."""
    pens = some_pens()
    drawn = [stroke * 5 for strokes in pens.strokes for stroke in strokes[:1]]
    labels = np.resize(["A", "x", "O", "+", "/"], len(drawn))
    return Characters(
        strokes=[[stroke * 5 for stroke in strokes] for strokes in pens.strokes]
        + [[stroke] for stroke in drawn],
        labels=np.concatenate([pens.labels.astype(str), labels]),
        writers=np.array(
            [f"{'ced' if w % 3 else 'apb'}/{w}" for w in (*pens.writers, *pens.writers)]
        ),
    )


def some_fonts() -> dict[str, Path]:
    """Return typefaces that come with Streamlit."""
    chosen = ("KaTeX_Main-Regular", "KaTeX_Main-Italic", "KaTeX_SansSerif", "SourceS")
    paths = [path for path in sorted(MEDIA.glob("*.woff2")) if path.name.startswith(chosen)]
    assert len(paths) > 2
    return {path.name.partition(".")[0]: path for path in paths}


def some_symbols() -> Symbols:
    """Return three drawings of every kind of sign, light on black: crosses of several sizes."""
    images = np.zeros((3 * len(KINDS), 32, 32), np.uint8)
    for i, image in enumerate(images):
        cv2.line(image, (3, 3 + i % 9), (28, 28), 255, 2)
        cv2.line(image, (28, 3), (3, 28 - i % 5), 255, 2)
    return Symbols(images, np.repeat(np.arange(len(KINDS), dtype=np.uint8), 3))
