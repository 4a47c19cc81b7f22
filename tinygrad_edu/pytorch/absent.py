"""Modules of PyTorch's that cannot be here: calling a function of one is an error that says what to use."""

from __future__ import annotations

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


jit = Absent(
    "jit",
    "there is no TorchScript; leave the module or function as it is, or use compile(). Weights of a scripted model are "
    "read after torch.save(model.state_dict(), path) in PyTorch",
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
profiler = Absent("profiler", "use Python's cProfile")
quantization = Absent("quantization", "there are no quantised tensors; use float32")

# Names that `tinygrad_edu` itself has not, on purpose.
REFUSED = {
    "sparse": "there are no sparse tensors; use dense ones",
    "bfloat16": "NumPy has no bfloat16; use float32 or float16",
    "sparse_coo_tensor": "there are no sparse tensors; use dense ones",
    "sparse_csr_tensor": "there are no sparse tensors; use dense ones",
    "quantize_per_tensor": "there are no quantised tensors; use float32",
}
