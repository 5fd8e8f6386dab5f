"""A sync of the real daemon with criteria of its own: drafted, killed, begun, edited and begun again."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo import play
from demo.stage import CommandFailed, Stage, stage

#: Some of the customers of the sandbox work for a company.
CRITERIA = 'company_name is not empty and email contains "@"'


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    """Give a stage with a connection that is enabled and a list."""
    with stage(loud=False) as on:
        for step in play.FIRST_ACT[: play.FIRST_ACT.index(play.create)]:
            step(on)
        yield on


def counts(on: Stage) -> dict[str, int]:
    """Give the counts of the newest run that are not nothing."""
    told = on.ask("runs list companies")[0]["counts"]
    return {name: int(told[name]) for name in ("added", "updated", "skipped", "removed") if int(told[name])}


def test_a_draft_survives_a_daemon_that_is_killed_and_runs_with_its_criteria(on: Stage) -> None:
    """R28: a saved draft is there after a restart; R26: its criteria choose the records of a real source."""
    on.ctl(
        f"syncs create companies --connection books --list customers --criteria '{CRITERIA}' --daily 06:30 --zone UTC"
    )
    on.daemon.kill()
    on.daemon.start()

    drafted: dict[str, Any] = on.ask("syncs show companies")
    previewed = on.ask_lines("syncs preview companies")[-1]["counts"]
    on.ctl("syncs initiate companies --yes --watch")

    counted = counts(on)
    assert (drafted["state"], drafted["criteria"]) == ("STATE_DRAFT", CRITERIA)
    assert counted["added"] == len(on.ask("contacts list --list customers")) > 0
    assert {name: int(previewed[name]) for name in counted} == counted
    assert sum(counted.values()) == int(on.ask("runs list companies")[0]["counts"]["total"])


def test_an_edited_sync_is_begun_again(on: Stage) -> None:
    """R53: another list, and Initiate reads all again; R27: other criteria are refused."""
    on.ctl("lists create companies")
    on.ctl("syncs edit companies --list companies --leave")

    on.ctl("syncs initiate companies --yes --watch")

    assert counts(on)["updated"] == len(on.ask("contacts list --list companies")) > 0
    assert on.ask("runs list companies")[0]["trigger"] == "TRIGGER_EDIT"
    with pytest.raises(CommandFailed, match="No such option"):
        on.ctl("syncs edit companies --criteria 'email is empty'")
