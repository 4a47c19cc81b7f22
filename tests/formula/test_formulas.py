"""Every formula that is shown is run, as NumPy, and is what the engine computes: forward, slopes and rules."""

import ast
import math
import re
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.formula import derive, rule, slope, typeset, with_shapes
from tinygrad_edu.formula.overrides import FORWARD, RULES, SLOPES, WHICH, Words
from tinygrad_edu.formula.texts import rule_of, slope_of
from tinygrad_edu.op import NOT_DIFFERENTIABLE, OPS
from tinygrad_edu.ops.reduce import axes
from tinygrad_edu.tensor import wrap

from ..ops.samples import SAMPLES, fourier, matrices, recurrent
from ..ops.samples.linalg import EQUATIONS

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def softmax(x, dim):
    weights = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return weights / np.sum(weights, axis=dim, keepdims=True)


ELEMENTWISE = [name for name, row in OPS.items() if row.elementwise]
STRUCTURAL = [name for name, row in OPS.items() if not row.elementwise]
NUMPY = {
    **vars(np),
    **{name: row.forward for name, row in OPS.items() if name not in vars(np)},
    "abs": np.abs,
    "erf": np.vectorize(math.erf, otypes=[float]),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "between": lambda low, x, high: (low <= x) & (x <= high),
    "astype": lambda x, dtype: x.astype(dtype),
    "unless": lambda condition, special, usual: np.where(condition, special, usual),
}


def value(expression, named):
    text = expression if isinstance(expression, str) else ast.unparse(expression)
    with np.errstate(all="ignore"):
        return np.asarray(eval(text, {**NUMPY, **named}))


def has_rule(name, slot):
    row = OPS[name]
    return row.each is not None or row.rules[slot] is not NOT_DIFFERENTIABLE


def slots(name):
    """How many inputs an op has; of one that takes any number, two."""
    return len(OPS[name].rules) or 2


def forward_of(name, given=frozenset()):
    """The expression that the forward text is set from."""
    row = OPS[name]
    return FORWARD.get(name) or derive.forward(row, given) or derive.called(row)


def shown(expression):
    return typeset(expression) if isinstance(expression, (str, ast.expr)) else expression


@pytest.mark.parametrize("name", FORWARD)
def test_no_forward_override_is_what_would_be_derived(name):
    row = OPS[name]
    assert shown(FORWARD[name]) not in [shown(derive.forward(row)), shown(derive.called(row))]


@pytest.mark.parametrize(("name", "slot"), [*SLOPES, *RULES])
def test_no_override_of_a_derivative_is_what_would_be_derived(name, slot):
    row = OPS[name]
    assert has_rule(name, slot)
    if row.elementwise:
        assert shown(SLOPES[name, slot]) != shown(derive.slope(row, slot))
    else:
        assert shown(RULES[name, slot]) != shown(derive.rule(row, slot))


def test_words_for_all_dims_are_of_ops_with_dims():
    assert [name for name in WHICH if not {"dim", "dims"} & derive.parameters(OPS[name]).keys()] == []


@pytest.mark.parametrize("name", OPS)
def test_each_input_has_a_derivative_where_the_engine_has_one(name):
    names = list(string.ascii_lowercase[: slots(name)])
    params = {"equation": "'ij,jk->ik'"}
    for slot in range(slots(name)):
        texts = [slope(name, slot, names, "y", params), rule(name, slot, names, params)]
        assert [text is not None for text in texts] == [
            has_rule(name, slot) and name in ELEMENTWISE,
            has_rule(name, slot) and name in STRUCTURAL,
        ]
    for slot in (-1, slots(name)):
        assert slope(name, slot, names, "y", params) is rule(name, slot, names, params) is None


# elementwise


def check_elementwise(name, arrays, params):
    row = OPS[name]
    named = {**params, **dict(zip(derive.names(row), arrays, strict=True))}
    with np.errstate(all="ignore"):
        y = np.asarray(row.forward(*arrays, **params))
    np.testing.assert_allclose(value(forward_of(name, frozenset(params)), named), y, **CLOSE)
    for slot in range(len(row.rules)):
        expression = slope_of(row, slot, frozenset(params))
        if expression is not None:
            with np.errstate(all="ignore"):
                expected = row.rule(slot)(np.ones(y.shape), y, *arrays, **params)
            shown = np.broadcast_to(value(expression, {**named, "y": y}), y.shape)
            np.testing.assert_allclose(shown, np.broadcast_to(expected, y.shape), **CLOSE)


@pytest.mark.parametrize("name", ELEMENTWISE)
@given(data=st.data())
def test_elementwise_formulas_are_the_engines(name, data):
    check_elementwise(name, *data.draw(SAMPLES[name](np.float64)))


CORNERS = [
    ("relu", [[-1.0, 0.0, 2.0]], {}),
    ("abs", [[-1.0, 0.0, 2.0]], {}),
    ("sign", [[0.0]], {}),
    ("clip", [[-1.0, -0.5, 0.0, 0.5, 1.0]], {"min": -0.5, "max": 0.5}),
    ("clip", [[-1.0, -0.5, 0.0]], {"min": -0.5}),
    ("maximum", [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], {}),
    ("minimum", [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], {}),
    ("hypot", [[0.0, 3.0], [0.0, -4.0]], {}),
    ("pow", [[0.0, 0.0, -3.0, -3.0, -2.0], [0.0, 2.0, 2.0, 1.0, -3.0]], {}),
    ("remainder", [[5.5, -5.5, 5.5, -5.5], [2.0, 2.0, -2.0, -2.0]], {}),
    ("floor_divide", [[5.5, -5.5, 5.5, -5.5], [2.0, 2.0, -2.0, -2.0]], {}),
    ("round", [[0.5, 1.5, -0.5, 2.5]], {}),
    ("isnan", [[np.nan, np.inf, 1.0]], {}),
    ("isinf", [[np.nan, np.inf, -np.inf]], {}),
    ("isfinite", [[np.nan, np.inf, 1.0]], {}),
    ("eq", [[1.0, 2.0], [1.0, 1.0]], {}),
]


@pytest.mark.parametrize(("name", "arrays", "params"), CORNERS)
def test_where_a_derivative_jumps(name, arrays, params):
    check_elementwise(name, [np.array(x) for x in arrays], params)


# sums, products, rearrangements


def kept(t, x, dim=None, **_):
    """What a reduction gave, with its reduced axes back."""
    over = axes(dim, x.ndim)
    return t.reshape([1 if axis in over else size for axis, size in enumerate(x.shape)])


def engine(name, arrays, params):
    """The op's output, a gradient for it, and the gradients that its inputs get from the engine."""
    inputs = [wrap(np.array(x)).requires_grad_() for x in arrays]
    output = OPS[name](*inputs, **params)
    y = output.detach().numpy()
    if not output.requires_grad:
        return y, None, []
    dY = np.random.default_rng(0).normal(size=y.shape)
    output.backward(wrap(dY))
    return y, dY, [x.grad.numpy() for x in inputs]


REDUCTIONS = [
    name for name in STRUCTURAL if "dim" in derive.parameters(OPS[name]) and not isinstance(FORWARD.get(name), Words)
]


@pytest.mark.parametrize("name", REDUCTIONS)
@given(data=st.data())
def test_reductions_are_the_engines(name, data):
    (x,), params = data.draw(SAMPLES[name](np.float64))
    dim = params.get("dim")
    over = axes(dim, x.ndim)
    keepdims = name in ("top", "log_softmax") or params.get("keepdim", False)
    functions = {
        f: lambda t, f=f: getattr(np, f)(t, axis=over, keepdims=keepdims)
        for f in ("sum", "prod", "mean", "amax", "amin", "any", "all")
    }
    functions |= {
        f: lambda t, f=f: getattr(np, f)(t, axis=dim if t.ndim else None, keepdims=keepdims)
        for f in ("argmax", "argmin")
    }
    functions |= {f: lambda t, f=f: getattr(np, f)(t, axis=dim).reshape(t.shape) for f in ("cumsum", "cumprod")}
    functions |= {
        "logcumsumexp": lambda t: np.log(np.cumsum(np.exp(t), axis=dim)).reshape(t.shape),
        "softmax": lambda t: softmax(t, over),
    }
    y, dY, grads = engine(name, [x], params)
    if x.size == 0 and name in ("log_softmax", "logsumexp"):
        return  # nothing to compare, or ln 0
    np.testing.assert_allclose(value(forward_of(name), {**functions, "x": x}), y, **CLOSE)
    if isinstance(found := rule_of(OPS[name], 0), str):
        named = {**functions, "x": x, "dY": kept(dY, x, **params) if name == "logsumexp" else dY}
        np.testing.assert_allclose(value(found, named), grads[0], **CLOSE)


def at_extremes(which):
    def meaning(dY, x, **params):
        hit = x == which(x, axis=axes(params.get("dim"), x.ndim), keepdims=True)
        ties = np.sum(hit, axis=axes(params.get("dim"), x.ndim), keepdims=True)
        return np.where(hit, kept(dY, x, **params) / ties, 0)

    return meaning


def spread(dY, x, **params):
    return np.broadcast_to(kept(dY, x, **params), x.shape)


def count(x, dim=None, **_):
    return math.prod(x.shape[axis] for axis in axes(dim, x.ndim))


def product_of_the_others(dY, x, **params):
    others = np.empty(x.shape)
    for at in np.ndindex(x.shape):
        rest = x.copy()
        rest[at] = 1
        others[at] = np.prod(rest, axis=axes(params.get("dim"), x.ndim), keepdims=True)[
            tuple(0 if d in axes(params.get("dim"), x.ndim) else i for d, i in enumerate(at))
        ]
    return kept(dY, x, **params) * others


def at_the_median(dY, x):
    hit = x == np.sort(x[~np.isnan(x)])[(np.sum(~np.isnan(x)) - 1) // 2]
    return np.where(hit, dY / np.sum(hit), 0)


def from_the_end(dY, dim):
    return np.flip(np.cumsum(np.flip(dY, dim), dim), dim) if dY.ndim else dY


def of_a_running_product(dY, x, dim):
    x = np.where(x == 0, 1e-30, x)  # the limit
    return from_the_end(dY * np.cumprod(x, dim).reshape(x.shape), dim) / x


def summed(dY, x, **_):
    """Over axes that are new or had size 1."""
    lead = dY.ndim - x.ndim
    ones = tuple(lead + i for i, n in enumerate(x.shape) if n == 1 and dY.shape[lead + i] != 1)
    return dY.sum(axis=(*range(lead), *ones)).reshape(x.shape)


def placed(dY, x, index):
    result = np.zeros(x.shape)
    np.add.at(result, index, dY)
    return result


def seen_from(name):
    """Added up where the op, of the numbers of the places, says that it reads."""

    def added(dY, x, **params):
        result = np.zeros(x.shape)
        np.add.at(result.reshape(-1), OPS[name].forward(np.arange(x.size).reshape(x.shape), **params), dY)
        return result

    return added


def rolled_back(dY, x, shifts, dims=None):
    return np.roll(dY, np.negative(shifts), axis=dims)


def without_padding(dY, x, widths, value):
    return dY[tuple(slice(low, dY.shape[axis] - high) for axis, (low, high) in enumerate(widths))]


# What each sentence says, in NumPy: a sentence that is changed must say again what it means.
MEANINGS = {
    "dY, repeated over {which}": spread,
    "dY ÷ n, repeated over {which}": lambda dY, x, **params: spread(dY, x, **params) / count(x, **params),
    "dY · the product of the other elements over {which}": product_of_the_others,
    "dY at the largest over {which}, shared evenly by ties; 0 elsewhere": at_extremes(np.max),
    "dY at the smallest over {which}, shared evenly by ties; 0 elsewhere": at_extremes(np.min),
    "dY, summed up from the end over {which}": lambda dY, x, dim: from_the_end(dY, dim),
    "dY · the running product without the element itself, summed up from the end over {which}": of_a_running_product,
    "dY ÷ exp(logcumsumexp({x})), summed up from the end over {which}, · exp({x})": lambda dY, x, dim: (
        from_the_end(dY / np.cumsum(np.exp(x), dim).reshape(x.shape), dim) * np.exp(x)
    ),
    "dY at the median, shared evenly by ties; 0 elsewhere": at_the_median,
    "dY, reshaped back": lambda dY, x, **_: dY.reshape(x.shape),
    "dY with its dims back in order": lambda dY, x, dims: np.transpose(dY, np.argsort(dims) if dims else None),
    "dY with dims {dim0} and {dim1} swapped back": lambda dY, x, dim0, dim1: np.swapaxes(dY, dim0, dim1),
    "dY, summed over what was repeated": summed,
    "dY, reversed over {which}": lambda dY, x, dims: np.flip(dY, dims),
    "dY, rolled back by {shifts} over {which}": rolled_back,
    "dY without the padding": without_padding,
    "dY at the places that were read, 0 elsewhere": placed,
    "dY at the places that were written": lambda dY, x, index, shape: dY[index],
}
MEANINGS |= {
    "dY on that diagonal, 0 elsewhere": seen_from("diagonal"),
    "dY, added up at the places that the windows were read from": seen_from("unfold"),
    "dY, added up at the places that were read": seen_from("as_strided"),
}
MATRICES = {*matrices.SAMPLES, *fourier.SAMPLES}  # see test_matrix_formulas.py
ELSEWHERE = MATRICES | {"einsum", "cat", "setitem", "scatter_extreme", "ctc", *recurrent.SAMPLES}
SENTENCES = {
    name: words.text for (name, slot), words in RULES.items() if isinstance(words, Words) and name not in ELSEWHERE
}


@pytest.mark.parametrize("name", SENTENCES)
@given(data=st.data())
def test_sentences_say_what_the_engine_does(name, data):
    (x,), params = data.draw(SAMPLES[name](np.float64))
    _, dY, (grad,) = engine(name, [x], params)
    np.testing.assert_allclose(MEANINGS[SENTENCES[name]](dY, x, **params), grad, **CLOSE)


def test_a_tie_is_shared_and_parts_come_apart():
    tied = np.array([[1.0, 3.0, 3.0]])
    _, dY, (grad,) = engine("amax", [tied], {"dim": 1})
    np.testing.assert_allclose(grad, [[0, dY[0] / 2, dY[0] / 2]])
    _, dY, grads = engine("cat", [np.zeros((2, 1)), np.zeros((2, 3))], {"dim": 1})
    np.testing.assert_array_equal(np.concatenate(grads, axis=1), dY)
    _, dY, (changed, written) = engine("setitem", [np.zeros((3, 2)), np.ones(2)], {"index": 1})
    np.testing.assert_array_equal(written, dY[1])
    np.testing.assert_array_equal(changed, np.where([[1], [0], [1]], dY, 0))


@pytest.mark.parametrize("include_self", [True, False])
def test_what_is_scattered_shares_with_what_is_there(include_self):
    x, src, index = np.array([3.0, 7.0, 1.0]), np.array([3.0, 3.0, 5.0, 5.0]), np.array([0, 0, 1, 1])
    params = {"index": index, "reduce": "amax", "include_self": include_self}
    _, dY, (own, sent) = engine("scatter_extreme", [x, src], params)
    if include_self:
        np.testing.assert_allclose(own, dY * [1 / 3, 1, 1])
        np.testing.assert_allclose(sent, dY[index] * [1 / 3, 1 / 3, 0, 0])
    else:
        np.testing.assert_allclose(own, dY * [0, 0, 1])
        np.testing.assert_allclose(sent, dY[index] / 2)


# products of matrices

SHAPES = {
    "linear": [((5, 3), (2, 3)), ((1, 3), (2, 3)), ((3,), (2, 3)), ((4, 5, 3), (2, 3))],
    "matmul": [
        *[((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 4)), ((3,), (3,))],
        *[((5, 2, 3), (5, 3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 4))],
    ],
}
PRODUCTS = [(name, *shapes) for name, pairs in SHAPES.items() for shapes in pairs]


@pytest.mark.parametrize(("name", "left", "right"), PRODUCTS)
def test_rules_of_products_are_the_engines(name, left, right):
    """As matrices: a vector is a row on the left and a column on the right; what a stack had in common is summed."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=left), rng.normal(size=right)
    y, dY, grads = engine(name, [a, b], {})
    if name == "linear":
        a, dY = a.reshape(-1, 3), dY.reshape(-1, 2)
    else:
        a, b = a.reshape(1, -1) if a.ndim == 1 else a, b.reshape(-1, 1) if b.ndim == 1 else b
        dY = dY.reshape((a @ b).shape)
    named = dict(zip(derive.names(OPS[name]), (a, b), strict=True))
    np.testing.assert_allclose(value(forward_of(name), named).reshape(y.shape), y, **CLOSE)
    for slot, (x, grad) in enumerate(zip((a, b), grads, strict=True)):
        found = value(rule_of(OPS[name], slot), {**named, "dY": dY})
        np.testing.assert_allclose(summed(found, x).reshape(grad.shape), grad, **CLOSE)
        check_shapes(with_shapes(name, slot, [left, right], y.shape), grad.size)


def check_shapes(text, size):
    """`(3, 4) = (3, 5) (4, 5)ᵀ` is a product that can be formed, and has the shape that stands before it."""
    result, *factors = re.findall(r"\(([\d, ]*)\)(ᵀ?)", text)
    wanted, *shapes = [tuple(int(n) for n in re.findall(r"\d+", sizes)) for sizes, _ in (result, *factors)]
    first, second = (np.ones(s).mT if t else np.ones(s) for s, (_, t) in zip(shapes, factors, strict=True))
    product = (first @ second).shape
    assert math.prod(wanted) == size
    assert product == wanted or ("summed over the stack" in text and product[-len(wanted) :] == wanted)


@pytest.mark.parametrize("equation", [*EQUATIONS, "ij,...j->...i", " ij , jk -> ik "])
def test_the_gradient_of_an_einsum_is_the_einsum_shown(equation):
    rng = np.random.default_rng(2)
    side = {c: 2 + i for i, c in enumerate(sorted(set(equation) - set(" .,->")))} | {".": 3}
    inputs = equation.replace(" ", "").replace("...", ".").split("->")[0].split(",")
    arrays = [rng.normal(size=[side[c] for c in name]) for name in inputs]
    names = list("ABC"[: len(arrays)])
    _, dY, grads = engine("einsum", [*arrays], {"equation": equation})
    for slot, (wanted, x, grad) in enumerate(zip(inputs, arrays, grads, strict=True)):
        text = rule("einsum", slot, names, {"equation": repr(equation)})
        head, *rest = re.split(r", (?=summed|repeated|on the)", text.removeprefix(f"d{names[slot]} = "))
        call = re.fullmatch(r"einsum\('(.*)->(.*)', (.*)\)", head)
        assert call or head == "dY"
        operands = dict(zip(names, arrays, strict=True)) | {"dY": dY}
        shown = np.einsum(f"{call[1]}->{call[2]}", *(operands[k] for k in call[3].split(", "))) if call else dY
        target = call[2] if call else "".join(dict.fromkeys(wanted)).replace(".", "...")
        for suffix in rest:
            if suffix.startswith("summed"):
                shown, target = shown.sum(axis=0), target.removeprefix("...")
            elif suffix.startswith("repeated"):
                lonely = suffix.removeprefix("repeated over ").split(", ")
                target = target if call else "".join(c for c in target if c not in lonely)
                shown, target = shown.reshape(shown.shape + (1,) * len(lonely)), target + "".join(lonely)
        full = np.zeros(x.shape)
        if x.ndim:  # a view of it, in the order of the letters; of the diagonal, if a letter stands twice
            np.einsum(f"{wanted.replace('.', '...')}->{target}", full)[...] = shown
        else:
            full[...] = shown
        np.testing.assert_allclose(full, grad, **CLOSE)
        assert ("on the diagonal" in text) == (len(set(wanted)) < len(wanted))
