"""PyTorch's `torch.utils`, as far as it is about gradients: `checkpoint`, which takes time for memory."""

from . import checkpoint

__all__ = ["checkpoint"]
