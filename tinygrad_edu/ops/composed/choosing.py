"""What functions share that choose elements: the indices are found in NumPy, the elements are gathered by them."""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import numpy as np

from ...op import Variable
from .. import shape
from ..dims import axis
from ..plain import constant
from .selecting import gather


class Selected(NamedTuple):
    """What a function returns that selects along a dimension: the elements, and where they stood."""

    values: Any
    indices: Any


def array(name: str, x: Any) -> np.ndarray:
    """The array of a tensor."""
    if not isinstance(x, (Variable, np.ndarray)):
        raise TypeError(f"{name}: expected a tensor, got {type(x).__name__}; use tensor(data)")
    found: np.ndarray = x._array if isinstance(x, Variable) else x
    return found


def ordered(name: str, x: Any) -> np.ndarray:
    """The array of a tensor whose elements have an order."""
    found = array(name, x)
    if found.dtype.kind == "c":
        raise TypeError(f"{name}: complex numbers have no order; use t.abs() or t.real")
    return found


def whole(name: str, parameter: str, n: Any) -> int:
    """A parameter that is a whole number."""
    try:
        return operator.index(n)
    except TypeError:
        raise TypeError(f"{name}: {parameter} must be an int, got {n!r}") from None


def line(name: str, x: np.ndarray, dim: int) -> int:
    """The axis that `dim` names, along which there must be something to choose from."""
    along = axis(dim, x.ndim)
    if x.ndim and not x.shape[along]:
        raise IndexError(f"{name}: dim {dim} has size 0; expected at least one element to choose from")
    return along


def elements(x: Any, dim: int, at: np.ndarray, keepdim: bool = True) -> Selected:
    """The elements of x at the indices `at`, to which the gradient goes, and the indices; without `dim` unless `keepdim`."""
    values = gather(x, dim, at)
    if keepdim:
        return Selected(values, constant(at, x))
    return Selected(shape.squeeze(values, dim=dim), constant(shape.squeeze(at, dim=dim) if at.ndim else at, x))
