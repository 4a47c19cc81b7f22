"""The training loop on a problem that is small enough to check by hand."""

import os
import signal
import sys

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.train.problem import LOSS, Recorder, StopAt, batches, learner, network, same, weights
from tinygrad_edu import nn, optim
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Callback, Learner, StopAfterSteps, evaluate

STEP = ["batch_begin", "loss", "backward", "step_end"]


def test_learns_and_keeps_a_history():
    recorder = Recorder(lambda learner: len(learner.targets) if learner.targets is not None else None)
    trained = learner(recorder)
    history = trained.fit(20)
    rows = history.epochs
    assert history.ending == "finished"
    assert [row.epoch for row in rows] == list(range(1, 21))
    assert all(row.fraction == 1 and row.steps == 3 and row.samples == 40 for row in rows)
    seen = [n for name, n in zip(recorder.events, recorder.seen, strict=True) if name == "step_end"]
    assert seen == [8 if i % 3 == 2 else 16 for i in range(60)]
    assert history.progress == 20
    assert (trained.epoch, trained.batch, trained.step) == (20, 0, 60)
    assert rows[-1].valid["accuracy"] > 0.9
    assert rows[-1].train_loss < rows[0].train_loss / 2
    assert rows[0].samples_per_second == rows[0].samples / rows[0].seconds
    assert rows[-1].values.keys() == {"train_loss", "valid_loss", "valid_accuracy"}


def test_the_events_in_their_order():
    recorder = Recorder()
    learner(recorder).fit(2)
    assert recorder.events == ["fit_begin", *["epoch_begin", *STEP * 3, "epoch_end"] * 2, "fit_end"]
    recorder = Recorder()
    learner(recorder, StopAfterSteps(4)).fit(2)
    begin = ["fit_begin", "epoch_begin", *STEP * 3, "epoch_end"]
    assert recorder.events == [*begin, "epoch_begin", *STEP, "interrupt", "fit_end"]


def test_what_callbacks_see():
    recorder = Recorder(lambda own: (own.epoch, own.batch, own.step, len(own.history.epochs)))
    learner(recorder).fit(1)
    seen = dict(zip(recorder.events, recorder.seen, strict=True))  # the last of each
    assert seen["batch_begin"] == seen["loss"] == seen["backward"] == (0, 2, 2, 0)
    assert seen["step_end"] == (0, 3, 3, 0)
    assert seen["epoch_end"] == (1, 0, 3, 1)


def test_callbacks_are_called_by_their_order():
    told = []

    class Late(Callback):
        order = 1

        def on_fit_begin(self, learner):
            told.append("late")

    class Usual(Callback):
        def on_fit_begin(self, learner):
            told.append("usual")

    learner(Late(), Usual()).fit(1)
    assert told == ["usual", "late"]


def test_a_callback_may_replace_the_loss():
    class Nothing(Callback):
        def on_loss(self, learner):
            learner.loss = learner.loss * 0.0

    trained = learner(Nothing())
    before = weights(trained.model)
    assert trained.fit(1).step_losses == [0.0, 0.0, 0.0]
    assert same(weights(trained.model), before)


def test_train_loss_is_the_mean_over_samples_not_over_batches():
    row = learner(lr=0.0).fit(1).epochs[0]
    assert row.train_loss == pytest.approx(row.valid["loss"], rel=1e-5)


def test_without_validation_data():
    trained = learner(data=(batches(), None))
    row = trained.fit(1).epochs[0]
    assert row.valid == {}
    assert row.values.keys() == {"train_loss"}
    with pytest.raises(ValueError, match="no validation data"):
        trained.evaluate()
    assert trained.evaluate(batches()).keys() == {"loss", "accuracy"}


def test_batches_may_be_lists_and_have_several_inputs():
    class Product(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 3)

        def forward(self, x, scale):
            return self.layer(x) * scale

    data = [(x, tg.ones(len(x), 1), y) for x, y in batches()]
    trained = learner(model=Product(), data=(data, data))
    losses = trained.fit(10).step_losses
    assert losses[-1] < losses[0]
    assert trained.predict(data).shape == (40, 3)


def test_evaluate_equals_numpy_whatever_the_batch_size():
    trained = learner()
    x, y = batches().dataset.tensors
    logits = trained.model(x).detach().numpy().astype(np.float64)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for size in (1, 7, 40):
        score = trained.evaluate(batches(batch_size=size))
        assert score["loss"] == pytest.approx(-np.log(p[range(40), y.numpy()]).mean(), rel=1e-5)
        assert score["accuracy"] == (logits.argmax(axis=1) == y.numpy()).mean()


def test_evaluate_records_nothing_and_leaves_the_mode_and_the_generator():
    seen = []

    class Watched(nn.Linear):
        def forward(self, x):
            seen.append((self.training, tg.is_grad_enabled()))
            return super().forward(x)

    trained = learner(model=Watched(2, 3))
    state = tg.default_generator().bit_generator.state
    for mode in (True, False):
        trained.model.train(mode)
        trained.evaluate()
        trained.predict(np.zeros((1, 2), np.float32))
        assert trained.model.training is mode
    assert tg.default_generator().bit_generator.state == state
    assert set(seen) == {(False, False)}
    assert all(p.grad is None for p in trained.model.parameters())


def test_no_samples():
    with pytest.raises(ValueError, match="no samples"):
        evaluate(network(), LOSS, [])
    with pytest.raises(ValueError, match="no samples"):
        learner().predict([])
    with pytest.raises(ValueError, match="no training samples"):
        learner(data=([], None)).fit(1)


def test_predict():
    trained = learner()
    x, _ = batches().dataset.tensors
    expected = trained.model(x).detach().numpy()
    assert isinstance(trained.predict(x), tg.Tensor)
    for inputs in (x, x.numpy(), batches(shuffle=False), DataLoader(TensorDataset(x), 7), [x[:9], x[9:]]):
        np.testing.assert_allclose(trained.predict(inputs).numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize(("after", "epoch", "fraction"), [(1, 1, 1 / 3), (3, 1, 1.0), (4, 2, 1 / 3), (6, 2, 1.0)])
def test_stops_when_told_to_and_tests_what_was_learned(after, epoch, fraction):
    class Ask(Callback):
        def on_step_end(self, learner):
            if learner.step >= after:
                learner.interrupt()

    trained = learner(Ask())
    history = trained.fit(2)
    assert history.steps == after
    assert history.ending == ("finished" if after == 6 else "interrupted")
    assert history.reason == ("" if after == 6 else "Ctrl-C")
    assert (history.epochs[-1].epoch, history.epochs[-1].fraction) == (epoch, fraction)
    assert history.progress == pytest.approx(after / 3)
    assert history.epochs[-1].valid["loss"] == pytest.approx(evaluate(trained.model, LOSS, batches())["loss"])


@pytest.mark.parametrize(
    ("event", "steps"),
    [("on_fit_begin", 0), ("on_epoch_begin", 0), ("on_batch_begin", 0), ("on_loss", 0), ("on_backward", 1)],
)
def test_where_a_stop_takes_effect(event, steps):
    trained = learner(StopAt(event, 0))
    before = weights(trained.model)
    history = trained.fit(1)
    assert history.steps == steps
    assert history.ending == "stopped"
    assert same(weights(trained.model), before) == (steps == 0)


@pytest.mark.parametrize(
    ("event", "step"),
    [("on_loss", 1), ("on_loss", 5), ("on_batch_begin", 4), *(("on_step_end", step) for step in (1, 2, 3, 5))],
)
@pytest.mark.parametrize("listed", [False, True])
def test_a_second_fit_goes_on_where_the_first_stopped(step, listed, event):
    def data():
        return list(batches(shuffle=False)) if listed else batches()

    alone = learner(data=(data(), batches()), momentum=0.9)
    whole = alone.fit(3)
    parts = learner(StopAt(event, step), data=(data(), batches()), momentum=0.9)
    assert parts.fit(3).ending == "stopped"
    parts.callbacks.clear()
    history = parts.fit(3)
    assert history.ending == "finished"
    assert history.step_losses == whole.step_losses
    assert [(e.fraction, e.train_loss, e.valid) for e in history.epochs] == [
        (e.fraction, e.train_loss, e.valid) for e in whole.epochs
    ]
    assert same(weights(parts.model), weights(alone.model))


def test_goes_on_after_an_error():
    class Fail(Callback):
        def on_loss(self, learner):
            if learner.step == 4:
                raise RuntimeError("broken")

    alone = learner()
    whole = alone.fit(3)
    own = learner(Fail())
    with pytest.raises(RuntimeError, match="broken"):
        own.fit(3)
    own.callbacks.clear()
    assert own.fit(3).step_losses == whole.step_losses


def test_fit_counts_the_epochs_of_earlier_calls():
    trained = learner()
    trained.fit(2)
    assert len(trained.fit(5).epochs) == 5
    assert trained.fit(5).steps == 15


@pytest.fixture
def ctrl_c():
    """SIGINT as Python has it, even if the tests were started in the background, where it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_ctrl_c_finishes_the_step_and_a_second_one_does_not(ctrl_c):
    class Press(Callback):
        times = 1

        def on_backward(self, learner):
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)

    press = Press()
    trained = learner(press)
    history = trained.fit(3)
    assert (history.ending, history.reason, history.steps) == ("interrupted", "Ctrl-C", 1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    press.times = 2
    with pytest.raises(KeyboardInterrupt):
        trained.fit(3)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_the_same_weights_as_pytorch(name):
    torch = pytest.importorskip("torch")
    model = network()
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))
    theirs.load_state_dict({k: torch.tensor(v) for k, v in weights(model).items()})
    data = list(batches())
    ours = getattr(optim, name)(model.parameters(), lr=0.01)
    optimizer = getattr(torch.optim, name)(theirs.parameters(), lr=0.01)
    losses = Learner(model, (data, None), LOSS, ours).fit(10).step_losses
    for (x, y), loss in zip(data * 10, losses, strict=True):
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(theirs(torch.tensor(x.numpy())), torch.tensor(y.numpy()))
        assert loss == pytest.approx(value.item(), rel=1e-4)
        value.backward()
        optimizer.step()
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(weights(model)[key], value.numpy(), rtol=1e-4, atol=1e-5)
