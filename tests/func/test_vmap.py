"""`vmap`, a loop: slices, stacks, chance, and what it refuses."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.func import functional_call, grad, stack_module_state, vmap


def t(data):
    return tg.tensor(data, dtype=tg.float64)


def test_gradients_of_each_example():
    w, xs, ys = t([1.0, 2.0]), t([[1.0, 0.0], [3.0, -1.0], [0.5, 0.5]]), t([1.0, 2.0, 3.0])
    loss = lambda w, x, y: ((w * x).sum() - y) ** 2  # noqa: E731
    each = vmap(grad(loss), in_dims=(None, 0, 0))(w, xs, ys)
    errors = xs.numpy() @ w.numpy() - ys.numpy()
    assert np.allclose(each.numpy(), 2 * errors[:, None] * xs.numpy())


def test_it_is_recorded():
    x = tg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    vmap(lambda row: row.prod())(x).sum().backward()
    assert x.grad.tolist() == [[2.0, 1.0], [4.0, 3.0]]


def test_chance():
    x = tg.zeros(4)
    draw = lambda x: x + tg.rand(())  # noqa: E731
    with pytest.raises(RuntimeError, match="randomness='different'"):
        vmap(draw)(x)
    tg.manual_seed(0)
    different = vmap(draw, randomness="different")(x).tolist()
    assert len(set(different)) == 4
    tg.manual_seed(0)
    assert vmap(draw, randomness="same")(x).tolist() == [different[0]] * 4


def test_many_models_as_one():
    tg.manual_seed(0)
    models = [tg.nn.Sequential(tg.nn.Linear(3, 4), tg.nn.BatchNorm1d(4), tg.nn.Linear(4, 2)).eval() for _ in range(5)]
    params, buffers = stack_module_state(models)
    assert params["0.weight"].shape == (5, 4, 3)
    assert params["0.weight"].requires_grad
    assert params["0.weight"].is_leaf
    assert buffers["1.running_mean"].shape == (5, 4)
    x = tg.randn(7, 3)
    found = vmap(lambda p, b: functional_call(models[0], (p, b), (x,)))(params, buffers)
    assert np.array_equal(found.detach().numpy(), np.stack([m(x).detach().numpy() for m in models]))
    for wrong in ([], [tg.nn.ReLU(), tg.nn.Tanh()], [tg.nn.ReLU().train(), tg.nn.ReLU().eval()]):
        with pytest.raises(RuntimeError, match="stack_module_state"):
            stack_module_state(wrong)


def test_outputs_that_are_the_same_for_all():
    assert vmap(lambda x: (x * 2, t(3.0)), out_dims=(0, None))(t([1.0, 2.0]))[1].item() == 3.0
    with pytest.raises(ValueError, match="not the same for all slices"):
        vmap(lambda x: x, out_dims=None)(t([1.0, 2.0]))


def test_what_is_refused():
    x = t([[1.0, 2.0]])
    cases = {
        "nothing to map over": lambda: vmap(lambda x: x, in_dims=None)(x),
        "sizes of the dimensions": lambda: vmap(lambda x, y: x)(x, t([1.0, 2.0])),
        "has no dimensions": lambda: vmap(lambda x, y: x)(x, 3),
        "in_dims=2 for a tensor": lambda: vmap(lambda x: x, in_dims=2)(x),
        "in_dims must be": lambda: vmap(lambda x: x, in_dims="0")(x),
        "made of ints": lambda: vmap(lambda x: x, in_dims=(1.5,))(x),
        "its structure must be": lambda: vmap(lambda x: x, in_dims=(0, 0))(x),
        "must return Tensors, got float": lambda: vmap(lambda x: 1.0)(x),
        "out_dims=3": lambda: vmap(lambda x: x, out_dims=3)(x),
        "randomness must be": lambda: vmap(lambda x: x, randomness="yes"),
        "chunk_size": lambda: vmap(lambda x: x, chunk_size=-1),
    }
    for message, case in cases.items():
        with pytest.raises(ValueError, match="in_dims" if message == "nothing to map over" else message):
            case()
