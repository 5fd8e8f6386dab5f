"""Ann's record says another address now: what the tests of settle have in common."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from contactd.domain.ledger import LEFT, Known, Parking, Plan
from contactd.domain.settling import move
from contactd.domain.sift import Candidate
from contactd.domain.words import Outcome, Reason
from domain.stage import ANN, candidate, link, rules

NEW = "new@example.com"
#: Somebody who has the new address already.
THERE = ANN._replace(id=2, email=NEW, key=NEW)
RENAMED = (Outcome.UPDATED, Reason.EMAIL_CHANGED)

#: Decided on an earlier page of this run.
ADDED: dict[str, Any] = {"seen_run": 1, "outcome": Outcome.ADDED}
READDED: dict[str, Any] = {"seen_run": 1, "outcome": Outcome.READDED}


def mover(key: str = NEW, **more: Any) -> Candidate:
    """Give the record of Ann, whose address is another now."""
    return candidate(key, **{"link": link(), **more})


def moved(
    *movers: Candidate, there: Known, claims: Mapping[str, Sequence[Candidate]] | None = None, **more: Any
) -> Plan:
    """Decide these movers, and nobody else moves."""
    gone = {one.source_id: one.link.contact_id for one in movers if one.link is not None}
    there = there._replace(
        movers=there.movers | frozenset(gone), moving=there.moving | {number for number in gone.values() if number}
    )
    return move(movers, claims or {}, there, rules(**more), count(100))


def left_by(source_id: str, key: str, contact: int | None = None) -> Parking:
    """Tell that a record gave an address up, and maybe a contact."""
    return Parking(source_id, LEFT, key, b"" if contact is None else str(contact).encode())
