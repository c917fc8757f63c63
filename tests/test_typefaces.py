import numpy as np
import pytest
from helpers.sources import some_fonts

from mnist_core.errors import DataError
from mnist_core.inference.reader import load_reader
from mnist_core.synthesis.typefaces import (
    LETTERS,
    make_letters,
    make_typed_digits,
    open_font,
    split_typefaces,
    typeset,
    write,
)


def test_typed_digits_are_legible():
    images, labels = make_typed_digits(some_fonts(), 200, np.random.default_rng(0))
    assert set(labels) == set(range(10))
    read = load_reader().predict(images).argmax(axis=1)
    assert (read == labels).mean() > 0.9


def test_letters_that_look_like_digits_are_left_out():
    assert not set("OoQIiSsZzlbgqB") & set(LETTERS.replace("Q", ""))


def test_letters_are_pictures_in_the_format_of_mnist():
    letters = make_letters(some_fonts(), 50, np.random.default_rng(0))
    assert 40 < len(letters) <= 50
    assert all(picture.shape == (28, 28) and picture.max() > 127 for picture in letters)


def test_no_typeface_is_trained_on_and_measured_on():
    fonts = {f"font-{i}": path for i, path in enumerate(list(some_fonts().values()) * 3)}
    to_train, to_test = split_typefaces(fonts)
    assert not to_train.keys() & to_test.keys()
    assert to_train | to_test == fonts
    assert 0 < len(to_test) < len(to_train)


def test_what_a_typeface_cannot_show_is_nothing():
    path = next(iter(some_fonts().values()))
    assert typeset(" ", path) is None
    assert typeset("W" * 40, path) is None
    assert write(" ", path, np.random.default_rng(0)) is None
    assert open_font(path) is open_font(path)


def test_a_sign_that_a_typeface_lacks_is_not_drawn_as_a_box():
    path = some_fonts()["KaTeX_Main-Regular"]
    rng = np.random.default_rng(0)
    assert typeset("\N{EURO SIGN}", path) is None
    assert write("\N{EURO SIGN}", path, rng) is None
    assert typeset("A\N{EURO SIGN}", path) is None
    for sign in "A$0":
        assert typeset(sign, path) is not None
        assert write(sign, path, rng) is not None


@pytest.mark.parametrize("damage", ["empty", "foreign", "cut", "missing", "folder"])
def test_a_file_that_is_no_typeface_is_named(tmp_path, damage):
    whole = next(iter(some_fonts().values())).read_bytes()
    path = tmp_path / f"{damage}.woff2"
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes({"empty": b"", "foreign": b"GIF89a", "cut": whole[:2000]}[damage])
    for act in (open_font, lambda path: make_letters({"it": path}, 3, np.random.default_rng(0))):
        with pytest.raises(DataError, match=rf"{path}.*typeface.*FONT_FILES"):
            act(path)


def test_a_damaged_typeface_is_not_replaced_by_a_namesake_of_the_system(tmp_path, monkeypatch):
    folder = tmp_path / "share" / "fonts"
    folder.mkdir(parents=True)
    whole = next(iter(some_fonts().values())).read_bytes()
    (folder / "namesake.woff2").write_bytes(whole)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (tmp_path / "namesake.woff2").write_bytes(b"no typeface")
    with pytest.raises(DataError, match="namesake"):
        open_font(tmp_path / "namesake.woff2")
