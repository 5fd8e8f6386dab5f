"""The right to erasure: one transaction, then the traces that a database leaves in its files.

Rule: what is told of it (the event, the log) names the contact by its number.
"""

from dataclasses import dataclass

from contactd.domain.address import email_key
from contactd.domain.erasing import digest
from contactd.domain.nouns import Contact
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.words import Membership, SetBy, SubscriptionType, SuppressionKind
from contactd.engine.parts import Parts
from contactd.engine.people.contacts import agreed
from contactd.store import contacts, erasure, shelf, suppressions, workspaces
from contactd.store.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is left: the number of the contact, if there was one, and the keyed hash of the address."""

    workspace: str
    contact: int | None
    digest: str
    rows: int


def erase(parts: Parts, workspace: str, email: str, *, by: str) -> Erased:
    """Erase the person at *email*, who need not be a contact; asked again, it does the same again.

    Raises:
        NotFound: there is no such workspace.
        Invalid: that is no address.
    """
    key = email_key(email)
    if key is None:
        raise Invalid(Fault("email", "that is no e-mail address; give one such as jo@example.com"))
    secret = parts.sealer.derived(suppressions.PURPOSE)
    with parts.database.transaction() as tx:
        erased = _erased(tx, workspace, key, email, secret, by)
    parts.database.scrub()
    return erased


def _erased(tx: Transaction, workspace: str, key: str, email: str, secret: bytes, by: str) -> Erased:
    home = workspaces.get(tx, workspace)
    holder = contacts.find(tx, home.id, key)
    former = [number for number, shown in erasure.nameless(tx, home.id) if email_key(shown) == key]
    numbers = [*([holder.id] if holder is not None else []), *former]
    spellings = [email, *([holder.email] if holder is not None else [])]
    gone = erasure.person(tx, home.id, key, numbers, spellings)
    for person in gone.contacts:
        _agree_no_more(tx, contacts.get(tx, home.id, person), by)
    rows = erasure.erase(tx, gone)
    hashes = [digest(one, secret) for one in gone.keys]
    rows += shelf.forget(tx, home.id, [one.hex() for one in hashes], erasure.by_sync(gone.records).items())
    known = suppressions.erased(tx, home.id)
    for left in hashes:
        if left not in known:
            suppressions.add(
                tx,
                workspace_id=home.id,
                key=None,
                key_hash=left,
                kind=SuppressionKind.ERASED,
                set_by=SetBy.SELF,
            )
    number = numbers[0] if numbers else None
    subject = f"workspaces/{workspace}" + ("" if number is None else f"/contacts/{number}")
    tx.tell("contact_erased", subject, workspace=home.id, actor=by, detail={"rows": rows})
    return Erased(workspace=workspace, contact=number, digest=digest(key, secret).hex(), rows=rows)


def _agree_no_more(tx: Transaction, contact: Contact, by: str) -> None:
    """Write down that somebody who is erased agrees to nothing any more (I14)."""
    home, number = contact.workspace_id, contact.id
    agreed(tx, home, number, "subscription_type", contact.subscription_type, SubscriptionType.UNSUBSCRIBED, by)
    agreed(tx, home, number, "lawful_basis", contact.lawful_basis, "", by)
    for topic in contact.topics:
        if topic.state is Membership.SUBSCRIBED:
            agreed(tx, home, number, f"topics/{topic.of}", topic.state, "", by)
