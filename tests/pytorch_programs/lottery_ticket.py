import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.utils.prune as prune

images, labels = digits()
x, y = torch.tensor(images[:60]).flatten(1), torch.tensor(labels[:60])


class LeNet(nn.Module):
    def __init__(self):
        super(LeNet, self).__init__()
        self.fc1 = nn.Linear(64, 20)
        self.fc2 = nn.Linear(20, 10)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


model = LeNet()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
initial = copy.deepcopy(model.state_dict())
losses = []


def train(steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())


train(5)
prune.l1_unstructured(model.fc1, name="weight", amount=0.3)
prune.ln_structured(model.fc2, name="weight", amount=0.2, n=2, dim=0)
optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.2)
model.fc1.weight_orig.data.copy_(initial["fc1.weight"])
train(5)
prune.l1_unstructured(model.fc1, name="weight", amount=0.5)
prune.global_unstructured([(model.fc1, "weight"), (model.fc2, "weight")], pruning_method=prune.L1Unstructured, amount=0.1)
train(4)
sparsity = 100. * float(torch.sum(model.fc1.weight == 0)) / float(model.fc1.weight.nelement())
losses += [sparsity, prune.is_pruned(model), len(dict(model.named_buffers()))]
prune.remove(model.fc1, "weight")
prune.remove(model.fc2, "weight")
losses += [F.cross_entropy(model(x), y).item(), len(dict(model.named_buffers())), model.fc1.weight.abs().sum().item()]
