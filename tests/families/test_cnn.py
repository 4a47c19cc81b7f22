"""The convolutional network beside PyTorch's: the same text, the same weights, the same batches, the same losses."""

import numpy as np
import pytest

from tests.families import first_steps, like_mnist, table

pytestmark = pytest.mark.oracle
STEPS = 20


@pytest.mark.parametrize("function", ["lesson", "distorted"])
def test_the_first_losses_are_those_of_pytorch(function):
    """In float32 the first ten alone: Adam divides by the size of a gradient, so where that is next to nothing, its
    last digits become steps of the full length, and the two libraries sum in another order."""
    pytest.importorskip("torch")
    ours, theirs = first_steps("10_cnn", like_mnist(), STEPS, function=function, dtype=np.float64)
    assert len(ours.history["loss"]) == STEPS
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-10)
    assert ours.history["loss"][-1] < 0.9 * ours.history["loss"][0]
    ours, theirs = first_steps("10_cnn", like_mnist(), STEPS // 2, function=function)
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)


def test_a_table_of_results():
    results = {"here": {"accuracy": 0.5, "steps": 1200, "name": "x"}, "there": {"accuracy": 12.5, "steps": 3}}
    assert table("net", results).splitlines() == [
        "| net | here | there |",
        "| --- | ---: | ---: |",
        "| accuracy | 0.5000 | 12.5 |",
        "| steps | 1200 | 3 |",
    ]
