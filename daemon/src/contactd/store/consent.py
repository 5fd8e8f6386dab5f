"""What contacts agreed to: entries that are only ever added.

A contact's own creation is its first one (I14): what it agreed to then stands
in the snapshot of the run that made it, and costs no row.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from contactd.domain.nouns import ConsentEvent, Contact
from contactd.store import tables
from contactd.store.database import Reading, Transaction

_EVENT = tables.table(tables.ConsentEvent)
_RUN = tables.table(tables.Run)
_TOPIC = tables.table(tables.Topic)
_OF = select(_EVENT).where(_EVENT.c.contact_id == bindparam("contact")).order_by(_EVENT.c.id)
_CONFIG = select(_RUN.c.config).where(_RUN.c.id == bindparam("run"))
_TOPIC_NAMES = select(_TOPIC.c.name).where(_TOPIC.c.id.in_(bindparam("topics", expanding=True)))
_INSERT = _EVENT.insert()


def record(
    tx: Transaction,
    *,
    workspace_id: int,
    contact_id: int,
    subject: str,
    old: str,
    new: str,
    actor: str,
    source_text: str = "",
) -> None:
    """Add that *subject* (`subscription_type`, `lawful_basis`, `topics/<name>`) went from *old* to *new*."""
    tx.execute(
        _INSERT.values(
            id=tx.reserve("consent_event"),
            workspace_id=workspace_id,
            contact_id=contact_id,
            subject=subject,
            old=old,
            new=new,
            actor=actor,
            source_text=source_text,
            created_at=tx.now,
        )
    )


def history(r: Reading, contact: Contact) -> Sequence[ConsentEvent]:
    """Give what *contact* agreed to from its beginning on, the creation mark first."""
    events = [
        ConsentEvent(
            at=row.created_at,
            subject=row.subject,
            old=row.old,
            new=row.new,
            actor=row.actor,
            source_text=row.source_text,
        )
        for row in r.rows(_OF, {"contact": contact.id})
    ]
    return [*_mark(r, contact), *events]


def _mark(r: Reading, contact: Contact) -> list[ConsentEvent]:
    """Read the creation mark: what the run that made the contact gave to all whom it made."""
    if contact.created_run is None:
        return []
    row = r.first(_CONFIG, {"run": contact.created_run})
    config: dict[str, Any] = json.loads(row.config) if row is not None and row.config else {}
    agreed = [("subscription_type", config.get("subscription_type", ""))]
    if config.get("lawful_basis"):
        agreed.append(("lawful_basis", config["lawful_basis"]))
    names = r.rows(_TOPIC_NAMES, {"topics": config["topics"]}) if config.get("topics") else ()
    agreed += [(f"topics/{name.name}", "subscribed") for name in names]
    actor = f"run/{contact.created_run}"
    return [
        ConsentEvent(at=contact.created_at, subject=subject, old="", new=new, actor=actor) for subject, new in agreed
    ]
