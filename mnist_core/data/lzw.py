"""Decompress files of Unix's `compress` (.Z): LZW with codes of variable width.

T. Welch, Computer 17 (6), 1984. Python's standard library has no module for it. Codes grow from 9
to at most 16 bits as the table of strings fills. Code 256 empties the table. Codes come in groups
of eight; where the width changes, the rest of the group is padding.
"""

from dataclasses import dataclass

MAGIC = b"\x1f\x9d"
CLEAR = 256
NARROWEST = 9  # bits
WIDEST = range(10, 17)  # bits; compress could never read its own files with 9


@dataclass
class Codes:
    """Reads the codes of a file, least significant bit first.

    Attributes:
        packed: the file's content.
        start: the byte at which the codes of the current width begin.
        width: bits per code.
        count: how many codes of this width were read.
    """

    packed: bytes
    start: int = 3
    width: int = NARROWEST
    count: int = 0

    def next_code(self) -> int | None:
        """Return the next code, or None at the end."""
        bit = 8 * self.start + self.count * self.width
        if bit + self.width > 8 * len(self.packed):
            return None
        self.count += 1
        window = int.from_bytes(self.packed[bit // 8 : bit // 8 + 4], "little")
        return window >> bit % 8 & (1 << self.width) - 1

    def change_width(self, width: int) -> None:
        """Skip the padding and continue with codes of another width."""
        self.start += -(-self.count // 8) * self.width
        self.width, self.count = width, 0


def decompress(packed: bytes, max_bytes: int) -> bytes:
    """Return the decompressed content of a .Z file.

    The format has no checksum and no end mark, so a truncated file yields its beginning.

    Args:
        packed: the file's content.
        max_bytes: the limit; a file with more is refused before it fills the memory.

    Raises:
        ValueError: this is not a .Z file, it is damaged, or it exceeds the limit.
    """
    widest, has_clear_code = read_header(packed)
    first = [bytes([value]) for value in range(256)] + [b""] * has_clear_code
    codes, table, last = Codes(packed), list(first), b""
    unpacked = bytearray()
    while (code := codes.next_code()) is not None:
        if code == CLEAR and has_clear_code:
            codes.change_width(NARROWEST)
            table, last = list(first), b""
            continue
        unpacked += (string := lookup(table, code, last))
        if len(unpacked) > max_bytes:
            raise ValueError(f"it has more than {max_bytes:,} bytes")
        if last and len(table) < 1 << widest:
            table.append(last + string[:1])
        if len(table) == 1 << codes.width and codes.width < widest:
            codes.change_width(codes.width + 1)
        last = string
    return bytes(unpacked)


def read_header(packed: bytes) -> tuple[int, bool]:
    """Return the greatest code width in bits, and whether code 256 empties the table."""
    if packed[:2] != MAGIC or len(packed) < 3 or packed[2] & 31 not in WIDEST:
        raise ValueError("this is not in the format of Unix's compress")
    return packed[2] & 31, bool(packed[2] & 128)


def lookup(table: list[bytes], code: int, last: bytes) -> bytes:
    """Return the string of a code. The first code after the table's end is about to be added."""
    if code < len(table):
        return table[code]
    if code > len(table) or not last:
        raise ValueError("it is damaged")
    return last + last[:1]
