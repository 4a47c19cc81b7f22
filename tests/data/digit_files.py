"""Makes MNIST's files, small and random, for the tests of their readers."""

import gzip
import struct

import numpy as np

from tinygrad_edu.data.folder import IDX_FILES
from tinygrad_edu.data.kaggle import COLUMNS


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def random_pair(rng, count):
    return rng.integers(0, 256, (count, 28, 28), np.uint8), rng.integers(0, 10, count, np.uint8)


def random_mnist(rng, train=30, test=12):
    """Four arrays in the order of IDX_FILES."""
    return (*random_pair(rng, train), *random_pair(rng, test))


def mnist_files(arrays):
    """The four gzipped files by name, as the mirrors have them."""
    return {f"{name}.gz": gzip.compress(idx_bytes(array)) for name, array in zip(IDX_FILES, arrays, strict=True)}


def csv_bytes(images, labels, header=COLUMNS):
    table = np.column_stack([labels, images.reshape(len(images), -1)])
    cells = [str(value).encode() for value in range(256)]
    rows = [b",".join(map(cells.__getitem__, row)) for row in table.tolist()]
    return b"\n".join([",".join(header).encode(), *rows, b""])


def arrays_of(digits):
    return digits.train_images, digits.train_labels, digits.test_images, digits.test_labels


def assert_same(digits, arrays):
    for found, expected in zip(arrays_of(digits), arrays, strict=True):
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, expected)
