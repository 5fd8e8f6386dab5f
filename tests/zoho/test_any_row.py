"""Rows with anything in them."""

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from contactd_sdk import Page
from contactd_zoho.listed import FIELDS
from contactd_zoho.rows import RowReader
from fakes.books import page, row

TYPES = {field.name: field.type for field in FIELDS}

KEYS = ("contact_id", "contact_name", "email", "status", "cf_a", "custom_fields", "payment_terms", "tags")
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)


@settings(derandomize=True, database=None, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), st.recursive(LEAVES, branches)))
def test_no_row_breaks_a_page_and_what_is_read_can_travel(changes: dict[str, Any]) -> None:
    body = json.dumps(page([row(1, **changes), row(2)])).encode()

    read = RowReader([*KEYS[1:5], *KEYS[6:], "created_time"], TYPES).read(body)

    sent = msgspec.msgpack.encode(Page(read.records, None, read.malformed))

    assert msgspec.msgpack.decode(sent, type=Page).records == read.records
    assert len(read.records) + len(read.malformed) == 2
