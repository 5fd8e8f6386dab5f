"""Contacts that people make, delete and bring back.

Rule: what a person wrote is marked as theirs (`manual`), and no sync writes
over it until it is given back. Events name a contact by its number, never by
its address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contactd.domain.by_hand import converted, differences
from contactd.domain.nouns import Contact
from contactd.domain.refusals import Conflict, Fault, Invalid, Stale
from contactd.domain.words import ContactStatus, Membership, SubscriptionType, SuppressionKind
from contactd.engine.parts import Parts
from contactd.engine.people.intake import Intake, Verdict, address_faults
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.store import by_hand, consent, contacts, members, suppressions, workspaces
from contactd.store.by_hand import MANUAL
from contactd.store.database import Transaction
from contactd.store.members import Group
from contactd_sdk import Value

#: Why no other verb unsubscribes.
NOT_BY_EDIT = "unsubscribing is a step of its own: use `contactctl contacts unsubscribe`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom to make a contact of."""

    email: str
    values: Mapping[str, Value] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    subscription_type: SubscriptionType = SubscriptionType.MARKETING
    lawful_basis: str = ""


def create(parts: Parts, workspace: str, person: Person, *, by: str, asking: Asking = UNNAMED) -> Contact:
    """Make a contact by hand; a deleted one that has the address comes back.

    Raises:
        NotFound: there is no such workspace.
        Invalid: the address, a value, a list or a topic cannot be taken.
        Conflict: the workspace has as many contacts as it may have.
    """
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)
        # Only the number is kept as the answer: what a person asked to be erased must not live on in it.
        number = once(tx, asking, by, int, lambda: _created(Intake(parts, tx, home), tx, person, by))
        return contacts.get(tx, home.id, number)


def _created(intake: Intake, tx: Transaction, person: Person, by: str) -> int:
    verdict = intake.verdict(person.email)
    values, value_faults = converted(person.values, intake.types())
    lists, list_faults = intake.groups(Group.LIST, person.lists, field="lists")
    topics, topic_faults = intake.groups(Group.TOPIC, person.topics, field="topics")
    faults = [*address_faults(verdict, person.email), *value_faults, *list_faults, *topic_faults]
    faults += intake.basis_faults(person.lawful_basis)
    for group, wanted in ((Group.LIST, lists), (Group.TOPIC, topics)):
        faults += _unwelcome(intake, verdict, group, wanted)
    if person.subscription_type is SubscriptionType.UNSUBSCRIBED:
        faults.append(Fault("subscription_type", NOT_BY_EDIT))
    if faults or verdict.key is None:
        raise Invalid(*faults)
    if person.subscription_type is SubscriptionType.MARKETING and intake.room() == 0:
        raise Conflict(
            f"the workspace has {intake.home.contact_limit} contacts, as many as it may have; raise its limit",
            reason="CONTACT_LIMIT",
        )
    number = put(tx, intake, person, values, verdict.key, verdict.holder, origins=dict.fromkeys(values, MANUAL), by=by)
    for group, ids in ((Group.LIST, lists), (Group.TOPIC, topics)):
        members.put(tx, group, number, dict.fromkeys(ids.values(), Membership.SUBSCRIBED))
    for topic in topics:
        agreed(tx, intake.home.id, number, f"topics/{topic}", "", Membership.SUBSCRIBED, by)
    tell(tx, "contact_created", intake.home.name, intake.home.id, number, by)
    return number


def _unwelcome(intake: Intake, verdict: Verdict, group: Group, wanted: Mapping[str, int]) -> list[Fault]:
    """Tell which of the *wanted* lists or topics whoever has the address, or had it, said no to."""
    barred = intake.barred(group, verdict.key or "") if wanted else {}
    members = verdict.holder.memberships if verdict.holder and group is Group.LIST else ()
    members = verdict.holder.topics if verdict.holder and group is Group.TOPIC else members
    left = {member.of for member in members if member.state is Membership.UNSUBSCRIBED}
    return [
        Fault(
            f"{group.value}s",
            f"the person at this address gets nothing of the {group.value} '{name}'; leave it out "
            "(`contactctl suppressions list --email` shows why)",
        )
        for name, number in wanted.items()
        if number in barred or name in left
    ]


def put(
    tx: Transaction,
    intake: Intake,
    person: Person,
    values: Mapping[str, Value],
    key: str,
    holder: Contact | None,
    *,
    origins: Mapping[str, str],
    by: str,
) -> int:
    """Write the row of a new contact, or of *holder*, a deleted one that comes back; give its number."""
    fields = {name: value for name, value in values.items() if value is not None}
    home = intake.home
    if holder is None:
        number = by_hand.add(
            tx,
            workspace_id=home.id,
            email=person.email.strip(),
            key=key,
            fields=fields,
            provenance=origins,
            subscription_type=person.subscription_type,
            lawful_basis=person.lawful_basis,
        )
    else:
        number = holder.id
        by_hand.save(
            tx,
            number,
            email=person.email.strip(),
            fields=fields,
            provenance=dict(origins),
            subscription_type=person.subscription_type.value,
            lawful_basis=person.lawful_basis,
            status=ContactStatus.LIVE.value,
            stale=0,
            manual=1,
        )
    before = "" if holder is None else holder.subscription_type
    agreed(tx, home.id, number, "subscription_type", before, person.subscription_type, by)
    agreed(tx, home.id, number, "lawful_basis", "" if holder is None else holder.lawful_basis, person.lawful_basis, by)
    by_hand.forget_hashes(tx, home.id, contacts=[number], keys=[key])
    return number


def delete(parts: Parts, workspace: str, number: int, *, by: str, etag: str = "") -> Contact:
    """Delete a contact. Its links stay, so that a record of it that is read again brings it back (row 19).

    Raises:
        NotFound: there is no such contact.
        Stale: it was changed since *etag*.
        Conflict: it is not there any more.
    """
    with parts.database.transaction() as tx:
        contact = current(tx, workspace, number, etag)
        members.leave_all(tx, number)
        for topic in (one for one in contact.topics if one.state is Membership.SUBSCRIBED):
            agreed(tx, contact.workspace_id, number, f"topics/{topic.of}", topic.state, "", by)
        by_hand.save(tx, number, status=ContactStatus.DELETED.value, manual=0)
        by_hand.forget_hashes(tx, contact.workspace_id, contacts=[number], keys=[contact.key] if contact.key else [])
        return told(tx, "contact_deleted", workspace, contact, by)


def undelete(parts: Parts, workspace: str, number: int, *, by: str, etag: str = "") -> Contact:
    """Bring a deleted contact back with its values, on no list.

    Raises:
        NotFound: there is no such contact.
        Stale: it was changed since *etag*.
        Conflict: it is not deleted, or another one has its address now.
    """
    with parts.database.transaction() as tx:
        contact = current(tx, workspace, number, etag, status=ContactStatus.DELETED)
        if contact.key is None:
            raise Conflict(f"another contact has the address of contact {number} now; edit that one", reason="NO_KEY")
        by_hand.save(tx, number, status=ContactStatus.LIVE.value, manual=1)
        _heed(tx, contact, contact.key, by)
        by_hand.forget_hashes(tx, contact.workspace_id, contacts=[number], keys=[contact.key])
        # Whom a run removed, it took off no list but its own.
        members.leave_all(tx, number)
        return told(tx, "contact_undeleted", workspace, contact, by)


def _heed(tx: Transaction, contact: Contact, key: str, by: str) -> None:
    """Let a contact that comes back say no to mail where its address did so meanwhile."""
    entries = suppressions.of_key(tx, contact.workspace_id, key)
    if any(one.kind is SuppressionKind.DO_NOT_MAIL and one.scope == suppressions.WORKSPACE for one in entries):
        new = SubscriptionType.UNSUBSCRIBED
        by_hand.save(tx, contact.id, subscription_type=new.value)
        agreed(tx, contact.workspace_id, contact.id, "subscription_type", contact.subscription_type, new, by)


def current(
    tx: Transaction, workspace: str, number: int, etag: str = "", *, status: ContactStatus = ContactStatus.LIVE
) -> Contact:
    """Give the contact *number*, if it is still the one that *etag* was of, and is what it must be."""
    contact = contacts.get(tx, workspaces.get(tx, workspace).id, number)
    if etag and etag != str(contact.revision):
        raise Stale(f"contact {number} was changed since it was read; read it again and repeat")
    if contact.status is not status:
        remedies = {
            ContactStatus.LIVE: "there is nothing to bring back",
            ContactStatus.DELETED: f"`contactctl contacts undelete {number}` brings it back",
            ContactStatus.ERASED: "the person asked for that, and nobody takes it back",
        }
        raise Conflict(f"contact {number} is {contact.status}; {remedies[contact.status]}", name=str(number))
    return contact


def agreed(
    tx: Transaction, workspace_id: int, number: int, subject: str, old: str, new: str, actor: str, text: str = ""
) -> None:
    """Write down what a contact agreed to, where it is something new (I14)."""
    if old != new:
        consent.record(
            tx,
            workspace_id=workspace_id,
            contact_id=number,
            subject=subject,
            old=str(old),
            new=str(new),
            actor=actor,
            source_text=text,
        )


def tell(tx: Transaction, kind: str, workspace: str, workspace_id: int, number: int, by: str, **detail: Any) -> None:
    """Write an event of a contact."""
    tx.tell(kind, f"workspaces/{workspace}/contacts/{number}", workspace=workspace_id, actor=by, detail=detail)


def told(tx: Transaction, kind: str, workspace: str, before: Contact, by: str, **detail: Any) -> Contact:
    """Write an event of a contact that is not as it was *before*, with what changed; give it as it is now."""
    tell(tx, kind, workspace, before.workspace_id, before.id, by, **detail)
    after = contacts.get(tx, before.workspace_id, before.id)
    by_hand.remember(tx, before.id, differences(before, after))
    return after
