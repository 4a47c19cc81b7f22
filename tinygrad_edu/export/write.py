"""From the steps of a program to the nodes of a graph."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import ExportError
from .graph import Writer
from .nodes import EXCUSED, FUNCTIONS, NODES
from .sizes import Item, Merge, Size, Step, items_in
from .whole import with_wholes


def write(w: Writer, merge: Merge, opset: int) -> None:
    """The nodes of the steps that the outputs need."""
    instead = with_wholes(merge.steps, opset)
    steps = [instead.get(step, step) for step in merge.steps]
    needed: dict[Item, None] = dict.fromkeys(merge.outputs)
    live = []
    for step in reversed(steps):
        if any(item in needed and item.kind != "fixed" for item in step.results):
            live.append(step)
            needed.update(dict.fromkeys(items_in((step.inputs, step.params))))
    w.outputs, w.needed = merge.outputs, needed
    users: dict[Item, list[Step]] = {}
    for step in live:
        for item in dict.fromkeys(items_in((step.inputs, step.params))):
            users.setdefault(item, []).append(step)
    w.readers = users
    for step in reversed(live):
        if all(item.kind == "sized" for item in step.results):
            _write_sized(w, step)
        else:
            _write_step(w, step)
    w.step = None


def _write_sized(w: Writer, step: Step) -> None:
    """Numbers made of sizes alone: by the ops that made them; what these cannot be written of is left to a formula."""
    nodes, written = len(w.nodes), dict(w.written)
    try:
        _write_step(w, step)
    except ExportError:
        del w.nodes[nodes:]
        w.written = written


def _write_step(w: Writer, step: Step) -> None:
    w.step = step
    if step.op == "outside":
        step = _named_function(w, step)
    row = step.row or NODES.get(step.op)
    if row is None:
        reason = EXCUSED.get(step.op, "an op of your own has no ONNX operator")
        raise w.refuse(
            f"cannot be exported: {reason}. Leave it out of the exported model, compute it before or after, or write "
            "it with other ops"
        )
    for item in step.results:
        w.code(item.dtype)
    inputs = list(step.inputs)
    w.kind = next((x.dtype for x in inputs if isinstance(x, Item)), w.kind)
    if step.elementwise:
        inputs = _converted(w, step, inputs)
    found = row(w, *inputs, **step.params)
    for item, name in zip(step.results, found if isinstance(found, list) else [found], strict=True):
        if name is not None and item.kind != "fixed":
            w.known(item, name)


def _named_function(w: Writer, step: Step) -> Step:
    """The call of a NumPy function that has a row of its own."""
    name, options = step.params["name"], step.params["options"]
    if step.params["random"]:
        raise w.refuse("draws random numbers; draw them outside, and pass them as an input")
    if name not in FUNCTIONS:
        raise w.refuse(f"computes with NumPy ({name}), for which there is no ONNX operator; compute with tensors")
    return dataclasses.replace(step, params={}, row=functools.partial(FUNCTIONS[name], *options))


def _converted(w: Writer, step: Step, inputs: list[Any]) -> list[Any]:
    """The inputs of an elementwise op, of one dtype: ONNX converts none by itself."""
    fixed = 1 if step.op == "where" else 0
    rest = inputs[fixed:]
    if step.op != "cast" and len(rest) > 1:
        kinds = [x.dtype for x in rest if isinstance(x, Item)]
        numbers = [x for x in rest if not isinstance(x, (Item, Size))]
        w.kind = np.result_type(*kinds, *numbers) if kinds else step.results[0].dtype
        rest = [w.cast(x, w.kind) if isinstance(x, Item) and x.dtype != w.kind else x for x in rest]
    return [*inputs[:fixed], *rest]


def without_copies(w: Writer, outputs: Sequence[str]) -> None:
    """Leave out nodes that nothing reads, and give the outputs' names to the nodes that make them."""
    for name in outputs:
        copy = next(node for node in w.nodes if name in node.output)
        source = copy.input[0]
        maker = next((node for node in w.nodes if source in node.output), None)
        if maker is not None and source not in outputs:
            w.nodes.remove(copy)
            for node in w.nodes:
                for place in (node.input, node.output):
                    for k, used in enumerate(place):
                        if used == source:
                            place[k] = name
    needed = set(outputs)
    kept = []
    for node in reversed(w.nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    w.nodes = kept[::-1]
    w.initializers = {name: array for name, array in w.initializers.items() if name in needed}
