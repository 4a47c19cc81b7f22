"""Second names, as PyTorch has them."""

# ruff: noqa: F401
from .. import elementwise as ew
from .. import special as sp
from .arithmetic import clamp, div, sub
from .special_functions import gammainc, gammaincc

absolute, negative, fix = ew.abs, ew.neg, ew.trunc
arccos, arccosh, arcsin, arcsinh, arctan, arctanh = ew.acos, ew.acosh, ew.asin, ew.asinh, ew.atan, ew.atanh
arctan2, multiply, subtract, divide, true_divide = ew.atan2, ew.mul, sub, div, ew.div
greater, greater_equal, less, less_equal, not_equal = ew.gt, ew.ge, ew.lt, ew.le, ew.ne
igamma, igammac = gammainc, gammaincc
clip = clamp
