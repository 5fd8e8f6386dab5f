"""`contactd store …`: what an operator types, what it says, and how it ends."""

import io
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contactd.__main__ import main
from contactd.config import parse
from contactd.domain.refusals import Away
from contactd.store import moved, schema
from contactd.store.opening import open_store
from contactd.store.tables import METADATA
from contactd.storekeeper import migrate
from fakes.postgres import Schemas

Typed = Callable[..., Result]


@pytest.fixture
def contactd(tmp_path: Path) -> Iterator[Typed]:
    """Give what carries a command out on a store in a folder of its own."""
    (tmp_path / "contactd.toml").write_text('[store]\nurl = "contactd.db"\n')
    before = signal.getsignal(signal.SIGTERM)

    def contactd(command: str, *arguments: str, given: str = "") -> Result:
        line = ["store", command, "--config", str(tmp_path / "contactd.toml"), *arguments]
        return CliRunner().invoke(main, line, input=given)

    yield contactd
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Give the URL of a store in a file."""
    url = f"sqlite://{tmp_path}/contactd.db"
    with closing(open_store(url, clock=lambda: 0)) as database:
        schema.prepare(database)
    return url


def test_a_store_is_moved_and_what_comes_next_is_told(contactd: Typed, file: str, postgres: Schemas) -> None:
    url = postgres.make().replace("contactd@", "contactd:hunter2@")
    tables = len(METADATA.tables.keys() - moved.LEFT)

    done = contactd("migrate", "--to", url)
    again = contactd("migrate", "--to", url)

    assert (done.exit_code, again.exit_code) == (0, 0)
    assert f"rows of {tables} tables, and every count and checksum agrees." in done.stdout
    assert f'key_file = "{Path(file.removeprefix("sqlite://")).parent}/store.key"' in done.stdout
    assert "' before, and nothing was left to do." in again.stdout
    assert "hunter2" not in done.output + again.output


def test_a_file_that_was_moved_is_opened_again_by_who_says_so(contactd: Typed, file: str, postgres: Schemas) -> None:
    contactd("migrate", "--to", postgres.make())

    doubted = contactd("reopen", given="n\n")
    told = contactd("reopen", given="y\n")
    again = contactd("reopen", "--yes")

    assert (doubted.exit_code, told.exit_code, again.exit_code) == (1, 0, 0)
    assert "Is what has happened in the new place since the move to be given up? [y/N]" in doubted.output
    assert "can be served again. See that nobody serves 'postgresql://contactd@" in told.stdout
    assert "was not moved: it can be served." in again.stdout
    with closing(open_store(file, clock=lambda: 0)) as database:
        schema.prepare(database)


def test_a_store_that_is_served_is_not_touched(contactd: Typed, file: str) -> None:
    with closing(open_store(file, clock=lambda: 0)):
        told = [contactd("migrate", "--to", "postgresql:///x"), contactd("reopen", "--yes")]

    assert [one.exit_code for one in told] == [75, 75]
    for one in told:
        assert "is held by a contactd that runs (process " in one.stderr
        assert "tell it to stop, and repeat the command once it has" in one.stderr


def test_a_store_that_is_not_there_is_not_made(contactd: Typed, tmp_path: Path) -> None:
    told = contactd("migrate", "--to", "postgresql:///x")

    assert told.exit_code == 78
    assert told.stderr == f"contactd: [store] url: there is no store at '{tmp_path}/contactd.db'\n"
    assert not (tmp_path / "contactd.db").exists()


def test_a_store_on_a_server_is_there_already(contactd: Typed, tmp_path: Path) -> None:
    (tmp_path / "contactd.toml").write_text('[store]\nurl = "postgresql://ann:hunter2@db/x"\n')

    told = contactd("migrate", "--to", "postgresql:///y")

    assert told.exit_code == 78
    assert told.stderr == (
        "contactd: [store] url: the store is on a server already; only one in a file can be moved, so name its "
        "configuration\n"
    )


@pytest.mark.parametrize("url", ["sqlite:///var/other.db", "mysql://ann:hunter2@db/x", "/var/other.db", "hunter2@db"])
def test_a_place_that_is_no_server_is_a_usage_error(contactd: Typed, url: str) -> None:
    told = contactd("migrate", "--to", url)

    assert told.exit_code == 2
    assert "a store is moved to a PostgreSQL database, such as 'postgresql://contactd@db.example.com/contactd'" in (
        told.stderr
    )
    assert "hunter2" not in told.output


def test_a_place_that_cannot_be_opened_is_told_as_that_of_the_option(
    contactd: Typed, file: str, postgres: Schemas
) -> None:
    assert file
    url = postgres.make().replace("contactd@", "nobody:hunter2@")

    told = contactd("migrate", "--to", url)

    assert told.exit_code == 78
    assert told.stderr.startswith("contactd: --to: the store 'postgresql://nobody@")
    assert told.stderr.endswith(
        'role "nobody" does not exist; make the role and let it in by pg_hba.conf, or name another one with --to\n'
    )
    assert "hunter2" not in told.output


def test_a_server_that_does_not_answer_may_be_asked_again(contactd: Typed, file: str) -> None:
    assert file

    told = contactd("migrate", "--to", "postgresql://ann:hunter2@127.0.0.1:1/x")

    assert told.exit_code == 75
    assert told.stderr.endswith("; repeat the command, and it goes on\n")
    assert "hunter2" not in told.output


def test_a_driver_that_is_not_installed_is_told(contactd: Typed, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert file
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for module in ("contactd.store.postgres", "contactd.store.server"):
        monkeypatch.delitem(sys.modules, module, raising=False)

    told = contactd("migrate", "--to", "postgresql:///x")

    assert told.exit_code == 78
    assert told.stderr == (
        "contactd: --to: PostgreSQL needs a driver; install it with: pip install 'contactd[postgres]'\n"
    )


class Terminal(io.StringIO):
    """What a person looks at; it is closed under the program once so much was told."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._lines -= 1
        if self._lines < 0:
            raise Away("the server does not answer now; it is tried again")
        return super().write(text)


def test_how_far_it_is_is_told_and_what_broke_off_goes_on(file: str, tmp_path: Path, postgres: Schemas) -> None:
    config = parse({"store": {"url": file}, "listen": {"unix": "/run"}}, {}, source="a test", base=tmp_path)
    url, short, long = postgres.make(), Terminal(5), Terminal(1000)

    with pytest.raises(Away, match="the server does not answer now; repeat the command, and it goes on"):
        migrate(config, url, short)
    done = migrate(config, url, long)

    copied = "\r\x1b[Kcopied 3 of 3 rows of 'counter'"
    assert copied in short.getvalue()
    assert copied not in long.getvalue()
    assert re.search(r"\r\x1b\[Kbuilt index (\d+) of \1, of 'topic_member'", long.getvalue())
    assert "\r\x1b[Kcompared 3 of 3 rows of 'counter'" in long.getvalue()
    assert long.getvalue().endswith("\r\x1b[K")
    assert done.startswith("Moved '")
