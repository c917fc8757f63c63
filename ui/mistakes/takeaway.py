"""What a visitor can take away: the mistakes, the matrix, and the command that makes the same."""

from functools import partial

import streamlit as st

from mnist_core.analysis.mistakes import matrix_csv, mistakes_csv
from ui.chart_files import chart_png
from ui.mistakes.confusion import MATRIX, matrix_cells
from ui.mistakes.evaluations import SETS, Study

WIDTH, HEIGHT = 640, 600  # pixels of the picture


def offer_files(study: Study) -> None:
    """Offer the mistakes and the matrix as files."""
    with st.container(horizontal=True):
        st.download_button(
            "Mistakes as CSV",
            mistakes_csv(study.result, study.disputed),
            f"mistakes-{study.name}.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Matrix as CSV",
            matrix_csv(study.result),
            f"matrix-{study.name}.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Matrix as PNG",
            partial(draw_matrix, study),
            f"matrix-{study.name}.png",
            "image/png",
            icon=":material/image:",
            on_click="ignore",
        )
    st.markdown("The same from the command line:")
    data = study.set if study.set in ("mnist", "uci-digits") else "train.csv"
    st.code(
        f"python -m mnist_core evaluate --model {study.reader.name} --data {data} "
        "--json --mistakes mistakes.csv",
        language="shell",
        wrap_lines=True,
    )


def draw_matrix(study: Study) -> bytes:
    """Return the confusion matrix as a picture."""
    counts = study.result.confusion_matrix()
    cells = matrix_cells(counts, (None, None), shares=False, mistakes=False, dark=False)
    title = f"{study.reader.name} on {len(study.digits):,} digits of {SETS[study.set]}"
    return chart_png({**MATRIX, "title": title, "data": {"values": cells}}, WIDTH, HEIGHT)
