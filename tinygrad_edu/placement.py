"""How a tensor lies in memory, and of which type it is, as programs ask: `t.device`, `t.type()`, `t.stride()`."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from . import devices
from .op import Variable

TYPES = {
    "FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "LongTensor": "int64",
    "IntTensor": "int32", "ShortTensor": "int16", "CharTensor": "int8", "ByteTensor": "uint8", "BoolTensor": "bool",
    "ComplexFloatTensor": "complex64", "ComplexDoubleTensor": "complex128",
}  # fmt: skip
NAMES = {np.dtype(dtype): name for name, dtype in TYPES.items()}


def dtype_of(type: Any) -> np.dtype:
    """The dtype of "torch.FloatTensor", "FloatTensor", the class of that name, or a dtype."""
    if isinstance(type, str):
        name = type.rpartition(".")[2]
        if ".cuda." in type or (name not in TYPES and name.endswith("Tensor")):
            raise RuntimeError(f"type({type!r}): expected one of {', '.join(TYPES)}; {devices.NO_GPU}")
        return np.dtype(TYPES.get(name, type))
    found: np.dtype = np.dtype(type)
    return found


class Placement(Variable):
    """What `Tensor` inherits of questions about memory and type."""

    __slots__ = ()
    device = devices.CPU
    is_cuda = is_sparse = is_quantized = is_mps = is_meta = is_sparse_csr = is_xpu = is_nested = False
    is_cpu = True
    layout = "strided"

    def cuda(self, *device: Any, **options: Any) -> Any:
        """RuntimeError: there is no GPU."""
        raise RuntimeError(f"cuda(): {devices.NO_GPU}, and move with .to(device)")

    def type(self, dtype: Any = None, non_blocking: bool = False) -> Any:
        """Converted to this type, as in `t.type(tg.LongTensor)`; without one, its name: "torch.FloatTensor"."""
        if dtype is None:
            return f"torch.{NAMES[self._array.dtype]}"
        return self.to(dtype_of(dtype))  # type: ignore[attr-defined]

    def bfloat16(self) -> Any:
        """RuntimeError: NumPy has no such dtype."""
        raise RuntimeError("bfloat16(): NumPy has no such dtype; use float() or half()")

    def get_device(self) -> int:
        """-1, which is the CPU."""
        return -1

    def stride(self, dim: int | None = None) -> Any:
        """How many elements lie between neighbours along each dimension, or along one."""
        strides = tuple(step // self._array.itemsize for step in self._array.strides)
        return strides if dim is None else strides[dim]

    def is_contiguous(self, memory_format: Any = None) -> bool:
        """Whether the elements lie in memory row by row."""
        return bool(self._array.flags.c_contiguous)

    def storage_offset(self) -> int:
        """How many elements of the memory, which views share, come before the first of this one."""
        owner = self._array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        return int(self._array.ctypes.data - owner.ctypes.data) // self._array.itemsize

    def data_ptr(self) -> int:
        """The address of the first element; equal where memory is shared from the start."""
        return int(self._array.ctypes.data)

    def element_size(self) -> int:
        """Bytes of one element."""
        return self._array.itemsize

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self._array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self._array.nbytes

    def nelement(self) -> int:
        """The number of elements."""
        return self._array.size

    def ndimension(self) -> int:
        """The number of dimensions."""
        return self._array.ndim

    def is_signed(self) -> bool:
        """Whether the dtype has negative numbers."""
        return self._array.dtype.kind not in "bu"

    def is_same_size(self, other: Variable) -> bool:
        """Whether the shapes are equal."""
        return self._array.shape == other._array.shape

    def is_nonzero(self) -> bool:
        """Whether the one element is not zero."""
        return bool(self)

    def is_shared(self) -> bool:
        """False: there is one process."""
        return False

    def share_memory_(self) -> Self:
        """This tensor: threads share it in any case."""
        return self

    def pin_memory(self, device: Any = None) -> Self:
        """This tensor: there is no device to copy it to faster."""
        return self

    def is_pinned(self, device: Any = None) -> bool:
        """False."""
        return False
