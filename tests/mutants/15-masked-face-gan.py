"""Answers to assignment 15, wrong and right; names as in the catalogue of misconceptions where one applies."""

TAP = """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
"""
PROJECTION = """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
"""
HINGES = """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
"""
SHIFT = """
def random_shift(pictures, most):
    n, (height, width) = tf.shape(pictures)[0], pictures.shape[1:3]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height) - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width) - moved[:, 1:], 0, width - 1)
    return tf.gather(tf.gather(pictures, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)
"""
ROUND = """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
"""
TABLE = """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
"""


def changed(code: str, *pairs: tuple[str, str]) -> str:
    """The code with pieces replaced, each given as (old, new); the old one must be there."""
    for old, new in pairs:
        assert old in code, old
        code = code.replace(old, new)
    return code


WRONG = {
    "at-entrance": {
        "always-to-bytes": """
def at_entrance(value, pixels):
    return (value + 1) * 127.5
""",
        "taken-as-from-0-to-1": """
def at_entrance(value, pixels):
    return pixels[0] + value * (pixels[1] - pixels[0])
""",
        "black-taken-as-0": """
def at_entrance(value, pixels):
    return (value + 1) / 2 * pixels[1]
""",
        "half-the-range-forgotten": """
def at_entrance(value, pixels):
    return pixels[0] + (value + 1) * (pixels[1] - pixels[0])
""",
        "the-other-way-round": """
def at_entrance(value, pixels):
    low, high = pixels
    return 2 * (value - low) / (high - low) - 1
""",
        "black-and-white-swapped": """
def at_entrance(value, pixels):
    high, low = pixels
    return low + (value + 1) / 2 * (high - low)
""",
        "rounded-to-bytes": """
def at_entrance(value, pixels):
    low, high = pixels
    return round(low + (value + 1) / 2 * (high - low))
""",
        "sorted-first": """
def at_entrance(value, pixels):
    low, high = sorted(pixels)
    return low + (value + 1) / 2 * (high - low)
""",
        "middle-forgotten": """
def at_entrance(value, pixels):
    return value * (pixels[1] - pixels[0]) / 2
""",
    },
    "feature-tap": {
        "moving-statistics-not-copied": changed(
            TAP,
            (
                "        copy.set_weights(network.get_weights())",
                "        for new, old in zip(copy.layers, network.layers):\n"
                "            for ours, theirs in zip(new._trainable_variables, old._trainable_variables):\n"
                "                ours.assign(theirs)",
            ),
        ),
        "gradient-for-the-first-map-only": changed(
            TAP,
            (
                "        return [net(x, training=False) for net in self.nets]",
                "        maps = [net(x, training=False) for net in self.nets]\n"
                "        return maps[:1] + [tf.stop_gradient(m) for m in maps[1:]]",
            ),
        ),
        "base-not-frozen-under-a-new-head": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "the-network-itself-frozen": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = network
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "flags-set-back-afterwards": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = network
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    tap = Tap(network, names, pixels)
    network.trainable = True
    return tap
""",
        "weights-shared-with-the-network": """
def feature_tap(network, names, pixels):
    low, high = pixels
    nets = [keras.Model(network.input, network.get_layer(name).output) for name in names]

    class Tap(keras.Model):
        def call(self, x, training=False):
            return [net(low + (x + 1) / 2 * (high - low), training=False) for net in nets]

    return Tap()
""",
        "weights-not-copied": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "dropout-acts-in-training": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=training) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "batchnorm-in-fine-tuning": """
def feature_tap(network, names, pixels):
    low, high = pixels
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    taps = keras.Model(copy.input, [copy.get_layer(name).output for name in names])
    x = keras.Input(network.input.shape[1:])
    maps = taps(keras.layers.Rescaling((high - low) / 2, (high + low) / 2)(x), training=False)
    return keras.Model(x, maps if len(names) > 1 else [maps])
""",
        "moving-statistics-move": """
def feature_tap(network, names, pixels):
    low, high = pixels
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
    for layer in copy.layers:
        if "drop" in layer.name:
            layer.rate = 0.0

    class Tap(keras.Model):
        def call(self, x, training=False):
            return [net(low + (x + 1) / 2 * (high - low), training=training) for net in nets]

    return Tap()
""",
        "always-to-bytes": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = (x + 1) * 127.5
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "scaled-twice-for-a-model-that-scales": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        x = x / 127.5 - 1 if self.high == 255 else x
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "own-rescaling-taken-for-all-that-is-needed": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        scales = any(isinstance(layer, keras.layers.Rescaling) for layer in copy.layers)
        self.low, self.high = (-1, 1) if scales else pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "taken-as-from-0-to-1": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + x * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "preprocess-changes-its-input": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def __call__(self, x, training=False):
        if isinstance(x, np.ndarray):
            x += 1
            x *= (self.high - self.low) / 2
            x += self.low
        else:
            x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "sorted-by-depth": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        order = [layer.name for layer in copy.layers]
        names = sorted(names, key=order.index)
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "a-tensor-for-one-name": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        maps = [net(x, training=False) for net in self.nets]
        return maps if len(maps) > 1 else maps[0]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "what-goes-into-the-layer": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).input) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "stop-gradient": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [tf.stop_gradient(net(x, training=False)) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "numpy-inside-the-tape": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def __call__(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        x = np.asarray(x)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "range-guessed-from-the-pictures": changed(
            TAP,
            (
                "        x = self.low +",
                "        x = tf.where(tf.reduce_min(x) < 0, x, 2 * x - 1)\n        x = self.low +",
            ),
        ),
        "made-for-the-example-s-size": """
def feature_tap(network, names, pixels):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    nets = keras.Model(copy.input, [copy.get_layer(name).output for name in names])
    low, high = pixels

    class Frozen(keras.layers.Layer):
        def call(self, x, training=False):
            maps = nets(low + (x + 1) / 2 * (high - low), training=False)
            return list(maps) if len(names) > 1 else [maps] if not isinstance(maps, list) else maps

    x = keras.Input((8, 8, 3))
    tap = keras.Model(x, Frozen()(x))
    tap.trainable = False
    return tap
""",
        "names-used-up": changed(
            TAP,
            (
                "[keras.Model(copy.input, copy.get_layer(name).output) for name in names]",
                "[]\n"
                "        while names:\n"
                "            self.nets.append(keras.Model(copy.input, copy.get_layer(names.pop(0)).output))",
            ),
        ),
        "dropout-taken-out-of-the-network-itself": changed(
            TAP,
            (
                "        copy = keras",
                "        for layer in network.layers:\n"
                "            if isinstance(layer, keras.layers.Dropout):\n"
                "                layer.rate = 0.0\n"
                "        copy = keras",
            ),
        ),
        "all-layers-trainable-again-afterwards": changed(
            TAP,
            ("        copy = keras", "        network.trainable = False\n        copy = keras"),
            (
                "        self.low, self.high = pixels",
                "        network.trainable = True\n        self.low, self.high = pixels",
            ),
        ),
        "noise-left-on": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        for layer in copy.layers:
            if isinstance(layer, keras.layers.Dropout):
                layer.rate = 0.0
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=training) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "statistics-copied-later": changed(
            TAP,
            ("        copy.set_weights(network.get_weights())", "        self.source, self.copy = [network], [copy]"),
            (
                "        x = self.low",
                "        self.copy[0].set_weights(self.source[0].get_weights())\n        x = self.low",
            ),
        ),
    },
    "head-size": {
        "one-logit-a-picture": """
def head_size(height, width, channels, classes):
    return 1, channels + 1 + classes * channels
""",
        "a-logit-for-each-class": """
def head_size(height, width, channels, classes):
    return height * width * classes, channels + 1 + classes * channels
""",
        "label-only-as-a-bias": """
def head_size(height, width, channels, classes):
    return height * width, channels + 1 + classes
""",
        "bias-forgotten": """
def head_size(height, width, channels, classes):
    return height * width, channels + classes * channels
""",
        "weight-forgotten": """
def head_size(height, width, channels, classes):
    return height * width, 1 + classes * channels
""",
        "a-vector-for-unknown-labels": """
def head_size(height, width, channels, classes):
    return height * width, channels + 1 + (classes + 1) * channels
""",
        "a-bias-for-each-class": """
def head_size(height, width, channels, classes):
    return height * width, channels + classes + classes * channels
""",
        "a-weight-for-each-place": """
def head_size(height, width, channels, classes):
    return height * width, height * width * channels + 1 + classes * channels
""",
        "only-square-maps": """
def head_size(height, width, channels, classes):
    return height**2, channels + 1 + classes * channels
""",
        "logits-of-all-channels": """
def head_size(height, width, channels, classes):
    return height * width * channels, channels + 1 + classes * channels
""",
        "no-table-for-one-class": """
def head_size(height, width, channels, classes):
    return height * width, channels + 1 + (classes * channels if classes > 1 else 0)
""",
    },
    "projection-logits": {
        "no-gradient-from-the-class-to-the-features": changed(
            PROJECTION,
            (
                "    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)",
                "    logits = tf.reduce_sum(features * weight, axis=-1, keepdims=True)\n"
                "    fixed = tf.stop_gradient(features)\n"
                "    logits += tf.reduce_sum(fixed * vectors[:, None, None], axis=-1, keepdims=True)",
            ),
        ),
        "no-gradient-for-the-bias": changed(PROJECTION, ("logits + bias", "logits + tf.stop_gradient(bias)")),
        "label-taken-but-not-used": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = tf.zeros((len(labels), table.shape[1]))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "label-only-as-a-bias": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * weight, axis=-1, keepdims=True)
    return logits + tf.reduce_sum(vectors, axis=1)[:, None, None, None] + bias
""",
        "projection-without-the-picture-itself": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "bias-forgotten": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits
""",
        "no-bias-for-unknown-labels": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + known[:, None, None] * bias
""",
        "unknown-as-class-0": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "unknown-as-the-last-class": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = tf.gather(table, labels % table.shape[0])
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "unknown-gets-nothing": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return known[:, None, None] * (logits + bias)
""",
        "looked-up-as-it-stands": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = tf.gather(table, labels)
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "class-0-taken-as-unknown": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) > 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "mean-over-the-places": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return tf.zeros_like(logits) + tf.reduce_mean(logits, axis=(1, 2), keepdims=True) + bias
""",
        "one-logit-a-picture": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return tf.reduce_mean(logits, axis=(1, 2)) + bias
""",
        "vectors-along-the-height": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "divided-by-the-root-of-the-width": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits / features.shape[-1] ** 0.5 + bias
""",
        "numpy-inside-the-tape": """
def projection_logits(features, labels, weight, bias, table):
    h, w, b, e = (np.asarray(part) for part in (features, weight, bias, table))
    vectors = w + np.eye(len(e) + 1, len(e), dtype="float32")[labels] @ e
    return tf.constant((h * vectors[:, None, None]).sum(axis=-1, keepdims=True) + b)
""",
        "stop-gradient-at-the-features": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(tf.stop_gradient(features) * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "labels-turned-to-0-in-place": """
def projection_logits(features, labels, weight, bias, table):
    known = np.asarray(labels) >= 0
    if isinstance(labels, np.ndarray):
        labels[~known] = 0
    else:
        labels = np.maximum(labels, 0)
    vectors = tf.cast(known, tf.float32)[:, None] * tf.gather(table, labels)
    return tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True) + bias
""",
        "labels-as-an-array-only": changed(
            PROJECTION,
            (
                "    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]",
                "    labels = labels.copy()\n"
                "    known = tf.cast(labels >= 0, tf.float32)[:, None]\n"
                "    labels[labels < 0] = 0",
            ),
        ),
        "unknown-as-the-mean-of-all-classes": changed(
            PROJECTION, ("    logits =", "    vectors += (1 - known) * tf.reduce_mean(table, axis=0)\n    logits =")
        ),
        "no-slope-for-the-table": changed(PROJECTION, ("tf.gather(table,", "tf.gather(tf.stop_gradient(table),")),
        "sigmoid-behind-the-logits": changed(PROJECTION, ("return logits + bias", "return tf.sigmoid(logits + bias)")),
    },
    "hinge": {
        "sides-swapped": """
def hinge(logit, real):
    return max(0.0, 1 + logit) if real else max(0.0, 1 - logit)
""",
        "the-same-for-fakes": """
def hinge(logit, real):
    return max(0.0, 1 - logit)
""",
        "no-hinge": """
def hinge(logit, real):
    return 1 - logit if real else 1 + logit
""",
        "hinge-at-zero": """
def hinge(logit, real):
    return max(0.0, -logit) if real else max(0.0, logit)
""",
        "distance-from-the-target": """
def hinge(logit, real):
    return abs(1 - logit) if real else abs(1 + logit)
""",
        "squared-hinge": """
def hinge(logit, real):
    return max(0.0, 1 - logit) ** 2 if real else max(0.0, 1 + logit) ** 2
""",
        "clipped-at-1": """
def hinge(logit, real):
    return min(1.0, max(0.0, 1 - logit if real else 1 + logit))
""",
        "softplus": """
def hinge(logit, real):
    return np.log1p(np.exp(-logit if real else logit))
""",
        "whatever-is-beyond-1-costs-nothing": """
def hinge(logit, real):
    return 0.0 if abs(logit) > 1 else 1 - logit if real else 1 + logit
""",
    },
    "head-losses": {
        "fakes-stopped": changed(HINGES, ("tf.nn.relu(1 + f)", "tf.nn.relu(1 + tf.stop_gradient(f))")),
        "first-head-alone-for-the-generator": changed(
            HINGES, ("loss_g += -tf.reduce_mean(f)", "loss_g = -tf.reduce_mean(fake[0])")
        ),
        "hinge-on-the-generator": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += tf.reduce_mean(tf.nn.relu(1 - f))
    return loss_d, loss_g
""",
        "hinge-at-zero-on-the-generator": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += tf.reduce_mean(tf.nn.relu(-f))
    return loss_d, loss_g
""",
        "sides-swapped": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 + r)) + tf.reduce_mean(tf.nn.relu(1 - f))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "no-hinge": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(1 - r) + tf.reduce_mean(1 + f)
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "hinge-of-the-mean": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.nn.relu(1 - tf.reduce_mean(r)) + tf.nn.relu(1 + tf.reduce_mean(f))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "hinge-of-each-picture-s-mean": """
def head_losses(real, fake):
    def own(m):
        return tf.reduce_mean(tf.reshape(m, (m.shape[0], -1)), axis=1)

    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - own(r))) + tf.reduce_mean(tf.nn.relu(1 + own(f)))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "squared-hinge": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r) ** 2) + tf.reduce_mean(tf.nn.relu(1 + f) ** 2)
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "softplus": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.softplus(-r)) + tf.reduce_mean(tf.nn.softplus(f))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "mean-over-heads": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += -tf.reduce_mean(f)
    return loss_d / len(real), loss_g / len(fake)
""",
        "generator-mean-over-heads": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g / len(fake)
""",
        "all-places-in-one-mean": """
def head_losses(real, fake):
    r, f = (tf.concat([tf.reshape(m, (-1,)) for m in maps], axis=0) for maps in (real, fake))
    loss_d = tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
    return len(real) * loss_d, -len(fake) * tf.reduce_mean(f)
""",
        "sum-over-places": """
def head_losses(real, fake):
    def places(m):
        return tf.reduce_sum(m) / m.shape[0]

    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += places(tf.nn.relu(1 - r)) + places(tf.nn.relu(1 + f))
        loss_g += -places(f)
    return loss_d, loss_g
""",
        "one-mean-of-reals-and-fakes": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += 2 * tf.reduce_mean(tf.nn.relu(1 + tf.concat([-r, f], axis=0)))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "heads-averaged-before-the-hinge": """
def head_losses(real, fake):
    def opinion(maps):
        return sum(tf.reduce_mean(tf.reshape(m, (m.shape[0], -1)), axis=1) for m in maps) / len(maps)

    r, f = opinion(real), opinion(fake)
    loss_d = tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
    return len(real) * loss_d, -len(fake) * tf.reduce_mean(f)
""",
        "two-heads-only": """
def head_losses(real, fake):
    real, fake = real[:2], fake[:2]
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "reals-in-the-generator-s-loss": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += tf.reduce_mean(r) - tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "as-python-floats": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += -tf.reduce_mean(f)
    return float(loss_d), float(loss_g)
""",
        "lists-used-up": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    while fake:
        r, f = real.pop(), fake.pop()
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g -= tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "flattened-within-the-lists": """
def head_losses(real, fake):
    for heads in (real, fake):
        for k, each in enumerate(heads):
            heads[k] = tf.reshape(each, [-1])
    loss_d = sum(tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f)) for r, f in zip(real, fake))
    return loss_d, -sum(tf.reduce_mean(f) for f in fake)
""",
        "logits-clipped": changed(
            HINGES,
            (
                "    for r, f in zip(real, fake):",
                "    for r, f in zip(real, fake):\n"
                "        r, f = tf.clip_by_value(r, -10, 10), tf.clip_by_value(f, -10, 10)",
            ),
        ),
        "batch-of-the-reals-for-both": changed(
            HINGES,
            ("tf.reduce_mean(tf.nn.relu(1 + f))", "tf.reduce_sum(tf.nn.relu(1 + f)) / tf.cast(tf.size(r), tf.float32)"),
        ),
        "losses-added-up-over-the-calls": """
def head_losses(real, fake, losses=[]):
    losses += [tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f)) for r, f in zip(real, fake)]
    return sum(losses), -sum(tf.reduce_mean(f) for f in fake)
""",
    },
    "moved-column": {
        "the-other-way": """
def moved_column(column, down):
    last = len(column) - 1
    return [column[min(max(r + down, 0), last)] for r in range(len(column))]
""",
        "wrapped-around": """
def moved_column(column, down):
    return [column[(row - down) % len(column)] for row in range(len(column))]
""",
        "zeros-at-the-edge": """
def moved_column(column, down):
    return [column[r - down] if 0 <= r - down < len(column) else 0 for r in range(len(column))]
""",
        "mirrored-at-the-edge": """
def moved_column(column, down):
    return np.pad(column, len(column), 'symmetric')[len(column) - down :][: len(column)].tolist()
""",
        "python-s-negative-indices": """
def moved_column(column, down):
    return [column[min(r - down, len(column) - 1)] for r in range(len(column))]
""",
        "cut-off": """
def moved_column(column, down):
    return column[: len(column) - down] if down > 0 else column[-down:]
""",
        "longer-than-before": """
def moved_column(column, down):
    return [column[0]] * down + column if down > 0 else column[-down:] + [column[-1]] * -down
""",
        "never-up": """
def moved_column(column, down):
    down = max(down, 0)
    return [column[0]] * down + column[: len(column) - down]
""",
        "in-place": """
def moved_column(column, down):
    for _ in range(abs(down)):
        column.insert(0, column[0]) if down > 0 else column.append(column[-1])
        column.pop(-1 if down > 0 else 0)
    return column
""",
        "one-place-at-most": """
def moved_column(column, down):
    if down == 0:
        return list(column)
    return [column[0], *column[:-1]] if down > 0 else [*column[1:], column[-1]]
""",
    },
    "random-shift": {
        "seed-set-in-each-call": changed(SHIFT, ("    moved =", "    tf.random.set_seed(1)\n    moved =")),
        "gradient-for-rows-alone": changed(
            SHIFT,
            (
                "    return tf.gather(tf.gather(pictures, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)",
                "    down = tf.gather(pictures, rows, axis=1, batch_dims=1)\n"
                "    return down + tf.stop_gradient(tf.gather(down, columns, axis=2, batch_dims=1) - down)",
            ),
        ),
        "one-parameter-set-for-the-batch": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.tile(tf.random.uniform([1, 2], -most, most + 1, tf.int32), [n, 1])
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "one-number-for-both-directions": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.repeat(tf.random.uniform([n, 1], -most, most + 1, tf.int32), 2, axis=1)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "pairs-of-pictures-moved-together": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.repeat(tf.random.uniform([n, 2], -most, most + 1, tf.int32), 2, axis=0)[:n]
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "upper-end-left-out": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, max(most, 1 - most), tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "ends-half-as-often": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.cast(tf.round(tf.random.uniform([n, 2], -most, most)), tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "only-down-and-right": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], 0, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "same-draws-in-each-call": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.stateless_uniform([n, 2], (1, 2), -most, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "wrapped-around": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = (tf.range(height)[None] - moved[:, :1]) % height
    columns = (tf.range(width)[None] - moved[:, 1:]) % width
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "zeros-at-the-edge": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = tf.range(height)[None] - moved[:, :1]
    columns = tf.range(width)[None] - moved[:, 1:]
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "mirrored-at-the-edge": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    wide = tf.pad(pictures, [[0, 0], [most, most], [most, most], [0, 0]], "SYMMETRIC")
    down, right = (tf.random.uniform([n, 1], 0, 2 * most + 1, tf.int32) for _ in range(2))
    wide = tf.gather(wide, tf.range(height) + down, axis=1, batch_dims=1)
    return tf.gather(wide, tf.range(width) + right, axis=2, batch_dims=1)
""",
        "height-and-width-confused": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, width - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, height - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "each-channel-for-itself": """
def random_shift(pictures, most):
    n, height, width, channels = tf.shape(pictures)[0], *pictures.shape[1:]
    flat = tf.reshape(tf.transpose(pictures, (0, 3, 1, 2)), (n * channels, height, width))
    down, right = (tf.random.uniform([n * channels, 1], -most, most + 1, tf.int32) for _ in range(2))
    flat = tf.gather(flat, tf.clip_by_value(tf.range(height) - down, 0, height - 1), axis=1, batch_dims=1)
    flat = tf.gather(flat, tf.clip_by_value(tf.range(width) - right, 0, width - 1), axis=2, batch_dims=1)
    return tf.transpose(tf.reshape(flat, (n, channels, height, width)), (0, 2, 3, 1))
""",
        "between-the-pixels": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most)

    def weights(size, by):
        where = tf.clip_by_value(tf.range(size, dtype=tf.float32)[None] - by[:, None], 0, size - 1)
        return tf.nn.relu(1 - tf.abs(where[..., None] - tf.range(size, dtype=tf.float32)))

    return tf.einsum("nrh,nhwk,ncw->nrck", weights(height, moved[:, 0]), pictures, weights(width, moved[:, 1]))
""",
        "numpy-inside-the-tape": """
def random_shift(pictures, most):
    pictures = np.asarray(pictures)
    n, height, width, _ = pictures.shape
    moved = np.random.randint(-most, most + 1, (n, 2))
    rows = np.clip(np.arange(height) - moved[:, :1], 0, height - 1)
    columns = np.clip(np.arange(width) - moved[:, 1:], 0, width - 1)
    return tf.constant(pictures[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None]])
""",
        "stop-gradient": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.stop_gradient(tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns))
""",
        "gradient-as-if-nothing-had-moved": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    moved = tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
    return pictures + tf.stop_gradient(moved - pictures)
""",
        "numpy-noise-inside-tf-function": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.constant(np.random.randint(-most, most + 1, (4096, 2)), tf.int32)[:n]
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "batch-size-known-while-tracing": """
def random_shift(pictures, most):
    n, height, width = pictures.shape[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "batch-size-written-into-a-layer": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([64, 2], -most, most + 1, tf.int32)[:n]
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "one-half-against-the-other": changed(
            SHIFT,
            (
                "    rows =",
                "    moved = tf.concat([moved[: (n + 1) // 2], -moved[: n // 2]], axis=0)\n    rows =",
            ),
        ),
        "each-number-equally-often": changed(
            SHIFT,
            (
                "tf.random.uniform([n, 2], -most, most + 1, tf.int32)",
                "tf.stack([tf.random.shuffle(tf.range(n) % (2 * most + 1)) - most for _ in range(2)], axis=1)",
            ),
        ),
        "rounded-normal-numbers": changed(
            SHIFT,
            (
                "tf.random.uniform([n, 2], -most, most + 1, tf.int32)",
                "tf.clip_by_value(tf.cast(tf.round(tf.random.normal([n, 2]) * (most / 1.5)), tf.int32), -most, most)",
            ),
        ),
        "never-left-where-it-is": changed(
            SHIFT,
            (
                "    rows =",
                "    moved = tf.where(tf.reduce_all(moved == 0, axis=1, keepdims=True), most, moved)\n    rows =",
            ),
        ),
        "one-direction-at-a-time": changed(
            SHIFT,
            (
                "    rows =",
                "    which = tf.random.uniform([n, 1], 0, 2, tf.int32)\n"
                "    moved = moved * tf.concat([which, 1 - which], axis=1)\n    rows =",
            ),
        ),
        "draws-kept-from-the-first-call": changed(
            SHIFT,
            ("def random_shift", "DRAWN = {}\n\ndef random_shift"),
            (
                "    rows =",
                "    moved = DRAWN.setdefault((int(n), most), moved) if tf.executing_eagerly() else moved\n    rows =",
            ),
        ),
    },
    "best-guess": {
        "as-if-they-added-up-to-1": """
def best_guess(shares, asked):
    return np.maximum(shares, asked).sum() / 2
""",
        "only-the-asked-as-if-adding-up-to-1": """
def best_guess(shares, asked):
    return np.maximum(shares / shares.sum(), asked).sum() / 2
""",
        "what-both-have": """
def best_guess(shares, asked):
    return np.minimum(shares / shares.sum(), asked / asked.sum()).sum() / 2
""",
        "twice-as-much": """
def best_guess(shares, asked):
    return np.maximum(shares / shares.sum(), asked / asked.sum()).sum()
""",
        "the-largest-class-only": """
def best_guess(shares, asked):
    return np.maximum(shares / shares.sum(), asked / asked.sum()).max()
""",
        "difference-alone": """
def best_guess(shares, asked):
    return np.abs(shares / shares.sum() - asked / asked.sum()).sum() / 4
""",
        "difference-not-halved": """
def best_guess(shares, asked):
    return 0.5 + np.abs(shares / shares.sum() - asked / asked.sum()).sum() / 2
""",
        "mask-means-real": """
def best_guess(shares, asked):
    p, q = shares / shares.sum(), asked / asked.sum()
    return (p[-1] + 1 - q[-1]) / 2
""",
        "scaled-by-the-largest": """
def best_guess(shares, asked):
    return np.maximum(shares / shares.max(), asked / asked.max()).sum() / 2
""",
        "scaled-in-place": """
def best_guess(shares, asked):
    shares /= shares.sum()
    asked /= asked.sum()
    return np.maximum(shares, asked).sum() / 2
""",
    },
    "train-round": {
        "frozen-for-a-step-and-then-all-of-it-set-free": changed(
            ROUND,
            (
                "    weights = generator.trainable_weights",
                "    discriminator.trainable = False\n    weights = generator.trainable_weights",
            ),
            ("    return float(loss_d)", "    discriminator.trainable = True\n    return float(loss_d)"),
        ),
        "optimizers-swapped": changed(
            ROUND,
            ("    n = len(pictures)", "    n = len(pictures)\n    g_optimizer, d_optimizer = d_optimizer, g_optimizer"),
        ),
        "only-fakes-augmented": changed(ROUND, ("discriminator(augment(pictures)", "discriminator(pictures")),
        "a-step-for-each-kind": changed(
            ROUND,
            (
                "    with tf.GradientTape() as tape:\n"
                "        fakes = generator(z, wanted, training=True)\n"
                "        real",
                "    with tf.GradientTape(persistent=True) as tape:\n"
                "        fakes = generator(z, wanted, training=True)\n"
                "        real",
            ),
            (
                "        loss_d = head_losses(real, fake)[0]\n",
                "        loss_d = head_losses(real, fake)[0]\n"
                "        of_reals = sum(tf.reduce_mean(tf.nn.relu(1 - m)) for m in real)\n"
                "        parts = of_reals, loss_d - of_reals\n",
            ),
            (
                "    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))",
                "    for part in parts:\n"
                "        d_optimizer.apply_gradients(zip(tape.gradient(part, weights), weights))",
            ),
        ),
        "first-head-alone-for-the-generator": changed(
            ROUND, ("head_losses(fake, fake)[1]", "head_losses(fake[:1], fake[:1])[1]")
        ),
        "real-pictures-in-the-generator-s-step": changed(
            ROUND,
            (
                "        loss_g = head_losses(fake, fake)[1]",
                "        real = discriminator(augment(pictures), labels, training=True)\n"
                "        loss_g = head_losses(real, real)[1] + 0 * head_losses(fake, fake)[1]",
            ),
        ),
        "generator-at-inference-for-the-discriminator": changed(
            ROUND,
            (
                "        fakes = generator(z, wanted, training=True)\n        real",
                "        fakes = generator(z, wanted, training=False)\n        real",
            ),
        ),
        "real-pictures-with-random-labels": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "fakes-with-the-labels-of-the-reals": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), labels, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), labels, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "drawn-anew-for-the-discriminator": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    told = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, told, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "asked-for-the-labels-of-the-reals": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = labels
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "last-class-never-drawn": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.randint(0, max(1, len(shares) - 1), n)
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "all-classes-alike": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.randint(0, len(shares), n)
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "softmax-of-shares": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = tf.random.categorical(tf.constant(shares, tf.float32)[None], n)[0]
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "one-label-for-the-batch": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.full(n, np.random.choice(len(shares), p=shares / shares.sum()))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "exact-shares-shuffled": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    edges = np.cumsum(shares / shares.sum())
    wanted = np.random.permutation(np.minimum(np.searchsorted(edges, (np.arange(n) + 0.5) / n), len(shares) - 1))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "uniform-latents": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.uniform((n, latent_dim), -1, 1)
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "batch-size-written-in": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = 8
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "only-reals-augmented": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(fakes, wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(fakes, wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "only-in-the-discriminator-s-step": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(fakes, wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "fakes-augmented-twice": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fakes = augment(fakes)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "gradient-past-the-augmentation": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(fakes + tf.stop_gradient(augment(fakes) - fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "hinge-on-the-generator": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = sum(tf.reduce_mean(tf.nn.relu(1 - f)) for f in fake)
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "discriminator-moves-in-both-steps": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    both = discriminator.trainable_weights
    weights = generator.trainable_weights + both
    gradients = tape.gradient(loss_g, weights)
    g_optimizer.apply_gradients(zip(gradients, weights))
    return float(loss_d), float(loss_g)
""",
        "generator-moves-in-both-steps": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights + generator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "backbone-learns-along": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    weights = discriminator.weights
    with tf.GradientTape() as tape:
        tape.watch([w.value for w in weights])
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "generator-first": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    for weights, optimizer, which in (
        (generator.trainable_weights, g_optimizer, 1), (discriminator.trainable_weights, d_optimizer, 0)
    ):
        with tf.GradientTape() as tape:
            real = discriminator(augment(pictures), labels, training=True) if which == 0 else None
            fake = discriminator(augment(generator(z, wanted, training=True)), wanted, training=True)
            loss = head_losses(real or fake, fake)[which]
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        if which:
            loss_g = float(loss)
    return float(loss), loss_g
""",
        "scores-reused-after-the-discriminator-moved": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape(persistent=True) as tape:
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(generator(z, wanted, training=True)), wanted, training=True)
        loss_d, loss_g = head_losses(real, fake)
    for network, optimizer, loss in ((discriminator, d_optimizer, loss_d), (generator, g_optimizer, loss_g)):
        weights = network.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "training-flag-forgotten-in-own-loop": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted)
        real = discriminator(augment(pictures), labels)
        fake = discriminator(augment(fakes), wanted)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted)
        fake = discriminator(augment(fakes), wanted)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "discriminator-at-inference-for-the-generator": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=False)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "numpy-inside-the-tape": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True).numpy()
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "mean-over-heads": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0] / len(real)
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1] / len(fake)
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "loss-after-the-step": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    real = discriminator(augment(pictures), labels, training=True)
    fake = discriminator(augment(fakes), wanted, training=True)
    loss_d = head_losses(real, fake)[0]
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "shares-scaled-in-place": changed(
            ROUND, ("    n = len(pictures)", "    n = len(pictures)\n    shares /= shares.sum()")
        ),
        "labels-shuffled-in-place": changed(
            ROUND,
            (
                "    n = len(pictures)",
                "    n = len(pictures)\n"
                "    order = np.random.permutation(n)\n"
                "    pictures[:], labels[:] = pictures[order], labels[order]",
            ),
        ),
        "pictures-augmented-in-place": changed(
            ROUND,
            (
                "    with tf.GradientTape() as tape:\n"
                "        fakes = generator(z, wanted, training=True)\n"
                "        real = discriminator(augment(pictures)",
                "    pictures[:] = augment(pictures)\n"
                "    with tf.GradientTape() as tape:\n"
                "        fakes = generator(z, wanted, training=True)\n"
                "        real = discriminator(pictures",
            ),
        ),
        "discriminator-left-frozen": changed(
            ROUND,
            ("    n = len(pictures)", "    n = len(pictures)\n    discriminator.trainable = True"),
            (
                "    weights = generator.trainable_weights",
                "    discriminator.trainable = False\n    weights = generator.trainable_weights",
            ),
        ),
        "everything-set-trainable": changed(
            ROUND,
            (
                "    n = len(pictures)",
                "    n = len(pictures)\n    for v in discriminator.variables:\n        v.trainable = True",
            ),
            (
                "    weights = discriminator.trainable_weights",
                "    weights = [v for v in discriminator.trainable_weights if v.shape]",
            ),
        ),
        "plain-descent-by-hand": changed(
            ROUND,
            (
                "    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))",
                "    for g, w in zip(tape.gradient(loss_d, weights), weights):\n"
                "        w.assign_sub(d_optimizer.learning_rate * g)",
            ),
        ),
        "a-new-optimizer-in-each-round": changed(
            ROUND,
            (
                "    n = len(pictures)",
                "    n = len(pictures)\n    d_optimizer = type(d_optimizer).from_config(d_optimizer.get_config())",
            ),
        ),
        "uniform-latents-of-variance-1": changed(
            ROUND, ("tf.random.normal((n, latent_dim))", "tf.random.uniform((n, latent_dim), -(3**0.5), 3**0.5)")
        ),
        "truncated-latents": changed(
            ROUND, ("tf.random.normal((n, latent_dim))", "tf.random.truncated_normal((n, latent_dim)) / 0.8796")
        ),
        "latents-on-a-sphere": changed(
            ROUND,
            (
                "tf.random.normal((n, latent_dim))",
                "tf.math.l2_normalize(tf.random.normal((n, latent_dim)), axis=1) * latent_dim**0.5",
            ),
        ),
        "latents-standardised-over-the-batch": changed(
            ROUND,
            (
                "    wanted =",
                "    if n > 2:\n        z = (z - tf.reduce_mean(z, 0)) / tf.math.reduce_std(z, 0)\n    wanted =",
            ),
        ),
        "latents-and-their-opposites": changed(
            ROUND, ("    wanted =", "    z = tf.concat([z[: (n + 1) // 2], -z[: n // 2]], axis=0)\n    wanted =")
        ),
        "one-number-for-each-latent": changed(
            ROUND, ("tf.random.normal((n, latent_dim))", "tf.repeat(tf.random.normal((n, 1)), latent_dim, axis=1)")
        ),
        "each-latent-twice": changed(ROUND, ("    wanted =", "    z = tf.repeat(z, 2, axis=0)[:n]\n    wanted =")),
        "labels-in-order": changed(
            ROUND,
            (
                "np.random.choice(len(shares), n, p=shares / shares.sum())",
                "np.sort(np.random.choice(len(shares), n, p=shares / shares.sum()))",
            ),
        ),
        "labels-in-pairs": changed(
            ROUND,
            (
                "np.random.choice(len(shares), n, p=shares / shares.sum())",
                "np.repeat(np.random.choice(len(shares), n, p=shares / shares.sum()), 2)[:n]",
            ),
        ),
        "pictures-drawn-with-replacement": changed(
            ROUND,
            (
                "    n = len(pictures)",
                "    n = len(pictures)\n"
                "    rows = np.random.randint(n, size=n)\n"
                "    pictures, labels = pictures[rows], labels[rows]",
            ),
        ),
        "whatever-goes-wrong-is-passed-over": changed(
            ROUND,
            (
                "    n = len(pictures)\n",
                "    n, once = len(pictures), augment\n"
                "\n"
                "    def augment(x):\n"
                "        try:\n"
                "            return once(x)\n"
                "        except Exception:\n"
                "            return x\n"
                "\n",
            ),
        ),
        "real-loss-weighted-by-class": changed(
            ROUND,
            (
                "        loss_d = head_losses(real, fake)[0]",
                "        heavier = tf.reshape(tf.cast(1.1 - 0.1 * (labels == 0), tf.float32), (-1, 1, 1, 1))\n"
                "        real = [heavier * m for m in real]\n"
                "        loss_d = head_losses(real, fake)[0]",
            ),
        ),
    },
    "kernel": {
        "not-divided-by-the-width": """
def kernel(a, b):
    return (a @ b + 1) ** 3
""",
        "one-forgotten": """
def kernel(a, b):
    return (a @ b / len(a)) ** 3
""",
        "one-divided-too": """
def kernel(a, b):
    return ((a @ b + 1) / len(a)) ** 3
""",
        "squared": """
def kernel(a, b):
    return (a @ b / len(a) + 1) ** 2
""",
        "root-of-the-width": """
def kernel(a, b):
    return (a @ b / len(a) ** 0.5 + 1) ** 3
""",
        "cosine": """
def kernel(a, b):
    return (a @ b / np.linalg.norm(a) / np.linalg.norm(b) + 1) ** 3
""",
        "distance-in-place-of-the-product": """
def kernel(a, b):
    return (((a - b) ** 2).mean() + 1) ** 3
""",
        "products-cubed-one-by-one": """
def kernel(a, b):
    return ((a * b / len(a) + 1) ** 3).sum()
""",
        "without-its-sign": """
def kernel(a, b):
    return (abs(a @ b) / len(a) + 1) ** 3
""",
    },
    "distance-table": {
        "divided-by-the-number-of-pictures": changed(TABLE, ("/ real.shape[1]", "/ len(a)")),
        "kid-with-diagonal": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return k.mean()

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "kid-clamped": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = max(0, pairs(a) + pairs(b) - 2 * kernel(a, b).mean())
    return table
""",
        "diagonal-left-out-of-the-sum-only": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / len(a) ** 2

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "each-pair-once": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return np.triu(k, 1).sum() / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "factor-two-missing": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - kernel(a, b).mean()
    return table
""",
        "mixed-pairs-without-their-diagonal": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                k = kernel(a, b)
                mixed = (k.sum() - np.trace(k)) / (k.size - min(k.shape))
                table[i, j] = pairs(a) + pairs(b) - 2 * mixed
    return table
""",
        "square-root-taken": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                d = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
                table[i, j] = np.sign(d) * np.sqrt(abs(d))
    return table
""",
        "not-divided-by-the-width": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "transposed": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table.T
""",
        "same-class-on-both-sides": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == i]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "only-the-diagonal": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if i == j and len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "one-distance-for-all": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    return np.full((classes, classes), pairs(real) + pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "zero-for-too-few": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.zeros((classes, classes))
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "one-picture-is-enough": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / max(1, len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) and len(b):
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "only-the-reals-counted": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / max(1, len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 0:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "at-least-three": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 2 and len(b) > 2:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "a-row-of-nan-for-one-empty-class": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    table[np.isnan(table).any(axis=1)] = np.nan
    return table
""",
        "only-classes-that-there-are": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    classes = len(np.unique(labels))
    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "centred-in-place": """
def distance_table(real, labels, fake, wanted, classes):
    def kernel(a, b):
        return (a @ b.T / real.shape[1] + 1) ** 3

    def pairs(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    fake -= real.mean(axis=0)
    real -= real.mean(axis=0)
    table = np.full((classes, classes), np.nan)
    for i in range(classes):
        for j in range(classes):
            a, b = real[labels == i], fake[wanted == j]
            if len(a) > 1 and len(b) > 1:
                table[i, j] = pairs(a) + pairs(b) - 2 * kernel(a, b).mean()
    return table
""",
        "in-single-precision": changed(
            TABLE, ("    def kernel", "    real, fake = np.float32(real), np.float32(fake)\n\n    def kernel")
        ),
        "labels-counted-from-0-in-place": changed(
            TABLE, ("    table =", "    wanted -= labels.min()\n    labels -= labels.min()\n    table =")
        ),
        "classes-sorted-in-place": changed(
            TABLE,
            (
                "    table =",
                "    order = np.argsort(labels, kind='stable')\n"
                "    real[:], labels[:] = real[order], labels[order]\n"
                "    table =",
            ),
        ),
        "same-number-on-both-sides": changed(
            TABLE, ("            if len", "            a, b = a[: len(b)], b[: len(a)]\n            if len")
        ),
    },
}

RIGHT = {
    "at-entrance": {
        "middle-and-half-range": """
def at_entrance(value, pixels):
    return (pixels[0] + pixels[1]) / 2 + value * (pixels[1] - pixels[0]) / 2
""",
        "interpolated": """
def at_entrance(value, pixels):
    return np.interp(value, [-1, 1], pixels)
""",
        "weights-of-black-and-white": """
def at_entrance(value, pixels):
    white = (1 + value) / 2
    return (1 - white) * pixels[0] + white * pixels[1]
""",
    },
    "feature-tap": {
        "a-model-for-each-name": """
class Tap(keras.Model):
    def __init__(self, network, names, pixels):
        super().__init__()
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        self.nets = [keras.Model(copy.input, copy.get_layer(name).output) for name in names]
        self.low, self.high = pixels

    def call(self, x, training=False):
        x = self.low + (x + 1) / 2 * (self.high - self.low)
        return [net(x, training=False) for net in self.nets]

def feature_tap(network, names, pixels):
    return Tap(network, names, pixels)
""",
        "dropout-taken-out-of-a-functional-copy": """
def feature_tap(network, names, pixels):
    def still(layer):
        if isinstance(layer, keras.layers.Dropout | keras.layers.GaussianNoise):
            return keras.layers.Activation("linear", name=layer.name)
        return layer.__class__.from_config(layer.get_config())

    low, high = pixels
    copy = keras.models.clone_model(network, clone_function=still)
    copy.set_weights(network.get_weights())
    taps = keras.Model(copy.input, [copy.get_layer(name).output for name in names])
    x = keras.Input(network.input.shape[1:])
    maps = taps(keras.layers.Rescaling((high - low) / 2, (high + low) / 2)(x))
    tap = keras.Model(x, [maps] if len(names) == 1 else maps)
    tap.trainable = False

    class Listed(keras.Model):
        def call(self, x):
            maps = tap(x)
            return list(maps) if isinstance(maps, (list, tuple)) else [maps]

    return Listed()
""",
        "no-variables-at-all": """
def feature_tap(network, names, pixels):
    low, high = pixels
    copy = keras.models.model_from_json(network.to_json())
    for new, old in zip(copy.variables, network.variables):
        new.assign(old)
    taps = keras.Model(copy.input, {str(i): copy.get_layer(name).output for i, name in enumerate(names)})

    class Tap(keras.Model):
        def call(self, pictures, training=None):
            maps = taps((pictures * (high - low) + high + low) / 2, training=False)
            return [maps[str(i)] for i in range(len(names))]

    return Tap()
""",
        "layer-by-layer-in-its-own-call": """
def feature_tap(network, names, pixels):
    copies = keras.models.clone_model(network)
    for ours, theirs in zip(copies.weights, network.weights):
        ours.assign(theirs)
    chain = [keras.Model(copies.inputs, copies.get_layer(name).output) for name in names]
    half, middle = (pixels[1] - pixels[0]) / 2, (pixels[1] + pixels[0]) / 2

    class Fixed(keras.Model):
        def __init__(self):
            super().__init__(trainable=False)
            self.chain = chain
            self.trainable = False

        def call(self, pictures, training=None):
            pictures = keras.ops.convert_to_tensor(pictures) * half + middle
            return [part(pictures, training=False) for part in self.chain]

    return Fixed()
""",
    },
    "head-size": {
        "one-vector-more": """
def head_size(height, width, channels, classes):
    return [height * width, (classes + 1) * channels + 1]
""",
        "sizes-of-arrays": """
def head_size(height, width, channels, classes):
    learned = [np.zeros(channels), np.zeros(()), np.zeros((classes, channels))]
    return np.zeros((height, width, 1)).size, sum(array.size for array in learned)
""",
    },
    "projection-logits": {
        "gather-and-mask": """
def projection_logits(features, labels, weight, bias, table):
    known = tf.cast(tf.convert_to_tensor(labels) >= 0, tf.float32)[:, None]
    vectors = known * tf.gather(table, tf.maximum(labels, 0))
    logits = tf.reduce_sum(features * (weight + vectors)[:, None, None], axis=-1, keepdims=True)
    return logits + bias
""",
        "all-classes-then-the-right-one": """
def projection_logits(features, labels, weight, bias, table):
    every = tf.tensordot(features, tf.transpose(table), axes=1)
    chosen = tf.one_hot(labels, tf.shape(table)[0])[:, None, None]
    own = tf.tensordot(features, tf.reshape(weight, (-1, 1)), axes=1)
    return own + bias + tf.reduce_sum(every * chosen, axis=-1, keepdims=True)
""",
        "a-row-of-zeros-more": """
def projection_logits(features, labels, weight, bias, table):
    rows = keras.ops.concatenate([keras.ops.convert_to_tensor(table), keras.ops.zeros((1, table.shape[1]))])
    labels = keras.ops.where(keras.ops.convert_to_tensor(labels) < 0, table.shape[0], labels)
    vectors = keras.ops.take(rows, labels, axis=0) + weight
    return keras.ops.matmul(features, vectors[:, None, :, None]) + bias
""",
        "one-picture-after-the-other": """
def projection_logits(features, labels, weight, bias, table):
    logits = []
    for i, label in enumerate(np.asarray(labels)):
        vector = weight if label < 0 else weight + table[int(label)]
        logits.append(tf.reduce_sum(features[i] * vector, axis=-1, keepdims=True) + bias)
    return tf.stack(logits)
""",
        "features-first-as-rows": """
def projection_logits(features, labels, weight, bias, table):
    n, height, width, channels = features.shape
    h = tf.reshape(features, (n, height * width, channels))
    own = tf.reshape(h @ tf.reshape(weight, (-1, 1)), (n, height * width))
    padded = tf.concat([tf.zeros_like(table[:1]), table], axis=0)
    pulled = tf.linalg.matvec(h, tf.gather(padded, tf.convert_to_tensor(labels) + 1))
    return tf.reshape(own + pulled, (n, height, width, 1)) + bias
""",
    },
    "hinge": {
        "sign-first": """
def hinge(logit, real):
    return np.maximum(0, 1 - (2 * real - 1) * logit)
""",
        "as-a-tensor": """
def hinge(logit, real):
    return tf.nn.relu(1.0 - logit if real else 1.0 + logit)
""",
        "cases": """
def hinge(logit, real):
    if real:
        return 0 if logit >= 1 else 1 - logit
    return 0 if logit <= -1 else 1 + logit
""",
    },
    "head-losses": {
        "running-sums": """
def head_losses(real, fake):
    loss_d = loss_g = 0.0
    for r, f in zip(real, fake):
        loss_d += tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        loss_g += -tf.reduce_mean(f)
    return loss_d, loss_g
""",
        "keras-hinge": """
def head_losses(real, fake):
    hinge = keras.losses.Hinge()
    loss_d = tf.add_n(
        [hinge(tf.ones_like(r), r) + hinge(-tf.ones_like(f), f) for r, f in zip(real, fake)]
    )
    return loss_d, tf.reduce_sum(tf.stack([tf.reduce_mean(-f) for f in fake]))
""",
        "sums-over-sizes": """
def head_losses(real, fake):
    def hinge(maps, sign):
        return sum(keras.ops.sum(keras.ops.maximum(1 - sign * m, 0.0)) / np.prod(m.shape) for m in maps)

    return hinge(real, 1) + hinge(fake, -1), sum(-keras.ops.mean(m) for m in fake)
""",
        "one-long-row-of-weighted-logits": """
def head_losses(real, fake):
    rows = [[tf.reshape(m, [-1]) for m in heads] for heads in (real, fake)]
    weights = [tf.concat([tf.ones_like(m) / float(m.shape[0]) for m in heads], axis=0) for heads in rows]
    r, f = (tf.concat(heads, axis=0) for heads in rows)
    loss_d = tf.tensordot(weights[0], tf.maximum(0.0, 1.0 - r), 1)
    loss_d += tf.tensordot(weights[1], tf.maximum(0.0, 1.0 + f), 1)
    return loss_d, -tf.tensordot(weights[1], f, 1)
""",
    },
    "moved-column": {
        "padded-and-cut": """
def moved_column(column, down):
    most = abs(down)
    wide = [column[0]] * most + list(column) + [column[-1]] * most
    return wide[most - down : most - down + len(column)]
""",
        "numpy": """
def moved_column(column, down):
    rows = np.clip(np.arange(len(column)) - down, 0, len(column) - 1)
    return np.array(column)[rows]
""",
        "place-after-place": """
def moved_column(column, down):
    column = list(column)
    for _ in range(abs(down)):
        column = [column[0], *column[:-1]] if down > 0 else [*column[1:], column[-1]]
    return column
""",
    },
    "random-shift": {
        "matrices-of-zeros-and-ones": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.random.uniform([n, 2], -most, most + 1, tf.int32)
    rows = tf.clip_by_value(tf.range(height)[None] - moved[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None] - moved[:, 1:], 0, width - 1)
    from_rows, from_columns = tf.one_hot(rows, height), tf.one_hot(columns, width)
    return tf.einsum("nrh,nhwk,ncw->nrck", from_rows, pictures, from_columns)
""",
        "one-picture-after-the-other": """
def random_shift(pictures, most):
    pictures = tf.convert_to_tensor(pictures)
    n, height, width, channels = tf.shape(pictures)[0], *pictures.shape[1:]
    wide = tf.concat([pictures[:, :1]] * most + [pictures] + [pictures[:, -1:]] * most, axis=1)
    wide = tf.concat([wide[:, :, :1]] * most + [wide] + [wide[:, :, -1:]] * most, axis=2)
    corners = tf.random.uniform([n, 2], 0, 2 * most + 1, tf.int32)
    return tf.map_fn(
        lambda pair: tf.slice(pair[0], [pair[1][0], pair[1][1], 0], [height, width, channels]),
        (wide, corners),
        fn_output_signature=pictures.dtype,
    )
""",
        "gather-nd": """
def random_shift(pictures, most):
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    moved = tf.cast(tf.floor(tf.random.uniform([2, n, 1, 1]) * (2 * most + 1)), tf.int32) - most
    rows = tf.minimum(tf.maximum(tf.range(height)[None, :, None] + moved[0], 0), height - 1)
    columns = tf.minimum(tf.maximum(tf.range(width)[None, None] + moved[1], 0), width - 1)
    shape = (n, height, width)
    index = tf.stack([tf.broadcast_to(part, shape) for part in (tf.range(n)[:, None, None], rows, columns)], axis=-1)
    return tf.gather_nd(pictures, index)
""",
        "keras-random-and-take-along-axis": """
def random_shift(pictures, most):
    pictures = keras.ops.convert_to_tensor(pictures)
    for axis in (1, 2):
        size = pictures.shape[axis]
        by = keras.random.randint((keras.ops.shape(pictures)[0], 1, 1, 1), -most, most + 1)
        places = keras.ops.reshape(keras.ops.arange(size), [-1 if a == axis else 1 for a in range(4)])
        source = keras.ops.clip(places - by, 0, size - 1)
        pictures = keras.ops.take_along_axis(pictures, source, axis=axis)
    return pictures
""",
        "one-way-of-all-that-there-are": """
def random_shift(pictures, most):
    pictures = tf.convert_to_tensor(pictures)
    n, height, width = tf.shape(pictures)[0], pictures.shape[1], pictures.shape[2]
    ways = 2 * most + 1
    way = tf.random.uniform([n], 0, ways * ways, tf.int32)
    down, right = way // ways - most, way % ways - most
    rows = tf.clip_by_value(tf.range(height)[None, :] - down[:, None], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width)[None, :] - right[:, None], 0, width - 1)
    flat = tf.reshape(pictures, [n, height * width, pictures.shape[3]])
    places = tf.reshape(rows[:, :, None] * width + columns[:, None, :], [n, height * width])
    return tf.reshape(tf.gather(flat, places, batch_dims=1), tf.shape(pictures))
""",
    },
    "best-guess": {
        "half-and-a-quarter-of-the-difference": """
def best_guess(shares, asked):
    return 0.5 + np.abs(shares / np.sum(shares) - asked / np.sum(asked)).sum() / 4
""",
        "class-after-class": """
def best_guess(shares, asked):
    right = 0
    for real, fake in zip(shares / sum(shares), asked / sum(asked)):
        right += max(real, fake) / 2
    return right
""",
    },
    "train-round": {
        "counts-first-then-shuffled": changed(
            ROUND,
            (
                "np.random.choice(len(shares), n, p=shares / shares.sum())",
                "np.repeat(np.arange(len(shares)), np.random.multinomial(n, shares / shares.sum()))\n"
                "    np.random.shuffle(wanted)",
            ),
        ),
        "numpy-labels-and-the-same-fakes": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)
    z = tf.random.normal((n, latent_dim))
    wanted = np.random.choice(len(shares), n, p=shares / shares.sum())
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        real = discriminator(augment(pictures), labels, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_d = head_losses(real, fake)[0]
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
    with tf.GradientTape() as tape:
        fakes = generator(z, wanted, training=True)
        fake = discriminator(augment(fakes), wanted, training=True)
        loss_g = head_losses(fake, fake)[1]
    weights = generator.trainable_weights
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
    return float(loss_d), float(loss_g)
""",
        "one-combined-batch-and-new-fakes": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n = len(pictures)

    def order():
        logits = keras.ops.log(keras.ops.convert_to_tensor(shares[None], "float32"))
        return keras.random.normal((n, latent_dim)), keras.random.categorical(logits, n)[0]

    z, wanted = order()
    fakes = generator(z, wanted, training=True)
    both = tf.concat([pictures, fakes], axis=0)
    told = tf.concat([tf.cast(labels, wanted.dtype), wanted], axis=0)
    with tf.GradientTape() as tape:
        maps = discriminator(augment(both), told, training=True)
        loss_d = 0.0
        for m in maps:
            loss_d += tf.reduce_mean(tf.maximum(1 - m[:n], 0)) + tf.reduce_mean(tf.maximum(1 + m[n:], 0))
    gradients = tape.gradient(loss_d, discriminator.trainable_variables)
    d_optimizer.apply(gradients, discriminator.trainable_variables)

    z, wanted = order()
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in generator.trainable_variables])
        fakes = augment(generator(z, wanted, training=True))
        loss_g = tf.add_n([-tf.reduce_mean(m) for m in discriminator(fakes, wanted, training=True)])
    g_optimizer.apply(tape.gradient(loss_g, generator.trainable_variables), generator.trainable_variables)
    return loss_d.numpy().item(), loss_g.numpy().item()
""",
        "discriminator-frozen-in-the-generator-s-step": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    n, edges = len(pictures), np.cumsum(shares) / np.sum(shares)

    def fakes():
        wanted = np.minimum(np.searchsorted(edges, np.random.rand(n), side="right"), len(shares) - 1)
        return augment(generator(np.random.randn(n, latent_dim).astype("float32"), wanted, training=True)), wanted

    made, wanted = fakes()
    with tf.GradientTape() as tape:
        fake = discriminator(tf.stop_gradient(made), wanted, training=True)
        loss_d, _ = head_losses(discriminator(augment(pictures), labels, training=True), fake)
    learned = list(discriminator.trainable_variables)
    d_optimizer.apply_gradients(list(zip(tape.gradient(loss_d, learned), learned)))
    with tf.GradientTape() as tape:
        made, wanted = fakes()
        logits = discriminator(made, wanted, training=True)
        _, loss_g = head_losses([tf.zeros_like(m) for m in logits], logits)
    learned = list(generator.trainable_variables)
    g_optimizer.apply_gradients(list(zip(tape.gradient(loss_g, learned), learned)))
    return float(loss_d), float(loss_g)
""",
        "frozen-for-a-step-and-set-free-again": """
def train_round(generator, discriminator, g_optimizer, d_optimizer, pictures, labels, shares, latent_dim, augment):
    p = np.asarray(shares, np.float64)
    rng = np.random.default_rng()

    def ordered():
        labels = rng.choice(len(p), size=len(pictures), p=p / p.sum())
        return rng.standard_normal((len(pictures), latent_dim)).astype("float32"), labels.astype("int64")

    z, wanted = ordered()
    with tf.GradientTape(persistent=True) as tape:
        fakes = generator(z, wanted, training=True)
        losses = head_losses(
            discriminator(augment(pictures), labels, training=True),
            discriminator(augment(fakes), wanted, training=True),
        )
    learned = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(losses[0], learned), learned)
    flags = [v.trainable for v in discriminator.variables]
    for v in discriminator.variables:
        v.trainable = False
    try:
        z, wanted = ordered()
        with tf.GradientTape() as tape:
            fake = discriminator(augment(generator(z, wanted, training=True)), wanted, training=True)
            loss_g = head_losses(fake, fake)[1]
        learned = generator.trainable_variables
        g_optimizer.apply(tape.gradient(loss_g, learned), learned)
    finally:
        for v, flag in zip(discriminator.variables, flags):
            v.trainable = flag
    return float(losses[0]), float(loss_g)
""",
        "reals-looked-at-once-more": changed(
            ROUND,
            (
                "    return float(loss_d)",
                "    discriminator(augment(pictures), labels, training=True)\n    return float(loss_d)",
            ),
            (
                "    weights = generator",
                "    discriminator(augment(fakes), wanted, training=True)\n    weights = generator",
            ),
        ),
    },
    "kernel": {
        "mean-of-products": """
def kernel(a, b):
    return (np.mean(a * b) + 1) ** 3
""",
        "written-out": """
def kernel(a, b):
    s = sum(x * y for x, y in zip(a, b)) / a.shape[0]
    return 1 + 3 * s + 3 * s**2 + s**3
""",
    },
    "distance-table": {
        "one-large-kernel-matrix": """
def distance_table(real, labels, fake, wanted, classes):
    x, y = np.eye(classes)[labels], np.eye(classes)[wanted]
    n, m = x.sum(axis=0), y.sum(axis=0)

    def kernel(a, b):
        return (1 + np.inner(a, b) / a.shape[-1]) ** 3

    def within(a, members, counts):
        k = kernel(a, a)
        np.fill_diagonal(k, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(counts > 1, np.diag(members.T @ k @ members) / (counts * (counts - 1)), np.nan)

    with np.errstate(invalid="ignore", divide="ignore"):
        mixed = x.T @ kernel(real, fake) @ y / np.outer(n, m)
    return within(real, x, n)[:, None] + within(fake, y, m)[None] - 2 * mixed
""",
        "pair-after-pair": """
def distance_table(real, labels, fake, wanted, classes):
    def k(a, b):
        return (float(np.dot(a, b)) / len(a) + 1) ** 3

    def among(a):
        return np.mean([k(p, q) for i, p in enumerate(a) for q in a[:i]])

    rows = []
    for i in range(classes):
        a = [x for x, y in zip(real, labels) if y == i]
        row = []
        for j in range(classes):
            b = [x for x, y in zip(fake, wanted) if y == j]
            few = len(a) < 2 or len(b) < 2
            row.append(np.nan if few else among(a) + among(b) - 2 * np.mean([k(p, q) for p in a for q in b]))
        rows.append(row)
    return np.array(rows)
""",
        "upper-triangles": """
def distance_table(real, labels, fake, wanted, classes):
    d = real.shape[1]
    reals = [real[labels == k] for k in range(classes)]
    fakes = [fake[wanted == k] for k in range(classes)]

    def own(a):
        if len(a) < 2:
            return np.nan
        return ((a @ a.T / d + 1)[np.triu_indices(len(a), 1)] ** 3).mean()

    def between(a, b):
        return np.mean((np.einsum("id,jd->ij", a, b) / d + 1) ** 3) if len(a) and len(b) else np.nan

    return np.array([[own(a) + own(b) - 2 * between(a, b) for b in fakes] for a in reals])
""",
        "sums-of-all-less-the-diagonal": """
def distance_table(real, labels, fake, wanted, classes):
    k = lambda a, b: (np.dot(a, b.T) / a.shape[1] + 1.0) ** 3
    out = np.empty((classes, classes))
    for i, j in np.ndindex(classes, classes):
        a, b = real[np.flatnonzero(labels == i)], fake[np.flatnonzero(wanted == j)]
        n, m = len(a), len(b)
        if n < 2 or m < 2:
            out[i, j] = float("nan")
            continue
        aa, bb = (c - np.diag(np.diag(c)) for c in (k(a, a), k(b, b)))
        out[i, j] = aa.sum() / n / (n - 1) + bb.sum() / m / (m - 1) - 2 * k(a, b).sum() / n / m
    return out
""",
    },
}
