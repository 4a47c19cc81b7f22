"""The methods that write in place, as PyTorch has them: `t.exp_()`, `t.scatter_(...)`; how, says `inplace.py`."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from . import ops
from .arguments import sizes
from .inplace import InPlace
from .op import Variable
from .random import drawn_from
from .tracing import drawn


def _writing(name: str, function: Any) -> Any:
    """The method that writes what `function` gives into the tensor itself."""

    def method(self: InPlace, *args: Any, **params: Any) -> Any:
        return self._update(name, function, *args, **params)

    method.__name__ = name
    if function.__name__ == "<lambda>":
        function.__qualname__ = name  # which Python's errors name
    method.__doc__ = f"`t.{name.rstrip('_')}(...)`, written into t itself; returns t. Everything on its memory follows."
    method.__wrapped__ = function  # type: ignore[attr-defined]  # whose arguments `help` shows
    return method


def _keeping_its_shape(name: str) -> Any:
    """The method of a name such as `squeeze_`, which PyTorch has: it says what to write instead."""

    def method(self: InPlace, *args: Any, **params: Any) -> Any:
        instead = f"t = t.{name}(...)"
        raise NotImplementedError(
            f"{name}_: a tensor keeps its shape, because its views and the graph know it by that; write {instead}"
        )

    method.__name__ = f"{name}_"
    method.__doc__ = f"NotImplementedError: a tensor keeps its shape. `t.{name}(...)` returns another one."
    return method


def _each(function: Any, array: np.ndarray, *others: np.ndarray) -> np.ndarray:
    """function(a, b ...) of each element, as Python numbers."""
    lists = [np.broadcast_to(a, array.shape).ravel().tolist() for a in (array, *others)]
    return np.asarray([function(*numbers) for numbers in zip(*lists, strict=True)], array.dtype).reshape(array.shape)


def _all(names: str) -> list[Any]:
    """The methods that write what the functions of these names give."""
    return [_writing(f"{name}_", getattr(ops, name)) for name in names.split()]


class InPlaceMethods(InPlace):
    """What `Tensor` inherits of methods that change it."""

    __slots__ = ()

    # Each writes the result of the function of its name. The names stand in the order of those on the left.
    # fmt: off
    add_, sub_, subtract_, mul_, multiply_ = _all("add sub subtract mul multiply")
    div_, divide_, true_divide_, pow_, float_power_ = _all("div divide true_divide pow float_power")
    addcmul_, addcdiv_, lerp_, ldexp_ = _all("addcmul addcdiv lerp ldexp")
    floor_divide_, remainder_, fmod_, gcd_, lcm_ = _all("floor_divide remainder fmod gcd lcm")
    neg_, negative_, abs_, absolute_, sign_, sgn_ = _all("neg negative abs absolute sign sgn")
    square_, sqrt_, rsqrt_, reciprocal_ = _all("square sqrt rsqrt reciprocal")
    exp_, exp2_, expm1_, log_, log2_, log10_, log1p_ = _all("exp exp2 expm1 log log2 log10 log1p")
    sin_, cos_, tan_, asin_, acos_, atan_ = _all("sin cos tan asin acos atan")
    sinh_, cosh_, tanh_, asinh_, acosh_, atanh_ = _all("sinh cosh tanh asinh acosh atanh")
    arcsin_, arccos_, arctan_ = _all("arcsin arccos arctan")
    arcsinh_, arccosh_, arctanh_ = _all("arcsinh arccosh arctanh")
    atan2_, arctan2_, hypot_, copysign_, nextafter_ = _all("atan2 arctan2 hypot copysign nextafter")
    relu_, sigmoid_, logit_, xlogy_, heaviside_ = _all("relu sigmoid logit xlogy heaviside")
    erf_, erfc_, erfinv_, i0_, sinc_, lgamma_ = _all("erf erfc erfinv i0 sinc lgamma")
    digamma_, mvlgamma_, igamma_, igammac_ = _all("digamma mvlgamma igamma igammac")
    floor_, ceil_, round_, trunc_, fix_, frac_ = _all("floor ceil round trunc fix frac")
    clamp_, clip_, clamp_min_, clamp_max_, nan_to_num_ = _all("clamp clip clamp_min clamp_max nan_to_num")
    deg2rad_, rad2deg_, conj_physical_ = _all("deg2rad rad2deg conj_physical")
    eq_, ne_, lt_, le_, gt_, ge_ = _all("eq ne lt le gt ge")
    not_equal_, less_, less_equal_, greater_, greater_equal_ = _all("not_equal less less_equal greater greater_equal")
    logical_and_, logical_or_, logical_xor_, logical_not_ = _all("logical_and logical_or logical_xor logical_not")
    bitwise_and_, bitwise_or_, bitwise_xor_, bitwise_not_ = _all("bitwise_and bitwise_or bitwise_xor bitwise_not")
    bitwise_left_shift_, bitwise_right_shift_ = _all("bitwise_left_shift bitwise_right_shift")
    # fmt: on
    polygamma_ = _writing("polygamma_", lambda t, n: ops.polygamma(n, t))

    masked_fill_ = _writing("masked_fill_", ops.masked_fill)
    masked_scatter_ = _writing("masked_scatter_", ops.masked_scatter)
    index_put_ = _writing("index_put_", ops.index_put)
    index_add_ = _writing("index_add_", ops.index_add)
    index_copy_ = _writing("index_copy_", ops.index_copy)
    index_fill_ = _writing("index_fill_", ops.index_fill)
    index_reduce_ = _writing("index_reduce_", ops.index_reduce)
    put_ = _writing("put_", ops.put)
    scatter_ = _writing("scatter_", ops.scatter)
    scatter_add_ = _writing("scatter_add_", ops.scatter_add)
    scatter_reduce_ = _writing("scatter_reduce_", ops.scatter_reduce)
    tril_ = _writing("tril_", ops.tril)
    triu_ = _writing("triu_", ops.triu)

    cumsum_, cumprod_ = _writing("cumsum_", ops.cumsum), _writing("cumprod_", ops.cumprod)
    addmm_, addbmm_, baddbmm_, addmv_, addr_ = _all("addmm addbmm baddbmm addmv addr")
    renorm_ = _writing("renorm_", ops.renorm)

    squeeze_, unsqueeze_, transpose_, t_, swapaxes_, swapdims_ = map(
        _keeping_its_shape, ("squeeze", "unsqueeze", "transpose", "t", "swapaxes", "swapdims")
    )

    def resize_(self, *size: Any) -> Self:
        """The tensor, which has this shape already. NotImplementedError: it has another; a tensor keeps its shape."""
        if sizes(size) == self._array.shape:
            return self
        raise NotImplementedError(
            "resize_: a tensor keeps its shape, because its views and the graph know it by that; write "
            "t = t.reshape(...), or pad() and slices"
        )

    def resize_as_(self, other: Any) -> Self:
        """`resize_` to the shape of `other`."""
        return self.resize_(other.shape)

    def apply_(self, callable: Any) -> Self:
        """Replace each element x, a Python number, by callable(x). Slow; without a gradient."""
        return self._assign("apply_", ..., _each(callable, self._array))

    def map_(self, tensor: Any, callable: Any) -> Self:
        """Replace each element a by callable(a, b), with b of `tensor`, which broadcasts. Slow; without a gradient."""
        return self._assign("map_", ..., _each(callable, self._array, tensor._array))

    def fill_diagonal_(self, fill_value: float, wrap: bool = False) -> Self:
        """Write one number to the diagonal: to all elements whose indices are equal.

        wrap: in a matrix with more rows than columns begin again, a row further down, where the diagonal has ended.
        ValueError: fewer than two dimensions, or more than two of different sizes.
        """
        sizes = self._array.shape
        if len(sizes) < 2 or (len(sizes) > 2 and len(set(sizes)) > 1):
            raise ValueError(f"fill_diagonal_: expected a matrix, or dimensions of one size, got shape {sizes}")
        along = np.arange(min(sizes))
        index: tuple[Any, ...] = (along,) * len(sizes)
        if wrap and len(sizes) == 2 and sizes[1]:
            at = np.arange(0, self._array.size, sizes[1] + 1)
            index = tuple(np.unravel_index(at, sizes))
        return self._assign("fill_diagonal_", index, fill_value)

    # random numbers: those of the generator given, or of the default one

    def uniform_(self, low: float = 0.0, high: float = 1.0, *, generator: Any = None) -> Self:
        """Fill with numbers evenly distributed on [low, high)."""
        return self._drawn("uniform_", "f", generator, lambda draws, shape: draws.uniform(low, high, shape))

    def normal_(self, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Self:
        """Fill with numbers of the normal distribution with this mean and standard deviation."""
        return self._drawn("normal_", "f", generator, lambda draws, shape: draws.normal(mean, std, shape))

    def log_normal_(self, mean: float = 1.0, std: float = 2.0, *, generator: Any = None) -> Self:
        """Fill with numbers whose logarithms have the normal distribution with this mean and standard deviation."""
        return self._drawn("log_normal_", "f", generator, lambda draws, shape: draws.lognormal(mean, std, shape))

    def exponential_(self, lambd: float = 1.0, *, generator: Any = None) -> Self:
        """Fill with numbers of the exponential distribution, whose mean is 1 / lambd."""
        return self._drawn("exponential_", "f", generator, lambda draws, shape: draws.exponential(1 / lambd, shape))

    def cauchy_(self, median: float = 0.0, sigma: float = 1.0, *, generator: Any = None) -> Self:
        """Fill with numbers of the Cauchy distribution with this median, half of them within sigma of it."""
        return self._drawn(
            "cauchy_", "f", generator, lambda draws, shape: median + sigma * draws.standard_cauchy(shape)
        )

    def geometric_(self, p: float, *, generator: Any = None) -> Self:
        """Fill with the number of trials, each with probability p, up to the first success."""
        return self._drawn("geometric_", "fiu", generator, lambda draws, shape: draws.geometric(p, shape))

    def bernoulli_(self, p: Any = 0.5, *, generator: Any = None) -> Self:
        """Fill with 1 with probability p, a number or a tensor that broadcasts to this shape, and 0 otherwise."""
        p = p._array if isinstance(p, Variable) else p

        def chosen(draws: Any, shape: Any, p: Any) -> Any:
            if not np.all((np.asarray(p) >= 0) & (np.asarray(p) <= 1)):
                raise ValueError(f"bernoulli_: expected probabilities from 0 to 1, got {p}")
            return draws.random(shape) < p

        return self._drawn("bernoulli_", "fiub", generator, chosen, p)

    def random_(self, low: int = 0, high: int | None = None, *, generator: Any = None) -> Self:
        """Fill with integers from low up to, not including, high; `random_(high)` starts from 0.

        Without bounds up to the largest that the dtype holds, of floats the largest up to which all integers are there.
        """
        if high is None:
            low, high = 0, low or self._largest() + 1
        return self._drawn("random_", "fiub", generator, lambda draws, shape: draws.integers(low, high, shape))

    def _largest(self) -> int:
        dtype = self._array.dtype
        return (
            2 ** (np.finfo(dtype).nmant + 1) if dtype.kind == "f" else 1 if dtype.kind == "b" else np.iinfo(dtype).max
        )

    def _drawn(self, what: str, kinds: str, generator: Any, function: Any, *arrays: Any) -> Self:
        if self._array.dtype.kind not in kinds:
            numbers = "floating-point numbers" if kinds == "f" else "real numbers"
            raise TypeError(f"{what}: expected a tensor of {numbers}, got {self._array.dtype}")
        draws, shape = drawn_from(generator), self._array.shape
        return self._assign(what, ..., drawn(lambda *arrays: np.asarray(function(draws, shape, *arrays)), *arrays))
