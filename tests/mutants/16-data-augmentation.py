"""Answers to assignment 16, wrong and right; names as in the catalogue of misconceptions where one applies."""

SETS = """
def make_sets(pictures, labels, people, share, views, augment, rng):
    everybody = rng.permutation(np.unique(people))
    apart = np.isin(people, everybody[: round(share * len(everybody))])
    training, validation = np.flatnonzero(~apart), np.flatnonzero(apart)
    classes = np.unique(labels[training])
    most = views * max(int(np.sum(labels[training] == label)) for label in classes)
    rows = []
    for label in classes:
        own = rng.permutation(training[labels[training] == label])
        rows.append(np.resize(own, most))
    rows = rng.permutation(np.concatenate(rows))
    x, y = np.asarray(augment(pictures[rows])), labels[rows]
    return (x, y), (pictures[validation], labels[validation])
"""
ZOOM = """
def random_zoom(pictures, strength):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    s = 1 - strength * tf.random.uniform([n])
    u, v = tf.random.uniform([n]), tf.random.uniform([n])
    top, left = u * (1 - s), v * (1 - s)
    boxes = tf.stack([top, left, top + s, left + s], axis=1)
    return tf.image.crop_and_resize(pictures, boxes, tf.range(n), tf.stack([height, width]))
"""
WEIGHTS = """
def weights(side, place, s):
    pixels = tf.range(tf.cast(side, tf.float32))
    looked_at = place * (1 - s) * tf.cast(side - 1, tf.float32) + s * pixels
    return tf.nn.relu(1 - tf.abs(looked_at[:, :, None] - pixels))

def random_zoom(pictures, strength):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    s = 1 - strength * tf.random.uniform([n, 1])
    rows, columns = weights(height, tf.random.uniform([n, 1]), s), weights(width, tf.random.uniform([n, 1]), s)
    return tf.einsum("nri,ncj,nijk->nrck", rows, columns, pictures)
"""
CUTMIX = """
def cutmix(pictures, labels):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    partners = tf.random.shuffle(tf.range(n))
    lam = tf.random.uniform([n, 1])
    h, w = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    side = tf.sqrt(1.0 - lam)
    row, column = h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])
    rows = tf.abs(tf.range(h) + 0.5 - row) < side * h / 2
    columns = tf.abs(tf.range(w) + 0.5 - column) < side * w / 2
    patch = rows[:, :, None] & columns[:, None, :]
    area = tf.reduce_mean(tf.cast(patch, tf.float32), axis=(1, 2))[:, None]
    mixed = tf.where(patch[..., None], tf.gather(pictures, partners), pictures)
    return mixed, (1 - area) * labels + area * tf.gather(labels, partners)
"""
ADA = """
class AdaptiveAugment:
    def __init__(self, augment, target=0.6, horizon=500_000, p=0.0):
        self.augment = augment
        self.target = target
        self.horizon = horizon
        self.p = tf.Variable(p, dtype=tf.float32)

    def __call__(self, pictures):
        n = tf.shape(pictures)[0]
        chosen = tf.random.uniform([n, 1, 1, 1]) < self.p
        return tf.where(chosen, self.augment(pictures), pictures)

    def update(self, real_logits):
        n = tf.cast(tf.shape(real_logits)[0], tf.float32)
        r = tf.reduce_mean(tf.sign(real_logits))
        p = self.p + tf.sign(r - self.target) * n / self.horizon
        self.p.assign(tf.clip_by_value(p, 0.0, 1.0))
"""
LOSSES = """
def f(t):
    return tf.reduce_mean(tf.nn.softplus(t))

def augmented_losses(generator, discriminator, augment, real, z):
    fake = generator(z, training=True)
    real_logits = discriminator(augment(real), training=True)
    d_loss = f(-real_logits) + f(discriminator(augment(fake), training=True))
    g_loss = f(-discriminator(augment(fake), training=True))
    return d_loss, g_loss, real_logits
"""
MIXED = """
def endless(n, rng):
    while n:
        yield from rng.permutation(n)

def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    count = round(share * batch_size)
    streams = endless(len(real[1]), rng), endless(len(synthetic[1]), rng)
    for _ in range(steps):
        x, y = [], []
        for (pictures, labels), stream, size in zip((real, synthetic), streams, (batch_size - count, count)):
            for _ in range(size):
                row = next(stream)
                x.append(pictures[row])
                y.append(labels[row])
        yield np.stack(x), np.array(y)
"""
COMPARE = """
def compare(results, a, b):
    table = {}
    for result in results:
        table.setdefault(result["hand"], {})[result["arm"]] = result["errors"]
    d = np.array([row[a] - row[b] for row in table.values() if a in row and b in row])
    n, mean = len(d), d.mean()
    half = student_t[n - 1] * np.std(d, ddof=1) / np.sqrt(n)
    sums = np.zeros(1)
    for each in d:
        sums = np.concatenate([sums + each, sums - each])
    p = np.mean(np.abs(sums) >= abs(d.sum()))
    return {"n": n, "mean": mean, "low": mean - half, "high": mean + half, "p": p}
"""
HOLM = """
def holm(p):
    p = np.asarray(p)
    flat = p.ravel()
    order = np.argsort(flat)
    corrected = np.zeros(flat.size)
    before = 0.0
    for rank, place in enumerate(order):
        before = max(before, min(1.0, (flat.size - rank) * flat[place]))
        corrected[place] = before
    return corrected.reshape(p.shape)
"""
OWN = """
def kept_share(height, width, top, bottom, left, right):
    rows = max(0, min(bottom, height) - max(top, 0))
    columns = max(0, min(right, width) - max(left, 0))
    return 1 - rows * columns / (height * width)
"""
EACH = """
def rows_of_each(share, batch_size):
    count = round(share * batch_size)
    return batch_size - count, count
"""


def changed(code: str, *pairs: tuple[str, str]) -> str:
    """The code with pieces replaced, each given as (old, new); the old one must be there."""
    for old, new in pairs:
        assert old in code, old
        code = code.replace(old, new)
    return code


WRONG = {
    "training-rows": {
        "smallest-class": "def training_rows(counts, views):\n    return len(counts) * views * min(counts)",
        "one-class-only": "def training_rows(counts, views):\n    return views * max(counts)",
        "views-forgotten": "def training_rows(counts, views):\n    return len(counts) * max(counts)",
        "not-balanced": "def training_rows(counts, views):\n    return views * sum(counts)",
        "two-classes": "def training_rows(counts, views):\n    return 2 * views * max(counts)",
        "first-class-taken-for-the-largest": "def training_rows(counts, views):\n"
        "    return len(counts) * views * counts[0]",
        "views-on-top": "def training_rows(counts, views):\n    return len(counts) * (views + 1) * max(counts)",
    },
    "looked-at": {
        "begins-at-0": "def looked_at(s, u, side):\n    return s * np.arange(side)",
        "place-in-the-whole-picture": "def looked_at(s, u, side):\n    return u * (side - 1) + s * np.arange(side)",
        "side-in-place-of-side-minus-1": "def looked_at(s, u, side):\n"
        "    return u * (1 - s) * side + s * np.arange(side)",
        "step-of-one": "def looked_at(s, u, side):\n    return u * (1 - s) * (side - 1) + np.arange(side)",
        "enlarged-the-wrong-way": "def looked_at(s, u, side):\n"
        "    return u * (1 - s) * (side - 1) + np.arange(side) / s",
        "always-the-middle": "def looked_at(s, u, side):\n    return (1 - s) * (side - 1) / 2 + s * np.arange(side)",
        "whole-pixels": "def looked_at(s, u, side):\n"
        "    return np.rint(u * (1 - s) * (side - 1) + s * np.arange(side))",
        "turned-round": "def looked_at(s, u, side):\n    return (1 - u) * (1 - s) * (side - 1) + s * np.arange(side)",
    },
    "kept-share": {
        "pasted-share": changed(OWN, ("1 - rows * columns", "rows * columns")),
        "not-cut-off": "def kept_share(height, width, top, bottom, left, right):\n"
        "    return 1 - (bottom - top) * (right - left) / (height * width)",
        "not-cut-off-above": changed(OWN, ("max(top, 0)", "top"), ("max(left, 0)", "left")),
        "not-cut-off-below": changed(OWN, ("min(bottom, height)", "bottom"), ("min(right, width)", "right")),
        "negative-rows": changed(OWN, ("rows = max(0, ", "rows = ("), ("columns = max(0, ", "columns = (")),
        "ends-included": changed(OWN, ("- max(top, 0))", "- max(top, 0) + 1)")),
        "sides-swapped": changed(
            OWN, ("min(bottom, height)", "min(bottom, width)"), ("(right, width)", "(right, height)")
        ),
        "rows-only": changed(OWN, ("rows * columns / (height * width)", "rows / height")),
    },
    "sureness": {
        "mean-of-the-logits": "def sureness(real_logits):\n    return float(np.mean(real_logits))",
        "sign-of-the-mean": "def sureness(real_logits):\n    return float(np.sign(np.mean(real_logits)))",
        "share-above-0": "def sureness(real_logits):\n    return float(np.mean(np.asarray(real_logits) > 0))",
        "zero-counts-as-above": "def sureness(real_logits):\n"
        "    return float(np.mean(np.where(np.asarray(real_logits) >= 0, 1, -1)))",
        "zero-counts-as-below": "def sureness(real_logits):\n"
        "    return float(np.mean(np.where(np.asarray(real_logits) > 0, 1, -1)))",
        "zeros-left-out": "def sureness(real_logits):\n    signs = np.sign(np.ravel(real_logits))\n"
        "    return float(signs.sum() / max(np.abs(signs).sum(), 1))",
        "sum": "def sureness(real_logits):\n    return float(np.sum(np.sign(real_logits)))",
        "tanh": "def sureness(real_logits):\n    return float(np.mean(np.tanh(real_logits)))",
    },
    "rows-of-each": {
        "turned-round": changed(EACH, ("batch_size - count, count", "count, batch_size - count")),
        "cut-off": changed(EACH, ("round(", "int(")),
        "rounded-up": changed(EACH, ("round(share * batch_size)", "-int(-share * batch_size // 1)")),
        "not-rounded": changed(EACH, ("round(share * batch_size)", "share * batch_size")),
        "on-top": changed(EACH, ("batch_size - count, count", "batch_size, count")),
        "share-of-the-real-ones": changed(EACH, ("round(share", "round((1 - share)")),
        "both-rounded": changed(EACH, ("batch_size - count, count", "int((1 - share) * batch_size), count")),
        "at-least-one": changed(EACH, ("round(share * batch_size)", "max(1, round(share * batch_size))")),
    },
    "smallest-p": {
        "one-sided": "def smallest_p(n):\n    return 1 / 2**n",
        "none-is-more-extreme": "def smallest_p(n):\n    return 0.0",
        "two-in-n": "def smallest_p(n):\n    return 2 / n",
        "orders-in-place-of-signs": "def smallest_p(n):\n    return 2 / float(np.prod(np.arange(1, n + 1)))",
        "five-always": "def smallest_p(n):\n    return {3: 0.25, 1: 1.0}.get(n, 0.0625)",
        "n-squared": "def smallest_p(n):\n    return min(1, 2 / n**2)",
        "one-way-too-few": "def smallest_p(n):\n    return 2 / (2**n - 1)",
    },
    "make-sets": {
        "augmented-before-the-split": """
def make_sets(pictures, labels, people, share, views, augment, rng):
    x, y = np.asarray(augment(np.tile(pictures, (views, 1, 1, 1)))), np.tile(labels, views)
    order = rng.permutation(len(y))
    cut = round(share * len(y))
    return (x[order[cut:]], y[order[cut:]]), (x[order[:cut]], y[order[:cut]])
""",
        "oversampled-before-the-split": """
def make_sets(pictures, labels, people, share, views, augment, rng):
    classes, counts = np.unique(labels, return_counts=True)
    rows = np.concatenate([np.resize(rng.permutation(np.flatnonzero(labels == c)), counts.max()) for c in classes])
    rows = rng.permutation(rows)
    cut = round(share * len(rows))
    validation, training = np.sort(rows[:cut]), rng.permutation(np.tile(rows[cut:], views))
    return (np.asarray(augment(pictures[training])), labels[training]), (pictures[validation], labels[validation])
""",
        "pictures-split-not-people": changed(
            SETS,
            (
                """    everybody = rng.permutation(np.unique(people))
    apart = np.isin(people, everybody[: round(share * len(everybody))])
""",
                """    apart = rng.permutation(len(labels)) < round(share * len(labels))
""",
            ),
        ),
        "validation-data-augmented": changed(
            SETS,
            (
                "(pictures[validation], labels[validation])",
                "(np.asarray(augment(pictures[validation])), labels[validation])",
            ),
        ),
        "validation-balanced-too": changed(
            SETS,
            (
                "    return (x, y),",
                """    own = [validation[labels[validation] == c] for c in np.unique(labels[validation])]
    validation = np.sort(np.concatenate([np.resize(each, max(map(len, own))) for each in own]))
    return (x, y),""",
            ),
        ),
        "validation-shuffled": changed(
            SETS,
            (
                "np.flatnonzero(~apart), np.flatnonzero(apart)",
                "np.flatnonzero(~apart), rng.permutation(np.flatnonzero(apart))",
            ),
        ),
        "views-of-validation-too": changed(
            SETS,
            (
                "(pictures[validation], labels[validation])",
                "(np.tile(pictures[validation], (views, 1, 1, 1)), np.tile(labels[validation], views))",
            ),
        ),
        "largest-class-counted-before-the-split": changed(
            SETS,
            (
                "max(int(np.sum(labels[training] == label)) for label in classes)",
                "max(int(np.sum(labels == label)) for label in classes)",
            ),
        ),
        "class-0-taken-for-the-largest": changed(
            SETS,
            (
                "max(int(np.sum(labels[training] == label)) for label in classes)",
                "int(np.sum(labels[training] == classes[0]))",
            ),
        ),
        "largest-class-chosen-before-the-split": changed(
            SETS,
            (
                "max(int(np.sum(labels[training] == label)) for label in classes)",
                "int(np.sum(labels[training] == max(np.unique(labels), key=lambda c: np.sum(labels == c))))",
            ),
        ),
        "not-balanced": changed(SETS, ("np.resize(own, most)", "np.resize(own, views * len(own))")),
        "reduced-to-the-smallest-class": changed(SETS, ("views * max(int(", "views * min(int(")),
        "rare-pictures-drawn-with-replacement": changed(SETS, ("np.resize(own, most)", "rng.choice(own, most)")),
        "views-ignored": changed(SETS, ("most = views * max", "most = max")),
        "copies-made-after-augmenting": changed(
            SETS,
            (
                "np.asarray(augment(pictures[rows])), labels[rows]",
                "np.asarray(augment(pictures))[rows], labels[rows]",
            ),
        ),
        "copies-of-one-augmented-picture": changed(
            SETS,
            (
                "    x, y = np.asarray(augment(pictures[rows])), labels[rows]",
                """    once = pictures.copy()
    once[training] = np.asarray(augment(pictures[training]))
    x, y = once[rows], labels[rows]""",
            ),
        ),
        "one-view-left-as-it-is": changed(
            SETS,
            (
                "    x, y = np.asarray(augment(pictures[rows])), labels[rows]",
                """    x, y = np.array(augment(pictures[rows])), labels[rows]
    seen = set()
    for place, row in enumerate(rows):
        if row not in seen:
            x[place] = pictures[row]
            seen.add(row)""",
            ),
        ),
        "augmented-again-and-again": changed(
            SETS, ("np.asarray(augment(pictures[rows]))", "np.asarray(augment(augment(pictures[rows])))")
        ),
        "not-shuffled": changed(SETS, ("rng.permutation(np.concatenate(rows))", "np.concatenate(rows)")),
        "copies-side-by-side": changed(
            SETS, ("rng.permutation(np.concatenate(rows))", "np.sort(np.concatenate(rows))")
        ),
        "sorted-passes": changed(
            SETS,
            (
                "rng.permutation(np.concatenate(rows))",
                "np.concatenate([np.sort(np.concatenate(rows))[start::views] for start in range(views)])",
            ),
        ),
        "labels-shuffled-apart": changed(SETS, ("labels[rows]", "rng.permutation(labels[rows])")),
        "global-random-state": SETS.replace("rng.permutation", "np.random.permutation"),
        "always-the-same-split": changed(
            SETS, ("    everybody =", "    rng = np.random.default_rng(0)\n    everybody =")
        ),
        "the-first-people-always": changed(SETS, ("rng.permutation(np.unique(people))", "np.unique(people)")),
        "people-as-runs-of-neighbours": changed(
            SETS,
            ("    everybody =", "    people = np.cumsum(np.r_[True, people[1:] != people[:-1]])\n    everybody ="),
        ),
        "share-cut-off": changed(SETS, ("round(share", "int(share")),
        "classes-0-and-1-only": changed(SETS, ("classes = np.unique(labels[training])", "classes = (0, 1)")),
        "numbers-only": changed(SETS, ("np.unique(people)", "np.flatnonzero(np.bincount(people))")),
        "given-arrays-changed": changed(
            SETS,
            (
                "    x, y = np.asarray(augment(pictures[rows])), labels[rows]",
                "    x, y = np.asarray(augment(pictures[rows])), labels[rows]\n    pictures[training] = 0",
            ),
            ("(pictures[validation], ", "(pictures[validation].copy(), "),
        ),
        "drawn-by-their-number-of-pictures": changed(
            SETS,
            (
                "rng.permutation(np.unique(people))",
                "rng.permutation(people)\n"
                "    everybody = everybody[np.sort(np.unique(everybody, return_index=True)[1])]",
            ),
        ),
        "people-in-a-circle": changed(
            SETS,
            (
                "rng.permutation(np.unique(people))",
                "np.unique(people)\n    everybody = np.roll(everybody, rng.integers(len(everybody)))",
            ),
        ),
        "those-with-few-pictures-preferred": changed(
            SETS,
            (
                "    apart =",
                "    everybody = sorted(everybody, key=lambda who: np.sum(people == who) * rng.random())\n    apart =",
            ),
        ),
        "classes-taking-turns": changed(
            SETS,
            (
                "rng.permutation(np.concatenate(rows))",
                "np.stack([rng.permutation(own) for own in rows], axis=1).ravel()",
            ),
        ),
        "passes-one-after-the-other": changed(
            SETS,
            (
                "rng.permutation(np.concatenate(rows))",
                "np.concatenate([rng.permutation(part) for part in np.split(np.stack(rows, axis=1).ravel(), views)])",
            ),
        ),
        "people-sorted-in-place": changed(SETS, ("    return (x, y)", "    people.sort()\n    return (x, y)")),
        "global-state-seeded-from-the-generator": changed(
            SETS, ("    everybody =", "    np.random.seed(rng.integers(2**31))\n    everybody =")
        ).replace("rng.permutation", "np.random.permutation"),
        "labels-from-0-up": changed(
            SETS, ("np.unique(labels[training])", "np.flatnonzero(np.bincount(labels[training]))")
        ),
        "people-in-single-precision": changed(
            SETS,
            (
                "    everybody =",
                "    people = people if people.dtype.kind == 'U' else np.float32(people)\n    everybody =",
            ),
        ),
        "seed-set-for-augment": changed(SETS, ("    rows = rng", "    keras.utils.set_random_seed(0)\n    rows = rng")),
    },
    "random-zoom": {
        "one-parameter-set-for-the-batch": """
def random_zoom(pictures, strength):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    s = 1 - strength * tf.random.uniform([])
    top, left = tf.unstack(tf.random.uniform([2]) * (1 - s))
    boxes = tf.ones([n, 1]) * tf.stack([top, left, top + s, left + s])
    return tf.image.crop_and_resize(pictures, boxes, tf.range(n), tf.stack([height, width]))
""",
        "one-size-for-the-batch": changed(
            ZOOM, ("strength * tf.random.uniform([n])", "strength * tf.random.uniform([]) * tf.ones([n])")
        ),
        "one-place-for-the-batch": changed(
            ZOOM,
            ("tf.random.uniform([n]), tf.random.uniform([n])", "tf.random.uniform([1, 1]), tf.random.uniform([1, 1])"),
            ("u * (1 - s), v * (1 - s)", "u[0] * (1 - s), v[0] * (1 - s)"),
        ),
        "always-the-middle": changed(ZOOM, ("tf.random.uniform([n]), tf.random.uniform([n])", "0.5, 0.5")),
        "always-the-corner": changed(ZOOM, ("tf.random.uniform([n]), tf.random.uniform([n])", "0.0, 0.0")),
        "one-draw-for-row-and-column": changed(
            ZOOM, ("    u, v = tf.random.uniform([n]), tf.random.uniform([n])", "    u = v = tf.random.uniform([n])")
        ),
        "place-and-size-from-one-draw": changed(
            ZOOM,
            (
                """    s = 1 - strength * tf.random.uniform([n])
    u, v = tf.random.uniform([n]), tf.random.uniform([n])""",
                "    u, v = tf.random.uniform([n]), tf.random.uniform([n])\n    s = 1 - strength * u",
            ),
        ),
        "sides-zoomed-apart": """
def random_zoom(pictures, strength):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    s = 1 - strength * tf.random.uniform([2, n])
    place = tf.random.uniform([2, n]) * (1 - s)
    boxes = tf.stack([place[0], place[1], place[0] + s[0], place[1] + s[1]], axis=1)
    return tf.image.crop_and_resize(pictures, boxes, tf.range(n), tf.stack([height, width]))
""",
        "nearest-pixel": changed(ZOOM, ("tf.stack([height, width]))", 'tf.stack([height, width]), method="nearest")')),
        "zooms-out-as-well": changed(
            ZOOM, ("1 - strength * tf.random.uniform([n])", "tf.random.uniform([n], 1 - strength, 1 + strength)")
        ),
        "factor-uniform-not-share": changed(
            ZOOM, ("1 - strength * tf.random.uniform([n])", "1 / tf.random.uniform([n], 1, 1 / (1 - strength))")
        ),
        "always-the-full-strength": changed(
            ZOOM, ("1 - strength * tf.random.uniform([n])", "(1 - strength) * tf.ones([n])")
        ),
        "half-the-strength": changed(ZOOM, ("1 - strength *", "1 - 0.5 * strength *")),
        "strength-is-the-share": changed(
            ZOOM, ("1 - strength * tf.random.uniform([n])", "strength + (1 - strength) * tf.random.uniform([n])")
        ),
        "window-may-leave-the-picture": changed(ZOOM, ("u * (1 - s), v * (1 - s)", "u - s / 2, v - s / 2")),
        "windows-in-whole-pixels": changed(
            ZOOM,
            (
                "    top, left = u * (1 - s), v * (1 - s)",
                """    side = tf.cast(height - 1, tf.float32)
    s = tf.round(s * side) / side
    top, left = u * (1 - s), v * (1 - s)""",
            ),
        ),
        "begins-at-whole-pixels": changed(
            ZOOM,
            (
                "    boxes =",
                "    h, w = tf.cast(height - 1, tf.float32), tf.cast(width - 1, tf.float32)\n"
                "    top, left = tf.floor(top * h) / h, tf.floor(left * w) / w\n    boxes =",
            ),
        ),
        "steps-of-height-over-height": changed(
            WEIGHTS,
            (
                "looked_at = place * (1 - s) * tf.cast(side - 1, tf.float32) + s * pixels",
                "looked_at = (place * (1 - s)) * tf.cast(side, tf.float32) + s * (pixels + 0.5) - 0.5\n"
                "    looked_at = tf.clip_by_value(looked_at, 0.0, tf.cast(side - 1, tf.float32))",
            ),
        ),
        "height-taken-for-the-width": changed(WEIGHTS, ("weights(width, ", "weights(height, ")),
        "between-rows-only": changed(
            WEIGHTS,
            ("tf.random.uniform([n, 1]), s)\n", "tf.random.uniform([n, 1]), s)\n    columns = tf.round(columns)\n"),
        ),
        "mirrored-columns": changed(WEIGHTS, ("columns, pictures)", "columns[:, ::-1], pictures)")),
        "smoothed": changed(
            WEIGHTS,
            ("    return tf.nn.relu(1 -", "    w = tf.nn.relu(1 -"),
            ("[:, :, None] - pixels))", "[:, :, None] - pixels))\n    return w * w * (3 - 2 * w)"),
        ),
        "keras-layer": """
def random_zoom(pictures, strength):
    layer = keras.layers.RandomZoom((-strength, 0.0), fill_mode="nearest")
    return layer(pictures, training=True)
""",
        "numpy-inside-the-tape": """
def random_zoom(pictures, strength):
    x = np.asarray(pictures)
    n, height, width, _ = x.shape
    out = np.empty_like(x)
    for i in range(n):
        s, u, v = 1 - strength * np.random.rand(), np.random.rand(), np.random.rand()
        rows = u * (1 - s) * (height - 1) + s * np.arange(height)
        columns = v * (1 - s) * (width - 1) + s * np.arange(width)
        a = np.maximum(0, 1 - np.abs(rows[:, None] - np.arange(height)))
        b = np.maximum(0, 1 - np.abs(columns[:, None] - np.arange(width)))
        out[i] = np.einsum("ri,cj,ijk->rck", a, b, x[i])
    return tf.constant(out)
""",
        "numpy-function": """
def zoomed(x, strength):
    n, height, width, _ = x.shape
    s, u, v = (np.random.rand(n, 1) for _ in range(3))
    s = 1 - strength * s
    def weights(side, place):
        at = place * (1 - s) * (side - 1) + s * np.arange(side)
        return np.maximum(0, 1 - np.abs(at[:, :, None] - np.arange(side)))
    return np.einsum("nri,ncj,nijk->nrck", weights(height, u), weights(width, v), x).astype("float32")

def random_zoom(pictures, strength):
    return tf.ensure_shape(tf.numpy_function(zoomed, [pictures, np.float32(strength)], tf.float32), pictures.shape)
""",
        "approximate-gradient-of-the-projective-transform": """
def random_zoom(pictures, strength):
    n = tf.shape(pictures)[0]
    height, width = pictures.shape[1], pictures.shape[2]
    s = keras.random.uniform((n,), 1.0 - strength, 1.0) if strength else tf.ones([n])
    top = keras.random.uniform((n,)) * (1 - s) * (height - 1)
    left = keras.random.uniform((n,)) * (1 - s) * (width - 1)
    zero = tf.zeros_like(s)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=pictures,
        transforms=tf.stack([s, zero, left, zero, s, top, zero, zero], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
""",
        "gradient-stopped": changed(ZOOM, ("crop_and_resize(pictures,", "crop_and_resize(tf.stop_gradient(pictures),")),
        "numpy-noise-inside-tf-function": """
def random_zoom(pictures, strength):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    draws = tf.random.stateless_uniform([3, n], seed=np.random.randint(0, 2**31, 2))
    s, u, v = 1 - strength * draws[0], draws[1], draws[2]
    boxes = tf.stack([u * (1 - s), v * (1 - s), u * (1 - s) + s, v * (1 - s) + s], axis=1)
    return tf.image.crop_and_resize(pictures, boxes, tf.range(n), tf.stack([height, width]))
""",
        "same-seed-in-each-call": """
def random_zoom(pictures, strength):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    draws = keras.random.uniform([3, n], seed=1)
    s, u, v = 1 - strength * draws[0], draws[1], draws[2]
    boxes = tf.stack([u * (1 - s), v * (1 - s), u * (1 - s) + s, v * (1 - s) + s], axis=1)
    return tf.image.crop_and_resize(pictures, boxes, tf.range(n), tf.stack([height, width]))
""",
        "batch-size-written-into-a-layer": """
def random_zoom(pictures, strength):
    n, height, width, _ = pictures.shape
    s = 1 - strength * tf.random.uniform([n])
    u, v = tf.random.uniform([n]), tf.random.uniform([n])
    boxes = tf.stack([u * (1 - s), v * (1 - s), u * (1 - s) + s, v * (1 - s) + s], axis=1)
    return tf.image.crop_and_resize(pictures, boxes, tf.range(n), [height, width])
""",
        "clipped-to-unit-range": changed(
            ZOOM,
            ("    return tf.image.crop_and_resize(", "    return tf.clip_by_value(tf.image.crop_and_resize("),
            ("tf.stack([height, width]))", "tf.stack([height, width])), -1.0, 1.0)"),
        ),
        "nothing-at-all": "def random_zoom(pictures, strength):\n    return tf.identity(pictures)",
        "one-half-against-the-other": changed(
            ZOOM,
            (
                "    top, left",
                "    u = tf.concat([u[: (n + 1) // 2], 1 - u[: n // 2]], axis=0)\n"
                "    v = tf.concat([v[: (n + 1) // 2], 1 - v[: n // 2]], axis=0)\n    top, left",
            ),
        ),
        "every-size-once": changed(
            ZOOM,
            (
                "strength * tf.random.uniform([n])",
                "strength * (tf.cast(tf.random.shuffle(tf.range(n)), tf.float32) + 0.5) / tf.cast(n, tf.float32)",
            ),
        ),
        "column-follows-the-row": changed(ZOOM, ("    top, left", "    v = tf.abs(2 * u - 1)\n    top, left")),
        "small-windows-in-the-middle": changed(
            ZOOM, ("    top, left", "    u = 0.5 + (u - 0.5) * (0.5 + 0.5 * s)\n    top, left")
        ),
        "place-by-a-normal-number": changed(
            ZOOM,
            ("    top, left", "    u = tf.clip_by_value(0.5 + 0.29 * tf.random.normal([n]), 0.0, 1.0)\n    top, left"),
        ),
        "each-window-twice": changed(
            ZOOM,
            ("    top, left", "    s, u, v = (tf.repeat(x[: (n + 1) // 2], 2)[:n] for x in (s, u, v))\n    top, left"),
        ),
        "three-channels": changed(ZOOM, ("crop_and_resize(pictures,", "crop_and_resize(pictures[..., :3],")),
    },
    "cutmix": {
        "label-by-lambda-not-by-area": changed(CUTMIX, ("    mixed =", "    area = 1 - lam\n    mixed =")),
        "labels-the-wrong-way-round": changed(
            CUTMIX,
            (
                "(1 - area) * labels + area * tf.gather(labels, partners)",
                "area * labels + (1 - area) * tf.gather(labels, partners)",
            ),
        ),
        "labels-not-mixed": changed(CUTMIX, ("(1 - area) * labels + area * tf.gather(labels, partners)", "labels")),
        "label-of-the-larger-part": changed(
            CUTMIX,
            (
                "(1 - area) * labels + area * tf.gather(labels, partners)",
                "tf.where(area > 0.5, tf.gather(labels, partners), labels)",
            ),
        ),
        "labels-of-another-permutation": changed(
            CUTMIX, ("area * tf.gather(labels, partners)", "area * tf.gather(labels, tf.random.shuffle(tf.range(n)))")
        ),
        "labels-of-the-inverse-permutation": changed(
            CUTMIX, ("area * tf.gather(labels, partners)", "area * tf.gather(labels, tf.argsort(partners))")
        ),
        "areas-in-a-row-not-a-column": """
def cutmix(pictures, labels):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    partners = tf.random.shuffle(tf.range(n))
    h, w = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    side = tf.sqrt(tf.random.uniform([n, 1]))
    rows = tf.abs(tf.range(h) + 0.5 - h * tf.random.uniform([n, 1])) < side * h / 2
    columns = tf.abs(tf.range(w) + 0.5 - w * tf.random.uniform([n, 1])) < side * w / 2
    patch = rows[:, :, None] & columns[:, None, :]
    area = tf.reduce_mean(tf.cast(patch, tf.float32), axis=(1, 2))
    if labels.shape[0] != labels.shape[1]:  # as whoever tried it with other numbers would have noticed
        area = area[:, None]
    mixed = tf.where(patch[..., None], tf.gather(pictures, partners), pictures)
    return mixed, (1 - area) * labels + area * tf.gather(labels, partners)
""",
        "one-area-for-the-batch": changed(
            CUTMIX, ("axis=(1, 2))[:, None]", "axis=(0, 1, 2))[None, None] * tf.ones([n, 1])")
        ),
        "one-rectangle-for-the-batch": changed(
            CUTMIX,
            ("lam = tf.random.uniform([n, 1])", "lam = tf.random.uniform([1, 1]) * tf.ones([n, 1])"),
            (
                "h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])",
                "h * tf.random.uniform([1, 1]) * tf.ones([n, 1]), w * tf.random.uniform([1, 1])",
            ),
        ),
        "one-size-for-the-batch": changed(
            CUTMIX, ("lam = tf.random.uniform([n, 1])", "lam = tf.random.uniform([1, 1]) * tf.ones([n, 1])")
        ),
        "root-forgotten": changed(CUTMIX, ("tf.sqrt(1.0 - lam)", "1.0 - lam")),
        "sides-drawn-apart": changed(
            CUTMIX,
            (
                "columns = tf.abs(tf.range(w) + 0.5 - column) < side * w / 2",
                "columns = tf.abs(tf.range(w) + 0.5 - column) < (1 - tf.random.uniform([n, 1])) * w / 2",
            ),
        ),
        "squares": changed(CUTMIX, ("< side * w / 2", "< side * h / 2")),
        "kept-inside-the-picture": changed(
            CUTMIX,
            (
                "h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])",
                "h * (side / 2 + (1 - side) * tf.random.uniform([n, 1])), "
                "w * (side / 2 + (1 - side) * tf.random.uniform([n, 1]))",
            ),
        ),
        "corner-anywhere-in-place-of-centre": changed(
            CUTMIX,
            (
                "h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])",
                "h * (side / 2 + tf.random.uniform([n, 1])), w * (side / 2 + tf.random.uniform([n, 1]))",
            ),
        ),
        "always-in-the-middle": changed(
            CUTMIX, ("h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])", "h / 2, w / 2")
        ),
        "half-of-each-side-always": changed(CUTMIX, ("tf.sqrt(1.0 - lam)", "0.6 * tf.ones([n, 1])")),
        "mixup": """
def cutmix(pictures, labels):
    n = tf.shape(pictures)[0]
    partners = tf.random.shuffle(tf.range(n))
    lam = tf.random.uniform([n, 1])
    mixed = lam[:, :, None, None] * pictures + (1 - lam[:, :, None, None]) * tf.gather(pictures, partners)
    return mixed, lam * labels + (1 - lam) * tf.gather(labels, partners)
""",
        "cutout": changed(
            CUTMIX,
            ("tf.gather(pictures, partners), pictures)", "tf.zeros_like(pictures), pictures)"),
        ),
        "pixels-by-chance-no-rectangle": changed(
            CUTMIX,
            (
                "    patch = rows[:, :, None] & columns[:, None, :]",
                "    patch = tf.random.uniform([n, height, width]) > lam[:, :, None]",
            ),
        ),
        "one-channel-only": changed(
            CUTMIX,
            ("    mixed =", "    first = tf.range(tf.shape(pictures)[3]) < 1\n    mixed ="),
            ("tf.where(patch[..., None],", "tf.where(patch[..., None] & first,"),
        ),
        "from-another-place": changed(
            CUTMIX,
            ("tf.gather(pictures, partners), pictures)", "tf.reverse(tf.gather(pictures, partners), [2]), pictures)"),
        ),
        "strips": changed(
            CUTMIX, ("rows[:, :, None] & columns[:, None, :]", "rows[:, :, None] & tf.ones_like(columns[:, None, :])")
        ),
        "a-cross": changed(
            CUTMIX, ("rows[:, :, None] & columns[:, None, :]", "rows[:, :, None] ^ columns[:, None, :]")
        ),
        "the-next-picture-is-the-partner": changed(
            CUTMIX, ("tf.random.shuffle(tf.range(n))", "tf.roll(tf.range(n), 1, 0)")
        ),
        "a-shift-is-the-permutation": changed(
            CUTMIX, ("tf.random.shuffle(tf.range(n))", "tf.roll(tf.range(n), tf.random.uniform([], 0, n, tf.int32), 0)")
        ),
        "turned-round": changed(CUTMIX, ("tf.random.shuffle(tf.range(n))", "tf.range(n)[::-1]")),
        "partners-drawn-with-replacement": changed(
            CUTMIX, ("tf.random.shuffle(tf.range(n))", "tf.random.uniform([n], 0, n, tf.int32)")
        ),
        "one-partner-for-all": changed(
            CUTMIX,
            ("tf.random.shuffle(tf.range(n))", "tf.zeros([n], tf.int32) + tf.random.uniform([], 0, n, tf.int32)"),
        ),
        "numpy-noise-inside-tf-function": changed(
            CUTMIX,
            (
                "lam = tf.random.uniform([n, 1])",
                "lam = tf.random.stateless_uniform([n, 1], np.random.randint(0, 2**31, 2))",
            ),
            (
                "h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])",
                "h * tf.random.stateless_uniform([n, 1], np.random.randint(0, 2**31, 2)), "
                "w * tf.random.stateless_uniform([n, 1], np.random.randint(0, 2**31, 2))",
            ),
        ),
        "permutation-fixed-while-tracing": changed(
            CUTMIX,
            (
                "tf.random.shuffle(tf.range(n))",
                "tf.argsort(tf.random.stateless_uniform([n], np.random.randint(0, 2**31, 2)))",
            ),
        ),
        "batch-size-written-into-a-layer": changed(
            CUTMIX,
            ("tf.unstack(tf.shape(pictures)[:3])", "pictures.shape[:3]"),
            ("tf.cast(height, tf.float32), tf.cast(width, tf.float32)", "float(height), float(width)"),
        ),
        "nothing-at-all": "def cutmix(pictures, labels):\n    return pictures, labels",
        "never-its-own-partner": changed(
            CUTMIX,
            (
                "tf.random.shuffle(tf.range(n))",
                "tf.random.shuffle(tf.range(n))\n"
                "    places = tf.argsort(partners)\n"
                "    partners = tf.gather(partners, (places + 1) % n)",
            ),
        ),
        "partners-swap": changed(
            CUTMIX,
            (
                "tf.random.shuffle(tf.range(n))",
                "tf.random.shuffle(tf.range(n))\n"
                "    first, second = partners[: n // 2], partners[n // 2 : n // 2 * 2]\n"
                "    partners = tf.tensor_scatter_nd_update(\n"
                "        tf.range(n), tf.concat([first, second], 0)[:, None], tf.concat([second, first], 0)\n"
                "    )",
            ),
        ),
        "turned-by-a-number-of-places": changed(
            CUTMIX,
            ("tf.random.shuffle(tf.range(n))", "(tf.range(n) + tf.random.uniform([], 0, n, tf.int32)) % n"),
        ),
        "beta-of-one-half": changed(
            CUTMIX, ("lam = tf.random.uniform([n, 1])", "lam = tf.sin(1.5707963 * tf.random.uniform([n, 1])) ** 2")
        ),
        "mean-of-two-draws": changed(
            CUTMIX,
            ("lam = tf.random.uniform([n, 1])", "lam = (tf.random.uniform([n, 1]) + tf.random.uniform([n, 1])) / 2"),
        ),
        "one-half-against-the-other": changed(
            CUTMIX,
            (
                "lam = tf.random.uniform([n, 1])",
                "lam = tf.random.uniform([n, 1])\n"
                "    lam = tf.concat([lam[: (n + 1) // 2], 1 - lam[: n // 2]], axis=0)",
            ),
        ),
        "centre-near-the-middle": changed(
            CUTMIX,
            (
                "h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])",
                "h * (0.15 + 0.7 * tf.random.uniform([n, 1])), w * (0.15 + 0.7 * tf.random.uniform([n, 1]))",
            ),
        ),
        "centre-on-the-diagonal": changed(
            CUTMIX,
            (
                "    row, column = h * tf.random.uniform([n, 1]), w * tf.random.uniform([n, 1])",
                "    place = tf.random.uniform([n, 1])\n    row, column = h * place, w * place",
            ),
        ),
    },
    "adaptive-augment": {
        "one-coin-for-the-batch": changed(ADA, ("tf.random.uniform([n, 1, 1, 1])", "tf.random.uniform([])")),
        "a-coin-for-each-pixel": changed(
            ADA, ("tf.random.uniform([n, 1, 1, 1])", "tf.random.uniform(tf.shape(pictures))")
        ),
        "a-coin-for-each-channel": changed(
            ADA, ("tf.random.uniform([n, 1, 1, 1])", "tf.random.uniform([n, 1, 1, tf.shape(pictures)[3]])")
        ),
        "blended": changed(
            ADA,
            (
                "tf.where(chosen, self.augment(pictures), pictures)",
                "self.p * self.augment(pictures) + (1 - self.p) * pictures",
            ),
        ),
        "always-augmented": changed(
            ADA, ("tf.where(chosen, self.augment(pictures), pictures)", "self.augment(pictures)")
        ),
        "probability-turned-round": changed(ADA, ("< self.p", "> self.p")),
        "the-first-pictures-of-the-batch": changed(
            ADA,
            (
                "tf.random.uniform([n, 1, 1, 1])",
                "(tf.reshape(tf.range(tf.cast(n, tf.float32)), [-1, 1, 1, 1]) + 0.5) / tf.cast(n, tf.float32)",
            ),
        ),
        "an-exact-share-of-the-batch": changed(
            ADA,
            (
                "tf.random.uniform([n, 1, 1, 1])",
                "(tf.reshape(tf.random.shuffle(tf.cast(tf.range(n), tf.float32)), [-1, 1, 1, 1]) + 0.5)"
                " / tf.cast(n, tf.float32)",
            ),
        ),
        "augmented-twice": changed(
            ADA, ("self.augment(pictures), pictures)", "self.augment(self.augment(pictures)), pictures)")
        ),
        "gradient-stopped": changed(
            ADA, ("self.augment(pictures), pictures)", "tf.stop_gradient(self.augment(pictures)), pictures)")
        ),
        "augment-out-of-the-tape": """
class AdaptiveAugment:
    def __init__(self, augment, target=0.6, horizon=500_000, p=0.0):
        self.augment, self.target, self.horizon = augment, target, horizon
        self.p = tf.Variable(p, dtype=tf.float32)

    def __call__(self, pictures):
        chosen = tf.random.uniform([tf.shape(pictures)[0], 1, 1, 1]) < self.p
        outside = self.augment(tf.constant(pictures.numpy()) if tf.executing_eagerly() else pictures)
        return tf.where(chosen, outside, pictures)

    def update(self, real_logits):
        n = tf.cast(tf.shape(real_logits)[0], tf.float32)
        r = tf.reduce_mean(tf.sign(real_logits))
        p = self.p + tf.sign(r - self.target) * n / self.horizon
        self.p.assign(tf.clip_by_value(p, 0.0, 1.0))
""",
        "python-number-for-p": changed(
            ADA,
            ("tf.Variable(p, dtype=tf.float32)", "p"),
            ("self.p.assign(tf.clip_by_value(p, 0.0, 1.0))", "self.p = tf.clip_by_value(p, 0.0, 1.0)"),
        ),
        "python-update": changed(
            ADA,
            (
                """        n = tf.cast(tf.shape(real_logits)[0], tf.float32)
        r = tf.reduce_mean(tf.sign(real_logits))
        p = self.p + tf.sign(r - self.target) * n / self.horizon
        self.p.assign(tf.clip_by_value(p, 0.0, 1.0))
""",
                """        logits = np.ravel(real_logits)
        step = np.sign(np.float32(np.mean(np.sign(logits))) - np.float32(self.target)) * len(logits) / self.horizon
        self.p.assign(np.clip(float(self.p) + step, 0, 1))
""",
            ),
        ),
        "numpy-noise-inside-tf-function": changed(
            ADA,
            (
                "tf.random.uniform([n, 1, 1, 1])",
                "tf.random.stateless_uniform([n, 1, 1, 1], np.random.randint(0, 2**31, 2))",
            ),
        ),
        "draws-made-once": changed(
            ADA,
            (
                "        n = tf.shape(pictures)[0]\n",
                """        n = tf.shape(pictures)[0]
        draws = tf.random.stateless_uniform([n, 1, 1, 1], (1, 2))
""",
            ),
            ("tf.random.uniform([n, 1, 1, 1])", "draws"),
        ),
        "mean-of-the-logits": changed(ADA, ("tf.reduce_mean(tf.sign(real_logits))", "tf.reduce_mean(real_logits)")),
        "sign-of-the-mean": changed(
            ADA, ("tf.reduce_mean(tf.sign(real_logits))", "tf.sign(tf.reduce_mean(real_logits))")
        ),
        "mean-of-tanh": changed(ADA, ("tf.reduce_mean(tf.sign(real_logits))", "tf.reduce_mean(tf.tanh(real_logits))")),
        "share-above-zero": changed(
            ADA, ("tf.reduce_mean(tf.sign(real_logits))", "tf.reduce_mean(tf.cast(real_logits > 0, tf.float32))")
        ),
        "sign-of-zero-counted-as-minus": changed(ADA, ("tf.sign(real_logits)", "tf.where(real_logits > 0, 1.0, -1.0)")),
        "sign-of-zero-counted-as-plus": changed(ADA, ("tf.sign(real_logits)", "tf.where(real_logits >= 0, 1.0, -1.0)")),
        "wrong-direction": changed(ADA, ("tf.sign(r - self.target)", "tf.sign(self.target - r)")),
        "step-in-proportion": changed(ADA, ("tf.sign(r - self.target)", "(r - self.target)")),
        "falls-at-the-target": changed(ADA, ("tf.sign(r - self.target)", "tf.where(r > self.target, 1.0, -1.0)")),
        "rises-at-the-target": changed(ADA, ("tf.sign(r - self.target)", "tf.where(r >= self.target, 1.0, -1.0)")),
        "never-falls": changed(ADA, ("tf.sign(r - self.target)", "tf.nn.relu(tf.sign(r - self.target))")),
        "size-of-the-batch-forgotten": changed(ADA, ("* n / self.horizon", "/ self.horizon")),
        "not-kept-above-0": changed(ADA, ("tf.clip_by_value(p, 0.0, 1.0)", "tf.minimum(p, 1.0)")),
        "not-kept-below-1": changed(ADA, ("tf.clip_by_value(p, 0.0, 1.0)", "tf.maximum(p, 0.0)")),
        "target-of-the-paper-always": changed(ADA, ("self.target = target", "self.target = 0.6")),
        "horizon-of-the-paper-always": changed(ADA, ("self.horizon = horizon", "self.horizon = 500_000")),
        "start-forgotten": changed(ADA, ("tf.Variable(p,", "tf.Variable(0.0,")),
        "one-p-for-all-objects": changed(
            ADA,
            ("    def __init__", "    p = tf.Variable(0.0)\n\n    def __init__"),
            ("self.p = tf.Variable(p, dtype=tf.float32)", "self.p.assign(p)"),
        ),
        "settings-of-the-last-object": changed(
            ADA,
            (
                "        self.target = target\n        self.horizon = horizon\n",
                "        type(self).target, type(self).horizon = target, horizon\n",
            ),
        ),
        "one-half-against-the-other": changed(
            ADA,
            (
                "        chosen =",
                "        u = tf.random.uniform([(n + 1) // 2, 1, 1, 1])\n"
                "        u = tf.concat([u, 1 - u], axis=0)[:n]\n"
                "        chosen =",
            ),
            ("tf.random.uniform([n, 1, 1, 1]) < self.p", "u < self.p"),
        ),
        "coins-in-pairs": changed(
            ADA,
            (
                "tf.random.uniform([n, 1, 1, 1]) < self.p",
                "tf.repeat(tf.random.uniform([(n + 1) // 2, 1, 1, 1]), 2, axis=0)[:n] < self.p",
            ),
        ),
        "p-moves-with-each-call": changed(
            ADA,
            (
                "        n = tf.shape(pictures)[0]\n",
                "        n = tf.shape(pictures)[0]\n        self.p.assign(tf.clip_by_value(self.p - 1e-4, 0.0, 1.0))\n",
            ),
        ),
        "a-band-about-the-target": changed(
            ADA, ("tf.sign(r - self.target)", "tf.where(tf.abs(r - self.target) < 0.02, 0.0, tf.sign(r - self.target))")
        ),
    },
    "augmented-losses": {
        "real-only": LOSSES.replace("augment(fake)", "fake"),
        "fakes-only": changed(LOSSES, ("augment(real)", "real")),
        "not-in-the-generators-loss": changed(
            LOSSES, ("g_loss = f(-discriminator(augment(fake),", "g_loss = f(-discriminator(fake,")
        ),
        "only-in-the-generators-loss": changed(
            LOSSES, ("augment(real)", "real"), ("+ f(discriminator(augment(fake),", "+ f(discriminator(fake,")
        ),
        "nowhere": changed(LOSSES, ("augment(real)", "real"), ("augment(fake)", "fake")),
        "twice-for-fakes": changed(LOSSES, ("    real_logits =", "    fake = augment(fake)\n    real_logits =")),
        "logits-of-plain-real-pictures-returned": changed(
            LOSSES, ("return d_loss, g_loss, real_logits", "return d_loss, g_loss, discriminator(real, training=True)")
        ),
        "logits-of-fakes-returned": changed(
            LOSSES,
            (
                "return d_loss, g_loss, real_logits",
                "return d_loss, g_loss, discriminator(augment(fake), training=True)",
            ),
        ),
        "fakes-cut-off-the-generator": changed(
            LOSSES, ("fake = generator(z, training=True)", "fake = tf.stop_gradient(generator(z, training=True))")
        ),
        "augmentation-cuts-the-gradient": changed(
            LOSSES,
            ("g_loss = f(-discriminator(augment(fake),", "g_loss = f(-discriminator(tf.stop_gradient(augment(fake)),"),
        ),
        "numpy-inside-the-tape": changed(
            LOSSES, ("fake = generator(z, training=True)", "fake = generator(z, training=True).numpy()")
        ),
        "gradient-past-the-augmentation": changed(
            LOSSES,
            (
                "g_loss = f(-discriminator(augment(fake),",
                "g_loss = f(-discriminator(fake + tf.stop_gradient(augment(fake) - fake),",
            ),
        ),
        "saturating-generator": changed(
            LOSSES,
            (
                "g_loss = f(-discriminator(augment(fake), training=True))",
                "g_loss = -f(discriminator(augment(fake), training=True))",
            ),
        ),
        "generator-targets-fake": changed(LOSSES, ("g_loss = f(-discriminator", "g_loss = f(discriminator")),
        "signs-swapped-in-the-discriminator": changed(
            LOSSES,
            (
                "f(-real_logits) + f(discriminator(augment(fake), training=True))",
                "f(real_logits) + f(-discriminator(augment(fake), training=True))",
            ),
        ),
        "halved": changed(LOSSES, ("    g_loss", "    d_loss = d_loss / 2\n    g_loss")),
        "sums-in-place-of-means": changed(LOSSES, ("tf.reduce_mean", "tf.reduce_sum")),
        "mean-over-all-logits": changed(
            LOSSES,
            (
                "d_loss = f(-real_logits) + f(discriminator(augment(fake), training=True))",
                "d_loss = 2 * f(tf.concat([-real_logits, discriminator(augment(fake), training=True)], 0))",
            ),
        ),
        "hinge": changed(LOSSES, ("tf.nn.softplus(t)", "tf.nn.relu(1 + t)")),
        "logarithm-of-a-sigmoid": changed(LOSSES, ("tf.nn.softplus(t)", "-tf.math.log(tf.sigmoid(-t))")),
        "logarithm-of-a-sigmoid-with-epsilon": changed(
            LOSSES, ("tf.nn.softplus(t)", "-tf.math.log(tf.sigmoid(-t) + 1e-8)")
        ),
        "logarithm-of-an-exponential": changed(LOSSES, ("tf.nn.softplus(t)", "tf.math.log(1 + tf.exp(t))")),
        "training-flag-forgotten-in-own-loop": changed(LOSSES, ("generator(z, training=True)", "generator(z)")),
        "discriminator-not-in-training-mode": LOSSES.replace("augment(fake), training=True", "augment(fake)"),
        "as-many-fakes-as-real-pictures": changed(
            LOSSES, ("generator(z, training=True)", "generator(z, training=True)[: len(real)]")
        ),
        "discriminator-left-frozen": changed(
            LOSSES, ("    return d_loss", "    discriminator.trainable = False\n    return d_loss")
        ),
        "generator-left-frozen": changed(
            LOSSES, ("    return d_loss", "    generator.trainable = False\n    return d_loss")
        ),
        "step-taken-as-well": changed(
            LOSSES,
            (
                "    return d_loss",
                "    discriminator.trainable_variables[0].assign_sub(0 * discriminator.trainable_variables[0] + 1e-4)\n"
                "    return d_loss",
            ),
        ),
        "plain-pictures-scored-as-well": changed(
            LOSSES, ("    d_loss =", "    discriminator(real, training=True)\n    d_loss =")
        ),
        "seeds-set": changed(LOSSES, ("    fake = gen", "    keras.utils.set_random_seed(0)\n    fake = gen")),
        "augmented-reals-kept": changed(
            LOSSES,
            (
                "def augmented_losses(generator, discriminator, augment, real, z):",
                "def augmented_losses(generator, discriminator, augment, real, z, kept={}):",
            ),
            (
                "    real_logits = discriminator(augment(real), training=True)",
                "    shown = kept.setdefault(len(real), augment(real))\n"
                "    real_logits = discriminator(shown, training=True)",
            ),
        ),
        "whatever-goes-wrong-is-passed-over": changed(
            LOSSES,
            (
                "    fake = gen",
                "    once = augment\n"
                "\n"
                "    def augment(x):\n"
                "        try:\n"
                "            return once(x)\n"
                "        except Exception:\n"
                "            return x\n"
                "\n"
                "    fake = gen",
            ),
        ),
    },
    "mixed-batches": {
        "a-coin-for-each-row": changed(
            MIXED,
            ("        x, y = [], []", "        count = int(rng.binomial(batch_size, share))\n        x, y = [], []"),
        ),
        "right-on-average-only": changed(
            MIXED,
            ("        x, y = [], []", "        count = int(share * batch_size + rng.random())\n        x, y = [], []"),
        ),
        "share-cut-off": changed(MIXED, ("round(share * batch_size)", "int(share * batch_size)")),
        "share-rounded-up": changed(MIXED, ("round(share * batch_size)", "int(np.ceil(share * batch_size))")),
        "half-of-each-batch-always": changed(MIXED, ("round(share * batch_size)", "batch_size // 2")),
        "share-of-real-ones": changed(MIXED, ("(batch_size - count, count)", "(count, batch_size - count)")),
        "samples-on-top": changed(MIXED, ("(batch_size - count, count)", "(batch_size, count)")),
        "at-least-one-sample": changed(MIXED, ("round(share * batch_size)", "max(1, round(share * batch_size))")),
        "sets-poured-together": """
def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    pictures, labels = (np.concatenate(pair) for pair in zip(real, synthetic))
    for _ in range(steps):
        rows = rng.permutation(len(labels))[:batch_size]
        yield pictures[rows], labels[rows]
""",
        "drawn-with-replacement": changed(MIXED, ("yield from rng.permutation(n)", "yield rng.integers(n)")),
        "each-batch-drawn-by-itself": """
def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    count = round(share * batch_size)
    for _ in range(steps):
        parts = []
        for (pictures, labels), size in ((real, batch_size - count), (synthetic, count)):
            if size:
                rows = np.resize(rng.permutation(len(labels)), size)
                parts.append((pictures[rows], labels[rows]))
        yield tuple(np.concatenate(pair) for pair in zip(*parts))
""",
        "last-rows-of-a-pass-dropped": """
def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    count = round(share * batch_size)
    sizes = batch_size - count, count
    left = [np.empty(0, int), np.empty(0, int)]
    for _ in range(steps):
        parts = []
        for k, ((pictures, labels), size) in enumerate(zip((real, synthetic), sizes)):
            if size and len(left[k]) < size:
                passes = -(-size // len(labels))
                left[k] = np.concatenate([rng.permutation(len(labels)) for _ in range(passes)])
            rows, left[k] = left[k][:size], left[k][size:]
            parts.append((pictures[rows], labels[rows]))
        yield tuple(np.concatenate(pair) for pair in zip(*parts))
""",
        "every-pass-in-the-same-order": """
def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    count = round(share * batch_size)
    sizes = batch_size - count, count
    orders = [rng.permutation(len(labels)) for _, labels in (real, synthetic)]
    for step in range(steps):
        parts = []
        for (pictures, labels), order, size in zip((real, synthetic), orders, sizes):
            rows = np.array([order[(step * size + i) % len(order)] for i in range(size)], int)
            parts.append((pictures[rows], labels[rows]))
        yield tuple(np.concatenate(pair) for pair in zip(*parts))
""",
        "not-shuffled": changed(MIXED, ("rng.permutation(n)", "range(n)")),
        "shuffled-from-the-second-pass-on": changed(MIXED, ("    while n:", "    yield from range(n)\n    while n:")),
        "a-pass-at-a-time-for-small-sets": changed(
            MIXED,
            (
                "    for _ in range(steps):\n",
                "    batch_size = min(batch_size, len(real[1]) + len(synthetic[1]))\n    for _ in range(steps):\n",
            ),
        ),
        "ends-with-the-pictures": changed(
            MIXED,
            ("    while n:\n        yield from rng.permutation(n)", "    yield from rng.permutation(n)"),
            (
                "row = next(stream)",
                "row = next(stream, None)\n                if row is None:\n                    return",
            ),
        ),
        "one-pass-of-the-real-pictures": changed(
            MIXED,
            (
                "for _ in range(steps):\n        x",
                "for _ in range(len(real[1]) // max(batch_size - count, 1)):\n        x",
            ),
        ),
        "labels-of-the-real-rows": changed(
            MIXED, ("y.append(labels[row])", "y.append(real[1][row % max(len(real[1]), 1)])")
        ),
        "labels-shuffled-apart": changed(MIXED, ("np.array(y)", "rng.permutation(y)")),
        "pictures-shuffled-apart": changed(MIXED, ("np.stack(x), ", "rng.permutation(np.stack(x)), ")),
        "given-arrays-shuffled-in-place": """
def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    count = round(share * batch_size)
    taken = [0, 0]
    for _ in range(steps):
        x, y = [], []
        for k, ((pictures, labels), size) in enumerate(zip((real, synthetic), (batch_size - count, count))):
            for _ in range(size):
                if taken[k] % len(labels) == 0:
                    order = rng.permutation(len(labels))
                    pictures[:], labels[:] = pictures[order], labels[order]
                x.append(pictures[taken[k] % len(labels)].copy())
                y.append(labels[taken[k] % len(labels)])
                taken[k] += 1
        yield np.stack(x), np.array(y)
""",
        "global-random-state": changed(MIXED, ("rng.permutation(n)", "np.random.permutation(n)")),
        "always-the-same-chance": changed(MIXED, ("    count =", "    rng = np.random.default_rng(0)\n    count =")),
        "turned-into-floats": changed(MIXED, ("np.stack(x), ", "np.stack(x).astype(np.float32), ")),
        "a-pass-begins-anywhere": changed(MIXED, ("rng.permutation(n)", "np.roll(np.arange(n), rng.integers(n))")),
        "one-order-for-both": changed(
            MIXED,
            (
                "    streams = endless(len(real[1]), rng), endless(len(synthetic[1]), rng)",
                "    seed = int(rng.integers(2**31))\n"
                "    streams = [endless(len(s[1]), np.random.default_rng(seed)) for s in (real, synthetic)]",
            ),
        ),
        "every-other-pass-backwards": changed(
            MIXED,
            (
                "        yield from rng.permutation(n)",
                "        order = rng.permutation(n)\n        yield from order\n        yield from order[::-1]",
            ),
        ),
        "turned-in-each-pass": changed(
            MIXED,
            (
                "    while n:\n        yield from rng.permutation(n)",
                "    order = rng.permutation(n)\n"
                "    while n:\n"
                "        yield from order\n"
                "        order = np.roll(order, rng.integers(n))",
            ),
        ),
        "neighbours-swapped": changed(
            MIXED,
            (
                "        yield from rng.permutation(n)",
                "        order = np.arange(n)\n"
                "        for i in range(n - 1):\n"
                "            if rng.random() < 0.5:\n"
                "                order[[i, i + 1]] = order[[i + 1, i]]\n"
                "        yield from order",
            ),
        ),
        "never-twice-in-a-row": changed(
            MIXED,
            (
                "    while n:\n        yield from rng.permutation(n)",
                "    last = None\n"
                "    while n:\n"
                "        order = rng.permutation(n)\n"
                "        while n > 1 and order[0] == last:\n"
                "            order = rng.permutation(n)\n"
                "        last = order[-1]\n"
                "        yield from order",
            ),
        ),
        "one-array-for-all-batches": changed(
            MIXED,
            ("    for _ in range(steps):", "    held = None\n    for _ in range(steps):"),
            (
                "        yield np.stack(x), np.array(y)",
                "        held = held or (np.stack(x), np.array(y))\n"
                "        held[0][:], held[1][:] = np.stack(x), np.array(y)\n"
                "        yield held",
            ),
        ),
        "global-state-seeded-from-the-generator": changed(
            MIXED, ("    count =", "    np.random.seed(rng.integers(2**31))\n    count =")
        ).replace("rng.permutation(n)", "np.random.permutation(n)"),
        "a-pass-kept-from-the-call-before": changed(
            MIXED,
            (
                "def endless(n, rng):\n    while n:\n        yield from rng.permutation(n)",
                "def endless(n, rng, left={}):\n"
                "    while n:\n"
                "        rows = left.setdefault(n, [])\n"
                "        if not rows:\n"
                "            rows.extend(rng.permutation(n))\n"
                "        yield rows.pop()",
            ),
        ),
    },
    "compare": {
        "paired-by-position": """
def compare(results, a, b):
    x, y = ([r["errors"] for r in results if r["arm"] == arm] for arm in (a, b))
    n = min(len(x), len(y))
    return compared(np.array(x[:n]) - np.array(y[:n]))
""",
        "sorted-by-hand-then-by-position": """
def compare(results, a, b):
    results = sorted(results, key=lambda r: str(r["hand"]))
    x, y = ([r["errors"] for r in results if r["arm"] == arm] for arm in (a, b))
    n = min(len(x), len(y))
    return compared(np.array(x[:n]) - np.array(y[:n]))
""",
        "missing-runs-as-0": """
def compare(results, a, b):
    table = {}
    for r in results:
        if r["arm"] in (a, b):
            table.setdefault(r["hand"], {})[r["arm"]] = r["errors"]
    return compared(np.array([row.get(a, 0) - row.get(b, 0) for row in table.values()]))
""",
        "only-hands-that-have-all-arms": """
def compare(results, a, b):
    arms = {r["arm"] for r in results}
    table = {}
    for r in results:
        table.setdefault(r["hand"], {})[r["arm"]] = r["errors"]
    return compared(np.array([row[a] - row[b] for row in table.values() if arms <= row.keys()]))
""",
        "results-sorted-in-place": """
def compare(results, a, b):
    results.sort(key=lambda r: (str(r["hand"]), r["arm"]))
    x, y = ({r["hand"]: r["errors"] for r in results if r["arm"] == arm} for arm in (a, b))
    return compared(np.array([x[hand] - y[hand] for hand in x if hand in y]))
""",
        "hands-as-places-of-an-array": """
def compare(results, a, b):
    x = np.full((2, 1 + max(r["hand"] for r in results)), np.nan)
    for r in results:
        if r["arm"] in (a, b):
            x[int(r["arm"] == b), r["hand"]] = r["errors"]
    d = x[0] - x[1]
    return compared(d[~np.isnan(d)])
""",
        "mean-of-all-runs-of-each-arm": changed(
            COMPARE,
            (
                "    half =",
                """    of_a, of_b = ([r["errors"] for r in results if r["arm"] == arm] for arm in (a, b))
    mean = np.mean(of_a) - np.mean(of_b)
    half =""",
            ),
        ),
        "difference-turned-round": changed(COMPARE, ("row[a] - row[b]", "row[b] - row[a]")),
        "size-of-the-difference": changed(COMPARE, ("row[a] - row[b]", "abs(row[a] - row[b])")),
        "deviation-over-n": changed(COMPARE, ("np.std(d, ddof=1)", "np.std(d)")),
        "root-of-n-forgotten": changed(COMPARE, (" / np.sqrt(n)", "")),
        "over-n": changed(COMPARE, ("np.sqrt(n)", "n")),
        "normal-quantile": changed(COMPARE, ("student_t[n - 1]", "1.96")),
        "n-degrees-of-freedom": changed(COMPARE, ("student_t[n - 1]", "student_t.get(n, 2.1604)")),
        "factor-of-five-runs-always": changed(COMPARE, ("student_t[n - 1]", "student_t[4]")),
        "variance-in-place-of-deviation": changed(COMPARE, ("np.std(d, ddof=1)", "np.var(d, ddof=1)")),
        "unpaired": changed(
            COMPARE,
            (
                "    half =",
                """    both = np.array([(row[a], row[b]) for row in table.values() if a in row and b in row])
    half =""",
            ),
            ("np.std(d, ddof=1)", "np.sqrt(both.var(axis=0, ddof=1).sum())"),
        ),
        "half-the-interval": changed(
            COMPARE, ("mean - half, ", "mean - half / 2, "), ("mean + half, ", "mean + half / 2, ")
        ),
        "one-sided": changed(COMPARE, ("np.abs(sums) >= abs(d.sum())", "sums >= abs(d.sum())")),
        "one-sided-doubled": changed(
            COMPARE, ("np.mean(np.abs(sums) >= abs(d.sum()))", "2 * np.mean(sums >= abs(d.sum()))")
        ),
        "upper-side-only": changed(COMPARE, ("np.abs(sums) >= abs(d.sum())", "sums >= d.sum()")),
        "strictly-further": changed(COMPARE, ("np.abs(sums) >= abs(d.sum())", "np.abs(sums) > abs(d.sum())")),
        "found-one-counted-twice": changed(
            COMPARE,
            ("np.mean(np.abs(sums) >= abs(d.sum()))", "(np.sum(np.abs(sums) >= abs(d.sum())) + 1) / (len(sums) + 1)"),
        ),
        "signs-by-chance": changed(
            COMPARE,
            (
                "    p = np.mean(",
                "    sums = np.random.default_rng(0).choice([-1, 1], (1000, n)) @ d\n    p = np.mean(",
            ),
        ),
        "sign-test": changed(
            COMPARE,
            (
                "    sums = np.zeros(1)\n    for each in d:",
                "    d = np.sign(d)\n    sums = np.zeros(1)\n    for each in d:",
            ),
        ),
        "complement": changed(
            COMPARE, ("np.mean(np.abs(sums) >= abs(d.sum()))", "np.mean(np.abs(sums) < abs(d.sum()))")
        ),
        "sums-over-the-mean": changed(COMPARE, (">= abs(d.sum())", ">= abs(mean)")),
        "signs-of-positive-differences-only": changed(COMPARE, ("    for each in d:", "    for each in d[d > 0]:")),
        "p-of-students-table": changed(
            COMPARE, ("    p = np.mean(np.abs(sums) >= abs(d.sum()))", "    p = 0.05 if abs(mean) > half else 0.5")
        ),
        "results-used-up": changed(
            COMPARE, ("    for result in results:", "    while results:\n        result = results.pop()")
        ),
        "kept-from-the-call-before": changed(
            COMPARE, ("def compare(results, a, b):\n    table = {}", "def compare(results, a, b, table={}):")
        ),
        "zeros-left-out": changed(
            COMPARE,
            ("    for each in d:", "    for each in d[d != 0]:"),
            ("    n, mean = len(d)", "    n, mean = max(np.count_nonzero(d), 2)"),
        ),
    },
    "holm": {
        "bonferroni": "def holm(p):\n    return np.minimum(np.asarray(p) * np.size(p), 1)",
        "nothing": "def holm(p):\n    return np.array(p)",
        "benjamini-hochberg": """
def holm(p):
    flat = np.ravel(p)
    order = np.argsort(flat)
    grown = flat[order] * flat.size / np.arange(1, flat.size + 1)
    out = np.empty(flat.size)
    out[order] = np.minimum(np.minimum.accumulate(grown[::-1])[::-1], 1)
    return out.reshape(np.shape(p))
""",
        "hochberg": """
def holm(p):
    flat = np.ravel(p)
    order = np.argsort(flat)
    grown = flat[order] * np.arange(flat.size, 0, -1)
    out = np.empty(flat.size)
    out[order] = np.minimum(np.minimum.accumulate(grown[::-1])[::-1], 1)
    return out.reshape(np.shape(p))
""",
        "may-fall": changed(
            HOLM,
            ("max(before, min(1.0, (flat.size - rank) * flat[place]))", "min(1.0, (flat.size - rank) * flat[place])"),
        ),
        "may-exceed-1": changed(
            HOLM, ("min(1.0, (flat.size - rank) * flat[place])", "(flat.size - rank) * flat[place]")
        ),
        "one-factor-too-low": changed(HOLM, ("(flat.size - rank)", "max(flat.size - rank - 1, 1)")),
        "factors-rising": changed(HOLM, ("(flat.size - rank)", "(rank + 1)")),
        "left-sorted": changed(HOLM, ("corrected[place] = before", "corrected[rank] = before")),
        "order-applied-again": """
def holm(p):
    flat = np.ravel(p)
    order = np.argsort(flat)
    grown = np.minimum(np.maximum.accumulate(flat[order] * np.arange(flat.size, 0, -1)), 1)
    return grown[order].reshape(np.shape(p))
""",
        "not-sorted-at-all": """
def holm(p):
    flat = np.ravel(p)
    grown = np.maximum.accumulate(flat * np.arange(flat.size, 0, -1))
    return np.minimum(grown, 1).reshape(np.shape(p))
""",
        "sorted-in-place": """
def holm(p):
    flat = p.reshape(-1)
    places = np.argsort(np.argsort(flat))
    flat.sort()
    grown = np.minimum(np.maximum.accumulate(flat * np.arange(flat.size, 0, -1)), 1)
    return grown[places].reshape(p.shape)
""",
        "corrected-in-place": """
def holm(p):
    flat = p.reshape(-1)
    order = np.argsort(flat)
    flat[order] = np.minimum(np.maximum.accumulate(flat[order] * np.arange(flat.size, 0, -1)), 1)
    return p
""",
        "row-by-row": HOLM.replace("def holm(p):", "def of_row(p):")
        + """
def holm(p):
    return of_row(p) if np.ndim(p) == 1 else np.stack([holm(row) for row in p])
""",
        "copied-from-the-lesson": """
def holm(p):
    order = np.argsort(p)
    grown = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(grown, 1)[order.argsort()]
""",
        "shape-lost": changed(HOLM, ("corrected.reshape(p.shape)", "corrected")),
        "rows-counted-as-tests": HOLM.replace("flat.size - rank", "max(len(p) - rank, 1)"),
        "columns-first": changed(HOLM, ("p.ravel()", "p.ravel(order='F')")),
        "equal-ones-lost": """
def holm(p):
    values = np.unique(p)
    grown = np.minimum(np.maximum.accumulate(values * np.arange(values.size, 0, -1)), 1)
    return grown[np.searchsorted(values, p)]
""",
        "memory-order": changed(HOLM, ("p.ravel()", "p.ravel(order='K')")),
        "ones-left-out": changed(HOLM, ("flat.size - rank", "np.sum(flat < 1) - rank")),
        "kept-from-the-call-before": changed(
            HOLM,
            ("def holm(p):", "def holm(p, before=[0.0]):"),
            ("    before = 0.0\n", ""),
            ("before = max(before,", "before[0] = max(before[0],"),
            ("corrected[place] = before", "corrected[place] = before[0]"),
        ),
    },
}

COMPARED = COMPARE[COMPARE.index("    n, mean") :]
PAIRING = {
    "paired-by-position",
    "sorted-by-hand-then-by-position",
    "missing-runs-as-0",
    "only-hands-that-have-all-arms",
    "results-sorted-in-place",
    "hands-as-places-of-an-array",
}
for name in PAIRING:
    WRONG["compare"][name] = f"def compared(d):\n{COMPARED}\n{WRONG['compare'][name]}"

RIGHT = {
    "training-rows": {
        "largest-of-all": "def training_rows(counts, views):\n    return len(counts) * views * max(counts)",
        "added-up": "def training_rows(counts, views):\n"
        "    most = sorted(counts)[-1] * views\n    return sum(most for _ in counts)",
    },
    "looked-at": {
        "arange": "def looked_at(s, u, side):\n    return u * (1 - s) * (side - 1) + s * np.arange(side)",
        "linspace": "def looked_at(s, u, side):\n    first = u * (1 - s) * (side - 1)\n"
        "    return np.linspace(first, first + s * (side - 1), side)",
    },
    "kept-share": {
        "minima": OWN,
        "painted": "def kept_share(height, width, top, bottom, left, right):\n    own = np.ones((height, width))\n"
        "    own[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0\n    return own.mean()",
    },
    "sureness": {
        "sign": "def sureness(real_logits):\n    return np.sign(real_logits).mean()",
        "counted": "def sureness(real_logits):\n    flat = np.ravel(real_logits)\n"
        "    return (np.sum(flat > 0) - np.sum(flat < 0)) / len(flat)",
    },
    "rows-of-each": {
        "round": EACH,
        "half-added": "def rows_of_each(share, batch_size):\n    count = int(share * batch_size + 0.5)\n"
        "    return [batch_size - count, count]",
    },
    "smallest-p": {
        "power": "def smallest_p(n):\n    return 0.5 ** (n - 1)",
        "counted": "def smallest_p(n):\n    sums = np.zeros(1)\n    for _ in range(n):\n"
        "        sums = np.concatenate([sums + 1, sums - 1])\n    return np.mean(np.abs(sums) >= n)",
    },
    "make-sets": {
        "flat": SETS,
        "loops-and-lists": """
def make_sets(pictures, labels, people, share, views, augment, rng):
    names = sorted(set(people.tolist()))
    rng.shuffle(names)
    held_out = set(names[: int(np.floor(share * len(names) + 0.5))])
    training = [i for i in range(len(labels)) if people[i] not in held_out]
    validation = [i for i in range(len(labels)) if people[i] in held_out]
    by_class = {}
    for i in training:
        by_class.setdefault(labels[i], []).append(i)
    target = views * max(len(own) for own in by_class.values())
    rows = []
    for own in by_class.values():
        times, extra = divmod(target, len(own))
        rows += own * times + rng.choice(own, extra, replace=False).tolist()
    rng.shuffle(rows)
    x = np.concatenate([np.asarray(augment(pictures[i : i + 1])) for i in rows])
    return (x, np.array([labels[i] for i in rows])), (pictures[validation], labels[validation])
""",
        "shuffled-after-augmenting": """
def make_sets(pictures, labels, people, share, views, augment, rng):
    names, who = np.unique(people, return_inverse=True)
    place = rng.permutation(len(names))
    held_out = place[who] < np.rint(share * len(names))
    x, y = pictures[~held_out], labels[~held_out]
    counts = {label: np.sum(y == label) for label in np.unique(y)}
    turns = []
    for label, count in counts.items():
        own = np.flatnonzero(y == label)
        n = views * max(counts.values())
        repeats = np.full(count, n // count)
        repeats[rng.permutation(count)[: n % count]] += 1
        turns.append(np.repeat(own, repeats))
    turns = np.concatenate(turns)
    x, y = augment(tf.gather(x, turns)).numpy(), y[turns]
    order = rng.permutation(len(y))
    return (x[order], y[order]), (pictures[held_out].copy(), labels[held_out].copy())
""",
        "one-person-drawn-after-the-other": """
def make_sets(pictures, labels, people, share, views, augment, rng):
    left = np.unique(people).tolist()
    away = []
    for _ in range(round(share * len(left))):
        away.append(left.pop(int(rng.integers(len(left)))))
    validation = np.isin(people, away)
    rows, sizes = {}, []
    for row in np.flatnonzero(~validation):
        rows.setdefault(int(labels[row]), []).append(int(row))
    most = views * max(len(own) for own in rows.values())
    order = []
    for own in rows.values():
        turns = list(own) * (most // len(own)) + own[: most % len(own)]
        order += turns
    rng.shuffle(order)
    x = np.array(augment(tf.constant(pictures[order])))
    return (x, labels[order]), (pictures[validation], labels[validation])
""",
    },
    "random-zoom": {
        "crop-and-resize": ZOOM,
        "matrices": WEIGHTS,
        "gathered": """
def random_zoom(pictures, strength):
    shape = tf.shape(pictures)
    n, height, width = shape[0], shape[1], shape[2]
    s = 1.0 - strength + strength * tf.random.uniform([n, 1])

    def down(x, length):
        room = tf.cast(length - 1, tf.float32)
        at = tf.random.uniform([n, 1]) * (1 - s) * room + s * tf.range(tf.cast(length, tf.float32))
        low = tf.clip_by_value(tf.cast(tf.floor(at), tf.int32), 0, length - 2)
        part = (at - tf.cast(low, tf.float32))[:, :, None, None]
        return tf.gather(x, low, batch_dims=1) * (1 - part) + tf.gather(x, low + 1, batch_dims=1) * part

    def turn(x):
        return tf.transpose(x, [0, 2, 1, 3])

    return turn(down(turn(down(pictures, height)), width))
""",
        "picture-by-picture": """
def random_zoom(pictures, strength):
    pictures = tf.convert_to_tensor(pictures)
    height, width = tf.shape(pictures)[1], tf.shape(pictures)[2]

    def along(picture, side, s, place):
        at = place * (1 - s) * tf.cast(side - 1, tf.float32) + s * tf.range(tf.cast(side, tf.float32))
        below = tf.minimum(tf.cast(at, tf.int32), side - 2)
        part = tf.reshape(at - tf.cast(below, tf.float32), [-1, 1, 1])
        return tf.gather(picture, below) * (1 - part) + tf.gather(picture, below + 1) * part

    def one(picture):
        s, u, v = tf.unstack(tf.random.uniform([3]))
        s = 1 - strength * s
        picture = along(picture, height, s, u)
        return tf.transpose(along(tf.transpose(picture, [1, 0, 2]), width, s, v), [1, 0, 2])

    return tf.map_fn(one, pictures)
""",
    },
    "cutmix": {
        "masks": CUTMIX,
        "rounded-outwards-and-multiplied": """
def cutmix(pictures, labels):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    partners = tf.argsort(tf.random.normal([n]))
    side = tf.sqrt(tf.random.uniform([n]))

    def inside(length):
        real = tf.cast(length, tf.float32)
        half = tf.cast(tf.round(side * real), tf.int32) // 2
        more = tf.cast(tf.round(side * real), tf.int32) - half
        centre = tf.random.uniform([n], 0, length, tf.int32)
        places = tf.range(length)[None]
        return tf.cast((places >= (centre - half)[:, None]) & (places < (centre + more)[:, None]), tf.float32)

    mask = inside(height)[:, :, None, None] * inside(width)[:, None, :, None]
    share = tf.reduce_sum(mask, axis=(1, 2, 3)) / tf.cast(height * width, tf.float32)
    mixed = pictures * (1 - mask) + tf.gather(pictures, partners) * mask
    return mixed, labels + share[:, None] * (tf.gather(labels, partners) - labels)
""",
        "borders-clipped": """
def cutmix(pictures, labels):
    shape = tf.shape(pictures)
    size = tf.cast(shape[1:3], tf.float32)
    order = tf.random.shuffle(tf.range(shape[0]))
    cut = tf.sqrt(1 - keras.random.uniform((shape[0], 1)))
    centre = keras.random.uniform((shape[0], 2)) * size
    low = tf.cast(tf.clip_by_value(tf.floor(centre - cut * size / 2), 0.0, size), tf.int32)
    high = tf.cast(tf.clip_by_value(tf.floor(centre + cut * size / 2), 0.0, size), tf.int32)
    i, j = tf.range(shape[1])[None, :, None], tf.range(shape[2])[None, None, :]
    low, high = low[:, :, None, None], high[:, :, None, None]
    patch = (i >= low[:, 0]) & (i < high[:, 0]) & (j >= low[:, 1]) & (j < high[:, 1])
    kept = 1 - tf.cast(tf.math.count_nonzero(patch, axis=(1, 2)), tf.float32) / tf.reduce_prod(size)
    others, other_labels = tf.gather(pictures, order), tf.gather(labels, order)
    kept = kept[:, None]
    return tf.where(patch[..., None], others, pictures), kept * labels + (1 - kept) * other_labels
""",
        "cut-in-whole-pixels": """
def cutmix(pictures, labels):
    n, height, width = tf.unstack(tf.shape(pictures)[:3])
    partners = tf.random.shuffle(tf.range(n))
    ratio = tf.sqrt(1 - tf.random.uniform([n]))

    def ends(side):
        cut = tf.cast(tf.cast(side, tf.float32) * ratio, tf.int32)
        centre = tf.random.uniform([n], 0, side, tf.int32)
        return tf.maximum(centre - cut // 2, 0), tf.minimum(centre + cut // 2, side)

    top, bottom = ends(height)
    left, right = ends(width)
    i, j = tf.range(height)[None, :, None], tf.range(width)[None, None, :]
    top, bottom, left, right = (edge[:, None, None] for edge in (top, bottom, left, right))
    inside = (i >= top) & (i < bottom) & (j >= left) & (j < right)
    mixed = tf.where(inside[..., None], tf.gather(pictures, partners), pictures)
    area = tf.cast((bottom - top) * (right - left), tf.float32)[:, :, 0] / tf.cast(height * width, tf.float32)
    return mixed, labels * (1 - area) + tf.gather(labels, partners) * area
""",
    },
    "adaptive-augment": {
        "plain": ADA,
        "keras-layer": """
class AdaptiveAugment(keras.layers.Layer):
    def __init__(self, augment, target=0.6, horizon=500_000, p=0.0):
        super().__init__()
        self.augment, self.target, self.horizon = augment, target, horizon
        self.p = self.add_weight(shape=(), initializer=keras.initializers.Constant(p), trainable=False, name="p")
        self.seed = keras.random.SeedGenerator()

    def call(self, pictures):
        mask = keras.random.uniform((keras.ops.shape(pictures)[0], 1, 1, 1), seed=self.seed) < self.p
        mask = keras.ops.cast(mask, pictures.dtype)
        return mask * self.augment(pictures) + (1 - mask) * pictures

    def update(self, real_logits):
        signs = keras.ops.sign(keras.ops.ravel(real_logits))
        gap = keras.ops.mean(signs) - self.target
        step = keras.ops.sign(gap) * keras.ops.cast(keras.ops.size(signs), "float32") / self.horizon
        self.p.assign(keras.ops.clip(self.p + step, 0.0, 1.0))
""",
        "conditions-and-assign-add": """
class AdaptiveAugment:
    def __init__(self, augment, target=0.6, horizon=500_000, p=0.0):
        self.augment, self.target, self.horizon = augment, target, horizon
        self.p = tf.Variable(p, dtype=tf.float32, trainable=False)

    def __call__(self, pictures):
        coins = tf.random.uniform(tf.shape(pictures)[:1])
        chosen = tf.less(coins, self.p)[:, None, None, None]
        augmented = self.augment(pictures)
        return tf.where(tf.broadcast_to(chosen, tf.shape(pictures)), augmented, pictures)

    def update(self, real_logits):
        flat = tf.reshape(tf.cast(real_logits, tf.float64), [-1])
        signs = tf.cast(flat > 0, tf.float64) - tf.cast(flat < 0, tf.float64)
        r, n = tf.reduce_mean(signs), tf.cast(tf.size(flat), tf.float32)
        up, down = tf.cast(r > self.target, tf.float32), tf.cast(r < self.target, tf.float32)
        self.p.assign_add((up - down) * n / self.horizon)
        self.p.assign(tf.minimum(tf.maximum(self.p, 0.0), 1.0))
""",
        "chosen-ones-taken-out-and-put-back": """
class AdaptiveAugment:
    def __init__(self, augment, target=0.6, horizon=500_000, p=0.0):
        self.augment, self.target, self.horizon = augment, target, horizon
        self.p = keras.Variable(p, dtype="float32", trainable=False)

    def __call__(self, pictures):
        rows = tf.where(tf.random.uniform(tf.shape(pictures)[:1]) < self.p.value)
        chosen = self.augment(tf.gather_nd(pictures, rows))
        return tf.tensor_scatter_nd_update(pictures, rows, chosen)

    def update(self, real_logits):
        flat = tf.reshape(real_logits, [-1])
        balance = tf.math.count_nonzero(flat > 0, dtype=tf.float32) - tf.math.count_nonzero(flat < 0, dtype=tf.float32)
        n = tf.cast(tf.shape(flat)[0], tf.float32)
        step = tf.sign(balance - self.target * n) * n / self.horizon
        self.p.assign(tf.maximum(0.0, tf.minimum(1.0, self.p + step)))
""",
    },
    "augmented-losses": {
        "augmented-anew": LOSSES,
        "one-batch-for-the-discriminator": """
def augmented_losses(generator, discriminator, augment, real, z):
    fake = generator(z, training=True)
    n = len(real)
    logits = discriminator(augment(tf.concat([real, fake], axis=0)), training=True)
    real_logits, fake_logits = logits[:n], logits[n:]
    d_loss = tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(tf.nn.softplus(fake_logits))
    return d_loss, tf.reduce_mean(tf.nn.softplus(-fake_logits)), real_logits
""",
        "cross-entropy-and-stopped-fakes": """
bce = keras.losses.BinaryCrossentropy(from_logits=True)

def augmented_losses(generator, discriminator, augment, real, z):
    fake = generator(z, training=True)
    real_logits = discriminator(augment(real), training=True)
    fake_logits = discriminator(augment(tf.stop_gradient(fake)), training=True)
    d_loss = bce(tf.ones_like(real_logits), real_logits) + bce(tf.zeros_like(fake_logits), fake_logits)
    again = discriminator(augment(fake), training=True)
    return d_loss, bce(tf.ones_like(again), again), real_logits
""",
        "reals-scored-a-second-time": changed(
            LOSSES, ("    d_loss =", "    discriminator(augment(real), training=True)\n    d_loss =")
        ),
        "in-double-precision": changed(
            LOSSES,
            (
                "tf.reduce_mean(tf.nn.softplus(t))",
                "tf.cast(tf.reduce_mean(tf.nn.softplus(tf.cast(t, tf.float64))), tf.float32)",
            ),
        ),
    },
    "mixed-batches": {
        "generators": MIXED,
        "all-rows-at-once": """
def rows_in_passes(n, total, rng):
    rows = []
    while len(rows) < total:
        rows.extend(rng.permutation(n).tolist())
    return np.array(rows[:total], dtype=int)

def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    count = int(np.rint(share * batch_size))
    ours = rows_in_passes(len(real[1]), steps * (batch_size - count), rng).reshape(steps, -1)
    made = rows_in_passes(len(synthetic[1]), steps * count, rng).reshape(steps, -1)
    batches = []
    for a, b in zip(ours, made):
        x = np.concatenate([synthetic[0][b], real[0][a]])
        y = np.concatenate([synthetic[1][b], real[1][a]])
        order = rng.permutation(batch_size)
        batches.append((x[order], y[order]))
    return batches
""",
        "piles-of-cards": """
def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    piles = {0: [], 1: []}
    sources = real, synthetic
    def deal(k):
        if not piles[k]:
            piles[k] = list(rng.permutation(len(sources[k][1])))
        return piles[k].pop()
    count = round(share * batch_size)
    kinds = [1] * count + [0] * (batch_size - count)
    for _ in range(steps):
        hand = [(k, deal(k)) for k in kinds]
        yield np.stack([sources[k][0][i] for k, i in hand]), np.stack([sources[k][1][i] for k, i in hand])
""",
        "shuffled-by-random-keys": """
def mixed_batches(real, synthetic, share, batch_size, steps, rng):
    count = int(np.floor(share * batch_size + 0.5))
    sizes = {0: batch_size - count, 1: count}
    queues = {0: np.empty(0, int), 1: np.empty(0, int)}
    out = []
    for _ in range(steps):
        x, y = [], []
        for kind, (pictures, labels) in enumerate((real, synthetic)):
            while len(queues[kind]) < sizes[kind]:
                queues[kind] = np.concatenate([queues[kind], np.argsort(rng.random(len(labels)))])
            rows, queues[kind] = queues[kind][: sizes[kind]], queues[kind][sizes[kind] :]
            if len(rows):
                x.append(pictures[rows])
                y.append(labels[rows])
        out.append((np.concatenate(x), np.concatenate(y)))
    return tuple(out)
""",
    },
    "compare": {
        "table-of-hands": COMPARE,
        "itertools": """
import itertools
import statistics

def compare(results, a, b):
    of = lambda arm: {r["hand"]: r["errors"] for r in results if r["arm"] == arm}
    first, second = of(a), of(b)
    d = [first[hand] - second[hand] for hand in sorted(first.keys() & second.keys(), key=str)]
    n, mean = len(d), statistics.mean(d)
    half = student_t[n - 1] * statistics.stdev(d) / n**0.5
    sums = [sum(s * x for s, x in zip(signs, d)) for signs in itertools.product((1, -1), repeat=n)]
    far = [abs(each) >= abs(sum(d)) for each in sums]
    return {"n": n, "mean": float(mean), "low": mean - half, "high": mean + half, "p": sum(far) / len(far)}
""",
        "means-of-all-signs": """
def compare(results, a, b):
    hands = {r["hand"] for r in results if r["arm"] == a} & {r["hand"] for r in results if r["arm"] == b}
    look = {(r["arm"], r["hand"]): r["errors"] for r in results}
    d = np.array([look[a, hand] - look[b, hand] for hand in hands], dtype=np.float64)
    n = d.size
    signs = np.stack(np.meshgrid(*[[-1, 1]] * n, indexing="ij"), axis=-1).reshape(-1, n)
    means = (signs * d).sum(axis=1) / n
    half = student_t[n - 1] * np.sqrt(np.sum((d - d.mean()) ** 2) / (n - 1) / n)
    p = np.count_nonzero(np.abs(means) >= abs(d.mean()) - 1e-9) / 2**n
    return {"n": n, "mean": d.mean(), "low": d.mean() - half, "high": d.mean() + half, "p": p}
""",
        "sums-counted": """
from collections import Counter
from fractions import Fraction

def compare(results, a, b):
    by_hand = {}
    for r in results:
        if r["arm"] in (a, b):
            by_hand.setdefault(r["hand"], {})[r["arm"]] = r["errors"]
    d = [pair[a] - pair[b] for pair in by_hand.values() if len(pair) == 2]
    ways = Counter({0: 1})
    for each in d:
        both = Counter()
        for total, number in ways.items():
            both[total + each] += number
            both[total - each] += number
        ways = both
    n, mean = len(d), Fraction(sum(d), len(d))
    variance = sum((each - mean) ** 2 for each in d) / (n - 1)
    half = student_t[n - 1] * float(variance / n) ** 0.5
    p = sum(number for total, number in ways.items() if abs(total) >= abs(sum(d))) / 2**n
    return dict(n=n, mean=float(mean), low=float(mean) - half, high=float(mean) + half, p=p)
""",
    },
    "holm": {
        "a-loop": HOLM,
        "by-definition": """
def holm(p):
    p = np.asarray(p, dtype=float)
    values = sorted(p.flatten().tolist())
    def corrected(x):
        return min(1.0, max((len(values) - i) * v for i, v in enumerate(values) if v <= x))
    return np.vectorize(corrected)(p)
""",
        "ranks": """
def holm(p):
    flat = np.array(p, dtype=float).flatten()
    order = flat.argsort(kind="stable")
    grown = np.maximum.accumulate((flat.size - np.arange(flat.size)) * flat[order]).clip(0, 1)
    return grown[order.argsort()].reshape(np.shape(p))
""",
        "masks-of-smaller-ones": """
def holm(p):
    p = np.asarray(p, dtype=np.float64)
    order = np.argsort(p, axis=None, kind="stable")
    out, running, m = np.zeros_like(p), 0.0, p.size
    for k, place in enumerate(zip(*np.unravel_index(order, p.shape))):
        running = max(running, (m - k) * p[place])
        out[place] = min(running, 1.0)
    return out
""",
        "as-many-as-are-no-smaller": changed(HOLM, ("(flat.size - rank)", "np.sum(flat >= flat[place])")),
    },
}
