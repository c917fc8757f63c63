"""The Misclassifications page under AppTest: all sets and views, and what can go wrong."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import Mock

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core import Reader, load_reader
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import load_kaggle, write_test, write_train
from mnist_core.evaluation import output_cache
from mnist_core.models.cards import Card
from ui.base.wording import article
from ui.components.uploads import Upload
from ui.mistakes import comparison
from ui.mistakes.comparison import on_common_digits
from ui.mistakes.detail import rounded_percent
from ui.mistakes.evaluations import EvaluatedModel
from ui.mistakes.fresh_digits import fresh_digits_of_upload
from ui.mistakes.views import VIEWS

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
UCI, CSV = "UCI digits", "Your train.csv"


@pytest.fixture
def tiny(tiny_model: Path, data_root: Path) -> str:
    """A saved model that was trained on the uci-digits."""
    shutil.copytree(tiny_model, data_root / "models" / "tiny")
    return "tiny"


def visit(**address: str) -> AppTest:
    """Open the page at an address."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/misclassifications.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def visit_with(tmp_path: Path) -> Callable[..., AppTest]:
    """Return a function that opens the page with digits that the visitor has uploaded."""

    def open_page(digits: Digits, **address: str) -> AppTest:
        path = Path(mkdtemp(dir=tmp_path)) / "train.csv"
        write_train(path, digits)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.switch_page("pages/misclassifications.py")
        app.session_state["train.csv"] = Upload(path, "mine.csv", len(digits), digits.images[:1])
        for name, value in {"set": CSV, **address}.items():
            app.query_params[name] = value
        return app.run()

    return open_page


def told(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.info])


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def alts(app: AppTest) -> list[str]:
    return [picture.proto.imgs[0].alt for picture in app.get("image")]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    app.run()


def wrong(name: str, digits: Digits) -> np.ndarray:
    return load_reader(name).predict(digits.images).argmax(axis=1) != digits.labels


def test_without_mnist_it_opens_on_digits_that_are_always_here(no_mnist, uci):
    app = visit()
    mistakes = int(wrong("pen-cnn", uci).sum())
    assert figures(app)["Wrong, of 1,797"] == str(mistakes)
    assert f"**{mistakes}** mistakes" in told(app)
    assert "95 % confidence interval" in told(app)
    assert len(alts(app)) == 24
    assert not app.error


def test_mnist_is_offered_where_it_is_not(no_mnist):
    app = visit(set="MNIST test")
    assert "MNIST is not on this machine yet" in told(app)
    assert "Download MNIST" in [button.label for button in app.button]


def test_a_wrong_path_to_mnist_is_explained_and_no_obstacle(monkeypatch):
    monkeypatch.setenv("MNIST_NPZ", "/nowhere/mnist.npz")
    assert "Wrong, of 1,797" in figures(visit())
    app = visit(set="MNIST test")
    assert not app.exception
    assert "Expected MNIST\\_NPZ to name a file" in app.error[0].value


def test_mnist_comes_with_its_disputed_labels(mnist):
    app = visit(model="tutorial-mlp", view="Disputed labels")
    assert figures(app)["Wrong, of 10,000"] == str(int(wrong("tutorial-mlp", mnist.test).sum()))
    assert "15 of the labels are themselves disputed" in told(app)
    assert "| undisputed | 9,985 |" in told(app)
    assert sum(":material/flag:" in button.label for button in app.button) >= 15


def test_the_second_visit_computes_nothing(no_mnist, monkeypatch):
    first = figures(visit(model="simple-cnn"))
    st.cache_resource.clear()  # as after a restart
    monkeypatch.setattr(output_cache, "outputs_in_steps", None)
    assert figures(visit(model="simple-cnn")) == first


def test_the_url_chooses_model_set_and_cell(uci):
    app = visit(model="softmax", set=UCI, label="8", read="1")
    read = load_reader("softmax").predict(uci.images).argmax(axis=1)
    times = int(((uci.labels == 8) & (read == 1)).sum())
    assert times > 1
    assert f"**{times}** times, an **8** was read as **1**" in told(app)
    assert set(alts(app)) == {"An 8 that was read as 1"}


def test_nonsense_in_the_url_is_ignored(no_mnist):
    app = visit(model="nobody", set="letters", label="12", read="x", view="?", against="nobody")
    assert app.selectbox(key="model").value == "pen-cnn"
    assert app.selectbox(key="label").value is None
    assert "There is no model nobody here" in app.warning[0].value
    assert "mistakes" in told(app)
    assert not app.error


def test_select_boxes_do_what_a_click_does(no_mnist, uci):
    app = visit(model="softmax")
    app.selectbox(key="label").set_value(3).run()
    mistakes = wrong("softmax", uci)
    n = int((mistakes & (uci.labels == 3)).sum())
    assert f"**{n}** times, a **3** was read as another digit" in told(app)
    assert all(alt.startswith("A 3 that was read as") for alt in alts(app))
    app.selectbox(key="read").set_value(3).run()
    assert "a **3** was read correctly" in told(app)
    app.selectbox(key="label").set_value(None).run()
    assert "another digit was read as **3**" in told(app)
    press(app, "All")
    assert f"**{int(mistakes.sum())}** mistakes" in told(app)


def test_the_most_frequent_confusion_is_a_click_away(no_mnist):
    app = visit(model="softmax")
    frequent = next(button for button in app.button if (button.key or "").startswith("frequent-"))
    label, read = frequent.key.split("-")[1:]
    frequent.click().run()
    assert set(alts(app)) == {f"{article(int(label)).capitalize()} {label} that was read as {read}"}


def test_pictures_come_in_the_order_that_was_asked_for(no_mnist, uci):
    app = visit(model="softmax")
    app.radio(key="order").set_value("index").run()
    mistakes = np.flatnonzero(wrong("softmax", uci))
    opened = [b.key for b in app.button if (b.key or "").startswith("open--")]
    assert opened == [f"open--{index}" for index in mistakes[:24]]
    app.slider(key="confidence").set_value((90, 100)).run()
    sure = load_reader("softmax").predict(uci.images).max(axis=1)
    assert f"**{int((sure[mistakes] >= 0.9).sum())}** mistakes" in told(app)


def test_one_picture_opens(no_mnist, uci):
    app = visit(model="pen-cnn")
    next(button for button in app.button if (button.key or "").startswith("open--")).click().run()
    assert "**The other networks:**" in told(app)
    assert "| quick-cnn |" in told(app)
    assert "| pen-cnn |" not in told(app)
    assert any(alt.endswith(", enlarged") for alt in alts(app))


def captions(app: AppTest) -> list[str]:
    return [picture.proto.imgs[0].caption for picture in app.get("image")]


def test_a_tile_says_what_it_was_and_what_was_read(no_mnist, uci):
    app = visit(model="softmax", set=UCI, label="8", read="1")
    opened = next(b.key for b in app.button if (b.key or "").startswith("open--"))
    probabilities = load_reader("softmax").predict(uci.images)[int(opened.split("-")[-1])]
    second = int(np.argsort(probabilities)[-2])
    was, said, then = captions(app)[0].replace("\N{NO-BREAK SPACE}", " ").split("  \n")
    assert was == "It was an **8**."
    assert said == f"It said **1**, {probabilities[1] * 100:.0f} %,"
    assert then == f"then **{second}**, {probabilities[second] * 100:.0f} %."


@pytest.mark.slow
def test_a_disputed_label_is_not_stated_as_a_fact(mnist):
    app = visit(model="pen-cnn", view="Disputed labels", label="6", read="1")  # 2654 is disputed
    assert any(caption.startswith("Its label says **6**.") for caption in captions(app))


@pytest.mark.parametrize(
    ("probability", "shown"), [(0.9999, ">99 %"), (0.994, "99 %"), (0.006, "1 %"), (0.004, "<1 %")]
)
def test_a_rounded_percentage_is_never_a_certainty(probability, shown):
    assert rounded_percent(probability) == shown


def open_neighbours(model: str) -> AppTest:
    app = visit(model=model, set=UCI)
    app.session_state["neighbours"] = True
    next(button for button in app.button if (button.key or "").startswith("open--")).click().run()
    return app


def test_the_most_similar_training_digits_are_shown(no_mnist):
    app = open_neighbours("tutorial-mlp")
    assert "of 1,297 training digits of the UCI digits" in told(app)
    assert sum(alt.startswith("A training ") for alt in alts(app)) == 8


def test_a_network_without_features_says_so(no_mnist):
    app = open_neighbours("softmax")
    assert "softmax has no layer just before its output" in told(app)
    assert not app.error


def test_calibration_and_abstaining(no_mnist, uci):
    app = visit(model="tutorial-mlp", view="Calibration")
    assert "answers given with at least 90 % confidence" in told(app)
    assert "| Measure | Uncalibrated | Calibrated |" in told(app)
    own = round(load_reader("tutorial-mlp").card.calibration.least_confidence * 100)
    unsure_below = f"unsure_below_{own}"
    app.slider(key=unsure_below).set_value(0).run()
    assert "It answers **100.00 %** of the digits" in told(app)
    app.slider(key=unsure_below).set_value(100).run()
    assert "It answers **0.00 %**" in told(app)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Is its confidence true?", "Calibration"),
        ("Two models", "Compare models"),
        ("Take it away", "Download"),
    ],
)
def test_a_link_with_the_former_title_of_a_view_still_opens_it(no_mnist, old, new):
    app, again = visit(model="softmax", view=old), visit(model="softmax", view=new)
    assert app.session_state["view"] == new
    assert told(app) == told(again)
    shown = {
        "Calibration": any(slider.label.startswith("Abstain") for slider in app.slider),
        "Compare models": any(box.key == "against" for box in app.selectbox),
        "Download": len(app.get("download_button")) == 3,
    }
    assert [view for view, is_open in shown.items() if is_open] == [new]


def test_labels_of_other_sets_are_suspected(no_mnist, monkeypatch):
    app = visit(model="quick-cnn", view="Disputed labels")
    assert "quick-cnn suspects **" in told(app)
    assert "confident learning" in told(app)
    monkeypatch.setattr("ui.mistakes.labels.suspicious_labels", lambda *of: np.zeros(0, int))
    app = visit(model="quick-cnn", view="Disputed labels")
    assert "quick-cnn suspects none of these labels" in told(app)


@pytest.mark.slow
def test_two_models_are_compared(no_mnist, uci):
    app = visit(model="pen-cnn", view="Compare models", against="softmax")
    one, other = wrong("pen-cnn", uci), wrong("softmax", uci)
    assert f"| **pen-cnn wrong** | {int((one & ~other).sum())} | {int((one & other).sum())} |" in (
        told(app)
    )
    assert (
        "**pen-cnn is better than softmax**, and the difference is statistically significant"
        in told(app)
    )
    app.get_by_key("difference").set_value("Both wrong").run()
    assert f"{int((one & other).sum())} pictures" in told(app)


@pytest.mark.slow
def test_two_models_are_compared_on_digits_that_neither_knows(no_mnist, tiny):
    app = visit(model="pen-cnn", view="Compare models", against=tiny)
    assert figures(app)["Wrong, of 1,797"]
    counts = [
        int(cell)
        for line in told(app).splitlines()
        if line.startswith(("| **pen-cnn right**", "| **pen-cnn wrong**"))
        for cell in line.split("|")[2:4]
    ]
    assert sum(counts) == 500


def test_common_digits_keep_their_numbers(tiny_model, uci, monkeypatch):
    monkeypatch.setattr(comparison, "evaluate_with_progress", lambda reader, digits: digits)
    one, other = (
        EvaluatedModel(Reader(tiny_model), UCI, uci[numbers], numbers, Mock(), {}, "")
        for numbers in (np.arange(1_797), np.arange(1_297, 1_797))
    )
    for pair in ((one, other), (other, one)):
        for evaluated in on_common_digits(*pair):
            assert evaluated.positions.tolist() == list(range(1_297, 1_797))
            np.testing.assert_array_equal(evaluated.digits.images, uci.images[1_297:])


def test_a_model_is_not_measured_on_its_training_digits(no_mnist, tiny):
    assert "Wrong, of 500" in figures(visit(model=tiny, set=UCI))


def test_files_can_be_downloaded(no_mnist):
    app = visit(model="softmax", view="Download")
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["Mistakes as CSV", "Matrix as CSV", "Matrix as PNG"]
    assert "--model softmax --data uci-digits" in app.code[0].value


def test_a_visitors_csv_is_read(no_mnist, visit_with, uci):
    app = visit_with(uci[:300], model="softmax")
    assert figures(app)["Wrong, of 300"] == str(int(wrong("softmax", uci[:300]).sum()))
    assert "They could be left out if MNIST were on this machine" in told(app)


def test_training_digits_in_a_csv_are_left_out(mnist, visit_with, uci):
    mixed = Digits(
        np.concatenate([mnist.train.images[:50], uci.images[:30]]),
        np.concatenate([mnist.train.labels[:50], uci.labels[:30]]),
    )
    app = visit_with(mixed, model="softmax")
    assert "Wrong, of 30" in figures(app)
    assert "50 digits are left out, because softmax was trained on them" in told(app)


def test_a_csv_of_nothing_but_known_digits_leaves_none(no_mnist, tiny, visit_with, uci):
    app = visit_with(uci[:100], model=tiny)
    assert not app.exception
    assert "at least one digit to evaluate on" in app.error[0].value


def train_on(path: Path, name: str, folder: Path) -> None:
    """Pretend that the tiny model was trained on a visitor's file."""
    dataset = load_kaggle(path)
    card = Card.read(folder / "card.json")
    data = {**card.data, "name": path.name, "fingerprint": dataset.train.fingerprint()}
    replace(card, name=name, data=data).write(folder / "card.json")


def test_a_model_of_the_same_csv_is_measured_on_its_held_out_part(
    no_mnist, tiny, visit_with, uci, tmp_path, data_root
):
    write_train(tmp_path / "train.csv", uci[:120])
    train_on(tmp_path / "train.csv", tiny, data_root / "models" / tiny)
    app = visit_with(uci[:120], model=tiny)
    assert "Wrong, of 20" in figures(app)
    assert "except for its test digits, which are used here" in told(app)
    fresh, _ = fresh_digits_of_upload(str(tmp_path / "train.csv"), load_reader(tiny), as_is=False)
    rows = load_kaggle(tmp_path / "train.csv").order
    assert rows is not None and fresh.positions.tolist() == rows[100:].tolist()
    other = visit_with(uci[:5], model=tiny)
    assert "Wrong, of 5" in figures(other)
    assert "which may contain some of these digits" in told(other)


def test_a_set_of_one_digit_only(no_mnist, visit_with, uci):
    fours = uci[np.flatnonzero(uci.labels == 4)]
    for view in VIEWS:
        app = visit_with(fours, model="softmax", view=view)
        assert f"Wrong, of {len(fours)}" in figures(app)
        assert f"| **4** | {len(fours)} | 100.00 |" in told(app)
        assert not app.error


@pytest.mark.slow
def test_a_set_without_mistakes(no_mnist, visit_with, uci):
    right = uci[np.flatnonzero(~wrong("softmax", uci) & ~wrong("pen-cnn", uci))]
    for view in VIEWS:
        app = visit_with(right, model="softmax", view=view, against="pen-cnn")
        assert figures(app)[f"Wrong, of {len(right):,}"] == "0"
        assert "No mistakes" in told(app)
        assert app.success[0].value == "It read every digit correctly."
        assert not app.error
    assert "Both read every digit correctly" in told(
        visit_with(right, model="softmax", view="Compare models", against="pen-cnn")
    )


def test_a_single_digit(no_mnist, visit_with, uci):
    for view in VIEWS:
        app = visit_with(uci[:1], model="softmax", view=view)
        assert "Wrong, of 1" in figures(app)
        assert not app.error


def test_a_model_that_never_reads_some_digits(no_mnist, monkeypatch):
    """It reads everything as 0."""

    def zeros(network: object, images: np.ndarray, *rest: object) -> np.ndarray:
        return np.tile(np.eye(10, dtype=np.float32)[0], (len(images), 1))

    monkeypatch.setattr(output_cache, "outputs_in_steps", zeros)
    for view in VIEWS:
        app = visit(model="softmax", view=view)
        assert figures(app)["Wrong, of 1,797"] == "1,619"
        assert "| **9** | 180 | 0.00 | 0.00 | 0.00 |" in told(app)
        assert not app.error


def test_a_csv_without_labels_is_explained(no_mnist, uci, tmp_path):
    write_test(tmp_path / "test.csv", uci.images[:3])
    app = visit(set=CSV)
    assert "the label, then 784 pixels" in told(app)
    app.file_uploader[0].upload("test.csv", (tmp_path / "test.csv").read_bytes()).run()
    assert not app.exception
    assert "expected the label in column 1" in app.error[0].value


def test_a_damaged_model_is_explained(no_mnist, tiny, data_root):
    (data_root / "models" / tiny / "model.tflite").write_bytes(b"damaged")
    app = visit(model=tiny)
    assert not app.exception
    assert "damaged" in app.error[0].value
