"""Functions that look at numbers follow them when they are compiled, also if both traces saw the same numbers."""

import warnings

import numpy as np
import pytest

import tinygrad_edu as tg

from ..engine.test_more_numpy_functions import CALLS as MORE_CALLS
from ..engine.test_numpy_functions import CALLS, X
from .functions import follows


@pytest.mark.parametrize("function", CALLS | MORE_CALLS, ids=lambda f: f.__name__)
def test_numpys_functions(function):
    for call in (CALLS | MORE_CALLS)[function]:
        follows(call, [tg.tensor(X)])


LABELS = tg.tensor([2, 0, 1])
V = tg.tensor([0.5, 3.0, -1.0])
FUNCTIONS = {
    "casting": (lambda x: tg.zeros_like(x).scatter(0, (x * 2).abs().long().clamp(0, 2), x), [V], "follows"),
    "casting with a gradient": (lambda x: (x * 3).int() * x, [V], "follows"),
    "scatter": (lambda x, i, v: x.scatter(0, i, v * x), [V, LABELS, V + 1], "follows"),
    "scatter_reduce": (lambda x, i: x.scatter_reduce(0, i, x * 2, "amax", include_self=False), [V, LABELS], "follows"),
    "index_put": (lambda x, i: x.index_put((i,), x[:1]), [V, LABELS], "follows"),
    "masked_scatter": (lambda x, m: x.masked_scatter(m > 0, x * x), [V, LABELS], "follows"),
    "ldexp": (lambda x, i: tg.ldexp(x, i * 100), [V, LABELS], "follows"),
    "frexp": (lambda x: tuple(tg.frexp(x)), [V], "follows"),
    "tensor_split": (lambda x, i: [t.sum() for t in x.tensor_split(i.sort().values)], [V, LABELS], "follows"),
    "ravel": (lambda x: tg.ravel(x) * 2, [V], "follows"),
    "block_diag": (lambda x: tg.block_diag(x, x * 2), [V], "follows"),
    "interp": (lambda x: np.interp(x, np.array([0.0, 1.0, 2.0]), np.array([0.0, 5.0, 7.0])), [V], "follows"),
    "a seed": (lambda x: (tg.manual_seed(3), tg.dropout(x, 0.5, True) + tg.randn(3).double())[1], [V], "follows"),
    "array": (lambda x: x + tg.tensor(x.detach().numpy() * 2), [V], "refused"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    function, tensors, expected = FUNCTIONS[name]
    assert follows(function, [x.double() if x.dtype.kind == "f" else x for x in tensors]) == expected


@pytest.mark.slow
@pytest.mark.oracle
def test_every_function_of_pytorchs():
    """A sample of each entry of PyTorch's database."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("expecttest", reason="PyTorch's samples need expecttest")
    from ..op_db.compare import ORDERS, Absent, converted, function
    from ..op_db.entries import entries

    def filled(tree, given):
        if isinstance(tree, tg.Tensor):
            return next(given)
        if isinstance(tree, (tuple, list)):
            return type(tree)(filled(branch, given) for branch in tree)
        return {key: filled(branch, given) for key, branch in tree.items()} if isinstance(tree, dict) else tree

    found = {}
    warnings.simplefilter("ignore")  # PyTorch's own, of its older names
    for name, entry in entries().items():
        try:
            ours = (ORDERS.get(name) or ORDERS.get(entry.name) or (lambda ours: ours))(function(entry.name))
        except Absent:
            continue
        torch.manual_seed(0)
        np.random.seed(0)  # noqa: NPY002  # PyTorch's samples are drawn with it
        for _, sample in zip(range(1), entry.sample_inputs("cpu", torch.float64, requires_grad=True), strict=False):
            pairs = []
            tree = converted((sample.input, sample.args, sample.kwargs), pairs)

            def call(*xs, ours=ours, tree=tree):
                x, args, options = filled(tree, iter(xs))
                return ours(x, *args, **options)

            found[follows(call, [mine for _, mine in pairs])] = name
    assert set(found) == {"follows", "refused", "no sample"}
