"""Modules of PyTorch's that cannot be here: calling a function of one is an error that says what to use."""

from __future__ import annotations

import contextlib
import types
from typing import Any, NoReturn


class Absent(types.ModuleType):
    """A module of whose functions each raises NotImplementedError, with advice."""

    def __init__(self, name: str, advice: str, **present: Any) -> None:
        super().__init__(f"tinygrad_edu.{name}", advice)
        self.__dict__.update(present, _name=name, _advice=advice)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def refused(*args: Any, **options: Any) -> NoReturn:
            raise NotImplementedError(f"{self._name}.{name}: {self._advice}")

        refused.__name__ = name
        return refused


def _no() -> bool:
    return False


def _same(obj: Any = None, *args: Any, **options: Any) -> Any:
    """What is given, as it is: it computes the same here. Without a function, a decorator that does this."""
    return _same if obj is None else obj


class record_function(contextlib.ContextDecorator):
    """A block with a name, for a profiler. There is none, so it changes nothing."""

    def __init__(self, name: str, args: str | None = None) -> None:
        self.name = name

    def __enter__(self) -> record_function:
        return self

    def __exit__(self, *exception: Any) -> None:
        pass


jit = Absent(
    "jit",
    "there is no TorchScript; leave the module or function as it is, or use compile(). Weights of a scripted model are "
    "read after torch.save(model.state_dict(), path) in PyTorch",
    script=_same,
    trace=_same,
    ignore=_same,
    unused=_same,
    export=_same,
    is_scripting=_no,
    is_tracing=_no,
)
hub = Absent(
    "hub", "models are not downloaded; build the module here and load its weights with load_state_dict(load(path))"
)
distributed = Absent(
    "distributed",
    "there is one process; leave out the calls, and use the model itself",
    is_available=_no,
    is_initialized=_no,
    get_rank=lambda group=None: 0,
    get_world_size=lambda group=None: 1,
)
multiprocessing = Absent("multiprocessing", "use Python's multiprocessing; DataLoader(num_workers=) reads in threads")
profiler = Absent("profiler", "use Python's cProfile", record_function=record_function)
quantization = Absent("quantization", "there are no quantised tensors; use float32")

LOSSES = (
    *("binary_cross_entropy_with_logits", "cosine_embedding_loss", "ctc_loss", "hinge_embedding_loss", "kl_div"),
    *("margin_ranking_loss", "poisson_nll_loss", "triplet_margin_loss"),
)

# Names that `tinygrad_edu` itself has not, on purpose.
REFUSED = {
    **{name: f"use nn.functional.{name}, whose reduction is a word" for name in LOSSES},
    "sparse": "there are no sparse tensors; use dense ones",
    "bfloat16": "NumPy has no bfloat16; use float32 or float16",
    "sparse_coo_tensor": "there are no sparse tensors; use dense ones",
    "sparse_csr_tensor": "there are no sparse tensors; use dense ones",
    "quantize_per_tensor": "there are no quantised tensors; use float32",
}
