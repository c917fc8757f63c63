"""A training run in this process: it reports to the terminal and, in the run's folder, to the app.

The folder is locked all the while, so that everybody can tell whether the run goes on.
"""

import _thread
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click
from filelock import FileLock

from mnist_core.cards import Card
from mnist_core.commands.terminal import fetch_with_progress, load_with_progress, summary
from mnist_core.digits import Dataset
from mnist_core.errors import InklingError, RunError
from mnist_core.running.locks import try_lock
from mnist_core.running.progress import Phase, ProgressReport
from mnist_core.running.run import Run, now
from mnist_core.running.status import time_is_over

if TYPE_CHECKING:
    from mnist_core.training import Epoch, Step

PATIENCE = 2.0  # seconds: who looks whether a lock is held holds it for a moment


def work_on(
    run: Run,
    dataset: Dataset | None = None,
    *,
    force: bool = False,
    only_finish: bool = False,
    turn: FileLock | None = None,
) -> None:
    """Train a run's network to the end, or only make a model of the best weights it has.

    Args:
        run: what to do.
        dataset: the digits that `run.data` names; None loads them.
        force: whether a model of the same name may be replaced.
        only_finish: whether not to train any further.
        turn: what `wait_for_turn` has returned.

    Raises:
        RunError: another process works on the run, or the disk or the memory is full.
    """
    with held(run, turn), told(run), limited(run):
        say(run, f"run {run.id}: {run.recipe.name} on {run.data}")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's remarks help nobody here
        spent = sum(row["seconds"] for row in run.history())
        report = ProgressReport(run.folder / "progress.json", run.recipe.epochs, spent)
        report.phase("starting")
        dataset = dataset or load_with_progress(run.data)
        fetch_with_progress(run.recipe)
        from mnist_core.pipeline import execute, finish  # TensorFlow: 4 s

        if only_finish:
            card = finish(run, dataset, force=force, on_phase=report.phase)
        else:
            terminal = TerminalReport(run, report)
            card = execute(
                run,
                dataset,
                force=force,
                on_step=terminal.on_step,
                on_epoch=terminal.on_epoch,
                on_phase=terminal.on_phase,
            )
        say_result(run, card)
        run.set_state("finished")


@contextmanager
def held(run: Run, turn: FileLock | None = None) -> Iterator[None]:
    """Lock a run's folder, and note that it goes on; then it no longer needs its turn.

    Raises:
        RunError: another process works on the run.
    """
    lock = try_lock(run.lock_file, PATIENCE)
    try:
        if lock is None:
            raise RunError(f"Another process works on the run {run.id}.")
        begin(run)
        if turn:
            turn.release()
        yield
    finally:
        for taken in filter(None, (turn, lock)):
            taken.release()


def begin(run: Run) -> None:
    """Note that a run goes on, in this process."""
    run.pid_file.write_text(str(os.getpid()), encoding="utf-8")
    run.stop_mark.unlink(missing_ok=True)  # whoever stopped it before has not stopped it now
    # A server started in the background hands on that interrupts are ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run.set_state("running", started=run.values().get("started") or now(), starting=False)


@contextmanager
def limited(run: Run) -> Iterator[None]:
    """Interrupt a run when the time is over that it may take, as somebody would who stops it."""
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
    """Stop a run from within its own process."""
    with suppress(OSError):
        run.stop_mark.write_text(time_is_over(minutes), encoding="utf-8")
    _thread.interrupt_main()


@contextmanager
def told(run: Run) -> Iterator[None]:
    """Write down how a run ended, if it did not come to its end.

    Raises:
        RunError: the disk or the memory is full.
    """
    try:
        yield
    except KeyboardInterrupt:
        reason = run.why_stopped()
        run.set_state("stopped", error=reason)
        say(run, f"{reason} Stopped; the best weights so far are kept.".strip())
        click.echo(f"To go on: python -m mnist_core train --resume {run.id}")
        click.echo(f"To make a model of them: python -m mnist_core train --finish {run.id}")
        raise click.Abort from None
    except Exception as problem:
        reason = in_words(problem, run)
        run.set_state("failed", error=reason)
        say_in_log(run, f"failed: {reason}")
        if isinstance(problem, InklingError):
            raise
        if reason != str(problem):
            raise RunError(reason) from problem
        raise


def in_words(problem: Exception, run: Run) -> str:
    """Return what went wrong, and what to do where that is known."""
    text = str(problem)
    if "No space left" in text or getattr(problem, "errno", None) == errno.ENOSPC:
        return (
            f"The disk is full: no room in {run.folder}. Free some, then continue the run; its "
            "finished epochs are kept."
        )
    if isinstance(problem, MemoryError) or "OOM when allocating" in text:
        return "Too little memory for this recipe. Try a smaller batch_size, or fewer filters."
    return text or type(problem).__name__


def say(run: Run, line: str) -> None:
    """Print a line, and keep it in the run's log."""
    click.echo(line)
    say_in_log(run, line)


def say_in_log(run: Run, line: str) -> None:
    """Keep a line in a run's log, if the disk lets it."""
    with suppress(OSError):
        run.log(line)


def say_result(run: Run, card: Card) -> None:
    """Say how good the network has become, and where it is."""
    for line in summary(card):
        say(run, line)
    say(
        run,
        f"The model is in {run.model}."
        if run.model
        else f"This is measured, not served; the card is in {run.folder}.",
    )


class TerminalReport:
    """Shows in the terminal how far a run is, and hands it on to the run's folder."""

    def __init__(self, run: Run, report: ProgressReport) -> None:
        self.run, self.report = run, report
        self.bar: Any = None

    def on_phase(self, phase: Phase) -> None:
        """Report that another part of the work has begun."""
        self.report.phase(phase)
        if phase == "drawing":
            say(self.run, "drawing pictures to learn from, which takes a few minutes")

    def on_step(self, step: "Step") -> None:
        """Report a batch."""
        self.report.step(step)
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

    def on_epoch(self, epoch: "Epoch") -> None:
        """Report an epoch."""
        if self.run.recipe.trainer == "scratch" and epoch.epoch % 100:
            return  # as its source has it: a line every 100 iterations
        say(
            self.run,
            f"epoch {epoch.epoch}/{self.run.recipe.epochs}: loss {epoch.loss:.4f}, "
            f"accuracy {epoch.accuracy:.2%}, on the digits held out {epoch.val_loss:.4f} and "
            f"{epoch.val_accuracy:.2%}, {epoch.seconds:.0f} s",
        )
