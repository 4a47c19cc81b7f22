"""`Optimizer`: what all optimisers share - parameter groups, per-parameter state, saving and loading.

An optimiser is one method, `update(p, grad, state, group)`, which reads like its paper and changes the array p in
place. All of its arithmetic goes through `out=` into memory that is there already, so a step allocates nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Unpack

import numpy as np

from .. import memory
from ..mode import enable_grad
from ..nn.module import clear_grad
from ..tensor import Tensor, wrap
from .options import Group, Kernels, at_least_zero, betas_below_one, check_kernels
from .scratch import Scratch

State = dict[str, Any]


class Optimizer:
    """Base class of the optimisers.

    params: Tensors that require gradients, such as `model.parameters()`; or dicts, the parameter groups, each
        with "params" and the options that differ from `defaults`.
    defaults: the options, such as the learning rate.
    kernels: `foreach`, `fused` and `capturable`, with which PyTorch chooses among its implementations. There is one
        here: they are accepted and ignored. `differentiable=True` is refused.

    `param_groups` is the list of groups; changing `group["lr"]` there takes effect at the next step.
    `state` has, for each parameter that has been updated, what the method remembers of it: arrays and numbers by name.
    """

    numbers: ClassVar[dict[str, type]] = {"step": int}  # what is remembered as a number, not as an array

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any], **kernels: Unpack[Kernels]) -> None:
        check_kernels(type(self).__name__, kernels)
        self.defaults = defaults
        self.state: dict[Tensor, State] = {}
        self.param_groups: list[Group] = []
        self.scratch = Scratch()
        if isinstance(params, (Tensor, np.ndarray)):
            raise TypeError(f"{type(self).__name__}: params must be a list of Tensors, not one {type(params).__name__}")
        given = list(params)
        if not given:
            raise ValueError(f"{type(self).__name__}: the list of parameters is empty")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Update these parameters too, with the options given in the group and the defaults for the rest."""
        name = type(self).__name__
        if not isinstance(param_group, dict):
            raise TypeError(f"{name}: a parameter group must be a dict, not {type(param_group).__name__}")
        params = param_group["params"]
        if isinstance(params, (set, frozenset)):
            raise TypeError(f"{name}: parameters must come in an order; pass a list, not a set")
        params = [params] if isinstance(params, Tensor) else list(params)
        known = {p for group in self.param_groups for p in group["params"]}
        for i, p in enumerate(params):
            if not isinstance(p, Tensor):
                raise TypeError(f"{name}: parameter {i} must be a Tensor, not {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(
                    f"{name}: parameter {i} was computed by {p.grad_fn.op.name}; only leaves can be optimised"  # type: ignore[union-attr]
                )
            if p in known:
                raise ValueError(f"{name}: parameter {i} (shape {p.shape}) is given twice")
            known.add(p)
        group = {"params": params} | {key: param_group.get(key, value) for key, value in self.defaults.items()}
        group |= {key: value for key, value in param_group.items() if key not in group}
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: Group) -> None:
        """Raise ValueError if an option of the group is out of its range; here, those that several optimisers have."""
        at_least_zero(group, "lr", "weight_decay", "eps", "momentum")
        if "betas" in group:
            betas_below_one(group)

    def update(self, p: np.ndarray, grad: np.ndarray, state: State, group: Group) -> None:
        """Change the parameter p, given its gradient, in place; the gradient itself must stay as it is."""
        raise NotImplementedError(
            f"{type(self).__name__} has no update(): define `def update(self, p, grad, state, group)`"
        )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; the others keep their values and their state.

        closure: computes the loss anew, calls backward() and returns the loss, which `step` then returns.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with np.errstate(all="ignore"):  # infinite and undefined gradients go where arithmetic takes them
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        array, g = p._array, p.grad._array
                        if g.shape != array.shape:
                            raise ValueError(f"step: a parameter has shape {array.shape}, its gradient {g.shape}")
                        state = self.state.get(p)
                        if state is None:
                            state = self.state[p] = {}
                        self.update(array, g, state, group)
                        memory.wrote(array)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or (`set_to_none=False`) fill them with zeros."""
        for group in self.param_groups:
            for p in group["params"]:
                clear_grad(p, set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """The state and the options, with parameters named by their position: 0, 1, 2 ... through all groups.

        {"state": {position: {name: Tensor or number}}, "param_groups": [{"lr": ..., "params": [positions]}]}.
        The Tensors look at the optimiser's own memory.
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
        """Continue from a state: copies it. ValueError, and nothing is loaded, if the groups have other sizes."""
        groups = state_dict["param_groups"]
        sizes, given = ([len(group["params"]) for group in some] for some in (self.param_groups, groups))
        if sizes != given:
            raise ValueError(
                f"load_state_dict: the groups here have {sizes} parameters, those in the state {given}; "
                "nothing was loaded"
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
        self.state = state

    def remembered(self, key: str, value: Any, p: Tensor) -> Any:
        """A value of a loaded state, for parameter `p`: numbers as they are, arrays copied in its shape and dtype."""
        if key in self.numbers:
            return self.numbers[key](value)
        if not hasattr(value, "shape"):
            return value
        array = as_array(value).astype(p.dtype)
        if array.shape != p.shape:
            raise ValueError(
                f"load_state_dict: {key} has shape {array.shape}, its parameter {p.shape}; nothing was loaded"
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


def as_array(value: Any) -> np.ndarray:
    """The array of a Tensor, of this library or another's."""
    array: np.ndarray = value._array if isinstance(value, Tensor) else np.asarray(value)
    return array


def slope(g: np.ndarray, θ: np.ndarray, λ: float, maximize: bool, out: np.ndarray) -> np.ndarray:
    """g + λ θ, or -g + λ θ to climb: the gradient of what is made small. Computed in `out`, if at all."""
    if not λ and not maximize:
        return g
    if not λ:
        np.negative(g, out=out)
        return out
    np.multiply(θ, λ, out=out)
    (np.subtract if maximize else np.add)(out, g, out=out)
    return out


def zeros_at_first(state: State, p: np.ndarray, *names: str) -> list[np.ndarray]:
    """The arrays of the parameter's shape that are remembered by these names; zeros at the first step."""
    for name in names:
        if state.get(name) is None:
            state[name] = np.zeros_like(p)
    return [state[name] for name in names]
