"""Productions of scans, sorting, quantiles, counts, differences and distances, as those in `grammar.py`."""

from __future__ import annotations

from .grammar import Production, Scene


def _extent(s: Scene, x: str, d: int) -> int:
    """The size of dim d of x; of a wrong d, 1."""
    n = s.ndim(x)
    return int(s.variables[x].shape[d]) if -n <= d < n else 1


def _untied(s: Scene, x: str) -> str:
    """x with elements of which no two are equal: of equal ones PyTorch takes any."""
    shape = tuple(s.variables[x].shape)
    return f"({x} + 0.013 * torch.arange({s.variables[x].numel()}).reshape({shape}))"


def _selection(name: str) -> Production:
    """Functions that return values and indices along a dim: `sort`, `median` ..."""

    def production(s: Scene) -> str:
        x = s.var()
        d = s.dim(x)
        given = [f"dim={d}"]
        if name in ("topk", "kthvalue"):
            given = [str(s.pick(1, 1, 2, _extent(s, x, d), 0)), *given]
        if name not in ("sort", "topk", "cummax", "cummin"):
            given += s.pick([], [], ["keepdim=True"])
        if name in ("sort", "topk"):
            given += s.pick([], ["descending=True" if name == "sort" else "largest=False"])
        if name in ("median", "nanmedian") and s.chance(0.3):
            return f"{x}.{name}()"
        if name in ("topk", "kthvalue", "median", "nanmedian", "mode"):
            x = _untied(s, x)
        part = s.pick(".values", "[0]", ".indices")
        return (
            f"{x}.{name}({', '.join(given)}){part}" if s.chance(0.6) else f"torch.{name}({x}, {', '.join(given)}){part}"
        )

    return production


def _argsort(s: Scene) -> str:
    x = s.var()
    return f"{x}.argsort({s.pick('', s.dim(x), f'dim={s.dim(x)}')})"


def _running(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        dtype = f", dtype={s.dtype()}" if name != "logcumsumexp" and s.chance(0.15) else ""
        return f"{x}.{name}({s.dim(x)}{dtype})"

    return production


def _aminmax(s: Scene) -> str:
    x = s.var()
    over = s.pick("", f"dim={s.dim(x)}", f"dim={s.dim(x)}, keepdim=True")
    return f"{x}.aminmax({over}){s.pick('.min', '.max', '[0]')}"


def _quantile(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        q = s.pick("0.5", "0.3", "0", "1.0", "1.5", f"torch.tensor([0.2, 0.9], dtype={s.variables[x].dtype})")
        over = s.over(x, several=False)
        kind = s.pick("", "", *(f'interpolation="{k}"' for k in ("lower", "higher", "midpoint", "nearest")))
        return f"torch.{name}({', '.join(part for part in (x, q, over, kind) if part)})"

    return production


def _nan_total(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        over = s.over(x)
        dtype = f"dtype={s.dtype()}" if s.chance(0.15) else ""
        return f"torch.{name}({', '.join(part for part in (x, over, dtype) if part)})"

    return production


def _with_mean(name: str) -> Production:
    def production(s: Scene) -> str:
        x = s.var()
        more = s.pick("", "", "correction=0", "correction=2")
        return f"torch.{name}({', '.join(part for part in (x, s.over(x), more) if part)})[{s.pick(0, 1)}]"

    return production


def _diff(s: Scene) -> str:
    x = s.var()
    more = s.pick("", "", f", prepend={s.like(x)}", f", append={x}")
    return f"torch.diff({x}, {s.pick(1, 1, 2, 0)}, {s.dim(x)}{more})"


def _points(n: int) -> str:
    return f"v(torch.float32, {[i**2 / 4 for i in range(n)]}, shape=({n},))"


def _trapezoid(s: Scene) -> str:
    y = s.var()
    d = s.dim(y)
    name = s.pick("trapezoid", "cumulative_trapezoid", "trapz")
    n = _extent(s, y, d)
    more = s.pick("", ", dx=0.5", f", {_points(n)}" if n else "")
    return f"torch.{name}({y}{more}, dim={d})"


def _gradient(s: Scene) -> str:
    x = s.var()
    d = s.dim(x)
    n = _extent(s, x, d)
    points = f"spacing=({_points(n)},)"
    more = s.pick("", ", spacing=0.5", ", edge_order=2", f", {points}", f", {points}, edge_order=2")
    return f"torch.gradient({x}, dim={d}{more})[0]"


def _covariance(s: Scene) -> str:
    return f"{s.var()}.{s.pick('cov()', 'cov(correction=0)', 'corrcoef()')}"


def _distance(s: Scene) -> str:
    x = s.var()
    p = s.pick("2", "1", "3", "float('inf')", "0")
    dtype = str(s.variables[x].dtype).removeprefix("torch.")
    if s.ndim(x) >= 2 and s.chance(0.5):
        y = s.pick(x, s.leaf((s.pick(0, 1, 2), int(s.variables[x].shape[-1])), [dtype]))
        return s.pick(f"torch.cdist({x}, {y}, {p})", f"torch.cdist({x}, {y})")
    return s.pick(
        f"torch.dist({x}, {s.like(x)}, {p})", f"torch.renorm({x}, {s.pick(1, 2, 3)}, {s.dim(x)}, {s.pick(0.5, 2)})"
    )


def _counted(s: Scene) -> str:
    x = s.var()
    return s.pick(
        f"{x}.count_nonzero({s.pick('', s.dim(x), s.dims(x))})", f"torch.nonzero({x})", f"torch.argwhere({x} > 0)",
        f"torch.nonzero({x} > 0, as_tuple=True)[0]", f"torch.histc({x}.detach(), 3)",
        f"torch.histc({x}.detach(), 4, -2, 2)",
        f"torch.histogram({x}.detach(), 4, range=(-2.0, 2.0)).{s.pick('hist', 'bin_edges')}",
        f"torch.bincount({s.integers(4, (5,))}{s.pick('', ', minlength=6')})",
    )  # fmt: skip


def _unique(s: Scene) -> str:
    x = f"{s.var()}.detach()"
    part = s.pick(0, 1, 2)
    more = f", return_inverse=True, return_counts=True{s.pick('', ', dim=0')})[{part}]"
    return s.pick(f"torch.unique({x})", f"torch.unique({x}{more}", f"torch.unique_consecutive({x}{more}")


def _searched(s: Scene) -> str:
    x = f"{s.var()}.detach().float()"
    edges = "v(torch.float32, [-1.0, 0.0, 0.0, 2.5], shape=(4,))"
    right = s.pick("", ", right=True", ", out_int32=True")
    return s.pick(f"torch.bucketize({x}, {edges}{right})", f"torch.searchsorted({edges}, {x}{right})")


SELECTIONS = ("sort", "topk", "kthvalue", "median", "nanmedian", "mode", "cummax", "cummin")
PRODUCTIONS: dict[str, Production] = {
    **{name: _selection(name) for name in SELECTIONS},
    **{name: _running(name) for name in ("cumsum", "cumprod", "logcumsumexp")},
    **{name: _quantile(name) for name in ("quantile", "nanquantile")},
    **{name: _nan_total(name) for name in ("nansum", "nanmean")},
    **{name: _with_mean(name) for name in ("var_mean", "std_mean")},
    "argsort": _argsort,
    "msort": lambda s: f"torch.msort({s.var()})",
    "aminmax": _aminmax,
    "diff": _diff,
    "trapezoid": _trapezoid,
    "gradient": _gradient,
    "cov": _covariance,
    "dist": _distance,
    "count": _counted,
    "unique": _unique,
    "searchsorted": _searched,
}

# The production that calls a function whose name it has not.
ELSEWHERE = {
    "cumulative_trapezoid": "trapezoid", "trapz": "trapezoid", "corrcoef": "cov", "cdist": "dist",
    "renorm": "dist", "count_nonzero": "count", "nonzero": "count", "argwhere": "count", "histc": "count",
    "histogram": "count", "bincount": "count", "unique_consecutive": "unique", "bucketize": "searchsorted",
}  # fmt: skip
