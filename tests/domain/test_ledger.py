"""What is kept under names of our own: an update of the daemon finds them again in the store."""

import pytest

from contactd.domain import ledger
from contactd.domain.ledger import MANUAL, Hold, Image, Known, Plan
from contactd.domain.words import ContactStatus, Membership, SubscriptionType
from domain.stage import ANN, known


def test_records_are_parked_under_words_that_stay() -> None:
    """They may be parked before an update, and decided after it."""
    names = ["moved", "claimed", "deleted", "detached", "left", "gone", "present"]

    assert [getattr(ledger, name.upper()) for name in names] == names


def test_what_a_person_wrote_is_marked_by_a_word_that_stays() -> None:
    assert MANUAL == "manual"


@pytest.mark.parametrize(
    ("image", "held"), [(ANN, "no"), (ANN._replace(manual=True), "yes"), (ANN._replace(id=2), "yes")]
)
def test_a_contact_is_anchored_by_a_person_or_another_sync(image: Image, held: str) -> None:
    there = known(holds={2: [Hold(2, (0, 0), None, frozenset(), empties=False)]})

    assert there.anchored(image) is (held == "yes")


@pytest.mark.parametrize("kind", SubscriptionType)
def test_who_said_no_to_all_mail_is_unsubscribed(kind: SubscriptionType) -> None:
    assert ANN._replace(subscription_type=kind).unsubscribed is (kind is SubscriptionType.UNSUBSCRIBED)


def test_what_is_not_said_of_a_contact_is_nothing() -> None:
    image = Image(1, "a@example.com", None, {}, {}, "marketing", ContactStatus.LIVE, False, None)  # noqa: FBT003

    assert (image.lawful_basis, image.topics, image.manual, image.created_by, image.holder) == ("", (), False, None, "")


def test_what_is_not_said_to_be_known_is_nothing() -> None:
    nothing = Known({}, {}, {}, {}, {})

    assert (nothing.holds, nothing.untold, nothing.own, nothing.room) == ({}, {}, {}, None)
    assert [*nothing.noted, *nothing.objected, *nothing.moving, *nothing.movers, *nothing.leaving] == []


def test_a_plan_subscribes_to_what_a_contact_is_not_on_yet() -> None:
    plan, image = Plan(), ANN._replace(topics=((7, "subscribed"), (8, "unsubscribed")))

    plan.subscribe(image, None)
    plan.subscribe(image._replace(id=2, membership=Membership.UNSUBSCRIBED), ANN._replace(membership=None))
    plan.subscribe(image._replace(id=3), image)
    plan.subscribe(image._replace(id=4, membership=None), ANN)

    assert (plan.joins, plan.kept_off) == ([1], [2])
    assert (plan.topics, plan.untold) == ([(7, 1), (7, 2), (7, 4)], [(8, 1), (8, 2), (8, 4)])
