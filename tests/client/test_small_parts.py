"""The small parts: names, clean text, schedules, mapping lines, words and values."""

import json
from pathlib import Path

import pytest
from google.protobuf.struct_pb2 import ListValue, Value

from contactctl.clean import clean, clean_json, isolated
from contactctl.failures import Failure
from contactctl.mapping import joined, said_lines
from contactctl.names import Names, short
from contactctl.render import plural, toned, value_text, when, word
from contactctl.schedule import SaidSchedule, duration_of, local_zone, make_schedule, span, told
from contactctl.views.counts import NEW, OLD, counted, counts_sentence
from contactctl.views.runs import progress_sentence, state_cell, waiting_sentence
from contactd_proto.v1.connection_pb2 import Connection
from contactd_proto.v1.ledger_pb2 import Counts, NewCounts
from contactd_proto.v1.run_pb2 import RUN_MODE_SWEEP, Run
from contactd_proto.v1.sync_pb2 import MappingLine, Schedule
from fakes.sample_answers import ANA, FAILED, PENDING, RUN, WAITING, running

NAMES = Names("default")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("workspaces/default/syncs/books-main", "books-main"),
        ("workspaces/default/syncs/books-main/runs/12", "books-main/12"),
        ("workspaces/default/contacts/7", "7"),
        ("plugins/zoho-books", "zoho-books"),
        ("", ""),
    ],
)
def test_people_see_the_short_name(name, said) -> None:
    assert short(name) == said


def test_a_run_is_said_with_or_without_its_sync() -> None:
    assert NAMES.run("12") == "workspaces/default/syncs/-/runs/12"
    assert NAMES.run("books-main/12") == "workspaces/default/syncs/books-main/runs/12"


def test_a_whole_name_is_taken_as_it_is() -> None:
    whole = "workspaces/sales/syncs/x/runs/3"

    assert NAMES.run(whole) == whole
    assert NAMES.sync("workspaces/sales/syncs/x") == "workspaces/sales/syncs/x"
    assert NAMES.plugin("plugins/p") == "plugins/p"
    assert NAMES.other_workspace("workspaces/w") == "workspaces/w"


@pytest.mark.parametrize("digits", ["twelve", "", "-1", "١٢", "books-main/1.5"])
def test_what_is_no_number_is_no_run(digits) -> None:
    with pytest.raises(Failure):
        NAMES.run(digits)


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x202E, 0x2066, 0x2069])
def test_no_character_that_steers_a_terminal_gets_through(code) -> None:
    shown = clean(f"a{chr(code)}b")

    assert shown.isprintable()
    assert shown != "ab"


@pytest.mark.parametrize("text", ["Zoë", "日本語", "नमस्ते", "e\u0301", "\U0001f469\u200d\U0001f467", "مرحبا"])
def test_any_script_stays_as_it_is(text) -> None:
    assert clean(text) == text


def test_only_text_from_right_to_left_is_isolated() -> None:
    assert isolated("Ana") == "Ana"
    assert isolated("\u05d0\u05d1") == "\u2068\u05d0\u05d1\u2069"


def test_a_clean_document_is_the_same_document() -> None:
    document = {"name": "a\x9b31mb\u202ec\x1b"}

    written = clean_json(json.dumps(document, ensure_ascii=False))

    assert json.loads(written) == document
    assert written.isprintable()


@pytest.mark.parametrize(
    ("said", "made", "words"),
    [
        (
            SaidSchedule(daily="06:30", zone="Europe/Brussels"),
            Schedule(recurrence=Schedule.RECURRENCE_DAILY, time="06:30", time_zone="Europe/Brussels"),
            "daily at 06:30 Europe/Brussels",
        ),
        (
            SaidSchedule(weekly=("Tue", "07:00")),
            Schedule(recurrence=Schedule.RECURRENCE_WEEKLY, time="07:00", time_zone="Asia/Kolkata", weekday=2),
            "weekly on tuesday at 07:00 Asia/Kolkata",
        ),
        (
            SaidSchedule(monthly=(15, "07:00")),
            Schedule(recurrence=Schedule.RECURRENCE_MONTHLY, time="07:00", time_zone="Asia/Kolkata", day_of_month=15),
            "monthly on day 15 at 07:00 Asia/Kolkata",
        ),
        (
            SaidSchedule(cron="0 6 * * mon-fri"),
            Schedule(recurrence=Schedule.RECURRENCE_CRON, cron="0 6 * * mon-fri", time_zone="Asia/Kolkata"),
            "by cron '0 6 * * mon-fri' Asia/Kolkata",
        ),
        (SaidSchedule(once=True), Schedule(recurrence=Schedule.RECURRENCE_ONCE), "once"),
        (SaidSchedule(), Schedule(recurrence=Schedule.RECURRENCE_ONCE), "once"),
    ],
)
def test_a_schedule_goes_from_words_to_the_contract_and_back(said, made, words) -> None:
    schedule = make_schedule(said, local_zone="Asia/Kolkata")

    assert schedule == made
    assert told(schedule) == words


def test_two_recurrences_exclude_each_other() -> None:
    with pytest.raises(Failure, match="exclude each other"):
        make_schedule(SaidSchedule(daily="06:30", once=True), local_zone="UTC")


@pytest.mark.parametrize("day", ["mo", "noday", "mondays", ""])
def test_a_day_that_does_not_exist_is_refused(day) -> None:
    with pytest.raises(Failure, match="is no day of the week"):
        make_schedule(SaidSchedule(weekly=(day, "06:30")), local_zone="UTC")


@pytest.mark.parametrize(
    ("said", "words"),
    [("90s", "90 seconds"), ("60s", "1 minute"), ("15m", "15 minutes"), ("2h", "2 hours"), ("0s", "0 seconds")],
)
def test_a_span_of_time_goes_from_words_to_the_contract_and_back(said, words) -> None:
    assert span(duration_of(said)) == words


@pytest.mark.parametrize("said", ["", "15", "m", "1.5h", "-1m", "\u0663m", "1d", "9999999999s"])
def test_a_span_of_time_that_is_none_is_refused(said) -> None:
    with pytest.raises(Failure, match="is no span of time: say seconds, minutes or hours"):
        duration_of(said)


def test_the_zone_of_this_machine_is_found(tmp_path: Path) -> None:
    zone = tmp_path / "zoneinfo" / "Europe" / "Brussels"
    zone.parent.mkdir(parents=True)
    zone.touch()
    link = tmp_path / "localtime"
    link.symlink_to(zone)

    assert local_zone({}, localtime=link) == "Europe/Brussels"
    assert local_zone({"TZ": ":Asia/Tokyo"}, localtime=link) == "Asia/Tokyo"
    assert local_zone({"TZ": "CET-1CEST"}, localtime=tmp_path / "nothing") == "UTC"


def test_mapping_lines_are_read() -> None:
    lines = said_lines(["a=b"], ["c", "d=e"])

    assert lines == [
        MappingLine(source_field="a", target_field="b"),
        MappingLine(source_field="c", create=True),
        MappingLine(source_field="d", target_field="e", create=True),
    ]


@pytest.mark.parametrize(("mapped", "new"), [(["a"], []), (["=b"], []), (["a="], []), ([], ["=b"]), ([], [""])])
def test_half_a_mapping_line_is_refused(mapped, new) -> None:
    with pytest.raises(Failure):
        said_lines(mapped, new)


def test_who_says_a_target_means_it_instead_of_the_suggested_one() -> None:
    suggested = said_lines(["email=email", "name=first-name"], [])
    said = said_lines(["given=first-name"], [])

    assert joined(suggested, said) == [suggested[0], said[0]]


def test_an_enumeration_is_shown_as_its_word() -> None:
    assert word(Connection(state=Connection.STATE_CREDENTIAL_INVALID), "state") == "credential_invalid"
    assert word(Run(mode=RUN_MODE_SWEEP), "mode") == "sweep"
    assert word(ANA, "subscription_type") == "marketing"
    assert word(Run(), "state") == ""


def test_a_word_of_a_newer_daemon_is_shown_as_its_number() -> None:
    run = Run()
    run.ParseFromString(b"\x20\x63")  # field 4, value 99

    assert word(run, "state") == "99"
    assert toned("99").text == "99"


def test_a_time_that_is_not_known_is_not_shown() -> None:
    assert when(Run(), "end_time") == ""
    assert when(PENDING, "create_time").startswith("2026-03-0")


def test_values_are_shown_as_people_write_them() -> None:
    tags = Value(list_value=ListValue(values=[Value(string_value="a"), Value(bool_value=True)]))

    assert [value_text(v) for v in (Value(number_value=12), Value(number_value=0.5), tags, Value())] == [
        "12",
        "0.5",
        "a, yes",
        "",
    ]


def test_numbers_agree_with_their_nouns() -> None:
    assert [plural(1, "record"), plural(8200, "record"), plural(0, "entry", "entries")] == [
        "1 record",
        "8,200 records",
        "0 entries",
    ]


def test_the_counts_that_people_know_add_up() -> None:
    total, *new = (int(number) for number in counted(RUN.counts, NEW))
    _, *old = (int(number) for number in counted(RUN.counts, OLD))

    assert total == sum(new) == sum(old) == 67
    assert new == [56, 2, 3, 1, 5]
    assert old == [55, 1, 5, 5, 1]


def test_what_happened_to_nobody_is_not_mentioned() -> None:
    assert counts_sentence(Counts(new_view=NewCounts(total=2, added=2)), NEW) == "2 records: 2 added"
    assert counts_sentence(Counts(), NEW) == "0 records"


def test_a_run_says_how_far_it_is() -> None:
    assert progress_sentence(running(600)) == "600 of about 8,200 records"
    assert progress_sentence(Run(counts=Counts(total=5, undecided=2))) == "7 records"


def test_a_run_says_why_it_waits() -> None:
    assert waiting_sentence(WAITING).startswith("Zoho asked us to wait, until 2026-03-09 ")
    assert waiting_sentence(Run(state=Run.STATE_WAITING, waiting_reason="source_away")) == "the source does not answer"
    assert waiting_sentence(Run(state=Run.STATE_WAITING, waiting_reason="new_word")) == "new word"
    assert waiting_sentence(Run(state=Run.STATE_WAITING)) == "for its turn"
    assert waiting_sentence(FAILED) == ""


def test_success_with_errors_says_so() -> None:
    assert state_cell(Run(state=Run.STATE_SUCCEEDED, with_errors=True)).text == "succeeded with errors"
    assert state_cell(RUN).text == "succeeded"
