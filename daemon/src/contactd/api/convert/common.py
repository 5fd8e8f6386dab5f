"""What several nouns share: times, etags, values, and the words of enumerations.

Rule: an enumeration is a table over all of its words; a test holds each table
to that, and to the contract.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from google.protobuf.message import Message
from google.protobuf.struct_pb2 import NULL_VALUE, ListValue
from google.protobuf.struct_pb2 import Value as ValueMessage
from google.protobuf.timestamp_pb2 import Timestamp

from contactd.domain.refusals import Fault, Invalid
from contactd.domain.words import SubscriptionType
from contactd.engine.requests import Asking
from contactd_proto.v1 import contact_pb2, field_pb2
from contactd_sdk import FieldType, Value

# A number in JSON is a double: beyond this, whole numbers travel as text.
_EXACT = 2**53

_Word = TypeVar("_Word", bound=StrEnum)
_Number = TypeVar("_Number", bound=int)


class Words(Generic[_Word, _Number]):
    """The words of one enumeration and their numbers in the contract."""

    def __init__(self, numbers: Mapping[_Word, _Number]) -> None:
        self.numbers = numbers
        self._words: Mapping[int, _Word] = {number: word for word, number in numbers.items()}

    def number(self, word: _Word) -> _Number:
        """Give the contract's number for *word*."""
        return self.numbers[word]

    def word(self, number: int, field: str) -> _Word:
        """Give the word for *number*, which stands in *field* of the request.

        Raises:
            Invalid: it is not set, or this daemon does not know it.
        """
        if number not in self._words:
            words = ", ".join(self.numbers)
            raise Invalid(Fault(field, f"'{field}' must be one of: {words}"))
        return self._words[number]


FIELD_TYPES: Words[FieldType, field_pb2.FieldType.ValueType] = Words(
    {
        FieldType.TEXT: field_pb2.FIELD_TYPE_TEXT,
        FieldType.NUMBER: field_pb2.FIELD_TYPE_NUMBER,
        FieldType.DECIMAL: field_pb2.FIELD_TYPE_DECIMAL,
        FieldType.BOOLEAN: field_pb2.FIELD_TYPE_BOOLEAN,
        FieldType.DATE: field_pb2.FIELD_TYPE_DATE,
        FieldType.DATETIME: field_pb2.FIELD_TYPE_DATETIME,
        FieldType.URL: field_pb2.FIELD_TYPE_URL,
        FieldType.PHONE: field_pb2.FIELD_TYPE_PHONE,
        FieldType.COUNTRY: field_pb2.FIELD_TYPE_COUNTRY,
        FieldType.ENUM: field_pb2.FIELD_TYPE_ENUM,
        FieldType.EMAIL: field_pb2.FIELD_TYPE_EMAIL,
        FieldType.TAGS: field_pb2.FIELD_TYPE_TAGS,
    }
)

SUBSCRIPTION_TYPES: Words[SubscriptionType, contact_pb2.SubscriptionType.ValueType] = Words(
    {
        SubscriptionType.MARKETING: contact_pb2.SUBSCRIPTION_TYPE_MARKETING,
        SubscriptionType.NON_MARKETING: contact_pb2.SUBSCRIPTION_TYPE_NON_MARKETING,
        SubscriptionType.UNSUBSCRIBED: contact_pb2.SUBSCRIPTION_TYPE_UNSUBSCRIBED,
    }
)


def asking(request_id: str, request: Message) -> Asking:
    """Say which request this is, so that a repetition of it is known."""
    return Asking(request_id, request.SerializeToString(deterministic=True))


def timestamp(micros: int) -> Timestamp:
    """Turn a moment of the store into one of the contract."""
    moment = Timestamp()
    moment.FromMicroseconds(micros)
    return moment


def etag(version: int) -> str:
    """Give the etag of *version*."""
    return str(version)


def value_message(value: Value) -> ValueMessage:
    """Turn a value of a record or contact into one of the contract."""
    match value:
        case None:
            return ValueMessage(null_value=NULL_VALUE)
        case bool():
            return ValueMessage(bool_value=value)
        case int() if abs(value) <= _EXACT:
            return ValueMessage(number_value=value)
        case list():
            return ValueMessage(list_value=ListValue(values=[value_message(part) for part in value]))
        case _:
            return ValueMessage(string_value=str(value))


def value_messages(values: Mapping[str, Value]) -> dict[str, ValueMessage]:
    """Turn the values of a record or contact into those of the contract."""
    return {name: value_message(value) for name, value in values.items()}


def value_of(message: ValueMessage, field: str) -> Value:
    """Turn a value of the contract, which stands in *field* of the request, into one of ours.

    Raises:
        Invalid: it is an object, or a list of anything but texts.
    """
    match message.WhichOneof("kind"):
        case "string_value":
            return message.string_value
        case "bool_value":
            return message.bool_value
        case "number_value":
            number = message.number_value
            return int(number) if number.is_integer() and abs(number) <= _EXACT else format(Decimal(repr(number)), "f")
        case "list_value":
            return [_word_of(part, field) for part in message.list_value.values]
        case "null_value":
            return None
        case _:
            raise Invalid(Fault(field, f"'{field}' must be a text, a number, true or false, texts, or null"))


def _word_of(message: ValueMessage, field: str) -> str:
    if message.WhichOneof("kind") != "string_value":
        raise Invalid(Fault(field, f"'{field}' must be a list of texts"))
    return message.string_value


def values_of(messages: Mapping[str, ValueMessage], field: str) -> dict[str, Value]:
    """Turn values of the contract, which stand in *field* of the request, into ours, by name."""
    return {name: value_of(messages[name], f"{field}.{name}") for name in sorted(messages)}
