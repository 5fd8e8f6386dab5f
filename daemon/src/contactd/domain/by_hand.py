"""What a person may write on a contact: the checks that a record of a sync goes through.

Rule: what a run would skip is refused here, with the field and what mends it
(rows 7 to 13 of the decision table). A value that does not fit its field is
refused, never dropped: whoever types it can mend it.
"""

from collections.abc import Mapping

from contactd.domain.changes import Change
from contactd.domain.mapping import EMAIL
from contactd.domain.nouns import Contact
from contactd.domain.reasons import explain
from contactd.domain.refusals import Fault
from contactd.domain.values import CONVERTERS
from contactd.domain.words import Reason
from contactd_sdk import FieldType, Value

#: What the person who types an address can do about it.
_REMEDIES: Mapping[Reason, str] = {
    Reason.EMPTY_EMAIL: "Give one such as jo@example.com.",
    Reason.INVALID_PATTERN: "Give one such as jo@example.com.",
    Reason.ROLE_ADDRESS: "Give a person's own, or allow it in the policies of the workspace.",
    Reason.BLOCKED: "`contactctl suppressions list --email` shows the entry.",
    Reason.COMPLAINT: "`contactctl suppressions list --email` shows the entry.",
    Reason.ERASED: "Nobody takes that back.",
    Reason.BOUNCED: "`contactctl suppressions list --email` shows the entry.",
    Reason.DO_NOT_MAIL: "`contactctl contacts subscribe` takes it back, unless the person said so.",
}


def refusal(field: str, email: str, reason: Reason, suggestion: str = "") -> Fault:
    """Say why the address *email*, which stands in *field*, is not taken."""
    said = explain(reason).replace(" Correct it at the source.", "").replace(" Add one at the source.", "")
    remedy = f"Did you mean '{suggestion}'?" if suggestion else _REMEDIES[reason]
    return Fault(field, f"'{email}' cannot be taken. {said} {remedy}")


def converted(
    values: Mapping[str, Value], types: Mapping[str, FieldType], *, field: str = "values"
) -> tuple[dict[str, Value], tuple[Fault, ...]]:
    """Give *values* as their fields keep them (None: empty), and what is wrong with the others."""
    kept: dict[str, Value] = {}
    faults = []
    for name, value in values.items():
        place = f"{field}.{name}"
        if name == EMAIL:
            faults.append(Fault(place, "the address is no value; give it as 'email'"))
        elif name not in types:
            faults.append(Fault(place, f"there is no field '{name}'; `contactctl fields list` shows those there are"))
        else:
            try:
                kept[name] = CONVERTERS[types[name]](value)
            except ValueError as exc:
                faults.append(Fault(place, f"the value for '{name}' is {exc}; the field is of type {types[name]}"))
    return kept, tuple(faults)


def overlaid(fields: Mapping[str, Value], values: Mapping[str, Value]) -> dict[str, Value]:
    """Give *fields* with *values* written over them; None takes a value away."""
    return {name: value for name, value in {**fields, **values}.items() if value is not None}


def differences(before: Contact, after: Contact) -> list[Change]:
    """Tell what a person changed of a contact, by what people call it."""
    was, now = _facts(before), _facts(after)
    pairs = ((what, was.get(what), now.get(what)) for what in {**was, **now})
    return [Change(what, old, new) for what, old, new in pairs if old != new]


def _facts(contact: Contact) -> dict[str, Value]:
    return {
        "status": contact.status.value,
        "email": contact.email,
        "subscription_type": contact.subscription_type.value,
        "lawful_basis": contact.lawful_basis or None,
        **{f"lists/{member.of}": member.state.value for member in contact.memberships},
        **{f"topics/{member.of}": member.state.value for member in contact.topics},
        **contact.fields,
    }
