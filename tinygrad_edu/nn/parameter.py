"""`Parameter`: a Tensor that is learned."""

from __future__ import annotations

from typing import Any

from ..creation import tensor
from ..tensor import Tensor

__all__ = [
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
