"""What the faults of a server mean for whoever asked: try again, or have somebody mend the store.

Rule: told by SQLSTATE, never by words: servers speak the language of their
`lc_messages`. What is in neither table is a bug of ours.
"""

import re
from collections.abc import Mapping

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from contactd.domain.refusals import Away, Unfit

#: What passes by itself: the server, or the way to it, is not there now, or is not the one that writes. A value that
#: is too long for an index is among them, and does not pass.
_PASSING = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    # The server has let go of this daemon, which was stopped in a transaction.
    errors.IdleInTransactionSessionTimeout,
    errors.TransactionTimeout,
)

#: What passes once somebody has done something about it; all else is told in the words of the server.
_ADVICE: Mapping[type[psycopg.Error], str] = {
    errors.ReadOnlySqlTransaction: (
        "its server takes no writes: it is a standby, or was set to read only; see that the store's place leads to the"
        " one that writes"
    ),
    errors.DiskFull: "its server has no room on the disk; make some there",
}

#: What a person has to mend, with how; runs wait meanwhile.
_TO_MEND: Mapping[type[psycopg.Error], tuple[str, str, str]] = {
    errors.InsufficientPrivilege: (
        "STORE_DENIED",
        "does not let contactd in",
        "let its user make and use tables in the schema, or give it one of its own",
    ),
    errors.DataCorrupted: ("STORE_DAMAGED", "is damaged", "stop contactd, and restore a backup"),
    errors.IndexCorrupted: ("STORE_DAMAGED", "is damaged", "have its server make its indices anew with REINDEX"),
}

#: What stands before what a server said where a connection failed: the way to it, and how bad it is, in its language.
_WAY = re.compile(r"^(?:.*?\b\w+:  |connection (?:failed|is bad): (?:connection to server .*? failed: )?)")
_NAMED = re.compile(r"\"[^\"]*\"|'[^']*'")

#: What comes of a store that was changed, or of a bug: only a look can tell which.
DOUBTFUL = (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName)


def refusal(cause: BaseException, place: str) -> Away | Unfit | None:
    """Tell what *cause* means to whoever asked something of the store at *place*; None: it is a bug."""
    for family, (reason, what, remedy) in _TO_MEND.items():
        if isinstance(cause, family):
            return Unfit(f"the store '{place}' {what}: {first_line(cause)}; {remedy}", reason=reason)
    if not isinstance(cause, _PASSING) or isinstance(cause, errors.ProgramLimitExceeded):
        return None
    why = _ADVICE.get(type(cause)) or _without_names(cause)
    return Away(f"the store does not answer now: {why}; it is tried again", reason="STORE_AWAY")


def is_read_only(exc: BaseException) -> bool:
    """Tell whether *exc* says that the server of a session takes no writes: another session may reach one that does."""
    return isinstance(exc, psycopg.Error | DBAPIError) and isinstance(cause_of(exc), errors.ReadOnlySqlTransaction)


def cause_of(exc: psycopg.Error | DBAPIError) -> BaseException:
    """Give what the driver said, without what SQLAlchemy puts around it."""
    return exc.orig or exc if isinstance(exc, DBAPIError) else exc


def first_line(exc: BaseException) -> str:
    """Give the first line of what a server said: more of it may hold values."""
    primary = exc.diag.message_primary if isinstance(exc, psycopg.Error) else None
    return primary or _WAY.sub("", (str(exc).splitlines() or [type(exc).__name__])[0])


def _without_names(exc: BaseException) -> str:
    """Give what was said, without the machines and roles that are named where a connection failed."""
    told = first_line(exc)
    named = isinstance(exc, psycopg.Error) and exc.diag.sqlstate is None
    return _NAMED.sub("…", told) if named else told
