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
    "put":         Words("{x} with {values} written at [{index}]"),
    "einsum":      Words("einsum('{equation}', {inputs})"),
}

SLOPES: dict[tuple[str, int], str] = {
    # known by the input, though computed from the output
    ("reciprocal", 0): "-1 / x**2",
    ("relu", 0):       "where(x > 0, 1, 0)",

    # complex: a real L travels back as dL/da - i dL/db
    ("imag", 0):       "-1j",
    ("complex", 1):    "1j",
    ("angle", 0):      "-1j * conj(x) / abs(x)**2",

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
    ("cumsum", 0):      Words("dY, summed up from the end over {which}"),

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
    ("put", 0):         Words("dY, 0 where something was written"),
    ("put", 1):         Words("dY at the places that were written"),
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
}

WHICH = {"squeeze": "its dims of size 1", "roll": "all dims, read as one row"}  # what `dim=None` says, if not "all dims"
# fmt: on
