"""Weights travel: a file that PyTorch saved gives the same outputs and gradients here, and the other way round."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import tinygrad_edu as tg

from .layers import LAYERS, build

torch = pytest.importorskip("torch")
from safetensors.torch import load_file as torch_load  # noqa: E402
from safetensors.torch import save_file as torch_save  # noqa: E402

from .oracle import compare, compare_parameters  # noqa: E402

pytestmark = pytest.mark.oracle
rng = np.random.default_rng(0)


def shaken(theirs):
    """Weights and buffers other than those a layer starts with."""
    with torch.no_grad():
        for name, t in theirs.state_dict().items():
            if t.dtype.is_floating_point:
                noise = rng.standard_normal(tuple(t.shape))
                t.add_(torch.tensor(np.abs(noise) if "var" in name else noise))
            else:
                t.fill_(3)
    return theirs


@pytest.mark.parametrize(("name", "arguments", "inputs"), LAYERS)
def test_from_pytorch_and_back(name, arguments, inputs, tmp_path):
    theirs = shaken(build(torch, name, arguments).double())
    ours = build(tg, name, arguments).double()
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    torch_save(theirs.state_dict(), tmp_path / "theirs.safetensors")
    ours.load_state_dict(load_file(tmp_path / "theirs.safetensors"))
    for mode in (True, False):
        theirs.train(mode)
        ours.train(mode)
        for _ in range(2):  # running statistics move
            ours.zero_grad()
            theirs.zero_grad()
            compare(ours, theirs, *inputs, rtol=1e-11, atol=1e-12)
            compare_parameters(ours, theirs)
    save_file({key: t.numpy() for key, t in ours.state_dict().items()}, tmp_path / "ours.safetensors")
    other = build(torch, name, arguments).double().eval()
    other.load_state_dict(torch_load(tmp_path / "ours.safetensors"))
    ours.eval()
    ours.zero_grad()
    compare(ours, other, *inputs, rtol=1e-11, atol=1e-12)
    compare_parameters(ours, other)


@pytest.mark.parametrize(("name", "arguments", "inputs"), LAYERS)
def test_float32(name, arguments, inputs):
    theirs, ours = build(torch, name, arguments), build(tg, name, arguments)
    assert {key: t.dtype.name for key, t in ours.state_dict().items()} == {
        key: str(t.dtype).removeprefix("torch.") for key, t in theirs.state_dict().items()
    }
    ours.load_state_dict(theirs.state_dict())
    inputs = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in inputs]
    compare(ours, theirs, *inputs, rtol=1e-4, atol=1e-5)
    compare_parameters(ours, theirs, rtol=1e-4, atol=1e-5)
    assert all(p.grad.dtype == np.float32 for p in ours.parameters())


@pytest.mark.parametrize(("name", "arguments", "inputs"), LAYERS)
def test_starts_as_in_pytorch(name, arguments, inputs):
    large = {"Linear": {"in_features": 50}, "Bilinear": {"in1_features": 60, "in2_features": 40}}.get(name, {})
    large |= {"num_embeddings": 300, "embedding_dim": 10, "max_norm": None} if name.startswith("Embedding") else {}
    arguments = arguments | large
    ours, theirs = build(tg, name, arguments), build(torch, name, arguments)
    for (key, a), b in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
        a, b = a.numpy(), b.numpy()
        assert a.shape == b.shape
        if name in ("Linear", "Bilinear") and key == "bias":
            assert np.abs(a).max() <= 1 / np.sqrt(arguments.get("in_features") or arguments["in1_features"])
        elif name in ("Linear", "Bilinear", "Embedding", "EmbeddingBag"):
            assert abs(a.std() / b.std() - 1) < 0.25
            if not name.startswith("Embedding"):
                assert abs(np.abs(a).max() / np.abs(b).max() - 1) < 0.1
        else:
            np.testing.assert_array_equal(a, b)


def test_a_whole_network(tmp_path):
    def network(lib):
        nn = lib.nn
        return nn.Sequential(
            nn.Embedding(10, 8, padding_idx=0),
            nn.LayerNorm(8),
            nn.ModuleDict({"a": nn.Linear(8, 8)})["a"],
            nn.GELU(),
            nn.Flatten(),
            nn.BatchNorm1d(24),
            nn.Dropout(0.0),
            nn.Unflatten(1, (3, 8)),
            nn.RMSNorm(8),
            nn.PReLU(),
            nn.Linear(8, 2),
        )

    ours, theirs = network(tg), network(torch)
    torch_save(theirs.state_dict(), tmp_path / "net.safetensors")
    ours.load_state_dict(load_file(tmp_path / "net.safetensors"))
    assert repr(ours) == repr(theirs)
    compare(ours.double(), theirs.double(), np.arange(12).reshape(4, 3) % 10, rtol=1e-11)
    compare_parameters(ours, theirs)
