"""Activations as layers: what each computes stands with the function of its name in `functional_activation`.

Only `PReLU` has something to learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from . import functional as F
from .applied import REQUIRED, Activation
from .checks import check_dtype, empty
from .module import Module
from .parameter import Parameter


class ReLU(Activation, of=F.relu, inplace=False):
    """max(x, 0), element by element. The derivative at 0 is 0."""


class ReLU6(Activation, of=F.relu6, inplace=False):
    """min(max(x, 0), 6)."""


class LeakyReLU(Activation, of=F.leaky_relu, negative_slope=0.01, inplace=False):
    """x where x > 0, negative_slope · x elsewhere."""


class ELU(Activation, of=F.elu, alpha=1.0, inplace=False):
    """x where x > 0, α (eˣ - 1) elsewhere."""


class CELU(Activation, of=F.celu, alpha=1.0, inplace=False):
    """x where x > 0, α (e^(x/α) - 1) elsewhere."""


class SELU(Activation, of=F.selu, inplace=False):
    """λ · elu(x, α), which keeps mean 0 and variance 1."""


class GELU(Activation, of=F.gelu, approximate="none"):
    """x · Φ(x), with Φ the normal distribution function; `approximate` is "none" or "tanh"."""


class SiLU(Activation, of=F.silu, inplace=False):
    """x · sigmoid(x)."""


class Mish(Activation, of=F.mish, inplace=False):
    """x · tanh(softplus(x))."""


class Sigmoid(Activation, of=F.sigmoid):
    """1 / (1 + e⁻ˣ), element by element."""


class LogSigmoid(Activation, of=F.logsigmoid):
    """log sigmoid(x)."""


class Tanh(Activation, of=F.tanh):
    """tanh x, element by element."""


class Softplus(Activation, of=F.softplus, beta=1.0, threshold=20.0):
    """log(1 + e^(βx)) / β; x itself where βx > threshold."""


class Softsign(Activation, of=F.softsign):
    """x / (1 + |x|)."""


class Tanhshrink(Activation, of=F.tanhshrink):
    """x - tanh x."""


class _Shrink(Activation):
    def extra_repr(self) -> str:
        return str(self.lambd)


class Softshrink(_Shrink, of=F.softshrink, lambd=0.5):
    """x moved towards 0 by λ, and 0 where |x| ≤ λ."""


class Hardshrink(_Shrink, of=F.hardshrink, lambd=0.5):
    """x, and 0 where |x| ≤ λ."""


class Hardtanh(Activation, of=F.hardtanh, min_val=-1.0, max_val=1.0, inplace=False):
    """x held between min_val and max_val."""


class Hardsigmoid(Activation, of=F.hardsigmoid, inplace=False):
    """relu6(x + 3) / 6."""


class Hardswish(Activation, of=F.hardswish, inplace=False):
    """x · relu6(x + 3) / 6."""


class Threshold(Activation, of=F.threshold, threshold=REQUIRED, value=REQUIRED, inplace=False):
    """x where x > threshold, `value` elsewhere."""


class GLU(Activation, of=F.glu, dim=-1):
    """a · sigmoid(b) for the two halves a and b of the input along `dim`."""


class Softmax(Activation, of=ops.softmax, dim=REQUIRED):
    """exp(xᵢ) / Σⱼ exp(xⱼ) along `dim`. Before `CrossEntropyLoss` it is one softmax too many."""


class LogSoftmax(Activation, of=ops.log_softmax, dim=REQUIRED):
    """log softmax(x) along `dim`; what `NLLLoss` wants."""


class Softmin(Activation, of=F.softmin, dim=REQUIRED):
    """softmax(-x) along `dim`."""


class PReLU(Module):
    """x where x > 0, w · x elsewhere, with a slope w that is learned; see `functional.prelu`.

    num_parameters: 1, or the number of channels (the second dimension). init: the slope to start from.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(empty(num_parameters, dtype=dtype, device=device))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        self.weight.data[:] = np.asarray(self.init)

    def forward(self, x: Any) -> Any:
        check_dtype(self, self.weight, x)
        return F.prelu(x, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"
