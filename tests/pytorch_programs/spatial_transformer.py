import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

images, labels = digits()
data = torch.from_numpy(images[:64]).unsqueeze(1)
target = torch.from_numpy(labels[:64])


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 4, kernel_size=3)
        self.fc1 = nn.Linear(36, 10)
        self.localization = nn.Sequential(
            nn.Conv2d(1, 4, kernel_size=3),
            nn.MaxPool2d(2, stride=2),
            nn.ReLU(True),
        )
        self.fc_loc = nn.Sequential(nn.Linear(4 * 3 * 3, 8), nn.ReLU(True), nn.Linear(8, 3 * 2))

    def stn(self, x):
        xs = self.localization(x)
        xs = xs.view(-1, 4 * 3 * 3)
        theta = self.fc_loc(xs)
        theta = theta.view(-1, 2, 3)
        grid = F.affine_grid(theta, x.size(), align_corners=False)
        return F.grid_sample(x, grid, align_corners=False)

    def forward(self, x):
        x = self.stn(x)
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = x.view(-1, 36)
        return F.log_softmax(self.fc1(x), dim=1)


model = Net()
optimizer = optim.SGD(model.parameters(), lr=0.05)
model.fc_loc[2].weight.data.zero_()
model.fc_loc[2].bias.data.copy_(torch.tensor([1, 0, 0, 0, 1, 0], dtype=torch.float))
model.train()
losses = []
for epoch in range(4):
    for batch_idx in range(4):
        x, y = data[batch_idx * 16:(batch_idx + 1) * 16], target[batch_idx * 16:(batch_idx + 1) * 16]
        optimizer.zero_grad()
        loss = F.nll_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
with torch.no_grad():
    model.eval()
    test_loss = F.nll_loss(model(data), target, size_average=False).item()
    pred = model(data).max(1, keepdim=True)[1]
    losses += [test_loss / len(data), pred.eq(target.view_as(pred)).sum().item()]
