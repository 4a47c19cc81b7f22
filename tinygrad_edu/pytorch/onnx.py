"""`onnx.export`: a model as an ONNX file, with PyTorch's names and arguments. What is done stands in `export/`."""

from __future__ import annotations

import enum
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..export import DEFAULT, FIRST, LAST, ExportError
from ..export.names import input_names_of, tensors_in
from ..files import write_whole
from ..op import Variable
from ..recording import no_grad, thread
from ..tensor import wrap
from ..warn import warn

__all__ = ["ExportError", "ONNXProgram", "OnnxExporterError", "TrainingMode", "errors", "export", "is_in_onnx_export"]

OnnxExporterError = ExportError
errors = SimpleNamespace(OnnxExporterError=ExportError, UnsupportedOperatorError=ExportError)


class TrainingMode(enum.Enum):
    """In which mode a model is exported: as for evaluation, as it is, or as for training."""

    EVAL = 0
    PRESERVE = 1
    TRAINING = 2


def is_in_onnx_export() -> bool:
    """Whether a model is being run for `export`."""
    from ..export.recorded import Recorder

    return isinstance(thread.mode.trace, Recorder)


def export(
    model: Any,
    args: Any = (),
    f: Any = None,
    export_params: bool = True,
    verbose: bool | None = None,
    training: Any = TrainingMode.EVAL,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    operator_export_type: Any = None,
    opset_version: int | None = None,
    do_constant_folding: bool = True,
    dynamic_axes: Mapping[str, Any] | None = None,
    keep_initializers_as_inputs: bool | None = None,
    custom_opsets: Mapping[str, int] | None = None,
    *,
    kwargs: Mapping[str, Any] | None = None,
    dynamo: bool = True,
    dynamic_shapes: Any = None,
    external_data: bool = True,
    verify: bool = False,
    report: bool = False,
    optimize: bool = True,
    profile: bool = False,
    **others: Any,
) -> ONNXProgram:
    """`model` as an ONNX graph, in the file `f`: what it computes of `args`, op by op.

        onnx.export(model, x, "model.onnx", input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "batch"}})

    Where an input is nan, maxima, sorting and `argmax` have no rule in ONNX: what they give is the runtime's.

    model: a Module, which is run in evaluation mode, or a function of tensors. Its parameters and buffers are stored
        under their names in the state dict, nodes are named after the modules that they are in.
    args: a Tensor, or a tuple of arguments, nested tuples of Tensors among them; a dict at its end has arguments by
        name. All else than Tensors is fixed. kwargs: arguments by name.
        onnxruntime has no Conv and no LSTM of float64 on CPUs: export `model.float()`.
    f: a path or a file that is open for writing; None only returns the graph. A path is written whole or not at all.
    input_names, output_names: by default those of the parameters of `forward`, and "output".
    dynamic_axes: for the names of inputs the dimensions whose size is open, with names, {"x": {0: "batch"}}, or
        without, {"x": [0]}. Dimensions of one name have one size. The model is run at several sizes to see what
        depends on them.
    dynamic_shapes: the same, for the parameters of `forward`, in a dict or in their order.
    opset_version: 18 to 23, by default 20. Of an older one 18 is written, with a warning, as in PyTorch.
    training: TrainingMode.PRESERVE exports the model in the mode it is in; TRAINING raises, as graphs have no memory.
    export_params: False makes the parameters inputs of the graph. verbose: print the graph.
    verify: run it with onnxruntime, and compare.
    The others choose how PyTorch's exporter works, and mean nothing here; `custom_opsets` raises.

    Returns an `ONNXProgram`. ExportError: something has no ONNX operator, or depends on the numbers of an input; the
    message says what, in which module, and what to do. ImportError: the package onnx is missing.
    """
    _refuse(custom_opsets, keep_initializers_as_inputs, others, training)
    args, kwargs = _arguments(args, kwargs)
    names = list(input_names or ())
    open_dims = {**_of_axes(dynamic_axes), **_of_shapes(dynamic_shapes, model, args, kwargs, names)}
    from .. import __version__
    from ..export.model import model_proto

    with _mode(model, training):
        proto = model_proto(
            model,
            args,
            kwargs,
            names,
            list(output_names or ()),
            open_dims,
            _opset(opset_version),
            export_params,
            __version__,
        )
        program = ONNXProgram(proto)
        if verify:
            program.verify(model, args, kwargs)
    if verbose:
        print(program)
    if f is not None:
        program.save(f)
    return program


class ONNXProgram:
    """An exported model. `model_proto` is the `onnx.ModelProto`; calling it runs it with onnxruntime."""

    def __init__(self, proto: Any) -> None:
        self.model_proto = proto
        self._session: Any = None

    def __repr__(self) -> str:
        """The graph as text; of the parameters the shapes only."""
        import onnx.printer

        shown = type(self.model_proto)()
        shown.CopyFrom(self.model_proto)
        for x in [x for x in shown.graph.initializer if len(x.dims) > 1 or max(x.dims, default=1) > 8]:
            shown.graph.value_info.append(onnx.helper.make_tensor_value_info(x.name, x.data_type, x.dims))
            shown.graph.initializer.remove(x)
        return str(onnx.printer.to_text(shown))

    def save(self, destination: Any, **_: Any) -> None:
        """Write it to a path, whole or not at all, or to an open file."""
        data = self.model_proto.SerializeToString(deterministic=True)
        if isinstance(destination, (str, os.PathLike)):
            write_whole(Path(destination), data)
        elif isinstance(destination, io.TextIOBase) or not hasattr(destination, "write"):
            raise TypeError(
                f"onnx.export: expected a path or a file open for writing bytes, got {type(destination).__name__}"
            )
        else:
            destination.write(data)

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """The outputs, of tensors in the order of the inputs, or by name. ImportError: onnxruntime is missing."""
        if self._session is None:
            try:
                import onnxruntime
            except ImportError:
                raise ImportError('running a graph needs onnxruntime: pip install "tinygrad_edu[onnx]"') from None
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            data = self.model_proto.SerializeToString()
            self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        names = [x.name for x in self._session.get_inputs()]
        flat = [_array(x) for x in tensors_in(args)]
        given = {**dict(zip(names, flat, strict=False)), **{key: _array(x) for key, x in kwargs.items()}}
        return tuple(wrap(y) for y in self._session.run(None, given))

    def verify(self, model: Any, args: Any, kwargs: Mapping[str, Any], tolerance: float = 1e-5) -> None:
        """Compare with the model's own outputs. ExportError: they differ by more than the tolerance."""
        with no_grad():
            wanted = list(tensors_in(model(*args, **kwargs)))
        names = [x.name for x in self.model_proto.graph.output]
        for name, got, want in zip(names, self(args, kwargs), wanted, strict=True):
            a, b = _array(got), _array(want)
            if a.shape != b.shape or not np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True):
                raise ExportError(f"onnx.export: {name} differs from the model's; please report this")


def _refuse(custom_opsets: Any, as_inputs: Any, others: Mapping[str, Any], training: Any) -> None:
    meaningless = {"dump_exported_program", "artifacts_dir", "autograd_inlining", "fallback"}
    for name, value in others.items():
        if name in ("custom_translation_table", "export_modules_as_functions"):
            if value:
                raise NotImplementedError(f"onnx.export: {name} belongs to PyTorch's exporter; leave it out")
        elif name not in meaningless:
            raise TypeError(f"onnx.export: unexpected argument {name!r}")
    if as_inputs:
        raise NotImplementedError(
            "onnx.export: keep_initializers_as_inputs: leave it out; export_params=False makes the parameters inputs"
        )
    if custom_opsets:
        raise NotImplementedError("onnx.export: custom_opsets: only ONNX's own operators are written; leave it out")
    if getattr(training, "name", training) == "TRAINING":
        raise NotImplementedError(
            "onnx.export: training=TRAINING: dropout and batch norm would have to draw and remember; use EVAL"
        )


def _opset(wanted: int | None) -> int:
    if wanted is None:
        return DEFAULT
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 1 <= wanted <= LAST:
        raise ValueError(f"onnx.export: opset_version must be an int from {FIRST} to {LAST}, got {wanted!r}")
    if wanted < FIRST:
        warn(f"onnx.export: opset_version={wanted}: the oldest that is written is {FIRST}, which is what you get")
    return max(wanted, FIRST)


def _arguments(args: Any, kwargs: Mapping[str, Any] | None) -> tuple[tuple[Any, ...], dict[str, Any]]:
    args = tuple(args) if isinstance(args, (tuple, list)) else (args,)
    if kwargs is None and args and isinstance(args[-1], dict):
        return args[:-1], args[-1]
    return args, dict(kwargs or {})


def _of_axes(axes: Mapping[str, Any] | None) -> dict[str, dict[int, str]]:
    """{"x": [0]} as {"x": {0: "x_dim_0"}}: a dimension without a name has one of its own."""
    if axes is not None and not isinstance(axes, Mapping):
        raise TypeError(f"onnx.export: dynamic_axes must be a dict, as {{'x': {{0: 'batch'}}}}, got {axes!r}")
    found: dict[str, dict[int, str]] = {}
    for name, dims in (axes or {}).items():
        if isinstance(dims, Mapping):
            found[name] = {int(dim): str(size) for dim, size in dims.items()}
        else:
            found[name] = {int(dim): f"{name}_dim_{dim}" for dim in dims}
    return found


def _of_shapes(shapes: Any, model: Any, args: Any, kwargs: Any, names: list[str]) -> dict[str, dict[int, str]]:
    """`dynamic_shapes`, as `dynamic_axes` has them."""
    if not shapes:
        return {}
    tensors = sum(1 for _ in tensors_in((args, kwargs)))
    of_forward = input_names_of(model, args, kwargs, (), tensors)
    known = [*names, *of_forward[len(names) :]]
    if isinstance(shapes, (tuple, list)):
        if len(shapes) != len(known):
            raise ValueError(f"onnx.export: expected dynamic_shapes of {len(known)} inputs, got {len(shapes)}")
        shapes = dict(zip(of_forward, shapes, strict=True))
    found = {}
    for name, dims in shapes.items():
        if name not in of_forward and name not in known:
            raise ValueError(f"onnx.export: dynamic_shapes names {name!r}; expected one of {', '.join(of_forward)}")
        as_input = known[of_forward.index(name)] if name in of_forward else name
        pairs = dims.items() if isinstance(dims, Mapping) else enumerate(dims or ())
        found[as_input] = {
            int(dim): _dim_name(size, as_input, dim) for dim, size in pairs if size is not None and not _is_static(size)
        }
    return found


def _is_static(size: Any) -> bool:
    return isinstance(size, int) or getattr(size, "name", "") == "STATIC"


def _dim_name(size: Any, name: str, dim: int) -> str:
    """Of a string, or of what has a name, as PyTorch's Dim."""
    text = size if isinstance(size, str) else getattr(size, "__name__", None)
    return str(text) if text else f"{name}_dim_{dim}"


def _array(x: Any) -> np.ndarray:
    return x._array if isinstance(x, Variable) else np.asarray(x)


class _mode:
    """Within it the model is in evaluation mode, unless its own is kept; each module has its own again behind it."""

    def __init__(self, model: Any, training: Any) -> None:
        keep = getattr(training, "name", training) == "PRESERVE" or not hasattr(model, "modules")
        self.modes = [] if keep else [(module, module.training) for module in model.modules()]

    def __enter__(self) -> None:
        for module, _ in self.modes:
            module.training = False

    def __exit__(self, *exception: object) -> None:
        for module, training in self.modes:
            module.training = training


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"onnx.{name} belongs to PyTorch's exporter; there is onnx.export(model, args, path)")
