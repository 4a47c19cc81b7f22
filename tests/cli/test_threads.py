"""The weights do not depend on how many threads the linear algebra library would take by itself."""

import hashlib
import os
import subprocess
import sys

import pytest


def weights(folder, threads):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    command = [sys.executable, "-m", "tinygrad_edu.cli", "train", "--dataset", "digits", "--epochs", "1"]
    subprocess.run([*command, "--out", str(folder)], check=True, capture_output=True, env=environment, timeout=120)
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights_on_any_number_of_threads(tmp_path):
    assert weights(tmp_path / "one", "1") == weights(tmp_path / "two", "2")
