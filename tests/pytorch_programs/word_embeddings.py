import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(1)
CONTEXT_SIZE = 2
EMBEDDING_DIM = 10
test_sentence = """a line of words that says what the words of a line say
and says it again with other words so that the words repeat""".split()
ngrams = [([test_sentence[i - j - 1] for j in range(CONTEXT_SIZE)], test_sentence[i])
          for i in range(CONTEXT_SIZE, len(test_sentence))]
vocab = sorted(set(test_sentence))
word_to_ix = {word: i for i, word in enumerate(vocab)}


class NGramLanguageModeler(nn.Module):
    def __init__(self, vocab_size, embedding_dim, context_size):
        super(NGramLanguageModeler, self).__init__()
        self.embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.linear1 = nn.Linear(context_size * embedding_dim, 16)
        self.linear2 = nn.Linear(16, vocab_size)

    def forward(self, inputs):
        embeds = self.embeddings(inputs).view((1, -1))
        out = F.relu(self.linear1(embeds))
        return F.log_softmax(self.linear2(out), dim=1)


class CBOW(nn.Module):
    def __init__(self, vocab_size, embedding_dim):
        super().__init__()
        self.embed = nn.EmbeddingBag(vocab_size, embedding_dim, mode="sum")
        self.out = nn.Linear(embedding_dim, vocab_size)

    def forward(self, inputs):
        return self.out(self.embed(inputs))


losses = []
loss_function = nn.NLLLoss()
model = NGramLanguageModeler(len(vocab), EMBEDDING_DIM, CONTEXT_SIZE)
optimizer = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(4):
    total_loss = 0
    for context, target in ngrams:
        context_idxs = torch.tensor([word_to_ix[w] for w in context], dtype=torch.long)
        model.zero_grad()
        log_probs = model(context_idxs)
        loss = loss_function(log_probs, torch.tensor([word_to_ix[target]], dtype=torch.long))
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
    losses.append(total_loss)

cbow = CBOW(len(vocab), EMBEDDING_DIM)
optimizer = optim.Adam(cbow.parameters(), lr=0.05)
ids = torch.LongTensor([word_to_ix[w] for w in test_sentence])
contexts = torch.stack([torch.cat([ids[i - 2:i], ids[i + 1:i + 3]]) for i in range(2, len(ids) - 2)])
for epoch in range(8):
    optimizer.zero_grad()
    loss = F.cross_entropy(cbow(contexts), ids[2:-2])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
similar = F.cosine_similarity(cbow.embed.weight[0].unsqueeze(0), cbow.embed.weight)
losses.append(similar.topk(3)[0].sum().item())
