"""Names of resources, and page tokens."""

import base64

import pytest

from contactd.api import names
from contactd.api.paging import Paging
from contactd.domain.refusals import Invalid
from contactd.store.seal import Sealer
from setup.vendor import KEY

PATTERNS = [one for one in vars(names).values() if isinstance(one, names.Pattern)]
DAY = 24 * 3600


@pytest.fixture
def paging(clock):
    return Paging(Sealer(KEY), clock)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.text)
def test_what_was_put_together_is_taken_apart_again(pattern):
    ids = tuple(f"id-{number}" for number in range(pattern.text.count("{")))

    assert pattern.parse(pattern.format(*ids)) == ids


@pytest.mark.parametrize(
    "name",
    [
        "",
        "books",
        "workspaces/w/connections/",
        "workspaces/w/connections/a/b",
        "workspaces//connections/a",
        "workspaces/w/lists/a",
        "workspaces/w/connections/a b",
        "workspaces/w/connections/a\n",
    ],
)
def test_what_is_no_such_name_is_refused_with_its_form(name):
    with pytest.raises(Invalid) as caught:
        names.CONNECTION.parse(name, "parent")

    assert caught.value.faults[0].field == "parent"
    assert "workspaces/{workspace}/connections/{connection}" in caught.value.message


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "٣", "9" * 19])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Invalid):
        names.number(text)


def test_a_list_of_another_workspace_is_refused():
    with pytest.raises(Invalid) as caught:
        names.child(names.LIST, "workspaces/other/lists/x", "default", "list")

    assert (
        caught.value.message
        == "'workspaces/other/lists/x' belongs to another workspace; name one of 'workspaces/default'"
    )


@pytest.mark.parametrize(("given", "size"), [(0, 50), (1, 1), (1000, 1000), (5000, 1000)])
def test_a_page_has_the_size_asked_for_within_reason(paging, given, size):
    assert paging.asked(page_size=given, page_token="", filter="x").size == size


def test_a_negative_size_is_refused(paging):
    with pytest.raises(Invalid) as caught:
        paging.asked(page_size=-1, page_token="", filter="x")

    assert caught.value.faults[0].field == "page_size"


def test_pages_follow_one_another_to_the_end(paging):
    rows, token, seen = [f"row-{number}" for number in range(7)], "", []
    while True:
        asked = paging.asked(page_size=3, page_token=token, filter="rows")
        found = [row for row in rows if row > asked.text_after][: asked.limit]
        shown, token = paging.cut(asked, found, lambda row: (row,))
        seen.append(list(shown))
        if not token:
            break

    assert seen == [rows[:3], rows[3:6], rows[6:]]


def token_of(paging, filter_text="rows"):
    asked = paging.asked(page_size=1, page_token="", filter=filter_text)
    return paging.cut(asked, ["a", "b"], lambda row: (row,))[1]


def refusal(paging, token, filter_text="rows"):
    with pytest.raises(Invalid) as caught:
        paging.asked(page_size=1, page_token=token, filter=filter_text)
    assert caught.value.faults[0].field == "page_token"
    return caught.value.message


def test_a_token_of_another_filter_is_refused(paging):
    assert "belongs to another list or filter" in refusal(paging, token_of(paging, "rows"), "others")


def test_a_token_lives_three_days(paging, clock):
    token = token_of(paging)
    clock.pass_seconds(3 * DAY)
    assert paging.asked(page_size=1, page_token=token, filter="rows").after == ("a",)

    clock.pass_seconds(1)

    assert "is older than three days" in refusal(paging, token)


def test_a_token_is_taken_by_another_daemon_of_the_same_store_only(paging, clock):
    token = token_of(paging)

    assert Paging(Sealer(KEY), clock).asked(page_size=1, page_token=token, filter="rows").after == ("a",)
    assert "is not one that this store gave out" in refusal(Paging(Sealer(bytes(32)), clock), token)


@pytest.mark.parametrize("token", ["x", "äöü", "AAAA", base64.urlsafe_b64encode(bytes(40)).decode()])
def test_what_is_no_token_is_refused(paging, token):
    assert "list again from the start" in refusal(paging, token)


def test_a_token_that_was_changed_is_refused(paging):
    token = token_of(paging)

    for place in range(len(token) - 1):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        refusal(paging, changed)
