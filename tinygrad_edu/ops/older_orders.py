"""Arguments in the order that they had before PyTorch 1.5, which it takes still: `t.add_(-lr, grad)`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from ..dtypes import NUMBERS

__all__: list[str] = []

_F = TypeVar("_F", bound=Callable[..., Any])


def factors_second(*names: str) -> Callable[[_F], _F]:
    """The keyword arguments of these names may come as numbers, all of them, right after the first argument."""

    def decorate(function: _F) -> _F:
        count = sum(p.kind is not p.KEYWORD_ONLY for p in inspect.signature(function).parameters.values())
        end = 1 + len(names)

        @functools.wraps(function)
        def called(*args: Any, **params: Any) -> Any:
            if len(args) == count + len(names) and all(isinstance(x, NUMBERS) for x in args[1:end]):
                params.update(zip(names, args[1:end], strict=True))
                args = (args[0], *args[end:])
            return function(*args, **params)

        return called  # type: ignore[return-value]

    return decorate
