"""What is different between a contact before and after, by what people call it.

Rule: a field goes by its id; what is no field goes by a word of its own: `email`,
`status`, `list` (that of the sync), `subscription_type`, `stale`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from contactd.domain.ledger import Image
from contactd.domain.words import ContactStatus, Outcome, Reason
from contactd_sdk import Value


class Change(NamedTuple):
    """One thing that changed about a contact, from what to what; `None` is nothing."""

    what: str
    before: Value
    after: Value


#: Values that say nothing.
_EMPTY: tuple[Value, ...] = (None, "", [])


class Effect(NamedTuple):
    """What a run did to a contact because of a record; *before* is `None` where it made the contact."""

    source_id: str
    title: str
    address: str
    outcome: Outcome
    reason: Reason
    detail: str
    contact_id: int
    changed: tuple[str, ...]
    before: Image | None
    mapped: Mapping[str, Value]


class ContactChange(NamedTuple):
    """What a run changed about one contact; *detail*: why an undo kept it."""

    source_id: str
    title: str
    address: str
    outcome: Outcome
    reason: Reason
    detail: str
    contact_id: int
    changes: list[Change]


#: What is no field, in the order in which people want to know it.
FACTS = ("status", "email", "subscription_type", "list", "stale")


def changes(before: Image, after: Image) -> list[Change]:
    """Tell what became different."""
    names = (*FACTS, *sorted({*before.fields, *after.fields}))
    compared = (Change(name, value_of(before, name), value_of(after, name)) for name in names)
    return [change for change in compared if change.before != change.after]


def differences(before: Image, after: Image) -> tuple[str, ...]:
    """Name what became different."""
    return tuple(change.what for change in changes(before, after))


def value_of(image: Image, name: str) -> Value:
    """Give the value that *image* has under *name*."""
    match name:
        case "status":
            return image.status.value
        case "email":
            return image.email
        case "subscription_type":
            return str(image.subscription_type)
        case "list":
            return None if image.membership is None else image.membership.value
        case "stale":
            return image.stale or None
        case _:
            return image.fields.get(name)


def changes_of(effect: Effect, after: Image | None) -> list[Change]:
    """Tell what *effect* changed; *after* is the contact as the run left it, as far as that is known.

    A value comes from the record itself, so that it is told even where it was changed again since.
    """
    before = effect.before
    if effect.outcome is Outcome.UNCHANGED:
        return []
    if before is None:
        return [] if after is None else made(after)
    names = dict.fromkeys((*_IMPLIED.get(effect.outcome, ()), *effect.changed))
    told = (Change(name, value_of(before, name), _after(effect, name, after)) for name in names)
    return [change for change in told if change.before != change.after]


#: What an outcome says of a contact by itself.
_IMPLIED: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.READDED: ("status", "list"),
    Outcome.REMOVED: ("status", "list"),
}


def made(image: Image) -> list[Change]:
    """Tell all that a contact got when it was made."""
    got = (Change(name, None, value_of(image, name)) for name in (*FACTS, *sorted(image.fields)))
    return [change for change in got if change.after not in _EMPTY]


def _after(effect: Effect, name: str, after: Image | None) -> Value:
    match name:
        case "email":
            return effect.address
        case "status" if effect.outcome is Outcome.READDED:
            return ContactStatus.LIVE.value
        case "status" if effect.outcome is Outcome.REMOVED and effect.reason is not Reason.DETACHED:
            return ContactStatus.DELETED.value
        case "list" if effect.outcome is Outcome.REMOVED:
            return None
        case _ if name in FACTS:
            return None if after is None else value_of(after, name)
        case _:
            value = effect.mapped.get(name)
            return None if value in _EMPTY else value
