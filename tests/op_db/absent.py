"""What PyTorch has and this library does not, on purpose: the entry's name, and the reason."""

ABSENT: dict[str, str] = {}
