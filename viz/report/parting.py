"""A sentence about overfitting: the training loss falls, the test loss does not."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..plots.values import read_history

RISE = 1.05  # the test loss at the end, in units of its lowest, from which it has risen
RATIO, GAP = 2.0, 0.05  # test loss over training loss, and their difference in nats, from which they are far apart


def parting(history: Any) -> str:
    """A sentence about the training loss and the test loss of a run if they diverge, else an empty string."""
    run = read_history(history)
    train, test = run.column("train_loss"), run.column("test_loss")
    known = np.isfinite(train) & np.isfinite(test)
    if known.sum() < 2:
        return ""
    ends, train, test = run.ends[known], train[known], test[known]
    best = int(test.argmin())
    if test[-1] > RISE * test[best] and train[-1] < train[best]:
        return (
            f"After epoch {ends[best]:g} the test loss rose from {test[best]:.3g} to {test[-1]:.3g} while the training "
            f"loss fell from {train[best]:.3g} to {train[-1]:.3g}: the network began to overfit. "
            "Stopping there, weight decay, dropout or more data would help."
        )
    if test[-1] > RATIO * train[-1] and test[-1] - train[-1] > GAP:
        return (
            f"At the end the test loss, {test[-1]:.3g}, is {test[-1] / train[-1]:.1f} times the training loss, "
            f"{train[-1]:.3g}: the network fits the training images better than new ones (overfitting)."
        )
    return ""
