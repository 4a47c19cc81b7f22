"""Gradients where there is no slope, where it is infinite, and behind what was not chosen."""

from .entry import NAN, OUR_NAN, ZERO, Explained

SLOPES = [
    Explained(
        "where both bounds of clamp are the same number, it gets the gradient; PyTorch drops it",
        op="^clamp$",
        nature="^gradient$",
        detail="PyTorch .*\\b0",
        program=r"cl(am|i)p\((\w+), \2\)",
    ),
    Explained(
        "nan is passed on: sign(nan) is nan, and so is the gradient of abs at nan; PyTorch gives 0",
        op="^(sign|sgn|abs|abs operator|absolute|norm|writes)$",
        nature="value|gradient",
        detail="nan",
    ),
    Explained(
        "what clamp, where, maximum, amax and their like did not choose gets the gradient 0, not inf * 0 = nan",
        nature="^gradient$",
        detail=ZERO,
        program=(
            "clamp|clip|where|maximum|minimum|amax|amin|max|min|relu|softplus|masked_fill|norm|std|tril|triu|put|index|"
            "scatter|corrcoef|lerp|beta=0"
        ),
    ),
    Explained(
        "where a slope has no value at all, as of hypot and atan2 at (0, 0), or of a distance 0, the gradient is 0",
        nature="^gradient$",
        detail=ZERO,
        program="hypot|atan2|norm|dist|renorm|std_mean",
    ),
    Explained(
        "logsumexp of nothing but -inf has the gradient 0, so that a masked row does no harm; PyTorch gives nan",
        nature="^gradient$",
        detail=ZERO,
        program="logsumexp|logcumsumexp",
    ),
    Explained(
        "the slope of sinc at 0 and of x ** 0 is 0 by its value, and so is right to every order; inf * 0 stays nan",
        nature="^gradient$",
        detail=OUR_NAN,
        program=r"sinc|\*\* 0|pow\(\w+, 0",
    ),
    Explained(
        "what norm(inf) did not choose gets the gradient 0 and what comes otherwise; PyTorch gives inf * 0 = nan",
        nature="^gradient$",
        detail=r"PyTorch .*nan.*, ours .*inf",
        program=r"norm\(\w+, float\('-?inf'\)|dist\(.*inf|renorm",
    ),
    Explained(
        "copysign and fmod have the slope ±1 at infinity too, and what nan_to_num replaced has none; PyTorch gives nan",
        nature="^gradient$",
        detail=NAN,
        program="copysign|fmod|nan_to_num",
    ),
]
