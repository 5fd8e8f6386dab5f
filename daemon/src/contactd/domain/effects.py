"""What becomes of a contact that a record of a sync makes, brings up to date or lets go.

Rule: of several that write one value a person goes first, then the sync of the
connection with the higher priority, then the newer record; who does not hold
the contact any more has no say (daemon/REQUIREMENTS.md 1.5). A sync adds
memberships where there are none, and takes back nothing that a person said.
"""

from collections.abc import Mapping, Sequence

from contactd.domain.ledger import MANUAL, Consent, Hold, Image, Known, Provenance
from contactd.domain.mapping import EMAIL, merge
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate
from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason, SubscriptionType

_TYPE, _BASIS = "subscription_type", "lawful_basis"


def made(candidate: Candidate, key: str, rules: Rules, known: Known, *, number: int) -> Image:
    """Make the contact *number* of a record."""
    return Image(
        id=number,
        email=candidate.address,
        key=key,
        fields={name: value for name, value in candidate.fields.items() if value not in (None, "", [])},
        provenance={},
        subscription_type=rules.subscription_type,
        status=ContactStatus.LIVE,
        stale=False,
        membership=Membership.SUBSCRIBED,
        lawful_basis=rules.lawful_basis,
        topics=_told((), key, rules, known),
        created_by=rules.sync,
    )


def brought_up(
    before: Image, candidate: Candidate, key: str, rules: Rules, known: Known, *, welcome: bool = True
) -> Image:
    """Bring a contact up to date, or back; no membership is added where it is not *welcome* (I4)."""
    if before.status is not ContactStatus.LIVE:
        return _revived(before, candidate, key, rules, known)
    image = refreshed(before, candidate, rules, known)._replace(key=key, stale=False)
    if key != before.key:
        # The address is what the record changed: it is nobody else's to say.
        image = _written(image._replace(email=candidate.address), (EMAIL,), candidate, rules)
    if not welcome:
        return image
    return image._replace(
        subscription_type=_subscription(before, rules),
        lawful_basis=_basis(before, rules),
        membership=before.membership or Membership.SUBSCRIBED,
        topics=_told(before.topics, key, rules, known),
    )


def refreshed(before: Image, candidate: Candidate, rules: Rules, known: Known) -> Image:
    """Bring the values of a contact up to date, and nothing else."""
    holds = known.holds.get(before.id, ())
    said = {EMAIL: candidate.address, **candidate.fields} if candidate.key == before.key else candidate.fields
    allowed = dict(said)
    if holds or before.provenance:
        allowed = {name: value for name, value in said.items() if _writable(name, before, candidate, rules, holds)}
    email = str(allowed.pop(EMAIL, before.email))
    fields, changed = merge(before.fields, allowed, update_empty=rules.update_empty)
    respelt = (EMAIL,) if email != before.email else ()
    image = before._replace(email=email, fields=fields, holder="")
    return _written(image, (*respelt, *changed), candidate, rules)


def left_alone(image: Image, now: Image | None) -> Image:
    """Leave in *image*, decided from a contact as it was, what a person wrote on it meanwhile: it is *now* so."""
    if now is None or now.status is not ContactStatus.LIVE:
        return image
    mine = {name for name, mark in now.provenance.items() if mark == MANUAL and name != EMAIL}
    image = image._replace(manual=image.manual or now.manual)
    if not mine:
        return image
    decided = {name: value for name, value in image.fields.items() if name not in mine}
    return image._replace(
        fields={**decided, **{name: now.fields[name] for name in mine if name in now.fields}},
        provenance={**image.provenance, **dict.fromkeys(mine, MANUAL)},
        subscription_type=now.subscription_type if _TYPE in mine else image.subscription_type,
    )


def changes(before: Image, after: Image, topics: Mapping[int, str]) -> tuple[str, ...]:
    """Name what is another in *after*, as `Row.changed` does; *topics* are names by id."""
    named = {
        EMAIL: before.email != after.email or before.key != after.key,
        **{name: _differ(before, after, name) for name in {**before.fields, **after.fields}},
        "status": (before.status, before.stale) != (after.status, after.stale),
        "list": before.membership != after.membership,
        **{f"topics/{topics.get(topic, topic)}": True for topic, _ in sorted({*after.topics} ^ {*before.topics})},
        _TYPE: before.subscription_type != after.subscription_type,
        _BASIS: before.lawful_basis != after.lawful_basis,
    }
    return tuple(name for name, differs in named.items() if differs)


def agreed(before: Image, after: Image, rules: Rules) -> list[Consent]:
    """Tell what a contact that was there agreed to anew; one that comes back agrees again (I14)."""
    back = before.status is not ContactStatus.LIVE and after.status is ContactStatus.LIVE
    told = dict(before.topics)
    pairs = [
        (_TYPE, before.subscription_type, after.subscription_type, back),
        (_BASIS, before.lawful_basis, after.lawful_basis, False),
        *((f"topics/{rules.topics.get(topic, topic)}", told.get(topic, ""), new, False) for topic, new in after.topics),
    ]
    return [Consent(after.id, subject, old, new) for subject, old, new, anyway in pairs if anyway or old != new]


def counts(image: Image | None) -> int:
    """Tell whether a contact counts against the limit: one that may get marketing mail does."""
    if image is None or image.status is not ContactStatus.LIVE:
        return 0
    return int(image.subscription_type == SubscriptionType.MARKETING)


def verdict(candidate: Candidate, before: Image | None, changed: Sequence[str]) -> tuple[Outcome, Reason]:
    """Name what it amounts to that a record has its contact now (rows 19 to 22)."""
    if before is None:
        return Outcome.ADDED, Reason.NONE
    if before.status is not ContactStatus.LIVE:
        return Outcome.READDED, Reason.NONE
    if not before.holder:
        return Outcome.UPDATED, Reason.LINKED
    if before.holder != candidate.source_id:
        return Outcome.UPDATED, Reason.OWNERSHIP
    return (Outcome.UPDATED if changed else Outcome.UNCHANGED), Reason.NONE


def waited(candidate: Candidate, key: str, run: int) -> bool:
    """Tell whether the record was a shadow of *key* when the run began, and so takes the address over."""
    link = candidate.link
    return link is not None and link.state is LinkState.SHADOW and link.key == key and link.seen_run != run


def _revived(before: Image, candidate: Candidate, key: str, rules: Rules, known: Known) -> Image:
    image = made(candidate, key, rules, known, number=before.id)._replace(
        membership=before.membership or Membership.SUBSCRIBED,
        topics=_told(before.topics, key, rules, known),
        lawful_basis=rules.lawful_basis or before.lawful_basis,
        created_by=before.created_by,
    )
    return _written(image, tuple(image.fields), candidate, rules)


def _written(image: Image, names: Sequence[str], candidate: Candidate, rules: Rules) -> Image:
    """Remember who wrote the values called *names*."""
    if image.created_by == rules.sync and not image.provenance:
        return image
    provenance: dict[str, Provenance] = {name: mark for name, mark in image.provenance.items() if name not in names}
    if image.created_by != rules.sync:
        there = {EMAIL, *image.fields}
        mark = {"sync": rules.sync, "at": candidate.modified or 0}
        provenance |= {name: mark for name in names if name in there}
    return image._replace(provenance=provenance)


def _writable(name: str, before: Image, candidate: Candidate, rules: Rules, holds: Sequence[Hold]) -> bool:
    """Tell whether the record may write a value: does it go before whoever wrote it, or keeps it empty?"""
    mark = before.provenance.get(name)
    if mark == MANUAL:
        return False
    by_sync = mark if isinstance(mark, Mapping) else {}
    writer = by_sync.get("sync", before.created_by)
    there = name == EMAIL or name in before.fields
    rivals = (hold for hold in holds if name in hold.targets and (hold.sync == writer if there else hold.empties))
    return all(_goes_before(candidate, rules, hold, by_sync.get("at", hold.modified)) for hold in rivals)


def _goes_before(candidate: Candidate, rules: Rules, hold: Hold, at: int | None) -> bool:
    if hold.rank != rules.rank:
        return rules.rank < hold.rank
    return (candidate.modified or 0) > (at or 0)


def _subscription(before: Image, rules: Rules) -> str:
    """Tell the type: never lowered, and raised only on a sync's own contacts, or where it is told to.

    Whoever said no to the list of the sync is raised by none of its records.
    """
    raises = rules.choices.raise_type or before.created_by == rules.sync
    raises = raises and before.membership is not Membership.UNSUBSCRIBED
    low = before.subscription_type == SubscriptionType.NON_MARKETING
    if raises and low and before.provenance.get(_TYPE) != MANUAL:
        return rules.subscription_type
    return before.subscription_type


def _basis(before: Image, rules: Rules) -> str:
    if before.lawful_basis or before.provenance.get(_BASIS) == MANUAL:
        return before.lawful_basis
    return rules.lawful_basis


def _told(known_of: tuple[tuple[int, str], ...], key: str, rules: Rules, known: Known) -> tuple[tuple[int, str], ...]:
    """Add the sync's topics to those that a contact knows of, but none that it wants nothing of."""
    there = dict(known_of)
    unwanted = known.untold.get(key, ())
    fresh = {topic: str(Membership.SUBSCRIBED) for topic in rules.topics if topic not in unwanted}
    return tuple(sorted({**fresh, **there}.items()))


def _differ(before: Image, after: Image, name: str) -> bool:
    old, new = before.fields.get(name), after.fields.get(name)
    return old != new or type(old) is not type(new)
