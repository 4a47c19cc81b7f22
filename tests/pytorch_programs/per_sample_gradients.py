import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import functional_call, vmap, grad, jacrev, hessian
from torch.utils.checkpoint import checkpoint


class SimpleCNN(nn.Module):
    def __init__(self):
        super(SimpleCNN, self).__init__()
        self.conv1 = nn.Conv2d(1, 3, 3, 1)
        self.fc1 = nn.Linear(27, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(x, 2)
        x = torch.flatten(x, 1)
        return F.log_softmax(self.fc1(x), dim=1)


images, labels = digits()
data, targets = torch.tensor(images[:6]).unsqueeze(1), torch.tensor(labels[:6])
model = SimpleCNN()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
params = {k: v.detach() for k, v in model.named_parameters()}
buffers = {k: v.detach() for k, v in model.named_buffers()}


def compute_loss(params, buffers, sample, target):
    batch = sample.unsqueeze(0)
    predictions = functional_call(model, (params, buffers), (batch,))
    return F.nll_loss(predictions, target.unsqueeze(0))


losses = []
ft_compute_sample_grad = vmap(grad(compute_loss), in_dims=(None, None, 0, 0))
per_sample = ft_compute_sample_grad(params, buffers, data, targets)
losses += [g.norm().item() for g in per_sample.values()]
for step in range(6):
    grads = ft_compute_sample_grad(params, buffers, data, targets)
    norms = torch.stack([g.flatten(1).norm(dim=1) for g in grads.values()]).norm(dim=0)
    scale = (0.5 / norms).clamp(max=1.0)
    params = {k: p - 0.1 * (scale.view(-1, *[1] * p.dim()) * grads[k]).sum(0) for k, p in params.items()}
    losses.append(compute_loss(params, buffers, data[0], targets[0]).item())
for step in range(4):
    optimizer.zero_grad()
    hidden = checkpoint(lambda x: F.relu(model.conv1(x)), data, use_reentrant=False)
    loss = F.nll_loss(F.log_softmax(model.fc1(F.max_pool2d(hidden, 2).flatten(1)), 1), targets)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
weight = torch.tensor([[0.3, -0.2], [0.1, 0.4]])
f = lambda x: torch.tanh(weight @ x).pow(2).sum()
x = torch.tensor([0.5, -1.0])
losses += jacrev(lambda v: torch.tanh(weight @ v))(x).flatten().tolist() + hessian(f)(x).flatten().tolist()
