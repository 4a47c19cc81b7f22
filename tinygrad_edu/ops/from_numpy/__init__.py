"""NumPy's functions on Tensors, beyond those that are ops under another name: `../protocol.py` has these.

moving         tile, insert, vstack, rot90 ...: elements in other places
computing      interp, convolve, polyval, piecewise ...
constants      argsort, allclose, nonzero ...: no derivative, on purpose
ufuncs         divmod, modf, vecdot; np.add.reduce, np.multiply.accumulate, np.maximum.outer

What stands in none of them refuses a tensor that requires a gradient by its name, with the way out. One function cannot:
`np.fromiter(t)` asks for nothing but `float(x)` of each element, which is allowed, as in PyTorch.
"""

from collections.abc import Callable
from typing import Any

from .computing import COMPUTING
from .constants import WITHOUT_DERIVATIVE
from .moving import MOVING, moving
from .ufuncs import COMPOSED_UFUNCS, ufunc_method

MORE: dict[Any, Callable[..., Any]] = MOVING | COMPUTING | WITHOUT_DERIVATIVE

__all__ = ["COMPOSED_UFUNCS", "MORE", "WITHOUT_DERIVATIVE", "moving", "ufunc_method"]
