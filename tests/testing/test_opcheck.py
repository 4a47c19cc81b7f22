"""opcheck on ops of one's own: right ones pass, and each kind of fault is found by the check that is made for it."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.op import Op
from tinygrad_edu.testing import (
    CHECKS,
    NONZERO,
    POSITIVE,
    REAL,
    UNIT,
    Domain,
    GradcheckError,
    mutants,
    opcheck,
    survivors,
    uniform,
)
from tinygrad_edu.testing import strategies as tgst


def row(forward, *rules, name="mine", **options):
    """A row outside of the table."""
    return Op(name, forward, rules, **options)


cube = row(lambda x: x**3, lambda g, y, x: g * 3 * x**2, name="cube", elementwise=True)
scaled = row(
    lambda a, b: a * b,
    lambda g, y, a, b: g * b,
    lambda g, y, a, b: g * a,
    elementwise=True,
    broadcasts=True,
    promotes=True,
)


def sinc(second):
    """sin(pi x) / (pi x), with this second derivative at 0."""

    def slope(x):
        u = np.pi * np.where(x == 0, 1, x)
        return np.where(x == 0, second * x, np.pi * (np.cos(u) / u - np.sin(u) / (u * u)))

    return row(np.sinc, lambda g, y, x: g * slope(x), name="sinc", elementwise=True)


def test_right_ops_pass():
    report = opcheck(cube, reference=lambda x: x * x * x, order=3)
    assert set(report.checks) == {*CHECKS, "nan, kinks"}
    assert report.checks["gradients"] == 8
    assert str(report).splitlines()[0] == "opcheck cube: 9 checks held"
    opcheck(scaled, domain=[REAL, POSITIVE], mutations=True)
    opcheck(lambda x: tg.softmax(x, -1), shapes=[(3,), (2, 3), (2, 0, 3)])
    opcheck(lambda a, b: a @ b, shapes=[((2, 3), (3, 4)), ((3,), (3,)), ((2, 0), (0, 2))])


def test_a_second_derivative_that_is_wrong_at_one_point():
    """Random numbers never hit 0, so this passed for years in more than one library."""
    opcheck(sinc(-(np.pi**2) / 3))
    away = Domain(lambda rng, shape: rng.uniform(0.1, 2, shape), except_at={0: "not tried", 1: "no", -1: "no"})
    opcheck(sinc(0.0), domain=away)
    with pytest.raises(GradcheckError, match=r"order 2.*\n  input 0.*, which is 0: gradient -?0, slope -?\d"):
        opcheck(sinc(0.0))


FAULTS = {
    "values: another result": (
        lambda: opcheck(cube, reference=lambda x: x**3 * 1.0001),
        r"values.*output 0.*is .*, that of the reference",
    ),
    "values: with Tensors": (
        lambda: opcheck(row(lambda x: x + np.random.default_rng().random(), lambda g, y, x: g)),
        "values.*another result than with arrays",
    ),
    "dtypes": (
        lambda: opcheck(row(lambda x: x * np.float64(2) + np.zeros(x.shape), lambda g, y, x: 2 * g)),
        "precisions.*float32 became float64",
    ),
    "gradients": (
        lambda: opcheck(row(lambda x: x**3, lambda g, y, x: g * 3.003 * x**2)),
        "gradients, of .*order 1.*gradient.*slope",
    ),
    "gradients at zero": (
        lambda: opcheck(row(np.abs, lambda g, y, x: g * np.sign(x), elementwise=True)),
        r"order 2.*which is 0: gradient 0.*it jumps there",
    ),
    "recorded backward": (
        lambda: opcheck(row(lambda x: x**3, lambda g, y, x: g * 3 * x**2 * (1.001 if isinstance(g, tg.Tensor) else 1))),
        "recorded backward.*that of the backward pass that was not recorded",
    ),
    "adjoint": (
        lambda: opcheck(row(lambda x: x**3, lambda g, y, x: np.abs(g) * 3 * x**2), checks=["adjoint"]),
        "adjoint.*not linear in g",
    ),
    "memory: written": (
        lambda: opcheck(row(lambda x: x * 2, lambda g, y, x: np.add(g, g, out=g) if type(g) is np.ndarray else g + g)),
        "memory.*(wrote into|read-only)",
    ),
    "memory: input written": (
        lambda: opcheck(row(lambda x: np.sin(x, out=x), lambda g, y, x: g * np.cos(x))),
        "read-only",
    ),
    "layouts": (
        lambda: opcheck(row(lambda x: np.ravel(x, "K").reshape(x.shape) * 1, lambda g, y, x: g), checks=["layouts"]),
        "layouts.*with (Fortran order|negative strides)",
    ),
    "misshaped": (
        lambda: opcheck(row(lambda x: x * 1, lambda g, y, x: g[..., None])),
        "returned shape",
    ),
    "nan": (
        lambda: opcheck(row(np.log, lambda g, y, x: g / x, elementwise=True), domain=POSITIVE),
        r"nan: of input 0 = -2.75 the value is nan, but the gradient -0.36",
    ),
    "kinks": (
        lambda: opcheck(row(np.abs, lambda g, y, x: g * (np.sign(x) + 5 * (x == 0)), elementwise=True), domain=NONZERO),
        r"kinks, at 0 .*gradient of input 0 is 5; the slopes are -1 on its left, 1 on its right",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_its_check(fault):
    call, message = FAULTS[fault]
    with pytest.raises(GradcheckError, match=rf"(?s){message}"):
        call()


def test_all_failures_are_told():
    with pytest.raises(GradcheckError) as caught:
        opcheck(row(lambda x: x**3, lambda g, y, x: np.abs(g) * 3 * x**2, name="bad"), reference=np.sin)
    assert [line.split(",")[0] for line in str(caught.value).splitlines() if ", of (" in line] == [
        "opcheck bad: values", "gradients", "adjoint",
    ]  # fmt: skip


def test_excuses_need_a_reason_and_are_reported():
    absolute = row(np.abs, lambda g, y, x: g * np.sign(x), name="absolute", elementwise=True)
    report = opcheck(absolute, except_at={0: "a kink"})
    assert str(report).splitlines()[-1] == "  excused at 0: a kink"
    assert opcheck(absolute, domain=NONZERO).excused[0] == "a kink, a step or a pole"
    first, second = lambda g, y, a, b: np.where(a >= b, g, 0), lambda g, y, a, b: np.where(a < b, g, 0)
    larger = row(np.maximum, first, second, elementwise=True)
    opcheck(larger, except_at={"ties": "a kink"})
    with pytest.raises(GradcheckError):
        opcheck(larger)
    for wrong, kind, message in [
        ([0], TypeError, "a dict of points and reasons"),
        ({0: ""}, ValueError, "0 has no reason"),
        ({"zero": "a kink"}, TypeError, "a number or 'ties', got 'zero'"),
    ]:
        with pytest.raises(kind, match=message):
            opcheck(cube, except_at=wrong)


def test_domains_say_what_they_leave_out():
    for domain in (REAL, POSITIVE, UNIT, NONZERO, uniform(0.5, 2)):
        assert {0.0, 1.0, -1.0} <= {*domain.points, *domain.except_at}
        values = domain(np.random.default_rng(0), (2000,))
        assert not set(values) & set(domain.except_at)
    assert {0.0, 1.0, -1.0} <= set(np.concatenate([REAL(np.random.default_rng(k), (50,)) for k in range(10)]))
    with pytest.raises(ValueError, match=r"\[0.0\] must be among `points`, or in `except_at` with the reason"):
        Domain(lambda rng, shape: rng.uniform(1, 2, shape), points=(1.0, -1.0))


@st.composite
def weighted(draw):
    shape = draw(tgst.shapes(min_dims=1))
    return [draw(tgst.arrays(shape))], {"weight": draw(st.integers(1, 3))}


def test_samples_of_ones_own():
    times = row(lambda x, weight: x * weight, lambda g, y, x, weight: g * weight)
    opcheck(times, weighted(), mutations=True)
    opcheck(times, [([np.ones((2, 3))], {"weight": 2})])
    opcheck(times, [tg.tensor([1.0, 2.0], dtype=tg.float64)], {"weight": 2})
    joined = Op("joined", lambda *xs: np.concatenate(xs), (), each=lambda i, g, y, *xs: g[i * 2 : i * 2 + 2])
    opcheck(joined, domain=[REAL, REAL], shapes=[(2,)])
    with pytest.raises(ValueError, match="any number of inputs; give `domain` as a list"):
        opcheck(joined)


def test_ops_of_several_outputs():
    both = Op(
        "both",
        lambda x: (np.sin(x), np.cos(x)),
        (lambda g, y, x: g[0] * np.cos(x) - g[1] * np.sin(x),),
        elementwise=True,
    )
    opcheck(both, order=3, mutations=True, checks=list(CHECKS))
    assert survivors(both, [([np.array([0.3, 1.2])], {})]) == []
    wrong = Op("wrong", both.forward, (lambda g, y, x: g[0] * np.cos(x) + g[1] * np.sin(x),))
    with pytest.raises(GradcheckError, match="order 1"):
        opcheck(wrong, domain=REAL)


def test_mutants_and_survivors():
    ones = [([np.ones(3)], {})]
    assert [what for what, _ in mutants(cube, ones)][:3] == ["scaled rule 0", "negated rule 0", "zeroed rule 0"]
    assert survivors(cube, ones) == []
    select = row(lambda x: x * (x > 5), lambda g, y, x: g * (x > 5))
    assert mutants(select, ones) != []
    assert survivors(cube, [([np.zeros(3)], {})]) == []  # where nothing changes there is no mutation
    lazy = row(lambda x: x * 1.0, lambda g, y, x: g)
    assert [what for what, _ in mutants(lazy, [([np.zeros((1, 1))], {})]) if "transposed" in what] == []


def test_a_wrong_name_of_a_check():
    with pytest.raises(ValueError, match="there is no check 'speed'; expected one of values, dtypes"):
        opcheck(cube, checks=["speed"])


def test_hypothesis_is_optional():
    """Without it everything but the strategies works, and these say what to install."""
    program = """
import json, sys
sys.modules["hypothesis"] = None
import numpy as np
import tinygrad_edu as tg
from tinygrad_edu.testing import gradcheck, opcheck, survivors
cube = tg.op("cube", lambda x: x**3, lambda g, y, x: g * 3 * x**2, elementwise=True)
opcheck(cube, mutations=True)
try:
    import tinygrad_edu.testing.strategies
except ImportError as error:
    print(json.dumps(str(error)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout).startswith("tinygrad_edu.testing.strategies needs Hypothesis: pip install")
