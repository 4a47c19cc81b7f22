"""`Optimizer`: what all optimisers share - parameter groups, per-parameter state, saving and loading.

An optimiser is one method, `update(p, grad, state, group)`, which reads like its paper and changes the array p in
place. All of its arithmetic goes through `out=` into memory that was allocated before, so a step allocates nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Unpack

import numpy as np

from .. import memory
from ..nn.module import Module, clear_grad
from ..recording import enable_grad, thread
from ..tensor import Tensor, wrap
from ..warn import warn
from .options import Group, Kernels, at_least_zero, betas_below_one, check_kernels, check_types
from .scratch import Scratch

State = dict[str, Any]
required = object()  # in optimisers written for older PyTorch, the default of an option that must be given


class Optimizer:
    """Base class of the optimisers.

    params: leaf Tensors that require gradients, such as `model.parameters()`; or dicts, the parameter groups, each
        with "params" and the options that differ from `defaults`.
    defaults: the options, such as the learning rate.
    kernels: `foreach`, `fused` and `capturable`, with which PyTorch chooses among its implementations, are accepted and
        ignored: here there is one. `differentiable=True` is refused.

    `param_groups` is the list of groups; changing `group["lr"]` there takes effect at the next step.
    `state` has, for each parameter that has been updated, the arrays and numbers that the method keeps for it, by name.
    TypeError: params are not Tensors or groups; an option has the wrong type. ValueError: no parameters; one that is
    not a leaf, or is given twice; an option out of its range.
    """

    numbers: ClassVar[dict[str, type]] = {"step": int}  # what the state has as numbers, not as arrays
    elementwise: ClassVar[bool] = True  # whether `update` treats each element by itself, so that arrays may be joined

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any], **kernels: Unpack[Kernels]) -> None:
        check_kernels(type(self).__name__, kernels)
        self.defaults = defaults
        self.state: dict[Tensor, State] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self.scratch = Scratch()
        name = type(self).__name__
        if isinstance(params, (Tensor, np.ndarray)):
            raise TypeError(f"{name}: expected a list of Tensors, got one {type(params).__name__}; pass [tensor]")
        if isinstance(params, Module):
            raise TypeError(f"{name}: expected a list of Tensors, got {type(params).__name__}; pass its parameters()")
        if not isinstance(params, Iterable) or isinstance(params, (str, Mapping)):
            raise TypeError(f"{name}: expected a list of Tensors or of parameter groups, got {type(params).__name__}")
        given = list(params)
        if not given:
            raise ValueError(f"{name}: the list of parameters is empty; {_why_empty(params)}")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Update these parameters too, with the options given in the group and the defaults for the rest.

        TypeError, ValueError: a parameter is not a leaf Tensor, or is given twice; an option is wrong.
        """
        name = type(self).__name__
        if not isinstance(param_group, dict):
            raise TypeError(f"{name}: expected a dict for the parameter group, got {type(param_group).__name__}")
        if "params" not in param_group:
            raise ValueError(
                f"{name}: expected a parameter group with 'params', got only {', '.join(map(repr, param_group))}"
            )
        params = param_group["params"]
        if isinstance(params, (set, frozenset)):
            raise TypeError(f"{name}: expected a list of parameters, got a set, which has no order")
        params = [params] if isinstance(params, Tensor) else list(params)
        known = {p for group in self.param_groups for p in group["params"]}
        for i, p in enumerate(params):
            if not isinstance(p, Tensor):
                raise TypeError(f"{name}: parameter {i} must be a Tensor, got {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(
                    f"{name}: parameter {i} was computed by {p.grad_fn.op.name}; only leaves can be optimised, as in "  # type: ignore[union-attr]
                    "nn.Parameter(tensor)"
                )
            if p in known:
                raise ValueError(f"{name}: parameter {i} (shape {p.shape}) is given twice")
            known.add(p)
        group = {"params": params} | {key: param_group.get(key, value) for key, value in self.defaults.items()}
        group |= {key: value for key, value in param_group.items() if key not in group}
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: Group) -> None:
        """Check the options of a group; subclasses add those of their own.

        TypeError: an option is not a number, or not True or False. ValueError: one is out of its range.
        """
        check_types(type(self).__name__, group)
        at_least_zero(group, "lr", "weight_decay", "eps", "momentum")
        if "betas" in group:
            betas_below_one(group)

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        """Change the parameter p in place, given its gradient, which must stay as it is."""
        raise NotImplementedError(
            f"{type(self).__name__} has no update(): define `def update(self, p, grad, state, group)`"
        )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; the others keep their values and their state.

        closure: a function that computes the loss, calls backward() and returns the loss, which `step` then returns.
        Warns if no parameter has a gradient.
        """
        loss = None
        idle = True
        if closure is not None:
            with enable_grad():
                loss = closure()
        if thread.mode.trace is not None:
            thread.mode.trace.update(self)
        with np.errstate(all="ignore"):  # inf and nan spread as arithmetic has it
            for group in self.param_groups:
                for p in group["params"]:
                    grad = p.grad
                    if grad is not None:
                        idle = False
                        array, g = p._array, grad._array
                        if g.shape != array.shape:
                            raise ValueError(
                                f"{type(self).__name__}.step(): a parameter of shape {array.shape} has a gradient of "
                                f"shape {g.shape}; call zero_grad() after changing its data"
                            )
                        state = self.state.get(p)
                        if state is None:
                            state = self.state[p] = {}
                        self.update(array, g, state, group)
                        memory.wrote(array)
        if idle:
            self._warn_of_no_gradient()
        return loss

    def _warn_of_no_gradient(self) -> None:
        warn(
            f"{type(self).__name__}.step(): no parameter has a gradient, so nothing is updated; call loss.backward() "
            "before step(), and compute the loss from these parameters"
        )

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters, or (`set_to_none=False`) fill them with zeros."""
        for group in self.param_groups:
            for p in group["params"]:
                clear_grad(p, set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """The state and the options; parameters are named by their position in all groups together: 0, 1, 2 ...

        {"state": {position: {name: Tensor or number}}, "param_groups": [{"lr": ..., "params": [positions]}]}.
        The Tensors share the optimiser's memory.
        """
        position = {p: i for i, p in enumerate(self._params())}
        state = {
            i: {key: wrap(value) if isinstance(value, np.ndarray) else value for key, value in self.state[p].items()}
            for p, i in position.items()
            if p in self.state
        }
        groups = [{**group, "params": [position[p] for p in group["params"]]} for group in self.param_groups]
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a state, which is copied.

        TypeError: not a dict. ValueError: not the state of an optimiser, or its groups have other sizes or shapes;
        nothing is loaded.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"load_state_dict: expected the dict that state_dict() returns, got {type(state_dict).__name__} "
                f"{state_dict!r}; if it is a file, read it first"
            )
        if missing := [key for key in ("state", "param_groups") if key not in state_dict]:
            raise ValueError(f"load_state_dict: not the state of an optimiser: it has no {missing[0]!r}")
        groups = state_dict["param_groups"]
        sizes, given = ([len(group["params"]) for group in some] for some in (self.param_groups, groups))
        if sizes != given:
            raise ValueError(
                f"load_state_dict: expected groups of {sizes} parameters, got groups of {given}; nothing was loaded"
            )
        params = dict(zip((i for group in groups for i in group["params"]), self._params(), strict=True))
        by_position = {int(i): remembered for i, remembered in state_dict["state"].items()}
        state = {
            p: {key: self.remembered(key, value, p) for key, value in by_position[i].items()}
            for i, p in params.items()
            if i in by_position
        }
        for mine, theirs in zip(self.param_groups, groups, strict=True):
            mine.update({key: value for key, value in theirs.items() if key != "params"})
        self.state = defaultdict(dict, state)

    def remembered(self, key: str, value: Any, p: Tensor) -> Any:
        """A value of a loaded state, for parameter `p`: a number as it is, an array copied, in the dtype of `p`."""
        if key in self.numbers:
            return self.numbers[key](value)
        if not hasattr(value, "shape"):
            return value
        array = as_array(value).astype(p.dtype)
        if array.shape != p.shape:
            raise ValueError(
                f"load_state_dict: expected {key} of shape {p.shape}, got {array.shape}; nothing was loaded"
            )
        return array

    def _params(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {key}: {value}" for key, value in sorted(group.items()) if key != "params"]
        return "\n".join([*lines, ")"])


def _why_empty(params: Any) -> str:
    if isinstance(params, Iterator):
        return (
            "an iterator can be consumed only once: call model.parameters() again, or keep list(model.parameters()); "
            "parameters of layers in a plain list are not found either: use nn.ModuleList"
        )
    return "pass the parameters to update, such as model.parameters()"


def as_array(value: Any) -> np.ndarray:
    """The array of a Tensor, of this library or of another."""
    array: np.ndarray = value._array if isinstance(value, Tensor) else np.asarray(value)
    return array


def slope(g: np.ndarray, θ: np.ndarray, λ: float, maximize: bool, out: np.ndarray) -> np.ndarray:
    """g + λ θ, or -g + λ θ to maximise: the gradient of what is minimised. `out` is memory to compute it in."""
    if not λ and not maximize:
        return g
    if not λ:
        np.negative(g, out=out)
        return out
    np.multiply(θ, λ, out=out)
    (np.subtract if maximize else np.add)(out, g, out=out)
    return out


def zeros_at_first(state: State, p: np.ndarray, *names: str) -> list[np.ndarray]:
    """The arrays in the state with these names, of the parameter's shape; zeros at the first step."""
    found = []
    for name in names:
        array = state.get(name)
        if array is None:
            array = state[name] = np.zeros_like(p)
        found.append(array)
    return found
