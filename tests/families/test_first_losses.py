"""Each family beside PyTorch: the same text, the same weights, the same batches, the same losses of the first steps."""

import numpy as np
import pytest

from tests.families import first_steps, like_mnist
from tinygrad_edu import data

STEPS = 20
SINGLE, DOUBLE = (None, 1e-5), (np.float64, 1e-10)

# lesson, its function, its data, (dtype, relative tolerance), steps, and what the last loss is at most, of the first
ROWS = [
    ("09_best_mlp", "lesson", lambda: like_mnist(4), SINGLE, STEPS, np.inf),
    # In float32 the first ten alone: Adam divides by the size of a gradient, so where that is next to nothing, its last
    # digits become steps of the full length, and the two libraries sum in another order.
    ("10_cnn", "lesson", like_mnist, SINGLE, STEPS // 2, np.inf),
    ("10_cnn", "lesson", like_mnist, DOUBLE, STEPS, 0.9),
    ("10_cnn", "distorted", like_mnist, SINGLE, STEPS // 2, np.inf),
    ("10_cnn", "distorted", like_mnist, DOUBLE, STEPS, 0.9),
    ("11_rows_lstm", "lesson", data.load_digits, SINGLE, STEPS, 1),
    ("11_rows_lstm", "lesson", data.load_digits, DOUBLE, STEPS, 1),
    ("12_names", "lesson", data.names, SINGLE, STEPS, 0.85),
    ("12_names", "lesson", data.names, DOUBLE, STEPS, 0.85),
    ("13_autoencoder", "lesson", data.load_digits, SINGLE, STEPS, 1),
    ("14_vae", "lesson", data.load_digits, SINGLE, STEPS, 1),
    ("15_gan", "lesson", data.load_digits, SINGLE, STEPS, np.inf),
    ("16_gpt", "lesson", lambda: data.text()[:20_000], SINGLE, STEPS, 0.9),
]
LOSSES = {"12_names": {"LSTM", "GRU"}, "15_gan": {"discriminator", "generator"}}  # the others': "loss"


@pytest.mark.oracle
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}-{np.dtype(row[3][0] or np.float32)}")
def test_the_first_losses_are_those_of_pytorch(row):
    pytest.importorskip("torch")
    lesson, function, read, (dtype, rtol), steps, falls = row
    ours, theirs = first_steps(lesson, read(), steps, function=function, dtype=dtype)
    names = LOSSES.get(lesson, {"loss"})
    assert names <= theirs.history.keys()
    for name in names:
        losses = theirs.history[name]
        assert len(losses) == steps
        assert losses[-1] < falls * losses[0]
        np.testing.assert_allclose(ours.history[name], losses, rtol=rtol, err_msg=name)
