"""What is different between a contact before and after, by what people call it.

Rule: a field goes by its id; what is no field goes by a word of its own: `email`,
`status`, `list` (that of the sync), `subscription_type`, `lawful_basis`,
`topics/<name>` and `link`, the record of the sync that has the contact.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Self

from contactd.domain.ledger import MANUAL, Image
from contactd.domain.words import ContactStatus, Membership, Outcome, Reason
from contactd_sdk import Value


class Change(NamedTuple):
    """One thing that changed about a contact, from what to what; `None` is nothing."""

    what: str
    before: Value
    after: Value


#: Values that say nothing.
_EMPTY: tuple[Value, ...] = (None, "", [])


class Effect(NamedTuple):
    """What a run did to a contact because of a record.

    *before* is `None` where it made the contact; *aside* is one, as it was, that a
    changed address left behind.
    """

    source_id: str
    title: str
    address: str
    outcome: Outcome
    reason: Reason
    detail: str
    contact_id: int
    changed: tuple[str, ...]
    before: Image | None
    mapped: Mapping[str, Value]
    aside: Image | None = None

    @property
    def befores(self) -> list[Image]:
        """The contacts that it touched, as they were: the one of the record, and one that it left behind."""
        return [image for image in (self.before, self.aside) if image is not None]

    def among(self, fields: Collection[str]) -> Self:
        """Give it with the values of *fields* alone: the others were taken away since, and come back by nothing."""

        def kept(image: Image | None) -> Image | None:
            if image is None or not image.fields.keys() - fields:
                return image
            values = {name: value for name, value in image.fields.items() if name in fields}
            origins = {
                name: mark for name, mark in image.provenance.items() if name in values or name not in image.fields
            }
            return image._replace(fields=values, provenance=origins)

        return self._replace(before=kept(self.before), aside=kept(self.aside))

    @property
    def contacts(self) -> set[int]:
        """The numbers of the contacts that it touched."""
        return {self.contact_id, *(image.id for image in self.befores)}


class Mark(NamedTuple):
    """What a run gives to all whom it makes a contact of, and what else it says is not its own doing."""

    subscription_type: str
    lawful_basis: str


class ContactChange(NamedTuple):
    """What a run changed about one contact; *detail*: why an undo kept it."""

    source_id: str
    title: str
    address: str
    outcome: Outcome
    reason: Reason
    detail: str
    contact_id: int
    changes: list[Change]


#: What is no field and has a value of its own, in the order in which people want to know it.
FACTS: Mapping[str, Callable[[Image], Value]] = {
    "status": lambda image: "stale" if image.stale and image.status is ContactStatus.LIVE else image.status.value,
    "email": lambda image: image.email,
    "subscription_type": lambda image: str(image.subscription_type),
    "lawful_basis": lambda image: image.lawful_basis or None,
    "list": lambda image: None if image.membership is None else image.membership.value,
}

#: What the status is by an outcome, where that says it all.
_STATUS: Mapping[tuple[Outcome, Reason], ContactStatus] = {
    (Outcome.READDED, Reason.NONE): ContactStatus.LIVE,
    (Outcome.REMOVED, Reason.NONE): ContactStatus.DELETED,
}

_LINK = "link"
_TOPIC = "topics/"

#: The outcomes of a record whose contact was not there before.
_MAKING = (Outcome.ADDED, Outcome.UPDATED)


def changes_of(
    effect: Effect, after: Image | None, topics: Mapping[str, int], mark: Mark | None = None
) -> list[Change]:
    """Tell what *effect* changed; *after* is the contact as the run left it, as far as that is known.

    A value comes from the record itself, so that it is told even where it was
    changed again since. *topics*: ids by name. *mark*: that of the run; an undo
    has none, as it brings back what was there.
    """
    before = effect.before
    if before is None:
        return made(after, topics, mark) if after is not None and effect.outcome in _MAKING else []
    told = (
        Change(name, value_of(before, name, topics), _after(effect, name, after, topics, mark))
        for name in effect.changed
    )
    return [change for change in told if change.before != change.after]


def made(image: Image, topics: Mapping[str, int], mark: Mark | None = None) -> list[Change]:
    """Tell all that a contact got when a run with *mark* made it; what people did to it since is not of the run."""
    image = image if mark is None else _as_made(image, mark)
    told = dict(image.topics)
    names = (*FACTS, *(f"{_TOPIC}{name}" for name, number in sorted(topics.items()) if number in told))
    got = (Change(name, None, value_of(image, name, topics)) for name in (*names, *sorted(image.fields)))
    return [change for change in got if change.after not in _EMPTY]


def value_of(image: Image, name: str, topics: Mapping[str, int]) -> Value:
    """Give the value that *image* has under *name*."""
    if name in FACTS:
        return FACTS[name](image)
    if name == _LINK:
        return image.holder or None
    if name.startswith(_TOPIC):
        return dict(image.topics).get(topics.get(name.removeprefix(_TOPIC), 0))
    return image.fields.get(name)


def _as_made(image: Image, mark: Mark) -> Image:
    """Give a contact as a run makes it; what was there before a person wrote a value, nobody knows any more."""
    return image._replace(
        email="" if image.provenance.get("email") == MANUAL else image.email,
        fields={name: value for name, value in image.fields.items() if image.provenance.get(name) != MANUAL},
        status=ContactStatus.LIVE,
        stale=False,
        subscription_type=mark.subscription_type,
        lawful_basis=mark.lawful_basis,
        membership=Membership.SUBSCRIBED,
        topics=tuple((topic, Membership.SUBSCRIBED.value) for topic, _ in image.topics),
    )


def _after(effect: Effect, name: str, after: Image | None, topics: Mapping[str, int], mark: Mark | None) -> Value:
    if name == "list" or name.startswith(_TOPIC):
        # No run changes what a member is: it makes one, or takes one away.
        there = effect.before is not None and value_of(effect.before, name, topics)
        return None if there else Membership.SUBSCRIBED.value
    if name == "status" and (effect.outcome, effect.reason) in _STATUS:
        return _STATUS[effect.outcome, effect.reason].value
    if mark is not None and name in mark._fields:
        # A run that changes these makes them its own; what they are now, a person may have said.
        return getattr(mark, name) or None
    if mark is not None and name == "status":
        return "stale" if effect.outcome is Outcome.SKIPPED else ContactStatus.LIVE.value
    if name in FACTS and name != "email":
        return None if after is None else value_of(after, name, topics)
    return _said(effect, name)


def _said(effect: Effect, name: str) -> Value:
    """Give what the record says of *name*."""
    if name == _LINK:
        return None if effect.outcome is Outcome.REMOVED else effect.source_id
    value = effect.address if name == "email" else effect.mapped.get(name)
    return None if value in _EMPTY else value
