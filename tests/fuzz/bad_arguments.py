"""Arguments that nobody should pass, and what counts as a decent answer to them: an exception in words, or a result.

No hang, no KeyError, AssertionError or UnboundLocalError; no AttributeError, but for a function in Python (one that is
no row) which was given, say, an int for a Tensor, and of which Python says "'int' object has no attribute 'ndim'".
"""

from __future__ import annotations

import contextlib
import inspect
import random
import re
import signal
import warnings

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.nn import functional
from tinygrad_edu.op import OPS

DECENT = (TypeError, ValueError, IndexError, RuntimeError, NotImplementedError, ZeroDivisionError)
ARITHMETIC = (OverflowError, MemoryError)  # with a message

# Names from inside that a user has never heard of.
INTERNAL = re.compile(r"local variable|<lambda>|\b_[a-z_]+\(\) (got|takes|missing)|^assert")


class Object:
    """Something that is nothing."""

    def __repr__(self):
        return "<an object>"


def tensors():
    """Tensors of many kinds, new ones each time, so that writing in place harms none."""
    rng = np.random.default_rng(0)
    return [
        tg.tensor(rng.uniform(0.2, 0.8, (2, 3)), requires_grad=True),
        tg.tensor(rng.uniform(0.2, 0.8, (3, 3)).astype(np.float32)),
        tg.tensor([1.0, 2.0, 3.0]),
        tg.tensor(0.5, requires_grad=True),
        tg.tensor([], dtype=tg.float32),
        tg.tensor([[1, 2], [0, 1]]),
        tg.tensor([True, False]),
        tg.tensor([float("nan"), float("inf")]),
        tg.tensor(np.array([1 + 2j, 3.0])),
        tg.tensor(np.zeros((2, 0, 3))),
    ]


THOUSAND = 1000  # large enough to be out of every range; not as a size, several times
BAD = [
    None, "a", "", b"b", -1, 0, 1, 2, 7, -9, THOUSAND, 10**30, 2.5, -0.5, float("nan"), float("inf"), True, 1j, (),
    (0,), (0, 0), (-1, 5), (1, 2, 3), [], [None], [[1], [2, 3]], {}, {"a": 1}, {1}, slice(None), ..., Object(), object,
    len, np.float64(2), np.array("a"), np.array([object()]), np.arange(3), np.array(0.5), range(3), tg.float32,
    "float32", int,
]  # fmt: skip

LEFT_OUT = {"set_rng_state", "manual_seed", "set_grad_enabled", "op"}  # they change the state of the program
FILLING = {"full", "ones", "zeros", "empty", "eye", "rand", "randn", "randint", "randperm", "linspace", "arange"}


def public():
    """Every public function: of the package, the methods of Tensor, nn.functional."""
    found = {}
    for name in tg.__all__:
        value = getattr(tg, name)
        if callable(value) and not inspect.isclass(value) and name not in LEFT_OUT and not isinstance(value, np.dtype):
            found[f"tg.{name}"] = value
    for name in dir(tg.Tensor):
        value = getattr(tg.Tensor, name)
        if not name.startswith("_") and callable(value):
            found[f"Tensor.{name}"] = value
    for name in functional.__all__:
        found[f"functional.{name}"] = getattr(functional, name)
    return found


def options(function):
    """The names of its arguments that can be given by name."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name != "self"]


def attempts(name, function, count, seed=0):
    """Calls of a function: good tensors and bad arguments in all mixtures."""
    rng = random.Random(f"{name} {seed}")
    named = options(function)
    for _ in range(count):
        pool = tensors()
        bad = BAD if name.removeprefix("tg.") not in FILLING else [x for x in BAD if x is not THOUSAND]
        args = []
        for k in range(rng.choice([0, 1, 1, 2, 2, 2, 3, 4])):
            good = rng.random() < (0.8 if k == 0 else 0.4)
            args.append(rng.choice(pool) if good else rng.choice(bad))
        if name.startswith("Tensor.") and (not args or not isinstance(args[0], tg.Tensor)):
            args = [rng.choice(pool), *args]
        kwargs = {}
        for key in rng.sample(named[1:], min(len(named[1:]), rng.choice([0, 0, 1, 2]))):
            kwargs[key] = rng.choice(pool) if rng.random() < 0.2 else rng.choice(bad)
        yield args, kwargs


class Hang(BaseException):
    """A call took longer than any should."""


@contextlib.contextmanager
def limited(seconds):
    """Hang is raised in a call that goes on for longer."""

    def stop(signum, frame):
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def complaint(name, function, args, kwargs):
    """What is wrong with the answer to this call, or None."""
    given = [x for x in (*args, *kwargs.values()) if not isinstance(x, tg.Tensor)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with np.errstate(all="ignore"), limited(5):
                function(*args, **kwargs)
        except DECENT as error:
            text = str(error)
            if not text.strip():
                return f"{type(error).__name__} without a word"
            if INTERNAL.search(text):
                return f"{type(error).__name__}: {text}"
        except ARITHMETIC as error:
            return None if str(error) else f"{type(error).__name__} without a word"
        except AttributeError as error:
            # "'int' object has no attribute 'ndim'", of an argument: Python's word for an int where a Tensor is meant
            kinds = {type(x) for x in given} | {type(y) for x in given if isinstance(x, (list, tuple)) for y in x}
            if name.removeprefix("tg.") in OPS or not (isinstance(error.obj, type) or type(error.obj) in kinds):
                return f"AttributeError: {error}"
        except Hang:
            return "no answer in 5 seconds"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return None
