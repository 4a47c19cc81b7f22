"""`grad` and its kin: values, nesting, nested arguments, and that nothing of the caller's is touched."""

import math

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.func import grad, grad_and_value, hessian, hvp, jacfwd, jacrev, jvp, value_and_grad, vjp


def t(data, **options):
    return tg.tensor(data, dtype=tg.float64, **options)


def test_derivatives_of_any_depth():
    f, x = (lambda x: x.sin()), t(0.7)
    expected = [math.sin(0.7), math.cos(0.7), -math.sin(0.7), -math.cos(0.7)]
    for order in range(9):
        assert math.isclose(f(x).item(), expected[order % 4], rel_tol=1e-13)
        f = grad(f)


def test_inner_and_outer_variables_are_not_confused():
    """d/dx (x · d/dy (x + y)): the inner derivative is 1 wherever it is taken, the outer one too."""
    assert grad(lambda x: x * grad(lambda y: x + y)(t(1.0)))(t(1.0)).item() == 1.0
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(t(3.0)).item() == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(t(3.0)).item() == 6.0
    along = lambda f, x: jvp(f, (x,), (t(1.0),))[1]  # noqa: E731
    assert along(lambda x: x * along(lambda y: x + y, t(1.0)), t(1.0)).item() == 1.0
    assert along(lambda x: x * along(lambda y: x + y, x), t(3.0)).item() == 1.0
    assert grad(lambda x: x * along(lambda y: x * y, x))(t(3.0)).item() == 6.0
    assert along(lambda x: x * grad(lambda y: x * y)(x), t(3.0)).item() == 6.0


def test_the_arguments_are_left_alone():
    x, w = t([1.0, 2.0], requires_grad=True), t([3.0, 4.0])
    (g,) = (grad(lambda x: (x * w).sum())(x),)
    assert x.grad is None
    assert x.is_leaf
    assert not w.requires_grad
    assert g.tolist() == [3.0, 4.0]
    assert not np.may_share_memory(g.detach().numpy(), w.numpy())


def test_results_stay_on_the_graph_of_what_is_around():
    w = t(3.0, requires_grad=True)
    g = grad(lambda x: w * x * x)(t(2.0))
    assert g.item() == 12.0
    g.backward()
    assert w.grad.item() == 4.0
    x = t(2.0, requires_grad=True)
    g = grad(lambda x: x**3)(x)
    assert tg.grad(g, x)[0].item() == 12.0
    assert not grad(lambda x: x**3)(t(2.0)).requires_grad
    value, pullback = vjp(lambda x: x**3, t(2.0))
    assert not value.requires_grad
    assert not pullback(t(1.0))[0].requires_grad
    assert tg.grad(pullback(w)[0], w)[0].item() == 12.0


def test_inside_no_grad_it_works_and_the_result_is_a_constant():
    x = t(2.0, requires_grad=True)
    with tg.no_grad():
        g, value = grad_and_value(lambda x: x**3)(x)
        product = jvp(lambda x: x**3, (x,), (t(1.0),))[1]
        matrix = jacrev(lambda x: x**3)(x)
    assert [g.item(), value.item(), product.item(), matrix.item()] == [12.0, 8.0, 12.0, 12.0]
    assert not any(y.requires_grad for y in (g, value, product, matrix))


def test_no_grad_inside_the_function_is_respected():
    def f(x):
        with tg.no_grad():
            c = x**2
        return x**2 - c

    assert grad(f)(t(3.0)).item() == 6.0


def test_nested_arguments_and_auxiliary_results():
    def loss(params, x, *, scale=1.0):
        y = params["layers"][0] * x + params["b"]
        return (y * y).sum() * scale, {"y": y, "n": 3}

    params = {"layers": [t([1.0, 2.0])], "b": t(0.5), "none": None}
    x = t([1.0, 3.0])
    g, (value, aux) = grad_and_value(loss, has_aux=True)(params, x, scale=2.0)
    y = np.array([1.5, 6.5])
    assert g["layers"][0].tolist() == list(4 * y * [1.0, 3.0])
    assert g["b"].item() == 4 * y.sum()
    assert g["none"] is None
    assert value.item() == 2 * (y * y).sum()
    assert aux["y"].tolist() == list(y)
    assert not aux["y"].requires_grad
    assert aux["n"] == 3
    (value2, _), g2 = value_and_grad(loss, argnums=(0, 1), has_aux=True)(params, x)
    assert value2.item() * 2 == value.item()
    assert isinstance(g2, tuple)
    assert g2[1].tolist() == list(2 * y * [1.0, 2.0])
    by_last, _ = grad(loss, argnums=-1, has_aux=True)(params, x)
    assert by_last.tolist() == g2[1].tolist()


def test_an_argument_that_is_not_used_gets_zeros():
    g = grad(lambda x, y: x.sum(), argnums=(0, 1))(t([1.0]), t([2.0, 3.0]))
    assert [part.tolist() for part in g] == [[1.0], [0.0, 0.0]]
    assert grad(lambda x: t(1.0))(t([1.0, 2.0])).tolist() == [0.0, 0.0]
    assert jacrev(lambda x: t([1.0, 2.0]))(t([1.0])).tolist() == [[0.0], [0.0]]
    assert jacfwd(lambda x: t([1.0, 2.0]))(t([1.0])).tolist() == [[0.0], [0.0]]
    assert hessian(lambda x: x.sum())(t([1.0, 2.0])).tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("shape", [(0,), (2, 0), ()])
def test_empty_and_0_d(shape):
    x = t(np.ones(shape))
    assert grad(lambda x: (x * x).sum())(x).shape == shape
    assert jacrev(lambda x: x * x)(x).shape == shape * 2
    assert jacfwd(lambda x: x * x)(x).shape == shape * 2
    assert jvp(lambda x: x * x, (x,), (x,))[1].shape == shape


def test_float32_stays_float32():
    x = tg.tensor([1.0, 2.0])
    found = [
        grad(lambda x: x.exp().sum())(x),
        jacrev(np.exp)(x),
        jacfwd(np.exp)(x),
        hvp(lambda x: (x**3).sum(), (x,), (x,)),
    ]
    assert {y.dtype for y in found} == {tg.float32}


def test_what_is_refused():
    x = t([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"must return one number.*\(2,\)"):
        grad(lambda x: x)(x)
    with pytest.raises(RuntimeError, match="must return one number"):
        grad(lambda x: (x.sum(), x.sum()))(x)
    with pytest.raises(TypeError, match="return Tensors, got float"):
        grad(lambda x: 1.0)(x)
    with pytest.raises(TypeError, match=r"argument 0: expected a Tensor, got float"):
        grad(lambda x: x)(1.0)
    with pytest.raises(TypeError, match="int64"):
        grad(lambda x: x.sum())(tg.tensor([1, 2]))
    with pytest.raises(ValueError, match=r"argnums=2.*with 1 arguments"):
        grad(lambda x: x.sum(), argnums=2)(x)
    with pytest.raises(ValueError, match="none twice"):
        grad(lambda x: x.sum(), argnums=(0, -1))(x)
    with pytest.raises(TypeError, match="argnums must be"):
        grad(lambda x: x.sum(), argnums="x")(x)
    with pytest.raises(TypeError, match=r"must return \(output, aux\)"):
        grad(lambda x: x.sum(), has_aux=True)(x)
    with pytest.raises(TypeError, match="primals must be a tuple"):
        jvp(lambda x: x, x, x)
    with pytest.raises(ValueError, match="expected shape"):
        jvp(lambda x: x, (x,), (t(1.0),))
    with pytest.raises(ValueError, match="same nesting"):
        jvp(lambda x: x, (x,), (x, x))
    with pytest.raises(RuntimeError, match="does not depend"):
        jvp(lambda x: t(1.0), (x,), (x,), strict=True)
    with pytest.raises(ValueError, match="expected shape"):
        vjp(lambda x: x, x)[1](t(1.0))
    with pytest.raises(TypeError, match="complex"):
        jacrev(lambda x: x * 1j)(x)
    with pytest.raises(ValueError, match="chunk_size"):
        jacrev(lambda x: x, chunk_size=0)


def test_a_leaf_is_not_written_to_in_place():
    with pytest.raises(RuntimeError, match="leaf"):
        grad(lambda x: x.mul_(2).sum())(t([1.0]))
    x = t([1.0], requires_grad=True)
    assert grad(lambda x: x.mul_(2).sum())(x).tolist() == [2.0]  # its own variable, in memory of its own
    assert x.tolist() == [1.0]
