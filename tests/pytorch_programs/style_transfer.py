import copy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

images, labels = digits()
content_img = torch.from_numpy(images[0]).view(1, 1, 8, 8).double()
style_img = torch.from_numpy(images[5]).view(1, 1, 8, 8).double()
rng = np.random.RandomState(0)
cnn = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)).double().eval()
for p in cnn.parameters():
    p.data.copy_(torch.from_numpy(rng.randn(*p.shape).astype('float32') * 0.3))
    p.requires_grad_(False)


def gram_matrix(input):
    a, b, c, d = input.size()
    features = input.view(a * b, c * d)
    return torch.mm(features, features.t()).div(a * b * c * d)


class ContentLoss(nn.Module):
    def __init__(self, target):
        super().__init__()
        self.target = target.detach()

    def forward(self, input):
        self.loss = F.mse_loss(input, self.target)
        return input


class StyleLoss(nn.Module):
    def __init__(self, target_feature):
        super().__init__()
        self.target = gram_matrix(target_feature).detach()

    def forward(self, input):
        self.loss = F.mse_loss(gram_matrix(input), self.target)
        return input


cnn = copy.deepcopy(cnn)
model, content_losses, style_losses, i = nn.Sequential(), [], [], 0
for layer in cnn.children():
    if isinstance(layer, nn.Conv2d):
        i += 1
        name = 'conv_{}'.format(i)
    elif isinstance(layer, nn.ReLU):
        name = 'relu_{}'.format(i)
        layer = nn.ReLU(inplace=False)
    elif isinstance(layer, nn.AvgPool2d):
        name = 'pool_{}'.format(i)
    model.add_module(name, layer)
    if name == 'conv_2':
        content_loss = ContentLoss(model(content_img).detach())
        model.add_module("content_loss_{}".format(i), content_loss)
        content_losses.append(content_loss)
    if name in ('conv_1', 'conv_2'):
        style_loss = StyleLoss(model(style_img).detach())
        model.add_module("style_loss_{}".format(i), style_loss)
        style_losses.append(style_loss)

input_img = content_img.clone()
input_img.requires_grad_(True)
optimizer = torch.optim.LBFGS([input_img], max_iter=5)
losses = []
run = [0]
while run[0] <= 15:
    def closure():
        with torch.no_grad():
            input_img.clamp_(0, 1)
        optimizer.zero_grad()
        model(input_img)
        style_score = 0
        content_score = 0
        for sl in style_losses:
            style_score += sl.loss
        for cl in content_losses:
            content_score += cl.loss
        loss = 100 * style_score + content_score
        loss.backward()
        run[0] += 1
        losses.append(loss.item())
        return loss
    optimizer.step(closure)
