"""Graded submissions for tests of records and exports: assessments without a run, and nbgrader's gradebook filled."""

import warnings

from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning
from toycourse import POINTS, STAGE

from gancourse.grading.assessment import Assessment, Result, Status

TASKS = {"double-values": "double", "half-values": "half"}


def assessment(double: float | None = 2, half: float | None = 1, status: Status = Status.GRADED, **other) -> Assessment:
    """The toy's, with these points; a test that lost some failed its first probe. Other fields as given."""
    failed = {"double-values": (("values",), ("Try negative numbers.",)), "half-values": (("sum",), ("Half of it.",))}
    results = tuple(
        Result(test, TASKS[test], points, POINTS[test], *(((), ()) if points == POINTS[test] else failed[test]))
        for test, points in (("double-values", double), ("half-values", half))
    )
    return Assessment(status, results=results, **({"seed": 7} | other))


def failure(status: Status, *reasons: str) -> Assessment:
    """One that came to no points at all."""
    return Assessment(status, reasons)


def enter(url: str, student: str, scores: dict[str, dict], *, penalty: float = 0, stage: str = STAGE) -> None:
    """Put a submission into nbgrader's gradebook: for each test its auto_score, manual_score, extra_credit,
    needs_manual_grade, as autograde and Formgrader set them."""
    with Gradebook(url, course_id="gan-course") as gradebook, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, and harmless
        gradebook.update_or_create_assignment(stage, course_id="gan-course")
        gradebook.update_or_create_notebook(stage, stage)
        for test, points in POINTS.items():
            gradebook.update_or_create_grade_cell(test, stage, stage, max_score=points, cell_type="code")
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(stage, student)
        notebook = gradebook.find_submission_notebook(stage, stage, student)
        notebook.late_submission_penalty = penalty
        for grade in notebook.grades:
            for field, value in ({"needs_manual_grade": False} | scores.get(grade.name, {})).items():
                setattr(grade, field, value)
        gradebook.db.commit()
