"""The settings of a connection on the command line: plain ones said, secret ones confided."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contactctl.confided import confided, one_from_stdin, pairs, somebody_is_there, typed_unseen
from contactctl.failures import Failure, usage

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.plugin_pb2 import SettingSchema

#: Where the contract has a setting.
_SETTING = re.compile(r"(connection\.)?settings\[(?P<name>[^\]]+)\]")


@contextmanager
def advising(schema: "Iterable[SettingSchema]") -> Iterator[None]:
    """Say of every setting that the daemon misses how it is given."""
    secret = {setting.id for setting in _secret(schema)}
    try:
        yield
    except Failure as failure:
        found = ((_SETTING.fullmatch(each.field), each.description) for each in failure.violations)
        missing = [match["name"] for match, description in found if match and "is missing" in description]
        options = (f"--secret-file {name}=PATH" if name in secret else f"--set {name}=VALUE" for name in missing)
        failure.advice += tuple(f"give it with {option}" for option in options)
        raise


def schema_of(daemon: "Daemon", kind: str) -> "list[SettingSchema]":
    """Find the settings that *kind* takes; none for a kind that only the daemon can refuse."""
    from contactd_proto.v1.plugin_pb2 import ListPluginsRequest

    pages = daemon.pages(daemon.plugins.ListPlugins, ListPluginsRequest())
    kinds = (each for page in pages for plugin in page.plugins for each in plugin.kinds)
    return [setting for each in kinds if each.id == kind for setting in each.settings]


def schema_at(daemon: "Daemon", name: str) -> "list[SettingSchema]":
    """Find the settings that the connection of this full name takes."""
    from contactd_proto.v1.connection_pb2 import GetConnectionRequest

    return schema_of(daemon, daemon.call(daemon.connections.GetConnection, GetConnectionRequest(name=name)).kind)


def asked_secrets(
    schema: "Iterable[SettingSchema]", settings: dict[str, str], sources: dict[str, str]
) -> dict[str, str]:
    """Read the secrets that were said, and ask for those that are missing."""
    _refuse_exposed(schema, settings, sources)
    missing = [setting.id for setting in _secret(schema) if setting.required and setting.id not in sources]
    found = {key: confided(key, source) for key, source in sources.items()}
    asked = {key: typed_unseen(key) for key in missing} if somebody_is_there() else {}
    return {**found, **asked}


def _refuse_exposed(schema: "Iterable[SettingSchema]", settings: dict[str, str], sources: dict[str, str]) -> None:
    if exposed := [setting.id for setting in _secret(schema) if setting.id in settings]:
        raise usage(
            f"'{exposed[0]}' is a secret: give it with --secret-file {exposed[0]}=PATH",
            "what is on a command line can be read by others; better have it replaced",
        )
    if both := settings.keys() & sources.keys():
        raise usage(f"'{min(both)}' was given with --set and with --secret-file: give it once")


def _secret(schema: "Iterable[SettingSchema]") -> "list[SettingSchema]":
    from contactd_proto.v1.plugin_pb2 import SettingSchema

    return [setting for setting in schema if setting.type == SettingSchema.TYPE_SECRET]


def given_settings(
    schema: "Iterable[SettingSchema]", plain: tuple[str, ...], secret_files: tuple[str, ...]
) -> dict[str, str]:
    """Read the settings that were said, and ask for none."""
    settings, sources = pairs(plain, "--set"), pairs(secret_files, "--secret-file")
    one_from_stdin(sources.values())
    _refuse_exposed(schema, settings, sources)
    return {**settings, **{key: confided(key, source) for key, source in sources.items()}}
