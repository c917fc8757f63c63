"""Parquet files as the hubs of data sets have them: a column `image` and a column `label`."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digit_arrays import images_of, labels_of
from mnist_core.data.digits import Digits
from mnist_core.data.file_tree import printable, unreadable
from mnist_core.data.levels import SCALED
from mnist_core.data.text_stream import Source
from mnist_core.errors import DataError, PictureError
from mnist_core.extras import require
from mnist_core.image_files import open_picture
from mnist_core.pictures import Picture, to_grey
from mnist_core.preprocessing import FIELD

MAGIC = b"PAR1"
MAX_ITEMS = 100_000
MAX_PICTURE = 1_000_000  # bytes; a picture of MNIST has 300
BATCH = 1_000  # rows decoded at once

Keys = tuple[str, ...] | None


def read_parquet(source: Source, name: str, *, labelled: bool) -> tuple[Any, tuple[str, ...]]:
    """Return the digits of a Parquet file, and remarks.

    Args:
        source: its path or its content.
        name: what messages call it.
        labelled: whether its labels are wanted: then `Digits`, else uint8 (n, 28, 28).

    Raises:
        DataError: it is damaged, too large, or has other columns.
        MissingExtraError: PyArrow is not installed.
    """
    require("formats", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = ["image", "label"] if labelled else ["image"]
    try:
        with pq.ParquetFile(
            pa.BufferReader(source) if isinstance(source, bytes) else source
        ) as file:
            check_columns(file.schema_arrow.names, wanted, file.metadata.num_rows, name)
            batches = list(read_batches(file, wanted, name))
    except (pa.ArrowException, OSError, ValueError, EOFError) as problem:
        raise DataError(
            f"Expected {name} to be a Parquet file with the columns {' and '.join(wanted)}. "
            f"Received: {printable(str(problem))}."
        ) from problem
    images, scaled = images_of(np.concatenate([images for images, _ in batches]), name)
    remarks = (SCALED,) if scaled else ()
    if not labelled:
        return images, remarks
    labels = np.concatenate([labels for _, labels in batches])
    return Digits(images, labels_of(labels, name)), remarks


def check_columns(names: list[str], wanted: list[str], n: int, name: str) -> None:
    """Raise a DataError unless a file has the columns and not too many rows."""
    check_has(names, wanted, name)
    if not 0 < n <= MAX_ITEMS:
        raise DataError(f"{name}: expected 1 to {MAX_ITEMS:,} digits. Received: {n:,}.")


def check_has(names: list[str], wanted: list[str], name: str) -> None:
    """Raise a DataError unless a file has the columns."""
    if missing := [one for one in wanted if one not in names]:
        what = f"column{'s' if len(wanted) > 1 else ''} {' and '.join(wanted)}"
        raise DataError(
            f"{name}: expected the {what}. Received: "
            f"{', '.join(names[:8])}. Rename the column that holds the {missing[0]}."
        )


def read_batches(file: Any, wanted: list[str], name: str) -> Any:
    """Yield pictures (n, 28, 28) and labels (n,), some rows at a time."""
    start = 0
    for batch in file.iter_batches(BATCH, columns=wanted):
        values = batch.column(0).to_pylist()
        images = np.stack(
            [picture_in(value, f"{name}, row {start + i}") for i, value in enumerate(values)]
        )
        labels = np.asarray(batch.column(1).to_pylist()) if len(wanted) > 1 else None
        start += len(values)
        yield images, labels


def picture_in(value: Any, where: str) -> NDArray[Any]:
    """Return the picture in a cell: a file's bytes, or 784 grey levels.

    Raises:
        DataError: it is neither.
    """
    content = value.get("bytes") if isinstance(value, dict) else value
    if isinstance(content, bytes):
        return picture_file(content, where)
    if isinstance(content, list):
        levels = np.asarray(content)
        if levels.size == FIELD * FIELD and levels.dtype.kind in "biuf":
            return levels.reshape(FIELD, FIELD)
    raise DataError(
        f"{where}: expected a picture of 28 x 28 pixels. Received: {type(content).__name__}."
    )


def picture_file(content: bytes, where: str) -> Picture:
    """Return the picture in a file's bytes, uint8 (28, 28).

    Raises:
        DataError: it is none, or of another size.
    """
    if len(content) > MAX_PICTURE:
        raise DataError(f"{where}: expected a small picture. Received: {len(content):,} bytes.")
    try:
        picture = to_grey(open_picture(content))
    except PictureError as problem:
        raise DataError(f"{where}: {problem}") from problem
    if picture.shape != (FIELD, FIELD):
        raise DataError(
            f"{where}: expected 28 x 28 pixels. Received: {picture.shape[1]} x {picture.shape[0]}."
        )
    return picture


def parquet_rows(file: Any, name: str) -> Iterator[tuple[Keys, list[bytes] | NDArray[Any]]]:
    """Yield the rows of a Parquet file of any size, some at a time.

    Args:
        file: an open file.
        name: what messages call it.

    Yields:
        The texts in the column `key`, or None if there is none; and the pictures in the column
        `image`: the bytes of picture files of any size, or grey levels of any dtype, (n, 784).

    Raises:
        DataError: it is damaged, or has other columns.
        MissingExtraError: PyArrow is not installed.
    """
    require("cluster", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as table:
            names = table.schema_arrow.names
            check_has(names, ["image"], name)
            wanted = ["image"] + (["key"] if "key" in names else [])
            start = 0
            for batch in table.iter_batches(BATCH, columns=wanted):
                keys = tuple(map(str, batch.column("key").to_pylist())) if "key" in names else None
                yield keys, cells_of(batch.column("image"), f"{name}, row {start}")
                start += batch.num_rows
    except (pa.ArrowException, OSError, ValueError, EOFError) as problem:
        raise DataError(
            f"Expected {name} to be a Parquet file with the column image. "
            f"Received: {printable(str(problem))}."
        ) from problem


def count_rows(file: Any, name: str) -> int:
    """Return how many rows a Parquet file has.

    Raises:
        DataError: it is damaged.
    """
    require("cluster", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(file).num_rows)
    except pa.ArrowException as problem:
        raise unreadable(name, problem) from problem


def cells_of(column: Any, where: str) -> list[bytes] | NDArray[Any]:
    """Return the pictures in a column: files' bytes, b"" where there are none, or grey levels.

    Args:
        column: a PyArrow array.
        where: what messages call its first row.

    Raises:
        DataError: it holds neither.
    """
    require("cluster", "pyarrow")
    import pyarrow as pa

    kind = column.type
    if pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0:
        column = column.field("bytes")
        kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [cell or b"" for cell in column.to_pylist()]
    n, nulls = len(column), column.null_count
    while hasattr(column, "flatten") and hasattr(column.type, "value_type"):
        column = column.flatten()
    if nulls or column.null_count or len(column) != n * FIELD * FIELD:
        raise DataError(
            f"{where}: expected pictures of 28 x 28 pixels in the column image. Received: {kind}."
        )
    return column.to_numpy(zero_copy_only=False).reshape(n, FIELD * FIELD)
