"""Where did the nan come from? `detect_anomaly` names the op, its inputs, and the line of the program.

    with autograd.detect_anomaly():
        loss = model(x)          # each op remembers the line that called it
        loss.backward()          # the first rule that gives nan is an error

It makes programs slower: it is for finding a fault, not for training.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np

from ..op import Node, Variable, item, walk
from ..recording import Switch, thread
from ..warn import warn

LINES = "of anomalies"  # that lines are remembered because of this
Step = tuple[Node, Any, list[tuple[int, Any, Any]]]  # of the chain rule: see `chain_rule` in `backward_pass.py`


class detect_anomaly(Switch):
    """Inside the block (or the decorated function) `backward` raises RuntimeError at the first gradient that is nan.

    check_nan: False looks for no nan, and only adds to errors of derivative rules where their op was called.

    The message names the op, its inputs' shapes, and the line of the program that called it, if that was called inside
    the block too; and, if the forward pass already had a nan, where the first was made. An output that is nan itself is
    a warning.

    >>> x = tg.tensor([0.0, 1.0], requires_grad=True)
    >>> with tg.autograd.detect_anomaly():
    ...     y = (x.sqrt() * 0).sum()
    ...     try:
    ...         y.backward()
    ...     except RuntimeError as error:
    ...         print(str(error).partition(",")[0])
    backward: the derivative of sqrt in input 0 is nan (1 of 2 elements)
    """

    name = "anomaly"

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__("nan" if check_nan else "errors")

    def __enter__(self) -> Self:
        super().__enter__()
        mode = thread.mode
        self.before[-1] = (self.before[-1], mode.lines)
        if self.value:
            mode.lines = mode.lines or LINES
        elif mode.lines is LINES:
            mode.lines = False
        return self

    def __exit__(self, *exception: object) -> None:
        self.before[-1], thread.mode.lines = self.before[-1]
        super().__exit__(*exception)


class set_detect_anomaly(detect_anomaly):
    """`detect_anomaly` from now on, or not; as a block or a decorator, only inside it. Threads have a state each."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        super().__init__(check_nan)
        if not mode:
            self.value = ""
        self.entered = True
        super().__enter__()

    def __enter__(self) -> Self:
        if self.entered:
            self.entered = False  # by `__init__`
            return self
        return super().__enter__()

    def __call__(self, function: Any) -> Any:
        if self.entered:
            self.entered = False
            self.__exit__()
        return super().__call__(function)


def is_anomaly_enabled() -> bool:
    """Whether `backward` looks out for anomalies at present, in this thread."""
    return bool(thread.mode.anomaly)


def is_anomaly_check_nan_enabled() -> bool:
    """Whether `backward` looks out for nan at present, in this thread."""
    return thread.mode.anomaly == "nan"


def watched(steps: Iterator[Step], roots: Sequence[tuple[Node, Variable]]) -> Iterator[Step]:
    """The steps of the chain rule, as long as nothing is wrong with them."""
    check_nan = thread.mode.anomaly == "nan"
    if check_nan and (first := _first_nan([node for node, _ in roots])) is not None and _any_root(roots):
        warn(f"backward: the output is nan; the first nan was made by {_described(first)}")
    try:
        for step in steps:
            node, g, edges = step
            for i, _, dx in edges if check_nan else ():
                if _has_nan(dx):
                    raise RuntimeError(_message(node, g, i, dx, [node for node, _ in roots]))
            yield step
    except Exception as error:
        failed = _failed_at(error)
        if failed is not None and failed.op is not None:
            error.add_note(f"in the derivative of {_described(failed)}")
        raise


def _message(node: Node, g: Any, i: int, dx: Any, roots: list[Node]) -> str:
    assert node.op is not None
    count = int(np.isnan(_array(dx)).sum())
    text = (
        f"backward: the derivative of {node.op.name} in input {i} is nan ({count} of {_array(dx).size} elements), "
        f"of {_described(node)}."
    )
    if any(_has_nan(part) for part in (g if isinstance(g, tuple) else (g,)) if part is not None):
        text += " The gradient that came in was nan already."
    first = _first_nan(roots)
    if first is not None:
        text += f" The forward pass was nan already: the first was made by {_described(first)}."
    return text


def _described(node: Node) -> str:
    """The call as text: `log(float32[3]) at train.py, line 7: y = x.log()`."""
    assert node.op is not None
    if node.op is item and node.inputs[0] is not None:
        return _described(node.inputs[0])
    arrays = [a for a in node.arrays or () if isinstance(a, np.ndarray)]
    text = f"{node.op.name}({', '.join(f'{a.dtype}{list(a.shape)}' for a in arrays)})"
    if not hasattr(node, "line"):
        return f"{text}, whose line is not known: call it inside detect_anomaly() too"
    code, number = node.line
    line = linecache.getline(code.co_filename, number).strip()
    return f"{text} at {os.path.basename(code.co_filename)}, line {number}" + (f": {line}" if line else "")


def _first_nan(roots: list[Node]) -> Node | None:
    """The first op whose output is nan and whose inputs are not."""
    for node in walk(roots):
        if node.op is None or node.arrays is None or node.op is item:
            continue
        outputs = node.array if isinstance(node.array, tuple) else (node.array,)
        if any(map(_has_nan, outputs)) and not any(map(_has_nan, node.arrays)):
            return node
    return None


def _any_root(roots: Sequence[tuple[Node, Variable]]) -> bool:
    return any(isinstance(node.array, np.ndarray) and _has_nan(node.array) for node, _ in roots)


def _array(x: Any) -> np.ndarray:
    return x._array if isinstance(x, Variable) else np.asarray(x)


def _has_nan(x: Any) -> bool:
    array = _array(x)
    return array.dtype.kind in "fc" and bool(np.isnan(array).any())


def _failed_at(error: BaseException) -> Node | None:
    """The node whose rule raised, from the innermost frame of the chain rule."""
    trace, found = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "chain_rule":
            found = trace.tb_frame.f_locals.get("node")
        trace = trace.tb_next
    return found if isinstance(found, Node) else None
