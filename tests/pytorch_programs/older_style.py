import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.init as init
import torch.optim as optim
import torch.utils.data as Data
from torch.autograd import Variable

EPOCH = 2
BATCH_SIZE = 16
LR = 0.02
images, labels = digits()
train_x = torch.FloatTensor(images[:48])
train_y = torch.LongTensor(labels[:48])
torch_dataset = Data.TensorDataset(train_x, train_y)
loader = Data.DataLoader(dataset=torch_dataset, batch_size=BATCH_SIZE, shuffle=False, num_workers=0)


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Linear") != -1:
        init.xavier_normal(m.weight.data)
        init.constant(m.bias.data, 0.1)


class RNN(nn.Module):
    def __init__(self):
        super(RNN, self).__init__()
        self.rnn = nn.LSTM(input_size=8, hidden_size=12, num_layers=1, batch_first=True)
        self.out = nn.Linear(12, 10)

    def forward(self, x):
        r_out, (h_n, h_c) = self.rnn(x, None)
        return self.out(r_out[:, -1, :])


class Adam2015(optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        defaults = dict(lr=lr, betas=betas, eps=eps)
        super(Adam2015, self).__init__(params, defaults)

    def step(self, closure=None):
        loss = None
        if closure is not None:
            loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad = p.grad.data
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["exp_avg"] = grad.new().resize_as_(grad).zero_() if False else torch.zeros_like(p.data)
                    state["exp_avg_sq"] = torch.zeros_like(p.data)
                exp_avg, exp_avg_sq = state["exp_avg"], state["exp_avg_sq"]
                beta1, beta2 = group["betas"]
                state["step"] += 1
                exp_avg.mul_(beta1).add_(1 - beta1, grad)
                exp_avg_sq.mul_(beta2).addcmul_(1 - beta2, grad, grad)
                denom = exp_avg_sq.sqrt().add_(group["eps"])
                bias_correction1 = 1 - beta1 ** state["step"]
                bias_correction2 = 1 - beta2 ** state["step"]
                step_size = group["lr"] * bias_correction2 ** 0.5 / bias_correction1
                p.data.addcdiv_(-step_size, exp_avg, denom)
        return loss


rnn = RNN()
rnn.apply(weights_init)
optimizer = Adam2015(rnn.parameters(), lr=LR)
loss_func = nn.CrossEntropyLoss(size_average=False)
losses = []
for epoch in range(EPOCH):
    for step, (x, y) in enumerate(loader):
        b_x = Variable(x.view(-1, 8, 8))
        b_y = Variable(y)
        output = rnn(b_x)
        loss = loss_func(output, b_y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm(rnn.parameters(), 5.0)
        optimizer.step()
        losses.append(loss.data.item())
    test_output = rnn(Variable(train_x))
    pred_y = torch.max(test_output, 1)[1].data.squeeze()
    accuracy = sum(pred_y == train_y) / float(train_y.size(0))
    losses.append(float(accuracy))
    probs = F.softmax(test_output)
    losses.append(probs.data.max(1)[0].mean().item())
    for p in optimizer.param_groups:
        p["lr"] *= 0.9
a = Variable(torch.ones(2, 2), requires_grad=True)
b = (a * a).mean()
b.backward()
losses += a.grad.data.view(-1).tolist()
