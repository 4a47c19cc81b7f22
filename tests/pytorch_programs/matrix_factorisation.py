import numpy as np
import torch
from torch.autograd import Variable


class MatrixFactorization(torch.nn.Module):
    def __init__(self, n_users, n_items, n_factors=5):
        super().__init__()
        self.user_factors = torch.nn.Embedding(n_users, n_factors, sparse=False)
        self.item_factors = torch.nn.Embedding(n_items, n_factors)
        self.user_biases = torch.nn.Embedding(n_users, 1)
        self.item_biases = torch.nn.Embedding(n_items, 1)

    def forward(self, user, item):
        pred = self.user_biases(user) + self.item_biases(item)
        pred += (self.user_factors(user) * self.item_factors(item)).sum(1, keepdim=True)
        return pred.squeeze()


rng = np.random.RandomState(3)
ratings = rng.randint(1, 6, (12, 9)).astype(np.float32)
rows, cols = ratings.nonzero()
p = rng.permutation(len(rows))
rows, cols = rows[p], cols[p]
model = MatrixFactorization(12, 9)
loss_func = torch.nn.MSELoss(size_average=True)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2, weight_decay=1e-5)
losses = []
for i in range(0, len(rows) - 4, 4):
    rating = Variable(torch.FloatTensor(ratings[rows[i:i + 4], cols[i:i + 4]]))
    row = Variable(torch.LongTensor(rows[i:i + 4]))
    col = Variable(torch.LongTensor(cols[i:i + 4]))
    optimizer.zero_grad()
    prediction = model(row, col)
    loss = loss_func(prediction, rating)
    loss.backward()
    optimizer.step()
    losses.append(loss.data.item())
scores = torch.mm(model.user_factors.weight, model.item_factors.weight.t())
values, indices = scores.topk(3, dim=1, largest=True, sorted=True)
losses += [values.sum().item()] + indices[0].tolist()
