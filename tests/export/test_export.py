"""`onnx.export` itself: names, metadata, options, errors, files."""

import io
import subprocess
import sys

import numpy as np
import onnx
import pytest

import tinygrad_edu as torch
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn
from tinygrad_edu.export import ExportError, proto
from tinygrad_edu.pytorch.onnx import TrainingMode

from .running import assert_runs, exported, operators

X = torch.tensor(np.random.default_rng(0).standard_normal((2, 3)).astype(np.float32))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.5))
        self.head = nn.Linear(4, 2, bias=False)
        self.register_buffer("scale", torch.tensor([2.0, 3.0]))

    def forward(self, x):
        return self.head(self.body(x)) * self.scale


def test_weights_are_called_as_in_the_state_dict_and_nodes_as_modules():
    model = Net()
    program = exported(model.eval(), X)
    graph = program.model_proto.graph
    named = {x.name: onnx.numpy_helper.to_array(x) for x in graph.initializer}
    state = model.state_dict()
    assert set(state) - set(named) == {"body.1.num_batches_tracked"}
    for name in set(state) & set(named):
        np.testing.assert_array_equal(named[name], state[name].numpy())
    names = [node.name for node in graph.node]
    assert names == ["body.0/Gemm", "body.1/BatchNormalization", "body.2/Relu", "head/Gemm", "Mul"]
    assert [x.name for x in graph.input] == ["x"]
    assert [x.name for x in graph.output] == ["output"]


def test_who_made_it_and_all_shapes():
    program = torch.onnx.export(Net(), X, input_names=["x"], dynamic_axes={"x": {0: "batch"}})
    model = program.model_proto
    assert (model.producer_name, model.producer_version) == ("tinygrad_edu", torch.__version__)
    assert [(o.domain, o.version) for o in model.opset_import] == [("", 20)]
    known = {x.name: x.type.tensor_type for x in (*model.graph.value_info, *model.graph.output)}
    for node in model.graph.node:
        shape = [d.dim_param or d.dim_value for d in known[node.output[0]].shape.dim]
        assert shape == ["batch", 2 if node.name in ("Mul", "head/Gemm") else 4]


def test_the_text_has_no_weights():
    text = str(torch.onnx.export(Net(), X))
    assert 'float[4,3] "body.0.weight"' in text
    assert "body.0/Gemm" in text
    assert len(text) < 3000


@pytest.mark.parametrize("opset", range(18, 24))
def test_opsets(opset):
    model = nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.LayerNorm(4))
    program = exported(model, X, opset_version=opset)
    assert program.model_proto.opset_import[0].version == opset
    assert ("Gelu" in operators(program)) == (opset >= 20)
    assert operators(program)[-1] == "LayerNormalization"


def test_an_older_opset_becomes_18():
    with pytest.warns(torch.UsageWarning, match="opset_version=11: the oldest that is written is 18"):
        program = torch.onnx.export(nn.ReLU(), X, opset_version=11)
    assert program.model_proto.opset_import[0].version == 18


@pytest.mark.parametrize("opset", [24, 0, "18", True])
def test_an_opset_that_is_none(opset):
    with pytest.raises(ValueError, match="opset_version must be an int from 18 to 23, got"):
        torch.onnx.export(nn.ReLU(), X, opset_version=opset)


def test_as_pytorchs_programs_call_it(tmp_path):
    path = str(tmp_path / "model.onnx")
    model = Net()
    torch.onnx.export(
        model,
        X,
        path,
        export_params=True,
        opset_version=18,
        do_constant_folding=True,
        input_names=["input"],
        output_names=["output"],
        dynamic_axes={"input": {0: "batch_size"}, "output": {0: "batch_size"}},
        dynamo=False,
    )
    assert model.training
    onnx.checker.check_model(path, full_check=True)
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (got,) = session.run(None, {"input": X.numpy()[:1]})
    np.testing.assert_allclose(got, model.eval()(X[:1]).detach().numpy(), rtol=1e-5, atol=1e-6)
    assert session.get_outputs()[0].shape == ["batch_size", 2]


def test_arguments_by_name_and_dynamic_shapes():
    def model(a, b, c=1.0):
        return a @ b + c

    b, c = torch.ones(3, 4), torch.ones(4)
    for args, options in (((X, b, {"c": c}), {}), ((X, b), {"kwargs": {"c": c}})):
        program = torch.onnx.export(model, args, dynamic_shapes={"a": {0: "rows"}, "b": None, "c": None}, **options)
        assert [x.name for x in program.model_proto.graph.input] == ["a", "b", "c"]
        assert_runs(program, model, torch.ones(5, 3), b, c)
    program = torch.onnx.export(model, (X, b), dynamic_shapes=({0: "rows"}, {}), input_names=["left"])
    assert program.model_proto.graph.input[0].name == "left"
    assert_runs(program, model, torch.ones(7, 3), b)


def test_dims_with_names():
    Dim = torch.export.Dim
    for rows, name in (
        (Dim("rows", min=2), "rows"),
        ("rows", "rows"),
        (Dim.DYNAMIC, "x_dim_0"),
        (Dim.STATIC, 2),
        (None, 2),
    ):
        program = torch.onnx.export(Net(), X, dynamic_shapes={"x": {0: rows}})
        shape = program.model_proto.graph.input[0].type.tensor_type.shape.dim
        assert (shape[0].dim_param or shape[0].dim_value) == name
    with pytest.raises(ValueError, match="a name that is an identifier, got 3"):
        Dim(3)


def test_parameters_as_inputs():
    program = torch.onnx.export(nn.Linear(3, 2), X, export_params=False)
    assert [x.name for x in program.model_proto.graph.input] == ["x", "weight", "bias"]


def test_modes():
    model = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5))
    assert operators(torch.onnx.export(model, X)) == ["Gemm"]
    assert model.training
    with pytest.raises(ExportError, match="draws random numbers"):
        torch.onnx.export(model, X, training=TrainingMode.PRESERVE)
    with pytest.raises(NotImplementedError, match="use EVAL"):
        torch.onnx.export(model, X, training=TrainingMode.TRAINING)
    with pytest.raises(ExportError, match=r"onnx.export: 1 writes into 1.num_batches_tracked.*evaluation mode"):
        torch.onnx.export(nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)), X, training=TrainingMode.PRESERVE)


def test_verify_and_verbose(capsys):
    torch.onnx.export(Net(), X, verify=True, verbose=True)
    assert "main_graph" in capsys.readouterr().out


def test_being_exported_is_known():
    seen = []

    def model(x):
        seen.append(torch.onnx.is_in_onnx_export())
        return x + 1

    torch.onnx.export(model, X)
    assert all(seen)
    assert not torch.onnx.is_in_onnx_export()


# --- what is refused --------------------------------------------------------------------------------------------------


class Named(nn.Module):
    """A model whose module `inner` calls the function."""

    def __init__(self, function):
        super().__init__()
        self.inner = Calling(function)

    def forward(self, x):
        return self.inner(x)


class Calling(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def branching(x):
    return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: torch.lgamma(x), r"lgamma in inner .*cannot be exported: ONNX has no such operator. Leave it out"),
        (lambda x: torch.linalg.inv(x.T @ x), "inv in inner"),
        (branching, r"in inner: bool\(\) of a tensor that depends on the inputs.*where\(\) instead of if"),
        (lambda x: x * x.max().item(), r"item\(\) of a tensor"),
        (lambda x: x[x > 0], "depends on the numbers of an input"),
        (lambda x: x + torch.rand(2, 3), r"onnx.export: inner \(.*: draws random numbers; draw them outside"),
        (lambda x: x + torch.tensor(np.random.default_rng().random(3)), "other numbers outside of the graph"),
        (lambda x: torch.fft.fft(x).real, "fftn in inner .*no complex numbers"),
        (lambda x: 3, "expected the model to return Tensors, got int"),
        (lambda x: None, "expected the model to return Tensors, got none"),
    ],
)
def test_what_cannot_be_exported(function, message):
    with pytest.raises(ExportError, match=message):
        torch.onnx.export(Named(function), X)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: sum(x[i] for i in range(len(x))), "in inner: for another size of batch the model calls more ops"),
        (lambda x: x.reshape(-1).chunk(len(x))[0] * 2, "in inner: for another size of batch the model calls other ops"),
        (lambda x: x / (1.0 / len(x)), "no formula for"),
        (lambda x: torch.clamp(x, max=1.0 / len(x)), "for another size of batch the model uses the numbers 0.5"),
        (lambda x: x.cumprod(0), "cumprod.*depends on an open dimension; leave that fixed"),
        (lambda x: x.reshape(2, 3), "with another size of batch the model raises ValueError"),
        (lambda x: x + torch.tensor(np.sqrt(np.arange(len(x))))[:, None], "no formula for|computes with NumPy"),
    ],
)
def test_what_cannot_be_left_open(function, message):
    with pytest.raises(ExportError, match=message):
        torch.onnx.export(Named(function), X, dynamic_axes={"x": {0: "batch"}})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"input_names": ["a", "b"]}, "2 input_names for 1 tensors"),
        ({"output_names": ["a", "b"]}, "2 output_names for 1 results"),
        ({"input_names": ["a"], "output_names": ["a"]}, "different names of inputs and outputs"),
        ({"dynamic_axes": {"y": {0: "batch"}}}, "dynamic_axes names 'y'; expected one of x, output"),
        ({"dynamic_axes": {"x": {2: "batch"}}}, "x has 2 dimensions, and no dimension 2"),
        ({"dynamic_axes": {"x": {0: "n", 1: "n"}}}, "open dimension 'n' is 2 and 3"),
        ({"dynamic_shapes": {"y": {0: "batch"}}}, "dynamic_shapes names 'y'; expected one of x"),
    ],
)
def test_wrong_names(options, message):
    with pytest.raises(ValueError, match=message):
        torch.onnx.export(Net(), X, **options)


def test_wrong_options():
    with pytest.raises(TypeError, match="unexpected argument 'colour'"):
        torch.onnx.export(Net(), X, colour="red")
    with pytest.raises(TypeError, match="dynamic_axes must be a dict"):
        torch.onnx.export(Net(), X, dynamic_axes=["x"])
    with pytest.raises(NotImplementedError, match="custom_opsets"):
        torch.onnx.export(Net(), X, custom_opsets={"mine": 1})
    with pytest.raises(TypeError, match="open for writing bytes, got StringIO"):
        torch.onnx.export(Net(), X, io.StringIO())


def test_what_only_pytorchs_exporter_has():
    with pytest.raises(AttributeError, match=r"onnx.dynamo_export belongs to PyTorch's exporter; there is onnx.export"):
        _ = torch.onnx.dynamo_export
    for option in ("custom_translation_table", "export_modules_as_functions", "keep_initializers_as_inputs"):
        with pytest.raises(NotImplementedError, match=f"onnx.export: {option}"):
            torch.onnx.export(Net(), X, **{option: True})


def test_too_many_weights(monkeypatch):
    monkeypatch.setattr(proto, "LARGEST", 50)
    with pytest.raises(ExportError, match="ONNX file holds at most 2"):
        torch.onnx.export(nn.Linear(3, 4), X)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "model.onnx"
    torch.onnx.export(Net(), X, path)
    before = path.read_bytes()
    with pytest.raises(ExportError):
        torch.onnx.export(Named(torch.lgamma), X, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]
    with pytest.raises(FileNotFoundError):
        torch.onnx.export(Net(), X, tmp_path / "nowhere" / "model.onnx")


def test_the_same_model_gives_the_same_bytes():
    torch.manual_seed(0)
    model, files = Net(), [io.BytesIO(), io.BytesIO()]
    for file in files:
        torch.onnx.export(model, X, file, dynamic_axes={"x": [0]})
    assert files[0].getvalue() == files[1].getvalue()


def test_without_the_package_the_extra_is_named():
    program = (
        "import sys; sys.modules['onnx'] = None\n"
        "import tinygrad_edu as torch\n"
        "try: torch.onnx.export(torch.nn.ReLU(), torch.ones(1))\n"
        "except ImportError as error: print(error)"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert 'pip install "tinygrad_edu[onnx]"' in out


# --- what a graph is made of ------------------------------------------------------------------------------------------


WHOLE = {
    "Gelu": (nn.GELU(), 1),
    "LeakyRelu": (nn.LeakyReLU(0.3), 1),
    "Elu": (nn.ELU(0.5), 1),
    "Selu": (nn.SELU(), 1),
    "Celu": (nn.CELU(0.5), 1),
    "Mish": (nn.Mish(), 1),
    "HardSwish": (nn.Hardswish(), 1),
    "HardSigmoid": (nn.Hardsigmoid(), 1),
    "Softsign": (nn.Softsign(), 1),
    "Clip": (nn.Hardtanh(-0.5, 2.0), 1),
    "Softmax": (nn.Softmax(dim=1), 1),
    "LogSoftmax": (nn.LogSoftmax(dim=1), 1),
    "LayerNormalization": (nn.LayerNorm(3), 1),
    "Gemm": (nn.Linear(3, 2), 1),
}


@pytest.mark.parametrize("operator", WHOLE)
def test_one_operator_for_a_composition(operator):
    module, count = WHOLE[operator]
    assert operators(exported(module, X)) == [operator] * count


def test_a_composition_that_is_another_stays_as_it_is():
    weight = torch.ones(2, 1)

    def scaled(x):  # like a layer norm, but its scale belongs to the rows
        y = x - x.mean(-1, keepdim=True)
        return y * torch.rsqrt(torch.square(y).mean(-1, keepdim=True) + 1e-5) * weight

    assert "LayerNormalization" not in operators(exported(scaled, X))
    assert "Gelu" not in operators(exported(lambda x: 0.5 * x * (1.0 + torch.erf(x * 0.7)), X))
    assert operators(exported(lambda x: F.linear(x, torch.ones(2, 3)) + torch.ones(2, 2), X)) == ["Gemm", "Add"]
    assert "Softmax" not in operators(exported(lambda x: torch.exp(F.log_softmax(x, 1) + 1), X))


def test_a_recurrent_layer_is_one_node():
    for kind in ("LSTM", "GRU", "RNN"):
        model = getattr(nn, kind)(3, 4, batch_first=True)
        program = exported(model, X.reshape(1, 2, 3))
        assert operators(program).count(kind) == 1
        assert "MatMul" not in operators(program)


def test_all_cell_states_of_an_lstm():
    from tinygrad_edu.ops.recurrent import gru_steps, lstm_steps

    a, w = torch.ones(3, 2, 8), torch.ones(8, 2) * 0.1
    exported(lambda a: lstm_steps(a, torch.ones(2, 8), torch.ones(2, 2), w), a)
    exported(lambda a: lstm_steps(a, torch.ones(2, 8), torch.zeros(2, 2), w)[1].sum(0), a)
    exported(lambda a: gru_steps(a[..., :6], torch.ones(2, 2), w[:6], torch.ones(2)), a)
    for first in (torch.ones(2, 8) * torch.arange(8.0), torch.zeros(2, 8)):  # one that no state gives, and none
        only_h = exported(lambda a, first=first: lstm_steps(a, first, torch.ones(2, 2), w)[0], a)
        assert "LSTM" in operators(only_h)
    assert "GRU" in operators(exported(lambda a: gru_steps(a[..., :6], torch.ones(2, 2), w[:6], torch.ones(2))[0], a))
    open_steps = {"dynamic_axes": {"a": {0: "time"}}}
    with pytest.raises(ExportError, match="the number of steps, of whose cell states"):
        torch.onnx.export(lambda a: lstm_steps(a, torch.ones(2, 8), torch.ones(2, 2), w)[1], a, **open_steps)


def test_writing_in_place():
    def model(x):
        y = x.clone()
        y[0] = 1.0
        y.mul_(2)
        mask = torch.zeros(2, 3)
        mask[:, 1] = 1
        x += 1
        return y * mask, x

    program = exported(model, X)
    assert "ScatterElements" in operators(program)


def test_two_outputs_that_are_one_and_an_input_that_is_returned():
    program = exported(lambda x: (x, x.exp(), x.exp()), X)
    assert operators(program).count("Exp") == 1
    assert len(program.model_proto.graph.output) == 3


def test_integers_and_booleans():
    ids = torch.tensor([[1, 2, 0], [3, 0, 0]])
    exported(lambda x: (x // 2, x % 2, -x, x > 1, (x > 1) & (x < 3), x.sum(), x * True, x << 1, x >> 1), ids)
    exported(lambda x: (x.float() / 255, x.max(), torch.where(x > 1, x, 0)), ids.to(torch.uint8))
    exported(lambda x: F.one_hot(x, 4), ids)


def test_doubles():
    exported(nn.Linear(3, 2).double(), X.double())


def test_sorting():
    def model(x):
        best = x.topk(2), x.topk(1, dim=0, largest=False)
        return x.sort(), x.sort(0, descending=True), best, x.argsort()

    program = exported(model, torch.tensor([[1.0, 3.0, 3.0], [2.0, 0.0, 2.0]]))
    assert operators(program).count("TopK") == 4
    open_rows = torch.onnx.export(model, X, dynamic_axes={"x": {0: "n"}})
    assert_runs(open_rows, model, torch.arange(15.0).reshape(5, 3) % 4)


def test_names_that_are_taken():
    model = nn.Linear(3, 2)
    program = exported(lambda weight: model(weight), X)
    assert [x.name for x in program.model_proto.graph.input] == ["weight"]
    program = torch.onnx.export(model, X, input_names=["weight"], output_names=["bias"])
    assert_runs(program, model, X)


def test_what_rounding_hides_is_not_fixed():
    """Windows of 8 give as many results for 28 rows as for 31; a size that is rounded is found out further away."""

    def model(x):
        return F.max_pool1d(x, 8).flatten(1)

    x = torch.arange(56.0).reshape(2, 1, 28)
    program = torch.onnx.export(model, x, input_names=["x"], dynamic_axes={"x": {2: "length"}})
    assert_runs(program, model, torch.arange(80.0).reshape(2, 1, 40))
    both = {"x": {0: "n", 2: "length"}}
    with pytest.raises(ExportError, match="no formula for"):
        torch.onnx.export(lambda x: x.mean(2) * F.max_pool1d(x, 8).numel(), x, input_names=["x"], dynamic_axes=both)


def test_numbers_made_of_sizes_are_computed_not_recognised():
    """A window that is longer than all the runs hides nothing there, and something in longer sequences."""

    def model(x):
        place = torch.arange(x.shape[1])
        hidden = place[:, None] - place > 30
        late = (place > 30).any().float()
        return torch.where(hidden, 0.0, x[:, :, None] * x[:, None]).sum(1) + late

    program = exported(model, X, dynamic_axes={"x": {1: "time"}})
    assert_runs(program, model, torch.ones(2, 40))
