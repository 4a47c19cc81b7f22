"""The operators of a Tensor: `a + b` calls `add`, and so on."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import ops
from .methods import Methods
from .ops.elementwise import add, div, sub

if TYPE_CHECKING:
    from .tensor import Tensor


class Operators(Methods):
    """What `Tensor` inherits of operators."""

    __slots__ = ()

    # fmt: off

    __hash__ = object.__hash__
    def __add__(self, other: Any) -> Tensor: return add(self, other)
    def __radd__(self, other: Any) -> Tensor: return add(other, self)
    def __sub__(self, other: Any) -> Tensor: return sub(self, other)
    def __rsub__(self, other: Any) -> Tensor: return sub(other, self)
    def __mul__(self, other: Any) -> Tensor: return ops.mul(self, other)
    def __rmul__(self, other: Any) -> Tensor: return ops.mul(other, self)
    def __truediv__(self, other: Any) -> Tensor: return div(self, other)
    def __rtruediv__(self, other: Any) -> Tensor: return div(other, self)
    def __floordiv__(self, other: Any) -> Tensor: return ops.floor_divide(self, other)
    def __rfloordiv__(self, other: Any) -> Tensor: return ops.floor_divide(other, self)
    def __mod__(self, other: Any) -> Tensor: return ops.remainder(self, other)
    def __rmod__(self, other: Any) -> Tensor: return ops.remainder(other, self)
    def __pow__(self, other: Any) -> Tensor: return ops.pow(self, other)
    def __rpow__(self, other: Any) -> Tensor: return ops.pow(other, self)
    def __matmul__(self, other: Any) -> Tensor: return ops.matmul(self, other)
    def __rmatmul__(self, other: Any) -> Tensor: return ops.matmul(other, self)
    def __and__(self, other: Any) -> Tensor: return ops.bitwise_and(self, other)
    def __or__(self, other: Any) -> Tensor: return ops.bitwise_or(self, other)
    def __xor__(self, other: Any) -> Tensor: return ops.bitwise_xor(self, other)
    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__
    def __eq__(self, other: Any) -> Any: return NotImplemented if other is None or isinstance(other, str) else ops.eq(self, other)
    def __ne__(self, other: Any) -> Any: return NotImplemented if other is None or isinstance(other, str) else ops.ne(self, other)
    def __lt__(self, other: Any) -> Tensor: return ops.lt(self, other)
    def __le__(self, other: Any) -> Tensor: return ops.le(self, other)
    def __gt__(self, other: Any) -> Tensor: return ops.gt(self, other)
    def __ge__(self, other: Any) -> Tensor: return ops.ge(self, other)
    def __lshift__(self, other: Any) -> Tensor: return ops.bitwise_left_shift(self, other)
    def __rlshift__(self, other: Any) -> Tensor: return ops.bitwise_left_shift(other, self)
    def __rshift__(self, other: Any) -> Tensor: return ops.bitwise_right_shift(self, other)
    def __rrshift__(self, other: Any) -> Tensor: return ops.bitwise_right_shift(other, self)
    __neg__, __abs__, __invert__ = ops.neg, ops.abs, ops.bitwise_not
    def __pos__(self) -> Any: return self
    # fmt: on
