"""Where a nan or an infinity came from: the parameters, the batch, or the first module that made one of finite inputs.

cause(model, (x,), y)   ->   "module 'body.2' (Log) made -inf from finite inputs"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

from ..random import get_rng_state, set_rng_state
from ..recording import no_grad
from ..tensor import Tensor, wrap
from .metrics import as_array

LARGE = 1e4  # weights beyond this have diverged


class DivergenceError(FloatingPointError):
    """The loss became nan or infinite during training: at which step, and what caused it."""


def bad_parameter(model: Any) -> str | None:
    """A sentence about the first parameter that contains nan or an infinity, or None if all are finite."""
    for name, parameter in model.named_parameters():
        if what := _bad(parameter):
            where = as_array(parameter)
            count = int((~np.isfinite(where)).sum())
            return f"parameter {name!r} contains {what} ({count:,} of its {where.size:,} values)"
    return None


def cause(model: Any, inputs: Sequence[Any], targets: Any) -> str:
    """What made the loss of this batch nan or infinite, as a sentence.

    The parameters are looked at first, then the batch, then the outputs of the modules in the order of their calls, in
    a forward pass of their own. That pass leaves the buffers and the default generator as they were.
    """
    if (found := bad_parameter(model)) is not None:
        return f"{found} since the last update; lower the learning rate, or clip the gradients"
    for name, values in (("inputs", inputs), ("targets", targets)):
        if what := _bad(values):
            return f"the {name} of the batch contain {what}, first in sample {_sample(values)}; clean the data"
    found = _first_module(model, inputs)
    largest = max((float(np.abs(as_array(p)).max(initial=0)) for p in model.parameters()), default=0.0)
    grown = f"; the largest weight has grown to {largest:.2g}: lower the learning rate" if largest > LARGE else ""
    return found + grown


def _first_module(model: Any, inputs: Sequence[Any]) -> str:
    """The first event in a forward pass at which a value is not finite: a module's input, or its output."""
    names = {module: name or "the model" for name, module in model.named_modules()}
    running: list[Any] = []  # the modules that are being called, outermost first
    last: list[Any] = []  # the module that returned last, whose outputs were finite
    found: list[str] = []

    def called(module: Any) -> str:
        kind = type(module).__name__
        return f"the model ({kind})" if module is model else f"module {names[module]!r} ({kind})"

    def between(module: Any) -> str:
        """Where in the forward of `module` that was: after which of the modules in it."""
        inner = last and any(last[-1] is other for other in module.modules() if other is not module)
        return f", after {called(last[-1])}" if inner else " from finite inputs"

    def before(module: Any, values: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not found and (what := _bad((values, kwargs))) and running:
            found.append(f"the forward of {called(running[-1])} made {what}{between(running[-1])}")
        running.append(module)

    def after(module: Any, values: tuple[Any, ...], output: Any) -> None:
        running.pop()
        if not found and (what := _bad(output)):
            found.append(f"the forward of {called(module)} made {what}{between(module)}")
        last.append(module)

    state, buffers = get_rng_state(), [(b, np.array(as_array(b))) for b in model.buffers()]
    with ExitStack() as stack:
        for module in names:
            stack.enter_context(module.register_forward_pre_hook(before, with_kwargs=True))
            stack.enter_context(module.register_forward_hook(after, prepend=True))
        try:
            with no_grad(), np.errstate(all="ignore"):
                model(*inputs)
        finally:
            set_rng_state(state)
            with no_grad():
                for buffer, values in buffers:
                    buffer.copy_(wrap(values))
    if found:
        return found[0]
    return "every module's output is finite, so the loss function made it, or a callback that replaced the loss"


def _bad(values: Any) -> str | None:
    """ "nan", "inf" or "-inf", whichever comes first in `values`, or None if all are finite."""
    for array in _arrays(values):
        if array.dtype.kind in "fc" and not np.isfinite(array).all():
            wrong = array[~np.isfinite(array)]
            return "nan" if np.isnan(wrong).any() else str(wrong.ravel()[0].real)
    return None


def _sample(values: Any) -> int:
    """The number of the first sample of a batch that is not finite, from 0."""
    wrong = [
        ~np.isfinite(a.reshape(len(a), -1)).all(axis=1) for a in _arrays(values) if a.dtype.kind in "fc" and a.ndim
    ]
    return min((int(rows.argmax()) for rows in wrong if rows.any()), default=0)


def _arrays(values: Any) -> Iterator[np.ndarray]:
    """The arrays and Tensors in a value that may be a list, tuple or dict of them."""
    if isinstance(values, Mapping):
        values = list(values.values())
    if isinstance(values, Tensor | np.ndarray | float):
        yield as_array(values)
    elif isinstance(values, Iterable) and not isinstance(values, str | bytes):
        for value in values:
            yield from _arrays(value)
