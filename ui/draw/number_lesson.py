"""How numbers are read, and where that fails."""

import streamlit as st


def explain_numbers() -> None:
    """Say how a number is divided into digits."""
    st.markdown(
        "Everybody's second drawing is 42. Cutting it at the gaps would make two digits of a 5 "
        "whose bar stands apart, and one of two digits that touch. So Inkling does not decide "
        "where a digit ends before it has read it:\n\n"
        "1. **Rows.** What stands in one line belongs together. How tall the row is says what is "
        "a digit and what is only a point.\n"
        "2. **Pieces.** On Draw these are your strokes, in the order you drew them; a bar crossed "
        "later goes to the digit below it. On a picture they are connected marks, cut where little "
        "ink holds them together.\n"
        "3. **Hypotheses.** Every run of neighbouring pieces might be one digit. The network reads "
        "them all at once. Half a digit does not look like a digit, so it counts for little.\n"
        "4. **The best way through.** Of all ways to divide the row, the one with the likeliest "
        "digits is the answer. The others say how sure it is, and what else it might be.\n\n"
        "On a photographed page the sheet is first straightened by its corners. The picture is "
        "divided by the brightness of the paper, which takes shadows out, and printed lines are "
        "measured strip by strip and subtracted, so that a 7 keeps its bar.\n\n"
        "**Where it fails**: digits drawn in one go, without lifting the pen, are often divided "
        "wrongly. Digits that overlap in a picture are harder than on Draw, where the order of "
        "your strokes is known. A slashed zero may be taken for two digits. Signs such as + and "
        "the point in 3.5 are passed over. Words are refused, but a word that looks like digits, "
        "such as SOS, is not."
    )
