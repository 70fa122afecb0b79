"""nbgrader's settings for this course; nbgrader and JupyterLab read them when started from this folder."""

import contextlib
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

from gancourse import paths

here = paths.plain(Path(__file__).resolve().parent)  # nbgrader would take the brackets of "GAN [2026]" for a pattern
# In the clone, but for those who can't write to it (docs/grading.md).
place = paths.plain(paths.place("gradebook", here).parent)
gradebook = place / "gradebook"
work = paths.plain(paths.place("work", here))
c = get_config()  # noqa: F821 - traitlets provides it

c.CourseDirectory.course_id = "gan-course"
c.CourseDirectory.root = str(place)
c.CourseDirectory.source_directory = "solutions" if place == here else str(here / "solutions")
c.CourseDirectory.release_directory = "assignments" if place == here else str(here / "assignments")
c.CourseDirectory.submitted_directory = "gradebook/submitted"
c.CourseDirectory.autograded_directory = "gradebook/autograded"
c.CourseDirectory.feedback_directory = "gradebook/feedback"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.html"]
# GANCOURSE_DB: PostgreSQL for several graders at once, postgresql://user@host/database.
database = os.environ.get("GANCOURSE_DB") or f"sqlite:///{quote(str(gradebook / 'gradebook.db'))}"
c.CourseDirectory.db_url = re.sub("^postgres(ql)?:", "postgresql+psycopg:", database)

if shutil.which("alembic") is None:  # nbgrader calls it by name, also where the environment isn't activated
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"

# Fetched assignments come to work/, where `gancourse start` puts them too.
# GANCOURSE_EXCHANGE: a folder that all users of a JupyterHub share (docs/grading.md).
c.Exchange.root = os.environ.get("GANCOURSE_EXCHANGE") or str(gradebook / "exchange")
c.Exchange.cache = str(gradebook / "cache")
c.Exchange.assignment_dir = str(work)
with contextlib.suppress(OSError):  # a learner's clone may be read-only; nbgrader wants these folders to be there
    Path(c.Exchange.root).mkdir(parents=True, exist_ok=True)
    work.mkdir(parents=True, exist_ok=True)

# Collecting, too, must take whatever lies in the exchange.
c.ExchangeFactory.collect = "gancourse.grading.exchange.Collect"
# GANCOURSE_NGSHARE: the address of an ngshare service, where there is no shared folder.
if os.environ.get("GANCOURSE_NGSHARE"):
    from ngshare_exchange import configureExchange

    configureExchange(c, os.environ["GANCOURSE_NGSHARE"])

# Every way to grade is the same: normalised, in a sandbox, judged outside (gancourse.grading.assess), and recorded.
c.Autograde.exporter_class = "gancourse.grading.execute.SubmissionExporter"
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = ["gancourse.grading.execute.JudgedExecute"]

# Feedback shows nothing hidden and runs nothing; in Formgrader nothing runs that a learner wrote.
c.GenerateFeedback.exporter_class = "gancourse.grading.feedback.pages.FeedbackExporter"
c.HTMLExporter.preprocessors = ["gancourse.grading.feedback.pages.Harmless"]
c.HTMLExporter.filters = {"markdown2html": "gancourse.grading.feedback.pages.markdown2html"}

# The clone brings assignments/ along: without force nbgrader skips them, and the gradebook never hears of them.
c.GenerateAssignment.force = True

# nbgrader takes anything on stderr for a failure: in kernels that validate, a warning goes to stdout.
c.Execute.timeout = 120
c.Execute.extra_arguments = [
    "--IPKernelApp.log_level=ERROR",
    "--IPKernelApp.capture_fd_output=False",
    "--IPKernelApp.exec_lines=exec('import sys; sys.stderr = sys.stdout', {})",
]
