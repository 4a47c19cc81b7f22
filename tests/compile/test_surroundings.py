"""What a step finds around it, and is another one later on: it is followed, or what the step changes there refused."""

import collections
import functools
import sys
import types

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn, optim
from tinygrad_edu.compile import CompileError

X = tg.tensor([1.0, 2.0])
FACTOR = 2.0
SETTINGS = {"factor": 2.0}


def scaled(x):
    return x * FACTOR


def followed(step, change, *args):
    """Compiled and as it is, before and after a change."""
    compiled = tg.compile(step)
    for _ in range(3):
        np.testing.assert_array_equal(compiled(*args).numpy(), step(*args).detach().numpy())
    compiled.source  # noqa: B018 - it has been compiled
    change()
    for _ in range(3):
        np.testing.assert_array_equal(compiled(*args).numpy(), step(*args).detach().numpy())


def test_a_global_of_a_function_that_is_called(monkeypatch):
    followed(lambda x: scaled(x), lambda: monkeypatch.setitem(globals(), "FACTOR", 3.0), X)


def test_an_element_of_a_dict(monkeypatch):
    followed(lambda x: x * SETTINGS["factor"], lambda: monkeypatch.setitem(SETTINGS, "factor", 3.0), X)


def test_an_attribute():
    settings = types.SimpleNamespace(factor=2.0)
    followed(lambda x: x * settings.factor, lambda: setattr(settings, "factor", 3.0), X)


def test_an_element_of_a_list():
    weights = [tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])]
    followed(lambda x: x * weights[0] + weights[1], lambda: weights.reverse(), X)


def test_a_method():
    class Model:
        def __init__(self):
            self.factor = 2.0

        def step(self, x):
            return x * self.factor

    model = Model()
    followed(model.step, lambda: setattr(model, "factor", 3.0), X)


def test_an_option_of_a_layer():
    net = nn.Sequential(nn.LeakyReLU(0.1), nn.Linear(2, 2))
    followed(lambda x: net(x - 3).detach(), lambda: setattr(net[0], "negative_slope", 0.5), X)


def test_a_layer_that_is_replaced():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    followed(lambda x: net(x).detach(), lambda: net.__setitem__(1, nn.Linear(2, 3)), X)
    followed(lambda x: net(x).detach(), lambda: setattr(net[0], "bias", nn.Parameter(tg.ones(2))), X)


def test_one_layer_in_evaluation():
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout(0.0))
    x = tg.tensor([[1.0, 2.0], [3.0, 5.0]])
    followed(lambda x: net(x).detach(), lambda: net[1].eval(), x)


class Settings:
    factor = 2.0

    def __init__(self):
        self.own = types.SimpleNamespace(nested={"deep": [2.0]})
        self.seen = 0

    def __call__(self, x):
        return x * self.factor

    def through_a_global(self, x):
        return x * FACTOR

    def deep(self, x):
        return x * self.own.nested["deep"][0]

    @property
    def doubled(self):
        return 2 * self.factor


class Slotted:
    __slots__ = ("factor",)


def with_default(x, factors=[2.0]):  # noqa: B006
    return x * factors[0]


def test_attributes_of_classes_and_methods(monkeypatch):
    settings = Settings()
    followed(lambda x: x * Settings.factor, lambda: monkeypatch.setattr(Settings, "factor", 3.0), X)
    followed(lambda x: x * settings.doubled, lambda: monkeypatch.setattr(Settings, "factor", 4.0), X)
    followed(settings, lambda: monkeypatch.setattr(Settings, "factor", 5.0), X)
    followed(lambda x: settings(x), lambda: monkeypatch.setattr(settings, "factor", 6.0), X)
    followed(lambda x: settings.through_a_global(x), lambda: monkeypatch.setitem(globals(), "FACTOR", 7.0), X)
    followed(settings.deep, lambda: settings.own.nested["deep"].__setitem__(0, 8.0), X)
    followed(lambda x, s: x * s.factor, lambda: monkeypatch.setattr(settings, "factor", 9.0), X, settings)


def test_attributes_that_the_step_does_not_name_may_change():
    settings = Settings()
    compiled = tg.compile(settings.deep)
    for _ in range(5):
        compiled(X)
        settings.seen += 1
        settings.another = settings.seen
    assert compiled.traces == 2


def test_slots():
    slotted = Slotted()
    slotted.factor = 2.0
    followed(lambda x: x * slotted.factor, lambda: setattr(slotted, "factor", 3.0), X)


def test_defaults_and_arguments_of_partials():
    given = [2.0]
    followed(with_default, lambda: with_default.__defaults__[0].__setitem__(0, 3.0), X)
    followed(with_default, lambda: setattr(with_default, "__defaults__", ([4.0],)), X)
    followed(functools.partial(with_default, factors=given), lambda: given.__setitem__(0, 5.0), X)


def test_a_module_of_the_programs_own(monkeypatch):
    module = types.ModuleType("settings_of_a_program")
    module.factor = 2.0
    exec("def scaled(x):\n    return x * factor", vars(module))
    monkeypatch.setitem(sys.modules, "settings_of_a_program", module)

    def imports(x):
        import settings_of_a_program as settings
        from settings_of_a_program import factor

        return settings.scaled(x) * settings.factor * factor

    followed(imports, lambda: setattr(module, "factor", 3.0), X)
    followed(lambda x: module.scaled(x), lambda: setattr(module, "factor", 4.0), X)


def test_functions_in_containers():
    factor, functions = 2.0, {"first": [lambda x: x * factor]}

    def change():
        nonlocal factor
        factor = 3.0

    followed(lambda x: functions["first"][0](x), change, X)


def test_the_sign_of_zero():
    sign = 0.0

    def change():
        nonlocal sign
        sign = -0.0

    followed(lambda x: tg.copysign(x, tg.tensor(sign)), change, X)


@pytest.mark.parametrize("container", [[], collections.deque(), collections.defaultdict(list), set()])
def test_what_is_added_to_containers(container):
    def step(x):
        if isinstance(container, dict):
            container["losses"].append(1)
        else:
            getattr(container, "append", getattr(container, "add", None))(1)
        return x * 2

    with pytest.raises(CompileError, match="the step adds to container, or takes from it"):
        tg.compile(step)(X)


def test_what_is_written_to_a_file():
    written = []

    class File:
        def write(self, text):
            written.append(text)

    file = File()
    with pytest.raises(CompileError, match="the step adds to written"):
        tg.compile(lambda x: (file.write("a step"), x * 2)[1])(X)


class Remembers(nn.Module):
    def forward(self, x):
        self.last = x * 2
        return self.last


def test_what_a_layer_remembers():
    net = Remembers()
    with pytest.raises(CompileError, match=r"the step adds to net, or takes from it"):
        tg.compile(lambda x: net(x))(X)
    net.last = None
    with pytest.raises(CompileError, match=r"the step sets 'last' of net; a compiled step runs no Python"):
        tg.compile(lambda x: net(x))(X)


def test_what_a_step_counts():
    counts = {"steps": 0}

    def step(x):
        counts["steps"] += 1
        return x * 2

    with pytest.raises(CompileError, match="the step sets 'steps' of counts"):
        tg.compile(step)(X)


def test_a_metric_that_is_written_in_place():
    total, seen = tg.zeros(()), {"count": tg.zeros((), dtype=np.int64)}

    @tg.compile
    def step(scores, labels):
        total.add_(F.cross_entropy(scores, labels))
        seen["count"].add_((scores.argmax(1) == labels).sum())

    labels = tg.tensor([0, 2, 1])
    batches = [tg.randn(3, 3) for _ in range(6)]
    for scores in batches:
        step(scores, labels)
    np.testing.assert_allclose(total.item(), sum(F.cross_entropy(s, labels).item() for s in batches), rtol=1e-5)
    assert seen["count"].item() == sum((s.argmax(1) == labels).sum().item() for s in batches)


def test_a_loss_that_is_made_in_the_step():
    net = nn.Linear(2, 3)
    optimizer = optim.SGD(net.parameters(), lr=0.1)

    @tg.compile
    def step(x, y):
        loss = nn.CrossEntropyLoss()(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(5):
        step(tg.randn(4, 2), tg.tensor([0, 1, 2, 1]))
    assert step.traces == 2


def test_a_hook_that_comes_later():
    net = nn.Linear(2, 2)
    followed(
        lambda x: net(x).detach(),
        lambda: net.register_forward_hook(lambda module, given, made: made * 2),
        tg.ones(3, 2),
    )
