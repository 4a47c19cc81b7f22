"""Random changes to images during training: all transforms, each for a whole batch at once.

from tinygrad_edu.data import DataLoader, transforms as T

augment = T.Compose([T.RandomAffine(10, scale=(0.9, 1.1), shear=10), T.ElasticDistortion()])
loader = DataLoader(training_set, 64, shuffle=True, num_workers=1, transform=augment)
"""

from .batchwise import Compose, Transform
from .pixelwise import Normalize, RandomCrop, RandomErasing, ToFloat
from .warp import ElasticDistortion, RandomAffine, Warp

__all__ = [
    "Compose",
    "ElasticDistortion",
    "Normalize",
    "RandomAffine",
    "RandomCrop",
    "RandomErasing",
    "ToFloat",
    "Transform",
    "Warp",
]
