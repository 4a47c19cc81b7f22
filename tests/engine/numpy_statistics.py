"""Calls of NumPy's functions that sort, count and measure; `test_numpy_functions.py` makes them."""

import numpy as np

NAN = np.array([[0.0, np.nan, 0.0], [0.0, 0.0, 0.0]])
CALLS = {
    np.sort: [lambda x: np.sort(x), lambda x: np.sort(x, 0), lambda x: np.sort(x, axis=None, kind="stable")],
    np.argsort: [lambda x: np.argsort(x), lambda x: np.argsort(x, axis=None), lambda x: np.argsort(x, 0)],
    np.cumprod: [
        lambda x: np.cumprod(x),
        lambda x: np.cumprod(x, 1),
        lambda x: np.cumprod(x, axis=0, dtype=np.float64),
    ],
    np.median: [
        lambda x: np.median(x),
        lambda x: np.median(x, 1),
        lambda x: np.median(x, axis=(0, 1), keepdims=True),
        lambda x: np.median(x[None], (0, 2)),
    ],
    np.nanmedian: [lambda x: np.nanmedian(x + NAN), lambda x: np.nanmedian(x + NAN, axis=0, keepdims=True)],
    np.quantile: [
        lambda x: np.quantile(x, 0.3),
        lambda x: np.quantile(x, [0.1, 0.7], axis=1),
        lambda x: np.quantile(x, np.array([[0.1, 0.7], [0.2, 0.9]]), axis=0),
        lambda x: np.quantile(x, [0.4], axis=(0, 1), keepdims=True),
        lambda x: np.quantile(x, 0.3, method="higher"),
    ],
    np.nanquantile: [lambda x: np.nanquantile(x + NAN, 0.3, axis=1)],
    np.percentile: [lambda x: np.percentile(x, 30), lambda x: np.percentile(x, [10, 70], 0)],
    np.nanpercentile: [lambda x: np.nanpercentile(x + NAN, 30)],
    np.nansum: [lambda x: np.nansum(x + NAN), lambda x: np.nansum(x + NAN, axis=0, keepdims=True)],
    np.nanmean: [lambda x: np.nanmean(x + NAN), lambda x: np.nanmean(x + NAN, 1)],
    np.diff: [
        lambda x: np.diff(x),
        lambda x: np.diff(x, 2),
        lambda x: np.diff(x, axis=0, prepend=0.5),
        lambda x: np.diff(x, append=[[1.0], [2.0]]),
    ],
    np.trapezoid: [
        lambda x: np.trapezoid(x),
        lambda x: np.trapezoid(x, dx=0.5, axis=0),
        lambda x: np.trapezoid(x, [0.0, 1.0, 3.0]),
    ],
    np.gradient: [
        lambda x: np.gradient(x)[1],
        lambda x: np.gradient(x, axis=1),
        lambda x: np.gradient(x, 0.5, axis=1, edge_order=2),
        lambda x: np.gradient(x, 2.0, [0.0, 1.0, 3.0])[1],
    ],
    np.cov: [
        lambda x: np.cov(x),
        lambda x: np.cov(x, rowvar=False, bias=True),
        lambda x: np.cov(x[0], x[1], ddof=0),
        lambda x: np.cov(x, aweights=np.array([0.2, 0.3, 0.4])),
    ],
    np.corrcoef: [lambda x: np.corrcoef(np.sin(x)), lambda x: np.corrcoef(np.sin(x[0]), x[1])],
    np.count_nonzero: [lambda x: np.count_nonzero(x > 2), lambda x: np.count_nonzero(x > 2, axis=0, keepdims=True)],
    np.nonzero: [lambda x: np.nonzero(x > 2)[0]],
    np.argwhere: [lambda x: np.argwhere(x > 2)],
    np.flatnonzero: [lambda x: np.flatnonzero(x > 2)],
    np.searchsorted: [lambda x: np.searchsorted(x[0], x), lambda x: np.searchsorted(x[0], [2.0, 9.0], "right")],
    np.digitize: [lambda x: np.digitize(x, x[0]), lambda x: np.digitize(x, np.array([3.0, 2.0]), right=True)],
    np.bincount: [
        lambda x: np.bincount(np.array([0, 2, 2]), x[0]),
        lambda x: np.bincount(np.array([0, 2, 2]), weights=x[0], minlength=4),
    ],
    np.histogram: [
        lambda x: np.histogram(x)[0],
        lambda x: np.histogram(x, "auto")[1],
        lambda x: np.histogram(x, [0, 1, 3.5], density=True)[0],
        lambda x: np.histogram(np.array([1.0, 2.0, 5.0]), 3, weights=x[0])[0],
    ],
    np.unique: [
        lambda x: np.unique(x),
        lambda x: np.unique(x + NAN, return_counts=True)[1],
        lambda x: np.unique(x, axis=1, return_inverse=True)[0],
    ],
}
