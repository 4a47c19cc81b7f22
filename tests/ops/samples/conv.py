"""Samples of the rows in `ops/conv.py` and `ops/sliding.py`: one to three dimensions, all that slides."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import REAL

from .draw import Drawn, Sample


@st.composite
def _sliding(draw: st.DrawFn, d: int, dilated: bool = True) -> tuple[Any, Any, Any, Any, Any, Any]:
    """Kernel, stride, dilation, widths, the sizes of an input that the kernel fits into, and of the output."""

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.integers(low, high)) for _ in range(d))

    kernel, stride = each(1, 3), each(1, 3)
    dilation = each(1, 2) if dilated else (1,) * d
    widths = tuple((draw(st.integers(0, 1)), draw(st.integers(0, 2))) for _ in range(d))
    size, out = [], []
    for k, s, q, (lo, hi), more in zip(kernel, stride, dilation, widths, each(0, 3), strict=True):
        n = max(q * (k - 1) + 1 + more - lo - hi, 1)
        size.append(n)
        out.append((n + lo + hi - q * (k - 1) - 1) // s + 1)
    return kernel, stride, dilation, widths, tuple(size), tuple(out)


@st.composite
def _three(draw: st.DrawFn) -> tuple[Any, Any, Any, Any]:
    """The shapes of input, weight and output, and what they share."""
    kernel, stride, dilation, widths, size, out = draw(_sliding(draw(st.integers(1, 3))))
    groups = draw(st.integers(1, 2))
    n, c, o = draw(st.integers(0, 2)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    params = {"stride": stride, "widths": widths, "dilation": dilation, "groups": groups}
    return (n, c * groups, *size), (o * groups, c, *kernel), (n, o * groups, *out), params


@st.composite
def conv(draw: st.DrawFn, dtype: Any) -> Drawn:
    x, w, _, params = draw(_three())
    return [draw(tgst.arrays(x, REAL, dtype)), draw(tgst.arrays(w, REAL, dtype))], params


@st.composite
def conv_transpose(draw: st.DrawFn, dtype: Any) -> Drawn:
    x, w, z, params = draw(_three())
    return [draw(tgst.arrays(z, REAL, dtype)), draw(tgst.arrays(w, REAL, dtype))], {"size": x[2:], **params}


@st.composite
def conv_weight(draw: st.DrawFn, dtype: Any) -> Drawn:
    x, w, z, params = draw(_three())
    return [draw(tgst.arrays(x, REAL, dtype)), draw(tgst.arrays(z, REAL, dtype))], {"kernel": w[2:], **params}


def _apart(shape: tuple[int, ...], seed: int, dtype: Any) -> np.ndarray:
    """Numbers no two of which are close."""
    count = int(np.prod(shape))
    return (np.random.default_rng(seed).permutation(count).reshape(shape) / 4 - 1).astype(dtype)


@st.composite
def windows(draw: st.DrawFn, dtype: Any) -> Drawn:
    kernel, stride, dilation, _, size, _ = draw(_sliding(draw(st.integers(1, 3))))
    size = tuple(max(n, q * (k - 1) + 1) for n, k, q in zip(size, kernel, dilation, strict=True))
    lead = draw(tgst.shapes(max_dims=2))
    return [draw(tgst.arrays((*lead, *size), REAL, dtype))], {"kernel": kernel, "stride": stride, "dilation": dilation}


@st.composite
def overlap_add(draw: st.DrawFn, dtype: Any) -> Drawn:
    kernel, stride, dilation, _, size, _ = draw(_sliding(draw(st.integers(1, 3))))
    size = tuple(max(n, q * (k - 1) + 1) for n, k, q in zip(size, kernel, dilation, strict=True))
    out = [(n - q * (k - 1) - 1) // s + 1 for n, k, s, q in zip(size, kernel, stride, dilation, strict=True)]
    shape = (*draw(tgst.shapes(max_dims=2)), *kernel, *out)
    return [draw(tgst.arrays(shape, REAL, dtype))], {"size": size, "stride": stride, "dilation": dilation}


@st.composite
def sum_pool(draw: st.DrawFn, dtype: Any) -> Drawn:
    kernel, stride, _, widths, size, _ = draw(_sliding(draw(st.integers(1, 3)), dilated=False))
    lead = draw(tgst.shapes(max_dims=2))
    params = {"kernel": kernel, "stride": stride, "widths": widths}
    return [draw(tgst.arrays((*lead, *size), REAL, dtype))], params


@st.composite
def spread_pool(draw: st.DrawFn, dtype: Any) -> Drawn:
    kernel, stride, _, widths, size, out = draw(_sliding(draw(st.integers(1, 3)), dilated=False))
    lead = draw(tgst.shapes(max_dims=2))
    params = {"size": size, "kernel": kernel, "stride": stride, "widths": widths}
    return [draw(tgst.arrays((*lead, *out), REAL, dtype))], params


@st.composite
def _extremes(draw: st.DrawFn, dtype: Any) -> tuple[np.ndarray, tuple[int, ...], dict[str, Any]]:
    """An input, the shape of the output, parameters. The first maximum counts; there are no ties to slide over."""
    kernel, stride, dilation, widths, size, out = draw(_sliding(draw(st.integers(1, 3))))
    lead = draw(tgst.shapes(max_dims=2))
    params = {"kernel": kernel, "stride": stride, "dilation": dilation, "widths": widths}
    return _apart((*lead, *size), draw(st.integers(0, 99)), dtype), (*lead, *out), params


@st.composite
def max_pool(draw: st.DrawFn, dtype: Any) -> Drawn:
    kernel, stride, dilation, _, size, _ = draw(_sliding(draw(st.integers(1, 3))))
    size = tuple(max(n, q * (k - 1) + 1) for n, k, q in zip(size, kernel, dilation, strict=True))
    x = _apart((*draw(tgst.shapes(max_dims=2)), *size), draw(st.integers(0, 99)), dtype)
    half = [0 if q > 1 else k // 2 for k, q in zip(kernel, dilation, strict=True)]  # no window of padding alone
    widths = tuple((draw(st.integers(0, most)), draw(st.integers(0, most))) for most in half)
    return [x], {"kernel": kernel, "stride": stride, "dilation": dilation, "widths": widths}


@st.composite
def take_at_max(draw: st.DrawFn, dtype: Any) -> Drawn:
    x, _, params = draw(_extremes(dtype))
    if draw(st.booleans()):
        x = np.round(x / 2)  # ties
    return [draw(tgst.arrays(x.shape, REAL, dtype)), x], params


@st.composite
def put_at_max(draw: st.DrawFn, dtype: Any) -> Drawn:
    x, out, params = draw(_extremes(dtype))
    if draw(st.booleans()):
        x = np.round(x / 2)
    return [draw(tgst.arrays(out, REAL, dtype)), x], params


SAMPLES: dict[str, Sample] = {
    "conv": conv,
    "conv_transpose": conv_transpose,
    "conv_weight": conv_weight,
    "windows": windows,
    "overlap_add": overlap_add,
    "sum_pool": sum_pool,
    "spread_pool": spread_pool,
    "max_pool": max_pool,
    "take_at_max": take_at_max,
    "put_at_max": put_at_max,
}
