import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel, SWALR, update_bn, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, TensorDataset

images, labels = digits()
dataset = TensorDataset(torch.tensor(images[:64]).unsqueeze(1), torch.tensor(labels[:64]))
loader = DataLoader(dataset, batch_size=16)
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))


class EMA():
    def __init__(self, model, decay):
        self.model = model
        self.decay = decay
        self.shadow = {}
        self.backup = {}

    def register(self):
        for name, param in self.model.named_parameters():
            if param.requires_grad:
                self.shadow[name] = param.data.clone()

    def update(self):
        for name, param in self.model.named_parameters():
            if param.requires_grad:
                assert name in self.shadow
                new_average = (1.0 - self.decay) * param.data + self.decay * self.shadow[name]
                self.shadow[name] = new_average.clone()

    def apply_shadow(self):
        for name, param in self.model.named_parameters():
            self.backup[name] = param.data
            param.data = self.shadow[name]

    def restore(self):
        for name, param in self.model.named_parameters():
            param.data = self.backup[name]
        self.backup = {}


optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
swa_model = AveragedModel(model)
ema_model = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
swa_scheduler = SWALR(optimizer, swa_lr=0.02, anneal_epochs=2)
ema = EMA(model, 0.9)
ema.register()
losses = []
for epoch in range(4):
    for input, target in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(input), target)
        loss.backward()
        optimizer.step()
        ema.update()
        ema_model.update_parameters(model)
        losses.append(loss.item())
    if epoch >= 1:
        swa_model.update_parameters(model)
        swa_scheduler.step()
    else:
        scheduler.step()
    losses.append(optimizer.param_groups[0]["lr"])
update_bn(loader, swa_model)
model.eval()
swa_model.eval()
ema_model.eval()
x, y = dataset[:]
losses.append(F.cross_entropy(swa_model(x), y).item())
losses.append(F.cross_entropy(ema_model(x), y).item())
ema.apply_shadow()
losses.append(F.cross_entropy(model(x), y).item())
ema.restore()
losses.append(F.cross_entropy(model(x), y).item())
losses.append(swa_model.n_averaged.item())
