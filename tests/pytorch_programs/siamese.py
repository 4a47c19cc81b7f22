import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader


class Pairs(Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __getitem__(self, i):
        j = (i * 7 + 3) % len(self.images)
        same = float(self.labels[i] != self.labels[j])
        return self.images[i], self.images[j], torch.tensor([same], dtype=torch.float64)

    def __len__(self):
        return len(self.images)


class ContrastiveLoss(nn.Module):
    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin

    def forward(self, output1, output2, label):
        euclidean_distance = F.pairwise_distance(output1, output2, keepdim=True)
        return torch.mean((1 - label) * torch.pow(euclidean_distance, 2) +
                          label * torch.pow(torch.clamp(self.margin - euclidean_distance, min=0.0), 2))


class SiameseNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn1 = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(1, 4, kernel_size=3), nn.ReLU(inplace=True), nn.BatchNorm2d(4),
            nn.ReflectionPad2d(1), nn.Conv2d(4, 8, kernel_size=3), nn.ReLU(inplace=True), nn.InstanceNorm2d(8))
        self.fc1 = nn.Sequential(nn.Linear(8 * 8 * 8, 20), nn.PReLU(), nn.Linear(20, 5))

    def forward_once(self, x):
        output = self.cnn1(x)
        output = output.view(output.size()[0], -1)
        return self.fc1(output)

    def forward(self, input1, input2):
        return self.forward_once(input1), self.forward_once(input2)


images, labels = digits()
dataset = Pairs(images[:320].reshape(-1, 1, 8, 8).astype("float64"), labels[:320])
net = nn.DataParallel(SiameseNetwork()).double()
criterion, triplet = ContrastiveLoss(), nn.TripletMarginLoss(margin=1.0)
optimizer = torch.optim.Adam(net.parameters(), lr=0.0005)
losses = []
for i, data in enumerate(DataLoader(dataset, shuffle=False, batch_size=16), 0):
    img0, img1, label = data
    optimizer.zero_grad()
    output1, output2 = net(img0, img1)
    loss = criterion(output1, output2, label) + 0.1 * triplet(output1, output2, output2.roll(1, 0))
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
losses.append(F.cosine_similarity(output1, output2).mean().item())
assert list(net.state_dict())[0].startswith("module.")
