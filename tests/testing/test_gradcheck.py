"""gradcheck and gradgradcheck: right functions pass, every kind of wrong one is found and named."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.op import Op
from tinygrad_edu.testing import GradcheckError, gradcheck, gradgradcheck


def leaf(*values, dtype=tg.float64):
    return tg.tensor(np.array(values, dtype), requires_grad=True)


def row(forward, *rules, **options):
    """A row outside of the table."""
    return Op("mine", forward, rules, **options)


square = row(lambda x: x * x, lambda g, y, x: g * 2 * x)
slightly_wrong = row(lambda x: x * x, lambda g, y, x: g * 2.002 * x)
right_but_not_recorded = row(lambda x: x * x, lambda g, y, x: g * 2 * np.asarray(getattr(x, "_array", x)))


def test_right_functions_pass():
    x, w = leaf(0.5, -1.0, 2.0), leaf(1.0, 2.0, 3.0)
    assert gradcheck(square, x)
    assert gradcheck(lambda x, w: (x * w).sum(), (x, w), order=3)
    assert gradcheck(lambda x, k: x * k, [x, 3.0])
    assert gradgradcheck(lambda x, w: [x * w, (x * x).sum()], (x, w))


def test_pytorchs_arguments_are_taken():
    x = leaf(0.5, -1.0)
    assert gradcheck(tg.sin, (x,), eps=1e-6, atol=1e-4, rtol=1e-3, raise_exception=False, nondet_tol=0.0)
    assert gradgradcheck(tg.sin, (x,), eps=1e-6, atol=1e-4, rtol=1e-3, raise_exception=False, nondet_tol=0.0)


def test_one_part_in_a_thousand_is_found_and_placed():
    with pytest.raises(
        GradcheckError, match=r"order 1.*\n  input 0 at \[2\], which is 2: gradient 2.56425229, slope 2.5616906"
    ):
        gradcheck(slightly_wrong, leaf(0.5, -1.0, 2.0))
    assert not gradcheck(slightly_wrong, leaf(0.5), raise_exception=False)
    assert gradcheck(slightly_wrong, leaf(0.5), rtol=0.01)
    assert gradcheck(slightly_wrong, leaf(0.5), order=1, atol=0.1)


def test_a_rule_that_is_not_recorded_is_found_at_the_second_order():
    x = leaf(0.5, -1.0)
    assert gradcheck(right_but_not_recorded, x, order=1)
    with pytest.raises(GradcheckError, match="order 2"):
        gradcheck(right_but_not_recorded, x)
    with pytest.raises(GradcheckError, match="engine says"):
        gradgradcheck(right_but_not_recorded, x)


def test_gradgradcheck_also_varies_the_cotangent():
    """The gradient is right in value and in x, but its dependence on g is cut."""

    def cut(g, y, x):
        return tg.Tensor.detach(g) * 2 * x if isinstance(g, tg.Tensor) else g * 2 * x

    f = row(lambda x: x * x, cut)
    x = leaf(0.5, -1.0)
    assert gradcheck(f, x)
    with pytest.raises(GradcheckError):
        gradgradcheck(f, x)


def test_gradgradcheck_with_cotangents_of_ones_own():
    x, w = leaf(0.5, -1.0), leaf(1.0, 0.5)
    assert gradgradcheck(tg.exp, x, w)
    assert gradgradcheck(lambda x: [x.exp(), x.long()], [x], [w])
    with pytest.raises(ValueError, match="got 2 grad_outputs for 1 outputs"):
        gradgradcheck(tg.exp, x, [w, w])


def test_functions_of_complex_numbers():
    z = tg.tensor(np.array([1 + 2j, -0.5 + 0.3j]), requires_grad=True)
    assert gradcheck(lambda z: z * z, z)
    assert gradcheck(lambda z: z.abs(), z)
    assert gradgradcheck(lambda z: (z.conj() * z).real, z)
    with pytest.raises(GradcheckError):
        gradcheck(row(lambda z: z * z, lambda g, y, z: g * 2 * np.conj(z)), z)


def test_integer_outputs_have_no_gradient_and_lost_ones_are_found():
    x = leaf(0.5, -1.0)
    assert gradcheck(lambda x: [x * x, x.argmax(), x > 0], x)
    with pytest.raises(GradcheckError, match="Output 1 needs no gradient"):
        gradcheck(lambda x: [x * x, (x * x).detach()], x)


def test_chance_is_found_or_allowed():
    rng = np.random.default_rng(0)
    x = leaf(0.5, -1.0)

    def noisy(x):
        return x * x + 1e-9 * rng.standard_normal(2)

    with pytest.raises(GradcheckError, match=r"different outputs.*nondet_tol"):
        gradcheck(noisy, x)
    assert gradcheck(noisy, x, nondet_tol=1e-6, rtol=1e-2, order=1)


def test_kinks_are_named():
    with pytest.raises(GradcheckError, match=r"a kink: -?0 on its left"):
        gradcheck(lambda x: x.relu().sum(), leaf(0.0, 1.0))
    with pytest.raises(GradcheckError, match=r"order 2.*\n.*it jumps there, or is infinitely steep"):
        gradcheck(tg.abs, leaf(0.0, 1.0))  # of which the central difference at 0 is 0


def test_lower_precisions_have_their_own_tolerance():
    for dtype in (np.float32, np.float16):
        assert gradcheck(tg.exp, leaf(0.5, 1.0, dtype=dtype), order=1)
        with pytest.raises(GradcheckError):
            gradcheck(row(lambda x: x * x, lambda g, y, x: g * 2.2 * x), leaf(0.5, 1.0, dtype=dtype), order=1)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda x: gradcheck(tg.exp, x.detach()), ValueError, "requires_grad=True"),
        (lambda x: gradgradcheck(tg.exp, [1.0]), ValueError, "gradgradcheck: none of the inputs"),
        (
            lambda x: gradcheck(lambda x: 3.0, x),
            TypeError,
            "expected the function to return Tensors, got float as output 0",
        ),
        (lambda x: gradcheck(tg.exp(x), x), TypeError, "expected a function.*without calling it"),
        (lambda x: gradcheck(tg.exp, x, order=0), ValueError, "order of 1 or more, got 0"),
    ],
)
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call(leaf(0.5))
