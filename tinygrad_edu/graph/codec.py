"""A graph as JSON. `schema.json` describes the format; the tests hold both to it. `reader.py` is the way back.

What is None, empty or 0 by default is left out; nan and the infinities are the strings "nan", "inf", "-inf". Half a
surrogate pair, which may stand in a name and which no encoding can write, is an escape such as `\\ud800`.
"""

from __future__ import annotations

import dataclasses
import json
import re
import reprlib
from math import isfinite, isnan
from typing import Any

from .reader import graph_of
from .summary import Cells, Number, Summary
from .value import Edge, Graph, GraphNode, Line, Scope

SCHEMA = "tinygrad_edu.graph"
VERSION = 2  # 1 did not say what a cell shows
FIELDS = {
    kind: [field.name for field in dataclasses.fields(kind) if field.compare]
    for kind in (GraphNode, Edge, Scope, Line, Cells)
}


def to_json(graph: Graph, indent: int | None = None) -> str:
    """The text of a graph; the same graph gives the same text, which any UTF can encode."""
    text = json.dumps(to_dict(graph), ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return escape_surrogates(text)


def escape_surrogates(text: str) -> str:
    """JSON with half surrogate pairs as escapes."""
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def to_dict(graph: Graph) -> dict[str, Any]:
    """What `to_json` writes, as lists, dicts, strings and finite numbers."""
    parts = {field.name: _plain(getattr(graph, field.name)) for field in dataclasses.fields(graph)}
    return {"schema": SCHEMA, "version": VERSION, **parts}


def from_json(text: str) -> Graph:
    """The graph that `to_json` wrote. ValueError if the text is no such graph, or of another version."""
    try:
        data = json.loads(text, parse_constant=_refuse)
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise ValueError(f'it has no "schema": "{SCHEMA}"')
        version = data.get("version")
        if isinstance(version, bool) or version != VERSION:
            raise ValueError(f"it has version {reprlib.repr(version)}, and this program reads version {VERSION}")
        return graph_of({name: part for name, part in data.items() if name not in ("schema", "version")})
    except (TypeError, ValueError) as error:
        raise ValueError(f"from_json: this is no graph: {error}") from None
    except RecursionError:
        raise ValueError("from_json: this is no graph: its brackets are nested too deeply") from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON; nan and the infinities are written as strings")


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
