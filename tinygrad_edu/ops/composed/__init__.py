"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.

aliases            second names: negative, arcsin, greater ...
arithmetic         add and sub with a factor, div with rounding, clamp, addcmul, lerp
parts              frac, ldexp, frexp, nan_to_num, fill
comparing          isclose, equal, isposinf ...
complex_parts      polar, sgn, view_as_real, adjoint
special_functions  i0, polygamma, zeta, gammainc ...: by the rows of `special`
statistics         softmax, var, std, norm, nanmean, cov
extremes           max, min, aminmax, cummax, cummin
quantiles          quantile, nanquantile
sorting            sort, topk, median, kthvalue, mode
counting           unique, bincount, searchsorted, nonzero
histograms         histc, histogram
calculus           diff, gradient, trapezoid
distances          dist, cdist, pdist, renorm
products           dot, outer, tensordot, kron, cross, addmm and its like
older_names        det, inverse, qr, svd ...: what is in `linalg`, under its older names
spectrograms       stft, istft
arranging          flatten, movedim, atleast_2d, rot90, repeat, tile
broadcasting       broadcast_tensors, expand_as, meshgrid, combinations
joining            cat, stack, hstack, block_diag
cutting            split, chunk, unbind, select, narrow
diagonals          diag, diag_embed, tril, triu, trace
striding           as_strided
padding            constant_pad_nd
selecting          gather, index_select, take, masked_fill, masked_select
scattering         scatter, scatter_add, scatter_reduce, index_reduce
writing            index_put, index_add, masked_scatter, select_scatter
choosing           what those share that choose elements: (values, indices)
"""

from .aliases import *
from .arithmetic import *
from .arranging import *
from .broadcasting import *
from .calculus import *
from .comparing import *
from .complex_parts import *
from .counting import *
from .cutting import *
from .diagonals import *
from .distances import *
from .extremes import *
from .histograms import *
from .joining import *
from .older_names import *
from .padding import *
from .parts import *
from .products import *
from .quantiles import *
from .scattering import *
from .selecting import *
from .sorting import *
from .special_functions import *
from .spectrograms import *
from .statistics import *
from .striding import *
from .writing import *
