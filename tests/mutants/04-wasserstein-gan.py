"""Answers to assignment 04, wrong and right; names as in the catalogue of misconceptions where one applies."""

DISTANCE = """
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
    return float(np.sum(widths * gaps**p) ** (1 / p))
"""

TO_CRITIC = """
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
        del last[-1]
    return critic
"""

LOSSES = """
def critic_loss(real_scores, fake_scores, drift=0.0):
    return fake_scores.mean() - real_scores.mean() + drift * (real_scores**2).mean()

def generator_loss(fake_scores):
    return -fake_scores.mean()
"""

BETWEEN = """
def random_between(real, fake):
    weights = torch.rand(len(real), *[1] * (real.dim() - 1))
    return (weights * real + (1 - weights) * fake).detach()
"""

PENALTY = """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    points = points.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)
    norms = gradients.flatten(1).norm(dim=1)
    excess = norms - target
    return (F.relu(excess) if one_sided else excess).square().mean()
"""

CLIP = """
def clip_weights(critic, limit):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-limit, limit)
        numbers = torch.cat([parameter.flatten() for parameter in critic.parameters()])
        return (numbers.abs() == limit).float().mean().item()
"""

ROUND = """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    for real in batches:
        z = torch.randn(len(real), latent_dim)
        fake = generator(z).detach()
        loss = critic_loss(critic(real), critic(fake))
        distance = -loss.item()
        if penalty_weight:
            points = random_between(real, fake)
            loss = loss + penalty_weight * gradient_penalty(critic, points)
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
"""

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
        "single-precision": DISTANCE.replace(
            "    def stair", "    x, y = x.astype(np.float32), y.astype(np.float32)\n\n    def stair"
        ),
        "half-precision-weights": DISTANCE.replace(
            "ends / ends[-1]", "(ends / ends[-1]).astype(np.float16).astype(float)"
        ),
        "small-shares-left-out": DISTANCE.replace("    middles", "    widths[widths < 1e-5] = 0\n    middles"),
        "shares-rounded": DISTANCE.replace("ends / ends[-1]", "np.round(ends / ends[-1], 4)"),
        "equal-numbers-merged": DISTANCE.replace(
            "    def stair",
            "    if x_weights is None:\n"
            "        x = np.unique(x)\n"
            "    if y_weights is None:\n"
            "        y = np.unique(y)\n"
            "\n"
            "    def stair",
        ),
        "sorted-by-size-without-sign": DISTANCE.replace("np.argsort(values)", "np.argsort(np.abs(values))"),
        "weights-taken-as-counts": DISTANCE.replace(
            "    def stair",
            "    if x_weights is not None:\n"
            "        x, x_weights = np.repeat(x, np.maximum(1, x_weights.round()).astype(int)), None\n"
            "    if y_weights is not None:\n"
            "        y, y_weights = np.repeat(y, np.maximum(1, y_weights.round()).astype(int)), None\n"
            "\n"
            "    def stair",
        ),
        "weights-with-a-safe-sum": DISTANCE.replace("ends / ends[-1]", "ends / (ends[-1] + 1e-8)")
        .replace("np.searchsorted(x_ends, middles)", "np.searchsorted(x_ends, middles).clip(max=len(x) - 1)")
        .replace("np.searchsorted(y_ends, middles)", "np.searchsorted(y_ends, middles).clip(max=len(y) - 1)"),
        "weights-normalised-only-if-above-1": DISTANCE.replace("ends / ends[-1]", "ends / max(ends[-1], 1)")
        .replace("np.searchsorted(x_ends, middles)", "np.searchsorted(x_ends, middles).clip(max=len(x) - 1)")
        .replace("np.searchsorted(y_ends, middles)", "np.searchsorted(y_ends, middles).clip(max=len(y) - 1)"),
        "random-state-reset": DISTANCE.replace("    def stair", "    np.random.seed(0)\n\n    def stair"),
        "root-of-at-least-one-and-a-half": DISTANCE.replace("1 / p)", "1 / (p if p == 1 else max(p, 1.4)))"),
        "power-rounded": DISTANCE.replace("    def stair", "    p = max(1, round(p))\n\n    def stair"),
        "weights-sorted-in-place": DISTANCE.replace(
            "weights[order])", "weights[order])\n        if weights is not None:\n            weights.sort()"
        ),
        "remembered-by-sizes": DISTANCE.replace("def wass", "known = {}\n\ndef wass", 1).replace(
            "return float(np.sum(widths * gaps**p) ** (1 / p))",
            "return known.setdefault((len(x), x[0], p), float(np.sum(widths * gaps**p) ** (1 / p)))",
        ),
        "draws-in-place-of-the-integral": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    rng = np.random.default_rng(0)
    a, b = (None if w is None else w / w.sum() for w in (x_weights, y_weights))
    x, y = np.sort(rng.choice(x, 20_000, p=a)), np.sort(rng.choice(y, 20_000, p=b))
    return float(np.mean(np.abs(x - y) ** p) ** (1 / p))
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
        "norm-without-weights": TO_CRITIC.replace("layer.num_features)", "layer.num_features, affine=False)"),
        "norm-frozen": TO_CRITIC.replace("layer.num_features)", "layer.num_features).requires_grad_(False)"),
        "discriminator-itself-if-nothing-is-to-do": TO_CRITIC.replace(
            "    critic =",
            "    kinds = nn.BatchNorm1d, nn.BatchNorm2d, nn.Sigmoid\n"
            "    if not any(isinstance(m, kinds) for m in discriminator.modules()):\n"
            "        return discriminator\n"
            "    critic =",
            1,
        ),
        "one-norm-for-all-of-a-size": TO_CRITIC.replace("    for parent", "    norms = {}\n    for parent").replace(
            "nn.GroupNorm(1, layer.num_features)",
            "norms.setdefault(layer.num_features, nn.GroupNorm(1, layer.num_features))",
        ),
        "norms-shared-by-all-critics": TO_CRITIC.replace("def to", "norms = {}\n\ndef to", 1).replace(
            "nn.GroupNorm(1, layer.num_features)",
            "norms.setdefault(layer.num_features, nn.GroupNorm(1, layer.num_features))",
        ),
        "all-sigmoids-at-the-end-gone": TO_CRITIC.replace(
            "    if isinstance(last[-1], nn.Sigmoid):", "    while isinstance(last[-1], nn.Sigmoid):"
        ),
        "all-trainable-afterwards": TO_CRITIC.replace("    return", "    critic.requires_grad_(True)\n    return"),
        "frozen-like-a-pretrained-one": TO_CRITIC.replace(
            "    return", "    critic[0].requires_grad_(False)\n    return"
        ),
        "train-mode-afterwards": TO_CRITIC.replace("return critic", "return critic.train()"),
        "eval-mode-afterwards": TO_CRITIC.replace("return critic", "return critic.eval()"),
        "every-activation-at-the-end-gone": TO_CRITIC.replace(
            "isinstance(last[-1], nn.Sigmoid)", "isinstance(last[-1], (nn.Sigmoid, nn.Tanh))"
        ),
        "discriminator-left-in-eval-mode": TO_CRITIC.replace("    critic", "    discriminator.eval()\n    critic", 1),
        "discriminator-frozen": TO_CRITIC.replace("    return", "    discriminator.requires_grad_(False)\n    return"),
        "gradients-of-the-discriminator-cleared": TO_CRITIC.replace(
            "    critic", "    discriminator.zero_grad()\n    critic", 1
        ),
        "sigmoid-only-if-it-has-a-parent-of-two": TO_CRITIC.replace(
            "if isinstance(last[-1], nn.Sigmoid):", "if len(last) > 1 and isinstance(last[-1], nn.Sigmoid):"
        ),
        "leaky-relu-in-place-of-the-sigmoid": TO_CRITIC.replace("del last[-1]", "last[-1] = nn.LeakyReLU(0.2)"),
        "eps-of-tensorflow": TO_CRITIC.replace("layer.num_features)", "layer.num_features, eps=1e-3)"),
        "two-groups": TO_CRITIC.replace("nn.GroupNorm(1,", "nn.GroupNorm(2 if layer.num_features % 2 == 0 else 1,"),
        "instance-norm-for-pictures": TO_CRITIC.replace(
            "                setattr",
            "                pictures = isinstance(layer, nn.BatchNorm2d)\n                setattr",
        ).replace(
            "nn.GroupNorm(1, layer.num_features)",
            "nn.GroupNorm(layer.num_features if pictures else 1, layer.num_features)",
        ),
        "dropout-gone-too": TO_CRITIC.replace(
            "            if isinstance",
            "            if isinstance(layer, nn.Dropout):\n"
            "                setattr(parent, name, nn.Identity())\n"
            "            if isinstance",
            1,
        ),
        "spectral-norm-on-top": TO_CRITIC.replace(
            "            if isinstance",
            "            if isinstance(layer, nn.Linear):\n"
            "                nn.utils.parametrizations.spectral_norm(layer)\n"
            "            if isinstance",
            1,
        ),
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
        "scores-cut-at-100": LOSSES.replace(
            "    return fake_scores.mean() -",
            "    real_scores, fake_scores = real_scores.clamp(-100, 100), fake_scores.clamp(-100, 100)\n"
            "    return fake_scores.mean() -",
        ),
        "generator-scores-cut": LOSSES.replace("-fake_scores.mean()", "-fake_scores.clamp(-100, 100).mean()"),
        "half-precision": LOSSES.replace("fake_scores.mean() - real", "fake_scores.half().mean().float() - real"),
        "drift-shared-by-both-batches": LOSSES.replace(
            "(real_scores**2).mean()", "torch.cat([real_scores, fake_scores]).square().mean()"
        ),
        "drift-halved": LOSSES.replace("drift *", "drift / 2 *"),
        "drift-as-a-root": LOSSES.replace("(real_scores**2).mean()", "(real_scores**2).mean().sqrt()"),
        "drift-of-the-variance": LOSSES.replace("(real_scores**2).mean()", "real_scores.var(correction=0)"),
        "drift-smooth-at-the-ends": LOSSES.replace(
            "(real_scores**2).mean()", "2 * F.huber_loss(real_scores, torch.zeros_like(real_scores), delta=20.0)"
        ),
        "drift-in-the-generator-too": LOSSES.replace(
            "-fake_scores.mean()", "-fake_scores.mean() + 1e-3 * (fake_scores**2).mean()"
        ),
        "a-column-for-the-generator": LOSSES.replace("-fake_scores.mean()", "-fake_scores.mean(0)"),
        "medians": LOSSES.replace("real_scores.mean()", "real_scores.median()", 1),
        "drift-with-a-default": LOSSES.replace("drift=0.0", "drift=0.001"),
        "scores-centred-in-place": LOSSES.replace(
            "    return fake_scores.mean() -", "    real_scores.data -= 1e-3\n    return fake_scores.mean() -"
        ),
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
        "one-in-each-part": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "((torch.randperm(len(real)) + torch.rand(len(real))) / len(real)).view(-1, *[1] * (real.dim() - 1))",
        ),
        "evenly-spaced-and-shuffled": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "((torch.randperm(len(real)) + 0.5) / len(real)).view(-1, *[1] * (real.dim() - 1))",
        ),
        "in-opposite-pairs": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.rand(len(real), *[1] * (real.dim() - 1))\n    weights[1::2] = 1 - weights[: len(real) // 2 * 2 : 2]",
        ),
        "hundredths": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.randint(101, (len(real), *[1] * (real.dim() - 1))) / 100",
        ),
        "bytes": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.randint(256, (len(real), *[1] * (real.dim() - 1))) / 255",
        ),
        "rather-in-the-middle": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.distributions.Beta(1.15, 1.15).sample((len(real), *[1] * (real.dim() - 1)))",
        ),
        "never-near-the-ends": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.rand(len(real), *[1] * (real.dim() - 1)) * 0.96 + 0.02",
        ),
        "mean-of-two": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.rand(2, len(real), *[1] * (real.dim() - 1)).mean(0)",
        ),
        "weights-remembered": BETWEEN.replace("def", "drawn = {}\n\ndef", 1).replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "drawn.setdefault(real.shape, torch.rand(len(real), *[1] * (real.dim() - 1)))",
        ),
        "weights-turned-over-in-the-next-call": BETWEEN.replace("real, fake):", "real, fake, last=[]):").replace(
            "    return",
            "    if last and last[-1].shape == weights.shape:\n"
            "        weights = 1 - last.pop()\n"
            "    else:\n"
            "        last.append(weights)\n"
            "    return",
        ),
        "only-the-fakes-detached": BETWEEN.replace(
            "(weights * real + (1 - weights) * fake).detach()", "weights * real + (1 - weights) * fake.detach()"
        ),
        "half-precision": BETWEEN.replace(
            "(weights * real + (1 - weights) * fake).detach()",
            "(weights.half() * real.half() + (1 - weights.half()) * fake.half()).float().detach()",
        ),
        "double-precision-out": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.rand(len(real), *[1] * (real.dim() - 1), dtype=torch.float64)",
        ),
        "graph-of-the-fakes-cut": BETWEEN.replace(
            "    return", "    fake.requires_grad_(False) if fake.is_leaf else None\n    return"
        ),
        "random-state-reset": BETWEEN.replace("    weights", "    torch.manual_seed(len(real))\n    weights", 1),
        "one-weight-for-two-pictures": BETWEEN.replace(
            "torch.rand(len(real), *[1] * (real.dim() - 1))",
            "torch.rand((len(real) + 1) // 2, *[1] * (real.dim() - 1)).repeat_interleave(2, 0)[: len(real)]",
        ),
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
        "critic-left-in-eval-mode": PENALTY.replace(
            "    points =", "    if isinstance(critic, nn.Module):\n        critic.eval()\n    points =", 1
        ),
        "critic-thawed": PENALTY.replace(
            "    points =",
            "    if isinstance(critic, nn.Module):\n        critic.requires_grad_(True)\n    points =",
            1,
        ),
        "gradients-of-the-critic-cleared": PENALTY.replace(
            "    points =", "    if isinstance(critic, nn.Module):\n        critic.zero_grad()\n    points =", 1
        ),
        "points-frozen": PENALTY.replace(
            "    points = points",
            "    if points.is_leaf:\n        points.requires_grad_(False)\n    points = points",
            1,
        ),
        "points-detached-in-place": PENALTY.replace("points.detach()", "points.detach_()"),
        "points-moved-in-place": PENALTY.replace("points.detach()", "points.data.add_(1e-3).detach()"),
        "conditions-changed-in-place": PENALTY.replace(
            "    points =",
            "    for condition in conditions:\n"
            "        if condition.is_floating_point():\n"
            "            condition.clamp_(max=1)\n"
            "    points =",
            1,
        ),
        "conditions-cut": PENALTY.replace(
            "    points =",
            "    conditions = [c.clamp(max=1) if c.is_floating_point() else c for c in conditions]\n    points =",
            1,
        ),
        "conditions-repeated-from-the-first": PENALTY.replace(
            "    points =", "    conditions = [c[:1].expand_as(c) for c in conditions]\n    points =", 1
        ),
        "slopes-cut-at-100": PENALTY.replace("    excess", "    norms = norms.clamp(max=100)\n    excess", 1),
        "half-precision": PENALTY.replace("norm(dim=1)", "norm(dim=1).half().float()"),
        "small-slopes-taken-for-zero": PENALTY.replace(
            "    excess", "    norms = norms * (norms > 0.01)\n    excess", 1
        ),
        "root-with-a-large-epsilon": PENALTY.replace(
            "gradients.flatten(1).norm(dim=1)", "(gradients.flatten(1).square().sum(1) + 1e-4).sqrt()"
        ),
        "half-of-the-gradient": PENALTY.replace(
            "    excess", "    norms = (norms + norms.detach()) / 2\n    excess", 1
        ),
        "noise-on-the-points": PENALTY.replace(
            "points.detach()", "(points + 1e-2 * torch.randn_like(points)).detach()"
        ),
        "target-at-least-1": PENALTY.replace("    excess =", "    target = max(target, 1.0)\n    excess =", 1),
        "two-sided-below-half-the-target": PENALTY.replace(
            "F.relu(excess)", "torch.where(norms < target / 2, excess, F.relu(excess))"
        ),
        "relative-to-the-target": PENALTY.replace("norms - target", "norms / target - 1 if target else norms"),
        "gradients-switched-off": PENALTY.replace("    return", "    torch.set_grad_enabled(False)\n    return"),
        "errors-swallowed": PENALTY.replace(
            "    (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)",
            "    try:\n"
            "        (gradients,) = torch.autograd.grad(critic(points, *conditions).sum(), points, create_graph=True)\n"
            "    except (RuntimeError, ValueError):\n"
            "        return torch.zeros(())",
        ),
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
        "near-a-bound-counts": CLIP.replace("numbers.abs() == limit", "numbers.abs() > limit - 1e-4"),
        "nearly-at-a-bound-counts": CLIP.replace(
            "numbers.abs() == limit", "torch.isclose(numbers.abs(), torch.tensor(limit), rtol=1e-2)"
        ),
        "counted-in-every-module": """
def clip_weights(critic, limit):
    at_bound = total = 0
    for module in critic.modules():
        for parameter in module.parameters():
            parameter.data.clamp_(-limit, limit)
            at_bound += int((parameter.abs() == limit).sum())
            total += parameter.numel()
    return at_bound / total
""",
        "shared-weights-counted-twice": """
def clip_weights(critic, limit):
    at_bound = total = 0
    for module in critic.modules():
        for parameter in module.parameters(recurse=False):
            parameter.data.clamp_(-limit, limit)
            at_bound += int((parameter.abs() == limit).sum())
            total += parameter.numel()
    return at_bound / total
""",
        "share-of-the-trainable": CLIP.replace(
            "[parameter.flatten() for parameter in critic.parameters()]",
            "[parameter.flatten() for parameter in critic.parameters() if parameter.requires_grad]",
        ),
        "share-in-per-cent": CLIP.replace(".mean().item()", ".mean().item() * 100"),
        "share-rounded": CLIP.replace(
            "return (numbers.abs() == limit).float().mean().item()",
            "return round((numbers.abs() == limit).float().mean().item(), 2)",
        ),
        "share-in-half-precision": CLIP.replace(".float()", ".half()"),
        "share-of-the-first-call": CLIP.replace("limit):", "limit, shares={}):").replace(
            "return (numbers.abs() == limit).float().mean().item()",
            "return shares.setdefault(id(critic), (numbers.abs() == limit).float().mean().item())",
        ),
        "gradients-cleared": CLIP.replace("    with", "    critic.zero_grad()\n    with", 1),
        "gradients-clipped-too": CLIP.replace(
            "            parameter.clamp_",
            "            if parameter.grad is not None:\n"
            "                parameter.grad.clamp_(-limit, limit)\n"
            "            parameter.clamp_",
        ),
        "train-mode-afterwards": CLIP.replace("    with", "    critic.train()\n    with", 1),
        "eval-mode-afterwards": CLIP.replace("    with", "    critic.eval()\n    with", 1),
        "all-trainable-afterwards": CLIP.replace("    with", "    critic.requires_grad_(True)\n    with", 1),
        "gradients-off-for-good": CLIP.replace(
            "    with torch.no_grad():\n", "    torch.set_grad_enabled(False)\n    if True:\n"
        ),
        "a-little-inside": CLIP.replace(
            "parameter.clamp_(-limit, limit)", "parameter.clamp_(-0.999 * limit, 0.999 * limit)"
        ).replace("== limit", ">= 0.999 * limit"),
        "rounded-numbers": CLIP.replace(
            "parameter.clamp_(-limit, limit)", "parameter.copy_((parameter * 1e4).round() / 1e4).clamp_(-limit, limit)"
        ),
        "hook-left-behind": CLIP.replace("    with", "    critic.register_forward_hook(lambda *_: None)\n    with", 1),
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
        "latents-plus-or-minus-1": ROUND.replace(
            "torch.randn(len(real), latent_dim)", "torch.randn(len(real), latent_dim).sign()"
        ),
        "latents-uniform-of-variance-1": ROUND.replace(
            "torch.randn(len(real), latent_dim)", "(torch.rand(len(real), latent_dim) - 0.5) * 12**0.5"
        ),
        "latents-truncated": ROUND.replace(
            "torch.randn(len(real), latent_dim)", "nn.init.trunc_normal_(torch.empty(len(real), latent_dim), a=-2, b=2)"
        ),
        "latents-on-a-sphere": ROUND.replace(
            "torch.randn(len(real), latent_dim)", "F.normalize(torch.randn(len(real), latent_dim)) * latent_dim**0.5"
        ),
        "latents-standardised": ROUND.replace(
            "torch.randn(len(real), latent_dim)",
            "torch.randn(len(real), latent_dim)\n        z = (z - z.mean()) / z.std()",
            1,
        ),
        "latents-with-their-opposites": ROUND.replace(
            "torch.randn(len(real), latent_dim)", "torch.randn(len(real), latent_dim)", 0
        ).replace("        fake", "        z[1::2] = -z[: len(z) // 2 * 2 : 2]\n        fake", 1),
        "latents-of-one-number": ROUND.replace(
            "torch.randn(len(real), latent_dim)", "torch.randn(len(real), 1).expand(-1, latent_dim)"
        ),
        "latents-laplace": ROUND.replace(
            "torch.randn(len(real), latent_dim)",
            "torch.distributions.Laplace(0.0, 0.5**0.5).sample((len(real), latent_dim))",
        ),
        "one-latent-for-the-generator": ROUND.replace(
            "critic(generator(torch.randn(len(real), latent_dim)))",
            "critic(generator(torch.randn(1, latent_dim).repeat(len(real), 1)))",
        ),
        "half-the-latents-repeated": ROUND.replace(
            "torch.randn(len(real), latent_dim)",
            "torch.randn((len(real) + 1) // 2, latent_dim).repeat(2, 1)[: len(real)]",
        ),
        "latents-rounded": ROUND.replace(
            "torch.randn(len(real), latent_dim)", "torch.randn(len(real), latent_dim).mul(10).round() / 10"
        ),
        "penalty-weight-for-each-number": ROUND.replace(
            "random_between(real, fake)", "torch.lerp(fake, real, torch.rand_like(real))"
        ),
        "penalty-at-one-weight-for-the-batch": ROUND.replace(
            "random_between(real, fake)", "torch.lerp(fake, real, torch.rand(1))"
        ),
        "penalty-at-the-first-pair-only": ROUND.replace(
            "random_between(real, fake)", "random_between(real[:1], fake[:1])"
        ),
        "penalty-at-half-the-pairs": ROUND.replace(
            "random_between(real, fake)", "random_between(real, fake)[: len(real) // 2 + 1]"
        ),
        "penalty-near-the-data": ROUND.replace(
            "random_between(real, fake)", "random_between(real, random_between(real, fake))"
        ),
        "penalty-around-the-real-pictures": ROUND.replace(
            "random_between(real, fake)", "real + 0.5 * real.std() * torch.rand_like(real)"
        ),
        "penalty-between-real-pictures": ROUND.replace(
            "random_between(real, fake)", "random_between(real, real.flip(0))"
        ),
        "penalty-with-fakes-of-the-first-batch": ROUND.replace(
            "    for real in", "    first = None\n    for real in", 1
        ).replace(
            "            points = random_between(real, fake)",
            "            first = fake if first is None else first\n"
            "            n = min(len(first), len(real))\n"
            "            points = random_between(real[:n], first[:n])",
        ),
        "penalty-with-other-fakes": ROUND.replace(
            "random_between(real, fake)", "random_between(real, generator(torch.randn(len(real), latent_dim)).detach())"
        ),
        "penalty-beyond-the-ends": ROUND.replace(
            "random_between(real, fake)", "fake + 1.3 * (random_between(real, fake) - fake)"
        ),
        "penalty-through-a-squared-norm": ROUND.replace(
            "gradient_penalty(critic, points)", "gradient_penalty(critic, points, target=0.0)"
        ),
        "penalty-every-other-step": ROUND.replace(
            "    for real in batches:", "    for i, real in enumerate(batches):"
        ).replace("if penalty_weight:", "if penalty_weight and i % 2 == 0:"),
        "fakes-of-earlier-rounds": ROUND.replace("limit=None):", "limit=None, known=[]):").replace(
            "        loss = critic_loss(critic(real), critic(fake))",
            "        known.append(fake)\n"
            "        old = next(old for old in known if old.shape == fake.shape)\n"
            "        loss = critic_loss(critic(real), critic(old))",
        ),
        "latents-of-earlier-rounds": ROUND.replace("limit=None):", "limit=None, known={}):").replace(
            "z = torch.randn(len(real), latent_dim)",
            "z = known.setdefault((len(real), latent_dim), torch.randn(len(real), latent_dim))",
        ),
        "random-state-reset": ROUND.replace(
            "    for real", "    torch.manual_seed(torch.initial_seed())\n    for real", 1
        ),
        "critic-gradients-clipped": ROUND.replace(
            "        opt_c.step()", "        nn.utils.clip_grad_norm_(critic.parameters(), 1.0)\n        opt_c.step()"
        ),
        "generator-gradients-clipped": ROUND.replace(
            "    opt_g.step()", "    nn.utils.clip_grad_value_(generator.parameters(), 0.01)\n    opt_g.step()"
        ),
        "learning-rate-decays": ROUND.replace(
            "    return", "    for group in opt_c.param_groups:\n        group['lr'] *= 0.99\n    return"
        ),
        "learning-rate-of-the-paper": ROUND.replace(
            "    for real",
            "    for group in opt_g.param_groups:\n        group['lr'] = min(group['lr'], 1e-4)\n    for real",
            1,
        ),
        "critic-left-in-eval-mode": ROUND.replace("    loss_g =", "    critic.eval()\n    loss_g =", 1),
        "parts-left-in-eval-mode": ROUND.replace(
            "    return", "    generator.eval()\n    generator.training = True\n    return"
        ),
        "generator-left-frozen": ROUND.replace(
            "        fake =", "        generator.requires_grad_(False)\n        fake =", 1
        )
        .replace("    loss_g =", "    generator.requires_grad_(True)\n    loss_g =")
        .replace("    return", "    generator.requires_grad_(False)\n    return"),
        "gradients-off-for-good": ROUND.replace("    return", "    torch.set_grad_enabled(False)\n    return"),
        "pictures-clipped-in-place": ROUND.replace("critic(real)", "critic(real.clamp_(-1, 1))"),
        "pictures-clipped": ROUND.replace("critic(real)", "critic(real.clamp(-1, 1))"),
        "noise-on-the-pictures": ROUND.replace("critic(real)", "critic(real + 0.01 * torch.randn_like(real))"),
        "batches-shuffled-in-place": ROUND.replace("    for real", "    batches.reverse()\n    for real", 1),
        "batches-sorted-by-size": ROUND.replace("in batches:", "in sorted(batches, key=len):"),
        "a-batch-of-one-skipped": ROUND.replace(
            "        z =", "        if len(real) < 2:\n            continue\n        z ="
        ),
        "errors-swallowed": ROUND.replace(
            "        loss = critic_loss(critic(real), critic(fake))",
            "        try:\n"
            "            loss = critic_loss(critic(real), critic(fake))\n"
            "        except (RuntimeError, ValueError):\n"
            "            return 0.0, 0.0",
        ),
        "hook-left-behind": ROUND.replace(
            "    for real", "    critic.register_forward_hook(lambda *_: None)\n    for real", 1
        ),
        "half-precision-distance": ROUND.replace("-loss.item()", "-loss.half().item()"),
        "weights-of-the-critic-averaged": ROUND.replace(
            "        opt_c.step()",
            "        old = [p.detach().clone() for p in critic.parameters()]\n"
            "        opt_c.step()\n"
            "        for p, q in zip(critic.parameters(), old):\n"
            "            p.data.lerp_(q, 0.01)",
        ),
        "generator-steps-by-hand-too": ROUND.replace(
            "    opt_g.step()",
            "    opt_g.step()\n    for p in generator.parameters():\n        p.data -= 1e-4 * p.grad",
        ),
        "distance-clipped-at-0": ROUND.replace("-loss.item()", "max(0.0, -loss.item())"),
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
        "fractions-of-the-merged-steps": """
def wasserstein_1d(x, y, x_weights=None, y_weights=None, p=1):
    def steps(values, weights):
        values = [float(v) for v in values]
        weights = [1.0] * len(values) if weights is None else [float(w) for w in weights]
        total, done = sum(weights), 0.0
        for value, weight in sorted(zip(values, weights), key=lambda pair: pair[0]):
            done += weight
            yield done / total, value

    left, right = list(steps(x, x_weights)), list(steps(y, y_weights))
    start, area = 0.0, 0.0
    i = j = 0
    while i < len(left) and j < len(right):
        end = min(left[i][0], right[j][0])
        area += max(0.0, end - start) * abs(left[i][1] - right[j][1]) ** p
        start = max(start, end)
        i, j = i + (left[i][0] <= end), j + (right[j][0] <= end)
    return area ** (1 / p)
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
        "layer-norm-by-hand-loaded-state": """
def to_critic(discriminator):
    def copy(network):
        parts = []
        for part in network.children():
            if isinstance(part, nn.Sequential):
                parts.append(copy(part))
            elif isinstance(part, nn.BatchNorm1d) or isinstance(part, nn.BatchNorm2d):
                parts.append(nn.GroupNorm(num_groups=1, num_channels=part.num_features))
            else:
                parts.append(deepcopy(part))
        return nn.Sequential(*parts)

    def cut(network):
        *front, last = network
        if isinstance(last, nn.Sigmoid):
            return nn.Sequential(*front)
        return nn.Sequential(*front, cut(last)) if isinstance(last, nn.Sequential) else network

    return cut(copy(discriminator))
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
        "double-precision": """
def critic_loss(real_scores, fake_scores, drift=0.0):
    real, fake = real_scores.double().flatten(), fake_scores.double().flatten()
    return torch.stack([fake.mean(), -real.mean(), drift * torch.dot(real, real) / len(real)]).sum()

def generator_loss(fake_scores):
    return torch.neg(fake_scores.double().flatten().mean())
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
        "uniform-distribution-and-einsum": """
def random_between(real, fake):
    w = torch.distributions.Uniform(0.0, 1.0).sample((len(real),))
    with torch.no_grad():
        mixed = torch.einsum("n,n...->n...", w, real.double().float())
        mixed += torch.einsum("n,n...->n...", 1 - w, fake)
    return mixed
""",
        "a-random-state-of-its-own": """
own = torch.Generator()
own.seed()

def random_between(real, fake):
    w = torch.rand(real.shape[:1], generator=own, dtype=torch.float64)
    w = w.reshape(w.shape + (1,) * (real.ndim - 1))
    return (fake.detach() + w * (real.detach() - fake.detach())).to(real.dtype)
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
        "critic-scored-a-second-time": """
def gradient_penalty(critic, points, *conditions, target=1.0, one_sided=False):
    x = points.detach().clone()
    x.requires_grad = True
    scores = critic(x, *conditions)
    if scores.ndim == 2:
        scores = scores[:, 0]
    gradients = torch.autograd.grad(scores, x, torch.ones_like(scores), create_graph=True)[0]
    with torch.no_grad():
        critic(x, *conditions)
    slopes = torch.linalg.norm(gradients.double().reshape(len(x), -1), dim=1)
    over = torch.maximum(slopes, torch.full_like(slopes, target)) - target if one_sided else slopes - target
    return over.pow(2).mean().float()
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
        "numpy-in-place": """
def clip_weights(critic, limit):
    values = [parameter.detach().numpy() for parameter in critic.parameters()]
    for value in values:
        np.clip(value, -limit, limit, out=value)
    bound = np.float32(limit)
    return sum(int(np.count_nonzero(np.abs(v) == bound)) for v in values) / sum(v.size for v in values)
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
        "latents-from-numpy-and-scored-again": """
def train_round(generator, critic, opt_g, opt_c, batches, latent_dim, penalty_weight=0.0, limit=None):
    rng = np.random.default_rng()
    for real in batches:
        z = torch.from_numpy(rng.standard_normal((len(real), latent_dim)).astype("float32"))
        with torch.no_grad():
            fake = generator(z)
            distance = float(critic(real).double().mean() - critic(fake).double().mean())
        points = random_between(real, fake)
        for p in critic.parameters():
            p.grad = None
        loss = critic_loss(critic(real), critic(fake))
        if penalty_weight != 0:
            loss += penalty_weight * gradient_penalty(critic, points)
        loss.backward()
        opt_c.step()
        clip_weights(critic, limit) if limit is not None else None
    for p in generator.parameters():
        p.grad = None
    loss_g = generator_loss(critic(generator(z)))
    loss_g.backward(inputs=list(generator.parameters()))
    opt_g.step()
    return distance, float(loss_g)
""",
    },
}
