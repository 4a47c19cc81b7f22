"""Every op of the table, exported and run with onnxruntime."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.export import ExportError
from tinygrad_edu.export.nodes import EXCUSED, NODES
from tinygrad_edu.op import OPS
from tinygrad_edu.testing.opcheck import drawn_from

from ..ops.samples import SAMPLES
from .running import exported

COUNT = 4  # samples of each op


def test_the_keys_are_the_tables():
    assert not NODES.keys() & EXCUSED.keys()
    assert NODES.keys() | EXCUSED.keys() == OPS.keys()


@pytest.mark.parametrize("name", NODES)
def test_an_op_gives_the_same(name):
    for arrays, params in drawn_from(SAMPLES[name](np.float32), COUNT):
        arrays = [a.real.copy() if a.dtype.kind == "c" else a for a in arrays]  # ONNX has no complex numbers
        exported(lambda *xs, params=params: OPS[name](*xs, **params), *map(tg.tensor, arrays))


@pytest.mark.parametrize("name", ["conj", "det", "exp", "getitem"])
def test_complex_numbers_are_refused(name):
    params = {"index": 0} if name == "getitem" else {}
    with pytest.raises(ExportError, match=f"{name}.*complex64: ONNX's operators take no complex numbers"):
        tg.onnx.export(lambda x: OPS[name](x, **params), tg.eye(2).to(tg.complex64))


@pytest.mark.parametrize("name", EXCUSED)
def test_an_op_without_nodes_is_refused_by_name(name):
    arrays, params = drawn_from(SAMPLES[name](np.float32), 1)[0]
    with pytest.raises(ExportError, match=f"onnx.export: {name}.*(ONNX|backward|labels)"):
        tg.onnx.export(lambda *xs: OPS[name](*xs, **params), tuple(map(tg.tensor, arrays)))
