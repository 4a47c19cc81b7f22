"""Results that are not unique: what of them must agree. The same text is run with both libraries.

And samples that ask for random numbers, which are not the same in two libraries: they are run without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _signs(*which: int) -> Callable[[Any], Any]:
    """Factors whose columns may each have either sign (in complex numbers, either phase): their absolute values."""

    def absolute(outputs: Any) -> Any:
        return tuple(out.abs() if i in which else out for i, out in enumerate(outputs))

    return absolute


def _vectors(transposed: bool) -> Callable[[Any], Any]:
    """Singular vectors up to sign; without those that only complete a basis, for which any will do."""

    def absolute(outputs: Any) -> Any:
        u, s, v = outputs
        k = s.shape[-1]
        return u[..., :k].abs(), s, (v[..., :k, :] if transposed else v[..., :k]).abs()

    return absolute


GAUGES: dict[str, Callable[[Any], Any]] = {
    "svd": _vectors(transposed=False),
    "linalg.svd": _vectors(transposed=True),
    "linalg.eigh": _signs(1),
    "linalg.eig": _signs(1),
}


def _never_dropped(at: int) -> Callable[[Any], Any]:
    """Dropout with probability 0, whether it was given by name or as argument number `at` after the input."""

    def changed(arguments: Any) -> Any:
        input, args, kwargs = arguments
        args = tuple(0.0 if i == at else x for i, x in enumerate(args))
        return input, args, {key: 0.0 if key == "dropout_p" else x for key, x in kwargs.items()}

    return changed


CERTAIN: dict[str, Callable[[Any], Any]] = {
    "nn.functional.scaled_dot_product_attention": _never_dropped(3),
    "nn.functional.multi_head_attention_forward": _never_dropped(9),
}
