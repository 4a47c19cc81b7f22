"""What recurrent layers have in common: several layers, one direction or both, batches, packed sequences."""

from __future__ import annotations

import functools
import math
from typing import Any, ClassVar

import numpy as np

from .. import ops
from ..tracing import decided, sized
from ..warn import warn
from . import functional as F
from . import init
from .checks import check_dtype, check_tensor, empty, wrong_shape
from .functional import recurrent
from .module import Module
from .parameter import Parameter
from .utils.rnn import PackedSequence, positions

__all__ = [
    "RNNBase",
]


class RNNBase(Module):
    """What `RNN`, `LSTM` and `GRU` share: y_t, state_t = f(x_t, state_(t-1)), layer upon layer.

    Input (T, N, input_size), with `batch_first` (N, T, input_size), or (T, input_size) without a batch; or a
    `PackedSequence`. Output: y of the last layer, of the same form, with D · H features, D = 2 if `bidirectional`, else
    1; and the last state of each layer and direction, (D · num_layers, N, H). States to start from have that shape; by
    default they are 0.

    Parameters, for layer k and for its backward direction (`_reverse`): `weight_ih_l{k}`, `weight_hh_l{k}`,
    `bias_ih_l{k}`, `bias_hh_l{k}`. All start uniform on (-1/sqrt(H), 1/sqrt(H)).

    dropout: in training, the probability with which an element of what one layer passes to the next is set to 0.
    proj_size: of an LSTM, the size of h after a last linear map, `weight_hr_l{k}`; 0 for none.
    ValueError: wrong shapes or sizes. TypeError: another floating dtype than the weights'.
    """

    _gates: ClassVar[dict[str, int]] = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout must be a number between 0 and 1, got {dropout!r}")
        for argument, value, least in (("hidden_size", hidden_size, 1), ("num_layers", num_layers, 1)):
            if not isinstance(value, int):
                raise TypeError(f"{name}: {argument} must be an int, got {type(value).__name__}")
            if value < least:
                raise ValueError(f"{name}: {argument} must be positive, got {value}")
        if mode not in self._gates:
            raise ValueError(f"{name}: mode must be one of {', '.join(self._gates)}, got {mode!r}")
        if proj_size and mode != "LSTM":
            raise ValueError(f"{name}: proj_size is for LSTM only")
        if not 0 <= proj_size < hidden_size:
            raise ValueError(f"{name}: proj_size must be from 0 to hidden_size - 1, got {proj_size}")
        if dropout > 0 and num_layers == 1:
            warn(f"{name}: dropout={dropout} has no effect with one layer: it acts between layers")
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        kind = {"dtype": dtype, "device": device}
        rows, out = self._gates[mode] * hidden_size, proj_size or hidden_size
        for layer in range(num_layers):
            width = input_size if not layer else out * self._directions
            for direction in range(self._directions):
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, width), "weight_hh": (rows, out)}
                if bias:
                    shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for key, shape in shapes.items():
                    self.register_parameter(key + _suffix(layer, direction), Parameter(empty(*shape, **kind)))
        self.reset_parameters()

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [list(self._of(k, d).values()) for k in range(self.num_layers) for d in range(self._directions)]

    def _of(self, layer: int, direction: int) -> dict[str, Parameter]:
        suffix = _suffix(layer, direction)
        keys = {"w_ih": "weight_ih", "w_hh": "weight_hh", "b_ih": "bias_ih", "b_hh": "bias_hh", "w_hr": "weight_hr"}
        found = {key: self._parameters.get(name + suffix) for key, name in keys.items()}
        return {key: p for key, p in found.items() if p is not None}

    def reset_parameters(self) -> None:
        """Draw new values for all parameters."""
        bound = 1 / math.sqrt(self.hidden_size)
        for param in self.parameters():
            init.uniform_(param, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: here the weights need not lie together in memory."""

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        packed = input if isinstance(input, PackedSequence) else None
        x = packed.data if packed is not None else input
        check_tensor(self, x)
        batched = x.ndim == 3
        if x.ndim not in ((2,) if packed is not None else (2, 3)) or x.shape[-1] != self.input_size:
            size = self.input_size
            batch = f"(N, T, {size})" if self.batch_first else f"(T, N, {size})"
            raise wrong_shape(self, f"(elements, {size})" if packed is not None else f"(T, {size}) or {batch}", x)
        check_dtype(self, self.weight_ih_l0, x)
        if packed is not None:
            count = decided(lambda sizes: int(sizes[0]), packed.batch_sizes._array)
        else:
            if not batched:
                x = ops.unsqueeze(x, dim=1)
            elif self.batch_first:
                x = ops.transpose(x, dim0=0, dim1=1)
            if not len(x):
                raise wrong_shape(self, "with at least one step", x)
            count = x.shape[1]
        alone = packed is None and not batched
        states = self._started(hx, count, alone, packed)
        finals = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = F.dropout(x, self.dropout, self.training)
            outputs = []
            for direction in range(self._directions):
                at = layer * self._directions + direction
                state = None if states is None else tuple(s[at] for s in states)
                y, final = self._one(x, state, packed, layer, direction)
                outputs.append(y)
                finals.append(final)
            x = outputs[0] if len(outputs) == 1 else ops.cat(outputs, -1)
        last = [ops.stack(parts) for parts in zip(*finals, strict=True)]
        if packed is not None:
            if packed.unsorted_indices is not None:
                last = [s[:, packed.unsorted_indices] for s in last]
            return packed._replace(data=x), self._as_given(last)
        if alone:
            return x[:, 0], self._as_given([s[:, 0] for s in last])
        return ops.transpose(x, dim0=0, dim1=1) if self.batch_first else x, self._as_given(last)

    def _one(
        self, x: Any, state: tuple[Any, ...] | None, packed: PackedSequence | None, layer: int, direction: int
    ) -> tuple[Any, tuple[Any, ...]]:
        """The outputs of one layer in one direction, of the form of x, and its last state."""
        weights = self._of(layer, direction)
        if packed is None:
            found = self._steps(ops.flip(x, dims=0) if direction else x, state, weights)
            final = tuple(s[-1] for s in found)
            return ops.flip(found[0], dims=0) if direction else found[0], final
        places, lengths = positions(packed, backwards=bool(direction))
        found = self._steps(x[places], state, weights)
        last, step, sequence = sized(functools.partial(_packed, len(places), bool(direction)), lengths)
        final = tuple(s[last, np.arange(len(lengths))] for s in found)
        return found[0][step, sequence], final

    def _steps(self, x: Any, state: tuple[Any, ...] | None, weights: dict[str, Any]) -> tuple[Any, ...]:
        """The states after each step, as (h,) or (h, c)."""
        if self.mode == "LSTM":
            return recurrent.lstm(x, state, **weights)
        h = None if state is None else state[0]
        if self.mode == "GRU":
            return (recurrent.gru(x, h, **weights),)
        return (recurrent.rnn(x, h, **weights, nonlinearity=self.mode.removeprefix("RNN_").lower()),)

    def _started(self, hx: Any, count: int, alone: bool, packed: PackedSequence | None) -> list[Any] | None:
        """The states to start from, (D · num_layers, N, H) each, in the order of packing; None for zeros."""
        if hx is None:
            return None
        layers = self.num_layers * self._directions
        sizes = {"h": self.proj_size or self.hidden_size}
        if self.mode == "LSTM":
            sizes["c"] = self.hidden_size
        given = list(hx) if self.mode == "LSTM" and isinstance(hx, (tuple, list)) else [hx]
        if len(given) != len(sizes):
            raise ValueError(f"{self}: expected a state (h, c) to start from, got {type(hx).__name__}")
        states = []
        for (name, size), s in zip(sizes.items(), given, strict=True):
            check_tensor(self, s)
            expected = (layers, size) if alone else (layers, count, size)
            if s.shape != expected:
                raise ValueError(f"{self}: expected a state {name} of shape {expected} to start from, got {s.shape}")
            check_dtype(self, self.weight_ih_l0, s)
            s = ops.unsqueeze(s, dim=1) if alone else s
            states.append(s if packed is None or packed.sorted_indices is None else s[:, packed.sorted_indices])
        return states

    def _as_given(self, last: list[Any]) -> Any:
        return tuple(last) if self.mode == "LSTM" else last[0]

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        defaults = (0, 1, True, False, 0.0, False)
        names = ("proj_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional")
        for name, default in zip(names, defaults, strict=True):
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)}"
        return text


def _suffix(layer: int, direction: int) -> str:
    return f"_l{layer}{'_reverse' if direction else ''}"


def _packed(steps: int, backwards: bool, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The last step of each sequence; and, in the order of packing, the step and the sequence of each element."""
    step, sequence = np.nonzero(np.arange(steps)[:, None] < lengths)
    return lengths - 1, lengths[sequence] - 1 - step if backwards else step, sequence
