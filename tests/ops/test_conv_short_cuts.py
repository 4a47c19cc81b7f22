"""The short cuts of convolution and pooling give what the general way gives."""

import numpy as np
import pytest

from tinygrad_edu.ops import conv, sliding

SLIDING = {"dilation": (1, 1), "widths": ((0, 0), (0, 0))}


def one_by_one(x, w, widths, dilation, groups):
    """Convolution at stride 1 as its definition has it."""
    x = np.pad(x, ((0, 0), (0, 0), *widths))
    n = [s - d * (k - 1) for s, d, k in zip(x.shape[2:], dilation, w.shape[2:], strict=True)]
    y = np.zeros((len(x), len(w), *n), x.dtype)
    per = len(w) // groups
    for o in range(len(w)):
        for c in range(w.shape[1]):
            for i, j in np.ndindex(*w.shape[2:]):
                rows, columns = (slice(d * at, d * at + m) for d, at, m in zip(dilation, (i, j), n, strict=True))
                y[:, o] += w[o, c, i, j] * x[:, o // per * w.shape[1] + c, rows, columns]
    return y


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("widths", [((0, 0), (0, 0)), ((1, 0), (2, 1)), ((5, 5), (4, 4))])
@pytest.mark.parametrize("dilation", [(1, 1), (2, 1), (1, 3)])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 2), (2, 3)])
def test_convolution_and_its_adjoint_at_stride_1(kernel, dilation, widths, groups, monkeypatch):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(3, 2 * groups, 9, 8)), rng.normal(size=(3 * groups, 2, *kernel))
    options = {"stride": (1, 1), "widths": widths, "dilation": dilation, "groups": groups}
    expected = one_by_one(x, w, widths, dilation, groups)
    g = rng.normal(size=expected.shape)
    back = []
    for thin, more in [(0, 0), (1000, 1000)]:
        monkeypatch.setattr(conv, "THIN", thin)
        monkeypatch.setattr(conv, "MORE", more)
        y = conv.conv(x, w, **options)
        assert y.flags.c_contiguous
        np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
        back.append(conv.conv_transpose(g, w, size=x.shape[2:], **options))
        np.testing.assert_allclose((back[-1] * x).sum(), (g * expected).sum(), rtol=1e-10)
    np.testing.assert_allclose(*back, rtol=1e-12, atol=1e-12)


def test_few_channels_several_blocks(monkeypatch):
    monkeypatch.setattr(conv, "CACHE", 4000)
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(7, 1, 9, 8)), rng.normal(size=(4, 1, 3, 3))
    y = conv.conv(x, w, stride=(1, 1), widths=((1, 1), (1, 1)), dilation=(1, 1), groups=1)
    np.testing.assert_allclose(y, one_by_one(x, w, ((1, 1), (1, 1)), (1, 1), 1), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shape", [(2, 3, 6, 6), (2, 3, 7, 8), (1, 1, 2, 3), (0, 1, 4, 4)])
@pytest.mark.parametrize("kernel", [(2, 2), (3, 2), (1, 3)])
def test_windows_side_by_side_give_to_the_first_largest(shape, kernel):
    if any(k > n for k, n in zip(kernel, shape[2:], strict=True)):
        kernel = (1, 1)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, shape).astype(np.float32)  # with many ties
    options = {"kernel": kernel, "stride": kernel, **SLIDING}
    v = rng.normal(size=sliding._max_pool(x, **options).shape).astype(np.float32)
    y = sliding._put_at_max(v, x, **options)
    expected = np.zeros_like(x)
    for at in np.ndindex(*v.shape):
        start = [a * k for a, k in zip(at[2:], kernel, strict=True)]
        window = x[(*at[:2], *(slice(s, s + k) for s, k in zip(start, kernel, strict=True)))]
        place = np.unravel_index(np.argmax(window), kernel)
        expected[(*at[:2], *np.add(start, place))] = v[at]
    np.testing.assert_array_equal(y, expected)


def test_a_nan_is_the_largest_wherever_it_is():
    x = np.array([[[[1, np.nan], [np.nan, 2]]]], np.float32)
    y = sliding._put_at_max(np.ones((1, 1, 1, 1), np.float32), x, kernel=(2, 2), stride=(2, 2), **SLIDING)
    np.testing.assert_array_equal(y, [[[[0, 0], [1, 0]]]])
