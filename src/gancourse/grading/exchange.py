"""Collect submissions from nbgrader's exchange, where learners' folders may hold, and be called, anything."""

import datetime
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from nbgrader.exchange.default import ExchangeCollect
from traitlets.config import Config

from gancourse.grading.intake.handin import regular_files
from gancourse.grading.intake.reading import excerpt
from gancourse.grading.judge import GradingError


class Collect(ExchangeCollect):
    """nbgrader's collect, which nothing in the exchange can stop or lead astray: a folder whose name isn't that of a
    submission is passed over, only regular files are copied, and the time is the one in the folder's name."""

    def init_src(self):
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"] is not None]

    def _path_to_record(self, path):
        try:
            record = super()._path_to_record(path)
            name = record["username"]
            name.encode()
            harmless = name and not name.startswith(".") and not set(name) & set("<>&\"'")
            if harmless and Path(path).is_dir() and not Path(path).is_symlink():
                return record
        except Exception:  # ExchangeError, and all that dateutil raises for what is no time
            pass
        self.log.warning("passed over in the exchange, for it is no submission: %s", excerpt(Path(path).name))
        return {"username": None, "filename": "", "timestamp": datetime.datetime.min}

    def do_copy(self, src, dest, log=None):
        files, left_out = regular_files(Path(src), 1000 * self.coursedir.max_dir_size, self.coursedir.ignore)
        for path, reason in list(left_out.items())[:20]:
            self.log.warning("%s: not collected, %s %s", excerpt(Path(src).name), excerpt(path), reason)
        files["timestamp.txt"] = Path(src).name.rsplit("+", 3)[2].encode()  # to the letter: feedback is found by it
        with TemporaryDirectory() as folder:
            for path, content in files.items():
                target = Path(folder) / "submission" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            super().do_copy(str(Path(folder) / "submission"), dest)


def collect(config: Config, stage: str) -> list[str]:
    """Take over what was handed in by the exchange, if the course has one: newer submissions replace older ones.

    Returns what there is to tell about it, in words. Raises GradingError where it fails.
    """
    factory = ExchangeFactory(config=config)
    kind = Collect if factory.collect is ExchangeCollect else factory.collect  # ngshare's, say
    directory = CourseDirectory(config=config, assignment_id=stage)
    collector = kind(coursedir=directory, authenticator=Authenticator(config=config), parent=factory, update=True)
    if isinstance(collector, ExchangeCollect) and not (Path(collector.root) / directory.course_id / "inbound").is_dir():
        return []
    told = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: told.append(" ".join(record.getMessage().split()))
    collector.log.addHandler(handler)
    try:
        collector.start()
    except (ExchangeError, OSError) as err:
        raise GradingError(f"collecting {stage} from the exchange failed: {'; '.join(told) or err}") from err
    finally:
        collector.log.removeHandler(handler)
    return [line for line in told if not line.startswith("No submissions")]
