"""UNIPEN's text format: indices, and the blocks of pen files."""

import numpy as np
import pytest

from mnist_core.data.unipen import Segment, read_blocks, read_index, strokes_of

INDEX = """.VERSION 1.0
.INCLUDE ced/ced3.doc
.INCLUDE ced/data/a.dat
.HIERARCHY TEXT CHARACTER
.SEGMENT TEXT 0-9 ? "4 all"
.SEGMENT CHARACTER 0 OK "4"
.SEGMENT CHARACTER  2-4   ?   "a"
.SEGMENT CHARACTER 5-5:31 ? "u"
.SEGMENT CHARACTER 5:32-6 ? "r"
.SEGMENT CHARACTER 6,8 ? "t"
.SEGMENT CHARACTER 7 ? "\\""
.SEGMENT CHARACTER 8 ? no label
"""
PENS = """
.WRITER_ID W1
.COMMENT a comment
  .PEN_DOWN that is none
.PEN_DOWN
\t92\t380
\t94\t379
.PEN_UP
.DT 100
.PEN_DOWN
0.5 1e1 7
-3 4 7
.PEN_UP
94 400
.PEN_DOWN
0 0
.PEN_UP
.PEN_DOWN
.PEN_DOWN
0 0
0 1
"""


@pytest.mark.parametrize("text", [INDEX, INDEX.rstrip(), INDEX.replace("\n", "\n\n")])
def test_an_index_names_files_and_characters(text):
    index = read_index(text)
    assert index.includes == ["ced/ced3.doc", "ced/data/a.dat"]
    assert index.segments == [Segment("4", 0, 0), Segment("a", 2, 4), Segment('\\"', 7, 7)]


@pytest.mark.parametrize("text", ["", "nothing of the kind", ".", ".segment CHARACTER 0 ? x"])
def test_a_text_of_something_else_says_nothing(text):
    assert read_index(text) == ([], [])
    assert read_blocks(text) == []


def test_blocks_with_points_are_numbered_whether_the_pen_is_down_or_up():
    blocks = read_blocks(PENS)
    assert [block.is_down for block in blocks] == [True, True, False, True, True]
    np.testing.assert_array_equal(blocks[0].points, [[92, 380], [94, 379]])
    np.testing.assert_array_equal(blocks[1].points, [[0.5, 10], [-3, 4]])


def test_strokes_are_those_with_the_pen_down():
    blocks = read_blocks(PENS)
    assert [len(stroke) for stroke in strokes_of(blocks[:3])] == [2, 2]
    assert strokes_of(blocks[2:3]) == []


def test_masked_ink_is_no_ink_but_a_line_from_nought_is():
    blocks = read_blocks(PENS)
    assert strokes_of(blocks[:4]) == []
    assert [len(stroke) for stroke in strokes_of(blocks[4:])] == [2]


@pytest.mark.parametrize(
    "points", ["1", "1 2\n3", "1 2\nx y", "nan 1", "inf 1", "1 1e7", "1 2 3\n4 5", "0x1 2"]
)
def test_what_is_not_understood_has_no_strokes(points):
    blocks = read_blocks(f".PEN_DOWN\n{points}\n.PEN_UP\n.PEN_DOWN\n1 2\n")
    assert strokes_of(blocks) == []
    assert len(strokes_of(blocks[1:])) == 1
