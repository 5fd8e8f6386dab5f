"""A house whose sync recurs, and the clock that looks after it: in the thread of the test, at the test's own time."""

from datetime import datetime
from typing import Any

from contactd.domain.due import next_due
from contactd.domain.nouns import Run, Schedule, Sync
from contactd.domain.words import Misfire, Recurrence, SyncState
from contactd.engine.runs.stop import Stop
from contactd.engine.schedule.admission import Limits, admit
from contactd.engine.schedule.scheduler import make_due, stored_attention
from contactd.engine.schedule.timetable import Timetable
from contactd.store import due, runs, syncs
from contactd.store.database import Reading, Transaction
from fakes.house import House

NEVER = Schedule()

_LIKE = (
    "INSERT INTO sync (id, workspace_id, connection_id, name, module, list_id, subscription_type, schedule, misfire,"
    " next_run_at, state, created_at) SELECT ?, workspace_id, ?, ?, module, list_id, subscription_type, schedule,"
    " misfire, next_run_at, state, created_at FROM sync WHERE id = ?"
)
_MAPPED_LIKE = (
    "INSERT INTO mapping_line (sync_id, version, position, source_field, source_type, target_field)"
    " SELECT ?, version, position, source_field, source_type, target_field FROM mapping_line WHERE sync_id = ?"
)


def daily(time: str, zone: str = "Europe/Brussels") -> Schedule:
    return Schedule(recurrence=Recurrence.DAILY, time=time, time_zone=zone)


def cron(line: str, zone: str = "Europe/Brussels") -> Schedule:
    return Schedule(recurrence=Recurrence.CRON, cron=line, time_zone=zone)


def multiply(house: House, many: int, *, connections: int = 1) -> None:
    """Let there be so many syncs like the one of the house, on so many connections like its own."""
    main = house.sync
    with house.database.transaction() as tx:
        for number in range(1, connections):
            tx.fast(
                "INSERT INTO connection (id, workspace_id, name, title, kind, state, created_at)"
                " VALUES (?, 1, ?, 'C', 'memory', 'enabled', 0)",
                (main.connection_id + number, f"c{number}"),
            )
        for number in range(1, many):
            connection = main.connection_id + number % connections
            tx.fast(_LIKE, (main.id + number, connection, f"s{number}", main.id))
            tx.fast(_MAPPED_LIKE, (main.id + number, main.id))


class Carried:
    """An executor that keeps what it is handed, for the test to carry."""

    def __init__(self) -> None:
        self.runs: list[int] = []

    def submit(self, tx: Transaction, run: int) -> None:
        tx.after_commit(lambda: self.runs.append(run))

    def taken(self, r: Reading) -> int:
        return len(due.carried(r))

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nothing else is asked of it, but '{name}' was")


class Clockwork:
    """The house's sync `main`, which recurs, and ticks at the time that the test says."""

    def __init__(self, house: House, now: str) -> None:
        self.house = house
        self.is_now(now)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what the clock of a daemon keeps in mind, as one does that begins."""
        self.timetable = Timetable(self.house.database)

    def is_now(self, now: str) -> None:
        """Set the clock: it may go forth and back."""
        self.house.clock = datetime.fromisoformat(now)

    def recurs(
        self,
        schedule: Schedule,
        *,
        sweep: Schedule = NEVER,
        misfire: Misfire = Misfire.RUN_ONCE,
        grace: int = 0,
    ) -> Sync:
        """Let the sync recur from now on."""
        with self.house.database.transaction() as tx:
            values = syncs.columns(
                description="",
                list_id=self.house.sync.list_id,
                subscription_type=self.house.sync.subscription_type,
                update_empty=False,
                schedule=schedule,
                sweep_schedule=sweep,
                misfire=misfire,
                misfire_grace=grace,
            )
            due = next_due(schedule, sweep, tx.now)
            sync = syncs.by_id(tx, self.house.sync.id)
            return syncs.edit(tx, sync, values, SyncState.ACTIVE, due=due, by="test", changed="schedule")

    def tick(self) -> list[int]:
        """Let the clock look once: what is due becomes runs, and those whose turn it is are carried. Give these."""
        self.timetable.look(self.house.now())
        make_due(self.house.database, stored_attention)
        carried = Carried()
        with self.house.database.transaction() as tx:
            admit(tx, carried, Limits())
        for run in carried.runs:
            self.house.runs.carry(run, Stop())
        return carried.runs

    @property
    def sync(self) -> Sync:
        with self.house.database.reading() as r:
            return syncs.by_id(r, self.house.sync.id)

    @property
    def next_run(self) -> str:
        """Tell when the sync is due next, in UTC."""
        at = self.sync.next_run_at
        return "" if at is None else f"{datetime.fromtimestamp(at / 1e6, tz=self.house.clock.tzinfo):%Y-%m-%d %H:%M}"

    def history(self) -> list[tuple[str, str, str]]:
        """Give (trigger, mode, state) of every run, the first one first."""
        with self.house.database.reading() as r:
            found: list[Run] = runs.page(r, workspace_id=1, sync_id=self.house.sync.id, before=None, limit=100)
        return [(run.trigger, run.mode, run.state) for run in reversed(found)]

    def change(self, sql: str, *values: object) -> None:
        """Change the store past all verbs."""
        with self.house.database.transaction() as tx:
            tx.fast(sql, values)
