"""What a source answered, told to a caller who waits for it.

A run that meets the same errors waits or ends instead (`engine.runs.endings`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

from contactd.domain.clock import SECOND, micros
from contactd.domain.refusals import Away, Conflict, Exhausted, Fault, Invalid
from contactd.host.errors import ChildFailed, Interrupted
from contactd.store.database import Clock
from contactd_sdk import AuthFailed, Misconfigured, SettingsInvalid, Throttled, Unavailable

#: The reason of a refused grant code.
CODE_REFUSED = "CODE_REFUSED"

#: The reason of a consent that the account's owner refused.
CONSENT_REFUSED = "CONSENT_REFUSED"

#: The reason of what needs a consent that is not there, or no longer.
CREDENTIAL_INVALID = "CREDENTIAL_INVALID"


@contextmanager
def told(connection: str, clock: Clock, *, code_field: str = "") -> Iterator[None]:
    """Turn the errors of *connection*'s source into refusals.

    *code_field*: where in the request the grant code stands, when that is what
    the account would refuse.
    """
    try:
        yield
    except AuthFailed as exc:
        if code_field:
            raise Invalid(Fault(code_field, str(exc)), reason=CODE_REFUSED) from exc
        raise Conflict(str(exc), reason=CREDENTIAL_INVALID, name=connection) from exc
    except Misconfigured as exc:
        place = f"connection.settings[{exc.setting}]" if exc.setting else "connection.settings"
        raise Invalid(Fault(place, str(exc)), reason="MISCONFIGURED") from exc
    except SettingsInvalid as exc:
        raise Invalid(*setting_faults(exc), reason="MISCONFIGURED") from exc
    except Throttled as exc:
        raise _exhausted(exc, connection, clock()) from exc
    except Unavailable as exc:
        raise Away(str(exc), reason="SOURCE_AWAY", name=connection) from exc
    except ChildFailed as exc:
        raise Away(str(exc), reason="PLUGIN_FAILED", name=connection, plugin=exc.plugin) from exc
    except Interrupted as exc:
        raise Away("contactd is stopping; try again when it is back", reason="STOPPING") from exc


def _exhausted(exc: Throttled, connection: str, now: int) -> Exhausted:
    wait = max(0, micros(exc.until) - now) // SECOND + 1
    until = exc.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    message = f"{str(exc).rstrip('.')}; try again after {until}"
    return Exhausted(message, reason="THROTTLED", name=connection, until=until, retry_after=str(wait))


def setting_faults(exc: SettingsInvalid) -> tuple[Fault, ...]:
    """Tell the faults of settings by their paths in the contract."""
    return tuple(Fault(f"connection.settings[{fault.name}]", fault.message) for fault in exc.faults)
