"""Grants, tokens and the owner of the account, steered from afar."""

from dataclasses import dataclass

from contactd_zoho_sandbox.remote.wire import Wire, given


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token that works at once, and the refresh token it came from."""

    access_token: str
    refresh_token: str


class AccountControl(Wire):
    """What a user would do in a browser, and what time and Zoho do to tokens."""

    def grant(self, scope: str | None = None, *, seconds: int | None = None) -> str:
        """Make a grant code that lives *seconds*, by default 60."""
        return str(self._call("POST", "/sandbox/grants", given(scope=scope, seconds=seconds))["code"])

    def tokens(self, scope: str | None = None) -> Tokens:
        """Make tokens without a grant code."""
        return Tokens(**self._call("POST", "/sandbox/tokens", given(scope=scope)))

    def expire_tokens(self) -> int:
        """End all access tokens; return how many there were."""
        return int(self._call("POST", "/sandbox/tokens/expire")["expired"])

    def revoke_tokens(self) -> int:
        """End all refresh tokens with their access tokens; return how many there were."""
        return int(self._call("POST", "/sandbox/tokens/revoke")["revoked"])

    def readdress_owner(self, email: str) -> None:
        """Give the account's owner another address."""
        self._call("PATCH", "/sandbox/owner", {"email": email})
