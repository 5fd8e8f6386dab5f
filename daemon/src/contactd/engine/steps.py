"""The steps of settle, as plans: changed addresses, hand-overs, removals.

Rule: a step takes what it decides out of what is parked, and what comes of all
steps does not depend on where they are cut.
"""

from collections.abc import Sequence

from contactd.domain import settling
from contactd.domain.ledger import DELETED, DETACHED, GONE, LEFT, MOVED, Link, Parking, Plan
from contactd.domain.rules import Rules
from contactd.domain.settling import Leaving
from contactd.domain.sift import Candidate, candidate_of
from contactd.engine.desk import Desk
from contactd.engine.taking import contacts_of
from contactd_sdk.values import unpacked


def moves(desk: Desk, rules: Rules, at_once: int) -> Plan | None:
    """Decide records whose address changed; `None` where there are no more."""
    parked = desk.parked(MOVED, at_once)
    if not parked:
        return None
    links = desk.links([parking.source_id for parking in parked])
    movers = [_candidate(parking, links.get(parking.source_id), rules) for parking in parked]
    keys = {mover.key for mover in movers if mover.key} | {link.key for link in links.values() if link.key}
    plan = settling.move(movers, desk.bearing(keys, contacts_of(movers)), rules, desk.ids(len(movers)))
    desk.taken([mover.source_id for mover in movers])
    return plan


def hand_overs(desk: Desk, rules: Rules, at_once: int) -> Plan | None:
    """Hand addresses on that their records gave up; `None` where there are no more."""
    parked = desk.parked(LEFT, at_once)
    if not parked:
        return None
    left: dict[str, list[int]] = {}
    for parking in parked:
        contacts = left.setdefault(parking.key or "", [])
        if parking.record:
            contacts.append(int(parking.record))
    behind = {number for contacts in left.values() for number in contacts}
    plan = settling.hand_over(left, desk.bearing(set(left), behind), rules, desk.ids(len(left)))
    desk.taken([parking.source_id for parking in parked])
    return plan


def removals(desk: Desk, rules: Rules, at_once: int) -> Plan | None:
    """Remove what the source marked as deleted, what left the criteria, and what is gone."""
    for why in (DELETED, DETACHED, GONE):
        parked = desk.parked(why, at_once)
        if parked:
            plan = _removal(desk, rules, why, parked)
            desk.taken([parking.source_id for parking in parked])
            return plan
    return None


def _removal(desk: Desk, rules: Rules, why: str, parked: Sequence[Parking]) -> Plan:
    links = desk.links([parking.source_id for parking in parked])
    there = [(links[parking.source_id], parking) for parking in parked if parking.source_id in links]
    gone = [Leaving(link, why, _candidate(parking, link, rules) if parking.record else None) for link, parking in there]
    keys = {link.key for link, _ in there if link.key}
    holders = {link.contact_id for link, _ in there if link.contact_id is not None}
    return settling.remove(gone, desk.bearing(keys, holders), rules, desk.ids(len(gone)))


def _candidate(parking: Parking, link: Link | None, rules: Rules) -> Candidate:
    return candidate_of(unpacked(parking.record), link, parking.record, rules, None)
