"""What Unix's `compress` does, for tests: few machines still have it."""


def compress(content: bytes, widest: int = 16, clear_after: int | None = None) -> bytes:
    """Return a .Z file; the table of strings is emptied once, after so many codes."""
    packed = bytearray([0x1F, 0x9D, 0x80 | widest])
    width, written, group = 9, 0, []
    table = {bytes([value]): value for value in range(256)}
    following = 257  # the next code; 256 empties the table

    def flush(*, pad: bool) -> None:
        bits = sum(code << i * width for i, code in enumerate(group))
        packed.extend(bits.to_bytes(width if pad else -(-len(group) * width // 8), "little"))
        group.clear()

    def write(code: int) -> None:
        group.append(code)
        if len(group) == 8:
            flush(pad=True)

    def change_width(to: int) -> None:
        nonlocal width
        if group:
            flush(pad=True)
        width = to

    string = b""
    for value in content:
        longer = string + bytes([value])
        if longer in table:
            string = longer
            continue
        write(table[string])
        written += 1
        if following == 1 << width and width < widest:
            change_width(width + 1)
        if following < 1 << widest:
            table[longer] = following
            following += 1
        if written == clear_after:
            write(256)
            change_width(9)
            table = {bytes([value]): value for value in range(256)}
            following = 257
        string = bytes([value])
    if string:
        write(table[string])
    if group:
        flush(pad=False)
    return bytes(packed)
