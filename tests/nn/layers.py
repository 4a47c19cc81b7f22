"""Every layer with parameters or buffers, and arguments and inputs to test it with."""

import numpy as np

_rng = np.random.default_rng(5)


def _normal(*shape):
    return _rng.standard_normal(shape)


def _sizes(in_channels, out_channels, kernel_size, **more):
    return {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size, **more}


X2, X3 = _normal(2, 5, 2), _normal(2, 5, 3)
INTEGERS = np.array([[1, 3, 1], [0, 2, 4]])

LAYERS = [
    ("Linear", {"in_features": 4, "out_features": 3}, [_normal(5, 4)]),
    ("Linear", {"in_features": 4, "out_features": 3, "bias": False}, [_normal(2, 5, 4)]),
    ("Bilinear", {"in1_features": 2, "in2_features": 3, "out_features": 4}, [_normal(5, 2), _normal(5, 3)]),
    ("Bilinear", {"in1_features": 2, "in2_features": 3, "out_features": 1, "bias": False}, [X2, X3]),
    ("Embedding", {"num_embeddings": 5, "embedding_dim": 3}, [INTEGERS]),
    ("Embedding", {"num_embeddings": 5, "embedding_dim": 3, "padding_idx": -2}, [INTEGERS]),
    ("Embedding", {"num_embeddings": 5, "embedding_dim": 3, "max_norm": 0.7, "norm_type": 1.0}, [INTEGERS]),
    ("PReLU", {}, [_normal(3, 4)]),
    ("PReLU", {"num_parameters": 4, "init": 0.1}, [_normal(3, 4, 2)]),
    ("BatchNorm1d", {"num_features": 4}, [_normal(6, 4)]),
    ("BatchNorm1d", {"num_features": 4, "momentum": None, "eps": 0.1}, [_normal(3, 4, 5)]),
    ("BatchNorm1d", {"num_features": 4, "affine": False, "momentum": 0.3}, [_normal(6, 4)]),
    ("BatchNorm1d", {"num_features": 4, "bias": False}, [_normal(6, 4)]),
    ("BatchNorm1d", {"num_features": 4, "track_running_stats": False}, [_normal(3, 4, 2)]),
    ("LayerNorm", {"normalized_shape": 4}, [_normal(3, 4)]),
    ("LayerNorm", {"normalized_shape": (3, 4), "eps": 0.1, "bias": False}, [_normal(2, 3, 4)]),
    ("LayerNorm", {"normalized_shape": [4], "elementwise_affine": False}, [_normal(2, 3, 4)]),
    ("RMSNorm", {"normalized_shape": 4}, [_normal(3, 4)]),
    ("RMSNorm", {"normalized_shape": (3, 4), "eps": 0.1}, [_normal(2, 3, 4)]),
    ("RMSNorm", {"normalized_shape": 4, "elementwise_affine": False}, [_normal(3, 4)]),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}, [_normal(3, 4)]),
    ("GroupNorm", {"num_groups": 2, "num_channels": 6, "eps": 0.1, "bias": False}, [_normal(2, 6, 3, 2)]),
    ("GroupNorm", {"num_groups": 3, "num_channels": 6, "affine": False}, [_normal(2, 6, 3)]),
    ("BatchNorm2d", {"num_features": 4}, [_normal(3, 4, 2, 3)]),
    ("BatchNorm2d", {"num_features": 4, "momentum": None, "affine": False}, [_normal(3, 4, 2, 3)]),
    ("BatchNorm3d", {"num_features": 2, "track_running_stats": False}, [_normal(3, 2, 2, 3, 2)]),
    ("InstanceNorm1d", {"num_features": 3, "affine": True}, [_normal(2, 3, 4)]),
    ("InstanceNorm1d", {"num_features": 3, "track_running_stats": True}, [_normal(3, 4)]),
    ("InstanceNorm2d", {"num_features": 3, "affine": True, "track_running_stats": True}, [_normal(2, 3, 2, 3)]),
    ("InstanceNorm2d", {"num_features": 3, "affine": True, "bias": False, "eps": 0.1}, [_normal(3, 2, 3)]),
    ("InstanceNorm3d", {"num_features": 2, "momentum": 0.3, "track_running_stats": True}, [_normal(2, 2, 3, 2, 2)]),
    ("Conv1d", _sizes(4, 3, 3), [_normal(2, 4, 7)]),
    ("Conv1d", _sizes(4, 6, 4, padding="same", groups=2, dilation=2), [_normal(4, 9)]),
    ("Conv2d", _sizes(2, 3, (3, 2), stride=2, padding=(1, 0)), [_normal(2, 2, 6, 5)]),
    ("Conv2d", _sizes(2, 4, 3, padding=2, bias=False, padding_mode="reflect"), [_normal(2, 2, 5, 4)]),
    ("Conv2d", _sizes(2, 2, (2, 3), padding="same", padding_mode="circular", groups=2), [_normal(2, 4, 5)]),
    ("Conv2d", _sizes(1, 2, 2, padding="valid", padding_mode="replicate"), [_normal(2, 1, 3, 3)]),
    ("Conv3d", _sizes(2, 3, (1, 2, 3), stride=(1, 2, 1), dilation=(1, 1, 2)), [_normal(2, 2, 2, 5, 6)]),
    ("ConvTranspose1d", _sizes(4, 2, 3, stride=2, output_padding=1), [_normal(2, 4, 5)]),
    ("ConvTranspose2d", _sizes(4, 6, (3, 2), padding=1, groups=2, dilation=2), [_normal(2, 4, 3, 4)]),
    ("ConvTranspose2d", _sizes(2, 1, 2, stride=2, bias=False), [_normal(2, 3, 3)]),
    ("ConvTranspose3d", _sizes(2, 1, 2, stride=(2, 1, 2), output_padding=(1, 0, 0)), [_normal(1, 2, 2, 3, 2)]),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3}, [INTEGERS]),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3, "mode": "sum", "padding_idx": -4}, [INTEGERS]),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3, "mode": "max"}, [INTEGERS]),
    ("Softmax2d", {}, [_normal(2, 3, 2, 2)]),
]  # fmt: skip


def build(lib, name, arguments, dtype=None):
    """The layer, of this or another library."""
    kind = {} if dtype is None else {"dtype": dtype}
    return getattr(lib.nn, name)(**arguments, **kind)
