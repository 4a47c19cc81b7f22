"""`Parameter`: a Tensor that is learned; `Buffer`: one that belongs to a module without being learned."""

from __future__ import annotations

from typing import Any

from ..creation import tensor
from ..tensor import Tensor

__all__ = [
    "Buffer",
    "Parameter",
]


class Parameter(Tensor):
    """A Tensor that is learned: a `Module` to which it is assigned lists it in `parameters()`, for an optimiser.

    data: a Tensor, whose memory the parameter shares; or an array or nested list, which is copied as by `tensor`.
    requires_grad: False freezes the parameter.

    Ops return plain Tensors: the sum of two parameters is not a parameter.
    """

    __slots__ = ()

    def __init__(self, data: Any = (), requires_grad: bool = True) -> None:
        if not isinstance(data, Tensor):
            data = tensor(data)
        self._array = data._array
        self._node = self._view = self._grad = None
        if requires_grad:
            self.requires_grad_()

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Buffer(Tensor):
    """A Tensor that a `Module` keeps without learning it: assigning it is `register_buffer`.

    data: a Tensor, whose memory the buffer shares; or an array or nested list, which is copied as by `tensor`.
    persistent: whether `state_dict()` contains it.
    """

    __slots__ = ("persistent",)

    def __init__(self, data: Any = (), *, persistent: bool = True) -> None:
        if not isinstance(data, Tensor):
            data = tensor(data)
        self._array = data._array
        self._node = self._view = self._grad = None
        self.persistent = persistent

    def __deepcopy__(self, memo: dict[Any, Any]) -> Tensor:
        return Buffer(self.detach().clone(), persistent=self.persistent)
