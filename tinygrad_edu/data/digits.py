"""1,797 scans of handwritten digits, 8 x 8 pixels, that come with the library: real data without a network.

They are the test set of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, UCI Machine Learning
Repository, 1998, doi 10.24432/C50P49, under CC BY 4.0; thirteen people wrote them, and each pixel counts the inked
dots, 0 to 16, in a 4 x 4 square of the scan. ``digits.npz`` was made from the copy in scikit-learn 1.9.1, all values
and their order unchanged::

    d = sklearn.datasets.load_digits()
    np.savez_compressed("digits.npz", images=d.images.astype(np.uint8), labels=d.target.astype(np.uint8))
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from .images import Digits

TRAIN = 1437  # four fifths
MAXIMUM = 16


def load_digits() -> Digits:
    """The built-in digits: 1,437 training and 360 test images, uint8 (N, 8, 8) with values 0 to 16.

    The split is by the file's order, the same at every call; in both parts each digit makes up 9 to 10.5 %. It is
    harder than a split at random: a nearest neighbour is right in 95.6 % of the last 360, in 98.9 % of a random 360.
    """
    with files("tinygrad_edu.data").joinpath("digits.npz").open("rb") as file, np.load(file) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    return Digits(
        images[:TRAIN],
        labels[:TRAIN],
        images[TRAIN:],
        labels[TRAIN:],
        name="digits",
        source="the built-in copy of UCI's optical digits (Alpaydin and Kaynak 1998, doi 10.24432/C50P49, CC BY 4.0)",
        maximum=MAXIMUM,
    )
