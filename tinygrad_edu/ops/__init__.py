"""The tables of operations, a file a family, and what is composed of them.

elementwise  arithmetic, exp and log, trigonometry, comparisons, where
reduce       sum, mean, prod, extremes, logsumexp, cumsum
shape        reshape, permute, expand, pad, concatenate
index        taking elements out, putting them in
linalg       matmul, einsum
special      erf
composed     softmax, var, norm, stack, split ...: no rules of their own

Every row, and every function of these files, is public here and in `tinygrad_edu`, without being listed; names that
begin with an underscore, and the helpers below, are not.
"""

from types import FunctionType
from typing import TYPE_CHECKING

from ..op import Op
from .composed import *
from .elementwise import *
from .index import *
from .linalg import *
from .reduce import *
from .shape import *
from .special import *

_HELPERS = ("axes", "count", "top", "letters")  # which the families use among themselves

if not TYPE_CHECKING:  # mypy follows the star imports
    __all__ = [
        name
        for name, value in dict(vars()).items()
        if (isinstance(value, Op) or (isinstance(value, FunctionType) and value.__module__.startswith(__name__)))
        and not name.startswith("_")
        and name not in _HELPERS
    ]
