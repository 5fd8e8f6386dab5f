"""What becomes of a contact that a record brings up to date: who may write which of its values."""

import pytest

from contactd.domain.effects import agreed, brought_up, changes, made, refreshed, verdict, waited
from contactd.domain.ledger import MANUAL, Consent, Hold, Image, Known, Link
from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason
from domain.stage import ANN, GONE, NEWS, NOTHING, OFFERS, QUIET, candidate, rules

MINE, OTHER = 1, 2
ANN_OF_MINE = ANN._replace(created_by=MINE, fields={"company": "Acme"})
ANN_OF_OTHER = ANN_OF_MINE._replace(created_by=OTHER)


def held(*, rank: tuple[int, int] = (0, 1), modified: int = 9, empties: bool = False) -> Known:
    """Give what is known where the other sync holds the contact, with a say in its company and address."""
    hold = Hold(OTHER, rank, modified, frozenset({"company", "email"}), empties)
    return NOTHING._replace(holds={1: [hold]})


def test_a_contact_is_made_of_what_its_record_says_and_of_no_blanks() -> None:
    record = candidate(fields={"company": "", "first-name": None, "tags": [], "city": "Ghent", "visits": 0})

    image = made(record, "ann@example.com", rules(), NOTHING, number=1)

    assert image == ANN._replace(fields={"city": "Ghent", "visits": 0}, topics=(NEWS, OFFERS), created_by=MINE)


def test_an_address_is_spelt_as_the_record_spells_it() -> None:
    image = refreshed(ANN_OF_MINE, candidate(address="Ann@Example.com"), rules(), NOTHING)

    assert (image.email, image.fields) == ("Ann@Example.com", {"company": "New"})


def test_an_address_that_is_another_is_left_to_who_moves_the_contact() -> None:
    image = refreshed(ANN_OF_MINE, candidate("new@example.com"), rules(), NOTHING)

    assert (image.email, image.fields) == ("ann@example.com", {"company": "New"})


def test_who_moves_a_contact_gives_it_the_address_of_the_record() -> None:
    image = brought_up(
        ANN_OF_OTHER._replace(stale=True), candidate("new@example.com"), "new@example.com", rules(), NOTHING
    )

    assert (image.email, image.key, image.stale) == ("new@example.com", "new@example.com", False)
    assert image.provenance == {"company": {"sync": 1, "at": 5}, "email": {"sync": 1, "at": 5}}


def test_nothing_but_values_is_changed_where_the_contact_is_not_welcome() -> None:
    before = QUIET._replace(created_by=MINE, membership=None, lawful_basis="")

    image = brought_up(before, candidate(), "ann@example.com", rules(), NOTHING, welcome=False)

    assert image == before._replace(fields={"company": "New"})


def test_a_contact_that_is_welcome_comes_to_know_all_that_its_sync_tells_of() -> None:
    before = QUIET._replace(created_by=MINE, membership=None, lawful_basis="")

    image = brought_up(before, candidate(), "ann@example.com", rules(), NOTHING)

    assert image == ANN._replace(created_by=MINE, fields={"company": "New"}, topics=(NEWS, OFFERS))


def test_what_a_person_wrote_by_hand_is_not_written_over() -> None:
    before = ANN_OF_MINE._replace(provenance={"company": MANUAL})

    assert refreshed(before, candidate(), rules(), NOTHING) == before


@pytest.mark.parametrize(
    ("rank", "modified", "company"),
    [
        ((0, 1), 9, "New"),
        ((-1, 1), 1, "Acme"),
        ((0, 0), 4, "New"),
        ((0, 0), 5, "Acme"),
        ((0, 0), 6, "Acme"),
    ],
)
def test_the_higher_priority_writes_and_among_equals_the_newer(
    rank: tuple[int, int], modified: int, company: str
) -> None:
    known = held(rank=rank, modified=modified)

    assert refreshed(ANN_OF_OTHER, candidate(), rules(), known).fields == {"company": company}


def test_who_did_not_write_a_value_has_no_say_in_it() -> None:
    known = held(rank=(-1, 1))

    assert refreshed(ANN_OF_MINE, candidate(), rules(), known).fields == {"company": "New"}


@pytest.mark.parametrize(
    ("known", "fields"), [(held(rank=(-1, 1)), {"company": "New"}), (held(rank=(-1, 1), empties=True), {})]
)
def test_a_value_is_kept_empty_by_who_empties_values(known: Known, fields: dict[str, str]) -> None:
    before = ANN_OF_OTHER._replace(fields={})

    assert refreshed(before, candidate(), rules(), known).fields == fields


def test_a_value_that_another_sync_wrote_is_marked() -> None:
    image = refreshed(ANN_OF_OTHER, candidate(fields={"company": "New", "city": None}), rules(), NOTHING)

    assert image.provenance == {"company": {"sync": 1, "at": 5}}


def test_a_value_that_another_sync_emptied_has_no_mark() -> None:
    before = ANN_OF_OTHER._replace(provenance={"company": {"sync": OTHER, "at": 3}})

    image = refreshed(before, candidate(fields={"company": None}), rules(update_empty=True), NOTHING)

    assert (image.fields, image.provenance) == ({}, {})


def test_a_value_that_its_maker_wrote_again_loses_the_mark_of_others() -> None:
    marks = {"company": {"sync": OTHER, "at": 3}, "city": {"sync": OTHER, "at": 4}}
    before = ANN_OF_MINE._replace(provenance=marks)

    image = refreshed(before, candidate(), rules(), NOTHING)

    assert image.provenance == {"city": {"sync": OTHER, "at": 4}}


@pytest.mark.parametrize(
    ("before", "holder", "changed", "told"),
    [
        (None, "", (), (Outcome.ADDED, Reason.NONE)),
        (GONE, "9", ("status",), (Outcome.READDED, Reason.NONE)),
        (ANN, "", (), (Outcome.UPDATED, Reason.LINKED)),
        (ANN, "7", (), (Outcome.UPDATED, Reason.OWNERSHIP)),
        (ANN, "9", ("company",), (Outcome.UPDATED, Reason.NONE)),
        (ANN, "9", (), (Outcome.UNCHANGED, Reason.NONE)),
    ],
)
def test_a_record_that_has_its_contact_is_told_as_rows_19_to_22_say(
    before: Image | None, holder: str, changed: tuple[str, ...], told: tuple[Outcome, Reason]
) -> None:
    there = None if before is None else before._replace(holder=holder)

    assert verdict(candidate(), there, changed) == told


@pytest.mark.parametrize(
    ("state", "key", "seen", "takes_over"),
    [
        (LinkState.SHADOW, "ann@example.com", 0, "yes"),
        (LinkState.OWNER, "ann@example.com", 0, "no"),
        (LinkState.SHADOW, "other@example.com", 0, "no"),
        (LinkState.SHADOW, "ann@example.com", 1, "no"),
    ],
)
def test_a_shadow_from_before_the_run_takes_an_address_over(
    state: LinkState, key: str, seen: int, takes_over: str
) -> None:
    link = Link("9", None, key, 1, 1, None, state, None, seen, Outcome.SKIPPED, Reason.NONE, 0)

    assert waited(candidate(link=link), "ann@example.com", 1) is (takes_over == "yes")
    assert waited(candidate(), "ann@example.com", 1) is False


def test_one_that_comes_back_agrees_again() -> None:
    assert agreed(GONE, ANN, rules()) == [Consent(1, "subscription_type", "marketing", "marketing")]
    assert agreed(ANN, ANN, rules()) == []
    assert agreed(GONE, GONE, rules()) == []


def test_every_kind_of_change_has_its_name() -> None:
    after = QUIET._replace(
        email="Ann@example.com", fields={"vip": True}, stale=True, membership=None, lawful_basis="", topics=(NEWS,)
    )

    told = changes(ANN._replace(fields={"vip": 1}), after, {7: "news"})

    assert told == ("email", "vip", "status", "list", "topics/news", "subscription_type", "lawful_basis")
    assert changes(ANN, ANN, {}) == ()
    assert changes(ANN, GONE, {}) == ("status",)
    assert changes(ANN, ANN._replace(key="new@example.com"), {}) == ("email",)


def test_one_that_comes_back_keeps_where_it_is_and_who_made_it() -> None:
    before = GONE._replace(created_by=OTHER, membership=None, topics=((7, "unsubscribed"),), fields={"city": "Ghent"})

    image = brought_up(before, candidate(), "ann@example.com", rules(lawful_basis=""), NOTHING)

    assert image == ANN._replace(
        created_by=OTHER,
        fields={"company": "New"},
        provenance={"company": {"sync": 1, "at": 5}},
        membership=Membership.SUBSCRIBED,
        topics=((7, "unsubscribed"), OFFERS),
    )
    assert image.status is ContactStatus.LIVE


@pytest.mark.parametrize(("rank", "company"), [((0, 0), "New"), ((-1, 1), "Acme")])
def test_a_mark_tells_who_wrote_a_value_and_when(rank: tuple[int, int], company: str) -> None:
    before = ANN_OF_MINE._replace(provenance={"company": {"sync": OTHER, "at": 3}})

    image = refreshed(before, candidate(modified=5), rules(), held(rank=rank, modified=9))

    assert image.fields == {"company": company}


@pytest.mark.parametrize(("modified", "at", "company"), [(None, 0, "Acme"), (None, None, "Acme"), (1, None, "New")])
def test_a_record_without_a_time_is_as_old_as_can_be(modified: int | None, at: int | None, company: str) -> None:
    known = NOTHING._replace(holds={1: [Hold(OTHER, (0, 0), at, frozenset({"company"}), empties=False)]})

    assert refreshed(ANN_OF_OTHER, candidate(modified=modified), rules(), known).fields == {"company": company}


def test_a_mark_of_a_record_without_a_time_is_as_old_as_can_be() -> None:
    image = refreshed(ANN_OF_OTHER, candidate(modified=None), rules(), NOTHING)

    assert image.provenance == {"company": {"sync": 1, "at": 0}}


@pytest.mark.parametrize(
    ("basis", "provenance", "kept"),
    [("consent", {}, "consent"), ("", {}, "contract"), ("", {"lawful_basis": MANUAL}, "")],
)
def test_a_lawful_basis_is_given_where_there_is_none_and_nobody_took_it(
    basis: str, provenance: dict[str, str], kept: str
) -> None:
    before = ANN_OF_MINE._replace(lawful_basis=basis, provenance=provenance)

    image = brought_up(before, candidate(), "ann@example.com", rules(lawful_basis="contract"), NOTHING)

    assert image.lawful_basis == kept


def test_nobody_is_told_of_a_topic_that_it_wants_nothing_of() -> None:
    known = NOTHING._replace(untold={"ann@example.com": frozenset({7})})

    assert made(candidate(), "ann@example.com", rules(), known, number=1).topics == (OFFERS,)


def test_a_topic_that_a_contact_comes_to_know_of_is_agreed_to() -> None:
    knowing = ANN._replace(topics=(NEWS, OFFERS))

    assert agreed(ANN._replace(topics=(NEWS,)), knowing, rules()) == [Consent(1, "topics/offers", "", "subscribed")]


def test_a_value_is_changed_where_it_is_another_and_only_there() -> None:
    before = ANN._replace(fields={"company": "Acme", "city": "Ghent"})

    assert changes(before, ANN._replace(fields={"company": "New", "city": "Ghent"}), {}) == ("company",)


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (QUIET._replace(created_by=MINE), "marketing"),
        (QUIET._replace(created_by=OTHER), "non_marketing"),
        (QUIET._replace(created_by=MINE, membership=Membership.UNSUBSCRIBED), "non_marketing"),
        (QUIET._replace(created_by=MINE, provenance={"subscription_type": MANUAL}), "non_marketing"),
        (ANN._replace(created_by=MINE, subscription_type="unsubscribed"), "unsubscribed"),
        (ANN._replace(created_by=OTHER), "marketing"),
    ],
)
def test_a_sync_raises_whom_it_made_and_nobody_decided_by_hand(before: Image, kind: str) -> None:
    assert brought_up(before, candidate(), "ann@example.com", rules(), NOTHING).subscription_type == kind


def test_a_sync_lowers_nobody() -> None:
    low = rules(subscription_type="non_marketing")

    image = brought_up(ANN_OF_MINE, candidate(), "ann@example.com", low, NOTHING)

    assert image.subscription_type == "marketing"
