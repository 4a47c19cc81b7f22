"""A compiled training step does what the step itself does, to the last bit, and refuses what it could not repeat."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.compile import CompileError

from .steps import batches, training

OPTIMIZERS = [
    (optim.SGD, {"lr": 0.1}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    (optim.Adam, {"lr": 0.01}),
    (optim.AdamW, {"lr": 0.01, "amsgrad": True}),
    (optim.RMSprop, {"lr": 0.01, "momentum": 0.5}),
]


@pytest.mark.parametrize(("optimizer", "options"), OPTIMIZERS)
def test_it_does_what_the_step_does(optimizer, options):
    net, opt, step = training(optimizer=optimizer, **options)
    other, other_opt, other_step = training(optimizer=optimizer, **options)
    compiled = tg.compile(other_step)
    for i, (x, y) in enumerate(batches(8)):
        if i == 5:
            opt.param_groups[0]["lr"] = other_opt.param_groups[0]["lr"] = 0.003  # as a scheduler does
        assert compiled(x, y).item() == step(x, y).item()
    assert "dot(x, linear0_weight_T, out=linear0)" in compiled.source
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(p.array, q.array)
        np.testing.assert_array_equal(p.grad.array, q.grad.array)
    ours, theirs = opt.state_dict()["state"], other_opt.state_dict()["state"]
    for i, state in ours.items():
        for key, value in state.items():
            np.testing.assert_array_equal(np.asarray(value), np.asarray(theirs[i][key]))


def test_eager_code_goes_on_with_the_same_parameters():
    net, _, step = training()
    other, _, other_step = training()
    compiled = tg.compile(other_step)
    data = batches(9)
    for x, y in data[:5]:
        step(x, y), compiled(x, y)
    for x, y in data[5:7]:
        step(x, y), other_step(x, y)
    for x, y in data[7:]:
        assert compiled(x, y).item() == step(x, y).item()
    np.testing.assert_array_equal(net(data[0][0]).detach().numpy(), other(data[0][0]).detach().numpy())


def test_a_smaller_last_batch_is_compiled_by_itself():
    _, _, step = training()
    _, _, other = training()
    compiled = tg.compile(other)
    for x, y in [*batches(3, 4), *batches(3, 2), *batches(2, 4), *batches(2, 2)]:
        assert compiled(x, y).item() == step(x, y).item()


def test_training_and_evaluation_are_two_programs():
    tg.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 5), nn.ReLU())
    compiled = tg.compile(lambda x: net(x).detach() * 2)
    x = batches(1)[0][0]
    for _ in range(3):
        expected = net(x).detach() * 2
        np.testing.assert_array_equal(compiled(x).array, expected.array)
    net.eval()
    np.testing.assert_array_equal(compiled(x).array, expected.array)


def test_data_assigned_to_a_parameter_is_used():
    net = nn.Linear(6, 2)
    compiled = tg.compile(lambda x: net(x).detach())
    x = batches(1)[0][0]
    for _ in range(3):
        compiled(x)
    net.weight.data = tg.zeros(2, 6)
    np.testing.assert_array_equal(compiled(x).array, np.broadcast_to(net.bias.detach().array, (4, 2)))


def test_results_are_new_arrays():
    compiled = tg.compile(lambda x: x * 2)
    x, y = tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])
    compiled(x), compiled(y)
    first = compiled(x)
    compiled(y)
    np.testing.assert_array_equal(first.array, [2, 4])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: x * x.sum().item(), r"test_step.py:\d+: item\(\) of a tensor that the step computes"),
        (lambda x: x if x.sum() > 0 else -x, r"test_step.py:\d+: bool\(\) of a tensor that the step computes"),
        (lambda x: tg.tensor(np.asarray(x) * 2), r"test_step.py:\d+: array of a tensor"),
        (lambda x: x.zero_(), r"test_step.py:\d+: the step writes into one of its arguments"),
        (lambda x: object(), r"expected the step to return Tensors, numbers, or tuples of them, got object"),
    ],
)
def test_what_cannot_be_compiled_is_refused(function, message):
    with pytest.raises(CompileError, match=message):
        tg.compile(function)(tg.tensor([1.0, 2.0]))


def test_what_differs_between_two_runs_is_refused():
    counter = iter(range(1, 100))

    @tg.compile
    def number(x):
        return x * float(next(counter))

    @tg.compile
    def path(x):
        return x.exp() if next(counter) % 2 else x.sin()

    @tg.compile
    def hidden(x):
        return x + np.asarray([float(next(counter))], np.float32)

    x = tg.tensor([1.0, 2.0])
    for step, message in [
        (number, r"test_step.py:\d+: mul was called with 1.0 in the first run and 2.0 in the second"),
        (path, r"test_step.py:\d+: the step called exp in its first run and sin in its second"),
        (hidden, r"test_step.py:\d+: add uses an array of shape \(1,\) that is another one at each run"),
    ]:
        step(x)
        with pytest.raises(CompileError, match=message):
            step(x)


def test_labels_are_checked_at_each_run():
    _, _, step = training()
    compiled = tg.compile(step)
    for x, y in batches(3):
        compiled(x, y)
    with pytest.raises(IndexError, match=r"cross_entropy: label 7 at position 2 is out of range for 3 classes"):
        compiled(x, tg.tensor([0, 1, 7, 2]))


def test_a_tensor_that_requires_grad_is_refused_as_an_argument():
    with pytest.raises(CompileError, match="argument x requires grad"):
        tg.compile(lambda x: x * 2)(tg.tensor([1.0], requires_grad=True))


def test_source_before_the_first_run():
    with pytest.raises(RuntimeError, match="in its second call"):
        tg.compile(lambda x: x).source  # noqa: B018
    with pytest.raises(TypeError, match="compile: expected a function, got int"):
        tg.compile(3)


def test_arrays_of_the_users_own_are_followed():
    """The engine keeps copies of them for the backward pass; a copy must not be taken for a constant."""
    w = tg.from_numpy(np.array([2.0, 3.0], np.float32)).requires_grad_()

    def step(x):
        w.grad = None
        y = (x * w * w * w).sum()
        y.backward()
        return y.detach()

    compiled = tg.compile(step)
    for k in (1, 1, 1, 5, 7):  # twice the same: then the traces cannot tell data from a constant
        x = tg.from_numpy(np.array([1.0, 2.0], np.float32) * k)
        found, gradient = compiled(x), w.grad.array.copy()
        assert found.item() == step(x).item()
        np.testing.assert_array_equal(gradient, w.grad.array)


def test_sorting_is_part_of_a_step():
    compiled = tg.compile(lambda x: (x.sort()[0], x.argsort(descending=True), x.topk(2)[1]))
    for k in range(4):
        x = tg.tensor([[3.0, 1.0, 2.0 * k], [1.0, k, 0.0]])
        rising, falling, best = compiled(x)
        np.testing.assert_array_equal(rising.array, np.sort(x.array))
        np.testing.assert_array_equal(falling.array, np.argsort(-x.array, kind="stable"))
        np.testing.assert_array_equal(best.array, falling.array[:, :2])


def test_a_variable_around_the_step_with_another_value():
    factor = 2.0
    compiled = tg.compile(lambda x: x * factor)
    x = tg.tensor([1.0])
    assert [compiled(x).item() for _ in range(3)] == [2, 2, 2]
    factor = 3.0
    assert [compiled(x).item() for _ in range(3)] == [3, 3, 3]


def test_backward_through_a_result_is_refused():
    w = tg.tensor([2.0], requires_grad=True)
    compiled = tg.compile(lambda x: (x * w).sum())
    x = tg.tensor([1.0])
    compiled(x), compiled(x)
    with pytest.raises(RuntimeError, match="computed by a compiled step"):
        compiled(x).backward()
