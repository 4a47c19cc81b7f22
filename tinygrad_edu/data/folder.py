"""Read MNIST, or a data set of the same form, from a folder or a CSV file that is named.

Its structure is checked, and it is never replaced by another data set.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import DataError
from .idx import read_idx
from .images import DIGITS, Bytes, Digits
from .kaggle import read_csv

IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
CSV_PAIR = ("mnist_train.csv", "mnist_test.csv")
CSV_WHOLE = "train.csv"
HELD_OUT = 7  # of a single CSV the last 1/7 is the test set, MNIST's own 60,000 to 10,000


@dataclass(frozen=True)
class Form:
    """How a set is kept: four IDX files, images of 28 x 28, and labels that count its classes from ``first``."""

    name: str = "MNIST"
    files: tuple[str, ...] = IDX_FILES
    classes: tuple[str, ...] = DIGITS
    first: int = 0
    transposed: bool = False  # rows and columns exchanged


MNIST_FORM = Form()


def load_folder(folder: str | os.PathLike[str]) -> Digits:
    """MNIST from a folder, whichever of these is found first:

    1. The four IDX files, ``train-images-idx3-ubyte`` and so on; ``.idx3-ubyte`` does as well, and so does ``.gz``
       at the end. Where one is there twice, the first of these spellings is read.
    2. ``mnist_train.csv`` and ``mnist_test.csv``.
    3. ``train.csv``, Kaggle's: the last seventh of its rows, in the file's order, becomes the test set.

    The path of a ``.csv`` file may stand in for the folder; it is split as in 3.

    Raises ``DataError`` if none is there, if some of the files of 1 or 2 are missing, or if one of them is wrong.
    """
    if not os.fspath(folder):
        raise DataError("expected the name of a folder with MNIST, got an empty string")
    path = Path(folder).expanduser()
    try:
        if path.is_dir():
            return _from_folder(path)
        if not path.exists():
            raise DataError(f"{path} does not exist: expected a folder with MNIST in it, or a .csv file")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    if path.suffix.lower() == ".csv":
        return _from_csv(path)
    raise DataError(f"{path} is neither a folder nor a .csv file; name the folder that the files are in")


def load_idx_folder(folder: str | os.PathLike[str], form: Form) -> Digits:
    """A set of this form from a folder with its four IDX files, spelt as ``load_folder`` allows, and nothing else.

    Raises ``DataError`` if one is missing or wrong.
    """
    path = Path(folder).expanduser()
    if not os.fspath(folder) or not path.is_dir():
        raise DataError(f"expected a folder with the IDX files of {form.name}, got {os.fspath(folder)!r}")
    paths = find_idx(path, form)
    if not paths:
        raise DataError(f"{path} has no {form.name} in it: looked for {', '.join(form.files)} (with or without .gz)")
    return from_idx(paths, f"IDX files in {path}", form)


def find_idx(folder: Path, form: Form) -> list[Path]:
    """The four files, or none if none is there. Raises ``DataError`` if only some are."""
    found = [_find(folder, name) for name in form.files]
    missing = [name for name, path in zip(form.files, found, strict=True) if path is None]
    if 0 < len(missing) < len(found):
        raise DataError(f"{folder} lacks {', '.join(missing)} (neither that, nor with .idx for -idx, nor with .gz)")
    return [path for path in found if path]


def from_idx(paths: Sequence[Path], source: str, form: Form = MNIST_FORM) -> Digits:
    """A set from its four files, in the order of ``form.files``. Raises ``DataError`` if they do not fit together."""
    train, test = _read_pair(paths[0], paths[1], form), _read_pair(paths[2], paths[3], form)
    return Digits(*train, *test, name=form.name, source=source, classes=form.classes)


def _read_pair(images_path: Path, labels_path: Path, form: Form) -> tuple[Bytes, Bytes]:
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.ndim == 1:
        raise DataError(
            f"{images_path} holds labels, not images: its IDX magic number is 2049 (labels), where 2051 (images) is "
            "expected; perhaps two files were exchanged"
        )
    if labels.ndim == 3:
        raise DataError(
            f"{labels_path} holds images, not labels: its IDX magic number is 2051 (images), where 2049 (labels) is "
            "expected; perhaps two files were exchanged"
        )
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise DataError(f"{images_path}: images of 28 x 28 expected, but the array's shape is {images.shape}")
    if labels.ndim != 1:
        raise DataError(f"{labels_path}: a list of labels expected, but the array's shape is {labels.shape}")
    if len(images) != len(labels):
        raise DataError(f"{images_path} has {len(images)} images, but {labels_path} has {len(labels)} labels")
    last = form.first + len(form.classes) - 1
    wrong = (labels < form.first) | (labels > last)
    if wrong.any():
        place = int(wrong.argmax())
        raise DataError(
            f"{labels_path}: label {place + 1} of {len(labels)} is {labels[place]}; labels are {form.first} to {last}"
        )
    if form.transposed:
        images = np.ascontiguousarray(images.transpose(0, 2, 1))
    return images, labels - np.uint8(form.first)


def _from_folder(folder: Path) -> Digits:
    if idx := find_idx(folder, MNIST_FORM):
        return from_idx(idx, f"IDX files in {folder}")
    train, test = (folder / name for name in CSV_PAIR)
    if train.is_file() and test.is_file():
        return _digits(read_csv(train), read_csv(test), f"{train.name} and {test.name} in {folder}")
    if train.is_file() or test.is_file():
        there, lacking = (train, test) if train.is_file() else (test, train)
        raise DataError(f"{folder} has {there.name} but not {lacking.name}")
    if (folder / CSV_WHOLE).is_file():
        return _from_csv(folder / CSV_WHOLE)
    found = sorted(os.listdir(folder))
    raise DataError(
        f"{folder} has no MNIST in it: looked for {', '.join(IDX_FILES)} (with or without .gz), "
        f"{' with '.join(CSV_PAIR)}, or {CSV_WHOLE}; "
        + (f"found {', '.join(found[:5])}{', ...' if len(found) > 5 else ''}" if found else "the folder is empty")
    )


def _find(folder: Path, name: str) -> Path | None:
    dotted = name.replace("-idx", ".idx")
    spellings = (name, dotted, f"{name}.gz", f"{dotted}.gz")
    return next((folder / spelling for spelling in spellings if (folder / spelling).is_file()), None)


def _from_csv(path: Path) -> Digits:
    images, labels = read_csv(path)
    held_out = max(1, len(images) // HELD_OUT)
    split = len(images) - held_out
    if split < 1:
        raise DataError(f"{path} has only one row: too few for a training and a test set")
    train, test = (images[:split], labels[:split]), (images[split:], labels[split:])
    return _digits(train, test, f"{path}, its last {held_out} of {len(images)} rows held out as the test set")


def _digits(train: tuple[Bytes, Bytes], test: tuple[Bytes, Bytes], source: str) -> Digits:
    return Digits(*train, *test, name="MNIST", source=source)
