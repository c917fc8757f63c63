"""Photographs of pages of numbers, made: paper, ruling, shadow, perspective, blur and JPEG.

Nobody has to photograph a hundred pages, and where each digit lies is known exactly. What a real
camera adds beyond that is not measured here.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.number_drawings import HEIGHT, Hands, write
from mnist_core.pictures import Picture

Random = np.random.Generator

SHEET = (1000, 1400)  # pixels, width and height
PHOTOGRAPH = (1500, 2000)
MARGIN, LINE = 90, 104  # pixels
DIGIT = (40, 58)  # pixels, how tall digits are
RULINGS = ("plain", "lined", "squared", "margin")
INKS = ((40, 34, 30), (110, 50, 30), (70, 70, 75))  # black, blue, pencil: blue, green, red
TURN = 25.0  # degrees, by which the sheet is turned away from the camera at most
QUALITY = 60  # of the JPEG


@dataclass(frozen=True)
class Photograph:
    """A made photograph.

    Attributes:
        picture: uint8 (H, W, 3).
        digits: what is written, digit by digit.
        centres: float64 (n, 2), where each digit's middle lies in the picture.
        rows: the text of each row.
    """

    picture: Picture
    digits: str
    centres: NDArray[np.float64]
    rows: list[str]


def take_photograph(hands: Hands, rng: Random, *, is_blank: bool = False) -> Photograph:
    """Return a photograph of a page of numbers by one writer, or of an empty page."""
    sheet = paper(rng, RULINGS[int(rng.integers(len(RULINGS)))])
    digits, centres = "", np.zeros((0, 2))
    rows: list[str] = []
    if not is_blank:
        digits, centres, rows = fill(sheet, hands[int(rng.integers(len(hands)))], rng)
    transform = view(rng)
    desk = texture(PHOTOGRAPH, rng.uniform(50, 110), 14, rng)[:, :, None].repeat(3, axis=2)
    picture = cv2.warpPerspective(
        sheet, transform, PHOTOGRAPH, dst=desk.copy(), borderMode=cv2.BORDER_TRANSPARENT
    )
    lit = np.clip(picture * light(rng)[:, :, None], 0, 255).astype(np.uint8)
    blurred = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.6, 1.3))
    noisy = np.clip(blurred + rng.normal(0, 3, blurred.shape), 0, 255).astype(np.uint8)
    code = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    seen = cv2.imdecode(code, cv2.IMREAD_COLOR)[:, :, ::-1]
    if len(centres):  # of no points OpenCV returns None
        centres = cv2.perspectiveTransform(centres.reshape(-1, 1, 2), transform).reshape(-1, 2)
    return Photograph(np.ascontiguousarray(seen), digits, centres, rows)


def paper(rng: Random, ruling: str) -> Picture:
    """Return an empty sheet, blue, green, red: uint8 (1400, 1000, 3)."""
    sheet = texture(SHEET, rng.uniform(215, 245), 4, rng)[:, :, None].repeat(3, axis=2)
    line = tuple(int(level) for level in rng.uniform((190, 150, 120), (235, 205, 190)))
    step = {"plain": 0, "lined": LINE, "margin": LINE, "squared": 34}[ruling]
    for y in range(MARGIN, SHEET[1] - 20, step or SHEET[1]):
        if step:
            cv2.line(sheet, (0, y), (SHEET[0], y), line, 2)
    if ruling == "squared":
        for x in range(MARGIN % step, SHEET[0], step):
            cv2.line(sheet, (x, 0), (x, SHEET[1]), line, 2)
    if ruling == "margin":
        cv2.line(sheet, (64, 0), (64, SHEET[1]), (130, 130, 235), 3)
    return sheet


def texture(size: tuple[int, int], level: float, depth: float, rng: Random) -> Picture:
    """Return an uneven surface around a grey level: uint8 (height, width)."""
    width, height = size
    coarse = rng.normal(0, depth, (height // 40 + 2, width // 40 + 2)).astype(np.float32)
    wide = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = rng.normal(0, depth / 2, (height, width))
    return np.clip(level + wide + fine, 0, 255).astype(np.uint8)


def fill(
    sheet: Picture, hand: dict[str, list[list[NDArray[np.float64]]]], rng: Random
) -> tuple[str, NDArray[np.float64], list[str]]:
    """Write rows of numbers on a sheet, in place; return digits, middles and rows."""
    ink = INKS[int(rng.integers(len(INKS)))]
    tall, pen = rng.uniform(*DIGIT), int(rng.integers(4, 7))
    digits, rows = "", []
    centres: list[NDArray[np.float64]] = []
    for base in range(MARGIN + LINE, SHEET[1] - 60, LINE):
        right, texts = float(MARGIN), []
        while right < SHEET[0] - 320:
            number = write(hand, int(rng.integers(1, 5)), rng.uniform(8, 30), rng)
            scale = tall / HEIGHT
            offset = np.array([right, base - tall - 8 + rng.uniform(-4, 4)])
            placed = [stroke * scale + offset for stroke in number.strokes]
            for stroke in placed:
                path = np.round(stroke * 8).astype(np.int32)
                cv2.polylines(sheet, [path], len(path) == 1, ink, pen, cv2.LINE_AA, shift=3)
            for place in range(len(number.text)):
                own = [s for s, owner in zip(placed, number.owners, strict=True) if owner == place]
                points = np.vstack(own)
                centres.append((points.min(axis=0) + points.max(axis=0)) / 2)
            digits += number.text
            texts.append(number.text)
            right = float(np.vstack(placed)[:, 0].max()) + tall * rng.uniform(1.6, 3)
        rows.append(" ".join(texts))
    return digits, np.array(centres), rows


def view(rng: Random) -> NDArray[np.float64]:
    """Return how a sheet that is turned by up to 25 degrees appears in the photograph."""
    width, height = SHEET
    tilt, pan, roll = np.radians(rng.uniform(-TURN, TURN, 2).tolist() + [rng.uniform(-4, 4)])
    around_x = np.array(
        [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]]
    )
    around_y = np.array([[np.cos(pan), 0, np.sin(pan)], [0, 1, 0], [-np.sin(pan), 0, np.cos(pan)]])
    around_z = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    )
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    space = np.column_stack([corners, np.zeros(4)]) @ (around_x @ around_y @ around_z).T
    distance = 2.2 * height
    flat = space[:, :2] * (distance / (distance + space[:, 2:]))
    scale = 0.94 * min(np.array(PHOTOGRAPH) / np.ptp(flat, axis=0))
    target = flat * scale + np.array(PHOTOGRAPH) / 2 - (flat.max(0) + flat.min(0)) / 2 * scale
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(source, target.astype(np.float32)))


def light(rng: Random) -> NDArray[np.float32]:
    """Return how much light falls on each pixel: falling off, with the edge of a shadow."""
    width, height = PHOTOGRAPH
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    angle = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    fall = 0.9 + 0.12 * along
    edge, softness = rng.uniform(-0.5, 0.5), rng.uniform(0.01, 0.08)
    shadow = 1 - rng.uniform(0.2, 0.45) / (1 + np.exp(-(along - edge) / softness))
    return np.asarray(fall * shadow, np.float32)
