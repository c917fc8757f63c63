"""Downloading MNIST from a page: in the background, once for all visitors; can be stopped."""

import threading

import streamlit as st

from mnist_core import InklingError
from mnist_core.data.mnist import find_mnist
from ui.base.wording import plain

POLL_SECONDS = 0.5  # seconds


class StoppedError(Exception):
    """A visitor has stopped the download."""


class Download(threading.Thread):
    """A running download of MNIST. If it is stopped, the partial file is removed."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done, self.size = 0, 0
        self.problem: InklingError | None = None
        self.stopped = False

    def run(self) -> None:
        try:
            find_mnist(self.on_progress)
        except StoppedError:
            pass
        except InklingError as problem:
            self.problem = problem

    def on_progress(self, done: int, size: int) -> None:
        """Record the progress; raise if the download was stopped."""
        if self.stopped:
            raise StoppedError
        self.done, self.size = done, size

    @property
    def is_active(self) -> bool:
        """Whether it runs and nobody has stopped it."""
        return self.is_alive() and not self.stopped

    def stop(self) -> None:
        """Stop the download when the next bytes arrive."""
        self.stopped = True


@st.cache_resource(show_spinner=False)
def shared_download() -> list[Download]:
    """Return a list, shared by all visitors, of the latest download; empty if there is none."""
    return []


def start_download() -> None:
    """Start the download, unless it is already running; one that is being stopped may still be."""
    downloads = shared_download()
    if not downloads or not downloads[-1].is_active:
        downloads[:] = [Download()]
        downloads[-1].start()


def offer_mnist() -> None:
    """Say that MNIST is not on this machine, and offer to download it."""
    downloads = shared_download()
    with st.container(border=True):
        if downloads and downloads[-1].is_active:
            show_download(downloads[-1])
            return
        st.markdown(
            "**MNIST is not on this machine yet.** It is a file of 11 MB, whose checksum is "
            "verified. Until it is here, you can use the other digits."
        )
        st.button("Download MNIST", on_click=start_download, icon=":material/download:")
        if downloads and (problem := downloads[-1].problem):
            st.error(plain(str(problem)), icon=":material/error:")


@st.fragment(run_every=POLL_SECONDS)
def show_download(download: Download) -> None:
    """Show the progress of the download, and a button to stop it."""
    if not download.is_active:
        st.rerun()
    st.markdown("**Downloading MNIST.** You can use the other pages meanwhile.")
    share = download.done / download.size if download.size else 0.0
    st.progress(min(share, 1.0), f"{download.done / 1e6:.1f} of {download.size / 1e6:.1f} MB")
    if st.button("Stop", on_click=download.stop, icon=":material/stop_circle:"):
        st.rerun()
