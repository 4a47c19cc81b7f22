"""A program as Python: straight-line NumPy calls into memory that is allocated once.

Memory is planned by lifetime: the array of a value that is not used any more serves the next of the same size. Views of
memory that stays (parameters, planned arrays) are made once, before the first run.
"""

from __future__ import annotations

import linecache
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import aligned
from .program import Again, Call, Instruction, Program, Update, Value, Write, reads, values_in
from .templates import TEMPLATES, ufunc

NUMPY = ("add", "copyto", "divide", "dot", "exp", "inf", "log", "matmul", "maximum", "multiply", "nan", "subtract")


LONGEST_LINE = 100
LARGE = 1 << 16  # bytes of an array, from which it is worth a line to forget it
WASTE = 2  # how many times larger planned memory may be than what it is used for


class Writer:
    """Writes one program."""

    def __init__(
        self,
        program: Program,
        placed: dict[Value, np.ndarray],
        updates: dict[Update, Callable[[], None]],
        kernels: dict[str, str] | None = None,
    ) -> None:
        self.program = program
        self.names: dict[str, Any] = {name: getattr(np, name) for name in NUMPY}  # what the source refers to
        self.imported: set[str] = set()
        self.standing: dict[Value, np.ndarray] = {}  # memory that is there between runs, of values that have it
        self.root: dict[Value, Value] = {}  # of a view: the value whose memory it is
        self.begun: dict[Value, np.ndarray] = {}  # memory of values of which parts are computed before
        self.placed = placed  # memory that is given, as that of the gradients
        self.free: dict[int, list[np.ndarray]] = defaultdict(list)
        self.pool: list[np.ndarray] = []
        self.owner: dict[Value, np.ndarray] = {}  # the planned bytes of a value
        self.made: dict[Value, list[str]] = {}  # the names of arrays that ops make, and of views of them
        self.at = 0
        self.lines: list[str] = []
        self.kernels: dict[str, str] = {} if kernels is None else kernels  # their texts, by name
        self.functions: list[str] = []  # that the lines call
        self.comment = "", ""
        self.last = self._last_uses()
        for value in self._outside():
            assert value.array is not None
            self.standing[value] = self.names[value.name] = value.array
        for self.at, instruction in enumerate(program.instructions):
            self._write(instruction, updates)
            self._release()
            self._delete(instruction)

    # --- what templates ask -------------------------------------------------------------------------------------------

    def __call__(self, x: Any) -> str:
        return x.name if isinstance(x, Value) else repr(x)

    def operand(self, x: Any, call: Call) -> str:
        """A value's name; a number as it stands in Python, which leaves the dtype to the arrays."""
        if not isinstance(x, Value) or x.kind != "constant" or x.shape or x.array is None:
            return self(x)
        dtypes = {v.dtype for v in call.inputs if isinstance(v, Value) and v is not x}
        return repr(x.array.item()) if dtypes == {x.dtype} and x.dtype.kind in "fib" else x.name

    def function(self, function: Any) -> str:
        """The name of a NumPy function."""
        self.names[function.__name__] = function
        return str(function.__name__)

    def name(self, call: Call) -> str:
        """The name of the result, which is a new array."""
        return call.results[0].name

    def out(self, call: Call, elementwise: bool = False, shape: tuple[int, ...] | None = None) -> str:
        """The name of memory for the result. An elementwise op may write over an input that is not used later."""
        value = call.results[0]
        if elementwise and value not in self.placed:
            self._release()  # an input of the same size, used for the last time here, makes room
        array = self.memory(value)
        if shape is None:
            return value.name
        return self.standing_view(value, f".reshape({shape})", array.reshape(shape))

    def memory(self, value: Value) -> np.ndarray:
        """Memory for a result, under its name."""
        array = self.placed.get(value, self.begun.get(value))
        if value.within is not None:
            whole, part = value.within
            if whole not in self.begun:
                self.begun[whole] = self.memory(whole)
            array = eval(f"x{part}", {}, {"x": self.begun[whole]})
        elif array is None:
            array = self._planned(value)
        self.standing[value] = self.names[value.name] = array
        return array

    def is_there(self, x: Value, whole: Value) -> bool:
        """Whether x was computed in the memory of the value that it is a part of."""
        return whole in self.begun and x in self.standing and np.shares_memory(self.standing[x], self.begun[whole])

    def is_at(self, x: Value, place: np.ndarray) -> bool:
        """Whether x was computed in this part of an array."""
        there = self.standing.get(x)
        return there is not None and _are_the_same(there.squeeze(), place.squeeze())

    def lies_in_order(self, x: Value) -> bool:
        """Whether its memory is known, and in the order of its elements."""
        return x in self.standing and self.standing[x].flags.c_contiguous

    def ones(self, count: int, dtype: np.dtype) -> str:
        """The name of an array of so many ones."""
        name = f"ones_{count}" if dtype == np.float32 else f"ones_{count}_{dtype}"
        while any(name == v.name for i in self.program.instructions for v in reads(i)):  # the user's
            name += "_"
        self.names.setdefault(name, np.ones(count, dtype))
        return name

    def temporary(self, like: Value) -> str:
        """Memory for the duration of the lines of one instruction."""
        value = Value("result", like.shape, like.dtype, f"scratch{len(self.pool)}_{self.at}")
        array = self._planned(value)
        self.last[value] = self.at
        self.names[value.name] = array
        return value.name

    def view(self, x: Value, text: str) -> str:
        """`x.T`, made once if the memory of x stays."""
        if x in self.standing:
            made = eval(f"x{text}", {}, {"x": self.standing[x]})
            if np.shares_memory(made, self.standing[x]):  # else a copy, which would stay as it is now
                root = self.root.get(x)
                if root in self.standing and _are_the_same(made, self.standing[root]):
                    return root.name
                return self.standing_view(x, text, made)
        return f"{x.name}{text}"

    def is_view(self, call: Call, text: str) -> None:
        """The result looks at the memory of the first input."""
        x, y = call.inputs[0], call.results[0]
        if x in self.standing:
            made = eval(f"x{text}", {}, {"x": self.standing[x]})
            if np.may_share_memory(made, self.standing[x]):
                self.standing[y] = self.names[y.name] = made
                return
        self.lines.append(f"{y.name} = {x.name}{text}")  # a copy too, where planned memory has another order

    def index(self, index: Any) -> str:
        """The text between brackets."""
        parts = index if isinstance(index, tuple) else (index,)
        text = ", ".join(_slice(p) if isinstance(p, slice) else "..." if p is Ellipsis else self(p) for p in parts)
        return text or "()"

    # --- memory -------------------------------------------------------------------------------------------------------

    def standing_view(self, x: Value, text: str, array: np.ndarray) -> str:
        words = "".join(c if c.isalnum() else "_" for c in text).strip("_")
        name = f"{x.name}_{words}"
        self.names[name] = array
        return name

    def _planned(self, value: Value) -> np.ndarray:
        size = math.prod(value.shape)
        nbytes = max(1, size) * value.dtype.itemsize
        fitting = [n for n, memories in self.free.items() if memories and nbytes <= n <= WASTE * nbytes]
        memory = self.free[min(fitting)].pop() if fitting else aligned.zeros(nbytes, np.uint8)
        self.pool.append(memory)
        self.owner[value] = memory
        array = memory[: size * value.dtype.itemsize].view(value.dtype)
        if not value.order:
            return array.reshape(value.shape)
        return array.reshape([value.shape[d] for d in value.order]).transpose(np.argsort(value.order))

    def _release(self) -> None:
        """Memory of values that are not used after this instruction."""
        for value in [v for v in self.owner if self.last.get(v, -1) <= self.at]:
            memory = self.owner.pop(value)
            self.free[memory.nbytes].append(memory)

    def _delete(self, instruction: Instruction) -> None:
        """Forget large arrays that an op made itself, not in planned memory, after their last use."""
        for value in instruction.results if isinstance(instruction, (Call, Again)) else ():
            root = self.root.get(value, value)
            if value.name not in self.names and root.name not in self.names and _nbytes(root) >= LARGE:
                self.made.setdefault(root, []).append(value.name)
        ended = [root for root in self.made if self.last.get(root, -1) <= self.at]
        if ended:
            self.lines.append(f"del {', '.join(name for root in ended for name in self.made.pop(root))}")

    def _last_uses(self) -> dict[Value, int]:
        """When the memory of each value is used for the last time, through views of it as well."""
        last: dict[Value, int] = {}
        for at, instruction in enumerate(self.program.instructions):
            if isinstance(instruction, Call) and instruction.view:
                x = instruction.inputs[0]
                self.root[instruction.results[0]] = self.root.get(x, x)
            elif isinstance(instruction, Call):
                for value in instruction.results:
                    whole = value
                    while whole.within is not None:
                        whole = self.root[value] = whole.within[0]
            for value in reads(instruction):
                last[self.root.get(value, value)] = at
            if isinstance(instruction, Call):
                for value in instruction.results:
                    last.setdefault(self.root.get(value, value), at)
        end = len(self.program.instructions)
        for value in self.program.needed():
            last[self.root.get(value, value)] = end
        return last

    def _outside(self) -> Iterator[Value]:
        """External memory and constants that the program names."""
        seen = set()
        for instruction in self.program.instructions:
            for value in reads(instruction):
                if value.array is not None and value not in seen:
                    seen.add(value)
                    yield value
        yield from (v for v in self.program.needed() if v.array is not None and v not in seen)

    # --- instructions -------------------------------------------------------------------------------------------------

    def _write(self, instruction: Instruction, updates: dict[Update, Callable[[], None]]) -> None:
        if isinstance(instruction, Update):
            self._update(instruction, updates[instruction])
        elif isinstance(instruction, Write):
            self.names[name := f"target{self.at}"] = instruction.target
            self.lines.append(f"copyto({name}, {self(instruction.value)})")
        elif isinstance(instruction, Again):
            self._again(instruction)
        else:
            template = getattr(instruction.op, "template", TEMPLATES.get(instruction.op.name))
            template = ufunc if _is_plain_ufunc(instruction) else template
            lines = None if template is None else template(self, instruction)
            lines = self._forward(instruction) if lines is None else lines
            if lines:
                self._comment(instruction)
            self.lines += lines

    def _forward(self, call: Call) -> list[str]:
        """The op's own forward function."""
        name = f"op_{call.op.name}"
        self.names[name] = call.op.forward
        given = [self(x) for x in call.inputs]
        given += [f"{key}={self._parameter(key, value)}" for key, value in call.params.items()]
        results = ", ".join(value.name for value in call.results)
        return [f"{results} = {name}({', '.join(given)})"]

    def _parameter(self, key: str, x: Any) -> str:
        if isinstance(x, tuple) and any(True for _ in values_in(x)):
            return f"({', '.join(self._parameter(key, y) for y in x)},)"
        text = self(x)
        if isinstance(x, (Value, int, float, str, bool, type(None), tuple, list)) and "<" not in text:
            return text
        self.names[name := f"{key}_{self.at}"] = x
        return name

    def _again(self, instruction: Again) -> None:
        function = instruction.function
        base = getattr(getattr(function, "func", function), "__name__", "again").strip("_<>")
        self.names[name := f"{base}_{self.at}"] = function
        text = f"{name}({', '.join(map(self, instruction.inputs))})"
        results = ", ".join(value.name for value in instruction.results) + "," * instruction.several
        self.lines.append(f"{results} = {text}" if instruction.results else text)

    def _update(self, instruction: Update, update: Callable[[], None]) -> None:
        for _, _, gradient in instruction.pairs:
            array = self.placed[gradient]
            there = self.standing.get(gradient)
            if there is None or there.ctypes.data != array.ctypes.data:  # what computed it had memory of its own
                self.names[name := f"grad_{gradient.name}"] = array
                self.lines.append(f"copyto({name}, {gradient.name})")
        if line := _text(instruction.line):
            self.lines.append(f"# {line}")
        kind = type(instruction.optimizer).__name__.lower()
        self.names[name := f"{kind}_step_{self.at}"] = update
        self.lines.append(f"{name}()")

    def _comment(self, call: Call) -> None:
        """In front of what is computed: in which module, and at which line of the program, if these are others."""
        module, line = type(call.scope[-1]).__name__ if call.scope else "", _text(call.line)
        parts = [module] if module and (module, line) != self.comment else []
        parts += [line] if line and line != self.comment[1] else []
        if parts:
            self.lines.append(f"# {': '.join(parts)}")
        self.comment = module, line


def _nbytes(value: Value) -> int:
    return math.prod(value.shape) * value.dtype.itemsize


def _text(line: str) -> str:
    """What stands there in the program."""
    file, _, number = line.rpartition(":")
    return linecache.getline(file, int(number)).strip()[:LONGEST_LINE] if number.isdigit() else ""


def _are_the_same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether both look at the same elements of one memory in the same order."""
    return a.ctypes.data == b.ctypes.data and a.shape == b.shape and a.strides == b.strides


def _is_plain_ufunc(call: Call) -> bool:
    """Whether the op is a ufunc whose loop for these dtypes gives the dtype of the result."""
    return isinstance(call.op.forward, np.ufunc) and call.op.name != "matmul" and call.op.forward.nout == 1


def _slice(s: slice) -> str:
    text = ":".join("" if part is None else str(part) for part in (s.start, s.stop))
    return text if s.step is None else f"{text}:{s.step}"
