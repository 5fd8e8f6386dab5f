"""Plugins and their kinds to messages."""

from contactd.api import names
from contactd.api.convert.common import FIELD_TYPES
from contactd.host.catalog import Plugin, State
from contactd.host.frames import Kind
from contactd_proto.v1 import field_pb2
from contactd_proto.v1 import plugin_pb2 as pb
from contactd_sdk import Module, SourceField
from contactd_sdk.settings import SettingSchema

STATES: dict[State, pb.Plugin.State.ValueType] = {
    "ready": pb.Plugin.STATE_READY,
    "disabled": pb.Plugin.STATE_DISABLED,
    "quarantined": pb.Plugin.STATE_QUARANTINED,
}

SETTING_TYPES: dict[str, pb.SettingSchema.Type.ValueType] = {
    "text": pb.SettingSchema.TYPE_TEXT,
    "number": pb.SettingSchema.TYPE_NUMBER,
    "boolean": pb.SettingSchema.TYPE_BOOLEAN,
    "secret": pb.SettingSchema.TYPE_SECRET,
}


def plugin_message(plugin: Plugin) -> pb.Plugin:
    """Turn a plugin into its message."""
    return pb.Plugin(
        name=names.PLUGIN.format(plugin.name),
        distribution=plugin.distribution,
        version=plugin.version,
        state=STATES[plugin.state],
        reason=plugin.reason,
        kinds=[_kind(kind) for kind in plugin.kinds],
    )


def source_field_message(field: SourceField) -> field_pb2.SourceField:
    """Turn a field that a source offers into its message."""
    return field_pb2.SourceField(
        id=field.name, title=field.title, type=FIELD_TYPES.number(field.type), custom=field.custom, detail=field.detail
    )


def _kind(kind: Kind) -> pb.SourceKind:
    return pb.SourceKind(
        id=kind.name,
        title=kind.title,
        settings=[_setting(row) for row in kind.settings],
        authorized=kind.authorized,
        modules=[_module(kind, one) for one in kind.modules],
        capabilities=sorted(kind.capabilities),
    )


def _module(kind: Kind, module: Module) -> pb.Module:
    fields = [source_field_message(field) for field in kind.known(module.name)]
    return pb.Module(id=module.name, title=module.title, fields=fields)


def _setting(row: SettingSchema) -> pb.SettingSchema:
    return pb.SettingSchema(
        id=row.name,
        help=row.help,
        type=SETTING_TYPES[row.type],
        required=row.required,
        default_value=_default(row),
        address=row.address,
        choices=row.choices,
    )


def _default(row: SettingSchema) -> str:
    if row.default is None:
        return ""
    return str(row.default).lower() if row.type == "boolean" else str(row.default)
