"""What a training run costs besides the training: reports, augmentation, and whoever draws."""

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.reading import canvases, median_ms
from benchmarks.result import Result
from benchmarks.serving import PATIENCE, draw_seven, find_chromium, go_to, serving
from mnist_core import load_reader
from mnist_core.data import load_dataset
from mnist_core.digits import Digits
from mnist_core.recipe import Recipe
from mnist_core.recipes import find_recipe
from mnist_core.running import run_queue, stopping
from mnist_core.running.estimate import estimate_seconds
from mnist_core.running.runs import new_run
from mnist_core.running.starting import COMMAND, ROOT

ROUNDS = 5
DIGITS = 12_800  # a hundred batches
READINGS = 300
STROKES = 6
SETTLED = 1_000  # milliseconds after which an opened page is quiet
ANSWER = re.compile(r"I read|\d or \d\?|look like")


def measure_training() -> list[Result]:
    """Return the figures."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    digits = load_dataset("mnist").train
    some = digits[:DIGITS]
    with tempfile.TemporaryDirectory() as home, data_root(Path(home)):
        return [reports(digits), augmentation(some), *estimates(), *drawing(some)]


@contextmanager
def data_root(home: Path) -> Iterator[None]:
    """Let everything be written elsewhere."""
    before = os.environ.get("INKLING_HOME")
    os.environ["INKLING_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["INKLING_HOME"]
        else:
            os.environ["INKLING_HOME"] = before


def reports(digits: Digits) -> Result:
    """Compare the time that a run's reports take with all it takes to train.

    Both are of one training: what else goes on makes two of them differ by more than reports cost.
    """
    seconds, spent = zip(*(reported(digits) for _ in range(3)), strict=True)
    share = median(one / (all_of_it - one) for all_of_it, one in zip(seconds, spent, strict=True))
    return Result(
        "reporting every batch and keeping every epoch (quick-cnn), median of three",
        f"{median(spent):.2f} s, {share:.1%} of the time that training takes",
        "3 %",
        share <= 0.03,
    )


def reported(digits: Digits) -> tuple[float, float]:
    """Return the seconds that a training took, and those that its reports took of them."""
    from mnist_core.running.progress import ProgressReport
    from mnist_core.weights import keep_epoch

    recipe = find_recipe("quick-cnn")
    run = new_run(recipe, "mnist")
    report = ProgressReport(run.folder / "progress.json", recipe.epochs)
    spent: list[float] = []
    seconds = train(
        recipe,
        digits,
        on_step=timed(report.step, spent),
        on_epoch=timed(lambda epoch, network: keep_epoch(run, epoch, network), spent),
    )
    return seconds, sum(spent)


def timed(act: Callable[..., None], spent: list[float]) -> Callable[..., None]:
    """Return the function, whose every call adds the seconds it took."""

    def timed_act(*arguments: object) -> None:
        began = time.perf_counter()
        act(*arguments)
        spent.append(time.perf_counter() - began)

    return timed_act


def augmentation(digits: Digits) -> Result:
    """Compare batches drawn by other hands with batches as they are."""
    recipe = find_recipe("pen-cnn").with_settings(
        ["epochs=1", "styles=0", *(f"{origin}=0" for origin in ("pens", "typefaces", "outliers"))]
    )
    plain, drawn = in_turn(
        lambda: train(recipe.with_settings(["augmentation=none", "blur=0"]), digits),
        lambda: train(recipe, digits),
    )
    return Result(
        "batches with augmentation (pen-cnn: hands and blur)",
        f"{drawn:.2f} s, {drawn / plain - 1:+.1%} on the {plain:.2f} s without",
        "+10 %",
        drawn <= 1.1 * plain,
    )


def in_turn(*trainings: Callable[[], float]) -> list[float]:
    """Return the median time of each training, run in turn, so that other work hits all alike."""
    times = [[training() for training in trainings] for _ in range(ROUNDS)]
    return [median(column) for column in zip(*times, strict=True)]


def train(recipe: Recipe, digits: Digits, **listeners: Callable[..., None]) -> float:
    """Return the seconds that training takes."""
    from mnist_core.drawing.mixture import mix
    from mnist_core.networks import build_network
    from mnist_core.training import compile_network, fit

    mixture = mix(digits, recipe)
    network = build_network(recipe)
    compile_network(network, recipe, len(mixture))
    began = time.perf_counter()
    fit(network, recipe, mixture, digits[:500], **listeners)
    return time.perf_counter() - began


def estimates() -> list[Result]:
    """Compare what was foretold with what was needed, after one run of another network."""
    results = []
    train_here("quick-cnn", 1)
    for name, epochs in (("quick-cnn", 2), ("tutorial-mlp", 5), ("keras-convnet", 1)):
        recipe = find_recipe(name).with_settings([f"epochs={epochs}"])
        told = estimate_seconds(recipe, 60_000 - round(60_000 * recipe.validation_share))
        needed = train_here(name, epochs)
        off = max(told / needed, needed / told)
        results.append(
            Result(
                f"time foretold of {name}",
                f"{told:.1f} s, {needed:.1f} s needed",
                "within 2 x",
                off <= 2,
            )
        )
    return results


def train_here(name: str, epochs: int) -> float:
    """Train as the app does; return the seconds that the training took."""
    run = new_run(find_recipe(name).with_settings([f"epochs={epochs}"]), "mnist")
    command, silence = [*COMMAND, "--resume", run.id], subprocess.DEVNULL
    subprocess.run(command, cwd=ROOT, check=True, stdout=silence, stderr=silence)
    return run.status().seconds


def drawing(digits: Digits) -> list[Result]:
    """Compare what draws wait for while a run trains with what they wait for when none does."""
    pictures = canvases(digits[:READINGS])
    reader = load_reader()
    with answering() as answer:
        idle = median_ms(reader.read, pictures), answer()
        with training_on():
            busy = median_ms(reader.read, pictures), answer()
    named = ("reading a drawing while a run trains", "from the stroke to the answer meanwhile")
    return [
        Result(
            f"{what}, median",
            f"{during:.3g} ms, {during / before:.2f} x the {before:.3g} ms when idle",
            "3 x",
            during <= 3 * before,
        )
        for what, before, during in zip(named, idle, busy, strict=True)
    ]


@contextmanager
def answering() -> Iterator[Callable[[], float]]:
    """Give a function that draws in a browser: the median milliseconds from stroke to answer."""
    with sync_playwright() as playwright, serving(ROOT / "app.py", bare=False) as (_, address):
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        yield lambda: median(time_answer(page, address) for _ in range(STROKES + 1))
        browser.close()


def time_answer(page: Page, address: str) -> float:
    """Return the milliseconds from the end of a stroke to the answer, on a page just opened."""
    go_to(page, address)
    page.locator("canvas.upper-canvas").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(SETTLED)
    draw_seven(page)
    began = time.perf_counter()
    page.get_by_role("heading", name=ANSWER).first.wait_for(timeout=PATIENCE)
    return 1e3 * (time.perf_counter() - began)


@contextmanager
def training_on() -> Iterator[None]:
    """Let a run train all the while, as the app does."""
    new_run(find_recipe("keras-convnet"), "mnist", state="queued")
    start = run_queue.start_next()
    if start is None:
        raise RuntimeError("The run was not started.")
    watcher = threading.Thread(target=start.see_through)
    watcher.start()
    try:
        while start.run.status().epoch < 1:
            time.sleep(0.1)
        yield
        if start.run.status().state != "running":
            raise RuntimeError("The run ended before it was measured.")
    finally:
        stopping.stop(start.run)
        watcher.join()
