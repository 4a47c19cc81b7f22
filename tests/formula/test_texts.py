"""Formulas with names and numbers filled in: what pictures show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.formula import forward, rule, slope, with_shapes
from tinygrad_edu.op import OPS


@pytest.mark.parametrize(
    ("op", "arguments", "params", "text"),
    [
        ("mul", ["2", "−3"], {}, "2 · (−3)"),
        ("tanh", ["n"], {}, "tanh(n)"),
        ("sigmoid", ["n"], {}, "1 / (1 + e⁻ⁿ)"),
        ("pow", ["x", "2"], {}, "x²"),
        ("clip", ["x"], {"min": "-0.5", "max": "None"}, "clip(x, −0.5, ∞)"),
        ("cast", ["x"], {"dtype": "float32"}, "x as float32"),
        ("linear", ["x", "W"], {}, "x Wᵀ"),
        ("linear", ["x + 1", "fc.weight"], {}, "(x + 1) fc.weightᵀ"),
        ("sum", ["x"], {}, "Σ x"),
        ("sum", ["a b"], {"dim": "-1", "keepdim": "False"}, "Σ (a b) over dim −1"),
        ("mean", ["x"], {"dim": "(0, 1)"}, "mean(x) over dims (0, 1)"),
        ("logsumexp", ["x"], {"dim": "1"}, "ln(Σ eˣ) over dim 1"),
        ("getitem", ["x"], {"index": "(:, 0)"}, "x[:, 0]"),
        ("reshape", ["a + b"], {"shape": "(2, -1)"}, "(a + b) reshaped to (2, −1)"),
        ("reshape", ["x"], {}, "x reshaped to …"),
        ("cat", ["a", "b", "c"], {"dim": "1"}, "[a, b, c] joined over dim 1"),
        ("einsum", ["a", "b"], {"equation": "'ij,jk->ik'"}, "einsum('ij,jk->ik', a, b)"),
        ("swish", ["a", "b"], {"key": "2"}, "swish(a, b, key=2)"),
        ("add", ["a"], {}, "add(a)"),
    ],
)
def test_forward(op, arguments, params, text):
    assert forward(op, arguments, params) == text


@pytest.mark.parametrize(
    ("op", "slot", "arguments", "text"),
    [
        ("mul", 0, ["2", "−3"], "−3"),
        ("tanh", 0, ["n"], "1 − (−0.5)²"),
        ("pow", 0, ["a", "3"], "3 · a²"),
        ("pow", 0, ["a", "b"], "b · aᵇ⁻¹, 0 where b = 0"),
        ("where", 0, ["c", "p", "q"], None),
        ("where", 1, ["c", "p", "q"], "1 if c else 0"),
        ("eq", 0, ["a", "b"], None),
        ("matmul", 0, ["a", "b"], None),
        ("swish", 0, ["a"], None),
        ("add", 0, ["a"], None),
    ],
)
def test_slope(op, slot, arguments, text):
    assert slope(op, slot, arguments, "−0.5", {}) == text


@pytest.mark.parametrize(
    ("op", "slot", "names", "params", "text"),
    [
        ("linear", 0, ["x", "fc.weight"], {}, "dX = dY W"),
        ("linear", 1, ["x", "fc.weight"], {}, "dW = dYᵀ X"),
        ("linear", 1, ["x", "W1"], {}, "dW1 = dYᵀ x"),
        ("matmul", 0, ["A", "Y"], {}, "dA = dY Bᵀ"),
        ("matmul", 1, ["A", "B"], {}, "dB = Aᵀ dY"),
        ("sum", 0, ["x"], {"dim": "0"}, "dx = dY, repeated over dim 0"),
        ("mean", 0, ["n"], {}, "dX = dY ÷ n, repeated over all dims"),
        ("log_softmax", 0, ["logits"], {"dim": "-1"}, "dX = dY − softmax(X) · Σ dY"),
        ("getitem", 0, ["x"], {"index": "0"}, "dx = dY at the places that were read, 0 elsewhere"),
        ("cat", 1, ["layer 1", "b"], {"dim": "0"}, "dB = the part of dY over dim 0 that B became"),
        ("einsum", 0, ["A", "B"], {"equation": "'ij,jk->ik'"}, "dA = einsum('ik,jk->ij', dY, B)"),
        ("einsum", 0, ["A"], {"equation": "'ij->i'"}, "dA = dY, repeated over j"),
        ("einsum", 0, ["A"], {"equation": "'ii'"}, "dA = dY, repeated over i, on the diagonal of ii"),
        ("einsum", 1, ["A"], {"equation": "'ij->i'"}, None),
        ("einsum", 0, ["A", "B"], {"equation": "'ij->i'"}, None),
        ("argmax", 0, ["x"], {}, None),
        ("mul", 0, ["a", "b"], {}, None),
        ("swish", 0, ["a"], {}, None),
    ],
)
def test_rule(op, slot, names, params, text):
    assert rule(op, slot, names, params) == text


def test_with_shapes():
    shapes = [(50, 784), (8, 784)]
    assert with_shapes("linear", 0, shapes, (50, 8)) == "(50, 784) = (50, 8) (8, 784)"
    assert with_shapes("linear", 1, shapes, (50, 8)) == "(8, 784) = (50, 8)ᵀ (50, 784)"
    assert with_shapes("matmul", 0, [(5, 2, 3), (3,)], (5, 2)) == "(5, 2, 3) = (5, 2, 1) (3, 1)ᵀ"
    assert with_shapes("mul", 0, shapes, (50, 8)) is None


HOSTILE = (
    st.sampled_from(['"', "\n", "<b>", "</script>", "😀", "\\", "\0", ")(", "(", "a, b", "−", "{x}", "%s"]) | st.text()
)


@pytest.mark.parametrize("op", [*OPS, "<user's op>"])
@given(data=st.data())
def test_any_text_goes_through_unread(op, data):
    """Nothing that comes in is parsed, formatted or dropped, and nothing raises."""
    count = (len(OPS[op].rules) or 2) if op in OPS else 2
    texts = [f"<{data.draw(HOSTILE)}>" for _ in range(count)]
    params = data.draw(st.dictionaries(st.sampled_from(["dim", "dims", "index", "min", "equation", "x"]), HOSTILE))
    shown = forward(op, texts, params)
    assert all(text in shown for text in texts)
    for slot in range(count):
        for derivative in (slope(op, slot, texts, texts[0], params), rule(op, slot, texts, params)):
            assert derivative is None or isinstance(derivative, str)
