"""Every loss with arguments and data to test it with."""

import numpy as np

import tinygrad_edu as tg

_rng = np.random.default_rng(3)
X, Y, Z = (_rng.standard_normal((3, 4)) for _ in range(3))
P, Q = (a / a.sum(1, keepdims=True) for a in (_rng.random((3, 4)) + 0.1, _rng.random((3, 4)) + 0.1))
SIGNS = np.array([[1, -1, 1, 1], [-1, -1, 1, -1], [1, 1, -1, 1]])
BITS = (SIGNS + 1.0) / 2
WEIGHT = tg.tensor(np.array([0.5, 1.0, 2.0, 0.1]))

# name, arguments, differentiable inputs, targets; a target that is differentiable in PyTorch stands among the inputs
LOSSES = [
    ("MSELoss", {}, [X, Y], []),
    ("L1Loss", {}, [X, Y], []),
    ("HuberLoss", {}, [X, Y], []),
    ("HuberLoss", {"delta": 0.4}, [X, Y], []),
    ("SmoothL1Loss", {}, [X, Y], []),
    ("SmoothL1Loss", {"beta": 0.3}, [X, Y], []),
    ("SmoothL1Loss", {"beta": 0.0}, [X, Y], []),
    ("KLDivLoss", {}, [np.log(P), Q], []),
    ("KLDivLoss", {"log_target": True}, [np.log(P), np.log(Q)], []),
    ("PoissonNLLLoss", {}, [X], [np.abs(Y) * 3]),
    ("PoissonNLLLoss", {"log_input": False, "full": True}, [P], [np.abs(Y) * 3]),
    ("GaussianNLLLoss", {}, [X, Y, P], []),
    ("GaussianNLLLoss", {"full": True}, [X, Y, P[:, :1].copy()], []),
    ("GaussianNLLLoss", {"eps": 0.2}, [X, Y, P[:, 0].copy()], []),
    ("HingeEmbeddingLoss", {}, [X], [SIGNS]),
    ("HingeEmbeddingLoss", {"margin": 0.3}, [X], [SIGNS]),
    ("MarginRankingLoss", {}, [X, Y], [SIGNS]),
    ("MarginRankingLoss", {"margin": 0.5}, [X, Y], [SIGNS]),
    ("CosineEmbeddingLoss", {}, [X, Y], [SIGNS[:, 0].copy()]),
    ("CosineEmbeddingLoss", {"margin": -0.5}, [X[0].copy(), Y[0].copy()], [np.array(-1)]),
    ("TripletMarginLoss", {}, [X, Y, Z], []),
    ("TripletMarginLoss", {"margin": 3.0, "p": 1.0, "swap": True}, [X, Y, Z], []),
    ("TripletMarginLoss", {"margin": 2.0, "p": 3.0}, [X, Y, Z], []),
    ("SoftMarginLoss", {}, [X], [SIGNS]),
    ("MultiLabelSoftMarginLoss", {}, [X], [BITS]),
    ("MultiLabelSoftMarginLoss", {"weight": WEIGHT}, [X], [BITS]),
    ("MultiLabelMarginLoss", {}, [X], [np.array([[3, 0, -1, 1], [-1, 0, 1, 2], [0, 1, 2, 3]])]),
    ("MultiLabelMarginLoss", {}, [X[0].copy()], [np.array([1, 1, -1, 0])]),
    ("TripletMarginWithDistanceLoss", {}, [X, Y, Z], []),
    ("TripletMarginWithDistanceLoss", {"margin": 3.0, "swap": True}, [X, Y, Z], []),
    ("MultiMarginLoss", {}, [X], [np.array([0, 3, 1])]),
    ("MultiMarginLoss", {"p": 2, "margin": 0.7, "weight": WEIGHT}, [X], [np.array([0, 3, 1])]),
    ("MultiMarginLoss", {}, [X[0].copy()], [np.array(2)]),
    ("BCELoss", {}, [P, Q], []),
    ("BCEWithLogitsLoss", {"pos_weight": WEIGHT}, [X], [BITS]),
    ("CrossEntropyLoss", {"weight": WEIGHT}, [X], [np.array([0, 3, 1])]),
    ("NLLLoss", {}, [np.log(P)], [np.array([0, 3, 1])]),
]
