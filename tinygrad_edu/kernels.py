"""Loops as machine code: Numba's, if it is installed, as the extra `fast` does.

A kernel is the text of a Python function with loops over arrays. Its machine code is kept in the user's cache folder,
so it is made once. Kernels run in the thread that calls them: threads of their own would fight over cores with those
of the matrix products. The environment variable `TINYGRAD_EDU_NUMBA=0` does without them.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

HEAD = """\
from math import erf, exp, inf, log, nan, sqrt, tanh

import numba
from numba import float32, float64, int64

from tinygrad_edu.kernels import erf32, exp32, plus, rank32, tanh32, unranked32


@numba.njit(%snogil=True, error_model="numpy")
"""
enabled = os.environ.get("TINYGRAD_EDU_NUMBA", "1") != "0"


@functools.cache
def _is_installed() -> bool:
    return importlib.util.find_spec("numba") is not None


def available() -> bool:
    """Whether kernels can be made: Numba is installed, and has not been switched off."""
    return enabled and _is_installed()


@functools.lru_cache(maxsize=1000)
def kernel(text: str) -> Callable[..., None]:
    """The function that `text` defines, as machine code from its first call on. Numba must be installed.

    text: one `def`; its body may use erf, exp, log, sqrt, tanh, float32, float64, int64; erf32, exp32 and tanh32, which
        in loops are several times faster; `plus(total, x)` for sums, which may be taken in any order; and `rank32(x)`,
        integers in the order of the floats x, of which the largest is found faster, and `unranked32`, the way back.
    """
    name = re.match(r"def (\w+)\(", text)[1]  # type: ignore[index]
    module = _module(f"{name}_{hashlib.sha256(_own_source() + text.encode()).hexdigest()[:16]}", text)
    function: Callable[..., None] = getattr(module, name)
    return function


@functools.cache
def _own_source() -> bytes:
    """Of which kernels are made as well: another version of it makes others."""
    return Path(__file__).read_bytes()


def _module(name: str, text: str) -> types.ModuleType:
    """A module with this text, in a file, beside which Numba keeps the machine code."""
    try:
        path = folder() / f"{name}.py"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            (beside := path.with_suffix(f".{os.getpid()}")).write_text(HEAD % "cache=True, " + text, encoding="utf-8")
            beside.replace(path)  # nobody sees half of it
    except (OSError, RuntimeError):  # no place to keep it: made anew in each process
        module = types.ModuleType(name)
        exec(compile(HEAD % "" + text, f"<{name}>", "exec"), module.__dict__)
        return module
    spec = importlib.util.spec_from_file_location(f"tinygrad_edu_kernels.{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Numba looks it up when it loads machine code
    spec.loader.exec_module(module)
    return module


def folder() -> Path:
    """Where kernels are kept: `$XDG_CACHE_HOME/tinygrad_edu/kernels`, by default in `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tinygrad_edu" / "kernels"


def __getattr__(name: str) -> object:
    if name not in ("erf32", "exp32", "plus", "rank32", "series32", "tanh32", "unranked32"):
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    globals()[name] = globals()[f"_{name}"]()
    return globals()[name]


def _plus() -> object:
    """x + y, of which the compiler may make several partial sums: then a loop adds up eight numbers at once."""
    import numba

    @numba.njit(fastmath={"reassoc"})
    def plus(x, y):  # type: ignore[no-untyped-def]
        return x + y

    return plus


def _rank32() -> object:
    """A float32 as an int32: the order is the same, and the largest of integers is found several at once."""
    import numba
    import numpy as np
    from numba import int32

    @numba.njit(error_model="numpy")
    def rank32(x):  # type: ignore[no-untyped-def]
        k = np.float32(x).view(np.int32)
        return k ^ ((k >> int32(31)) & int32(0x7FFFFFFF))

    return rank32


def _unranked32() -> object:
    """The float32 of a rank."""
    import numba
    import numpy as np
    from numba import int32

    @numba.njit(error_model="numpy")
    def unranked32(k):  # type: ignore[no-untyped-def]
        return np.int32(k ^ ((k >> int32(31)) & int32(0x7FFFFFFF))).view(np.float32)

    return unranked32


def _series32() -> object:
    """s and n of e^x = s 2^n: x = n ln 2 + r, and Taylor's series of e^r. x is between -104 and 89."""
    import numba
    import numpy as np
    from numba import float32, int32

    @numba.njit(error_model="numpy", fastmath={"contract"})  # products and sums may be rounded once
    def series32(x):  # type: ignore[no-untyped-def]
        n = np.floor(x * float32(1.4426950408889634) + float32(0.5))
        r = x - n * float32(0.693359375) + n * float32(2.1219444005469058e-4)  # ln 2 in two parts
        s = float32(1 / 5040) * r + float32(1 / 720)
        for c in (float32(1 / 120), float32(1 / 24), float32(1 / 6), float32(1 / 2), float32(1), float32(1)):
            s = s * r + c
        return s, int32(n)

    return series32


def _exp32() -> object:
    """exp in float32, to 1.2 units in the last place."""
    import numba
    import numpy as np
    from numba import float32, int32

    series32: Any = __getattr__("series32")

    @numba.njit(error_model="numpy", fastmath={"contract"})
    def exp32(x):  # type: ignore[no-untyped-def]
        s, k = series32(float32(-104) if x < float32(-104) else float32(89) if x > float32(89) else x)
        half = k >> int32(1)  # 2^n in two factors, as numbers below 2^-126 need
        a = np.int32((half + int32(127)) << int32(23)).view(np.float32)
        b = np.int32((k - half + int32(127)) << int32(23)).view(np.float32)
        a = float32(0) if x < float32(-104) else a  # products below 2^-126 are slow, and masks are full of e^-inf
        return x if x != x else s * a * b

    return exp32


def _erf32() -> object:
    """erf in float32: the quotient of polynomials of `ops/erf32.py`, in float64, to 0.9 units in the last place."""
    import numba
    from numba import float32, float64

    from .ops.erf32 import END, P, Q

    @numba.njit(error_model="numpy", fastmath={"contract"})  # products and sums may be rounded once
    def erf32(x):  # type: ignore[no-untyped-def]
        y = float64(END) if x > END else float64(-END) if x < -END else float64(x)
        z = y * y
        p, q = P[0], Q[0]
        for c in P[1:]:
            p = p * z + c
        for c in Q[1:]:
            q = q * z + c
        r = y * p / q
        return x if x != x else float32(1) if r > 1 else float32(-1) if r < -1 else float32(r)

    return erf32


def _tanh32() -> object:
    """tanh in float32, to 1.1 units in the last place: x + x³ P(x²) below 0.7, a fit of ours; else by e^2|x|."""
    import numba
    import numpy as np
    from numba import float32, int32

    series32: Any = __getattr__("series32")

    @numba.njit(error_model="numpy", fastmath={"contract"})
    def tanh32(x):  # type: ignore[no-untyped-def]
        a, z = abs(x), x * x
        s = float32(0.002064850414171815) * z + float32(-0.008118710480630398)
        for c in (0.02169165015220642, -0.05394856631755829, 0.1333325207233429, -0.3333333134651184):
            s = s * z + float32(c)
        below = x + x * (z * s)
        e, n = series32(a + a if a < float32(10) else float32(20))  # neither large nor small: 2^n is a number
        power: Any = np.int32((n + int32(127)) << int32(23))
        beyond = float32(1) - float32(2) / (e * power.view(np.float32) + float32(1))
        return x if x != x else np.copysign(below if a < float32(0.7) else beyond, x)

    return tanh32
