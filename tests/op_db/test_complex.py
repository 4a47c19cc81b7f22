"""The entries of linear algebra and Fourier transforms in complex numbers."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("expecttest", reason="PyTorch's samples need expecttest")

import torch

from .compare import outcome
from .entries import entries

pytestmark = pytest.mark.oracle

OTHERS = set(
    "svd qr lu lu_solve lu_unpack ormqr cholesky_solve cholesky_inverse triangular_solve matrix_exp pinverse logdet "  # noqa: SIM905
    "kron inner outer vdot dot mv mm bmm addmm addmv addr addbmm baddbmm tensordot cross stft istft".split()
)
# PyTorch keeps what comes back for the imaginary part of L's diagonal, which is 0: its gradient is not Hermitian.
ANOTHER_CONVENTION = {"linalg.cholesky", "linalg.cholesky_ex"}
NAMES = [
    name
    for name, entry in entries().items()
    if (name in OTHERS or name.startswith(("linalg.", "fft."))) and torch.complex128 in entry.dtypes
]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ANOTHER_CONVENTION])
def test_entry(name):
    found = outcome(entries()[name], torch.complex128)
    assert found.kind == "agrees", found.message
    assert found.samples > 0
