"""What the families define is public without being listed, and nothing else is."""

import inspect

import tinygrad_edu as tg
from tinygrad_edu import ops
from tinygrad_edu.op import Op
from tinygrad_edu.ops import composed, elementwise, index, linalg, reduce, scan, scattered, shape, special, strided

HELPERS = {"within", "flat", "positions", "repeats", "axes", "count", "letters", "top"}
FAMILIES = (elementwise, index, linalg, reduce, scan, scattered, shape, special, strided)


def test_every_row_is_public_or_a_composition_of_its_name_is():
    rows = {(name, row) for family in FAMILIES for name, row in vars(family).items() if isinstance(row, Op)}
    shadowed = {name for name, row in rows if getattr(tg, name, None) is not row}
    compositions = {
        name for name, value in vars(composed).items() if getattr(value, "__module__", "").startswith(composed.__name__)
    }
    assert shadowed - compositions == {"top", "where"}  # tg.where is also nonzero, of a condition alone
    assert len(rows) > 80


def test_every_composition_is_public():
    found = vars(composed).items()
    defined = {
        name for name, value in found if inspect.isfunction(value) and value.__module__.startswith(composed.__name__)
    }
    assert {"softmax", "gather", "mv"} <= defined
    assert {name for name in defined if not name.startswith("_")} <= set(ops.__all__)


def test_nothing_else_is():
    assert HELPERS.isdisjoint(ops.__all__)
    assert all(isinstance(value, Op) or inspect.isfunction(value) for value in map(vars(ops).get, ops.__all__))
    known = {}
    exec("from tinygrad_edu import *", known)
    assert not {"np", "Any", "ew", "index", "reduce", "shape", "annotations", *HELPERS} & known.keys()
    assert {"exp", "softmax", "einsum", "Tensor"} <= known.keys()
