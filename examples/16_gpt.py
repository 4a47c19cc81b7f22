"""Lesson 16: a GPT.

A network that writes: from each character of a text and all before it, it learns which comes next. Four blocks, each of
attention, where characters take from earlier ones what they need, and of a small network that each goes through alone.
What every head looks at can be drawn: some take the character before, others go back to the beginning of the word.

    python examples/16_gpt.py               # or: tinygrad-edu train --preset gpt

Sources: A. Vaswani et al., "Attention is all you need" (NeurIPS 2017); A. Radford et al., "Language models are
unsupervised multitask learners" (2019), for the norms before each part and the one at the end.
"""

import math

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

DATASET = "text"
EPOCHS, CONTEXT, BATCH = 6, 64, 32
SENTENCE = "'Curiouser and curiouser!' cried Alice"


class Attention(nn.Module):
    """softmax(Q K^T / sqrt(d)) V, for each head; a character may not look at those after it."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def split(self, x):  # (batch, time, width) to (batch, heads, time, width / heads)
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def weights(self, x):  # (batch, heads, time, time): how much each character takes from each
        q, k = self.split(self.query(x)), self.split(self.key(x))
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[3])
        later = tg.ones(x.shape[1], x.shape[1]).triu(1).bool()
        return scores.masked_fill(later, -math.inf).softmax(3)

    def forward(self, x):
        y = self.weights(x) @ self.split(self.value(x))
        return self.out(y.transpose(1, 2).reshape(x.shape))


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
    def __init__(self, characters, context=CONTEXT, width=64, heads=4, layers=4):
        super().__init__()
        self.which, self.where = nn.Embedding(characters, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.norm, self.output = nn.LayerNorm(width), nn.Linear(width, characters)

    def embed(self, tokens):
        return self.which(tokens) + self.where(tg.arange(tokens.shape[1]))

    def forward(self, tokens):
        return self.output(self.norm(self.blocks(self.embed(tokens))))

    @tg.no_grad()
    def attention(self, tokens):  # (layers, heads, time, time)
        x, maps = self.embed(tokens[None]), []
        for block in self.blocks:
            maps.append(block.attention.weights(block.norm1(x))[0])
            x = block(x)
        return tg.stack(maps)

    @tg.no_grad()
    def write(self, tokens, count, temperature=0.8, top=10):
        for _ in range(count):  # one of the likeliest characters, the likelier the oftener
            scores, which = self(tokens[None, -self.where.num_embeddings :])[0, -1].topk(top)
            chosen = tg.multinomial((scores / temperature).softmax(0), 1)
            tokens = tg.cat([tokens, which[chosen]])
        return tokens


def loss_of(model, x, y):
    return nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())
