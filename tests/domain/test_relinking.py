"""What a sync knows of its records again when a run is taken back: who had an address before it has it again."""

from collections.abc import Iterable

import pytest

from contactd.domain.changes import Effect
from contactd.domain.ledger import Image, Link
from contactd.domain.relinking import Relinking, records_of
from contactd.domain.words import LinkState, Outcome, Reason
from domain.stage import ADDRESS, ANN, GONE, known, link, shadow
from domain.undo import BEFORE, effect

NEW = "new@example.com"


def again(one: Effect, image: Image, *links: Link, contacts: Iterable[Image] = (ANN,)) -> dict[str, Link]:
    """Give the links that are others once *one* is taken back, and its contact is *image*."""
    relinking = Relinking(known(contacts, links), {there.source_id: there for there in links})
    relinking.restore(one, image, Outcome.UPDATED)
    return {changed.source_id: changed for changed in relinking.links()}


def test_a_record_whose_contact_stays_keeps_it_under_its_address() -> None:
    read = link(key=NEW, outcome=Outcome.SKIPPED, reason=Reason.LIMIT)

    assert again(effect(), ANN, read) == {"9": link(outcome=Outcome.UPDATED)}


def test_a_record_that_holds_another_contact_by_now_keeps_its_address() -> None:
    assert again(effect(), ANN, link(contact_id=2, key=NEW))["9"].key == NEW


def test_a_record_whose_contact_goes_lets_go_of_it() -> None:
    assert again(effect(outcome=Outcome.ADDED, before=None), GONE, link(mapped={"email": "x"}))["9"] == link(
        contact_id=None, key=None, state=LinkState.SKIPPED, outcome=Outcome.UPDATED
    )


def test_a_record_that_the_run_linked_lets_go() -> None:
    assert again(effect(reason=Reason.LINKED), ANN, link())["9"].state is LinkState.SKIPPED


def test_a_record_whose_contact_the_run_removed_has_it_again() -> None:
    gone = link(contact_id=None, state=LinkState.GONE)

    assert again(effect(outcome=Outcome.REMOVED), ANN, gone)["9"] == link(outcome=Outcome.UPDATED)


def test_a_shadow_that_the_run_gave_a_contact_of_its_own_waits_again() -> None:
    taken = effect(reason=Reason.OWNERSHIP, before=None)

    assert again(taken, GONE, link())["9"] == link(
        contact_id=None, state=LinkState.SHADOW, mapped={"email": "said"}, outcome=Outcome.UPDATED
    )


def test_who_goes_first_stays_first() -> None:
    """The W-rule looks at the records alone."""
    taken = effect(reason=Reason.OWNERSHIP, before=BEFORE._replace(holder="8"))

    assert again(taken, BEFORE, link(), shadow("8")) == {"9": link(outcome=Outcome.UPDATED)}


def test_a_record_without_a_link_has_none() -> None:
    assert again(effect(), ANN) == {}


ASIDE = ANN._replace(id=2, key=NEW, email=NEW)
MERGED = effect(reason=Reason.EMAIL_CHANGED_MERGED, before=BEFORE._replace(holder="8"), aside=ASIDE)


def test_who_moved_in_with_another_has_the_contact_that_it_left() -> None:
    changed = again(MERGED, BEFORE, link(), contacts=[ANN, ASIDE])

    assert changed == {"9": link(contact_id=2, key=NEW, outcome=Outcome.UPDATED)}


def test_who_had_a_contact_before_another_moved_in_has_it_again() -> None:
    waits = shadow("8")

    changed = again(MERGED, BEFORE, link(), waits, contacts=[ANN, ASIDE])

    assert changed["8"] == waits._replace(contact_id=1, state=LinkState.OWNER, mapped=None)


@pytest.mark.parametrize("other", [link("8", 3), link("7")])
def test_who_has_a_contact_by_now_or_is_not_there_is_given_none_back(other: Link) -> None:
    assert "8" not in again(MERGED, BEFORE, link(), other, contacts=[ANN, ASIDE])


def test_nothing_is_handed_back_where_nobody_moved_in() -> None:
    changed = again(effect(before=BEFORE._replace(holder="8")), BEFORE, link(), shadow("8"))

    assert set(changed) == {"9"}


def test_who_has_an_address_that_another_one_has_again_is_its_shadow() -> None:
    heir = link("10", 2, key=NEW, outcome=Outcome.UPDATED)
    there = ASIDE._replace(fields={"company": "Acme"})

    changed = again(MERGED, BEFORE, link(), heir, contacts=[ANN, there])

    assert changed["10"] == heir._replace(
        contact_id=None, state=LinkState.SHADOW, mapped={"email": NEW, "company": "Acme"}
    )


def test_an_owner_of_nobody_becomes_a_shadow_that_says_nothing() -> None:
    heir = link("10", None, key=NEW)

    assert again(MERGED, BEFORE, link(), heir)["10"].mapped == {"email": ""}


def test_shadows_of_an_address_stay_what_they_are() -> None:
    assert set(again(MERGED, BEFORE, link(), shadow("10", key=NEW), contacts=[ANN, ASIDE])) == {"9"}


def test_others_with_addresses_of_their_own_stay_what_they_are() -> None:
    assert set(again(MERGED, BEFORE, link(), link("10", 3, key="x@example.com"), contacts=[ANN, ASIDE])) == {"9"}


def test_who_has_no_address_again_takes_it_from_nobody() -> None:
    nameless = effect(outcome=Outcome.REMOVED)

    changed = again(nameless, ANN._replace(key=None), link(contact_id=None, state=LinkState.GONE), link("10", 2))

    assert set(changed) == {"9"}


def test_an_undo_is_about_the_records_and_who_held_their_contacts() -> None:
    effects = [
        effect("9", before=BEFORE._replace(holder="8")),
        effect("7", before=BEFORE),
        effect("6", before=None),
        effect("8"),
    ]

    assert records_of(effects) == ["6", "7", "8", "9"]


def test_the_address_of_an_owner_is_its_own() -> None:
    changed = again(effect(outcome=Outcome.REMOVED), ANN, link(contact_id=None, state=LinkState.GONE), link("10", 2))

    assert [(one.source_id, one.state, one.key) for one in changed.values()] == [
        ("9", LinkState.OWNER, ADDRESS),
        ("10", LinkState.SHADOW, ADDRESS),
    ]
