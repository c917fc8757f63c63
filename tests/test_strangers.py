import numpy as np
from helpers.sources import some_characters

from mnist_core.data.characters import Characters
from mnist_core.synthesis.strangers import (
    calibration_characters,
    clear_letters,
    clear_signs,
    digits_of,
    is_broken,
    look_alike_letters,
    outliers_of,
    reported_characters,
    training_characters,
)


def written_by(count: int) -> Characters:
    """Return a 7 by each of several writers in three collections."""
    writers = [f"{collection}/{i}" for collection in ("apa", "ced", "ibm") for i in range(count)]
    strokes = [[np.array([[0, 0], [900, 0], [300, 2000]], np.int16)] for _ in writers]
    return Characters(strokes, np.full(len(writers), "7"), np.array(writers))


def test_nobody_is_in_two_of_the_three_parts():
    everybody = written_by(60)
    parts = [
        set(part(everybody).writers)
        for part in (training_characters, calibration_characters, reported_characters)
    ]
    assert set.union(*parts) == set(everybody.writers)
    assert sum(map(len, parts)) == len(everybody)
    assert min(map(len, parts)) > 10


def test_one_collection_is_for_reports_only():
    reported = reported_characters(written_by(9))
    assert set(reported.collections) == {"ced"}
    assert len(reported) == 9


def test_a_writer_stays_in_the_same_part_whoever_else_is_there():
    everybody = written_by(60)
    some = everybody.where(np.arange(len(everybody)) % 3 == 0)
    for part in (training_characters, calibration_characters):
        assert set(part(some).writers) == set(part(everybody).writers) & set(some.writers)


def test_a_part_without_anybody_is_empty():
    assert len(digits_of(reported_characters(written_by(9).labelled("8")))) == 0


def test_digits_letters_and_signs_are_told_apart():
    characters = some_characters()
    assert set(digits_of(characters).labels) <= set(range(10))
    assert set(outliers_of(characters).labels) == {"A", "x", "+"}
    assert set(clear_letters(characters).labels) == {"A", "x"}
    assert set(look_alike_letters(characters).labels) == {"O"}
    assert set(clear_signs(characters).labels) == {"+"}


def test_a_digit_that_lost_strokes_is_left_out():
    dash = [np.array([[0, 0], [2000, 10]], np.int16)]
    ring = [np.array([[0, 0], [900, 900], [0, 2000], [-900, 900]], np.int16)]
    whole = Characters(
        [dash, dash, dash, ring, dash, [*dash, *ring]],
        np.array(["4", "0", "1", "0", "4", "4"]),
        np.array(["ibm/1", "ibm/1", "ibm/1", "ibm/1", "apa/1", "ibm/1"]),
    )
    assert is_broken(whole).tolist() == [True, True, False, False, False, False]
    assert len(digits_of(whole)) == 4
