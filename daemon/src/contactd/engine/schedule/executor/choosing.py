"""Which executor a store wants: one line of configuration, its URL, decides."""

from collections.abc import Collection

from contactd.engine.schedule.executor.base import Executor
from contactd.engine.schedule.executor.embedded import EmbeddedExecutor
from contactd.store.database import Database


def executor_for(database: Database, slots: int, kinds: Collection[str]) -> Executor:
    """Give what carries up to *slots* runs at once for this daemon; a store on a server is shared by several.

    Of these, each carries runs of those *kinds* of sources that it has.
    """
    if database.conninfo is None:
        return EmbeddedExecutor(database)
    from contactd.engine.schedule.executor.procrastinate import ProcrastinateExecutor

    return ProcrastinateExecutor(database, database.conninfo, slots=slots, kinds=kinds)
