"""Lesson 16: a GPT.

A network that writes: from each character of a text and those before it, it learns which comes next. Four blocks, each
of attention, by which characters take what they need from earlier ones (Vaswani et al. 2017), and of a small network
that each goes through alone. What a head looks at can be drawn: the character before, or the beginning of the word.

    python examples/16_gpt.py               # or: tinygrad-edu train --preset gpt
"""

import math

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

DATASET = "text"
EPOCHS, CONTEXT = 3, 64


class Attention(nn.Module):
    """softmax(Q K^T / sqrt(d)) V in each head, where a character has no weight for those after it."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        q, k, v = (f(x).unflatten(2, (self.heads, -1)).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[3])
        later = tg.ones(x.shape[1], x.shape[1]).triu(1).bool()
        weights = scores.masked_fill(later, -math.inf).softmax(3)  # (batch, heads, time, time)
        self.weights = weights.detach()  # to be drawn
        return self.out((weights @ v).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attention, self.norm2 = nn.LayerNorm(width), Attention(width, heads), nn.LayerNorm(width)
        self.network = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.network(self.norm2(x))


class GPT(nn.Module):
    def __init__(self, characters, width=64, heads=4, blocks=4):
        super().__init__()
        self.which, self.where = nn.Embedding(characters, width), nn.Embedding(CONTEXT, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(blocks)))
        self.norm, self.output = nn.LayerNorm(width), nn.Linear(width, characters)

    def forward(self, tokens):
        return self.output(self.norm(self.blocks(self.which(tokens) + self.where(tg.arange(tokens.shape[1])))))

    def loss(self, windows):  # the mean of -log p of each character but the first
        return nn.functional.cross_entropy(self(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())

    @tg.no_grad()
    def write(self, tokens, count, temperature=0.8, top=10):
        for _ in range(count):  # one of the `top` likeliest; a lower temperature prefers the likeliest of these
            scores, which = self(tokens[None, -CONTEXT:])[0, -1].topk(top)
            tokens = tg.cat([tokens, which[tg.multinomial((scores / temperature).softmax(0), 1)]])
        return tokens


def step(text, model=None):
    """One step on eight characters; without a model, of one with a single block and head."""
    letters = sorted(set(text))
    model = model or GPT(len(letters), 4, 1, 1)
    loss = model.loss(tg.tensor([[letters.index(c) for c in text[:9]]]))
    return loss, {"loss": loss}, model


def lesson(text, loop=Loop):
    letters, most = sorted(set(text)), len(text) * 9 // 10
    tokens = tg.tensor([letters.index(c) for c in text])
    train, test = tokens[:most].unfold(0, CONTEXT + 1, CONTEXT // 8), tokens[most:].unfold(0, CONTEXT + 1, CONTEXT)
    loader = DataLoader(TensorDataset(train), batch_size=32, shuffle=True)  # windows of the text, which overlap
    model = GPT(len(letters))
    optimizer = optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=EPOCHS * len(loader), pct_start=0.1)
    loop = loop(loader, EPOCHS, model=model, optimizer=optimizer, schedule=schedule)
    for (windows,) in loop:
        optimizer.zero_grad()
        loss = model.loss(windows)
        loss.backward()
        optimizer.step()
        schedule.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            with tg.no_grad():
                loop.log(test_loss=model.loss(test).item())

    with tg.no_grad():
        losses = -model(test[:, :-1]).log_softmax(2).gather(2, test[:, 1:, None]).flatten()
        model(tokens[None, most : most + 24])  # each head keeps its weights
    bits, maps = losses / math.log(2), tg.stack([block.attention.weights[0] for block in model.blocks])
    written = "".join(letters[i] for i in model.write(test[0, :CONTEXT], 600))
    epochs = [{"test_loss": number} for number in loop.history.get("test_loss", [])]
    history = {"step_losses": loop.history["loss"], "steps_per_epoch": len(loader), "epochs": epochs}
    head, x = Attention(4, 1), tg.randn(1, 3, 4)  # small enough to be drawn, below
    (loss := head(x).square().mean()).backward(retain_graph=True)
    return {"test_loss": losses.mean().item(), "bits_per_character": bits.mean().item()}, {
        "losses": plots.loss_curves(history, ylabel="cross-entropy (nats per character)"),
        "attention": plots.attention_maps(maps, text[most:][:24]),
        "surprise": plots.passage(text[most + 1 :][: len(bits[:512])], bits[:512], title="Never trained on"),
        "written": plots.passage(written, title="What the network wrote, after the first 64 characters"),
        "one_head": draw(loss, module=head, names={"x": x, "loss": loss}, direction="TB"),
    }


if __name__ == "__main__":
    run(lesson)
