"""The page Your hand, and teaching on Draw, under AppTest."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core import Hand
from mnist_core.evaluation.hand_check import Forgetting, leave_one_out
from mnist_core.hand.example import UNKNOWN_TIME, Example
from tests.helpers.handwriting import side_by_side
from ui.components import pictures
from ui.components.drawing import Drawing
from ui.components.own_hand import stored_hand
from ui.draw.teaching import recorded_strokes

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
SEVEN = cv2.polylines(
    np.full((280, 280, 3), pictures.PAPER, np.uint8),
    [np.array([[90, 70], [190, 72], [130, 215]])],
    isClosed=False,
    color=pictures.INK,
    thickness=16,
)
STROKE = {"type": "Path", "path": [["M", 90, 70], ["L", 190, 72], ["L", 130, 215]]}


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.fixture
def page(app) -> AppTest:
    return app.switch_page("pages/hand.py")


@pytest.fixture
def taught(data_root, uci) -> Hand:
    """Six examples of this visitor, one of them no digit."""
    hand = Hand()
    for image, label in zip(uci.images[:6], [*uci.labels[:5].tolist(), None], strict=True):
        hand.add_example(Example(image, label))
    data_root.mkdir(exist_ok=True)
    hand.save(data_root / "hand.json")
    return hand


def draw_seven(app: AppTest) -> AppTest:
    drawing = Drawing()
    drawing.replace([STROKE], pictures.encode_png(Image.fromarray(SEVEN)))
    app.session_state["drawing"] = drawing
    return app.run()


def draw_number(app: AppTest, text: str) -> AppTest:
    picture = np.full((280, 280, 3), pictures.PAPER, np.uint8)
    strokes = [stroke + [40, 90] for stroke in side_by_side(text)]
    for stroke in strokes:
        cv2.polylines(picture, [np.round(stroke).astype(np.int32)], False, pictures.INK, 16)
    marks = [
        {
            "type": "Path",
            "path": [["ML"[i > 0], *map(float, point)] for i, point in enumerate(stroke)],
        }
        for stroke in strokes
    ]
    drawing = Drawing()
    drawing.replace(marks, pictures.encode_png(Image.fromarray(picture)))
    app.session_state["drawing"] = drawing
    return app.run()


def correct(app: AppTest, place: int, digit: int) -> AppTest:
    """Say what a digit of the number on Draw is."""
    which = next(group for group in app.button_group if group.key.startswith("corrected_place"))
    which.set_value(place).run()
    next(group for group in app.button_group if group.key == "corrected_digit").set_value(digit)
    return app.run()


def told(app: AppTest) -> str:
    assert not app.exception
    shown = [*app.markdown, *app.caption, *app.error, *app.success, *app.warning, *app.info]
    return "\n".join(element.value for element in shown)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def headline(app: AppTest) -> str:
    assert not app.exception
    return app.header[0].value


def say(app: AppTest, label: str) -> AppTest:
    next(pills for pills in app.button_group if pills.key == "it_is").set_value(label)
    return app.run()


def test_a_correction_is_learned_at_once_and_undone(app, data_root):
    draw_seven(app)
    assert headline(app) == "I read 7"
    assert "Wrong? It is a" in told(app)
    say(app, "4")
    assert headline(app) == "I read 4"
    assert "It is a 4, learned from 1 drawing." in told(app)
    assert "Wrong? It is a" not in told(app)
    assert [toggle.label for toggle in app.toggle] == ["Reads for you (1 drawing)"]
    (example,) = Hand.load(data_root / "hand.json").examples
    assert example.strokes == (((90.0, 190.0, 130.0), (70.0, 72.0, 215.0)),)
    press(app, "Undo learning")
    assert headline(app) == "I read 7"
    assert not app.toggle
    assert not len(Hand.load(data_root / "hand.json"))


def test_a_long_scribble_is_read_and_learned_without_its_strokes(app, data_root):
    drawing = Drawing()
    drawing.replace([STROKE] * 401, pictures.encode_png(Image.fromarray(SEVEN)))
    app.session_state["drawing"] = drawing
    app.run()
    assert not app.error
    assert headline(app) == "I read 7"
    say(app, "4")
    assert headline(app) == "I read 4"
    (example,) = Hand.load(data_root / "hand.json").examples
    assert example.strokes == ()


def test_undoing_learning_forgets_this_drawing_whatever_was_changed_since(app, data_root):
    ink = np.zeros((28, 28), np.uint8)
    ink[4:24, 13:15] = 255
    other = Example(ink, 1)
    with stored_hand(data_root / "hand.json").changing() as hand:
        hand.add_example(other)
    draw_seven(app)
    say(app, "4")
    with stored_hand(data_root / "hand.json").changing() as hand:
        hand.remove(other.id)
    app.run()
    press(app, "Undo learning")
    assert headline(app) == "I read 7"
    assert not len(Hand.load(data_root / "hand.json"))


def test_a_corrected_digit_of_a_number_is_learned_and_undone(app, data_root):
    draw_number(app, "42")
    assert headline(app) == "I read 42"
    assert "Wrong? It is a" not in told(app)
    correct(app, 1, 7)
    assert headline(app) == "I read 47"
    assert "It is a 7, learned from 1 drawing." in told(app)
    assert [toggle.label for toggle in app.toggle] == ["Reads for you (1 drawing)"]
    (example,) = Hand.load(data_root / "hand.json").examples
    assert example.label == 7
    press(app, "Undo learning")
    assert headline(app) == "I read 42"
    assert not app.toggle
    correct(app, 1, 7)  # the same answer counts again
    assert headline(app) == "I read 47"


def test_every_digit_of_a_number_can_be_corrected_and_the_last_one_is_undone_first(app):
    draw_number(app, "42")
    correct(app, 1, 7)
    correct(app, 0, 9)
    assert headline(app) == "I read 97"
    assert "It is a 9, learned from 1 drawing." in told(app)
    press(app, "Undo learning")
    assert headline(app) == "I read 47"
    press(app, "Undo learning")
    assert headline(app) == "I read 42"


def test_a_corrected_digit_holds_only_where_the_hand_does(app):
    draw_number(app, "42")
    correct(app, 1, 7)
    app.toggle[0].set_value(False).run()
    assert headline(app) == "I read 42"
    app.toggle[0].set_value(True)
    app.session_state["chosen_model"] = "softmax"
    app.run()
    assert "You are read as for everybody. softmax cannot learn a hand" in told(app)
    assert headline(app) != "I read 47"


def test_no_digit_is_learned_too(app):
    draw_seven(app)
    say(app, "no digit")
    assert headline(app) == "This does not look like a digit"
    assert "It is no digit, learned from 1 drawing." in told(app)


def test_reading_as_for_everybody_is_one_switch_away(app):
    draw_seven(app)
    say(app, "4")
    app.toggle[0].set_value(False).run()
    assert headline(app) == "I read 7"
    assert app.toggle[0].label == "Reads as for everybody"
    app.toggle[0].set_value(True).run()
    assert headline(app) == "I read 4"


def test_a_model_that_cannot_learn_reads_as_for_everybody_and_says_so(app, taught):
    app.session_state["chosen_model"] = "softmax"
    draw_seven(app)
    assert "You are read as for everybody. softmax cannot learn a hand" in told(app)


def test_a_full_disk_is_said_and_changes_nothing(app, monkeypatch):
    draw_seven(app)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    say(app, "4")
    assert headline(app) == "I read 7"
    assert "No space left on device" in told(app)


def test_two_visitors_have_two_hands(deployed, app, data_root):
    draw_seven(app)
    say(app, "4")
    assert headline(app) == "I read 4"
    other = draw_seven(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60))
    assert headline(other) == "I read 7"
    assert not (data_root / "hand.json").exists()


def test_a_canvas_with_a_picture_on_it_has_no_strokes():
    assert recorded_strokes([STROKE, {"type": "Image", "src": "data:"}]) == ()
    curve = {"path": [["M", 1, 2], ["Q", 3, 4, 5, 6], ["L", 7, 8]]}
    assert recorded_strokes([curve]) == (((1.0, 3.0, 7.0), (2.0, 4.0, 8.0)),)


def test_the_page_opens_without_examples(page, no_mnist):
    page.run()
    assert "None yet." in told(page)
    assert "What they are worth" not in [header.value for header in page.header]


def test_the_page_shows_every_example_and_the_proof(page, taught, no_mnist, uci):
    page.run()
    assert "**No digit** · 1 drawing" in told(page)
    alts = [picture.proto.imgs[0].alt for picture in page.get("image")]
    assert len(alts) >= 6
    assert {f"a {label}" for label in uci.labels[:5] if label != 8} <= set(alts)
    assert [metric.label for metric in page.metric] == [
        "Correct without your examples",
        "Correct with them",
    ]
    assert {metric.value for metric in page.metric} <= {f"{n} of 5" for n in range(6)}
    assert "MNIST is not on this machine" in told(page)


def test_the_proof_is_computed_anew_only_after_a_change(
    page, taught, no_mnist, data_root, monkeypatch
):
    sizes = []

    def count(reader, hand):
        sizes.append(len(hand))
        return leave_one_out(reader, hand)

    monkeypatch.setattr("ui.hand.proof.leave_one_out", count)
    page.run()
    page.run()
    assert sizes == [6]
    with stored_hand(data_root / "hand.json").changing() as hand:
        hand.remove(taught.examples[0].id)
    page.run()
    page.run()
    assert sizes == [6, 5]
    assert {metric.value.partition(" of ")[2] for metric in page.metric} == {"4"}


def test_what_costs_mnist_too_much_is_taken_out_and_said_once(page, taught, data_root, monkeypatch):
    spoiler = taught.examples[0]
    wrong = Forgetting(*(np.full(100, digit) for digit in (1, 1, 2, 0)))  # labels, before, after
    good = replace(wrong, after=wrong.before)

    def measure(reader, hand, digits, show):
        return wrong if spoiler.id in {example.id for example in hand.examples} else good

    def withdraw(reader, hand, digits, show):
        hand.remove(spoiler.id)
        return [spoiler]

    monkeypatch.setattr("ui.hand.proof.local_mnist", lambda: "mnist.npz")
    monkeypatch.setattr("ui.hand.proof.is_cached", lambda *args: True)
    monkeypatch.setattr("ui.hand.proof.load_digits", lambda name: SimpleNamespace(test=None))
    monkeypatch.setattr("ui.hand.proof.measure_forgetting", measure)
    monkeypatch.setattr("ui.hand.proof.withdraw_harmful", withdraw)
    page.run()
    assert "1 drawing taken out again" in told(page)
    assert f"change-{spoiler.id}" not in [button.key for button in page.button]
    assert {metric.value.partition(" of ")[2] for metric in page.metric} == {"4"}
    page.run()
    assert "taken out again" not in told(page)


def test_an_example_is_relabelled_and_deleted(page, taught, no_mnist, data_root):
    page.run()
    first, second = taught.examples[:2]
    page.button(key=f"change-{first.id}").click().run()
    key = f"new_label-{first.id}"
    next(pills for pills in page.button_group if pills.key == key).set_value("9")
    press(page, "Save")
    assert Hand.load(data_root / "hand.json").find(first.id).label == 9
    page.button(key=f"change-{second.id}").click().run()
    press(page, "Delete")
    assert len(Hand.load(data_root / "hand.json")) == 5


def test_a_day_is_named_only_where_it_is_known(page, taught, no_mnist, data_root, uci):
    unknown = Example(uci.images[6], 6, UNKNOWN_TIME)
    with stored_hand(data_root / "hand.json").changing() as hand:
        hand.add_example(unknown)
    page.run()
    page.button(key=f"change-{unknown.id}").click().run()
    assert "Learned as a 6. What is it?" in told(page)
    known = taught.examples[0]
    page.button(key=f"change-{known.id}").click().run()
    assert f" on {known.when[:10]}. What is it?" in told(page)


def test_everything_is_forgotten_once_confirmed(page, taught, no_mnist, data_root):
    page.run()
    press(page, "Yes, forget everything")
    assert not len(Hand.load(data_root / "hand.json"))
    assert "None yet." in told(page)


def test_a_hand_is_brought_back(page, taught, no_mnist, data_root, tmp_path):
    taught.save(tmp_path / "hand.zip")
    (data_root / "hand.json").unlink()
    page.run()
    content = (tmp_path / "hand.zip").read_bytes()
    page.file_uploader[0].set_value([("hand.zip", content, "application/zip")]).run()
    assert "Added 6 drawings" in told(page)
    assert len(Hand.load(data_root / "hand.json")) == 6


def test_a_hostile_file_is_an_error_on_the_page(page, no_mnist):
    page.run()
    page.file_uploader[0].set_value([("hand.zip", b"PK\x03\x04", "application/zip")]).run()
    assert "Expected hand.zip to be a hand" in told(page)


def test_a_damaged_hand_is_said_and_set_aside(page, data_root, no_mnist):
    (data_root / "hand.json").write_text("{")
    page.run()
    assert "hand.json" in told(page)
    press(page, "Set the damaged file aside and start again")
    assert "None yet." in told(page)
    assert (data_root / "hand-damaged.json").is_file()


def test_a_damaged_hand_does_not_keep_anybody_from_reading(app, data_root):
    (data_root / "hand.json").write_text("{")
    draw_seven(app)
    assert headline(app) == "I read 7"
    assert "You are read as for everybody." in told(app)


def test_guided_writing_starts_with_a_zero_and_skips_on_request(page, no_mnist):
    page.run()
    press(page, "Start writing")
    assert page.header[0].value == "Write a 0"
    press(page, "Skip this digit")
    assert page.header[0].value == "Write a 1"
    assert "9 digits to go" in told(page)
    for _ in range(9):
        press(page, "Skip this digit")
    assert page.success[0].value == "Learned 0 drawings."  # nothing is said to be known already


def test_a_paper_that_arrives_damaged_is_cleared(page, no_mnist):
    page.run()
    press(page, "Start writing")
    sent = {"raw": {"objects": 1}, "data": "data:image/png;base64,AAAA"}
    page.session_state["hand_canvas_0"] = {"drawing": sent, "backgroundFit": None}
    page.run()
    assert "arrived damaged" in told(page)
    press(page, "Clear")
    assert not page.error
    assert page.header[0].value == "Write a 0"


def test_a_second_press_on_what_is_gone_already_says_nothing(taught, data_root):
    def script(first: str, second: str) -> None:
        import streamlit as st

        from ui.components.own_hand import take_problem
        from ui.draw.learned import unlearn
        from ui.hand.examples import NEW_LABEL, change, delete

        for press, example_id in ((delete, first), (unlearn, second)):
            press(example_id)
            press(example_id)
        st.session_state[f"{NEW_LABEL}-{first}"] = "7"
        change(first)
        st.markdown(f"Problem: {take_problem()}")

    first, second = (example.id for example in taught.examples[:2])
    app = AppTest.from_function(script, args=(first, second), default_timeout=60).run()
    assert told(app) == "Problem: None"
    assert len(Hand.load(data_root / "hand.json")) == 4


def test_a_second_press_does_not_teach_the_same_picture_as_the_next_digit(data_root):
    def script(picture) -> None:
        from mnist_core import load_reader
        from ui.hand.writing import GuidedWriting, learn, pass_over

        reader = load_reader("pen-cnn")
        writing, last = GuidedWriting([7, 8, 9]), GuidedWriting([7])
        for _ in range(2):
            learn(writing, 0, picture, reader)
        for _ in range(2):
            pass_over(writing, 1)
        for _ in range(2):
            learn(last, 0, picture, reader)
        pass_over(last, 0)
        assert (writing.digits, last.digits) == ([9], [])

    app = AppTest.from_function(script, args=(SEVEN,), default_timeout=60).run()
    assert not app.exception
    assert [example.label for example in Hand.load(data_root / "hand.json").examples] == [7]
