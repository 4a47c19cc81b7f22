"""Graphs for the tests of the explorer's layout, written as the programs that they come from: a neuron, an LSTM cell...

Items and edges are in the form that layout() in viz/explorer/assets/layout.js takes; sizes are those of short labels.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any


class Sketch:
    """A graph to lay out, written as the program that it comes from."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.edges: list[dict[str, str]] = []
        self.count = 0
        self.scope = self.items

    def new(self, label: str) -> str:
        self.count += 1
        return f"{label}_{self.count}"

    def node(self, label: str, *arguments: str) -> str:
        """A node that takes these arguments, in the box that is open."""
        name = self.new(label)
        self.scope.append({"id": name, "width": max(36, 9 * len(label) + 16), "height": 32})
        for argument in arguments:
            self.edges.append({"id": f"e{len(self.edges)}", "source": argument, "target": name})
        return name

    @contextmanager
    def box(self, label: str) -> Iterator[list[dict[str, Any]]]:
        """Nodes made within it stand in an open box."""
        children: list[dict[str, Any]] = []
        outer, self.scope = self.scope, children
        self.scope = children
        yield children
        self.scope = outer
        item = {"id": self.new(label), "width": 8 * len(label) + 40, "height": 24, "header": 24}
        outer.append(item | {"children": children})

    def reopened(self, children: list[dict[str, Any]], label: str, *arguments: str) -> str:
        """One more node in a box made before: a module that is called twice."""
        outer, self.scope = self.scope, children
        name = self.node(label, *arguments)
        self.scope = outer
        return name

    def linear(self, x: str) -> str:
        with self.box("Linear"):
            weight, bias = self.node("weight"), self.node("bias")
            return self.node("add", self.node("matmul", x, self.node("T", weight)), bias)


def empty() -> Sketch:
    return Sketch()


def one() -> Sketch:
    sketch = Sketch()
    sketch.node("x")
    return sketch


def square() -> Sketch:
    sketch = Sketch()
    x = sketch.node("x")
    sketch.node("mul", x, x)
    return sketch


def neuron() -> Sketch:
    sketch = Sketch()
    x1, w1, x2, w2, b = map(sketch.node, ("x1", "w1", "x2", "w2", "b"))
    total = sketch.node("add", sketch.node("mul", x1, w1), sketch.node("mul", x2, w2))
    sketch.node("tanh", sketch.node("add", total, b))
    return sketch


def mlp() -> Sketch:
    sketch = Sketch()
    x, target = sketch.node("x"), sketch.node("target")
    with sketch.box("MLP"):
        h = sketch.node("relu", sketch.linear(x))
        h = sketch.node("relu", sketch.linear(h))
        y = sketch.linear(h)
    with sketch.box("CrossEntropyLoss"):
        chosen = sketch.node("gather", sketch.node("log_softmax", y), target)
        sketch.node("neg", sketch.node("mean", chosen))
    return sketch


def residual() -> Sketch:
    sketch = Sketch()
    x = sketch.node("x")
    with sketch.box("Block"):
        h = sketch.linear(sketch.node("relu", sketch.linear(x)))
    sketch.node("relu", sketch.node("add", x, h))
    return sketch


def lstm() -> Sketch:
    sketch = Sketch()
    x, h, c = sketch.node("x"), sketch.node("h"), sketch.node("c")
    with sketch.box("LSTMCell"):
        gates = []
        for name, squash in (("i", "sigmoid"), ("f", "sigmoid"), ("g", "tanh"), ("o", "sigmoid")):
            w, u, b = (sketch.node(letter + name) for letter in "WUb")
            both = sketch.node("add", sketch.node("matmul", x, w), sketch.node("matmul", h, u))
            gates.append(sketch.node(squash, sketch.node("add", both, b)))
        i, f, g, o = gates
        c = sketch.node("add", sketch.node("mul", f, c), sketch.node("mul", i, g))
        h = sketch.node("mul", o, sketch.node("tanh", c))
    sketch.node("loss", h, c)
    return sketch


def attention() -> Sketch:
    sketch = Sketch()
    x, mask = sketch.node("x"), sketch.node("mask")
    with sketch.box("Attention"):
        q, k, v = sketch.linear(x), sketch.linear(x), sketch.linear(x)
        with sketch.box("scores"):
            product = sketch.node("matmul", q, sketch.node("transpose", k))
            scores = sketch.node("where", mask, sketch.node("div", product, sketch.node("sqrt_d")))
        with sketch.box("softmax"):
            e = sketch.node("exp", sketch.node("sub", scores, sketch.node("max", scores)))
            weights = sketch.node("div", e, sketch.node("sum", e))
        out = sketch.linear(sketch.node("matmul", weights, v))
    sketch.node("add", x, out)
    return sketch


def rnn(steps: int = 12) -> Sketch:
    sketch = Sketch()
    w, u, b, h = (sketch.node(name) for name in ("W", "U", "b", "h0"))
    for t in range(steps):
        x = sketch.node(f"x{t}")
        both = sketch.node("add", sketch.node("matmul", h, w), sketch.node("matmul", x, u))
        h = sketch.node("tanh", sketch.node("add", both, b))
    return sketch


def lattice(size: int = 5) -> Sketch:
    sketch = Sketch()
    row = [sketch.node("a")]
    for width in [*range(2, size + 1), *range(size - 1, 0, -1)]:
        padded = [None, *row, None] if width > len(row) else row
        row = [sketch.node("f", *filter(None, pair)) for pair in pairwise(padded)]
    return sketch


def called_twice() -> Sketch:
    """A module whose result comes back to it through a node outside."""
    sketch = Sketch()
    x = sketch.node("x")
    with sketch.box("Cell") as cell:
        w = sketch.node("w")
        h = sketch.node("mul", x, w)
    h = sketch.node("relu", h)
    h = sketch.reopened(cell, "mul", h, w)
    sketch.node("out", h)
    return sketch


def chain(length: int, parameters: int = 0) -> Sketch:
    sketch = Sketch()
    shared = [sketch.node("p") for _ in range(parameters)]
    h = sketch.node("x")
    for i in range(length):
        h = sketch.node("f", h, *shared[i % (parameters or 1) :][:1])
    return sketch


def random_graph(seed: int, size: int = 40, reach: int = 12) -> Sketch:
    """A DAG over leaves that are dealt to nested boxes in stretches, some of which are opened again later."""
    sketch, rng = Sketch(), random.Random(seed)
    nodes: list[str] = []
    boxes: list[list[dict[str, Any]]] = []

    def grow(count: int, nesting: int) -> None:
        while count > 0:
            if nesting < 3 and rng.random() < 0.15:
                part = rng.randint(1, max(1, count // 2))
                with sketch.box("box") as children:
                    grow(part, nesting + 1)
                boxes.append(children)
                count -= part
                continue
            recent = nodes[-reach:]
            arguments = [rng.choice(recent) for _ in range(rng.choice([0, 1, 1, 2, 2, 3]))] if recent else []
            label = rng.choice(["f", "mul", "log_softmax"])
            again = rng.choice(boxes) if boxes and rng.random() < 0.05 else sketch.scope
            nodes.append(sketch.reopened(again, label, *arguments))
            count -= 1

    grow(size, 0)
    return sketch


EXAMPLES = [empty, one, square, neuron, mlp, residual, lstm, attention, rnn, lattice, called_twice]
