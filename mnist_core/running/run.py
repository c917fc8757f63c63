"""A training run on disk: what was asked for, how far it came, and where to go on from."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_core.cards import Card
from mnist_core.errors import InklingError
from mnist_core.files import write_whole
from mnist_core.recipe import Recipe
from mnist_core.registry import SHIPPED
from mnist_core.running.history import Row, read_history, write_history
from mnist_core.running.locks import is_held
from mnist_core.running.progress import read_progress
from mnist_core.running.status import State, Status, why_it_ended
from mnist_core.running.tickets import FILE as TICKET
from mnist_core.running.tickets import take_ticket
from mnist_core.spaces import home, space

if TYPE_CHECKING:
    from mnist_core.training import Epoch

ALIVE = "alive.lock"  # locked by the process that works on the run
MOMENT = 0.1  # seconds between two files of one change of state
STAMP = re.compile(r"^\S+ ")  # the time before each line of a log


@dataclass(frozen=True)
class Run:
    """One training run; `docs/decisions/0004` says what its folder holds.

    Attributes:
        id: the name of its folder in the `runs` of its space.
        recipe: how to train.
        data: what to train on, as `load_dataset` takes it.
        name: what the model shall be called; None leaves it in the run's folder.
        ship: whether it shall go to the models that ship.
        space: the folder below which its folder and its model are; no file says so.
    """

    id: str
    recipe: Recipe
    data: str
    name: str | None = None
    ship: bool = False
    space: Path = field(default_factory=space)

    @property
    def folder(self) -> Path:
        """Where everything of this run is."""
        return self.space / "runs" / self.id

    @property
    def checkpoint(self) -> Path:
        """The network after the last finished epoch, with its optimiser's state."""
        return self.folder / "checkpoint.keras"

    @property
    def best(self) -> Path:
        """The network after its best epoch (see `best_row`), or as it was stopped before one."""
        return self.folder / "best.keras"

    @property
    def output(self) -> Path:
        """What its process has printed, where the app has started it."""
        return self.folder / "output.txt"

    @property
    def lock_file(self) -> Path:
        """The file that the process which works on this run holds locked."""
        return self.folder / ALIVE

    @property
    def ticket(self) -> Path:
        """The file with its place in the queue, there as long as it waits."""
        return self.folder / TICKET

    @property
    def pid_file(self) -> Path:
        """The file with the number of that process; it means nothing unless the lock is held."""
        return self.folder / "pid"

    @property
    def stop_mark(self) -> Path:
        """The file that says that the run shall stop, and why unless somebody just wants it."""
        return self.folder / "stop"

    @property
    def terminal_lock(self) -> Path:
        """The file that a terminal holds locked while the run waits there for its turn."""
        return self.folder / "terminal.lock"

    @property
    def model(self) -> Path | None:
        """The folder of the model that the run has made, or None where there is none."""
        card = self.card()
        if card is None:
            return None
        for folder in (self.folder / "model", *self._named_folders()):
            try:
                if Card.read(folder / "card.json").checksums == card.checksums:
                    return folder
            except InklingError:
                continue
        return None

    def _named_folders(self) -> list[Path]:
        """Return where a model of this run's name would be."""
        name = self.name or (self.recipe.name if self.ship else None)
        return [(SHIPPED if self.ship else self.space / "models") / name] if name else []

    def card(self) -> Card | None:
        """Return the card of what the run came to, or None where it has not come to an end."""
        try:
            return Card.read(self.folder / "card.json")
        except InklingError:
            return None

    def values(self) -> dict[str, Any]:
        """Return what `run.json` says, nothing where it is missing or damaged."""
        try:
            values = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return values if isinstance(values, dict) and "state" in values else {}

    def set_state(self, state: State, **more: Any) -> None:
        """Write `run.json`, whole, with what it said before where nothing new is said.

        A queued run gets a ticket.
        """
        own = {key: value for key, value in asdict(self).items() if key != "space"}
        values = {**self.values(), **own, "state": state, "at": now(), "error": "", **more}
        text = json.dumps(values, indent=2) + "\n"
        try:
            write_whole(self.folder / "run.json", text)
        except OSError:  # most likely the disk is full
            (self.folder / ".reserve").unlink(missing_ok=True)
            write_whole(self.folder / "run.json", text)
        if state == "queued":
            take_ticket(self.folder)

    def give_up_ticket(self) -> bool:
        """Take the run out of the queue; return whether it was there: only one caller succeeds."""
        try:
            self.ticket.unlink()
        except FileNotFoundError:
            return False
        return True

    def why_stopped(self) -> str:
        """Return why the run had to stop; "" where somebody wanted it to."""
        try:
            return self.stop_mark.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def has_lost_its_ticket(self) -> bool:
        """Tell whether whoever took a queued run's ticket has ended before it started the run."""
        for _ in range(2):
            if self.ticket.exists() or is_held(start_lock()):
                return False
            time.sleep(MOMENT)  # it may just have been queued, or started
        return self.values().get("state") == "queued"

    def is_alive(self) -> bool:
        """Tell whether a process works on this run, whatever the clock says."""
        return is_held(self.lock_file)

    def is_starting(self) -> bool:
        """Tell whether its process is being started, and will hold the lock in a moment."""
        return bool(self.values().get("starting")) and is_held(start_lock())

    def status(self) -> Status:
        """Return how the run stands; a run whose folder is gone or damaged has failed."""
        values, rows = self.values(), self.history()
        state, error = self._state(values)
        progress = read_progress(self.folder / "progress.json")
        going_on, spent = state == "running", sum(row["seconds"] for row in rows)
        return Status(
            state=state,
            phase=(progress.phase or "starting") if going_on else "",
            epoch=progress.epoch,
            epochs=self.recipe.epochs,
            batch=progress.batch,
            batches=progress.batches,
            loss=progress.loss,
            accuracy=progress.accuracy,
            seconds=max(progress.seconds, spent) if going_on else spent,
            left=progress.left if going_on else None,
            error=error,
            started=values.get("started", ""),
            trained_epochs=int(rows[-1]["epoch"]) if rows else 0,
        )

    def _state(self, values: dict[str, Any]) -> tuple[State, str]:
        """Return the state, and what is wrong: what is written down may have come to an end."""
        if not values:
            return "failed", f"{self.folder / 'run.json'} is damaged or gone."
        # In this order: who starts it goes on to hold the lock until its process holds its own.
        if values.get("state") == "running" and not (self.is_starting() or self.is_alive()):
            values = self.values()  # anew: it may have said a moment ago how it ended
            if values.get("state") == "running":
                return "interrupted", why_it_ended(self.output)
        if values.get("state") == "queued" and self.has_lost_its_ticket():
            return "interrupted", "It was about to be started."
        return values.get("state", "failed"), values.get("error", "")

    def log(self, line: str) -> None:
        """Add a line to `log.txt`."""
        with (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{now()} {line}\n")

    def log_lines(self, last: int) -> list[str]:
        """Return the last lines of `log.txt`, without their times."""
        try:
            text = (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        return [STAMP.sub("", line, count=1) for line in text.splitlines()[-last:]]

    def history(self) -> list[Row]:
        """Return one row for each finished epoch; a row cut off by a crash is left out."""
        return read_history(self.folder / "history.csv")

    def record(self, epoch: "Epoch") -> None:
        """Add an epoch to `history.csv`; epochs that are being repeated are forgotten."""
        rows = [row for row in self.history() if row["epoch"] < epoch.epoch]
        self.write_history([*rows, asdict(epoch)])

    def write_history(self, rows: Sequence[Row]) -> None:
        """Write `history.csv`, whole."""
        write_history(self.folder / "history.csv", rows)


def start_lock() -> Path:
    """Return the file that is locked while a run of the queue is being started, anybody's."""
    return home() / "runs" / ".start.lock"


def now() -> str:
    """Return the time, ISO 8601 to the second, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
