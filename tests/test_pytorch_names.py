"""PyTorch's less common names: a default dtype, lazy layers, weights computed from others, averages, old spellings."""

import copy
import math

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.utils import parametrizations, parametrize, prune
from tinygrad_edu.optim import swa_utils

X = tg.tensor([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])


@pytest.fixture
def double():
    tg.set_default_dtype(tg.float64)
    yield tg.float64
    tg.set_default_dtype(tg.float32)


# --- the default dtype ------------------------------------------------------------------------------------------------


def test_everything_is_made_in_the_default_dtype(double):
    made = [
        tg.ones(1), tg.zeros(1), tg.empty(1), tg.eye(1), tg.full((1,), 1.0), tg.tensor(1.0), tg.Tensor([1]), tg.rand(1),
        tg.randn(1), tg.linspace(0, 1, 2), tg.logspace(0, 1, 2), tg.arange(0.5), tg.normal(0.0, 1.0, (1,)),
        tg.tensor([1]) / 2, tg.tensor([1]) * 0.5, tg.tensor([1]).exp(), tg.hann_window(2), tg.range(0, 1),
        tg.scalar_tensor(1), tg.fft.fftfreq(2), tg.distributions.Normal(0.0, 1.0).sample(), nn.Linear(1, 1).weight,
        nn.LSTM(1, 1).weight_hh_l0, nn.BatchNorm1d(1).running_mean, nn.PReLU().weight, nn.Conv2d(1, 1, 1).bias,
        tg.where(tg.tensor([True]), 1.0, 0.0), tg.asarray([1.0]), tg.mvlgamma(tg.tensor([3]), 1),
    ]  # fmt: skip
    assert {t.dtype for t in made} == {double}
    assert tg.tensor(1j).dtype == tg.complex128
    assert tg.tensor(0.1).item() == 0.1
    assert str(tg.tensor(0.5)) == "tensor(0.5000)"
    assert str(tg.ones(1, dtype=tg.float32)) == "tensor([1.], dtype=float32)"
    assert tg.get_default_dtype() == double
    assert tg.tensor([1]).float().dtype == tg.ones(1, dtype=tg.float32).dtype == tg.FloatTensor([1]).dtype == tg.float32


def test_a_network_trains_in_the_default_dtype(double):
    model = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.GELU(), nn.Linear(4, 2))
    F.cross_entropy(model(X.double()), tg.tensor([0, 1])).backward()
    optim.Adam(model.parameters()).step()
    assert {p.dtype for p in model.parameters()} == {p.grad.dtype for p in model.parameters()} == {double}


def test_only_a_floating_point_dtype_can_be_the_default():
    with pytest.raises(TypeError, match="expected a floating-point dtype, got int64"):
        tg.set_default_dtype(tg.int64)
    with pytest.raises(RuntimeError, match="no GPU"):
        tg.set_default_tensor_type("torch.cuda.FloatTensor")
    tg.set_default_tensor_type(tg.FloatTensor)
    assert tg.get_default_dtype() == tg.float32


# --- functions and methods --------------------------------------------------------------------------------------------


def test_arguments_by_pytorchs_names():
    assert tg.pow(input=X, exponent=2).equal(X**2)
    assert tg.mm(input=X, mat2=X.t()).equal(X @ X.t())
    assert tg.sum(input=X, dim=0).equal(X.sum(0))
    assert tg.softmax(input=X, dim=1).equal(X.softmax(1))
    assert X.mul(other=2).equal(X * 2)
    assert tg.zeros_like(input=X).shape == X.shape
    with pytest.raises(TypeError):
        tg.exp(inputs=X)
    with pytest.raises(TypeError):
        tg.pow(X, 2, exponent=2)


def test_the_factor_in_the_second_place_as_before_pytorch_1_5():
    x = tg.ones(2)
    x.add_(0.5, tg.ones(2)).addcmul_(2, x, x).addcdiv_(-1, x, x)
    np.testing.assert_allclose(x.numpy(), 1.5 + 2 * 1.5**2 - 1)
    assert tg.sub(x, 2, x).equal(-x)
    with pytest.raises(TypeError):
        tg.add(x, x, x)


def test_where_of_a_condition_alone():
    rows, columns = tg.where(X > 1)
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [2, 0])


def test_functions_that_only_pytorch_has():
    assert tg.range(1, 2, 0.5).tolist() == [1, 1.5, 2]
    assert tg.vander(tg.tensor([1, 2, 3]), 2).tolist() == [[1, 1], [2, 1], [3, 1]]
    assert tg.isin(tg.tensor([1, 2]), tg.tensor([2, 3]), invert=True).tolist() == [True, False]
    assert [i.item() for i in tg.unravel_index(tg.tensor(5), (2, 3))] == [1, 2]
    assert tg.relu_(tg.tensor([-1.0])).item() == 0
    array = np.ones(2, np.float32)
    shared, copied = tg.asarray(array), tg.asarray(array, copy=True)
    array[0] = 5
    assert (shared[0].item(), copied[0].item()) == (5, 1)
    with pytest.raises(ValueError, match="no step of -1 leads"):
        tg.range(0, 3, -1)
    with pytest.raises(ValueError, match="without a copy"):
        tg.asarray(array, dtype=tg.float64, copy=False)
    with pytest.raises(AttributeError, match=r"use nn\.functional\.kl_div"):
        tg.kl_div  # noqa: B018


def test_draws_from_probabilities():
    assert tg.tensor([0.0, 1.0]).bernoulli().tolist() == [0, 1]
    assert tg.tensor([0.0, 3.0, 0.0]).multinomial(1).tolist() == [1]
    assert sorted(tg.ones(3).multinomial(3).tolist()) == [0, 1, 2]
    for call, message in (
        (lambda: tg.tensor([2.0]).bernoulli(), "between 0 and 1"),
        (lambda: tg.tensor([0.0, 1.0]).multinomial(2), "as many weights above 0"),
        (lambda: tg.tensor([-1.0, 1.0]).multinomial(1), "weights >= 0"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_element_by_element():
    assert tg.tensor([1.0, 2.0]).apply_(lambda x: x * 2).tolist() == [2, 4]
    assert tg.tensor([1.0, 2.0]).map_(tg.tensor([3.0]), lambda a, b: a + b).tolist() == [4, 5]
    assert X.new(2, 3).shape == X.new(X.size()).shape == (2, 3)
    assert X.new([1, 2]).dtype == tg.float32
    assert tg.ones(2, 3).resize_(2, 3).resize_as_(X).shape == (2, 3)
    assert (X[1].storage_offset(), X[:, 1].storage_offset()) == (3, 1)


def test_softmax_without_a_dimension_warns_and_chooses_as_pytorch_does():
    for shape, dim in (((3,), 0), ((2, 3), 1), ((2, 3, 4), 0), ((1, 2, 3, 4), 1)):
        x = tg.randn(shape)
        for function in (F.softmax, F.log_softmax, F.softmin):
            with pytest.warns(tg.UsageWarning, match=rf"dim was not given, and {dim} is taken"):
                found = function(x)
            assert found.equal(function(x, dim))


def test_printing_options():
    try:
        tg.set_printoptions(precision=2)
        assert str(tg.tensor(0.123)) == "tensor(0.12)"
        tg.set_printoptions(sci_mode=True)
        assert str(tg.tensor(0.123)) == "tensor(1.23e-01)"
        tg.set_printoptions(threshold=4, edgeitems=1)
        assert str(tg.arange(5)) == "tensor([0,  ..., 4])"
        with pytest.raises(ValueError, match="expected the profile default, short, full, got 'long'"):
            tg.set_printoptions(profile="long")
    finally:
        tg.set_printoptions(profile="default")
    assert str(tg.tensor(0.123)) == "tensor(0.1230)"
    assert f"{tg.tensor(0.5)} {tg.tensor([0.5])}" == "0.5 tensor([0.5000])"


def test_the_state_of_the_generator_within_a_block():
    tg.manual_seed(3)
    first = tg.rand(1)
    tg.manual_seed(3)
    with tg.random.fork_rng():
        tg.rand(5)
    assert tg.rand(1).equal(first)
    assert tg.random.initial_seed() == 3


def test_what_only_chooses_a_kernel_changes_nothing():
    @tg.jit.script
    def twice(x):
        return x * 2

    model = nn.Linear(3, 1)
    assert tg.compile(model, mode="reduce-overhead") is model
    assert tg.compile(twice, disable=True) is twice
    assert tg.compile(fullgraph=True)(twice)(X).equal(X * 2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'fast'"):
        tg.compile(twice, fast=True)
    with tg.profiler.record_function("twice"):
        assert twice(X).equal(X * 2)
    with pytest.raises(NotImplementedError, match="cProfile"):
        tg.profiler.profile()


# --- how parameters start ---------------------------------------------------------------------------------------------


def test_initial_values():
    init = nn.init
    for shape in ((3, 5), (5, 3), (4, 2, 3)):
        w = init.orthogonal_(tg.empty(shape), gain=2.0).numpy().reshape(shape[0], -1)
        product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
        np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-5)
    drawn = init.trunc_normal_(tg.empty(2000), std=1.0, a=-1.0, b=0.5).numpy()
    assert drawn.min() >= -1
    assert drawn.max() <= 0.5
    assert abs(drawn.mean() - -0.2076) < 0.05  # (φ(-1) - φ(0.5)) / (Φ(0.5) - Φ(-1))
    assert (init.sparse_(tg.empty(10, 4), 0.25).numpy() == 0).sum(0).tolist() == [3, 3, 3, 3]
    x = tg.randn(1, 4, 5, 5)
    conv = nn.Conv2d(4, 4, 3, padding=1, bias=False)
    init.dirac_(conv.weight)
    np.testing.assert_allclose(conv(x).detach().numpy(), x.numpy(), rtol=1e-6)
    assert init.eye_(tg.empty(2, 3)).tolist() == [[1, 0, 0], [0, 1, 0]]
    for call in (
        lambda: init.orthogonal_(tg.empty(3)),
        lambda: init.eye_(tg.empty(3)),
        lambda: init.dirac_(tg.empty(3, 3)),
        lambda: init.sparse_(tg.empty(3), 0.1),
        lambda: init.trunc_normal_(tg.empty(3), a=10.0, b=11.0),
    ):
        with pytest.raises(ValueError, match=r"expected|next to nothing"):
            call()


def test_older_spellings_warn():
    with pytest.warns(FutureWarning, match=r"now called nn\.init\.constant_"):
        assert nn.init.constant(tg.empty(2), 3.0).tolist() == [3, 3]
    p = nn.Parameter(tg.ones(1))
    p.grad = tg.tensor([10.0])
    with pytest.warns(FutureWarning, match="clip_grad_norm_"):
        nn.utils.clip_grad_norm([p], 1.0)
    assert p.grad.item() == pytest.approx(1)


# --- lazy layers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lazy", "shape"),
    [
        (lambda: nn.LazyLinear(4), (2, 3)),
        (lambda: nn.LazyConv1d(4, 2, bias=False), (2, 3, 5)),
        (lambda: nn.LazyConv2d(4, 2, groups=2), (2, 4, 5, 5)),
        (lambda: nn.LazyConv3d(4, 1), (2, 3, 2, 2, 2)),
        (lambda: nn.LazyConv2d(4, 2), (3, 5, 5)),
        (lambda: nn.LazyConvTranspose2d(4, 2, stride=2), (2, 3, 5, 5)),
        (lambda: nn.LazyBatchNorm1d(), (2, 3)),
        (lambda: nn.LazyBatchNorm2d(affine=False), (2, 3, 4, 4)),
        (lambda: nn.LazyInstanceNorm2d(affine=True), (2, 3, 4, 4)),
    ],
)
def test_a_lazy_layer_becomes_the_layer(lazy, shape):
    layer, x = lazy(), tg.randn(shape)
    name = type(layer).__name__
    kept = dict(layer.named_parameters())
    for call in (layer.state_dict, lambda: [p.numel() for p in kept.values()] or layer.state_dict()):
        with pytest.raises(ValueError, match="on an input first"):
            call()
    optimizer = optim.SGD(layer.parameters(), lr=0.1) if kept else None
    y = layer(x).sum()
    if kept:
        y.backward()
    assert type(layer).__name__ == name.removeprefix("Lazy")
    assert {name: id(p) for name, p in layer.named_parameters()} == {name: id(p) for name, p in kept.items()}
    assert all(type(p) is nn.Parameter and p.grad is not None for p in layer.parameters())
    if optimizer is not None:
        optimizer.step()
    assert copy.deepcopy(layer)(x).shape == layer(x).shape
    assert type(layer).__name__ in str(layer)


def test_what_a_lazy_layer_is_not_given():
    with pytest.raises(TypeError):
        nn.LazyLinear()
    assert str(nn.LazyLinear(4)) == "LazyLinear(in_features=0, out_features=4, bias=True)"


# --- weights computed from others -------------------------------------------------------------------------------------


class Symmetric(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return x.triu() + x.triu(1).transpose(-1, -2)

    def right_inverse(self, a):
        return a.triu()


class Double(nn.Module):
    def forward(self, x):
        return 2 * x


def test_a_parametrized_weight():
    layer = nn.Linear(3, 3)
    module = Symmetric()
    assert parametrize.register_parametrization(layer, "weight", module) is layer
    assert [name for name, _ in layer.named_parameters()] == ["bias", "parametrizations.weight.original"]
    assert type(layer).__name__ == "ParametrizedLinear"
    assert isinstance(layer, nn.Linear)
    assert parametrize.type_before_parametrizations(layer) is nn.Linear
    before = module.calls
    layer(X).sum().backward()
    assert module.calls == before + 1  # once a call
    assert layer.weight.equal(layer.weight.T)
    gradient = layer.parametrizations.weight.original.grad
    assert gradient.tril(-1).abs().sum().item() == 0
    layer.weight = tg.ones(3, 3)
    assert layer.weight.tolist() == np.ones((3, 3)).tolist()
    parametrize.register_parametrization(layer, "weight", Double())
    assert layer.weight[0, 0].item() == 2
    with pytest.raises(RuntimeError, match="Double has no right_inverse"):
        layer.weight = tg.ones(3, 3)
    twin = copy.deepcopy(layer)
    parametrize.register_parametrization(layer, "bias", Double())
    parametrize.remove_parametrizations(layer, "bias")
    parametrize.remove_parametrizations(layer, "weight")
    assert twin.weight.equal(layer.weight)
    assert type(layer) is nn.Linear
    assert layer.weight.tolist() == np.full((3, 3), 2).tolist()
    assert [name for name, _ in layer.named_parameters()] == ["bias", "weight"]
    for call, message in (
        (lambda: parametrize.remove_parametrizations(layer, "weight"), "is not parametrized"),
        (lambda: parametrize.register_parametrization(layer, "nothing", Double()), "no parameter or buffer 'nothing'"),
        (lambda: parametrize.register_parametrization(layer, "weight", nn.Flatten(0)), "unsafe=True"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("norm", [parametrizations.weight_norm, nn.utils.weight_norm])
def test_weight_norm_keeps_the_weight_and_learns_its_length_apart(norm):
    layer = nn.Linear(3, 2)
    weight = layer.weight.detach().clone()
    layer = norm(layer)
    np.testing.assert_allclose(layer.weight.detach().numpy(), weight.numpy(), rtol=1e-6)
    parameters = dict(layer.named_parameters())
    assert len(parameters) == 3
    layer(X).square().sum().backward()
    assert all(p.grad is not None for p in parameters.values())
    direction = next(p for name, p in parameters.items() if p.shape == (2, 3))
    assert abs((direction.grad * direction).sum(1)).max().item() < 1e-5  # along itself nothing changes


@pytest.mark.parametrize("norm", [parametrizations.spectral_norm, nn.utils.spectral_norm])
def test_spectral_norm_makes_the_largest_singular_value_1(norm):
    layer = norm(nn.Conv2d(2, 4, 3), n_power_iterations=20)
    layer(tg.randn(1, 2, 5, 5)).sum().backward()
    weight = layer.weight.detach().reshape(4, -1)
    assert tg.linalg.svdvals(weight)[0].item() == pytest.approx(1, abs=1e-3)
    layer.eval()
    assert layer(tg.ones(1, 2, 5, 5)).equal(layer(tg.ones(1, 2, 5, 5)))


def test_the_older_norms_can_be_removed():
    layer = nn.utils.spectral_norm(nn.Linear(3, 2))
    assert set(layer.state_dict()) == {"bias", "weight_orig", "weight_u", "weight_v"}
    layer(X)
    layer.eval()
    y = layer(X)
    nn.utils.remove_spectral_norm(layer)
    assert set(layer.state_dict()) == {"bias", "weight"}
    np.testing.assert_allclose(layer(X).detach().numpy(), y.detach().numpy(), rtol=1e-5)
    with pytest.raises(ValueError, match="weight_norm was not called"):
        nn.utils.remove_weight_norm(layer)


def test_pruning():
    layer = nn.Linear(4, 2)
    layer.weight.data.copy_(tg.tensor([[1.0, -5.0, 2.0, 0.1], [0.5, 3.0, -4.0, 6.0]]))
    prune.l1_unstructured(layer, "weight", amount=2)
    assert layer.weight.tolist() == [[1, -5, 2, 0], [0, 3, -4, 6]]
    prune.l1_unstructured(layer, "weight", amount=0.5)  # half of what is left
    assert layer.weight.tolist() == [[0, -5, 0, 0], [0, 0, -4, 6]]
    layer(tg.ones(1, 4)).sum().backward()
    assert layer.weight_orig.grad.tolist() == [[0, 1, 0, 0], [0, 0, 1, 1]]
    prune.ln_structured(layer, "weight", amount=1, n=2, dim=0)
    assert layer.weight.tolist() == [[0, 0, 0, 0], [0, 0, -4, 6]]
    assert prune.is_pruned(layer)
    prune.remove(layer, "weight")
    assert [name for name, _ in layer.named_parameters()] == ["bias", "weight"]
    assert layer.weight.tolist() == [[0, 0, 0, 0], [0, 0, -4, 6]]
    assert not prune.is_pruned(layer)
    prune.random_unstructured(layer, "bias", amount=1)
    assert (layer.bias == 0).sum().item() == 1
    one, two = nn.Linear(2, 1, bias=False), nn.Linear(2, 1, bias=False)
    one.weight.data.copy_(tg.tensor([[1.0, 4.0]]))
    two.weight.data.copy_(tg.tensor([[2.0, 3.0]]))
    prune.global_unstructured([(one, "weight"), (two, "weight")], prune.L1Unstructured, amount=2)
    assert (one.weight.tolist(), two.weight.tolist()) == ([[0, 4]], [[0, 3]])
    for amount in (-1, 1.5, 100):
        with pytest.raises(ValueError, match="amount"):
            prune.l1_unstructured(one, "weight", amount)
    with pytest.raises(ValueError, match="is not pruned"):
        prune.remove(nn.Linear(1, 1), "weight")


# --- averages of weights, modules, optimisers -------------------------------------------------------------------------


def test_averages_of_weights():
    model = nn.Linear(1, 1, bias=False)
    equal = swa_utils.AveragedModel(model)
    fading = swa_utils.AveragedModel(model, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.9))
    for value in (1.0, 2.0, 6.0):
        model.weight.data.fill_(value)
        equal.update_parameters(model)
        fading.update_parameters(model)
    assert equal.module.weight.item() == pytest.approx(3)
    assert fading.module.weight.item() == pytest.approx(0.9 * (0.9 * 1 + 0.1 * 2) + 0.1 * 6)
    assert equal.n_averaged.item() == 3
    assert equal(tg.ones(1, 1)).item() == pytest.approx(3)
    with pytest.raises(ValueError, match="not both"):
        swa_utils.AveragedModel(model, avg_fn=max, multi_avg_fn=max)


@pytest.mark.parametrize("strategy", ["cos", "linear"])
def test_the_rate_moves_to_that_of_the_averages(strategy):
    p = nn.Parameter(tg.ones(1))
    optimizer = optim.SGD([p], lr=1.0)
    scheduler = swa_utils.SWALR(optimizer, swa_lr=0.1, anneal_epochs=4, anneal_strategy=strategy)
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(6):
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    share = [(1 - math.cos(math.pi * t / 4)) / 2 if strategy == "cos" else t / 4 for t in range(5)]
    np.testing.assert_allclose(rates, [*(1 - 0.9 * s for s in share), 0.1, 0.1])


def test_running_statistics_found_anew():
    model = nn.Sequential(nn.BatchNorm1d(1))
    swa_utils.update_bn([tg.tensor([[1.0], [3.0]]), (tg.tensor([[5.0], [7.0]]), None)], model)
    assert model[0].running_mean.item() == pytest.approx(4)
    assert model[0].momentum == 0.1


def test_a_buffer_is_registered_by_assignment():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.kept = nn.Buffer(tg.ones(1))
            self.passing = nn.Buffer(tg.ones(1), persistent=False)

    net = Net()
    assert [name for name, _ in net.named_buffers()] == ["kept", "passing"]
    assert list(net.state_dict()) == ["kept"]
    assert net.get_buffer("kept") is net.kept
    assert [name for name, _ in copy.deepcopy(net).named_buffers()] == ["kept", "passing"]


def test_modules_answer_by_name():
    model = nn.Sequential(nn.Linear(2, 1))
    assert model.get_parameter("0.weight") is model[0].weight
    with pytest.raises(AttributeError, match=r"get_parameter\('0\.w'\): there is none; here are weight, bias"):
        model.get_parameter("0.w")
    assert model.state_dict(prefix="a.", keep_vars=True)["a.0.weight"] is model[0].weight
    assert list(model.state_dict(destination={"first": 1})) == ["first", "0.weight", "0.bias"]
    with pytest.raises(NotImplementedError, match="leave assign out"):
        model.load_state_dict(model.state_dict(), assign=True)
    with pytest.raises(RuntimeError, match="no such dtype"):
        model.bfloat16()


def test_an_optimiser_of_ones_own_finds_an_empty_state():
    class Steps(optim.Optimizer):
        def __init__(self, params, lr=optim.optimizer.required):
            super().__init__(params, {"lr": lr})

        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    state = self.state[p]
                    if len(state) == 0:
                        state["step"] = 0
                    state["step"] += 1
                    p.data.add_(-group["lr"], p.grad.data)

    p = nn.Parameter(tg.ones(1))
    p.grad = tg.ones(1)
    optimizer = Steps([p], lr=0.5)
    optimizer.step()
    optimizer.step()
    assert p.item() == 0
    assert optimizer.state_dict()["state"] == {0: {"step": 2}}


def test_datasets_of_datasets():
    class Numbers(tg.utils.data.IterableDataset):
        def __iter__(self):
            return iter([1, 2])

    assert list(tg.utils.data.ChainDataset([Numbers(), Numbers()])) == [1, 2, 1, 2]
    stack = tg.utils.data.StackDataset([1, 2], ["a", "b"])
    assert (stack[1], len(stack)) == ((2, "b"), 2)
    assert tg.utils.data.StackDataset(x=[1], y=[2])[0] == {"x": 1, "y": 2}
    with pytest.raises(ValueError, match="of one length"):
        tg.utils.data.StackDataset([1], [1, 2])


def test_imports_from_inside_of_pytorch():
    known = {}
    for line in (
        "from tinygrad_edu.nn.modules.loss import _Loss, CrossEntropyLoss",
        "from tinygrad_edu.nn.modules.utils import _pair, _triple",
        "from tinygrad_edu.nn.modules.conv import Conv2d",
        "from tinygrad_edu.nn.modules.activation import MultiheadAttention",
        "from tinygrad_edu.nn.modules.sparse import Embedding",
        "from tinygrad_edu.optim.lr_scheduler import _LRScheduler",
        "from tinygrad_edu.distributions.mixture_same_family import MixtureSameFamily",
        "from tinygrad_edu.optim.optimizer import Optimizer, required",
        "from tinygrad_edu.optim.swa_utils import AveragedModel",
        "from tinygrad_edu.types import Number, Device",
        "from tinygrad_edu._tensor import Tensor",
        "from tinygrad_edu.distributions.transforms import TanhTransform",
        "from tinygrad_edu.nn.utils.parametrizations import weight_norm",
        "import tinygrad_edu.nn.utils.prune as prune",
    ):
        exec(line, known)
    assert (known["_pair"](3), known["_triple"]((1, 2, 3))) == ((3, 3), (1, 2, 3))
    assert nn.utils.clip_grad_norm_ is not None
    with pytest.raises(TypeError, match="reduction='mean'"):
        known["_Loss"](size_average=False)


def test_size_average_by_position():
    labels = tg.tensor([0, 2])
    for loss in (
        lambda *old: F.cross_entropy(X, labels, None, *old),
        lambda *old: nn.CrossEntropyLoss(None, *old)(X, labels),
        lambda *old: F.mse_loss(X, X + 1, *old),
        lambda *old: nn.L1Loss(*old)(X, X + 1),
    ):
        with pytest.warns(tg.UsageWarning, match="write reduction='sum'"):
            total = loss(False)
        assert total.item() == pytest.approx(loss().item() * (2 if total.item() < 5 else 6))
        with pytest.raises(TypeError, match="in this place PyTorch has size_average; pass 3 by its name"):
            loss(3)
    assert F.cross_entropy(X, labels, None, None, 2).item() == F.cross_entropy(X, labels, ignore_index=2).item()
    assert F.mse_loss(X, X + 1, "sum").item() == 6
    with pytest.raises(TypeError, match="too many arguments"):
        F.mse_loss(X, X + 1, None, None, "sum", reduction="sum")
