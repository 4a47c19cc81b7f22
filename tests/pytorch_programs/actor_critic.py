import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from collections import namedtuple
from torch.distributions import Normal, Categorical

SavedAction = namedtuple('SavedAction', ['log_prob', 'value', 'entropy'])


class Pendulum:
    def reset(self):
        self.theta, self.speed = 0.5, 0.0
        return np.array([math.cos(self.theta), math.sin(self.theta), self.speed])

    def step(self, torque):
        self.speed += 0.1 * (math.sin(self.theta) + torque)
        self.theta += 0.1 * self.speed
        return np.array([math.cos(self.theta), math.sin(self.theta), self.speed]), -self.theta ** 2


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.common = nn.Linear(3, 16)
        self.mu = nn.Linear(16, 1)
        self.log_std = nn.Parameter(torch.zeros(1))
        self.kick = nn.Linear(16, 2)
        self.value_head = nn.Linear(16, 1)

    def forward(self, x):
        x = torch.tanh(self.common(x))
        return self.mu(x), self.log_std.exp().expand_as(self.mu(x)), self.kick(x), self.value_head(x)


env, model = Pendulum(), ActorCritic()
optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3)
losses = []
for episode in range(20):
    saved, rewards = [], []
    state = env.reset()
    for t in range(10):
        state = torch.tensor(state, dtype=torch.float32)
        mu, std, logits, value = model(state)
        dist, kick = Normal(mu, std), Categorical(logits=logits)
        action, k = dist.sample(), kick.sample()
        saved.append(SavedAction(dist.log_prob(action).sum() + kick.log_prob(k), value, dist.entropy().sum() + kick.entropy()))
        state, reward = env.step(float(np.clip(action.item(), -1, 1)) + 0.1 * k.item())
        rewards.append(reward)
    R, returns = 0.0, []
    for r in reversed(rewards):
        R = r + 0.95 * R
        returns.insert(0, R)
    returns = torch.FloatTensor(returns)
    policy_losses, value_losses, entropies = [], [], []
    for (log_prob, value, entropy), R in zip(saved, returns):
        advantage = R - value.item()
        policy_losses.append(-log_prob * advantage)
        value_losses.append(F.smooth_l1_loss(value, torch.tensor([R])))
        entropies.append(entropy)
    optimizer.zero_grad()
    loss = torch.stack(policy_losses).sum() + torch.stack(value_losses).sum() - 0.01 * torch.stack(entropies).mean()
    loss.backward()
    torch.nn.utils.clip_grad_value_(model.parameters(), 1.0)
    optimizer.step()
    losses.append(loss.item())
