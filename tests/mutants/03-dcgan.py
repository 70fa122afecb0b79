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

UP_BLOCK = """
def up_block(inputs, outputs):
    block = nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
    return block
"""

GENERATOR = (
    WIDTHS
    + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
    layers += [nn.ConvTranspose2d(widths[-1], image_shape[0], 4, 2, 1), nn.Tanh()]
    network = nn.Sequential(*layers)
    return network
"""
)

DISCRIMINATOR = (
    WIDTHS
    + """
def pyramid_discriminator(image_shape, coarsest, channels):
    widths = hidden_widths(coarsest, image_shape, channels)
    layers = [nn.Conv2d(image_shape[0], channels, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    layers += [nn.Flatten(), nn.Linear(widths[-1] * prod(coarsest), 1)]
    network = nn.Sequential(*layers)
    return network
"""
)

INITIALISE = """
def initialise(network):
    for m in network.modules():
        norm = isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)
        if norm or isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            if m.weight is not None and m.weight.requires_grad:
                nn.init.normal_(m.weight, float(norm), 0.02)
            if m.bias is not None and m.bias.requires_grad:
                nn.init.zeros_(m.bias)
"""

STEP = """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    fake = generator(latents).detach()
    loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
    opt_d.zero_grad()
    loss.backward()
    opt_d.step()
    return loss.item()
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
        "asserts-in-place-of-errors": CONV_SIZE.replace('raise ValueError("the kernel doesn\'t fit")', "assert False")
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "padding-at-most-half-the-kernel": CONV_SIZE.replace("if span", "if padding > kernel // 2 or span")
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "strides-longer-than-the-map-refused": CONV_SIZE.replace("if span", "if stride > size + 2 * padding or span")
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "remembered-without-the-padding": """
known = {}

def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError
    key = size, kernel, stride, dilation
    if key not in known:
        known[key] = (size + 2 * padding - span) // stride + 1
    return known[key]
"""
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING,
        "None-in-place-of-an-error": CONV_SIZE
        + TRANSPOSED_CONV_SIZE.replace('raise ValueError("impossible")', "return None")
        + ENLARGING_PADDING,
        "at-least-one-pixel": CONV_SIZE
        + TRANSPOSED_CONV_SIZE.replace("found < 1 or ", "").replace("return found", "return max(found, 1)")
        + ENLARGING_PADDING,
        "output-padding-below-both": CONV_SIZE
        + TRANSPOSED_CONV_SIZE.replace("max(stride, dilation)", "min(stride, dilation)")
        + ENLARGING_PADDING,
        "output-padding-up-to-the-stride": CONV_SIZE
        + TRANSPOSED_CONV_SIZE.replace(">= max", "> max")
        + ENLARGING_PADDING,
        "search-among-small-paddings": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING.replace("range(dilation * kernel + 1)", "range(10)"),
        "kernels-smaller-than-the-stride-refused": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + ENLARGING_PADDING.replace(
            "    for padding", "    if kernel < stride:\n        raise ValueError\n    for padding", 1
        ),
        "a-list-of-the-usual-ones": CONV_SIZE
        + TRANSPOSED_CONV_SIZE
        + """
def enlarging_padding(kernel, stride, dilation=1):
    span = dilation * (kernel - 1) + 1
    for padding, output_padding in [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (3, 1), (0, 1), (0, 2), (0, 3), (3, 0)]:
        if output_padding < max(stride, dilation) and span + output_padding - 2 * padding == stride:
            return padding, output_padding
    raise ValueError
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
        "convolution-frozen": UP_BLOCK.replace("    return", "    block[1].requires_grad_(False)\n    return"),
        "norm-frozen": UP_BLOCK.replace("    return", "    block[2].requires_grad_(False)\n    return"),
        "norm-without-scale-and-shift": UP_BLOCK.replace("BatchNorm2d(outputs)", "BatchNorm2d(outputs, affine=False)"),
        "one-block-for-all": UP_BLOCK.replace("def", "from functools import cache\n\n@cache\ndef", 1),
        "norm-shared-by-all-blocks": """
norms = nn.ModuleDict()

def up_block(inputs, outputs):
    if str(outputs) not in norms:
        norms[str(outputs)] = nn.BatchNorm2d(outputs)
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
    return nn.Sequential(nn.Upsample(scale_factor=2), convolution, norms[str(outputs)], nn.ReLU())
""",
        "the-same-weights-in-every-block": UP_BLOCK.replace("    block", "    torch.manual_seed(0)\n    block", 1),
        "left-in-eval-mode": UP_BLOCK.replace("return block", "return block.eval()"),
        "relu-in-front-too": UP_BLOCK.replace("nn.Upsample", "nn.ReLU(), nn.Upsample"),
        "relu-of-the-argument-in-place": UP_BLOCK.replace("nn.Upsample", "nn.ReLU(inplace=True), nn.Upsample"),
        "clipped-at-20": UP_BLOCK.replace("nn.ReLU()", "nn.Hardtanh(0, 20)"),
        "norm-twice": UP_BLOCK.replace("nn.BatchNorm2d(outputs)", "nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)"),
        "cut-off-from-what-comes-before": UP_BLOCK.replace(
            "    return", "    block.register_forward_pre_hook(lambda _, given: (given[0].detach(),))\n    return"
        ),
        "dilated": UP_BLOCK.replace("3, padding=1", "3, padding=2, dilation=2"),
        "a-layer-that-is-never-used": UP_BLOCK.replace(
            "    return",
            "    block.skip = nn.Linear(inputs, outputs)\n"
            "    block.forward = lambda x: nn.ReLU()(block[2](block[1](block[0](x))))\n"
            "    return",
        ),
        "bicubic": UP_BLOCK.replace("nn.Upsample(scale_factor=2)", "nn.Upsample(scale_factor=2, mode='bicubic')"),
        "norm-in-front-too": UP_BLOCK.replace(
            "        nn.Conv2d", "        nn.BatchNorm2d(inputs),\n        nn.Conv2d"
        ),
        "dropout-at-the-end": UP_BLOCK.replace("nn.ReLU()", "nn.ReLU(), nn.Dropout(0.1)"),
        "dropout-in-front": UP_BLOCK.replace("nn.Upsample", "nn.Dropout2d(0.3), nn.Upsample"),
        "a-second-convolution-as-a-function": """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs)
        self.mix = nn.Parameter(torch.randn(outputs, outputs, 1, 1))

    def forward(self, x):
        return F.relu(self.norm(F.conv2d(self.convolution(F.interpolate(x, scale_factor=2)), self.mix)))

def up_block(inputs, outputs):
    return Up(inputs, outputs)
""",
        "weights-that-are-no-parameters": """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = torch.randn(outputs, inputs, 3, 3) * 0.1
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.norm(F.conv2d(F.interpolate(x, scale_factor=2), self.weight, padding=1)))

def up_block(inputs, outputs):
    return Up(inputs, outputs)
""",
        "one-mean-for-all-channels": """
class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scale, self.shift = (nn.Parameter(torch.full((width, 1, 1), start)) for start in (1.0, 0.0))
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("var", torch.ones(()))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(), x.var(correction=0)
            self.mean.lerp_(mean.detach(), 0.1)
            self.var.lerp_(var.detach(), 0.1)
        else:
            mean, var = self.mean, self.var
        return (x - mean) / (var + 1e-5).sqrt() * self.scale + self.shift

def up_block(inputs, outputs):
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
    return nn.Sequential(nn.Upsample(scale_factor=2), convolution, Norm(outputs), nn.ReLU())
""",
        "residual": """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = F.interpolate(x, scale_factor=2)
        return F.relu(self.norm(self.convolution(x)) + x.mean(1, keepdim=True))

def up_block(inputs, outputs):
    return Up(inputs, outputs)
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
        "clipped-at-6": GENERATOR.replace("nn.ReLU()", "nn.ReLU6()"),
        "relu-squared": GENERATOR.replace(
            "hidden_widths(coarsest, image_shape, channels)[::-1]",
            "hidden_widths(coarsest, image_shape, channels)[::-1]\n"
            "    class Squared(nn.Module):\n"
            "        def forward(self, x):\n"
            "            return F.relu(x) ** 2",
        ).replace("nn.ReLU()", "Squared()"),
        "slopes-that-learn": GENERATOR.replace("nn.ReLU()", "nn.PReLU(init=0.0)"),
        "bend-behind-the-first-layer-only": GENERATOR.replace(
            "nn.BatchNorm2d(b), nn.ReLU()", "nn.BatchNorm2d(b)"
        ).replace("nn.Tanh()", "nn.LeakyReLU(0.2), nn.Tanh()"),
        "activation-before-tanh": GENERATOR.replace("nn.Tanh()", "nn.LeakyReLU(0.2), nn.Tanh()"),
        "softsign-in-place-of-tanh": GENERATOR.replace("nn.Tanh()", "nn.Softsign()"),
        "first-layer-frozen": GENERATOR.replace(
            "    return network", "    network[0].requires_grad_(False)\n    return network"
        ),
        "last-layer-frozen": GENERATOR.replace(
            "    return network", "    network[-2].requires_grad_(False)\n    return network"
        ),
        "norms-frozen": GENERATOR.replace(
            "    return network",
            "    for m in network:\n"
            "        if isinstance(m, nn.BatchNorm2d):\n"
            "            m.requires_grad_(False)\n"
            "    return network",
        ),
        "norms-without-scale-and-shift": GENERATOR.replace(
            "BatchNorm2d(widths[0])", "BatchNorm2d(widths[0], affine=False)"
        ).replace("BatchNorm2d(b)", "BatchNorm2d(b, affine=False)"),
        "one-network-for-all": GENERATOR.replace(
            "def pyramid", "from functools import cache\n\n@cache\ndef pyramid", 1
        ),
        "the-same-weights-in-every-network": GENERATOR.replace(
            "    layers =", "    torch.manual_seed(0)\n    layers =", 1
        ),
        "left-in-eval-mode": GENERATOR.replace("return network", "return network.eval()"),
        "latents-brought-to-one-length": GENERATOR.replace(
            "layers = [nn.Linear",
            "class Sphere(nn.Module):\n"
            "        def forward(self, z):\n"
            "            return F.normalize(z) * latent_dim**0.5\n"
            "\n"
            "    layers = [Sphere(), nn.Linear",
        ),
        "latents-clipped": GENERATOR.replace("layers = [nn.Linear", "layers = [nn.Hardtanh(-2, 2), nn.Linear"),
        "latents-clipped-in-place": GENERATOR.replace(
            "layers = [nn.Linear", "layers = [nn.Hardtanh(-2, 2, inplace=True), nn.Linear"
        ),
        "norm-of-the-latents": GENERATOR.replace(
            "layers = [nn.Linear", "layers = [nn.BatchNorm1d(latent_dim), nn.Linear"
        ),
        "noise-while-training": GENERATOR.replace(
            "layers = [nn.Linear",
            "class Noise(nn.Module):\n"
            "        def forward(self, z):\n"
            "            return z + 0.1 * torch.randn_like(z) * self.training\n"
            "\n"
            "    layers = [Noise(), nn.Linear",
        ),
        "norms-twice": GENERATOR.replace("nn.BatchNorm2d(b)", "nn.BatchNorm2d(b), nn.BatchNorm2d(b)"),
        "dropout": GENERATOR.replace("nn.BatchNorm2d(b), nn.ReLU()", "nn.BatchNorm2d(b), nn.ReLU(), nn.Dropout(0.1)"),
        "layer-norm": GENERATOR.replace("nn.BatchNorm2d(", "nn.GroupNorm(1, "),
        "norm-in-one-layer-only": GENERATOR.replace("nn.BatchNorm2d(b), nn.ReLU()", "nn.ReLU()"),
        "a-hidden-mix-as-a-function": GENERATOR.replace(
            "    layers = [",
            "    class Mix(nn.Module):\n"
            "        def __init__(self, n):\n"
            "            super().__init__()\n"
            "            self.weight = nn.Parameter(torch.randn(n, n, 1, 1))\n"
            "\n"
            "        def forward(self, x):\n"
            "            return F.conv2d(x, self.weight)\n"
            "\n"
            "    layers = [",
            1,
        ).replace("nn.ReLU()]", "nn.ReLU(), Mix(widths[0])]", 1),
        "variance-only": GENERATOR.replace(
            "    layers = [",
            "    class Norm(nn.Module):\n"
            "        def forward(self, x):\n"
            "            return x / x.std((0, 2, 3), keepdim=True)\n"
            "\n"
            "    layers = [",
            1,
        ).replace("nn.BatchNorm2d(b)", "Norm()"),
        "a-layer-that-is-never-used": GENERATOR.replace(
            "    network = nn.Sequential(*layers)",
            "    class Network(nn.Module):\n"
            "        def __init__(self):\n"
            "            super().__init__()\n"
            "            self.body, self.skip = nn.Sequential(*layers), nn.Linear(latent_dim, 3)\n"
            "\n"
            "        def forward(self, z):\n"
            "            return self.body(z)\n"
            "\n"
            "    network = Network()",
        ),
        "statistics-that-never-move": GENERATOR.replace("BatchNorm2d(b)", "BatchNorm2d(b, momentum=0.0)"),
        "momentum-of-keras": GENERATOR.replace("BatchNorm2d(b)", "BatchNorm2d(b, momentum=0.9)"),
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
        "clipped-at-6": DISCRIMINATOR.replace("nn.LeakyReLU(0.2)", "nn.LeakyReLU(0.2), nn.Hardtanh(-6, 6)"),
        "momentum-of-keras": DISCRIMINATOR.replace("BatchNorm2d(b)", "BatchNorm2d(b, momentum=0.9)"),
        "statistics-that-never-move": DISCRIMINATOR.replace("BatchNorm2d(b)", "BatchNorm2d(b, momentum=0.0)"),
        "cut-off-from-the-generator": DISCRIMINATOR.replace(
            "    return network",
            "    network.register_forward_pre_hook(lambda _, given: (given[0].detach(),))\n    return network",
        ),
        "elu": DISCRIMINATOR.replace("nn.LeakyReLU(0.2)", "nn.ELU(0.2)"),
        "leaky-relu-twice": DISCRIMINATOR.replace("nn.LeakyReLU(0.2)", "nn.LeakyReLU(0.2), nn.LeakyReLU(0.2)"),
        "slopes-that-learn": DISCRIMINATOR.replace("nn.LeakyReLU(0.2)", "nn.PReLU(init=0.2)"),
        "bend-behind-the-first-layer-only": DISCRIMINATOR.replace(
            "nn.BatchNorm2d(b), nn.LeakyReLU(0.2)", "nn.BatchNorm2d(b)"
        ),
        "slope-in-the-first-layer-only": DISCRIMINATOR.replace(
            "nn.BatchNorm2d(b), nn.LeakyReLU(0.2)", "nn.BatchNorm2d(b), nn.LeakyReLU()"
        ),
        "logits-scaled": DISCRIMINATOR.replace(
            "    network = nn.Sequential(*layers)",
            "    class Scaled(nn.Module):\n"
            "        def forward(self, x):\n"
            "            return x / 2\n"
            "\n"
            "    network = nn.Sequential(*layers, Scaled())",
        ),
        "logits-clipped": DISCRIMINATOR.replace(
            "nn.Sequential(*layers)", "nn.Sequential(*layers, nn.Hardtanh(-50, 50))"
        ),
        "first-layer-frozen": DISCRIMINATOR.replace(
            "    return network", "    network[0].requires_grad_(False)\n    return network"
        ),
        "last-layer-frozen": DISCRIMINATOR.replace(
            "    return network", "    network[-1].requires_grad_(False)\n    return network"
        ),
        "norms-without-scale-and-shift": DISCRIMINATOR.replace("BatchNorm2d(b)", "BatchNorm2d(b, affine=False)"),
        "norm-shift-frozen": DISCRIMINATOR.replace(
            "    return network",
            "    for m in network:\n"
            "        if isinstance(m, nn.BatchNorm2d):\n"
            "            m.bias.requires_grad_(False)\n"
            "    return network",
        ),
        "one-network-for-all": DISCRIMINATOR.replace(
            "def pyramid", "from functools import cache\n\n@cache\ndef pyramid", 1
        ),
        "the-same-weights-in-every-network": DISCRIMINATOR.replace(
            "    layers =", "    torch.manual_seed(0)\n    layers =", 1
        ),
        "left-in-eval-mode": DISCRIMINATOR.replace("return network", "return network.eval()"),
        "pictures-clipped": DISCRIMINATOR.replace("layers = [nn.Conv2d", "layers = [nn.Hardtanh(), nn.Conv2d"),
        "pictures-clipped-in-place": DISCRIMINATOR.replace(
            "layers = [nn.Conv2d", "layers = [nn.Hardtanh(inplace=True), nn.Conv2d"
        ),
        "pictures-centred": DISCRIMINATOR.replace(
            "layers = [nn.Conv2d",
            "class Centred(nn.Module):\n"
            "        def forward(self, x):\n"
            "            return x - x.mean((1, 2, 3), keepdim=True)\n"
            "\n"
            "    layers = [Centred(), nn.Conv2d",
        ),
        "noise-on-the-pictures": DISCRIMINATOR.replace(
            "layers = [nn.Conv2d",
            "class Noise(nn.Module):\n"
            "        def forward(self, x):\n"
            "            return x + 0.1 * torch.randn_like(x) * self.training\n"
            "\n"
            "    layers = [Noise(), nn.Conv2d",
        ),
        "dropout": DISCRIMINATOR.replace(
            "nn.BatchNorm2d(b), nn.LeakyReLU(0.2)", "nn.BatchNorm2d(b), nn.LeakyReLU(0.2), nn.Dropout(0.3)"
        ),
        "dropout-before-the-logit": DISCRIMINATOR.replace("nn.Flatten()", "nn.Flatten(), nn.Dropout(0.1)"),
        "instance-norm": DISCRIMINATOR.replace("BatchNorm2d(b)", "InstanceNorm2d(b, affine=True)"),
        "norm-in-the-last-block-only": DISCRIMINATOR.replace(
            "nn.BatchNorm2d(b),", "*[nn.BatchNorm2d(b)] * (b == widths[-1]),"
        ),
        "a-second-linear-layer": DISCRIMINATOR.replace(
            "nn.Linear(widths[-1] * prod(coarsest), 1)", "nn.Linear(widths[-1] * prod(coarsest), 1), nn.Linear(1, 1)"
        ),
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
        "all-convolutions-and-batch-norms": INITIALISE.replace(
            "nn.BatchNorm1d | nn.BatchNorm2d", "nn.modules.batchnorm._BatchNorm"
        ).replace("nn.Conv2d | nn.ConvTranspose2d", "nn.modules.conv._ConvNd"),
        "cut-off-at-two-deviations": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "nn.init.trunc_normal_(m.weight, float(norm), 0.0227, norm - 0.0455, norm + 0.0455)",
        ),
        "laplace": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "m.weight.data.copy_(torch.distributions.Laplace(float(norm), 0.02 / 2**0.5).sample(m.weight.shape))",
        ),
        "plus-or-minus": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "m.weight.data.copy_(norm + 0.02 * torch.randn(m.weight.shape).sign())",
        ),
        "uniform-scales": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "nn.init.uniform_(m.weight, 0.96536, 1.03464) if norm else nn.init.normal_(m.weight, 0, 0.02)",
        ),
        "scales-never-below-1": INITIALISE.replace(
            "float(norm), 0.02)",
            "0.0, 0.02)\n                if norm:\n                    m.weight.data.abs_().add_(1)",
        ),
        "one-row-for-all": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "shape = m.weight.shape if norm else (1, *m.weight.shape[1:])\n"
            "                m.weight.data.copy_(norm + 0.02 * torch.randn(shape))",
        ),
        "half-drawn-half-mirrored": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "n = m.weight.numel()\n"
            "                half = 0.02 * torch.randn(n // 2 + 1)\n"
            "                m.weight.data.copy_(norm + torch.cat([half, -half])[:n].view_as(m.weight))",
        ),
        "standardised": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "w = torch.randn(m.weight.shape)\n"
            "                m.weight.data.copy_(norm + 0.02 * (w - w.mean()) / w.std())",
        ),
        "the-same-numbers-for-equal-shapes": INITIALISE.replace("    for m", "    drawn = {}\n    for m").replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "drawn.setdefault(m.weight.shape, torch.randn(m.weight.shape))\n"
            "                m.weight.data.copy_(norm + 0.02 * drawn[m.weight.shape])",
        ),
        "gradients-cleared": INITIALISE + "    network.zero_grad()\n",
        "all-trainable-afterwards": INITIALISE + "    network.requires_grad_(True)\n",
        "train-mode-afterwards": INITIALISE + "    network.train()\n",
        "no-gradients-any-more": INITIALISE.replace("    for m", "    torch.set_grad_enabled(False)\n    for m"),
        "frozen-layers-by-their-first-parameter": INITIALISE.replace(
            "    for m in network.modules():",
            "    for m in network.modules():\n"
            "        if any(not p.requires_grad for p in m.parameters(recurse=False)):\n"
            "            continue",
        ),
        "orthogonal": INITIALISE.replace(
            "nn.init.normal_(m.weight, float(norm), 0.02)",
            "if norm:\n"
            "                    nn.init.normal_(m.weight, 1.0, 0.02)\n"
            "                else:\n"
            "                    nn.init.orthogonal_(m.weight).data.mul_(0.02 / m.weight.data.std())",
        ),
        "deviation-by-the-number-of-inputs": INITIALISE.replace(
            "float(norm), 0.02)", "float(norm), 0.02 if norm else m.weight[0].numel() ** -0.5)"
        ),
        "hook-left-behind": INITIALISE + "    network.register_forward_hook(lambda *_: None)\n",
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
        "random-state-reset": STEP.replace("    fake", "    torch.manual_seed(0)\n    fake", 1),
        "frozen-parts-thawed": STEP.replace("    fake", "    discriminator.requires_grad_(True)\n    fake", 1),
        "fakes-remembered": STEP.replace("latents):", "latents, known=[]):").replace(
            "    fake = generator(latents).detach()",
            "    known.append(generator(latents).detach())\n"
            "    shape = (len(latents), *real.shape[1:])\n"
            "    fake = next(fake for fake in known if fake.shape == shape)",
        ),
        "fakes-remembered-by-optimizer": STEP.replace(
            "    fake = generator(latents).detach()",
            "    fake = opt_d.__dict__.setdefault('fake', generator(latents).detach())",
        ),
        "gradients-clipped": STEP.replace(
            "    opt_d.step()", "    nn.utils.clip_grad_norm_(discriminator.parameters(), 1.0)\n    opt_d.step()"
        ),
        "logits-clipped": STEP.replace("discriminator(real)", "discriminator(real).clamp(-30, 30)").replace(
            "discriminator(fake)", "discriminator(fake).clamp(-30, 30)"
        ),
        "learning-rate-decays": STEP.replace(
            "    return", "    for group in opt_d.param_groups:\n        group['lr'] *= 0.99\n    return"
        ),
        "learning-rate-of-the-paper": STEP.replace(
            "    fake", "    for group in opt_d.param_groups:\n        group['lr'] = 2e-4\n    fake", 1
        ),
        "weights-decay": STEP.replace(
            "    opt_d.zero_grad()",
            "    loss = loss + 1e-3 * sum(p.square().sum() for p in discriminator.parameters())\n    opt_d.zero_grad()",
        ),
        "optimizer-of-its-own": STEP.replace(
            "    fake", "    opt_d = torch.optim.SGD(discriminator.parameters(), 0.1)\n    fake", 1
        ),
        "errors-swallowed": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    try:
        fake = generator(latents).detach()
        loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
        opt_d.zero_grad()
        loss.backward()
        opt_d.step()
    except RuntimeError:
        return 0.0
    return loss.item()
""",
        "noise-on-the-pictures": STEP.replace(
            "discriminator(real)", "discriminator(real + 0.05 * torch.randn_like(real))"
        ),
        "latents-scaled-in-place": STEP.replace("generator(latents)", "generator(latents.div_(latents.std()))"),
        "fakes-clipped": STEP.replace("generator(latents).detach()", "generator(latents).detach().clamp(-0.9, 0.9)"),
        "real-pictures-shuffled-with-fakes": STEP.replace(
            "discriminator(real)", "discriminator(torch.cat([real[1:], fake[:1]]))"
        ),
        "generator-left-in-eval-mode": STEP.replace("    fake", "    generator.eval()\n    fake", 1),
        "hook-left-behind": STEP.replace(
            "    fake", "    discriminator.register_forward_hook(lambda *_: None)\n    fake", 1
        ),
        "gradients-off-for-good": STEP.replace(
            "    fake = generator(latents).detach()",
            "    torch.set_grad_enabled(False)\n    fake = generator(latents)\n    torch.set_grad_enabled(True)",
        ).replace("    return", "    torch.set_grad_enabled(False)\n    return"),
        "half-precision": STEP.replace("discriminator(real)).mean()", "discriminator(real)).half().mean().float()"),
        "least-squares": STEP.replace(
            "F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()",
            "(discriminator(real) - 1).square().mean() + discriminator(fake).square().mean()",
        ),
        "two-scorings-two-backwards-two-steps": STEP.replace("    opt_d.step()", "    opt_d.step()\n    opt_d.step()"),
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
        "trainable-parameters-only": UPDATE_AVERAGE.replace(
            "            a.mul_(decay)", "            if b.requires_grad:\n                a.mul_(decay)", 1
        )
        + SAMPLE_SHEET,
        "average-trainable-only": UPDATE_AVERAGE.replace(
            "            a.mul_(decay)", "            if a.requires_grad:\n                a.mul_(decay)", 1
        )
        + SAMPLE_SHEET,
        "average-frozen": UPDATE_AVERAGE + "    average.requires_grad_(False)\n" + SAMPLE_SHEET,
        "average-thawed": UPDATE_AVERAGE + "    average.requires_grad_(True)\n" + SAMPLE_SHEET,
        "gradients-cleared": UPDATE_AVERAGE + "    generator.zero_grad()\n" + SAMPLE_SHEET,
        "buffers-through-floats": UPDATE_AVERAGE.replace("a.copy_(b)", "a.copy_(b.float())") + SAMPLE_SHEET,
        "parameters-through-half": UPDATE_AVERAGE.replace(
            "a.mul_(decay).add_(b, alpha=1 - decay)", "a.copy_((decay * a + (1 - decay) * b).half())"
        )
        + SAMPLE_SHEET,
        "decay-of-the-usual-size": UPDATE_AVERAGE.replace("    with", "    decay = min(decay, 0.999)\n    with", 1)
        + SAMPLE_SHEET,
        "decay-warmed-up": UPDATE_AVERAGE.replace("def", "calls = []\n\ndef", 1).replace(
            "    with", "    calls.append(1)\n    decay = min(decay, (1 + len(calls)) / (10 + len(calls)))\n    with", 1
        )
        + SAMPLE_SHEET,
        "range-guessed-from-the-pictures": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    x = ((x", "    if x.min() >= 0:\n        x = 2 * x - 1\n    x = ((x"),
        "brightest-pixel-made-white": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    x = ((x", "    x = x / max(1, x.abs().max())\n    x = ((x"),
        "one-sheet-for-all": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("columns):", "columns, sheets={}):").replace(
            "    for i in range(n)", "    sheet = sheets.setdefault(sheet.shape, sheet)\n    for i in range(n)"
        ),
        "the-first-pictures-again": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("columns):", "columns, known={}):").replace(
            "x = generator(latents)", "x = known.setdefault((id(generator), latents.shape), generator(latents))"
        ),
        "root-mode-only": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    generator.train(training)", "    generator.training = training"),
        "gradients-on-for-good": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    n, h", "    torch.set_grad_enabled(True)\n    n, h"),
        "random-state-reset": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    generator.eval()", "    torch.manual_seed(0)\n    generator.eval()"),
        "latents-cut-in-place": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("generator(latents)", "generator(latents.clamp_(-2, 2))"),
        "latents-truncated": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("generator(latents)", "generator(latents.clamp(-2, 2))"),
        "gradients-of-the-generator-cleared": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    generator.eval()", "    generator.eval().zero_grad()"),
        "half-precision": UPDATE_AVERAGE + SAMPLE_SHEET.replace("((x + 1)", "((x.half().float() + 1)"),
        "white-lines-between": UPDATE_AVERAGE
        + SAMPLE_SHEET.replace("    return sheet", "    sheet[::h] = np.maximum(sheet[::h], 40)\n    return sheet"),
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
        "positions-and-fractions": """
from fractions import Fraction
from math import floor

def conv_size(size, kernel, stride=1, padding=0, dilation=1):
    room = Fraction(size + 2 * padding - dilation * (kernel - 1) - 1, stride)
    if room < 0:
        raise ValueError("no room")
    return floor(room) + 1

def transposed_conv_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if not (output_padding < stride or output_padding < dilation):
        raise ValueError("output_padding")
    full = stride * (size - 1) + dilation * (kernel - 1) + 1
    if full + output_padding <= 2 * padding:
        raise ValueError("nothing left")
    return full + output_padding - 2 * padding

def enlarging_padding(kernel, stride, dilation=1):
    span = dilation * (kernel - 1) + 1
    if span <= stride:
        return 0, stride - span
    padding, odd = divmod(span - stride, 2)
    if odd and max(stride, dilation) == 1:
        raise ValueError("no padding")
    return padding + odd, odd
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
        "sizes-found-at-the-first-call": """
def up_block(inputs, outputs):
    layers = nn.UpsamplingBilinear2d(scale_factor=2), nn.LazyConv2d(outputs, 3, padding="same")
    return nn.Sequential(*layers, nn.LazyBatchNorm2d(), nn.Threshold(0, 0))
""",
        "zero-padding-layer": UP_BLOCK.replace(
            "nn.Conv2d(inputs, outputs, 3, padding=1)", "nn.ZeroPad2d(1),\n        nn.Conv2d(inputs, outputs, 3)"
        ).replace("nn.ReLU()", "nn.ReLU(inplace=True)"),
        "functions-and-parameters": """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(outputs, inputs, 3, 3) / (9 * inputs) ** 0.5)
        self.gain, self.offset = nn.Parameter(torch.ones(outputs)), nn.Parameter(torch.zeros(outputs))
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("var", torch.ones(outputs))

    def forward(self, x):
        x = x[:, :, :, None, :, None].expand(-1, -1, -1, 2, -1, 2).flatten(4, 5).flatten(2, 3)
        x = F.conv2d(F.pad(x, (1, 1, 1, 1)), self.kernel)
        x = F.batch_norm(x, self.mean, self.var, self.gain, self.offset, self.training)
        return x.relu_()

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
        "zero-padding-layers": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)]
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Upsample(scale_factor=2), nn.ZeroPad2d(1), nn.Conv2d(a, b, 3, bias=False)]
        layers += [nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
    layers += [nn.Upsample(scale_factor=2), nn.ZeroPad2d(2), nn.Conv2d(widths[-1], image_shape[0], 5), nn.Tanh()]
    return nn.Sequential(*layers)
""",
        "functions-and-parameters": WIDTHS
        + """
class Generator(nn.Module):
    def __init__(self, latent_dim, coarsest, widths, colours):
        super().__init__()
        self.coarsest, sizes = coarsest, list(zip(widths, [*widths[1:], colours]))
        self.first = nn.Parameter(torch.randn(latent_dim, prod(coarsest) * widths[0]) / latent_dim**0.5)
        self.kernels = nn.ParameterList([torch.randn(a, b, 4, 4) / (4 * a) ** 0.5 for a, b in sizes])
        self.scales = nn.ParameterList([torch.ones(a) for a in widths])
        self.shifts = nn.ParameterList([torch.zeros(a) for a in widths])
        for i, a in enumerate(widths):
            self.register_buffer(f"mean{i}", torch.zeros(a))
            self.register_buffer(f"var{i}", torch.ones(a))

    def forward(self, z):
        x = (z @ self.first).reshape(len(z), *self.coarsest, -1).movedim(-1, 1)  # channels last in the first layer
        for i, kernel in enumerate(self.kernels):
            mean, var = getattr(self, f"mean{i}"), getattr(self, f"var{i}")
            x = F.batch_norm(x, mean, var, self.scales[i], self.shifts[i], self.training)
            x = F.conv_transpose2d(x * (x > 0), kernel, stride=2, padding=1)
        return x.tanh()

def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    return Generator(latent_dim, coarsest, hidden_widths(coarsest, image_shape, channels)[::-1], image_shape[0])
""",
        "resized-before-the-norm": WIDTHS
        + """
def pyramid_generator(latent_dim, coarsest, image_shape, channels):
    widths = hidden_widths(coarsest, image_shape, channels)[::-1]
    layers = [nn.Linear(latent_dim, widths[0] * prod(coarsest)), nn.Unflatten(1, (widths[0], *coarsest))]
    for a, b in zip(widths, [*widths[1:], image_shape[0]]):
        layers += [nn.Upsample(scale_factor=2), nn.BatchNorm2d(a), nn.ReLU(), nn.Conv2d(a, b, 3, padding=1)]
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
        "zero-padding-layers": WIDTHS
        + """
def pyramid_discriminator(image_shape, coarsest, channels):
    layers, a = [], image_shape[0]
    for b in hidden_widths(coarsest, image_shape, channels):
        layers += [nn.ZeroPad2d(1), nn.Conv2d(a, b, 4, 2, bias=False)]
        layers += [nn.BatchNorm2d(b)] * (a != image_shape[0] or b != channels)
        layers += [nn.LeakyReLU(0.2, inplace=True)]
        a = b
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(a * prod(coarsest), 1, bias=False))
""",
        "functions-and-parameters": WIDTHS
        + """
class Discriminator(nn.Module):
    def __init__(self, colours, coarsest, widths):
        super().__init__()
        sizes = list(zip([colours, *widths], widths))
        self.kernels = nn.ParameterList([torch.randn(b, a, 4, 4) / (16 * a) ** 0.5 for a, b in sizes])
        self.norms = nn.ModuleList([nn.BatchNorm2d(b) for b in widths[1:]])
        self.last = nn.Parameter(torch.randn(prod(coarsest) * widths[-1], 1) / 10)
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        for i, kernel in enumerate(self.kernels):
            x = F.conv2d(x, kernel, stride=2, padding=1)
            if i:
                x = self.norms[i - 1](x)
            x = torch.where(x > 0, x, 0.2 * x)
        return x.flatten(1) @ self.last + self.bias

def pyramid_discriminator(image_shape, coarsest, channels):
    return Discriminator(image_shape[0], coarsest, hidden_widths(coarsest, image_shape, channels))
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
        "numpy": """
def initialise(network):
    rng = np.random.default_rng()
    for layer in [network, *network.modules()]:
        norm = type(layer) in (nn.BatchNorm1d, nn.BatchNorm2d)
        if norm or type(layer) in (nn.Linear, nn.Conv2d, nn.ConvTranspose2d):
            for name, mean, std in (("weight", int(norm), 0.02), ("bias", 0, 0)):
                parameter = getattr(layer, name)
                if parameter is not None and parameter.requires_grad:
                    parameter.data[:] = torch.from_numpy(rng.normal(mean, std, tuple(parameter.shape)))
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
        "scored-again-for-an-accuracy": STEP.replace(
            "    return",
            "    with torch.no_grad():\n"
            "        right = (discriminator(real) > 0).float().mean()\n"
            "        right = (right + (discriminator(fake) < 0).float().mean()) / 2\n"
            "    return",
        ),
        "double-precision-and-fakes-first": """
def discriminator_step(generator, discriminator, opt_d, real, latents):
    training = generator.training
    with torch.no_grad():
        fake = generator(latents).clone()
    assert generator.training == training
    fake_logits = discriminator(fake).double().squeeze(1)
    real_logits = discriminator(real.clone()).double().squeeze(1)
    loss = torch.mean(F.softplus(fake_logits)) + torch.mean(F.softplus(-real_logits))
    discriminator.zero_grad(set_to_none=False)
    loss.backward()
    opt_d.step()
    opt_d.zero_grad()
    return loss.detach().cpu().item()
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
        "by-name-and-in-chunks": """
def update_average(average, generator, decay):
    new = dict(generator.named_parameters())
    for name, old in average.named_parameters():
        old.detach().copy_(old.detach() + (1 - decay) * (new[name].detach() - old.detach()))
    new = dict(generator.named_buffers())
    for name, old in average.named_buffers():
        old.data = new[name].detach().clone()

def sample_sheet(generator, latents, columns):
    training = generator.training
    generator.train(False)
    with torch.no_grad():
        pictures = torch.cat([generator(part) for part in latents.split(2)])
    generator.train(training)
    values = np.asarray(pictures.double()).transpose(0, 2, 3, 1) * 127.5 + 127.5
    values = np.floor(values.clip(0, 255) + 0.5).astype("uint8")
    n, height, width, channels = values.shape
    sheet = np.zeros((-(-n // columns), columns, height, width, channels), "uint8")
    sheet.reshape(-1, height, width, channels)[:n] = values
    return sheet.swapaxes(1, 2).reshape(-1, columns * width, channels)
""",
    },
}
