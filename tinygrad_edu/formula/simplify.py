"""An expression without what is trivial: `1 * y * y` is `y**2`, `a + -b` is `a - b`.

Every step keeps the value wherever the expression has one. Nothing is multiplied out, cancelled or reordered, except
that numbers go to the front of their product: the formula stays recognisable as the rule it was derived from.
"""

from __future__ import annotations

import ast
from typing import Any

from .notation import same, written


def simplify(expression: ast.expr) -> ast.expr:
    """A simpler expression of the same value."""
    result: ast.expr = _Simplifier().visit(ast.parse(ast.unparse(expression), mode="eval").body)
    return result


class _Simplifier(ast.NodeTransformer):
    """From the leaves up: the parts of a node are simple when its turn comes."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.USub):
            return _product(node)
        return ast.Call(ast.Name("logical_not"), [node.operand], []) if _is_truth(node.operand) else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        left, right = node.left, node.right
        match node.op:
            case ast.Mult() | ast.Div():
                return _product(node)
            case ast.Add() | ast.Sub():
                return _sum(left, right, isinstance(node.op, ast.Sub))
            case ast.Pow():
                return left if _number(right) == 1 else node
            case ast.BitAnd() if _is_truth(left) and _is_truth(right):
                return _between(left, right) or ast.Call(ast.Name("logical_and"), [left, right], [])
            case ast.BitOr() if _is_truth(left) and _is_truth(right):
                return ast.Call(ast.Name("logical_or"), [left, right], [])
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if _name(node) != "where" or len(node.args) != 3:
            return node
        condition, yes, no = node.args
        yes, no = _knowing(yes, condition, True), _knowing(no, condition, False)
        if same(yes, no):
            return yes
        special = isinstance(condition, ast.Compare) and isinstance(condition.ops[0], ast.Eq)
        if special and _number(yes) is not None and any(isinstance(part, ast.Name) for part in ast.walk(no)):
            chosen = any(_name(part) == "where" for part in ast.walk(no))
            if not chosen:
                return ast.Call(ast.Name("unless"), [condition, yes, no], [])
        return ast.Call(ast.Name("where"), [condition, yes, no], [])


def _product(node: ast.expr) -> ast.expr:
    """A product, quotient or negation: sign, number, factors, and what they are divided by, each in order."""
    above: list[ast.expr] = []
    below: list[ast.expr] = []
    negative = _factors(node, above, below)
    number, above = _collected(above)
    divisor, below = _collected(below)
    if number == 0:
        return written(0)
    if divisor != 1 and (number % divisor == 0 or not (above or below)):
        number, divisor = number / divisor, 1
    result = _times(number, above)
    if divisor != 1 or below:
        result = ast.BinOp(result, ast.Div(), _times(divisor, below))
    return ast.UnaryOp(ast.USub(), result) if negative else result


def _factors(node: ast.expr, above: list[ast.expr], below: list[ast.expr]) -> bool:
    """Sort the factors of a product into those above and those below the line; whether the sign is minus."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return not _factors(inner, above, below)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _factors(left, above, below) ^ _factors(right, above, below)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _factors(left, above, below) ^ _factors(right, below, above)
    above.append(node)
    return False


def _collected(factors: list[ast.expr]) -> tuple[Any, list[ast.expr]]:
    """The product of the numbers; the other factors, equal ones as a power."""
    number: Any = 1
    powers: list[tuple[ast.expr, int]] = []
    for factor in factors:
        value = _number(factor)
        if value is not None:
            number = number * value
            continue
        base, exponent = _base_and_exponent(factor)
        for i, (other, so_far) in enumerate(powers):
            if same(base, other):
                powers[i] = base, so_far + exponent
                break
        else:
            powers.append((base, exponent))
    return number, [base if n == 1 else ast.BinOp(base, ast.Pow(), written(n)) for base, n in powers]


def _base_and_exponent(factor: ast.expr) -> tuple[ast.expr, int]:
    match factor:
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=int() as exponent)) if exponent > 0:
            return base, exponent
    return factor, 1


def _times(number: Any, factors: list[ast.expr]) -> ast.expr:
    """`number * factor * factor ...`, without a 1."""
    parts = factors if number == 1 and factors else [written(number), *factors]
    result = parts[0]
    for factor in parts[1:]:
        result = ast.BinOp(result, ast.Mult(), factor)
    return result


def _sum(left: ast.expr, right: ast.expr, subtract: bool) -> ast.expr:
    if isinstance(right, ast.UnaryOp) and isinstance(right.op, ast.USub):
        right, subtract = right.operand, not subtract
    a, b = _number(left), _number(right)
    if b == 0:
        return left
    if a == 0:
        return _product(ast.UnaryOp(ast.USub(), right)) if subtract else right
    if a is not None and b is not None:
        return written(a - b if subtract else a + b)
    return ast.BinOp(left, ast.Sub() if subtract else ast.Add(), right)


def _between(left: ast.expr, right: ast.expr) -> ast.expr | None:
    """`x >= low` and `x <= high` as `low <= x <= high`."""
    match left, right:
        case (
            ast.Compare(left=x, ops=[ast.GtE()], comparators=[low]),
            ast.Compare(left=again, ops=[ast.LtE()], comparators=[high]),
        ) if same(x, again):
            return ast.Call(ast.Name("between"), [low, x, high], [])
    return None


class _Knowing(ast.NodeTransformer):
    def __init__(self, condition: ast.expr, holds: bool) -> None:
        self.condition = condition
        self.holds = holds

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if _name(node) in ("where", "unless") and same(node.args[0], self.condition):
            return node.args[1] if self.holds else node.args[2]
        return node


def _knowing(expression: ast.expr, condition: ast.expr, holds: bool) -> ast.expr:
    """What stands in one branch of a `where`: choices by the same condition are already made."""
    result: ast.expr = _Knowing(condition, holds).visit(expression)
    return result


def _is_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) or _name(node) in ("between", "logical_and", "logical_or", "logical_not")


def _name(node: ast.AST) -> str | None:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def _number(node: ast.expr) -> Any:
    """The number that a node is, else None."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    return None
