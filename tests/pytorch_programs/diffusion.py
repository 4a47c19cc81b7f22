import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim import Adam

T = 20
betas = torch.linspace(1e-4, 0.02, T)
alphas = 1. - betas
alphas_cumprod = torch.cumprod(alphas, dim=0)
alphas_cumprod_prev = F.pad(alphas_cumprod[:-1], (1, 0), value=1.0)
sqrt_recip_alphas = torch.sqrt(1. / alphas)
posterior_variance = betas * (1. - alphas_cumprod_prev) / (1. - alphas_cumprod)


def extract(a, t, x_shape):
    batch_size = t.shape[0]
    out = a.gather(-1, t.cpu())
    return out.reshape(batch_size, *((1,) * (len(x_shape) - 1))).to(t.device)


class SinusoidalPositionEmbeddings(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, time):
        half_dim = self.dim // 2
        embeddings = torch.log(torch.tensor(10000.0)) / (half_dim - 1)
        embeddings = torch.exp(torch.arange(half_dim) * -embeddings)
        embeddings = time[:, None] * embeddings[None, :]
        return torch.cat((embeddings.sin(), embeddings.cos()), dim=-1)


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.time_mlp = nn.Sequential(SinusoidalPositionEmbeddings(8), nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 16))
        self.inp = nn.Linear(2, 16)
        self.mid = nn.ModuleList([nn.Linear(16, 16) for _ in range(2)])
        self.norms = nn.ModuleList([nn.GroupNorm(4, 16) for _ in range(2)])
        self.out = nn.Linear(16, 2)

    def forward(self, x, t):
        h = F.silu(self.inp(x)) + self.time_mlp(t)
        for lin, norm in zip(self.mid, self.norms):
            h = h + F.silu(norm(lin(h)))
        return self.out(h)


def q_sample(x_start, t, noise=None):
    if noise is None:
        noise = torch.randn_like(x_start)
    return (extract(alphas_cumprod, t, x_start.shape) ** 0.5 * x_start
            + extract(torch.sqrt(1. - alphas_cumprod), t, x_start.shape) * noise)


angle = torch.rand(64) * 6.2832
data = torch.stack([angle.cos(), angle.sin()], dim=1)
model = Denoiser()
optimizer = Adam(model.parameters(), lr=2e-3)
losses = []
for step in range(15):
    t = torch.randint(0, T, (64,)).long()
    noise = torch.randn_like(data)
    x_noisy = q_sample(x_start=data, t=t, noise=noise)
    loss = F.smooth_l1_loss(noise, model(x_noisy, t))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())


@torch.no_grad()
def p_sample(x, t, t_index):
    mean = extract(sqrt_recip_alphas, t, x.shape) * (
        x - extract(betas, t, x.shape) * model(x, t) / extract(torch.sqrt(1. - alphas_cumprod), t, x.shape))
    if t_index == 0:
        return mean
    return mean + torch.sqrt(extract(posterior_variance, t, x.shape)) * torch.randn_like(x)


img = torch.randn(4, 2)
for i in reversed(range(0, T)):
    img = p_sample(img, torch.full((4,), i, dtype=torch.long), i)
losses.append(img.norm(dim=1).mean().item())
