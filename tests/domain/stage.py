"""Contacts, links and records as the tests of decisions want them: each test says what it is about, the rest is here.

Everybody is Ann at ann@example.com, held by the record 9 of the sync 1, until told otherwise; the run is the first.
"""

from collections.abc import Iterable
from itertools import count
from typing import Any

from contactd.domain.decide import decide
from contactd.domain.ledger import Image, Known, Link, Plan
from contactd.domain.page import Page
from contactd.domain.ranking import claims
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate, Sifted
from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason, SubscriptionType

ADDRESS = "ann@example.com"
NEWS, OFFERS = (7, "subscribed"), (8, "subscribed")

ANN = Image(
    id=1,
    email=ADDRESS,
    key=ADDRESS,
    fields={},
    provenance={},
    subscription_type=SubscriptionType.MARKETING,
    status=ContactStatus.LIVE,
    stale=False,
    membership=Membership.SUBSCRIBED,
    lawful_basis="consent",
)
QUIET = ANN._replace(subscription_type=SubscriptionType.NON_MARKETING)
GONE = ANN._replace(status=ContactStatus.DELETED)

#: Nobody and nothing.
NOTHING = Known({}, {}, {}, {}, {})


def rules(
    *, run: int = 1, known_until: int | None = None, targets: Iterable[str] = (), erasure_key: bytes = b"", **more: Any
) -> Rules:
    """Give the rules of the sync 1 with two topics; *targets* are mapped from source fields of the same names."""
    config = {
        "list": 1,
        "mapping": [{"source_field": name, "target_field": name} for name in ("email", *targets)],
        "types": {},
        "subscription_type": "marketing",
        "topics": {"7": "news", "8": "offers"},
        "lawful_basis": "consent",
        "update_empty": False,
        "policies": {},
        "after": None,
        **more,
    }
    return Rules.of(config, run=run, sync=1, known_until=known_until, erasure_key=erasure_key)


def page(known: Known | None = None, **more: Any) -> Page:
    """Give a page that nothing was decided of."""
    return Page(known or NOTHING, rules(**more), count(1))


def link(source_id: str = "9", contact_id: int | None = 1, **more: Any) -> Link:
    """Give what the sync knows of a record since the run 0; a shadow holds no contact."""
    there: dict[str, Any] = {
        "key": ADDRESS,
        "created": 1,
        "modified": 5,
        "digest": b"digest",
        "state": LinkState.OWNER,
        "mapped": None,
        "seen_run": 0,
        "outcome": Outcome.UNCHANGED,
        "reason": Reason.NONE,
        "first_run": 0,
        **more,
    }
    return Link(source_id=source_id, contact_id=contact_id, **there)


def shadow(source_id: str, **more: Any) -> Link:
    """Give a record that waits for an address."""
    waits = {"state": LinkState.SHADOW, "outcome": Outcome.SKIPPED, "reason": Reason.FILE_DUPLICATE}
    mapped = {"email": more.get("key", ADDRESS), "company": f"Of {source_id}"}
    return link(source_id, None, **{"mapped": mapped, **waits, **more})


def candidate(key: str | None = ADDRESS, source_id: str = "9", **more: Any) -> Candidate:
    """Give a record that was read, and is good so far."""
    there: dict[str, Any] = {
        "title": "",
        "address": key or "",
        "fields": {"company": "New"},
        "created": 1,
        "modified": 5,
        "digest": b"fresh",
        "link": None,
        "reason": Reason.NONE,
        "detail": "",
        "octets": b"octets",
        **more,
    }
    return Candidate(source_id=source_id, key=key, **there)


def known(contacts: Iterable[Image] = (), links: Iterable[Link] = (), **more: Any) -> Known:
    """Give what the store knows of *contacts* and *links*, as it would tell it."""
    there = list(contacts)
    claimants: dict[str, list[Link]] = {}
    for one in links:
        if one.key is not None and (claims(one) or one.state is LinkState.STALE):
            claimants.setdefault(one.key, []).append(one)
    said = {
        "claimants": claimants,
        "contacts": {image.key: image for image in there if image.key is not None},
        "by_id": {image.id: image for image in there},
        "suppressed": {},
        "before": {},
        **more,
    }
    return Known(**said)


def decided(*eligible: Candidate, there: Known = NOTHING, refused: Iterable[Candidate] = (), **more: Any) -> Plan:
    """Decide a page with these records; new contacts have numbers from 100 on."""
    return decide(Sifted(eligible=[*eligible], refused=[*refused]), there, rules(**more), count(100))


def told(plan: Plan) -> dict[str, tuple[Outcome, Reason]]:
    """Tell what became of the records."""
    return {one.source_id: (one.outcome, one.reason) for one in plan.links}


def states(plan: Plan) -> dict[str, tuple[LinkState, int | None]]:
    """Tell what the records are from now on, and which contact they hold."""
    return {one.source_id: (one.state, one.contact_id) for one in plan.links}
