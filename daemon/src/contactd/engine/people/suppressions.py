"""The verbs that change the suppression list.

Rule: an entry is about an address, whether or not somebody has it. A
do-not-mail is a no to mail, so the contact that has the address says no, too.
"""

from dataclasses import dataclass

from contactd.domain.address import email_key
from contactd.domain.erasing import digest
from contactd.domain.nouns import Suppression, Workspace
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.suppressing import STAYS
from contactd.domain.words import ContactStatus, SetBy, SuppressionKind
from contactd.engine.parts import Parts
from contactd.engine.people.subscribing import SELF, Scope, mark, quit_group, scope_of
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.store import by_hand, contacts, suppressions, workspaces
from contactd.store.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What to add: *list_name* or *topic* where it is not for the whole workspace."""

    email: str
    kind: SuppressionKind
    list_name: str = ""
    topic: str = ""
    set_by: SetBy = SetBy.ACCOUNT
    evidence: str = ""


def add(parts: Parts, workspace: str, entry: Entry, *, by: str, asking: Asking = UNNAMED) -> Suppression:
    """Add an entry; one that is there already is given as it is.

    Raises:
        NotFound: there is no such workspace.
        Invalid: the address, the list or the topic cannot be taken.
        Conflict: the person at this address was erased.
    """
    with parts.database.transaction() as tx:
        adding = Adding(parts, tx, workspaces.get(tx, workspace), by)
        # Only the number is kept as the answer: the entry may be erased.
        number = once(tx, asking, by, int, lambda: adding.add(entry)[0])
        return suppressions.get(tx, adding.home.id, number)


class Adding:
    """Entries being added to the list of one workspace, in one transaction."""

    def __init__(self, parts: Parts, tx: Transaction, home: Workspace, by: str) -> None:
        self.home = home
        self._tx = tx
        self._by = by
        self._key = parts.sealer.derived(suppressions.PURPOSE)
        self._erased = suppressions.erased(tx, home.id)

    def add(self, entry: Entry) -> tuple[int, bool]:
        """Add *entry*; give its number, and whether it is new.

        Raises:
            Invalid, Conflict: as `add`.
        """
        tx, home = self._tx, self.home
        key = self._checked(entry)
        scope = scope_of(tx, home.id, list_name=entry.list_name, topic=entry.topic)
        for known in suppressions.of_key(tx, home.id, key):
            if (known.kind, known.scope, known.scope_id) == (entry.kind, scope.word, scope.id):
                return known.id, self._said_again(known, entry)
        number = suppressions.add(
            tx,
            workspace_id=home.id,
            key=key,
            kind=entry.kind,
            set_by=entry.set_by,
            scope=scope.word,
            scope_id=scope.id,
            evidence=entry.evidence,
        )
        self._tell_contact(key, scope, entry)
        subject = f"workspaces/{home.name}/suppressions/{number}"
        detail = {"kind": entry.kind, "scope": scope.word, "set_by": entry.set_by}
        tx.tell("suppression_added", subject, workspace=home.id, actor=self._by, detail=detail)
        return number, True

    def _checked(self, entry: Entry) -> str:
        if entry.kind is SuppressionKind.ERASED:
            raise Invalid(Fault("suppression.kind", "erasing is a step of its own: use `contactctl contacts erase`"))
        key = email_key(entry.email)
        if key is None:
            message = f"'{entry.email}' is no e-mail address; give one such as jo@example.com"
            raise Invalid(Fault("suppression.email", message))
        if digest(key, self._key) in self._erased:
            raise Conflict("the person at this address was erased, and no mail goes there already", reason="ERASED")
        return key

    def _said_again(self, known: Suppression, entry: Entry) -> bool:
        """Let a person's own no replace one of the account; tell whether that is something new."""
        if entry.set_by is SetBy.SELF and known.set_by is not SetBy.SELF:
            suppressions.said_by(self._tx, known.id, entry.set_by, entry.evidence)
            return True
        return False

    def _tell_contact(self, key: str, scope: Scope, entry: Entry) -> None:
        contact = contacts.find(self._tx, self.home.id, key)
        by_hand.forget_hashes(self._tx, self.home.id, keys=[key], contacts=[contact.id] if contact else [])
        if contact is None or entry.kind is not SuppressionKind.DO_NOT_MAIL:
            return
        actor = SELF if entry.set_by is SetBy.SELF else self._by
        if contact.status is ContactStatus.LIVE:
            mark(self._tx, contact, scope, actor, entry.evidence)
        elif contact.status is ContactStatus.DELETED:
            # It may come back, with what it was subscribed to.
            quit_group(self._tx, contact, scope, actor, entry.evidence)


def lift(parts: Parts, workspace: str, number: int, *, by: str) -> None:
    """Take an entry away. A contact that it unsubscribed stays so, until it is subscribed.

    Raises:
        NotFound: there is none.
        Conflict: it is not for us to lift.
    """
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)
        entry = suppressions.get(tx, home.id, number)
        why = STAYS.get((entry.kind, entry.set_by))
        if why is not None:
            raise Conflict(f"entry {number} stays: {why}", reason="STAYS", name=str(number))
        suppressions.lift(tx, number)
        by_hand.forget_hashes(tx, home.id, keys=[entry.email])
        subject = f"workspaces/{workspace}/suppressions/{number}"
        tx.tell("suppression_lifted", subject, workspace=home.id, actor=by, detail={"kind": entry.kind})
