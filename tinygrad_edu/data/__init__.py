"""Data: small images and toy sets, batches of them as Tensors, and their distortion. Data sets themselves are NumPy's.

MNIST and its kin come through ``load``; ``transforms`` and ``toy`` are modules: ``data.transforms.RandomAffine``,
``data.toy.make_moons``.
"""

from . import toy, transforms
from .collate import default_collate, default_convert
from .dataset import ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset, random_split
from .digits import load_digits
from .download import Remote
from .errors import DataError, DownloadError
from .folder import load_folder
from .idx import read_idx
from .images import Digits
from .kaggle import read_csv
from .load import load
from .loader import DataLoader
from .mnist import load_mnist
from .names_list import names
from .sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from .text_corpus import text

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
    "names",
    "random_split",
    "read_csv",
    "read_idx",
    "text",
    "toy",
    "transforms",
]
