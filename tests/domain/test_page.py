"""What a decision asks of the store for a contact: what is new of it, and nothing else."""

import pytest

from contactd.domain.effects import counts
from contactd.domain.ledger import Consent, Image, Known
from contactd.domain.words import Membership, SubscriptionType
from domain.stage import ANN, GONE, NEWS, OFFERS, QUIET, page


@pytest.mark.parametrize(
    ("contact", "number"),
    [
        (None, 0),
        (ANN, 1),
        (QUIET, 0),
        (ANN._replace(subscription_type=SubscriptionType.UNSUBSCRIBED), 0),
        (GONE, 0),
    ],
)
def test_a_contact_counts_that_is_there_and_may_get_marketing_mail(contact: Image | None, number: int) -> None:
    assert counts(contact) == number


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [
        (None, ANN, [1]),
        (None, QUIET, []),
        (QUIET, ANN, [1]),
        (ANN, ANN._replace(stale=True), []),
        (ANN, GONE, [-1]),
        (GONE, ANN, [1]),
    ],
)
def test_a_plan_tells_how_many_more_count_against_the_limit(
    before: Image | None, after: Image, counted: list[int]
) -> None:
    deciding = page()

    deciding.put(after, before)

    assert deciding.plan.counted == counted


@pytest.mark.parametrize(
    ("before", "fresh"),
    [
        (None, [(7, 1), (8, 1)]),
        (ANN._replace(topics=(NEWS,)), [(8, 1)]),
        (ANN._replace(topics=(NEWS, OFFERS)), []),
        # What it said to a topic is its own, and told by nobody again.
        (ANN._replace(topics=((7, "unsubscribed"), OFFERS)), []),
    ],
)
def test_a_contact_is_told_of_a_topic_that_it_does_not_know(before: Image | None, fresh: list[tuple[int, int]]) -> None:
    deciding = page()

    deciding.put(ANN._replace(topics=(NEWS, OFFERS)), before)

    assert deciding.plan.topics == fresh


@pytest.mark.parametrize(
    ("before", "joins"), [(None, [1]), (ANN._replace(membership=None), [1]), (ANN._replace(stale=True), [])]
)
def test_a_contact_joins_a_list_that_it_is_not_on(before: Image | None, joins: list[int]) -> None:
    deciding = page()

    deciding.put(ANN, before)

    assert deciding.plan.joins == joins


def test_a_contact_that_is_on_no_list_joins_none() -> None:
    deciding = page()

    deciding.put(ANN._replace(membership=None), None)

    assert deciding.plan.joins == []


def test_a_contact_that_says_no_stands_there_as_one_that_does() -> None:
    deciding = page()

    deciding.put(ANN._replace(membership=Membership.UNSUBSCRIBED, topics=(NEWS, (8, "unsubscribed"))), None)

    assert (deciding.plan.joins, deciding.plan.kept_off) == ([], [1])
    assert (deciding.plan.topics, deciding.plan.untold) == ([(7, 1)], [(8, 1)])


def test_a_contact_that_stays_as_it_is_is_not_written() -> None:
    deciding = page()

    deciding.put(ANN, ANN)

    assert deciding.plan.update == []


def test_the_last_word_on_a_contact_counts_also_where_it_is_the_first_again() -> None:
    deciding = page()

    deciding.put(QUIET, ANN)
    deciding.put(ANN, ANN)

    assert deciding.plan.update == [QUIET, ANN]
    assert deciding.images == {1: ANN}


NOTED = [Consent(1, "lawful_basis", "consent", "contract")]


@pytest.mark.parametrize(
    ("now", "basis", "noted"),
    [
        (ANN, "contract", NOTED),
        (ANN, "consent", []),
        (ANN, "", []),
        (ANN._replace(lawful_basis=""), "contract", []),
        (GONE, "contract", []),
        (None, "contract", []),
    ],
)
def test_another_lawful_basis_than_the_contacts_is_written_down(
    now: Image | None, basis: str, noted: list[Consent]
) -> None:
    deciding = page(lawful_basis=basis)

    deciding.note(now)

    assert deciding.plan.consents == noted


def test_another_lawful_basis_that_was_written_down_before_is_not_again() -> None:
    deciding = page(Known({}, {}, {}, {}, {}, noted=frozenset({1})), lawful_basis="contract")

    deciding.note(ANN)

    assert deciding.plan.consents == []


def has_room(room: int | None, subscription_type: str) -> bool:
    deciding = page(Known({}, {}, {}, {}, {}, room=room), subscription_type=subscription_type)
    deciding.put(ANN, None)
    return deciding.room()


def test_there_is_room_for_as_many_as_there_may_be() -> None:
    assert has_room(2, "marketing") is True
    assert has_room(1, "marketing") is False


def test_there_is_room_where_there_is_no_limit_or_it_counts_nobody() -> None:
    assert has_room(None, "marketing") is True
    assert has_room(0, "non_marketing") is True


def test_a_contact_that_is_new_is_made_and_one_that_is_there_is_written() -> None:
    deciding = page()

    deciding.put(ANN, None)
    deciding.put(ANN._replace(id=2), QUIET._replace(id=2))

    assert [image.id for image in deciding.plan.create] == [1]
    assert [image.id for image in deciding.plan.update] == [2]


def test_other_syncs_look_again_at_what_they_hold_too() -> None:
    deciding = page(Known({}, {}, {}, {}, {}, holds={2: []}))

    deciding.put(ANN, QUIET)
    deciding.put(ANN._replace(id=2), QUIET._replace(id=2))

    assert deciding.plan.shared == [2]


def test_what_a_contact_agrees_to_later_is_written_down() -> None:
    deciding = page()

    deciding.put(ANN, QUIET)

    assert deciding.plan.consents == [Consent(1, "subscription_type", "non_marketing", "marketing")]


def test_what_a_contact_begins_with_is_not_written_down_beside_its_making() -> None:
    deciding = page()

    deciding.put(ANN, QUIET, made_now=True)

    assert deciding.plan.consents == []
