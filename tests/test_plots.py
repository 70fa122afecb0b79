"""Figures say what one sees in them."""

import base64
import io

import matplotlib.pyplot as plt
import nbclient
import nbformat
import numpy as np
import pytest
from PIL import Image

from gancourse import plots


def test_a_figure_without_a_text_is_refused():
    figure, _ = plt.subplots()
    with pytest.raises(ValueError, match="no alt text"):
        plots.display(figure)
    plt.close(figure)


def test_labels_are_made_from_the_figures_own_numbers():
    sheet = plots.grid(np.zeros((6, 4, 4, 1), np.uint8), columns=3, title="epoch 2")
    named = plots.grid(np.zeros((2, 4, 4, 3), np.uint8), labels=["shirt", "bag"])
    rows = plots.class_sheet(np.zeros((6, 4, 4, 1), np.uint8), ["shirt", "bag"])
    curves = plots.losses([{"critic": value} for value in (4.0, 2.0, 1.0)], smooth=1)
    assert sheet.get_label() == "epoch 2, 6 pictures, 3 in a row"
    assert named.get_label() == "a sheet, 2 pictures, 2 in a row: shirt, bag"
    assert rows.get_label() == "a sheet, a row of 3 pictures for each class: shirt, bag"
    assert [tick.get_text() for tick in rows.axes[0].get_yticklabels()] == ["shirt", "bag"]
    assert curves.get_label() == "losses over 3 steps: critic from 4.00 to 1.00"
    plt.close("all")


def test_the_text_is_stored_beside_the_picture_also_where_it_replaces_another():
    first = (
        "import matplotlib.pyplot as plt\nfrom IPython.display import display\nfrom gancourse import plots\n"
        'live = display("", display_id=True)'
    )
    second = 'plots.display(plt.figure(), "an empty figure", live)\nplots.display(plt.figure(), "another one")'
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (first, second)])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    outputs = [out for cell in notebook.cells for out in cell.outputs]
    assert [out.metadata["image/png"]["alt"] for out in outputs] == ["an empty figure", "another one"]


def test_a_film_loops_and_has_a_text():
    source = (
        "import numpy as np\nfrom gancourse import plots\n"
        "frames = [np.full((2, 3, 1), grey, np.uint8) for grey in (0, 100, 200)]\n"
        'plots.animate(frames, "it grows brighter", seconds=3, scale=4)'
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    (out,) = notebook.cells[0].outputs
    assert out.metadata["image/gif"]["alt"] == "it grows brighter"
    film = Image.open(io.BytesIO(base64.b64decode(out.data["image/gif"])))
    assert (film.size, film.n_frames, film.info["loop"]) == ((12, 8), 3, 0)
    brightness = []
    for frame in range(3):
        film.seek(frame)
        brightness.append((film.convert("L").getpixel((5, 5)), film.info["duration"]))
    assert brightness == [(0, 1000), (100, 1000), (200, 2000)]
