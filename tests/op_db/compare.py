"""One entry: each of its samples through both libraries, the values and then the gradients under random cotangents."""

from __future__ import annotations

import dataclasses
import operator
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

import tinygrad_edu as tg

from .entries import name_of
from .gauge import CERTAIN, GAUGES

VALUES, GRADIENTS = 1e-7, 1e-6  # relative to the largest number of each array, and absolute


class Absent(Exception):
    """There is no function of this name here."""


class Disagreement(Exception):
    """A sample that comes out otherwise."""


@dataclasses.dataclass
class Outcome:
    """What became of an entry: `agrees`, `disagrees`, `absent`; of how many samples; why not."""

    kind: str
    samples: int = 0
    message: str = ""


def outcome(entry: Any, dtype: Any = torch.float64) -> Outcome:
    try:
        reordered = ORDERS.get(name_of(entry)) or ORDERS.get(entry.name) or (lambda ours: ours)
        ours = reordered(function(entry.name))
    except Absent as reason:
        return Outcome("absent", 0, str(reason))
    count = 0
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002  # PyTorch's samples are drawn with it
    try:
        for number, sample in enumerate(entry.sample_inputs("cpu", dtype, requires_grad=True)):
            count += one(entry, ours, sample, number)
    except Disagreement as reason:
        return Outcome("disagrees", count, str(reason))
    return Outcome("agrees", count)


def function(name: str) -> Callable[..., Any]:
    """Ours of this name: a function of the namespace, else a method, an operator or a property of Tensor."""
    if name.startswith("__"):
        return (
            getattr(operator, name) if name == "__getitem__" else getattr(tg.Tensor, name.replace("rdiv", "rtruediv"))
        )
    found: Any = tg
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None or isinstance(found, (np.dtype, type)):  # `float` is a dtype and a method
        found = getattr(tg.Tensor, name, None)
    if found is None:
        raise Absent(f"no {name}")
    if isinstance(found, property):
        return found.__get__
    if name.endswith("_") and not name.endswith("__"):
        return lambda x, *args, **kwargs: found(x.clone(), *args, **kwargs)
    return found


# The database's own wrappers put the tensor first, or call the function inside of something else. By full
# name, or by the name that all variants of an entry have.
ORDERS: dict[str, Callable[[Any], Any]] = {
    "einsum": lambda ours: lambda operands, equation: ours(equation, *operands),
    "where": lambda ours: lambda x, condition, other: ours(condition, x, other),
    "linalg.lstsq.grad_oriented": lambda ours: lambda a, b, driver: ours(a, b, driver=driver)[:2],
    "linalg.pinv.singular": lambda ours: lambda a, b: ours(a @ b.mT),
    "polygamma": lambda ours: lambda x, n: ours(n, x),
    "special.polygamma": lambda ours: lambda x, n: ours(n, x),
    "nn.functional.embedding": lambda ours: lambda weight, index, **options: ours(index, weight, **options),
    "nn.functional.embedding_bag": lambda ours: lambda weight, index, **options: ours(index, weight, **options),
}


def one(entry: Any, ours: Callable[..., Any], sample: Any, number: int) -> int:
    """1 if the sample agrees, 0 if PyTorch refuses it."""
    arguments = CERTAIN.get(entry.name, lambda arguments: arguments)((sample.input, sample.args, sample.kwargs))
    leaves: list[tuple[Any, Any]] = []
    mine_input, mine_args, mine_kwargs = converted(arguments, leaves)
    what = f"sample {number}: {entry.name}({described(arguments)})"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = entry.op(arguments[0], *arguments[1], **arguments[2])
        except Exception:
            return 0
        try:
            found = ours(mine_input, *mine_args, **mine_kwargs)
        except Exception as error:
            raise Disagreement(f"{what}: {type(error).__name__}: {error}") from error
        gauge = GAUGES.get(entry.name, lambda out: out)
        expected_outs, found_outs = list(tensors(gauge(expected), torch)), list(tensors(gauge(found), tg))
        if len(expected_outs) != len(found_outs):
            raise Disagreement(f"{what}: expected {len(expected_outs)} outputs, got {len(found_outs)}")
        for i, (theirs, mine) in enumerate(zip(expected_outs, found_outs, strict=True)):
            close(numpy(theirs), numpy(mine), VALUES, f"{what}: output {i}")
        try:
            compare_gradients(expected_outs, found_outs, leaves, what)
        except Disagreement:
            raise
        except Exception as error:
            raise Disagreement(f"{what}: backward: {type(error).__name__}: {error}") from error
    return 1


def compare_gradients(expected: list[Any], found: list[Any], leaves: list[tuple[Any, Any]], what: str) -> None:
    rng = np.random.default_rng(0)
    pairs = [(t, m) for t, m in zip(expected, found, strict=True) if t.requires_grad]
    leaves = [(t, m) for t, m in leaves if t.requires_grad]
    for theirs, mine in pairs:
        if not mine.requires_grad:
            raise Disagreement(f"{what}: an output of shape {tuple(theirs.shape)} should require grad")
    if not pairs or not leaves:
        return
    seeds = [rng.standard_normal(tuple(t.shape)) for t, _ in pairs]
    seeds = [
        s + 1j * rng.standard_normal(s.shape) if t.is_complex() else s for s, (t, _) in zip(seeds, pairs, strict=True)
    ]
    try:
        theirs = torch.autograd.grad(
            [t for t, _ in pairs],
            [leaf for leaf, _ in leaves],
            [torch.tensor(s).to(t.dtype) for s, (t, _) in zip(seeds, pairs, strict=True)],
            allow_unused=True,
        )
    except RuntimeError:
        return  # PyTorch has no gradient here
    ours = tg.grad(
        [m for _, m in pairs],
        [leaf for _, leaf in leaves],
        [tg.tensor(np.asarray(s)).to(m.dtype) for s, (_, m) in zip(seeds, pairs, strict=True)],
        allow_unused=True,
    )
    for i, (t, m) in enumerate(zip(theirs, ours, strict=True)):
        zeros = np.zeros(tuple(leaves[i][0].shape), numpy(leaves[i][0]).dtype)
        close(zeros if t is None else numpy(t), zeros if m is None else numpy(m), GRADIENTS, f"{what}: gradient {i}")


def close(expected: np.ndarray, found: np.ndarray, tolerance: float, what: str) -> None:
    if expected.shape != found.shape:
        raise Disagreement(f"{what}: expected shape {expected.shape}, got {found.shape}")
    if expected.dtype != found.dtype:
        raise Disagreement(f"{what}: expected {expected.dtype}, got {found.dtype}")
    if expected.dtype == np.float16 or expected.dtype == np.float32 or expected.dtype == np.complex64:
        tolerance = 1e-5 if expected.dtype != np.float16 else 1e-2
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(1.0, float(finite.max())) if finite.size else 1.0
    if not np.allclose(found, expected, rtol=tolerance, atol=tolerance * scale, equal_nan=True):
        raise Disagreement(f"{what}: expected\n{expected}\ngot\n{found}")


def tensors(outputs: Any, library: Any) -> Iterator[Any]:
    """The tensors of what was returned, in order."""
    if isinstance(outputs, library.Tensor):
        yield outputs
    elif isinstance(outputs, (tuple, list)):
        for output in outputs:
            yield from tensors(output, library)


def numpy(tensor: Any) -> np.ndarray:
    found = tensor.detach()
    if isinstance(found, torch.Tensor):
        return found.numpy(force=True)  # lazy conjugates, negatives and zeros as well
    return np.asarray(found.numpy())


DTYPES = {
    torch.float16: tg.float16, torch.float32: tg.float32, torch.float64: tg.float64, torch.bool: tg.bool,
    torch.int8: tg.int8, torch.int16: tg.int16, torch.int32: tg.int32, torch.int64: tg.int64,
    torch.uint8: tg.uint8, torch.complex64: np.dtype("complex64"), torch.complex128: np.dtype("complex128"),
}  # fmt: skip


def converted(x: Any, leaves: list[tuple[Any, Any]]) -> Any:
    """Arguments of PyTorch's as ours; the pairs of leaves are noted."""
    if isinstance(x, torch.Tensor):
        mine = tg.tensor(x.detach().resolve_conj().resolve_neg().numpy().copy())
        mine.requires_grad_(x.requires_grad) if x.requires_grad else None
        leaves.append((x, mine))
        return mine
    if isinstance(x, torch.dtype):
        return DTYPES.get(x, x)
    if isinstance(x, torch.nn.PairwiseDistance):
        return tg.nn.PairwiseDistance(x.norm, x.eps, x.keepdim)
    if isinstance(x, torch.Size):
        return tuple(x)
    if isinstance(x, (list, tuple)):
        return type(x)(converted(y, leaves) for y in x)
    if isinstance(x, dict):
        return {key: converted(y, leaves) for key, y in x.items()}
    return x


def described(x: Any) -> str:
    if isinstance(x, torch.Tensor):
        return f"{str(x.dtype).removeprefix('torch.')}{list(x.shape)}"
    if isinstance(x, (list, tuple)):
        return f"({', '.join(described(y) for y in x)})"
    if isinstance(x, dict):
        return ", ".join(f"{key}={described(y)}" for key, y in x.items())
    return repr(x)
