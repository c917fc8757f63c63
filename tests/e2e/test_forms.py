"""Digits in every form that people bring, uploaded on the Kaggle page in a real browser."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from uploader import uploader

from devtools.browser import settle
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import write_train

pytestmark = pytest.mark.slow


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def forms(digits: Digits, plain: bytes) -> dict[str, bytes]:
    """Return the same digits as a text, as pictures and as arrays, by the name of the file.

    tests/test_kaggle.py and tests/test_datasets.py read every form.
    """
    npz, (images, labels) = io.BytesIO(), (digits.images, digits.labels)
    np.savez(npz, X=images.reshape(len(images), 784) / 255, y=np.eye(10)[labels])
    folders = zip(labels, images, strict=True)
    pictures = {f"{label}/{i}.png": png(image) for i, (label, image) in enumerate(folders)}
    return {
        "excel.txt": plain.decode().encode("utf-16"),
        "pictures.zip": zipped(pictures),
        "mine.npz": npz.getvalue(),
    }


def test_the_kaggle_page_takes_text_pictures_and_arrays(server, browse, tmp_path, uci):
    digits = uci[:24]
    write_train(tmp_path / "train.csv", digits)
    page = browse(f"{server.url}/kaggle")
    for name, content in forms(digits, (tmp_path / "train.csv").read_bytes()).items():
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        uploader(page, "train.csv").set_input_files(file)
        expect(page.get_by_text(f"{name} · 24 digits")).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Choose another file").click()
        expect(page.get_by_text(f"{name} · 24 digits")).to_have_count(0)
        settle(page)


def test_digits_on_grey_paper_are_prepared_and_that_is_said(server, browse, tmp_path, uci):
    write_train(tmp_path / "train.csv", Digits(80 + uci.images[:24] // 2, uci.labels[:24]))
    page = browse(f"{server.url}/kaggle")
    uploader(page, "train.csv").set_input_files(tmp_path / "train.csv")
    expect(page.get_by_text("24 of 24 pictures are not as MNIST stores them")).to_be_visible()
    expect(page.get_by_text("Use them as they are")).to_be_visible()
