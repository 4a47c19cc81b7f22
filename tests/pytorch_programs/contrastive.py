import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

images, labels = digits()
x, y = torch.tensor(images[:40]), torch.tensor(labels[:40])
encoder = nn.Sequential(nn.Flatten(), nn.LazyLinear(16), nn.ReLU(), nn.LazyLinear(8))
encoder(x[:2])


def nt_xent(z1, z2, temperature=0.5):
    n = z1.shape[0]
    representations = F.normalize(torch.cat([z1, z2], dim=0), dim=1)
    similarity_matrix = F.cosine_similarity(representations.unsqueeze(1), representations.unsqueeze(0), dim=2)
    sim_ij = torch.diag(similarity_matrix, n)
    sim_ji = torch.diag(similarity_matrix, -n)
    positives = torch.cat([sim_ij, sim_ji], dim=0)
    nominator = torch.exp(positives / temperature)
    denominator = (~torch.eye(n * 2, n * 2, dtype=bool)).float() * torch.exp(similarity_matrix / temperature)
    all_losses = -torch.log(nominator / torch.sum(denominator, dim=1))
    return torch.sum(all_losses) / (2 * n)


def off_diagonal(x):
    n, m = x.shape
    assert n == m
    return x.flatten()[:-1].view(n - 1, n + 1)[:, 1:].flatten()


def batch_hard_triplet(emb, labels, margin=0.5):
    dist = torch.cdist(emb, emb, p=2)
    same = labels.unsqueeze(0) == labels.unsqueeze(1)
    hardest_positive = (dist * same.float()).max(1)[0]
    hardest_negative = (dist + dist.max().detach() * same.float()).min(dim=1).values
    return F.relu(hardest_positive - hardest_negative + margin).mean()


optimizer = optim.Adam(encoder.parameters(), lr=0.01)
scheduler = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.02, total_steps=18)
bn = nn.BatchNorm1d(8, affine=False)
losses = []
for step in range(18):
    v1, v2 = x + 0.1 * torch.randn_like(x), x + 0.1 * torch.randn_like(x)
    z1, z2 = encoder(v1), encoder(v2)
    if step % 3 == 0:
        loss = nt_xent(z1, z2)
    elif step % 3 == 1:
        c = bn(z1).T @ bn(z2)
        c.div_(len(x))
        on_diag = torch.diagonal(c).add_(-1).pow_(2).sum()
        loss = on_diag + 0.005 * off_diagonal(c).pow_(2).sum()
    else:
        loss = batch_hard_triplet(z1, y) + F.triplet_margin_loss(z1[:10], z2[:10], z1[10:20])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    losses += [loss.item(), scheduler.get_last_lr()[0]]

# k-means on what was learned
with torch.no_grad():
    z = encoder(x)
    centroids = z[:4].clone()
    for _ in range(5):
        assign = ((z[:, None] - centroids[None]) ** 2).sum(-1).argmin(1)
        counts = torch.bincount(assign, minlength=4).clamp_(min=1).type_as(centroids).view(-1, 1)
        centroids.zero_().scatter_add_(0, assign.view(-1, 1).expand(-1, z.size(1)), z)
        centroids /= counts
    losses += counts.flatten().tolist() + [centroids.norm().item()]
