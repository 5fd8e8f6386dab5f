"""Mappings: from source values to contact values, and onto what a contact has."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contactd.domain.mapping import BUILT_IN, MappingPlan, compile_mapping, merge, suggest, target_id
from contactd.domain.nouns import MappingLine
from contactd.domain.refusals import Invalid
from contactd_sdk import FieldType, Preset, SourceField, Value

LINES = (
    MappingLine(source_field="mail", target_field="email"),
    MappingLine(source_field="given", target_field="first-name"),
    MappingLine(source_field="owes", target_field="balance"),
    MappingLine(source_field="labels", target_field="labels"),
)
TYPES = {"balance": FieldType.DECIMAL, "labels": FieldType.TAGS}


@pytest.fixture
def plan() -> MappingPlan:
    return compile_mapping(LINES, TYPES)


def test_a_plan_tells_what_it_wants_of_the_source(plan: MappingPlan) -> None:
    assert plan.email_source == "mail"
    assert plan.source_fields == {"mail", "given", "owes", "labels"}
    assert plan.targets == ("first-name", "balance", "labels")


def test_a_record_is_mapped_line_by_line(plan: MappingPlan) -> None:
    """R29: what is not mapped stays behind."""
    mapped = plan.apply({"mail": " Ann@Example.com ", "given": "Ann", "owes": "12.50", "labels": ["vip"], "other": "x"})

    assert mapped.email == "Ann@Example.com"
    assert mapped.fields == {"first-name": "Ann", "balance": "12.5", "labels": ["vip"]}
    assert mapped.rejected == ()


def test_what_is_absent_stays_unknown_and_what_is_empty_is_none(plan: MappingPlan) -> None:
    mapped = plan.apply({"mail": None, "given": " ", "labels": []})

    assert mapped == ("", {"first-name": None, "labels": None}, ())


def test_a_record_without_the_mail_field_has_no_address(plan: MappingPlan) -> None:
    assert plan.apply({}) == ("", {}, ())


def test_a_value_that_cannot_be_taken_is_dropped_and_told(plan: MappingPlan) -> None:
    """Row 17: the record goes on without it."""
    mapped = plan.apply({"mail": "ann@example.com", "given": "Ann", "owes": "a lot"})

    assert mapped.fields == {"first-name": "Ann"}
    assert mapped.rejected == ("balance",)


def test_one_source_field_can_go_to_several_contact_fields() -> None:
    lines = (*LINES, MappingLine(source_field="mail", target_field="copy"))
    plan = compile_mapping(lines, {**TYPES, "copy": FieldType.EMAIL})

    mapped = plan.apply({"mail": "Ann@Example.com"})

    assert mapped == ("Ann@Example.com", {"copy": "Ann@Example.com"}, ())


def test_a_field_that_is_yet_to_be_made_has_the_type_of_its_source() -> None:
    """R34."""
    lines = (
        *LINES,
        MappingLine(source_field="age", target_field="age", source_type=FieldType.NUMBER, create=True),
    )
    plan = compile_mapping(lines, TYPES)

    mapped = plan.apply({"age": "40"})

    assert mapped.fields == {"age": 40}


def test_a_mapping_without_an_address_is_refused() -> None:
    """R32: nothing else is compulsory (R33)."""
    with pytest.raises(Invalid) as refusal:
        compile_mapping(LINES[1:], TYPES)

    assert [fault.field for fault in refusal.value.faults] == ["mapping.lines"]
    assert "'email'" in refusal.value.message
    assert compile_mapping(LINES[:1], {}).apply({"mail": "a@example.com"}) == ("a@example.com", {}, ())


@pytest.mark.parametrize(
    ("mapped", "before", "update_empty", "after", "changed"),
    [
        ({"a": "new"}, {"a": "old"}, False, {"a": "new"}, ("a",)),
        ({"a": "new"}, {}, False, {"a": "new"}, ("a",)),
        ({"a": "old"}, {"a": "old"}, True, {"a": "old"}, ()),
        ({"a": None}, {"a": "old"}, False, {"a": "old"}, ()),
        ({"a": None}, {"a": "old"}, True, {}, ("a",)),
        ({"a": None}, {}, False, {}, ()),
        ({"a": None}, {}, True, {}, ()),
        ({}, {"a": "old"}, False, {"a": "old"}, ()),
        ({}, {"a": "old"}, True, {"a": "old"}, ()),
        ({"a": 1}, {"a": True}, False, {"a": 1}, ("a",)),
        ({"a": False}, {}, False, {"a": False}, ("a",)),
        ({"a": 0, "b": "x"}, {"b": "y", "c": "z"}, True, {"a": 0, "b": "x", "c": "z"}, ("a", "b")),
    ],
)
def test_values_meet_what_a_contact_has_as_the_table_says(
    *,
    mapped: dict[str, Value],
    before: dict[str, Value],
    update_empty: bool,
    after: dict[str, Value],
    changed: tuple[str, ...],
) -> None:
    """R21, and the table "Empty values"."""
    untouched = dict(before)

    assert merge(before, mapped, update_empty=update_empty) == (after, changed)
    assert before == untouched


VALUES = some.dictionaries(some.sampled_from("abc"), some.text(max_size=2) | some.integers() | some.booleans())
GIVEN = some.dictionaries(some.sampled_from("abc"), some.none() | some.text(min_size=1, max_size=2) | some.integers())


@given(before=VALUES, mapped=GIVEN, update_empty=some.booleans())
def test_the_same_values_change_nothing_the_second_time(
    *, before: dict[str, Value], mapped: dict[str, Value], update_empty: bool
) -> None:
    """I7."""
    after, changed = merge(before, mapped, update_empty=update_empty)

    assert merge(after, mapped, update_empty=update_empty) == (after, ())
    assert set(changed) <= set(mapped)
    assert {name: before[name] for name in before if name not in changed} == {
        name: after[name] for name in after if name not in changed
    }


def test_presets_are_suggested_and_nothing_else() -> None:
    """R31."""
    fields = [
        SourceField("notes", "Notes", FieldType.TEXT),
        SourceField("surname", "Surname", FieldType.TEXT, Preset.LAST_NAME),
        SourceField("mail", "E-mail", FieldType.EMAIL, Preset.EMAIL),
        SourceField("mail2", "Other e-mail", FieldType.EMAIL, Preset.EMAIL),
    ]

    assert suggest(fields) == (
        MappingLine(source_field="mail", target_field="email", source_type=FieldType.EMAIL),
        MappingLine(source_field="surname", target_field="last-name"),
    )


def test_every_preset_is_a_built_in_field() -> None:
    assert {preset.value for preset in Preset} == set(BUILT_IN)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("VAT number", "vat-number"),
        ("  Größe (cm) ", "grosse-cm"),
        ("Numéro d'entreprise", "numero-d-entreprise"),
        ("2nd phone", "field-2nd-phone"),
        ("国", "field"),
        ("", "field"),
        ("cf_region", "cf-region"),
        ("a" * 62 + " b", "a" * 62),
    ],
)
def test_a_new_field_is_named_after_its_source_field(title: str, name: str) -> None:
    """R34."""
    assert target_id(title) == name


@given(some.text())
def test_any_title_gives_a_good_id(title: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,62}", target_id(title))


def test_a_value_that_is_no_choice_is_dropped_and_told() -> None:
    """Row 17."""
    lines = [*LINES[:1], MappingLine(source_field="level", target_field="tier")]
    plan = compile_mapping(lines, {"tier": FieldType.ENUM}, {"tier": ["gold"]})

    kept = plan.apply({"mail": "a@example.com", "level": "GOLD"})
    dropped = plan.apply({"mail": "a@example.com", "level": "iron"})

    assert (kept.fields, kept.rejected) == ({"tier": "gold"}, ())
    assert (dropped.fields, dropped.rejected) == ({}, ("tier",))
