"""Who goes first among records that carry one address, and what a link claims.

The W-rule (daemon/REQUIREMENTS.md 1.5): the smallest (created, id) owns.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol, TypeVar

from contactd.domain.ledger import Known, Link
from contactd.domain.words import LinkState, Outcome, Reason

#: No source counts further than this; longer ids are compared as texts.
_LONGEST_NUMBER = 40


class Rank(NamedTuple):
    """The order of the W-rule; ids are compared as numbers where both are numbers."""

    created: int
    textual: int
    number: int
    text: str


def rank(created: int | None, source_id: str) -> Rank:
    """Place a record in the order of the W-rule."""
    if len(source_id) <= _LONGEST_NUMBER and source_id.isascii() and source_id.isdecimal():
        return Rank(created or 0, 0, int(source_id), source_id)
    return Rank(created or 0, 1, 0, source_id)


class Ranked(Protocol):
    """What has a place in the order of the W-rule: a record that was read, or the link of one."""

    @property
    def source_id(self) -> str:
        """The record's id."""
        ...

    @property
    def created(self) -> int | None:
        """When the record was made, as far as that is known."""
        ...


_Any = TypeVar("_Any", bound=Ranked)


def first_of(those: Iterable[_Any]) -> _Any | None:
    """Give the one that ranks first, if there is one."""
    return min(those, key=lambda one: rank(one.created, one.source_id), default=None)


def claims(link: Link) -> bool:
    """Whether the record of *link* carries its address now."""
    return link.state in {LinkState.OWNER, LinkState.SHADOW}


def let_go(link: Link) -> Link:
    """Give *link* without the contact that it held."""
    return link._replace(state=LinkState.SKIPPED, contact_id=None, key=None)


def as_seen(known: Known, same: Collection[Link], run: int) -> Known:
    """Give *known* with the unchanged owners of a page as what they are now: seen in *run*."""
    names = {link.source_id for link in same}
    if not names or not known.claimants:
        return known

    def now(link: Link) -> Link:
        if link.source_id not in names:
            return link
        return link._replace(seen_run=run, outcome=Outcome.UNCHANGED, reason=Reason.NONE)

    return known._replace(claimants={key: [now(link) for link in links] for key, links in known.claimants.items()})
