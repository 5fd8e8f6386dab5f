"""The floor: what fetching, decoding and keeping contacts costs at the very least.

A program of its own that stays up, as the daemon does. It fetches pages of 200
ahead of its need, decodes them by a type made for them, and upserts the rows;
it checks nothing, maps nothing and remembers nothing but how far it came. A
line of its input names a reading: `all`, or `new` for what changed since the
last one; a line of its output tells what that cost.

Rule: nothing of contactd is imported here.
"""

import argparse
import asyncio
import json
import resource
import sqlite3
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import GenericAlias
from typing import Any

import aiohttp
import msgspec

from bench.columns import FLOORS

#: Pages that are asked for before they are needed.
AHEAD = 4

#: Contacts in one transaction.
TOGETHER = 5_000

KEY, CHANGED = "contact_id", "last_modified_time"

_SQL_TYPES = {str: "TEXT", float: "REAL", int: "INTEGER", bool: "INTEGER"}


class Kept:
    """The table of contacts in the SQLite file *path*, made if it is not there."""

    def __init__(self, path: Path, columns: dict[str, type]) -> None:
        self._changed = list(columns).index(CHANGED)
        self._put = _upsert(list(columns))
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute(_table(columns))
        self._database.execute("CREATE TABLE IF NOT EXISTS reading (id INTEGER PRIMARY KEY, newest TEXT)")

    @property
    def newest(self) -> str:
        """The latest change that was kept."""
        found = self._database.execute("SELECT newest FROM reading").fetchone()
        return found[0] if found else ""

    def keep(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Upsert *rows* and how far that goes, in one transaction."""
        newest = max([self.newest, *(row[self._changed] for row in rows)])
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(self._put, rows)
        self._database.execute("INSERT OR REPLACE INTO reading VALUES (1, ?)", (newest,))
        self._database.execute("COMMIT")

    def count(self) -> int:
        """Tell how many contacts there are."""
        return int(self._database.execute("SELECT count(*) FROM contact").fetchone()[0])


def _table(columns: dict[str, type]) -> str:
    lines = (f"{name} {_SQL_TYPES[kind]}{' PRIMARY KEY' * (name == KEY)}" for name, kind in columns.items())
    return f"CREATE TABLE IF NOT EXISTS contact ({', '.join(lines)})"


def _upsert(names: Sequence[str]) -> str:
    into = f"INTO contact ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"
    news = ", ".join(f"{name} = excluded.{name}" for name in names if name != KEY)
    return f"INSERT {into} ON CONFLICT ({KEY}) DO UPDATE SET {news} WHERE excluded.{CHANGED} <> contact.{CHANGED}"


def decoder(columns: dict[str, type]) -> msgspec.json.Decoder[Any]:
    """Make the type of a page that has *columns* and nothing else."""
    row = msgspec.defstruct("Row", list(columns.items()), gc=False)
    context = msgspec.defstruct("Context", [("has_more_page", bool)])
    rows = GenericAlias(list, (row,))
    return msgspec.json.Decoder(msgspec.defstruct("Page", [("contacts", rows), ("page_context", context)]))


class Floor:
    """Reads contacts into *kept* over *http*."""

    def __init__(self, http: aiohttp.ClientSession, organization: str, kept: Kept, columns: dict[str, type]) -> None:
        self._http = http
        self._organization = organization
        self._kept = kept
        self._decode = decoder(columns).decode

    async def read(self, *, new: bool) -> int:
        """Read all contacts, or those that are *new* since the last reading; tell how many came."""
        records = 0
        batch: list[tuple[Any, ...]] = []
        # One batch is written while the next one is fetched.
        written = asyncio.create_task(asyncio.sleep(0))
        async for rows in self._pages(self._kept.newest if new else ""):
            batch.extend(map(msgspec.structs.astuple, rows))
            if len(batch) >= TOGETHER:
                await written
                written = asyncio.create_task(asyncio.to_thread(self._kept.keep, batch))
                records, batch = records + len(batch), []
        await written
        if batch:
            self._kept.keep(batch)
        return records + len(batch)

    async def _pages(self, since: str) -> AsyncIterator[list[Any]]:
        page = self._decode(await self._page(1, since))
        ahead: deque[asyncio.Task[bytes]] = deque()
        number = 1
        while page.page_context.has_more_page:
            while len(ahead) < AHEAD:
                number += 1
                ahead.append(asyncio.create_task(self._page(number, since)))
            yield page.contacts
            page = self._decode(await ahead.popleft())
        yield page.contacts
        for needless in ahead:
            needless.cancel()

    async def _page(self, number: int, since: str) -> bytes:
        order = {"sort_column": "created_time", "sort_order": "A"}
        if since:
            order = {"sort_column": CHANGED, "sort_order": "D", CHANGED: since}
        what = {"organization_id": self._organization, "contact_type": "customer", "filter_by": "Status.All"}
        async with self._http.get("/books/v3/contacts", params={**what, **order, "page": str(number)}) as answer:
            return await answer.read()


async def main() -> None:
    """Carry out what the input asks for, until it ends."""
    asked = _arguments()
    columns = FLOORS[asked.columns]
    kept = Kept(asked.store, columns)
    headers = {"Authorization": f"Zoho-oauthtoken {asked.token}"}
    async with aiohttp.ClientSession(asked.url, headers=headers, auto_decompress=False) as http:
        floor = Floor(http, asked.organization, kept, columns)
        for line in sys.stdin:
            begun, spent = time.perf_counter(), _cpu()
            records = await floor.read(new=line.strip() == "new")
            cost = {"wall": time.perf_counter() - begun, "cpu": _cpu() - spent, "records": records}
            print(json.dumps({**cost, "contacts": kept.count(), "peak_rss": _peak()}), flush=True)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="Fetch, decode and keep contacts, and nothing else.")
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--organization", required=True)
    arguments.add_argument("--token", required=True)
    arguments.add_argument("--store", required=True, type=Path)
    arguments.add_argument("--columns", required=True, choices=FLOORS)
    return arguments.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
