"""A PostgreSQL server as a URL names it: connecting, seeing that it will do, and claiming a store on it.

Rule: who writes is who holds the claim. It is a lock of the very session that
writes, so a session that is gone can write no more, and another one must claim
the store first. Everything that libpq takes from the environment, a password
or service file among it, counts here too; no message repeats the URL.
"""

import os
import re
import socket
import zlib
from collections.abc import Mapping

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from contactd.domain.refusals import Conflict, Fault, Invalid

#: The oldest server that is still mended by its makers.
OLDEST = 14

#: Half of the claim's key; the other half is made of the schema's name.
_CLAIM = 0x636F6E74

#: How long a claim waits: a daemon that was killed is let go of within moments.
_PATIENCE = "3s"

#: What a URL need not say: nobody waits for a machine that is gone.
_DEFAULTS: Mapping[str, str] = {
    "connect_timeout": "5",
    # All of it before the service manager believes that the daemon hangs.
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}

#: The server, for its part, lets go of a daemon whose machine is gone.
_KEEP_ALIVE = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2"

# A plan that is kept was made for the tables as they were: a first sync fills empty ones in minutes. So questions are
# planned anew each time, and only what is carried out for row after row is prepared, which asks by index however small
# its table was.
_NEVER = 2**31
_BY_INDEX = "SET enable_seqscan = off"

_HOLDER = (
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

#: What a person has to mend, as servers and libpq word it.
_TO_MEND: Mapping[str, str] = {
    r"password authentication failed|no password supplied": (
        "mend the password in [store] url, or in the file that PGPASSFILE names"
    ),
    r'role ".*" does not exist': "make the role, or name another one in [store] url",
    r'database ".*" does not exist': "make it with createdb, or name another one in [store] url",
    r"no pg_hba\.conf entry|permission denied for database": "let contactd in, or name another one in [store] url",
    r"definition of service .* not found": "write the service down in the file that PGSERVICEFILE names",
}


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

    def connect(self) -> psycopg.Connection:
        """Open a session."""
        return psycopg.connect(make_conninfo("", **self._settings), prepare_threshold=_NEVER)

    def claim(self) -> psycopg.Connection:
        """Open a session that has the store to itself, for as long as it lives.

        Raises:
            Conflict: another daemon has the store.
            Invalid: the server, its database or its schema will not do.
        """
        session = self.connect()
        try:
            session.execute(f"{_KEEP_ALIVE}; {_BY_INDEX}")
            self._hold(session, _suitable(session))
            session.commit()
        except BaseException:
            session.close()
            raise
        return session

    def _hold(self, session: psycopg.Connection, schema: str) -> None:
        # 31 bits of it, because the server shows the two halves without a sign.
        key = (_CLAIM, zlib.crc32(schema.encode()) & 0x7FFFFFFF)
        session.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
        try:
            session.execute("SELECT pg_advisory_lock(%s::int, %s::int)", key)
        except errors.LockNotAvailable:
            session.rollback()
            raise self._held(session.execute(_HOLDER, key).fetchone()) from None

    def _held(self, row: tuple[str, ...] | None) -> Conflict:
        holder = (row[0] if row else "").removeprefix("contactd ") or "unknown"
        return Conflict(
            f"the store '{self.place}' is held by another contactd (process {holder}); "
            "stop that one, or give this one a store of its own in [store] url",
            reason="STORE_HELD",
            store=self.place,
            process=holder,
        )

    def to_mend(self, exc: BaseException) -> Invalid | None:
        """Tell what a person has to mend before a session can be opened, if it is that; else it may be tried again."""
        told = first_line(exc)
        for words, remedy in _TO_MEND.items():
            if re.search(words, told):
                return _fault(f"the store '{self.place}' cannot be opened: {told}; {remedy}")
        return None


def first_line(exc: BaseException) -> str:
    """Give the first line of what a server said: more of it may hold values."""
    primary = exc.diag.message_primary if isinstance(exc, psycopg.Error) else None
    told = primary or (str(exc).splitlines() or [type(exc).__name__])[0]
    return told.rpartition("FATAL:  ")[2]


def _settings(url: str) -> dict[str, str]:
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        # What libpq says of it repeats parts of it.
        example = "postgresql://contactd@db.example.com/contactd"
        raise _fault(f"this is no URL of a PostgreSQL database; write it like '{example}'") from None
    name = f"contactd {os.getpid()} on {socket.gethostname()}"
    return {**_DEFAULTS, "application_name": name[:63], **given}


def _place(settings: Mapping[str, str]) -> str:
    user = f"{settings['user']}@" if "user" in settings else ""
    host = settings.get("host", "")
    port = f":{settings['port']}" if "port" in settings else ""
    service = f"?service={settings['service']}" if "service" in settings else ""
    return f"postgresql://{user}{host}{port}/{settings.get('dbname', '')}{service}"


def _suitable(session: psycopg.Connection) -> str:
    """See that a store can be kept here, and tell the schema that it is to be in."""
    version = session.info.server_version // 10000
    if version < OLDEST:
        raise _fault(f"the server is PostgreSQL {version}, which is too old; contactd needs {OLDEST} or newer")
    row = session.execute("SELECT current_setting('server_encoding'), current_schema()").fetchone()
    encoding, schema = row or ("", None)
    if encoding != "UTF8":
        raise _fault(f"the database is in {encoding}, which cannot hold every name; make one with createdb -E UTF8")
    if schema is None:
        raise _fault(
            "the database has no schema to make tables in; make one, or set the search_path of contactd's role"
        )
    return str(schema)


def _fault(message: str) -> Invalid:
    return Invalid(Fault("store.url", message))
