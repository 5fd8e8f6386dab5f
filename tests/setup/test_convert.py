"""The tables between our words and those of the contract are whole."""

from dataclasses import make_dataclass

import pytest

from contactctl.blocks import Cell, Facts, Line, Tone
from contactctl.views.connections import connection_view
from contactd.api.convert import common, connections, contacts, daemons, fields, notifications, plugins
from contactd.domain import budget
from contactd.domain.budget import Budget
from contactd.domain.clock import SECOND
from contactd.domain.refusals import Invalid
from contactd.domain.words import ConnectionState, ContactStatus, FieldOrigin, Severity, SubscriptionType
from contactd.role import DaemonRole
from contactd_proto.v1 import connection_pb2, contact_pb2, daemon_pb2, field_pb2, notification_pb2, plugin_pb2
from contactd_sdk import FieldType, Secret
from contactd_sdk.settings import schema

TABLES = [
    (FieldType, common.FIELD_TYPES, field_pb2.FieldType),
    (SubscriptionType, common.SUBSCRIPTION_TYPES, contact_pb2.SubscriptionType),
    (ConnectionState, connections.STATES, connection_pb2.Connection.State),
    (ContactStatus, contacts.STATUSES, contact_pb2.Contact.Status),
    (DaemonRole, daemons.ROLES, daemon_pb2.DaemonRole),
    (FieldOrigin, fields.ORIGINS, field_pb2.Field.Origin),
    (Severity, notifications.SEVERITIES, notification_pb2.Notification.Severity),
]


@pytest.mark.parametrize(("words", "table", "numbers"), TABLES, ids=lambda one: getattr(one, "__name__", ""))
def test_every_word_has_a_number_and_every_number_a_word(words, table, numbers):
    assert set(table.numbers) == set(words)
    assert sorted([0, *table.numbers.values()]) == sorted(numbers.values())
    assert [table.word(table.number(word), "x") for word in words] == list(words)


@pytest.mark.parametrize("number", [0, 99])
def test_a_number_without_a_word_is_refused_naming_the_words(number):
    with pytest.raises(Invalid) as caught:
        common.FIELD_TYPES.word(number, "field.type")

    assert caught.value.faults[0].field == "field.type"
    assert caught.value.message.startswith("'field.type' must be one of: text, number, decimal")


def test_the_words_of_plugins_are_whole():
    every = make_dataclass("Every", [("a", str), ("b", int), ("c", bool), ("d", Secret)])

    assert {row.type for row in schema(every)} == set(plugins.SETTING_TYPES)
    assert sorted([0, *plugins.SETTING_TYPES.values()]) == sorted(plugin_pb2.SettingSchema.Type.values())
    assert sorted([0, *plugins.STATES.values()]) == sorted(plugin_pb2.Plugin.State.values())


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("Ann", "string_value", "Ann"),
        ("", "string_value", ""),
        (True, "bool_value", True),
        (7, "number_value", 7.0),
        (2**53 + 1, "string_value", "9007199254740993"),
        (None, "null_value", 0),
    ],
)
def test_a_value_travels_as_what_it_is(value, kind, shown):
    message = common.value_message(value)

    assert message.WhichOneof("kind") == kind
    assert getattr(message, kind) == shown


def test_tags_travel_as_a_list():
    message = common.value_message(["a", "b"])

    assert [part.string_value for part in message.list_value.values] == ["a", "b"]


def test_a_block_is_shown_although_no_run_has_told_what_may_be_called(books):
    held = budget.blocked(Budget(at=SECOND), 1800 * SECOND, "Too many.")

    message = connections.connection_message(books, held)
    blocks = list(connection_view(message))
    (facts,) = (block for block in blocks if isinstance(block, Facts))

    assert connections.connection_message(books, Budget()).HasField("quota") is False
    assert "Calls today" not in dict(facts.rows)
    assert Line(Cell("blocked until 1970-01-01 00:30 UTC: Too many.", Tone.WATCH_OUT)) in blocks
