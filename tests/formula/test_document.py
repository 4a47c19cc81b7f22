"""What `help` says of an op: it follows from the row, its examples run, and it costs nothing until it is asked for."""

import doctest
import inspect
import pydoc
import subprocess
import sys

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.formula import derive, document, signature
from tinygrad_edu.formula.example import INPUTS
from tinygrad_edu.formula.words import MEANINGS, PARAMETERS
from tinygrad_edu.op import NOT_DIFFERENTIABLE, OPS, Op

from .own_ops import own

PUBLIC = {name: getattr(tg, name) for name in tg.ops.__all__ if isinstance(getattr(tg, name), Op)}


def run(text, name):
    """The examples in a text; how many there are."""
    test = doctest.DocTestParser().get_doctest(text, {"tg": tg, "np": np}, name, None, None)
    failures = []
    doctest.DocTestRunner(verbose=False).run(test, out=failures.append)
    assert failures == [], "".join(failures)
    return len(test.examples)


@pytest.mark.parametrize("name", PUBLIC)
def test_the_example_of_each_op_runs_and_shows_what_help_says(name):
    row = PUBLIC[name]
    text = row.__doc__
    differentiable = [rule for rule in row.rules if rule is not NOT_DIFFERENTIABLE]
    assert run(text, name) >= 3 + bool(differentiable) * (1 + len(differentiable))
    assert any(f" = tg.{other}(" in text for other, value in PUBLIC.items() if value is row)


@pytest.mark.parametrize("name", OPS)
def test_arguments_and_derivatives_are_all_named(name):
    row = OPS[name]
    lines = row.__doc__.split("\n")
    for parameter in derive.parameters(row).values():
        (line,) = (line for line in lines if line.startswith(f"{parameter.name}: "))
        assert "a parameter" not in line
        assert ("default" in line) == (parameter.default is not parameter.empty)
    if row.each is None:
        assert lines[2].startswith(f"{', '.join(derive.names(row))}: ")
        for formal, rule in zip(derive.names(row), row.rules, strict=True):
            found = [
                line
                for line in lines
                if line.startswith((f"dy/d{formal} = ", f"d{formal} = ", f"d{formal[0].upper()} = "))
            ]
            assert len(found) == (rule is not NOT_DIFFERENTIABLE)
    assert ("broadcast" in row.__doc__) == (row.broadcasts and len(derive.names(row)) > 1)


def test_texts_of_an_op():
    text = pydoc.plain(pydoc.render_doc(tg.log))
    for part in (
        "log(x, /)",
        "ln(x), element by element.",
        "x: a tensor",
        "dy/dx = 1 / x",
        "float32",
        ">>> y = tg.log(x)",
    ):
        assert part in text
    assert "The result is bool." in tg.lt.__doc__
    assert "float32 → float32" in tg.exp.__doc__
    assert "min: the lower bound, a number; None for none (default None)" in OPS["clip"].__doc__
    assert "One row of the table" not in text


def test_methods_show_the_same():
    x = tg.tensor(1.0)
    assert tg.Tensor.exp.__doc__ == x.exp.__doc__ == tg.exp.__doc__
    assert "exp() method of tinygrad_edu.tensor.Tensor" in pydoc.plain(pydoc.render_doc(x.exp))
    assert "dy/dx = y" in pydoc.plain(pydoc.render_doc(tg.Tensor.exp))
    assert "dy/dx = y" in pydoc.plain(pydoc.render_doc(tg.Tensor))


def test_the_class_keeps_its_own():
    assert Op.__doc__.startswith("One row of the table")
    assert list(inspect.signature(Op).parameters)[:2] == ["name", "forward"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("exp", "(x, /)"),
        ("add", "(a, b, /)"),
        ("relu", "(x)"),
        ("sum", "(x, dim=None, keepdim=False, dtype=None)"),
        ("clip", "(x, min=None, max=None)"),
        ("where", "(condition, a, b)"),
        ("clone", "(x, /)"),
        ("cat", "(*xs, dim=0)"),
        ("einsum", "(*xs, equation)"),
    ],
)
def test_signatures(name, shown):
    assert str(inspect.signature(OPS[name])) == str(signature(OPS[name])) == shown


@pytest.mark.parametrize("name", OPS)
def test_keywords_that_a_signature_shows_are_taken(name):
    row = OPS[name]
    keyword = [p.name for p in signature(row).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert set(keyword) <= set(row.names)


def test_the_tables_speak_of_what_there_is():
    assert INPUTS.keys() | MEANINGS.keys() <= OPS.keys()
    known = {name: derive.parameters(row).keys() for name, row in OPS.items()}
    for key in PARAMETERS:
        op, _, parameter = key.rpartition(".")
        assert parameter in (known[op] if op else {name for names in known.values() for name in names})


def test_an_op_of_ones_own():
    with own("test_cube", lambda x: x**3, lambda g, y, x: g * 3 * x**2) as cube:
        assert document(cube).startswith("x³, element by element.\n")
        assert "dy/dx = 3 · x²" in cube.__doc__
        test = doctest.DocTestParser().get_doctest(cube.__doc__, {"tg": tg, "test_cube": cube}, "cube", None, None)
        assert len(test.examples) == 5
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_help_works_where_nothing_is_recorded():
    with own("test_square", lambda x: x * x, lambda g, y, x: g * 2 * x) as square, tg.no_grad():
        assert ">>> x.grad" in square.__doc__


def test_importing_reads_no_documentation():
    code = (
        "import sys, tinygrad_edu, tinygrad_edu.nn.functional, tinygrad_edu.optim;"
        "sys.exit('tinygrad_edu.formula' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
