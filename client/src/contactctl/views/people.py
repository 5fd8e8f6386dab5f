"""How contacts look, the lists that they are on and the fields that they have."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Column, Facts, Heading, Listing, Shown
from contactctl.names import short
from contactctl.render import shorts, toned, value_text, when, word, yes

if TYPE_CHECKING:
    from contactd_proto.v1.contact_pb2 import ConsentEvent, Contact, EraseContactResponse, Membership
    from contactd_proto.v1.field_pb2 import Field, SourceField
    from contactd_proto.v1.list_pb2 import MailingList
    from contactd_proto.v1.topic_pb2 import Topic


def _list_row(mailing_list: "MailingList") -> list[Shown]:
    return [
        short(mailing_list.name),
        mailing_list.title,
        str(mailing_list.subscribed_count),
        mailing_list.description,
    ]


LISTS: "Listing[MailingList]" = Listing(
    (
        Column("List"),
        Column("Title", wraps=True),
        Column("Subscribed", number=True),
        Column("Description", wraps=True),
    ),
    _list_row,
    none="there is no list yet; contactctl lists create makes one",
)


def list_view(mailing_list: "MailingList") -> Iterator[Block]:
    """Show a mailing list."""
    yield Heading(short(mailing_list.name))
    yield Facts(
        [
            ("Title", mailing_list.title),
            ("Description", mailing_list.description),
            ("Subscribed", f"{mailing_list.subscribed_count:,}"),
            ("Made", when(mailing_list, "create_time")),
            ("Etag", mailing_list.etag),
        ]
    )


def _topic_row(topic: "Topic") -> list[Shown]:
    return [short(topic.name), topic.title, str(topic.subscribed_count)]


TOPICS: "Listing[Topic]" = Listing(
    (Column("Topic"), Column("Title", wraps=True), Column("Subscribed", number=True)),
    _topic_row,
    none="there is no topic yet; contactctl topics create makes one",
)


def topic_view(topic: "Topic") -> Iterator[Block]:
    """Show a topic."""
    yield Heading(short(topic.name))
    yield Facts(
        [
            ("Title", topic.title),
            ("Subscribed", f"{topic.subscribed_count:,}"),
            ("Made", when(topic, "create_time")),
            ("Etag", topic.etag),
        ]
    )


def _field_row(field: "Field") -> list[Shown]:
    return [short(field.name), field.title, word(field, "type"), word(field, "origin")]


FIELDS: "Listing[Field]" = Listing(
    (Column("Field"), Column("Title", wraps=True), Column("Type"), Column("Made by")),
    _field_row,
    none="there is no field",
)


def field_view(field: "Field") -> Iterator[Block]:
    """Show a contact field."""
    yield Heading(short(field.name))
    yield Facts(
        [
            ("Title", field.title),
            ("Type", word(field, "type")),
            ("Choices", ", ".join(field.choices)),
            ("Made by", word(field, "origin")),
            ("Etag", field.etag),
        ]
    )


def _source_field_row(field: "SourceField") -> list[Shown]:
    return [field.id, field.title, word(field, "type"), yes(field.custom), "a call each" if field.detail else "-"]


SOURCE_FIELDS: "Listing[SourceField]" = Listing(
    (Column("Source field"), Column("Title", wraps=True), Column("Type"), Column("Custom"), Column("Costs")),
    _source_field_row,
    none="the source offers no field",
)


def _contact_row(contact: "Contact") -> list[Shown]:
    return [
        short(contact.name),
        contact.email,
        _full_name(contact),
        word(contact, "subscription_type"),
        shorts(contact.lists),
    ]


CONTACTS: "Listing[Contact]" = Listing(
    (
        Column("Contact", number=True),
        Column("E-mail", wraps=True),
        Column("Name", wraps=True),
        Column("Mail"),
        Column("Lists", wraps=True),
    ),
    _contact_row,
    none="there is no contact",
)


def contact_view(contact: "Contact") -> Iterator[Block]:
    """Show a contact with all its values."""
    yield Heading(contact.email or short(contact.name))
    yield Facts(
        [
            ("Contact", short(contact.name)),
            *((field, value_text(value)) for field, value in sorted(contact.values.items())),
            ("By hand", ", ".join(sorted(field for field, origin in contact.origins.items() if origin == "manual"))),
            ("Mail", word(contact, "subscription_type")),
            ("Lawful basis", contact.lawful_basis),
            ("Lists", _memberships(contact.memberships)),
            ("Topics", _memberships(contact.topics)),
            ("Status", toned(word(contact, "status"))),
            (
                "Note",
                "its address at the source went bad; mail still goes to this one" if contact.stale else "",
            ),
            ("Made", when(contact, "create_time")),
            ("Changed", when(contact, "update_time")),
            ("Etag", contact.etag),
        ]
    )


def _memberships(members: "Iterable[Membership]") -> str:
    """Name lists or topics, with what the contact is to those that it does not get mail of."""
    said = ((short(member.of), word(member, "state")) for member in members)
    return ", ".join(name if state == "subscribed" else f"{name} ({state})" for name, state in said)


def _consent_row(event: "ConsentEvent") -> list[Shown]:
    return [when(event, "time"), event.subject, event.old, event.new, event.actor, event.source_text]


CONSENT: "Listing[ConsentEvent]" = Listing(
    (
        Column("When"),
        Column("What"),
        Column("Before"),
        Column("Since"),
        Column("Because of"),
        Column("Evidence", wraps=True),
    ),
    _consent_row,
    none="nothing is written down of what it agreed to",
)


def _full_name(contact: "Contact") -> str:
    parts = [
        value_text(contact.values[field])
        for field in ("first-name", "last-name")
        if field in contact.values  # asking a map of messages for a key would make it
    ]
    return " ".join(part for part in parts if part)


def erased_view(answer: "EraseContactResponse") -> Iterator[Block]:
    """Show what is left of a person who was erased."""
    yield Heading("Erased")
    yield Facts(
        [
            ("Contact", short(answer.contact) if answer.contact else "there was none"),
            ("Digest", answer.digest),
            ("Rows rewritten", f"{answer.rows:,}"),
        ]
    )
