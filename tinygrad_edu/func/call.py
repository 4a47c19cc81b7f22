"""A function called on variables of its own, in nested arguments: what the differential operators share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..autograd.linear import depends_on_more, inner, passed, released
from ..op import Variable
from ..recording import enable_grad
from .tree import Structure, build, count, flatten, map_tree


class Called:
    """`func(*args, **kwargs)`, where the tensors in the arguments named by `positions` are variables of their own.

    inputs, outputs: the Tensors, in order. input_structures: of each of those arguments.
    """

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        positions: Sequence[int],
        has_aux: bool,
    ) -> None:
        self.name = name
        call = list(args)
        self.inputs: list[Variable] = []
        self.input_structures: list[Structure] = []
        for i in positions:
            leaves, structure = flatten(args[i])
            fresh = [inner(x, f"{name}: argument {i}") for x in leaves]
            call[i] = build(structure, list(map(passed, fresh)))
            self.inputs += fresh
            self.input_structures.append(structure)
        with enable_grad():
            result = func(*call, **kwargs)
        self._aux: Any = None
        if has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                raise TypeError(
                    f"{name}: with has_aux the function must return (output, aux), got {type(result).__name__}"
                )
            result, self._aux = result
        outputs, self.output_structure = flatten(result)
        for y in outputs:
            if not isinstance(y, Variable):
                raise TypeError(f"{name}: the function must return Tensors, got {type(y).__name__}")
        self.outputs: list[Variable] = outputs
        aux = [x for x in flatten(self._aux)[0] if isinstance(x, Variable)]
        self.stays = depends_on_more([*outputs, *aux], self.inputs)

    def result(self) -> Any:
        """What the function returned."""
        return build(self.output_structure, [released(y, self.stays) for y in self.outputs])

    def aux(self) -> Any:
        """What it returned beside that."""
        return map_tree(lambda x: released(x, self.stays), self._aux)

    def like_arguments(self, found: Sequence[Any]) -> tuple[Any, ...]:
        """One thing for each input, put together as the arguments were."""
        rest, parts = list(found), []
        for structure in self.input_structures:
            size = count(structure)
            parts.append(build(structure, rest[:size]))
            del rest[:size]
        return tuple(parts)


def positions(name: str, argnums: Any, args: Sequence[Any]) -> tuple[int, ...]:
    """The arguments that `argnums` names, an int or a tuple of them, from the end if negative."""
    numbers = argnums if isinstance(argnums, (tuple, list)) else (argnums,)
    found = []
    for number in numbers:
        if not isinstance(number, int) or isinstance(number, bool):
            raise TypeError(f"{name}: argnums must be an int or a tuple of ints, got {argnums!r}")
        if not -len(args) <= number < len(args):
            raise ValueError(f"{name}: argnums={argnums}, but the function was called with {len(args)} arguments")
        found.append(number % len(args))
    if len(set(found)) != len(found) or not found:
        raise ValueError(f"{name}: argnums={argnums} must name at least one argument, and none twice")
    return tuple(found)


def like_argnums(argnums: Any, parts: tuple[Any, ...]) -> Any:
    """A tuple if `argnums` was one."""
    return parts if isinstance(argnums, (tuple, list)) else parts[0]
