"""Who of UNIPEN's writers a network learns from, and who stays a stranger to it.

A visitor's hand is new, and so is the visitor's tablet. How well a network reads the writers of its
training set says nothing about them. So UNIPEN is divided once and for all: one collection, made on
other tablets by other people, is for reports only, on which no choice is ever based; of the other
collections, a sixth of the writers is to calibrate and to choose on, and the rest to train on.

What UNIPEN calls a writer is a file, and in four of the collections one person may have written
two. So some who are calibrated on may be known after all.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.characters import DIGITS, Characters
from mnist_core.data.pens import Pens

REPORTED = "ced"  # the collection for reports
CALIBRATION_PART = 6  # one writer in so many

# Characters that cannot be told from a digit by their shape, or that are only a line or a dot.
LOOK_ALIKES = (*"OoQDIilJjSsZzBbGgq", *"/|[](){}'`,.", '\\"', "\\\\")  # the last two are escaped
CLEAR_LETTERS = "AEFHKMNRTWXadefhkmnrtwx"  # letters that nobody takes for a digit


def training_characters(characters: Characters) -> Characters:
    """Return the characters by the writers to train on."""
    return characters.where(~is_reported(characters) & ~is_for_calibration(characters))


def calibration_characters(characters: Characters) -> Characters:
    """Return the characters by the writers to calibrate and to choose on."""
    return characters.where(~is_reported(characters) & is_for_calibration(characters))


def reported_characters(characters: Characters) -> Characters:
    """Return the characters by the writers for reports."""
    return characters.where(is_reported(characters))


def is_reported(characters: Characters) -> NDArray[np.bool_]:
    """Return which characters are for reports only: bool (n,)."""
    return characters.collections == REPORTED


def is_for_calibration(characters: Characters) -> NDArray[np.bool_]:
    """Return which characters are by a writer to calibrate on: bool (n,).

    The writer's name decides, so that another selection of characters divides them alike.
    """
    part = {
        writer: crc32(writer.encode()) % CALIBRATION_PART == 0 for writer in set(characters.writers)
    }
    return np.array([part[writer] for writer in characters.writers], bool)


def digits_of(characters: Characters) -> Pens:
    """Return the digits among the characters, without broken ones; writers are numbered from 0."""
    digits = characters.labelled(DIGITS)
    digits = digits.where(~is_broken(digits))
    _, numbers = np.unique(digits.writers, return_inverse=True)
    return Pens(digits.strokes, digits.labels.astype(np.uint8), numbers.astype(np.uint16))


def is_broken(digits: Characters) -> NDArray[np.bool_]:
    """Return which digits lost strokes when they were recorded: bool (n,).

    All 41 fours of one stroke in the collection `ibm` are a part of one: a dash, a corner. So are
    the zeros there that are a straight line, which are the bar of a slashed zero.
    """
    single = np.array([len(strokes) == 1 for strokes in digits.strokes], bool)
    suspects = (digits.collections == "ibm") & single
    broken = suspects & (digits.labels == "4")
    for i in np.flatnonzero(suspects & (digits.labels == "0")):
        broken[i] = is_straight(digits.strokes[i][0])
    return broken


def is_straight(points: NDArray[np.int16]) -> bool:
    """Return whether the points of a stroke, (n, 2), lie on a line, give or take a tenth."""
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(spread[-1] <= 0.1 * spread[0])


def outliers_of(characters: Characters) -> Characters:
    """Return the letters and signs that do not look like a digit."""
    return characters.where(~np.isin(characters.labels, [*DIGITS, *LOOK_ALIKES]))


def clear_letters(characters: Characters) -> Characters:
    """Return the letters that nobody takes for a digit."""
    return characters.labelled(CLEAR_LETTERS)


def look_alike_letters(characters: Characters) -> Characters:
    """Return the letters that cannot be told from a digit by their shape."""
    return characters.labelled([label for label in LOOK_ALIKES if label.isalpha()])


def clear_signs(characters: Characters) -> Characters:
    """Return the signs that do not look like a digit, nor like a part of one."""
    others = outliers_of(characters)
    return others.where(~np.strings.isalpha(others.labels))
