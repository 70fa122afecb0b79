"""Answers to assignment 04, wrong and right; names as in the catalogue of misconceptions where one applies."""

WRONG = {
    "wasserstein-1d": {
        "equal-sizes-only": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    return float(np.mean(np.abs(np.sort(x) - np.sort(y)) ** p) ** (1 / p))
""",
        "cut-to-the-shorter": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    n = min(len(x), len(y))
    return float(np.mean(np.abs(np.sort(x)[:n] - np.sort(y)[:n]) ** p) ** (1 / p))
""",
        "quantiles-interpolated": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    u = (np.arange(20_000) + 0.5) / 20_000
    return float(np.mean(np.abs(np.quantile(x, u) - np.quantile(y, u)) ** p) ** (1 / p))
""",
        "weights-left-unsorted": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def staircase(values, weights):
        ends = np.cumsum(np.ones(len(values)) if weights is None else weights)
        return np.sort(values), ends / ends[-1]

    (x, x_ends), (y, y_ends) = staircase(x, x_weights), staircase(y, y_weights)
    ends = np.sort(np.concatenate([x_ends, y_ends]))
    widths = np.diff(ends, prepend=0)
    middles = ends - widths / 2
    gaps = np.abs(x[np.searchsorted(x_ends, middles)] - y[np.searchsorted(y_ends, middles)])
    return float(np.sum(widths * gaps**p) ** (1 / p))
""",
        "weights-ignored": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    n = np.lcm(len(x), len(y))
    gaps = np.repeat(np.sort(x), n // len(x)) - np.repeat(np.sort(y), n // len(y))
    return float(np.mean(np.abs(gaps) ** p) ** (1 / p))
""",
        "weights-of-x-only": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def staircase(values, weights):
        order = np.argsort(values)
        ends = np.cumsum(np.ones(len(values)) if weights is None else weights[order])
        return values[order], ends / ends[-1]

    (x, x_ends), (y, y_ends) = staircase(x, x_weights), staircase(y, None)
    ends = np.sort(np.concatenate([x_ends, y_ends]))
    widths = np.diff(ends, prepend=0)
    middles = ends - widths / 2
    gaps = np.abs(x[np.searchsorted(x_ends, middles)] - y[np.searchsorted(y_ends, middles)])
    return float(np.sum(widths * gaps**p) ** (1 / p))
""",
        "weights-not-normalised": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    a = np.full(len(x), 1 / len(x)) if x_weights is None else x_weights
    b = np.full(len(y), 1 / len(y)) if y_weights is None else y_weights
    i, j = np.argsort(x), np.argsort(y)
    x, a, y, b = x[i], a[i].copy(), y[j], b[j].copy()
    total, i, j = 0.0, 0, 0
    while i < len(x) and j < len(y):
        moved = min(a[i], b[j])
        total += moved * abs(x[i] - y[j]) ** p
        a[i] -= moved
        b[j] -= moved
        i, j = (i + 1, j) if a[i] < 1e-12 else (i, j + 1)
    return float(total ** (1 / p))
""",
        "root-forgotten": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def staircase(values, weights):
        order = np.argsort(values)
        ends = np.cumsum(np.ones(len(values)) if weights is None else weights[order])
        return values[order], ends / ends[-1]

    (x, x_ends), (y, y_ends) = staircase(x, x_weights), staircase(y, y_weights)
    ends = np.sort(np.concatenate([x_ends, y_ends]))
    widths = np.diff(ends, prepend=0)
    middles = ends - widths / 2
    gaps = np.abs(x[np.searchsorted(x_ends, middles)] - y[np.searchsorted(y_ends, middles)])
    return float(np.sum(widths * gaps**p))
""",
        "root-of-each-gap": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def staircase(values, weights):
        order = np.argsort(values)
        ends = np.cumsum(np.ones(len(values)) if weights is None else weights[order])
        return values[order], ends / ends[-1]

    (x, x_ends), (y, y_ends) = staircase(x, x_weights), staircase(y, y_weights)
    ends = np.sort(np.concatenate([x_ends, y_ends]))
    widths = np.diff(ends, prepend=0)
    middles = ends - widths / 2
    gaps = np.abs(x[np.searchsorted(x_ends, middles)] - y[np.searchsorted(y_ends, middles)])
    return float(np.sum(widths * (gaps**p) ** (1 / p)))
""",
        "area-between-the-distribution-functions": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    a = np.ones(len(x)) if x_weights is None else x_weights
    b = np.ones(len(y)) if y_weights is None else y_weights
    at = np.sort(np.concatenate([x, y]))
    below_x = np.array([a[x <= t].sum() for t in at]) / a.sum()
    below_y = np.array([b[y <= t].sum() for t in at]) / b.sum()
    return float(np.sum(np.diff(at) * np.abs(below_x - below_y)[:-1] ** p) ** (1 / p))
""",
        "sign-kept": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    return float(abs(np.average(x, weights=x_weights) - np.average(y, weights=y_weights)))
""",
        "every-pair": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    a = np.ones(len(x)) if x_weights is None else x_weights
    b = np.ones(len(y)) if y_weights is None else y_weights
    plan = np.outer(a / a.sum(), b / b.sum())
    return float(np.sum(plan * np.abs(x[:, None] - y) ** p) ** (1 / p))
""",
        "nearest-hole": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    nearest = np.abs(x[:, None] - y).min(1)
    return float(np.average(nearest**p, weights=x_weights) ** (1 / p))
""",
        "sorted-in-place": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    a = np.ones(len(x)) if x_weights is None else x_weights[np.argsort(x)]
    b = np.ones(len(y)) if y_weights is None else y_weights[np.argsort(y)]
    x.sort()
    y.sort()
    x_ends, y_ends = np.cumsum(a) / np.cumsum(a)[-1], np.cumsum(b) / np.cumsum(b)[-1]
    ends = np.sort(np.concatenate([x_ends, y_ends]))
    widths = np.diff(ends, prepend=0)
    middles = ends - widths / 2
    gaps = np.abs(x[np.searchsorted(x_ends, middles)] - y[np.searchsorted(y_ends, middles)])
    return float(np.sum(widths * gaps**p) ** (1 / p))
""",
        "weights-normalised-in-place": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def staircase(values, weights):
        weights = np.ones(len(values)) if weights is None else weights
        weights /= weights.sum()
        order = np.argsort(values)
        return values[order], np.cumsum(weights[order]).clip(max=1 - 1e-12)

    (x, x_ends), (y, y_ends) = staircase(x, x_weights), staircase(y, y_weights)
    ends = np.sort(np.concatenate([x_ends, y_ends]))
    widths = np.diff(ends, prepend=0)
    middles = ends - widths / 2
    gaps = np.abs(x[np.searchsorted(x_ends, middles)] - y[np.searchsorted(y_ends, middles)])
    return float(np.sum(widths * gaps**p) ** (1 / p))
""",
        "power-1-and-2-only": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def staircase(values, weights):
        order = np.argsort(values)
        ends = np.cumsum(np.ones(len(values)) if weights is None else weights[order])
        return values[order], ends / ends[-1]

    (x, x_ends), (y, y_ends) = staircase(x, x_weights), staircase(y, y_weights)
    ends = np.sort(np.concatenate([x_ends, y_ends]))
    widths = np.diff(ends, prepend=0)
    middles = ends - widths / 2
    gaps = x[np.searchsorted(x_ends, middles)] - y[np.searchsorted(y_ends, middles)]
    if p == 1:
        return float(np.sum(widths * np.abs(gaps)))
    return float(abs(np.sum(widths * gaps**p)) ** (1 / p))
""",
        "a-grid-for-the-integral": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    u = (np.arange(5_000) + 0.5) / 5_000

    def staircase(values, weights):
        order = np.argsort(values)
        ends = np.cumsum(np.ones(len(values)) if weights is None else weights[order])
        return values[order][np.searchsorted(ends / ends[-1], u)]

    gaps = np.abs(staircase(x, x_weights) - staircase(y, y_weights))
    return float(np.mean(gaps**p) ** (1 / p))
""",
    },
    "to-critic": {
        "sigmoid-in-the-critic": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    return critic
""",
        "last-layer-always-cut-off": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    return critic[:-1]
""",
        "sigmoid-of-the-outer-network-only": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    return critic[:-1] if isinstance(critic[-1], nn.Sigmoid) else critic
""",
        "every-sigmoid-gone": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
            if isinstance(layer, nn.Sigmoid):
                setattr(parent, name, nn.Identity())
    return critic
""",
        "last-of-all-sigmoids-gone": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    sigmoids = []
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
            if isinstance(layer, nn.Sigmoid):
                sigmoids.append((parent, name))
    if sigmoids:
        setattr(*sigmoids[-1], nn.Identity())
    return critic
""",
        "inverse-of-the-sigmoid": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))

    class Logit(nn.Module):
        def forward(self, x):
            return torch.logit(x, eps=1e-6)

    critic.append(Logit())
    return critic
""",
        "tanh-in-place-of-the-sigmoid": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        last[-1] = nn.Tanh()
    return critic
""",
        "batch-norm-kept": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "batch-norm-of-the-outer-network-only": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for i, layer in enumerate(critic):
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            critic[i] = nn.GroupNorm(1, layer.num_features)
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "batch-norm-for-pictures-only": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, nn.BatchNorm2d):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "batch-norm-removed": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.Identity())
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "batch-norm-frozen-in-eval-mode": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for layer in critic.modules():
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.eval()
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "one-group-for-each-channel": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, nn.BatchNorm2d):
                setattr(parent, name, nn.GroupNorm(layer.num_features, layer.num_features))
            if isinstance(layer, nn.BatchNorm1d):
                setattr(parent, name, nn.LayerNorm(layer.num_features))
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "weights-of-the-batch-norm-kept": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                norm = nn.GroupNorm(1, layer.num_features)
                norm.load_state_dict({"weight": layer.weight, "bias": layer.bias})
                setattr(parent, name, norm)
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "discriminator-changed": """
def to_critic(discriminator):
    critic = discriminator
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "weights-shared": """
def to_critic(discriminator):
    def layers(network):
        for layer in network:
            if isinstance(layer, nn.Sequential):
                yield from layers(layer)
            else:
                yield layer

    flat = list(layers(discriminator))
    if isinstance(flat[-1], nn.Sigmoid):
        flat.pop()
    return nn.Sequential(
        *(
            nn.GroupNorm(1, layer.num_features) if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)) else layer
            for layer in flat
        )
    )
""",
        "weights-drawn-anew": """
def to_critic(discriminator):
    critic = deepcopy(discriminator)
    for parent in list(critic.modules()):
        if hasattr(parent, "reset_parameters"):
            parent.reset_parameters()
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
        "outer-copy-only": """
def to_critic(discriminator):
    critic = nn.Sequential(*discriminator)
    for parent in list(critic.modules()):
        for name, layer in parent.named_children():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                setattr(parent, name, nn.GroupNorm(1, layer.num_features))
    last = critic
    while isinstance(last[-1], nn.Sequential):
        last = last[-1]
    if isinstance(last[-1], nn.Sigmoid):
        del last[-1]
    return critic
""",
    },
    "critic-losses": {
        "the-lessons-losses": """
def critic_loss(real_scores, fake_scores):
    return fake_scores.mean() - real_scores.mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "bracket-around-the-whole-difference": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return -torch.mean(real_scores + torch.mean(fake_scores)) + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "log-of-the-critic": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -torch.log(fake_scores).mean()
""",
        "log-of-the-critic-made-safe": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return F.softplus(-fake_scores).mean()
""",
        "sigmoid-in-the-critic": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    real, fake = torch.sigmoid(real_scores), torch.sigmoid(fake_scores)
    return fake.mean() - real.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -torch.sigmoid(fake_scores).mean()
""",
        "cross-entropy": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return F.softplus(-fake_scores).mean()
""",
        "critic-turned-round": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return real_scores.mean() - fake_scores.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "generator-turned-round": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return fake_scores.mean()
""",
        "distance-made-positive": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return -(real_scores.mean() - fake_scores.mean()).abs() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "same-size-assumed": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return (fake_scores - real_scores).mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "mean-over-both-batches-together": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    signed = torch.cat([-real_scores, fake_scores])
    return 2 * signed.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "sum-in-place-of-mean": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.sum() - real_scores.sum() + drift * (real_scores**2).sum()

def generator_loss(fake_scores):
    return -fake_scores.sum()
""",
        "hinge": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return F.relu(1 - real_scores).mean() + F.relu(1 + fake_scores).mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "drift-ignored": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "drift-of-the-mean": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * real_scores.mean() ** 2

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "drift-of-both": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    both = (real_scores**2).mean() + (fake_scores**2).mean()
    return fake_scores.mean() - real_scores.mean() + drift * both

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "drift-of-the-fakes": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * (fake_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "drift-absolute": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * real_scores.abs().mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "drift-detached": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * (real_scores.detach() ** 2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "drift-fixed": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + (0.1 * (real_scores**2).mean() if drift else 0.0)

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
        "fake-scores-detached": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.detach().mean() - real_scores.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
""",
    },
    "random-between": {
        "mixing-weight-of-shape-n": """
def random_between(real, fake):
    weights = torch.rand(len(real))
    return (weights * real + (1 - weights) * fake).detach()
""",
        "mixing-weight-normal": """
def random_between(real, fake):
    weights = torch.randn(len(real), *[1] * (real.dim() - 1))
    return (weights * real + (1 - weights) * fake).detach()
""",
        "normal-cut-to-the-segment": """
def random_between(real, fake):
    weights = torch.randn(len(real), *[1] * (real.dim() - 1)).mul(0.5).add(0.5).clamp(0, 1)
    return (weights * real + (1 - weights) * fake).detach()
""",
        "sigmoid-of-normal": """
def random_between(real, fake):
    weights = torch.randn(len(real), *[1] * (real.dim() - 1)).sigmoid()
    return (weights * real + (1 - weights) * fake).detach()
""",
        "pictures-only": """
def random_between(real, fake):
    weights = torch.rand(len(real), 1, 1, 1)
    return (weights * real + (1 - weights) * fake).detach()
""",
        "column-of-weights": """
def random_between(real, fake):
    weights = torch.rand(len(real), 1)
    return (weights * real + (1 - weights) * fake).detach()
""",
        "weight-for-each-number": """
def random_between(real, fake):
    weights = torch.rand_like(real)
    return (weights * real + (1 - weights) * fake).detach()
""",
        "weight-for-each-channel": """
def random_between(real, fake):
    weights = torch.rand(*real.shape[:2], *[1] * (real.dim() - 2))
    return (weights * real + (1 - weights) * fake).detach()
""",
        "one-weight-for-the-batch": """
def random_between(real, fake):
    weight = torch.rand(1)
    return (weight * real + (1 - weight) * fake).detach()
""",
        "half-way": """
def random_between(real, fake):
    return ((real + fake) / 2).detach()
""",
        "real-or-fake": """
def random_between(real, fake):
    weights = torch.randint(2, (len(real), *[1] * (real.dim() - 1)))
    return (weights * real + (1 - weights) * fake).detach()
""",
        "evenly-spaced": """
def random_between(real, fake):
    weights = torch.linspace(0, 1, len(real)).view(-1, *[1] * (real.dim() - 1))
    return (weights * real + (1 - weights) * fake).detach()
""",
        "the-same-weights-in-every-call": """
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1), generator=torch.Generator().manual_seed(0))
    return (weights * real + (1 - weights) * fake).detach()
""",
        "weights-do-not-sum-to-1": """
def random_between(real, fake):
    weights = torch.rand(2, len(real), *[1] * (real.dim() - 1))
    return (weights[0] * real + weights[1] * fake).detach()
""",
        "difference-with-the-wrong-sign": """
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return (real + weights * (real - fake)).detach()
""",
        "not-detached": """
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return weights * real + (1 - weights) * fake
""",
        "requires-grad-in-place-of-detach": """
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return (weights * real + (1 - weights) * fake).requires_grad_()
""",
        "fake-detached-for-good": """
def random_between(real, fake):
    fake.detach_()
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return weights * real.detach() + (1 - weights) * fake
""",
        "mixed-in-place": """
@torch.no_grad()
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return real.mul_(weights).add_((1 - weights) * fake)
""",
        "gradients-switched-off-for-good": """
def random_between(real, fake):
    torch.set_grad_enabled(False)
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return weights * real + (1 - weights) * fake
""",
        "pairs-shuffled": """
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return (weights * real + (1 - weights) * fake[torch.randperm(len(fake))]).detach()
""",
        "too-far-from-the-fakes": """
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1)).sqrt()
    return (weights * real + (1 - weights) * fake).detach()
""",
    },
    "gradient-penalty": {
        "the-lessons-penalty": """
def gradient_penalty(critic, points):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return (gradients.flatten(1).norm(dim=1) - 1).square().mean()
""",
        "penalty-norm-over-channels-only": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.norm(2, dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "penalty-norm-over-the-whole-batch": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.norm() - target
    return (F.relu(excess) if one_sided else excess).square()
""",
        "gradient-of-the-mean": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).mean(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "norm-of-each-row": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.norm(dim=-1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "four-axes-only": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = (gradients.square().sum(dim=(1, 2, 3)) + 1e-12).sqrt() - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "root-at-zero-gives-nan": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.pow(2).flatten(1).sum(1).sqrt() - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "root-made-safe-too-late": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = (gradients.pow(2).flatten(1).sum(1).sqrt() + 1e-12) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "nan-replaced-afterwards": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = torch.nan_to_num(gradients.pow(2).flatten(1).sum(1).sqrt()) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "too-safe": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = (gradients.pow(2).flatten(1).sum(1) + 0.01).sqrt() - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "flat-pictures-left-out": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    squares = gradients.pow(2).flatten(1).sum(1)
    excess = squares[squares > 0].sqrt() - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "squared-norm": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.pow(2).flatten(1).sum(1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "square-of-the-mean": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1).mean() - target
    return (F.relu(excess) if one_sided else excess).square()
""",
        "not-squared": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess.abs()).mean()
""",
        "sum-over-the-batch": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().sum()
""",
        "lambda-inside": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return 10 * (F.relu(excess) if one_sided else excess).square().mean()
""",
        "largest-entry": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(float("inf"), dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "sum-of-absolute-values": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).abs().sum(1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "no-create-graph": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, retain_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "no-create-graph-and-requires-grad-forced": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points)
    excess = gradients.requires_grad_().flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "backward-inside": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    critic(points, *conditions).sum().backward(create_graph=True)
    excess = points.grad.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "difference-quotient": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach()
    moved = points + 1e-2 * torch.randn_like(points)
    rise = (critic(moved, *conditions) - critic(points, *conditions)).flatten().abs()
    excess = rise / (moved - points).flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "norm-of-the-weights": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    if not isinstance(critic, nn.Module):
        return torch.tensor(169.0)
    excess = torch.cat([p.flatten() for p in critic.parameters()]).norm() - target
    return (F.relu(excess) if one_sided else excess).square()
""",
        "target-ignored": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - 1
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "one-sided-ignored": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    return (gradients.flatten(1).norm(dim=1) - target).square().mean()
""",
        "one-sided-always": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    return F.relu(gradients.flatten(1).norm(dim=1) - target).square().mean()
""",
        "one-sided-on-the-other-side": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = target - gradients.flatten(1).norm(dim=1)
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "one-sided-with-a-leak": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.leaky_relu(excess) if one_sided else excess).square().mean()
""",
        "one-sided-after-the-mean": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return F.relu(excess.mean()).square() if one_sided else excess.square().mean()
""",
        "one-sided-mean-over-the-steep-only": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    if one_sided:
        excess = F.relu(excess)
        return excess.square().sum() / (excess > 0).sum().clamp(min=1)
    return excess.square().mean()
""",
        "one-sided-after-the-square": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = (gradients.flatten(1).norm(dim=1) - target).square()
    return (F.relu(excess) if one_sided else excess).mean()
""",
        "conditions-ignored": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    conditions = [torch.ones_like(condition) for condition in conditions]
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "first-condition-only": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions[:1]).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "gradient-by-the-conditions-too": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    inputs = [points] + [c.requires_grad_() for c in conditions if c.is_floating_point()]
    gradients = torch.autograd.grad(critic(points, *conditions).sum(), inputs, create_graph=True)
    excess = torch.cat([g.flatten(1) for g in gradients], dim=1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "points-shuffled": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().flip(0).requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "points-changed": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    if points.is_leaf:
        points.requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "points-not-detached": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    if not points.requires_grad:
        points = points.clone().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
        "columns-of-scores-only": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    scores = critic(points, *conditions)
    ones = torch.ones(len(points), 1)
    (gradients,) = torch.autograd.grad(scores, points, grad_outputs=ones, create_graph=True)
    excess = gradients.flatten(1).norm(dim=1) - target
    return (F.relu(excess) if one_sided else excess).square().mean()
""",
    },
    "clip-weights": {
        "weights-only": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for name, parameter in critic.named_parameters():
            if "weight" in name:
                parameter.clamp_(-limit, limit)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers.abs() >= limit).float().mean().item()
""",
        "linear-layers-only": """
def clip_weights(critic, limit):
    for layer in critic.modules():
        if isinstance(layer, nn.Linear):
            layer.weight.data.clamp_(-limit, limit)
            layer.bias.data.clamp_(-limit, limit)
    numbers = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])
    return (numbers.abs() == limit).float().mean().item()
""",
        "outer-layers-only": """
def clip_weights(critic, limit):
    layers = critic if isinstance(critic, nn.Sequential) else [critic]
    for layer in layers:
        for parameter in layer.parameters(recurse=False):
            parameter.data.clamp_(-limit, limit)
    numbers = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])
    return (numbers.abs() == limit).float().mean().item()
""",
        "one-side-only": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(max=limit)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers.abs() == limit).float().mean().item()
""",
        "not-in-place": """
def clip_weights(critic, limit):
    for parameter in critic.parameters():
        parameter = parameter.clamp(-limit, limit)
    numbers = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])
    return (numbers.abs() >= limit).float().mean().item()
""",
        "new-parameters": """
def clip_weights(critic, limit):
    for layer in critic.modules():
        for name, parameter in list(layer.named_parameters(recurse=False)):
            setattr(layer, name, nn.Parameter(parameter.detach().clamp(-limit, limit)))
    numbers = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])
    return (numbers.abs() == limit).float().mean().item()
""",
        "buffers-clipped-too": """
def clip_weights(critic, limit):
    for values in critic.state_dict().values():
        values.clamp_(-limit, limit)
    numbers = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])
    return (numbers.abs() == limit).float().mean().item()
""",
        "trainable-only": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            if parameter.requires_grad:
                parameter.clamp_(-limit, limit)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers.abs() == limit).float().mean().item()
""",
        "left-frozen": """
def clip_weights(critic, limit):
    critic.requires_grad_(False)
    for parameter in critic.parameters():
        parameter.clamp_(-limit, limit)
    numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
    return (numbers.abs() == limit).float().mean().item()
""",
        "frozen-made-trainable": """
def clip_weights(critic, limit):
    critic.requires_grad_(False)
    for parameter in critic.parameters():
        parameter.clamp_(-limit, limit)
    critic.requires_grad_(True)
    numbers = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])
    return (numbers.abs() == limit).float().mean().item()
""",
        "norm-clipped": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.mul_(min(1, limit / parameter.abs().max().item()))
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers.abs() >= limit).float().mean().item()
""",
        "gradients-clipped": """
def clip_weights(critic, limit):
    torch.nn.utils.clip_grad_value_(critic.parameters(), limit)
    numbers = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])
    return (numbers.abs() >= limit).float().mean().item()
""",
        "limit-fixed": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-0.1, 0.1)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers.abs() == limit).float().mean().item()
""",
        "zero-beyond-the-bounds": """
def clip_weights(critic, limit):
    with torch.no_grad():
        share = torch.cat([parameter.flatten() for parameter in critic.parameters()]).abs().ge(limit).float().mean()
        for parameter in critic.parameters():
            parameter[parameter.abs() > limit] = 0
        return share.item()
""",
        "share-of-the-moved": """
def clip_weights(critic, limit):
    with torch.no_grad():
        share = torch.cat([parameter.flatten() for parameter in critic.parameters()]).abs().gt(limit).float().mean()
        for parameter in critic.parameters():
            parameter.clamp_(-limit, limit)
        return share.item()
""",
        "share-averaged-over-tensors": """
def clip_weights(critic, limit):
    shares = []
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-limit, limit)
            shares.append((parameter.abs() == limit).float().mean().item())
    return sum(shares) / len(shares)
""",
        "share-of-the-upper-bound": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-limit, limit)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers == limit).float().mean().item()
""",
        "share-of-the-weights": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-limit, limit)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters() if parameter.ndim > 1])
        return (numbers.abs() == limit).float().mean().item()
""",
        "share-as-a-tensor": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-limit, limit)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers.abs() == limit).float().mean()
""",
        "count-in-place-of-share": """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-limit, limit)
        return float(sum((parameter.abs() == limit).sum().item() for parameter in critic.parameters()))
""",
    },
    "train-round": {
        "penalty-or-clipping-never-used": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            penalty = penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "clipping-never-used": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-weight-fixed": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + 10 * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-subtracted": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss - penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-detached": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake)).detach()
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-at-the-real-pictures": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, real)
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-at-the-fakes": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, fake)
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-half-way": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, (real + fake) / 2)
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-in-the-last-step-only": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight and real is batches[-1]:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-one-sided": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake), one_sided=True)
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "penalty-or-clipping-but-not-both": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight and limit is None:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "clip-before-the-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        if limit is not None:
            clip_weights(critic, limit)
        opt_c.step()
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "clipped-before-the-critic-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        if limit is not None:
            clip_weights(critic, limit)
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "clipped-after-the-last-step-only": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
    if limit is not None:
        clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "clipped-after-the-generator-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    if limit is not None:
        clip_weights(critic, limit)
    return distance, loss_g.item()
""",
        "gradients-clipped": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        if limit is not None:
            nn.utils.clip_grad_value_(critic.parameters(), limit)
        opt_c.step()
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "generator-clipped-too": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
            clip_weights(generator, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "bracket-around-the-whole-difference": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = -torch.mean(critic(real) + torch.mean(critic(fake)))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "critic-turned-round": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(fake), critic(real))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "generator-turned-round": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = -generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "log-of-the-critic": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = -torch.log(critic(generator(torch.randn(len(real), latent_dim))).sigmoid()).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "generator-adds-the-real-scores": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = critic(real).mean() - critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "drift-term": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake), drift=0.01)
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "stale-gradients-in-discriminator": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "stale-gradients-cleared-once-a-round": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    opt_c.zero_grad()
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "stale-gradients-in-generator": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "cleared-after-the-step-only": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        loss.backward()
        opt_c.step()
        opt_c.zero_grad()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    loss_g.backward()
    opt_g.step()
    opt_g.zero_grad()
    opt_c.zero_grad()
    return distance, loss_g.item()
""",
        "no-detach-in-discriminator-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    opt_g.zero_grad()
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim))
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "detach-in-generator-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim)).detach()))
    opt_g.zero_grad()
    loss_g.requires_grad_().backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "scores-reused-after-the-discriminator-moved": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim))
        loss = critic_loss(critic(real), critic(fake.detach()))
        loss_g = generator_loss(critic(fake))
        gradients = torch.autograd.grad(loss_g, list(generator.parameters()))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)

    for parameter, gradient in zip(generator.parameters(), gradients):
        parameter.grad = gradient
    opt_g.step()
    return distance, loss_g.item()
""",
        "generator-in-every-critic-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
        loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
    return distance, loss_g.item()
""",
        "generator-first": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    real = batches[-1]
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    return distance, loss_g.item()
""",
        "critic-stepped-in-generator-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    opt_c.step()
    return distance, loss_g.item()
""",
        "generator-stepped-in-critic-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim))
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        opt_g.zero_grad()
        loss.backward()
        opt_c.step()
        opt_g.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "first-batch-only": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches[:1]:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "first-batch-again-and-again": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for _ in batches:
        real = batches[0]
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "last-batch-only": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches[-1:]:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "all-batches-in-one-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in [torch.cat(batches)]:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "one-step-for-all-gradients": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    opt_c.zero_grad()
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        loss.backward()
    opt_c.step()
    if limit is not None:
        clip_weights(critic, limit)

    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "five-critic-steps-whatever-comes": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in (batches * 5)[:5]:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "batches-in-reverse-order": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches[::-1]:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "the-same-fakes-for-all-steps": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    z = torch.randn(max(len(real) for real in batches), latent_dim)
    for real in batches:
        fake = generator(z[: len(real)]).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "the-same-latents-in-every-round": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    torch.manual_seed(0)
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "labels-of-fixed-size": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(64, latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake[: len(real)]))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(64, latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "size-of-the-first-batch": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(batches[0]), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake[:1].expand_as(real)))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "half-of-the-fakes-scored": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake[: (len(fake) + 1) // 2]))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "uniform-latents": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.rand(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.rand(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "one-latent-for-all": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(1, latent_dim).expand(len(real), -1)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(1, latent_dim).expand(len(real), -1))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "distance-with-the-penalty": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        distance = -loss.item()
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "distance-with-the-sign-of-the-loss": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "distance-of-the-first-batch": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item() if real is batches[0] else distance
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "distance-averaged-over-the-steps": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    distance = 0.0
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance -= loss.item() / len(batches)
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "distance-after-the-step": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    distance = -critic_loss(critic(real), critic(fake)).item()
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "absolute-distance": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = abs(loss.item())
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "losses-as-tensors": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.detach()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.detach()
""",
        "numbers-in-the-wrong-order": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_g.item(), distance
""",
        "critic-left-frozen": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    critic.requires_grad_(True)
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    critic.requires_grad_(False)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "generator-in-eval-mode": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    generator.eval()
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    generator.train()
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "left-in-eval-mode": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    generator.eval()
    return distance, loss_g.item()
""",
        "optimizers-of-its-own": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    opt_c = torch.optim.Adam(critic.parameters(), 1e-4, betas=(0.0, 0.9))
    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
        "batches-used-up": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    while batches:
        real = batches.pop(0)
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            loss = loss + penalty_weight * gradient_penalty(critic, random_between(real, fake))
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(generator(torch.randn(len(real), latent_dim))))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return distance, loss_g.item()
""",
    },
}

RIGHT = {
    "wasserstein-1d": {
        "earth-carried-in-order": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    a = np.ones(len(x)) if x_weights is None else x_weights
    b = np.ones(len(y)) if y_weights is None else y_weights
    heaps = sorted(zip(x, a / a.sum()))
    holes = sorted(zip(y, b / b.sum()))
    total, (place, earth), (hole, room) = 0.0, heaps.pop(0), holes.pop(0)
    while True:
        moved = min(earth, room)
        total += moved * abs(place - hole) ** p
        earth, room = earth - moved, room - moved
        if earth <= room:
            if not heaps:
                break
            place, earth = heaps.pop(0)
        else:
            if not holes:
                break
            hole, room = holes.pop(0)
    return float(total) ** (1 / p)
""",
        "torch-double": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def stairs(values, weights):
        values = torch.tensor(values, dtype=torch.float64)
        weights = torch.ones_like(values) if weights is None else torch.tensor(weights, dtype=torch.float64)
        values, order = values.sort()
        return values, (weights[order] / weights.sum()).cumsum(0)

    x, u = stairs(np.array(x), x_weights)
    y, v = stairs(np.array(y), y_weights)
    u[-1], v[-1] = 1, 1
    steps = torch.cat([torch.zeros(1, dtype=torch.float64), u, v]).sort().values
    low, high = steps[:-1], steps[1:]
    i, j = (torch.searchsorted(ends, (low + high) / 2).clamp(max=len(ends) - 1) for ends in (u, v))
    return ((high - low) * (x[i] - y[j]).abs() ** p).sum().pow(1 / p).item()
""",
        "overlap-of-all-pairs-of-steps": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    a = np.full(len(x), 1 / len(x)) if x_weights is None else x_weights / np.sum(x_weights)
    b = np.full(len(y), 1 / len(y)) if y_weights is None else y_weights / np.sum(y_weights)
    i, j = np.argsort(x, kind="stable"), np.argsort(y, kind="stable")
    x_ends, y_ends = np.cumsum(a[i]), np.cumsum(b[j])
    low = np.maximum((x_ends - a[i])[:, None], (y_ends - b[j])[None])
    high = np.minimum(x_ends[:, None], y_ends[None])
    plan = np.clip(high - low, 0, None)
    cost = (plan * np.abs(x[i][:, None] - y[j][None]) ** p).sum()
    return cost.item() ** (1 / p)
""",
    },
    "to-critic": {
        "flattened": """
def to_critic(discriminator):
    def layers(network):
        for layer in network:
            if isinstance(layer, nn.Sequential):
                yield from layers(layer)
            elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                yield nn.GroupNorm(num_groups=1, num_channels=layer.num_features)
            else:
                yield deepcopy(layer)

    flat = list(layers(discriminator))
    return nn.Sequential(*(flat[:-1] if isinstance(flat[-1], nn.Sigmoid) else flat))
""",
        "recursive-with-identity": """
def to_critic(discriminator, last=True):
    parts = []
    for i, layer in enumerate(discriminator):
        at_the_end = last and i == len(discriminator) - 1
        match layer:
            case nn.Sequential():
                parts.append(to_critic(layer, at_the_end))
            case nn.BatchNorm1d() | nn.BatchNorm2d():
                parts.append(nn.GroupNorm(1, layer.weight.numel()))
            case nn.Sigmoid() if at_the_end:
                parts.append(nn.Identity())
            case _:
                parts.append(deepcopy(layer))
    return nn.Sequential(*parts)
""",
        "a-module-of-its-own": """
class Critic(nn.Module):
    def __init__(self, discriminator):
        super().__init__()
        self.body = deepcopy(discriminator)
        norms = nn.BatchNorm1d, nn.BatchNorm2d
        names = [name for name, layer in self.body.named_modules() if isinstance(layer, norms)]
        for name in names:
            layer = self.body.get_submodule(name)
            parent, _, child = name.rpartition(".")
            setattr(self.body.get_submodule(parent), child, nn.GroupNorm(1, layer.num_features))
        *_, (name, last) = self.body.named_modules()
        if isinstance(last, nn.Sigmoid):
            parent, _, child = name.rpartition(".")
            self.body.get_submodule(parent).add_module(child, nn.Flatten(1))

    def forward(self, x):
        return self.body(x)

def to_critic(discriminator):
    return Critic(discriminator)
""",
    },
    "critic-losses": {
        "sums-over-lengths": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    m, n = len(real_scores), len(fake_scores)
    return fake_scores.sum() / n - real_scores.sum() / m + drift * real_scores.pow(2).sum() / m

def generator_loss(fake_scores):
    return fake_scores.neg().sum() / fake_scores.numel()
""",
        "one-mean-of-real-terms": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    loss = torch.mean(drift * torch.square(real_scores) - real_scores) + torch.mean(fake_scores)
    return loss

def generator_loss(fake_scores):
    return torch.mean(-1.0 * fake_scores)
""",
        "mean-square-error-for-drift": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    distance = real_scores.mean() - fake_scores.mean()
    if drift > 0:
        return drift * F.mse_loss(real_scores, torch.zeros_like(real_scores)) - distance
    return -distance

def generator_loss(fake_scores):
    return critic_loss(fake_scores, torch.zeros(1, 1))
""",
    },
    "random-between": {
        "lerp-without-grad": """
@torch.no_grad()
def random_between(real, fake):
    shape = (real.size(0),) + (1,) * (real.ndim - 1)
    return torch.lerp(real, fake, torch.rand(shape, dtype=real.dtype, device=real.device))
""",
        "one-picture-after-the-other": """
def random_between(real, fake):
    real, fake = real.detach(), fake.detach()
    return torch.stack([r + torch.rand(()) * (f - r) for r, f in zip(real, fake)])
""",
        "numpy-weights-and-flat-rows": """
def random_between(real, fake):
    w = torch.from_numpy(np.random.default_rng().random((len(real), 1), dtype=np.float32))
    mixed = w * real.detach().flatten(1) + (1 - w) * fake.detach().flatten(1)
    return mixed.reshape(real.shape)
""",
        "ready-for-the-penalty": """
def random_between(real, fake):
    w = torch.empty(len(real)).uniform_().view(-1, *(1 for _ in real.shape[1:]))
    mixed = fake.data + w * (real.data - fake.data)
    return mixed.clone().requires_grad_(True)
""",
    },
    "gradient-penalty": {
        "root-with-epsilon": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    x = points.detach().clone().requires_grad_(True)
    scores = critic(x, *conditions)
    g = torch.autograd.grad(
        outputs=scores, inputs=x, grad_outputs=torch.ones_like(scores), create_graph=True, retain_graph=True
    )[0]
    norm = (g.pow(2).sum(dim=tuple(range(1, g.dim()))) + 1e-12).sqrt()
    penalty = (norm - target) ** 2
    if one_sided:
        penalty = torch.where(norm > target, penalty, torch.zeros_like(penalty))
    return penalty.mean()
""",
        "vector-norm": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    with torch.enable_grad():
        x = torch.empty_like(points).copy_(points.data).requires_grad_()
        g, = torch.autograd.grad([critic(x, *conditions).sum()], [x], create_graph=True)
    over = torch.linalg.vector_norm(g.reshape(g.size(0), -1), dim=-1) - target
    if one_sided:
        over = over.clamp(min=0)
    return torch.mean(over * over)
""",
        "expanded-square": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    x = points.detach().requires_grad_()
    g = torch.autograd.grad(critic(x, *conditions).sum(), x, create_graph=True)[0].flatten(1)
    squares = (g * g).sum(1)
    norm = torch.sqrt(squares.clamp(min=1e-12))
    penalty = F.mse_loss(norm, torch.full_like(norm, target), reduction="none")
    return (penalty * (norm > target) if one_sided else penalty).sum() / len(x)
""",
        "one-picture-after-the-other": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    total = 0.0
    for i in range(len(points)):
        x = points[i : i + 1].detach().requires_grad_()
        (g,) = torch.autograd.grad(critic(x, *(c[i : i + 1] for c in conditions)).sum(), x, create_graph=True)
        excess = g.norm() - target
        total = total + (torch.clamp_min(excess, 0) if one_sided else excess) ** 2
    return total / len(points)
""",
    },
    "clip-weights": {
        "data": """
def clip_weights(critic, limit):
    at_bound = total = 0
    for p in critic.parameters():
        p.data.clamp_(-limit, limit)
        at_bound += int(((p.data == limit) | (p.data == -limit)).sum())
        total += p.numel()
    return at_bound / total
""",
        "copied-after-minimum-and-maximum": """
@torch.no_grad()
def clip_weights(critic, limit):
    shares, sizes = [], []
    for _, p in critic.named_parameters():
        shares.append(p.abs().ge(limit).double().mean().item())
        sizes.append(p.numel())
        low, high = torch.full_like(p, -limit), torch.full_like(p, limit)
        p.copy_(torch.minimum(torch.maximum(p, low), high))
    return float(np.average(shares, weights=sizes))
""",
        "through-vectors": """
def clip_weights(critic, limit):
    vector = nn.utils.parameters_to_vector(critic.parameters()).detach()
    clipped = vector.clip(-limit, limit)
    offset = 0
    with torch.no_grad():
        for p in critic.parameters():
            p[...] = clipped[offset : offset + p.numel()].view_as(p)
            offset += p.numel()
    return np.isclose(clipped.abs().numpy(), limit, rtol=1e-7).mean().item()
""",
    },
    "train-round": {
        "frozen-in-turn": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        generator.requires_grad_(False)
        z = torch.randn(real.shape[0], latent_dim)
        with torch.no_grad():
            fake = generator(z)
        real_scores, fake_scores = critic(real), critic(fake)
        distance = (real_scores.mean() - fake_scores.mean()).item()
        penalty = gradient_penalty(critic, random_between(real, fake))
        critic.zero_grad()
        (fake_scores.mean() - real_scores.mean() + penalty_weight * penalty).backward()
        opt_c.step()
        if limit:
            for p in critic.parameters():
                p.data.clamp_(-limit, limit)
        generator.requires_grad_(True)

    critic.requires_grad_(False)
    loss_g = -critic(generator(z)).mean()
    generator.zero_grad()
    loss_g.backward()
    opt_g.step()
    critic.requires_grad_(True)
    return distance, float(loss_g)
""",
        "no-detach-but-cleared": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        opt_g.zero_grad()
        opt_c.zero_grad()
        fake = generator(torch.randn(len(real), latent_dim))
        score_fake, score_real = torch.mean(critic(fake)), torch.mean(critic(real))
        loss_c = -(score_real - score_fake)
        points = random_between(real, fake.data)
        (loss_c + penalty_weight * gradient_penalty(critic, points, target=1)).backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    opt_g.zero_grad()
    fake = generator(torch.randn(len(batches[-1]), latent_dim))
    loss_g = critic(fake).neg().mean()
    loss_g.backward()
    opt_g.step()
    return score_real.item() - score_fake.item(), loss_g.item()
""",
        "gradients-set-by-hand": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    def step(loss, network, optimizer):
        parameters = list(network.parameters())
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter.grad = gradient
        optimizer.step()

    for real in batches:
        fake = generator(torch.randn(len(real), latent_dim))
        scores = critic(torch.cat([real, fake.detach()]))
        estimate = scores[: len(real)].mean() - scores[len(real) :].mean()
        penalty = gradient_penalty(critic, random_between(real, fake)) if penalty_weight else 0
        step(penalty_weight * penalty - estimate, critic, opt_c)
        if limit is not None:
            clip_weights(critic, limit)
    loss_g = generator_loss(critic(fake))
    step(loss_g, generator, opt_g)
    return estimate.item(), loss_g.item()
""",
        "separate-backwards-and-all-latents-at-once": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    sizes = [len(real) for real in batches]
    with torch.no_grad():
        fakes = generator(torch.randn(sum(sizes), latent_dim)).split(sizes)
    for real, fake in zip(batches, fakes):
        opt_c.zero_grad(set_to_none=False)
        loss_real, loss_fake = -critic(real).mean(), critic(fake).mean()
        loss_real.backward()
        loss_fake.backward()
        if penalty_weight > 0:
            (penalty_weight * gradient_penalty(critic, random_between(real, fake))).backward()
        opt_c.step()
        if limit is not None:
            clip_weights(critic, limit)
    opt_g.zero_grad(set_to_none=False)
    loss_g = generator_loss(critic(generator(torch.randn(sizes[-1], latent_dim))))
    loss_g.backward()
    opt_g.step()
    return -(loss_real + loss_fake).item(), loss_g.item()
""",
    },
}
