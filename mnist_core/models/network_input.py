"""What every exported network wants to be given, in words for people and for files."""

KEY = "input"  # what a file's own description of it is called
RANGES = {"byte": "0 to 255", "unit": "0 to 1"}  # of grey levels, by the option of `export`


def input_in_words(kind: str = "byte") -> str:
    """Return the shape, range and polarity of the pictures that a network takes.

    Args:
        kind: "byte" for grey levels from 0 to 255, "unit" for 0 to 1.
    """
    return (
        f"float32 of shape (n, 28, 28): grey levels from {RANGES[kind]}, the ink light on black "
        "paper (0), the digit fitted into 20 x 20 pixels and centred by its mass, as in MNIST"
    )
