"""The whole of it: a model, recorded at some sizes, merged, and written as an ONNX model."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..op import Variable
from ..tensor import Tensor, wrap
from .errors import ExportError
from .graph import LARGEST, Writer
from .nodes import EXCUSED, NODES
from .recorded import Recorder, recorded
from .sizes import Item, Merge, Size, Step
from .whole import with_wholes

FIRST, DEFAULT, LAST = 18, 20, 23  # opsets
IR_VERSION = {18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11}


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
    if not FIRST <= opset <= LAST:
        raise ValueError(f"onnx.export: opset_version must be {FIRST} to {LAST}, got {opset}")
    given = list(_tensors((args, dict(kwargs))))
    names = _input_names(model, args, kwargs, input_names, len(given))
    merge = _recorded(model, args, kwargs, given, names, open_dims)
    outputs = _output_names(output_names, len(merge.outputs), names)
    _check_names(open_dims, [*names, *outputs])
    w = Writer(onnx, opset)
    w.taken.update([*names, *outputs])
    for name, item in zip(names, merge.inputs, strict=True):
        w.known(item, name)
        w.inputs += [(n.runs, name, dim) for dim, n in enumerate(item.shape) if isinstance(n, Size)]
    _write(w, merge, opset)
    for name, item in zip(outputs, merge.outputs, strict=True):
        w.step = None
        w.nodes.append(onnx.helper.make_node("Identity", [w.of(item)], [name], name=w.unused(f"output/{name}")))
    _without_copies(w, outputs)
    return _checked(onnx, _proto(onnx, w, merge, names, outputs, open_dims, opset, with_weights, version))


def _tensors(x: Any) -> Iterator[Any]:
    if isinstance(x, (Variable, np.ndarray)):
        yield x
    elif isinstance(x, (tuple, list)):
        for y in x:
            yield from _tensors(y)
    elif isinstance(x, dict):
        for y in x.values():
            yield from _tensors(y)


def _replaced(x: Any, arrays: Iterator[np.ndarray]) -> Any:
    """The same arguments, of these arrays."""
    if isinstance(x, (Variable, np.ndarray)):
        return wrap(next(arrays))
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*(_replaced(y, arrays) for y in x))
    if isinstance(x, (tuple, list)):
        return type(x)(_replaced(y, arrays) for y in x)
    return {key: _replaced(y, arrays) for key, y in x.items()} if isinstance(x, dict) else x


# --- recording ---------------------------------------------------------------------------------------------------------


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
        again = _replaced((args, dict(kwargs)), iter(new))
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
    """Sizes to run at: each open dimension alone, then all. None is 1, at which everything broadcasts."""
    for more in (1, -1):
        low = {name: max(n, 2) if more > 0 else max(n, 6) for name, n in sizes.items()}
        if more < 0 and any(n < 6 for n in sizes.values()):
            low = {name: max(n, 2) for name, n in sizes.items()}
        runs = [low]
        for name, n in low.items():
            runs += [{**low, name: max(n + more, 1)}, {**low, name: max(n + 3 * more, 1)}]
        runs.append({name: max(n + 2 * more, 1) for name, n in low.items()})
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


# --- names -------------------------------------------------------------------------------------------------------------


def _input_names(model: Any, args: Any, kwargs: Any, wanted: Sequence[str], count: int) -> list[str]:
    """Those that were given; then those of the parameters of `forward`, numbered where a parameter holds several."""
    import inspect

    if len(wanted) > count:
        raise ValueError(f"onnx.export: {len(wanted)} input_names for {count} tensors: {', '.join(wanted)}")
    function = getattr(model, "forward", model)
    try:
        signature = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        signature = []
    positional = [p.name for p in signature if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    found: list[str] = []
    for k, x in enumerate(args):
        own = len(list(_tensors(x)))
        stem = positional[k] if k < len(positional) else f"input_{k}"
        found += [stem] if own == 1 else [f"{stem}_{i}" for i in range(own)]
    for key, x in kwargs.items():
        own = len(list(_tensors(x)))
        found += [key] if own == 1 else [f"{key}_{i}" for i in range(own)]
    names = [*wanted, *found[len(wanted) :]]
    if len(set(names)) != len(names):
        raise ValueError(f"onnx.export: expected different input_names, got {', '.join(names)}")
    return names


def _output_names(wanted: Sequence[str], count: int, inputs: list[str]) -> list[str]:
    if len(wanted) > count:
        raise ValueError(f"onnx.export: {len(wanted)} output_names for {count} results: {', '.join(wanted)}")
    names = list(wanted)
    for k in range(len(names), count):
        name = "output" if count == 1 else f"output_{k}"
        while name in inputs or name in names:
            name += "_"
        names.append(name)
    if len({*names, *inputs}) != len(names) + len(inputs):
        raise ValueError(f"onnx.export: expected different names of inputs and outputs, got {', '.join(names)}")
    return names


def _check_names(open_dims: Mapping[str, Any], known: list[str]) -> None:
    for name in open_dims:
        if name not in known:
            raise ValueError(f"onnx.export: dynamic_axes names {name!r}; expected one of {', '.join(known)}")


# --- writing -----------------------------------------------------------------------------------------------------------


def _write(w: Writer, merge: Merge, opset: int) -> None:
    """The nodes of the steps that the outputs need."""
    instead = with_wholes(merge.outputs, merge.steps, opset)
    steps = [instead.get(step, step) for step in merge.steps]
    needed: dict[Item, None] = dict.fromkeys(merge.outputs)
    live = []
    for step in reversed(steps):
        if any(item in needed and item.kind != "fixed" for item in step.results):
            if all(item.kind != "result" for item in step.results) and _is_formula(w, step):
                continue
            live.append(step)
            needed.update(dict.fromkeys(_items((step.inputs, step.params))))
    w.outputs, w.needed = merge.outputs, needed
    users: dict[Item, list[Step]] = {}
    for step in live:
        for item in dict.fromkeys(_items((step.inputs, step.params))):
            users.setdefault(item, []).append(step)
    w.users = lambda item: users.get(item, ())
    for step in reversed(live):
        _write_step(w, step)
    w.step = None


def _is_formula(w: Writer, step: Step) -> bool:
    """Whether numbers made of sizes alone have a formula of their own, so that no op need be called for them."""
    before = len(w.nodes)
    w.step = step
    try:
        for item in step.results:
            w.of(item)
    except ExportError:
        del w.nodes[before:]
        return False
    return True


def _write_step(w: Writer, step: Step) -> None:
    w.step = step
    if step.op == "outside":
        raise w.refuse(f"{step.params['what']}, which has no ONNX operator")
    row = getattr(step, "row", None) or NODES.get(step.op)
    if row is None:
        reason = EXCUSED.get(step.op, "an op of your own has no ONNX operator")
        raise w.refuse(
            f"cannot be exported: {reason}. Leave it out of the exported model, compute it before or after, or write it "
            "with other ops"
        )
    for item in step.results:
        w.code(item.dtype)
    inputs = _of_one_kind(w, step)
    w.kind = _kind(inputs, w.kind)
    if step.elementwise:
        inputs = _converted(w, step, inputs)
    found = row(w, *inputs, **step.params)
    for item, name in zip(step.results, found if isinstance(found, list) else [found], strict=True):
        if name is not None and item.kind != "fixed":
            w.known(item, name)


def _of_one_kind(w: Writer, step: Step) -> list[Any]:
    """The inputs; numbers where another is a tensor stay numbers."""
    return list(step.inputs)


def _kind(inputs: Sequence[Any], otherwise: Any) -> Any:
    kinds = [x.dtype for x in inputs if isinstance(x, Item)]
    return kinds[0] if kinds else otherwise


def _converted(w: Writer, step: Step, inputs: list[Any]) -> list[Any]:
    """The inputs of an elementwise op, of one dtype: ONNX converts none by itself."""
    fixed = 1 if step.op == "where" else 0
    rest = inputs[fixed:]
    if step.op != "cast" and len(rest) > 1:
        kinds = [x.dtype for x in rest if isinstance(x, Item)]
        numbers = [x for x in rest if not isinstance(x, (Item, Size))]
        w.kind = np.result_type(*kinds, *numbers) if kinds else step.results[0].dtype
        rest = [w.cast(x, w.kind) if isinstance(x, Item) and x.dtype != w.kind else x for x in rest]
    return [*inputs[:fixed], *rest]


def _items(x: Any) -> Iterator[Item]:
    if isinstance(x, Item):
        yield x
    elif isinstance(x, (tuple, list)):
        for y in x:
            yield from _items(y)
    elif isinstance(x, dict):
        for y in x.values():
            yield from _items(y)


def _without_copies(w: Writer, outputs: Sequence[str]) -> None:
    """Leave out nodes that nothing reads, and give the outputs' names to the nodes that make them."""
    for name in outputs:
        copy = next(node for node in w.nodes if name in node.output)
        source = copy.input[0]
        maker = next((node for node in w.nodes if source in node.output), None)
        if maker is not None and source not in outputs:
            w.nodes.remove(copy)
            for node in w.nodes:
                for place in (node.input, node.output):
                    for k, used in enumerate(place):
                        if used == source:
                            place[k] = name
    needed = set(outputs)
    kept = []
    for node in reversed(w.nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    w.nodes = kept[::-1]
    w.initializers = {name: array for name, array in w.initializers.items() if name in needed}


def _proto(
    onnx: Any,
    w: Writer,
    merge: Merge,
    names: Any,
    outputs: Any,
    open_dims: Any,
    opset: int,
    weights: bool,
    version: str,
) -> Any:
    helper = onnx.helper
    states = {item.name for item in merge.items.values() if item.kind == "state"}
    size = sum(a.nbytes for name, a in w.initializers.items() if weights or name not in states)
    if size > LARGEST:
        raise ExportError(
            f"onnx.export: the model has {size / 2**30:.1f} GiB of numbers, and an ONNX file holds at most 2. Convert it "
            "with model.half(), or export it in parts"
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


def _checked(onnx: Any, proto: Any) -> Any:
    """With the shapes of all tensors in between, as viewers show them."""
    onnx.checker.check_model(proto, full_check=True)
    return onnx.shape_inference.infer_shapes(proto, strict_mode=True, data_prop=True)
