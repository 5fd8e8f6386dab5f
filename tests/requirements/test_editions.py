"""The demo's scenario, twice in each edition: what a person sees has the words of that edition's help pages."""

import re

import pytest

from demo.stage import Stage
from requirements.proof import connect, last_run, number_of, stored

#: The columns of the history (000, 001, 004), and of the older one (002, 003), as they come.
NEW = ["Total", "Added", "Updated", "Unchanged", "Removed", "Skipped"]
OLD = ["Total", "New", "Re-added", "Duplicate", "Ignored", "Deleted"]

#: Why a contact was ignored, in the words of the older pages; the last one is ours, so that they add up.
IGNORED = ["Bounced", "Do-Not-Mail", "Group Email(s)", "File Duplicate(s)", "Invalid Pattern", "Empty email address"]

HISTORY = {
    "open": ([65, 60, 0, 0, 0, 5], [65, 0, 1, 58, 1, 5]),
    "campaigns": ([65, 60, 0, 0, 0, 5], [65, 0, 1, 58, 1, 5]),
    "classic": ([65, 60, 0, 0, 5, 0], [65, 0, 0, 59, 5, 1]),
    # Nothing older than a month: who was added today, and who was edited today.
    "marketinghub": ([2, 2, 0, 0, 0, 0], [2, 0, 0, 1, 0, 1]),
}


@pytest.fixture(scope="module", autouse=True)
def room(on: Stage) -> None:
    """Make room for the one whom each scenario adds and takes away again."""
    on.sandbox.delete(on.sandbox.find("fzimmermann@yahoo.de"))
    on.sandbox.edit(on.sandbox.find("bjorn.hansen@yahoo.no"), first_name="Bjørn of today")


@pytest.mark.parametrize("edition", HISTORY)
def test_the_scenario_is_told_in_the_words_of_its_edition(on: Stage, edition: str) -> None:
    place, first, second = f"--workspace {edition}-home", *HISTORY[edition]
    person = on.sandbox.add(f"Gone from {edition}", email=f"gone@{edition}.example.org")
    on.ctl(f"workspaces create {edition}-home --title Home --edition {edition} --owner {on.sandbox.ready.email}")
    connect(on, workspace=f"{edition}-home")
    on.ctl(f"{place} lists create customers --title Customers")
    on.ctl(f"{place} syncs create main --connection books --list customers --daily 06:30")

    on.ctl(f"{place} syncs initiate main --yes --watch")
    on.sandbox.edit(on.sandbox.find("bjorn.hansen@yahoo.no"), first_name=f"Bjørn of {edition}")
    on.sandbox.delete(person)
    on.ctl(f"{place} syncs run main --sweep --watch")

    columns = OLD if edition in {"classic", "marketinghub"} else NEW
    history = on.ctl(f"{place} syncs show main").partition("Sync History")[2]
    shown = on.ctl(f"{place} runs show {number_of(last_run(on, 'main', workspace=f'{edition}-home'))}")
    numbers = [[int(text) for text in re.findall(r"(?<=  )\d+\b", line)][-6:] for line in history.splitlines()[2:4]]
    assert re.findall(r"Total.*", history)[0].split() == columns
    assert numbers == [second, first]
    assert all(word in shown for word in IGNORED) == (columns is OLD)
    members = (
        "SELECT count(*) FROM list_member m JOIN sync s ON s.id = m.sync_id JOIN workspace w ON w.id = s.workspace_id"
    )
    assert stored(on, f"{members} WHERE w.name = ? AND m.state = 'subscribed'", f"{edition}-home") == [(first[1] - 1,)]
