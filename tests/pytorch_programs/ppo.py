import torch
import torch.nn as nn
from torch.distributions import MultivariateNormal, Normal, Independent, TransformedDistribution
from torch.distributions.transforms import TanhTransform


class ActorCritic(nn.Module):
    def __init__(self, state_dim, action_dim, action_std):
        super(ActorCritic, self).__init__()
        self.actor = nn.Sequential(nn.Linear(state_dim, 16), nn.Tanh(), nn.Linear(16, action_dim), nn.Tanh())
        self.critic = nn.Sequential(nn.Linear(state_dim, 16), nn.Tanh(), nn.Linear(16, 1))
        self.action_var = torch.full((action_dim,), action_std * action_std)

    def act(self, state):
        action_mean = self.actor(state)
        cov_mat = torch.diag(self.action_var).unsqueeze(dim=0)
        dist = MultivariateNormal(action_mean, cov_mat)
        action = action_mean.detach() + 0.5 * torch.randn(action_mean.shape)
        return action.detach(), dist.log_prob(action).detach()

    def evaluate(self, state, action):
        action_mean = self.actor(state)
        action_var = self.action_var.expand_as(action_mean)
        cov_mat = torch.diag_embed(action_var)
        dist = MultivariateNormal(action_mean, cov_mat)
        return dist.log_prob(action), self.critic(state), dist.entropy()


policy = ActorCritic(3, 2, 0.5)
policy_old = ActorCritic(3, 2, 0.5)
optimizer = torch.optim.Adam([
    {"params": policy.actor.parameters(), "lr": 3e-3},
    {"params": policy.critic.parameters(), "lr": 1e-2},
])
policy_old.load_state_dict(policy.state_dict())
losses = []
for update in range(3):
    states, actions, logprobs, rewards, is_terminals = [], [], [], [], []
    state = torch.zeros(1, 3)
    for t in range(16):
        with torch.no_grad():
            action, logprob = policy_old.act(state)
        states.append(state)
        actions.append(action)
        logprobs.append(logprob)
        reward = -float((state[0, :2] - action[0]).pow(2).sum())
        rewards.append(reward)
        is_terminals.append(t == 15)
        state = 0.9 * state + 0.1 * torch.cat([action, torch.ones(1, 1)], 1)
    returns = []
    discounted_reward = 0
    for reward, is_terminal in zip(reversed(rewards), reversed(is_terminals)):
        if is_terminal:
            discounted_reward = 0
        discounted_reward = reward + (0.99 * discounted_reward)
        returns.insert(0, discounted_reward)
    returns = torch.tensor(returns, dtype=torch.float32)
    returns = (returns - returns.mean()) / (returns.std() + 1e-7)
    old_states = torch.squeeze(torch.stack(states, dim=0)).detach()
    old_actions = torch.squeeze(torch.stack(actions, dim=0)).detach()
    old_logprobs = torch.squeeze(torch.stack(logprobs, dim=0)).detach()
    for _ in range(5):
        logprobs_, state_values, dist_entropy = policy.evaluate(old_states, old_actions)
        state_values = torch.squeeze(state_values)
        ratios = torch.exp(logprobs_ - old_logprobs.detach())
        advantages = returns - state_values.detach()
        surr1 = ratios * advantages
        surr2 = torch.clamp(ratios, 1 - 0.2, 1 + 0.2) * advantages
        loss = -torch.min(surr1, surr2) + 0.5 * nn.MSELoss()(state_values, returns) - 0.01 * dist_entropy
        optimizer.zero_grad()
        loss.mean().backward()
        optimizer.step()
        losses.append(loss.mean().item())
    policy_old.load_state_dict(policy.state_dict())
squashed = Independent(TransformedDistribution(Normal(policy.actor(old_states), 1.0), [TanhTransform(cache_size=1)]), 1)
losses.append(squashed.log_prob(old_actions.clamp(-0.9, 0.9)).sum().item())
