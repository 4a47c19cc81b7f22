"""The examples in the docstrings of what differentiates: they run, and print what they say."""

import doctest
import inspect

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import func
from tinygrad_edu.autograd import functional
from tinygrad_edu.utils import checkpoint

DOCUMENTED = [
    *(getattr(functional, name) for name in functional.__all__),
    *(getattr(func, name) for name in func.__all__),
    *(getattr(checkpoint, name) for name in checkpoint.__all__),
    tg.autograd.Function,
    tg.autograd.detect_anomaly,
    tg.Tensor.register_hook,
    tg.Tensor.register_post_accumulate_grad_hook,
]


@pytest.mark.parametrize("what", DOCUMENTED, ids=lambda what: f"{what.__module__}.{what.__name__}")
def test_the_example_runs(what):
    test = doctest.DocTestParser().get_doctest(what.__doc__, {"tg": tg, "np": np}, what.__name__, None, None)
    failures = []
    doctest.DocTestRunner(verbose=False).run(test, out=failures.append)
    assert failures == []
    assert what.__name__ in "".join(example.source for example in test.examples)


@pytest.mark.parametrize("module", [tg.autograd, func, tg.utils], ids=lambda module: module.__name__)
def test_what_is_public_says_what_it_is(module):
    for name in module.__all__:
        assert inspect.getdoc(getattr(module, name)), name
