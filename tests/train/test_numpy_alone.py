"""`import tinygrad_edu`, and training a network with it, needs NumPy and the standard library and nothing else."""

import subprocess
import sys

BLOCKED = """
import sys

class OnlyNumPy:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in ("numpy", "tinygrad_edu"):
            raise ModuleNotFoundError(f"{name} is blocked", name=name)

sys.meta_path.insert(0, OnlyNumPy())
"""

BY_HAND = """
import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.data import DataLoader, TensorDataset, load_digits

tg.manual_seed(0)
train, test = (TensorDataset(*map(tg.tensor, pair)) for pair in load_digits().scaled())
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = optim.Adam(model.parameters(), lr=0.01)
for epoch in range(5):
    for x, y in DataLoader(train, batch_size=32, shuffle=True, num_workers=1):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
x, y = test.tensors
print((model(x).argmax(1) == y).float().mean().item())
"""

WITH_LEARNER = """
import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.data import DataLoader, TensorDataset, load_digits, transforms
from tinygrad_edu.train import EarlyStopping, JSONLines, Learner, Schedule, StopWhenNotFinite, accuracy

tg.manual_seed(0)
train, test = (TensorDataset(*map(tg.tensor, pair)) for pair in load_digits().scaled())
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 10))
optimizer = optim.Adam(model.parameters(), lr=0.01)
callbacks = [EarlyStopping(), StopWhenNotFinite(), Schedule(optim.lr_scheduler.StepLR(optimizer, 3))]
loaders = DataLoader(train, 32, shuffle=True), DataLoader(test, 100)
learner = Learner(model, loaders, nn.CrossEntropyLoss(), optimizer, [accuracy], callbacks)
print(learner.fit(5).epochs[-1].valid["accuracy"])
"""


def accuracy_of(program, tmp_path):
    command = [sys.executable, "-W", "error", "-c", BLOCKED + program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_the_blocker_blocks(tmp_path):
    command = [sys.executable, "-c", BLOCKED + "import safetensors"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "safetensors is blocked" in done.stderr


def test_a_network_trains_with_nothing_but_numpy(tmp_path):
    assert accuracy_of(BY_HAND, tmp_path) > 0.85


def test_so_does_a_learner(tmp_path):
    assert accuracy_of(WITH_LEARNER, tmp_path) > 0.85


def test_importing_brings_in_numpy_alone(tmp_path):
    program = """
import sys
before = set(sys.modules)  # what the interpreter's own start-up brought in, such as an editable install's finder
import tinygrad_edu, tinygrad_edu.nn, tinygrad_edu.optim, tinygrad_edu.data, tinygrad_edu.train
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
found = {top for top in tops if top not in sys.stdlib_module_names}
print(*sorted(found - {"cython_runtime"} - {top for top in found if top.startswith("_cython_")}))  # NumPy's own
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["numpy", "tinygrad_edu"], done.stderr
