"""Contacts and suppressions as files, in forms that the import takes again."""

import json
from collections.abc import Callable, Sequence

from contactd.api.convert.runs import value_text
from contactd.api.files import Form, Sheet
from contactd.domain.clock import moment
from contactd.domain.nouns import Contact, Suppression
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.words import Membership
from contactd_proto.v1 import file_pb2

#: What every line tells of a contact, before its values.
CONTACT_COLUMNS = ("contact", "email", "subscription_type", "lawful_basis", "lists", "topics")

#: What every line tells of an entry of the suppression list.
SUPPRESSION_COLUMNS = ("email", "kind", "scope", "scope_id", "set_by", "evidence", "since", "digest")


class ContactSheet:
    """Contacts as CSV, a column for each of *fields*; one that is called like a column of ours is marked."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._sheet = Sheet()

    def head(self) -> str:
        """Give the names of the columns."""
        marked = (f"field.{name}" if name in CONTACT_COLUMNS else name for name in self._fields)
        return self._sheet.line([*CONTACT_COLUMNS, *marked])

    def line(self, contact: Contact, /) -> str:
        """Give the row of one contact."""
        values = (value_text(contact.fields.get(name)) for name in self._fields)
        return self._sheet.line([*_told(contact), *values])


class ContactLines:
    """Contacts as JSON Lines, their values under `values`."""

    def __init__(self, _fields: Sequence[str]) -> None:
        pass

    def head(self) -> str:
        """Give nothing: each line stands for itself."""
        return ""

    def line(self, contact: Contact, /) -> str:
        """Give the line of one contact."""
        told = dict(zip(CONTACT_COLUMNS, _told(contact), strict=True))
        return json.dumps({**told, "values": contact.fields}, ensure_ascii=False) + "\n"


class SuppressionSheet:
    """Entries of the suppression list as CSV."""

    def __init__(self) -> None:
        self._sheet = Sheet()

    def head(self) -> str:
        """Give the names of the columns."""
        return self._sheet.line(SUPPRESSION_COLUMNS)

    def line(self, entry: Suppression, /) -> str:
        """Give the row of one entry."""
        return self._sheet.line(_entered(entry))


class SuppressionLines:
    """Entries of the suppression list as JSON Lines."""

    def head(self) -> str:
        """Give nothing: each line stands for itself."""
        return ""

    def line(self, entry: Suppression, /) -> str:
        """Give the line of one entry."""
        return json.dumps(dict(zip(SUPPRESSION_COLUMNS, _entered(entry), strict=True)), ensure_ascii=False) + "\n"


_CONTACTS: dict[int, Callable[[Sequence[str]], Form[Contact]]] = {
    file_pb2.FILE_FORMAT_UNSPECIFIED: ContactSheet,
    file_pb2.FILE_FORMAT_CSV: ContactSheet,
    file_pb2.FILE_FORMAT_JSON_LINES: ContactLines,
}
_SUPPRESSIONS: dict[int, Callable[[], Form[Suppression]]] = {
    file_pb2.FILE_FORMAT_UNSPECIFIED: SuppressionSheet,
    file_pb2.FILE_FORMAT_CSV: SuppressionSheet,
    file_pb2.FILE_FORMAT_JSON_LINES: SuppressionLines,
}
_NO_FORM = Fault("format", "'format' must be CSV or JSON Lines")


def contact_form(number: int, fields: Sequence[str]) -> Form[Contact]:
    """Give the form that a request asks for.

    Raises:
        Invalid: there is no such form.
    """
    if number not in _CONTACTS:
        raise Invalid(_NO_FORM)
    return _CONTACTS[number](fields)


def suppression_form(number: int) -> Form[Suppression]:
    """Give the form that a request asks for.

    Raises:
        Invalid: there is no such form.
    """
    if number not in _SUPPRESSIONS:
        raise Invalid(_NO_FORM)
    return _SUPPRESSIONS[number]()


def _told(contact: Contact) -> list[str]:
    topics = [member.of for member in contact.topics if member.state is Membership.SUBSCRIBED]
    return [
        str(contact.id),
        contact.email,
        contact.subscription_type.value,
        contact.lawful_basis,
        " ".join(contact.lists),
        " ".join(topics),
    ]


def _entered(entry: Suppression) -> list[str]:
    since = moment(entry.created_at).isoformat(timespec="seconds").replace("+00:00", "Z")
    return [entry.email, entry.kind, entry.scope, entry.scope_name, entry.set_by, entry.evidence, since, entry.digest]
