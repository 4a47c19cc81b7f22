"""JSON data back to the dataclasses of a graph. The types that value.py and summary.py declare say what is right.

Anything else is a ValueError that says where it stands: "nodes[3].shape[0]: expected an int of 0 or more, got 'a'". So
is a graph whose parts do not fit together: an edge to nowhere, a scope inside itself.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import reprlib
import types
from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .summary import Cells, Number, Summary, of_number
from .value import Graph

Reader = Callable[[Any, str], Any]  # of a value and the place where it stands

NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def graph_of(data: dict[str, Any]) -> Graph:
    """The graph that `data` describes, checked."""
    graph: Graph = _reader(Graph)(data, "")
    _check(graph)
    return graph


def _wrong(where: str, expected: str, x: Any) -> ValueError:
    return ValueError(f"{where}: expected {expected}, got {reprlib.repr(x)}")


def _check(graph: Graph) -> None:
    """What the types cannot say."""
    places = _places("nodes", (node.id for node in graph.nodes))
    parents = {scope.id: scope.parent for scope in graph.scopes}
    _places("scopes", (scope.id for scope in graph.scopes))
    for i, node in enumerate(graph.nodes):
        if node.scope is not None and node.scope not in parents:
            raise ValueError(f"nodes[{i}].scope: there is no scope {node.scope!r}")
    for i, scope in enumerate(graph.scopes):
        if scope.parent is not None and scope.parent not in parents:
            raise ValueError(f"scopes[{i}].parent: there is no scope {scope.parent!r}")
    _no_cycle(parents)
    for i, edge in enumerate(graph.edges):
        for end in (edge.source, edge.target):
            if end not in places:
                raise ValueError(f"edges[{i}]: there is no node {end!r}")
        if places[edge.source] >= places[edge.target]:
            raise ValueError(f"edges[{i}]: {edge.source!r} is not before {edge.target!r}, which is made of it")
    _places("edges", ((edge.target, edge.slot) for edge in graph.edges))
    _places("backward", graph.backward)
    for i, number in enumerate(graph.backward):
        if not 0 <= number < len(graph.edges):
            raise ValueError(f"backward[{i}]: there is no edge {number}; there are {len(graph.edges)}")


def _places(what: str, ids: Iterable[Any]) -> dict[Any, int]:
    """Where each id stands; each may stand there once."""
    found: dict[Any, int] = {}
    for i, id_ in enumerate(ids):
        if id_ in found:
            raise ValueError(f"{what}[{i}]: {reprlib.repr(id_)} is there already, at {what}[{found[id_]}]")
        found[id_] = i
    return found


def _no_cycle(parents: dict[str, str | None]) -> None:
    sound: set[str | None] = {None}
    for start in parents:
        chain: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in sound:
            if at in chain:
                raise ValueError(f"scopes: {at!r} is inside itself")
            chain[at] = None
            at = parents[at]
        sound.update(chain)


@functools.cache
def _reader(kind: Any) -> Reader:
    """How values of a declared type are read."""
    special: dict[Any, Reader] = {Number: _number, float: _float, int: _int, Summary: _summary, Cells: _cells}
    if kind in special:
        return special[kind]
    arguments = get_args(kind)
    if get_origin(kind) is Literal:
        return functools.partial(_choice, arguments)
    if get_origin(kind) is tuple:
        if arguments[1:] == (...,):
            return functools.partial(_list, _reader(arguments[0]))
        return functools.partial(_tuple, tuple(map(_reader, arguments)))
    if isinstance(kind, types.UnionType):  # with None, which is left out of the JSON
        return _reader(next(argument for argument in arguments if argument is not type(None)))
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    return functools.partial(_plain, kind)


def _record(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    fields = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind) if field.compare}
    absent = {
        field.name: None if field.default is dataclasses.MISSING else field.default
        for field in dataclasses.fields(kind)
        if field.compare
        and type(None) in get_args(hints[field.name])
        and field.name != "parent"  # which is always written
    }

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, dict):
            raise _wrong(where, "an object", data)
        dot = f"{where}." if where else ""
        values = dict(absent)
        for name, x in data.items():
            if name not in fields:
                raise ValueError(f"{dot}{reprlib.repr(name)[1:-1]}: there is no such key")
            values[name] = None if x is None and name == "parent" else fields[name](x, dot + name)
        for name in fields:
            if name not in values:
                raise ValueError(f"{dot}{name}: it is missing")
        return kind(**values)

    return read


def _plain(kind: type, x: Any, where: str) -> Any:
    if not isinstance(x, kind):
        raise _wrong(where, {str: "a string", bool: "true or false"}[kind], x)
    return x


def _choice(choices: tuple[str, ...], x: Any, where: str) -> Any:
    if not isinstance(x, str) or x not in choices:
        raise _wrong(where, " or ".join(map(repr, choices)), x)
    return x


def _int(x: Any, where: str) -> int:
    """All integers of a graph are sizes, counts and numbers in a list."""
    if isinstance(x, bool) or not isinstance(x, int) or x < 0:
        raise _wrong(where, "an int of 0 or more", x)
    return x


def _float(x: Any, where: str) -> float:
    if isinstance(x, str) and x in NOT_FINITE:
        return NOT_FINITE[x]
    if isinstance(x, bool) or not isinstance(x, (int, float)):
        raise _wrong(where, 'a number, "nan", "inf" or "-inf"', x)
    if abs(x) > 1.7976931348623157e308:
        raise ValueError(f'{where}: the number is too large; infinity is written "inf"')
    return float(x)


def _number(x: Any, where: str) -> Number:
    if isinstance(x, dict):
        if x.keys() != {"re", "im"}:
            raise _wrong(where, 'a number, true, false or {"re": ..., "im": ...}', x)
        return complex(_float(x["re"], f"{where}.re"), _float(x["im"], f"{where}.im"))
    if isinstance(x, bool):
        return x
    number = _float(x, where)
    return x if isinstance(x, int) else number


def _list(inner: Reader, x: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(x, list):
        raise _wrong(where, "a list", x)
    return tuple([inner(item, f"{where}[{i}]") for i, item in enumerate(x)])


def _tuple(inner: tuple[Reader, ...], x: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(x, list) or len(x) != len(inner):
        raise _wrong(where, f"a list of {len(inner)}", x)
    return tuple(read(item, f"{where}[{i}]") for i, (read, item) in enumerate(zip(inner, x, strict=True)))


def _cells(data: Any, where: str) -> Cells:
    cells: Cells = _record_of_cells()(data, where)
    if min(cells.rows, cells.columns, cells.height, cells.width) < 1 or len(cells.values) != cells.rows * cells.columns:
        sizes = f"{cells.rows} x {cells.columns} cells of {cells.height} x {cells.width}"
        raise ValueError(f"{where}: {sizes} do not go with {len(cells.values)} values")
    if (cells.shows == "element") != (cells.height == cells.width == 1):
        raise ValueError(f"{where}.shows: {cells.shows!r} does not go with cells of {cells.height} x {cells.width}")
    return cells


@functools.cache
def _record_of_cells() -> Reader:
    return _record(Cells)


def _summary(data: Any, where: str) -> Summary:
    """One number: the rest follows from it. Many: what is 0 was left out, and what there is not, too."""
    if not isinstance(data, dict):
        raise _wrong(where, "an object", data)
    if "number" in data:
        if data.keys() != {"size", "number"} or data["size"] != 1 or isinstance(data["size"], bool):
            raise _wrong(where, 'an object of "number" and "size": 1', data)
        return of_number(_number(data["number"], f"{where}.number"))
    found: Summary = _record_of_summary()({"nan": 0, "inf": 0, "zero": 0, **data}, where)
    if found.size == 1:
        raise ValueError(f"{where}.number: it is missing")
    if found.nan + found.inf + found.zero > found.size:
        raise ValueError(f"{where}: more elements are nan, infinite or zero than its size, {found.size}")
    numbers = (found.min, found.max, found.mean, found.norm)
    if found.nan + found.inf < found.size:
        low, high, mean, norm = (x or 0.0 for x in numbers)
        return dataclasses.replace(found, min=low, max=high, mean=mean, norm=norm)
    if numbers != (None,) * 4:
        raise ValueError(f"{where}: no element is finite, so there is no min, max, mean or norm")
    return found


@functools.cache
def _record_of_summary() -> Reader:
    return _record(Summary)
