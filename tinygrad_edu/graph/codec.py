"""A graph as JSON, and back. `schema.json` describes the format; it is checked against it by the tests.

What is None, empty or 0 by default is left out; nan and the infinities are the strings "nan", "inf", "-inf".
"""

from __future__ import annotations

import dataclasses
import json
from math import isfinite, isnan
from typing import Any

from .summary import Cells, Number, Summary, of_number
from .value import Edge, Graph, GraphNode, Line, Scope

SCHEMA = "tinygrad_edu.graph"
VERSION = 1
FIELDS = {kind: [field.name for field in dataclasses.fields(kind)] for kind in (GraphNode, Edge, Scope, Line, Cells)}


def to_json(graph: Graph, indent: int | None = None) -> str:
    """The text of a graph; the same graph gives the same text."""
    return json.dumps(to_dict(graph), ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))


def to_dict(graph: Graph) -> dict[str, Any]:
    """What `to_json` writes, as lists, dicts, strings and finite numbers."""
    parts = {field.name: _plain(getattr(graph, field.name)) for field in dataclasses.fields(graph)}
    return {"schema": SCHEMA, "version": VERSION, **parts}


def from_json(text: str) -> Graph:
    """The graph that `to_json` wrote. ValueError if the text is no such graph, or of another version."""
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise ValueError(f'it has no "schema": "{SCHEMA}"')
        if data.get("version") != VERSION:
            raise ValueError(f"it has version {data.get('version')!r}, and this program reads version {VERSION}")
        return Graph(
            tuple(_node(node) for node in data["nodes"]),
            tuple(_edge(edge) for edge in data["edges"]),
            tuple(Scope(**scope) for scope in data["scopes"]),
            tuple(data["backward"]),
        )
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        missing = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"from_json: this is no graph: {missing}") from None


def _plain(x: Any) -> Any:
    if isinstance(x, Summary):
        return _summary(x)
    if isinstance(x, tuple):
        return [item if type(item) is float and isfinite(item) else _plain(item) for item in x]
    if (names := FIELDS.get(type(x))) is not None:
        values = ((name, getattr(x, name)) for name in names)
        return {name: _plain(value) for name, value in values if value is not None or name == "parent"}
    return _number(x) if isinstance(x, (float, complex)) else x


def _summary(x: Summary) -> dict[str, Any]:
    if x.number is not None:
        return {"size": 1, "number": _number(x.number)}
    fields = {field.name: getattr(x, field.name) for field in dataclasses.fields(x)}
    return {name: _plain(value) for name, value in fields.items() if value is not None and (value or name == "size")}


def _number(x: Number) -> Any:
    if isinstance(x, complex):
        return {"re": _number(x.real), "im": _number(x.imag)}
    if isinstance(x, float) and not isfinite(x):
        return "nan" if isnan(x) else "inf" if x > 0 else "-inf"
    return x


def _read(x: Any) -> Any:
    if isinstance(x, dict):
        return complex(_read(x["re"]), _read(x["im"]))
    return float(x) if isinstance(x, str) else x


def _read_summary(data: dict[str, Any] | None) -> Summary | None:
    if data is None:
        return None
    if "number" in data:
        return of_number(_read(data["number"]))
    counts = {name: data.get(name, 0) for name in ("nan", "inf", "zero")}
    some = data["size"] > counts["nan"] + counts["inf"]
    low, high, mean, norm = (data.get(name, 0.0 if some else None) for name in ("min", "max", "mean", "norm"))
    cells = _read_cells(data.get("cells"))
    return Summary(data["size"], None, low, high, mean, norm, **counts, cells=cells)


def _read_cells(data: dict[str, Any] | None) -> Cells | None:
    return None if data is None else Cells(**data | {"values": tuple(_read(x) for x in data["values"])})


def _node(data: dict[str, Any]) -> GraphNode:
    defaults = {"op": None, "name": None}
    summaries = {name: _read_summary(data.get(name)) for name in ("value", "grad", "gradient", "seed")}
    line = Line(**data["line"]) if "line" in data else None
    params = tuple((key, value) for key, value in data["params"])
    return GraphNode(**defaults | data | summaries | {"line": line, "params": params, "shape": tuple(data["shape"])})


def _edge(data: dict[str, Any]) -> Edge:
    summaries = {name: _read_summary(data.get(name)) for name in ("local", "contribution", "total")}
    return Edge(**data | summaries | {"jacobian": _read_cells(data.get("jacobian"))})
