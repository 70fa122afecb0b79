"""Write the ImageNet weights of MobileNetV2 that come with the course: up to block 13, in half precision, with a card.

    python tools/ship_mobilenetv2.py              (from Keras' own file, which is downloaded)
    python tools/ship_mobilenetv2.py FILE         (from a safetensors file with tensors named <layer>/<weight>, whose
                                                   header says under "source" where they are from)

Up to block 13 is a quarter of the net's weights, and what a detector and a discriminator look at: its maps of strides
4, 8 and 16. Rounding to half precision moves a map by less than a hundredth of its standard deviation, as
tests/test_backbones.py holds.
"""

import json
import sys
from pathlib import Path

import gancourse.keras  # noqa: F401  isort: skip (first: it starts TensorFlow)
import keras
from safetensors import safe_open

from gancourse.keras.backbones import FAMILIES, KERAS_FILES, SHIPPED_MAPS, _imagenet_weights, _maps, shipped_weights
from gancourse.keras.weights import save_weights

FAMILY = FAMILIES["MobileNetV2"]


def from_tensors(net: keras.Model, file: Path) -> str:
    """Read tensors named <layer>/<weight> into the layers that the net has; returns what the file calls its source."""
    with safe_open(file, "np") as saved:
        for layer in net.layers:
            layer.set_weights([saved.get_tensor(f"{layer.name}/{weight.name}") for weight in layer.weights])
        return saved.metadata()["source"]


def card(net: keras.Model, source: str) -> dict[str, object]:
    """What one should know of the file, and must by its licence."""
    maps = [
        {"layer": tap, "stride": 96 // out.shape[1], "channels": out.shape[3]}
        for tap, out in zip(FAMILY.taps, net.outputs)
    ]
    return {
        "name": "MobileNetV2 up to block 13, trained on ImageNet",
        "architecture": "keras.applications.MobileNetV2, alpha 1.0; Sandler et al. 2018, arXiv:1801.04381",
        "input": "RGB in [-1, 1], any size from 32 pixels",
        "maps": maps,
        "parameters": net.count_params(),
        "precision": "half (float16) on disk, float32 in memory",
        "source": source,
        "copyright": "Keras Applications: the Keras authors and Google; ImageNet (ILSVRC 2012) stands behind them",
        "licence": "Apache-2.0, in mobilenetv2-imagenet.LICENSE.txt",
        "changes": "cut off after block 13's expansion, rounded to half precision, stored as safetensors",
        "made_by": "tools/ship_mobilenetv2.py",
    }


def main(file: Path | None) -> None:
    net = _maps(FAMILY, 96, SHIPPED_MAPS, weights=None if file else _imagenet_weights(FAMILY))
    source = from_tensors(net, file) if file else KERAS_FILES + FAMILY.weights
    target = shipped_weights(FAMILY)
    save_weights(net, target, half=True, source="ImageNet", licence="Apache-2.0")
    target.with_suffix(".json").write_text(json.dumps(card(net, source), indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.2f} MB, {net.count_params():,} numbers")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
