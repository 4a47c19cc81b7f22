"""The benchmark of training steps runs, compares what its peers compute, and writes its files. No time is asserted."""

import dataclasses
import json

import pytest

from tests.benchmarks.steps import __main__ as command
from tests.benchmarks.steps import growth, picture, rounds, table
from tests.benchmarks.steps.figures import Result, spread
from tests.benchmarks.steps.rounds import DifferentLosses, Row
from tests.benchmarks.steps.workloads import WORKLOADS, mlp

TINY = mlp((5, 4, 3), 6)


def test_a_run_of_the_smallest_step_with_the_peers_that_are_installed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "WORKLOADS", {TINY.name: TINY})
    peers = ["ours", "ours-compiled", "pytorch", "mygrad", "autograd", "numpy", "floor"]
    command.main([*(f"--peer={name}" for name in peers), "--threads=1", "--seconds=0.05", "--out", str(tmp_path)])
    (result,) = json.loads((tmp_path / "steps.json").read_text())
    rows = {row["peer"]: row for row in result["rows"]}
    assert list(rows) == peers
    for name in ("ours", "ours-compiled", "numpy", "floor"):
        assert len(rows[name]["seconds"]) >= 3
    for row in rows.values():
        assert row["seconds"] or row["note"].startswith("not installed"), row["note"]
        if row["seconds"] and row["peer"] != "floor":
            assert row["losses"] == [pytest.approx(x, rel=rounds.RTOL) for x in rows["numpy"]["losses"]]
    page = (tmp_path / "steps.md").read_text()
    assert "| **ours, compiled** |" in page
    assert "| NumPy by hand |" in page
    assert "Command: `" in page
    assert (tmp_path / "steps.svg").read_text().lstrip().startswith("<?xml")
    assert "µs" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["lenet", "lstm", "transformer", "chain"])
def test_ours_has_the_parameters_of_each_workload(name):
    from tests.benchmarks.steps.peers import PEERS

    workload = dataclasses.replace(WORKLOADS[name], batch=1)
    program = PEERS["ours"].build(workload, threads=1)
    program.step()
    first = program.read()
    program.step()
    assert (program.read() == first) == (name == "chain")  # which has no update


def test_different_losses_are_an_error():
    rows = [Row("ours", losses=[[2.0], [1.5]]), Row("numpy", losses=[[2.0], [1.6]])]
    with pytest.raises(DifferentLosses, match=r"ours has the losses .* numpy"):
        rounds.same_losses(rows, TINY)
    rows[1].losses = [[2.0], [float("nan")]]
    with pytest.raises(DifferentLosses):
        rounds.same_losses(rows, TINY)


def test_losses_that_do_not_move_are_an_error():
    with pytest.raises(DifferentLosses, match="does not move"):
        rounds.same_losses([Row("ours", losses=[[2.0], [2.0]])], TINY)


def test_ratios_are_to_pytorch_and_to_the_fastest_of_the_others():
    times = {"ours": 3.0, "ours-compiled": 1.0, "pytorch": 4.0, "jax": 2.0, "floor": 0.5}
    result = Result(
        "a", "A", [Row(peer, [t, t], memory=int(t + 2)) for peer, t in times.items()] + [Row("numpy", note="not here")]
    )
    assert result.fastest_peer() == 2
    assert result.ratio("ours-compiled", result.baseline()) == 0.25
    page = table.markdown([result], threads=1)
    assert "| A | 0.75 | 0.25 | 1.50 | 0.50 | 2.00 | JAX jit | 0.50 |" in page
    assert "NumPy by hand: not here." in page
    assert spread([1.0, 2.0, 3.0])[0] == 1


def test_a_picture_without_pytorch(tmp_path):
    picture.save([Result("a", "A", [Row("ours", [1.0]), Row("numpy", [2.0])])], tmp_path / "steps.svg")
    assert (tmp_path / "steps.svg").stat().st_size > 1000


def test_the_pages_of_growth(tmp_path):
    results = [
        Result(w.name, w.title, [Row("ours", [1e-3], memory=7_000_000), Row("jax", [], note="no")])
        for _, _, w in growth.workloads()
    ]
    page = growth.markdown(results, threads=2)
    assert page.count("| 1,000 |") == len(results)
    assert page.count("| 7.0 |") == len(results)
    growth.save(results, tmp_path / "growth.svg")
    assert (tmp_path / "growth.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--peer=torch"], "unknown peer 'torch'; there are ours, ours-compiled"),
        (["--workload=mnist"], "unknown workload 'mnist'; there are mlp-small"),
        (["--growth", "--workload=lstm"], "--growth has its own workloads"),
    ],
)
def test_names_that_are_not_known(arguments, message, capsys, tmp_path):
    with pytest.raises(SystemExit):
        command.main([*arguments, "--out", str(tmp_path)])
    assert message in " ".join(capsys.readouterr().err.split())
