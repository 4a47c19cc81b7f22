"""What every loader here returns: labelled images, already split into a training and a test set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
DIGITS = tuple("0123456789")
Pair = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]


@dataclass(frozen=True, eq=False, repr=False)
class Digits:
    """Images, of handwritten digits or other small things, and their labels.

    ================  =======  =========  ==================================================
    field             dtype    shape      meaning
    ================  =======  =========  ==================================================
    ``train_images``  uint8    (N, H, W)  0 is background, ``maximum`` is full ink
    ``train_labels``  uint8    (N,)       from 0; ``classes[label]`` is what it means
    ``test_images``   uint8    (M, H, W)  held out: never train on these
    ``test_labels``   uint8    (M,)
    ``name``          str                 "MNIST", "digits", "Fashion-MNIST" ...
    ``source``        str                 one line: where these bytes came from
    ``maximum``       int                 the largest value a pixel can have: 255, or 16
    ``classes``       tuple               the names of the classes, "0" to "9" for digits
    ================  =======  =========  ==================================================

    Raises ``ValueError`` if dtypes or shapes do not fit together.
    """

    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes
    name: str
    source: str
    maximum: int = 255
    classes: tuple[str, ...] = DIGITS

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            images, labels = getattr(self, f"{part}_images"), getattr(self, f"{part}_labels")
            if images.dtype != np.uint8 or labels.dtype != np.uint8:
                raise ValueError(f"{part} images and labels must be uint8, got {images.dtype} and {labels.dtype}")
            if images.ndim != 3 or labels.shape != images.shape[:1]:
                raise ValueError(
                    f"{part} images must have the shape (N, H, W) and {part} labels (N,), "
                    f"got {images.shape} and {labels.shape}"
                )
        if self.train_images.shape[1:] != self.test_images.shape[1:]:
            raise ValueError(
                f"training images of {self.train_images.shape[1:]} do not match "
                f"test images of {self.test_images.shape[1:]}"
            )

    def scaled(self, flat: bool = True) -> tuple[Pair, Pair]:
        """The arrays a network takes: ``(x_train, y_train), (x_test, y_test) = digits.scaled()``.

        ``x`` is float32 in [0, 1], of shape (N, H*W), or (N, 1, H, W) if ``flat`` is false, as convolutions expect.
        ``y`` is int64 of shape (N,). Fresh arrays at every call.
        """

        def pair(images: Bytes, labels: Bytes) -> Pair:
            n, height, width = images.shape
            shape = (n, height * width) if flat else (n, 1, height, width)
            x = np.divide(images.reshape(shape), np.float32(self.maximum), dtype=np.float32)
            return x, labels.astype(np.int64)

        return pair(self.train_images, self.train_labels), pair(self.test_images, self.test_labels)

    def __repr__(self) -> str:
        train, test, (height, width) = len(self.train_images), len(self.test_images), self.train_images.shape[1:]
        return f"<{self.name}: {train} training and {test} test images of {height}x{width}, from {self.source}>"
