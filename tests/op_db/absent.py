"""What PyTorch has and this library does not, on purpose: the entry's name, and the reason."""

ABSENT: dict[str, str] = {
    "grid_sampler_2d": "grid_sample with numbers for the modes: the function under it",
    "grid_sampler_3d": "grid_sample with numbers for the modes: the function under it",
    "max_pool2d_with_indices_backward": "the derivative of max_pool2d: the function under it",
}
