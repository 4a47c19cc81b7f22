"""Lesson 3: training is four lines in a loop.

A network of two layers learns to read 8x8 digits. Forward: how wrong are we? Backward: which way is worse, for each
weight? Step: go the other way. Forget the gradients, and again.

    python examples/03_a_training_loop.py
"""

import tinygrad_edu as tg
from tinygrad_edu import data, nn, optim

tg.manual_seed(0)
(images, labels), (test_images, test_labels) = data.load_digits().scaled()
images, labels, test_images = tg.tensor(images), tg.tensor(labels), tg.tensor(test_images)
loader = data.DataLoader(data.TensorDataset(images, labels), batch_size=32, shuffle=True)

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(1, 11):
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with tg.no_grad():
        accuracy = (model(test_images).argmax(1) == tg.tensor(test_labels)).float().mean().item()
    print(f"epoch {epoch:>2}: loss of the last batch {loss.item():.3f}, test accuracy {accuracy:.1%}")
