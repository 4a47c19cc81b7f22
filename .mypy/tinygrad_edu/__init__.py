"""For mypy alone: where it finds `tinygrad_edu.viz` and `tinygrad_edu.examples`, which stand beside the package."""
