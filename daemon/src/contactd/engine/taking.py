"""One page: what is known of it, what becomes of it, and making that true."""

from collections.abc import Iterable
from itertools import count

from contactd.domain.decide import decide
from contactd.domain.ledger import Known, Plan
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate, Sifted, sift, source_ids
from contactd.domain.words import LinkState
from contactd.store import known
from contactd.store.database import Reading, Transaction
from contactd.store.known import Scope
from contactd_sdk import Page


def look(r: Reading, scope: Scope, rules: Rules, page: Page) -> tuple[Sifted, Known]:
    """Take the first look at *page*, and ask the store what bears on the rest."""
    links = known.links(r, scope, source_ids(page.records, page.malformed))
    sifted = sift(page.records, page.malformed, links, rules)
    return sifted, known.known(r, scope, keys_of(sifted), contacts_of((*sifted.eligible, *sifted.refused)))


def plan_page(tx: Transaction, scope: Scope, rules: Rules, page: Page) -> Plan:
    """Decide every record of *page* that can be decided before the end of the run."""
    sifted, bearing = look(tx, scope, rules, page)
    fresh = {candidate.key for candidate in sifted.eligible} - bearing.contacts.keys()
    first = tx.reserve("contact", len(fresh)) if fresh else 0
    return decide(sifted, bearing, rules, count(first))


def keys_of(sifted: Sifted) -> set[str]:
    """Tell the addresses that a page is about: those it claims, and those it gives up."""
    keys = {candidate.key for candidate in sifted.eligible if candidate.key}
    return keys | {key for candidate in sifted.refused if (key := _given_up(candidate)) is not None}


def contacts_of(candidates: Iterable[Candidate]) -> set[int]:
    """Tell the contacts that the links of *candidates* hold."""
    links = (candidate.link for candidate in candidates)
    return {link.contact_id for link in links if link is not None and link.contact_id is not None}


def _given_up(candidate: Candidate) -> str | None:
    """Tell the address that a record owned and can own no more."""
    link = candidate.link
    return link.key if link is not None and link.state is LinkState.OWNER else None
