"""Whether there are several digits in a drawing or a picture."""

from collections.abc import Sequence

from mnist_core import Number, Reader, Reading
from mnist_core.errors import DrawingSizeError
from mnist_core.pictures import Picture
from ui.components.strokes import Points

LEVEL = 1.0  # a single stroke wider than this many times its height may be several digits


def find_number(
    reader: Reader, reading: Reading, picture: Picture, strokes: Sequence[Points] | None
) -> Number | None:
    """Return the number that was drawn, or None where one digit or none is likelier.

    One stroke that is no wider than tall cannot be several digits, nor can a picture that is
    surely one: these are answered as fast as ever.
    """
    if strokes is None:
        if reading.verdict == "digit":
            return None
        number = reader.read_number(picture)
    elif may_be_several(strokes):
        try:
            number = reader.read_number(strokes=strokes)
        except DrawingSizeError:  # a long scribble; as one picture it can still be read
            return None
    else:
        return None
    return number if len(number.digits) > 1 else None


def may_be_several(strokes: Sequence[Points]) -> bool:
    """Return whether strokes may show more than one digit."""
    if len(strokes) != 1:
        return len(strokes) > 1
    width, height = strokes[0].max(axis=0) - strokes[0].min(axis=0)
    return bool(width > LEVEL * height)
