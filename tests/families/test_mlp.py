"""The feed-forward network beside PyTorch's: the same text, the same weights, the same batches, the same losses."""

import numpy as np
import pytest

from tests.families import both, first_steps, like_mnist, table
from tinygrad_edu.data import load_digits


@pytest.mark.oracle
def test_the_first_losses_are_those_of_pytorch():
    pytest.importorskip("torch")
    ours, theirs = first_steps("09_best_mlp", like_mnist(4), 20)
    assert len(ours.history["loss"]) == 20
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-5)


@pytest.mark.oracle
def test_both_are_trained_and_shown_side_by_side():
    pytest.importorskip("torch")
    results = both("09_best_mlp", load_digits(), epochs=2)
    assert list(results) == ["tinygrad_edu", "PyTorch"]
    ours, theirs = (facts["test_accuracy"] for facts in results.values())
    assert 0.2 < ours < 1
    assert abs(ours - theirs) < 0.15  # dropout draws other numbers
    assert f"| test accuracy | {ours:.4f} | {theirs:.4f} |" in table("mlp", results)
