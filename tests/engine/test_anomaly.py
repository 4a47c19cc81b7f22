"""`detect_anomaly`: the op, its inputs and the line of the program where a nan came from."""

import threading

import pytest

import tinygrad_edu as tg
from tinygrad_edu import autograd, nn
from tinygrad_edu.autograd import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from tinygrad_edu.recording import thread


def leaf(data):
    return tg.tensor(data, requires_grad=True)


def state():
    return thread.mode.anomaly, thread.mode.lines


def test_a_nan_that_backward_makes():
    x = leaf([0.0, 4.0])
    with detect_anomaly():
        root = x.sqrt()  # here
        loss = (root * tg.tensor([0.0, 1.0])).sum()
        with pytest.raises(RuntimeError) as error:
            loss.backward()
    number = test_a_nan_that_backward_makes.__code__.co_firstlineno + 3
    assert str(error.value) == (
        "backward: the derivative of sqrt in input 0 is nan (1 of 2 elements), of sqrt(float32[2]) at test_anomaly.py, "
        f"line {number}: root = x.sqrt()  # here."
    )
    assert x.grad is None
    assert state() == ("", False)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_nan_of_the_forward_pass_is_traced_to_its_op():
    layer = nn.Linear(2, 2)
    with detect_anomaly():
        h = layer(tg.ones(3, 2))
        bad = (h * 0 - 1).sqrt()
        loss = (bad * 2).sum()
        with (
            pytest.warns(
                tg.UsageWarning, match=r"the output is nan; the first nan was made by sqrt\(float32\[3, 2\]\)"
            ),
            pytest.raises(
                RuntimeError, match=r"nan already: the first was made by sqrt.*bad = \(h \* 0 - 1\)\.sqrt\(\)"
            ),
        ):
            loss.backward()


def test_a_gradient_that_comes_in_as_nan():
    x = leaf([1.0])
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"derivative of mul .* came in was nan already"):
        (x * 2).backward(tg.tensor([float("nan")]))


def test_without_lines_it_says_how_to_get_them():
    x = leaf(0.0)
    y = x.sqrt() * 0
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"sqrt.*inside detect_anomaly"):
        y.backward()


def test_what_is_not_nan_passes():
    x = leaf([0.0, 1.0])
    with detect_anomaly():
        (x.exp() / 2).sum().backward()
        (g,) = tg.grad((x**3).sum(), x, create_graph=True)
        assert g.requires_grad
    assert x.grad is not None


def test_recorded_passes_and_grad_are_watched():
    x = leaf(0.0)
    with detect_anomaly():
        y = x.sqrt() * 0
        for create_graph in (False, True):
            with pytest.raises(RuntimeError, match="derivative of sqrt"):
                tg.grad(y, x, retain_graph=True, create_graph=create_graph)


def test_an_error_in_a_rule_says_where_its_op_was_called():
    class Fails(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            raise ZeroDivisionError("here")

    for check_nan in (True, False):
        with detect_anomaly(check_nan=check_nan):
            y = Fails.apply(leaf(1.0))
            with pytest.raises(ZeroDivisionError) as error:
                (y * 2).backward()
        (note,) = error.value.__notes__
        line = test_an_error_in_a_rule_says_where_its_op_was_called.__code__.co_firstlineno + 12
        assert note == (
            f"in the derivative of Fails(float32[]) at test_anomaly.py, line {line}: y = Fails.apply(leaf(1.0))"
        )


def test_check_nan_false_does_not_look():
    x = leaf(0.0)
    with detect_anomaly(check_nan=False):
        (x.sqrt() * 0).backward()
    assert x.grad.isnan().item()


def test_states_and_nesting():
    assert not is_anomaly_enabled()
    with detect_anomaly():
        assert is_anomaly_enabled()
        assert autograd.is_anomaly_check_nan_enabled()
        with detect_anomaly(check_nan=False):
            assert not autograd.is_anomaly_check_nan_enabled()
        with set_detect_anomaly(False):
            assert state() == ("", False)
        assert is_anomaly_enabled()
        other = threading.Thread(target=lambda: found.append(is_anomaly_enabled()))
        found = []
        other.start()
        other.join()
        assert found == [False]
    assert state() == ("", False)
    with tg.source_lines():
        with set_detect_anomaly(False):
            assert state() == ("", True)
        with detect_anomaly():
            pass
        assert state() == ("", True)


def test_for_good_and_as_a_decorator():
    set_detect_anomaly(True)
    assert is_anomaly_enabled()
    set_detect_anomaly(False)
    assert state() == ("", False)

    @detect_anomaly()
    def inside():
        return is_anomaly_enabled()

    @set_detect_anomaly(True)
    def also():
        return is_anomaly_enabled()

    assert not is_anomaly_enabled()
    assert inside()
    assert also()
    assert not is_anomaly_enabled()
