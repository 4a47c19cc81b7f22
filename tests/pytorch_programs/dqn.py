import math
import random
from collections import namedtuple, deque

import torch
import torch.nn as nn
import torch.optim as optim
import torch.nn.functional as F

Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))
random.seed(0)


class ReplayMemory(object):
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


class DQN(nn.Module):
    def __init__(self, n_observations, n_actions):
        super(DQN, self).__init__()
        self.layer1 = nn.Linear(n_observations, 16)
        self.layer2 = nn.Linear(16, 16)
        self.layer3 = nn.Linear(16, n_actions)

    def forward(self, x):
        x = F.relu(self.layer1(x))
        x = F.relu(self.layer2(x))
        return self.layer3(x)


class Pendulum:
    def reset(self):
        self.x = [0.0, 0.5]
        return self.x

    def step(self, action):
        angle, speed = self.x
        speed += 0.1 * (math.sin(angle) + (action - 0.5))
        angle += 0.1 * speed
        self.x = [angle, speed]
        return self.x, 1.0 - abs(angle), abs(angle) > 0.4


BATCH_SIZE, GAMMA, TAU = 8, 0.99, 0.005
env = Pendulum()
policy_net = DQN(2, 2)
target_net = DQN(2, 2)
optimizer = optim.AdamW(policy_net.parameters(), lr=1e-3, amsgrad=True)
target_net.load_state_dict(policy_net.state_dict())
memory = ReplayMemory(100)
steps_done = 0


def select_action(state):
    global steps_done
    eps_threshold = 0.05 + 0.85 * math.exp(-1. * steps_done / 30)
    steps_done += 1
    if random.random() > eps_threshold:
        with torch.no_grad():
            return policy_net(state).max(1).indices.view(1, 1)
    return torch.tensor([[random.randrange(2)]], dtype=torch.long)


losses = []
state = torch.tensor(env.reset(), dtype=torch.float32).unsqueeze(0)
for t in range(40):
    action = select_action(state)
    observation, reward, done = env.step(action.item())
    reward = torch.tensor([reward])
    next_state = None if done else torch.tensor(observation, dtype=torch.float32).unsqueeze(0)
    memory.push(state, action, next_state, reward)
    state = torch.tensor(env.reset(), dtype=torch.float32).unsqueeze(0) if done else next_state
    if len(memory) < BATCH_SIZE:
        continue
    batch = Transition(*zip(*memory.sample(BATCH_SIZE)))
    non_final_mask = torch.tensor(tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool)
    non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
    state_batch = torch.cat(batch.state)
    action_batch = torch.cat(batch.action)
    reward_batch = torch.cat(batch.reward)
    state_action_values = policy_net(state_batch).gather(1, action_batch)
    next_state_values = torch.zeros(BATCH_SIZE)
    with torch.no_grad():
        next_state_values[non_final_mask] = target_net(non_final_next_states).max(1).values
    expected_state_action_values = (next_state_values * GAMMA) + reward_batch
    criterion = nn.SmoothL1Loss()
    loss = criterion(state_action_values, expected_state_action_values.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
    optimizer.step()
    target_net_state_dict = target_net.state_dict()
    policy_net_state_dict = policy_net.state_dict()
    for key in policy_net_state_dict:
        target_net_state_dict[key] = policy_net_state_dict[key] * TAU + target_net_state_dict[key] * (1 - TAU)
    target_net.load_state_dict(target_net_state_dict)
    losses.append(loss.item())
