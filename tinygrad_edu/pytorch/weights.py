"""`weight_norm` and `spectral_norm`, of `nn.utils.parametrizations` and in their older form in `nn.utils`.

weight_norm      w = g v / ‖v‖: the length of a weight and its direction, learned apart (Salimans and Kingma, "Weight
                 normalization", NeurIPS 2016)
spectral_norm    w / σ(w): σ, the largest singular value, by power iteration (Miyato, Kataoka, Koyama and Yoshida,
                 "Spectral normalization for generative adversarial networks", ICLR 2018)
"""

from __future__ import annotations

import types
from typing import Any

from .. import ops
from ..creation import randn
from ..nn import functional as F
from ..nn.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from ..nn.module import Module
from ..nn.parameter import Parameter
from ..recording import no_grad
from .parametrize import register_parametrization

__all__ = ["remove_spectral_norm", "remove_weight_norm", "spectral_norm", "weight_norm"]


def _norm_except(v: Any, dim: int | None) -> Any:
    """The length of each slice along `dim`; of everything, if that is None or -1."""
    if dim is None or dim == -1:
        return ops.norm(v)
    rest = tuple(d for d in range(v.ndim) if d != dim % v.ndim)
    return ops.sqrt(ops.sum(ops.square(v), dim=rest, keepdim=True))


def _as_matrix(weight: Any, dim: int) -> Any:
    if dim:
        weight = weight.permute(dim, *(d for d in range(weight.ndim) if d != dim))
    return weight.reshape(weight.shape[0], -1)


def _dim_of(module: Module) -> int:
    return 1 if isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)) else 0


class _WeightNorm(Module):
    """g v / ‖v‖."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, g: Any, v: Any) -> Any:
        return v * (g / _norm_except(v, self.dim))

    def right_inverse(self, weight: Any) -> tuple[Any, Any]:
        """g = ‖w‖, v = w."""
        return _norm_except(weight, self.dim), weight


class _SpectralNorm(Module):
    """w / uᵀ W v; each forward pass in training moves u and v towards the first singular vectors of W."""

    def __init__(self, weight: Any, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if n_power_iterations < 1:
            raise ValueError(f"spectral_norm: expected n_power_iterations of at least 1, got {n_power_iterations}")
        self.dim, self.eps, self.n_power_iterations = dim, eps, n_power_iterations
        if weight.ndim > 1:
            matrix = _as_matrix(weight.detach(), dim)
            for name, size in (("_u", matrix.shape[0]), ("_v", matrix.shape[1])):
                self.register_buffer(name, F.normalize(randn(size, dtype=weight.dtype), dim=0, eps=eps))
            self._iterate(matrix, 15)

    def _iterate(self, matrix: Any, times: int) -> None:
        with no_grad():
            for _ in range(times):
                self._u.copy_(F.normalize(matrix @ self._v, dim=0, eps=self.eps))
                self._v.copy_(F.normalize(matrix.T @ self._u, dim=0, eps=self.eps))

    def forward(self, weight: Any) -> Any:
        if weight.ndim == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = _as_matrix(weight, self.dim)
        if self.training:
            self._iterate(matrix.detach(), self.n_power_iterations)
        return weight / (self._u.clone() @ (matrix @ self._v.clone()))

    def right_inverse(self, value: Any) -> Any:
        """The weight itself."""
        return value


def _parametrized_weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Learn the length g of `module.<name>`, for each index of `dim`, and the direction v: original0, original1."""
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def _parametrized_spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """Divide `module.<name>` by its largest singular value."""
    dim = _dim_of(module) if dim is None else dim
    return register_parametrization(module, name, _SpectralNorm(getattr(module, name), n_power_iterations, dim, eps))


parametrizations = types.ModuleType("tinygrad_edu.nn.utils.parametrizations", __doc__)
vars(parametrizations).update(weight_norm=_parametrized_weight_norm, spectral_norm=_parametrized_spectral_norm)


class _Before:
    """What the older functions do before each call of the module: compute the weight, and assign it as an attribute."""

    def __init__(self, name: str, dim: int | None, more: Any = None) -> None:
        self.name, self.dim, self.more = name, dim, more

    def __call__(self, module: Module, inputs: Any) -> None:
        object.__setattr__(module, self.name, self.compute(module))

    def compute(self, module: Any) -> Any:
        """The weight."""
        raise NotImplementedError

    def start(self, module: Module, **parts: Any) -> Module:
        """Register the parts, and compute the weight."""
        if module._parameters.get(self.name) is None:
            raise ValueError(
                f"{type(module).__name__} has no parameter {self.name!r}, or it has been taken apart before"
            )
        delattr(module, self.name)
        for name, part in parts.items():
            if isinstance(part, Parameter):
                module.register_parameter(f"{self.name}_{name}", part)
            else:
                module.register_buffer(f"{self.name}_{name}", part)
        module.__dict__.setdefault("_reparametrized", {})[self.name] = self, module.register_forward_pre_hook(self)
        return module


class _OlderWeightNorm(_Before):
    def compute(self, module: Any) -> Any:
        v = getattr(module, f"{self.name}_v")
        return v * (getattr(module, f"{self.name}_g") / _norm_except(v, self.dim))


class _OlderSpectralNorm(_Before):
    def compute(self, module: Any, iterate: bool = True) -> Any:
        times, eps = self.more
        weight, u, v = (getattr(module, f"{self.name}_{part}") for part in ("orig", "u", "v"))
        matrix = _as_matrix(weight, self.dim or 0)
        if module.training and iterate:
            with no_grad():
                for _ in range(times):
                    v.copy_(F.normalize(matrix.detach().T @ u, dim=0, eps=eps))
                    u.copy_(F.normalize(matrix.detach() @ v, dim=0, eps=eps))
        return weight / (u.clone() @ (matrix @ v.clone()))


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Learn the length and the direction of a weight apart: parameters `weight_g` and `weight_v`."""
    weight = getattr(module, name)
    norm = _OlderWeightNorm(name, dim)
    g = Parameter(_norm_except(weight.detach(), dim))
    norm.start(module, g=g, v=Parameter(weight.detach().clone()))
    object.__setattr__(module, name, norm.compute(module))
    return module


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """Divide a weight by its largest singular value: a parameter `weight_orig`, buffers `weight_u` and `weight_v`."""
    weight = getattr(module, name)
    dim = _dim_of(module) if dim is None else dim
    matrix = _as_matrix(weight.detach(), dim)
    u, v = (F.normalize(randn(size, dtype=weight.dtype), dim=0, eps=eps) for size in matrix.shape)
    _OlderSpectralNorm(name, dim, (n_power_iterations, eps)).start(
        module, orig=Parameter(weight.detach().clone()), u=u, v=v
    )
    object.__setattr__(module, name, weight.detach())
    return module


def _removed(function: str, kind: type[_Before], module: Module, name: str) -> Module:
    norm, handle = module.__dict__.get("_reparametrized", {}).get(name, (None, None))
    if not isinstance(norm, kind):
        raise ValueError(f"{function}: {function.removeprefix('remove_')} was not called for {name!r} of {module}")
    with no_grad():
        value = norm.compute(module, iterate=False) if isinstance(norm, _OlderSpectralNorm) else norm.compute(module)
    handle.remove()
    del module.__dict__["_reparametrized"][name], module.__dict__[name]
    for part in ("g", "v", "orig", "u"):
        if f"{name}_{part}" in (*module._parameters, *module._buffers):
            delattr(module, f"{name}_{part}")
    module.register_parameter(name, Parameter(value.detach().clone()))
    return module


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """Undo `weight_norm`, and keep the weight that there is."""
    return _removed("remove_weight_norm", _OlderWeightNorm, module, name)


def remove_spectral_norm(module: Module, name: str = "weight") -> Module:
    """Undo `spectral_norm`, and keep the weight that there is."""
    return _removed("remove_spectral_norm", _OlderSpectralNorm, module, name)
