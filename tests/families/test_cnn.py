"""The convolutional network beside PyTorch's: the same text, the same weights, the same batches, the same losses."""

import numpy as np
import pytest

from tests.families import first_steps, table
from tinygrad_edu import data

pytestmark = pytest.mark.oracle
STEPS = 20


@pytest.mark.parametrize("function", ["lesson", "distorted"])
def test_the_first_losses_are_those_of_pytorch(function):
    pytest.importorskip("torch")
    ours, theirs = first_steps("10_cnn", data.load("digits"), STEPS, function=function)
    assert len(ours.history["loss"]) == STEPS
    assert ours.history["test_accuracy"] == theirs.history["test_accuracy"]
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)
    assert ours.history["loss"][-1] < 0.7 * ours.history["loss"][0]


def test_a_table_of_results():
    results = {"here": {"accuracy": 0.5, "steps": 1200, "name": "x"}, "there": {"accuracy": 12.5, "steps": 3}}
    assert table("net", results).splitlines() == [
        "| net | here | there |",
        "| --- | ---: | ---: |",
        "| accuracy | 0.5000 | 12.5 |",
        "| steps | 1200 | 3 |",
    ]
