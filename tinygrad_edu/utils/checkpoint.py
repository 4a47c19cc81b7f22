"""Memory for time: what a part of a network computed is thrown away, and computed again when `backward` needs it.

    y = checkpoint(layer, x)            # as layer(x), and only x and y are kept

The part becomes one node of the graph, whose inputs are the tensors that the part was computed from: those that were
passed, and parameters and others that it used. In the backward pass the function is called again, recorded, and its own
small graph is gone through at once. A network of n layers, checkpointed in √n parts, needs memory for about 2√n layers
and one more forward pass.

Source: T. Chen, B. Xu, C. Zhang and C. Guestrin, "Training deep nets with sublinear memory cost", arXiv:1604.06174
(2016).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from .. import memory
from ..autograd.backward_pass import Sums, chain_rule
from ..autograd.composite import changed, freed, handed_over, opaque, record
from ..func.tree import Structure, build, flatten
from ..op import Node, Variable, item, wrap
from ..random import get_rng_state, set_rng_state
from ..recording import enable_grad, thread

__all__ = ["checkpoint", "checkpoint_sequential"]

CHECKPOINT = opaque("checkpoint")
CLOSE = 1e-3  # how near the numbers must come that are computed again, relative to the largest


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable[[], tuple[Any, Any]] | None = None,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args, **kwargs)`, of which intermediate results are not kept but computed again in `backward`.

    function: any function of Tensors, a module for example; what it returns may be nested.
    preserve_rng_state: it draws the same random numbers the second time, so a dropout has the same mask.
    context_fn: returns two blocks, one for each of the two calls.
    determinism_check: "default" is a RuntimeError if the second call computes something else; "none" does not look.
    use_reentrant, debug, early_stop: accepted, there is one way here: gradients flow to parameters and to all tensors
        that the function used, by `backward` and by `grad`, of any order; checkpoints may be nested.

    What the function changes beside its results, as the running means of a batch normalisation, it changes twice.

    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> y = tg.utils.checkpoint.checkpoint(lambda x: (x * x).exp(), x, use_reentrant=False)
    >>> y.sum().backward()
    >>> x.grad
    tensor([  5.4366, 218.3926])
    """
    if determinism_check not in ("default", "none"):
        raise ValueError(f"checkpoint: determinism_check must be 'default' or 'none', got {determinism_check!r}")
    blocks = (contextlib.nullcontext(), contextlib.nullcontext()) if context_fn is None else context_fn()
    if not thread.mode.recording or thread.mode.trace is not None:  # a compiled step plans its memory itself
        with blocks[0]:
            return function(*args, **kwargs)
    state = get_rng_state() if preserve_rng_state else None
    start = memory.tick()
    with blocks[0]:
        result = function(*args, **kwargs)
    leaves, structure = flatten(result)
    computed = [i for i, y in enumerate(leaves) if _is_from(y, start)]
    if not computed:
        return result
    nodes, sources = _part([leaves[i].node for i in computed], start)
    for node in nodes:
        if node.op is None and node.tensor() is not None:
            raise RuntimeError(
                "checkpoint: the function made a tensor that requires grad and lives on; it would get no gradient. "
                "Make it outside"
            )
    arrays = [leaves[i]._array for i in computed]
    arrays = [a.copy() if leaves[i]._view is not None else a for i, a in zip(computed, arrays, strict=True)]
    again = _Again(
        function, args, kwargs, state, blocks[1], structure, computed, sources, determinism_check == "default"
    )
    outputs, _ = record(CHECKPOINT, [(node, node.array) for node in sources], {}, arrays, again)
    for i, y in zip(computed, outputs, strict=True):
        leaves[i] = y
    return build(structure, leaves)


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """The modules or functions of a `Sequential` or a list, one after the other, checkpointed in `segments` parts.

    The last part is kept, as it is the first that `backward` needs. Other arguments are those of `checkpoint`.

    >>> net = tg.nn.Sequential(tg.nn.Linear(2, 2), tg.nn.Tanh(), tg.nn.Linear(2, 1))
    >>> tg.utils.checkpoint.checkpoint_sequential(net, 2, tg.ones(3, 2), use_reentrant=False).shape
    (3, 1)
    """
    steps = list(functions.children()) if hasattr(functions, "children") else list(functions)
    if not isinstance(segments, int) or not 1 <= segments <= max(len(steps), 1):
        raise ValueError(f"checkpoint_sequential: segments must be from 1 to {len(steps)}, the steps, got {segments!r}")
    size = len(steps) // segments
    for first in range(0, size * (segments - 1), size):
        input = checkpoint(_Chain(steps[first : first + size]), input, use_reentrant=use_reentrant, **kwargs)
    return _Chain(steps[size * (segments - 1) :])(input)


class _Chain:
    """Functions one after the other."""

    def __init__(self, steps: Sequence[Callable[..., Any]]) -> None:
        self.steps = steps

    def __call__(self, x: Any) -> Any:
        for step in self.steps:
            x = step(x)
        return x


class _Again:
    """What the node of a checkpoint calls when its turn comes: the function once more, and its chain rule."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        state: Any,
        block: Any,
        structure: Structure,
        computed: Sequence[int],
        sources: Sequence[Node],
        check: bool,
    ) -> None:
        leaves, self.arguments = flatten((args, kwargs))
        # Arrays and nodes as they are now: the Tensors may be changed in place later.
        self.leaves: Any = [(x, x._array, x.node) if isinstance(x, Variable) else (x, None, None) for x in leaves]
        self.call: Any = function
        self.state = state
        self.block = block
        self.structure = structure
        self.computed = computed
        self.sources = sources
        self.check = check

    def __call__(self, node: Node, g: Any, create_graph: bool) -> tuple[Any, ...]:
        if self.call is None or node.arrays is None:
            raise freed(node)
        for i, array in enumerate(node.arrays):
            changed(array, node, f"input {i}")
        start = memory.tick()
        results = self._results(node)
        roots = [(y.node, one) for y, one in zip(results, g, strict=True) if one is not None and y.node is not None]
        nodes, sources = _part([root for root, _ in roots], start)
        if self.check and len(roots) == len(results) and not set(sources) >= set(self.sources):
            raise _differs("used other tensors")
        sums = Sums()
        for root, one in roots:
            sums.add(root, one)
        for _, _, edges in chain_rule(nodes, sums, None, create_graph):
            for _, parent, dx in edges:
                sums.add(parent, dx)
        return handed_over([sums.get(source) for source in self.sources], create_graph)

    def free(self) -> None:
        self.call = self.leaves = self.block = None

    def _results(self, node: Node) -> list[Any]:
        args, kwargs = build(self.arguments, [self._argument(*leaf, node=node) for leaf in self.leaves])
        with enable_grad(), self.block, _random(self.state):
            leaves, structure = flatten(self.call(*args, **kwargs))
        if structure != self.structure:
            raise _differs("returned a differently nested result")
        results = [leaves[i] for i in self.computed]
        for y, before in zip(results, node.array, strict=True):
            if not isinstance(y, Variable) or y._array.shape != before.shape or y._array.dtype != before.dtype:
                raise _differs("returned another shape or dtype")
            if self.check and not memory.has_changed(before, node.order) and not _near(y._array, before):
                raise _differs("computed other numbers")
        return results

    def _argument(self, x: Any, array: Any, source: Node | None, *, node: Node) -> Any:
        """An argument as it was."""
        if array is None:
            return x
        changed(array, node, "an argument")
        return x if x._array is array and x.node is source else wrap(array, source)


def _is_from(y: Any, start: int) -> bool:
    """Whether this was computed, and recorded, since `start`."""
    node = y.node if isinstance(y, Variable) else None
    return node is not None and node.op is not None and node.order > start


def _part(roots: Sequence[Node], start: int) -> tuple[list[Node], list[Node]]:
    """The nodes made since `start` that lead to `roots`, in order of creation; and what they were computed from."""
    inside: dict[Node, None] = dict.fromkeys(roots)
    outside: dict[Node, None] = {}
    pending = list(inside)
    while pending:
        node = pending.pop()
        for parent in node.inputs:
            if parent is None or parent in inside or parent in outside:
                continue
            if parent.order > start:
                inside[parent] = None
                pending.append(parent)
            elif node.op is item:
                raise RuntimeError(
                    "checkpoint: the function differentiates a graph that was made outside of it; make it inside"
                )
            else:
                outside[parent] = None
    return sorted(inside, key=attrgetter("order")), list(outside)


@contextlib.contextmanager
def _random(state: Any) -> Iterator[None]:
    """The default generator in this state; afterwards where it was. None leaves it alone."""
    if state is None:
        yield
        return
    now = get_rng_state()
    set_rng_state(state)
    try:
        yield
    finally:
        set_rng_state(now)


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        largest = np.max(np.abs(b), where=np.isfinite(b), initial=0.0)
        return bool(np.allclose(a, b, rtol=CLOSE, atol=CLOSE * largest, equal_nan=True))


def _differs(what: str) -> RuntimeError:
    return RuntimeError(
        f"checkpoint: called again in backward, the function {what} than in the forward pass, so the gradient would be "
        "wrong. It must do the same each time: no state of its own, random numbers from the default generator only."
    )
