"""What the visitor of this session may have: whoever runs the server sets it, and has no limits."""

from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.errors import LimitError
from mnist_core.recipe import Recipe
from mnist_core.running.limits import (
    Limits,
    refuse_another_run,
    refuse_to_wait,
    refuse_without_own_room,
    refuse_without_room,
    room_for,
)
from mnist_core.running.tidying import tidy_spaces
from mnist_core.spaces import home, space
from ui.settings import settings


def chosen_limits() -> Limits:
    """Return the limits that the settings set for every visitor."""
    chosen = settings()
    return Limits(
        runs=chosen.visitor_runs,
        waiting=chosen.visitor_waiting,
        all_waiting=chosen.all_waiting,
        minutes=chosen.visitor_minutes,
        megabytes=chosen.visitor_megabytes,
        all_megabytes=chosen.all_megabytes,
        days=chosen.visitor_days,
    )


def own_limits() -> Limits | None:
    """Return the limits for this visitor; None for the owner, and for everybody at home."""
    return None if space() == home() else chosen_limits()


def refuse_without_room_now(needed: int) -> None:
    """Make sure that this visitor may take so many bytes more of the disk.

    Raises:
        LimitError: there is too little room left; says how much there is.
    """
    if limits := own_limits():
        refuse_without_own_room(space(), limits, needed)
        tidy_spaces(limits)
        refuse_without_room(limits, needed)


def refuse_another_run_now(recipe: Recipe) -> None:
    """Make sure that this visitor may have one more run, of this recipe.

    Raises:
        LimitError: they have as many as they may have, or no room for it.
    """
    refuse_to_wait_now()
    if limits := own_limits():
        refuse_another_run(space(), limits)
        refuse_without_own_room(space(), limits, room_for(recipe))


def refuse_to_wait_now() -> None:
    """Make sure that one more run of this visitor may wait for its turn.

    Raises:
        LimitError: as many wait or train as may, theirs or everybody's.
    """
    if limits := own_limits():
        refuse_to_wait(space(), limits)


def refuse_large_upload(file: UploadedFile, most: int) -> None:
    """Make sure that a file has at most so many megabytes.

    An uploader's own limit holds in the browser alone; who sends without one gets here.

    Raises:
        LimitError: it has more.
    """
    if file.size > most * 2**20:  # a megabyte as Streamlit counts it
        raise LimitError(
            f"{file.name} is larger than {most} MB, the most that is read here. Choose a smaller "
            "file."
        )
