"""Run one training in this process, reporting to the terminal and the run folder.

The run folder stays locked meanwhile, so that others can see that the run is active.
"""

import _thread
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from math import isfinite
from typing import Any

import click
from filelock import FileLock

from mnist_core.cli.terminal import fetch_with_progress, load_with_progress, summary
from mnist_core.data.digits import Dataset
from mnist_core.errors import InklingError, RunError
from mnist_core.locks import try_lock
from mnist_core.models.cards import Card
from mnist_core.runs.host import this_host
from mnist_core.runs.mirrors import Mirrors, mirrored
from mnist_core.runs.report import ProgressReport
from mnist_core.runs.run import Run, now
from mnist_core.runs.status import Epoch, Phase, Step, time_limit_reason

LOOK = 1.0  # seconds between two looks for a request from another host
PATIENCE = 2.0  # seconds; checking whether a lock is held takes it for a moment


def work_on(
    run: Run,
    dataset: Dataset | None = None,
    *,
    force: bool = False,
    only_finish: bool = False,
    turn: FileLock | None = None,
) -> None:
    """Train a run to the end, or only make a model from its best epoch.

    Args:
        run: the run.
        dataset: the digits that `run.data` names; None to load them.
        force: whether a model of the same name may be replaced.
        only_finish: whether to make a model without training any further.
        turn: the lock that `wait_in_queue` returned.

    Raises:
        RunError: another process works on the run, or the disk or the memory is full.
    """
    with (
        lock_run(run, turn),
        mirrored(run, partial(say, run)) as mirrors,
        record_failure(run),
        time_limit(run),
        far_stop(run),
    ):
        say(run, f"run {run.id}: {run.recipe.name} on {run.data}")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # hide TensorFlow's log messages
        report = TerminalReport(run, mirrors)
        report.phase("starting")
        dataset = dataset or load_with_progress(run.data)
        fetch_with_progress(run.recipe)
        from mnist_core.training.pipeline import finish, train  # TensorFlow: 4 s

        if only_finish:
            card = finish(run, dataset, force=force, report=report)
        else:
            card = train(run, dataset, force=force, report=report)
        say_result(run, card)
        run.set_state("finished")


@contextmanager
def lock_run(run: Run, turn: FileLock | None = None) -> Iterator[None]:
    """Lock a run's folder and mark it as running; then the lock of its turn is released.

    Raises:
        RunError: another process works on the run.
    """
    lock = try_lock(run.lock_file, PATIENCE)
    try:
        if lock is None:
            raise RunError(f"Another process works on the run {run.id}.")
        mark_running(run)
        if turn:
            turn.release()
        yield
    finally:
        for taken in filter(None, (turn, lock)):
            taken.release()


def mark_running(run: Run) -> None:
    """Store that a run is running, in this process."""
    run.pid_file.write_text(str(os.getpid()), encoding="utf-8")
    for mark in (run.stop_mark, run.far_stop_mark):  # a request to stop it is from before
        mark.unlink(missing_ok=True)
    # A server that was started in the background passes on that interrupts are ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = run.values().get("started") or now()
    run.set_state("running", started=started, starting=False, host=this_host())


@contextmanager
def time_limit(run: Run) -> Iterator[None]:
    """Interrupt a run when it reaches its time limit, as if a person stopped it."""
    minutes = run.values().get("minutes")
    timer = threading.Timer(60 * (minutes or 0), interrupt, [run, minutes])
    timer.daemon = True
    if minutes:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def interrupt(run: Run, minutes: float) -> None:
    """Stop a run from within its process."""
    with suppress(OSError):
        run.stop_mark.write_text(time_limit_reason(minutes), encoding="utf-8")
    _thread.interrupt_main()


@contextmanager
def far_stop(run: Run) -> Iterator[None]:
    """Interrupt a run when another host asks for it, which cannot send this process a signal."""
    ended = threading.Event()
    threading.Thread(target=wait_for_far_stop, args=[run, ended], daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def wait_for_far_stop(run: Run, ended: threading.Event) -> None:
    """Wait until another host asks a run to stop, and interrupt it once; or until it has ended."""
    while not ended.wait(LOOK):
        if run.far_stop_mark.exists():
            _thread.interrupt_main()
            return


@contextmanager
def record_failure(run: Run) -> Iterator[None]:
    """Store how a run ended, if it was stopped or failed.

    Raises:
        RunError: the disk or the memory is full.
    """
    try:
        yield
    except KeyboardInterrupt:
        reason = run.why_stopped()
        run.set_state("stopped", error=reason)
        say(run, f"{reason} Stopped. The best weights so far are saved.".strip())
        click.echo(f"To continue: python -m mnist_core train --resume {run.id}")
        click.echo(
            f"To make a model of the best weights: python -m mnist_core train --finish {run.id}"
        )
        raise click.Abort from None
    except Exception as problem:
        reason = failure_message(problem, run)
        run.set_state("failed", error=reason)
        say_in_log(run, f"failed: {reason}")
        if isinstance(problem, InklingError):
            raise
        if reason != str(problem):
            raise RunError(reason) from problem
        raise


def failure_message(problem: Exception, run: Run) -> str:
    """Return what went wrong and, if it is known, what to do."""
    text = str(problem)
    if "No space left" in text or getattr(problem, "errno", None) == errno.ENOSPC:
        return (
            "The disk is full. Free some space, then continue the run. Its finished epochs are "
            "saved."
        )
    if isinstance(problem, MemoryError) or "OOM when allocating" in text:
        return "Too little memory for this recipe. Try a smaller batch_size or fewer filters."
    return text or type(problem).__name__


def say(run: Run, line: str) -> None:
    """Print a line and add it to the run's log."""
    click.echo(line)
    say_in_log(run, line)


def say_in_log(run: Run, line: str) -> None:
    """Add a line to a run's log, if the disk allows it."""
    with suppress(OSError):
        run.log(line)


def say_result(run: Run, card: Card) -> None:
    """Say how good the model is, and where it is."""
    for line in summary(card):
        say(run, line)
    say(
        run,
        f"The model is in {run.model}."
        if run.model
        else f"Trees are only measured, not saved. The card is in {run.folder}.",
    )


class TerminalReport(ProgressReport):
    """Writes the progress of a run into its folder and its mirrors, and onto the terminal."""

    def __init__(self, run: Run, mirrors: Mirrors) -> None:
        spent = sum(row["seconds"] for row in run.history())
        super().__init__(run.folder / "progress.json", run.recipe.epochs, spent)
        self.run, self.mirrors, self.batches = run, mirrors, 0
        self.bar: Any = None

    def phase(self, phase: Phase) -> None:
        """Report that a new phase begins."""
        super().phase(phase)
        if phase == "drawing":
            say(self.run, "drawing training pictures, which takes a few minutes")

    def step(self, step: Step) -> None:
        """Report a batch."""
        super().step(step)
        self.batches = step.batches
        if not sys.stderr.isatty():
            return
        if step.batch == 1:
            self.bar = click.progressbar(length=step.batches, file=sys.stderr)
        if self.bar is None:
            return
        self.bar.label = f"epoch {step.epoch}/{step.epochs}  accuracy {step.accuracy:.2%}"
        self.bar.update(1)
        if step.batch == step.batches:
            self.bar.render_finish()

    def epoch(self, epoch: Epoch) -> None:
        """Report an epoch."""
        self.mirrors.catch_up(self.batches)
        if self.run.recipe.trainer == "scratch" and epoch.epoch % 100:
            return  # like its source: a line every 100 iterations
        say(self.run, epoch_line(epoch, self.run.recipe.epochs))


def epoch_line(epoch: Epoch, epochs: int) -> str:
    """Return the figures of one of `epochs` epochs as a line of text."""
    figures = [f"loss {epoch.loss:.4f}, accuracy {epoch.accuracy:.2%}"]
    if isfinite(epoch.val_loss):  # there is a validation set
        figures.append(
            f"validation loss {epoch.val_loss:.4f}, validation accuracy {epoch.val_accuracy:.2%}"
        )
    return f"epoch {epoch.epoch}/{epochs}: {'; '.join(figures)}; {epoch.seconds:.0f} s"
