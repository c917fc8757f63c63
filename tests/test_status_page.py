"""The Status page: what the owner sees, of an app that is well and of one that is not."""

import base64
import io
import logging
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core import __version__
from mnist_core.errors import PictureError
from mnist_core.models.cards import Card
from mnist_core.models.registry import default_model
from ui.base.logs import RECENT, configure, log, log_error
from ui.base.password import Password
from ui.base.settings import settings
from ui.status import canvas_noise
from ui.status.canvas_noise import PREFIX, compare, decode, sample_on_canvas
from ui.status.machine import format_duration, size

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def app(tiny_model: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Status page, where a small model is the default one, and another is there, too."""
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", data_root / "shipped")
    for name in ("pen-cnn", "another"):
        shutil.copytree(tiny_model, data_root / "models" / name)
    RECENT.events.clear()
    configure(settings())
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return app.switch_page("pages/status.py")


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption])


def row(app: AppTest, name: str) -> str:
    """Return the line of a table that starts with a name."""
    return next(line for line in told(app).splitlines() if line.startswith(f"| {name} |"))


def test_it_tells_what_the_server_takes_and_is_made_of(app):
    app.run()
    assert not app.error
    memory = psutil.Process().memory_info().rss / 1e6
    assert float(app.metric[0].value.removesuffix(" MB").replace(",", "")) == pytest.approx(
        memory, rel=0.2
    )
    assert f"| Inkling | {__version__} |" in told(app)
    assert "| streamlit | 1.67" in told(app)
    assert "No errors since the server started." in told(app)


def test_every_model_is_compared_with_its_checksum(app, data_root):
    (data_root / "models" / "another" / "history.csv").write_text("epoch\n")
    app.run()
    assert "intact" in row(app, "pen-cnn")
    assert "error" in row(app, "another")
    assert "is not the file it was made with" in row(app, "another")


def test_a_model_without_one_of_its_files_is_listed_too(app, data_root):
    (data_root / "models" / "another" / "model.keras").unlink()
    app.run()
    assert "no model.keras" in row(app, "another")


def test_every_model_is_measured_again(app, data_root):
    app.run()
    press(app, "Measure again")
    claim, today = (cell.strip() for cell in row(app, "pen-cnn").split("|")[3:5])
    assert claim == "not measured"  # it has learned from these digits
    assert 50 < float(today.removesuffix(" %")) <= 100


def test_a_model_that_reads_otherwise_than_its_card_says_is_marked(app, data_root):
    path = data_root / "models" / "another" / "card.json"
    card = Card.read(path)
    wrong = replace(card.metrics["uci-digits-test"], accuracy=0.25)
    replace(card, metrics={"uci-digits": wrong}).write(path)
    app.run()
    press(app, "Measure again")
    assert "| 25.00 % | :red[" in row(app, "another")


def test_after_a_measurement_the_files_are_still_checked(app, data_root):
    app.run()
    press(app, "Measure again")
    (data_root / "models" / "another" / "model.tflite").write_bytes(b"damaged")
    app.run()
    assert "is not the file it was made with" in row(app, "another")
    assert "%" in row(app, "pen-cnn")


def test_a_model_that_is_damaged_meanwhile_is_told_when_it_is_measured(app, data_root):
    app.run()
    (data_root / "models" / "another" / "model.tflite").write_bytes(b"damaged")
    press(app, "Measure again")
    assert "damaged" in row(app, "another")
    assert "%" in row(app, "pen-cnn")


def test_the_owner_chooses_what_reads_for_everybody(app):
    app.run()
    assert "pen-cnn reads for everyone" in told(app)
    app.get_by_key("default_for_all").select("another").run()
    press(app, "Make default for everyone")
    assert default_model() == "another"
    assert "another reads for everyone" in told(app)


def test_a_damaged_model_is_not_let_read_for_everybody(app, data_root):
    app.run()
    (data_root / "models" / "another" / "model.tflite").write_bytes(b"damaged")
    app.get_by_key("default_for_all").select("another").run()
    press(app, "Make default for everyone")
    assert "damaged" in app.error[0].value
    assert default_model() == "pen-cnn"


def test_the_last_problems_are_told_with_what_led_to_them(app):
    log("refused", logging.WARNING, kind="DataError", where="pixel_csv:12")
    number = log_error(ValueError("boom"))
    app.run()
    assert "**refused** · kind DataError, where pixel\\_csv\\:12" in told(app)
    assert number in app.expander[0].label
    assert "ValueError: boom" in app.code[0].value


def test_settings_are_told_but_no_secret(app, monkeypatch):
    stored = str(Password.of("open sesame"))
    monkeypatch.setenv("INKLING_OWNER_PASSWORD", stored)
    monkeypatch.setenv("INKLING_VISITOR_DAYS", "30")
    app.run()
    assert "| `INKLING_VISITOR_DAYS` | 30 (changed) |" in told(app)
    assert "| `INKLING_OWNER_PASSWORD` | set (changed) |" in told(app)
    assert stored.rpartition(":")[2] not in told(app)


def test_what_visitors_take_of_the_disk_is_told(app, data_root):
    for visitor, megabytes in (("a", 2), ("b", 12)):
        run = data_root / "visitors" / (visitor * 32) / "runs" / "some-run"
        run.mkdir(parents=True)
        (run / "log.txt").write_bytes(bytes(megabytes * 1_000_000))
    app.run()
    assert "| All visitors (2) | 14 MB | 4,000 MB |" in told(app)
    assert "| Visitor using the most | 12 MB | 200 MB |" in told(app)


def test_a_visitor_sees_nothing_of_it(app, deployed):
    app.run()
    assert not app.metric
    assert not app.header
    assert "Inkling |" not in told(app)


def sent(picture: np.ndarray) -> str:
    """Return a picture as a browser sends it."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return PREFIX + base64.b64encode(file.getvalue()).decode()


def test_a_browser_that_gives_back_every_pixel_is_told_from_one_that_does_not(app):
    drawn = sample_on_canvas()
    assert compare(drawn, decode(sent(drawn))).changed == 0
    noisy = drawn.copy()
    noisy[::10, ::10, 1] ^= 3
    result = compare(drawn, decode(sent(noisy)))
    assert result.changed == pytest.approx(0.01)
    assert 1 <= result.largest <= 3
    assert result.drawn.candidates == result.returned.candidates


SMALL = np.zeros((28, 28, 3), np.uint8)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "data:,",
        PREFIX,
        PREFIX + "####",
        PREFIX + "aGVsbG8=",
        sent(np.zeros((28, 28, 3), np.uint8)),
    ],
)
def test_whatever_a_browser_sends_instead_is_refused(answer):
    with pytest.raises(PictureError):
        compare(sample_on_canvas(), decode(answer))


@pytest.mark.parametrize(
    ("noise", "words"), [(0, "every pixel"), (3, "<0.1 % of the pixels, by at most 3")]
)
def test_the_owner_is_told_what_a_browser_does(app, monkeypatch, noise, words):
    drawn = sample_on_canvas()
    drawn[100, 100] = np.abs(drawn[100, 100].astype(int) - noise)

    class Sent:
        picture = sent(drawn)

    monkeypatch.setattr(canvas_noise, "CANVAS", lambda **options: Sent)
    app.run()
    press(app, "Check this browser")
    assert words in "".join(str(box.value) for box in [*app.success, *app.info])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "under 1 min"), (3599, "59 min"), (3700, "1 h 1 min"), (200_000, "2 d 7 h")],
)
def test_times_are_told_in_their_two_largest_units(seconds, words):
    assert format_duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0.0 MB"), (1_500_000, "1.5 MB"), (2.5e8, "250 MB"), (6e10, "60.0 GB")]
)
def test_sizes_are_told_in_a_fitting_unit(count, words):
    assert size(count) == words
