"""The steps of settle, as plans: changed addresses, hand-overs, removals.

Rule: a step takes what it decides out of what is parked, and what comes of all
steps does not depend on where they are cut.
"""

from collections.abc import Sequence

from contactd.domain import removing, settling
from contactd.domain.ledger import CLAIMED, DELETED, DETACHED, GONE, LEFT, MOVED, Link, Parking, Plan
from contactd.domain.removing import Leaving
from contactd.domain.rules import Rules
from contactd.domain.settling import Vacancy
from contactd.domain.sift import Candidate, candidate_of
from contactd.engine.runs.desk import Desk
from contactd.engine.runs.taking import contacts_of
from contactd_sdk.values import unpacked


def moves(desk: Desk, rules: Rules, at_once: int) -> Plan | None:
    """Decide records whose address changed; `None` where there are no more."""
    unwelcome = desk.unwelcome(at_once)
    if unwelcome:
        return _turned_away(desk, rules, unwelcome)
    parked = desk.contested((MOVED,), at_once)
    if not parked:
        return None
    movers = _candidates(desk, rules, parked)
    wanted = {mover.key for mover in movers if mover.key}
    keys = wanted | {mover.link.key for mover in movers if mover.link is not None and mover.link.key}
    claims = _by_key(_candidates(desk, rules, desk.claiming(wanted)))
    plan = settling.move(movers, claims, desk.bearing(keys, contacts_of(movers)), rules, desk.ids(len(movers)))
    desk.taken([mover.source_id for mover in movers])
    return plan


def _turned_away(desk: Desk, rules: Rules, parked: Sequence[Parking]) -> Plan:
    """Refuse records whose address was suppressed while they waited."""
    candidates = _candidates(desk, rules, parked)
    keys = {one.key for one in candidates if one.key}
    keys |= {one.link.key for one in candidates if one.link is not None and one.link.key}
    plan = settling.turn_away(candidates, desk.bearing(keys, contacts_of(candidates)), rules, desk.ids(0))
    desk.taken([parking.source_id for parking in parked])
    return plan


def hand_overs(desk: Desk, rules: Rules, at_once: int, *, whys: Sequence[str] = (LEFT, CLAIMED)) -> Plan | None:
    """Hand addresses on that their records gave up, or that others claim; `None` where there are no more."""
    parked = desk.contested(whys, at_once)
    if not parked:
        return None
    claims = _by_key(_candidates(desk, rules, [parking for parking in parked if parking.why == CLAIMED]))
    left: dict[str, dict[int, str]] = {parking.key or "": {} for parking in parked}
    for parking in parked:
        if parking.why == LEFT and parking.record:
            left[parking.key or ""][int(parking.record)] = parking.source_id
    vacant = {key: Vacancy(claims.get(key, ()), contacts) for key, contacts in left.items()}
    behind = {number for contacts in left.values() for number in contacts}
    there = contacts_of(claim for group in claims.values() for claim in group)
    plan = settling.hand_over(vacant, desk.bearing(set(left), behind | there), rules, desk.ids(len(left)))
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
    return removing.remove(gone, desk.bearing(keys, holders), rules, desk.ids(len(gone)))


def _candidates(desk: Desk, rules: Rules, parked: Sequence[Parking]) -> list[Candidate]:
    links = desk.links([parking.source_id for parking in parked]) if parked else {}
    return [_candidate(parking, links.get(parking.source_id), rules) for parking in parked]


def _by_key(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.key or "", []).append(candidate)
    return groups


def _candidate(parking: Parking, link: Link | None, rules: Rules) -> Candidate:
    return candidate_of(unpacked(parking.record), link, parking.record, rules, None)
