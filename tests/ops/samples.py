"""For each op: a strategy that draws inputs and parameters to check it with. The keys are the table's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu.testing import strategies as tgst
from tinygrad_edu.testing.strategies import (
    ABOVE_MINUS_ONE,
    ABOVE_ONE,
    BETWEEN_INTEGERS,
    DISTINCT,
    NONZERO,
    POSITIVE,
    REAL,
    UNIT,
    Domain,
)

Drawn = tuple[list[np.ndarray], dict[str, Any]]


def unary(domain: Domain) -> Callable[[Any], st.SearchStrategy[Drawn]]:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        return [draw(tgst.arrays(draw(tgst.shapes()), domain, dtype))], {}

    return draw_inputs


def binary(first: Domain, second: Domain) -> Callable[[Any], st.SearchStrategy[Drawn]]:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        a, b = draw(tgst.broadcastable_shapes(2))
        return [draw(tgst.arrays(a, first, dtype)), draw(tgst.arrays(b, second, dtype))], {}

    return draw_inputs


def complexes(domain: Domain) -> Callable[[Any], st.SearchStrategy[Drawn]]:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        shape = draw(tgst.shapes())
        x = draw(tgst.arrays(shape, domain, dtype)) + 1j * draw(tgst.arrays(shape, domain, dtype))
        return [np.asarray(x)], {}

    return draw_inputs


def booleans(count: int) -> Callable[[Any], st.SearchStrategy[Drawn]]:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        drawn = draw(tgst.broadcastable_shapes(count))
        return [draw(hnp.arrays(np.bool_, shape)) for shape in drawn], {}

    return draw_inputs


@st.composite
def extremes(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Two arrays without ties between them: one on a grid, one between its points."""
    a, b = draw(tgst.broadcastable_shapes(2))
    x = draw(tgst.arrays(a, lambda rng, shape: rng.integers(-3, 4, shape) * 0.5, dtype))
    y = draw(tgst.arrays(b, lambda rng, shape: rng.integers(-3, 4, shape) * 0.5 + 0.2, dtype))
    return [x, y], {}


@st.composite
def powers(draw: st.DrawFn, dtype: Any) -> Drawn:
    """Positive bases with any exponents."""
    a, b = draw(tgst.broadcastable_shapes(2))
    return [draw(tgst.arrays(a, POSITIVE, dtype)), draw(tgst.arrays(b, REAL, dtype))], {}


@st.composite
def where(draw: st.DrawFn, dtype: Any) -> Drawn:
    c, a, b = draw(tgst.broadcastable_shapes(3))
    return [draw(hnp.arrays(np.bool_, c)), draw(tgst.arrays(a, REAL, dtype)), draw(tgst.arrays(b, REAL, dtype))], {}


@st.composite
def clip(draw: st.DrawFn, dtype: Any) -> Drawn:
    bounds = draw(st.sampled_from([{"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}]))
    domain: Domain = lambda rng, shape: rng.choice([-1.3, -0.2, 0.3, 1.1], shape) + rng.uniform(-0.1, 0.1, shape)  # noqa: E731
    return [draw(tgst.arrays(draw(tgst.shapes()), domain, dtype))], bounds


def reduction(domain: Domain, min_side: int = 0) -> Callable[[Any], st.SearchStrategy[Drawn]]:
    @st.composite
    def draw_inputs(draw: st.DrawFn, dtype: Any) -> Drawn:
        shape = draw(tgst.shapes(min_side=min_side))
        params = {} if draw(st.booleans()) else {"dim": draw(dims(len(shape))), "keepdim": draw(st.booleans())}
        return [draw(tgst.arrays(shape, domain, dtype))], params

    return draw_inputs


@st.composite
def dims(draw: st.DrawFn, ndim: int) -> Any:
    """None, an axis, or a tuple of axes, some of them negative."""
    if not ndim:
        return draw(st.sampled_from([None, ()]))
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True, min_size=1))
    signed = tuple(axis - ndim if draw(st.booleans()) else axis for axis in axes)
    return draw(st.sampled_from([None, signed, signed[0]]))


@st.composite
def top(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_side=1))
    return [draw(tgst.arrays(shape, DISTINCT, dtype))], {"dim": draw(dims(len(shape)))}


@st.composite
def one_dim(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_side=1))
    params = {} if not shape or draw(st.booleans()) else {"dim": draw(st.integers(-len(shape), len(shape) - 1))}
    return [draw(tgst.arrays(shape, DISTINCT, dtype))], params | {"keepdim": draw(st.booleans())}


@st.composite
def cumsum(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dim": draw(st.integers(-len(shape), len(shape) - 1))}


@st.composite
def reshape(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    size = int(np.prod(shape))
    to = draw(st.sampled_from([(size,), (*shape, 1), (1, *shape), tuple(reversed(shape))] + [(-1,)] * (size > 0)))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"shape": to}


@st.composite
def permute(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    order = draw(st.permutations(range(len(shape))))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dims": tuple(order)}


@st.composite
def transpose(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    axis = st.integers(-len(shape), len(shape) - 1)
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dim0": draw(axis), "dim1": draw(axis)}


@st.composite
def squeeze(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(st.lists(st.sampled_from([1, 1, 2, 0]), max_size=4))
    params = {} if not shape or draw(st.booleans()) else {"dim": draw(st.integers(-len(shape), len(shape) - 1))}
    return [draw(tgst.arrays(shape, REAL, dtype))], params


@st.composite
def unsqueeze(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dim": draw(st.integers(-len(shape) - 1, len(shape)))}


@st.composite
def expand(draw: st.DrawFn, dtype: Any) -> Drawn:
    a, b = draw(tgst.broadcastable_shapes(2))
    return [draw(tgst.arrays(a, REAL, dtype))], {"shape": np.broadcast_shapes(a, b)}


@st.composite
def flip(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    axes = draw(st.lists(st.integers(0, len(shape) - 1), unique=True, min_size=1))
    return [draw(tgst.arrays(shape, REAL, dtype))], {"dims": draw(st.sampled_from([tuple(axes), axes[0] - len(shape)]))}


@st.composite
def roll(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    shifts = draw(st.integers(-4, 4))
    choices = [{"shifts": shifts}, {"shifts": shifts, "dims": -1}, {"shifts": (shifts, 1), "dims": (0, -1)}]
    return [draw(tgst.arrays(shape, REAL, dtype))], draw(st.sampled_from(choices))


@st.composite
def pad(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    width = st.integers(0, 2)
    widths = tuple((draw(width), draw(width)) for _ in shape)
    return [draw(tgst.arrays(shape, REAL, dtype))], {"widths": widths, "value": 1.5}


@st.composite
def cat(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes(min_dims=1))
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    arrays = []
    for _ in range(draw(st.integers(1, 3))):
        sides = list(shape)
        sides[dim] = draw(st.integers(0, 3))
        arrays.append(draw(tgst.arrays(sides, REAL, dtype)))
    return arrays, {"dim": dim}


@st.composite
def indices(draw: st.DrawFn, shape: tuple[int, ...]) -> Any:
    """Every kind of index: slices with steps, ints, newaxis, ellipsis; integer arrays with repeats; masks; mixtures."""
    kind = draw(st.sampled_from(["basic", "mask", "integers", "mixed"]))
    if kind == "mask":
        return draw(hnp.arrays(np.bool_, shape))
    if kind == "basic" or not shape or shape[0] == 0:
        return draw(hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True, max_dims=5))
    rows = st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4).map(lambda found: np.array(found, np.int64))
    if kind == "integers":
        return draw(rows)
    rest = draw(hnp.basic_indices(shape[1:], allow_newaxis=True, allow_ellipsis=True, max_dims=4))
    return (draw(rows), *(rest if isinstance(rest, tuple) else (rest,)))


@st.composite
def getitem(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    return [draw(tgst.arrays(shape, REAL, dtype))], {"index": draw(indices(shape))}


@st.composite
def place(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    index = draw(indices(shape))
    taken = np.asarray(np.zeros(shape)[index]).shape
    return [draw(tgst.arrays(taken, REAL, dtype))], {"index": index, "shape": shape}


@st.composite
def put(draw: st.DrawFn, dtype: Any) -> Drawn:
    shape = draw(tgst.shapes())
    index = draw(indices(shape))
    taken = np.asarray(np.zeros(shape)[index]).shape
    values = draw(st.sampled_from([taken, ()] + [taken[1:]] * bool(taken)))
    return [draw(tgst.arrays(shape, REAL, dtype)), draw(tgst.arrays(values, REAL, dtype))], {"index": index}


@st.composite
def matmul(draw: st.DrawFn, dtype: Any) -> Drawn:
    found = hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, min_side=0, max_side=3)
    a, b = draw(found).input_shapes
    return [draw(tgst.arrays(a, REAL, dtype)), draw(tgst.arrays(b, REAL, dtype))], {}


@st.composite
def linear(draw: st.DrawFn, dtype: Any) -> Drawn:
    *batch, n, m = draw(tgst.shapes(min_dims=2, max_dims=4, min_side=1))
    return [draw(tgst.arrays((*batch, n), REAL, dtype)), draw(tgst.arrays((m, n), REAL, dtype))], {}


EQUATIONS = [
    "i->i", "i->", "ij->ji", "ij->j", "ij->", "ii->i", "ii->", "iij->ij", "iii->i", "ij,jk->ik", "ij,jk", "ij,ij->ij",
    "i,i->", "i,j->ij", "ij,k->ik", "ii,ij->j", "bij,bjk->bik", "...ij,...jk->...ik", "...i,i->...", "i...->...",
    "ij,jk,kl->il", "i,i,i->i", ",i->i", "a,ab,b->",
]  # fmt: skip


@st.composite
def einsum(draw: st.DrawFn, dtype: Any) -> Drawn:
    equation = draw(st.sampled_from(EQUATIONS))
    side = {c: draw(st.integers(0, 3)) for c in sorted(set(equation)) if c.isalpha()}
    hidden = draw(st.lists(st.integers(0, 3), max_size=2))
    arrays = []
    for name in equation.split("->")[0].split(","):
        # a letter may have size 1 in one operand and another size elsewhere; a repeated letter has one size
        ones = {c for c in name if name.count(c) == 1 and draw(st.booleans()) and equation.split("->")[0].count(c) > 1}
        sizes: list[int] = []
        for part in name.replace("...", ".").strip():
            sizes += hidden if part == "." else [1 if part in ones and side[part] else side[part]]
        arrays.append(draw(tgst.arrays(sizes, REAL, dtype)))
    return arrays, {"equation": equation}


@st.composite
def cast(draw: st.DrawFn, dtype: Any) -> Drawn:
    return [draw(tgst.arrays(draw(tgst.shapes()), REAL, dtype))], {"dtype": np.float64}


SAMPLES: dict[str, Callable[[Any], st.SearchStrategy[Drawn]]] = {
    "add": binary(REAL, REAL),
    "sub": binary(REAL, REAL),
    "mul": binary(REAL, REAL),
    "div": binary(REAL, NONZERO),
    "remainder": binary(BETWEEN_INTEGERS, lambda rng, shape: rng.choice([-1.0, 1.0], shape)),
    "pow": powers,
    "maximum": extremes,
    "minimum": extremes,
    "atan2": binary(NONZERO, NONZERO),
    "hypot": binary(NONZERO, NONZERO),
    "logaddexp": binary(REAL, REAL),
    "neg": unary(REAL),
    "square": unary(REAL),
    "sqrt": unary(POSITIVE),
    "rsqrt": unary(POSITIVE),
    "reciprocal": unary(NONZERO),
    "exp": unary(REAL),
    "exp2": unary(REAL),
    "expm1": unary(REAL),
    "log": unary(POSITIVE),
    "log2": unary(POSITIVE),
    "log10": unary(POSITIVE),
    "log1p": unary(ABOVE_MINUS_ONE),
    "sin": unary(REAL),
    "cos": unary(REAL),
    "tan": unary(UNIT),
    "asin": unary(UNIT),
    "acos": unary(UNIT),
    "atan": unary(REAL),
    "sinh": unary(REAL),
    "cosh": unary(REAL),
    "tanh": unary(REAL),
    "asinh": unary(REAL),
    "acosh": unary(ABOVE_ONE),
    "atanh": unary(UNIT),
    "relu": unary(NONZERO),
    "sigmoid": unary(REAL),
    "softplus": unary(REAL),
    "erf": unary(REAL),
    "abs": unary(NONZERO),
    "clip": clip,
    "sign": unary(NONZERO),
    "floor": unary(BETWEEN_INTEGERS),
    "ceil": unary(BETWEEN_INTEGERS),
    "round": unary(BETWEEN_INTEGERS),
    "trunc": unary(BETWEEN_INTEGERS),
    "where": where,
    "clone": unary(REAL),
    "cast": cast,
    "eq": binary(REAL, REAL),
    "ne": binary(REAL, REAL),
    "lt": binary(REAL, REAL),
    "le": binary(REAL, REAL),
    "gt": binary(REAL, REAL),
    "ge": binary(REAL, REAL),
    "logical_and": booleans(2),
    "logical_or": booleans(2),
    "logical_xor": booleans(2),
    "logical_not": booleans(1),
    "bitwise_and": booleans(2),
    "bitwise_or": booleans(2),
    "bitwise_xor": booleans(2),
    "bitwise_not": booleans(1),
    "floor_divide": binary(BETWEEN_INTEGERS, lambda rng, shape: rng.choice([-1.0, 1.0], shape)),
    "isnan": unary(REAL),
    "isinf": unary(REAL),
    "isfinite": unary(REAL),
    "conj": complexes(REAL),
    "real": complexes(REAL),
    "imag": complexes(REAL),
    "angle": complexes(NONZERO),
    "complex": binary(REAL, REAL),
    "sum": reduction(REAL),
    "mean": reduction(REAL, min_side=1),
    "prod": reduction(NONZERO),
    "amax": reduction(DISTINCT, min_side=1),
    "amin": reduction(DISTINCT, min_side=1),
    "logsumexp": reduction(REAL, min_side=1),
    "log_softmax": cumsum,
    "cumsum": cumsum,
    "top": top,
    "argmax": one_dim,
    "argmin": one_dim,
    "any": reduction(REAL),
    "all": reduction(REAL),
    "reshape": reshape,
    "permute": permute,
    "transpose": transpose,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "expand": expand,
    "flip": flip,
    "roll": roll,
    "pad": pad,
    "cat": cat,
    "getitem": getitem,
    "place": place,
    "put": put,
    "linear": linear,
    "matmul": matmul,
    "einsum": einsum,
}
