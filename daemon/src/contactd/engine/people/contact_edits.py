"""Changing a contact by hand.

Rule: each value that a person writes is theirs from then on (`manual`), until
they give it back; who said no to mail, a list or a topic is not put back here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from contactd.domain.by_hand import converted, overlaid
from contactd.domain.mapping import EMAIL
from contactd.domain.nouns import Contact
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.suppressing import OBJECTIONS
from contactd.domain.words import Membership, SubscriptionType, SuppressionKind
from contactd.engine.parts import Parts
from contactd.engine.people.contacts import NOT_BY_EDIT, agreed, current, told
from contactd.engine.people.intake import Intake, address_faults
from contactd.store import by_hand, members, suppressions, workspaces
from contactd.store.by_hand import MANUAL
from contactd.store.database import Transaction
from contactd.store.members import Group
from contactd_sdk import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change: what is None or empty stays. *reset* names fields that are given back to the syncs."""

    email: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    reset: tuple[str, ...] = ()
    subscription_type: SubscriptionType | None = None
    lawful_basis: str | None = None
    join_lists: tuple[str, ...] = ()
    leave_lists: tuple[str, ...] = ()
    join_topics: tuple[str, ...] = ()
    leave_topics: tuple[str, ...] = ()


def edit(parts: Parts, workspace: str, number: int, change: Change, *, by: str, etag: str = "") -> Contact:
    """Change a contact by hand.

    Raises:
        NotFound: there is no such contact.
        Stale: it was changed since *etag*.
        Conflict: it is not there any more, or said no to what is wanted.
        Invalid: the address, a value, a list or a topic cannot be taken.
    """
    with parts.database.transaction() as tx:
        before = current(tx, workspace, number, etag)
        intake = Intake(parts, tx, workspaces.get(tx, workspace))
        columns, keys = _columns(tx, intake, before, change)
        moves = _moves(tx, intake, before, change, keys)
        if not columns and not any(moves.values()):
            return before
        for group, states in moves.items():
            members.put(tx, group, number, states)
        by_hand.save(tx, number, **columns, **({"manual": 1} if change.join_lists else {}))
        _write_consent(tx, before, change, by)
        _heed(tx, intake, before, keys, by)
        by_hand.forget_hashes(tx, before.workspace_id, contacts=[number], keys=keys)
        changed = sorted({*change.values, *change.reset, *(columns.keys() - {"fields", "provenance", "email_key"})})
        return told(tx, "contact_edited", workspace, before, by, changed=changed)


def _columns(tx: Transaction, intake: Intake, before: Contact, change: Change) -> tuple[dict[str, Any], set[str]]:
    """Give the columns that a change writes, and the addresses that it is about."""
    types = intake.types()
    values, found = converted(change.values, types)
    faults = list(found)
    faults += [
        Fault("reset", f"there is no field '{name}'; `contactctl fields list` shows those there are")
        for name in change.reset
        if name not in types and name != EMAIL
    ]
    columns: dict[str, Any] = {}
    if change.lawful_basis is not None and change.lawful_basis != before.lawful_basis:
        faults += intake.basis_faults(change.lawful_basis)
        columns["lawful_basis"] = change.lawful_basis
    if change.subscription_type is SubscriptionType.UNSUBSCRIBED:
        faults.append(Fault("subscription_type", NOT_BY_EDIT))
    elif change.subscription_type not in {None, before.subscription_type}:
        columns["subscription_type"] = change.subscription_type
        _check_may_get_mail(before)
    keys = {before.key} if before.key else set()
    if change.email is not None and change.email.strip() != before.email:
        keys |= _renamed(tx, intake, before, change.email, columns, faults)
    if faults:
        raise Invalid(*faults)
    mine = {*values, *(columns.keys() & {EMAIL, "subscription_type"})}
    fields, origins = overlaid(before.fields, values), _origins(tx, before, change, mine)
    columns |= {"fields": fields} if fields != before.fields else {}
    return columns | ({} if origins is None else {"provenance": origins}), keys


def _origins(tx: Transaction, before: Contact, change: Change, mine: Collection[str]) -> dict[str, Any] | None:
    """Give whose each value is from now on, where a person wrote *mine*; None where nothing changes about that."""
    known = by_hand.provenance(tx, before.id)
    written = {**known, **dict.fromkeys(mine, MANUAL)}
    origins = {name: origin for name, origin in written.items() if name not in change.reset}
    return None if origins == known else origins


def _renamed(
    tx: Transaction, intake: Intake, before: Contact, email: str, columns: dict[str, Any], faults: list[Fault]
) -> set[str]:
    """Give a contact another address; a deleted one that has it lets go of it, and an objection goes along (E1)."""
    verdict = intake.verdict(email)
    holder = verdict.holder
    itself = holder is not None and holder.id == before.id
    found = () if itself else address_faults(verdict, email, itself=before.id)
    if found or verdict.key is None:
        faults += found or address_faults(verdict, email)
        return set()
    columns |= {"email": email.strip(), "email_key": verdict.key, "stale": 0}
    if holder is not None and not itself:
        by_hand.give_up_key(tx, holder.id)
    by_hand.carry(tx, before.id, verdict.key)
    if before.key is not None and before.key != verdict.key:
        _take_along(tx, before.workspace_id, before.key, verdict.key)
    return {verdict.key}


def _take_along(tx: Transaction, workspace_id: int, old: str, new: str) -> None:
    """Copy what an address that a contact leaves said no to: the person objected, not the mailbox (E1)."""
    said = [entry for entry in suppressions.of_key(tx, workspace_id, old) if entry.kind in OBJECTIONS]
    there = suppressions.of_key(tx, workspace_id, new)
    known = {(entry.scope, entry.scope_id) for entry in there if entry.kind is SuppressionKind.DO_NOT_MAIL}
    for entry in {(entry.scope, entry.scope_id): entry for entry in reversed(said)}.values():
        if (entry.scope, entry.scope_id) not in known:
            suppressions.add(
                tx,
                workspace_id=workspace_id,
                key=new,
                kind=SuppressionKind.DO_NOT_MAIL,
                set_by=entry.set_by,
                scope=entry.scope,
                scope_id=entry.scope_id,
                evidence=entry.evidence,
            )


def _moves(
    tx: Transaction, intake: Intake, before: Contact, change: Change, keys: Collection[str]
) -> dict[Group, dict[int, Membership]]:
    """Give what the contact is to be to lists and topics, where that is something else than now."""
    wanted = {
        Group.LIST: (change.join_lists, change.leave_lists, before.memberships),
        Group.TOPIC: (change.join_topics, change.leave_topics, before.topics),
    }
    moves: dict[Group, dict[int, Membership]] = {}
    for group, (join, leave, now) in wanted.items():
        joined, join_faults = intake.groups(group, join, field=f"join_{group.value}s")
        left, leave_faults = intake.groups(group, leave, field=f"leave_{group.value}s")
        if join_faults or leave_faults:
            raise Invalid(*join_faults, *leave_faults)
        if joined:
            _check_may_get_mail(before)
        states = {member.of: member.state for member in now}
        for name in joined:
            _check_may_join(tx, before, group, name, states.get(name))
        _check_not_barred(intake, group, joined, keys)
        there = {name: number for name, number in joined.items() if states.get(name) is not Membership.SUBSCRIBED}
        gone = {name: number for name, number in left.items() if states.get(name) is Membership.SUBSCRIBED}
        moves[group] = dict.fromkeys(there.values(), Membership.SUBSCRIBED)
        moves[group] |= dict.fromkeys(gone.values(), Membership.REMOVED)
    return moves


def _check_may_get_mail(contact: Contact) -> None:
    if contact.unsubscribed:
        raise Conflict(
            f"contact {contact.id} is unsubscribed from all mail; "
            "`contactctl contacts subscribe` takes that back, unless the person said so",
            reason="UNSUBSCRIBED",
        )


def _check_may_join(tx: Transaction, contact: Contact, group: Group, name: str, state: Membership | None) -> None:
    if state is Membership.UNSUBSCRIBED:
        raise Conflict(
            f"contact {contact.id} is unsubscribed from the {group.value} '{name}'; "
            f"`contactctl contacts subscribe --{group.value} {name}` takes that back, unless the person said so",
            reason="UNSUBSCRIBED",
        )
    against = suppressions.against(tx, contact.workspace_id, [contact.key or ""])
    if against:
        reason = next(iter(against.values()))
        raise Conflict(
            f"no mail goes to contact {contact.id} ({reason}), so it is put on no {group.value}; "
            "`contactctl suppressions list --email` shows the entry",
            reason="SUPPRESSED",
        )


def _check_not_barred(intake: Intake, group: Group, joined: Mapping[str, int], keys: Collection[str]) -> None:
    barred = {number for key in keys for number in intake.barred(group, key)} if joined else set()
    for name in (name for name, number in joined.items() if number in barred):
        raise Conflict(
            f"nothing of the {group.value} '{name}' goes to this contact's address; "
            "`contactctl suppressions list --email` shows the entry",
            reason="SUPPRESSED",
        )


def _heed(tx: Transaction, intake: Intake, before: Contact, keys: Collection[str], by: str) -> None:
    """Take a contact with another address off the lists and topics of which nothing goes there."""
    for key in set(keys) - {before.key}:
        for group, now in ((Group.LIST, before.memberships), (Group.TOPIC, before.topics)):
            barred = intake.barred(group, key)
            names = {one.of: one.state for one in now} if barred else {}
            for name, state in names.items():
                number = members.named(tx, before.workspace_id, group, name)
                if number is not None and number in barred and state is Membership.SUBSCRIBED:
                    members.put(tx, group, before.id, {number: Membership.UNSUBSCRIBED})
                    if group is Group.TOPIC:
                        new = Membership.UNSUBSCRIBED
                        agreed(tx, before.workspace_id, before.id, f"topics/{name}", state, new, by)


def _write_consent(tx: Transaction, before: Contact, change: Change, by: str) -> None:
    wanted = change.subscription_type or before.subscription_type
    agreed(tx, before.workspace_id, before.id, "subscription_type", before.subscription_type, wanted, by)
    basis = before.lawful_basis if change.lawful_basis is None else change.lawful_basis
    agreed(tx, before.workspace_id, before.id, "lawful_basis", before.lawful_basis, basis, by)
    states = {member.of: member.state for member in before.topics}
    for names, state in ((change.join_topics, Membership.SUBSCRIBED), (change.leave_topics, Membership.REMOVED)):
        for name in names:
            old = states.get(name, "")
            if state is Membership.SUBSCRIBED or old is Membership.SUBSCRIBED:
                agreed(tx, before.workspace_id, before.id, f"topics/{name}", old, state, by)
