"""The log, set up once: events with values, colored on a terminal, else one JSON object a line.

Rule: no secret and no contact's address ever reaches the log. Values under a
telling key are dropped, what looks like an address or a token is blotted out
of every text, and a traceback shows where a fault came from but not what it
said, unless it is a refusal, whose sentences are safe by their own rule.
"""

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from enum import Enum
from pathlib import PurePath
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from contactd.domain.refusals import ContactdError

#: A value is dropped when a word of its key is one of these, such as `refresh_token`.
_TELLING_WORDS = frozenset(
    {
        "address", "addresses", "authorization", "cookie", "credential", "credentials", "email", "emails",
        "grant", "passphrase", "password", "secret", "secrets", "token", "tokens",
    }
)  # fmt: skip
#: A value is dropped when its whole key is one of these.
_TELLING_KEYS = frozenset({"code", "key"})

_ADDRESS = re.compile(r"[^\s@'\"<>(),;:=]+@[^\s@'\"<>(),;]+")
_TOKEN = re.compile(
    r"(?i:bearer|zoho-oauthtoken)\s+\S+"  # a header
    r"|\bctd_[A-Za-z0-9]+_[A-Za-z0-9_-]{20,}"  # one of ours
    r"|\b1000\.[0-9a-f]{16,}\.[0-9a-f]{16,}\b"  # one of Zoho's
)
_BLOT = "***"
#: How deep values may be nested, and how long a text may be, to be shown.
_DEEPEST = 4
_LONGEST = 4000


def setup(*, style: str = "auto", level: str = "info", stream: TextIO | None = None) -> None:
    """Send the events of this program and of its libraries to *stream*, standard error by default.

    *style* is console, json, or auto: console if *stream* is a terminal.
    """
    stream = stream or sys.stderr
    console = style == "console" or (style == "auto" and stream.isatty())
    structlog.configure(
        processors=_processors(console=console, colors=stream.isatty() and not os.environ.get("NO_COLOR")),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)
    # Repeats, many times a minute, what a server said that lets nobody in; what follows of it has events of ours.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_failed


def _processors(*, console: bool, colors: bool) -> list[Processor]:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        show_fault,
        redact,
    ]
    if console:
        renderer = structlog.dev.ConsoleRenderer(
            colors=colors, timestamp_key="time", exception_formatter=structlog.dev.plain_traceback
        )
        return [*shared, _fault_below, renderer]
    return [*shared, structlog.processors.JSONRenderer(ensure_ascii=False)]


def show_fault(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn `exc_info` into `fault`: one line for each exception and frame, without what it said."""
    exc_info = entry.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()[1]
    elif isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    if isinstance(exc_info, BaseException):
        entry["fault"] = list(_fault_lines(exc_info))
    return entry


def _fault_below(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # The renderer shows this key below the line rather than in it.
    if "fault" in entry:
        entry["exception"] = "\n".join(entry.pop("fault"))
    return entry


def _fault_lines(exc: BaseException) -> Iterator[str]:
    before = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if before is not None:
        yield from _fault_lines(before)
        yield "which led to"
    yield f"{type(exc).__module__}.{type(exc).__qualname__}{_said(exc)}"
    for frame, line in traceback.walk_tb(exc.__traceback__):
        yield f"  {frame.f_code.co_filename}:{line} in {frame.f_code.co_qualname}"
    if isinstance(exc, BaseExceptionGroup):
        for each in exc.exceptions:
            yield "made of"
            yield from _fault_lines(each)


def _said(exc: BaseException) -> str:
    if isinstance(exc, ContactdError):
        return f": {exc.message}"
    # The system's own words; the name of the file, which comes after them, stays out.
    if isinstance(exc, OSError) and exc.errno is not None:
        return f": {os.strerror(exc.errno)}"
    return ""


def redact(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop what stands under a telling key, and blot addresses and tokens out of the rest."""
    return dict(_safe_pairs(entry, 0))


def _safe_pairs(pairs: Mapping[Any, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in pairs.items():
        if not _telling(str(name)):
            yield _blotted(str(name)), _safe(value, depth)


def _telling(key: str) -> bool:
    return key in _TELLING_KEYS or not _TELLING_WORDS.isdisjoint(re.split(r"[^a-z]+", key.lower()))


def _safe(value: Any, depth: int) -> Any:
    match value:
        case None | bool() | int() | float() if not isinstance(value, Enum):
            return value
        case Enum():
            return _blotted(str(value.value))
        case str() | PurePath():
            return _blotted(str(value))
        case Mapping() if depth < _DEEPEST:
            return dict(_safe_pairs(value, depth + 1))
        case list() | tuple() | set() | frozenset() if depth < _DEEPEST:
            return [_safe(each, depth + 1) for each in value]
        case _:
            # Whatever it is, nobody has said that it may be shown.
            return f"<{type(value).__name__}>"


def _blotted(text: str) -> str:
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    if not text.isprintable():
        # A terminal would obey what is meant to be read.
        text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return _ADDRESS.sub(_BLOT, _TOKEN.sub(_BLOT, text))


class _Libraries(logging.Handler):
    """Turns what libraries log into events. Only the first line of it: asyncio shows values in the others."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        structlog.get_logger().log(
            record.levelno,
            "library_told",
            library=record.name,
            message=message.partition("\n")[0],
            exc_info=record.exc_info,
        )


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    name = failed.thread.name if failed.thread else "unknown"
    structlog.get_logger().error("thread_failed", thread=name, exc_info=failed.exc_value)
