"""What PyTorch has and this library does not, on purpose: the entry's name, and the reason."""

ABSENT: dict[str, str] = {
    "sparse.mm.reduce": "there are no sparse tensors here",
    "sparse.sampled_addmm": "there are no sparse tensors here",
}
