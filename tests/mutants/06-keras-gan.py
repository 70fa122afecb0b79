"""Answers to assignment 06, wrong and right; names as in the catalogue of misconceptions where one applies."""

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
    },
}
