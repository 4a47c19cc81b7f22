"""Lesson 10: a convolutional network.

A filter of 5x5 weights slides over the image and is the same everywhere: what a stroke looks like in one corner need
not be learned again in the other. After LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998): two layers of filters, each
followed by pooling, then two of units. Batch norm (Ioffe and Szegedy 2015), dropout and one cycle of the learning rate
came later. A digit moved a little is one more digit to learn from (Simard, Steinkraus and Platt 2003): `distorted`.

    python examples/10_cnn.py               # or: tinygrad-edu train --preset cnn, or --preset cnn-distorted
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.data import transforms as T
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

EPOCHS, BATCH_SIZE, RATE = 6, 128, 3e-3


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5, bias=False)  # the norm has one
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 5, bias=False)
        self.norm2 = nn.BatchNorm2d(32)
        self.hidden = nn.Linear(32 * 4 * 4, 128)
        self.output = nn.Linear(128, 10)
        self.pool, self.dropout = nn.MaxPool2d(2), nn.Dropout(0.2)

    def forward(self, x):
        x = self.norm1(self.pool(self.conv1(x))).relu()  # 28x28 -> 24x24 -> 12x12
        x = self.norm2(self.pool(self.conv2(x))).relu()  # 12x12 -> 8x8 -> 4x4
        x = self.hidden(self.dropout(x.flatten(1))).relu()
        return self.output(self.dropout(x))


def images_of(part):
    """Images of 28x28 pixels, whatever their size was, and labels."""
    images, labels = map(tg.tensor, part)
    return nn.functional.interpolate(images, (28, 28), mode="bilinear"), labels


def scores_of(model, images):
    model.eval()
    with tg.no_grad():
        scores = tg.cat([model(part) for part in images.split(500)])
    model.train()
    return scores


def step(digits, model=None):
    """One step, on four images."""
    images, labels = images_of([part[:4] for part in digits.scaled(flat=False)[0]])
    model = model or LeNet()
    loss = nn.functional.cross_entropy(model(images), labels)
    return loss, {"images": images, "labels": labels, "loss": loss}, model


def lesson(digits, loop=Loop, transform=None, epochs=EPOCHS):
    train, (test_x, test_y) = map(images_of, digits.scaled(flat=False))
    loader = DataLoader(TensorDataset(*train), BATCH_SIZE, shuffle=True, transform=transform, num_workers=1)
    model = LeNet()
    optimizer = optim.AdamW(model.parameters(), lr=RATE)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=epochs * len(loader))
    loop = loop(loader, epochs, model=model, optimizer=optimizer, schedule=schedule)
    for x, y in loop:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        schedule.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            loop.log(test_accuracy=(scores_of(model, test_x).argmax(1) == test_y).float().mean().item())

    scores = scores_of(model, test_x)
    facts = {"test_accuracy": (scores.argmax(1) == test_y).float().mean().item()}
    model.eval()
    loss, names, _ = step(digits, model)
    optimizer.zero_grad()
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    return facts, {
        "losses": plots.loss_curves(loop.history["loss"], title="Loss of every batch"),
        "accuracy": plots.accuracy_curves([{"test_accuracy": a} for a in loop.history["test_accuracy"]]),
        "filters": plots.weight_images(model.conv1.weight, title="The filters of the first layer"),
        "layers": plots.activations(model, test_x[0], classes=digits.classes, title="A digit on its way through"),
        "mistakes": plots.confident_mistakes(test_x, tg.softmax(scores, 1), test_y, title="What it misreads"),
        "step": draw(loss, module=model, names=names, depth=1, direction="TB"),
    }


def distorted(digits, loop=Loop):
    """The same for twice as long, and every epoch shows each digit shifted, turned, scaled and slanted a little."""
    moved = T.RandomAffine(10, translate=(0.07, 0.07), scale=(0.9, 1.1), shear=5)
    facts, pictures = lesson(digits, loop, moved, 2 * EPOCHS)
    few = images_of([part[:10] for part in digits.scaled(flat=False)[0]])[0]
    return facts, pictures | {"moved": plots.before_after(few, moved(few.numpy()))}


if __name__ == "__main__":
    run(lesson)
