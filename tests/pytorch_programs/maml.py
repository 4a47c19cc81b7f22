import numpy as np
import torch
from torch.nn import functional as F

rng = np.random.RandomState(1)
params = [torch.tensor(rng.randn(*s) * 0.4, dtype=torch.float32, requires_grad=True)
          for s in ((16, 1), (16,), (16, 16), (16,), (1, 16), (1,))]


def net(x, params):
    x = F.relu(F.linear(x, params[0], params[1]))
    x = F.relu(F.linear(x, params[2], params[3]))
    return F.linear(x, params[4], params[5])


def task():
    amplitude, phase = rng.uniform(0.1, 5.0), rng.uniform(0, np.pi)
    x = rng.uniform(-5, 5, (10, 1))
    return torch.Tensor(x), torch.Tensor(amplitude * np.sin(x + phase))


inner_lr = 0.01
optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)  # only to have one
optimiser = {'m': [torch.zeros_like(p) for p in params]}
losses = []
for iteration in range(20):
    meta_loss = 0
    for _ in range(2):
        (xs, ys), (xq, yq) = task(), task()
        loss = F.mse_loss(net(xs, params), ys)
        fast = params
        for _ in range(2):
            loss = F.mse_loss(net(xs, fast), ys)
            grads = torch.autograd.grad(loss, fast, create_graph=True)
            fast = [w - inner_lr * g for w, g in zip(fast, grads)]
        meta_loss = meta_loss + F.mse_loss(net(xq, fast), yq)
    meta_grads = torch.autograd.grad(meta_loss, params)
    with torch.no_grad():
        for p, g, m in zip(params, meta_grads, optimiser['m']):
            m.mul_(0.9).add_(g)
            p.sub_(m, alpha=1e-4)
    losses.append(meta_loss.item())
