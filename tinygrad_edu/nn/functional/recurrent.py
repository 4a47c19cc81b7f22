"""One layer of a recurrent network in one direction, and one step of it, as functions of tensors.

Behind the layers of `nn.rnn` and the cells of `nn.rnn_cell`, which have the formulas. x: (T, N, in), or (N, in) for a
step; states (N, H). The weights are PyTorch's: those of the input (G·H, in), those of the state (G·H, H), and their
biases (G·H,) or None, with G gates one below the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...ops import recurrent as steps
from ...tensor import Tensor, wrap
from .layer import linear


def lstm(
    x: Any, state: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None, w_hr: Any = None
) -> tuple[Any, Any]:
    """All h (T, N, H), with the projection w_hr (P, H) all h (T, N, P), and all c (T, N, H). state: (h, c), or None."""
    a = linear(x, w_ih, None if b_ih is None else b_ih + b_hh)
    rows = w_hh.shape[0]
    c = _zeros(x, rows // 4, w_hh) if state is None else state[1]
    first = _zeros(x, rows, w_hh) if state is None else linear(state[0], w_hh)
    if w_hr is None:
        hs, cs, _ = steps.lstm_steps(a, first, c, w_hh)
        return hs, cs
    # h = W_hr h', so the state before the projection, h', meets the weight W_hh W_hr
    hs, cs, _ = steps.lstm_steps(a, first, c, w_hh @ w_hr)
    return linear(hs, w_hr), cs


def gru(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """All h (T, N, H). h: the state to start from, or None."""
    size = w_hh.shape[1]
    h = _zeros(x, size, w_hh) if h is None else h
    if b_ih is None:
        return steps.gru_steps(linear(x, w_ih), h, w_hh, wrap(np.zeros(size, w_hh.dtype)))[0]
    outside = ops.pad(b_hh[: 2 * size], widths=((0, size),))  # that of the candidate is inside, multiplied by r
    return steps.gru_steps(linear(x, w_ih, b_ih + outside), h, w_hh, b_hh[2 * size :])[0]


def rnn(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None, nonlinearity: str = "tanh") -> Any:
    """All h (T, N, H). h: the state to start from, or None."""
    a = linear(x, w_ih, None if b_ih is None else b_ih + b_hh)
    h = _zeros(x, w_hh.shape[1], w_hh) if h is None else h
    return steps.rnn_steps(a, h, w_hh, nonlinearity=nonlinearity)


def _zeros(x: Any, size: int, like: Any) -> Tensor:
    return wrap(np.zeros((x.shape[1], size), like.dtype))
