"""The order of the queue: the tickets of the waiting runs of all workspaces.

One run trains at a time, and nobody's second run comes before another person's first. So each
ticket has a round, and a workspace has one run per round: its next run goes into the round after
that of its last one, but never into a round that is over. Within a round, the smaller number comes
first; times would not do, because clocks can be set back. (This is start-time fair queueing,
Goyal, Vin and Cheng 1996, with runs of equal weight.)
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from mnist_core.files import atomic_write_text
from mnist_core.runs.run import TICKET, Run
from mnist_core.workspace import all_workspaces, data_root


class Ticket(NamedTuple):
    """The position of a run in the queue; the smaller ticket comes first.

    Attributes:
        round: from 1.
        number: counts up with every new ticket.
        folder: the run's folder.
    """

    round: int
    number: int
    folder: Path

    @property
    def workspace(self) -> Path:
        """The workspace of the run."""
        return self.folder.parents[1]


def tickets() -> list[Ticket]:
    """Return the tickets of all waiting runs, the next one first."""
    found = []
    for workspace in all_workspaces():
        for path in workspace.glob(f"runs/*/{TICKET}"):
            try:
                number, *more = map(int, path.read_text(encoding="utf-8").split())
            except (OSError, ValueError):  # it has just been removed
                continue
            found.append(Ticket(more[0] if more else 1, number, path.parent))
    return sorted(found)


def next_ticket(folder: Path) -> Ticket:
    """Return the ticket that a run would get if it were queued now."""
    known = [ticket for ticket in tickets() if ticket.folder != folder]
    last, workspace = last_dispatched(), folder.parents[1]
    own = [ticket.round for ticket in (last, *known) if ticket.workspace == workspace]
    return Ticket(
        round=max(last.round, 1, *(1 + taken for taken in own)),
        number=1 + max((ticket.number for ticket in known), default=0),
        folder=folder,
    )


def enqueue(run: Run, **values: Any) -> None:
    """Put a run into the queue; `values` go into its `run.json`."""
    run.set_state("queued", **values)
    ticket = next_ticket(run.folder)
    atomic_write_text(run.ticket, f"{ticket.number} {ticket.round}\n")


def give_up_ticket(run: Run) -> bool:
    """Take a run out of the queue; return whether it was in it. Only one caller succeeds."""
    try:
        run.ticket.unlink()
    except FileNotFoundError:
        return False
    return True


def record_dispatch(ticket: Ticket) -> None:
    """Store the last ticket dispatched. If the disk is full, only numbers decide from then on."""
    values = {**ticket._asdict(), "folder": str(ticket.folder.relative_to(data_root()))}
    with suppress(OSError):
        dispatch_file().parent.mkdir(parents=True, exist_ok=True)
        atomic_write_text(dispatch_file(), json.dumps(values) + "\n")


def last_dispatched() -> Ticket:
    """Return the ticket that was dispatched last, or one of round 0 if that is unknown."""
    try:
        values = json.loads(dispatch_file().read_text(encoding="utf-8"))
        return Ticket(int(values["round"]), int(values["number"]), data_root() / values["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return Ticket(0, 0, data_root() / "runs" / ".none")


def dispatch_file() -> Path:
    """Return the file with the ticket that was dispatched last."""
    return data_root() / "runs" / ".served.json"
