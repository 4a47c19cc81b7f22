"""Layers and functions that slide, pad and resize: against PyTorch and differences, at ties, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing import gradcheck

from .sliding import IMAGES, SLIDING

rng = np.random.default_rng(0)


def distinct(shape):
    """No two elements are close: no maximum changes in a small step."""
    count = int(np.prod(shape))
    return (rng.permutation(count).reshape(shape) + 1.0) / count


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "arguments", "shape"), SLIDING)
def test_layers_as_pytorch(name, arguments, shape):
    torch = pytest.importorskip("torch")
    from .oracle import compare

    ours, theirs = getattr(nn, name)(**arguments), getattr(torch.nn, name)(**arguments)
    assert repr(ours) == repr(theirs)
    compare(ours, theirs, distinct(shape), rtol=1e-11)
    compare(ours, theirs, distinct(shape).astype(np.float32), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(("name", "arguments", "shape"), SLIDING)
def test_derivatives_of_two_orders(name, arguments, shape):
    layer = getattr(nn, name)(**arguments)
    gradcheck(layer, tg.tensor(distinct(shape), requires_grad=True), order=2)


# --- convolution ------------------------------------------------------------------------------------------------------


def naive(x, w, stride, padding, dilation, groups):
    """As in the formula, element by element."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    reach = [dilation * (k - 1) + 1 for k in w.shape[2:]]
    out = [(n - r) // stride + 1 for n, r in zip(x.shape[2:], reach, strict=True)]
    y = np.zeros((x.shape[0], w.shape[0], *out))
    per = w.shape[0] // groups
    for o in range(w.shape[0]):
        channels = slice(o // per * w.shape[1], (o // per + 1) * w.shape[1])
        for p, q in np.ndindex(*out):
            rows, columns = (slice(stride * at, stride * at + r, dilation) for at, r in zip((p, q), reach, strict=True))
            y[:, o, p, q] = (w[o] * x[:, channels, rows, columns]).sum((1, 2, 3))
    return y


@given(st.integers(1, 3), st.integers(0, 2), st.integers(1, 2), st.sampled_from([1, 2, 4]), st.integers(0, 3))
def test_conv2d_is_the_formula(stride, padding, dilation, groups, n):
    x, w = rng.standard_normal((n, 4, 7, 6)), rng.standard_normal((8, 4 // groups, 3, 2))
    found = F.conv2d(tg.tensor(x), tg.tensor(w), None, stride, padding, dilation, groups)
    np.testing.assert_allclose(found.numpy(), naive(x, w, stride, padding, dilation, groups), rtol=1e-12, atol=1e-12)


def test_many_examples_at_a_time_and_few(monkeypatch):
    from tinygrad_edu.ops import conv

    x, w = tg.tensor(rng.standard_normal((5, 2, 6, 6))), tg.tensor(rng.standard_normal((3, 2, 3, 3)))
    leaves = x.requires_grad_(), w.requires_grad_()
    seed = tg.tensor(rng.standard_normal((5, 3, 4, 4)))
    wanted = tg.grad(F.conv2d(*leaves), leaves, seed)
    for cache in (1, 2000, 3000):
        monkeypatch.setattr(conv, "CACHE", cache)
        for found, expected in zip(tg.grad(F.conv2d(*leaves), leaves, seed), wanted, strict=True):
            np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-12)


def test_the_transpose_is_the_transpose():
    x, w = rng.standard_normal((2, 4, 9, 8)), rng.standard_normal((6, 2, 3, 2))
    options = {"stride": (2, 3), "padding": 1, "dilation": 2, "groups": 2}
    y = F.conv2d(tg.tensor(x), tg.tensor(w), **options)
    z = rng.standard_normal(y.shape)
    back = F.conv_transpose2d(tg.tensor(z), tg.tensor(w), output_padding=(0, 1), **options)
    assert back.shape == x.shape
    np.testing.assert_allclose((y.numpy() * z).sum(), (back.numpy() * x).sum(), rtol=1e-12)


def test_a_hessian_of_convolutions():
    x = tg.tensor(rng.standard_normal((1, 1, 4, 4)), requires_grad=True)
    w = tg.tensor(rng.standard_normal((2, 1, 2, 2)), requires_grad=True)
    v = tg.tensor(rng.standard_normal((2, 2, 2, 2)), requires_grad=True)
    gradcheck(lambda x, w, v: F.conv2d(F.conv2d(x, w).tanh(), v, stride=2) ** 2, [x, w, v], order=3)


def test_complex_numbers():
    z = rng.standard_normal((1, 2, 4, 4)) + 1j * rng.standard_normal((1, 2, 4, 4))
    w = rng.standard_normal((3, 2, 2, 2)) + 1j * rng.standard_normal((3, 2, 2, 2))
    y = F.conv2d(tg.tensor(z), tg.tensor(w))
    parts = [naive(a, b, 1, 0, 1, 1) for a in (z.real, z.imag) for b in (w.real, w.imag)]
    np.testing.assert_allclose(y.numpy(), parts[0] - parts[3] + 1j * (parts[1] + parts[2]), rtol=1e-12)


def test_conv_says_what_it_wanted():
    x, w = tg.ones(2, 4, 5, 5), tg.ones(6, 4, 3, 3)
    for call, message in (
        (lambda: F.conv2d(tg.ones(5, 5), w), r"expected an input of shape \(N, C, H, W\) or \(C, H, W\), got \(5, 5\)"),
        (lambda: F.conv2d(x, tg.ones(6, 3, 3, 3)), "for an input of 4 channels"),
        (lambda: F.conv2d(x, w, tg.ones(5)), r"expected a bias of shape \(6,\), got \(5,\)"),
        (lambda: F.conv2d(x, tg.ones(6, 4, 7, 3)), r"reaches over \(7, 3\) elements does not fit into \(5, 5\)"),
        (lambda: F.conv2d(x, w, padding="some"), "padding must be ints, 'valid' or 'same', got 'some'"),
        (lambda: F.conv2d(x, w, padding="same", stride=2), "padding='same' needs stride 1"),
        (lambda: F.conv2d(x, w, stride=0), "stride must be at least 1, got 0"),
        (lambda: F.conv2d(x, w, stride=(1, 2, 3)), "stride must be an int or 2 of them"),
        (lambda: F.conv_transpose2d(x, w), r"expected a weight \(4, O / groups, \.\.\.\)"),
        (lambda: F.conv_transpose2d(x, tg.ones(4, 6, 3, 3), output_padding=1), "output_padding must be less than"),
        (lambda: F.fold(tg.ones(2, 5, 9), 4, 2), r"expected an input of shape \(N, C · 4, 9\)"),
        (lambda: nn.Conv2d(4, 6, 3, groups=3), "multiples of groups, got 4, 6 and 3"),
        (lambda: nn.Conv2d(4, 6, 3, padding_mode="mirror"), "padding_mode must be one of zeros"),
        (lambda: nn.Conv2d(3, 6, 3)(x), r"shape \(N, 3, H, W\) or \(3, H, W\), got \(2, 4, 5, 5\)"),
        (lambda: nn.ConvTranspose2d(4, 6, 3, 2)(x, (14, 11)), r"must be from \[11, 11\] to \[12, 12\]"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="the weight is float32, the input float64"):
        nn.Conv2d(4, 6, 3)(np.ones((2, 4, 5, 5)))
    with pytest.raises(TypeError, match="expected one floating dtype"):
        F.conv2d(x, w.double())
    with pytest.raises(TypeError, match=r"stride must be an int or 2 of them, got 1\.5"):
        F.conv2d(x, w, stride=1.5)
    assert nn.ConvTranspose2d(4, 6, 3, 2)(x, output_size=(12, 11)).shape == (2, 6, 12, 11)


# --- pooling ----------------------------------------------------------------------------------------------------------


@pytest.mark.oracle
@pytest.mark.parametrize("kernel", [1, 2, 3, (3, 2)])
@pytest.mark.parametrize("stride", [None, 1, 2])
@pytest.mark.parametrize("padding", [0, 1])
def test_ties_and_nan_as_in_pytorch(kernel, stride, padding):
    """The first of equal elements, the last nan, and -inf over padding: values, indices and gradients."""
    torch = pytest.importorskip("torch")
    if padding and kernel == 1:
        return
    few = rng.integers(0, 3, IMAGES).astype(float)
    special = np.where(rng.random(IMAGES) < 0.2, np.nan, few)
    special[0] = -np.inf
    for x in (few, special, np.full(IMAGES, -np.inf)):
        for name in ("max_pool2d", "adaptive_max_pool2d"):
            arguments = (3,) if name.startswith("ad") else (kernel, stride, padding)
            ours, theirs = (getattr(lib, name) for lib in (F, torch.nn.functional))
            mine, other = tg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
            found, places = ours(mine, *arguments, return_indices=True)
            wanted, other_places = theirs(other, *arguments, return_indices=True)
            np.testing.assert_array_equal(found.detach().numpy(), wanted.detach().numpy())
            np.testing.assert_array_equal(places.numpy(), other_places.numpy())
            seed = rng.standard_normal(found.shape)
            found.backward(tg.tensor(seed))
            wanted.backward(torch.tensor(seed))
            np.testing.assert_allclose(mine.grad.numpy(), other.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_, np.float16, np.float32])
def test_max_pool_keeps_the_dtype(dtype):
    x = rng.integers(0, 2, (1, 1, 4, 4)).astype(dtype)
    y = F.max_pool2d(tg.tensor(x), 3, 1, 1)
    assert y.dtype == dtype
    assert y.numpy()[0, 0, 0, 0] == x[0, 0, :2, :2].max()


def test_a_kernel_larger_than_a_byte():
    x = tg.tensor(np.arange(300.0).reshape(1, 1, 300), requires_grad=True)
    F.max_pool1d(x, 300).sum().backward()
    assert x.grad.numpy().nonzero()[2].tolist() == [299]


def test_unpooling_is_the_way_back():
    x = tg.tensor(distinct((2, 3, 6, 6)), requires_grad=True)
    y, where = nn.MaxPool2d(2, return_indices=True)(x)
    assert where.dtype == np.int64
    back = nn.MaxUnpool2d(2)(y, where)
    kept, all_of = y.detach().numpy(), x.detach().numpy()
    np.testing.assert_array_equal(back.detach().numpy(), np.where(np.isin(all_of, kept), all_of, 0))
    back.sum().backward()
    assert x.grad.numpy().sum() == y.numel()
    gradcheck(lambda y: F.max_unpool2d(y, where, 2), y.detach().requires_grad_(), order=2)
    assert nn.MaxUnpool2d(2)(y, where, output_size=(2, 3, 7, 6)).shape == (2, 3, 7, 6)
    with pytest.raises(ValueError, match="output_size must differ"):
        nn.MaxUnpool2d(2)(y, where, output_size=(8, 6))
    with pytest.raises(IndexError, match="expected indices from 0 to 35, got 0 to 99"):
        F.max_unpool2d(tg.ones(1, 2, 3, 3), tg.tensor(np.full((1, 2, 3, 3), 99) * np.eye(3, dtype=int)), 2)


def test_pooling_says_what_it_wanted():
    x = tg.ones(2, 4, 5, 5)
    for call, message in (
        (lambda: F.max_pool2d(tg.ones(5), 2), r"expected an input of shape \(N, C, H, W\) or \(C, H, W\)"),
        (lambda: F.max_pool2d(x, 2, padding=2), "at most half of what the kernel reaches over, 2, got 2"),
        (lambda: F.avg_pool2d(x, 6), "a kernel that reaches over 6 elements does not fit into 5"),
        (lambda: F.avg_pool2d(x, 2, divisor_override=0), "divisor_override must not be 0"),
        (lambda: F.adaptive_avg_pool2d(x, (1, 2, 3)), "output_size must be an int or 2 of them"),
        (lambda: nn.InstanceNorm2d(3)(x), r"\(N, 3, H, W\) or \(3, H, W\), got \(2, 4, 5, 5\)"),
        (lambda: F.instance_norm(tg.ones(2, 3, 1)), "expected more than one position"),
        (lambda: F.pixel_shuffle(tg.ones(3, 2, 2), 2), r"\(\.\.\., C · 2², H, W\)"),
        (lambda: F.interpolate(x, 3, mode="cubic"), "mode must be one of nearest"),
        (lambda: F.interpolate(x, 3, mode="linear"), r"expected an input of shape \(N, C, W\) in mode 'linear'"),
        (lambda: F.interpolate(x), "expected one of size and scale_factor"),
        (lambda: F.interpolate(x, 3, align_corners=True), "align_corners has no meaning in mode 'nearest'"),
        (lambda: F.interpolate(x, 3, antialias=True), "antialias needs mode 'bilinear' or 'bicubic'"),
        (lambda: F.grid_sample(x, tg.ones(2, 3, 3, 3)), r"got \(2, 4, 5, 5\) and \(2, 3, 3, 3\)"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match=r"expected floating-point numbers, got int64; use t\.float\(\)"):
        F.avg_pool2d(tg.tensor(np.ones((1, 1, 2, 2), np.int64)), 2)


# --- resizing ---------------------------------------------------------------------------------------------------------


@pytest.mark.oracle
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("target", [{"size": (3, 2)}, {"size": (12, 5)}, {"scale_factor": (0.4, 1.7)}])
def test_antialias_as_in_pytorch(mode, align, target):
    torch = pytest.importorskip("torch")
    from .oracle import compare

    options = {"mode": mode, "align_corners": align, "antialias": True, **target}
    compare(
        lambda x: F.interpolate(x, **options),
        lambda x: torch.nn.functional.interpolate(x, **options),
        rng.standard_normal(IMAGES),
        rtol=1e-6,
        atol=1e-7,
    )
    gradcheck(lambda x: F.interpolate(x, **options), tg.tensor(rng.standard_normal(IMAGES), requires_grad=True))


@pytest.mark.oracle
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("align", [False, True])
def test_grid_sample(mode, padding_mode, align):
    torch = pytest.importorskip("torch")
    from .oracle import compare

    x = rng.standard_normal((2, 3, 4, 5))
    sizes = np.array([5, 4])
    pixels = rng.integers(-6, 11, (2, 6, 4, 2)) + rng.choice([0.1, 0.3, 0.6, 0.9], (2, 6, 4, 2))  # away from all kinks
    grid = 2 * pixels / (sizes - 1) - 1 if align else (2 * pixels + 1) / sizes - 1
    options = (mode, padding_mode, align)
    ours, theirs = (lambda x, g, f=lib.grid_sample: f(x, g, *options) for lib in (F, torch.nn.functional))
    if mode == "nearest":  # no gradient of the grid
        compare(lambda x: ours(x, tg.tensor(grid)), lambda x: theirs(x, torch.tensor(grid)), x)
    else:
        compare(ours, theirs, x, grid, rtol=1e-10)
    gradcheck(ours, [tg.tensor(x, requires_grad=True), tg.tensor(grid, requires_grad=mode != "nearest")], order=2)
    odd = grid.copy()
    odd[0, 0, 0] = np.nan
    odd[0, 1, 1] = np.inf, 0.0
    odd[1, 2, 2] = -1e3, 0.5
    wanted = theirs(torch.tensor(x), torch.tensor(odd)).numpy()
    np.testing.assert_allclose(ours(tg.tensor(x), tg.tensor(odd)).numpy(), wanted, rtol=1e-10, atol=1e-12)


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:Since version 1.3.0:UserWarning")
@pytest.mark.parametrize("size", [(2, 3, 4, 5), (2, 1, 1, 3), (2, 1, 2, 3, 4)])
@pytest.mark.parametrize("align", [False, True])
def test_affine_grid(size, align):
    torch = pytest.importorskip("torch")
    from .oracle import compare

    d = len(size) - 2
    theta = rng.standard_normal((size[0], d, d + 1))
    compare(
        lambda t: F.affine_grid(t, size, align), lambda t: torch.nn.functional.affine_grid(t, size, align), theta
    )  # fmt: skip
    with pytest.raises(ValueError, match="affine_grid: expected theta"):
        F.affine_grid(tg.ones(1, 2, 2), (1, 1, 2, 2))


# --- dropout ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shape", "lead"),
    [
        ("Dropout1d", (300, 8, 4), 2),
        ("Dropout1d", (2000, 4), 1),
        ("Dropout2d", (300, 8, 4, 2), 2),
        ("Dropout2d", (300, 8, 4), 2),
        ("Dropout3d", (300, 8, 2, 2, 2), 2),
        ("Dropout3d", (2000, 2, 2, 2), 1),
    ],
)
def test_whole_channels_are_dropped(name, shape, lead):
    tg.manual_seed(0)
    layer = getattr(nn, name)(0.25)
    x = tg.ones(*shape, requires_grad=True)
    y = layer(x)
    channels = y.detach().numpy().reshape(*shape[:lead], -1)
    assert (channels == channels[..., :1]).all()
    assert set(np.unique(channels)) == {np.float32(0), np.float32(1 / 0.75)}
    assert abs((channels == 0).mean() - 0.25) < 0.05
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())
    assert layer.eval()(x) is x
    with pytest.raises(ValueError, match="expected an input of shape of"):
        getattr(nn, name)()(tg.ones(2))


@pytest.mark.parametrize("name", ["AlphaDropout", "FeatureAlphaDropout"])
def test_alpha_dropout_keeps_mean_and_variance(name):
    tg.manual_seed(0)
    x = tg.randn(400, 500)
    y = getattr(nn, name)(0.3)(x).numpy()
    assert y.dtype == np.float32
    assert abs(y.mean()) < 0.01
    assert abs(y.var() - 1) < 0.02
    values, counts = np.unique(y, return_counts=True)
    assert abs(counts.max() / y.size - 0.3) < 0.01
    assert values[counts.argmax()] < 0
    assert (getattr(F, "alpha_dropout")(x, 1.0, True).numpy() == 0).all()  # noqa: B009
    assert getattr(nn, name)()(x.clone().requires_grad_()).requires_grad
    assert getattr(nn, name)().eval()(x) is x


# --- embedding_bag ----------------------------------------------------------------------------------------------------


def test_a_row_that_is_named_often_gets_a_smaller_gradient():
    """PyTorch halves other rows here as well: the one that follows in order."""
    w = tg.tensor(rng.standard_normal((5, 3)), requires_grad=True)
    F.embedding_bag(tg.tensor([[1, 3, 1], [0, 2, 1]]), w, mode="sum", scale_grad_by_freq=True).sum().backward()
    np.testing.assert_allclose(w.grad.numpy(), [[1] * 3] * 4 + [[0] * 3], rtol=1e-12)


def test_bags_by_offsets():
    w = tg.tensor(rng.standard_normal((5, 3)), requires_grad=True)
    index, offsets = tg.tensor([1, 3, 4, 1, 2]), tg.tensor([0, 2, 2, 5])
    for mode in ("sum", "mean", "max"):
        for last, bags in ((True, [[1, 3], [], [4, 1, 2]]), (False, [[1, 3], [], [4, 1, 2], []])):
            layer = nn.EmbeddingBag(5, 3, mode=mode, _weight=w, include_last_offset=last)
            found = layer(index, offsets).detach().numpy()
            reduce = {"sum": np.sum, "mean": np.mean, "max": np.max}[mode]
            wanted = [reduce(w.detach().numpy()[bag], axis=0) if bag else np.zeros(3) for bag in bags]
            np.testing.assert_allclose(found, wanted, rtol=1e-12)
        gradcheck(lambda w, m=mode: F.embedding_bag(index, w, offsets, mode=m), w, order=2)
    factors = tg.tensor(rng.standard_normal(5), requires_grad=True)
    gradcheck(lambda w, f: F.embedding_bag(index, w, offsets, mode="sum", per_sample_weights=f), [w, factors], order=2)
    for call, message in (
        (lambda: F.embedding_bag(index, w), r"expected an input of shape \(B, n\), or \(n,\) with offsets"),
        (lambda: F.embedding_bag(index, w, tg.tensor([1, 2])), "offsets must be integers that rise from 0"),
        (lambda: F.embedding_bag(index, w, offsets, mode="min"), "mode must be 'sum', 'mean' or 'max', got 'min'"),
        (lambda: nn.EmbeddingBag(5, 3, sparse=True), "no sparse gradients"),
        (lambda: nn.EmbeddingBag(5, 3, padding_idx=5), "padding_idx 5 is out of range for 5 rows"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
