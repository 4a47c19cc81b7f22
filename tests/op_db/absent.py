"""What PyTorch has and this library does not, on purpose: the entry's name, and the reason."""

ABSENT: dict[str, str] = {
    "bfloat16": "NumPy has no dtype of this kind",
    "chalf": "NumPy has no complex numbers of 2 x 16 bits",
}
