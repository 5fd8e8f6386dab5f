"""Contacts of Acme CRM as a source of contactd: the whole plugin.

Acme answers `GET /contacts?page=2` with a page of contacts, oldest first, and
the number of the next page. `changed_since` leaves out what is older.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from contactd_sdk import (
    AuthFailed,
    Aware,
    Capability,
    FieldType,
    Malformed,
    Misconfigured,
    Page,
    Preset,
    Record,
    Secret,
    SourceField,
    SourceKind,
    Throttled,
    Unavailable,
    Window,
    hookimpl,
    setting,
)
from contactd_sdk.rest import Reply, Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class AcmeSettings:
    """What a person tells about an account at Acme."""

    url: str = setting("Where your Acme answers, such as https://acme.example.com/api.", address=True)
    token: Secret = setting("An API token with the scope `contacts.read`: Acme, Profile, API tokens.")


class AcmeContact(msgspec.Struct):
    """What we take of a contact; whatever else Acme sends is passed over."""

    id: int
    name: str
    created_at: Aware
    updated_at: Aware
    email: str | None = None
    company: str | None = None
    labels: list[str] = []
    archived: bool = False


class AcmePage(msgspec.Struct):
    """One answer. The contacts are decoded one by one: a bad one spoils no other."""

    contacts: list[msgspec.Raw]
    next_page: int | None
    total: int


FIELDS = (
    SourceField("email", "E-mail", FieldType.EMAIL, Preset.EMAIL),
    SourceField("name", "Name", FieldType.TEXT),
    SourceField("company", "Company", FieldType.TEXT),
    SourceField("labels", "Labels", FieldType.TAGS),
)


class AcmeSource:
    """The contacts of one account."""

    def __init__(self, settings: AcmeSettings) -> None:
        self._rest = Rest(settings.url, headers={"Authorization": f"Bearer {settings.token.reveal()}"})

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        """Give page after page; the cursor is Acme's own number of the page."""
        number = cursor or "1"
        while number:
            query = {"page": number}
            if window.since is not None:
                query["changed_since"] = window.since.isoformat()
            page = page_of(self._rest.get("/contacts", query))
            yield page
            number = page.cursor or ""

    def close(self) -> None:
        """Let go of the connection."""
        self._rest.close()


def page_of(reply: Reply) -> Page:
    """Translate an answer, or say what it means that there is none."""
    if reply.status in {401, 403}:
        raise AuthFailed("Acme refuses the token: make a new one with the scope `contacts.read`.")
    if reply.status == 404:
        raise Misconfigured("There is no Acme at this address: it ends in /api.", setting="url")
    if reply.status == 429:
        raise Throttled("Acme allows no more calls for now.", until=reply.retry_after(60, now=datetime.now(UTC)))
    if reply.status != 200:
        raise Unavailable(f"Acme answered with status {reply.status}.")
    try:
        answer = msgspec.json.decode(reply.body, type=AcmePage)
    except msgspec.MsgspecError:
        raise Unavailable("Acme answered with something that is no page of contacts.") from None
    rows = [row_of(raw) for raw in answer.contacts]
    return Page(
        records=[row for row in rows if isinstance(row, Record)],
        cursor=str(answer.next_page) if answer.next_page else None,
        malformed=[row for row in rows if isinstance(row, Malformed)],
        total=answer.total,
    )


def row_of(raw: msgspec.Raw) -> Record | Malformed:
    """Translate one contact. One that cannot be read is no error: it is told beside the others."""
    try:
        contact = msgspec.json.decode(raw, type=AcmeContact)
    except msgspec.MsgspecError as exc:
        return Malformed(bytes(raw).decode(), f"Acme sent a contact that cannot be read: {exc}")
    return Record(
        id=str(contact.id),
        title=contact.name,
        values={
            "email": contact.email,
            "name": contact.name,
            "company": contact.company,
            "labels": contact.labels,
        },
        created=contact.created_at,
        modified=contact.updated_at,
        inactive=contact.archived,
    )


@hookimpl
def contactd_sources() -> list[SourceKind]:
    """Offer Acme. Called in every process that needs this plugin: no work, no I/O."""
    return [
        SourceKind(
            name="acme",
            title="Acme CRM",
            settings=AcmeSettings,
            open=AcmeSource,
            fields=FIELDS,
            hosts=("*.acme.example.com",),
            capabilities=frozenset({Capability.MODIFIED_SINCE}),
        )
    ]
