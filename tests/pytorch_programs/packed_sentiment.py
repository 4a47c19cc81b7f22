import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch.utils.data import Dataset, DataLoader, Sampler

sentences = [[1, 2, 3], [4, 5], [6, 1, 2, 7, 3], [2], [5, 4, 3, 1], [7, 7, 6], [3, 2], [1, 1, 1, 6]]
targets = [0, 1, 0, 1, 0, 1, 1, 0]


class TextDataset(Dataset):
    def __init__(self, data, labels):
        self.data, self.labels = data, labels

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        return torch.tensor(self.data[idx]), self.labels[idx]


class BucketSampler(Sampler):
    def __init__(self, data_source):
        self.data_source = data_source

    def __iter__(self):
        return iter(sorted(range(len(self.data_source)), key=lambda i: len(self.data_source.data[i])))

    def __len__(self):
        return len(self.data_source)


def collate_batch(batch):
    batch.sort(key=lambda x: len(x[0]), reverse=True)
    text, label = zip(*batch)
    lengths = torch.as_tensor([len(t) for t in text], dtype=torch.int64, device="cpu")
    return pad_sequence(text, batch_first=True, padding_value=0), torch.FloatTensor(label), lengths


class LSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, output_dim, n_layers, bidirectional, dropout):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.rnn = nn.LSTM(embedding_dim, hidden_dim, num_layers=n_layers, bidirectional=bidirectional,
                           dropout=dropout, batch_first=True)
        self.attention = nn.Linear(hidden_dim * 2, 1)
        self.fc = nn.Linear(hidden_dim * 4, output_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, text, text_lengths):
        embedded = self.dropout(self.embedding(text))
        packed_embedded = pack_padded_sequence(embedded, text_lengths.to("cpu"), batch_first=True, enforce_sorted=True)
        packed_output, (hidden, cell) = self.rnn(packed_embedded)
        output, output_lengths = pad_packed_sequence(packed_output, batch_first=True)
        mask = torch.arange(output.size(1))[None, :] >= text_lengths[:, None]
        scores = self.attention(output).squeeze(-1).masked_fill(mask, float("-inf"))
        context = (torch.softmax(scores, dim=1).unsqueeze(-1) * output).sum(dim=1)
        hidden = torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1)
        return self.fc(torch.cat([hidden, context], 1))


def binary_accuracy(preds, y):
    rounded_preds = torch.round(torch.sigmoid(preds))
    correct = (rounded_preds == y).float()
    return correct.sum() / len(correct)


dataset = TextDataset(sentences, targets)
loader = DataLoader(dataset, batch_size=3, sampler=BucketSampler(dataset), collate_fn=collate_batch)
model = LSTM(8, 4, 5, 1, 2, True, 0.0)
model.embedding.weight.data[0] = torch.zeros(4)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
criterion = nn.BCEWithLogitsLoss()
losses = []
for epoch in range(4):
    epoch_loss = epoch_acc = 0
    for text, label, lengths in loader:
        optimizer.zero_grad()
        predictions = model(text, lengths).squeeze(1)
        loss = criterion(predictions, label)
        acc = binary_accuracy(predictions, label)
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        epoch_acc += acc.item()
        losses.append(loss.item())
    losses += [epoch_loss / len(loader), epoch_acc / len(loader)]
