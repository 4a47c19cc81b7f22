"""Drawing the same networks with micrograd's draw_dot, torchviz, torchview and tinygrad_edu: sizes and times.

python -m tests.benchmarks.peers_drawings [--rounds N] [--large] [--keep FOLDER] [--data FOLDER]

Nodes and edges are counted in the SVG. A time is the median over rounds, each of which lets every tool draw once; it
runs from the finished computation to the SVG. For torchview, which draws while a model runs, the forward pass is in it.
The peers lay out with the program `dot`, tinygrad_edu with the Graphviz in its wheel. --large adds graphs of about
1,000 and 5,000 ops, with a limit of two minutes a picture; --keep saves the pictures.

micrograd's package has no drawing in it: `draw_dot` below does what the one in its repository's notebook does.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import math
import re
import statistics
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

import tinygrad_edu as tg
from tinygrad_edu import viz
from tinygrad_edu.data import load_digits
from tinygrad_edu.data.images import Digits
from tinygrad_edu.examples.gallery import lstm_cell, scene

LIMIT = 120  # seconds that one layout may take
PEERS = {"micrograd": "micrograd.engine", "torchviz": "torchviz", "torchview": "torchview"}
Draw = Callable[[], str]  # to an SVG


def layout(digraph: Any) -> str:
    """The SVG of a `graphviz.Digraph`."""
    done = subprocess.run(["dot", "-Tsvg"], input=digraph.source.encode(), capture_output=True, timeout=LIMIT)
    if done.returncode:
        raise RuntimeError(done.stderr.decode().strip())
    return done.stdout.decode()


# --- micrograd: one number a node ---------------------------------------------------------------------------------


def draw_dot(root: Any) -> Any:
    """A record of value and gradient for each number, an ellipse for each op; keyed by id(), collected in sets."""
    import graphviz

    values, pairs = set(), set()

    def visit(value: Any) -> None:
        if value not in values:
            values.add(value)
            for child in value._prev:
                pairs.add((child, value))
                visit(child)

    visit(root)
    picture = graphviz.Digraph(graph_attr={"rankdir": "LR"})
    for value in values:
        picture.node(str(id(value)), f"{{ data {value.data:.4f} | grad {value.grad:.4f} }}", shape="record")
        if value._op:
            picture.node(f"{id(value)}{value._op}", value._op)
            picture.edge(f"{id(value)}{value._op}", str(id(value)))
    for child, value in pairs:
        picture.edge(str(id(child)), f"{id(value)}{value._op}")
    return picture


def unary(x: Any, name: str, y: float, slope: float) -> Any:
    """An op that micrograd 0.1.0 lacks, added as in its lecture: tanh, exp, log."""
    out = type(x)(y, (x,), name)

    def backward() -> None:
        x.grad += slope * out.grad

    out._backward = backward
    return out


def tanh(x: Any) -> Any:
    return unary(x, "tanh", math.tanh(x.data), 1 - math.tanh(x.data) ** 2)


def sigmoid(x: Any) -> Any:
    s = 1 / (1 + math.exp(-x.data))
    return unary(x, "sigmoid", s, s * (1 - s))


def micrograd_network(name: str, digits: Digits) -> Any:
    from micrograd.engine import Value
    from micrograd.nn import MLP, Neuron

    if name == "neuron":
        x1, x2, w1, w2, b = (Value(number) for number in (2.0, 0.0, -3.0, 1.0, 6.8813735870195432))
        return tanh(x1 * w1 + x2 * w2 + b)
    if name == "mlp_step":
        (images, labels), _ = digits.scaled()
        model, losses = MLP(images.shape[1], [50, 10]), []
        for image, label in zip(images[:8].tolist(), labels[:8], strict=True):
            exps = [unary(s, "exp", math.exp(s.data), math.exp(s.data)) for s in model(image)]
            p = exps[label] / sum(exps)
            losses.append(-unary(p, "log", math.log(p.data), 1 / p.data))
        return sum(losses) / len(losses)
    if name == "lstm_cell":
        gates = [[Neuron(5, nonlin=False) for _ in range(3)] for _ in range(4)]
        h, c = ([Value(0.0) for _ in range(3)] for _ in range(2))
        for x in ([Value(0.1), Value(-1.4)], [Value(-0.8), Value(-0.4)]):
            i, f, g, o = ([neuron([*x, *h]) for neuron in gate] for gate in gates)
            c = [sigmoid(f[k]) * c[k] + sigmoid(i[k]) * tanh(g[k]) for k in range(3)]
            h = [sigmoid(o[k]) * tanh(c[k]) for k in range(3)]
        return sum((a - t) ** 2 for a, t in zip(h, (0.5, 0.0, -0.5), strict=True)) / 3
    return chains(Value, tanh, *LARGE[name])


def micrograd_draw(name: str, digits: Digits) -> Draw:
    root = micrograd_network(name, digits)
    root.backward()
    return lambda: layout(draw_dot(root))


# --- PyTorch: the same modules as in the gallery --------------------------------------------------------------------


def torch_network(name: str, digits: Digits) -> tuple[Any, tuple[Any, ...]]:
    """A module that ends in a scalar, and its inputs."""
    import torch
    from torch import nn

    torch.manual_seed(0)

    class Neuron(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w1, self.w2, self.b = (nn.Parameter(torch.tensor(v)) for v in (-3.0, 1.0, 6.8813735870195432))

        def forward(self, x1: Any, x2: Any) -> Any:
            return torch.tanh(x1 * self.w1 + x2 * self.w2 + self.b)

    class Step(nn.Module):
        def __init__(self, pixels: int) -> None:
            super().__init__()
            self.model = nn.Sequential(nn.Linear(pixels, 50), nn.ReLU(), nn.Linear(50, 10))
            self.loss = nn.CrossEntropyLoss()

        def forward(self, x: Any, y: Any) -> Any:
            return self.loss(self.model(x), y)

    class Cell(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.input_gate, self.forget_gate = nn.Linear(5, 3), nn.Linear(5, 3)
            self.candidate, self.output_gate = nn.Linear(5, 3), nn.Linear(5, 3)

        def forward(self, x: Any, h: Any, c: Any) -> Any:
            xh = torch.cat([x, h], dim=-1)
            i, f = self.input_gate(xh).sigmoid(), self.forget_gate(xh).sigmoid()
            g, o = self.candidate(xh).tanh(), self.output_gate(xh).sigmoid()
            c = f * c + i * g
            return o * c.tanh(), c

    class TwoSteps(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell, self.loss = Cell(), nn.MSELoss()

        def forward(self, x1: Any, x2: Any, h: Any, c: Any, target: Any) -> Any:
            h, c = self.cell(x1, h, c)
            h, c = self.cell(x2, h, c)
            return self.loss(h, target)

    class Chains(nn.Module):
        def forward(self, x: Any) -> Any:
            return chains(lambda _: x, torch.tanh, *LARGE[name])

    if name == "neuron":
        return Neuron(), (torch.tensor(2.0, requires_grad=True), torch.tensor(0.0, requires_grad=True))
    if name == "mlp_step":
        (images, labels), _ = digits.scaled()
        return Step(images.shape[1]), (torch.tensor(images[:8]), torch.tensor(labels[:8]))
    if name == "lstm_cell":
        leaves = [torch.randn(size, requires_grad=True) for size in (2, 2, 3, 3)]
        return TwoSteps(), (*leaves, torch.tensor([0.5, 0.0, -0.5]))
    return Chains(), (torch.tensor(0.5, requires_grad=True),)


def torchviz_draw(name: str, digits: Digits) -> Draw:
    from torchviz import make_dot

    module, inputs = torch_network(name, digits)
    loss = module(*inputs)
    loss.backward(retain_graph=True)
    params = dict(module.named_parameters()) | {f"input {i}": x for i, x in enumerate(inputs) if x.requires_grad}
    return lambda: layout(make_dot(loss, params))


def torchview_draw(name: str, digits: Digits) -> Draw:
    from torchview import draw_graph

    module, inputs = torch_network(name, digits)
    options = {"expand_nested": True, "depth": 10, "hide_module_functions": False, "hide_inner_tensors": False}
    return lambda: layout(draw_graph(module, input_data=inputs, device="cpu", mode="train", **options).visual_graph)


# --- here -------------------------------------------------------------------------------------------------------------


def our_draw(name: str, digits: Digits) -> Draw:
    if name in LARGE:
        x = tg.tensor(0.5, requires_grad=True)
        y = chains(lambda _: x, tg.tanh, *LARGE[name])
        y.backward(retain_graph=True)
        return lambda: viz.draw(y).svg
    shown = lstm_cell.build(2) if name == "lstm_cell" else scene(name, digits)
    for output in shown.outputs:
        output.backward(retain_graph=True)
    options: dict[str, Any] = {"names": shown.names, "module": shown.module, "direction": shown.direction}
    return lambda: viz.draw(shown.outputs, **options).svg


# --- the comparison ---------------------------------------------------------------------------------------------------

TOOLS: dict[str, Callable[[str, Digits], Draw]] = {
    "micrograd": micrograd_draw,
    "torchviz": torchviz_draw,
    "torchview": torchview_draw,
    "tinygrad_edu": our_draw,
}
NETWORKS = ("neuron", "mlp_step", "lstm_cell")
LARGE = {  # chains, and tanhs in each
    "10 chains of 100": (10, 100),
    "50 chains of 100": (50, 100),
    "1 chain of 1,000": (1, 1000),
    "1 chain of 5,000": (1, 5000),
}


def chains(start: Callable[[float], Any], op: Callable[[Any], Any], count: int, length: int) -> Any:
    """The sum of `count` chains of `length` ops."""
    total: Any = None
    for _ in range(count):
        x = start(0.5)
        for _ in range(length):
            x = op(x)
        total = x if total is None else total + x
    return total


def present() -> dict[str, str]:
    """What of the peers is installed, with versions; says which are missing."""
    found = {}
    for name, module in PEERS.items():
        try:
            importlib.import_module(module)
            found[name] = importlib.metadata.version(name)
        except ImportError as error:
            print(f"{name} is missing ({error}): pip install {name}; its rows are left out.")
    return found


def size(svg: str) -> tuple[int, int]:
    """Nodes and edges."""
    kinds = re.findall(r'<g [^>]*class="(node|edge)\b', svg)
    return kinds.count("node"), kinds.count("edge")


def attempt(step: Callable[[], Any]) -> tuple[Any, str]:
    """What the step gives, or why it does not."""
    try:
        return step(), ""
    except subprocess.TimeoutExpired:
        return None, f"no picture after {LIMIT} s"
    except (RecursionError, RuntimeError, ValueError) as error:
        return None, f"{type(error).__name__}: {' '.join(str(error).split())[:90]}"


def compare(name: str, tools: list[str], digits: Digits, rounds: int, keep: Path | None) -> None:
    """Rows of the table for one network."""
    draws, times = {}, {tool: [] for tool in tools}
    for tool in tools:
        draw, why = attempt(lambda tool=tool: TOOLS[tool](name, digits))
        start = time.perf_counter()
        svg, why = attempt(draw) if draw else (None, why)
        first = time.perf_counter() - start
        if svg is None:
            print(f"| {name} | {tool} | | | {why} |", flush=True)
            continue
        draws[tool] = (draw, *size(svg), first)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{name.replace(' ', '_')}.{tool}.svg").write_text(svg)
    for _ in range(rounds):
        for tool, (draw, *_) in draws.items():
            start = time.perf_counter()
            draw()
            times[tool].append(time.perf_counter() - start)
    for tool, (_, nodes, edges, first) in draws.items():
        seconds = statistics.median(times[tool]) if times[tool] else first
        print(f"| {name} | {tool} | {nodes:,} | {edges:,} | {seconds * 1e3:,.0f} ms |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--data", help="folder with MNIST; without it the built-in 8x8 digits")
    options = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)  # torchviz compares versions with distutils

    found = present()
    print(", ".join(f"{name} {version}" for name, version in (found | {"tinygrad_edu": tg.__version__}).items()))
    print("\n| network | tool | nodes | edges | time |\n| --- | --- | ---: | ---: | ---: |")
    digits = tg.data.load_mnist(options.data) if options.data else load_digits()
    tools = [tool for tool in TOOLS if tool in found or tool == "tinygrad_edu"]
    with threadpool_limits(1):  # two libraries' threads would wait for each other
        for name in NETWORKS:
            # a network of numbers has 237,860 nodes for one image: micrograd is left out
            able = [tool for tool in tools if (tool, name) != ("micrograd", "mlp_step")]
            compare(name, able, digits, options.rounds, options.keep)
        for name in LARGE if options.large else ():
            compare(name, tools, digits, 0, options.keep)


if __name__ == "__main__":
    main()
