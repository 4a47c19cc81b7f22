"""Memory that was freed stays with the process, so that the next array of its size need not be fetched from the system.

A training step makes and drops hundreds of arrays, the same sizes at every step. Of those above a few hundred kilobytes
glibc's `malloc` gives each back to the system when it is freed, and the system hands out the next one page by page,
zeroed: for a small transformer this took a third of the time of a step. Two limits are raised here, for the process:
arrays of up to 32 MiB come from the heap, and up to 64 MiB of free memory at its end stay there. Peak memory is the
same.

Nothing is done where there is no glibc, where the environment sets limits of its own (`MALLOC_TRIM_THRESHOLD_`,
`MALLOC_MMAP_THRESHOLD_`, `GLIBC_TUNABLES`), or with `TINYGRAD_EDU_MALLOC=0`.

Source: The GNU C Library Reference Manual, section 3.2.3.7, "Malloc Tunable Parameters".
"""

from __future__ import annotations

import os
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of <malloc.h>
LARGEST = 32 << 20  # glibc takes no more on 64 bits
KEPT = 64 << 20
OTHERS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> bool:
    """Raise both limits. Whether that was done."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32 or os.environ.get("TINYGRAD_EDU_MALLOC", "1") == "0":
        return False
    if any(os.environ.get(name) for name in OTHERS):
        return False
    try:
        import ctypes

        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018  another libc's mallopt has other meanings, or none
        return bool(library.mallopt(MMAP_THRESHOLD, LARGEST)) and bool(library.mallopt(TRIM_THRESHOLD, KEPT))
    except (ImportError, OSError, AttributeError):
        return False
