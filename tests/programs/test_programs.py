"""Random programs agree with PyTorch, but for what `explained/` says; and the search itself can find and shrink."""

import random

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import ops

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]

from . import grammar_index, grammar_linalg  # noqa: E402
from .explained import EXPLAINED  # noqa: E402
from .grammar import PRODUCTIONS, statistics  # noqa: E402
from .program import Line, compare, generate  # noqa: E402
from .shrink import shrink  # noqa: E402
from .survey import programs, survey  # noqa: E402

# What PyTorch has not under this name, and the production that calls it nevertheless.
ELSEWHERE = dict.fromkeys(["matmul", "mm", "bmm", "mv", "dot", "outer"], "product") | {
    "cast": "to", "clip": "clamp", "contract": "einsum", "stack": "cat", "chunk": "split",
    "getitem": "getitem", "setitem": "setitem", "place": "getitem", "take_along_dim": "gather", "tril": "triangle",
    "triu": "triangle", "lower_gamma": "gammainc", "upper_gamma": "gammaincc", "hurwitz_zeta": "zeta", "bessel_i": "i0",
    "bessel_ie": "special", "spherical_bessel": "sinc", "allclose": "isclose", "equal": "isclose",
    **dict.fromkeys(["bessel_j", "bessel_y", "bessel_k", "bessel_ke"], "special"),  # PyTorch has no gradient of them
    "conj_physical": "python",
    **dict.fromkeys(["is_floating_point", "is_complex", "isreal", "resolve_conj", "resolve_neg"], "python"),
}  # fmt: skip
ELSEWHERE |= grammar_index.ELSEWHERE | grammar_linalg.ELSEWHERE


def test_every_op_is_in_the_grammar():
    known = {
        *PRODUCTIONS,
        *(name for name, other in (ELSEWHERE | statistics.ELSEWHERE).items() if other in PRODUCTIONS),
    }
    numbers = {"angle", "complex", "conj", "imag", "real", "polar", "view_as_complex", "view_as_real", "adjoint"}
    functions = {getattr(ops, name) for name in known & set(ops.__all__)}  # `arcsin` is `asin`
    left = {name for name in ops.__all__ if name not in known and getattr(ops, name) not in functions}
    assert left - numbers - {"stft", "istft"} == {  # complex numbers are no dtype of the grammar
        "pad",  # PyTorch's is in nn.functional
        "pdist",  # whose gradient of no rows crashes PyTorch
    }


def test_programs_agree():
    found = survey(1500, seed=0)
    assert not found.kinds, found.report()


def test_programs_depend_on_the_seed_only():
    again = [list(programs(30, seed=3)), list(programs(30, seed=3))]
    assert again[0] == again[1]
    assert list(programs(1, seed=3, start=29)) == again[0][29:]
    assert list(programs(30, seed=4)) != again[0]


def test_most_programs_run_to_their_end():
    """A generator whose programs mostly fail in both libraries would prove nothing."""
    lengths = [len(generate(random.Random(i))) for i in range(300)]
    assert np.mean(lengths) > 4


@pytest.mark.parametrize(
    ("name", "replacement", "nature"),
    [
        ("exp", lambda x: x.exp() * 1.01, "value"),
        ("exp", lambda x: x.exp().detach() * x / x.detach(), "gradient"),
        ("exp", lambda x: x.double().exp(), "dtype"),
        ("exp", lambda x: x.exp()[None], "shape"),
        ("exp", lambda x: x.exp().detach(), "requires_grad"),
        ("exp", lambda x: 1 / 0, "ours refuses"),
    ],
)
def test_a_fault_is_found_and_shrunk(monkeypatch, name, replacement, nature):
    monkeypatch.setattr(tg, name, replacement)
    lines = [
        Line("leaf", "a = t(torch.float32, (2, 3), seed=1)"),
        Line("leaf", "b = t(torch.float32, (3,), seed=2)"),
        Line("sin", "c = torch.sin(a)"),
        Line("exp", "d = torch.exp(c)"),
        Line("mul", "e = d * b"),
    ]
    short, found = shrink(lines, compare(lines))
    assert (found.op, found.nature) == ("exp", nature)
    assert len(short) == 2
    assert short[0].text.startswith(("c = t(torch.float32, ()", "c = v(torch.float32"))
    assert short[1].text == "d = torch.exp(c)"


def test_what_last_digits_decide_is_no_disagreement(monkeypatch):
    lines = [Line("leaf", "a = t(torch.float32, (2,), seed=1)"), Line("exp", "b = a.exp()")]
    exp = tg.Tensor.exp
    monkeypatch.setattr(tg.Tensor, "exp", lambda x: exp(x) * (1 + 1e-7))
    assert compare([*lines, Line("frac", "c = (b * 2**20).frac()")]) is None
    assert compare([*lines, Line("sub", "c = b - b.detach()")]) is None
    monkeypatch.setattr(tg.Tensor, "frac", lambda x: x)
    assert compare([*lines, Line("frac", "c = b.frac()")]).kind == ("frac", "value")


def test_every_explanation_has_a_reason():
    assert all(entry.reason and entry.nature for entry in EXPLAINED)
    assert len({entry.reason for entry in EXPLAINED}) == len(EXPLAINED)
