import math
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
train_x = torch.linspace(0, 1, 15)
train_y = torch.sin(train_x * (2 * math.pi)) + torch.randn(train_x.size()) * 0.2
test_x = torch.linspace(0, 1, 7)


class RBF(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.raw_lengthscale = torch.nn.Parameter(torch.tensor(0.0))
        self.raw_outputscale = torch.nn.Parameter(torch.zeros(()))

    @property
    def lengthscale(self):
        return torch.nn.functional.softplus(self.raw_lengthscale)

    def forward(self, a, b):
        d = (a.unsqueeze(1) - b.unsqueeze(0)).div(self.lengthscale)
        return torch.nn.functional.softplus(self.raw_outputscale) * d.pow(2).mul(-0.5).exp()


kernel = RBF()
raw_noise = torch.nn.Parameter(torch.full((), -1.0))
mean = torch.nn.Linear(1, 1)
optimizer = torch.optim.Adam(list(kernel.parameters()) + [raw_noise] + list(mean.parameters()), lr=0.1)
losses = []
for i in range(15):
    optimizer.zero_grad()
    K = kernel(train_x, train_x) + torch.nn.functional.softplus(raw_noise) * torch.eye(len(train_x))
    y = train_y - mean(train_x[:, None]).squeeze(-1)
    L = torch.linalg.cholesky(K)
    alpha = torch.cholesky_solve(y.unsqueeze(-1), L)
    loss = 0.5 * (y @ alpha.squeeze(-1)) + L.diagonal().log().sum() + 0.5 * len(train_x) * math.log(2 * math.pi)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
with torch.no_grad():
    Ks = kernel(train_x, test_x)
    mu = Ks.t() @ alpha.squeeze(-1) + mean(test_x[:, None]).squeeze(-1)
    v = torch.linalg.solve_triangular(L, Ks, upper=False)
    var = (kernel(test_x, test_x) - v.t() @ v).diagonal()
assert mu.dtype == torch.float64 and mean.weight.dtype == torch.get_default_dtype()
losses += mu.tolist() + var.clamp(min=0).sqrt().tolist()
x = torch.ones(3, 2)
w = torch.linalg.lstsq(torch.stack([train_x, torch.ones_like(train_x)], 1), train_y.unsqueeze(1)).solution
losses += w.flatten().tolist() + [(torch.tensor([1, 2]) / 3).sum().item(), torch.tensor(0.1).item()]
torch.set_default_dtype(torch.float32)
