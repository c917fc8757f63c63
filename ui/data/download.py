"""Downloading MNIST from a page: in the background, for all visitors at once, and to be stopped."""

import threading

import streamlit as st

from mnist_core import InklingError
from mnist_core.sources.mnist_source import find_mnist
from ui.words import plain

LOOK_EVERY = 0.5  # seconds


class StoppedError(Exception):
    """The visitor does not want it any more."""


class Download(threading.Thread):
    """MNIST on its way to this machine. What is half there when it ends is removed."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done, self.size = 0, 0
        self.problem: InklingError | None = None
        self.stopped = False

    def run(self) -> None:
        try:
            find_mnist(self.hear)
        except StoppedError:
            pass
        except InklingError as problem:
            self.problem = problem

    def hear(self, done: int, size: int) -> None:
        """Take in how far it has come."""
        if self.stopped:
            raise StoppedError
        self.done, self.size = done, size

    def stop(self) -> None:
        """End it with the next bytes that arrive."""
        self.stopped = True


@st.cache_resource(show_spinner=False)
def shared_download() -> list[Download]:
    """Return the download that all visitors see, if one has been started."""
    return []


def start_download() -> None:
    """Begin to download, unless somebody has already."""
    downloads = shared_download()
    if not downloads or not downloads[-1].is_alive():
        downloads[:] = [Download()]
        downloads[-1].start()


def offer_mnist() -> None:
    """Say that MNIST is not here, and offer to fetch it."""
    downloads = shared_download()
    with st.container(border=True):
        if downloads and downloads[-1].is_alive() and not downloads[-1].stopped:
            watch(downloads[-1])
            return
        st.markdown(
            "**MNIST is not on this machine yet.** It is a file of 11 MB, and is checked when it "
            "has arrived. Until then, the other digits are here."
        )
        st.button("Download MNIST", on_click=start_download, icon=":material/download:")
        if downloads and (problem := downloads[-1].problem):
            st.error(plain(str(problem)), icon=":material/error:")


@st.fragment(run_every=LOOK_EVERY)
def watch(download: Download) -> None:
    """Show how far the download has come, and a way to stop it."""
    if not download.is_alive() or download.stopped:
        st.rerun()
    st.markdown("**MNIST is on its way.** You may look around in the meantime.")
    share = download.done / download.size if download.size else 0.0
    st.progress(min(share, 1.0), f"{download.done / 1e6:.1f} of {download.size / 1e6:.1f} MB")
    if st.button("Stop", on_click=download.stop, icon=":material/stop_circle:"):
        st.rerun()
