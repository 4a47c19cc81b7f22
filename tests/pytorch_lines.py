"""Lines as PyTorch's users write them, of all its ages, a blank line between two cases; the last line of each is compared.

`X` is a matrix of floats, `I` one of integers, `N` NumPy.
"""

VIEWS = """
x = torch.zeros(2, 3); y = x.view(6); y[0] = 5.
x, y

x = torch.arange(6).reshape(2, 3); x.t()[0, 1] = 9
x

x = torch.zeros(3); y = x.detach(); y += 1
x

x = torch.zeros(3); y = x.numpy(); y[0] = 7
x

n = N.zeros(3); x = torch.from_numpy(n); x.add_(1)
n, x

n = N.zeros(3); x = torch.tensor(n); n[0] = 1
x

n = N.zeros(3, dtype=N.float32); x = torch.as_tensor(n); n[0] = 1
x

n = N.zeros(3, dtype=N.float32); x = torch.Tensor(n); n[0] = 1
x.shape, x.dtype

x = torch.zeros(4); x[1:3] = torch.tensor([1., 2.]); x[-1] = 4
x

x = torch.zeros(2, 2); a, b = x.unbind(0); a.fill_(1)
x

x = torch.zeros(4); a, b = x.chunk(2); b.add_(3)
x

x = torch.zeros(2, 3); x.data.fill_(2.); x.data[0] = 0
x

x = torch.ones(3); y = x; y = y + 1
x, y

x = torch.ones(3); y = x; y += 1
x, y

x = torch.ones(2, 3).expand(2, 3).clone(); x[0] *= 3
x

x = torch.arange(12).view(3, 4); x[:, 1] = -1; x[x > 8] = 0
x

x = torch.arange(12).view(3, 4); y = x[[0, 2]]; y[0] = 100
x, y

x = torch.zeros(3, 3); x.diagonal().fill_(1)
x

x = torch.zeros(3, 3); x[torch.arange(3), torch.arange(3)] = torch.tensor([1., 2., 3.])
x

w = torch.ones(2, requires_grad=True); v = w * 2; v[0] = 10.; v.sum().backward()
w.grad

x = torch.arange(6.).view(2, 3); x.transpose(0, 1).is_contiguous(), x.t().contiguous().is_contiguous(), x.stride(), x.t().stride()

torch.arange(6).view(2, 3).permute(1, 0).reshape(-1)

x = torch.zeros(2, 1, 3); x.squeeze().shape, x.squeeze(1).shape, x.squeeze(0).shape, x.unsqueeze(0).shape, x.unsqueeze(-1).shape

x = torch.arange(24).view(2, 3, 4); x[..., 0], x[0, ..., 1:3], x[:, None].shape, x[None].shape

x = torch.arange(24).view(2, 3, 4); x[:, [0, 2], 1], x[[0, 1], :, [1, 2]], x[1, [0, 1]], x[:, torch.tensor([True, False, True])].shape

x = torch.arange(24).view(2, 3, 4); x[x % 2 == 0].shape, x[0, x[0] > 5], x[-1, -1, -1], x[::2, ::2].shape

x = torch.arange(5); x[torch.tensor(2)], x[torch.tensor([2])], x[N.int64(1)], x[N.array([0, 3])]

x = torch.arange(5); x[True].shape, x[None, None].shape, x[()].shape

x = torch.arange(10.); x[2:8:3], x[-3:], x[:-7]

x = torch.ones(2, 2); y = x.clone(); y.zero_()
x, y

x = torch.arange(4.); x.narrow(0, 1, 2).mul_(10)
x

x = torch.arange(6.).view(2, 3); x.select(1, 0).zero_()
x

x = torch.arange(8.); x.unfold(0, 3, 2), x.unfold(0, 2, 1).shape

x = torch.arange(9.).view(3, 3); x.flatten().data_ptr() == x.data_ptr(), x.reshape(9).data_ptr() == x.data_ptr()

x = torch.arange(6.).view(2, 3); x.as_strided((2, 2), (1, 2)), x.storage_offset(), x[1].storage_offset()

x = torch.ones(2, 3); x.resize_(2, 3).shape

x = torch.empty(2, 3).uniform_(); x.shape, bool((x >= 0).all()), bool((x < 1).all())

x = torch.Tensor(2, 3); x.shape, x.dtype

x = torch.Tensor([1, 2, 3]); x, x.type()

x = torch.Tensor(); x.shape, x.numel()

x = torch.zeros(2, 3); x.copy_(torch.arange(3))

x = torch.zeros(3, dtype=torch.int64); x.copy_(torch.tensor([1.7, -2.3, 3.0]))

a = torch.arange(3); b = a.float(); b[0] = 5
a, b

a = torch.arange(3.); b = a.float(); b[0] = 5; c = a.to(torch.float32); c[1] = 7
a

a = torch.arange(3.); b = a.type(torch.FloatTensor); b[0] = 5
a

a = torch.zeros(2, 2); b = torch.cat([a, a]); b[0] = 1
a

a = torch.zeros(2); b = torch.stack((a, a)); b[0, 0] = 1
a, b

x = torch.ones(3); x.data = torch.zeros(3)
x

x = torch.arange(4).view(2, 2); x.tolist(), x.numpy().tolist(), [v.item() for v in x.view(-1)], list(map(int, x[0]))

x = torch.zeros(5, 5); x[1:4, 1:4] = 1; x[2, 2] = torch.tensor(9.)
x

x = torch.arange(6).view(3, 2); torch.swapaxes(x, 0, 1), x.T, x.mT, torch.transpose(x, 0, 1)

x = torch.arange(6); x.put_(torch.tensor([0, 5]), torch.tensor([10, 50])), torch.take(x, torch.tensor([0, 5]))

x = torch.zeros(2, 4); x.index_fill_(1, torch.tensor([0, 2]), 3.)

x = torch.zeros(3, 2); x.index_add_(0, torch.tensor([0, 0, 2]), torch.ones(3, 2))

x = torch.zeros(3, 2); x.index_copy_(0, torch.tensor([2, 0]), torch.arange(4.).view(2, 2))

x = torch.zeros(2, 3).scatter_(1, torch.tensor([[1], [2]]), 1.)
x

y = torch.tensor([0, 2, 1]); torch.zeros(3, 3).scatter_(1, y.unsqueeze(1), 1)

y = torch.tensor([0, 2]); torch.zeros(2, 3).scatter_(1, y.view(-1, 1), 1.0), torch.eye(3)[y]

x = torch.zeros(3).scatter_add_(0, torch.tensor([0, 0, 1]), torch.ones(3)); x, x.scatter(0, torch.tensor([2]), 5.)

torch.zeros(3).scatter_reduce(0, torch.tensor([0, 0, 1]), torch.tensor([1., 2., 3.]), reduce="sum"), torch.zeros(3).scatter_reduce(0, torch.tensor([0, 0, 1]), torch.tensor([1., 2., 3.]), reduce="mean", include_self=False), torch.zeros(3).scatter_reduce(0, torch.tensor([0, 0, 1]), torch.tensor([1., 2., 3.]), "amax")

x = torch.arange(6.).view(2, 3); x.masked_fill_(x > 3, -1); x.masked_select(x < 0)

x = torch.arange(9.).view(3, 3); x.fill_diagonal_(0), torch.diag(x), torch.diag(torch.tensor([1., 2.]))

x = torch.ones(2, 2, requires_grad=True); y = x + 2; z = y * y * 3; out = z.mean(); out.backward()
x.grad, out, z

x = torch.zeros(2); y = x.expand(3, 2); y.shape, y.stride(), y.is_contiguous()

x = torch.arange(3); x.repeat(2), x.repeat(2, 2), x.repeat_interleave(2), x.tile((2,)), torch.repeat_interleave(x, torch.tensor([1, 0, 2]))

x = torch.arange(4.); a = x.view(2, 2); x.is_leaf, a.is_leaf

x = torch.arange(3.); x.apply_(lambda v: v * 2), x.map_(torch.ones(3), lambda a, b: a + b)
"""

DTYPES = """
torch.tensor(1).dtype, torch.tensor(1.).dtype, torch.tensor(True).dtype, torch.tensor([1, 2.]).dtype, torch.tensor(1j).dtype, torch.tensor([]).dtype

torch.tensor(N.float64(3.)).dtype, torch.tensor(N.arange(3)).dtype, torch.tensor(N.float32(1)).dtype, torch.tensor([N.float64(1.), 2.]).dtype, torch.tensor(N.ones(2)).dtype, torch.tensor([N.ones(2)]).dtype, torch.tensor([N.ones(2, N.float32)]).dtype

torch.tensor([N.int32(1)]).dtype, torch.tensor(N.int32(3)).dtype, torch.tensor([N.bool_(True)]).dtype, torch.tensor([torch.tensor(1.), torch.tensor(2.)]), torch.tensor([torch.tensor(1), 2])

(I / 2).dtype, I / 2, I // 2, -I // 2, I % 2, -I % 3, I / I.float().mean()

(I + 1.5).dtype, (I * True).dtype, (X + 1).dtype, (X * 2.).dtype, (X.double() + 1).dtype, (X.half() * 2.5).dtype, (I.int() + I).dtype, (I.byte() + I.char()).dtype

(torch.ones(2, dtype=torch.int32) * torch.tensor(2)).dtype, (torch.ones(2) * torch.tensor(2., dtype=torch.float64)).dtype, (torch.ones(2, dtype=torch.float16) + torch.ones(1)).dtype, (torch.tensor(1) + 1.5).dtype

torch.tensor(5) / 2, torch.tensor(5) // 2, torch.tensor(-5) // 2, torch.tensor(5.) // 2, 7 // torch.tensor(2), torch.div(torch.tensor([-7, 7]), 2, rounding_mode="trunc"), torch.div(torch.tensor([-7, 7]), 2, rounding_mode="floor"), torch.true_divide(I, 3)

torch.floor_divide(torch.tensor([-7, 7]), 2), torch.remainder(torch.tensor([-7., 7.]), 3), torch.fmod(torch.tensor([-7., 7.]), 3)

X.sum().dtype, I.sum().dtype, (I > 2).sum(), (I > 2).sum().dtype, I.int().sum().dtype, I.byte().sum().dtype, I.prod().dtype, I.cumsum(0).dtype, (X > 0).float().mean(), I.float().mean()

I.max(), I.max(0), X.max(1), X.argmax(), X.argmax(1), I.min(dim=0)[0], X.max(dim=1, keepdim=True)[1], torch.max(X, 1)[1].data

a = torch.tensor([1, 2]); a += 1; a *= 3
a

a = torch.tensor([1., 2.]); a += torch.tensor([1, 2])
a, a.dtype

a = torch.tensor([3, 4]); a //= 2
a

torch.arange(3).dtype, torch.arange(3.).dtype, torch.arange(0, 1, 0.25), torch.arange(5, 0, -2), torch.arange(1, 4), torch.arange(0, 3, dtype=torch.float)

torch.linspace(0, 1, 5), torch.linspace(0, 10, steps=3), torch.logspace(0, 2, 3), torch.linspace(-1, 1, 4, dtype=torch.float64), torch.range(0, 3), torch.range(0, 1, 0.5)

torch.full((2,), 3).dtype, torch.full((2,), 3.).dtype, torch.full((2, 2), True).dtype, torch.full_like(X, 2).dtype, torch.full([2], 1, dtype=torch.float32)

torch.zeros(2).dtype, torch.zeros(2, dtype=int).dtype, torch.zeros(2, dtype=float).dtype, torch.ones(2, dtype=bool).dtype, torch.empty(0).dtype, torch.eye(2, dtype=torch.long), torch.zeros((2, 3)).shape, torch.ones([2]).shape

torch.FloatTensor([1, 2]).dtype, torch.LongTensor([1, 2]), torch.ByteTensor([1]), torch.DoubleTensor([1]).dtype, torch.IntTensor([1.7]), torch.BoolTensor([0, 1]), torch.FloatTensor(2, 3).shape, torch.LongTensor(2).dtype, torch.HalfTensor([1]).dtype

X.type(), I.type(), X.type(torch.LongTensor), X.type("torch.DoubleTensor").dtype, X.type(torch.float64).dtype, I.type_as(X).dtype, X.long(), X.int(), X.byte().dtype, X.bool(), X.short().dtype, X.char().dtype

X.to(torch.float64).dtype, X.to(I).dtype, X.to("cpu").dtype, X.to(torch.device("cpu"), torch.float64).dtype, X.to(dtype=torch.half).dtype, X.to("cpu", torch.int64, non_blocking=True).dtype

torch.float32 == torch.float, torch.float64 == torch.double, torch.int64 == torch.long, torch.half == torch.float16, X.dtype == torch.float32, X.dtype is torch.float32, X.dtype != torch.float64, X.dtype in (torch.float32, torch.float64), X.is_floating_point(), torch.is_floating_point(I), X.is_complex()

{torch.float32: "f", torch.int64: "i"}[X.dtype], {torch.float32: "f", torch.int64: "i"}[I.dtype]

torch.float32.itemsize, torch.int8.itemsize

torch.finfo(torch.float32).eps, torch.finfo(torch.float32).max, torch.finfo(X.dtype).min, torch.iinfo(torch.int64).max, torch.finfo(torch.float64).tiny, torch.finfo(torch.float16).max

torch.result_type(I, X), torch.promote_types(torch.int32, torch.float16), torch.can_cast(torch.float, torch.int), torch.get_default_dtype()

torch.ones(3, dtype=torch.uint8) - 1, torch.tensor([250], dtype=torch.uint8) + 5, torch.tensor([1, 0], dtype=torch.uint8) == 1, ~torch.tensor([True, False]), ~torch.tensor([1, 2]), torch.tensor([1, 0], dtype=torch.uint8).bool()

torch.tensor([True, False]) & torch.tensor([True, True]), torch.tensor([True]) | torch.tensor([False]), torch.tensor([6]) ^ torch.tensor([3]), torch.tensor([1]) << 3, torch.tensor([16]) >> 2, torch.logical_not(torch.tensor([1., 0.])), torch.tensor([True, False]).any(), torch.tensor([True, False]).all()

(X > 0).dtype, (X == X).all(), torch.equal(X, X), torch.eq(X, X).sum().item(), X.eq(X).sum(), X.ne(0).sum(), (X > 0).type(torch.FloatTensor).sum(), X.gt(0).long().sum(), (X.gt(0) & X.lt(1)).sum(), torch.allclose(X, X + 1e-9), torch.isclose(X, X)

torch.pow(I, 2), I ** 2, 2 ** I, I.float() ** 0.5, X.pow(2).sum(), I ** 2.0, (I ** -1.0)

torch.sqrt(torch.tensor([4])), torch.exp(torch.tensor([0])), torch.sigmoid(I), torch.sin(I).dtype, torch.log(torch.tensor([1])), torch.abs(torch.tensor([-1])), torch.round(torch.tensor([0.5, 1.5, 2.5])), torch.sign(torch.tensor([-2, 0, 3]))

torch.where(X > 0, X, torch.zeros_like(X)), torch.where(X > 0, 1, 0), torch.where(X > 0, 1., 0.).dtype, torch.where(X > 0, X, 0.), torch.where(X > 0), torch.where(I > 2, I, -1)

torch.cat([I, I.float()]).dtype, torch.stack([torch.tensor(1), torch.tensor(2)]), torch.cat([torch.tensor([1.]), torch.tensor([2.], dtype=torch.float64)]).dtype, torch.cat((X, X), 1).shape, torch.cat([X, torch.empty(0)]).shape, torch.hstack([X, X]).shape, torch.vstack([X, X]).shape, torch.dstack([X, X]).shape, torch.column_stack([X, X]).shape

torch.clamp(X, 0, 1), torch.clamp(I, min=2), X.clamp(max=0.5), X.clamp_(-1, 1), torch.clamp(I, 1.5, 3)

torch.mean(X), torch.mean(X, 0), torch.mean(X, dim=(0, 1)), X.mean(-1, keepdim=True), X.std(), X.var(0), X.std(1, unbiased=False), torch.var(X, dim=1, correction=0), torch.std_mean(X), X.median(), X.median(0), X.mode(0).values, torch.norm(X), X.norm(p=1), X.norm(2, 1), X.norm(dim=0)

X.mean(axis=0), X.sum(axis=1, keepdims=True), torch.sum(X, axis=0), X.max(axis=1).indices, X.argmax(axis=0), torch.cat([X, X], axis=1).shape, torch.stack([X, X], axis=-1).shape, X.softmax(axis=1)

X.sort(), X.sort(descending=True, dim=0), X.argsort(dim=1), X.topk(2), X.topk(1, dim=0), torch.topk(X, 2, 1, True, True), X.kthvalue(2), torch.unique(torch.tensor([3, 1, 1, 2])), torch.unique(torch.tensor([3, 1, 1]), return_counts=True), torch.unique(torch.tensor([3, 1, 1]), return_inverse=True), torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))

values, indices = torch.sort(X, 1, descending=True); values, indices

torch.bincount(torch.tensor([0, 1, 1])), torch.histc(torch.tensor([1., 2., 1.]), bins=4, min=0, max=3), torch.bucketize(torch.tensor([1., 5., 9.]), torch.tensor([3., 6.])), torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([2, 3])), torch.isin(torch.tensor([1, 2, 3]), torch.tensor([2])), torch.nonzero(torch.tensor([0, 1, 1])), torch.tensor([0, 1]).nonzero().squeeze(), torch.count_nonzero(X)

torch.tril(torch.ones(3, 3)), torch.triu(torch.ones(3, 3), diagonal=1), torch.tril(torch.ones(3, 3)).view(1, 1, 3, 3).shape, torch.triu(torch.ones(3, 3)).bool(), torch.triu_indices(3, 3, 1), torch.tril_indices(2, 2), torch.combinations(torch.arange(3)), torch.cartesian_prod(torch.arange(2), torch.arange(2))

torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij"), torch.meshgrid(torch.arange(2), torch.arange(3), indexing="xy"), torch.outer(torch.arange(2), torch.arange(3)), torch.ger(torch.ones(2), torch.ones(3))

torch.mm(X, X.t()), X @ X.T, X.matmul(X.t()), torch.bmm(X[None], X.t()[None]), torch.dot(X[0], X[1]), torch.mv(X, X[0]), torch.addmm(torch.ones(2, 2), X, X.t()), torch.einsum("ij,kj->ik", X, X), torch.einsum("ij,kj->ik", [X, X]), torch.chain_matmul(X, X.t()), torch.tensordot(X, X, dims=2), torch.baddbmm(torch.zeros(1, 2, 2), X[None], X.t()[None]), torch.linalg.multi_dot([X, X.t()])

torch.det(torch.tensor([[1., 2.], [3., 4.]])), torch.inverse(torch.tensor([[2., 0.], [0., 4.]])), torch.linalg.inv(torch.tensor([[2., 0.], [0., 4.]])), torch.linalg.norm(X), torch.linalg.norm(X, dim=1), torch.trace(torch.eye(3)), torch.linalg.solve(torch.tensor([[2., 0.], [0., 4.]]), torch.tensor([2., 4.])), torch.linalg.matrix_rank(torch.eye(2)), torch.svd(torch.eye(2))[1], torch.linalg.eigvalsh(torch.tensor([[2., 1.], [1., 2.]])), torch.cholesky(torch.tensor([[4., 0.], [0., 9.]])), torch.linalg.vector_norm(X), torch.linalg.matrix_norm(X), torch.cdist(X, X), torch.dist(X, X + 1)

torch.roll(I, 1), torch.roll(I, 1, 1), torch.flip(I, [0]), I.flip(0, 1), torch.rot90(I), torch.fliplr(I), torch.flipud(I), torch.diff(I), torch.cumprod(I, 1), torch.cummax(X, 1), torch.logcumsumexp(X, 1), torch.cross(torch.tensor([1., 0., 0.]), torch.tensor([0., 1., 0.]), dim=0)

torch.isnan(torch.tensor([float("nan"), 1.])), torch.isinf(torch.tensor([float("inf"), 1.])), torch.isfinite(torch.tensor([float("inf"), 1.])), torch.nan_to_num(torch.tensor([float("nan"), float("inf")])), torch.tensor(float("-inf")), torch.nansum(torch.tensor([float("nan"), 1.])), torch.nanmean(torch.tensor([float("nan"), 1.]))

torch.is_tensor(X), torch.is_tensor(3), torch.numel(X), X.numel(), X.nelement(), X.dim(), X.ndimension(), len(X), X.size(), X.size(0), X.size(-1), X.shape[0], list(X.size()), X.size()[1:], X.shape == (2, 3), X.shape == torch.Size([2, 3]), X.shape.numel()

str(tuple(X.shape)), str(list(X.size())), str(torch.device("cpu")), repr(X.device), str(X.layout), f"{torch.tensor(3.14159):.2f}", "%.3f" % torch.tensor(2.5), "{:.1f}".format(torch.tensor(2.25)), "%d" % torch.tensor(3), "{}".format(torch.tensor(3)), f"{torch.tensor([1])}"

int(torch.tensor(3)), float(torch.tensor(2)), bool(torch.tensor([0.])), round(torch.tensor(2.567).item(), 2), [1, 2, 3][torch.tensor(1)], list(range(torch.tensor(3))), torch.tensor(2.) > 1, max(torch.tensor(1.), torch.tensor(2.)), sum([torch.tensor(1.), torch.tensor(2.)]), abs(torch.tensor(-1)), pow(torch.tensor(2.), 3), sorted([torch.tensor(2), torch.tensor(1)])

N.array(X), str(N.asarray(X).dtype), N.mean(X.numpy()), N.array([1., 2.]) * torch.ones(2).numpy(), X.numpy().shape, str(X.cpu().numpy().dtype), X.cpu().data.numpy().shape, X.detach().cpu().numpy().shape, N.float32(2) * X.numpy()

X.new(2, 2).shape, X.new([1, 2]), X.new_tensor([1, 2]), I.new_zeros(2), I.new_ones(1, 2), X.new_full((2,), 7.), I.new_empty(2).dtype, X.data.new(3).zero_(), X.new(X.size()).shape

torch.asarray([1, 2.]), torch.asarray(N.ones(2)).dtype, torch.as_tensor(3), torch.as_tensor([1, 2], dtype=torch.float), torch.scalar_tensor(2.), torch.tensor(X.tolist()), torch.zeros_like(I), torch.ones_like(X, dtype=torch.long), torch.empty_like(X).shape, torch.rand_like(X).shape, torch.from_numpy(N.ones(2, N.float32)).dtype

torch.complex(torch.tensor([1.]), torch.tensor([2.])), torch.tensor([1 + 2j]).real, torch.view_as_real(torch.tensor([1 + 2j])), torch.view_as_complex(torch.tensor([[1., 2.]])), torch.polar(torch.tensor([1.]), torch.tensor([0.])), torch.abs(torch.tensor([3 + 4j])), torch.fft.fft(torch.tensor([1., 2., 3., 4.])), torch.fft.rfft(torch.tensor([1., 0., 0., 0.])), torch.fft.ifft(torch.fft.fft(torch.tensor([1., 2.]))).real, torch.fft.fftfreq(4), torch.fft.fft2(torch.ones(2, 2)), torch.fft.fftshift(torch.arange(4))

torch.lerp(torch.zeros(2), torch.ones(2), 0.3), torch.addcmul(torch.zeros(2), torch.ones(2), torch.ones(2), value=2), torch.addcdiv(torch.zeros(2), torch.ones(2), torch.ones(2), value=.5), torch.add(X, X, alpha=2), torch.sub(X, X, alpha=3), X.add(1), torch.mul(X, 2), torch.neg(X), torch.rsub(X, 1), torch.reciprocal(X + 5), torch.frac(X), torch.trunc(X), torch.erf(X), torch.lgamma(torch.tensor([2.5])), torch.digamma(torch.tensor([2.5])), torch.expm1(X), torch.log1p(X.abs()), torch.atan2(X, X + 1), torch.hypot(X, X)

torch.quantile(torch.tensor([1., 2., 3., 4.]), 0.5), torch.quantile(X, torch.tensor([0.25, 0.75]), dim=1), torch.corrcoef(X), torch.cov(X), torch.cumulative_trapezoid(X), torch.trapz(X), torch.logsumexp(X, 1), torch.vander(torch.tensor([1., 2., 3.])), torch.block_diag(torch.eye(2), torch.ones(1, 1)), torch.kron(torch.eye(2), torch.ones(1, 2)), torch.argwhere(I > 3), torch.amax(X, 1), torch.aminmax(X), torch.unravel_index(torch.tensor(5), (2, 3)), torch.take_along_dim(X, X.argsort(1), 1), torch.renorm(X, 2, 0, 1.), torch.broadcast_to(torch.ones(1, 3), (2, 3)), torch.broadcast_tensors(torch.ones(1, 3), torch.ones(2, 1))[0].shape, torch.atleast_2d(torch.tensor(1.)), torch.clone(X), torch.square(X), torch.special.expit(X), torch.movedim(torch.zeros(1, 2, 3), 0, -1).shape, torch.hann_window(4), torch.hamming_window(4), torch.bartlett_window(4), torch.blackman_window(4), torch.kaiser_window(4)

torch.split(torch.arange(5), 2), torch.split(torch.arange(5), [1, 4]), torch.chunk(torch.arange(5), 2), torch.tensor_split(torch.arange(5), 2), torch.unbind(I), torch.arange(6).unflatten(0, (2, 3)), torch.flatten(torch.zeros(2, 3, 4), 1).shape, torch.flatten(torch.zeros(2, 3, 4), start_dim=0, end_dim=1).shape, torch.ravel(I), torch.squeeze(torch.zeros(1, 2)), torch.unsqueeze(X, 0).shape, torch.t(X), torch.permute(torch.zeros(1, 2, 3), (2, 0, 1)).shape, torch.index_select(X, 1, torch.tensor([0])), torch.gather(X, 1, torch.tensor([[0], [1]])), torch.masked_select(X, X > 0), torch.narrow(X, 1, 0, 2), torch.select(X, 0, 1), torch.reshape(X, (-1,))
"""

AUTOGRAD = """
x = torch.tensor([2.], requires_grad=True); y = x ** 2; y.backward(); y2 = x ** 3; y2.backward()
x.grad

x = torch.tensor([2.], requires_grad=True); (x ** 2).backward(); x.grad.zero_(); (x * 3).backward()
x.grad

x = torch.tensor([2.], requires_grad=True); (x ** 2).backward(); x.grad.data.zero_()
x.grad

x = torch.ones(2, requires_grad=True); (x * 2).backward(torch.tensor([1., 0.1]))
x.grad

x = torch.ones(2, requires_grad=True); (x * 2).backward(gradient=torch.ones(2)); x.grad

x = torch.ones(2, 2, requires_grad=True); y = x.sum(); print(x.requires_grad, y.requires_grad, (x > 0).requires_grad, x.detach().requires_grad, x.data.requires_grad, y.grad_fn is None, x.grad_fn is None); x.grad

x = torch.ones(2, requires_grad=True)
with torch.no_grad():
    y = x * 2
y.requires_grad, y.is_leaf

with torch.set_grad_enabled(False):
    y = torch.ones(1, requires_grad=True) * 2
y.requires_grad, torch.is_grad_enabled()

@torch.no_grad()
def f(x):
    return x * 2
f(torch.ones(1, requires_grad=True)).requires_grad

x = torch.ones(1, requires_grad=True); y = (x * 2).detach() * x; y.backward()
x.grad

x = torch.tensor(3., requires_grad=True); g, = torch.autograd.grad(x ** 3, x, create_graph=True); g2, = torch.autograd.grad(g, x); g, g2

x = torch.tensor([1., 2.], requires_grad=True); g = torch.autograd.grad((x ** 2).sum(), x)[0]; x.grad is None, g

x = torch.tensor([1., 2.], requires_grad=True); y = x * 2; y.retain_grad(); y.sum().backward(); y.grad, x.grad

from torch.autograd import Variable
x = Variable(torch.ones(2, 2), requires_grad=True); y = x + 2; z = y * y * 3; out = z.mean(); out.backward()
x.grad, x.data, out.data, out.item()

from torch.autograd import Variable
x = Variable(torch.Tensor([3]), requires_grad=True); y = x * 2
while y.data.norm() < 1000:
    y = y * 2
y.backward(torch.FloatTensor([0.1])); x.grad, y

from torch.autograd import Variable
v = Variable(torch.from_numpy(N.ones((1, 2), dtype=N.float32))); v.volatile if hasattr(v, "nope") else v.data.numpy()

x = torch.ones(2, requires_grad=True); y = torch.zeros(2, requires_grad=True); (x + y).sum().backward(); [p.grad for p in (x, y)]

x = torch.ones(2, requires_grad=True); opt = torch.optim.SGD([x], lr=0.1); (x * x).sum().backward(); opt.step(); opt.zero_grad(); x, x.grad

x = torch.ones(2, requires_grad=True); opt = torch.optim.SGD([x], lr=0.1); (x * x).sum().backward(); opt.step(); opt.zero_grad(set_to_none=False); x, x.grad

x = torch.ones(2, requires_grad=True); loss = (x * x).sum(); loss.backward(); x.data.sub_(0.1 * x.grad.data); x

x = torch.ones(2, requires_grad=True); loss = (x * x).sum(); loss.backward(); x.data -= 0.1 * x.grad.data; x

w = torch.randn(3, requires_grad=True); w.data = torch.ones(3); (w ** 2).sum().backward()
with torch.no_grad():
    w -= 0.1 * w.grad
    w.grad = None
w, w.grad

w = torch.ones(3).requires_grad_(); h = w.register_hook(lambda g: g * 2); w.sum().backward(); h.remove(); w.sum().backward(); w.grad

class F2(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x); ctx.k = k
        return x * k
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * ctx.k + 0 * x, None
x = torch.ones(2, requires_grad=True); F2.apply(x, 3).sum().backward(); x.grad

x = torch.tensor([1., 2.]); torch.autograd.functional.jacobian(lambda v: v ** 2, x), torch.autograd.functional.hessian(lambda v: (v ** 3).sum(), x), torch.autograd.functional.vjp(lambda v: v * 2, x, torch.ones(2))[1], torch.autograd.functional.hvp(lambda v: (v ** 3).sum(), x, torch.ones(2))[1]

x = torch.tensor([1., 2.]); torch.func.grad(lambda v: (v ** 2).sum())(x), torch.func.vmap(lambda v: v * 2)(x), torch.vmap(torch.func.grad(torch.sin))(x), torch.func.jacrev(torch.sin)(x), torch.func.jacfwd(torch.exp)(x), torch.func.hessian(lambda v: (v ** 3).sum())(x)

x = torch.randn(2, dtype=torch.double, requires_grad=True); torch.autograd.gradcheck(lambda v: v * v, (x,), eps=1e-6, atol=1e-4)

x = torch.ones(2, requires_grad=True); y = x.clone(); y[0] = 5; (y * y).sum().backward(); x.grad

x = torch.ones(3, requires_grad=True); y = x * 2; y += 1; y.mul_(3); y.sum().backward(); x.grad

x = torch.ones(1, requires_grad=True)
with torch.enable_grad():
    y = x * 2
with torch.inference_mode():
    z = x * 2
y.requires_grad, z.requires_grad

x = torch.ones(2, requires_grad=True); torch.autograd.backward([x.sum(), (2 * x).sum()]); x.grad

x = torch.ones(2, requires_grad=True); torch.autograd.grad([x.sum() * 2], [x], grad_outputs=[torch.tensor(3.)], allow_unused=True)

x = torch.ones(2, requires_grad=True); y = x.sum(); y.backward(retain_graph=True); y.backward(); x.grad

x = torch.ones(2); x.requires_grad = True; (x * 3).sum().backward(); x.grad, x.requires_grad, x.is_leaf

with torch.autograd.set_detect_anomaly(True):
    x = torch.ones(1, requires_grad=True); (x * 2).backward()
x.grad

x = torch.ones(2, requires_grad=True); torch.relu_(x.clone()).sum().backward(); x.grad, torch.exp_(torch.zeros(1)), torch.sigmoid_(torch.zeros(1)), torch.tanh_(torch.zeros(1)), torch.zero_(torch.ones(1)), torch.fill_(torch.ones(1), 3)
"""

NN = """
m = torch.nn.Linear(2, 3); [tuple(p.shape) for p in m.parameters()], [n for n, p in m.named_parameters()], list(m.state_dict().keys()), str(m), m.in_features, sum(p.numel() for p in m.parameters() if p.requires_grad)

F.softmax(X)

F.log_softmax(X)

F.softmin(X), torch.softmax(X, dim=-1), X.softmax(dim=0), X.log_softmax(1), F.softmax(X, dim=1, dtype=torch.float64).dtype

torch.nn.Softmax()(X), torch.nn.LogSoftmax()(X[0])

F.softmax(torch.zeros(2, 3, 4))

F.softmax(torch.zeros(3)), F.softmax(torch.zeros(2, 3, 4, 5))

F.relu(X), torch.relu(X), F.leaky_relu(X), F.leaky_relu(X, 0.2), F.elu(X), F.selu(X), F.gelu(X), F.gelu(X, approximate="tanh"), F.silu(X), F.mish(X), F.softplus(X), F.tanh(X), F.sigmoid(X), F.hardtanh(X), F.relu6(X), F.softsign(X), F.logsigmoid(X), F.hardswish(X), F.hardsigmoid(X), F.tanhshrink(X), F.softshrink(X), F.hardshrink(X), F.threshold(X, 0.1, 20), F.glu(torch.ones(2, 4)), F.celu(X), F.prelu(X, torch.tensor([0.25])), F.rrelu(X, training=False)

t = torch.tensor([0, 2]); F.cross_entropy(X, t), F.nll_loss(F.log_softmax(X, 1), t), torch.nn.CrossEntropyLoss()(X, t), F.cross_entropy(X, t, reduction="none"), F.cross_entropy(X, t, reduction="sum"), F.cross_entropy(X, t, label_smoothing=0.1), F.cross_entropy(X, t, weight=torch.tensor([1., 2., 3.])), F.cross_entropy(X, torch.softmax(X, 1)), F.cross_entropy(X, torch.tensor([0, -100])), F.cross_entropy(X, t, ignore_index=0)

t = torch.tensor([0, 2]); F.nll_loss(F.log_softmax(X, dim=1), t, size_average=False), torch.nn.MSELoss(size_average=False)(X, X + 1), torch.nn.MSELoss(reduce=False)(X, X + 1), F.mse_loss(X, X + 1, size_average=True), F.mse_loss(X, X + 1, reduction="sum"), torch.nn.CrossEntropyLoss(size_average=False)(X, t), torch.nn.BCELoss(size_average=False)(torch.sigmoid(X), torch.ones(2, 3)), F.cross_entropy(X, t, reduce=False), torch.nn.L1Loss(size_average=False)(X, X + 1)

F.binary_cross_entropy(torch.sigmoid(X), (X > 0).float()), F.binary_cross_entropy_with_logits(X, torch.ones(2, 3)), torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.]))(X, torch.ones(2, 3)), F.smooth_l1_loss(X, X + 2), F.huber_loss(X, X + 2), F.l1_loss(X, X + 1), F.kl_div(F.log_softmax(X, 1), F.softmax(X + 1, 1), reduction="batchmean"), F.hinge_embedding_loss(X, torch.sign(X)), F.margin_ranking_loss(X[0], X[1], torch.ones(3)), F.triplet_margin_loss(X, X + 1, X - 1), F.cosine_embedding_loss(X, X + 1, torch.ones(2)), F.cosine_similarity(X, X + 1), F.cosine_similarity(X, X + 1, dim=0), F.pairwise_distance(X, X + 1), F.poisson_nll_loss(X, torch.ones(2, 3)), F.gaussian_nll_loss(X, X + 1, torch.ones(2, 3)), F.soft_margin_loss(X, torch.ones(2, 3)), F.multi_margin_loss(X, torch.tensor([0, 2])), F.multilabel_soft_margin_loss(X, torch.ones(2, 3)), F.multilabel_margin_loss(X, torch.tensor([[0, -1, 1], [1, 2, -1]]))

F.one_hot(torch.tensor([0, 2])), F.one_hot(torch.tensor([0, 1]), num_classes=4), F.pad(X, (1, 1)), F.pad(X, (1, 0, 0, 1), value=9), F.pad(X[None], (1, 1), mode="reflect"), F.normalize(X), F.normalize(X, p=1, dim=0), F.interpolate(torch.arange(4.).view(1, 1, 2, 2), scale_factor=2), F.interpolate(torch.arange(4.).view(1, 1, 2, 2), size=(3, 3), mode="bilinear", align_corners=False), F.upsample(torch.arange(4.).view(1, 1, 2, 2), scale_factor=2), F.unfold(torch.arange(9.).view(1, 1, 3, 3), 2), F.fold(torch.ones(1, 4, 4), (3, 3), 2), F.pixel_shuffle(torch.arange(4.).view(1, 4, 1, 1), 2), F.grid_sample(torch.arange(4.).view(1, 1, 2, 2), torch.zeros(1, 1, 1, 2), align_corners=True), F.affine_grid(torch.eye(2, 3)[None], (1, 1, 2, 2), align_corners=False), F.embedding(torch.tensor([0]), X), F.linear(X, X), F.bilinear(X, X, torch.ones(1, 3, 3)), F.layer_norm(X, (3,)), F.dropout(X, 0.5, False), F.dropout(X, training=False), F.max_pool2d(torch.arange(4.).view(1, 1, 2, 2), 2), F.avg_pool2d(torch.arange(4.).view(1, 1, 2, 2), 2), F.adaptive_avg_pool2d(torch.arange(4.).view(1, 1, 2, 2), 1), F.adaptive_avg_pool2d(torch.arange(4.).view(1, 1, 2, 2), (1, 1)).shape, F.adaptive_max_pool2d(torch.arange(4.).view(1, 1, 2, 2), (1, None)), F.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2)), F.conv_transpose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2)), F.lp_pool2d(torch.ones(1, 1, 2, 2), 2, 2), F.local_response_norm(torch.ones(1, 2, 2), 2), F.batch_norm(X, torch.zeros(3), torch.ones(3)), F.instance_norm(torch.ones(1, 2, 2)), F.group_norm(torch.ones(1, 2, 2), 1), F.scaled_dot_product_attention(X[None], X[None], X[None]), F.gumbel_softmax(X, tau=1, hard=True).sum()

torch.batch_norm(X, None, None, torch.zeros(3), torch.ones(3), False, 0.1, 1e-5, False), torch.embedding(X, torch.tensor([1])), torch.dropout(X, 0.5, False), torch.layer_norm(X, (3,)), torch.conv2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2)), torch.max_pool2d(torch.ones(1, 1, 2, 2), 2), torch.instance_norm(torch.ones(1, 2, 2), None, None, None, None, True, 0.1, 1e-5, False), torch.hardshrink(X), torch.rrelu(X), torch.bilinear(X, X, torch.ones(1, 3, 3), None), torch.pdist(X), torch.alpha_dropout(X, 0.5, False)

m = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)); str(m), len(m), type(m[0]).__name__, [n for n, _ in m.named_children()], [type(l).__name__ for l in m.modules()], list(dict(m.named_parameters())), m[-1].out_features, [type(l).__name__ for l in m[:2]]

from collections import OrderedDict
m = torch.nn.Sequential(OrderedDict([("fc1", torch.nn.Linear(2, 3)), ("act", torch.nn.Tanh())])); m.fc1.weight.shape, list(m.state_dict()), str(m)

m = torch.nn.ModuleList([torch.nn.Linear(1, 1) for _ in range(2)]); m.append(torch.nn.ReLU()); len(m), str(m), list(m.state_dict())

m = torch.nn.ModuleDict({"a": torch.nn.Linear(1, 1), "b": torch.nn.ReLU()}); list(m.keys()), "a" in m, str(m), type(m["b"]).__name__

class Net(torch.nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, 5); self.bn = torch.nn.BatchNorm2d(6); self.pool = torch.nn.MaxPool2d(2, 2); self.fc = torch.nn.Linear(6, 10); self.drop = torch.nn.Dropout2d(); self.rnn = torch.nn.LSTM(3, 4, num_layers=2, batch_first=True, bidirectional=True); self.emb = torch.nn.Embedding(5, 3, padding_idx=0); self.register_buffer("mask", torch.zeros(2)); self.p = torch.nn.Parameter(torch.zeros(1)); self.t = torch.nn.ConvTranspose2d(6, 3, 4, 2, 1, bias=False); self.ln = torch.nn.LayerNorm(4); self.up = torch.nn.Upsample(scale_factor=2); self.act = torch.nn.LeakyReLU(0.2, inplace=True); self.mha = torch.nn.MultiheadAttention(4, 2)
net = Net(); str(net), list(net.state_dict()), [n for n, _ in net.named_modules()], [n for n, _ in net.named_buffers()], [tuple(p.size()) for p in net.parameters()], net.training, net.eval().training

m = torch.nn.Linear(2, 2); m.weight.data.fill_(1.); m.bias.data.zero_(); torch.nn.init.constant_(m.bias, 0.5); m(X[:, :2]), m.weight.requires_grad, m.bias.shape

def init(m):
    classname = m.__class__.__name__
    if classname.find("Linear") != -1:
        m.weight.data.fill_(0.1); m.bias.data.fill_(0)
m = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU()); m.apply(init); m(X)

w = torch.empty(3, 3); torch.nn.init.eye_(w), torch.nn.init.dirac_(torch.empty(2, 2, 3)), torch.nn.init.ones_(w), torch.nn.init.zeros_(w), torch.nn.init.constant_(w, 2.), torch.nn.init.calculate_gain("relu"), torch.nn.init.calculate_gain("leaky_relu", 0.2), torch.nn.init.calculate_gain("conv2d"), torch.nn.init.calculate_gain("conv_transpose2d")

w = torch.empty(3, 5); q = torch.nn.init.orthogonal_(w); torch.allclose(q @ q.t(), torch.eye(3), atol=1e-5), w is q, float(torch.nn.init.trunc_normal_(w, std=0.02).abs().max()) <= 2, int((torch.nn.init.sparse_(w, 0.3) == 0).sum())

w = torch.empty(4, 4); [f(w).shape for f in (torch.nn.init.xavier_normal_, torch.nn.init.xavier_uniform_, torch.nn.init.kaiming_normal_, torch.nn.init.kaiming_uniform_, torch.nn.init.normal_, torch.nn.init.uniform_)]

import torch.nn.init as init
w = torch.empty(4, 4); init.xavier_normal(w).shape, init.xavier_uniform(w).shape, init.kaiming_normal(w).shape, init.normal(w).shape, init.uniform(w).shape, init.constant(w, 3.), init.orthogonal(w).shape, init.eye(w)

m = torch.nn.Linear(2, 2, bias=False); m.load_state_dict({"weight": torch.ones(2, 2)}); m(torch.ones(1, 2)), m.bias, str(m.load_state_dict(m.state_dict()))

m = torch.nn.BatchNorm1d(3); m(X); m.running_mean, m.running_var, m.num_batches_tracked, m.eval()(X)

m = torch.nn.Linear(2, 2).double(); m.weight.dtype, m(torch.ones(1, 2, dtype=torch.float64)).dtype, m.half().weight.dtype, m.float().weight.dtype, m.to(torch.float64).bias.dtype, m.to("cpu").bias.dtype, next(m.parameters()).device.type, next(m.parameters()).is_cuda

m = torch.nn.Linear(2, 2); m.zero_grad(); m.weight.grad is None, m.requires_grad_(False).weight.requires_grad, [p.requires_grad for p in m.parameters()]

m = torch.nn.Linear(2, 1); m(torch.ones(1, 2)).sum().backward(); torch.nn.utils.clip_grad_norm_(m.parameters(), 0.5), m.weight.grad.norm() <= 0.5, m.bias.grad.shape

m = torch.nn.Linear(2, 1); m.weight.data.fill_(1.); m.bias.data.fill_(0.); (m(torch.ones(1, 2)) * 5).sum().backward(); torch.nn.utils.clip_grad_value_(m.parameters(), 1.0); m.weight.grad, torch.nn.utils.clip_grad_norm(m.parameters(), 0.1), torch.nn.utils.parameters_to_vector(m.parameters())

m = torch.nn.Embedding(3, 2); m.weight.data.copy_(torch.arange(6.).view(3, 2)); m(torch.tensor([[0, 2]])), torch.nn.Embedding.from_pretrained(torch.ones(2, 3))(torch.tensor([0])), m.weight.requires_grad

r = torch.nn.GRU(2, 3); o, h = r(torch.zeros(4, 1, 2)); o.shape, h.shape, [n for n, _ in r.named_parameters()], torch.nn.LSTM(2, 3, 2)(torch.zeros(4, 1, 2))[1][0].shape, torch.nn.LSTMCell(2, 3)(torch.zeros(1, 2))[0].shape, torch.nn.RNN(2, 3, nonlinearity="relu")(torch.zeros(4, 1, 2))[0].shape, r.flatten_parameters(), r.hidden_size, r.batch_first

from torch.nn.utils.rnn import pad_sequence, pack_padded_sequence, pad_packed_sequence, pack_sequence
p = pad_sequence([torch.ones(3), torch.ones(1)], batch_first=True, padding_value=-1); k = pack_padded_sequence(p.unsqueeze(-1), [3, 1], batch_first=True); p, k.data, k.batch_sizes, pad_packed_sequence(k, batch_first=True)[1]

l = torch.nn.LazyLinear(3); y = l(X); y.shape, l.weight.shape, type(l).__name__, l.in_features, str(l)

m = torch.nn.Sequential(torch.nn.LazyConv2d(4, 3), torch.nn.LazyBatchNorm2d(), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.LazyLinear(2)); m(torch.zeros(2, 1, 5, 5)).shape, [tuple(p.shape) for p in m.parameters()]

m = torch.nn.utils.weight_norm(torch.nn.Linear(3, 2), name="weight"); w = m.weight.clone(); y = m(X); sorted(n for n, _ in m.named_parameters()), m.weight_g.shape, torch.allclose(m.weight, w), torch.nn.utils.remove_weight_norm(m) is m, [n for n, _ in m.named_parameters()]

m = torch.nn.utils.spectral_norm(torch.nn.Linear(3, 2)); y = m(X); sorted(m.state_dict()), y.shape

from torch.nn.utils.parametrizations import weight_norm, spectral_norm
m = weight_norm(torch.nn.Linear(3, 2)); y = m(X); sorted(n for n, _ in m.named_parameters()), y.shape

from torch.nn.utils import parametrize
class Symmetric(torch.nn.Module):
    def forward(self, X):
        return X.triu() + X.triu(1).transpose(-1, -2)
l = torch.nn.Linear(3, 3); parametrize.register_parametrization(l, "weight", Symmetric()); A = l.weight; torch.allclose(A, A.T), parametrize.is_parametrized(l), [n for n, _ in l.named_parameters()], parametrize.remove_parametrizations(l, "weight") is l, [n for n, _ in l.named_parameters()]

import torch.nn.utils.prune as prune
m = torch.nn.Linear(3, 2); m.weight.data.copy_(torch.tensor([[1., -5., 2.], [0.5, 3., -4.]])); prune.l1_unstructured(m, name="weight", amount=0.5); a = m.weight.detach().clone(), sorted(n for n, _ in m.named_parameters()), [n for n, _ in m.named_buffers()]; prune.remove(m, "weight"); a, [n for n, _ in m.named_parameters()], m.weight.data

from torch.optim.swa_utils import AveragedModel, SWALR
m = torch.nn.Linear(1, 1); m.weight.data.fill_(1.); m.bias.data.fill_(0.); a = AveragedModel(m); a.update_parameters(m); m.weight.data.fill_(3.); a.update_parameters(m); a.module.weight, a(torch.ones(1, 1)), a.n_averaged

from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
m = torch.nn.Linear(1, 1); m.weight.data.fill_(1.); m.bias.data.fill_(0.); a = AveragedModel(m, multi_avg_fn=get_ema_multi_avg_fn(0.9)); a.update_parameters(m); m.weight.data.fill_(3.); a.update_parameters(m); a.module.weight

import copy
m = torch.nn.Linear(2, 2); n = copy.deepcopy(m); n.weight.data.zero_(); bool((m.weight != 0).any()), n.load_state_dict(copy.deepcopy(m.state_dict())) is not None, torch.equal(m.weight, n.weight)

m = torch.nn.Linear(2, 2); s = m.state_dict(); m.weight.data.add_(1); torch.equal(s["weight"], m.weight.data), s["weight"].requires_grad, type(s).__name__

m = torch.nn.Linear(2, 2); m.get_parameter("weight") is m.weight, m.add_module("x", torch.nn.ReLU()), m.x(X).shape, hasattr(m, "y"), m._get_name(), isinstance(m, torch.nn.Module), callable(m), list(m._modules), list(m._parameters), m.__class__.__name__

m = torch.nn.Linear(2, 2); m.weight = torch.nn.Parameter(torch.ones(2, 2)); del m.bias; m.register_parameter("bias", None); m(torch.ones(1, 2))

seen = []; m = torch.nn.Linear(2, 2); h = m.register_forward_hook(lambda mod, i, o: seen.append(tuple(o.shape))); m(torch.ones(3, 2)); h.remove(); m(torch.ones(4, 2)); seen

class B(torch.nn.Module):
    def __init__(self):
        super().__init__(); self.buf = torch.nn.Buffer(torch.ones(2))
B().state_dict()["buf"], [n for n, _ in B().named_buffers()]

torch.nn.Identity()(X), torch.nn.Flatten()(torch.zeros(2, 3, 4)).shape, torch.nn.Unflatten(1, (1, 3))(X).shape, torch.nn.Softmax(dim=1)(X), torch.nn.PixelShuffle(2)(torch.zeros(1, 4, 1, 1)).shape, torch.nn.ZeroPad2d(1)(torch.ones(1, 1, 1, 1)), torch.nn.ReflectionPad2d(1)(torch.arange(9.).view(1, 3, 3)), torch.nn.Dropout(0.5).eval()(X), torch.nn.CosineSimilarity(dim=1)(X, X), torch.nn.PairwiseDistance()(X, X), torch.nn.Softplus(beta=2)(X), torch.nn.PReLU()(X), torch.nn.GLU()(torch.ones(1, 2)), torch.nn.AdaptiveAvgPool2d((1, 1))(torch.ones(1, 2, 3, 3)).shape, torch.nn.AdaptiveAvgPool1d(1)(X[None]), torch.nn.AvgPool1d(2)(X[None]), torch.nn.Upsample(scale_factor=2, mode="nearest")(torch.ones(1, 1, 1, 1)), torch.nn.InstanceNorm2d(1)(torch.arange(4.).view(1, 1, 2, 2)), torch.nn.LocalResponseNorm(2)(torch.ones(1, 2, 2)), torch.nn.GroupNorm(1, 2)(torch.arange(4.).view(1, 2, 2)), torch.nn.Hardtanh(-2, 2)(X), torch.nn.Threshold(0, 1)(X), torch.nn.MaxPool2d(2, return_indices=True)(torch.arange(4.).view(1, 1, 2, 2))

e = torch.nn.TransformerEncoderLayer(d_model=4, nhead=2, batch_first=True); t = torch.nn.TransformerEncoder(e, num_layers=2); t(torch.zeros(1, 3, 4)).shape, torch.nn.Transformer.generate_square_subsequent_mask(3), torch.nn.Transformer(d_model=4, nhead=2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=8)(torch.zeros(3, 1, 4), torch.zeros(2, 1, 4)).shape

m = torch.nn.DataParallel(torch.nn.Linear(3, 2)); list(m.state_dict()), m.module.in_features, m(X).shape

torch.jit.is_scripting(), torch.cuda.is_available(), torch.backends.cudnn.enabled in (True, False), torch.cuda.device_count(), torch.backends.mps.is_available(), isinstance(torch.__version__, str), torch.version.cuda, torch.cuda.is_bf16_supported() in (True, False)
"""

PRINTING = """
print(X)

print(I)

print(torch.tensor(3.14159)); print(torch.tensor(7)); print(torch.tensor(True)); print(torch.tensor([]))

print(torch.arange(1000)); print(torch.arange(2000.))

print(torch.tensor([1e-5, 1.])); print(torch.tensor([1e10, 1.])); print(torch.tensor([0.1, 123456.])); print(torch.tensor([1., 2., 3.])); print(torch.tensor([1.5, float("nan"), float("inf")]))

print(torch.zeros(2, 3, 2)); print(torch.zeros(0, 3)); print(torch.tensor([[True, False]]))

print(torch.ones(2, dtype=torch.float64)); print(torch.ones(2, dtype=torch.int32)); print(torch.tensor([1 + 2j])); print(torch.ones(2, requires_grad=True)); print(torch.nn.Parameter(torch.ones(2)))

print(torch.zeros(40, 40)); print(torch.linspace(0, 1, 30))

torch.set_printoptions(precision=2); print(X); torch.set_printoptions(precision=4); print(X); torch.set_printoptions(sci_mode=False); print(torch.tensor([1e-5, 1.])); torch.set_printoptions(profile="default"); print(torch.tensor([1e-5, 1.]))

torch.set_printoptions(linewidth=40, threshold=5, edgeitems=2); print(torch.arange(10.)); print(torch.zeros(3, 30)); torch.set_printoptions(profile="default"); print(torch.arange(10.))

torch.set_printoptions(profile="full"); print(torch.zeros(3)); torch.set_printoptions(profile="short"); print(X); torch.set_printoptions(profile="default")

print(torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3, padding=1), torch.nn.BatchNorm2d(2), torch.nn.ReLU(inplace=True), torch.nn.MaxPool2d(2), torch.nn.Dropout(0.3), torch.nn.Softmax(dim=1), torch.nn.GELU(), torch.nn.LSTM(2, 3), torch.nn.Embedding(3, 4)))

print(torch.nn.CrossEntropyLoss(), torch.nn.MSELoss(), torch.nn.TransformerEncoderLayer(4, 2))

print(X.max(1)[0], X.dtype == torch.float32); print([torch.tensor(1), torch.tensor(2.)]); print({"loss": torch.tensor(0.5)})

print("loss: %.4f" % torch.tensor(0.12345).item(), "loss: {:.3f}".format(torch.tensor(0.12345)), f"{torch.tensor(5):d}", f"{torch.tensor(0.5):>8.3f}")
"""

DATA = """
from torch.utils.data import TensorDataset, DataLoader, Dataset, random_split, Subset, ConcatDataset
d = TensorDataset(torch.arange(10).view(5, 2), torch.arange(5)); l = DataLoader(d, batch_size=2); len(d), len(l), d[1], [b[0].shape for b in l], next(iter(l))[1], len(l.dataset), l.batch_size, len(DataLoader(d, batch_size=2, drop_last=True))

from torch.utils.data import Dataset, DataLoader
class D(Dataset):
    def __init__(self): self.x = N.arange(6, dtype=N.float32).reshape(3, 2)
    def __len__(self): return 3
    def __getitem__(self, i): return self.x[i], i, {"a": float(i), "s": str(i)}
list(DataLoader(D(), batch_size=2, shuffle=False, num_workers=0))

from torch.utils.data import DataLoader
list(DataLoader([1, 2, 3], batch_size=2)), list(DataLoader([torch.ones(2), torch.zeros(2)], batch_size=2)), list(DataLoader(range(3), batch_size=None)), list(DataLoader([(1, 2.), (3, 4.)], batch_size=2)), list(DataLoader([[1, 2], [3, 4]], batch_size=2, collate_fn=lambda b: b))

from torch.utils.data import random_split, TensorDataset, Subset, ConcatDataset
d = TensorDataset(torch.arange(10)); a, b = random_split(d, [7, 3]); len(a), len(b), sorted(int(x[0]) for p in (a, b) for x in p), len(Subset(d, [1, 2])), Subset(d, [3])[0], len(ConcatDataset([d, d])), [len(p) for p in random_split(d, [0.5, 0.5])], [len(p) for p in random_split(d, [0.33, 0.67], generator=torch.Generator().manual_seed(42))]

from torch.utils.data import IterableDataset, DataLoader
class It(IterableDataset):
    def __iter__(self): return iter(range(5))
list(DataLoader(It(), batch_size=2))

from torch.utils.data import Sampler, DataLoader, BatchSampler, SequentialSampler, WeightedRandomSampler, SubsetRandomSampler, ChainDataset, StackDataset
class S(Sampler):
    def __init__(self, d): self.d = d
    def __iter__(self): return iter(range(len(self.d))[::-1])
    def __len__(self): return len(self.d)
d = list(range(5)); list(DataLoader(d, sampler=S(d), batch_size=2)), list(BatchSampler(SequentialSampler(d), 2, False)), list(DataLoader(d, batch_sampler=BatchSampler(SequentialSampler(d), 2, True))), len(list(WeightedRandomSampler([1., 1.], 4))), sorted(SubsetRandomSampler([3, 1]))

import io
f = io.BytesIO(); torch.save({"epoch": 3, "state": torch.nn.Linear(1, 1).state_dict(), "loss": 0.5}, f); f.seek(0); c = torch.load(f); c["epoch"], list(c["state"]), c["loss"]

import io
f = io.BytesIO(); torch.save(X, f); f.seek(0); torch.load(f, map_location="cpu"), f.seek(0), torch.load(f, map_location=lambda storage, loc: storage, weights_only=True)
"""

SCHEDULES = """
p = torch.nn.Parameter(torch.ones(1)); o = torch.optim.SGD([p], lr=1.); s = torch.optim.lr_scheduler.StepLR(o, step_size=2, gamma=0.1); r = []
for _ in range(5):
    p.grad = torch.ones(1); o.step(); s.step(); r.append(o.param_groups[0]["lr"])
r, s.get_last_lr(), s.last_epoch, p

p = torch.nn.Parameter(torch.ones(1)); o = torch.optim.SGD([{"params": [p], "lr": 0.5}], lr=1., momentum=0.9, weight_decay=0.1, nesterov=True); p.grad = torch.ones(1); o.step(); o.step(); p, o.param_groups[0]["lr"], sorted(o.state_dict()), sorted(k for k in o.param_groups[0] if k not in ("params", "foreach", "fused", "differentiable", "maximize"))

for g in torch.optim.Adam([torch.ones(1, requires_grad=True)], lr=0.1).param_groups: g["lr"] = 0.01
g["lr"], g["betas"], g["eps"], g["weight_decay"], g["amsgrad"]

def run(name, **k):
    p = torch.nn.Parameter(torch.tensor([1., -2.])); o = getattr(torch.optim, name)([p], **k)
    for _ in range(5):
        o.zero_grad(); (p ** 2).sum().backward(); o.step()
    return p.data
[run(n, lr=0.05) for n in ("SGD", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "RMSprop", "NAdam", "RAdam", "ASGD", "Rprop")]

p = torch.nn.Parameter(torch.tensor([1., -2.])); o = torch.optim.LBFGS([p], lr=0.5, max_iter=3)
def closure():
    o.zero_grad(); l = (p ** 2).sum(); l.backward(); return l
[o.step(closure).item() for _ in range(3)], p

p = torch.nn.Parameter(torch.ones(1)); o = torch.optim.SGD([p], lr=1.); S = torch.optim.lr_scheduler; q = [S.ExponentialLR(o, 0.9), S.CosineAnnealingLR(o, T_max=10), S.LambdaLR(o, lambda e: 0.95 ** e), S.MultiStepLR(o, milestones=[1, 2]), S.ReduceLROnPlateau(o, "min", patience=1), S.CyclicLR(o, 0.1, 1.), S.OneCycleLR(o, max_lr=0.1, total_steps=10)]; [type(x).__name__ for x in q]

p = torch.nn.Parameter(torch.ones(1)); o = torch.optim.Adam([p]); p.grad = torch.ones(1); o.step(); s = o.state_dict(); sorted(s["state"][0]), int(s["state"][0]["step"]), s["state"][0]["exp_avg"], s["param_groups"][0]["params"]
"""

DEFAULTS = """
torch.set_default_dtype(torch.float64); x = torch.ones(2); x.dtype, torch.tensor(1.).dtype, torch.tensor([1, 2]).dtype, (I * 2.5).dtype, (I / 2).dtype, torch.rand(2).dtype, torch.randn(2, 2).dtype, torch.linspace(0, 1, 3).dtype, torch.arange(0, 1, 0.5).dtype, torch.arange(3).dtype, torch.eye(2).dtype, torch.full((2,), 1.).dtype, torch.full((2,), 1).dtype, torch.empty(1).dtype, torch.Tensor([1]).dtype, torch.Tensor(2).dtype, torch.FloatTensor([1]).dtype, torch.get_default_dtype()

torch.set_default_dtype(torch.float64); print(torch.ones(2)); print(torch.ones(2, dtype=torch.float32)); print(torch.tensor(0.1)); x = torch.tensor([1 / 3]); x.sqrt(), torch.sin(I), I.float().dtype, I.double().dtype, torch.exp(torch.tensor([1])).dtype, torch.tensor(1j).dtype, torch.logspace(0, 1, 2).dtype, torch.zeros_like(x).dtype, torch.tensor(N.float32(1)).dtype, torch.from_numpy(N.ones(1, dtype=N.float32)).dtype, torch.softmax(x, 0).dtype, torch.fft.fftfreq(2).dtype, torch.hann_window(3).dtype, torch.normal(0., 1., (2,)).dtype, torch.mean(x).dtype

torch.set_default_dtype(torch.float64); m = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.LayerNorm(3), torch.nn.PReLU(), torch.nn.Dropout(0.5)); [p.dtype for p in m.parameters()], [b.dtype for b in m.buffers()], m(torch.ones(4, 2)).dtype, torch.nn.LSTM(2, 2).weight_hh_l0.dtype, torch.nn.Embedding(2, 2)(torch.tensor([0])).dtype, torch.nn.Conv2d(1, 1, 2)(torch.ones(1, 1, 2, 2)).dtype, torch.nn.MultiheadAttention(2, 1).in_proj_weight.dtype, torch.nn.Parameter(torch.zeros(1)).dtype, torch.nn.TransformerEncoderLayer(2, 1, 4)(torch.ones(1, 1, 2)).dtype, torch.nn.GRU(1, 1)(torch.ones(2, 1, 1))[0].dtype, torch.nn.Transformer.generate_square_subsequent_mask(2).dtype, torch.nn.Bilinear(1, 1, 1).weight.dtype, torch.nn.LSTMCell(1, 1)(torch.ones(1, 1))[0].dtype

torch.set_default_dtype(torch.float64); x = torch.tensor([2.], requires_grad=True); (x ** 3 / 3).sum().backward(); x.grad, torch.distributions.Normal(0., 1.).sample().dtype, torch.distributions.Normal(0., 1.).log_prob(torch.tensor(0.5)), torch.nn.functional.one_hot(torch.tensor([0])).dtype, torch.optim.Adam([x]).param_groups[0]["lr"], F.gelu(x), F.interpolate(torch.arange(4.).view(1, 1, 2, 2), scale_factor=1.5, mode="bilinear"), F.cross_entropy(torch.tensor([[0.1, 0.2]]), torch.tensor([0]))

torch.set_default_tensor_type(torch.DoubleTensor); torch.ones(1).dtype, torch.rand(1).dtype

torch.set_default_tensor_type("torch.FloatTensor"); torch.ones(1).dtype

torch.set_default_device("cpu"); torch.ones(1).device.type, torch.get_default_device().type

with torch.device("cpu"):
    x = torch.ones(2)
x.device.type
"""

MORE = """
torch.sum(input=X), torch.argmax(input=X, dim=1), torch.unsqueeze(input=X, dim=0).shape, torch.softmax(input=X, dim=1), torch.zeros_like(input=X), torch.cat(tensors=(X, X), dim=0).shape, torch.pow(input=X, exponent=2), torch.mm(input=X, mat2=X.t()), torch.matmul(input=X, other=X.t()), torch.add(input=X, other=1), torch.clamp(input=X, min=0, max=1), torch.transpose(input=X, dim0=0, dim1=1).shape, torch.reshape(input=X, shape=(3, 2)).shape, torch.relu(input=X), torch.where(condition=X > 0, input=X, other=X * 2), torch.eq(input=X, other=X), torch.mul(input=X, other=X), torch.gather(input=X, dim=1, index=torch.tensor([[0], [1]])), torch.index_select(input=X, dim=0, index=torch.tensor([1])), torch.full(size=(2,), fill_value=1.), torch.stack(tensors=[X, X]).shape, torch.squeeze(input=X).shape, torch.exp(input=X), torch.mean(input=X, dim=0), torch.max(input=X, dim=1)[0], torch.topk(input=X, k=1)[0], torch.tensor(data=[1.]), torch.tril(input=X), torch.flatten(input=X, start_dim=0), torch.bmm(input=X[None], mat2=X.t()[None]), torch.split(tensor=X, split_size_or_sections=1, dim=0)[0], torch.norm(input=X, p=2), torch.logical_and(input=X > 0, other=X > 1), torch.permute(input=X, dims=(1, 0)).shape, torch.randn(size=(2, 3)).shape, torch.randint(low=0, high=5, size=(2,)).shape, torch.linspace(start=0, end=1, steps=3), torch.arange(start=0, end=3, step=1), torch.multinomial(input=torch.ones(3), num_samples=2).shape, torch.bernoulli(input=torch.zeros(2)), torch.normal(mean=torch.zeros(2), std=torch.ones(2)).shape, torch.normal(mean=0., std=1., size=(2, 2)).shape, torch.masked_fill(input=X, mask=X > 0, value=0), torch.outer(input=X[0], vec2=X[1]), torch.dot(input=X[0], tensor=X[1]), torch.mv(input=X, vec=X[0])

X.pow(exponent=2), X.matmul(X.t()), X.mul(other=2), X.div(other=2), X.sub(other=1, alpha=2), X.add(other=1, alpha=2), X.clamp(max=0.5), X.view(6).shape, X.sum(dim=0, keepdim=True), X.sum(0, True), X.max(1, True)[0], X.mean(dim=-1), X.transpose(dim0=0, dim1=1).shape, X.scatter(dim=1, index=torch.tensor([[0], [1]]), value=9.), X.scatter_(1, torch.tensor([[0], [1]]), torch.tensor([[7.], [8.]])), X.masked_fill(mask=X > 0, value=0), X.topk(k=2, dim=1)[1], X.unsqueeze(dim=0).shape, X.expand(2, -1).shape, X.expand_as(torch.zeros(2, 3)).shape, X.repeat(1, 2).shape, X.reshape(-1).shape, X.flatten(start_dim=0).shape

torch.tensor([1, 2, 3]).float().mean(), torch.tensor([[1, 2], [3, 4]]).sum(dim=1), torch.tensor([1., 2.]).dot(torch.tensor([3., 4.])), torch.tensor([3, 1]).sort()[0], torch.Tensor([[1, 2], [3, 4]]).mm(torch.Tensor([[1], [1]])), torch.LongTensor([[0, 1]]).view(-1), torch.zeros(1, 3).index_select(0, torch.LongTensor([0])).shape

x = torch.rand(5, 3); y = torch.rand(5, 3); result = torch.empty(5, 3); torch.add(x, y, out=result); bool((result == x + y).all()), y.add_(x).equal(result), result.size()

x = torch.zeros(2, 3, dtype=torch.long); x = x.new_ones(5, 3, dtype=torch.double); x.dtype, torch.randn_like(x, dtype=torch.float).dtype, x.size()[0]

a = torch.ones(3); b = a.numpy(); a.add_(1); n = N.ones(3); t = torch.from_numpy(n); N.add(n, 1, out=n); b, t

x = torch.linspace(-1, 1, 5); y = torch.sin(x); p = torch.tensor([1, 2, 3]); xx = x.unsqueeze(-1).pow(p); xx.shape, xx.dtype, y

def one(x):
    return x.max() if x.numel() else None
one(X), one(torch.empty(0))

torch.manual_seed(1); a = torch.rand(2); torch.manual_seed(1); b = torch.rand(2); torch.equal(a, b), torch.initial_seed()

s = torch.get_rng_state(); a = torch.rand(2); torch.set_rng_state(s); torch.equal(a, torch.rand(2))

g = torch.Generator(); g.manual_seed(3); a = torch.randn(2, generator=g); g.manual_seed(3); torch.equal(a, torch.randn(2, generator=g)), torch.randperm(4, generator=g).shape, torch.randint(0, 2, (3,), generator=g).shape

torch.randint(3, 5, (3,)).dtype, torch.randint(10, (2, 2)).shape, torch.randperm(5).dtype, sorted(torch.randperm(5).tolist()), torch.rand(2, 3).dtype, torch.bernoulli(torch.ones(3)), torch.empty(3).bernoulli_(1.0), torch.poisson(torch.zeros(2)), torch.zeros(3).random_(1, 2), torch.ones(2, 2).multinomial(1).shape, torch.zeros(3).exponential_().shape

torch.tensor([1., 2.]).requires_grad_().sum().item(), torch.tensor(5).item() + 1, type(torch.tensor(5).item()).__name__, type(torch.tensor(5.).item()).__name__, type(torch.tensor(True).item()).__name__, torch.tensor([[5]]).item()

x = torch.tensor([1., 2., 3.]); 2 * x + 1, x @ x, x * x.view(3, 1), x / 2, 1 / x, x ** 2, -x, x > 1, 3 - x, x % 2, x // 2, 2 ** x, abs(-x), x == 2, ~(x > 1), x.__and__ is not None

x = torch.tensor([[1, 2], [3, 4]]); x[:, 0], x[0, :], x[..., -1], x[x > 2], x[[1, 0]], x[torch.tensor([0, 0])], x[:, None, :].shape, x[None, :, :].shape, x[0][1], x[-1], x[0:1], x[:, 1:], x[torch.tensor([[True, False], [False, True]])]

x = torch.zeros(3, 4); x[0] = 1; x[:, 1] = torch.arange(3.); x[1, 2:] = 5; x[[0, 2], [3, 3]] = 9; x[x == 9] = -9; x[-1] += 1; x[:, 0] *= 2; x[2, 0] -= 1
x

x = torch.arange(4); x[1] = 2.7; x[2] = True
x

x = torch.zeros(2); x[0] = torch.tensor(3); x[1] = torch.tensor([4.])
x

a, b, c = torch.tensor([1, 2, 3]); a, b + c, [int(v) for v in torch.arange(3)], dict(enumerate(torch.arange(2))), list(zip(torch.arange(2), torch.ones(2))), 2 in torch.tensor([1, 2]), torch.tensor([1, 2]).tolist() == [1, 2]

len(torch.zeros(3, 2)), torch.zeros(3, 2).__len__(), sum(torch.ones(3)), max(torch.tensor([1, 5, 2])), min(torch.tensor([3., 1.])), sorted(torch.tensor([3, 1, 2])), N.sum(torch.ones(3).numpy()), list(reversed([1, 2]))

if torch.tensor(1): r = 1
if not torch.tensor([0]): r += 1
if torch.tensor(2.5) > 1: r += 1
r

torch.tensor(3) == 3, (torch.tensor([1, 2]) == torch.tensor([1, 2])).all(), (torch.tensor([1, 2]) == torch.tensor([1, 3])).sum().item(), torch.tensor([1]) == 1.0, torch.tensor([1, 2]) != 2, torch.tensor([1., 2.]).eq(torch.tensor([1., 3.])).float().mean()

pred = torch.tensor([[0.1, 0.9], [0.8, 0.2]]); y = torch.tensor([1, 1]); _, p = torch.max(pred.data, 1); (p == y).sum().item(), pred.argmax(dim=1, keepdim=True).eq(y.view_as(pred.argmax(dim=1, keepdim=True))).sum().item(), pred.max(1, keepdim=True)[1], pred.topk(1)[1].squeeze(), (pred > 0.5).float(), torch.round(pred), pred.data.max(1)[1].eq(y).cpu().sum(), torch.argmax(pred, -1), pred[range(2), y], pred[torch.arange(2), y], pred.gather(1, y.view(-1, 1)).squeeze(1)

logits = torch.tensor([[1., 2., 3.]]); v, _ = torch.topk(logits, 2); logits[logits < v[:, [-1]]] = -float("Inf"); torch.softmax(logits, -1), torch.multinomial(torch.softmax(logits, -1), 1).shape, torch.sort(logits, descending=True)[1], torch.cumsum(torch.softmax(logits, -1), -1)

T = 4; tril = torch.tril(torch.ones(T, T)); wei = torch.zeros((T, T)); wei = wei.masked_fill(tril == 0, float("-inf")); wei = F.softmax(wei, dim=-1); wei, wei @ torch.arange(8.).view(4, 2)

q = torch.arange(24.).view(2, 3, 4) / 10; att = (q @ q.transpose(-2, -1)) * (1.0 / N.sqrt(q.size(-1))); att.dtype, att.shape

q = torch.arange(24.).view(2, 3, 4) / 10; import math; (q / math.sqrt(4)).sum(), (q * 4 ** -0.5).sum(), q.view(2, 3, 2, 2).transpose(1, 2).contiguous().view(2, 2, 6), q.split(2, dim=2)[1].shape, q.chunk(2, dim=-1)[0].shape

(torch.ones(2) * N.float64(2.5)).dtype, (torch.ones(2) * N.float32(2.5)).dtype, (torch.tensor([1]) * N.int64(2)).dtype, (torch.ones(2) + N.sqrt(2.)).dtype, (torch.tensor([1]) * N.float64(2.5)).dtype, (torch.ones(2) / N.int32(2)).dtype

x = torch.ones(2, 2); x.grad is None, x.requires_grad, x.is_leaf, x.grad_fn, x.data_ptr() == x.data.data_ptr(), x.layout == torch.strided, x.device == torch.device("cpu"), x.is_contiguous(), x.element_size(), x.nbytes, x.itemsize, x.T.shape, x.ndim, x.dim(), x.storage_offset(), x.is_cpu, x.is_sparse, x.is_quantized

torch.tensor([1., 2.]).var(), torch.tensor([1., 2., 4.]).var(unbiased=False), torch.std(torch.tensor([[1., 2.], [3., 5.]]), 0), torch.var_mean(torch.tensor([1., 2.])), torch.tensor([1., 3.]).std(dim=0), torch.median(torch.tensor([1., 2., 3., 4.])), torch.mode(torch.tensor([1, 1, 2]))[0], torch.cumsum(torch.tensor([1, 2]), dim=0), torch.prod(torch.tensor([2., 3.])), torch.any(torch.tensor([False, True])), torch.all(torch.tensor([[True, False]]), dim=1), torch.amax(torch.tensor([[1., 2.]]), dim=(0, 1)), torch.argsort(torch.tensor([3, 1, 2])), torch.tensor([1., 2.]).max().item()

from torch import nn, optim, Tensor
from torch.nn import Parameter, Module, Linear, functional as F2, init
from torch.nn.parameter import Parameter as P2
from torch.optim import Adam, SGD, lr_scheduler
from torch.optim.lr_scheduler import StepLR, CosineAnnealingLR
from torch.utils.data import DataLoader
from torch.nn.modules.module import Module as M2
from torch.autograd import Variable, grad, Function
import torch.utils.data as data
import torch.nn.functional as F3
import torch.optim as O
import torch.distributions as D
import torch.multiprocessing as mp
Module is M2, Parameter is P2, isinstance(X, Tensor)

from torch.nn import TransformerEncoder, TransformerEncoderLayer, MultiheadAttention, LayerNorm, Dropout, ModuleList, Sequential, Embedding, GRU, LSTM, BatchNorm1d, Conv1d, MaxPool1d
from torch.nn.modules.utils import _pair
from torch.nn.utils import clip_grad_norm_, parameters_to_vector, vector_to_parameters
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch.utils.data.sampler import SubsetRandomSampler
from torch.distributions import Categorical, Normal, Beta, MultivariateNormal, kl_divergence
from torch.distributions.categorical import Categorical as C2
from torch.cuda.amp import autocast, GradScaler
_pair(3), _pair((1, 2))

from torch.nn.modules.loss import _Loss
class MyLoss(_Loss):
    def forward(self, a, b):
        return ((a - b) ** 2).mean()
MyLoss()(X, X + 1)

from torch import Tensor
from torch.types import Number, Device
from torch._tensor import Tensor as T2
Tensor is T2

from torch.optim.optimizer import Optimizer, required
class Plain(Optimizer):
    def __init__(self, params, lr=required):
        super(Plain, self).__init__(params, dict(lr=lr))
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None: continue
                state = self.state[p]
                if len(state) == 0: state["step"] = 0; state["m"] = torch.zeros_like(p.data)
                state["step"] += 1; state["m"].mul_(0.9).add_(p.grad.data, alpha=0.1)
                p.data.add_(state["m"], alpha=-group["lr"])
w = torch.nn.Parameter(torch.ones(2)); o = Plain([w], lr=0.5)
for _ in range(3):
    o.zero_grad(); (w * w).sum().backward(); o.step()
w, o.state[w]["step"]

x = torch.ones(2); x.add_(torch.ones(2), alpha=0.5), x.addcmul_(torch.ones(2), torch.ones(2), value=0.1), x.addcdiv_(torch.ones(2), torch.ones(2), value=-0.1), torch.addcmul(x, torch.ones(2), torch.ones(2), value=2)

x = torch.ones(2); x.add_(0.5, torch.ones(2)); x.addcmul_(0.1, x, x); x.addcdiv_(-0.1, x, x); torch.add(x, 2, x)
x

m = torch.nn.Linear(2, 2); s = {k: v.clone() for k, v in m.state_dict().items()}; m.load_state_dict(s, strict=False); [k for k in s], m.load_state_dict(s, strict=True, assign=False) is not None, list(m.state_dict(prefix="a."))

m = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Sequential(torch.nn.Linear(2, 1))); [n for n, p in m.named_parameters() if "bias" in n], [type(c).__name__ for c in m.children()], m.get_submodule("1.0").out_features, list(m.named_modules())[2][0], m.add_module("last", torch.nn.ReLU()) is None, len(m), str(m[1][0]), list(m.modules())[0] is m

e = torch.nn.Embedding(4, 2, sparse=False, scale_grad_by_freq=False, max_norm=None); e(torch.LongTensor([1, 2])).shape, e.num_embeddings, e.embedding_dim, e.padding_idx, F.embedding(torch.tensor([0]), e.weight, None, None, 2.0, False, False).shape

m = torch.nn.LSTM(3, 4, 1); h0 = torch.zeros(1, 2, 4); c0 = torch.zeros(1, 2, 4); o, (hn, cn) = m(torch.zeros(5, 2, 3), (h0, c0)); o.shape, hn.shape, [p.shape for p in m.parameters()], m.num_layers, m.bidirectional, m.all_weights[0][0].shape, m.weight_ih_l0.shape

l = torch.nn.BCEWithLogitsLoss(reduction="none"); l(X, torch.ones_like(X)), torch.nn.CrossEntropyLoss(ignore_index=1)(X, torch.tensor([0, 1])), torch.nn.NLLLoss(reduction="sum")(F.log_softmax(X, 1), torch.tensor([0, 1])), torch.nn.KLDivLoss(reduction="batchmean")(F.log_softmax(X, 1), F.softmax(X, 1)), torch.nn.SmoothL1Loss(beta=0.5)(X, X + 1), torch.nn.MarginRankingLoss(margin=1.)(X[0], X[1], torch.ones(3)), torch.nn.TripletMarginLoss(margin=1.0, p=2)(X, X + 1, X - 1), torch.nn.CosineEmbeddingLoss()(X, X + 1, torch.ones(2)), torch.nn.HuberLoss()(X, X + 2), torch.nn.CTCLoss()(F.log_softmax(torch.ones(4, 1, 3), 2), torch.tensor([[1, 2]]), torch.tensor([4]), torch.tensor([2])), torch.nn.BCELoss(weight=torch.ones(3))(torch.sigmoid(X), torch.ones(2, 3)), torch.nn.NLLLoss2d()(F.log_softmax(torch.ones(1, 3, 2, 2), 1), torch.zeros(1, 2, 2, dtype=torch.long))

torch.nn.functional.kl_div(F.log_softmax(X, 1), F.softmax(X + 1, 1)), F.kl_div(F.log_softmax(X, 1), F.softmax(X * 2, 1), size_average=False), F.kl_div(F.log_softmax(X, 1), F.log_softmax(X * 2, 1), log_target=True, reduction="sum"), F.mse_loss(X, X + 1, reduction="none"), F.binary_cross_entropy(torch.sigmoid(X), torch.ones(2, 3), reduction="sum"), F.binary_cross_entropy(torch.sigmoid(X), torch.ones(2, 3), size_average=False), F.nll_loss(F.log_softmax(X), torch.tensor([0, 1]))

torch.no_grad is not None, torch.autograd.no_grad is not None, torch.enable_grad is not None

@torch.jit.ignore
def f(x): return x
@torch.jit.unused
def g(x): return x
f(1), g(2), torch.jit.is_tracing() if hasattr(torch.jit, "is_tracing") else False

with torch.autograd.profiler.record_function("x"):
    y = X * 2
y

with torch.cuda.amp.autocast(enabled=False):
    y = X * 2
with torch.autocast(device_type="cpu", enabled=False):
    z = X * 2
y, z

torch.random.manual_seed(3); torch.seed() is not None, torch.random.initial_seed() is not None

torch.utils.data.get_worker_info(), torch.is_grad_enabled(), torch.get_num_threads() >= 1, torch.are_deterministic_algorithms_enabled() in (True, False), torch.typename(X)

torch.testing.assert_close(X, X + 1e-8), torch.allclose(X, X), torch.equal(X, X.clone())

torch.special.logit(torch.tensor([0.3])), torch.special.gammaln(torch.tensor([2.5])), torch.special.erf(X), torch.special.xlogy(torch.tensor([0.]), torch.tensor([0.])), torch.special.logsumexp(X, 1), torch.special.softmax(X, 1), torch.special.entr(torch.tensor([0.5]))

torch.func.functional_call(torch.nn.Linear(2, 1, bias=False), {"weight": torch.ones(1, 2)}, (torch.ones(1, 2),)), torch.func.vjp(torch.sin, X)[0], torch.func.jvp(torch.sin, (X,), (X,))[1], torch.vmap(torch.dot)(X, X), torch.vmap(lambda a, b: a * b, in_dims=(0, None))(X, torch.tensor(2.))

from torch.utils.checkpoint import checkpoint
x = torch.ones(2, requires_grad=True); checkpoint(lambda v: v * v, x, use_reentrant=False).sum().backward(); x.grad

import torch.nn as nn
class Config: pass
class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.attn = nn.Linear(n, 3 * n, bias=False); self.ln = nn.LayerNorm(n, eps=1e-6); self.register_buffer("tril", torch.tril(torch.ones(2, 2)).view(1, 1, 2, 2)); self.mlp = nn.ModuleDict(dict(fc=nn.Linear(n, n), act=nn.GELU(approximate="tanh"))); self.scale = n ** -0.5
        self.apply(self._init)
    def _init(self, module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None: torch.nn.init.zeros_(module.bias)
    def forward(self, x):
        m = self.mlp; q, k, v = self.attn(self.ln(x)).split(2, dim=2)
        return m.act(m.fc(x)) + self.tril[:, :, :2, :2][0, 0].sum()
b = Block(2); [p.data.fill_(0.1) for p in b.parameters()]; b(torch.ones(1, 2, 2)), [n for n, _ in b.named_parameters()], sum(p.numel() for p in b.parameters())

decay = {pn: p for pn, p in torch.nn.Linear(2, 2).named_parameters() if p.dim() >= 2}; o = torch.optim.AdamW([{"params": list(decay.values()), "weight_decay": 0.1}, {"params": [torch.ones(1, requires_grad=True)], "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.95)); len(o.param_groups), o.param_groups[0]["weight_decay"], o.param_groups[1]["lr"], o.defaults["betas"]

x = torch.arange(6.).view(2, 3).requires_grad_(); torch.nn.functional.normalize(x, dim=1).sum().backward(); x.grad

x = torch.tensor([0.5], requires_grad=True); y = torch.where(x > 0, x * 2, x * 3); y.backward(); x.grad, torch.where(torch.tensor([True, False]), torch.tensor([1]), torch.tensor([2]))

x = torch.zeros(4, 3); idx = torch.tensor([0, 0, 2]); x.index_add_(0, idx, torch.ones(3, 3), alpha=2), x.scatter_reduce_(0, idx.view(3, 1).expand(3, 3), torch.full((3, 3), 5.), reduce="amax"), x.index_put_((torch.tensor([1]), torch.tensor([1])), torch.tensor(9.), accumulate=True), torch.zeros(3, dtype=torch.long).scatter_add_(0, torch.tensor([0, 0, 1]), torch.tensor([1, 2, 3])), torch.bincount(idx, minlength=4), torch.zeros(2).index_fill(0, torch.tensor([1]), 3.)

torch.cdist(X, X, p=1), torch.nn.functional.pdist(X), torch.einsum("bi,bj->bij", X, X), torch.einsum("bi,bi->b", X, X), torch.einsum("...ij->...ji", X), torch.einsum("ii", torch.eye(3)), torch.tensordot(X, X, dims=([1], [1])), torch.linalg.lstsq(torch.eye(2), torch.ones(2, 1)).solution, torch.linalg.qr(torch.eye(2))[1], torch.linalg.eigh(torch.eye(2))[0], torch.linalg.slogdet(torch.eye(2))[1], torch.linalg.pinv(torch.eye(2)), torch.linalg.cond(torch.eye(2)), torch.linalg.cross(torch.tensor([1., 0, 0]), torch.tensor([0., 1, 0])), torch.pinverse(torch.eye(2)), torch.logdet(torch.eye(2)), torch.matrix_power(torch.eye(2), 2), torch.triangular_solve(torch.ones(2, 1), torch.eye(2))[0]
"""

IDIOMS = """
class A(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = []
        for i in range(2):
            l = torch.nn.Linear(2, 2)
            self.add_module("l%d" % i, l); self.layers.append(l)
    def forward(self, x):
        for l in self.layers: x = l(x)
        return x
a = A(); len(list(a.parameters())), a(torch.ones(1, 2)).shape, [n for n, _ in a.named_children()]

class B(torch.nn.Module):
    def __init__(self):
        super().__init__()
        setattr(self, "fc%d" % 1, torch.nn.Linear(2, 2)); self.__dict__["x"] = 3; self.h = None
    def forward(self, x): return getattr(self, "fc1")(x)
b = B(); b.h = torch.nn.ReLU(); b.x, str(b), [n for n, _ in b.named_modules()]

class C(torch.nn.Linear):
    def forward(self, x): return super().forward(x) * 2
c = C(2, 2); c.weight.data.fill_(1); c.bias.data.zero_(); c(torch.ones(1, 2)), str(c), C.__name__

class D(torch.nn.Sequential):
    def __init__(self, i, o): super().__init__(torch.nn.Linear(i, o), torch.nn.ReLU())
D(2, 3)(torch.ones(1, 2)).shape, str(D(1, 2))

p = torch.nn.ParameterList([torch.nn.Parameter(torch.ones(2)) for _ in range(2)]); q = torch.nn.ParameterDict({"a": torch.nn.Parameter(torch.ones(1))}); len(p), list(q), p[1], q["a"]

x = torch.ones(2, 3); print(x.shape == torch.Size((2, 3)), x.size() == (2, 3), x.shape[-1], *x.shape); b, c = x.shape; b, c, list(x.shape), tuple(x.size()), x.size(dim=1), x.numel()

x = torch.randn(3, requires_grad=True); y = x * 2
while y.data.norm() < 1000: y = y * 2
y.backward(torch.tensor([0.1, 1.0, 0.0001])); x.grad.shape

import torch.nn.functional as F
net = torch.nn.Sequential(torch.nn.Conv2d(1, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2, 2), torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2, 2), torch.nn.Flatten(), torch.nn.Linear(400, 120)); net(torch.zeros(1, 1, 32, 32)).size(), net(torch.zeros(1, 1, 32, 32)).view(-1, 120).size()

t = torch.tensor([[1., 2.], [3., 4.]]); t.add_(5); t.T, torch.cat([t, t, t], dim=1), t.sum().item(), t.mul(t), t.matmul(t.T)

x = torch.tensor([1., 2., 3.], requires_grad=True); y = x.sum(); y.backward(); x.grad, x.grad.requires_grad, x.grad.grad_fn, y.grad_fn.__class__.__name__ != ""

x = torch.tensor([1., 2.], requires_grad=True); z = x.clone().detach(); z.requires_grad_(True); z.requires_grad

import numpy as np
a = np.array([[1, 2], [3, 4]]); torch.from_numpy(a), torch.from_numpy(a).float(), torch.Tensor(a), torch.tensor(a, dtype=torch.float32), torch.as_tensor(a), torch.LongTensor(a), torch.FloatTensor(a.astype(np.float32))

np_x = N.random.RandomState(0).rand(3, 2).astype("f4"); (torch.from_numpy(np_x) - torch.from_numpy(np_x.mean(0))) / torch.from_numpy(np_x.std(axis=0))

x = torch.ones(3); (N.ones(3, dtype=N.float32) * x.numpy()), x * torch.from_numpy(N.ones(3)), (x.numpy() @ N.ones(3, N.float32))

torch.ones(3) * N.ones(3)

N.array([torch.tensor(1.), torch.tensor(2.)]), N.array([x.item() for x in torch.ones(2)]), N.stack([t.numpy() for t in torch.ones(2, 2)]), float(N.mean([torch.tensor(1.), torch.tensor(3.)]))

[float(l) for l in [torch.tensor(1.), torch.tensor(2.)]], sum([torch.tensor(1.), 2]) / 2, N.mean([torch.tensor(2.).item()])

"%.3f %d %s" % (torch.tensor(1.5), torch.tensor(3), torch.tensor([1])), "{:>6.2f}|{:<5}|{:e}".format(torch.tensor(1.5), 3, torch.tensor(0.001)), f"{torch.tensor(0.5):.1%}", f"{torch.tensor([1., 2.]).mean():.4f}", f"{torch.tensor(3)}", f"{torch.tensor(2.5)!r}", str(torch.tensor(2.5)), f"{torch.tensor([1,2])}"

torch.tensor(3.) in [torch.tensor(3.)], torch.tensor(3.) == 3.0, {torch.tensor(1): 2} is not None, hash(torch.tensor(1)) is not None, torch.tensor([1, 2]).__contains__(1)

x = torch.rand(4, 3); x[:, torch.randperm(3)].shape, x[torch.randperm(4)[:2]].shape, x[torch.randint(0, 4, (2,))].shape, x[x.sum(1).argsort()].shape, x[:, -1:].shape, x[..., None].shape, x[:2, [0, 2]].shape

i = torch.tensor([[0, 1, 1], [2, 0, 2]]); v = torch.tensor([3., 4., 5.]); s = torch.zeros(2, 3); s[i[0], i[1]] = v; s, s[tuple(i)]

x = torch.zeros(3, dtype=torch.bool); x[1] = True; x.sum(), x.float(), ~x, x.nonzero(), x.any(), x & torch.tensor([True, True, False]), x.all(), x.int(), (x == 0).sum(), x.numpy().dtype.name, x.to(torch.float).mean()

mask = torch.tensor([[1, 0], [1, 1]]).byte(); (mask == 1), mask.bool(), torch.ones(2, 2).masked_fill(mask.bool(), 0), (1 - mask), mask.sum(), torch.ones(2, 2)[mask.bool()], mask.dtype

torch.ones(2, 2).masked_fill(torch.tensor([[1, 0], [1, 1]]).byte() == 0, -1e9), torch.ones(2)[torch.tensor([1, 0], dtype=torch.uint8)]

x = torch.tensor([5, 3, 9]); v, i = x.max(0); v, i, x.max(0)[1].item(), x.argmax().item(), int(x.argmax(0)), x.tolist().index(9), x.sort(descending=True).indices.tolist(), x.topk(2).values

x = torch.arange(12).reshape(3, 4); x.sum(0), x.float().mean(1), x.max(dim=1).values, x.min(), x[x > 5].sum(), x.cumsum(1), x.prod(), x.t(), x.view(-1)[::3], x.split([1, 3], dim=1)[1], x.float().std(), x.float().norm(), x.diagonal(), x.trace(), x.flip(0), x.roll(1), x.unfold(1, 2, 1).shape, x.chunk(2, 1)[0]

torch.arange(0., 1., 0.1).shape, torch.arange(1, 2, 0.3), torch.arange(5, dtype=torch.float32), torch.arange(2.5), torch.linspace(0, 1, 1), torch.arange(10, 0, -3), torch.linspace(1, 10, 4).long(), torch.full((2, 2), float("nan")).isnan().all(), torch.arange(3).numpy().dtype.name

torch.zeros(2, 3).new_tensor([1.0]).dtype, torch.zeros(3).add(1).mul_(2).sub(1).pow(2).sqrt().sum(), torch.rand(3).mul(0).add(1), torch.ones(1).expand(3).sum(), torch.tensor([1., 2.]).outer(torch.tensor([1., 2.])), torch.dot(torch.ones(2), torch.ones(2))

lr = 0.1; w = torch.tensor([1., 2.], requires_grad=True)
for _ in range(3):
    loss = ((w - 3) ** 2).sum(); loss.backward()
    with torch.no_grad():
        w.sub_(lr * w.grad); w.grad.zero_()
w, loss

w = torch.tensor([1., 2.], requires_grad=True)
for _ in range(3):
    loss = ((w - 3) ** 2).sum(); g, = torch.autograd.grad(loss, [w]); w = (w - 0.1 * g).detach().requires_grad_()
w

opt = torch.optim.Adam([torch.nn.Parameter(torch.ones(2))], lr=1e-3, weight_decay=1e-2, amsgrad=True, eps=1e-6, betas=(0.8, 0.9)); opt.param_groups[0].keys() >= {"lr", "betas", "eps", "weight_decay", "amsgrad", "params"}, len(opt.state), opt.defaults["lr"], type(opt).__name__, opt.zero_grad() is None

opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=1); s = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(opt, T_0=2, T_mult=2); r = []
for e in range(6):
    opt.step(); s.step(); r.append(round(s.get_last_lr()[0], 6))
r, [round(g["lr"], 6) for g in opt.param_groups], s.get_lr() is not None if hasattr(s, "get_lr") else True

opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=1, momentum=0.9); [torch.optim.lr_scheduler.SequentialLR(opt, [torch.optim.lr_scheduler.LinearLR(opt, 0.1, total_iters=2), torch.optim.lr_scheduler.ExponentialLR(opt, 0.5)], milestones=[2]).get_last_lr(), opt.param_groups[0]["lr"]]

torch.nn.functional.softmax(torch.tensor([1., 2.]), -1), torch.nn.functional.softmax(X, dim=0), F.log_softmax(X, -1).exp().sum(), F.cross_entropy(X.view(-1, 3), torch.tensor([0, 1]).view(-1)), F.cross_entropy(X.t()[None], torch.tensor([[0, 1]])), F.nll_loss(F.log_softmax(X, -1), torch.tensor([0, 1]), reduction="none"), -F.log_softmax(X, 1)[range(2), [0, 1]].mean(), F.cross_entropy(X, F.one_hot(torch.tensor([0, 1]), 3).float()), F.cross_entropy(X, torch.tensor([0, 1]).long()), F.binary_cross_entropy(torch.tensor([0.5]), torch.tensor([1.])), F.one_hot(torch.arange(3) % 2).sum(0), F.pad(X, (0, 1, 1, 0), "constant", 2.), F.pad(torch.ones(1, 1, 2, 2), [1] * 4), F.dropout(X, p=0.0), F.relu(X, inplace=False), F.mse_loss(torch.tensor([1.]), torch.tensor([2.])), F.l1_loss(X, X * 0, reduction="sum"), F.hardtanh(X, -0.5, 0.5)

c = torch.nn.Conv2d(3, 8, kernel_size=(3, 5), stride=2, padding=(1, 2), dilation=1, groups=1, bias=False); c.weight.shape, c(torch.zeros(1, 3, 8, 8)).shape, c.kernel_size, c.stride, c.padding, str(c), torch.nn.Conv1d(2, 4, 3, padding="same")(torch.zeros(1, 2, 5)).shape, torch.nn.ConvTranspose2d(2, 1, 4, 2, 1)(torch.zeros(1, 2, 4, 4)).shape, torch.nn.AvgPool2d(2)(torch.ones(1, 1, 4, 4)).shape, torch.nn.MaxPool1d(2)(torch.ones(1, 1, 4)).shape, torch.nn.AdaptiveMaxPool2d(1)(torch.ones(1, 1, 4, 4)), torch.nn.Conv2d(4, 4, 3, groups=4).weight.shape, torch.nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)(torch.arange(4.).view(1, 1, 2, 2)), torch.nn.Unfold(2)(torch.ones(1, 1, 3, 3)).shape, torch.nn.BatchNorm2d(3)(torch.ones(2, 3, 2, 2)).sum(), torch.nn.Dropout2d(0.)(torch.ones(1, 1, 1, 1)), torch.nn.ReflectionPad2d(1)(torch.ones(1, 1, 2, 2)).shape

a = torch.nn.MultiheadAttention(4, 2, batch_first=True); o, w = a(torch.ones(1, 3, 4), torch.ones(1, 3, 4), torch.ones(1, 3, 4), need_weights=True); o.shape, w.shape, a.in_proj_weight.shape, [n for n, _ in a.named_parameters()], a(torch.ones(1, 3, 4), torch.ones(1, 3, 4), torch.ones(1, 3, 4), attn_mask=torch.triu(torch.ones(3, 3, dtype=torch.bool), 1))[1], a(torch.ones(1, 3, 4), torch.ones(1, 3, 4), torch.ones(1, 3, 4), need_weights=False)[1]

d = torch.nn.TransformerDecoder(torch.nn.TransformerDecoderLayer(4, 2, 8, 0.0, "gelu", batch_first=True), 1); d(torch.ones(1, 2, 4), torch.ones(1, 3, 4)).shape, torch.nn.TransformerEncoder(torch.nn.TransformerEncoderLayer(4, 2, 8), 2, norm=torch.nn.LayerNorm(4))(torch.ones(3, 1, 4), src_key_padding_mask=torch.zeros(1, 3).bool()).shape, torch.nn.TransformerEncoderLayer(4, 2, 8, norm_first=True, activation=F.gelu)(torch.ones(3, 1, 4), torch.zeros(3, 3)).shape

g = torch.nn.GRUCell(2, 3); h = torch.zeros(1, 3); [(h := g(torch.ones(1, 2), h)).shape for _ in range(2)], torch.nn.RNNCell(2, 3)(torch.ones(1, 2)).shape, torch.nn.LSTM(2, 3, proj_size=2)(torch.zeros(1, 1, 2))[0].shape, torch.nn.GRU(2, 3, 2, bidirectional=True, dropout=0.0)(torch.zeros(4, 1, 2), torch.zeros(4, 1, 3))[1].shape, torch.nn.LSTM(2, 3)(torch.zeros(4, 2))[0].shape

torch.backends.cudnn.deterministic = True; torch.backends.cudnn.benchmark = False; torch.manual_seed(0); torch.cuda.manual_seed(0); torch.cuda.manual_seed_all(0); torch.use_deterministic_algorithms(True); torch.use_deterministic_algorithms(False); device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"; device, torch.device(device), X.to(device).device, torch.zeros(1, device=device).device.type, torch.device("cpu").index, str(X.device), X.device.type == "cpu", X.get_device()

torch.set_num_threads(1); torch.set_float32_matmul_precision("high"); torch.cuda.empty_cache(); torch.cuda.synchronize() if torch.cuda.is_available() else None; torch.autograd.set_detect_anomaly(False); torch.__version__ >= "0"

from torch.utils.data import DataLoader, TensorDataset
l = DataLoader(TensorDataset(torch.arange(10.).view(5, 2), torch.arange(5)), batch_size=2, shuffle=True, generator=torch.Generator().manual_seed(0), pin_memory=False, drop_last=True, num_workers=0, worker_init_fn=None, persistent_workers=False); it = iter(l); a, b = next(it); a.shape, b.dtype, len(l), len(l.dataset), sum(len(x) for x, _ in l), [i for i, (x, y) in enumerate(l)], l.dataset[0], l.dataset.tensors[0].shape

from torch.utils.data import Dataset, DataLoader
class W(Dataset):
    def __init__(self): self.items = [{"x": N.ones(2, dtype=N.float32), "y": 1, "n": "a"}, {"x": N.zeros(2, dtype=N.float32), "y": 0, "n": "b"}]
    def __len__(self): return len(self.items)
    def __getitem__(self, i):
        if torch.is_tensor(i): i = i.tolist()
        return self.items[i]
b = next(iter(DataLoader(W(), 2))); b["x"], b["y"], b["n"], W()[torch.tensor(1)]["y"]

from torch.utils.data import DataLoader
next(iter(DataLoader([(N.ones(2), 1.5), (N.zeros(2), 2.5)], batch_size=2))), next(iter(DataLoader([(torch.ones(2), [1, 2]), (torch.zeros(2), [3, 4])], batch_size=2))), next(iter(DataLoader([True, False], 2))), next(iter(DataLoader(N.arange(4.), 2))), next(iter(DataLoader(["a", "b"], 2))), next(iter(DataLoader(torch.arange(4), 3))), next(iter(DataLoader([N.int32(1), N.int32(2)], 2))), next(iter(DataLoader([(1, None)], 1, collate_fn=lambda b: b[0])))

x = torch.linspace(-1, 1, 5).view(-1, 1).requires_grad_(); y = torch.sin(x); dy = torch.autograd.grad(y, x, grad_outputs=torch.ones_like(y), create_graph=True)[0]; d2 = torch.autograd.grad(dy, x, torch.ones_like(dy), create_graph=True)[0]; d2, (d2 + y).abs().max() < 1e-6

x = torch.tensor([[1., 2.]], requires_grad=True); torch.autograd.functional.jacobian(lambda v: v.exp().sum(dim=1), x), torch.autograd.functional.hessian(lambda v: v.pow(3).sum(), x).shape, torch.autograd.functional.jvp(lambda v: v ** 2, x, torch.ones_like(x))[1]

with torch.no_grad():
    x = torch.ones(2, requires_grad=True); y = x * 2; z = torch.nn.Parameter(torch.ones(1)); w = torch.tensor(1., requires_grad=True)
y.requires_grad, x.requires_grad, z.requires_grad, w.is_leaf

m = torch.nn.Dropout(0.5); m.train(); o = m(torch.ones(1000)); set(o.unique().tolist()) == {0., 2.}, abs(o.mean().item() - 1) < 0.2, m.eval()(torch.ones(3)), m.training

m = torch.nn.BatchNorm1d(2, momentum=0.5); m(torch.tensor([[1., 2.], [3., 6.]])), m.running_mean, m.running_var, m.num_batches_tracked, m.weight, m.state_dict()["running_mean"], [n for n, _ in m.named_buffers()], m.eval()(torch.ones(1, 2))

torch.nn.utils.parameters_to_vector(torch.nn.Linear(2, 1).parameters()).shape, torch.nn.utils.clip_grad_norm_([torch.nn.Parameter(torch.ones(1))], 1.), sum(p.numel() for p in torch.nn.Linear(3, 4).parameters()), sum(torch.prod(torch.tensor(p.size())) for p in torch.nn.Linear(3, 4).parameters())

m = torch.nn.Linear(2, 2); [setattr(p, "requires_grad", False) for p in m.parameters()]; m.fc = torch.nn.Linear(2, 1); [n for n, p in m.named_parameters() if p.requires_grad], list(filter(lambda p: p.requires_grad, m.parameters()))[0].shape, m.weight.requires_grad, isinstance(m.weight, torch.nn.Parameter), isinstance(m.weight, torch.Tensor), type(m.weight).__name__, type(m.weight.data).__name__

a = torch.nn.Linear(2, 2); b = torch.nn.Linear(2, 2); b.load_state_dict(a.state_dict())
for pa, pb in zip(a.parameters(), b.parameters()): pb.data.mul_(0.9).add_(0.1 * pa.data); pb.data.copy_(0.5 * pb.data + 0.5 * pa.data); pb.data = pa.data.clone()
torch.equal(a.weight, b.weight), a.weight.data_ptr() != b.weight.data_ptr()

torch.einsum("bqd,bkd->bqk", torch.ones(1, 2, 3), torch.ones(1, 4, 3)).shape, torch.einsum("i,j->ij", torch.ones(2), torch.ones(3)).shape, torch.einsum("ijk->kji", torch.ones(1, 2, 3)).shape, torch.einsum("b h w c -> b c h w", torch.ones(1, 2, 3, 4)).shape, torch.bmm(torch.ones(2, 1, 3), torch.ones(2, 3, 1)).squeeze(), torch.matmul(torch.ones(2, 3, 4), torch.ones(4)).shape, torch.baddbmm(torch.ones(1, 1, 1), torch.ones(1, 1, 2), torch.ones(1, 2, 1), beta=0.5, alpha=2)

torch.stft(torch.arange(16.), 8, window=torch.hann_window(8), return_complex=True).shape, torch.fft.irfft(torch.fft.rfft(torch.arange(4.))), torch.fft.fft(torch.ones(4)).abs(), torch.view_as_real(torch.fft.fft(torch.ones(2))), torch.fft.fftn(torch.ones(2, 2)).real, torch.fft.ifft2(torch.fft.fft2(torch.ones(2, 2))).real, torch.angle(torch.tensor([1j])), torch.conj(torch.tensor([1j])).resolve_conj() if True else 0

from torch.nn import functional as F2
class Value:
    pass
N2 = torch.zeros((27, 27), dtype=torch.int32); [N2.__setitem__((i, i), N2[i, i] + 1) for i in range(3)]; P = (N2 + 1).float(); P /= P.sum(1, keepdim=True); P.sum(1).mean(), P[0].sum(), N2[0, 0].item(), P.sum(1, keepdim=True).shape, N2.dtype

xs = torch.tensor([0, 5, 13]); W = torch.ones((27, 27), requires_grad=True); xenc = F.one_hot(xs, num_classes=27).float(); logits = xenc @ W; counts = logits.exp(); probs = counts / counts.sum(1, keepdims=True); loss = -probs[torch.arange(3), xs].log().mean() + 0.01 * (W ** 2).mean(); W.grad = None; loss.backward(); W.data += -50 * W.grad; loss, W.sum()

emb = torch.arange(54.).view(27, 2); x = torch.tensor([[1, 2, 3], [4, 5, 6]]); e = emb[x]; e.shape, e.view(-1, 6), torch.cat(torch.unbind(e, 1), 1).shape, e.view(e.shape[0], -1).shape, emb[5]

h = torch.tensor([[1., 2.], [3., 4.]]); bnmean = h.mean(0, keepdim=True); bnstd = h.std(0, keepdim=True); (h - bnmean) / bnstd, h.var(0, keepdim=True, unbiased=True), (h.abs() > 0.99).float().mean(), h.view(-1).tolist(), torch.histogram(h, bins=2)[0] if True else 0

g = torch.Generator().manual_seed(2147483647); torch.randn((3, 2), generator=g).shape, torch.multinomial(torch.tensor([0.5, 0.5]), num_samples=3, replacement=True, generator=g).shape, torch.randint(0, 5, (2,), generator=g).dtype

parameters = [torch.ones(2, 2), torch.zeros(2)]
for p in parameters: p.requires_grad = True
sum(p.nelement() for p in parameters), [p.requires_grad for p in parameters]

x = torch.ones(3, 4); a, b = x.size(0), x.size(1); x = x.unsqueeze(1).expand(3, 2, 4).contiguous().view(-1, 4); x.shape, x.sum(), a, b

torch.nn.functional.cosine_similarity(torch.ones(1, 3), torch.ones(4, 3), dim=-1), torch.nn.CosineSimilarity(dim=0)(torch.ones(3), torch.ones(3)), F.pairwise_distance(torch.ones(2, 3), torch.zeros(2, 3), keepdim=True), torch.norm(torch.ones(2, 3) - 0, p=2, dim=1), (torch.ones(2, 3) ** 2).sum(1).sqrt(), torch.pow(torch.ones(2, 3), 2).sum(dim=1, keepdim=True).expand(2, 2)

x = torch.ones(2, 2); y = torch.eye(2); dist = torch.pow(x, 2).sum(1, keepdim=True).expand(2, 2); dist = dist + dist.t(); dist.addmm_(x, y.t(), beta=1, alpha=-2); dist.clamp(min=1e-12).sqrt()

x = torch.ones(2, 2); x.addmm_(1, -2, torch.ones(2, 2), torch.ones(2, 2))

torch.addmm(torch.ones(2, 2), torch.ones(2, 2), torch.ones(2, 2), beta=0.5, alpha=2.), torch.addmv(torch.ones(2), torch.ones(2, 2), torch.ones(2)), torch.addr(torch.zeros(2, 2), torch.ones(2), torch.ones(2))

adj = torch.eye(3) + torch.ones(3, 3); d = adj.sum(1).pow(-0.5); d[torch.isinf(d)] = 0.; torch.diag(d) @ adj @ torch.diag(d), adj.nonzero(as_tuple=True)[0].shape, adj.nonzero().t().shape, torch.stack(torch.where(adj > 1)).shape

i = torch.LongTensor([[0, 1], [1, 0]]); torch.zeros(2, 2).index_put((i[0], i[1]), torch.tensor([1., 2.])), torch.zeros(2, 3).scatter(0, torch.tensor([[0, 1, 0]]), torch.ones(1, 3)), torch.ones(2, 3).index_select(1, torch.tensor([0, 2])), torch.zeros(2).scatter_(0, torch.tensor([1]), 2., reduce="add")

edge = torch.tensor([[0, 1, 2], [1, 2, 0]]); x = torch.arange(6.).view(3, 2); out = torch.zeros_like(x).scatter_add_(0, edge[1].unsqueeze(-1).expand(-1, 2), x[edge[0]]); out, torch.zeros(3).index_add(0, edge[1], torch.ones(3)), torch.zeros_like(x).index_add_(0, edge[1], x[edge[0]]), x.new_zeros(3, 2).scatter_reduce(0, edge[1].view(-1, 1).expand(-1, 2), x[edge[0]], reduce="amax", include_self=False)

import math
pe = torch.zeros(5, 4); position = torch.arange(0, 5).unsqueeze(1).float(); div_term = torch.exp(torch.arange(0, 4, 2).float() * -(math.log(10000.0) / 4)); pe[:, 0::2] = torch.sin(position * div_term); pe[:, 1::2] = torch.cos(position * div_term); pe.unsqueeze(0)[:, :3].shape, pe, torch.arange(0, 4, 2).float().dtype

x = torch.arange(8.).view(1, 2, 4); x1, x2 = x[..., :2], x[..., 2:]; torch.cat((-x2, x1), dim=-1), torch.outer(torch.arange(2), 1.0 / (10000 ** (torch.arange(0, 4, 2).float() / 4))), torch.polar(torch.ones(2), torch.tensor([0., 1.])), torch.view_as_complex(x.reshape(1, 2, 2, 2)) * torch.polar(torch.ones(2), torch.tensor([0., 1.])), torch.view_as_real(torch.view_as_complex(x.reshape(1, 2, 2, 2))).flatten(2)

x = torch.ones(2, 3); x.sum(-1, keepdim=True) / x.size(-1), x.pow(2).mean(-1, keepdim=True), x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6), x.softmax(-1) @ x.T, x.float().type_as(x), F.silu(x) * x, x.log_softmax(-1).gather(-1, torch.zeros(2, 1).long())

a = torch.tensor([1., 0.]); b = torch.tensor([float("inf"), float("nan")]); a / 0, b == b, torch.isnan(b).any(), torch.nan_to_num(b, nan=0., posinf=1.), a.log(), (b > 0), torch.clamp(b, max=5), b.max(), torch.tensor(0.) / 0, torch.tensor([1]) // 1, torch.tensor([7.]) % -3, torch.fmod(torch.tensor([-7.]), 3), torch.tensor(-7) // 2, torch.tensor(-7) % 3, 5 % torch.tensor(3), torch.tensor([0]).float() / 0

torch.round(torch.tensor([2.5, -1.5, 0.125]), decimals=2), torch.floor(torch.tensor([-1.5])), torch.ceil(torch.tensor([1.2])).long(), torch.tensor([1.9]).int(), torch.tensor([-1.9]).long(), torch.tensor([300]).byte(), torch.tensor([3.99]).to(torch.uint8), torch.tensor([True]).float(), torch.tensor([2]).bool(), torch.tensor(1e10).item(), torch.tensor([1e-8]).half()

torch.cat([torch.zeros(1, dtype=torch.int32), torch.zeros(1, dtype=torch.int64)]).dtype, torch.stack([torch.tensor(1), torch.tensor(2)]).float().mean(), torch.cat([torch.tensor([True]), torch.tensor([False])]).dtype, torch.where(torch.tensor([True]), torch.tensor([1]), torch.tensor([1.5])).dtype, (torch.tensor([1.5]) > 1).sum().dtype, (torch.tensor([1], dtype=torch.int8) + torch.tensor([1], dtype=torch.uint8)).dtype, (torch.ones(1, dtype=torch.float16) * torch.ones(1)).dtype, (torch.ones(1, dtype=torch.float16) * 2.5).dtype, (torch.tensor([1]) + True).dtype, (torch.tensor([True]) + torch.tensor([True])).dtype, (torch.tensor([1]) * torch.tensor(2.5)).dtype, (torch.tensor([1.]) * torch.tensor(2.5, dtype=torch.float64)).dtype, (torch.tensor(1.) * torch.tensor([2], dtype=torch.float64)).dtype

x = torch.ones(2, 2, dtype=torch.long); x.float().div_(2), x.add(0.5), torch.add(x, x, alpha=2), x.sum() / x.numel(), x.double().mean(), (x == 1).float().mean().item(), x.sum().item() / len(x), x.sum().float() / 3, 100. * x.sum() / x.numel(), float(x.sum()) / 3, "%.2f%%" % (100. * x.sum() / 3)

losses = []; x = torch.tensor(2., requires_grad=True); l = x ** 2; losses.append(l.item()); total = 0.; total += l.item(); total += l.data; total = total + float(l); losses, total, l.detach().numpy(), l.detach().cpu().numpy().item(), l.data.cpu().numpy().tolist(), l.tolist()

x = torch.randn(2, 3, 4); x.permute(2, 0, 1).shape, x.transpose(1, 2).shape, x.movedim(0, -1).shape, x.flatten(1).shape, x.reshape(2, -1).shape, x.view(2, 12).shape, x.unflatten(2, (2, 2)).shape, x.swapaxes(0, 1).shape, x.mT.shape, torch.transpose(x, 0, 2).shape, x.unsqueeze(-2).shape, x.squeeze().shape, x.expand(5, -1, -1, -1).shape, x.repeat(1, 2, 1).shape, x.sum((0, 2)).shape, x.mean([1, 2], keepdim=True).shape, x.amax((1, 2)).shape, x.norm(dim=(1, 2)).shape, x.var((0, 1)).shape, x.view(*x.shape[:-1], 2, 2).shape, x.view(x.size(0), -1).shape, x[:, -1].shape, x[:, :, None].shape, x.narrow(1, 0, 2).shape, x.select(1, 0).shape, x.diagonal(dim1=1, dim2=2).shape, x.tril().shape, x.cumsum(-1).shape, x.argmax(-1).shape, x.split(2, -1)[0].shape, x.chunk(3, 1)[0].shape, torch.stack([x, x], 1).shape, torch.cat([x, x], -1).shape, x.numel()

class E(torch.nn.Module):
    def __init__(self):
        super().__init__(); self.w = torch.nn.Parameter(torch.Tensor(2, 3)); self.reset_parameters(); self.b = torch.nn.Parameter(torch.zeros(3), requires_grad=False); self.register_parameter("none", None)
    def reset_parameters(self):
        stdv = 1. / math.sqrt(self.w.size(1)); self.w.data.uniform_(-stdv, stdv)
    def __repr__(self): return self.__class__.__name__ + " (" + str(2) + " -> " + str(3) + ")"
    def extra_repr(self): return "x=1"
import math
e = E(); str(e), len(list(e.parameters())), [n for n, _ in e.named_parameters()], e.none, (e.w.abs() <= 0.6).all(), list(e.state_dict()), str(torch.nn.Sequential(e))

m = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU()); m[0] = torch.nn.Linear(2, 4); m.append(torch.nn.Linear(4, 1)); del m[1]; list(m._modules), len(m), [type(x).__name__ for x in m], torch.nn.Sequential(*list(m.children())[:-1])(torch.ones(1, 2)).shape, m.insert(1, torch.nn.Tanh()) is m, str(m), m.extend([torch.nn.ReLU()])[-1].__class__.__name__, torch.nn.Sequential(*m, *m).__len__()

l = torch.nn.ModuleList(); l.append(torch.nn.Linear(1, 1)); l.extend([torch.nn.Linear(1, 2)]); l += [torch.nn.ReLU()]; l.insert(0, torch.nn.Tanh()); [type(x).__name__ for x in l], l[1:3].__len__(), type(l[-1]).__name__, [i for i, _ in enumerate(l)], len(l), (l + torch.nn.ModuleList([torch.nn.ReLU()])).__len__()

d = torch.nn.ModuleDict([["a", torch.nn.ReLU()], ["b", torch.nn.Tanh()]]); d["c"] = torch.nn.Linear(1, 1); d.update({"e": torch.nn.ELU()}); list(d), [k for k, v in d.items()], d.pop("a").__class__.__name__, len(d), "c" in d, d.c.in_features, [type(v).__name__ for v in d.values()]

h = []; m = torch.nn.Linear(2, 1); m.register_full_backward_hook(lambda mod, gi, go: h.append((len(gi), go[0].shape))); m.register_forward_pre_hook(lambda mod, i: (i[0] * 2,)); m.weight.data.fill_(1.); m.bias.data.fill_(0.); y = m(torch.ones(1, 2, requires_grad=True)); y.sum().backward(); y, h, m.weight.grad

x = torch.ones(1, requires_grad=True); hooks = []; y = x * 2; y.register_hook(lambda g: hooks.append(g.item())); (y * 3).backward(); hooks, x.grad, x.register_hook(lambda g: None) is not None

x = torch.ones(2, requires_grad=True); y = x.detach(); y.fill_(5.); x, y.requires_grad

x = torch.ones(2, requires_grad=True); y = x * 1; z = y.detach(); z.zero_(); y

x = torch.ones(3); y = x[1:]; y.zero_(); z = x.view(3, 1); z[0] = 7; w = x.clone(); w[2] = 9; x, y, z, w

x = torch.zeros(2, 3); for_, = [x[0]]; for_ += 1; x[1].add_(2); x[:, 0].mul_(10); x.t()[2].fill_(-1); x

a = torch.zeros(3); b = a; b += 1; c = a + 0; c += 1; d = a[:]; d *= 2; a, b, c, d, a is b

a = torch.ones(2, 2); a[0], a[1] = a[1].clone() * 2, a[0].clone() * 3; a

x = torch.arange(4); y = x.unsqueeze(0); y[0, 0] = 9; z = x.reshape(2, 2); z[1, 1] = 8; x, x.squeeze().data_ptr() == x.data_ptr(), x.flatten().data_ptr() == x.data_ptr(), x.contiguous().data_ptr() == x.data_ptr(), x.clone().data_ptr() == x.data_ptr(), x.to(torch.int64).data_ptr() == x.data_ptr(), x.cpu().data_ptr() == x.data_ptr(), x.long().data_ptr() == x.data_ptr(), x.float().data_ptr() == x.data_ptr(), x[None].data_ptr() == x.data_ptr(), x.view(4).data_ptr() == x.data_ptr(), x.expand(2, 4).data_ptr() == x.data_ptr(), x[[0, 1]].data_ptr() == x.data_ptr(), x.detach().data_ptr() == x.data_ptr(), x.data.data_ptr() == x.data_ptr(), torch.as_tensor(x).data_ptr() == x.data_ptr(), x.chunk(2)[0].data_ptr() == x.data_ptr(), x.type(torch.LongTensor).data_ptr() == x.data_ptr()

m = torch.nn.Linear(2, 2); o = torch.optim.SGD(m.parameters(), lr=0.1); m.weight.data = torch.ones(2, 2); m.bias.data = torch.zeros(2); m(torch.ones(1, 2)).sum().backward(); o.step(); o.zero_grad(); m.weight, m.weight.grad

m = torch.nn.Linear(1, 1); o = torch.optim.Adam(m.parameters(), lr=0.1); m.weight.data.fill_(1.); m.bias.data.fill_(0.)
for i in range(3):
    l = (m(torch.ones(1, 1)) - 3).pow(2).mean(); (l / 2).backward()
    if (i + 1) % 2 == 0:
        o.step(); o.zero_grad()
m.weight, m.weight.grad

torch.manual_seed(0); m = torch.nn.Linear(1, 1); p = torch.nn.utils.parameters_to_vector(m.parameters()); torch.nn.utils.vector_to_parameters(torch.ones(2), m.parameters()); p.shape, m.weight, torch.cat([q.view(-1) for q in m.parameters()]), torch.cat([q.data.flatten() for q in m.parameters()]).numel()

grads = torch.autograd.grad((torch.nn.Parameter(torch.ones(2)) ** 2).sum(), [torch.nn.Parameter(torch.ones(1))], allow_unused=True); grads[0] is None

w = torch.ones(2, requires_grad=True); inner = ((w * 2) ** 2).sum(); g = torch.autograd.grad(inner, w, create_graph=True)[0]; fast = w - 0.1 * g; outer = (fast ** 3).sum(); outer.backward(); w.grad, fast

x = torch.ones(2, requires_grad=True); torch.autograd.backward((x ** 2).sum(), inputs=[x]); (x * 2).sum().backward(inputs=[x]); x.grad, torch.autograd.gradcheck(torch.sin, torch.ones(2, dtype=torch.double, requires_grad=True)), torch.autograd.functional.vhp(lambda v: (v ** 3).sum(), torch.ones(2), torch.ones(2))[1]
"""

OTHERS = """
try:
    torch.jit.load("x.pt"); r = 0
except Exception: r = 1
r

x = torch.ones(2).half(); (x + x).dtype, (x * 2).dtype, x.float().dtype, (x @ x).dtype, x.sum().dtype, torch.nn.Linear(2, 2).half()(x).dtype, x.mean()

torch.nn.Linear(2, 2).half()(torch.ones(1, 2).half()).shape

with torch.autocast("cpu", dtype=torch.float16, enabled=False):
    y = torch.nn.Linear(2, 2)(torch.ones(1, 2))
y.dtype

from torch.amp import GradScaler, autocast
s = GradScaler("cpu", enabled=False); s.get_scale(), s.scale(torch.tensor(2.)), s.state_dict()

import torch.profiler as P
hasattr(P, "profile")

torch.utils.data.dataloader.default_collate([torch.ones(1), torch.zeros(1)]), torch.utils.data.default_collate([1, 2])

from torch.utils.data.dataloader import DataLoader
from torch.utils.data.dataset import Dataset, random_split
from torch.nn.parameter import Parameter
from torch.nn.functional import relu, softmax
from torch.nn.init import xavier_uniform_, kaiming_normal_
from torch.optim import lr_scheduler
from torch.optim.lr_scheduler import LambdaLR, _LRScheduler, ReduceLROnPlateau
from torch.autograd.function import Function
from torch.autograd.functional import jacobian
from torch.nn.modules.activation import MultiheadAttention
from torch.nn.modules.batchnorm import BatchNorm2d
from torch.nn.modules.container import ModuleList
from torch.nn.modules.rnn import LSTM
from torch.nn.modules.linear import Linear
from torch.nn.modules.sparse import Embedding
from torch.nn.modules.transformer import TransformerEncoder
from torch.utils.data.sampler import Sampler, RandomSampler, BatchSampler
from torch.distributions.normal import Normal
from torch.distributions.beta import Beta
from torch.distributions.bernoulli import Bernoulli
from torch.distributions.uniform import Uniform
from torch.distributions.kl import kl_divergence
from torch.distributions.transformed_distribution import TransformedDistribution
from torch.distributions.independent import Independent
1

from torch.optim.lr_scheduler import _LRScheduler
class Warm(_LRScheduler):
    def __init__(self, optimizer, warm, last_epoch=-1):
        self.warm = warm
        super().__init__(optimizer, last_epoch)
    def get_lr(self):
        return [b * min(1., (self.last_epoch + 1) / self.warm) for b in self.base_lrs]
o = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1.); s = Warm(o, 4); r = []
for _ in range(5):
    o.step(); s.step(); r.append(o.param_groups[0]["lr"])
r

from torch.autograd import Function
class MyReLU(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)
    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input
x = X.clone().requires_grad_(); MyReLU.apply(x).sum().backward(); x.grad

class Two(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, flag=True):
        ctx.save_for_backward(a, b); ctx.set_materialize_grads(True)
        return a * b, a + b
    @staticmethod
    def backward(ctx, g1, g2):
        a, b = ctx.saved_tensors
        return (g1 * b + g2 if ctx.needs_input_grad[0] else None), g1 * a + g2, None
a = torch.ones(2, requires_grad=True); b = torch.full((2,), 3., requires_grad=True); p, q = Two.apply(a, b); (p.sum() + q.sum()).backward(); a.grad, b.grad

x = torch.zeros(3); x.index_fill_(0, torch.tensor([1]), 5), x.masked_scatter_(torch.tensor([True, False, True]), torch.tensor([7., 8.])), x.clamp_min_(1), x.sigmoid_(), x.neg_(), x.abs_().sqrt_(), x.fill_(2).pow_(2), x.floor_(), x.lerp_(torch.ones(3), 0.5), x.cumsum_(0), x.logical_not_(), x.copy_(torch.arange(3)), x.mul_(2).add_(1).div_(2)

sorted(torch.tensor([3., 1.]).tolist()), torch.sort(torch.tensor([[3, 1], [2, 4]]), dim=0, descending=True)[0], torch.argsort(torch.tensor([[3, 1], [2, 4]]), dim=-1, descending=True), torch.topk(torch.tensor([1., 5., 3.]), 2, largest=False), torch.tensor([1, 2, 3, 4]).unfold(0, 2, 2), torch.msort(torch.tensor([2, 1])), torch.searchsorted(torch.tensor([1., 2., 3.]), torch.tensor([2.5]), right=True), torch.unique(torch.tensor([[1, 2], [1, 2]]), dim=0), torch.tensor([1, 1, 2]).unique(return_counts=True)[1], torch.cummax(torch.tensor([1., 3., 2.]), 0)[0], torch.logcumsumexp(torch.zeros(2), 0), torch.bincount(torch.tensor([1, 1, 3]), weights=torch.tensor([1., 2., 3.])), torch.histc(torch.tensor([1., 2., 3.]), 3), torch.tensor([1., 2.]).lerp(torch.tensor([3., 4.]), 0.5), torch.heaviside(torch.tensor([-1., 0., 1.]), torch.tensor([0.5])), torch.clip(torch.tensor([5]), 0, 3), torch.fmax(torch.tensor([1., float("nan")]), torch.tensor([0., 1.])), torch.logaddexp(torch.tensor([0.]), torch.tensor([0.])), torch.sgn(torch.tensor([-2.])), torch.signbit(torch.tensor([-1.])), torch.gcd(torch.tensor(12), torch.tensor(8)), torch.bitwise_and(torch.tensor(6), torch.tensor(3)), torch.deg2rad(torch.tensor([180.])), torch.erfinv(torch.tensor([0.5])), torch.sinc(torch.tensor([0.5])), torch.i0(torch.tensor([1.])), torch.xlogy(torch.tensor([0.]), torch.tensor([0.])), torch.nextafter(torch.tensor([1.]), torch.tensor([2.])), torch.frexp(torch.tensor([8.]))[1], torch.positive(torch.tensor([1])), torch.square(torch.tensor([3])), torch.float_power(torch.tensor([2]), 2), torch.diff(torch.tensor([1, 4, 9])), torch.trapezoid(torch.tensor([1., 2.])), torch.cross(torch.tensor([[1., 0, 0]]), torch.tensor([[0., 1, 0]]), dim=1), torch.tensor_split(torch.arange(5), 3)[0], torch.hsplit(torch.arange(4), 2)[1], torch.dsplit(torch.zeros(1, 1, 2), 2)[0].shape, torch.is_same_size(X, X), torch.is_nonzero(torch.tensor([1.])), torch.numel(X), torch.std_mean(X)[1], torch.quantile(X, 0.5, dim=1, keepdim=True).shape, torch.nanmedian(torch.tensor([1., float("nan"), 3.])), torch.nanquantile(torch.tensor([1., float("nan"), 3.]), 0.5), torch.mode(torch.tensor([2, 2, 1]))[0], torch.masked_select(X, X > 1), torch.take(X, torch.tensor([0, 5])), torch.index_add(X, 0, torch.tensor([0]), torch.ones(1, 3)), torch.scatter(X, 1, torch.tensor([[0]]), 1.), torch.diag_embed(torch.ones(2)), torch.diagflat(torch.ones(2)), torch.diagonal(torch.eye(2)), torch.block_diag(torch.ones(1, 1), torch.ones(1, 1)), torch.cov(X), torch.corrcoef(X), torch.combinations(torch.tensor([1, 2, 3]), r=2), torch.renorm(X, 1, 0, 1), torch.rot90(X, 1, [0, 1]).shape, torch.logspace(0, 1, 2, base=2), torch.tril_indices(2, 2), torch.polygamma(1, torch.tensor([1.])), torch.mvlgamma(torch.tensor([3.]), 2)
"""

PROGRAMS = """
x = torch.randn(4, 2); y = torch.cat([x, x ** 2], 1); w = torch.zeros(4, 1); sgd = torch.optim.SGD([w.requires_grad_()], lr=0.1); (y @ w).mean().backward(); sgd.step(); w.shape, w.grad.shape

import random, os
def seed_everything(s):
    random.seed(s); os.environ["PYTHONHASHSEED"] = str(s); N.random.seed(s); torch.manual_seed(s); torch.cuda.manual_seed(s); torch.cuda.manual_seed_all(s); torch.backends.cudnn.deterministic = True; torch.backends.cudnn.benchmark = True
seed_everything(1); torch.initial_seed()

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu"); model = torch.nn.Linear(2, 2).to(device=device, dtype=torch.float64); model.to(device); x = torch.ones(1, 2, device=device, dtype=torch.double); x = x.to(device, non_blocking=True); model(x).dtype, model(x).device, torch.tensor([1], device=device).device == device, next(model.parameters()).is_cuda, device.type, str(device)

Tensor = torch.cuda.FloatTensor if torch.cuda.is_available() else torch.FloatTensor; valid = torch.autograd.Variable(Tensor(3, 1).fill_(1.0), requires_grad=False); z = Tensor(N.random.normal(0, 1, (3, 2))); valid, z.dtype, z.shape, isinstance(z, Tensor), Tensor([1, 2]), Tensor is torch.FloatTensor

real = torch.full((3,), 1., dtype=torch.float); real.fill_(0.), torch.full((2, 2), 0.5), torch.zeros(3, 1).fill_(1), torch.ones(3).mul_(0.9), torch.empty(2, 2).fill_(3), torch.Tensor(2, 2).fill_(1), torch.FloatTensor(3).fill_(2), torch.LongTensor(2).fill_(1), torch.ones(2).new(3).fill_(0)

fake = torch.nn.Sequential(torch.nn.ConvTranspose2d(4, 8, 4, 1, 0, bias=False), torch.nn.BatchNorm2d(8), torch.nn.ReLU(True), torch.nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False), torch.nn.Tanh()); fake(torch.randn(2, 4, 1, 1)).shape, fake(torch.randn(2, 4, 1, 1)).detach().view(2, -1).mean(1).shape, str(fake)

vgg = [("conv", 4), "M", ("conv", 8)]; layers = []; c = 1
for v in vgg:
    if v == "M": layers += [torch.nn.MaxPool2d(kernel_size=2, stride=2)]
    else: layers += [torch.nn.Conv2d(c, v[1], kernel_size=3, padding=1), torch.nn.ReLU(inplace=True)]; c = v[1]
m = torch.nn.Sequential(*layers); m(torch.ones(1, 1, 4, 4)).shape, len(m), [n for n, l in m.named_children() if isinstance(l, torch.nn.Conv2d)], {type(l).__name__ for l in m} == {"Conv2d", "ReLU", "MaxPool2d"}

class BasicBlock(torch.nn.Module):
    expansion = 1
    def __init__(self, i, o, stride=1):
        super().__init__(); nn = torch.nn
        self.conv1 = nn.Conv2d(i, o, 3, stride, 1, bias=False); self.bn1 = nn.BatchNorm2d(o); self.shortcut = nn.Sequential()
        if stride != 1 or i != o: self.shortcut = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
        for m in self.modules():
            if isinstance(m, nn.Conv2d): nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d): nn.init.constant_(m.weight, 1); nn.init.constant_(m.bias, 0)
    def forward(self, x): out = F.relu(self.bn1(self.conv1(x))); out += self.shortcut(x); return F.relu(out)
b = BasicBlock(2, 4, 2); b(torch.randn(2, 2, 8, 8)).shape, BasicBlock(2, 2)(torch.randn(2, 2, 4, 4)).shape, str(BasicBlock(2, 2).shortcut), len(b.state_dict()), list(b.state_dict())[:3], str(b)

x = torch.randn(2, 3, 4, 4); F.avg_pool2d(x, x.size()[2:]).shape, F.adaptive_avg_pool2d(x, 1).view(2, -1).shape, F.max_pool2d(x, kernel_size=2, stride=2, padding=0).shape, F.interpolate(x, scale_factor=2, mode="bicubic", align_corners=False).shape, x.mean([2, 3]).shape, x.view(2, 3, -1).mean(2).shape, torch.nn.functional.unfold(x, 3, padding=1).shape, torch.flatten(x, start_dim=1).shape, x.flip(-1).shape, F.pad(x, (1, 1, 1, 1), mode="replicate").shape, F.conv2d(x, torch.ones(3, 1, 2, 2), groups=3).shape, F.instance_norm(x).shape, F.batch_norm(x, None, None, training=True).shape, F.layer_norm(x, x.shape[1:]).shape, F.group_norm(x, 3).shape, torch.einsum("nchw,nc->nhw", x, x.mean((2, 3))).shape, F.max_pool2d(x, 2, return_indices=True)[1].shape, F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2).shape, F.lp_pool2d(x.abs(), 2, 2).shape, torch.nn.ZeroPad2d((1, 2, 3, 4))(x).shape, F.grid_sample(x, torch.zeros(2, 1, 1, 2), mode="nearest", padding_mode="border", align_corners=False).shape

G = torch.arange(12.).view(1, 3, 2, 2); a, b, c, d = G.size(); f = G.view(a * b, c * d); torch.mm(f, f.t()).div(a * b * c * d), torch.bmm(G.view(1, 3, 4), G.view(1, 3, 4).transpose(1, 2)) / 12, (G[:, :, 1:, :] - G[:, :, :-1, :]).abs().sum(), torch.clamp(G, 0, 1).detach().squeeze(0).permute(1, 2, 0).numpy().shape, G.sub(torch.tensor([1., 2., 3.]).view(-1, 1, 1)).div(2.).sum()

mu = torch.tensor([[0.1, 0.2]]); logvar = torch.tensor([[0.3, -0.1]]); std = torch.exp(0.5 * logvar); -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()), std, logvar.mul(0.5).exp_(), F.binary_cross_entropy(torch.sigmoid(mu), torch.ones(1, 2), reduction="sum"), torch.distributions.kl_divergence(torch.distributions.Normal(mu, std), torch.distributions.Normal(0, 1)).sum(), mu + torch.zeros_like(std) * std, std.new(std.size()).fill_(1.)

h = (torch.zeros(1, 1, 4), torch.zeros(1, 1, 4)); l = torch.nn.LSTM(3, 4); inputs = [torch.ones(1, 3) for _ in range(3)]
for i in inputs: out, h = l(i.view(1, 1, -1), h)
o2, h2 = l(torch.cat(inputs).view(len(inputs), 1, -1), (torch.zeros(1, 1, 4), torch.zeros(1, 1, 4))); torch.allclose(out[0], o2[-1], atol=1e-6), torch.allclose(h[0], h2[0], atol=1e-6), tuple(x.data.shape for x in h), tuple([e.data for e in h])[0].shape

top_n, top_i = torch.tensor([[0.1, 0.7, 0.2]]).topk(1); top_i[0].item(), top_n, ["a", "b", "c"][top_i[0][0]], torch.tensor([[0.1, 0.7]]).data.topk(2, 1, True)[0], int(top_i), top_i.item()

import string
all_letters = string.ascii_letters + " .,;'"; t = torch.zeros(3, 1, len(all_letters))
for li, letter in enumerate("abc"): t[li][0][all_letters.find(letter)] = 1
t.sum(), t.shape, t[1].nonzero(), t.argmax(-1).flatten()

confusion = torch.zeros(3, 3)
for a, b in [(0, 1), (1, 1), (2, 0), (0, 1)]: confusion[a][b] += 1
for i in range(3): confusion[i] = confusion[i] / confusion[i].sum()
confusion, confusion.diag().mean()

class_correct = list(0. for i in range(3)); outputs = torch.tensor([[1., 2., 0.], [3., 1., 0.]]); labels = torch.tensor([1, 1]); _, predicted = torch.max(outputs, 1); c = (predicted == labels).squeeze()
for i in range(2): class_correct[labels[i]] += c[i].item()
class_correct, (predicted == labels).sum().item(), 100 * (predicted == labels).sum() / 2, (predicted == labels).double().mean(), predicted.eq(labels.data).cpu().sum().float() / 2, torch.sum(predicted == labels.data), torch.sum(predicted == labels.data).double() / 2, torch.mean((predicted == labels).float()), (predicted.numpy() == labels.numpy()).mean(), " ".join("%5s" % ["a", "b", "c"][predicted[j]] for j in range(2))

rewards = [1., 0., 2.]; R = 0; returns = []
for r in rewards[::-1]: R = r + 0.99 * R; returns.insert(0, R)
returns = torch.tensor(returns); returns = (returns - returns.mean()) / (returns.std() + N.finfo(N.float32).eps.item()); log = [torch.tensor([-0.1], requires_grad=True)] * 3; pl = torch.cat([-l * r for l, r in zip(log, returns)]).sum(); pl, torch.stack([-l * r for l, r in zip(log, returns)]).sum(), returns

q = torch.tensor([[1., 2.], [3., 0.]]); a = torch.tensor([[1], [0]]); q.gather(1, a).squeeze(), q.max(1)[0].detach(), q.max(dim=1, keepdim=True)[0], (torch.tensor([1., 1.]) + 0.9 * q.max(1)[0] * (1 - torch.tensor([0, 1]).float())).unsqueeze(1), q[range(2), [1, 0]], q.argmax(1)[0].item(), q.mean(1, keepdim=True), (q - q.mean(dim=-1, keepdim=True)), q.max(-1)[1].numpy(), torch.tensor(N.array([[1, 2]]), dtype=torch.float), torch.FloatTensor(N.array([1.0])), torch.from_numpy(N.vstack([N.ones(2), N.ones(2)])).float(), torch.LongTensor([[1]]).item(), F.smooth_l1_loss(q, q * 2), q.data.numpy().argmax()

Y = torch.tensor([0, 2]); T = torch.sigmoid(X); L = F.log_softmax(X, 1); F.nll_loss(L, Y, None, False), F.cross_entropy(X, Y, None, False), F.cross_entropy(X, Y, None, None, 2), F.cross_entropy(X, Y, torch.ones(3), True, 0, True), F.mse_loss(X, T, False), F.mse_loss(X, T, False, False), F.l1_loss(X, T, False), F.binary_cross_entropy(T, T, None, False), F.binary_cross_entropy_with_logits(X, T, None, False), F.kl_div(L, T, False), F.smooth_l1_loss(X, T, False), F.margin_ranking_loss(X[0], X[1], torch.ones(3), 0.5, False), F.cosine_embedding_loss(X, T, torch.ones(2), 0.1, False), F.hinge_embedding_loss(X, X.sign(), 1., False), F.multi_margin_loss(X, Y, 1, 1., None, False), F.poisson_nll_loss(X, T, True, False, False), F.soft_margin_loss(X, X.sign(), False), F.triplet_margin_loss(X, T, -X, 1., 2, 1e-6, False, False), F.multilabel_soft_margin_loss(X, T, None, False), F.nll_loss(L, Y, None, None, -100, None, "sum"), F.mse_loss(X, T, None, None, "sum")

Y = torch.tensor([0, 2]); T = torch.sigmoid(X); L = F.log_softmax(X, 1); nn = torch.nn; nn.NLLLoss(None, False)(L, Y), nn.CrossEntropyLoss(None, False)(X, Y), nn.CrossEntropyLoss(None, None, 2)(X, Y), nn.MSELoss(False)(X, T), nn.L1Loss(False)(X, T), nn.BCELoss(None, False)(T, T), nn.BCEWithLogitsLoss(None, False)(X, T), nn.KLDivLoss(False)(L, T), nn.SmoothL1Loss(False)(X, T), nn.MarginRankingLoss(0.5, False)(X[0], X[1], torch.ones(3)), nn.CosineEmbeddingLoss(0.1, False)(X, T, torch.ones(2)), nn.PoissonNLLLoss(True, False, False)(X, T), nn.TripletMarginLoss(1., 2, 1e-6, False, False)(X, T, -X), nn.MSELoss(None, None, "sum")(X, T), nn.MultiMarginLoss(1, 1., None, False)(X, Y), nn.HuberLoss("sum", 0.5)(X, T), F.huber_loss(X, T, "sum", 0.5), F.gaussian_nll_loss(X, T, T, True, 1e-5, "sum"), nn.CrossEntropyLoss(torch.ones(3))(X, Y), nn.NLLLoss()(L, Y)

from torch.autograd import Variable
x = Variable(torch.ones(2), volatile=True); x.requires_grad, (x * 2).requires_grad
"""

MORE_PROGRAMS = """
x = torch.ones(2, 3); torch.sum(x, 0), torch.mean(x, 1, True), torch.std(x, 0, False), torch.var(x, 1, False, True), torch.norm(x, 1, 0), torch.max(x, torch.zeros(2, 3)), torch.min(x, 0, True)[0], torch.median(x, 0)[0], torch.cumsum(x, 1), torch.sort(x, 1, True)[0], torch.topk(x, 2, 1, False, True)[0], torch.split(x, 1, 1)[0], torch.chunk(x, 3, 1)[0].shape, torch.squeeze(x, 0).shape, torch.flatten(x, 0).shape, torch.roll(x, 1, 0).shape, torch.clamp(x, 0, 0.5), torch.where(x > 0, x, x), torch.lerp(x, x, 0.1), torch.pow(x, 2), torch.addmm(torch.zeros(2, 2), x, x.t()), torch.argmax(x, 1, True), torch.all(x > 0, 1), torch.any(x > 0, 0, True), torch.prod(x, 1, True), torch.logsumexp(x, 1, True), torch.softmax(x, 1, torch.float64).dtype, torch.repeat_interleave(x, 2, 1).shape, torch.gather(x, 1, torch.zeros(2, 1).long()), torch.index_select(x, 1, torch.tensor([0])), torch.full((2,), 1, dtype=torch.float), torch.linspace(0, 1, 3, dtype=torch.float64), torch.arange(0, 2, 1, dtype=torch.float), torch.randint(0, 2, (2,), dtype=torch.float).dtype, torch.eye(2, 3), torch.tril(x, -1), torch.triu(x, 1), torch.diag(torch.ones(2), 1), torch.multinomial(torch.ones(3), 2, False).shape, torch.normal(torch.zeros(2), 1.).shape, torch.normal(0., torch.ones(2)).shape, torch.cdist(x, x, 1.), torch.quantile(x, 0.5, 0, True), torch.unique(x, True, True)[1].shape, torch.bincount(torch.tensor([1]), None, 3), torch.histc(x, 2, 0, 2), torch.meshgrid(torch.arange(2), torch.arange(2))[0], torch.nn.functional.normalize(x, 1, 0), torch.stft(torch.ones(8), 4, 2, 4, torch.ones(4), True, "reflect", False, True, True).shape

w = torch.nn.Parameter(torch.ones(2)); [torch.optim.SGD([w], 0.1, 0.9, 0.0, 1e-4, True).defaults["nesterov"], torch.optim.Adam([w], 1e-3, (0.5, 0.9), 1e-6, 0.1, True).defaults["amsgrad"], torch.optim.RMSprop([w], 1e-2, 0.9, 1e-6, 0, 0.5, True).defaults["centered"], torch.optim.Adagrad([w], 1e-2, 0.1).defaults["lr_decay"], torch.optim.AdamW([w], 1e-3, (0.9, 0.99), 1e-8, 0.05).defaults["weight_decay"], torch.optim.LBFGS([w], 1, 5).defaults["max_iter"], torch.optim.lr_scheduler.StepLR(torch.optim.SGD([w], 0.1), 3, 0.5).gamma, torch.optim.lr_scheduler.ReduceLROnPlateau(torch.optim.SGD([w], 0.1), "max", 0.3, 5).factor]

nn = torch.nn; [str(l) for l in (nn.Conv2d(1, 2, 3, 1, 1, 1, 1, False), nn.ConvTranspose2d(1, 2, 4, 2, 1, 0, 1, False), nn.BatchNorm2d(2, 1e-3, 0.2, False), nn.LSTM(2, 3, 2, True, True, 0.1, True), nn.Embedding(3, 2, 0), nn.MaxPool2d(2, 2, 0, 1, False, True), nn.AvgPool2d(2, 2, 0), nn.Upsample(None, 2, "bilinear", True), nn.LeakyReLU(0.1, True), nn.Dropout(0.2, True), nn.Linear(2, 3, False), nn.LayerNorm(3, 1e-6, False), nn.GRU(2, 3, 1), nn.PReLU(2, 0.1), nn.Softmax(1), nn.Flatten(0, 1), nn.InstanceNorm2d(2, 1e-5, 0.1, True), nn.GroupNorm(1, 2, 1e-3), nn.ELU(0.5), nn.Hardtanh(-2, 2), nn.MultiheadAttention(4, 2, 0.1), nn.TransformerEncoderLayer(4, 2, 8, 0.2), nn.Bilinear(1, 2, 3), nn.CosineSimilarity(1), nn.AdaptiveAvgPool2d(2), nn.Unfold(2, 1, 0, 1), nn.PixelShuffle(2), nn.ReflectionPad2d(1), nn.ConstantPad2d(1, 2.), nn.Identity(), nn.Threshold(0.1, 20), nn.GLU(1), nn.Softplus(2, 10), nn.RReLU(0.1, 0.3), nn.LogSoftmax(-1), nn.EmbeddingBag(3, 2), nn.LSTMCell(2, 3, False), nn.Conv1d(1, 1, 3, padding="same"), nn.ZeroPad2d(1), nn.LocalResponseNorm(2), nn.FeatureAlphaDropout(0.1), nn.CrossEntropyLoss(), nn.Sigmoid(), nn.Tanh(), nn.ReLU6(), nn.GELU(), nn.SiLU(), nn.Mish(), nn.Softsign(), nn.Hardswish())]

f = F; x = torch.arange(16.).view(1, 1, 4, 4); f.max_pool2d(x, 2, 2, 0), f.avg_pool2d(x, 2, 1), f.conv2d(x, torch.ones(1, 1, 2, 2), None, 2, 1), f.conv_transpose2d(x, torch.ones(1, 1, 2, 2), None, 2), f.interpolate(x, None, 0.5), f.interpolate(x, (2, 2), None, "bilinear", False), f.pad(x, (1, 0), "constant", 1), f.leaky_relu(x, 0.1), f.elu(x, 0.5), f.dropout(x, 0.1, False), f.batch_norm(x, torch.zeros(1), torch.ones(1), None, None, False), f.layer_norm(x, [4], None, None, 1e-3), f.unfold(x, 2, 1, 0, 2).shape, f.adaptive_max_pool2d(x, 2), f.hardtanh(x, 0, 5), f.threshold(x, 3, 0), f.softplus(x, 2, 1), f.cosine_similarity(x, x, 3), f.normalize(x, 2, 3), f.one_hot(torch.tensor([1]), 3), f.embedding(torch.tensor([0]), torch.ones(2, 2), 0), f.embedding_bag(torch.tensor([0, 1]), torch.ones(2, 2), torch.tensor([0])), f.glu(x, 3), f.softmin(x, 3), f.gumbel_softmax(x, 1., True).sum(), f.log_softmax(x, 3), f.prelu(x, torch.ones(1)), f.pairwise_distance(x, x + 1, 2), f.linear(torch.ones(1, 2), torch.ones(3, 2)), f.multi_head_attention_forward is not None, f.scaled_dot_product_attention(x, x, x, None, 0., True).shape, f.lp_pool1d(x[0], 2, 2).shape, f.group_norm(x, 1), f.local_response_norm(x, 1), f.pixel_shuffle(torch.ones(1, 4, 1, 1), 2), f.affine_grid(torch.ones(1, 2, 3), (1, 1, 2, 2), False).shape, f.grid_sample(x, torch.zeros(1, 1, 1, 2), "bilinear", "zeros", True), f.ctc_loss(torch.zeros(3, 1, 2).log_softmax(2), torch.tensor([[1]]), (3,), (1,), 0, "sum"), f.triplet_margin_loss(x[0, 0], x[0, 0] + 1, x[0, 0] + 2, 0.5), f.huber_loss(x, x + 1, "sum", 2.), f.smooth_l1_loss(x, x + 1, None, None, "sum", 2.)

class Attn(torch.nn.Module):
    def __init__(self, d):
        super().__init__(); self.h = 2; self.q, self.k, self.v = [torch.nn.Linear(d, d) for _ in range(3)]; self.scale = torch.sqrt(torch.FloatTensor([d // 2]))
    def forward(self, x, mask=None):
        b = x.shape[0]; Q, K, V = [l(x).view(b, -1, self.h, x.shape[-1] // self.h).permute(0, 2, 1, 3) for l in (self.q, self.k, self.v)]
        e = torch.matmul(Q, K.permute(0, 1, 3, 2)) / self.scale
        if mask is not None: e = e.masked_fill(mask == 0, -1e10)
        return torch.matmul(torch.softmax(e, dim=-1), V).permute(0, 2, 1, 3).contiguous().view(b, -1, x.shape[-1]), e
a = Attn(4); [p.data.fill_(0.1) for p in a.parameters()]; src = torch.tensor([[1, 2, 0]]); m = (src != 0).unsqueeze(1).unsqueeze(2); t = torch.tril(torch.ones((3, 3))).bool(); a(torch.arange(12.).view(1, 3, 4), m & t)[0], a(torch.ones(1, 3, 4), m)[1], (m & t).shape

x = torch.arange(10); tr, te = x[:8], x[8:]; b = [tr[i:i + 3] for i in range(0, len(tr), 3)]; [list(t.numpy()) for t in b], x.numpy()[::-1].copy().tolist(), x[torch.arange(9, -1, -1)].tolist(), torch.flip(x, (0,))[0].item(), x.float().numpy().mean(), x[x % 2 == 0].tolist(), x.view(2, 5).numpy().T.shape, torch.tensor(x.numpy()[None]).shape

t = torch.tensor([[1., 2.], [3., 4.]]); df = t.numpy(); t2 = torch.from_numpy(df.copy()); t2 += 1; t, N.allclose(df, t.numpy()), t2.numpy().sum(), torch.from_numpy(df[:, 0]).shape, torch.from_numpy(df.T).is_contiguous(), torch.from_numpy(df.T.copy()).stride(), torch.tensor(df.tolist()).dtype, torch.from_numpy(df.astype("float64")).dtype, torch.from_numpy(N.array([1, 2], dtype="int32")).long().dtype, torch.from_numpy(N.array([True])).dtype, torch.tensor(N.array([1., 2.])).float().dtype

a = torch.rand(3, requires_grad=True); b = a.detach().numpy(); c = a.data.numpy(); d = a.detach().clone().numpy(); b[0] = 9.; a[0].item(), c[0], d[0] != 9, a.requires_grad

acc = torch.zeros(1); l = torch.tensor(2., requires_grad=True); acc += l.detach(); acc = acc + l.item(); avg = acc / 2; avg, float(avg), avg.item(), f"{avg.item():.3f}", acc.requires_grad

m = torch.nn.Linear(1, 1); opt = torch.optim.Adam(m.parameters(), lr=0.1); sch = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, mode="min", factor=0.1, patience=1, threshold=0.0001, min_lr=1e-5, cooldown=0); r = []
for v in [1., 1., 1., 1., 0.5, 0.6]: sch.step(v); r.append(opt.param_groups[0]["lr"])
r, sch.num_bad_epochs, sch.best

m = torch.nn.Linear(1, 1); opt = torch.optim.SGD(m.parameters(), lr=0.1); s1 = torch.optim.lr_scheduler.CyclicLR(opt, base_lr=0.01, max_lr=0.1, step_size_up=2, mode="triangular2", cycle_momentum=False); r = []
for _ in range(6): opt.step(); s1.step(); r.append(round(opt.param_groups[0]["lr"], 7))
o2 = torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9); s2 = torch.optim.lr_scheduler.OneCycleLR(o2, max_lr=0.5, epochs=2, steps_per_epoch=3, pct_start=0.3, anneal_strategy="linear"); q = []
for _ in range(5): o2.step(); s2.step(); q.append((round(o2.param_groups[0]["lr"], 6), round(o2.param_groups[0]["momentum"], 6)))
r, q

m = torch.nn.Linear(1, 1); opt = torch.optim.SGD(m.parameters(), lr=0.1); s = torch.optim.lr_scheduler.StepLR(opt, 1); opt.step(); s.step(); d = s.state_dict(); o3 = torch.optim.SGD(m.parameters(), lr=0.1); s3 = torch.optim.lr_scheduler.StepLR(o3, 1); s3.load_state_dict(d); o3.load_state_dict(opt.state_dict()); s3.last_epoch, o3.param_groups[0]["lr"], d["last_epoch"], d["gamma"], sorted(opt.state_dict()["param_groups"][0]["params"])

p = torch.nn.Parameter(torch.ones(2)); g = [{"params": [p], "lr": 0.5, "name": "a"}]; o = torch.optim.SGD(g, lr=0.1, momentum=0.5); o.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))]}); [x["lr"] for x in o.param_groups], o.param_groups[0]["name"], len(o.param_groups), o.param_groups[1]["momentum"], [len(x["params"]) for x in o.param_groups]

x = torch.tensor([1., 2., 3.]); torch.dot(x, x), x.matmul(x), x @ torch.eye(3), torch.eye(3) @ x, (x[None] @ x[:, None]).shape, torch.matmul(x, torch.ones(3, 2)), torch.ones(4, 2, 3) @ x, (torch.ones(2, 1, 3, 4) @ torch.ones(5, 4, 2)).shape, torch.mm(x.view(1, 3), x.view(3, 1)).item(), x.unsqueeze(0).mm(x.unsqueeze(1)).squeeze(), torch.outer(x, x)[1], torch.kron(x, x).shape, torch.inner(x, x), torch.vdot(x, x), x.cross(torch.tensor([1., 0., 0.]), dim=0), torch.trace(torch.outer(x, x)), x.norm() ** 2, torch.cumsum(x, 0)[-1], (x * x).sum().sqrt() == x.norm()

z = torch.zeros(2, 3); z[0, :] = torch.tensor([1, 2, 3]); z[:, 0] = 5; z[z == 0] = -1; z[1] = z[0]; z[0] += z[1]; z[0, 1:] = z[1, :2]; z[:, [0, 2]] = z[:, [2, 0]]; z[(0, 1), (1, 2)] = torch.tensor([7., 8.]); z[..., -1] *= 2; z[None, 0].shape, z

x = torch.tensor([[1, 2], [3, 4]]); x.shape[0] * x.shape[1], x.size(0) // 2, x.numel() / 2, range(x.size(0))[1], N.zeros(x.shape).shape, torch.zeros(x.shape).shape, torch.zeros(*x.shape, 2).shape, torch.zeros(x.size(0), x.size(1)).shape, torch.rand(x.size()).shape, torch.zeros([x.size(0)]).shape, list(x.shape) + [1], (x.shape[0],) + (3,), x.shape == (2, 2), x.shape != torch.Size([2]), x.size() == torch.Size([2, 2]), len(x.shape), max(x.shape), tuple(x.shape), [*x.shape], x.shape[::-1], x.shape.index(2), sum(x.shape), isinstance(x.shape, tuple), hash(x.shape) == hash((2, 2)), N.prod(x.shape), torch.Size([2]) + torch.Size([3]) == (2, 3)
"""

REFUSED = """
torch.set_default_dtype(torch.int64)

a = torch.tensor([1, 2]); a /= 2

a = torch.tensor([1, 2]); a += 1.5

torch.ones(2).cuda()

torch.ones(2).to("cuda")

torch.device("cuda:0").type == torch.ones(1).cuda()

torch.jit.load("model.pt")

torch.ones(2)[5]

torch.ones(2, 3) + torch.ones(2, 2)

torch.ones(2, 3) @ torch.ones(2, 3)

torch.zeros(2).view(3)

torch.arange(6).view(2, 3).t().view(6)

torch.tensor([1, 2], requires_grad=True)

x = torch.ones(2, requires_grad=True); x += 1

x = torch.ones(2, requires_grad=True); (x * 2).backward()

x = torch.ones(2, requires_grad=True); y = (x * 2).sum(); y.backward(); y.backward()

x = torch.ones(2, requires_grad=True); x.numpy()

torch.ones(2).backward()

x = torch.ones(2, requires_grad=True); y = x.exp(); y.add_(1); y.sum().backward()

torch.tensor([1., 2.]).item()

bool(torch.tensor([1, 2]))

torch.mean(torch.tensor([1, 2]))

torch.cat([torch.ones(2, 2), torch.ones(3)])

torch.stack([torch.ones(2), torch.ones(3)])

F.cross_entropy(X, torch.tensor([0, 5]))

F.cross_entropy(X, torch.tensor([0, 1, 2]))

torch.nn.Linear(3, 2)(torch.ones(1, 4))

torch.nn.Linear(3, 2)(torch.ones(1, 3, dtype=torch.float64))

torch.nn.Linear(2, 2).load_state_dict({"weight": torch.ones(2, 2)})

torch.nn.Conv2d(3, 2, 3)(torch.ones(1, 1, 5, 5))

torch.nn.Embedding(3, 2)(torch.tensor([3]))

torch.optim.SGD([], lr=0.1)

torch.autograd.grad(torch.ones(1, requires_grad=True).sum(), torch.ones(1, requires_grad=True))

torch.ones(2).reshape(5)

torch.einsum("ij,jk", X, X)

torch.tensor([[1, 2], [3]])

torch.randn(2).dtype == torch.tensor("a")

F.nll_loss(X, torch.tensor([0., 1.]))

torch.ones(3).expand(2, 4)

X.gather(1, torch.tensor([[5], [0]]))

torch.tensor([1, 2]).sub_(0.5)

torch.arange(3)[torch.tensor([0.5])]

torch.load("there is no such file.pt")

X.reinforce(1)
"""
