"""What `draw` and `explore` are called with: checked, and what to call the Tensors where the caller does not say it."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

import numpy as np

from tinygrad_edu.graph import Graph
from tinygrad_edu.tensor import Tensor


def given_tensors(function: str, what: Any) -> Sequence[Tensor]:
    """The Tensors to show. TypeError or ValueError, in the name of `function`, for anything else."""
    if isinstance(what, Tensor):
        return [what]
    if not isinstance(what, (list, tuple)):
        raise TypeError(
            f"{function}: expected a Tensor, a list of Tensors or a Graph, got {_shown(what)}; "
            f"pass the result of a computation on Tensors, as in {function}(loss)"
        )
    if not what:
        raise ValueError(
            f"{function}: expected at least one Tensor, got an empty {type(what).__name__}; "
            f"pass the result of a computation, as in {function}(loss)"
        )
    for i, x in enumerate(what):
        if not isinstance(x, Tensor):
            raise TypeError(f"{function}: expected a {type(what).__name__} of Tensors, got {_shown(x)} at index {i}")
    return what


def given_graph(function: str, graph: Graph, most: int, **others: Any) -> Graph:
    """The graph. ValueError if it is too large, or for an argument that only Tensors can have."""
    for argument, value in others.items():
        if value is not None:
            raise ValueError(
                f"{function}: a Graph is shown as it was traced, and takes no {argument}; give {argument} to trace()"
            )
    if len(graph) > most:
        raise ValueError(
            f"{function}: the graph has {len(graph):,} nodes, more than {most:,}; trace a part of it: an inner result "
            "instead of the last, or fewer layers or time steps"
        )
    return graph


def given_names(function: str, names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The names. TypeError if they are no mapping from names to Tensors."""
    if not isinstance(names, Mapping):
        raise TypeError(
            f'{function}: expected names to be a dict from names to Tensors, as in {{"x": x}}, got {_shown(names)}'
        )
    for name, x in names.items():
        if not isinstance(name, str):
            raise TypeError(f"{function}: expected the keys of names to be texts, got {_shown(name)}")
        if not isinstance(x, (Tensor, np.ndarray)):
            raise TypeError(f"{function}: expected names[{name!r}] to be a Tensor or an array, got {_shown(x)}")
    return names


def caller_names(frame: FrameType, module: Any = None) -> dict[str, Tensor]:
    """The variables in which Tensors are held where `draw` or `explore` was called: of the function, then global ones.

    Left out are names that start with an underscore, such as a notebook's `_` and `_3`; the parameters of `module` and
    of modules in such variables, whose own names say more; and everything, where the caller is a part of this package.
    """
    if frame.f_globals.get("__name__", "").partition(".")[0] == __name__.partition(".")[0]:
        return {}
    variables = {**frame.f_globals, **frame.f_locals}  # a local variable hides the global one of its name
    modules = [x for x in (module, *variables.values()) if hasattr(type(x), "named_parameters")]
    owned = {id(parameter) for x in modules for _, parameter in x.named_parameters()}
    return {
        name: variables[name]
        for name in dict.fromkeys((*frame.f_locals, *frame.f_globals))
        if isinstance(variables[name], Tensor) and name.isidentifier() and not name.startswith("_")
        if id(variables[name]) not in owned
    }


def _shown(x: Any) -> str:
    """A value, cut to a few characters, and its type."""
    return f"{reprlib.repr(x)} ({type(x).__name__})" if x is not None else "None"
