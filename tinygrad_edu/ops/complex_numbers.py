"""Complex numbers and their parts.

What travels back through z = a + bi is dL/da - i dL/db (see `autograd/backward_pass.py`), so the part of real numbers in a rule
is read off that: of Re z it is g, of Im z it is -i g.
"""

from __future__ import annotations

import numpy as np

from ..op import op


def _complex(real: np.ndarray, imag: np.ndarray) -> np.ndarray:
    y = np.empty(np.broadcast_shapes(real.shape, imag.shape), np.result_type(real, np.complex64))
    y.real, y.imag = real, imag
    return y


# fmt: off
conj    = op("conj", np.conjugate,                        lambda g, y, x: np.conj(g))
real    = op("real", lambda x: x.real,                    lambda g, y, x: g, elementwise=True)
imag    = op("imag", lambda x: x.imag,                    lambda g, y, x: -1j * g, elementwise=True)
complex = op("complex", _complex,                           lambda g, y, real, imag: g, lambda g, y, real, imag: 1j * g, elementwise=True, broadcasts=True)
angle   = op("angle", np.angle,                           lambda g, y, x: g * -1j * np.conj(x) / (np.real(x) ** 2 + np.imag(x) ** 2), elementwise=True, real=True)
# fmt: on
