"""The networks in PyTorch's names: `lib` is torch or tinygrad_edu, and the lines are the same."""

from __future__ import annotations

import itertools
from typing import Any

from ..workloads import CHAIN_LENGTH, CONTEXT, HEADS, LAYERS, LSTM_HIDDEN, LSTM_INPUTS, VOCABULARY, WIDTH, Workload


def mlp(lib: Any, F: Any, workload: Workload) -> Any:
    activation = getattr(lib, workload.activation)

    class MLP(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = lib.nn.ModuleList([lib.nn.Linear(*pair) for pair in itertools.pairwise(workload.sizes)])

        def forward(self, x):
            *hidden, last = self.layers
            for layer in hidden:
                x = activation(layer(x))
            return last(x)

    return MLP()


def lenet(lib: Any, F: Any, workload: Workload) -> Any:
    nn = lib.nn

    class LeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
            self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = F.relu(self.fc1(x.reshape(len(x), -1)))
            return self.fc3(F.relu(self.fc2(x)))

    return LeNet()


def lstm(lib: Any, F: Any, workload: Workload) -> Any:
    class Classifier(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = lib.nn.LSTM(LSTM_INPUTS, LSTM_HIDDEN, batch_first=True)
            self.head = lib.nn.Linear(LSTM_HIDDEN, 10)

        def forward(self, x):
            return self.head(self.lstm(x)[0][:, -1])

    return Classifier()


def transformer(lib: Any, F: Any, workload: Workload) -> Any:
    """Layer norms first, exact GELU, no dropout."""
    nn = lib.nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
            self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

        def forward(self, x):
            batch, length, _ = x.shape
            qkv = self.qkv(self.norm1(x)).reshape(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
            y = F.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], is_causal=True)
            x = x + self.out(y.transpose(1, 2).reshape(batch, length, WIDTH))
            return x + self.down(F.gelu(self.up(self.norm2(x))))

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.token_embedding = nn.Embedding(VOCABULARY, WIDTH)
            self.position_embedding = nn.Embedding(CONTEXT, WIDTH)
            self.blocks = nn.ModuleList([Block() for _ in range(LAYERS)])
            self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY)

        def forward(self, x):
            x = self.token_embedding(x) + self.position_embedding.weight
            for block in self.blocks:
                x = block(x)
            return self.head(self.norm(x)).reshape(-1, VOCABULARY)

    return Transformer()


NETWORKS = {"mlp": mlp, "lenet": lenet, "lstm": lstm, "transformer": transformer}


def training_step(lib: Any, F: Any, workload: Workload, optimizer: Any, compile: Any) -> tuple[Any, Any, Any]:
    """The step, its arguments and what it leaves to read besides its result."""
    if workload.kind == "chain":
        x, w = (lib.tensor(value, requires_grad=True) for value in workload.parameters().values())

        def there_and_back():
            x.grad = w.grad = None
            y = x
            for _ in range(CHAIN_LENGTH):
                y = y * w
            loss = y.sum()
            loss.backward()
            return loss

        return compile(there_and_back), (), (x, w)
    model = NETWORKS[workload.kind](lib, F, workload)
    model.load_state_dict({name: lib.from_numpy(value) for name, value in workload.parameters().items()})
    x, y = map(lib.from_numpy, workload.data())
    y = y.reshape(-1)
    update = optimizer(model.parameters())

    def step(x, y):
        update.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        update.step()
        return loss

    return compile(step), (x, y), ()


def repeated(step: Any, arguments: Any, leaves: Any) -> tuple[Any, Any]:
    """`step` without arguments, and what reads the last loss and the gradients of `leaves`."""
    last = [None]

    def run():
        last[0] = step(*arguments)

    def read():
        return [float(last[0].detach()), *(float(x) for leaf in leaves for x in leaf.grad.detach())]

    return run, read
