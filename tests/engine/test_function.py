"""`autograd.Function`: an operation whose derivative the user writes."""

import gc
import weakref

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, detect_anomaly, once_differentiable
from tinygrad_edu.func import grad, hessian, jvp
from tinygrad_edu.graph import trace
from tinygrad_edu.testing import gradcheck
from tinygrad_edu.viz import draw


def leaf(data):
    return tg.tensor(data, dtype=tg.float64, requires_grad=True)


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2


class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]


class Scaled(Function):
    """The newer form, with arguments of other kinds, of which pictures show the names."""

    @staticmethod
    def forward(x, factor, names=None):
        return x * factor

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.factor = inputs[1]

    @staticmethod
    def backward(ctx, g):
        return g * ctx.factor, None, None


class SinCos(Function):
    @staticmethod
    def forward(ctx, x):
        s, c = x.sin(), x.cos()
        ctx.save_for_backward(s, c)
        return s, c, "extra"

    @staticmethod
    def backward(ctx, gs, gc, extra):
        s, c = ctx.saved_tensors
        return gs * c - gc * s


class Product(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return g * b if ctx.needs_input_grad[0] else None, g * a if ctx.needs_input_grad[1] else None


@pytest.mark.parametrize("function", [Cube, Exp, SinCos], ids=lambda f: f.__name__)
def test_gradients_of_every_order(function):
    def f(x):
        found = function.apply(x)
        return (found[0] * found[0] * found[1] + found[1]) if isinstance(found, tuple) else found * x

    assert gradcheck(f, [leaf([0.5, -1.2])], order=3)


def test_two_inputs_and_broadcasting():
    a, b = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([10.0, 20.0])
    Product.apply(a, b).sum().backward()
    assert a.grad.tolist() == [[10.0, 20.0], [10.0, 20.0]]
    assert b.grad.tolist() == [4.0, 6.0]  # summed over the rows, as PyTorch does
    assert gradcheck(Product.apply, [a, leaf([[1.0, 2.0], [0.5, 1.0]])], order=3)
    x = leaf(3.0)
    Product.apply(x, x).backward()
    assert x.grad.item() == 6.0


def test_only_what_needs_a_gradient_is_asked_for():
    a, b = leaf(2.0), tg.tensor(5.0, dtype=tg.float64)
    y = Product.apply(a, b)
    y.backward()
    assert a.grad.item() == 5.0
    assert Product.apply(b, b).requires_grad is False
    with tg.no_grad():
        assert Product.apply(a, b).requires_grad is False


def test_the_newer_form_and_other_arguments(tmp_path):
    x = leaf([1.0, 2.0])
    y = Scaled.apply(x, 3.0, ["a"])
    y.sum().backward(retain_graph=True)
    assert x.grad.tolist() == [3.0, 3.0]
    node = next(node for node in trace(y) if node.op == "Scaled")
    assert dict(node.params)["factor"] == "3.0"
    draw(y.sum(), tmp_path / "y.svg")
    assert "Scaled" in (tmp_path / "y.svg").read_text()


def test_outputs_that_are_not_used_or_not_differentiable():
    class Both(Function):
        @staticmethod
        def forward(ctx, x, materialize):
            ctx.set_materialize_grads(materialize)
            index = x.argmax()
            constant = x * 0 + 1
            ctx.mark_non_differentiable(constant)
            return x * 2, constant, index, x * 3

        @staticmethod
        def backward(ctx, *gradients):
            Both.seen = gradients
            return gradients[0] * 2, None

    x = leaf([1.0, 2.0])
    for materialize in (True, False):
        y, constant, index, _ = Both.apply(x, materialize)
        assert [part.requires_grad for part in (y, constant, index)] == [True, False, False]
        y.sum().backward()
        if materialize:
            assert [g.tolist() for g in Both.seen] == [[1.0, 1.0], [0.0, 0.0], 0, [0.0, 0.0]]
        else:
            assert [g is None for g in Both.seen] == [False, True, True, True]


def test_none_is_no_gradient():
    class Stop(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return None

    x = leaf(2.0)
    Stop.apply(x).backward()
    assert x.grad is None
    assert tg.grad(Stop.apply(x), x, allow_unused=True) == (None,)
    (Stop.apply(x) + x).backward()
    assert x.grad.item() == 1.0


def test_once_differentiable():
    class Once(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        @once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return tg.tensor(2 * g.numpy() * x.detach().numpy())

    x = leaf(3.0)
    Once.apply(x).backward()
    assert x.grad.item() == 6.0
    (g,) = tg.grad(Once.apply(x), x, create_graph=True)
    with pytest.raises(RuntimeError, match="Once: its backward is marked once_differentiable"):
        g.backward()
    with pytest.raises(RuntimeError, match="once_differentiable"):
        hessian(Once.apply)(tg.tensor(1.0))


def test_a_backward_outside_of_the_graph_is_found_out():
    class Hidden(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g.detach() * 2

    x = leaf(3.0)
    Hidden.apply(x).backward()
    assert x.grad.item() == 2.0
    with pytest.raises(RuntimeError, match="outside of the graph"):
        jvp(Hidden.apply, (x,), (x,))
    with pytest.raises(RuntimeError, match="outside of the graph"):
        tg.grad(Hidden.apply(x) ** 2, x, create_graph=True)


def test_what_was_overwritten_or_freed_is_not_read():
    x = leaf([1.0, 2.0])
    y = Cube.apply(x * 1)
    total = y.sum()
    total.backward(retain_graph=True)
    total.backward()
    with pytest.raises(RuntimeError, match="freed"):
        total.backward()
    inner = x * 1
    y = Cube.apply(inner)
    with tg.no_grad():
        inner.zero_()
    with pytest.raises(RuntimeError, match=r"a saved tensor .* of Cube was overwritten"):
        y.sum().backward()
    y = Exp.apply(x)
    with tg.no_grad():
        y.zero_()
    with pytest.raises(RuntimeError, match=r"saved output 0 .* of Exp was overwritten"):
        y.sum().backward()
    array = np.array([1.0, 2.0])
    shared = tg.from_numpy(array)
    y = Product.apply(shared, x)
    array[:] = 100.0
    x.grad = None
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 2.0]


def test_changed_in_place():
    class Double(Function):
        @staticmethod
        def forward(ctx, x):
            x.mul_(2)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx, g):
            return g * 2

    x = leaf(3.0)
    inner = x * 1
    y = Double.apply(inner)
    assert y is inner
    (inner * y).backward()
    assert x.grad.item() == 24.0
    with pytest.raises(RuntimeError, match="a leaf that requires grad"):
        Double.apply(x)
    with pytest.raises(RuntimeError, match="view"):
        Double.apply((leaf([1.0, 2.0]) * 1)[0])


def test_an_input_that_is_returned_is_another_tensor():
    class Same(Function):
        @staticmethod
        def forward(ctx, x):
            return x, x[0]

        @staticmethod
        def backward(ctx, g, first):
            return g * 10

    x = leaf([1.0, 2.0])
    y, first = Same.apply(x)
    assert y is not x
    with tg.no_grad():
        y += 1
    assert x.tolist() == [1.0, 2.0]
    assert first.item() == 1.0
    y.sum().backward()
    assert x.grad.tolist() == [10.0, 10.0]
    assert not np.may_share_memory(x.grad.numpy(), y.detach().numpy())


def test_gradients_share_no_memory():
    class Add(Function):
        @staticmethod
        def forward(ctx, a, b):
            return a + b

        @staticmethod
        def backward(ctx, g):
            return g, g

    for create_graph in (False, True):
        a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
        seed = tg.ones(2, dtype=tg.float64)
        Add.apply(a, b).backward(seed, create_graph=create_graph)
        a.grad.detach().zero_()
        assert b.grad.tolist() == [1.0, 1.0]
        assert seed.tolist() == [1.0, 1.0]


def test_the_graph_is_freed_by_reference_counting_alone():
    gc.disable()
    try:
        x = leaf([1.0, 2.0])
        y = Exp.apply(x)
        found = weakref.ref(y._array)
        (g,) = tg.grad(y.sum(), x, create_graph=True)
        del y, g
        assert found() is None
    finally:
        gc.enable()


def test_errors_say_what_to_do():
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x, kind):
            ctx.kind = kind
            if kind == "list":
                return [x * 1]
            if kind == "save":
                ctx.save_for_backward(3)
            return x * 1

        @staticmethod
        def backward(ctx, g):
            return {
                "few": g,
                "number": (1.0, None),
                "not a tensor": (g, g),
                "shape": (g.sum().reshape(1, 1, 1), None),
                "more": (g, None, None),
            }[ctx.kind]

    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"Wrong.backward returned 1 gradients; expected 2"):
        Wrong.apply(x, "few").sum().backward()
    with pytest.raises(TypeError, match="expected a Tensor or None as gradient 0, got float"):
        Wrong.apply(x, "number").sum().backward()
    with pytest.raises(RuntimeError, match="argument 1 is not a Tensor"):
        Wrong.apply(x, "not a tensor").sum().backward()
    with pytest.raises(ValueError, match="Wrong: the derivative rule of input 0 returned shape"):
        Wrong.apply(x, "shape").sum().backward()
    Wrong.apply(x, "more").sum().backward()
    with pytest.raises(TypeError, match="expected a Tensor as output 0, got list"):
        Wrong.apply(x, "list")
    with pytest.raises(TypeError, match="save_for_backward: expected Tensors"):
        Wrong.apply(x, "save")
    with pytest.raises(TypeError, match=r"applied; call Wrong.apply"):
        Wrong()
    with pytest.raises(TypeError, match="no keyword arguments"):
        Wrong.apply(x, kind="few")
    with pytest.raises(NotImplementedError, match="forward"):
        Function.apply(x)


def test_it_is_seen_in_pictures_and_by_detect_anomaly():
    x = leaf([1.0, 2.0])
    y = Cube.apply(x).sum()
    y.backward(retain_graph=True)
    graph = trace(y)
    assert "Cube" in {node.op for node in graph}
    with detect_anomaly():
        y = Cube.apply(leaf(1.0))
        with pytest.raises(RuntimeError, match=r"of Cube\(float64\[\]\) at test_function.py"):
            y.backward(tg.tensor(float("nan")))


def test_grad_through_it():
    assert grad(grad(grad(Cube.apply)))(tg.tensor(2.0)).item() == 6.0
