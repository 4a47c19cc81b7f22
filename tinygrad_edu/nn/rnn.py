"""Recurrent layers: `RNN`, `LSTM`, `GRU`."""

from __future__ import annotations

from typing import Any

from .rnn_base import RNNBase

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
]


class RNN(RNNBase):
    """h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh), with ReLU in place of tanh for `nonlinearity="relu"`.

    Shapes, states, parameters and the other arguments are those of `RNNBase`. Returns the outputs and the last states.

    Source: J. Elman, "Finding structure in time" (Cognitive Science 14, 1990).
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(
            f"RNN_{nonlinearity.upper()}", input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, device=device, dtype=dtype,
        )  # fmt: skip
        self.nonlinearity = nonlinearity


class LSTM(RNNBase):
    """A recurrent layer with a memory cell c, which gates open and close.

        i = σ(W_ii x + b_ii + W_hi h + b_hi)         input gate
        f = σ(W_if x + b_if + W_hf h + b_hf)         forget gate
        u = tanh(W_ig x + b_ig + W_hg h + b_hg)      candidate
        o = σ(W_io x + b_io + W_ho h + b_ho)         output gate
        c = f c + i u,   h = o tanh(c)               with `proj_size`: h = W_hr (o tanh(c))

    The four gates stand below each other in the parameters. Shapes and the other arguments are those of `RNNBase`; the
    states are pairs: `output, (h, c) = lstm(x, (h0, c0))`.

    Sources: S. Hochreiter and J. Schmidhuber, "Long short-term memory" (Neural Computation 9, 1997); F. Gers,
    J. Schmidhuber and F. Cummins, "Learning to forget" (Neural Computation 12, 2000); the projection: H. Sak, A. Senior
    and F. Beaufays, "Long short-term memory based recurrent neural network architectures" (arXiv:1402.1128).
    """

    def __init__(
        self,
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
        super().__init__(
            "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, device,
            dtype,
        )  # fmt: skip


class GRU(RNNBase):
    """A recurrent layer with gates, and without a memory cell of its own.

        r = σ(W_ir x + b_ir + W_hr h + b_hr)             reset gate
        z = σ(W_iz x + b_iz + W_hz h + b_hz)             update gate
        n = tanh(W_in x + b_in + r (W_hn h + b_hn))      candidate
        h = (1 - z) n + z h

    The three gates stand below each other in the parameters. Shapes, states and the other arguments are those of
    `RNNBase`. As in PyTorch, r multiplies after the product W_hn h (in the paper before it).

    Source: K. Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical machine
    translation" (EMNLP 2014).
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device=device,
            dtype=dtype,
        )  # fmt: skip
