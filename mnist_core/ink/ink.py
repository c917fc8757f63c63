"""What is found of a digit in a picture."""

from dataclasses import dataclass

from mnist_core.pictures import Box, Picture


@dataclass(frozen=True)
class Ink:
    """The ink of a picture.

    Attributes:
        picture: uint8 (H, W), light on black, the strongest 255.
        contrast: grey levels between the ink and the paper, 1 to 255.
        largest: the rectangle around the largest mark: left, top, width and height.
    """

    picture: Picture
    contrast: int
    largest: Box = (0, 0, 0, 0)
