"""Drawings as strokes, and the links that are drawings."""

import json
import time
import zlib
from base64 import urlsafe_b64encode
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mnist_core import load_reader
from mnist_core.errors import LinkError
from mnist_core.sketches.link import (
    COARSE_STEPS,
    LONGEST,
    MAX_BYTES,
    STEPS,
    decode,
    encode,
    faithful_link,
)
from mnist_core.sketches.raster import draw
from mnist_core.sketches.simplify import simplify
from mnist_core.sketches.sketch import PenStroke, Sketch
from mnist_core.sketches.vector import replay_of, replay_times, svg_of
from tests.helpers.handwriting import digit

GOLDEN = json.loads(Path(__file__).with_name("fixtures").joinpath("links.json").read_text("utf-8"))


def sketch_of(*paths: list, pen: int = 16, width: int = 280) -> Sketch:
    """Return a drawing of these strokes."""
    return Sketch(tuple(PenStroke(np.array(path, float), pen) for path in paths), width)


SEVEN = Sketch(tuple(PenStroke(stroke * 2 + 40, 16) for stroke in digit("7")))
FOUR = Sketch(tuple(PenStroke(stroke * 2 + 40, 8) for stroke in digit("4")))


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["shows"])
def test_a_link_that_was_made_once_reads_for_ever(golden):
    """Never change these links: they stand in people's messages, slides and printed pages."""
    sketch = decode(golden["link"])
    strokes = [{"pen": stroke.pen, "points": stroke.points.tolist()} for stroke in sketch.strokes]
    assert (sketch.width, strokes) == (golden["width"], golden["strokes"])


@pytest.mark.parametrize("step", [*STEPS, *COARSE_STEPS])
def test_a_link_is_off_by_less_than_two_steps_and_passing_it_on_changes_nothing(step):
    link = encode(FOUR, step)
    opened = decode(link)
    assert encode(opened, step) == link
    assert [stroke.pen for stroke in opened.strokes] == [8, 8]
    for before, after in zip(FOUR.strokes, opened.strokes, strict=True):
        assert np.abs(before.points[[0, -1]] - after.points[[0, -1]]).max() <= step / 16 + 1e-9
    assert np.abs(draw(FOUR).astype(int) - draw(opened)).mean() < 6 * step / 8


def test_a_link_is_short_and_stands_in_an_address_as_it_is():
    link = encode(SEVEN)
    assert len(link) < 60
    assert link.replace("-", "").replace("_", "").isalnum()


def test_pens_papers_dots_and_what_leaves_the_paper_come_back():
    dot, leaving = [[140, 140]], [[10, 10], [-30, 5], [590, 300]]
    mixed = Sketch(
        (
            PenStroke(np.array(dot, float), 16),
            PenStroke(np.array(leaving, float), 8),
            PenStroke(np.array(dot, float), 8),
        ),
        560,
    )
    opened = decode(encode(mixed))
    assert opened.width == 560
    assert [stroke.pen for stroke in opened.strokes] == [16, 8, 8]
    assert [stroke.points.tolist() for stroke in opened.strokes] == [dot, leaving, dot]


def test_a_pen_that_goes_far_off_the_paper_is_followed_to_its_neighbourhood():
    opened = decode(encode(sketch_of([[140, 140], [9e9, -9e9]])))
    assert opened.strokes[0].points.tolist() == [[140, 140], [560, -280]]


@settings(max_examples=60, deadline=None)
@given(
    some.lists(
        some.lists(
            some.tuples(some.floats(-600, 1_200), some.floats(-600, 900)), min_size=1, max_size=12
        ),
        min_size=1,
        max_size=6,
    ),
    some.sampled_from([280, 560]),
    some.sampled_from(STEPS),
)
def test_any_drawing_comes_back_from_its_link(paths, width, step):
    link = encode(sketch_of(*paths, width=width), step)
    opened = decode(link)
    assert len(opened.strokes) == len(paths)
    assert encode(opened, step) == link


def test_simplifying_keeps_ends_and_corners_and_nothing_on_a_straight_line():
    corner = np.array([[0, 0], [5, 0], [10, 0], [10, 5], [10, 10]])
    assert simplify(corner, 1).tolist() == [[0, 0], [10, 0], [10, 10]]
    assert simplify(corner[:1], 1).tolist() == [[0, 0]]
    there_and_back = np.array([[0, 0], [9, 0], [0, 0]])
    assert simplify(there_and_back, 1).tolist() == there_and_back.tolist()


def test_points_are_made_finer_until_the_drawing_is_read_the_same():
    asked = []

    def is_same(shown: Sketch) -> bool:
        asked.append(shown)
        return len(asked) == 3

    assert faithful_link(FOUR, is_same) == encode(FOUR, STEPS[2])
    assert faithful_link(FOUR, lambda shown: False) == encode(FOUR, STEPS[-1])
    assert faithful_link(FOUR, lambda shown: True) == encode(FOUR)


def scribble(points: int, strokes: int = 1) -> Sketch:
    """Return strokes all over the paper."""
    rng = np.random.default_rng(3)
    return sketch_of(*rng.uniform(0, 280, (strokes, points // strokes, 2)))


def test_a_large_drawing_is_linked_coarsely_and_a_larger_one_not_at_all():
    large = scribble(600)
    with pytest.raises(LinkError, match="too large"):
        encode(large)
    assert len(faithful_link(large, lambda shown: False)) <= LONGEST
    with pytest.raises(LinkError, match="share it as a picture"):
        faithful_link(scribble(2_000), lambda shown: True)


@pytest.mark.parametrize(
    ("sketch", "reason"),
    [(Sketch(()), "nothing to link"), (scribble(130, strokes=65), "at most 64 strokes")],
)
def test_what_no_link_can_hold_is_said(sketch, reason):
    with pytest.raises(LinkError, match=reason):
        encode(sketch)


def packed(*numbers: int) -> str:
    """Return a link of version 1 that says these bytes."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return linked(compressor.compress(bytes(numbers)) + compressor.flush())


def linked(compressed: bytes, version: int = 1) -> str:
    """Return a link that holds these compressed bytes."""
    return urlsafe_b64encode(bytes([version]) + compressed).decode().rstrip("=")


HEAD = 8, 1  # a step of a pixel, and a paper of one square
GOOD = encode(SEVEN)
HOSTILE = {
    "nothing": "",
    "one letter": "A",
    "only a version": "AQ",
    "other letters": "AeNg=5B+/",
    "a script": "<script>alert(1)</script>",
    "a path": "../../etc/passwd",
    "digits that are not ASCII": "\N{ARABIC-INDIC DIGIT FOUR}" * 8,
    "a null": "AQ\0A",
    "too long": "A" * (LONGEST + 1),
    "cut off": GOOD[:-6],
    "something added": GOOD + "AAAA",
    "version 0": linked(b"", 0),
    "a later version": linked(zlib.compress(b"1"), 2),
    "not compressed": linked(b"\xff" * 20),
    "a bomb": linked(zlib.compress(bytes(1_400_000), 9, -15)),
    "two streams": linked(2 * zlib.compress(bytes([*HEAD, 3, 16, 0, 0]), 9, -15)),
    "no paper": packed(8),
    "no step": packed(0, 1, 3, 16, 0, 0),
    "a step too wide": packed(99, 1, 3, 16, 0, 0),
    "paper of another size": packed(8, 3, 3, 16, 0, 0),
    "blank": packed(*HEAD),
    "a stroke without points": packed(*HEAD, 1, 16),
    "no pen": packed(*HEAD, 2, 0, 0),
    "a pen of no width": packed(*HEAD, 3, 0, 0, 0),
    "a pen too wide": packed(*HEAD, 3, 101, 0, 0),
    "half a point": packed(*HEAD, 3, 16, 4),
    "half a number": packed(*HEAD, 3, 16, 4, 129),
    "a number without end": packed(*HEAD, 3, 16, *[255] * 9, 1, 0),
    "far from the paper": packed(*HEAD, 3, 16, 255, 255, 1, 0),
    "65 strokes": packed(*HEAD, 3, 16, 0, 0, *[2, 0, 0] * 64),
    "more points than there are": packed(*HEAD, 255, 255, 3, 16, 0, 0),
    "4,097 points": packed(*HEAD, 0x83, 0x40, 16, *[0] * 2 * 4_097),
}


@pytest.mark.parametrize("link", HOSTILE.values(), ids=HOSTILE)
def test_a_broken_or_hostile_link_is_a_friendly_sentence(link):
    began = time.process_time()
    with pytest.raises(LinkError, match=r"^This link shows no drawing: .+\. Ask for it again, "):
        decode(link)
    assert time.process_time() - began < 0.5


def test_the_limits_themselves_are_within_them():
    assert len(decode(packed(*HEAD, 3, 16, 0, 0, *[2, 0, 0] * 63)).strokes) == 64
    assert len(decode(packed(*HEAD, 0x81, 0x40, 16, *[0] * 2 * 4_096)).strokes[0].points) == 4_096
    assert MAX_BYTES < 25_000


@pytest.mark.parametrize("name", "012347")
def test_a_link_is_read_as_its_drawing(name):
    sketch = Sketch(tuple(PenStroke(stroke * 2 + 40, 16) for stroke in digit(name)))
    reader = load_reader()
    assert reader.read(draw(sketch)).digit == reader.read(draw(decode(encode(sketch)))).digit


def test_a_drawing_is_ink_where_the_pen_went_at_any_scale():
    picture = draw(sketch_of([[40, 140], [240, 140]], [[60, 40]]))
    assert picture.shape == (280, 280)
    assert picture[140, 40:240].min() == 255 and picture[40, 60] == 255
    assert abs(int((picture[:, 140] > 127).sum()) - 16) <= 1
    assert picture[100].max() == 0
    assert draw(sketch_of([[0, 0], [1, 1]], width=560), 2).shape == (560, 1_120)


def test_a_drawing_grows_with_the_pen():
    sketch = sketch_of([[0, 0], [100, 0]], [[0, 50], [0, 150]])
    assert sketch.length == 200
    assert sketch.until(50).strokes[0].points.tolist() == [[0, 0], [50, 0]]
    assert [len(part.strokes) for part in map(sketch.until, (0, 99, 101, 200))] == [1, 1, 2, 2]
    assert sketch.until(200).strokes[1].points.tolist() == [[0, 50], [0, 150]]
    assert len(sketch.first(1).strokes) == 1


def test_strokes_are_drawn_again_one_after_the_other_in_three_seconds_at_most():
    short, long = SEVEN, scribble(2_000, strokes=20)
    for sketch in (short, long):
        times = replay_times(sketch)
        ends = [begins + took for begins, took in times]
        assert all(end < begins for end, (begins, _) in zip(ends, times[1:], strict=False))
        assert 0 < ends[-1] < 3.001
    replay = replay_of(short, "#000000", "#ffffff")
    assert replay.count("<path") == len(short.strokes) == replay.count("animation-delay")


def test_strokes_as_svg_are_lines_of_their_pens():
    svg = svg_of(sketch_of([[1, 2], [3.14159, 4]], [[9, 9]]), "#123456")
    assert 'd="M1 2L3.14 4"' in svg and 'd="M9 9L9 9"' in svg
    assert svg.count('stroke-width="16"') == svg.count('stroke="#123456"') == 2
    assert "animation" not in svg
