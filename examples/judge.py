"""How good are generated digits? A classifier says it, which has seen real ones only."""

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.data import DataLoader, RandomSampler, TensorDataset


def classifier(digits, steps=3000, width=300):
    """A network with one hidden layer, trained on the real digits."""
    images, labels = digits.scaled()[0]
    model = nn.Sequential(nn.Linear(images.shape[1], width), nn.ReLU(), nn.Linear(width, 10))
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    train = TensorDataset(tg.tensor(images), tg.tensor(labels))
    some = RandomSampler(train, replacement=True, num_samples=100 * steps)
    for x, y in DataLoader(train, batch_size=100, sampler=some):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    return model


def spread(images, labels, most=100):
    """The mean distance between two images of the same digit, ‖a − b‖, over the first of each digit."""
    distances = []
    for digit in range(10):
        mine = tg.tensor(images[labels == digit][:most])
        distances.append(tg.cdist(mine, mine).sum().item() / (len(mine) * (len(mine) - 1)))
    return float(np.mean(distances))


def judge(samples, asked, digits, model=None):
    """What a classifier, by default a new one, finds in samples (N, pixels) from 0 to 1, of the digits `asked` (N,).

    =====================  ========================================================================================
    ``judge_accuracy``     real test digits that the classifier reads
    ``recognised``         samples in which it sees some digit with a probability over 0.9
    ``real_recognised``    the same of real test digits: what a perfect generator would reach
    ``as_asked``           samples that it reads as the digit that was asked for
    ``rarest_digit``       the share of the digit that it reads least often; 0 if one is missing
    ``spread``             mean distance between samples of the same digit; 0 if all are one image
    ``spread_of_real``     the same of real test digits
    =====================  ========================================================================================
    """
    (test_images, test_labels), model = digits.scaled()[1], model or classifier(digits)
    samples, asked = np.asarray(samples, dtype=np.float32), np.asarray(asked)
    with tg.no_grad():
        real, made = (tg.softmax(model(tg.tensor(x)), 1).numpy() for x in (test_images, samples))
    read = made.argmax(1)
    return {
        "judge_accuracy": float((real.argmax(1) == test_labels).mean()),
        "recognised": float((made.max(1) > 0.9).mean()),
        "real_recognised": float((real.max(1) > 0.9).mean()),
        "as_asked": float((read == asked).mean()),
        "rarest_digit": float(np.bincount(read, minlength=10).min() / len(read)),
        "spread": round(spread(samples, asked), 3),
        "spread_of_real": round(spread(test_images, test_labels), 3),
    }
