"""The tables of operations, a file a family, and what is composed of them.

elementwise      arithmetic, exp and log, trigonometry, comparisons, where
reduce           sum, mean, prod, extremes, logsumexp
scan             cumsum, cumprod, logcumsumexp
shape            reshape, permute, expand, flip, pad, join
index            taking elements out, putting them in
scattered        extremes of what is scattered to one place
strided          diagonals, windows, strides: views of memory
linalg           matmul, einsum
special          error functions, gamma and its relatives, Bessel functions, sinc: from SciPy
complex_numbers  conj, real, imag, angle, complex

Rows that are not public, since others are computed with them:

solving          inverses, systems of equations, determinants: for `matrices`
factors          Cholesky, QR, LU, eigenvalues, singular values: for `matrices`
fourier          Fourier transforms: for `transforms`
conv             convolution and its slopes: for `nn.functional`
sliding          windows, sums and maxima over them: for `nn.functional`
recurrent        all steps of an LSTM, of a GRU, of a plain recurrent network: for `nn`
alignment        CTC, labels against frames: for `nn.functional`

Without rules of their own:

composed         softmax, var, norm, stack, split ...
matrices         what `tg.linalg` holds
transforms       what `tg.fft` holds
from_numpy       what NumPy's functions do with a Tensor

Helpers:

dims             which axes a `dim` names
checks           what indices, masks and widths must be
plain            from a tensor to its array, and back
erf32            the error function of many float32 numbers
lstm_loops       the gates of an LSTM's step as loops in machine code
subscripts       einsum's equations, written out
masks            numbers, or 0
sums             sums over some axes, as products with ones
tiles            x Wᵀ in pieces that are multiplied faster than the whole
older_orders     arguments in the order of older programs, for add, addmm and their like

Every row of the first list is public here and in `tinygrad_edu`, and so is every function of `composed` and `linalg`,
without being listed. A composition takes the place of the row whose name it has.
"""

from types import FunctionType
from typing import TYPE_CHECKING

from ..arguments import as_numpy_calls_it
from ..op import Op
from .complex_numbers import *
from .elementwise import *
from .index import *
from .linalg import *
from .reduce import *
from .scan import *
from .scattered import *
from .shape import *
from .special import *
from .strided import *

from .composed import *  # type: ignore[assignment]  # isort: skip  # div and log_softmax take the place of their rows

_FUNCTIONS_OF = (f"{__name__}.composed.", f"{__name__}.linalg")

if not TYPE_CHECKING:  # mypy follows the star imports
    __all__ = [
        name
        for name, value in dict(vars()).items()
        if (isinstance(value, Op) and name != "top")  # which logsumexp alone needs
        or (isinstance(value, FunctionType) and value.__module__.startswith(_FUNCTIONS_OF) and not name.startswith("_"))
    ]
    for name in __all__:
        if isinstance(globals()[name], FunctionType):
            globals()[name] = as_numpy_calls_it(globals()[name])
