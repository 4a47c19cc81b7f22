"""What may stand in place of a derivative rule: that there is none, on purpose; or a part of a rule for all inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Rule = Callable[..., Any]


class NotDifferentiable:
    """In place of a rule: this input has no derivative, on purpose (a condition, an index, a comparison)."""

    def __repr__(self) -> str:
        return "NOT_DIFFERENTIABLE"


NOT_DIFFERENTIABLE = NotDifferentiable()


class Share:
    """The part of input `i` in one rule for all inputs, which the backward pass calls once: see `share`."""

    def __init__(self, rule: Rule, i: int) -> None:
        self.rule = rule
        self.i = i

    def __call__(self, *args: Any, **params: Any) -> Any:
        return self.rule(*args, **params)[self.i]


def share(rule: Rule, count: int) -> tuple[Share, ...]:
    """The rules of an op whose gradients have most of their work in common: `op(name, forward, *share(rule, 3))`.

    rule: as other rules, but it returns the gradients of all `count` inputs, as a tuple.
    """
    return tuple(Share(rule, i) for i in range(count))
