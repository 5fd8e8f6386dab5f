"""It is the person who says no, not the mailbox: what goes along with their record to another contact."""

from typing import Any

import pytest

from contactd.domain.ledger import Image
from contactd.domain.noes import minded, objected, says_no
from contactd.domain.words import Membership
from domain.stage import ADDRESS, ANN, NEWS, NOTHING, OFFERS, known, rules

OFF = ANN._replace(membership=Membership.UNSUBSCRIBED)
SILENT = ANN._replace(subscription_type="unsubscribed")
HERE = ANN._replace(id=2, membership=None)
NO_NEWS, NO_OFFERS = (7, "unsubscribed"), (8, "unsubscribed")


@pytest.mark.parametrize(
    ("holder", "objects", "against_the_list"), [(ANN, "no", "no"), (OFF, "no", "yes"), (SILENT, "yes", "yes")]
)
def test_who_is_unsubscribed_from_a_list_says_no_to_it_and_objects_to_nothing_else(
    holder: Image, objects: str, against_the_list: str
) -> None:
    assert objected(holder, ADDRESS, NOTHING) is (objects == "yes")
    assert says_no(holder, ADDRESS, NOTHING) is (against_the_list == "yes")


def test_who_objected_under_an_address_says_no() -> None:
    there = known(objected=frozenset({ADDRESS}))

    assert objected(ANN, ADDRESS, there) is says_no(ANN, ADDRESS, there) is True
    assert objected(ANN, None, there) is says_no(ANN, "other@example.com", there) is False


@pytest.mark.parametrize(
    ("before", "comer", "more", "membership", "topics"),
    [
        (HERE, ANN, {}, None, ()),
        (HERE, OFF, {}, Membership.UNSUBSCRIBED, (NO_NEWS, NO_OFFERS)),
        (HERE, SILENT, {}, Membership.UNSUBSCRIBED, (NO_NEWS, NO_OFFERS)),
        (HERE, ANN, {"objected": frozenset({ADDRESS})}, Membership.UNSUBSCRIBED, (NO_NEWS, NO_OFFERS)),
        (ANN, OFF, {}, Membership.SUBSCRIBED, (NO_NEWS, NO_OFFERS)),
        (HERE._replace(topics=(OFFERS,)), OFF, {}, Membership.UNSUBSCRIBED, (NO_NEWS, OFFERS)),
        (HERE, ANN._replace(topics=(NO_NEWS, OFFERS)), {}, None, (NO_NEWS,)),
        (HERE, ANN, {"untold": {ADDRESS: frozenset({8}), "": frozenset({7})}}, None, (NO_OFFERS,)),
        # It is no topic of this sync.
        (HERE, ANN._replace(topics=((5, "unsubscribed"),)), {}, None, ()),
        (HERE._replace(topics=(OFFERS, NEWS)), ANN, {}, None, (NEWS, OFFERS)),
    ],
)
def test_a_contact_stays_on_what_it_is_on_and_comes_on_nothing_that_the_comer_said_no_to(
    before: Image,
    comer: Image,
    more: dict[str, Any],
    membership: Membership | None,
    topics: tuple[tuple[int, str], ...],
) -> None:
    image = minded(before, comer, ADDRESS, known(**more), rules())

    assert image == before._replace(membership=membership, topics=topics)


def test_a_comer_without_an_address_brings_what_it_said_itself() -> None:
    there = known(untold={"?": frozenset({7})})

    assert minded(HERE, ANN, None, there, rules()) == HERE
