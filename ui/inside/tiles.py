"""Small pictures of the page, each with its words."""

import numpy as np
from PIL import Image

from mnist_core.pictures import Picture
from ui.components.pictures import TILE, encode_png, picture_url


def enlarged(picture: Picture, *, sharp: bool = True) -> Image.Image:
    """Return a picture in colours as a tile; sharp ones show their pixels."""
    method = Image.Resampling.NEAREST if sharp else Image.Resampling.BICUBIC
    side = max(1, TILE // len(picture)) * len(picture) if sharp else 2 * TILE
    return Image.fromarray(picture).resize((side, side), method)


def tile_url(picture: Picture, *, sharp: bool = True) -> str:
    """Return a picture in colours as the URL of a tile."""
    return picture_url(enlarged(picture, sharp=sharp))


def side_by_side(pictures: list[Picture], *, sharp: bool = False) -> bytes:
    """Return pictures of one size in a row, as the bytes of a PNG file."""
    tiles = [np.asarray(enlarged(picture, sharp=sharp)) for picture in pictures]
    gap = np.full((len(tiles[0]), 16, 3), 255, np.uint8)
    row = [part for tile in tiles for part in (tile, gap)][:-1]
    return encode_png(Image.fromarray(np.concatenate(row, axis=1)))
