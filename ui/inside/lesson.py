"""What each part of the page says first: a plain sentence, one for who wants more, its source."""

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Lesson:
    """The words of one part of the page.

    Attributes:
        title: its heading.
        plain: one sentence that everybody understands.
        more: one for who wants more.
        source: where the method comes from.
    """

    title: str
    plain: str
    more: str
    source: str


SHORTCUT = Lesson(
    "The usual shortcut",
    "Most demonstrations squeeze the whole paper to 28 × 28 pixels, and then the network sees "
    "something it was never trained on.",
    "The digits it learned from fill a box of 20 × 20 pixels and lie with their centre of mass in "
    "the middle. All explanations below use a picture prepared in the same way.",
    "LeCun, Cortes and Burges, *The MNIST database of handwritten digits*",
)
DECIDING = Lesson(
    "Which ink decides",
    "We take a little ink away, at one place after another, and see how much less certain the "
    "answer becomes.",
    "Each colour is the change of the answer's probability under a soft window of 3 pixels; the "
    "proof takes away the ink that the picture names.",
    "Zeiler and Fergus 2014, occlusion; Petsiuk, Das and Saenko 2018, deletion",
)
CHANGES = Lesson(
    "What would make it another digit",
    "The smallest change of strokes we found that gives each other answer.",
    "Strokes are dropped or cut, ends shortened or lengthened, gaps closed and bars added, alone "
    "and together, with at most 15 % of the ink changed: a smaller change may exist.",
    "Wachter, Mittelstadt and Russell 2018, counterfactual explanations",
)
LAYERS = Lesson(
    "Layer by layer",
    "Each layer builds on what the one before it found: first edges, then strokes, then whole "
    "shapes.",
    "The numbers are those of this network on your ink: a pixel of a first map is a sum of "
    "products of the pixels around it with the weights of one kernel.",
    "LeCun, Bottou, Bengio and Haffner 1998, convolutional networks; Wang and others 2020, "
    "CNN Explainer",
)
MAP = Lesson(
    "What it reminds the network of",
    "The closer two digits are here, the more alike they look to the network.",
    "Each point is a digit the network was trained on, placed by its features before the output; "
    "yours stands in the middle of its nearest neighbours.",
    "van der Maaten and Hinton 2008, t-SNE",
)
TWO = Lesson(
    "Two networks side by side",
    "The plain network of the first tutorial and ours look at the same drawing.",
    "The same windows of ink are taken away from both, so the colours can be compared.",
    "Zeiler and Fergus 2014, occlusion",
)


def open_lesson(lesson: Lesson) -> None:
    """Show a part's heading and its sentences."""
    st.header(lesson.title, anchor=False)
    st.markdown(lesson.plain)
    st.caption(f"{lesson.more} Source: {lesson.source}.")
