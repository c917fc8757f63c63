"""Kaggle's files on their way in: checked, then kept on the disk and not in memory."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.data import load_uci_digits
from mnist_core.errors import DataError
from mnist_core.preprocessing import Picture
from mnist_core.sources.kaggle import read_test, read_train, write_test, write_train
from ui.data.findings import count_digits
from ui.limits import refuse_large_upload
from ui.places import new_place
from ui.settings import settings
from ui.shell import problems_told
from ui.words import plain

SAMPLES = 24
SAMPLE_TRAIN = slice(0, 1_297)
SAMPLE_TEST = slice(1_297, None)


@dataclass(frozen=True)
class Upload:
    """A file that has been found good.

    Attributes:
        path: where it is.
        name: what the visitor calls it.
        n: number of digits.
        samples: uint8 (n, 28, 28), the first few.
        labels: the labels of these; none in a test.csv.
        counts: how many there are of each digit; nothing for a test.csv.
    """

    path: Path
    name: str
    n: int
    samples: Picture
    labels: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()


def take_train() -> Upload | None:
    """Ask for a train.csv; return it when it is here and good."""
    return take("train.csv", check_train, sample_train)


def take_test() -> Upload | None:
    """Ask for a test.csv; return it when it is here and good."""
    return take("test.csv", check_test, sample_test)


def take(
    kind: str, check: Callable[[Path, str], Upload], write_sample: Callable[[Path], None]
) -> Upload | None:
    """Ask for a file until there is a good one, which can be given back."""
    upload: Upload | None = st.session_state.get(kind)
    if upload and upload.path.exists():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/check_circle: **{plain(upload.name)}** · {upload.n:,} digits")
            st.button("Take another file", key=f"another-{kind}", on_click=forget, args=[kind])
        return upload
    most = settings().csv_megabytes
    file = st.file_uploader(kind, "csv", key=f"file-{kind}", max_upload_size=most)
    sample = st.button(
        "Try it with a small sample",
        key=f"sample-{kind}",
        type="tertiary",
        icon=":material/experiment:",
    )
    with problems_told(), st.spinner("Looking at every digit …"):
        if file is not None:
            refuse_large_upload(file, most)
            path = new_place("uploads", file.size) / kind
            write(path, file)
            keep(kind, path, check, file.name)
            release(file)
            st.rerun()
        elif sample:
            path = new_place("uploads") / kind
            write_sample(path)
            keep(kind, path, check, f"A small {kind}")
            st.rerun()
    return None


def write(path: Path, file: UploadedFile) -> None:
    """Write a file to the disk.

    Raises:
        DataError: there is no room for it.
    """
    try:
        path.write_bytes(file.getbuffer())
    except OSError as problem:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise DataError(f"Cannot keep {file.name}: {problem.strerror}.") from problem


def release(file: UploadedFile) -> None:
    """Free the server's memory of a file; Streamlit would keep it until the visitor leaves."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def keep(kind: str, path: Path, check: Callable[[Path, str], Upload], name: str) -> None:
    """Check a file; a good one takes the uploader's place.

    Raises:
        DataError: the file is not good; it is removed.
    """
    try:
        st.session_state[kind] = check(path, name)
    except BaseException:
        shutil.rmtree(path.parent)
        raise


def check_train(path: Path, name: str) -> Upload:
    """Return a train.csv as an upload."""
    digits = read_train(path, name)
    few = digits[:SAMPLES]
    counts = count_digits(digits.labels.tolist())
    return Upload(path, name, len(digits), few.images.copy(), tuple(few.labels.tolist()), counts)


def check_test(path: Path, name: str) -> Upload:
    """Return a test.csv as an upload."""
    images = read_test(path, name)
    return Upload(path, name, len(images), images[:SAMPLES].copy())


def sample_train(path: Path) -> None:
    """Write a few real digits as Kaggle would."""
    write_train(path, load_uci_digits()[SAMPLE_TRAIN])


def sample_test(path: Path) -> None:
    """Write a few real digits as Kaggle would, without their labels."""
    write_test(path, load_uci_digits().images[SAMPLE_TEST])


def forget(kind: str) -> None:
    """Remove a file that the visitor does not want any more."""
    upload: Upload = st.session_state.pop(kind)
    shutil.rmtree(upload.path.parent, ignore_errors=True)
