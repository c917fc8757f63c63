import gzip
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnist_core.data import csv_cells, csv_numbers, kaggle, pixel_csv
from mnist_core.data.csv_layout import Layout
from mnist_core.data.digit_files import read_labelled, read_pictures
from mnist_core.data.digits import Dataset, Digits
from mnist_core.data.kaggle import (
    load_kaggle,
    read_train,
    size_of_test_set,
    stand_in,
    submission_bytes,
    write_submission,
    write_test,
    write_train,
)
from mnist_core.errors import DataError
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.splits import split

PIXELS = [f"pixel{i}" for i in range(784)]


def csv_of(*rows: list, header: list[str] | None = None, end: str = "\n") -> bytes:
    """Return a CSV file of these rows, by default below the header of a train.csv."""
    lines = [",".join(map(str, row)) for row in (header or ["label", *PIXELS], *rows)]
    return "".join(line + end for line in lines).encode()


def row(label: object = 5, **cells: object) -> list:
    """Return a row of a train.csv, black but for the cells named."""
    return [label, *(cells.get(name, 0) for name in PIXELS)]


def complaint(content: bytes, read=read_train, name: str = "train.csv") -> str:
    with pytest.raises(DataError) as problem:
        read(content, name)
    return str(problem.value)


@st.composite
def some_digits(draw) -> Digits:
    n = draw(st.integers(1, 5))
    images = draw(arrays(np.uint8, (n, 28, 28)))
    return Digits(images, draw(arrays(np.uint8, n, elements=st.integers(0, 9))))


@pytest.fixture
def digits() -> Digits:
    rng = np.random.default_rng(0)
    return Digits(rng.integers(0, 256, (60, 28, 28), np.uint8), np.arange(60, dtype=np.uint8) % 10)


# What is read


@given(written=some_digits())
@settings(deadline=None, max_examples=30)
def test_what_is_written_comes_back(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("kaggle") / "train.csv"
    write_train(path, written)
    for source in (path, path.read_bytes()):
        digits = read_train(source)
        np.testing.assert_array_equal(digits.images, written.images)
        np.testing.assert_array_equal(digits.labels, written.labels)


def test_a_written_test_csv_comes_back(tmp_path, digits):
    write_test(tmp_path / "test.csv", digits.images)
    images = read_pictures(tmp_path / "test.csv").images
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, digits.images)


def test_pandas_reads_the_same(tmp_path, digits):
    import pandas as pd

    write_train(tmp_path / "train.csv", digits)
    table = pd.read_csv(tmp_path / "train.csv")
    assert list(table.columns) == ["label", *PIXELS]
    np.testing.assert_array_equal(table["label"], digits.labels)
    np.testing.assert_array_equal(table[PIXELS].to_numpy().reshape(-1, 28, 28), digits.images)


@pytest.mark.parametrize("block", [1, 700, 4096])
def test_where_blocks_end_does_not_matter(tmp_path, monkeypatch, digits, block):
    monkeypatch.setattr(pixel_csv, "BLOCK", block)
    write_train(tmp_path / "train.csv", digits)
    np.testing.assert_array_equal(read_train(tmp_path / "train.csv").images, digits.images)


def quoted(content: bytes) -> bytes:
    return b"\n".join(
        b",".join(b'"%s"' % cell for cell in line.split(b",")) for line in content.splitlines()
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.removesuffix(b"\n"),
        lambda content: content.replace(b"\n", b"\r\n").removesuffix(b"\r\n"),
        lambda content: content + b"\n\r\n  \n\n",
        lambda content: content.replace(b"\n", b"\n\n"),
        lambda content: content.replace(b",", b" , "),
        lambda content: content.replace(b",7,", b",007,"),
        quoted,
    ],
    ids=[
        "mark",
        "crlf",
        "no end",
        "crlf, no end",
        "blank end",
        "blank",
        "spaces",
        "zeros",
        "quoted",
    ],
)
def test_harmless_differences_are_accepted(change):
    digits = read_train(change(csv_of(row(5, pixel1=7), row(9, pixel783=255))))
    assert digits.labels.tolist() == [5, 9]
    assert digits.images[0, 0, 1] == 7
    assert digits.images[1, 27, 27] == 255
    assert digits.images.sum() == 262


@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_the_quick_parser_takes_nothing_that_the_careful_one_refuses(data):
    layout = Layout(("label", "pixel0", "pixel1"), 0)
    plain = st.integers(0, 9), st.integers(0, 255), st.integers(0, 255)
    rows = data.draw(st.lists(st.tuples(*plain), min_size=1, max_size=4))
    block = b"".join(b"%d,%d,%d\n" % numbers for numbers in rows)
    expected = [list(numbers) for numbers in rows]
    assert csv_numbers.parse_numbers(block, layout).levels.tolist() == expected
    at = data.draw(st.integers(0, len(block)))
    until = data.draw(st.integers(at, min(at + 2, len(block))))
    odd = data.draw(st.text('0123456789,\n\r"-+. x\0e', max_size=5)).encode()
    block = block[:at] + odd + block[until:]
    quick = csv_numbers.parse_numbers(block, layout)
    if quick is not None:
        careful = csv_cells.parse_cells(block, "train.csv", 2, layout)
        np.testing.assert_array_equal(quick.levels, careful.levels)
        assert quick.has_fractions == careful.has_fractions


@given(st.lists(st.text("0123456789", max_size=17), min_size=1, max_size=5), st.data())
@settings(deadline=None, max_examples=100)
def test_fractions_are_parsed_quickly_as_they_are_carefully(fractions, data):
    layout = Layout(("label", "pixel0"), 0)
    whole = data.draw(st.sampled_from(["0", "1", "", "0.0", "5"]))
    block = "".join(f"3,{whole}.{fraction}\n" for fraction in fractions).encode()
    quick = csv_numbers.parse_numbers(block, layout)
    if quick is not None:
        careful = csv_cells.parse_cells(block, "train.csv", 2, layout)
        np.testing.assert_array_equal(quick.levels, careful.levels)
        assert quick.has_fractions == careful.has_fractions


@pytest.mark.parametrize("fraction", ["25", "75", "00392157", "996078431372549", "123456789"])
def test_usual_fractions_are_parsed_quickly(fraction):
    quick = csv_numbers.parse_numbers(f"3,0.{fraction}\n".encode(), Layout(("label", "pixel0"), 0))
    assert quick.levels.tolist() == [[3, round(255 * float(f"0.{fraction}"))]]


def as_forms(digits: Digits) -> dict[str, bytes]:
    """Return digits as people have them in CSV files; all hold the same."""
    levels = digits.images.reshape(len(digits), 784)
    plain = csv_of(*np.column_stack([digits.labels, levels]).tolist())
    body = plain.partition(b"\n")[2]
    sides = [f"{down}x{across}" for down in range(1, 29) for across in range(1, 29)]
    by_place = ",".join(["label", *sides]).encode() + b"\n" + body
    units = [[label, *row] for label, row in zip(digits.labels, levels / 255, strict=True)]
    return {
        "Kaggle's": plain,
        "1x1": by_place,
        "no header": body,
        "counted header": ",".join(map(str, range(785))).encode() + b"\n" + body,
        "label last": csv_of(
            *np.column_stack([levels, digits.labels]).tolist(),
            header=[*(f"pixel{i}" for i in range(1, 785)), "class"],
        ),
        "no header, label last": csv_of(
            *np.column_stack([levels, digits.labels]).tolist(), header=["x"]
        ).partition(b"\n")[2],
        "semicolons": plain.replace(b",", b";"),
        "tabs": plain.replace(b",", b"\t"),
        "CR": plain.replace(b"\n", b"\r"),
        "CRLF": plain.replace(b"\n", b"\r\n"),
        "CRCRLF": plain.replace(b"\n", b"\r\r\n"),
        "mark": b"\xef\xbb\xbf" + plain,
        "UTF-16": plain.decode().encode("utf-16"),
        "UTF-16-LE": plain.decode().encode("utf-16-le"),
        "UTF-16-BE": plain.decode().encode("utf-16-be"),
        "gzip": gzip.compress(plain),
        "whole floats": csv_of(*(list(map(float, row)) for row in units_of(digits))),
        "0 to 1": csv_of(*units),
        "0 to 1, short": csv_of(*([label, *(f"{x:g}" for x in row)] for label, *row in units)),
        "0 to 1, no header": csv_of(*units, header=["x"]).partition(b"\n")[2],
        "scientific": csv_of(*([f"{x:.18e}" for x in row] for row in units)),
    }


def units_of(digits: Digits) -> list[list[int]]:
    levels = digits.images.reshape(len(digits), 784)
    return np.column_stack([digits.labels, levels]).tolist()


def test_every_widespread_form_holds_the_same_digits(uci):
    digits = uci[:40]
    for name, content in as_forms(digits).items():
        table = pixel_csv.read_table(content, "mine", labelled=True)
        np.testing.assert_array_equal(table.levels.reshape(-1, 28, 28), digits.images, name)
        np.testing.assert_array_equal(table.labels, digits.labels, name)
        assert bool(table.remarks) == (name.startswith("0 to 1") or name == "scientific"), name


def test_where_the_labels_are_has_to_be_sure():
    rows = [[label, *[0] * 783, 9 - label] for label in (1, 5, 7)]
    content = csv_of(*rows, header=["x"]).partition(b"\n")[2]
    assert "in the first or in the last column" in complaint(content)
    assert complaint(content).endswith("names the columns: label, pixel0 to pixel783.")


def test_levels_of_two_scales_are_named_by_their_cell(monkeypatch):
    monkeypatch.setattr(pixel_csv, "BLOCK", 100)
    content = csv_of(row(1, pixel5="0.25"), row(2, pixel7=200))
    assert complaint(content) == (
        "train.csv, row 3, column pixel7: expected a number from 0 to 1, as in the rows above. "
        "Received: a larger one."
    )


# What is refused


@pytest.mark.parametrize(
    "cell", ["256", "-1", "1e3", "0x10", "1_0", "+5", "٣", "9999", "nan", "inf"]
)
def test_a_pixel_out_of_range_is_named(cell):
    expected = (
        "train.csv, row 3, column pixel35: expected a whole number from 0 to 255. "
        f"Received: '{cell}'."
    )
    assert complaint(csv_of(row(), row(pixel35=cell), row(pixel1=-1))) == expected


def test_a_fraction_among_whole_numbers_is_named():
    expected = "train.csv, row 3, column pixel35: expected a whole number from 0 to 255. "
    assert complaint(csv_of(row(), row(pixel35="12.5"))) == f"{expected}Received: '12.5'."


@pytest.mark.parametrize("label", ["10", "-1", "seven", "3.5", "255"])
def test_a_label_out_of_range_is_named(label):
    expected = (
        f"train.csv, row 2, column label: expected a whole number from 0 to 9. Received: '{label}'."
    )
    assert complaint(csv_of(row(label))) == expected


@pytest.mark.parametrize("cell", ["", " ", '""'])
def test_an_empty_cell_is_named(cell):
    assert complaint(csv_of(row(), row(pixel783=cell))) == (
        "train.csv, row 3, column pixel783: expected a whole number from 0 to 255. "
        "Received: an empty cell."
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_rows_are_counted_as_a_spreadsheet_shows_them(monkeypatch, end):
    monkeypatch.setattr(pixel_csv, "BLOCK", 5000)
    content = csv_of(*[row()] * 40, row(pixel2="x"), end=end)
    number = next(i for i, line in enumerate(content.split(b"\n"), start=1) if b"x,0" in line)
    assert complaint(content).startswith(f"train.csv, row {number}, column pixel2: ")


def test_a_pixel_too_few_is_named():
    assert complaint(csv_of(row(), row()[:-1])) == (
        "train.csv, row 3, column pixel783: expected 785 cells. Received: 784."
    )


def test_a_pixel_too_many_is_named():
    assert complaint(csv_of([*row(), 0])) == (
        "train.csv, row 2, column 786: expected 785 cells. Received: 786."
    )


def test_a_file_cut_off_in_a_row_is_named():
    content = csv_of(row(), row())
    assert complaint(content[:-1001]) == (
        "train.csv, row 3, column pixel284: expected 785 cells. Received: 285."
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            ["label", *PIXELS[:34], *PIXELS[35:]],
            "column pixel34: expected pixel34 as column 36. Received: 'pixel35'.",
        ),
        (["label", *PIXELS[:-1]], "column pixel783: expected 785 columns. Received: 784."),
        (
            ["label", *PIXELS, "pixel784"],
            "column 786: expected no column after pixel783. Received: 'pixel784'.",
        ),
        (
            ["", "label", *PIXELS],
            "column label: expected label as column 1. Received: an empty cell.",
        ),
    ],
    ids=["missing", "last missing", "extra", "index"],
)
def test_a_wrong_header_is_named(header, expected):
    assert complaint(csv_of(row(), header=header)) == f"train.csv, row 1, {expected}"


def test_a_test_csv_is_no_training_data():
    assert complaint(csv_of(row()[1:], header=PIXELS), name="test.csv") == (
        "test.csv, row 1, column label: expected the label in column 1, as in train.csv. "
        "Received: pixels alone, as in test.csv. Choose the other of Kaggle's two files."
    )


def test_a_train_csv_is_not_to_be_answered():
    assert complaint(csv_of(row()), read_pictures) == (
        "train.csv, row 1, column label: expected pixels alone, as in test.csv. "
        "Received: the label in column 1, as in train.csv. Choose the other of Kaggle's two files."
    )


@pytest.mark.parametrize(
    ("content", "received"),
    [
        (b"", "an empty file."),
        (b"PK\3\4\n\0", "File is not a zip file. Copy or download it again."),
        (gzip.compress(gzip.compress(csv_of(row()))), "a file that is packed twice. Unpack it."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"'�PNG'. Separate the cells with commas."),
        (b"\0" * 100, "\\x00' and more. Separate the cells with commas."),
        (b"\n", "an empty cell. Separate the cells with commas."),
    ],
    ids=["empty", "zip", "gzip twice", "png", "zeros", "blank"],
)
def test_what_is_no_csv_is_named(content, received):
    message = complaint(content)
    assert "train.csv" in message
    assert message.endswith(received)


@pytest.mark.parametrize("content", [csv_of(), csv_of().removesuffix(b"\n"), csv_of() + b"\r\n\n"])
def test_a_header_alone_is_named(content):
    assert complaint(content) == (
        "train.csv, row 2, column label: expected at least one row of digits below the header. "
        "Received: none."
    )


def test_bytes_that_are_no_text_are_named():
    content = csv_of(row(), row()) + os.urandom(50).replace(b"\n", b"") + b"\0"
    assert complaint(content).startswith("train.csv, row 4, column label: expected a whole number")
    assert r"Received: '\x00'." in complaint(csv_of(row("\0")))


@pytest.mark.parametrize("tail", ["x" * 1_000_000, "0," * 500_000, "1" * 1_000_000])
@pytest.mark.parametrize("block", [1000, 1 << 20])
def test_a_line_of_a_million_characters_is_named_and_not_repeated(monkeypatch, tail, block):
    monkeypatch.setattr(pixel_csv, "BLOCK", block)
    assert complaint(csv_of(row(), [tail], row())) == (
        "train.csv, row 3, column label: expected a row of at most 65,536 characters. "
        "Received: a longer one."
    )


def test_a_long_cell_is_shown_in_part():
    assert complaint(csv_of(row("1" * 5000))).endswith("Received: '11111111111111111111' and more.")


def test_a_file_over_the_limit_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(pixel_csv, "MAX_BYTES", 1_000_000)
    expected = ": expected at most 1 MB. Received: 2.0 MB. Split the file"
    assert complaint(b"?" * 2_000_000).startswith(f"train.csv{expected}")
    path = tmp_path / "large.csv"
    path.write_bytes(b"?" * 2_000_000)
    assert complaint(path, name=None).startswith(f"{path}{expected}")


def test_the_limits_are_those_promised():
    assert (pixel_csv.MAX_BYTES, pixel_csv.MAX_ROWS) == (150_000_000, 100_000)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(pixel_csv, "MAX_ROWS", 3)
    assert len(read_train(csv_of(*[row()] * 3))) == 3
    assert complaint(csv_of(*[row()] * 4)).startswith(
        "train.csv: expected at most 3 rows of digits. Received: more. Split the file"
    )


def test_a_file_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "none.csv"
    assert complaint(path, name=None) == f"Cannot read {path}: No such file or directory."
    assert complaint(tmp_path, name=None).endswith("Received: no files.")


# As a dataset


def test_a_sixth_is_kept_for_testing_always_the_same(tmp_path, digits):
    write_train(tmp_path / "train.csv", digits)
    dataset = load_kaggle(tmp_path / "train.csv")
    assert len(dataset.test) == size_of_test_set(len(digits))
    again = load_kaggle(tmp_path / "train.csv")
    assert dataset.name == "train.csv"
    assert (len(dataset.train), len(dataset.test)) == (50, 10)
    assert dataset.test.fingerprint() == again.test.fingerprint()
    sums = [image.sum() for part in (dataset.train, dataset.test) for image in part.images]
    assert sorted(sums) == sorted(image.sum() for image in digits.images)


@pytest.fixture
def sorted_file(tmp_path, uci) -> Path:
    """Return a file whose two parts are each sorted by digit."""
    parts = {"train": uci[:1200], "test": uci[1200:1500]}
    path = tmp_path / "sorted.npz"
    arrays = {}
    for name, part in parts.items():
        by_label = part[np.argsort(part.labels, kind="stable")]
        arrays |= {f"x_{name}": by_label.images, f"y_{name}": by_label.labels}
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("every_digit", [False, True])
def test_a_sorted_file_with_its_own_test_set_teaches_and_validates_every_digit(
    sorted_file, every_digit
):
    dataset = load_kaggle(sorted_file, every_digit=every_digit)
    for part in split(dataset.train, find_recipe("keras-convnet")):
        assert set(part.labels.tolist()) == set(range(10))
    assert len(dataset.test) == (0 if every_digit else 300)
    file = read_labelled(sorted_file)
    np.testing.assert_array_equal(dataset.in_order().images, file.whole().images)
    if not every_digit:
        images = {image.tobytes() for image in file.parts["test"].images}
        assert {image.tobytes() for image in dataset.test.images} == images


def test_too_few_digits_are_no_dataset(tmp_path, digits):
    write_train(tmp_path / "train.csv", digits[:5])
    with pytest.raises(DataError, match=r"expected at least 6 digits.*Received: 5"):
        load_kaggle(tmp_path / "train.csv")


def test_the_stand_in_is_all_of_mnist_in_kaggles_sizes(mnist):
    dataset = stand_in(mnist)
    assert (len(dataset.train), len(dataset.test)) == (42_000, 28_000)
    counts = np.bincount(dataset.train.labels) + np.bincount(dataset.test.labels)
    assert (
        counts.tolist()
        == (np.bincount(mnist.train.labels) + np.bincount(mnist.test.labels)).tolist()
    )
    assert dataset.train.fingerprint() == stand_in(mnist).train.fingerprint()
    assert dataset.train.fingerprint() != stand_in(mnist, seed=1).train.fingerprint()


def test_only_mnist_can_stand_in(digits):
    with pytest.raises(DataError, match="Expected MNIST's 70,000 digits. Received: 60 of mine"):
        stand_in(Dataset("mine", digits[:50], digits[50:]))


# What is handed in


def test_a_submission_numbers_its_answers_from_one(tmp_path):
    write_submission(tmp_path / "submission.csv", np.array([2, 0, 9]))
    expected = b"ImageId,Label\n1,2\n2,0\n3,9\n"
    assert (tmp_path / "submission.csv").read_bytes() == expected
    assert submission_bytes(np.array([2, 0, 9], np.uint8)) == expected


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([1, 10]), "Expected labels from 0 to 9. Received: 10"),
        (np.array([-1]), "Expected labels from 0 to 9. Received: -1"),
        (np.array([0.5]), r"Expected labels as integers of shape \(n,\). Received: float64"),
        (np.zeros((3, 10), int), r"Received: int64 of shape \(3, 10\)"),
    ],
)
def test_what_are_no_labels_is_refused_and_nothing_written(tmp_path, labels, message):
    with pytest.raises(DataError, match=message):
        write_submission(tmp_path / "submission.csv", labels)
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_only_by_force(tmp_path):
    path = tmp_path / "submission.csv"
    path.write_text("mine")
    with pytest.raises(DataError) as problem:
        write_submission(path, np.array([1]))
    assert str(problem.value) == (
        f"There is a file {path} already. Choose another name, or replace it with --force."
    )
    assert path.read_text() == "mine"
    write_submission(path, np.array([1]), force=True)
    assert path.read_text() == "ImageId,Label\n1,1\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "submission.csv"

    def lines():
        yield b"ours"
        path.write_text("theirs")

    with pytest.raises(DataError, match="There is a file"):
        kaggle.write_lines(path, lines(), force=False)
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_nothing(tmp_path, problem, force):
    path = tmp_path / "train.csv"

    def lines():
        yield b"label"
        raise problem

    with pytest.raises((DataError, KeyboardInterrupt), match="No space left|^$"):
        kaggle.write_lines(path, lines(), force=force)
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_the_older_file(tmp_path):
    path = tmp_path / "train.csv"
    path.write_text("older")

    def lines():
        yield b"label"
        raise OSError(28, "No space left on device")

    with pytest.raises(DataError, match=f"Cannot write {path}: No space left on device"):
        kaggle.write_lines(path, lines(), force=True)
    assert path.read_text() == "older"


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_links_will_do(tmp_path, monkeypatch, taken):
    path = tmp_path / "submission.csv"

    def no_link(new: Path, old: Path) -> None:
        if taken:
            new.write_text("theirs")
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", no_link)
    if taken:
        with pytest.raises(DataError, match="There is a file"):
            write_submission(path, np.array([3]))
        assert path.read_text() == "theirs"
    else:
        write_submission(path, np.array([3]))
        assert path.read_text() == "ImageId,Label\n1,3\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("force", [False, True])
def test_a_place_that_cannot_be_written_is_named(tmp_path, force):
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for path in (tmp_path, tmp_path / "dangling", Path(os.devnull)):
        with pytest.raises(
            DataError, match=f"Expected the path of a file.*{path}, which is not a file"
        ):
            write_submission(path, np.array([1]), force=force)
    with pytest.raises(DataError, match="There is no folder .*missing to write a.csv to. Create"):
        write_submission(tmp_path / "missing" / "a.csv", np.array([1]), force=force)


def test_reading_needs_neither_pandas_nor_pyarrow(tmp_path, digits):
    write_train(tmp_path / "train.csv", digits)
    check = (
        "import sys; from pathlib import Path; from mnist_core.data.kaggle import read_train;"
        "read_train(Path(sys.argv[1])); sys.exit(bool({'pandas', 'pyarrow'} & {*sys.modules}))"
    )
    subprocess.run([sys.executable, "-c", check, str(tmp_path / "train.csv")], check=True)


@pytest.mark.parametrize("cell", ["1.0.0", "0.5.0", "1..0"])
def test_a_number_with_two_points_is_refused(cell):
    assert csv_numbers.parse_numbers(f"3,{cell}\n".encode(), Layout(("label", "pixel0"), 0)) is None
    with pytest.raises(DataError):
        read_train(csv_of(row(5, pixel1=cell)))
