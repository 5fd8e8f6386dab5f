"""Consent at the sandbox: in a browser, on another device, and in either data center."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from contactd_zoho_sandbox import owner
from contactd_zoho_sandbox.accounts.tokens import challenge_of
from contactd_zoho_sandbox.control import Control
from contactd_zoho_sandbox.owner import ConsentFailed
from sandbox.conftest import Caller

REDIRECT = "http://127.0.0.1:8765/callback"
SCOPE = "ZohoBooks.contacts.READ,ZohoBooks.settings.READ"


@pytest.fixture
def ask(sandbox):
    """The address of the consent page."""

    def address(url="", **changes):
        asked = {
            "response_type": "code",
            "client_id": sandbox.ready.client_id,
            "scope": SCOPE,
            "redirect_uri": REDIRECT,
            "access_type": "offline",
            "prompt": "consent",
            "state": "our-state",
            "code_challenge": challenge_of("our-verifier"),
            "code_challenge_method": "S256",
            **changes,
        }
        return f"{url or sandbox.url}/oauth/v2/auth?{urlencode(asked)}"

    return address


@pytest.fixture
def exchange(sandbox):
    def call(url, code, **changes):
        client = {"client_id": sandbox.ready.client_id, "client_secret": sandbox.ready.client_secret}
        form = {"redirect_uri": REDIRECT, "code_verifier": "our-verifier", **client, **changes}
        return Caller(url, "").form("/oauth/v2/token", grant_type="authorization_code", code=code, **form).body

    return call


@pytest.fixture
def canada(sandbox):
    center = sandbox.ready.centers[1]
    control = Control(center.accounts_url)
    yield center
    control.switch(client_known=True)


@pytest.fixture(autouse=True)
def as_it_was(sandbox):
    yield
    sandbox.switch(token_error_status=200, throttle_status=400)
    sandbox.set_limits(refresh_tokens=20, access_tokens=10, live_tokens=15, device_interval=30)
    sandbox.reset_clock()


def came_back(address):
    return dict(parse_qsl(urlsplit(address).query))


class TestInABrowser:
    def test_who_accepts_is_sent_back_with_a_code_and_the_place(self, sandbox, ask, exchange):
        back = owner.consent(ask())

        found = came_back(back)
        body = exchange(sandbox.url, found.pop("code"))
        assert back.startswith(f"{REDIRECT}?")
        assert found == {"state": "our-state", "location": "us", "accounts-server": sandbox.url}
        assert body["scope"] == SCOPE.replace(",", " ")
        assert {"access_token", "refresh_token"} <= set(body)

    def test_who_refuses_is_sent_back_with_an_error(self, ask):
        assert came_back(owner.consent(ask(), accept=False)) == {"state": "our-state", "error": "access_denied"}

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"client_id": "1000.NOBODY"}, "INVALID_CLIENT"),
            ({"redirect_uri": "https://example.com/"}, "INVALID_REDIRECT_URI"),
            ({"scope": "zohobooks.contacts.READ"}, "INVALID_OAUTHSCOPE"),
            ({"response_type": "token"}, "INVALID_RESPONSE_TYPE"),
            ({"code_challenge_method": "plain"}, "INVALID_CODE_CHALLENGE"),
        ],
    )
    def test_what_cannot_be_had_is_a_page(self, ask, change, word):
        with pytest.raises(ConsentFailed, match=f"<p>{word}</p>"):
            owner.consent(ask(**change))

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"code_verifier": "another"}, "invalid_code"),
            ({"redirect_uri": f"{REDIRECT}/"}, "invalid_redirect_uri"),
            ({"redirect_uri": ""}, "invalid_redirect_uri"),
        ],
    )
    def test_a_code_is_exchanged_only_for_what_it_was_made_for(self, sandbox, ask, exchange, change, error):
        code = came_back(owner.consent(ask()))["code"]

        assert exchange(sandbox.url, code, **change) == {"error": error}

    def test_what_lasts_is_given_once_unless_consent_is_asked_for_anew(self, sandbox, ask, exchange):
        def given(**changes):
            return "refresh_token" in exchange(sandbox.url, came_back(owner.consent(ask(**changes)))["code"])

        sandbox.revoke_tokens()

        assert [given(prompt=""), given(prompt=""), given(), given(access_type="online")] == [True, False, True, False]

    def test_a_code_lives_for_a_minute(self, sandbox, ask, exchange):
        code = came_back(owner.consent(ask()))["code"]
        sandbox.advance(60)

        assert exchange(sandbox.url, code) == {"error": "invalid_code"}

    @pytest.mark.parametrize("status", [200, 400])
    def test_errors_come_under_either_status(self, sandbox, zoho, status):
        sandbox.switch(token_error_status=status)
        answer = zoho.form("/oauth/v2/token", grant_type="refresh_token", client_id="1000.NOBODY")

        assert (answer.status, answer.body["error"]) == (status, "invalid_client")
        assert ("error_description" in answer.body) is (status == 400)


class TestTheOtherDataCenter:
    def test_who_has_an_account_there_is_sent_on(self, sandbox, ask, exchange, canada):
        found = came_back(owner.consent(ask(), who=canada.email))

        body = exchange(canada.accounts_url, found["code"])
        here = Caller(sandbox.url, "", body["access_token"])
        there = Caller(canada.api_url, "", body["access_token"])
        assert (found["location"], found["accounts-server"]) == ("ca", canada.accounts_url)
        assert body["api_domain"] == canada.api_url
        assert here.get("/organizations").error == (401, 57)
        assert [one["name"] for one in there.get("/organizations").body["organizations"]] == ["Maple Leaf Records"]

    def test_its_accounts_and_its_api_have_different_hosts(self, canada):
        hosts = {urlsplit(address).hostname for address in (canada.accounts_url, canada.api_url)}

        assert len(hosts) == 2
        assert Caller(canada.accounts_url, "", "x").get("/organizations").status == 404
        assert Caller(canada.api_url, "").form("/oauth/v2/token").status == 404

    def test_a_code_of_one_is_unknown_in_the_other(self, sandbox, ask, exchange, canada):
        code = came_back(owner.consent(ask(), who=canada.email))["code"]

        assert exchange(sandbox.url, code) == {"error": "invalid_code"}

    def test_a_client_may_be_unknown_there(self, ask, exchange, canada):
        Control(canada.accounts_url).switch(client_known=False)

        assert exchange(canada.accounts_url, "any") == {"error": "invalid_client"}
        with pytest.raises(ConsentFailed, match="INVALID_CLIENT"):
            owner.consent(ask(), who=canada.email)

    def test_all_of_them_are_listed(self, sandbox, zoho, canada):
        assert zoho("GET", "/oauth/serverinfo").body == {
            "result": "success",
            "locations": {"us": sandbox.url, "ca": canada.accounts_url},
        }


class TestOnAnotherDevice:
    @pytest.fixture
    def begun(self, sandbox, zoho):
        sandbox.freeze()
        form = {"grant_type": "device_request", "client_id": sandbox.ready.client_id, "scope": SCOPE}
        return zoho.form("/oauth/v3/device/code", **form).body

    @pytest.fixture
    def poll(self, sandbox, begun):
        def call(url=sandbox.url):
            client = {"client_id": sandbox.ready.client_id, "client_secret": sandbox.ready.client_secret}
            form = {"grant_type": "device_token", "code": begun["device_code"], **client}
            return Caller(url, "").form("/oauth/v3/device/token", **form).body

        return call

    def test_a_person_types_the_code_while_the_device_asks(self, sandbox, begun, poll):
        asked = [poll(), poll()]
        sandbox.advance(30)
        asked.append(poll())
        owner.type_code(begun["verification_url"], begun["user_code"].lower())

        tokens = poll()

        assert [answer["error"] for answer in asked] == ["authorization_pending", "slow_down", "authorization_pending"]
        assert {"access_token", "refresh_token"} <= set(tokens)
        assert poll() == {"error": "invalid_code"}
        assert (begun["expires_in"], begun["interval"]) == (300, 30)

    def test_who_has_an_account_elsewhere_sends_the_device_on(self, begun, poll, canada):
        owner.type_code(begun["verification_url"], begun["user_code"], who=canada.email)

        assert poll() == {"error": "other_dc", "user_location": "ca"}
        assert poll(canada.accounts_url)["api_domain"] == canada.api_url

    def test_who_refuses_ends_it(self, begun, poll):
        owner.type_code(begun["verification_url"], begun["user_code"], accept=False)

        assert [poll(), poll()] == [{"error": "access_denied"}, {"error": "invalid_code"}]

    def test_it_is_too_late_after_five_minutes(self, sandbox, begun, poll):
        sandbox.advance(300)

        assert poll() == {"error": "expired"}
        with pytest.raises(ConsentFailed):
            owner.type_code(begun["verification_url"], begun["user_code"])

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"client_id": "1000.NOBODY"}, "invalid_client"),
            ({"scope": "nothing.at.ALL"}, "invalid_scope"),
            ({"grant_type": ""}, "invalid_request"),
        ],
    )
    def test_what_cannot_be_begun_is_told(self, sandbox, zoho, change, error):
        form = {"grant_type": "device_request", "client_id": sandbox.ready.client_id, "scope": SCOPE, **change}

        assert zoho.form("/oauth/v3/device/code", **form).body == {"error": error}


class TestLimits:
    def refresh(self, sandbox, zoho, token):
        client = {"client_id": sandbox.ready.client_id, "client_secret": sandbox.ready.client_secret}
        return zoho.form("/oauth/v2/token", grant_type="refresh_token", refresh_token=token, **client)

    def test_one_consent_too_many_ends_the_oldest_and_its_tokens(self, sandbox, zoho, ask, exchange):
        sandbox.revoke_tokens()
        sandbox.set_limits(refresh_tokens=2)
        given = [exchange(sandbox.url, came_back(owner.consent(ask()))["code"]) for _ in range(3)]

        alive = ["access_token" in self.refresh(sandbox, zoho, one["refresh_token"]).body for one in given]

        oldest = Caller(sandbox.url, zoho.organization_id, given[0]["access_token"])
        assert alive == [False, True, True]
        assert oldest.get("/users/me").status == 401

    @pytest.mark.parametrize("status", [200, 400])
    def test_too_many_access_tokens_are_refused_for_ten_minutes(self, sandbox, zoho, status):
        sandbox.switch(throttle_status=status)
        sandbox.set_limits(access_tokens=2)
        token = sandbox.tokens().refresh_token
        answers = [self.refresh(sandbox, zoho, token) for _ in range(3)]
        sandbox.advance(600)

        assert (answers[2].status, answers[2].body["error"]) == (status, "Access Denied")
        assert "too many requests continuously" in answers[2].body["error_description"]
        assert "access_token" in self.refresh(sandbox, zoho, token).body

    def test_one_live_token_too_many_ends_the_oldest(self, sandbox, zoho):
        sandbox.set_limits(live_tokens=2)
        first = sandbox.tokens("ZohoBooks.fullaccess.all")
        later = [self.refresh(sandbox, zoho, first.refresh_token).body["access_token"] for _ in range(2)]

        statuses = [
            Caller(sandbox.url, zoho.organization_id, token).get("/users/me").status
            for token in (first.access_token, *later)
        ]

        assert statuses == [401, 200, 200]
