"""What the families define is public without being listed, and nothing else is."""

import inspect

import tinygrad_edu as tg
from tinygrad_edu import ops
from tinygrad_edu.op import OPS, Op
from tinygrad_edu.ops import composed

HELPERS = {"axes", "count", "letters", "top"}


def test_every_row_of_the_engine_is_public_but_one():
    public = {id(value) for value in vars(ops).values() if isinstance(value, Op)}
    named = {row.name for row in OPS.values() if any(getattr(tg, name) is row for name in ops.__all__)}
    assert {row.name for row in OPS.values() if id(row) in public} - named == {"top"}


def test_every_composition_is_public():
    defined = {name for name, value in vars(composed).items() if inspect.getmodule(value) is composed}
    assert {name for name in defined if not name.startswith("_")} - {"Extreme"} <= set(ops.__all__)


def test_nothing_else_is():
    assert HELPERS.isdisjoint(ops.__all__)
    assert all(isinstance(value, Op) or inspect.isfunction(value) for value in map(vars(ops).get, ops.__all__))
    known = {}
    exec("from tinygrad_edu import *", known)
    assert not {"np", "Any", "ew", "index", "reduce", "shape", "annotations", *HELPERS} & known.keys()
    assert {"exp", "softmax", "einsum", "Tensor"} <= known.keys()
