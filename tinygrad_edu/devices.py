"""Where a tensor lies: there is one device, "cpu". PyTorch's ways to say so are taken, and others are refused."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

NO_GPU = (
    "there is no GPU here: NumPy computes on the CPU. Choose the device as in "
    "device('cuda' if cuda.is_available() else 'cpu')"
)


T = TypeVar("T")


class device:
    """A device, by name: `device("cpu")`. RuntimeError: any other, such as "cuda"."""

    type = "cpu"
    index = None

    def __init__(self, type: Any = "cpu", index: int | None = None) -> None:
        if str(type) not in ("cpu", "cpu:0") or index not in (None, 0):
            raise RuntimeError(f"device({str(type)!r}): {NO_GPU}")

    def __repr__(self) -> str:
        return "device(type='cpu')"

    def __str__(self) -> str:
        return "cpu"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, device)

    def __hash__(self) -> int:
        return hash("cpu")

    def __enter__(self) -> device:
        return self

    def __exit__(self, *exception: Any) -> None:
        pass


CPU = device()


def check(name: str, given: Any) -> None:
    """ValueError unless this is the CPU, or None, which means it."""
    if given is not None and str(given) not in ("cpu", "cpu:0"):
        raise ValueError(f"{name}: the only device is 'cpu', got {str(given)!r}; {NO_GPU}")


def placed(make: Callable[..., T]) -> Callable[..., T]:
    """A function that makes tensors, and takes PyTorch's arguments about where they lie: there is one place.

    dtype=None means the default one. layout, pin_memory and memory_format are accepted where they change no number.
    """

    takes_sizes = any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(make).parameters.values())

    @functools.wraps(make)
    def made(
        *args: Any,
        device: Any = None,
        layout: Any = None,
        pin_memory: bool = False,
        memory_format: Any = None,
        out: Any = None,
        **options: Any,
    ) -> Any:
        if device is not None:
            check(make.__name__, device)
        if layout is not None and str(layout) != "strided":
            raise ValueError(
                f"{make.__name__}: the only layout is strided, got {layout!r}; there are no sparse tensors"
            )
        if takes_sizes and "size" in options:
            args = (*args, options.pop("size"))
        if "dtype" in options and options["dtype"] is None:
            del options["dtype"]
        result = make(*args, **options)
        if out is None:
            return result
        shape = tuple(getattr(result, "shape", ()))
        if tuple(out.shape) != shape:
            raise ValueError(f"{make.__name__}: out has shape {tuple(out.shape)}, the result {shape}")
        filled: T = out.copy_(result)
        return filled

    return made


class Size(tuple[int, ...]):
    """A shape: a tuple that knows how many elements there are."""

    __slots__ = ()

    def numel(self) -> int:
        """The product of the sizes."""
        count = 1
        for size in self:
            count *= size
        return count

    def __getitem__(self, index: Any) -> Any:
        found = tuple.__getitem__(self, index)
        return Size(found) if type(index) is slice else found
