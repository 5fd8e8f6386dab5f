"""A PostgreSQL server as a URL names it: connecting, and seeing that it will do.

Rule: everything that libpq takes from the environment, a password or service
file among it, counts here too; no message repeats the URL.
"""

import os
import socket
import zlib
from collections.abc import Mapping
from contextlib import suppress
from weakref import WeakSet

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from contactd.domain.refusals import Fault, Invalid, Unfit
from contactd.store import entry
from contactd.store.faults import first_line

#: The oldest server that is still mended by its makers.
OLDEST = 14

#: Halves of keys: of the lock that whoever writes holds, and of the one that all who serve a store share. The other
#: half is made of the schema's name.
_WRITERS, _SERVING = 0x636F6E74, 0x636F6E75

#: What a URL need not say: nobody waits for a machine that is gone.
_DEFAULTS: Mapping[str, str] = {
    "connect_timeout": "5",
    # All of it before the service manager believes that the daemon hangs.
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}

#: The server, for its part, lets go of a daemon whose machine is gone, and of one that was stopped in a transaction:
#: nobody else can write until then. No transaction waits for anything but the server.
_LET_GO = (
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2;"
    " SET idle_in_transaction_session_timeout = '6s'"
)

#: Defaults of a role or a database are for people who type. A snapshot from before the writer's lock was had would show
#: what is over by then; whoever waits for that lock is not slow, nor is who reads a whole table. The last of them
#: is not known to every server.
OURS = (
    "SET default_transaction_isolation = 'read committed'; SET statement_timeout = 0; SET lock_timeout = 0;"
    " SET idle_session_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
    " SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'"
)

#: Shared, because the server may not know yet that the session before is lost.
HERE = "SELECT pg_advisory_lock_shared(%s::bigint)"

# A plan that is kept was made for the tables as they were: a first sync fills empty ones in minutes. So questions are
# planned anew each time, and only what is carried out for row after row is prepared, which asks by index however small
# its table was.
_NEVER = 2**31
_BY_INDEX = "SET enable_seqscan = off"


#: How names are written, the schema that tables are made in, and whether one is there that is not seen.
_PLACE = (
    "SELECT current_setting('server_encoding'), current_schema(), EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)"
)


class Server:
    """A database on a PostgreSQL server."""

    def __init__(self, url: str) -> None:
        """Take the *url* apart.

        Raises:
            Invalid: it cannot be understood.
        """
        self._settings = _settings(url)
        #: As people name it, without a password.
        self.place = _place(self._settings)
        #: The keys of the two locks of the store; known once a session to write was opened.
        self.writers_lock, self.serving_lock = (_WRITERS, 0), (_SERVING, 0)
        #: The key of the lock by which others see that this daemon is there, if it is one.
        self.presence: int | None = None
        self._sessions: WeakSet[psycopg.Connection] = WeakSet()
        #: Where the store is; known once a session to write was opened.
        self._schema = ""

    def connect(self) -> psycopg.Connection:
        """Open a session, which goes by settings of ours."""
        session = psycopg.connect(self.conninfo, prepare_threshold=_NEVER)
        self._sessions.add(session)
        try:
            session.execute(OURS)
            session.commit()
        except BaseException:
            session.close()
            raise
        return session

    def sever(self) -> None:
        """End every session that is left: whoever waits for an answer of the server is told that there is none."""
        for session in list(self._sessions):
            with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(session.fileno())) as wire:
                wire.shutdown(socket.SHUT_RDWR)

    @property
    def conninfo(self) -> str:
        """What libpq connects by; a password may be in it."""
        return make_conninfo("", **self._settings)

    def writer(self) -> psycopg.Connection:
        """Open a session that writes.

        Raises:
            Invalid: the server, its database or its schema will not do.
            Unfit: contactd was shut out of the schema that it is in.
        """
        session = self.connect()
        try:
            session.execute(f"{_LET_GO}; {_BY_INDEX}")
            # 31 bits of it, because the server shows the two halves without a sign.
            self._schema = self.suitable(session)
            which = zlib.crc32(self._schema.encode()) & 0x7FFFFFFF
            self.writers_lock, self.serving_lock = (_WRITERS, which), (_SERVING, which)
            session.execute("SELECT pg_advisory_lock_shared(%s::int, %s::int)", self.serving_lock)
            if self.presence is not None:
                session.execute(HERE, (self.presence,))
            session.commit()
        except BaseException:
            session.close()
            raise
        return session

    def suitable(self, session: psycopg.Connection) -> str:
        """See that a store can be kept where *session* leads to, and tell the schema that it is to be in.

        Raises:
            Invalid: the server, its database or its schema will not do.
            Unfit: contactd was shut out of the schema that it is in.
        """
        version = session.info.server_version // 10000
        if version < OLDEST:
            raise _fault(f"the server is PostgreSQL {version}, which is too old; contactd needs {OLDEST} or newer")
        row = session.execute(_PLACE, (self._schema,)).fetchone()
        encoding, schema, shut = row or ("", None, False)
        if encoding != "UTF8":
            raise _fault(f"the database is in {encoding}, which cannot hold every name; make one with createdb -E UTF8")
        if schema is None and shut:
            raise Unfit(
                f"the store '{self.place}' does not let contactd in: its schema '{self._schema}' may not be used; let"
                " contactd use it again (GRANT USAGE)",
                reason="STORE_DENIED",
            )
        if schema is None:
            raise _fault(
                "the database has no schema to make tables in; make one, or set the search_path of contactd's role"
            )
        return str(schema)

    def to_mend(self, exc: BaseException) -> Invalid | None:
        """Tell what a person has to mend before a session can be opened, if it is that; else it may be tried again."""
        remedy = entry.remedy(exc, self.conninfo) if isinstance(exc, psycopg.OperationalError) else None
        if remedy is None:
            return None
        return _fault(f"the store '{self.place}' cannot be opened: {first_line(exc)}; {remedy}")


def _settings(url: str) -> dict[str, str]:
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        # What libpq says of it repeats parts of it.
        example = "postgresql://contactd@db.example.com/contactd"
        raise _fault(f"this is no URL of a PostgreSQL database; write it like '{example}'") from None
    name = f"contactd {os.getpid()} on {socket.gethostname()}"
    # Names of people are in every alphabet, whatever the environment of this process or the role says.
    return {**_DEFAULTS, "application_name": name[:63], **given, "client_encoding": "UTF8"}


def _place(settings: Mapping[str, str]) -> str:
    user = f"{settings['user']}@" if "user" in settings else ""
    host = settings.get("host", "")
    port = f":{settings['port']}" if "port" in settings else ""
    service = f"?service={settings['service']}" if "service" in settings else ""
    return f"postgresql://{user}{host}{port}/{settings.get('dbname', '')}{service}"


def _fault(message: str) -> Invalid:
    return Invalid(Fault("store.url", message))
