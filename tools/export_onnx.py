"""Write the shipped networks as ONNX, and models.json that describes the generators, for the pages to play with.

    python tools/export_onnx.py FOLDER

All of `SHIPPED` whose weights are there; not those whose record states terms of use that a public page can't keep.
Keras' generators are rebuilt in PyTorch first, channels first. A model takes z, float32 (n, latent_dim), and y, int64
(n,), where it knows classes, or psi, float32 (n,), where its styles can be truncated, and gives pictures, float32 (n,
channels, size, size), about in [-1, 1]. One of more than 3 MB stores its weights in half precision and widens them as
it runs.

Lesson 11's two networks, which aren't in models.json, take small, float32 (1, 3, h, w) in [-1, 1] with any h and w, and
give pictures (1, 3, 4 h, 4 w). Their bicubic enlargement becomes ONNX's own: the same kernel, cut off at the edges.
"""

import argparse
import json
import logging
import re
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from gancourse import paths
from gancourse.data import catalog
from gancourse.nets.conditional import ClassBatchNorm2d
from gancourse.nets.dcgan import dcgan_generator
from gancourse.nets.style import StyleGenerator, mean_style
from gancourse.train import load_weights
from gancourse.trained import enlarging
from gancourse.trained.sampling import SHIPPED, Shipped

LIMIT = 3_000_000  # bytes of a model
SMALL = 5_000  # numbers: fewer stay in full precision
DIRECTIONS = 6
WEIGHTS = paths.root() / "course" / "weights"


def offered() -> dict[tuple[str, str], Shipped]:
    """(stage, data set) -> generator, of those that may be shown on a public page."""
    every = {(stage, data): shipped for stage, sets in SHIPPED.items() for data, shipped in sets.items()}
    return {key: shipped for key, shipped in every.items() if public(shipped.weights)}


def upscalers() -> dict[str, nn.Module]:
    """Lesson 11's networks by the name of their weights: both, or none, as the page mixes their pictures."""
    both = {enlarging.ACCURATE: 0, enlarging.SHARP: 1}
    return {name: enlarging.upscaler(sharp) for name, sharp in both.items()} if all(map(public, both)) else {}


def public(weights: str) -> bool:
    """Whether these weights are there and may be shown on a public page."""
    file = WEIGHTS / f"{weights}.safetensors"
    return file.exists() and "terms" not in json.loads(file.with_suffix(".json").read_text("utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the shipped networks as ONNX.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # on busy cores, threads would wait for each other
    cards = []
    for (stage, data_set), shipped in offered().items():
        generator, classes = in_torch(shipped), catalog.entry(data_set).classes if shipped.conditional else ()
        file = folder / f"{shipped.weights}.onnx"
        size = export(generator, example(shipped, len(classes)), file, {0: "n"})
        print(f"{file.name}: {size / 1e6:.2f} MB")
        cards.append(
            {
                "name": shipped.weights,
                "stage": stage,
                "data": data_set,
                "latent_dim": shipped.latent_dim,
                "classes": list(classes),
                "truncation": shipped.style,
                "directions": directions(generator, shipped, len(classes)).tolist(),
            }
        )
    (folder / "models.json").write_text(json.dumps(cards) + "\n", "utf-8")
    for name, net in upscalers().items():
        size = export(net, {"small": torch.randn(1, 3, 20, 24)}, folder / f"{name}.onnx", {2: "h", 3: "w"})
        print(f"{name}.onnx: {size / 1e6:.2f} MB")


def in_torch(shipped: Shipped) -> nn.Module:
    """The generator with its weights, in inference mode, as a PyTorch module on channels-first pictures."""
    file = WEIGHTS / f"{shipped.weights}.safetensors"
    if not shipped.keras:
        generator = load_weights(shipped.build(), file)
        return Truncated(generator, shipped.latent_dim) if shipped.style else generator
    from gancourse import keras

    model = keras.load_weights(shipped.build(), file)
    layers = sorted(model.layers, key=lambda layer: _number(layer.name))  # in the order in which they were made
    rebuilt = FaceGenerator(layers) if shipped.conditional else _dcgan(model, shipped.latent_dim)
    return rebuilt.eval().requires_grad_(False)


def example(shipped: Shipped, classes: int) -> dict[str, torch.Tensor]:
    """Inputs for two pictures, by name."""
    inputs = {"z": torch.randn(2, shipped.latent_dim)}
    if classes:
        inputs["y"] = torch.tensor([0, 1])
    if shipped.style:
        inputs["psi"] = torch.tensor([1.0, 0.5])
    return inputs


def _number(name: str) -> int:
    found = re.search(r"_(\d+)$", name)
    return int(found[1]) if found else 0


def _kind(layers: list, name: str) -> list:
    return [layer for layer in layers if type(layer).__name__ == name]


@torch.no_grad()
def _fill(*pairs: tuple[torch.Tensor, object]) -> None:
    for target, value in pairs:
        target.copy_(torch.from_numpy(np.asarray(value)))


def _dcgan(model, latent_dim: int) -> nn.Sequential:
    """`gancourse.keras.nets.dcgan_generator` as `gancourse.nets.dcgan`'s; lesson 06 shows that they are the same."""
    _, height, _, channels = model.output_shape
    ups = _kind(model.layers, "Conv2DTranspose")
    net = dcgan_generator(latent_dim, (channels, height, height), ups[-2].filters)
    (dense,) = _kind(model.layers, "Dense")
    _fill((net[0].weight, _dense(dense, model.layers[1].target_shape)))
    for layer, norm in zip(_of(net, nn.BatchNorm2d), _kind(model.layers, "BatchNormalization"), strict=True):
        _fill((layer.weight, norm.gamma), (layer.bias, norm.beta))
        _fill((layer.running_mean, norm.moving_mean), (layer.running_var, norm.moving_variance))
    for layer, up in zip(_of(net, nn.ConvTranspose2d), ups, strict=True):
        _fill((layer.weight, np.transpose(up.kernel, (3, 2, 0, 1))))
        if up.use_bias:
            _fill((layer.bias, up.bias))
    return net


def _of(net: nn.Module, kind: type) -> list:
    return [layer for layer in net.modules() if isinstance(layer, kind)]


def _dense(layer, shape: tuple[int, int, int]) -> np.ndarray:
    """The kernel of a dense layer that is reshaped to a map (height, width, channels), for one with channels first."""
    kernel = np.asarray(layer.kernel).T
    return kernel.reshape(*shape, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)


class Truncated(nn.Module):
    """A style generator of z (n, latent_dim) and psi (n,), which says how far the styles are from their mean. All
    pictures have the same noise, so that what changes is the latent's doing."""

    def __init__(self, generator: StyleGenerator, latent_dim: int):
        super().__init__()
        self.generator, self.mean = generator, mean_style(generator.mapping, latent_dim)
        self.noise = generator.synthesis.noise(1, torch.Generator().manual_seed(0))

    def forward(self, z: torch.Tensor, psi: torch.Tensor) -> torch.Tensor:
        w = self.mean + psi[:, None] * (self.generator.mapping(z) - self.mean)
        return self.generator.synthesis(self.generator.styles(w), self.noise)


class FaceGenerator(nn.Module):
    """`gancourse.keras.projected.conditional_generator`, from its layers in the order in which they were made."""

    def __init__(self, layers: list):
        super().__init__()
        (dense,) = _kind(layers, "Dense")
        norms = _kind(layers, "ClassNorm")
        self.classes = norms[0].classes
        (shape,) = [layer.target_shape for layer in _kind(layers, "Reshape")]
        self.dense = nn.Linear(*dense.kernel.shape, bias=False)
        _fill((self.dense.weight, _dense(dense, shape)))
        self.doublings = len(_kind(layers, "UpSampling2D"))
        self.convs = nn.ModuleList(_conv(layer) for layer in _kind(layers, "Conv2D"))
        self.norms = nn.ModuleList(_class_norm(layer) for layer in norms)

    def forward(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        convs, norms = iter(self.convs), iter(self.norms)

        def gated(x: torch.Tensor) -> torch.Tensor:
            a, b = next(norms)(x, y).chunk(2, dim=1)
            return a * b.sigmoid()

        z = z / (z.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
        h = self.dense(torch.cat([z, 2.0 * F.one_hot(y, self.classes).to(z.dtype)], dim=1))
        maps = [gated(h.unflatten(1, (-1, 4, 4)))]
        for place in range(1, self.doublings + 1):
            h = gated(next(convs)(F.interpolate(maps[-1], scale_factor=2.0)))
            if place < self.doublings:
                h = gated(next(convs)(h))
            if place >= 3:
                coarse = maps[place - 3]
                gate = next(convs)(F.avg_pool2d(coarse, coarse.shape[2] // 4))
                h = h * (2 * next(convs)(F.silu(gate)).sigmoid())
            maps.append(h)
        return next(convs)(maps[-1]).tanh()


def _conv(layer) -> nn.Conv2d:
    conv = nn.Conv2d(*layer.kernel.shape[2:], layer.kernel_size, padding=layer.padding, bias=layer.use_bias)
    _fill((conv.weight, np.transpose(layer.kernel, (3, 2, 0, 1))))
    if layer.use_bias:
        _fill((conv.bias, layer.bias))
    return conv


def _class_norm(layer) -> ClassBatchNorm2d:
    norm = ClassBatchNorm2d(layer.scale.shape[1], layer.classes)
    _fill((norm.scale.weight, layer.scale), (norm.shift.weight, layer.shift))
    _fill((norm.norm.running_mean, layer.norm.moving_mean), (norm.norm.running_var, layer.norm.moving_variance))
    return norm


def export(net: nn.Module, inputs: dict[str, torch.Tensor], file: Path, free: dict[int, str]) -> int:
    """Write a network as ONNX, given an example of its inputs; returns its size in bytes, at most LIMIT.

    free: the axes that may have any length, and their names, in all inputs alike.

    Raises ValueError, and writes nothing, where it's larger even with weights in half precision.
    """
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about what it calls
        program = torch.onnx.export(
            net,
            tuple(inputs.values()),
            dynamo=True,
            verbose=False,
            input_names=list(inputs),
            output_names=["pictures"],
            dynamic_shapes=tuple({axis: torch.export.Dim(name) for axis, name in free.items()} for _ in inputs),
        )
    model = _without_debris(program.model_proto)
    if model.ByteSize() > LIMIT:
        model = halved(model)
    if model.ByteSize() > LIMIT:
        raise ValueError(f"{file.name} would have {model.ByteSize():,} bytes, more than {LIMIT:,}")
    onnx.checker.check_model(model, full_check=True)
    file.write_bytes(model.SerializeToString())
    return model.ByteSize()


def _without_debris(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without the places in this machine's files that the exporter notes at each node."""
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in [*model.graph.input, *model.graph.output, *model.graph.value_info, *model.graph.initializer]:
        value.ClearField("metadata_props")
    model.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    return model


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model with weights stored in half precision (float16); each is widened to float32 where it's used. Small
    ones stay as they are: they would save nothing, and a style generator's mean and noise aren't weights."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    widen = []
    for weight in result.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) >= SMALL:
            name, array = weight.name, numpy_helper.to_array(weight).astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(array, f"{name}.half"))
            widen.append(helper.make_node("Cast", [weight.name], [name], to=TensorProto.FLOAT))
    nodes = [*widen, *result.graph.node]
    result.graph.ClearField("node")
    result.graph.node.extend(nodes)
    return result


@torch.no_grad()
def directions(generator: nn.Module, shipped: Shipped, classes: int, latents: int = 10) -> torch.Tensor:
    """Directions in latent space along which pictures change most, (DIRECTIONS, latent_dim): orthonormal, rounded.

    The first eigenvectors of J^T J, averaged over latents and classes, J being the derivative of the pixels by the
    latent (by differences); the first moves pictures most. Unlike a learned direction none has a meaning by design.
    """
    rng, dim = torch.Generator().manual_seed(1), shipped.latent_dim  # not the weights' own seed: see `mean_style`
    step, metric = 0.05 * torch.eye(dim), torch.zeros(dim, dim)
    for place in range(latents):
        z = torch.randn(dim, generator=rng)
        others = [torch.full((dim,), place % classes)] if classes else [torch.ones(dim)] if shipped.style else []
        change = (generator(z + step, *others) - generator(z - step, *others)).flatten(1)
        metric += change @ change.T
    vectors = torch.linalg.eigh(metric).eigenvectors.T.flip(0)[:DIRECTIONS]
    return vectors.double().round(decimals=5)


if __name__ == "__main__":
    main()
