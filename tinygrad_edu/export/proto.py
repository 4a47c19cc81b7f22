"""The file: nodes, weights, and the shapes of all tensors, as an `onnx.ModelProto`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import ExportError
from .graph import Writer
from .sizes import Item, Merge, Size

LARGEST = 2**31 - 1  # bytes of a file: protobuf's limit
IR_VERSION = {18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11}  # of ONNX's format, by opset


def proto(
    onnx: Any,
    w: Writer,
    merge: Merge,
    names: list[str],
    outputs: list[str],
    open_dims: Any,
    opset: int,
    weights: bool,
    version: str,
) -> Any:
    """The model. weights: whether its parameters and buffers are in it; else they are inputs."""
    helper = onnx.helper
    states = w.states
    size = sum(a.nbytes for name, a in w.initializers.items() if weights or name not in states)
    if size > LARGEST:
        raise ExportError(
            f"onnx.export: the model has {size / 2**30:.1f} GiB of numbers, and an ONNX file holds at most 2. Export "
            "it in parts, or with model.half()"
        )
    of_runs = {
        n.runs: open_dims[name].get(d, open_dims[name].get(d - item.ndim))
        for name, item in zip(names, merge.inputs, strict=True)
        for d, n in enumerate(item.shape)
        if isinstance(n, Size)
    }
    for name, item in zip(outputs, merge.outputs, strict=True):
        of_runs |= {
            item.shape[d].runs: size for d, size in open_dims.get(name, {}).items() if isinstance(item.shape[d], Size)
        }

    def described(name: str, item: Item) -> Any:
        """A tensor's dtype and shape: names for open dimensions, where there are such."""
        shape = [of_runs.get(n.runs) if isinstance(n, Size) else n for n in item.shape]
        return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(item.dtype), shape)

    given = [described(name, item) for name, item in zip(names, merge.inputs, strict=True)]
    if not weights:
        given += [
            helper.make_tensor_value_info(name, w.code(a.dtype), a.shape)
            for name, a in w.initializers.items()
            if name in states
        ]
    results = [described(name, item) for name, item in zip(outputs, merge.outputs, strict=True)]
    made = {name for node in w.nodes for name in node.output} - set(outputs)
    between = [described(name, item) for item, name in w.names.items() if name in made and item not in w.partial]
    tensors = [
        onnx.numpy_helper.from_array(np.ascontiguousarray(a).reshape(a.shape), name)
        for name, a in w.initializers.items()
        if weights or name not in states
    ]
    graph = helper.make_graph(w.nodes, "main_graph", given, results, tensors, value_info=between)
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=IR_VERSION[opset])
    proto.producer_name, proto.producer_version = "tinygrad_edu", version
    return proto


def checked(onnx: Any, proto: Any) -> Any:
    """With the shapes of all tensors in between, as viewers show them."""
    onnx.checker.check_model(proto, full_check=True)
    return onnx.shape_inference.infer_shapes(proto, strict_mode=True, data_prop=True)
