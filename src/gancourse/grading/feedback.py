"""nbgrader's HTML feedback without the hidden tests."""

from nbconvert.exporters import HTMLExporter
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_locked


class HideTests(ClearHiddenTests):
    """Cuts the hidden tests out of test cells; a learner may write the markers elsewhere."""

    def preprocess_cell(self, cell, resources, cell_index):
        if is_grade(cell) and is_locked(cell):
            self._remove_hidden_test_region(cell)
        return cell, resources


class FeedbackExporter(HTMLExporter):
    """What `nbgrader generate_feedback` renders with (nbgrader_config.py)."""

    def __init__(self, config=None, **kwargs):
        super().__init__(config=config, **kwargs)
        self.register_preprocessor(HideTests, enabled=True)
