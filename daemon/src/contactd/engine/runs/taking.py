"""One page: what is known of it, and what becomes of it."""

from collections.abc import Iterable

from contactd.domain.decide import decide
from contactd.domain.erasing import forgotten
from contactd.domain.ledger import MANUAL, Known, Plan
from contactd.domain.mapping import EMAIL
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate, Sifted, sift, source_ids
from contactd.domain.words import LinkState
from contactd.engine.runs.desk import Desk
from contactd_sdk import Page


def plan_page(desk: Desk, rules: Rules, page: Page) -> tuple[Sifted, Plan]:
    """Decide every record of *page* that can be decided before the end of the run."""
    links = desk.links(source_ids(page.records, page.malformed))
    sifted = forgotten(sift(page.records, page.malformed, links, rules), desk.erased(), rules.erasure_key)
    bearing = _bearing(desk, sifted)
    fresh = {candidate.key for candidate in sifted.eligible} - bearing.contacts.keys()
    return sifted, decide(sifted, bearing, rules, desk.ids(len(fresh)))


def _bearing(desk: Desk, sifted: Sifted) -> Known:
    """Ask what bears on a page, on addresses that people wrote by hand in the place of its own, too."""
    keys, contacts = keys_of(sifted), contacts_of((*sifted.eligible, *sifted.refused))
    # Whoever is first of those that wait and were not read on this page is among so many.
    most = len(sifted.eligible) + len(sifted.refused) + 1
    bearing = desk.known(keys, contacts, most=most)
    by_hand = {image.key for image in bearing.by_id.values() if image.provenance.get(EMAIL) == MANUAL and image.key}
    return desk.known(keys | by_hand, contacts, most=most) if by_hand - keys else bearing


def keys_of(sifted: Sifted) -> set[str]:
    """Tell the addresses that a page is about: those it claims, and those it gives up."""
    keys = {candidate.key for candidate in sifted.eligible if candidate.key}
    judged = (*sifted.eligible, *sifted.refused)
    return keys | {key for candidate in judged if (key := _given_up(candidate)) is not None}


def contacts_of(candidates: Iterable[Candidate]) -> set[int]:
    """Tell the contacts that the links of *candidates* hold."""
    links = (candidate.link for candidate in candidates)
    return {link.contact_id for link in links if link is not None and link.contact_id is not None}


def _given_up(candidate: Candidate) -> str | None:
    """Tell the address that a record owned and can own no more."""
    link = candidate.link
    return link.key if link is not None and link.state is LinkState.OWNER else None


def decided(plan: Plan, run: int) -> list[str]:
    """Tell the records that *plan* decides, so that none of them is undecided any more."""
    parked = {parking.source_id for parking in plan.parked}
    links = [link.source_id for link in plan.links if link.seen_run == run]
    return [source_id for source_id in (*links, *plan.seen) if source_id not in parked]
