"""A fleet of one daemon or several, syncs of known sources, and what must come of them."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from math import ceil
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from contactd_sdk import Record
from crash.fleet import Born, Fleet, until
from crash.looking import LIVE, Eye, faults
from crash.told import tell
from fakes.house import record
from fakes.typed import Typed


class Sync:
    """A sync of customers who share no address with those of another one, so that what comes of each run is plain."""

    def __init__(self, folder: Path, number: int, rng: Random) -> None:
        self.name = f"sync-{number}"
        self.number = number
        self.place = folder / self.name
        self.place.mkdir()
        self._rng = rng
        self._made = 0
        self._time = 0
        self.world: dict[int, Record] = {}
        #: What the last reading that came to its end was of.
        self.known: dict[int, Record] = {}

    def grow(self, many: int) -> None:
        """Let *many* customers come."""
        for _ in range(many):
            self._made += 1
            self._put(self._made, f"s{self.number}-{self._made}@example.com")

    def change(self) -> None:
        """Let some customers come and some go, and some of the others get another name or another address."""
        self._time += 10
        numbers = self._rng.sample(sorted(self.world), 12)
        for number in numbers[:3]:
            del self.world[number]
        for number in numbers[3:7]:
            self._put(number, self.world[number].values["email"], first=f"At {self._time}")
        for number in numbers[7:]:
            self._put(number, f"s{self.number}-{number}-{self._time}@example.com")
        self.grow(5)

    def _put(self, number: int, email: Any, *, first: str = "First") -> None:
        self.world[number] = record(number, email, first=first, modified=self._time)

    def tell(self, *, page_size: int, pause: float) -> None:
        """Let the source give the customers as they are now."""
        tell(self.place, list(self.world.values()), page_size=page_size, pause=pause)

    def expected(self) -> dict[str, int]:
        """Tell what a reading of everything, gone customers too, makes of the customers as they are now."""
        counted = Counter(
            "removed" if number not in self.world else self._outcome(number)
            for number in self.known.keys() | self.world.keys()
        )
        return dict(counted)

    def _outcome(self, number: int) -> str:
        before, now = self.known.get(number), self.world[number]
        if before is None:
            return "added"
        if before.values["email"] != now.values["email"]:
            return "updated:email_changed"
        return "unchanged" if before == now else "updated"


class Orphan(NamedTuple):
    """A run whose daemon was ended: in which attempt, where it was, and when."""

    run: int
    attempt: int
    cursor: str | None
    moment: str


class Scene:
    """Syncs, the daemons of a fleet, and commands typed at the first of them."""

    def __init__(self, fleet: Fleet, rng: Random, *, syncs: int, size: int, page_size: int, pause: float) -> None:
        self.fleet = fleet
        self.eye = Eye(fleet.store)
        self.daemons = fleet.daemons
        self._page_size = page_size
        self._tell = partial(Sync.tell, page_size=page_size, pause=pause)
        self.syncs = [Sync(fleet.folder, number, rng) for number in range(1, syncs + 1)]
        for sync in self.syncs:
            sync.grow(size)
            self._tell(sync)

    def ctl(self, line: str, *, code: int = 0) -> str:
        """Carry out `contactctl LINE` at the first daemon."""
        first = self.daemons[0]
        return Typed(first.folder, None, first, loud=False).ctl(line, code=code)  # type: ignore[arg-type]

    def set_up(self) -> None:
        """Let the daemons serve, and make connections, lists and syncs."""
        for daemon in self.daemons:
            daemon.start()
        for sync in self.syncs:
            self.ctl(f"connections create {sync.name} --kind plain --set folder={sync.place}")
            self.ctl(f"lists create {sync.name}")
            self.ctl(f"syncs create {sync.name} --connection {sync.name} --list {sync.name}")

    def begin(self) -> None:
        """Let every sync have its first run."""
        for sync in self.syncs:
            self.ctl(f"syncs initiate {sync.name} --yes")

    def begin_again(self) -> None:
        """Change the customers, and let every sync read all of them."""
        for sync in self.syncs:
            sync.known = dict(sync.world)
            sync.change()
            self._tell(sync)
            self.ctl(f"syncs run {sync.name} --sweep")

    @property
    def busy(self) -> bool:
        """Whether a run is not over."""
        return bool(self.eye.rows(f"SELECT id FROM run WHERE state IN {LIVE}"))

    @property
    def revision(self) -> int:
        """How much has happened in the store."""
        ((found,),) = self.eye.rows("SELECT coalesce(max(revision), 0) FROM event")
        return int(found)

    def wait_until_over(self) -> None:
        """Wait until no run is left."""
        for _ in until("the end of every run"):
            if not self.busy:
                return

    def kill(self, daemon: Born) -> list[Orphan]:
        """End a daemon; give the runs that it carried."""
        instance = daemon.instance()
        daemon.kill()
        moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        found = self.eye.rows(
            f"SELECT id, attempt, cursor FROM run WHERE state = 'running' AND owner LIKE '%{instance[:8]}'"
        )
        return [Orphan(run, attempt, cursor, moment) for run, attempt, cursor in found]

    def check_gone_on(self, orphan: Orphan) -> None:
        """Hold a run that lost its daemon to have been begun again, where it was left."""
        ((attempt,),) = self.eye.rows(f"SELECT attempt FROM run WHERE id = {orphan.run}")
        assert attempt > orphan.attempt
        said = [json.loads(line) for daemon in self.daemons for line in daemon.lines() if '"run_begun"' in line]
        # One that was ended before it could say so has taken no page either.
        begun = [line for line in said if line["run"] == orphan.run and line["time"] > orphan.moment]
        assert min(begun, key=itemgetter("time"))["cursor"] == orphan.cursor

    def check(self) -> None:
        """Hold the store to what must be true at every instant."""
        assert faults(self.eye) == []

    def check_over(self) -> None:
        """Hold the store to what must have come of the last runs, which are over."""
        self.check()
        for sync in self.syncs:
            counts = self._counts_of_last(sync)
            assert counts == sync.expected(), (sync.name, counts, sync.expected())
            assert self._members(sync) == {
                str(one.values["email"]): str(one.values["first"]) for one in sync.world.values()
            }

    def _counts_of_last(self, sync: Sync) -> Mapping[str, int]:
        newest = f"SELECT max(id) FROM run WHERE sync_id = {sync.number}"
        told = self.eye.rows(f"SELECT state, error_message, pages FROM run WHERE id = ({newest})")
        # No page twice, whatever has become of the daemons.
        assert told == [("succeeded", "", ceil(len(sync.world) / self._page_size))], told
        found = self.eye.rows(
            f"SELECT outcome, reason, sum(records) FROM run_count WHERE run_id = ({newest}) GROUP BY outcome, reason",
        )
        return {":".join(filter(None, (outcome, reason))): int(number) for outcome, reason, number in found if number}

    def _members(self, sync: Sync) -> dict[str, str]:
        import json

        found = self.eye.rows(
            "SELECT c.email, c.fields FROM contact c JOIN list_member m ON m.contact_id = c.id"
            f" WHERE c.status = 'live' AND m.list_id = {sync.number}",
        )
        return {email: json.loads(fields)["first-name"] for email, fields in found}
