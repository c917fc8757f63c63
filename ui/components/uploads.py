"""Uploads of digits: checked, then stored on disk instead of in memory."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.data.datasets import UCI_TRAIN, load_uci_digits
from mnist_core.data.digit_files import read_labelled, read_pictures
from mnist_core.data.digits import count_digits
from mnist_core.data.kaggle import size_of_test_set, write_test, write_train
from mnist_core.data.levels import scale_two_levels
from mnist_core.data.mnist_form import PREPARED, Conformed, has_mnist_form, to_mnist_form
from mnist_core.errors import DataError
from mnist_core.pictures import Picture
from ui.access.limits import check_upload_size
from ui.access.visitor_files import new_visitor_folder
from ui.base import session_keys
from ui.base.settings import settings
from ui.base.wording import counted, plain
from ui.shell.page import show_errors

SAMPLES = 24
AS_THEY_ARE = "and they stay as they are"
ENDINGS = ["csv", "tsv", "txt", "gz", "zip", "npz", "parquet"]
FORMS = (
    "As CSV, also without a header, with semicolons or tabs, or packed; as .npz; as Parquet; or as "
    "a zip of MNIST's IDX files, of a folder of pictures for each digit, or of what Kaggle offers."
)


@dataclass(frozen=True)
class Upload:
    """An uploaded file that has passed its check.

    Attributes:
        path: where it is stored.
        name: its name on the visitor's computer.
        n: number of digits.
        samples: the first digits, uint8 (at most `SAMPLES`, 28, 28).
        labels: the labels of the samples; empty for a test.csv.
        counts: the number of digits of each class; empty for a test.csv.
        remarks: what its owner should know about it, in sentences.
        prepared: how many of its pictures are not in MNIST's format, and are prepared first.
        own_test: how many of its digits the file itself sets aside for testing; 0 if it does not.
        as_is: whether its owner wants them to stay as they are instead.
    """

    path: Path
    name: str
    n: int
    samples: Picture
    labels: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()
    prepared: int = 0
    own_test: int = 0
    as_is: bool = False

    @property
    def n_test(self) -> int:
        """How many of its digits are for testing: its own test set, or else a sixth."""
        return self.own_test or size_of_test_set(self.n)

    @property
    def shown_samples(self) -> Picture:
        """The samples as the network gets them."""
        return self.samples if self.as_is else to_mnist_form(self.samples).images


def take_train() -> Upload | None:
    """Ask for a train.csv; return it once a valid one is uploaded."""
    return take(session_keys.TRAIN_CSV, check_train, write_sample_train)


def take_test() -> Upload | None:
    """Ask for a test.csv; return it once a valid one is uploaded."""
    return take(session_keys.TEST_CSV, check_test, write_sample_test)


def take(
    kind: str, check: Callable[[Path, str], Upload], write_sample: Callable[[Path], None]
) -> Upload | None:
    """Ask for a file until a valid one is uploaded; then offer to replace it."""
    upload: Upload | None = st.session_state.get(kind)
    if upload and upload.path.exists():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/check_circle: **{plain(upload.name)}** · {counted(upload.n, 'digit')}"
            )
            st.button(
                "Choose another file",
                key=f"another-{kind}",
                on_click=remove_upload,
                args=[kind],
            )
        return replace(upload, as_is=ask_about_form(upload, kind))
    most = settings().csv_megabytes
    file = st.file_uploader(kind, ENDINGS, key=f"file-{kind}", max_upload_size=most, help=FORMS)
    sample = st.button(
        "Try it with a small sample",
        key=f"sample-{kind}",
        type="tertiary",
        icon=":material/experiment:",
    )
    with show_errors(), st.spinner("Checking every digit …"):
        if file is not None:
            check_upload_size(file, most)
            path = new_visitor_folder("uploads", file.size) / kind
            write(path, file)
            accept(kind, path, check, file.name)
            free_memory(file)
            st.rerun()
        elif sample:
            path = new_visitor_folder("uploads") / kind
            write_sample(path)
            accept(kind, path, check, f"A small {kind}")
            st.rerun()
    return None


def ask_about_form(upload: Upload, kind: str) -> bool:
    """Say what is odd about a file; return whether its pictures shall stay as they are."""
    for remark in upload.remarks:
        if is_used_as_is(kind):
            remark = remark.replace(PREPARED, AS_THEY_ARE)
        st.info(plain(remark), icon=":material/info:")
    if not upload.prepared:
        return False
    return st.toggle(
        "Use them as they are",
        key=f"as-is-{kind}",
        persist_state="session",
        help="The network then gets each picture untouched. It has learned from MNIST's kind, and "
        "answers others confidently and often wrongly.",
    )


def is_used_as_is(kind: str = session_keys.TRAIN_CSV) -> bool:
    """Return whether the pictures of an upload shall stay as they are."""
    return bool(st.session_state.get(f"as-is-{kind}", False))


def write(path: Path, file: UploadedFile) -> None:
    """Write a file to the disk.

    Raises:
        DataError: it cannot be written.
    """
    try:
        path.write_bytes(file.getbuffer())
    except OSError as problem:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise DataError(f"Cannot save {file.name}: {problem.strerror}.") from problem


def free_memory(file: UploadedFile) -> None:
    """Drop a file from the server's memory; Streamlit would keep it until the visitor leaves."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def accept(kind: str, path: Path, check: Callable[[Path, str], Upload], name: str) -> None:
    """Check a file; a valid one replaces the uploader on the page.

    Raises:
        DataError: the file is invalid; it is removed.
    """
    try:
        st.session_state[kind] = check(path, name)
    except BaseException:
        shutil.rmtree(path.parent)
        raise


def check_train(path: Path, name: str) -> Upload:
    """Return labelled digits as an upload."""
    file = read_labelled(path, name)
    digits = file.whole()
    first = digits[:SAMPLES]
    upload = Upload(path, name, len(digits), first.images.copy(), tuple(first.labels.tolist()))
    own_test = len(file.parts["test"]) if len(file.parts) == 2 else 0
    upload = replace(upload, counts=count_digits(digits.labels), own_test=own_test)
    return with_remarks(upload, digits.images, file.remarks)


def check_test(path: Path, name: str) -> Upload:
    """Return pictures without labels as an upload."""
    file = read_pictures(path, name)
    upload = Upload(path, name, len(file.images), file.images[:SAMPLES].copy())
    return with_remarks(upload, file.images, file.remarks)


def with_remarks(upload: Upload, images: Picture, remarks: tuple[str, ...]) -> Upload:
    """Return an upload that says whether its pictures are in MNIST's format."""
    images, scaled = scale_two_levels(images)
    found = Conformed(images, ~has_mnist_form(images), scaled)
    departing = int(found.prepared.sum())
    return replace(upload, prepared=departing, remarks=(*remarks, *found.remarks))


def write_sample_train(path: Path) -> None:
    """Write the UCI digits for training as a train.csv."""
    write_train(path, load_uci_digits()[:UCI_TRAIN])


def write_sample_test(path: Path) -> None:
    """Write the UCI digits for testing as a test.csv, which has no labels."""
    write_test(path, load_uci_digits().images[UCI_TRAIN:])


def remove_upload(kind: str) -> None:
    """Remove an uploaded file."""
    upload: Upload | None = st.session_state.pop(kind, None)
    if upload:  # not removed yet by the first of two presses
        shutil.rmtree(upload.path.parent, ignore_errors=True)
