"""Whose account a token opens, and which organizations its user sees (FACTS.md "2.2", "1.9")."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from contactd_sdk import Account, AuthFailed, Misconfigured, Organization, Token, Unavailable
from contactd_sdk.rest import Rest
from contactd_zoho.accounts import AccountsServer
from contactd_zoho.errors import Envelope, Refusal, refusal
from contactd_zoho.finance import authorization, decoded
from contactd_zoho.grants import check_pace
from contactd_zoho.product import Product

_Answer = TypeVar("_Answer", bound=Envelope)


# What is missing may be null as well as absent or empty, whatever was recorded (FACTS.md "2.1").
class _Address(msgspec.Struct):
    email: str | None = ""
    is_selected: bool | None = False


class _User(msgspec.Struct):
    email_ids: tuple[_Address, ...] = ()


class _Me(Envelope, kw_only=True):
    user: _User = msgspec.field(default_factory=_User)


class _Organization(msgspec.Struct):
    organization_id: str | int
    name: str | None = ""
    time_zone: str | None = ""
    is_default_org: bool | None = False
    is_org_active: bool | None = True


class _Organizations(Envelope, kw_only=True):
    organizations: tuple[_Organization, ...] = ()


class _Profile(msgspec.Struct):
    email: str = msgspec.field(name="Email", default="")


class People:
    """What *product* tells, to whom *token* opens it, of the account's user."""

    def __init__(self, product: Product, token: Token, now: Callable[[], datetime]) -> None:
        self._product = product
        self._token = token
        self._now = now

    def account(self, server: AccountsServer) -> Account:
        """Tell the address of the user: from the product, or else from their profile at *server*."""
        organizations = self.organizations()
        if organizations:
            chosen = next((row for row in organizations if row.default), organizations[0])
            asked = {"organization_id": chosen.id}
            me = self._ask("/users/me", asked, msgspec.json.Decoder(_Me).decode)
            if isinstance(me, Refusal) and not isinstance(me.error, AuthFailed | Misconfigured):
                raise me.error
            address = "" if isinstance(me, Refusal) else _selected(me.user)
            if address:
                return Account(address)
        return self._profile(server)

    def organizations(self) -> Sequence[Organization]:
        """List the active organizations that the user belongs to."""
        answer = self._ask("/organizations", {}, msgspec.json.Decoder(_Organizations).decode)
        if isinstance(answer, Refusal):
            raise answer.error
        return [
            Organization(str(row.organization_id), row.name or "", row.time_zone or "", bool(row.is_default_org))
            for row in answer.organizations
            if row.is_org_active is not False
        ]

    def _ask(self, path: str, params: dict[str, str], decode: Callable[[bytes], _Answer]) -> _Answer | Refusal:
        rest = Rest(self._token.endpoint, headers=authorization(self._token))
        try:
            reply = rest.get(self._product.root + path, params)
        finally:
            rest.close()
        answer = decoded(reply.body, decode) if reply.status == 200 else None
        if answer is not None and answer.code == 0:
            return answer
        return refusal(reply, self._product, self._now)

    def _profile(self, server: AccountsServer) -> Account:
        rest = Rest(server.address, headers=authorization(self._token))
        try:
            reply = rest.get("/oauth/user/info")
        finally:
            rest.close()
        check_pace(reply, server.name, self._now)
        if reply.status >= 500:
            raise Unavailable(f"{server.name} is not available at the moment (HTTP {reply.status}).")
        profile = decoded(reply.body, msgspec.json.Decoder(_Profile).decode)
        if profile is None:
            raise Unavailable(f"{server.name} sent an answer that is none (HTTP {reply.status}).")
        if not profile.email:
            raise AuthFailed(
                f"{server.name} does not tell whose account this is. "
                f"Make a grant code for the scopes {','.join(self._product.scopes)},AaaServer.profile.READ."
            )
        return Account(profile.email)


def _selected(user: _User) -> str:
    """Give the address that the user chose, or the first there is."""
    chosen = [row.email for row in user.email_ids if row.is_selected and row.email]
    return next(iter(chosen + [row.email for row in user.email_ids if row.email]), "")
