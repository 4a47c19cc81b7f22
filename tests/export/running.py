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


def others(x: Any) -> Any:
    """Other numbers of the same kind, so that what was frozen in the graph is found: those of the neighbours."""
    if isinstance(x, tuple):
        return tuple(map(others, x))
    a = np.roll(x.numpy().reshape(-1), 1).reshape(x.shape)
    return tg.tensor(a * a.dtype.type(0.97) if a.dtype.kind == "f" else a)


def exported(model: Any, *args: Any, **options: Any) -> ONNXProgram:
    """The graph, after a round trip through bytes; it gives what the model gives, for the example and for others."""
    file = io.BytesIO()
    program = tg.onnx.export(model, args, file, **options)
    program.model_proto.ParseFromString(file.getvalue())
    assert_runs(program, model, *args)
    assert_runs(program, model, *map(others, args))
    return program


def assert_runs(program: ONNXProgram, model: Any, *args: Any) -> None:
    """The graph gives what the model gives."""
    with tg.no_grad():
        copies = [tuple(t.clone() for t in x) if isinstance(x, tuple) else x.clone() for x in args]
        want = [x for x in leaves(model(*copies)) if isinstance(x, tg.Tensor)]
    assert_close(program(*args), want, str(program))


def operators(program: ONNXProgram) -> list[str]:
    """The operators of the graph's nodes, in order."""
    return [node.op_type for node in program.model_proto.graph.node]
