"""The cells of the confusion matrix, without drawing them."""

import numpy as np
import pytest

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.mistakes import most_frequent_confusions
from mnist_core.models.cards import Calibration
from ui.components.colours import contrast
from ui.mistakes.confusion import confusion_summary, matrix_cells

COUNTS = np.diag([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 0])
COUNTS[4, 9], COUNTS[9, 4], COUNTS[3, 5], COUNTS[9, 8] = 20, 7, 1, 1


def cells(chosen=(None, None), **how):
    how = {"shares": False, "mistakes": False, "dark": False} | how
    drawn = matrix_cells(COUNTS, chosen, **how)
    return {(int(cell["label"]), int(cell["read"])): cell for cell in drawn}


def as_colour(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text.removeprefix("#")))


def test_counts_and_shares():
    assert len(cells()) == 100
    assert cells()[4, 9]["text"] == "20"
    assert cells(shares=True)[4, 9]["text"] == "2.0"  # 20 of 1,002
    assert cells()[4, 9]["share"] == pytest.approx(20 / 1002)
    assert cells()[0, 1]["text"] == ""


def test_mistakes_only_leaves_what_is_right_empty():
    assert cells()[0, 0]["text"] == "980"
    assert cells(mistakes=True)[0, 0]["text"] == ""
    assert cells(mistakes=True)[0, 0]["fill"] == "transparent"
    assert cells(mistakes=True)[4, 9]["text"] == "20"


def test_only_the_chosen_cell_is_marked():
    marked = [where for where, cell in cells((4, 9)).items() if cell["chosen"]]
    assert marked == [(4, 9)]
    assert cells((4, 9))[4, 9]["edge"] != cells((4, 9))[3, 5]["edge"]
    assert not any(cell["chosen"] for cell in cells((4, None)).values())


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_legible_on_every_colour(dark):
    for first in range(1, 1136, 9):  # nine at a time, right and wrong, below the most there may be
        some = np.minimum(np.arange(first, first + 9), 1135)
        counts = np.diag([1135, *some])
        counts[0, 1:], counts[1, 0] = some, 1135
        for cell in matrix_cells(counts, (None, None), shares=False, mistakes=False, dark=dark):
            if cell["text"]:
                assert contrast(as_colour(cell["fill"]), as_colour(cell["ink"])) >= 4.5


def test_a_set_with_nothing_right_or_nothing_wrong_can_be_drawn():
    for counts in (np.zeros((10, 10), int), np.diag([5] + [0] * 9), np.eye(10, dtype=int)[::-1]):
        drawn = matrix_cells(counts, (0, 0), shares=True, mistakes=False, dark=True)
        assert len(drawn) == 100


def test_the_most_frequent_confusions_come_first():
    labels = np.repeat(np.arange(10), COUNTS.sum(axis=1)).astype(np.uint8)
    read = np.concatenate([np.repeat(np.arange(10), row) for row in COUNTS])
    logits = np.eye(10, dtype=np.float32)[read]
    result = Evaluation(labels, logits, Calibration())
    assert most_frequent_confusions(result) == [(4, 9, 20), (9, 4, 7), (3, 5, 1), (9, 8, 1)]
    assert confusion_summary(result).startswith("Most frequent: 4 read as 9: 20, 9 read as 4: 7")
    right = result.subset(result.correct)
    assert most_frequent_confusions(right) == []
    assert confusion_summary(right) == "There are no mistakes"
