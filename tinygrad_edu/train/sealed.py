"""Arrays and a text in one safetensors file, with a checksum over both: what checkpoints and weights are kept in.

The format is https://huggingface.co/docs/safetensors. The header has one entry, named by what wrote the file:
{"format", "sha256", "state"}. Such a file contains no code.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from ..files import write_whole
from .tree import Arrays

FORMAT = 1
HEADER = 32 << 20  # bytes: real headers are far smaller


def write(path: Path, key: str, text: str, arrays: Arrays) -> None:
    """Write the file, whole or not at all; equal contents give equal bytes. Raises `OSError`."""
    from safetensors.numpy import save  # here, as in `read`: training itself needs NumPy alone

    header = json.dumps({"format": FORMAT, "sha256": _digest(text, arrays), "state": text})
    contiguous = {name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()}
    write_whole(path, save(contiguous, {key: header}))


def read(path: Path, key: str) -> tuple[str, Arrays]:
    """The text and the arrays of a file that `write` wrote under the same key.

    Raises `ValueError` if it did not, or if a bit was changed since; `OSError` if the file cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load, save

    if path.exists() and not path.is_file() and not path.is_dir():  # a FIFO, say: reading it could block for ever
        raise ValueError("it is not a regular file")
    with path.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if length > HEADER:
            raise ValueError(f"its header claims to be {length:,} bytes long")
        described = file.read(length)
        rest = file.read()
    try:
        metadata = json.loads(described).get("__metadata__") or {}
        if key not in metadata:
            raise ValueError(f"it was not written by tinygrad_edu as a {key.rpartition('.')[2]}")
        content = start + described + rest
        arrays = load(content)
        header = json.loads(metadata[key])
        if header["format"] != FORMAT:
            raise ValueError(f"expected format {FORMAT}, got {header['format']!r}")
        text = header["state"]
        if header["sha256"] != _digest(text, arrays) or save(arrays, {key: metadata[key]}) != content:
            raise ValueError("its contents were changed after it was written")
    except KeyError as error:
        raise ValueError(f"it has no {error}") from None
    except (SafetensorError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from None
    return text, arrays


def _digest(text: str, arrays: Arrays) -> str:
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
