"""What every verb of the engine is handed: the parts that the daemon put together at its start.

Rule: nothing in the engine makes a part for itself, or finds one by a global
name; whoever wants another one, such as a test, hands in another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contactd.host.authorizer import Authorizers
from contactd.host.catalog import Catalog
from contactd.host.pool import Pool
from contactd.store.database import Database
from contactd.store.seal import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a running daemon."""

    database: Database
    #: Seals what nobody may read in the store file.
    sealer: Sealer
    #: The plugins and kinds that were found.
    catalog: Catalog
    #: Turn consent into tokens, each call in a child of its own.
    authorizers: Authorizers
    #: Warm children, by connection.
    pool: Pool
    #: By kind, the `host` or `host:port` that the configuration allows beside the vendor's own.
    hosts: Mapping[str, frozenset[str]]
    #: Say that something became due: the scheduler looks now.
    wake: Callable[[], None]
    #: Say that the wishes for a run, by its id, have changed: it looks at its next page.
    stop: Callable[[int], None]
