"""`Embedding`: a table of vectors, one for each integer."""

from __future__ import annotations

from typing import Any, Self

from ..tensor import Tensor
from . import functional as F
from . import init
from .checks import check_tensor, empty
from .module import Module
from .parameter import Parameter

__all__ = [
    "Embedding",
    "EmbeddingBag",
]


class Embedding(Module):
    """Row i of the weight for each integer i of the input: (...) becomes (..., embedding_dim).

    The weight (num_embeddings, embedding_dim) starts normal with mean 0 and variance 1, except for the row
    `padding_idx` (counted from the end if negative), which starts as 0 and gets no gradient. `max_norm`: rows whose
    norm of order `norm_type` is larger are scaled down to it, in place, when they are used.

    ValueError: a `padding_idx` out of range. TypeError: inputs that are not integers. IndexError: integers outside
    0 ... num_embeddings - 1.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if scale_grad_by_freq or sparse:
            raise NotImplementedError("Embedding: scale_grad_by_freq and sparse gradients are not supported")
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(f"Embedding: padding_idx {padding_idx} is out of range for {num_embeddings} rows")
            padding_idx %= num_embeddings
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.max_norm = max_norm
        self.norm_type = norm_type
        if _weight is None:
            self.weight = Parameter(empty(num_embeddings, embedding_dim, dtype=dtype, device=device), not _freeze)
            self.reset_parameters()
        elif _weight.shape != (num_embeddings, embedding_dim):
            raise ValueError(
                f"Embedding: expected a weight of shape {num_embeddings, embedding_dim}, got {_weight.shape}"
            )
        else:
            self.weight = Parameter(_weight, not _freeze)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
    ) -> Self:
        """An Embedding that shares the memory of this Tensor (V, D); with `freeze` it is not learned."""
        if embeddings.ndim != 2:
            raise ValueError(f"from_pretrained: expected a matrix, got shape {embeddings.shape}")
        rows, columns = embeddings.shape
        return cls(rows, columns, padding_idx, max_norm, norm_type, _weight=embeddings, _freeze=freeze)

    def reset_parameters(self) -> None:
        """Draw a new weight."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0.0

    def forward(self, x: Any) -> Any:
        check_tensor(self, x)
        return F.embedding(x, self.weight, self.padding_idx, self.max_norm, self.norm_type)

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        for name, default in (("padding_idx", None), ("max_norm", None), ("norm_type", 2.0)):
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)}"
        return text


class EmbeddingBag(Module):
    """The sum, mean or maximum of the rows of the weight that a bag of integers names; see `functional.embedding_bag`.

    Input (bags, n); or a vector and `offsets`. Output (bags, embedding_dim). The weight (num_embeddings, embedding_dim)
    starts normal with mean 0 and variance 1, except for the row `padding_idx`, which starts as 0 and gets no gradient.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        table = Embedding(
            num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, _weight,
            device=device, dtype=dtype,
        )  # fmt: skip
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.mode = mode
        self.include_last_offset = include_last_offset
        self.padding_idx = table.padding_idx
        self.weight = table.weight

    def reset_parameters(self) -> None:
        """Draw a new weight."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0.0

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        check_tensor(self, input)
        return F.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            mode=self.mode,
            per_sample_weights=per_sample_weights,
            include_last_offset=self.include_last_offset,
            padding_idx=self.padding_idx,
        )

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        for name, default in (("max_norm", None), ("norm_type", 2.0), ("mode", None), ("padding_idx", None)):
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)!r}"
        return text
