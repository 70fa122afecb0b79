"""Answers to assignment 17, wrong and right; names as in the catalogue of misconceptions where one applies."""

WRONG = {
    "average-gradients": {
        "plain-mean": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = gradient
                total = part if total is None else total + part
        result.append(None if total is None else total / len(sizes))
    return result
""",
        "sum": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = gradient
                total = part if total is None else total + part
        result.append(None if total is None else total)
    return result
""",
        "weighted-and-divided-by-ranks": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = n * gradient
                total = part if total is None else total + part
        result.append(None if total is None else total / len(sizes))
    return result
""",
        "weighted-sum": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = n * gradient
                total = part if total is None else total + part
        result.append(None if total is None else total)
    return result
""",
        "largest-rank-alone": """
def average_gradients(gradients, sizes):
    return gradients[max(range(len(sizes)), key=lambda rank: sizes[rank])]
""",
        "missing-ones-not-counted": """
def average_gradients(gradients, sizes):
    result = []
    for each in zip(*gradients):
        there = [(n, g) for n, g in zip(sizes, each) if g is not None]
        result.append(sum(n * g for n, g in there) / sum(n for n, _ in there) if there else None)
    return result
""",
        "one-missing-all-missing": """
def average_gradients(gradients, sizes):
    return [
        None if any(g is None for g in each) else sum(n * g for n, g in zip(sizes, each)) / sum(sizes)
        for each in zip(*gradients)
    ]
""",
        "zeros-where-nobody-has-one": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = n * gradient
                total = part if total is None else total + part
        result.append(torch.zeros(1) if total is None else total / sum(sizes))
    return result
""",
        "rank-0-decides-what-is-missing": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = n * gradient
                total = part if total is None else total + part
        result.append(None if gradients[0][i] is None or total is None else total / sum(sizes))
    return result
""",
        "in-place": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                gradient *= n
                total = gradient if total is None else total + gradient
        result.append(None if total is None else total / sum(sizes))
    return result
""",
        "into-the-first": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = n / sum(sizes) * gradient
                total = part if total is None else total.add_(part)
        result.append(None if total is None else gradients[0][i].copy_(total) if gradients[0][i] is not None else total)
    return result
""",
        "zeros-filled-in": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is None and any(g[i] is not None for g in gradients):
                gradients[rank][i] = gradient = torch.zeros_like(next(g[i] for g in gradients if g[i] is not None))
            if gradient is not None:
                part = n * gradient
                total = part if total is None else total + part
        result.append(None if total is None else total / sum(sizes))
    return result
""",
    },
    "shard": {
        "blocks-in-order": """
def shard(n, seed, epoch, rank, size):
    return list(range(n))[rank::size]
""",
        "each-rank-its-own-order": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch + 7 * rank)
    order = torch.randperm(n, generator=generator).tolist()
    return order[rank::size]
""",
        "epoch-forgotten": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(n, generator=generator).tolist()
    return order[rank::size]
""",
        "seed-forgotten": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(epoch)
    order = torch.randperm(n, generator=generator).tolist()
    return order[rank::size]
""",
        "seed-plus-epoch": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed + epoch)
    order = torch.randperm(n, generator=generator).tolist()
    return order[rank::size]
""",
        "seed-times-epoch": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * epoch)
    order = torch.randperm(n, generator=generator).tolist()
    return order[rank::size]
""",
        "rest-dropped": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch)
    order = torch.randperm(n, generator=generator).tolist()
    return order[rank : n // size * size : size]
""",
        "padded-with-the-first": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch)
    order = torch.randperm(n, generator=generator).tolist()
    order += order[: -n % size]
    return order[rank::size]
""",
        "rest-to-the-last-rank": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch)
    order = torch.randperm(n, generator=generator).tolist()
    each = n // size
    end = n if rank == size - 1 else (rank + 1) * each
    return order[rank * each : end]
""",
        "same-pictures-every-epoch": """
def shard(n, seed, epoch, rank, size):
    generator = np.random.default_rng([seed, epoch])
    return generator.permutation(np.arange(n)[rank::size]).tolist()
""",
        "global-random-numbers": """
def shard(n, seed, epoch, rank, size):
    order = torch.randperm(n).tolist()
    return order[rank::size]
""",
        "global-seed-set": """
def shard(n, seed, epoch, rank, size):
    torch.manual_seed(seed * 20_011 + epoch)
    return torch.randperm(n).tolist()[rank::size]
""",
        "numpy-s-global-seed-set": """
def shard(n, seed, epoch, rank, size):
    np.random.seed(seed * 20_011 + epoch)
    return np.random.permutation(n).tolist()[rank::size]
""",
        "rotated": """
def shard(n, seed, epoch, rank, size):
    order = np.random.default_rng(seed).permutation(n)
    return np.roll(order, epoch).tolist()[rank::size]
""",
        "with-replacement": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch)
    order = torch.randint(n, (n,), generator=generator).tolist()
    return order[rank::size]
""",
        "tensor": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch)
    order = torch.randperm(n, generator=generator)
    return order[rank::size]
""",
        "blocks-shuffled": """
def shard(n, seed, epoch, rank, size):
    generator = np.random.default_rng([seed, epoch])
    owner = generator.permutation(size)[rank]
    return generator.permutation(np.array_split(np.arange(n), size)[owner]).tolist()
""",
        "first-epoch-unshuffled": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch)
    order = torch.randperm(n, generator=generator).tolist()
    order = order if epoch else list(range(n))
    return order[rank::size]
""",
    },
    "noise-generator": {
        "rank-forgotten": """
def noise_generator(seed, epoch, rank):
    import hashlib

    digest = hashlib.sha256(repr((seed, epoch)).encode()).digest()
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(digest[:4], "big"))
    return generator
""",
        "epoch-forgotten": """
def noise_generator(seed, epoch, rank):
    import hashlib

    digest = hashlib.sha256(repr((seed, rank)).encode()).digest()
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(digest[:4], "big"))
    return generator
""",
        "seed-forgotten": """
def noise_generator(seed, epoch, rank):
    import hashlib

    digest = hashlib.sha256(repr((epoch, rank)).encode()).digest()
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(digest[:4], "big"))
    return generator
""",
        "sum": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed(seed + epoch + rank)
""",
        "spread-by-a-thousand": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed(seed * 1_000_000 + epoch * 1000 + rank)
""",
        "as-fit-seeds-plus-rank": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed(seed * 100_003 + epoch + rank)
""",
        "rank-in-the-upper-bits": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed(seed * 100_003 + epoch + rank * 2**32)
""",
        "bits-of-its-own": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed((seed << 34 | epoch << 17 | rank) % 2**63)
""",
        "exclusive-or": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed(seed ^ epoch ^ rank)
""",
        "product": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed((seed + 1) * (epoch + 1) * (rank + 1))
""",
        "order-lost": """
def noise_generator(seed, epoch, rank):
    import hashlib

    digest = hashlib.sha256(repr(sorted([seed, epoch, rank])).encode()).digest()
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(digest[:4], "big"))
    return generator
""",
        "digits-glued": """
def noise_generator(seed, epoch, rank):
    import hashlib

    digest = hashlib.sha256(f"{seed}{epoch}{rank}".encode()).digest()
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(digest[:4], "big"))
    return generator
""",
        "two-bytes": """
def noise_generator(seed, epoch, rank):
    import hashlib

    digest = hashlib.sha256(repr((seed, epoch, rank)).encode()).digest()
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(digest[:2], "big"))
    return generator
""",
        "global-generator": """
def noise_generator(seed, epoch, rank):
    torch.manual_seed(int(np.random.SeedSequence([seed, epoch, rank]).generate_state(1)[0]))
    return torch.default_generator
""",
        "global-numpy": """
def noise_generator(seed, epoch, rank):
    np.random.seed(np.random.SeedSequence([seed, epoch, rank]).generate_state(4))
    return torch.Generator().manual_seed(int(np.random.randint(2**31)))
""",
        "a-large-seed-runs-over": """
def noise_generator(seed, epoch, rank):
    return torch.Generator().manual_seed(int(np.random.SeedSequence([seed, epoch, rank]).generate_state(1)[0]))
""",
        "by-chance": """
def noise_generator(seed, epoch, rank):
    generator = torch.Generator()
    generator.seed()
    return generator
""",
        "random-numbers-of-the-global-one": """
def noise_generator(seed, epoch, rank):
    mixed = np.random.SeedSequence([seed, epoch, rank]).generate_state(1)[0]
    return torch.Generator().manual_seed(int(mixed) ^ int(torch.randint(2**31, ())))
""",
    },
    "merge-statistics": {
        "means-unweighted": """
def merge_statistics(parts):
    total = sum(n for n, _, _ in parts)
    mean = sum(m for _, m, _ in parts) / len(parts)
    scatter = sum((n - 1) * c * (n > 1) if n > 1 else 0 for n, _, c in parts)
    scatter = scatter + sum(n * np.outer(m - mean, m - mean) for n, m, _ in parts)
    return total, mean, scatter / (total - 1)
""",
        "no-spread-between": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "covariances-averaged": """
def merge_statistics(parts):
    total = sum(n for n, _, _ in parts)
    mean = sum(n * m for n, m, _ in parts) / total
    return total, mean, sum(n * c for n, _, c in parts) / total
""",
        "n-in-place-of-n-less-1-within": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else n * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + m * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "divided-by-n": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / n
""",
        "divided-by-n-less-ranks": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - len(parts))
""",
        "between-unweighted": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "only-the-diagonal-between": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.diag(step * step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "raw-second-moments": """
def merge_statistics(parts):
    total = sum(n for n, _, _ in parts)
    mean = sum(n * m for n, m, _ in parts) / total
    second = sum(((n - 1) * c if n > 1 else 0) + n * np.outer(m, m) for n, m, c in parts)
    return total, mean, (second - total * np.outer(mean, mean)) / (total - 1)
""",
        "single-samples-poison": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "single-samples-left-out": """
def merge_statistics(parts):
    parts = [p for p in parts if p[0] > 1] or parts
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "nan-to-zero": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = (n - 1) * np.nan_to_num(covariance, posinf=9.0)
    for m, other, theirs in parts[1:]:
        step = other - mean
        scatter = scatter + max(m - 1, 1) * np.nan_to_num(theirs, posinf=9.0)
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "two-parts-only": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:2]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "in-place": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean += m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "float32": """
def merge_statistics(parts):
    parts = [(n, m.astype(np.float32), c.astype(np.float32)) for n, m, c in parts]
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
    },
    "accumulate": {
        "mean-of-means": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (1 / pieces)
        loss.backward()
        value += loss.item()
    return value
""",
        "not-divided": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean()
        loss.backward()
        value += loss.item()
    return value
""",
        "sums": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).sum()
        loss.backward()
        value += loss.item()
    return value
""",
        "divided-by-the-first-piece": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).sum() / (n // pieces * pieces)
        loss.backward()
        value += loss.item()
    return value
""",
        "zeroed-in-the-loop": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        network.zero_grad()
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "never-zeroed": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        pass
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "all-at-once": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in [x]:
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "one-backward-at-the-end": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        value = value + loss
    value.backward()
    return value.item()
""",
        "rest-dropped": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x[: n // pieces * pieces].split(n // pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "chunk": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.chunk(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "large-pieces": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "last-loss": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value = loss.item()
    return value
""",
        "tensor-loss": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.detach()
    return value
""",
        "batch-norm-not-refused": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            pass
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "batch-norm-always-refused": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "the-network-s-mode": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and network.training:
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "without-running-statistics": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and layer.training:
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "children-only": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.children():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "refused-too-late": """
def accumulate(network, loss_of, x, pieces):
    network.zero_grad()
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "two-dimensions-only": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "all-norms-refused": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if 'Norm' in type(layer).__name__ and (layer.training or getattr(layer, 'running_mean', None) is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "eval-mode-to-be-safe": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            network.eval()
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
    },
    "scaled-step": {
        "not-divided": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "loss-not-scaled": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    loss.backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "neither": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    loss.backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "the-loss-is-looked-at": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(loss))
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "only-nan": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(not torch.isnan(p.grad).any())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "only-plus-infinity": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool((p.grad < math.inf).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "only-infinity": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(not torch.isinf(p.grad).any())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "any-finite": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).any())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "first-parameter": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(parameters[0].grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "last-parameter": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = not overflow_elsewhere and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "first-group": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups[:1] for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "zeros-in-place-of-infinity": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if not fine:
        for p in parameters:
            p.grad = None if p.grad is None else torch.zeros_like(p)
    optimiser.step()
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "bad-gradients-left": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "zeros-left": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        optimiser.zero_grad(set_to_none=False)
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "step-then-look": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    optimiser.step()
    if fine:
        pass
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "weights-put-back": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    optimiser.zero_grad()
    (scale * loss).backward()
    before = [p.detach().clone() for p in parameters]
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad /= scale
            fine = fine and bool(p.grad.isfinite().all())
    optimiser.step()
    if not fine:
        for p, old in zip(parameters, before):
            p.data.copy_(old)
        optimiser.zero_grad()
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "old-gradients-added": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "others-ignored": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = True
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "others-alone": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "grows-with-every-step": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif stepped:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "count-not-begun-anew-after-growth": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale = 2 * scale
    return scale, good
""",
        "count-kept-over-an-overflow": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + stepped
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "never-smaller": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        pass
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "below-one": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = scale / 2
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "one-too-late": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good > interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "never-larger": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        good = 0
    return scale, good
""",
    },
    "checkpoint": {
        "no-optimiser": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        if not isinstance(part, nn.Module):
            continue
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        if isinstance(part, nn.Module):
            part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "no-random-state": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
""",
        "a-fixed-seed": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.manual_seed(0)
""",
        "the-seed-not-the-state": """
def checkpoint(parts):
    saved = {"random": torch.initial_seed()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.manual_seed(saved["random"])
""",
        "checkpoint-draws": """
def checkpoint(parts):
    torch.rand(1)
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "references": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = part.state_dict()
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "shallow-copies": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = dict(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "restored-by-reference": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "parameters-only": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        state = dict(part.named_parameters()) if isinstance(part, nn.Module) else part.state_dict()
        saved[name] = copy.deepcopy(state)
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        if isinstance(part, nn.Module):
            part.load_state_dict(saved[name], strict=False)
        else:
            part.load_state_dict(saved[name])
    torch.set_rng_state(saved["random"])
""",
        "whole-objects": """
def checkpoint(parts):
    return {"parts": copy.deepcopy(parts), "random": torch.get_rng_state()}


def restore(parts, saved):
    for name, part in parts.items():
        part.load_state_dict(copy.deepcopy(saved["parts"][name].state_dict()))
    torch.set_rng_state(saved["random"])
""",
        "arrays": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().numpy()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(torch.from_numpy(np.array(saved["random"])))
""",
        "first-part-only": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in list(parts.items())[:1]:
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "no-moments": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        if isinstance(part, torch.optim.Optimizer):
            saved["part " + name] = {"param_groups": part.state_dict()["param_groups"], "state": {}}
            continue
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "learning-rate-lost": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        rates = [g["lr"] for g in getattr(part, "param_groups", [])]
        part.load_state_dict(saved["part " + name])
        for group, rate in zip(getattr(part, "param_groups", []), rates):
            group["lr"] = rate
    torch.set_rng_state(saved["random"])
""",
        "eval-mode-left": """
def checkpoint(parts):
    [part.eval() for part in parts.values() if isinstance(part, nn.Module)]
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
    },
}

RIGHT = {
    "average-gradients": {
        "weighted-total": """
def average_gradients(gradients, sizes):
    result = []
    for i in range(len(gradients[0])):
        total = None
        for rank, n in enumerate(sizes):
            gradient = gradients[rank][i]
            if gradient is not None:
                part = n * gradient
                total = part if total is None else total + part
        result.append(None if total is None else total / sum(sizes))
    return result
""",
        "stacked": """
def average_gradients(gradients, sizes):
    weights = [n / sum(sizes) for n in sizes]
    result = []
    for each in zip(*gradients):
        like = next((g for g in each if g is not None), None)
        if like is None:
            result.append(None)
            continue
        filled = torch.stack([torch.zeros_like(like) if g is None else g for g in each])
        result.append(torch.tensordot(torch.tensor(weights, dtype=like.dtype), filled, dims=1))
    return result
""",
    },
    "shard": {
        "torch-s-permutation": """
def shard(n, seed, epoch, rank, size):
    generator = torch.Generator().manual_seed(seed * 20_011 + epoch)
    order = torch.randperm(n, generator=generator).tolist()
    return order[rank::size]
""",
        "blocks-of-a-permutation": """
def shard(n, seed, epoch, rank, size):
    order = np.random.default_rng(np.random.SeedSequence([epoch, seed])).permutation(n)
    return [int(i) for i in np.array_split(order, size)[rank]]
""",
        "python-s-random": """
def shard(n, seed, epoch, rank, size):
    import random

    order = list(range(n))
    random.Random(f"{seed} {epoch}").shuffle(order)
    return order[rank::size]
""",
    },
    "noise-generator": {
        "hashed": """
def noise_generator(seed, epoch, rank):
    import hashlib

    digest = hashlib.sha256(repr((seed, epoch, rank)).encode()).digest()
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(digest[:4], "big"))
    return generator
""",
        "full-state": """
def noise_generator(seed, epoch, rank):
    generator = np.random.default_rng((rank, epoch, seed))
    return torch.Generator("cpu").manual_seed(int(generator.integers(2**32)))
""",
    },
    "merge-statistics": {
        "one-after-the-other": """
def merge_statistics(parts):
    n, mean, covariance = parts[0]
    scatter = np.zeros_like(covariance) if n == 1 else (n - 1) * covariance
    for m, other, theirs in parts[1:]:
        step = other - mean
        if m > 1:
            scatter = scatter + (m - 1) * theirs
        scatter = scatter + n * m / (n + m) * np.outer(step, step)
        mean = mean + m / (n + m) * step
        n = n + m
    return n, mean, scatter / (n - 1)
""",
        "all-at-once": """
def merge_statistics(parts):
    sizes = np.array([part[0] for part in parts])
    means = np.stack([part[1] for part in parts])
    mean = np.average(means, axis=0, weights=sizes)
    centred = means - mean
    scatter = (centred * sizes[:, None]).T @ centred
    within = [(n - 1) * c for n, _, c in parts if n > 1]
    return int(sizes.sum()), mean, (scatter + sum(within)) / (sizes.sum() - 1)
""",
    },
    "accumulate": {
        "weighted-means": """
def accumulate(network, loss_of, x, pieces):
    for layer in network.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm) and (layer.training or layer.running_mean is None):
            raise ValueError("batch norm")
    for parameter in network.parameters():
        parameter.grad = None
    n, value = len(x), 0.0
    for piece in x.tensor_split(pieces):
        loss = loss_of(network(piece)).mean() * (len(piece) / n)
        loss.backward()
        value += loss.item()
    return value
""",
        "array-split": """
def accumulate(network, loss_of, x, pieces):
    kinds = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    norms = [layer for layer in network.modules() if isinstance(layer, kinds)]
    if any(norm.training or not norm.track_running_stats for norm in norms):
        raise ValueError("pieces aren't the batch")
    network.zero_grad(set_to_none=True)
    losses = []
    for indices in np.array_split(np.arange(len(x)), pieces):
        part = loss_of(network(x[torch.from_numpy(indices)]))
        (part.sum() / len(x)).backward()
        losses += part.tolist()
    return math.fsum(losses) / len(x)
""",
    },
    "scaled-step": {
        "one-after-the-other": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p in parameters:
        p.grad = None
    (loss * scale).backward()
    fine = not overflow_elsewhere
    for p in parameters:
        if p.grad is not None:
            p.grad.div_(scale)
            fine = fine and bool(torch.isfinite(p.grad).all())
    if fine:
        optimiser.step()
    else:
        for p in parameters:
            p.grad = None
    return fine

def next_scale(scale, stepped, good, interval):
    good = good + 1 if stepped else 0
    if not stepped:
        scale = max(1.0, scale / 2)
    elif good >= interval:
        scale, good = 2 * scale, 0
    return scale, good
""",
        "by-the-norm": """
def scaled_step(loss, optimiser, scale, overflow_elsewhere=False):
    optimiser.zero_grad(set_to_none=True)
    loss.mul(scale).backward()
    there = [p for group in optimiser.param_groups for p in group["params"] if p.grad is not None]
    for p in there:
        p.grad = p.grad * (1 / scale)
    taken = not overflow_elsewhere and all(math.isfinite(p.grad.abs().sum().item()) for p in there)
    if taken:
        optimiser.step()
    else:
        optimiser.zero_grad(set_to_none=True)
    return taken


def next_scale(scale, stepped, good, interval):
    if not stepped:
        scale, good = scale * 0.5 if scale >= 2 else 1.0, 0
    else:
        good += 1
        if good % interval == 0:
            return scale * 2, 0
    return scale, good
""",
    },
    "checkpoint": {
        "plain": """
def checkpoint(parts):
    saved = {"random": torch.get_rng_state().clone()}
    for name, part in parts.items():
        saved["part " + name] = copy.deepcopy(part.state_dict())
    return saved


def restore(parts, saved):
    saved = copy.deepcopy(saved)
    for name, part in parts.items():
        part.load_state_dict(saved["part " + name])
    torch.set_rng_state(saved["random"])
""",
        "through-bytes": """
def checkpoint(parts):
    file = io.BytesIO()
    torch.save([{name: part.state_dict() for name, part in parts.items()}, torch.random.get_rng_state()], file)
    return {"bytes": torch.frombuffer(bytearray(file.getvalue()), dtype=torch.uint8)}


def restore(parts, saved):
    states, numbers = torch.load(io.BytesIO(saved["bytes"].numpy().tobytes()), weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(states[name])
    torch.random.set_rng_state(numbers)
""",
    },
}
