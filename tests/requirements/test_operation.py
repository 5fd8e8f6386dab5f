"""R47 to R56: a sync that runs, looked at, paused and edited."""

import pytest

from demo.stage import Stage
from requirements.proof import last_run, number_of, proves, stored


@pytest.fixture(scope="module", autouse=True)
def ran(on: Stage) -> None:
    """Have a sync that ran once."""
    on.ctl("syncs create books-main --connection books --list customers --description 'Our customers' --daily 06:30")
    on.ctl("syncs initiate books-main --yes --watch")


def state_of(on: Stage, sync: str) -> str:
    """Tell what the store says that people want of a sync."""
    ((state,),) = stored(on, "SELECT state FROM sync WHERE name = ?", sync)
    return str(state)


@proves("R47", "R48")
def test_a_sync_shows_its_configuration_mapping_and_history(on: Stage) -> None:
    shown = on.ctl("syncs show books-main")

    told = on.ask("syncs show books-main")
    assert all(part in shown for part in ("Our customers", "Field Mapping", "first_name", "Sync History"))
    assert told["runs"][0]["name"] == last_run(on, "books-main")["name"]
    assert len(told["mapping"]["lines"]) == stored(on, "SELECT count(*) FROM mapping_line WHERE sync_id = 1")[0][0]


@proves("R49", "R50")
def test_the_end_of_a_run_is_told_and_leads_to_its_sync(on: Stage) -> None:
    (first, *_) = [one for one in on.ask("notifications list") if one["kind"] == "run_succeeded"]

    link = first["sync"].rpartition("/")[2]

    assert on.ask(f"syncs show {link}")["description"] == "Our customers"
    assert stored(on, "SELECT sync_id, run_id FROM notification WHERE kind = 'run_succeeded' ORDER BY id LIMIT 1") == [
        (1, 1)
    ]


@proves("R51")
def test_a_sync_is_paused(on: Stage) -> None:
    on.ctl("syncs pause books-main")

    assert state_of(on, "books-main") == "paused"
    on.ctl("syncs resume books-main")


@proves("R52")
def test_a_sync_is_resumed(on: Stage) -> None:
    on.ctl("syncs pause books-main")

    on.ctl("syncs resume books-main")

    assert state_of(on, "books-main") == "active"
    assert stored(on, "SELECT next_run_at IS NOT NULL FROM sync WHERE name = 'books-main'") == [(1,)]


@proves("R53")
def test_an_edited_configuration_is_initiated_again_and_reads_everything(on: Stage) -> None:
    on.ctl("lists create others --title Others")
    on.ctl("syncs create edited --connection books --list customers")
    on.ctl("syncs initiate edited --yes --watch")

    on.ctl("syncs edit edited --list others --move --update-empty")
    on.ctl("syncs mapping edited --set email=email --set first_name=first-name")
    on.ctl("syncs initiate edited --yes --watch")

    run = last_run(on, "edited")
    assert (run["trigger"], int(run["counts"]["total"])) == ("TRIGGER_EDIT", 65)
    members = "SELECT count(*) FROM list_member m JOIN mailing_list l ON l.id = m.list_id WHERE l.name = 'others'"
    assert stored(on, members) == [(60,)]


@proves("R54")
def test_the_mapping_alone_is_edited(on: Stage) -> None:
    on.ctl("syncs mapping books-main --set email=email --new-field company_name=company")

    lines = "SELECT target_field FROM mapping_line m JOIN sync s ON s.id = m.sync_id AND s.mapping_version = m.version"
    assert stored(on, f"{lines} WHERE s.id = 1 ORDER BY position") == [("email",), ("company",)]


@proves("R55")
def test_interval_window_and_list_are_edited(on: Stage) -> None:
    when = "--weekly mon 07:00 --zone Europe/Brussels --after 2026-01-01T00:00:00Z"

    on.ctl(f"syncs edit books-main {when} --type non-marketing")

    columns = "schedule LIKE '%weekly%', retrieve_after, subscription_type"
    assert stored(on, f"SELECT {columns} FROM sync WHERE name = 'books-main'") == [
        (1, 1_767_225_600_000_000, "non_marketing")
    ]


@proves("R56", "R8")
def test_the_list_of_syncs_leads_to_the_details(on: Stage) -> None:
    names = [one["name"].rpartition("/")[2] for one in on.ask("syncs list")]

    assert sorted(names) == [name for (name,) in stored(on, "SELECT name FROM sync ORDER BY name")]
    assert on.ask(f"syncs show {names[0]}")["name"].endswith(names[0])
    assert number_of(last_run(on, "books-main")) >= 1
