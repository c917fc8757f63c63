"""The figures of the page as files: PNG to show, CSV to compute with."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

Content = bytes | Callable[[], bytes]


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows of numbers and words as the bytes of a CSV file."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    return text.getvalue().encode()


def rows_of(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return a table's rows, as a chart in a file has them."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def offer_figure(name: str, png: Content, table: Content) -> None:
    """Offer a figure as PNG and as CSV, which are created when the visitor clicks."""
    with st.container(horizontal=True, gap="small"):
        for kind, content, icon in (("PNG", png, "image"), ("CSV", table, "table")):
            st.download_button(
                kind,
                content,
                f"{name}.{kind.lower()}",
                "image/png" if kind == "PNG" else "text/csv",
                key=f"inside-{name}-{kind}",
                icon=f":material/{icon}:",
                help=f"Download this figure as {kind}",
                type="tertiary",
                on_click="ignore",
            )
