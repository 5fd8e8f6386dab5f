"""Contacts and suppressions out of a file: some lines at a time, each with what happened to it.

Rule: the lines of one call are taken together or not at all, and the same
lines again change nothing, so an import that broke off is simply repeated. A
line goes through the rows of the decision table that are about a person (7 to
22), and its outcome is one of the ledger's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contactd.domain.by_hand import converted, overlaid
from contactd.domain.nouns import Contact, Workspace
from contactd.domain.reasons import explain
from contactd.domain.refusals import ContactdError, Fault, Invalid
from contactd.domain.words import ContactStatus, Membership, Outcome, Reason, SubscriptionType
from contactd.engine.parts import Parts
from contactd.engine.people.contacts import Person, agreed, put
from contactd.engine.people.intake import Intake, Verdict
from contactd.engine.people.suppressions import Adding, Entry
from contactd.store import by_hand, members, workspaces
from contactd.store.database import Transaction
from contactd.store.members import Group
from contactd_sdk import FieldType, Value

#: Lines that are taken together at most.
MOST = 500

#: Who agreed to something, where a file says so.
IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file: a person. *repeats* is an earlier line with the same address, 0 for none."""

    number: int
    email: str
    values: Mapping[str, Value] = field(default_factory=dict)
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for all lines: the *fields* that the file has, and what becomes of whoever is in it."""

    fields: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    subscription_type: SubscriptionType = SubscriptionType.MARKETING
    lawful_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What happened to one line. *number* is that of the contact or suppression, where there is one."""

    line: int
    outcome: Outcome
    reason: Reason = Reason.NONE
    explanation: str = ""
    suggestion: str = ""
    number: int | None = None


def contacts(parts: Parts, workspace: str, terms: Terms, lines: Sequence[Line], *, by: str) -> list[Imported]:
    """Take *lines* in; without any, only see whether the *terms* can be kept.

    Raises:
        NotFound: there is no such workspace.
        Invalid: a field, list or topic is not there, or there are too many lines.
    """
    _check_size(lines)
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)
        taking = _Taking(parts, tx, home, terms)
        imported = taking.take(lines)
        _tell(tx, "contacts_imported", home, imported, by)
        return imported


def suppressions(parts: Parts, workspace: str, lines: Sequence[tuple[int, Entry]], *, by: str) -> list[Imported]:
    """Take entries of the suppression list in, each with the number of its line.

    Raises:
        NotFound: there is no such workspace.
        Invalid: there are too many lines.
    """
    _check_size(lines)
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)
        adding = Adding(parts, tx, home, by)
        imported = [_entered(adding, number, entry) for number, entry in lines]
        _tell(tx, "suppressions_imported", home, imported, by)
        return imported


def _entered(adding: Adding, line: int, entry: Entry) -> Imported:
    try:
        number, new = adding.add(entry)
    except ContactdError as refused:
        # A line that cannot be taken is told, and costs the others nothing.
        return Imported(line=line, outcome=Outcome.FAILED, reason=Reason.REJECTED, explanation=refused.message)
    return Imported(line=line, outcome=Outcome.ADDED if new else Outcome.UNCHANGED, number=number)


def _check_size(lines: Sequence[object]) -> None:
    if len(lines) > MOST:
        raise Invalid(Fault("rows", f"{len(lines)} rows are too many at once; send up to {MOST}, then the next ones"))


def _tell(tx: Transaction, kind: str, home: Workspace, imported: Sequence[Imported], by: str) -> None:
    counts: dict[str, int] = {}
    for one in imported:
        name = ":".join(filter(None, (one.outcome, one.reason)))
        counts[name] = counts.get(name, 0) + 1
    if counts.keys() - {Outcome.UNCHANGED}:
        tx.tell(kind, f"workspaces/{home.name}", workspace=home.id, actor=by, detail=counts)


class _Taking:
    """Lines being taken into one workspace, in one transaction."""

    def __init__(self, parts: Parts, tx: Transaction, home: Workspace, terms: Terms) -> None:
        self.tx = tx
        self.home = home
        self.terms = terms
        self.intake = Intake(parts, tx, home)
        self.types = self.intake.types()
        self.groups = _resolved(self.intake, terms, self.types)
        self.room = self.intake.room()
        self.seen: dict[str, int] = {}

    def take(self, lines: Sequence[Line]) -> list[Imported]:
        """Take all *lines*, in their order."""
        verdicts = self.intake.verdicts([line.email for line in lines])
        return [self._take(line, verdict) for line, verdict in zip(lines, verdicts, strict=True)]

    def _take(self, line: Line, verdict: Verdict) -> Imported:
        if verdict.reason or verdict.key is None:
            return _skipped(line, verdict.reason, verdict.suggestion)
        earlier = line.repeats or self.seen.get(verdict.key)
        if earlier:
            return Imported(
                line=line.number,
                outcome=Outcome.SKIPPED,
                reason=Reason.FILE_DUPLICATE,
                explanation=f"Line {earlier} of the file has the same e-mail address.",
            )
        values, faults = converted(_parted(line.values, self.types), self.types)
        if faults:
            explanation = "; ".join(fault.message for fault in faults)
            return Imported(line=line.number, outcome=Outcome.FAILED, reason=Reason.REJECTED, explanation=explanation)
        known = {name: value for name, value in values.items() if value is not None}
        barred = self.intake.barred(Group.LIST, verdict.key)
        lists = self.groups[Group.LIST].values()
        if lists and barred.keys() >= set(lists):
            # As a sync into such a list has it (row 13).
            return _skipped(line, next(barred[number] for number in lists))
        taken = self._taken(line, verdict, verdict.key, known)
        if taken.number is not None:
            self.seen[verdict.key] = line.number
        return taken

    def _taken(self, line: Line, verdict: Verdict, key: str, known: Mapping[str, Value]) -> Imported:
        if verdict.holder is not None and verdict.holder.status is ContactStatus.LIVE:
            return self._update(line, verdict.holder, known)
        return self._add(line, key, verdict.holder, known)

    def _add(self, line: Line, key: str, holder: Contact | None, values: Mapping[str, Value]) -> Imported:
        if self.terms.subscription_type is SubscriptionType.MARKETING and self.room is not None:
            if self.room <= 0:
                return _skipped(line, Reason.LIMIT)
            self.room -= 1
        person = Person(
            email=line.email,
            subscription_type=self.terms.subscription_type,
            lawful_basis=self.terms.lawful_basis,
        )
        number = put(self.tx, self.intake, person, values, key, holder, origins={}, by=IMPORT)
        self._join(number, key, holder)
        return Imported(line=line.number, outcome=Outcome.ADDED if holder is None else Outcome.READDED, number=number)

    def _update(self, line: Line, before: Contact, values: Mapping[str, Value]) -> Imported:
        fields = overlaid(before.fields, values)
        basis = before.lawful_basis or self.terms.lawful_basis
        joined = self._join(before.id, before.key or "", before)
        if fields == before.fields and basis == before.lawful_basis and not joined:
            return Imported(line=line.number, outcome=Outcome.UNCHANGED, number=before.id)
        by_hand.save(self.tx, before.id, fields=fields, lawful_basis=basis, **({"manual": 1} if joined else {}))
        agreed(self.tx, self.home.id, before.id, "lawful_basis", before.lawful_basis, basis, IMPORT)
        keys = [before.key] if before.key else []
        by_hand.forget_hashes(self.tx, self.home.id, contacts=[before.id], keys=keys)
        return Imported(line=line.number, outcome=Outcome.UPDATED, number=before.id)

    def _join(self, number: int, key: str, before: Contact | None) -> bool:
        """Put a contact on the lists and topics that it was never on, nor said no to; tell whether there was one."""
        known = {
            Group.LIST: {member.of for member in before.memberships} if before else set(),
            Group.TOPIC: {member.of for member in before.topics} if before else set(),
        }
        joined = False
        for group, ids in self.groups.items():
            barred = self.intake.barred(group, key) if ids else {}
            new = {name: one for name, one in ids.items() if name not in known[group] and one not in barred}
            members.put(self.tx, group, number, dict.fromkeys(new.values(), Membership.SUBSCRIBED))
            joined = joined or bool(new)
            for name in new if group is Group.TOPIC else ():
                agreed(self.tx, self.home.id, number, f"topics/{name}", "", Membership.SUBSCRIBED, IMPORT)
        return joined


def _parted(values: Mapping[str, Value], types: Mapping[str, FieldType]) -> dict[str, Value]:
    """Part the words of tags: a cell of a sheet holds them in one text, with commas."""
    return {
        name: value.split(",") if isinstance(value, str) and types.get(name) is FieldType.TAGS else value
        for name, value in values.items()
    }


def _resolved(intake: Intake, terms: Terms, types: Mapping[str, FieldType]) -> dict[Group, dict[str, int]]:
    lists, list_faults = intake.groups(Group.LIST, terms.lists, field="lists")
    topics, topic_faults = intake.groups(Group.TOPIC, terms.topics, field="topics")
    faults = [
        Fault(
            "fields",
            f"there is no field '{name}'; make it with `contactctl fields create {name}`, or leave the column out",
        )
        for name in terms.fields
        if name not in types
    ]
    faults += [*list_faults, *topic_faults, *intake.basis_faults(terms.lawful_basis)]
    if terms.subscription_type is SubscriptionType.UNSUBSCRIBED:
        message = "who is unsubscribed is imported with `contactctl suppressions import`; choose another type"
        faults.append(Fault("subscription_type", message))
    if faults:
        raise Invalid(*faults)
    return {Group.LIST: lists, Group.TOPIC: topics}


def _skipped(line: Line, reason: Reason, suggestion: str = "") -> Imported:
    return Imported(
        line=line.number,
        outcome=Outcome.SKIPPED,
        reason=reason,
        explanation=explain(reason),
        suggestion=suggestion,
    )
