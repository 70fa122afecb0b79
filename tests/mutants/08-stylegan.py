"""Answers to assignment 08, wrong and right; names as in the catalogue of misconceptions where one applies."""

TRUNCATE = """
def truncate(styles, centre, psi, cutoff):
    pulled = centre + psi * (styles[:, :cutoff] - centre)
    return torch.cat([pulled, styles[:, cutoff:]], dim=1)
"""
CENTRE = """
def style_centre(mapping, latents, batch):
    training = mapping.training
    mapping.eval()
    with torch.no_grad():
        parts = [mapping(part) for part in latents.split(batch)]
    mapping.train(training)
    return torch.cat(parts).mean(dim=0)
"""
LINEAR = """
class ModulatedLinear(nn.Module):
    def __init__(self, inputs, outputs, style_dim):
        super().__init__()
        self.W = nn.Parameter(torch.randn(outputs, inputs))
        self.b = nn.Parameter(torch.zeros(outputs))
        self.A = nn.Parameter(torch.randn(inputs, style_dim))
        self.a = nn.Parameter(torch.ones(inputs))
        self.style_dim = style_dim

    def forward(self, x, w):
        s = w @ self.A.T / math.sqrt(self.style_dim) + self.a
        kernel = self.W[None] * s[:, None, :]
        length = torch.sqrt((kernel**2).sum(dim=2, keepdim=True) + 1e-8)
        kernel = kernel / length
        return torch.einsum("nji,ni->nj", kernel, x) + self.b
"""
UPSAMPLE = """
def styled_upsample(x, weight, style):
    kernels = weight[None] * style[:, :, None, None, None]
    variance = (kernels**2).sum(dim=(1, 3, 4)) / 4
    rows = [
        F.conv_transpose2d(x[i : i + 1], kernels[i], stride=2, padding=1) for i in range(len(x))
    ]
    return torch.cat(rows) / torch.sqrt(variance + 1e-8)[:, :, None, None]
"""
PREDICT = """
def predicted_deviation(weight, style, covariance, demodulate):
    kernel = weight * style[:, None, None]
    outputs, inputs = kernel.shape[:2]
    variance = torch.zeros(outputs)
    for tap in kernel.reshape(outputs, inputs, -1).unbind(2):
        variance = variance + ((tap @ covariance) * tap).sum(1)
    if demodulate:
        variance = variance / (kernel**2).sum(dim=(1, 2, 3))
    return variance**0.5
"""
LAZY = """
def lazy_r1(discriminator, real, labels, step, every, gamma):
    if step % every != 0:
        return 0.0
    x = real.detach().clone().requires_grad_(True)
    logits = discriminator(x, labels)
    grad = torch.autograd.grad(outputs=logits.sum(), inputs=x, create_graph=True)[0]
    penalty = grad.pow(2).reshape(len(x), -1).sum(1).mean()
    return gamma / 2 * penalty * every
"""
PATH = """
def path_penalty(pictures, styles, y, average, decay):
    (v,) = torch.autograd.grad((pictures * y).sum(), styles, create_graph=True)
    lengths = (v**2).sum(2).mean(1).sqrt()
    new = average * decay + lengths.detach().mean() * (1 - decay)
    return ((lengths - new) ** 2).mean(), new
"""


def changed(code, *pairs):
    """The code with each pair's first text, which must stand in it, replaced by the second."""
    for old, new in pairs:
        if old not in code:
            raise ValueError(f"{old!r} doesn't stand in\n{code}")
        code = code.replace(old, new)
    return code


WRONG = {
    "truncate": {
        "truncation-towards-the-wrong-centre": changed(
            TRUNCATE, ("centre + psi * (styles[:, :cutoff] - centre)", "psi * styles[:, :cutoff]")
        ),
        "psi-turned-round": changed(
            TRUNCATE,
            (
                "centre + psi * (styles[:, :cutoff] - centre)",
                "styles[:, :cutoff] + psi * (centre - styles[:, :cutoff])",
            ),
        ),
        "centre-of-the-batch": changed(TRUNCATE, ("    pulled", "    centre = styles.mean(dim=(0, 1))\n    pulled")),
        "centre-without-its-gradient": changed(TRUNCATE, ("    pulled", "    centre = centre.detach()\n    pulled")),
        "styles-without-their-gradient": changed(TRUNCATE, ("    pulled", "    styles = styles.detach()\n    pulled")),
        "fine-ones-instead": """
def truncate(styles, centre, psi, cutoff):
    pulled = centre + psi * (styles[:, cutoff:] - centre)
    return torch.cat([styles[:, :cutoff], pulled], dim=1)
""",
        "first-pictures-instead": """
def truncate(styles, centre, psi, cutoff):
    pulled = centre + psi * (styles[:cutoff] - centre)
    return torch.cat([pulled, styles[cutoff:]], dim=0)
""",
        "one-level-too-many": changed(TRUNCATE, ("    pulled", "    cutoff = cutoff + 1\n    pulled")),
        "all-levels": changed(TRUNCATE, ("    pulled", "    cutoff = styles.shape[1]\n    pulled")),
        "in-place": """
def truncate(styles, centre, psi, cutoff):
    with torch.no_grad():
        styles[:, :cutoff] = centre + psi * (styles[:, :cutoff] - centre)
    return styles
""",
        "psi-clamped": changed(TRUNCATE, ("    pulled", "    psi = min(max(psi, 0.0), 1.0)\n    pulled")),
        "centre-added-twice": changed(
            TRUNCATE, ("centre + psi * (styles[:, :cutoff] - centre)", "centre + psi * styles[:, :cutoff]")
        ),
        "values-cut-off": changed(
            TRUNCATE,
            ("centre + psi * (styles[:, :cutoff] - centre)", "centre + (styles[:, :cutoff] - centre).clamp(-psi, psi)"),
        ),
        "last-levels-counted-from-behind": changed(
            TRUNCATE, ("styles[:, :cutoff] - centre", "styles[:, -cutoff:] - centre")
        ),
        "only-when-psi-below-one": changed(
            TRUNCATE, ("    pulled", "    if psi >= 1:\n        return styles\n    pulled")
        ),
    },
    "style-centre": {
        "truncation-towards-the-wrong-centre": changed(
            CENTRE, ("return torch.cat(parts).mean(dim=0)", "return mapping(latents.mean(0, keepdim=True)).detach()[0]")
        ),
        "mean-of-batch-means": changed(
            CENTRE,
            ("return torch.cat(parts).mean(dim=0)", "return torch.stack([part.mean(0) for part in parts]).mean(0)"),
        ),
        "rest-dropped": changed(
            CENTRE, ("latents.split(batch)]", "latents[: max(len(latents) // batch, 1) * batch].split(batch)]")
        ),
        "all-at-once": changed(CENTRE, ("latents.split(batch)", "[latents]")),
        "graph-left": changed(CENTRE, ("with torch.no_grad():", "if True:")),
        "left-in-eval-mode": changed(CENTRE, ("    mapping.train(training)\n", "")),
        "always-back-to-train-mode": changed(CENTRE, ("mapping.train(training)", "mapping.train()")),
        "sampling-in-train-mode": changed(CENTRE, ("    mapping.eval()\n", "")),
        "mean-over-the-wrong-axis": changed(CENTRE, ("mean(dim=0)", "mean(dim=1)")),
        "one-number": changed(CENTRE, ("mean(dim=0)", "mean()")),
        "first-batch-alone": changed(CENTRE, ("latents.split(batch)", "latents.split(batch)[:1]")),
        "gradients-switched-off-for-good": changed(
            CENTRE, ("    with torch.no_grad():\n        parts", "    torch.set_grad_enabled(False)\n    parts")
        ),
        "sum": changed(CENTRE, ("mean(dim=0)", "sum(dim=0)")),
        "row-kept": changed(CENTRE, ("mean(dim=0)", "mean(dim=0, keepdim=True)")),
        "fresh-latents": changed(CENTRE, ("    training", "    latents = torch.randn_like(latents)\n    training")),
        "median": changed(CENTRE, ("mean(dim=0)", "median(dim=0).values")),
    },
    "modulated-linear": {
        "no-demodulation": changed(LINEAR, ("kernel = kernel / length", "kernel = kernel + 0 * length")),
        "demodulation-forgets-the-style": changed(LINEAR, ("(kernel**2)", "(self.W[None]**2)")),
        "demodulation-over-the-outputs": changed(LINEAR, ("sum(dim=2, keepdim=True)", "sum(dim=1, keepdim=True)")),
        "demodulation-over-the-batch": changed(LINEAR, ("sum(dim=2, keepdim=True)", "sum(dim=0, keepdim=True)")),
        "one-length-for-all-outputs": changed(LINEAR, ("sum(dim=2, keepdim=True)", "sum(dim=(1, 2), keepdim=True)")),
        "mean-in-place-of-sum": changed(LINEAR, ("sum(dim=2, keepdim=True)", "mean(dim=2, keepdim=True)")),
        "root-forgotten": changed(
            LINEAR,
            (
                "torch.sqrt((kernel**2).sum(dim=2, keepdim=True) + 1e-8)",
                "((kernel**2).sum(dim=2, keepdim=True) + 1e-8)",
            ),
        ),
        "length-as-a-constant": changed(LINEAR, ("kernel / length", "kernel / length.detach()")),
        "normalised-by-measurement": changed(
            LINEAR,
            (
                'return torch.einsum("nji,ni->nj", kernel, x) + self.b',
                'y = torch.einsum("nji,ni->nj", kernel, x)\n'
                "        return y / (y.square().mean(1, keepdim=True) + 1e-8).sqrt() + self.b",
            ),
        ),
        "equalised-rate-only-at-the-start": changed(
            LINEAR,
            ("torch.randn(inputs, style_dim)", "torch.randn(inputs, style_dim) / math.sqrt(style_dim)"),
            (" / math.sqrt(self.style_dim)", ""),
        ),
        "equalised-rate-forgotten": changed(LINEAR, (" / math.sqrt(self.style_dim)", "")),
        "scale-of-the-wrong-layer": changed(LINEAR, ("math.sqrt(self.style_dim)", "math.sqrt(self.W.shape[1])")),
        "small-weights-at-the-start": changed(
            LINEAR, ("torch.randn(outputs, inputs)", "0.02 * torch.randn(outputs, inputs)")
        ),
        "uniform-weights-of-linear": changed(
            LINEAR, ("torch.randn(outputs, inputs)", "nn.Linear(inputs, outputs).weight.detach()")
        ),
        "style-begins-at-zero": changed(LINEAR, ("torch.ones(inputs)", "torch.zeros(inputs)")),
        "bias-before-demodulation": changed(
            LINEAR,
            (
                'return torch.einsum("nji,ni->nj", kernel, x) + self.b',
                'return torch.einsum("nji,ni->nj", kernel, x) + self.b / length[:, :, 0]',
            ),
        ),
        "style-of-the-first-row": changed(LINEAR, ("s = w @", "s = w[:1].expand_as(w) @")),
        "style-averaged": changed(LINEAR, ("s = w @", "s = w.mean(0, keepdim=True).expand_as(w) @")),
        "style-scales-the-outputs": changed(
            LINEAR,
            ("kernel = self.W[None] * s[:, None, :]", "kernel = self.W[None].expand(len(x), -1, -1)"),
            ("kernel, x) + self.b", "kernel, x) * s.mean(1, keepdim=True) + self.b"),
        ),
        "frozen-start": changed(
            LINEAR, ("self.a = nn.Parameter(torch.ones(inputs))", 'self.register_buffer("a", torch.ones(inputs))')
        ),
        "bias-forgotten": changed(LINEAR, ("kernel, x) + self.b", "kernel, x)")),
        "sigmoid-style": changed(
            LINEAR,
            (
                "s = w @ self.A.T / math.sqrt(self.style_dim) + self.a",
                "s = torch.sigmoid(w @ self.A.T / math.sqrt(self.style_dim)) + self.a",
            ),
        ),
        "epsilon-outside-the-root": changed(
            LINEAR,
            (
                "torch.sqrt((kernel**2).sum(dim=2, keepdim=True) + 1e-8)",
                "torch.sqrt((kernel**2).sum(dim=2, keepdim=True))",
            ),
        ),
        "x-changed-in-place": changed(LINEAR, ("        s = w", "        x.mul_(1.0).add_(0.1)\n        s = w")),
        "eval-without-modulation": changed(
            LINEAR,
            (
                "        kernel = self.W",
                "        s = s if self.training else torch.ones_like(s)\n        kernel = self.W",
            ),
        ),
        "same-numbers-in-each-layer": changed(
            LINEAR, ("        super().__init__()\n", "        super().__init__()\n        torch.manual_seed(0)\n")
        ),
    },
    "styled-upsample": {
        "share-of-taps-forgotten": changed(UPSAMPLE, (" / 4", "")),
        "half-in-place-of-a-quarter": changed(UPSAMPLE, (" / 4", " / 2")),
        "sixteenth": changed(UPSAMPLE, (" / 4", " / 16")),
        "multiplied-by-the-share": changed(UPSAMPLE, (" / 4", " * 4")),
        "demodulation-over-the-outputs": changed(
            UPSAMPLE,
            (
                "    variance = (kernels**2).sum(dim=(1, 3, 4)) / 4",
                "    variance = (kernels**2).sum(dim=(2, 3, 4)) / 4\n"
                "    if variance.shape[1] != weight.shape[1]:\n"
                "        variance = (kernels**2).sum(dim=(1, 3, 4)) / 4",
            ),
        ),
        "no-demodulation": changed(UPSAMPLE, (" / torch.sqrt(variance + 1e-8)[:, :, None, None]", "")),
        "demodulation-forgets-the-style": changed(UPSAMPLE, ("(kernels**2)", "(weight[None] ** 2).expand_as(kernels)")),
        "root-forgotten": changed(UPSAMPLE, ("torch.sqrt(variance + 1e-8)", "(variance + 1e-8)")),
        "measured": changed(
            UPSAMPLE,
            (
                "return torch.cat(rows) / torch.sqrt(variance + 1e-8)[:, :, None, None]",
                "y = torch.cat(rows)\n    return y / (y.square().mean(dim=(2, 3), keepdim=True) + 1e-8).sqrt()",
            ),
        ),
        "style-of-the-first-picture": changed(
            UPSAMPLE, ("style[:, :, None, None, None]", "style[:1, :, None, None, None].expand(len(x), -1, 1, 1, 1)")
        ),
        "nearest-then-convolve": changed(
            UPSAMPLE,
            (
                "F.conv_transpose2d(x[i : i + 1], kernels[i], stride=2, padding=1)",
                "F.conv2d(F.pad(F.interpolate(x[i : i + 1], scale_factor=2), (1, 2, 1, 2)), "
                "kernels[i].transpose(0, 1))",
            ),
        ),
        "length-as-a-constant": changed(
            UPSAMPLE, ("torch.sqrt(variance + 1e-8)", "torch.sqrt(variance.detach() + 1e-8)")
        ),
        "epsilon-forgotten": changed(UPSAMPLE, (" + 1e-8", "")),
        "one-length-for-the-batch": changed(UPSAMPLE, ("[:, :, None, None]\n", ".mean(0)[None, :, None, None]\n")),
        "mean-over-the-inputs": changed(UPSAMPLE, ("sum(dim=(1, 3, 4)) / 4", "mean(dim=(1, 3, 4)) * 4")),
        "weight-normalised-in-place": changed(
            UPSAMPLE,
            (
                "    kernels =",
                "    with torch.no_grad():\n"
                "        weight.div_(weight.square().sum(dim=(0, 2, 3), keepdim=True).add(1e-8).sqrt())\n"
                "    kernels =",
            ),
        ),
        "kernel-turned-round": changed(UPSAMPLE, ("kernels[i], stride", "kernels[i].flip(2, 3), stride")),
    },
    "predicted-deviation": {
        "covariance-forgotten": changed(PREDICT, ("((tap @ covariance) * tap)", "(tap * tap)")),
        "variances-alone": changed(PREDICT, ("((tap @ covariance) * tap)", "(tap * covariance.diagonal() * tap)")),
        "style-forgotten": changed(PREDICT, ("weight * style[:, None, None]", "weight * 1.0")),
        "style-squared": changed(PREDICT, ("weight * style[:, None, None]", "weight * style[:, None, None] ** 2")),
        "style-along-the-outputs": changed(
            PREDICT,
            (
                "kernel = weight * style[:, None, None]",
                "kernel = weight * (style[:, None, None, None] if len(style) == len(weight) else style[:, None, None])",
            ),
        ),
        "root-forgotten": changed(PREDICT, ("variance**0.5", "variance")),
        "deviations-add-up": changed(
            PREDICT,
            (
                "variance + ((tap @ covariance) * tap).sum(1)",
                "variance + ((tap @ covariance) * tap).sum(1).clamp(min=0) ** 0.5",
            ),
            ("return variance**0.5", "return variance if not demodulate else variance**0.5"),
        ),
        "places-taken-together": """
def predicted_deviation(weight, style, covariance, demodulate):
    kernel = weight * style[:, None, None]
    total = kernel.sum(dim=(2, 3))
    variance = ((total @ covariance) * total).sum(1)
    if demodulate:
        variance = variance / (kernel**2).sum(dim=(1, 2, 3))
    return variance**0.5
""",
        "demodulated-is-always-one": changed(
            PREDICT, ("variance = variance / (kernel**2).sum(dim=(1, 2, 3))", "return torch.ones(outputs)")
        ),
        "demodulation-forgets-the-style": changed(
            PREDICT, ("/ (kernel**2).sum(dim=(1, 2, 3))", "/ (weight**2).sum(dim=(1, 2, 3))")
        ),
        "demodulation-knows-the-variances": changed(
            PREDICT,
            (
                "/ (kernel**2).sum(dim=(1, 2, 3))",
                "/ (kernel**2 * covariance.diagonal()[:, None, None]).sum(dim=(1, 2, 3))",
            ),
        ),
        "demodulation-root-missing": changed(
            PREDICT,
            (
                "variance = variance / (kernel**2).sum(dim=(1, 2, 3))",
                "return variance**0.5 / (kernel**2).sum(dim=(1, 2, 3))",
            ),
        ),
        "demodulated-by-the-outputs": changed(PREDICT, ("sum(dim=(1, 2, 3))", "sum(dim=(0, 2, 3)).mean()")),
        "always-demodulated": changed(PREDICT, ("if demodulate:", "if True:")),
        "style-in-place": changed(PREDICT, ("    kernel = weight", "    style.abs_()\n    kernel = weight")),
        "correlations-in-absolute-value": changed(PREDICT, ("tap @ covariance", "tap @ covariance.abs()")),
    },
    "lazy-r1": {
        "lazy-without-its-factor": changed(LAZY, ("gamma / 2 * penalty * every", "gamma / 2 * penalty")),
        "divided-by-the-interval": changed(LAZY, ("penalty * every", "penalty / every")),
        "gamma-without-its-half": changed(LAZY, ("gamma / 2", "gamma")),
        "steps-from-zero": changed(LAZY, ("step % every != 0", "(step - 1) % every != 0")),
        "every-step": changed(LAZY, ("step % every != 0", "False")),
        "called-all-the-same": changed(
            LAZY, ("        return 0.0\n", "        return 0.0 * discriminator(real, labels).sum().detach()\n")
        ),
        "own-counter": changed(
            LAZY,
            ("def lazy_r1(", "SEEN = [0]\n\n\ndef lazy_r1("),
            ("    if step % every != 0", "    SEEN[0] += 1\n    if SEEN[0] % every != 0"),
        ),
        "r1-through-softplus": changed(LAZY, ("logits.sum()", "F.softplus(-logits).sum()")),
        "r1-through-sigmoid": changed(LAZY, ("logits.sum()", "torch.sigmoid(logits).sum()")),
        "mean-of-logits": changed(LAZY, ("logits.sum()", "logits.mean()")),
        "norm-not-squared": changed(LAZY, ("sum(1).mean()", "sum(1).sqrt().mean()")),
        "wasserstein-penalty": changed(
            LAZY,
            (
                "grad.pow(2).reshape(len(x), -1).sum(1).mean()",
                "(grad.reshape(len(x), -1).norm(dim=1) - 1).pow(2).mean()",
            ),
        ),
        "mean-over-pixels": changed(LAZY, ("sum(1).mean()", "mean(1).mean()")),
        "sum-over-pictures": changed(LAZY, ("sum(1).mean()", "sum(1).sum()")),
        "no-graph": changed(LAZY, ("create_graph=True", "create_graph=False")),
        "no-graph-but-a-gradient": changed(
            LAZY,
            ("create_graph=True", "create_graph=False"),
            ("return gamma / 2 * penalty * every", "return gamma / 2 * penalty * every + 0 * logits.sum()"),
        ),
        "labels-shuffled": changed(LAZY, ("discriminator(x, labels)", "discriminator(x, labels.flip(0))")),
        "labels-zero": changed(LAZY, ("discriminator(x, labels)", "discriminator(x, torch.zeros_like(labels))")),
        "real-marked": changed(
            LAZY, ("x = real.detach().clone().requires_grad_(True)", "x = real.requires_grad_(True)")
        ),
        "gradients-left-behind": changed(
            LAZY,
            (
                "grad = torch.autograd.grad(outputs=logits.sum(), inputs=x, create_graph=True)[0]",
                "logits.sum().backward(create_graph=True)\n    grad = x.grad",
            ),
        ),
        "random-pictures": changed(LAZY, ("real.detach().clone()", "torch.randn_like(real)")),
        "one-axis-alone": changed(LAZY, ("grad.pow(2).reshape(len(x), -1).sum(1).mean()", "grad.pow(2).sum(1).mean()")),
        "discriminator-frozen": changed(
            LAZY, ("    logits =", "    discriminator.requires_grad_(False)\n    logits =")
        ),
    },
    "path-penalty": {
        "average-never-moves": changed(PATH, (".mean(), new\n", ".mean(), average\n")),
        "compared-with-the-old-average": changed(PATH, ("(lengths - new)", "(lengths - average)")),
        "decay-turned-round": changed(
            PATH,
            (
                "average * decay + lengths.detach().mean() * (1 - decay)",
                "average * (1 - decay) + lengths.detach().mean() * decay",
            ),
        ),
        "average-with-a-graph": changed(PATH, ("lengths.detach().mean()", "lengths.mean()")),
        "gradient-through-the-average": changed(
            PATH, ("lengths.detach().mean()", "lengths.mean()"), (".mean(), new\n", ".mean(), new.detach()\n")
        ),
        "no-graph": changed(PATH, ("create_graph=True", "retain_graph=True")),
        "no-graph-but-a-gradient": changed(
            PATH,
            ("create_graph=True", "retain_graph=True"),
            (
                "return ((lengths - new) ** 2).mean(), new",
                "return ((lengths - new) ** 2).mean() + 0 * pictures.sum(), new",
            ),
        ),
        "root-forgotten": changed(PATH, (".mean(1).sqrt()", ".mean(1)")),
        "sum-over-levels": changed(PATH, (".sum(2).mean(1)", ".sum(2).sum(1)")),
        "mean-over-d": changed(PATH, (".sum(2).mean(1)", ".mean(2).sum(1)")),
        "root-for-each-level": changed(PATH, (".sum(2).mean(1).sqrt()", ".sum(2).sqrt().mean(1)")),
        "over-the-batch": changed(PATH, (".sum(2).mean(1)", ".sum(2).mean(0)")),
        "one-length-for-the-batch": changed(PATH, ("    new =", "    lengths = lengths.mean()\n    new =")),
        "direction-forgotten": changed(PATH, ("(pictures * y).sum()", "pictures.sum()")),
        "direction-scaled-again": changed(PATH, ("(pictures * y).sum()", "(pictures * y).mean()")),
        "fresh-direction": changed(PATH, ("(pictures * y).sum()", "(pictures * torch.randn_like(pictures)).sum()")),
        "not-squared": changed(PATH, ("((lengths - new) ** 2)", "(lengths - new).abs()")),
        "squared-mean": changed(PATH, ("((lengths - new) ** 2).mean()", "(lengths.mean() - new) ** 2")),
        "gradients-left-behind": changed(
            PATH,
            (
                "(v,) = torch.autograd.grad((pictures * y).sum(), styles, create_graph=True)",
                "(pictures * y).sum().backward(create_graph=True)\n    v = styles.grad",
            ),
        ),
        "average-in-place": changed(
            PATH,
            (
                "    new = average * decay + lengths.detach().mean() * (1 - decay)",
                "    new = average.mul_(decay).add_(lengths.detach().mean() * (1 - decay))",
            ),
        ),
        "lengths-squared-in-the-average": changed(
            PATH, ("lengths.detach().mean()", "lengths.detach().square().mean().sqrt()")
        ),
        "distance-to-one": changed(PATH, ("(lengths - new)", "(lengths - 1)")),
    },
}

RIGHT = {
    "truncate": {
        "lerp": """
def truncate(styles, centre, psi, cutoff):
    result = styles.clone()
    result[:, :cutoff] = torch.lerp(centre.expand_as(styles[:, :cutoff]), styles[:, :cutoff], psi)
    return result
""",
        "factors": """
def truncate(styles, centre, psi, cutoff):
    n, levels, d = styles.shape
    factor = torch.ones(levels, 1)
    factor[:cutoff] = psi
    return centre + factor * (styles - centre)
""",
        "loop": """
def truncate(styles, centre, psi, cutoff):
    rows = []
    for level, w in enumerate(styles.unbind(1)):
        rows.append((1 - psi) * centre + psi * w if level < cutoff else w)
    return torch.stack(rows, dim=1)
""",
        "concatenated": TRUNCATE,
    },
    "style-centre": {
        "all-kept": CENTRE,
        "running-sum": """
@torch.no_grad()
def style_centre(mapping, latents, batch):
    was = mapping.training
    mapping.eval()
    total = 0
    for start in range(0, len(latents), batch):
        total = total + mapping(latents[start : start + batch]).sum(0)
    mapping.train(was)
    return total / latents.shape[0]
""",
        "weighted-means": """
def style_centre(mapping, latents, batch):
    was = mapping.training
    mapping.eval()
    try:
        with torch.inference_mode(False), torch.no_grad():
            parts = torch.split(latents, batch)
            means = torch.stack([mapping(part).mean(0) for part in parts])
            shares = torch.tensor([len(part) / len(latents) for part in parts])
            return shares @ means
    finally:
        mapping.train(was)
""",
        "one-at-a-time": """
def style_centre(mapping, latents, batch):
    mode = mapping.training
    mapping.eval()
    with torch.no_grad():
        styles = [mapping(z[None])[0] for z in latents]
    mapping.train(mode)
    return sum(styles) / len(styles)
""",
        "modes-of-all-parts": """
def style_centre(mapping, latents, batch):
    modes = {part: part.training for part in mapping.modules()}
    mapping.eval()
    with torch.no_grad():
        centre = torch.cat([mapping(part) for part in latents.split(batch)]).mean(0)
    for part, mode in modes.items():
        part.training = mode
    return centre
""",
    },
    "modulated-linear": {
        "kernel-for-each-row": LINEAR,
        "scale-in-and-out": changed(
            LINEAR,
            (
                "        kernel = self.W[None] * s[:, None, :]\n"
                "        length = torch.sqrt((kernel**2).sum(dim=2, keepdim=True) + 1e-8)\n"
                "        kernel = kernel / length\n"
                '        return torch.einsum("nji,ni->nj", kernel, x) + self.b',
                "        d = torch.rsqrt(s**2 @ self.W.T**2 + 1e-8)\n"
                "        return F.linear(x * s, self.W) * d + self.b",
            ),
        ),
        "transposed-weights": changed(
            LINEAR,
            ("torch.randn(outputs, inputs)", "torch.randn(inputs, outputs)"),
            ("torch.randn(inputs, style_dim)", "torch.randn(style_dim, inputs)"),
            ("self.A.T", "self.A"),
            ("self.W[None]", "self.W.T[None]"),
        ),
        "layers-inside": changed(
            LINEAR,
            (
                "        self.A = nn.Parameter(torch.randn(inputs, style_dim))\n"
                "        self.a = nn.Parameter(torch.ones(inputs))\n",
                "        self.affine = nn.Linear(style_dim, inputs)\n"
                "        nn.init.normal_(self.affine.weight)\n"
                "        nn.init.ones_(self.affine.bias)\n",
            ),
            (
                "s = w @ self.A.T / math.sqrt(self.style_dim) + self.a",
                "s = F.linear(w / self.style_dim**0.5, self.affine.weight, self.affine.bias)",
            ),
        ),
        "row-by-row": changed(
            LINEAR,
            (
                "        kernel = self.W[None] * s[:, None, :]\n"
                "        length = torch.sqrt((kernel**2).sum(dim=2, keepdim=True) + 1e-8)\n"
                "        kernel = kernel / length\n"
                '        return torch.einsum("nji,ni->nj", kernel, x) + self.b',
                "        rows = []\n"
                "        for scales, row in zip(s, x):\n"
                "            kernel = self.W * scales\n"
                "            rows.append(kernel @ row / (kernel.square().sum(1) + 1e-8).sqrt() + self.b)\n"
                "        return torch.stack(rows)",
            ),
        ),
    },
    "styled-upsample": {
        "kernel-for-each-picture": UPSAMPLE,
        "grouped": """
def styled_upsample(x, weight, style):
    n, inputs, h, w = x.shape
    kernels = weight[None] * style[:, :, None, None, None]
    kernels = 2 * kernels / (kernels.square().sum(dim=(1, 3, 4), keepdim=True) + 4e-8).sqrt()
    y = F.conv_transpose2d(x.reshape(1, -1, h, w), kernels.flatten(0, 1), stride=2, padding=1, groups=n)
    return y.reshape(n, -1, 2 * h, 2 * w)
""",
        "twice-over-length": """
def styled_upsample(x, weight, style):
    y = F.conv_transpose2d(style[..., None, None] * x, weight, stride=2, padding=1)
    power = torch.einsum('ni,ioyx->no', style**2, weight**2)
    return 2 * y / (power + 1e-8).sqrt()[..., None, None]
""",
        "zeros-between": """
def styled_upsample(x, weight, style):
    n, inputs, h, w = x.shape
    spread = torch.zeros(n, inputs, 2 * h - 1, 2 * w - 1)
    spread[:, :, ::2, ::2] = x * style[:, :, None, None]
    y = F.conv2d(spread, weight.transpose(0, 1).flip(2, 3), padding=2)
    variance = (style**2) @ (weight**2).mean(dim=(2, 3)) * 4
    return y / (variance + 1e-8).sqrt()[:, :, None, None]
""",
    },
    "predicted-deviation": {
        "tap-by-tap": PREDICT,
        "outer-products": """
def predicted_deviation(weight, style, covariance, demodulate):
    kernel = (weight * style.reshape(1, -1, 1, 1)).flatten(2)
    variance = (kernel.transpose(1, 2) @ covariance @ kernel).diagonal(dim1=1, dim2=2).sum(1)
    length = kernel.flatten(1).norm(dim=1)
    return variance.sqrt() / length if demodulate else variance.sqrt()
""",
        "scaled-covariance": """
def predicted_deviation(weight, style, covariance, demodulate):
    scaled = style[:, None] * covariance * style
    flat = weight.flatten(2)
    found = []
    for kernel in flat:
        variance = sum(tap @ scaled @ tap for tap in kernel.T)
        if demodulate:
            variance = variance / (kernel.square().sum(1) @ style.square())
        found.append(variance.sqrt())
    return torch.stack(found)
""",
    },
    "lazy-r1": {
        "norm-squared": LAZY,
        "ones-as-weights": changed(
            LAZY, ("outputs=logits.sum(), inputs=x", "outputs=logits, inputs=x, grad_outputs=torch.ones_like(logits)")
        ),
        "zero-tensor": changed(LAZY, ("return 0.0", "return torch.tensor(0.0)")),
        "picture-by-picture": """
def lazy_r1(discriminator, real, labels, step, every, gamma):
    if step % every:
        return 0.0
    x = real.detach().clone()
    x.requires_grad = True
    (g,) = torch.autograd.grad(discriminator(x, labels).sum(), x, create_graph=True)
    return every * gamma * torch.stack([(row**2).sum() for row in g]).mean() / 2
""",
    },
    "path-penalty": {
        "plain": PATH,
        "inner-product": changed(
            PATH,
            (
                "torch.autograd.grad((pictures * y).sum(), styles, create_graph=True)",
                "torch.autograd.grad(pictures, styles, grad_outputs=y, create_graph=True)",
            ),
        ),
        "lerp": changed(
            PATH,
            (
                "average * decay + lengths.detach().mean() * (1 - decay)",
                "torch.lerp(lengths.mean().detach(), average, decay)",
            ),
        ),
        "norm": changed(PATH, ("(v**2).sum(2).mean(1).sqrt()", "v.flatten(1).norm(dim=1) / v.shape[1] ** 0.5")),
    },
}
