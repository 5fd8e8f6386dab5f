"""What the daemon asks of an authorizer, and what it answers: frames, as those of `frames`."""

from contactd.host.frame import Frame
from contactd_sdk import Account, DeviceCode, Grant, Organization, Token


class Authorize(Frame, frozen=True):
    """One call of the authorizer of *kind*."""

    kind: str
    settings: dict[str, str]


class Complete(Authorize, frozen=True):
    """Exchange a grant code. Answered by `Granted`."""

    code: str


class BeginBrowser(Authorize, frozen=True):
    """Where does a person consent who is sent on to *redirect*? Answered by `BrowserBegun`."""

    redirect: str
    state: str
    challenge: str


class Exchange(Authorize, frozen=True):
    """Exchange what a browser brought back. Answered by `Granted`."""

    code: str
    parameters: dict[str, str]
    redirect: str
    verifier: str


class BeginDevice(Authorize, frozen=True):
    """What does a person type at the vendor? Answered by `DeviceTold`."""


class Poll(Authorize, frozen=True):
    """Did the person consent? Answered by `Polled`."""

    device: DeviceCode


class Refresh(Authorize, frozen=True):
    """Get a token for *grant*. Answered by `Refreshed`."""

    grant: Grant


class Revoke(Authorize, frozen=True):
    """Give *grant* back. Answered by `Revoked`."""

    grant: Grant


class ReadAccount(Authorize, frozen=True):
    """Whose account is it? Answered by `AccountRead`."""

    token: Token


class ReadOrganizations(Authorize, frozen=True):
    """Which organizations can it see? Answered by `OrganizationsRead`."""

    token: Token


# What it answers.


class Granted(Frame, frozen=True):
    """The code was good for *grant*."""

    grant: Grant


class BrowserBegun(Frame, frozen=True):
    """The page where a person consents."""

    address: str


class DeviceTold(Frame, frozen=True):
    """What a person types at the vendor, and how it is asked after."""

    device: DeviceCode


class Polled(Frame, frozen=True):
    """The *grant* once the person consented; before that, the *device* to ask with next."""

    grant: Grant | None
    device: DeviceCode | None


class Refreshed(Frame, frozen=True):
    """A new token for the grant."""

    token: Token


class Revoked(Frame, frozen=True):
    """The grant is given back."""


class AccountRead(Frame, frozen=True):
    """The account that was asked for."""

    account: Account


class OrganizationsRead(Frame, frozen=True):
    """The organizations that were asked for."""

    organizations: list[Organization]


Asked = Complete | BeginBrowser | Exchange | BeginDevice | Poll | Refresh | Revoke | ReadAccount | ReadOrganizations
Answered = Granted | BrowserBegun | DeviceTold | Polled | Refreshed | Revoked | AccountRead | OrganizationsRead
