"""Whether operations are recorded: PyTorch's names for what `recording.py` has."""

from ..recording import enable_grad, inference_mode, no_grad, set_grad_enabled

__all__ = ["enable_grad", "inference_mode", "no_grad", "set_grad_enabled"]
