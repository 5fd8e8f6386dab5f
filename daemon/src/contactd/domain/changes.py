"""What is different between a contact before and after, by what people call it.

Rule: a field goes by its id; what is no field goes by a word of its own: `email`,
`status`, `list` (that of the sync), `subscription_type`, `stale`.
"""

from typing import NamedTuple

from contactd.domain.ledger import Image
from contactd_sdk import Value


class Change(NamedTuple):
    """One thing that changed about a contact, from what to what; `None` is nothing."""

    what: str
    before: Value
    after: Value


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
