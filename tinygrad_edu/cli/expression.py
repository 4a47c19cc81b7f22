"""`evaluate`: a formula as it is typed, computed with Tensors, so that it can be drawn and differentiated.

    evaluate("n = x*w + b; tanh(n)", ["x=2", "w=-3", "b=6.88"])

Python's parser reads the text; what it means is decided here, piece by piece. Only what the tables below name is ever
run. Each error is a `Failure` of one line: the piece, what is wrong with it, what to write instead.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import tinygrad_edu as tg

from ..nn import functional as F
from ..tensor import Tensor
from .errors import USAGE, Failure
from .literal import NUMBERS, constant, leaves, literal, parsed, quoted
from .suggest import closest

DEEPEST = 100  # calls and operators inside each other; a sum of many terms counts as one
LARGEST = 1_000_000  # elements of any result

# How many of a function's arguments, from the first, are tensors. Those after them must be literals.
COMPOSED = {
    1: "celu clamp detach elu flatten gelu glu hardshrink hardsigmoid hardswish hardtanh layer_norm "
       "leaky_relu log_softmax logsigmoid max min mish movedim norm normalize relu6 rms_norm selu silu "
       "softmax softmin softshrink softsign std t tanhshrink threshold tril triu var view",
    2: "binary_cross_entropy binary_cross_entropy_with_logits bmm cosine_similarity cross_entropy div dot "
       "hinge_embedding_loss huber_loss kl_div l1_loss mm mse_loss multilabel_soft_margin_loss mv nll_loss "
       "outer pairwise_distance poisson_nll_loss prelu smooth_l1_loss soft_margin_loss",
    3: "cosine_embedding_loss gaussian_nll_loss linear margin_ranking_loss triplet_margin_loss",
}  # fmt: skip
NOT_WRITTEN = {
    "cast",
    "getitem",
    "place",
    "setitem",
    "angle",
    "complex",
    "conj",
    "imag",
    "real",
}  # as x[0]; complex numbers
ROWS = {
    name: row
    for name in vars(tg.ops)["__all__"]
    if isinstance(row := getattr(tg.ops, name), tg.Op) and name not in NOT_WRITTEN
}
TENSORS = {name: len(row.rules) for name, row in ROWS.items() if row.rules}
TENSORS |= {name: count for count, names in COMPOSED.items() for name in names.split()}
TENSORS |= {"cat": 1, "stack": 1, "einsum": 0}  # one list of tensors; text, then tensors

AS_METHODS = ("bmm", "detach", "expand", "flip", "mm", "mv", "permute", "reshape", "t", "view")  # found in Tensor
NO_METHODS = ("cat", "einsum", "stack", "where")  # these would take their arguments in another order
LABELS = ("cross_entropy", "nll_loss")  # a literal in the second place may be whole numbers, the classes

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.MatMult: operator.matmul, ast.Mod: operator.mod,
    ast.UAdd: operator.pos, ast.USub: operator.neg,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip

INSTEAD: dict[type[ast.AST], str] = {
    ast.BitXor: "a power is written **, as in x**2",
    ast.FloorDiv: "write floor(a / b)",
    ast.BitAnd: "write logical_and(a, b)",
    ast.BitOr: "write logical_or(a, b)",
    ast.Invert: "write logical_not(a)",
    ast.Not: "write logical_not(a)",
    ast.BoolOp: "write logical_and(a, b) or logical_or(a, b)",
    ast.IfExp: "write where(condition, a, b)",
    ast.AugAssign: "give each result a name of its own, as in m = n + 1",
    ast.NamedExpr: "put it first, followed by a semicolon, as in n = x*w; tanh(n)",
}
ALLOWED = "use numbers, names, + - * / ** @ %, comparisons, functions such as tanh(x), and x[0]"


def evaluate(text: str, values: Sequence[str]) -> tuple[Tensor, dict[str, Tensor]]:
    """What `text` gives, and every Tensor that has a name: values, inner results, and the last one ("out" if unnamed).

    text: a formula; before it, with semicolons between them, inner results with names: "n = x*w; tanh(n)".
    values: "name=literal", a number or a nested list. Each becomes a float32 leaf that requires a gradient.
    Raises `Failure`.
    """
    known = leaves(values)
    given = tuple(known)
    reader = _Reader(text.strip(), known)
    with np.errstate(all="ignore"):  # nan and inf are results like others: the picture marks them
        result = reader.run()
    for name in known:
        if name not in reader.used and known[name] is not result:
            what, remedy = ("is given but", "leave it out") if name in given else ("is computed but", "use it")
            raise reader.wrong(None, f"{name} {what} not used; {remedy}, or use another name")
    if not given:
        raise reader.wrong(None, 'no name in it has a value to follow; write one, as in "x**2" x=3')
    if not result.requires_grad:
        reason = "comparisons, detach() and steps have none"
        raise reader.wrong(None, f"no gradient goes from the result to {', '.join(given)} ({reason}); use another form")
    if all(result is not t for t in known.values()):
        name = "out"
        while name in known:
            name += "_"
        known[name] = result
    return result, known


class _Reader:
    """Computes a text, piece by piece. known: the Tensors that have names. used: the names that were read."""

    def __init__(self, text: str, known: dict[str, Tensor]) -> None:
        self.text = text
        self.known = known
        self.used: set[str] = set()
        self.depth = 0

    def wrong(self, node: ast.AST | None, problem: object) -> Failure:
        """The error about a piece of the text, or (None) about all of it."""
        piece = None if node is None else ast.get_source_segment(self.text, node)
        return Failure(f"{quoted(piece or self.text)}: {problem}", USAGE)

    def run(self) -> Tensor:
        """All statements; the value of the last one."""
        statements = parsed(self.text).body
        for statement in statements:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=formula):
                    if name in self.known:
                        raise self.wrong(statement, f"{name} has a value already; choose another name")
                    result = self.known[name] = self.value(formula)
                case ast.Expr(value=formula):
                    result = self.value(formula)
                    if statement is not statements[-1]:
                        raise self.wrong(statement, "its result is not used; give it a name, as in n = ...")
                case _:
                    instead = INSTEAD.get(type(statement), "write formulas and name = formula, with ; between them")
                    raise self.wrong(statement, f"cannot be drawn; {instead}")
        return result

    def value(self, node: ast.expr) -> Tensor:
        """A piece as a Tensor. Numbers become one before anything is computed: in float32 2**10**10 is just inf."""
        if self.depth == DEEPEST:
            raise self.wrong(node, f"nested more than {DEEPEST} deep; give inner results names, as in n = x*w; tanh(n)")
        self.depth += 1
        try:
            return self._value(node)
        finally:
            self.depth -= 1

    def _value(self, node: ast.expr) -> Tensor:
        match node:
            case ast.Constant() | ast.List() | ast.Tuple():
                if isinstance(node, (ast.List, ast.Tuple)) and not _is_literal(node):
                    raise self.wrong(node, "a list with names in it is written stack([a, b]) or cat([a, b])")
                try:
                    return constant(literal(node))
                except ValueError as error:
                    raise self.wrong(node, error) from None
            case ast.Name(id=name):
                return self._named(node, name)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                return self._apply(node, OPERATORS[type(op)], self.value(operand))
            case ast.BinOp():
                return self._chain(node)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                return self._apply(node, OPERATORS[type(op)], self.value(left), self.value(right))
            case ast.Compare(ops=[_, _, *_]):
                raise self.wrong(node, "compare two at a time, as in logical_and(0 < x, x < 1)")
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=owner, slice=index):
                return self._apply(node, operator.getitem, self.value(owner), self._index(index))
            case ast.Attribute(value=owner, attr="T"):
                return self._apply(node, Tensor.t, self.value(owner))
            case ast.Attribute(attr=name):
                instead = f"call it, as in x.{name}()" if name in TENSORS else "there is .T, and there are methods"
                raise self.wrong(node, f"no .{name} here; {instead}")
        kind = type(node.op) if isinstance(node, ast.UnaryOp) else type(node)
        raise self.wrong(node, f"cannot be drawn; {INSTEAD.get(kind, ALLOWED)}")

    def _named(self, node: ast.expr, name: str) -> Tensor:
        if name in self.known:
            self.used.add(name)
            return self.known[name]
        if name in NUMBERS:
            return constant(NUMBERS[name])
        if name in TENSORS:
            raise self.wrong(node, f"{name} is a function; call it, as in {name}(x), or give {name}=1")
        raise self.wrong(None, f"{name} has no value; give it one after the expression, as in {name}=1")

    def _chain(self, node: ast.BinOp) -> Tensor:
        """a + b - c * d ...: from the left, in a loop, so that a long sum is not deep."""
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        result = self.value(chain[-1].left)
        for step in reversed(chain):
            kind = type(step.op)
            if kind not in OPERATORS:
                raise self.wrong(step, f"cannot be drawn; {INSTEAD.get(kind, ALLOWED)}")
            result = self._apply(step, OPERATORS[kind], result, self.value(step.right))
        return result

    def _call(self, node: ast.Call) -> Tensor:
        match node.func:
            case ast.Name(id=name):
                arguments = node.args
            case ast.Attribute(value=owner, attr=name):
                arguments = [owner, *node.args]
            case _:
                raise self.wrong(node, "only a function can be called, as in tanh(x)")
        if name not in TENSORS:
            raise self.wrong(node, f"there is no function {name}{_meant(name)}")
        if isinstance(node.func, ast.Attribute) and name in NO_METHODS:
            raise self.wrong(node, f"not a method here; write {name}(...) as a function")
        if any(isinstance(a, ast.Starred) for a in arguments) or any(k.arg is None for k in node.keywords):
            raise self.wrong(node, "write the arguments one by one, without stars")
        count = len(arguments) if name == "einsum" else TENSORS[name]
        given: list[Any] = [self._argument(name, i, a) for i, a in enumerate(arguments[:count])]
        given += [self._parameter(name, a) for a in arguments[count:]]
        options = {k.arg: self._parameter(name, k.value) for k in node.keywords if k.arg}
        holder = Tensor if name in AS_METHODS else F if hasattr(F, name) else tg
        return self._apply(node, getattr(holder, name), *given, **options)

    def _argument(self, name: str, i: int, node: ast.expr) -> Any:
        if name == "einsum" and i == 0:
            return self._parameter(name, node)
        if name in ("cat", "stack") and isinstance(node, (ast.List, ast.Tuple)):
            return [self.value(item) for item in node.elts]
        if name in LABELS and i == 1 and isinstance(node, (ast.List, ast.Constant)):
            try:
                return tg.tensor(self._parameter(name, node))
            except (TypeError, ValueError, OverflowError):
                raise self.wrong(node, f"{name} needs the classes here, as in {name}(x, [0, 2])") from None
        return self.value(node)

    def _parameter(self, name: str, node: ast.expr) -> Any:
        if not _is_literal(node):
            more = f"; of two tensors, take {name}imum(a, b)" if name in ("max", "min") else ""
            raise self.wrong(node, f"here {name} takes a plain number, such as dim=0{more}")
        return literal(node)

    def _index(self, node: ast.expr) -> Any:
        match node:
            case ast.Tuple(elts=parts):
                return tuple(map(self._index, parts))
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if end is None else self._index(end) for end in (lower, upper, step)))
            case ast.Constant(value=value) if value is Ellipsis:
                return ...
        if not _is_literal(node):
            raise self.wrong(node, "an index is written in whole numbers, as in x[0], x[1:3] or x[0, -1]")
        return literal(node)

    def _apply(self, node: ast.expr, function: Callable[..., Any], *given: Any, **options: Any) -> Tensor:
        """Call; the engine's errors are prefixed with the piece of the text that they are about."""
        try:
            result = function(*given, **options)
        except Exception as error:
            raise self.wrong(node, error) from None
        if not isinstance(result, Tensor):
            raise self.wrong(
                node, "gives values and places; use amax(x, dim) or amin(x, dim), or maximum(a, b) or minimum(a, b)"
            )
        if result.numel() > LARGEST:
            raise self.wrong(node, f"gives {result.numel():,} elements, more than {LARGEST:,}; use smaller sizes")
        return result


def _is_literal(node: ast.expr) -> bool:
    try:
        literal(node)
    except ValueError:
        return False
    return True


def _meant(name: str) -> str:
    """ "; did you mean ...", or a few functions that there are."""
    close = closest(name, TENSORS)
    return f"; did you mean {close}?" if close else "; use PyTorch's, such as exp, tanh, relu, sum, maximum"
