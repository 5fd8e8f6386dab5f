"""R38 to R45: when a sync runs, and what it asks for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from demo.stage import Stage
from requirements.proof import connect, last_run, proves, refused, stored


def make(on: Stage, name: str, options: str) -> None:
    on.ctl(f"syncs create {name} --connection books --list customers {options}")
    on.ctl(f"syncs initiate {name} --yes --watch")


def due(on: Stage, name: str) -> datetime:
    """Tell when the store has a sync run next."""
    ((micros,),) = stored(on, "SELECT next_run_at FROM sync WHERE name = ?", name)
    return datetime.fromtimestamp(micros / 1e6, UTC)


@proves("R38", "R45", "R41")
def test_data_can_be_retrieved_once(on: Stage) -> None:
    make(on, "once", "--once")

    assert stored(on, "SELECT state, next_run_at, retrieve_after FROM sync WHERE name = 'once'") == [
        ("completed", None, None)
    ]
    assert int(last_run(on, "once")["counts"]["total"]) == 65


@proves("R22", "R39", "R40")
@pytest.mark.parametrize(
    ("name", "options", "within"),
    [
        ("every-day", "--daily 06:30", timedelta(days=1)),
        ("every-week", "--weekly mon 06:30", timedelta(days=7)),
        ("every-month", "--monthly 15 06:30", timedelta(days=31)),
    ],
)
def test_data_is_retrieved_daily_weekly_or_monthly_at_a_time_in_a_zone(
    on: Stage, name: str, options: str, within: timedelta
) -> None:
    make(on, name, f"{options} --zone Asia/Kolkata")

    told = due(on, name)

    wall = told.astimezone(ZoneInfo("Asia/Kolkata"))
    assert (wall.hour, wall.minute) == (6, 30)
    assert timedelta(0) < told - datetime.now(UTC) <= within
    assert name != "every-week" or wall.isoweekday() == 1
    assert name != "every-month" or wall.day == 15


@proves("R42")
def test_only_what_was_modified_after_a_moment_is_retrieved(on: Stage) -> None:
    moment = datetime.now(UTC).replace(microsecond=0)
    while datetime.now(UTC) < moment + timedelta(seconds=1):
        # Zoho stamps whole seconds; what follows is stamped with a later one.
        on.ctl("info")
    on.sandbox.edit(on.sandbox.find("bjorn.hansen@yahoo.no"), first_name="Bjarne")

    on.ctl(f"syncs create late --connection books --list customers --after {moment:%Y-%m-%dT%H:%M:%SZ}")
    foretold = on.ask_lines("syncs preview late")[-1]["counts"]
    on.ctl("syncs initiate late --yes --watch")

    assert foretold == last_run(on, "late")["counts"]
    assert stored(on, "SELECT retrieve_after FROM sync WHERE name = 'late'") == [(moment.timestamp() * 1e6,)]
    query = "SELECT count(*) FROM link l JOIN sync s ON s.id = l.sync_id WHERE s.name = 'late' AND l.state = 'owner'"
    assert stored(on, query) == [(1,)]


@proves("R43")
def test_an_edition_may_refuse_what_is_older_than_thirty_days(on: Stage) -> None:
    on.ctl("workspaces create hub --title Hub --edition marketinghub")
    connect(on, "books", workspace="hub")
    on.ctl("--workspace hub lists create leads --title Leads")
    line = "--workspace hub syncs create recent --connection books --list leads --after"
    now = datetime.now(UTC)

    told = refused(on, f"{line} {now - timedelta(days=31):%Y-%m-%dT%H:%M:%SZ}")
    on.ctl(f"{line} {now - timedelta(days=29):%Y-%m-%dT%H:%M:%SZ}")
    on.ctl("--workspace hub syncs initiate recent --yes --watch")

    assert "30" in told
    query = "SELECT count(*) FROM sync s JOIN workspace w ON w.id = s.workspace_id WHERE w.name = 'hub'"
    assert stored(on, query) == [(1,)]
    assert last_run(on, "recent", workspace="hub")["state"] == "STATE_SUCCEEDED"
