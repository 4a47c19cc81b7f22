"""Writing by index in place, and through views that are parts: as PyTorch does it, or an error."""

import copy

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import gradcheck

AT = [0, 2]


def at(t, index=AT):
    """An index of the library that `t` is of."""
    return tg.tensor(index) if isinstance(t, tg.Tensor) else __import__("torch").tensor(index)


WRITES = {
    "masked_fill_": lambda t, v: t.masked_fill_(t > 4, 0.5),
    "masked_scatter_": lambda t, v: t.masked_scatter_(t > 4, v),
    "index_put_": lambda t, v: t.index_put_((at(t),), v[:2]),
    "index_put_ accumulate": lambda t, v: t.index_put_((at(t, [2, 2]),), v[:2], accumulate=True),
    "index_add_": lambda t, v: t.index_add_(0, at(t, [1, 1]), v[:2], alpha=3),
    "index_copy_": lambda t, v: t.index_copy_(1, at(t), v[:, :2]),
    "index_fill_": lambda t, v: t.index_fill_(1, at(t), 2.5),
    "index_reduce_": lambda t, v: t.index_reduce_(0, at(t, [1, 1, 0]), v, "prod"),
    "put_": lambda t, v: t.put_(at(t, [0, -1]), v[0, :2]),
    "scatter_": lambda t, v: t.scatter_(0, at(t, [[0, 2, 1]]), src=v[1:2]),
    "scatter_ value": lambda t, v: t.scatter_(1, at(t, [[0], [2]]), 1.5),
    "scatter_add_": lambda t, v: t.scatter_add_(1, at(t, [[0, 0], [2, 0]]), v[1:, 1:]),
    "scatter_reduce_": lambda t, v: t.scatter_reduce_(
        1, at(t, [[0, 0], [2, 0]]), v[1:, :2], reduce="amax", include_self=False
    ),
    "fill_diagonal_": lambda t, v: t.fill_diagonal_(9.0),
    "tril_": lambda t, v: t.tril_(-1),
    "triu_": lambda t, v: t.triu_(1),
    "diagonal": lambda t, v: t.diagonal(1).mul_(v[0, :2]),
    "diagonal of a view": lambda t, v: t.t()[1:].diagonal(0, 1, 0).copy_(v[1, 1:]),
    "unfold": lambda t, v: t.unfold(1, 1, 2)[0].copy_(v[:2, :1]),
    "select": lambda t, v: t.select(1, -1).add_(v[:, 0]),
    "narrow": lambda t, v: t.narrow(0, 1, 2).mul_(v[1:]),
    "as_strided": lambda t, v: t.as_strided((2, 2), (4, 1), 1).copy_(v[:2, :2]),
    "tensor_split": lambda t, v: t.split(2)[0].clone().mul_(v[:2]),
    "movedim": lambda t, v: t.movedim(0, 1)[0].mul_(v[0]),
    "unflatten": lambda t, v: t.unflatten(0, (3, 1))[:, 0].add_(v),
}


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:index_reduce")
@pytest.mark.parametrize("name", WRITES)
def test_writes_are_pytorchs(name):
    """Of a tensor that a graph has made, and of a constant to which a value with a gradient is written."""
    torch = pytest.importorskip("torch")
    start = np.array([[3.0, 7.0, 1.0], [5.0, 2.0, 6.0], [4.0, 8.0, 9.0]])
    weights = np.random.default_rng(0).standard_normal((3, 3))
    for constant in (True, False):
        found = []
        for module in (tg, torch):
            x, v = (module.tensor(a).requires_grad_() for a in (start, start[::-1] * 0.5 + 1))
            t = module.tensor(start) if constant else x * 1
            before = t[1:].clone()
            view = t[1:]
            WRITES[name](t, v)
            loss = (t * t * module.tensor(weights)).sum() + (view * view).sum() + before.sum() + 0 * (x * v).sum()
            loss.backward()
            found.append([np.asarray(part.detach().numpy()) for part in (t, view, x.grad, v.grad)])
        for ours, theirs in zip(*found, strict=True):
            np.testing.assert_allclose(ours, theirs)


@pytest.mark.parametrize("name", [name for name in WRITES if name != "tensor_split"])
def test_a_leaf_that_requires_grad_is_not_written_to(name):
    x, v = tg.rand(3, 3, requires_grad=True), tg.ones(3, 3)
    before = x.tolist()
    with pytest.raises(RuntimeError, match="a leaf that requires grad cannot be changed in place"):
        WRITES[name](x, v)
    assert x.tolist() == before
    with tg.no_grad():
        WRITES[name](x, v)
    assert x.is_leaf


@pytest.mark.parametrize("name", WRITES)
def test_second_derivatives_through_a_write(name):
    def f(x, v):
        t = x * x
        WRITES[name](t, v)
        return t * t

    start = np.array([[1.5, 2.5, 1.0], [2.2, 1.3, 2.4], [1.1, 2.7, 3.0]])
    leaves = [tg.tensor(a).requires_grad_() for a in (start, start[::-1] * 0.5 + 0.2)]
    assert gradcheck(f, leaves, order=2)


def test_what_the_graph_needs_is_missed_not_read_wrong():
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 2
    z = y.exp() * y
    y.scatter_add_(0, tg.tensor([0]), tg.tensor([5.0]))
    with pytest.raises(RuntimeError, match="was overwritten in place after it was recorded"):
        z.sum().backward()


def test_a_tensor_scattered_into_itself():
    """PyTorch refuses that; here its old numbers are taken."""
    t = tg.tensor([1.0, 2.0, 3.0], requires_grad=True) * 1
    t.scatter_reduce_(0, tg.tensor([2, 2, 2]), src=t, reduce="sum")
    assert t.tolist() == [1.0, 2.0, 9.0]
    assert gradcheck(
        lambda x: (y := x * 1).scatter_reduce_(0, tg.tensor([2, 2, 2]), y, "prod"),
        [tg.tensor([1.5, 2.0, 0.5], dtype=tg.float64, requires_grad=True)],
        order=2,
    )


def test_a_source_with_a_gradient_given_by_keyword():
    """The old numbers of a constant are kept for the graph then as well."""
    t, v = tg.ones(3), tg.tensor([2.0, 3.0], requires_grad=True)
    t.scatter_reduce_(0, tg.tensor([0, 0]), src=v, reduce="prod")
    t.sum().backward()
    assert (t.tolist(), v.grad.tolist()) == ([6.0, 1.0, 1.0], [3.0, 2.0])


OVERLAPPING = [
    lambda t: t.unfold(0, 2, 1),
    lambda t: t.as_strided((2, 2), (1, 1)),
    lambda t: t.as_strided((3,), (0,)),
    lambda t: t.broadcast_to((2, 4)),
    lambda t: t.expand_as(tg.ones(2, 4)),
]


@pytest.mark.parametrize("view", OVERLAPPING)
def test_what_overlaps_is_not_written_to(view):
    t = tg.ones(4)
    seen = view(t)
    with pytest.raises(RuntimeError, match="several of its elements are the same number in memory"):
        seen.add_(1)
    assert t.tolist() == [1.0] * 4
    t[0] = 5
    assert 5.0 in seen.flatten().tolist()


VIEWS = [
    lambda t: t.diagonal(-1),
    lambda t: t.unfold(1, 2, 2),
    lambda t: t.as_strided((2, 2), (3, 1), 1),
    lambda t: t.select(0, 1),
    lambda t: t.narrow(1, 1, 2),
    lambda t: t.unbind(1)[2],
    lambda t: t.tensor_split(2)[1],
    lambda t: t.split(2, 1)[0],
    lambda t: t.chunk(2)[0],
    lambda t: t.hsplit((1,))[1],
    lambda t: t.unflatten(1, (3, 1)),
    lambda t: t.swapdims(0, 1),
    lambda t: t.ravel(),
    lambda t: t.view_as(tg.ones(9)),
    lambda t: tg.atleast_3d(t),
]


@pytest.mark.parametrize("view", VIEWS)
def test_views_share_memory_and_follow(view):
    x = tg.tensor(np.arange(9.0).reshape(3, 3), requires_grad=True)
    t = x * 1
    seen = view(t)
    t *= 2
    assert seen.tolist() == (view(x.detach()) * 2).tolist()
    seen += 100
    assert t.detach().numpy().sum() == 72 + 100 * seen.numel()
    (g,) = tg.grad(t.sum() + seen.sum(), x)
    assert g.sum().item() == 2 * (9 + seen.numel())


@pytest.mark.parametrize(
    "copied", [lambda t: t.repeat(1, 1), lambda t: t.tile(1), lambda t: tg.diag(t), lambda t: tg.rot90(t, 4)]
)
def test_what_pytorch_copies_is_a_copy(copied):
    t = tg.ones(3, 3)
    copied(t).add_(1)
    assert t.sum().item() == 9


def test_ravel_and_as_strided_of_other_memory():
    t = tg.tensor(np.arange(6.0).reshape(2, 3))
    assert t.t().ravel().add_(1).tolist() == [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
    assert t.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert t.t().as_strided((3,), (2,)).tolist() == [0.0, 2.0, 4.0]  # as it lies in memory
    part = t[1:, 1:]
    assert part.as_strided((2,), (1,)).tolist() == [4.0, 5.0]
    assert part.as_strided((2,), (1,), 0).tolist() == [0.0, 1.0]
    part.as_strided((1,), (1,)).zero_()
    assert t.tolist() == [[0.0, 1.0, 2.0], [3.0, 0.0, 5.0]]
    with pytest.raises(ValueError, match="do not lie side by side in memory"):
        t[:, 1:].detach().as_strided((2,), (1,))


def test_the_diagonal_begins_again():
    assert tg.zeros(5, 2).fill_diagonal_(1, wrap=True).tolist() == [[1, 0], [0, 1], [0, 0], [1, 0], [0, 1]]
    assert tg.zeros(5, 2).fill_diagonal_(1).tolist() == [[1, 0], [0, 1], [0, 0], [0, 0], [0, 0]]
    assert tg.zeros(2, 2, 2).fill_diagonal_(1).tolist() == [[[1, 0], [0, 0]], [[0, 0], [0, 1]]]
    for shape in ((3,), (2, 3, 2)):
        with pytest.raises(ValueError, match="fill_diagonal_: expected a matrix, or dimensions of one size"):
            tg.zeros(shape).fill_diagonal_(1)


@pytest.mark.parametrize("name", ["squeeze_", "unsqueeze_", "transpose_", "t_", "resize_", "swapaxes_", "swapdims_"])
def test_a_tensor_keeps_its_shape(name):
    t = tg.ones(1, 2)
    with pytest.raises(NotImplementedError, match=f"{name}: a tensor keeps its shape.*write t = t.*"):
        getattr(t, name)(0)
    assert t.shape == (1, 2)


def test_a_result_of_another_shape_or_dtype_is_refused():
    with pytest.raises(
        ValueError, match=r"masked_scatter_: the result has shape \(2, 2\), the tensor has shape \(2,\)"
    ):
        tg.ones(2).masked_scatter_(tg.ones(2, 2) > 0, tg.ones(4))
    with pytest.raises(TypeError, match="expected a tensor of int64, got float32"):
        tg.tensor([1]).index_add_(0, tg.tensor([0]), tg.tensor([1.0]))


def test_a_copy_of_a_view_has_its_own_memory():
    t = tg.ones(3, 3)
    copied = copy.deepcopy(t.diagonal())
    copied += 1
    assert t.sum().item() == 9
