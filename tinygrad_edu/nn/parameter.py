"""`Parameter`: a Tensor that is to be learned."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor


class Parameter(Tensor):
    """A Tensor that a `Module` it is assigned to lists in its `parameters()`, for an optimiser to change.

    data: a Tensor, whose memory the parameter takes over without a copy; or anything that `Tensor` takes, copied.
    requires_grad: true by default; false for a parameter that is kept as it is.

    What ops return is a plain Tensor: the sum of two parameters is computed, not learned.
    """

    __slots__ = ()

    def __init__(self, data: Any = (), requires_grad: bool = True) -> None:
        if not isinstance(data, Tensor):
            data = Tensor(data)
        self._array = data._array
        self._node = self._view = self._grad = None
        if requires_grad:
            self.requires_grad_()

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"
