"""The ONNX nodes of each op of the table: `NODES`; and those that have none, with the reason: `EXCUSED`.

A row is called with the writer, the inputs, and the parameters by keyword, and returns the name of the result, or of
each of several. `w.step` is the call that is written: its results have shapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import elementwise, index, linalg, recurrent, reduce, scan, shape, sliding, special

Row = Callable[..., Any]

FAMILIES = (elementwise, special, reduce, shape, index, linalg, scan, sliding, recurrent)

NODES: dict[str, Row] = {name: row for family in FAMILIES for name, row in family.NODES.items()}

# What is no op, but a function of NumPy that an op's composition calls: by its file and its name.
FUNCTIONS: dict[str, Row] = {"sorting._places": reduce.places_in_order}

_COMPLEX = "ONNX's operators take no complex numbers"
_NO_OPERATOR = "ONNX has no such operator"
_BACKWARD = "it occurs in backward passes only"

EXCUSED: dict[str, str] = {
    **dict.fromkeys(("imag", "complex", "fftn", "ifftn", "rfftn", "irfftn"), _COMPLEX),
    **dict.fromkeys(("nextafter", "gcd", "lcm"), _NO_OPERATOR),
    **dict.fromkeys(("erfinv", "erfcx", "log_ndtr", "ndtri"), _NO_OPERATOR),
    **dict.fromkeys(("lgamma", "digamma", "hurwitz_zeta", "lower_gamma", "upper_gamma"), _NO_OPERATOR),
    **dict.fromkeys(("bessel_j", "bessel_y", "bessel_i", "bessel_k"), _NO_OPERATOR),
    **dict.fromkeys(("bessel_ie", "bessel_ke", "spherical_bessel"), _NO_OPERATOR),
    **dict.fromkeys(("inv", "solve", "solve_triangular", "pinv", "matrix_exp", "cholesky"), _NO_OPERATOR),
    **dict.fromkeys(("qr", "lu_factor", "eigh", "eig", "svd"), _NO_OPERATOR),
    "conv_weight": _BACKWARD,
    "ctc": "it runs through the labels of each sequence, whose lengths are numbers; export the model without its loss",
}
