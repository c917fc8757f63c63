"""What layers make of the drawing, as pictures: all maps of a layer on one sheet."""

import numpy as np
from PIL import Image

from mnist_core.explanation.activations import Floats, Layer
from mnist_core.explanation.pictures import colour_ink
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD
from ui.components.pictures import encode_png
from ui.inside.files import csv_of

COLUMNS = 16
MAP_SIDE = 56  # pixels of the sheet, about: a map's pixels are whole
GAP = 4
MOST = 128  # maps on a sheet


def maps_of(layer: Layer) -> Floats:
    """Return what a layer makes of the drawing as maps: float32 (H, W, n).

    Where every unit looks at the whole ink, its map is ink times weights, pixel by pixel. Other
    units have a map of one pixel.
    """
    if layer.values.ndim == 3:
        return layer.values
    if layer.weights is not None and layer.seen.shape == (FIELD * FIELD,):
        products = (layer.weights * layer.seen).reshape(-1, FIELD, FIELD)
        return np.moveaxis(products, 0, -1)
    return layer.values[None, None, :]


def sheet(maps: Floats) -> Image.Image:
    """Return maps, (H, W, n), in the order of the layer, in two colours of one scale."""
    height, width, count = maps[..., :MOST].shape
    scale = max(1, MAP_SIDE // (2 * max(height, width) if height == 1 else max(height, width)))
    colours: Picture = colour_ink(
        np.zeros((height, width * count), np.uint8),
        np.concatenate([maps[..., n] for n in range(count)], axis=1),
    )
    down, across = height * scale + GAP, width * scale + GAP
    columns = min(COLUMNS, count)
    large = Image.new("RGBA", (columns * across - GAP, -(-count // columns) * down - GAP))
    for n in range(count):
        tile = Image.fromarray(colours[:, n * width : (n + 1) * width])
        tile = tile.resize((width * scale, height * scale), Image.Resampling.NEAREST)
        large.paste(tile, (n % columns * across, n // columns * down))
    return large


def sheet_png(maps: Floats) -> bytes:
    """Return the sheet as the bytes of a PNG file."""
    return encode_png(sheet(maps))


def maps_csv(maps: Floats) -> bytes:
    """Return every number of a layer's maps as CSV, with its map, row and column from 1."""
    rows = (
        (n + 1, y + 1, x + 1, f"{value:.6g}")
        for n, one in enumerate(np.moveaxis(maps, -1, 0))
        for (y, x), value in np.ndenumerate(one)
    )
    return csv_of(("map", "row", "column", "value"), rows)
