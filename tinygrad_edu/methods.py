"""The methods of a Tensor that are ops, or compositions of them: each only names what it calls.

An op in the body of a class is a method (`Op.__get__`), so `exp = ops.exp` is all there is to say about `t.exp()`.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import ops
from .arguments import sizes
from .op import Variable

if TYPE_CHECKING:
    from .tensor import Tensor


class Methods(Variable):
    """What `Tensor` inherits of methods by the names of ops."""

    __slots__ = ()

    # fmt: off

    add, sub, mul, div, pow, matmul = ops.add, ops.sub, ops.mul, ops.div, ops.pow, ops.matmul
    multiply, subtract, divide, true_divide, rsub = ops.multiply, ops.subtract, ops.div, ops.true_divide, ops.rsub
    addcmul, addcdiv, lerp, floor_divide, float_power = ops.addcmul, ops.addcdiv, ops.lerp, ops.floor_divide, ops.float_power
    maximum, minimum, fmax, fmin, clamp_min, clamp_max = ops.maximum, ops.minimum, ops.fmax, ops.fmin, ops.clamp_min, ops.clamp_max
    atan2, arctan2, hypot, remainder, fmod = ops.atan2, ops.atan2, ops.hypot, ops.remainder, ops.fmod
    logaddexp, logaddexp2, xlogy = ops.logaddexp, ops.logaddexp2, ops.xlogy
    copysign, nextafter, heaviside, ldexp, frexp = ops.copysign, ops.nextafter, ops.heaviside, ops.ldexp, ops.frexp
    gcd, lcm = ops.gcd, ops.lcm
    neg, square, sqrt, rsqrt, reciprocal = ops.neg, ops.square, ops.sqrt, ops.rsqrt, ops.reciprocal
    exp, exp2, expm1, log, log2, log10, log1p = ops.exp, ops.exp2, ops.expm1, ops.log, ops.log2, ops.log10, ops.log1p
    sin, cos, tan, asin, acos, atan = ops.sin, ops.cos, ops.tan, ops.asin, ops.acos, ops.atan
    sinh, cosh, tanh, asinh, acosh, atanh = ops.sinh, ops.cosh, ops.tanh, ops.asinh, ops.acosh, ops.atanh
    arcsin, arccos, arctan, arcsinh, arccosh, arctanh = ops.asin, ops.acos, ops.atan, ops.asinh, ops.acosh, ops.atanh
    erf, erfc, erfinv, i0, sinc, logit = ops.erf, ops.erfc, ops.erfinv, ops.i0, ops.sinc, ops.logit
    lgamma, digamma, mvlgamma, igamma, igammac = ops.lgamma, ops.digamma, ops.mvlgamma, ops.igamma, ops.igammac
    deg2rad, rad2deg, positive, negative, absolute = ops.deg2rad, ops.rad2deg, ops.positive, ops.neg, ops.abs
    frac, fix, sgn, signbit, nan_to_num = ops.frac, ops.trunc, ops.sgn, ops.signbit, ops.nan_to_num
    relu, sigmoid, abs, sign, clone = ops.relu, ops.sigmoid, ops.abs, ops.sign, ops.clone
    floor, ceil, round, trunc, clamp, clip = ops.floor, ops.ceil, ops.round, ops.trunc, ops.clamp, ops.clamp
    eq, ne, lt, le, gt, ge = ops.eq, ops.ne, ops.lt, ops.le, ops.gt, ops.ge
    not_equal, less, less_equal, greater, greater_equal = ops.ne, ops.lt, ops.le, ops.gt, ops.ge
    logical_and, logical_or, logical_xor = ops.logical_and, ops.logical_or, ops.logical_xor
    bitwise_and, bitwise_or, bitwise_xor, bitwise_not = ops.bitwise_and, ops.bitwise_or, ops.bitwise_xor, ops.bitwise_not
    bitwise_left_shift, bitwise_right_shift = ops.bitwise_left_shift, ops.bitwise_right_shift
    isposinf, isneginf, isreal, is_complex, is_floating_point = (
        ops.isposinf, ops.isneginf, ops.isreal, ops.is_complex, ops.is_floating_point)
    isclose, allclose, equal = ops.isclose, ops.allclose, ops.equal
    isnan, isinf, isfinite, logical_not = ops.isnan, ops.isinf, ops.isfinite, ops.logical_not
    sum, mean, prod, var, std, norm = ops.sum, ops.mean, ops.prod, ops.var, ops.std, ops.norm
    max, min, amax, amin, argmax, argmin = ops.max, ops.min, ops.amax, ops.amin, ops.argmax, ops.argmin
    any, all, cumsum, logsumexp = ops.any, ops.all, ops.cumsum, ops.logsumexp
    aminmax, cumprod, cummax, cummin, logcumsumexp = ops.aminmax, ops.cumprod, ops.cummax, ops.cummin, ops.logcumsumexp
    median, nanmedian, mode, kthvalue = ops.median, ops.nanmedian, ops.mode, ops.kthvalue
    sort, argsort, msort, topk = ops.sort, ops.argsort, ops.msort, ops.topk
    quantile, nanquantile, nansum, nanmean = ops.quantile, ops.nanquantile, ops.nansum, ops.nanmean
    cov, corrcoef, diff, dist, renorm = ops.cov, ops.corrcoef, ops.diff, ops.dist, ops.renorm
    unique, unique_consecutive, bincount = ops.unique, ops.unique_consecutive, ops.bincount
    count_nonzero, nonzero, argwhere = ops.count_nonzero, ops.nonzero, ops.argwhere
    histc, histogram = ops.histc, ops.histogram
    softmax, log_softmax = ops.softmax, ops.log_softmax
    transpose, swapaxes, squeeze, unsqueeze, roll = ops.transpose, ops.transpose, ops.squeeze, ops.unsqueeze, ops.roll
    flatten, movedim, split, chunk = ops.flatten, ops.movedim, ops.split, ops.chunk
    gather, index_select, masked_fill, take_along_dim = ops.gather, ops.index_select, ops.masked_fill, ops.take_along_dim
    masked_select, take, select, narrow, unbind, unfold = ops.masked_select, ops.take, ops.select, ops.narrow, ops.unbind, ops.unfold
    split_with_sizes, tensor_split, unsafe_split, unsafe_chunk = ops.split, ops.tensor_split, ops.split, ops.chunk
    hsplit, vsplit, dsplit = ops.hsplit, ops.vsplit, ops.dsplit
    swapdims, moveaxis, ravel, unflatten, rot90, fliplr, flipud = ops.transpose, ops.movedim, ops.ravel, ops.unflatten, ops.rot90, ops.fliplr, ops.flipud
    repeat, tile, repeat_interleave, broadcast_to = ops.repeat, ops.tile, ops.repeat_interleave, ops.broadcast_to
    expand_as, reshape_as, sum_to_size, as_strided = ops.expand_as, ops.reshape_as, ops.sum_to_size, ops.as_strided
    diag, diag_embed, diagflat, diagonal, trace = ops.diag, ops.diag_embed, ops.diagflat, ops.diagonal, ops.trace
    scatter, scatter_add, scatter_reduce, index_reduce = ops.scatter, ops.scatter_add, ops.scatter_reduce, ops.index_reduce
    index_put, index_add, index_copy, index_fill = ops.index_put, ops.index_add, ops.index_copy, ops.index_fill
    put, masked_scatter, select_scatter, slice_scatter = ops.put, ops.masked_scatter, ops.select_scatter, ops.slice_scatter
    diagonal_scatter, as_strided_scatter = ops.diagonal_scatter, ops.as_strided_scatter
    tril, triu, outer, dot, mm, bmm, mv = ops.tril, ops.triu, ops.outer, ops.dot, ops.mm, ops.bmm, ops.mv

    angle, conj = ops.angle, ops.conj
    inverse, pinverse, det, slogdet, logdet = ops.inverse, ops.pinverse, ops.det, ops.slogdet, ops.logdet
    matrix_exp, matrix_power, qr, svd, lu, lu_solve = ops.matrix_exp, ops.matrix_power, ops.qr, ops.svd, ops.lu, ops.lu_solve
    cholesky, cholesky_solve, cholesky_inverse = ops.cholesky, ops.cholesky_solve, ops.cholesky_inverse
    triangular_solve, ormqr, orgqr, stft, istft = ops.triangular_solve, ops.ormqr, ops.orgqr, ops.stft, ops.istft
    vdot, inner, ger, kron, cross = ops.vdot, ops.inner, ops.ger, ops.kron, ops.cross
    addmm, addmv, addr, addbmm, baddbmm = ops.addmm, ops.addmv, ops.addr, ops.addbmm, ops.baddbmm
    angle, conj, conj_physical, adjoint = ops.angle, ops.conj, ops.conj, ops.adjoint
    resolve_conj, resolve_neg = ops.resolve_conj, ops.resolve_neg
    # fmt: on

    def reshape(self, *shape: Any) -> Tensor:
        """The same numbers in another shape, one size of which may be -1; a view where memory allows, else a copy."""
        return ops.reshape(self, shape=sizes(shape))

    def view(self, *shape: Any) -> Tensor:
        """The same memory in another shape, one size of which may be -1. ValueError where that takes a copy."""
        if len(shape) == 1 and isinstance(shape[0], np.dtype):
            raise TypeError(f"view: expected sizes, got {shape[0]}; use t.to({shape[0]}), which converts the numbers")
        result = ops.reshape(self, shape=sizes(shape))
        if not self._array.flags.c_contiguous and not np.may_share_memory(result._array, self._array):
            raise ValueError(
                f"view: a tensor of shape {self._array.shape} that is not contiguous in memory cannot be seen in shape "
                f"{result._array.shape}; use reshape(), which copies where it must"
            )
        return result

    def view_as(self, other: Tensor) -> Tensor:
        """The same memory in the shape of `other`."""
        return self.view(other.shape)

    def permute(self, *dims: Any) -> Tensor:
        """A view with the dimensions in this order."""
        return ops.permute(self, dims=sizes(dims))

    def expand(self, *shape: Any) -> Tensor:
        """A view in which dimensions of size 1 are repeated; -1 keeps a size. It cannot be written to."""
        return ops.expand(self, shape=sizes(shape))

    def flip(self, *dims: Any) -> Tensor:
        """A copy in reverse order along these dimensions."""
        return ops.flip(self, dims=sizes(dims))

    def t(self) -> Tensor:
        """The transpose: a view with the dimensions in reverse order."""
        return ops.permute(self, dims=tuple(reversed(range(self._array.ndim))))

    @property
    def T(self) -> Tensor:
        """The transpose, as `t()`."""
        return self.t()

    @property
    def mT(self) -> Any:
        """Each matrix transposed: a view with the last two dimensions swapped."""
        return ops.transpose(self, dim0=-1, dim1=-2) if self._array.ndim else self

    @property
    def mH(self) -> Any:
        """Each matrix transposed and conjugated."""
        return ops.adjoint(self)

    @property
    def H(self) -> Any:
        """A matrix transposed and conjugated; a 0-d tensor conjugated."""
        if self._array.ndim not in (0, 2):
            raise ValueError(f"H: expected a matrix, got shape {self._array.shape}; use mH for a stack of matrices")
        return ops.adjoint(self) if self._array.ndim else ops.conj(self)

    @property
    def real(self) -> Tensor:
        """The real part of each element."""
        return ops.real(self)

    @property
    def imag(self) -> Tensor:
        """The imaginary part of each element."""
        return ops.imag(self)

    def polygamma(self, n: int) -> Tensor:
        """`polygamma(n, self)`."""
        return ops.polygamma(n, self)

    def where(self, condition: Any, other: Any) -> Tensor:
        """These elements where `condition` holds, those of `other` elsewhere."""
        return ops.where(condition, self, other)

    def contiguous(self, memory_format: Any = None) -> Any:
        """This tensor, or a copy of it with its elements in memory row by row, which is the one memory format here."""
        if memory_format is not None and not str(memory_format).endswith("contiguous_format"):
            raise ValueError(f"contiguous: the only memory format is contiguous_format, got {memory_format!r}")
        if self._array.flags.c_contiguous:
            return self
        rows = ops.reshape(self, shape=(-1,))  # a clone would keep the order that the elements have in memory
        return ops.reshape(rows if rows._array.flags.c_contiguous else ops.clone(rows), shape=self._array.shape)
