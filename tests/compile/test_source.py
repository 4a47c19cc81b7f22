"""The program as text: it runs by itself, and its names are those of the network and of the step."""

import numpy as np

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(6, 5)
        self.output = nn.Linear(5, 3)

    def forward(self, x):
        h = self.hidden(x).relu()
        return self.output(h * h.tanh())


def compiled(clip=False):
    tg.manual_seed(0)
    model = Net()
    optimizer = optim.SGD(model.parameters(), lr=0.1)

    @tg.compile
    def step(images, labels):
        scores = model(images)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        return loss, (scores.argmax(1) == labels).float().mean()

    batches = [(tg.randn(4, 6), tg.tensor([0, 2, 1, 1])) for _ in range(4)]
    for batch in batches[:2]:
        step(*batch)
    return model, step, batches[2:]


def test_it_runs_in_an_empty_namespace():
    for clip in (False, True):
        model, step, ((x, y), _) = compiled(clip)
        other, same, _ = compiled(clip)
        names = dict(step.arrays)
        assert not any(hasattr(np, name) for name in names)
        exec(step.source, names)
        loss, accuracy = names["step"](x.numpy(), y.numpy())[:2]
        want = same(x, y)
        np.testing.assert_array_equal(loss, want[0].detach().numpy())
        np.testing.assert_array_equal(accuracy, want[1].numpy())
        for p, q in zip(model.parameters(), other.parameters(), strict=True):
            np.testing.assert_array_equal(p.detach().numpy(), q.detach().numpy())


def test_names():
    source = compiled()[1].source
    assert "def step(images, labels):" in source
    for name in ("hidden_weight", "output_bias", "d_hidden_weight", "scores", "d_scores", "loss", "# Linear", "# Net"):
        assert name in source, name
    assert "# Linear" in source[source.index("d_scores") :]  # backwards too


def test_gradients_that_are_sums():
    source = compiled()[1].source
    assert "_part" in source  # h is used twice


def test_what_was_in_grad_before():
    net = nn.Linear(2, 1)

    def step(x):
        net(x).sum().backward()

    step = tg.compile(step)
    for _ in range(4):
        step(tg.ones(3, 2))
    assert net.bias.grad.item() == 12
    assert "d_linear_weight_before" in step.source
