"""nbgrader on the course's own settings: the database, and converters in a course folder thrown away afterwards."""

import io
import logging
import warnings
from pathlib import Path
from urllib.parse import quote

from nbgrader.converters import BaseConverter
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from gancourse import paths
from gancourse.grading.judge import GradingError


def settings(root: Path, db_url: str | None = None) -> Config:
    """nbgrader's settings of the course at `root`, with another database if one is given."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.db_url = database_url(db_url or config.CourseDirectory.db_url)
    return config


def timezone(config: Config) -> str:
    """The time zone of the exchange's times: nbgrader's Exchange.timezone."""
    return config.Exchange.get("timezone", "UTC")


def temporary_course(root: Path, folder: Path) -> Config:
    """The settings of the course at `root`, with everything that nbgrader writes moved to `folder`."""
    config = settings(root)
    config.CourseDirectory.root = str(paths.plain(folder))
    config.CourseDirectory.source_directory = str(paths.plain(root) / "solutions")
    config.CourseDirectory.release_directory = "assignments"  # GANCOURSE_WORK makes it the clone's own
    config.CourseDirectory.db_url = f"sqlite:///{quote(str(folder / 'gradebook.db'))}"
    return config


def database_url(url: str) -> str:
    """The URL as SQLAlchemy and nbgrader need it: sqlite:///FILE, or PostgreSQL's through psycopg 3.

    Takes also postgresql:// and postgres://. Raises ValueError, which never repeats the URL, for anything else.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed and "@" in (parsed.host or ""):  # else what follows the first @ of a password would be shown as the host
        raise ValueError("in a database's URL, an @ in the password must be written as %40")
    if parsed and parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if parsed and parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.render_as_string(hide_password=False)
    raise ValueError(
        "the database must be sqlite:///FILE (four slashes begin an absolute path) or postgresql://USER@HOST/NAME"
    )


class _Exact:
    """A converter of one folder, whose path isn't taken for a pattern: a learner may be called "ann [x]"."""

    def init_notebooks(self):
        if self.coursedir.student_id == "*":  # all of them
            return super().init_notebooks()
        folder = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        self.assignments = {folder: sorted(f"{folder}/{path.name}" for path in Path(folder).glob("*.ipynb"))}
        self.notebooks = []
        if not self.assignments[folder]:
            self.log.error("no notebooks in %s", folder)
            raise NbGraderException


def convert(converter_class: type[BaseConverter], config: Config, stage: str) -> None:
    """Run one of nbgrader's converters on a stage. Raises GradingError, with what it logged, where it fails."""
    directory = CourseDirectory(config=config)
    directory.assignment_id = stage
    converter = type("Exact", (_Exact, converter_class), {})(coursedir=directory, config=config)
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    converter.log.addHandler(handler)
    try:
        with warnings.catch_warnings(category=SAWarning, action="ignore"):  # nbgrader's own, and harmless
            converter.start()
    except NbGraderException as err:
        raise GradingError(f"nbgrader failed on {stage}:\n{log.getvalue()}") from err
    finally:
        converter.log.removeHandler(handler)
