"""What it costs to move a store to a server, and whether one that is killed on the way arrives as well."""

import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bench.scenarios import Failed
from contactd.store import schema
from contactd.store.opening import open_store
from demo.stage import BIN
from fakes.postgres import Schemas, Server

#: How often the second move is killed; each of them loses what it has not committed, and begins to read again.
KILLS = 10

_LATER = "1800000000000000 + n"
_KEY = "'person.' || n || '@example.com'"
_PERSON = """'{"2":"Jörg ' || n || '","3":"Müller-' || n % 9973 || '","4":"Company ' || n % 50021 || ' & Co. KG"}'"""

#: By table: for which contacts it has a row, each so many-th of them, and the columns of it, of the contact's number n.
_ROWS: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "contact": (
        1,
        {
            "id": "n",
            "workspace_id": "1",
            "email": "'Person.' || n || '@Example.com'",
            "email_key": _KEY,
            "fields": _PERSON,
            "subscription_type": "'marketing'",
            "created_run": "1",
            "created_at": _LATER,
            "updated_at": _LATER,
            "revision": "n / 200",
        },
    ),
    "link": (
        1,
        {
            "sync_id": "1",
            "source_id": "4600000000000 + n",
            "contact_id": "n",
            "email_key": _KEY,
            "source_created": _LATER,
            "source_modified": _LATER,
            "content_hash": "randomblob(16)",
            "state": "'owner'",
            "seen_run": "1",
            "outcome": "'added'",
            "first_run": "1",
            "revision": "n / 200",
        },
    ),
    "list_member": (
        1,
        {"list_id": "1", "contact_id": "n", "state": "'subscribed'", "sync_id": "1", "revision": "n / 200"},
    ),
    "outcome": (
        10,
        {
            "run_id": "1",
            "sequence": "n",
            "source_id": "4600000000000 + n",
            "email_key": _KEY,
            "outcome": "'updated'",
            "contact_id": "n",
            "changed": """'["last-name"]'""",
            "mapped": _PERSON,
            "created_at": _LATER,
        },
    ),
    "event": (
        200,
        {
            "revision": "1000 + n",
            "workspace_id": "1",
            "created_at": _LATER,
            "actor": "'sync'",
            "kind": "'page_taken'",
            "subject": "'workspaces/default/syncs/main/runs/1'",
            "detail": """'{"added":200}'""",
        },
    ),
}


class Cost(NamedTuple):
    """Seconds from start to end, seconds of processor time, and octets of memory held at most."""

    wall: float
    cpu: float
    memory: int


def moving(contacts: int) -> Iterator[str]:
    """Move a store of so many *contacts* twice, the second time with kills on the way; give the lines that tell."""
    with tempfile.TemporaryDirectory(prefix="contactd-bench-") as made, Server() as server:
        folder, stores = Path(made), Schemas(server.url())
        rows = _filled(folder / "contactd.db", contacts)
        (folder / "contactd.toml").write_text(f'[store]\nurl = "contactd.db"\n[listen]\nunix = "{folder}"\n')
        whole = _moved(folder, stores.make())
        _reopen(folder)
        killed = _killed(folder, stores.make(), whole.wall)
    yield f"{'a move to PostgreSQL':<44}{'wall, s':>10}{'cpu, s':>10}{'memory':>12}"
    yield _line(f"{contacts:,} contacts, {rows:,} rows", whole)
    yield _line(f"the same, killed {KILLS} times on the way", killed)


def _filled(file: Path, contacts: int) -> int:
    """Fill a store, and tell how many rows that took."""
    with closing(open_store(f"sqlite://{file}", clock=time.time_ns)) as database:
        schema.prepare(database)
        for table, (each, columns) in _ROWS.items():
            numbers = f"numbers (n) AS (SELECT {each} UNION ALL SELECT n + {each} FROM numbers WHERE n < {contacts})"
            with database.transaction() as tx:
                tx.fast(
                    f"INSERT INTO {table} ({', '.join(columns)}) WITH RECURSIVE {numbers}"
                    f" SELECT {', '.join(columns.values())} FROM numbers"
                )
    return sum(contacts // each for each, _ in _ROWS.values())


def _moved(folder: Path, url: str) -> Cost:
    """Move the store, and see that it says so."""
    began = time.monotonic()
    process = _begun(folder, url)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    told = (folder / "told").read_text()
    if process.returncode != 0 or "every count and checksum agrees" not in told:
        raise Failed(f"the store was not moved: {told}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def _killed(folder: Path, url: str, usual: float) -> Cost:
    """Kill those who move the store, at moments that differ each time, and let the last one come to its end."""
    moments, costs, began = random.Random(5), [], time.monotonic()
    for _ in range(KILLS):
        process = _begun(folder, url)
        # From before it has begun to when it would be done with copying.
        time.sleep(moments.uniform(0.2, usual / 2))
        os.kill(process.pid, signal.SIGKILL)
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = -signal.SIGKILL
        costs.append(used)
    last = _moved(folder, url)
    cpu = sum(used.ru_utime + used.ru_stime for used in costs) + last.cpu
    return Cost(time.monotonic() - began, cpu, max(last.memory, *(used.ru_maxrss * 1024 for used in costs)))


def _begun(folder: Path, url: str) -> "subprocess.Popen[bytes]":
    command = [str(BIN / "contactd"), "store", "migrate", "--config", str(folder / "contactd.toml"), "--to", url]
    with (folder / "told").open("wb") as told:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=told, stderr=told)


def _reopen(folder: Path) -> None:
    command = [str(BIN / "contactd"), "store", "reopen", "--config", str(folder / "contactd.toml"), "--yes"]
    subprocess.run(command, check=True, capture_output=True)


def _line(what: str, cost: Cost) -> str:
    return f"  {what:<42}{cost.wall:>10.1f}{cost.cpu:>10.1f}{cost.memory / 2**20:>8.0f} MiB"
