"""How an account's owner consents: in a browser, or on another device by a short code.

Both are extras of an authorizer: what it can do it declares as a capability of
its kind, and has the methods of the protocol here. `Authorizer.complete`, which
takes a grant code that a person made at the vendor, is there in any case.

Rule: secrets and codes go to the authorizer alone. The person's own program
shows an address and brings back what the vendor put into it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import msgspec

from contactd_sdk.settings import Secret
from contactd_sdk.values import Aware, Grant


@dataclass(frozen=True, slots=True)
class Consented:
    """What came back from a browser: the *code*, and every other parameter that the vendor added.

    *redirect* is the address that it came back to and *verifier* the text whose
    challenge `begin` was handed: both go into the exchange of the code.
    """

    code: Secret
    parameters: Mapping[str, str]
    redirect: str
    verifier: Secret


class DeviceCode(msgspec.Struct, frozen=True):
    """What a person types at *address*, and how the vendor is asked whether they did.

    It is asked at *endpoint*, which the daemon holds against the hosts that are
    allowed, every *interval* seconds until *expires* (aware). *secrets* are the
    authorizer's own.
    """

    user_code: str
    address: str
    endpoint: str
    expires: Aware
    interval: int
    secrets: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"DeviceCode('…', address={self.address!r}, endpoint={self.endpoint!r})"


@runtime_checkable
class BrowserAuthorizer(Protocol):
    """An authorizer whose vendor asks for consent on a page of its own (`Capability.BROWSER`)."""

    def begin(self, redirect: str, state: str, challenge: str) -> str:
        """Give the address of the vendor's page, which sends the person on to *redirect* with *state*.

        *challenge* is a PKCE challenge by S256 (RFC 7636). No call is made.
        """
        ...

    def exchange(self, consented: Consented) -> Grant:
        """Exchange what came back for what lasts.

        Raises:
            AuthFailed: it was refused, or does not cover what is needed.
        """
        ...


@runtime_checkable
class DeviceAuthorizer(Protocol):
    """An authorizer whose vendor takes consent on another device (`Capability.DEVICE`, RFC 8628)."""

    def begin_device(self) -> DeviceCode:
        """Ask the vendor for a code that a person types there."""
        ...

    def poll(self, device: DeviceCode) -> Grant | DeviceCode:
        """Ask once whether the person consented: the grant, or else what to ask with next.

        Raises:
            AuthFailed: they refused, or the code is too old.
        """
        ...
