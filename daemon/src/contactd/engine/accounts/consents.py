"""Consent that a person gives elsewhere: begun here, given in a browser or on another device, and brought back.

Rule: what was begun is kept sealed, and is good once and for some minutes. Of a
connection there is one at a time; a newer one ends it. What comes back decides
nothing by itself: its state must be ours, and an address in it one that is allowed.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from re import fullmatch

from contactd.domain.clock import SECOND, micros
from contactd.domain.nouns import Connection
from contactd.domain.refusals import Away, Conflict, Exhausted, Fault, Invalid
from contactd.engine import etags
from contactd.engine.accounts import authorization, hosts, pending, revoking, source_errors
from contactd.engine.accounts.account import ConnectionAccount
from contactd.engine.accounts.credentials import Consent
from contactd.engine.parts import Parts
from contactd.store import connections, workspaces
from contactd_sdk import Capability, Consented, DeviceCode, Grant, Secret

#: How long a person may take in a browser.
PATIENCE = 600 * SECOND

#: Where a browser may bring a code: to this person's own machine, and nowhere else.
_LOOPBACK = r"http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?(/[!-~]*)?"

#: What an error of a vendor's may look like, to be repeated.
_WORD = r"[A-Za-z_]{1,40}"


class Flow(StrEnum):
    """Where a person consents."""

    BROWSER = "browser"
    DEVICE = "device"


_NEEDS = {Flow.BROWSER: Capability.BROWSER, Flow.DEVICE: Capability.DEVICE}
_WHERE = {Flow.BROWSER: "in a browser", Flow.DEVICE: "on another device"}


@dataclass(frozen=True, slots=True)
class Begun:
    """What a person needs to consent: the *address*, and on another device the *user_code*.

    *state* names this consent, *expires* is its end and *interval* how many
    seconds to wait before it is asked after.
    """

    connection: Connection
    flow: Flow
    address: str
    state: str
    expires: int
    user_code: str = ""
    interval: int = 0


def begin(
    parts: Parts,
    workspace: str,
    name: str,
    *,
    flow: Flow,
    redirect: str = "",
    settings: Mapping[str, str] | None = None,
    etag: str = "",
    by: str,
) -> Begun:
    """Begin a consent, for the connection with the *settings* given instead of those it has.

    Raises:
        NotFound: there is no such connection.
        Conflict: its kind offers no such consent.
        Invalid: *redirect* leads elsewhere, or a setting cannot be used.
        Stale: it was changed since *etag*.
        Exhausted, Away: the source cannot tell now.
    """
    account = ConnectionAccount(parts, workspace, name, settings)
    etags.check("connection", name, account.connection.version, etag)
    authorization.check_consents(parts, account)
    _check_offered(account, flow)
    begin_there = _in_browser if flow is Flow.BROWSER else _on_device
    begun, consent = begin_there(account, Asked(pending.new_state(), parts.database.clock(), redirect, settings or {}))
    pending.put(parts, account.connection, consent, by=by)
    return begun


def finish(parts: Parts, workspace: str, name: str, *, callback: Mapping[str, str], by: str) -> Connection:
    """Take what a browser brought back: the parameters of the address that it was sent to, as they came.

    Raises:
        NotFound: there is no such connection.
        Conflict: no consent is under way, or the account is not the owners'.
        Invalid: the owner refused, the state is another's, or the code was refused.
        Exhausted, Away: the source cannot tell now.
    """
    account = ConnectionAccount(parts, workspace, name)
    _check_addresses(parts, account, callback)
    consent = pending.take(parts, account.connection, callback.get("state", ""), field="callback[state]")
    if "error" in callback:
        raise _refused(name, callback["error"])
    if not callback.get("code"):
        raise Invalid(Fault("callback[code]", "the address that came back has no code; begin again"))
    rest = {key: text for key, text in callback.items() if key not in {"code", "state"}}
    consented = Consented(Secret(callback["code"]), rest, consent.redirect, Secret(consent.verifier))
    account = ConnectionAccount(parts, workspace, name, consent.settings)
    return authorization.keep(parts, account, account.exchange(consented), field="callback[code]", by=by)


def poll(parts: Parts, workspace: str, name: str, *, state: str, by: str) -> Connection | int:
    """Ask whether a person consented on another device: the connection if so, else in how many seconds to ask again.

    The source is asked no sooner than it allows, however often this is called.

    Raises:
        NotFound: there is no such connection.
        Conflict: no consent is under way, or the account is not the owners'.
        Invalid: the person refused, or took too long.
        Exhausted, Away: the source cannot tell now; ask again. What it gave already is kept, and the answer
            warns where nobody knows yet whose account it is.
    """
    connection = _connection(parts, workspace, name)
    consent, wait = pending.claim(parts, connection, state)
    if wait or consent.device is None:
        return max(wait, 1)
    account = ConnectionAccount(parts, workspace, name, consent.settings)
    found = _asked(parts, account, consent.device, state, by=by)
    if isinstance(found, DeviceCode):
        return found.interval
    try:
        return authorization.keep(parts, account, found, field="state", by=by)
    except (Away, Exhausted) as exc:
        # Who asked again would hear that no consent is under way.
        warning = f"the consent is kept, but its account could not be asked yet: {exc.message}"
        return replace(_connection(parts, workspace, name), warnings=(warning,))


def cancel(parts: Parts, workspace: str, name: str, *, state: str, by: str) -> Connection:
    """End the consent that *state* names; one that is over already is no error.

    Raises:
        NotFound: there is no such connection.
    """
    connection = _connection(parts, workspace, name)
    pending.drop(parts, connection, state, by=by)
    return connection


@dataclass(frozen=True, slots=True)
class Asked:
    """What a consent begins with: a *state* made for it, the time, where a browser goes, and the settings given."""

    state: str
    now: int
    redirect: str
    settings: Mapping[str, str]


def _in_browser(account: ConnectionAccount, asked: Asked) -> tuple[Begun, Consent]:
    if not fullmatch(_LOOPBACK, asked.redirect):
        message = "must be an address of this machine such as http://127.0.0.1:8765/callback"
        raise Invalid(Fault("redirect_uri", f"'redirect_uri' {message}, and is '{asked.redirect}'"))
    verifier = secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    address = account.begin(asked.redirect, asked.state, challenge)
    expires = asked.now + PATIENCE
    consent = Consent(
        state=pending.print_of(asked.state),
        expires=expires,
        settings=dict(asked.settings),
        redirect=asked.redirect,
        verifier=verifier,
    )
    return Begun(account.connection, Flow.BROWSER, address, asked.state, expires), consent


def _on_device(account: ConnectionAccount, asked: Asked) -> tuple[Begun, Consent]:
    device = account.begin_device()
    expires = micros(device.expires)
    consent = Consent(
        state=pending.print_of(asked.state),
        expires=expires,
        settings=dict(asked.settings),
        device=device,
        asked_after=asked.now + device.interval * SECOND,
    )
    begun = Begun(
        account.connection, Flow.DEVICE, device.address, asked.state, expires, device.user_code, device.interval
    )
    return begun, consent


def _asked(parts: Parts, account: ConnectionAccount, device: DeviceCode, state: str, *, by: str) -> Grant | DeviceCode:
    """Ask by *device*, and note what it comes to."""
    try:
        _check_endpoint(parts, account, device)
        found = account.poll(device)
    except Invalid:
        pending.drop(parts, account.connection, state, by=by)
        raise
    except Exhausted as exc:
        pending.put_off(parts, account.connection, state, int(exc.facts["retry_after"]))
        raise
    if isinstance(found, DeviceCode):
        pending.go_on(parts, account.connection, state, found)
    elif not pending.use(parts, account.connection, state):
        # Given up while its owner consented: nobody else has the grant, and it would count at the source for ever.
        revoking.give_back_grant(parts, account.connection, account.settings, found)
        raise Conflict(
            f"the consent of connection '{account.connection.name}' was given up before it was given; "
            f"begin again with `contactctl connections authorize {account.connection.name}`",
            reason="NO_CONSENT_BEGUN",
            name=account.connection.name,
        )
    return found


def _connection(parts: Parts, workspace: str, name: str) -> Connection:
    with parts.database.reading() as r:
        return connections.get(r, workspaces.get(r, workspace).id, name)


def _check_offered(account: ConnectionAccount, flow: Flow) -> None:
    if _NEEDS[flow] in account.kind.capabilities:
        return
    raise Conflict(
        f"kind '{account.kind.name}' takes no consent {_WHERE[flow]}; hand in a grant code with "
        f"`contactctl connections authorize {account.connection.name} --code-file -`",
        reason="FLOW_NOT_OFFERED",
        name=account.connection.name,
        kind=account.kind.name,
    )


def _check_addresses(parts: Parts, account: ConnectionAccount, callback: Mapping[str, str]) -> None:
    """Refuse a callback that names an address which is not allowed: anybody can make a browser bring one."""
    for key, text in callback.items():
        # Who reads an address may pass over blanks and signs that cannot be seen, wherever they stand.
        address = "".join(sign for sign in text if sign.isprintable() and not sign.isspace())
        if address.lower().startswith(("http:", "https:")):
            fault = _host_fault(parts, account, address)
            if fault is not None:
                raise Invalid(Fault(f"callback[{key}]", f"what came back as '{key}' {fault}"))


def _check_endpoint(parts: Parts, account: ConnectionAccount, device: DeviceCode) -> None:
    fault = _host_fault(parts, account, device.endpoint)
    if fault is not None:
        message = f"the address where the consent of connection '{account.connection.name}' is asked after {fault}"
        raise Invalid(Fault("state", message), reason="MISCONFIGURED")


def _host_fault(parts: Parts, account: ConnectionAccount, address: str) -> str | None:
    allowed = parts.hosts.get(account.kind.name, frozenset())
    return hosts.fault(address, kind=account.kind.name, vendor=account.kind.hosts, allowed=allowed)


def _refused(name: str, error: str) -> Invalid:
    said = f" ({error})" if fullmatch(_WORD, error) else ""
    message = (
        f"the owner of the account did not consent{said}; connect again with "
        f"`contactctl connections authorize {name}`, and accept there"
    )
    return Invalid(Fault("callback[error]", message), reason=source_errors.CONSENT_REFUSED)
