"""The texts that are not derived from the rows, each because the derived one is worse or there is none.

`str`: a Python expression over the op's inputs (`derive.names`), its parameters, its output `y` (`Y` in `RULES`) and, in
`RULES`, the gradient `dY`. `Words`: a sentence in which `{x}` is an input or a parameter, and `{which}` is "dim 0",
"dims (0, 1)" or "all dims". A test evaluates every one and compares it with the engine; another one checks that none is
what would be derived anyway.
"""

# ruff: noqa: E501 - a table of formulas is read across

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A sentence for what no expression says."""

    text: str


# fmt: off
FORWARD: dict[str, str | Words] = {
    # computed by cases, so that nothing overflows; this is the definition
    "sigmoid":     "1 / (1 + exp(-x))",
    "softplus":    "log(1 + exp(x))",
    "logsumexp":   "log(sum(exp(x)))",
    "log_softmax": "x - log(sum(exp(x)))",
    "top":         "amax(x)",
    "complex":     "real + 1j * imag",

    # rearrangements: no formula
    "reshape":     Words("{x} reshaped to {shape}"),
    "permute":     Words("{x} with its dims in the order {dims}"),
    "transpose":   Words("{x} with dims {dim0} and {dim1} swapped"),
    "squeeze":     Words("{x} without {which}"),
    "unsqueeze":   Words("{x} with a new dim {dim}"),
    "expand":      Words("{x} repeated to {shape}"),
    "flip":        Words("{x} reversed over {which}"),
    "roll":        Words("{x} rolled by {shifts} over {which}"),
    "pad":         Words("{x} padded by {widths} with {value}"),
    "cat":         Words("[{inputs}] joined over {which}"),
    "getitem":     Words("{x}[{index}]"),
    "place":       Words("0 in shape {shape}, with {x} added at [{index}]"),
    "setitem":     Words("{x} with {values} written at [{index}]"),
    "scatter_extreme": Words("{reduce} of {x} and of {src} at [{index}]"),
    "diagonal":    Words("the diagonal of {x}"),
    "unfold":      Words("windows of {x} over dim {dimension}: {size} elements, every {step}"),
    "as_strided":  Words("{x} in shape {size} with strides {stride}"),
    "einsum":      Words("einsum('{equation}', {inputs})"),

    # matrices and spectra: a name each
    "fftn":        Words("the Fourier transform of {x} over {which}"),
    "ifftn":       Words("the inverse Fourier transform of {x} over {which}"),
    "rfftn":       Words("half of the Fourier transform of {x} over {which}"),
    "irfftn":      Words("the inverse Fourier transform of the half {x} over {which}"),
}

SLOPES: dict[tuple[str, int], str] = {
    # known by the input, though computed from the output
    ("reciprocal", 0): "-1 / x**2",
    ("relu", 0):       "where(x > 0, 1, 0)",

    # complex: a real L travels back as dL/da - i dL/db
    ("imag", 0):       "-1j",
    ("complex", 1):    "1j",
    ("angle", 0):      "-1j * conj(x) / abs(x)**2",

    # so written that 0 · ln 0 is 0
    ("xlogy", 0):      "unless(logical_and(a == 0, b <= 0), 0, log(b))",
    ("xlog1py", 0):    "unless(logical_and(a == 0, b <= -1), 0, log(1 + b))",

    # computed by cases, so that nothing overflows
    ("log_ndtr", 0):   "sqrt(2 / pi) / erfcx(-x / sqrt(2))",

    # derived with the choices inside that keep 0**0 finite
    ("pow", 0):        "unless(b == 0, 0, b * a**(b - 1))",
    ("pow", 1):        "unless(logical_and(a == 0, b >= 0), 0, y * log(a))",
}

RULES: dict[tuple[str, int], str | Words] = {
    # one formula for vectors, matrices and stacks, where the rule tells them apart
    ("matmul", 0):      "dY @ b.mT",
    ("matmul", 1):      "a.mT @ dY",

    # over some dims, which the rule turns into shapes
    ("sum", 0):         Words("dY, repeated over {which}"),
    ("mean", 0):        Words("dY ÷ n, repeated over {which}"),
    ("prod", 0):        Words("dY · the product of the other elements over {which}"),
    ("amax", 0):        Words("dY at the largest over {which}, shared evenly by ties; 0 elsewhere"),
    ("amin", 0):        Words("dY at the smallest over {which}, shared evenly by ties; 0 elsewhere"),
    ("logsumexp", 0):   "dY * softmax(x)",
    ("log_softmax", 0): "dY - softmax(x) * sum(dY)",
    ("cumprod", 0):     Words("dY · the running product without the element itself, summed up from the end over {which}"),
    ("logcumsumexp", 0): Words("dY ÷ exp(logcumsumexp({x})), summed up from the end over {which}, · exp({x})"),
    ("median", 0):      Words("dY at the median, shared evenly by ties; 0 elsewhere"),
    ("nanmedian", 0):   Words("dY at the median, shared evenly by ties; 0 elsewhere"),
    ("cumsum", 0):      Words("dY, summed up from the end over {which}"),

    # what slides: each is another's transpose, with the same stride, dilation and widths
    ("conv", 0):           "conv_transpose(dY, w)",
    ("conv", 1):           "conv_weight(x, dY)",
    ("conv_transpose", 0): "conv(dY, w)",
    ("conv_transpose", 1): "conv_weight(dY, z)",
    ("conv_weight", 0):    "conv_transpose(z, dY)",
    ("conv_weight", 1):    "conv(x, dY)",
    ("windows", 0):        "overlap_add(dY)",
    ("overlap_add", 0):    "windows(dY)",
    ("sum_pool", 0):       "spread_pool(dY)",
    ("spread_pool", 0):    "sum_pool(dY)",
    ("max_pool", 0):       "put_at_max(dY, x)",
    ("take_at_max", 0):    "put_at_max(dY, x)",
    ("put_at_max", 0):     "take_at_max(dY, x)",

    # rearrangements: no formula. Of an op with any number of inputs, the first stands for all.
    ("reshape", 0):     Words("dY, reshaped back"),
    ("permute", 0):     Words("dY with its dims back in order"),
    ("transpose", 0):   Words("dY with dims {dim0} and {dim1} swapped back"),
    ("squeeze", 0):     Words("dY, reshaped back"),
    ("unsqueeze", 0):   Words("dY, reshaped back"),
    ("expand", 0):      Words("dY, summed over what was repeated"),
    ("flip", 0):        Words("dY, reversed over {which}"),
    ("roll", 0):        Words("dY, rolled back by {shifts} over {which}"),
    ("pad", 0):         Words("dY without the padding"),
    ("cat", 0):         Words("the part of dY over {which} that {x} became"),
    ("getitem", 0):     Words("dY at the places that were read, 0 elsewhere"),
    ("place", 0):       Words("dY at the places that were written"),
    ("setitem", 0):     Words("dY, 0 where something was written"),
    ("setitem", 1):     Words("dY at the places that were written"),
    ("scatter_extreme", 0): Words("dY where {x} itself is the extreme, shared evenly by ties; 0 elsewhere"),
    ("scatter_extreme", 1): Words("dY where {src} is the extreme, shared evenly by ties; 0 elsewhere"),
    ("diagonal", 0):    Words("dY on that diagonal, 0 elsewhere"),
    ("unfold", 0):      Words("dY, added up at the places that the windows were read from"),
    ("as_strided", 0):  Words("dY, added up at the places that were read"),
    ("lstm_steps", 0):  Words("the gradient before the gates, carried back from step to step"),
    ("lstm_steps", 1):  Words("the gradient before the gates of the first step"),
    ("lstm_steps", 2):  Words("the gradient of c, carried back from step to step"),
    ("lstm_steps", 3):  Words("the products of the gradients before the gates and the states before, summed over the steps"),
    ("gru_steps", 0):   Words("the gradient before the gates, carried back from step to step"),
    ("gru_steps", 1):   Words("the gradient of h, carried back from step to step"),
    ("gru_steps", 2):   Words("the products of the gradients before the gates and the states before, summed over the steps"),
    ("gru_steps", 3):   Words("the gradient of what the reset gate multiplies, summed over the steps"),
    ("rnn_steps", 0):   Words("the gradient before the activation, carried back from step to step"),
    ("rnn_steps", 1):   Words("the gradient of h, carried back from step to step"),
    ("rnn_steps", 2):   Words("the products of the gradients before the activation and the states before, summed over the steps"),
    ("ctc", 0):         Words("dY · the share of the paths through each frame and state"),
    ("einsum", 0):      Words("{gradient}"),  # see einsum.py

    # matrices
    ("inv", 0):         "-(Y.mT @ dY @ Y.mT)",
    ("solve", 0):       "-solve(a.mT, dY) @ Y.mT",
    ("solve", 1):       "solve(a.mT, dY)",
    ("solve_triangular", 0): Words("the triangle of −d{b} Yᵀ that is read"),
    ("solve_triangular", 1): Words("the solution of {a}ᵀ d{b} = dY"),
    ("det", 0):         "dY * Y * inv(x).mT",
    ("slogdet", 0):     Words("dY of the logarithm · {x}⁻ᵀ"),
    ("pinv", 0):        Words("−Yᵀ dY Yᵀ + (1 − {x} Y) dYᵀ Y Yᵀ + Yᵀ Y dYᵀ (1 − Y {x})"),
    ("matrix_exp", 0):  Words("the upper right corner of exp([[{x}ᵀ, dY], [0, {x}ᵀ]])"),
    ("cholesky", 0):    Words("the symmetric part of Y⁻ᵀ Φ(Yᵀ dY) Y⁻¹, where Φ is the lower triangle with half of the diagonal"),
    ("qr", 0):          Words("[dQ + Q S] R⁻ᵀ, where S is symmetric with the upper triangle of dR Rᵀ − Qᵀ dQ"),
    ("lu_factor", 0):   Words("Pᵀ L⁻ᵀ [the part below the diagonal of Lᵀ dL + the upper triangle of dU Uᵀ] U⁻ᵀ"),
    ("eigh", 0):        Words("the symmetric part of V [diag(dλ) + (Vᵀ dV) ÷ E] Vᵀ, where Eᵢⱼ = λⱼ − λᵢ"),
    ("eig", 0):         Words("V⁻ᴴ [diag(dλ) + (Vᴴ dV − Vᴴ V diag(Vᴴ dV)) ÷ Ē] Vᴴ, where Eᵢⱼ = λⱼ − λᵢ"),
    ("svd", 0):         Words("U [(K(Uᵀ dU) S + S K(Vᵀ dV)) ÷ E + diag(dS)] Vᵀ, where Eᵢⱼ = Sⱼ² − Sᵢ² and K(X) = X − Xᵀ"),

    # spectra
    ("fftn", 0):        Words("the Fourier transform of dY over {which}"),
    ("ifftn", 0):       Words("the inverse Fourier transform of dY over {which}"),
    ("rfftn", 0):       Words("the real part of the Fourier transform of dY, with 0 for the other half, over {which}"),
    ("irfftn", 0):      Words("the inverse transform's half of dY over {which}, doubled where it stands for two"),
}

WHICH = {"squeeze": "its dims of size 1", "roll": "all dims, read as one row"}  # what `dim=None` says, if not "all dims"
# fmt: on
