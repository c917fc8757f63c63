"""The Numbers page: nothing chosen, a page, what was corrected, and printed sheets."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import Hand, load_reader
from mnist_core.data.kaggle import read_train
from mnist_core.hand.example import Example
from mnist_core.hand.example_formats import csv_of
from mnist_core.inference.form_reading import read_examples
from mnist_core.segmentation.forms import DIGITS, read_form
from tests.helpers.handwriting import side_by_side
from tests.helpers.printed_forms import filled_in
from ui.components.own_hand import stored_hand
from ui.numbers.page_reading import PageReading
from ui.numbers.page_view import NOTHING_FOUND, NOTHING_LEFT
from ui.numbers.sheet_examples import drawings_of
from ui.numbers.sheet_pdf import class_sheet, digit_sheet

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]


def photographed() -> np.ndarray:
    """Return a page with two rows of numbers: uint8 (H, W, 3)."""
    sheet = np.full((700, 900, 3), 236, np.uint8)
    for row, texts in enumerate((("1437", "42"), ("170",))):
        left = 80.0
        for text in texts:
            strokes = [stroke * 0.8 + [left, 120 + 220 * row] for stroke in side_by_side(text)]
            for stroke in strokes:
                path = [np.round(stroke * 8).astype(np.int32)]
                cv2.polylines(sheet, path, False, (40, 35, 30), 9, cv2.LINE_AA, shift=3)
            left = float(np.vstack(strokes)[:, 0].max()) + 120
    return sheet


@pytest.fixture(scope="module")
def page():
    return load_reader().read_page(photographed())


def open_numbers() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return app.switch_page("pages/numbers.py").run()


def test_the_page_offers_a_photograph_and_two_sheets():
    app = open_numbers()
    assert not app.exception
    assert [title.value for title in app.title] == ["Numbers"]
    assert len(app.get("file_uploader")) == 2
    assert len(app.get("download_button")) == 2


def test_a_page_is_read_row_by_row(page):
    assert page.text == "1437 42\n170"


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (20, 20), (9, 30), (8, 2_000), (2_000, 8)])
def test_a_page_of_a_few_pixels_is_read(size):
    for paper, ink in ((255, 0), (0, 255)):
        picture = np.full(size, paper, np.uint8)
        picture[size[0] // 4 : size[0] // 2 + 1, size[1] // 2] = ink
        load_reader().read_page(picture)


def test_a_page_without_digits_asks_for_no_correction(monkeypatch):
    blank = PageReading("blank.png", load_reader().read_page(np.full((300, 400), 255, np.uint8)))
    app = AppTest.from_function(show_it, args=(blank,)).run()
    assert not app.exception
    assert app.info[0].value == NOTHING_FOUND
    assert "Press a digit" not in told(app)


def test_a_page_of_which_every_digit_is_none_says_so(page):
    reading = PageReading("page.png", page)
    reading.corrections = dict.fromkeys(range(len(reading.digits)), "")
    app = AppTest.from_function(show_it, args=(reading,)).run()
    assert not app.exception
    assert app.info[0].value == NOTHING_LEFT


def show_it(reading):
    from ui.numbers.page_view import show_correction, show_table

    show_correction(reading)
    show_table(reading)


def test_a_correction_changes_the_table_and_the_csv(page):
    reading = PageReading("page.png", page)
    assert reading.as_csv() == "1437,42\n170\n"
    reading.corrections[1] = "9"
    reading.corrections[6] = ""
    assert reading.table() == [["1937", "42"], ["70"]]
    kinds = [digit.kind for digit in reading.shown()]
    assert kinds[1] == kinds[6] == "corrected"
    assert reading.shown()[6].text == "×"


def test_sheets_are_pdf():
    for pdf in (digit_sheet(), class_sheet()):
        assert pdf.startswith(b"%PDF-")
        assert len(pdf) < 200_000


@pytest.fixture
def sheet(uci) -> bytes:
    """A photograph of the sheet of digits with two of each, as PNG."""
    picture = filled_in(DIGITS, 2, uci.images, uci.labels)
    return cv2.imencode(".png", picture)[1].tobytes()


def open_sheet(content: bytes) -> AppTest:
    app = open_numbers()
    app.file_uploader[1].set_value([("sheet.png", content, "image/png")])
    return app.run()


def told(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in (*app.markdown, *app.error))


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def labels_in(file: Path) -> list[int]:
    return [example.label for example in Hand.load(file).examples]


def test_an_empty_sheet_is_not_praised():
    picture = filled_in(DIGITS, 0, np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
    app = open_sheet(cv2.imencode(".png", picture)[1].tobytes())
    assert "Nothing was found in the boxes" in app.info[0].value
    assert "All read right" not in told(app)


def test_a_sheet_goes_into_the_hand_in_one_press_and_out_again(sheet, data_root):
    app = open_sheet(sheet)
    assert "**20 digits found.**" in told(app)
    press(app, "Teach it your hand with 20 digits")
    assert "Your hand has learned 20 digits." in told(app)
    assert labels_in(data_root / "hand.json") == [label for label in range(10) for _ in range(2)]
    press(app, "Undo learning")
    assert labels_in(data_root / "hand.json") == []
    press(app, "Teach it your hand with 20 digits")
    assert "Your hand has learned 20 digits." in told(app)


def test_only_the_last_change_of_a_hand_is_undone(sheet, data_root):
    app = press(open_sheet(sheet), "Teach it your hand with 20 digits")
    ink = np.zeros((28, 28), np.uint8)
    ink[4:24, 13:15] = 255
    with stored_hand(data_root / "hand.json").changing() as hand:
        hand.add_example(Example(ink, 1))
    app.run()
    assert "Your hand has learned 20 digits." in told(app)
    assert "Undo learning" not in [button.label for button in app.button]


def test_a_hand_that_is_full_says_so_and_stays(sheet, data_root, monkeypatch):
    monkeypatch.setattr("mnist_core.hand.example.MAX_EXAMPLES", 19)
    app = press(open_sheet(sheet), "Teach it your hand with 20 digits")
    assert "A hand has at most 19 examples." in told(app)
    assert not (data_root / "hand.json").exists()


def test_a_sheet_is_taken_away_in_kaggles_form(sheet):
    _, boxes = read_form(cv2.imdecode(np.frombuffer(sheet, np.uint8), cv2.IMREAD_COLOR))
    drawings = drawings_of(read_examples(load_reader(), boxes))
    digits = read_train(csv_of(drawings), "train.csv")
    assert digits.labels.tolist() == [label for label in range(10) for _ in range(2)]
    np.testing.assert_array_equal(digits.images[3], drawings[3].ink)


def test_a_transparent_page_is_laid_on_paper():
    page = photographed()
    dark = page if page.ndim == 2 else page.min(axis=2)
    transparent = np.zeros((*dark.shape, 4), np.uint8)  # black everywhere, seen where it is opaque
    transparent[..., 3] = 255 - dark
    assert load_reader().read_page(transparent).text == load_reader().read_page(page).text != ""
