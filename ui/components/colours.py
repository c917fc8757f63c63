"""Colours: mixing them, and their contrast."""

Colour = tuple[int, int, int]

BLACK, WHITE = (0, 0, 0), (255, 255, 255)  # softer colours are hard to read on mid tones


def between(low: Colour, high: Colour, share: float) -> Colour:
    """Return the colour at a share, 0 to 1, of the way from `low` to `high`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return red, green, blue


def legible_on(fill: Colour) -> Colour:
    """Return the text colour, black or white, with the higher contrast on a fill."""
    return max((BLACK, WHITE), key=lambda text: contrast(text, fill))


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as defined by WCAG 2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    """Return a colour's relative luminance, 0 to 1, as defined by WCAG 2."""
    red, green, blue = (
        level / 12.92 if level <= 0.03928 else ((level + 0.055) / 1.055) ** 2.4
        for level in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
