"""`save` and `load`: tensors, numbers, strings and containers of them in one file that is also a safetensors file.

The tensors stand in it by name, so `safetensors.torch.load_file` reads a saved state dict in PyTorch. What surrounds
them in a checkpoint (nested dicts, lists, numbers, strings) stands in the header's metadata as JSON. Nothing is ever
pickled; a file that PyTorch's `torch.save` wrote is read by `torch_file.py`.
The format: https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import files
from ..devices import check
from ..nn.parameter import Parameter
from ..placement import TYPES
from ..tensor import Tensor, wrap
from . import torch_file

__all__ = ["load", "save"]

KEY = "tinygrad_edu"
DTYPES = {np.dtype(name) for name in TYPES.values()} - {np.dtype(np.complex128)}


def save(obj: Any, f: Any, *args: Any, **options: Any) -> None:
    """Write a state dict, or a checkpoint of nested dicts, lists, tuples, numbers, strings, tensors and arrays.

    f: a path, or a file that is open for writing bytes. A path is written whole or not at all.

    TypeError: something else is in it, such as a module; save its `state_dict()`.
    """
    from safetensors.numpy import save as serialise

    tensors: dict[str, np.ndarray] = {}
    tree = _described(obj, (), tensors)
    content = serialise(tensors, {"format": "pt", KEY: json.dumps(tree)})
    if hasattr(f, "write"):
        f.write(content)
    else:
        files.write_whole(Path(f), content)


def load(
    f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool = True, mmap: Any = None
) -> Any:
    """What `save` wrote; or the tensors of any safetensors file, by name; or what PyTorch's `torch.save` wrote.

    f: a path, or a file that is open for reading bytes.
    map_location: "cpu"; tensors that lay on a GPU when PyTorch saved them are read like others.
    weights_only: accepted, and always so: of a file of PyTorch's, tensors, numbers, strings and containers are read,
        and nothing in it is run.

    ValueError: none of these, or damaged; or a file of PyTorch's that holds objects of other classes, such as a module.
    """
    if map_location is not None and not callable(map_location) and not isinstance(map_location, dict):
        check("load(map_location=)", map_location)
    content: bytes = f.read() if hasattr(f, "read") else Path(f).read_bytes()
    name = "this file" if hasattr(f, "read") else repr(os.fspath(f))
    if torch_file.is_one(content):
        return torch_file.read(content, name)
    return _read(content, name)


def _read(content: bytes, name: str) -> Any:
    from safetensors import SafetensorError
    from safetensors.numpy import load as deserialise

    try:
        tensors = deserialise(content)
        size = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + size]).get("__metadata__") or {}
        if KEY not in metadata:
            return {key: wrap(array.copy()) for key, array in tensors.items()}
        return _rebuilt(json.loads(metadata[KEY]), tensors)
    except (SafetensorError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise ValueError(f"load: {name} is not a file that save() wrote, or is damaged ({error})") from None


def _described(x: Any, path: tuple[Any, ...], tensors: dict[str, np.ndarray]) -> Any:
    """`x` as JSON: plain values as they are, all else as {kind: content}; the arrays go into `tensors`."""
    if x is None or isinstance(x, (bool, str)) or type(x) in (int, float):
        return x
    if isinstance(x, (Tensor, np.ndarray)):
        return _stored(x, path, tensors)
    if isinstance(x, np.generic) and x.dtype.kind in "bifu":
        return {"scalar": [str(x.dtype), x.item()]}
    if isinstance(x, np.dtype):
        return {"dtype": str(x)}
    if isinstance(x, Mapping):
        kind = "ordered" if isinstance(x, OrderedDict) else "dict"
        return {kind: [[_key(k), _described(v, (*path, k), tensors)] for k, v in x.items()]}
    if isinstance(x, (list, tuple)) and (type(x) in (list, tuple) or hasattr(x, "numel")):
        kind = "list" if isinstance(x, list) else "tuple"
        return {kind: [_described(v, (*path, i), tensors) for i, v in enumerate(x)]}
    where = f" at {'.'.join(map(str, path))}" if path else ""
    advice = (
        "save its state_dict()" if hasattr(x, "state_dict") else "save what it holds as numbers, strings and tensors"
    )
    raise TypeError(f"save: cannot save {type(x).__name__}{where}; {advice}")


def _stored(x: Any, path: tuple[Any, ...], tensors: dict[str, np.ndarray]) -> Any:
    array = x._array if isinstance(x, Tensor) else x
    if array.dtype not in DTYPES:
        raise TypeError(f"save: cannot save elements of type {array.dtype}; convert them, as to complex64 or float64")
    name = ".".join(map(str, path)) or "tensor"
    while name in tensors:
        name += "'"
    tensors[name] = np.ascontiguousarray(array).reshape(array.shape)
    if not isinstance(x, Tensor):
        return {"array": name}
    if isinstance(x, Parameter):
        return {"parameter": [name, x.requires_grad]}
    return {"gradient": name} if x.is_leaf and x.requires_grad else {"tensor": name}


def _key(key: Any) -> Any:
    if key is None or type(key) in (bool, int, float, str):
        return key
    raise TypeError(f"save: expected keys that are strings or numbers, got {key!r}")


def _rebuilt(tree: Any, tensors: Mapping[str, np.ndarray]) -> Any:
    if not isinstance(tree, dict):
        return tree
    ((kind, content),) = tree.items()
    if kind in ("dict", "ordered"):
        pairs = [(k, _rebuilt(v, tensors)) for k, v in content]
        return dict(pairs) if kind == "dict" else OrderedDict(pairs)
    if kind in ("list", "tuple"):
        return {"list": list, "tuple": tuple}[kind](_rebuilt(v, tensors) for v in content)
    if kind == "scalar":
        return np.dtype(content[0]).type(content[1])
    if kind == "dtype":
        return np.dtype(content)
    if kind == "array":
        return tensors[content].copy()
    if kind == "parameter":
        return Parameter(wrap(tensors[content[0]].copy()), requires_grad=content[1])
    tensor = wrap(tensors[content].copy())
    return tensor.requires_grad_() if kind == "gradient" else tensor
