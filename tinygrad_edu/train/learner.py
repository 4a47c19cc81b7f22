"""`Learner`: the training loop - forward, loss, backward, step - with named events for everything else.

    learner = Learner(model, (train_batches, test_batches), nn.CrossEntropyLoss(), optimizer, metrics=[accuracy])
    history = learner.fit(epochs=6)

What is not the loop is a callback (callback.py): stopping rules, learning rate schedules, checkpoints, logs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from os import PathLike
from typing import Any, Protocol

import numpy as np

from ..creation import as_tensor
from ..random import get_rng_state, set_rng_state
from ..recording import no_grad
from ..tensor import Tensor
from ..warn import warn
from .callbacks.callback import EVENTS, Callback
from .callbacks.stopping import StopWhenNotFinite
from .checkpoint import load
from .checks import check_optimizer, inputs_and_targets, pair_of_batches, warn_of_dropout
from .divergence import DivergenceError, bad_parameter, cause
from .evaluate import evaluate
from .history import Ending, Epoch, History
from .learner_state import LearnerState
from .metrics import as_array
from .position import Position
from .sigint import first_ctrl_c
from .step import CompiledStep, Step
from .streaming import Metric, as_metric


class Batches(Iterable[Any], Sized, Protocol):
    """What a `DataLoader` is: each `iter()` goes through all samples once, in `len()` batches."""


class Learner(LearnerState):
    """A model and everything needed to train it.

    model: an `nn.Module`. data: the training batches and the validation batches, or None for the latter: each an
    iterable with a length, such as a `DataLoader`, over (inputs, targets); of more than two entries, all but the last
    are inputs. loss: `loss(outputs, targets)`, a mean over the batch. optimizer: one of `optim`.
    metrics: functions `f(outputs, targets)` and `Metric`s, measured on the validation data after each epoch.
    callbacks: see `Callback`. compile: run the step as a compiled program, with the same numbers: see `CompiledStep`.

    `epoch`, `batch` and `step` count completed work: whole epochs, batches since then, updates in total.
    `inputs`, `targets`, `outputs` and `loss` are those of the current batch, for callbacks. `history` records
    everything.
    """

    train_data: Batches
    valid_data: Iterable[Any] | None

    def __init__(
        self,
        model: Any,
        data: tuple[Batches, Iterable[Any] | None],
        loss: Callable[[Any, Any], Tensor],
        optimizer: Any,
        metrics: Sequence[Metric | Callable[[Any, Any], Any]] = (),
        callbacks: Sequence[Callback] = (),
        compile: bool = False,
    ) -> None:
        self.model, self.loss_fn, self.optimizer = model, loss, optimizer
        self.train_data, self.valid_data = pair_of_batches(data)
        check_optimizer(model, optimizer)
        self.metrics = [as_metric(metric) for metric in metrics]
        self.callbacks = sorted(callbacks, key=lambda callback: callback.order)
        self.history = History()
        self.position = Position()
        self.epochs = 0  # the target of `fit`
        self.stopping = False
        self.inputs: Sequence[Any] = ()
        self.targets: Any = None
        self.outputs: Any = None
        self.loss: Any = None
        self.compile = compile
        self._step = Step()
        self._warned: set[str] = set()  # what has been warned of, so that it is done once
        self._quiet = False  # a divergence is no exception: there is a callback for it
        self._failure: DivergenceError | None = None  # what `fit` is to raise
        self._hooks: dict[str, list[Callable[[Learner], None]]] = {}

    @property
    def epoch(self) -> int:
        return self.position.epoch

    @property
    def batch(self) -> int:
        return self.position.batch

    @property
    def step(self) -> int:
        return self.history.steps

    # --- training ---------------------------------------------------------------------------------------------------

    def fit(self, epochs: int, resume: str | PathLike[str] | None = None) -> History:
        """Train until `epochs` epochs are done, those of earlier calls included, and return the history.

        resume: a checkpoint to resume from, exactly, even in the middle of an epoch. Raises `CheckpointError`, with
        nothing changed, if it cannot be used.

        Raises `DivergenceError` at the first loss that is nan or infinite, before the update, and says what caused
        it: a parameter, the batch, or a module. Everything until then is kept: `history`, the weights, checkpoints.
        With `StopWhenNotFinite` among the callbacks `fit` returns instead.

        It ends early when a callback calls `stop`, and by Ctrl-C: the first one lets the current step finish, a second
        one raises `KeyboardInterrupt` at once. `history.ending` and `history.reason` say how it ended; calling `fit`
        again continues from there.
        """
        if resume is not None:
            load(resume, self)
        self._hooks = {name: self._listeners(name) for name in EVENTS}
        if self.compile:
            self._step = CompiledStep(self, self._hooks["on_loss"], self._hooks["on_backward"])
        self.epochs, self.stopping, self._failure = epochs, False, None
        self._quiet = any(isinstance(callback, StopWhenNotFinite) for callback in self.callbacks)
        self.history.reopen()
        self.history.steps_per_epoch = len(self.train_data)
        # what overflows shows in the loss, and is explained then
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"), first_ctrl_c(self.interrupt):
            try:
                self._notify("on_fit_begin")
                while self.epoch < epochs and not self.stopping:
                    self._train()
                    if self.stopping and self.batch < len(self.train_data):
                        break  # in the middle of an epoch
                    self._finish_epoch()
                self._finish()
            except BaseException:
                self.position.close(self.train_data)  # so that another fit continues after the last whole step
                raise
        if self._failure is not None and not self._quiet:
            raise self._failure
        return self.history

    def stop(self, reason: str, ending: Ending = "stopped") -> None:
        """End the training: before the backward pass, if that is still to come; otherwise after the current step.
        A batch that was skipped in this way comes again when training continues.

        `reason` is a line for people; `ending` says how it ended.
        """
        if not self.stopping:
            self.stopping, self.history.reason, self.history.ending = True, reason, ending

    def diverge(self, loss: float, why: str) -> None:
        """End the training because its loss is nan or infinite; `why` is a sentence that says what caused it."""
        at = self.step + 1
        self.history.diverged_at = (at, loss)
        self.stop(f"the loss became {loss} at step {at:,} (epoch {self.epoch + 1}): {why}", "diverged")
        self._failure = DivergenceError(f"fit: {self.history.reason}")

    def interrupt(self) -> None:
        """End the training as Ctrl-C does."""
        self.stop("Ctrl-C", "interrupted")

    def _train(self) -> None:
        """The batches of one epoch, or those that are left of it: the loop itself."""
        if self.batch == 0:
            self._notify("on_epoch_begin")
        if self.stopping:
            return
        on_batch_begin, on_loss, on_backward, on_step_end = (self._hooks[name] for name in EVENTS[2:6])
        position, step = self.position, self._step
        self.model.train()
        position.start_clock()
        for batch in position.open(self.train_data):
            self.inputs, self.targets = inputs_and_targets(batch)
            for hook in on_batch_begin:
                hook(self)
            if self.stopping:
                break
            loss = step.forward(self, on_loss)
            if not self.stopping and not math.isfinite(loss):
                self.diverge(loss, cause(self.model, self.inputs, self.targets))
            if self.stopping:
                break
            step.backward(self)
            for hook in on_backward:
                hook(self)
            step.update(self)
            self.history.step_losses.append(loss)
            position.count(loss, len(self.targets))
            for hook in on_step_end:
                hook(self)
            if self.stopping and position.batch < len(self.train_data):
                break
        position.stop_clock()
        self.inputs, self.targets, self.outputs, self.loss = (), None, None, None

    def _finish_epoch(self) -> None:
        if not self.batch:
            raise ValueError("fit: there are no training samples")
        if (damage := bad_parameter(self.model)) is not None:  # no loss has shown it yet
            self.diverge(math.nan, f"{damage} after the last update; lower the learning rate, or clip the gradients")
            return
        row = self._row(1.0)
        self.position.next_epoch()
        self.history.epochs.append(row)
        self._notify("on_epoch_end")

    def _finish(self) -> None:
        """The end of `fit`. A stop after the last step has no effect."""
        history = self.history
        self.position.close(self.train_data)
        if self.epoch >= self.epochs and history.ending != "diverged":
            history.ending, history.reason = "finished", ""
        if history.ending != "finished":
            self._notify("on_interrupt")
        if self.batch and history.ending != "diverged":
            history.epochs.append(self._row(self.batch / len(self.train_data)))
        self._notify("on_fit_end")

    def _row(self, fraction: float) -> Epoch:
        valid = {} if self.valid_data is None else self.evaluate()
        loss = valid.get("loss", 0.0)
        if not (math.isfinite(loss) or self._quiet or "validation" in self._warned):
            self._warned.add("validation")
            warn(
                f"fit: the validation loss is {loss} after epoch {self.epoch + 1}: {self.valid_cause()}", RuntimeWarning
            )
        numbers = {name: float(value) for name, value in valid.items() if np.ndim(value) == 0}
        return self.position.row(fraction, numbers)

    def valid_cause(self) -> str:
        """What makes the validation loss nan or infinite, as a sentence: see `divergence.cause`."""
        was_training = self.model.training
        self.model.eval()
        try:
            with no_grad():
                for *inputs, targets in self.valid_data or ():
                    if not math.isfinite(self.loss_fn(self.model(*inputs), targets).item()):
                        return cause(self.model, inputs, targets)
        finally:
            self.model.train(was_training)
        return "no single batch shows why"

    # --- using ------------------------------------------------------------------------------------------------------

    def evaluate(self, batches: Iterable[Any] | None = None) -> dict[str, Any]:
        """The loss and the metrics, by name, over `batches`, or over the validation data.

        It does not affect training: the state of the default generator is restored.
        """
        batches = self.valid_data if batches is None else batches
        if batches is None:
            raise ValueError("evaluate: this learner has no validation data; pass batches")
        state = get_rng_state()
        try:
            return evaluate(self.model, self.loss_fn, batches, self.metrics)
        finally:
            set_rng_state(state)

    def predict(self, inputs: Any) -> Tensor:
        """The model's outputs, in evaluation mode: for one batch of inputs, a Tensor or an array; or for all batches
        of an iterable, such as a `DataLoader`, joined. Batches that are lists or tuples of two entries or more are
        taken to end with their targets, which are dropped."""
        was_training = self.model.training
        self.model.eval()
        try:
            with no_grad():
                if isinstance(inputs, Tensor | np.ndarray):
                    output: Tensor = self.model(as_tensor(inputs))
                    return output
                outputs = [as_array(self.model(*_inputs(batch))) for batch in inputs]
        finally:
            self.model.train(was_training)
        if not outputs:
            raise ValueError("predict: there are no samples")
        return as_tensor(np.concatenate(outputs))

    # --- events -----------------------------------------------------------------------------------------------------

    def _listeners(self, event: str) -> list[Callable[[Learner], None]]:
        """The methods for an event, of those callbacks that define it."""
        base = getattr(Callback, event)
        methods = [getattr(callback, event) for callback in self.callbacks]
        return [method for method in methods if getattr(method, "__func__", method) is not base]

    def _notify(self, event: str) -> None:
        """Call the hooks of an event outside the steps."""
        if not self._hooks[event]:
            return
        with warn_of_dropout(self.model, self._warned):
            for hook in self._hooks[event]:
                hook(self)


def _inputs(batch: Any) -> Iterator[Any]:
    if not isinstance(batch, list | tuple):
        batch = [batch]
    return iter(batch if len(batch) == 1 else batch[:-1])
