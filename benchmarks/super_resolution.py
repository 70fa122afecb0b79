"""Distortion and perception of bicubic, of lesson 11's shipped networks, and of points between them.

    GANCOURSE_MIRROR=... python benchmarks/super_resolution.py

Writes course/results/super-resolution.json, which the lesson and docs/measured.md show. PSNR and SSIM by the published
protocol (antialiased bicubic, 8 bits, Y, border of 4) on the mirror's pictures of Set5, Set14 and BSD68; Fréchet
distances of the 32 x 32 patches of BSD68, by the ImageNet network's first map, on which the GAN was trained, and by
lesson 05's CIFAR-10 features, which no training has seen.
"""

import json

import numpy as np

from gancourse import data, paths
from gancourse.fidelity import psnr, ssim
from gancourse.metrics import feature_net, frechet_distance, patch_features, squares
from gancourse.nets.resolution import bicubic, enlarge_picture, shrink_picture
from gancourse.trained.enlarging import upscaler

RESULTS = paths.root() / "course" / "results" / "super-resolution.json"
SETS = ("set5", "set14", "bsd68")
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
NAMES = {0.0: "squared error", 1.0: "with the GAN"}


def cut(picture: np.ndarray) -> np.ndarray:
    """Sides cut to multiples of 4."""
    return picture[: len(picture) // 4 * 4, : picture.shape[1] // 4 * 4]


def by_bicubic(small: np.ndarray) -> np.ndarray:
    h, w = small.shape[:2]
    return data.to_pictures(bicubic(data.to_batch(small[None]), (4 * h, 4 * w)))[0]


def measure(method: str, enlarge, photographs: dict[str, list[np.ndarray]]) -> dict:
    row, judge = {"method": method}, feature_net("cifar10")
    for name, true in photographs.items():
        made = [enlarge(shrink_picture(each)) for each in true]
        pairs = list(zip(made, true))
        row[name] = {
            "psnr": round(float(np.mean([psnr(a, b) for a, b in pairs])), 3),
            "ssim": round(float(np.mean([ssim(a, b) for a, b in pairs])), 4),
            "pictures": len(true),
        }
        if name == "bsd68":
            row["patches_imagenet"] = round(frechet_distance(patch_features(true), patch_features(made)), 4)
            seen = [judge.features(squares(side)) for side in (true, made)]
            row["patches_cifar10"] = round(frechet_distance(*seen), 4)
    return row


def table(rows: list[dict]) -> str:
    head = (
        "| method | "
        + " | ".join(f"PSNR, {name} | SSIM" for name in SETS)
        + " | patches, ImageNet | patches, CIFAR-10 |"
    )
    lines = [head, "|---|" + "---|" * (2 * len(SETS) + 2)]
    for row in rows:
        cells = [f"{row[name]['psnr']:.2f} | {row[name]['ssim']:.3f}" for name in SETS]
        cells += [f"{row['patches_imagenet']:.3f}", f"{row['patches_cifar10']:.3f}"]
        lines.append(f"| {row['method']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    photographs = {name: [cut(p) for p in data.load_originals(name).values()] for name in SETS}
    rows = [measure("bicubic", by_bicubic, photographs)]
    for share in SHARES:
        net = upscaler(share)
        name = NAMES.get(share, f"{share:.0%} of the GAN's weights")
        rows.append(measure(name, lambda small, net=net: enlarge_picture(net, small), photographs))
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
