"""The lines of random programs that multiply matrices, factor them and solve with them; see `grammar.py`.

What is solved with is well conditioned: factors and solutions of other matrices differ by more than rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .grammar import Scene


def _dtype(s: Scene, x: str) -> list[str]:
    return [str(s.variables[x].dtype).removeprefix("torch.")]


def _new(s: Scene, x: str, *shape: int) -> str:
    """A new tensor of the dtype of x, now and then of another."""
    return s.leaf(shape, _dtype(s, x)) if s.chance(0.96) else s.leaf(shape)


def _sized(s: Scene, x: str, ndim: int) -> tuple[str, tuple[int, ...]]:
    """x, if it has so many dimensions, or a new tensor that has; and its shape."""
    shape = tuple(s.variables[x].shape)
    if len(shape) == ndim and s.chance(0.9):
        return x, shape
    sizes = tuple(s.pick(0, 1, 2, 2, 3) for _ in range(ndim))
    return _new(s, x, *sizes), sizes


def _added(name: str) -> Any:
    """`addmm` and its like."""

    def production(s: Scene) -> str:
        x = s.var()
        if name == "addr":
            a, (m,) = _sized(s, x, 1)
            n = s.pick(1, 2, 3)
            b, whole = _new(s, x, n), (m, n)
        elif name == "addmv":
            a, (m, n) = _sized(s, x, 2)
            b, whole = _new(s, x, n), (m,)
        elif name == "addmm":
            a, (m, n) = _sized(s, x, 2)
            p = s.pick(0, 1, 2)
            b, whole = _new(s, x, n, p), (m, p)
        else:
            a, (count, m, n) = _sized(s, x, 3)
            p = s.pick(0, 1, 2)
            b, whole = _new(s, x, count, n, p), (m, p) if name == "addbmm" else (count, m, p)
        added = _new(s, x, *s.pick(whole, whole, whole[1:], ()))
        more = s.pick("", "", ", beta=2", ", alpha=2", ", beta=0")
        return f"torch.{name}({added}, {a}, {b}{more})"

    return production


def _vectors(name: str) -> Any:
    def production(s: Scene) -> str:
        a, (m,) = _sized(s, s.var(), 1)
        b = _new(s, s.var() if a not in s.variables else a, m if name == "vdot" and s.chance(0.9) else s.pick(1, 2, 3))
        return f"torch.{name}({a}, {b})"

    return production


def _inner(s: Scene) -> str:
    x = s.var()
    n = int(s.variables[x].shape[-1]) if s.ndim(x) else 1
    return f"torch.inner({x}, {_new(s, x, *s.pick((n,), (2, n), (0, n), (n, 2)))})"


def _tensordot(s: Scene) -> str:
    x = s.var()
    shape = tuple(int(n) for n in s.variables[x].shape)
    if not shape or s.chance(0.2):
        return f"torch.tensordot({x}, {_new(s, x, *shape)}, {len(shape)})"
    if s.chance(0.5):
        return f"torch.tensordot({x}, {_new(s, x, shape[-1], 2)}, 1)"
    d = s.dim(x)
    n = shape[d] if -len(shape) <= d < len(shape) else 1
    return f"torch.tensordot({x}, {_new(s, x, 2, n)}, ([{d}], [1]))"


def _cross(s: Scene) -> str:
    x = s.var()
    a = x if 3 in s.variables[x].shape else _new(s, x, *s.pick((3,), (2, 3), (3, 1)))
    return f"torch.cross({a}, {a if s.chance(0.2) else _new(s, x, *s.pick((3,), (2, 3), (3, 1)))}, dim={s.pick(-1, 0)})"


def _chain(s: Scene) -> str:
    a, (_, n) = _sized(s, s.var(), 2)
    k = s.pick(1, 2, 3)
    like = a if a in s.variables else s.var()
    return f"torch.chain_matmul({a}, {_new(s, like, n, k)}, {_new(s, like, k, 2)})"


def _matrix(s: Scene) -> str:
    """A square matrix that has an inverse, or a stack of them."""
    n, shape = s.pick(0, 1, 2, 3), s.pick((), (), (2,))
    kind = s.pick("float32", "float64")
    some = f't(torch.{kind}, {(*shape, n, n)}, "halves", seed={s.rng.randrange(100)})'
    return f"(0.3 * {some} + 3 * torch.eye({n}, dtype=torch.{kind}))"


def _of_a_matrix(text: str) -> Any:
    """The text with M as such a matrix, and R as several right-hand sides for it."""

    def production(s: Scene) -> str:
        m = _matrix(s)
        shape = tuple(eval(m.split("torch.", 1)[1].split(", ", 1)[1].split(', "')[0]))
        kind = "float64" if "float64" in m else "float32"
        right = f"t(torch.{kind}, {(*shape[:-1], s.pick(0, 1, 2))}, seed={s.rng.randrange(100)})"
        return text.replace("M", m).replace("R", right).replace("B", s.pick("True", "False"))

    return production


def _one_of(*texts: str) -> Any:
    productions = [_of_a_matrix(text) for text in texts]
    return lambda s: s.rng.choice(productions)(s)


PRODUCTIONS: dict[str, Any] = {
    **{name: _added(name) for name in ("addmm", "addmv", "addr", "addbmm", "baddbmm")},
    **{name: _vectors(name) for name in ("vdot", "ger")},
    "inner": _inner,
    "kron": lambda s: f"torch.kron({(x := s.var())}, {s.like(x)})",
    "tensordot": _tensordot,
    "cross": _cross,
    "chain_matmul": _chain,
    "det": _one_of("torch.det(M)", "torch.logdet(M)", "torch.slogdet(M)[1]"),
    "inverse": _one_of("torch.inverse(M)", "torch.pinverse(M)", "M.inverse()"),
    "matrix_power": _one_of("torch.matrix_power(M, 2)", "torch.matrix_power(M, 0)", "torch.matrix_power(M, -1)"),
    "matrix_exp": _one_of("torch.matrix_exp(M / 3)"),
    "cholesky": _one_of(
        "torch.linalg.cholesky((m := M) @ m.mT, upper=B)",
        "torch.cholesky_solve(R, M.tril())",
        "torch.cholesky_solve(R, M.triu(), upper=True)",
        "torch.cholesky_inverse(M.triu(), upper=True)",
    ),
    "triangular_solve": _one_of("torch.triangular_solve(R, M, upper=B, transpose=B, unitriangular=B).solution"),
    "lu": _one_of("torch.linalg.lu(M)[1]", "torch.lu_unpack(*torch.linalg.lu_factor(M))[2]"),
    "lu_solve": _one_of("torch.lu_solve(R, *torch.linalg.lu_factor(M))"),
    "solve": _one_of("torch.linalg.solve(M, R)", "torch.linalg.solve_triangular(M, R, upper=B)"),
    "qr": _one_of("torch.linalg.qr(M).R.abs()", "torch.linalg.qr(M).Q.abs()"),
    "svd": _one_of("torch.svd(M)[1]", "torch.linalg.svdvals(M)", "torch.linalg.eigvalsh(M)"),
}

# Other names; what has tests of its own in `tests/ops/test_matrices.py`.
ELSEWHERE = {
    "logdet": "det", "slogdet": "det", "pinverse": "inverse", "cholesky_solve": "cholesky",
    "cholesky_inverse": "cholesky", "lu_unpack": "lu", "orgqr": "qr", "ormqr": "qr",
}  # fmt: skip
