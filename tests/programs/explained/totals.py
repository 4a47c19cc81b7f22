"""Reductions, scans, sorting, statistics, differences and distances."""

from .entry import NAN, OUR_NAN, ZERO, Explained

TOTALS = [
    Explained(
        "var and std are computed in the tensor's dtype; PyTorch adds up in float64, also squares beyond 1e38",
        op="^(std|var)$",
        nature="^value$",
        program="large|e\\+|\\d{7}",
    ),
    Explained(
        "which numbers are equal is decided by their last digits",
        op="^unique$",
        nature="value|shape",
        program="gradient|cos|sin|exp|log|pow|/|solve|linalg",
    ),
    Explained(
        "unique puts nan behind the numbers; PyTorch, along a dim, leaves it where it was",
        op="unique",
        nature="value",
        detail="nan",
    ),
    Explained(
        "of several largest differences each gets its share of the gradient of cdist; in PyTorch each gets all of it",
        op="dist",
        nature="^gradient$",
        program=r"cdist\(.*inf",
    ),
    Explained(
        "var and std with no degrees of freedom left are nan or infinite, and so is their gradient",
        op="var|std",
        nature="^gradient$",
        detail="nan|inf",
    ),
    Explained(
        "the mean of infinite numbers is infinite; PyTorch's, which subtracts as it goes, is nan",
        op="std_mean|var_mean",
        nature="value",
        detail="PyTorch .*nan.*, ours .*inf",
    ),
    Explained(
        "norm(p=0) and dist(p=0) count, and have the gradient 0; PyTorch's has none, or backward fails",
        nature="gradient",
        detail="Expected a proper Tensor but got None|a gradient of leaf",
        program=r"norm\(\w+, 0|dist\(.*, 0\)",
    ),
    Explained(
        "nansum and its like do not see a nan, and it gets the gradient 0; where all are nan, PyTorch gives nan",
        nature="^gradient$",
        detail=ZERO,
        program="nanmean|nanquantile|nanmedian|nansum",
    ),
    Explained(
        "a quantile at an infinite element, or between two equal ones, is that element; PyTorch subtracts them: nan",
        op="quantile",
        nature="value|gradient",
        detail=NAN,
    ),
    Explained(
        "there is no median of no integers; PyTorch gives the smallest integer",
        op="median",
        nature="ours refuses",
        detail="no integer stands for the median of none",
    ),
    Explained(
        "the mode is a number where there is one; PyTorch sorts nan anywhere",
        op="mode",
        nature="value|gradient",
        program="nan|special|log|sqrt|pow|/|asin|acos|acosh|atanh",
    ),
    Explained(
        "no element of a 0-d tensor is an empty vector; PyTorch gives a number that nobody wrote",
        op="topk",
        nature="shape",
        detail=r"PyTorch \(\), ours \(0,\)",
    ),
    Explained(
        "the gradient of a product is the product of the others; PyTorch divides by the element, which may be infinite",
        op="cumprod|prod",
        nature="^gradient$",
        detail=NAN,
    ),
    Explained(
        "PyTorch's logcumsumexp drops the gradient nan",
        nature="^gradient$",
        detail=OUR_NAN,
        program="logcumsumexp",
    ),
    Explained(
        "the trapezoidal rule adds what it says; PyTorch's sum less half the ends is inf - inf",
        nature="value|gradient",
        detail=NAN,
        program=r"trapezoid\(|trapz\(",
    ),
    Explained(
        "slopes and areas of small integers are computed in large ones; in PyTorch they wrap around",
        nature="value",
        program=r"u?int(8|32|64)[\s\S]*(gradient|trapezoid|trapz)\(",
    ),
    Explained(
        "slopes at given points are computed in the dtype of the values; in PyTorch equal values have a slope of 1e-7",
        nature="value",
        program=r"gradient\(.*spacing=\(v",
    ),
    Explained(
        "the integral of integers is a float, of none as well",
        op="trapezoid",
        nature="dtype",
        detail="PyTorch u?int(8|32|64), ours float32",
    ),
    Explained(
        "booleans have no area under them, an empty tensor's neither",
        op="trapezoid",
        nature="ours refuses",
        detail="expected numbers, got booleans",
    ),
    Explained(
        "the integral over no points is 0, with a gradient as any other",
        op="trapezoid",
        nature="requires_grad",
        detail="PyTorch False, ours True",
    ),
    Explained(
        "nan is passed on by distances, and inf - inf is nan; PyTorch gives some of them numbers",
        op="dist",
        nature="value|gradient",
        detail=OUR_NAN,
    ),
    Explained(
        "a nan differs from every number, and counts in distances with p = 0 as it does in norms",
        op="dist",
        nature="value",
        detail=NAN,
        program=r"(cdist|pdist).*, 0\)",
    ),
]
