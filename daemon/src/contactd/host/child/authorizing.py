"""One call of an authorizer: from a frame to its method, and back."""

from contactd.host.authorizing import (
    AccountRead,
    Answered,
    Authorize,
    BeginBrowser,
    BeginDevice,
    BrowserBegun,
    Complete,
    DeviceTold,
    Exchange,
    Granted,
    OrganizationsRead,
    Poll,
    Polled,
    ReadAccount,
    ReadOrganizations,
    Refresh,
    Refreshed,
    Revoke,
    Revoked,
)
from contactd.host.frames import Broken
from contactd_sdk import Authorizer, BrowserAuthorizer, Consented, DeviceAuthorizer, Grant, Secret


def secrets_of(request: Authorize) -> set[str]:
    """Tell what of *request* may stand in no sentence."""
    match request:
        case Complete(code=code):
            return {code}
        case Exchange(code=code, verifier=verifier):
            return {code, verifier}
        case Poll(device=device):
            return set(device.secrets.values())
        case Refresh(grant=grant) | Revoke(grant=grant):
            return set(grant.secrets.values())
        case ReadAccount(token=token) | ReadOrganizations(token=token):
            return {token.value}
    return set()


def called(authorizer: Authorizer, request: Authorize) -> Answered:
    """Do what *request* asks of *authorizer*.

    Raises:
        SourceError: the authorizer cannot.
        Broken: it has no such method.
    """
    match request:
        case Complete() | Refresh() | Revoke():
            return _with_a_grant(authorizer, request)
        case ReadAccount(token=token):
            return AccountRead(authorizer.account(token))
        case ReadOrganizations(token=token):
            return OrganizationsRead(list(authorizer.organizations(token)))
        case BeginBrowser() | Exchange():
            return _in_a_browser(authorizer, request)
        case BeginDevice() | Poll():
            return _on_a_device(authorizer, request)
    raise Broken(f"was asked {type(request).__name__} out of turn")


def _with_a_grant(authorizer: Authorizer, request: Complete | Refresh | Revoke) -> Answered:
    if isinstance(request, Complete):
        return Granted(authorizer.complete(Secret(request.code)))
    if isinstance(request, Refresh):
        return Refreshed(authorizer.refresh(request.grant))
    authorizer.revoke(request.grant)
    return Revoked()


def _in_a_browser(authorizer: Authorizer, request: BeginBrowser | Exchange) -> Answered:
    if not isinstance(authorizer, BrowserAuthorizer):
        raise Broken("declares Capability.BROWSER, and its authorizer has no begin() and exchange()")
    if isinstance(request, BeginBrowser):
        return BrowserBegun(authorizer.begin(request.redirect, request.state, request.challenge))
    code, verifier = Secret(request.code), Secret(request.verifier)
    return Granted(authorizer.exchange(Consented(code, request.parameters, request.redirect, verifier)))


def _on_a_device(authorizer: Authorizer, request: BeginDevice | Poll) -> Answered:
    if not isinstance(authorizer, DeviceAuthorizer):
        raise Broken("declares Capability.DEVICE, and its authorizer has no begin_device() and poll()")
    if isinstance(request, BeginDevice):
        return DeviceTold(authorizer.begin_device())
    found = authorizer.poll(request.device)
    return Polled(found, None) if isinstance(found, Grant) else Polled(None, found)
