"""Everything public says what it is: attributes of Tensor, names of the package, functions of nn.functional."""

import doctest
import inspect

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import functional


def own_documentation(owner, name):
    """The docstring of an attribute, but not one that it only has from its class; constants need none."""
    static = inspect.getattr_static(owner, name)
    value = static if isinstance(static, property) else getattr(owner, name)
    described = callable(value) or inspect.ismodule(value) or isinstance(value, property)
    if not described and not inspect.isdatadescriptor(static):
        return "a constant"
    text = value.__doc__
    return None if text == type(value).__doc__ and not inspect.isclass(value) else text


def names_of(owner):
    return [name for name in getattr(owner, "__all__", dir(owner)) if not name.startswith("_")]


PLACES = {"tg": tg, "Tensor": tg.Tensor, "functional": functional, "linalg": tg.linalg, "fft": tg.fft}
NAMES = [(place, name) for place, owner in PLACES.items() for name in names_of(owner)]


def test_a_docstring_of_the_class_does_not_count():
    class Function:
        """A function of any kind."""

        def __call__(self):
            pass

    class Owner:
        one = Function()
        two = 2
        three = property(lambda self: 3)

        def four(self):
            """Four."""

    assert [own_documentation(Owner, name) for name in ("one", "two", "three", "four")] == [
        None,
        "a constant",
        None,
        "Four.",
    ]


@pytest.mark.parametrize(("place", "name"), NAMES, ids=[".".join(pair) for pair in NAMES])
def test_it_has_a_docstring(place, name):
    assert own_documentation(PLACES[place], name)


COMPOSED = [name for name in tg.ops.__all__ if inspect.isfunction(getattr(tg, name))]


@pytest.mark.parametrize("name", COMPOSED)
def test_the_example_of_each_composed_function_runs(name):
    known = {"tg": tg, "np": np}
    test = doctest.DocTestParser().get_doctest(getattr(tg, name).__doc__, known, name, None, None)
    failures = []
    doctest.DocTestRunner(verbose=False).run(test, out=failures.append)
    assert failures == []
    same = [other for other in COMPOSED if getattr(tg, other) is getattr(tg, name)]  # `subtract` is `sub`
    assert any(f"tg.{other}(" in example.source for other in same for example in test.examples)


NAMESPACES = [(place, name) for place in ("linalg", "fft") for name in PLACES[place].__all__]


@pytest.mark.parametrize(("place", "name"), NAMESPACES, ids=[".".join(pair) for pair in NAMESPACES])
def test_the_example_of_each_function_of_a_namespace_runs(place, name):
    function = getattr(PLACES[place], name)
    if not inspect.isfunction(function):
        return  # an op, or a class
    test = doctest.DocTestParser().get_doctest(function.__doc__, {"tg": tg, "np": np}, name, None, None)
    failures = []
    doctest.DocTestRunner(verbose=False).run(test, out=failures.append)
    assert failures == []
    assert f"tg.{place}.{name}(" in "".join(example.source for example in test.examples)
