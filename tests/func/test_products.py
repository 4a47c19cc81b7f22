"""Forward and backward products: exact for every op of the table, and adjoint to each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.func import hessian, hvp, jacfwd, jacrev, jvp, linearize, vjp
from tinygrad_edu.op import NOT_DIFFERENTIABLE, OPS

from ..ops.samples import SAMPLES


def t(data):
    return tg.tensor(data, dtype=tg.float64)


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.differentiable])
@given(data=st.data())
def test_push_is_the_transpose_of_pull_for_every_op(name, data):
    arrays, params = data.draw(SAMPLES[name](np.float64))
    row = OPS[name]
    varied = [
        i
        for i, a in enumerate(arrays)
        if a.dtype.kind in "fc" and (row.each is not None or row.rules[i] is not NOT_DIFFERENTIABLE)
    ]

    def f(*xs):
        call = list(arrays)
        for i, x in zip(varied, xs, strict=True):
            call[i] = x
        result = row(*call, **params)
        parts = result if isinstance(result, tuple) else (result,)
        return tuple(y for y in parts if y.dtype.kind in "fc")

    rng = np.random.default_rng(0)

    def drawn(y):
        real = rng.standard_normal(y.shape)
        return tg.tensor(real + 1j * rng.standard_normal(y.shape) if y.dtype.kind == "c" else real)

    xs = tuple(tg.tensor(arrays[i]) for i in varied)
    vs = tuple(map(drawn, xs))
    ys, pushed = jvp(f, xs, vs)
    _, pullback = vjp(f, *xs)
    ws = tuple(map(drawn, ys))
    pulled = pullback(ws)

    def inner(a, b):
        return sum(float((x.numpy().conj() * y.numpy()).real.sum()) for x, y in zip(a, b, strict=True))

    size = sum(float(np.abs(x.numpy() * y.numpy()).sum()) for x, y in zip(pulled, vs, strict=True))
    assert abs(inner(ws, pushed) - inner(pulled, vs)) <= 1e-10 * (size + 1e-9)


def test_push_where_the_second_derivative_is_zero_or_undefined():
    x, v = t([-2.0, 0.0, 3.0]), t([1.0, 10.0, 100.0])
    cases = {
        "relu": (lambda x: x.relu(), [0.0, 0.0, 100.0]),
        "abs": (lambda x: x.abs(), [-1.0, 0.0, 100.0]),
        "sum": (lambda x: x.sum(), 111.0),
        "flip": (lambda x: x.flip(0), [100.0, 10.0, 1.0]),
        "where": (lambda x: tg.where(x > 0, x, -x), [-1.0, -10.0, 100.0]),
        "max": (lambda x: x.max(), 100.0),
        "the same twice": (lambda x: x - x, [0.0, 0.0, 0.0]),
        "sign": (lambda x: x.sign(), [0.0, 0.0, 0.0]),
        "itself": (lambda x: x, [1.0, 10.0, 100.0]),
        "index": (lambda x: x[tg.tensor([0, 0, 2])], [1.0, 1.0, 100.0]),
    }
    for name, (f, expected) in cases.items():
        assert jvp(f, (x,), (v,))[1].tolist() == expected, name


def test_linearize_and_the_pullback_may_be_called_often():
    x = t([0.3, 0.4])
    f = lambda x: tg.stack([x.prod(), x.exp().sum()])  # noqa: E731
    y, push = linearize(f, x)
    table = np.stack([push(t([1.0, 0.0])).numpy(), push(t([0.0, 1.0])).numpy()], axis=1)
    _, pull = vjp(f, x)
    rows = np.stack([pull(t([1.0, 0.0]))[0].numpy(), pull(t([0.0, 1.0]))[0].numpy()])
    assert np.allclose(table, rows, rtol=1e-15)
    assert np.allclose(table, jacrev(f)(x).numpy(), rtol=1e-15)
    assert np.allclose(table, jacfwd(f)(x).numpy(), rtol=1e-15)
    assert y.tolist() == f(x).tolist()


def test_hessian_products():
    f = lambda x, y: (x**3 * y).sum() + (x.sum() * y.sum()) ** 2  # noqa: E731
    x, y, v, w = t([1.0, 2.0]), t([3.0, -1.0]), t([0.5, 2.0]), t([1.0, -3.0])
    whole = hessian(f, argnums=(0, 1))(x, y)
    a, b = hvp(f, (x, y), (v, w))
    assert np.allclose(a.numpy(), whole[0][0].numpy() @ v.numpy() + whole[0][1].numpy() @ w.numpy())
    assert np.allclose(b.numpy(), whole[1][0].numpy() @ v.numpy() + whole[1][1].numpy() @ w.numpy())
    one = hvp(lambda x: f(x, y), (x,), (v,))
    assert np.allclose(one.numpy(), whole[0][0].numpy() @ v.numpy())


def test_jacobians_of_jacobians():
    f = lambda x: x**4  # noqa: E731
    x = t([2.0, 3.0])
    for outer in (jacfwd, jacrev):
        for inner in (jacfwd, jacrev):
            third = outer(inner(inner(f)))(x)
            assert third.shape == (2, 2, 2, 2)
            assert np.count_nonzero(third.numpy()) == 2
            assert (third[0, 0, 0, 0].item(), third[1, 1, 1, 1].item()) == (48.0, 72.0)


def test_nested_outputs_of_a_jacobian():
    f = lambda p, x: {"y": p["w"] * x, "z": [p["b"] ** 2]}  # noqa: E731
    p, x = {"w": t([1.0, 2.0]), "b": t(3.0)}, t([5.0, 6.0])
    for jacobian in (jacrev, jacfwd):
        table = jacobian(f)(p, x)
        assert table["y"]["w"].tolist() == [[5.0, 0.0], [0.0, 6.0]]
        assert table["y"]["b"].tolist() == [0.0, 0.0]
        assert table["z"][0]["w"].tolist() == [0.0, 0.0]
        assert table["z"][0]["b"].item() == 6.0
        table, aux = jacobian(lambda p, x: (f(p, x)["y"], "extra"), argnums=(1,), has_aux=True)(p, x)
        assert isinstance(table, tuple)
        assert table[0].tolist() == [[1.0, 0.0], [0.0, 2.0]]
        assert aux == "extra"
