"""Downloads: the mistakes, the matrix, and the command line that produces the same figures."""

from functools import partial

import streamlit as st

from mnist_core.evaluation.mistakes import matrix_csv, mistakes_csv
from ui.components.chart_files import chart_png
from ui.mistakes.confusion import MATRIX, matrix_cells
from ui.mistakes.evaluations import SETS, EvaluatedModel

WIDTH, HEIGHT = 640, 600  # pixels of the PNG file


def offer_files(evaluated: EvaluatedModel) -> None:
    """Offer the mistakes and the matrix as files."""
    with st.container(horizontal=True):
        st.download_button(
            "Mistakes as CSV",
            mistakes_csv(evaluated.result, evaluated.disputed, evaluated.positions),
            f"mistakes-{evaluated.name}.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Matrix as CSV",
            matrix_csv(evaluated.result),
            f"matrix-{evaluated.name}.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Matrix as PNG",
            partial(draw_matrix, evaluated),
            f"matrix-{evaluated.name}.png",
            "image/png",
            icon=":material/image:",
            on_click="ignore",
        )
    st.markdown("The same figures from the command line:")
    data = evaluated.set if evaluated.set in ("mnist", "uci-digits") else "train.csv"
    st.code(
        f"python -m mnist_core evaluate --model {evaluated.reader.name} --data {data} "
        "--json --mistakes mistakes.csv",
        language="shell",
        wrap_lines=True,
    )


def draw_matrix(evaluated: EvaluatedModel) -> bytes:
    """Return the confusion matrix as a PNG file."""
    counts = evaluated.result.confusion_matrix()
    cells = matrix_cells(counts, (None, None), shares=False, mistakes=False, dark=False)
    title = f"{evaluated.reader.name} on {len(evaluated.digits):,} digits of {SETS[evaluated.set]}"
    return chart_png({**MATRIX, "title": title, "data": {"values": cells}}, WIDTH, HEIGHT)
