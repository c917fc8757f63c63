"""The Data page under AppTest, on every set of digits and without one."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset, Digits
from mnist_core.errors import DataError
from ui.components import mnist_download

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def three_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The uci-digits, of which three have lost their ink."""
    digits = load_dataset("uci-digits")
    images = digits.train.images.copy()
    images[:3] = 0
    damaged = Dataset(digits.name, Digits(images, digits.train.labels), digits.test)
    monkeypatch.setattr("ui.components.datasets.load_dataset", lambda name: damaged)


@pytest.fixture
def page() -> AppTest:
    """The page as it opens."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return app.switch_page("pages/data.py").run()


def told(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def alts(app: AppTest) -> list[str]:
    return [picture.proto.imgs[0].alt for picture in app.get("image")]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    app.run()


def choose_mnist(app: AppTest) -> None:
    app.get_by_key("set_of_digits").set_value("mnist").run()


def test_it_opens_offline_on_digits_that_are_always_here(no_mnist, page):
    assert "1,297 digits in the training set" in told(page)
    assert "| Training pictures | 1,297 |\n| Test pictures | 500 |" in told(page)
    assert "| Pixel values | 0 to 255 |\n| Labels | 0 to 9 |" in told(page)
    assert "| ✓ | Blank pictures | none |\n| ✓ | Duplicates | none |" in told(page)
    assert len(page.get("vega_lite_chart")) == 2
    assert "The mean of all 7s" in alts(page)


def test_blank_and_repeated_pictures_are_marked(three_blanks, page):
    assert "| ! | Blank pictures | 3: no ink in them |" in told(page)
    assert "| ! | Duplicates | 2: equal an earlier picture in every pixel |" in told(page)


def test_a_digit_can_be_filtered_and_leafed_through(page):
    before = alts(page)[:24]
    page.get_by_key("wanted").set_value(4).run()
    assert alts(page)[:24] == ["A 4"] * 24
    page.get_by_key("wanted").set_value(None).run()
    press(page, "Shuffle")
    assert alts(page)[:24] != before


def test_another_digit_becomes_tensors(page):
    first = [code.value for code in page.code]
    assert "(28, 28)  →  (28, 28, 1)" in first
    press(page, "Another digit")
    assert [code.value for code in page.code] != first


@pytest.mark.parametrize(("percent", "kept", "held"), [(0, "1,297", "0"), (20, "1,038", "259")])
def test_a_split_is_told_in_numbers(page, percent, kept, held):
    page.slider[0].set_value(percent).run()
    assert [metric.value for metric in page.metric] == [kept, held, "500"]


def test_mnist_is_shown_where_it_is(mnist, page):
    choose_mnist(page)
    assert "60,000 digits in the training set" in told(page)
    assert "| Training pictures | 60,000 |" in told(page)


def test_a_wrong_place_of_mnist_is_explained(monkeypatch, page):
    monkeypatch.setenv("MNIST_NPZ", "/nowhere/mnist.npz")
    choose_mnist(page)
    assert not page.exception
    assert "Expected MNIST\\_NPZ to name a file" in page.error[0].value


def test_mnist_is_offered_where_it_is_not(no_mnist, page):
    choose_mnist(page)
    assert "MNIST is not on this machine yet" in told(page)
    assert [button.label for button in page.button] == ["Download MNIST"]


def test_a_failed_download_is_explained(no_mnist, page, monkeypatch):
    def fail(on_progress: object) -> None:
        raise DataError("There is no network.")

    monkeypatch.setattr(mnist_download, "find_mnist", fail)
    choose_mnist(page)
    press(page, "Download MNIST")
    mnist_download.shared_download()[0].join()
    page.run()
    assert "There is no network." in page.error[0].value


def test_a_download_shows_progress_and_can_be_stopped(no_mnist, page, monkeypatch):
    slow = Slow()
    monkeypatch.setattr(mnist_download, "find_mnist", slow)
    choose_mnist(page)
    press(page, "Download MNIST")
    slow.begun.wait(10)
    page.run()
    assert "Downloading MNIST" in told(page)
    press(page, "Stop")
    slow.more.set()
    mnist_download.shared_download()[0].join(10)
    assert slow.interrupted
    page.run()
    assert [button.label for button in page.button] == ["Download MNIST"]
    assert not page.error


def test_after_a_stop_it_can_be_downloaded_at_once(no_mnist, page, monkeypatch):
    slow = Slow()
    monkeypatch.setattr(mnist_download, "find_mnist", slow)
    choose_mnist(page)
    for label in ("Download MNIST", "Stop", "Download MNIST"):
        press(page, label)
        assert slow.begun.wait(10)
    assert "Downloading MNIST" in told(page)
    slow.more.set()
    download = mnist_download.shared_download()[0]
    download.join(10)
    assert (download.done, download.stopped) == (2, False)


class Slow:
    """A download that goes on when it is told to."""

    def __init__(self) -> None:
        self.begun, self.more = threading.Event(), threading.Event()
        self.interrupted = False

    def __call__(self, on_progress: Callable[[int, int], None]) -> None:
        on_progress(1, 11_000_000)
        self.begun.set()
        self.more.wait(20)
        try:
            on_progress(2, 11_000_000)
        except mnist_download.StoppedError:
            self.interrupted = True
            raise
