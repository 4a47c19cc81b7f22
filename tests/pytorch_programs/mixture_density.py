import math
import torch
import torch.nn as nn
from torch.distributions import Categorical, Normal, MixtureSameFamily, Independent

torch.manual_seed(0)


class MDN(nn.Module):
    def __init__(self, n_hidden, n_gaussians):
        super().__init__()
        self.z_h = nn.Sequential(nn.Linear(1, n_hidden), nn.Tanh())
        self.z_pi = nn.Linear(n_hidden, n_gaussians)
        self.z_sigma = nn.Linear(n_hidden, n_gaussians)
        self.z_mu = nn.Linear(n_hidden, n_gaussians)

    def forward(self, x):
        z_h = self.z_h(x)
        pi = nn.functional.softmax(self.z_pi(z_h), -1)
        sigma = torch.exp(self.z_sigma(z_h))
        mu = self.z_mu(z_h)
        return pi, sigma, mu


oneDivSqrtTwoPI = 1.0 / math.sqrt(2.0 * math.pi)


def gaussian_distribution(y, mu, sigma):
    result = (y.expand_as(mu) - mu) * torch.reciprocal(sigma)
    result = -0.5 * (result * result)
    return (torch.exp(result) * torch.reciprocal(sigma)) * oneDivSqrtTwoPI


def mdn_loss_fn(pi, sigma, mu, y):
    result = gaussian_distribution(y, mu, sigma) * pi
    result = torch.sum(result, dim=1)
    return torch.mean(-torch.log(result))


epsilon = torch.randn(40)
x_data = torch.linspace(-5, 5, 40)
y_data = 2 * torch.sin(0.75 * x_data) + x_data * 0.5 + epsilon
y_data, x_data = x_data.view(-1, 1) / 5, y_data.view(-1, 1) / 5
network = MDN(n_hidden=8, n_gaussians=3)
optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
losses = []
for epoch in range(10):
    pi, sigma, mu = network(x_data)
    loss = mdn_loss_fn(pi, sigma, mu, y_data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
for epoch in range(10):
    pi, sigma, mu = network(x_data)
    mixture = MixtureSameFamily(Categorical(probs=pi), Normal(mu, sigma))
    loss = -mixture.log_prob(y_data.squeeze(1)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
losses.append(mixture.mean.sum().item())
