"""`t.new_zeros(...)` and its like: new tensors in the dtype of one there is."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arguments import sizes
from .devices import placed
from .draws import Draws
from .op import Variable, wrap


class NewTensors(Draws):
    """What `Tensor` inherits of methods that make another tensor in its dtype."""

    __slots__ = ()

    @placed
    def new_full(self, size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Any:
        """This shape filled with one number."""
        return self._new(np.full(size, fill_value, self._dtype(dtype)), requires_grad)

    @placed
    def new_zeros(self, *size: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
        """Zeros in this shape."""
        return self._new(np.zeros(sizes(size), self._dtype(dtype)), requires_grad)

    @placed
    def new_ones(self, *size: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
        """Ones in this shape."""
        return self._new(np.ones(sizes(size), self._dtype(dtype)), requires_grad)

    @placed
    def new_empty(self, *size: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
        """Zeros in this shape: nobody is helped by numbers that happen to lie in memory."""
        return self.new_zeros(*size, dtype=dtype, requires_grad=requires_grad)

    @placed
    def new_tensor(self, data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Any:
        """A copy of `data`, without its graph."""
        return self._new(
            np.array(data._array if isinstance(data, Variable) else data, self._dtype(dtype)), requires_grad
        )

    @placed
    def new(self, *data: Any) -> Any:
        """Of older programs: zeros of these sizes, or a copy of a list, an array or a tensor, in this dtype."""
        if len(data) == 1 and isinstance(data[0], tuple) and hasattr(data[0], "numel"):  # a Size
            return self.new_zeros(data[0])
        if len(data) == 1 and not isinstance(data[0], int):
            return self.new_tensor(data[0])
        return self.new_zeros(*data) if data else self.new_zeros(0)

    def _dtype(self, given: Any) -> Any:
        return self._array.dtype if given is None else given

    def _new(self, array: np.ndarray, requires_grad: bool) -> Any:
        result: Any = wrap(array)
        return result.requires_grad_() if requires_grad else result
