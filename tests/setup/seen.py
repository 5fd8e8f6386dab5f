"""What is stored, and shown, after something was typed."""

from collections.abc import Callable
from typing import Any

from contactd.engine.parts import Parts
from contactd.store import connections, notifications, tables
from contactd.store.connections import Sealed
from setup.running import Typing
from setup.vendor import Vendor


def sealed(parts: Parts) -> Sealed:
    """The first connection, with what is sealed of it."""
    with parts.database.reading() as r:
        return connections.sealed(r, 1)


def state(parts: Parts, model: type[Any]) -> list[str]:
    """The states of all rows of a table."""
    with parts.database.reading() as r:
        return [row.state for row in r.rows(tables.table(model).select())]


def told(parts: Parts) -> list[str]:
    """The kinds of the notifications, the latest last."""
    with parts.database.reading() as r:
        return [row.kind for row in reversed(notifications.page(r, 1, limit=10))]


def created(typed: Typing, vendor: Vendor, confided: Callable[[str], str], name: str) -> None:
    """Associate the vendor as the connection *name*."""
    plain = ("--set", f"folder={vendor.folder}", "--set", "client_id=ours")
    typed(
        *("connections", "create", name, "--kind", "vendor", *plain),
        *("--secret-file", f"client_secret={confided('hush')}"),
    )
