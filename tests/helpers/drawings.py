"""Drawings for tests, and how alike two of them are."""

import cv2
import numpy as np


def on_canvas(digit: np.ndarray, side=160, left=60, top=60, canvas_side=280) -> np.ndarray:
    """Return a digit enlarged and placed, light on black: uint8 (280, 280)."""
    canvas = np.zeros((canvas_side, canvas_side), np.uint8)
    large = cv2.resize(digit, (side, side), interpolation=cv2.INTER_LINEAR)
    canvas[top : top + side, left : left + side] = large
    return canvas


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Return the correlation of two pictures, allowing for a shift by one pixel."""
    shifts = [np.roll(b, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return max(float(np.corrcoef(a.ravel(), shifted.ravel())[0, 1]) for shifted in shifts)
