"""Fourier transforms of short pieces of a signal, and the signal from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...tracing import again
from .. import complex_numbers, fourier, shape
from ..index import place
from ..plain import array_in, constant, plain
from .joining import stack

__all__ = [
    "istft",
    "stft",
]

PADDING = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # PyTorch's names and NumPy's


def stft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
) -> Any:
    """The short-time Fourier transform of a signal (..., length): shape (..., frequencies, frames).

    Frame m is `fft` of the n_fft elements from m · hop_length on, times the window.

    hop_length: by default n_fft // 4. window: of win_length elements, by default ones; with zeros around it to n_fft.
    center: pad the signal by n_fft // 2 on both sides, by pad_mode, so that frame m is centred on m · hop_length.
    normalized: divide by √n_fft. onesided: the first n_fft // 2 + 1 frequencies only, by default of real signals.
    return_complex: False gives real and imaginary part in a last dimension of size 2; it must be given for real signals.
    Source: J. Allen and L. Rabiner, "A unified approach to short-time Fourier analysis and synthesis" (1977).
    >>> tg.stft(tg.ones(8), n_fft=4, return_complex=True).shape
    (3, 9)
    """
    if input.ndim not in (1, 2):
        raise ValueError(f"stft: expected a signal or a batch of signals, got shape {tuple(input.shape)}")
    hop, window = _settings("stft", n_fft, hop_length, win_length, window, input)
    is_complex = input.dtype.kind == "c" or window.dtype.kind == "c"
    if return_complex is None:
        if not is_complex:
            raise ValueError("stft: pass return_complex=True for complex numbers, or False for pairs of real ones")
        return_complex = True
    onesided = not is_complex if onesided is None else onesided
    if onesided and is_complex:
        raise ValueError("stft: onesided=True is for real signals and windows")
    if center:
        input = _padded(input, n_fft // 2, pad_mode)
    length = input.shape[-1]
    if not 0 < n_fft <= length:
        raise ValueError(f"stft: n_fft={n_fft} must be between 1 and the length {length} of the signal")
    starts = np.arange(0, length - n_fft + 1, hop)
    frames = input[..., starts[:, None] + np.arange(n_fft)] * window
    row, norm = fourier.rfftn if onesided else fourier.fftn, "ortho" if normalized else "backward"
    spectrum = row(frames, s=(n_fft,), dim=(-1,), norm=norm).mT
    return spectrum if return_complex else _pairs(spectrum)


def _settings(name: str, n_fft: int, hop_length: Any, win_length: Any, window: Any, x: Any) -> tuple[int, Any]:
    """The hop, and the window with zeros around it."""
    hop = n_fft // 4 if hop_length is None else hop_length
    size = n_fft if win_length is None else win_length
    if hop <= 0 or not 0 < size <= n_fft:
        raise ValueError(f"{name}: expected hop_length > 0 and 0 < win_length <= n_fft, got {hop}, {size} and {n_fft}")
    if window is None:
        window = constant(np.ones(size, plain(x).real.dtype), x)
    if tuple(window.shape) != (size,):
        raise ValueError(f"{name}: expected a window of shape ({size},), got {tuple(window.shape)}")
    before = (n_fft - size) // 2
    return hop, shape.pad(window, widths=((before, n_fft - size - before),)) if size < n_fft else window


def _padded(x: Any, width: int, mode: str) -> Any:
    if mode == "constant":
        return shape.pad(x, widths=((0, 0),) * (x.ndim - 1) + ((width, width),))
    if mode not in PADDING:
        raise ValueError(f"stft: pad_mode must be 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}")
    if mode == "reflect" and width >= x.shape[-1]:
        raise ValueError(f"stft: cannot reflect {width} elements of a signal of length {x.shape[-1]}; use center=False")
    return x[..., np.pad(np.arange(x.shape[-1]), width, mode=PADDING[mode])]  # type: ignore[call-overload]


def _pairs(z: Any) -> Any:
    return stack([complex_numbers.real(z), complex_numbers.imag(z)], -1)


def istft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Any:
    """The signal (..., length) of which `stft`, with the same arguments, is `input`, (..., frequencies, frames), complex.

    Of frames that fit no signal exactly, the one that fits best: all frames, times the window, are added up where they
    belong, and divided by the sum of the squares of the windows. length: cut off, or fill up with zeros, to this length.
    Source: D. Griffin and J. Lim, "Signal estimation from modified short-time Fourier transform" (1984).
    >>> x = tg.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    >>> tg.istft(tg.stft(x, n_fft=4, return_complex=True), n_fft=4)
    tensor([1., 2., 3., 4., 5., 6., 7., 8.])
    """
    if input.dtype.kind != "c" or input.ndim not in (2, 3):
        raise ValueError(
            f"istft: expected complex numbers of shape (..., frequencies, frames), got {input.dtype} of "
            f"{tuple(input.shape)}"
        )
    hop, window = _settings("istft", n_fft, hop_length, win_length, window, input)
    onesided = input.shape[-2] != n_fft if onesided is None else onesided
    if input.shape[-2] != (n_fft // 2 + 1 if onesided else n_fft):
        raise ValueError(f"istft: {input.shape[-2]} frequencies are not those of n_fft={n_fft}, onesided={onesided}")
    if return_complex and onesided:
        raise ValueError("istft: a one-sided transform is of a real signal; return_complex must be False")
    row, norm = fourier.irfftn if onesided else fourier.ifftn, "ortho" if normalized else "backward"
    frames = row(input.mT, s=(n_fft,), dim=(-1,), norm=norm)
    if not onesided and not return_complex:
        frames = complex_numbers.real(frames)
    count = frames.shape[-2]
    at = hop * np.arange(count)[:, None] + np.arange(n_fft)
    total = n_fft + hop * (count - 1)
    signal = place(frames * window, index=(..., at), shape=(*frames.shape[:-2], total))
    weights = place(window * window + np.zeros((count, 1), window.dtype), index=(at,), shape=(total,))
    start = n_fft // 2 if center else 0
    stop = start + length if length is not None else total - n_fft // 2 if center else total
    signal, weights = signal[..., start:stop], weights[start:stop]
    again(_check_windows, array_in(weights))
    signal = signal / weights
    if length is not None and signal.shape[-1] < length:
        missing = length - signal.shape[-1]
        signal = shape.pad(signal, widths=((0, 0),) * (signal.ndim - 1) + ((0, missing),))
    return signal


def _check_windows(weights: np.ndarray) -> None:
    if np.any(np.abs(weights) < 1e-11):
        raise ValueError("istft: no window reaches some elements of the signal; use a longer window or a shorter hop")
