"""The photograph of a page, chosen or taken, and read once."""

from hashlib import sha256

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.image_files import open_picture
from mnist_core.inference.pages import LONGEST_SIDE
from ui.access.limits import check_upload_size
from ui.base.settings import settings
from ui.components.pictures import PICTURE_TYPES
from ui.components.resources import load_best_reader
from ui.numbers.page_reading import PageReading

READING = "page_reading"  # session key, (bytes, PageReading): the page that was read last


def choose_page() -> PageReading | None:
    """Ask for a photograph of a page; return it read, or None where there is none yet.

    Raises:
        LimitError: the file is too large.
        PictureError: it is not a picture, or cannot be opened.
    """
    file = st.file_uploader(
        "A photograph or scan of a page with numbers",
        PICTURE_TYPES,
        key="page_file",
        max_upload_size=settings().picture_megabytes,
        help="Plain, ruled or squared paper. All of the sheet, from above, with some of the table "
        "around it is best: its corners are then found and it is straightened.",
    )
    return None if file is None else read_once(file)


def read_once(file: UploadedFile) -> PageReading:
    """Return the reading of a file, which is read again only if it is another one."""
    check_upload_size(file, settings().picture_megabytes)
    content = file.getvalue()
    reader = load_best_reader().reader
    key = sha256(content + reader.name.encode()).digest()
    known: tuple[bytes, PageReading] | None = st.session_state.get(READING)
    if known and known[0] == key:
        return known[1]
    with st.spinner("Reading the page"):
        page = reader.read_page(open_picture(content, LONGEST_SIDE))
    st.session_state[READING] = key, PageReading(file.name, page)
    return st.session_state[READING][1]
