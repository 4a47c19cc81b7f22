"""A problem that trains in milliseconds: three classes in the plane, easy to tell apart."""

import copy

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Callback, Learner, accuracy

LOSS = nn.CrossEntropyLoss()


def batches(n=40, batch_size=16, **options):
    """Three batches an epoch, of 16, 16 and 8 samples."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, n)
    x = (np.eye(3)[y][:, :2] * 4 + rng.normal(size=(n, 2))).astype(np.float32)
    options = {"shuffle": True} | options
    return DataLoader(TensorDataset(tg.tensor(x), tg.tensor(y)), batch_size=batch_size, **options)


def network(activation=nn.Tanh, *more):
    tg.manual_seed(3)
    return nn.Sequential(nn.Linear(2, 8), activation(), *more, nn.Linear(8, 3))


def learner(*callbacks, lr=0.1, momentum=0.0, data=None, model=None, **options):
    model = network() if model is None else model
    data = (batches(), batches()) if data is None else data
    optimizer = optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    return Learner(model, data, LOSS, optimizer, [accuracy], callbacks, **options)


def weights(model):
    return {name: value.detach().numpy().copy() for name, value in model.state_dict().items()}


def same(one, other):
    """Whether two states are equal bit for bit."""
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in one)


class Recorder(Callback):
    """Writes down which events it was told of, and what `look(learner)` gave."""

    def __init__(self, look=lambda learner: None):
        self.look, self.events, self.seen = look, [], []

    def _told(self, name, learner):
        self.events.append(name)
        self.seen.append(copy.copy(self.look(learner)))

    on_fit_begin = lambda self, learner: self._told("fit_begin", learner)  # noqa: E731
    on_epoch_begin = lambda self, learner: self._told("epoch_begin", learner)  # noqa: E731
    on_batch_begin = lambda self, learner: self._told("batch_begin", learner)  # noqa: E731
    on_loss = lambda self, learner: self._told("loss", learner)  # noqa: E731
    on_backward = lambda self, learner: self._told("backward", learner)  # noqa: E731
    on_step_end = lambda self, learner: self._told("step_end", learner)  # noqa: E731
    on_epoch_end = lambda self, learner: self._told("epoch_end", learner)  # noqa: E731
    on_interrupt = lambda self, learner: self._told("interrupt", learner)  # noqa: E731
    on_fit_end = lambda self, learner: self._told("fit_end", learner)  # noqa: E731


class StopAt(Callback):
    """Stops at an event, when `step` steps are done."""

    def __init__(self, event, step):
        setattr(self, event, lambda learner: learner.step == step and learner.stop("told to"))
