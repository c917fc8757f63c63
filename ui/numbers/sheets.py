"""Printed sheets: to download, and what was written on a photographed one."""

import csv
import io

import streamlit as st

from mnist_core.image_files import open_picture
from mnist_core.inference.form_reading import read_examples, read_table
from mnist_core.inference.pages import LONGEST_SIDE
from mnist_core.segmentation.forms import DIGITS, read_form
from ui.access.limits import check_upload_size
from ui.base.settings import settings
from ui.base.wording import counted
from ui.components.pictures import PICTURE_TYPES
from ui.components.resources import load_best_reader
from ui.numbers.sheet_examples import NOTHING_WRITTEN, show_examples
from ui.shell.page import show_errors


@st.fragment
def offer_sheets() -> None:
    """Let the visitor print a sheet, and read a photograph of one that is filled in."""
    mine, room = st.columns(2, gap="large")
    with mine:
        st.markdown(
            "**Your own hand**: each digit ten times, a hundred examples in one photograph."
        )
        st.download_button(
            "Sheet for your digits", pdf_of("digits"), "inkling-digits.pdf", "application/pdf"
        )
    with room:
        st.markdown(
            "**A class**: one row for each pupil, a number in each box. A photograph gives a table."
        )
        st.download_button(
            "Sheet for a class", pdf_of("class"), "inkling-class.pdf", "application/pdf"
        )
    with show_errors():
        file = st.file_uploader(
            "A photograph of a sheet that is filled in",
            PICTURE_TYPES,
            key="sheet_file",
            max_upload_size=settings().picture_megabytes,
        )
        if file is not None:
            check_upload_size(file, settings().picture_megabytes)
            show_sheet(file.getvalue())


@st.cache_data(show_spinner=False)
def pdf_of(kind: str) -> bytes:
    """Return a printed sheet."""
    from ui.numbers.sheet_pdf import class_sheet, digit_sheet  # slow to import

    return digit_sheet() if kind == "digits" else class_sheet()


def show_sheet(content: bytes) -> None:
    """Show what is written on a photographed sheet.

    Raises:
        PictureError: it is no picture, or shows no sheet of ours.
    """
    reader = load_best_reader().reader
    form, boxes = read_form(open_picture(content, LONGEST_SIDE))
    if form is DIGITS:
        show_examples(read_examples(reader, boxes))
    else:
        show_table(read_table(reader, boxes))


def show_table(rows: list[list[str]]) -> None:
    """Show the table of a class, and a file to take it away in."""
    kept = [(place + 1, row) for place, row in enumerate(rows) if any(row)]
    if not kept:
        st.info(NOTHING_WRITTEN)
        return
    st.markdown(f"**{counted(len(kept), 'row')} filled in**")
    header = ["pupil", *(str(i + 1) for i in range(len(rows[0])))]
    table = [dict(zip(header, [str(place), *row], strict=True)) for place, row in kept]
    st.dataframe(table, width="stretch", hide_index=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    st.download_button(
        "Download the table as CSV",
        text.getvalue(),
        "class.csv",
        "text/csv",
        icon=":material/download:",
    )
