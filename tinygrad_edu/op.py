"""What an operation is, and how calling one is recorded.

An operation is one row: its name, what it computes, and its local derivatives, all in plain NumPy.

    exp = op("exp", np.exp,      lambda g, y, x: g * y)
    mul = op("mul", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)

Rule number i receives the gradient `g` of the output, the output `y`, the inputs, and the parameters
by keyword; it returns the gradient of input i (a vector-Jacobian product). Because a rule is ordinary
NumPy, it serves arrays (first-order gradients) and Tensors (the backward pass is recorded in turn).

Calling an op takes the arrays out of its inputs, runs the forward function and wraps the result. If
an input requires a gradient, the result also holds a `Node`: what was called, with what. Nodes refer
to nodes and never to Tensors, so a graph has no reference cycle and is freed the moment the last
Tensor of it is dropped.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
import types
import weakref
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, ClassVar

import numpy as np

from . import arguments, dtypes, memory
from .described import OfEachRow
from .dtypes import FLOAT32, FLOAT64
from .recording import Call, thread
from .rules import NOT_DIFFERENTIABLE as NOT_DIFFERENTIABLE
from .rules import NotDifferentiable, Rule, Share
from .rules import share as share
from .views import View
from .warn import user_frame

MIXED = object()


class Variable:
    """An array, its gradient, and the node that made it: what ops take and return. `Tensor` is its one child."""

    __slots__ = ("__weakref__", "_array", "_grad", "_hooks", "_node", "_view")

    result: ClassVar[type[Variable]]  # the class of what ops return: `Tensor`, also for a `Parameter`
    _array: np.ndarray
    _node: Node | None
    _view: View | None
    _grad: Any
    _hooks: Any  # those of a leaf; set when the first is registered

    @property
    def node(self) -> Node | None:
        """The recorded call that made this tensor, or its node as a leaf; None for a constant."""
        if self._view is not None:
            self._view.follow(self)
        return self._node


new = Variable.__new__


def wrap(array: np.ndarray, node: Node | None = None) -> Variable:
    """A Tensor on this very array; without a node, a constant."""
    x = new(Variable.result)
    x._array, x._node, x._view, x._grad = array, node, None, None
    return x


class Node:
    """One recorded call: the op, its inputs in order (`x * x` has two), its parameters, its output.

    `inputs` has None where an input needs no gradient; `arrays` has every input's array. `array` is the output; of an
    op with several outputs a tuple, from which nodes of the op `item` take one each. A leaf has no op; it knows its
    Tensor (weakly), to leave the gradient there. `backward` frees the arrays, and keeps shapes and dtypes: `kept`.

    For pictures, and set only where there is something to say: `call`, in which module's call it was recorded; `line`,
    on which line of the user's program; `seed`, the gradient from which a `backward` that kept the graph started here;
    `sources`, by number of input, the user's own arrays, of which `arrays` has copies. Likewise `hooks`, which change
    the gradient.
    """

    __slots__ = ("array", "arrays", "call", "handle", "hooks", "inputs", "kept", "line", "op", "order", "params",
                 "seed", "sources")  # fmt: skip

    call: Call | None
    line: tuple[types.CodeType, int]
    seed: np.ndarray
    sources: dict[int, np.ndarray]
    hooks: Callable[[Any, bool], Any]
    kept: Any

    def __init__(
        self,
        op: Op | None,
        inputs: Sequence[Node | None],
        arrays: Sequence[Any],
        params: dict[str, Any],
        array: Any,
    ) -> None:
        self.op = op
        self.inputs = inputs
        self.arrays: Sequence[Any] | None = arrays  # None: freed
        self.params = params
        self.array = array
        self.order = memory.tick()
        self.handle: weakref.ref[Variable] | None = None

    def free(self) -> None:
        """Let go of the arrays; a rule that needs only their shapes still works."""
        array = self.array
        if array is not None:
            several = type(array) is tuple
            self.kept = (array.shape, array.dtype) if not several else [(a.shape, a.dtype) for a in array]
            self.array = self.arrays = self.call = None

    def output(self) -> Any:
        """The output, or what stands in for it since it was freed."""
        if self.array is not None:
            return self.array
        several = type(self.kept) is list
        kept = self.kept if several else [self.kept]
        found = tuple(memory.Missing(shape, dtype, memory.FREED, self.op) for shape, dtype in kept)
        return found if several else found[0]

    def tensor(self) -> Variable | None:
        """The Tensor that wants this node's gradient: a leaf, or one that called `retain_grad`; None if it is gone."""
        return None if self.handle is None else self.handle()


def leaf(x: Variable) -> Node:
    """The node of a Tensor that no op made and that requires a gradient."""
    node = Node(None, (), (), {}, x._array)
    node.handle = weakref.ref(x)
    if hasattr(x, "_hooks"):
        node.hooks = x._hooks
    return node


def walk(roots: Iterable[Node]) -> list[Node]:
    """The nodes that `roots` were made from, leaves and `roots` included, in order of creation.

    An op can only be called after the ops that made its inputs, so this is a topological order. Not recursive.
    """
    found = dict.fromkeys(roots)
    pending = list(found)
    while pending:
        for parent in pending.pop().inputs:
            if parent is not None and parent not in found:
                found[parent] = None
                pending.append(parent)
    return sorted(found, key=attrgetter("order"))


OPS: dict[str, Op] = {}  # every row, by name, in the order of definition


@dataclasses.dataclass(eq=False, repr=False)
class Op:
    """One row of the table. Made by `op`; called like a function: arrays first, parameters by keyword.

    Parameters may also follow the arrays by position, as in `sum(x, 0)`, when the number of arrays is fixed.
    """

    name: str
    forward: Callable[..., Any]
    rules: tuple[Any, ...]
    each: Rule | None = None
    elementwise: bool = False
    broadcasts: bool = False
    promotes: bool = False
    real: bool = False
    view: bool = False
    selects: bool = False

    __doc__ = OfEachRow(__doc__, "document")  # help(tg.exp) speaks of exp
    __signature__ = OfEachRow(None, "signature")

    def __post_init__(self) -> None:
        self.__name__ = self.name
        self.differentiable = not self.rules or any(rule is not NOT_DIFFERENTIABLE for rule in self.rules)
        self.is_ufunc = isinstance(self.forward, np.ufunc)
        self.names = arguments.names(self.forward)

    def __repr__(self) -> str:
        return f"<op {self.name}({', '.join(self.names)})>"

    def __call__(self, *inputs: Any, **params: Any) -> Any:
        if params and "out" in params:
            return arguments.into(self, inputs, params)
        if len(inputs) != len(self.rules) and self.each is None:
            inputs, params = arguments.bind(self, inputs, params)
        arrays: list[Any] = []
        nodes: list[Node | None] = []
        dtype: Any = None  # that of all inputs; MIXED if they differ or numbers are among them
        tensors = recorded = foreign = False  # are there Tensors, some that require a gradient, the user's own arrays?
        for x in inputs:
            if isinstance(x, Variable):
                tensors = True
                if x._view is not None:
                    x._view.follow(x)
                node = x._node
                if node is not None:
                    recorded = True
                nodes.append(node)
                x = x._array
            else:
                nodes.append(None)
                if isinstance(x, np.ndarray):
                    foreign = True
                    if x.dtype.kind not in "fiubc":
                        raise arguments.not_numbers(self, x)
                elif isinstance(x, dtypes.NUMBERS):
                    arrays.append(x)
                    dtype = MIXED
                    continue
                elif hasattr(x, "__op__"):  # it stands for an array, and says itself what the call gives
                    return x.__op__(self, inputs, params)
                else:
                    x = arguments.as_array(self, x)
            arrays.append(x)
            if x.dtype is not dtype:
                dtype = x.dtype if dtype is None else MIXED
        mode = thread.mode
        given = arrays
        try:
            if not tensors and mode.trace is None:
                return self.forward(*arrays, **params)
            if dtype is not FLOAT32 and dtype is not FLOAT64 and tensors:
                arrays = dtypes.cast(arrays, self.promotes, self.real)
            out = self.forward(*arrays, **params)
        except RuntimeWarning as warning:  # NumPy's, as `warn.py` arranges
            out = arguments.repeated(self, arrays, params, warning)
        except (ValueError, TypeError, IndexError) as error:
            if "axis" in params or "keepdims" in params:  # NumPy's names, as PyTorch takes them too
                return self(*inputs, **arguments.renamed(self, params, error))
            raise arguments.explained(self, arrays, params, error) from error
        except AttributeError as error:
            raise arguments.without_tensor(self, arrays, error) from error
        if type(out) is not np.ndarray:
            out = tuple(map(np.array, out)) if type(out) is tuple else np.asarray(out)
        view, copied = None, False
        if not self.is_ufunc and type(out) is np.ndarray and (out.base is not None or out is arrays[0]):
            if self.view:
                array = arrays[0]
                if (out.base is (array if array.base is None else array.base) or memory.same(out, array)) and tensors:
                    view = View(inputs[0], self, params)
            elif any(np.may_share_memory(out, a) for a in arrays):
                out, copied = out.copy(), True
        if mode.trace is not None:
            mode.trace.record(self, inputs, given, arrays, params, out, copied)
            if not tensors:
                return out
        node = None
        real = self.is_ufunc or type(out) is tuple or out.dtype.kind in "fc"
        if recorded and real and mode.recording and self.differentiable:
            sources = memory.keep(arrays, inputs) if memory.shared or foreign else None
            node = Node(self, nodes, arrays, params, out)
            if sources:
                node.sources = sources
                if mode.trace is not None:
                    mode.trace.copied(arrays, sources)
            if mode.call is not None:
                node.call = mode.call
            if mode.lines:
                frame = user_frame()
                node.line = frame.f_code, frame.f_lineno
        if type(out) is tuple:
            return items(out, node)
        result = new(Variable.result)
        result._array, result._node, result._view, result._grad = out, node, view, None
        return result

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """In the body of a class an op is a method: `exp = ops.exp` gives `t.exp()`."""
        return self if instance is None else types.MethodType(self, instance)

    def rule(self, i: int) -> Rule:
        """The derivative rule of input `i`, or an error that names the op."""
        if self.each is not None:
            return functools.partial(self.each, i)
        if i >= len(self.rules):
            raise NotImplementedError(
                f"{self.name}: no derivative rule for input {i}. Give `op({self.name!r}, ...)` one rule an input, "
                "or NOT_DIFFERENTIABLE where there is none on purpose."
            )
        rule: Rule = self.rules[i]
        return rule


def op(
    name: str,
    forward: Callable[..., Any],
    *rules: Rule | Share | NotDifferentiable,
    each: Rule | None = None,
    elementwise: bool | None = None,
    broadcasts: bool | None = None,
    promotes: bool | None = None,
    real: bool = False,
    view: bool = False,
    selects: bool = False,
) -> Op:
    """Add a row to the table.

    name: unique; what graphs and errors show.
    forward: NumPy arrays in, one array out, or a tuple of arrays; parameters by keyword.
    rules: for input i, `lambda g, y, *inputs, **params: ...`, the gradient of input i; or `NOT_DIFFERENTIABLE`. Of an
        op with several outputs `g` and `y` are tuples.
    each: for any number of inputs instead: `lambda i, g, y, *inputs, **params: ...`.
    elementwise: each element of the output depends on the one element at its place in each input (broadcast to the
        output's shape). By default true of NumPy's ufuncs, but for those that have a signature, as `matmul`.
    broadcasts: inputs are broadcast against each other, so the engine sums each gradient back to its input's shape.
        By default true of elementwise ops of several inputs.
    promotes: inputs of several dtypes are converted to one, by PyTorch's rules. By default as `broadcasts`.
    real: computes real numbers: integers and booleans are converted to float32.
    view: the result may share memory with the first input, as in NumPy: writing to one changes the other.
    selects: passes the gradient at some places and stops it at others, as `where` does. Where it is stopped, what lies
        behind gets the gradient 0, even if the slope there is infinite or undefined.
    """
    if name in OPS:
        raise ValueError(f"op({name!r}): an op of this name exists already; choose another name")
    if elementwise is None:
        elementwise = isinstance(forward, np.ufunc) and forward.signature is None
    if broadcasts is None:
        broadcasts = elementwise and len(rules) > 1
    promotes = broadcasts if promotes is None else promotes
    row = OPS[name] = Op(name, forward, rules, each, elementwise, broadcasts, promotes, real, view, selects)
    row.__module__ = sys._getframe(1).f_globals["__name__"]  # where it is defined, as of a function
    return row


item = Op("item", lambda outputs, i: outputs[i], (lambda g, y, outputs, i: g,))


def items(arrays: tuple[np.ndarray, ...], node: Node | None) -> tuple[Any, ...]:
    """The outputs of an op with several; those that are integers or booleans have no gradient."""
    return tuple(
        wrap(array, Node(item, (node,), (arrays,), {"i": i}, array) if node and array.dtype.kind in "fc" else None)
        for i, array in enumerate(arrays)
    )
