"""`opcheck`: everything that is known to go wrong with an op, tried on yours."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..op import Op
from ..tensor import Tensor
from .battery import CHECKS, ESSENTIAL, Case
from .domains import REAL, SPECIAL, TIES, Domain, Exceptions, checked_exceptions, is_excused
from .gradcheck import GradcheckError
from .points import at_exceptions, where_nan

Sample = tuple[list[Any], dict[str, Any]]

SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (4,), (2, 3), (3, 1, 2), (0,), (2, 0))
PAIRS = (((2, 3), (3,)), ((2, 1), (1, 3)), ((), (3,)), ((2, 1), ()), ((0,), (1,)))  # that broadcast
DRAWN = 30  # samples taken from a Hypothesis strategy


@dataclass
class Report:
    """What `opcheck` did: how often each check held, and which special points it left out, with the reasons."""

    name: str
    checks: dict[str, int] = field(default_factory=dict)
    excused: dict[Any, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [f"opcheck {self.name}: {len(self.checks)} checks held"]
        lines += [f"  {name}: {count} samples" for name, count in self.checks.items()]
        lines += [f"  excused at {point}: {reason}" for point, reason in self.excused.items()]
        return "\n".join(lines)


def opcheck(
    op: Any,
    samples: Any = None,
    params: dict[str, Any] | None = None,
    *,
    domain: Any = None,
    shapes: Iterable[Any] | None = None,
    reference: Callable[..., Any] | None = None,
    except_at: Exceptions | None = None,
    order: int = 2,
    checks: Sequence[str] | None = None,
    mutations: bool = False,
    **options: Any,
) -> Report:
    """Try an op on everything that is known to go wrong with ops; raise GradcheckError that says what does.

        opcheck(my_op)                                     # real numbers: 0, 1, -1 and ties among them
        opcheck(my_op, domain=POSITIVE, reference=scipy.special.digamma)
        opcheck(my_op, domain=REAL, except_at={0: "a kink"})
        opcheck(my_op, [([x, w], {"stride": 2}), ...])     # samples of your own
        opcheck(my_op, my_strategy)                        # a Hypothesis strategy of such pairs
        opcheck(my_op, [x, w], {"stride": 2})              # one sample, and the essential checks only

    op: a row of the table (what `op(...)` returns), or any function of Tensors that returns one Tensor or several.
    samples: arrays and parameters, in one of the forms above; None draws them from `domain`.
    domain: a `Domain` (or `lambda rng, shape: ...`) for all inputs, or a list with one for each; by default `REAL`.
    shapes: for samples from a domain: shapes of a single input, or tuples of shapes, one an input.
    reference: what the op computes of arrays, from elsewhere (NumPy, SciPy, a loop), in float64.
    except_at: the special points that the op is excused from, with the reasons, as `{0: "a kink"}`; "ties" excuses
        equal inputs, nan a number as the gradient where the value is nan. At a kink the gradient must still lie between
        the slopes on both sides.
    order: of the derivatives; `options` (rtol, atol, eps, seed ...) go to `gradcheck` as well.
    checks: the names of those to run, of `CHECKS`; by default all.
    mutations: also damage each rule of the row in nine ways, and demand that these samples catch each; see `mutants`.

    * values: the result of Tensors is that of the arrays, and the reference's;
    * dtypes, precisions: float32 stays float32 and float16 stays float16, in results and gradients;
    * gradients: right to this order, at the special points too, of zero-size and 0-d arrays too;
    * recorded backward: with `create_graph` come the numbers that come without;
    * adjoint: <w, J v> = <J^T w, v>;
    * memory: inputs are read-only; a rule leaves what it was given as it was; nothing shares memory by accident;
    * layouts: Fortran order, negative strides and strided memory change nothing;
    * nan: elementwise ops have the gradient nan where the value is nan.

    Returns a `Report`, whose text says what was tried. The checks go on after one fails; the error names them all.
    """
    name: str = op.name if isinstance(op, Op) else getattr(op, "__name__", repr(op))
    excused = dict(checked_exceptions(except_at or {}))
    one = samples is not None and _is_one(samples)
    wanted = checks or (ESSENTIAL if one else tuple(CHECKS))
    unknown = [check for check in wanted if check not in CHECKS]
    if unknown:
        raise ValueError(f"opcheck: there is no check {unknown[0]!r}; expected one of {', '.join(CHECKS)}")
    domains: list[Any] | None = None
    if samples is None:
        domains = _domains(op, domain, excused)
        for d in domains:
            excused = {**d.except_at, **excused} if isinstance(d, Domain) else excused
        samples = _from_domains(op, domains, params or {}, excused, shapes)
    elif one:
        samples = [(samples, params or {})]
    elif hasattr(samples, "example") and hasattr(samples, "map"):
        samples = drawn_from(samples)
    cases = [Case(op, [_array(a) for a in arrays], dict(p), reference, order, options) for arrays, p in samples]
    report = Report(name, excused=excused)
    failures: list[str] = []
    cause: BaseException | None = None
    for check in wanted:
        for case in cases:
            if check in ("values", "dtypes", "precisions") or _has_gradient(case, name):
                try:
                    CHECKS[check](case)
                except Exception as error:
                    cause = cause or error
                    kind = "" if isinstance(error, GradcheckError) else f"{type(error).__name__}: "
                    failures.append(f"{check}, of ({case}): {kind}{error}")
                    break
                report.checks[check] = report.checks.get(check, 0) + 1
    if domains is not None and isinstance(op, Op) and op.elementwise and op.differentiable and checks is None:
        failures += at_exceptions(op, params or {}, excused) + where_nan(op, params or {}, excused)
        report.checks["nan, kinks"] = 1
    if mutations:
        from .mutants import survivors

        failures += [f"mutations: not caught: {what}" for what in survivors(op, list(samples))]
        report.checks["mutations"] = len(cases)
    if failures:
        raise GradcheckError(f"opcheck {name}: " + "\n".join(failures)) from cause
    return report


def drawn_from(strategy: Any, count: int = DRAWN) -> list[Sample]:
    """Samples from a Hypothesis strategy, the same ones each time."""
    from hypothesis import HealthCheck, Phase, given, settings

    found: list[Sample] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(sample: Sample) -> None:
        found.append(sample)

    collect()
    return found


def _is_one(samples: Any) -> bool:
    """Whether this is one list of inputs, not a list of samples."""
    if not isinstance(samples, (list, tuple)):
        return isinstance(samples, (np.ndarray, Tensor))
    return not samples or not (isinstance(samples[0], tuple) and len(samples[0]) == 2 and _is_params(samples[0][1]))


def _is_params(x: Any) -> bool:
    return isinstance(x, dict)


def _array(x: Any) -> Any:
    return x._array if isinstance(x, Tensor) else x


def _has_gradient(case: Case, name: str) -> bool:
    row = case.op
    if case.differentiable:
        return True
    if isinstance(row, Op) and row.differentiable and row.rules:
        with np.errstate(all="ignore"):
            floating = any(y.dtype.kind in "fc" for y in case.call(case.leaves()))
        if floating:
            raise GradcheckError(f"opcheck {name}: no floating-point input to check a rule with")
    return False


def _domains(op: Any, domain: Any, excused: Exceptions) -> list[Any]:
    """One domain an input."""
    given = list(domain) if isinstance(domain, (list, tuple)) else [domain or REAL] * inputs_of(op)
    points = {point: why for point, why in excused.items() if point != TIES and point == point}
    return [d.but(points) if isinstance(d, Domain) else d for d in given]


def inputs_of(op: Any) -> int:
    """How many inputs an op takes, as far as it says so."""
    if isinstance(op, Op):
        if op.each is not None:
            raise ValueError(f"opcheck {op.name}: it takes any number of inputs; give `domain` as a list, or samples")
        return len(op.rules)
    found = inspect.signature(op).parameters.values()
    count = sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in found)
    return max(count, 1)


def _from_domains(
    op: Any, domains: list[Any], params: dict[str, Any], excused: Exceptions, shapes: Iterable[Any] | None
) -> list[Sample]:
    """Samples of each shape, and one that has every combination of the special points."""
    rng = np.random.default_rng(0)
    n = len(domains)
    if shapes is None:
        broadcasts = n == 2 and getattr(op, "broadcasts", False)
        chosen: list[Any] = [(shape,) * n for shape in SHAPES] + list(PAIRS if broadcasts else ())
    else:
        chosen = [shape if shape and isinstance(shape[0], (tuple, list)) else (tuple(shape),) * n for shape in shapes]
    found = []
    for each in chosen:
        arrays = [np.asarray(d(rng, tuple(shape)), np.float64) for d, shape in zip(domains, each, strict=True)]
        if not (TIES in excused and n == 2 and np.any(np.equal(*arrays))):
            found.append((arrays, params))
    points = [d.points if isinstance(d, Domain) else () for d in domains]
    rows = list(itertools.product(*points))
    if TIES in excused:
        rows = [row for row in rows if len(set(row)) == len(row)]
    if rows and shapes is None:
        found.append(([np.array(column) for column in zip(*rows, strict=True)], params))
    for sample in found:
        for array in sample[0]:
            array.flags.writeable = False
    return found


__all__ = ["SPECIAL", "Report", "drawn_from", "is_excused", "opcheck"]
