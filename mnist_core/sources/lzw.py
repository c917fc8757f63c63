"""Unix's `compress` format, file.Z, undone: T. Welch, Computer 17 (6), 1984, in variable widths.

Python's library has no module for it. Codes grow from 9 to up to 16 bits as the table of strings
fills; code 256 empties the table; where the width changes, the rest of eight codes is padding.
"""

from dataclasses import dataclass

MAGIC = b"\x1f\x9d"
CLEAR = 256
NARROWEST = 9  # bits
WIDEST = range(10, 17)  # bits; compress itself could never read what it wrote with 9


@dataclass
class Codes:
    """The codes of a file, the least significant bit first.

    Attributes:
        packed: the file.
        start: where in it the codes of this width begin.
        width: bits of a code.
        taken: how many codes of this width were read.
    """

    packed: bytes
    start: int = 3
    width: int = NARROWEST
    taken: int = 0

    def take(self) -> int | None:
        """Return the next code, or None at the end."""
        bit = 8 * self.start + self.taken * self.width
        if bit + self.width > 8 * len(self.packed):
            return None
        self.taken += 1
        window = int.from_bytes(self.packed[bit // 8 : bit // 8 + 4], "little")
        return window >> bit % 8 & (1 << self.width) - 1

    def change_width(self, width: int) -> None:
        """Go on with codes of another width, after the padding."""
        self.start += -(-self.taken // 8) * self.width
        self.width, self.taken = width, 0


def decompress(packed: bytes, most: int) -> bytes:
    """Return what a .Z file holds.

    The format has no checksum and no end mark: a file that was cut off gives the beginning.

    Args:
        packed: the file.
        most: bytes; a file that holds more is refused before it fills the memory.

    Raises:
        ValueError: this is no such file, it is damaged, or it holds more.
    """
    widest, clears = read_header(packed)
    first = [bytes([value]) for value in range(256)] + [b""] * clears
    codes, table, last = Codes(packed), list(first), b""
    unpacked = bytearray()
    while (code := codes.take()) is not None:
        if code == CLEAR and clears:
            codes.change_width(NARROWEST)
            table, last = list(first), b""
            continue
        unpacked += (string := find(table, code, last))
        if len(unpacked) > most:
            raise ValueError(f"it holds more than {most:,} bytes")
        if last and len(table) < 1 << widest:
            table.append(last + string[:1])
        if len(table) == 1 << codes.width and codes.width < widest:
            codes.change_width(codes.width + 1)
        last = string
    return bytes(unpacked)


def read_header(packed: bytes) -> tuple[int, bool]:
    """Return how many bits the widest codes have, and whether one of them empties the table."""
    if packed[:2] != MAGIC or len(packed) < 3 or packed[2] & 31 not in WIDEST:
        raise ValueError("this is not in the format of Unix's compress")
    return packed[2] & 31, bool(packed[2] & 128)


def find(table: list[bytes], code: int, last: bytes) -> bytes:
    """Return the string of a code; the one after the table's end is about to be added."""
    if code < len(table):
        return table[code]
    if code > len(table) or not last:
        raise ValueError("it is damaged")
    return last + last[:1]
