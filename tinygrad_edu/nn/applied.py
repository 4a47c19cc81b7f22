"""A function as a layer: `class ELU(Activation, of=F.elu): ...` says all there is to say.

The function's signature gives the constructor its arguments, and its docstring is the layer's: formula, shapes, errors
and source are written once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from .checks import check_tensor
from .module import Module

BUFFERS = ("weight", "pos_weight")
OF_THE_CALL = ("dtype",)  # arguments that PyTorch has in the function, but not in the layer


class Applied(Module):
    """Calls a function with the layer's inputs, and by name with the arguments that the constructor was given.

    of: the function. inputs: how many of its arguments, from the first, are inputs of the layer. The others are the
        constructor's, and become attributes; weights become buffers, so that they are saved and converted.
    """

    _of: ClassVar[Callable[..., Any]]
    _inputs: ClassVar[int]
    _arguments: ClassVar[inspect.Signature]

    def __init_subclass__(cls, of: Callable[..., Any] | None = None, inputs: int | None = None) -> None:
        super().__init_subclass__()
        if inputs is not None:
            cls._inputs = inputs
        if of is None:
            return
        given = list(inspect.signature(of, eval_str=True).parameters.values())[cls._inputs :]
        arguments = inspect.Signature([p for p in given if p.name not in OF_THE_CALL])
        cls._of = staticmethod(of)
        cls._arguments = arguments
        cls.__doc__ = of.__doc__ if cls.__doc__ is None else cls.__doc__

        def __init__(self: Applied, *args: Any, **kwargs: Any) -> None:
            self._construct(arguments, args, kwargs)

        this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        __init__.__signature__ = arguments.replace(  # type: ignore[attr-defined]  # what inspect and help show
            parameters=[this, *arguments.parameters.values()], return_annotation=None
        )
        cls.__init__ = __init__  # type: ignore[assignment,method-assign]

    def _construct(self, arguments: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        Module.__init__(self)
        try:
            given = arguments.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}{arguments}: {error}") from None
        given.apply_defaults()
        for name, value in given.arguments.items():
            if name in BUFFERS:
                self.register_buffer(name, value)
            else:
                setattr(self, name, value)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """The function of the inputs."""
        if inputs:
            check_tensor(self, inputs[0])
        return self._of(*inputs, **named, **{name: getattr(self, name) for name in self._arguments.parameters})


class Activation(Applied, inputs=1):
    """A function of one tensor, shown with its arguments."""

    def extra_repr(self) -> str:
        """name=value for each; `inplace` only where it is true."""
        values = {name: getattr(self, name) for name in self._arguments.parameters}
        return ", ".join(f"{name}={value!r}" for name, value in values.items() if name != "inplace" or value)
