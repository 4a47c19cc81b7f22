"""0-d, empty and integer tensors, odd spellings, and what is refused: one line of program, run with both libraries."""

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

INF, NAN = float("inf"), float("nan")


def f32(lib, data, grad=True):
    return lib.tensor(np.array(data, np.float32)).requires_grad_(grad)


def i64(lib, data):
    return lib.tensor(np.array(data, np.int64))


def cube(lib):
    return f32(lib, np.arange(24).reshape(2, 3, 4))


SAME = {
    "0-d cumsum": lambda lib: f32(lib, 3.0).cumsum(0),
    "0-d flip": lambda lib: f32(lib, 3.0).flip(0),
    "0-d transpose": lambda lib: f32(lib, 3.0).transpose(-1, 0),
    "0-d swapaxes": lambda lib: f32(lib, 3.0).swapaxes(0, 0),
    "0-d movedim": lambda lib: f32(lib, 3.0).movedim(0, 0),
    "0-d index_select": lambda lib: f32(lib, 3.0).index_select(0, i64(lib, [0])),
    "0-d gather": lambda lib: f32(lib, 3.0).gather(0, i64(lib, [0, 0])),
    "0-d gather by 0-d": lambda lib: f32(lib, 3.0).gather(0, i64(lib, 0)),
    "0-d max": lambda lib: f32(lib, 3.0).max(0)[0],
    "index_select by 0-d": lambda lib: cube(lib).index_select(1, i64(lib, 2)),
    "logsumexp of nothing": lambda lib: f32(lib, np.zeros((2, 0))).logsumexp(1),
    "softmax of nothing": lambda lib: lib.softmax(f32(lib, np.zeros((2, 0))), 0),
    "linear of no features": lambda lib: lib.nn.functional.linear(f32(lib, np.zeros((2, 3, 0))), f32(lib, np.zeros((4, 0)))),
    "linear to no features": lambda lib: lib.nn.functional.linear(f32(lib, np.zeros((2, 3, 2))), f32(lib, np.zeros((0, 2)))),
    "take_along_dim broadcasts": lambda lib: lib.take_along_dim(f32(lib, [[1, 2, 3], [4, 5, 6]]), i64(lib, [[1]]), 1),
    "take_along_dim of all": lambda lib: lib.take_along_dim(f32(lib, [[1, 2, 3], [4, 5, 6]]), i64(lib, [5, 0, 0])),
    "gather a corner": lambda lib: f32(lib, [[1, 2, 3], [4, 5, 6]]).gather(1, i64(lib, [[2, 2]])),
    "movedim of several": lambda lib: cube(lib).movedim((0, 1), (2, 0)),
    "legacy empty": lambda lib: lib.cat([f32(lib, np.zeros(0)), f32(lib, [[1.0, 2.0]]), f32(lib, np.zeros(0))], 0),
    "roll of several": lambda lib: lib.roll(cube(lib), (1, 2), (0, -1)),
    "squeeze of two": lambda lib: f32(lib, np.ones((1, 2, 1))).squeeze((0, 1)),
    "squeeze of none": lambda lib: f32(lib, np.ones((1, 2, 1))).squeeze(()),
    "sum over ()": lambda lib: cube(lib).sum(dim=()),
    "sum in float64": lambda lib: cube(lib).sum(0, dtype=lib.float64),
    "mean in float64": lambda lib: cube(lib).mean(0, dtype=lib.float64),
    "mean of integers in float32": lambda lib: i64(lib, [1, 2]).mean(dtype=lib.float32),
    "prod in float64": lambda lib: cube(lib)[0, :1].prod(dtype=lib.float64),
    "softmax in float64": lambda lib: lib.softmax(cube(lib), 1, dtype=lib.float64) + cube(lib).log_softmax(0, dtype=lib.float64),
    "std(False)": lambda lib: cube(lib).std(False) + cube(lib).var(True),
    "max of two": lambda lib: lib.max(f32(lib, [1.0, 3.0]), f32(lib, [2.0, 3.0])),
    "min of two": lambda lib: lib.min(f32(lib, [1.0, 3.0]), f32(lib, [2.0, 3.0])),
    "div floor": lambda lib: lib.div(f32(lib, [7.0, -7.0]), 2, rounding_mode="floor"),
    "div trunc": lambda lib: lib.div(f32(lib, [7.0, -7.0]), 2, rounding_mode="trunc"),
    "div integers": lambda lib: lib.div(i64(lib, [7, -7, -6]), 2, rounding_mode="trunc"),
    "div large integers": lambda lib: lib.div(i64(lib, [2**62 + 1, -(2**62) - 1]), 2, rounding_mode="trunc"),
    "round decimals": lambda lib: f32(lib, [1.26, -1.24]).round(decimals=1),
    "round to tens": lambda lib: f32(lib, [126.0, 14.0]).round(decimals=-1),
    "norm fro": lambda lib: lib.norm(cube(lib), "fro", dim=(0, 1)),
    "norm 0.5 at a zero": lambda lib: lib.norm(f32(lib, [0.0, 1.0, 4.0]), 0.5),
    "norm 1.5 at zeros": lambda lib: lib.norm(f32(lib, [[0.0, 0.0], [0.0, -2.0]]), 1.5, dim=1),
    "atan2 at zero": lambda lib: lib.atan2(f32(lib, [0.0, 1.0]), f32(lib, [0.0, 0.0])),
    "maximum with nan": lambda lib: lib.maximum(f32(lib, [NAN, 1.0]), f32(lib, [0.0, NAN])),
    "clamp by nan": lambda lib: f32(lib, [1.0, 2.0], False).clamp(max=f32(lib, [NAN, 1.0], False)),
    "clamp by nan below": lambda lib: f32(lib, [1.0, 2.0], False).clamp(min=f32(lib, [NAN, 3.0], False)),
    "round integers": lambda lib: i64(lib, [16777217]).round(),
    "tril of integers": lambda lib: i64(lib, [[16777217, 3], [16777217, 4]]).tril() + i64(lib, [[16777217, 3], [5, 4]]).triu(),
    "masked_fill integers": lambda lib: i64(lib, [16777217, -1]).masked_fill(i64(lib, [1, -1]) < 0, 2.0),
    "sums of bytes": lambda lib: lib.tensor(np.full(3, 200, np.uint8)).sum() + lib.tensor(np.full(3, 20, np.uint8)).prod(),
    "cumsum of bytes": lambda lib: lib.tensor(np.full(3, 200, np.uint8)).cumsum(0),
    "cumsum of booleans": lambda lib: lib.tensor(np.array([True, True])).cumsum(0),
    "any of bytes": lambda lib: lib.tensor(np.array([0, 2], np.uint8)).any(),
    "sign of booleans": lambda lib: lib.sign(lib.tensor(np.array([True, False]))),
    "einsum of a diagonal": lambda lib: lib.einsum("ii->i", f32(lib, [[1.0, INF], [2.0, 3.0]])),
    "einsum sublists": lambda lib: lib.einsum(cube(lib), [0, 1, 2], f32(lib, np.ones((4, 5))), [2, 3], [0, 3]),
    "einsum sublists with ...": lambda lib: lib.einsum(cube(lib), [..., 1, 2], [..., 2, 1]),
    "einsum sums over ...": lambda lib: lib.einsum("...ij->ij", cube(lib)),
    "einsum of nothing": lambda lib: lib.einsum("ij,jk->ik", f32(lib, np.ones((2, 0))), f32(lib, np.ones((0, 3)))),
    "bmm": lambda lib: lib.bmm(cube(lib), cube(lib).mT),
}  # fmt: skip


def weights(y):
    return np.cos(np.arange(int(np.prod(y.shape)))).reshape(tuple(y.shape)).astype(str(y.dtype).removeprefix("torch."))


@pytest.mark.parametrize("name", SAME)
def test_as_pytorch(name, monkeypatch):
    made = {tg: [], torch: []}
    for lib in (tg, torch):
        real = lib.tensor
        monkeypatch.setattr(lib, "tensor", lambda a, lib=lib, real=real: made[lib].append(real(a)) or made[lib][-1])
        y = SAME[name](lib)
        monkeypatch.undo()
        if y.requires_grad:
            y.backward(lib.tensor(weights(y)))
        made[lib].insert(0, y)
    for ours, theirs in zip(made[tg], made[torch], strict=True):
        assert str(theirs.dtype) == f"torch.{ours.dtype}"
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=2e-6)
        assert ours.shape == tuple(theirs.shape)
        assert (ours.is_leaf and ours.grad is None) == (theirs.is_leaf and theirs.grad is None)
        if theirs.is_leaf and theirs.grad is not None:
            np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=2e-6, atol=1e-7)
            assert ours.grad.shape == tuple(theirs.grad.shape)


REFUSED = {
    "gather of another rank": (lambda lib: cube(lib).gather(0, i64(lib, [0])), "as many dimensions as the tensor, 3, got 1"),
    "gather from the end": (lambda lib: cube(lib).gather(0, i64(lib, [[[-1]]])), "index -1 is out of range; expected 0 to 1"),
    "gather beyond": (lambda lib: f32(lib, [1.0]).gather(0, i64(lib, [1])), "index 1 is out of range; expected 0 to 0"),
    "gather too large": (lambda lib: f32(lib, [[1.0]]).gather(1, i64(lib, [[0], [0]])), "does not fit into"),
    "gather by floats": (lambda lib: f32(lib, [1.0]).gather(0, f32(lib, [0.0])), "indices must be integers, got float32"),
    "index_select from the end": (lambda lib: cube(lib).index_select(0, i64(lib, [-1])), "index -1 is out of range"),
    "index_select by a matrix": (lambda lib: cube(lib).index_select(0, i64(lib, [[0]])), "expected a vector of indices"),
    "one shift for two dims": (lambda lib: lib.roll(cube(lib), 1, (0, 1)), "one shift for each dim"),
    "masked_fill by numbers": (lambda lib: cube(lib).masked_fill(i64(lib, [1]), 0), "must be of booleans, got int64"),
    "mean of integers": (lambda lib: i64(lib, [1, 2]).mean(), "expected floating-point numbers"),
    "std of integers": (lambda lib: i64(lib, [1, 2]).std(), "expected floating-point numbers, got int64"),
    "norm of integers": (lambda lib: lib.norm(i64(lib, [1, 2])), "expected floating-point numbers, got int64"),
    "unequal dtypes": (lambda lib: f32(lib, [[1.0]]) @ f32(lib, [[1.0]]).double(), "float32.*float64"),
    "unequal dtypes of linear": (
        lambda lib: lib.nn.functional.linear(f32(lib, [[1.0]]), f32(lib, [[1.0]]).double()), "got float32 and float64"),
    "integer // 0": (lambda lib: i64(lib, [1, 2]) // 0, "division by zero"),
    "integer % 0": (lambda lib: i64(lib, [1, 2]) % i64(lib, [1, 0]), "division by zero"),
    "tril of a vector": (lambda lib: f32(lib, [1.0]).tril(), r"expected a matrix or a stack of matrices, got shape \(1,\)"),
    "split a number": (lambda lib: f32(lib, 1.0).split(1), "0-d"),
    "cat a number": (lambda lib: lib.cat([f32(lib, 1.0)]), "0-d tensor"),
    "unequal shapes": (lambda lib: lib.cat([f32(lib, [[1.0]]), f32(lib, [[1.0, 2.0]])]), r"\(1, 1\) and \(1, 2\) must be equal"),
    "mm of vectors": (lambda lib: lib.mm(f32(lib, [1.0]), f32(lib, [1.0])), "expected tensors of 2 and 2 dimensions, got 1 and 1"),
    "rounding_mode": (lambda lib: lib.div(f32(lib, [1.0]), 2, rounding_mode="up"), "'floor' or 'trunc', got 'up'"),
    "einsum of too few": (lambda lib: lib.einsum("ij,jk", f32(lib, [[1.0]])), "names 2 operands, but 1 were given"),
    "einsum of another rank": (lambda lib: lib.einsum("ij", f32(lib, [1.0])), "operand 0 has 1 dimensions, but 'ij'"),
    "einsum of an unknown letter": (lambda lib: lib.einsum("i->j", f32(lib, [1.0])), "letters of the inputs, each once, got 'j'"),
    "expand a new dim by -1": (lambda lib: f32(lib, [1.0]).expand(-1, 1), "-1 keeps a size"),
    "permute too few": (lambda lib: cube(lib).permute(0, 1), "each of the 3 dimensions once"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_in_pytorch(name):
    call, message = REFUSED[name]
    with pytest.raises((RuntimeError, IndexError, ValueError, TypeError)):
        call(torch)
    with pytest.raises((IndexError, ValueError, TypeError, ZeroDivisionError), match=message):
        call(tg)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.sum(2), lambda x: x.mean(-3), lambda x: x.amax((0, 2)), lambda x: x.argmax(2), lambda x: x.max(2),
        lambda x: x.cumsum(2), lambda x: x.softmax(2), lambda x: x.log_softmax(-3), lambda x: x.logsumexp(2),
        lambda x: x.var(2), lambda x: x.norm(dim=2), lambda x: x.flip(2), lambda x: x.transpose(0, 2),
        lambda x: x.permute(0, 2), lambda x: x.squeeze(2), lambda x: x.unsqueeze(3), lambda x: x.movedim(0, 2),
        lambda x: tg.roll(x, 1, 2), lambda x: tg.cat([x], 2), lambda x: tg.stack([x], 3), lambda x: x.split(1, 2),
        lambda x: x.chunk(2, 2), lambda x: x.flatten(2), lambda x: x.gather(2, x), lambda x: x.index_select(2, [0]),
        lambda x: tg.take_along_dim(x, tg.tensor([[0]]), 2),
    ],
)  # fmt: skip
def test_one_wording_for_a_dim_that_is_not_there(call):
    x = tg.tensor([[0, 1], [1, 0]]) if "gather" in call.__code__.co_names else tg.ones(2, 2)
    with pytest.raises(IndexError, match=r"dim -?\d is out of range for \d dimensions; expected -\d to \d"):
        call(x)


def test_a_dim_that_is_no_int():
    with pytest.raises(TypeError, match=r"dim must be an int, got 1\.5"):
        tg.ones(2, 2).sum(1.5)
