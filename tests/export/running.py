"""Exporting a model, running the graph with onnxruntime, and comparing."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.pytorch.onnx import ONNXProgram

from ..compile.equal import leaves, numbers

TOLERANCE = 1e-5


def assert_close(got: Any, want: Any, what: str = "") -> None:
    """Equal in dtype and shape, and to 1e-5 of the largest number."""
    got, want = [numbers(x) for x in leaves(got)], [numbers(x) for x in leaves(want)]
    assert len(got) == len(want)
    for a, b in zip(got, want, strict=True):
        assert a.dtype == b.dtype, what
        assert a.shape == b.shape, what
        finite = np.abs(b[np.isfinite(b)]) if b.dtype.kind == "f" else np.zeros(1)
        np.testing.assert_allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE * max(1, finite.max(initial=0)), err_msg=what)


def exported(model: Any, *args: Any, **options: Any) -> ONNXProgram:
    """The graph, after a round trip through bytes; what it gives for the example is what the model gives."""
    file = io.BytesIO()
    program = tg.onnx.export(model, args, file, **options)
    program.model_proto.ParseFromString(file.getvalue())
    with tg.no_grad():
        assert_close(program(*args), [x for x in leaves(model(*args)) if isinstance(x, tg.Tensor)], str(program))
    return program


def operators(program: ONNXProgram) -> list[str]:
    """The operators of the graph's nodes, in order."""
    return [node.op_type for node in program.model_proto.graph.node]
