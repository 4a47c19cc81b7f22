"""Special functions at their poles and at infinity, and the precision of derivatives."""

from .entry import NAN, OUR_NAN, ZERO, Explained

SPECIAL = [
    Explained(
        "at poles and infinities of gamma and its relatives: their limits; PyTorch gives nan or rounding errors",
        nature="value|gradient",
        detail=r"PyTorch .*(nan|e\+\d\d).*ours",
        program="digamma|polygamma|lgamma|zeta",
    ),
    Explained(
        "polygamma at a pole is infinite; PyTorch's depends on how π times the pole was rounded",
        op="^polygamma$",
        nature="^value$",
        detail=r"ours .*inf",
    ),
    Explained(
        "the derivative of gammainc to the last digit; PyTorch's has eight of them",
        nature="^gradient$",
        program=r"float64[\s\S]*gammaincc?",
    ),
    Explained(
        "gammainc and gammaincc of nan are nan, and so is their gradient; PyTorch gives 0",
        op="^gammaincc?$",
        nature="value|gradient",
        detail="nan",
    ),
    Explained(
        "the derivatives of i0 and i1 at nan are nan; PyTorch gives a number",
        nature="^gradient$",
        detail=OUR_NAN,
        program=r"i[01]e?\(",
    ),
    Explained(
        "the slope of sinc at infinity is its limit, 0, and of ln Φ at -∞ its limit, ∞; PyTorch gives nan",
        nature="^gradient$",
        detail=NAN,
        program="sinc|log_ndtr",
    ),
    Explained(
        "nan held between bounds has the gradient 0, as in clamp; in logit PyTorch gives nan",
        op="^logit$",
        nature="^gradient$",
        detail=ZERO,
    ),
    Explained(
        "the derivative of x 2^n is 2^n for integers n; PyTorch computes 2^n in integers, and 0 for 1/2, or in float32",
        nature="^gradient$",
        program="ldexp",
    ),
    Explained(
        "nothing is promised of the sign of nan",
        op="^(signbit|copysign)$",
        nature="^value$",
    ),
    Explained(
        "a derivative is computed in the dtype of the result; PyTorch's of atan2 squares integers in their own dtype",
        op="atan2",
        nature="^gradient$",
        program="int",
    ),
    Explained(
        "integers beyond 2^24 keep their digits beside float64; PyTorch's addcdiv and addcmul make float32 of them",
        op="addcdiv|addcmul",
        nature="^gradient$",
        program="int(32|64)",
    ),
]
