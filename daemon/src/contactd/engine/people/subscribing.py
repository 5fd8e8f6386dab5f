"""No to mail, and what may take it back.

Rule: a no is written down twice, on the contact (or its membership) and as a
suppression of the address, which outlives the contact. A person's own no is
taken back by nobody else; one by the account can be (daemon/REQUIREMENTS.md
1.1, and I4: no sync ever lifts either).
"""

from dataclasses import dataclass

from contactd.domain.nouns import Contact, Suppression
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.suppressing import STAYS
from contactd.domain.words import Membership, SetBy, SubscriptionType, SuppressionKind
from contactd.engine.parts import Parts
from contactd.engine.people.contacts import agreed, current, told
from contactd.store import by_hand, members, suppressions
from contactd.store.database import Transaction
from contactd.store.members import Group

#: Who said so, where the person did.
SELF = "self"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a no is said to: all mail, or one list or topic."""

    group: Group | None = None
    name: str = ""
    id: int | None = None

    @property
    def word(self) -> str:
        """The word of the store for it."""
        return suppressions.WORKSPACE if self.group is None else self.group.value


def scope_of(tx: Transaction, workspace_id: int, *, list_name: str, topic: str) -> Scope:
    """Look up what a no is said to.

    Raises:
        Invalid: both are given, or there is no such list or topic.
    """
    if list_name and topic:
        raise Invalid(Fault("topic", "give a list or a topic, not both; do one after the other"))
    for group, name in ((Group.LIST, list_name), (Group.TOPIC, topic)):
        if name:
            number = members.named(tx, workspace_id, group, name)
            if number is None:
                message = f"no {group.value} is called '{name}'; `contactctl {group.value}s list` shows those there are"
                raise Invalid(Fault(group.value, message))
            return Scope(group, name, number)
    return Scope()


def unsubscribe(
    parts: Parts,
    workspace: str,
    number: int,
    *,
    list_name: str = "",
    topic: str = "",
    by_self: bool = False,
    evidence: str = "",
    by: str,
) -> Contact:
    """Take a contact off all mail, one list or one topic.

    Raises:
        NotFound: there is no such contact.
        Conflict: it is not there any more.
        Invalid: there is no such list or topic.
    """
    with parts.database.transaction() as tx:
        contact = current(tx, workspace, number)
        scope = scope_of(tx, contact.workspace_id, list_name=list_name, topic=topic)
        set_by, actor = (SetBy.SELF, SELF) if by_self else (SetBy.ACCOUNT, by)
        if contact.key is not None:
            _suppress(tx, contact.workspace_id, contact.key, scope, set_by, evidence)
        mark(tx, contact, scope, actor, evidence)
        _changed(tx, contact)
        return told(tx, "contact_unsubscribed", workspace, contact, by, scope=scope.word, set_by=set_by.value)


def mark(tx: Transaction, contact: Contact, scope: Scope, actor: str, evidence: str) -> None:
    """Write a no on the contact itself, with its consent event."""
    home, number = contact.workspace_id, contact.id
    if scope.group is None:
        by_hand.save(tx, number, subscription_type=SubscriptionType.UNSUBSCRIBED.value)
        new = SubscriptionType.UNSUBSCRIBED
        agreed(tx, home, number, "subscription_type", contact.subscription_type, new, actor, evidence)
        return
    by_hand.save(tx, number)
    _leave(tx, contact, scope, scope.group, actor, evidence)


def quit_group(tx: Transaction, contact: Contact, scope: Scope, actor: str, evidence: str) -> None:
    """Let a contact that is not there be subscribed to what it says no to no more; nothing else of it changes."""
    if scope.group is not None and _state(contact, scope) == Membership.SUBSCRIBED:
        _leave(tx, contact, scope, scope.group, actor, evidence)


def _leave(tx: Transaction, contact: Contact, scope: Scope, group: Group, actor: str, evidence: str) -> None:
    state, new = _state(contact, scope), Membership.UNSUBSCRIBED
    members.put(tx, group, contact.id, {scope.id or 0: new})
    if group is Group.TOPIC:
        agreed(tx, contact.workspace_id, contact.id, f"topics/{scope.name}", state, new, actor, evidence)


def subscribe(
    parts: Parts,
    workspace: str,
    number: int,
    *,
    list_name: str = "",
    topic: str = "",
    subscription_type: SubscriptionType = SubscriptionType.MARKETING,
    by: str,
) -> Contact:
    """Take a no of the account back: to all mail, one list or one topic.

    Raises:
        NotFound: there is no such contact.
        Conflict: the person said no by themselves, something else keeps mail away, or the contact is not there.
        Invalid: there is no such list or topic.
    """
    with parts.database.transaction() as tx:
        contact = current(tx, workspace, number)
        home = contact.workspace_id
        scope = scope_of(tx, home, list_name=list_name, topic=topic)
        if subscription_type is SubscriptionType.UNSUBSCRIBED:
            raise Invalid(Fault("subscription_type", "choose marketing or non_marketing"))
        said = _said(tx, contact, scope)
        _check_may_return(contact, said)
        for entry in said:
            suppressions.lift(tx, entry.id)
        if scope.group is None:
            if contact.unsubscribed:
                # No sync makes another type of what was chosen here.
                origins = by_hand.provenance(tx, number) | {"subscription_type": by_hand.MANUAL}
                by_hand.save(tx, number, subscription_type=subscription_type.value, provenance=origins)
                agreed(tx, home, number, "subscription_type", contact.subscription_type, subscription_type, by)
        else:
            members.put(tx, scope.group, number, {scope.id or 0: Membership.SUBSCRIBED})
            by_hand.save(tx, number, **({"manual": 1} if scope.group is Group.LIST else {}))
            if scope.group is Group.TOPIC:
                new = Membership.SUBSCRIBED
                agreed(tx, home, number, f"topics/{scope.name}", _state(contact, scope), new, by)
        _changed(tx, contact)
        return told(tx, "contact_subscribed", workspace, contact, by, scope=scope.word)


def _check_may_return(contact: Contact, said: list[Suppression]) -> None:
    for entry in said:
        why = STAYS.get((entry.kind, entry.set_by))
        if why is not None:
            raise Conflict(f"contact {contact.id} stays unsubscribed: {why}", reason="SAID_BY_SELF")


def _said(tx: Transaction, contact: Contact, scope: Scope) -> list[Suppression]:
    """Give the entries that say no within *scope*; an entry of another kind is lifted as one of the list."""
    entries = suppressions.of_key(tx, contact.workspace_id, contact.key or "")
    others = [
        entry
        for entry in entries
        if entry.scope == suppressions.WORKSPACE
        and (entry.kind is not SuppressionKind.DO_NOT_MAIL or scope.group is not None)
    ]
    if others:
        raise Conflict(
            f"no mail goes to contact {contact.id} ({others[0].kind}); "
            f"lift that first with `contactctl suppressions remove {others[0].id}`",
            reason="SUPPRESSED",
        )
    return [entry for entry in entries if entry.scope == scope.word and entry.scope_id == scope.id]


def _suppress(tx: Transaction, workspace_id: int, key: str, scope: Scope, set_by: SetBy, evidence: str) -> None:
    """Write the no down for the address; a person's own replaces one of the account, never the other way."""
    for entry in suppressions.of_key(tx, workspace_id, key):
        if entry.kind is SuppressionKind.DO_NOT_MAIL and entry.scope == scope.word and entry.scope_id == scope.id:
            if set_by is SetBy.SELF and entry.set_by is not SetBy.SELF:
                suppressions.said_by(tx, entry.id, set_by, evidence)
            return
    suppressions.add(
        tx,
        workspace_id=workspace_id,
        key=key,
        kind=SuppressionKind.DO_NOT_MAIL,
        set_by=set_by,
        scope=scope.word,
        scope_id=scope.id,
        evidence=evidence,
    )


def _state(contact: Contact, scope: Scope) -> str:
    now = contact.memberships if scope.group is Group.LIST else contact.topics
    return next((member.state.value for member in now if member.of == scope.name), "")


def _changed(tx: Transaction, contact: Contact) -> None:
    keys = [contact.key] if contact.key else []
    by_hand.forget_hashes(tx, contact.workspace_id, contacts=[contact.id], keys=keys)
