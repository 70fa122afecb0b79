"""Pictures of what a GAN does. Each function returns a figure, or draws on given axes; `display` alone shows one.

A figure's label says what it shows: for readers who can't see it, and where it doesn't load.
"""

import io
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle, Image
from IPython.display import display as _display
from matplotlib.figure import Figure
from PIL import Image as Picture


def display(figure: Figure, alt: str = "", handle: DisplayHandle | None = None) -> None:
    """Show a figure in the notebook, with a text for readers who can't see it, and close it.

    The text is `alt`, or the figure's label where the function that drew it has set one; it ends up in the output's
    metadata as `alt` of `image/png`, Jupyter's place for it. With `handle`, from `display("", display_id=True)`, the
    figure replaces what is shown there. Raises ValueError where there is no text.
    """
    text = alt or figure.get_label()
    if not text:
        raise ValueError("the figure has no alt text: display(figure, 'what it shows')")
    show_it = handle.update if handle else _display
    show_it(figure, metadata={"image/png": {"alt": text}})
    plt.close(figure)


def animate(frames: Sequence[np.ndarray], alt: str, seconds: float = 6.0, scale: int = 1) -> None:
    """Show uint8 frames (h, w, c), all of one size, as a film of `seconds` that runs again and again.

    Each pixel becomes `scale` by `scale`; the last frame stays for two more seconds. The output is image/gif, with the
    text `alt` in its metadata for readers who can't see it.
    """
    enlarged = [frame.repeat(scale, axis=0).repeat(scale, axis=1) for frame in frames]
    first, *others = [Picture.fromarray(f.squeeze(-1) if f.shape[-1] == 1 else f) for f in enlarged]
    times = [int(1000 * seconds / len(frames))] * (len(frames) - 1) + [2000]
    film = io.BytesIO()
    first.save(film, "gif", save_all=True, append_images=others, duration=times, loop=0)
    _display(Image(film.getvalue(), format="gif", alt=alt))


def tile(pictures: np.ndarray, columns: int) -> np.ndarray:
    """Lay pictures out in one, row by row, one black pixel apart: uint8 (n, h, w, c) -> (H, W, c).

    The last row is filled up with black where n isn't a multiple of `columns`.
    """
    n, h, w, c = pictures.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h + 1, w + 1, c), pictures.dtype)
    sheet[:n, :h, :w] = pictures
    sheet = sheet.reshape(rows, columns, h + 1, w + 1, c).swapaxes(1, 2)
    return sheet.reshape(rows * (h + 1), columns * (w + 1), c)[:-1, :-1]


def show(axes, picture: np.ndarray) -> None:
    """Draw one uint8 picture (h, w, c), grey or colour, without axes and without changing its contrast."""
    axes.imshow(picture.squeeze(-1) if picture.shape[-1] == 1 else picture, cmap="gray", vmin=0, vmax=255)
    axes.set_axis_off()


def grid(pictures: np.ndarray, columns: int = 8, title: str = "", labels: Sequence[str] | None = None) -> Figure:
    """A sheet of uint8 pictures (n, h, w, c); with `labels`, n strings, each picture has its own above it."""
    if labels is None:
        sheet = tile(pictures, columns)
        height, width = sheet.shape[:2]
        size = (0.8 * columns, 0.8 * columns * height / width + 0.3)
        dpi = 100 if len(pictures) <= 64 else 55  # a large sheet in many dots makes a stored notebook grow by megabytes
        figure, axes = plt.subplots(figsize=size, dpi=dpi, layout="constrained")
        show(axes, sheet)
    else:
        rows = -(-len(pictures) // columns)
        figure, cells = plt.subplots(rows, columns, figsize=(0.9 * columns, 1.15 * rows), squeeze=False)
        for axes in cells.flat:
            axes.set_axis_off()
        for axes, picture, label in zip(cells.flat, pictures, labels):
            show(axes, picture)
            axes.set_title(label, fontsize=8)
        figure.set_layout_engine("constrained")
    figure.suptitle(title, fontsize=10)
    named = f": {', '.join(filter(None, labels))}" if labels is not None else ""
    figure.set_label(f"{title or 'a sheet'}, {len(pictures)} pictures, {min(columns, len(pictures))} in a row{named}")
    return figure


def class_sheet(pictures: np.ndarray, classes: Sequence[str], title: str = "") -> Figure:
    """A sheet of uint8 pictures (len(classes) * n, h, w, c), class after class: n in a row, after the class's name."""
    columns, step = len(pictures) // len(classes), pictures.shape[1] + 1
    figure, axes = plt.subplots(figsize=(0.6 * columns + 1.4, 0.6 * len(classes) + 0.3), layout="constrained")
    show(axes, tile(pictures, columns))
    axes.images[0].set_interpolation("nearest")  # smoothed pixels would double what a notebook stores
    axes.set_axis_on()
    axes.set_xticks([])
    axes.set_yticks([step * row + step / 2 - 1 for row in range(len(classes))], classes)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=10)
    figure.set_label(f"{title or 'a sheet'}, a row of {columns} pictures for each class: {', '.join(classes)}")
    return figure


def losses(history: Sequence[dict[str, float]], smooth: int = 50) -> Figure:
    """Loss curves: one dict of losses for each step; thin the raw value, bold the mean of the last `smooth` steps."""
    figure, axes = plt.subplots(figsize=(7, 2.6), layout="constrained")
    ends = []
    for name in history[0]:
        values = np.array([entry[name] for entry in history])
        (line,) = axes.plot(values, alpha=0.2, linewidth=0.5)
        width = min(smooth, len(values))
        mean = np.convolve(values, np.ones(width) / width, mode="valid")
        axes.plot(np.arange(width - 1, len(values)), mean, color=line.get_color(), label=name)
        ends.append(f"{name} from {mean[0]:.2f} to {mean[-1]:.2f}")
    axes.set(xlabel="step", ylabel="loss")
    axes.legend(frameon=False)
    figure.set_label(f"losses over {len(history):,} steps: {', '.join(ends)}")
    return figure


def density(real: np.ndarray, fake: np.ndarray, x: np.ndarray, d: np.ndarray, title: str, axes, top: float) -> None:
    """Histograms of real and generated numbers, (n,) each, with the discriminator's D(x) in [0, 1] drawn over them.

    `x` (m,) is where D was asked and `d` (m,) what it said. Generated numbers outside of `x` count at its ends. The
    density is shown up to `top`: the same for all panels that are compared; a higher bar is cut off.
    """
    bins = np.linspace(x.min(), x.max(), 61)
    axes.hist(real, bins, density=True, alpha=0.5, label="real")
    axes.hist(np.clip(fake, bins[0], bins[-1]), bins, density=True, alpha=0.5, label="generated")
    axes.set(xlabel="x", ylabel="density", title=title)
    right = axes.twinx()
    right.plot(x, d, color="black", linewidth=1.2, label="D(x)")
    right.axhline(0.5, color="black", linewidth=0.5, linestyle=":")
    right.set(ylim=(0, 1.25), yticks=(0, 0.25, 0.5, 0.75, 1), ylabel="D(x)")  # above 1 is room for the legend
    axes.set_ylim(top=top)
    handles = [h for a in (axes, right) for h in a.get_legend_handles_labels()[0]]
    axes.legend(handles=handles, frameon=False, fontsize=8, loc="upper center", ncols=3)


def confusion(shares: np.ndarray, classes: Sequence[str], title: str, axes) -> None:
    """A confusion matrix (classes, classes) of shares in [0, 1]: rows are what it is, columns what it was taken for.

    Shares from 0.005 on are written into their cells, in per cent.
    """
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        if share >= 0.005:
            axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", size=7, color="wk"[int(share < 0.5)])
    ticks = range(len(classes))
    axes.set_xticks(ticks, classes, rotation=90, fontsize=8)
    axes.set_yticks(ticks, classes, fontsize=8)
    axes.set_title(title, fontsize=10)
