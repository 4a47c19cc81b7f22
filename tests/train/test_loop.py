"""`Loop`: the steps are written out, and a training that was stopped anywhere goes on bit for bit."""

import os
import signal
import sys

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.train.problem import LOSS, batches, learner, network, same, weights
from tinygrad_edu import nn, optim
from tinygrad_edu.data import transforms as T
from tinygrad_edu.train import LAST, Checkpoint, CheckpointError, DivergenceError, Loop, checkpoint

EPOCHS, STEPS = 3, 9  # of three batches


class Game:
    """Two networks with two optimizers, a schedule, dropout and batch norm, on shuffled batches; all that draws."""

    def __init__(self, epochs=EPOCHS, seed=5, loader=None, n=8):
        tg.manual_seed(seed)
        self.one = nn.Sequential(nn.Linear(2, n), nn.BatchNorm1d(n), nn.ReLU(), nn.Dropout(0.3), nn.Linear(n, 3))
        self.other = nn.Linear(2, 3)
        optimizers = (
            optim.Adam(self.one.parameters(), lr=0.02),
            optim.SGD(self.other.parameters(), lr=0.1, momentum=0.9),
        )
        self.first, self.second = optimizers
        schedule = optim.lr_scheduler.OneCycleLR(self.first, 0.05, total_steps=STEPS)
        self.schedule = schedule
        self.loop = Loop(
            batches() if loader is None else loader,
            epochs, one=self.one, other=self.other, first=self.first, second=self.second, schedule=schedule,
        )  # fmt: skip
        self.loop.callbacks.clear()

    def play(self, stop_after=None):
        for x, y in self.loop:
            for model, optimizer in ((self.one, self.first), (self.other, self.second)):
                optimizer.zero_grad()
                noise = tg.randn(*x.shape) * 0.1
                loss = LOSS(model(x + noise), y)
                loss.backward()
                optimizer.step()
            self.schedule.step()
            self.loop.log(loss=loss.item())
            if self.loop.end_of_epoch:
                self.loop.log(last=loss, drawn=tg.rand(1))
            if self.loop.step == stop_after:
                self.loop.stop("told to")
        return self


def alike(one, other):
    """The same weights, numbers and random numbers to come."""
    assert same(weights(one.one), weights(other.one))
    assert same(weights(one.other), weights(other.other))
    assert one.loop.history == other.loop.history
    assert one.first.param_groups[0]["lr"] == other.first.param_groups[0]["lr"]


def test_every_batch_of_every_epoch_comes_once():
    loop = Loop([10, 20, 30], 2)
    seen = [(loop.epoch, loop.step, batch, loop.end_of_epoch) for batch in loop]
    assert seen == [
        (1, 1, 10, False), (1, 2, 20, False), (1, 3, 30, True), (2, 4, 10, False), (2, 5, 20, False), (2, 6, 30, True),
    ]  # fmt: skip
    assert (loop.epoch, loop.step, loop.end_of_epoch, loop.ending) == (2, 6, False, "finished")
    assert list(loop) == []


def test_a_line_for_each_epoch(capsys):
    loop = Loop([1.0, 2.0], 2)
    for batch in loop:
        loop.log(loss=batch * loop.epoch, tiny=np.float32(1e-5))
        if loop.end_of_epoch:
            loop.log(test_accuracy=tg.tensor(0.5))
    assert capsys.readouterr().out.splitlines() == [
        "epoch 1/2   loss 1.5000   tiny 1e-05   test accuracy 0.5000",
        "epoch 2/2   loss 3.0000   tiny 1e-05   test accuracy 0.5000",
    ]
    assert loop.history["loss"] == [1.0, 2.0, 2.0, 4.0]
    assert loop.history["test_accuracy"] == [0.5, 0.5]
    assert all(type(value) is float for values in loop.history.values() for value in values)


@pytest.mark.parametrize("step", range(1, STEPS))
def test_a_loop_stopped_anywhere_goes_on_bit_for_bit(step, tmp_path):
    alone = Game().play()
    stopped = Game()
    stopped.loop.callbacks = [Checkpoint(tmp_path, every_epochs=None)]
    stopped.play(stop_after=step)
    assert (stopped.loop.step, stopped.loop.ending, stopped.loop.reason) == (step, "stopped", "told to")
    resumed = Game(seed=99)
    tg.default_generator().random(step)
    resumed.loop.resume(tmp_path / LAST)
    assert resumed.loop.history != alone.loop.history
    alike(resumed.play(), alone)
    assert resumed.loop.ending == "finished"


@pytest.mark.parametrize("step", [2, 3, 7])
def test_it_goes_on_in_the_same_process(step):
    stopped = Game().play(stop_after=step)
    assert stopped.loop.step == step
    alike(stopped.play(), Game().play())


def test_a_batch_that_was_left_by_an_error_comes_again():
    game = Game()
    for _ in game.loop:
        if game.loop.step == 5:
            break
    assert game.loop.step == 4
    assert sum(1 for _ in game.loop) == STEPS - 4


def test_transforms_and_workers_go_on_too(tmp_path):
    def images(workers):
        rng = np.random.default_rng(0)
        data = tg.data.TensorDataset(tg.tensor(rng.random((30, 1, 8, 8), np.float32)), tg.arange(30) % 3)
        moved = T.Compose([T.RandomAffine(20), T.ElasticDistortion()])
        return tg.data.DataLoader(data, 10, shuffle=True, transform=moved, num_workers=workers)

    def play(loop, stop_after=None):
        for x, y in loop:
            loop.log(sum=(x.sum() * (y + 1).sum()).item())
            if loop.step == stop_after:
                loop.stop("")

    tg.manual_seed(1)
    play(alone := Loop(images(0), 3))
    tg.manual_seed(1)
    stopped = Loop(images(1), 3)
    stopped.callbacks = [Checkpoint(tmp_path, every_epochs=None)]
    play(stopped, stop_after=5)
    play(resumed := _resumed(Loop(images(1), 3), tmp_path))
    assert resumed.history == alone.history


def _resumed(loop, folder):
    loop.resume(folder / LAST)
    return loop


def test_a_checkpoint_every_few_steps(tmp_path):
    game = Game()
    game.loop.callbacks = [Checkpoint(tmp_path, every_steps=2)]
    written = {}
    for _ in game.loop:
        if game.loop.step > 1:
            written[game.loop.step] = checkpoint.read(tmp_path / LAST)["position"]
    assert [(state["epoch"], state["batch"]) for state in written.values()] == [
        (0, 0), (0, 2), (1, 0), (1, 1), (1, 1), (1, 3), (1, 3), (2, 2),
    ]  # fmt: skip
    assert checkpoint.read(tmp_path / LAST)["position"]["epoch"] == EPOCHS


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_the_first_ctrl_c_ends_it_after_the_step_and_the_second_at_once():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        game, done = Game(), []
        for _ in game.loop:
            if game.loop.step == 4:
                os.kill(os.getpid(), signal.SIGINT)
                done.append("the rest of the step")
        assert done == ["the rest of the step"]
        assert (game.loop.step, game.loop.ending, game.loop.reason) == (4, "interrupted", "Ctrl-C")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

        def impatient():
            for _ in game.loop:
                os.kill(os.getpid(), signal.SIGINT)
                os.kill(os.getpid(), signal.SIGINT)
                done.append("never")

        with pytest.raises(KeyboardInterrupt):
            impatient()
        assert done == ["the rest of the step"]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Loop(iter([1]), 1), TypeError, "need a length"),
        (lambda: Loop(5, 1), TypeError, "expected an iterable over batches, such as a DataLoader, got int"),
        (lambda: Loop(tg.ones(3), 1), TypeError, "got Tensor"),
        (lambda: Loop([1], 0), ValueError, "epochs must be a whole number, 1 or more, got 0"),
        (lambda: Loop([1], 1.0), ValueError, "got 1.0"),
        (lambda: Loop([1], 1, rate=0.1), TypeError, "cannot keep rate: float has no state_dict and load_state_dict"),
        (lambda: Loop([1], 1, generator=np.random.default_rng()), TypeError, "cannot keep generator: Generator"),
        (lambda: list(Loop([], 1)), ValueError, "there are no batches"),
        (lambda: list(Loop(Liar(3, 2), 1)), ValueError, "length of the batches is 3, but an epoch of them has 2"),
        (lambda: list(Loop(Liar(3, 4), 1)), ValueError, "length of the batches is 3, but an epoch of them has more"),
        (lambda: Loop([1], 1).log(loss=[1.0]), TypeError, "expected a number for loss, got list"),
        (lambda: Loop([1], 1).log(loss="a"), TypeError, "expected a number for loss, got str"),
        (lambda: Loop(Liar(3, 3), 1).snapshot(), TypeError, "a Liar has no state_dict"),
    ],
)
def test_mistakes_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_checkpoint_that_would_lack_something_is_refused():
    game = Game()
    with pytest.raises(ValueError, match="second changes parameters of a network that is not kept"):
        Loop(batches(), 1, one=game.one, second=game.second).snapshot()
    with pytest.raises(ValueError, match="the learning rate of first has a schedule that is not kept"):
        Loop(batches(), 1, one=game.one, first=game.first).snapshot()
    assert Loop(batches(), 1, one=game.one, first=game.first, schedule=game.schedule).snapshot()
    assert len(list(Loop([1, 2], 1, second=game.second))) == 2  # nothing is saved here


class Liar:
    """Batches with a length of their own."""

    def __init__(self, said, given):
        self.said, self.given = said, given

    def __len__(self):
        return self.said

    def __iter__(self):
        return iter(range(self.given))


def test_tensors_with_several_elements_are_no_numbers():
    with pytest.raises(TypeError, match="log a mean"):
        Loop([1], 1).log(loss=tg.ones(3))


def test_a_loss_that_is_not_finite_ends_it_and_the_last_checkpoint_stays(tmp_path):
    game = Game()
    game.loop.callbacks = [Checkpoint(tmp_path, every_steps=1)]

    def diverge():
        for _ in game.loop:
            if game.loop.step == 3:
                with tg.no_grad():
                    game.one[0].weight[0, 0] = float("nan")
                game.loop.log(loss=float("nan"))

    with pytest.raises(DivergenceError, match=r"loss became nan at step 3 \(epoch 1\): parameter '0.weight' contains"):
        diverge()
    assert checkpoint.read(tmp_path / LAST)["position"]["batch"] == 2
    with pytest.raises(DivergenceError, match=r"loss became inf at step 0.*all weights are finite"):
        Loop([1], 1).log(loss=float("inf"))


@pytest.fixture
def saved(tmp_path):
    game = Game()
    game.loop.callbacks = [Checkpoint(tmp_path, every_epochs=None)]
    game.play(stop_after=4)
    return tmp_path / LAST


def refuses(loop, path, message):
    """The file is refused, and nothing is changed."""
    before = repr(loop.snapshot())
    with pytest.raises(CheckpointError, match=message) as error:
        loop.resume(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    assert repr(loop.snapshot()) == before


def test_damaged_files_are_refused(saved):
    content = saved.read_bytes()
    saved.write_bytes(content[:-1])
    refuses(Game().loop, saved, "is damaged or not a checkpoint")
    middle = len(content) - 100
    saved.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    refuses(Game().loop, saved, "is damaged or not a checkpoint")
    saved.write_bytes(b"")
    refuses(Game().loop, saved, "is damaged or not a checkpoint")


def test_checkpoints_of_other_trainings_are_refused(saved, tmp_path):
    game = Game()
    refuses(Loop(batches(), 3, one=game.one), saved, "it keeps one, other, first, second, schedule, the loop one")
    refuses(Game(n=9).loop, saved, r"architecture: 0.weight is float32 \(8, 2\) in the file, float32 \(9, 2\) in one")
    game.loop.kept["first"] = optim.SGD(game.one.parameters(), lr=0.1)
    refuses(game.loop, saved, "its optimizer is Adam, not SGD")
    game = Game()
    game.loop.kept["schedule"] = optim.lr_scheduler.StepLR(game.first, 3)
    refuses(game.loop, saved, "its schedule is a OneCycleLR, not a StepLR")
    refuses(Game(loader=batches(batch_size=8)).loop, saved, "its epochs have 3 batches, the data here 5")
    checkpoint.save(tmp_path / "learner", learner())
    refuses(Game().loop, tmp_path / "learner", "it was written by a Learner, this is a Loop")
    own = learner(model=network())
    with pytest.raises(CheckpointError, match="it was written by a Loop, this is a Learner"):
        own.fit(1, resume=saved)
