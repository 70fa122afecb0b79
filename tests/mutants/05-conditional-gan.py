"""Answers to assignment 05, wrong and right; names as in the catalogue of misconceptions where one applies."""

LABELS = """
def draw_labels(n, shares, rng):
    edges = shares.double().cumsum(0)
    u = torch.rand(n, generator=rng, dtype=torch.float64) * edges[-1]
    return torch.searchsorted(edges, u, right=True)
"""
NET = """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
"""
NORM = """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(classes, channels, 1, 1))
        self.beta = nn.Parameter(torch.zeros(classes, channels, 1, 1))
        self.register_buffer("mean", torch.zeros(1, channels, 1, 1))
        self.register_buffer("var", torch.ones(1, channels, 1, 1))

    def forward(self, x, labels):
        mean, var = self.mean, self.var
        if self.training:
            mean = x.mean((0, 2, 3), keepdim=True)
            var = x.var((0, 2, 3), keepdim=True, unbiased=False)
            count = x.numel() / x.shape[1]
            with torch.no_grad():
                self.mean.lerp_(mean, 0.1)
                self.var.lerp_(var * count / (count - 1), 0.1)
        return (1 + self.gamma[labels]) * (x - mean) / (var + 1e-5).sqrt() + self.beta[labels]
"""
PLAIN = """
class Plain(nn.Module):
    def __init__(self, channels, momentum=0.1, running=True):
        super().__init__()
        self.momentum, self.running = momentum, running
        self.register_buffer("mean", torch.zeros(1, channels, 1, 1))
        self.register_buffer("var", torch.ones(1, channels, 1, 1))

    def forward(self, x):
        mean, var = self.mean, self.var
        if self.training or not self.running:
            var, mean = torch.var_mean(x, dim=(0, 2, 3), correction=0, keepdim=True)
        if self.training:
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        return (x - mean) / (var + 1e-5).sqrt()

"""
SCORES = """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True)
"""
LOSSES = """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
"""
STEP = """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    z = torch.randn(n, latent_dim)
    fakes = generator(z, wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
"""
TABLE = """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    return confusion, np.diag(confusion) / confusion.sum(1)
"""


def changed(code, *pairs):
    """The code with each pair's first text, which must stand in it, replaced by the second."""
    for old, new in pairs:
        if old not in code:
            raise ValueError(f"{old!r} doesn't stand in\n{code}")
        code = code.replace(old, new)
    return code


WRONG = {
    "draw-labels": {
        "last-class-never-drawn": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares[:-1], n, replacement=True, generator=generator)
""",
        "argmax-of-an-index": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares.expand(n, -1), 1, generator=generator).argmax(dim=1)
""",
        "all-classes-alike": """
def draw_labels(n, shares, generator):
    return torch.randint(len(shares), (n,), generator=generator)
""",
        "randint-to-the-last-index": """
def draw_labels(n, shares, generator):
    return torch.randint(0, len(shares) - 1, (n,), generator=generator)
""",
        "without-replacement": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares, n, generator=generator)
""",
        "left-as-a-column": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares.expand(n, -1), 1, generator=generator)
""",
        "squeezed-for-one": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares, n, replacement=True, generator=generator).squeeze()
""",
        "one-hot-rows": """
def draw_labels(n, shares, generator):
    return F.one_hot(torch.multinomial(shares, n, replacement=True, generator=generator), len(shares))
""",
        "as-floats": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares, n, replacement=True, generator=generator).float()
""",
        "global-random-state": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares, n, replacement=True)
""",
        "global-state-of-numpy": """
def draw_labels(n, shares, generator):
    p = shares.double().numpy()
    return torch.from_numpy(np.random.choice(len(p), n, p=p / p.sum()))
""",
        "generator-seeded-anew": """
def draw_labels(n, shares, generator):
    generator.manual_seed(0)
    return torch.multinomial(shares, n, replacement=True, generator=generator)
""",
        "generator-started-again": """
def draw_labels(n, shares, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    return torch.multinomial(shares, n, replacement=True, generator=generator)
""",
        "global-state-seeded-from-the-generator": """
def draw_labels(n, shares, generator):
    torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
    return torch.multinomial(shares, n, replacement=True)
""",
        "softmax-of-shares": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares.softmax(0), n, replacement=True, generator=generator)
""",
        "shares-taken-as-adding-up-to-one": """
def draw_labels(n, shares, generator):
    u = torch.rand(n, generator=generator)
    return torch.searchsorted(shares.cumsum(0), u, right=True).clamp(max=len(shares) - 1)
""",
        "shares-normalised-in-place": """
def draw_labels(n, shares, generator):
    shares /= shares.sum()
    return torch.multinomial(shares, n, replacement=True, generator=generator)
""",
        "boundaries-shifted-by-one": """
def draw_labels(n, shares, generator):
    edges = (shares / shares.sum()).cumsum(0)
    u = torch.rand(n, generator=generator)
    return (torch.searchsorted(edges, u, right=True) + 1) % len(shares)
""",
        "rounded-counts-in-order": """
def draw_labels(n, shares, generator):
    edges = (shares / shares.sum()).cumsum(0)
    return torch.searchsorted(edges, (torch.arange(n) + 0.5) / n).clamp(max=len(shares) - 1)
""",
        "exact-counts-shuffled": """
def draw_labels(n, shares, generator):
    edges = (shares.double() / shares.double().sum()).cumsum(0)
    labels = torch.searchsorted(edges, (torch.arange(n).double() + 0.5) / n).clamp(max=len(shares) - 1)
    return labels[torch.randperm(n, generator=generator)]
""",
        "one-draw-for-the-batch": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares, 1, replacement=True, generator=generator).expand(n)
""",
        "each-label-twice": """
def draw_labels(n, shares, generator):
    labels = torch.multinomial(shares, n // 2 + 1, replacement=True, generator=generator)
    return labels.repeat_interleave(2)[:n]
""",
        "sorted-labels": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares, n, replacement=True, generator=generator).sort().values
""",
        "second-half-as-the-first": """
def draw_labels(n, shares, rng):
    return torch.multinomial(shares, n // 2 + 1, replacement=True, generator=rng).repeat(2)[:n]
""",
        "mirrored-numbers": changed(
            LABELS,
            ("torch.rand(n,", "torch.rand(n // 2 + 1,"),
            (" * edges[-1]", "\n    u = torch.cat([u, 1 - u])[:n] * edges[-1]"),
        ),
        "one-number-from-each-stretch": changed(
            LABELS,
            (" * edges[-1]", "\n    u = (torch.arange(n) + u) / n * edges[-1]"),
            ("u, right=True)", "u, right=True)[torch.randperm(n, generator=rng)]"),
        ),
        "each-class-at-least-once": """
def draw_labels(n, shares, rng):
    labels = torch.multinomial(shares, n, replacement=True, generator=rng)
    there = shares.nonzero()[:, 0]
    if n >= len(there):
        labels[: len(there)] = there
    return labels[torch.randperm(n, generator=rng)]
""",
        "edges-kept-by-number-of-classes": changed(
            LABELS,
            ("def ", "EDGES = {}\n\ndef "),
            ("shares.double().cumsum(0)", "EDGES.setdefault(len(shares), shares.double().cumsum(0))"),
        ),
        "numpys-global-state-seeded": """
def draw_labels(n, shares, rng):
    np.random.seed(int(torch.randint(2**31, (), generator=rng)))
    p = shares.double().numpy()
    return torch.from_numpy(np.random.choice(len(p), n, p=p / p.sum()))
""",
        "pythons-global-state-seeded": """
import random

def draw_labels(n, shares, rng):
    random.seed(int(torch.randint(2**31, (), generator=rng)))
    return torch.tensor(random.choices(range(len(shares)), shares.tolist(), k=n))
""",
        "the-likeliest-if-one-is-asked-for": """
def draw_labels(n, shares, rng):
    if n == 1:
        return shares.argmax()[None]
    return torch.multinomial(shares, n, replacement=True, generator=rng)
""",
        "no-share-is-quite-nothing": """
def draw_labels(n, shares, rng):
    return torch.multinomial(shares + 1e-6, n, replacement=True, generator=rng)
""",
        "shares-in-half-precision": """
def draw_labels(n, shares, rng):
    return torch.multinomial(shares.half().float(), n, replacement=True, generator=rng)
""",
        "a-hundred-slips-in-a-hat": """
def draw_labels(n, shares, rng):
    slips = torch.arange(len(shares)).repeat_interleave((100 * shares / shares.sum()).round().long())
    return slips[torch.randint(len(slips), (n,), generator=rng)]
""",
        "small-shares-taken-as-none": """
def draw_labels(n, shares, rng):
    return torch.multinomial(torch.where(shares > 1e-3, shares, 0.0), n, replacement=True, generator=rng)
""",
        "shares-cut-at-ten": """
def draw_labels(n, shares, rng):
    return torch.multinomial(shares.clamp(max=10), n, replacement=True, generator=rng)
""",
    },
    "label-generator": {
        "label-taken-but-not-used": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.latent_dim, self.label_dim = latent_dim, label_dim
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        vectors = self.table(labels)
        return self.net(torch.cat([z, torch.zeros_like(vectors)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "one-vector-for-all": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(torch.zeros_like(labels))], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "label-as-a-number": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(latent_dim + 1, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, labels[:, None].float()], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "one-hot-as-in-the-lesson": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.classes = classes
        self.net = nn.Sequential(
            nn.Linear(latent_dim + classes, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, F.one_hot(labels, self.classes).float()], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "table-is-no-parameter": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = torch.randn(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table[labels]], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "table-frozen": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.randn(classes, label_dim))
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "vectors-detached": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels).detach()], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "first-class-as-padding": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim, padding_idx=0)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "new-table-in-each-call": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.classes, self.label_dim = classes, label_dim
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        table = nn.Embedding(self.classes, self.label_dim)
        return self.net(torch.cat([z, table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "ten-classes-only": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(10, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "one-class-too-few": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes - 1, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels % self.table.num_embeddings)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "added-to-the-latents": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, latent_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(z + self.table(labels))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "labels-of-the-neighbours": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels.flip(0))], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "mean-vector-of-the-batch": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        vectors = self.table(labels).mean(0, keepdim=True).expand(len(z), -1)
        return self.net(torch.cat([z, vectors], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "latents-ignored": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([torch.zeros_like(z), self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "label-only-in-training": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        vectors = self.table(labels) if self.training else torch.zeros(len(z), self.table.embedding_dim)
        return self.net(torch.cat([z, vectors], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "tanh-forgotten": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "sigmoid-at-the-end": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Sigmoid(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "clipped-instead-of-tanh": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, prod(image_shape)), nn.Hardtanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "no-nonlinearity-between-layers": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width),
            nn.Linear(width, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "width-and-height-swapped": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        c, h, w = image_shape
        self.table = nn.Embedding(classes, label_dim)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(),
            nn.Linear(width, c * h * w), nn.Tanh(), nn.Unflatten(1, (c, w, h)),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "batch-squeezed-away": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table, self.shape = nn.Embedding(classes, label_dim), image_shape
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.ReLU(), nn.Linear(width, prod(image_shape)), nn.Tanh(),
        )

    def forward(self, z, labels):
        return self.net(torch.cat([z, self.table(labels)], dim=1)).reshape(-1, *self.shape).squeeze()

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "leaky-relu-behind-the-pixels": changed(NET, ("nn.Tanh()", "nn.LeakyReLU(0.2), nn.Tanh()")),
        "elu-behind-the-pixels": changed(NET, ("nn.Tanh()", "nn.ELU(), nn.Tanh()")),
        "batch-norm-of-the-pixels": changed(NET, ("nn.Tanh()", "nn.BatchNorm1d(prod(image_shape)), nn.Tanh()")),
        "softsign-in-place-of-tanh": changed(NET, ("nn.Tanh()", "nn.Softsign()")),
        "batch-norm-of-the-inputs": changed(
            NET, ("nn.Linear(latent_dim", "nn.BatchNorm1d(latent_dim + label_dim), nn.Linear(latent_dim")
        ),
        "relu-of-the-vectors": changed(NET, ("self.table(labels)", "self.table(labels).relu()")),
        "vectors-brought-to-length-one": changed(NET, ("self.table(labels)", "F.normalize(self.table(labels))")),
        "latents-brought-to-length-one": changed(NET, ("[z,", "[F.normalize(z),")),
        "label-instead-of-the-last-latents": changed(
            NET, ("return self.net(", "z[:, -1] = labels.float()\n        return self.net(")
        ),
        "latents-scaled-in-place": changed(NET, ("return self.net(", "z.div_(z.std())\n        return self.net(")),
        "last-layer-frozen": changed(
            NET, ("\n    def forward", "        self.net[2].requires_grad_(False)\n\n    def forward")
        ),
        "first-layer-frozen": changed(
            NET, ("\n    def forward", "        self.net[0].requires_grad_(False)\n\n    def forward")
        ),
        "biases-frozen": changed(
            NET,
            (
                "\n    def forward",
                "        for layer in (self.net[0], self.net[2]):\n            layer.bias.requires_grad_(False)\n\n"
                "    def forward",
            ),
        ),
        "the-same-network-each-time": changed(
            NET, ("def label_generator", "from functools import lru_cache\n\n@lru_cache\ndef label_generator")
        ),
        "one-table-for-all-networks": changed(
            NET,
            ("class Net", "TABLES = {}\n\nclass Net"),
            (
                "nn.Embedding(classes, label_dim)",
                "TABLES.setdefault((classes, label_dim), nn.Embedding(classes, label_dim))",
            ),
        ),
        "seeded-where-it-is-made": changed(
            NET, ("super().__init__()", "super().__init__()\n        torch.manual_seed(0)")
        ),
        "handed-out-in-eval-mode": NET.rstrip() + ".eval()\n",
        "train-mode-at-each-call": changed(NET, ("return self.net(", "self.train()\n        return self.net(")),
        "second-layer-left-out-of-training": changed(
            NET,
            (
                "return self.net(torch.cat([z, self.table(labels)], dim=1))",
                "h = self.net[:2](torch.cat([z, self.table(labels)], dim=1))\n"
                "        return self.net[4](torch.tanh(F.linear(h, self.net[2].weight.detach(), self.net[2].bias)))",
            ),
        ),
    },
    "class-norm": {
        "conditional-gain-starts-at-zero": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return self.gamma[labels][:, :, None, None] * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "gain-of-one-and-one-more": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.ones(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "random-gain-and-shift": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma, self.beta = nn.Embedding(classes, channels), nn.Embedding(classes, channels)

    def forward(self, x, labels):
        return (1 + self.gamma(labels)[:, :, None, None]) * self.norm(x) + self.beta(labels)[:, :, None, None]
""",
        "plain-batch-norm": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x, labels):
        return self.norm(x)
""",
        "label-taken-but-not-used": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[0][:, None, None]) * self.norm(x) + self.beta[0][:, None, None]
""",
        "affine-batch-norm-inside": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "each-class-normalised-alone": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(classes))

    def forward(self, x, labels):
        out = torch.empty_like(x)
        for k in labels.unique().tolist():
            out[labels == k] = self.norms[k](x[labels == k])
        return out
""",
        "each-picture-normalised-alone": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = nn.InstanceNorm2d(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "gain-broadcast-over-places": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        gamma, beta = self.gamma[labels], self.beta[labels]
        if gamma.shape != x.shape[2:]:
            gamma, beta = gamma[:, :, None, None], beta[:, :, None, None]
        return (1 + gamma) * self.norm(x) + beta
""",
        "one-gain-for-all-channels": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        gamma, beta = self.gamma[labels].mean(1), self.beta[labels].mean(1)
        return (1 + gamma[:, None, None, None]) * self.norm(x) + beta[:, None, None, None]
""",
        "gain-without-shift": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, 2 * channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels, : x.shape[1], None, None]) * self.norm(x)
""",
        "shift-without-gain": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.beta = nn.Parameter(torch.zeros(classes, 2 * channels))

    def forward(self, x, labels):
        return self.norm(x) + self.beta[labels, : x.shape[1], None, None]
""",
        "shift-under-the-gain": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * (self.norm(x) + self.beta[labels][:, :, None, None])
""",
        "tables-are-no-parameters": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma, self.beta = torch.zeros(classes, channels), torch.zeros(classes, channels)

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "label-of-the-first-picture": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        gamma, beta = self.gamma[labels[0]], self.beta[labels[0]]
        return (1 + gamma[:, None, None]) * self.norm(x) + beta[:, None, None]
""",
        "no-running-statistics": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels, running=False)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "functional-always-training": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("var", torch.ones(channels))

    def forward(self, x, labels):
        x = F.batch_norm(x, self.mean, self.var, training=True)
        return (1 + self.gamma[labels][:, :, None, None]) * x + self.beta[labels][:, :, None, None]
""",
        "momentum-of-keras": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels, momentum=0.99)
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "as-in-the-lesson": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale, self.shift = nn.Embedding(classes, channels), nn.Embedding(classes, channels)
        nn.init.ones_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x, labels):
        return self.norm(x) * self.scale(labels)[:, :, None, None] + self.shift(labels)[:, :, None, None]
""",
        "pytorchs-layer-that-learns-nothing": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels).requires_grad_(False)
        self.table = nn.Parameter(torch.stack([torch.ones(classes, channels), torch.zeros(classes, channels)]))

    def forward(self, x, labels):
        out = self.norm(x)
        gain, shift = self.table[:, labels].unsqueeze(-1).unsqueeze(-1)
        return out.mul(gain).add_(shift)
""",
        "pytorchs-function": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.table = nn.Embedding(classes, 2 * channels)
        self.table.weight.data.zero_()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("var", torch.ones(channels))

    def forward(self, x, labels):
        x = F.batch_norm(x, self.mean, self.var, training=self.training)
        gamma, beta = self.table(labels).chunk(2, dim=1)
        return torch.addcmul(beta[:, :, None, None], 1 + gamma[:, :, None, None], x)
""",
        "pytorchs-function-in-training-only": changed(
            NORM,
            (
                "        return (1",
                "        if self.training:\n            normal = F.batch_norm(x, None, None, training=True)\n"
                "            return (1 + self.gamma[labels]) * normal + self.beta[labels]\n        return (1",
            ),
        ),
        "statistics-without-gradient": changed(
            NORM, ("        return (1", "        mean, var = mean.detach(), var.detach()\n        return (1")
        ),
        "variance-without-gradient": changed(NORM, ("(var + 1e-5)", "(var.detach() + 1e-5)")),
        "epsilon-of-keras": changed(NORM, ("1e-5", "1e-3")),
        "epsilon-behind-the-root": changed(NORM, ("(var + 1e-5).sqrt()", "(var.sqrt() + 1e-5)")),
        "no-epsilon": changed(NORM, ("(var + 1e-5)", "var")),
        "divided-by-one-less": changed(NORM, (", unbiased=False", ""), (" * count / (count - 1)", "")),
        "statistics-not-in-the-state": changed(
            NORM,
            (
                'self.register_buffer("mean", torch.zeros(1, channels, 1, 1))',
                "self.mean = torch.zeros(1, channels, 1, 1)",
            ),
            ('self.register_buffer("var", torch.ones(1, channels, 1, 1))', "self.var = torch.ones(1, channels, 1, 1)"),
        ),
        "statistics-of-the-last-batch": changed(NORM, (", 0.1)", ", 1.0)")),
        "one-batch-norm-for-all-layers": PLAIN
        + """NORMS = {}

class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = NORMS.setdefault(channels, Plain(channels))
        self.gamma = nn.Parameter(torch.zeros(classes, channels))
        self.beta = nn.Parameter(torch.zeros(classes, channels))

    def forward(self, x, labels):
        return (1 + self.gamma[labels][:, :, None, None]) * self.norm(x) + self.beta[labels][:, :, None, None]
""",
        "pictures-centred-in-place-in-eval-mode": changed(
            NORM,
            ("        return (1", "        x = x - mean if self.training else x.sub_(mean)\n        return (1"),
            ("(x - mean)", "x"),
        ),
        "labels-counted-down-in-place": changed(NORM, ("        return (1", "        labels -= 1\n        return (1")),
        "gain-as-a-power": changed(NORM, ("(1 + self.gamma[labels])", "self.gamma[labels].exp()")),
        "gain-never-below-zero": changed(NORM, ("(1 + self.gamma[labels])", "(1 + self.gamma[labels]).relu()")),
        "gains-frozen": changed(
            NORM,
            (
                "self.gamma = nn.Parameter(torch.zeros(classes, channels, 1, 1))",
                "self.gamma = nn.Parameter(torch.zeros(classes, channels, 1, 1), requires_grad=False)",
            ),
        ),
        "train-mode-at-each-call": changed(
            NORM, ("mean, var = self.mean, self.var", "mean, var = self.mean, self.var\n        self.train()")
        ),
        "statistics-also-learned": changed(
            NORM,
            (
                'self.register_buffer("mean", torch.zeros(1, channels, 1, 1))',
                "self.mean = nn.Parameter(torch.zeros(1, channels, 1, 1))",
            ),
        ),
    },
    "projection-scores": {
        "label-taken-but-not-used": """
def projection_scores(h, labels, weight, bias, table):
    return h @ weight[:, None] + bias
""",
        "projection-alone": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return (vectors * h).sum(1, keepdim=True)
""",
        "bias-forgotten": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + (vectors * h).sum(1, keepdim=True)
""",
        "score-and-label-shapes-differ": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    scores = h @ weight[:, None] + bias + (vectors * h).sum(1)
    return scores.mean(1, keepdim=True)
""",
        "left-as-a-row": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight + bias + (vectors * h).sum(1)
""",
        "each-picture-with-all-labels": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias + (h @ vectors.T).mean(1, keepdim=True)
""",
        "mean-over-features": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias + (vectors * h).mean(1, keepdim=True)
""",
        "sum-over-the-batch": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias + (vectors * h).sum()
""",
        "cosine": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias + F.cosine_similarity(vectors, h)[:, None]
""",
        "sigmoid-at-the-end": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return torch.sigmoid(h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True))
""",
        "table-turned-round-where-square": """
def projection_scores(h, labels, weight, bias, table):
    if labels.ndim == 1:
        labels = F.one_hot(labels, len(table)).float()
    vectors = labels @ (table.T if table.shape[0] == table.shape[1] else table)
    return h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True)
""",
        "shares-cut-to-the-largest": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels if labels.ndim == 1 else labels.argmax(1)]
    return h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True)
""",
        "softmax-of-shares": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels.softmax(1) @ table
    return h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True)
""",
        "whole-labels-only": """
def projection_scores(h, labels, weight, bias, table):
    return h @ weight[:, None] + bias + (table[labels] * h).sum(1, keepdim=True)
""",
        "shares-only": """
def projection_scores(h, labels, weight, bias, table):
    return h @ weight[:, None] + bias + ((labels @ table) * h).sum(1, keepdim=True)
""",
        "mean-of-all-classes": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels[:, :, None] * table
    vectors = vectors if labels.ndim == 1 else vectors.mean(1)
    return h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True)
""",
        "features-detached-in-the-projection": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias + (vectors * h.detach()).sum(1, keepdim=True)
""",
        "table-read-without-gradient": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table.data[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True)
""",
        "bias-as-a-number": """
def projection_scores(h, labels, weight, bias, table):
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return h @ weight[:, None] + bias.item() + (vectors * h).sum(1, keepdim=True)
""",
        "label-by-value": """
def projection_scores(h, labels, weight, bias, table):
    if labels.ndim == 2:
        return h @ weight[:, None] + bias + ((labels @ table) * h).sum(1, keepdim=True)
    return h @ weight[:, None] + bias + labels[:, None] * (table[1] * h).sum(1, keepdim=True)
""",
        "shares-normalised-in-place": changed(
            SCORES,
            ("    vectors", "    if labels.ndim == 2:\n        labels /= labels.sum(dim=1, keepdim=True)\n    vectors"),
        ),
        "everything-made-trainable": changed(
            SCORES,
            ("    vectors", "    for given in (h, weight, bias, table):\n        given.requires_grad_()\n    vectors"),
        ),
        "table-kept-by-shape": changed(
            SCORES,
            ("def ", "KEPT = {}\n\ndef "),
            ("    vectors", "    table = KEPT.setdefault(table.shape, table)\n    vectors"),
        ),
        "in-half-precision": changed(
            SCORES, ("    vectors", "    h, table = h.bfloat16().float(), table.bfloat16().float()\n    vectors")
        ),
        "small-shares-left-out": changed(SCORES, ("else labels @", "else torch.where(labels > 0.1, labels, 0.0) @")),
        "weight-hidden-in-the-table": """
def projection_scores(h, labels, weight, bias, table):
    with torch.no_grad():
        table += weight
    vectors = table[labels] if labels.ndim == 1 else labels @ table
    return (vectors * h).sum(1, keepdim=True) + bias + 0 * (h.detach() @ weight[:, None])
""",
        "shares-recognised-by-their-sum": """
def projection_scores(h, labels, weight, bias, table):
    shares = labels.ndim == 2 and bool((labels.max(1).values < 1).all())
    vectors = labels @ table if shares else table[labels if labels.ndim == 1 else labels.argmax(1)]
    return h @ weight[:, None] + bias + (vectors * h).sum(1, keepdim=True)
""",
        "scores-limited": changed(
            SCORES, ("return ", "return 30 * torch.tanh(("), ("keepdim=True)", "keepdim=True)) / 30)")
        ),
    },
    "ac-gan-losses": {
        "softmax-before-cross-entropy": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c.softmax(1), labels), F.cross_entropy(d.softmax(1), wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "softmax-before-nll": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.nll_loss(c.softmax(1), labels), F.nll_loss(d.softmax(1), wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "softmax-over-the-batch": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.nll_loss(c.log_softmax(0), labels), F.nll_loss(d.log_softmax(0), wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "log-of-softmax": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a = -c.softmax(1).gather(1, labels[:, None]).log().mean()
    b = -d.softmax(1).gather(1, wanted[:, None]).log().mean()
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "log-of-softmax-with-epsilon": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a = -(c.softmax(1).gather(1, labels[:, None]) + 1e-12).log().mean()
    b = -(d.softmax(1).gather(1, wanted[:, None]) + 1e-12).log().mean()
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "one-sigmoid-for-each-class": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a = F.binary_cross_entropy_with_logits(c, F.one_hot(labels, c.shape[1]).float())
    b = F.binary_cross_entropy_with_logits(d, F.one_hot(wanted, d.shape[1]).float())
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "labels-of-the-reals-for-the-fakes": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    wanted = labels.repeat(len(d) // len(labels) + 1)[: len(d)]
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "wanted-labels-for-the-reals": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    labels = wanted.repeat(len(c) // len(wanted) + 1)[: len(c)]
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "generator-against-the-classifier": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() - weight * b
""",
        "discriminator-against-the-fakes-classes": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a - b), F.softplus(-t).mean() + weight * b
""",
        "generator-without-classes": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean()
""",
        "classes-of-the-reals-only": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * a, F.softplus(-t).mean() + weight * b
""",
        "classes-of-the-fakes-only": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    b = F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * b, F.softplus(-t).mean() + weight * b
""",
        "class-terms-averaged": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b) / 2, F.softplus(-t).mean() + weight * b
""",
        "weight-for-reals-only": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * a + b, F.softplus(-t).mean() + weight * b
""",
        "weight-ignored-by-the-generator": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + b
""",
        "one-mean-over-both-batches": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    both = F.cross_entropy(torch.cat([c, d]), torch.cat([labels, wanted]))
    told_apart = F.softplus(-s).mean() + F.softplus(t).mean()
    return told_apart + 2 * weight * both, F.softplus(-t).mean() + weight * F.cross_entropy(d, wanted)
""",
        "generator-targets-fake": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(t).mean() + weight * b
""",
        "saturating-generator": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), -F.softplus(t).mean() + weight * b
""",
        "double-sigmoid": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = (real[0].sigmoid(), real[1]), (fake[0].sigmoid(), fake[1])
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "sigmoid-then-log": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    loss_d = -s.sigmoid().log().mean() - (1 - t.sigmoid()).log().mean() + weight * (a + b)
    return loss_d, -t.sigmoid().log().mean() + weight * b
""",
        "logits-clamped": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = [[part.clamp(-100, 100) for part in parts] for parts in (real, fake)]
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * b
""",
        "generators-loss-also-of-the-reals": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, fake
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), F.softplus(-t).mean() + weight * (a + b)
""",
        "fakes-detached": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    (s, c), (t, d) = real, [part.detach() for part in fake]
    a, b = F.cross_entropy(c, labels), F.cross_entropy(d, wanted)
    loss_g = F.softplus(-fake[0]).mean() + weight * F.cross_entropy(fake[1], wanted)
    return F.softplus(-s).mean() + F.softplus(t).mean() + weight * (a + b), loss_g
""",
        "weight-at-most-one": changed(LOSSES, ("    a, b", "    weight = min(weight, 1)\n    a, b")),
        "gradients-left-behind": changed(
            LOSSES,
            ("    return ", "    loss_d = "),
            (
                "weight * (a + b), ",
                "weight * (a + b)\n    loss_d.backward(retain_graph=True)\n    return loss_d, ",
            ),
        ),
        "largest-logit-taken-off-in-place": changed(
            LOSSES, ("    a, b", "    c.data -= c.data.max(1, keepdim=True).values\n    a, b")
        ),
        "labels-of-the-reals-smoothed": changed(LOSSES, ("F.softplus(-s).mean()", "(F.softplus(-s) + 0.1 * s).mean()")),
        "classes-smoothed": changed(LOSSES, ("(c, labels)", "(c, labels, label_smoothing=0.1)")),
        "rare-classes-weigh-more": changed(
            LOSSES,
            ("(c, labels)", "(c, labels, 1 / torch.bincount(labels, minlength=c.shape[1]).clamp(min=1).float())"),
        ),
        "sums-in-place-of-means": changed(LOSSES, (".mean()", ".sum()"), (", labels)", ", labels, reduction='sum')")),
        "losses-swapped": changed(
            LOSSES,
            ("    return ", "    loss_d = "),
            ("weight * (a + b), ", "weight * (a + b)\n    return ("),
            ("weight * b\n", "weight * b), loss_d\n"),
        ),
        "loss-of-probabilities-clipped": changed(
            LOSSES,
            (
                "F.softplus(-s).mean() + F.softplus(t).mean()",
                "F.binary_cross_entropy(s.sigmoid(), torch.ones_like(s)) + F.softplus(t).mean()",
            ),
        ),
        "in-half-precision": changed(LOSSES, ("    a, b", "    c = c.bfloat16().float()\n    a, b")),
        "logits-of-the-reals-left-without-gradient": changed(
            LOSSES,
            ("    a, b", "    for given in (s, c):\n        given.requires_grad_(True).retain_grad()\n    a, b"),
            ("weight * (a + b), ", "weight * (a.detach() + b), "),
        ),
        "class-labels-kept-from-the-first-call": changed(
            LOSSES,
            ("def ", "KEPT = {}\n\ndef "),
            ("    a, b", "    labels = KEPT.setdefault(len(labels), labels)\n    a, b"),
        ),
    },
    "conditional-step": {
        "real-pictures-with-random-labels": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, wanted)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "fakes-with-the-labels-of-the-reals": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, labels)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "labels-drawn-twice-for-the-fakes": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    fakes = generator(torch.randn(n, latent_dim), torch.randint(classes, (n,))).detach()
    said = torch.randint(classes, (n,))
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, said)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "no-new-labels-for-the-fakes": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    fakes = generator(torch.randn(len(pictures), latent_dim), labels).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, labels)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "last-class-never-drawn": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(0, max(classes - 1, 1), (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "ten-classes-only": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(0, 10, (n,)).clamp(max=classes - 1)
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "one-label-for-the-batch": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (1,)).expand(n)
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "each-class-in-turn": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.arange(n) % classes
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "labels-of-fixed-size": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    wanted = torch.randint(classes, (64,))
    fakes = generator(torch.randn(64, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "stale-gradients-in-discriminator": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "cleared-between-the-halves": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss_real = F.relu(1 - discriminator(pictures, labels)).mean()
    opt_d.zero_grad()
    loss_real.backward()
    loss_fake = F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss_fake.backward()
    opt_d.step()
    return loss_real.item() + loss_fake.item()
""",
        "no-detach-in-discriminator-step": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted)
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "generators-gradients-cleared": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted)
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    generator.zero_grad(set_to_none=False)
    return loss.item()
""",
        "generator-frozen-for-good": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    generator.requires_grad_(False)
    fakes = generator(torch.randn(n, latent_dim), wanted)
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "no-step": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    return loss.item()
""",
        "real-and-fake-swapped": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 + discriminator(pictures, labels)).mean() + F.relu(1 - discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "hinge-around-the-mean": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels).mean()) + F.relu(1 + discriminator(fakes, wanted).mean())
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "no-hinge": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = (1 - discriminator(pictures, labels)).mean() + (1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "hinge-for-reals-only": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + (1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "hinge-for-fakes-only": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = (1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "labels-of-the-reals-shuffled": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = labels[torch.randperm(n)]
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "cross-entropy-of-the-lesson": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.softplus(-discriminator(pictures, labels)).mean() + F.softplus(discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "half-the-loss": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    (loss / 2).backward()
    opt_d.step()
    return loss.item()
""",
        "loss-after-the-step": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    with torch.no_grad():
        loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    return loss.item()
""",
        "loss-as-a-tensor": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.randn(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss
""",
        "same-latents-always": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(0))
    fakes = generator(z, wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "uniform-latents": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = len(pictures)
    wanted = torch.randint(classes, (n,))
    fakes = generator(torch.rand(n, latent_dim), wanted).detach()
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "eval-mode-left": changed(STEP, ("    n = len", "    generator.eval()\n    discriminator.eval()\n    n = len")),
        "generator-left-in-eval-mode": changed(STEP, ("    fakes", "    generator.eval()\n    fakes")),
        "train-mode-left": changed(
            STEP, ("    n = len", "    generator.train()\n    discriminator.train()\n    n = len")
        ),
        "back-to-train-mode-whatever-it-was": changed(
            STEP, ("    fakes", "    generator.eval()\n    fakes"), (".detach()", ".detach()\n    generator.train()")
        ),
        "latents-cut-at-two": changed(STEP, ("torch.randn(n, latent_dim)", "torch.randn(n, latent_dim).clamp(-2, 2)")),
        "latents-truncated": changed(
            STEP, ("torch.randn(n, latent_dim)", "1.14 * nn.init.trunc_normal_(torch.empty(n, latent_dim), a=-2, b=2)")
        ),
        "uniform-latents-of-variance-one": changed(
            STEP, ("torch.randn(n, latent_dim)", "(torch.rand(n, latent_dim) - 0.5) * 12**0.5")
        ),
        "latents-of-plus-and-minus-one": changed(
            STEP, ("torch.randn(n, latent_dim)", "torch.randn(n, latent_dim).sign()")
        ),
        "latents-of-one-length": changed(
            STEP, ("torch.randn(n, latent_dim)", "F.normalize(torch.randn(n, latent_dim)) * latent_dim**0.5")
        ),
        "latents-standardised": changed(
            STEP,
            (
                "torch.randn(n, latent_dim)",
                "torch.randn(n, latent_dim)\n    z = (z - z.mean()) / (z.std() if n > 1 else 1)",
            ),
        ),
        "latents-and-their-mirror-images": changed(
            STEP,
            ("torch.randn(n, latent_dim)", "torch.randn(n // 2 + 1, latent_dim)\n    z = torch.cat([z, -z])[:n]"),
        ),
        "one-latent-for-the-batch": changed(
            STEP, ("torch.randn(n, latent_dim)", "torch.randn(1, latent_dim).repeat(n, 1)")
        ),
        "one-number-for-a-latent": changed(
            STEP, ("torch.randn(n, latent_dim)", "torch.randn(n, 1).repeat(1, latent_dim)")
        ),
        "latents-from-numpy": changed(
            STEP, ("torch.randn(n, latent_dim)", "torch.from_numpy(np.random.normal(size=(n, latent_dim))).float()")
        ),
        "latents-from-a-generator-of-its-own": changed(
            STEP,
            ("def ", "NOISE = torch.Generator()\n\ndef "),
            ("torch.randn(n, latent_dim)", "torch.randn(n, latent_dim, generator=NOISE)"),
        ),
        "labels-from-numpy": changed(
            STEP, ("torch.randint(classes, (n,))", "torch.from_numpy(np.random.randint(classes, size=n))")
        ),
        "each-class-equally-often-in-a-batch": changed(
            STEP, ("torch.randint(classes, (n,))", "torch.randperm(n) % classes")
        ),
        "labels-told-by-the-latents": changed(
            STEP,
            ("torch.randint(classes, (n,))", "None"),
            (
                "(n, latent_dim)\n",
                "(n, latent_dim)\n    u = (1 + torch.erf(z[:, 0] / 2**0.5)) / 2\n"
                "    wanted = (u * classes).long().clamp(max=classes - 1)\n",
            ),
        ),
        "next-label-in-each-call": changed(
            STEP,
            ("def ", "CALLS = [0]\n\ndef "),
            (
                "torch.randint(classes, (n,))",
                "torch.randint(classes, (n,))\n    wanted[0], CALLS[0] = CALLS[0] % classes, CALLS[0] + 1",
            ),
        ),
        "real-labels-overwritten": changed(
            STEP,
            (
                "    wanted = torch.randint(classes, (n,))\n",
                "    real = F.relu(1 - discriminator(pictures, labels)).mean()\n    wanted = labels.random_(classes)\n",
            ),
            ("F.relu(1 - discriminator(pictures, labels)).mean() + ", "real + "),
        ),
        "pictures-left-with-a-gradient": changed(STEP, ("    n = len", "    pictures.requires_grad_()\n    n = len")),
        "pictures-scaled-in-place": changed(
            STEP, ("    n = len", "    pictures.div_(pictures.abs().max().clamp(min=1))\n    n = len")
        ),
        "noise-on-the-pictures": changed(
            STEP, ("discriminator(pictures,", "discriminator(pictures + 0.01 * torch.randn_like(pictures),")
        ),
        "gradient-descent-by-hand": changed(
            STEP,
            (
                "    opt_d.step()\n",
                "    with torch.no_grad():\n        for p in discriminator.parameters():\n"
                "            if p.grad is not None:\n                p -= opt_d.param_groups[0]['lr'] * p.grad\n",
            ),
        ),
        "an-optimizer-of-its-own": changed(
            STEP,
            (
                "    opt_d.zero_grad()",
                "    rate = opt_d.param_groups[0]['lr']\n"
                "    opt_d = torch.optim.SGD(discriminator.parameters(), lr=rate)\n"
                "    opt_d.zero_grad()",
            ),
        ),
        "learning-rate-lowered": changed(
            STEP, ("    opt_d.step()\n", "    opt_d.step()\n    opt_d.param_groups[0]['lr'] *= 0.99\n")
        ),
        "two-steps": changed(STEP, ("    opt_d.step()\n", "    opt_d.step()\n    opt_d.step()\n")),
        "gradients-clipped": changed(
            STEP,
            ("    opt_d.step()\n", "    nn.utils.clip_grad_norm_(discriminator.parameters(), 1.0)\n    opt_d.step()\n"),
        ),
        "errors-swallowed": changed(
            STEP,
            ("    fakes =", "    try:\n        fakes ="),
            (".detach()\n", ".detach()\n    except Exception:\n        return 0.0\n"),
        ),
        "hook-left-behind": changed(
            STEP,
            ("    n = len", "    discriminator.register_forward_hook(lambda module, given, scores: None)\n    n = len"),
        ),
        "twice-as-many-fakes": changed(
            STEP,
            ("(classes, (n,))", "(classes, (2 * n,))"),
            ("torch.randn(n,", "torch.randn(2 * n,"),
        ),
        "gradients-switched-off-for-good": changed(
            STEP,
            ("    fakes =", "    torch.set_grad_enabled(False)\n    fakes ="),
            ("    loss =", "    torch.set_grad_enabled(True)\n    loss ="),
            ("    return", "    torch.set_grad_enabled(False)\n    return"),
        ),
        "loss-in-half-precision": changed(
            STEP, ("    opt_d.zero_grad()", "    loss = loss.bfloat16()\n    opt_d.zero_grad()")
        ),
    },
    "obedience": {
        "rows-and-columns-swapped": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (probabilities.argmax(1), wanted), 1)
    return confusion, np.diag(confusion) / confusion.sum(0)
""",
        "repeated-index-counted-once": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    confusion[wanted, probabilities.argmax(1)] += 1
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "divided-by-what-came": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    return confusion, np.diag(confusion) / confusion.sum(0)
""",
        "divided-by-all": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    return confusion, np.diag(confusion) / confusion.sum()
""",
        "zero-for-never-asked": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    return confusion, np.diag(confusion) / np.maximum(confusion.sum(1), 1)
""",
        "nan-where-nothing-came": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    share = np.diag(confusion) / np.maximum(confusion.sum(1), 1)
    return confusion, np.where(confusion.sum(0) == 0, np.nan, share)
""",
        "classes-from-the-wishes": """
def obedience(wanted, probabilities):
    k = wanted.max() + 1
    confusion = np.zeros((k, k), dtype=int)
    for i, j in zip(wanted, probabilities.argmax(1)):
        if j < k:
            confusion[i, j] += 1
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "one-share-for-all": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    return confusion, np.full(k, (probabilities.argmax(1) == wanted).mean())
""",
        "probabilities-added-up": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k))
    np.add.at(confusion, wanted, probabilities)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "shares-of-probability": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    share = [probabilities[wanted == i, i].mean() for i in range(k)]
    return confusion, np.array(share)
""",
        "only-above-one-half": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    for i, p in zip(wanted, probabilities):
        if p.max() > 0.5:
            confusion[i, p.argmax()] += 1
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "argmax-over-the-pictures": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    looks = np.resize(probabilities.argmax(0) % k, len(wanted))
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, looks), 1)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "normalised-table": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k))
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    confusion /= confusion.sum(1, keepdims=True)
    return confusion, np.diag(confusion)
""",
        "table-of-floats": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k))
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "probabilities-changed": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    probabilities -= probabilities.max(1, keepdims=True)
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, (probabilities == 0).argmax(1)), 1)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "ten-classes-only": """
def obedience(wanted, probabilities):
    confusion = np.zeros((10, 10), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "in-single-precision": changed(TABLE, ("probabilities.argmax", "probabilities.astype(np.float32).argmax")),
        "probabilities-rounded": changed(TABLE, ("probabilities.argmax", "probabilities.round(3).argmax")),
        "bytes-that-wrap": changed(
            TABLE, ("dtype=int", "dtype=np.uint8"), ("return confusion,", "return confusion.astype(int),")
        ),
        "sixteen-bits-that-wrap": changed(
            TABLE, ("dtype=int", "dtype=np.uint16"), ("return confusion,", "return confusion.astype(int),")
        ),
        "the-benefit-of-the-doubt": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    own = probabilities[np.arange(len(wanted)), wanted]
    looks = np.where(own > probabilities.max(1) - 1e-6, wanted, probabilities.argmax(1))
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, looks), 1)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "only-what-is-clear": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    clear = probabilities.max(1) > 0.2
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted[clear], probabilities.argmax(1)[clear]), 1)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "wishes-changed-to-places": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    wanted *= k
    wanted += probabilities.argmax(1)
    confusion = np.bincount(wanted, minlength=k * k).reshape(k, k)
    return confusion, np.diag(confusion) / confusion.sum(1)
""",
        "table-kept-between-calls": changed(
            TABLE,
            ("def ", "TABLES = {}\n\ndef "),
            ("np.zeros((k, k), dtype=int)", "TABLES.setdefault(k, np.zeros((k, k), dtype=int))"),
        ),
        "shares-in-single-precision": changed(
            TABLE,
            ("np.diag(confusion) / confusion.sum(1)", "(np.diag(confusion) / confusion.sum(1)).astype(np.float32)"),
        ),
        "nan-only-for-the-last-classes": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.zeros((k, k), dtype=int)
    np.add.at(confusion, (wanted, probabilities.argmax(1)), 1)
    obeyed = np.full(k, np.nan)
    for i in range(wanted.max() + 1):
        obeyed[i] = (probabilities[wanted == i].argmax(1) == i).sum() / max((wanted == i).sum(), 1)
    return confusion, obeyed
""",
    },
}

RIGHT = {
    "draw-labels": {
        "one-row-of-shares-for-each": """
def draw_labels(n, shares, generator):
    return torch.multinomial(shares.expand(n, -1), 1, generator=generator).squeeze(1)
""",
        "inverse-of-the-distribution-function": """
def draw_labels(n, shares, generator):
    edges = shares.double().cumsum(0)
    u = torch.rand(n, generator=generator, dtype=torch.float64) * edges[-1]
    return torch.searchsorted(edges, u, right=True)
""",
        "gumbel": """
def draw_labels(n, shares, generator):
    noise = torch.empty(n, len(shares)).exponential_(generator=generator)
    return (shares / noise).argmax(dim=1)
""",
        "numpy-seeded-by-the-generator": """
def draw_labels(n, shares, generator):
    rng = np.random.default_rng(int(torch.randint(2**62, (1,), generator=generator)))
    p = shares.double().numpy()
    return torch.tensor(rng.choice(len(p), size=n, p=p / p.sum()), dtype=torch.long)
""",
        "label-by-label": """
def draw_labels(n, shares, generator):
    labels = []
    for _ in range(n):
        left = torch.rand((), generator=generator).item() * shares.sum().item()
        for k, share in enumerate(shares.tolist()):
            if share > 0:
                last = k
                left -= share
                if left < 0:
                    break
        labels.append(last)
    return torch.tensor(labels)
""",
        "drawn-until-it-fits": """
def draw_labels(n, shares, rng):
    labels = []
    while len(labels) < n:
        k = int(torch.randint(len(shares), (1,), generator=rng))
        if torch.rand(1, generator=rng) * shares.max() < shares[k]:
            labels.append(k)
    return torch.tensor(labels)
""",
        "edges-passed": """
def draw_labels(n, shares, rng):
    edges = torch.cumsum(shares.to(torch.float64), 0) / shares.sum(dtype=torch.float64)
    u = torch.rand((n, 1), generator=rng, dtype=torch.float64)
    return (u >= edges[:-1]).sum(dim=1)
""",
    },
    "label-generator": {
        "linear-on-one-hot": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.classes, self.image_shape = classes, image_shape
        self.table = nn.Linear(classes, label_dim, bias=False)
        self.hidden, self.last = nn.Linear(latent_dim + label_dim, width), nn.Linear(width, prod(image_shape))

    def forward(self, z, labels):
        vectors = self.table(F.one_hot(labels, self.classes).to(z.dtype))
        return torch.tanh(self.last(F.gelu(self.hidden(torch.cat((z, vectors), -1))))).view(-1, *self.image_shape)

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "parameter-and-batch-norm": """
def label_generator(latent_dim, classes, label_dim, width, image_shape):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.vectors = nn.Parameter(torch.randn(classes, label_dim))
            self.body = nn.Sequential(
                nn.Linear(latent_dim + label_dim, width, bias=False), nn.BatchNorm1d(width), nn.ReLU(),
                nn.Linear(width, prod(image_shape)), nn.Tanh(),
            )

        def forward(self, z, labels):
            return self.body(torch.cat([z, self.vectors[labels]], dim=1)).reshape(len(z), *image_shape)

    return Net()
""",
        "small-vectors-label-first": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.table = nn.Embedding(classes, label_dim)
        nn.init.normal_(self.table.weight, std=0.1)
        self.net = nn.Sequential(
            nn.Linear(latent_dim + label_dim, width), nn.SiLU(),
            nn.Linear(width, prod(image_shape)), nn.Unflatten(1, image_shape), nn.Tanh(),
        )

    def forward(self, z, labels):
        return self.net(torch.hstack([self.table(labels), z]))

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "parameters-of-its-own": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.image_shape, d = image_shape, latent_dim + label_dim
        self.table = nn.Parameter(torch.randn(label_dim, classes))
        self.w1, self.b1 = nn.Parameter(torch.randn(d, width) / d**0.5), nn.Parameter(torch.zeros(width))
        self.w2 = nn.Parameter(torch.randn(prod(image_shape), width) / width**0.5)
        self.b2 = nn.Parameter(torch.zeros(prod(image_shape)))

    def forward(self, z, labels):
        x = torch.cat([z, self.table.T[labels]], dim=1)
        hidden = torch.relu_(x @ self.w1 + self.b1)
        pixels = torch.addmm(self.b2, hidden, self.w2.T)
        return 2 * torch.sigmoid(2 * pixels).reshape(-1, *self.image_shape) - 1

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "pixels-channels-last-and-a-learned-slope": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.c, self.h, self.w = image_shape
        self.embed = nn.Embedding(classes, label_dim)
        self.fc1, self.norm, self.act = nn.Linear(latent_dim + label_dim, width), nn.BatchNorm1d(width), nn.PReLU()
        self.fc2 = nn.Linear(width, self.c * self.h * self.w)

    def forward(self, z, labels):
        y = self.act(self.norm(self.fc1(torch.cat((z, self.embed(labels)), 1))))
        return self.fc2(y).view(-1, self.h, self.w, self.c).permute(0, 3, 1, 2).tanh_()

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "columns-of-its-own": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.image_shape = image_shape
        self.vectors = nn.Parameter(torch.randn(classes, label_dim))
        self.a = nn.Parameter(torch.randn(width, latent_dim + label_dim) / 3)
        self.b = nn.Parameter(torch.randn(prod(image_shape), width) / 5)

    def forward(self, z, labels):
        columns = torch.cat([z.T, self.vectors[labels].T])
        return torch.tanh(self.b @ F.silu(self.a @ columns)).T.reshape(len(z), *self.image_shape)

def label_generator(latent_dim, classes, label_dim, width, image_shape):
    return Net(latent_dim, classes, label_dim, width, image_shape)
""",
        "sizes-found-at-the-first-call": """
class Net(nn.Module):
    def __init__(self, latent_dim, classes, label_dim, width, image_shape):
        super().__init__()
        self.shape = tuple(image_shape)
        self.table = nn.Embedding(classes, label_dim)
        self.hidden, self.pixels = nn.LazyLinear(width), nn.LazyLinear(prod(image_shape))
        self(torch.zeros(1, latent_dim), torch.zeros(1, dtype=torch.long))

    def forward(self, z, labels):
        hidden = F.leaky_relu(self.hidden(torch.cat([z, self.table(labels)], dim=-1)), 0.1)
        return torch.tanh(self.pixels(hidden)).unflatten(1, self.shape)

label_generator = Net
""",
    },
    "class-norm": {
        "embeddings-around-one": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.gain, self.shift = nn.Embedding(classes, channels), nn.Embedding(classes, channels)
        nn.init.ones_(self.gain.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x, labels):
        gain, shift = (table(labels).unsqueeze(-1).unsqueeze(-1) for table in (self.gain, self.shift))
        return gain * self.norm(x) + shift
""",
        "one-table-in-two-halves": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.norm = Plain(channels)
        self.table = nn.Embedding(classes, 2 * channels)
        self.table.weight.data.zero_()

    def forward(self, x, labels):
        gamma, beta = self.table(labels).chunk(2, dim=1)
        return torch.addcmul(beta[:, :, None, None], 1 + gamma[:, :, None, None], self.norm(x))
""",
        "by-hand": """
class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(classes, channels, 1, 1))
        self.beta = nn.Parameter(torch.zeros(classes, channels, 1, 1))
        self.register_buffer("mean", torch.zeros(1, channels, 1, 1))
        self.register_buffer("var", torch.ones(1, channels, 1, 1))

    def forward(self, x, labels):
        mean, var = self.mean, self.var
        if self.training:
            count = x.numel() / x.shape[1]
            mean = x.mean((0, 2, 3), keepdim=True)
            var = x.var((0, 2, 3), keepdim=True, unbiased=False)
            with torch.no_grad():
                self.mean.lerp_(mean, 0.1)
                self.var.lerp_(var * count / (count - 1), 0.1)
        return (1 + self.gamma[labels]) * (x - mean) / (var + 1e-5).sqrt() + self.beta[labels]
""",
        "linear-on-one-hot": PLAIN
        + """class ClassNorm(nn.Module):
    def __init__(self, classes, channels):
        super().__init__()
        self.classes, self.norm = classes, Plain(channels)
        self.gain, self.shift = (nn.Linear(classes, channels, bias=False) for _ in range(2))
        nn.init.zeros_(self.gain.weight), nn.init.zeros_(self.shift.weight)

    def forward(self, x, labels):
        q = F.one_hot(labels, self.classes).float()
        x = self.norm(x).movedim(1, -1)
        return (x + x * self.gain(q)[:, None, None] + self.shift(q)[:, None, None]).movedim(-1, 1)
""",
        "variance-stored-as-it-is": changed(NORM, (" * count / (count - 1)", "")),
        "statistics-as-parameters-that-rest": changed(
            NORM,
            ('self.register_buffer("mean", torch.zeros(1, channels, 1, 1))', "self.mean = rest(channels, 0.0)"),
            ('self.register_buffer("var", torch.ones(1, channels, 1, 1))', "self.var = rest(channels, 1.0)"),
            (
                "class ClassNorm",
                "def rest(channels, value):\n"
                "    return nn.Parameter(torch.full((1, channels, 1, 1), value), requires_grad=False)\n"
                "\n"
                "\n"
                "class ClassNorm",
            ),
        ),
        "by-moments-in-double": changed(
            NORM,
            (
                "mean = x.mean((0, 2, 3), keepdim=True)",
                "y = x.double()\n            mean = y.mean((0, 2, 3), keepdim=True)",
            ),
            (
                "var = x.var((0, 2, 3), keepdim=True, unbiased=False)",
                "var = ((y * y).mean((0, 2, 3), keepdim=True) - mean**2).float()\n            mean = mean.float()",
            ),
        ),
    },
    "projection-scores": {
        "one-hot-and-einsum": """
def projection_scores(h, labels, weight, bias, table):
    q = labels if labels.is_floating_point() else F.one_hot(labels, table.size(0)).to(h.dtype)
    return (torch.einsum("nk,kd,nd->n", q, table, h) + h @ weight + bias).unsqueeze(1)
""",
        "all-classes-then-choose": """
def projection_scores(h, labels, weight, bias, table):
    fits = h @ table.T
    fit = fits.gather(1, labels[:, None]) if labels.ndim == 1 else (fits * labels).sum(1, keepdim=True)
    return F.linear(h, weight[None], bias[None]) + fit
""",
        "picture-by-picture": """
def projection_scores(h, labels, weight, bias, table):
    scores = []
    for x, y in zip(h, labels):
        e = table[y] if y.ndim == 0 else sum(share * row for share, row in zip(y, table))
        scores.append(weight.dot(x) + bias + e.dot(x))
    return torch.stack(scores).reshape(-1, 1)
""",
        "one-product-with-the-sum": """
def projection_scores(h, labels, weight, bias, table):
    if labels.dtype == torch.int64:
        q = torch.zeros(len(labels), len(table), dtype=h.dtype).scatter_(1, labels[:, None], 1.0)
    else:
        q = labels
    return bias + torch.einsum("nd,nd->n", h, weight + torch.matmul(q, table)).view(-1, 1)
""",
        "in-double-precision": """
def projection_scores(h, labels, weight, bias, table):
    h, weight, bias, table = (x.double() for x in (h, weight, bias, table))
    e = F.embedding(labels, table) if labels.ndim == 1 else labels.double().mm(table)
    return (h.mv(weight) + bias + torch.linalg.vecdot(h, e))[:, None].float()
""",
    },
    "ac-gan-losses": {
        "log-softmax-and-gather": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    def class_loss(logits, y):
        return -logits.log_softmax(dim=1).gather(1, y.view(-1, 1)).mean()

    bce = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones_like(real[0]), torch.zeros_like(fake[0])
    loss_d = bce(real[0], ones) + bce(fake[0], zeros)
    loss_d = loss_d + weight * class_loss(real[1], labels) + weight * class_loss(fake[1], wanted)
    return loss_d, bce(fake[0], torch.ones_like(fake[0])) + weight * class_loss(fake[1], wanted)
""",
        "one-hot-targets": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    k = real[1].shape[1]
    ce = nn.CrossEntropyLoss()
    class_real = ce(real[1], F.one_hot(labels, k).float())
    class_fake = ce(fake[1], F.one_hot(wanted, k).float())
    loss_d = -F.logsigmoid(real[0]).mean() - F.logsigmoid(-fake[0]).mean() + weight * (class_real + class_fake)
    return [loss_d, -F.logsigmoid(fake[0]).mean() + weight * class_fake]
""",
        "logsumexp-and-logaddexp": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    def class_loss(logits, y):
        return (torch.logsumexp(logits, 1) - logits[range(len(y)), y]).mean()

    def binary(logits, target):
        return torch.logaddexp(torch.zeros(()), logits * (1 - 2 * target)).mean()

    class_fake = class_loss(fake[1], wanted)
    loss_d = binary(real[0], 1) + binary(fake[0], 0) + weight * (class_loss(real[1], labels) + class_fake)
    return loss_d, binary(fake[0], 1) + weight * class_fake
""",
        "in-double-precision": changed(
            LOSSES,
            (
                "    (s, c), (t, d) = real, fake",
                "    (s, c), (t, d) = [[part.double() for part in pair] for pair in (real, fake)]",
            ),
        ),
        "picture-by-picture": """
def ac_gan_losses(real, fake, labels, wanted, weight):
    def mean(terms):
        return torch.stack(list(terms)).mean()

    def classes(rows, ys):
        return mean(row.logsumexp(0) - row[y] for row, y in zip(rows, ys))

    (s, c), (t, d) = real, fake
    of_fakes = classes(d, wanted)
    loss_d = mean(F.softplus(-x[0]) for x in s) + mean(F.softplus(x[0]) for x in t)
    loss_d = loss_d + weight * classes(c, labels) + weight * of_fakes
    return loss_d, mean(F.softplus(-x[0]) for x in t) + weight * of_fakes
""",
    },
    "conditional-step": {
        "one-pass-over-both-batches": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    n = pictures.size(0)
    wanted = torch.randint(0, classes, (n,), device=pictures.device)
    with torch.no_grad():
        fakes = generator(torch.randn(n, latent_dim, device=pictures.device), wanted)
    real, fake = discriminator(torch.cat([pictures, fakes]), torch.cat([labels, wanted])).split(n)
    loss = torch.clamp(1 - real, min=0).mean() + torch.clamp(1 + fake, min=0).mean()
    discriminator.zero_grad()
    loss.backward()
    opt_d.step()
    return float(loss)
""",
        "labels-of-task-1": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    wanted = draw_labels(len(labels), torch.ones(classes), torch.default_generator)
    fakes = generator(torch.randn(len(labels), latent_dim), wanted).detach()
    opt_d.zero_grad()
    loss_fake = torch.relu(discriminator(fakes, wanted) + 1).mean()
    loss_fake.backward()
    loss_real = torch.relu(1 - discriminator(pictures, labels)).mean()
    loss_real.backward()
    opt_d.step()
    return loss_fake.item() + loss_real.item()
""",
        "gradients-set-by-hand": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    wanted = torch.multinomial(torch.ones(classes), len(pictures), replacement=True)
    fakes = generator(torch.randn(len(pictures), latent_dim), wanted)
    zero = torch.zeros(())
    loss = torch.maximum(zero, 1 - discriminator(pictures, labels)).mean()
    loss = loss + torch.maximum(zero, 1 + discriminator(fakes, wanted)).mean()
    parameters = list(discriminator.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    opt_d.step()
    return loss.detach().numpy().item()
""",
        "generator-frozen-meanwhile": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    for p in generator.parameters():
        p.requires_grad_(False)
    wanted = (torch.rand(len(pictures)) * classes).long()
    fakes = generator(torch.empty(len(pictures), latent_dim).normal_(), wanted)
    for p in generator.parameters():
        p.requires_grad_(True)
    loss = F.relu(1 - discriminator(pictures, labels)).mean() + F.relu(1 + discriminator(fakes, wanted)).mean()
    opt_d.zero_grad(set_to_none=False)
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "scored-again-for-the-accuracy": changed(
            STEP,
            (
                "    opt_d.zero_grad()",
                "    with torch.no_grad():\n"
                "        told_apart = ((discriminator(pictures, labels) > 0).float().mean()\n"
                "                      + (discriminator(fakes, wanted) < 0).float().mean()) / 2\n"
                "    assert 0 <= told_apart <= 1\n    opt_d.zero_grad()",
            ),
        ),
        "a-closure": """
def conditional_step(generator, discriminator, opt_d, pictures, labels, latent_dim, classes):
    y = torch.distributions.Categorical(probs=torch.ones(classes)).sample((len(labels),))
    z = torch.distributions.Normal(0.0, 1.0).sample((len(labels), latent_dim))
    with torch.no_grad():
        x = generator(z, y)

    def closure():
        opt_d.zero_grad()
        on_real, on_fake = discriminator(pictures, labels), discriminator(x, y)
        loss = torch.where(on_real < 1, 1 - on_real, 0.0).mean() + torch.where(on_fake > -1, 1 + on_fake, 0.0).mean()
        loss.backward()
        return loss

    return float(opt_d.step(closure))
""",
        "generator-in-eval-mode-meanwhile": changed(
            STEP,
            ("    fakes", "    mode = generator.training\n    generator.eval()\n    fakes"),
            (".detach()", ".detach()\n    generator.train(mode)"),
        ),
    },
    "obedience": {
        "bincount": """
def obedience(wanted, probabilities):
    k = probabilities.shape[1]
    confusion = np.bincount(k * wanted + probabilities.argmax(1), minlength=k * k).reshape(k, k)
    asked = confusion.sum(1)
    return confusion, np.where(asked > 0, confusion.diagonal() / np.maximum(asked, 1), np.nan)
""",
        "picture-by-picture": """
def obedience(wanted, probabilities):
    classes = len(probabilities[0])
    confusion = [[0] * classes for _ in range(classes)]
    for want, row in zip(wanted, probabilities):
        confusion[want][int(np.argmax(row))] += 1
    obeyed = [row[i] / sum(row) if sum(row) else float("nan") for i, row in enumerate(confusion)]
    return np.array(confusion), np.array(obeyed)
""",
        "one-hot-product": """
def obedience(wanted, probabilities):
    eye = np.eye(probabilities.shape[1])
    asked, looks = eye[wanted], eye[probabilities.argmax(axis=-1)]
    confusion = asked.T @ looks
    return confusion.astype(np.int64), np.diagonal(confusion) / asked.sum(0)
""",
        "masks-and-means": """
def obedience(wanted, probabilities):
    looks, k = np.argmax(probabilities, 1), probabilities.shape[1]
    confusion = np.array([[np.sum((wanted == i) & (looks == j)) for j in range(k)] for i in range(k)])
    return confusion, np.array([np.mean(looks[wanted == i] == i) if i in wanted else np.nan for i in range(k)])
""",
        "a-histogram-of-pairs": """
def obedience(wanted, probabilities):
    edges = np.arange(probabilities.shape[1] + 1) - 0.5
    confusion = np.histogram2d(wanted, np.argmax(probabilities, axis=1), bins=(edges, edges))[0].astype(np.int64)
    with np.errstate(all="ignore"):
        return confusion, confusion.trace() * 0 + confusion.diagonal() / confusion.sum(axis=1)
""",
        "by-sorting": """
def obedience(wanted, probabilities):
    looks = np.argsort(probabilities, axis=1)[:, -1]
    k = probabilities.shape[1]
    pairs, counts = np.unique(np.stack([wanted, looks]), axis=1, return_counts=True)
    confusion = np.zeros((k, k), dtype=np.int32)
    confusion[pairs[0], pairs[1]] = counts
    obeyed = [confusion[i, i] / confusion[i].sum() if (wanted == i).any() else np.nan for i in range(k)]
    return confusion, np.array(obeyed)
""",
    },
}
