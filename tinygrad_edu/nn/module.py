"""`Module`: a function with parameters, made of smaller modules.

Assigning is registering (registry.py). `self.weight = Parameter(...)` makes `weight` one of this module's parameters,
and `self.layer = Linear(...)` makes `layer` one of its submodules. The order of assignment is the order of
`parameters()` and of the keys of `state_dict()`. A parameter's name is the names of the attributes that lead to it,
joined by dots: `layer.weight`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from ..devices import NO_GPU
from ..placement import dtype_of
from ..recording import Call, thread
from ..tensor import Tensor, wrap
from .hooks import Hooked, called_with_hooks
from .parameter import Parameter
from .registry import Registry
from .state import LoadResult, load
from .unregistered import warn_of_unregistered

__all__ = [
    "Module",
]


class Module(Hooked, Registry):
    """Base class of layers and models. Subclasses define `forward`; calling the module calls it.

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(2, 1)

            def forward(self, x):
                return self.layer(x).tanh()

    `training` is set by `train()` and cleared by `eval()`; dropout and batch normalisation depend on it.
    """

    training: bool

    def __init__(self) -> None:
        super().__init__()
        self.training = True

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """What the module computes; every subclass defines it. NotImplementedError: this one does not."""
        name = type(self).__name__
        raise NotImplementedError(f"{name} has no forward(): define `def forward(self, x): ...` in class {name}")

    def __call__(self, *inputs: Any, **kwargs: Any) -> Any:
        mode = thread.mode
        outer = mode.call
        mode.call = Call(self, outer)  # for pictures: who computes what
        try:
            if self._hooks is None:
                return self.forward(*inputs, **kwargs)
            return called_with_hooks(self, inputs, kwargs)
        finally:
            mode.call = outer

    # --- what it contains ---------------------------------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The submodules with their names, each once."""
        seen: set[Module] = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        """The submodules, each once."""
        return (module for _, module in self.named_children())

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module (named `prefix`) and all modules below it, depth first, each once."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, _join(prefix, name), remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """This module and all modules below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their names; one that is used in several places (tied weights) comes once.

        Warns if a module keeps layers or parameters in a plain list, tuple or dict, where they are not found.
        """
        return self._walk("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, as `named_parameters`, without their names. An iterator: it can be used once."""
        return (param for _, param in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their names, each once."""
        return self._walk("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _walk(self, registry: str, prefix: str, recurse: bool, once: bool) -> Iterator[tuple[str, Any]]:
        seen: set[Tensor] = set()
        for path, module in self.named_modules(None, prefix, once) if recurse else [(prefix, self)]:
            if module._containers and registry == "_parameters":
                warn_of_unregistered(self, module)
            for name, tensor in getattr(module, registry).items():
                if tensor is not None and tensor not in seen:
                    if once:
                        seen.add(tensor)
                    yield _join(path, name), tensor

    def get_submodule(self, target: str) -> Module:
        """The module of this name, which is names joined by dots; "" is this module. AttributeError: there is none."""
        module = self
        for i, name in enumerate(target.split(".") if target else ()):
            found = module._modules.get(name)
            if found is None:
                where = ".".join(target.split(".")[:i]) or type(self).__name__
                have = ", ".join(module._modules) or "none"
                raise AttributeError(
                    f"get_submodule({target!r}): {where} has no submodule {name!r}; its submodules are: {have}"
                )
            module = found
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of this name, as `named_parameters` has it. AttributeError: there is none."""
        return self._named("get_parameter", "_parameters", target)  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of this name, as `named_buffers` has it. AttributeError: there is none."""
        return self._named("get_buffer", "_buffers", target)  # type: ignore[no-any-return]

    def _named(self, what: str, registry: str, target: str) -> Any:
        path, _, name = target.rpartition(".")
        found = getattr(self.get_submodule(path), registry)
        if found.get(name) is None:
            raise AttributeError(f"{what}({target!r}): there is none; here are {', '.join(found) or 'none'}")
        return found[name]

    # --- state ------------------------------------------------------------------------------------------------------

    def state_dict(
        self, *, destination: dict[str, Any] | None = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Tensor]:
        """The values of all parameters and persistent buffers by name, in order.

        The Tensors are detached and share the module's memory; for a snapshot, copy them, as in
        `copy.deepcopy(model.state_dict())`.
        destination: a dict to add them to. keep_vars: the parameters themselves, not detached.
        """
        state = OrderedDict[str, Tensor]() if destination is None else destination
        for path, module in self.named_modules(remove_duplicate=False):
            kept = {name: tensor for name, tensor in module._buffers.items() if name not in module._transient}
            for name, tensor in {**module._parameters, **kept}.items():
                if tensor is not None:
                    state[prefix + _join(path, name)] = tensor if keep_vars else tensor.detach()
        return state

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> LoadResult:
        """Copy values into the parameters and buffers, in place: an optimiser goes on with the same parameters.

        state_dict: a dict of name to Tensor or array; dtypes are converted.
        strict: the keys must be exactly those of `state_dict()`. If not, missing and unexpected keys are skipped, and
            returned as `missing_keys` and `unexpected_keys`.
        assign: True, with which PyTorch puts the given tensors into the place of the parameters, is refused.
        TypeError: not a dict, such as the name of a file. RuntimeError: missing or unexpected keys or wrong shapes, all
        of which it lists; nothing is loaded.
        """
        if assign:
            raise NotImplementedError("load_state_dict(assign=True): leave assign out; the values are copied")
        return load(type(self).__name__, self.state_dict(), state_dict, strict)

    # --- on all modules below ------------------------------------------------------------------------------------

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn(module)` for each module below, then for this one; `model.apply(init_weights)`."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Set `training` for this module and all below it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """`train(False)`: dropout does nothing, batch normalisation uses its running statistics."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or (`set_to_none=False`) fill them with zeros."""
        for param in self.parameters():
            clear_grad(param, set_to_none)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set `requires_grad` of all parameters; False freezes them."""
        for param in self.parameters():
            param.requires_grad_(requires_grad)
        return self

    def to(self, *targets: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False) -> Self:
        """Convert floating-point parameters and buffers to this dtype; "cpu" is the only device.

        The Parameters stay the same objects. TypeError: not a floating-point dtype.
        """
        for target in (*targets, dtype, device):
            if target is not None and not isinstance(target, bool) and str(target) not in ("cpu", "cpu:0"):
                self._convert(target)
        return self

    def float(self) -> Self:
        """Convert to float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Convert to float64."""
        return self.to(np.float64)

    def half(self) -> Self:
        """Convert to float16."""
        return self.to(np.float16)

    def cpu(self) -> Self:
        """The module itself: "cpu" is the only device."""
        return self

    def bfloat16(self) -> Self:
        """RuntimeError: NumPy has no such dtype."""
        raise RuntimeError("bfloat16(): NumPy has no such dtype; use float() or half()")

    def share_memory(self) -> Self:
        """The module itself: threads share its memory in any case."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """RuntimeError: there is no GPU."""
        raise RuntimeError(f"cuda(): {NO_GPU}, and move with .to(device)")

    def type(self, dst_type: Any) -> Self:
        """As `to(dtype)`; names such as "torch.DoubleTensor" are taken too."""
        return self.to(dtype_of(dst_type))

    def _convert(self, dtype: Any) -> None:
        for tensor in [*self.parameters(), *self.buffers()]:
            if tensor.dtype.kind == "f":
                converted = tensor.data.to(dtype)
                if converted.dtype.kind != "f":
                    raise TypeError(
                        f"to({dtype!r}): expected a floating-point dtype; parameters cannot be of another kind"
                    )
                tensor.data = converted
                if tensor.grad is not None:
                    tensor.grad = tensor.grad.to(dtype)

    # --- text -------------------------------------------------------------------------------------------------------

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """What `repr` shows between the parentheses, such as sizes; subclasses define it."""
        return ""

    def __repr__(self) -> str:
        children = [(f"({name})", repr(module)) for name, module in self._modules.items()]
        return tree(type(self).__name__, self.extra_repr(), children)


def tree(name: str, extra: str, children: list[tuple[str, str]]) -> str:
    """A module as text: its name, its `extra_repr`, and its children, indented."""
    lines = [f"{label}: {text}".replace("\n", "\n  ") for label, text in children]
    if not lines:
        return f"{name}({extra})"
    if extra:
        lines.insert(0, extra)
    return f"{name}(\n  " + "\n  ".join(lines) + "\n)"


def clear_grad(param: Tensor, set_to_none: bool) -> None:
    """Forget the gradient of `param`, or replace it by zeros."""
    if set_to_none:
        param.grad = None  # without looking at it: a compiled step then need not know whether there was one
    elif param.grad is not None:
        param.grad = wrap(np.zeros_like(param.grad._array))


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
