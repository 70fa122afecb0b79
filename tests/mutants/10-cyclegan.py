"""Answers to assignment 10, wrong and right; names as in the catalogue of misconceptions where one applies."""

WINDOW = """
def window(layers, place):
    first, last = place, place
    for kernel, stride, padding in reversed(layers):
        first = first * stride - padding
        last = last * stride - padding + kernel - 1
    return first, last
"""
FORWARD = """
def window(layers, place):
    first, field, jump = 0, 1, 1
    for kernel, stride, padding in layers:
        first = first - padding * jump
        field = field + (kernel - 1) * jump
        jump = jump * stride
    start = first + place * jump
    return start, start + field - 1
"""
ADAIN = """
def adain(content, style):
    eps = 1e-5
    mean_c, mean_s = content.mean(dim=(2, 3), keepdim=True), style.mean(dim=(2, 3), keepdim=True)
    var_c = content.var(dim=(2, 3), unbiased=False, keepdim=True)
    var_s = style.var(dim=(2, 3), unbiased=False, keepdim=True)
    normed = (content - mean_c) / torch.sqrt(var_c + eps)
    return normed * torch.sqrt(var_s + eps) + mean_s
"""
SCALES = """
def scale_losses(real, fake, low, high, wanted):
    k = len(real)
    loss_d, loss_g = 0.0, 0.0
    for r, f in zip(real, fake):
        loss_d = loss_d + 0.5 * (((r - high) ** 2).mean() + ((f - low) ** 2).mean())
        loss_g = loss_g + ((f - wanted) ** 2).mean()
    return loss_d / k, loss_g / k
"""
POOL = """
class LabelledPool:
    def __init__(self, size):
        self.size = size
        self.pictures = []
        self.labels = []

    def exchange(self, pictures, labels):
        out, out_labels = [], []
        for picture, label in zip(pictures.detach(), labels):
            picture, label = picture.clone(), label.clone()
            if len(self.pictures) < self.size:
                self.pictures.append(picture)
                self.labels.append(label)
            elif random.random() < 0.5:
                i = random.randrange(self.size)
                old, old_label = self.pictures[i], self.labels[i]
                self.pictures[i], self.labels[i] = picture, label
                picture, label = old, old_label
            out.append(picture)
            out_labels.append(label)
        return torch.stack(out), torch.stack(out_labels)
"""
RING = """
def ring_losses(translators, pictures):
    k = len(translators)
    translations = [t(x) for t, x in zip(translators, pictures)]
    cycle = 0.0
    for i in range(k):
        moved = translations[i]
        for j in range(i + 1, i + k):
            moved = translators[j % k](moved)
        cycle = cycle + F.l1_loss(moved, pictures[i])
    identity = 0.0
    for i in range(k):
        target = pictures[(i + 1) % k]
        identity = identity + F.l1_loss(translators[i](target), target)
    return cycle, identity, translations
"""
COUNT = """
def open_assignments(p, q, known):
    for i, j in known:
        if p[i] != q[j]:
            return 0
    froms, tos = {i for i, j in known}, {j for i, j in known}
    have, want = {}, {}
    for i, value in enumerate(p):
        if i not in froms:
            have[value] = have.get(value, 0) + 1
    for j, value in enumerate(q):
        if j not in tos:
            want[value] = want.get(value, 0) + 1
    if have != want:
        return 0
    ways = 1
    for count in have.values():
        ways *= math.factorial(count)
    return ways
"""
MESSAGE = """
def share_read(amplitude, noise, pixels):
    if amplitude == 0:
        return 0.5
    if noise == 0:
        return 1.0
    z = amplitude / (noise / math.sqrt(pixels))
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def pixels_needed(amplitude, noise, share):
    z = statistics.NormalDist().inv_cdf(share)
    return max(1, math.ceil((z * noise / amplitude) ** 2))
"""


def changed(code, *pairs):
    """The code with each pair's first text, which must stand in it, replaced by the second."""
    for old, new in pairs:
        if old not in code:
            raise ValueError(f"{old!r} doesn't stand in\n{code}")
        code = code.replace(old, new)
    return code


WRONG = {
    "window": {
        "last-is-one-too-many": changed(WINDOW, ("+ kernel - 1", "+ kernel")),
        "padding-after-its-own-stride": changed(
            FORWARD,
            ("        first = first - padding * jump\n", ""),
            ("jump = jump * stride\n", "jump = jump * stride\n        first = first - padding * jump\n"),
        ),
        "padding-in-pixels": changed(FORWARD, ("first - padding * jump", "first - padding")),
        "padding-forgotten": changed(WINDOW, (" - padding", "")),
        "padding-makes-it-smaller": changed(
            FORWARD, ("first = first - padding * jump", "pass"), ("(kernel - 1)", "(kernel - 1 - 2 * padding)")
        ),
        "padding-to-the-right": changed(WINDOW, ("stride - padding", "stride + padding")),
        "clipped-at-the-border": changed(WINDOW, ("return first, last", "return max(0, first), max(0, last)")),
        "own-stride-counts": changed(
            FORWARD,
            ("        jump = jump * stride\n", ""),
            ("        first = first", "        jump = jump * stride\n        first = first"),
        ),
        "strides-added": changed(FORWARD, ("jump = jump * stride", "jump = jump + stride - 1")),
        "layers-from-the-wrong-end": changed(WINDOW, ("reversed(layers)", "layers")),
        "place-in-pixels": changed(FORWARD, ("first + place * jump", "first + place")),
        "floats": changed(WINDOW, ("return first, last", "return float(first), float(last)")),
        "layers-used-up": changed(
            WINDOW,
            (
                "for kernel, stride, padding in reversed(layers):",
                "while layers:\n        kernel, stride, padding = layers.pop()",
            ),
        ),
        "kernels-alone": changed(WINDOW, ("first * stride", "first"), ("last * stride", "last")),
    },
    "adain": {
        "batch-norm-of-the-content": changed(
            ADAIN,
            ("content.mean(dim=(2, 3)", "content.mean(dim=(0, 2, 3)"),
            ("content.var(dim=(2, 3)", "content.var(dim=(0, 2, 3)"),
        ),
        "layer-norm-of-the-content": changed(
            ADAIN,
            ("content.mean(dim=(2, 3)", "content.mean(dim=(1, 2, 3)"),
            ("content.var(dim=(2, 3)", "content.var(dim=(1, 2, 3)"),
        ),
        "style-of-the-whole-batch": changed(
            ADAIN,
            ("style.mean(dim=(2, 3)", "style.mean(dim=(0, 2, 3)"),
            ("style.var(dim=(2, 3)", "style.var(dim=(0, 2, 3)"),
        ),
        "style-of-all-channels": changed(
            ADAIN,
            ("style.mean(dim=(2, 3)", "style.mean(dim=(1, 2, 3)"),
            ("style.var(dim=(2, 3)", "style.var(dim=(1, 2, 3)"),
        ),
        "variance-for-deviation": changed(ADAIN, ("normed * torch.sqrt(var_s + eps)", "normed * (var_s + eps)")),
        "divided-by-the-variance": changed(ADAIN, ("/ torch.sqrt(var_c + eps)", "/ (var_c + eps)")),
        "one-less-in-the-variance": changed(ADAIN, ("unbiased=False", "unbiased=True")),
        "roles-exchanged": changed(
            ADAIN,
            (
                "normed = (content - mean_c) / torch.sqrt(var_c + eps)",
                "normed = (content - mean_s) / torch.sqrt(var_s + eps)",
            ),
            ("normed * torch.sqrt(var_s + eps) + mean_s", "normed * torch.sqrt(var_c + eps) + mean_c"),
        ),
        "mean-forgotten": changed(ADAIN, (" + mean_s", "")),
        "mean-kept": changed(ADAIN, ("(content - mean_c) /", "content /")),
        "deviation-forgotten": changed(ADAIN, ("normed * torch.sqrt(var_s + eps)", "normed")),
        "mean-before-deviation": changed(
            ADAIN, ("normed * torch.sqrt(var_s + eps) + mean_s", "(normed + mean_s) * torch.sqrt(var_s + eps)")
        ),
        "no-epsilon": changed(ADAIN, ("eps = 1e-5", "eps = 0.0")),
        "style-detached": changed(ADAIN, ("eps = 1e-5", "eps, style = 1e-5, style.detach()")),
        "statistics-detached": changed(
            ADAIN, ("unbiased=False, keepdim=True)\n    var_s", "unbiased=False, keepdim=True).detach()\n    var_s")
        ),
        "content-changed": changed(ADAIN, ("normed = (content - mean_c)", "content -= mean_c\n    normed = content")),
        "rows-alone": changed(ADAIN, ("dim=(2, 3)", "dim=3")),
    },
    "scale-losses": {
        "square-of-the-mean": changed(
            SCALES,
            ("((r - high) ** 2).mean()", "(r - high).mean() ** 2"),
            ("((f - low) ** 2).mean()", "(f - low).mean() ** 2"),
        ),
        "square-of-the-mean-in-g": changed(SCALES, ("((f - wanted) ** 2).mean()", "(f - wanted).mean() ** 2")),
        "sigmoid-before": changed(
            SCALES,
            (
                "    for r, f in zip(real, fake):\n",
                "    for r, f in zip(real, fake):\n        r, f = r.sigmoid(), f.sigmoid()\n",
            ),
        ),
        "targets-exchanged": changed(SCALES, ("(r - high)", "(r - low)"), ("(f - low)", "(f - high)")),
        "targets-fixed": changed(SCALES, ("(r - high)", "(r - 1)"), ("(f - low)", "f")),
        "generator-wants-what-real-ones-have": changed(SCALES, ("(f - wanted)", "(f - high)")),
        "generator-gets-what-fakes-have": changed(SCALES, ("(f - wanted)", "(f - low)")),
        "half-forgotten": changed(SCALES, ("0.5 * ", "")),
        "half-in-g-too": changed(SCALES, ("loss_g / k", "loss_g / (2 * k)")),
        "half-of-one-term": changed(SCALES, ("0.5 * (((r - high) ** 2).mean() +", "(0.5 * ((r - high) ** 2).mean() +")),
        "absolute-differences": changed(SCALES, ("((r - high) ** 2)", "(r - high).abs()")),
        "sums-over-scales": changed(SCALES, ("loss_d / k, loss_g / k", "loss_d, loss_g")),
        "all-patches-alike": changed(
            SCALES,
            (
                "    k = len(real)\n",
                "    real, fake = ([torch.cat([s.flatten() for s in maps])] for maps in (real, fake))\n    k = 1\n",
            ),
        ),
        "last-scale-alone": changed(
            SCALES, ("loss_d = loss_d +", "loss_d = k *"), ("loss_g = loss_g +", "loss_g = k *")
        ),
        "sums-over-patches": changed(SCALES, ("((f - wanted) ** 2).mean()", "((f - wanted) ** 2).sum() / len(f)")),
        "real-scores-in-g": changed(SCALES, ("loss_g = loss_g +", "loss_g = loss_g + ((r - low) ** 2).mean() +")),
        "fakes-detached": changed(SCALES, ("return loss_d / k, loss_g / k", "return loss_d.detach() / k, loss_g / k")),
        "lists-used-up": changed(
            SCALES, ("for r, f in zip(real, fake):", "while real:\n        r, f = real.pop(), fake.pop()")
        ),
    },
    "labelled-pool": {
        "image-pool-never-changes": changed(
            POOL, ("                self.pictures[i], self.labels[i] = picture, label\n", "")
        ),
        "always-the-newest": changed(POOL, ("random.random() < 0.5", "False")),
        "always-a-stored-one": changed(POOL, ("random.random() < 0.5", "True")),
        "labels-left-behind": changed(POOL, ("picture, label = old, old_label", "picture = old")),
        "labels-never-exchanged": changed(
            POOL, ("self.pictures[i], self.labels[i] = picture, label", "self.pictures[i] = picture")
        ),
        "another-place-for-labels": changed(
            POOL,
            (
                "old, old_label = self.pictures[i], self.labels[i]",
                "j = random.randrange(self.size)\n                old, old_label = self.pictures[i], self.labels[j]",
            ),
            ("self.pictures[i], self.labels[i] =", "self.pictures[i], self.labels[j] ="),
        ),
        "one-coin-for-the-batch": changed(
            POOL,
            ("out, out_labels = [], []", "out, out_labels = [], []\n        coin = random.random()"),
            ("elif random.random() < 0.5", "elif coin < 0.5"),
        ),
        "oldest-first": changed(
            POOL,
            ("i = random.randrange(self.size)", "i = self.next = (getattr(self, 'next', -1) + 1) % self.size"),
        ),
        "last-place-never": changed(POOL, ("random.randrange(self.size)", "random.randrange(max(1, self.size - 1))")),
        "stored-in-both-cases": changed(
            POOL,
            (
                "            elif random.random() < 0.5:\n                i = random.randrange(self.size)\n",
                "            else:\n                i = random.randrange(self.size)\n",
            ),
            (
                "                picture, label = old, old_label\n",
                "                if random.random() < 0.5:\n                    picture, label = old, old_label\n",
            ),
        ),
        "coin-before-it-is-full": changed(
            POOL,
            ("if len(self.pictures) < self.size:", "if len(self.pictures) < self.size and random.random() < 0.5:"),
            ("elif random.random() < 0.5:", "elif len(self.pictures) == self.size and random.random() < 0.5:"),
        ),
        "one-too-many": changed(
            POOL,
            ("len(self.pictures) < self.size", "len(self.pictures) <= self.size"),
            ("randrange(self.size)", "randrange(self.size + 1)"),
        ),
        "graph-kept": changed(POOL, ("pictures.detach()", "pictures")),
        "not-copied": changed(POOL, ("picture, label = picture.clone(), label.clone()", "pass")),
        "labels-not-copied": changed(POOL, ("picture.clone(), label.clone()", "picture.clone(), label")),
        "old-ones-added-not-exchanged": changed(
            POOL,
            (
                "self.pictures[i], self.labels[i] = picture, label",
                "self.pictures.append(picture)\n                self.labels.append(label)",
            ),
        ),
        "one-pool-for-all": changed(
            POOL,
            ("class LabelledPool:\n", "class LabelledPool:\n    pictures, labels = [], []\n\n"),
            ("        self.pictures = []\n        self.labels = []\n", ""),
        ),
        "one-time-in-four": changed(POOL, ("random.random() < 0.5", "random.random() < 0.25")),
    },
    "ring-losses": {
        "identity-loss-with-the-wrong-input": changed(RING, ("target = pictures[(i + 1) % k]", "target = pictures[i]")),
        "identity-compares-unpaired": changed(
            RING,
            ("F.l1_loss(translators[i](target), target)", "(translations[i].mean(0) - target.mean(0)).abs().mean()"),
        ),
        "identity-one-too-far": changed(RING, ("pictures[(i + 1) % k]", "pictures[(i + 2) % k]")),
        "identity-one-back": changed(RING, ("pictures[(i + 1) % k]", "pictures[(i - 1) % k]")),
        "there-and-back-only": changed(RING, ("range(i + 1, i + k)", "range(i + 1, i + 2)")),
        "once-too-often": changed(RING, ("range(i + 1, i + k)", "range(i + 1, i + k + 1)")),
        "one-cycle-alone": changed(
            RING, ("    for i in range(k):\n        moved", "    for i in range(1):\n        moved")
        ),
        "the-wrong-way-round": changed(RING, ("range(i + 1, i + k)", "range(i + k - 1, i, -1)")),
        "mean-over-domains": changed(RING, ("return cycle, identity,", "return cycle / k, identity / k,")),
        "squares": changed(RING, ("cycle + F.l1_loss(", "cycle + F.mse_loss(")),
        "squares-in-identity": changed(RING, ("identity + F.l1_loss(", "identity + F.mse_loss(")),
        "sum-over-pixels": changed(
            RING, ("F.l1_loss(moved, pictures[i])", "(moved - pictures[i]).abs().sum() / len(moved)")
        ),
        "translations-detached": changed(RING, ("moved = translations[i]", "moved = translations[i].detach()")),
        "way-back-detached": changed(RING, ("F.l1_loss(moved, pictures[i])", "F.l1_loss(moved.detach(), pictures[i])")),
        "returned-translations-detached": changed(
            RING, ("identity, translations", "identity, [made.detach() for made in translations]")
        ),
        "translations-are-the-cycles": changed(
            RING, ("        cycle = cycle + ", "        translations[i] = moved\n        cycle = cycle + ")
        ),
        "translations-by-target-domain": changed(
            RING, ("identity, translations", "identity, translations[-1:] + translations[:-1]")
        ),
        "backward-inside": changed(
            RING,
            (
                "    return",
                "    (cycle + identity).backward(retain_graph=True) if cycle.requires_grad else None\n    return",
            ),
        ),
    },
    "open-assignments": {
        "all-assignments": """
def open_assignments(p, q, known):
    return math.factorial(len(p) - len(known))
""",
        "known-pairs-ignored": changed(
            COUNT, ("froms, tos = {i for i, j in known}, {j for i, j in known}", "froms, tos = set(), set()")
        ),
        "impossible-pairs-allowed": changed(COUNT, ("if p[i] != q[j]", "if False")),
        "only-one-side-taken-out": changed(COUNT, ("if j not in tos", "if True")),
        "true-partners-assumed": changed(COUNT, ("if j not in tos", "if j not in froms")),
        "sums-compared": changed(COUNT, ("if have != want", "if sum(p) != sum(q)")),
        "q-never-looked-at": changed(COUNT, ("if have != want", "if False")),
        "sets-compared": changed(COUNT, ("if have != want", "if have.keys() != want.keys()")),
        "factorials-added": changed(COUNT, ("ways = 1", "ways = 0"), ("ways *=", "ways +=")),
        "powers": changed(COUNT, ("math.factorial(count)", "count**count")),
        "kinds-are-permuted": changed(COUNT, ("return ways", "return math.factorial(len(have))")),
        "divided-out": changed(COUNT, ("return ways", "return math.factorial(sum(have.values())) // ways")),
        "float": changed(COUNT, ("return ways", "return float(ways)")),
        "order-of-the-lists": changed(COUNT, ("if have != want", "if p != q")),
        "lists-sorted-in-place": changed(COUNT, ("    ways = 1\n", "    ways = 1\n    p.sort()\n    q.sort()\n")),
        "probability": changed(COUNT, ("return ways", "return 1 / ways")),
    },
    "share-read": {
        "noise-of-one-pixel": changed(MESSAGE, ("(noise / math.sqrt(pixels))", "noise")),
        "deviation-falls-with-the-number": changed(
            MESSAGE,
            ("(noise / math.sqrt(pixels))", "(noise / pixels)"),
            ("math.ceil((z * noise / amplitude) ** 2)", "math.ceil(z * noise / amplitude)"),
        ),
        "noise-grows": changed(MESSAGE, ("(noise / math.sqrt(pixels))", "(noise * math.sqrt(pixels))")),
        "both-tails": changed(MESSAGE, ("0.5 * (1 + math.erf(z / math.sqrt(2)))", "math.erf(z / math.sqrt(2))")),
        "erf-without-the-root": changed(MESSAGE, ("math.erf(z / math.sqrt(2))", "math.erf(z)")),
        "distance-between-the-bits": changed(MESSAGE, ("z = amplitude /", "z = 2 * amplitude /")),
        "share-read-wrong": changed(MESSAGE, ("0.5 * (1 + math.erf", "0.5 * (1 - math.erf")),
        "logistic": changed(
            MESSAGE, ("0.5 * (1 + math.erf(z / math.sqrt(2)))", "1 / (1 + math.exp(-min(1.702 * z, 700)))")
        ),
        "noise-zero-is-an-error": changed(MESSAGE, ("    if noise == 0:\n        return 1.0\n", "")),
        "noise-first": changed(
            MESSAGE,
            (
                "    if amplitude == 0:\n        return 0.5\n    if noise == 0:\n        return 1.0\n",
                "    if noise == 0:\n        return 1.0\n",
            ),
        ),
        "nothing-written-nothing-read": changed(MESSAGE, ("return 0.5\n    if noise", "return 0.0\n    if noise")),
        "rounded-down": changed(MESSAGE, ("math.ceil", "int")),
        "rounded": changed(MESSAGE, ("math.ceil", "round")),
        "zero-pixels": changed(
            MESSAGE, ("max(1, math.ceil((z * noise / amplitude) ** 2))", "math.ceil((z * noise / amplitude) ** 2)")
        ),
        "one-more-than-needed": changed(
            MESSAGE,
            ("math.ceil((z * noise / amplitude) ** 2)", "math.floor((z * noise / amplitude) ** 2) + 1 + (noise > 0)"),
        ),
        "not-squared": changed(
            MESSAGE, ("math.ceil((z * noise / amplitude) ** 2)", "math.ceil(z * noise / amplitude)")
        ),
        "deviations-doubled": changed(MESSAGE, ("inv_cdf(share)", "inv_cdf((1 + share) / 2)")),
        "float": changed(
            MESSAGE,
            (
                "max(1, math.ceil((z * noise / amplitude) ** 2))",
                "max(1.0, float(math.ceil((z * noise / amplitude) ** 2)))",
            ),
        ),
    },
}
RIGHT = {
    "window": {
        "backwards": WINDOW,
        "forwards": FORWARD,
        "recursive": """
def window(layers, place):
    if len(layers) == 0:
        return (place, place)
    *below, (kernel, stride, padding) = layers
    start = place * stride - padding
    return window(below, start)[0], window(below, start + kernel - 1)[1]
""",
        "from-two-places": """
def window(layers, place):
    centre_first, centre_last, jump = 0, 0, 1
    for k, s, p in layers:
        centre_first, centre_last = centre_first - p * jump, centre_last + (k - 1 - p) * jump
        jump *= s
    return centre_first + place * jump, centre_last + place * jump
""",
    },
    "adain": {
        "by-hand": ADAIN,
        "instance-norm-first": """
def adain(content, style):
    n, c = content.shape[:2]
    flat = style.reshape(n, c, -1)
    scale = torch.sqrt(((flat - flat.mean(2, keepdim=True)) ** 2).mean(2) + 1e-5)
    return F.instance_norm(content, eps=1e-5) * scale[:, :, None, None] + flat.mean(2)[:, :, None, None]
""",
        "picture-by-picture": """
def adain(content, style):
    rows = []
    for x, s in zip(content.flatten(2), style.flatten(2)):
        v, u = (t.var(1, correction=0, keepdim=True) + 1e-5 for t in (x, s))
        rows.append((x - x.mean(1, keepdim=True)) * (u / v).sqrt() + s.mean(1, keepdim=True))
    return torch.stack(rows).reshape(content.shape)
""",
    },
    "scale-losses": {
        "loop": SCALES,
        "mse-loss": """
def scale_losses(real, fake, low, high, wanted):
    def off(scores, target):
        return F.mse_loss(scores, torch.full_like(scores, target))

    d = [off(r, high) + off(f, low) for r, f in zip(real, fake)]
    g = [off(f, wanted) for f in fake]
    return 0.5 * torch.stack(d).mean(), torch.stack(g).mean()
""",
        "multiplied-out": """
def scale_losses(real, fake, low, high, wanted):
    loss_d = loss_g = torch.zeros(())
    for r, f in zip(real, fake):
        loss_d = loss_d + (r * r).mean() - 2 * high * r.mean() + high**2 + (f * f).mean() - 2 * low * f.mean() + low**2
        loss_g = loss_g + torch.mean((wanted - f) ** 2)
    return loss_d / (2 * len(real)), loss_g / len(fake)
""",
    },
    "labelled-pool": {
        "two-lists": POOL,
        "numpy-dice": changed(
            POOL,
            ("random.random() < 0.5", "np.random.rand() > 0.5"),
            ("random.randrange(self.size)", "np.random.randint(self.size)"),
        ),
        "tensors": """
class LabelledPool:
    def __init__(self, size):
        self.size, self.filled = size, 0

    @torch.no_grad()
    def exchange(self, pictures, labels):
        pictures, labels = pictures.detach().clone(), labels.clone()
        if self.filled == 0:
            self.pictures = torch.empty(self.size, *pictures.shape[1:], dtype=pictures.dtype)
            self.labels = torch.empty(self.size, dtype=labels.dtype)
        for i in range(len(pictures)):
            if self.filled < self.size:
                self.pictures[self.filled], self.labels[self.filled] = pictures[i], labels[i]
                self.filled += 1
            elif torch.randint(2, (1,)).item():
                k = torch.randint(self.size, (1,)).item()
                old, old_label = self.pictures[k].clone(), self.labels[k].clone()
                self.pictures[k], self.labels[k] = pictures[i], labels[i]
                pictures[i], labels[i] = old, old_label
        return pictures, labels
""",
        "module": """
class LabelledPool(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.limit = size
        self.kept = []

    def exchange(self, pictures, labels):
        pairs = []
        for k in range(len(pictures)):
            new = (pictures[k].detach().clone(), labels[k].clone())
            if len(self.kept) == self.limit and np.random.uniform() < 0.5:
                self.kept.append(new)
                new = self.kept.pop(np.random.randint(self.limit))
            elif len(self.kept) < self.limit:
                self.kept.append(new)
            pairs.append(new)
        return tuple(torch.stack(part) for part in zip(*pairs))
""",
    },
    "ring-losses": {
        "reusing-translations": RING,
        "recursive": """
def ring_losses(translators, pictures):
    k = len(pictures)

    def walk(x, i, steps):
        return x if steps == 0 else walk(translators[i](x), (i + 1) % k, steps - 1)

    cycle = sum(torch.mean(torch.abs(walk(x, i, k) - x)) for i, x in enumerate(pictures))
    arrived = pictures[1:] + pictures[:1]
    identity = sum((y - net(y)).abs().mean() for net, y in zip(translators, arrived))
    return cycle, identity, [walk(x, i, 1) for i, x in enumerate(pictures)]
""",
        "rotated-lists": """
def ring_losses(translators, pictures):
    cycle, identity, translations = [], [], []
    for i in range(len(pictures)):
        x = made = pictures[i]
        for place, net in enumerate(translators[i:] + translators[:i]):
            made = net(made)
            if place == 0:
                translations.append(made)
        cycle.append(F.l1_loss(made, x))
        identity.append(F.l1_loss(translators[i - 1](x), x))  # the one before makes pictures of this domain
    return torch.stack(cycle).sum(), torch.stack(identity).sum(), translations
""",
    },
    "open-assignments": {
        "dictionaries": COUNT,
        "one-after-the-other": """
def open_assignments(p, q, known):
    rest = [v for j, v in enumerate(q) if all(j != b for _, b in known)]
    if any(p[a] != q[b] for a, b in known):
        return 0
    ways = 1
    for i, value in enumerate(p):
        if all(i != a for a, _ in known):
            ways *= rest.count(value)
            if value in rest:
                rest.remove(value)
    return ways
""",
        "counter": """
def open_assignments(p, q, known):
    from collections import Counter

    have = Counter(p) - Counter(p[i] for i, _ in known)
    want = Counter(q) - Counter(q[j] for _, j in known)
    if have != want or any(p[i] != q[j] for i, j in known):
        return 0
    return math.prod(map(math.factorial, have.values()))
""",
    },
    "share-read": {
        "erf": MESSAGE,
        "search": """
def share_read(amplitude, noise, pixels):
    if not amplitude:
        return 0.5
    if not noise:
        return 1.0
    return statistics.NormalDist(amplitude, noise / pixels**0.5).cdf(2 * amplitude)


def pixels_needed(amplitude, noise, share):
    high = 1
    while share_read(amplitude, noise, high) < share:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if share_read(amplitude, noise, middle) < share else (low, middle)
    return high
""",
        "torch-special": """
def share_read(amplitude, noise, pixels):
    if amplitude == 0:
        return 0.5
    if noise == 0:
        return 1.0
    z = torch.tensor(amplitude * pixels**0.5 / noise, dtype=torch.float64)
    return torch.special.ndtr(z).item()


def pixels_needed(amplitude, noise, share):
    z = torch.special.ndtri(torch.tensor(share, dtype=torch.float64)).item()
    n = max(1, math.ceil((z * noise / amplitude) ** 2))
    return n
""",
    },
}
