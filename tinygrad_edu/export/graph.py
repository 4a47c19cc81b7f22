"""Writing an ONNX graph: nodes, constants, sizes, and the names of all of them.

    w.Mul(x, w.Sigmoid(x))            a node each, and the name of its output

Where an ONNX operator takes a tensor, a name, an Item, a Python number, a list of ints or an array may stand: numbers
become constants of the dtype of the op that is being written, lists int64.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import made_up
from .errors import ExportError
from .sizes import Item, Size, Step, is_fixed

INT64 = np.dtype(np.int64)


class Writer:
    """The graph as far as it is written."""

    def __init__(self, onnx: Any, opset: int) -> None:
        self.onnx = onnx
        self.opset = opset
        self.nodes: list[Any] = []
        self.initializers: dict[str, np.ndarray] = {}
        self.names: dict[Item, str] = {}
        self.states: set[str] = set()  # the names of parameters and buffers
        self.partial: set[Item] = set()  # of whose tensor the graph has a part, which is all that is used
        self.sizes: dict[tuple[int, ...], tuple[str, int]] = {}  # of open dimensions: a tensor, and its dimension
        self.inputs: list[tuple[tuple[int, ...], str, int]] = []  # those of the graph's inputs
        self.constants: dict[Any, str] = {}
        self.written: dict[Any, Any] = {}  # the results of nodes, by what they compute
        self.counts: dict[str, int] = {}
        self.taken: set[str] = set()
        self.step: Step | None = None
        self.outputs: tuple[Item, ...] = ()  # of the graph
        self.needed: dict[Item, None] = {}  # by a step, or as an output
        self.readers: dict[Item, list[Step]] = {}
        self.kind = np.dtype(np.float32)  # of Python numbers, in the op that is being written

    # --- names --------------------------------------------------------------------------------------------------------

    def unused(self, stem: str) -> str:
        """`stem`, or with a number behind it."""
        name = stem
        while name in self.taken:
            count = self.counts[stem] = self.counts.get(stem, 0) + 1
            name = f"{stem}_{count}"
        self.taken.add(name)
        return name

    def refuse(self, why: str) -> ExportError:
        """The error for the op that is being written."""
        step = self.step
        assert step is not None
        line = f" ({step.line})" if step.line else ""
        return ExportError(f"onnx.export: {step.where()}{line}: {why}")

    # --- nodes --------------------------------------------------------------------------------------------------------

    def __getattr__(self, operator: str) -> Callable[..., Any]:
        if not operator[0].isupper():
            raise AttributeError(operator)
        return lambda *inputs, **attributes: self.add(operator, inputs, attributes)

    def add(self, operator: str, inputs: Sequence[Any], attributes: dict[str, Any], outputs: int = 1) -> Any:
        """A node, and the name of its output, or of each of several. An input of None is left out."""
        scope = self.step.scope if self.step is not None else ""
        outputs = attributes.pop("outputs", outputs)
        given = ["" if x is None else self.name(x) for x in inputs]
        while given and not given[-1]:  # at the end, what is left out is not there at all
            given.pop()
        known = {key: self.fixed(value, key) for key, value in attributes.items() if value is not None}
        key = operator, tuple(given), repr(known), outputs
        if key in self.written:  # two nodes that compute the same are one
            return self.written[key]
        name = self.unused(f"{scope}/{operator}" if scope else operator)
        results = [name] if outputs == 1 else [f"{name}:{k}" for k in range(outputs)]
        self.written[key] = name if outputs == 1 else results
        self.nodes.append(self.onnx.helper.make_node(operator, given, results, name=name, **known))
        return self.written[key]

    def name(self, x: Any) -> str:
        """Of what stands for a tensor."""
        if isinstance(x, str):
            return x
        if isinstance(x, Item):
            return self.of(x)
        if isinstance(x, Size):
            return self.cast(self.Squeeze(self.size(x)), self.kind)
        if isinstance(x, (list, tuple)):
            return self.constant(np.array(x, INT64)) if is_fixed(x) else self.shape(x)
        if isinstance(x, np.ndarray):
            return self.constant(x)
        return self.constant(np.asarray(x, self.kind))

    def of(self, item: Item) -> str:
        """The name of the tensor."""
        if item not in self.names:
            if item.kind == "fixed":
                self.names[item] = self.constant(item.arrays[0])
            elif item.kind == "sized":
                self.names[item] = made_up.written(self, item)
            elif item.kind == "state":
                self.names[item] = name = self.unused(item.name)
                self.initializers[name] = item.arrays[0]
                self.states.add(name)
            else:
                raise AssertionError(item)
        return self.names[item]

    def known(self, item: Item, name: str) -> None:
        """The tensor of this name is the item, and so has its sizes."""
        self.names[item] = name
        for dim, size in enumerate(item.shape):
            if isinstance(size, Size):
                self.sizes.setdefault(size.runs, (name, dim))

    # --- constants ----------------------------------------------------------------------------------------------------

    def constant(self, array: np.ndarray) -> str:
        """Equal ones are one."""
        self.code(array.dtype)
        key = array.shape, array.dtype.str, array.tobytes()
        if key not in self.constants:
            self.constants[key] = self.unused(_constant_name(array))
            self.initializers[self.constants[key]] = array
        return self.constants[key]

    def code(self, dtype: Any) -> int:
        """ONNX's number of a dtype."""
        dtype = np.dtype(dtype)
        if dtype.kind == "c":
            raise self.refuse(f"{dtype}: ONNX's operators take no complex numbers; export the part that uses real ones")
        return int(self.onnx.helper.np_dtype_to_tensor_dtype(dtype))

    def cast(self, x: Any, dtype: Any) -> str:
        """x as numbers of another kind."""
        return str(self.Cast(x, to=self.code(dtype)))

    # --- sizes --------------------------------------------------------------------------------------------------------

    def size(self, size: Any) -> str:
        """A vector of one element, int64: this size."""
        if not isinstance(size, Size):
            return self.constant(np.array([size], INT64))
        found = [(name, dim) for runs, name, dim in self.inputs if runs == size.runs]
        place = found[0] if found else self.sizes.get(size.runs)
        if place is not None:
            return str(self.Shape(place[0], start=place[1], end=place[1] + 1))
        for runs, name, dim in self.inputs:
            if (line := _line_through(runs, size.runs)) is not None:
                return self._affine(str(self.Shape(name, start=dim, end=dim + 1)), *line)
        for i, (runs, name, dim) in enumerate(self.inputs):
            for others, other, at in self.inputs[i + 1 :]:
                products = tuple(a * b for a, b in zip(runs, others, strict=True))
                if (line := _line_through(products, size.runs)) is not None:
                    both = self.Shape(name, start=dim, end=dim + 1), self.Shape(other, start=at, end=at + 1)
                    return self._affine(str(self.Mul(*both)), *line)
        raise self.refuse(
            f"a size, {size.runs[0]} in the example, depends on the open dimensions in a way that a graph has no "
            "formula for; leave the dimension fixed (out of dynamic_axes)"
        )

    def _affine(self, x: str, factor: int, offset: int) -> str:
        x = x if factor == 1 else self.Mul(x, [factor])
        return x if offset == 0 else str(self.Add(x, [offset]))

    def shape(self, shape: Sequence[Any]) -> str:
        """A vector of sizes, int64."""
        if is_fixed(tuple(shape)):
            return self.constant(np.array(shape, INT64).reshape(-1))
        return str(self.Concat(*map(self.size, shape), axis=0))

    def reshape(self, x: Any, shape: Sequence[Any]) -> str:
        """x in another shape. Open sizes that stay where they are are said so, and one other is left to be found."""
        while isinstance(x, Item) and x.step is not None and x.step.op == "reshape":
            x = x.step.inputs[0]  # a reshape of a reshape
        shape = tuple(shape)
        before = x.shape if isinstance(x, Item) else ()
        if isinstance(x, Item) and before == shape:
            return self.name(x)
        if 0 in shape:
            return str(self.Reshape(x, self.shape(shape), allowzero=1))
        kept = [isinstance(n, Size) and d < len(before) and before[d] == n for d, n in enumerate(shape)]
        is_open = [isinstance(n, Size) and not same for n, same in zip(shape, kept, strict=True)]
        if sum(is_open) <= 1:
            text = zip(shape, kept, is_open, strict=True)
            return str(self.Reshape(x, [0 if same else -1 if free else n for n, same, free in text]))
        return str(self.Reshape(x, self.shape(shape)))

    def fixed(self, thing: Any, what: str) -> Any:
        """`thing`, a size or several, if no open dimension is in it."""
        if not is_fixed(thing):
            raise self.refuse(f"{what} depends on an open dimension; leave that fixed (out of dynamic_axes)")
        return thing


def _line_through(x: tuple[int, ...], y: tuple[int, ...]) -> tuple[int, int] | None:
    """The whole numbers a, b for which y = a x + b in all runs."""
    dx, dy = x[-1] - x[0], y[-1] - y[0]
    if dx == 0 or dy % dx:
        return None
    a = dy // dx
    b = y[0] - a * x[0]
    return (a, b) if all(a * u + b == v for u, v in zip(x, y, strict=True)) else None


def _constant_name(array: np.ndarray) -> str:
    """What a reader sees: the number, or the kind and the shape."""
    if array.size == 1 or (array.ndim == 1 and array.size <= 6 and array.dtype.kind in "iu"):
        text = ",".join(f"{x:.6g}" if array.dtype.kind == "f" else str(x) for x in array.reshape(-1).tolist())
        return f"const[{text}]" if array.ndim else f"const({text})"
    return f"const_{array.dtype}_{'x'.join(map(str, array.shape))}"
