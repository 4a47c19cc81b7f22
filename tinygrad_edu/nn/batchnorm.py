"""`BatchNorm1d` and `InstanceNorm1d` to 3d: each channel gets mean 0 and variance 1, over the batch or an example."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..recording import again, is_traced
from ..tensor import wrap
from . import functional as F
from . import init
from .checks import check_dtype, check_tensor, empty, wrong_shape
from .normalization import _Normalization

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
]


class _Tracking(_Normalization):
    """A normalisation that may keep running statistics; the subclasses say which inputs they take."""

    _expected: ClassVar[str]
    _ndims: ClassVar[tuple[int, ...]]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        tracked = track_running_stats
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, empty(num_features, dtype=dtype, device=device) if tracked else None)
        self.register_buffer("num_batches_tracked", wrap(np.array(0)) if tracked else None)
        self._learn((num_features,), affine, affine and bias, dtype=dtype, device=device)

    def reset_running_stats(self) -> None:
        """Forget the statistics of past batches."""
        if self.track_running_stats:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        self.reset_running_stats()
        super().reset_parameters()

    def _check(self, x: Any, channels: int = 1) -> None:
        """channels: the dimension that has them."""
        check_tensor(self, x)
        if x.ndim not in self._ndims or x.shape[channels] != self.num_features:
            raise wrong_shape(self, self._expected.format(self.num_features), x)
        check_dtype(self, self.weight if self.weight is not None else self.running_mean, x)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Tracking):
    """Batch normalisation of any number of dimensions."""

    def forward(self, x: Any) -> Any:
        self._check(x)
        momentum = self.momentum
        if self.training and self.track_running_stats:
            self.num_batches_tracked.add_(1)
            if momentum is None:
                batches, dtype = self.num_batches_tracked, self.running_mean.dtype
                momentum = (
                    again(lambda n: np.asarray(1 / n, dtype), batches._array) if is_traced() else 1 / batches.item()
                )
        mean, var = self.running_mean, self.running_var
        if self.training and not self.track_running_stats:
            mean = var = None
        batch = self.training or mean is None
        return F.batch_norm(
            x, mean, var, self.weight, self.bias, batch, 0.0 if momentum is None else momentum, self.eps
        )


class BatchNorm1d(_BatchNorm):
    """(x - mean) / √(var + eps) · w + b for each channel of inputs (N, C) or (N, C, L), over N and L.

    In training, mean and variance are those of the batch, and the running ones are moved towards them by `momentum`;
    if it is None, the running ones are the averages over all batches. After `eval()` the running ones are used. With
    `track_running_stats=False` there are none, and those of the batch are always used.

    ValueError: an input of another shape; training with one value for each channel.
    """

    _expected = "(N, {0}) or (N, {0}, L)"
    _ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """(x - mean) / √(var + eps) · w + b for each channel of inputs (N, C, H, W), over N, H and W; as `BatchNorm1d`."""

    _expected = "(N, {0}, H, W)"
    _ndims = (4,)


class BatchNorm3d(_BatchNorm):
    """(x - mean) / √(var + eps) · w + b for each channel of (N, C, D, H, W), over all but C; as `BatchNorm1d`."""

    _expected = "(N, {0}, D, H, W)"
    _ndims = (5,)


class _InstanceNorm(_Tracking):
    """Instance normalisation of any number of dimensions."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, x: Any) -> Any:
        single = isinstance(getattr(x, "ndim", None), int) and x.ndim == self._ndims[0]
        self._check(x, 0 if single else 1)
        batch = self.training or not self.track_running_stats
        y = F.instance_norm(
            x.reshape((1, *x.shape)) if single else x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            batch,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return y[0] if single else y


class InstanceNorm1d(_InstanceNorm):
    """(x - mean) / √(var + eps) · w + b for each channel of each example of inputs (N, C, L) or (C, L), over L.

    w and b are there with `affine` only, the running statistics with `track_running_stats` only: means over examples,
    moved towards those of the batch by `momentum` in training, and used after `eval()`.

    ValueError: an input of another shape; one position only.
    """

    _expected = "(N, {0}, L) or ({0}, L)"
    _ndims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """(x - mean) / √(var + eps) · w + b for each channel of each example, over H and W; as `InstanceNorm1d`.

    Input (N, C, H, W) or (C, H, W).
    """

    _expected = "(N, {0}, H, W) or ({0}, H, W)"
    _ndims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """(x - mean) / √(var + eps) · w + b for each channel of each example, over D, H and W; as `InstanceNorm1d`.

    Input (N, C, D, H, W) or (C, D, H, W).
    """

    _expected = "(N, {0}, D, H, W) or ({0}, D, H, W)"
    _ndims = (4, 5)
