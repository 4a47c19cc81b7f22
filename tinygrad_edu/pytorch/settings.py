"""Settings and questions: dtypes, threads, printing, what is a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..blas import libraries
from ..devices import CPU, Size, check, device
from ..literals import default
from ..placement import dtype_of
from ..random import initial_seed, seed
from ..tensor import Tensor

__all__ = [
    "Size",
    "are_deterministic_algorithms_enabled",
    "can_cast",
    "device",
    "dtype",
    "finfo",
    "get_default_device",
    "get_default_dtype",
    "get_num_threads",
    "iinfo",
    "initial_seed",
    "is_nonzero",
    "is_tensor",
    "numel",
    "promote_types",
    "result_type",
    "seed",
    "set_default_device",
    "set_default_dtype",
    "set_default_tensor_type",
    "set_float32_matmul_precision",
    "set_num_threads",
    "typename",
    "use_deterministic_algorithms",
]

dtype = np.dtype  # isinstance(t.dtype, dtype)


class Limits:
    """What NumPy knows of the range of a dtype, as Python numbers."""

    def __init__(self, info: Any) -> None:
        self.dtype = str(info.dtype)
        for name in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution"):
            if hasattr(info, name):
                value = getattr(info, name)
                setattr(self, name, value.item() if isinstance(value, np.generic) else value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in vars(self).items())})"


class finfo(Limits):
    """Limits of a floating-point dtype, float32 by default, as Python numbers: `finfo(t.dtype).eps`."""

    def __init__(self, type: Any = np.float32) -> None:
        super().__init__(np.finfo(dtype_of(type)))


class iinfo(Limits):
    """Limits of an integer dtype, as Python numbers: `iinfo(t.dtype).max`."""

    def __init__(self, type: Any) -> None:
        super().__init__(np.iinfo(dtype_of(type)))


def is_tensor(obj: Any) -> bool:
    """Whether this is a Tensor."""
    return isinstance(obj, Tensor)


def numel(input: Tensor) -> int:
    """The number of elements."""
    return input.numel()


def is_nonzero(input: Tensor) -> bool:
    """Whether the one element is not zero."""
    return bool(input)


def typename(obj: Any) -> str:
    """The name of a type: "torch.FloatTensor" of a tensor."""
    return obj.type() if isinstance(obj, Tensor) else f"{type(obj).__module__}.{type(obj).__qualname__}"


def result_type(tensor1: Any, tensor2: Any) -> np.dtype:
    """The dtype in which two tensors or numbers are computed with together."""
    return dtypes.result_type([x._array if isinstance(x, Tensor) else x for x in (tensor1, tensor2)])


def promote_types(type1: Any, type2: Any) -> np.dtype:
    """The smallest dtype that holds both."""
    return dtypes.promote(dtype_of(type1), dtype_of(type2))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether the kind of number of `to` is not a lower one."""
    given, wanted = dtype_of(from_), dtype_of(to)
    return dtypes.holds(wanted, given) and not (given.kind == "i" and wanted.kind == "u")


def get_default_dtype() -> np.dtype:
    """The dtype of Python's floats, and of what is made without a dtype: float32 at first."""
    return default.real


def set_default_dtype(d: Any) -> None:
    """From now on Python's floats, and tensors and layers made without a dtype, are of this one: float16, 32 or 64.

    Integers become it where a real number is computed. TypeError: not a floating-point dtype.
    """
    wanted = dtype_of(d)
    if wanted.kind != "f":
        raise TypeError(f"set_default_dtype: expected a floating-point dtype, got {wanted}")
    default.set(wanted)


def set_default_tensor_type(t: Any) -> None:
    """`set_default_dtype`, by the name of a type: "torch.DoubleTensor", DoubleTensor. RuntimeError: one on a GPU."""
    set_default_dtype(getattr(t, "dtype", t))


def get_default_device() -> device:
    """The CPU."""
    return CPU


def set_default_device(device: Any) -> None:
    """The CPU is the default. ValueError: any other."""
    check("set_default_device", device)


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Nothing: all algorithms here are deterministic."""


def are_deterministic_algorithms_enabled() -> bool:
    """True."""
    return True


def set_float32_matmul_precision(precision: str) -> None:
    """Nothing: float32 is computed in float32."""


def get_num_threads() -> int:
    """How many threads matrix products may use."""
    return max((library.num_threads or 1 for library in libraries()), default=1)


def set_num_threads(int: int) -> None:
    """How many threads matrix products may use from now on."""
    import threadpoolctl

    threadpoolctl.threadpool_limits(int)
