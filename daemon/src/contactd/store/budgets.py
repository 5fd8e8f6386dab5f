"""The budgets of organizations: one row each, which whoever changes it holds until the end of the transaction."""

import json
from typing import Any

from sqlalchemy import Row, bindparam, select

from contactd.domain.budget import Budget
from contactd.store import tables
from contactd.store.database import Reading, Transaction
from contactd_sdk import Allowance

_BUDGET = tables.table(tables.Budget)
_ONE = select(_BUDGET).where(
    _BUDGET.c.vendor == bindparam("by_vendor"), _BUDGET.c.organization == bindparam("by_organization")
)
_THIS = _BUDGET.update().where(
    _BUDGET.c.vendor == bindparam("by_vendor"), _BUDGET.c.organization == bindparam("by_organization")
)
_ENSURE = "INSERT INTO budget (vendor, organization) VALUES (?, ?) ON CONFLICT (vendor, organization) DO NOTHING"


def of(r: Reading, vendor: str, organization: str) -> Budget:
    """Give the budget of *organization* as it was written last; one that nobody wrote is empty."""
    row = r.first(_ONE, {"by_vendor": vendor, "by_organization": organization})
    return Budget() if row is None else _budget(row)


def hold(tx: Transaction, vendor: str, organization: str) -> Budget:
    """Give the budget of *organization*, which nobody else changes before this transaction ends."""
    asked = {"by_vendor": vendor, "by_organization": organization}
    row = tx.first(_ONE.with_for_update(), asked)
    if row is None:
        tx.fast(_ENSURE, (vendor, organization))
        row = tx.first(_ONE.with_for_update(), asked)
    return Budget() if row is None else _budget(row)


def ahead(r: Reading) -> list[tuple[str, str]]:
    """Give the vendors and organizations whose budgets were written at times that are yet to come."""
    rows = r.rows(select(_BUDGET.c.vendor, _BUDGET.c.organization).where(_BUDGET.c.updated_at > r.now))
    return [(row.vendor, row.organization) for row in rows]


def blocked(r: Reading, vendor: str) -> bool:
    """Tell whether any organization of *vendor* is blocked now."""
    rows = select(_BUDGET.c.vendor).where(_BUDGET.c.vendor == vendor, _BUDGET.c.blocked_until > r.now)
    return r.first(rows.limit(1)) is not None


def write(tx: Transaction, vendor: str, organization: str, budget: Budget) -> None:
    """Write a budget that is held."""
    allowance = budget.allowance
    values: dict[str, Any] = {
        "recent": json.dumps(budget.recent, separators=(",", ":")),
        "day_used": budget.used,
        "day_ends": budget.ends,
        "day_limit": budget.limit,
        "day_left": budget.left,
        "day_others": budget.others,
        "blocked_until": budget.blocked_until,
        "blocked_why": budget.blocked_why,
        "time_zone": budget.time_zone,
        "updated_at": budget.at,
    }
    if allowance is not None:
        values |= {"per_minute": allowance.per_minute, "per_day": allowance.per_day}
        values |= {"leave_percent": allowance.leave, "at_once": allowance.at_once}
    tx.execute(_THIS.values(values), {"by_vendor": vendor, "by_organization": organization})


def _budget(row: Row[Any]) -> Budget:
    known = row.per_minute > 0
    return Budget(
        recent=tuple((start, rights) for start, rights in json.loads(row.recent)),
        used=row.day_used,
        ends=row.day_ends,
        limit=row.day_limit,
        left=row.day_left,
        others=row.day_others,
        blocked_until=row.blocked_until,
        blocked_why=row.blocked_why,
        time_zone=row.time_zone,
        at=row.updated_at,
        allowance=Allowance(row.per_minute, row.per_day, row.leave_percent, row.at_once) if known else None,
    )
