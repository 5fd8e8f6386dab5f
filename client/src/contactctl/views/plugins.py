"""How plugins look, and the kinds of source that they bring."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Column, Facts, Heading, Listing, Shown, Table
from contactctl.names import short
from contactctl.render import toned, word, yes

if TYPE_CHECKING:
    from contactd_proto.v1.plugin_pb2 import Plugin, SettingSchema, SourceKind


def _row(plugin: "Plugin") -> list[Shown]:
    services = ", ".join(f"{kind.title} ({kind.id})" for kind in plugin.kinds)
    return [services, toned(word(plugin, "state")), short(plugin.name), plugin.version, plugin.reason]


PLUGINS: "Listing[Plugin]" = Listing(
    (
        Column("Sync service (kind)", wraps=True),
        Column("State"),
        Column("Plugin"),
        Column("Version"),
        Column("Reason", wraps=True),
    ),
    _row,
    none="no plugin is installed beside the daemon",
)


def plugin_view(plugin: "Plugin") -> Iterator[Block]:
    """Show a plugin with all its kinds."""
    yield Heading(short(plugin.name))
    yield Facts(
        [
            ("Distribution", plugin.distribution),
            ("Version", plugin.version),
            ("State", toned(word(plugin, "state"))),
            ("Reason", plugin.reason),
        ]
    )
    for kind in plugin.kinds:
        yield from _kind(kind)


def _kind(kind: "SourceKind") -> Iterator[Block]:
    yield Heading(f"Kind {kind.id}")
    yield Facts(
        [
            ("Title", kind.title),
            ("Needs consent", yes(kind.authorized)),
            ("Reads", ", ".join(f"{module.id} ({module.title})" for module in kind.modules)),
            ("Can also", ", ".join(kind.capabilities)),
        ]
    )
    yield Heading(f"Settings of {kind.id}")
    yield Table(_SETTINGS, [_setting(setting) for setting in kind.settings], "it takes none")


_SETTINGS = (
    Column("Setting"),
    Column("Type"),
    Column("Required"),
    Column("Default", wraps=True),
    Column("What it is", wraps=True),
)


def _setting(setting: "SettingSchema") -> list[Shown]:
    return [
        setting.id,
        word(setting, "type"),
        yes(setting.required),
        setting.default_value,
        setting.help,
    ]
