"""`MultiheadAttention`."""

from __future__ import annotations

from typing import Any

from .. import ops
from . import functional as F
from . import init
from .checks import check_dtype, check_tensor, empty
from .linear import Linear
from .module import Module
from .parameter import Parameter

__all__ = [
    "MultiheadAttention",
]


class NonDynamicallyQuantizableLinear(Linear):
    """A `Linear` under the name that it has in PyTorch's text of the module."""


class MultiheadAttention(Module):
    """concat(head_1 ... head_h) W_O, with head_i = softmax(Q W_iQ (K W_iK)ᵀ / √(E/h)) V W_iV.

    `y, weights = attention(query, key, value)`: query and y (L, N, E), key (S, N, kdim), value (S, N, vdim), with
    `batch_first` (N, L, E) and so on; or all without N. weights: (N, L, S), averaged over the heads, or with
    `average_attn_weights=False` (N, heads, L, S); None with `need_weights=False`, which is faster.

    key_padding_mask (N, S) and attn_mask (L, S) or (N · heads, L, S): true where attention is not allowed, or numbers
    to add to the scores. A query that may attend to nothing gets nan, and with `need_weights=False` 0, as in PyTorch.

    dropout: the probability with which a weight is set to 0 in training. kdim, vdim: E by default; otherwise the
    weights are `q_proj_weight`, `k_proj_weight` and `v_proj_weight` in place of `in_proj_weight` (3E, E).
    add_bias_kv: a key and a value more, which are learned. add_zero_attn: a key and a value more, of zeros.

    Weights start as by `init.xavier_uniform_` (that of `out_proj` as in `Linear`), biases as 0.
    ValueError: embed_dim is not a multiple of num_heads; wrong shapes.

    Source: A. Vaswani et al., "Attention is all you need" (NeurIPS 2017), section 3.2.2.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim must be a positive multiple of num_heads, got {embed_dim}, {num_heads}"
            )
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        self.add_zero_attn = add_zero_attn
        kind = {"dtype": dtype, "device": device}
        one = self.kdim == self.vdim == embed_dim
        shapes = {"q_proj_weight": embed_dim, "k_proj_weight": self.kdim, "v_proj_weight": self.vdim}
        for name, width in shapes.items():
            self.register_parameter(name, None if one else Parameter(empty(embed_dim, width, **kind)))
        self.register_parameter("in_proj_weight", Parameter(empty(3 * embed_dim, embed_dim, **kind)) if one else None)
        self.register_parameter("in_proj_bias", Parameter(empty(3 * embed_dim, **kind)) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, **kind)
        for name in ("bias_k", "bias_v"):
            self.register_parameter(name, Parameter(empty(1, 1, embed_dim, **kind)) if add_bias_kv else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for all parameters but those of `out_proj`, whose bias becomes 0."""
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        widths = {"query": self.embed_dim, "key": self.kdim, "value": self.vdim}
        for (name, width), x in zip(widths.items(), (query, key, value), strict=True):
            check_tensor(self, x)
            if x.ndim not in (2, 3) or x.shape[-1] != width:
                raise ValueError(
                    f"MultiheadAttention: expected a {name} of shape (..., {width}) with 2 or 3 dimensions, got "
                    f"{tuple(x.shape)}"
                )
            check_dtype(self, self.out_proj.weight, x)
        turned = self.batch_first and query.ndim == 3
        if turned:
            query, key, value = (ops.transpose(x, dim0=0, dim1=1) for x in (query, key, value))
        y, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=self.in_proj_weight is None,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return ops.transpose(y, dim0=0, dim1=1) if turned else y, weights
