"""A second engine, as simple as can be, to hold the first to account: scalars with their derivatives attached.

A number a + b e1 + c e2 + d e1 e2, with e1**2 = e2**2 = 0, goes forward through the program; what comes out is the
value, its slope along each of two directions, and the second derivative along both:

    f(a + b e1 + c e2 + d e1 e2) = f(a) + f'(a) b e1 + f'(a) c e2 + (f'(a) d + f''(a) b c) e1 e2

No graph, no backward pass, no rules for arrays: an array is a NumPy array of such numbers. It shares nothing with
tinygrad_edu but the names of the ops.

Source: J. Fike and J. Alonso, "The development of hyper-dual numbers for exact second-derivative calculations",
AIAA 2011-886.
"""

import functools
import math

import numpy as np


class HyperDual:
    """a + b e1 + c e2 + d e1 e2"""

    def __init__(self, a, b=0.0, c=0.0, d=0.0):
        self.a, self.b, self.c, self.d = a, b, c, d

    def through(self, f, f1, f2):
        """f of this number, from the value and the two derivatives of f at a."""
        return HyperDual(f, f1 * self.b, f1 * self.c, f1 * self.d + f2 * self.b * self.c)

    def __add__(self, other):
        o = lift(other)
        return HyperDual(self.a + o.a, self.b + o.b, self.c + o.c, self.d + o.d)

    def __mul__(self, other):
        o = lift(other)
        d = self.a * o.d + self.b * o.c + self.c * o.b + self.d * o.a
        return HyperDual(self.a * o.a, self.a * o.b + self.b * o.a, self.a * o.c + self.c * o.a, d)

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -lift(other)

    def __truediv__(self, other):
        return self * reciprocal(lift(other))

    __radd__, __rmul__ = __add__, __mul__


def lift(x):
    return x if isinstance(x, HyperDual) else HyperDual(float(x))


def function(f, f1, f2):
    """A function of one number, from itself and its two derivatives."""
    return lambda x: x.through(f(x.a), f1(x.a), f2(x.a))


def sigma(a):
    return 1 / (1 + math.exp(-a))


def bell(a):
    return 2 / math.sqrt(math.pi) * math.exp(-a * a)


def zero(a):
    return 0.0


reciprocal = function(lambda a: 1 / a, lambda a: -(a**-2), lambda a: 2 * a**-3)
exp = function(math.exp, math.exp, math.exp)
log = function(math.log, lambda a: 1 / a, lambda a: -(a**-2))
sqrt = function(math.sqrt, lambda a: 0.5 * a**-0.5, lambda a: -0.25 * a**-1.5)
atan = function(math.atan, lambda a: 1 / (1 + a * a), lambda a: -2 * a / (1 + a * a) ** 2)
sin = function(math.sin, math.cos, lambda a: -math.sin(a))
cos = function(math.cos, lambda a: -math.sin(a), lambda a: -math.cos(a))

UNARY = {
    "neg": lambda x: -x,
    "sin": sin,
    "cos": cos,
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "atan": atan,
    "reciprocal": reciprocal,
    "square": lambda x: x * x,
    "rsqrt": lambda x: reciprocal(sqrt(x)),
    "tan": lambda x: sin(x) / cos(x),
    "log1p": lambda x: log(x + 1),
    "expm1": lambda x: exp(x) - 1,
    "sinh": lambda x: (exp(x) - exp(-x)) * 0.5,
    "cosh": lambda x: (exp(x) + exp(-x)) * 0.5,
    "tanh": lambda x: (exp(x) - exp(-x)) / (exp(x) + exp(-x)) if abs(x.a) < 20 else lift(math.copysign(1, x.a)),
    "sigmoid": function(sigma, lambda a: sigma(a) * sigma(-a), lambda a: sigma(a) * sigma(-a) * (1 - 2 * sigma(a))),
    "softplus": lambda x: log(exp(x) + 1),
    "asinh": function(math.asinh, lambda a: (1 + a * a) ** -0.5, lambda a: -a * (1 + a * a) ** -1.5),
    "erf": function(math.erf, bell, lambda a: -2 * a * bell(a)),
    "abs": function(abs, lambda a: math.copysign(1, a), zero),
    "relu": function(lambda a: max(a, 0.0), lambda a: float(a > 0), zero),
}
BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: exp(b * log(a)),
    "hypot": lambda a, b: sqrt(a * a + b * b),
    "atan2": lambda a, b: atan(b / a) * -1 + math.copysign(math.pi / 2, a.a),
    "logaddexp": lambda a, b: log(exp(a) + exp(b)),
    "maximum": lambda a, b: a if a.a > b.a else b,
    "minimum": lambda a, b: a if a.a < b.a else b,
}


def each(f, inputs):
    """f at every position of arrays that broadcast."""
    return lambda *xs: np.asarray(np.frompyfunc(f, inputs, 1)(*xs), object)


def folded(combine, finish=lambda total, n: total):
    """A reduction that combines the elements one by one."""

    def reduction(x, dim=None, keepdim=False):
        axes = tuple(range(x.ndim)) if dim is None else (dim % x.ndim,)
        n = math.prod(x.shape[axis] for axis in axes)
        rows = np.moveaxis(x, axes, range(len(axes))).reshape(n, *(s for k, s in enumerate(x.shape) if k not in axes))
        total = functools.reduce(np.frompyfunc(combine, 2, 1), list(rows))
        total = np.asarray(np.frompyfunc(lambda t: finish(t, n), 1, 1)(total), object)
        return np.expand_dims(total, axes) if keepdim else total

    return reduction


def logsumexp(x, dim=None, keepdim=False):
    return each(log, 1)(TABLE["sum"](each(exp, 1)(x), dim, keepdim))


def matmul(a, b):
    return np.asarray(np.dot(a, b) if b.ndim <= 2 else np.matmul(a, b), object)


TABLE = (
    {name: each(f, 1) for name, f in UNARY.items()}
    | {name: each(f, 2) for name, f in BINARY.items()}
    | {
        "sum": folded(lambda a, b: a + b),
        "mean": folded(lambda a, b: a + b, lambda total, n: total * (1 / n)),
        "prod": folded(lambda a, b: a * b),
        "amax": folded(BINARY["maximum"]),
        "amin": folded(BINARY["minimum"]),
        "logsumexp": logsumexp,
        "log_softmax": lambda x, dim: x - logsumexp(x, dim, True),
        "permute": lambda x, dims: x.transpose(dims),
        "reshape": lambda x, shape: x.reshape(shape),
        "flip": lambda x, dims: np.flip(x, dims),
        "roll": lambda x, shifts, dims: np.roll(x, shifts, dims),
        "getitem": lambda x, index: np.asarray(x[index], object),
        "cumsum": lambda x, dim: np.cumsum(x, dim),
        "pad": lambda x, widths, value: np.pad(x, widths, constant_values=lift(value)),
        "cat": lambda *xs, dim: np.concatenate(xs, dim),
        "matmul": matmul,
    }
)


def along(graph, u, v):
    """All values of a graph as HyperDuals, with the leaves moved along `u` and along `v`."""
    leaves = [each(lambda a, b, c: HyperDual(a, b, c), 3)(*three) for three in zip(graph.leaves, u, v, strict=True)]
    return graph.run(leaves, TABLE)


def total(graph, values):
    """What the graph's one number is."""
    return functools.reduce(
        lambda a, b: a + b, [x for i in graph.ends() for x in np.asarray(values[i], object).ravel()]
    )
