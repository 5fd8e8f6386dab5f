"""Requests that come twice."""

import pytest

from contactd.domain.nouns import MailingList
from contactd.domain.refusals import Exists, Invalid
from contactd.engine.house import lists as list_verbs
from contactd.engine.requests import Asking, answered
from setup.steps import BY

UUID = "7d7f4d0c-6f0a-4f5e-9f43-0a4b5b1f9d11"
DAY = 24 * 3600


@pytest.fixture
def store_url(either_store: str) -> str:
    """Try all of it on both kinds of store."""
    return either_store


def test_the_same_request_gets_the_first_answer(parts):
    asking = Asking(UUID, b"body")
    first = list_verbs.create(parts, "default", title="All", by=BY, asking=asking)

    again = list_verbs.create(parts, "default", title="All", by=BY, asking=asking)

    assert again == first
    assert isinstance(again, MailingList)


def test_a_request_id_with_another_body_is_refused(parts):
    list_verbs.create(parts, "default", title="All", by=BY, asking=Asking(UUID, b"body"))

    with pytest.raises(Invalid) as caught:
        list_verbs.create(parts, "default", title="Some", by=BY, asking=Asking(UUID.upper(), b"other"))

    assert caught.value.faults[0].field == "request_id"


def test_a_request_id_must_be_a_uuid(parts):
    with pytest.raises(Invalid) as caught:
        list_verbs.create(parts, "default", title="All", by=BY, asking=Asking("again", b"body"))

    assert caught.value.message == "'again' is not a UUID; give a fresh one such as uuidgen makes"


def test_the_request_ids_of_two_callers_are_not_mixed_up(parts):
    list_verbs.create(parts, "default", title="All", by="ann", asking=Asking(UUID, b"body"))

    made = list_verbs.create(parts, "default", title="All", by="bob", asking=Asking(UUID, b"body"))

    assert made.name == "all-2"


def test_a_refused_change_leaves_no_answer(parts):
    list_verbs.create(parts, "default", name="all", by=BY)
    with pytest.raises(Exists):
        list_verbs.create(parts, "default", name="all", by=BY, asking=Asking(UUID, b"body"))

    with parts.database.reading() as r:
        assert answered(r, BY, UUID, b"body") is None


def test_an_answer_is_kept_for_a_day(parts, clock):
    asking = Asking(UUID, b"body")
    list_verbs.create(parts, "default", title="All", by=BY, asking=asking)
    clock.pass_seconds(DAY)

    made = list_verbs.create(parts, "default", title="All", by=BY, asking=asking)

    assert made.name == "all-2"
