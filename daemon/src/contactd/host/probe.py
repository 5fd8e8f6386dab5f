"""What each installed plugin offers, asked of it in a child of its own.

Rule: one that raises, ends, hangs, crashes or answers nonsense is quarantined
with its reason, and harms no other.
"""

import math
import re
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import structlog

from contactd.host.catalog import Plugin, State
from contactd.host.errors import Cause, ChildFailed
from contactd.host.frames import Describe, Described, Kind
from contactd.host.installed import Installed
from contactd.host.process import Child
from contactd.host.starter import Starter
from contactd_sdk import SettingsInvalid, SourceError

log = structlog.get_logger(__name__)

#: Seconds that a plugin may take to be imported and to tell its kinds.
LIMIT = 10.0

#: How many are probed at once.
_AT_ONCE = 16

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")


def probe(
    found: Sequence[Installed],
    starter: Starter,
    *,
    allow: Collection[str] | None = None,
    limit: float = LIMIT,
) -> tuple[Plugin, ...]:
    """Ask every one of *found* for its kinds, all at once.

    *allow* names those that may run (`None`: all); *limit* is seconds for each.
    When it is broken off, *starter* is closed.
    """
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="probe") as threads:
        probed = threads.map(lambda one: _probed(one, starter, allow, limit), found)
        try:
            plugins = tuple(probed)
        except BaseException:
            # Told to stop: the children end with the starter's thread, and nobody waits for a plugin that hangs.
            starter.close()
            raise
    plugins = tuple(_without_rivals(plugin, plugins) for plugin in plugins)
    for plugin in plugins:
        if plugin.state == "quarantined":
            log.warning("plugin_quarantined", plugin=plugin.name, reason=plugin.reason)
    return plugins


def _probed(one: Installed, starter: Starter, allow: Collection[str] | None, limit: float) -> Plugin:
    if allow is not None and one.name not in allow:
        return _plugin(one, "disabled", f"plugin '{one.name}' is not in [plugins] allow; add it there to use it")
    if one.rivals:
        rivals = _quoted(one.distribution, *one.rivals)
        reason = f"plugin '{one.name}' is declared by the distributions {rivals}; uninstall all but one of them"
        return _plugin(one, "quarantined", reason)
    try:
        kinds = _kinds(one.name, starter, limit)
    except ChildFailed as exc:
        return replace(_plugin(one, "quarantined", str(exc)), output=exc.output)
    return replace(_plugin(one, "ready"), kinds=kinds)


def _plugin(one: Installed, state: State, reason: str = "") -> Plugin:
    return Plugin(name=one.name, distribution=one.distribution, version=one.version, state=state, reason=reason)


def _kinds(plugin: str, starter: Starter, limit: float) -> tuple[Kind, ...]:
    # A second more, so that a loop is told as silence, which says what is wrong.
    child = starter.start(plugin, cpu=math.ceil(limit) + 1)
    try:
        reply = child.ask(Describe(), limit)
        if not isinstance(reply, Described):
            raise child.failed(Cause.UNREADABLE, f"answered with {type(reply).__name__} out of turn")
        for kind in reply.kinds:
            _check(kind, child)
    except (SourceError, SettingsInvalid) as exc:
        raise child.failed(Cause.UNUSABLE, f"raised {type(exc).__name__} when it was loaded") from None
    else:
        return reply.kinds
    finally:
        child.end()


def _check(kind: Kind, child: Child) -> None:
    if not _NAME.fullmatch(kind.name):
        what = f"offers the kind '{kind.name[:80]}', and a name is small letters, digits and hyphens, 63 at most"
    elif kind.plugin != child.plugin:
        what = f"answered for the plugin '{kind.plugin[:80]}'"
    elif not kind.title or not kind.modules:
        what = f"offers the kind '{kind.name}' without a title or without a module"
    else:
        return
    raise child.failed(Cause.UNUSABLE, what)


def _without_rivals(plugin: Plugin, plugins: Sequence[Plugin]) -> Plugin:
    for kind in plugin.kinds:
        claims = [one.name for one in plugins if kind.name in {other.name for other in one.kinds}]
        if len(claims) > 1:
            rivals = _quoted(*claims)
            reason = f"kind '{kind.name}' is offered by the plugins {rivals}; uninstall all but one of them"
            return replace(plugin, state="quarantined", reason=reason)
    return plugin


def _quoted(*names: str) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
