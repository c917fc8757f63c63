"""Reading in bulk: every kind of source, the same answers, parts, and what a killed job leaves."""

import gzip
import io
import os
import signal
import struct
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from mnist_core import load_reader
from mnist_core.bulk import answers as answers_module
from mnist_core.bulk import parts as parts_module
from mnist_core.bulk.answers import COLUMNS, Model, answer
from mnist_core.bulk.batches import Batch, batches_of
from mnist_core.bulk.job import find_sources, read_many
from mnist_core.bulk.local import answer_here
from mnist_core.bulk.parts import Parts, Progress, metadata_of
from mnist_core.bulk.shards import count_rows, find_shards
from mnist_core.cli.main import main
from mnist_core.errors import DataError, ModelError

ROOT = Path(__file__).parents[1]
MODEL = "quick-cnn"
RESUMED = """
import os, signal, sys
from mnist_core.bulk import parts, job
from mnist_core.cli.main import main
job.BATCHES = 2
if sys.argv[1] == "kill":
    write = parts.Parts.write
    def write_and_die(self, answers, first, progress):
        write(self, answers, first, progress)
        if progress.parts == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    parts.Parts.write = write_and_die
main(sys.argv[2:])
"""


def many(source: object, output: object, *options: object) -> Result:
    arguments = ["--model", MODEL, "--many", source, "-o", output, "--workers", 1, *options]
    return CliRunner().invoke(main, ["read", *map(str, arguments)])


def pictures_of(source: Path) -> np.ndarray:
    """Return all pictures of a source that is a data set, uint8 (n, 28, 28)."""
    batches = [batch for shard in find_shards([str(source)]) for batch in batches_of(shard)]
    return np.concatenate([batch.images for batch in batches])


def idx_of(images: np.ndarray) -> bytes:
    return b"\0\0\x08\x03" + struct.pack(">3I", *images.shape) + images.tobytes()


def png_of(image: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def digits(uci) -> np.ndarray:
    """Digits in MNIST's form: uint8 (700, 28, 28), more than a batch."""
    return uci.images[:700]


@pytest.fixture
def npz(tmp_path, digits) -> Path:
    """An .npz in Keras's layout."""
    path = tmp_path / "digits.npz"
    labels = np.zeros(600, np.uint8)
    np.savez(path, x_test=digits[600:], y_test=labels[:100], x_train=digits[:600], y_train=labels)
    return path


# One job


@pytest.mark.slow
def test_every_row_says_what_the_reader_says(npz, digits, tmp_path):
    blank = np.zeros((1, 28, 28), np.uint8)
    np.savez(npz, x_train=digits[:600], x_test=np.concatenate([digits[600:], blank]))
    result = many(npz, tmp_path / "out.parquet")
    assert result.exit_code == 0, result.output
    assert "Read 701 pictures" in result.stdout and "1 blank" in result.stdout
    table = pq.read_table(tmp_path / "out.parquet")
    assert tuple(table.column_names) == COLUMNS
    rows = table.to_pylist()
    assert [row["key"] for row in rows] == [str(number) for number in range(701)]
    reader = load_reader(MODEL)
    expected = reader.predict(digits)
    found = np.array([[row[f"p{digit}"] for digit in range(10)] for row in rows], np.float32)
    np.testing.assert_array_equal(found[:700], expected)
    np.testing.assert_array_equal(found[700], np.full(10, 0.1, np.float32))
    for row, best in zip(rows, expected.argmax(axis=1), strict=False):
        assert row["digit"] == (best if row["verdict"] in ("digit", "unsure") else None)
        assert row["digitness"] is not None
    assert {"digit", "not a digit"} <= {row["verdict"] for row in rows}
    assert (rows[700]["verdict"], rows[700]["digitness"]) == ("blank", None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits.npz", "out.parquet"]

    again = many(npz, tmp_path / "out.parquet")  # nothing is left to do
    assert again.exit_code == 0 and "Read 701 pictures" in again.stdout


@pytest.mark.slow
def test_a_killed_job_goes_on_and_gives_the_same_file_with_any_number_of_workers(
    digits, tmp_path, data_root
):
    source = tmp_path / "digits.npz"
    np.savez(source, X=np.concatenate([digits, digits[::-1]] * 2 + [digits[:50]]))

    def run(what: str, output: Path, workers: int) -> subprocess.CompletedProcess[str]:
        options = ["--model", MODEL, "--many", str(source), "-o", str(output)]
        command = [sys.executable, "-c", RESUMED, what, "read", *options, "--workers", f"{workers}"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    killed = tmp_path / "killed.parquet"
    assert run("kill", killed, 2).returncode == -signal.SIGKILL
    kept = sorted((tmp_path / "killed.parquet.parts").glob("part-*.parquet"))
    assert [path.name for path in kept] == ["part-00000.parquet", "part-00001.parquet"]
    assert not killed.exists()
    (tmp_path / "killed.parquet.parts" / ".new-1234.parquet").write_bytes(b"half a part")

    done = run("go on", killed, 2)
    assert done.returncode == 0, done.stderr
    assert "Going on after 2,048 that are read already." in done.stderr
    assert "2,850 of 2,850 read" in done.stderr
    assert run("at once", tmp_path / "whole.parquet", 1).returncode == 0
    assert killed.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    keys = pq.read_table(killed)["key"].to_pylist()
    assert keys == [str(number) for number in range(2_850)]
    assert not (tmp_path / "killed.parquet.parts").exists()


def start(output: Path, source: Path, **options: object) -> object:
    """Write the first part of a job as if it had been stopped there."""
    return read_many([str(source)], f"{output}/", model=MODEL, workers=1, **options)


@pytest.mark.slow
def test_parts_of_another_job_are_not_mixed_in(npz, digits, tmp_path):
    out = tmp_path / "parts"
    assert start(out, npz).rows == 700
    assert [path.name for path in out.iterdir()] == ["part-00000.parquet"]
    with pytest.raises(DataError, match="exists already and holds something else"):
        start(out, npz, as_is=True)
    np.savez(npz, X=digits[:10])
    with pytest.raises(DataError, match="--force"):
        start(out, npz)
    assert start(out, npz, force=True).rows == 10
    assert pq.read_table(out)["key"].to_pylist() == [str(number) for number in range(10)]


@pytest.mark.slow
def test_a_wrong_row_loses_no_part_before_it(digits, tmp_path, monkeypatch):
    monkeypatch.setattr("mnist_core.bulk.job.BATCHES", 1)
    table = "\n".join(",".join(map(str, image.ravel())) for image in np.tile(digits, (4, 1, 1)))
    source = tmp_path / "digits.csv"
    source.write_text(f"{table}\n{'0,' * 783}256\n")
    result = many(source, tmp_path / "out.parquet")
    assert result.exit_code == 1
    assert "row 2801" in result.stderr and "256" in result.stderr
    assert (tmp_path / "out.parquet.parts" / "part-00000.parquet").exists()
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_a_model_that_a_worker_cannot_open_is_named(npz, tmp_path):
    shards = find_shards([str(npz)])
    model = Model(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="nowhere"):
        next(answer_here(shards, (0, 0), model, as_is=False, workers=1))


# Sources


@pytest.fixture(params=["csv", "labelled csv", "idx", "packed idx", "fractions", "lists"])
def data_set(request, tmp_path, digits) -> Path:
    """The digits as a file that is not read at once."""
    path, flat = tmp_path / "source", digits.reshape(len(digits), -1)
    rows = [",".join(map(str, image)) for image in flat.tolist()]
    match request.param:
        case "csv":
            header = ",".join(f"pixel{number}" for number in range(784))
            path.write_text("\n".join([header, *rows]))
        case "labelled csv":
            path.write_text("\n".join(f"{n % 10},{row}" for n, row in enumerate(rows)))
        case "idx":
            path.mkdir()
            (path / "t10k-images-idx3-ubyte").write_bytes(idx_of(digits[600:]))
            (path / "train-images-idx3-ubyte").write_bytes(idx_of(digits[:600]))
            (path / "train-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01\0\0\0\1\7")
        case "packed idx":
            path.write_bytes(gzip.compress(idx_of(digits)))
        case "fractions":
            path.mkdir()
            np.savez_compressed(path / "a.npz", X=flat / 255)
        case "lists":
            pq.write_table(pa.table({"image": pa.array(flat.tolist())}), path)
    return path


def test_a_data_set_gives_its_pictures_whatever_file_it_is_in(data_set, digits):
    np.testing.assert_array_equal(pictures_of(data_set), digits)


def test_what_says_how_much_there_is_is_asked(data_set, digits):
    shards = find_shards([str(data_set)])
    assert count_rows(shards) == (None if shards[0].kind == "csv" else len(digits))


def test_batches_can_be_passed_over(data_set):
    for shard in find_shards([str(data_set)]):
        every = [*batches_of(shard)]
        rest = [*batches_of(shard, 1)]
        assert len(rest) == len(every) - 1
        assert all((a.images == b.images).all() for a, b in zip(every[1:], rest, strict=True))


def test_shards_of_webdataset_keep_their_keys(digits, tmp_path):
    for shard in range(2):
        with tarfile.open(tmp_path / f"digits-{shard}.tar", "w") as archive:
            for number in range(3):
                picture = png_of(digits[number])
                for name, content in (
                    (f"._{number:04}.png", b"Mac OS X"),
                    (f"{number:04}.png", picture),
                    (f"{number:04}.cls", b"7"),
                ):
                    member = tarfile.TarInfo(f"{shard}/{name}")
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
    shards = find_shards([str(tmp_path / "digits-*.tar")])
    batches = [batch for shard in shards for batch in batches_of(shard)]
    assert [batch.keys for batch in batches] == [
        ("0/0000", "0/0001", "0/0002"),
        ("1/0000", "1/0001", "1/0002"),
    ]
    assert batches[0].files[2] == png_of(digits[2])


def test_pictures_are_prepared_as_read_does_and_a_damaged_one_has_an_empty_row(tmp_path, seven):
    for name in ("a.png", "below/b.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(255 - seven).save(tmp_path / name)
    (tmp_path / "c.png").write_bytes(b"no picture")
    (tmp_path / "labels.csv").write_text("a.png,7\n")
    [shard] = find_shards([str(tmp_path)])
    [batch] = batches_of(shard)
    assert batch.keys == tuple(str(tmp_path / name) for name in ("a.png", "below/b.png", "c.png"))
    answers = answer(Model.find(MODEL).open(), batch)
    reading = load_reader(MODEL).read(seven)
    assert answers.verdicts == (reading.verdict, reading.verdict, None)
    np.testing.assert_array_equal(answers.probabilities[1], reading.probabilities)
    assert answers.digitness[0] == np.float32(reading.digitness)
    [error] = answers.errors
    assert error.startswith(f"{tmp_path / 'c.png'}: This file is not a picture")
    row = parts_module.as_table([answers], 0).to_pylist()[2]
    assert [row[name] for name in COLUMNS[1:]] == [None] * 13


def test_a_folder_stands_for_all_that_no_system_has_left_there(tmp_path, seven):
    names = ["_DSC0001.JPG", "__MACOSX/b.png", "._b.png", ".git/b.png", "b.png"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(255 - seven).save(tmp_path / name)
    [shard] = find_shards([str(tmp_path)])
    assert [file.place for file in shard.files] == [f"{tmp_path}/_DSC0001.JPG", f"{tmp_path}/b.png"]
    for name in names:
        assert find_shards([str(tmp_path / name)])[0].name == str(tmp_path / name)


def test_notes_beside_a_data_set_are_not_read(npz):
    source = npz.rename(npz.with_name("digits"))  # told by what is in it
    (npz.parent / "_SUCCESS").write_bytes(b"")
    assert [shard.name for shard in find_shards([str(npz.parent)])] == [str(source)]


def test_parquet_of_picture_files_is_checked_for_its_form(digits, tmp_path, seven):
    small = [png_of(digits[0]), png_of(255 - digits[1]), png_of(255 - seven)]
    table = {"image": [{"bytes": one, "path": None} for one in small], "key": ["a", "b", "c"]}
    pq.write_table(pa.table(table), tmp_path / "d.parquet")
    [batch] = batches_of(find_shards([str(tmp_path)])[0])
    assert batch.keys == ("a", "b", "c")
    reader = Model.find(MODEL).open()
    answers = answer(reader, batch)
    assert answers.prepared == 1
    np.testing.assert_array_equal(answers.probabilities[:1], reader.predict(digits[:1]))
    assert answer(reader, batch, as_is=True).prepared == 0


def test_as_is_hands_pictures_over_untouched(digits):
    from mnist_core.bulk.batches import Batch

    reader, inverted = Model.find(MODEL).open(), 255 - digits[:20]
    batch = Batch(None, inverted)
    prepared = answer(reader, batch)
    assert prepared.prepared == 20
    np.testing.assert_array_equal(
        answer(reader, batch, as_is=True).probabilities, reader.predict(inverted)
    )
    assert (prepared.probabilities != answer(reader, batch, as_is=True).probabilities).any()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.npz", b"PK\3\4 and no more", "Cannot read"),
        ("a-idx3-ubyte", idx_of(np.zeros((9, 28, 28), np.uint8))[:-1], "damaged or incomplete"),
        ("a-idx3-ubyte", idx_of(np.zeros((9, 8, 8), np.uint8)), "expected pictures of 28 x 28"),
        ("a.parquet", b"PAR1 and no more", "Expected .* Parquet file"),
        ("a.tar", b"a".ljust(257, b"\0") + b"ustar" + b"\xff" * 250, "damaged|no files"),
        ("a.csv", b"hello\n", "expected"),
        ("a.csv", b"", "an empty file"),
    ],
)
def test_a_damaged_file_is_refused_in_words(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        for shard in find_shards([str(tmp_path / name)]):
            if not [*batches_of(shard)]:
                raise DataError("no files")


def test_levels_that_change_their_scale_are_refused(tmp_path, digits):
    fractions = np.resize(digits.reshape(-1, 784) / 255, (4_096, 784))
    whole = digits[:10].reshape(-1, 784).astype(float)
    np.savez(tmp_path / "a.npz", X=np.concatenate([fractions, whole]))
    with pytest.raises(DataError, match="picture 4096, pixel .* from 0 to 1, as in the rows"):
        pictures_of(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--many", "scans/a**b.png", "-o", "out.parquet"], "a**b.png"),
        (["--many", "nowhere", "-o", "out.parquet"], "nowhere"),
        (["--many", ".", "-o", "out.parquet"], "Received: no files"),
        (["--many", "ftp://a/b", "-o", "out.parquet"], "starts with s3://"),
        (["--many", "."], "Expected -o with --many"),
        (["--many", ".", "-o", "out.parquet", "--json"], "without --json"),
        (["a.png", "-o", "out.parquet"], "only with --many"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["read", *arguments])
    assert result.exit_code in (1, 2)
    assert message in result.output and "Traceback" not in result.output
    assert not [*tmp_path.iterdir()]


def test_force_removes_the_parts_and_nothing_else_in_their_folder(tmp_path):
    (tmp_path / "scan.png").write_bytes(b"a picture")
    for number in range(3):
        table = pa.table({"key": ["1"]})
        done = metadata_of(Progress("a job", parts=number + 1))
        pq.write_table(table.replace_schema_metadata(done), tmp_path / f"part-{number:05}.parquet")
    parts = Parts(f"{tmp_path}/")
    with pytest.raises(DataError, match="--force"):
        parts.start("another job", force=False)
    assert parts.start("another job", force=True) == Progress("another job")
    assert [path.name for path in tmp_path.iterdir()] == ["scan.png"]


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("digits.npz", "digits.npz"),
        ("link.npz", "digits.npz"),
        (".", "digits.npz"),
        ("part-00001.parquet", "./"),
        ("out.parquet.parts", "out.parquet"),
    ],
)
def test_a_source_is_never_replaced(npz, digits, tmp_path, monkeypatch, source, output):
    monkeypatch.chdir(tmp_path)
    Path("link.npz").symlink_to("digits.npz")
    for name in ("part-00001.parquet", "out.parquet.parts/a.parquet") if source != "." else ():
        Path(name).parent.mkdir(exist_ok=True)
        pq.write_table(pa.table({"image": digits[:2].reshape(2, -1).tolist()}), name)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    result = many(source, output, "--force")
    assert result.exit_code == 1
    assert "something else than what is read" in result.output
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}


@pytest.mark.parametrize("output", ["out.parquet", "./"])
def test_a_jobs_own_answers_are_no_source(npz, tmp_path, monkeypatch, output):
    monkeypatch.chdir(tmp_path)
    parts = Parts(output)
    before = find_sources(["."], parts)
    for path in filter(None, (parts.path(0), not parts.is_folder and output)):
        Path(path).parent.mkdir(exist_ok=True)
        done = metadata_of(Progress("a job", parts=1))
        pq.write_table(pa.table({"key": ["1"]}).replace_schema_metadata(done), path)
    assert find_sources(["."], parts) == before


def test_a_name_that_is_no_utf_8_is_a_key(tmp_path, seven):
    Image.fromarray(255 - seven).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / os.fsdecode(b"a\xff.png"))
    [batch] = batches_of(find_shards([str(tmp_path)])[0])
    table = parts_module.as_table([answer(Model.find(MODEL).open(), batch)], 0)
    assert table["key"].to_pylist() == [f"{tmp_path}/a?.png"]
    assert table["verdict"].to_pylist() == ["digit"]


def test_a_store_that_is_away_is_no_unreadable_picture(monkeypatch):
    def away(place: str) -> bytes:
        raise DataError(f"Cannot use {place}: timeout.")

    monkeypatch.setattr(answers_module, "read_bytes", away)
    batch = Batch(("a",), files=("s3://bucket/a.png",))
    with pytest.raises(DataError, match="timeout"):
        answer(load_reader(MODEL), batch, as_is=False)
    there = answer(load_reader(MODEL), Batch(("a",), files=("a.png",)), as_is=False)
    assert there.verdicts == (None,)
