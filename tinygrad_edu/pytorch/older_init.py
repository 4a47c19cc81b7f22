"""`nn.init.xavier_uniform` and its like: names from before PyTorch 0.4, which fill the tensor as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..nn import init
from ..warn import warn

NAMES = (
    *("constant", "dirac", "eye", "kaiming_normal", "kaiming_uniform", "normal", "orthogonal", "sparse", "uniform"),
    *("xavier_normal", "xavier_uniform"),
)
__all__ = list(NAMES)


def _older(name: str) -> Callable[..., Any]:
    function = getattr(init, f"{name}_")

    def fill(*args: Any, **options: Any) -> Any:
        warn(f"nn.init.{name} is now called nn.init.{name}_", FutureWarning)
        return function(*args, **options)

    fill.__name__ = fill.__qualname__ = name
    fill.__doc__ = function.__doc__
    return fill


globals().update({name: _older(name) for name in NAMES})
