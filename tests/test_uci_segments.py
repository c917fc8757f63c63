"""UCI's flavour of UNIPEN's text format."""

import numpy as np
import pytest

from mnist_core.data.uci_segments import read_segments

TEXT = """
.INCLUDE        dene.doc

.LEXICON "0" "1" "2" "3" "4" "5" "6" "7" "8" "9"
.HIERARCHY      DIGIT

.SEGMENT DIGIT    0 ? "7"
.COMMENT 7  6  138
.PEN_DOWN
 100  400
 300  400
 200  100
.PEN_UP
.DT 100
.SEGMENT DIGIT    1-2 ? "4"
.COMMENT 4  12  224
.PEN_DOWN
 150  450
 350  250
.PEN_UP
.DT 100
.PEN_DOWN
 300  450
.PEN_UP
.DT 100
"""


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), TEXT.rstrip()])
def test_segments_keep_their_strokes_apart_and_in_order(text):
    seven, four = read_segments(text)
    assert (seven.label, four.label) == ("7", "4")
    assert (seven.comment, four.comment) == (["7", "6", "138"], ["4", "12", "224"])
    assert [len(stroke) for stroke in seven.strokes + four.strokes] == [3, 2, 1]
    assert seven.strokes[0].dtype == np.int16
    np.testing.assert_array_equal(four.strokes[0], [[150, 450], [350, 250]])
    np.testing.assert_array_equal(four.strokes[1], [[300, 450]])


@pytest.mark.parametrize("text", ["", "nothing of the kind", ".PEN_DOWN\n1 2\n.PEN_UP"])
def test_a_text_without_segments_has_none(text):
    assert read_segments(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('? "7"', "? 7"),  # no label
        (".COMMENT 7  6  138\n", ""),
        (".PEN_UP", ""),  # the points go on to .DT
        (" 200  100\n", " 200\n"),  # half a point
        (" 200  100\n", " 200  1e2\n"),
        (" 200  100\n", " 200  99999\n"),  # not of 16 bits
        (".PEN_DOWN\n 150  450\n 350  250\n.PEN_UP", ".PEN_DOWN\n.PEN_UP"),
        (".PEN_DOWN", ".PEN"),
    ],
)
def test_what_is_not_understood_is_refused(old, new):
    assert old in TEXT
    with pytest.raises(ValueError, match="Expected|invalid literal|reshape"):
        read_segments(TEXT.replace(old, new, 1))
