"""What PyTorch has and this library does not, or not so, on purpose: the entry's name, and the reason."""

COPY = "an internal alias: the function without `_copy`, then clone()"

ABSENT: dict[str, str] = {
    "alias_copy": COPY,
    "as_strided_copy": COPY,
    "diagonal_copy": COPY,
    "expand_copy": COPY,
    "narrow_copy": COPY,
    "permute_copy": COPY,
    "split_with_sizes_copy": COPY,
    "squeeze_copy": COPY,
    "t_copy": COPY,
    "transpose_copy": COPY,
    "unbind_copy": COPY,
    "unfold_copy": COPY,
    "unsqueeze_copy": COPY,
    "view_copy": COPY,
    "slice": "internal, not in the namespace of PyTorch: x[start:end:step]",
    "as_strided.partial_views": "memory outside of the tensor is not read: an error",
    "as_strided_scatter": "PyTorch's gradient is wrong, as its own gradcheck says; tests/ops/test_scattering.py",
    "sparse.mm.reduce": "there are no sparse tensors here",
    "sparse.sampled_addmm": "there are no sparse tensors here",
    "to_sparse": "there are no sparse tensors here",
    "grid_sampler_2d": "grid_sample with numbers for the modes: the function under it",
    "grid_sampler_3d": "grid_sample with numbers for the modes: the function under it",
    "max_pool2d_with_indices_backward": "the derivative of max_pool2d: the function under it",
    "bfloat16": "NumPy has no dtype of this kind",
    "chalf": "NumPy has no complex numbers of 2 x 16 bits",
}
