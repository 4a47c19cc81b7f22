"""Values that the backward pass computes again, where what they are computed from takes less memory than they do.

A gradient's formula asks for what the way forward has computed: of GELU, for three arrays beside its result. They
follow from one, the product before it, by elementwise ops, which the loop of the gradient can take in. So the program
keeps that one. What a matrix product reads is kept, and so is what follows from more arrays than it saves.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict

from .. import kernels
from .loop_text import ELEMENTWISE
from .program import Call, Instruction, Program, Update, Value, Write, mapped, reads, values_in

LARGE = 1 << 16  # bytes of a value, from which it is worth the work
FAR = 4  # how many ops that are not elementwise lie between, at least, when a value is used again
LONGEST_CHAIN = 12  # calls that are made again for one value


class Plan:
    """Which values of a program are to be computed again, and before which instruction."""

    def __init__(self, program: Program) -> None:
        self.instructions = program.instructions
        self.made: dict[Value, int] = {}
        self.uses: dict[Value, list[int]] = defaultdict(list)
        self.steps: list[int] = []  # for each instruction, how many were no elementwise ops until then
        self.writes: list[int] = []  # and how many wrote to memory from outside
        step = write = 0
        for at, i in enumerate(self.instructions):
            step += not (isinstance(i, Call) and (i.view or i.op.name in ELEMENTWISE))
            write += isinstance(i, (Write, Update))
            self.steps.append(step)
            self.writes.append(write)
            for value in reads(i):
                self.uses[value].append(at)
            if not isinstance(i, (Write, Update)):
                self.made.update(dict.fromkeys(i.results, at))
        for value in program.needed():
            self.uses[value].append(len(self.instructions))
        self.kept = {v for v in self.made if self._may_be_again(v)}
        self.again: set[Value] = set()

    def _may_be_again(self, v: Value) -> bool:
        """Elementwise, large, and used later, by elementwise ops alone."""
        at = self.made[v]
        late = self.late(v)
        return (
            _nbytes(v) >= LARGE
            and self._is_elementwise(v)
            and bool(late)
            and all(use < len(self.instructions) and self._is_loop(self.instructions[use]) for use in late)
            and self.writes[late[-1]] == self.writes[at]
        )

    def late(self, v: Value) -> list[int]:
        steps, at = self.steps, self.made[v]
        return [use for use in self.uses[v] if use == len(steps) or steps[use] - steps[at] >= FAR]

    def _is_elementwise(self, v: Value) -> bool:
        i = self.instructions[self.made[v]] if v in self.made else None
        return isinstance(i, Call) and self._is_loop(i) and len(i.results) == 1

    def _is_loop(self, i: Instruction) -> bool:
        return isinstance(i, Call) and not i.view and i.op.name in ELEMENTWISE

    def chain(self, v: Value, stop: set[Value]) -> tuple[list[Value], set[Value]]:
        """What has to be made again for v, in order, and the large values it is then made from; not beyond `stop`."""
        again: dict[Value, None] = {}
        leaves: set[Value] = set()

        def visit(x: Value) -> None:
            if x in again or x in leaves or x not in self.made:
                return
            if x is not v and (x in stop or not self._is_elementwise(x) or _nbytes(x) < _nbytes(v)):
                leaves.add(x)
                return
            for y in values_in(self.instructions[self.made[x]].inputs):  # type: ignore[union-attr]
                visit(y)
            again[x] = None

        visit(v)
        return list(again), {x for x in leaves if 8 * _nbytes(x) > _nbytes(v)}

    def lives(self, x: Value, until: int) -> bool:
        """Whether x is there at an instruction, used then or later."""
        return x not in self.again and bool(self.uses[x]) and self.uses[x][-1] >= until

    def choose(self) -> None:
        for v in sorted(self.kept, key=self.made.__getitem__, reverse=True):  # what follows from others that are kept
            until = self.late(v)[-1]
            stop = {x for x in self.made if self.lives(x, until)}
            again, leaves = self.chain(v, stop - {v})
            if leaves <= stop and len(again) <= LONGEST_CHAIN:
                self.again.add(v)
        by_leaf: dict[Value, list[Value]] = defaultdict(list)
        for v in self.kept - self.again:  # what follows from one array that is not kept
            until = self.late(v)[-1]
            again, leaves = self.chain(v, set())
            others = [x for x in leaves if not self.lives(x, until)]
            if len(others) == 1 and len(again) <= LONGEST_CHAIN:
                by_leaf[others[0]].append(v)
        for leaf, values in by_leaf.items():
            if sum(map(_nbytes, values)) > _nbytes(leaf):
                self.again.update(values)


def made_again(program: Program) -> Program:
    """The program in which the gradients' loops compute such values themselves, if there are loops."""
    if not kernels.available():
        return program
    plan = Plan(program)
    plan.choose()
    if not plan.again:
        return program
    before: dict[int, list[Value]] = defaultdict(list)
    for v in plan.again:
        before[plan.late(v)[0]].append(v)
    copies: dict[Value, Value] = {}
    late = {v: set(plan.late(v)) for v in plan.again}
    done: list[Instruction] = []
    for at, i in enumerate(program.instructions):
        for v in sorted(before[at], key=plan.made.__getitem__):
            stop = {x for x in plan.made if plan.lives(x, plan.late(v)[-1])}
            for x in plan.chain(v, stop)[0]:
                if x not in copies:
                    call = program.instructions[plan.made[x]]
                    assert isinstance(call, Call)
                    copies[x] = Value("result", x.shape, x.dtype, x.name)
                    inputs = mapped(call.inputs, lambda y: copies.get(y, y))
                    done.append(dataclasses.replace(call, inputs=inputs, results=(copies[x],)))
        here = {x: copies[x] for x in reads(i) if at in late.get(x, ())}
        if here and isinstance(i, Call):
            i = dataclasses.replace(i, inputs=mapped(i.inputs, lambda y, here=here: here.get(y, y)))
        done.append(i)
    return dataclasses.replace(program, instructions=done)


def _nbytes(x: Value) -> int:
    return math.prod(x.shape) * x.dtype.itemsize
