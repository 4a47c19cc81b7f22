"""NumPy's functions that have no derivative on purpose: they give places, counts, truths, texts, types.

Of a tensor that requires a gradient they take the array; arrays among their results become Tensors, as constants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...op import Variable, wrap
from ...tracing import again, decided, is_traced


def constant(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of the arrays; its results as constants."""

    def called(*args: Any, **kwargs: Any) -> Any:
        given: list[np.ndarray] = []
        places = placed((args, kwargs), given)

        def numbers(*arrays: np.ndarray) -> Any:
            args, kwargs = filled(places, arrays)
            return function(*args, **kwargs)

        if is_traced() and function not in OF_ARRAYS:
            return decided(numbers, *given)
        return _as_tensors(again(numbers, *given))

    return called


class _Place(int):
    """The number of an array."""


def placed(x: Any, arrays: list[np.ndarray]) -> Any:
    """The arguments with numbers in place of the arrays of Tensors, which are collected."""
    if isinstance(x, Variable):
        arrays.append(x._array)
        return _Place(len(arrays) - 1)
    if type(x) is dict:
        return {key: placed(value, arrays) for key, value in x.items()}
    return type(x)(placed(y, arrays) for y in x) if type(x) in (list, tuple) else x


def filled(x: Any, arrays: Any) -> Any:
    if isinstance(x, _Place):
        return arrays[x]
    if type(x) is dict:
        return {key: filled(value, arrays) for key, value in x.items()}
    return type(x)(filled(y, arrays) for y in x) if type(x) in (list, tuple) else x


OF_ARRAYS = (  # that give arrays
    np.argpartition, np.lexsort, np.nanargmax, np.nanargmin, np.isin, np.iscomplex, np.diag_indices_from,
    np.tril_indices_from, np.triu_indices_from,
)  # fmt: skip


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
