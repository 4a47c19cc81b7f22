"""An example of each op that runs: inputs it accepts, the call, the result, the gradients.

    >>> x = tg.tensor([0.5, 1.0, 2.0], requires_grad=True)
    >>> y = tg.exp(x)
    >>> y
    tensor([1.6487, 2.7183, 7.3891], grad_fn=<exp>)

The lines are run on request, so the output shown is the real one. Elementwise ops are tried on
numbers until all is finite (acosh needs x ≥ 1); the others that need shapes or parameters of their own have a row in
`INPUTS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, Op
from . import derive

NUMBERS = (("[-1.0, 0.5, 2.0]", "[2.0, -0.5, 4.0]"), ("[0.5, 1.0, 2.0]",), ("[-0.5, 0.0, 0.5]",), ("[1.5, 2.0, 3.0]",))
DISCRETE = (("[5, 3]", "[1, 6]"), ("[True, False]", "[True, True]"))
MATRICES = (("[[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]]",), ("[[1.0, 2.0], [3.0, 4.0]]", "[[0.0, 1.0], [2.0, 0.0]]"))

# fmt: off
INPUTS: dict[str, tuple[tuple[str, ...], str]] = {
    "isnan":       (("[1.0, float('nan'), float('inf')]",), ""),
    "isinf":       (("[1.0, float('nan'), float('inf')]",), ""),
    "isfinite":    (("[1.0, float('nan'), float('inf')]",), ""),
    "round":       (("[0.5, 1.5, -2.7]",), ""),
    "where":       (("[True, False]", "[1.0, 2.0]", "[3.0, 4.0]"), ""),
    "clip":        (("[-1.0, 0.5, 2.0]",), "min=0.0, max=1.0"),
    "cast":        (("[1.0, 2.5]",), "dtype=tg.float64"),
    "logical_and": (("[True, False]", "[True, True]"), ""),
    "logical_or":  (("[True, False]", "[False, False]"), ""),
    "logical_xor": (("[True, False]", "[True, True]"), ""),
    "logical_not": (("[True, False]",), ""),
    "any":         (("[[True, False], [False, False]]",), "dim=1"),
    "all":         (("[[True, False], [True, True]]",), "dim=1"),
    "sum":         (MATRICES[0], "dim=1"),
    "mean":        (MATRICES[0], "dim=1"),
    "prod":        (MATRICES[0], "dim=1"),
    "amax":        (MATRICES[0], "dim=1"),
    "amin":        (MATRICES[0], "dim=1"),
    "argmax":      (MATRICES[0], "dim=1"),
    "argmin":      (MATRICES[0], "dim=1"),
    "logsumexp":   (MATRICES[0], "dim=1"),
    "log_softmax": (MATRICES[0], "dim=1"),
    "cumsum":      (MATRICES[0], "dim=1"),
    "reshape":     (MATRICES[0], "shape=(3, 2)"),
    "permute":     (MATRICES[0], "dims=(1, 0)"),
    "transpose":   (MATRICES[0], "dim0=0, dim1=1"),
    "squeeze":     (("[[1.0], [2.0]]",), "dim=1"),
    "unsqueeze":   (("[1.0, 2.0]",), "dim=1"),
    "expand":      (("[1.0, 2.0]",), "shape=(3, 2)"),
    "flip":        (MATRICES[0], "dims=1"),
    "roll":        (MATRICES[0], "shifts=1, dims=1"),
    "pad":         (("[1.0, 2.0]",), "widths=((1, 2),)"),
    "cat":         (("[1.0, 2.0]", "[3.0]"), "dim=0"),
    "getitem":     (MATRICES[0], "index=(slice(None), 1)"),
    "place":       (("[1.0, 2.0]",), "index=np.array([0, 2]), shape=(4,)"),
    "put":         (("[1.0, 2.0, 3.0]", "[9.0]"), "index=slice(0, 1)"),
    "einsum":      (MATRICES[1], "equation='ij,jk->ik'"),
}
# fmt: on

COMPLEX = {"complex"}  # ops with a complex result, of which only a real part can be differentiated


def inputs(row: Op, tg: Any) -> tuple[tuple[str, ...], str] | None:
    """The source of inputs and of parameters with which the op gives finite results; None if none are found."""
    if row.name in INPUTS:
        return INPUTS[row.name]
    count = len(derive.names(row))
    for texts in (*NUMBERS, *DISCRETE) if row.elementwise or derive.acts_elementwise(row) else (*MATRICES, *NUMBERS):
        found = (texts * count)[:count]
        if _works(row, found, tg):
            return found, ""
    return None


def lines(row: Op, call: str, tg: Any) -> list[str]:
    """The example as a session of Python's; no lines if no inputs are known. call: how the op is written, "tg.exp"."""
    found = inputs(row, tg)
    if found is None:
        return []
    texts, params = found
    named = _names(row, len(texts))
    flows = [row.differentiable and _flows(row, i) and "." in text for i, text in enumerate(texts)]
    statements = [
        f"{name} = tg.tensor({text}{', requires_grad=True' if flow else ''})"
        for name, text, flow in zip(named, texts, flows, strict=True)
    ]
    statements += [f"y = {call}({', '.join([*named, params] if params else named)})", "y"]
    if any(flows):
        real = "y.real" if row.name in COMPLEX else "y"
        statements += [
            f"{real}.sum().backward()",
            *(f"{name}.grad" for name, flow in zip(named, flows, strict=True) if flow),
        ]
    known = {"tg": tg, "np": np, call.rpartition(".")[0] or call: tg if "." in call else row}
    with tg.enable_grad(), np.errstate(all="ignore"):
        return list(_session(statements, known))


def arrays(row: Op, tg: Any) -> tuple[list[np.ndarray], dict[str, Any]] | None:
    """The example's inputs and parameters as values."""
    found = inputs(row, tg)
    if found is None:
        return None
    known = {"tg": tg, "np": np}
    return [np.array(eval(text, known)) for text in found[0]], eval(f"dict({found[1]})", known)


def _names(row: Op, count: int) -> list[str]:
    return list(derive.names(row)) if row.each is None else [f"x{i + 1}" for i in range(count)]


def _flows(row: Op, slot: int) -> bool:
    return row.each is not None or (slot < len(row.rules) and row.rules[slot] is not NOT_DIFFERENTIABLE)


def _works(row: Op, texts: tuple[str, ...], tg: Any) -> bool:
    """Whether the op, and its rules, take these inputs and give finite numbers."""
    xs = [np.array(eval(text), np.float32 if "." in text else None) for text in texts]
    try:
        with np.errstate(all="raise", under="ignore"):
            y = row(*xs)
            if isinstance(y, tuple):
                return False
            y = np.asarray(y)
            g = np.ones(y.shape)
            slopes = [row.rule(i)(g, y, *xs) for i in range(len(xs)) if row.differentiable and _flows(row, i)]
    except Exception:  # whatever the op raises: then these are no inputs for it
        return False
    return all(bool(np.all(np.isfinite(value))) for value in (y, *slopes))


def _session(statements: list[str], known: dict[str, Any]) -> Iterator[str]:
    for statement in statements:
        yield f">>> {statement}"
        try:
            shown = eval(statement, known)
        except SyntaxError:  # an assignment
            exec(statement, known)
            continue
        if shown is not None:
            yield from repr(shown).split("\n")
