"""Answers to assignment 01, wrong and right; names as in the catalogue of misconceptions where one applies."""

WRONG = {
    "mlp-generator": {
        "fashion-mnist-only": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
""",
        "tanh-against-unit-range-data": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Sigmoid(), nn.Unflatten(1, image_shape))
""",
        "tanh-forgotten": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Unflatten(1, image_shape))
""",
        "clipped-instead-of-tanh": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Hardtanh(), nn.Unflatten(1, image_shape))
""",
        "relu-before-tanh": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim, *widths, prod(image_shape)]
    layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "no-nonlinearity-between-layers": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim, *widths, prod(image_shape)]
    layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    return nn.Sequential(*layers, nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "width-and-height-swapped": """
def mlp_generator(latent_dim, widths, image_shape):
    c, h, w = image_shape
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], c * h * w), nn.Tanh(), nn.Unflatten(1, (c, w, h)))
""",
        "channels-last": """
def mlp_generator(latent_dim, widths, image_shape):
    c, h, w = image_shape
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], c * h * w), nn.Tanh(), nn.Unflatten(1, (h, w, c)))
""",
        "left-flat": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh())
""",
        "batch-squeezed-away": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        sizes = [latent_dim, *widths]
        layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
        self.net = nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh())
        self.image_shape = image_shape

    def forward(self, z):
        return self.net(z).reshape(-1, *self.image_shape).squeeze()

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
        "pictures-mixed-across-the-batch": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        sizes = [latent_dim, *widths]
        layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
        self.net = nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh())
        self.image_shape = image_shape

    def forward(self, z):
        c, h, w = self.image_shape
        return self.net(z).reshape(c, h, w, len(z)).permute(3, 0, 1, 2)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
        "layers-in-a-plain-list": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        self.hidden = [nn.Linear(a, b) for a, b in zip([latent_dim, *widths], widths)]
        self.last = nn.Linear(widths[-1], prod(image_shape))
        self.image_shape = image_shape

    def forward(self, z):
        for layer in self.hidden:
            z = F.relu(layer(z))
        return torch.tanh(self.last(z)).reshape(-1, *self.image_shape)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
        "first-width-only": """
def mlp_generator(latent_dim, widths, image_shape):
    return nn.Sequential(
        nn.Linear(latent_dim, widths[0]), nn.ReLU(),
        nn.Linear(widths[0], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
    )
""",
        "two-widths-only": """
def mlp_generator(latent_dim, widths, image_shape):
    first, second = widths
    return nn.Sequential(
        nn.Linear(latent_dim, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(),
        nn.Linear(second, prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape),
    )
""",
        "widths-reversed": """
def mlp_generator(latent_dim, widths, image_shape):
    widths = list(widths)[::-1]
    sizes = [latent_dim, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "latents-ignored": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        self.latent_dim, self.image_shape = latent_dim, image_shape
        sizes = [latent_dim, *widths]
        layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
        self.net = nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh())

    def forward(self, z):
        return self.net(torch.randn(len(z), self.latent_dim)).reshape(-1, *self.image_shape)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
    },
    "mlp-discriminator": {
        "double-sigmoid": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1), nn.Sigmoid())
""",
        "tanh-at-the-end": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1), nn.Tanh())
""",
        "relu-at-the-end": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths, 1]
    layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(nn.Flatten(), *layers)
""",
        "log-probability-at-the-end": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1), nn.LogSigmoid())
""",
        "clipped-at-the-end": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1), nn.Hardtanh(-5, 5))
""",
        "batch-norm": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths]
    layers = [x for a, b in zip(sizes, widths) for x in (nn.Linear(a, b), nn.BatchNorm1d(b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1))
""",
        "batch-mean-subtracted": """
class Discriminator(nn.Module):
    def __init__(self, image_shape, widths):
        super().__init__()
        sizes = [prod(image_shape), *widths]
        layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
        self.net = nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1))

    def forward(self, x):
        return self.net(x - x.mean())

def mlp_discriminator(image_shape, widths):
    return Discriminator(image_shape, widths)
""",
        "fashion-mnist-only": """
def mlp_discriminator(image_shape, widths):
    sizes = [784, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1))
""",
        "square-grey-only": """
def mlp_discriminator(image_shape, widths):
    sizes = [image_shape[1] ** 2, *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1))
""",
        "whole-batch-flattened": """
class Discriminator(nn.Module):
    def __init__(self, image_shape, widths):
        super().__init__()
        sizes = [prod(image_shape), *widths]
        layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
        self.net = nn.Sequential(*layers, nn.Linear(widths[-1], 1))

    def forward(self, x):
        return self.net(x.flatten())

def mlp_discriminator(image_shape, widths):
    return Discriminator(image_shape, widths)
""",
        "one-score-for-each-channel": """
def mlp_discriminator(image_shape, widths):
    sizes = [image_shape[1] * image_shape[2], *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(2), *layers, nn.Linear(widths[-1], 1))
""",
        "batch-mixed-by-view": """
class Discriminator(nn.Module):
    def __init__(self, image_shape, widths):
        super().__init__()
        sizes = [prod(image_shape), *widths]
        layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
        self.net = nn.Sequential(*layers, nn.Linear(widths[-1], 1))

    def forward(self, x):
        return self.net(x.reshape(-1, len(x)).T)

def mlp_discriminator(image_shape, widths):
    return Discriminator(image_shape, widths)
""",
        "squeezed-to-a-vector": """
class Discriminator(nn.Module):
    def __init__(self, image_shape, widths):
        super().__init__()
        sizes = [prod(image_shape), *widths]
        layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
        self.net = nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 1))

    def forward(self, x):
        return self.net(x).squeeze()

def mlp_discriminator(image_shape, widths):
    return Discriminator(image_shape, widths)
""",
        "two-classes": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths]
    layers = [layer for a, b in zip(sizes, widths) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(widths[-1], 2))
""",
        "no-nonlinearity-between-layers": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths, 1]
    return nn.Sequential(nn.Flatten(), *(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])))
""",
    },
    "gan-losses": {
        "the-lessons-losses": """
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "smoothing-ignored": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "two-sided-label-smoothing": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    fake = F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, smoothing))
    return real + fake

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "smoothing-on-the-fake-side": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    fake = F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, smoothing))
    return real + fake

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "smoothed-beyond-one": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 + smoothing))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "smoothing-scales-the-loss": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    return (1 - smoothing) * F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "smoothing-shared-by-two-classes": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing / 2))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "smoothing-fixed": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    target = 0.9 if smoothing else 1.0
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, target))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "smoothing-in-the-generator": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, 0.9))
""",
        "double-sigmoid": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    real = F.binary_cross_entropy_with_logits(real, torch.full_like(real, 1 - smoothing))
    return real + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))

def generator_loss(fake_logits):
    fake = torch.sigmoid(fake_logits)
    return F.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))
""",
        "sigmoid-then-log": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real, fake, t = torch.sigmoid(real_logits), torch.sigmoid(fake_logits), 1 - smoothing
    return -(t * real.log() + (1 - t) * (1 - real).log()).mean() - (1 - fake).log().mean()

def generator_loss(fake_logits):
    return -torch.sigmoid(fake_logits).log().mean()
""",
        "sigmoid-then-log-in-the-generator": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return -torch.log(torch.sigmoid(fake_logits)).mean()
""",
        "log-of-clamped-sigmoid": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real, fake = (torch.sigmoid(x).clamp(1e-7, 1 - 1e-7) for x in (real_logits, fake_logits))
    t = 1 - smoothing
    return -(t * real.log() + (1 - t) * (1 - real).log()).mean() - (1 - fake).log().mean()

def generator_loss(fake_logits):
    return -torch.sigmoid(fake_logits).clamp(1e-7, 1 - 1e-7).log().mean()
""",
        "log-with-epsilon": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real, fake, t = torch.sigmoid(real_logits), torch.sigmoid(fake_logits), 1 - smoothing
    real = t * torch.log(real + 1e-8) + (1 - t) * torch.log(1 - real + 1e-8)
    return -real.mean() - torch.log(1 - fake + 1e-8).mean()

def generator_loss(fake_logits):
    return -torch.log(torch.sigmoid(fake_logits) + 1e-8).mean()
""",
        "bce-of-probabilities": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    real = F.binary_cross_entropy(real, torch.full_like(real, 1 - smoothing))
    return real + F.binary_cross_entropy(fake, torch.zeros_like(fake))

def generator_loss(fake_logits):
    fake = torch.sigmoid(fake_logits)
    return F.binary_cross_entropy(fake, torch.ones_like(fake))
""",
        "bce-arguments-swapped": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(torch.full_like(real_logits, 1 - smoothing), real_logits)
    return real + F.binary_cross_entropy_with_logits(torch.zeros_like(fake_logits), fake_logits)

def generator_loss(fake_logits):
    return F.binary_cross_entropy_with_logits(torch.ones_like(fake_logits), fake_logits)
""",
        "generator-targets-fake": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
""",
        "saturating-generator": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return -F.softplus(fake_logits).mean()
""",
        "discriminator-targets-swapped": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    fake = F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, 1 - smoothing))
    return F.softplus(real_logits).mean() + fake

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "both-halves-real": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return real + F.softplus(-fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "mean-over-both-batches-together": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    logits = torch.cat([real_logits, fake_logits])
    targets = torch.cat([torch.full_like(real_logits, 1 - smoothing), torch.zeros_like(fake_logits)])
    return 2 * F.binary_cross_entropy_with_logits(logits, targets)

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "halved": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return (real + F.softplus(fake_logits).mean()) / 2

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "sum-in-place-of-mean": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    targets = torch.full_like(real_logits, 1 - smoothing)
    real = F.binary_cross_entropy_with_logits(real_logits, targets, reduction="sum")
    return real + F.softplus(fake_logits).sum()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).sum()
""",
        "generator-not-averaged": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return real + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits)
""",
        "score-and-label-shapes-differ": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    logits = torch.cat([real_logits, fake_logits])
    labels = torch.cat([torch.full((len(real_logits),), 1 - smoothing), torch.zeros(len(fake_logits))])
    return -2 * (labels * F.logsigmoid(logits) + (1 - labels) * F.logsigmoid(-logits)).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "labels-of-fixed-size": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    ones, zeros = torch.full((4, 1), 1 - smoothing), torch.zeros(4, 1)
    real = F.binary_cross_entropy_with_logits(real_logits, ones)
    return real + F.binary_cross_entropy_with_logits(fake_logits, zeros)

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "same-size-assumed": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    t = 1 - smoothing
    real = t * F.softplus(-real_logits) + (1 - t) * F.softplus(real_logits)
    return (real + F.softplus(fake_logits)).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "fake-logits-detached": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1 - smoothing))
    return real + F.softplus(fake_logits.detach()).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "least-squares": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    return ((real_logits - 1 + smoothing) ** 2).mean() + (fake_logits ** 2).mean()

def generator_loss(fake_logits):
    return ((fake_logits - 1) ** 2).mean()
""",
    },
    "generator-gradients": {
        "swapped": """
def generator_gradients(fake_logits):
    return -torch.sigmoid(-fake_logits), -torch.sigmoid(fake_logits)
""",
        "the-same-twice": """
def generator_gradients(fake_logits):
    return -torch.sigmoid(-fake_logits), -torch.sigmoid(-fake_logits)
""",
        "direction-of-the-step": """
def generator_gradients(fake_logits):
    return torch.sigmoid(fake_logits), torch.sigmoid(-fake_logits)
""",
        "saturating-maximised": """
def generator_gradients(fake_logits):
    return torch.sigmoid(fake_logits), -torch.sigmoid(-fake_logits)
""",
        "generator-targets-fake": """
def generator_gradients(fake_logits):
    return -torch.sigmoid(fake_logits), torch.sigmoid(fake_logits)
""",
        "mean-over-the-batch": """
def generator_gradients(fake_logits):
    l = fake_logits.clone().requires_grad_()
    saturating = torch.autograd.grad(-F.softplus(l).mean(), l)[0]
    return saturating, torch.autograd.grad(F.softplus(-l).mean(), l)[0]
""",
        "one-number-for-the-batch": """
def generator_gradients(fake_logits):
    return -torch.sigmoid(fake_logits).mean(), -torch.sigmoid(-fake_logits).mean()
""",
        "loss-in-place-of-derivative": """
def generator_gradients(fake_logits):
    return -F.softplus(fake_logits), F.softplus(-fake_logits)
""",
        "derivative-by-the-probability": """
def generator_gradients(fake_logits):
    p = torch.sigmoid(fake_logits)
    return -1 / (1 - p), -1 / p
""",
        "slope-of-the-sigmoid": """
def generator_gradients(fake_logits):
    slope = torch.sigmoid(fake_logits) * torch.sigmoid(-fake_logits)
    return -slope, -slope
""",
        "autograd-through-sigmoid-then-log": """
def generator_gradients(fake_logits):
    l = fake_logits.clone().requires_grad_()
    saturating = torch.autograd.grad(torch.log(1 - torch.sigmoid(l)).sum(), l)[0]
    return saturating, torch.autograd.grad(-torch.log(torch.sigmoid(l)).sum(), l)[0]
""",
        "log-of-clamped-sigmoid": """
def generator_gradients(fake_logits):
    l = fake_logits.clone().requires_grad_()
    p = torch.sigmoid(l).clamp(1e-7, 1 - 1e-7)
    saturating = torch.autograd.grad(torch.log(1 - p).sum(), l, retain_graph=True)[0]
    return saturating, torch.autograd.grad(-torch.log(p).sum(), l)[0]
""",
        "exponentials-by-hand": """
def generator_gradients(fake_logits):
    e = torch.exp(fake_logits)
    return -e / (1 + e), -1 / (1 + e)
""",
        "gradients-add-up": """
def generator_gradients(fake_logits):
    fake_logits.requires_grad_()
    (-F.softplus(fake_logits)).sum().backward()
    saturating = fake_logits.grad.clone()
    F.softplus(-fake_logits).sum().backward()
    return saturating, fake_logits.grad.clone()
""",
        "gradients-add-up-over-calls": """
def generator_gradients(fake_logits):
    fake_logits.requires_grad_()
    (-F.softplus(fake_logits)).sum().backward()
    saturating = fake_logits.grad.clone()
    return saturating, torch.autograd.grad(F.softplus(-fake_logits).sum(), fake_logits)[0]
""",
        "logits-clamped-in-place": """
def generator_gradients(fake_logits):
    fake_logits.clamp_(-30, 30)
    return -torch.sigmoid(fake_logits), -torch.sigmoid(-fake_logits)
""",
        "flattened": """
def generator_gradients(fake_logits):
    l = fake_logits.flatten()
    return -torch.sigmoid(l), -torch.sigmoid(-l)
""",
        "difference-quotient": """
def generator_gradients(fake_logits):
    h = 1e-3
    saturating = -(F.softplus(fake_logits + h) - F.softplus(fake_logits)) / h
    return saturating, (F.softplus(-fake_logits - h) - F.softplus(-fake_logits)) / h
""",
    },
    "train-step": {
        "the-lessons-cross-entropy": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = F.softplus(-discriminator(fake)).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "no-half": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() + (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "sum-in-place-of-mean": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).sum() / 2 + (discriminator(fake.detach()) ** 2).sum() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).sum() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "square-of-the-mean": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = (discriminator(real).mean() - 1) ** 2 / 2 + discriminator(fake.detach()).mean() ** 2 / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = (discriminator(fake).mean() - 1) ** 2 / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "sigmoid-on-the-scores": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    real_scores, fake_scores = torch.sigmoid(discriminator(real)), torch.sigmoid(discriminator(fake.detach()))
    loss_d = ((real_scores - 1) ** 2).mean() / 2 + (fake_scores ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((torch.sigmoid(discriminator(fake)) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "fakes-at-minus-one": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + ((discriminator(fake.detach()) + 1) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = (discriminator(fake) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "generator-targets-fake": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = (discriminator(fake) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "discriminator-targets-swapped": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = (discriminator(real) ** 2).mean() / 2 + ((discriminator(fake.detach()) - 1) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "smoothed-targets": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 0.9) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "detach-in-generator-step": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim)).detach()
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "no-detach-in-discriminator-step": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    opt_d.zero_grad()
    opt_g.zero_grad()
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake) ** 2).mean() / 2
    loss_d.backward()
    opt_d.step()
    fake = generator(torch.randn(len(real), latent_dim))
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "generator-stepped-in-discriminator-step": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake) ** 2).mean() / 2
    opt_d.zero_grad()
    opt_g.zero_grad()
    loss_d.backward()
    opt_d.step()
    opt_g.step()
    loss_g = ((discriminator(generator(torch.randn(len(real), latent_dim))) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "discriminator-stepped-in-generator-step": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    opt_d.step()
    return loss_d.item(), loss_g.item()
""",
        "stale-gradients-in-discriminator": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "stale-gradients-in-generator": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "cleared-after-the-step-only": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    loss_g.backward()
    opt_g.step()
    opt_d.zero_grad()
    opt_g.zero_grad()
    return loss_d.item(), loss_g.item()
""",
        "cleared-between-backward-and-step": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    loss_d.backward()
    opt_d.zero_grad()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    loss_g.backward()
    opt_g.zero_grad()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "scores-reused-after-the-discriminator-moved": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    scores = discriminator(generator(torch.randn(len(real), latent_dim)))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (scores ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward(retain_graph=True)
    opt_d.step()
    loss_g = ((scores - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "both-gradients-before-both-steps": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "generator-first": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    loss_g = ((discriminator(generator(torch.randn(len(real), latent_dim))) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    fake = generator(torch.randn(len(real), latent_dim)).detach()
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    return loss_d.item(), loss_g.item()
""",
        "labels-of-fixed-size": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - ones) ** 2).mean() / 2
    loss_d = loss_d + ((discriminator(fake.detach()) - zeros) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - ones) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "score-and-label-shapes-differ": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    n = len(real)
    fake = generator(torch.randn(n, latent_dim))
    scores = discriminator(torch.cat([real, fake.detach()]))
    labels = torch.cat([torch.ones(n), torch.zeros(n)])
    loss_d = ((scores - labels) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "fixed-number-of-fakes": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(64, latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "uniform-latents": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.rand(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "zeros-for-latents": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.zeros(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "the-same-latents-in-every-call": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    torch.manual_seed(0)
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "optimizers-of-its-own": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    opt_g = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "discriminator-left-frozen": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    discriminator.requires_grad_(False)
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "weights-clipped": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    with torch.no_grad():
        for p in discriminator.parameters():
            p.clamp_(-0.01, 0.01)
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "losses-returned-as-tensors": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d, loss_g
""",
        "losses-in-the-wrong-order": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_g.item(), loss_d.item()
""",
        "learns-in-eval-mode": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    generator.eval()
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    generator.train()
    return loss_d.item(), loss_g.item()
""",
        "latents-kept-for-each-size": """
kept = {}


def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    z = kept.setdefault((len(real), latent_dim), torch.randn(len(real), latent_dim))
    fake = generator(z)
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "left-in-eval-mode": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    generator.eval()
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake.detach()) ** 2).mean() / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = ((discriminator(fake) - 1) ** 2).mean() / 2
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
    },
    "sample-pictures": {
        "sampling-in-train-mode": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        x = generator(z)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "left-in-eval-mode": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "always-left-in-train-mode": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train()
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "detached-afterwards": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    x = generator.eval()(z).detach()
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "gradients-switched-off-for-good": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    torch.set_grad_enabled(False)
    x = generator.eval()(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "generator-left-frozen": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    x = generator.eval().requires_grad_(False)(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "global-seed": """
def sample_pictures(generator, n, latent_dim, seed):
    torch.manual_seed(seed)
    z = torch.randn(n, latent_dim)
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "global-seed-of-numpy": """
def sample_pictures(generator, n, latent_dim, seed):
    np.random.seed(seed)
    z = torch.from_numpy(np.random.randn(n, latent_dim)).float()
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "global-seed-made-random-again": """
def sample_pictures(generator, n, latent_dim, seed):
    torch.manual_seed(seed)
    z = torch.randn(n, latent_dim)
    torch.seed()
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "seed-ignored": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim)
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "always-the-same-seed": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(0))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "seed-in-place-of-noise": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.full((n, latent_dim), float(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "uniform-latents": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.rand(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "one-latent-for-all": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(1, latent_dim, generator=torch.Generator().manual_seed(seed)).expand(n, -1)
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "cut-off-instead-of-rounded": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "wrap-around-when-saving": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return np.rint((x.permute(0, 2, 3, 1).numpy() + 1) * 127.5).astype(np.int64).astype(np.uint8)
""",
        "unit-range-assumed": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return (x * 255).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "stretched-to-the-full-range": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    x = (x - x.min()) / (x.max() - x.min())
    return (x * 255).round().permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "view-in-place-of-permute": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    n, c, h, w = x.shape
    return ((x + 1) * 127.5).round().clamp(0, 255).reshape(n, h, w, c).to(torch.uint8).numpy()
""",
        "channels-left-first": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy()
""",
        "width-and-height-swapped": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 3, 2, 1).to(torch.uint8).numpy()
""",
        "squeezed": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy().squeeze()
""",
        "a-tensor": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(z)
    generator.train(training)
    return ((x + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8)
""",
    },
    "fit-mixture": {
        "the-first-points-only": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    real = points[:batch_size]
    for _ in range(steps):
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "one-random-batch-for-ever": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    real = points[torch.randperm(len(points))[:batch_size]]
    for _ in range(steps):
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "batches-in-order": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for i in range(steps):
        start = i * batch_size % (len(points) - batch_size + 1)
        real = points[start : start + batch_size]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "detach-in-generator-step": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim)).detach()
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "generator-targets-fake": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "discriminator-targets-swapped": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(discriminator(real)).mean() + F.softplus(-discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "discriminator-never-moves": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        with torch.no_grad():
            F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "discriminator-sees-real-only": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        loss_d = F.softplus(-discriminator(real)).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(generator(torch.randn(batch_size, latent_dim)))).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "stale-gradients-in-discriminator": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "no-detach-in-discriminator-step": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        opt_d.zero_grad()
        opt_g.zero_grad()
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(generator(torch.randn(batch_size, latent_dim)))).mean()
        loss_g.backward()
        opt_g.step()
""",
        "one-pass-over-the-data": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for real in points[torch.randperm(len(points))].split(batch_size):
        fake = generator(torch.randn(len(real), latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "discriminator-first-generator-afterwards": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim)).detach()
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
    for _ in range(steps):
        loss_g = F.softplus(-discriminator(generator(torch.randn(batch_size, latent_dim)))).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "copies-of-the-networks": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    from copy import deepcopy

    generator, discriminator = deepcopy(generator), deepcopy(discriminator)
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
    return generator
""",
        "uniform-latents": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.rand(batch_size, latent_dim) * 2 - 1)
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "the-same-latents-in-every-step": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    z = torch.randn(batch_size, latent_dim)
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(z)
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "latent-of-one-number": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, 1).expand(-1, latent_dim))
        loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = F.softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "regression-onto-the-points": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        loss = F.mse_loss(generator(torch.randn(batch_size, latent_dim)), real)
        opt_g.zero_grad()
        loss.backward()
        opt_g.step()
""",
    },
}

RIGHT = {
    "mlp-generator": {
        "module-class-with-batch-norm": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        self.image_shape = image_shape
        self.blocks = nn.ModuleList()
        for width in widths:
            self.blocks.append(nn.Sequential(nn.Linear(latent_dim, width), nn.BatchNorm1d(width), nn.ReLU()))
            latent_dim = width
        self.to_pixels = nn.Linear(latent_dim, prod(image_shape))

    def forward(self, z):
        for block in self.blocks:
            z = block(z)
        return torch.tanh(self.to_pixels(z)).view(len(z), *self.image_shape)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
        "lazy-layers-and-dcgan-weights": """
def mlp_generator(latent_dim, widths, image_shape):
    c, h, w = image_shape
    layers = []
    for width in widths:
        layers += [nn.LazyLinear(width), nn.Tanh()]
    network = nn.Sequential(*layers, nn.LazyLinear(c * h * w), nn.Tanh(), nn.Unflatten(-1, (c, h, w)))
    network(torch.zeros(1, latent_dim))
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)
    return network
""",
        "sigmoid-stretched-to-tanh": """
class ToPicture(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = tuple(shape)

    def forward(self, x):
        return (2 * torch.sigmoid(2 * x) - 1).reshape((-1,) + self.shape)

def mlp_generator(latent_dim, widths, image_shape):
    sizes = [latent_dim] + list(widths)
    layers = []
    for i in range(len(widths)):
        layers.append(nn.Linear(sizes[i], sizes[i + 1]))
        layers.append(nn.GELU())
    layers.append(nn.Linear(sizes[-1], image_shape[0] * image_shape[1] * image_shape[2]))
    layers.append(ToPicture(image_shape))
    return nn.Sequential(*layers)
""",
        "weights-as-plain-parameters": """
class Generator(nn.Module):
    def __init__(self, sizes, image_shape):
        super().__init__()
        self.image_shape = image_shape
        self.weights = nn.ParameterList([torch.randn(a, b) * (2 / a) ** 0.5 for a, b in zip(sizes, sizes[1:])])
        self.biases = nn.ParameterList([torch.zeros(b) for b in sizes[1:]])

    def forward(self, z):
        *hidden, last = zip(self.weights, self.biases)
        for weight, bias in hidden:
            z = F.elu(z @ weight + bias)
        return torch.tanh(z @ last[0] + last[1]).unflatten(1, self.image_shape)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator([latent_dim, *widths, prod(image_shape)], image_shape)
""",
    },
    "mlp-discriminator": {
        "module-class-with-dropout": """
class Discriminator(nn.Module):
    def __init__(self, image_shape, widths):
        super().__init__()
        sizes = [int(np.prod(image_shape)), *widths]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.dropout = nn.Dropout(0.3)
        self.score = nn.Linear(sizes[-1], 1)

    def forward(self, x):
        x = x.reshape(len(x), -1)
        for layer in self.hidden:
            x = self.dropout(F.leaky_relu(layer(x), 0.2))
        return self.score(x)

def mlp_discriminator(image_shape, widths):
    return Discriminator(image_shape, widths)
""",
        "layer-norm": """
def mlp_discriminator(image_shape, widths):
    layers, size = [nn.Flatten(start_dim=1)], prod(image_shape)
    for width in widths:
        layers.extend([nn.Linear(size, width), nn.LayerNorm(width), nn.ReLU()])
        size = width
    layers.append(nn.Linear(size, 1))
    return nn.Sequential(*layers)
""",
        "spectral-norm": """
def mlp_discriminator(image_shape, widths):
    sizes = [prod(image_shape), *widths]
    layers = [nn.Flatten()]
    for a, b in zip(sizes, widths):
        layers += [nn.utils.parametrizations.spectral_norm(nn.Linear(a, b)), nn.LeakyReLU(0.1)]
    return nn.Sequential(*layers, nn.Linear(widths[-1], 1))
""",
        "lazy-layers": """
def mlp_discriminator(image_shape, widths):
    hidden = [layer for width in widths for layer in (nn.LazyLinear(width), nn.SiLU())]
    return nn.Sequential(nn.Flatten(), *hidden, nn.LazyLinear(1))
""",
    },
    "gan-losses": {
        "softplus": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = (1 - smoothing) * F.softplus(-real_logits) + smoothing * F.softplus(real_logits)
    return real.mean() + F.softplus(fake_logits).mean()

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "logsigmoid": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    t = 1 - smoothing
    loss_real = -(t * F.logsigmoid(real_logits) + (1 - t) * F.logsigmoid(-real_logits))
    loss_fake = -F.logsigmoid(-fake_logits)
    return loss_real.sum() / len(real_logits) + loss_fake.sum() / len(fake_logits)

def generator_loss(fake_logits):
    return -F.logsigmoid(fake_logits).mean()
""",
        "one-criterion": """
bce = nn.BCEWithLogitsLoss()

def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    ones = torch.ones(real_logits.shape[0], 1)
    zeros = torch.zeros(fake_logits.shape[0], 1)
    return bce(real_logits, ones * (1 - smoothing)) + bce(fake_logits, zeros)

def generator_loss(fake_logits):
    return bce(fake_logits, torch.ones_like(fake_logits))
""",
        "shifted-by-a-linear-term": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = torch.logaddexp(torch.zeros_like(real_logits), -real_logits) + smoothing * real_logits
    return torch.mean(real) + torch.mean(torch.logaddexp(torch.zeros_like(fake_logits), fake_logits))

def generator_loss(fake_logits):
    return torch.mean(torch.relu(-fake_logits) + torch.log1p(torch.exp(-fake_logits.abs())))
""",
        "weighted-concatenation": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    logits = torch.cat([real_logits, fake_logits])
    targets = torch.cat([torch.full_like(real_logits, 1 - smoothing), torch.zeros_like(fake_logits)])
    weights = torch.cat([torch.ones_like(x) / len(x) for x in (real_logits, fake_logits)])
    return F.binary_cross_entropy_with_logits(logits, targets, weight=weights, reduction="sum")

def generator_loss(fake_logits):
    return discriminator_loss(fake_logits, torch.full((1, 1), -1e4))
""",
    },
    "generator-gradients": {
        "autograd": """
def generator_gradients(fake_logits):
    logits = fake_logits.detach().clone().requires_grad_(True)
    (saturating,) = torch.autograd.grad(F.logsigmoid(-logits).sum(), logits)
    (non_saturating,) = torch.autograd.grad(-F.logsigmoid(logits).sum(), logits)
    return saturating, non_saturating
""",
        "sigmoid-minus-one": """
def generator_gradients(fake_logits):
    p = fake_logits.sigmoid()
    return -p, p - 1
""",
        "backward-on-two-copies": """
def generator_gradients(fake_logits):
    a, b = (fake_logits.clone().requires_grad_() for _ in range(2))
    (-F.binary_cross_entropy_with_logits(a, torch.zeros_like(a), reduction="sum")).backward()
    F.binary_cross_entropy_with_logits(b, torch.ones_like(b), reduction="sum").backward()
    return [a.grad, b.grad]
""",
        "one-picture-after-the-other": """
def generator_gradients(fake_logits):
    rows = []
    for value in fake_logits.flatten():
        l = value.clone().requires_grad_()
        rows.append([torch.autograd.grad(loss, l)[0] for loss in (-F.softplus(l), F.softplus(-l))])
    saturating, non_saturating = zip(*rows)
    return torch.stack(saturating).reshape(-1, 1), torch.stack(non_saturating).reshape(-1, 1)
""",
    },
    "train-step": {
        "no-detach-but-cleared": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    n = real.size(0)
    opt_d.zero_grad()
    fake = generator(torch.randn(n, latent_dim))
    loss_d = 0.5 * (torch.mean((discriminator(real) - 1) ** 2) + torch.mean(discriminator(fake) ** 2))
    loss_d.backward()
    opt_d.step()
    opt_g.zero_grad()
    fake = generator(torch.randn(n, latent_dim))
    loss_g = 0.5 * torch.mean((discriminator(fake) - 1) ** 2)
    loss_g.backward()
    opt_g.step()
    return float(loss_d), float(loss_g)
""",
        "frozen-discriminator": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    with torch.no_grad():
        fake = generator(torch.randn(len(real), latent_dim, device=real.device))
    real_scores, fake_scores = discriminator(real), discriminator(fake)
    loss_d = F.mse_loss(real_scores, torch.ones_like(real_scores)) / 2
    loss_d += F.mse_loss(fake_scores, torch.zeros_like(fake_scores)) / 2
    discriminator.zero_grad()
    loss_d.backward()
    opt_d.step()

    for p in discriminator.parameters():
        p.requires_grad_(False)
    scores = discriminator(generator(torch.randn(len(real), latent_dim, device=real.device)))
    loss_g = F.mse_loss(scores, torch.ones_like(scores)) / 2
    generator.zero_grad()
    loss_g.backward()
    opt_g.step()
    for p in discriminator.parameters():
        p.requires_grad_(True)
    return loss_d.item(), loss_g.item()
""",
        "one-pass-over-both-batches": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    generator.train()
    discriminator.train()
    z = torch.randn(len(real), latent_dim)
    fake = generator(z).detach()
    scores = discriminator(torch.cat([real, fake]))
    targets = torch.cat([torch.ones(len(real), 1), torch.zeros(len(fake), 1)])
    loss_d = F.mse_loss(scores, targets)  # the mean over 2n scores: the two halves are in it
    opt_d.zero_grad(set_to_none=False)
    loss_d.backward()
    opt_d.step()
    loss_g = (discriminator(generator(z)) - 1).square().mean() / 2
    opt_g.zero_grad(set_to_none=False)
    loss_g.backward()
    opt_g.step()
    return loss_d.detach().numpy().item(), loss_g.detach().numpy().item()
""",
        "gradients-set-by-hand": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    def step(loss, network, optimizer):
        parameters = list(network.parameters())
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter.grad = gradient
        optimizer.step()
        return loss.item()

    fake = generator(torch.randn(real.shape[0], latent_dim))
    half_square = lambda error: 0.5 * error.pow(2).mean()
    loss_d = half_square(1 - discriminator(real)) + half_square(discriminator(fake.detach()))
    loss_d = step(loss_d, discriminator, opt_d)
    return loss_d, step(half_square(1 - discriminator(fake)), generator, opt_g)
""",
        "two-backwards-for-the-discriminator": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    opt_d.zero_grad()
    loss_real = 0.5 * ((discriminator(real) - 1) ** 2).mean()
    loss_real.backward()
    fake = generator(torch.randn(len(real), latent_dim))
    loss_fake = 0.5 * (discriminator(fake.detach()) ** 2).mean()
    loss_fake.backward()
    opt_d.step()
    opt_g.zero_grad()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    loss_g.backward()
    opt_g.step()
    return loss_real.item() + loss_fake.item(), loss_g.item()
""",
    },
    "sample-pictures": {
        "fork-of-the-random-state": """
@torch.no_grad()
def sample_pictures(generator, n, latent_dim, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        z = torch.randn(n, latent_dim)
    was_training = generator.training
    generator.eval()
    x = generator(z)
    if was_training:
        generator.train()
    return np.clip(np.rint((x.numpy() + 1) * 127.5), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
""",
        "state-saved-and-restored": """
def sample_pictures(generator, n, latent_dim, seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    z = torch.randn((n, latent_dim))
    torch.set_rng_state(state)
    mode = generator.training
    try:
        generator.train(False)
        with torch.inference_mode():
            x = generator(z)
    finally:
        generator.train(mode)
    x = (x * 127.5 + 128).clamp(0, 255).to(torch.uint8)
    return x.movedim(1, -1).contiguous().numpy()
""",
        "numpy-in-batches": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.from_numpy(np.random.default_rng(seed).standard_normal((n, latent_dim), dtype=np.float32))
    mode = generator.training
    generator.eval()
    pictures = []
    with torch.no_grad():
        for part in z.split(64):
            x = generator(part).clamp(-1, 1) * 0.5 + 0.5
            pictures.append((x * 255).round().byte().permute(0, 2, 3, 1).numpy())
    generator.train(mode)
    return np.concatenate(pictures)
""",
        "frozen-while-sampling": """
def sample_pictures(generator, n, latent_dim, seed):
    trainable = [p.requires_grad for p in generator.parameters()]
    mode = generator.training
    generator.eval().requires_grad_(False)
    rng = torch.Generator()
    rng.manual_seed(seed)
    x = generator(torch.randn(n, latent_dim, generator=rng))
    for p, flag in zip(generator.parameters(), trainable):
        p.requires_grad_(flag)
    generator.train(mode)
    levels = torch.floor((x + 1) / 2 * 255 + 0.5)
    return levels.clamp(min=0, max=255).to(torch.uint8).permute(0, 2, 3, 1).numpy().copy()
""",
    },
    "fit-mixture": {
        "steps-of-task-5": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randperm(len(points))[:batch_size]]
        train_step(generator, discriminator, opt_g, opt_d, real, latent_dim)
""",
        "shuffled-epochs-new-latents-no-detach": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    step = 0
    while step < steps:
        for real in points[torch.randperm(len(points))].split(batch_size):
            if step == steps:
                break
            step += 1
            fake = generator(torch.randn(batch_size, latent_dim))
            loss_d = discriminator_loss(discriminator(real), discriminator(fake))
            opt_d.zero_grad()
            loss_d.backward()
            opt_d.step()
            loss_g = generator_loss(discriminator(generator(torch.randn(batch_size, latent_dim))))
            opt_g.zero_grad()
            loss_g.backward()
            opt_g.step()
""",
        "smoothed-with-numpy-indices": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    rng = np.random.default_rng()
    bce = nn.BCEWithLogitsLoss()
    for _ in range(steps):
        real = points[rng.choice(len(points), batch_size)]
        fake = generator(torch.randn(batch_size, latent_dim))
        scores = discriminator(torch.cat([real, fake.detach()]))
        targets = torch.cat([torch.full((batch_size, 1), 0.9), torch.zeros(batch_size, 1)])
        opt_d.zero_grad()
        (2 * bce(scores, targets)).backward()
        opt_d.step()
        opt_g.zero_grad()
        bce(discriminator(fake), torch.ones(batch_size, 1)).backward()
        opt_g.step()
    return generator
""",
    },
}
