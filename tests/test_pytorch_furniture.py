"""What PyTorch's programs ask for beside the mathematics: devices, files, random draws, distributions, settings."""

import io
import math
import pickle
import warnings
from collections import OrderedDict

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.pytorch import amp, places

X = [[0.1, -2.0, 3.0], [4.5, 0.0, -6.0]]


# --- modules and names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", places.MODULES)
def test_a_module_is_found_where_pytorch_has_it(path):
    known = {}
    exec(f"import tinygrad_edu.{path} as m", known)
    assert known["m"] is not None


@pytest.mark.parametrize(
    "line",
    [
        "from tinygrad_edu.utils.data import DataLoader, Dataset, TensorDataset, random_split",
        "from tinygrad_edu.utils.data.dataloader import default_collate",
        "from tinygrad_edu.utils.data.sampler import SubsetRandomSampler",
        "from tinygrad_edu.distributions import Categorical, Normal, kl_divergence",
        "from tinygrad_edu.cuda.amp import GradScaler, autocast",
        "from tinygrad_edu.autograd import Variable, Function, grad",
        "from tinygrad_edu.nn.modules.module import Module",
        "from tinygrad_edu.nn.parallel import DataParallel",
        "import tinygrad_edu.backends.cudnn as cudnn; cudnn.benchmark = True",
    ],
)
def test_imports(line):
    exec(line, {})


def test_what_is_not_there_says_what_to_use():
    for call, advice in (
        (lambda: tg.jit.load("m.pt"), "state_dict"),
        (lambda: tg.jit.freeze(nn.Linear(1, 1)), "compile"),
        (lambda: tg.hub.load("repository", "model"), "load_state_dict"),
        (lambda: nn.parallel.DistributedDataParallel(nn.Linear(1, 1)), "the module itself"),
    ):
        with pytest.raises(NotImplementedError, match=advice):
            call()
    with pytest.raises(AttributeError, match="use float32"):
        _ = tg.bfloat16
    with pytest.raises(AttributeError, match="no GPU"):
        _ = tg.cuda.FloatTensor
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tg.nothing


# --- devices ----------------------------------------------------------------------------------------------------------


def test_there_is_one_device():
    device = tg.device("cuda" if tg.cuda.is_available() else "cpu")
    assert device == tg.device("cpu", 0) == tg.ones(2).device
    assert (str(device), device.type, repr(device)) == ("cpu", "cpu", "device(type='cpu')")
    assert tg.cuda.device_count() == 0
    assert not tg.ones(1).is_cuda
    assert not tg.accelerator.is_available()
    assert not tg.backends.mps.is_available()
    tg.cuda.manual_seed_all(0)
    tg.cuda.empty_cache()
    model = nn.Linear(2, 1, device=device).to(device, non_blocking=True)
    assert model(tg.ones(2, device=device).to(device)).device == device
    for call in (lambda: tg.device("cuda:0"), tg.ones(2).cuda, model.cuda):
        with pytest.raises(RuntimeError, match="there is no GPU"):
            call()
    for call in (lambda: tg.ones(2).to("cuda"), lambda: model.to("cuda:0"), lambda: tg.zeros(2, device="cuda")):
        with pytest.raises(ValueError, match=r"the only device is 'cpu'.*there is no GPU"):
            call()


@pytest.mark.parametrize(
    "make",
    [
        lambda **k: tg.tensor([1.0], **k),
        lambda **k: tg.as_tensor([1.0], **k),
        lambda **k: tg.zeros(2, **k),
        lambda **k: tg.ones(size=(2, 1), **k),
        lambda **k: tg.empty((2, 1), **k),
        lambda **k: tg.full((2,), 1.0, **k),
        lambda **k: tg.arange(0.0, 3.0, **k),
        lambda **k: tg.linspace(0, 1, 3, **k),
        lambda **k: tg.logspace(0, 1, 3, **k),
        lambda **k: tg.eye(2, **k),
        lambda **k: tg.rand(2, **k),
        lambda **k: tg.randn(2, **k),
        lambda **k: tg.zeros_like(tg.ones(1), **k),
        lambda **k: tg.empty_like(tg.ones(1), **k),
        lambda **k: tg.full_like(tg.ones(1), 2.0, **k),
        lambda **k: tg.randn_like(tg.ones(1), **k),
        lambda **k: tg.ones(1).new_zeros(2, **k),
        lambda **k: tg.ones(1).new_tensor([1.0], **k),
        lambda **k: tg.normal(0.0, 1.0, (2,), **k),
    ],
)
def test_what_makes_tensors_takes_a_device(make):
    assert make(device=tg.device("cpu"), dtype=None).dtype == tg.float32
    assert make(device="cpu", dtype=tg.float64).dtype == tg.float64
    with pytest.raises(ValueError, match="no GPU"):
        make(device="cuda")


def test_out_is_written_into():
    x, out = tg.tensor(X), tg.zeros(2, 3)
    assert tg.mul(x, 2, out=out) is out
    assert out.tolist() == (x * 2).tolist()
    assert tg.cat([x[:1], x[1:]], axis=0, out=out).tolist() == x.tolist()
    assert tg.ones(2, 3, out=out) is out
    with pytest.raises(ValueError, match=r"out has shape \(2, 3\), the result \(2,\)"):
        tg.sum(x, 1, out=out)
    with pytest.raises(RuntimeError, match="no gradient"):
        tg.exp(x.requires_grad_(), out=out)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "call",
    [
        "softmax(axis=1)",
        "std(axis=1,keepdims=True)",
        "max(axis=1,keepdims=True)",
        "sort(axis=1)",
        "chunk(2,axis=0)",
        "cumsum(axis=1)",
        "argmax(axis=1,keepdims=True)",
        "unbind(axis=1)",
        "topk(2,axis=1)",
        "sum(1,keepdims=True)",
    ],
)
def test_numpys_names_of_arguments(call):
    torch = pytest.importorskip("torch")
    ours, theirs = (eval(f"x.{call}", {"x": lib.tensor(X)}) for lib in (tg, torch))
    pairs = zip(ours, theirs, strict=True) if isinstance(theirs, tuple) else [(ours, theirs)]
    for mine, wanted in pairs:
        np.testing.assert_allclose(mine.numpy(), wanted.numpy(), rtol=1e-5)


# --- types ------------------------------------------------------------------------------------------------------------


@pytest.mark.oracle
def test_types_of_tensors():
    torch = pytest.importorskip("torch")
    for lib in (tg, torch):
        assert lib.ones(2).type() == "torch.FloatTensor"
        assert lib.ones(2).type(lib.LongTensor).dtype == lib.int64
        assert lib.ones(2).type("torch.DoubleTensor").type() == "torch.DoubleTensor"
        assert isinstance(lib.ones(2), lib.FloatTensor)
        assert not isinstance(lib.ones(2), lib.DoubleTensor)
        assert lib.FloatTensor(2, 3).shape == lib.FloatTensor(lib.ones(2, 3).size()).shape == (2, 3)
        assert lib.LongTensor([1, 2]).dtype == lib.int64
        assert lib.FloatTensor([[1, 2]]).tolist() == [[1.0, 2.0]]
        assert lib.ByteTensor((1, 0)).tolist() == [1, 0]
        assert isinstance(lib.autograd.Variable(lib.ones(1)), lib.autograd.Variable)
        assert lib.ones(2, 3).size()[1:].numel() == 3
        assert lib.ones(2, 3).t().stride() == (1, 3)
        assert not lib.ones(2, 3).t().is_contiguous()
        assert lib.ones(2, 3).t().contiguous().is_contiguous()
        assert (lib.ones(2).element_size(), lib.ones(2).nelement()) == (4, 2)
        assert 1.0 in lib.ones(2)
        assert lib.is_tensor(lib.ones(1))
        assert lib.result_type(lib.ones(2, dtype=lib.int32), 1.5) == lib.float32
        assert lib.can_cast(lib.int32, lib.float32)
        assert not lib.can_cast(lib.float32, lib.int32)
        assert lib.finfo(lib.float32).eps == 2**-23
        assert lib.iinfo(lib.int16).max == 32767
        assert lib.get_default_dtype() == lib.float32


@pytest.mark.oracle
@pytest.mark.parametrize(
    "options", [{"size_average": False}, {"reduce": False}, {"size_average": True, "reduce": True}]
)
def test_older_names_of_the_reduction(options):
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [
            (lib.nn.functional.mse_loss(lib.tensor(X), lib.ones(2, 3), **options).numpy(),
             lib.nn.L1Loss(**options)(lib.tensor(X), lib.ones(2, 3)).numpy())
            for lib in (tg, torch)
        ]  # fmt: skip
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    with pytest.warns(tg.UsageWarning, match="write reduction='sum'"):
        nn.MSELoss(size_average=False)


# --- files ------------------------------------------------------------------------------------------------------------


def same(a, b):
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif isinstance(a, (tg.Tensor, np.ndarray)):
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        assert np.array_equal(np.asarray(getattr(a, "_array", a)), np.asarray(getattr(b, "_array", b)))
    else:
        assert a == b or (a != a and b != b)


CHECKPOINT = {
    "epoch": 3,
    "best": math.inf,
    "worst": math.nan,
    "name": "ä\n",
    7: [None, True, (1, 2.5)],
    "model": OrderedDict(a=tg.tensor(X), b=tg.tensor(3), c=tg.zeros(0, 2), d=tg.tensor(X).t()),
    "deep": {"a": {"b": [tg.tensor([True]), tg.tensor([1 + 2j])]}, "a.b": tg.ones(1)},
    "array": np.arange(3),
    "scalar": np.float64(0.1),
    "half": tg.ones(2, dtype=tg.float16),
}


def test_a_checkpoint_comes_back(tmp_path):
    tg.save(CHECKPOINT, tmp_path / "c.pt")
    same(tg.load(tmp_path / "c.pt", map_location="cpu", weights_only=False), CHECKPOINT)
    buffer = io.BytesIO()
    tg.save(nn.Parameter(tg.ones(2)), buffer)
    buffer.seek(0)
    found = tg.load(buffer)
    assert isinstance(found, nn.Parameter)
    assert found.requires_grad


def test_models_and_optimisers_come_back(tmp_path):
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    optimizer = tg.optim.Adam(net.parameters())
    net(tg.tensor(X)).sum().backward()
    optimizer.step()
    tg.save({"net": net.state_dict(), "optimizer": optimizer.state_dict()}, str(tmp_path / "c"))
    found = tg.load(str(tmp_path / "c"))
    other = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    other.load_state_dict(found["net"])
    same(dict(other.state_dict()), dict(net.state_dict()))
    tg.optim.Adam(other.parameters()).load_state_dict(found["optimizer"])


def test_what_cannot_be_saved_or_read_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"cannot save Linear at model; save its state_dict"):
        tg.save({"model": nn.Linear(1, 1)}, tmp_path / "c")
    assert not list(tmp_path.iterdir())
    for content in (b"", b"PK\x03\x04", b"\x80\x02}.", b"hello, this is no such file", b"\x08" + bytes(15)):
        with pytest.raises(ValueError, match="load: "):
            tg.load(io.BytesIO(content))


@pytest.mark.oracle
def test_pytorchs_files_are_read(tmp_path):
    torch = pytest.importorskip("torch")
    base = torch.arange(12.0)
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    theirs = {
        "state": model.state_dict(),
        "numbers": [1, 2.5, None, True, "a", (1, 2), {3}],
        "views": (base, base[2:8].view(2, 3).t()),
        "types": [torch.ones(2, dtype=d) for d in (torch.float16, torch.int8, torch.bool, torch.complex64)],
        "bfloat16": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "size": torch.Size([2, 3]),
        "dtype": torch.float32,
    }
    torch.save(theirs, tmp_path / "c.pt")
    ours = tg.load(tmp_path / "c.pt")
    own = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    own.load_state_dict(ours["state"])
    x = np.random.default_rng(0).standard_normal((2, 1, 4, 4)).astype(np.float32)
    expected = model(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(own(tg.tensor(x)).detach().numpy(), expected, rtol=1e-4, atol=1e-6)
    assert ours["numbers"] == theirs["numbers"]
    assert ours["views"][1].tolist() == theirs["views"][1].tolist()
    ours["views"][0][2] = 100.0
    assert ours["views"][1][0, 0] == 100.0
    assert [str(t.dtype) for t in ours["types"]] == ["float16", "int8", "bool", "complex64"]
    assert ours["bfloat16"].tolist() == [1.5, -2.0]
    assert isinstance(ours["parameter"], nn.Parameter)
    assert (ours["size"], ours["dtype"]) == ((2, 3), tg.float32)


@pytest.mark.oracle
def test_a_pickle_is_never_run(tmp_path):
    torch = pytest.importorskip("torch")

    class Evil:
        def __reduce__(self):
            return print, ("run",)

    torch.save({"a": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(ValueError, match=r"holds a (builtins|__builtin__).print, and only tensors"):
        tg.load(tmp_path / "evil.pt")
    torch.save(torch.nn.Linear(1, 1), tmp_path / "module.pt")
    with pytest.raises(ValueError, match=r"save model.state_dict\(\)"):
        tg.load(tmp_path / "module.pt")
    with pytest.raises(ValueError, match=r"before version 1\.6"):
        tg.load(io.BytesIO(pickle.dumps(Evil(), protocol=2)))


@pytest.mark.oracle
def test_pytorch_reads_our_weights(tmp_path):
    pytest.importorskip("torch")
    from safetensors.torch import load_file

    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1))
    tg.save(net.state_dict(), tmp_path / "weights.pt")
    found = load_file(tmp_path / "weights.pt")
    assert {name: t.tolist() for name, t in found.items()} == {n: t.tolist() for n, t in net.state_dict().items()}


# --- random draws and distributions -----------------------------------------------------------------------------------


def test_draws():
    tg.manual_seed(0)
    weights = tg.tensor([[0.0, 1.0, 3.0], [2.0, 0.0, 2.0]])
    drawn = tg.multinomial(weights, 20000, replacement=True).numpy()
    shares = np.stack([np.bincount(row, minlength=3) / 20000 for row in drawn])
    np.testing.assert_allclose(shares, [[0, 0.25, 0.75], [0.5, 0, 0.5]], atol=0.02)
    assert sorted(tg.multinomial(weights, 2)[0].tolist()) == [1, 2]
    first = np.mean([tg.multinomial(weights[0], 2)[0].item() == 2 for _ in range(4000)])
    assert abs(first - 0.75) < 0.03
    assert abs(tg.bernoulli(tg.full((20000,), 0.3)).mean().item() - 0.3) < 0.02
    assert abs(tg.poisson(tg.full((20000,), 4.0)).var().item() - 4) < 0.2
    x = tg.normal(tg.zeros(20000) + 5, 2.0)
    assert abs(x.mean().item() - 5) < 0.1
    assert abs(x.std().item() - 2) < 0.1
    for call in (
        lambda: tg.multinomial(weights, 3),
        lambda: tg.multinomial(weights - 1, 1),
        lambda: tg.bernoulli(tg.tensor([1.5])),
        lambda: tg.normal(0.0, -1.0, (2,)),
        lambda: tg.poisson(tg.tensor([-1.0])),
    ):
        with pytest.raises(ValueError, match=r"expected|without replacement"):
            call()


PAIRS = {
    "Normal": ([[0.5, -1.0], [1.0, 2.0]], [[0.0, 1.0], [2.0, 0.5]], [0.3, -4.0]),
    "Uniform": ([[0.0, -1.0], [1.0, 2.0]], [[-1.0, -1.0], [2.0, 3.0]], [0.3, 1.5]),
    "Bernoulli": ([[0.3, 0.9]], [[0.5, 0.2]], [1.0, 0.0]),
    "Categorical": ([[[0.3, 0.9, 0.2], [1.0, 2.0, 3.0]]], [[[0.3, 0.1, 0.6], [1.0, 1.0, 1.0]]], [0, 2]),
}


@pytest.mark.oracle
@pytest.mark.parametrize("logits", [False, True])
@pytest.mark.parametrize("independent", [False, True])
@pytest.mark.parametrize("name", PAIRS)
def test_distributions_as_pytorch(name, independent, logits):
    torch = pytest.importorskip("torch")
    if logits and name in ("Normal", "Uniform"):
        return
    first, second, value = PAIRS[name]
    results = []
    for lib in (tg, torch):
        kind, d = getattr(lib.distributions, name), lib.distributions
        made = []
        parameters = [lib.tensor(p, requires_grad=True) for p in first]
        for given in (parameters, [lib.tensor(p) for p in second]):
            one = kind(logits=given[0]) if logits else kind(*given)
            made.append(d.Independent(one, 1) if independent else one)
        p, q = made
        outputs = [p.log_prob(lib.tensor(value)), p.entropy(), d.kl_divergence(p, q)]
        sum(o.sum() for o in outputs[:2]).backward()
        assert tuple(p.sample((5,)).shape) == (5, 2)
        assert (tuple(p.batch_shape), tuple(p.event_shape)) == (((), (2,)) if independent else ((2,), ()))
        results.append([o.detach().numpy() for o in outputs] + [x.grad.numpy() for x in parameters])
    for ours, theirs in zip(*results, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_samples_of_distributions():
    tg.manual_seed(1)
    d = tg.distributions
    loc = tg.tensor([1.0, -2.0], requires_grad=True)
    x = d.Normal(loc, 0.5).rsample((4000,))
    x.mean(0).sum().backward()
    assert loc.grad.tolist() == pytest.approx([1.0, 1.0], rel=1e-4)
    np.testing.assert_allclose(x.mean(0).detach().numpy(), [1, -2], atol=0.05)
    assert not d.Normal(loc, 0.5).sample().requires_grad
    counts = np.bincount(d.Categorical(tg.tensor([1.0, 0.0, 3.0])).sample((4000,)).numpy(), minlength=3) / 4000
    np.testing.assert_allclose(counts, [0.25, 0, 0.75], atol=0.03)
    assert abs(d.Bernoulli(logits=tg.tensor(0.0)).sample((4000,)).mean().item() - 0.5) < 0.05
    assert abs(d.Uniform(2.0, 4.0).sample((4000,)).mean().item() - 3) < 0.05
    with pytest.raises(ValueError, match="scale > 0"):
        d.Normal(0.0, -1.0)
    with pytest.raises(ValueError, match="either probs or logits"):
        d.Categorical()
    with pytest.raises(NotImplementedError, match="not differentiable"):
        d.Categorical(tg.ones(2)).rsample()


# --- settings ---------------------------------------------------------------------------------------------------------


def test_mixed_precision_does_nothing_and_says_so_once(monkeypatch):
    monkeypatch.setattr(amp, "_said", set())
    with pytest.warns(tg.UsageWarning, match="autocast does nothing here"):
        context = tg.autocast("cuda", dtype=tg.float16)
    with context, tg.amp.autocast("cpu"):
        assert (tg.ones(2, 2) @ tg.ones(2, 2)).dtype == tg.float32
    scaler = tg.cuda.amp.GradScaler(enabled=False)
    p = nn.Parameter(tg.ones(1))
    optimizer = tg.optim.SGD([p], lr=0.5)
    scaler.scale((p * 2).sum()).backward()
    scaler.step(optimizer)
    scaler.update()
    assert p.item() == 0.0


def test_settings():
    tg.use_deterministic_algorithms(True)
    tg.set_default_dtype(tg.float32)
    tg.set_default_tensor_type("torch.FloatTensor")
    tg.set_default_device("cpu")
    before = tg.get_num_threads()
    tg.set_num_threads(1)
    assert tg.get_num_threads() == 1
    tg.set_num_threads(before)
    tg.manual_seed(5)
    assert tg.initial_seed() == 5


@pytest.mark.oracle
def test_assert_close_as_pytorch():
    torch = pytest.importorskip("torch")
    for lib in (tg, torch):
        close, t = lib.testing.assert_close, lib.tensor
        close(t([1.0, 2.0]), t([1.0, 2.000001]))
        close({"a": [t([1])]}, {"a": [t([1])]})
        close(t([math.nan]), t([math.nan]), equal_nan=True)
        for a, b in (
            (t([1.0, 2.0]), t([1.0, 2.0001])),
            (t([1.0]), t([1.0, 1.0])),
            (t([1]), t([1.0])),
            (t([1, 2]), t([1, 3])),
            (t([math.nan]), t([math.nan])),
            (t([math.inf]), t([1.0])),
        ):
            with pytest.raises(AssertionError):
                close(a, b)


def test_tensorboard(tmp_path):
    pytest.importorskip("tensorboardX")
    with tg.utils.tensorboard.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", tg.tensor(1.5, requires_grad=True), 0)
        writer.add_histogram("weights", tg.ones(5), 0)
        with pytest.raises(NotImplementedError, match="draw"):
            writer.add_graph(nn.Linear(1, 1))
    assert list(tmp_path.iterdir())
