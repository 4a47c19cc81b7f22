"""The README's table of differences from PyTorch: each row, run in both. The keys are the rows."""

import re
import sys
import warnings

import numpy as np
import pytest

import tinygrad_edu as tg

from .checkout import ROOT, run

nan, inf = float("nan"), float("inf")
TABLE = (ROOT / "README.md").read_text().partition("## Where it differs from PyTorch")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| ([^|]+) \|", TABLE.partition("| --- |")[2], re.M)
REFUSED = "refused"


def gradients(lib, function, *values):
    """dL/dx of the sum of what the function gives, for each value."""
    inputs = [lib.tensor(value, requires_grad=True) for value in values]
    function(*inputs).sum().backward()
    return [x.grad.tolist() for x in inputs]


def not_chosen(lib):
    slope = lambda function: gradients(lib, function, [0.0, 4.0])  # noqa: E731
    return [
        slope(lambda x: x.sqrt().clamp(min=1.0)),
        slope(lambda x: lib.where(x > 0, x.sqrt(), lib.zeros_like(x))),
        slope(lambda x: lib.maximum(x.sqrt(), lib.ones_like(x))),
        slope(lambda x: lib.minimum(-x.sqrt(), -lib.ones_like(x))),
    ]


def no_slope(lib):
    infinite = lambda x: lib.logsumexp(x, 0)  # noqa: E731
    return gradients(lib, lib.hypot, [0.0], [0.0]) + gradients(lib, infinite, [-inf, -inf])


def of_nan(lib):
    return lib.sign(lib.tensor([nan])).tolist() + gradients(lib, lambda x: x.abs(), [nan])[0]


def divided(lib):
    return gradients(lib, lambda a, b: a // b, [7.0], [2.0])


def remainder(lib):
    return gradients(lib, lambda b: 7.0 % b, [2.0])


def too_large(lib):
    return (lib.tensor([1], dtype=lib.uint8) + 300).tolist()


def negative_power(lib):
    return (lib.tensor([2]) ** lib.tensor([-1])).tolist()


def array_written_to(lib):
    array, w = np.array([1.0, 2.0], np.float32), lib.tensor([3.0, 4.0], requires_grad=True)
    loss = (lib.from_numpy(array) * w).sum()
    array[:] = 100
    loss.backward()
    return w.grad.tolist()


def overwritten(lib):
    w = lib.tensor([3.0, 4.0], requires_grad=True)
    loss = (w * w).sum()
    w.detach().numpy()[:] = 0
    loss.backward()
    return w.grad.tolist()


def out_of_range(lib):
    return lib.take_along_dim(lib.arange(6.0).reshape(2, 3), lib.tensor([[0, 3]]), 1).tolist()


def written_to_all(lib):
    return lib.ones(1).expand(3).fill_(2.0).tolist()


def infinite_quantile(lib):
    return lib.quantile(lib.tensor([1.0, inf, inf]), 0.75).item()


def ties(lib):
    def largest(source):
        return lib.zeros(1).scatter_reduce(0, lib.tensor([0, 0]), source, "amax", include_self=False)

    return gradients(lib, largest, [0.0, 0.0])[0]


def phase(lib):
    return np.abs(gradients(lib, lambda x: lib.linalg.eig(x)[1].imag[0], [[0.0, 2.0], [-1.0, 0.3]])).max() < 1e-6


def calls_of_vmap(lib):
    calls = []
    lib.func.vmap(lambda x: calls.append(x) or x * 2)(lib.arange(3.0))
    return len(calls)


def grad_input(lib):
    class Times(lib.nn.Module):
        def forward(self, a, b):
            return a * b

    module, seen = Times(), []
    module.register_full_backward_hook(lambda module, grad_input, grad_output: seen.append(grad_input[1]))
    module(lib.ones(1, requires_grad=True), lib.ones(1)).sum().backward()
    return None if seen[0] is None else seen[0].tolist()


def inferred(lib):
    w = lib.tensor([3.0], requires_grad=True)
    with lib.inference_mode():
        x = w * 2
    (x * w).sum().backward()
    return w.grad.tolist()


def first_number(lib):
    lib.manual_seed(0)
    return round(lib.rand(1).item(), 4)


# the row: programs, what they give here, what they give there (None: nothing is claimed of the numbers)
DIFFERENCES = {
    "what `clamp`": [(not_chosen, [[[0.0, 0.25]], [[0.0, 0.25]], [[0.0, 0.25]], [[0.0, -0.25]]], nan)],
    "a slope that has no value": [(no_slope, [[0.0], [0.0], [0.0, 0.0]], nan)],
    "`sign(nan)`": [(of_nan, [nan, nan], [0.0, 0.0])],
    "`a // b`": [(divided, [[0.0], [0.0]], REFUSED), (remainder, [[-3.0]], REFUSED)],
    "a number that the dtype cannot hold": [(too_large, REFUSED, [45])],
    "integers to a negative power": [(negative_power, REFUSED, [0])],
    "a NumPy array given to `from_numpy`": [(array_written_to, [1.0, 2.0], [100.0, 100.0])],
    "what the graph needs": [(overwritten, REFUSED, [0.0, 0.0])],
    "an index out of range": [(out_of_range, REFUSED, None)],
    "writing to what `expand` made": [(written_to_all, REFUSED, [2.0, 2.0, 2.0])],
    "`squeeze_`": [
        (lambda lib: list(lib.ones(1, 2).squeeze_().shape), REFUSED, [2]),
        (lambda lib: list(lib.ones(2).unsqueeze_(0).shape), REFUSED, [1, 2]),
        (lambda lib: list(lib.ones(2).resize_(1).shape), REFUSED, [1]),
    ],
    "a quantile at": [(infinite_quantile, inf, nan)],
    "ties in": [(ties, [0.5, 0.5], pytest.approx([1 / 3, 1 / 3]))],
    "a loss that depends on": [(phase, True, REFUSED)],
    "booleans in": [
        (lambda lib: (1 - lib.tensor([True])).tolist(), [0], REFUSED),
        (lambda lib: (+lib.tensor([True])).tolist(), [True], REFUSED),
        (lambda lib: lib.relu(lib.tensor([True])).tolist(), [1], REFUSED),
    ],
    "a number for a tensor": [(lambda lib: lib.maximum(lib.tensor([-1.0, 2.0]), 0).tolist(), [0.0, 2.0], REFUSED)],
    "a product of": [(lambda lib: (lib.tensor([[2]]) @ lib.tensor([[0.5]])).tolist(), [[1.0]], REFUSED)],
    "`t.prod(": [(lambda lib: lib.full((2, 3), 2.0).prod(dim=(0, 1)).item(), 64.0, REFUSED)],
    "dtypes on the CPU": [
        (lambda lib: lib.hypot(lib.tensor([3]), lib.tensor([4])).tolist(), [5.0], REFUSED),
        (lambda lib: (lib.tensor([[True]]) @ lib.tensor([[True]])).tolist(), [[True]], REFUSED),
    ],
    "`log(0)`": [(lambda lib: lib.tensor([0.0]).log().tolist(), [-inf], [-inf])],
    "`vmap`": [(calls_of_vmap, 3, 1)],
    "in a module's backward hook": [(grad_input, None, [0.0])],
    "`manual_seed(0)`": [(first_number, 0.8506, 0.4963)],
    "`inference_mode`": [(inferred, [6.0], REFUSED)],
    "the NumPy array of a tensor": [
        (lambda lib: lib.tensor([1.0], requires_grad=True).array.tolist(), [1.0], REFUSED),
    ],
}
CASES = [(row, *case) for row, cases in DIFFERENCES.items() for case in cases]


def outcome(program, lib):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # that NumPy warns is another row
        try:
            return program(lib)
        except (RuntimeError, TypeError, ValueError, IndexError, NotImplementedError, AttributeError):
            return REFUSED


def has_nan(result):
    return np.isnan(
        np.concatenate([np.ravel(part) for part in (result if isinstance(result, list) else [result])])
    ).any()


def test_the_rows_are_those_of_the_readme():
    assert len(ROWS) == len(DIFFERENCES)
    assert [row for row, start in zip(ROWS, DIFFERENCES, strict=True) if not row.startswith(start)] == []


@pytest.mark.parametrize(("row", "program", "here", "there"), CASES, ids=[row for row, *_ in CASES])
def test_here(row, program, here, there):
    np.testing.assert_equal(outcome(program, tg), here)


@pytest.mark.oracle
@pytest.mark.parametrize(("row", "program", "here", "there"), CASES, ids=[row for row, *_ in CASES])
def test_in_pytorch(row, program, here, there):
    found = outcome(program, pytest.importorskip("torch"))
    if there is nan:
        assert has_nan(found)
    elif there is None:
        assert found != REFUSED
    else:
        assert found == there


def test_numpys_warning_names_the_line(tmp_path):
    (tmp_path / "program.py").write_text("import tinygrad_edu as tg\n\ntg.tensor([0.0]).log()\n")
    done = run([sys.executable, "program.py"], tmp_path, timeout=60)
    assert re.search(r"program.py:3: RuntimeWarning: divide by zero encountered in log", done.stderr)


@pytest.mark.oracle
def test_complex_gradients_are_pytorchs():
    torch = pytest.importorskip("torch")
    results = [gradients(lib, lambda z: z.real**2 + 3 * z.imag + (z * z).abs(), [1 + 2j]) for lib in (tg, torch)]
    np.testing.assert_allclose(*results, rtol=1e-6)
