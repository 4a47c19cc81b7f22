"""NumPy's functions that have no derivative on purpose: they give places, counts, truths, texts, types.

Of a tensor that requires a gradient they take the array; arrays among their results become Tensors, as constants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import Variable, wrap


def constant(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of the arrays; its results as constants."""
    return lambda *args, **kwargs: _as_tensors(
        function(*map(_array, args), **{key: _array(value) for key, value in kwargs.items()})
    )


def _array(x: Any) -> Any:
    if isinstance(x, Variable):
        return x._array
    return type(x)(map(_array, x)) if type(x) in (list, tuple) else x


def _as_tensors(x: Any) -> Any:
    if isinstance(x, np.ndarray) and x.dtype.kind in "bifuc":
        return wrap(x)
    return tuple(map(_as_tensors, x)) if type(x) is tuple else x


WITHOUT_DERIVATIVE: dict[Any, Callable[..., Any]] = {
    function: constant(function)
    for function in (
        np.argpartition, np.lexsort, np.nanargmax, np.nanargmin, np.array_equiv, np.isin, np.iscomplex,
        np.iscomplexobj, np.isrealobj, np.array2string, np.array_repr, np.array_str, np.may_share_memory,
        np.shares_memory, np.result_type, np.common_type, np.min_scalar_type, np.einsum_path,
        np.diag_indices_from, np.tril_indices_from, np.triu_indices_from,
    )
}  # fmt: skip
