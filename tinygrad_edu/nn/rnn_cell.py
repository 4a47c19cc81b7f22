"""One step of a recurrent network: `RNNCell`, `LSTMCell`, `GRUCell`."""

from __future__ import annotations

import math
from typing import Any

from .. import ops
from . import init
from .checks import check_dtype, check_tensor, empty, wrong_shape
from .functional import recurrent
from .module import Module
from .parameter import Parameter

__all__ = [
    "GRUCell",
    "LSTMCell",
    "RNNCell",
    "RNNCellBase",
]


class RNNCellBase(Module):
    """What the cells share: a new state h (N, hidden_size) of an input x (N, input_size) and the state before it.

    Without a batch, input (input_size,) and states (hidden_size,). Without a state it starts from 0. Parameters:
    `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, with `num_chunks` gates below each other, uniform on
    (-1/sqrt(hidden_size), 1/sqrt(hidden_size)) to start with.

    ValueError: wrong shapes. TypeError: another floating dtype than the weights'.
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        if hidden_size <= 0:
            raise ValueError(f"{type(self).__name__}: hidden_size must be positive, got {hidden_size}")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        kind = {"dtype": dtype, "device": device}
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(empty(rows, input_size, **kind))
        self.weight_hh = Parameter(empty(rows, hidden_size, **kind))
        self.register_parameter("bias_ih", Parameter(empty(rows, **kind)) if bias else None)
        self.register_parameter("bias_hh", Parameter(empty(rows, **kind)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for all parameters."""
        bound = 1 / math.sqrt(self.hidden_size)
        for param in self.parameters():
            init.uniform_(param, -bound, bound)

    def _given(self, x: Any, *states: Any) -> tuple[Any, ...]:
        """The input as a sequence of one step, (1, N, in), and the states as (N, H), checked."""
        check_tensor(self, x)
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise wrong_shape(self, f"({self.input_size},) or (N, {self.input_size})", x)
        for t in (x, *states):
            check_tensor(self, t)
            check_dtype(self, self.weight_ih, t)
        expected = (*x.shape[:-1], self.hidden_size)
        for state in states:
            if state.shape != expected:
                raise ValueError(f"{self}: expected a state of shape {expected}, got {tuple(state.shape)}")
        rows = [ops.unsqueeze(t, dim=0) if t.ndim == 1 else t for t in (x, *states)]
        return ops.unsqueeze(rows[0], dim=0), *rows[1:]

    def _weights(self) -> tuple[Any, Any, Any, Any]:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else f", bias={self.bias}")


class RNNCell(RNNCellBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), with ReLU in place of tanh for `nonlinearity="relu"`.

    Shapes and parameters are those of `RNNCellBase`. `h = cell(x, h)`.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Any:
        x, *h = self._given(input, *(() if hx is None else (hx,)))
        y = recurrent.rnn(x, h[0] if h else None, *self._weights(), self.nonlinearity)
        return y[0].reshape((*input.shape[:-1], self.hidden_size))

    def extra_repr(self) -> str:
        return super().extra_repr() + ("" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}")


class LSTMCell(RNNCellBase):
    """h', c' = one step of an `LSTM`, which has the formulas; `h, c = cell(x, (h, c))`; shapes: see `RNNCellBase`."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        if hx is not None and (not isinstance(hx, (tuple, list)) or len(hx) != 2):
            raise TypeError(f"{self}: expected a state (h, c), got {type(hx).__name__}")
        x, *state = self._given(input, *(hx or ()))
        found = recurrent.lstm(x, state or None, *self._weights())
        shape = (*input.shape[:-1], self.hidden_size)
        return found[0][0].reshape(shape), found[1][0].reshape(shape)


class GRUCell(RNNCellBase):
    """h' = one step of a `GRU`, which has the formulas. x and h: see `RNNCellBase`; `h = cell(x, h)`."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Any:
        x, *h = self._given(input, *(() if hx is None else (hx,)))
        y = recurrent.gru(x, h[0] if h else None, *self._weights())
        return y[0].reshape((*input.shape[:-1], self.hidden_size))
