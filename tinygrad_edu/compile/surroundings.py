"""What a step finds around it: variables of enclosing functions and global ones, and what is in the objects they hold.

If one of them is another later on, so may be what the step computes. A step that changes one of them itself does what
a compiled step would leave out.
"""

from __future__ import annotations

import collections
import functools
import operator
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from ..warn import is_ours
from .code_reads import MISSING, Place, is_code, is_compiled, is_plain, is_users, names_in, places
from .errors import CompileError

NUMBERS = (bool, int, float, complex, str, bytes)
CONTAINERS = (list, dict, tuple, set, frozenset, collections.deque)
MOST = 512  # elements of a container that are looked at; of one with more, only how many there are
DEEPEST = 4  # containers and objects in one another
DYNAMIC = {"vars", "__dict__", "getattr", "attrgetter", "locals", "exec", "eval"}  # which read attributes by any name
ABOUT = {"__init__", "__new__", "__del__", "__repr__", "__str__"}  # methods that ran before, or that say what there is


class Surroundings:
    """The variables that the code of a function names and does not make, and those of functions that it calls.

    Of objects, their classes and modules the attributes that the code names are looked at, of lists and dicts the
    elements, of the library's modules all that is in them: numbers by their value, all else by identity.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.objects: dict[int, Any] = {}  # among the arguments
        self.modules: dict[Any, None] = {}  # that the step called, in more than one run
        self.called: weakref.WeakSet[Any] = weakref.WeakSet()  # in the run before; a step may make some anew
        self.places: list[Place] = []
        self.contents: list[_Contents] = []
        self.look()

    def add(self, objects: Iterable[Any]) -> None:
        """Look at these too."""
        new = {id(x): x for x in objects}
        if new.keys() - self.objects.keys():
            self.objects.update(new)
            self.look(self.called)

    def look(self, modules: Iterable[Any] = ()) -> None:
        """Find out what there is; modules: those that were called."""
        modules = list(modules)
        self.modules.update((module, None) for module in modules if module in self.called)
        self.called = weakref.WeakSet(modules)
        self.seen: set[int] = set()
        self.names: set[str] = set()
        self.places, self.contents = [], []
        self.functions: list[Any] = [self.function]
        self.methods: list[tuple[str, Any]] = []  # of classes; those whose names the code has are looked into
        self._look_into_functions()
        for x in self.objects.values():
            self._look_into("an argument", x)
        self._look_into_functions()
        for module in self.modules:  # those that are reached by the names of variables come before them, in one order
            self._look_into(type(module).__name__, module)
        self._look_into_functions()
        if not self.names & DYNAMIC:
            for contents in self.contents:
                contents.choose(self.names)
        self.sized = [x.inside for x in self.contents if x.keys is None]
        self.views = [x.view() for x in self.contents if x.all_keys()]

    def _look_into_functions(self) -> None:
        while self.functions:
            function = self.functions.pop()
            if is_compiled(function):
                function = function._step
            if isinstance(function, functools.partial):
                for x in (*function.args, *function.keywords.values()):
                    self._look_into("an argument of a partial", x)
                self.functions.append(function.func)
                continue
            if isinstance(function, types.MethodType):
                self._look_into("self", function.__self__)
                function = function.__func__
            if not isinstance(function, types.FunctionType):
                self._look_into("self", function)  # an object that can be called
            elif id(function.__code__) not in self.seen or function.__closure__:
                self._look_into_function(function)
            if not self.functions:
                named = [x for name, x in self.methods if name in self.names or name.startswith("__")]
                self.methods = [(name, x) for name, x in self.methods if not any(x is y for y in named)]
                self.functions += named

    def _look_into_function(self, function: types.FunctionType) -> None:
        if id(function) in self.seen:
            return
        self.seen |= {id(function), id(function.__code__)}
        self.names.update(names_in(function.__code__))
        for name, read in places(function):
            self.places.append((name, read))
            self._look_into(name, read())

    def _look_into(self, name: str, x: Any, depth: int = DEEPEST) -> None:
        """Note what is in `x`."""
        if is_plain(x) or id(x) in self.seen or isinstance(x, types.ModuleType):
            return
        if is_code(x):
            self.functions.append(x)
        elif hasattr(x, "named_modules") and not isinstance(x, type):
            self._look_into_module(name, x)
        elif isinstance(x, type):
            if is_users(x.__module__):
                self._look_into_class(x, is_called=True)
        elif isinstance(x, CONTAINERS):
            self._note(name, x, depth)
        elif not is_ours(type(x).__module__) and not isinstance(x, types.FunctionType) and not _is_optimizer(x):
            self.seen.add(id(x))
            if hasattr(x, "__dict__"):
                self._note(name, vars(x), depth, by_name=True)
            for slot in _slots(type(x)):
                self.places.append((f"{name}.{slot}", functools.partial(getattr, x, slot, MISSING)))
                self._look_into(f"{name}.{slot}", getattr(x, slot, MISSING), depth - 1)
            if is_users(type(x).__module__):
                self._look_into_class(type(x))

    def _look_into_module(self, name: str, x: Any) -> None:
        for path, module in x.named_modules():
            if id(module) in self.seen:
                continue
            self.seen.add(id(module))
            label = f"{name}.{path}" if path else name
            parts = (vars(module), module._parameters, module._buffers, module._modules)
            self.contents += [_Contents(label, part) for part in parts]
            self.seen.update(map(id, parts))
            for y in vars(module).values():
                if type(y) in (list, dict, tuple):
                    self._look_into(label, y, 1)
            if is_users(type(module).__module__):
                self.functions.append(type(module).forward)
                self._look_into_class(type(module))

    def _look_into_class(self, cls: type, is_called: bool = False) -> None:
        for base in cls.__mro__:
            if not is_users(base.__module__) or id(base) in self.seen:
                continue
            self.seen.add(id(base))
            self.contents.append(_Contents(base.__name__, vars(base), by_name=True))
            for key, x in list(vars(base).items()):
                x = getattr(x, "__func__", getattr(x, "fget", x))  # a static or class method; a property
                if is_code(x) and (is_called or key not in ABOUT):
                    self.methods.append((key, x))
                elif not key.startswith("__") and not is_code(x):
                    self._look_into(f"{base.__name__}.{key}", x, DEEPEST - 1)

    def _note(self, name: str, inside: Any, depth: int, by_name: bool = False) -> None:
        if id(inside) in self.seen:
            return
        self.seen.add(id(inside))
        self.contents.append(_Contents(name, inside, by_name))
        if depth > 1 and len(inside) <= MOST:
            for y in list(inside.values() if isinstance(inside, dict) else inside):
                self._look_into(name, y, depth - 1)

    def now(self) -> list[Any]:
        """What they are at present."""
        found = [read() for _, read in self.places]
        found += map(len, self.sized)
        found += chain.from_iterable(self.views)
        return found

    def check_effects(self, before: list[Any]) -> None:
        """CompileError, if the step has changed one of them in the meantime."""
        after = self.now()
        if unchanged(before, after):
            return
        for (name, _), one, two in zip(self.places, before, after, strict=False):
            if not is_same(one, two):
                raise CompileError(
                    f"the step assigns to {name}, a variable from outside of it; a compiled step runs no Python, so it "
                    "would not. Return what changes, and assign it outside"
                )
        at = len(self.places)
        for i, contents in enumerate((x for x in self.contents if x.keys is None), start=at):
            if before[i] != after[i]:
                raise CompileError(
                    f"the step adds to {contents.name}, or takes from it; a compiled step runs no Python, so it would "
                    "not. Return the tensor, and add it outside"
                )
        at += len(self.sized)
        for contents in self.contents:
            keys = contents.all_keys()
            part = slice(at, at + len(keys))
            for key, one, two in zip(keys, before[part], after[part], strict=True):
                if not is_same(one, two):
                    raise CompileError(
                        f"the step sets {key!r} of {contents.name}; a compiled step runs no Python, so it would not. "
                        "Return what changes, and set it outside, or write to a tensor in place"
                    )
            at += len(keys)


class _Contents:
    """A container, or the attributes of an object, and whose it is. by_name: of those, the ones that the code names."""

    def __init__(self, name: str, inside: Any, by_name: bool = False) -> None:
        self.name, self.inside, self.by_name = name, inside, by_name
        self.keys: list[str] | None = None

    def choose(self, names: set[str]) -> None:
        """Look at attributes of these names alone, there or not: of others there may be more and less."""
        if self.by_name:
            self.keys = sorted(names)

    def all_keys(self) -> list[Any]:
        """Of what `view` gives."""
        if self.keys is not None:
            return self.keys
        if len(self.inside) > MOST:
            return []
        return list(self.inside if hasattr(self.inside, "keys") else range(len(self.inside)))

    def view(self) -> Iterable[Any]:
        """What is in it, at each time it is iterated over."""
        if self.keys is not None:
            return _Chosen(self.inside, self.keys)
        if len(self.inside) > MOST:
            return ()
        return self.inside.values() if hasattr(self.inside, "keys") else self.inside  # type: ignore[no-any-return]


class _Chosen:
    """The attributes of these names."""

    def __init__(self, inside: Any, keys: list[str]) -> None:
        self.inside, self.keys = inside, keys

    def __iter__(self) -> Iterator[Any]:
        return map(self.inside.get, self.keys, repeat(MISSING))


def _is_optimizer(x: Any) -> bool:
    """Whether its step is the library's: that is followed, with its options and its state."""
    return hasattr(x, "param_groups") and is_ours(getattr(type(x).step, "__module__", ""))


def _slots(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        slots = vars(base).get("__slots__", ()) if is_users(base.__module__) else ()
        yield from (slot for slot in ([slots] if isinstance(slots, str) else slots) if not slot.startswith("__"))


def unchanged(before: list[Any], after: list[Any]) -> bool:
    """Whether all are the same: quickly, as they mostly are."""
    if len(before) != len(after):
        return False
    return all(map(operator.is_, before, after)) or all(map(is_same, before, after))


def is_same(one: Any, two: Any) -> bool:
    """Whether a variable is bound to the same as before: to an equal number, or the same object."""
    if one is two:
        return True
    if type(one) is not type(two) or not isinstance(one, NUMBERS):
        return False
    return bool(one == two) if one else repr(one) == repr(two)  # 0.0 is not -0.0
