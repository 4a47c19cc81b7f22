import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.autograd as autograd
from torch.nn.utils import spectral_norm, weight_norm, remove_weight_norm
from torch.nn.utils.parametrizations import spectral_norm as spectral

latent_dim, lambda_gp = 4, 10


class Generator(nn.Module):
    def __init__(self):
        super(Generator, self).__init__()

        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.model = nn.Sequential(*block(latent_dim, 8, normalize=False), *block(8, 16), nn.Linear(16, 2))

    def forward(self, z):
        return self.model(z)


critic = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2, inplace=True), nn.Linear(16, 1))
generator = Generator()


def compute_gradient_penalty(D, real_samples, fake_samples):
    alpha = torch.rand(real_samples.size(0), 1)
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    fake = torch.ones(real_samples.shape[0], 1).requires_grad_(False)
    gradients = autograd.grad(outputs=d_interpolates, inputs=interpolates, grad_outputs=fake,
                              create_graph=True, retain_graph=True, only_inputs=True)[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


optimizer_G = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.9))
optimizer_D = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.5, 0.9))
losses = []
for i in range(8):
    real = torch.randn(16, 2) * 0.1 + 1
    optimizer_D.zero_grad()
    fake = generator(torch.randn(16, latent_dim))
    gradient_penalty = compute_gradient_penalty(critic, real.data, fake.data)
    d_loss = -torch.mean(critic(real)) + torch.mean(critic(fake)) + lambda_gp * gradient_penalty
    d_loss.backward()
    optimizer_D.step()
    losses.append(d_loss.item())
    if i % 2 == 0:
        optimizer_G.zero_grad()
        g_loss = -torch.mean(critic(generator(torch.randn(16, latent_dim))))
        g_loss.backward()
        optimizer_G.step()
        losses.append(g_loss.item())

older, newer = spectral_norm(nn.Linear(2, 3)), spectral(nn.Linear(2, 3))
older.weight_u.copy_(F.normalize(torch.ones(3), dim=0)), older.weight_v.copy_(F.normalize(torch.ones(2), dim=0))
P = newer.parametrizations.weight[0]
P._u.copy_(F.normalize(torch.ones(3), dim=0)), P._v.copy_(F.normalize(torch.ones(2), dim=0))
long = weight_norm(nn.Linear(3, 1))
params = list(older.parameters()) + list(newer.parameters()) + list(long.parameters())
opt = torch.optim.SGD(params, lr=0.1)
for i in range(6):
    x = torch.randn(8, 2)
    opt.zero_grad()
    out = long(torch.relu(older(x)) + newer(x))
    loss = F.softplus(-out).mean()
    loss.backward()
    opt.step()
    losses.append(loss.item())
remove_weight_norm(long)
older.eval(), newer.eval()
losses += [long(newer(x)).sum().item(), older(x).sum().item(), len(list(long.parameters()))]
