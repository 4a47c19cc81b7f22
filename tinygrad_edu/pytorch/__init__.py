"""What PyTorch's programs ask for beside the mathematics, under the names and module paths that PyTorch has.

Nothing here computes gradients, and nothing below imports it. What has a meaning on a CPU works; what only chooses a
device or a kernel is accepted; what would give another result raises an error that says what to use. `places.py` says
where each thing is found: this package's `cuda.py` is `tinygrad_edu.cuda`.
"""
