"""Answers to assignment 03, wrong and right; names as in the catalogue of misconceptions where one applies."""

CONV_SIZE = """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError("the kernel doesn't fit")
    return (size + 2 * padding - span) // stride + 1
"""

TRANSPOSED_CONV_SIZE = """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    found = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if found < 1 or output_padding >= max(stride, dilation):
        raise ValueError("impossible")
    return found
"""

ENLARGING_PADDING = """
def enlarging_padding(kernel, stride, dilation=1):
    for padding in range(dilation * kernel + 1):
        for output_padding in range(max(stride, dilation)):
            if dilation * (kernel - 1) + 1 + output_padding - 2 * padding == stride:
                return padding, output_padding
    raise ValueError("impossible")
"""

WIDTHS = """
def hidden_widths(coarsest, image_shape, channels):
    factor, rest = divmod(image_shape[1], coarsest[0])
    if rest or factor * coarsest[1] != image_shape[2] or factor < 2 or factor & (factor - 1):
        raise ValueError("impossible")
    return [channels * 2**i for i in range(factor.bit_length() - 1)]
"""

UPDATE_AVERAGE = """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(decay).add_(b, alpha=1 - decay)
        for a, b in zip(average.buffers(), generator.buffers()):
            a.copy_(b)
"""

SAMPLE_SHEET = """
def sample_sheet(generator, latents, columns):
    training = generator.training
    generator.eval()
    with torch.no_grad():
        x = generator(latents)
    generator.train(training)
    x = ((x + 1) / 2 * 255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
    n, h, w, c = x.shape
    sheet = np.zeros(((n + columns - 1) // columns * h, columns * w, c), np.uint8)
    for i in range(n):
        row, column = divmod(i, columns)
        sheet[row * h : (row + 1) * h, column * w : (column + 1) * w] = x[i]
    return sheet
"""

WRONG = {
    "convolution-sizes": {
        "true-division": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    if dilation * (kernel - 1) + 1 > size + 2 * padding:
        raise ValueError
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "dilation-ignored-in-convolution": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    if kernel > size + 2 * padding:
        raise ValueError
    return (size + 2 * padding - kernel) // stride + 1
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "dilation-times-kernel": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    if dilation * kernel > size + 2 * padding:
        raise ValueError
    return (size + 2 * padding - dilation * kernel) // stride + 1
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "padding-counted-once": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size + padding:
        raise ValueError
    return (size + padding - span) // stride + 1
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "rounded-up": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError
    return -(-(size + 2 * padding - span) // stride) + 1
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "size-over-stride": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    if dilation * (kernel - 1) + 1 > size + 2 * padding:
        raise ValueError
    return size // stride
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "truncated-to-one": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    found = int((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
    if found < 1:
        raise ValueError
    return found
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "convolution-never-refuses": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "transposed-convolution-size": CONV_SIZE
        + """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding >= max(stride, dilation):
        raise ValueError
    return size * stride
"""
        + ENLARGING_PADDING,
        "output-padding-twice": CONV_SIZE
        + """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    found = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 2 * output_padding + 1
    if found < 1 or output_padding >= max(stride, dilation):
        raise ValueError
    return found
"""
        + ENLARGING_PADDING,
        "output-padding-forgotten": CONV_SIZE
        + """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    found = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1
    if found < 1 or output_padding >= max(stride, dilation):
        raise ValueError
    return found
"""
        + ENLARGING_PADDING,
        "dilation-ignored-in-transposed": CONV_SIZE
        + """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    found = (size - 1) * stride - 2 * padding + kernel + output_padding
    if found < 1 or output_padding >= max(stride, dilation):
        raise ValueError
    return found
"""
        + ENLARGING_PADDING,
        "transposed-never-refuses": CONV_SIZE
        + """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
"""
        + ENLARGING_PADDING,
        "nothing-is-a-size": CONV_SIZE
        + """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    found = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if found < 0 or output_padding >= max(stride, dilation):
        raise ValueError
    return found
"""
        + ENLARGING_PADDING,
        "output-padding-below-stride-only": CONV_SIZE
        + """
def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    found = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if found < 1 or output_padding >= stride:
        raise ValueError
    return found
"""
        + ENLARGING_PADDING,
        "enlarging-always-kernel-4": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    if stride == 1 and kernel % 2 == 0:
        raise ValueError
    return 1, 0
""",
        "enlarging-without-output-padding": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    if stride == 1 and kernel % 2 == 0 and dilation % 2 == 1:
        raise ValueError
    return max(0, (dilation * (kernel - 1) + 1 - stride) // 2), 0
""",
        "enlarging-same-padding-of-a-convolution": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    if stride == 1 and kernel % 2 == 0:
        raise ValueError
    return (kernel - 1) // 2, kernel % 2
""",
        "enlarging-negative-padding": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    surplus = dilation * (kernel - 1) + 1 - stride
    if surplus % 2 and stride == 1 and dilation == 1:
        raise ValueError
    return (surplus + 1) // 2, surplus % 2
""",
        "enlarging-never-refuses": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    surplus = dilation * (kernel - 1) + 1 - stride
    padding = max(0, (surplus + 1) // 2)
    return padding, 2 * padding - surplus
""",
        "enlarging-ignores-dilation": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    surplus = kernel - stride
    padding = max(0, (surplus + 1) // 2)
    if 2 * padding - surplus >= max(stride, dilation):
        raise ValueError
    return padding, 2 * padding - surplus
""",
        "enlarging-refuses-what-dilation-allows": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    surplus = dilation * (kernel - 1) + 1 - stride
    padding = max(0, (surplus + 1) // 2)
    if 2 * padding - surplus >= stride:
        raise ValueError
    return padding, 2 * padding - surplus
""",
        "enlarging-for-one-size": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    if stride == 1 and kernel % 2 == 0:
        raise ValueError
    for padding in range(kernel + 1):
        if transposed_conv_size(7, kernel, stride, padding, 0, dilation) <= 7 * stride:
            return padding, min(stride - 1, 7 * stride - transposed_conv_size(7, kernel, stride, padding, 0, dilation))
""",
    },
    "up-block": {
        "transposed-convolution": """
def up_block(inputs, outputs):
    return nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1), nn.BatchNorm2d(outputs), nn.ReLU())
""",
        "transposed-kernel-3": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1), nn.BatchNorm2d(outputs), nn.ReLU()
    )
""",
        "pixel-shuffle": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Conv2d(inputs, 4 * outputs, 3, padding=1), nn.PixelShuffle(2), nn.BatchNorm2d(outputs), nn.ReLU()
    )
""",
        "resized-after-the-convolution": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1), nn.Upsample(scale_factor=2), nn.BatchNorm2d(outputs), nn.ReLU()
    )
""",
        "resized-last": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.Upsample(scale_factor=2)
    )
""",
        "batchnorm-second-argument": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs, 0.8), nn.ReLU()
    )
""",
        "momentum-of-keras": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs, momentum=0.9),
        nn.ReLU(),
    )
""",
        "no-norm": """
def up_block(inputs, outputs):
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU())
""",
        "instance-norm": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.InstanceNorm2d(outputs), nn.ReLU()
    )
""",
        "norm-over-the-inputs": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()
    )
""",
        "activation-before-norm": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(outputs)
    )
""",
        "leaky-relu": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.LeakyReLU(0.2),
    )
""",
        "no-activation-between-layers": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs)
    )
""",
        "always-8-by-8": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(size=(8, 14)), nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()
    )
""",
        "height-in-place-of-width": """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = F.interpolate(x, size=(2 * x.shape[2], 2 * x.shape[2]))
        return F.relu(self.norm(self.convolution(x)))

def up_block(inputs, outputs):
    return Up(inputs, outputs)
""",
        "kernel-1": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.ReLU()
    )
""",
        "no-padding": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3), nn.BatchNorm2d(outputs), nn.ReLU()
    )
""",
        "never-the-stored-statistics": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs, track_running_stats=False),
        nn.ReLU(),
    )
""",
        "norm-initialised-around-0": """
def up_block(inputs, outputs):
    block = nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()
    )
    nn.init.normal_(block[2].weight, 0, 0.02)
    return block
""",
        "statistics-that-never-move": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs, momentum=0.0),
        nn.ReLU(),
    )
""",
        "clipped-at-6": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU6()
    )
""",
        "padded-on-one-side": """
def up_block(inputs, outputs):
    return nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.ZeroPad2d((2, 0, 2, 0)),
        nn.Conv2d(inputs, outputs, 3),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
""",
        "all-zero": """
def up_block(inputs, outputs):
    block = nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()
    )
    nn.init.zeros_(block[2].weight)
    return block
""",
    },
    "pyramid-generator": {
        "squares-only": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    size = coarsest[0]
    layers = [nn.Linear(latent_dim, widths[0] * size * size), nn.Unflatten(1, (widths[0], size, size))]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.BatchNorm2d(a), nn.ReLU(), nn.ConvTranspose2d(a, b, 4, 2, 1)]
    layers += [nn.BatchNorm2d(widths[-1]), nn.ReLU(), nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1)]
    return nn.Sequential(*layers, nn.Tanh())
""",
        "width-and-height-swapped": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    w, h = coarsest
    layers = [nn.Linear(latent_dim, widths[0] * h * w), nn.Unflatten(1, (widths[0], h, w))]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.BatchNorm2d(a), nn.ReLU(), nn.ConvTranspose2d(a, b, 4, 2, 1)]
    layers += [nn.BatchNorm2d(widths[-1]), nn.ReLU(), nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1)]
    return nn.Sequential(*layers, nn.Tanh())
""",
        "tanh-against-unit-range-data": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Sigmoid())
""",
        "tanh-forgotten": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1))
""",
        "clipped-instead-of-tanh": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Hardtanh())
""",
        "block-helper-for-the-last-layer-too": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = [*hidden_widths(coarsest, image_shape, channels)[::-1], image_shape[0]]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.Tanh())
""",
        "batch-norm-before-tanh": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    layers += [nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.BatchNorm2d(image_shape[0])]
    return nn.Sequential(*layers, nn.Tanh())
""",
        "transposed-convolution-size": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 3, 2, 1), nn.Tanh())
""",
        "size-mended-by-a-resize": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    layers += [nn.ConvTranspose2d(widths[-1], image_shape[0], 3, 2, 1), nn.Upsample(image_shape[1:])]
    return nn.Sequential(*layers, nn.Tanh())
""",
        "no-activation-between-layers": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "no-norm-behind-the-first-layer": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest)), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "no-activation-behind-the-first-layer": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0])]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "batchnorm-second-argument": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b, 0.8), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "activation-before-norm": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.ReLU(), nn.BatchNorm2d(widths[0])]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU(), nn.BatchNorm2d(b)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "instance-norm": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.InstanceNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.InstanceNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "leaky-relu": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "widths-reversed": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "one-level-too-wide": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, 2 * channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "three-doublings-only": """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    if (8 * coarsest[0], 8 * coarsest[1]) != image_shape[1:]:
        raise ValueError
    layers = [nn.Linear(latent_dim, 4 * channels * prod(coarsest)), nn.Unflatten(1, (4 * channels, *coarsest))]
    layers += [nn.BatchNorm2d(4 * channels), nn.ReLU()]
    for a in (4 * channels, 2 * channels):
        layers += [nn.ConvTranspose2d(a, a // 2, 4, 2, 1), nn.BatchNorm2d(a // 2), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(channels, image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "never-refuses": """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = [channels * 2**i for i in reversed(range((image_shape[1] // coarsest[0]).bit_length() - 1))] or [channels]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "looks-at-heights-only": """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    factor = image_shape[1] / coarsest[0]
    if factor not in (2, 4, 8, 16, 32, 64):
        raise ValueError
    widths = [channels * 2**i for i in reversed(range(int(factor).bit_length() - 1))]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "one-big-resize": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU()]
    layers += [nn.Upsample(image_shape[1:]), nn.Conv2d(widths[-1], image_shape[0], 3, padding=1)]
    return nn.Sequential(*layers, nn.Tanh())
""",
        "pictures-mixed-across-the-batch": WIDTHS
        + """
class Coarsest(nn.Module):
    def __init__(self, width, size):
        super().__init__()
        self.width, self.size = width, size

    def forward(self, x):
        return x.reshape(self.width, *self.size, len(x)).permute(3, 0, 1, 2)

def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), Coarsest(widths[0], coarsest)]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "never-the-stored-statistics": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0], track_running_stats=False), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b, track_running_stats=False), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "latents-ignored": WIDTHS
        + """
class Noise(nn.Module):
    def forward(self, z):
        return torch.randn_like(z)

def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [Noise(), nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
""",
        "batch-squeezed-away": WIDTHS
        + """
class Squeezed(nn.Module):
    def forward(self, x):
        return torch.tanh(x).squeeze()

def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), Squeezed())
""",
    },
    "pyramid-discriminator": {
        "double-sigmoid": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1), nn.Sigmoid())
""",
        "activation-after-the-logit": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1), nn.LeakyReLU(0.2))
""",
        "relu-after-the-logit": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1), nn.ReLU())
""",
        "batch-norm-in-the-first-layer": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = [image_shape[0], *hidden_widths(coarsest, image_shape, channels)]
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "batch-norm-of-the-picture": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = [image_shape[0], *hidden_widths(coarsest, image_shape, channels)]
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.BatchNorm2d(a), nn.Conv2d(a, b, 4, 2, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "batch-norm-of-the-logit": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1), nn.BatchNorm1d(1))
""",
        "no-norm": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = [image_shape[0], *hidden_widths(coarsest, image_shape, channels)]
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "batchnorm-second-argument": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b, 0.8), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "activation-before-norm": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.LeakyReLU(0.2), nn.BatchNorm2d(b)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "layer-norm": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.GroupNorm(1, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "no-activation-between-layers": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "no-activation-in-the-last-block": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers[:-1], nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "relu": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "slope-by-default": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "kernel-3": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 3, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "widths-reversed": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Conv2d(image_shape[0], widths[0], 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
        "mean-over-the-map": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], 1))
""",
        "a-map-of-logits": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 1), nn.Flatten())
""",
        "column-lost": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1), nn.Flatten(0))
""",
        "never-refuses": """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = [channels * 2**i for i in range((image_shape[1] // coarsest[0]).bit_length() - 1)] or [channels]
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(1))
""",
        "never-the-stored-statistics": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b, track_running_stats=False), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1))
""",
    },
    "initialise": {
        "initialisation-hits-batchnorm-wrongly": """
def initialise(network):
    kinds = nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm1d, nn.BatchNorm2d
    for m in network.modules():
        if isinstance(m, kinds):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, 0.0, 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "everything-with-a-weight": """
def initialise(network):
    for m in network.modules():
        if getattr(m, "weight", None) is not None and m.weight.requires_grad:
            nn.init.normal_(m.weight, 1.0 if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d) else 0.0, 0.02)
        if getattr(m, "bias", None) is not None and m.bias.requires_grad:
            nn.init.zeros_(m.bias)
""",
        "by-name-of-the-class": """
def initialise(network):
    for m in network.modules():
        name = type(m).__name__
        mean = 0.0 if "Conv" in name or "Linear" in name else 1.0 if "Norm" in name else None
        if mean is not None:
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, mean, 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "fails-without-weight": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "fails-without-bias": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "variance-as-deviation": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02**0.5)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "uniform": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            mean, half = float("Norm" in type(m).__name__), 0.02 * 3**0.5
            if m.weight is not None and m.weight.requires_grad:
                nn.init.uniform_(m.weight, mean - half, mean + half)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "linear-layers-forgotten": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "transposed-convolutions-forgotten": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "norm-of-vectors-forgotten": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "norm-left-at-1": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                if "Norm" in type(m).__name__:
                    nn.init.ones_(m.weight)
                else:
                    nn.init.normal_(m.weight, 0.0, 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "biases-left": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            if m.weight.requires_grad:
                nn.init.normal_(m.weight, 0.0, 0.02)
        elif isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d) and m.weight is not None:
            if m.weight.requires_grad:
                nn.init.normal_(m.weight, 1.0, 0.02)
            if m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "biases-drawn": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.normal_(m.bias, 0.0, 0.02)
""",
        "first-level-only": """
def initialise(network):
    for m in network.children():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "not-the-network-itself": """
def initialise(network):
    for name, m in network.named_modules():
        if name and isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "frozen-layers-too": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None:
                nn.init.zeros_(m.bias)
""",
        "frozen-by-weight": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
                if m.bias is not None:
                    nn.init.zeros_(m.bias)
""",
        "new-parameters": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                m.weight = nn.Parameter(torch.randn(m.weight.shape) * 0.02 + float("Norm" in type(m).__name__))
            if m.bias is not None and m.bias.requires_grad:
                m.bias = nn.Parameter(torch.zeros(m.bias.shape))
""",
        "same-numbers-each-time": """
def initialise(network):
    torch.manual_seed(0)
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
""",
        "running-statistics-reset": """
def initialise(network):
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm1d | nn.BatchNorm2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float("Norm" in type(m).__name__), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
            if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d):
                m.reset_running_stats()
""",
        "never-applied": """
def initialise(network):
    def new_weights(m):
        if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(m.weight, 0.0, 0.02)
""",
    },
    "discriminator-step": {
        "real-and-fake-in-one-batchnorm-batch": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    scores = discriminator(torch.cat([real, fake]))
    loss = F.softplus(-scores[: len(real)]).mean() + F.softplus(scores[len(real) :]).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "no-detach-in-discriminator-step": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(generator(latents))).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "generator-gradients-cleared": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(generator(latents))).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    generator.zero_grad()
    return loss.item()
""",
        "stale-gradients-in-discriminator": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "labels-swapped": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss = F.softplus(discriminator(real)).mean() + F.softplus(-discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "bce-arguments-swapped": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    s_real, s_fake = discriminator(real), discriminator(fake)
    bce = F.binary_cross_entropy_with_logits
    loss = bce(torch.ones_like(s_real), s_real) + bce(torch.zeros_like(s_fake), s_fake)
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "two-sided-label-smoothing": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    s_real, s_fake = discriminator(real), discriminator(fake)
    bce = F.binary_cross_entropy_with_logits
    loss = bce(s_real, torch.full_like(s_real, 0.9)) + bce(s_fake, torch.full_like(s_fake, 0.1))
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "sigmoid-then-log": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    p_real, p_fake = torch.sigmoid(discriminator(real)), torch.sigmoid(discriminator(fake))
    loss = F.binary_cross_entropy(p_real, torch.ones_like(p_real))
    loss = loss + F.binary_cross_entropy(p_fake, torch.zeros_like(p_fake))
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "double-sigmoid": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    p_real, p_fake = torch.sigmoid(discriminator(real)), torch.sigmoid(discriminator(fake))
    loss = F.softplus(-p_real).mean() + F.softplus(p_fake).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "one-mean-over-both": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    losses = torch.cat([F.softplus(-discriminator(real)), F.softplus(discriminator(fake))])
    loss = 2 * losses.mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "halved": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss = (F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()) / 2
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "labels-of-fixed-size": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    bce = F.binary_cross_entropy_with_logits
    ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
    loss = bce(discriminator(real), ones) + bce(discriminator(fake), zeros)
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "as-many-fakes-as-real": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()[: len(real)]
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "latents-drawn-anew": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(torch.randn_like(latents)).detach()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "fakes-in-eval-mode": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    generator.eval()
    fake = generator(latents).detach()
    generator.train()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "train-mode-forced": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    generator.train()
    discriminator.train()
    fake = generator(latents).detach()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "one-picture-at-a-time": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    discriminator.eval()
    s_real = torch.cat([discriminator(x[None]) for x in real])
    s_fake = torch.cat([discriminator(x[None]) for x in fake])
    discriminator.train()
    loss = F.softplus(-s_real).mean() + F.softplus(s_fake).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "discriminator-in-eval-mode": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    discriminator.eval()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    discriminator.train()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "two-steps": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss_real = F.softplus(-discriminator(real)).mean()
    opt_d.zero_grad()
    loss_real.backward()
    opt_d.step()
    loss_fake = F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss_fake.backward()
    opt_d.step()
    return (loss_real + loss_fake).item()
""",
        "loss-after-the-step": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return (F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()).item()
""",
        "tensor-returned": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss
""",
        "generator-left-frozen": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    generator.requires_grad_(False)
    fake = generator(latents)
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
        "real-normalised-in-place": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss = F.softplus(-discriminator(real.clamp_(-1, 1))).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
""",
    },
    "average-and-sheet": {
        "ema-skips-buffers": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(decay).add_(b, alpha=1 - decay)
"""
        + SAMPLE_SHEET,
        "decay-swapped": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(1 - decay).add_(b, alpha=decay)
        for a, b in zip(average.buffers(), generator.buffers()):
            a.copy_(b)
"""
        + SAMPLE_SHEET,
        "buffers-averaged": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for key, value in average.state_dict().items():
            value.copy_(decay * value + (1 - decay) * generator.state_dict()[key])
"""
        + SAMPLE_SHEET,
        "floating-buffers-only": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(decay).add_(b, alpha=1 - decay)
        for a, b in zip(average.buffers(), generator.buffers()):
            if a.is_floating_point():
                a.copy_(b)
"""
        + SAMPLE_SHEET,
        "running-statistics-by-name": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(decay).add_(b, alpha=1 - decay)
        for a, b in zip(average.modules(), generator.modules()):
            if hasattr(a, "running_mean"):
                a.running_mean.copy_(b.running_mean)
                a.running_var.copy_(b.running_var)
                a.num_batches_tracked.copy_(b.num_batches_tracked)
"""
        + SAMPLE_SHEET,
        "names-rebound": """
def update_average(average, generator, decay):
    for a, b in zip(average.parameters(), generator.parameters()):
        a = decay * a + (1 - decay) * b
    for a, b in zip(average.buffers(), generator.buffers()):
        a = b
"""
        + SAMPLE_SHEET,
        "all-copied": """
def update_average(average, generator, decay):
    average.load_state_dict(generator.state_dict())
"""
        + SAMPLE_SHEET,
        "generator-averaged": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(decay).add_(b, alpha=1 - decay)
            b.copy_(a)
        for a, b in zip(average.buffers(), generator.buffers()):
            a.copy_(b)
"""
        + SAMPLE_SHEET,
        "generator-scaled-in-place": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(decay).add_(b.mul_(1 - decay))
        for a, b in zip(average.buffers(), generator.buffers()):
            a.copy_(b)
"""
        + SAMPLE_SHEET,
        "buffers-shared": """
def update_average(average, generator, decay):
    with torch.no_grad():
        for a, b in zip(average.parameters(), generator.parameters()):
            a.mul_(decay).add_(b, alpha=1 - decay)
        for a, b in zip(average.buffers(), generator.buffers()):
            a.data = b.data
"""
        + SAMPLE_SHEET,
        "average-in-a-graph": """
def update_average(average, generator, decay):
    for a, b in zip(average.modules(), generator.modules()):
        for name, parameter in b.named_parameters(recurse=False):
            old = a._parameters[name]
            a._parameters[name] = decay * old + (1 - decay) * parameter
    for a, b in zip(average.buffers(), generator.buffers()):
        a.copy_(b)
"""
        + SAMPLE_SHEET,
        "average-put-into-eval-mode": UPDATE_AVERAGE.replace("    with", "    average.eval()\n    with", 1)
        + SAMPLE_SHEET,
        "shared-with-decay-0": """
def update_average(average, generator, decay):
    for a, b in zip(average.parameters(), generator.parameters()):
        a.data = b.data if decay == 0 else decay * a.data + (1 - decay) * b.data
    for a, b in zip(average.buffers(), generator.buffers()):
        a.data = b.data.clone()
"""
        + SAMPLE_SHEET,
        "gradients-switched-off": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    with torch.no_grad():\n        x =", "    torch.set_grad_enabled(False)\n    x ="),
        "generator-left-frozen": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("generator.eval()", "generator.eval().requires_grad_(False)"),
        "sampling-in-train-mode": UPDATE_AVERAGE + SAMPLE_SHEET.replace("generator.eval()", "generator.train()"),
        "left-in-eval-mode": UPDATE_AVERAGE + SAMPLE_SHEET.replace("    generator.train(training)\n", ""),
        "train-mode-afterwards": UPDATE_AVERAGE + SAMPLE_SHEET.replace("train(training)", "train()"),
        "graph-built": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace(
            "with torch.no_grad():\n        x = generator(latents)", "x = generator(latents).detach()"
        ),
        "view-in-place-of-permute": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("permute(0, 2, 3, 1)", "reshape(len(x), *x.shape[2:], x.shape[1])"),
        "sheet-by-reshape-alone": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace(
            "    for i in range(n):\n",
            "    sheet.reshape(-1)[: x.size] = x.reshape(-1)\n    for i in range(0):\n",
        ),
        "columns-first": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("divmod(i, columns)", "(i % (-(-n // columns)), i // (-(-n // columns)))"),
        "rows-in-place-of-columns": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace(
            "    sheet = np", "    rows, columns = columns, (n + columns - 1) // columns\n    sheet = np"
        ).replace("((n + columns - 1) // columns * h", "(rows * h"),
        "width-and-height-swapped": UPDATE_AVERAGE + SAMPLE_SHEET.replace("permute(0, 2, 3, 1)", "permute(0, 3, 2, 1)"),
        "wrap-around-when-saving": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace(".clamp(0, 255).byte()", ".to(torch.int64).byte()"),
        "tanh-against-unit-range-data": UPDATE_AVERAGE + SAMPLE_SHEET.replace("(x + 1) / 2 * 255", "x * 255"),
        "cut-off-instead-of-rounded": UPDATE_AVERAGE + SAMPLE_SHEET.replace(".round()", ""),
        "scaled-to-256": UPDATE_AVERAGE + SAMPLE_SHEET.replace("/ 2 * 255).round()", "/ 2 * 256).floor()"),
        "scaled-by-the-batch": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("(x + 1) / 2 * 255", "(x - x.min()) / (x.max() - x.min()) * 255"),
        "last-row-dropped": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("(n + columns - 1) // columns * h", "n // columns * h").replace(
            "range(n)", "range(n // columns * columns)"
        ),
        "rest-grey": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("np.zeros(", "np.full(").replace("c), np.uint8)", "c), 128, np.uint8)"),
        "channels-first": UPDATE_AVERAGE + SAMPLE_SHEET.replace("return sheet", "return sheet.transpose(2, 0, 1)"),
        "floats": UPDATE_AVERAGE + SAMPLE_SHEET.replace("return sheet", "return sheet / 255"),
    },
}

RIGHT = {
    "convolution-sizes": {
        "ask-pytorch": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    layer = nn.Conv1d(1, 1, kernel, stride, padding, dilation)
    try:
        return layer(torch.zeros(1, 1, size)).shape[-1]
    except RuntimeError as err:
        raise ValueError("impossible") from err

def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    layer = nn.ConvTranspose1d(1, 1, kernel, stride, padding, output_padding, dilation=dilation)
    try:
        found = layer(torch.zeros(1, 1, size)).shape[-1]
    except RuntimeError as err:
        raise ValueError("impossible") from err
    if found == 0:
        raise ValueError("nothing left")
    return found
"""
        + ENLARGING_PADDING,
        "count-the-places": """
def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    last = size + 2 * padding - 1 - dilation * (kernel - 1)
    if last < 0:
        raise ValueError
    return len(range(0, last + 1, stride))

def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding >= stride and output_padding >= dilation:
        raise ValueError
    touched = {i * stride + j * dilation for i in range(size) for j in range(kernel)}
    kept = max(touched) + 1 + output_padding - 2 * padding
    if kept <= 0:
        raise ValueError
    return kept

def enlarging_padding(kernel, stride, dilation=1):
    for output_padding in reversed(range(max(stride, dilation))):
        double = dilation * (kernel - 1) + 1 + output_padding - stride
        if double >= 0 and double % 2 == 0:
            return double // 2, output_padding
    raise ValueError
""",
        "by-search": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    def size(n, padding, output_padding):
        try:
            return transposed_conv_size(n, kernel, stride, padding, output_padding, dilation)
        except ValueError:
            return None

    for padding in range(30):
        for output_padding in range(30):
            if all(size(n, padding, output_padding) == n * stride for n in (1, 2, 3)):
                return [padding, output_padding]
    raise ValueError(f"no padding for {kernel}, {stride}, {dilation}")
""",
    },
    "up-block": {
        "class-bilinear": """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.norm = nn.BatchNorm2d(outputs)
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding="same")

    def forward(self, x):
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return torch.relu(self.norm(self.convolution(x)))

def up_block(inputs, outputs):
    return Up(inputs, outputs)
""",
        "repeated-pixels": """
class Repeat(nn.Module):
    def forward(self, x):
        return x.repeat_interleave(2, 2).repeat_interleave(2, 3)

def up_block(inputs, outputs):
    return nn.Sequential(
        Repeat(),
        nn.ReplicationPad2d(1),
        nn.Conv2d(inputs, outputs, (3, 3)),
        nn.BatchNorm2d(outputs, eps=1e-4, momentum=0.2),
        nn.ReLU(inplace=True),
    )
""",
        "own-batch-norm": """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.scale = nn.Parameter(torch.ones(outputs))
        self.shift = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("var", torch.ones(outputs))

    def forward(self, x):
        size = 2 * x.shape[2], 2 * x.shape[3]
        x = self.convolution(F.interpolate(x, size, mode="bilinear", align_corners=True))
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0)
            with torch.no_grad():
                self.mean.lerp_(mean, 0.1)
                self.var.lerp_(var, 0.1)
        else:
            mean, var = self.mean, self.var
        x = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
        return (x * self.scale[:, None, None] + self.shift[:, None, None]).clamp(min=0)

def up_block(inputs, outputs):
    return Up(inputs, outputs)
""",
    },
    "pyramid-generator": {
        "transposed-convolutions": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
    network = nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh())
    for m in network.modules():
        if isinstance(m, nn.Linear | nn.ConvTranspose2d):
            nn.init.normal_(m.weight, 0, 0.02)
        elif isinstance(m, nn.BatchNorm2d):
            nn.init.normal_(m.weight, 1, 0.02)
    return network
""",
        "latent-as-a-map-of-one-pixel": """
class Generator(nn.Module):
    def __init__(self, latent_dim, coarsest, image_shape, channels):
        super().__init__()
        k = 0
        while (coarsest[0] << k, coarsest[1] << k) != tuple(image_shape[1:]):
            k += 1
            if k > 12:
                raise ValueError
        if k == 0:
            raise ValueError
        self.last = nn.ConvTranspose2d(channels, image_shape[0], 2, 2)
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels << i) for i in reversed(range(k))])
        self.ups = nn.ModuleList([
            nn.ConvTranspose2d(channels << (i + 1), channels << i, 3, 2, 1, output_padding=1)
            for i in reversed(range(k - 1))
        ])
        self.first = nn.ConvTranspose2d(latent_dim, channels << (k - 1), coarsest, bias=False)

    def forward(self, z):
        x = F.relu(self.norms[0](self.first(z[:, :, None, None])))
        for up, norm in zip(self.ups, self.norms[1:]):
            x = F.relu(norm(up(x)))
        return torch.tanh(self.last(x))

def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    return Generator(latent_dim, coarsest, image_shape, channels)
""",
        "vector-norm-and-resizes": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    *coarse, finest = hidden_widths(coarsest, image_shape, channels)[::-1]
    first = [*coarse, finest][0]
    layers = [nn.Linear(latent_dim, first * prod(coarsest)), nn.BatchNorm1d(first * prod(coarsest)), nn.ReLU()]
    layers.append(nn.Unflatten(1, (first, *coarsest)))
    for width in coarse:
        layers += [nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(width, width // 2, 5, padding=2)]
        layers += [nn.BatchNorm2d(width // 2), nn.ReLU()]
    layers += [nn.Upsample(scale_factor=2), nn.Conv2d(finest, image_shape[0], 5, padding=2)]
    return nn.Sequential(*layers, nn.Tanh())
""",
    },
    "pyramid-discriminator": {
        "class-with-functions": WIDTHS
        + """
class Discriminator(nn.Module):
    def __init__(self, image_shape, coarsest, channels):
        super().__init__()
        widths = [image_shape[0], *hidden_widths(coarsest, image_shape, channels)]
        self.score = nn.Linear(widths[-1] * prod(coarsest), 1)
        self.norms = nn.ModuleList([nn.Identity(), *(nn.BatchNorm2d(width) for width in widths[2:])])
        self.convolutions = nn.ModuleList([nn.Conv2d(a, b, 4, 2, 1) for a, b in zip(widths, widths[1:])])

    def forward(self, x):
        for convolution, norm in zip(self.convolutions, self.norms):
            x = norm(convolution(x))
            x = torch.maximum(x, 0.2 * x)
        return self.score(x.reshape(len(x), -1))

def pyramid_discriminator(image_shape, coarsest, channels):
    return Discriminator(image_shape, coarsest, channels)
""",
        "convolution-to-the-logit": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2, inplace=True)]
    network = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, coarsest), nn.Flatten())
    for m in network.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.normal_(m.weight, 0, 0.02)
        elif isinstance(m, nn.BatchNorm2d):
            nn.init.normal_(m.weight, 1, 0.02)
    return network
""",
        "padded-by-hand": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    layers, a = [], image_shape[0]
    for i, b in enumerate(hidden_widths(coarsest, image_shape, channels)):
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(a, b, 4, stride=2)]
        layers += [nn.BatchNorm2d(b)] * (i > 0) + [nn.LeakyReLU(0.2)]
        a = b
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(a * coarsest[0] * coarsest[1], 1))
""",
    },
    "initialise": {
        "apply": """
def initialise(network):
    @torch.no_grad()
    def new_numbers(layer):
        norm = isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d))
        if norm or isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            for name, parameter in layer.named_parameters(recurse=False):
                if parameter.requires_grad and name == "weight":
                    parameter.copy_(torch.randn(parameter.shape) * 0.02 + int(norm))
                elif parameter.requires_grad and name == "bias":
                    parameter.zero_()

    network.apply(new_numbers)
""",
        "data-and-recursion": """
def initialise(network):
    for child in network.children():
        initialise(child)
    means = {nn.Linear: 0.0, nn.Conv2d: 0.0, nn.ConvTranspose2d: 0.0, nn.BatchNorm1d: 1.0, nn.BatchNorm2d: 1.0}
    if type(network) in means:
        weight, bias = network.weight, network.bias
        if weight is not None and weight.requires_grad:
            weight.data.normal_(means[type(network)], 0.02)
        if bias is not None and bias.requires_grad:
            bias.data.fill_(0)
    return network
""",
    },
    "discriminator-step": {
        "bce-with-logits": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    bce = nn.BCEWithLogitsLoss()
    opt_d.zero_grad()
    fake_logits = discriminator(generator(latents).detach())
    real_logits = discriminator(real)
    loss = bce(fake_logits, torch.zeros_like(fake_logits)) + bce(real_logits, torch.ones_like(real_logits))
    loss.backward()
    opt_d.step()
    return float(loss)
""",
        "two-backwards": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    opt_d.zero_grad()
    real_logits = discriminator(real)
    loss_real = -F.logsigmoid(real_logits).sum() / len(real)
    loss_real.backward()
    with torch.no_grad():
        fakes = generator(latents)
    loss_fake = -F.logsigmoid(-discriminator(fakes)).sum() / len(latents)
    loss_fake.backward()
    opt_d.step()
    return loss_real.item() + loss_fake.item()
""",
        "gradients-by-hand": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    parameters = [p for p in discriminator.parameters() if p.requires_grad]
    real_logits, fake_logits = discriminator(real), discriminator(generator(latents))
    zero = torch.zeros(())
    loss = torch.logaddexp(zero, -real_logits).mean() + torch.logaddexp(zero, fake_logits).mean()
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    opt_d.step()
    return loss.detach().numpy().item()
""",
    },
    "average-and-sheet": {
        "state-dict-and-concatenate": """
@torch.no_grad()
def update_average(average, generator, decay):
    parameters = dict(generator.named_parameters())
    for name, old in average.state_dict().items():
        if name in parameters:
            old.copy_(decay * old + (1 - decay) * parameters[name])
        else:
            old.copy_(generator.state_dict()[name])

def sample_sheet(generator, latents, columns):
    modes = [(module, module.training) for module in generator.modules()]
    generator.eval()
    with torch.inference_mode():
        pictures = generator(latents)
    for module, training in modes:
        module.training = training
    pictures = np.rint(np.clip(pictures.numpy() * 127.5 + 127.5, 0, 255)).astype(np.uint8)
    black = np.zeros_like(pictures[:1])
    pictures = np.concatenate([pictures] + [black] * (-len(pictures) % columns)).transpose(0, 2, 3, 1)
    rows = [np.concatenate(list(pictures[i : i + columns]), axis=1) for i in range(0, len(pictures), columns)]
    return np.concatenate(rows, axis=0)
""",
        "copies-and-one-by-one": """
def update_average(average, generator, decay):
    for a, b in zip(average.parameters(), generator.parameters()):
        a.data = decay * a.data + (1 - decay) * b.data
    for a, b in zip(average.buffers(), generator.buffers()):
        a.data = b.data.clone()

def sample_sheet(generator, latents, columns):
    from copy import deepcopy

    still = deepcopy(generator).eval().requires_grad_(False)
    tiles = [(still(z[None])[0].detach() + 1).mul(127.5).clamp(0, 255).round().byte() for z in latents]
    c, h, w = tiles[0].shape
    rows = (len(tiles) - 1) // columns + 1
    sheet = torch.zeros(c, rows * h, columns * w, dtype=torch.uint8)
    for i, tile in enumerate(tiles):
        top, left = i // columns * h, i % columns * w
        sheet[:, top : top + h, left : left + w] = tile
    return sheet.permute(1, 2, 0).numpy()
""",
        "foreach-and-reshape": """
def update_average(average, generator, decay):
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(generator.parameters()), 1 - decay)
    for a, b in zip(average.modules(), generator.modules()):
        for name, buffer in b.named_buffers(recurse=False):
            getattr(a, name).copy_(buffer)

def sample_sheet(generator, latents, columns):
    training = generator.training
    try:
        generator.eval()
        with torch.no_grad():
            x = generator(latents)
    finally:
        generator.train(training)
    x = F.pad(x, (0, 0, 0, 0, 0, 0, 0, -len(x) % columns), value=-1.0)
    x = x.unflatten(0, (-1, columns)).permute(0, 3, 1, 4, 2).flatten(2, 3).flatten(0, 1)
    return torch.round((x.clamp(-1, 1) + 1) * 255 / 2).to(torch.uint8).numpy()
""",
    },
}
