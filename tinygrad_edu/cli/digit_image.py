"""From a picture of a digit to the input of a network, as the makers of MNIST did it.

"The images were size normalized to fit in a 20x20 pixel box while preserving their aspect ratio. The resulting images
contain grey levels as result of the antialiasing [...]. The images were centered in a 28x28 image by computing the
center of mass of the pixels, and translating the image so as to position this point at the center."
Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, Proceedings of
the IEEE 86 (11), 1998, section III.A, and http://yann.lecun.com/exdb/mnist.

The 8x8 digits of the UCI repository fill their field, so there the box is the whole field; each of their pixels is the
sum over a square of the scan, which is why pixels are averaged here too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

GREY = np.array([0.299, 0.587, 0.114])  # weights of red, green and blue in ITU-R BT.601
FLAT = 0.08  # a picture with less contrast than this shows nothing
GRAIN = 6  # how many times the paper's typical deviation from its shade still is paper
INK = 0.1  # what counts as ink when the digit's edges are looked for
MNIST_SIZE, MNIST_BOX = (28, 28), (20, 20)
LARGEST = 64_000_000  # pixels


class PictureError(ValueError):
    """No digit could be read from a file. One line: which file, why."""


def read_digit(path: Path, height: int, width: int) -> np.ndarray:
    """The digit in a picture file, (height, width) float32, 0 for paper and 1 for ink. Raises `PictureError`."""
    try:
        return normalise(read_grey(path), height, width)
    except PictureError as error:
        raise PictureError(f"{path}: {error}") from None


def read_grey(path: Path) -> np.ndarray:
    """A picture as (H, W) in [0, 1], 1 for white; what is transparent becomes white. Raises `PictureError`."""
    from matplotlib.image import imread  # here, because it takes a while

    if not path.exists():
        raise PictureError("there is no such file")
    if not path.is_file():
        raise PictureError("not a file; name a picture, such as digit.png")
    try:
        raw = imread(path)
    except Exception as error:  # a damaged file can make Pillow raise almost anything
        reason = str(error).replace(f" {str(path)!r}", "")
        raise PictureError(f"cannot be read as a picture ({reason}); save it as PNG") from None
    pixels = raw.astype(np.float64)
    if raw.dtype.kind in "ui":  # not a PNG: those come as floats already
        pixels /= np.iinfo(raw.dtype).max
    if pixels.ndim == 2:
        pixels = pixels[:, :, np.newaxis]
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4 or not pixels.size or pixels.size > LARGEST:
        raise PictureError(f"a picture of the shape {raw.shape} cannot be used; save it as a small PNG")
    colours, alpha = pixels, np.ones(1)
    if pixels.shape[2] in (2, 4):
        colours, alpha = pixels[:, :, :-1], pixels[:, :, -1:]
    colours = colours * alpha + (1 - alpha)
    grey: np.ndarray = colours @ GREY if colours.shape[2] == 3 else colours[:, :, 0]
    return grey


def normalise(grey: np.ndarray, height: int, width: int) -> np.ndarray:
    """Ink made 1 and paper 0, cropped to the digit, scaled into its box and centred. Raises `PictureError`.

    Paper is whatever the picture's edge mostly is, light or dark.
    """
    low, high = float(grey.min()), float(grey.max())
    if high - low < FLAT:
        raise PictureError("the picture is all of one colour, so there is no digit in it")
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(edge)
    noise = GRAIN * np.median(np.abs(edge - paper))
    ink = np.maximum((paper - grey if paper > (low + high) / 2 else grey - paper) - noise, 0.0)
    if ink.max() < FLAT:
        raise PictureError("nothing in the picture stands out from its background")
    ink = _cropped(ink / ink.max())
    box = MNIST_BOX if (height, width) == MNIST_SIZE else (height, width)
    scale = min(box[0] / ink.shape[0], box[1] / ink.shape[1])
    rows, columns = (max(1, round(size * scale)) for size in ink.shape)
    small = _means(ink.shape[0], rows) @ ink @ _means(ink.shape[1], columns).T
    small /= small.max()
    top, left = _start(small.sum(axis=1), height), _start(small.sum(axis=0), width)
    result = np.zeros((height, width), np.float32)
    result[top : top + rows, left : left + columns] = small
    return result


def _cropped(ink: np.ndarray) -> np.ndarray:
    rows, columns = (np.flatnonzero((ink > INK).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _means(old: int, new: int) -> np.ndarray:
    """The matrix (new, old) that resizes a signal: each new sample is the mean over the stretch that it covers."""
    edges = np.arange(new + 1) * (old / new)
    before, after = np.arange(old), np.arange(1, old + 1)
    overlap = np.minimum(edges[1:, np.newaxis], after) - np.maximum(edges[:-1, np.newaxis], before)
    matrix: np.ndarray = np.maximum(0.0, overlap) * (new / old)
    return matrix


def _start(mass: np.ndarray, size: int) -> int:
    """Where a digit must begin for its centre of mass to lie in the middle, and all of it inside."""
    centre = float((np.arange(mass.size) + 0.5) @ mass / mass.sum())
    return int(np.clip(round(size / 2 - centre), 0, size - mass.size))
