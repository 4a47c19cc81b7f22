"""Every layer with parameters or buffers, and arguments and inputs to test it with."""

import numpy as np

_rng = np.random.default_rng(5)


def _normal(*shape):
    return _rng.standard_normal(shape)


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
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3}, [INTEGERS]),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3, "padding_idx": 1, "mode": "max"}, [INTEGERS]),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3, "max_norm": 0.7, "mode": "sum"}, [INTEGERS]),
    ("Softmax2d", {}, [_normal(2, 3, 2, 2)]),
]  # fmt: skip


def build(lib, name, arguments, dtype=None):
    """The layer, of this or another library."""
    kind = {} if dtype is None else {"dtype": dtype}
    return getattr(lib.nn, name)(**arguments, **kind)
