"""Hooks: functions that see, or change, the inputs and the output of a module, and their gradients.

handle = layer.register_forward_hook(lambda layer, inputs, output: print(output.shape))
...
handle.remove()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..autograd.hooks import RemovableHandle, number
from .backward_hooks import Around


class _Hook(NamedTuple):
    function: Callable[..., Any]
    with_kwargs: bool


_Kind = dict[int, _Hook]  # by number, in the order in which they are called


class _Hooks(NamedTuple):
    before: _Kind
    after: _Kind
    before_backward: _Kind
    after_backward: _Kind


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

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` in `backward`, before the gradients go through the module.

        grad_output: a tuple with the gradient of each output. What the hook returns, unless None, takes its place.
        """
        return _registered(self._own_hooks().before_backward, _Hook(hook, False), prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` in `backward`, after the gradients went through the module.

        grad_input: a tuple with the gradient of each positional argument; None of one that requires none. What the hook
            returns, unless None, takes its place.
        Neither the arguments nor the outputs of such a module can be written to in place: RuntimeError.
        """
        return _registered(self._own_hooks().after_backward, _Hook(hook, False), prepend)

    def _own_hooks(self) -> _Hooks:
        if self._hooks is None:
            self._hooks = _Hooks({}, {}, {}, {})
        return self._hooks


def _registered(hooks: _Kind, hook: _Hook, prepend: bool) -> RemovableHandle:
    key = number()
    later = dict(hooks) if prepend else {}
    if prepend:
        hooks.clear()
    hooks[key] = hook
    hooks.update(later)
    return RemovableHandle(hooks, key)


def called_with_hooks(module: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a module that has hooks."""
    before, after, *backward = (tuple(kind.values()) for kind in module._hooks)  # copied: a hook may remove itself
    around = Around(module, *([hook.function for hook in kind] for kind in backward)) if any(backward) else None
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
    if around is not None:
        inputs = around.enter(inputs)
    output = module.forward(*inputs, **kwargs)
    for hook in after:
        given = (inputs, kwargs, output) if hook.with_kwargs else (inputs, output)
        changed = hook.function(module, *given)
        output = output if changed is None else changed
    return output if around is None else around.exit(output)
