import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import TensorDataset, DataLoader

images, labels = digits()
X, Y = torch.tensor(images[:96]).flatten(1), torch.tensor(labels[:96])
train_loader = DataLoader(TensorDataset(X[:64], Y[:64]), batch_size=16)
val_loader = DataLoader(TensorDataset(X[64:], Y[64:]), batch_size=16)


class LabelSmoothingLoss(nn.Module):
    def __init__(self, classes, smoothing=0.0, dim=-1):
        super(LabelSmoothingLoss, self).__init__()
        self.confidence = 1.0 - smoothing
        self.smoothing = smoothing
        self.cls = classes
        self.dim = dim

    def forward(self, pred, target):
        pred = pred.log_softmax(dim=self.dim)
        with torch.no_grad():
            true_dist = torch.zeros_like(pred)
            true_dist.fill_(self.smoothing / (self.cls - 1))
            true_dist.scatter_(1, target.data.unsqueeze(1), self.confidence)
        return torch.mean(torch.sum(-true_dist * pred, dim=self.dim))


def loss_fn_kd(outputs, labels, teacher_outputs, T=4.0, alpha=0.9):
    return nn.KLDivLoss(reduction="batchmean")(
        F.log_softmax(outputs / T, dim=1), F.softmax(teacher_outputs / T, dim=1)
    ) * (alpha * T * T) + F.cross_entropy(outputs, labels) * (1. - alpha)


teacher = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))
student = nn.Sequential(nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 10))
losses = []
criterion = LabelSmoothingLoss(10, 0.1)
optimizer = torch.optim.SGD(teacher.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1], gamma=0.2)
for epoch in range(3):
    teacher.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(teacher(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    scheduler.step()
for p in teacher.parameters():
    p.requires_grad = False
teacher.eval()
optimizer = torch.optim.Adam(student.parameters(), lr=5e-3)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "min", factor=0.5, patience=0)
best_loss, patience, best = float("inf"), 0, None
for epoch in range(4):
    student.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = loss_fn_kd(student(x), y, teacher(x).detach())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    student.eval()
    with torch.no_grad():
        val = sum(F.cross_entropy(student(x), y, reduction="sum").item() for x, y in val_loader) / len(val_loader.dataset)
    scheduler.step(val)
    losses.append(val)
    if val < best_loss:
        best_loss, patience, best = val, 0, copy.deepcopy(student.state_dict())
    else:
        patience += 1
student.load_state_dict(best)
losses.append(optimizer.param_groups[0]["lr"])
