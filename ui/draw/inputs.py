"""The ways in: a drawing, a picture file, or the camera."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.pictures import open_picture
from mnist_core.preprocessing import Picture
from ui.draw.canvas import draw_digit
from ui.limits import refuse_large_upload
from ui.settings import settings

PICTURE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]


def choose_picture() -> Picture | None:
    """Ask for a picture file, and show it."""
    file = st.file_uploader(
        "A picture of one digit",
        PICTURE_TYPES,
        key="file",
        max_upload_size=settings().picture_megabytes,
    )
    if file is None:
        return None
    picture = open_upload(file)
    st.image(picture, width="stretch", alt=f"The picture you chose, {file.name}")
    return picture


def take_photograph() -> Picture | None:
    """Ask for a camera picture."""
    photograph = st.camera_input("A photograph of one digit", key="photograph")
    return None if photograph is None else open_upload(photograph)


def open_upload(file: UploadedFile) -> Picture:
    """Return the picture in a file that a visitor sent.

    Raises:
        LimitError: the file is too large.
        PictureError: it is no picture that we open.
    """
    refuse_large_upload(file, settings().picture_megabytes)
    return open_picture(file.getvalue())


@dataclass(frozen=True)
class WayIn:
    """One way to hand a digit to the network, and what it says while there is none."""

    icon: str
    take: Callable[[], Picture | None]
    invitation: str
    advice: str


WAYS_IN = {
    "Draw": WayIn(
        icon=":material/ink_pen:",
        take=draw_digit,
        invitation="Draw a digit",
        advice="0 to 9, anywhere on the paper, with mouse or finger",
    ),
    "Picture": WayIn(
        icon=":material/image:",
        take=choose_picture,
        invitation="Choose a picture",
        advice="One digit, dark on light or light on dark",
    ),
    "Camera": WayIn(
        icon=":material/photo_camera:",
        take=take_photograph,
        invitation="Show me a digit",
        advice="One digit on plain paper, as large as it goes",
    ),
}


def choose_way_in() -> WayIn:
    """Let the visitor choose how to hand over a digit."""
    # Not as a default: another page may have chosen, and Streamlit logs a warning where both are.
    st.session_state.setdefault("way_in", "Draw")
    chosen = st.segmented_control(
        "Way in",
        WAYS_IN,
        format_func=lambda name: f"{WAYS_IN[name].icon} {name}",
        required=True,
        key="way_in",
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )
    return WAYS_IN[chosen or "Draw"]
