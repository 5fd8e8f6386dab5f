"""Grants, refresh tokens and access tokens: given, checked, expired, revoked.

Rule: a refusal is told by Zoho's word for it (plugins/zoho/FACTS.md "1.8"),
and a restart forgets none of what was given.
"""

import base64
import hashlib
import secrets
from collections import deque

from msgspec import Struct
from msgspec.structs import replace

from contactd_zoho_sandbox.accounts.users import User
from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.limits import Limits
from contactd_zoho_sandbox.store import Store
from contactd_zoho_sandbox.switches import Switches


class TokenRefused(Exception):
    """The token endpoint says no, with Zoho's word for it and, under HTTP 400, a *description*."""

    def __init__(self, word: str, description: str = "") -> None:
        super().__init__(word)
        self.description = description


def too_many() -> TokenRefused:
    """Return the refusal of who asks for tokens too often."""
    return TokenRefused(
        "Access Denied", "You have made too many requests continuously. Please try again after some time."
    )


class Client(Struct, frozen=True, kw_only=True):
    """One client of the API console."""

    client_id: str
    client_secret: str


class Grant(Struct, frozen=True, kw_only=True):
    """A code that can be exchanged for tokens, once and soon.

    One that went through a browser is exchanged with the *redirect_uri* that it
    went to, and with the text whose PKCE *challenge* it came with.
    """

    code: str
    scope: str
    expires: int
    redirect_uri: str = ""
    challenge: str = ""
    #: Whether a refresh token comes of it.
    offline: bool = True


class RefreshToken(Struct, frozen=True, kw_only=True):
    """The lasting half of a consent; *number* counts them, and is 0 for those that no limit counts."""

    token: str
    scope: str
    number: int = 0


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

    def __init__(
        self,
        store: Store,
        clock: Clock,
        limits: Limits,
        switches: Switches,
        *,
        owner: User | None = None,
        client: Client | None = None,
    ) -> None:
        """Open what *store* holds; *owner* and *client* are those of an empty one."""
        self._store = store
        self._clock = clock
        self._switches = switches
        self.limits = limits
        self.user = next(store.all("user", User), owner or User())
        self.client = next(store.all("client", Client), None) or self._register(client)
        self._grants = {grant.code: grant for grant in store.all("grant", Grant)}
        self._refreshers = {token.token: token for token in store.all("refresh", RefreshToken)}
        self._access = {token.token: token for token in store.all("access", AccessToken)}
        self._given = max((token.number for token in self._refreshers.values()), default=0)
        self._lately: dict[str, deque[int]] = {}
        #: How many codes were exchanged and how often a token was refreshed since the start.
        self.exchanges = 0
        self.refreshes = 0

    @property
    def consented(self) -> bool:
        """Whether the user has a consent in force."""
        return any(token.number for token in self._refreshers.values())

    def readdress(self, email: str) -> None:
        """Give the account's owner another address, as its settings would."""
        self.user = replace(self.user, email=email)
        self._store.put("user", self.user.user_id, self.user)

    def grant(
        self,
        scope: str,
        seconds: int | None = None,
        *,
        redirect_uri: str = "",
        challenge: str = "",
        offline: bool = True,
    ) -> Grant:
        """Make a grant code, as the user does in the API console, or on the consent page for *redirect_uri*."""
        life = self.limits.grant_seconds if seconds is None else seconds
        grant = Grant(
            code=_token(),
            scope=scope,
            expires=self._clock.now() + life,
            redirect_uri=redirect_uri,
            challenge=challenge,
            offline=offline,
        )
        self._grants[grant.code] = grant
        self._store.put("grant", grant.code, grant)
        return grant

    def knows(self, client_id: str) -> bool:
        """Tell whether a client is known in this data center."""
        return self._switches.client_known and client_id == self.client.client_id

    def authenticate(self, client_id: str, client_secret: str) -> None:
        """Check who is asking for tokens.

        Raises:
            TokenRefused: the client is unknown, or its secret is another.
        """
        if not self.knows(client_id):
            raise TokenRefused("invalid_client")
        if client_secret != self.client.client_secret:
            raise TokenRefused("invalid_client_secret")

    def exchange(self, code: str, redirect_uri: str = "", verifier: str = "") -> AccessToken:
        """Turn a grant code into a first access token, and a refresh token where one was asked for.

        Raises:
            TokenRefused: the code is wrong, used or too old, or was not made for this.
        """
        grant = self._grants.pop(code, None)
        if grant is None:
            raise TokenRefused("invalid_code")
        self._store.remove("grant", code)
        if self._clock.now() >= grant.expires or grant.challenge not in {"", challenge_of(verifier)}:
            raise TokenRefused("invalid_code")
        if redirect_uri != grant.redirect_uri:
            raise TokenRefused("invalid_redirect_uri")
        self.exchanges += 1
        return self.consent(grant.scope, counted=True) if grant.offline else self._issue("", grant.scope)

    def consent(self, scope: str, *, counted: bool = False) -> AccessToken:
        """Make a refresh token for *scope* and its first access token, with no code in between.

        One that is *counted* takes the place of the oldest, where there are as
        many as a user and a client may have.
        """
        if counted:
            self._make_room()
        refresher = RefreshToken(token=_token(), scope=scope, number=self._given if counted else 0)
        self._refreshers[refresher.token] = refresher
        self._store.put("refresh", refresher.token, refresher)
        return self._issue(refresher.token, scope)

    def refresh(self, refresh_token: str) -> AccessToken:
        """Make another access token.

        Raises:
            TokenRefused: the refresh token is wrong or revoked, or too many came of it lately.
        """
        refresher = self._refreshers.get(refresh_token)
        if refresher is None:
            raise TokenRefused("invalid_code", "The refresh token is invalid or was revoked.")
        now, lately = self._clock.now(), self._lately.setdefault(refresh_token, deque())
        while lately and lately[0] <= now - self.limits.access_seconds:
            lately.popleft()
        if len(lately) >= self.limits.access_tokens:
            raise too_many()
        lately.append(now)
        self.refreshes += 1
        return self._issue(refresh_token, refresher.scope)

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

    def _register(self, known: Client | None) -> Client:
        client = known or Client(client_id=f"1000.{secrets.token_hex(15).upper()}", client_secret=secrets.token_hex(21))
        self._store.put("client", client.client_id, client)
        return client

    def _make_room(self) -> None:
        counted = sorted((token for token in self._refreshers.values() if token.number), key=lambda one: one.number)
        for oldest in counted[: len(counted) - self.limits.refresh_tokens + 1]:
            self.revoke(oldest.token)
        self._given += 1

    def _issue(self, refresh_token: str, scope: str) -> AccessToken:
        now = self._clock.now()
        if refresh_token:
            live = [token for token in self._access.values() if token.refresh_token == refresh_token]
            live.sort(key=lambda token: token.expires)
            for oldest in live[: max(0, len(live) - self.limits.live_tokens + 1)]:
                self.expire(oldest.token)
        access = AccessToken(
            token=_token(), refresh_token=refresh_token, scope=scope, expires=now + self.limits.token_seconds
        )
        self._access[access.token] = access
        self._store.put("access", access.token, access)
        return access


def challenge_of(verifier: str) -> str:
    """Return the PKCE challenge of *verifier*, by S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _token() -> str:
    return f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
