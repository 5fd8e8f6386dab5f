"""Consent: from a grant code to tokens, and what every error of Zoho Accounts means."""

from datetime import timedelta

import pytest

from contactd_sdk import AuthFailed, Grant, Misconfigured, Secret, Throttled, Token, Unavailable
from contactd_zoho.authorizer import ZohoAuthorizer
from fakes.books import NOW
from fakes.consent import ACCESS, REFRESH, SECRETS, authorizer_at, grant, tokens
from fakes.http_script import Answer, HttpScript


class TestComplete:
    def test_a_grant_code_becomes_a_grant(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: tokens(zoho, refresh_token=REFRESH)

        given = authorizer.complete(Secret("grant-code"))

        assert given == Grant({"refresh_token": REFRESH, "accounts": zoho.address})

    def test_the_code_goes_in_the_body_and_without_a_redirect(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer
    ) -> None:
        zoho.answer = lambda _: tokens(zoho, refresh_token=REFRESH)

        authorizer.complete(Secret("grant-code"))

        assert (zoho.journal[0].method, zoho.journal[0].target) == ("POST", "/oauth/v2/token")
        assert zoho.journal[0].form == {
            "grant_type": "authorization_code",
            "code": "grant-code",
            "client_id": "1000.CLIENT",
            "client_secret": "client-secret",
        }

    def test_tokens_without_one_that_lasts_are_not_enough(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: tokens(zoho)

        with pytest.raises(AuthFailed) as fault:
            authorizer.complete(Secret("grant-code"))

        assert "gave no refresh token. Make the grant code with a self client" in str(fault.value)

    def test_a_used_code_is_told_with_what_to_do(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: Answer({"error": "invalid_code"})

        with pytest.raises(AuthFailed) as fault:
            authorizer.complete(Secret("grant-code"))

        assert str(fault.value) == (
            f"Zoho Accounts ({zoho.host}) refuses the grant code: it was used already, has expired, or belongs to "
            "another client. Make a new grant code, it lives a few minutes and works once "
            '(Zoho says: "invalid_code").'
        )


class TestRefresh:
    def test_a_grant_becomes_a_token_for_the_host_that_the_answer_names(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer
    ) -> None:
        zoho.answer = lambda _: tokens(zoho, api_domain="http://127.0.0.2:5/")

        given = authorizer.refresh(grant(zoho))

        assert given == Token(ACCESS, NOW + timedelta(hours=1), "http://127.0.0.2:5")
        assert zoho.journal[0].form == {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH,
            "client_id": "1000.CLIENT",
            "client_secret": "client-secret",
        }

    def test_it_is_renewed_where_it_was_issued(self, zoho: HttpScript) -> None:
        zoho.answer = lambda _: tokens(zoho)

        authorizer_at("http://127.0.0.1:1").refresh(grant(zoho))

        assert len(zoho.journal) == 1

    @pytest.mark.parametrize(
        ("life", "seconds"),
        [
            ({"expires_in": 3600}, 3600),
            ({"expires_in": "3600"}, 3600),
            ({"expires_in": 3_600_000}, 3600),
            ({"expires_in": 3_600_000, "expires_in_sec": 1800}, 1800),
            ({"expires_in": None}, 3600),
            ({"expires_in": -1}, 0),
        ],
    )
    def test_its_life_is_read_in_every_form(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, life: dict[str, object], seconds: int
    ) -> None:
        zoho.answer = lambda _: tokens(zoho, **life)

        assert authorizer.refresh(grant(zoho)).expires == NOW + timedelta(seconds=seconds)

    def test_an_answer_that_names_no_host_is_none_when_the_address_was_set(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer
    ) -> None:
        zoho.answer = lambda _: tokens(zoho, api_domain=None)

        with pytest.raises(Unavailable) as fault:
            authorizer.refresh(grant(zoho))

        assert str(fault.value).endswith("did not tell where calls go to.")

    def test_a_token_that_no_header_can_carry_is_refused(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: tokens(zoho, access_token="1000.x\r\nX-Evil: 1")

        with pytest.raises(Unavailable):
            authorizer.refresh(grant(zoho))

    def test_a_revoked_grant_asks_for_a_new_one(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: Answer({"error": "invalid_code", "error_description": "revoked"}, 400)

        with pytest.raises(AuthFailed) as fault:
            authorizer.refresh(grant(zoho))

        assert "Connect again" in str(fault.value)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("error", "kind", "setting"),
    [
        ("invalid_code", AuthFailed, None),
        ("invalid_client", Misconfigured, "client_id"),
        ("invalid_client_secret", Misconfigured, "client_secret"),
        ("invalid_redirect_uri", Misconfigured, "client_id"),
        ("invalid_scope", AuthFailed, None),
        ("access_denied", AuthFailed, None),
        ("general_error", Unavailable, None),
        ("unsupported_grant_type", Misconfigured, None),
        ("invalid_request", Misconfigured, None),
        ("missing_org_info", Misconfigured, None),
        ("something_new", AuthFailed, None),
    ],
)
@pytest.mark.parametrize("more", [{}, {"error_description": f"about {REFRESH}"}], ids=["bare", "described"])
def test_an_error_is_told_apart_whatever_its_status(
    zoho: HttpScript,
    authorizer: ZohoAuthorizer,
    more: dict[str, str],
    status: int,
    error: str,
    kind: type[Exception],
    setting: str | None,
) -> None:
    zoho.answer = lambda _: Answer({"error": error, **more}, status)

    with pytest.raises(kind) as fault:
        authorizer.complete(Secret("grant-code"))

    assert type(fault.value) is kind
    assert getattr(fault.value, "setting", None) == setting
    assert [secret for secret in SECRETS if secret in str(fault.value)] == []


def test_an_unknown_client_is_told_with_its_data_center(zoho: HttpScript) -> None:
    zoho.answer = lambda _: Answer({"error": "invalid_client"})

    with pytest.raises(Misconfigured) as fault:
        authorizer_at(zoho.address).complete(Secret("grant-code"))

    assert "Check settings 'client_id' and 'data_center'" in str(fault.value)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(
            {
                "error": "Access Denied",
                "error_description": "You have made too many requests continuously. Please try again after some time.",
                "status": "failure",
            },
            status,
        )
        for status in (200, 400)
    ]
    + [Answer("slow down", 429)],
)
def test_too_many_tokens_mean_a_pause_of_ten_minutes(
    zoho: HttpScript, authorizer: ZohoAuthorizer, answer: Answer
) -> None:
    zoho.answer = lambda _: answer

    with pytest.raises(Throttled) as fault:
        authorizer.refresh(grant(zoho))

    assert fault.value.until == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("<html>maintenance</html>", 200),
        Answer("<html>maintenance</html>", 503),
        Answer({"error": "invalid_code"}, 502),
        Answer("{", 200),
        Answer([], 200),
        Answer({}, 200),
        Answer({"access_token": 5}, 200),
        Answer(b"\xff", 200),
        Answer(then="reset"),
    ],
)
def test_what_is_no_answer_is_tried_again(zoho: HttpScript, authorizer: ZohoAuthorizer, answer: Answer) -> None:
    zoho.answer = lambda _: answer

    with pytest.raises(Unavailable):
        authorizer.refresh(grant(zoho))

    assert len(zoho.journal) == 1


class TestRevoke:
    def test_the_refresh_token_is_given_back(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: Answer({"status": "success"})

        authorizer.revoke(grant(zoho))

        assert zoho.journal[0].target == "/oauth/v2/token/revoke"
        assert zoho.journal[0].form == {"token": REFRESH}

    @pytest.mark.parametrize("status", [200, 400])
    def test_one_that_is_gone_already_is_no_error(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, status: int
    ) -> None:
        zoho.answer = lambda _: Answer({"error": "invalid_code"}, status)

        authorizer.revoke(grant(zoho))

        assert len(zoho.journal) == 1

    @pytest.mark.parametrize("answer", [Answer("", 503), Answer("", 404), Answer({"error": "general_error"}, 200)])
    def test_one_that_is_not_taken_is_told(self, zoho: HttpScript, authorizer: ZohoAuthorizer, answer: Answer) -> None:
        zoho.answer = lambda _: answer

        with pytest.raises(Unavailable):
            authorizer.revoke(grant(zoho))
