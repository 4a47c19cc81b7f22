"""Where we differ from PyTorch on purpose: each entry with its reason. What stands here is in the README too."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .program import Disagreement, Line


@dataclass(frozen=True)
class Explained:
    """Matches a disagreement by its op, nature, detail and program (regular expressions, each searched for)."""

    reason: str
    op: str = ""
    nature: str = ""
    detail: str = ""
    program: str = ""

    def matches(self, lines: list[Line], found: Disagreement) -> bool:
        text = "\n".join(line.text for line in lines)
        return all(
            re.search(pattern, given) is not None
            for pattern, given in (
                (self.op, found.op),
                (self.nature, found.nature),
                (self.detail, found.detail),
                (self.program, text),
            )
        )


EXPLAINED = [
    Explained(
        "PyTorch has no CPU kernel for this dtype; NumPy computes it",
        nature="torch refuses",
        detail="not implemented for|not supported for|does not support|not currently supported",
    ),
    Explained(
        "booleans count as 0 and 1 in arithmetic, as in NumPy; PyTorch refuses - and unary + of them",
        nature="torch refuses",
        detail="with (a|two) bool tensors? is not supported|on a bool tensor is not supported",
    ),
    Explained(
        "a number is allowed where PyTorch's function demands a tensor, as in maximum(t, 0)",
        nature="torch refuses",
        detail=r"argument 'other' \(position \d\) must be Tensor|cl(am|i)p\(\) received an invalid combination",
    ),
    Explained(
        "heaviside has the derivative 0, passes nan on and takes numbers and several dtypes, as other steps do",
        op="^heaviside$",
        nature="torch refuses|value",
        detail=r"heaviside is not implemented|argument 'values'|different dtypes|ours .*nan",
    ),
    Explained(
        "where both bounds of clamp are the same number, it gets the gradient; PyTorch drops it",
        op="^clamp$",
        nature="^gradient$",
        detail="PyTorch 0",
        program=r"cl(am|i)p\((\w+), \2\)",
    ),
    Explained(
        "the slope of sinc at infinity is its limit, 0; PyTorch gives nan",
        nature="^gradient$",
        detail="PyTorch .*nan",
        program="sinc",
    ),
    Explained(
        "sigmoid of -100 is 3.8e-44; in float32 PyTorch gives 0",
        op="^r?sqrt$",
        nature="^value$",
        program=r"sigmoid[\s\S]*log",
    ),
    Explained(
        "tensors of several dtypes are compared, and interpolated between",
        op="^(isclose|lerp|addcdiv|addcmul)$",
        nature="torch refuses",
        detail="did not match|but got dtype|can't be cast",
    ),
    Explained(
        "at poles and infinities of gamma and its relatives: their limits; PyTorch gives nan or rounding errors",
        nature="value|gradient",
        detail=r"PyTorch .*(nan|e\+\d\d).*ours",
        program="digamma|polygamma|lgamma|zeta",
    ),
    Explained(
        "nan held between bounds has the gradient 0, as in clamp; in logit PyTorch gives nan",
        op="^logit$",
        nature="^gradient$",
        detail="PyTorch .*nan",
    ),
    Explained(
        "where atan2 has no slope, at (0, 0), what lies behind it gets the gradient 0",
        nature="^gradient$",
        detail="PyTorch .*nan",
        program="atan2",
    ),
    Explained(
        "i0 of 0 is 1, of which frexp and ndtri make something else than of PyTorch's 0.99999994",
        op="^(frexp|ndtri)$",
        nature="^value$",
        program="i0",
    ),
    Explained(
        "polygamma at a pole is infinite; PyTorch's depends on how π times the pole was rounded",
        op="^polygamma$",
        nature="^value$",
        detail="ours .*inf",
    ),
    Explained(
        "the slope of ln Φ(x) at -∞ is its limit, ∞; PyTorch gives nan",
        op="^log_ndtr$",
        nature="^gradient$",
        detail="PyTorch .*nan",
    ),
    Explained(
        "the derivatives of i0 and i1 at nan are nan; PyTorch gives a number",
        nature="^gradient$",
        detail="ours .*nan",
        program=r"i[01]e?\(",
    ),
    Explained(
        "the derivative of x 2^n for integers n; PyTorch computes 2^n in integers there, and 0 for 1/2",
        nature="^gradient$",
        program=r"ldexp",
    ),
    Explained(
        "copysign and fmod have the slope ±1 at infinity too, and what nan_to_num replaced has none; PyTorch gives nan",
        nature="^gradient$",
        detail="PyTorch .*nan",
        program="copysign|fmod|nan_to_num",
    ),
    Explained(
        "an error inside PyTorch",
        nature="torch refuses",
        detail="INTERNAL ASSERT FAILED",
    ),
    Explained(
        "nothing is promised of the sign of nan",
        op="^(signbit|copysign)$",
        nature="^value$",
    ),
    Explained(
        "these derivatives are computed from the output; PyTorch computes it once more from the input",
        nature="ours refuses the gradient",
        detail=r"output .* of (erfinv|log_ndtr|bessel_ie) was overwritten",
    ),
    Explained(
        "a tensor of booleans or integers has no gradient, whatever was written into it",
        op="setitem",
        nature="requires_grad",
        program=r"v\(torch\.(bool|u?int\d+)",
    ),
    Explained(
        "prod takes several dims, as sum does",
        op="^prod$",
        nature="torch refuses",
        detail="must be int, not tuple|invalid combination of arguments - got .*tuple|argument 'dim'",
    ),
    Explained(
        "the value of masked_fill may be a tensor that broadcasts",
        op="masked_fill",
        nature="torch refuses",
        detail="only supports a 0-dimensional value tensor",
    ),
    Explained(
        "a condition must be of booleans; PyTorch still takes uint8, and says that it will not",
        op="where",
        nature="ours refuses",
        detail="expected a condition of booleans",
        program="uint8",
    ),
    Explained(
        "an index may have any dtype of integers",
        op="gather|index|scatter|take|put",
        nature="torch refuses",
        detail="Expected dtype int(32|64)|dtype of indices should be Long|Expected a long tensor|got:? Byte",
    ),
    Explained(
        "squares of numbers beyond 1e19 overflow float32; PyTorch squares them in float64",
        op="^(std|var|norm)$",
        nature="^value$",
        detail=r"ours .*inf",
    ),
    Explained(
        "of several values written to one place only the one that stays gets a gradient; PyTorch gives it to all",
        op="setitem",
        nature="^gradient$",
        program=r"\[v\(torch\.int64|\[\[",
    ),
    Explained(
        "linspace makes numbers; PyTorch makes booleans of one step",
        op="make",
        nature="ours refuses",
        detail="linspace: expected a dtype of numbers",
    ),
    Explained(
        "an index is of integers, an empty one too",
        op="gather|index|take|scatter|put",
        nature="ours refuses",
        detail="indices must be integers, got",
    ),
    Explained(
        "a value that requires a gradient is cast to integers or booleans on demand; PyTorch sometimes refuses",
        op="masked_fill|prod|sum|mean|setitem|select|slice_scatter",
        nature="torch refuses",
        detail="Autograd not support dtype|source and destination dtypes match",
    ),
    Explained(
        "a product of integers and floats is computed in floats",
        op="product|matmul|mm|bmm|mv|linear",
        nature="torch refuses|dtype",
        detail=(
            r"same dtype, but (got:? .*(int|unsigned|char|bool|Int|Long|Char|Byte|Bool|Short)|found .*)"
            "|PyTorch int64, ours float"
        ),
    ),
    Explained(
        "what expand() made is never written to, since its elements share memory; PyTorch allows it of equal numbers",
        op="_$|=$|setitem",
        nature="ours refuses",
        detail=r"as after expand\(\)",
    ),
    Explained(
        "of a number beyond the range of an integer dtype nothing is promised, in C, NumPy or PyTorch",
        op="^to$|setitem|copy_",
        nature="value",
        detail="PyTorch",
    ),
    Explained(
        "bytes are promoted before a rule negates them; PyTorch's rule wraps them around",
        nature="^gradient$",
        op="atan2",
        program="uint8",
    ),
    Explained(
        "a // b and a % b have derivatives wherever they are differentiable; PyTorch refuses some",
        nature="torch refuses the gradient",
        detail="derivative for aten::(floor_divide|remainder) is not implemented",
    ),
    Explained(
        "t() reverses the dimensions of any tensor, as .T does",
        op="transpose",
        nature="torch refuses",
        detail=r"t\(\) expects a tensor with <= 2 dimensions",
    ),
    Explained(
        "nan is passed on: sign(nan) is nan, and so is the gradient of abs at nan; PyTorch gives 0",
        op="^(sign|sgn|abs|abs operator|norm|absolute|gammaincc?)$",
        nature="value|gradient",
        detail="nan",
    ),
    Explained(
        "what clamp, where, maximum, amax and their like did not choose gets the gradient 0, not inf * 0 = nan",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*\b0\.",
        program="clamp|clip|where|maximum|minimum|amax|amin|max|min|relu|softplus|masked_fill|norm|std|tril|triu|put|index|scatter",
    ),
    Explained(
        "where a slope has no value at all, as of hypot at (0, 0), the gradient is 0",
        op="hypot|atan2|norm",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*\b0\.",
    ),
    Explained(
        "logsumexp of nothing but -inf has the gradient 0, so that a masked row does no harm; PyTorch gives nan",
        op="logsumexp",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*\b0\.",
    ),
    Explained(
        "norm(p=0) counts, and has the gradient 0; PyTorch leaves .grad None",
        op="norm",
        nature="^gradient$",
        detail="a gradient of leaf",
        program=r"norm\(\w+, 0",
    ),
    Explained(
        "var and std with no degrees of freedom left: nan or infinite, whose gradient means nothing",
        op="var|std",
        nature="^gradient$",
        program="correction=2|unbiased|std|var",
    ),
    Explained(
        "integers to a negative power are an error; PyTorch gives 0 if the power is a tensor",
        op=r"^(pow|\*\*=?)$",
        nature="ours refuses",
        detail="Integers to negative integer powers",
    ),
    Explained(
        "and PyTorch refuses even an empty tensor of integers to a negative number",
        op=r"^(pow|\*\*=?)$",
        nature="torch refuses",
        detail="Integers to negative integer powers",
    ),
    Explained(
        "a number that the dtype cannot hold is an error; PyTorch wraps it around",
        nature="ours refuses",
        detail="does not fit into|out of bounds for",
    ),
    Explained(
        "powers of booleans are int8, as in NumPy",
        op=r"square|pow|\*\*",
        nature="dtype|ours refuses",
        detail="PyTorch (int64|bool), ours int8|the result is int8, which the tensor's bool cannot hold",
    ),
    Explained(
        "PyTorch's derivative of atan2 squares integers in their own dtype, and overflows",
        op="atan2",
        nature="^gradient$",
        program="int",
    ),
    Explained(
        "a rounding error of one digit becomes a large one: cos(2**x), or a power at a negative number near an integer",
        op="^cos$|^sin$|^tan$|^pow$|floor_divide|//",
        nature="^value$",
        program="large|atan2",
    ),
    Explained(
        "the norm of no numbers is 0, or infinite for a negative p",
        op="^norm$",
        nature="torch refuses",
        detail="does not have an identity",
    ),
    Explained(
        "copy_ and clamp broadcast as an assignment does",
        op="copy_|clamp",
        nature="torch refuses",
        detail="match the broadcast shape",
    ),
    Explained(
        "einsum keeps the dtype of integers; PyTorch gives int64 in equations that need no product",
        op="einsum",
        nature="dtype",
        detail="PyTorch int64",
    ),
    Explained(
        "einsum returns new memory; PyTorch's may be a view of its one operand",
        nature="value|torch refuses",
        program="einsum",
        op="_$|=$|setitem",
    ),
    Explained(
        "softmax of an empty tensor of integers is float32, as that of any other; PyTorch keeps the dtype",
        op="softmax",
        nature="dtype",
        program=r"shape=\((\d+, )*0,?|\((\d+, )*0[,)]|\[\]",
    ),
    Explained(
        "a wrong dim is an error for an empty tensor too",
        op="roll",
        nature="ours refuses",
        detail="is out of range",
    ),
    Explained(
        "take_along_dim checks its indices; PyTorch takes some other element",
        op="gather",
        nature="ours refuses",
        detail="index -?\\d+ is out of range",
        program="take_along_dim",
    ),
    Explained(
        "take_along_dim of a 0-d tensor works, as gather does",
        op="gather",
        nature="torch refuses",
        detail="tensor has no dimensions",
    ),
    Explained(
        "what a write in place changed after it was recorded is kept, and the gradient is right; PyTorch refuses",
        nature="torch refuses the gradient",
        detail="modified by an inplace operation",
    ),
    Explained(
        "pieces of split and chunk may be written to in place",
        nature="torch refuses",
        detail="is a view and is being modified inplace|Such functions do not allow the output views to be modified",
    ),
    Explained(
        "an index that is out of range is an error where nothing would be written, too",
        op="index|scatter|put",
        nature="ours refuses",
        detail="index -?[0-9]+ is out of range",
        program=r"shape=\((\d+, )*0|\((\d+, )*0[,)]",
    ),
    Explained(
        "a 0-d tensor counts as a vector of one element",
        op="repeat_interleave|index_reduce|index_add",
        nature="torch refuses",
        detail="Dimension out of range|source tensor shape must match|tensor has no dimensions",
        program=r"shape=\(\)|, \(\)",
    ),
    Explained(
        "the product of the others is multiplied out; PyTorch divides by an element, nan if it is infinite or nan",
        op="reduce",
        nature="^gradient$",
        detail="PyTorch .*nan",
        program="prod",
    ),
    Explained(
        "of an element that does not count a tie takes no share; in PyTorch that part of the gradient is lost",
        op="scatter_reduce|index_reduce",
        nature="^gradient$",
        program=r"am(ax|in)\", include_self=False",
    ),
    Explained(
        "PyTorch's select_scatter and slice_scatter of a tensor that overlaps itself write to several places",
        op="^select$|slice_scatter",
        nature="^value$",
        program="as_strided|unfold",
    ),
    Explained(
        "nothing may be copied into a 0-d tensor; PyTorch has no gradient for that",
        op="index_",
        nature="torch refuses the gradient",
        detail="Index to scalar can have only 1 value",
    ),
    Explained(
        "PyTorch's gradient of block_diag is shifted by blocks without elements",
        op="block_diag",
        nature="^gradient$",
        program=r"\(0,\)",
    ),
    Explained(
        "a mask of uint8 may be assigned to",
        op="setitem",
        nature="torch refuses",
        detail="only supports boolean masks",
    ),
    Explained(
        "integers never require a gradient; PyTorch marks those that a value which does was written to",
        op="setitem",
        nature="requires_grad",
        detail="PyTorch True, ours False",
    ),
    Explained(
        "an array that overlaps itself can be written from itself",
        nature="torch refuses",
        detail="refer to a single memory location",
    ),
    Explained(
        "nansum and its like do not see a nan, and it gets the gradient 0; where all are nan, PyTorch gives nan",
        op="nanmean|nanquantile|nanmedian|nansum",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*\b0\.",
    ),
    Explained(
        "a quantile at an infinite element, or between two equal ones, is that element; PyTorch subtracts them: nan",
        op="quantile",
        nature="value|gradient",
        detail=r"PyTorch .*nan.*, ours ",
        program="inf|special|large|exp|pow|/|log",
    ),
    Explained(
        "the largest element is a nan where there is one, and the gradient goes to it; PyTorch makes all of them nan",
        op="dist|renorm|aminmax",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*\b0\.",
    ),
    Explained(
        "at distance 0, and where logcumsumexp has met -inf only, the gradient is 0 whatever comes; PyTorch gives nan",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*\b0\.",
        program="dist|renorm|std_mean|logcumsumexp",
    ),
    Explained(
        "what norm(inf) did not choose gets the gradient 0 and what comes otherwise; PyTorch gives inf * 0 = nan",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*inf",
        program=r"norm\(\w+, float\('-?inf'\)|dist\(.*inf|renorm",
    ),
    Explained(
        "there is no median of no integers; PyTorch gives the smallest integer",
        op="median",
        nature="ours refuses",
        detail="no integer stands for the median of none",
    ),
    Explained(
        "no element of a 0-d tensor is an empty vector; PyTorch gives a number that nobody wrote",
        op="topk",
        nature="shape",
        detail=r"PyTorch \(\), ours \(0,\)",
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
        "a slope of booleans counts them as 0 and 1",
        op="gradient",
        nature="torch refuses",
        detail="with two bool tensors is not supported",
    ),
    Explained(
        "dim 0 of a 0-d tensor is that of a vector of one element",
        op="unique",
        nature="torch refuses",
        detail="tensor has no dimensions",
    ),
    Explained(
        "dist(p=0) counts, as norm(p=0), and has the gradient 0; PyTorch has none, or its backward fails",
        nature="gradient",
        detail="Expected a proper Tensor but got None|a gradient of leaf",
        program=r"dist\(.*, 0\)",
    ),
    Explained(
        "nan is passed on by distances, too: their gradient there is nan; PyTorch gives some of them 0",
        op="dist",
        nature="^gradient$",
        detail="ours .*nan",
        program="nan|special",
    ),
    Explained(
        "the mean of infinite numbers is infinite; PyTorch's, which subtracts as it goes, is nan",
        op="std_mean|var_mean",
        nature="value",
        detail="PyTorch .*nan.*, ours .*inf",
    ),
    Explained(
        "the integral of integers is a float, of none as well",
        op="trapezoid",
        nature="dtype",
        detail="PyTorch u?int(8|32|64), ours float32",
    ),
    Explained(
        "the trapezoidal rule adds what it says; PyTorch's sum less half the ends is inf - inf",
        nature="value|gradient",
        detail="PyTorch .*nan.*, ours ",
        program=r"trapezoid\(|trapz\(",
    ),
    Explained(
        "a wrong dim is an error where there is nothing to do, too",
        op="cummax|cummin|diff|sort|logcumsumexp|cumprod",
        nature="ours refuses",
        detail="is out of range for",
    ),
    Explained(
        "the gradient of a product is the product of the others; PyTorch divides by the element, which may be infinite",
        op="cumprod|prod",
        nature="^gradient$",
        detail="PyTorch .*nan.*, ours ",
        program="special|large|div|/|pow|exp|inf",
    ),
    Explained(
        "a nan differs from every number, and counts in distances with p = 0 as it does in norms",
        op="dist",
        nature="value",
        detail="PyTorch .*nan.*, ours ",
        program=r"(cdist|pdist).*, 0\)",
    ),
    Explained(
        "the mode is a number where there is one; PyTorch sorts nan anywhere",
        op="mode",
        nature="value|gradient",
        detail="nan",
    ),
    Explained(
        "PyTorch's logcumsumexp drops the gradient nan",
        nature="^gradient$",
        detail="ours .*nan",
        program="logcumsumexp",
    ),
]


def reason(lines: list[Line], found: Disagreement) -> Explained | None:
    """The entry that explains a disagreement, if any."""
    return next((entry for entry in EXPLAINED if entry.matches(lines, found)), None)
