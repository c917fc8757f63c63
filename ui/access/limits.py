"""The limits of the current visitor, as the settings define them; the owner has none."""

from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.errors import LimitError
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.limits import (
    Limits,
    check_queue_limit,
    check_run_limit,
    check_server_disk,
    check_visitor_disk,
    room_for,
)
from mnist_core.runs.retention import clean_workspaces
from mnist_core.workspace import current_workspace, data_root
from ui.base.settings import settings


def chosen_limits() -> Limits:
    """Return the limits that the settings define for each visitor."""
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
    """Return the limits of this visitor; None for the owner, and for everyone at home."""
    return None if current_workspace() == data_root() else chosen_limits()


def check_disk_now(needed: int) -> None:
    """Raise if this visitor may not store `needed` more bytes.

    Raises:
        LimitError: too little disk space is left; says how much.
    """
    if limits := own_limits():
        check_visitor_disk(current_workspace(), limits, needed)
        clean_workspaces(limits)
        check_server_disk(limits, needed)


def check_run_limit_now(recipe: Recipe) -> None:
    """Raise if this visitor may not have one more run of this recipe.

    Raises:
        LimitError: they have the maximum number of runs, or too little disk space is left.
    """
    check_queue_limit_now()
    if limits := own_limits():
        check_run_limit(current_workspace(), limits)
        check_visitor_disk(current_workspace(), limits, room_for(recipe))


def check_queue_limit_now() -> None:
    """Raise if this visitor may not queue one more run.

    Raises:
        LimitError: the visitor's or the server's maximum of queued and running runs is reached.
    """
    if limits := own_limits():
        check_queue_limit(current_workspace(), limits)


def check_upload_size(file: UploadedFile, most: int) -> None:
    """Raise if an uploaded file is larger than `most` megabytes.

    The uploader's own limit is only enforced by the browser; requests can be sent without one.

    Raises:
        LimitError: it is larger.
    """
    if file.size > most * 2**20:  # a megabyte as Streamlit counts it
        raise LimitError(
            f"{file.name} is larger than {most} MB, the limit for uploads. Choose a smaller file."
        )
