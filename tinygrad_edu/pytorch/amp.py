"""`amp`: mixed precision, which is for GPUs. `autocast` and `GradScaler` change nothing here, and say so once."""

from __future__ import annotations

import contextlib
from typing import Any

from ..warn import warn

__all__ = ["GradScaler", "autocast"]

_said: set[str] = set()


def _say(what: str) -> None:
    if what not in _said:
        _said.add(what)
        warn(f"{what} does nothing here: everything is computed in the dtypes that the tensors have")


class autocast(contextlib.ContextDecorator):
    """A context, or a decorator, that changes nothing: `with autocast("cuda"): ...`."""

    def __init__(
        self, device_type: Any = "cpu", dtype: Any = None, enabled: bool = True, cache_enabled: Any = None
    ) -> None:
        if enabled and device_type is not False:
            _say("autocast")

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *exception: Any) -> None:
        pass


class GradScaler:
    """Scales nothing: `scale(loss)` is the loss, `step(optimizer)` is `optimizer.step()`."""

    def __init__(self, *settings: Any, enabled: bool = True, **more: Any) -> None:
        if enabled:
            _say("GradScaler")

    def scale(self, outputs: Any) -> Any:
        """The same."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Nothing."""

    def step(self, optimizer: Any, *args: Any, **options: Any) -> Any:
        """`optimizer.step()`."""
        return optimizer.step(*args, **options)

    def update(self, new_scale: Any = None) -> None:
        """Nothing."""

    def get_scale(self) -> float:
        """1."""
        return 1.0

    def is_enabled(self) -> bool:
        """False."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """Nothing to keep."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing."""
