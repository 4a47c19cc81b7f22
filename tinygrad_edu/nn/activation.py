"""Activations as layers. What each computes, its arguments and its source are those of the function named by `of`.

Only `PReLU` has a parameter.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import functional as F
from .applied import Activation
from .checks import check_dtype, check_tensor, empty, wrong_shape
from .module import Module
from .parameter import Parameter

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "SELU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmax2d",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]


class _Shrink(Activation):
    def extra_repr(self) -> str:
        return str(self.lambd)


# fmt: off
class ReLU(Activation, of=F.relu): ...
class ReLU6(Activation, of=F.relu6): ...
class LeakyReLU(Activation, of=F.leaky_relu): ...
class ELU(Activation, of=F.elu): ...
class CELU(Activation, of=F.celu): ...
class SELU(Activation, of=F.selu): ...
class GELU(Activation, of=F.gelu): ...
class SiLU(Activation, of=F.silu): ...
class Mish(Activation, of=F.mish): ...
class Sigmoid(Activation, of=F.sigmoid): ...
class LogSigmoid(Activation, of=F.logsigmoid): ...
class Tanh(Activation, of=F.tanh): ...
class Softplus(Activation, of=F.softplus): ...
class Softsign(Activation, of=F.softsign): ...
class Tanhshrink(Activation, of=F.tanhshrink): ...
class Softshrink(_Shrink, of=F.softshrink): ...
class Hardshrink(_Shrink, of=F.hardshrink): ...
class Hardtanh(Activation, of=F.hardtanh): ...
class Hardsigmoid(Activation, of=F.hardsigmoid): ...
class Hardswish(Activation, of=F.hardswish): ...
class Threshold(Activation, of=F.threshold): ...
class GLU(Activation, of=F.glu): ...
class Softmax(Activation, of=F.softmax): ...
class LogSoftmax(Activation, of=F.log_softmax): ...
class Softmin(Activation, of=F.softmin): ...
# fmt: on


class PReLU(Module):
    """x where x > 0, w · x elsewhere, with a slope w that is learned; see `functional.prelu`.

    num_parameters: 1, or the number of channels, the second dimension. init: the slope to start from.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(empty(num_parameters, dtype=dtype, device=device))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set all slopes to `init`."""
        self.weight.data[:] = np.asarray(self.init)

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        check_dtype(self, self.weight, x)
        return F.prelu(x, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x where x > 0, r · x elsewhere, with a random slope r for each element; after `eval()`, r is their mean.

    The arguments and the source are those of `functional.rrelu`.
    """

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        return F.rrelu(x, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}" + (", inplace=True" if self.inplace else "")


class Softmax2d(Module):
    """exp(xᵢ) / Σⱼ exp(xⱼ) over the channels at each place: input (N, C, H, W) or (C, H, W).

    ValueError: another shape.
    """

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        if x.ndim not in (3, 4):
            raise wrong_shape(self, "(N, C, H, W) or (C, H, W)", x)
        return F.softmax(x, -3)
