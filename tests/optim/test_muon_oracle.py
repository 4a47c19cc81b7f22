"""Muon follows PyTorch's: to rounding where PyTorch's bfloat16 is left out, else to bfloat16's digits."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

OPTIONS = [
    {},
    {"lr": 0.02, "nesterov": False, "weight_decay": 0.0},
    {"lr": 0.02, "adjust_lr_fn": "match_rms_adamw", "momentum": 0.8},
    {"lr": 0.02, "adjust_lr_fn": "original", "ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5), "eps": 1e-3},
]


def trajectory(options, steps):
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape) for shape in ((3, 5), (6, 2), (4, 4), (1, 3))]
    mine, theirs = [nn.Parameter(tg.tensor(a)) for a in arrays], [torch.nn.Parameter(torch.tensor(a)) for a in arrays]
    ours, other = optim.Muon(mine, **options), torch.optim.Muon(theirs, **options)
    for _ in range(steps):
        for p, q in zip(mine, theirs, strict=True):
            noise = rng.standard_normal(p.shape)
            p.grad, q.grad = tg.tensor(noise), torch.tensor(noise)
        ours.step()
        other.step()
    return [(p.detach().numpy(), q.detach().numpy(), a) for p, q, a in zip(mine, theirs, arrays, strict=True)]


@pytest.mark.parametrize("options", OPTIONS)
def test_trajectory(options, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    for p, q, _ in trajectory(options, 100):
        np.testing.assert_allclose(p, q, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("options", OPTIONS)
def test_one_step_in_bfloat16(options):
    for p, q, start in trajectory(options, 1):
        np.testing.assert_allclose(p - start, q - start, atol=0.04 * np.abs(q - start).max())


def test_the_state_has_pytorchs_names():
    p, q = nn.Parameter(tg.ones(2, 2)), torch.nn.Parameter(torch.ones(2, 2))
    p.grad, q.grad = tg.ones(2, 2), torch.ones(2, 2)
    ours, other = optim.Muon([p]), torch.optim.Muon([q])
    ours.step()
    other.step()
    assert ours.state_dict()["state"][0].keys() == other.state_dict()["state"][0].keys()
