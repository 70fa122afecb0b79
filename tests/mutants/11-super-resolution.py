"""Answers to assignment 11, wrong and right; names as in the catalogue of misconceptions where one applies."""

FIDELITY = """
def fidelity(made, true, low, high, border):
    h, w = true.shape[2:]
    made = torch.clamp(made, low, high)
    error = (made - true)[..., border : h - border, border : w - border] ** 2
    return 20 * math.log10(high - low) - 10 * torch.log10(error.flatten(1).mean(dim=1))
"""
SPACE = """
def to_space(x, rows, columns):
    n, channels, h, w = x.shape
    c = channels // (rows * columns)
    x = x.reshape(n, c, rows, columns, h, w)
    return torch.einsum("ncijyx->ncyixj", x).reshape(n, c, h * rows, w * columns)


def to_channels(x, rows, columns):
    n, c, height, width = x.shape
    h, w = height // rows, width // columns
    x = x.reshape(n, c, h, rows, w, columns)
    return torch.einsum("ncyixj->ncijyx", x).reshape(n, c * rows * columns, h, w)
"""
ENLARGER = """
class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return x + 0.1 * self.conv2(F.relu(self.conv1(x)))


class Enlarger(nn.Module):
    def __init__(self, colours, width, blocks, factor):
        super().__init__()
        self.factor = factor
        self.entrance = nn.Conv2d(colours, width, 3, padding=1)
        self.blocks = nn.Sequential(*[Residual(width) for _ in range(blocks)])
        self.exit = nn.Conv2d(width, colours * factor**2, 3, padding=1)
        self.exit.weight.data.zero_()
        self.exit.bias.data.zero_()

    def forward(self, x):
        h = self.blocks(self.entrance(x))
        large = x.repeat_interleave(self.factor, dim=2).repeat_interleave(self.factor, dim=3)
        return large + to_space(self.exit(h), self.factor, self.factor)
"""
PERCEPTUAL = """
def perceptual_distance(look, made, true, mean, std, weights):
    mean, std = torch.tensor(mean)[:, None, None], torch.tensor(std)[:, None, None]

    def directions(pictures):
        maps = look((pictures - mean) / std)
        return [m / (torch.linalg.vector_norm(m, dim=1, keepdim=True) + 1e-10) for m in maps]

    found, wanted = directions(made), directions(true.detach())
    total = torch.zeros(len(made))
    for weight, a, b in zip(weights, found, wanted):
        total = total + weight * ((a - b) ** 2).sum(dim=1).mean(dim=(1, 2))
    return total
"""
RELATIVISTIC = """
def relativistic_losses(real, fake):
    r, f = real - fake.mean(), fake - real.mean()
    loss_d = ((r - 1) ** 2).mean() + ((f + 1) ** 2).mean()
    loss_g = ((f - 1) ** 2).mean() + ((r + 1) ** 2).mean()
    return loss_d, loss_g
"""
TILES = """
@torch.no_grad()
def in_tiles(net, x, tile, margin, factor):
    n, _, h, w = x.shape
    result = None
    for top in range(0, h, tile):
        for left in range(0, w, tile):
            bottom, right = min(top + tile, h), min(left + tile, w)
            y0, x0 = max(top - margin, 0), max(left - margin, 0)
            y1, x1 = min(bottom + margin, h), min(right + margin, w)
            made = net(x[:, :, y0:y1, x0:x1])
            if result is None:
                result = x.new_empty(n, made.shape[1], factor * h, factor * w)
            rows = slice(factor * (top - y0), factor * (bottom - y0))
            columns = slice(factor * (left - x0), factor * (right - x0))
            result[:, :, factor * top : factor * bottom, factor * left : factor * right] = made[:, :, rows, columns]
    return result
"""
BUDGET = """
def blur_budget(pictures, probabilities, db):
    best = (probabilities[:, None] * pictures).sum(axis=0)
    error = (probabilities[:, None] * (pictures - best) ** 2).sum(axis=0).mean()
    pairs = ((pictures[:, None] - pictures[None]) ** 2).mean(axis=2)
    drawn = probabilities @ pairs @ probabilities
    return best, float(error), float(drawn), (10 ** (db / 10) - 1) ** 0.5
"""


def changed(code, *pairs):
    """The code with each pair's first text, which must stand in it, replaced by the second."""
    for old, new in pairs:
        if old not in code:
            raise ValueError(f"{old!r} doesn't stand in\n{code}")
        code = code.replace(old, new)
    return code


WRONG = {
    "fidelity": {
        "psnr-peak-from-the-picture": changed(FIDELITY, ("math.log10(high - low)", "torch.log10(true.max())")),
        "psnr-on-the-wrong-range": changed(FIDELITY, ("high - low", "1.0")),
        "peak-is-white": changed(FIDELITY, ("high - low", "abs(high)")),
        "peak-255": changed(FIDELITY, ("high - low", "255")),
        "contrast-of-the-picture": changed(
            FIDELITY, ("math.log10(high - low)", "torch.log10(true.max() - true.min())")
        ),
        "one-number-for-all": changed(FIDELITY, ("error.flatten(1).mean(dim=1)", "error.mean()")),
        "one-number-repeated": changed(FIDELITY, ("error.flatten(1).mean(dim=1)", "error.mean().expand(len(true))")),
        "mean-of-the-decibels": changed(
            FIDELITY,
            ("    return 20", "    found = 20"),
            ("mean(dim=1))\n", "mean(dim=1))\n    return found.mean().expand(len(true))\n"),
        ),
        "log-before-the-mean": changed(
            FIDELITY, ("torch.log10(error.flatten(1).mean(dim=1))", "torch.log10(error + 1e-12).flatten(1).mean(dim=1)")
        ),
        "channels-apart": changed(
            FIDELITY,
            ("torch.log10(error.flatten(1).mean(dim=1))", "torch.log10(error.flatten(2).mean(dim=2)).mean(dim=1)"),
        ),
        "factor-20": changed(FIDELITY, ("- 10 *", "- 20 *")),
        "natural-logarithm": changed(FIDELITY, ("torch.log10", "torch.log")),
        "root-of-the-error": changed(FIDELITY, ("error.flatten(1).mean(dim=1)", "error.flatten(1).mean(dim=1).sqrt()")),
        "absolute-error": changed(FIDELITY, ("border : w - border] ** 2", "border : w - border].abs()")),
        "minus-zero": changed(FIDELITY, ("border : h - border, border : w - border", "border:-border, border:-border")),
        "border-forgotten": changed(FIDELITY, ("[..., border : h - border, border : w - border]", "")),
        "border-at-two-sides": changed(FIDELITY, ("border : h - border, border : w - border", "border:, border:")),
        "border-of-height-only": changed(
            FIDELITY, ("border : h - border, border : w - border", "border : h - border, :")
        ),
        "border-set-to-zero": changed(
            FIDELITY,
            (
                "error = (made - true)[..., border : h - border, border : w - border] ** 2",
                "error = F.pad((made - true)[..., border : h - border, border : w - border] ** 2, [border] * 4)",
            ),
        ),
        "not-clipped": changed(FIDELITY, ("    made = torch.clamp(made, low, high)\n", "")),
        "clipped-to-one": changed(FIDELITY, ("torch.clamp(made, low, high)", "torch.clamp(made, 0, 1)")),
        "clipped-in-place": changed(FIDELITY, ("torch.clamp(made, low, high)", "made.clamp_(low, high)")),
        "difference-clipped": changed(
            FIDELITY,
            ("    made = torch.clamp(made, low, high)\n", ""),
            ("(made - true)[", "(made - true).clamp(low, high)["),
        ),
        "sign-forgotten": changed(FIDELITY, ("- 10 *", "+ 10 *")),
        "never-infinite": changed(FIDELITY, ("mean(dim=1))", "mean(dim=1) + 1e-8)")),
    },
    "to-space": {
        "colour-last": changed(
            SPACE,
            ("reshape(n, c, rows, columns, h, w)", "reshape(n, rows, columns, c, h, w)"),
            ("ncijyx->ncyixj", "nijcyx->ncyixj"),
            ("ncyixj->ncijyx", "ncyixj->nijcyx"),
        ),
        "rows-and-columns-exchanged": changed(
            SPACE,
            ("reshape(n, c, rows, columns, h, w)", "reshape(n, c, columns, rows, h, w)"),
            ("ncijyx->ncyixj", "ncjiyx->ncyixj"),
            ("ncyixj->ncijyx", "ncyixj->ncjiyx"),
        ),
        "reshape-alone": changed(SPACE, ('torch.einsum("ncijyx->ncyixj", x)', "x")),
        "place-behind-the-new": changed(SPACE, ("ncijyx->ncyixj", "ncijyx->nciyjx")),
        "transposed": changed(SPACE, ("ncijyx->ncyixj", "ncijyx->ncxiyj")),
        "back-is-a-reshape": changed(SPACE, ('torch.einsum("ncyixj->ncijyx", x)', "x")),
        "back-with-places-first": changed(
            SPACE,
            ("reshape(n, c, h, rows, w, columns)", "reshape(n, c, rows, h, columns, w)"),
            ("ncyixj->ncijyx", "nciyjx->ncijyx"),
        ),
        "back-colour-last": changed(SPACE, ("ncyixj->ncijyx", "ncyixj->nijcyx")),
        "columns-for-both": changed(
            SPACE, ("def to_space(x, rows, columns):", "def to_space(x, rows, columns):\n    rows = columns")
        ),
        "equal-factors-only": """
def to_space(x, rows, columns):
    return F.pixel_shuffle(x, rows)


def to_channels(x, rows, columns):
    return F.pixel_unshuffle(x, rows)
""",
        "detached": changed(SPACE, ("    c = channels", "    x = x.detach()\n    c = channels")),
        "gradients-lost-on-the-way-back": changed(
            SPACE,
            (
                "    h, w = height // rows, width // columns",
                "    x = torch.tensor(x.tolist())\n    h, w = height // rows, width // columns",
            ),
        ),
    },
    "enlarger": {
        "bilinear": changed(
            ENLARGER,
            (
                "x.repeat_interleave(self.factor, dim=2).repeat_interleave(self.factor, dim=3)",
                'F.interpolate(x, scale_factor=self.factor, mode="bilinear")',
            ),
        ),
        "tiled-in-place-of-repeated": changed(
            ENLARGER,
            (
                "x.repeat_interleave(self.factor, dim=2).repeat_interleave(self.factor, dim=3)",
                "x.repeat(1, 1, self.factor, self.factor)",
            ),
        ),
        "without-the-shortcut": changed(ENLARGER, ("large + to_space", "0 * large + to_space")),
        "last-layer-random": changed(
            ENLARGER, ("        self.exit.weight.data.zero_()\n        self.exit.bias.data.zero_()\n", "")
        ),
        "bias-of-the-last-layer-random": changed(ENLARGER, ("        self.exit.bias.data.zero_()\n", "")),
        "tanh-at-the-end": changed(
            ENLARGER,
            (
                "return large + to_space(self.exit(h), self.factor, self.factor)",
                "return torch.tanh(large + to_space(self.exit(h), self.factor, self.factor))",
            ),
        ),
        "clipped": changed(
            ENLARGER,
            (
                "return large + to_space(self.exit(h), self.factor, self.factor)",
                "return (large + to_space(self.exit(h), self.factor, self.factor)).clamp(-1, 1)",
            ),
        ),
        "relu-after-the-last": changed(ENLARGER, ("to_space(self.exit(h)", "to_space(self.exit(h).relu()")),
        "relu-after-the-entrance": changed(
            ENLARGER, ("self.blocks(self.entrance(x))", "self.blocks(self.entrance(x).relu())")
        ),
        "relu-after-the-sum": changed(
            ENLARGER,
            (
                "return x + 0.1 * self.conv2(F.relu(self.conv1(x)))",
                "return (x + 0.1 * self.conv2(F.relu(self.conv1(x)))).relu()",
            ),
        ),
        "relu-after-the-second": changed(
            ENLARGER, ("0.1 * self.conv2(F.relu(self.conv1(x)))", "0.1 * self.conv2(F.relu(self.conv1(x))).relu()")
        ),
        "leaky": changed(ENLARGER, ("F.relu(", "F.leaky_relu(")),
        "without-a-relu": changed(ENLARGER, ("F.relu(self.conv1(x))", "self.conv1(x)")),
        "relu-in-place-on-the-shortcut": changed(
            ENLARGER, ("self.conv2(F.relu(self.conv1(x)))", "self.conv2(self.conv1(x.relu_()).relu())")
        ),
        "a-tenth-forgotten": changed(ENLARGER, ("0.1 * ", "")),
        "a-tenth-of-the-shortcut": changed(ENLARGER, ("x + 0.1 * self", "0.1 * x + self")),
        "a-tenth-of-both": changed(
            ENLARGER,
            (
                "return x + 0.1 * self.conv2(F.relu(self.conv1(x)))",
                "return 0.1 * (x + self.conv2(F.relu(self.conv1(x))))",
            ),
        ),
        "no-residual": changed(ENLARGER, ("return x + 0.1", "return 0.1")),
        "batch-norm": changed(
            ENLARGER,
            (
                "self.conv2 = nn.Conv2d(width, width, 3, padding=1)",
                "self.conv2 = nn.Conv2d(width, width, 3, padding=1)\n        self.norm = nn.BatchNorm2d(width)",
            ),
            ("F.relu(self.conv1(x))", "F.relu(self.norm(self.conv1(x)))"),
        ),
        "instance-norm": changed(ENLARGER, ("F.relu(self.conv1(x))", "F.relu(F.instance_norm(self.conv1(x)))")),
        "one-block-again-and-again": changed(
            ENLARGER, ("*[Residual(width) for _ in range(blocks)]", "*[Residual(width)] * blocks")
        ),
        "a-plain-list": changed(
            ENLARGER,
            ("nn.Sequential(*[Residual(width) for _ in range(blocks)])", "[Residual(width) for _ in range(blocks)]"),
            (
                "h = self.blocks(self.entrance(x))",
                "h = self.entrance(x)\n        for block in self.blocks:\n            h = block(h)",
            ),
        ),
        "a-block-too-many": changed(ENLARGER, ("range(blocks)", "range(blocks + 1)")),
        "without-bias": changed(
            ENLARGER, ("nn.Conv2d(width, width, 3, padding=1)", "nn.Conv2d(width, width, 3, padding=1, bias=False)")
        ),
        "reflected-padding": changed(
            ENLARGER,
            ("nn.Conv2d(width, width, 3, padding=1)", 'nn.Conv2d(width, width, 3, padding=1, padding_mode="reflect")'),
        ),
        "works-large": changed(
            ENLARGER,
            ("colours * factor**2", "colours"),
            ("        h = self.blocks(self.entrance(x))\n", ""),
            ("to_space(self.exit(h), self.factor, self.factor)", "self.exit(self.blocks(self.entrance(large)))"),
        ),
        "wide-kernels": changed(
            ENLARGER, ("nn.Conv2d(colours, width, 3, padding=1)", "nn.Conv2d(colours, width, 5, padding=2)")
        ),
        "other-order-of-channels": changed(
            ENLARGER,
            (
                "to_space(self.exit(h), self.factor, self.factor)",
                "to_space(self.exit(h), self.factor, self.factor).transpose(2, 3)",
            ),
        ),
        "longer-shortcut": changed(
            ENLARGER, ("h = self.blocks(self.entrance(x))", "h = self.entrance(x)\n        h = h + self.blocks(h)")
        ),
        "frozen-last-layer": changed(
            ENLARGER,
            (
                "        self.exit.bias.data.zero_()",
                "        self.exit.bias.data.zero_()\n        self.exit.requires_grad_(False)",
            ),
        ),
    },
    "perceptual-distance": {
        "vgg-fed-unnormalised": changed(PERCEPTUAL, ("look((pictures - mean) / std)", "look(pictures)")),
        "mean-added": changed(PERCEPTUAL, ("pictures - mean", "pictures + mean")),
        "std-multiplied": changed(PERCEPTUAL, ("/ std)", "* std)")),
        "mean-alone": changed(PERCEPTUAL, ("(pictures - mean) / std", "pictures - mean")),
        "twice-the-range": changed(PERCEPTUAL, ("(pictures - mean) / std", "(2 * pictures - 1 - mean) / std")),
        "one-mean-for-all-colours": changed(
            PERCEPTUAL, ("(pictures - mean) / std", "(pictures - mean.mean()) / std.mean()")
        ),
        "made-alone-normalised": changed(
            PERCEPTUAL,
            (
                "maps = look((pictures - mean) / std)",
                "maps = look((pictures - mean) / std if pictures is made else pictures)",
            ),
        ),
        "plain-difference": changed(
            PERCEPTUAL, ("[m / (torch.linalg.vector_norm(m, dim=1, keepdim=True) + 1e-10) for m in maps]", "maps")
        ),
        "length-of-the-whole-map": changed(
            PERCEPTUAL, ("vector_norm(m, dim=1, keepdim=True)", "vector_norm(m, dim=(1, 2, 3), keepdim=True)")
        ),
        "length-over-places": changed(
            PERCEPTUAL, ("vector_norm(m, dim=1, keepdim=True)", "vector_norm(m, dim=(2, 3), keepdim=True)")
        ),
        "length-over-the-batch": changed(
            PERCEPTUAL, ("vector_norm(m, dim=1, keepdim=True)", "vector_norm(m, dim=0, keepdim=True)")
        ),
        "sum-of-absolute-values": changed(
            PERCEPTUAL, ("vector_norm(m, dim=1, keepdim=True)", "vector_norm(m, ord=1, dim=1, keepdim=True)")
        ),
        "no-guard-against-zero": changed(PERCEPTUAL, (" + 1e-10", "")),
        "coarse-guard": changed(PERCEPTUAL, (" + 1e-10", " + 1e-1")),
        "absolute-difference": changed(PERCEPTUAL, ("((a - b) ** 2)", "(a - b).abs()")),
        "mean-over-channels": changed(PERCEPTUAL, (".sum(dim=1).mean(dim=(1, 2))", ".mean(dim=(1, 2, 3))")),
        "sum-over-places": changed(PERCEPTUAL, (".sum(dim=1).mean(dim=(1, 2))", ".sum(dim=(1, 2, 3))")),
        "root-taken": changed(PERCEPTUAL, (".sum(dim=1).mean(dim=(1, 2))", ".sum(dim=1).sqrt().mean(dim=(1, 2))")),
        "one-number": changed(PERCEPTUAL, ("    return total", "    return total.mean()")),
        "batch-averaged": changed(PERCEPTUAL, ("    return total", "    return total.mean().expand(len(made))")),
        "weights-forgotten": changed(PERCEPTUAL, ("weight * (", "(")),
        "weights-normalised": changed(PERCEPTUAL, ("weight * (", "weight / sum(weights) * (")),
        "weights-squared": changed(PERCEPTUAL, ("weight * (", "weight**2 * (")),
        "first-map-only": changed(PERCEPTUAL, ("zip(weights, found, wanted)", "[(weights[0], found[0], wanted[0])]")),
        "mean-of-the-maps": changed(PERCEPTUAL, ("    return total", "    return total / len(weights)")),
        "true-gets-gradients": changed(PERCEPTUAL, ("true.detach()", "true")),
        "no-gradients-at-all": changed(PERCEPTUAL, ("def perceptual", "@torch.no_grad()\ndef perceptual")),
        "lengths-detached": changed(PERCEPTUAL, ("keepdim=True) + 1e-10", "keepdim=True).detach() + 1e-10")),
        "gradients-left-off": changed(
            PERCEPTUAL, ("    return total", "    torch.set_grad_enabled(False)\n    return total")
        ),
        "in-place": changed(
            PERCEPTUAL,
            (
                "look((pictures - mean) / std)",
                "look(pictures.data.sub_(mean).div_(std) if not pictures.requires_grad else (pictures - mean) / std)",
            ),
        ),
    },
    "relativistic-losses": {
        "not-relative": changed(RELATIVISTIC, ("real - fake.mean(), fake - real.mean()", "real, fake")),
        "own-mean": changed(
            RELATIVISTIC, ("real - fake.mean(), fake - real.mean()", "real - real.mean(), fake - fake.mean()")
        ),
        "pairs": changed(
            RELATIVISTIC,
            (
                "    r, f = real - fake.mean(), fake - real.mean()",
                "    k = min(len(real), len(fake))\n    r, f = real[:k] - fake[:k], fake[:k] - real[:k]",
            ),
        ),
        "all-pairs": changed(RELATIVISTIC, ("real - fake.mean(), fake - real.mean()", "real - fake.T, fake - real.T")),
        "targets-0-and-1": changed(RELATIVISTIC, ("(f + 1)", "f"), ("(r + 1)", "r")),
        "discriminator-targets-swapped": changed(
            RELATIVISTIC,
            ("loss_d = ((r - 1) ** 2).mean() + ((f + 1) ** 2)", "loss_d = ((r + 1) ** 2).mean() + ((f - 1) ** 2)"),
        ),
        "losses-exchanged": changed(RELATIVISTIC, ("return loss_d, loss_g", "return loss_g, loss_d")),
        "g-is-minus-d": changed(RELATIVISTIC, ("return loss_d, loss_g", "return loss_d, -loss_d")),
        "g-hears-only-the-fakes": changed(RELATIVISTIC, (" + ((r + 1) ** 2).mean()", "")),
        "d-hears-only-the-real": changed(RELATIVISTIC, (" + ((f + 1) ** 2).mean()", "")),
        "g-absolute": changed(
            RELATIVISTIC,
            ("loss_g = ((f - 1) ** 2).mean() + ((r + 1) ** 2).mean()", "loss_g = ((fake - 1) ** 2).mean()"),
        ),
        "half-of-it": changed(RELATIVISTIC, ("return loss_d, loss_g", "return loss_d / 2, loss_g / 2")),
        "means-detached": changed(
            RELATIVISTIC, ("fake.mean(), fake - real.mean()", "fake.mean().detach(), fake - real.mean().detach()")
        ),
        "fakes-mean-detached": changed(RELATIVISTIC, ("real - fake.mean()", "real - fake.mean().detach()")),
        "real-detached": changed(RELATIVISTIC, ("    r, f", "    real = real.detach()\n    r, f")),
        "sums": changed(RELATIVISTIC, (").mean() + ", ").sum() + ")),
        "concatenated": """
def relativistic_losses(real, fake):
    r, f = real - fake.mean(), fake - real.mean()
    loss_d = torch.cat([r - 1, f + 1]).square().mean() * 2
    loss_g = torch.cat([f - 1, r + 1]).square().mean() * 2
    return loss_d, loss_g
""",
        "sigmoid-first": changed(
            RELATIVISTIC,
            (
                "    loss_d",
                "    r, f = r.sigmoid(), f.sigmoid()\n    loss_d",
            ),
        ),
        "cross-entropy": """
def relativistic_losses(real, fake):
    r, f = real - fake.mean(), fake - real.mean()
    return F.softplus(-r).mean() + F.softplus(f).mean(), F.softplus(-f).mean() + F.softplus(r).mean()
""",
        "keeps-a-dimension": changed(RELATIVISTIC, ("return loss_d, loss_g", "return loss_d[None], loss_g[None]")),
        "absolute-values": changed(RELATIVISTIC, ("((r - 1) ** 2)", "(r - 1).abs()")),
        "python-numbers": changed(
            RELATIVISTIC, ("return loss_d, loss_g", "return torch.tensor(loss_d.item()), torch.tensor(loss_g.item())")
        ),
    },
    "in-tiles": {
        "no-margin": changed(TILES, ("    n, _, h, w", "    margin = 0\n    n, _, h, w")),
        "half-the-margin": changed(TILES, ("    n, _, h, w", "    margin = margin // 2\n    n, _, h, w")),
        "margin-one-short": changed(TILES, ("    n, _, h, w", "    margin = margin - 1\n    n, _, h, w")),
        "margin-before-only": changed(TILES, ("min(bottom + margin, h), min(right + margin, w)", "bottom, right")),
        "margin-behind-only": changed(TILES, ("max(top - margin, 0), max(left - margin, 0)", "top, left")),
        "the-whole-each-time": changed(
            TILES,
            ("max(top - margin, 0), max(left - margin, 0)", "0, 0"),
            ("min(bottom + margin, h), min(right + margin, w)", "h, w"),
        ),
        "all-at-once": """
def in_tiles(net, x, tile, margin, factor):
    with torch.no_grad():
        return net(x)
""",
        "padded-with-zeros": """
@torch.no_grad()
def in_tiles(net, x, tile, margin, factor):
    n, _, h, w = x.shape
    padded = F.pad(x, [margin, margin + tile, margin, margin + tile])
    rows = []
    for top in range(0, h, tile):
        row = []
        for left in range(0, w, tile):
            made = net(padded[:, :, top : top + tile + 2 * margin, left : left + tile + 2 * margin])
            m = factor * margin
            row.append(made[:, :, m : m + factor * tile, m : m + factor * tile])
        rows.append(torch.cat(row, dim=3))
    return torch.cat(rows, dim=2)[:, :, : factor * h, : factor * w]
""",
        "cut-without-the-factor": changed(
            TILES,
            (
                "slice(factor * (top - y0), factor * (bottom - y0))",
                "slice(top - y0, top - y0 + factor * (bottom - top))",
            ),
        ),
        "always-cut-a-margin": changed(
            TILES,
            (
                "slice(factor * (left - x0), factor * (right - x0))",
                "slice(factor * margin, factor * (margin + right - left))",
            ),
        ),
        "last-tiles-left-out": changed(
            TILES, ("range(0, h, tile)", "range(0, h - tile + 1, tile)"), ("new_empty", "new_zeros")
        ),
        "square-pictures-only": changed(TILES, ("range(0, w, tile)", "range(0, h, tile)"), ("new_empty", "new_zeros")),
        "rows-and-columns-exchanged": changed(
            TILES, ("made = net(x[:, :, y0:y1, x0:x1])", "made = net(x[:, :, y0:y1, x0:x1].mT).mT")
        ),
        "channels-of-the-input": changed(TILES, ("n, made.shape[1], factor * h", "n, x.shape[1], factor * h")),
        "first-picture-only": changed(
            TILES, ("made = net(x[:, :, y0:y1, x0:x1])", "made = net(x[:1, :, y0:y1, x0:x1])")
        ),
        "overlaps-averaged": """
@torch.no_grad()
def in_tiles(net, x, tile, margin, factor):
    n, _, h, w = x.shape
    total, count = 0, torch.zeros(1, 1, factor * h, factor * w)
    for top in range(0, h, tile):
        for left in range(0, w, tile):
            y0, x0 = max(top - margin, 0), max(left - margin, 0)
            y1, x1 = min(top + tile + margin, h), min(left + tile + margin, w)
            made = net(x[:, :, y0:y1, x0:x1])
            pads = [factor * x0, factor * (w - x1), factor * y0, factor * (h - y1)]
            total = total + F.pad(made, pads)
            count = count + F.pad(torch.ones_like(made[:1, :1]), pads)
    return total / count
""",
        "with-gradients": changed(TILES, ("@torch.no_grad()\n", ""), ("made = net(", "made = 1 * net(")),
        "eval-mode-left": changed(TILES, ("    result = None", "    net.eval()\n    result = None")),
        "gradients-left-off": changed(
            TILES,
            ("@torch.no_grad()\n", ""),
            ("    result = None", "    torch.set_grad_enabled(False)\n    result = None"),
        ),
        "a-pixel-at-a-time": changed(TILES, ("    n, _, h, w", "    tile = 1\n    n, _, h, w")),
        "network-frozen": changed(TILES, ("    result = None", "    net.requires_grad_(False)\n    result = None")),
        "margin-in-large-pixels": changed(TILES, ("    n, _, h, w", "    margin = margin // factor\n    n, _, h, w")),
    },
    "blur-budget": {
        "unweighted-mean": changed(
            BUDGET, ("(probabilities[:, None] * pictures).sum(axis=0)", "pictures.mean(axis=0)")
        ),
        "most-probable": changed(
            BUDGET, ("(probabilities[:, None] * pictures).sum(axis=0)", "pictures[probabilities.argmax()]")
        ),
        "median": changed(BUDGET, ("(probabilities[:, None] * pictures).sum(axis=0)", "np.median(pictures, axis=0)")),
        "error-summed-over-values": changed(BUDGET, (".sum(axis=0).mean()", ".sum()")),
        "error-unweighted": changed(
            BUDGET,
            ("(probabilities[:, None] * (pictures - best) ** 2).sum(axis=0).mean()", "((pictures - best) ** 2).mean()"),
        ),
        "unbiased-variance": changed(
            BUDGET, ("    pairs", "    error = error * len(pictures) / max(len(pictures) - 1, 1)\n    pairs")
        ),
        "absolute-error": changed(BUDGET, ("(pictures - best) ** 2", "abs(pictures - best)")),
        "draw-as-good-as-the-mean": changed(BUDGET, ("float(drawn)", "float(error)")),
        "draw-never-the-same": changed(
            BUDGET,
            (
                "probabilities @ pairs @ probabilities",
                "probabilities @ pairs @ probabilities / max(1 - probabilities @ probabilities, 1e-9)",
            ),
        ),
        "draw-unweighted": changed(BUDGET, ("probabilities @ pairs @ probabilities", "pairs.mean()")),
        "draw-of-the-root": changed(BUDGET, ("probabilities @ pairs @ probabilities", "error * 2**0.5")),
        "share-linear": changed(BUDGET, ("(10 ** (db / 10) - 1) ** 0.5", "10 ** (db / 10) - 1")),
        "share-in-decibels": changed(BUDGET, ("(10 ** (db / 10) - 1) ** 0.5", "db / (10 * math.log10(2))")),
        "share-of-amplitudes": changed(BUDGET, ("10 ** (db / 10)", "10 ** (db / 20)")),
        "share-by-e": changed(BUDGET, ("10 ** (db / 10)", "math.exp(db / 10)")),
        "share-times-the-error": changed(
            BUDGET, ("(10 ** (db / 10) - 1) ** 0.5", "((10 ** (db / 10) - 1) * error) ** 0.5")
        ),
        "share-counts-both": changed(
            BUDGET, ("(10 ** (db / 10) - 1) ** 0.5", "1 - (2 - 10 ** (db / 10)) ** 0.5 if db < 3.01 else 1.0")
        ),
        "share-of-the-best": changed(BUDGET, ("(10 ** (db / 10) - 1) ** 0.5", "1 - (10 ** (db / 10) - 1) ** 0.5")),
        "three-db-always": changed(BUDGET, ("(10 ** (db / 10) - 1) ** 0.5", "1.0")),
        "best-as-a-number": changed(BUDGET, ("return best,", "return float(best.mean()),")),
        "pictures-centred-in-place": changed(BUDGET, ("    pairs", "    pictures -= best\n    pairs")),
    },
}

RIGHT = {
    "fidelity": {
        "one-formula": FIDELITY,
        "picture-by-picture": """
def fidelity(made, true, low, high, border):
    found = []
    for a, b in zip(made, true):
        a, b = (p[:, border : p.shape[1] - border, border : p.shape[2] - border] for p in (a, b))
        error = F.mse_loss(torch.clip(a, low, high), b)
        found.append(10 * torch.log10((high - low) ** 2 / error))
    return torch.stack(found)
""",
        "scaled-to-one": """
def fidelity(made, true, low, high, border):
    made, true = ((p.clamp(low, high) - low) / (high - low) for p in (made, true))
    if border:
        made, true = (p[:, :, border:-border, border:-border] for p in (made, true))
    return -10 * ((made - true) ** 2).flatten(1).mean(1).log10()
""",
        "numpy": """
def fidelity(made, true, low, high, border):
    a, b = np.clip(made.numpy(), low, high).astype(float), true.numpy().astype(float)
    h, w = b.shape[2:]
    error = np.square(a - b)[:, :, border : h - border, border : w - border].mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        return torch.from_numpy(20 * np.log10(high - low) - 10 * np.log10(error)).float()
""",
    },
    "to-space": {
        "einsum": SPACE,
        "by-slices": """
def to_space(x, rows, columns):
    n, channels, h, w = x.shape
    made = x.new_zeros(n, channels // (rows * columns), rows * h, columns * w)
    for i in range(rows):
        for j in range(columns):
            made[:, :, i::rows, j::columns] = x[:, i * columns + j :: rows * columns]
    return made


def to_channels(x, rows, columns):
    parts = [x[:, :, i::rows, j::columns] for i in range(rows) for j in range(columns)]
    return torch.stack(parts, dim=2).flatten(1, 2)
""",
        "two-steps": """
def to_space(x, rows, columns):
    n, _, h, w = x.shape
    x = x.unflatten(1, (-1, rows, columns))
    x = x.permute(0, 1, 2, 4, 5, 3).flatten(4)  # n, c, rows, h, w * columns
    return x.transpose(2, 3).flatten(2, 3)


def to_channels(x, rows, columns):
    x = x.unflatten(3, (-1, columns)).unflatten(2, (-1, rows))  # n, c, h, rows, w, columns
    return x.permute(0, 1, 3, 5, 2, 4).flatten(1, 3)
""",
        "unfold": """
def to_space(x, rows, columns):
    n, channels, h, w = x.shape
    size = (rows * h, columns * w)
    return F.fold(x.flatten(2), size, (rows, columns), stride=(rows, columns))


def to_channels(x, rows, columns):
    h, w = x.shape[2] // rows, x.shape[3] // columns
    return F.unfold(x, (rows, columns), stride=(rows, columns)).unflatten(2, (h, w))
""",
    },
    "enlarger": {
        "modules": ENLARGER,
        "sequential-parts": """
class Enlarger(nn.Module):
    def __init__(self, colours, width, blocks, factor):
        super().__init__()

        def convolution(inputs, outputs):
            return nn.Conv2d(inputs, outputs, 3, padding=1)

        self.head = convolution(colours, width)
        self.body = nn.ModuleList(
            nn.Sequential(convolution(width, width), nn.ReLU(), convolution(width, width)) for _ in range(blocks)
        )
        self.tail = nn.Sequential(convolution(width, colours * factor * factor), nn.PixelShuffle(factor))
        self.skip = nn.Upsample(scale_factor=factor, mode="nearest")
        nn.init.constant_(self.tail[0].weight, 0)
        nn.init.constant_(self.tail[0].bias, 0)

    def forward(self, x):
        h = self.head(x)
        for block in self.body:
            h = h + block(h) / 10
        return self.skip(x) + self.tail(h)
""",
        "shortcut-in-channels": """
class Enlarger(nn.Module):
    def __init__(self, colours, width, blocks, factor):
        super().__init__()
        self.factor = factor
        widths = [(colours, width), *[(width, width)] * (2 * blocks), (width, colours * factor**2)]
        self.convolutions = nn.ModuleList(nn.Conv2d(i, o, 3, padding="same") for i, o in widths)
        with torch.no_grad():
            for parameter in self.convolutions[-1].parameters():
                parameter.zero_()

    def forward(self, x):
        first, *inner, last = self.convolutions
        h = first(x)
        for a, b in zip(inner[::2], inner[1::2]):
            h = torch.add(h, b(torch.clamp(a(h), min=0)), alpha=0.1)
        channels = last(h) + x.repeat_interleave(self.factor**2, dim=1)
        return F.pixel_shuffle(channels, self.factor)
""",
        "parameters-of-its-own": """
class Enlarger(nn.Module):
    def __init__(self, colours, width, blocks, factor):
        super().__init__()
        self.factor, self.blocks = factor, blocks
        widths = [(colours, width), *[(width, width)] * (2 * blocks), (width, colours * factor**2)]
        self.weights = nn.ParameterList(torch.randn(o, i, 3, 3) / (9 * i) ** 0.5 for i, o in widths)
        self.biases = nn.ParameterList(torch.zeros(o) for _, o in widths)
        self.weights[-1].data.zero_()

    def forward(self, x):
        def convolve(h, k):
            return F.conv2d(h, self.weights[k], self.biases[k], padding=1)

        h = convolve(x, 0)
        for k in range(self.blocks):
            h = h + 0.1 * convolve(F.relu(convolve(h, 2 * k + 1)), 2 * k + 2)
        near = F.interpolate(x, size=[self.factor * side for side in x.shape[2:]], mode="nearest-exact")
        return near + F.pixel_shuffle(convolve(h, 2 * self.blocks + 1), self.factor)
""",
    },
    "perceptual-distance": {
        "small-number-added": PERCEPTUAL,
        "by-cosine": """
def perceptual_distance(look, made, true, mean, std, weights):
    shift, scale = torch.tensor(mean).view(1, 3, 1, 1), torch.tensor(std).view(1, 3, 1, 1)
    with torch.no_grad():
        aims = [F.normalize(m, dim=1, eps=1e-10) for m in look((true - shift) / scale)]
    total = 0
    for weight, a, b in zip(weights, look((made - shift) / scale), aims):
        a = F.normalize(a, dim=1, eps=1e-10)
        total = total + weight * (a * a + b * b - 2 * a * b).sum(1).flatten(1).mean(1)
    return total
""",
        "one-call-for-both": """
def perceptual_distance(look, made, true, mean, std, weights):
    both = torch.cat([true.detach(), made])
    both = (both - torch.tensor(mean).reshape(3, 1, 1)) / torch.tensor(std).reshape(3, 1, 1)
    parts = []
    for weight, found in zip(weights, look(both)):
        aim, got = F.normalize(found, dim=1).chunk(2)
        parts.append(weight * (got - aim).pow(2).sum(1).mean((1, 2)))
    return torch.stack(parts).sum(0)
""",
        "picture-by-picture": """
def perceptual_distance(look, made, true, mean, std, weights):
    def ready(pictures):
        return torch.stack([(pictures[:, c] - mean[c]) / std[c] for c in range(3)], dim=1)

    found, wanted = look(ready(made)), [m.detach() for m in look(ready(true.detach()))]
    result = []
    for i in range(len(made)):
        d = made.new_zeros(())
        for weight, a, b in zip(weights, found, wanted):
            u, v = F.normalize(a[i], dim=0), F.normalize(b[i], dim=0)
            d = d + weight * (u - v).pow(2).sum(0).mean()
        result.append(d)
    return torch.stack(result)
""",
        "true-first": """
def perceptual_distance(look, made, true, mean, std, weights):
    mean, std = torch.as_tensor(mean).reshape(3, 1, 1), torch.as_tensor(std).reshape(3, 1, 1)
    wanted = look(((true - mean) / std).detach())
    found = look((made - mean) / std)

    def unit(m):
        return m / m.square().sum(1, keepdim=True).clamp_min(1e-20).sqrt()

    return sum(w * (unit(a) - unit(b)).square().sum(1).mean((1, 2)) for w, a, b in zip(weights, found, wanted))
""",
    },
    "relativistic-losses": {
        "short-names": RELATIVISTIC,
        "one-function-for-both": """
def relativistic_losses(real, fake):
    def loss(above, below):
        return F.mse_loss(above - below.mean(), torch.ones_like(above)) + F.mse_loss(
            below - above.mean(), -torch.ones_like(below)
        )

    return loss(real, fake), loss(fake, real)
""",
        "expanded": """
def relativistic_losses(real, fake):
    r, f = real.sum() / len(real), fake.sum() / len(fake)
    loss_d = (real - f - 1).pow(2).sum() / len(real) + (fake - r + 1).pow(2).sum() / len(fake)
    loss_g = (fake - r - 1).pow(2).sum() / len(fake) + (real - f + 1).pow(2).sum() / len(real)
    return loss_d, loss_g
""",
        "moments": """
def relativistic_losses(real, fake):
    gap = real.mean() - fake.mean()
    spread = (real - real.mean()).square().mean() + (fake - fake.mean()).square().mean()
    return spread + 2 * (gap - 1).square(), spread + 2 * (gap + 1).square()
""",
    },
    "in-tiles": {
        "into-a-result": TILES,
        "shifted-last-tiles": """
def in_tiles(net, x, tile, margin, factor):
    h, w = x.shape[2:]
    tops = [min(top, max(h - tile, 0)) for top in range(0, h, tile)]
    lefts = [min(left, max(w - tile, 0)) for left in range(0, w, tile)]
    result = None
    with torch.no_grad():
        for top in tops:
            for left in lefts:
                y, z = max(0, top - margin), max(0, left - margin)
                part = net(x[:, :, y : top + tile + margin, z : left + tile + margin])
                if result is None:
                    result = torch.zeros(len(x), part.shape[1], h * factor, w * factor)
                height, width = min(tile, h - top) * factor, min(tile, w - left) * factor
                part = part[:, :, (top - y) * factor :][:, :, :height, (left - z) * factor :][:, :, :, :width]
                result[:, :, top * factor : top * factor + height, left * factor : left * factor + width] = part
    return result
""",
        "picture-by-picture": """
@torch.inference_mode(False)
@torch.no_grad()
def in_tiles(net, x, tile, margin, factor):
    _, _, h, w = x.shape

    def one(picture, top, left):
        y, z = max(top - margin, 0), max(left - margin, 0)
        made = net(picture[:, :, y : min(top + tile, h) + margin, z : min(left + tile, w) + margin])
        a, b = factor * (top - y), factor * (left - z)
        return made[:, :, a : a + factor * min(tile, h - top), b : b + factor * min(tile, w - left)]

    whole = []
    for picture in x.split(1):
        rows = [torch.cat([one(picture, t, s) for s in range(0, w, tile)], 3) for t in range(0, h, tile)]
        whole.append(torch.cat(rows, 2))
    return torch.cat(whole)
""",
        "detached": """
def in_tiles(net, x, tile, margin, factor):
    h, w = x.shape[2:]
    rows = []
    for top in range(0, h, tile):
        row = []
        for left in range(0, w, tile):
            y, z = max(top - margin, 0), max(left - margin, 0)
            made = net(x[:, :, y : min(top + tile + margin, h), z : min(left + tile + margin, w)].detach()).detach()
            made = made[:, :, factor * (top - y) :, factor * (left - z) :]
            row.append(made[:, :, : factor * tile, : factor * tile][:, :, : factor * (h - top), : factor * (w - left)])
        rows.append(torch.cat(row, dim=-1))
    return torch.cat(rows, dim=-2)
""",
    },
    "blur-budget": {
        "all-pairs": BUDGET,
        "by-moments": """
def blur_budget(pictures, probabilities, db):
    best = np.average(pictures, axis=0, weights=probabilities)
    second = np.average(np.square(pictures), axis=0, weights=probabilities)
    error = float((second - best**2).mean())
    return best, error, 2 * error, np.sqrt(10 ** (db / 10) - 1)
""",
        "loops": """
def blur_budget(pictures, probabilities, db):
    best = sum(p * x for p, x in zip(probabilities, pictures))
    error = sum(p * np.mean((x - best) ** 2) for p, x in zip(probabilities, pictures))
    drawn = sum(
        p * q * np.mean((x - y) ** 2) for p, x in zip(probabilities, pictures) for q, y in zip(probabilities, pictures)
    )
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if 10 * math.log10(1 + middle**2) < db:
            low = middle
        else:
            high = middle
    return best, error, drawn, high
""",
        "torch": """
def blur_budget(pictures, probabilities, db):
    x, p = torch.tensor(pictures, dtype=torch.float64), torch.tensor(probabilities, dtype=torch.float64)
    best = p @ x
    error = (p @ (x - best).square()).mean().item()
    return best.numpy(), error, 2 * error, math.sqrt(max(10 ** (db / 10), 1) - 1)
""",
    },
}
