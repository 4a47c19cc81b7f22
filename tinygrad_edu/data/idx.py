"""Read IDX, the file format of MNIST, gzipped or not.

The format, all numbers big-endian: two zero bytes; a byte for the element type (0x08 is unsigned byte); a byte for
the number of dimensions; each dimension in four bytes; then the elements, the last dimension running fastest.
Described at the foot of http://yann.lecun.com/exdb/mnist/.
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from io import BufferedReader
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .errors import DataError

UNSIGNED_BYTE = 0x08
OTHER_TYPES = {0x09: "int8", 0x0B: "int16", 0x0C: "int32", 0x0D: "float32", 0x0E: "float64"}

GZIP_MAGIC = b"\x1f\x8b"
MOST_DIMENSIONS = 64  # NumPy's limit
MOST_BYTES = 1 << 31
SMALL = 1 << 26  # up to so many bytes a gzip file may unpack to, however small it is
MOST_PACKED = 200  # times its size that a larger one may: images pack to a fifth, zeros alone to a thousandth
CHUNK = 1 << 20


def read_idx(path: str | os.PathLike[str]) -> npt.NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes: uint8, of the shape that the file states.

    Whether the file is gzipped is told from its content, not its name.

    Raises ``DataError`` if it cannot be read, or is anything but exactly one such array.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder, not an IDX file")
        check_regular(path)
        with path.open("rb") as raw:
            zipped = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            if not zipped:
                return _read(raw, path, MOST_BYTES)
            size = os.fstat(raw.fileno()).st_size
            with gzip.open(raw) as unzipped:
                return _read(unzipped, path, min(MOST_BYTES, max(SMALL, MOST_PACKED * size)))
    except FileNotFoundError:
        raise DataError(f"{path} does not exist") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path} is damaged: its gzip data cannot be unpacked ({error}); download it again") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None


def check_regular(path: Path) -> None:
    """Raise `DataError` for a FIFO, a socket or a device, from which reading could block for ever."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise DataError(f"{path} is not a regular file; copy its contents into one")


def _read(file: BufferedReader | gzip.GzipFile, path: Path, most: int) -> npt.NDArray[np.uint8]:
    shape = _read_shape(file, path)
    count = math.prod(shape)
    if 0 in shape:
        raise DataError(f"{path}: dimension {shape.index(0) + 1} of {len(shape)} is 0, so there are no elements")
    if count > most:
        why = "read at most" if most == MOST_BYTES else "that a gzip file of this size can be expected to hold"
        raise DataError(f"{path}: its header promises {_size(shape)}, more than the {most} {why}")
    data = bytearray()  # grows with what is there, whatever the header promises
    try:
        while len(data) <= count and (chunk := file.read1(min(CHUNK, count + 1 - len(data)))):
            data += chunk
    except EOFError:  # the gzip data just stops
        if len(data) == count:
            raise
    if len(data) < count:
        raise DataError(f"{path} is cut short: {_size(shape)} expected after the header, {len(data)} found")
    if len(data) > count:
        raise DataError(f"{path} has bytes left over after the {_size(shape)} that its header promises")
    return np.frombuffer(data, np.uint8).reshape(shape)


def _read_shape(file: BufferedReader | gzip.GzipFile, path: Path) -> tuple[int, ...]:
    magic = file.read(4)
    if not magic:
        raise DataError(f"{path} is empty")
    if len(magic) < 4:
        raise DataError(f"{path} is cut short: a header of 4 bytes or more expected, {len(magic)} found")
    if magic[:2] != b"\0\0":
        raise DataError(f"{path} is not an IDX file: it starts with the bytes {magic.hex(' ')}, not with 00 00")
    kind, ndim = magic[2], magic[3]
    if kind != UNSIGNED_BYTE:
        name = OTHER_TYPES.get(kind, "no type that IDX knows")
        raise DataError(f"{path}: byte 3 says element type 0x{kind:02x} ({name}); only 0x08 (uint8) can be read")
    if not 1 <= ndim <= MOST_DIMENSIONS:
        raise DataError(f"{path}: byte 4 says {ndim} dimensions; 1 to {MOST_DIMENSIONS} can be read")
    header = file.read(4 * ndim)
    if len(header) < 4 * ndim:
        raise DataError(f"{path} is cut short: {4 + 4 * ndim} bytes of header expected, {4 + len(header)} found")
    return struct.unpack(f">{ndim}I", header)


def _size(shape: tuple[int, ...]) -> str:
    return f"{' x '.join(map(str, shape))} = {math.prod(shape)} bytes" if len(shape) > 1 else f"{shape[0]} bytes"
