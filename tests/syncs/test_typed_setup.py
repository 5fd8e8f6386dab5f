"""Setting a sync up as a person types it, and what is stored then."""

from typing import Any

import pytest

from setup.running import Typing
from syncs.house import House

CREATE = ("syncs", "create", "main", "--connection", "memory", "--list", "customers")
DAILY = ("--daily", "06:30", "--zone", "Europe/Brussels")


def edition(house: House, name: str) -> None:
    house.change("UPDATE workspace SET edition = ?", name)


def newest(typed: Typing) -> int:
    """Give the number of the newest run."""
    return int(typed.told("runs", "list", "main")[0]["name"].rpartition("/")[2])


def counts(house: House, typed: Typing) -> dict[str, int]:
    """Carry the newest run, and give its counts that are not nothing."""
    house.carry(newest(typed))
    told = typed.told("runs", "list", "main")[0]["counts"]
    return {name: int(told[name]) for name in ("added", "updated", "unchanged", "skipped") if int(told[name])}


def test_criteria_take_only_the_records_that_meet_them(house: House, typed: Typing) -> None:
    """R26: criteria such as "Country is India"."""
    made = typed.told(*CREATE, "--criteria", "country IS 'India'".replace("'", '"'))

    typed("syncs", "initiate", "main")
    counted = counts(house, typed)

    assert made["criteria"] == 'country is "India"'
    assert counted == {"added": 2, "skipped": 1}


def test_criteria_that_cannot_be_read_are_refused_with_their_place_and_a_hint(typed: Typing) -> None:
    """R26: refused with position and hint."""
    code, told = typed.refused(*CREATE, "--criteria", 'contry is "India"')

    assert code == 1
    assert "sync.criteria" in told
    assert "at column 1" in told
    assert "country" in told


def test_the_selection_cannot_be_edited(typed: Typing) -> None:
    """R27: the choice between all records and criteria is made once (I6)."""
    typed(*CREATE, "--criteria", 'country is "India"')

    code, told = typed.refused("syncs", "edit", "main", "--criteria", 'country is "Belgium"')

    assert code == 2
    assert "--criteria" in told
    assert typed.told("syncs", "show", "main")["criteria"] == 'country is "India"'


def test_other_criteria_need_a_new_sync(typed: Typing) -> None:
    """R12: several syncs of one connection, each with criteria of its own."""
    typed(*CREATE, "--criteria", 'country is "India"')

    typed("syncs", "create", "other", "--connection", "memory", "--list", "customers", "--criteria", "first is empty")

    assert [sync["criteria"] for sync in typed.told("syncs", "list")] == ['country is "India"', "first is empty"]


def test_edition_campaigns_has_one_sync_of_a_connection(house: House, typed: Typing) -> None:
    """R11: only one sync may exist per app."""
    edition(house, "campaigns")
    typed(*CREATE)

    code, told = typed.refused("syncs", "create", "other", "--connection", "memory", "--list", "customers")

    assert code == 4
    assert "allows 1 for each connection" in told
    typed("syncs", "delete", "main")
    typed("syncs", "create", "other", "--connection", "memory", "--list", "customers")
    assert typed.refused("syncs", "undelete", "main")[0] == 4


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("--criteria", 'country is "India"'), "sync.criteria"),
        (("--after", "2026-03-01Z"), "sync.retrieve_after"),
        (("--cron", "0 6 * * *"), "sync.schedule.recurrence"),
        (("--module", "people"), "sync.module"),
    ],
)
def test_edition_campaigns_takes_all_records_at_plain_times(
    house: House, typed: Typing, options: tuple[str, ...], field: str
) -> None:
    edition(house, "campaigns")

    code, told = typed.refused(*CREATE, *options)

    assert code == 1
    assert field in told
    assert "edition 'campaigns'" in told


def test_records_can_be_taken_from_a_date_on(house: House, typed: Typing) -> None:
    """R42: after a date-time, only what was added or modified since. R41: else all."""
    house.memory.hold(row_of(1), row_of(120))

    typed(*CREATE, "--after", "2026-01-01T01:00Z")
    typed("syncs", "initiate", "main")
    counted = counts(house, typed)

    assert counted["added"] == 1
    assert typed.told("syncs", "show", "main")["retrieve_after"] == "2026-01-01T01:00:00Z"


def row_of(number: int) -> dict[str, Any]:
    return {"number": number, "title": f"Customer {number}", "values": {"email": f"person{number}@example.com"}}


@pytest.mark.parametrize("after", ["2026-02-07T11:59Z", "2026-03-09T12:01Z"])
def test_edition_marketinghub_reads_back_30_days_at_most(house: House, typed: Typing, after: str) -> None:
    """R43: at most 30 x 24 hours before the sync was made, and not after now."""
    edition(house, "marketinghub")

    code, told = typed.refused(*CREATE, "--after", after)

    assert code == 1
    assert "2026-02-07T12:00:00Z at the earliest, 30 days before" in told


def test_edition_marketinghub_reads_30_days_where_nothing_is_said(house: House, typed: Typing) -> None:
    """R43: nothing older than a month; on edit, too."""
    edition(house, "marketinghub")
    made = typed.told(*CREATE)
    house.clock.pass_hours(240)

    code, _ = typed.refused("syncs", "edit", "main", "--after", "2026-02-07T11:59Z")
    edited = typed.told("syncs", "edit", "main", "--after", "2026-02-07T12:00Z", "--description", "Leads")

    assert made["retrieve_after"] == edited["retrieve_after"] == "2026-02-07T12:00:00Z"
    assert code == 1


def test_a_schedule_needs_a_field_of_dates(house: House, typed: Typing) -> None:
    """R44: recurrence needs at least one date field; once needs none (R38)."""
    house.change("UPDATE connection SET kind = 'dateless'")

    code, told = typed.refused(*CREATE, *DAILY)
    typed(*CREATE, "--once")
    later, _ = typed.refused("syncs", "edit", "main", *DAILY)

    assert (code, later) == (1, 1)
    assert "needs a field of dates" in told


@pytest.mark.parametrize(
    ("options", "shown", "due"),
    [
        (("--once",), "once", None),
        (DAILY, "daily at 06:30 Europe/Brussels", "2026-03-10T05:30:00Z"),
        (("--weekly", "mon", "06:30", "--zone", "UTC"), "weekly on monday at 06:30 UTC", "2026-03-16T06:30:00Z"),
        (("--monthly", "31", "06:30", "--zone", "UTC"), "monthly on day 31 at 06:30 UTC", "2026-03-31T06:30:00Z"),
        (("--cron", "0 6,18 * * mon-fri", "--zone", "UTC"), "by cron '0 6,18 * * mon-fri' UTC", "2026-03-09T18:00:00Z"),
    ],
)
def test_a_sync_runs_at_a_local_time_in_a_zone(typed: Typing, options: Any, shown: str, due: str | None) -> None:
    """R38, R39, R40 and R22: once, daily, weekly or monthly, at a time in a zone; R23, R45: at once when initiated."""
    typed(*CREATE, *options)

    begun = typed.told("syncs", "initiate", "main")

    assert begun["run"]["trigger"] == "TRIGGER_FIRST"
    assert begun["sync"].get("next_run_time") == due
    assert shown in typed("syncs", "show", "main")


def test_topics_are_chosen_where_there_is_a_choice(typed: Typing) -> None:
    """R17, R18: topics, only with more than one (I11)."""
    typed("topics", "create", "news")
    code, told = typed.refused(*CREATE, "--topic", "news")
    typed("topics", "create", "offers")

    made = typed.told(*CREATE, "--topic", "news")

    assert code == 1
    assert "has no choice of topics" in told
    assert made["topics"] == ["workspaces/default/topics/news"]
    assert "topics[0]" in typed.refused("syncs", "edit", "main", "--topic", "nothing")[1]


def test_a_lawful_basis_is_asked_for_under_the_gdpr_and_only_there(typed: Typing) -> None:
    """R19, R20: a lawful basis if and only if the GDPR is enabled (I11)."""
    without, told = typed.refused(*CREATE, "--basis", "consent")
    typed("workspaces", "edit", "default", "--gdpr")
    missing, wanted = typed.refused(*CREATE)

    made = typed.told(*CREATE, "--basis", "legitimate-interests")

    assert (without, missing) == (1, 1)
    assert "is not under the GDPR" in told
    assert "give one of: consent, contract" in wanted
    assert made["lawful_basis"] == "LAWFUL_BASIS_LEGITIMATE_INTERESTS"


def test_a_draft_is_still_there_after_a_restart(house: House, typed: Typing) -> None:
    """R28: a saved draft survives; R25: with its description."""
    typed(*CREATE, "--description", "Customers of Memory", *DAILY)

    with house.parts.database.reading() as r:
        stored = r.fast("SELECT state, description FROM sync")

    assert stored == [("draft", "Customers of Memory")]
    assert "Customers of Memory" in typed("syncs", "show", "main")


def test_all_faults_are_told_at_once(typed: Typing) -> None:
    code, told = typed.refused(
        *CREATE, "--criteria", "first is", "--topic", "a", "--basis", "consent", "--daily", "25:00", "--zone", "Nowhere"
    )

    fields = ("sync.criteria", "sync.topics", "sync.lawful_basis", "sync.schedule.time", "sync.schedule.time_zone")
    assert code == 1
    assert [field for field in fields if field not in told] == []


def test_the_contact_limit_is_acknowledged_by_its_id(typed: Typing) -> None:
    """R36: the disclaimer at Initiate."""
    typed("workspaces", "edit", "default", "--contact-limit", "2")
    typed(*CREATE)

    code, told = typed.refused("syncs", "initiate", "main")
    typed("syncs", "initiate", "main", "--acknowledge", "contact_limit")

    assert code == 1
    assert "--acknowledge contact_limit" in told


def test_an_account_of_somebody_else_is_a_warning_in_edition_open(house: House, typed: Typing) -> None:
    house.change("UPDATE workspace SET owner_emails = '[\"ann@example.com\"]'")
    house.change("UPDATE connection SET account_email = 'bob@example.com'")
    typed(*CREATE)

    code, told = typed.refused("syncs", "initiate", "main")

    assert code == 1
    assert "--acknowledge same_email" in told


@pytest.mark.parametrize("name", ["classic", "marketinghub"])
def test_whose_account_it_is_matters_to_no_edition_whose_page_does_not_say_so(
    house: House, typed: Typing, name: str
) -> None:
    edition(house, name)
    house.change("UPDATE workspace SET owner_emails = '[\"ann@example.com\"]'")
    house.change("UPDATE connection SET account_email = 'bob@example.com'")
    typed(*CREATE)

    assert "same_email" not in typed("syncs", "validate", "main")


def test_addresses_from_a_field_of_another_type_are_acknowledged(typed: Typing) -> None:
    """R32: the address is compulsory; a name in its place is told before anything begins."""
    typed(*CREATE, "--no-suggested", "--map", "last=email")

    code, told = typed.refused("syncs", "initiate", "main")
    typed("syncs", "initiate", "main", "--acknowledge", "address_field")

    assert code == 1
    assert "read from 'last', which the source gives as text" in told


def test_a_zone_without_a_time_is_refused(typed: Typing) -> None:
    code, told = typed.refused(*CREATE, "--zone", "Europe/Brussels")

    assert code == 2
    assert "say those with it" in told


def test_a_deleted_sync_is_neither_validated_nor_previewed(typed: Typing) -> None:
    typed(*CREATE)
    typed("syncs", "delete", "main")

    checked = typed.contactctl("syncs", "validate", "main")
    refused, told = typed.refused("syncs", "preview", "main")

    assert (checked.code, refused) == (8, 4)
    assert "contactctl syncs undelete main" in checked.out
    assert "contactctl syncs undelete main" in told


def test_a_person_is_called_as_the_edition_does(house: House, typed: Typing) -> None:
    edition(house, "marketinghub")

    told = typed.told("workspaces", "show")

    assert told["person"] == "lead"
    assert told["edition_description"] == "as classic, with leads, and nothing older than 30 days"
