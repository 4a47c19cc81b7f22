"""`export.Dim`: the name of an open dimension, for `onnx.export(..., dynamic_shapes=)`."""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = ["Dim"]


class Dim:
    """An open dimension with a name. `Dim.DYNAMIC` and `Dim.AUTO` are open and have none, `Dim.STATIC` is fixed.

    min, max: accepted, as in PyTorch; a graph does not check them. ValueError: a name that is no identifier.
    """

    AUTO: ClassVar[Dim]
    DYNAMIC: ClassVar[Dim]
    STATIC: ClassVar[Dim]

    def __init__(self, name: str, *, min: Any = None, max: Any = None) -> None:
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(f"Dim: expected a name that is an identifier, got {name!r}")
        self.__name__ = name
        self.name = name
        self.min, self.max = min, max

    def __repr__(self) -> str:
        return f"Dim({self.name!r})"


def _unnamed(what: str) -> Dim:
    dim = Dim(what)
    dim.__name__ = ""
    return dim


Dim.AUTO, Dim.DYNAMIC, Dim.STATIC = map(_unnamed, ("AUTO", "DYNAMIC", "STATIC"))
