"""Values that the backward pass computes again, where what they are computed from takes less memory than they do.

A gradient's formula asks for what the way forward has computed: of GELU, for three arrays beside its result. They
follow from one, the product before it, by elementwise ops, which the loop of the gradient can take in. So the program
keeps that one. What a product for a weight's gradient reads is made again as well if such a loop is near: the product
waits for it. What follows from more arrays than it saves is kept.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict

from .. import kernels
from .groups import REDUCTIONS
from .loop_text import ELEMENTWISE
from .program import Call, Instruction, Program, Update, Value, Write, mapped, reads, values_in

LARGE = 1 << 16  # bytes of a value, from which it is worth the work
FAR = 4  # how many ops that are not elementwise lie between, at least, when a value is used again
LONGEST_WAIT = 60  # instructions for which a product is put off until a loop has made what it reads
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
        self.waits: dict[Value, int] = {}  # of those that products read: the instruction after which these come

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
                self.uses[leaf] = sorted([*self.uses[leaf], *(self.late(v)[-1] for v in values)])
        for v in self.made:
            if v not in self.kept and self._is_elementwise(v) and _nbytes(v) >= LARGE:
                self._choose_product(v)

    def _choose_product(self, v: Value) -> None:
        """Of what a product reads later, whether a loop near to it makes most of it again."""
        late = self.late(v)
        if not late or late[-1] == len(self.instructions) or self.writes[late[-1]] != self.writes[self.made[v]]:
            return
        if not all(_may_wait(self.instructions[use]) for use in late):
            return
        stop = {x for x in self.made if self.lives(x, late[-1])} - {v}
        chain, leaves = self.chain(v, stop)
        loops = [use for x in chain if x in self.again for use in self.late(x)]
        if loops and leaves <= stop and len(chain) <= LONGEST_CHAIN and max(loops) - late[0] <= LONGEST_WAIT:
            self.again.add(v)
            self.waits[v] = max(loops)


def made_again(program: Program) -> Program:
    """The program in which the gradients' loops compute such values themselves, if there are loops."""
    if not kernels.available():
        return program
    plan = Plan(program)
    plan.choose()
    return dataclasses.replace(program, instructions=Copies(plan).done) if plan.again else program


class Copies:
    """Puts copies of the chosen calls before the first that reads them; products of copies wait for the loops."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.late = {v: plan.late(v) for v in plan.again}
        self.copies: dict[Value, Value] = {}
        self.done: list[Instruction] = []
        waiting: list[tuple[int, Instruction]] = []
        results: set[Value] = set()  # of those
        until = -1
        for at, i in enumerate(plan.instructions):
            waits = [plan.waits[x] for x in reads(i) if x in plan.waits and at in self.late[x]]
            follows = not results.isdisjoint(reads(i))
            if waiting and at > until and not _may_be_in_loop(i):
                self._put_all(waiting)
            if not waiting:
                results, until = set(), -1
            if waits or (follows and waiting and _may_wait(i)):
                until = max([until, *waits])
                waiting.append((at, i))
                results.update(i.results)  # type: ignore[union-attr]
            else:
                if follows or isinstance(i, (Write, Update)):
                    self._put_all(waiting)
                self._put(at, i)
        self._put_all(waiting)

    def _put_all(self, waiting: list[tuple[int, Instruction]]) -> None:
        for pair in waiting:
            self._put(*pair)
        waiting.clear()

    def _put(self, at: int, i: Instruction) -> None:
        here = {x: self._copy(x) for x in reads(i) if at in self.late.get(x, ())}
        if here and isinstance(i, Call):
            i = dataclasses.replace(i, inputs=mapped(i.inputs, lambda y: here.get(y, y)))
        self.done.append(i)

    def _copy(self, v: Value) -> Value:
        """A copy of v, which is made now if it has not been."""
        if v not in self.copies:
            plan = self.plan
            stop = {x for x in plan.made if plan.lives(x, plan.late(v)[-1])}
            for x in plan.chain(v, stop)[0]:
                if x not in self.copies:
                    call = plan.instructions[plan.made[x]]
                    assert isinstance(call, Call)
                    self.copies[x] = Value("result", x.shape, x.dtype, x.name)
                    inputs = mapped(call.inputs, lambda y: self.copies.get(y, y))
                    self.done.append(dataclasses.replace(call, inputs=inputs, results=(self.copies[x],)))
        return self.copies[v]


def _may_be_in_loop(i: Instruction) -> bool:
    """Whether it may be part of the loop for which products wait."""
    return isinstance(i, Call) and (i.view or i.op.name in (*ELEMENTWISE, *REDUCTIONS))


def _may_wait(i: Instruction) -> bool:
    """A product, or a view."""
    return isinstance(i, Call) and (i.view or i.op.name == "matmul")


def _nbytes(x: Value) -> int:
    return math.prod(x.shape) * x.dtype.itemsize
