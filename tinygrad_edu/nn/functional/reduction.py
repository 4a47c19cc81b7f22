"""What losses share: checking their inputs, and reducing many losses to one number.

`reduction` is "mean" (the default), "sum" or "none".
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...tensor import Tensor
from ...warn import warn
from ..checks import not_a_tensor

REDUCTIONS = ("mean", "sum", "none")


def reduced(loss: Any, reduction: str, count: Any = None) -> Any:
    """All losses as they are, their sum, or their sum divided by `count` (by default, by how many there are).

    The mean of no losses is nan, as in PyTorch.
    """
    if reduction == "mean":
        if not isinstance(count, np.ndarray) and not (loss.numel() if count is None else count):
            return loss.sum() * math.nan
        all_count = count is None or (isinstance(count, int) and count == loss.numel())
        return loss.mean() if all_count else loss.sum() / count
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise unknown_reduction("reduction", reduction, REDUCTIONS)


def unknown_reduction(owner: str, reduction: Any, known: tuple[str, ...]) -> ValueError:
    """The error to raise."""
    *most, last = map(repr, known)
    return ValueError(f"{owner}: expected {', '.join(most)} or {last} for reduction, got {reduction!r}")


def check_prediction(name: str, x: Any) -> None:
    """TypeError unless x is a Tensor."""
    if not isinstance(x, Tensor):
        raise not_a_tensor(name, x)


def as_data(target: Any) -> Any:
    """A Tensor as it is, anything else as an array."""
    return target if isinstance(target, Tensor) else np.asarray(target)


def target_like(name: str, x: Any, target: Any) -> Any:
    """The target as data; warns if its shape is not that of the prediction x."""
    check_prediction(name, x)
    target = as_data(target)
    if x.shape != target.shape:
        warn(
            f"{name}: the input has shape {tuple(x.shape)}, the target {tuple(target.shape)}, so they are broadcast "
            "against each other, which is rarely intended; give both the same shape"
        )
    return target


def target_of_same_shape(name: str, x: Any, target: Any) -> Any:
    """The target as data; ValueError if its shape is not that of the prediction x."""
    check_prediction(name, x)
    target = as_data(target)
    if x.shape != target.shape:
        raise ValueError(
            f"{name}: expected input and target of the same shape, got {tuple(x.shape)} and {tuple(target.shape)}"
        )
    return target


OLDER = ("size_average", "reduce")
AFTER = ("eps", "full")  # in poisson_nll_loss size_average stands between these


def modern(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """The arguments with `reduction` in place of PyTorch's older `size_average` and `reduce`; with a warning."""
    old = {key: options.pop(key) for key in OLDER if key in options}
    if any(value is not None for value in old.values()):
        reduces, averages = (old.get(key) is None or old[key] for key in ("reduce", "size_average"))
        options["reduction"] = "none" if not reduces else "mean" if averages else "sum"
        warn(f"{name}: size_average and reduce are PyTorch's old names; write reduction={options['reduction']!r}")
    return options


def place_of_older_names(own: tuple[str, ...]) -> tuple[list[str], int]:
    """The arguments as PyTorch has them, `size_average` and `reduce` among them, and the place of the first.

    own: the names of the function's arguments.
    """
    order = list(own)
    if {"delta", "var", "blank", "distance_function"} & set(own) or ("full" in own and "log_input" not in own):
        return order, len(order)  # which never had them
    order.insert(order.index("reduction"), "reduce")
    first = next(i for i, key in enumerate(order) if key in ("ignore_index", "reduce") or (key, order[i - 1]) == AFTER)
    order.insert(first, "size_average")
    return order, first


def in_pytorchs_places(
    name: str, order: list[str], first: int, args: tuple[Any, ...], options: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments by position, where PyTorch has `size_average` and `reduce` among them, as in `mse_loss(x, y, False)`.

    TypeError: what stands in the place of `size_average` is not one.
    """
    if first == len(order) or isinstance(args[first], str):
        return args, options
    if args[first] is not None and not isinstance(args[first], bool):
        raise TypeError(f"{name}: in this place PyTorch has size_average; pass {args[first]!r} by its name")
    given = dict(zip(order[first:], args[first:], strict=False))
    if len(args) > len(order) or given.keys() & options.keys():
        raise TypeError(f"{name}: too many arguments; pass them by name")
    return args[:first], options | given


def with_older_names(loss: Callable[..., Any]) -> Callable[..., Any]:
    """A loss that takes `size_average` and `reduce` too."""
    if "reduction" not in inspect.signature(loss).parameters:
        return loss

    order, first = place_of_older_names(tuple(inspect.signature(loss).parameters))

    @functools.wraps(loss)
    def called(*args: Any, **options: Any) -> Any:
        if len(args) > first:
            args, options = in_pytorchs_places(loss.__name__, order, first, args, options)
        return loss(*args, **modern(loss.__name__, options) if OLDER[0] in options or OLDER[1] in options else options)

    return called
