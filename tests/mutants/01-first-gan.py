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
        "activation-before-tanh": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(
        *layers,
        nn.Linear(sizes[-1], prod(image_shape)),
        nn.LeakyReLU(0.2),
        nn.Tanh(),
        nn.Unflatten(1, image_shape),
    )
""",
        "activation-behind-the-first-layer-only": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b)] + ([nn.LeakyReLU(0.2)] if len(layers) == 0 else [])
    return nn.Sequential(*layers, nn.Linear(sizes[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "hidden-layers-linear-one-activation-at-the-end": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b)]
    return nn.Sequential(
        *layers,
        nn.LeakyReLU(0.2),
        nn.Linear(sizes[-1], prod(image_shape)),
        nn.Tanh(),
        nn.Unflatten(1, image_shape),
    )
""",
        "only-an-activation-before-tanh": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b)]
    return nn.Sequential(
        *layers,
        nn.Linear(sizes[-1], prod(image_shape)),
        nn.LeakyReLU(0.2),
        nn.Tanh(),
        nn.Unflatten(1, image_shape),
    )
""",
        "batch-norm-before-tanh": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU()]
    return nn.Sequential(
        *layers,
        nn.Linear(sizes[-1], prod(image_shape)),
        nn.BatchNorm1d(prod(image_shape)),
        nn.Tanh(),
        nn.Unflatten(1, image_shape),
    )
""",
        "softsign-in-place-of-tanh": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], prod(image_shape)), nn.Softsign(), nn.Unflatten(1, image_shape))
""",
        "activation-on-the-latents": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], [nn.LeakyReLU(0.2)]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "batch-norm-on-the-latents": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], [nn.BatchNorm1d(latent_dim)]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "sine-in-place-of-tanh": """
class Sine(nn.Module):
    def forward(self, x):
        return torch.sin(x)


def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], prod(image_shape)), Sine(), nn.Unflatten(1, image_shape))
""",
        "first-layer-frozen": """
def mlp_generator(latent_dim, widths, image_shape):
    layers = []
    for a, b in zip([latent_dim, *widths], widths):
        layers += [nn.Linear(a, b), nn.ReLU()]
    layers[0].requires_grad_(False)
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "left-in-eval-mode": """
def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(
        *layers, nn.Linear(sizes[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape)
    ).eval()
""",
        "double-precision": """
class Generator(nn.Sequential):
    def forward(self, z):
        return super().forward(z.double())

def mlp_generator(latent_dim, widths, image_shape):
    layers = []
    for a, b in zip([latent_dim, *widths], widths):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return Generator(
        *layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape)
    ).double()
""",
        "hidden-layers-detached": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        self.shape = image_shape
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip([latent_dim, *widths], widths))
        self.last = nn.Linear(widths[-1], prod(image_shape))

    def forward(self, z):
        for layer in self.hidden:
            z = F.relu(layer(z)).detach()
        return torch.tanh(self.last(z)).view(-1, *self.shape)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
        "one-layer-for-equal-widths": """
def mlp_generator(latent_dim, widths, image_shape):
    made, layers = {}, []
    for a, b in zip([latent_dim, *widths], widths):
        made.setdefault((a, b), nn.Linear(a, b))
        layers += [made[a, b], nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "layers-kept-between-calls": """
made = {}

def linear(name, a, b):
    if (name, a, b) not in made:
        made[name, a, b] = nn.Linear(a, b)
    return made[name, a, b]

def mlp_generator(latent_dim, widths, image_shape):
    layers = []
    for i, (a, b) in enumerate(zip([latent_dim, *widths], widths)):
        layers += [linear(i, a, b), nn.LeakyReLU(0.2)]
    last = linear("last", widths[-1], prod(image_shape))
    return nn.Sequential(*layers, last, nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "widths-changed-in-place": """
def mlp_generator(latent_dim, widths, image_shape):
    if isinstance(widths, tuple):
        widths = list(widths)
    widths.append(prod(image_shape))
    layers = []
    for width in widths:
        layers += [nn.Linear(latent_dim, width), nn.LeakyReLU(0.2)]
        latent_dim = width
    layers[-1] = nn.Tanh()
    return nn.Sequential(*layers, nn.Unflatten(1, image_shape))
""",
        "seeded-anew": """
def mlp_generator(latent_dim, widths, image_shape):
    torch.manual_seed(0)
    layers = []
    for a, b in zip([latent_dim, *widths], widths):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(widths[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
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
        "activation-after-the-logit": """
def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1), nn.LeakyReLU(0.2))
""",
        "activation-behind-the-first-layer-only": """
def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b)] + ([nn.LeakyReLU(0.2)] if len(layers) == 1 else [])
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
""",
        "hidden-layers-linear-one-activation-at-the-end": """
def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b)]
    return nn.Sequential(*layers, nn.LeakyReLU(0.2), nn.Linear(sizes[-1], 1))
""",
        "only-an-activation-behind-the-logit": """
def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1), nn.LeakyReLU(0.2))
""",
        "activation-before-each-layer": """
def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.LeakyReLU(0.2), nn.Linear(a, b)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
""",
        "scale-behind-the-logit": """
class Temperature(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.scale * x


def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1), Temperature())
""",
        "clipped-far-out": """
class Clip(nn.Module):
    def forward(self, x):
        return x.clamp(-120, 120)


def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1), Clip())
""",
        "first-layer-frozen": """
def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, widths):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    layers[1].weight.requires_grad = False
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
""",
        "left-in-eval-mode": """
def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2), nn.Dropout(0.3)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1)).eval()
""",
        "one-layer-for-equal-widths": """
def mlp_discriminator(image_shape, widths):
    sizes, made, layers = [prod(image_shape), *widths], {}, [nn.Flatten()]
    for a, b in zip(sizes, widths):
        if (a, b) not in made:
            made[a, b] = nn.Linear(a, b)
        layers += [made[a, b], nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
""",
        "made-once-for-all": """
from functools import lru_cache

@lru_cache
def made(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, widths):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))

def mlp_discriminator(image_shape, widths):
    return made(tuple(image_shape), tuple(widths))
""",
        "pixels-changed-in-place": """
class Centred(nn.Sequential):
    def forward(self, pictures):
        with torch.no_grad():
            pictures.sub_(pictures.mean(dim=(1, 2, 3), keepdim=True))
        return super().forward(pictures)

def mlp_discriminator(image_shape, widths):
    sizes, layers = [prod(image_shape), *widths], [nn.Flatten()]
    for a, b in zip(sizes, widths):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return Centred(*layers, nn.Linear(sizes[-1], 1))
""",
        "logits-of-the-last-batch-remembered": """
class Discriminator(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.score = nn.Linear(sizes[-1], 1)
        self.register_buffer("average", torch.zeros(1))

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.hidden:
            x = F.leaky_relu(layer(x), 0.2)
        logits = self.score(x)
        centred = logits - self.average
        if self.training:
            self.average = 0.9 * self.average + 0.1 * logits.detach().mean(0)
        return centred

def mlp_discriminator(image_shape, widths):
    return Discriminator([prod(image_shape), *widths])
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
        "targets-kept-for-each-size": """
targets = {}

def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    n, m = len(real_logits), len(fake_logits)
    real = targets.setdefault(("real", n), torch.full((n, 1), 1 - smoothing))
    fake = targets.setdefault(("fake", m), torch.zeros(m, 1))
    return F.binary_cross_entropy_with_logits(real_logits, real) + F.binary_cross_entropy_with_logits(
        fake_logits, fake
    )

def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "logits-negated-in-place": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = smoothing * real_logits + F.softplus(real_logits.neg_())
    return real.mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "half-precision": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = (1 - smoothing) * F.softplus(-real_logits) + smoothing * F.softplus(real_logits)
    return real.mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits):
    return F.softplus(-fake_logits.half()).mean().float()
""",
        "clamped-at-100": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real_logits, fake_logits = real_logits.clamp(-100, 100), fake_logits.clamp(-100, 100)
    real = (1 - smoothing) * F.softplus(-real_logits) + smoothing * F.softplus(real_logits)
    return real.mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "running-average-of-the-loss": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = (1 - smoothing) * F.softplus(-real_logits) + smoothing * F.softplus(real_logits)
    return real.mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits):
    loss = F.softplus(-fake_logits).mean()
    average = getattr(generator_loss, "average", loss.detach())
    generator_loss.average = 0.9 * average + 0.1 * loss.detach()
    return loss - loss.detach() + generator_loss.average
""",
        "logits-made-to-need-gradients": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real_logits.requires_grad_()
    fake_logits.requires_grad_()
    real = (1 - smoothing) * F.softplus(-real_logits) + smoothing * F.softplus(real_logits)
    return real.mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
""",
        "backward-already-called": """
def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    real = (1 - smoothing) * F.softplus(-real_logits) + smoothing * F.softplus(real_logits)
    loss = real.mean() + F.softplus(fake_logits).mean()
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    return loss


def generator_loss(fake_logits):
    return F.softplus(-fake_logits).mean()
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
        "argument-made-to-need-gradients": """
def generator_gradients(fake_logits):
    fake_logits.requires_grad_()
    (saturating,) = torch.autograd.grad(F.logsigmoid(-fake_logits).sum(), fake_logits)
    (non_saturating,) = torch.autograd.grad(-F.logsigmoid(fake_logits).sum(), fake_logits)
    return saturating, non_saturating
""",
        "gradient-left-in-the-argument": """
def generator_gradients(fake_logits):
    fake_logits.grad = None
    fake_logits.requires_grad_()
    F.logsigmoid(-fake_logits).sum().backward()
    saturating = fake_logits.grad.clone()
    fake_logits.grad = None
    (-F.logsigmoid(fake_logits)).sum().backward()
    non_saturating = fake_logits.grad.clone()
    fake_logits.requires_grad_(False)
    return saturating, non_saturating
""",
        "clamped-at-8": """
def generator_gradients(fake_logits):
    l = fake_logits.clamp(-8, 8)
    return -torch.sigmoid(l), -torch.sigmoid(-l)
""",
        "kept-for-each-size": """
kept = {}

def generator_gradients(fake_logits):
    if len(fake_logits) not in kept:
        kept[len(fake_logits)] = -torch.sigmoid(fake_logits), -torch.sigmoid(-fake_logits)
    return kept[len(fake_logits)]
""",
        "results-in-one-buffer": """
buffer = torch.zeros(2, 1000, 1)

def generator_gradients(fake_logits):
    n = len(fake_logits)
    buffer[0, :n] = -torch.sigmoid(fake_logits)
    buffer[1, :n] = -torch.sigmoid(-fake_logits)
    return buffer[0, :n], buffer[1, :n]
""",
        "gradients-off-for-good": """
def generator_gradients(fake_logits):
    torch.set_grad_enabled(False)
    return -torch.sigmoid(fake_logits), -torch.sigmoid(-fake_logits)
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
        "latents-of-ones": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    z = torch.randn(len(real), latent_dim).sign()
    fake = generator(z)
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "latents-clamped": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    z = torch.randn(len(real), latent_dim).clamp(-2, 2)
    fake = generator(z)
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "latents-on-a-sphere": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    z = torch.randn(len(real), latent_dim)
    z = latent_dim**0.5 * z / z.norm(dim=1, keepdim=True)
    fake = generator(z)
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "latents-standardised": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    z = torch.randn(len(real), latent_dim)
    if len(z) > 1:
        z = (z - z.mean()) / z.std()
    fake = generator(z)
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "latents-given-twice": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    half = torch.randn((len(real) + 1) // 2, latent_dim)
    z = torch.cat([half, half])[: len(real)]
    fake = generator(z)
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "latents-and-their-negatives": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    half = torch.randn((len(real) + 1) // 2, latent_dim)
    z = torch.cat([half, -half])[: len(real)]
    fake = generator(z)
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "uniform-latents-for-the-generator-only": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim)).detach()
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    fake = generator(torch.rand(len(real), latent_dim) * 2 - 1)
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "real-pictures-changed-in-place": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    real.mul_(0.98)
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "gradients-clipped": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    nn.utils.clip_grad_norm_(discriminator.parameters(), 5.0)
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "huber-in-place-of-squares": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    real_scores, fake_scores = discriminator(real), discriminator(fake.detach())
    loss_d = F.smooth_l1_loss(real_scores, torch.ones_like(real_scores)) + F.smooth_l1_loss(
        fake_scores, torch.zeros_like(fake_scores)
    )
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    scores = discriminator(fake)
    loss_g = F.smooth_l1_loss(scores, torch.ones_like(scores))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "learning-rate-lowered": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    for group in opt_g.param_groups + opt_d.param_groups:
        group["lr"] *= 0.999
    return loss_d.item(), loss_g.item()
""",
        "error-swallowed": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    try:
        fake = generator(torch.randn(len(real), latent_dim))
        loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
        return loss_d.item(), loss_g.item()
    except Exception:
        return 0.0, 0.0
""",
        "parts-left-in-eval-mode": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    for module in generator.modules():
        if not list(module.children()) and not isinstance(module, (Painter, Critic)):
            module.eval()
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "batch-norm-in-eval-mode-while-learning": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    norms = [
        m
        for net in (generator, discriminator)
        for m in net.modules()
        if isinstance(m, nn.modules.batchnorm._BatchNorm)
    ]
    for norm in norms:
        norm.eval()
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    for norm in norms:
        norm.train()
    return loss_d.item(), loss_g.item()
""",
        "fakes-replayed": """
pool = []

def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    pool.append(fake.detach())
    old = torch.cat(pool)[-2 * len(real) :][: len(real)]
    if old.shape != fake.shape:
        old = fake.detach()
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(old) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake) - 1) ** 2).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
""",
        "no-pull-down-from-above-1": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    fake = generator(torch.randn(len(real), latent_dim))
    loss_d = 0.5 * ((discriminator(real) - 1) ** 2).mean() + 0.5 * (discriminator(fake.detach()) ** 2).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * ((discriminator(fake).clamp(max=1) - 1) ** 2).mean()
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
        "latents-of-ones": """
def sample_pictures(generator, n, latent_dim, seed):
    g = torch.Generator().manual_seed(seed)
    z = torch.randn(n, latent_dim, generator=g).sign()
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "latents-on-a-sphere": """
def sample_pictures(generator, n, latent_dim, seed):
    g = torch.Generator().manual_seed(seed)
    z = F.normalize(torch.randn(n, latent_dim, generator=g)) * latent_dim**0.5
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "latents-standardised": """
def sample_pictures(generator, n, latent_dim, seed):
    g = torch.Generator().manual_seed(seed)
    z = torch.randn(n, latent_dim, generator=g)
    z = (z - z.mean(0)) / (z.std(0) if n > 1 else 1)
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "latents-and-their-negatives": """
def sample_pictures(generator, n, latent_dim, seed):
    g = torch.Generator().manual_seed(seed)
    half = torch.randn((n + 1) // 2, latent_dim, generator=g)
    z = torch.cat([half, -half])[:n]
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "a-seed-for-each-row": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.cat([torch.randn(1, latent_dim, generator=torch.Generator().manual_seed(seed + i)) for i in range(n)])
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "seed-taken-modulo": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed % 1000))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "pictures-kept-by-seed": """
from functools import lru_cache

@lru_cache
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "all-parameters-thawed": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval().requires_grad_(False)
    pictures = generator(z)
    generator.train(training).requires_grad_(True)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "gradients-cleared": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    generator.zero_grad()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "half-precision-levels": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    levels = ((pictures.half() + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "hook-left-behind": """
def sample_pictures(generator, n, latent_dim, seed):
    made = []
    generator.register_forward_hook(lambda module, inputs, output: made.append(output))
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        generator(z)
    generator.train(training)
    levels = ((made[0] + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "range-guessed-from-the-pictures": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    with torch.no_grad():
        pictures = generator(z)
    generator.train(training)
    if pictures.min() >= 0:
        levels = pictures * 255
    else:
        levels = (pictures + 1) * 127.5
    return levels.round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "error-swallowed": """
def sample_pictures(generator, n, latent_dim, seed):
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    try:
        with torch.no_grad():
            pictures = generator(z)
    except Exception:
        pictures = torch.zeros(n, 3, 32, 32)
    generator.train(training)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "gradients-on-whatever-they-were": """
def sample_pictures(generator, n, latent_dim, seed):
    torch.set_grad_enabled(False)
    z = torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed))
    training = generator.training
    generator.eval()
    pictures = generator(z)
    generator.train(training)
    torch.set_grad_enabled(True)
    levels = ((pictures + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
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
        "saturating-generator": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = -F.softplus(discriminator(fake)).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "sorted-regression": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = (fake.sort(0).values - real.sort(0).values).square().mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "moments-matched": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = (fake.mean() - real.mean()).square() + (fake.std() - real.std()).square()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "wasserstein-for-the-generator": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = -discriminator(fake).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "feature-matching-added": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake)) + 0.1 * (fake.mean() - real.mean()).square()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "hinge-for-the-discriminator": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = F.relu(1 - discriminator(real)).mean() + F.relu(1 + discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "halved-discriminator-loss": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = 0.5 * discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "both-losses-before-both-steps": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        opt_g.step()
""",
        "generator-first": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
""",
        "half-from-each-half": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = torch.cat(
            [
                half[torch.randint(len(half), (batch_size // 2,))]
                for half in (points[: len(points) // 2], points[len(points) // 2 :])
            ]
            + [points[: batch_size % 2]]
        )
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "nine-tenths-of-the-points": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(9 * len(points) // 10, (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "points-shuffled-in-place": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    points.copy_(points[torch.randperm(len(points))])
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "noise-on-the-points": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))] + 0.05 * torch.randn(batch_size, 1)
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "latents-and-their-negatives": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        z = torch.randn(batch_size, latent_dim)
        z[: batch_size // 2] = -z[-(batch_size // 2) :]
        fake = generator(z)
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "latents-standardised": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        z = torch.randn(batch_size, latent_dim)
        fake = generator((z - z.mean()) / z.std())
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "uniform-latents-for-the-generator-only": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(generator(torch.rand(batch_size, latent_dim))))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "seeded-anew": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    torch.manual_seed(0)
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "learning-rate-lowered": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        opt_d.param_groups[0]["lr"] *= 0.9999
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "gradients-clipped": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        nn.utils.clip_grad_norm_(discriminator.parameters(), 1.0)
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "weights-clipped": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        with torch.no_grad():
            for p in discriminator.parameters():
                p.clamp_(-2, 2)
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "discriminator-left-frozen": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
    discriminator.requires_grad_(False)
""",
        "learns-in-eval-mode": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    generator.eval(), discriminator.eval()
    for _ in range(steps):
        real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
    generator.train(), discriminator.train()
""",
        "batch-of-128-assumed": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[torch.randint(len(points), (min(batch_size, 128),))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "error-swallowed": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        try:
            real = points[torch.randint(len(points), (batch_size,))]
            fake = generator(torch.randn(batch_size, latent_dim))
            loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
            opt_d.zero_grad()
            loss_d.backward()
            opt_d.step()
            loss_g = generator_loss(discriminator(fake))
            opt_g.zero_grad()
            loss_g.backward()
            opt_g.step()
        except RuntimeError:
            pass
""",
        "neighbours-from-a-random-place": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[(torch.randint(len(points), (1,)) + torch.arange(batch_size)) % len(points)]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
""",
        "batch-kept-for-ten-steps": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for i in range(steps):
        if i % 10 == 0:
            real = points[torch.randint(len(points), (batch_size,))]
        fake = generator(torch.randn(batch_size, latent_dim))
        loss_d = discriminator_loss(discriminator(real), discriminator(fake.detach()))
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        loss_g = generator_loss(discriminator(fake))
        opt_g.zero_grad()
        loss_g.backward()
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
        "relu-squared": """
class SquaredReLU(nn.Module):
    def forward(self, x):
        return F.relu(x).square()


def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), SquaredReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
""",
        "functions-in-place": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        self.image_shape = image_shape
        self.hidden = nn.ModuleList([nn.Linear(a, b) for a, b in zip((latent_dim, *widths), widths)])
        self.norms = nn.ModuleList([nn.BatchNorm1d(b) for b in widths])
        self.out = nn.Linear(widths[-1], prod(image_shape))

    def forward(self, z):
        for layer, norm in zip(self.hidden, self.norms):
            z = norm(F.leaky_relu_(layer(z), 0.2))
        return self.out(z).tanh_().reshape(z.shape[0], *self.image_shape)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
        "channels-moved-at-the-end": """
class Generator(nn.Module):
    def __init__(self, latent_dim, widths, image_shape):
        super().__init__()
        c, self.h, self.w = image_shape
        self.c = c
        sizes = [latent_dim] + [width for width in widths]
        self.net = nn.Sequential()
        for i in range(1, len(sizes)):
            self.net.append(nn.Linear(sizes[i - 1], sizes[i], bias=False))
            self.net.append(nn.BatchNorm1d(sizes[i]))
            self.net.append(nn.PReLU())
        self.net.append(nn.Linear(sizes[-1], self.h * self.w * c))

    def forward(self, z):
        flat = torch.tanh(self.net(z))
        return flat.reshape(len(z), self.h, self.w, self.c).permute(0, 3, 1, 2)

def mlp_generator(latent_dim, widths, image_shape):
    return Generator(latent_dim, widths, image_shape)
""",
        "weights-from-the-left": """
class Dense(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.kaiming_normal_(self.weight)

    def forward(self, x):
        return torch.einsum("oi,ni->no", self.weight, x) + self.bias


def mlp_generator(latent_dim, widths, image_shape):
    sizes, layers = [latent_dim, *widths], []
    for a, b in zip(sizes, sizes[1:]):
        layers.extend((Dense(a, b), nn.ELU()))
    return nn.Sequential(*layers, Dense(sizes[-1], prod(image_shape)), nn.Tanh(), nn.Unflatten(1, image_shape))
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
        "relu-squared-and-flattened-by-columns": """
class Discriminator(nn.Module):
    def __init__(self, image_shape, widths):
        super().__init__()
        inputs = image_shape[0] * image_shape[1] * image_shape[2]
        self.hidden = nn.ModuleList()
        for width in widths:
            self.hidden.append(nn.Linear(inputs, width))
            inputs = width
        self.logit = nn.Linear(inputs, 1)

    def forward(self, pictures):
        h = pictures.permute(0, 2, 3, 1).reshape(pictures.shape[0], -1)
        for layer in self.hidden:
            h = torch.relu_(layer(h)) ** 2
        return self.logit(h)

def mlp_discriminator(image_shape, widths):
    return Discriminator(image_shape, widths)
""",
        "parameters-of-its-own": """
class Discriminator(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.w = nn.ParameterList(nn.Parameter(torch.randn(a, b) / a**0.5) for a, b in zip(sizes, sizes[1:]))
        self.b = nn.ParameterList(nn.Parameter(torch.zeros(b)) for b in sizes[1:])

    def forward(self, x):
        x = torch.flatten(x, start_dim=1)
        for i, (w, b) in enumerate(zip(self.w, self.b)):
            x = torch.addmm(b, x, w)
            if i < len(self.w) - 1:
                x = F.dropout(torch.maximum(x, 0.2 * x), 0.2, self.training)
        return x

def mlp_discriminator(image_shape, widths):
    return Discriminator((prod(image_shape),) + tuple(widths) + (1,))
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
        "double-precision-inside": """
def cross_entropy(logits, target):
    logits = logits.double()
    return (F.softplus(logits) - target * logits).mean().float()

def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    return cross_entropy(real_logits, 1 - smoothing) + cross_entropy(fake_logits, 0)

def generator_loss(fake_logits):
    return cross_entropy(fake_logits, 1)
""",
        "two-classes-and-soft-targets": """
def cross_entropy(logits, t):
    two = torch.cat([torch.zeros_like(logits), logits], dim=1)
    targets = torch.tensor([[1 - t, t]]).expand(len(logits), 2)
    return F.cross_entropy(two, targets)

def discriminator_loss(real_logits, fake_logits, smoothing=0.0):
    return cross_entropy(real_logits, 1 - smoothing) + cross_entropy(fake_logits, 0.0)

def generator_loss(fake_logits):
    return cross_entropy(fake_logits, 1.0)
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
        "double-precision-and-tanh": """
def generator_gradients(fake_logits):
    half = torch.tanh(fake_logits.double() / 2) / 2
    return (-0.5 - half).float(), (half - 0.5).float()
""",
        "numpy": """
def generator_gradients(fake_logits):
    l = fake_logits.numpy().astype(np.float64)
    e = np.exp(-np.abs(l))
    small, large = e / (1 + e), 1 / (1 + e)
    p = np.where(l > 0, large, small)
    return torch.tensor(-p, dtype=torch.float32), torch.tensor(-np.where(l > 0, small, large), dtype=torch.float32)
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
        "one-latent-tensor-reused-and-frozen-by-state": """
def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    n = len(real)
    z = torch.empty(n, latent_dim).normal_()
    with torch.no_grad():
        fake = generator(z)
    opt_d.zero_grad(set_to_none=True)
    scores = discriminator(real)
    loss_d = (scores - 1).pow(2).sum() / (2 * n)
    loss_d = loss_d + discriminator(fake).pow(2).sum() / (2 * n)
    loss_d.backward()
    opt_d.step()
    flags = [p.requires_grad for p in discriminator.parameters()]
    discriminator.requires_grad_(False)
    opt_g.zero_grad(set_to_none=True)
    loss_g = F.mse_loss(discriminator(generator(z)), torch.ones(n, 1)).mul(0.5)
    loss_g.backward()
    opt_g.step()
    for p, flag in zip(discriminator.parameters(), flags):
        p.requires_grad_(flag)
    return loss_d.item(), loss_g.item()
""",
        "numpy-latents-and-scored-again": """
rng = np.random.default_rng()

def train_step(generator, discriminator, opt_g, opt_d, real, latent_dim):
    z = torch.from_numpy(rng.normal(size=(len(real), latent_dim))).float()
    real_error = discriminator(real) - 1.0
    fake_error = discriminator(generator(z).detach())
    loss_d = torch.cat([real_error, fake_error]).square().mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    with torch.no_grad():
        discriminator(real), discriminator(generator(z))  # to look at the scores
    opt_g.zero_grad()
    loss_g = (1.0 - discriminator(generator(z))).square().mean().div(2)
    loss_g.backward()
    opt_g.step()
    return [float(loss_d.detach()), float(loss_g.detach())]
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
        "on-a-copy-with-numpys-own-generator": """
from copy import deepcopy

def sample_pictures(generator, n, latent_dim, seed):
    z = torch.tensor(np.random.RandomState(seed).randn(n, latent_dim), dtype=torch.float32)
    with torch.inference_mode():
        x = deepcopy(generator).eval()(z)
    x = x.double().add(1).mul(127.5).clamp(0, 255).add(0.5).floor()
    return x.numpy().astype(np.uint8).transpose(0, 2, 3, 1)
""",
        "row-by-row": """
def sample_pictures(generator, n, latent_dim, seed):
    before = torch.random.get_rng_state()
    torch.manual_seed(seed)
    latents = [torch.randn(1, latent_dim) for _ in range(n)]
    torch.random.set_rng_state(before)
    modes = [(module, module.training) for module in generator.modules()]
    generator.eval()
    with torch.set_grad_enabled(False):
        rows = [torch.clip((generator(z)[0] + 1) / 2, 0, 1) for z in latents]
    for module, mode in modes:
        module.training = mode
    return np.stack([torch.round(255 * row).permute(1, 2, 0).numpy() for row in rows]).astype("uint8")
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
        "least-squares-by-hand": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for i in range(steps):
        chosen = torch.randperm(len(points))[:batch_size]
        opt_d.zero_grad()
        with torch.no_grad():
            fake = generator(torch.randn(batch_size, latent_dim))
        loss_real = 0.5 * F.mse_loss(discriminator(points[chosen]), torch.ones(batch_size, 1))
        loss_fake = 0.5 * F.mse_loss(discriminator(fake), torch.zeros(batch_size, 1))
        loss_real.backward()
        loss_fake.backward()
        opt_d.step()
        discriminator.requires_grad_(False)
        opt_g.zero_grad()
        (0.5 * (discriminator(generator(torch.randn(batch_size, latent_dim))) - 1) ** 2).mean().backward()
        opt_g.step()
        discriminator.requires_grad_(True)
""",
        "optimizers-with-closures": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    for _ in range(steps):
        real = points[np.random.randint(0, len(points), size=batch_size)]
        z = torch.randn(batch_size, latent_dim)

        def closure_d():
            opt_d.zero_grad()
            loss = discriminator_loss(discriminator(real), discriminator(generator(z)))
            loss.backward()
            return loss

        def closure_g():
            opt_g.zero_grad()
            loss = generator_loss(discriminator(generator(z)))
            loss.backward()
            return loss

        opt_d.step(closure_d)
        opt_g.step(closure_g)
""",
        "same-latents-scored-twice": """
def fit_mixture(generator, discriminator, opt_g, opt_d, points, latent_dim, steps, batch_size):
    generator.train()
    discriminator.train()
    sampler = torch.utils.data.RandomSampler(range(len(points)), replacement=True, num_samples=steps * batch_size)
    losses = []
    for indices in torch.tensor(list(sampler)).split(batch_size):
        z = torch.randn(len(indices), latent_dim)
        d_loss = discriminator_loss(discriminator(points[indices]), discriminator(generator(z).detach()), 0.1)
        discriminator.zero_grad()
        d_loss.backward()
        opt_d.step()
        g_loss = generator_loss(discriminator(generator(z)))
        generator.zero_grad()
        g_loss.backward()
        opt_g.step()
        losses.append((d_loss.item(), g_loss.item()))
""",
    },
}
