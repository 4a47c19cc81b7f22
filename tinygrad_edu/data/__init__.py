"""Data: small images and toy sets, batches of them as Tensors, and their distortion. Data sets themselves are NumPy's.

MNIST and its kin come through ``load``; ``transforms`` and ``toy`` are modules: ``data.transforms.RandomAffine``,
``data.toy.make_moons``.
"""

from tinygrad_edu.data import toy, transforms
from tinygrad_edu.data.collate import default_collate, default_convert
from tinygrad_edu.data.dataset import ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset, random_split
from tinygrad_edu.data.digits import load_digits
from tinygrad_edu.data.download import Remote
from tinygrad_edu.data.errors import DataError, DownloadError
from tinygrad_edu.data.folder import load_folder
from tinygrad_edu.data.idx import read_idx
from tinygrad_edu.data.images import Digits
from tinygrad_edu.data.kaggle import read_csv
from tinygrad_edu.data.load import load
from tinygrad_edu.data.loader import DataLoader
from tinygrad_edu.data.mnist import load_mnist
from tinygrad_edu.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

__all__ = [
    "BatchSampler",
    "ConcatDataset",
    "DataError",
    "DataLoader",
    "Dataset",
    "Digits",
    "DownloadError",
    "IterableDataset",
    "RandomSampler",
    "Remote",
    "Sampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "load",
    "load_digits",
    "load_folder",
    "load_mnist",
    "random_split",
    "read_csv",
    "read_idx",
    "toy",
    "transforms",
]
