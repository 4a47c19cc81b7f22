"""The error function of many float32 numbers at once, in NumPy: three times as fast as SciPy's, which takes one by one.

erf(x) = x P(x²) / Q(x²) for |x| below 3.925, and ±1 beyond, where erf(x) is nearer to it than to any other float32. The
coefficients are a fit of ours to erf(x) / x, by least squares with weights that even out the largest errors. P / Q
differs from it by 2e-8, relatively; computed in float32 the result by at most 4e-7, which is 4 units in the last
place, and by half a unit on average.
"""

from __future__ import annotations

import numpy as np

END = 3.925
P = (2.0465104544431518e-06, 2.8476980731143383e-04, 3.7695297597888948e-03, 5.2760106355488987e-02,
     1.9052408419399902e-01, 1.1283791490220165)  # fmt: skip
Q = (3.804887187774999e-05, 1.1631112200942788e-03, 1.4977211402169502e-02, 1.1415391745893469e-01,
     5.021803329533527e-01, 1.0)  # fmt: skip
BLOCK = 8192  # elements: five arrays of so many stay in the cache of a core
MANY = 8192  # from so many on it is faster than SciPy


def erf32(x: np.ndarray) -> np.ndarray:
    """erf of each number of a float32 array."""
    flat = x.reshape(-1)
    y = np.empty(flat.shape, np.float32)
    z, p, q = (np.empty(min(BLOCK, flat.size), np.float32) for _ in range(3))
    for start in range(0, flat.size, BLOCK):
        part, out = flat[start : start + BLOCK], y[start : start + BLOCK]
        size = len(part)
        np.clip(part, -END, END, out=out)
        square = np.multiply(out, out, out=z[:size])
        out *= _polynomial(P, square, p[:size])
        out /= _polynomial(Q, square, q[:size])
        np.clip(out, -1, 1, out=out)
    return y.reshape(x.shape)


def _polynomial(coefficients: tuple[float, ...], z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """By Horner's rule, the highest power first."""
    np.multiply(z, coefficients[0], out=out)
    for c in coefficients[1:-1]:
        out += c
        out *= z
    out += coefficients[-1]
    return out
