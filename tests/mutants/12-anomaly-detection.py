"""Answers to assignment 12, wrong and right; names as in the catalogue of misconceptions where one applies."""

ROC = """
def roc(scores, is_anomaly):
    order = np.argsort(-scores, kind="stable")
    ranked, truth = scores[order], is_anomaly[order]
    last = np.append(np.diff(ranked) != 0, True)
    hits = np.cumsum(truth)[last] / truth.sum()
    false_alarms = np.cumsum(~truth)[last] / (~truth).sum()
    return np.append(0.0, false_alarms), np.append(0.0, hits)


def area(false_alarms, hits):
    return float(np.trapezoid(hits, false_alarms))
"""
P_VALUES = """
def p_values(scores, held_out):
    ordered = np.sort(held_out)
    below = np.searchsorted(ordered, scores, side="left")
    return (1 + len(ordered) - below) / (1 + len(ordered))
"""
PLANE = """
def plane_scores(pictures, normal, share):
    x = pictures.reshape(len(pictures), -1).astype(float) / 255
    known = normal.reshape(len(normal), -1).astype(float) / 255
    mean = known.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov(known.T))
    variances, axes = variances[::-1], axes[:, ::-1]
    k = 1
    while variances[:k].sum() < share * variances.sum():
        k += 1
    centred = x - mean
    inside = centred @ axes[:, :k]
    return np.linalg.norm(centred - inside @ axes[:, :k].T, axis=1), k
"""
SEARCH = """
def search(generator, x, starts, steps, rate, weight):
    modes = [(part, part.training) for part in generator.modules()]
    generator.eval()

    def losses(z):
        error = ((x - generator(z)) ** 2).flatten(1).mean(1)
        return error, error + weight * (z**2).mean(1)

    best = None
    for start in starts:
        z = start.detach().clone()
        for _ in range(steps):
            z = z.detach().requires_grad_(True)
            gradient = torch.autograd.grad(losses(z)[1].sum(), z)[0]
            z = z - rate * gradient
        z = z.detach()
        with torch.no_grad():
            error, loss = losses(z)
        if best is None:
            best = [z, error, loss]
        else:
            better = loss < best[2]
            ends = torch.where(better[:, None], z, best[0])
            best = [ends, torch.where(better, error, best[1]), loss.minimum(best[2])]
    for part, mode in modes:
        part.training = mode
    return best[0], best[1]
"""
PAIR_LOSSES = """
def pair_losses(encoder, generator, critic, x, z):
    code, drawn = encoder(x), generator(z)
    a, b = critic(x, code.detach()), critic(drawn.detach(), z)
    loss_c = F.softplus(-a).mean() + F.softplus(b).mean()
    a, b = critic(x, code), critic(drawn, z)
    loss_eg = F.softplus(a).mean() + F.softplus(-b).mean()
    return loss_c, loss_eg
"""
PAIR_SCORES = """
def pair_scores(encoder, generator, critic, pictures, weight, batch):
    parts = [part for net in (encoder, generator, critic) for part in net.modules()]
    modes = [part.training for part in parts]
    for part in parts:
        part.training = False
    found = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch):
            x = data.to_batch(pictures[start : start + batch])
            code = encoder(x)
            residual = (x - generator(code)).abs().mean(dim=(1, 2, 3))
            doubt = F.softplus(-critic(x, code)).flatten()
            found.append(((1 - weight) * residual + weight * doubt).numpy())
    for part, mode in zip(parts, modes):
        part.training = mode
    return np.concatenate(found)
"""
LEAKS = """
def leaks(score, pictures):
    together = score(pictures)
    backwards = score(np.flip(pictures, axis=0).copy())[::-1]
    alone = np.concatenate([score(picture[None]) for picture in pictures])

    def differ(a, b):
        size = np.maximum(np.abs(a), np.abs(b))
        return bool(np.any(np.abs(a - b) > 1e-3 * size + 1e-6))

    return differ(alone, together), differ(backwards, together)
"""
VERDICTS = """
verdicts = {"a": "trained", "b": "others", "c": "chosen", "d": "nothing", "e": "others", "f": "nothing"}
"""


def changed(code, *pairs):
    """The code with each pair's first text, which must stand in it, replaced by the second."""
    for old, new in pairs:
        if old not in code:
            raise ValueError(f"{old!r} doesn't stand in\n{code}")
        code = code.replace(old, new)
    return code


WRONG = {
    "roc": {
        "score-direction-reversed": changed(ROC, ("np.argsort(-scores", "np.argsort(scores")),
        "label-1-is-normal": changed(ROC, ("scores[order], is_anomaly[order]", "scores[order], ~is_anomaly[order]")),
        "rates-exchanged": changed(
            ROC,
            (
                "np.append(0.0, false_alarms), np.append(0.0, hits)",
                "np.append(0.0, hits), np.append(0.0, false_alarms)",
            ),
        ),
        "a-point-for-each-picture": changed(
            ROC, ("np.append(np.diff(ranked) != 0, True)", "np.ones(len(ranked), bool)")
        ),
        "ties-at-their-first": changed(
            ROC, ("np.append(np.diff(ranked) != 0, True)", "np.append(True, np.diff(ranked) != 0)")
        ),
        "no-point-at-the-origin": changed(
            ROC, ("np.append(0.0, false_alarms), np.append(0.0, hits)", "false_alarms, hits")
        ),
        "shares-of-all": changed(ROC, ("/ truth.sum()", "/ len(truth)"), ("/ (~truth).sum()", "/ len(truth)")),
        "precision-for-hits": changed(ROC, ("/ truth.sum()", "/ np.arange(1, len(truth) + 1)[last]")),
        "strictly-above": changed(
            ROC,
            (
                "np.append(0.0, false_alarms), np.append(0.0, hits)",
                "np.append([0.0, 0.0], false_alarms[:-1]), np.append([0.0, 0.0], hits[:-1])",
            ),
        ),
        "from-the-lowest": changed(
            ROC,
            (
                "np.append(0.0, false_alarms), np.append(0.0, hits)",
                "np.append(0.0, false_alarms)[::-1], np.append(0.0, hits)[::-1]",
            ),
        ),
        "counts-in-place-of-rates": changed(ROC, (" / truth.sum()", ""), (" / (~truth).sum()", "")),
        "sorts-the-caller's-array": changed(ROC, ("    order =", "    scores.sort()\n    order =")),
        "area-by-steps": changed(
            ROC, ("float(np.trapezoid(hits, false_alarms))", "float((np.diff(false_alarms) * hits[1:]).sum())")
        ),
        "area-by-lower-steps": changed(
            ROC, ("float(np.trapezoid(hits, false_alarms))", "float((np.diff(false_alarms) * hits[:-1]).sum())")
        ),
        "area-over-the-other-axis": changed(
            ROC, ("np.trapezoid(hits, false_alarms)", "np.trapezoid(false_alarms, hits)")
        ),
        "area-as-the-mean": changed(ROC, ("float(np.trapezoid(hits, false_alarms))", "float(np.mean(hits))")),
        "a-grid-of-thresholds": """
def roc(scores, is_anomaly):
    thresholds = np.append(np.inf, np.linspace(scores.max(), scores.min(), len(np.unique(scores))))
    rates = [np.array([(scores[kind] >= t).mean() for t in thresholds]) for kind in (~is_anomaly, is_anomaly)]
    return rates[0], rates[1]


def area(false_alarms, hits):
    return float(np.trapezoid(hits, false_alarms))
""",
    },
    "p-values": {
        "share-without-the-one": changed(
            P_VALUES, ("(1 + len(ordered) - below) / (1 + len(ordered))", "(len(ordered) - below) / len(ordered)")
        ),
        "one-only-above": changed(P_VALUES, ("/ (1 + len(ordered))", "/ len(ordered)")),
        "one-only-below": changed(P_VALUES, ("(1 + len(ordered) - below)", "(len(ordered) - below)")),
        "strictly-above": changed(P_VALUES, ('side="left"', 'side="right"')),
        "score-direction-reversed": changed(P_VALUES, ("(1 + len(ordered) - below)", "(1 + below)")),
        "one-minus-p": changed(
            P_VALUES,
            (
                "return (1 + len(ordered) - below) / (1 + len(ordered))",
                "return 1 - (1 + len(ordered) - below) / (1 + len(ordered))",
            ),
        ),
        "held-out-taken-as-sorted": changed(P_VALUES, ("np.sort(held_out)", "held_out")),
        "ranked-among-the-test": changed(
            P_VALUES, ("np.sort(held_out)", "np.sort(np.concatenate([held_out, scores]))")
        ),
        "threshold-chosen-on-the-test-set": changed(P_VALUES, ("np.sort(held_out)", "np.sort(scores)")),
        "normal-distribution-assumed": """
def p_values(scores, held_out):
    from scipy.stats import norm
    return norm.sf((scores - held_out.mean()) / (held_out.std() + 1e-9))
""",
        "one-for-all": changed(
            P_VALUES,
            (
                "return (1 + len(ordered) - below) / (1 + len(ordered))",
                "return float(np.mean((1 + len(ordered) - below) / (1 + len(ordered))))",
            ),
        ),
        "sorts-the-caller's-array": changed(
            P_VALUES, ("ordered = np.sort(held_out)", "held_out.sort()\n    ordered = held_out")
        ),
        "scaled-by-the-test": changed(
            P_VALUES,
            (
                "    ordered",
                "    largest = np.abs(scores).max(initial=1e-9)\n"
                "    scores = scores / largest * np.abs(held_out).max()\n    ordered",
            ),
        ),
    },
    "plane-scores": {
        "smallest-directions": changed(
            PLANE, ("axes = variances[::-1], axes[:, ::-1]", "axes = variances[::-1], axes")
        ),
        "smallest-variances-first": changed(PLANE, ("    variances, axes = variances[::-1], axes[:, ::-1]\n", "")),
        "not-centred": changed(PLANE, ("mean = known.mean(axis=0)", "mean = 0 * known.mean(axis=0)")),
        "not-centred-for-the-directions": changed(PLANE, ("np.cov(known.T)", "known.T @ known / len(known)")),
        "mean-of-the-test": changed(PLANE, ("mean = known.mean(axis=0)", "mean = x.mean(axis=0)")),
        "fitted-on-the-test": changed(PLANE, ("np.cov(known.T)", "np.cov(np.concatenate([known, x]).T)")),
        "fitted-on-both-means-too": changed(
            PLANE, ("    mean =", "    known = np.concatenate([known, x])\n    mean =")
        ),
        "share-of-deviations": changed(
            PLANE,
            (
                "variances[:k].sum() < share * variances.sum()",
                "np.sqrt(variances.clip(0))[:k].sum() < share * np.sqrt(variances.clip(0)).sum()",
            ),
        ),
        "one-too-many": changed(PLANE, ("    centred", "    k += 1\n    centred")),
        "one-too-few": changed(PLANE, ("    centred", "    k = max(k - 1, 1)\n    centred")),
        "the-share-left-out": changed(PLANE, ("share * variances.sum()", "(1 - share) * variances.sum()")),
        "distance-within-the-plane": changed(
            PLANE, ("np.linalg.norm(centred - inside @ axes[:, :k].T, axis=1)", "np.linalg.norm(inside, axis=1)")
        ),
        "squared-distance": changed(
            PLANE,
            (
                "np.linalg.norm(centred - inside @ axes[:, :k].T, axis=1)",
                "np.square(centred - inside @ axes[:, :k].T).sum(axis=1)",
            ),
        ),
        "root-mean-square": changed(
            PLANE,
            (
                "np.linalg.norm(centred - inside @ axes[:, :k].T, axis=1)",
                "np.sqrt(np.square(centred - inside @ axes[:, :k].T).mean(axis=1))",
            ),
        ),
        "absolute-distance": changed(
            PLANE,
            (
                "np.linalg.norm(centred - inside @ axes[:, :k].T, axis=1)",
                "np.abs(centred - inside @ axes[:, :k].T).sum(axis=1)",
            ),
        ),
        "not-one-score-a-picture": changed(
            PLANE,
            (
                "np.linalg.norm(centred - inside @ axes[:, :k].T, axis=1)",
                "np.linalg.norm(centred - inside @ axes[:, :k].T)",
            ),
        ),
        "in-grey-levels": changed(
            PLANE,
            (".astype(float) / 255\n    known", ".astype(float)\n    known"),
            (".reshape(len(normal), -1).astype(float) / 255", ".reshape(len(normal), -1).astype(float)"),
        ),
        "differences-in-uint8": changed(
            PLANE,
            (
                "x = pictures.reshape(len(pictures), -1).astype(float) / 255",
                "low = normal.mean(axis=0).astype(np.uint8)\n"
                "    x = ((pictures - low) / 255 + low / 255).reshape(len(pictures), -1)",
            ),
        ),
        "rows-taken-as-axes": changed(PLANE, ("axes[:, ::-1]", "axes.T[:, ::-1]")),
        "always-32": changed(PLANE, ("    centred", "    k = min(32, len(variances))\n    centred")),
    },
    "search": {
        "uphill": changed(SEARCH, ("z - rate * gradient", "z + rate * gradient")),
        "loss-averaged-over-pictures": changed(SEARCH, ("losses(z)[1].sum()", "losses(z)[1].mean()")),
        "sum-over-the-values": changed(SEARCH, ("flatten(1).mean(1)", "flatten(1).sum(1)")),
        "one-loss-for-the-batch": changed(SEARCH, (".flatten(1).mean(1)", ".mean().expand(len(x))")),
        "absolute-error": changed(SEARCH, ("((x - generator(z)) ** 2)", "(x - generator(z)).abs()")),
        "weight-ignored": changed(SEARCH, ("error + weight * (z**2).mean(1)", "error + 0 * (z**2).mean(1)")),
        "length-not-squared": changed(SEARCH, ("(z**2).mean(1)", "z.norm(dim=1)")),
        "sum-of-the-latent's-squares": changed(SEARCH, ("(z**2).mean(1)", "(z**2).sum(1)")),
        "score-with-the-weight's-term": changed(SEARCH, ("return best[0], best[1]", "return best[0], best[2]")),
        "best-by-error-alone": changed(SEARCH, ("better = loss < best[2]", "better = error < best[1]")),
        "first-start-only": changed(SEARCH, ("for start in starts:", "for start in starts[:1]:")),
        "last-start": changed(SEARCH, ("better = loss < best[2]", "better = loss < torch.inf")),
        "worst-start": changed(
            SEARCH, ("loss < best[2]", "loss > best[2]"), ("loss.minimum(best[2])", "loss.maximum(best[2])")
        ),
        "one-start-for-all-pictures": changed(
            SEARCH,
            ("better = loss < best[2]", "better = (loss.sum() < best[2].sum()).expand(len(loss))"),
            ("loss.minimum(best[2])", "torch.where(better, loss, best[2])"),
        ),
        "best-start-before-the-steps": changed(
            SEARCH,
            (
                "    best = None\n",
                "    with torch.no_grad():\n"
                "        first = torch.stack([losses(start)[1] for start in starts]).argmin(0)\n"
                "    starts = starts[first, torch.arange(len(x))][None]\n    best = None\n",
            ),
        ),
        "mean-of-the-starts": changed(SEARCH, ("for start in starts:", "for start in starts.mean(0, keepdim=True):")),
        "one-step-more": changed(SEARCH, ("range(steps)", "range(steps + 1)")),
        "adam": changed(
            SEARCH,
            (
                "            z = z - rate * gradient\n",
                "            z = z - rate * gradient / (gradient.abs() + 1e-8)\n",
            ),
        ),
        "as-it-comes": changed(SEARCH, ("    generator.eval()\n", "")),
        "train-mode": changed(SEARCH, ("generator.eval()", "generator.train()")),
        "left-in-eval-mode": changed(SEARCH, ("        part.training = mode\n", "        pass\n")),
        "always-back-to-train-mode": changed(
            SEARCH, ("        part.training = mode\n", "        part.training = True\n")
        ),
        "one-mode-for-all-parts": changed(
            SEARCH, ("        part.training = mode\n", "        generator.train(modes[0][1])\n")
        ),
        "gradients-left-in-the-generator": changed(
            SEARCH,
            (
                "            gradient = torch.autograd.grad(losses(z)[1].sum(), z)[0]\n",
                "            losses(z)[1].sum().backward()\n            gradient = z.grad\n",
            ),
        ),
        "frozen-for-good": changed(SEARCH, ("    generator.eval()\n", "    generator.eval().requires_grad_(False)\n")),
        "starts-moved": changed(
            SEARCH,
            (
                "            z = z - rate * gradient\n        z = z.detach()\n",
                "            z = z - rate * gradient\n        z = z.detach()\n        start.copy_(z)\n",
            ),
        ),
        "carries-gradients": changed(
            SEARCH,
            (
                "        z = z.detach()\n        with torch.no_grad():\n            error, loss = losses(z)\n",
                "        error, loss = losses(z)\n",
            ),
        ),
        "gradients-off-for-good": changed(
            SEARCH, ("    return best[0]", "    torch.set_grad_enabled(False)\n    return best[0]")
        ),
        "best-along-the-way": changed(
            SEARCH,
            (
                "            z = z - rate * gradient\n        z = z.detach()\n",
                "            z = z - rate * gradient\n            with torch.no_grad():\n"
                "                low = losses(z)[1] if low is None else low.minimum(losses(z)[1])\n"
                "        z = z.detach()\n",
            ),
            ("        z = start.detach().clone()\n", "        z, low = start.detach().clone(), None\n"),
            (
                "            error, loss = losses(z)\n        if",
                "            error, loss = losses(z)\n            loss = loss if low is None else low\n"
                "            error = loss - weight * (z**2).mean(1)\n        if",
            ),
        ),
    },
    "pair-losses": {
        "labels-exchanged": changed(
            PAIR_LOSSES,
            ("F.softplus(-a).mean() + F.softplus(b)", "F.softplus(a).mean() + F.softplus(-b)"),
            ("loss_eg = F.softplus(a).mean() + F.softplus(-b)", "loss_eg = F.softplus(-a).mean() + F.softplus(b)"),
        ),
        "encoder-helps-the-critic": changed(PAIR_LOSSES, ("loss_eg = F.softplus(a)", "loss_eg = F.softplus(-a)")),
        "generator-term-alone": changed(
            PAIR_LOSSES, ("loss_eg = F.softplus(a).mean() + F.softplus(-b).mean()", "loss_eg = F.softplus(-b).mean()")
        ),
        "minus-the-critic's-loss": changed(
            PAIR_LOSSES,
            (
                "loss_eg = F.softplus(a).mean() + F.softplus(-b).mean()",
                "loss_eg = -F.softplus(-a).mean() - F.softplus(b).mean()",
            ),
        ),
        "latents-exchanged": changed(
            PAIR_LOSSES,
            (
                "critic(x, code.detach()), critic(drawn.detach(), z)",
                "critic(x, torch.zeros_like(code)), critic(drawn.detach(), encoder(drawn).detach())",
            ),
        ),
        "drawn-pictures-with-their-encoding": changed(
            PAIR_LOSSES,
            ("a, b = critic(x, code), critic(drawn, z)", "a, b = critic(x, code), critic(drawn, encoder(drawn))"),
        ),
        "rebuilt-in-place-of-drawn": changed(
            PAIR_LOSSES,
            (
                "code, drawn = encoder(x), generator(z)",
                "code = encoder(x)\n    drawn, z = generator(code), code.detach()",
            ),
        ),
        "no-detach-in-discriminator-step": changed(PAIR_LOSSES, ("code.detach()", "code"), ("drawn.detach()", "drawn")),
        "detach-in-generator-step": changed(
            PAIR_LOSSES,
            ("a, b = critic(x, code), critic(drawn, z)", "a, b = critic(x, code.detach()), critic(drawn, z)"),
        ),
        "drawn-detached-in-generator-step": changed(
            PAIR_LOSSES,
            ("a, b = critic(x, code), critic(drawn, z)", "a, b = critic(x, code), critic(drawn.detach(), z)"),
        ),
        "log-of-sigmoid": changed(
            PAIR_LOSSES,
            (
                "F.softplus(-a).mean() + F.softplus(b)",
                "-torch.log(torch.sigmoid(a)).mean() - torch.log(1 - torch.sigmoid(b))",
            ),
        ),
        "double-sigmoid": changed(
            PAIR_LOSSES,
            (
                "F.softplus(-a).mean() + F.softplus(b)",
                "F.softplus(-torch.sigmoid(a)).mean() + F.softplus(torch.sigmoid(b))",
            ),
        ),
        "halved": changed(PAIR_LOSSES, ("    return loss_c, loss_eg", "    return loss_c / 2, loss_eg / 2")),
        "one-mean-for-both-kinds": changed(
            PAIR_LOSSES,
            (
                "loss_c = F.softplus(-a).mean() + F.softplus(b).mean()",
                "loss_c = 2 * F.softplus(torch.cat([-a, b])).mean()",
            ),
        ),
        "sums": changed(
            PAIR_LOSSES, ("F.softplus(-a).mean() + F.softplus(b).mean()", "F.softplus(-a).sum() + F.softplus(b).sum()")
        ),
        "hinge": changed(
            PAIR_LOSSES, ("F.softplus(-a).mean() + F.softplus(b).mean()", "F.relu(1 - a).mean() + F.relu(1 + b).mean()")
        ),
        "returned-the-other-way-round": changed(PAIR_LOSSES, ("return loss_c, loss_eg", "return loss_eg, loss_c")),
        "switched-to-eval": changed(
            PAIR_LOSSES,
            ("    code, drawn", "    encoder.eval() if isinstance(encoder, nn.Module) else None\n    code, drawn"),
        ),
        "logits-cut-off": changed(
            PAIR_LOSSES,
            (
                "a, b = critic(x, code.detach()), critic(drawn.detach(), z)",
                "a, b = critic(x, code.detach()).clamp(-50, 50), critic(drawn.detach(), z).clamp(-50, 50)",
            ),
        ),
    },
    "pair-scores": {
        "lambda-swapped": changed(
            PAIR_SCORES, ("(1 - weight) * residual + weight * doubt", "weight * residual + (1 - weight) * doubt")
        ),
        "score-direction-reversed": changed(
            PAIR_SCORES, ("F.softplus(-critic(x, code))", "F.softplus(critic(x, code))")
        ),
        "logit-itself": changed(PAIR_SCORES, ("F.softplus(-critic(x, code))", "(-critic(x, code))")),
        "residual-alone": changed(PAIR_SCORES, ("(1 - weight) * residual + weight * doubt", "residual")),
        "squared-residual": changed(PAIR_SCORES, (".abs().mean(dim=(1, 2, 3))", ".square().mean(dim=(1, 2, 3))")),
        "summed-residual": changed(PAIR_SCORES, (".abs().mean(dim=(1, 2, 3))", ".abs().sum(dim=(1, 2, 3))")),
        "not-one-score-a-picture": changed(PAIR_SCORES, (".abs().mean(dim=(1, 2, 3))", ".abs().mean().expand(len(x))")),
        "one-score-a-batch": changed(
            PAIR_SCORES,
            (
                "found.append(((1 - weight) * residual + weight * doubt).numpy())",
                "found.append(((1 - weight) * residual + weight * doubt).mean(0, keepdim=True).numpy())",
            ),
        ),
        "critic-sees-the-rebuilt-picture": changed(PAIR_SCORES, ("-critic(x, code)", "-critic(generator(code), code)")),
        "pictures-in-unit-range": changed(
            PAIR_SCORES,
            (
                "x = data.to_batch(pictures[start : start + batch])",
                "x = (data.to_batch(pictures[start : start + batch]) + 1) / 2",
            ),
        ),
        "training-mode": changed(PAIR_SCORES, ("        part.training = False", "        part.training = True")),
        "as-they-come": changed(PAIR_SCORES, ("        part.training = False", "        pass")),
        "critic-forgotten": changed(
            PAIR_SCORES,
            (
                "    for part in parts:\n        part.training = False",
                "    for part in [*encoder.modules(), *generator.modules()]:\n        part.training = False",
            ),
        ),
        "encoder-forgotten": changed(
            PAIR_SCORES,
            (
                "    for part in parts:\n        part.training = False",
                "    for part in [*critic.modules(), *generator.modules()]:\n        part.training = False",
            ),
        ),
        "left-in-eval-mode": changed(PAIR_SCORES, ("        part.training = mode\n", "        pass\n")),
        "one-mode-for-each-network": changed(
            PAIR_SCORES,
            (
                "    for part, mode in zip(parts, modes):\n        part.training = mode\n",
                "    for net, mode in zip((encoder, generator, critic), before):\n        net.train(mode)\n",
            ),
            ("    modes =", "    before = [net.training for net in (encoder, generator, critic)]\n    modes ="),
        ),
        "last-batch-dropped": changed(
            PAIR_SCORES, ("range(0, len(pictures), batch)", "range(0, len(pictures) - len(pictures) % batch, batch)")
        ),
        "all-at-once": changed(
            PAIR_SCORES,
            ("range(0, len(pictures), batch)", "range(0, 1)"),
            ("pictures[start : start + batch]", "pictures"),
        ),
        "gradients-off-for-good": changed(
            PAIR_SCORES, ("    with torch.no_grad():\n", "    torch.set_grad_enabled(False)\n    if True:\n")
        ),
        "min-max-over-the-test": changed(
            PAIR_SCORES,
            (
                "    return np.concatenate(found)",
                "    found = np.concatenate(found)\n    return (found - found.min()) / max(np.ptp(found), 1e-9)",
            ),
        ),
        "a-tensor": changed(
            PAIR_SCORES, ("return np.concatenate(found)", "return torch.from_numpy(np.concatenate(found))")
        ),
        "sorted": changed(PAIR_SCORES, ("return np.concatenate(found)", "return np.sort(np.concatenate(found))")),
    },
    "leaks": {
        "order-compared-by-place": changed(LEAKS, (".copy())[::-1]", ".copy())")),
        "answers-exchanged": changed(
            LEAKS,
            (
                "return differ(alone, together), differ(backwards, together)",
                "return differ(backwards, together), differ(alone, together)",
            ),
        ),
        "honest-in-place-of-leaking": changed(
            LEAKS,
            (
                "return differ(alone, together), differ(backwards, together)",
                "return not differ(alone, together), not differ(backwards, together)",
            ),
        ),
        "first-picture-only": changed(LEAKS, ("differ(alone, together),", "differ(alone[:1], together[:1]),")),
        "all-must-differ": changed(LEAKS, ("np.any(", "np.all(")),
        "exactly-equal": changed(LEAKS, ("> 1e-3 * size + 1e-6", "> 0")),
        "absolute-tolerance": changed(LEAKS, ("1e-3 * size + 1e-6", "0.1")),
        "mean-of-the-scores": changed(LEAKS, ("differ(alone, together),", "differ(alone.mean(), together.mean()),")),
        "means-of-both": changed(
            LEAKS,
            (
                "differ(alone, together), differ(backwards, together)",
                "differ(alone.mean(), together.mean()), differ(backwards.mean(), together.mean())",
            ),
        ),
        "halves-in-place-of-alone": changed(
            LEAKS,
            (
                "np.concatenate([score(picture[None]) for picture in pictures])",
                "np.concatenate([score(pictures[: len(pictures) // 2]), score(pictures[len(pictures) // 2 :])])",
            ),
        ),
        "everything-or-nothing": changed(
            LEAKS,
            (
                "return differ(alone, together), differ(backwards, together)",
                "found = differ(alone, together) or differ(backwards, together)\n    return found, found",
            ),
        ),
        "ranks-compared": changed(
            LEAKS,
            (
                "    def differ(a, b):\n",
                "    def differ(a, b):\n        a, b = np.argsort(a) * 1.0, np.argsort(b) * 1.0\n",
            ),
        ),
        "pictures-turned-in-place": changed(
            LEAKS,
            (
                "    together = score(pictures)\n",
                "    pictures[:] = pictures[::-1].copy()\n    together = score(pictures)\n",
            ),
        ),
        "last-picture-only": changed(LEAKS, ("differ(alone, together),", "differ(alone[-1:], together[-1:]),")),
        "all-but-the-last": changed(LEAKS, ("differ(alone, together),", "differ(alone[:-1], together[:-1]),")),
    },
    "verdicts": {
        "unlabelled-is-one-class": changed(VERDICTS, ('"a": "trained"', '"a": "nothing"')),
        "threshold-chosen-on-the-test-set": changed(VERDICTS, ('"b": "others"', '"b": "nothing"')),
        "labels-suspected-in-the-share": changed(VERDICTS, ('"b": "others"', '"b": "chosen"')),
        "a-sign-is-no-choice": changed(VERDICTS, ('"c": "chosen"', '"c": "nothing"')),
        "held-out-suspected": changed(VERDICTS, ('"d": "nothing"', '"d": "chosen"')),
        "batch-statistics-are-fine": changed(VERDICTS, ('"e": "others"', '"e": "nothing"')),
        "any-choice-is-a-leak": changed(VERDICTS, ('"f": "nothing"', '"f": "chosen"')),
        "statistics-are-training": changed(VERDICTS, ('"e": "others"', '"e": "trained"')),
        "all-honest": 'verdicts = {letter: "nothing" for letter in "abcdef"}',
        "other-words": changed(VERDICTS, ('"nothing"', '"honest"')),
        "one-missing": changed(VERDICTS, (', "f": "nothing"', "")),
    },
}
RIGHT = {
    "roc": {
        "sorted-and-summed": ROC,
        "pairs": """
def roc(scores, is_anomaly):
    false_alarms, hits = [0.0], [0.0]
    for threshold in sorted(set(scores.tolist()), reverse=True):
        alarm = scores >= threshold
        false_alarms.append((alarm & ~is_anomaly).sum() / (~is_anomaly).sum())
        hits.append((alarm & is_anomaly).sum() / is_anomaly.sum())
    return np.array(false_alarms), np.array(hits)


def area(false_alarms, hits):
    total = 0.0
    for i in range(1, len(hits)):
        total += (false_alarms[i] - false_alarms[i - 1]) * (hits[i] + hits[i - 1]) / 2
    return total
""",
        "matrix": """
def roc(scores, is_anomaly):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    above = scores[:, None] >= thresholds
    return above[~is_anomaly].mean(0), above[is_anomaly].mean(0)


def area(false_alarms, hits):
    x, y = np.asarray(false_alarms), np.asarray(hits)
    return 0.5 * float(np.dot(x[1:] - x[:-1], y[1:] + y[:-1]))
""",
    },
    "p-values": {
        "searchsorted": P_VALUES,
        "loop": """
def p_values(scores, held_out):
    m = len(held_out)
    return np.array([(1 + np.sum(held_out >= s)) / (m + 1) for s in scores], dtype=float)
""",
        "one-minus-below": """
def p_values(scores, held_out):
    below = (held_out[:, None] < scores[None]).sum(0)
    return 1 - below / (len(held_out) + 1)
""",
    },
    "plane-scores": {
        "eigh": PLANE,
        "float32-torch": """
def plane_scores(pictures, normal, share):
    x, known = (torch.from_numpy(p).flatten(1).double() / 255 for p in (pictures, normal))
    mean = known.mean(0)
    _, s, vh = torch.linalg.svd(known - mean, full_matrices=False)
    held = (s**2).cumsum(0) / (s**2).sum()
    k = int((held < share).sum()) + 1
    rest = x - mean
    for axis in vh[:k]:
        rest = rest - (rest @ axis)[:, None] * axis
    return rest.norm(dim=1).numpy(), k
""",
        "by-pythagoras": changed(
            PLANE,
            (
                "np.linalg.norm(centred - inside @ axes[:, :k].T, axis=1)",
                "np.sqrt(((centred**2).sum(axis=1) - (inside**2).sum(axis=1)).clip(0))",
            ),
        ),
    },
    "search": {
        "where": SEARCH,
        "sgd": """
def search(generator, x, starts, steps, rate, weight):
    import copy
    net = copy.deepcopy(generator).eval().requires_grad_(False)
    r, n, d = starts.shape
    z = starts.detach().clone().requires_grad_(True)
    optimiser = torch.optim.SGD([z], lr=rate)

    def errors():
        made = net(z.reshape(r * n, d)).reshape(r, *x.shape)
        return (made - x).square().flatten(2).mean(2)

    for _ in range(steps):
        optimiser.zero_grad()
        (errors() + weight * z.square().mean(2)).sum().backward()
        optimiser.step()
    with torch.no_grad():
        error = errors()
        best = (error + weight * z.square().mean(2)).argmin(0)
        rows = torch.arange(n)
        return z.detach()[best, rows], error[best, rows]
""",
        "picture-by-picture": """
def search(generator, x, starts, steps, rate, weight):
    modes = {name: part.training for name, part in generator.named_modules()}
    generator.eval()
    latents, scores = [], []
    for i in range(len(x)):
        best = (float("inf"), None, None)
        for start in starts[:, i]:
            z = start.detach().clone()
            for _ in range(steps):
                z.requires_grad_(True)
                loss = F.mse_loss(generator(z[None]), x[i : i + 1]) + weight * z.pow(2).mean()
                z = (z - rate * torch.autograd.grad(loss, z)[0]).detach()
            with torch.no_grad():
                error = F.mse_loss(generator(z[None]), x[i : i + 1])
            total = float(error + weight * z.pow(2).mean())
            if total < best[0]:
                best = (total, z, error)
        latents.append(best[1])
        scores.append(best[2])
    for name, part in generator.named_modules():
        part.training = modes[name]
    return torch.stack(latents), torch.stack(scores)
""",
    },
    "pair-losses": {
        "twice-the-critic": PAIR_LOSSES,
        "bce": """
def pair_losses(encoder, generator, critic, x, z):
    bce = F.binary_cross_entropy_with_logits
    with torch.no_grad():
        code, drawn = encoder(x), generator(z)
    a, b = critic(x, code), critic(drawn, z)
    loss_c = bce(a, torch.ones_like(a)) + bce(b, torch.zeros_like(b))
    a, b = critic(x, encoder(x)), critic(generator(z), z)
    return loss_c, bce(a, torch.zeros_like(a)) + bce(b, torch.ones_like(b))
""",
        "logsigmoid": changed(
            PAIR_LOSSES,
            ("F.softplus(-a).mean() + F.softplus(b).mean()", "-F.logsigmoid(a).mean() - F.logsigmoid(-b).mean()"),
            ("F.softplus(a).mean() + F.softplus(-b).mean()", "-F.logsigmoid(-a).mean() - F.logsigmoid(b).mean()"),
        ),
        "frozen-for-a-moment": """
def pair_losses(encoder, generator, critic, x, z):
    code, drawn = encoder(x), generator(z)
    loss_c = torch.logaddexp(torch.zeros(()), -critic(x, code.detach())).mean()
    loss_c = loss_c + torch.logaddexp(torch.zeros(()), critic(drawn.detach(), z)).mean()
    loss_eg = torch.logaddexp(torch.zeros(()), critic(x, code)).mean()
    return loss_c, loss_eg + torch.logaddexp(torch.zeros(()), -critic(drawn, z)).mean()
""",
    },
    "pair-scores": {
        "all-parts": PAIR_SCORES,
        "copies": """
def pair_scores(encoder, generator, critic, pictures, weight, batch):
    scores = np.empty(len(pictures))
    modes = [[(m, m.training) for m in net.modules()] for net in (encoder, generator, critic)]
    try:
        encoder.eval(), generator.eval(), critic.eval()
        with torch.inference_mode():
            for i in range(0, len(pictures), batch):
                x = data.to_batch(pictures[i : i + batch])
                z = encoder(x)
                logit = critic(x, z)[:, 0]
                far = (generator(z) - x).abs().flatten(1).mean(1)
                scores[i : i + batch] = torch.lerp(far, -F.logsigmoid(logit), weight).numpy()
    finally:
        for each in modes:
            for part, training in each:
                part.training = training
    return scores
""",
        "bce": changed(
            PAIR_SCORES,
            (
                "F.softplus(-critic(x, code)).flatten()",
                "F.binary_cross_entropy_with_logits(critic(x, code), torch.ones(len(x), 1), reduction='none')[:, 0]",
            ),
        ),
    },
    "leaks": {
        "flip": LEAKS,
        "loops": """
def leaks(score, pictures):
    n = len(pictures)
    a, c = score(pictures), score(pictures[np.arange(n - 1, -1, -1)])
    others = order = False
    for i in range(n):
        b = score(pictures[i : i + 1])[0]
        others |= bool(abs(a[i] - b) > 1e-6 + 1e-3 * max(abs(a[i]), abs(b)))
        order |= bool(abs(a[i] - c[n - 1 - i]) > 1e-6 + 1e-3 * max(abs(a[i]), abs(c[n - 1 - i])))
    return others, order
""",
        "a-list": changed(
            LEAKS,
            (
                "return differ(alone, together), differ(backwards, together)",
                "return [differ(alone, together), differ(backwards, together)]",
            ),
        ),
    },
    "verdicts": {
        "as-it-is": VERDICTS,
        "by-zip": 'verdicts = dict(zip("abcdef", ("trained", "others", "chosen", "nothing", "others", "nothing")))',
        "one-by-one": """
verdicts = {}
verdicts["f"] = verdicts["d"] = "nothing"
verdicts["b"] = verdicts["e"] = "others"
verdicts["c"] = "chosen"
verdicts["a"] = "trained"
""",
    },
}
