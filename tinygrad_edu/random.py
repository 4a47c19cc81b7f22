"""Random numbers: one default generator, which initialisers, dropout and shuffling draw from.

``Generator`` is NumPy's with the methods that PyTorch's has, so either can be passed wherever ``generator=`` is. The
state of one is plain data, which JSON can hold: https://numpy.org/doc/stable/reference/random/bit_generators/.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from .tracing import again

PYTORCHS_SEED = 67280421310721  # what torch.Generator() starts from


class Generator(np.random.Generator):
    """``numpy.random.Generator`` (PCG64) with PyTorch's ``manual_seed`` and ``get_state``::

        g = Generator().manual_seed(0)

    As in PyTorch, two fresh ones give the same numbers, until one is seeded. The numbers are NumPy's, not PyTorch's:
    those of ``numpy.random.default_rng(seed)``. The device may be "cpu" only.
    """

    _seed = PYTORCHS_SEED

    def __init__(self, device: Any = "cpu") -> None:
        if isinstance(device, np.random.BitGenerator):  # as NumPy itself makes one, in spawn()
            super().__init__(device)
            return
        if str(device) != "cpu":
            raise ValueError(f"Generator: device must be 'cpu', got {device!r}")
        super().__init__(np.random.PCG64(PYTORCHS_SEED))

    def manual_seed(self, seed: int) -> Generator:
        """Start again from ``seed``, an int >= 0, and return self."""
        again(self._start, seed)
        return self

    def _start(self, seed: int) -> None:
        self.bit_generator.state = np.random.PCG64(seed).state
        self._seed = int(seed)

    def seed(self) -> int:
        """Start again from a seed that the operating system draws, and return that seed."""
        drawn = np.random.SeedSequence().entropy
        assert isinstance(drawn, int)
        return self.manual_seed(drawn % 2**63)._seed

    def initial_seed(self) -> int:
        """The seed last started from."""
        return self._seed

    def get_state(self) -> dict[str, Any]:
        """See ``generator_state``; PyTorch gives a tensor of bytes here."""
        return generator_state(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.bit_generator, self._seed)

    def set_state(self, state: dict[str, Any]) -> Generator:
        """Go to a state that ``get_state`` gave, and return self."""
        set_generator_state(self, state)
        return self


def generator_state(generator: np.random.Generator) -> dict[str, Any]:
    """Where a generator stands, as dicts, lists, ints and strings: a copy, which ``json`` writes and reads back."""
    state = _plain(generator.bit_generator.state)
    assert isinstance(state, dict)
    return state


def set_generator_state(generator: np.random.Generator, state: dict[str, Any]) -> None:
    """Set a generator, in place, to what ``generator_state`` gave; from there it draws the same numbers.

    Raises ``ValueError`` if ``state`` is that of another kind of generator, or none at all.
    """
    kind = type(generator.bit_generator).__name__
    if not isinstance(state, dict) or state.get("bit_generator") != kind:
        raise ValueError(f"expected the state of a {kind} generator, got {str(state)[:80]}")
    try:
        generator.bit_generator.state = state
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"the state of a {kind} generator is damaged ({type(error).__name__}: {error})") from None


def _rebuilt(bit_generator: np.random.BitGenerator, seed: int) -> Generator:
    """What copying and pickling make."""
    generator = Generator(bit_generator)
    generator._seed = seed
    return generator


_generator = Generator()
_generator.seed()


def default_generator() -> np.random.Generator:
    """The generator used wherever none is passed. Always the same object."""
    return _generator


def drawn_from(generator: Any) -> np.random.Generator:
    """What ``generator=`` of a function means: the generator given, or, of None, the default one."""
    if generator is not None and not isinstance(generator, np.random.Generator):
        raise TypeError(f"generator: expected a Generator, got {generator!r}; make one with tg.Generator()")
    return _generator if generator is None else generator


def manual_seed(seed: int) -> np.random.Generator:
    """Start the default generator again from ``seed``, an int >= 0, and return it: equal seeds, equal numbers.

    The generator is set in place, so what holds on to it starts again too.
    """
    return _generator.manual_seed(seed)


def seed() -> int:
    """Start the default generator again from a seed that the operating system draws, and return that seed."""
    return _generator.seed()


def initial_seed() -> int:
    """The seed that the default generator last started from."""
    return _generator.initial_seed()


@contextlib.contextmanager
def fork_rng(devices: Any = (), enabled: bool = True) -> Iterator[None]:
    """Within the block the default generator draws as it would; after it, it goes on from where it was before."""
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)


def get_rng_state() -> dict[str, Any]:
    """The default generator's state, as plain data: see ``generator_state``."""
    return generator_state(_generator)


def set_rng_state(state: dict[str, Any]) -> None:
    """Set the default generator to a state that ``get_rng_state`` gave."""
    set_generator_state(_generator, state)


def _plain(value: Any) -> Any:
    """Dicts, lists, ints and strings of what NumPy keeps, in some generators, as arrays."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value
