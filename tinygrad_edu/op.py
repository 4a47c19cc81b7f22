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
Tensor of it is dropped. (They do refer to the modules in whose calls they were recorded, for pictures,
until `backward` frees them: a module that keeps such a Tensor waits for the garbage collector.)
"""

from __future__ import annotations

import dis
import importlib
import inspect
import itertools
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from . import dtypes, memory
from .mode import Call, caller, mode

Rule = Callable[..., Any]


class Variable:
    """An array, its gradient, and the node that made it: what ops take and return. `Tensor` is its one child."""

    __slots__ = ("__weakref__", "_array", "_node", "grad")

    result: ClassVar[type[Variable]]  # the class of what ops return: `Tensor`, also for a `Parameter`
    _array: np.ndarray
    _node: Node | None
    grad: Any


class Node:
    """One recorded call: the op, its inputs in order (`x * x` has two), its parameters, its output.

    `inputs` has None where an input needs no gradient; `arrays` has every input's array. A leaf has no op; it
    knows its Tensor (weakly), to leave the gradient there. A node that was freed by `backward` has no `inputs`.

    For whoever looks at the graph later, and set only where there is something to say: `call`, in which module's call
    it was recorded; `line`, from which line of the user's program; `seed`, the gradient that a `backward` which kept
    the graph started from here.
    """

    __slots__ = ("array", "arrays", "call", "handle", "inputs", "line", "op", "order", "params", "seed", "witness")

    call: Call | None
    line: tuple[types.CodeType, int]
    seed: np.ndarray

    def __init__(
        self,
        op: Op | None,
        inputs: tuple[Node | None, ...],
        arrays: tuple[np.ndarray, ...],
        params: dict[str, Any],
        array: np.ndarray,
    ) -> None:
        self.op = op
        self.inputs: tuple[Node | None, ...] | None = inputs
        self.arrays = arrays
        self.params = params
        self.array = array
        self.order = memory.tick()
        self.handle: weakref.ref[Variable] | None = None
        self.witness: dict[int, bytes] | None = None

    def tensor(self) -> Variable | None:
        """The Tensor that wants this node's gradient: a leaf, or one that called `retain_grad`; None if it is gone."""
        return None if self.handle is None else self.handle()

    def reads(self) -> Iterator[int]:
        """Positions of the inputs (-1: the output) whose contents the rules that will run are going to read."""
        assert self.op is not None
        for i, parent in enumerate(self.inputs or ()):
            if parent is not None:
                yield from self.op.reads(i, len(self.arrays))

    def free(self) -> None:
        """Let go of everything that only a backward pass needs."""
        self.inputs, self.arrays, self.params, self.call = None, (), {}, None


class NotDifferentiable:
    """In place of a rule: this input has no derivative, on purpose (a condition, an index, a comparison)."""

    def __repr__(self) -> str:
        return "NOT_DIFFERENTIABLE"


NOT_DIFFERENTIABLE = NotDifferentiable()


class _OfEachRow:
    """An attribute that each row works out when it is asked for, while the class `Op` keeps its own."""

    def __init__(self, own: Any, name: str) -> None:
        self.own = own
        self.name = name

    def __get__(self, row: Op | None, owner: type[Op]) -> Any:
        return self.own if row is None else getattr(importlib.import_module(f"{__package__}.formula"), self.name)(row)


OPS: dict[str, Op] = {}  # every row, by name, in the order of definition


class Op:
    """One row of the table. Made by `op`; called like a function: arrays first, parameters by keyword.

    Parameters may also follow the arrays by position, as in `sum(x, 0)`, when the number of arrays is fixed.
    """

    __doc__ = _OfEachRow(__doc__, "document")  # help(tg.exp) speaks of exp
    __signature__ = _OfEachRow(None, "signature")

    __slots__ = (
        "__name__",
        "_reads",
        "broadcasts",
        "differentiable",
        "each",
        "elementwise",
        "forward",
        "name",
        "names",
        "rules",
        "selects",
    )

    def __init__(
        self,
        name: str,
        forward: Callable[..., Any],
        rules: tuple[Any, ...],
        each: Rule | None = None,
        broadcasts: bool = False,
        elementwise: bool = False,
        selects: bool = False,
    ) -> None:
        self.name = self.__name__ = name
        self.forward = forward
        self.rules = rules
        self.each = each
        self.broadcasts = broadcasts
        self.elementwise = elementwise
        self.selects = selects
        self.differentiable = not rules or any(rule is not NOT_DIFFERENTIABLE for rule in rules)
        self._reads = [_arguments_read(rule, len(rules)) for rule in rules] or [_arguments_read(each, 1)]
        if isinstance(forward, np.ufunc):
            self.names: tuple[str, ...] = tuple("xyz"[: forward.nin])
        else:
            kinds = inspect.signature(forward).parameters.values()
            self.names = tuple(p.name for p in kinds if p.kind is not p.VAR_POSITIONAL)

    def __repr__(self) -> str:
        return f"<op {self.name}({', '.join(self.names)})>"

    def __call__(self, *inputs: Any, **params: Any) -> Any:
        if self.each is None and len(inputs) != len(self.rules):
            inputs, params = self._bind(inputs, params)
        cls = None
        scalars = foreign = False
        arrays: list[Any] = []
        nodes: list[Node | None] = []
        for x in inputs:
            if isinstance(x, Variable):
                cls = x.result
                arrays.append(x._array)
                nodes.append(x._node)
            else:
                if not isinstance(x, np.ndarray):
                    if isinstance(x, (int, float, complex, np.generic)):
                        scalars = True
                    elif hasattr(x, "__op__"):  # stands for an array, and says itself what the call gives
                        return x.__op__(self, inputs, params)
                    else:
                        x = _as_array(self, x)
                else:
                    foreign = True
                arrays.append(x)
                nodes.append(None)
        try:
            if cls is None:
                return self.forward(*arrays, **params)
            if scalars:
                arrays = dtypes.give_scalars_a_dtype(arrays)
            out = self.forward(*arrays, **params)
        except (ValueError, TypeError, IndexError) as error:
            raise _explained(self, arrays, params, error) from error
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        if out.dtype is dtypes.FLOAT64 and (lower := dtypes.without_promotion(arrays)) is not None:
            arrays = lower
            out = np.asarray(self.forward(*arrays, **params))
        result = cls.__new__(cls)
        result._array = out
        result.grad = None
        if self.differentiable and mode.recording and nodes.count(None) != len(nodes):
            node = result._node = Node(self, tuple(nodes), tuple(arrays), params, out)
            if mode.call is not None:
                node.call = mode.call
                if mode.call.lines:
                    node.line = caller()
            if foreign:
                for x in inputs:
                    if isinstance(x, np.ndarray):
                        memory.lend(x, recorded=False)
            if memory.state.lent:
                node.witness = memory.witness(node)
        else:
            result._node = None
        return result

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """In the body of a class an op is a method: `exp = ops.exp` gives `t.exp()`."""
        return self if instance is None else types.MethodType(self, instance)

    def rule(self, i: int) -> Rule:
        """The derivative rule of input `i`, or an error that names the op."""
        if self.each is not None:
            each = self.each
            return lambda g, y, *xs, **params: each(i, g, y, *xs, **params)
        if i >= len(self.rules):
            raise NotImplementedError(
                f"{self.name}: no derivative rule for input {i}. Give `op({self.name!r}, ...)` one rule an input, "
                "or NOT_DIFFERENTIABLE where there is none on purpose."
            )
        rule: Rule = self.rules[i]
        return rule

    def reads(self, i: int, count: int) -> tuple[int, ...]:
        """Which of `count` inputs (-1: the output) have contents that the rule of input `i` reads."""
        if self.each is not None:
            return (-1, *range(count)) if -1 in self._reads[0] else tuple(range(count))
        return self._reads[i] if i < len(self._reads) else ()

    def _bind(self, inputs: tuple[Any, ...], params: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arrays that came by name, parameters that came by position."""
        count = len(self.rules) if self.rules else len(inputs)
        extra = dict(zip(self.names[count:], inputs[count:], strict=False))
        by_name = [params.pop(name) for name in self.names[len(inputs) : count] if name in params]
        arrays = (*inputs[:count], *by_name)
        if len(arrays) != count or len(inputs) > len(self.names) or extra.keys() & params.keys():
            raise TypeError(f"{self.name}({', '.join(self.names)}) was called with {len(inputs)} positional arguments")
        return arrays, params | extra


def op(
    name: str,
    forward: Callable[..., Any],
    *rules: Rule | NotDifferentiable,
    each: Rule | None = None,
    elementwise: bool | None = None,
    broadcasts: bool | None = None,
    selects: bool = False,
) -> Op:
    """Add a row to the table.

    name: unique; what graphs and errors show.
    forward: NumPy arrays in, one array out; parameters by keyword.
    rules: for input i, `lambda g, y, *inputs, **params: ...`, the gradient of input i; or `NOT_DIFFERENTIABLE`.
    each: for any number of inputs instead: `lambda i, g, y, *inputs, **params: ...`.
    elementwise: each element of the output depends on the one element at its place in each input (broadcast to the
        output's shape). By default true of NumPy's ufuncs, but for those that have a signature, as `matmul`.
    broadcasts: inputs are broadcast against each other, so the engine sums each gradient back to its input's shape.
        By default true of elementwise ops of several inputs.
    selects: passes the gradient at some places and stops it at others, as `where` does. Where it is stopped, what lies
        behind gets the gradient 0, even if the slope there is infinite.
    """
    if name in OPS:
        raise ValueError(f"op({name!r}): an op of this name exists already; choose another name")
    if elementwise is None:
        elementwise = isinstance(forward, np.ufunc) and forward.signature is None
    if broadcasts is None:
        broadcasts = elementwise and len(rules) > 1
    row = OPS[name] = Op(name, forward, rules, each, broadcasts, elementwise, selects)
    return row


def leaf(variable: Variable) -> Node:
    """The node of a Tensor that no op made and that requires a gradient."""
    node = Node(None, (), (), {}, variable._array)
    node.handle = weakref.ref(variable)
    return node


def _arguments_read(rule: Any, count: int) -> tuple[int, ...]:
    """Which of `y` (-1) and the `count` inputs (their numbers) a rule reads the contents of.

    Read off its bytecode: an argument that is never loaded, or of which only the shape or dtype is asked, is free to
    change after the forward pass (`add` needs neither input, `exp` only its output).
    """
    code = getattr(rule, "__code__", None)
    if code is None:
        return ()
    names = code.co_varnames[: code.co_argcount]
    loads = list(dis.get_instructions(code))
    read = {str(cell) for cell in code.co_cellvars}
    for this, following in itertools.pairwise([*loads, loads[-1]]):
        if not this.opname.startswith("LOAD_FAST"):
            continue
        loaded = this.argval if isinstance(this.argval, tuple) else (this.argval,)
        only_metadata = following.opname == "LOAD_ATTR" and following.argval in ("shape", "ndim", "dtype", "size")
        read.update(loaded[:-1] if only_metadata else loaded)
    if code.co_flags & inspect.CO_VARARGS and code.co_varnames[code.co_argcount + code.co_kwonlyargcount] in read:
        return (-1, 0)
    first = names.index("y") if "y" in names else 0
    return tuple(i - first - 1 for i, name in enumerate(names) if first <= i <= first + count and name in read)


def _as_array(row: Op, x: Any) -> np.ndarray:
    array = dtypes.default_array(x)
    if array.dtype == object:
        raise TypeError(f"{row.name}: cannot use a {type(x).__name__} as a tensor; pass numbers, arrays or Tensors")
    return array


def _explained(row: Op, arrays: list[Any], params: dict[str, Any], error: Exception) -> Exception:
    """The error again, with the op's name and its inputs' shapes and dtypes."""
    inputs = [f"{a.dtype}{list(a.shape)}" if isinstance(a, np.ndarray) else repr(a) for a in arrays]
    given = [f"{key}={value!r}" for key, value in params.items()]
    shapes = [a.shape for a in arrays if isinstance(a, np.ndarray)]
    message = str(error)
    if "broadcast" in message and row.broadcasts:
        message = f"shapes {_listed(shapes)} do not broadcast (aligned at the right, sizes must be equal or 1)"
    elif row.name == "matmul":
        message = f"shapes {_listed(shapes)} do not fit: (..., n, k) times (..., k, m) is wanted"
    kind = type(error) if type(error) in (ValueError, TypeError, IndexError) else ValueError
    return kind(f"{row.name}({', '.join(inputs + given)}): {message}")


def _listed(shapes: list[tuple[int, ...]]) -> str:
    return " and ".join(map(str, shapes))
