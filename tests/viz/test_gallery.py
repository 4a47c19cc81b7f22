"""The gallery: every scene builds, the same each time; its networks' gradients are the function's slopes."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.cli.gallery import draw_scene
from tinygrad_edu.data import load_digits, load_mnist
from tinygrad_edu.examples.gallery import SCENES, scene
from tinygrad_edu.examples.gallery.attention import Block
from tinygrad_edu.examples.gallery.lstm_cell import LSTMCell
from tinygrad_edu.examples.gallery.residual_block import ResidualBlock
from tinygrad_edu.examples.gallery.second_derivative import derivatives
from tinygrad_edu.graph import trace
from tinygrad_edu.testing import gradcheck

from ..graph.support import check, check_json

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "gallery"


def traced(shown):
    return trace(*shown.outputs, names=shown.names, module=shown.module)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_the_same_each_time(name):
    first = traced(scene(name))
    tg.randn(3)  # what was drawn before does not change a scene
    assert traced(scene(name)) == first


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_waits_for_its_backward_pass(name):
    shown = scene(name)
    assert shown.name == name
    assert all(output.shape == () for output in shown.outputs)
    graph = traced(shown)
    assert [node.id for node in graph if node.grad is not None] == []
    named = {node.name for node in graph}
    assert set(shown.names) <= named  # every name that a scene gives is in its picture
    for output in shown.outputs:
        output.backward(retain_graph=True)
    after = traced(shown)
    assert [node.id for node in after if node.kind in ("leaf", "parameter") and node.grad is None] == []


def test_a_scene_that_does_not_exist():
    with pytest.raises(ValueError, match=r"no scene 'transformer'; choose one of neuron, "):
        scene("transformer")


def test_the_neuron_is_the_lectures():
    names = scene("neuron").names
    names["o"].backward()
    gradients = {name: names[name].grad.item() for name in ("x1", "w1", "x2", "w2", "b")}
    assert gradients == pytest.approx({"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0, "b": 0.5}, abs=1e-6)


def test_a_step_takes_the_digits_it_is_given():
    digits = load_digits()
    images = scene("mlp_step", digits).names["images"]
    np.testing.assert_array_equal(images.array, digits.scaled()[0][0][:8])


def test_the_skip_connection_brings_the_whole_gradient():
    shown = scene("residual_block")
    shown.outputs[0].backward(retain_graph=True)
    graph = traced(shown)
    skip = next(edge for edge in graph.edges if edge.source == "x" and graph[edge.target].name == "y")
    assert skip.contribution == graph[skip.target].gradient


def test_the_first_forget_gate_has_nothing_to_forget():
    shown = scene("lstm_cell")
    shown.names["h1"].sum().backward()
    assert not shown.module.forget_gate.weight.grad.array.any()
    assert shown.module.input_gate.weight.grad.array.any()


def test_nobody_looks_ahead():
    block, x = Block(tokens=4, features=8), tg.randn(4, 8, requires_grad=True)
    block(x)[1].sum().backward()
    assert x.grad.array[:2].all()
    assert not x.grad.array[2:].any()


def test_the_second_derivative():
    assert derivatives(0.5) == (1 / 8, 3 / 4, 3.0)
    shown = scene("second_derivative")
    shown.outputs[0].backward()
    assert shown.names["x"].grad.item() == 3.0


@pytest.mark.parametrize("name", SCENES)
def test_contributions_add_up_to_gradients(name):
    shown = scene(name)
    graph = trace(*shown.outputs, names=shown.names, module=shown.module, backward=True, cells=5000)
    check(graph)
    check_json(graph)


def with_parameters(module, call):
    """`call` as a function of its inputs and, behind them, the module's parameters; and their values."""
    places = [(inner, name) for inner in module.modules() for name, p in inner._parameters.items() if p is not None]
    values = [inner._parameters[name].detach().double().requires_grad_() for inner, name in places]

    def function(*arguments):
        for (inner, name), value in zip(places, arguments[-len(places) :], strict=True):
            inner._parameters[name] = value
        return call(*arguments[: -len(places)])

    return function, values


NETWORKS = {
    "residual_block": (lambda: ResidualBlock(3, 4), lambda block, x: block(x), [(2, 3)]),
    "attention": (lambda: Block(3, 4), lambda block, x: block(x), [(3, 4)]),
    "lstm_cell": (
        lambda: LSTMCell(2, 3),
        lambda cell, x1, x2, h, c: cell(x2, cell(x1, (h, c))),
        [(2,), (2,), (3,), (3,)],
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_of_inputs_and_parameters(name):
    make, call, shapes = NETWORKS[name]
    module = make()
    function, values = with_parameters(module, lambda *inputs: call(module, *inputs))
    gradcheck(function, [*(tg.randn(*shape, dtype=tg.float64, requires_grad=True) for shape in shapes), *values])


def test_the_program_draws_every_scene(tmp_path):
    command = [sys.executable, "-W", "error", "-m", "tinygrad_edu.cli", "gallery", "pictures", "--dataset", "digits"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    files = [f"pictures/{name}.{suffix}" for name in SCENES for suffix in ("svg", "html")]
    assert done.stdout.split() == files
    assert [file for file in files if not (tmp_path / file).stat().st_size] == []


@pytest.mark.parametrize("name", SCENES)
def test_the_pictures_in_the_docs_are_those_of_today(name, tmp_path):
    folder = Path(os.environ.get("TINYGRAD_EDU_DATA", ROOT.parent / "shared" / "mnist"))
    if name == "mlp_step" and not folder.exists():
        pytest.skip("its images are MNIST's: name the folder with them in TINYGRAD_EDU_DATA")
    shown = scene(name, load_mnist(folder) if name == "mlp_step" else None)
    picture, _ = draw_scene(shown, tmp_path)
    assert words_of(picture) == words_of(DOCS / picture.name)


def words_of(path):
    """All text of an SVG, sorted: where nodes stand depends on the version of Graphviz."""
    root = ElementTree.fromstring(path.read_text())
    return sorted("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("name", SCENES)
def test_no_number_of_a_picture_is_rounding_noise(name):
    """A gradient that is 0 in theory must be 0 exactly: what rounding leaves of it differs from machine to machine."""
    shown = scene(name)
    graph = trace(*shown.outputs, names=shown.names, module=shown.module, backward=True)
    sizes = [node.gradient.norm for node in graph if node.gradient is not None]
    sizes += [edge.contribution.norm for edge in graph.edges if edge.contribution is not None]
    assert [size for size in sizes if 0 < size < 1e-5] == []


def test_the_program_says_what_is_wrong_in_a_line(tmp_path):
    (tmp_path / "taken").touch()
    command = [sys.executable, "-m", "tinygrad_edu.cli", "gallery", "taken", "--dataset", "digits"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "tinygrad-edu: taken cannot be written to (File exists); name another folder\n"


# --- the same networks in PyTorch ---------------------------------------------------------------------------------


def torch_or_skip():
    return pytest.importorskip("torch")


def assert_close(ours, theirs):
    np.testing.assert_allclose(np.asarray(ours.detach()), theirs.detach().numpy(), rtol=1e-11, atol=1e-13)


def arrays(*shapes):
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in shapes]


@pytest.mark.oracle
def test_lstm_cell_as_in_pytorch():
    torch = torch_or_skip()
    ours, theirs = LSTMCell(2, 3).double(), torch.nn.LSTMCell(2, 3, dtype=torch.float64)
    gates = (ours.input_gate, ours.forget_gate, ours.candidate, ours.output_gate)  # PyTorch's order
    weights, biases = (np.concatenate([getattr(gate, kind).array for gate in gates]) for kind in ("weight", "bias"))
    with torch.no_grad():
        theirs.weight_ih.copy_(torch.tensor(weights[:, :2]))
        theirs.weight_hh.copy_(torch.tensor(weights[:, 2:]))
        theirs.bias_ih.copy_(torch.tensor(biases))
        theirs.bias_hh.zero_()

    values = arrays((2,), (2,), (3,), (3,))
    found = []
    for lib, cell in ((tg, ours), (torch, theirs)):
        x1, x2, h, c = leaves = [lib.tensor(value, requires_grad=True) for value in values]
        h2, c2 = cell(x2, cell(x1, (h, c)))
        (h2.sin() + c2.cos()).sum().backward()
        found.append([h2, c2, *(leaf.grad for leaf in leaves)])
    for mine, other in zip(*found, strict=True):
        assert_close(mine, other)
    for kind, other in (
        ("weight", torch.cat([theirs.weight_ih.grad, theirs.weight_hh.grad], 1)),
        ("bias", theirs.bias_ih.grad),
    ):
        assert_close(tg.cat([getattr(gate, kind).grad for gate in gates]), other)


def compare_modules(ours, theirs, call, *shapes):
    """Values, and the gradients of inputs and of parameters of the same names, agree in two libraries."""
    torch = torch_or_skip()
    theirs.load_state_dict({name: torch.tensor(p.detach().numpy()) for name, p in ours.named_parameters()})
    values = arrays(*shapes)
    found = []
    for lib, module in ((tg, ours), (torch, theirs)):
        leaves = [lib.tensor(value, requires_grad=True) for value in values]
        y = call(lib, module, *leaves)
        y.sin().sum().backward()
        found.append([y, *(leaf.grad for leaf in leaves)])
    for mine, other in zip(*found, strict=True):
        assert_close(mine, other)
    gradients = {name: p.grad for name, p in theirs.named_parameters()}
    for name, p in ours.named_parameters():
        assert_close(p.grad, gradients[name])


@pytest.mark.oracle
def test_attention_as_in_pytorch():
    torch = torch_or_skip()
    ours = Block(4, 8).double()
    theirs = torch.nn.ModuleDict({"attention": torch.nn.ModuleDict()}).double()
    for name in ("query", "key", "value", "out"):
        theirs.attention[name] = torch.nn.Linear(8, 8, bias=name != "key", dtype=torch.float64)

    def call(lib, module, x):
        if lib is tg:
            return module(x)
        inner = module.attention
        q, k, v = inner.query(x), inner.key(x), inner.value(x)
        return x + inner.out(torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True))

    compare_modules(ours, theirs, call, (4, 8))


@pytest.mark.oracle
def test_residual_block_as_in_pytorch():
    torch = torch_or_skip()
    layers = {
        "norm": torch.nn.LayerNorm(6),
        "expand": torch.nn.Linear(6, 12),
        "relu": torch.nn.ReLU(),
        "project": torch.nn.Linear(12, 6),
    }
    theirs = torch.nn.ModuleDict(layers).double()

    def call(lib, module, x):
        if lib is tg:
            return module(x)
        return x + module.project(module.relu(module.expand(module.norm(x))))

    compare_modules(ResidualBlock(6, 12).double(), theirs, call, (4, 6))


@pytest.mark.oracle
def test_step_as_in_pytorch():
    torch = torch_or_skip()
    digits = load_digits()
    shown = scene("mlp_step", digits)
    shown.outputs[0].backward()
    theirs = torch.nn.Sequential(torch.nn.Linear(64, 50), torch.nn.ReLU(), torch.nn.Linear(50, 10))
    theirs.load_state_dict({name: torch.tensor(p.detach().numpy()) for name, p in shown.module.named_parameters()})
    (images, labels), _ = digits.scaled()
    loss = torch.nn.CrossEntropyLoss()(theirs(torch.tensor(images[:8])), torch.tensor(labels[:8]))
    loss.backward()
    assert shown.outputs[0].item() == pytest.approx(loss.item(), rel=1e-6)
    for (name, p), other in zip(shown.module.named_parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.array, other.grad.numpy(), rtol=1e-5, atol=1e-7, err_msg=name)
