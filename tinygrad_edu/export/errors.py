"""What `onnx.export` raises."""

from __future__ import annotations


class ExportError(RuntimeError):
    """A model cannot be written as an ONNX graph that computes what the model computes."""
