"""A throw-away PostgreSQL server for tests; a test module uses it with `pytest_plugins = ["postgres"]`."""

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

names = count(1)


def binaries() -> Path | None:
    """The folder of PostgreSQL's own programs: on the PATH, or where Debian puts them."""
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return next(iter(found + debian[::-1]), None)


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of the server's own database, over a socket in a private folder; no network."""
    if not (programs := binaries()):
        pytest.skip("no PostgreSQL on this machine (Debian: apt install postgresql)")
    user = {"user": "nobody"} if os.getuid() == 0 else {}  # PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:  # a socket's path must be short
        if user:
            shutil.chown(folder, **user)

        def call(program: str, *options: str) -> None:
            command = [programs / program, "-D", f"{folder}/data", *options]
            done = subprocess.run(command, **user, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            assert done.returncode == 0, Path(log.name).read_text()

        with tempfile.NamedTemporaryFile("w+") as log:
            call("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
            call("pg_ctl", "start", "--wait", f"--options=-F -k {folder} -c listen_addresses=''")
            try:
                yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
            finally:
                call("pg_ctl", "stop", "--mode=immediate")


@pytest.fixture
def postgres(postgres_server) -> str:
    """The URL of a new, empty database."""
    engine = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    name = f"course{next(names)}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return postgres_server.replace("/postgres?", f"/{name}?")
