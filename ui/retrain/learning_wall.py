"""The learning wall: a hundred test digits as a network reads them while it learns."""

import streamlit as st

from mnist_core.runs.learning_wall import Wall
from ui.base.wording import a_digit, counted
from ui.components.pictures import picture_url
from ui.retrain.wall_picture import draw_empty_wall, draw_wall

FULL = 100  # digits; a small test set has fewer of them
HELP = (
    "Ten of each digit, the same for every network that is trained on these digits. It is never"
    " trained on them. Red paper with a number: wrong, and what it read. A green frame: it has just"
    " got this one right. In brackets: how many have turned right, and how many wrong."
)


def show_wall(wall: Wall | None, *, key: str, active: bool) -> None:
    """Show a wall: its latest look while the run is active, any look once it has ended.

    Args:
        wall: what has been seen so far; None before the first look.
        key: what distinguishes this wall from others, such as the run's id.
        active: whether the run goes on.
    """
    st.markdown(f"**{title_of(wall)}**", help=HELP)
    if wall is None or not len(wall.epochs):
        st.caption("They appear as soon as a network can read them.")
        st.image(picture_url(draw_empty_wall()), width="stretch", alt="No digit is read yet.")
    elif active or len(wall.epochs) == 1:
        show_look(wall, len(wall.epochs) - 1)
    else:
        replay(wall, key)


@st.fragment
def replay(wall: Wall, key: str) -> None:
    """Let the visitor go back to any look, as in a film."""
    picture = st.container()
    last = len(wall.epochs) - 1
    look = st.select_slider(
        "Go back to",
        range(last + 1),
        last,
        format_func=lambda look: moment(float(wall.epochs[look])),
        key=f"look-{key}",
    )
    with picture:
        show_look(wall, int(look))


def show_look(wall: Wall, look: int) -> None:
    """Show the wall at one look, and say in words what there is to see."""
    st.caption(describe_look(wall, look))
    picture = picture_url(draw_wall(wall, look))
    st.image(picture, width="stretch", alt=alt_text(wall, look))


def title_of(wall: Wall | None) -> str:
    """Return the heading of a wall."""
    n = FULL if wall is None else len(wall.digits)
    return "A hundred test digits" if n == FULL else counted(n, "test digit").capitalize()


def describe_look(wall: Wall, look: int) -> str:
    """Return how many digits are right at a look, and how many have turned since the last one.

    It fits into one line on a phone: otherwise the wall below it would move.
    """
    right = wall.right(look)
    text = f"{moment(float(wall.epochs[look]))}: **{right.sum()} of {len(right)} right**"
    if look:
        before = wall.right(look - 1)
        better, worse = int((right & ~before).sum()), int((before & ~right).sum())
        text += f" (+{better}, \N{MINUS SIGN}{worse})"
    return text


def moment(epoch: float) -> str:
    """Return in words when a look was."""
    if epoch == 0:
        return "Before training"
    if epoch < 1:
        share = 100 * epoch
        return (
            f"After {share:.1f} % of epoch 1" if share < 10 else f"After {share:.0f} % of epoch 1"
        )
    return f"After {counted(int(epoch), 'epoch')}"


def alt_text(wall: Wall, look: int) -> str:
    """Return the wall as text: which digits are wrong, and what they were read as."""
    right, labels = wall.right(look), wall.digits.labels
    wrong = [
        f"{a_digit(label)} as {read}"
        for label, read, ok in zip(labels, wall.read[look], right, strict=True)
        if not ok
    ]
    start = f"{title_of(wall)}, {right.sum()} of {len(right)} read right."
    return f"{start} Wrong: {', '.join(wrong)}." if wrong else start
