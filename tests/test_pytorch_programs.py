"""Programs in PyTorch's idiom, run twice: as they are, and with only their imports changed. Their losses must agree.

The weights with which both start, and what both draw at random, come from NumPy: `same_numbers` puts them into the one
library and the other at the places where programs ask for them.
"""

import re
import types
import warnings
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg

FLAG = "__allow_nonbracketed_mutation_flag"
PROGRAMS = sorted((Path(__file__).parent / "pytorch_programs").glob("*.py"))


def digits():
    """Images in [0, 1], of shape (n, 8, 8), and labels."""
    data = tg.data.load_digits()
    return (data.train_images / 16).astype(np.float32), data.train_labels.astype(np.int64)


def changed(source):
    """The program with `tinygrad_edu` in place of `torch` in its import lines, and nowhere else."""
    source = re.sub(r"^(\s*)import torch$", r"\1import tinygrad_edu as torch", source, flags=re.M)
    alone = r"\1import tinygrad_edu.\2; import tinygrad_edu as torch"
    source = re.sub(r"^(\s*)import torch\.([\w.]+)$", alone, source, flags=re.M)
    return re.sub(r"^(\s*)(import|from) torch\b(?=[. ])", r"\1\2 tinygrad_edu", source, flags=re.M)


def same_numbers(torch, monkeypatch):
    """Let this library draw NumPy's numbers, and start what an optimiser gets from NumPy's numbers too."""
    rng = np.random.default_rng(0)

    def size_of(size):
        return tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else size

    def tensor(array, dtype=None, **_):
        return torch.from_numpy(np.array(array)).to(dtype or torch.float32)

    monkeypatch.setattr(torch, "randn", lambda *size, **k: tensor(rng.standard_normal(size_of(size)), **k))
    monkeypatch.setattr(torch, "rand", lambda *size, **k: tensor(rng.random(size_of(size)), **k))
    monkeypatch.setattr(torch, "randn_like", lambda t: tensor(rng.standard_normal(tuple(t.shape)), t.dtype))
    monkeypatch.setattr(
        torch, "randint", lambda *n, **_: tensor(rng.integers(*(n if len(n) == 3 else (0, *n))), torch.int64)
    )
    monkeypatch.setattr(torch, "randperm", lambda n, **_: tensor(rng.permutation(n), torch.int64))

    def multinomial(probs, num_samples, replacement=False):
        rows = probs.detach().numpy().astype(np.float64)
        return tensor([rng.choice(len(row), (num_samples,), p=row / row.sum()) for row in rows], torch.int64)

    def choose(self):
        probs = self.probs.detach().numpy().astype(np.float64).reshape(-1, self.probs.shape[-1])
        drawn = [rng.choice(len(row), p=row / row.sum()) for row in probs]
        return tensor(np.reshape(drawn, tuple(self.probs.shape[:-1])), torch.int64)

    monkeypatch.setattr(torch, "multinomial", multinomial)
    monkeypatch.setattr(torch.distributions.Categorical, "sample", choose)
    monkeypatch.setattr(
        torch.distributions.Normal,
        "sample",
        lambda self: (self.loc + self.scale * tensor(rng.standard_normal(tuple(self.loc.shape)))).detach(),
    )
    init = torch.optim.Optimizer.__init__

    def started(self, *args, **kwargs):
        init(self, *args, **kwargs)
        for group in self.param_groups:
            for p in group["params"]:
                scale = 1 / np.sqrt(max(1, np.prod(p.shape[1:])))
                p.data.copy_(tensor(rng.uniform(-scale, scale, tuple(p.shape)), p.dtype))

    monkeypatch.setattr(torch.optim.Optimizer, "__init__", started)


def run(source, torch, name):
    """The losses of a program."""
    with pytest.MonkeyPatch.context() as monkeypatch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if torch is not tg:  # PyTorch's own test tools, once imported, forbid programs to set flags
            monkeypatch.setitem(torch.backends.ContextProp.__set__.__globals__, FLAG, True)
        same_numbers(torch, monkeypatch)
        program = types.ModuleType("program")
        program.digits = digits
        exec(compile(source, name, "exec"), vars(program))
    return np.array(program.losses, dtype=np.float64)


@pytest.mark.oracle
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_gives_the_same_losses_as_in_pytorch(path):
    torch = pytest.importorskip("torch")
    source = path.read_text()
    theirs = run(source, torch, path.name)
    ours = run(changed(source), tg, path.name)
    assert len(theirs) >= 10
    assert np.isfinite(theirs).all()
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_runs_without_pytorch(path):
    source = changed(path.read_text())
    assert "import torch" not in source.replace("tinygrad_edu as torch", "")
    assert np.isfinite(run(source, tg, path.name)).all()
