"""The entries of PyTorch's database that count: differentiable, in float64, neither random nor internal."""

from __future__ import annotations

import functools
import warnings
from typing import Any

INTERNAL = ("_", "torch.", "masked.", "native_")  # but for Python's own operators, as `__radd__`
OPERATORS = ("__r", "__getitem__")
RANDOM = {
    "bernoulli", "normal", "nn.functional.rrelu", "nn.functional.alpha_dropout", "nn.functional.dropout",
    "nn.functional.dropout2d", "nn.functional.dropout3d", "nn.functional.feature_alpha_dropout",
    "nn.functional.fractional_max_pool2d", "nn.functional.fractional_max_pool3d", "pca_lowrank", "svd_lowrank",
}  # fmt: skip


@functools.cache
def entries() -> dict[str, Any]:
    """By full name, `max.binary` for a variant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from torch.testing._internal.common_methods_invocations import op_db

    def counts(entry: Any) -> bool:
        internal = entry.name.startswith(INTERNAL) and not entry.name.startswith(OPERATORS)
        differentiable = entry.supports_autograd and torch.float64 in entry.dtypes
        return differentiable and not internal and entry.name not in RANDOM

    return {name_of(entry): entry for entry in op_db if counts(entry)}


def name_of(entry: Any) -> str:
    return f"{entry.name}.{entry.variant_test_name}" if entry.variant_test_name else str(entry.name)
