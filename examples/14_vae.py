"""Lesson 14: a variational autoencoder, with a code of two numbers.

The encoder gives no point but a Gaussian, its mean μ and log σ²; the decoder draws from a sample of it. Training makes
the evidence lower bound large, which no image's log-probability is below:

    log p(x) ≥ ELBO = E_q[log p(x | z)] − KL(q(z | x) ‖ N(0, I)),      KL = ½ Σ (μ² + σ² − 1 − log σ²)

with z = μ + σ ε and ε from N(0, I), so that gradients reach μ and σ (the reparametrisation trick). The second term
packs the codes around 0 without gaps: every point of the plane becomes a digit, and the way between two digits too.
D. P. Kingma, M. Welling: Auto-Encoding Variational Bayes, ICLR 2014, arXiv 1312.6114.

    python examples/14_vae.py               # or: tinygrad-edu train --preset vae
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

EPOCHS, BATCH_SIZE, RATE = 15, 100, 1e-3
cross_entropy = nn.functional.binary_cross_entropy_with_logits


class VAE(nn.Module):
    def __init__(self, pixels, hidden=400, latent=2):
        super().__init__()
        self.hidden = nn.Linear(pixels, hidden)
        self.mean = nn.Linear(hidden, latent)
        self.log_variance = nn.Linear(hidden, latent)
        self.decode = nn.Sequential(nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, pixels))  # logits

    def encode(self, x):
        h = self.hidden(x).relu()
        return self.mean(h), self.log_variance(h)

    def forward(self, x):
        """The ELBO of each image, in nats; a grey pixel counts as the probability that it is black."""
        mean, log_variance = self.encode(x)
        z = mean + (log_variance / 2).exp() * tg.randn_like(mean)
        log_likelihood = -cross_entropy(self.decode(z), x, reduction="none").sum(1)
        divergence = (mean**2 + log_variance.exp() - 1 - log_variance).sum(1) / 2
        return log_likelihood - divergence


def step(digits, model=None):
    """One step, on four images."""
    images = tg.tensor(digits.scaled()[0][0][:4])
    model = model or VAE(images.shape[1])
    loss = -model(images).mean()
    return loss, {"images": images, "loss": loss}, model


def between(a, b, count=10):
    """Codes on the straight line from a to b."""
    t = tg.linspace(0, 1, count)[:, None]
    return a + t * (b - a)


def lesson(digits, loop=Loop):
    (images, _), (test_images, labels) = digits.scaled()
    batches = DataLoader(TensorDataset(tg.tensor(images)), batch_size=BATCH_SIZE, shuffle=True)
    test = tg.tensor(test_images)

    model = VAE(images.shape[1])
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    loop = loop(batches, EPOCHS, model=model, optimizer=optimizer)
    for (x,) in loop:
        optimizer.zero_grad()
        loss = -model(x).mean()
        loss.backward()
        optimizer.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            with tg.no_grad():
                loop.log(test_elbo=model(test).mean().item())

    with tg.no_grad():
        facts = {"test_elbo": round(model(test).mean().item(), 3)}
        codes, _ = model.encode(test)
        z1, z2 = tg.meshgrid(tg.linspace(-2.4, 2.4, 17), tg.linspace(2.4, -2.4, 17), indexing="xy")
        plane = model.decode(tg.stack([z1.flatten(), z2.flatten()], 1)).sigmoid()
        rebuilt = model.decode(codes[:10]).sigmoid()
        one_of_each = [codes[list(labels).index(digit)] for digit in range(10)]
        ways = {
            f"from {a} to {b}": model.decode(between(one_of_each[a], one_of_each[b])).sigmoid()
            for a, b in ((0, 1), (7, 0), (6, 9), (3, 7))
        }

    loss, names, _ = step(digits, model)
    optimizer.zero_grad()
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    side = digits.train_images.shape[1:]
    rows = {"original": test[:10], "rebuilt": rebuilt}
    return facts, {
        "rebuilt": plots.image_rows(rows, shape=side, title="Test images, and what two numbers keep of them"),
        "plane": plots.image_grid(
            plane, columns=17, shape=side, gap=0, title="What the decoder draws at each point of the plane",
            xlabel="z₁ from −2.4 to 2.4", ylabel="z₂ from −2.4 to 2.4",
        ),
        "codes": plots.latent_plane(codes, labels, title="Where the encoder puts the test images"),
        "ways": plots.image_rows(ways, shape=side, title="On the straight way between the codes of two digits"),
        "loss": plots.loss_curves(loop.history["loss"], title="Loss of every batch", ylabel="−ELBO (nats per image)"),
        "step": draw(loss, module=model, names=names, direction="TB"),
    }  # fmt: skip


if __name__ == "__main__":
    run(lesson)
