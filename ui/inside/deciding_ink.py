"""Which ink decides, with the proof, and where ink is missing."""

from functools import partial

import streamlit as st

from mnist_core.explanation.fine_ink import fine_ink
from mnist_core.explanation.missing_ink import MissingInk
from mnist_core.explanation.occlusion import DRAWS
from mnist_core.explanation.pictures import AGAINST, FOR, colour_change
from ui.base.wording import article, percent
from ui.components.pictures import hex_colour
from ui.components.tables import show_table
from ui.inside.files import csv_of, offer_figure
from ui.inside.ink_chart import SIDE, ink_csv, ink_png, show_ink
from ui.inside.lesson import DECIDING, open_lesson
from ui.inside.subject import Subject
from ui.inside.tiles import side_by_side, tile_url

SHOWN = 4  # digits that a missing stroke would make
LEGEND = (
    "<div style='display:flex;gap:1rem;flex-wrap:wrap;font-size:0.875rem'>"
    "<span><b style='color:{}'>■</b> speaks for the answer</span>"
    "<span><b style='color:{}'>■</b> speaks against it</span>"
    "<span><b style='color:#a3a09a'>■</b> decides little</span></div>"
)


def show_deciding_ink(subject: Subject) -> None:
    """Show which ink decides, what it is worth, and where a stroke would change the answer."""
    open_lesson(DECIDING)
    ink, occlusion = subject.reading.ink, subject.occlusion
    picture, proof = st.columns([SIDE, 560], gap="large")
    with picture:
        show_ink(ink, occlusion, key="inside_ink")
        st.html(LEGEND.format(hex_colour(FOR), hex_colour(AGAINST)))
        offer_figure(
            "deciding-ink",
            partial(ink_png, ink, occlusion),
            partial(ink_csv, ink, occlusion),
        )
    with proof:
        show_proof(subject)
    show_missing_ink(subject)


def show_proof(subject: Subject) -> None:
    """Show what is left of the answer without the named ink, and without other ink."""
    deletion, sure = subject.deletion, subject.occlusion.probability
    st.markdown("**The proof**")
    lines = [("none", 0.0), ("the 10 % named", deletion.named)]
    lines.append(("10 % at random", deletion.at_random))
    show_table(
        ("Ink taken away", f"Probability of {subject.digit}", "Lost"),
        [(what, percent(sure - fall), points(fall) if fall else "") for what, fall in lines],
    )
    st.caption(f"At random is the mean of {DRAWS} draws. {comparison(subject)}")


def points(fall: float) -> str:
    """Return a loss of probability in points."""
    return f"{100 * fall:.1f} points"


def comparison(subject: Subject) -> str:
    """Return in words whether the named ink is worth more than other ink, for this drawing."""
    named, at_random = subject.deletion.named, subject.deletion.at_random
    if max(named, at_random) < 0.005:
        return "So certain an answer survives the loss of any tenth: no single place decides it."
    if named > at_random:
        return "The named ink is worth more: the colours tell the truth about this drawing."
    return "Here the named ink is worth no more than other ink: do not trust the colours."


def show_missing_ink(subject: Subject) -> None:
    """Show where one more stroke would change the answer."""
    st.markdown("**Missing ink**")
    missing = subject.missing[:SHOWN]
    if not missing:
        st.markdown(
            "No single stroke that we tried changes the answer: it takes more than one, see below."
        )
        return
    fine = fine_ink(subject.steps)
    pictures = [colour_change(fine, one.stroke.apply(fine)) for one in missing]
    tiles = st.grid(SHOWN, min_column_width=110, gap="small")
    for picture, one in zip(pictures, missing, strict=True):
        words = missing_in_words(one)
        tiles.image(tile_url(picture, sharp=False), words, width="stretch", alt=words)
    offer_figure(
        "missing-ink", lambda: side_by_side(pictures), partial(missing_csv, subject.missing)
    )


def missing_in_words(missing: MissingInk) -> str:
    """Return what a stroke would change."""
    digit = f"{article(missing.digit)} {missing.digit}"
    return f"A stroke here, and it would be {digit} ({percent(missing.probability)})"


def missing_csv(missing: list[MissingInk]) -> bytes:
    """Return each stroke with its ends, in pixels of a picture of 112 x 112."""
    rows = (
        (one.digit, f"{one.probability:.6g}", *one.stroke.path.round(1).ravel().tolist())
        for one in missing
    )
    return csv_of(("digit", "probability", "x1", "y1", "x2", "y2"), rows)
