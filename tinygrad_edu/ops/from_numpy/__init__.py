"""NumPy's functions on Tensors, all together: `FUNCTIONS` and `UFUNCS` are what `Tensor` looks them up in.

basic       sum, reshape, concatenate, where ...: ops under another name, and the ops of ufuncs
statistics  sort, median, percentile, cov, histogram, unique ...
linalg      np.linalg, np.fft; cross, kron, tensordot
moving      tile, insert, pad, vstack, rot90 ...: elements in other places
computing   interp, convolve, polyval, piecewise ...
constants   array_str, lexsort, shares_memory ...: no derivative, on purpose
ufuncs      divmod, modf, vecdot; np.add.reduce, np.multiply.accumulate, np.maximum.outer

What stands in none of them refuses a tensor that requires a gradient by its name, with the way out. One function cannot:
`np.fromiter(t)` asks for nothing but `float(x)` of each element, which is allowed, as in PyTorch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import OPS, Op
from .basic import BASIC, BASIC_UFUNCS
from .computing import COMPUTING
from .constants import WITHOUT_DERIVATIVE
from .linalg import LINALG
from .moving import MOVING, moving
from .statistics import STATISTICS
from .ufuncs import COMPOSED_UFUNCS, ufunc_method

FILES = (BASIC, STATISTICS, LINALG, MOVING, COMPUTING, WITHOUT_DERIVATIVE)


def _named_as_rows() -> dict[Any, Op]:
    """NumPy's functions of one number that have the name of a row, as `reciprocal` has."""
    rows = (row for row in OPS.values() if row.elementwise and len(row.rules) == 1)
    return {getattr(np, row.name): row for row in rows if hasattr(np, row.name)}


NAMED = _named_as_rows()
FUNCTIONS: dict[Any, Callable[..., Any]] = NAMED | {
    function: ours for table in FILES for function, ours in table.items()
}
UFUNCS: dict[Any, Callable[..., Any]] = NAMED | BASIC_UFUNCS | COMPOSED_UFUNCS

__all__ = ["COMPOSED_UFUNCS", "FILES", "FUNCTIONS", "LINALG", "UFUNCS", "WITHOUT_DERIVATIVE", "moving", "ufunc_method"]
