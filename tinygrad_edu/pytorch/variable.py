"""`autograd.Variable`: what a Tensor that requires a gradient was wrapped in before PyTorch 0.4."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from ..warn import warn

__all__ = ["Variable"]


class _IsTensor(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=_IsTensor):
    """`Variable(t)`: a tensor on the memory of `t`, without its graph. `isinstance(t, Variable)` holds of Tensors.

    volatile: has no effect, as in PyTorch, which has replaced it by `no_grad()`; with a warning.
    """

    def __new__(cls, data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable: expected a Tensor, got {type(data).__name__}; use tensor(data)")
        if volatile:
            warn("Variable(volatile=True): volatile has no effect; use `with no_grad():`")
        if not data.is_leaf and not requires_grad:
            return data
        return data.detach().requires_grad_() if requires_grad else data.detach()
