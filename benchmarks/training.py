"""What training costs besides training: reports, augmentation, and slower answers meanwhile."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from playwright.sync_api import Page

from benchmarks.reading import canvases, median_ms
from benchmarks.result import Result
from benchmarks.serving import quiet_server
from devtools.browser import PATIENCE, chromium
from devtools.server import APP
from devtools.visitor import ANSWER, SEVEN, Visitor
from mnist_core import load_reader
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Digits
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.splits import validation_size
from mnist_core.runs import queue
from mnist_core.runs.estimate import seconds_to_result
from mnist_core.runs.learning_wall import WallReport
from mnist_core.runs.machine_speed import REFERENCE_SPEED, measure_speed
from mnist_core.runs.process import COMMAND, NICENESS, ROOT, stop
from mnist_core.runs.report import SILENT, ProgressReport, Report
from mnist_core.runs.status import Epoch, Step
from mnist_core.runs.store import new_run

if TYPE_CHECKING:
    import keras

ROUNDS = 5
DIGITS = 12_800  # a hundred batches
READINGS = 300
STROKES = 6
SETTLED = 1_000  # milliseconds until a page that was opened is idle


def measure_training() -> list[Result]:
    """Return the costs of reports, augmentation and answers, and the error of estimates."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    digits = load_dataset("mnist").train
    some = digits[:DIGITS]
    with tempfile.TemporaryDirectory() as home, data_root(Path(home)):
        return [reports(digits), augmentation(some), *estimates(), *drawing(some)]


@contextmanager
def data_root(home: Path) -> Iterator[None]:
    """Use another data root for a `with` block."""
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
    """Compare the time that a run's reports take with that of training.

    Both come from one run: two runs differ by more than reports cost.
    """
    seconds, spent = zip(*(reported(digits) for _ in range(3)), strict=True)
    share = median(one / (total - one) for total, one in zip(seconds, spent, strict=True))
    return Result(
        "reporting, saving and looking at the wall as it trains (quick-cnn), median of three",
        f"{median(spent):.2f} s, {share:.1%} of the training time",
        "3 %",
        share <= 0.03,
    )


def reported(digits: Digits) -> tuple[float, float]:
    """Return the seconds that a training took, and those that its reports took of them."""
    from mnist_core.training.checkpoints import SavingReport
    from mnist_core.training.trainers import read_with

    recipe = find_recipe("quick-cnn")
    run = new_run(recipe, "mnist")
    spent: list[float] = []

    def listen_to(network: "keras.Model") -> Report:
        progress = ProgressReport(run.folder / "progress.json", recipe.epochs)
        read = partial(read_with, network)
        wall = WallReport(run.wall_file, digits[:10_000], read, progress, recipe.epochs)
        return TimedReport(SavingReport(run, network, wall), spent)

    seconds = train(recipe, digits, listen_to)
    return seconds, sum(spent)


class TimedReport(Report):
    """Hands everything on to another report, and notes the seconds that each call took."""

    def __init__(self, report: Report, spent: list[float]) -> None:
        self.report, self.spent = report, spent

    def step(self, step: Step) -> None:
        """Time a step."""
        self._time(lambda: self.report.step(step))

    def epoch(self, epoch: Epoch) -> None:
        """Time an epoch."""
        self._time(lambda: self.report.epoch(epoch))

    def _time(self, act: Callable[[], None]) -> None:
        began = time.perf_counter()
        act()
        self.spent.append(time.perf_counter() - began)


def augmentation(digits: Digits) -> Result:
    """Compare batches with augmentation with plain ones."""
    recipe = find_recipe("pen-cnn").with_settings(
        ["epochs=1", "styles=0", *(f"{origin}=0" for origin in ("pens", "typefaces", "outliers"))]
    )
    plain, drawn = in_turn(
        lambda: train(recipe.with_settings(["augmentation=none", "blur=0"]), digits),
        lambda: train(recipe, digits),
    )
    return Result(
        "batches with augmentation (pen-cnn: handwriting and blur)",
        f"{drawn:.2f} s, {drawn / plain - 1:+.1%} on the {plain:.2f} s without",
        "+10 %",
        drawn <= 1.1 * plain,
    )


def in_turn(*trainings: Callable[[], float]) -> list[float]:
    """Return the median time of each training; they run in turn, to share the machine's load."""
    times = [[training() for training in trainings] for _ in range(ROUNDS)]
    return [median(column) for column in zip(*times, strict=True)]


def train(
    recipe: Recipe,
    digits: Digits,
    listen_to: Callable[["keras.Model"], Report] = lambda network: SILENT,
) -> float:
    """Return the seconds that training takes; `listen_to` gives the report of a network."""
    from mnist_core.synthesis.mixture import mix
    from mnist_core.training.keras_training import compile_network, fit
    from mnist_core.training.networks import build_network

    mixture = mix(digits, recipe)
    network = build_network(recipe)
    compile_network(network, recipe, len(mixture))
    began = time.perf_counter()
    fit(network, recipe, mixture, digits[:500], listen_to(network))
    return time.perf_counter() - began


def estimates() -> list[Result]:
    """Compare promised with actual times; the first promise is made before any run here."""
    results = []
    for name, epochs in (("quick-cnn", 2), ("tutorial-mlp", 5), ("keras-convnet", 1)):
        recipe = find_recipe(name).with_settings([f"epochs={epochs}"])
        speed = measure_speed()
        digits = 60_000 - validation_size(60_000, recipe)
        promised = seconds_to_result(recipe, digits, speed)
        actual = train_here(recipe, speed)
        off = max(promised / actual, actual / promised)
        results.append(
            Result(
                f"promised time to the result of {name}",
                f"{promised:.0f} s; it took {actual:.0f} s (the machine was as fast as "
                f"{(speed or REFERENCE_SPEED) / REFERENCE_SPEED:.0%} of the reference)",
                "within 2 x",
                off <= 2,
            )
        )
    return results


def train_here(recipe: Recipe, speed: float | None) -> float:
    """Train as the app does, with low priority; return the seconds to the result."""
    run = new_run(recipe, "mnist", speed=speed)
    command, no_output = [*COMMAND, "--resume", run.id], subprocess.DEVNULL
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=no_output, stderr=no_output) as process:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    if process.returncode:
        raise RuntimeError(f"The training of {recipe.name} failed: {run.status().error}")
    return time.perf_counter() - began


def drawing(digits: Digits) -> list[Result]:
    """Compare the time to an answer while a run trains with that on an idle machine."""
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
    """Yield a function that draws in a browser and returns the median milliseconds it took."""
    with chromium() as browser, quiet_server(APP, ROOT) as server:
        page = browser.new_page()
        yield lambda: median(time_answer(page, server.url) for _ in range(STROKES + 1))


def time_answer(page: Page, address: str) -> float:
    """Return the milliseconds from the end of a stroke to the answer, on a page just opened."""
    page.goto(address, timeout=PATIENCE)
    visitor = Visitor(page)
    visitor.canvas.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(SETTLED)
    visitor.draw(SEVEN)
    began = time.perf_counter()
    page.get_by_role("heading", name=ANSWER).first.wait_for(timeout=PATIENCE)
    return 1e3 * (time.perf_counter() - began)


@contextmanager
def training_on() -> Iterator[None]:
    """Let a run train during a `with` block, as the app does."""
    new_run(find_recipe("keras-convnet"), "mnist", state="queued")
    start = queue.start_next()
    if start is None:
        raise RuntimeError("The run was not started.")
    watcher = threading.Thread(target=start.supervise)
    watcher.start()
    try:
        while start.run.status().epoch < 1:
            time.sleep(0.1)
        yield
        if start.run.status().state != "running":
            raise RuntimeError("The run ended before it was measured.")
    finally:
        stop(start.run)
        watcher.join()
