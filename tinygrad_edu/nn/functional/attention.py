"""Attention as functions: each query takes a mean of the values, weighted by how well their keys fit it.

Source: A. Vaswani et al., "Attention is all you need" (NeurIPS 2017), sections 3.2.1 and 3.2.2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...tensor import Tensor, wrap
from ...tracing import again, decided
from ..checks import array_of, wrong_shape
from .dropouts import dropout
from .layer import linear

__all__ = [
    "multi_head_attention_forward",
    "scaled_dot_product_attention",
]


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """softmax(Q Kᵀ · scale + M) V: query (..., L, E), key (..., S, E), value (..., S, Ev), result (..., L, Ev).

    attn_mask: M, which broadcasts to (..., L, S); or booleans, true where a query may attend to a key. A query that may
        attend to none gets 0.
    dropout_p: the probability with which a weight is set to 0; not only in training, so pass 0.0 after it.
    is_causal: query i may attend to the keys 0 to i. ValueError: with an `attn_mask`.
    scale: 1/√E by default.
    enable_gqa: key and value may have fewer heads (the dimension before L) than the query, by a whole factor; each
        serves that many heads in a row (J. Ainslie et al., "GQA", EMNLP 2023).
    """
    for x in (query, key, value):
        if x.ndim < 2:
            raise wrong_shape("scaled_dot_product_attention", "(..., L, E)", x)
    if is_causal and attn_mask is not None:
        raise ValueError("scaled_dot_product_attention: expected is_causal or attn_mask, got both")
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise ValueError(
            "scaled_dot_product_attention: expected query (..., L, E), key (..., S, E) and value (..., S, Ev), got "
            f"{tuple(query.shape)}, {tuple(key.shape)} and {tuple(value.shape)}"
        )
    if enable_gqa:
        key, value = (_repeated(x, query) for x in (key, value))
    if is_causal:
        attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    scores = _scores(query, key, scale)
    nowhere: Any = None
    if attn_mask is not None:
        given = attn_mask._array if isinstance(attn_mask, Tensor) else np.asarray(attn_mask)
        mask = _mask(attn_mask, given, query.dtype)
        scores = ops.where(given, scores, -np.inf) if mask is None else scores + mask
        if decided(_closes_any, given, otherwise=True):
            nowhere = again(_closed, given)
            scores = ops.where(nowhere, 0.0, scores)
    weights = ops.softmax(scores, -1)
    if nowhere is not None:
        weights = ops.where(nowhere, 0.0, weights)
    return ops.matmul(dropout(weights, dropout_p) if dropout_p else weights, value)


def _scores(query: Any, key: Any, scale: float | None = None) -> Any:
    """Q Kᵀ · scale."""
    size = query.shape[-1]
    factor = (1 / math.sqrt(size) if size else 1.0) if scale is None else scale
    return ops.matmul(query * factor, ops.transpose(key, dim0=-1, dim1=-2))


def _mask(mask: Any, array: np.ndarray, dtype: Any) -> Any:
    """What to add to the scores; None, if the mask is of booleans."""
    if array.dtype == bool:
        return None
    if array.dtype.kind != "f":
        raise TypeError(f"attn_mask: expected booleans or floating-point numbers, got {array.dtype}")
    return mask if array.dtype == dtype else ops.cast(mask, dtype=dtype)


def _closed(mask: np.ndarray) -> Any:
    """Which queries may attend to nothing at all."""
    return ~np.any(mask if mask.dtype == bool else mask != -np.inf, axis=-1, keepdims=True)


def _closes_any(mask: np.ndarray) -> bool:
    return bool(_closed(mask).any())


def _repeated(x: Any, query: Any) -> Any:
    """Each head of x as often in a row as the query has heads for it."""
    if x.ndim < 3 or query.ndim < 3 or not x.shape[-3] or query.shape[-3] % x.shape[-3]:
        raise ValueError(
            "scaled_dot_product_attention: enable_gqa needs shapes (..., heads, L, E) in which the heads of the query "
            f"are a multiple of those of key and value, got {tuple(query.shape)} and {tuple(x.shape)}"
        )
    times = query.shape[-3] // x.shape[-3]
    spread = ops.expand(ops.unsqueeze(x, dim=-3), shape=(*x.shape[:-2], times, *x.shape[-2:]))
    return ops.reshape(spread, shape=(*x.shape[:-3], times * x.shape[-3], *x.shape[-2:]))


def multi_head_attention_forward(
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    static_k: Any = None,
    static_v: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Any, Any]:
    """concat(head_1 ... head_h) W_O, with head_i = attention(Q W_iQ, K W_iK, V W_iV): that of `MultiheadAttention`.

    query (L, N, E), key and value (S, N, ·), or without N. Returns the output (L, N, E), and with `need_weights` the
    weights (N, L, S), averaged over the heads, or (N, heads, L, S), else None.

    in_proj_weight: (3E, E), the weights of query, key and value below each other; with `use_separate_proj_weight` those
        are given one by one. in_proj_bias: (3E,) or None.
    bias_k, bias_v: (1, 1, E), a key and a value more. add_zero_attn: a key and a value more, of zeros.
    key_padding_mask: (N, S), attn_mask: (L, S) or (N · heads, L, S): true where attention is NOT allowed, or numbers to
        add to the scores. is_causal: a hint that `attn_mask` is the causal one.
    static_k, static_v: (N · heads, S, E / heads), in place of what is computed from key and value.
    """
    batched = query.ndim == 3
    if query.ndim not in (2, 3) or key.ndim != query.ndim or value.ndim != query.ndim:
        raise wrong_shape("multi_head_attention_forward", "(L, N, E) or (L, E), as key and value", query)
    if not batched:
        query, key, value = (ops.unsqueeze(x, dim=1) for x in (query, key, value))
        key_padding_mask = None if key_padding_mask is None else key_padding_mask[None]
    steps, batch, size = query.shape
    if size != embed_dim_to_check or size % num_heads:
        raise ValueError(
            f"multi_head_attention_forward: expected queries of {embed_dim_to_check} features, a multiple of "
            f"{num_heads} heads, got {size}"
        )
    if key.shape[:2] != value.shape[:2] or key.shape[1] != batch:
        raise ValueError(
            "multi_head_attention_forward: expected key and value (S, N, ...) with the N of the query, got "
            f"{tuple(query.shape)}, {tuple(key.shape)} and {tuple(value.shape)}"
        )
    if is_causal and attn_mask is None:
        raise ValueError("multi_head_attention_forward: is_causal is a hint about attn_mask; pass attn_mask too")
    weights = [in_proj_weight[i * size : (i + 1) * size] for i in range(3)] if not use_separate_proj_weight else [
        q_proj_weight, k_proj_weight, v_proj_weight
    ]  # fmt: skip
    biases = [None if in_proj_bias is None else in_proj_bias[i * size : (i + 1) * size] for i in range(3)]
    q, k, v = (linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases, strict=True))
    if bias_k is not None:
        k, v = (ops.cat([x, ops.expand(b, shape=(1, batch, size))]) for x, b in ((k, bias_k), (v, bias_v)))
    q, k, v = (_heads(x, num_heads) for x in (q, k, v))
    k, v = k if static_k is None else static_k, v if static_v is None else static_v
    if add_zero_attn:
        k, v = (ops.pad(x, widths=((0, 0), (0, 1), (0, 0))) for x in (k, v))
    causal = is_causal and key_padding_mask is None and not need_weights
    mask = None if causal else _both(attn_mask, key_padding_mask, (batch, num_heads, steps, key.shape[0]), q.dtype)
    if mask is not None and k.shape[1] > mask.shape[-1]:
        mask = ops.pad(mask, widths=((0, 0), (0, 0), (0, k.shape[1] - mask.shape[-1])))
    dropout_p = dropout_p if training else 0.0
    attention = None
    if need_weights:
        scores = _scores(q, k)
        attention = dropout(ops.softmax(scores if mask is None else scores + mask, -1), dropout_p)
        y = ops.matmul(attention, v)
    else:
        y = scaled_dot_product_attention(q, k, v, mask, dropout_p, causal)
    y = linear(ops.transpose(y, dim0=0, dim1=1).reshape((steps, batch, size)), out_proj_weight, out_proj_bias)
    if attention is not None:
        attention = attention.reshape((batch, num_heads, steps, k.shape[1]))
        attention = attention.mean(1) if average_attn_weights else attention
        attention = attention if batched else attention[0]
    return y if batched else y[:, 0], attention


def _heads(x: Any, heads: int) -> Any:
    """(T, N, E) as (N · heads, T, E / heads)."""
    steps, batch, size = x.shape
    return ops.transpose(x.reshape((steps, batch * heads, size // heads)), dim0=0, dim1=1)


def _both(attn_mask: Any, padding: Any, shape: tuple[int, int, int, int], dtype: Any) -> Any:
    """Both masks as numbers to add to the scores, (1 or N · heads, 1 or L, S); None if there are none."""
    batch, heads, steps, keys = shape
    masks = []
    if attn_mask is not None:
        if tuple(attn_mask.shape) not in ((steps, keys), (batch * heads, steps, keys)):
            raise ValueError(
                f"attn_mask: expected shape {(steps, keys)} or {(batch * heads, steps, keys)}, got "
                f"{tuple(attn_mask.shape)}"
            )
        mask = _to_add("attn_mask", attn_mask, dtype)
        masks.append(mask if mask.ndim == 3 else ops.unsqueeze(mask, dim=0))
    if padding is not None:
        if tuple(padding.shape) != (batch, keys):
            raise ValueError(f"key_padding_mask: expected shape {(batch, keys)}, got {tuple(padding.shape)}")
        mask = ops.reshape(_to_add("key_padding_mask", padding, dtype), shape=(batch, 1, 1, keys))
        masks.append(ops.expand(mask, shape=(batch, heads, 1, keys)).reshape((batch * heads, 1, keys)))
    return masks[0] + masks[1] if len(masks) == 2 else masks[0] if masks else None


def _to_add(name: str, mask: Any, dtype: Any) -> Any:
    """A mask as a Tensor of numbers to add; of booleans, -∞ where it is true."""
    array = array_of(mask)
    if array.dtype == bool:
        return wrap(again(lambda array: np.where(array, dtype.type(-np.inf), dtype.type(0)), array))
    if array.dtype.kind != "f":
        raise TypeError(f"{name}: expected booleans or floating-point numbers, got {array.dtype}")
    mask = mask if isinstance(mask, Tensor) else wrap(array)
    return mask if array.dtype == dtype else ops.cast(mask, dtype=dtype)
