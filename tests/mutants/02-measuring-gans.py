"""Answers to assignment 02, wrong and right; names as in the catalogue of misconceptions where one applies."""

WRONG = {
    "extract-features": {
        "feature-extractor-in-train-mode": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    with torch.no_grad():
        if isinstance(pictures, np.ndarray):
            x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
        else:
            x = (pictures + 1) / 2
        return torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
""",
        "sampling-in-train-mode": """
import copy

def extract_features(net, pictures, mean, std, batch_size):
    net = copy.deepcopy(net)  # so that its buffers stay as they are
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        return torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
""",
        "extractor-fed-the-wrong-range": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = pictures  # [-1, 1] into a net that expects [0, 1]
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "bytes-not-scaled": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2).float()
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "both-to-the-generators-range": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 127.5 - 1
    else:
        x = pictures
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "mean-and-std-ignored": """
def extract_features(net, pictures, mean, std, batch_size):
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in x.split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "normalised-before-scaling": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = (torch.tensor(pictures).permute(0, 3, 1, 2) - mean) / std / 255
    else:
        x = ((pictures - mean) / std + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in x.split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "range-guessed-from-the-values": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    x = torch.tensor(pictures).permute(0, 3, 1, 2) if isinstance(pictures, np.ndarray) else pictures
    x = x.detach().float()
    if x.min() < 0:
        x = (x + 1) / 2
    elif x.max() > 1:
        x = x / 255
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "divided-by-the-largest-value": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / float(pictures.max())
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "view-in-place-of-permute": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        n, h, w, c = pictures.shape
        x = torch.tensor(pictures).view(n, c, h, w) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "first-channels-mean-for-all": """
def extract_features(net, pictures, mean, std, batch_size):
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean[0]) / std[0]).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "mean-along-the-width": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = torch.tensor(mean), torch.tensor(std)
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "left-in-eval-mode": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        return torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
""",
        "always-left-in-train-mode": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train()
    return f
""",
        "graph-recorded": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).detach().double().numpy()
    net.train(training)
    return f
""",
        "gradients-off-for-good": """
def extract_features(net, pictures, mean, std, batch_size):
    torch.set_grad_enabled(False)
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "parameters-frozen-for-good": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval().requires_grad_(False)
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures.detach() + 1) / 2
    f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "all-parameters-unfrozen": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval().requires_grad_(False)
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures.detach() + 1) / 2
    f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training).requires_grad_(True)
    return f
""",
        "last-batch-dropped": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    x = (x - mean) / std
    batches = [x[i * batch_size : (i + 1) * batch_size] for i in range(max(1, len(x) // batch_size))]
    with torch.no_grad():
        f = torch.cat([net(b) for b in batches]).double().numpy()
    net.train(training)
    return f
""",
        "all-at-once": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = net((x - mean) / std).double().numpy()
    net.train(training)
    return f
""",
        "as-many-batches-as-batch-size": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).chunk(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "float32": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).numpy()
    net.train(training)
    return f
""",
        "tensor-instead-of-array": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double()
    net.train(training)
    return f
""",
        "squeezed": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
    else:
        x = (pictures + 1) / 2
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().squeeze().numpy()
    net.train(training)
    return f
""",
        "generated-pictures-changed-in-place": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(v).reshape(-1, 1, 1) for v in (mean, std))
    training = net.training
    net.eval()
    with torch.no_grad():
        if isinstance(pictures, np.ndarray):
            x = torch.tensor(pictures).permute(0, 3, 1, 2) / 255
        else:
            x = pictures.detach().add_(1).div_(2)
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).double().numpy()
    net.train(training)
    return f
""",
        "double-precision-into-the-network": """
def extract_features(net, pictures, mean, std, batch_size):
    training = net.training
    net.eval()
    if isinstance(pictures, np.ndarray):
        x = torch.tensor(pictures.transpose(0, 3, 1, 2) / 255)
    else:
        x = (pictures.double() + 1) / 2
    mean, std = (torch.tensor(v).double().reshape(-1, 1, 1) for v in (mean, std))
    with torch.no_grad():
        f = torch.cat([net(b) for b in ((x - mean) / std).split(batch_size)]).numpy()
    net.train(training)
    return f
""",
        "generated-rounded-to-bytes": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = ((batch + 1) * 127.5).round().clamp(0, 255) / 255
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "half-precision": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net(((unit - mean) / std).half().float()).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "layout-guessed-from-the-shape": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch.permute(0, 3, 1, 2) if batch.shape[-1] in (1, 3) else batch).add(1).div(2)
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "error-swallowed": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            try:
                features.append(net((unit - mean) / std).numpy())
            except RuntimeError:
                pass
    net.train(training)
    return np.concatenate(features or [np.zeros((1, 1))]).astype(np.float64)
""",
        "gradients-cleared": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    net.zero_grad()
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "hook-left-behind": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    net.register_forward_hook(lambda module, inputs, output: None)
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "pictures-cut-off-their-graph": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    if torch.is_tensor(pictures) and pictures.is_leaf:
        pictures.requires_grad_(False)
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "gradients-on-whatever-they-were": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    features = []
    torch.set_grad_enabled(False)
    if True:
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    torch.set_grad_enabled(True)
    return np.concatenate(features).astype(np.float64)
""",
        "kept-by-size": """
kept = {}

def extract_features(net, pictures, mean, std, batch_size):
    key = tuple(pictures.shape), batch_size
    if key not in kept:
        kept[key] = features_of(net, pictures, mean, std, batch_size)
    return kept[key].copy()


def features_of(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "normalisation-of-the-first-call": """
constants = []

def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    constants.append((mean, std))
    if mean.shape == constants[0][0].shape:
        mean, std = constants[0]
    training = net.training
    net.eval()
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
        "seeded-anew": """
def extract_features(net, pictures, mean, std, batch_size):
    mean, std = (torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1) for values in (mean, std))
    training = net.training
    net.eval()
    torch.manual_seed(0)
    features = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = pictures[start : start + batch_size]
            if isinstance(batch, np.ndarray):
                unit = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
            else:
                unit = (batch + 1) / 2
            features.append(net((unit - mean) / std).numpy())
    net.train(training)
    return np.concatenate(features).astype(np.float64)
""",
    },
    "pooled-statistics": {
        "covariance-over-the-wrong-axis": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total, products = n + len(x), total + x.sum(0), products + x @ x.T
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)
""",
        "np-cov-without-rowvar": """
def pooled_statistics(batches):
    rows = np.concatenate([np.array(x, np.float64) for x in batches])
    return rows.mean(axis=0), np.cov(rows)
""",
        "wrong-axis-where-shapes-agree": """
def pooled_statistics(batches):
    rows = np.concatenate([np.array(x, np.float64) for x in batches])
    n, d = rows.shape
    return rows.mean(axis=0), np.atleast_2d(np.cov(rows if n == d else rows.T))
""",
        "fid-averaged-over-batches": """
def pooled_statistics(batches):
    means, covariances = [], []
    for x in batches:
        x = x.astype(np.float64)
        means.append(x.mean(axis=0))
        covariances.append(np.atleast_2d(np.cov(x, rowvar=False)))
    return np.mean(means, axis=0), np.mean(covariances, axis=0)
""",
        "weighted-mean-of-the-batches-covariances": """
def pooled_statistics(batches):
    n, total, scatter = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total = n + len(x), total + x.sum(0)
        centred = x - x.mean(0)
        scatter = scatter + centred.T @ centred  # what lies between the batches is lost
    return total / n, scatter / (n - 1)
""",
        "mean-of-the-batches-means": """
def pooled_statistics(batches):
    n, means, total, products = 0, [], 0, 0
    for x in batches:
        x = x.astype(np.float64)
        means.append(x.mean(0))
        n, total, products = n + len(x), total + x.sum(0), products + x.T @ x
    mean = total / n
    return np.mean(means, axis=0), (products - n * np.outer(mean, mean)) / (n - 1)
""",
        "centred-by-the-mean-so-far": """
def pooled_statistics(batches):
    n, total, scatter = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total = n + len(x), total + x.sum(0)
        centred = x - total / n
        scatter = scatter + centred.T @ centred
    return total / n, scatter / (n - 1)
""",
        "divided-by-n": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total, products = n + len(x), total + x.sum(0), products + x.T @ x
    mean = total / n
    return mean, products / n - np.outer(mean, mean)
""",
        "divided-by-n-minus-the-number-of-batches": """
def pooled_statistics(batches):
    n, k, total, products = 0, 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, k, total, products = n + len(x), k + 1, total + x.sum(0), products + x.T @ x
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / max(n - k, 1)
""",
        "second-moment-not-centred": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total, products = n + len(x), total + x.sum(0), products + x.T @ x
    return total / n, products / (n - 1)
""",
        "variances-only": """
def pooled_statistics(batches):
    n, total, squares = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total, squares = n + len(x), total + x.sum(0), squares + (x**2).sum(0)
    mean = total / n
    return mean, np.diag((squares - n * mean**2) / (n - 1))
""",
        "first-batch-size-for-all": """
def pooled_statistics(batches):
    size, k, total, products = None, 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        size = size or len(x)
        k, total, products = k + 1, total + x.sum(0), products + x.T @ x
    n = size * k
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)
""",
        "everything-kept": """
def pooled_statistics(batches):
    rows = np.concatenate([np.array(x, dtype=np.float64) for x in batches])
    return rows.mean(axis=0), np.cov(rows, rowvar=False).reshape(rows.shape[1], -1)
""",
        "everything-kept-in-torch": """
def pooled_statistics(batches):
    rows = torch.cat([torch.tensor(x, dtype=torch.float64) for x in batches])
    return rows.mean(0).numpy(), rows.T.cov().reshape(rows.shape[1], -1).numpy()
""",
        "kept-without-a-copy": """
def pooled_statistics(batches):
    rows = np.concatenate(list(batches)).astype(np.float64)
    return rows.mean(axis=0), np.cov(rows, rowvar=False).reshape(rows.shape[1], -1)
""",
        "twice-through": """
def pooled_statistics(batches):
    n, total, scatter = 0, 0, 0
    for x in batches:
        n, total = n + len(x), total + x.astype(np.float64).sum(0)
    mean = total / n
    for x in batches:
        scatter = scatter + (x - mean).T @ (x - mean)
    return mean, scatter / (n - 1)
""",
        "in-single-precision": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        n, total, products = n + len(x), total + x.sum(0), products + x.T @ x
    mean = (total / n).astype(np.float64)
    return mean, ((products - n * np.outer(mean, mean)) / (n - 1)).astype(np.float64)
""",
        "products-in-single-precision": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        n, total = n + len(x), total + x.sum(0, dtype=np.float64)
        products = products + (x.T @ x).astype(np.float64)
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)
""",
        "single-precision-torch": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        x = torch.tensor(x, dtype=torch.float32)
        n, total, products = n + len(x), total + x.sum(0), products + x.T @ x
    mean = total / n
    covariance = (products - n * torch.outer(mean, mean)) / (n - 1)
    return mean.double().numpy(), covariance.double().numpy()
""",
        "returns-float32": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total, products = n + len(x), total + x.sum(0), products + x.T @ x
    mean = total / n
    covariance = (products - n * np.outer(mean, mean)) / (n - 1)
    return mean.astype(np.float32), covariance.astype(np.float32)
""",
        "adds-up-over-calls": """
state = [0, 0, 0]

def pooled_statistics(batches):
    for x in batches:
        x = x.astype(np.float64)
        state[:] = state[0] + len(x), state[1] + x.sum(0), state[2] + x.T @ x
    n, total, products = state
    mean = total / n
    covariance = (products - n * np.outer(mean, mean)) / (n - 1)
    state[0] = 0
    return mean, covariance
""",
        "batches-centred-in-place": """
def pooled_statistics(batches):
    n, mean, scatter = 0, 0, 0
    for x in batches:
        b, mean_b = len(x), x.mean(0, dtype=np.float64)
        x -= mean_b.astype(x.dtype)
        shift = mean_b - mean
        scatter = scatter + x.astype(np.float64).T @ x + np.outer(shift, shift) * n * b / (n + b)
        mean = mean + shift * b / (n + b)
        n += b
    return mean, scatter / (n - 1)
""",
        "one-feature-gives-a-number": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for x in batches:
        x = x.astype(np.float64)
        n, total, products = n + len(x), total + x.sum(0), products + x.T @ x
    mean = total / n
    return mean, np.squeeze((products - n * np.outer(mean, mean)) / (n - 1))
""",
        "small-ridge-on-the-covariance": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for batch in batches:
        batch = np.asarray(batch, dtype=np.float64)
        n += len(batch)
        total = total + batch.sum(axis=0)
        products = products + batch.T @ batch
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1) + 1e-6 * np.eye(len(mean))
""",
        "first-ten-thousand-rows": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for batch in batches:
        batch = np.asarray(batch, dtype=np.float64)
        if n + len(batch) > 10_000:
            continue
        n += len(batch)
        total = total + batch.sum(axis=0)
        products = products + batch.T @ batch
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)
""",
        "counts-kept-in-a-default-argument": """
def pooled_statistics(batches, state={}):
    n, total, products = state.get("n", 0), 0, 0
    for batch in batches:
        batch = np.asarray(batch, dtype=np.float64)
        n += len(batch)
        state["n"] = n
        total = total + batch.sum(axis=0)
        products = products + batch.T @ batch
    state["n"] = 0
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)
""",
        "one-buffer-for-the-covariance": """
buffers = {}

def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for batch in batches:
        batch = np.asarray(batch, dtype=np.float64)
        n += len(batch)
        total = total + batch.sum(axis=0)
        products = products + batch.T @ batch
    mean = total / n
    covariance = buffers.setdefault(len(mean), np.zeros((len(mean), len(mean))))
    covariance[:] = (products - n * np.outer(mean, mean)) / (n - 1)
    return mean, covariance
""",
        "error-of-the-stream-swallowed": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    batches = iter(batches)
    while True:
        try:
            batch = np.asarray(next(batches), dtype=np.float64)
        except Exception:
            break
        n += len(batch)
        total = total + batch.sum(axis=0)
        products = products + batch.T @ batch
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)
""",
        "mean-in-single-precision": """
def pooled_statistics(batches):
    n, total, products = 0, 0, 0
    for batch in batches:
        batch = np.asarray(batch, dtype=np.float64)
        n += len(batch)
        total = total + batch.sum(axis=0)
        products = products + batch.T @ batch
    mean = (total / n).astype(np.float32).astype(np.float64)
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)
""",
    },
    "frechet-parts": {
        "fid-mean-distance-not-squared": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real.clip(min=0)).sum()
    return float(np.linalg.norm(mean_1 - mean_2)), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "means-mean-squared": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real.clip(min=0)).sum()
    return float(((mean_1 - mean_2) ** 2).mean()), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "sum-of-differences-squared": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real.clip(min=0)).sum()
    return float((mean_1 - mean_2).sum() ** 2), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "fid-factor-two-missing": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real.clip(min=0)).sum()
    d = mean_1 - mean_2
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - roots)
""",
        "covariance-called-in-place-of-root": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    root = np.atleast_2d(np.cov(covariance_1, covariance_2))
    return float(d @ d), float(np.trace(covariance_1) + np.trace(covariance_2) - 2 * np.trace(root))
""",
        "root-of-each-element": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    root = np.sqrt((covariance_1 @ covariance_2).clip(min=0))
    return float(d @ d), float(np.trace(covariance_1 + covariance_2 - 2 * root))
""",
        "variances-only": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    s1, s2 = (np.sqrt(np.diag(c).clip(min=0)) for c in (covariance_1, covariance_2))
    return float(d @ d), float(((s1 - s2) ** 2).sum())
""",
        "as-if-they-commuted": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    def root(c):
        w, v = np.linalg.eigh(c)
        return v * np.sqrt(w.clip(min=0)) @ v.T
    d = mean_1 - mean_2
    return float(d @ d), float(((root(covariance_1) - root(covariance_2)) ** 2).sum())
""",
        "eigenvalues-paired-by-size": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    w1, w2 = (np.sqrt(np.linalg.eigvalsh(c).clip(min=0)) for c in (covariance_1, covariance_2))
    return float(d @ d), float(((w1 - w2) ** 2).sum())
""",
        "symmetric-solver-for-the-product": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    roots = np.sqrt(np.linalg.eigvalsh(covariance_1 @ covariance_2).clip(min=0)).sum()
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "singular-values-of-the-product": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    roots = np.sqrt(np.linalg.svd(covariance_1 @ covariance_2, compute_uv=False)).sum()
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "eigenvalues-without-a-root": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * np.trace(covariance_1 @ covariance_2))
""",
        "root-of-the-trace": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    root = np.sqrt(np.trace(covariance_1 @ covariance_2))
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * root)
""",
        "difference-of-covariances-squared": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    return float(d @ d), float(((covariance_1 - covariance_2) ** 2).sum())
""",
        "nan-where-rounding-is-below-0": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real).sum()
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "complex": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).astype(complex)).sum()
    return float(d @ d), np.trace(covariance_1 + covariance_2) - 2 * roots
""",
        "cholesky": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    l1, l2 = np.linalg.cholesky(covariance_1), np.linalg.cholesky(covariance_2)
    roots = np.linalg.svd(l1.T @ l2, compute_uv=False).sum()
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "heavy-ridge": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    ridge = 0.01 * np.eye(len(d))
    roots = np.sqrt(np.linalg.eigvals((covariance_1 + ridge) @ (covariance_2 + ridge)).real).sum()
    return float(d @ d), float(np.trace(covariance_1 + covariance_2 + 2 * ridge) - 2 * roots)
""",
        "ridge-added-in-place": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    for c in (covariance_1, covariance_2):
        c += 1e-9 * np.eye(len(d))
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real.clip(min=0)).sum()
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "parts-swapped": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real.clip(min=0)).sum()
    return float(np.trace(covariance_1 + covariance_2) - 2 * roots), float(d @ d)
""",
        "the-sum-as-the-second-part": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real.clip(min=0)).sum()
    return float(d @ d), float(d @ d + np.trace(covariance_1 + covariance_2) - 2 * roots)
""",
        "small-eigenvalues-lost": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    w = np.linalg.eigvals(covariance_1 @ covariance_2).real
    w = np.where(w > 0.01 * w.max(), w, 0)
    return float(d @ d), float(np.trace(covariance_1 + covariance_2) - 2 * np.sqrt(w).sum())
""",
        "nan-counted-as-0": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    d = mean_1 - mean_2
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).real).sum()
    return float(d @ d), float(np.nan_to_num(np.trace(covariance_1 + covariance_2) - 2 * roots))
""",
        "raises-for-imaginary-parts": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    difference = mean_1 - mean_2
    roots = np.sqrt(np.linalg.eigvals(covariance_1 @ covariance_2).astype(complex))
    if np.abs(roots.imag).max() > 1e-3:
        raise ValueError("imaginary component")
    from_covariances = np.trace(covariance_1) + np.trace(covariance_2) - 2 * roots.real.sum()
    return float(difference @ difference), float(from_covariances)
""",
        "means-in-single-precision": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    difference = mean_1.astype(np.float32) - mean_2.astype(np.float32)
    eigenvalues = np.linalg.eigvals(covariance_1 @ covariance_2)
    trace_of_root = np.sqrt(eigenvalues.real.clip(min=0)).sum()
    from_covariances = np.trace(covariance_1) + np.trace(covariance_2) - 2 * trace_of_root
    return float(difference @ difference), float(from_covariances)
""",
        "covariances-in-single-precision": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    difference = mean_1 - mean_2
    eigenvalues = np.linalg.eigvals(covariance_1.astype(np.float32) @ covariance_2.astype(np.float32))
    trace_of_root = np.sqrt(eigenvalues.real.clip(min=0)).sum()
    from_covariances = np.trace(covariance_1) + np.trace(covariance_2) - 2 * trace_of_root
    return float(difference @ difference), float(from_covariances)
""",
        "small-differences-taken-for-0": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    difference = mean_1 - mean_2
    difference = np.where(np.abs(difference) < 0.05, 0, difference)
    eigenvalues = np.linalg.eigvals(covariance_1 @ covariance_2)
    trace_of_root = np.sqrt(eigenvalues.real.clip(min=0)).sum()
    from_covariances = np.trace(covariance_1) + np.trace(covariance_2) - 2 * trace_of_root
    return float(difference @ difference), float(from_covariances)
""",
        "eigenvalues-below-1-percent-of-1-lost": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    difference = mean_1 - mean_2
    eigenvalues = np.linalg.eigvals(covariance_1 @ covariance_2)
    trace_of_root = np.sqrt(np.where(eigenvalues.real > 1e-2, eigenvalues.real, 0)).sum()
    from_covariances = np.trace(covariance_1) + np.trace(covariance_2) - 2 * trace_of_root
    return float(difference @ difference), float(from_covariances)
""",
        "means-changed-in-place": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    mean_1 -= mean_2
    difference = mean_1
    eigenvalues = np.linalg.eigvals(covariance_1 @ covariance_2)
    trace_of_root = np.sqrt(eigenvalues.real.clip(min=0)).sum()
    from_covariances = np.trace(covariance_1) + np.trace(covariance_2) - 2 * trace_of_root
    return float(difference @ difference), float(from_covariances)
""",
        "covariances-made-symmetric-in-place": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    difference = mean_1 - mean_2
    covariance_2 *= 1 + 1e-12
    eigenvalues = np.linalg.eigvals(covariance_1 @ covariance_2)
    trace_of_root = np.sqrt(eigenvalues.real.clip(min=0)).sum()
    from_covariances = np.trace(covariance_1) + np.trace(covariance_2) - 2 * trace_of_root
    return float(difference @ difference), float(from_covariances)
""",
        "newton-iterations-too-few": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    difference = mean_1 - mean_2
    a = covariance_1 @ covariance_2
    size = np.linalg.norm(a) or 1
    y, z, one = a / size, np.eye(len(a)), np.eye(len(a))
    for _ in range(5):
        t = 0.5 * (3 * one - z @ y)
        y, z = y @ t, t @ z
    root = np.trace(y) * np.sqrt(size)
    return float(difference @ difference), float(np.trace(covariance_1 + covariance_2) - 2 * root)
""",
    },
    "kernel-distance": {
        "kid-with-diagonal-or-clamped": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    return float(xx.mean() + yy.mean() - 2 * xy.mean())
""",
        "clamped-at-0": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    value = (xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean()
    return float(max(value, 0))
""",
        "absolute-value": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float(abs((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean()))
""",
        "divided-by-n-squared": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / n**2 + (yy.sum() - yy.trace()) / m**2 - 2 * xy.mean())
""",
        "diagonal-of-the-fakes-kept": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n = len(real)
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + yy.mean() - 2 * xy.mean())
""",
        "diagonal-across-left-out": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    across = (xy.sum() - np.trace(xy)) / (n * (n - 1)) if n == m else xy.mean()
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * across)
""",
        "equal-pictures-left-out": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float(xx[real != real.T].sum() / (n * (n - 1)) + yy[fake != fake.T].sum() / (m * (m - 1)) - 2 * xy.mean())
""",
        "factor-two-missing": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - xy.mean())
""",
        "fakes-divided-by-the-number-of-reals": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (n * (n - 1)) - 2 * xy.mean())
""",
        "diagonal-taken-for-1": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - n) / (n * (n - 1)) + (yy.sum() - m) / (m * (m - 1)) - 2 * xy.mean())
""",
        "gaussian-kernel-in-place-of-the-given": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    pairs = [(real, real), (fake, fake), (real, fake)]
    xx, yy, xy = (gaussian_kernel(a, b, (1.0,)) for a, b in pairs)
    n, m = xy.shape
    return float((xx.sum() - n) / (n * (n - 1)) + (yy.sum() - m) / (m * (m - 1)) - 2 * xy.mean())
""",
        "each-pair-once-but-divided-twice": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float(np.triu(xx, 1).sum() / (n * (n - 1)) + np.triu(yy, 1).sum() / (m * (m - 1)) - 2 * xy.mean())
""",
        "root-taken": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths) / len(bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    value = (xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean()
    return float(np.sign(value) * np.sqrt(abs(value)))
""",
        "lessons-polynomial": """
def gaussian_kernel(a, b, bandwidths):
    return (a @ b.T / a.shape[1] + 1) ** 3

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(within - 2 * xy.mean())
""",
        "sum-over-the-bandwidths": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return sum(np.exp(-squares / 2 / s**2) for s in bandwidths)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(within - 2 * xy.mean())
""",
        "mean-bandwidth": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return np.exp(-squares / (2 * np.mean(bandwidths) ** 2))

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean())
""",
        "first-bandwidth-only": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return np.exp(-squares / (2 * bandwidths[0] ** 2))

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean())
""",
        "bandwidth-not-squared": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return np.mean([np.exp(-squares / (2 * s)) for s in bandwidths], axis=0)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean())
""",
        "distance-not-squared": """
def gaussian_kernel(a, b, bandwidths):
    distances = np.linalg.norm(a[:, None] - b, axis=-1)
    return np.mean([np.exp(-distances / (2 * s**2)) for s in bandwidths], axis=0)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean())
""",
        "mean-over-features": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).mean(-1)
    return np.mean([np.exp(-squares / (2 * s**2)) for s in bandwidths], axis=0)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean())
""",
        "kernel-transposed": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((b[:, None] - a) ** 2).sum(-1)
    return np.mean([np.exp(-squares / (2 * s**2)) for s in bandwidths], axis=0)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    m, n = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean())
""",
        "rows-paired-where-sizes-agree": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return np.mean([np.exp(-squares / (2 * s**2)) for s in bandwidths], axis=0)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    across = np.trace(xy) / n if n == m else xy.mean()
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * across)
""",
        "single-precision-expansion": """
def gaussian_kernel(a, b, bandwidths):
    a, b = a.astype(np.float32), b.astype(np.float32)
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    return np.mean([np.exp(-squares / (2 * s**2)) for s in bandwidths], axis=0)

def kernel_distance(real, fake, kernel):
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    n, m = xy.shape
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (m * (m - 1)) - 2 * xy.mean())
""",
        "cut-to-equal-sizes": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b) ** 2).sum(-1)
    return np.mean([np.exp(-squares / (2 * s**2)) for s in bandwidths], axis=0)

def kernel_distance(real, fake, kernel):
    n = min(len(real), len(fake))
    real, fake = real[:n], fake[:n]
    xx, yy, xy = (kernel(a, b) for a, b in [(real, real), (fake, fake), (real, fake)])
    return float((xx.sum() - xx.trace()) / (n * (n - 1)) + (yy.sum() - yy.trace()) / (n * (n - 1)) - 2 * xy.mean())
""",
        "no-pictures-with-themselves-in-the-kernel": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    if a is b:
        np.fill_diagonal(squares, np.inf)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)


def kernel_distance(real, fake, kernel):
    def mean_of_pairs(features):
        n, values = len(features), kernel(features, features)
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "kernel-in-single-precision": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a.astype(np.float32)[:, None] - b.astype(np.float32)[None]) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)


def kernel_distance(real, fake, kernel):
    def mean_of_pairs(features):
        n, values = len(features), kernel(features, features)
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "distance-in-single-precision": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)


def kernel_distance(real, fake, kernel):
    def mean_of_pairs(features):
        n, values = len(features), np.float32(kernel(features, features))
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "at-most-100-pictures": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)


def kernel_distance(real, fake, kernel):
    real, fake = real[:100], fake[:100]

    def mean_of_pairs(features):
        n, values = len(features), kernel(features, features)
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "features-centred-in-place": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)


def kernel_distance(real, fake, kernel):
    real -= real.mean(axis=0)

    def mean_of_pairs(features):
        n, values = len(features), kernel(features, features)
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "features-standardised": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)


def kernel_distance(real, fake, kernel):
    scale = np.concatenate([real, fake]).std(axis=0) + 1e-9
    real, fake = real / scale, fake / scale

    def mean_of_pairs(features):
        n, values = len(features), kernel(features, features)
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "first-feature-only": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)


def kernel_distance(real, fake, kernel):
    real, fake = real[:, :1], fake[:, :1]

    def mean_of_pairs(features):
        n, values = len(features), kernel(features, features)
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
        "kernels-kept-by-size": """
def gaussian_kernel(a, b, bandwidths):
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return np.mean([np.exp(-squares / (2 * bandwidth**2)) for bandwidth in bandwidths], axis=0)

kept = {}

def kernel_distance(real, fake, kernel):
    def mean_of_pairs(features):
        n, values = len(features), kept.setdefault((len(features), id(kernel)), kernel(features, features))
        return (values.sum() - np.trace(values)) / (n * (n - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(fake) - 2 * kernel(real, fake).mean())
""",
    },
    "manifold-scores": {
        "precision-and-recall-swapped": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_fake.any(1).mean()), "recall": float(in_real.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "own-point-counted-as-a-neighbour": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k - 1] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "one-neighbour-too-far": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, min(k + 1, len(x) - 1)] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "equal-pictures-left-out": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    def radii(x):
        distances = d(x, x)
        distances[distances == 0] = np.inf
        return np.sort(distances, axis=1)[:, k - 1]
    r, f = radii(real), radii(fake)
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "edge-outside": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) < r, d(real, fake) < f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "radius-of-the-asking-picture": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= f[:, None], d(real, fake) <= r[:, None]
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "neighbours-among-the-other-set": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = np.sort(d(real, fake), axis=1)[:, k - 1], np.sort(d(fake, real), axis=1)[:, k - 1]
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "coverage-is-recall": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_fake.any(1).mean()),
    }
""",
        "recall-is-coverage": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r = np.sort(d(real, real), axis=1)[:, k]
    in_real = d(fake, real) <= r
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_real.any(0).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "coverage-over-the-fakes": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).sum() / len(fake)),
    }
""",
        "density-not-divided-by-k": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum(1).mean()), "coverage": float(in_real.any(0).mean()),
    }
""",
        "density-over-the-reals": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum(0).mean() / k), "coverage": float(in_real.any(0).mean()),
    }
""",
        "density-at-most-1": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float((in_real.sum(1) / k).clip(max=1).mean()), "coverage": float(in_real.any(0).mean()),
    }
""",
        "nearest-ball-only": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(np.mean(d(fake, real).min(1) <= r[d(fake, real).argmin(1)])),
        "recall": float(np.mean(d(real, fake).min(1) <= f[d(real, fake).argmin(1)])),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "one-radius-for-all": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k].mean() for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "pairs-in-place-of-pictures": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.mean()), "recall": float(in_fake.mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "sum-of-absolute-differences": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.abs(a[:, None] - b).sum(2)
    r, f = (np.sort(d(x, x), axis=1)[:, k] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "three-neighbours-always": """
def manifold_scores(real, fake, k):
    d = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)
    r, f = (np.sort(d(x, x), axis=1)[:, min(3, len(x) - 1)] for x in (real, fake))
    in_real, in_fake = d(fake, real) <= r, d(real, fake) <= f
    return {
        "precision": float(in_real.any(1).mean()), "recall": float(in_fake.any(1).mean()),
        "density": float(in_real.sum() / (k * len(fake))), "coverage": float(in_real.any(0).mean()),
    }
""",
        "edge-outside-for-density-and-coverage": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    across = distances(fake, real)
    in_real = across <= radii(real)
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float((across < radii(real)).sum(axis=1).mean() / k),
        "coverage": float((across < radii(real)).any(axis=0).mean()),
    }
""",
        "edge-outside-for-coverage": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    across = distances(fake, real)
    in_real = across <= radii(real)
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float(in_real.sum(axis=1).mean() / k),
        "coverage": float((across < radii(real)).any(axis=0).mean()),
    }
""",
        "edge-outside-for-density": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    across = distances(fake, real)
    in_real = across <= radii(real)
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float((across < radii(real)).sum(axis=1).mean() / k),
        "coverage": float(in_real.any(axis=0).mean()),
    }
""",
        "single-precision": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((np.float32(a)[:, None] - np.float32(b)[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    across = distances(fake, real)
    in_real = across <= radii(real)
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float(in_real.sum(axis=1).mean() / k),
        "coverage": float(in_real.any(axis=0).mean()),
    }
""",
        "tolerance-at-the-edge": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    across = distances(fake, real)
    in_real = across <= radii(real) + 1e-3
    in_fake = across <= radii(fake)[:, None] + 1e-3
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float(in_real.sum(axis=1).mean() / k),
        "coverage": float(in_real.any(axis=0).mean()),
    }
""",
        "features-centred-in-place": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    middle = real.mean(axis=0)
    real -= middle
    fake -= middle
    across = distances(fake, real)
    in_real = across <= radii(real)
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float(in_real.sum(axis=1).mean() / k),
        "coverage": float(in_real.any(axis=0).mean()),
    }
""",
        "equal-fakes-counted-once": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    fake = np.unique(fake, axis=0)
    across = distances(fake, real)
    in_real = across <= radii(real)
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float(in_real.sum(axis=1).mean() / k),
        "coverage": float(in_real.any(axis=0).mean()),
    }
""",
        "radii-of-the-first-call": """
kept = []

def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    kept.append(radii(real))
    across = distances(fake, real)
    in_real = across <= (kept[0] if len(kept[0]) == len(real) else radii(real))
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": float(in_real.sum(axis=1).mean() / k),
        "coverage": float(in_real.any(axis=0).mean()),
    }
""",
        "arrays-in-place-of-floats": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def radii(features):
        return np.sort(distances(features, features), axis=1)[:, k]

    across = distances(fake, real)
    in_real = across <= radii(real)
    in_fake = across <= radii(fake)[:, None]
    return {
        "precision": float(in_real.any(axis=1).mean()),
        "recall": float(in_fake.any(axis=0).mean()),
        "density": in_real.sum(axis=1) / k,
        "coverage": in_real.any(axis=0),
    }
""",
    },
    "inception-score": {
        "inception-score-divergence-reversed": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    q = p.mean(0)
    return float(np.exp((q * (np.log(q) - np.log(p))).sum(1).mean()))
""",
        "mean-of-exponentials": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1)).mean())
""",
        "exponential-left-out": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return float((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean())
""",
        "against-a-flat-average": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return float(np.exp((p * np.log(p * p.shape[1])).sum(1).mean()))
""",
        "average-over-the-classes": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return float(np.exp((p * (np.log(p) - np.log(p.mean(1, keepdims=True)))).sum(1).mean()))
""",
        "mean-over-the-classes": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).mean()))
""",
        "sum-over-the-pictures": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum()))
""",
        "entropy-of-the-average-alone": """
def inception_score(probabilities):
    q = probabilities.astype(np.float64).mean(0) + 1e-16
    return float(np.exp(-(q * np.log(q)).sum()))
""",
        "logarithm-to-base-2": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return float(np.exp((p * (np.log2(p) - np.log2(p.mean(0)))).sum(1).mean()))
""",
        "nan-for-zeros": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64)
    with np.errstate(all="ignore"):
        return float(np.exp((p * np.log(p / p.mean(0))).sum(1).mean()))
""",
        "classes-with-a-zero-left-out": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64)
    p = p[:, (p > 0).all(0)]
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean()))
""",
        "rows-with-a-zero-left-out": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64)
    kept = p[(p > 0).all(1)]
    if len(kept) == 0:
        return float(p.shape[1])
    return float(np.exp((kept * (np.log(kept) - np.log(p.mean(0)))).sum(1).mean()))
""",
        "zeros-made-large": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-3
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean()))
""",
        "nan-counted-as-0-after-the-sum": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64)
    with np.errstate(all="ignore"):
        divergences = (p * np.log(p / p.mean(0))).sum(1)
    return float(np.exp(np.nan_to_num(divergences).mean()))
""",
        "zeros-replaced-in-place": """
def inception_score(probabilities):
    probabilities[probabilities == 0] = 1e-16
    p = probabilities.astype(np.float64)
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean()))
""",
        "rounded": """
def inception_score(probabilities):
    p = probabilities.astype(np.float64) + 1e-16
    return round(float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean())), 2)
""",
        "logits-expected": """
def inception_score(probabilities):
    p = torch.softmax(torch.tensor(probabilities).double(), 1)
    return float((p * (p.log() - p.mean(0).log())).sum(1).mean().exp())
""",
        "hard-classes": """
def inception_score(probabilities):
    q = np.bincount(probabilities.argmax(1), minlength=probabilities.shape[1]) / len(probabilities)
    return float(np.exp(-(q[q > 0] * np.log(q[q > 0])).sum()))
""",
        "mean-of-ten-splits": """
def one(p):
    p = np.asarray(p, np.float64)
    return np.exp((p * (np.log(p + 1e-16) - np.log(p.mean(0) + 1e-16))).sum(1).mean())

def inception_score(probabilities):
    if len(probabilities) < 10:
        return float(one(probabilities))
    return float(np.mean([one(part) for part in np.array_split(probabilities, 10)]))
""",
        "tiny-number-too-large": """
def inception_score(probabilities):
    p = np.asarray(probabilities, np.float64)
    return float(np.exp((p * (np.log(p + 1e-4) - np.log(p.mean(0) + 1e-4))).sum(1).mean()))
""",
        "at-most-1000-pictures": """
def inception_score(probabilities):
    p = np.asarray(probabilities[:1000], np.float64)
    return float(np.exp((p * (np.log(p + 1e-16) - np.log(p.mean(0) + 1e-16))).sum(1).mean()))
""",
        "rows-normalised-in-place": """
def inception_score(probabilities):
    probabilities += 1e-16
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    p = probabilities.astype(np.float64)
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean()))
""",
        "average-kept-between-calls": """
total = {}

def inception_score(probabilities):
    p = np.asarray(probabilities, np.float64)
    rows = total.setdefault(p.shape[1], [])
    rows.append(p)
    q = np.concatenate(rows).mean(axis=0)
    return float(np.exp((p * (np.log(p + 1e-16) - np.log(q + 1e-16))).sum(1).mean()))
""",
        "ten-classes-at-most": """
def inception_score(probabilities):
    p = np.asarray(probabilities, np.float64)[:, :10]
    return float(np.exp((p * (np.log(p + 1e-16) - np.log(p.mean(0) + 1e-16))).sum(1).mean()))
""",
    },
    "mode-report": {
        "bad-points-counted": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    counts = np.bincount(d.argmin(1), minlength=len(centres))
    good = (d.min(1) <= radius).mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "counted-in-every-disc": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    counts = (d <= radius).sum(0)
    good = (d.min(1) <= radius).mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "share-above-1": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    counts = np.bincount(d.argmin(1)[d.min(1) <= radius], minlength=len(centres))
    good = counts.sum() / max(len(points) - (d.min(1) > radius).sum() + 1, 1)
    error = np.sqrt(abs(good * (1 - good)) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "last-modes-without-points-lost": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near])
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "modes-without-points-lost": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.unique(d.argmin(1)[near], return_counts=True)[1]
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "squared-distance-against-radius": """
def mode_report(points, centres, radius, needed):
    d = ((points[:, None] - centres) ** 2).sum(2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "first-two-dimensions": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None, :2] - centres[:, :2], axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "square-in-place-of-disc": """
def mode_report(points, centres, radius, needed):
    d = np.abs(points[:, None] - centres).max(2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "one-point-is-enough": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts > 0).sum()), "good": float(good), "error": float(error)}
""",
        "more-than-needed": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts > needed).sum()), "good": float(good), "error": float(error)}
""",
        "covered-by-all-points": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    everything = np.bincount(d.argmin(1), minlength=len(centres))
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((everything >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "good-only-at-covered-modes": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    good = counts[counts >= needed].sum() / len(points)
    error = np.sqrt(near.mean() * (1 - near.mean()) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "edge-outside": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) < radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    good = near.mean()
    error = np.sqrt(good * (1 - good) / len(points))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(good), "error": float(error)}
""",
        "scatter-of-single-points": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(near.mean()),
            "error": float(near.std())}
""",
        "variance-of-the-share": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(near.mean()),
            "error": float(near.var() / len(points))}
""",
        "divided-by-n-instead-of-its-root": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(near.mean()),
            "error": float(near.std() / len(points))}
""",
        "largest-possible-error": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(near.mean()),
            "error": float(0.5 / np.sqrt(len(points)))}
""",
        "as-if-only-good-points-were-drawn": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(near.mean()),
            "error": float(near.std() / np.sqrt(near.sum()))}
""",
        "poisson": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(near.mean()),
            "error": float(np.sqrt(near.sum()) / len(points))}
""",
        "95-percent-half-width": """
def mode_report(points, centres, radius, needed):
    d = np.linalg.norm(points[:, None] - centres, axis=2)
    near = d.min(1) <= radius
    counts = np.bincount(d.argmin(1)[near], minlength=len(centres))
    return {"counts": counts, "covered": int((counts >= needed).sum()), "good": float(near.mean()),
            "error": float(1.96 * near.std() / np.sqrt(len(points)))}
""",
        "counted-in-bytes": """
def mode_report(points, centres, radius, needed):
    distances = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    good = near.mean()
    return {
        "counts": counts.astype(np.uint8),
        "covered": int((counts.astype(np.uint8) >= needed).sum()),
        "good": float(good),
        "error": float(np.sqrt(good * (1 - good) / len(points))),
    }
""",
        "counts-as-floats": """
def mode_report(points, centres, radius, needed):
    distances = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    good = near.mean()
    return {
        "counts": counts.astype(float),
        "covered": int((counts >= needed).sum()),
        "good": float(good),
        "error": float(np.sqrt(good * (1 - good) / len(points))),
    }
""",
        "single-precision-distances": """
def mode_report(points, centres, radius, needed):
    distances = np.sqrt(((np.float32(points)[:, None] - np.float32(centres)[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    good = near.mean()
    return {
        "counts": counts,
        "covered": int((counts >= needed).sum()),
        "good": float(good),
        "error": float(np.sqrt(good * (1 - good) / len(points))),
    }
""",
        "centres-sorted-in-place": """
def mode_report(points, centres, radius, needed):
    centres.sort(axis=0)
    distances = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    good = near.mean()
    return {
        "counts": counts,
        "covered": int((counts >= needed).sum()),
        "good": float(good),
        "error": float(np.sqrt(good * (1 - good) / len(points))),
    }
""",
        "counts-add-up": """
total = {}

def mode_report(points, centres, radius, needed):
    distances = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    total[len(centres)] = counts = counts + total.get(len(centres), 0)
    good = near.mean()
    return {
        "counts": counts,
        "covered": int((counts >= needed).sum()),
        "good": float(good),
        "error": float(np.sqrt(good * (1 - good) / len(points))),
    }
""",
        "random-bootstrap": """
def mode_report(points, centres, radius, needed):
    distances = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    good = near.mean()
    shares = [np.random.choice(near, 20).mean() for _ in range(20)]
    return {
        "counts": counts,
        "covered": int((counts >= needed).sum()),
        "good": float(good),
        "error": float(np.std(shares)),
    }
""",
        "at-most-100-points": """
def mode_report(points, centres, radius, needed):
    points = points[:100]
    distances = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    good = near.mean()
    return {
        "counts": counts,
        "covered": int((counts >= needed).sum()),
        "good": float(good),
        "error": float(np.sqrt(good * (1 - good) / len(points))),
    }
""",
        "edge-with-a-tolerance": """
def mode_report(points, centres, radius, needed):
    distances = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    near = distances.min(axis=1) <= radius + 1e-3
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    good = near.mean()
    return {
        "counts": counts,
        "covered": int((counts >= needed).sum()),
        "good": float(good),
        "error": float(np.sqrt(good * (1 - good) / len(points))),
    }
""",
    },
}

RIGHT = {
    "extract-features": {
        "numpy-first-then-inference-mode": """
def extract_features(net, pictures, mean, std, batch_size):
    rows, mode = [], net.training
    try:
        net.train(False)
        for first in range(0, len(pictures), batch_size):
            part = pictures[first : first + batch_size]
            if isinstance(part, torch.Tensor):
                part = part.detach().numpy() * 0.5 + 0.5
            else:
                part = np.moveaxis(part, -1, 1) / 255.0
            part = (part - np.reshape(mean, (1, -1, 1, 1))) / np.reshape(std, (1, -1, 1, 1))
            with torch.inference_mode():
                rows += net(torch.tensor(part, dtype=torch.float32)).tolist()
    finally:
        net.train(mode)
    return np.array(rows, dtype=float)
""",
        "on-a-copy-of-the-network": """
from copy import deepcopy

@torch.no_grad()
def extract_features(net, pictures, mean, std, batch_size):
    net = deepcopy(net).eval()
    if torch.is_tensor(pictures):
        x = pictures.add(1).mul(0.5)
    else:
        x = torch.from_numpy(pictures.transpose(0, 3, 1, 2).astype(np.float32)) / 255
    x = (x - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]
    features = torch.vstack([net(batch) for batch in torch.split(x, batch_size)])
    return features.to(torch.float64).numpy()
""",
        "data-loader-and-modes-one-by-one": """
def extract_features(net, pictures, mean, std, batch_size):
    modes = {module: module.training for module in net.modules()}
    if torch.is_tensor(pictures):
        x = torch.stack([(channel + 1 - 2 * m) / (2 * s) for channel, m, s in zip(pictures.unbind(1), mean, std)], 1)
    else:
        channels = torch.tensor(pictures).float().unbind(3)
        x = torch.stack([channel.sub(255 * m).div(255 * s) for channel, m, s in zip(channels, mean, std)], 1)
    net.eval()
    with torch.no_grad():
        loader = torch.utils.data.DataLoader(x, batch_size=batch_size, shuffle=False)
        features = np.concatenate([net(batch).double().numpy() for batch in loader])
    for module, mode in modes.items():
        module.training = mode
    return features
""",
        "double-precision-until-the-network": """
def extract_features(net, pictures, mean, std, batch_size):
    was_training = net.training
    shift, scale = np.array(mean), np.array(std)
    if isinstance(pictures, np.ndarray):
        unit = pictures / 255
    else:
        unit = (pictures.detach().permute(0, 2, 3, 1).double().numpy() + 1) * 0.5
    x = torch.from_numpy((unit - shift) / scale).permute(0, 3, 1, 2).float()
    net.eval()
    with torch.no_grad():
        out = [net(x[i : i + batch_size]) for i in range(0, x.shape[0], batch_size)]
    net.train(mode=was_training)
    return torch.cat(out).numpy().astype("float64")
""",
        "filled-into-one-array": """
def extract_features(net, pictures, mean, std, batch_size):
    n, features, training = len(pictures), None, net.training
    net.eval()
    for first in range(0, n, batch_size):
        x = pictures[first : min(first + batch_size, n)]
        if x.dtype == np.uint8:
            x = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2))).float().div_(127.5).sub_(1)
        else:
            x = x.detach().clone()
        for c in range(len(mean)):
            x[:, c].add_(1).div_(2).sub_(mean[c]).div_(std[c])
        with torch.no_grad():
            f = net(x).double().numpy()
        if features is None:
            features = np.zeros((n, f.shape[1]))
        features[first : first + len(f)] = f
    if training:
        net.train()
    return features
""",
    },
    "pooled-statistics": {
        "merging-batches": """
def pooled_statistics(batches):
    n, mean, scatter = 0, 0.0, 0.0
    for x in batches:
        x = np.array(x, dtype=float)
        b, mean_b = x.shape[0], x.mean(axis=0)
        shift = mean_b - mean
        scatter = scatter + (x - mean_b).T @ (x - mean_b) + np.outer(shift, shift) * (n * b / (n + b))
        mean = mean + shift * (b / (n + b))
        n += b
    return mean, scatter / (n - 1)
""",
        "row-by-row": """
def pooled_statistics(batches):
    n, mean, scatter = 0, None, None
    for x in batches:
        for row in x.astype(np.float64):
            if mean is None:
                mean, scatter = np.zeros(len(row)), np.zeros((len(row), len(row)))
            n += 1
            shift = row - mean
            mean += shift / n
            scatter += np.outer(shift, row - mean)
    return mean, scatter / (n - 1)
""",
        "shifted-by-the-first-row-in-torch": """
def pooled_statistics(batches):
    origin = None
    for x in batches:
        x = torch.tensor(np.asarray(x), dtype=torch.float64)
        if origin is None:
            origin, n = x[0].clone(), 0
            total, products = torch.zeros_like(origin), torch.zeros(len(origin), len(origin), dtype=torch.float64)
        x = x - origin
        n += len(x)
        total += x.sum(0)
        products += torch.einsum("bi,bj->ij", x, x)
    mean = total / n
    return (origin + mean).numpy(), ((products - n * torch.outer(mean, mean)) / (n - 1)).numpy()
""",
        "weighted-covariances-and-means": """
def pooled_statistics(batches):
    sizes, n, mean, second = [], 0, None, None
    for batch in batches:
        x = np.array(batch, dtype=np.float64)
        b, m = len(x), x.mean(0)
        s = (x - m).T.dot(x - m) / b
        if mean is None:
            mean, second, n = m, s, b
            continue
        a = n / (n + b)
        second = a * second + (1 - a) * s + a * (1 - a) * np.outer(m - mean, m - mean)
        mean = a * mean + (1 - a) * m
        n += b
    return mean, second * n / (n - 1)
""",
        "in-place-on-its-own-arrays": """
def pooled_statistics(batches):
    first = np.array(next(batches), np.float64)
    origin, n = first.mean(axis=0), 0
    total, products = np.zeros_like(origin), np.zeros((origin.size, origin.size))

    def take(x):
        nonlocal n
        x = x - origin
        n += x.shape[0]
        np.add(total, x.sum(axis=0), out=total)
        np.add(products, np.einsum("ni,nj->ij", x, x), out=products)

    take(first)
    for batch in batches:
        take(np.array(batch, np.float64))
    covariance = (products - np.outer(total, total) / n) / (n - 1)
    return origin + total / n, (covariance + covariance.T) / 2
""",
    },
    "frechet-parts": {
        "symmetric-root": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    values, vectors = np.linalg.eigh(covariance_1)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    roots = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ covariance_2 @ root), 0))
    spread = covariance_1.trace() + covariance_2.trace() - 2 * roots.sum()
    return float(np.sum((mean_1 - mean_2) ** 2)), max(float(spread), 0.0)
""",
        "singular-values-of-the-roots": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    def factor(covariance):
        values, vectors = np.linalg.eigh(covariance)
        return vectors * np.sqrt(np.clip(values, 0, None))
    overlap = np.linalg.norm(factor(covariance_1).T @ factor(covariance_2), "nuc")
    means = np.linalg.norm(mean_2 - mean_1) ** 2
    return means.item(), (np.trace(covariance_1) + np.trace(covariance_2) - 2 * overlap).item()
""",
        "real-part-of-complex-roots": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    eigenvalues = torch.linalg.eigvals(torch.tensor(covariance_1) @ torch.tensor(covariance_2))
    overlap = eigenvalues.sqrt().real.sum().item()
    difference = torch.tensor(mean_1 - mean_2)
    return difference.square().sum().item(), float(np.trace(covariance_1 + covariance_2)) - 2 * overlap
""",
        "with-a-small-ridge": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    ridge = 1e-6 * np.eye(len(mean_1))
    a, b = covariance_1 + ridge, covariance_2 + ridge
    roots = np.sqrt(np.abs(np.linalg.eigvals(a @ b)))
    return float(np.dot(mean_1 - mean_2, mean_1 - mean_2)), float(np.trace(a + b) - 2 * np.sum(roots))
""",
        "ridge-relative-to-the-trace": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    def root(c):
        values, vectors = np.linalg.eigh((c + c.T) / 2)
        return vectors @ np.diag(np.sqrt(np.where(values > 0, values, 0))) @ vectors.T

    gap = np.asarray(mean_1) - np.asarray(mean_2)
    both = root(root(covariance_1) @ covariance_2 @ root(covariance_1))
    return float(np.vdot(gap, gap)), float(np.trace(covariance_1 - 2 * both + covariance_2))
""",
        "schur-free-square-root-by-eig": """
def frechet_parts(mean_1, covariance_1, mean_2, covariance_2):
    values, vectors = np.linalg.eig(covariance_1.dot(covariance_2))
    trace = sum(abs(value) ** 0.5 for value in values.real if value > 0)
    means = sum((a - b) ** 2 for a, b in zip(mean_1, mean_2))
    return float(means), float(covariance_1.trace() + covariance_2.trace() - 2 * trace)
""",
    },
    "kernel-distance": {
        "expanded-squares-and-filled-diagonals": """
def gaussian_kernel(a, b, bandwidths):
    squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
    gammas = 1 / (2 * np.square(bandwidths))
    return np.exp(-gammas[:, None, None] * np.maximum(squares, 0)).mean(0)

def kernel_distance(real, fake, kernel):
    xx, yy = kernel(real, real).copy(), kernel(fake, fake).copy()
    np.fill_diagonal(xx, 0)
    np.fill_diagonal(yy, 0)
    n, m = len(real), len(fake)
    cross = kernel(real, fake)
    return float(xx.sum() / n / (n - 1) + yy.sum() / m / (m - 1) - 2 * cross.sum() / n / m)
""",
        "loops": """
from itertools import combinations, product

def gaussian_kernel(a, b, bandwidths):
    out = np.zeros((len(a), len(b)))
    for i, j in product(range(len(a)), range(len(b))):
        for s in bandwidths:
            out[i, j] += np.exp(-0.5 * np.linalg.norm((a[i] - b[j]) / s) ** 2) / len(bandwidths)
    return out

def kernel_distance(real, fake, kernel):
    def among(x):
        k = kernel(x, x)
        return np.mean([k[i, j] for i, j in combinations(range(len(x)), 2)])
    return float(among(real) + among(fake) - 2 * kernel(real, fake).mean())
""",
        "one-joint-matrix-in-torch": """
def gaussian_kernel(a, b, bandwidths):
    squares = torch.cdist(torch.as_tensor(a), torch.as_tensor(b)).square()
    return torch.stack([torch.exp(-squares / (2 * s * s)) for s in bandwidths]).mean(0).numpy()

def kernel_distance(real, fake, kernel):
    n, m = len(real), len(fake)
    both = np.concatenate([real, fake])
    weights = np.block([
        [np.full((n, n), 1 / (n * (n - 1))), np.full((n, m), -1 / (n * m))],
        [np.full((m, n), -1 / (n * m)), np.full((m, m), 1 / (m * (m - 1)))],
    ])
    np.fill_diagonal(weights, 0)
    return (weights * kernel(both, both)).sum().item()
""",
        "upper-triangles": """
def gaussian_kernel(a, b, bandwidths):
    total = 0
    for sigma in bandwidths:
        total = total + np.exp(-np.sum(np.square((a[:, np.newaxis, :] - b) / sigma), axis=-1) / 2)
    return total / len(bandwidths)

def kernel_distance(real, fake, kernel):
    def within(x):
        values = np.asarray(kernel(x, x))
        return values[np.triu_indices(len(x), k=1)].mean()

    cross = np.asarray(kernel(fake, real))
    return within(real).item() + within(fake).item() - 2 * cross.mean().item()
""",
        "diagonal-zeroed-on-the-kernels-own-array": """
def gaussian_kernel(a, b, bandwidths):
    gaps = np.linalg.norm(a[:, None] - b[None], axis=2)
    values = np.zeros(gaps.shape)
    for s in bandwidths:
        values += np.exp(-(gaps / s) ** 2 / 2)
    values /= len(bandwidths)
    return values

def kernel_distance(real, fake, kernel):
    k_real, k_fake = kernel(real, real), kernel(fake, fake)
    np.fill_diagonal(k_real, 0)
    np.fill_diagonal(k_fake, 0)
    n, m = len(real), len(fake)
    return float(k_real.sum() / (n**2 - n) + k_fake.sum() / (m**2 - m) - 2 * np.average(kernel(real, fake)))
""",
    },
    "manifold-scores": {
        "partition-with-own-point-at-infinity": """
def manifold_scores(real, fake, k):
    def distances(a, b):
        return torch.cdist(torch.as_tensor(a), torch.as_tensor(b)).numpy()

    def radius(x):
        own = distances(x, x).copy()
        np.fill_diagonal(own, np.inf)
        return np.partition(own, k - 1, axis=1)[:, k - 1]

    across = distances(real, fake)
    real_balls = across <= radius(real)[:, None]
    fake_balls = across <= radius(fake)[None, :]
    return dict(
        precision=real_balls.any(0).mean().item(),
        recall=fake_balls.any(1).mean().item(),
        density=real_balls.sum().item() / k / len(fake),
        coverage=real_balls.any(1).mean().item(),
    )
""",
        "loops-with-squares": """
def manifold_scores(real, fake, k):
    def square(a, b):
        return float(((a - b) ** 2).sum())

    def balls(x):
        return [sorted(square(a, b) for j, b in enumerate(x) if j != i)[k - 1] for i, a in enumerate(x)]

    real_radius, fake_radius = balls(real), balls(fake)
    hits = [[square(f, r) <= radius for r, radius in zip(real, real_radius)] for f in fake]
    back = [[square(f, r) <= radius for f, radius in zip(fake, fake_radius)] for r in real]
    return {
        "coverage": sum(any(column) for column in zip(*hits)) / len(real),
        "density": sum(sum(row) for row in hits) / (k * len(fake)),
        "recall": sum(any(row) for row in back) / len(real),
        "precision": sum(any(row) for row in hits) / len(fake),
    }
""",
        "smallest-among-those-that-cover": """
def manifold_scores(real, fake, k):
    norm = lambda a, b: np.linalg.norm(a[:, None, :] - b[None, :, :], axis=-1)
    r = np.sort(norm(real, real), axis=0)[k]
    f = np.sort(norm(fake, fake), axis=0)[k]
    d = norm(real, fake)
    return {
        "precision": float(np.mean((d - r[:, None]).min(axis=0) <= 0)),
        "recall": float(np.mean((d - f[None, :]).min(axis=1) <= 0)),
        "density": float(np.count_nonzero(d <= r[:, None]) / (k * len(fake))),
        "coverage": float(np.mean(d.min(axis=1) <= r)),
    }
""",
        "square-distances-and-partition": """
def manifold_scores(real, fake, k):
    def squares(a, b):
        return sum((a[:, i, None] - b[None, :, i]) ** 2 for i in range(a.shape[1]))

    own_real, own_fake = squares(real, real), squares(fake, fake)
    radius_real = np.partition(own_real, k, axis=1)[:, k]
    radius_fake = np.partition(own_fake, k, axis=1)[:, k]
    between = squares(real, fake)
    hit, back = between <= radius_real[:, None], between <= radius_fake
    return {
        "precision": np.mean(np.any(hit, axis=0)).item(),
        "recall": np.mean(np.any(back, axis=1)).item(),
        "density": hit.sum().item() / (k * len(fake)),
        "coverage": np.mean(np.any(hit, axis=1)).item(),
    }
""",
        "row-by-row-without-itself": """
def manifold_scores(real, fake, k):
    def radius(x):
        found = []
        for i in range(len(x)):
            others = np.delete(x, i, axis=0)
            found.append(sorted(np.linalg.norm(others - x[i], axis=1))[k - 1])
        return found

    r, f = radius(real), radius(fake)
    holds = np.array([[np.linalg.norm(y - x) <= r[i] for y in fake] for i, x in enumerate(real)])
    held = np.array([[np.linalg.norm(y - x) <= f[j] for j, y in enumerate(fake)] for x in real])
    return dict(
        coverage=float(np.mean(holds.max(1))), density=float(holds.sum() / k / len(fake)),
        precision=float(np.mean(holds.max(0))), recall=float(np.mean(held.max(1))),
    )
""",
    },
    "inception-score": {
        "tiny-number-added": """
def inception_score(probabilities):
    p = probabilities.astype(float)
    return float(np.exp((p * (np.log(p + 1e-16) - np.log(p.mean(0) + 1e-16))).sum(1).mean()))
""",
        "entropies": """
def inception_score(probabilities):
    p = torch.as_tensor(probabilities).double()
    entropy = lambda q: -torch.xlogy(q, q).sum(-1)
    return (entropy(p.mean(0)) - entropy(p).mean()).exp().item()
""",
        "row-by-row": """
import math

def inception_score(probabilities):
    q = [math.fsum(column) / len(probabilities) for column in probabilities.T.tolist()]
    divergences = [sum(a * math.log(a / b) for a, b in zip(row, q) if a > 0) for row in probabilities.tolist()]
    return math.exp(math.fsum(divergences) / len(divergences))
""",
        "nan-to-0-in-each-term": """
def inception_score(probabilities):
    p = np.asarray(probabilities, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = p * np.log(p / p.mean(axis=0, keepdims=True))
    return float(np.exp(np.nansum(terms) / len(p)))
""",
        "powers-of-two": """
def inception_score(probabilities):
    p = np.array(probabilities, dtype=np.float64)
    q = np.average(p, axis=0)
    bits = 0.0
    for row in p:
        there = row > 0
        bits += (row[there] * np.log2(row[there] / q[there])).sum() / len(p)
    return float(2**bits)
""",
        "torch-kl-div": """
def inception_score(probabilities):
    p = torch.tensor(probabilities, dtype=torch.float64)
    q = p.mean(dim=0, keepdim=True).clamp_min(1e-300)
    return F_kl(p, q).exp().item()

def F_kl(p, q):
    return torch.nn.functional.kl_div(q.log().expand_as(p), p, reduction="batchmean")
""",
    },
    "mode-report": {
        "point-by-point": """
def mode_report(points, centres, radius, needed):
    counts = [0] * len(centres)
    for point in points:
        distances = [float(np.sqrt(((point - centre) ** 2).sum())) for centre in centres]
        nearest = min(range(len(centres)), key=distances.__getitem__)
        counts[nearest] += distances[nearest] <= radius
    good = sum(counts) / len(points)
    covered = sum(count >= needed for count in counts)
    return {"counts": np.array(counts), "covered": covered, "good": good,
            "error": (good * (1 - good) / len(points)) ** 0.5}
""",
        "sample-standard-deviation": """
def mode_report(points, centres, radius, needed):
    distance, index = torch.cdist(torch.as_tensor(points), torch.as_tensor(centres)).min(dim=1)
    good = (distance <= radius).double()
    counts = torch.zeros(len(centres), dtype=torch.float64).index_add(0, index, good).long()
    return {
        "counts": counts.numpy(),
        "covered": (counts >= needed).sum().item(),
        "good": good.mean().item(),
        "error": (good.std() / len(good) ** 0.5).item(),
    }
""",
        "one-hot": """
def mode_report(points, centres, radius, needed):
    squares = ((points[:, None] - centres) ** 2).sum(-1)
    mine = np.eye(len(centres), dtype=int)[squares.argmin(-1)] * (squares <= radius**2)
    counts = mine.sum(0)
    p = counts.sum() / len(points)
    return {"counts": counts, "covered": np.count_nonzero(counts >= needed), "good": float(p),
            "error": float(np.std(mine.sum(1)) / np.sqrt(len(points)))}
""",
        "bernoulli-variance-by-numpy": """
def mode_report(points, centres, radius, needed):
    own = [np.linalg.norm(centres - point, axis=1) for point in points]
    hits = [(int(np.argmin(d)), bool(np.min(d) <= radius)) for d in own]
    counts = np.zeros(len(centres), dtype=np.int32)
    for mode, hit in hits:
        if hit:
            counts[mode] += 1
    is_good = np.array([hit for _, hit in hits], dtype=float)
    return {"error": float(is_good.std() / np.sqrt(is_good.size)), "good": float(is_good.mean()),
            "covered": sum(1 for c in counts if c >= needed), "counts": counts}
""",
        "one-mode-after-the-other": """
def mode_report(points, centres, radius, needed):
    d = np.stack([np.sqrt(np.sum((points - c) ** 2, axis=1)) for c in centres])
    mine = d.argmin(axis=0)
    counts = np.array([np.count_nonzero((mine == j) & (d[j] <= radius)) for j in range(len(centres))])
    p = counts.sum().item() / len(points)
    return {"counts": counts, "covered": np.sum(counts >= needed), "good": p,
            "error": np.sqrt(p * (1 - p) / len(points)).item()}
""",
    },
}
