"""Answers to assignment 14, wrong and right; names as in the catalogue of misconceptions where one applies.

Where a cell asks for two functions, most answers get one of them wrong: the other is one of those below.
"""

SPLIT = """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    ends = np.cumsum(shares)[:-1]
    for label in np.unique(labels):
        shuffled = rng.permutation(np.unique(groups[labels == label]))
        for part, chosen in zip(parts, np.split(shuffled, np.rint(ends * len(shuffled)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
"""
PREPARE = """
def prepare(pictures, family):
    pictures = tf.convert_to_tensor(pictures)
    v = tf.cast(pictures, tf.float32) * (1.0 if pictures.dtype == tf.uint8 else 255.0)
    if family == "mobilenet":
        return v / 127.5 - 1.0
    if family == "efficientnet":
        return v
    if family == "densenet":
        return (v / 255.0 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    if family == "resnet":
        return v[..., ::-1] - [103.939, 116.779, 123.68]
    raise ValueError(family)
"""
FEED = """
def feed(pictures, labels, family, batch_size, augment=None):
    data = tf.data.Dataset.from_tensor_slices((pictures, labels))
    if augment is None:
        return data.batch(batch_size).map(lambda x, y: (prepare(x, family), y))
    data = data.shuffle(len(pictures)).batch(batch_size)
    return data.map(lambda x, y: (prepare(augment(tf.cast(x, tf.float32) / 255.0), family), y))
"""
COMPILE = """
def compile_detector(model, learning_rate):
    model.compile(
        keras.optimizers.Adam(learning_rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
    )

def freeze_batch_norm(model):
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
        elif isinstance(layer, keras.Model):
            freeze_batch_norm(layer)
"""
TRANSFER = (
    COMPILE
    + """
def transfer(base, learning_rate):
    base.trainable = False
    pictures = keras.Input(base.input_shape[1:])
    features = keras.layers.GlobalAveragePooling2D()(base(pictures, training=False))
    model = keras.Model(pictures, keras.layers.Dense(1)(features))
    compile_detector(model, learning_rate)
    return model
"""
)
UNFREEZE = """
def unfreeze(model, base, last, learning_rate):
    base.trainable = False
    base.trainable = True
    for layer in base.layers[:-last]:
        layer.trainable = False
    freeze_batch_norm(base)
    compile_detector(model, learning_rate)
"""
REPORT = """
def report(logits, labels, threshold=0.0):
    logits = np.ravel(logits)
    confusion = np.bincount(2 * labels + (logits >= threshold), minlength=4).reshape(2, 2)
    recall = confusion.diagonal() / confusion.sum(1)
    lead = logits[labels == 1][:, None] - logits[labels == 0]
    auc = np.mean((lead > 0) + 0.5 * (lead == 0))
    return {"confusion": confusion, "recall": recall, "balanced_accuracy": recall.mean(), "auc": auc}
"""
CHOOSE = """
def choose_threshold(logits, labels, recall):
    positive = np.sort(np.ravel(logits)[labels == 1])[::-1]
    reached = np.arange(1, len(positive) + 1) / len(positive)
    return float(positive[np.argmax(reached >= recall)])
"""
ERROR = """
def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(np.asarray(z, np.float64) / 2)

def calibration_error(logits, labels, bins=10):
    p = sigmoid(logits)
    b = np.minimum((p * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(b, labels - p)).sum() / len(p))
"""
TEMPERATURE = """
def fit_temperature(logits, labels):
    z = np.asarray(logits, np.float64)
    low, high = 1e-3, 1e3
    while high / low > 1 + 1e-6:
        middle = np.sqrt(low * high)
        if np.mean((sigmoid(z * middle) - labels) * z) > 0:
            high = middle
        else:
            low = middle
    return float(1 / middle)
"""
GRAD_CAM = """
def grad_cam(model, layer, pictures, classes):
    both = keras.Model(model.inputs, [model.get_layer(layer).output, model.outputs[0]])
    pictures = tf.convert_to_tensor(pictures)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        features, logits = both(pictures, training=False)
        scores = logits[:, 0] * (2.0 * np.asarray(classes, "float32") - 1.0)
    weights = tf.reduce_mean(tape.gradient(scores, features), axis=(1, 2), keepdims=True)
    maps = tf.nn.relu(tf.reduce_sum(weights * features, axis=3))
    return tf.math.divide_no_nan(maps, tf.reduce_max(maps, axis=(1, 2), keepdims=True)).numpy()
"""


def changed(code: str, **lines: str) -> str:
    """The code with pieces replaced, each given as old="...", new="..."; the old one must be there."""
    old, new = lines["old"], lines["new"]
    assert old in code, old
    return code.replace(old, new)


WRONG = {
    "split": {
        "validation-split-of-sorted-data": """
def split(labels, groups, shares, rng):
    ends = np.rint(np.cumsum(shares)[:-1] * len(labels)).astype(int)
    return [rng.permutation(part) for part in np.split(np.arange(len(labels)), ends)]
""",
        "not-stratified": """
def split(labels, groups, shares, rng):
    shuffled = rng.permutation(np.unique(groups))
    ends = np.rint(np.cumsum(shares)[:-1] * len(shuffled)).astype(int)
    return [rng.permutation(np.flatnonzero(np.isin(groups, part))) for part in np.split(shuffled, ends)]
""",
        "two-seeds-for-two-subsets": """
def split(labels, groups, shares, rng):
    parts, start = [[] for _ in shares], np.cumsum(shares) - shares
    for label in np.unique(labels):
        keys = np.unique(groups[labels == label])
        for part, a, share in zip(parts, start, shares):
            shuffled = rng.permutation(keys)
            chosen = shuffled[round(a * len(keys)) : round((a + share) * len(keys))]
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "groups-ignored": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        for part, own in zip(parts, np.split(rows, np.rint(np.cumsum(shares)[:-1] * len(rows)).astype(int))):
            part.append(own)
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "leftovers-dropped": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys, start = rng.permutation(np.unique(groups[labels == label])), 0
        for part, share in zip(parts, shares):
            n = int(share * len(keys))
            part.append(np.flatnonzero(np.isin(groups, keys[start : start + n])))
            start += n
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "parts-left-sorted-by-class": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = rng.permutation(np.unique(groups[labels == label]))
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [np.concatenate(part) for part in parts]
""",
        "global-random-state": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = np.random.permutation(np.unique(groups[labels == label]))
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "always-the-same-split": """
def split(labels, groups, shares, rng):
    rng = np.random.default_rng(0)
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = rng.permutation(np.unique(groups[labels == label]))
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "classes-0-and-1-only": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in (0, 1):
        keys = rng.permutation(np.unique(groups[labels == label]))
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "pictures-counted-in-place-of-groups": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = rng.permutation(np.unique(groups[labels == label]))
        sizes = np.cumsum([np.sum(groups == key) for key in keys])
        part_of = np.searchsorted(np.cumsum(shares)[:-1] * sizes[-1], sizes)
        for number, part in enumerate(parts):
            part.append(np.flatnonzero(np.isin(groups, keys[part_of == number])))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "the-first-groups-always": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = np.unique(groups[labels == label])
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "each-group-tosses-a-coin": """
def split(labels, groups, shares, rng):
    keys = np.unique(groups)
    part_of = rng.choice(len(shares), len(keys), p=shares)
    return [rng.permutation(np.flatnonzero(np.isin(groups, keys[part_of == i]))) for i in range(len(shares))]
""",
        "groups-as-runs-of-neighbours": """
def split(labels, groups, shares, rng):
    runs = np.cumsum(np.r_[True, groups[1:] != groups[:-1]])
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = rng.permutation(np.unique(runs[labels == label]))
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(runs, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "labels-sorted-in-place": """
def split(labels, groups, shares, rng):
    labels.sort()
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = rng.permutation(np.unique(groups[labels == label]))
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "numbers-only": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = rng.permutation(np.flatnonzero(np.bincount(groups[labels == label])))
        for part, chosen in zip(parts, np.split(keys, np.rint(np.cumsum(shares)[:-1] * len(keys)).astype(int))):
            part.append(np.flatnonzero(np.isin(groups, chosen)))
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "drawn-by-their-number-of-pictures": changed(
            SPLIT,
            old="rng.permutation(np.unique(groups[labels == label]))",
            new="rng.permutation(groups[labels == label])\n"
            "        shuffled = shuffled[np.sort(np.unique(shuffled, return_index=True)[1])]",
        ),
        "a-circle-cut-anywhere": changed(
            SPLIT,
            old="rng.permutation(np.unique(groups[labels == label]))",
            new="np.unique(groups[labels == label])\n        shuffled = np.roll(shuffled, rng.integers(len(shuffled)))",
        ),
        "one-order-for-all-classes": changed(
            SPLIT,
            old="    parts =",
            new="    seed = rng.integers(2**31)\n    parts =",
        ).replace("shuffled = rng.permutation(", "shuffled = np.random.default_rng(seed).permutation("),
        "smallest-groups-first": changed(
            SPLIT,
            old="rng.permutation(np.unique(groups[labels == label]))",
            new="sorted(rng.permutation(np.unique(groups[labels == label])), key=lambda g: np.sum(groups == g))",
        ),
        "the-rest-in-the-last-part": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys, start = rng.permutation(np.unique(groups[labels == label])), 0
        for i, (part, share) in enumerate(zip(parts, shares)):
            n = round(share * len(keys)) if i < len(shares) - 1 else len(keys)
            part.append(np.flatnonzero(np.isin(groups, keys[start : start + n])))
            start += n
    return [rng.permutation(np.concatenate(part)) for part in parts]
""",
        "groups-side-by-side": changed(
            SPLIT,
            old="    return [rng.permutation(np.concatenate(part)) for part in parts]",
            new="    ordered = []\n"
            "    for part in parts:\n"
            "        rows = np.concatenate(part)\n"
            "        keys = rng.permutation(np.unique(groups[rows]))\n"
            "        ordered.append(np.concatenate([rows[groups[rows] == key] for key in keys] or [rows]))\n"
            "    return ordered",
        ),
        "shares-popped": changed(
            SPLIT, old="    ends = np.cumsum(shares)[:-1]", new="    shares.pop()\n    ends = np.cumsum(shares)"
        ),
        "global-state-seeded-from-the-generator": changed(
            SPLIT, old="    parts =", new="    np.random.seed(rng.integers(2**31))\n    parts ="
        ).replace("rng.permutation", "np.random.permutation"),
        "classes-counted-from-0": changed(SPLIT, old="np.unique(labels)", new="range(max(labels) + 1)"),
        "groups-as-single-precision": changed(
            SPLIT,
            old="    parts =",
            new='    groups = groups if groups.dtype.kind == "U" else np.float32(groups)\n    parts =',
        ),
    },
    "feed": {
        "scaled-twice-for-a-model-that-scales": changed(PREPARE, old="return v\n", new="return v / 255.0\n") + FEED,
        "rgb-for-resnet": changed(PREPARE, old="v[..., ::-1]", new="v") + FEED,
        "means-of-bgr-taken-from-rgb": changed(
            PREPARE,
            old="v[..., ::-1] - [103.939, 116.779, 123.68]",
            new="(v - [103.939, 116.779, 123.68])[..., ::-1]",
        )
        + FEED,
        "another-axis-reversed": changed(PREPARE, old="v[..., ::-1]", new="v[:, :, ::-1]") + FEED,
        "range-guessed-from-the-values": changed(
            PREPARE,
            old="(1.0 if pictures.dtype == tf.uint8 else 255.0)",
            new="tf.where(tf.reduce_max(tf.cast(pictures, tf.float32)) > 1, 1.0, 255.0)",
        )
        + FEED,
        "floats-taken-for-0-to-255": changed(PREPARE, old="(1.0 if pictures.dtype == tf.uint8 else 255.0)", new="1.0")
        + FEED,
        "floats-rounded-down-to-bytes": changed(
            PREPARE,
            old="    v = tf.cast(pictures, tf.float32) * (1.0 if pictures.dtype == tf.uint8 else 255.0)",
            new="    if pictures.dtype != tf.uint8:\n"
            "        pictures = tf.cast(pictures * 255.0, tf.uint8)\n"
            "    v = tf.cast(pictures, tf.float32)",
        )
        + FEED,
        "preprocess-changes-its-input": """
def prepare(pictures, family):
    if family not in ("mobilenet", "efficientnet", "densenet", "resnet"):
        raise ValueError(family)
    if not isinstance(pictures, np.ndarray):
        v = tf.cast(pictures, tf.float32) * (1.0 if pictures.dtype == tf.uint8 else 255.0)
    else:
        v = np.asarray(pictures, np.float32)
        if pictures.dtype != np.uint8:
            v *= 255
    if family == "mobilenet":
        v = v / 127.5 - 1
    elif family == "densenet":
        v = (v / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    elif family == "resnet":
        v = v[..., ::-1] - [103.939, 116.779, 123.68]
    return tf.cast(v, tf.float32)
"""
        + FEED,
        "standardised-over-the-batch": """
def prepare(pictures, family):
    if family not in ("mobilenet", "efficientnet", "densenet", "resnet"):
        raise ValueError(family)
    v = tf.cast(pictures, tf.float32)
    return (v - tf.reduce_mean(v)) / (tf.math.reduce_std(v) + 1e-6)
"""
        + FEED,
        "deviations-forgotten": changed(PREPARE, old=" / [0.229, 0.224, 0.225]", new="") + FEED,
        "any-name-is-mobilenet": changed(PREPARE, old="raise ValueError(family)", new="return v / 127.5 - 1.0") + FEED,
        "numpy-inside-the-dataset": """
def prepare(pictures, family):
    pictures = np.asarray(pictures)
    v = pictures.astype(np.float32) * (1 if pictures.dtype == np.uint8 else 255)
    if family == "mobilenet":
        return tf.constant(v / 127.5 - 1)
    if family == "efficientnet":
        return tf.constant(v)
    if family == "densenet":
        return tf.constant(((v / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).astype(np.float32))
    if family == "resnet":
        return tf.constant((v[..., ::-1] - [103.939, 116.779, 123.68]).astype(np.float32))
    raise ValueError(family)
"""
        + FEED,
        "other-preprocessing-when-used": PREPARE
        + changed(FEED, old="(prepare(x, family), y)", new="(tf.cast(x, tf.float32) / 127.5 - 1.0, y)"),
        "validation-shuffled": PREPARE
        + changed(FEED, old="data.batch(batch_size).map", new="data.shuffle(len(labels)).batch(batch_size).map"),
        "validation-data-augmented": PREPARE
        + """
def feed(pictures, labels, family, batch_size, augment=None):
    data = tf.data.Dataset.from_tensor_slices((pictures, labels))
    change = augment or keras.Sequential([keras.layers.RandomFlip("horizontal"), keras.layers.RandomContrast(0.1)])
    if augment:
        data = data.shuffle(len(pictures))
    data = data.batch(batch_size)
    return data.map(lambda x, y: (prepare(change(tf.cast(x, tf.float32) / 255.0), family), y))
""",
        "last-batch-dropped": PREPARE + FEED.replace("batch(batch_size)", "batch(batch_size, drop_remainder=True)"),
        "shuffled-once": PREPARE
        + changed(FEED, old="shuffle(len(pictures))", new="shuffle(len(pictures), reshuffle_each_iteration=False)"),
        "augmented-once-and-remembered": PREPARE
        + changed(
            FEED,
            old="(tf.cast(x, tf.float32) / 255.0), family), y))",
            new="(tf.cast(x, tf.float32) / 255.0), family), y)).cache()",
        ),
        "batches-shuffled-not-pictures": PREPARE
        + changed(
            FEED,
            old="data.shuffle(len(pictures)).batch(batch_size)",
            new="data.batch(batch_size).shuffle(len(pictures))",
        ),
        "shuffled-among-neighbours": PREPARE + changed(FEED, old="shuffle(len(pictures))", new="shuffle(4)"),
        "prepared-before-it-is-augmented": PREPARE
        + changed(
            FEED,
            old="prepare(augment(tf.cast(x, tf.float32) / 255.0), family)",
            new="augment(prepare(x, family))",
        ),
        "augmented-on-0-to-255": PREPARE
        + changed(
            FEED,
            old="prepare(augment(tf.cast(x, tf.float32) / 255.0), family)",
            new="prepare(augment(tf.cast(x, tf.float32)) / 255.0, family)",
        ),
        "one-picture-at-a-time": PREPARE
        + changed(
            FEED,
            old="""    data = data.shuffle(len(pictures)).batch(batch_size)
    return data.map(lambda x, y: (prepare(augment(tf.cast(x, tf.float32) / 255.0), family), y))""",
            new="""    data = data.shuffle(len(pictures))
    data = data.map(lambda x, y: (prepare(augment(tf.cast(x, tf.float32) / 255.0), family), y))
    return data.batch(batch_size)""",
        ),
        "labels-shuffled-apart": PREPARE
        + changed(
            FEED,
            old="data.shuffle(len(pictures)).batch",
            new="tf.data.Dataset.zip((tf.data.Dataset.from_tensor_slices(pictures).shuffle(len(pictures)), "
            "tf.data.Dataset.from_tensor_slices(labels).shuffle(len(pictures)))).batch",
        ),
        "augmented-before-the-dataset": PREPARE
        + """
def feed(pictures, labels, family, batch_size, augment=None):
    if augment is None:
        x = prepare(pictures, family)
        return tf.data.Dataset.from_tensor_slices((x, labels)).batch(batch_size)
    x = prepare(augment(tf.cast(pictures, tf.float32) / 255.0), family)
    return tf.data.Dataset.from_tensor_slices((x, labels)).shuffle(len(pictures)).batch(batch_size)
""",
        "augment-never-called": PREPARE
        + changed(FEED, old="prepare(augment(tf.cast(x, tf.float32) / 255.0), family)", new="prepare(x, family)"),
        "shuffled-in-a-small-buffer": PREPARE + changed(FEED, old="shuffle(len(pictures))", new="shuffle(30)"),
        "shuffled-in-a-large-buffer": PREPARE + changed(FEED, old="shuffle(len(pictures))", new="shuffle(1000)"),
        "buffer-of-half-of-them": PREPARE
        + changed(FEED, old="shuffle(len(pictures))", new="shuffle(len(pictures) // 2 + 1)"),
        "shuffled-once-then-in-a-small-buffer": PREPARE
        + changed(
            FEED,
            old="    data = data.shuffle(len(pictures)).batch",
            new="    order = np.random.permutation(len(labels))\n"
            "    data = tf.data.Dataset.from_tensor_slices((pictures[order], labels[order]))\n"
            "    data = data.shuffle(30).batch",
        ),
        "batches-made-once-then-shuffled": PREPARE
        + changed(
            FEED,
            old="    data = data.shuffle(len(pictures)).batch(batch_size)",
            new="    order = np.random.permutation(len(labels))\n"
            "    data = tf.data.Dataset.from_tensor_slices((pictures[order], labels[order]))\n"
            "    data = data.batch(batch_size).shuffle(len(pictures))",
        ),
        "begins-anywhere-in-place-of-shuffled": PREPARE
        + """
def feed(pictures, labels, family, batch_size, augment=None):
    def rows():
        start = 0 if augment is None else np.random.randint(len(labels))
        for i in range(len(labels)):
            yield (start + i) % len(labels)
    data = tf.data.Dataset.from_generator(rows, output_signature=tf.TensorSpec((), tf.int64)).batch(batch_size)
    data = data.map(lambda i: (tf.gather(pictures, i), tf.gather(labels, i)))
    if augment is None:
        return data.map(lambda x, y: (prepare(x, family), y))
    return data.map(lambda x, y: (prepare(augment(tf.cast(x, tf.float32) / 255.0), family), y))
""",
        "shuffled-in-place": PREPARE
        + changed(
            FEED,
            old="    data = data.shuffle",
            new="    state = np.random.get_state()\n"
            "    np.random.shuffle(pictures)\n"
            "    np.random.set_state(state)\n"
            "    np.random.shuffle(labels)\n"
            "    data = tf.data.Dataset.from_tensor_slices((pictures, labels))\n"
            "    data = data.shuffle",
        ),
        "bytes-again-after-augmenting": PREPARE
        + changed(
            FEED,
            old="prepare(augment(tf.cast(x, tf.float32) / 255.0), family)",
            new="prepare(tf.cast(255 * augment(tf.cast(x, tf.float32) / 255.0), tf.uint8), family)",
        ),
        "each-picture-as-a-batch": PREPARE
        + changed(
            FEED,
            old="    data = data.shuffle(len(pictures)).batch(batch_size)\n"
            "    return data.map(lambda x, y: (prepare(augment(tf.cast(x, tf.float32) / 255.0), family), y))",
            new="    data = data.shuffle(len(pictures))\n"
            "    data = data.map(lambda x, y: (prepare(augment(tf.cast(x, tf.float32)[None] / 255.0)[0], family), y))\n"
            "    return data.batch(batch_size)",
        ),
        "names-recognised-by-a-part": changed(
            PREPARE, old='if family == "resnet"', new='if "resnet" in family'
        ).replace('family == "mobilenet"', '"mobilenet" in family.lower()')
        + FEED,
        "floats-stretched-to-their-largest": changed(
            PREPARE,
            old="    v = tf.cast",
            new="    if pictures.dtype != tf.uint8:\n"
            "        pictures = pictures / tf.maximum(tf.reduce_max(pictures), 1e-6)\n"
            "    v = tf.cast",
        )
        + FEED,
        "channels-of-a-batch-only": changed(PREPARE, old="v[..., ::-1]", new="v[:, :, :, ::-1]") + FEED,
        "functions-run-eagerly-from-then-on": PREPARE
        + changed(
            FEED,
            old="    data = tf.data.Dataset",
            new="    tf.config.run_functions_eagerly(True)\n    data = tf.data.Dataset",
        ),
    },
    "fine-tune": {
        "base-not-frozen-under-a-new-head": changed(TRANSFER, old="    base.trainable = False\n", new="") + UNFREEZE,
        "only-convolutions-frozen": changed(
            TRANSFER,
            old="    base.trainable = False\n",
            new="    for layer in base._flatten_layers():\n"
            "        if isinstance(layer, keras.layers.Conv2D):\n"
            "            layer.trainable = False\n",
        )
        + UNFREEZE,
        "accuracy-threshold-on-logits": changed(
            TRANSFER, old='[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]', new='["accuracy"]'
        )
        + UNFREEZE,
        "sigmoid-under-a-loss-for-logits": changed(
            TRANSFER, old="keras.layers.Dense(1)", new='keras.layers.Dense(1, activation="sigmoid")'
        )
        + UNFREEZE,
        "loss-takes-logits-for-probabilities": changed(TRANSFER, old="(from_logits=True)", new="()") + UNFREEZE,
        "features-flattened": changed(TRANSFER, old="GlobalAveragePooling2D", new="Flatten") + UNFREEZE,
        "largest-in-place-of-mean": changed(TRANSFER, old="GlobalAveragePooling2D", new="GlobalMaxPooling2D")
        + UNFREEZE,
        "backbone-built-anew": changed(
            TRANSFER,
            old="    base.trainable = False\n",
            new="    base = keras.models.clone_model(base)\n    base.trainable = False\n",
        )
        + UNFREEZE,
        "default-learning-rate": changed(TRANSFER, old="Adam(learning_rate)", new="Adam()") + UNFREEZE,
        "unfrozen-without-compile": TRANSFER
        + changed(
            UNFREEZE,
            old="compile_detector(model, learning_rate)",
            new="model.optimizer.learning_rate = learning_rate",
        ),
        "batchnorm-in-fine-tuning": TRANSFER + changed(UNFREEZE, old="    freeze_batch_norm(base)\n", new=""),
        "batch-norm-of-the-outer-layers-only": TRANSFER
        + changed(
            UNFREEZE,
            old="    freeze_batch_norm(base)\n",
            new="    for layer in base.layers:\n"
            "        if isinstance(layer, keras.layers.BatchNormalization):\n"
            "            layer.trainable = False\n",
        ),
        "batch-norm-one-level-down": TRANSFER
        + changed(
            UNFREEZE,
            old="    freeze_batch_norm(base)\n",
            new="    for layer in base.layers:\n"
            "        for inner in [layer, *getattr(layer, 'layers', [])]:\n"
            "            if isinstance(inner, keras.layers.BatchNormalization):\n"
            "                inner.trainable = False\n",
        ),
        "batch-norm-frozen-then-unfrozen": TRANSFER
        + """
def unfreeze(model, base, last, learning_rate):
    base.trainable = False
    freeze_batch_norm(base)
    base.trainable = True
    for layer in base.layers[:-last]:
        layer.trainable = False
    compile_detector(model, learning_rate)
""",
        "true-set-where-it-is-true": TRANSFER + changed(UNFREEZE, old="    base.trainable = False\n", new=""),
        "everything-unfrozen": TRANSFER
        + """
def unfreeze(model, base, last, learning_rate):
    base.trainable = True
    freeze_batch_norm(base)
    compile_detector(model, learning_rate)
""",
        "the-first-in-place-of-the-last": TRANSFER + changed(UNFREEZE, old="[:-last]", new="[last:]"),
        "one-layer-too-many": TRANSFER + changed(UNFREEZE, old="[:-last]", new="[: -last - 1]"),
        "never-frozen-again": TRANSFER
        + """
def unfreeze(model, base, last, learning_rate):
    if not base.trainable:
        base.trainable = True
        for layer in base.layers:
            layer.trainable = False
    for layer in base.layers[-last:]:
        layer.trainable = True
    freeze_batch_norm(base)
    compile_detector(model, learning_rate)
""",
        "old-learning-rate": TRANSFER
        + changed(UNFREEZE, old="(model, learning_rate)", new="(model, float(model.optimizer.learning_rate))"),
        "accuracy-of-logits-in-the-second-compile": TRANSFER
        + changed(
            UNFREEZE,
            old="    compile_detector(model, learning_rate)",
            new="    model.compile(keras.optimizers.Adam(learning_rate), model.loss, metrics=['accuracy'])",
        ),
        "head-drawn-anew": TRANSFER
        + UNFREEZE
        + """
    kernel = model.layers[-1].kernel
    kernel.assign(keras.random.normal(kernel.shape))
""",
        "head-frozen": TRANSFER
        + changed(
            UNFREEZE,
            old="    freeze_batch_norm(base)\n",
            new="    freeze_batch_norm(base)\n    model.layers[-1].trainable = False\n",
        ),
        "made-for-the-example-s-size": changed(
            TRANSFER, old="keras.Input(base.input_shape[1:])", new="keras.Input((8, 8, 3))"
        )
        + UNFREEZE,
        "adam-of-a-gan": changed(TRANSFER, old="Adam(learning_rate)", new="Adam(learning_rate, beta_1=0.5)") + UNFREEZE,
        "rate-that-decays": changed(
            TRANSFER,
            old="Adam(learning_rate)",
            new="Adam(keras.optimizers.schedules.CosineDecay(learning_rate, 1000))",
        )
        + UNFREEZE,
        "another-optimizer-when-unfrozen": TRANSFER
        + changed(
            UNFREEZE,
            old="    compile_detector(model, learning_rate)",
            new="    compile_detector(model, learning_rate)\n"
            "    model.optimizer = keras.optimizers.RMSprop(learning_rate)",
        ),
        "dropout-before-the-head": changed(
            TRANSFER,
            old="keras.layers.Dense(1)(features)",
            new="keras.layers.Dense(1)(keras.layers.Dropout(0.3)(features))",
        )
        + UNFREEZE,
        "batch-norm-by-its-name": changed(
            TRANSFER, old="isinstance(layer, keras.layers.BatchNormalization)", new='"batch_norm" in layer.name'
        )
        + UNFREEZE,
        "every-kind-of-norm": changed(
            TRANSFER,
            old="isinstance(layer, keras.layers.BatchNormalization)",
            new='"Normalization" in type(layer).__name__',
        )
        + UNFREEZE,
        "batch-norm-two-levels-down": changed(
            TRANSFER,
            old="""    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
        elif isinstance(layer, keras.Model):
            freeze_batch_norm(layer)
""",
            new="""    for layer in model.layers:
        for inner in [layer, *getattr(layer, "layers", [])]:
            for innermost in [inner, *getattr(inner, "layers", [])]:
                if isinstance(innermost, keras.layers.BatchNormalization):
                    innermost.trainable = False
""",
        )
        + UNFREEZE,
        "batch-norm-in-sequentials-only": changed(
            TRANSFER, old="isinstance(layer, keras.Model)", new="isinstance(layer, keras.Sequential)"
        )
        + UNFREEZE,
        "one-head-for-all": changed(
            TRANSFER, old="def transfer", new="HEAD = keras.layers.Dense(1)\n\ndef transfer"
        ).replace("keras.layers.Dense(1)(features)", "HEAD(features)")
        + UNFREEZE,
        "seeds-set": changed(
            TRANSFER,
            old="    base.trainable = False\n",
            new="    keras.utils.set_random_seed(0)\n    base.trainable = False\n",
        )
        + UNFREEZE,
        "an-inner-layer-stays-frozen": TRANSFER
        + """
def unfreeze(model, base, last, learning_rate):
    base.trainable = False
    base.trainable = True
    for layer in base.layers[:-last]:
        layer.trainable = False
    for layer in base.layers[-last:]:
        if getattr(layer, "layers", None):
            layer.layers[0].trainable = False
    freeze_batch_norm(base)
    compile_detector(model, learning_rate)
""",
    },
    "report": {
        "accuracy-threshold-on-logits": changed(REPORT, old="threshold=0.0", new="threshold=0.5") + CHOOSE,
        "threshold-taken-for-a-probability": changed(
            REPORT, old="(logits >= threshold)", new="(1 / (1 + np.exp(-logits)) >= threshold)"
        )
        + CHOOSE,
        "threshold-ignored": changed(REPORT, old="logits >= threshold", new="logits >= 0") + CHOOSE,
        "above-the-threshold-only": changed(REPORT, old="logits >= threshold", new="logits > threshold") + CHOOSE,
        "column-against-row": """
def report(logits, labels, threshold=0.0):
    verdicts = (logits >= threshold).astype(int)
    confusion = np.array([[np.sum((labels == i) & (verdicts == j)) for j in (0, 1)] for i in (0, 1)])
    recall = confusion.diagonal() / confusion.sum(1)
    flat = np.ravel(logits)
    lead = flat[labels == 1][:, None] - flat[labels == 0]
    auc = np.mean((lead > 0) + 0.5 * (lead == 0))
    return {"confusion": confusion, "recall": recall, "balanced_accuracy": recall.mean(), "auc": auc}
"""
        + CHOOSE,
        "rows-are-verdicts": changed(
            REPORT,
            old="    lead =",
            new="    confusion = confusion.T\n    lead =",
        )
        + CHOOSE,
        "precision-for-recall": changed(REPORT, old="confusion.sum(1)", new="confusion.sum(0)") + CHOOSE,
        "imbalance-hidden-by-accuracy": changed(
            REPORT, old="recall.mean()", new="confusion.diagonal().sum() / confusion.sum()"
        )
        + CHOOSE,
        "recall-of-all-pictures": changed(REPORT, old="confusion.sum(1)", new="confusion.sum()") + CHOOSE,
        "ties-lost": changed(REPORT, old=" + 0.5 * (lead == 0)", new="") + CHOOSE,
        "ties-won": changed(REPORT, old="(lead > 0) + 0.5 * (lead == 0)", new="lead >= 0") + CHOOSE,
        "auc-of-verdicts": changed(REPORT, old="    lead =", new="    logits = 1.0 * (logits >= threshold)\n    lead =")
        + CHOOSE,
        "auc-of-probabilities-in-float32": changed(
            REPORT,
            old="    lead =",
            new="    logits = 1 / (1 + np.exp(-np.float32(logits)))\n    lead =",
        )
        + CHOOSE,
        "score-direction-reversed": changed(REPORT, old="lead > 0", new="lead < 0") + CHOOSE,
        "auc-never-below-one-half": changed(REPORT, old='"auc": auc', new='"auc": max(auc, 1 - auc)') + CHOOSE,
        "ranks-without-ties": changed(
            REPORT,
            old="    auc = np.mean((lead > 0) + 0.5 * (lead == 0))",
            new="    ones = labels.sum()\n"
            "    ranks = np.empty(len(labels))\n"
            "    ranks[np.argsort(logits)] = np.arange(1, len(labels) + 1)\n"
            "    auc = (ranks[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(labels) - ones))",
        )
        + CHOOSE,
        "quantile-interpolated": REPORT
        + """
def choose_threshold(logits, labels, recall):
    return float(np.quantile(np.ravel(logits)[labels == 1], 1 - recall))
""",
        "share-of-all-pictures": REPORT
        + changed(CHOOSE, old="np.sort(np.ravel(logits)[labels == 1])", new="np.sort(np.ravel(logits))"),
        "recall-of-class-0": REPORT + changed(CHOOSE, old="labels == 1", new="labels == 0"),
        "one-logit-too-high": REPORT
        + """
def choose_threshold(logits, labels, recall):
    positive = np.sort(np.ravel(logits)[labels == 1])[::-1]
    return float(positive[max(int(recall * len(positive)) - 1, 0)])
""",
        "smallest-that-reaches-it": REPORT
        + """
def choose_threshold(logits, labels, recall):
    return float(np.min(np.ravel(logits)[labels == 1]))
""",
        "largest-that-misses-it": REPORT
        + changed(CHOOSE, old="positive[np.argmax(reached >= recall)]", new="positive[np.argmax(reached > recall)]"),
        "among-all-logits": REPORT
        + """
def choose_threshold(logits, labels, recall):
    logits = np.ravel(logits)
    good = [t for t in np.linspace(logits.min(), logits.max(), 101) if np.mean(logits[labels == 1] >= t) >= recall]
    return float(max(good))
""",
        "logits-shifted-in-place": changed(
            REPORT,
            old="    logits = np.ravel(logits)\n",
            new="    logits = np.ravel(logits)\n    logits -= threshold\n    threshold = 0.0\n",
        )
        + CHOOSE,
        "sorted-in-place": changed(
            REPORT,
            old="    logits = np.ravel(logits)\n",
            new="    logits = np.ravel(logits)\n"
            "    order = np.argsort(logits, kind='stable')\n"
            "    logits[:], labels[:] = logits[order].copy(), labels[order].copy()\n",
        )
        + CHOOSE,
        "flattened-in-place": changed(
            REPORT,
            old="    logits = np.ravel(logits)\n",
            new="    logits = np.asarray(logits)\n    logits.shape = (-1,)\n",
        )
        + CHOOSE,
        "in-single-precision": changed(REPORT, old="np.ravel(logits)", new="np.ravel(logits).astype(np.float32)")
        + CHOOSE,
        "threshold-in-single-precision": REPORT
        + changed(CHOOSE, old="np.ravel(logits)", new="np.ravel(logits).astype(np.float32)"),
        "ties-within-a-millionth": changed(
            REPORT, old="(lead > 0) + 0.5 * (lead == 0)", new="(lead > 1e-6) + 0.5 * (abs(lead) <= 1e-6)"
        )
        + CHOOSE,
        "logits-rounded": changed(REPORT, old="np.ravel(logits)", new="np.round(np.ravel(logits), 3)") + CHOOSE,
        "threshold-with-a-margin": REPORT
        + changed(
            CHOOSE,
            old="float(positive[np.argmax(reached >= recall)])",
            new="float(positive[np.argmax(reached >= recall)]) - 1e-6",
        ),
        "halfway-to-the-next": REPORT
        + """
def choose_threshold(logits, labels, recall):
    positive = np.sort(np.ravel(logits)[labels == 1])[::-1]
    reached = np.arange(1, len(positive) + 1) / len(positive)
    k = int(np.argmax(reached >= recall))
    return float(positive[k] if k + 1 == len(positive) else (positive[k] + positive[k + 1]) / 2)
""",
    },
    "calibrate": {
        "bins-count-alike": changed(
            ERROR,
            old="    return float(np.abs(np.bincount(b, labels - p)).sum() / len(p))",
            new="    n = np.bincount(b)\n"
            "    return float(np.mean(np.abs(np.bincount(b, labels - p))[n > 0] / n[n > 0]))",
        )
        + TEMPERATURE,
        "differences-cancel": changed(ERROR, old="np.abs(np.bincount(b, labels - p)).sum()", new="abs(sum(labels - p))")
        + TEMPERATURE,
        "distance-of-each-picture": changed(
            ERROR, old="np.abs(np.bincount(b, labels - p)).sum()", new="np.abs(labels - p).sum()"
        )
        + TEMPERATURE,
        "squared": changed(
            ERROR,
            old="    return float(np.abs(np.bincount(b, labels - p)).sum() / len(p))",
            new="    n = np.maximum(np.bincount(b), 1)\n"
            "    return float((np.bincount(b, labels - p) ** 2 / n).sum() / len(p))",
        )
        + TEMPERATURE,
        "middle-of-the-bin-for-its-mean": changed(ERROR, old="labels - p)", new="labels - (b + 0.5) / bins)")
        + TEMPERATURE,
        "verdicts-for-labels": changed(ERROR, old="labels - p)", new="((p > 0.5) == labels) - p)") + TEMPERATURE,
        "confidence-of-the-verdict": """
def calibration_error(logits, labels, bins=10):
    p = sigmoid(logits)
    sure, right = np.maximum(p, 1 - p), (p >= 0.5) == labels
    b = np.minimum((sure * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(b, right - sure)).sum() / len(p))

def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(np.asarray(z, np.float64) / 2)
"""
        + TEMPERATURE,
        "ten-bins-always": changed(ERROR, old="    b = np", new="    bins = 10\n    b = np") + TEMPERATURE,
        "logits-taken-for-probabilities": changed(
            ERROR, old="    p = sigmoid(logits)\n", new="    p = np.clip(logits, 0, 1)\n"
        )
        + TEMPERATURE,
        "double-sigmoid": changed(ERROR, old="p = sigmoid(logits)", new="p = sigmoid(sigmoid(logits))") + TEMPERATURE,
        "probability-of-1-in-no-bin": changed(
            ERROR,
            old="""    b = np.minimum((p * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(b, labels - p)).sum() / len(p))""",
            new="""    total, edges = 0.0, np.linspace(0, 1, bins + 1)
    for low, high in zip(edges, edges[1:]):
        inside = (p >= low) & (p < high)
        total += abs(np.sum((labels - p)[inside]))
    return float(total / len(p))""",
        )
        + TEMPERATURE,
        "borders-below-and-0-in-no-bin": changed(
            ERROR,
            old="""    b = np.minimum((p * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(b, labels - p)).sum() / len(p))""",
            new="""    total, edges = 0.0, np.linspace(0, 1, bins + 1)
    for low, high in zip(edges, edges[1:]):
        inside = (p > low) & (p <= high)
        total += abs(np.sum((labels - p)[inside]))
    return float(total / len(p))""",
        )
        + TEMPERATURE,
        "empty-bins-give-nan": changed(
            ERROR,
            old="    return float(np.abs(np.bincount(b, labels - p)).sum() / len(p))",
            new="    gaps = [abs(np.mean(labels[b == i]) - np.mean(p[b == i])) * np.sum(b == i) for i in range(bins)]\n"
            "    return float(np.sum(gaps) / len(p))",
        )
        + TEMPERATURE,
        "temperature-inverted": ERROR + changed(TEMPERATURE, old="1 / middle", new="middle"),
        "never-below-1": ERROR + changed(TEMPERATURE, old="1e-3, 1e3", new="1e-3, 1.0"),
        "searched-from-0.5-to-5": ERROR
        + """
def fit_temperature(logits, labels):
    temperatures = np.linspace(0.5, 5, 1000)
    signed = np.where(labels == 1, 1, -1) * np.asarray(logits, float)
    return float(temperatures[np.argmin([np.logaddexp(0, -signed / t).mean() for t in temperatures])])
""",
        "too-coarse": ERROR
        + """
def fit_temperature(logits, labels):
    temperatures = np.geomspace(0.01, 100, 30)
    signed = np.where(labels == 1, 1, -1) * np.asarray(logits, float)
    return float(temperatures[np.argmin([np.logaddexp(0, -signed / t).mean() for t in temperatures])])
""",
        "log-of-a-rounded-sigmoid": ERROR
        + """
def fit_temperature(logits, labels):
    temperatures = np.geomspace(0.01, 100, 2000)
    def loss(t):
        p = sigmoid(np.asarray(logits) / t)
        return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))
    with np.errstate(all="ignore"):
        return float(temperatures[np.argmin([loss(t) for t in temperatures])])
""",
        "likelihood-clipped": ERROR
        + """
def fit_temperature(logits, labels):
    temperatures = np.geomspace(0.01, 100, 2000)
    def loss(t):
        p = np.clip(sigmoid(np.asarray(logits) / t), 0.05, 0.95)
        return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))
    return float(temperatures[np.argmin([loss(t) for t in temperatures])])
""",
        "squared-error-minimised": ERROR
        + """
def fit_temperature(logits, labels):
    temperatures = np.geomspace(0.01, 100, 2000)
    errors = [np.mean((sigmoid(np.asarray(logits) / t) - labels) ** 2) for t in temperatures]
    return float(temperatures[np.argmin(errors)])
""",
        "calibration-error-minimised": ERROR
        + """
def fit_temperature(logits, labels):
    temperatures = np.geomspace(0.01, 100, 1000)
    return float(temperatures[np.argmin([calibration_error(np.asarray(logits) / t, labels) for t in temperatures])])
""",
        "deviation-of-the-logits": ERROR
        + """
def fit_temperature(logits, labels):
    return float(np.std(logits))
""",
        "too-few-steps": ERROR
        + """
def fit_temperature(logits, labels):
    z, t = np.asarray(logits, float), 1.0
    for _ in range(200):
        t -= 0.01 * np.mean((labels - sigmoid(z / t)) * z) / t**2
    return float(t)
""",
        "bins-of-equal-numbers": changed(
            ERROR,
            old="np.minimum((p * bins).astype(int), bins - 1)",
            new="np.argsort(np.argsort(p)) * bins // len(p)",
        )
        + TEMPERATURE,
        "cut-off-in-place": changed(
            ERROR,
            old="    p = sigmoid(logits)",
            new="    np.clip(logits, -30, 30, out=logits)\n    p = sigmoid(logits)",
        )
        + TEMPERATURE,
        "searched-from-0.1-to-30": ERROR
        + changed(TEMPERATURE, old="low, high = 1e-3, 1e3", new="low, high = 1 / 30, 10"),
        "steps-of-three-per-cent": ERROR
        + """
def fit_temperature(logits, labels):
    t = np.geomspace(0.01, 100, 310)
    z = np.asarray(logits, float)[:, None] / t
    return float(t[np.argmin(np.mean(np.logaddexp(0, z) - np.asarray(labels)[:, None] * z, axis=0))])
""",
        "classes-weighted-alike": ERROR
        + changed(
            TEMPERATURE,
            old="np.mean((sigmoid(z * middle) - labels) * z)",
            new="sum(np.mean(((sigmoid(z * middle) - labels) * z)[labels == c]) for c in set(labels.tolist()))",
        ),
        "divided-in-place": ERROR
        + """
def fit_temperature(logits, labels):
    z, y = np.asarray(logits), np.asarray(labels)
    best, found, t = np.inf, 1.0, 0.01
    z /= z.dtype.type(t)
    while t < 100:
        loss = np.mean(np.logaddexp(0, z.astype(float)) - y * z.astype(float))
        if loss < best:
            best, found = loss, t
        t *= 1.005
        z /= z.dtype.type(1.005)
    return float(found)
""",
    },
    "grad-cam": {
        "gradient-of-the-probability": changed(
            GRAD_CAM,
            old="scores = logits[:, 0] * (2.0",
            new="scores = tf.sigmoid(logits[:, 0]) * (2.0",
        ),
        "always-for-class-1": changed(GRAD_CAM, old=' * (2.0 * np.asarray(classes, "float32") - 1.0)', new=""),
        "for-the-verdict": changed(
            GRAD_CAM, old='(2.0 * np.asarray(classes, "float32") - 1.0)', new="tf.sign(logits[:, 0])"
        ),
        "zero-for-class-0": changed(
            GRAD_CAM, old='(2.0 * np.asarray(classes, "float32") - 1.0)', new='np.asarray(classes, "float32")'
        ),
        "no-maximum-with-0": changed(GRAD_CAM, old="tf.nn.relu(tf.reduce_sum(", new="(tf.reduce_sum("),
        "absolute-values": changed(GRAD_CAM, old="tf.nn.relu(", new="tf.abs("),
        "maximum-before-the-sum": changed(
            GRAD_CAM,
            old="tf.nn.relu(tf.reduce_sum(weights * features, axis=3))",
            new="tf.reduce_sum(tf.nn.relu(weights * features), axis=3)",
        ),
        "gradient-times-features": changed(
            GRAD_CAM,
            old="tf.reduce_mean(tape.gradient(scores, features), axis=(1, 2), keepdims=True)",
            new="tape.gradient(scores, features)",
        ),
        "weights-of-the-whole-batch": changed(
            GRAD_CAM, old="axis=(1, 2), keepdims=True)\n    maps", new="axis=(0, 1, 2))\n    maps"
        ),
        "normalised-over-the-batch": changed(
            GRAD_CAM, old="tf.reduce_max(maps, axis=(1, 2), keepdims=True)", new="tf.reduce_max(maps)"
        ),
        "nan-where-nothing-speaks": changed(GRAD_CAM, old="tf.math.divide_no_nan(", new="tf.divide("),
        "not-normalised": changed(
            GRAD_CAM,
            old="return tf.math.divide_no_nan(maps, tf.reduce_max(maps, axis=(1, 2), keepdims=True)).numpy()",
            new="return maps.numpy()",
        ),
        "stretched-from-minimum-to-maximum": changed(
            GRAD_CAM, old="    return", new="    maps -= tf.reduce_min(maps, axis=(1, 2), keepdims=True)\n    return"
        ),
        "dropout-at-work": changed(GRAD_CAM, old="training=False", new="training=True"),
        "a-frozen-model-has-no-gradient": changed(GRAD_CAM, old="        tape.watch(pictures)\n", new=""),
        "gradient-by-the-picture": """
def grad_cam(model, layer, pictures, classes):
    pictures = tf.convert_to_tensor(pictures)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        scores = model(pictures, training=False)[:, 0] * (2.0 * np.asarray(classes, "float32") - 1.0)
    maps = tf.reduce_max(tf.abs(tape.gradient(scores, pictures)), axis=3)
    return tf.math.divide_no_nan(maps, tf.reduce_max(maps, axis=(1, 2), keepdims=True)).numpy()
""",
        "last-layer-with-maps-always": changed(
            GRAD_CAM,
            old="    both =",
            new="    layer = [own.name for own in model.layers if len(own.output.shape) == 4][-1]\n    both =",
        ),
        "squeezed-for-one": changed(GRAD_CAM, old=").numpy()", new=").numpy().squeeze()"),
        "first-picture-only": changed(
            GRAD_CAM, old="    return tf", new="    maps = tf.repeat(maps[:1], len(maps), 0)\n    return tf"
        ),
        "classes-turned-into-signs-in-place": changed(
            GRAD_CAM,
            old="    both =",
            new="    classes[classes == 0] = -1\n    both =",
        ).replace('(2.0 * np.asarray(classes, "float32") - 1.0)', 'np.asarray(classes, "float32")'),
        "unfrozen-and-left-so": changed(GRAD_CAM, old="    both =", new="    model.trainable = True\n    both ="),
        "frozen-and-left-so": changed(GRAD_CAM, old="    both =", new="    model.trainable = False\n    both ="),
        "dropout-switched-off-for-good": changed(
            GRAD_CAM,
            old="    both =",
            new="    for own in model.layers:\n"
            "        if isinstance(own, keras.layers.Dropout):\n"
            "            own.rate = 0.0\n"
            "    both =",
        ),
        "a-little-added-to-the-maximum": changed(
            GRAD_CAM,
            old="tf.math.divide_no_nan(maps, tf.reduce_max(maps, axis=(1, 2), keepdims=True))",
            new="(maps / (tf.reduce_max(maps, axis=(1, 2), keepdims=True) + 1e-8))",
        ),
        "faint-maps-taken-for-0": changed(
            GRAD_CAM,
            old="    return tf.math",
            new="    maps = tf.where(tf.reduce_max(maps, axis=(1, 2), keepdims=True) > 1e-4, maps, 0.0)\n"
            "    return tf.math",
        ),
        "layers-called-one-after-the-other": """
def grad_cam(model, layer, pictures, classes):
    features = keras.Model(model.inputs, model.get_layer(layer).output)(pictures, training=False)
    names = [own.name for own in model.layers]
    with tf.GradientTape() as tape:
        tape.watch(features)
        x = features
        for own in model.layers[names.index(layer) + 1 :]:
            x = own(x, training=False) if "training" in own._call_signature.parameters else own(x)
        score = tf.where(tf.constant(classes) == 1, x[:, 0], -x[:, 0])
    slope = tf.reduce_mean(tape.gradient(score, features), (1, 2))
    heat = tf.maximum(tf.einsum("nk,nhwk->nhw", slope, features), 0.0).numpy()
    top = heat.max((1, 2), keepdims=True)
    return np.divide(heat, top, out=np.zeros_like(heat), where=top > 0)
""",
        "positive-gradients-only": changed(
            GRAD_CAM,
            old="tf.reduce_mean(tape.gradient(scores, features),",
            new="tf.reduce_mean(tf.nn.relu(tape.gradient(scores, features)),",
        ),
    },
}

RIGHT = {
    "split": {
        "each-group-gets-a-part": """
def split(labels, groups, shares, rng):
    part_of = np.empty(len(labels), int)
    borders = np.cumsum(shares) - 1e-9
    for label in sorted(set(labels.tolist())):
        keys = sorted(set(groups[labels == label].tolist()))
        rng.shuffle(keys)
        for place, key in enumerate(keys):
            part_of[groups == key] = np.searchsorted(borders, (place + 0.5) / len(keys))
    rows = rng.permutation(len(labels))
    return [rows[part_of[rows] == number] for number in range(len(shares))]
""",
        "sorted-by-random-numbers": """
def split(labels, groups, shares, rng):
    keys, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    chance, part_of = rng.random(len(keys)), np.zeros(len(keys), int)
    for label in np.unique(labels):
        own = np.flatnonzero(labels[first] == label)
        own = own[np.argsort(chance[own])]
        part_of[own] = np.searchsorted(np.rint(np.cumsum(shares)[:-1] * len(own)), np.arange(len(own)), side="right")
    rows = np.argsort(rng.random(len(labels)))
    return [rows[part_of[inverse][rows] == i] for i in range(len(shares))]
""",
        "largest-remainders": """
def split(labels, groups, shares, rng):
    parts = [[] for _ in shares]
    for label in np.unique(labels):
        keys = list(rng.permutation(np.unique(groups[labels == label])))
        exact = np.array(shares) * len(keys)
        counts = np.floor(exact + 1e-9).astype(int)
        for i in np.argsort(counts - exact)[: len(keys) - counts.sum()]:
            counts[i] += 1
        for part, n in zip(parts, counts):
            chosen, keys = set(keys[:n]), keys[n:]
            part += [row for row in range(len(labels)) if labels[row] == label and groups[row] in chosen]
    for part in parts:
        rng.shuffle(part)
    return [np.array(part, int) for part in parts]
""",
        "drawn-one-by-one": """
def split(labels, groups, shares, rng):
    labels, groups = labels.tolist(), groups.tolist()
    side = {}
    for label in sorted(set(labels)):
        left = sorted({g for g, own in zip(groups, labels) if own == label})
        ends = [round(end * len(left)) for end in np.cumsum(shares)[:-1]] + [len(left)]
        for drawn in range(len(left)):
            group = left.pop(int(rng.integers(len(left))))
            side[group] = next(i for i, end in enumerate(ends) if drawn < end)
    parts = [[] for _ in shares]
    for row in rng.permutation(len(labels)):
        parts[side[groups[row]]].append(int(row))
    return [np.array(part, dtype=int) for part in parts]
""",
    },
    "feed": {
        "tables-and-parallel-maps": """
SCALES = {
    "mobilenet": (127.5, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    "efficientnet": (1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "densenet": (255.0, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "resnet": (1.0, (103.939, 116.779, 123.68), (1.0, 1.0, 1.0)),
}

def prepare(pictures, family):
    if family not in SCALES:
        raise ValueError(f"no family {family}")
    scale, mean, deviation = SCALES[family]
    x = tf.image.convert_image_dtype(pictures, tf.float32) * 255
    x = tf.reverse(x, [-1]) if family == "resnet" else x
    return (x / scale - tf.constant(mean)) / tf.constant(deviation)

def feed(pictures, labels, family, batch_size, augment=None):
    rows = tf.data.Dataset.range(len(pictures))
    if augment is not None:
        rows = rows.shuffle(len(pictures), reshuffle_each_iteration=True)
    x, y = tf.constant(pictures), tf.constant(labels)
    def get(i):
        batch = tf.gather(x, i)
        if augment is not None:
            batch = augment(tf.image.convert_image_dtype(batch, tf.float32))
        return prepare(batch, family), tf.gather(y, i)
    return rows.batch(batch_size).map(get, num_parallel_calls=tf.data.AUTOTUNE).prefetch(2)
""",
        "cached-before-it-is-augmented": """
def prepare(pictures, family):
    x = tf.convert_to_tensor(pictures)
    x = tf.cast(x, tf.float32) / 255 if x.dtype == tf.uint8 else tf.identity(x)
    match family:
        case "mobilenet":
            return 2 * x - 1
        case "efficientnet":
            return 255 * x
        case "densenet":
            return (x - tf.constant([0.485, 0.456, 0.406])) / tf.constant([0.229, 0.224, 0.225])
        case "resnet":
            red, green, blue = tf.unstack(255 * x, axis=-1)
            return tf.stack([blue - 103.939, green - 116.779, red - 123.68], axis=-1)
        case _:
            raise ValueError("mobilenet, efficientnet, densenet or resnet")

def feed(pictures, labels, family, batch_size, augment=None):
    data = tf.data.Dataset.from_tensor_slices((pictures, labels))
    data = data.map(lambda x, y: (tf.cast(x, tf.float32) / 255, y)).cache()
    if augment:
        data = data.shuffle(10_000).batch(batch_size).map(lambda x, y: (augment(x), y))
    else:
        data = data.batch(batch_size)
    return data.map(lambda x, y: (prepare(x, family), y))
""",
        "numpy-copies-and-a-generator": """
def prepare(pictures, family):
    if family not in {"mobilenet", "efficientnet", "densenet", "resnet"}:
        raise ValueError
    floats = pictures.dtype in (np.float32, tf.float32)
    x = np.array(pictures, np.float32)
    x = x * 255 if floats else x
    if family == "mobilenet":
        x = (x - 127.5) / 127.5
    if family == "densenet":
        x = (x - 255 * np.array([0.485, 0.456, 0.406])) / (255 * np.array([0.229, 0.224, 0.225]))
    if family == "resnet":
        x = x[..., [2, 1, 0]] - np.array([103.939, 116.779, 123.68])
    return tf.constant(x, tf.float32)

def feed(pictures, labels, family, batch_size, augment=None):
    def batches():
        rows = np.arange(len(pictures)) if augment is None else np.random.permutation(len(pictures))
        for start in range(0, len(rows), batch_size):
            i = rows[start : start + batch_size]
            x = pictures[i]
            if augment is not None:
                x = augment(tf.constant(x / 255, tf.float32))
            yield prepare(x, family), labels[i]
    shape = (None, *pictures.shape[1:])
    signature = (tf.TensorSpec(shape, tf.float32), tf.TensorSpec((None,), tf.int64))
    return tf.data.Dataset.from_generator(batches, output_signature=signature)
""",
        "rows-as-dictionaries": """
def prepare(pictures, family):
    if family not in ("mobilenet", "efficientnet", "densenet", "resnet"):
        raise ValueError(f"{family}?")
    factor = {True: 1, False: 255}[keras.ops.convert_to_tensor(pictures).dtype == "uint8"]
    v = keras.ops.cast(pictures, "float32") * factor
    if family == "resnet":
        return keras.ops.flip(v, axis=-1) - np.float32([103.939, 116.779, 123.68])
    if family == "densenet":
        mean, deviation = np.float32([123.675, 116.28, 103.53]), np.float32([58.395, 57.12, 57.375])
        return (v - mean) / deviation
    return v if family == "efficientnet" else (v - 127.5) / 127.5

def feed(pictures, labels, family, batch_size, augment=None):
    data = tf.data.Dataset.from_tensor_slices({"picture": pictures, "label": labels})
    if augment is not None:
        data = data.shuffle(data.cardinality(), seed=3, reshuffle_each_iteration=True)
    data = data.batch(batch_size, num_parallel_calls=2)
    def split_up(batch):
        x = batch["picture"]
        if augment is not None:
            x = augment(tf.cast(x, tf.float32) / 255)
        return prepare(x, family), batch["label"]
    return data.map(split_up, num_parallel_calls=2)
""",
    },
    "fine-tune": {
        "layers-set-while-the-base-says-frozen": TRANSFER
        + """
def unfreeze(model, base, last, learning_rate):
    for layer in base.layers:
        layer.trainable = False
    for layer in base.layers[-last:]:
        layer.trainable = True
    freeze_batch_norm(base)
    compile_detector(model, learning_rate)
""",
        "sequential-and-all-layers-within": """
def compiled(model, rate):
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=rate), loss=loss,
                  metrics=[keras.metrics.BinaryAccuracy("accuracy", threshold=0)])
    return model

def transfer(base, learning_rate):
    base.trainable = False
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1, name="logit")]
    return compiled(keras.Sequential([keras.Input(base.input_shape[1:]), base, *head]), learning_rate)

def unfreeze(model, base, last, learning_rate):
    base.trainable = True
    n = len(base.layers)
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= n - last
    for layer in base._flatten_layers():
        if type(layer) is keras.layers.BatchNormalization:
            layer.trainable = False
    compiled(model, learning_rate)
""",
        "own-loss-and-metric": """
def loss(y, logits):
    y = tf.cast(tf.reshape(y, tf.shape(logits)), logits.dtype)
    return tf.nn.sigmoid_cross_entropy_with_logits(y, logits)

def accuracy(y, logits):
    return tf.equal(tf.reshape(tf.cast(y, tf.float32), [-1]), tf.cast(logits[:, 0] > 0, tf.float32))

def transfer(base, learning_rate):
    for layer in base.layers:
        layer.trainable = False
    x = keras.Input(base.input_shape[1:])
    h = keras.ops.mean(base(x), axis=(1, 2))
    model = keras.Model(x, keras.layers.Dense(1)(h))
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[accuracy])
    return model

def unfreeze(model, base, last, learning_rate):
    def leaves(layer):
        inner = getattr(layer, "layers", None)
        return [leaf for part in inner for leaf in leaves(part)] if inner else [layer]

    base.trainable = False
    base.trainable = True
    chosen = {id(leaf) for layer in base.layers[-last:] for leaf in leaves(layer)}
    for leaf in leaves(base):
        leaf.trainable = id(leaf) in chosen and not isinstance(leaf, keras.layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[accuracy])
""",
        "a-model-of-its-own": """
class Detector(keras.Model):
    def __init__(self, base):
        super().__init__()
        self.base, self.head = base, keras.layers.Dense(1)

    def call(self, x):
        return self.head(keras.ops.mean(self.base(x, training=False), axis=(1, 2)))

def settle(model, rate):
    accuracy = keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")
    model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True), metrics=[accuracy])

def still(layer):
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.trainable = False
    for inner in getattr(layer, "layers", []):
        still(inner)

def transfer(base, learning_rate):
    base.trainable = False
    model = Detector(base)
    model(np.zeros((1, *base.input_shape[1:]), "float32"))
    settle(model, learning_rate)
    return model

def unfreeze(model, base, last, learning_rate):
    base.trainable = False
    base.trainable = True
    for layer in list(base.layers)[: len(base.layers) - last]:
        layer.trainable = False
    still(base)
    settle(model, learning_rate)
""",
        "mean-by-hand-and-every-flag-by-hand": """
def settled(model, rate):
    model.compile(
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        metrics={"logit": keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")},
    )

def inside(layer):
    yield layer
    for own in getattr(layer, "layers", ()):
        yield from inside(own)

def transfer(base, learning_rate):
    for part in inside(base):
        part.trainable = False
    x = keras.Input(shape=base.input_shape[1:])
    mean = keras.layers.Lambda(lambda h: tf.reduce_mean(h, axis=[1, 2]))(base(x, training=False))
    model = keras.Model(x, keras.layers.Dense(1, kernel_initializer="zeros", name="logit")(mean))
    settled(model, learning_rate)
    return model

def unfreeze(model, base, last, learning_rate):
    chosen = base.layers[len(base.layers) - last :]
    for part in inside(base):
        part.trainable = True
    for layer in base.layers:
        if not any(layer is own for own in chosen):
            layer.trainable = False
    for part in inside(base):
        if isinstance(part, keras.layers.BatchNormalization):
            part.trainable = False
    settled(model, learning_rate)
""",
        "head-on-the-base-s-own-output": COMPILE
        + """
def transfer(base, learning_rate):
    base.trainable = False
    features = keras.ops.mean(base.output, axis=[1, 2])
    model = keras.Model(base.input, keras.layers.Dense(1, kernel_initializer="zeros")(features))
    compile_detector(model, learning_rate)
    return model
"""
        + UNFREEZE,
    },
    "report": {
        "keras-and-ranks": """
def report(logits, labels, threshold=0.0):
    logits = np.asarray(logits, float).reshape(-1)
    verdict = logits >= threshold
    tp, fn = np.sum(verdict & (labels == 1)), np.sum(~verdict & (labels == 1))
    tn, fp = np.sum(~verdict & (labels == 0)), np.sum(verdict & (labels == 0))
    values, inverse, counts = np.unique(logits, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    ones, zeros = tp + fn, tn + fp
    auc = (ranks[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros)
    recall = [tn / zeros, tp / ones]
    return {"confusion": [[tn, fp], [fn, tp]], "recall": recall, "balanced_accuracy": sum(recall) / 2, "auc": auc}

def choose_threshold(logits, labels, recall):
    candidates = np.unique(np.asarray(logits, float).reshape(-1)[labels == 1])
    positive = np.asarray(logits, float).reshape(-1)[labels == 1]
    return max(float(t) for t in candidates if np.mean(positive >= t) >= recall)
""",
        "the-curve-itself": """
def report(logits, labels, threshold=0.0):
    scores = np.asarray(logits).flatten().astype(np.float64)
    said = np.where(scores < threshold, 0, 1)
    confusion = np.zeros((2, 2), int)
    np.add.at(confusion, (labels, said), 1)
    recall = np.array([np.mean(said[labels == c] == c) for c in (0, 1)])
    borders = np.r_[np.inf, np.unique(scores)[::-1]]
    true = np.array([np.mean(scores[labels == 1] >= t) for t in borders])
    false = np.array([np.mean(scores[labels == 0] >= t) for t in borders])
    auc = np.sum(np.diff(false) * (true[1:] + true[:-1]) / 2)
    return dict(confusion=confusion, recall=recall, balanced_accuracy=np.mean(recall), auc=float(auc))

def choose_threshold(logits, labels, recall):
    positive = sorted(float(v) for v, y in zip(np.ravel(logits), labels) if y == 1)
    n = len(positive)
    for missed in range(n - 1, -1, -1):
        if (n - missed) / n >= recall and (n - np.searchsorted(positive, positive[missed])) / n >= recall:
            return positive[missed]
""",
        "searched-and-counted": """
def report(logits, labels, threshold=0.0):
    z = np.array(logits, np.float64)[:, 0] if np.ndim(logits) == 2 else np.array(logits, np.float64)
    confusion = np.histogram2d(labels, z >= threshold, bins=[[-0.5, 0.5, 1.5]] * 2)[0].astype(int)
    recall = np.diag(confusion) / confusion.sum(axis=1)
    zeros, ones = np.sort(z[labels == 0]), z[labels == 1]
    wins = np.searchsorted(zeros, ones, "left") + np.searchsorted(zeros, ones, "right")
    return {"confusion": confusion, "recall": recall, "balanced_accuracy": 0.5 * recall.sum(),
            "auc": np.mean(wins) / (2 * len(zeros))}

def choose_threshold(logits, labels, recall):
    positive = np.sort(np.ravel(logits)[labels == 1])
    misses = int(np.floor((1 - recall) * len(positive) + 1e-9))
    return positive[min(misses, len(positive) - 1)].item()
""",
        "pairs-in-loops": """
def report(logits, labels, threshold=0.0):
    scores, classes = [float(z) for z in np.ravel(logits)], [int(y) for y in labels]
    confusion = [[0, 0], [0, 0]]
    for z, y in zip(scores, classes):
        confusion[y][int(z >= threshold)] += 1
    recall = [confusion[c][c] / classes.count(c) for c in (0, 1)]
    ones = [z for z, y in zip(scores, classes) if y == 1]
    zeros = [z for z, y in zip(scores, classes) if y == 0]
    wins = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in ones for b in zeros)
    return {
        "confusion": np.array(confusion),
        "recall": np.array(recall),
        "balanced_accuracy": sum(recall) / 2,
        "auc": wins / (len(ones) * len(zeros)),
    }

def choose_threshold(logits, labels, recall):
    ones = sorted((float(z) for z, y in zip(np.ravel(logits), labels) if y == 1), reverse=True)
    for count, z in enumerate(ones, start=1):
        if count / len(ones) >= recall:
            return z
""",
    },
    "calibrate": {
        "digitize-and-newton": """
def calibration_error(logits, labels, bins=10):
    p = np.exp(-np.logaddexp(0, -np.asarray(logits, float)))
    number = np.digitize(p, np.linspace(0, 1, bins + 1)[1:-1])
    total = 0.0
    for i in set(number.tolist()):
        inside = number == i
        total += inside.mean() * abs(labels[inside].mean() - p[inside].mean())
    return float(total)

def fit_temperature(logits, labels):
    z = np.asarray(logits, float)
    unit = np.abs(z).mean()
    z, a = z / unit, 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(a * z, -500, 500)))
        a = a - np.clip(np.mean((p - labels) * z) / (np.mean(p * (1 - p) * z**2) + 1e-12), -0.5, 0.5)
    return float(unit / a)
""",
        "fine-grid-of-logaddexp": """
def calibration_error(logits, labels, bins=10):
    logits = tf.cast(logits, tf.float64)
    p = tf.sigmoid(logits).numpy()
    edges = np.linspace(0, 1, bins + 1)
    edges[-1] = 2
    ece = 0
    for low, high in zip(edges[:-1], edges[1:]):
        rows = np.where((p >= low) & (p < high))[0]
        if len(rows):
            ece += len(rows) / len(p) * np.abs(np.mean(labels[rows]) - np.mean(p[rows]))
    return float(ece)

def fit_temperature(logits, labels):
    t = np.geomspace(0.01, 100, 3000)
    z = np.asarray(logits, float)[:, None] / t
    y = np.asarray(labels)[:, None]
    return float(t[np.argmin(np.mean(np.logaddexp(0, z) - y * z, axis=0))])
""",
        "golden-section": """
def calibration_error(logits, labels, bins=10):
    p = np.array([1 / (1 + np.exp(-z)) if z > 0 else np.exp(z) / (1 + np.exp(z)) for z in np.asarray(logits, float)])
    which = np.clip(np.floor(p * bins), 0, bins - 1)
    return float(sum(abs(labels[which == i].sum() - p[which == i].sum()) for i in range(bins)) / len(p))

def fit_temperature(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    def loss(log_t):
        s = z * np.exp(-log_t)
        return np.mean(np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s))))
    low, high, golden = np.log(0.005), np.log(200), (5**0.5 - 1) / 2
    while high - low > 1e-4:
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return float(np.exp((low + high) / 2))
""",
        "histograms-and-bisection-of-the-loss": """
def calibration_error(logits, labels, bins=10):
    p = 1 / (1 + np.exp(-np.clip(np.asarray(logits, np.float64), -700, 700)))
    count = np.histogram(p, bins, (0, 1))[0]
    sure = np.histogram(p, bins, (0, 1), weights=p)[0]
    true = np.histogram(p, bins, (0, 1), weights=np.asarray(labels, float))[0]
    full = count > 0
    return float(np.sum(count[full] / len(p) * np.abs(true[full] / count[full] - sure[full] / count[full])))

def fit_temperature(logits, labels):
    z = np.asarray(logits, np.float64)
    s = np.where(np.asarray(labels) == 1, -z, z)
    def loss(t):
        return float(np.mean(np.logaddexp(0, s / t)))
    low, high = 0.008, 125.0
    for _ in range(60):
        a, b = low ** (2 / 3) * high ** (1 / 3), low ** (1 / 3) * high ** (2 / 3)
        if loss(a) < loss(b):
            high = b
        else:
            low = a
    return (low * high) ** 0.5
""",
    },
    "grad-cam": {
        "picture-by-picture": """
def grad_cam(model, layer, pictures, classes):
    until = keras.Model(model.inputs[0], model.get_layer(layer).output)
    both = keras.Model(model.inputs[0], [until.output, model.output])
    maps = []
    for picture, label in zip(pictures, classes):
        x = tf.Variable(picture[None])
        with tf.GradientTape() as tape:
            a, logit = both(x, training=False)
            score = logit[0, 0] if label == 1 else -logit[0, 0]
        slope = tape.gradient(score, a).numpy()[0].mean(axis=(0, 1))
        heat = np.maximum(a.numpy()[0] @ slope, 0)
        maps.append(heat / heat.max() if heat.max() > 0 else heat)
    return np.stack(maps)
""",
        "sign-turned-afterwards": """
def grad_cam(model, layer, pictures, classes):
    both = keras.Model(model.inputs, {"a": model.get_layer(layer).output, "z": model.outputs[0]})
    x = tf.constant(pictures)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        out = both(x, training=False)
        total = tf.reduce_sum(out["z"])
    slope = np.einsum("nhwk->nk", tape.gradient(total, out["a"]).numpy()) / np.prod(out["a"].shape[1:3])
    signed = np.einsum("nk,nhwk->nhw", slope, out["a"].numpy())
    signed[np.asarray(classes) == 0] *= -1
    heat = signed.clip(min=0)
    top = heat.reshape(len(heat), -1).max(1)
    return heat / np.where(top > 0, top, 1)[:, None, None]
""",
        "numpy-from-the-gradient-on": """
def grad_cam(model, layer, pictures, classes):
    inside = keras.Model(model.inputs, [model.get_layer(layer).output, *model.outputs])
    maps = np.zeros((len(pictures), *inside.outputs[0].shape[1:3]), "float32")
    for label, sign in ((0, -1.0), (1, 1.0)):
        rows = np.flatnonzero(np.asarray(classes) == label)
        if not len(rows):
            continue
        x = tf.constant(pictures[rows])
        with tf.GradientTape() as tape:
            tape.watch(x)
            features, logits = inside(x, training=False)
            score = tf.reduce_sum(sign * logits)
        gradient, features = np.array(tape.gradient(score, features), np.float64), np.array(features, np.float64)
        heat = (gradient.mean(axis=(1, 2), keepdims=True) * features).sum(axis=-1)
        heat[heat < 0] = 0
        for row, each in zip(rows, heat):
            maps[row] = each / each.max() if each.any() else 0
    return maps
""",
    },
}
