"""Answers to assignment 00, wrong and right; names as in the catalogue of misconceptions where one applies."""

WRONG = {
    "to-batch": {
        "tanh-against-unit-range-data": """
def to_batch(pictures):
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
""",
        "standardised-instead-of-scaled": """
def to_batch(pictures):
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
    return (x - x.mean()) / x.std()
""",
        "range-taken-from-the-batch": """
def to_batch(pictures):
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
    return (x - x.min()) / (x.max() - x.min()) * 2 - 1
""",
        "divided-by-128": """
def to_batch(pictures):
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 128 - 1
""",
        "upside-down": """
def to_batch(pictures):
    return 1 - torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5
""",
        "arithmetic-in-uint8": """
def to_batch(pictures):
    return torch.from_numpy(pictures * 2).permute(0, 3, 1, 2).float() / 255 - 1
""",
        "float64-left": """
def to_batch(pictures):
    return torch.from_numpy(pictures / 127.5 - 1).permute(0, 3, 1, 2)
""",
        "view-in-place-of-permute": """
def to_batch(pictures):
    n, h, w, c = pictures.shape
    return torch.from_numpy(pictures).view(n, c, h, w).float() / 127.5 - 1
""",
        "height-and-width-swapped": """
def to_batch(pictures):
    return torch.from_numpy(pictures).permute(0, 3, 2, 1).float() / 127.5 - 1
""",
        "channels-left-last": """
def to_batch(pictures):
    return torch.from_numpy(pictures).float() / 127.5 - 1
""",
        "bgr": """
def to_batch(pictures):
    return torch.from_numpy(pictures[..., ::-1].copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
""",
        "three-channel-statistics-for-grey": """
def to_batch(pictures):
    half = torch.full((1, 3, 1, 1), 0.5)
    return (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255 - half) / half
""",
        "grey-only": """
def to_batch(pictures):
    return torch.from_numpy(pictures[..., 0]).unsqueeze(1).float() / 127.5 - 1
""",
        "size-written-into-the-code": """
def to_batch(pictures):
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).reshape(-1, 1, 28, 28).float() / 127.5 - 1
""",
        "first-picture-only": """
def to_batch(pictures):
    return torch.from_numpy(pictures[:1]).permute(0, 3, 1, 2).float() / 127.5 - 1
""",
        "changes-its-input": """
def to_batch(pictures):
    result = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    torch.from_numpy(pictures).div_(2, rounding_mode="floor")
    return result
""",
        "half-precision-inside": """
def to_batch(pictures):
    return (torch.from_numpy(pictures).permute(0, 3, 1, 2).half() / 127.5 - 1).float()
""",
        "bytes-only-if-bright": """
def to_batch(pictures):
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
    return x / 127.5 - 1 if x.max() > 1 else 2 * x - 1
""",
        "layout-guessed-from-the-shape": """
def to_batch(pictures):
    x = torch.from_numpy(pictures).float() / 127.5 - 1
    return x if pictures.shape[1] in (1, 3) else x.permute(0, 3, 1, 2)
""",
        "single-picture-guessed": """
def to_batch(pictures):
    x = torch.from_numpy(pictures.squeeze()).float() / 127.5 - 1
    if x.ndim == 2:
        return x[None, None]
    if x.ndim == 3 and x.shape[-1] == 3:
        return x.permute(2, 0, 1)[None]
    if x.ndim == 3:
        return x[:, None]
    return x.permute(0, 3, 1, 2)
""",
        "one-buffer-for-each-shape": """
buffers = {}

def to_batch(pictures):
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    buffer = buffers.setdefault(x.shape, torch.empty(x.shape))
    buffer.copy_(x)
    return buffer.div_(127.5).sub_(1)
""",
        "kept-by-shape": """
kept = {}

def to_batch(pictures):
    if pictures.shape not in kept:
        kept[pictures.shape] = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    return kept[pictures.shape]
""",
        "gradients-off-for-good": """
def to_batch(pictures):
    torch.set_grad_enabled(False)
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
""",
        "double-by-default": """
def to_batch(pictures):
    torch.set_default_dtype(torch.float64)
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).to(torch.float32) / 127.5 - 1
""",
    },
    "to-pictures": {
        "wrap-around-when-saving": """
def to_pictures(batch):
    levels = ((batch.detach() + 1) * 127.5).round()
    return levels.permute(0, 2, 3, 1).to(torch.int64).numpy().astype(np.uint8)
""",
        "unit-range-assumed": """
def to_pictures(batch):
    return (batch.detach() * 255).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "half-plus-one": """
def to_pictures(batch):
    levels = ((0.5 * batch.detach() + 1) * 255).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "cut-off-in-place-of-rounded": """
def to_pictures(batch):
    return ((batch.detach() + 1) * 127.5).clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "times-128": """
def to_pictures(batch):
    return ((batch.detach() + 1) * 128).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "range-taken-from-the-batch": """
def to_pictures(batch):
    x = batch.detach()
    levels = ((x - x.min()) / (x.max() - x.min()) * 255).round()
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "clipped-above-only": """
def to_pictures(batch):
    levels = ((batch.detach() + 1) * 127.5).round().clamp(max=255)
    return levels.permute(0, 2, 3, 1).to(torch.int64).numpy().astype(np.uint8)
""",
        "view-in-place-of-permute": """
def to_pictures(batch):
    n, c, h, w = batch.shape
    return ((batch.detach() + 1) * 127.5).round().clamp(0, 255).reshape(n, h, w, c).to(torch.uint8).numpy()
""",
        "height-and-width-swapped": """
def to_pictures(batch):
    levels = ((batch.detach() + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 3, 2, 1).to(torch.uint8).numpy()
""",
        "channels-left-first": """
def to_pictures(batch):
    return ((batch.detach() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy()
""",
        "floats-left": """
def to_pictures(batch):
    return ((batch.detach() + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).numpy()
""",
        "no-detach": """
def to_pictures(batch):
    levels = ((batch.numpy() + 1) * 127.5).round().clip(0, 255)
    return levels.transpose(0, 2, 3, 1).astype(np.uint8)
""",
        "works-in-place": """
def to_pictures(batch):
    levels = batch.detach().add_(1).mul_(127.5).round_().clamp_(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "detached-in-place": """
def to_pictures(batch):
    levels = ((batch.detach_() + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "half-precision": """
def to_pictures(batch):
    levels = ((batch.detach().half() + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "unit-range-guessed": """
def to_pictures(batch):
    x = batch.detach()
    x = x * 255 if x.min() >= 0 else (x + 1) * 127.5
    return x.round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "leaf-frozen": """
def to_pictures(batch):
    if batch.is_leaf:
        batch.requires_grad_(False)
    levels = ((batch.detach() + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "gradient-cleared": """
def to_pictures(batch):
    if batch.is_leaf:
        batch.grad = None
    levels = ((batch.detach() + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "gradients-off-for-good": """
def to_pictures(batch):
    torch.set_grad_enabled(False)
    levels = ((batch + 1) * 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8).detach().numpy()
""",
        "clamped-in-place": """
def to_pictures(batch):
    batch.data.clamp_(-1, 1)
    levels = ((batch.detach() + 1) * 127.5).round()
    return levels.permute(0, 2, 3, 1).to(torch.uint8).numpy()
""",
        "one-buffer": """
buffers = {}

def to_pictures(batch):
    levels = ((batch.detach() + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()
    buffer = buffers.setdefault(levels.shape, np.empty(levels.shape, np.uint8))
    buffer[:] = levels
    return buffer
""",
        "layout-guessed-from-the-shape": """
def to_pictures(batch):
    levels = ((batch.detach() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy()
    return levels if levels.shape[-1] in (1, 3) else levels.transpose(0, 2, 3, 1)
""",
    },
    "class-counts": {
        "absent-classes-dropped": """
def class_counts(labels, n_classes):
    return np.unique(labels, return_counts=True)[1]
""",
        "last-classes-dropped": """
def class_counts(labels, n_classes):
    return np.bincount(labels)
""",
        "one-class-too-few": """
def class_counts(labels, n_classes):
    return np.array([np.sum(labels == c) for c in range(n_classes - 1)])
""",
        "counted-from-one": """
def class_counts(labels, n_classes):
    return np.array([np.sum(labels == c) for c in range(1, n_classes + 1)])
""",
        "sorted-by-frequency": """
def class_counts(labels, n_classes):
    return np.sort(np.bincount(labels, minlength=n_classes))
""",
        "shares-in-place-of-counts": """
def class_counts(labels, n_classes):
    return np.bincount(labels, minlength=n_classes) / len(labels)
""",
        "bins-from-the-data": """
def class_counts(labels, n_classes):
    return np.histogram(labels, bins=n_classes)[0]
""",
        "order-of-appearance": """
def class_counts(labels, n_classes):
    counts = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return np.array(list(counts.values()) + [0] * (n_classes - len(counts)))
""",
        "present-or-not": """
def class_counts(labels, n_classes):
    return np.isin(np.arange(n_classes), labels).astype(int)
""",
        "floats": """
def class_counts(labels, n_classes):
    counts = np.zeros(n_classes)
    np.add.at(counts, labels, 1)
    return counts
""",
        "repeats-lost": """
def class_counts(labels, n_classes):
    counts = np.zeros(n_classes, int)
    counts[labels] += 1
    return counts
""",
        "counted-in-bytes": """
def class_counts(labels, n_classes):
    counts = np.zeros(n_classes, np.uint8)
    np.add.at(counts, labels, 1)
    return counts
""",
        "counted-in-16-bits": """
def class_counts(labels, n_classes):
    return np.bincount(labels, minlength=n_classes).astype(np.int16)
""",
        "labels-sorted-in-place": """
def class_counts(labels, n_classes):
    labels.sort()
    edges = np.searchsorted(labels, np.arange(n_classes + 1))
    return np.diff(edges)
""",
        "counts-add-up": """
counts = {}

def class_counts(labels, n_classes):
    total = counts.setdefault(n_classes, np.zeros(n_classes, int))
    np.add.at(total, labels, 1)
    return total.copy()
""",
        "one-array-for-all-calls": """
kept = {}

def class_counts(labels, n_classes):
    counts = kept.setdefault(n_classes, np.zeros(n_classes, int))
    counts[:] = np.bincount(labels, minlength=n_classes)
    return counts
""",
        "ten-classes-assumed": """
def class_counts(labels, n_classes):
    return np.bincount(labels, minlength=10)[:max(n_classes, 10)]
""",
        "first-thousand-labels": """
def class_counts(labels, n_classes):
    return np.bincount(labels[:1000], minlength=n_classes)
""",
    },
}

RIGHT = {
    "to-batch": {
        "numpy-first": """
def to_batch(pictures):
    x = np.moveaxis(pictures.astype(np.float32), -1, 1) / 255
    return torch.tensor((x - 0.5) / 0.5)
""",
        "torchvision-one-by-one": """
from torchvision.transforms.functional import normalize, to_tensor


def to_batch(pictures):
    half = [0.5] * pictures.shape[-1]
    return torch.stack([normalize(to_tensor(picture), half, half) for picture in pictures])
""",
        "channels-stacked-by-hand": """
def to_batch(pictures):
    channels = [torch.tensor(pictures[..., c], dtype=torch.float32) for c in range(pictures.shape[3])]
    return (torch.stack(channels, dim=1) - 127.5).div_(127.5)
""",
        "double-precision-inside": """
def to_batch(pictures):
    x = torch.as_tensor(pictures, dtype=torch.float64).movedim(3, 1)
    return torch.lerp(torch.full_like(x, -1), torch.full_like(x, 1), x / 255).to(torch.float32)
""",
        "table-of-256": """
def to_batch(pictures):
    table = torch.linspace(-1, 1, 256)
    return table[torch.from_numpy(pictures.astype(np.int64))].permute(0, 3, 1, 2).contiguous()
""",
        "in-place-on-its-own-tensor": """
def to_batch(pictures):
    x = torch.tensor(pictures.transpose(0, 3, 1, 2).copy(), dtype=torch.float32)
    x.mul_(2).div_(255).sub_(1)
    return x
""",
    },
    "to-pictures": {
        "numpy-throughout": """
def to_pictures(batch):
    x = batch.detach().cpu().numpy().transpose(0, 2, 3, 1)
    return np.clip(np.rint(x * 127.5 + 127.5), 0, 255).astype(np.uint8)
""",
        "clipped-first": """
@torch.no_grad()
def to_pictures(batch):
    unit = batch.clamp(-1, 1).add(1).div(2)
    return (unit * 255).round().byte().movedim(1, -1).numpy()
""",
        "half-added-then-cut-off": """
def to_pictures(batch):
    levels = torch.floor((batch.detach().double() + 1) * 127.5 + 0.5).clamp(0, 255)
    return np.ascontiguousarray(levels.numpy().astype("uint8").transpose(0, 2, 3, 1))
""",
        "copy-then-in-place": """
def to_pictures(batch):
    x = batch.detach().clone()
    x.add_(1).mul_(127.5).round_().clamp_(0, 255)
    return np.stack([picture.permute(1, 2, 0).to(torch.uint8).numpy() for picture in x])
""",
        "numpy-in-double-precision": """
def to_pictures(batch):
    x = np.array(batch.tolist()).reshape(tuple(batch.shape))
    x = np.minimum(np.maximum(np.floor(x * 127.5 + 128), 0), 255)
    return np.moveaxis(x, 1, 3).astype("uint8")
""",
        "inference-mode-and-split-channels": """
def to_pictures(batch):
    with torch.inference_mode():
        x = (255 * (batch.clamp(-1, 1) + 1) / 2).round().to(torch.uint8)
    return np.stack([channel.numpy() for channel in x.unbind(1)], axis=-1)
""",
    },
    "class-counts": {
        "loop": """
def class_counts(labels, n_classes):
    counts = np.zeros(n_classes, dtype=np.int32)
    for label in labels:
        counts[label] += 1
    return counts
""",
        "comparison": """
def class_counts(labels, n_classes):
    return (labels[:, None] == np.arange(n_classes)).sum(axis=0)
""",
        "torch": """
def class_counts(labels, n_classes):
    return torch.bincount(torch.from_numpy(labels), minlength=n_classes).numpy()
""",
        "histogram": """
def class_counts(labels, n_classes):
    return np.histogram(labels, bins=np.arange(n_classes + 1))[0]
""",
        "counter": """
from collections import Counter

def class_counts(labels, n_classes):
    counts = Counter(labels.tolist())
    return np.array([counts[c] for c in range(n_classes)])
""",
        "unique-put-in-place": """
def class_counts(labels, n_classes):
    values, occurs = np.unique(labels, return_counts=True)
    counts = np.zeros(n_classes, dtype=np.uint32)
    counts[values] = occurs
    return counts
""",
    },
}
