"""Files that PyTorch's `torch.save` wrote: tensors, numbers, strings and containers are read, and nothing else.

Such a file is a ZIP archive of the tensors' bytes and of a pickle that says what they belong to. A pickle is a program;
the one here may name only what is listed in `_Reader.find_class`, and each of these only puts values together. Whatever
else it names is refused before anything is made of it.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from typing import Any

import numpy as np

from ..devices import CPU, Size
from ..nn.parameter import Parameter
from ..tensor import wrap

STORAGES = {
    "FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?", "BFloat16Storage": "<u2",
    "ComplexFloatStorage": "<c8", "ComplexDoubleStorage": "<c16",
}  # fmt: skip
DTYPES = (
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "bool",
    "complex64",
    "complex128",
)


def is_one(content: bytes) -> bool:
    """Whether these bytes look like a file of PyTorch's, of today's kind or the older one."""
    return content[:4] == b"PK\x03\x04" or content[:1] == b"\x80"


def read(content: bytes, name: str) -> Any:
    """What was saved. bfloat16 is read as float32, which holds the same numbers. ValueError: see `saving.load`."""
    if content[:1] == b"\x80":
        raise ValueError(f"load: {name} has PyTorch's format of before version 1.6; load and save it again in PyTorch")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise ValueError("its entries are compressed, which PyTorch's are not")
            program = [entry.filename for entry in entries if entry.filename.endswith("/data.pkl")]
            if len(program) != 1:
                raise ValueError("it has no data.pkl; a model saved by torch.jit.save cannot be read")
            folder = program[0].removesuffix("data.pkl")
            if f"{folder}constants.pkl" in archive.namelist():
                raise ValueError("it is a TorchScript model; save model.state_dict() in PyTorch")
            if f"{folder}byteorder" in archive.namelist() and archive.read(f"{folder}byteorder") != b"little":
                raise ValueError("its numbers are big-endian")
            return _Reader(archive, folder).load()
    except Exception as error:  # a damaged file fails in many ways; none is the caller's
        raise ValueError(f"load: cannot read {name}: {error or type(error).__name__}") from None


class _Reader(pickle._Unpickler):  # the one in Python, whose memory cannot be blown up by an index in the file
    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        super().__init__(io.BytesIO(archive.read(f"{folder}data.pkl")))
        self.archive = archive
        self.folder = folder
        self.storages: dict[str, np.ndarray] = {}

    def find_class(self, module: str, name: str) -> Any:
        """What the pickle may name; a fresh function each, so that nothing it does to one outlives it."""
        if module == "collections" and name == "OrderedDict":
            return OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor_v2", "_rebuild_tensor"):
            return lambda *args: _tensor(*args)
        if module == "torch._utils" and name == "_rebuild_parameter":
            return lambda data, requires_grad, hooks: Parameter(data, requires_grad=bool(requires_grad))
        if module == "torch" and name in STORAGES:
            return name
        if module == "torch" and name in DTYPES:
            return np.dtype(name)
        if (module, name) == ("torch", "Size"):
            return lambda sizes: Size(sizes)
        if (module, name) == ("torch", "device"):
            return lambda *where: CPU
        if module in ("builtins", "__builtin__") and name in ("set", "complex"):
            return (lambda values: set(values)) if name == "set" else (lambda real, imag: complex(real, imag))
        raise ValueError(
            f"it holds a {module}.{name}, and only tensors, numbers, strings and containers are read; in PyTorch, save "
            "model.state_dict() in place of a module, and x.item() in place of a NumPy number"
        )

    def persistent_load(self, saved_id: Any) -> np.ndarray:
        """The numbers of a storage."""
        kind, storage, key, _, count = saved_id
        if kind != "storage" or not isinstance(key, str):
            raise ValueError("it refers to something that is not a storage")
        if key not in self.storages:
            data = self.archive.read(f"{self.folder}data/{key}")
            array = np.frombuffer(data, STORAGES[storage])[:count].copy()
            if storage == "BFloat16Storage":
                array = (array.astype(np.uint32) << 16).view(np.float32)
            self.storages[key] = array
        return self.storages[key]


def _tensor(storage: Any, offset: int, size: Any, stride: Any, requires_grad: bool = False, *rest: Any) -> Any:
    """A tensor on a storage: as in PyTorch, tensors that shared memory share it again."""
    array: np.ndarray = storage
    size, stride = tuple(map(int, size)), tuple(map(int, stride))
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True)) if 0 not in size else offset - 1
    if min((offset, *size, *stride)) < 0 or last >= array.size:
        raise ValueError("a tensor reaches outside its storage")
    view = np.lib.stride_tricks.as_strided(array[offset:], size, [step * array.itemsize for step in stride])
    tensor = wrap(view)
    return tensor.requires_grad_() if requires_grad else tensor
