import csv
import io

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.mistakes import matrix_csv, mistakes_csv, sort_digits
from mnist_core.models.cards import Calibration

# Four digits: 3 read as 8 (60 to 30), 3 read right, 1 read as 7 (90 to 4), 5 read as 6 (50 to 45).
SURE = [{8: 0.6, 3: 0.3}, {3: 0.9}, {7: 0.9, 1: 0.04}, {6: 0.5, 5: 0.45}]


def evaluation() -> Evaluation:
    probabilities = np.zeros((4, 10), np.float32)
    for row, named in zip(probabilities, SURE, strict=True):
        row[:] = (1 - sum(named.values())) / (10 - len(named))
        for digit, p in named.items():
            row[digit] = p
    return Evaluation(np.array([3, 3, 1, 5], np.uint8), np.log(probabilities), Calibration())


def test_each_order_begins_with_what_it_says():
    result, wrong = evaluation(), np.array([0, 2, 3])
    assert sort_digits(result, wrong, "surprise").tolist() == [2, 0, 3]
    assert sort_digits(result, wrong, "confidence").tolist() == [2, 0, 3]
    assert sort_digits(result, wrong[::-1], "index").tolist() == [0, 2, 3]
    assert sort_digits(result, np.arange(4), "confidence").tolist()[:2] == [1, 2]


def test_surprise_is_not_confidence():
    # Both are read with 50 %, but the label of the second was thought half as likely.
    probabilities = np.full((2, 10), 0.01, np.float32)
    probabilities[:, 0] = 0.5
    probabilities[0, 1], probabilities[1, 1] = 0.42, 0.21
    probabilities[1, 2] = 0.22
    result = Evaluation(np.array([1, 1], np.uint8), np.log(probabilities), Calibration())
    assert sort_digits(result, np.arange(2), "surprise").tolist() == [1, 0]
    assert sort_digits(result, np.arange(2), "confidence").tolist() == [0, 1]


def test_mistakes_as_csv():
    rows = list(csv.DictReader(io.StringIO(mistakes_csv(evaluation(), {2: None}))))
    assert rows[0] == {
        "index": "2", "label": "1", "read": "7", "confidence": "0.9000", "second": "1",
        "second_probability": "0.0400", "label_probability": "0.0400", "disputed": "yes",
    }  # fmt: skip
    assert [row["index"] for row in rows] == ["2", "0", "3"]
    assert rows[1]["disputed"] == "no"


def test_without_mistakes_there_is_a_header_only():
    result = evaluation().subset(np.array([1]))
    assert mistakes_csv(result, {}).count("\n") == 1


def test_no_cell_can_be_a_formula():
    for text in (mistakes_csv(evaluation(), {0: None}), matrix_csv(evaluation())):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


def test_the_matrix_as_csv():
    header, *rows = csv.reader(io.StringIO(matrix_csv(evaluation())))
    assert header == ["label", *(f"read as {digit}" for digit in range(10))]
    assert [row[0] for row in rows] == [str(digit) for digit in range(10)]
    assert rows[3][1:] == ["0", "0", "0", "1", "0", "0", "0", "0", "1", "0"]
