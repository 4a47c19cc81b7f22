"""The signs, shapes and colours of nodes."""

import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import style, symbols


@pytest.mark.parametrize("op", symbols.SYMBOLS)
def test_symbols_of_the_table_are_those_that_do_not_follow_from_the_formula(op):
    assert op in tg.OPS
    assert symbols.SYMBOLS[op] != symbols.derived(op)


@pytest.mark.parametrize(
    ("op", "sign"),
    [
        *[("add", "+"), ("eq", "="), ("exp", "eˣ"), ("sqrt", "√x"), ("log", "ln"), ("tanh", "tanh"), ("square", "x²")],
        *[
            ("abs", "|x|"),
            ("amax", "max"),
            ("remainder", "mod"),
            ("reshape", "reshape"),
            ("mul", "×"),
            ("my_op", "my_op"),
        ],
    ],
)
def test_symbols(op, sign):
    assert symbols.symbol(op) == sign


def test_kinds_differ_in_shape_and_in_colour():
    kinds = [style.KINDS[k] for k in ("op", "input", "leaf", "parameter", "output")]
    assert len({(k["shape"], k.get("style"), k.get("peripheries")) for k in kinds}) == 5
    assert len({k["fillcolor"] for k in kinds}) == 5
    assert len({style.KINDS[k]["shape"] for k in ("module", "output", "op", "parameter")}) == 4
