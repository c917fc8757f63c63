"""Whose turn it is: the tickets of the runs that wait, over all spaces.

One run trains at a time, and nobody's second run comes before another's first. So each ticket
tells a round. A space takes part in a round once: its next run goes into the round after its last
one, but never into one that is over. Within a round it goes by numbers, for a clock can be set
back. (This is start-time fair queueing, Goyal, Vin and Cheng 1996, with runs of equal weight.)
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mnist_core.files import write_whole
from mnist_core.spaces import every_space, home

FILE = "ticket"


class Ticket(NamedTuple):
    """The place of a run in the queue; the smaller one comes first.

    Attributes:
        round: from 1.
        number: in the order of coming.
        folder: of the run.
    """

    round: int
    number: int
    folder: Path

    @property
    def space(self) -> Path:
        """Whose run it is."""
        return self.folder.parents[1]


def tickets() -> list[Ticket]:
    """Return the tickets of all runs that wait, the next one first."""
    found = []
    for space in every_space():
        for path in space.glob(f"runs/*/{FILE}"):
            try:
                number, *more = map(int, path.read_text(encoding="utf-8").split())
            except (OSError, ValueError):  # it has just been given up
                continue
            found.append(Ticket(more[0] if more else 1, number, path.parent))
    return sorted(found)


def next_ticket(folder: Path) -> Ticket:
    """Return the ticket that a run would get now."""
    known = [ticket for ticket in tickets() if ticket.folder != folder]
    last, space = last_served(), folder.parents[1]
    own = [ticket.round for ticket in (last, *known) if ticket.space == space]
    return Ticket(
        round=max(last.round, 1, *(1 + taken for taken in own)),
        number=1 + max((ticket.number for ticket in known), default=0),
        folder=folder,
    )


def take_ticket(folder: Path) -> None:
    """Let a run wait for its turn."""
    ticket = next_ticket(folder)
    write_whole(folder / FILE, f"{ticket.number} {ticket.round}\n")


def note_served(ticket: Ticket) -> None:
    """Write down whose turn has come; where the disk is full the next ones go by numbers."""
    values = {**ticket._asdict(), "folder": str(ticket.folder.relative_to(home()))}
    with suppress(OSError):
        served_file().parent.mkdir(parents=True, exist_ok=True)
        write_whole(served_file(), json.dumps(values) + "\n")


def last_served() -> Ticket:
    """Return the ticket of the run whose turn came last; of none in round 0 where nobody knows."""
    try:
        values = json.loads(served_file().read_text(encoding="utf-8"))
        return Ticket(int(values["round"]), int(values["number"]), home() / values["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return Ticket(0, 0, home() / "runs" / ".none")


def served_file() -> Path:
    """Return the file that says whose turn came last."""
    return home() / "runs" / ".served.json"
