"""Hooks: functions that see, or change, the inputs and the output of a module.

handle = layer.register_forward_hook(lambda layer, inputs, output: print(output.shape))
...
handle.remove()
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

_number = itertools.count().__next__


class _Hook(NamedTuple):
    function: Callable[..., Any]
    with_kwargs: bool


_Kind = dict[int, _Hook]  # by number, in the order in which they are called


class _Hooks(NamedTuple):
    before: _Kind
    after: _Kind


class RemovableHandle:
    """What registering a hook returns: `remove()` unregisters it; so does the end of a `with` block."""

    def __init__(self, hooks: _Kind, number: int) -> None:
        self._hooks = hooks
        self._hook_number = number

    def remove(self) -> None:
        self._hooks.pop(self._hook_number, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Hooked:
    """The part of `Module` that registers hooks."""

    _hooks: _Hooks | None = None  # None at first, so that a module without hooks is called at full speed

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, inputs)` before `forward`; what it returns, unless None, replaces the inputs.

        inputs: a tuple. A hook that returns anything but a tuple returns the one input.
        prepend: call it before the hooks registered so far. with_kwargs: call `hook(module, inputs, kwargs)`, which
            returns (inputs, kwargs) or None.
        """
        return _registered(self._own_hooks().before, _Hook(hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, inputs, output)` after `forward`; what it returns, unless None, replaces the output.

        prepend: call it before the hooks registered so far. with_kwargs: call `hook(module, inputs, kwargs, output)`.
        """
        return _registered(self._own_hooks().after, _Hook(hook, with_kwargs), prepend)

    def _own_hooks(self) -> _Hooks:
        if self._hooks is None:
            self._hooks = _Hooks({}, {})
        return self._hooks


def _registered(hooks: _Kind, hook: _Hook, prepend: bool) -> RemovableHandle:
    number = _number()
    later = dict(hooks) if prepend else {}
    if prepend:
        hooks.clear()
    hooks[number] = hook
    hooks.update(later)
    return RemovableHandle(hooks, number)


def called_with_hooks(module: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a module that has hooks."""
    before, after = (tuple(kind.values()) for kind in module._hooks)  # copied: a hook may remove itself
    for hook in before:
        changed = hook.function(module, inputs, kwargs) if hook.with_kwargs else hook.function(module, inputs)
        if changed is None:
            continue
        if hook.with_kwargs:
            if not isinstance(changed, tuple) or len(changed) != 2:
                raise TypeError(f"a forward pre-hook with_kwargs must return (inputs, kwargs) or None, got {changed!r}")
            inputs, kwargs = changed
        else:
            inputs = changed if isinstance(changed, tuple) else (changed,)
    output = module.forward(*inputs, **kwargs)
    for hook in after:
        given = (inputs, kwargs, output) if hook.with_kwargs else (inputs, output)
        changed = hook.function(module, *given)
        output = output if changed is None else changed
    return output
