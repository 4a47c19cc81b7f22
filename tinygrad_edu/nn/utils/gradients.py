"""Clipping gradients, and all parameters as one vector.

Source of clipping by norm: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
networks" (ICML 2013), section 3.2.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from ... import ops
from ...creation import as_tensor
from ...recording import no_grad
from ...tensor import Tensor, wrap
from ...tracing import again, is_traced

Tensors = Tensor | Iterable[Tensor]


def get_total_norm(tensors: Tensors, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> Tensor:
    """The p-norm of all elements of all tensors, as if they were one vector; p = inf is the largest magnitude.

    RuntimeError: it is infinite or nan, and `error_if_nonfinite`.
    """
    given = functools.partial(_total_norm, norm_type, error_if_nonfinite)
    return wrap(again(given, *(t._array for t in _listed(tensors))))


def _total_norm(norm_type: float, error_if_nonfinite: bool, *arrays: np.ndarray) -> np.ndarray:
    norms = [np.linalg.norm(a.ravel(), norm_type) for a in arrays]
    dtype = np.result_type(*(a.dtype for a in arrays)) if arrays else np.float32
    total = np.linalg.norm(np.asarray(norms, dtype), norm_type) if norms else 0.0
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(f"the norm of order {norm_type} of the gradients is {total}, so it cannot be clipped")
    return np.asarray(total, dtype)


def clip_grad_norm_(
    parameters: Tensors, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale all gradients by one factor, in place, so that their total norm is at most `max_norm`; return what it was.

    RuntimeError: the norm is infinite or nan, and `error_if_nonfinite`; no gradient has changed.
    """
    parameters = _listed(parameters)
    grads = [p.grad for p in parameters if p.grad is not None]
    total = get_total_norm(grads, norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total)
    return total


def clip_grads_with_norm_(parameters: Tensors, max_norm: float, total_norm: Any) -> None:
    """Multiply all gradients by max_norm / total_norm, in place, where that is less than 1."""
    with no_grad():
        if is_traced():
            scale: Any = wrap(again(functools.partial(_factor, max_norm), as_tensor(total_norm)._array))
        else:
            scale = _factor(max_norm, total_norm)
        for p in _listed(parameters) if is_traced() or scale != 1 else ():
            if p.grad is not None:
                p.grad.mul_(scale.to(p.grad.dtype) if is_traced() else float(scale))


def _factor(max_norm: float, total_norm: Any) -> np.ndarray:
    factor = float(max_norm) / (float(total_norm) + 1e-6)
    return np.asarray(1.0 if factor >= 1 else factor)  # a nan stays


def clip_grad_value_(parameters: Tensors, clip_value: float) -> None:
    """Clamp every element of every gradient to [-clip_value, clip_value], in place."""
    with no_grad():
        for p in _listed(parameters):
            if p.grad is not None:
                p.grad.clamp_(-float(clip_value), float(clip_value))


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """All elements of all parameters in one vector, in order, with a gradient as that of any op."""
    return ops.cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Copy the elements of a vector into the parameters, in order. ValueError: it has more or fewer than they have."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: expected a Tensor, got {type(vec).__name__}")
    parameters = list(parameters)
    count = sum(p.numel() for p in parameters)
    if vec.shape != (count,):
        raise ValueError(f"vector_to_parameters: expected a vector of shape ({count},), got {vec.shape}")
    start = 0
    with no_grad():
        for p in parameters:
            p.copy_(vec[start : start + p.numel()].reshape(p.shape))
            start += p.numel()


def _listed(tensors: Tensors) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)
