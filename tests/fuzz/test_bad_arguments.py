"""Every public function given what nobody should pass: an exception in words, or a result."""

import os

import numpy as np
import pytest

import tinygrad_edu as tg

from .bad_arguments import attempts, complaint, public

COUNT = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 25


def complaints(name, function, count):
    found = {}
    for args, kwargs in attempts(name, function, count):
        text = complaint(name, function, args, kwargs)
        if text is not None:
            found.setdefault(text, f"{name}(*{args!r}, **{kwargs!r})")
    return found


@pytest.mark.parametrize("name", public())
def test_the_answer_is_decent(name):
    assert complaints(name, public()[name], COUNT) == {}


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda *a, **k: {}["key"], "KeyError"),
        (lambda *a, **k: None.shape, "AttributeError: 'NoneType'"),
        (lambda *a, **k: [][0] if a == () else (lambda x: x)(), "<lambda>"),
        (lambda *a, **k: (_ for _ in ()).throw(ValueError("")), "without a word"),
        (lambda *a, **k: (_ for _ in ()).throw(AssertionError("no")), "AssertionError: no"),
    ],
)
def test_what_is_not_decent_is_found(answer, text):
    assert any(text in found for found in complaints("answer", answer, 100))


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda t: tg.sum(3), TypeError, r"sum\(x, .*expected a Tensor, got the number 3"),
        (lambda t: tg.add(t, "a"), TypeError, "add: cannot use 'a' as a tensor; pass numbers, arrays or Tensors"),
        (lambda t: tg.exp(None), TypeError, "exp: cannot use None as a tensor"),
        (lambda t: t + np.array(["a", "b"]), TypeError, "add: cannot compute with elements of type <U1"),
        (lambda t: tg.mul(t, [[1], [2, 3]]), ValueError, "mul: cannot use this list as a tensor: .*inhomogeneous"),
        (lambda t: tg.floor(t * 1j), TypeError, r"floor\(complex64\[2\]\): not defined for complex64"),
        (lambda t: tg.round(t, decimals=None), TypeError, r"round\(.*decimals=None\): a parameter has the wrong type"),
        (lambda t: tg.matmul(t, 10**30), ValueError, "does not fit into any dtype; pass a float"),
        (lambda t: tg.zeros_like([1, 2]), TypeError, r"zeros_like: expected a Tensor, got \[1, 2\]"),
        (lambda t: tg.randn_like(t, generator=1), TypeError, "generator: expected a Generator, got 1"),
    ],
)
def test_words(call, kind, message):
    with pytest.raises(kind, match=message):
        call(tg.tensor([1.0, 2.0]))


def test_an_error_of_a_users_forward_function_stays_as_it_is():
    row = tg.Op("broken", lambda x: x.nonsense, ())
    with pytest.raises(AttributeError, match="nonsense"):
        row(tg.tensor([1.0]), rounding=1) if row.rules else row.forward(np.ones(1))
