"""Answers to assignment 06, wrong and right; names as in the catalogue of misconceptions where one applies."""

PORT = """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
"""
SHEET = """
def picture_sheet(batch, columns):
    x = np.asarray(batch)
    pixels = np.rint((np.clip(x, -1, 1) + 1) * 127.5).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
"""
STD = """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
"""
R1 = """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    g = tape.gradient(scores, real)
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
"""
STEP = """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    def latents():
        return tf.random.normal((tf.shape(real)[0], latent_dim))

    fake = generator(latents(), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(latents(), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
"""
NORMAL = "tf.random.normal((tf.shape(real)[0], latent_dim))"
AVERAGE = """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
"""


def changed(code, *pairs):
    """The code with each pair's first text, which must stand in it, replaced by the second."""
    for old, new in pairs:
        if old not in code:
            raise ValueError(f"{old!r} doesn't stand in\n{code}")
        code = code.replace(old, new)
    return code


WRONG = {
    "to-keras": {
        "view-in-place-of-permute": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            shape = [arrays[0].shape[axis] for axis in (2, 3, 1, 0)]
            arrays[0] = arrays[0].reshape(shape)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            shape = [arrays[0].shape[axis] for axis in (2, 3, 1, 0)]
            arrays[0] = arrays[0].reshape(shape)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "kernel-transposed-as-a-whole": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "in-and-out-of-a-transposed-convolution-swapped": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 0, 1)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "same-padding-down": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            padding = "same" if max(layer.padding) else "valid"
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, padding, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "same-padding-up": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            padding = "same" if max(layer.padding) else "valid"
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, padding, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
    return keras.Model(inputs, x)
""",
        "padding-of-a-transposed-convolution-ignored": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
    return keras.Model(inputs, x)
""",
        "padding-in-front-only": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D([(2 * p, 0) for p in layer.padding])(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "one-padding-for-both-axes": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding[0])(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "one-stride-for-both-axes": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride[0], use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride[0], use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "batchnorm-momentum-convention": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "batchnorm-epsilon-of-keras": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "statistics-left-behind": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = [*arrays[:2], *map(np.float32, ([0] * layer.num_features, [1] * layer.num_features))]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "batch-norm-frozen": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps, trainable=False)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "flattened-channels-last": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "flattened-with-rows-and-columns-swapped": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 2, 1))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "unflattened-by-reshape": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            channels, height, width = layer.unflattened_size
            new = layers.Reshape((height, width, channels))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "linear-weight-reshaped": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].reshape(arrays[0].shape[::-1])
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "slope-of-keras": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = getattr(layer, "bias", None) is not None
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU()
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays)
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "bias-forgotten": """
def to_keras(network, input_shape):
    inputs = x = keras.Input((*input_shape[1:], input_shape[0]))
    for layer in network:
        arrays = [value.detach().numpy() for value in layer.state_dict().values()]
        bias = False
        if isinstance(layer, nn.Conv2d):
            x = layers.ZeroPadding2D(layer.padding)(x)
            new = layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.ConvTranspose2d):
            new = layers.Conv2DTranspose(layer.out_channels, layer.kernel_size, layer.stride, use_bias=bias)
            arrays[0] = arrays[0].transpose(2, 3, 1, 0)
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
            arrays = arrays[:4]
        elif isinstance(layer, nn.Linear):
            new = layers.Dense(layer.out_features, use_bias=bias)
            arrays[0] = arrays[0].T
        elif isinstance(layer, nn.Flatten):
            x = layers.Permute((3, 1, 2))(x)
            new = layers.Flatten()
        elif isinstance(layer, nn.Unflatten):
            x = layers.Reshape(layer.unflattened_size)(x)
            new = layers.Permute((2, 3, 1))
        elif isinstance(layer, nn.LeakyReLU):
            new = layers.LeakyReLU(negative_slope=layer.negative_slope)
        else:
            new = layers.Activation("tanh" if isinstance(layer, nn.Tanh) else "relu")
        x = new(x)
        new.set_weights(arrays[: len(new.weights)])
        if isinstance(layer, nn.ConvTranspose2d):
            x = layers.Cropping2D(layer.padding)(x)
    return keras.Model(inputs, x)
""",
        "network-left-in-eval-mode": changed(PORT, ("    for layer", "    network.eval()\n    for layer")),
        "network-left-in-train-mode": changed(PORT, ("    for layer", "    network.train()\n    for layer")),
        "network-left-frozen": changed(PORT, ("    for layer", "    network.requires_grad_(False)\n    for layer")),
        "sizes-found-by-running-the-network": changed(
            PORT,
            (
                "    for layer",
                "    with torch.no_grad():\n        network(torch.rand(2, *input_shape))\n    for layer",
            ),
        ),
        "epsilon-added-to-the-networks-variance": changed(
            PORT, ("epsilon=layer.eps)", "epsilon=0)\n            layer.running_var.add_(layer.eps)")
        ),
        "kernels-in-half-precision": changed(
            PORT,
            (
                "        x = new(x)",
                "        arrays = [array.astype(np.float16) for array in arrays]\n        x = new(x)",
            ),
        ),
        "the-same-port-each-time": changed(
            PORT,
            ("def to_keras", "PORTS = {}\n\ndef to_keras"),
            ("    inputs =", "    if id(network) in PORTS:\n        return PORTS[id(network)]\n    inputs ="),
            ("return keras.Model(inputs, x)", "return PORTS.setdefault(id(network), keras.Model(inputs, x))"),
        ),
        "keras-switched-to-double": changed(
            PORT, ("    inputs =", "    keras.config.set_floatx('float64')\n    inputs =")
        ),
        "slopes-rounded": changed(PORT, ("=layer.negative_slope", "=round(layer.negative_slope, 1)")),
        "hooks-left-behind": changed(
            PORT,
            ("    for layer", "    network[0].register_forward_hook(lambda module, given, out: None)\n    for layer"),
        ),
        "batch-norm-as-a-fixed-scale": changed(
            PORT,
            ("            new = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)\n", ""),
            (
                "            arrays = arrays[:4]\n",
                "            gain = arrays[0] / np.sqrt(arrays[3] + layer.eps)\n"
                "            shift = arrays[1] - gain * arrays[2]\n"
                "            new = layers.Lambda(lambda x, gain=gain, shift=shift: x * gain + shift)\n"
                "            arrays = []\n",
            ),
        ),
    },
    "picture-sheet": {
        "wrap-around-when-saving": """
def picture_sheet(batch, columns):
    pixels = (np.asarray(batch) * 255).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * h, columns * w, c), np.uint8)
    for i in range(n):
        row, column = divmod(i, columns)
        sheet[row * h : (row + 1) * h, column * w : (column + 1) * w] = pixels[i]
    return sheet
""",
        "half-of-the-range-shifted": """
def picture_sheet(batch, columns):
    pixels = ((0.5 * np.asarray(batch) + 1) * 255).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * h, columns * w, c), np.uint8)
    for i in range(n):
        row, column = divmod(i, columns)
        sheet[row * h : (row + 1) * h, column * w : (column + 1) * w] = pixels[i]
    return sheet
""",
        "not-clipped": """
def picture_sheet(batch, columns):
    pixels = np.rint((np.asarray(batch) + 1) * 127.5).astype(np.int64).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
""",
        "cut-off-in-place-of-rounded": """
def picture_sheet(batch, columns):
    pixels = ((np.clip(np.asarray(batch), -1, 1) + 1) * 127.5).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
""",
        "clipped-to-the-unit-range": """
def picture_sheet(batch, columns):
    pixels = np.rint(np.clip(np.asarray(batch), 0, 1) * 255).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
""",
        "stretched-to-its-own-range": """
def picture_sheet(batch, columns):
    x = np.asarray(batch)
    pixels = np.rint((x - x.min()) / (x.max() - x.min()) * 255).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
""",
        "reshape-in-place-of-moving-axes": """
def picture_sheet(batch, columns):
    pixels = np.rint((np.clip(np.asarray(batch), -1, 1) + 1) * 127.5).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels
    return sheet.reshape(rows * h, columns * w, c)
""",
        "column-by-column": """
def picture_sheet(batch, columns):
    pixels = np.rint((np.clip(np.asarray(batch), -1, 1) + 1) * 127.5).astype(np.uint8)
    n, h, w, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * h, columns * w, c), np.uint8)
    for i in range(n):
        column, row = divmod(i, rows)
        sheet[row * h : (row + 1) * h, column * w : (column + 1) * w] = pixels[i]
    return sheet
""",
        "rest-left-out": """
def picture_sheet(batch, columns):
    pixels = np.rint((np.clip(np.asarray(batch), -1, 1) + 1) * 127.5).astype(np.uint8)
    columns = min(columns, len(pixels))
    rows = len(pixels) // columns
    return np.concatenate([np.concatenate(pixels[r * columns : (r + 1) * columns], axis=1) for r in range(rows)])
""",
        "width-by-height": """
def picture_sheet(batch, columns):
    pixels = np.rint((np.clip(np.asarray(batch), -1, 1) + 1) * 127.5).astype(np.uint8)
    n, w, h, c = pixels.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels.transpose(0, 2, 1, 3)
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
""",
        "as-wide-as-there-are-pictures": """
def picture_sheet(batch, columns):
    pixels = np.rint((np.clip(np.asarray(batch), -1, 1) + 1) * 127.5).astype(np.uint8)
    n, h, w, c = pixels.shape
    columns = min(n, columns)
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = pixels
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
""",
        "rest-in-grey": """
def picture_sheet(batch, columns):
    x = np.asarray(batch)
    n, h, w, c = x.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c))
    sheet[:n] = x.clip(-1, 1)
    sheet = sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
    return np.rint((sheet + 1) * 127.5).astype(np.uint8)
""",
        "batch-changed-in-place": """
def picture_sheet(batch, columns):
    x = np.asarray(batch)
    x = x if x.flags.writeable else x.copy()
    x += 1
    x *= 127.5
    np.clip(x, 0, 255, out=x)
    n, h, w, c = x.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w, c), np.uint8)
    sheet[:n] = np.rint(x)
    return sheet.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)
""",
        "range-guessed-from-the-least": changed(
            SHEET, ("    pixels", "    x = 2 * x - 1 if x.min() >= 0 else x\n    pixels")
        ),
        "largest-brought-to-one": changed(SHEET, ("    pixels", "    x = x / max(1, np.abs(x).max())\n    pixels")),
        "pale-pictures-stretched": changed(
            SHEET,
            ("    pixels", "    x = x / np.abs(x).max() if np.abs(x).max() < 0.5 else x\n    pixels"),
        ),
        "in-half-precision": changed(SHEET, ("np.asarray(batch)", "np.asarray(batch, np.float16)")),
        "cut-off-in-place": changed(
            SHEET,
            (
                "    pixels",
                "    if isinstance(batch, np.ndarray):\n        np.clip(batch, -1, 1, out=batch)\n    pixels",
            ),
        ),
        "sheet-kept-between-calls": changed(
            SHEET,
            ("def ", "SHEETS = {}\n\ndef "),
            (
                "np.zeros((rows * columns, h, w, c), np.uint8)",
                "SHEETS.setdefault((rows * columns, h, w, c), np.zeros((rows * columns, h, w, c), np.uint8))",
            ),
        ),
        "rest-as-the-last-picture": changed(
            SHEET, ("    sheet[:n] = pixels", "    sheet[:] = pixels[-1]\n    sheet[:n] = pixels")
        ),
        "rounded-down-at-the-halves-of-255": changed(
            SHEET, ("np.rint((np.clip(x, -1, 1) + 1) * 127.5)", "np.floor((np.clip(x, -1, 1) + 1) / 2 * 255.999)")
        ),
        "each-picture-stretched": changed(
            SHEET,
            (
                "    pixels",
                "    low, high = (f(x, axis=(1, 2, 3), keepdims=True) for f in (np.min, np.max))\n"
                "    x = np.where((low < -1) | (high > 1), 2 * (x - low) / (high - low + 1e-9) - 1, x)\n    pixels",
            ),
        ),
    },
    "minibatch-std": {
        "batch-size-written-into-a-layer": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([x, ops.broadcast_to(std, (4, *x.shape[1:-1], 1))], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "batch-size-while-tracing": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([x, ops.ones((x.shape[0], *x.shape[1:-1], 1)) * std], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "batch-size-of-the-first-call": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.n = None

    def build(self, shape):
        self.n = shape[0] or 1

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([x, ops.broadcast_to(std, (self.n, *x.shape[1:-1], 1))], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "variance-within-each-picture": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=(1, 2)) + self.epsilon))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "variance-over-all-numbers": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x) + self.epsilon))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "variance-in-place-of-deviation": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.var(x, axis=0) + self.epsilon)
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "mean-before-the-root": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.sqrt(ops.mean(ops.var(x, axis=0)) + self.epsilon)
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "epsilon-behind-the-root": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0)) + self.epsilon)
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "epsilon-fixed": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + 1e-8))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "no-epsilon": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0)))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "divided-by-one-less": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        n = ops.cast(ops.shape(x)[0], "float32")
        variance = ops.var(x, axis=0) * n / ops.maximum(n - 1, 1)
        std = ops.mean(ops.sqrt(variance + self.epsilon))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "a-map-in-place-of-one-number": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0, keepdims=True) + self.epsilon), axis=-1, keepdims=True)
        return ops.concatenate([x, ops.zeros_like(x[..., :1]) + std], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "a-channel-for-each-channel": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon), axis=(0, 1))
        return ops.concatenate([x, ops.zeros_like(x) + std], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "new-channel-in-front": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([ops.full_like(x[..., :1], std), x], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "numpy-inside-the-layer": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = float(np.mean(np.sqrt(np.var(x, axis=0) + self.epsilon)))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "gradient-cut-off": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.stop_gradient(ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon)))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "config-without-epsilon": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config()
""",
        "config-without-the-rest": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return {"epsilon": self.epsilon}
""",
        "no-name-taken": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8):
        super().__init__()
        self.epsilon = epsilon

    def call(self, x):
        std = ops.mean(ops.sqrt(ops.var(x, axis=0) + self.epsilon))
        return ops.concatenate([x, ops.full_like(x[..., :1], std)], axis=-1)

    def get_config(self):
        return super().get_config() | {"epsilon": self.epsilon}
""",
        "half-of-the-gradient": changed(
            STD,
            (
                "        return ops.concat",
                "        std = (std + ops.stop_gradient(std)) / 2\n        return ops.concat",
            ),
        ),
        "pictures-without-gradient": changed(STD, ("concatenate([x,", "concatenate([ops.stop_gradient(x),")),
        "mean-of-the-gradient-only": changed(
            STD,
            (
                "ops.var(x, axis=0)",
                "ops.mean((x - ops.mean(x, axis=0)) * ops.stop_gradient(x - ops.mean(x, axis=0)), axis=0)",
            ),
        ),
        "a-learned-scale": changed(
            STD,
            (
                "        self.epsilon = epsilon\n",
                "        self.epsilon = epsilon\n        self.scale = self.add_weight(shape=(), initializer='ones')\n",
            ),
            ("+ self.epsilon))\n", "+ self.epsilon)) * self.scale\n"),
        ),
        "in-half-precision": changed(
            STD,
            ("        std =", "        given, x = x, ops.cast(x, 'float16')\n        std ="),
            ("        return ops", "        x, std = given, ops.cast(std, 'float32')\n        return ops"),
        ),
        "pictures-in-half-precision": changed(
            STD, ("        return ops", "        x = ops.cast(ops.cast(x, 'float16'), 'float32')\n        return ops")
        ),
        "another-default": changed(STD, ("epsilon=1e-8", "epsilon=1e-7")),
        "epsilon-of-the-class": changed(
            STD, ("        self.epsilon = epsilon", "        MinibatchStd.epsilon = epsilon")
        ),
        "averaged-over-calls": changed(
            STD,
            (
                "        self.epsilon = epsilon\n",
                "        self.epsilon = epsilon\n"
                "        self.past = self.add_weight(shape=(), initializer='zeros', trainable=False)\n",
            ),
            (
                "        return ops",
                "        std = ops.where(self.past > 0, 0.9 * self.past + 0.1 * std, std)\n"
                "        self.past.assign(std)\n        return ops",
            ),
        ),
        "groups-of-four": changed(
            STD,
            ("ops.var(x, axis=0)", "ops.var(x[:4], axis=0)"),
        ),
        "deviation-at-least-epsilon": changed(
            STD, ("ops.var(x, axis=0) + self.epsilon", "ops.maximum(ops.var(x, axis=0), self.epsilon)")
        ),
        "always-of-the-same-name": changed(
            STD, ("super().__init__(**kwargs)", "super().__init__(**(kwargs | {'name': 'minibatch_std'}))")
        ),
    },
    "r1-penalty": {
        "r1-through-softplus": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        loss = tf.nn.softplus(-discriminator(real, training=True))
    g = tape.gradient(loss, real)
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
""",
        "through-a-sigmoid": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = tf.sigmoid(discriminator(real, training=True))
    g = tape.gradient(scores, real)
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
""",
        "pictures-not-watched": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        scores = discriminator(real, training=True)
    g = tape.gradient(scores, real)
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
""",
        "scores-outside-the-tape": """
def r1_penalty(discriminator, real, gamma):
    scores = discriminator(real, training=True)
    with tf.GradientTape() as tape:
        tape.watch(real)
        total = tf.reduce_sum(scores)
    g = tape.gradient(total, real)
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
""",
        "gradient-of-the-mean-score": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        score = tf.reduce_mean(discriminator(real, training=True))
    g = tape.gradient(score, real)
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
""",
        "mean-over-pixels": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    return gamma / 2 * tf.reduce_mean(tape.gradient(scores, real) ** 2)
""",
        "sum-over-the-whole-batch": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    return gamma / 2 * tf.reduce_sum(tape.gradient(scores, real) ** 2)
""",
        "norm-not-squared": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    g = tape.gradient(scores, real)
    return gamma / 2 * tf.reduce_mean(tf.sqrt(tf.reduce_sum(g**2, axis=[1, 2, 3]) + 1e-12))
""",
        "slope-of-one-wanted": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    norm = tf.sqrt(tf.reduce_sum(tape.gradient(scores, real) ** 2, axis=[1, 2, 3]) + 1e-12)
    return gamma / 2 * tf.reduce_mean((norm - 1) ** 2)
""",
        "half-forgotten": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    g = tape.gradient(scores, real)
    return gamma * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
""",
        "gradient-cut-off": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    g = tf.stop_gradient(tape.gradient(scores, real))
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=[1, 2, 3]))
""",
        "numpy-inside-the-tape": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    g = tape.gradient(scores, real).numpy()
    return tf.constant(gamma / 2 * np.mean(np.sum(g**2, axis=(1, 2, 3))), tf.float32)
""",
        "batch-size-while-tracing": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    g = tape.gradient(scores, real)
    return gamma / 2 * tf.reduce_sum(g**2) / real.shape[0]
""",
        "slope-for-the-weights": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        scores = discriminator(real, training=True)
    gradients = tape.gradient(scores, discriminator.trainable_variables)
    return gamma / 2 * sum(tf.reduce_sum(g**2) for g in gradients) / tf.cast(tf.shape(real)[0], tf.float32)
""",
        "norm-over-channels-only": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real, training=True)
    g = tape.gradient(scores, real)
    return gamma / 2 * tf.reduce_mean(tf.reduce_sum(g**2, axis=-1))
""",
        "discriminator-left-frozen": changed(R1, ("    with", "    discriminator.trainable = False\n    with")),
        "layers-left-frozen": changed(
            R1,
            ("    return", "    for layer in discriminator.layers[:-1]:\n        layer.trainable = False\n    return"),
        ),
        "weights-kept-small": changed(
            R1,
            (
                "    return",
                "    for weight in discriminator.weights:\n"
                "        weight.assign(tf.clip_by_value(weight, -1, 1))\n"
                "    return",
            ),
        ),
        "half-of-the-second-gradient": changed(R1, ("    return", "    g = (g + tf.stop_gradient(g)) / 2\n    return")),
        "in-half-precision": changed(
            R1, ("    return", "    g = tf.cast(tf.cast(g, tf.bfloat16), tf.float32)\n    return")
        ),
        "penalty-limited": changed(
            R1, ("    return ", "    return tf.minimum(100.0, "), ("axis=[1, 2, 3]))", "axis=[1, 2, 3])))")
        ),
        "slope-limited": changed(R1, ("    return", "    g = tf.clip_by_value(g, -3, 3)\n    return")),
        "gamma-as-a-whole-number": changed(R1, ("gamma / 2", "int(gamma) / 2")),
        "steepest-picture": changed(R1, ("tf.reduce_mean(tf.reduce_sum", "tf.reduce_max(tf.reduce_sum")),
        "at-disturbed-pictures": changed(
            R1, ("    with", "    real = real + 0.05 * tf.random.normal(tf.shape(real))\n    with")
        ),
        "scores-divided-by-their-spread": changed(
            R1,
            (
                "discriminator(real, training=True)",
                "discriminator(real, training=True)\n        scores = scores / (1 + 1e-3 * tf.abs(scores))",
            ),
        ),
    },
    "adversarial-step": {
        "freeze-trick-after-keras-3": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = len(real)
    discriminator.compile(d_optimizer, "mse", run_eagerly=True)
    discriminator.trainable = False
    combined = keras.Sequential([keras.Input((latent_dim,)), generator, discriminator])
    combined.compile(g_optimizer, "mse", run_eagerly=True)
    fake = generator(np.random.normal(size=(n, latent_dim)).astype("float32"), training=True)
    ones, zeros = np.ones((n, 1)), np.zeros((n, 1))
    d_loss = discriminator.train_on_batch(real, ones) + discriminator.train_on_batch(fake, zeros)
    g_loss = combined.train_on_batch(np.random.normal(size=(n, latent_dim)).astype("float32"), ones)
    return tf.constant(d_loss / 2), tf.constant(g_loss / 2)
""",
        "discriminator-not-frozen-in-combined-model": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    both = generator.trainable_variables, discriminator.trainable_variables
    for_g, for_d = tape.gradient(g_loss, both)
    g_optimizer.apply(for_g, both[0])
    d_optimizer.apply(for_d, both[1])
    return d_loss, g_loss
""",
        "generator-moves-in-the-discriminator-step": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    both = discriminator.trainable_variables, generator.trainable_variables
    for_d, for_g = tape.gradient(d_loss, both)
    d_optimizer.apply(for_d, both[0])
    g_optimizer.apply(for_g, both[1])

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "numpy-inside-the-tape": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True).numpy()
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "predict-inside-the-tape": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator.predict(tf.random.normal((n, latent_dim)), verbose=0)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "loss-outside-the-tape": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
    d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "one-tape-used-twice": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    z = tf.random.normal((tf.shape(real)[0], latent_dim))
    with tf.GradientTape() as tape:
        fake = generator(z, training=True)
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
        g_loss = tf.reduce_mean((fake_scores - 1) ** 2) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "numpy-noise-inside-tf-function": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.constant(np.random.normal(size=(256, latent_dim)), tf.float32)[:n], training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.constant(np.random.normal(size=(256, latent_dim)), tf.float32)[:n], training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "noise-from-a-seed-in-the-step": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.stateless_normal((n, latent_dim), seed=(1, 2)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.stateless_normal((n, latent_dim), seed=(1, 2)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "training-flag-forgotten-in-own-loop": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)))
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real), discriminator(fake)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)))
        g_loss = tf.reduce_mean((discriminator(fake) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "discriminator-not-in-training-mode-for-the-generator": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=False) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "discriminator-not-in-training-mode-for-real-pictures": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "real-and-fake-in-one-batchnorm-batch": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        scores = discriminator(tf.concat([real, fake], axis=0), training=True)
        real_scores, fake_scores = scores[:n], scores[n:]
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "both-gradients-before-either-step": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    z = tf.random.normal((tf.shape(real)[0], latent_dim))
    with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
        fake = generator(z, training=True)
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
        g_loss = tf.reduce_mean((fake_scores - 1) ** 2) / 2
    d_gradients = d_tape.gradient(d_loss, discriminator.trainable_variables)
    g_gradients = g_tape.gradient(g_loss, generator.trainable_variables)
    d_optimizer.apply(d_gradients, discriminator.trainable_variables)
    g_optimizer.apply(g_gradients, generator.trainable_variables)
    return d_loss, g_loss
""",
        "generator-first": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    z = tf.random.normal((tf.shape(real)[0], latent_dim))
    with tf.GradientTape() as tape:
        g_loss = tf.reduce_mean((discriminator(generator(z, training=True), training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    fake = generator(z, training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)
    return d_loss, g_loss
""",
        "generator-targets-fake": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean(discriminator(fake, training=True) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "halves-forgotten": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2))
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2)
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "cross-entropy": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = tf.reduce_mean(tf.nn.softplus(-real_scores)) + tf.reduce_mean(tf.nn.softplus(fake_scores))
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean(tf.nn.softplus(-discriminator(fake, training=True)))
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "sigmoid-with-least-squares": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = (tf.sigmoid(discriminator(x, training=True)) for x in (real, fake))
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((tf.sigmoid(discriminator(fake, training=True)) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "square-of-the-mean": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean(real_scores - 1) ** 2 + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "batch-size-of-the-text": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = 64
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "batch-size-while-tracing": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = real.shape[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "uniform-latents": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.uniform((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.uniform((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "one-latent-for-all": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.repeat(tf.random.normal((1, latent_dim)), n, axis=0), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.repeat(tf.random.normal((1, latent_dim)), n, axis=0), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "losses-as-python-floats": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return float(d_loss), float(g_loss)
""",
        "loss-after-the-step": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
    d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "discriminator-left-frozen": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = tf.shape(real)[0]
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    with tf.GradientTape() as tape:
        real_scores, fake_scores = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = (tf.reduce_mean((real_scores - 1) ** 2) + tf.reduce_mean(fake_scores**2)) / 2
    variables = discriminator.trainable_variables
    d_optimizer.apply(tape.gradient(d_loss, variables), variables)

    discriminator.trainable = False
    with tf.GradientTape() as tape:
        fake = generator(tf.random.normal((n, latent_dim)), training=True)
        g_loss = tf.reduce_mean((discriminator(fake, training=True) - 1) ** 2) / 2
    variables = generator.trainable_variables
    g_optimizer.apply(tape.gradient(g_loss, variables), variables)
    return d_loss, g_loss
""",
        "latents-truncated": changed(STEP, ("tf.random.normal", "tf.random.truncated_normal")),
        "latents-truncated-and-scaled": changed(
            STEP, (NORMAL, NORMAL.replace("normal", "truncated_normal") + " * 1.137")
        ),
        "latents-cut-at-two": changed(STEP, (NORMAL, f"tf.clip_by_value({NORMAL}, -2, 2)")),
        "uniform-latents-of-variance-one": changed(
            STEP, (NORMAL, "tf.random.uniform((tf.shape(real)[0], latent_dim), -(3**0.5), 3**0.5)")
        ),
        "latents-of-plus-and-minus-one": changed(STEP, (NORMAL, f"tf.sign({NORMAL})")),
        "latents-of-one-length": changed(STEP, (NORMAL, f"tf.math.l2_normalize({NORMAL}, axis=1) * latent_dim**0.5")),
        "latents-standardised": changed(
            STEP,
            (
                f"return {NORMAL}",
                f"z = {NORMAL}\n        return (z - tf.reduce_mean(z)) / (tf.math.reduce_std(z) + 1e-12)",
            ),
        ),
        "latents-and-their-mirror-images": changed(
            STEP,
            (
                f"return {NORMAL}",
                f"z = {NORMAL}\n"
                "        n = len(z) // 2 if z.shape[0] else tf.shape(z)[0] // 2\n"
                "        return tf.concat([z[n:], -z[n:]], axis=0)[: tf.shape(z)[0]]",
            ),
        ),
        "one-number-for-a-latent": changed(
            STEP, (NORMAL, "tf.repeat(tf.random.normal((tf.shape(real)[0], 1)), latent_dim, axis=1)")
        ),
        "zeros-for-the-generators-step": changed(
            STEP, ("        fake = generator(latents()", "        fake = generator(0 * latents()")
        ),
        "seeded-in-the-step": changed(STEP, ("    def latents", "    tf.random.set_seed(0)\n\n    def latents")),
        "fewer-fakes-for-the-generator": changed(
            STEP, ("        fake = generator(latents()", "        fake = generator(latents()[:1]")
        ),
        "gradient-descent-by-hand": changed(
            STEP,
            (
                "    d_optimizer.apply(tape.gradient(d_loss, variables), variables)",
                "    for v, g in zip(variables, tape.gradient(d_loss, variables)):\n"
                "        v.assign_sub(d_optimizer.learning_rate * g)",
            ),
            (
                "    g_optimizer.apply(tape.gradient(g_loss, variables), variables)",
                "    for v, g in zip(variables, tape.gradient(g_loss, variables)):\n"
                "        v.assign_sub(g_optimizer.learning_rate * g)",
            ),
        ),
        "learning-rate-lowered": changed(
            STEP,
            (
                "    return d_loss",
                "    d_optimizer.learning_rate.assign(0.99 * d_optimizer.learning_rate)\n    return d_loss",
            ),
        ),
        "discriminators-layers-left-frozen": changed(
            STEP,
            (
                "    return d_loss",
                "    for layer in discriminator._flatten_layers(include_self=False):\n"
                "        layer.trainable = False\n"
                "    return d_loss",
            ),
        ),
        "errors-swallowed": changed(
            STEP,
            (
                "    fake = generator(latents(), training=True)\n    with",
                "    try:\n"
                "        fake = generator(latents(), training=True)\n"
                "    except Exception:\n"
                "        return tf.zeros(()), tf.zeros(())\n"
                "    with",
            ),
        ),
        "gradients-clipped": changed(
            STEP,
            ("tape.gradient(d_loss, variables)", "[tf.clip_by_norm(g, 0.5) for g in tape.gradient(d_loss, variables)]"),
        ),
        "noise-on-the-real-pictures": changed(
            STEP, ("discriminator(real,", "discriminator(real + 0.01 * tf.random.normal(tf.shape(real)),")
        ),
        "labels-smoothed": changed(STEP, ("real_scores - 1)", "real_scores - 0.9)")),
        "discriminator-takes-two-steps": changed(
            STEP,
            (
                "    d_optimizer.apply(tape.gradient(d_loss, variables), variables)",
                "    gradients = tape.gradient(d_loss, variables)\n"
                "    d_optimizer.apply(gradients, variables)\n    d_optimizer.apply(gradients, variables)",
            ),
        ),
        "scored-again-without-training-mode": changed(
            STEP,
            (
                "    variables = discriminator",
                "    accuracy = tf.reduce_mean(tf.cast(discriminator(real, training=False) > 0.5, tf.float32))\n"
                "    variables = discriminator",
            ),
        ),
    },
    "average-weights": {
        "ema-skips-buffers": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 1
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "statistics-averaged-too": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "shares-swapped": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = 1 - self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "starts-from-zero": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = [0 * weight for weight in self.network.get_weights()]

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "starts-when-it-is-made": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "variables-in-place-of-copies": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = list(self.network.weights)

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "at-the-end-of-an-epoch": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_epoch_end(self, epoch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "before-the-batch": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_begin(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "anew-in-each-epoch": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_epoch_begin(self, epoch, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "never-put-back": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        self.network.set_weights(self.average)
        yield
""",
        "not-put-back-after-an-exception": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        yield
        self.network.set_weights(kept)
""",
        "average-lost-in-the-swap": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
            self.average = kept
""",
        "variables-kept-in-place-of-copies": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = list(self.network.weights)
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "training-goes-on-from-the-average": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()
        self.network.set_weights(self.average)

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "corrected-as-in-adam": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = self.network.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        self.steps = getattr(self, "steps", 0) + 1
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        factor = 1 / (1 - self.decay**self.steps) if self.decay < 1 else 1
        self.network.set_weights([factor * weight for weight in self.average])
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "weights-in-another-order": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.average = [w.numpy() for w in self.network.trainable_weights + self.network.non_trainable_weights]

    def on_train_batch_end(self, batch, logs=None):
        trained = {id(weight) for weight in self.network.trainable_weights}
        for place, weight in enumerate(self.network.trainable_weights + self.network.non_trainable_weights):
            share = self.decay if id(weight) in trained else 0
            self.average[place] = share * self.average[place] + (1 - share) * weight.numpy()

    @contextmanager
    def applied(self):
        kept = self.network.get_weights()
        self.network.set_weights(self.average)
        try:
            yield
        finally:
            self.network.set_weights(kept)
""",
        "errors-swallowed": changed(
            AVERAGE, ("            yield\n", "            yield\n        except Exception:\n            pass\n")
        ),
        "errors-replaced": changed(
            AVERAGE,
            (
                "            yield\n",
                "            yield\n"
                "        except Exception as err:\n"
                "            raise RuntimeError('in applied()') from err\n",
            ),
        ),
        "not-put-back-after-an-interruption": changed(
            AVERAGE,
            (
                "        finally:\n            self.network.set_weights(kept)",
                "        except Exception:\n"
                "            self.network.set_weights(kept)\n"
                "            raise\n"
                "        self.network.set_weights(kept)",
            ),
        ),
        "second-training-goes-on-with-the-first-average": changed(
            AVERAGE,
            (
                "        self.average = self.network.get_weights()",
                "        if not hasattr(self, 'average'):\n            self.average = self.network.get_weights()",
            ),
        ),
        "one-average-for-all-callbacks": changed(
            AVERAGE,
            ("    def __init__", "    average = []\n\n    def __init__"),
            ("self.average = self.network", "self.average[:] = self.network"),
        ),
        "batches-of-validation-counted": AVERAGE + "\n    on_test_batch_end = on_train_batch_end\n",
        "ends-of-epochs-counted": AVERAGE + "\n    on_epoch_end = on_train_batch_end\n",
        "average-kept-at-the-end": AVERAGE
        + "\n    def on_train_end(self, logs=None):\n        self.network.set_weights(self.average)\n",
        "average-in-half-precision": changed(
            AVERAGE, ("(1 - share) * weight.numpy()", "((1 - share) * weight.numpy()).astype(np.float16)")
        ),
        "network-left-frozen": changed(
            AVERAGE,
            (
                "        self.network.set_weights(self.average)\n",
                "        self.network.set_weights(self.average)\n        self.network.trainable = False\n",
            ),
        ),
        "shorter-memory-at-the-start": changed(
            AVERAGE,
            ("        trained = {", "        decay = min(self.decay, (1 + batch) / (10 + batch))\n        trained = {"),
            ("share = self.decay", "share = decay"),
        ),
        "only-what-is-trained-put-back": changed(
            AVERAGE,
            (
                "            self.network.set_weights(kept)\n",
                "            for weight, old in zip(self.network.weights, kept):\n"
                "                if weight.trainable:\n                    weight.assign(old)\n",
            ),
        ),
        "model-of-the-training-averaged": changed(
            AVERAGE, ("enumerate(self.network.weights)", "enumerate((self.model or self.network).weights)")
        ),
        "batches-skipped": changed(
            AVERAGE, ("        trained = {", "        if batch % 2:\n            return\n        trained = {")
        ),
    },
}

RIGHT = {
    "to-keras": {
        "weights-of-the-linear-layers-reordered": """
def to_keras(network, input_shape):
    model = keras.Sequential([keras.Input((*input_shape[1:], input_shape[0]))])
    shape = None  # (c, h, w) of what was flattened, while the next linear layer has not been met
    parts = list(network)
    for place, layer in enumerate(parts):
        if isinstance(layer, nn.Flatten):
            height, width, channels = model.output_shape[1:] if model.layers else (*input_shape[1:], input_shape[0])
            shape = channels, height, width
            model.add(layers.Flatten())
        elif isinstance(layer, nn.Linear):
            weight = layer.weight.detach().numpy()
            bias = layer.bias.detach().numpy() if layer.bias is not None else np.zeros(len(weight))
            if shape:
                weight = weight.reshape(-1, *shape).transpose(0, 2, 3, 1).reshape(len(weight), -1)
                shape = None
            if isinstance(parts[min(place + 1, len(parts) - 1)], nn.Unflatten):
                c, h, w = parts[place + 1].unflattened_size
                order = np.arange(c * h * w).reshape(c, h, w).transpose(1, 2, 0).ravel()
                weight, bias = weight[order], bias[order]
            dense = layers.Dense(layer.out_features)
            model.add(dense)
            dense.set_weights([weight.T, bias])
        elif isinstance(layer, nn.Unflatten):
            c, h, w = layer.unflattened_size
            model.add(layers.Reshape((h, w, c)))
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            kind = layers.Conv2D if isinstance(layer, nn.Conv2d) else layers.Conv2DTranspose
            if kind is layers.Conv2D and max(layer.padding) > 0:
                model.add(layers.ZeroPadding2D(layer.padding))
            new = kind(layer.out_channels, layer.kernel_size, strides=layer.stride)
            model.add(new)
            new.kernel.assign(np.einsum("oihw->hwio", layer.weight.detach().numpy()))
            if layer.bias is not None:
                new.bias.assign(layer.bias.detach().numpy())
            if kind is layers.Conv2DTranspose and max(layer.padding) > 0:
                model.add(layers.Cropping2D(layer.padding))
        elif isinstance(layer, nn.BatchNorm2d):
            new = layers.BatchNormalization(axis=-1, momentum=1.0 - layer.momentum, epsilon=layer.eps)
            model.add(new)
            new.gamma.assign(layer.weight.detach().numpy())
            new.beta.assign(layer.bias.detach().numpy())
            new.moving_mean.assign(layer.running_mean.numpy())
            new.moving_variance.assign(layer.running_var.numpy())
        elif isinstance(layer, nn.LeakyReLU):
            model.add(layers.LeakyReLU(layer.negative_slope))
        else:
            model.add(layers.ReLU() if isinstance(layer, nn.ReLU) else layers.Activation(keras.activations.tanh))
    return model
""",
        "a-model-of-its-own": """
class Port(keras.Model):
    def __init__(self, network):
        super().__init__()
        self.steps, self.norms = [], {}
        for place, layer in enumerate(network):
            if isinstance(layer, nn.BatchNorm2d):
                norm = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
                norm.build((None, None, None, layer.num_features))
                state = layer.state_dict()
                norm.set_weights([state[k].numpy() for k in ("weight", "bias", "running_mean", "running_var")])
                setattr(self, f"norm_{place}", norm)
                self.steps.append(norm)
            else:
                self.steps.append(layer)

    def call(self, x, training=False):
        for layer in self.steps:
            weight, bias = (getattr(layer, name, None) for name in ("weight", "bias"))
            add = 0 if bias is None or isinstance(layer, keras.Layer) else bias.detach().numpy()
            if isinstance(layer, keras.Layer):
                x = layer(x, training=training)
            elif isinstance(layer, nn.Conv2d):
                v, h = layer.padding
                x = tf.pad(x, [(0, 0), (v, v), (h, h), (0, 0)])
                x = tf.nn.conv2d(x, weight.detach().permute(2, 3, 1, 0).numpy(), layer.stride, "VALID") + add
            elif isinstance(layer, nn.ConvTranspose2d):
                kernel = weight.detach().permute(2, 3, 1, 0).numpy()
                sizes = [(n - 1) * s + k for n, s, k in zip(x.shape[1:3], layer.stride, layer.kernel_size)]
                shape = (tf.shape(x)[0], *sizes, layer.out_channels)
                x = tf.nn.conv2d_transpose(x, kernel, shape, layer.stride, "VALID") + add
                v, h = layer.padding
                x = x[:, v : sizes[0] - v, h : sizes[1] - h]
            elif isinstance(layer, nn.Linear):
                x = x @ weight.detach().numpy().T + add
            elif isinstance(layer, nn.Flatten):
                x = tf.reshape(tf.transpose(x, (0, 3, 1, 2)), (tf.shape(x)[0], -1))
            elif isinstance(layer, nn.Unflatten):
                x = tf.transpose(tf.reshape(x, (-1, *layer.unflattened_size)), (0, 2, 3, 1))
            elif isinstance(layer, nn.LeakyReLU):
                x = tf.where(x > 0, x, x * layer.negative_slope)
            else:
                x = tf.tanh(x) if isinstance(layer, nn.Tanh) else tf.maximum(x, 0)
        return x


def to_keras(network, input_shape):
    return Port(network)
""",
        "a-table-of-translations": """
def to_keras(network, input_shape):
    def array(values):
        return values.detach().cpu().numpy()

    def convolution(layer, kind):
        made = kind(layer.out_channels, layer.kernel_size, layer.stride, use_bias=layer.bias is not None)
        return made, [array(layer.weight).T.swapaxes(0, 1), *([] if layer.bias is None else [array(layer.bias)])]

    def down(layer):
        made, weights = convolution(layer, layers.Conv2D)
        return [(layers.ZeroPadding2D(layer.padding), []), (made, weights)]

    def up(layer):
        return [convolution(layer, layers.Conv2DTranspose), (layers.Cropping2D(layer.padding), [])]

    def norm(layer):
        made = layers.BatchNormalization(momentum=1 - layer.momentum, epsilon=layer.eps)
        return [(made, [array(v) for v in (layer.weight, layer.bias, layer.running_mean, layer.running_var)])]

    def linear(layer):
        made = layers.Dense(layer.out_features, use_bias=layer.bias is not None)
        return [(made, [array(layer.weight).T, *([] if layer.bias is None else [array(layer.bias)])])]

    table = {
        nn.Conv2d: down,
        nn.ConvTranspose2d: up,
        nn.BatchNorm2d: norm,
        nn.Linear: linear,
        nn.Flatten: lambda layer: [(layers.Permute((3, 1, 2)), []), (layers.Flatten(), [])],
        nn.Unflatten: lambda layer: [(layers.Reshape(layer.unflattened_size), []), (layers.Permute((2, 3, 1)), [])],
        nn.ReLU: lambda layer: [(layers.ReLU(), [])],
        nn.LeakyReLU: lambda layer: [(layers.ReLU(negative_slope=layer.negative_slope), [])],
        nn.Tanh: lambda layer: [(layers.Activation("tanh"), [])],
    }
    pairs = [pair for layer in network for pair in table[type(layer)](layer)]
    model = keras.Sequential([keras.Input((*input_shape[1:], input_shape[0])), *(made for made, _ in pairs)])
    model.set_weights([array for _, weights in pairs for array in weights])
    return model
""",
        "padding-within-the-layer": changed(
            PORT,
            (
                "x = layers.ZeroPadding2D(layer.padding)(x)",
                "x = ops.pad(x, [(0, 0), *((p, p) for p in layer.padding), (0, 0)])",
            ),
            (
                "x = layers.Cropping2D(layer.padding)(x)",
                "(v, h), (height, width) = layer.padding, x.shape[1:3]\n"
                "            x = x[:, v : height - v, h : width - h]",
            ),
        ),
    },
    "picture-sheet": {
        "a-loop": """
def picture_sheet(batch, columns):
    batch = np.array(batch, dtype=np.float64)
    n, h, w, c = batch.shape
    rows = (n + columns - 1) // columns
    sheet = np.zeros((rows * h, columns * w, c), dtype=np.uint8)
    for i, picture in enumerate(batch):
        top, left = i // columns * h, i % columns * w
        sheet[top : top + h, left : left + w] = np.clip(np.round(picture * 127.5 + 127.5), 0, 255)
    return sheet
""",
        "tensorflow-all-the-way": """
def picture_sheet(batch, columns):
    batch = tf.cast(tf.convert_to_tensor(batch), tf.float32)
    n, h, w, c = batch.shape
    missing = -n % columns
    batch = tf.concat([batch, -tf.ones((missing, h, w, c))], axis=0)
    pixels = tf.saturate_cast(tf.round((batch + 1) * 127.5), tf.uint8)
    grid = tf.transpose(tf.reshape(pixels, (-1, columns, h, w, c)), (0, 2, 1, 3, 4))
    return tf.reshape(grid, ((n + missing) // columns * h, columns * w, c)).numpy()
""",
        "rows-joined": """
def picture_sheet(batch, columns):
    pictures = [np.floor((np.clip(p, -1, 1) + 1) * 127.5 + 0.5).astype("uint8") for p in np.asarray(batch)]
    while len(pictures) % columns:
        pictures.append(np.zeros_like(pictures[0]))
    return np.vstack([np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)])
""",
        "through-a-copy-in-place": """
def picture_sheet(batch, columns):
    x = np.array(batch, np.float64)
    x += 1
    x *= 127.5
    x = x.clip(0, 255).round()
    n, h, w, c = x.shape
    x = np.concatenate([x, np.zeros((-n % columns, h, w, c))]).astype(np.uint8)
    return np.block([[[picture] for picture in row] for row in x.reshape(-1, columns, h, w, c)])
""",
        "pixel-by-pixel-place": """
def picture_sheet(batch, columns):
    n, h, w, c = batch.shape
    rows = 1 + (n - 1) // columns
    sheet = np.zeros([rows, columns, h, w, c], np.uint8)
    for i, picture in enumerate(batch):
        sheet[divmod(i, columns)] = np.around(255 * (np.maximum(np.minimum(picture, 1), -1) * 0.5 + 0.5))
    return np.ascontiguousarray(np.moveaxis(sheet, 2, 1)).reshape(rows * h, columns * w, c)
""",
    },
    "minibatch-std": {
        "keras-keeps-the-arguments": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, inputs):
        centred = inputs - tf.reduce_mean(inputs, axis=0, keepdims=True)
        s = tf.reduce_mean(tf.sqrt(tf.reduce_mean(tf.square(centred), axis=0) + self.epsilon))
        shape = tf.shape(inputs)
        channel = tf.fill([shape[0], shape[1], shape[2], 1], s)
        return tf.concat([inputs, channel], axis=3)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)
""",
        "registered-and-tiled": """
@keras.saving.register_keras_serializable("assignment")
class MinibatchStd(keras.Layer):
    def __init__(self, epsilon=1e-8, name=None, dtype=None, trainable=True):
        super().__init__(name=name, dtype=dtype, trainable=trainable)
        self.epsilon = float(epsilon)

    def get_config(self):
        config = super().get_config()
        config["epsilon"] = self.epsilon
        return config

    def call(self, x, training=None):
        _, variance = tf.nn.moments(x, axes=[0], keepdims=True)
        s = ops.mean(ops.power(variance + self.epsilon, 0.5), keepdims=True)
        n, h, w = ops.shape(x)[:3]
        return ops.concatenate((x, ops.tile(s, (n, h, w, 1))), -1)
""",
        "zeros-plus-a-number": """
class MinibatchStd(layers.Layer):
    def __init__(self, epsilon=1e-8, **options):
        super().__init__(**options)
        self.eps = epsilon

    def get_config(self):
        return {**super().get_config(), "epsilon": self.eps}

    def call(self, x):
        n = ops.cast(ops.shape(x)[0], x.dtype)
        mean = ops.sum(x, axis=0) / n
        s = ops.mean(ops.sqrt(ops.sum((x - mean) ** 2, axis=0) / n + self.eps))
        return layers.concatenate([x, x[:, :, :, 0:1] * 0 + s])
""",
        "mean-of-squared-differences": changed(
            STD,
            ("ops.var(x, axis=0)", "ops.mean(ops.square(ops.subtract(x, ops.mean(x, axis=0, keepdims=True))), axis=0)"),
            ("ops.full_like(x[..., :1], std)", "ops.ones_like(x)[..., :1] * std"),
        ),
    },
    "r1-penalty": {
        "a-tape-for-each-sum": """
def r1_penalty(discriminator, real, gamma):
    x = tf.identity(real)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        total = tf.reduce_sum(discriminator(x, training=True))
    g = keras.layers.Flatten()(tape.gradient(total, x))
    return 0.5 * gamma * ops.mean(ops.sum(ops.square(g), axis=1))
""",
        "tf-gradients-of-a-norm": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape(watch_accessed_variables=False) as inner:
        inner.watch(real)
        scores = discriminator(real, training=True)[:, 0]
    slopes = tf.reshape(inner.gradient(scores, real), (tf.shape(real)[0], -1))
    return tf.reduce_sum(slopes * slopes) / tf.cast(tf.shape(real)[0], tf.float32) * (gamma / 2)
""",
        "l2-loss": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = discriminator(real)
    n = tf.cast(len(real) if tf.executing_eagerly() else tf.shape(real)[0], real.dtype)
    return gamma * tf.nn.l2_loss(tape.gradient(scores, real)) / n
""",
        "a-sum-of-dot-products": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        total = tf.reduce_mean(discriminator(real, training=True))
    n = tf.cast(tf.shape(real)[0], tf.float32)
    slopes = tf.reshape(n * tape.gradient(total, real), (tf.shape(real)[0], -1))
    return gamma * tf.reduce_mean(tf.einsum("nd,nd->n", slopes, slopes)) * 0.5
""",
        "tf-gradients-of-each-norm": """
def r1_penalty(discriminator, real, gamma):
    with tf.GradientTape() as tape:
        tape.watch(real)
        scores = tf.squeeze(discriminator(real, training=True), axis=1)
    norms = tf.sqrt(tf.reduce_sum(tape.gradient(scores, real) ** 2, axis=(1, 2, 3)) + 1e-12)
    return tf.reduce_mean(norms**2) * (gamma / 2)
""",
    },
    "adversarial-step": {
        "losses-of-keras": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    squares = keras.losses.MeanSquaredError()
    z = keras.random.normal((ops.shape(real)[0], latent_dim))
    with tf.GradientTape() as d_tape:
        fake = tf.stop_gradient(generator(z, training=True))
        on_fake, on_real = discriminator(fake, training=True), discriminator(real, training=True)
        d_loss = 0.5 * squares(tf.ones_like(on_real), on_real) + 0.5 * squares(tf.zeros_like(on_fake), on_fake)
    gradients = d_tape.gradient(d_loss, discriminator.trainable_weights)
    d_optimizer.apply_gradients(zip(gradients, discriminator.trainable_weights))
    with tf.GradientTape() as g_tape:
        on_fake = discriminator(generator(z, training=True), training=True)
        g_loss = 0.5 * squares(tf.ones_like(on_fake), on_fake)
    gradients = g_tape.gradient(g_loss, generator.trainable_weights)
    g_optimizer.apply_gradients(zip(gradients, generator.trainable_weights))
    return d_loss, g_loss
""",
        "fakes-made-once": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    with tf.GradientTape() as g_tape:
        fake = generator(tf.random.normal([tf.shape(real)[0], latent_dim]), training=True)
        with tf.GradientTape() as d_tape:
            real_loss = tf.reduce_mean(tf.math.squared_difference(discriminator(real, training=True), 1.0))
            fake_loss = tf.reduce_mean(tf.square(discriminator(fake, training=True)))
            d_loss = (real_loss + fake_loss) / 2
        d_optimizer.apply(
            d_tape.gradient(d_loss, discriminator.trainable_variables), discriminator.trainable_variables
        )
        g_loss = tf.reduce_mean(tf.math.squared_difference(discriminator(fake, training=True), 1.0)) / 2
    g_optimizer.apply(g_tape.gradient(g_loss, generator.trainable_variables), generator.trainable_variables)
    return d_loss, g_loss
""",
        "frozen-in-turn-and-sums": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    count = tf.cast(tf.shape(real)[0], tf.float32)

    def step(loss_of, moving, resting, optimizer):
        resting.trainable = False
        with tf.GradientTape() as tape:
            z = tf.random.normal((tf.shape(real)[0], latent_dim))
            loss = loss_of(generator(z, training=True))
        optimizer.apply(tape.gradient(loss, moving.trainable_weights), moving.trainable_weights)
        resting.trainable = True
        return loss

    def judged(pictures, target):
        return tf.nn.l2_loss(discriminator(pictures, training=True) - target) / count

    d_loss = step(lambda fake: judged(real, 1) + judged(fake, 0), discriminator, generator, d_optimizer)
    g_loss = step(lambda fake: judged(fake, 1), generator, discriminator, g_optimizer)
    return d_loss, g_loss
""",
        "scored-again-for-the-accuracy": changed(
            STEP,
            (
                "    variables = discriminator",
                "    found = discriminator(real, training=True) > 0.5\n"
                "    tf.debugging.assert_type(found, tf.bool)\n    variables = discriminator",
            ),
        ),
        "frozen-meanwhile": changed(
            STEP,
            (
                "    with tf.GradientTape() as tape:\n        fake",
                "    discriminator.trainable = False\n    with tf.GradientTape() as tape:\n        fake",
            ),
            ("    return d_loss", "    discriminator.trainable = True\n    return d_loss"),
        ),
        "one-persistent-tape-for-the-generator": """
def adversarial_step(generator, discriminator, g_optimizer, d_optimizer, real, latent_dim):
    n = ops.shape(real)[0]
    z = tf.random.normal([n, latent_dim])

    def half_square(scores, target):
        return ops.mean(ops.square(scores - target)) * 0.5

    with tf.GradientTape(persistent=True) as tape:
        fake = generator(z, training=True)
        d_loss = half_square(discriminator(real, training=True), 1.0)
        d_loss += half_square(discriminator(fake, training=True), 0.0)
    weights = discriminator.trainable_weights
    d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights))
    with tape:
        g_loss = half_square(discriminator(fake, training=True), 1.0)
    weights = generator.trainable_weights
    g_optimizer.apply(tape.gradient(g_loss, weights), weights)
    return [d_loss, g_loss]
""",
    },
    "average-weights": {
        "a-clone-holds-the-average": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network = network
        self.decay = decay
        self.average = keras.models.clone_model(network)

    def on_train_begin(self, logs=None):
        self.average.set_weights(self.network.get_weights())

    def on_train_batch_end(self, batch, logs=None):
        for a, w in zip(self.average.trainable_variables, self.network.trainable_variables):
            a.assign(self.decay * a + (1 - self.decay) * w)
        for a, w in zip(self.average.non_trainable_variables, self.network.non_trainable_variables):
            a.assign(w)

    @contextmanager
    def applied(self):
        before = self.network.get_weights()
        try:
            self.network.set_weights(self.average.get_weights())
            yield self.network
        finally:
            self.network.set_weights(before)
""",
        "two-lists-and-a-class": """
class Swap:
    def __init__(self, variables, values):
        self.variables, self.values = variables, values

    def __enter__(self):
        self.before = [np.copy(variable.numpy()) for variable in self.variables]
        for variable, value in zip(self.variables, self.values):
            variable.assign(value)

    def __exit__(self, *_):
        for variable, value in zip(self.variables, self.before):
            variable.assign(value)
        return False


class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.net, self.decay = network, decay

    def on_train_begin(self, logs=None):
        self.trained = [np.copy(v.numpy()) for v in self.net.trainable_variables]
        self.others = [np.copy(v.numpy()) for v in self.net.non_trainable_variables]

    def on_train_batch_end(self, batch, logs=None):
        for a, v in zip(self.trained, self.net.trainable_variables):
            a += (1 - self.decay) * (v.numpy() - a)
        self.others = [np.copy(v.numpy()) for v in self.net.non_trainable_variables]

    def applied(self):
        return Swap(self.net.trainable_variables + self.net.non_trainable_variables, self.trained + self.others)
""",
        "tensors-by-path": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay, self.average = network, tf.constant(decay, tf.float32), {}

    def on_train_begin(self, logs=None):
        self.average = {weight.path: tf.identity(weight) for weight in self.network.weights}

    def on_batch_end(self, batch, logs=None):
        trained = [weight.path for weight in self.network.trainable_weights]
        for weight in self.network.weights:
            now, old = tf.identity(weight), self.average[weight.path]
            self.average[weight.path] = old * self.decay + now * (1 - self.decay) if weight.path in trained else now

    @contextmanager
    def applied(self):
        kept = [(weight, tf.identity(weight)) for weight in self.network.weights]
        for weight in self.network.weights:
            weight.assign(self.average[weight.path])
        try:
            yield
        finally:
            for weight, value in kept:
                weight.assign(value)
""",
        "variables-of-tensorflow": """
class AverageWeights(keras.callbacks.Callback):
    def __init__(self, network, decay):
        super().__init__()
        self.network, self.decay = network, decay
        self.averages = [tf.Variable(tf.convert_to_tensor(weight)) for weight in network.weights]

    def on_train_begin(self, logs=None):
        for average, weight in zip(self.averages, self.network.weights):
            average.assign(weight)

    def on_train_batch_end(self, batch, logs=None):
        for average, weight in zip(self.averages, self.network.weights):
            moved = any(weight is other for other in self.network.trainable_weights)
            average.assign_sub((1 - self.decay if moved else 1.0) * (average - weight))

    @contextmanager
    def applied(self):
        before = [tf.identity(weight) for weight in self.network.weights]
        try:
            for average, weight in zip(self.averages, self.network.weights):
                weight.assign(average)
            yield self
        finally:
            for old, weight in zip(before, self.network.weights):
                weight.assign(old)
""",
    },
}
