"""What a network is made of: each operation with a weight, its input and output, and what lies between two of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import torch

CONVOLUTIONS = ("conv1d", "conv2d", "conv3d")
TRANSPOSED = ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
PRODUCTS = ("linear", "matmul", "__matmul__", "__rmatmul__", "mm", "bmm", "addmm", "einsum")


class Layer(NamedTuple):
    """One operation with a weight, as it ran."""

    kind: str  # "linear", "conv2d", "conv_transpose2d", ...; products with a parameter are "linear"
    input: "torch.Tensor"  # a convolution's with its padding around it, however that was added
    output: "torch.Tensor"
    weight: tuple[int, ...]  # shape


def layers(network, x, replace: Mapping[int, "torch.Tensor"] | None = None) -> tuple[list[Layer], "torch.Tensor"]:
    """Run a PyTorch network; returns each operation with a weight, in the order in which they ran, and the result.

    Catches what the result alone doesn't show: an activation behind the logits or before tanh, hidden layers with
    nothing between them, normalisation in the wrong place, missing layers. It looks at the operations, so a network may
    use modules, functions, or products with parameters of its own. `replace`: what a layer, by its number, returns
    in place of its own output.
    """
    import torch
    from torch.nn import functional as F
    from torch.overrides import TorchFunctionMode

    own = {p.untyped_storage().data_ptr() for p in network.parameters() if p.ndim > 1}
    found = []

    class Noting(TorchFunctionMode):
        def __torch_function__(self, function, types, arguments=(), options=None):
            options = options or {}
            kind = getattr(function, "__name__", "")
            if kind not in (*CONVOLUTIONS, *TRANSPOSED, *PRODUCTS):
                return function(*arguments, **options)
            output = function(*arguments, **options)
            tensors = [each for each in _flat((*arguments, *options.values())) if isinstance(each, torch.Tensor)]
            if kind in PRODUCTS and kind != "linear":
                weights = [each for each in tensors if each.untyped_storage().data_ptr() in own]
                inputs = [each for each in tensors if each.ndim > 1 and not any(each is w for w in weights)]
                if not weights or not inputs:
                    return output
                kind, weight, given = "linear", weights[0], inputs[0]
            else:
                given = options.get("input", arguments[0] if arguments else None)
                weight = options.get("weight", arguments[1] if len(arguments) > 1 else None)
            if kind in CONVOLUTIONS:
                given = _padded(F, given, weight, arguments, options)
            if replace and len(found) in replace:
                output = replace[len(found)].clone().reshape(output.shape)  # some activations work in place
            found.append(Layer(kind, given.detach().clone(), output.detach().clone(), tuple(weight.shape)))
            return output

    with Noting():
        result = network(x)
    return found, result


def passed_on(network, x, i: int, replacement: "torch.Tensor") -> "torch.Tensor":
    """What reaches the layer after layer i (the network's end, after the last one) if layer i returns `replacement`.

    This measures what lies between two layers: activation, normalisation, padding. replacement: of the shape of the
    layer's output. Raises IndexError where the network has no layer i.
    """
    import torch

    with torch.no_grad():
        found, result = layers(network, x, {i: replacement})
    if not -1 < i < len(found):
        raise IndexError(f"no layer {i}: the network has {len(found)} layers with weights")
    return found[i + 1].input if i + 1 < len(found) else result.detach()


def bends(network, x, generator: "torch.Generator | None" = None) -> list[bool]:
    """For each layer, whether what follows it isn't affine (an affine map takes midpoints to midpoints).

    Catches layers with nothing between them, and an activation after the last one. Put the network into eval mode
    if it has dropout. generator: PyTorch's random numbers, for the outputs that are put in.
    """
    import torch

    with torch.no_grad():
        found, _ = layers(network, x)
    bent = []
    for i, layer in enumerate(found):
        a = 3 * torch.randn(layer.output.shape, generator=generator)
        b = -a * (0.25 + torch.rand(a.shape, generator=generator))  # the bend of most activations is at 0: between them
        at_a, at_b, between = (passed_on(network, x, i, u.to(layer.output.dtype)) for u in (a, b, (a + b) / 2))
        bent.append(bool((at_a + at_b - 2 * between).abs().max() > 1e-3 * (at_a - at_b).abs().max()))
    return bent


def parameter_facts(network) -> list[list]:
    """For each parameter, sorted: [its shape's sizes, sorted; whether it is trainable; whether its gradient isn't 0].

    Catches layers without parameters, frozen ones, ones that no gradient reaches. The last is None where there is no
    gradient, and for a Keras network, whose parameters hold none. Sizes are sorted since one may write x W or W x.
    """
    if hasattr(network, "trainable_variables"):
        trained = {id(variable) for variable in network.trainable_variables}
        facts = [[sorted(v.shape), id(v) in trained, None] for v in network.variables if not _state(v)]
    else:
        facts = [
            [sorted(p.shape), p.requires_grad, None if p.grad is None else bool(p.grad.any())]
            for p in network.parameters()
        ]
    return sorted(facts, key=str)


def _state(variable) -> bool:
    """Whether a Keras variable is no weight: moving statistics, a dropout's random state."""
    return any(part in variable.path for part in ("moving_", "seed_generator", "iteration"))


def _flat(values):
    for value in values:
        if isinstance(value, list | tuple):
            yield from _flat(value)
        else:
            yield value


def _padded(F, given, weight, arguments: tuple, options: Mapping):
    """The input with the convolution's own zeros around it."""
    stride, padding, dilation = (
        options.get(name, arguments[i] if len(arguments) > i else default)
        for i, (name, default) in enumerate((("stride", 1), ("padding", 0), ("dilation", 1)), start=3)
    )
    axes = weight.ndim - 2
    if padding == "valid":
        return given
    if padding == "same":
        dilations = [dilation] * axes if isinstance(dilation, int) else dilation
        totals = [d * (size - 1) for d, size in zip(dilations, weight.shape[2:])]
        sides = [(total // 2, total - total // 2) for total in totals]
    else:
        sides = [(p, p) for p in ([padding] * axes if isinstance(padding, int) else padding)]
    return F.pad(given, [side for pair in reversed(sides) for side in pair])
