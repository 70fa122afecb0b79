"""Answers to assignment 07, wrong and right; names as in the catalogue of misconceptions where one applies."""

FIELD = """
def receptive_field(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in layers:
        field += dilation * (kernel - 1) * jump
        jump *= stride
    return field, jump
"""
LOOK = """
def look_up(query, key, value, scale):
    q, k, v = query.flatten(2), key.flatten(2), value.flatten(2)
    weights = torch.softmax(scale * torch.bmm(q.transpose(1, 2), k), dim=-1)
    gathered = torch.bmm(v, weights.transpose(1, 2))
    return gathered.reshape(len(query), -1, *query.shape[2:]), weights
"""
LAYER = """
class ChannelAttention(nn.Module):
    def __init__(self, channels, inner):
        super().__init__()
        self.inner = inner
        self.q = nn.Conv2d(channels, inner, 1, bias=False)
        self.k = nn.Conv2d(channels, inner, 1, bias=False)
        self.v = nn.Conv2d(channels, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        q, k, v = self.q(x).flatten(2), self.k(x).flatten(2), self.v(x).flatten(2)
        weights = (q.transpose(1, 2) @ k / math.sqrt(self.inner)).softmax(dim=2)
        gathered = (v @ weights.transpose(1, 2)).reshape(x.shape)
        return x + self.gamma * gathered
"""
POWER = """
def power_step(weight, u):
    matrix = weight.reshape(len(weight), -1)
    with torch.no_grad():
        v = matrix.T @ u
        v = v / v.norm()
        u = matrix @ v
        u = u / u.norm()
    sigma = torch.dot(u, matrix @ v)
    return u, v, sigma
"""
PREDICT = """
def predicted_sigma(singular_values, components, steps):
    s, c = np.array(singular_values, float), np.array(components, float)
    for _ in range(steps):
        v = s * c
        v = v / np.linalg.norm(v)
        c = s * v
        sigma = np.linalg.norm(c)
        c = c / sigma
    return float(sigma)
"""
LINEAR = """
class SpectralLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / inputs**0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("u", torch.randn(outputs))
        self.register_buffer("v", torch.randn(inputs))

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                v = self.weight.T @ self.u
                v = v / v.norm()
                u = self.weight @ v
                u = u / u.norm()
                self.u, self.v = u, v
        u, v = self.u, self.v
        sigma = u @ self.weight @ v
        return F.linear(x, self.weight / sigma, self.bias)
"""
HINGE = """
def hinge_losses(real, fake, margin):
    loss_d = torch.clamp(margin - real, min=0).mean() + torch.clamp(margin + fake, min=0).mean()
    return loss_d, -fake.mean()
"""


def changed(code, *pairs):
    """The code with each pair's first text, which must stand in it, replaced by the second."""
    for old, new in pairs:
        if old not in code:
            raise ValueError(f"{old!r} doesn't stand in\n{code}")
        code = code.replace(old, new)
    return code


WRONG = {
    "receptive-field": {
        "stride-of-the-layer-itself": changed(FIELD, ("(kernel - 1) * jump", "(kernel - 1) * jump * stride")),
        "jump-first": changed(
            FIELD,
            ("        field += dilation * (kernel - 1) * jump\n", ""),
            ("jump *= stride", "jump *= stride\n        field += dilation * (kernel - 1) * jump"),
        ),
        "whole-kernel": changed(FIELD, ("(kernel - 1)", "kernel")),
        "strides-forgotten": changed(FIELD, ("(kernel - 1) * jump", "(kernel - 1)")),
        "strides-added": changed(FIELD, ("jump *= stride", "jump += stride - 1")),
        "dilation-forgotten": changed(FIELD, ("dilation * ", "")),
        "dilation-on-the-whole-kernel": changed(FIELD, ("dilation * (kernel - 1)", "(dilation * kernel - 1)")),
        "dilation-plus-kernel": changed(FIELD, ("dilation * (kernel - 1)", "(kernel - 1 + dilation - 1)")),
        "dilation-widens-the-jump": changed(FIELD, ("jump *= stride", "jump *= stride * dilation")),
        "from-the-last-layer": changed(FIELD, ("in layers", "in layers[::-1]")),
        "begins-at-zero": changed(FIELD, ("field, jump = 1, 1", "field, jump = 0, 1")),
        "kernels-multiplied": changed(FIELD, ("field += dilation * (kernel - 1) * jump", "field *= kernel")),
        "dilation-squared": changed(FIELD, ("dilation * (kernel - 1)", "dilation**2 * (kernel - 1)")),
        "stride-cut-at-the-kernel": changed(FIELD, ("jump *= stride", "jump *= min(stride, kernel)")),
        "floats": changed(FIELD, ("return field, jump", "return float(field), float(jump)")),
        "list-emptied": changed(
            FIELD,
            (
                "for kernel, stride, dilation in layers:",
                "while layers:\n        kernel, stride, dilation = layers.pop(0)",
            ),
        ),
        "field-alone": changed(FIELD, ("return field, jump", "return field")),
    },
    "look-up": {
        "softmax-over-the-wrong-axis": changed(LOOK, ("dim=-1", "dim=1")),
        "softmax-over-all-pairs": changed(
            LOOK,
            (
                "torch.softmax(scale * torch.bmm(q.transpose(1, 2), k), dim=-1)",
                "torch.softmax((scale * torch.bmm(q.transpose(1, 2), k))"
                ".flatten(1), dim=1).reshape(len(q), q.shape[2], -1)",
            ),
        ),
        "scale-forgotten": changed(LOOK, ("scale * ", "")),
        "divided-by-scale": changed(
            LOOK, ("scale * torch.bmm(q.transpose(1, 2), k)", "torch.bmm(q.transpose(1, 2), k) / scale")
        ),
        "scaled-by-root-of-d": changed(LOOK, ("scale * ", "query.shape[1] ** -0.5 * ")),
        "scale-behind-the-softmax": changed(
            LOOK,
            ("torch.softmax(scale * torch.bmm", "scale * torch.softmax(torch.bmm"),
        ),
        "exp-without-a-shift": changed(
            LOOK,
            (
                "torch.softmax(scale * torch.bmm(q.transpose(1, 2), k), dim=-1)",
                "torch.exp(scale * torch.bmm(q.transpose(1, 2), k))",
            ),
            ("    gathered =", "    weights = weights / weights.sum(-1, keepdim=True)\n    gathered ="),
        ),
        "not-normalised": changed(
            LOOK,
            (
                "torch.softmax(scale * torch.bmm(q.transpose(1, 2), k), dim=-1)",
                "torch.exp(scale * torch.bmm(q.transpose(1, 2), k))",
            ),
        ),
        "sigmoid-in-place-of-softmax": changed(
            LOOK,
            (
                "torch.softmax(scale * torch.bmm(q.transpose(1, 2), k), dim=-1)",
                "torch.sigmoid(scale * torch.bmm(q.transpose(1, 2), k))",
            ),
        ),
        "relu-before-the-softmax": changed(
            LOOK, ("scale * torch.bmm(q.transpose(1, 2), k)", "F.relu(scale * torch.bmm(q.transpose(1, 2), k))")
        ),
        "cosine-in-place-of-product": changed(
            LOOK,
            (
                "q, k, v = query.flatten(2), key.flatten(2)",
                "q, k, v = F.normalize(query.flatten(2), dim=1), F.normalize(key.flatten(2), dim=1)",
            ),
        ),
        "keys-gathered": changed(LOOK, ("key.flatten(2), value.flatten(2)", "key.flatten(2), key.flatten(2)")),
        "columns-first": changed(
            LOOK,
            (
                ".reshape(len(query), -1, *query.shape[2:])",
                ".reshape(len(query), -1, *query.shape[:1:-1]).transpose(2, 3)",
            ),
        ),
        "places-before-channels": changed(
            LOOK, ("torch.bmm(v, weights.transpose(1, 2))", "torch.bmm(weights, v.transpose(1, 2))")
        ),
        "view-in-place-of-transpose": changed(LOOK, ("q.transpose(1, 2)", "q.reshape(len(q), -1, q.shape[1])")),
        "weights-as-the-map": changed(LOOK, (", weights\n", ", weights.transpose(1, 2)\n")),
        "weights-without-gradient": changed(LOOK, ("    gathered =", "    weights = weights.detach()\n    gathered =")),
        "first-partner-for-all": changed(
            LOOK, ("key.flatten(2), value", "key[:1].flatten(2).expand(len(key), -1, -1), value")
        ),
        "hardest-key-alone": changed(
            LOOK,
            (
                "    gathered =",
                "    weights = F.one_hot(weights.argmax(-1), weights.shape[-1]).float()\n    gathered =",
            ),
        ),
        "products-cut": changed(
            LOOK,
            ("scale * torch.bmm(q.transpose(1, 2), k)", "(scale * torch.bmm(q.transpose(1, 2), k)).clamp(-50, 50)"),
        ),
        "query-scaled-in-place": changed(
            LOOK, ("    q, k, v", "    with torch.no_grad():\n        query *= scale\n    scale = 1\n    q, k, v")
        ),
    },
    "channel-attention": {
        "softmax-over-the-wrong-axis": changed(LAYER, ("dim=2", "dim=1")),
        "gamma-begins-at-one": changed(LAYER, ("torch.zeros(1, channels", "torch.ones(1, channels")),
        "one-gamma-for-all": changed(LAYER, ("torch.zeros(1, channels, 1, 1)", "torch.zeros(1)")),
        "gamma-never-learned": changed(
            LAYER,
            (
                "nn.Parameter(torch.zeros(1, channels, 1, 1))",
                "nn.Parameter(torch.zeros(1, channels, 1, 1), requires_grad=False)",
            ),
        ),
        "gamma-as-a-buffer": changed(
            LAYER,
            (
                "self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))",
                'self.register_buffer("gamma", torch.zeros(1, channels, 1, 1))',
            ),
        ),
        "no-shortcut": changed(LAYER, ("return x + ", "return ")),
        "mixed-by-gamma": changed(
            LAYER, ("return x + self.gamma * gathered", "return (1 - self.gamma) * x + self.gamma * gathered")
        ),
        "gamma-squared": changed(LAYER, ("self.gamma * gathered", "self.gamma * self.gamma.abs() * gathered")),
        "gamma-kept-positive": changed(LAYER, ("self.gamma * gathered", "self.gamma.abs() * gathered")),
        "elementwise-product-in-attention": changed(
            LAYER,
            (
                "(q.transpose(1, 2) @ k / math.sqrt(self.inner)).softmax(dim=2)",
                "torch.diag_embed((q * k).sum(1) / math.sqrt(self.inner)).softmax(dim=2)",
            ),
        ),
        "division-forgotten": changed(LAYER, (" / math.sqrt(self.inner)", "")),
        "divided-by-inner": changed(LAYER, ("math.sqrt(self.inner)", "self.inner")),
        "divided-by-root-of-channels": changed(LAYER, ("math.sqrt(self.inner)", "math.sqrt(x.shape[1])")),
        "with-biases": changed(LAYER, (", bias=False", "")),
        "query-is-key": changed(
            LAYER, ("nn.Conv2d(channels, inner, 1, bias=False)\n        self.v", "self.q\n        self.v")
        ),
        "keys-copied-from-queries": changed(
            LAYER, ("        self.v =", "        self.k.load_state_dict(self.q.state_dict())\n        self.v =")
        ),
        "same-numbers-each-time": changed(
            LAYER, ("        self.q =", "        torch.manual_seed(0)\n        self.q =")
        ),
        "wide-kernels": changed(
            LAYER, ("self.v = nn.Conv2d(channels, channels, 1,", "self.v = nn.Conv2d(channels, channels, 3, padding=1,")
        ),
        "values-not-projected": changed(LAYER, (", self.v(x).flatten(2)", ", x.flatten(2)")),
        "result-not-turned-back": changed(
            LAYER, ("(v @ weights.transpose(1, 2)).reshape(x.shape)", "(weights @ v.transpose(1, 2)).reshape(x.shape)")
        ),
        "over-the-whole-batch": changed(
            LAYER,
            (
                "    def forward(self, x):\n",
                "    def forward(self, x):\n"
                "        n, shape = len(x), x.shape\n"
                "        x = x.transpose(0, 1).reshape(1, shape[1], -1, shape[3])\n",
            ),
            (
                "return x + self.gamma * gathered",
                "return (x + self.gamma * gathered).reshape(shape[1], n, *shape[2:]).transpose(0, 1)",
            ),
        ),
        "only-in-training": changed(
            LAYER, ("        q, k, v", "        if not self.training:\n            return x\n        q, k, v")
        ),
        "gamma-normed-weights": changed(
            LAYER,
            ("        gathered =", "        weights = F.dropout(weights, 0.1, self.training)\n        gathered ="),
        ),
        "own-place-left-out": changed(
            LAYER, (").softmax(dim=2)", ").masked_fill(torch.eye(q.shape[2], dtype=bool), -1e9).softmax(dim=2)")
        ),
        "x-changed-in-place": changed(
            LAYER, ("return x + self.gamma * gathered", "return x.add_((self.gamma * gathered).detach())")
        ),
    },
    "power-step": {
        "vectors-in-the-gradient": changed(POWER, ("    with torch.no_grad():\n", "    if True:\n")),
        "only-v-constant": changed(
            POWER,
            ("        u = matrix @ v\n        u = u / u.norm()\n", ""),
            ("    sigma =", "    u = matrix @ v\n    u = u / u.norm()\n    sigma ="),
        ),
        "sigma-constant-too": changed(
            POWER, ("    sigma = torch.dot(u, matrix @ v)", "        sigma = torch.dot(u, matrix @ v)")
        ),
        "sigma-as-the-length": changed(POWER, ("torch.dot(u, matrix @ v)", "(matrix.T @ u).norm()")),
        "sigma-of-the-first-half": changed(
            POWER,
            ("        v = v / v.norm()", "        first = v.norm() / u.norm()\n        v = v / v.norm()"),
            ("torch.dot(u, matrix @ v)", "first + 0 * matrix.sum()"),
        ),
        "v-not-normalised": changed(POWER, ("        v = v / v.norm()\n", "")),
        "u-not-normalised": changed(POWER, ("        u = u / u.norm()\n", "")),
        "old-u-in-sigma": changed(
            POWER,
            ("        v = matrix.T @ u\n", "        old = u / u.norm()\n        v = matrix.T @ u\n"),
            ("torch.dot(u, matrix", "torch.dot(old, matrix"),
        ),
        "old-u-returned": changed(
            POWER,
            ("        v = matrix.T @ u\n", "        old = u\n        v = matrix.T @ u\n"),
            ("return u, v", "return old, v"),
        ),
        "two-steps": changed(
            POWER,
            (
                "    sigma =",
                "    with torch.no_grad():\n"
                "        v = matrix.T @ u\n"
                "        v = v / v.norm()\n"
                "        u = matrix @ v\n"
                "        u = u / u.norm()\n"
                "    sigma =",
            ),
        ),
        "exact-decomposition": """
def power_step(weight, u):
    matrix = weight.flatten(1)
    with torch.no_grad():
        left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    return left[:, 0], right[0], left[:, 0] @ matrix @ right[0]
""",
        "rows-and-columns-of-the-kernel": changed(
            POWER,
            (
                "weight.reshape(len(weight), -1)",
                "weight.transpose(0, 1).reshape(len(weight), -1) if weight.ndim == 4 else weight.flatten(1)",
            ),
        ),
        "kernel-flattened-from-the-end": changed(
            POWER,
            (
                "weight.reshape(len(weight), -1)",
                "weight.flatten(2).transpose(1, 2).flatten(1) if weight.ndim > 2 else weight",
            ),
        ),
        "kernel-averaged": changed(
            POWER,
            (
                "weight.reshape(len(weight), -1)",
                "weight.reshape(len(weight), weight.shape[1], -1).mean(2) if weight.ndim > 2 else weight",
            ),
        ),
        "frobenius-norm": changed(POWER, ("torch.dot(u, matrix @ v)", "matrix.norm()")),
        "u-changed-in-place": changed(
            POWER,
            ("        u = u / u.norm()\n", "        u = u / u.norm()\n        given.copy_(u)\n"),
            ("    matrix =", "    given = u\n    matrix ="),
        ),
        "gradients-left-off": changed(
            POWER,
            ("    with torch.no_grad():\n", "    torch.set_grad_enabled(False)\n    if True:\n"),
            ("    sigma =", "    torch.set_grad_enabled(True)\n    torch.set_grad_enabled(False)\n    sigma ="),
        ),
        "eps-of-a-thousandth": changed(POWER, ("v / v.norm()", "v / (v.norm() + 1e-3)")),
        "sigma-as-a-number": changed(POWER, ("return u, v, sigma", "return u, v, sigma.item()")),
        "sigma-with-an-axis": changed(POWER, ("return u, v, sigma", "return u, v, sigma[None]")),
    },
    "predicted-sigma": {
        "largest-value": """
def predicted_sigma(singular_values, components, steps):
    return float(np.max(singular_values))
""",
        "one-step-only": changed(PREDICT, ("range(steps)", "range(1)")),
        "one-step-too-many": changed(PREDICT, ("range(steps)", "range(steps + 1)")),
        "half-steps": changed(
            PREDICT,
            ("        v = s * c\n        v = v / np.linalg.norm(v)\n        c = s * v\n", "        c = s * c\n"),
            ("        c = c / sigma\n", "        c = c / sigma\n"),
            ("range(steps)", "range(steps + 1)"),
        ),
        "length-of-the-first-half": changed(
            PREDICT,
            (
                "        v = v / np.linalg.norm(v)\n",
                "        sigma = np.linalg.norm(v) / np.linalg.norm(c)\n        v = v / np.linalg.norm(v)\n",
            ),
            ("        sigma = np.linalg.norm(c)\n        c = c / sigma", "        c = c / np.linalg.norm(c)"),
        ),
        "powers-overflow": """
def predicted_sigma(singular_values, components, steps):
    s, c = np.asarray(singular_values), np.asarray(components)
    with np.errstate(all="ignore"):
        return float(np.sqrt((c**2 * s ** (4 * steps)).sum() / (c**2 * s ** (4 * steps - 2)).sum()))
""",
        "components-not-squared": """
def predicted_sigma(singular_values, components, steps):
    s = np.asarray(singular_values) / np.max(singular_values)
    c = np.abs(components)
    return float(np.max(singular_values) * np.sqrt((c * s ** (4 * steps)).sum() / (c * s ** (4 * steps - 2)).sum()))
""",
        "exponents-of-two": """
def predicted_sigma(singular_values, components, steps):
    s = np.asarray(singular_values) / np.max(singular_values)
    c = np.asarray(components) ** 2
    return float(np.max(singular_values) * np.sqrt((c * s ** (2 * steps + 2)).sum() / (c * s ** (2 * steps)).sum()))
""",
        "root-forgotten": """
def predicted_sigma(singular_values, components, steps):
    s = np.asarray(singular_values) / np.max(singular_values)
    c = np.asarray(components) ** 2
    return float(np.max(singular_values) * (c * s ** (4 * steps)).sum() / (c * s ** (4 * steps - 2)).sum())
""",
        "scaled-by-a-lost-value": """
def predicted_sigma(singular_values, components, steps):
    s = np.asarray(singular_values) / np.max(singular_values)
    c = np.asarray(components) ** 2
    with np.errstate(all="ignore"):
        above, below = (c * s ** (4 * steps)).sum(), (c * s ** (4 * steps - 2)).sum()
    return float(np.max(singular_values) * np.sqrt(above / below)) if below else float("nan")
""",
        "mean-of-values": """
def predicted_sigma(singular_values, components, steps):
    c = np.asarray(components) ** 2
    return float((c * singular_values).sum() / c.sum())
""",
        "sorted-values": changed(PREDICT, ("np.array(singular_values, float)", "np.sort(singular_values)[::-1]")),
        "components-changed": changed(
            PREDICT,
            ("np.array(components, float)", "components"),
            ("        c = c / sigma", "        c = c / sigma\n        components[:] = c"),
        ),
        "numpy-number": changed(PREDICT, ("float(sigma)", "np.float32(sigma)")),
        "eps-in-the-length": changed(PREDICT, ("np.linalg.norm(v)", "(np.linalg.norm(v) + 1e-8)")),
        "stops-after-twenty": changed(PREDICT, ("range(steps)", "range(min(steps, 20))")),
    },
    "spectral-linear": {
        "iteration-in-eval-mode": changed(LINEAR, ("if self.training:", "if True:")),
        "no-norm-in-eval-mode": changed(
            LINEAR,
            (
                "        u, v = self.u, self.v\n",
                "        if not self.training:\n"
                "            return F.linear(x, self.weight, self.bias)\n"
                "        u, v = self.u, self.v\n",
            ),
        ),
        "vectors-in-the-gradient": changed(
            LINEAR,
            ("            with torch.no_grad():\n", "            if True:\n"),
            (
                "self.u, self.v = u, v",
                "self.u, self.v = u.detach(), v.detach()\n"
                "                return F.linear(x, self.weight / (u @ self.weight @ v), self.bias)",
            ),
        ),
        "sigma-constant": changed(LINEAR, ("self.weight / sigma", "self.weight / sigma.detach()")),
        "u-not-kept": changed(
            LINEAR,
            ("self.u, self.v = u, v", "self.v = v"),
            (
                "        u, v = self.u, self.v\n",
                "        v = self.v\n        u = F.normalize(self.weight.detach() @ v, dim=0)\n",
            ),
        ),
        "u-drawn-anew": changed(LINEAR, ("self.weight.T @ self.u", "self.weight.T @ torch.randn_like(self.u)")),
        "u-as-a-plain-attribute": changed(
            LINEAR, ('self.register_buffer("u", torch.randn(outputs))', "self.u = torch.randn(outputs)")
        ),
        "u-as-a-parameter": changed(
            LINEAR,
            (
                'self.register_buffer("u", torch.randn(outputs))',
                "self.u = nn.Parameter(torch.randn(outputs), requires_grad=False)",
            ),
            ("self.u, self.v = u, v", "self.u.data, self.v = u, v"),
        ),
        "u-not-saved": changed(
            LINEAR,
            (
                'torch.randn(outputs))\n        self.register_buffer("v", torch.randn(inputs))',
                "torch.randn(outputs), persistent=False)\n"
                '        self.register_buffer("v", torch.randn(inputs), persistent=False)',
            ),
        ),
        "v-kept-in-place-of-u": changed(
            LINEAR,
            ('        self.register_buffer("u", torch.randn(outputs))\n', ""),
            ("v = self.weight.T @ self.u", "v = self.weight.T @ (self.weight @ self.v)"),
            ("self.u, self.v = u, v", "self.v = v"),
            (
                "        u, v = self.u, self.v\n",
                "        v = self.v\n        u = F.normalize((self.weight @ v).detach(), dim=0)\n",
            ),
        ),
        "five-steps-a-call": changed(
            LINEAR,
            (
                "                v = self.weight.T @ self.u\n"
                "                v = v / v.norm()\n"
                "                u = self.weight @ v\n"
                "                u = u / u.norm()\n",
                "                u = self.u\n"
                "                for _ in range(5):\n"
                "                    v = self.weight.T @ u\n"
                "                    v = v / v.norm()\n"
                "                    u = self.weight @ v\n"
                "                    u = u / u.norm()\n",
            ),
        ),
        "steps-only-the-first-time": changed(
            LINEAR,
            ("if self.training:", "if self.training and not hasattr(self, 'done'):\n            self.done = True"),
        ),
        "divided-by-the-old-sigma": changed(
            LINEAR,
            ("        if self.training:\n", "        old = self.u / self.u.norm()\n        if self.training:\n"),
            (
                "        u, v = self.u, self.v\n",
                "        u, v = old, F.normalize((self.weight.T @ old).detach(), dim=0)\n",
            ),
        ),
        "exact-decomposition": changed(
            LINEAR, ("sigma = u @ self.weight @ v", "sigma = torch.linalg.matrix_norm(self.weight, 2)")
        ),
        "frobenius-norm": changed(LINEAR, ("sigma = u @ self.weight @ v", "sigma = self.weight.norm()")),
        "weight-overwritten": changed(
            LINEAR,
            (
                "        return F.linear(x, self.weight / sigma, self.bias)",
                "        with torch.no_grad():\n"
                "            self.weight /= sigma.detach()\n"
                "        return F.linear(x, self.weight, self.bias)",
            ),
        ),
        "bias-divided-too": changed(
            LINEAR, ("F.linear(x, self.weight / sigma, self.bias)", "F.linear(x, self.weight, self.bias) / sigma")
        ),
        "no-bias": changed(
            LINEAR, ("        self.bias = nn.Parameter(torch.zeros(outputs))\n", ""), (", self.bias)", ")")
        ),
        "multiplied-by-sigma": changed(LINEAR, ("self.weight / sigma", "self.weight * sigma")),
        "only-if-larger-than-one": changed(LINEAR, ("self.weight / sigma", "self.weight / sigma.clamp(min=1)")),
        "pytorchs-own": """
class SpectralLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.layer = nn.utils.parametrizations.spectral_norm(nn.Linear(inputs, outputs))
        nn.init.zeros_(self.layer.bias)

    def forward(self, x):
        return self.layer(x)
""",
        "u-changed-within-the-graph": changed(
            LINEAR, ("self.u, self.v = u, v", "self.u.copy_(u)\n                self.v.copy_(v)")
        ),
    },
    "hinge-losses": {
        "min-for-max": changed(HINGE, ("min=0", "max=0")),
        "signs-swapped": changed(HINGE, ("margin - real", "margin + real"), ("margin + fake", "margin - fake")),
        "hinge-on-the-generator": changed(HINGE, ("-fake.mean()", "torch.clamp(margin - fake, min=0).mean()")),
        "relu-on-the-generator": changed(HINGE, ("-fake.mean()", "F.relu(-fake).mean()")),
        "fakes-pushed-up": changed(HINGE, ("margin + fake", "margin - fake")),
        "hinge-after-a-sigmoid": changed(
            HINGE,
            ("    loss_d", "    raw = fake\n    real, fake = torch.sigmoid(real), torch.sigmoid(fake)\n    loss_d"),
            ("-fake.mean()", "-raw.mean()"),
        ),
        "margin-forgotten": changed(HINGE, ("margin - real", "1 - real"), ("margin + fake", "1 + fake")),
        "margin-in-the-generator": changed(HINGE, ("-fake.mean()", "(margin - fake).mean()")),
        "half-of-it": changed(HINGE, ("    return loss_d,", "    return loss_d / 2,")),
        "sum-in-place-of-mean": changed(HINGE, ("min=0).mean() +", "min=0).sum() +")),
        "mean-over-all-scores": """
def hinge_losses(real, fake, margin):
    terms = torch.cat([F.relu(margin - real), F.relu(margin + fake)])
    return 2 * terms.mean(), -fake.mean()
""",
        "mean-before-the-hinge": changed(
            HINGE,
            (
                "torch.clamp(margin - real, min=0).mean() + torch.clamp(margin + fake, min=0).mean()",
                "F.relu(margin - real.mean()) + F.relu(margin + fake.mean())",
            ),
        ),
        "no-hinge": changed(
            HINGE,
            (
                "torch.clamp(margin - real, min=0).mean() + torch.clamp(margin + fake, min=0).mean()",
                "(margin - real).mean() + (margin + fake).mean()",
            ),
        ),
        "real-in-the-generator": changed(HINGE, ("-fake.mean()", "real.mean() - fake.mean()")),
        "generator-sign": changed(HINGE, ("-fake.mean()", "fake.mean()")),
        "squared": changed(
            HINGE, ("torch.clamp(margin - real, min=0).mean()", "torch.clamp(margin - real, min=0).square().mean()")
        ),
        "soft": changed(
            HINGE,
            (
                "torch.clamp(margin - real, min=0).mean() + torch.clamp(margin + fake, min=0).mean()",
                "F.softplus(margin - real).mean() + F.softplus(margin + fake).mean()",
            ),
        ),
        "in-place": changed(HINGE, ("    loss_d", "    real.detach().clamp_(max=margin)\n    loss_d")),
        "left-as-rows": changed(HINGE, ("-fake.mean()", "-fake.mean(0)")),
        "margin-multiplied": changed(
            HINGE, ("margin - real", "1 - margin * real"), ("margin + fake", "1 + margin * fake")
        ),
        "pairs": changed(
            HINGE,
            (
                "torch.clamp(margin - real, min=0).mean() + torch.clamp(margin + fake, min=0).mean()",
                "torch.clamp(margin - real + fake.T, min=0).mean()",
            ),
        ),
    },
}

RIGHT = {
    "receptive-field": {
        "backwards-from-the-end": """
def receptive_field(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in reversed(layers):
        field = (field - 1) * stride + dilation * (kernel - 1) + 1
        jump = jump * stride
    return field, jump
""",
        "recursive": """
def receptive_field(layers):
    if not layers:
        return 1, 1
    field, jump = receptive_field(layers[:-1])
    kernel, stride, dilation = layers[-1]
    return field + dilation * (kernel - 1) * jump, jump * stride
""",
        "a-tuple-of-sums": """
def receptive_field(layers):
    jumps = [math.prod(s for _, s, _ in layers[:i]) for i in range(len(layers) + 1)]
    return 1 + sum(d * (k - 1) * j for (k, _, d), j in zip(layers, jumps)), jumps[-1]
""",
        "marked-pixels": """
def receptive_field(layers):
    def seen(place):
        places = {place}
        for kernel, stride, dilation in layers[::-1]:
            places = {p * stride + dilation * tap for p in places for tap in (0, kernel - 1)}
        return places
    return max(seen(0)) - min(seen(0)) + 1, min(seen(1)) - min(seen(0))
""",
    },
    "look-up": {
        "einsum": """
def look_up(query, key, value, scale):
    products = torch.einsum("ndhw,ndab->nhwab", query, key) * scale
    weights = products.flatten(3).flatten(1, 2).softmax(-1)
    gathered = torch.einsum("nij,ncj->nci", weights, value.flatten(2))
    return gathered.reshape(*gathered.shape[:2], *query.shape[2:]), weights
""",
        "picture-by-picture": """
def look_up(query, key, value, scale):
    found = []
    for q, k, v in zip(query, key, value):
        w = ((q.flatten(1).T * scale) @ k.flatten(1)).log_softmax(1).exp()
        found.append(((v.flatten(1) @ w.T).reshape(len(v), *q.shape[1:]), w))
    return tuple(torch.stack(part) for part in zip(*found))
""",
        "shifted-by-hand": """
def look_up(query, key, value, scale):
    products = scale * query.flatten(2).mT @ key.flatten(2)
    powers = (products - products.amax(2, keepdim=True)).exp()
    weights = powers / powers.sum(2, keepdim=True)
    return (weights @ value.flatten(2).mT).mT.reshape(len(query), value.shape[1], *query.shape[2:]), weights
""",
        "pytorchs-product": """
def look_up(query, key, value, scale):
    q, k, v = (part.flatten(2).mT for part in (query, key, value))
    weights = (scale * q @ k.mT).softmax(-1)
    gathered = F.scaled_dot_product_attention(q, k, v, scale=scale)
    return gathered.mT.reshape(len(query), value.shape[1], *query.shape[2:]), weights
""",
    },
    "channel-attention": {
        "convolutions": LAYER,
        "matrices-of-its-own": """
class ChannelAttention(nn.Module):
    def __init__(self, channels, inner):
        super().__init__()
        self.q, self.k = (nn.Parameter(torch.randn(channels, inner) / channels**0.5) for _ in range(2))
        self.v = nn.Parameter(torch.randn(channels, channels) / channels**0.5)
        self.gamma = nn.Parameter(torch.zeros(channels, 1))

    def forward(self, x):
        rows = x.flatten(2).mT
        weights = ((rows @ self.q) @ (rows @ self.k).mT / self.q.shape[1] ** 0.5).softmax(-1)
        gathered = (weights @ (rows @ self.v)).mT
        return x + (self.gamma * gathered).reshape(x.shape)
""",
        "linear-layers": """
class ChannelAttention(nn.Module):
    def __init__(self, channels, inner):
        super().__init__()
        self.q, self.k = nn.Linear(channels, inner, bias=False), nn.Linear(channels, inner, bias=False)
        self.v, self.gamma = nn.Linear(channels, channels, bias=False), nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        rows = x.permute(0, 2, 3, 1).flatten(1, 2)
        out = F.scaled_dot_product_attention(self.q(rows), self.k(rows), self.v(rows))
        return x + (self.gamma * out).mT.reshape(x.shape)
""",
        "gamma-times-value-first": changed(
            LAYER,
            ("self.v(x).flatten(2)\n", "(self.gamma * self.v(x)).flatten(2)\n"),
            ("return x + self.gamma * gathered", "return gathered + x"),
        ),
    },
    "power-step": {
        "by-hand": POWER,
        "detached": """
def power_step(weight, u):
    matrix = weight.flatten(1)
    v = (u @ matrix).detach()
    v = v / v.square().sum().sqrt()
    new = (matrix @ v).detach()
    new = new / new.square().sum().sqrt()
    return new, v, (torch.outer(new, v) * matrix).sum()
""",
        "einsum": """
def power_step(weight, u):
    matrix = weight.view(weight.shape[0], -1)
    fixed = matrix.detach()
    v = F.normalize(torch.einsum("oi,o->i", fixed, u.detach()), dim=0)
    new = F.normalize(torch.einsum("oi,i->o", fixed, v), dim=0)
    return new, v, torch.einsum("o,oi,i->", new, matrix, v)
""",
    },
    "predicted-sigma": {
        "step-by-step": PREDICT,
        "by-logarithms": """
def predicted_sigma(singular_values, components, steps):
    there = (singular_values > 0) & (components != 0)
    s, c = np.log(singular_values[there]), 2 * np.log(np.abs(components[there]))
    above, below = c + 4 * steps * s, c + (4 * steps - 2) * s
    return float(np.exp((np.logaddexp.reduce(above) - np.logaddexp.reduce(below)) / 2))
""",
        "plain-python": """
def predicted_sigma(singular_values, components, steps):
    c, sigma = [float(number) for number in components], 0.0
    for _ in range(steps):
        v = [s * each for s, each in zip(singular_values, c)]
        length = math.hypot(*v)
        c = [s * each / length for s, each in zip(singular_values, v)]
        sigma = math.hypot(*c)
        c = [each / sigma for each in c]
    return float(sigma)
""",
    },
    "spectral-linear": {
        "v-kept-too": LINEAR,
        "weight-transposed": """
class SpectralLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.w = nn.Parameter(torch.randn(inputs, outputs) * 0.3)
        self.b = nn.Parameter(torch.zeros(1, outputs))
        self.register_buffer("direction", F.normalize(torch.randn(outputs), dim=0))

    def forward(self, x):
        fixed = self.w.detach().T
        v = F.normalize(fixed.T @ self.direction, dim=0)
        u = self.direction.clone()
        if self.training:
            u = F.normalize(fixed @ v, dim=0)
            self.direction = u
        return x @ self.w / (v @ self.w @ u) + self.b
""",
        "output-divided-before-the-bias": changed(
            LINEAR, ("F.linear(x, self.weight / sigma, self.bias)", "x @ self.weight.T / sigma + self.bias")
        ),
        "linear-layer-inside": """
class SpectralLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.layer = nn.Linear(inputs, outputs)
        nn.init.zeros_(self.layer.bias)
        self.register_buffer("u", torch.ones(outputs) + 0.1 * torch.randn(outputs))

    def forward(self, x):
        u, v, sigma = power_step(self.layer.weight, self.u)
        if self.training:
            self.u = u
        else:
            sigma = (self.layer.weight.T @ self.u).norm() / self.u.norm()
        return F.linear(x, self.layer.weight / sigma, self.layer.bias)
""",
    },
    "hinge-losses": {
        "clamped": HINGE,
        "maximum": """
def hinge_losses(real, fake, margin):
    zero = torch.zeros(())
    loss_d = torch.maximum(zero, margin - real).sum() / len(real) + torch.maximum(zero, margin + fake).sum() / len(fake)
    return loss_d, -(fake.sum() / len(fake))
""",
        "masked": """
def hinge_losses(real, fake, margin):
    of_real = torch.where(real < margin, margin - real, torch.zeros_like(real))
    of_fake = torch.where(fake > -margin, margin + fake, torch.zeros_like(fake))
    return of_real.mean() + of_fake.mean(), fake.neg().mean()
""",
        "one-function-for-both": """
def hinge(scores, sign, margin):
    return F.relu(margin + sign * scores).mean()

def hinge_losses(real, fake, margin):
    return hinge(real, -1, margin) + hinge(fake, 1, margin), torch.mean(-fake)
""",
    },
}
