"""Collect submissions from nbgrader's exchange, where learners' folders may hold, and be called, anything."""

import datetime
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from nbgrader.exchange.default import ExchangeCollect
from traitlets.config import Config

from gancourse.grading.intake.handin import handed_in_at, regular_files, unsafe_name
from gancourse.grading.intake.reading import clean, excerpt
from gancourse.grading.judge import GradingError


class Collected(NamedTuple):
    """told: what there is to know about it, in words; refused: learners whose submission couldn't be taken over, and
    why."""

    told: list[str]
    refused: dict[str, str]


class Collect(ExchangeCollect):
    """nbgrader's collect, which nothing in the exchange can stop or mislead: what isn't a submission's folder is
    skipped, only regular files are copied, and the time is the one in the folder's name.

    refused: learners whose submission can't be taken over, each with the reason, in words.
    """

    def init_src(self):
        self.refused: dict[str, str] = {}
        # by the same reading of zones as the exchange's, else a newer submission could look older
        self.coursedir.get_existing_timestamp = self._collected_at
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"] is not None]
        for record in self.src_records:  # of several, one can be taken over
            if reason := self.refused.pop(record["username"], None):
                self.log.warning("%s: %s", excerpt(record["username"]), reason)

    def _path_to_record(self, path):
        passed_over = {"username": None, "filename": "", "timestamp": datetime.datetime.min}
        folder = Path(path)
        student, text = self._parts(folder.name)
        if student is None or student.startswith(".") or not folder.is_dir() or folder.is_symlink():
            self.log.warning("skipped in the exchange, as it isn't a submission: %s", excerpt(folder.name))
            return passed_over
        try:
            when = handed_in_at(text, self.timezone)
            reason = unsafe_name(student)
        except ValueError as err:
            when, reason = datetime.datetime.min, f"its time can't be determined ({err})"
        if reason is None:
            return {"username": student, "filename": folder.name, "timestamp": when}
        where = excerpt(folder.name)
        self.refused[clean(student)] = f"handed in, but it can't be collected from the exchange: {reason} ({where})"
        return passed_over

    def _parts(self, name: str) -> tuple[str | None, str]:
        """Learner and time in the name of a submission's folder, LEARNER+STAGE+TIME+RANDOM; the time may hold a +."""
        student, found, rest = name.rpartition(f"+{self.coursedir.assignment_id}+")
        return (student or None, rest.rpartition("+")[0] or rest) if found else (None, "")

    def _collected_at(self, folder: str) -> datetime.datetime | None:
        try:
            return handed_in_at((Path(folder) / "timestamp.txt").read_text("utf-8"), self.timezone)
        except (OSError, ValueError):
            return None

    def do_copy(self, src, dest, log=None):
        files, left_out = regular_files(Path(src), 1000 * self.coursedir.max_dir_size, self.coursedir.ignore)
        for path, reason in list(left_out.items())[:20]:
            self.log.warning("%s: not collected, %s %s", excerpt(Path(src).name), excerpt(path), reason)
        if len(left_out) > 20:
            self.log.warning("%s: %s more not collected", excerpt(Path(src).name), len(left_out) - 20)
        files["timestamp.txt"] = self._parts(Path(src).name)[1].encode()  # to the letter: feedback is found by it
        with TemporaryDirectory() as folder:
            for path, content in files.items():
                target = Path(folder) / "submission" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            super().do_copy(str(Path(folder) / "submission"), dest)


def collect(config: Config, stage: str) -> Collected:
    """Collect what was handed in through the exchange, if the course has one: newer submissions replace older ones.

    Raises GradingError where it fails.
    """
    factory = ExchangeFactory(config=config)
    kind = Collect if factory.collect is ExchangeCollect else factory.collect  # ngshare's, say
    directory = CourseDirectory(config=config, assignment_id=stage)
    collector = kind(coursedir=directory, authenticator=Authenticator(config=config), parent=factory, update=True)
    if isinstance(collector, ExchangeCollect) and not (Path(collector.root) / directory.course_id / "inbound").is_dir():
        return Collected([], {})
    told = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: told.append(" ".join(record.getMessage().split()))
    collector.log.addHandler(handler)
    try:
        collector.start()
    except Exception as err:  # ExchangeError, and whatever nbgrader lets through
        raise GradingError(f"collecting {stage} from the exchange failed: {'; '.join(told) or err}") from err
    finally:
        collector.log.removeHandler(handler)
    told = [line for line in told if not line.startswith("No submissions")]
    return Collected(told, getattr(collector, "refused", {}))
