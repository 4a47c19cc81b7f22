"""Which arrays have been overwritten since an op recorded them.

A derivative rule reads arrays of the forward pass. If one of them has changed in the meantime the
gradient would be wrong without a sign, so `backward` asks `overwritten` first. Memory is written to
by two kinds of writer:

* the library (`t += 1`, `t[i] = v`, an optimiser's step) calls `wrote`, which notes the time;
* whoever holds the NumPy array itself (`t.array`, `t.numpy()`, an array given to an op) tells
  nobody, so `lend` notes that the memory has left our hands, and from then on contents are compared.

Memory that was never written to nor lent costs nothing. The clock counts nodes and writes in one sequence, so
"nothing has changed since this node was recorded", the usual case, is one comparison.

One case is not seen: a small window onto a large constant, first handed out *after* it was
recorded (copying the large one to compare it later would cost more than it saves).
"""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .op import Node

tick = itertools.count(1).__next__


class Memory:
    """What is known of one block of memory, found by the `id` of the array that owns it."""

    __slots__ = ("lent", "owner", "snapshot", "written")

    def __init__(self, owner: np.ndarray) -> None:
        key = id(owner)

        def forget(_: Any) -> None:
            state.lent -= bool(memories.pop(key).lent)

        self.owner = weakref.ref(owner, forget)
        self.written = 0  # when the library last wrote to it
        self.lent = 0  # when it was first handed out
        self.snapshot: bytes | None = None  # its contents at that moment


class _State:
    lent = 0  # how many blocks of memory are in other hands
    changed = 0  # when memory was last written to or lent


state = _State()
memories: dict[int, Memory] = {}  # by address: safe, because an entry dies with its array


def owner(array: np.ndarray) -> np.ndarray:
    """The array that owns the memory which `array` looks at."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _memory(array: np.ndarray) -> Memory:
    base = owner(array)
    found = memories.get(id(base))
    if found is None:
        found = memories[id(base)] = Memory(base)
    return found


def wrote(array: np.ndarray) -> None:
    """Note that the library has just written to `array`."""
    _memory(array).written = state.changed = tick()


def lend(array: np.ndarray, recorded: bool = True) -> np.ndarray:
    """Note that `array` is now in other hands too, and return it.

    `recorded`: a graph may already refer to it, so keep its contents to compare with.
    """
    memory = _memory(array)
    if not memory.lent:
        memory.lent = state.changed = tick()
        state.lent += 1
        base = owner(array)
        if recorded or 2 * array.nbytes >= base.nbytes:
            memory.snapshot = base.tobytes()
    return array


def witness(node: Node) -> dict[int, bytes] | None:
    """The contents of those inputs of a new node that are in other hands and that its rules will read."""
    seen: dict[int, bytes] = {}
    for i in node.reads():
        if i >= 0:
            memory = memories.get(id(owner(node.arrays[i])))
            if memory is not None and memory.lent:
                seen[i] = node.arrays[i].tobytes()
    return seen or None


def overwritten(node: Node) -> str | None:
    """Which array that the rules of `node` will read has changed since it was recorded, if any."""
    for i in node.reads():
        array: Any = node.array if i < 0 else node.arrays[i]
        memory = memories.get(id(owner(array)))
        if memory is None:
            continue
        changed = memory.written > node.order
        if not changed and memory.lent:
            if node.witness is not None and i in node.witness:
                changed = array.tobytes() != node.witness[i]
            elif memory.lent > node.order and memory.snapshot is not None:
                changed = owner(array).tobytes() != memory.snapshot
        if changed:
            return f"the output (shape {array.shape})" if i < 0 else f"input {i} (shape {array.shape})"
    return None
