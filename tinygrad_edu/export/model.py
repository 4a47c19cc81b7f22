"""The whole of it: a model, recorded at some sizes, merged, and written as an ONNX model."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..op import Variable
from .errors import ExportError
from .graph import Writer
from .names import check_names, input_names_of, output_names_of, replaced, tensors_in
from .proto import checked, proto
from .recorded import Recorder, recorded
from .sizes import Merge, Size
from .write import without_copies, write


def onnx_package() -> Any:
    """The package `onnx`."""
    try:
        return importlib.import_module("onnx")
    except ImportError:
        raise ImportError('onnx.export needs the package onnx: pip install "tinygrad_edu[onnx]"') from None


def model_proto(
    model: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    input_names: Sequence[str],
    output_names: Sequence[str],
    open_dims: Mapping[str, Mapping[int, str]],
    opset: int,
    with_weights: bool,
    version: str,
) -> Any:
    """The model as an `onnx.ModelProto`, checked.

    open_dims: for the name of an input (or an output, which is only named by it) the names of its open dimensions.
    """
    onnx = onnx_package()
    given = list(tensors_in((args, dict(kwargs))))
    names = input_names_of(model, args, kwargs, input_names, len(given))
    merge = _recorded(model, args, kwargs, given, names, open_dims)
    outputs = output_names_of(output_names, len(merge.outputs), names)
    check_names(open_dims, [*names, *outputs])
    w = Writer(onnx, opset)
    w.taken.update([*names, *outputs])
    for name, item in zip(names, merge.inputs, strict=True):
        w.known(item, name)
        w.inputs += [(n.runs, name, dim) for dim, n in enumerate(item.shape) if isinstance(n, Size)]
    write(w, merge, opset)
    for name, item in zip(outputs, merge.outputs, strict=True):
        w.step = None
        w.nodes.append(onnx.helper.make_node("Identity", [w.of(item)], [name], name=w.unused(f"output/{name}")))
    without_copies(w, outputs)
    return checked(onnx, proto(onnx, w, merge, names, outputs, open_dims, opset, with_weights, version))


def _recorded(
    model: Any, args: Any, kwargs: Any, given: list[Any], names: list[str], open_dims: Mapping[str, Mapping[int, str]]
) -> Merge:
    """The program of the model; with open dimensions, of several runs."""
    arrays = [x._array if isinstance(x, Variable) else x for x in given]
    state, paths = _names(model)
    sizes: dict[str, int] = {}
    for name, array in zip(names, arrays, strict=True):
        for dim, size in open_dims.get(name, {}).items():
            if not -array.ndim <= dim < array.ndim:
                raise ValueError(f"onnx.export: {name} has {array.ndim} dimensions, and no dimension {dim}")
            n = array.shape[dim]
            if sizes.setdefault(size, n) != n:
                raise ValueError(f"onnx.export: the open dimension {size!r} is {sizes[size]} and {n} in the example")
            if n == 0:
                raise ValueError(f"onnx.export: the open dimension {size!r} of {name} is 0; give an example with more")

    def run(at: Mapping[str, int], change: Callable[[np.ndarray], np.ndarray] = np.array) -> Recorder:
        new = []
        for name, array in zip(names, arrays, strict=True):
            for dim, size in open_dims.get(name, {}).items():
                array = np.take(array, np.arange(at[size]) % array.shape[dim], axis=dim)
            new.append(change(array))
        again = replaced((args, dict(kwargs)), iter(new))
        return recorded(model, again[0], again[1], list(zip(names, new, strict=True)), state, paths)

    first = run(sizes)
    try:
        second = run(sizes, _neighbours)
    except ExportError:
        raise
    except Exception:  # numbers that the model does not take: there is nothing to compare with
        second = first
    same = Merge([first, second] if second is not first else [first])
    if not sizes:
        return Merge([first]) if second is not first else same
    text = " and ".join(sizes)
    for base, *steps in _ladders(sizes):
        try:
            return Merge([run(base), *map(run, steps)], text)
        except ExportError:
            raise
        except Exception as error:  # too long for the model: shorter ones are tried
            problem = error
    raise ExportError(
        f"onnx.export: with another size of {text} the model raises {type(problem).__name__}: {problem}. Leave the "
        "dimension fixed (out of dynamic_axes), or give an example of a size in the middle of what it takes"
    ) from problem


def _ladders(sizes: Mapping[str, int]) -> Iterator[list[dict[str, int]]]:
    """Sizes to run at: each open dimension alone, then all. None is 1, at which everything broadcasts.

    First far apart, so that what is rounded, as the size of what a convolution gives, differs too; then closer by.
    """
    for one, far, both in ((1, None, 2), (1, 3, 2), (-1, -3, -2)):
        low = {name: max(n, 2) for name, n in sizes.items()}
        runs = [low]
        for name, n in low.items():
            runs += [{**low, name: max(n + one, 1)}, {**low, name: 2 * n + 3 if far is None else max(n + far, 1)}]
        runs.append({name: max(n + both, 1) for name, n in low.items()})
        yield runs


def _names(model: Any) -> tuple[dict[int, str], dict[int, str]]:
    """Of parameters and buffers, by the identity of their arrays; and of the modules."""
    if not hasattr(model, "named_modules"):
        return {}, {}
    state: dict[int, str] = {}
    for name, x in (*model.named_parameters(), *model.named_buffers()):
        state.setdefault(id(x._array), name)
    return state, {id(module): path for path, module in model.named_modules()}


def _neighbours(array: np.ndarray) -> np.ndarray:
    """Other numbers of the same kind."""
    moved = np.roll(array.reshape(-1), 1).reshape(array.shape)
    return np.asarray(moved * array.dtype.type(0.97)) if array.dtype.kind == "f" else moved
