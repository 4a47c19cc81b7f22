"""Automatic differentiation you can read, see and trust: PyTorch's names on NumPy alone.

    import tinygrad_edu as tg

    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    loss = (x * x).sum()
    loss.backward()
    x.grad                     # tensor([2., 4., 6.])

Reading order: op.py (what an operation is), ops/elementwise.py (the formula sheet), autograd/backward_pass.py (the
chain rule), tensor.py (the class users hold), then nn/, optim/, train/.
"""

from math import e, inf, nan, pi
from pathlib import Path as _Path
from typing import Any as _Any

import numpy as _np

# In a checkout `viz/` and `examples/` stand beside this folder; an installed package has them inside.
if (_Path(__file__).parents[1] / "viz" / "drawing.py").exists():
    __path__.append(str(_Path(__file__).parents[1]))

from . import autograd, data, fft, func, linalg, nn, ops, optim, special, utils
from .allocation import keep_freed_memory as _keep_freed_memory
from .autograd import grad
from .compile import compile
from .creation import (
    arange,
    as_tensor,
    empty,
    empty_like,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    logspace,
    ones,
    ones_like,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    tensor,
    tril_indices,
    triu_indices,
    zeros,
    zeros_like,
)
from .nn.functional import (
    adaptive_avg_pool1d,
    avg_pool1d,
    channel_shuffle,
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    group_norm,
    layer_norm,
    max_pool1d,
    max_pool1d_with_indices,
    max_pool2d,
    max_pool3d,
    pixel_shuffle,
    pixel_unshuffle,
    rms_norm,
)
from .op import NOT_DIFFERENTIABLE, OPS, Op, op
from .ops import *
from .pytorch import places as _places
from .random import Generator, default_generator, get_rng_state, manual_seed, set_rng_state
from .recording import enable_grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled, source_lines
from .tensor import Tensor
from .warn import UsageWarning

__version__ = "0.1.0"

_keep_freed_memory()

float16, float32, float64 = _np.dtype("float16"), _np.dtype("float32"), _np.dtype("float64")
int8, int16, int32, int64, uint8 = (_np.dtype(name) for name in ("int8", "int16", "int32", "int64", "uint8"))
complex64, complex128 = _np.dtype("complex64"), _np.dtype("complex128")
half, float, double, cfloat, cdouble = float16, float32, float64, complex64, complex128
short, int, long, bool = int16, int32, int64, _np.dtype("bool")
newaxis = None

__all__ = [
    "NOT_DIFFERENTIABLE",
    "OPS",
    "Generator",
    "Op",
    "Tensor",
    "UsageWarning",
    "adaptive_avg_pool1d",
    "arange",
    "as_tensor",
    "autograd",
    "avg_pool1d",
    "bool",
    "cdouble",
    "cfloat",
    "channel_shuffle",
    "compile",
    "complex64",
    "complex128",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "data",
    "default_generator",
    "double",
    "e",
    "empty",
    "empty_like",
    "enable_grad",
    "eye",
    "fft",
    "float",
    "float16",
    "float32",
    "float64",
    "from_numpy",
    "full",
    "full_like",
    "func",
    "get_rng_state",
    "grad",
    "group_norm",
    "half",
    "inf",
    "inference_mode",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_grad_enabled",
    "layer_norm",
    "linalg",
    "linspace",
    "logspace",
    "long",
    "manual_seed",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool3d",
    "nan",
    "newaxis",
    "nn",
    "no_grad",
    "ones",
    "ones_like",
    "op",
    "ops",
    "optim",
    "pi",
    "pixel_shuffle",
    "pixel_unshuffle",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
    "rms_norm",
    "set_grad_enabled",
    "set_rng_state",
    "short",
    "source_lines",
    "special",
    "tensor",
    "tril_indices",
    "triu_indices",
    "uint8",
    "utils",
    "zeros",
    "zeros_like",
]
__all__ += vars(ops)["__all__"]  # worked out there, where mypy does not look

globals().update(_places.names())  # device, cuda, save, load, distributions ...: PyTorch's furniture


def __getattr__(name: str) -> _Any:
    raise _places.refused(name)
