"""Where each thing is found: as PyTorch has it, under `tinygrad_edu` in place of `torch`."""

from __future__ import annotations

import sys
import types
from typing import Any

from .. import nn, testing
from . import (
    absent,
    accelerator,
    amp,
    backends,
    cuda,
    dims,
    distributions,
    onnx,
    parallel,
    sampling,
    saving,
    settings,
    tensorboard,
    utils_data,
    variable,
)
from . import types as tensor_types

ROOT = __name__.split(".", maxsplit=1)[0]

# import tinygrad_edu.cuda.amp, from tinygrad_edu.utils.data import DataLoader, and so on.
MODULES: dict[str, types.ModuleType] = {
    "accelerator": accelerator,
    "amp": amp,
    "amp.autocast_mode": amp,
    "amp.grad_scaler": amp,
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
    "distributions.kl": distributions,
    "distributions.normal": distributions,
    "distributions.uniform": distributions,
    "hub": absent.hub,
    "jit": absent.jit,
    "mps": accelerator,
    "multiprocessing": absent.multiprocessing,
    "nn.modules": nn,
    "nn.parallel": parallel,
    "onnx": onnx,
    "profiler": absent.profiler,
    "quantization": absent.quantization,
    "utils.data": utils_data,
    "utils.data.dataloader": utils_data,
    "utils.data.dataset": utils_data,
    "utils.data.sampler": utils_data,
    "utils.tensorboard": tensorboard,
}

# Names of modules that stand elsewhere in the library.
NAMES: dict[str, tuple[types.ModuleType, ...]] = {
    "": (settings, sampling, saving, tensor_types),
    "autograd": (variable,),
    "export": (dims,),
    "nn": (parallel,),
}


# Functions of nn.functional that PyTorch has at the top too.
FUNCTIONALS = ("celu", "cosine_similarity", "dropout", "pairwise_distance", "prelu", "selu", "threshold")


def names() -> dict[str, Any]:
    """What `tinygrad_edu` itself has of this: names and modules. Puts everything else into its place."""
    for path, module in MODULES.items():
        sys.modules[f"{ROOT}.{path}"] = module
        parent, _, name = path.rpartition(".")
        if parent and not isinstance(vars(sys.modules[f"{ROOT}.{parent}"]).get(name), type):
            setattr(sys.modules[f"{ROOT}.{parent}"], name, module)
    for name, module in vars(nn).items():
        if isinstance(module, types.ModuleType) and module.__name__ == f"{ROOT}.nn.{name}":
            sys.modules[f"{ROOT}.nn.modules.{name}"] = module
    for path, modules in NAMES.items():
        if path:
            for module in modules:
                vars(sys.modules[f"{ROOT}.{path}"]).update(_public(module))
    found = {name: module for name, module in MODULES.items() if "." not in name}
    for module in NAMES[""]:
        found |= _public(module)
    found |= {name: vars(nn.functional)[name] for name in FUNCTIONALS}
    constants = {
        "autocast": amp.autocast,
        "testing": testing,
        "strided": "strided",
        "contiguous_format": "contiguous_format",
    }
    return found | constants


def _public(module: types.ModuleType) -> dict[str, Any]:
    return {name: vars(module)[name] for name in vars(module)["__all__"]}


def refused(name: str) -> AttributeError:
    """The error for a name that `tinygrad_edu` has not."""
    if name in absent.REFUSED:
        return AttributeError(f"{ROOT}.{name}: {absent.REFUSED[name]}")
    return AttributeError(f"module {ROOT!r} has no attribute {name!r}")
