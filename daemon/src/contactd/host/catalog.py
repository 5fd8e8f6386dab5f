"""Every installed plugin with what came of it, and every kind of source by its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from contactd.domain.refusals import Conflict, NotFound
from contactd.host.frames import Kind

State = Literal["ready", "quarantined", "disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """An installed plugin. Where it is not ready, *reason* is a sentence with the remedy.

    *output* is what it printed while it was loaded. Nothing secret had been
    given to it by then.
    """

    name: str
    distribution: str
    version: str
    state: State
    reason: str = ""
    kinds: tuple[Kind, ...] = ()
    output: str = ""


class Catalog:
    """What `probe` found, to look things up in."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self.plugins = tuple(plugins)
        ready = [plugin for plugin in self.plugins if plugin.state == "ready"]
        self._kinds = {kind.name: kind for plugin in ready for kind in plugin.kinds}

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Every kind that can be used."""
        return tuple(self._kinds.values())

    def plugin(self, name: str) -> Plugin:
        """Give the plugin *name*.

        Raises:
            NotFound: none of that name is installed.
        """
        for plugin in self.plugins:
            if plugin.name == name:
                return plugin
        raise NotFound("plugin", name)

    def kind(self, name: str) -> Kind:
        """Give the kind *name*.

        Raises:
            NotFound: no plugin offers it.
            Conflict: the plugin that would offer it cannot be used.
        """
        if name in self._kinds:
            return self._kinds[name]
        for plugin in self.plugins:
            if name == plugin.name or name in {kind.name for kind in plugin.kinds}:
                raise Conflict(plugin.reason, reason=f"PLUGIN_{plugin.state.upper()}", plugin=plugin.name)
        names = ", ".join(f"'{known}'" for known in sorted(self._kinds)) or "none"
        raise NotFound("plugin kind", name, f"no plugin kind is called '{name}'; there is {names}")
