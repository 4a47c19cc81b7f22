"""The networks of the lessons, one of each family, as ONNX graphs with an open batch."""

import importlib

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

from .running import assert_runs, exported

RNG = np.random.default_rng(4)


def normal(*shape):
    return tg.tensor(RNG.standard_normal(shape).astype(np.float32))


def lesson(name):
    return importlib.import_module(f"tinygrad_edu.examples.{name}")


class Encoder(nn.Module):
    """Of a variational autoencoder: the mean and the logarithm of the variance."""

    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, x):
        return self.vae.encode(x)


def feed_forward():
    return lesson("08_mnist_nn").Net(12), lambda n: [normal(n, 12)]


def convolutional():
    return lesson("10_cnn").LeNet(), lambda n: [normal(n, 1, 28, 28)]


def recurrent():
    return lesson("11_rows_lstm").Reader(8, hidden=6), lambda n: [normal(n, 8, 8)]


def speller(layer):
    return lambda: (
        lesson("12_names").Speller(layer, 7, features=4, hidden=6),
        lambda n: [tg.tensor(RNG.integers(0, 7, (n, 5)))],
    )


def autoencoder():
    return lesson("13_autoencoder").Autoencoder(12, hidden=8), lambda n: [normal(n, 12)]


def encoder():
    return Encoder(lesson("14_vae").VAE(12, hidden=8)), lambda n: [normal(n, 12)]


def decoder():
    return lesson("14_vae").VAE(12, hidden=8).decode, lambda n: [normal(n, 2)]


def generator():
    gan = lesson("15_gan")
    return gan.Generator(12), lambda n: [normal(n, gan.NOISE), tg.tensor(RNG.integers(0, 10, n))]


def gpt():
    return lesson("16_gpt").GPT(7, width=8, heads=2, blocks=2), lambda n: [tg.tensor(RNG.integers(0, 7, (n, 9)))]


FAMILIES = {
    "feed-forward": feed_forward, "convolutional": convolutional, "recurrent": recurrent, "LSTM": speller(nn.LSTM),
    "GRU": speller(nn.GRU), "autoencoder": autoencoder, "VAE encoder": encoder, "VAE decoder": decoder,
    "GAN generator": generator, "transformer": gpt,
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_a_network_of_each_family(family):
    model, inputs = FAMILIES[family]()
    model.eval()
    names = ["x", "y"][: len(inputs(2))]
    program = exported(model, *inputs(2), input_names=names, dynamic_axes={name: {0: "batch"} for name in names})
    for batch in (1, 5):
        assert_runs(program, model, *inputs(batch))
