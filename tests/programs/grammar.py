"""The lines of which random programs are made: every public op, method, operator, kind of index, write in place.

A production takes a `Scene` (the variables so far, as PyTorch tensors, and the random numbers) and returns one line's
right-hand side, or a whole statement where it writes in place. Arguments are mostly valid for the shapes at hand, and
now and then are not, because what is refused must agree as well.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from typing import Any

from tinygrad_edu import Tensor, ops, special
from tinygrad_edu.op import OPS, Op

from . import grammar_index, grammar_linalg

DTYPES = ["bool", "uint8", "int8", "int32", "int64", "float16", "float32", "float64"]
FLOATS = DTYPES[5:]
VALUES = ["normal", "halves", "halves", "positive", "special", "large"]
NUMBERS = ["0", "1", "2", "-1", "3", "0.0", "0.5", "2.0", "-1.5", "True"]


class Scene:
    """What a production draws from."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.variables: dict[str, Any] = {}  # name -> PyTorch tensor

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def var(self) -> str:
        """A variable, the newer the likelier."""
        names = list(self.variables)
        return names[-1] if self.chance(0.5) else self.rng.choice(names)

    def like(self, x: str) -> str:
        """A variable that broadcasts with `x` where there is one."""
        shape = self.variables[x].shape
        found = [n for n, v in self.variables.items() if _fits(v.shape, shape)]
        return self.rng.choice(found) if found and self.chance(0.9) else self.var()

    def second(self, x: str) -> str:
        """A second operand: a variable or a number."""
        return self.like(x) if self.chance(0.7) else self.pick(*NUMBERS)

    def ndim(self, x: str) -> int:
        return int(self.variables[x].ndim)

    def dim(self, x: str, extra: int = 0) -> int:
        n = max(self.ndim(x) + extra, 1)
        return self.rng.randrange(-n, n) if self.chance(0.96) else self.pick(n, -n - 1)

    def dims(self, x: str) -> tuple[int, ...]:
        n = self.ndim(x)
        axes = self.rng.sample(range(n), self.rng.randint(min(n, 1), n))
        if self.chance(0.04) and axes:
            axes.append(axes[0])
        return tuple(a - n if self.chance(0.3) else a for a in axes)

    def over(self, x: str, several: bool = True, required: bool = False) -> str:
        """The arguments of a reduction: nothing, `dim`, `dim, keepdim`."""
        if not required and self.chance(0.35):
            return ""
        dim: Any = self.dims(x) if several and self.chance(0.4) else self.dim(x)
        text = self.pick(f"{dim}", f"dim={dim}")
        return text + (f", keepdim={self.pick(True, False)}" if self.chance(0.4) else "")

    def dtype(self) -> str:
        return f"torch.{self.rng.choice(DTYPES)}"

    def shape(self) -> tuple[int, ...]:
        return tuple(self.rng.choice([0, 1, 1, 2, 2, 3, 3]) for _ in range(self.rng.choice([0, 1, 1, 2, 2, 2, 3])))

    def leaf(self, shape: tuple[int, ...] | None = None, dtypes: list[str] = DTYPES) -> str:
        """A new tensor, often of a shape that fits a variable there is."""
        if shape is None:
            shape = self.shape()
            if self.variables and self.chance(0.6):
                known = tuple(self.variables[self.var()].shape)
                cut = known[self.rng.randint(0, len(known)) :] if self.chance(0.3) else known
                shape = tuple(1 if self.chance(0.15) else n for n in cut)
        dtype = self.rng.choice(dtypes if self.chance(0.6) else [d for d in dtypes if d in FLOATS] or dtypes)
        values = f', "{v}"' if (v := self.rng.choice(VALUES)) != "normal" else ""
        grad = ", grad=False" if dtype in FLOATS and self.chance(0.2) else ""
        return f"t(torch.{dtype}, {shape}{values}, seed={self.rng.randrange(100)}{grad})"

    def integers(self, below: int, shape: tuple[int, ...]) -> str:
        """A literal tensor of integers below `below`, now and then out of range."""
        low, high = -below if self.chance(0.15) else 0, below + (1 if self.chance(0.03) else 0)

        def nested(sizes: tuple[int, ...]) -> Any:
            if not sizes:
                return self.rng.randrange(low, high) if high > low else 0
            return [nested(sizes[1:]) for _ in range(sizes[0])]

        dtype = "torch.int64" if self.chance(0.9) else self.pick("torch.int32", "torch.uint8", "torch.float32")
        return f"v({dtype}, {nested(shape)}, shape={shape})"


def _fits(a: Any, b: Any) -> bool:
    return all(m == n or m == 1 or n == 1 for m, n in zip(reversed(a), reversed(b), strict=False))


def _rows(inputs: int) -> list[str]:
    """The public elementwise ops of so many tensors that need nothing else: new rows are drawn without being listed."""
    rows = (row for row in OPS.values() if row.elementwise and row.each is None and len(row.rules) == inputs)
    return [row.name for row in rows if row.name in ops.__all__ and not _needs(row) and row.name not in NOT_DRAWN]


def _needs(row: Op) -> bool:
    own = [] if row.is_ufunc else list(inspect.signature(row.forward).parameters.values())[len(row.rules) :]
    return any(p.default is p.empty for p in own)


NOT_DRAWN = {"softplus", "clip", "conj", "real", "imag", "angle", "complex", "cast"}  # in torch elsewhere, or complex
COMPARED = {"eq", "ne", "lt", "le", "gt", "ge"}
JOINED = {"logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor"}
UNARY = _rows(1)
BINARY = [name for name in _rows(2) if name not in COMPARED | JOINED]
COMPARISONS, LOGICAL = sorted(COMPARED), sorted(JOINED)
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "&", "|", "^"]
REDUCTIONS = ["sum", "mean", "prod", "amax", "amin", "all", "any"]
IN_PLACE = ["add_", "sub_", "mul_", "div_", "clamp_", "copy_", "fill_", "zero_"]
METHODS = {name for name in (*UNARY, *BINARY, *COMPARISONS) if hasattr(Tensor, name)}

Production = Callable[[Scene], str]


def _path(name: str) -> str:
    """Where PyTorch has it."""
    return f"torch.special.{name}" if name in special.__all__ and not hasattr(Tensor, name) else f"torch.{name}"


def _unary(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        return f"{x}.{name}()" if name in METHODS and s.chance(0.4) else f"{_path(name)}({x})"

    return production


def _binary(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        y = s.second(x)
        return f"{x}.{name}({y})" if name in METHODS and s.chance(0.4) else f"{_path(name)}({x}, {y})"

    return production


# Calls with tensors x, y, z that broadcast, and s, a tensor or a number; of several texts one is drawn.
CALLS: dict[str, list[str]] = {
    **{name: [f"{name}({{x}})"] for name in ("frac", "sgn", "deg2rad", "rad2deg", "positive", "i0")},
    **{name: [f"{name}({{x}})"] for name in ("isposinf", "isneginf")},
    **{name: [f"{name}({{x}}, {{y}})"] for name in ("fmax", "fmin", "ldexp", "isclose", "true_divide")},
    **{name: [f"{name}({{x}}, {{s}})"] for name in ("float_power", "rsub", "clamp_min", "clamp_max")},
    "add": ["add({x}, {y}, alpha=2)", "add({x}, {s})"],
    "sub": ["sub({x}, {s}, alpha=3)", "sub({x}, {y})"],
    "nan_to_num": ["nan_to_num({x})", "nan_to_num({x}, 0.5)", "nan_to_num({x}, 0.0, 1.0, -1.0)"],
    "addcmul": ["addcmul({x}, {y}, {z})"],
    "addcdiv": ["addcdiv({x}, {y}, {z}, value=0.5)"],
    "lerp": ["lerp({x}, {y}, 0.25)", "lerp({x}, {y}, {z})"],
    "logit": ["logit({x})", "logit({x}, 0.2)"],
    "polygamma": ["polygamma(0, {x})", "polygamma(1, {x})"],
    "mvlgamma": ["mvlgamma({x}.abs() + 1, 2)"],
    "frexp": ["frexp({x})[0]"],
    "fill": ["fill({x}, 0.5)", "fill({x}, 2)"],
    "gammainc": ["special.gammainc({y}.abs().detach() + 0.5, {x}.abs())"],
    "gammaincc": ["special.gammaincc({y}.abs().detach() + 0.5, {x}.abs())"],
    "zeta": ["special.zeta(2.0, {x}.abs() + 0.5)"],
    "special": [f"special.{name}({{x}})" for name in ("ndtr", "i0e", "i1", "i1e")],
}  # fmt: skip


def _call(texts: list[str]) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        return "torch." + s.rng.choice(texts).format(x=x, y=s.like(x), z=s.like(x), s=s.second(x))

    return production


def _writes(s: Scene) -> str:
    x = s.var()
    return f"{x}.{s.pick('exp', 'tanh', 'neg', 'square', 'relu', 'sinc', 'floor', 'nan_to_num', 'frac', 'sgn')}_()"


def _operator(symbol: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        y = s.second(x)
        return f"{x} {symbol} {y}" if s.chance(0.8) else f"{y} {symbol} {x}"

    return production


def _reduction(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        over = s.over(x)
        if name in ("sum", "mean", "prod") and s.chance(0.15):
            over += (", " if over else "") + f"dtype={s.dtype()}"
        return f"{x}.{name}({over})" if s.chance(0.6) else f"torch.{name}({', '.join(p for p in (x, over) if p)})"

    return production


def _arg(name: str) -> Production:
    return lambda s: f"{(x := s.var())}.{name}({s.over(x, several=False)})"


def _extreme(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        if s.chance(0.15):
            return f"torch.{name}({x}, {s.like(x)})"
        over = s.over(x, several=False)
        return f"{x}.{name}({over}){s.pick('[0]', '[0]', '[1]') if over else ''}"

    return production


def _deviation(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        over = s.over(x)
        if s.chance(0.2):
            return f"{x}.{name}({s.pick('False', 'True', 'unbiased=False')})"
        more = s.pick("", "", "unbiased=False", "correction=0", "correction=2")
        if more.startswith("unb") and not over:
            over = f"dim={s.dim(x)}"
        return f"{x}.{name}({', '.join(p for p in (over, more) if p)})"

    return production


def _norm(s: Scene) -> str:
    x = s.var()
    p = s.pick("2", "1", "3", "0.5", "0", "float('inf')", "float('-inf')", "1.5", '"fro"', "-1")
    over = s.over(x)
    over = over if not over or over.startswith("dim") else f"dim={over}"
    return f"torch.norm({', '.join(part for part in (x, p, over) if part)})" if s.chance(0.8) else f"{x}.norm()"


def _softmax(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        dtype = f", dtype={s.dtype()}" if s.chance(0.1) else ""
        return f"torch.{name}({x}, {s.dim(x)}{dtype})" if s.chance(0.5) else f"{x}.{name}(dim={s.dim(x)}{dtype})"

    return production


def _clamp(s: Scene) -> str:
    x = s.var()
    low, high = (s.second(x) for _ in range(2))
    return f"{x}.{s.pick('clamp', 'clamp', 'clip')}({s.pick(f'{low}, {high}', f'min={low}', f'max={high}', low)})"


def _where(s: Scene) -> str:
    x = s.var()
    condition = s.pick(f"{x} > 0", f"{x} > {s.like(x)}", s.like(x))
    if s.chance(0.2):
        return f"{x}.where({condition}, {s.second(x)})"
    return f"torch.where({condition}, {s.second(x)}, {s.second(x)})"


def _reshape(s: Scene) -> str:
    x = s.var()
    size = s.variables[x].numel()
    shapes = [(size,), (-1,), (1, size), (size, 1, 1), (-1, 1)]
    shapes += [(n, size // n) for n in (2, 3) if size and size % n == 0] + [(0, 3)] * (size == 0) + [()] * (size == 1)
    if s.chance(0.05):
        shapes.append((2, -1, 3))
    shape = s.rng.choice(shapes)
    return f"{x}.reshape({shape})" if s.chance(0.6) or not shape else f"{x}.view({', '.join(map(str, shape))})"


def _permute(s: Scene) -> str:
    x = s.var()
    order = s.rng.sample(range(n := s.ndim(x)), n)
    dims = tuple(d - n if s.chance(0.2) else d for d in order)
    return f"{x}.permute({dims})"


def _transpose(s: Scene) -> str:
    x = s.var()
    return s.pick(
        f"{x}.transpose({s.dim(x)}, {s.dim(x)})", f"{x}.swapaxes({s.dim(x)}, {s.dim(x)})", f"{x}.mT", f"{x}.t()"
    )


def _squeeze(s: Scene) -> str:
    x = s.var()
    return f"{x}.squeeze({s.pick('', s.dim(x), s.dim(x), s.dims(x))})"


def _expand(s: Scene) -> str:
    x = s.var()
    sizes = [s.pick(2, 3) if n == 1 else s.pick(n, n, -1) for n in s.variables[x].shape]
    return f"{x}.expand({tuple([s.pick(1, 2, 0)] * s.pick(0, 0, 1) + sizes)})"


def _flip(s: Scene) -> str:
    x = s.var()
    return f"{x}.flip({s.pick(s.dims(x), s.dim(x))})"


def _roll(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    return f"torch.roll({x}, {s.pick('1', '-2', f'1, {d}', f'(1, 2), (0, {d})', '1, (0, 1)', f'(1,), ({d},)')})"


def _cat(s: Scene) -> str:
    x = s.var()
    many = ", ".join([x] + [s.like(x) for _ in range(s.pick(0, 1, 1, 2))])
    return s.pick(f"torch.cat([{many}], {s.dim(x)})", f"torch.cat([{many}])", f"torch.stack([{many}], {s.dim(x, 1)})")


def _split(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    length = s.variables[x].shape[d] if -s.ndim(x) <= d < s.ndim(x) else 1
    sections = [length - 1, 1] if length else [0]
    piece = s.pick(0, -1)
    return s.pick(
        f"{x}.split({s.pick(1, 2)}, {d})[{piece}]", f"torch.split({x}, {sections}, dim={d})[{piece}]",
        f"{x}.chunk({s.pick(1, 2, 3)}, {d})[{piece}]",
    )  # fmt: skip


def _div(s: Scene) -> str:
    x = s.var()
    mode = s.pick("'floor'", "'trunc'", "None")
    return f"torch.div({x}, {s.second(x)}, rounding_mode={mode})"


def _flatten(s: Scene) -> str:
    x = s.var()
    return f"{x}.flatten({s.pick('', s.dim(x), f'{s.dim(x)}, {s.dim(x)}', f'start_dim={s.dim(x)}')})"


def _movedim(s: Scene) -> str:
    x = s.var()
    if s.chance(0.3) and s.ndim(x) > 1:
        return f"{x}.movedim({(0, s.dim(x))}, {(s.dim(x), 0)})"
    return f"{x}.movedim({s.dim(x)}, {s.dim(x)})"


def _gather(s: Scene) -> str:
    x = s.var()
    shape = list(s.variables[x].shape)
    d = s.dim(x)
    inside = d if -len(shape) <= d < len(shape) else 0
    below = shape[inside] if shape else 1
    if shape:
        shape[inside] = s.pick(1, 2, below)
        if s.chance(0.1):
            shape = shape[:-1]
    at = s.integers(below, tuple(shape))
    return s.pick(f"{x}.gather({d}, {at})", f"torch.take_along_dim({x}, {at}, {d})", f"torch.gather({x}, {d}, {at})")


def _index_select(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    below = s.variables[x].shape[d] if -s.ndim(x) <= d < s.ndim(x) else 1
    return f"{x}.index_select({d}, {s.integers(below, s.pick((2,), (1,), (0,), (), (3,)))})"


def _masked_fill(s: Scene) -> str:
    x = s.var()
    return f"{x}.masked_fill({s.pick(f'{x} > 0', f'{s.like(x)} == 0', s.like(x))}, {s.second(x)})"


def _triangle(s: Scene) -> str:
    return f"{s.var()}.{s.pick('tril', 'triu')}({s.pick('', 1, -1, 'diagonal=2')})"


def _product(s: Scene) -> str:
    x = s.var()
    sizes = s.variables[x].shape
    inner = sizes[-1] if len(sizes) else 1
    known = [n for n, v in s.variables.items() if v.ndim and v.shape[max(v.ndim - 2, 0)] == inner]
    y = s.rng.choice(known) if known and s.chance(0.9) else s.var()
    shape = s.pick((inner,), (inner, s.pick(0, 1, 2)), (inner, 2))
    if s.chance(0.5):
        dtype = str(s.variables[x].dtype).removeprefix("torch.")
        y = s.leaf(shape, [dtype] if s.chance(0.9) else DTYPES)
    name = s.pick("@", "@", "matmul", "mm", "bmm", "mv", "dot", "outer")
    return (
        f"{x} @ {y}"
        if name == "@"
        else f"{s.pick(x, 'torch')}.{name}({y})".replace("torch." + name + "(", f"torch.{name}({x}, ")
    )


def _linear(s: Scene) -> str:
    x = s.var()
    sizes = s.variables[x].shape
    dtype = [str(s.variables[x].dtype).removeprefix("torch.")]
    return f"torch.nn.functional.linear({x}, {s.leaf((s.pick(0, 1, 2), sizes[-1] if len(sizes) else 1), dtype)})"


EQUATIONS = {
    0: ["->", ",->", "..."],
    1: ["i->i", "i->", "i,i->i", "i,i", "i,j->ij", "i,j->ji", "...i,...i->..."],
    2: ["ij->ji", "ij->j", "ij->", "ii->i", "ii", "ij,ij->ij", "ij,kj->ik", "...ij->...ji", "ij,ij", "ij->ii"],
    3: ["bij->bji", "bij,bkj->bik", "bii->bi", "...ij,...kj->...ik", "ijk->k", "ijk,ijk", "i...->...", "ijk->...k"],
}  # fmt: skip


def _einsum(s: Scene) -> str:
    x = s.var()
    equation = s.rng.choice(EQUATIONS[min(s.ndim(x), 3)])
    same = [n for n, v in s.variables.items() if v.dtype == s.variables[x].dtype and v.ndim == s.ndim(x)]
    operands = [x] + [s.rng.choice(same) if s.chance(0.7) else x for _ in range(equation.count(","))]
    return f'torch.einsum("{equation}", {", ".join(operands)})'


def _index(s: Scene, x: str) -> str:
    shape = s.variables[x].shape
    if s.chance(0.15):
        return s.pick(f"{x} > 0", f"({x} > 0).to(torch.uint8)", "None", "...", "True", "torch.tensor(False)")
    parts = []
    for i, n in enumerate(shape[: s.rng.randint(0, len(shape))]):
        at = s.rng.randrange(-n, n) if n and s.chance(0.97) else n
        some = [s.rng.randrange(-n, n) if n else 0 for _ in range(s.pick(1, 2, 2))] if n else []
        parts.append(
            s.pick(
                f"{at}", ":", ":", f"{s.pick(0, 1)}:", f":{s.pick(-1, 1, 2)}", "::2", "None", f"{some}",
                f"v(torch.int64, {some}, shape=({len(some)},))", f"v(torch.int64, {at}, shape=())",
                f"v(torch.bool, {[s.chance(0.5) for _ in range(n)]}, shape=({n},))", f"[[{', '.join(map(str, some))}]]",
            )
        )  # fmt: skip
        if i == 0 and s.chance(0.1):
            parts.append("...")
            break
    return ", ".join(parts) or "..."


def _getitem(s: Scene) -> str:
    return f"{(x := s.var())}[{_index(s, x)}]"


def _setitem(s: Scene) -> str:
    x = s.var()
    return f"{x}[{_index(s, x)}] = {s.second(x)}"


def _in_place(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        y = {"zero_": "", "clamp_": s.pick("0, 1", "min=0", "max=0.5"), "fill_": s.pick(*NUMBERS), "copy_": s.like(x)}
        return f"{x}.{name}({y.get(name) if name in y else s.second(x)})"

    return production


def _augmented(symbol: str) -> Production:
    return lambda s: f"{(x := s.var())} {symbol}= {s.second(x)}"


def _python(s: Scene) -> str:
    x = s.var()
    return s.pick(
        f"{x}.item()", f"{x}.tolist()", f"{x}.numel()", f"{x}.dim()", f"len({x})", f"float({x})", f"int({x})",
        f"bool({x})", f"{x}.size({s.dim(x)})", f"tuple({x}.shape)", f"{x}.requires_grad", f"{x}.is_leaf",
        f"[row.tolist() for row in {x}]",
    )  # fmt: skip


def _like(s: Scene) -> str:
    x = s.var()
    dtype = s.pick("", f", dtype={s.dtype()}")
    return s.pick(
        f"torch.zeros_like({x}{dtype})", f"torch.ones_like({x}{dtype})", f"torch.full_like({x}, {s.pick(*NUMBERS)})"
    )


def _make(s: Scene) -> str:
    n = s.pick(*NUMBERS)
    shape = s.shape()
    dtype = s.pick("", "", f", dtype={s.dtype()}")
    return s.pick(
        f"torch.zeros({shape}{dtype})", f"torch.ones({shape}{dtype})", f"torch.full({shape}, {n}{dtype})",
        f"torch.tensor({n}{dtype})", f"torch.tensor([{n}, {s.pick(*NUMBERS)}]{dtype})",
        f"torch.eye({s.pick(0, 2, 3)}{dtype})",
        f"torch.arange({s.pick('3', '0', '1, 4', '0, 1, 0.25', '3, 0, -1', '2.5')}{dtype})",
        f"torch.linspace(0, {n}, {s.pick(0, 1, 4)}{dtype})",
    )  # fmt: skip


PRODUCTIONS: dict[str, Production] = {
    **grammar_index.PRODUCTIONS,
    **grammar_linalg.PRODUCTIONS,
    **{name: _unary(name) for name in UNARY},
    **{name: _binary(name) for name in (*BINARY, *COMPARISONS, *LOGICAL)},
    **{symbol: _operator(symbol) for symbol in OPERATORS},
    **{f"{symbol}=": _augmented(symbol) for symbol in ("+", "-", "*", "/", "**")},
    **{name: _reduction(name) for name in REDUCTIONS},
    **{name: _arg(name) for name in ("argmax", "argmin")},
    **{name: _extreme(name) for name in ("max", "min")},
    **{name: _deviation(name) for name in ("var", "std")},
    **{name: _softmax(name) for name in ("softmax", "log_softmax")},
    **{name: _in_place(name) for name in IN_PLACE},
    "unary operator": lambda s: f"{s.pick('-', '~', '+')}{s.var()}",
    "abs operator": lambda s: f"abs({s.var()})",
    **{name: _call(texts) for name, texts in CALLS.items()},
    "writes": _writes,
    "logsumexp": lambda s: f"{(x := s.var())}.logsumexp({s.over(x, required=True)})",
    "norm": _norm,
    "clamp": _clamp,
    "where": _where,
    "reshape": _reshape,
    "permute": _permute,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "unsqueeze": lambda s: f"{(x := s.var())}.unsqueeze({s.dim(x, 1)})",
    "expand": _expand,
    "flip": _flip,
    "roll": _roll,
    "cat": _cat,
    "split": _split,
    "flatten": _flatten,
    "movedim": _movedim,
    "gather": _gather,
    "index_select": _index_select,
    "masked_fill": _masked_fill,
    "triangle": _triangle,
    "product": _product,
    "linear": _linear,
    "einsum": _einsum,
    "getitem": _getitem,
    "setitem": _setitem,
    "softplus": lambda s: f"torch.nn.functional.softplus({s.var()})",
    "div rounding": _div,
    "round decimals": lambda s: f"{s.var()}.round(decimals={s.pick(0, 1, 2, -1)})",
    "to": lambda s: (
        f"{s.var()}.{s.pick(f'to({s.dtype()})', 'float()', 'double()', 'half()', 'long()', 'int()', 'bool()')}"
    ),
    "detach": lambda s: f"{s.var()}.detach()",
    "contiguous": lambda s: f"{s.var()}.contiguous()",
    "python": _python,
    "like": _like,
    "make": _make,
}

from . import statistics  # noqa: E402  # it draws from a Scene, too

PRODUCTIONS |= statistics.PRODUCTIONS
