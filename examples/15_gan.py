"""Lesson 15: two networks against each other, one of which draws digits from noise.

The discriminator tells real images from generated ones; the generator learns to be taken for real:

    L_D = −log D(x) − log(1 − D(G(z))),      L_G = −log D(G(z)),      z from N(0, I)

I. Goodfellow et al.: Generative Adversarial Nets, NeurIPS 2014, with the loss of its section 3 that does not saturate.
The generator is told which digit to draw, and the discriminator to say which one it sees (A. Odena, C. Olah, J. Shlens:
Conditional Image Synthesis with Auxiliary Classifier GANs, ICML 2017); 0.9 is the target for real images (T. Salimans
et al.: Improved Techniques for Training GANs, NeurIPS 2016). A running mean of the generator's weights draws.

    python examples/15_gan.py               # or: tinygrad-edu train --preset gan        (some minutes)
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.examples.judge import judge
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

EPOCHS, BATCH_SIZE, RATE, NOISE = 12, 64, 2e-4, 64


class Generator(nn.Module):
    def __init__(self, pixels):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(NOISE + 10, 256), nn.BatchNorm1d(256), nn.ReLU(),
            nn.Linear(256, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, pixels), nn.Tanh(),
        )  # fmt: skip

    def forward(self, noise, digit):
        return self.layers(tg.cat([noise, nn.functional.one_hot(digit, 10).to(noise.dtype)], 1))

    @tg.no_grad()
    def draw(self, noise, digit):
        """Images in [0, 1], with the means and variances of training."""
        return (self.eval()(noise, digit) + 1) / 2


class Discriminator(nn.Module):
    def __init__(self, pixels):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(pixels, 512), nn.LeakyReLU(0.2), nn.Dropout(0.3),
            nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(256, 11),
        )  # fmt: skip

    def forward(self, images, target, digit):
        """Two losses: of calling the images real with probability `target`, and of saying which digit they show."""
        output = self.layers(images)
        real = nn.functional.binary_cross_entropy_with_logits(output[:, 0], tg.full_like(output[:, 0], target))
        return real, nn.functional.cross_entropy(output[:, 1:], digit)


@tg.no_grad()
def follow(average, model, rate):
    """Move the running mean of all weights towards the model's, by a share of the way."""
    for mean, value in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
        mean.copy_(mean + rate * (value - mean) if mean.is_floating_point() else value)


def step(digits, model=None):
    """The generator's step, on four digits."""
    pixels = digits.train_images[0].size
    model = model or nn.ModuleDict({"generator": Generator(pixels), "discriminator": Discriminator(pixels)})
    noise, digit = tg.randn(4, NOISE), tg.arange(4)
    real_loss, class_loss = model["discriminator"](model["generator"](noise, digit), 1.0, digit)
    loss = real_loss + class_loss
    return loss, {"noise": noise, "digit": digit, "loss": loss}, model


def lesson(digits, loop=Loop):
    images, labels = map(tg.tensor, digits.scaled()[0])
    pixels, side = images.shape[1], digits.train_images.shape[1:]
    batches = DataLoader(TensorDataset(2 * images - 1, labels), batch_size=BATCH_SIZE, shuffle=True, drop_last=True)
    G, D, average = Generator(pixels), Discriminator(pixels), Generator(pixels)
    album = nn.Module()  # what is drawn after each epoch, as a buffer: it is saved with the training
    album.register_buffer("pages", tg.zeros(EPOCHS + 1, 10, pixels))
    d_adam, g_adam = (optim.Adam(net.parameters(), lr=RATE, betas=(0.5, 0.999)) for net in (D, G))
    noise, ten, asked = tg.randn(10, NOISE), tg.arange(10), tg.arange(2000) % 10
    album.pages[0] = average.draw(noise, ten)
    loop = loop(batches, EPOCHS, G=G, D=D, average=average, album=album, d_adam=d_adam, g_adam=g_adam)
    for x, y in loop:
        fake = G(tg.randn(len(x), NOISE), y)

        d_adam.zero_grad()
        real_loss, class_loss = D(x, 0.9, y)
        d_loss = real_loss + D(fake.detach(), 0.0, y)[0]
        (d_loss + class_loss).backward()
        d_adam.step()

        g_adam.zero_grad()
        g_loss, class_loss = D(fake, 1.0, y)
        (g_loss + class_loss).backward()
        g_adam.step()

        follow(average, G, max(0.002, 10 / (10 + loop.step)))
        loop.log(discriminator=d_loss.item(), generator=g_loss.item())
        if loop.end_of_epoch:
            album.pages[loop.epoch] = average.draw(noise, ten)
    pages = {f"epoch {i}": page for i, page in enumerate(album.pages) if page.any()}
    samples = average.draw(tg.randn(2000, NOISE), asked)
    rows = {str(digit): average.draw(noise, tg.full((10,), digit)) for digit in range(10)}
    loss, names, model = step(digits)
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    return judge(samples, asked, digits), {
        "samples": plots.image_grid(samples[tg.randperm(100)], shape=side, title="Digits from noise"),
        "asked": plots.image_rows(rows, shape=side, title="Each row a digit, each column the same noise"),
        "epochs": plots.image_rows(pages, shape=side, title="The same noise after each epoch"),
        "losses": plots.compare_runs(loop.history, measure="step_loss", title="Neither network wins"),
        "step": draw(loss, module=model, names=names, direction="TB", depth=2),
    }


if __name__ == "__main__":
    run(lesson)
