"""What both traces saw alike is not taken for a constant: not what is computed behind the tracer's back either."""

import copy
import pickle

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.compile import CompileError

from .equal import assert_same

ONE, TWO, THREE = [1.0, 2.0, 2.0, 3.0], [3.0, 2.0, 2.0, 1.0], [3.0, 2.0, 1.0, 1.0]
ORDERS = [ONE, ONE, ONE, TWO, ONE, THREE, THREE, TWO, THREE, ONE]
W = tg.tensor([1.0, 1.0, 1.0, 1.0], requires_grad=True)  # what depends on it is computed by the step

# whose results have a shape that depends on the numbers, or that take numbers for positions
BY_NUMBERS = {
    "bincount": lambda v: tg.bincount(v.long()),
    "bincount of weights": lambda v: tg.bincount(v.long(), v),
    "np.bincount": lambda v: np.bincount(v.long()),
    "unique": lambda v: tg.unique(v, return_inverse=True, return_counts=True),
    "np.unique": lambda v: np.unique(v),
    "unique_consecutive": lambda v: tg.unique_consecutive(v),
    "nonzero": lambda v: tg.nonzero(v > 1.5),
    "nonzero, a tuple": lambda v: tg.nonzero(v > 1.5, as_tuple=True),
    "np.nonzero": lambda v: np.nonzero(v > 1.5),
    "where": lambda v: tg.where(v > 1.5),
    "argwhere": lambda v: tg.argwhere(v > 1.5),
    "np.argwhere": lambda v: np.argwhere(v > 1.5),
    "np.flatnonzero": lambda v: np.flatnonzero(v > 1.5),
    "masked_select": lambda v: tg.masked_select(v, v > 1.5),
    "a mask": lambda v: v.reshape(2, 2)[v.reshape(2, 2) > 1.5],
    "masked_scatter": lambda v: v.masked_scatter(v > 1.5, tg.arange(4).float()),
    "np.extract": lambda v: np.extract(v > 1.5, v),
    "np.compress": lambda v: np.compress(v > 1.5, v),
    "repeat_interleave": lambda v: tg.repeat_interleave(v, v.long()),
    "np.repeat": lambda v: np.repeat(v, v.long()),
    "np.delete": lambda v: np.delete(v, v[:1].long()),
    "np.insert": lambda v: np.insert(v, v[:1].long(), 1.0),
    "np.take": lambda v: np.take(v, v.long() - 1),
    "np.choose": lambda v: np.choose(v.long() - 1, (v, v * 2, v * 3)),
    "np.array_split": lambda v: np.array_split(v, v[:1].long()),
    "tensor_split": lambda v: tg.tensor_split(v, v[:1].long()),
    "one_hot": lambda v: nn.functional.one_hot(v.long()),
    "np.histogram": lambda v: np.histogram(v, "auto"),
    "a position": lambda v: v[v.long().min()],
}


def assert_made_at_each_run(step):
    """The same data in another order, and other random numbers, each time: the program follows, and is made once."""
    compiled = tg.compile(step)
    for seed, numbers in enumerate(ORDERS):
        tg.manual_seed(seed)
        want = step(tg.tensor(numbers))
        tg.manual_seed(seed)
        assert_same(compiled(tg.tensor(numbers)), want)
    assert compiled.traces == 2


@pytest.mark.parametrize("name", BY_NUMBERS)
def test_shapes_that_depend_on_numbers(name):
    """Of an argument they are followed, a program for each shape; of what the step computes they are refused."""
    function = BY_NUMBERS[name]
    for step in (function, lambda v: function(v * 1.0), lambda v: (function(tg.tensor(ONE)), v)):
        compiled = tg.compile(lambda v, step=step: step(v))
        for numbers in ORDERS:
            assert_same(compiled(tg.tensor(numbers)), step(tg.tensor(numbers)))
    for computed in (lambda v: function(v * W), lambda v: function((v * W).detach())):
        with pytest.raises(CompileError, match=r"test_doubt\.py:\d+: .*depends on"):
            tg.compile(computed)(tg.tensor(ONE))


@pytest.mark.parametrize(
    "step",
    [
        lambda v: tg.unravel_index(v.long(), (2, 2)),
        lambda v: tg.isin(v, v[:1]),
        lambda v: v.div(4).bernoulli(),
        lambda v: tg.poisson(v),
        lambda v: tg.normal(v, v),
        lambda v: tg.multinomial(v, 2),
        lambda v: copy.deepcopy(v.detach()) * 2,
    ],
)
def test_what_numpy_computes_for_a_function_is_computed_at_each_run(step):
    assert_made_at_each_run(step)


def through_a_file(v):
    return pickle.loads(pickle.dumps(v)) * 2


def test_what_goes_behind_the_tracers_back_is_found_out():
    compiled = tg.compile(through_a_file)
    for _ in range(4):
        assert_same(compiled(tg.tensor(ONE)), tg.tensor(ONE) * 2)
    compiled.source  # noqa: B018 - it has been compiled
    assert_same(compiled(tg.tensor(TWO)), tg.tensor(TWO) * 2)
    with pytest.raises(
        CompileError, match=r"test_doubt\.py:\d+: mul uses an array of shape \(4,\) that is another one"
    ):
        compiled(tg.tensor(THREE))


def test_numbers_read_behind_the_tracers_back():
    compiled = tg.compile(lambda v: v * float(pickle.loads(pickle.dumps(v))._array[0]))
    for _ in range(3):
        assert_same(compiled(tg.tensor(ONE)), tg.tensor(ONE))
    assert_same(compiled(tg.tensor(TWO)), tg.tensor(TWO) * 3)
    with pytest.raises(CompileError, match=r"mul was called with 3.0 in the first run and 1.0 in the second"):
        compiled(tg.tensor(ONE))


@pytest.mark.parametrize("size", [10, 4_000])  # of the larger only some elements are looked at each time
def test_an_array_that_is_written_to_between_two_runs(size):
    x = tg.ones(size)
    compiled = tg.compile(lambda v: pickle.loads(pickle.dumps(v)) * 2)
    for _ in range(3):
        assert_same(compiled(x), x * 2)
    compiled.source  # noqa: B018 - it has been compiled
    x[size - 2] = 5.0
    assert_same(compiled(x), x * 2)


def test_a_step_that_is_trusted_runs_compiled():
    """After the one run that settles it."""
    calls = []
    net = nn.Linear(4, 2)
    opt = optim.SGD(net.parameters(), lr=0.1)

    def watched(module, given, made):
        calls.append(1)

    net.register_forward_hook(watched)

    def step(x, y):
        loss = nn.functional.mse_loss(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        return loss

    compiled = tg.compile(step)
    y = tg.ones(1, 2)
    for numbers, runs in zip([ONE, ONE, ONE, ONE, TWO, THREE, ONE], [1, 2, 2, 2, 3, 3, 3], strict=True):
        compiled(tg.tensor([numbers]), y)
        assert len(calls) == runs
    compiled(tg.tensor([TWO]), y * 2)  # the labels have been the same until now
    compiled(tg.tensor([TWO]), y * 3)
    assert len(calls) == 4
    assert compiled.traces == 2


@pytest.mark.parametrize("text", [str, repr, lambda v: f"{v}", print])
def test_a_tensor_as_text(text):
    """A compiled step would print nothing."""
    with pytest.raises(
        CompileError, match=r"test_doubt\.py:\d+: (print\(\)|item\(\)) of a tensor that the step computes"
    ):
        tg.compile(lambda v: (v * W, text((v * W).sum())))(tg.tensor(ONE))


def test_whether_a_number_is_in_a_tensor():
    with pytest.raises(CompileError, match=r"test_doubt\.py:\d+: in of a tensor that the step computes"):
        tg.compile(lambda v: v * (3.0 in v))(tg.tensor(ONE))


def test_the_line_is_the_users_where_numpy_asks():
    with pytest.raises(CompileError, match=r"test_doubt\.py:\d+: array of a tensor"):
        tg.compile(lambda v: np.full((2,), v.sum()))(tg.tensor(ONE))


DISTRIBUTIONS = {
    "Normal": lambda v: tg.distributions.Normal(v, v + 1).rsample(),
    "Uniform": lambda v: tg.distributions.Uniform(v, v + 1).rsample((2,)),
    "Bernoulli": lambda v: tg.distributions.Bernoulli(v / 4).sample(),
    "Categorical": lambda v: tg.distributions.Categorical(v).sample((5,)),
    "OneHotCategorical": lambda v: tg.distributions.OneHotCategorical(v).sample(),
    "Multinomial": lambda v: tg.distributions.Multinomial(9, v).sample(),
    "Dirichlet": lambda v: tg.distributions.Dirichlet(v).sample(),
    "MultivariateNormal": lambda v: tg.distributions.MultivariateNormal(v, tg.eye(4)).rsample(),
    "Gamma": lambda v: tg.distributions.Gamma(v, v).sample(),
    "Beta": lambda v: tg.distributions.Beta(v, v + 1).sample(),
    "StudentT": lambda v: tg.distributions.StudentT(v, v, v).sample(),
    "Poisson": lambda v: tg.distributions.Poisson(v).sample(),
    "Geometric": lambda v: tg.distributions.Geometric(v / 4).sample(),
    "Binomial": lambda v: tg.distributions.Binomial(9, v / 4).sample(),
    "HalfNormal": lambda v: tg.distributions.HalfNormal(v).rsample(),
    "Exponential": lambda v: tg.distributions.Exponential(v).rsample(),
    "Gumbel": lambda v: tg.distributions.Gumbel(v, v).rsample(),
    "RelaxedBernoulli": lambda v: tg.distributions.RelaxedBernoulli(tg.tensor(0.5), v / 4).rsample(),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_what_distributions_draw_is_drawn_at_each_run(name):
    assert_made_at_each_run(DISTRIBUTIONS[name])


def test_parameters_of_distributions_are_checked_at_each_run():
    compiled = tg.compile(lambda v: tg.distributions.Normal(0.0, v).rsample())
    for _ in range(3):
        compiled(tg.tensor(ONE))
    with pytest.raises(ValueError, match="Normal: expected scale > 0"):
        compiled(tg.tensor([-1.0, 1.0, 1.0, 1.0]))
