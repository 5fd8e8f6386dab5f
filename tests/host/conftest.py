"""What the tests of the host share: a folder for plugins, and a starter that looks into it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contactd.host.catalog import Plugin
from contactd.host.frames import Kind
from contactd.host.installed import installed
from contactd.host.pool import Pool
from contactd.host.probe import probe
from contactd.host.starter import Starter
from fakes.plugins import install, source

#: Seconds that nothing here needs, however slow the machine: a test that meets it fails.
LONG = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "plugins"
    path.mkdir()
    return path


@pytest.fixture
def starter(folder: Path) -> Iterator[Starter]:
    with Starter(paths=[folder], grace=LONG) as starter:
        yield starter


@pytest.fixture
def pool(starter: Starter) -> Iterator[Pool]:
    with Pool(starter, patience=LONG) as pool:
        yield pool


@pytest.fixture
def probed(folder: Path, starter: Starter) -> Callable[..., dict[str, Plugin]]:
    """Probe every plugin in the folder; by name."""

    def probe_all(*, limit: float = LONG, allow: set[str] | None = None) -> dict[str, Plugin]:
        ours = [one for one in installed([folder]) if (folder / f"{one.distribution.replace('-', '_')}.py").exists()]
        return {plugin.name: plugin for plugin in probe(ours, starter, allow=allow, limit=limit)}

    return probe_all


@pytest.fixture
def kind_of(folder: Path, probed: Callable[..., dict[str, Plugin]]) -> Callable[..., Kind]:
    """Install a plugin with these bodies and give its one kind."""

    def make(pages: str = "", **bodies: str) -> Kind:
        install(folder, "test", source("test", pages or "yield Page([], None)", **bodies))
        plugin = probed()["test"]
        assert plugin.reason == ""
        return plugin.kinds[0]

    return make
