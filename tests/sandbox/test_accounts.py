"""Zoho Accounts: codes become tokens, tokens live and die, and refusals look like success."""

import base64
import re

import pytest

NOTHING: dict[str, str] = {}
TOKEN = re.compile(r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}")


@pytest.fixture
def client(sandbox):
    return {"client_id": sandbox.ready.client_id, "client_secret": sandbox.ready.client_secret}


@pytest.fixture
def exchange(zoho, client):
    def call(code, changes=NOTHING):
        form = {"grant_type": "authorization_code", "code": code} | client | changes
        return zoho.form("/oauth/v2/token", **form)

    return call


@pytest.fixture
def refresh(zoho, client):
    def call(token, changes=NOTHING):
        form = {"grant_type": "refresh_token", "refresh_token": token} | client | changes
        return zoho.form("/oauth/v2/token", **form)

    return call


def users_status(zoho, token):
    header = {"Authorization": f"Zoho-oauthtoken {token}"}
    return zoho("GET", f"/books/v3/users/me?organization_id={zoho.organization_id}", headers=header).status


def test_a_grant_code_becomes_tokens(sandbox, exchange):
    answer = exchange(sandbox.grant("ZohoBooks.contacts.READ,ZohoBooks.settings.READ"))

    body = answer.body
    assert answer.status == 200
    assert TOKEN.fullmatch(body.pop("access_token"))
    assert TOKEN.fullmatch(body.pop("refresh_token"))
    assert body == {
        "scope": "ZohoBooks.contacts.READ ZohoBooks.settings.READ",
        "api_domain": sandbox.url,
        "token_type": "Bearer",
        "expires_in": 3600,
    }


def test_the_code_of_the_ready_line_works_once(sandbox, exchange):
    first = exchange(sandbox.ready.grant_code)
    second = exchange(sandbox.ready.grant_code)

    assert "access_token" in first.body
    assert (second.status, second.body) == (200, {"error": "invalid_code"})


def test_a_code_that_is_too_old_is_refused(sandbox, exchange):
    assert exchange(sandbox.grant(seconds=0)).body == {"error": "invalid_code"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "1000.NOBODY"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"code": "1000.wrong"}, "invalid_code"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
    ],
)
def test_refusals_come_under_http_200(sandbox, exchange, change, error):
    answer = exchange(sandbox.grant(), change)

    assert (answer.status, answer.body) == (200, {"error": error})


def test_a_wrong_secret_does_not_use_up_the_code(sandbox, exchange):
    code = sandbox.grant()
    exchange(code, {"client_secret": "wrong"})

    assert "access_token" in exchange(code).body


def test_a_refresh_gives_no_refresh_token(sandbox, refresh):
    tokens = sandbox.tokens()

    body = refresh(tokens.refresh_token).body

    assert set(body) == {"access_token", "scope", "api_domain", "token_type", "expires_in"}
    assert body["access_token"] != tokens.access_token


def test_an_unknown_refresh_token_is_an_invalid_code(refresh):
    assert refresh("1000.wrong").body == {"error": "invalid_code"}


def test_parameters_may_stand_in_the_query_and_the_client_in_a_basic_header(sandbox, zoho, client):
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()

    answer = zoho(
        "POST",
        f"/oauth/v2/token?grant_type=refresh_token&refresh_token={sandbox.tokens().refresh_token}",
        headers={"Authorization": f"Basic {basic}"},
    )

    assert "access_token" in answer.body


def test_revoking_a_refresh_token_ends_its_access_tokens_too(sandbox, zoho, refresh):
    tokens = sandbox.tokens()

    revoked = zoho.form("/oauth/v2/token/revoke", token=tokens.refresh_token)

    assert (revoked.status, revoked.body) == (200, {"status": "success"})
    assert refresh(tokens.refresh_token).body == {"error": "invalid_code"}
    assert users_status(zoho, tokens.access_token) == 401


def test_expired_access_tokens_are_refreshed_and_revoked_ones_are_not(sandbox, zoho, refresh):
    tokens = sandbox.tokens()

    sandbox.expire_tokens()

    assert users_status(zoho, tokens.access_token) == 401
    fresh = refresh(tokens.refresh_token).body["access_token"]
    assert users_status(zoho, fresh) == 200
    sandbox.revoke_tokens()
    assert users_status(zoho, fresh) == 401
    assert refresh(tokens.refresh_token).body == {"error": "invalid_code"}


def test_the_life_of_an_access_token_can_be_set(sandbox, zoho, refresh):
    tokens = sandbox.tokens()
    sandbox.set_limits(token_seconds=0)

    body = refresh(tokens.refresh_token).body
    sandbox.set_limits(token_seconds=3600)

    assert body["expires_in"] == 0
    assert users_status(zoho, body["access_token"]) == 401


def test_the_user_is_shown_with_the_profile_scope_alone(sandbox, zoho):
    allowed, other = sandbox.tokens("AaaServer.profile.READ"), sandbox.tokens("ZohoBooks.contacts.READ")

    shown = zoho("GET", "/oauth/user/info", headers={"Authorization": f"Zoho-oauthtoken {allowed.access_token}"})
    refused = zoho("GET", "/oauth/user/info", headers={"Authorization": f"Zoho-oauthtoken {other.access_token}"})

    assert set(shown.body) == {"First_Name", "Last_Name", "Email", "Display_Name", "ZUID"}
    assert shown.body["Email"] == sandbox.ready.email
    assert isinstance(shown.body["ZUID"], int)
    assert refused.status == 401


def test_exchanges_and_refreshes_are_counted(sandbox, exchange, refresh):
    before = sandbox.state()

    exchange(sandbox.grant())
    refresh(sandbox.tokens().refresh_token)
    refresh("1000.wrong")

    after = sandbox.state()
    assert after["exchanges"] - before["exchanges"] == 1
    assert after["refreshes"] - before["refreshes"] == 1
