"""Why a server lets contactd not in, and what a person has to do about that.

Rule: told by SQLSTATE, as servers speak the language of their `lc_messages`
before anybody is let in. The driver keeps only the sentence of a connection
that failed, so it is tried once more with libpq writing down what it hears.
Releases of libpq before 18 do not write this down: what they are told is tried
again, as all is that passes.
"""

import os
import re
import select
import time
from collections.abc import Mapping
from contextlib import suppress

import psycopg
from psycopg import pq
from sqlalchemy import Connection

#: By SQLSTATE. A pooler that does not take a setting, such as that of the search path, says that of the protocol.
_REMEDIES: Mapping[str, str] = {
    "28P01": "mend the password in [store] url, or in the file that PGPASSFILE names",
    "28000": "make the role and let it in by pg_hba.conf, or name another one in [store] url",
    "3D000": "make it with createdb, or name another one in [store] url",
    "42501": "let contactd in, or name another one in [store] url",
    "08P01": "name the server itself in [store] url, not a pooler",
}

#: What libpq says by itself, always in English: it takes the language of a program, and this one sets none.
_OF_LIBPQ: Mapping[str, str] = {
    "no password supplied": _REMEDIES["28P01"],
    "definition of service": "write the service down in the file that PGSERVICEFILE names",
}

#: How a server's word on a failed connection begins: with how bad it is, in its language.
_SEVERITY = re.compile(r"\b\w+:  ")
_STATE = re.compile(rb'ErrorResponse\t.*? C "(\w{5})"')

#: Seconds until a server must have said why.
_PATIENCE = 5.0


def remedy(exc: psycopg.Error, conninfo: str) -> str | None:
    """Tell what a person has to do before a session can be opened by *conninfo*; None: it may be tried again."""
    told = str(exc)
    for words, what in _OF_LIBPQ.items():
        if words in told:
            return what
    return _REMEDIES.get(_state(conninfo)) if _SEVERITY.search(told) else None


def is_dealt_out(one: Connection, other: Connection) -> bool:
    """Tell whether a pooler deals the transactions of two sessions out to whichever of its own sessions is free.

    Such a one gives both the same, or one of them another each time, whether it takes those first that were used last,
    or in turn.
    """
    seen = [_process(session) for session in (one, other, one, one)]
    return seen[0] == seen[1] or len({seen[0], *seen[2:]}) > 1


def _process(session: Connection) -> int:
    """Tell which process of the server a transaction is carried out by."""
    with session.begin():
        return int(session.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def _state(conninfo: str) -> str:
    """Give the SQLSTATE by which a server lets nobody in, or nothing."""
    heard = os.memfd_create("heard")
    try:
        session = pq.PGconn.connect_start(conninfo.encode())
        with suppress(psycopg.NotSupportedError):
            session.trace(heard)
            _come_to_an_end(session)
            session.untrace()
        session.finish()
        found = _STATE.findall(os.pread(heard, os.fstat(heard).st_size, 0))
    finally:
        os.close(heard)
    return found[-1].decode() if found else ""


def _come_to_an_end(session: pq.abc.PGconn) -> None:
    ends = time.monotonic() + _PATIENCE
    while (stands := session.connect_poll()) in {pq.PollingStatus.READING, pq.PollingStatus.WRITING}:
        wire = [session.socket]
        reads, writes = (wire, []) if stands is pq.PollingStatus.READING else ([], wire)
        if not any(select.select(reads, writes, [], max(ends - time.monotonic(), 0))):
            return
