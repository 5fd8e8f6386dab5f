"""Consent in a browser: where a person is sent, and what is made of what comes back."""

from urllib.parse import parse_qs, urlsplit

import pytest

from contactd_sdk import AuthFailed, Consented, Grant, Secret
from contactd_zoho.accounts import told_accounts
from contactd_zoho.authorizer import ZohoAuthorizer
from contactd_zoho.centers import CENTERS
from contactd_zoho.settings import ZohoSettings
from fakes.consent import BOOKS, REFRESH, SECRETS, tokens
from fakes.http_script import Answer, HttpScript

REDIRECT = "http://127.0.0.1:8765/callback"
US = "https://accounts.zoho.com"


def consented(**parameters: str) -> Consented:
    return Consented(Secret("grant-code"), parameters, REDIRECT, Secret("verifier"))


def test_a_person_is_sent_to_their_data_center_for_the_smallest_scopes() -> None:
    settings = ZohoSettings(client_id="1000.CLIENT", client_secret=Secret("client-secret"), data_center="ca")

    address = urlsplit(ZohoAuthorizer(settings, BOOKS).begin(REDIRECT, "a-state", "a-challenge"))

    assert (address.scheme, address.netloc, address.path) == ("https", "accounts.zohocloud.ca", "/oauth/v2/auth")
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": ["1000.CLIENT"],
        "scope": ["ZohoBooks.contacts.READ,ZohoBooks.settings.READ"],
        "redirect_uri": [REDIRECT],
        "access_type": ["offline"],
        "prompt": ["consent"],
        "state": ["a-state"],
        "code_challenge": ["a-challenge"],
        "code_challenge_method": ["S256"],
    }


def test_the_code_is_exchanged_with_the_address_and_the_verifier(zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
    zoho.answer = lambda _: tokens(zoho, refresh_token=REFRESH)

    given = authorizer.exchange(consented())

    assert given == Grant({"refresh_token": REFRESH, "accounts": zoho.address})
    assert (zoho.journal[0].target, zoho.journal[0].form) == (
        "/oauth/v2/token",
        {
            "grant_type": "authorization_code",
            "code": "grant-code",
            "redirect_uri": REDIRECT,
            "code_verifier": "verifier",
            "client_id": "1000.CLIENT",
            "client_secret": "client-secret",
        },
    )


def test_it_is_exchanged_where_the_callback_says_and_renewed_there(
    zoho: HttpScript, authorizer: ZohoAuthorizer
) -> None:
    with HttpScript(lambda _: tokens(zoho, refresh_token=REFRESH)) as elsewhere:
        grant = authorizer.exchange(consented(location="ca", **{"accounts-server": elsewhere.address}))
        authorizer.refresh(grant)

        assert [asked.path for asked in elsewhere.journal] == ["/oauth/v2/token"] * 2
    assert zoho.journal == []


@pytest.mark.parametrize("center", CENTERS.values(), ids=CENTERS)
def test_every_data_center_is_known_by_its_server_and_by_its_code(center) -> None:
    host = f"https://{center.accounts_host}"

    assert told_accounts({"accounts-server": host}, US) == host
    assert told_accounts({"location": center.code}, US) == host
    assert told_accounts({}, host) == host


@pytest.mark.parametrize(
    "forged",
    [
        "https://evil.example",
        "http://accounts.zoho.eu",
        "https://accounts.zoho.eu.evil.example",
        "https://accounts.zoho.eu@evil.example",
        "https://accounts.zoho.eu:8443",
        "https://[",
        "accounts.zoho.eu",
    ],
)
def test_a_forged_server_gets_nothing(forged: str) -> None:
    with pytest.raises(AuthFailed) as fault:
        told_accounts({"accounts-server": forged}, US)

    assert "no accounts server of Zoho: nothing was sent there" in str(fault.value)


def test_a_consent_without_what_lasts_is_told_with_what_to_do(zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
    zoho.answer = lambda _: tokens(zoho)

    with pytest.raises(AuthFailed, match="gave no refresh token"):
        authorizer.exchange(consented())


@pytest.mark.parametrize(
    ("granted", "lacking"),
    [
        ("ZohoBooks.contacts.READ", "ZohoBooks.settings.READ"),
        ("ZohoBooks.settings.ALL ZohoInvoice.fullaccess.all", "ZohoBooks.contacts.READ"),
        ("openid", "ZohoBooks.contacts.READ and ZohoBooks.settings.READ"),
    ],
)
def test_a_scope_that_is_missing_is_told_by_its_name_and_the_grant_given_back(
    zoho: HttpScript, authorizer: ZohoAuthorizer, granted: str, lacking: str
) -> None:
    zoho.answer = lambda asked: (
        Answer({"status": "success"})
        if asked.path.endswith("/revoke")
        else tokens(zoho, refresh_token=REFRESH, scope=granted)
    )

    with pytest.raises(AuthFailed) as fault:
        authorizer.exchange(consented())

    assert f"does not cover {lacking}. Connect again" in str(fault.value)
    assert zoho.journal[-1].form == {"token": REFRESH}


@pytest.mark.parametrize("granted", ["ZohoBooks.fullaccess.all", "ZohoBooks.contacts.ALL,ZohoBooks.settings.READ"])
def test_a_scope_above_covers_those_below(zoho: HttpScript, authorizer: ZohoAuthorizer, granted: str) -> None:
    zoho.answer = lambda _: tokens(zoho, refresh_token=REFRESH, scope=granted)

    assert authorizer.exchange(consented()).secrets["refresh_token"] == REFRESH


def test_a_code_that_came_too_late_asks_to_connect_again(zoho: HttpScript, authorizer: ZohoAuthorizer) -> None:
    zoho.answer = lambda _: Answer({"error": "invalid_code"})

    with pytest.raises(AuthFailed) as fault:
        authorizer.exchange(consented())

    assert "refuses the code that the browser brought back" in str(fault.value)
    assert [secret for secret in SECRETS if secret in str(fault.value)] == []
