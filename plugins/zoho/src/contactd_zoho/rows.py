"""Pages of contacts: from the body of an answer to records (FACTS.md "2.3", "2.4").

Rule: only the keys that are wanted are decoded, by a type made for them; all
others are passed over. A page that does not fit the type is read again row by
row, so that one bad row costs that row and not the page.

An absent key is unknown and left out of the record, custom fields apart:
`customs` says why.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from contactd_sdk import FieldType, Malformed, Record
from contactd_zoho.customs import LISTED, PREFIX, CustomValues
from contactd_zoho.errors import Envelope
from contactd_zoho.times import read_time
from contactd_zoho.values import SHAPES, digits, word


class Context(Struct):
    """Which page of the list it is, whether more follow, and how the server says that it sorted."""

    page: int
    has_more_page: bool
    sort_column: str = ""
    sort_order: str = ""


class Listing(Envelope, kw_only=True):
    """One page of contacts. Without *context* it is a refusal, or no page at all."""

    records: list[Record]
    malformed: list[Malformed]
    context: Context | None


class _RawAnswer(Envelope, kw_only=True):
    contacts: list[Raw] | UnsetType = UNSET
    page_context: Context | None = None


#: What every record needs, whatever is wanted of it, in the order in which `_record` takes it.
_FRAME = ("contact_id", "contact_name", "contact_type", "status", "created_time", "last_modified_time")

_ID = Annotated[str, Meta(min_length=1)] | int
_WORD = str | None | UnsetType

#: Fields of these types are no text in a row; those of unknown type may be anything.
_NO_WORDS = frozenset({FieldType.DECIMAL, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.TAGS, None})

#: Half a character beyond 16 bits, as a text has that was cut in the middle of one; whole ones are matched to be
#: passed over. A page that holds a half is no JSON, and one customer must not make the others unreadable.
_MISMATCHED = re.compile(
    rb"\\(?:\\|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2}))"
)

#: Of a row that cannot be read so much is kept.
_RAW_LIMIT = 16_384

_RAW_PAGE = msgspec.json.Decoder(_RawAnswer)
_LOOSE_ROW = msgspec.json.Decoder(dict[str, Any], float_hook=digits)


class RowReader:
    """Reads the *wanted* fields of contacts; *types* knows those that are not custom."""

    def __init__(self, wanted: Iterable[str], types: Mapping[str, FieldType]) -> None:
        names = sorted(wanted)
        self._names = tuple(name for name in names if not name.startswith(PREFIX))
        self._customs = CustomValues([name for name in names if name.startswith(PREFIX)])
        self._keys = (*_FRAME, *self._names, *self._customs.keys)
        self._shapes = tuple((n, SHAPES[types.get(n)]) for n in self._names if types.get(n) in SHAPES)
        self._words = {*_FRAME[1:], *(n for n in self._names if types.get(n) not in _NO_WORDS)}
        self._page = _page_decoder(self._keys, self._words)
        # A row's attributes are named after the first place of their key.
        self._take = attrgetter(*(f"at{self._keys.index(key)}" for key in self._keys))

    def read(self, body: bytes) -> Listing:
        """Read the page that *body* holds.

        Raises:
            msgspec.DecodeError: it is no page, not even a refusal.
        """
        try:
            return self._read(body)
        except msgspec.DecodeError:
            mended = _MISMATCHED.sub(_mended, body)
            if mended == body:
                raise
            return self._read(mended)

    def _read(self, body: bytes) -> Listing:
        records: list[Record] = []
        malformed: list[Malformed] = []
        try:
            answer = self._page.decode(body)
            if answer.contacts is not UNSET:
                records = [self._record(self._take(row)) for row in answer.contacts]
        except (msgspec.ValidationError, UnicodeDecodeError):
            answer = _RAW_PAGE.decode(body)
            for raw in answer.contacts or ():
                self._sort(bytes(raw), records, malformed)
        context = None if answer.contacts is UNSET else answer.page_context
        return Listing(answer.code, answer.message, records=records, malformed=malformed, context=context)

    def _record(self, got: Sequence[Any]) -> Record:
        ident, title, kind, status, created, modified = got[:6]
        values: dict[str, Any] = dict(zip(self._names, got[6:], strict=False))
        for name, shape in self._shapes:
            values[name] = shape(values[name])
        if UNSET in values.values():
            values = {name: value for name, value in values.items() if value is not UNSET}
        if self._customs.keys:
            self._customs.put(values, got[6 + len(self._names) :])
        return Record(
            ident if ident.__class__ is str else str(ident),
            values,
            title or "",
            read_time(created),
            read_time(modified),
            (kind or "customer").lower() == "customer",
            (status or "").lower() == "inactive",
        )

    def _sort(self, raw: bytes, records: list[Record], malformed: list[Malformed]) -> None:
        try:
            row = _LOOSE_ROW.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            malformed.append(_malformed(raw, "The row is no JSON object of readable text."))
            return
        ident = row.get("contact_id")
        if not ident or ident.__class__ not in {str, int}:
            malformed.append(_malformed(raw, "The row has no 'contact_id'."))
            return
        records.append(self._record([self._loose(row, key) for key in self._keys]))

    def _loose(self, row: dict[str, Any], key: str) -> Any:
        value = row.get(key, UNSET)
        if key == LISTED and value is not UNSET:
            return Raw(msgspec.json.encode(value))
        return word(value) if key in self._words else value


def _mended(escape: re.Match[bytes]) -> bytes:
    """Put the replacement character for half of one, and leave any other escape alone."""
    return rb"\ufffd" if escape[1] else escape[0]


def _malformed(raw: bytes, why: str) -> Malformed:
    return Malformed(raw[:_RAW_LIMIT].decode(errors="replace"), why)


def _page_decoder(keys: Sequence[str], words: set[str]) -> msgspec.json.Decoder[Any]:
    places = {f"at{keys.index(key)}": key for key in keys}
    row = msgspec.defstruct(
        "Row", [_attribute(place, key, words) for place, key in places.items()], rename=places, gc=False
    )
    contacts = GenericAlias(list, (row,))
    answer = msgspec.defstruct(
        "Answer",
        [("contacts", contacts | UnsetType, UNSET), ("page_context", Context | None, None)],
        bases=(Envelope,),
        kw_only=True,
    )
    return msgspec.json.Decoder(answer, float_hook=digits)


def _attribute(place: str, key: str, words: set[str]) -> tuple[str, Any, Any] | tuple[str, Any]:
    if key == "contact_id":
        return (place, _ID)
    if key == LISTED:
        return (place, Raw, Raw(b"[]"))
    return (place, _WORD, UNSET) if key in words else (place, Any, UNSET)
