"""From consent to tokens, and from a token to its user and organizations (FACTS.md "1.2" to "1.9").

Rule: tokens are renewed where they were issued, and calls go where the answer
says (`api_domain`): neither is guessed. A grant that is of no use is given back
at once, since Zoho keeps 20 of them and then ends the oldest.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlencode

from contactd_sdk import (
    Account,
    AuthFailed,
    Consented,
    DeviceCode,
    Grant,
    Organization,
    Secret,
    Token,
    Unavailable,
)
from contactd_zoho import devices
from contactd_zoho.accounts import AccountsServer, told_accounts
from contactd_zoho.centers import accounts_address, center_at
from contactd_zoho.grants import CALLBACK_REFUSED, CODE_REFUSED, REFRESH_REFUSED, Answer, gone
from contactd_zoho.people import People
from contactd_zoho.product import Product
from contactd_zoho.scopes import missing
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.times import utc_now

#: Tokens live for an hour; a figure above a day is in thousandths (FACTS.md "1.2").
_DAY = 86_400.0


class ZohoAuthorizer:
    """Consent for one *product*, by the client that *settings* name."""

    def __init__(self, settings: ZohoSettings, product: Product, *, now: Callable[[], datetime] = utc_now) -> None:
        self._settings = settings
        self._product = product
        self._now = now

    def begin(self, redirect: str, state: str, challenge: str) -> str:
        """Give the address of Zoho's consent page, for the smallest scopes and a grant that lasts."""
        asked = {
            "response_type": "code",
            "redirect_uri": redirect,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{accounts_address(self._settings)}/oauth/v2/auth?{urlencode(asked | self._lasting)}"

    def exchange(self, consented: Consented) -> Grant:
        """Exchange what the browser brought back, in the data center that it names.

        Raises:
            AuthFailed: it was refused, lacks a scope, or names a server that is none of Zoho's.
        """
        accounts = self._accounts(told_accounts(consented.parameters, accounts_address(self._settings)))
        form = {
            "grant_type": "authorization_code",
            "code": consented.code.reveal(),
            "redirect_uri": consented.redirect,
            "code_verifier": consented.verifier.reveal(),
        }
        again = "Take contactd off the connected apps of the account there, and connect again."
        return self._granted(accounts, accounts.tokens(form, CALLBACK_REFUSED), again)

    def begin_device(self) -> DeviceCode:
        """Ask Zoho for a code that a person types there."""
        return devices.begin(self._home, self._lasting, self._now)

    def poll(self, device: DeviceCode) -> Grant | DeviceCode:
        """Ask once whether they did, in the data center that Zoho named last.

        Raises:
            AuthFailed: they refused, took too long, or the consent lacks a scope.
        """
        accounts = self._accounts(device.endpoint)
        answer = devices.poll(accounts, device, self._now)
        if isinstance(answer, DeviceCode):
            return answer
        return self._granted(accounts, answer, "Register the client for limited input devices, and connect again.")

    def complete(self, code: Secret) -> Grant:
        """Exchange the grant *code* of a self client for a refresh token.

        Raises:
            AuthFailed: the code was refused, or made for too few scopes.
        """
        form = {"grant_type": "authorization_code", "code": code.reveal()}
        again = f"Make the grant code with a self client, for the scopes {','.join(self._product.scopes)}."
        return self._granted(self._home, self._home.tokens(form, CODE_REFUSED), again)

    def refresh(self, grant: Grant) -> Token:
        """Get a token that opens the API for an hour.

        Raises:
            AuthFailed: the grant is no longer good.
        """
        accounts = self._accounts(grant.secrets["accounts"])
        form = {"grant_type": "refresh_token", "refresh_token": grant.secrets["refresh_token"]}
        answer = accounts.tokens(form, REFRESH_REFUSED)
        if not (answer.access_token.isascii() and answer.access_token.isprintable()):
            raise Unavailable(f"{accounts.name} gave a token that no header can carry.")
        return Token(answer.access_token, self._now() + _life(answer), _endpoint(accounts, answer))

    def revoke(self, grant: Grant) -> None:
        """Give *grant* back; one that is gone already is no error."""
        accounts = self._accounts(grant.secrets["accounts"])
        reply = accounts.post("/oauth/v2/token/revoke", {"token": grant.secrets["refresh_token"]})
        if not gone(reply):
            raise Unavailable(f"{accounts.name} did not take the access back (HTTP {reply.status}).")

    def account(self, token: Token) -> Account:
        """Tell the address of the account's user: from the product, or else from its profile."""
        center = center_at(token.endpoint)
        accounts = self._accounts(f"https://{center.accounts_host}") if center else self._home
        return People(self._product, token, self._now).account(accounts)

    def organizations(self, token: Token) -> Sequence[Organization]:
        """List the active organizations that the account's user belongs to."""
        return People(self._product, token, self._now).organizations()

    @property
    def _home(self) -> AccountsServer:
        return self._accounts(accounts_address(self._settings))

    @property
    def _lasting(self) -> dict[str, str]:
        """What is asked of any consent: these scopes, and a refresh token even if there was one before."""
        return {
            "client_id": self._settings.client_id,
            "scope": ",".join(self._product.scopes),
            "access_type": "offline",
            "prompt": "consent",
        }

    def _accounts(self, address: str) -> AccountsServer:
        return AccountsServer(self._settings, address, self._now)

    def _granted(self, accounts: AccountsServer, answer: Answer, again: str) -> Grant:
        if not answer.refresh_token:
            raise AuthFailed(f"{accounts.name} gave no refresh token. {again}")
        grant = Grant({"refresh_token": answer.refresh_token, "accounts": accounts.address})
        lacking = missing(self._product.scopes, answer.scope) if answer.scope else ()
        if lacking:
            with suppress(Unavailable):
                self.revoke(grant)
            raise AuthFailed(
                f"The consent at {accounts.name} does not cover {' and '.join(lacking)}. "
                f"Connect again, and consent to the scopes {','.join(self._product.scopes)}."
            )
        return grant


def _endpoint(accounts: AccountsServer, answer: Answer) -> str:
    address = answer.api_domain.rstrip("/")
    if not address and accounts.center:
        return f"https://{accounts.center.api_host}"
    # A token that was given under TLS is not sent without.
    if not address or (accounts.address.startswith("https:") and not address.startswith("https:")):
        raise Unavailable(f"{accounts.name} did not tell where calls go to.")
    return address


def _life(answer: Answer) -> timedelta:
    seconds = answer.expires_in_sec or answer.expires_in
    if seconds > _DAY:
        seconds /= 1000
    return timedelta(seconds=min(max(seconds, 0.0), _DAY))
