import torch
import torch.nn as nn

text = "the quick brown fox jumps over the lazy dog and the dog sleeps on. " * 4
chars = sorted(list(set(text)))
stoi = {ch: i for i, ch in enumerate(chars)}


class RNN(nn.Module):
    def __init__(self, vocab, hidden_size, n_layers=2):
        super().__init__()
        self.hidden_size = hidden_size
        self.n_layers = n_layers
        self.encoder = nn.Embedding(vocab, 16)
        self.gru = nn.GRU(16, hidden_size, n_layers, batch_first=True)
        self.decoder = nn.Linear(hidden_size, vocab)

    def forward(self, x, hidden):
        out, hidden = self.gru(self.encoder(x), hidden)
        return self.decoder(out.contiguous().view(-1, self.hidden_size)), hidden

    def init_hidden(self, batch_size):
        weight = next(self.parameters()).data
        return weight.new_zeros(self.n_layers, batch_size, self.hidden_size)


data = torch.tensor([stoi[c] for c in text], dtype=torch.long)
n = 4
data = data[:len(data) // n * n].view(n, -1)
model = RNN(len(chars), 20)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.95)
criterion = nn.CrossEntropyLoss()
hidden = model.init_hidden(n)
losses = []
for i in range(0, data.size(1) - 10, 10):
    seq, target = data[:, i:i + 10], data[:, i + 1:i + 11]
    hidden = hidden.detach()
    model.zero_grad()
    output, hidden = model(seq, hidden)
    loss = criterion(output, target.reshape(-1))
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    scheduler.step()
    losses.append(loss.item())

model.eval()
with torch.no_grad():
    hidden = model.init_hidden(1)
    x = torch.LongTensor([[stoi['t']]])
    out = 't'
    for _ in range(20):
        logits, hidden = model(x, hidden)
        _, top = torch.topk(logits.squeeze(), 1)
        out += chars[int(top[0])]
        x = top.view(1, 1)
        losses.append(int(top[0]))
print(out)
