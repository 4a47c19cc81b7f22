"""Lesson 16: a GPT.

A network that writes: from each character of a text and those before it, it learns which comes next. Four blocks, each
of attention, by which characters take what they need from earlier ones, and of a small network that each goes through
alone. What a head looks at can be drawn: the character before, the same one earlier, the beginning of the word.

    python examples/16_gpt.py               # or: tinygrad-edu train --preset gpt

Sources: A. Vaswani et al., "Attention is all you need" (2017); A. Radford et al., "Language models are unsupervised
multitask learners" (2019).
"""

import math

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

DATASET = "text"
EPOCHS, CONTEXT = 6, 64


class Attention(nn.Module):
    """softmax(Q K^T / sqrt(d)) V in each head, where a character has no weight for those after it."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        batch, time, width = x.shape
        split = (batch, time, self.heads, width // self.heads)
        q, k, v = (part(x).view(split).transpose(1, 2) for part in (self.query, self.key, self.value))
        later = tg.ones(time, time).triu(1).bool()
        scores = q @ k.transpose(2, 3) / math.sqrt(split[3])
        weights = scores.masked_fill(later, -math.inf).softmax(3)  # (batch, heads, time, time)
        self.weights = weights.detach()  # to be drawn
        return self.out((weights @ v).transpose(1, 2).reshape(x.shape))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.network = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.network(self.norm2(x))


class GPT(nn.Module):
    def __init__(self, characters, context=CONTEXT, width=64, heads=4, blocks=4):
        super().__init__()
        self.which, self.where = nn.Embedding(characters, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(blocks)))
        self.norm, self.output = nn.LayerNorm(width), nn.Linear(width, characters)

    def forward(self, tokens):
        x = self.which(tokens) + self.where(tg.arange(tokens.shape[1]))
        return self.output(self.norm(self.blocks(x)))

    @tg.no_grad()
    def write(self, tokens, count, temperature=0.8, top=10):
        for _ in range(count):  # one of the `top` likeliest; a lower temperature prefers the likeliest of these
            scores, which = self(tokens[None, -CONTEXT:])[0, -1].topk(top)
            chosen = tg.multinomial((scores / temperature).softmax(0), 1)
            tokens = tg.cat([tokens, which[chosen]])
        return tokens


def loss_of(model, x, y):
    return nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())


def step(text, model=None):
    """One step on eight characters; without a model, of one with a single block and head."""
    letters = sorted(set(text))
    window = tg.tensor([[letters.index(c) for c in text[:9]]])
    model = model or GPT(len(letters), 8, 4, 1, 1)
    loss = loss_of(model, window[:, :-1], window[:, 1:])
    return loss, {"loss": loss}, model


def lesson(text, loop=Loop):
    letters = sorted(set(text))
    tokens = tg.tensor([letters.index(c) for c in text])
    train, test = tokens.split([len(tokens) * 9 // 10, len(tokens) - len(tokens) * 9 // 10])
    windows = train.unfold(0, CONTEXT + 1, CONTEXT // 8)  # they overlap, and are views: nothing is copied
    loader = DataLoader(TensorDataset(windows[:, :-1], windows[:, 1:]), batch_size=32, shuffle=True)
    unseen = test.unfold(0, CONTEXT + 1, CONTEXT)

    model = GPT(len(letters))
    optimizer = optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, EPOCHS * len(loader), pct_start=0.1)
    loop = loop(loader, EPOCHS, model=model, optimizer=optimizer, schedule=schedule)
    for x, y in loop:
        optimizer.zero_grad()
        loss = loss_of(model, x, y)
        loss.backward()
        optimizer.step()
        schedule.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            with tg.no_grad():
                loop.log(test_loss=loss_of(model, unseen[:, :-1], unseen[:, 1:]).item())

    with tg.no_grad():
        log_p = nn.functional.log_softmax(model(unseen[:, :-1]), 2).gather(2, unseen[:, 1:, None]).flatten()
        model(test[None, :24])  # each head keeps its weights
    surprise, maps = -log_p / math.log(2), tg.stack([block.attention.weights[0] for block in model.blocks])
    written = "".join(letters[i] for i in model.write(test[:CONTEXT], 600))
    epochs = [{"test_loss": loss} for loss in loop.history.get("test_loss", [])]
    history = {"step_losses": loop.history["loss"], "steps_per_epoch": len(loader), "epochs": epochs}
    loss, names, small = step(text)
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    return {"test_loss": -log_p.mean().item(), "bits_per_character": surprise.mean().item()}, {
        "losses": plots.loss_curves(history, ylabel="cross-entropy (nats per character)"),
        "attention": plots.attention_maps(maps, text[len(train) :][:24]),
        "surprise": plots.passage(text[len(train) + 1 :][:512], surprise[:512], title="Never trained on"),
        "written": plots.passage(written, title="What the network wrote"),
        "one_head": draw(loss, module=small, names=names, direction="TB"),
    }


if __name__ == "__main__":
    run(lesson)
