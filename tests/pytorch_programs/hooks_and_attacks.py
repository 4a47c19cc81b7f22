import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Function

images, labels = digits()
data, target = torch.tensor(images[:24]).unsqueeze(1), torch.tensor(labels[:24])


class ReverseLayerF(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.neg() * ctx.alpha, None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Linear(96, 10)
        self.domain = nn.Linear(96, 2)
        self.gradients = None

    def activations_hook(self, grad):
        self.gradients = grad

    def forward(self, x, alpha=0.5):
        x = self.features(x)
        if x.requires_grad:
            h = x.register_hook(self.activations_hook)
        x = x.view(x.size(0), -1)
        return self.classifier(x), self.domain(ReverseLayerF.apply(x, alpha))


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
activation = {}
handle = net.features[0].register_forward_hook(lambda m, i, o: activation.update(conv=o.detach()))
domain = torch.tensor([0, 1] * 12)
losses = []
for step in range(8):
    net.zero_grad()
    out, dom = net(data)
    loss = F.cross_entropy(out, target) + F.cross_entropy(dom, domain)
    loss.backward()
    optimizer.step()
    losses += [loss.item(), activation["conv"].abs().mean().item()]
handle.remove()
pooled_gradients = torch.mean(net.gradients, dim=[0, 2, 3])
heat = net.features(data).detach()
for i in range(heat.shape[1]):
    heat[:, i, :, :] *= pooled_gradients[i]
heatmap = torch.mean(heat, dim=1).squeeze()
heatmap = torch.max(heatmap, torch.zeros_like(heatmap))
heatmap /= torch.max(heatmap) + 1e-12
losses.append(heatmap.mean().item())


def fgsm_attack(image, epsilon, data_grad):
    sign_data_grad = data_grad.sign()
    perturbed_image = image + epsilon * sign_data_grad
    return torch.clamp(perturbed_image, 0, 1)


for epsilon in [0, .1, .2]:
    x = data.clone()
    x.requires_grad = True
    loss = F.nll_loss(F.log_softmax(net(x)[0], dim=1), target)
    net.zero_grad()
    loss.backward()
    perturbed = fgsm_attack(x, epsilon, x.grad.data)
    output = net(perturbed)[0]
    final_pred = output.max(1, keepdim=True)[1]
    losses += [F.cross_entropy(output, target).item(), final_pred.eq(target.view_as(final_pred)).sum().item()]
style = torch.zeros(1, 1, 8, 8).requires_grad_()
opt = torch.optim.LBFGS([style.requires_grad_()], max_iter=3)
run = [0]
while run[0] <= 4:
    def closure():
        with torch.no_grad():
            style.clamp_(0, 1)
        opt.zero_grad()
        loss = F.mse_loss(net.features(style), net.features(data[:1]).detach())
        loss.backward()
        run[0] += 1
        losses.append(loss.item())
        return loss
    opt.step(closure)
