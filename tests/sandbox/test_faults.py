"""Faults on demand: each kind does what its name says, to the calls it is for and to no other."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from contactd_zoho_sandbox.control import SandboxError


@pytest.fixture(autouse=True)
def clean(sandbox):
    yield
    sandbox.clear_faults()
    sandbox.clear_journal()


def statuses(zoho, count, **query):
    return [zoho.get("/contacts", **query).status for _ in range(count)]


def test_a_fault_strikes_once_unless_told_otherwise(sandbox, zoho):
    sandbox.plant(kind="answer", path="/books/v3/contacts")

    assert statuses(zoho, 3) == [500, 200, 200]


def test_a_fault_may_strike_often_and_let_some_pass_first(sandbox, zoho):
    sandbox.plant(kind="answer", path="*/contacts", status=503, times=2, after=1)

    assert statuses(zoho, 5) == [200, 503, 503, 200, 200]


def test_a_fault_without_an_end_strikes_until_it_is_taken_back(sandbox, zoho):
    fault_id = sandbox.plant(kind="answer", path="*/contacts", times=None)

    struck = statuses(zoho, 3)
    sandbox.release(fault_id)

    assert struck == [500, 500, 500]
    assert statuses(zoho, 1) == [200]


def test_a_fault_is_for_its_path_method_and_query_alone(sandbox, zoho):
    fault_id = sandbox.plant(kind="answer", path="/books/v3/contacts", method="GET", query={"page": "2"})

    assert zoho.get("/organizations/" + zoho.organization_id).status == 200
    assert zoho.books("POST", "/contacts", {}, page=2).status == 400
    assert statuses(zoho, 1, page=1) == [200]
    assert sandbox.faults()[0] | {"fault": None} == {"id": fault_id, "fault": None, "seen": 0, "struck": 0}
    assert statuses(zoho, 2, page=2) == [500, 200]
    assert sandbox.faults()[0] | {"fault": None} == {"id": fault_id, "fault": None, "seen": 2, "struck": 1}


def test_faults_strike_in_the_order_of_their_planting(sandbox, zoho):
    sandbox.plant_all(
        [{"kind": "html", "path": "*/contacts", "status": 502}, {"kind": "html", "path": "*/contacts", "status": 504}]
    )

    assert statuses(zoho, 3) == [502, 504, 200]


def test_an_answer_has_any_status_body_and_headers(sandbox, zoho):
    sandbox.plant(kind="answer", path="*/contacts", status=418, json={"code": 9}, headers={"X-Pot": "tea"})
    sandbox.plant(kind="answer", path="*/contacts", status=200, text="<>", content_type="text/plain")

    first, second = zoho.get("/contacts"), zoho.get("/contacts")

    assert (first.status, first.body, first.headers["X-Pot"]) == (418, {"code": 9}, "tea")
    assert (second.status, second.text, second.headers["Content-Type"]) == (200, "<>", "text/plain")


def test_html_comes_as_from_a_gateway(sandbox, zoho):
    sandbox.plant(kind="html", path="*/contacts")

    answer = zoho.get("/contacts")

    assert answer.status == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<html>")


def test_a_code_may_come_under_http_200(sandbox, zoho):
    sandbox.plant(kind="code", path="*/contacts", code=1000, message="Internal Error")

    answer = zoho.get("/contacts")

    assert (answer.status, answer.body) == (200, {"code": 1000, "message": "Internal Error"})


@pytest.mark.parametrize(("code", "retry_after"), [(43, "3600"), (44, "1800"), (45, None), (1070, None)])
def test_throttles_name_their_code_and_the_seconds_that_were_seen(sandbox, zoho, code, retry_after):
    sandbox.plant(kind="throttle", path="*/contacts", code=code)
    sandbox.plant(kind="throttle", path="*/contacts", code=code, retry_after=7)

    usual, set_by_us = zoho.get("/contacts"), zoho.get("/contacts")

    assert usual.error == set_by_us.error == (429, code)
    assert usual.headers["Retry-After"] == retry_after
    assert set_by_us.headers["Retry-After"] == "7"


def test_json_may_break_off(sandbox, zoho):
    whole = zoho.get("/contacts").text
    sandbox.plant(kind="truncate", path="*/contacts")

    broken = zoho.get("/contacts")

    assert broken.status == 200
    assert whole.startswith(broken.text)
    assert 0 < len(broken.text) < len(whole)
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.text)


def test_a_body_may_be_cut_in_the_middle(sandbox, zoho):
    sandbox.plant(kind="cut", path="*/contacts")

    with pytest.raises(http.client.IncompleteRead):
        zoho.get("/contacts")

    assert [call.status for call in sandbox.journal("*/contacts")] == [0]


def test_a_connection_may_be_reset_before_anything_is_done(sandbox, zoho):
    sandbox.plant(kind="reset", path="*/contacts", method="POST")

    with pytest.raises(ConnectionResetError) as told:
        zoho.books("POST", "/contacts", {"contact_name": "Never"})

    # A connection that was closed in good order would be RemoteDisconnected, which is one kind of it.
    assert told.type is ConnectionResetError
    assert [call.status for call in sandbox.journal("*/contacts")] == [0]
    assert zoho.contacts(contact_name="Never") == []


def test_a_token_may_die_in_the_middle(sandbox, caller_for):
    unlucky, other = caller_for(sandbox), caller_for(sandbox)
    sandbox.plant(kind="expire", path="*/contacts", after=1)

    errors = [unlucky.get("/contacts").error for _ in range(3)]

    assert errors == [(200, 0), (401, 57), (401, 57)]
    assert other.get("/contacts").status == 200


def test_a_grant_may_be_revoked_in_the_middle(sandbox, caller_for):
    unlucky, other = caller_for(sandbox), caller_for(sandbox)
    sandbox.plant(kind="revoke", path="*/contacts")

    errors = [unlucky.get("/contacts").error for _ in range(2)]

    assert errors == [(401, 57), (401, 57)]
    assert other.get("/contacts").status == 200


def test_rows_may_have_new_keys_other_types_and_lack_some(sandbox, zoho):
    usual = zoho.contacts()
    sandbox.plant(kind="alter", path="*/contacts", each={"new_key": {"a": 1}, "email": None}, drop=["phone"])

    rows = zoho.contacts()

    assert rows == [
        {name: value for name, value in row.items() if name != "phone"} | {"new_key": {"a": 1}, "email": None}
        for row in usual
    ]


def test_the_answer_itself_may_be_altered_and_a_detail_like_a_row(sandbox, zoho):
    contact = zoho.contacts()[0]["contact_id"]
    sandbox.plant(kind="alter", path="*/contacts", put={"contacts": "none", "new_key": True})
    sandbox.plant(kind="alter", path="*/contacts/*", each={"notes": None})

    answer, detail = zoho.get("/contacts").body, zoho.get(f"/contacts/{contact}").body

    assert (answer["contacts"], answer["new_key"], answer["page_context"]["page"]) == ("none", True, 1)
    assert detail["contact"]["notes"] is None
    assert detail["contact"]["contact_id"] == contact


@pytest.mark.parametrize("by", [1, -2])
def test_rows_may_slide_between_two_pages(sandbox, zoho, by):
    order = [row["contact_id"] for row in zoho.contacts(sort_column="created_time")]
    sandbox.plant(kind="shift", path="*/contacts", query={"page": "2"}, by=by)

    first, second = (
        [row["contact_id"] for row in zoho.contacts(sort_column="created_time", per_page=10, page=page)]
        for page in (1, 2)
    )

    assert first == order[:10]
    assert second == order[10 + by : 20 + by]


def test_the_accounts_server_can_be_struck_too(sandbox, zoho):
    too_many = {"error": "Access Denied", "status": "failure"}
    sandbox.plant(kind="answer", path="/oauth/v2/token", status=400, json=too_many)

    answer = zoho.form("/oauth/v2/token", grant_type="refresh_token")

    assert (answer.status, answer.body) == (400, too_many)


def test_a_held_call_waits_until_it_is_let_go(sandbox, zoho):
    fault_id = sandbox.plant(kind="hold", path="*/contacts", query={"page": "1"})

    with ThreadPoolExecutor() as pool:
        held = pool.submit(zoho.get, "/contacts", page=1)
        sandbox.wait_struck(fault_id)
        meanwhile = zoho.get("/contacts", page=2).status
        waiting = not held.done()
        sandbox.release(fault_id)
        answer = held.result(timeout=30)

    assert (meanwhile, waiting, answer.status) == (200, True, 200)


def test_a_delay_ends_early_when_it_is_taken_back(sandbox, zoho):
    fault_id = sandbox.plant(kind="delay", path="*/contacts", seconds=3600)

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(zoho.get, "/contacts")
        sandbox.wait_struck(fault_id)
        sandbox.clear_faults()
        answer = slow.result(timeout=30)

    assert answer.status == 200


def test_a_short_delay_ends_by_itself(sandbox, zoho):
    sandbox.plant(kind="delay", path="*/contacts", seconds=0.01)

    assert statuses(zoho, 1) == [200]


def test_waiting_for_a_strike_that_never_comes_ends(sandbox):
    fault_id = sandbox.plant(kind="reset")

    with pytest.raises(SandboxError, match=f"Fault {fault_id} has struck 0 times"):
        sandbox.wait_struck(fault_id, seconds=0.01)


def test_the_control_api_is_never_struck(sandbox):
    sandbox.plant(kind="reset", path="*", times=None)

    assert sandbox.state()["url"] == sandbox.url
