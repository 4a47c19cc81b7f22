"""Whole training steps of networks of every kind, compiled: losses, weights and gradients are the eager step's."""

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn, optim
from tinygrad_edu.nn.utils import clip_grad_norm_, clip_grad_value_
from tinygrad_edu.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .equal import run_both
from .steps import made

RNG = np.random.default_rng(7)
RUNS = 6


class Recurrent(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.rnn = getattr(nn, kind)(3, 4, batch_first=True, **options)
        size = options.get("proj_size", 4) * (2 if options.get("bidirectional") else 1)
        self.out = nn.Linear(size, 3)

    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])


class Packed(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.rnn = getattr(nn, kind)(3, 4, batch_first=True, bidirectional=True)
        self.out = nn.Linear(8, 3)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        y, sizes = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return self.out(y.sum(1) / sizes.float().reshape(-1, 1))


class Language(nn.Module):
    """A transformer that reads characters, with a causal mask."""

    def __init__(self, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(5, 8, padding_idx=0)
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, dropout, batch_first=True)
        self.out = nn.Linear(8, 5)

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        y = self.layer(self.embedding(x), src_mask=mask, is_causal=True, src_key_padding_mask=x == 0)
        return self.out(y).permute(0, 2, 1)


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.3),
            nn.Conv2d(4, 4, 3), nn.GroupNorm(2, 4), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3),
        )  # fmt: skip

    def forward(self, x):
        return self.body(x)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Transformer(8, 2, 1, 1, 16, 0.1, batch_first=True)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        return self.out(self.model(x, x * 0.5).mean(1))


def floats(*shape):
    return [tg.tensor(RNG.standard_normal(shape).astype(np.float32)) for _ in range(RUNS)]


def labels(*shape, classes=3):
    return [tg.tensor(RNG.integers(0, classes, shape)) for _ in range(RUNS)]


LENGTHS = [tg.tensor(np.array([3, 5, 1, 4])), tg.tensor(np.array([5, 2, 2, 5]))]

NETWORKS = {
    "rnn": (lambda: Recurrent("RNN", num_layers=2), floats(4, 5, 3), labels(4)),
    "lstm": (lambda: Recurrent("LSTM", num_layers=2, dropout=0.5, bidirectional=True), floats(4, 5, 3), labels(4)),
    "gru": (lambda: Recurrent("GRU", bias=False), floats(4, 5, 3), labels(4)),
    "lstm projected": (lambda: Recurrent("LSTM", proj_size=2), floats(4, 5, 3), labels(4)),
    "language": (Language, labels(4, 6, classes=5), labels(4, 6, classes=5)),
    "convolutional": (Convolutional, floats(4, 1, 8, 8), labels(4)),
    "encoder, decoder": (Decoder, floats(4, 5, 8), labels(4)),
    "dropout": (
        lambda: nn.Sequential(
            nn.Linear(6, 8), nn.AlphaDropout(0.2), nn.SELU(), nn.Dropout(0.5), nn.Linear(8, 3), nn.RReLU()
        ),
        floats(4, 6),
        labels(4),
    ),
}
# the gradient of some biases is 0 but for rounding, which Adam would blow up; so SGD, unless it is about the optimiser
ROUNDING = 1e-5


# The gradient of a key's bias is 0: Adam would divide what rounding leaves of it by itself.
WITH_KEYS = ("language", "encoder, decoder")


@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name):
    make, xs, ys = NETWORKS[name]
    optimizer = {"make_optimizer": lambda p: optim.SGD(p, lr=0.1)} if name in WITH_KEYS else {}
    run_both(made(make, **optimizer), list(zip(xs, ys, strict=True)), ROUNDING)


def test_packed_sequences_have_a_program_for_each_set_of_lengths():
    xs, ys = floats(4, 5, 3), labels(4)
    order = [0, 0, 1, 1, 0, 1]
    compiled = run_both(
        made(lambda: Packed("LSTM")),
        [(x, LENGTHS[k], y) for x, k, y in zip(xs, order, ys, strict=True)],
        ROUNDING,
    )
    assert compiled.traces == 4


def test_labels_that_do_not_count():
    """The first batches have none, later ones have; each way is compiled by itself."""
    batches = [(x, y) for x, y in zip(floats(4, 6), labels(4), strict=True)]
    ignored = [tg.tensor(np.array(y)) for y in ([0, -100, 2, -100], [-100, 1, 1, -100], [2, -100, 0, -100])]
    some = [(x, y) for (x, _), y in zip(batches, ignored, strict=False)]
    batches += [*some, (batches[0][0], tg.tensor(np.array([-100, 1, 1, 0])))]

    def make(weight=None, smoothing=0.0):
        return made(
            lambda: nn.Linear(6, 3),
            loss=lambda x, y: F.cross_entropy(x, y, weight=weight, label_smoothing=smoothing),
        )

    assert run_both(make(), batches, ROUNDING).traces == 4
    run_both(make(tg.tensor([0.2, 1.0, 3.0])), batches, ROUNDING)
    run_both(make(tg.tensor([0.2, 1.0, 3.0]), 0.1), batches, ROUNDING)
    only_ignored = tg.tensor(np.full(4, -100))
    run_both(make(), [*some, (batches[0][0], only_ignored)], ROUNDING)


def test_labels_that_the_step_computes():
    def loss(x, y):
        return F.cross_entropy(x, x.detach().argmax(1)) + F.cross_entropy(x, y)

    run_both(made(lambda: nn.Linear(6, 3), loss=loss), list(zip(floats(4, 6), labels(4), strict=True)), ROUNDING)


@pytest.mark.parametrize(
    "finish",
    [
        lambda net: clip_grad_norm_(net.parameters(), 0.1),
        lambda net: clip_grad_norm_(net.parameters(), 1e6),
        lambda net: clip_grad_norm_(net.parameters(), 0.5, norm_type=np.inf),
        lambda net: clip_grad_value_(net.parameters(), 0.01),
    ],
)
def test_clipping(finish):
    run_both(made(Convolutional, finish=finish), list(zip(floats(4, 1, 8, 8), labels(4), strict=True)), ROUNDING)


OPTIMIZERS = [
    getattr(optim, name) for name in ("Adadelta", "Adagrad", "Adamax", "NAdam", "RAdam", "RMSprop", "SGD", "Adam")
]


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_optimizers(kind):
    def groups(parameters):
        first, *rest = parameters
        return kind([{"params": [first], "lr": 0.003}, {"params": rest}], lr=0.01)

    data = list(zip(floats(4, 6), labels(4), strict=True))
    run_both(made(lambda: nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3)), groups), data, ROUNDING)


def test_muon():
    data = list(zip(floats(4, 6), labels(4), strict=True))
    make = made(lambda: nn.Linear(6, 3, bias=False), lambda p: optim.Muon(p, lr=0.01))
    run_both(make, data, ROUNDING)


@pytest.mark.parametrize(
    "schedule",
    [
        lambda opt: optim.lr_scheduler.StepLR(opt, 2, 0.5),
        lambda opt: optim.lr_scheduler.CosineAnnealingWarmRestarts(opt, 3),
        lambda opt: optim.lr_scheduler.ReduceLROnPlateau(opt, patience=0),
        lambda opt: optim.lr_scheduler.ChainedScheduler(
            [optim.lr_scheduler.ExponentialLR(opt, 0.9), optim.lr_scheduler.LinearLR(opt, 0.1)]
        ),
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_schedules(schedule, inside):
    """Inside of the step they are called at each run; outside their rates are read at each run."""

    def make():
        net = nn.Linear(6, 3)
        opt = optim.SGD(net.parameters(), lr=0.1)
        scheduler = schedule(opt)
        plateau = isinstance(scheduler, optim.lr_scheduler.ReduceLROnPlateau)

        def step(x, y):
            loss = F.cross_entropy(net(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            if inside:
                scheduler.step(*[loss] * plateau)
            return loss

        def state():
            if not inside:
                scheduler.step(*[1.0] * plateau)
            return list(net.parameters()), opt.param_groups[0]["lr"], scheduler.get_last_lr(), scheduler.last_epoch

        return step, state

    run_both(make, list(zip(floats(4, 6), labels(4), strict=True)), ROUNDING)
