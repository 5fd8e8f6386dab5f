"""Some histories whose records come from a plugin in a process of its own, frame by frame."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from contactd.host.catalog import Catalog
from contactd.host.installed import Installed
from contactd.host.pool import Pool
from contactd.host.probe import probe
from contactd.host.starter import Starter
from fakes.plugins import install, source
from model.histories import History, Scope, histories
from model.playing import play
from model.stage import Stage

#: Gives the records that a file holds, in pages of the size that it holds, too.
_PAGES = """
import msgspec
with open(self.settings.url, "rb") as kept:
    records, malformed, size = msgspec.msgpack.decode(kept.read(), type=tuple[list[Record], list[Malformed], int])
since = window.since
wanted = [one for one in records if since is None or one.modified is None or one.modified >= since]
start = int(cursor or 0)
while start + size < len(wanted):
    yield Page(wanted[start:start + size], str(start + size), [], len(wanted))
    start += size
yield Page(wanted[start:], None, malformed, len(wanted))
"""


class ChildStage(Stage):
    """A stage whose source is read by a child."""

    def __init__(self, folder: Path, pool: Pool, catalog: Catalog) -> None:
        super().__init__(f"sqlite://{folder}/contactd.db")
        self._kept = folder / "records"
        self._pool = pool
        self._kind = catalog.kind("told")

    def open(self, _connection: int) -> Any:
        held = self.source
        self._kept.write_bytes(msgspec.msgpack.encode((held.records, held.malformed, held.page_size)))
        return self._pool.open("told", self._kind, {"url": str(self._kept)})


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("plugins")
    install(folder, "told", source("told", _PAGES))
    found = [Installed(name="told", distribution="contactd-told", version="1.0")]
    with Starter(paths=[folder]) as starter, Pool(starter) as pool:
        stage = ChildStage(tmp_path_factory.mktemp("store"), pool, Catalog(probe(found, starter)))
        yield stage
        stage.close()


@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(histories(Scope()))
def test_everything_is_as_the_model_says_of_what_a_child_reads(stage: Stage, history: History) -> None:
    play(stage, history)
