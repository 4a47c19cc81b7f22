"""`FloatTensor`, `LongTensor` and their like: constructors that have a dtype in their name."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..placement import TYPES
from ..tensor import Tensor, wrap

__all__ = list(TYPES)


class TypeOfTensor(type):
    """The class of these classes: calling one makes a Tensor, and `isinstance(t, FloatTensor)` looks at the dtype."""

    dtype: np.dtype

    def __call__(cls, *data: Any) -> Tensor:
        """Sizes, for zeros of that shape; or a nested list, an array or a tensor, copied and converted."""
        if len(data) == 1 and not isinstance(data[0], (int, tuple)):
            return wrap(np.array(data[0], cls.dtype))
        if len(data) == 1 and isinstance(data[0], tuple) and not hasattr(data[0], "numel"):
            return wrap(np.array(data[0], cls.dtype))
        return wrap(np.zeros(data[0] if data and isinstance(data[0], tuple) else data, cls.dtype))

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype == cls.dtype


for _name, _dtype in TYPES.items():
    globals()[_name] = TypeOfTensor(_name, (), {"dtype": np.dtype(_dtype), "__module__": __name__})
