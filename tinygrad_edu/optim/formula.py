"""Formulas of optimisers, written once for one element, and run over whole arrays.

    @formula
    def momentum(θ, g, b, γ, μ):
        b = μ * b + g
        return {"θ": θ - γ * b, "b": b}

Called with arrays for θ, g and b and numbers for γ and μ, it changes the arrays that it returns by name. It is run once
on symbols that note what is computed; from that comes one loop, as machine code (`kernels.py`), or without Numba a
series of NumPy calls, over pieces of the arrays that fit into the cache. The numbers' part of the formula is computed
once, in double precision. Both give the same bits.

An argument that is True, False, None or a number that is 0 is no symbol, so the formula may ask `if λ:`.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from operator import itemgetter
from typing import Any

import numpy as np

from .. import kernels
from .scratch import PIECE, Scratch

_ARRAY = np.ndarray
LARGE = 1 << 13  # elements, from which a loop in machine code is worth making

IN_LOOP = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "power": "{} ** {}",
    "negative": "-{}",
    "sqrt": "sqrt({})",
    "absolute": "abs({})",
    "maximum": "{0} if {0} > {1} or {0} != {0} else {1}",
}


class Symbol:
    """An element of an array, or a number, or what is computed from such."""

    def __init__(self, tape: list[Symbol], name: str, is_number: bool, function: str = "", *inputs: Any) -> None:
        self.tape, self.name, self.is_number, self.function, self.inputs = tape, name, is_number, function, inputs

    def then(self, function: str, *inputs: Any) -> Symbol:
        is_number = all(not isinstance(x, Symbol) or x.is_number for x in inputs)
        self.tape.append(Symbol(self.tape, f"t{len(self.tape)}", is_number, function, *inputs))
        return self.tape[-1]

    def __add__(self, x: Any) -> Symbol:
        return self.then("add", self, x)

    def __radd__(self, x: Any) -> Symbol:
        return self.then("add", x, self)

    def __sub__(self, x: Any) -> Symbol:
        return self.then("subtract", self, x)

    def __rsub__(self, x: Any) -> Symbol:
        return self.then("subtract", x, self)

    def __mul__(self, x: Any) -> Symbol:
        return self.then("multiply", self, x)

    def __rmul__(self, x: Any) -> Symbol:
        return self.then("multiply", x, self)

    def __truediv__(self, x: Any) -> Symbol:
        return self.then("divide", self, x)

    def __pow__(self, x: Any) -> Symbol:
        return self.then("power", self, x)

    def __rpow__(self, x: Any) -> Symbol:
        return self.then("power", x, self)

    def __neg__(self) -> Symbol:
        return self.then("negative", self)

    def __repr__(self) -> str:
        return self.name


def sqrt(x: Symbol) -> Symbol:
    return x.then("sqrt", x)


def absolute(x: Symbol) -> Symbol:
    return x.then("absolute", x)


def maximum(x: Symbol, y: Symbol) -> Symbol:
    return x.then("maximum", x, y)


def slope(g: Symbol, θ: Symbol, λ: Symbol | float, maximize: bool) -> Symbol:
    """g + λ θ, or -g + λ θ to maximise: the gradient of what is minimised."""
    if not λ:
        return -g if maximize else g
    return θ * λ - g if maximize else θ * λ + g


class formula:
    """See the head of this file."""

    def __init__(self, function: Callable[..., dict[str, Symbol]]) -> None:
        self.function = function
        self.names = tuple(signature(function).parameters)
        self.options: dict[tuple[type, ...], Callable[..., Any]] = {}  # what takes those that are no arrays, by types
        self.called: dict[Any, Program] = {}  # NumPy calls, by dtype and what the arguments are
        self.looped: dict[Any, Program] = {}  # loops; once made for a large array, small ones use it

    def __call__(self, scratch: Scratch, *given: Any, **named: Any) -> None:
        """The formula's arguments come in its order, the first by position or all by name."""
        if tuple(named) != self.names[len(given) :]:
            raise TypeError(f"{self.function.__name__}: expected {self.names} in this order, got {tuple(named)}")
        values = (*given, *named.values())
        first = values[0]
        types = tuple(map(type, values))
        options = self.options.get(types)
        if options is None:
            options = self.options[types] = _taking_options(types)
        key = (first.dtype.char, types, tuple(map(bool, options(values))))
        if kernels.enabled:
            program = self.looped.get(key)
            if program is None and first.size >= LARGE and first.dtype.char in "fd" and kernels.available():
                program = self.looped[key] = self._made(values, True, first.dtype)
            if program is not None:
                arrays = program.arrays(values)
                if first.ndim > 1 and first.flags.f_contiguous:  # as `compile` may keep a weight
                    arrays = tuple([x.T for x in arrays])
                for x in arrays:
                    if x.dtype is not first.dtype or not x.flags.c_contiguous:
                        break
                else:
                    program.run(*[x if x.ndim == 1 else x.reshape(-1) for x in arrays], *program.numbers(values))
                    return
        program = self.called.get(key)
        if program is None:
            program = self.called[key] = self._made(values, False, first.dtype)
        arrays, numbers = program.arrays(values), program.numbers(values)
        if first.nbytes <= PIECE:
            program.run(*arrays, *numbers, *scratch.like(first, program.registers))
        else:
            for piece in scratch.pieces(*arrays, temporaries=program.registers):
                program.run(*piece[: len(arrays)], *numbers, *piece[len(arrays) :])

    def _made(self, values: tuple[Any, ...], looped: bool, dtype: np.dtype) -> Program:
        tape: list[Symbol] = []
        roles = {name: _role(x) for name, x in zip(self.names, values, strict=True)}
        symbols = {name: Symbol(tape, name, role == "number") for name, role in roles.items() if isinstance(role, str)}
        changed = self.function(**{name: symbols.get(name, role) for name, role in roles.items()})
        places = {kind: [i for i, role in enumerate(roles.values()) if role == kind] for kind in ("array", "number")}
        arguments = [list(roles)[i] for kind in places.values() for i in kind]
        name = self.function.__name__
        if looped:
            return Program(kernels.kernel(_loop(name, arguments, tape, changed, str(dtype))), 0, *places.values())
        text, registers = _calls(name, arguments, tape, changed)
        scope: dict[str, Any] = {function: getattr(np, function) for function in [*IN_LOOP, "copyto"]}
        exec(text, scope)
        return Program(scope[name], registers, *places.values())


class Program:
    """A formula as a function of arrays, then numbers, then so many registers; and where those arguments stand."""

    def __init__(self, run: Callable[..., None], registers: int, arrays: list[int], numbers: list[int]) -> None:
        self.run = run
        self.registers = registers
        self.arrays = _taking(arrays)
        self.numbers = _taking(numbers)


def _taking(places: list[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """What takes the values at these places, as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0))


def _taking_options(types: tuple[type, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    if unknown := [x for x in types if x not in (_ARRAY, float, bool, type(None))]:
        raise TypeError(f"expected arrays, floats, True, False or None in a formula, got {unknown[0].__name__}")
    return _taking([i for i, x in enumerate(types) if x is not _ARRAY])


def _role(x: Any) -> Any:
    if type(x) is np.ndarray:
        return "array"
    return "number" if type(x) is float and x else x


def _numbers(tape: list[Symbol]) -> list[str]:
    """What is computed of numbers alone."""
    return [f"{x} = {IN_LOOP[x.function].format(*x.inputs)}" for x in tape if x.is_number]


def _loop(name: str, arguments: list[str], tape: list[Symbol], changed: dict[str, Symbol], dtype: str) -> str:
    """As one loop, with the numbers in the dtype of the arrays."""
    used = [x for line in tape if not line.is_number for x in line.inputs if isinstance(x, Symbol)]
    arrays = dict.fromkeys(x.name for x in used if not x.function and not x.is_number)
    numbers = dict.fromkeys(x.name for x in used if x.is_number)
    head = [*_numbers(tape), *(f"{x} = {dtype}({x})" for x in numbers)]
    body = [f"{x}_i = {x}[i]" for x in arrays]

    def text(x: Any) -> str:
        if not isinstance(x, Symbol):
            return f"{dtype}({x})"
        return x.name if x.function or x.is_number else f"{x}_i"

    body += [f"{x} = {IN_LOOP[x.function].format(*map(text, x.inputs))}" for x in tape if not x.is_number]
    body += [f"{array}[i] = {text(x)}" for array, x in changed.items()]
    lines = [f"def {name}({', '.join(arguments)}):", *("    " + line for line in head)]
    return (
        "\n".join([*lines, f"    for i in range({arguments[0]}.size):", *("        " + line for line in body)]) + "\n"
    )


def _calls(name: str, arguments: list[str], tape: list[Symbol], changed: dict[str, Symbol]) -> tuple[str, int]:
    """As NumPy calls into registers; so are the arrays that change, once their old elements are not used any more."""
    steps = [x for x in tape if not x.is_number]
    last = {x: at for at, step in enumerate(steps) for x in step.inputs if isinstance(x, Symbol)}
    ends = {x: array for array, x in changed.items()}
    last |= dict.fromkeys(ends, len(steps))
    place = {x: x.name for x in last if not x.function and not x.is_number}
    registers: list[str] = []
    free: list[str] = []
    lines = _numbers(tape)
    for at, x in enumerate(steps):
        given = ", ".join(place.get(i, str(i)) if isinstance(i, Symbol) else str(i) for i in x.inputs)
        ended = [i for i in dict.fromkeys(x.inputs) if i in place and last[i] == at]
        free += [place[i] for i in ended if i.function or i.name in changed]
        if x in ends and ends[x] in free:
            free.remove(ends[x])
            place[x] = ends[x]
        else:
            if not free:
                registers.append(f"r{len(registers)}")
                free.append(registers[-1])
            place[x] = free.pop()
        lines.append(f"{x.function}({given}, out={place[x]})")
    lines += [f"copyto({a}, {place.get(x, x.name)})" for a, x in changed.items() if place.get(x, x.name) != a]
    text = "\n    ".join([f"def {name}({', '.join([*arguments, *registers])}):", *lines])
    return text + "\n", len(registers)
