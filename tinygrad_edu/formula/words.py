"""What `help` says in words of an op: where the formula is the op's own name, and what its parameters are."""

from __future__ import annotations

# fmt: off
MEANINGS: dict[str, str] = {
    "erf":      "2/√π · ∫ e^(−t²) dt from 0 to x, the error function",
    "atan2":    "the angle of the point (b, a), between −π and π",
    "remainder": "a mod b, with the sign of b",
    "sign":     "−1, 0 or 1",
    "round":    "the nearest whole number; of two the even one",
    "trunc":    "x without what stands behind the point",
    "clone":    "a copy of x in memory of its own",
    "isnan":    "whether x is nan, not a number",
    "isinf":    "whether x is ∞ or −∞",
    "isfinite": "whether x is neither infinite nor nan",
    "argmax":   "the index of the largest element over dim; of ties the first",
    "argmin":   "the index of the smallest element over dim; of ties the first",
    "any":      "whether any element over dim is true (not 0)",
    "all":      "whether all elements over dim are true (not 0)",
    "cumsum":   "the running total of x over dim: element i is the sum of elements 0 to i",
    "mean":     "the mean of x over dim: Σ x / n, where n is the number of elements added up",
    "amax":     "the largest element of x over dim",
    "amin":     "the smallest element of x over dim",
    "top":      "the largest element of x over dim, kept as a dimension of size 1; 0 where it is infinite",
    "place":    "zeros in the given shape, with x added at [index]",
    "einsum":   "the sum of products that the equation names: 'ij,jk->ik' is the product of two matrices",
}

# By the parameter, or by the op and the parameter where it differs there.
PARAMETERS: dict[str, str] = {
    "dim":              "a dimension, a tuple of them, or None for all",
    "cumsum.dim":       "the dimension to add up along",
    "log_softmax.dim":  "the dimension along which the probabilities sum to 1",
    "argmax.dim":       "a dimension, or None for the index in the flattened tensor",
    "argmin.dim":       "a dimension, or None for the index in the flattened tensor",
    "squeeze.dim":      "the dimension to drop if its size is 1, or a tuple of them; None for all of size 1",
    "unsqueeze.dim":    "where the new dimension stands in the result",
    "cat.dim":          "the dimension to join along; the others must be equal",
    "keepdim":          "keep the reduced dimensions, with size 1",
    "dtype":            "the dtype to add up in; None for that of x",
    "round.decimals":   "how many digits to keep after the point",
    "floor_divide.rounding": "'floor' rounds down, 'trunc' towards zero",
    "cast.dtype":       "the dtype of the result",
    "min":              "the lower bound, a number; None for none",
    "max":              "the upper bound, a number; None for none",
    "shape":            "the shape of the result; in one place −1 stands for what is left over",
    "expand.shape":     "the shape of the result; −1 keeps a size",
    "place.shape":      "the shape of the result",
    "dims":             "a dimension or a tuple of them",
    "permute.dims":     "all dimensions, in their new order",
    "roll.dims":        "a dimension or a tuple of them; None rolls the flattened tensor",
    "dim0":             "one of the two dimensions",
    "dim1":             "the other",
    "shifts":           "by how many places, a number for each of dims",
    "widths":           "for each dimension how much to add before and behind it",
    "value":            "what to fill with",
    "index":            "any index of NumPy: integers, slices, masks, integer arrays",
    "equation":         "letters for the dimensions of each input, '->', letters of the result",
}
# fmt: on
