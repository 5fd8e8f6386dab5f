"""From a grant code to tokens, and from a token to its user and organizations (FACTS.md "1.2" to "1.9").

Rule: tokens are renewed where they were issued, and calls go where the answer
says (`api_domain`): neither is guessed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from contactd_sdk import Account, AuthFailed, Grant, Misconfigured, Organization, Secret, Token, Unavailable
from contactd_sdk.rest import Rest
from contactd_zoho.centers import accounts_address, center_of
from contactd_zoho.errors import Envelope, Refusal, refusal
from contactd_zoho.finance import authorization, decoded
from contactd_zoho.grants import CODE_REFUSED, REFRESH_REFUSED, Answer, answer_of, gone
from contactd_zoho.product import Product
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.times import utc_now

_Answer = TypeVar("_Answer", bound=Envelope)

#: Tokens live for an hour; a figure above a day is in thousandths (FACTS.md "1.2").
_DAY = 86_400.0


class _Address(msgspec.Struct):
    email: str = ""
    is_selected: bool = False


class _User(msgspec.Struct):
    email_ids: tuple[_Address, ...] = ()


class _Me(Envelope, kw_only=True):
    user: _User = msgspec.field(default_factory=_User)


class _Organization(msgspec.Struct):
    organization_id: str | int
    name: str = ""
    time_zone: str = ""
    is_default_org: bool = False
    is_org_active: bool = True


class _Organizations(Envelope, kw_only=True):
    organizations: tuple[_Organization, ...] = ()


class _Profile(msgspec.Struct):
    email: str = msgspec.field(name="Email", default="")


class ZohoAuthorizer:
    """Consent for one *product*, by the client that *settings* name."""

    def __init__(self, settings: ZohoSettings, product: Product, *, now: Callable[[], datetime] = utc_now) -> None:
        self._settings = settings
        self._product = product
        self._now = now

    def complete(self, code: Secret) -> Grant:
        """Exchange the grant *code* of a self client for a refresh token.

        Raises:
            AuthFailed: the code was refused.
        """
        accounts = accounts_address(self._settings)
        form = {"grant_type": "authorization_code", "code": code.reveal()}
        answer = self._token(accounts, form, CODE_REFUSED)
        if not answer.refresh_token:
            raise AuthFailed(
                f"{self._who(accounts)} gave no refresh token. Make the grant code with a self client, "
                f"for the scopes {','.join(self._product.scopes)}."
            )
        return Grant({"refresh_token": answer.refresh_token, "accounts": accounts})

    def refresh(self, grant: Grant) -> Token:
        """Get a token that opens the API for an hour.

        Raises:
            AuthFailed: the grant is no longer good.
        """
        accounts = grant.secrets["accounts"]
        form = {"grant_type": "refresh_token", "refresh_token": grant.secrets["refresh_token"]}
        answer = self._token(accounts, form, REFRESH_REFUSED)
        if not (answer.access_token.isascii() and answer.access_token.isprintable()):
            raise Unavailable(f"{self._who(accounts)} gave a token that no header can carry.")
        return Token(answer.access_token, self._now() + _life(answer), self._endpoint(accounts, answer))

    def revoke(self, grant: Grant) -> None:
        """Give *grant* back; one that is gone already is no error."""
        accounts = grant.secrets["accounts"]
        rest = Rest(accounts)
        try:
            reply = rest.post_form("/oauth/v2/token/revoke", {"token": grant.secrets["refresh_token"]})
        finally:
            rest.close()
        if not gone(reply):
            raise Unavailable(f"{self._who(accounts)} did not take the access back (HTTP {reply.status}).")

    def account(self, token: Token) -> Account:
        """Tell the address of the account's user: from the product, or else from its profile."""
        organizations = self.organizations(token)
        if organizations:
            chosen = next((row for row in organizations if row.default), organizations[0])
            asked = {"organization_id": chosen.id}
            me = self._ask(token, "/users/me", asked, msgspec.json.Decoder(_Me).decode)
            if isinstance(me, Refusal) and not isinstance(me.error, AuthFailed | Misconfigured):
                raise me.error
            address = "" if isinstance(me, Refusal) else _selected(me.user)
            if address:
                return Account(address)
        return self._profile(token)

    def organizations(self, token: Token) -> Sequence[Organization]:
        """List the active organizations that the account's user belongs to."""
        answer = self._ask(token, "/organizations", {}, msgspec.json.Decoder(_Organizations).decode)
        if isinstance(answer, Refusal):
            raise answer.error
        return [
            Organization(str(row.organization_id), row.name, row.time_zone, row.is_default_org)
            for row in answer.organizations
            if row.is_org_active
        ]

    def _token(self, accounts: str, form: dict[str, str], refused: str) -> Answer:
        client = {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.reveal(),
        }
        rest = Rest(accounts)
        try:
            reply = rest.post_form("/oauth/v2/token", form | client)
        finally:
            rest.close()
        return answer_of(reply, self._who(accounts), refused, self._now)

    def _ask(
        self, token: Token, path: str, params: dict[str, str], decode: Callable[[bytes], _Answer]
    ) -> _Answer | Refusal:
        rest = Rest(token.endpoint, headers=authorization(token))
        try:
            reply = rest.get(self._product.root + path, params)
        finally:
            rest.close()
        answer = decoded(reply.body, decode) if reply.status == 200 else None
        if answer is not None and answer.code == 0:
            return answer
        return refusal(reply, self._product, self._now)

    def _profile(self, token: Token) -> Account:
        accounts = accounts_address(self._settings)
        rest = Rest(accounts, headers=authorization(token))
        try:
            reply = rest.get("/oauth/user/info")
        finally:
            rest.close()
        if reply.status >= 500:
            raise Unavailable(f"{self._who(accounts)} is not available at the moment (HTTP {reply.status}).")
        profile = decoded(reply.body, msgspec.json.Decoder(_Profile).decode)
        if profile is None or not profile.email:
            raise AuthFailed(
                f"{self._who(accounts)} does not tell whose account this is. "
                f"Make a grant code for the scopes {','.join(self._product.scopes)},AaaServer.profile.READ."
            )
        return Account(profile.email)

    def _endpoint(self, accounts: str, answer: Answer) -> str:
        address = answer.api_domain.rstrip("/")
        if not address and not self._settings.accounts_url:
            return f"https://{center_of(self._settings).api_host}"
        # A token that was given under TLS is not sent without.
        if not address or (accounts.startswith("https:") and not address.startswith("https:")):
            raise Unavailable(f"{self._who(accounts)} did not tell where calls go to.")
        return address

    def _who(self, accounts: str) -> str:
        host = urlsplit(accounts).netloc
        own = center_of(self._settings)
        return f"Zoho Accounts in {own.place} ({host})" if host == own.accounts_host else f"Zoho Accounts ({host})"


def _life(answer: Answer) -> timedelta:
    seconds = answer.expires_in_sec or answer.expires_in
    if seconds > _DAY:
        seconds /= 1000
    return timedelta(seconds=min(max(seconds, 0.0), _DAY))


def _selected(user: _User) -> str:
    """Give the address that the user chose, or the first there is."""
    chosen = [row.email for row in user.email_ids if row.is_selected and row.email]
    return next(iter(chosen + [row.email for row in user.email_ids if row.email]), "")
