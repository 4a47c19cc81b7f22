"""`Transformer`, its encoder and its decoder: stacks of layers.

N: the batch. L and S: the lengths of the target and of the source. E: `d_model`. With `batch_first` tensors are
(N, L, E), else (L, N, E); or without a batch (L, E).

Masks are those of `MultiheadAttention`: `mask` (L, L) or (N · heads, L, L), `..._key_padding_mask` (N, S), true where
attention is not allowed, or numbers to add to the scores. `is_causal` is a hint that a mask is the causal one, which
`Transformer.generate_square_subsequent_mask` makes.

Source: A. Vaswani et al., "Attention is all you need" (NeurIPS 2017); with `norm_first` the normalisation comes before
each block: R. Xiong et al., "On layer normalization in the transformer architecture" (ICML 2020).
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from ..literals import default
from ..tensor import Tensor, wrap
from ..tracing import decided
from . import functional as F
from . import init
from .checks import check_tensor
from .container import ModuleList
from .module import Module
from .normalization import LayerNorm
from .transformer_layer import Activation, TransformerDecoderLayer, TransformerEncoderLayer

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerEncoder",
]


class TransformerEncoder(Module):
    """x ← layer_k(x) for `num_layers` copies of a layer, then `norm`, unless None.

    encoder_layer: a `TransformerEncoderLayer`, which is copied with its weights. is_causal: None looks at the mask.
    enable_nested_tensor, mask_check: PyTorch's; they change nothing here.
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = ModuleList(copy.deepcopy(encoder_layer) for _ in range(num_layers))
        self.num_layers = num_layers
        self.norm = norm
        self.enable_nested_tensor = enable_nested_tensor
        self.mask_check = mask_check

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Any:
        causal = _is_causal(mask, is_causal)
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """x ← layer_k(x, memory) for `num_layers` copies of a layer, then `norm`, unless None.

    decoder_layer: a `TransformerDecoderLayer`, which is copied with its weights. tgt_is_causal: None looks at the
    mask.
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = ModuleList(copy.deepcopy(decoder_layer) for _ in range(num_layers))
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        causal = _is_causal(tgt_mask, tgt_is_causal)
        for layer in self.layers:
            tgt = layer(
                tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, causal,
                memory_is_causal,
            )  # fmt: skip
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """y = decoder(tgt, encoder(src)): src (S, N, E) and tgt (L, N, E), with `batch_first` (N, S, E) and (N, L, E).

    The arguments are those of the layers. custom_encoder, custom_decoder: modules to use instead. Weights start as by
    `init.xavier_uniform_`. There is no embedding and no positional encoding in it, as in PyTorch.

    Source: A. Vaswani et al., "Attention is all you need" (NeurIPS 2017).
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        kind = {"dtype": dtype, "device": device}
        same = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)

        if custom_encoder is None:
            custom_encoder = TransformerEncoder(TransformerEncoderLayer(*same, **kind), num_encoder_layers, norm())
        self.encoder = custom_encoder
        if custom_decoder is None:
            custom_decoder = TransformerDecoder(TransformerDecoderLayer(*same, **kind), num_decoder_layers, norm())
        self.decoder = custom_decoder
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first
        for param in self.parameters():
            if param.ndim > 1:
                init.xavier_uniform_(param)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        for x in (src, tgt):
            check_tensor("Transformer", x)
            if x.shape[-1:] != (self.d_model,):
                raise ValueError(f"Transformer: expected src and tgt (..., {self.d_model}), got {tuple(x.shape)}")
        batch = 0 if self.batch_first else 1
        if src.ndim != tgt.ndim or (src.ndim == 3 and src.shape[batch] != tgt.shape[batch]):
            raise ValueError(
                f"Transformer: expected as many sequences in src as in tgt, got {tuple(src.shape)}, {tuple(tgt.shape)}"
            )
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, tgt_is_causal,
            memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Tensor:
        """The causal mask (sz, sz): 0 on and below the diagonal, -∞ above."""
        dtype = np.dtype(default.real if dtype is None else dtype)
        return wrap(np.where(np.tri(sz, dtype=bool), dtype.type(0), dtype.type(-np.inf)))


def _is_causal(mask: Any, given: bool | None) -> bool:
    """What was given; otherwise whether the mask is the causal one."""
    if given is not None:
        return given
    if mask is None or mask.ndim != 2 or mask.shape[0] != mask.shape[1]:
        return False
    array: np.ndarray = mask._array if isinstance(mask, Tensor) else np.asarray(mask)
    return bool(decided(_is_triangle, array, otherwise=False))


def _is_triangle(array: np.ndarray) -> bool:
    causal = np.where(np.tri(len(array), dtype=bool), np.float32(0), np.float32(-np.inf))
    return bool(np.array_equal(array if array.dtype != bool else np.where(array, -np.inf, 0), causal))
