"""Scans, sorting, quantiles, counts, differences, distances: lines of program, run with both libraries.

`L` is the library, `T` makes a tensor, which requires a gradient if it can. Values, dtypes and gradients must agree.
"""

import re

import numpy as np
import pytest

import tinygrad_edu as tg

from . import lines_of_measure as measure
from . import lines_of_order as order

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]

SAME = [line for lines in (order.SAME, measure.SAME) for line in lines.strip().splitlines()]
REFUSED = order.REFUSED | measure.REFUSED


def run(lib, line):
    """The arrays that the line returns, and the gradients of its tensors under random cotangents."""
    leaves = []

    def tensor(data, dtype="float64", g=True):
        leaves.append(lib.tensor(np.array(data, dtype)).requires_grad_(g and np.dtype(dtype).kind in "fc"))
        return leaves[-1]

    out = eval(line, {"L": lib, "T": tensor, "nan": np.nan, "inf": np.inf, "np": np, "f4": "float32"})
    outputs = list(flat(out))
    rng = np.random.default_rng(0)
    total = 0.0
    for y in outputs:
        if y.requires_grad:
            weighted = y * lib.tensor(rng.standard_normal(tuple(y.shape)))
            total = total + (weighted.real if "complex" in str(y.dtype) else weighted).sum()
    if any(y.requires_grad for y in outputs):
        total.backward()
    return [array(y) for y in outputs], [None if x.grad is None else array(x.grad) for x in leaves]


def flat(out):
    for y in out if isinstance(out, (tuple, list)) else [out]:
        yield from flat(y) if isinstance(y, (tuple, list)) else [y]


def array(x):
    return np.asarray((x.detach().resolve_conj() if isinstance(x, torch.Tensor) else x.detach()).numpy())


@pytest.mark.parametrize("line", SAME)
def test_as_pytorch(line):
    theirs, ours = run(torch, line), run(tg, line)
    for expected, found in zip(theirs, ours, strict=True):
        assert [a is None for a in expected] == [a is None for a in found]
        for a, b in zip(expected, found, strict=True):
            if a is not None:
                assert (a.dtype, a.shape) == (b.dtype, b.shape)
                np.testing.assert_allclose(b, a, rtol=1e-6 if a.dtype == np.float32 else 1e-9, atol=1e-9)


@pytest.mark.parametrize("line", REFUSED)
def test_refused_as_in_pytorch(line):
    with pytest.raises((RuntimeError, IndexError, ValueError, TypeError, NotImplementedError)):
        run(torch, line)
    with pytest.raises((IndexError, ValueError, TypeError), match=re.escape(REFUSED[line])):
        run(tg, line)


@pytest.mark.parametrize("name", ["sort", "topk", "kthvalue", "median", "nanmedian", "mode", "cummax", "cummin", "max"])
def test_values_and_indices_have_names(name):
    given = {"topk": {"k": 2}, "kthvalue": {"k": 2}}.get(name, {}) | {"dim": 0}
    theirs = getattr(torch, name)(torch.tensor([3.0, 1.0, 2.0]), **given)
    ours = getattr(tg, name)(tg.tensor([3.0, 1.0, 2.0]), **given)
    assert ours.values.tolist() == theirs.values.tolist()
    assert ours.indices.tolist() == theirs.indices.tolist()


def test_two_dimensions_of_zeros_to_the_second_order():
    data = np.array([[1.0, 0.0, 3.0, 0.0, 2.0], [0.0, 2.0, -1.0, 0.5, 1.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    for function in (lambda x: x.cumprod(1), lambda x: x.prod(1), lambda x: x.cumprod(0)):
        found = []
        for lib in (torch, tg):
            x = lib.tensor(data).requires_grad_()
            y = function(x)
            grad = lib.autograd.grad if lib is torch else lib.grad
            (g,) = grad(y, [x], lib.tensor(np.cos(np.arange(y.numel())).reshape(tuple(y.shape))), create_graph=True)
            found.append(array(grad(g, [x], lib.tensor(np.sin(np.arange(15.0)).reshape(3, 5)))[0]))
        np.testing.assert_allclose(found[1], found[0], rtol=1e-12, atol=1e-14)
