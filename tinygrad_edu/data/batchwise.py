"""What the transforms share: a batch of images in, a batch out, all random numbers from one generator; and ``Compose``.

After ``torchvision.transforms``, but for whole batches of NumPy arrays: a random transform draws for each image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..random import drawn_from
from ..tensor import Tensor, wrap

Floats = npt.NDArray[np.float32]


class Transform:
    """Base class: a subclass defines how images (N, C, H, W) are changed.

    A transform is called with images (N, H, W) or (N, C, H, W), float32, and gives a fresh float32 array; float64 is
    rounded, a Tensor gives a Tensor. The channels of an image are moved together. Random ones draw from ``generator``,
    the library's default one if it is None: the same numbers for the same batch and state.

    Raises ``TypeError`` for whole numbers (scale them with ``ToFloat`` first), ``ValueError`` for other shapes.
    """

    def apply(self, x: Floats, generator: np.random.Generator) -> Floats:
        """Images (N, C, H, W) to new ones; ``x`` itself must stay as it is."""
        raise NotImplementedError(f"{type(self).__name__} must define apply(self, x, generator)")

    def followed_by(self, other: Transform) -> Transform | None:
        """One transform that does both at once and better, or None if there is none."""
        return None

    def __call__(self, x: Any, generator: np.random.Generator | None = None) -> Any:
        if isinstance(x, Tensor):
            return wrap(self(x._array, generator))  # not `.array`, which marks the memory as shared
        x = self.prepared(np.asarray(x))
        if x.ndim not in (3, 4):
            raise ValueError(
                f"expected images of shape (N, H, W) or (N, C, H, W), got {x.shape}"
                + ("; scaled(flat=False) gives images that are not flattened" if x.ndim == 2 else "")
            )
        y = self.apply(x if x.ndim == 4 else x[:, None], drawn_from(generator))
        return y if x.ndim == 4 else y[:, 0]

    def prepared(self, x: npt.NDArray[Any]) -> Floats:
        """The images as float32."""
        if x.dtype.kind != "f":
            raise TypeError(f"{type(self).__name__} expects floats, got {x.dtype}; put ToFloat(maximum) before it")
        return x.astype(np.float32, copy=False)


class Compose(Transform):
    """One transform after the other: ``Compose([ToFloat(), RandomAffine(10), ElasticDistortion()])``.

    Neighbours that move pixels are joined into one, so that the image is interpolated, and thereby blurred, once.
    ``transforms`` is the list as given.
    """

    def __init__(self, transforms: Iterable[Callable[[Any], Any]]) -> None:
        self.transforms = list(transforms)
        self._steps: list[Callable[[Any], Any]] = []
        for step in self.transforms:
            last = self._steps[-1] if self._steps else None
            joined = last.followed_by(step) if isinstance(last, Transform) and isinstance(step, Transform) else None
            self._steps[-1:] = [joined] if joined else [*self._steps[-1:], step]

    def __call__(self, x: Any, generator: np.random.Generator | None = None) -> Any:
        for step in self._steps:
            x = step(x, generator=generator) if isinstance(step, Transform) else step(x)
        return x

    def __repr__(self) -> str:
        return f"Compose({self.transforms})"
