"""A training run on disk: what it trains, how far it is, and its checkpoint."""

import json
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mnist_core.errors import InklingError
from mnist_core.files import atomic_write_text
from mnist_core.locks import is_held
from mnist_core.models.cards import Card
from mnist_core.models.registry import shipped_models_dir
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.history import Row, read_history, write_history
from mnist_core.runs.host import this_host
from mnist_core.runs.status import Epoch, State, Status, read_progress, why_it_ended
from mnist_core.workspace import current_workspace, data_root

ALIVE = "alive.lock"  # locked by the process that works on the run
TICKET = "ticket"  # the run's position in the queue, while it waits
MOMENT = 0.1  # seconds between the two files that a change of state may write
TIMESTAMP = re.compile(r"^\S+ ")  # the time at the start of each line of a log


@dataclass(frozen=True)
class Run:
    """One training run; `docs/decisions/0004` says what its folder holds.

    Attributes:
        id: the name of its folder in the `runs` of its workspace.
        recipe: how to train.
        data: the name of the data set, as `load_dataset` takes it.
        name: what to call the model; None to keep it in the run folder.
        ship: whether the model goes to the models that ship.
        workspace: the folder that contains the run folder and the model; no file stores it.
    """

    id: str
    recipe: Recipe
    data: str
    name: str | None = None
    ship: bool = False
    workspace: Path = field(default_factory=current_workspace)

    @property
    def folder(self) -> Path:
        """The run folder, which holds everything about this run."""
        return self.workspace / "runs" / self.id

    @property
    def checkpoint(self) -> Path:
        """The network after the last finished epoch, with its optimiser's state."""
        return self.folder / "checkpoint.keras"

    @property
    def best(self) -> Path:
        """The network after its best epoch (see `best_row`), or where it was stopped before one."""
        return self.folder / "best.keras"

    @property
    def wall_file(self) -> Path:
        """What it has read in a hundred test digits while it learned (see `learning_wall`)."""
        return self.folder / "wall.npz"

    @property
    def output(self) -> Path:
        """The output of its process, if the app has started it."""
        return self.folder / "output.txt"

    @property
    def lock_file(self) -> Path:
        """The file that the run's process keeps locked."""
        return self.folder / ALIVE

    @property
    def ticket(self) -> Path:
        """The file with its position in the queue; it exists while the run waits."""
        return self.folder / TICKET

    @property
    def pid_file(self) -> Path:
        """The file with the id of its process; it means nothing unless `lock_file` is locked.

        It belongs to the host that `run.json` names (see `is_elsewhere`).
        """
        return self.folder / "pid"

    @property
    def stop_mark(self) -> Path:
        """The file that asks the run to stop; it holds the reason, or nothing if a person asked."""
        return self.folder / "stop"

    @property
    def far_stop_mark(self) -> Path:
        """The file that asks a run on another host to interrupt itself: nobody here can."""
        return self.folder / "stop-elsewhere"

    @property
    def terminal_lock(self) -> Path:
        """The file that a terminal keeps locked while the run waits in the queue."""
        return self.folder / "terminal.lock"

    @property
    def output_dir(self) -> Path:
        """The folder of its model: with those that ship, with your own, or in the run folder."""
        if self.ship:
            return shipped_models_dir() / (self.name or self.recipe.name)
        return self.workspace / "models" / self.name if self.name else self.folder / "model"

    @property
    def writes_into_run_folder(self) -> bool:
        """Whether its model stays in the run folder, where nothing else uses it."""
        return self.output_dir.parent == self.folder

    @property
    def model(self) -> Path | None:
        """The folder of the model that the run has made, or None if there is none."""
        card = self.card()
        if card is None:
            return None
        for folder in (self.folder / "model", self.output_dir):
            with suppress(InklingError):
                if Card.read(folder / "card.json").checksums == card.checksums:
                    return folder
        return None

    def card(self) -> Card | None:
        """Return the card of what the run has trained, or None if it is not finished."""
        try:
            return Card.read(self.folder / "card.json")
        except InklingError:
            return None

    def discard_card(self) -> None:
        """Remove the card: it describes fewer epochs than the run is going to have."""
        (self.folder / "card.json").unlink(missing_ok=True)

    def values(self) -> dict[str, Any]:
        """Return the values in `run.json`; none if it is missing or damaged."""
        try:
            values = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return values if isinstance(values, dict) and "state" in values else {}

    def set_state(self, state: State, **more: Any) -> None:
        """Write `run.json` atomically; values that are not given stay as they were.

        A run that is to wait is put into the queue by `queue_order.enqueue`.
        """
        own = {key: value for key, value in asdict(self).items() if key != "workspace"}
        values = {**self.values(), **own, "state": state, "at": now(), "error": "", **more}
        text = json.dumps(values, indent=2) + "\n"
        try:
            atomic_write_text(self.folder / "run.json", text)
        except OSError:  # the disk is probably full
            (self.folder / ".reserve").unlink(missing_ok=True)
            atomic_write_text(self.folder / "run.json", text)

    def why_stopped(self) -> str:
        """Return the reason why the run had to stop, or "" if a person asked for it."""
        try:
            return self.stop_mark.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def was_dropped(self) -> bool:
        """Return whether the dispatcher died after dequeuing this run."""
        for _ in range(2):
            if self.ticket.exists() or is_held(start_lock()):
                return False
            time.sleep(MOMENT)  # it may have just been queued or started
        return self.values().get("state") == "queued"

    def is_alive(self) -> bool:
        """Return whether a process works on this run."""
        return is_held(self.lock_file)

    def is_elsewhere(self) -> bool:
        """Return whether its latest process runs, or ran, on another host."""
        return bool(self.values().get("host", this_host()) != this_host())

    def is_starting(self) -> bool:
        """Return whether its process is being started and will soon hold its lock."""
        return bool(self.values().get("starting")) and is_held(start_lock())

    def status(self) -> Status:
        """Return the status of the run; a run whose folder is missing or damaged has failed."""
        values, rows = self.values(), self.history()
        state, error = self._state(values)
        progress = read_progress(self.folder / "progress.json")
        active, spent = state == "running", sum(row["seconds"] for row in rows)
        current = {
            "epochs": self.recipe.epochs,
            "phase": (progress.phase or "starting") if active else "",
            "seconds": max(progress.seconds, spent) if active else spent,
            "left": progress.left if active else None,
        }
        return Status(
            **{**asdict(progress), **current},
            state=state,
            error=error,
            started=values.get("started", ""),
            trained_epochs=int(rows[-1]["epoch"]) if rows else 0,
        )

    def _state(self, values: dict[str, Any]) -> tuple[State, str]:
        """Return the state and the error; a run that is stored as active may have died."""
        if not values:
            return "failed", "Its run.json is damaged or missing."
        # In this order: the start lock is held until the run's process has locked `lock_file`.
        if values.get("state") == "running" and not (self.is_starting() or self.is_alive()):
            values = self.values()  # read again: it may have just ended
            if values.get("state") == "running":
                return "interrupted", why_it_ended(self.output)
        if values.get("state") == "queued" and self.was_dropped():
            return "interrupted", "It was interrupted while it was being started."
        return values.get("state", "failed"), values.get("error", "")

    def log(self, line: str) -> None:
        """Add a line to `log.txt`."""
        with (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{now()} {line}\n")

    def log_lines(self, last: int) -> list[str]:
        """Return the last lines of `log.txt`, without timestamps."""
        try:
            text = (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        return [TIMESTAMP.sub("", line, count=1) for line in text.splitlines()[-last:]]

    def history(self) -> list[Row]:
        """Return one row for each finished epoch; incomplete rows are left out."""
        return read_history(self.folder / "history.csv")

    def record(self, epoch: Epoch) -> None:
        """Add an epoch to `history.csv`; rows of this epoch and later ones are replaced."""
        rows = [row for row in self.history() if row["epoch"] < epoch.epoch]
        self.write_history([*rows, asdict(epoch)])

    def write_history(self, rows: Sequence[Row]) -> None:
        """Write `history.csv` atomically."""
        write_history(self.folder / "history.csv", rows)


def start_lock() -> Path:
    """Return the file that is locked while any run of the queue is being started."""
    return data_root() / "runs" / ".start.lock"


def now() -> str:
    """Return the current time: ISO 8601, to the second, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
