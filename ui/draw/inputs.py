"""Input methods: the canvas, a picture file, or the camera."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.image_files import open_picture, reads_heic
from mnist_core.pictures import Picture
from ui.access.limits import check_upload_size
from ui.base import session_keys
from ui.base.settings import settings
from ui.components.pictures import PICTURE_TYPES
from ui.draw.canvas import draw_digit

NO_HEIC = (
    "HEIC, in which iPhones store photographs, has to be saved as JPEG first: open the picture in "
    "Photos or Preview, then File, Export."
)


def choose_picture() -> Picture | None:
    """Ask for a picture file and show it."""
    file = st.file_uploader(
        "A picture of one digit",
        PICTURE_TYPES,
        key="file",
        max_upload_size=settings().picture_megabytes,
        help=None if reads_heic() else NO_HEIC,
    )
    if file is None:
        return None
    picture = open_upload(file)
    st.image(picture, width="stretch", alt=f"The picture you chose, {file.name}")
    return picture


def take_photograph() -> Picture | None:
    """Ask for a photograph from the camera."""
    photograph = st.camera_input("A photograph of one digit", key="photograph")
    return None if photograph is None else open_upload(photograph)


def open_upload(file: UploadedFile) -> Picture:
    """Return the picture in an uploaded file.

    Raises:
        LimitError: the file is too large.
        PictureError: it is not a picture, or cannot be opened.
    """
    check_upload_size(file, settings().picture_megabytes)
    return open_picture(file.getvalue())


@dataclass(frozen=True)
class InputMethod:
    """One way to enter a digit, and the texts to show until there is one."""

    icon: str
    take: Callable[[], Picture | None]
    invitation: str
    advice: str
    is_canvas: bool = False


INPUT_METHODS = {
    "Draw": InputMethod(
        icon=":material/ink_pen:",
        take=draw_digit,
        invitation="Draw a digit",
        advice="0 to 9, or a number, anywhere on the paper, with mouse or finger",
        is_canvas=True,
    ),
    "Picture": InputMethod(
        icon=":material/image:",
        take=choose_picture,
        invitation="Choose a picture",
        advice="One digit, dark on light or light on dark",
    ),
    "Camera": InputMethod(
        icon=":material/photo_camera:",
        take=take_photograph,
        invitation="Show me a digit",
        advice="One digit on plain paper, as large as possible",
    ),
}


def choose_input() -> InputMethod:
    """Let the visitor choose how to enter a digit."""
    # Not as `default`: another page may have set it, and Streamlit warns if there are both.
    st.session_state.setdefault(session_keys.INPUT_METHOD, "Draw")
    chosen = st.segmented_control(
        "Input",
        INPUT_METHODS,
        format_func=lambda name: f"{INPUT_METHODS[name].icon} {name}",
        required=True,
        key=session_keys.INPUT_METHOD,
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )
    return INPUT_METHODS[chosen or "Draw"]
