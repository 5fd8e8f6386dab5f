"""Opening the source of a connection, for a run or to ask for its fields."""

from collections.abc import Iterable

from contactd.domain.nouns import Connection
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import credentials, source_errors
from contactd.engine.accounts.access import ConnectionAccess
from contactd.engine.parts import Parts
from contactd.host.frames import Kind
from contactd.host.source import OpenSource
from contactd.store import connections
from contactd_sdk import Capability, SourceField

#: What must be done before a connection in each state can be read; nothing for an enabled one.
REMEDIES: dict[ConnectionState, str] = {
    ConnectionState.PENDING: "complete its authorization and choose an organization first",
    ConnectionState.ENABLED: "",
    ConnectionState.CREDENTIAL_INVALID: "its account refuses us: authorize it again first",
    ConnectionState.DISABLED: "associate its account again first",
}


class Sources:
    """The sources of all connections."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open(self, connection_id: int) -> OpenSource:
        """Open the source of a connection.

        Raises:
            Conflict: it is not enabled, or its plugin cannot be used.
            SourceError: the source cannot be opened.
            SettingsInvalid: it cannot be opened with these settings.
            ChildFailed: its plugin broke a promise.
            Interrupted: the daemon is stopping.
        """
        with self._parts.database.reading() as r:
            sealed = connections.sealed(r, connection_id)
        check_enabled(sealed.connection)
        kind = self._parts.catalog.kind(sealed.connection.kind)
        settings = credentials.settings(self._parts.sealer, sealed)
        access = ConnectionAccess(self._parts, connection_id) if kind.authorized else None
        return self._parts.pool.open(str(connection_id), kind, settings, access)

    def fields(self, connection_id: int, module: str) -> tuple[SourceField, ...]:
        """Tell the fields of *module* that can be mapped; the source is asked where its kind says so.

        Raises:
            Invalid: the kind has no such module.
            Conflict: the connection is not enabled, or its account refuses us.
            Exhausted: the source allows no call now.
            Away: the source does not answer.
        """
        with self._parts.database.reading() as r:
            connection = connections.by_id(r, connection_id)
        check_enabled(connection)
        kind = self._parts.catalog.kind(connection.kind)
        _check_module(kind, module)
        if Capability.FIELDS not in kind.capabilities:
            return kind.known(module)
        with source_errors.told(connection.name, self._parts.database.clock), self.open(connection_id) as source:
            return _by_name([*kind.known(module), *source.fields(module)])


def check_enabled(connection: Connection) -> None:
    """Refuse a connection that cannot be read now.

    Raises:
        Conflict: it is not enabled; the sentence says what to do.
    """
    remedy = REMEDIES[connection.state]
    if remedy:
        raise Conflict(
            f"the connection '{connection.name}' is {connection.state}: {remedy}",
            reason="CONNECTION_NOT_ENABLED",
            name=connection.name,
            state=connection.state,
        )


def _check_module(kind: Kind, module: str) -> None:
    names = [known.name for known in kind.modules]
    if module not in names:
        raise Invalid(Fault("module", f"{kind.name} has no module '{module}'; it has {', '.join(names)}"))


def _by_name(fields: Iterable[SourceField]) -> tuple[SourceField, ...]:
    """Keep one field of each name: what the source tells now counts more than what is known beforehand."""
    return tuple({field.name: field for field in fields}.values())
