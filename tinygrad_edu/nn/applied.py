"""A function as a module: `class ELU(Applied, of=F.elu, alpha=1.0)` says all there is to say.

The function's formula, shapes, errors and source stand with the function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from .module import Module

REQUIRED: Any = inspect.Parameter.empty  # instead of a default
_BUFFERS = ("weight", "pos_weight")


class Applied(Module):
    """Calls a function with its inputs, and by name with the arguments that the constructor was given.

    of: the function.
    arguments: the names of the constructor's arguments, in order, with their defaults (or `REQUIRED`). Each becomes an
        attribute; weights become buffers, so that they are saved and converted with the module.
    """

    _of: ClassVar[tuple[Callable[..., Any]]]  # in a tuple, for a function in a class would become a method
    _arguments: ClassVar[inspect.Signature]

    def __init_subclass__(cls, of: Callable[..., Any] | None = None, **arguments: Any) -> None:
        super().__init_subclass__()
        if of is not None:
            cls._of = (of,)
            either = inspect.Parameter.POSITIONAL_OR_KEYWORD
            cls._arguments = inspect.Signature(
                [inspect.Parameter(name, either, default=default) for name, default in arguments.items()]
            )
            cls.__doc__ = f"{cls.__name__}{cls._arguments}\n\n{cls.__doc__}"  # what help() shows

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        try:
            given = self._arguments.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}{self._arguments}: {error}") from None
        given.apply_defaults()
        for name, value in given.arguments.items():
            if name in _BUFFERS:
                self.register_buffer(name, value)
            else:
                setattr(self, name, value)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        return self._of[0](*inputs, **named, **{name: getattr(self, name) for name in self._arguments.parameters})


class Activation(Applied):
    """A function of one tensor, shown with its arguments."""

    def extra_repr(self) -> str:
        """name=value for each; `inplace` only where it is true."""
        values = {name: getattr(self, name) for name in self._arguments.parameters}
        return ", ".join(f"{name}={value!r}" for name, value in values.items() if name != "inplace" or value)
