"""The benchmark of compiling runs and writes its page. No time is asserted."""

import pytest

from tests.benchmarks import compile_time


def test_a_step_without_numba(monkeypatch, capsys):
    monkeypatch.setattr("tinygrad_edu.kernels.enabled", False)
    compile_time.main(["--measure", "chain"])
    assert 0 < float(capsys.readouterr().out) < 60


@pytest.mark.slow
def test_its_page(tmp_path):
    pytest.importorskip("numba")
    compile_time.main(["--workload", "chain", "--runs", "1", "--out", str(tmp_path)])
    page = (tmp_path / "compile_time.md").read_text()
    (line,) = [line for line in page.splitlines() if line.startswith("| 100 products")]
    assert len([float(x) for x in line.split("|")[2:5]]) == 3
