"""Plugins made for one test: a module and its distribution's metadata, as an installer would leave them."""

from pathlib import Path
from textwrap import dedent, indent

_HEAD = """
import ctypes, os, signal, struct, subprocess, sys, threading, time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from contactd_sdk import *

FD = int(next(word for word in sys.argv if word.startswith("--fd=")).removeprefix("--fd="))
"""

_SOURCE = """
@dataclass(frozen=True, kw_only=True)
class Settings:
    url: str = setting("Where it answers.", default="")
    token: Secret = setting("Its key.", default=Secret(""))


class TestSource:
    def __init__(self, settings, access=None):
        self.settings = settings
        self.access = access
{opened}

    def pages(self, cursor, window):
{pages}

    def fields(self, module):
        return [SourceField(module, "A field", FieldType.TEXT)]

    def close(self):
{closed}


@hookimpl
def contactd_sources():
    return [SourceKind(name="{kind}", title="A kind", settings=Settings, open=TestSource{more})]
"""

ONE_PAGE = "yield Page([Record(str(os.getpid()), {})], None)"


def install(folder: Path, plugin: str, code: str, *, distribution: str | None = None, version: str = "1.0") -> None:
    """Put a plugin whose module holds *code* into *folder*."""
    distribution = distribution or f"contactd-{plugin}"
    module = distribution.replace("-", "_")
    (folder / f"{module}.py").write_text(_HEAD + dedent(code), encoding="utf-8")
    metadata = folder / f"{module}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    (metadata / "entry_points.txt").write_text(f"[contactd.sources.v1]\n{plugin} = {module}\n")


def source(kind: str, pages: str = ONE_PAGE, *, opened: str = "", closed: str = "pass", more: str = "") -> str:
    """Write the code of a plugin with one *kind*, whose source's methods have these bodies."""
    return _SOURCE.format(
        kind=kind,
        pages=indent(dedent(pages).strip(), " " * 8),
        opened=indent(dedent(opened).strip(), " " * 8),
        closed=indent(dedent(closed).strip(), " " * 8),
        more=f", {more}" if more else "",
    )
