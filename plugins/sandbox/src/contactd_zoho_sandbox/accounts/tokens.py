"""Grants, refresh tokens and access tokens: given, checked, expired, revoked.

Rule: a refusal is told by Zoho's word for it (plugins/zoho/FACTS.md "1.8"),
and a restart forgets none of what was given.
"""

import secrets

from msgspec import Struct
from msgspec.structs import replace

from contactd_zoho_sandbox.accounts.users import User
from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.limits import Limits
from contactd_zoho_sandbox.store import Store


class TokenRefused(Exception):
    """The token endpoint says no; the word is the one that it answers with."""


class Client(Struct, frozen=True, kw_only=True):
    """One self client of the API console."""

    client_id: str
    client_secret: str


class Grant(Struct, frozen=True, kw_only=True):
    """A code that can be exchanged for tokens, once and soon."""

    code: str
    scope: str
    expires: int


class RefreshToken(Struct, frozen=True, kw_only=True):
    """The lasting half of a consent."""

    token: str
    scope: str


class AccessToken(Struct, frozen=True, kw_only=True):
    """What a call is made with, for an hour."""

    token: str
    refresh_token: str
    scope: str
    expires: int

    def allows(self, scope: str) -> bool:
        """Tell whether this token covers *scope*, which is like `ZohoBooks.contacts.READ`."""
        service, resource, _ = scope.split(".")
        covering = {scope, f"{service}.{resource}.ALL", f"{service}.fullaccess.all"}
        return not covering.isdisjoint(self.scope.split())


class Accounts:
    """One Zoho Accounts server: a user, a client, and all that the user consented to."""

    def __init__(self, store: Store, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self.limits = limits
        self.user = next(store.all("user", User), User())
        self.client = next(store.all("client", Client), None) or self._register()
        self._grants = {grant.code: grant for grant in store.all("grant", Grant)}
        self._refreshers = {token.token: token for token in store.all("refresh", RefreshToken)}
        self._access = {token.token: token for token in store.all("access", AccessToken)}
        #: How many codes were exchanged and how often a token was refreshed since the start.
        self.exchanges = 0
        self.refreshes = 0

    def readdress(self, email: str) -> None:
        """Give the account's owner another address, as its settings would."""
        self.user = replace(self.user, email=email)
        self._store.put("user", self.user.user_id, self.user)

    def grant(self, scope: str, seconds: int | None = None) -> Grant:
        """Make a grant code, as the user does in the API console."""
        life = self.limits.grant_seconds if seconds is None else seconds
        grant = Grant(code=_token(), scope=scope, expires=self._clock.now() + life)
        self._grants[grant.code] = grant
        self._store.put("grant", grant.code, grant)
        return grant

    def authenticate(self, client_id: str, client_secret: str) -> None:
        """Check who is asking for tokens.

        Raises:
            TokenRefused: the client is unknown, or its secret is another.
        """
        if client_id != self.client.client_id:
            raise TokenRefused("invalid_client")
        if client_secret != self.client.client_secret:
            raise TokenRefused("invalid_client_secret")

    def exchange(self, code: str) -> AccessToken:
        """Turn a grant code into a refresh token and its first access token.

        Raises:
            TokenRefused: the code is wrong, used or too old.
        """
        grant = self._grants.pop(code, None)
        if grant is None:
            raise TokenRefused("invalid_code")
        self._store.remove("grant", code)
        if self._clock.now() >= grant.expires:
            raise TokenRefused("invalid_code")
        self.exchanges += 1
        return self.consent(grant.scope)

    def consent(self, scope: str) -> AccessToken:
        """Make a refresh token for *scope* and its first access token, with no code in between."""
        refresher = RefreshToken(token=_token(), scope=scope)
        self._refreshers[refresher.token] = refresher
        self._store.put("refresh", refresher.token, refresher)
        return self._issue(refresher)

    def refresh(self, refresh_token: str) -> AccessToken:
        """Make another access token.

        Raises:
            TokenRefused: the refresh token is wrong or revoked.
        """
        refresher = self._refreshers.get(refresh_token)
        if refresher is None:
            raise TokenRefused("invalid_code")
        self.refreshes += 1
        return self._issue(refresher)

    def bearer(self, token: str) -> AccessToken | None:
        """Return the access token of this text, if there is one and it lives."""
        access = self._access.get(token)
        if access is not None and self._clock.now() >= access.expires:
            self.expire(token)
            return None
        return access

    def expire(self, token: str) -> None:
        """End one access token; its refresh token lives on."""
        if self._access.pop(token, None) is not None:
            self._store.remove("access", token)

    def expire_all(self) -> int:
        """End every access token, and tell how many there were."""
        tokens = list(self._access)
        for token in tokens:
            self.expire(token)
        return len(tokens)

    def revoke(self, token: str) -> bool:
        """End a refresh token with all that came of it, or one access token; tell whether there was one."""
        if token in self._access:
            self.expire(token)
            return True
        if self._refreshers.pop(token, None) is None:
            return False
        self._store.remove("refresh", token)
        for access in [access for access in self._access.values() if access.refresh_token == token]:
            self.expire(access.token)
        return True

    def revoke_all(self) -> int:
        """End every refresh token with all that came of it, and tell how many there were."""
        tokens = list(self._refreshers)
        for token in tokens:
            self.revoke(token)
        return len(tokens)

    def _register(self) -> Client:
        client = Client(client_id=f"1000.{secrets.token_hex(15).upper()}", client_secret=secrets.token_hex(21))
        self._store.put("client", client.client_id, client)
        return client

    def _issue(self, refresher: RefreshToken) -> AccessToken:
        access = AccessToken(
            token=_token(),
            refresh_token=refresher.token,
            scope=refresher.scope,
            expires=self._clock.now() + self.limits.token_seconds,
        )
        self._access[access.token] = access
        self._store.put("access", access.token, access)
        return access


def _token() -> str:
    return f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
