"""Figures say what one sees in them."""

import matplotlib.pyplot as plt
import nbclient
import nbformat
import numpy as np
import pytest

from gancourse import plots


def test_a_figure_without_a_text_is_refused():
    figure, _ = plt.subplots()
    with pytest.raises(ValueError, match="no text for those who can't see"):
        plots.display(figure)
    plt.close(figure)


def test_labels_are_made_from_the_figures_own_numbers():
    sheet = plots.grid(np.zeros((6, 4, 4, 1), np.uint8), columns=3, title="epoch 2")
    named = plots.grid(np.zeros((2, 4, 4, 3), np.uint8), labels=["shirt", "bag"])
    curves = plots.losses([{"critic": value} for value in (4.0, 2.0, 1.0)], smooth=1)
    assert sheet.get_label() == "epoch 2, 6 pictures, 3 in a row"
    assert named.get_label() == "a sheet, 2 pictures, 2 in a row: shirt, bag"
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
