"""A module as a function of its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import ops
from ..op import Variable, leaf

__all__ = ["functional_call", "stack_module_state"]


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with these tensors in place of its parameters and buffers of the same names.

    parameter_and_buffer_dicts: a dict of name to Tensor, as `named_parameters()` and `named_buffers()` have, or a tuple
        of such dicts. What is not named stays.
    args: the tuple of arguments, or the one argument.
    tie_weights: a parameter that the module has under several names is replaced under all of them.
    strict: missing names are a RuntimeError too; unknown ones always are.

    The module holds its own again afterwards, also after an error. What it writes to a buffer goes to the tensor given.
    While the call lasts, no other thread may use the module.

    >>> layer = tg.nn.Linear(2, 1)
    >>> given = {"weight": tg.tensor([[1.0, 2.0]]), "bias": tg.tensor([0.5])}
    >>> tg.func.functional_call(layer, given, tg.tensor([[1.0, 1.0]]))
    tensor([[3.5000]])
    >>> loss = lambda p, x: tg.func.functional_call(layer, p, x).sum()
    >>> tg.func.grad(loss)(given, tg.tensor([[1.0, 1.0]]))
    {'weight': tensor([[1., 1.]]), 'bias': tensor([1.])}
    """
    given = _merged(parameter_and_buffer_dicts)
    places = _places(module)
    unknown = [name for name in given if name not in places]
    missing = [name for name in places if name not in given] if strict else []
    if unknown or missing:
        raise RuntimeError(
            f"functional_call: {type(module).__name__} has no {', '.join(unknown)}"
            if unknown
            else f"functional_call: strict=True, and these are missing: {', '.join(missing)}"
        )
    changes = _changes(given, places, tie_weights)
    before = [(registry, key, registry[key]) for registry, key, _ in changes]
    arguments = () if args is None else args if isinstance(args, tuple) else (args,)
    try:
        for registry, key, x in changes:
            registry[key] = x
        return module(*arguments, **(kwargs or {}))
    finally:
        for registry, key, x in before:
            registry[key] = x


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of several modules of one kind, each stacked along a new dimension 0.

    With `functional_call` and `vmap` they are called as one:

    >>> models = [tg.nn.Linear(2, 1) for _ in range(3)]
    >>> params, buffers = tg.func.stack_module_state(models)
    >>> call = lambda p, b, x: tg.func.functional_call(models[0], (p, b), (x,))
    >>> tg.func.vmap(call, in_dims=(0, 0, None))(params, buffers, tg.ones(5, 2)).shape
    (3, 5, 1)
    """
    models = list(models)
    if not models:
        raise RuntimeError("stack_module_state: expected at least one model, got none")
    if len({type(model) for model in models}) > 1:
        raise RuntimeError("stack_module_state: expected models of one class")
    if len({model.training for model in models}) > 1:
        raise RuntimeError("stack_module_state: expected all models to be in training, or all not")
    params = {
        name: _stacked([dict(model.named_parameters())[name] for model in models])
        for name, _ in models[0].named_parameters()
    }
    buffers = {
        name: _stacked([dict(model.named_buffers())[name] for model in models]) for name, _ in models[0].named_buffers()
    }
    return params, buffers


def _stacked(tensors: list[Any]) -> Any:
    """One leaf."""
    if len({x.requires_grad for x in tensors}) > 1:
        raise RuntimeError("stack_module_state: a parameter requires a gradient in some models and not in others")
    found = ops.stack([x.detach() for x in tensors])
    if tensors[0].requires_grad:
        found._node = leaf(found)
    return found


def _merged(dicts: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in [dicts] if isinstance(dicts, Mapping) else dicts:
        if not isinstance(one, Mapping):
            raise TypeError(
                f"functional_call: expected a dict of name to Tensor, or a tuple of them, got {type(one).__name__}"
            )
        twice = found.keys() & one.keys()
        if twice:
            raise ValueError(f"functional_call: {', '.join(sorted(twice))} in two of the dicts")
        found.update(one)
    for name, x in found.items():
        if not isinstance(x, Variable):
            raise TypeError(f"functional_call: expected a Tensor for {name!r}, got {type(x).__name__}")
    return found


def _places(module: Any) -> dict[str, tuple[dict[str, Any], str]]:
    """By name: the dict in which the module keeps it, and its key there."""
    found = {}
    for path, part in module.named_modules(remove_duplicate=False):
        for registry in (part._parameters, part._buffers):
            for key, x in registry.items():
                if x is not None:
                    found[f"{path}.{key}" if path else key] = (registry, key)
    return found


def _changes(
    given: Mapping[str, Any], places: Mapping[str, tuple[dict[str, Any], str]], tie_weights: bool
) -> list[tuple[dict[str, Any], str, Any]]:
    """What goes where. Of a tensor that stands in several places all are replaced, unless they are given otherwise."""
    changes = [(*places[name], x) for name, x in given.items()]
    if not tie_weights:
        return changes
    by_tensor: dict[int, Any] = {}
    for registry, key, x in changes:
        own = id(registry[key])
        if own in by_tensor and by_tensor[own] is not x:
            raise ValueError(f"functional_call: two different tensors are given for one that is tied, {key!r}")
        by_tensor[own] = x
    tied = [
        (registry, key, by_tensor[id(registry[key])])
        for name, (registry, key) in places.items()
        if name not in given and id(registry[key]) in by_tensor
    ]
    return changes + tied
