"""What a store holds, looked at as the model is: without a number that only the store knows."""

import json
from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import select

from contactd.domain.nouns import Counts, Run
from contactd.store import tables
from contactd.store.database import Database
from contactd.store.tables import table


class Seen(NamedTuple):
    """What a store holds, told without a number that only it knows."""

    contacts: dict[str, tuple[str, dict[str, Any], str, str, bool]]
    dead: set[str]
    lists: dict[tuple[str, int], str]
    topics: dict[tuple[str, int], str]
    links: dict[tuple[int, str], tuple[str, str | None, str | None]]
    suppressed: set[tuple[str, str]]


def link_as_seen(state: str, key: str | None, holds: str | None) -> tuple[str, str | None, str | None]:
    """Give what of a link is promised: who owns or shadows which key, and who holds which contact (I9)."""
    return (state, key, holds) if state in {"owner", "shadow"} else ("", None, holds)


def counts_of(run: Run) -> dict[str, int]:
    """Give the counts of a run by `outcome` or `outcome:reason`, those that are not zero."""
    return as_told(run.counts)


def as_told(counts: Counts) -> dict[str, int]:
    """Give counts by `outcome` or `outcome:reason`, those that are not zero."""
    return {":".join(filter(None, key)): number for key, number in counts.by_reason.items() if number}


def look(database: Database) -> Seen:
    """Look at everything that histories are held to."""
    with database.reading() as r:
        contacts = {row.id: row for row in r.rows(select(_CONTACT))}
        links = r.rows(select(_LINK))
        lists = r.rows(select(table(tables.ListMember)))
        topics = r.rows(select(table(tables.TopicMember)))
        suppressions = r.rows(select(_SUPPRESSION))
    living = {id_: row for id_, row in contacts.items() if row.status == "live"}
    seen = Seen(
        contacts={
            row.email_key: (
                row.email,
                json.loads(row.fields),
                row.subscription_type,
                row.lawful_basis,
                bool(row.stale),
            )
            for row in living.values()
        },
        dead={row.email_key for row in contacts.values() if row.status != "live" and row.email_key},
        lists={(living[one.contact_id].email_key, one.list_id): one.state for one in lists if one.contact_id in living},
        topics={
            (living[one.contact_id].email_key, one.topic_id): one.state for one in topics if one.contact_id in living
        },
        links={
            (one.sync_id, one.source_id): link_as_seen(
                one.state, one.email_key, living[one.contact_id].email_key if one.contact_id in living else None
            )
            for one in links
            if not one.source_id.startswith("malformed:")
        },
        suppressed={(one.email_key, one.kind) for one in suppressions},
    )
    assert len(seen.contacts) == len(living), "two live contacts share an address (I2)"
    return seen


def told(database: Database, run: Run) -> dict[str, tuple[str, str]]:
    """Give the outcome of every record of *run*, by the links, and hold the ledger's rows against them (I1)."""
    outcomes = table(tables.OutcomeRow)
    with database.reading() as r:
        links = r.rows(select(_LINK).where(_LINK.c.seen_run == run.id))
        rows = r.rows(select(outcomes).where(outcomes.c.run_id == run.id))
    told = {one.source_id: (one.outcome, one.reason) for one in links}
    written = {one.source_id: (one.outcome, one.reason) for one in rows if one.outcome != "added"}
    assert len({one.source_id for one in rows}) == len(rows), "a record has two rows"
    expected = {name: pair for name, pair in told.items() if pair[0] not in {"added", "unchanged"}}
    assert written == expected, (written, expected)
    counts = Counter(":".join(filter(None, pair)) for pair in told.values())
    assert dict(counts) == counts_of(run), (counts, counts_of(run))
    return {name: pair for name, pair in told.items() if not name.startswith("malformed:")}


_CONTACT, _LINK, _SUPPRESSION = table(tables.Contact), table(tables.Link), table(tables.Suppression)
