"""What `help` shows of an op: its formula, its arguments, its derivatives, its dtypes, and an example."""

from __future__ import annotations

import functools
import importlib
import inspect
from typing import Any

import numpy as np

from ..op import Op
from . import derive, example
from .texts import forward, rule, slope
from .words import MEANINGS, PARAMETERS

EXAMPLE_PARAMS = {"equation": "'ij,jk->ik'"}  # a parameter without which there is no formula at all
DTYPES = ("float32", "float64", "int64", "bool")


@functools.cache
def document(row: Op) -> str:
    """The documentation of an op, derived from its row. It is made when first requested."""
    package = importlib.import_module(__package__.partition(".")[0])
    paragraphs = [
        [_heading(row)],
        _arguments(row),
        _derivatives(row),
        _dtypes(row, package),
        example.lines(row, _called(row, package), package),
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


@functools.cache
def signature(row: Op) -> inspect.Signature:
    """The arguments of an op. Its inputs are positional only where the forward function has other names for them."""
    after = inspect.Parameter.POSITIONAL_OR_KEYWORD if row.each is None else inspect.Parameter.KEYWORD_ONLY
    if row.each is not None:
        inputs = [inspect.Parameter("xs", inspect.Parameter.VAR_POSITIONAL)]
    else:
        named = derive.names(row) == row.names[: len(derive.names(row))]
        kind = after if named and not isinstance(row.forward, np.ufunc) else inspect.Parameter.POSITIONAL_ONLY
        inputs = [inspect.Parameter(name, kind) for name in derive.names(row)]
    params = [inspect.Parameter(name, after, default=p.default) for name, p in derive.parameters(row).items()]
    return inspect.Signature([*inputs, *params])


def _heading(row: Op) -> str:
    """The formula, or what it means where the formula is the op's own name."""
    text = MEANINGS.get(row.name) or _formula(row)
    return f"{text}{', element by element' if row.elementwise or derive.acts_elementwise(row) else ''}."


def _formula(row: Op) -> str:
    return forward(row.name, _names(row), {name: name for name in derive.parameters(row)})


def _names(row: Op) -> list[str]:
    """The inputs' names; of an op that takes any number of inputs, two."""
    return list(derive.names(row)) if row.each is None else ["x1", "x2"]


def _arguments(row: Op) -> list[str]:
    names = ", ".join(_names(row)) + (", ..." if row.each is not None else "")
    if len(_names(row)) == 1:
        what = "a tensor, an array or a number, of any shape" if row.elementwise else "a tensor or an array"
    else:
        what = "tensors, arrays or numbers" if row.elementwise else "tensors or arrays"
        what += "; their shapes are broadcast against each other" if row.broadcasts and row.each is None else ""
    return [f"{names}: {what}", *(_parameter(row, p) for p in derive.parameters(row).values())]


def _parameter(row: Op, p: inspect.Parameter) -> str:
    text = PARAMETERS.get(f"{row.name}.{p.name}", PARAMETERS.get(p.name, "a parameter"))
    return f"{p.name}: {text}" + ("" if p.default is p.empty else f" (default {p.default!r})")


def _derivatives(row: Op) -> list[str]:
    """A line for each input."""
    if not row.differentiable:
        return ["It has no derivative."]
    if not row.rules and row.each is None:
        return ["No derivative is defined."]
    names, params = _names(row), {name: name for name in derive.parameters(row)} | EXAMPLE_PARAMS
    slopes = [slope(row.name, slot, names, "y", params) for slot in range(len(names))]
    rules = [rule(row.name, slot, names, params) for slot in range(len(names))]
    found = [
        f"dy/d{name} = {local}" if local is not None else whole or f"{name} has no derivative."
        for name, local, whole in zip(names, slopes, rules, strict=True)
    ]
    return [*found, "where dY is the gradient of the result"] if any(rules) else found


def _dtypes(row: Op, package: Any) -> list[str]:
    """The dtype of the result for each dtype of the inputs, found by calling the op."""
    known = example.arrays(row, package)
    if known is None or "dtype" in known[1]:
        return []
    xs, params = known
    results = {}
    for dtype in DTYPES:
        kept = "b" if any(x.dtype.kind == "f" for x in xs) else ""  # a condition stays one
        try:
            with package.no_grad(), np.errstate(all="ignore"):
                given = [package.tensor(np.ones_like(x, x.dtype if x.dtype.kind == kept else dtype)) for x in xs]
                results[dtype] = str(row(*given, **params).dtype)
        except Exception:  # whatever the op raises: then it does not take this dtype
            continue
    if not results:
        return []
    if len(set(results.values())) == 1:
        return [f"The result is {next(iter(results.values()))}."]
    if all(dtype == result for dtype, result in results.items()):
        return ["The result has the dtype of the input."]
    return [f"Dtypes: {', '.join(f'{dtype} → {result}' for dtype, result in results.items())}."]


def _called(row: Op, package: Any) -> str:
    """How a program calls the op: by its public name, or the composition in its place; a user's own by its name."""
    public = [name for name, value in vars(package).items() if value is row]
    public += [row.name] if row.name in package.ops.__all__ else []
    return f"tg.{public[0]}" if public else row.name
