"""`Function`: an operation whose derivative the user writes, as in PyTorch.

    class Exp(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x.exp()
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, g):
            (y,) = ctx.saved_tensors
            return g * y

    y = Exp.apply(x)

An op of the table, `op(name, forward, rules)`, says the same in one row, and comes with its formula and tests.
`Function` is for what does not fit a row: several results of one piece of work, arguments of any kind, code that is
there already.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from .. import memory
from ..op import Node, Op, Variable, wrap
from ..recording import no_grad, thread
from ..tracing import same
from .composite import Composite, handed_over, opaque, record
from .context import Context
from .hooks import conjugate


class Function:
    """An operation with a derivative of one's own. Subclass it, with two static methods, and call `apply`.

    forward(ctx, *args): computes, unrecorded; returns a Tensor, or a tuple in which other things may stand too.
        Arguments may be of any kind; gradients flow to the Tensors among them.
    backward(ctx, *gradients): from the gradients of the outputs those of the arguments, one each, in order; None where
        there is none. Written in ops it is recorded under `create_graph`, so that derivatives of any order follow.
        `once_differentiable` marks one that is not.

    Or `forward(*args)` without ctx, with a third static method `setup_context(ctx, inputs, output)` that saves.

    ctx: `save_for_backward`, `saved_tensors`, `needs_input_grad`, `mark_non_differentiable`, `mark_dirty`,
        `set_materialize_grads`, and any attribute of your own.

    >>> class Cube(tg.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x ** 3
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * 3 * x ** 2
    >>> x = tg.tensor(2.0, requires_grad=True)
    >>> y = Cube.apply(x)
    >>> (slope,) = tg.grad(y, x, create_graph=True)
    >>> slope.item(), tg.grad(slope, x)[0].item()
    (12.0, 12.0)

    Source of the interface: https://docs.pytorch.org/docs/stable/autograd.html#function
    """

    _op: ClassVar[Op]
    _names: ClassVar[tuple[str, ...]]  # of the arguments, for pictures

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        names = [p.name for p in inspect.signature(cls.forward).parameters.values() if p.kind is not p.VAR_POSITIONAL]
        cls._op = opaque(cls.__name__)
        cls._names = tuple(names[1:] if cls.setup_context is Function.setup_context else names)

    def __init__(self) -> None:
        raise TypeError(
            f"{type(self).__name__}: a Function is not made but applied; call {type(self).__name__}.apply(...)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """What it computes; every subclass defines it."""
        raise NotImplementedError("define a static method forward(ctx, ...) in your Function")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save what `backward` needs, where `forward` has no ctx."""
        raise NotImplementedError("define a static method setup_context(ctx, inputs, output)")

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        """From the gradients of the outputs those of the arguments."""
        raise NotImplementedError("define a static method backward(ctx, *gradients) in your Function")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Compute `forward` of these arguments, and record it."""
        if kwargs:
            raise TypeError(
                f"{cls.__name__}.apply: takes no keyword arguments, got {', '.join(kwargs)}; pass by position"
            )
        nodes = [x.node if isinstance(x, Variable) else None for x in args]
        ctx = Context(tuple(node is not None for node in nodes))
        with no_grad():
            if cls.setup_context is Function.setup_context:
                result = cls.forward(ctx, *args)
            else:
                result = cls.forward(*args)
                if cls.setup_context(ctx, args, result) is not None:
                    raise TypeError(f"{cls.__name__}.setup_context must return None; it saves in ctx")
        outputs = result if isinstance(result, tuple) else (result,)
        _check_outputs(cls, outputs)
        recorded = thread.mode.recording and any(ctx.needs_input_grad)
        own = [_own(y, args, ctx, recorded) for y in outputs]
        _check_dirty(cls, ctx, args, outputs)
        if recorded:
            _record(cls, ctx, args, nodes, outputs, own)
        return tuple(own) if isinstance(result, tuple) else own[0]


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a `backward` that cannot be differentiated: it runs unrecorded, and a second derivative is a RuntimeError.

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        return tg.from_numpy(solve(g.numpy()))
    """

    @functools.wraps(backward)
    def once(ctx: Context, *gradients: Any) -> Any:
        recording = thread.mode.recording
        with no_grad():
            result = backward(ctx, *[wrap(g._array) if isinstance(g, Variable) else g for g in gradients])
        if not recording:
            return result
        found = result if isinstance(result, tuple) else (result,)
        node = ctx._node()
        assert isinstance(node, Composite)
        sources = [n for n in (*node.inputs, *(g.node for g in gradients if isinstance(g, Variable))) if n is not None]
        inputs = [(n, n.array) for n in sources if isinstance(n.array, np.ndarray)]
        arrays = [g._array for g in found if isinstance(g, Variable)]
        refused = iter(record(ONCE, inputs, {}, arrays, _Refused(node.op))[0])
        return tuple(next(refused) if isinstance(g, Variable) else g for g in found)

    return once


ONCE = opaque("once_differentiable")


class _Refused:
    def __init__(self, op: Any) -> None:
        self.op = op

    def __call__(self, node: Node, g: Any, create_graph: bool) -> Any:
        raise RuntimeError(
            f"{self.op.name}: its backward is marked once_differentiable, so it has no second derivative; write it in "
            "ops and take the mark away"
        )

    def free(self) -> None:
        """There is nothing."""


class _UsersBackward:
    """What a node of a Function calls when its turn comes."""

    def __init__(
        self, cls: type[Function], ctx: Context, positions: Sequence[int], outputs: Sequence[int | None]
    ) -> None:
        self.cls = cls
        self.ctx = ctx
        self.positions = positions  # among the arguments, of the node's inputs
        self.outputs = outputs  # for each output its number among the node's; None of one that has no gradient

    def __call__(self, node: Node, g: Any, create_graph: bool) -> tuple[Any, ...]:
        given = [None if i is None else self._gradient(g[i], i, node) for i in self.outputs]
        result = self.cls.backward(self.ctx, *given)
        found = list(result) if isinstance(result, (tuple, list)) else [result]
        name, count = self.cls.__name__, len(self.ctx.needs_input_grad)
        if len(found) < count or any(x is not None for x in found[count:]):
            raise RuntimeError(
                f"{name}.backward returned {len(found)} gradients; expected {count}, one for each argument of forward, "
                "None where there is none"
            )
        for i, x in enumerate(found[:count]):
            if x is not None and not isinstance(x, Variable):
                raise TypeError(f"{name}.backward: expected a Tensor or None as gradient {i}, got {type(x).__name__}")
            if x is not None and i not in self.positions:
                raise RuntimeError(f"{name}.backward: argument {i} is not a Tensor; return None as its gradient")
        chosen = [found[i] if self.ctx.needs_input_grad[i] else None for i in self.positions]
        if create_graph:
            _check_recorded(name, given, chosen)
        return handed_over([None if x is None else conjugate(x) for x in chosen], create_graph)

    def free(self) -> None:
        self.ctx._free()

    def _gradient(self, g: Any, i: int, node: Node) -> Any:
        """That of output `i` as a Tensor."""
        if g is None:
            y = node.output()[i]
            return wrap(np.zeros(y.shape, y.dtype)) if self.ctx._materialize else None
        return conjugate(g if isinstance(g, Variable) else wrap(np.asarray(g)))


def _check_recorded(name: str, given: Sequence[Any], found: Sequence[Any]) -> None:
    """A gradient is linear in those that come in: one that does not depend on them is 0, or was computed unrecorded."""
    flowing = [g for g in given if g is not None and (g._node is not None or np.any(g._array))]
    if flowing and all(g._node is not None for g in flowing):
        for x in found:
            if x is not None and x.node is None and np.any(x._array):
                raise RuntimeError(
                    f"{name}.backward computed a gradient outside of the graph, so a second derivative would be wrong. "
                    "Write it in ops, without detach(), numpy() or no_grad(); or mark it with @once_differentiable."
                )


def _record(
    cls: type[Function],
    ctx: Context,
    args: Sequence[Any],
    nodes: Sequence[Node | None],
    outputs: Sequence[Any],
    own: list[Any],
) -> None:
    """Give the Tensors among `own` nodes of one composite node."""
    tensors = [i for i, y in enumerate(own) if isinstance(y, Variable)]
    marked = {id(y) for y in ctx._constants}
    differentiable = [own[i]._array.dtype.kind in "fc" and id(outputs[i]) not in marked for i in tensors]
    if not any(differentiable):
        return
    positions = [i for i, x in enumerate(args) if isinstance(x, Variable)]
    inputs = [(nodes[i], args[i]._array) for i in positions]
    params = {name: x for name, x in zip(cls._names, args, strict=False) if not isinstance(x, Variable)}
    numbers = iter(range(len(tensors)))
    backward = _UsersBackward(cls, ctx, positions, [next(numbers) if i in tensors else None for i in range(len(own))])
    made, node = record(cls._op, inputs, params, [own[i]._array for i in tensors], backward)
    ctx._settle(node, args, nodes, {id(outputs[i]): number for number, i in enumerate(tensors)})
    for i, fresh, flows in zip(tensors, made, differentiable, strict=True):
        if flows:
            own[i]._node = fresh._node


def _own(y: Any, args: Sequence[Any], ctx: Context, recorded: bool) -> Any:
    """An output that shares memory with no argument, but for those that were changed in place."""
    if not isinstance(y, Variable) or any(y is x for x in ctx._dirty):
        return y
    tensors = [x for x in args if isinstance(x, Variable)]
    shared = y._view is not None or any(memory.same(y._array, x._array) for x in tensors)
    if any(y is x for x in tensors) or (recorded and y._node is not None):
        return _copy(y) if recorded else wrap(y._array)
    if shared and recorded:
        y._array, y._view = _copy(y)._array, None
    return y


def _copy(y: Any) -> Any:
    copy = wrap(y._array.copy())
    same(copy._array, y._array)
    return copy


def _check_outputs(cls: type[Function], outputs: tuple[Any, ...]) -> None:
    for i, y in enumerate(outputs):
        if isinstance(y, (np.ndarray, list)):
            raise TypeError(
                f"{cls.__name__}.forward: expected a Tensor as output {i}, got {type(y).__name__}, through which no "
                "gradient flows; return Tensors, several of them as a tuple"
            )


def _check_dirty(cls: type[Function], ctx: Context, args: Sequence[Any], outputs: Sequence[Any]) -> None:
    """What was changed in place must be an argument that may be, and an output."""
    for x in ctx._dirty:
        name = f"{cls.__name__}: mark_dirty"
        if not any(x is a for a in args) or not any(x is y for y in outputs):
            raise RuntimeError(f"{name}: a tensor that was changed in place must be an argument and be returned")
        if x._view is not None:
            raise RuntimeError(f"{name}: an argument that is a view cannot be changed in place; pass t.clone()")
        if thread.mode.recording and x._node is not None and x._node.op is None:
            raise RuntimeError(f"{name}: a leaf that requires grad cannot be changed in place; pass t.clone()")
        memory.wrote(x._array)
