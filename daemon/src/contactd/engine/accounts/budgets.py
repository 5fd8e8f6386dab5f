"""Rights to call a vendor, granted from the budget of an organization.

Rule: every call to a vendor that counts calls is counted here, whoever makes
it; none is made while the vendor blocks the organization. A budget is changed
in a transaction of its own, and no right outlives a restart by more than it
would have lived without one.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC

import structlog

from contactd.domain import budget
from contactd.domain.budget import Budget, Refusal, Why
from contactd.domain.clock import SECOND, micros, moment
from contactd.domain.nouns import Connection
from contactd.host.asides import Take, Taken
from contactd.host.catalog import Catalog
from contactd.host.frames import Closed, Kind
from contactd.store import budgets, connections, due
from contactd.store.database import Database, Reading, Transaction
from contactd_sdk import Allowance, Aware, Spent, Throttled

log = structlog.get_logger(__name__)

#: Whose budget has the blocks that hold for every organization of a vendor; no organization has such an id.
_EVERYWHERE = "*"


class ConnectionRights:
    """The rights of one *connection*, of a *kind*, from the budget of its organization."""

    def __init__(self, database: Database, kind: Kind, connection: Connection) -> None:
        self._database = database
        self._kind = kind
        self._connection = connection
        self._key = (kind.vendor, connection.organization_id)

    def grant(self, asked: Take) -> Taken:
        """Grant up to as many calls as are *asked* for, at least one.

        Raises:
            Spent: there is none left.
            Throttled: the vendor blocks the organization.
        """
        # Told before the store's clock is looked at: a right never lives longer than it counts.
        until = time.monotonic() + budget.LIFE / SECOND
        count = 0
        with self._database.transaction(durable=False) as tx:
            now = _taken_in(self._held(tx), Closed(asked.unused, told=asked.told))
            refused = budget.refusal(now, asked.allowance)
            if refused is None:
                now, count = budget.granted(now, asked.allowance, 1 if self._shared(tx) else asked.count)
            budgets.write(tx, *self._key, now)
        if refused is not None:
            raise refused_as(self._connection, now, asked.allowance, refused)
        return Taken(count, until)

    def _shared(self, tx: Transaction) -> bool:
        """Tell whether several runs read the organization: then none has rights in hand when another meets a block."""
        sharing = connections.of_organization(tx, self._connection.organization_id)
        return due.reading(tx, sharing) > 1

    def note(self, closed: Closed) -> None:
        """Take back what was not used until the source was closed, and write down what was told of the day."""
        self._change(lambda held: _taken_in(held, closed))

    def block(self, until: Aware, why: str, *, everywhere: bool = False) -> None:
        """Write down that the vendor blocks the organization, or *everywhere*; this survives a power cut."""
        log.warning(
            "organization_blocked",
            connection=self._connection.name,
            until=until.astimezone(UTC).isoformat(),
            everywhere=everywhere,
        )
        key = (self._kind.vendor, _EVERYWHERE if everywhere else self._connection.organization_id)
        with self._database.transaction() as tx:
            held = budget.at(budgets.hold(tx, *key), tx.now)
            budgets.write(tx, *key, budget.blocked(held, micros(until), why))

    def _spend(self, calls: int) -> None:
        """Count *calls*, all of them or none.

        Raises:
            Spent: there is none left.
            Throttled: the vendor blocks the organization.
        """
        with self._database.transaction(durable=False) as tx:
            held = self._held(tx)
            refused = budget.refusal(held, held.allowance, calls)
            if refused is None:
                budgets.write(tx, *self._key, budget.counted(held, calls))
        if refused is not None:
            raise refused_as(self._connection, held, held.allowance, refused)

    @contextmanager
    def spending(self, calls: int) -> Iterator[None]:
        """Count the *calls* that the block makes, if those of its kind are; a block by the vendor is written down.

        Raises:
            Spent: there is none left, and the block is not entered.
            Throttled: the vendor blocks the organization.
        """
        if not self._kind.counted:
            yield
            return
        self._spend(calls)
        try:
            yield
        except Throttled as exc:
            self.block(exc.until, str(exc), everywhere=exc.everywhere)
            raise

    def _change(self, change: Callable[[Budget], Budget]) -> None:
        with self._database.transaction(durable=False) as tx:
            budgets.write(tx, *self._key, change(self._held(tx)))

    def _held(self, tx: Transaction) -> Budget:
        held = budget.at(budgets.hold(tx, *self._key), tx.now)
        return _blocked_everywhere(tx, self._kind, held)


class Admittance:
    """Which organizations can be read now: what admission asks before anything is started for a run."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def refused(self, tx: Transaction, connection_id: int) -> Throttled | None:
        """Tell why no call may be made for a connection, and until when."""
        connection = connections.by_id(tx, connection_id)
        kind = counted(self._catalog, connection)
        if kind is None:
            return None
        now = of(tx, kind, connection)
        refused = budget.refusal(now, now.allowance)
        return None if refused is None else refused_as(connection, now, now.allowance, refused)

    def full(self, tx: Transaction, connection_id: int) -> bool:
        """Tell whether as many runs as may be read its organization, through whichever connections."""
        connection = connections.by_id(tx, connection_id)
        kind = counted(self._catalog, connection)
        allowance = None if kind is None else of(tx, kind, connection).allowance
        if kind is None or allowance is None:
            return False
        kinds = {one.name for one in self._catalog.kinds if one.vendor == kind.vendor}
        sharing = connections.of_organization(tx, connection.organization_id, kinds)
        return due.reading(tx, sharing) >= allowance.at_once


def _taken_in(held: Budget, closed: Closed) -> Budget:
    held = budget.returned(held, closed.unused, fresh=closed.fresh)
    return held if closed.told is None else budget.told(held, closed.told)


def of(r: Reading, kind: Kind, connection: Connection) -> Budget:
    """Give the budget of *connection*'s organization as it is now."""
    now = budget.at(budgets.of(r, kind.vendor, connection.organization_id), r.now)
    return _blocked_everywhere(r, kind, now)


def _blocked_everywhere(r: Reading, kind: Kind, held: Budget) -> Budget:
    """Let what blocks every organization of the vendor of *kind* block the one that *held* is of."""
    every = budget.at(budgets.of(r, kind.vendor, _EVERYWHERE), r.now)
    return budget.blocked(held, every.blocked_until, every.blocked_why)


def shown(r: Reading, catalog: Catalog, connection: Connection) -> Budget | None:
    """Give the budget of *connection*'s organization, none where its calls are not counted."""
    kind = counted(catalog, connection)
    return None if kind is None else of(r, kind, connection)


def counted(catalog: Catalog, connection: Connection) -> Kind | None:
    """Give the kind of a connection whose calls are counted; one whose plugin is gone has none."""
    kind = next((one for one in catalog.kinds if one.name == connection.kind), None)
    return kind if kind is not None and kind.counted else None


def place(tx: Transaction, kind: Kind, connection: Connection, time_zone: str) -> None:
    """Write down where the organization of *connection* is, by which its day ends until the vendor tells.

    What was called until it was chosen may have been about it, and counts there.
    """
    before, key = (kind.vendor, ""), (kind.vendor, connection.organization_id)
    unchosen = budget.at(budgets.hold(tx, *before), tx.now)
    held = budget.placed(budget.at(budgets.hold(tx, *key), tx.now), time_zone)
    calls = sum(rights for _, rights in unchosen.recent)
    if connection.organization_id and calls:
        budgets.write(tx, *before, replace(unchosen, recent=(), used=0))
        held = budget.counted(held, calls)
    budgets.write(tx, *key, held)


def turn_back(tx: Transaction) -> None:
    """Let every budget go back with the clock: one that is only looked at would begin its block anew each time."""
    for key in budgets.ahead(tx):
        budgets.write(tx, *key, budget.at(budgets.hold(tx, *key), tx.now))


def refused_as(connection: Connection, now: Budget, allowance: Allowance | None, refused: Refusal) -> Throttled:
    """Say to a person why *connection* makes no call now; the time stands beside it, wherever it is shown."""
    until = moment(refused.until)
    whose = f"'{connection.organization_name or connection.name}'"
    if allowance is None or refused.why is Why.BLOCK:
        return Throttled(f"No call is made for {whose}, as its vendor blocks it: {now.blocked_why}", until)
    if refused.why is Why.MINUTE:
        per_minute = f"{allowance.per_minute} {'call' if allowance.per_minute == 1 else 'calls'}"
        return Spent(f"The {per_minute} a minute that are made for {whose} are used up.", until)
    return Spent(
        f"Of today's {now.limit or allowance.per_day} calls for {whose} contactd has made {now.used}, "
        f"and leaves the rest to other tools.",
        until,
    )
