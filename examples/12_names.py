"""Lesson 12: names, letter by letter, with an LSTM and with a GRU.

Each network reads a name letter by letter and says how probable each letter is to come next; the loss is its surprise,
-ln p. A letter drawn from these probabilities becomes the next input: so names are made, plainer at low temperature. An
LSTM has a state and a memory cell (Hochreiter and Schmidhuber 1997), a GRU has a state alone (Cho et al. 2014).

    python examples/12_names.py          # or: tinygrad-edu train --preset names
"""

import math

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

DATASET = "names"
EPOCHS, BATCH_SIZE, RATE = 12, 64, 3e-3


class Speller(nn.Module):
    def __init__(self, layer, symbols, features=32, hidden=128):
        super().__init__()
        self.embedding = nn.Embedding(symbols, features)
        self.layer = layer(features, hidden, batch_first=True)
        self.output = nn.Linear(hidden, symbols)

    def forward(self, symbols, state=None):
        """Symbols (N, T); scores of what comes after each of them (N, T, symbols), and the state to go on from."""
        h, state = self.layer(self.embedding(symbols), state)
        return self.output(h), state

    def loss(self, x, y):
        return nn.functional.cross_entropy(self(x)[0].flatten(0, 1), y.flatten())


def encoded(names, symbols):
    """What the network reads, and what comes next, (N, longest + 1) each."""
    longest = max(map(len, names))
    rows = tg.tensor([[0, *map(symbols.index, name), 0] + [-100] * (longest - len(name)) for name in names])
    return rows[:, :-1].clamp(min=0), rows[:, 1:]  # cross_entropy leaves out what is -100


def sample(model, symbols, count, temperature=1.0, longest=20):
    """New names: each letter is drawn, and is the next input."""
    letter, state, drawn = tg.zeros(count, 1, dtype=tg.int64), None, []
    with tg.no_grad():
        for _ in range(longest):
            scores, state = model(letter, state)
            letter = tg.multinomial(tg.softmax(scores[:, -1] / temperature, -1), 1)
            drawn.append(letter)
    return ["".join(symbols[i] for i in row).partition("·")[0] for row in tg.cat(drawn, 1).tolist()]


def prepared(text):
    """The names for training; those held out, every tenth; the symbols, of which · stands before and after a name."""
    names = text.splitlines()
    return [n for i, n in enumerate(names) if i % 10], names[::10], ["·", *sorted(set("".join(names)))]


def train(text, loop=Loop):
    """Both networks, and the loop, which knows the losses."""
    names, held_out, symbols = prepared(text)
    test = encoded(held_out, symbols)
    models = nn.ModuleDict({"LSTM": Speller(nn.LSTM, len(symbols)), "GRU": Speller(nn.GRU, len(symbols))})
    optimizer = optim.Adam(models.parameters(), lr=RATE)
    batches = DataLoader(TensorDataset(*encoded(names, symbols)), batch_size=BATCH_SIZE, shuffle=True)
    loop = loop(batches, EPOCHS, models=models, optimizer=optimizer)
    for x, y in loop:
        optimizer.zero_grad()
        for name, model in models.items():
            loss = model.loss(x, y)
            loss.backward()
            loop.log(**{name: loss.item()})
        optimizer.step()
        if loop.end_of_epoch:
            with tg.no_grad():
                loop.log(**{f"{name}_bits": model.loss(*test).item() / math.log(2) for name, model in models.items()})
    return models, loop


def step(text, model=None):
    """One step of the LSTM, on four names."""
    names, _, symbols = prepared(text)
    model, (x, y) = model or Speller(nn.LSTM, len(symbols)), encoded(names[:4], symbols)
    loss = model.loss(x, y)
    return loss, {"x": x, "y": y, "loss": loss}, model


def lesson(text, loop=Loop):
    models, loop = train(text, loop)
    names, held_out, symbols = prepared(text)
    x, y = encoded([max(held_out, key=len)], symbols)
    facts, samples, guesses = {}, {}, {}
    for name, model in models.items():
        made = set(sample(model, symbols, 1000))
        facts[f"{name}_invented_among_1000"] = len(made - {*names, *held_out})
        facts[f"{name}_held_out_among_1000"] = len(made & {*held_out})
        samples |= {f"{name}, temperature {t}": [*map(str.title, sample(model, symbols, 16, t))] for t in (0.5, 1.0)}
        with tg.no_grad():
            facts[f"{name}_bits_per_character"] = round(model.loss(*encoded(held_out, symbols)).item() / math.log(2), 4)
            guesses[name] = tg.softmax(model(x)[0][0], -1)
    curves = {name: {"step_losses": loop.history[name]} for name in models}
    loss, parts, model = step(text, models["LSTM"])
    model.zero_grad()
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    return facts, {
        "losses": plots.compare_runs(curves, measure="step_loss", ylabel="loss (nats per character)"),
        "word": plots.sequences(guesses, steps=[[symbols[i] for i in x[0]]] * 2, classes=symbols, marks=[y[0]] * 2,
                                title="Letters read, and how probable each letter is to come next (ring: what came)"),
        "samples": plots.samples(samples, title="Names made by the networks"),
        "step": draw(loss, module=model, names=parts, direction="TB"),
    }  # fmt: skip


if __name__ == "__main__":
    run(lesson)
