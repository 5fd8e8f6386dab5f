"""The terms of a sync: what people can say of it, and say otherwise later.

Rule: they are checked as a whole, against the edition, the lists and the topics
of their workspace at that moment, and every fault is told by its path in the
contract. A column of the edition is looked at, never its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contactd.domain.clock import SECOND, moment
from contactd.domain.due import grace_faults
from contactd.domain.editions import EDITIONS
from contactd.domain.nouns import Schedule, Sync, Workspace
from contactd.domain.policies import Policies
from contactd.domain.policies import faults as policy_faults
from contactd.domain.refusals import Fault, NotFound
from contactd.domain.schedule import faults as schedule_faults
from contactd.domain.words import LawfulBasis, Misfire, Recurrence, SubscriptionType
from contactd.store import lists, topics
from contactd.store.database import Reading
from contactd_sdk import FieldType, SourceField

_DAY = 24 * 3600 * SECOND
#: So many topics make a choice (R18).
_CHOICE = 2
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What can be edited of a sync. *list* and *topics* are names."""

    description: str = ""
    list: str = ""
    subscription_type: SubscriptionType = SubscriptionType.MARKETING
    topics: tuple[str, ...] = ()
    lawful_basis: LawfulBasis = LawfulBasis.NONE
    update_empty: bool = False
    schedule: Schedule = field(default_factory=Schedule)
    sweep_schedule: Schedule = field(default_factory=Schedule)
    misfire: Misfire = Misfire.RUN_ONCE
    misfire_grace: int = 0
    retrieve_after: int | None = None
    policies: Policies = field(default_factory=Policies)


def of(sync: Sync) -> Terms:
    """Give the terms that *sync* has now."""
    return Terms(
        description=sync.description,
        list=sync.list,
        subscription_type=sync.subscription_type,
        topics=sync.topics,
        lawful_basis=sync.lawful_basis,
        update_empty=sync.update_empty,
        schedule=sync.schedule,
        sweep_schedule=sync.sweep_schedule,
        misfire=sync.misfire,
        misfire_grace=sync.misfire_grace,
        retrieve_after=sync.retrieve_after,
        policies=sync.policies,
    )


def stored(r: Reading, home: Workspace, terms: Terms, *, created_at: int, list_id: int | None = None) -> dict[str, Any]:
    """Give what `store.syncs.columns` takes for *terms* of a sync made at *created_at*; *list_id* where it is known."""
    known = {topic.name: topic.id for topic in topics.every(r, home.id)}
    after = _earliest(home, created_at) if terms.retrieve_after is None else terms.retrieve_after
    return {
        "description": terms.description,
        "list_id": lists.get(r, home.id, terms.list).id if list_id is None else list_id,
        "subscription_type": terms.subscription_type,
        "topic_ids": [known[name] for name in dict.fromkeys(terms.topics) if name in known],
        "lawful_basis": terms.lawful_basis,
        "update_empty": terms.update_empty,
        "schedule": terms.schedule,
        "sweep_schedule": terms.sweep_schedule,
        "misfire": terms.misfire,
        "misfire_grace": terms.misfire_grace,
        "retrieve_after": after,
        "policies": terms.policies,
    }


def faults(r: Reading, home: Workspace, terms: Terms, *, created_at: int) -> tuple[Fault, ...]:
    """Tell all that is wrong with *terms* of a sync that is made at *created_at*."""
    found = [
        *_list_faults(r, home, terms),
        *_topic_faults(r, home, terms),
        *_basis_faults(home, terms),
        *_schedule_faults(home, terms),
        *grace_faults(terms.misfire_grace),
        *_window_faults(home, terms, created_at, r.now),
        *policy_faults(terms.policies, "policies"),
    ]
    return tuple(Fault(f"sync.{fault.field}", fault.message, fault.reason) for fault in found)


def date_faults(terms: Terms, offered: Sequence[SourceField]) -> tuple[Fault, ...]:
    """Tell if *terms* recur though none of the fields that are *offered* says when a record changed (R44)."""
    if terms.schedule.recurrence is Recurrence.ONCE or any(one.type in _DATES for one in offered):
        return ()
    message = (
        f"a sync that runs {terms.schedule.recurrence} needs a field of dates to tell what is new, and this module "
        "has none; let it run once"
    )
    return (Fault("sync.schedule", message, "NO_DATE_FIELD"),)


def _list_faults(r: Reading, home: Workspace, terms: Terms) -> list[Fault]:
    found = []
    try:
        lists.get(r, home.id, terms.list)
    except NotFound as exc:
        found.append(Fault("list", exc.message))
    if terms.subscription_type is SubscriptionType.UNSUBSCRIBED:
        message = "a sync cannot bring in contacts as unsubscribed; choose marketing or non_marketing"
        found.append(Fault("subscription_type", message))
    return found


def _topic_faults(r: Reading, home: Workspace, terms: Terms) -> list[Fault]:
    if not terms.topics:
        return []
    known = {topic.name for topic in topics.every(r, home.id)}
    if len(known) < _CHOICE:
        message = (
            f"workspace '{home.name}' has no choice of topics; leave them out, or make two with "
            "`contactctl topics create`"
        )
        return [Fault("topics", message)]
    return [
        Fault(f"topics[{place}]", f"no topic is called '{name}'; make it with `contactctl topics create {name}`")
        for place, name in enumerate(terms.topics)
        if name not in known
    ]


def _basis_faults(home: Workspace, terms: Terms) -> list[Fault]:
    given = terms.lawful_basis is not LawfulBasis.NONE
    if given == home.gdpr_enabled:
        return []
    if given:
        message = (
            f"workspace '{home.name}' is not under the GDPR, so there is no lawful basis; leave '{terms.lawful_basis}' "
            "out, or enable the GDPR with `contactctl workspaces edit --gdpr`"
        )
    else:
        choices = ", ".join(basis for basis in LawfulBasis if basis)
        message = f"workspace '{home.name}' is under the GDPR, so a lawful basis is needed; give one of: {choices}"
    return [Fault("lawful_basis", message)]


def _schedule_faults(home: Workspace, terms: Terms) -> list[Fault]:
    sweeps = [Fault(f"sweep_{fault.field}", fault.message) for fault in schedule_faults(terms.sweep_schedule)]
    found = [*schedule_faults(terms.schedule), *sweeps]
    allowed = EDITIONS[home.edition].recurrences
    for place, schedule in (("schedule", terms.schedule), ("sweep_schedule", terms.sweep_schedule)):
        if schedule.recurrence not in allowed:
            choices = ", ".join(one for one in Recurrence if one in allowed)
            message = f"edition '{home.edition}' has no schedule '{schedule.recurrence}'; choose one of: {choices}"
            found.append(Fault(f"{place}.recurrence", message))
    if terms.schedule.recurrence is Recurrence.ONCE and terms.sweep_schedule.recurrence is not Recurrence.ONCE:
        message = "a sync that runs once is not swept by itself; sweep it with `contactctl syncs run --sweep`"
        found.append(Fault("sweep_schedule.recurrence", message))
    return found


def _window_faults(home: Workspace, terms: Terms, created_at: int, now: int) -> list[Fault]:
    edition, after = EDITIONS[home.edition], terms.retrieve_after
    if after is None:
        return []
    if not edition.window:
        message = f"edition '{home.edition}' reads all records, from whenever they are; leave the date out"
        return [Fault("retrieve_after", message)]
    earliest = _earliest(home, created_at)
    if earliest is None or earliest <= after <= now:
        return []
    message = (
        f"edition '{home.edition}' reads what was changed after {_text(earliest)} at the earliest, "
        f"{edition.window_days} days before the sync was made, and not after now; '{_text(after)}' is not between"
    )
    return [Fault("retrieve_after", message)]


def _earliest(home: Workspace, created_at: int) -> int | None:
    """Tell how far back a sync may read that is made at *created_at*; days are 24 hours (R43)."""
    days = EDITIONS[home.edition].window_days
    return created_at - days * _DAY if days else None


def _text(at: int) -> str:
    return f"{moment(at):%Y-%m-%dT%H:%M:%SZ}"
