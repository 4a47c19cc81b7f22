"""What is said of an op, its documentation and signature, follows from its row and is worked out when asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .op import Op


class OfEachRow:
    """An attribute that each row works out when it is asked for, while the class `Op` keeps its own."""

    def __init__(self, own: Any, name: str) -> None:
        self.own = own
        self.name = name

    def __get__(self, row: Op | None, owner: type[Op]) -> Any:
        return self.own if row is None else getattr(importlib.import_module(f"{__package__}.formula"), self.name)(row)
