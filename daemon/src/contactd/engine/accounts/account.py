"""The account behind a connection: what it tells when it is asked.

Rule: no transaction is open meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from contactd.domain.nouns import Connection
from contactd.domain.refusals import Conflict
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import credentials, source_errors
from contactd.engine.accounts.access import ConnectionAccess
from contactd.engine.parts import Parts
from contactd.host.frames import Kind
from contactd.store import connections, workspaces
from contactd_sdk import AuthFailed, Consented, DeviceCode, Grant, Organization, Secret, Token

_Answer = TypeVar("_Answer")
_Question = Callable[[Kind, Mapping[str, str], Token], _Answer]


class ConnectionAccount:
    """The account of one connection, as both were when this was made: *sealed*.

    What it answers instead is told as a refusal: `Invalid`, `Conflict`,
    `Exhausted` or `Away`.
    """

    def __init__(self, parts: Parts, workspace: str, name: str, given: Mapping[str, str] | None = None) -> None:
        """Look the connection up; the settings *given* count instead of those it has.

        Raises:
            NotFound: there is none.
        """
        with parts.database.reading() as r:
            found = connections.get(r, workspaces.get(r, workspace).id, name)
            self.sealed = connections.sealed(r, found.id)
        self.connection = self.sealed.connection
        self.kind: Kind = parts.catalog.kind(self.connection.kind)
        self._parts = parts
        #: Its settings, the secret ones too, with those given.
        stored = credentials.settings(parts.sealer, self.sealed)
        self.settings: Mapping[str, str] = {key: text for key, text in (stored | dict(given or {})).items() if text}

    def grant(self, code: Secret) -> Grant:
        """Exchange a grant *code* for what lasts."""
        with source_errors.told(self.connection.name, self._parts.database.clock, code_field="code"):
            return self._parts.authorizers.complete(self.kind, self.settings, code)

    def begin(self, redirect: str, state: str, challenge: str) -> str:
        """Tell where a person consents who is then sent on to *redirect*."""
        with source_errors.told(self.connection.name, self._parts.database.clock):
            return self._parts.authorizers.begin(
                self.kind, self.settings, redirect=redirect, state=state, challenge=challenge
            )

    def exchange(self, consented: Consented) -> Grant:
        """Exchange what came back from a browser for what lasts."""
        with source_errors.told(self.connection.name, self._parts.database.clock, code_field="callback[code]"):
            return self._parts.authorizers.exchange(self.kind, self.settings, consented)

    def begin_device(self) -> DeviceCode:
        """Get a code that a person types at the source."""
        with source_errors.told(self.connection.name, self._parts.database.clock):
            return self._parts.authorizers.begin_device(self.kind, self.settings)

    def poll(self, device: DeviceCode) -> Grant | DeviceCode:
        """Ask whether a person typed the code of *device*."""
        with source_errors.told(self.connection.name, self._parts.database.clock, code_field="state"):
            return self._parts.authorizers.poll(self.kind, self.settings, device)

    def email(self) -> str:
        """Ask under which address it is registered, empty where it has none."""
        # The vendor is asked which organizations there are, and then who it is that sees them.
        return self._ask(self._parts.authorizers.account, calls=2).email

    def identity(self) -> tuple[str, list[Organization]]:
        """Ask under which address it is registered, and which organizations it can see."""
        account, seen = self._ask(self._parts.authorizers.identity, calls=3)
        return account.email, seen

    def organizations(self) -> list[Organization]:
        """Ask which organizations it can see."""
        return self._ask(self._parts.authorizers.organizations, calls=1)

    def _ask(self, question: _Question[_Answer], *, calls: int) -> _Answer:
        """Ask with the token in force, and once more with a new one if that is refused; each time costs *calls*."""
        with source_errors.told(self.connection.name, self._parts.database.clock):
            access = ConnectionAccess(self._parts, self.connection.id)
            token = access.token
            try:
                with access.rights.spending(calls):
                    return question(self.kind, self.settings, token)
            except AuthFailed:
                token = access.renew()
                with access.rights.spending(calls):
                    return question(self.kind, self.settings, token)


def check_not_disabled(connection: Connection) -> None:
    """Refuse a connection whose integration was disabled.

    Raises:
        Conflict: it was.
    """
    if connection.state is ConnectionState.DISABLED:
        raise Conflict(
            f"the connection '{connection.name}' is disabled; "
            f"associate its account again with `contactctl connections authorize {connection.name}`",
            reason="CONNECTION_DISABLED",
            name=connection.name,
        )
