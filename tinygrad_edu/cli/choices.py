"""Reading the values of options. They come as text, so that every error can name the option, its value and a remedy."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..run_folder.network import LARGEST
from .errors import bad_option

DATASETS = ("auto", "mnist", "digits")
OPTIMIZERS = ("sgd", "adam", "adamw")


def choice(option: str, text: str, names: Iterable[str]) -> str:
    """One of `names`, in upper or lower case."""
    name = text.strip().lower()
    if name not in names:
        raise bad_option(option, repr(text), f"choose one of {', '.join(names)}")
    return name


def integer(option: str, text: str, least: int, example: int, most: int | None = None) -> int:
    """A whole number of at least `least`, and at most `most` if that is given."""
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least or (most is not None and number > most):
        bounds = f", {least} or more" if most is None else f" from {least} to {most}"
        raise bad_option(option, repr(text), f"give a whole number{bounds}, as in {option} {example}")
    return number


def decimal(option: str, text: str, example: float, zero: bool = True) -> float:
    """A finite number that is not negative (nor zero, if `zero` is false)."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0 or (number == 0 and not zero):
        kind = "a number that is 0 or more" if zero else "a number above 0"
        raise bad_option(option, repr(text), f"give {kind}, as in {option} {example:g}")
    return number


def sizes(option: str, text: str) -> tuple[int, ...]:
    """ "256,128" as (256, 128); nothing but space as ()."""
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part[:12]) <= LARGEST for part in parts):
        raise bad_option(
            option,
            repr(text),
            f"give the sizes of the hidden layers, whole numbers from 1 to {LARGEST:,}, with commas between them, "
            f'as in {option} 256,128 (or "" for no hidden layer)',
        )
    return tuple(int(part) for part in parts)
