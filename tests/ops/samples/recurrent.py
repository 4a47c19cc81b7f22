"""Samples of the rows in `ops/recurrent.py` and `ops/alignment.py`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample


def _steps(gates: int, *others: str) -> Sample:
    """a (T, N, gates · H), then a state (N, H), what the first state contributes (N, gates · H), weight, bias (H,)."""

    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        steps, batch, size = draw(st.integers(1, 3)), draw(st.integers(0, 2)), draw(st.integers(1, 2))
        rows = gates * size
        shapes = {"first": (batch, rows), "state": (batch, size), "weight": (rows, size), "bias": (size,)}
        drawn = [(steps, batch, rows), *(shapes[name] for name in others)]
        return [draw(tgst.arrays(shape, REAL, dtype)) for shape in drawn], {}

    return draw_inputs


@st.composite
def _rnn(draw: st.DrawFn, dtype: Any) -> Drawn:
    """With ReLU away from its kink."""
    (a, state, weight), _ = draw(_steps(1, "state", "weight")(dtype))
    nonlinearity = draw(st.sampled_from(["tanh", "relu"]))
    if nonlinearity == "relu":
        a, h = a.copy(), state
        for t in range(len(a)):
            z = h @ weight.T
            a[t] += np.where(np.abs(z + a[t]) < 0.05, 0.2, 0).astype(a.dtype)
            h = np.maximum(z + a[t], 0)
    return [a, state, weight], {"nonlinearity": nonlinearity}


@st.composite
def _ctc(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Of sequences with enough frames: a label needs one, and one more if it is the one before again."""
    batch, frames = draw(st.integers(1, 2)), draw(st.integers(1, 5))
    labels = [draw(st.lists(st.integers(1, 2), max_size=2)) for _ in range(batch)]
    needed = [len(row) + sum(a == b for a, b in itertools.pairwise(row)) for row in labels]
    labels = [row if need <= frames else [] for row, need in zip(labels, needed, strict=True)]
    steps = [draw(st.integers(max(need if row else 1, 1), frames)) for row, need in zip(labels, needed, strict=True)]
    states = np.zeros((batch, 2 * max(map(len, labels)) + 1), int)
    for n, row in enumerate(labels):
        states[n, 1 : 2 * len(row) : 2] = row
    skip = np.zeros(states.shape, bool)
    skip[:, 2:] = (states[:, 2:] > 0) & (states[:, 2:] != states[:, :-2])
    e = draw(tgst.arrays((frames, *states.shape), REAL, dtype))
    return [e, skip, np.array(steps), np.array([2 * len(row) + 1 for row in labels])], {}


SAMPLES: dict[str, Sample] = {
    "lstm_steps": _steps(4, "first", "state", "weight"),
    "gru_steps": _steps(3, "state", "weight", "bias"),
    "rnn_steps": _rnn,
    "ctc": _ctc,
}
