import torch
import torch.nn as nn
import torch.optim as optim

true_y0 = torch.tensor([[2., 0.]])
t = torch.linspace(0., 5., 20)
true_A = torch.tensor([[-0.1, 2.0], [-2.0, -0.1]])


def rk4_step_func(func, t0, dt, y0):
    k1 = func(t0, y0)
    k2 = func(t0 + dt / 3, y0 + dt * k1 / 3)
    k3 = func(t0 + dt * 2 / 3, y0 + dt * (k2 - k1 / 3))
    k4 = func(t0 + dt, y0 + dt * (k1 - k2 + k3))
    return (k1 + 3 * (k2 + k3) + k4) * dt * 0.125


def odeint(func, y0, t):
    solution = torch.empty(len(t), *y0.shape, dtype=y0.dtype, device=y0.device)
    solution[0] = y0
    ys = [y0]
    for t0, t1 in zip(t[:-1], t[1:]):
        y0 = y0 + rk4_step_func(func, t0, t1 - t0, y0)
        ys.append(y0)
    return torch.stack(ys, dim=0)


class Lambda(nn.Module):
    def forward(self, t, y):
        return torch.mm(y ** 3, true_A)


class ODEFunc(nn.Module):
    def __init__(self):
        super(ODEFunc, self).__init__()
        self.net = nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 2))
        for m in self.net.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, mean=0, std=0.1)
                nn.init.constant_(m.bias, val=0)

    def forward(self, t, y):
        return self.net(y ** 3)


with torch.no_grad():
    true_y = odeint(Lambda(), true_y0 / 4, t)
func = ODEFunc()
optimizer = optim.RMSprop(func.parameters(), lr=1e-3)
losses = []
for itr in range(1, 11):
    optimizer.zero_grad()
    pred_y = odeint(func, true_y[0], t[:8])
    loss = torch.mean(torch.abs(pred_y - true_y[:8]))
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
