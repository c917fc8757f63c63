"""Where one digit ends and the next begins: lattice, rows, seams, paper, sheets and forms."""

from itertools import product

import cv2
import numpy as np
import pytest

from mnist_core.errors import PictureError
from mnist_core.segmentation.boxes import Box
from mnist_core.segmentation.components import find_marks
from mnist_core.segmentation.forms import CLASS, DIGITS, FORMS, RESOLUTION, read_form
from mnist_core.segmentation.lattice import Lattice
from mnist_core.segmentation.paper import even_ink, find_row_ink
from mnist_core.segmentation.pen_cuts import cut_stroke
from mnist_core.segmentation.rows import group_rows, height_of_row
from mnist_core.segmentation.ruling import remove_lines
from mnist_core.segmentation.seams import cut_mark
from mnist_core.segmentation.sheets import find_corners, straighten
from mnist_core.segmentation.strokes import orders_of
from mnist_core.segmentation.weights import FEATURES, load_weights
from tests.helpers.handwriting import side_by_side
from tests.helpers.printed_forms import box_of, printed


@pytest.fixture
def lattice():
    """Three pieces; each run of one or two may be a digit."""
    rng = np.random.default_rng(0)
    runs = np.array([(0, 1), (1, 2), (2, 3), (0, 2), (1, 3)])
    return Lattice(3, runs, rng.normal(-2, 2, (5, 10)), rng.normal(-3, 1, 3))


def all_paths(lattice):
    """Yield the text and weight of every path, each found by itself."""

    def walk(node):
        if node == lattice.n:
            yield "", 0.0
            return
        for text, weight in walk(node + 1):
            yield text, weight + lattice.passes[node]
        for edge, (start, end) in enumerate(lattice.runs):
            if start == node:
                for digit, (text, weight) in product(range(10), list(walk(end))):
                    yield f"{digit}{text}", weight + lattice.scores[edge, digit]

    return list(walk(0))


def test_a_lattice_adds_up_all_paths(lattice):
    paths = all_paths(lattice)
    assert lattice.total == pytest.approx(np.logaddexp.reduce([weight for _, weight in paths]))
    by_text = {}
    for text, weight in paths:
        by_text[text] = by_text.get(text, 0) + np.exp(weight - lattice.total)
    assert sum(by_text.values()) == pytest.approx(1)
    best = max(by_text, key=by_text.get)
    found = lattice.likeliest()
    assert found[0][0] == best
    assert found[0][1] == pytest.approx(by_text[best], rel=0.05)  # unlikely digits are not followed


def test_the_edges_of_a_lattice_have_the_probability_of_the_paths_through_them(lattice):
    posteriors = lattice.posteriors()
    through = np.zeros_like(posteriors)

    def walk(node, edges, weight):
        if node == lattice.n:
            for edge, digit in edges:
                through[edge, digit] += np.exp(weight - lattice.total)
            return
        walk(node + 1, edges, weight + lattice.passes[node])
        for edge, (start, end) in enumerate(lattice.runs):
            if start == node:
                for digit in range(10):
                    walk(end, [*edges, (edge, digit)], weight + lattice.scores[edge, digit])

    walk(0, [], 0.0)
    np.testing.assert_allclose(posteriors, through, atol=1e-9)


def test_a_text_is_divided_by_the_best_path_that_reads_so(lattice):
    text = lattice.likeliest()[0][0]
    path = lattice.divide(text)
    assert "".join(str(c.digit) for c in path if c.digit is not None) == text
    assert [c.start for c in path[1:]] == [c.end for c in path[:-1]]
    assert path[0].start == 0 and path[-1].end == lattice.n


def test_rows_are_found_from_top_to_bottom_and_may_rise():
    rising = [Box(60 * i, 100 - 8 * i, 60 * i + 40, 200 - 8 * i) for i in range(8)]
    below = [Box(60 * i, 250 - 8 * i, 60 * i + 40, 350 - 8 * i) for i in range(8)]
    bar = Box(0, 95, 40, 98)
    assert group_rows([*below, *rising, bar]) == [[*range(8, 17)], [*range(8)]]
    assert height_of_row([*rising, bar]) == pytest.approx(100, abs=6)


def test_two_circles_on_one_another_are_one_row():
    assert group_rows([Box(0, 0, 40, 50), Box(2, 48, 44, 100)]) == [[0, 1]]
    assert len(group_rows([Box(0, 0, 40, 100), Box(0, 160, 40, 260)])) == 2


def test_no_ink_has_no_rows():
    assert group_rows([]) == []


def test_a_late_bar_follows_what_it_crosses():
    boxes = [Box(0, 0, 60, 100), Box(100, 0, 160, 100), Box(10, 50, 50, 52)]
    assert [0, 2, 1] in orders_of(boxes, [0, 1, 2])


def test_a_wide_stroke_is_cut_where_it_turns():
    path = np.array([(0, 0), (0, 100), (60, 0), (60, 100)], float)
    pieces = cut_stroke(path, 100)
    assert len(pieces) == 3
    corners = [piece[-1] for piece in pieces[:-1]]
    np.testing.assert_allclose(corners, [(0, 100), (60, 0)], atol=8)


def test_a_seam_parts_what_touches_at_a_neck():
    mask = np.zeros((60, 80), bool)
    mask[5:55, 5:35] = mask[5:55, 45:75] = mask[28:31, 30:50] = True
    pieces = cut_mark(mask, 60)
    assert (pieces[~mask] == 0).all() and (pieces[mask] > 0).all()
    assert pieces[10, 10] != pieces[10, 70]
    assert len(np.unique(pieces[5:27, 5:35])) <= 3


def page_with(strokes, size=(400, 700), pen=6):
    """Return dark strokes on white: uint8 (h, w)."""
    sheet = np.full(size, 235, np.uint8)
    for stroke in strokes:
        cv2.polylines(sheet, [np.round(stroke).astype(np.int32)], False, 30, pen, cv2.LINE_AA)
    return sheet


def test_ink_is_the_same_in_light_and_shadow():
    strokes = [stroke + [60, 100] for stroke in side_by_side("1437")]
    plain = page_with(strokes)
    shade = np.where(np.arange(700) < 350, 1.0, 0.55)
    shadowed = (plain * shade).astype(np.uint8)
    masks = [even_ink(picture) > 110 for picture in (plain, shadowed)]
    assert (masks[0] & masks[1]).sum() > 0.9 * (masks[0] | masks[1]).sum()


def test_empty_paper_has_no_ink():
    assert even_ink(np.full((300, 300), 200, np.uint8)) is None
    assert find_row_ink(np.full((300, 300), 255, np.uint8), 300) is None


def test_a_shadow_on_empty_paper_does_not_make_it_dark_paper_with_light_ink():
    rng = np.random.default_rng(0)
    grain = cv2.GaussianBlur(rng.normal(0, 60, (640, 480)), (0, 0), 6)
    light = np.where(np.arange(640)[:, None] > 300, 0.95, 0.7)
    sheet = np.clip((225 + grain) * cv2.GaussianBlur(light * np.ones((1, 480)), (0, 0), 15), 0, 255)
    assert even_ink(sheet.astype(np.uint8)) is None


@pytest.mark.parametrize("upright", [False, True])
def test_ruled_lines_go_and_digits_stay(upright):
    strokes = [stroke + [60, 100] for stroke in side_by_side("1717")]
    ruled = 235 - np.minimum(page_with(strokes), 235)
    digits = ruled > 150
    ruled[40::50] = np.maximum(ruled[40::50], 90)
    ruled[41::50] = np.maximum(ruled[41::50], 90)
    if upright:
        ruled[:, 30::50] = np.maximum(ruled[:, 30::50], 90)
    clean = remove_lines(ruled)
    assert clean[digits].mean() > 0.85 * ruled[digits].mean()
    lines = np.zeros_like(digits)
    lines[40::50] = True
    assert (
        clean[lines & ~cv2.dilate(digits.astype(np.uint8), np.ones((9, 9))).astype(bool)].mean()
        < 30
    )


def test_a_sheet_is_straightened_by_its_corners():
    photograph = np.full((600, 800), 70, np.uint8)
    corners = np.array([[150, 60], [680, 100], [640, 560], [90, 500]], np.int32)
    cv2.fillConvexPoly(photograph, corners, 235)
    np.testing.assert_allclose(find_corners(photograph), corners, atol=6)
    sheet = straighten(photograph)
    assert (sheet.picture > 200).mean() > 0.98
    moved = cv2.perspectiveTransform(corners[None].astype(float), sheet.transform)[0]
    height, width = sheet.picture.shape
    expected = [[0, 0], [width, 0], [width, height], [0, height]]
    np.testing.assert_allclose(moved, expected, atol=14)


def test_a_photograph_without_a_sheet_stays():
    plain = np.full((300, 400), 220, np.uint8)
    assert find_corners(plain) is None
    assert straighten(plain).picture is plain


def numbered(form):
    """Return a form as printed, with the number of each box's row as its grey level."""
    sheet = printed(form)
    for row in range(form.rows):
        for column in range(form.columns):
            box_of(sheet, form, row, column)[:] = 100 + 5 * row
    return sheet


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("hidden", [None, 2])
def test_a_form_is_found_by_its_marks_even_if_one_is_hidden(form, hidden):
    sheet = numbered(form)
    if hidden is not None:
        left, top = (round(side * RESOLUTION) for side in form.mark_corners()[hidden])
        sheet[top : top + 60, left : left + 60] = 250
    height, width = sheet.shape
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = np.array([[90, 60], [960, 20], [1010, 1400], [40, 1360]], np.float32)
    transform = cv2.getPerspectiveTransform(source, target)
    photograph = cv2.warpPerspective(sheet, transform, (1080, 1440), borderValue=80)
    found, boxes = read_form(photograph)
    assert found is form
    levels = [[float(np.median(box)) for box in row] for row in boxes]
    expected = np.repeat(100 + 5 * np.arange(form.rows)[:, None], form.columns, axis=1)
    np.testing.assert_allclose(levels, expected, atol=2.5)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_form_is_found_whatever_channels_its_scan_has(channels):
    scan = np.full((*numbered(DIGITS).shape, channels), 255, np.uint8)
    scan[:, :, :3] = numbered(DIGITS)[:, :, None]
    found, boxes = read_form(scan.squeeze())
    assert found is DIGITS
    assert float(np.median(boxes[3][0])) == pytest.approx(115, abs=2.5)


def test_a_photograph_of_something_else_is_no_form():
    with pytest.raises(PictureError, match="corner marks"):
        read_form(np.full((300, 300, 3), 200, np.uint8))


def test_forms_fit_on_their_paper():
    for form in (DIGITS, CLASS):
        left, top, width, height = form.box(form.rows - 1, form.columns - 1)
        assert left + width < form.width - 8
        assert top + height < form.mark_corners()[2][1] + 14


@pytest.mark.parametrize("source", ["strokes", "pictures"])
def test_there_is_a_weight_for_every_feature(source):
    assert load_weights(source).values.shape == (len(FEATURES),)
    assert len(load_weights(source).of_digit) == 9


def test_a_picture_of_specks_has_no_marks_instead_of_taking_minutes():
    ink = np.zeros((1200, 1200), np.uint8)
    ink[::8, ::8] = ink[1::8, ::8] = 255
    assert find_marks(ink).boxes == []
    assert len(find_marks(ink[:80, :80]).boxes) == 100
