"""What is left of somebody who was erased: a record of theirs is refused, and nothing of what it says is kept."""

import hashlib
import hmac

import pytest

from contactd.domain.erasing import digest, forgotten, whole_address
from contactd.domain.ledger import MOVED, Parking
from contactd.domain.sift import Candidate, Sifted
from contactd.domain.words import LinkState, Reason
from domain.stage import ADDRESS, candidate, link

KEY = b"a key that is not in the store"
ERASED = {digest(ADDRESS, KEY)}
OTHER = candidate("other@example.com", source_id="8", title="Other")


def nameless(one: Candidate, reason: Reason) -> Candidate:
    return one._replace(title="", address="", key=None, fields={}, digest=b"", detail="", reason=reason)


def left_of(*refused: Candidate) -> list[Candidate]:
    return forgotten(Sifted(refused=[*refused]), ERASED, KEY).refused


def test_a_digest_tells_nobody_who_has_not_the_key() -> None:
    assert digest(ADDRESS, KEY) == hmac.new(KEY, ADDRESS.encode(), hashlib.sha256).digest()
    assert digest(ADDRESS, b"another key") != digest(ADDRESS, KEY)


def test_a_page_stays_as_it_is_where_nobody_was_erased() -> None:
    sifted = Sifted(eligible=[candidate()])

    assert forgotten(sifted, set(), KEY) is sifted


def test_a_record_of_somebody_who_was_erased_is_refused_and_says_nothing() -> None:
    mine = candidate(title="Ann", detail="meant@example.com")

    sifted = forgotten(Sifted(eligible=[mine, OTHER]), ERASED, KEY)

    assert sifted.eligible == [OTHER]
    assert sifted.refused == [nameless(mine, Reason.ERASED)]


def test_a_record_that_was_refused_before_that_keeps_its_reason() -> None:
    mine = candidate(title="Ann", reason=Reason.CRITERIA)

    assert left_of(mine, OTHER) == [nameless(mine, Reason.CRITERIA), OTHER]


@pytest.mark.parametrize(
    "names",
    [
        {"address": "Ann <ANN@Example.com>."},
        {"address": "is it ann@example.com?"},
        {"address": "ann@example.com!"},
        {"address": "other@example.org, ann@example.com"},
        {"address": "ann@gnail.com", "detail": ADDRESS},
    ],
)
def test_an_address_that_cannot_be_used_may_still_name_somebody(names: dict[str, str]) -> None:
    mine = candidate(None, reason=Reason.INVALID_PATTERN, **names)

    assert left_of(mine) == [nameless(mine, Reason.INVALID_PATTERN)]


@pytest.mark.parametrize("address", ["", "ann", "joann@example.com", "ann@example.com.au", "@"])
def test_an_address_that_names_somebody_else_is_kept(address: str) -> None:
    other = candidate(None, address=address, reason=Reason.INVALID_PATTERN)

    assert left_of(other) == [other]


@pytest.mark.parametrize("reason", [Reason.EMPTY_EMAIL, Reason.INVALID_PATTERN, Reason.ROLE_ADDRESS])
def test_a_record_of_somebody_who_was_erased_stays_one_when_its_address_goes(reason: Reason) -> None:
    was = link(contact_id=None, state=LinkState.SKIPPED, reason=Reason.ERASED)
    mine = candidate(None, title="Ann", link=was, reason=reason)

    assert left_of(mine) == [nameless(mine, Reason.ERASED)]


@pytest.mark.parametrize(
    "other",
    [
        candidate(None, link=link(reason=Reason.CRITERIA), reason=Reason.EMPTY_EMAIL),
        candidate(None, link=None, reason=Reason.EMPTY_EMAIL),
        candidate(None, link=link(reason=Reason.ERASED), reason=Reason.CRITERIA),
    ],
)
def test_who_was_not_erased_or_has_another_reason_keeps_its_name(other: Candidate) -> None:
    assert left_of(other) == [other]


def test_what_could_not_be_read_is_not_kept_where_it_names_somebody() -> None:
    mine, other = link("malformed:1", None), link("malformed:2", None)

    sifted = forgotten(Sifted(unreadable=[(mine, '{"mail": "ann@example.com"'), (other, "{")]), ERASED, KEY)

    assert sifted.unreadable == [(mine, ""), (other, "{")]


def test_the_rest_of_a_page_stays() -> None:
    parked = Parking("7", MOVED, "x@example.com", b"octets")

    sifted = forgotten(Sifted(same=[link("6")], parked=[parked], newest=5), ERASED, KEY)

    assert sifted == Sifted(same=[link("6")], parked=[parked], newest=5)


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com",
        "ANN@example.COM",
        '{"mail": "ann@example.com"}',
        r"first line\nann@example.com",
        "<ann@example.com>",
        "ann@example.com.",
        "write to ann@example.com!",
    ],
)
def test_a_whole_address_is_found_in_other_text(text: str) -> None:
    assert whole_address(ADDRESS).search(text)


@pytest.mark.parametrize(
    "text",
    [
        "joann@example.com",
        "jo.ann@example.com",
        "jo+ann@example.com",
        "jo-ann@example.com",
        "ann@example.community",
        "ann@example.com.au",
        "ann@example.com-org",
        "ann@examplescom",
    ],
)
def test_a_part_of_a_longer_address_is_another(text: str) -> None:
    assert whole_address(ADDRESS).search(text) is None
