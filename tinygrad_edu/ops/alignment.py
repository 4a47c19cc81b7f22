"""The probability that a sequence of labels comes out of a longer sequence of frames: connectionist temporal classification.

Between the labels, before and behind them stand blanks, so that S labels have K = 2S + 1 states. A path starts in one of
the first two states, and from frame to frame stays, goes on by one state, or by two where `skip` allows it (over a blank
between two different labels); it ends in one of the last two. The probability is a sum over all paths, taken state by
state and frame by frame; all numbers are logarithms. Source: A. Graves, S. Fernández, F. Gomez and J. Schmidhuber,
"Connectionist temporal classification" (ICML 2006), section 4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, op

_NEVER = -1e30  # log 0, but finite: the difference of two of them is a number


def _shifted(a: Any, by: int) -> Any:
    """Each state's predecessor `by` states before it."""
    never = np.full((a.shape[0], by), _NEVER, a.dtype)
    return np.concatenate([never, a[:, : a.shape[1] - by]], 1) if by < a.shape[1] else never[:, : a.shape[1]]


def _ahead(a: Any, by: int, last: float) -> Any:
    """Each state's successor `by` states behind it; `last` where there is none."""
    none = np.full((a.shape[0], min(by, a.shape[1])), last, a.dtype)
    return np.concatenate([a[:, by:], none], 1) if by < a.shape[1] else none


def _forward(x: Any, skip: np.ndarray) -> tuple[list[Any], list[Any]]:
    """For each frame the log-probability of all paths to each state, with and without that frame's own part."""
    reached = [np.where(np.arange(x.shape[2]) < 2, np.zeros(x.shape[1:], x.dtype), x.dtype.type(_NEVER))]
    alphas = [reached[0] + x[0]]
    for t in range(1, x.shape[0]):
        a = alphas[-1]
        by_two = np.where(skip, _shifted(a, 2), x.dtype.type(_NEVER))
        reached.append(np.logaddexp(np.logaddexp(a, _shifted(a, 1)), by_two))
        alphas.append(reached[-1] + x[t])
    return alphas, reached


def _ends(time: Any, size: Any, t: int, states: int) -> Any:
    """Where a path that is at frame t may end: in the last two states of sequences of that many frames."""
    k = np.arange(states)
    return (time == t + 1)[:, None] & ((k == size[:, None] - 1) | (k == size[:, None] - 2))


def _ctc(x: np.ndarray, skip: np.ndarray, time: np.ndarray, size: np.ndarray) -> np.ndarray:
    if x.ndim != 3 or skip.shape != x.shape[1:] or time.shape != size.shape or time.shape != x.shape[1:2]:
        raise ValueError(f"expected shapes (T, N, K), (N, K), (N,), (N,), got {x.shape}, {skip.shape}, {time.shape}")
    found = np.full(x.shape[1], _NEVER, x.dtype)
    if len(x):
        alphas, _ = _forward(x, skip)
        for t, a in enumerate(alphas):
            ends = np.where(_ends(time, size, t, x.shape[2]), a, x.dtype.type(_NEVER))
            found = np.logaddexp(found, np.logaddexp.reduce(ends, axis=1))
    return np.where(found.real < _NEVER / 2, x.dtype.type(-np.inf), found)


def _paths(g: Any, y: Any, x: Any, skip: Any, time: Any, size: Any) -> Any:
    """Of each frame and state the share of the paths through it, by going backwards through the frames."""
    alphas, reached = _forward(x, skip)
    possible = y[:, None] > -np.inf
    total = np.where(possible, y[:, None], 0)
    g = np.where(possible, g[:, None], np.where(g[:, None] == 0, 0, np.nan))
    shares: list[Any] = []
    for t in range(x.shape[0] - 1, -1, -1):
        ends = possible & _ends(time, size, t, x.shape[2])
        here = g * np.exp(np.where(ends, alphas[t] - total, _NEVER))
        if shares:
            before = reached[t + 1]
            here = here + shares[-1] * np.exp(alphas[t] - before)
            for by in (1, 2):
                goes = _ahead(np.ones(skip.shape) if by == 1 else skip, by, 0) > 0
                step = np.where(goes, alphas[t] - _ahead(before, by, 0), _NEVER)
                here = here + _ahead(shares[-1], by, 0) * np.exp(step)
        shares.append(here)
    return np.stack(shares[::-1])


# fmt: off
ctc = op("ctc", _ctc, _paths, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE, NOT_DIFFERENTIABLE)
# fmt: on
