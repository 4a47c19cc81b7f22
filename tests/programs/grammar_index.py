"""The lines of random programs that gather, scatter, cut, join and rearrange; see `grammar.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .grammar import Scene


def _length(s: Scene, x: str, d: int) -> int:
    return s.variables[x].shape[d] if -s.ndim(x) <= d < s.ndim(x) else 1


def _dtype(s: Scene, x: str) -> list[str]:
    return [str(s.variables[x].dtype).removeprefix("torch.")]


def _source(s: Scene, x: str, shape: tuple[int, ...]) -> str:
    """A new tensor of the dtype of x, now and then of another."""
    return s.leaf(shape, _dtype(s, x)) if s.chance(0.96) else s.leaf(shape)


def _method(name: str, arguments: Any) -> Any:
    """As a method or as a function: name(x, ...)."""

    def production(s: Scene) -> str:
        x = s.var()
        given = arguments(s, x)
        return f"{x}.{name}({given})" if s.chance(0.6) else f"torch.{name}({', '.join(p for p in (x, given) if p)})"

    return production


def _piece(production: Any) -> Any:
    return lambda s: f"{production(s)}[{s.pick(0, -1)}]"


def _nothing(s: Scene, x: str) -> str:
    return ""


def _like_method(name: str) -> Any:
    return lambda s: f"{(x := s.var())}.{name}({s.like(x)})"


def _lines(s: Scene, x: str) -> tuple[int, str, tuple[int, ...]]:
    """A dim, an index for `scatter` along it, and the index's shape."""
    shape = list(s.variables[x].shape)
    d = s.dim(x)
    inside = d if -len(shape) <= d < len(shape) else 0
    below = shape[inside] if shape else 1
    if shape:
        shape[inside] = s.pick(1, 2, below) if below else 0
    return d, s.integers(below, tuple(shape)), tuple(shape)


def _distinct(s: Scene, below: int, count: int) -> str:
    """An index without repetitions: what is written twice to one place is not defined in PyTorch."""
    some = s.rng.sample(range(below), min(count, below))
    return f"v(torch.int64, {some}, shape=({len(some)},))"


def _scatter(s: Scene) -> str:
    x = s.var()
    shape = list(s.variables[x].shape)
    d = s.dim(x)
    inside = d if -len(shape) <= d < len(shape) else 0
    if shape:
        n = s.rng.randint(0, shape[inside])
        rows = s.rng.sample(range(shape[inside]), n)
        shape[inside] = n
        ones = [1] * len(shape)
        ones[inside] = n
        at = f"v(torch.int64, {rows}, shape={tuple(ones)}).expand({tuple(shape)})"
    else:
        at = "v(torch.int64, 0, shape=())"
    return f"{x}.scatter({d}, {at}, {_source(s, x, tuple(shape)) if s.chance(0.7) else s.pick('0.5', '2', 'value=1')})"


def _scatter_add(s: Scene) -> str:
    x = s.var()
    d, at, shape = _lines(s, x)
    return f"{x}.scatter_add({d}, {at}, {_source(s, x, shape)})"


def _scatter_reduce(s: Scene) -> str:
    x = s.var()
    d, at, shape = _lines(s, x)
    how = s.pick("sum", "prod", "mean", "amax", "amin")
    own = s.pick("", ", include_self=False")
    return f'{x}.scatter_reduce({d}, {at}, {_source(s, x, shape)}, "{how}"{own})'


def _slices(name: str, repeated: bool) -> Any:
    def production(s: Scene) -> str:
        x = s.var()
        d = s.dim(x)
        shape, below = list(s.variables[x].shape), _length(s, x, d)
        n = s.pick(0, 1, 2, 2) if repeated and below else min(s.pick(0, 1, 2), below)
        at = s.integers(below, (n,)) if repeated else _distinct(s, below, n)
        if -len(shape) <= d < len(shape):
            shape[d] = n
        more = {"index_add": s.pick("", "", ", alpha=2"), "index_reduce": f', "{s.pick("prod", "mean", "amax")}"'}
        return f"{x}.{name}({d}, {at}, {_source(s, x, tuple(shape))}{more.get(name, '')})"

    return production


def _index_fill(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    return f"{x}.index_fill({d}, {s.integers(_length(s, x, d), (s.pick(0, 1, 2),))}, {s.pick('0', '0.5', '2', '-1.5')})"


def _index_put(s: Scene) -> str:
    x = s.var()
    n = _length(s, x, 0)
    shape = tuple(s.variables[x].shape)
    if s.chance(0.5):
        at, count = s.integers(n, (2,)), 2
        return f"{x}.index_put(({at},), {_source(s, x, (count, *shape[1:]))}, accumulate=True)"
    at, count = _distinct(s, n, 2), min(2, n)
    return f"{x}.index_put(({at},), {_source(s, x, s.pick((count, *shape[1:]), shape[1:], ()))})"


def _put(s: Scene) -> str:
    x = s.var()
    size = s.variables[x].numel()
    if s.chance(0.5):
        return f"{x}.put({s.integers(size, (2,) if size else (0,))}, {_source(s, x, (2,) if size else (0,))}, True)"
    return f"{x}.put({_distinct(s, size, 2)}, {_source(s, x, (min(2, size),))})"


def _take(s: Scene) -> str:
    x = s.var()
    size = s.variables[x].numel()
    return f"{x}.take({s.integers(size, s.pick((2,), (), (2, 1)) if size else (0,))})"


def _mask(s: Scene, x: str) -> str:
    return s.pick(f"{x} > 0", f"{x} == {x}", f"{s.like(x)} > 0")


def _masked_scatter(s: Scene) -> str:
    x = s.var()
    return f"{x}.masked_scatter({_mask(s, x)}, {_source(s, x, (s.variables[x].numel(),))})"


def _part(s: Scene, x: str) -> tuple[int, int, list[int]]:
    d = s.dim(x)
    shape = list(s.variables[x].shape)
    n = _length(s, x, d)
    if -len(shape) <= d < len(shape):
        del shape[d]
    return d, n, shape


def _select(s: Scene) -> str:
    x = s.var()
    d, n, shape = _part(s, x)
    at = s.rng.randrange(-n, n) if n and s.chance(0.96) else n
    if s.chance(0.5):
        return f"torch.select_scatter({x}, {_source(s, x, tuple(shape))}, {d}, {at})"
    return f"{x}.select({d}, {at})"


def _narrow(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    n = _length(s, x, d)
    start = s.rng.randint(-n, n)
    return f"{x}.narrow({d}, {start}, {s.rng.randint(0, n)})"


def _slice_scatter(s: Scene) -> str:
    x = s.var()
    shape = list(s.variables[x].shape)
    d = s.dim(x)
    n = _length(s, x, d)
    start, step = s.rng.randint(-n, n), s.pick(1, 2)
    if -len(shape) <= d < len(shape):
        shape[d] = len(range(n)[start::step])
    return f"torch.slice_scatter({x}, {_source(s, x, tuple(shape))}, {d}, {start}, None, {step})"


def _diagonal(s: Scene) -> str:
    x = s.var()
    given = s.pick("", f"{s.pick(-1, 1, 2)}", f"{s.pick(0, -1, 1)}, {s.dim(x)}, {s.dim(x)}")
    return f"{x}.diagonal({given}){s.pick('', '', ' * 2')}"


def _diag(s: Scene) -> str:
    x = s.var()
    return s.pick(
        f"torch.diag({x}, {s.pick(0, 1, -1)})", f"torch.diag_embed({x}, {s.pick(0, 1, -2)})", f"torch.diagflat({x})",
        f"torch.trace({x})", f"torch.diag_embed({x}, 0, {s.dim(x, 1)}, {s.dim(x, 1)})",
        f"torch.diagonal_scatter({x}, {x}.diagonal().detach() * 2)",
    )  # fmt: skip


def _unfold(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    return f"{x}.unfold({d}, {s.rng.randint(0, _length(s, x, d))}, {s.pick(1, 1, 2, 3)})"


def _strided(s: Scene) -> str:
    """Of new memory, so that where it lies is known."""
    x = s.var()
    size = s.variables[x].numel()
    shape, strides = s.pick(((2,), (1,)), ((2, 2), (1, 1)), ((2, 2), (2, 1)), ((1, 2), (0, 1)), ((2, 0), (1, 1)))
    end = sum((n - 1) * step for n, step in zip(shape, strides, strict=True)) + 1
    return f"({x}.reshape(-1) + 0).as_strided({shape}, {strides}, {s.rng.randint(0, max(size - end, 0))})"


def _sections(s: Scene, x: str) -> str:
    d = s.dim(x)
    return s.pick(f"{s.pick(1, 2, 3)}, {d}", f"(1,), {d}", f"(1, 2), {d}", f"{s.pick(1, 2)}")


def _many(s: Scene) -> str:
    x = s.var()
    return ", ".join([x] + [s.like(x) for _ in range(s.pick(0, 1, 1, 2))])


def _stacks(s: Scene) -> str:
    name = s.pick("hstack", "vstack", "dstack", "column_stack", "row_stack", "concat", "concatenate")
    return f"torch.{name}([{_many(s)}])"


def _repeat(s: Scene) -> str:
    x = s.var()
    times = tuple(s.pick(1, 1, 2, 0) for _ in range(s.ndim(x) + s.pick(0, 0, 1)))
    return s.pick(f"{x}.repeat({times})", f"{x}.tile({times[:1] or (2,)})")


def _interleaved(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    n = _length(s, x, d)
    times = [s.pick(0, 1, 2) for _ in range(n)]
    return f"{x}.repeat_interleave({s.pick('2', f'2, {d}', f'v(torch.int64, {times}, shape=({n},)), {d}')})"


def _unflatten(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    n = _length(s, x, d)
    return f"{x}.unflatten({d}, {s.pick((1, n), (-1, 1), (n, 1, 1), (2, -1))})"


def _sum_to_size(s: Scene) -> str:
    x = s.var()
    shape = tuple(s.variables[x].shape)
    cut = shape[s.rng.randint(0, len(shape)) :]
    return f"{x}.sum_to_size({tuple(1 if s.chance(0.4) else n for n in cut)})"


def _written(name: str) -> Any:
    """In place, what a production of this name gives of a new tensor."""

    def production(s: Scene) -> str:
        text = str(PRODUCTIONS[name](s))
        return text.replace(f".{name}(", f".{name}_(", 1)

    return production


PRODUCTIONS: dict[str, Any] = {
    "scatter": _scatter,
    "scatter_add": _scatter_add,
    "scatter_reduce": _scatter_reduce,
    "index_add": _slices("index_add", repeated=True),
    "index_copy": _slices("index_copy", repeated=False),
    "index_reduce": _slices("index_reduce", repeated=True),
    "index_fill": _index_fill,
    "index_put": _index_put,
    "put": _put,
    "take": _take,
    "masked_select": _method("masked_select", _mask),
    "masked_scatter": _masked_scatter,
    "select": _select,
    "narrow": _narrow,
    "slice_scatter": _slice_scatter,
    "diagonal": _diagonal,
    "diag": _diag,
    "unfold": _unfold,
    "as_strided": _strided,
    "tensor_split": _piece(_method("tensor_split", _sections)),
    "hsplit": _piece(_method("hsplit", lambda s, x: s.pick("1", "2", "(1,)"))),
    "vsplit": _piece(_method("vsplit", lambda s, x: s.pick("1", "2", "(1,)"))),
    "dsplit": _piece(_method("dsplit", lambda s, x: s.pick("1", "2", "(1,)"))),
    "unbind": _piece(_method("unbind", lambda s, x: s.pick("", str(s.dim(x))))),
    "stacks": _stacks,
    "block_diag": lambda s: f"torch.block_diag({_many(s)})",
    "repeat": _repeat,
    "repeat_interleave": _interleaved,
    "unflatten": _unflatten,
    "ravel": _method("ravel", _nothing),
    "fliplr": _method("fliplr", _nothing),
    "flipud": _method("flipud", _nothing),
    "rot90": lambda s: f"torch.rot90({(x := s.var())}, {s.pick(1, 2, -1, 4)}, ({s.dim(x)}, {s.dim(x)}))",
    "atleast": lambda s: f"torch.atleast_{s.pick(1, 2, 3)}d({s.var()})",
    "broadcast_tensors": lambda s: f"torch.broadcast_tensors({_many(s)})[{s.pick(0, -1)}]",
    "expand_as": _like_method("expand_as"),
    "reshape_as": _like_method("reshape_as"),
    "sum_to_size": _sum_to_size,
    "meshgrid": lambda s: (
        f'torch.meshgrid({s.var()}.ravel(), {s.var()}.ravel()[:2], indexing="{s.pick("ij", "xy")}")[0]'
    ),
    "cartesian_prod": lambda s: f"torch.cartesian_prod({(x := s.var())}.ravel()[:3], {x}.ravel()[:2])",
    "combinations": lambda s: f"torch.combinations({s.var()}.ravel()[:4], {s.pick(1, 2, 3)}, {s.pick(True, False)})",
    "triangle indices": lambda s: f"torch.tri{s.pick('l', 'u')}_indices({s.pick(0, 2, 3)}, 3, {s.pick(0, 1, -1)})",
    "fill_diagonal_": lambda s: f"{s.var()}.fill_diagonal_({s.pick('0.5', '2')}{s.pick('', ', True')})",
    "masked_fill_": lambda s: f"{(x := s.var())}.masked_fill_({x} > 0, {s.pick('0', '1', '2.0')})",
    "triangle_": lambda s: f"{s.var()}.{s.pick('tril_', 'triu_')}({s.pick('', 1)})",
}
PRODUCTIONS |= {
    f"{name}_": _written(name)
    for name in (
        "scatter",
        "scatter_add",
        "index_add",
        "index_copy",
        "index_fill",
        "index_put",
        "put",
        "masked_scatter",
    )
}

# Other names, or the production that calls it among others.
ELSEWHERE = {
    "concat": "stacks", "concatenate": "stacks", "hstack": "stacks", "vstack": "stacks", "dstack": "stacks",
    "column_stack": "stacks", "row_stack": "stacks", "join": "cat", "swapaxes": "transpose", "swapdims": "transpose",
    "moveaxis": "movedim", "tile": "repeat", "atleast_1d": "atleast", "atleast_2d": "atleast", "atleast_3d": "atleast",
    "broadcast_to": "expand", "broadcast_shapes": "broadcast_tensors", "split_with_sizes": "split",
    "unsafe_split": "split", "unsafe_chunk": "split", "diag_embed": "diag", "diagflat": "diag", "trace": "diag",
    "diagonal_scatter": "diag", "select_scatter": "select", "as_strided_scatter": "as_strided",
    "constant_pad_nd": "cat", "scatter_extreme": "scatter_reduce",
}  # fmt: skip
