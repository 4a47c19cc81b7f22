"""Training step by step beside PyTorch, from the same weights: an LSTM and a transformer read digits row by row."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import load_digits

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle


def lstm(lib):
    class Reader(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = lib.nn.LSTM(8, 24, num_layers=2, batch_first=True)
            self.out = lib.nn.Linear(24, 10)

        def forward(self, x):
            y, _ = self.rnn(x)
            return self.out(y[:, -1])

    return Reader()


def transformer(lib):
    class Reader(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = lib.nn.Linear(8, 16)
            self.layer = lib.nn.TransformerEncoderLayer(16, 2, 32, 0.0, "gelu", batch_first=True)
            self.out = lib.nn.Linear(16, 10)

        def forward(self, x):
            return self.out(self.layer(self.embed(x)).mean(1))

    return Reader()


def losses(lib, model, images, labels, dtype):
    model.to(dtype)
    optimizer = lib.optim.Adam(model.parameters(), lr=1e-3)
    loss_fn = lib.nn.CrossEntropyLoss()
    found = []
    for step in range(20):
        batch = slice(step * 32, step * 32 + 32)
        loss = loss_fn(model(lib.tensor(images[batch])), lib.tensor(labels[batch]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-5), ("float32", 1e-4)])
@pytest.mark.parametrize("network", [lstm, transformer])
def test_the_same_losses(network, dtype, tolerance):
    data = load_digits()
    images, labels = data.train_images / data.maximum, data.train_labels.astype(np.int64)
    torch.manual_seed(0)
    theirs, ours = network(torch), network(tg)
    ours.load_state_dict(theirs.state_dict())
    images = images.astype(dtype)
    expected = losses(torch, theirs, images, labels, getattr(torch, dtype))
    found = losses(tg, ours, images, labels, getattr(tg, dtype))
    np.testing.assert_allclose(found, expected, rtol=tolerance)
    assert found[-1] < found[0]
