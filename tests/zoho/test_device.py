"""Consent on another device: the code that a person types, and asking whether they did."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from contactd_sdk import AuthFailed, DeviceCode, Grant, Misconfigured, Throttled, Unavailable
from contactd_zoho.authorizer import ZohoAuthorizer
from fakes.books import NOW
from fakes.consent import REFRESH, tokens
from fakes.http_script import Answer, Asked, HttpScript


def device(endpoint: str) -> DeviceCode:
    return DeviceCode("ABCD-EFGH", "https://x", endpoint, NOW + timedelta(minutes=5), 5, {"device_code": "1000.dev"})


BEGUN = {
    "user_code": "ABCD-EFGH",
    "device_code": "1000.dev",
    "verification_url": "https://accounts.zoho.com/oauth/v3/device",
    "expires_in": 300,
    "interval": 5,
}


class TestBeginning:
    @pytest.mark.parametrize("figures", [{}, {"expires_in": 300_000, "interval": 5_000}, {"interval": "5"}])
    def test_a_code_is_got_to_be_typed(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, figures: dict[str, object]
    ) -> None:
        zoho.answer = lambda _: Answer(BEGUN | figures)

        begun = authorizer.begin_device()

        wanted = replace(device(zoho.address), address="https://accounts.zoho.com/oauth/v3/device")
        assert begun == wanted
        assert zoho.journal[0].target == "/oauth/v3/device/code"
        assert zoho.journal[0].form == {
            "grant_type": "device_request",
            "client_id": "1000.CLIENT",
            "scope": "ZohoBooks.contacts.READ,ZohoBooks.settings.READ",
            "access_type": "offline",
            "prompt": "consent",
        }

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (Answer({"error": "invalid_client"}), Misconfigured),
            (Answer({"error": "invalid_scope"}, 400), AuthFailed),
            (Answer("<html>", 200), Unavailable),
            (Answer({"access_token": "x"}), Unavailable),
            (Answer("", 503), Unavailable),
        ],
    )
    def test_a_refusal_is_told(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, answer: Answer, kind: type[Exception]
    ) -> None:
        zoho.answer = lambda _: answer

        with pytest.raises(kind):
            authorizer.begin_device()


class TestPolling:
    def test_consent_brings_what_lasts(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: tokens(zoho, refresh_token=REFRESH)

        given = authorizer.poll(device(zoho.address))

        assert given == Grant({"refresh_token": REFRESH, "accounts": zoho.address})
        assert (zoho.journal[0].target, zoho.journal[0].form) == (
            "/oauth/v3/device/token",
            {
                "grant_type": "device_token",
                "code": "1000.dev",
                "client_id": "1000.CLIENT",
                "client_secret": "client-secret",
            },
        )

    @pytest.mark.parametrize("status", [200, 400])
    @pytest.mark.parametrize(("error", "interval"), [("authorization_pending", 5), ("slow_down", 30)])
    def test_who_has_not_consented_yet_is_asked_after_again(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, status: int, error: str, interval: int
    ) -> None:
        zoho.answer = lambda _: Answer({"error": error}, status)

        assert authorizer.poll(device(zoho.address)) == replace(device(zoho.address), interval=interval)

    def test_another_data_center_is_asked_from_then_on(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = by_path(
            token=Answer({"error": "other_dc", "user_location": "CA"}),
            serverinfo=Answer({"result": "success", "locations": {"ca": "http://127.0.0.2:9"}}),
        )

        assert authorizer.poll(device(zoho.address)) == device("http://127.0.0.2:9")

    def test_a_data_center_that_nobody_knows_is_told(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = by_path(token=Answer({"error": "other_dc", "user_location": "mars"}), serverinfo=Answer("", 404))

        with pytest.raises(Unavailable, match="sends us on to 'mars', which is no data center that is known"):
            authorizer.poll(device(zoho.address))

    @pytest.mark.parametrize(
        ("error", "kind", "says"),
        [
            ("access_denied", AuthFailed, "The consent was refused"),
            ("expired", AuthFailed, "Nobody consented"),
            ("invalid_code", AuthFailed, "does not take the code any more"),
            ("invalid_client_secret", Misconfigured, "Check setting 'client_secret'"),
            ("general_error", Unavailable, "met an error of its own"),
        ],
    )
    def test_an_end_is_told(
        self, zoho: HttpScript, authorizer: ZohoAuthorizer, error: str, kind: type[Exception], says: str
    ) -> None:
        zoho.answer = lambda _: Answer({"error": error})

        with pytest.raises(kind, match=says):
            authorizer.poll(device(zoho.address))

    def test_too_many_questions_mean_a_pause(self, zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
        zoho.answer = lambda _: Answer({"error": "Access Denied", "error_description": "You made too many requests"})

        with pytest.raises(Throttled):
            authorizer.poll(device(zoho.address))


def by_path(**answers: Answer) -> Callable[[Asked], Answer]:
    return lambda asked: answers[asked.path.rsplit("/", 1)[1]]
