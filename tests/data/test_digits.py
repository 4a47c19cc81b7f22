from importlib.resources import files

import numpy as np
import pytest
from digit_files import random_mnist

from tinygrad_edu.data import Digits, load_digits


def test_the_built_in_digits_are_those_of_uci():
    digits = load_digits()
    assert digits.train_images.shape == (1437, 8, 8)
    assert digits.test_images.shape == (360, 8, 8)
    assert digits.train_images.dtype == digits.train_labels.dtype == np.uint8
    assert (digits.name, digits.maximum) == ("digits", 16)
    assert digits.train_images.max() == digits.test_images.max() == 16
    assert digits.train_labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert digits.train_images[0, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    for part in (digits.train_labels, digits.test_labels):
        share = np.bincount(part, minlength=10) / len(part)
        assert share.min() > 0.09
        assert share.max() < 0.105


def test_the_file_is_small_and_says_whose_it_is():
    data = files("tinygrad_edu.data")
    assert len(data.joinpath("digits.npz").read_bytes()) < 100_000
    licence = data.joinpath("digits.LICENSE.txt").read_text(encoding="utf-8")
    assert "Alpaydin" in licence
    assert "Attribution 4.0" in licence


def test_a_nearest_neighbour_reads_them():
    (x, y), (x_test, y_test) = load_digits().scaled()
    nearest = (np.sum(x * x, 1) - 2 * x_test @ x.T).argmin(axis=1)
    assert np.mean(y[nearest] == y_test) == pytest.approx(344 / 360)


def test_two_calls_share_no_memory():
    load_digits().train_images[:] = 0
    assert load_digits().train_images.any()


def test_scaled_is_what_a_network_takes():
    digits = load_digits()
    for flat, shape in ((True, (64,)), (False, (1, 8, 8))):
        (x, y), (x_test, y_test) = digits.scaled(flat)
        assert x.shape == (1437, *shape)
        assert x_test.shape == (360, *shape)
        assert x.dtype == x_test.dtype == np.float32
        assert y.dtype == y_test.dtype == np.int64
        assert x.min() == 0
        assert x.max() == 1
        np.testing.assert_array_equal(x.ravel() * 16, digits.train_images.ravel())


def test_scaled_mnist_reaches_exactly_one(rng):
    arrays = random_mnist(rng)
    arrays[0][0, 0, 0] = 255
    (x, _), _ = Digits(*arrays, name="MNIST", source="chance").scaled()
    assert x.max() == 1


def test_repr_tells_sizes_and_source(rng):
    assert repr(Digits(*random_mnist(rng), name="MNIST", source="chance")) == (
        "<MNIST: 30 training and 12 test images of 28x28, from chance>"
    )


def test_arrays_that_do_not_fit_are_refused(rng):
    x, y, x_test, y_test = random_mnist(rng)
    for arrays, message in (
        ((x, y[:-1], x_test, y_test), r"train images must have the shape"),
        ((x, y, x_test[0], y_test), r"test images must have the shape"),
        ((x.astype(float), y, x_test, y_test), "train images and labels must be uint8, got float64 and uint8"),
        ((x, y, x_test[:, 1:], y_test), r"\(28, 28\) do not match test images of \(27, 28\)"),
    ):
        with pytest.raises(ValueError, match=message):
            Digits(*arrays, name="MNIST", source="chance")


def test_fields_cannot_be_replaced():
    with pytest.raises(AttributeError):
        load_digits().maximum = 255
