import os
import shutil
import tempfile
import warnings
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler
from torch.cuda.amp import GradScaler, autocast

warnings.simplefilter('ignore')
folder = tempfile.mkdtemp()
path = os.path.join(folder, 'checkpoint.pth.tar')
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = False


class AverageMeter(object):
    def __init__(self):
        self.val = self.avg = self.sum = self.count = 0

    def update(self, val, n=1):
        self.val = val
        self.sum += val * n
        self.count += n
        self.avg = self.sum / self.count


def accuracy(output, target, topk=(1,)):
    with torch.no_grad():
        maxk = max(topk)
        batch_size = target.size(0)
        _, pred = output.topk(maxk, 1, True, True)
        pred = pred.t()
        correct = pred.eq(target.view(1, -1).expand_as(pred))
        return [correct[:k].reshape(-1).float().sum(0, keepdim=True).mul_(100.0 / batch_size) for k in topk]


def build():
    model = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True)
    return model, optimizer, lr_scheduler.CosineAnnealingLR(optimizer, T_max=20)


images, labels = digits()
x, y = torch.from_numpy(images).flatten(1), torch.from_numpy(labels).long()
criterion = nn.CrossEntropyLoss()
losses, meter = [], AverageMeter()


def step(model, optimizer, scheduler, scaler, i):
    xb, yb = x[32 * i:32 * i + 32], y[32 * i:32 * i + 32]
    optimizer.zero_grad()
    with autocast(enabled=False):
        output = model(xb)
        loss = criterion(output, yb)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
    scaler.step(optimizer)
    scaler.update()
    scheduler.step()
    acc1, acc5 = accuracy(output, yb, topk=(1, 5))
    meter.update(loss.item(), xb.size(0))
    losses.extend([loss.item(), acc1[0].item(), acc5.item(), optimizer.param_groups[0]['lr']])


model, optimizer, scheduler = build()
scaler = GradScaler(enabled=False)
for i in range(10):
    step(model, optimizer, scheduler, scaler, i)
torch.save({
    'epoch': 10,
    'arch': 'mlp',
    'best': (meter.avg, [1, None, True]),
    'state_dict': model.state_dict(),
    'optimizer': optimizer.state_dict(),
    'scheduler': scheduler.state_dict(),
}, path)
shutil.copyfile(path, os.path.join(folder, 'model_best.pth.tar'))
model, optimizer, scheduler = build()
checkpoint = torch.load(path, map_location=lambda storage, loc: storage)
model.load_state_dict(checkpoint['state_dict'])
optimizer.load_state_dict(checkpoint['optimizer'])
scheduler.load_state_dict(checkpoint['scheduler'])
print("=> loaded checkpoint '{}' (epoch {})".format('checkpoint', checkpoint['epoch']))
for i in range(checkpoint['epoch'], 20):
    step(model, optimizer, scheduler, scaler, i)
losses.append(meter.avg)
model.eval()
torch.save(model.state_dict(), path)
again = build()[0]
print(again.load_state_dict(torch.load(path, weights_only=True)))
again.eval()
losses.append(criterion(again(x), y).item())
shutil.rmtree(folder)
