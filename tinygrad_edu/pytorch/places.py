"""Where each thing is found: as PyTorch has it, under `tinygrad_edu` in place of `torch`."""

from __future__ import annotations

import sys
import types
from typing import Any

from .. import devices, testing
from ..tensor import Tensor
from . import (
    absent,
    accelerator,
    amp,
    backends,
    cuda,
    dims,
    distributions,
    functions,
    lazy,
    older_init,
    older_nn,
    older_utils,
    onnx,
    parallel,
    parametrize,
    prune,
    sampling,
    saving,
    settings,
    swa_utils,
    tensorboard,
    utils_data,
    variable,
    weights,
)
from . import types as tensor_types

ROOT = __name__.split(".", maxsplit=1)[0]

python_types = types.ModuleType(f"{ROOT}.types", "Types for annotations.")
vars(python_types).update(Number=int | float | bool, Device=devices.device | str | None, Tensor=Tensor)

# import tinygrad_edu.cuda.amp, from tinygrad_edu.utils.data import DataLoader, and so on.
MODULES: dict[str, types.ModuleType] = {
    "accelerator": accelerator,
    "amp": amp,
    "amp.autocast_mode": amp,
    "amp.grad_scaler": amp,
    "_tensor": sys.modules[Tensor.__module__],
    "autograd.profiler": absent.profiler,
    "autograd.variable": variable,
    "backends": backends,
    "backends.cudnn": backends.cudnn,
    "backends.mps": backends.mps,
    "cuda": cuda,
    "cuda.amp": amp,
    "distributed": absent.distributed,
    "distributions": distributions,
    "distributions.bernoulli": distributions,
    "distributions.categorical": distributions,
    "distributions.distribution": distributions,
    "distributions.kl": distributions.kl,
    **{
        f"distributions.{name}": distributions
        for name in (
            *("beta", "binomial", "dirichlet", "exponential", "gamma", "geometric", "gumbel", "independent", "laplace"),
            *("log_normal", "mixture_same_family", "multinomial", "one_hot_categorical", "poisson"),
            *("relaxed_bernoulli", "relaxed_categorical", "studentT", "transformed_distribution"),
        )
    },
    "distributions.multivariate_normal": distributions,
    "distributions.normal": distributions,
    "distributions.transforms": distributions.transforms,
    "distributions.uniform": distributions,
    "hub": absent.hub,
    "jit": absent.jit,
    "mps": accelerator,
    "multiprocessing": absent.multiprocessing,
    **older_nn.modules(f"{ROOT}.nn.modules"),
    "nn.parallel": parallel,
    "nn.utils.parametrizations": weights.parametrizations,
    "nn.utils.parametrize": parametrize,
    "nn.utils.prune": prune,
    "optim.swa_utils": swa_utils,
    "onnx": onnx,
    "profiler": absent.profiler,
    "quantization": absent.quantization,
    "types": python_types,
    "utils.data": utils_data,
    "utils.data.dataloader": utils_data,
    "utils.data.dataset": utils_data,
    "utils.data.sampler": utils_data,
    "utils.tensorboard": tensorboard,
}

# Names of modules that stand elsewhere in the library.
NAMES: dict[str, tuple[types.ModuleType, ...]] = {
    "": (settings, sampling, saving, tensor_types, functions),
    "autograd": (variable,),
    "nn": (parallel, lazy, older_nn),
    "nn.init": (older_init,),
    "nn.utils": (weights, older_utils),
    "export": (dims,),
}


def names() -> dict[str, Any]:
    """What `tinygrad_edu` itself has of this: names and modules. Puts everything else into its place."""
    for path, module in MODULES.items():
        sys.modules[f"{ROOT}.{path}"] = module
        parent, _, name = path.rpartition(".")
        if parent and not isinstance(vars(sys.modules[f"{ROOT}.{parent}"]).get(name), type):
            setattr(sys.modules[f"{ROOT}.{parent}"], name, module)
    for path, modules in NAMES.items():
        if path:
            for module in modules:
                vars(sys.modules[f"{ROOT}.{path}"]).update(_public(module))
    found = {name: module for name, module in MODULES.items() if "." not in name}
    for module in NAMES[""]:
        found |= _public(module)
    constants = {
        "autocast": amp.autocast,
        "testing": testing,
        "strided": "strided",
        "contiguous_format": "contiguous_format",
        "preserve_format": "preserve_format",
        "channels_last": "channels_last",
    }
    return found | constants


def _public(module: types.ModuleType) -> dict[str, Any]:
    return {name: vars(module)[name] for name in vars(module)["__all__"]}


def refused(name: str) -> AttributeError:
    """The error for a name that `tinygrad_edu` has not."""
    if name in absent.REFUSED:
        return AttributeError(f"{ROOT}.{name}: {absent.REFUSED[name]}")
    return AttributeError(f"module {ROOT!r} has no attribute {name!r}")
