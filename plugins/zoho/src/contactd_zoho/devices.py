"""Consent on another device: a code that a person types at Zoho (FACTS.md "1.5").

Rule: the secret goes where the polling goes on, so another place is given back
to the daemon, which checks it, before anything is sent there.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from contactd_sdk import AuthFailed, DeviceCode, Unavailable
from contactd_sdk.rest import Rest
from contactd_zoho.accounts import AccountsServer
from contactd_zoho.centers import CENTERS
from contactd_zoho.finance import decoded
from contactd_zoho.grants import Answer, answer_of
from contactd_zoho.texts import cleaned

#: Figures above these are in thousandths: a code lives for 5 minutes, and is asked after every 30 seconds or so.
_LIVES, _INTERVAL = 7_200.0, 600.0

#: Two questions within so many seconds are answered with `slow_down`.
_SLOW = 30

_REFUSED = "{accounts} does not take the code any more{said}. Connect again."
_EXPIRED = "Nobody consented at {accounts} before the code was too old: it lives for some minutes. Connect again."


class _Begun(msgspec.Struct):
    user_code: str = ""
    device_code: str = ""
    verification_url: str = ""
    expires_in: float = 300
    interval: float = 5


class _Place(msgspec.Struct):
    error: str = ""
    user_location: str = ""


class _Servers(msgspec.Struct):
    locations: dict[str, Any] = {}


_BEGUN = msgspec.json.Decoder(_Begun, strict=False)
_PLACE = msgspec.json.Decoder(_Place)
_SERVERS = msgspec.json.Decoder(_Servers)


def begin(server: AccountsServer, form: dict[str, str], now: Callable[[], datetime]) -> DeviceCode:
    """Ask *server* by *form* for a code that a person types.

    Raises:
        SourceError: there is none.
    """
    reply = server.post("/oauth/v3/device/code", {"grant_type": "device_request", **form})
    begun = decoded(reply.body, _BEGUN.decode)
    if begun is None or not (begun.user_code and begun.device_code and begun.verification_url):
        # Told as a refusal of the token endpoint would be: the errors are the same.
        answer_of(reply, server.name, _REFUSED, now)
        raise Unavailable(f"{server.name} gave no code for a device (HTTP {reply.status}).")
    return DeviceCode(
        user_code=begun.user_code,
        address=begun.verification_url,
        endpoint=server.address,
        expires=now() + timedelta(seconds=_seconds(begun.expires_in, _LIVES)),
        interval=int(_seconds(begun.interval, _INTERVAL)),
        secrets={"device_code": begun.device_code},
    )


def poll(server: AccountsServer, device: DeviceCode, now: Callable[[], datetime]) -> Answer | DeviceCode:
    """Ask *server* once whether a person typed the code of *device*: tokens, or else what to ask with next.

    Raises:
        SourceError: they refused, or nobody did in time.
    """
    form = {"grant_type": "device_token", "code": device.secrets["device_code"], **server.client}
    reply = server.post("/oauth/v3/device/token", form)
    place = decoded(reply.body, _PLACE.decode) or _Place()
    match place.error:
        case "authorization_pending":
            return device
        case "slow_down":
            return replace(device, interval=max(device.interval + 5, _SLOW))
        case "other_dc":
            return replace(device, endpoint=_elsewhere(server, place.user_location.lower()))
        case "expired" | "expired_token":
            raise AuthFailed(_EXPIRED.format(accounts=server.name))
    return answer_of(reply, server.name, _REFUSED, now)


def _elsewhere(server: AccountsServer, location: str) -> str:
    """Tell where the accounts of *location* are: as known of Zoho, else as *server* lists them."""
    if server.center is not None:
        center = CENTERS.get(location)
        address = f"https://{center.accounts_host}" if center else ""
    else:
        address = _listed(server).get(location, "")
    if not address:
        raise Unavailable(f"{server.name} sends us on to '{cleaned(location)}', which is no data center that is known.")
    return address


def _listed(server: AccountsServer) -> dict[str, str]:
    rest = Rest(server.address)
    try:
        servers = decoded(rest.get("/oauth/serverinfo").body, _SERVERS.decode)
    finally:
        rest.close()
    told = servers.locations if servers else {}
    return {location: address for location, address in told.items() if isinstance(address, str)}


def _seconds(figure: float, most: float) -> float:
    seconds = figure / 1000 if figure > most else figure
    return min(max(seconds, 1.0), most)
