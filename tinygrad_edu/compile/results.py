"""What a compiled step returns: new Tensors. Where the step's own result had a graph, they say that there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..op import Node, Op
from ..tensor import Tensor, wrap
from .program import Program, Value, mapped


def _refuse(*_: Any, **__: Any) -> Any:
    raise RuntimeError(
        "backward: this goes through a tensor that was computed by a compiled step, which keeps no graph. Call "
        "backward() inside the step, compile less, or use detach() if no gradient is to flow here"
    )


STEP = Op("compiled_step", _refuse, (), each=_refuse)


class Results:
    """Makes what a program returns of the arrays that it computes."""

    def __init__(self, program: Program, leaves: Sequence[Tensor]) -> None:
        self.tree = program.returned
        self.recorded = program.recorded
        nodes = [x._node for x in leaves if x._node is not None]
        self.nodes: list[Node | None] = list(nodes) or [Node(None, (), (), {}, np.zeros(()))]

    def __call__(self, array_of: Callable[[Value], np.ndarray]) -> Any:
        """The results, given where the array of each value stands."""
        flags = iter(self.recorded)
        return mapped(self.tree, lambda value: self._tensor(np.array(array_of(value)), flags))

    def _tensor(self, array: np.ndarray, flags: Iterator[bool]) -> Tensor:
        if not next(flags):
            return wrap(array)
        node = Node(STEP, self.nodes, (), {}, array)
        node.arrays = None  # as of a freed graph: whoever keeps a result does not keep the parameters in their place
        return wrap(array, node)
