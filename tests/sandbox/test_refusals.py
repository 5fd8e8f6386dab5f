"""What is refused, with which status and which of Zoho's codes."""

import pytest


def books(zoho, token_header, path="/contacts", organization_id=None, method="GET"):
    query = "" if organization_id is None else f"?organization_id={organization_id}"
    headers = {} if token_header is None else {"Authorization": token_header}
    return zoho(method, f"/books/v3{path}{query}", headers=headers)


@pytest.fixture
def bearer(zoho):
    return f"Zoho-oauthtoken {zoho.token}"


@pytest.mark.parametrize("header", [None, "Zoho-authtoken abc", "Zoho-oauthtoken", "garbage"])
def test_no_or_a_malformed_header_is_code_14(zoho, header):
    assert books(zoho, header, organization_id=zoho.organization_id).error == (401, 14)


def test_the_word_bearer_is_not_the_one_of_zoho(zoho):
    assert books(zoho, f"Bearer {zoho.token}", organization_id=zoho.organization_id).error == (401, 14)


def test_a_token_that_nobody_gave_is_code_57(zoho):
    answer = books(zoho, "Zoho-oauthtoken 1000.wrong", organization_id=zoho.organization_id)

    assert answer.error == (401, 57)
    assert set(answer.body) == {"code", "message"}


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("ZohoBooks.contacts.READ", True),
        ("ZohoBooks.contacts.ALL", True),
        ("ZohoBooks.fullaccess.all", True),
        ("ZohoBooks.settings.READ,ZohoBooks.contacts.CREATE", False),
        ("ZohoInvoice.fullaccess.all", False),
    ],
)
def test_a_token_without_the_scope_looks_like_a_dead_one(sandbox, caller_for, scope, allowed):
    answer = caller_for(sandbox, scope=scope).get("/contacts")

    assert answer.error == ((200, 0) if allowed else (401, 57))


def test_no_organization_is_400(zoho, bearer):
    assert books(zoho, bearer).error == (400, 6)


def test_a_foreign_organization_is_code_6041(zoho, bearer):
    answer = books(zoho, bearer, organization_id="60000000000")

    assert answer.error == (400, 6041)
    assert "60000000000" in answer.body["message"]


def test_the_organization_may_come_in_a_header(zoho):
    headers = {
        "Authorization": f"Zoho-oauthtoken {zoho.token}",
        "X-com-zoho-invoice-organizationid": zoho.organization_id,
    }

    assert zoho("GET", "/books/v3/contacts", headers=headers).status == 200


def test_a_contact_that_does_not_exist_is_code_1002(zoho):
    answer = zoho.get("/contacts/4815162000009999999")

    assert (answer.error, answer.body["message"]) == ((404, 1002), "Contact does not exist.")


def test_a_contact_of_another_organization_does_not_exist_here(sandbox, zoho, caller_for):
    elsewhere = caller_for(sandbox, place=1).contacts()[0]["contact_id"]

    assert zoho.get(f"/contacts/{elsewhere}").error == (404, 1002)


@pytest.mark.parametrize("path", ["/contact", "/contacts/abc", "/contacts/", "/invoices"])
def test_a_path_with_nothing_there_is_code_5(zoho, path):
    assert zoho.get(path).error == (404, 5)


def test_a_method_that_is_not_for_the_path_is_code_37(zoho):
    assert zoho.books("DELETE", "/contacts").error == (405, 37)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("page", "0"),
        ("page", "two"),
        ("per_page", "-1"),
        ("filter_by", "Status.Odd"),
        ("contact_type", "friend"),
        ("status", "asleep"),
    ],
)
def test_an_impossible_value_is_code_2(zoho, parameter, value):
    answer = zoho.get("/contacts", **{parameter: value})

    assert (answer.error, answer.body["message"]) == ((400, 2), f"Invalid value passed for {parameter}")


def test_a_search_of_more_than_100_letters_is_code_4(zoho):
    assert zoho.get("/contacts", search_text="x" * 101).error == (400, 4)


def test_metadata_wants_to_know_of_what(zoho):
    assert zoho.get("/settings/preferences/customfields").error == (400, 2)


def test_the_hundred_and_first_call_of_a_minute_blocks_the_organization(sandbox, zoho, caller_for):
    sandbox.set_limits(per_minute=3)

    statuses = [zoho.get("/contacts", per_page=1).status for _ in range(3)]
    blocked = zoho.get("/contacts")
    other = caller_for(sandbox, place=1).get("/contacts")
    listed = zoho("GET", "/books/v3/organizations", headers={"Authorization": f"Zoho-oauthtoken {zoho.token}"})
    sandbox.set_limits(per_minute=None)

    assert statuses == [200, 200, 200]
    assert blocked.error == (429, 44)
    assert blocked.headers["Retry-After"] == "1800"
    assert (other.status, listed.status) == (200, 200)
    assert zoho.get("/contacts").status == 200


def test_the_quota_of_the_day_is_told_and_kept(sandbox, zoho):
    sandbox.set_limits(per_day=2)

    told = [zoho.get("/contacts").headers["X-Rate-Limit-Remaining"] for _ in range(2)]
    refused = zoho.get("/contacts")
    sandbox.set_limits(per_day=1_000_000)

    assert told == ["1", "0"]
    assert refused.error == (429, 45)
    assert refused.headers["X-Rate-Limit-Limit"] == "2"
    assert "Retry-After" not in refused.headers
