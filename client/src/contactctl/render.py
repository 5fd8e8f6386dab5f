"""Single values as people read them: words, times, numbers, ids."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contactctl.blocks import Cell, Tone
from contactctl.names import short

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from google.protobuf.struct_pb2 import Value
    from google.protobuf.timestamp_pb2 import Timestamp

    from contactd_proto.v1.policy_pb2 import Policies

#: What a state is to the person who looks; what is not here is neither good nor bad.
_TONES = {
    "ready": Tone.GOOD,
    "enabled": Tone.GOOD,
    "active": Tone.GOOD,
    "succeeded": Tone.GOOD,
    "there": Tone.GOOD,
    "added": Tone.GOOD,
    "readded": Tone.GOOD,
    "live": Tone.PLAIN,
    "unchanged": Tone.QUIET,
    "disabled": Tone.QUIET,
    "deleted": Tone.QUIET,
    "cancelled": Tone.WATCH_OUT,
    "draft": Tone.WATCH_OUT,
    "held": Tone.WATCH_OUT,
    "paused": Tone.WATCH_OUT,
    "pending": Tone.WATCH_OUT,
    "removed": Tone.WATCH_OUT,
    "skipped": Tone.WATCH_OUT,
    "waiting": Tone.WATCH_OUT,
    "warning": Tone.WATCH_OUT,
    "away": Tone.BAD,
    "credential_invalid": Tone.BAD,
    "disconnected": Tone.BAD,
    "error": Tone.BAD,
    "failed": Tone.BAD,
    "inactive": Tone.BAD,
    "quarantined": Tone.BAD,
}


def word(message: "Message", field: str) -> str:
    """Give the value of an enumeration as its word: `STATE_CREDENTIAL_INVALID` is `credential_invalid`."""
    kind = message.DESCRIPTOR.fields_by_name[field].enum_type
    if kind is None:
        raise TypeError(f"{field} of {message.DESCRIPTOR.name} is no enumeration")
    number: int = getattr(message, field)
    value = kind.values_by_number.get(number)
    if value is None:  # a newer daemon knows more words than we do
        return str(number)
    prefix = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in kind.name)
    said = value.name.removeprefix(f"{prefix.lstrip('_')}_").lower()
    return "" if said == "unspecified" else said


def toned(said: str) -> Cell:
    """Give a word the tone that it has for its reader."""
    return Cell(said, _TONES.get(said, Tone.PLAIN))


def moment(time: "Timestamp") -> str:
    """Give a time in the reader's own zone, to the minute."""
    return f"{time.ToDatetime(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M %Z}"


def brief(time: "Timestamp") -> str:
    """Give the same without the name of the zone, for a column of times."""
    return f"{time.ToDatetime(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}"


def wall(local_time: str) -> str:
    """Give what the clocks of a zone show, to the minute, with the day of the week and their offset."""
    at = datetime.fromisoformat(local_time)
    return f"{at:%a %Y-%m-%d %H:%M} {at.isoformat()[-6:]}"


def when(message: "Message", field: str) -> str:
    """Give the time in *field*, or nothing where it is not known."""
    return moment(getattr(message, field)) if message.HasField(field) else ""


def shorts(names: Iterable[str]) -> str:
    """Give several names as people say them."""
    return ", ".join(short(name) for name in names)


def yes(claim: object) -> str:
    """Give a claim as yes or no."""
    return "yes" if claim else "no"


def policies_told(policies: "Policies") -> str:
    """Tell what somebody says of policies, as `name value, …`."""
    said = []
    for field, value in policies.ListFields():
        text = word(policies, field.name) if field.enum_type else ", ".join(value) if field.is_repeated else yes(value)
        said.append(f"{field.name} {text}")
    return ", ".join(said)


def plural(number: int, one: str, many: str = "") -> str:
    """Give a number with its noun: `1 record`, `8,200 records`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def value_text(value: "Value") -> str:
    """Give the value of a contact's field."""
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            return f"{value.number_value:.15g}"
        case "bool_value":
            return yes(value.bool_value)
        case "list_value":
            return ", ".join(value_text(part) for part in value.list_value.values)
        case _:
            return ""
