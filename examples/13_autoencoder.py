"""Lesson 13: an autoencoder that removes noise.

An encoder squeezes an image into 32 numbers, its code, and a decoder draws the image from them. What is given is
noisy, what is asked for is the clean image, so the code must keep what makes a digit and drop the rest.

Denoising autoencoders: P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol: Extracting and composing robust features
with denoising autoencoders, ICML 2008. The loss is the mean squared error, (1/n) Σ (decode(encode(noisy x)) − x)².

    python examples/13_autoencoder.py       # or: tinygrad-edu train --preset autoencoder
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

EPOCHS, BATCH_SIZE, RATE, CODE, NOISE = 12, 100, 1e-3, 32, 0.5


class Autoencoder(nn.Module):
    def __init__(self, pixels, hidden=256):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, CODE))
        self.decode = nn.Sequential(nn.Linear(CODE, hidden), nn.ReLU(), nn.Linear(hidden, pixels), nn.Sigmoid())

    def forward(self, x):
        return self.decode(self.encode(x))


def add_noise(x):
    return (x + NOISE * tg.randn_like(x)).clamp(0, 1)


def step(digits, model=None):
    """One step, on four images."""
    images = tg.tensor(digits.scaled()[0][0][:4])
    noisy = add_noise(images)
    model = model or Autoencoder(images.shape[1])
    loss = nn.functional.mse_loss(model(noisy), images)
    return loss, {"noisy": noisy, "images": images, "loss": loss}, model


def lesson(digits, loop=Loop):
    (images, _), (test_images, _) = digits.scaled()
    batches = DataLoader(TensorDataset(tg.tensor(images)), batch_size=BATCH_SIZE, shuffle=True)
    test = tg.tensor(test_images)
    noisy = add_noise(test)

    model = Autoencoder(images.shape[1])
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    loop = loop(batches, EPOCHS, model=model, optimizer=optimizer)
    for (x,) in loop:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(add_noise(x)), x)
        loss.backward()
        optimizer.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            with tg.no_grad():
                loop.log(test_loss=nn.functional.mse_loss(model(noisy), test).item())

    with tg.no_grad():
        restored = model(noisy)
        before = nn.functional.mse_loss(noisy, test).item()
        after = nn.functional.mse_loss(restored, test).item()
    facts = {"noisy_error": before, "test_loss": after, "numbers_per_code": CODE}

    loss, names, _ = step(digits, model)
    optimizer.zero_grad()
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    side = digits.train_images.shape[1:]
    rows = {"noisy": noisy[:10], "restored": restored[:10], "original": test[:10]}
    return facts, {
        "denoised": plots.image_rows(rows, shape=side, title="Test images, never seen in training"),
        "loss": plots.loss_curves(loop.history["loss"], title="Loss of every batch", ylabel="mean squared error"),
        "step": draw(loss, module=model, names=names, direction="TB"),
    }


if __name__ == "__main__":
    run(lesson)
