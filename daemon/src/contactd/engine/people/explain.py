"""Why is this contact here, or why not? By an address, a contact or a record of a source.

Rule: it looks, and changes nothing. All of one answer is read in one view of
the store.
"""

from dataclasses import dataclass, replace

from contactd.domain.address import check
from contactd.domain.erasing import digest as digest_of
from contactd.domain.explaining import Explanation, KnownRecord
from contactd.domain.nouns import Contact, Suppression, Workspace
from contactd.domain.refusals import Fault, Invalid, NotFound
from contactd.domain.words import ContactStatus, Reason
from contactd.engine.parts import Parts
from contactd.store import consent, contacts, former, suppressions, syncs, workspaces
from contactd.store import explain as asked
from contactd.store.database import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is asked after: an address, a contact by its number, or a record of a sync."""

    email: str = ""
    contact: int | None = None
    sync: str = ""
    source_id: str = ""


def explain(parts: Parts, workspace: str, wanted: Subject) -> Explanation:
    """Explain what is *wanted* after.

    Raises:
        Invalid: it is not exactly one of the three.
        NotFound: there is no such contact, or the sync has never read such a record.
    """
    said = [name for name in ("email", "contact", "sync") if getattr(wanted, name) not in {"", None}]
    if len(said) != 1 or bool(wanted.source_id) != bool(wanted.sync):
        message = "say exactly one of 'email', 'contact', and 'sync' with 'source_id'"
        raise Invalid(Fault(said[1] if len(said) > 1 else "email", message))
    if wanted.contact is not None:
        return contact(parts, workspace, wanted.contact)
    if wanted.sync:
        return record(parts, workspace, wanted.sync, wanted.source_id)
    return address(parts, workspace, wanted.email)


def address(parts: Parts, workspace: str, text: str) -> Explanation:
    """Explain the address *text*, whoever has it or not."""
    checked = check(text)
    with parts.database.reading() as r:
        home = workspaces.get(r, workspace)
        if checked.key is None:
            return _told(r, home, None, [], [], reason=checked.reason)
        left = digest_of(checked.key, parts.sealer.derived(suppressions.PURPOSE))
        if left in suppressions.erased(r, home.id):
            return _told(r, home, None, [], [], reason=Reason.ERASED, digest=left.hex())
        contact = contacts.find(r, home.id, checked.key)
        records = asked.records_of_key(r, home.id, checked.key)
        entries = suppressions.of_key(r, home.id, checked.key)
        moved = former.holders(r, home.id, checked.key) if contact is None else []
        if moved and not records and not entries:
            return replace(_of_contact(r, home, contacts.get(r, home.id, moved[0])), former=True)
        records = _with_its_own(r, contact, records)
        told = _told(r, home, contact, records, entries, reason=checked.reason, suggestion=checked.suggestion)
        return replace(told, moved=tuple(moved))


def contact(parts: Parts, workspace: str, number: int) -> Explanation:
    """Explain the contact with *number*.

    Raises:
        NotFound: there is none.
    """
    with parts.database.reading() as r:
        home = workspaces.get(r, workspace)
        return _of_contact(r, home, contacts.get(r, home.id, number))


def record(parts: Parts, workspace: str, sync: str, source_id: str) -> Explanation:
    """Explain what became of a record of *sync*.

    Raises:
        NotFound: the sync has never read it.
    """
    with parts.database.reading() as r:
        home = workspaces.get(r, workspace)
        found = asked.record(r, syncs.get(r, home.id, sync).id, source_id)
        if not found:
            message = f"the sync '{sync}' has never read a record '{source_id}'; look for its id at the source"
            raise NotFound("record", source_id, message)
        number = found[0].contact_id
        if number is not None:
            return _of_contact(r, home, contacts.get(r, home.id, number))
        return _told(r, home, None, found, [], reason=Reason.NONE)


def _of_contact(r: Reading, home: Workspace, found: Contact) -> Explanation:
    if found.key is None or found.status is ContactStatus.ERASED:
        return _told(r, home, found, asked.records_of_contact(r, found.id), [], reason=Reason.NONE)
    records = _with_its_own(r, found, asked.records_of_key(r, home.id, found.key))
    return _told(r, home, found, records, suppressions.of_key(r, home.id, found.key), reason=Reason.NONE)


def _with_its_own(r: Reading, found: Contact | None, records: list[KnownRecord]) -> list[KnownRecord]:
    """Add the records that hold a contact under another address."""
    if found is None:
        return records
    there = {(one.sync, one.source_id) for one in records}
    own = asked.records_of_contact(r, found.id)
    return [*records, *(one for one in own if (one.sync, one.source_id) not in there)]


def _told(
    r: Reading,
    home: Workspace,
    found: Contact | None,
    records: list[KnownRecord],
    entries: list[Suppression],
    *,
    reason: Reason,
    suggestion: str = "",
    digest: str = "",
) -> Explanation:
    return Explanation(
        workspace=home.name,
        contact=found,
        reason=reason,
        suggestion=suggestion,
        digest=digest,
        suppressions=entries,
        records=records,
        consent=() if found is None else consent.history(r, found),
        history=() if found is None else asked.history(r, found),
    )
