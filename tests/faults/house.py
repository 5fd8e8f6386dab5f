"""A daemon without its threads: the real store, engine, host and plugins, before a sandbox, at the test's own time.

Rule: time passes when the test says so. It runs as the machine's does and is
moved on from there, since the connector's child reads the clock of the machine;
so each test begins with the machine's time.
"""

import time
from dataclasses import dataclass, replace

from contactd.domain.clock import SECOND
from contactd.domain.nouns import Connection, Run, Sync
from contactd.domain.words import Mode
from contactd.engine.accounts import authorization, connections
from contactd.engine.accounts.budgets import Admittance
from contactd.engine.accounts.sources import Sources
from contactd.engine.house import lists
from contactd.engine.parts import Parts
from contactd.engine.runs.run import Runs
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.admission import Limits, admit
from contactd.engine.syncs import activation, syncs, wishes
from contactd.engine.syncs.syncs import Draft
from contactd.store import connections as kept
from contactd.store import runs
from contactd.store import syncs as kept_syncs
from contactd.store.opening import open_store
from contactd_sdk import Secret
from contactd_zoho_sandbox.control import Sandbox
from fakes.clockwork import Carried, daily

HOME = "default"
NAME = "main"


@dataclass
class Clock:
    """The clock of the machine, moved on."""

    ahead: int = 0

    def __call__(self) -> int:
        return time.time_ns() // 1000 + self.ahead


@dataclass
class House:
    """One connection to the sandbox and one sync of it; runs are carried in the thread of the test."""

    parts: Parts
    clock: Clock
    sandbox: Sandbox
    url: str

    def move_in(self) -> None:
        """Connect as people do, and set a sync up."""
        ready = self.sandbox.ready
        settings = {
            "accounts_url": self.sandbox.url,
            "client_id": ready.client_id,
            "client_secret": ready.client_secret,
            "calls_per_minute": "1000000",
        }
        connections.create(self.parts, HOME, kind="zoho-books", settings=settings, name="books", by="ann")
        self.consent()
        organization = ready.organizations[0].organization_id
        connections.select(self.parts, HOME, "books", organization_id=organization, by="ann")
        lists.create(self.parts, HOME, name="customers", by="ann")
        draft = Draft(name=NAME, connection="books", list="customers", schedule=daily("06:30"))
        syncs.create(self.parts, HOME, draft, by="ann")
        wishes.initiate(self.parts, HOME, NAME, by="ann")
        self.tick()

    def consent(self) -> None:
        """Hand in a grant code."""
        authorization.complete(self.parts, HOME, "books", code=Secret(self.sandbox.grant()), by="ann")

    def activate(self) -> None:
        """Let the sync go on that was deactivated."""
        activation.activate(self.parts, HOME, NAME, by="ann")

    def begin(self, mode: Mode = Mode.FULL) -> int:
        """Begin a run, and give its number."""
        return wishes.run(self.parts, HOME, NAME, mode, by="ann").id

    def begin_anew(self) -> None:
        """Go back to the time of the machine, and forget what the other time has seen; no run is left over."""
        self.clock.ahead = 0
        with self.parts.database.transaction() as tx:
            tx.fast("UPDATE budget SET blocked_until = 0, day_ends = 0, recent = '[]'")
            tx.fast("UPDATE connection SET refresh_after = 0")
            tx.fast("UPDATE run SET state = 'cancelled' WHERE state IN ('waiting', 'admitted', 'running')")

    def restart(self) -> None:
        """Let the daemon forget all that is not stored."""
        self.parts.database.close()
        self.parts = replace(self.parts, database=open_store(self.url, clock=self.clock))

    def tick(self) -> list[int]:
        """Look once, as the scheduler does: carry the runs whose turn it is, and give their numbers."""
        carried = Carried()
        with self.parts.database.transaction() as tx:
            admit(tx, carried, Limits(), Admittance(self.parts.catalog))
        carrier = Runs(self.parts.database, Sources(self.parts), owner="test", wake=self.parts.wake)
        for number in carried.runs:
            carrier.carry(number, Stop())
        return carried.runs

    def wait_until(self, moment: int) -> None:
        """Let time pass until *moment*, in microseconds."""
        self.clock.ahead += max(0, moment - self.clock())

    def seconds_until(self, moment: int) -> int:
        """Tell how long it is until *moment*."""
        return round((moment - self.clock()) / SECOND)

    def run(self, number: int) -> Run:
        """Give a run as people see it."""
        with self.parts.database.reading() as r:
            return runs.get(r, number)

    @property
    def sync(self) -> Sync:
        with self.parts.database.reading() as r:
            return kept_syncs.by_id(r, 1)

    @property
    def connection(self) -> Connection:
        with self.parts.database.reading() as r:
            return kept.by_id(r, 1)
