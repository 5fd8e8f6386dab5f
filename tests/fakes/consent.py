"""What the tests of consent share: a client, its secrets, and the answers of a token endpoint."""

from typing import Any

from contactd_sdk import Grant, Secret, Token
from contactd_zoho.authorizer import ZohoAuthorizer
from contactd_zoho.product import Product
from contactd_zoho.settings import ZohoSettings
from fakes.books import NOW, clock
from fakes.http_script import Answer, HttpScript

BOOKS = Product("Zoho Books", "/books/v3", ("ZohoBooks.contacts.READ", "ZohoBooks.settings.READ"))
ACCESS = "1000.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
REFRESH = "1000.cccccccccccccccccccccccccccccccc.dddddddddddddddddddddddddddddddd"
SECRETS = (ACCESS, REFRESH, "client-secret", "grant-code")


def authorizer_at(address: str, **given: Any) -> ZohoAuthorizer:
    settings = ZohoSettings(
        accounts_url=address, client_id="1000.CLIENT", client_secret=Secret("client-secret"), **given
    )
    return ZohoAuthorizer(settings, BOOKS, now=clock)


def tokens(zoho: HttpScript, **changes: object) -> Answer:
    whole = {"access_token": ACCESS, "api_domain": zoho.address, "token_type": "Bearer", "expires_in": 3600}
    return Answer({key: value for key, value in (whole | changes).items() if value is not None})


def grant(zoho: HttpScript) -> Grant:
    return Grant({"refresh_token": REFRESH, "accounts": zoho.address})


def token(zoho: HttpScript) -> Token:
    return Token(ACCESS, NOW, zoho.address)
