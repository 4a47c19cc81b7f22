import math
import torch
import torch.nn as nn

torch.manual_seed(0)


class PINN(nn.Module):
    def __init__(self, layers=(2, 12, 12, 1)):
        super().__init__()
        self.linears = nn.ModuleList([nn.Linear(layers[i], layers[i + 1]) for i in range(len(layers) - 1)])
        for m in self.linears:
            nn.init.xavier_normal_(m.weight)
            nn.init.zeros_(m.bias)

    def forward(self, x, t):
        h = torch.cat([x, t], dim=1)
        for layer in self.linears[:-1]:
            h = torch.tanh(layer(h))
        return self.linears[-1](h)


def derivative(dy, x, order=1):
    for i in range(order):
        dy = torch.autograd.grad(dy, x, grad_outputs=torch.ones_like(dy), create_graph=True, retain_graph=True)[0]
    return dy


x = torch.linspace(-1, 1, 9)
t = torch.linspace(0, 1, 9)
X, T = torch.meshgrid(x, t, indexing='ij')
xf, tf = X.reshape(-1, 1).requires_grad_(True), T.reshape(-1, 1).requires_grad_(True)
x0 = x.view(-1, 1)
u0 = -torch.sin(math.pi * x0)
nu = 0.01 / math.pi
model = PINN()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
mse = nn.MSELoss()
losses = []
for epoch in range(20):
    optimizer.zero_grad()
    u = model(xf, tf)
    f = derivative(u, tf) + u * derivative(u, xf) - nu * derivative(u, xf, 2)
    loss_f = torch.mean(f ** 2)
    loss_0 = mse(model(x0, torch.zeros_like(x0)), u0)
    edge = torch.ones(9, 1)
    loss_b = model(edge, t[:, None]).pow(2).mean() + model(-edge, t[:, None]).pow(2).mean()
    loss = loss_f + loss_0 + loss_b
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
