"""R75 to R82: credentials that change, and integrations that end."""

import pytest

from demo.stage import Stage
from requirements.proof import authorize, connect, counted, grant, last_run, proves, refused, stored


@pytest.fixture(scope="module", autouse=True)
def keyed(on: Stage) -> None:
    """Have a workspace of the edition whose syncs a new key deactivates, with a sync in it."""
    on.ctl("workspaces create keyed --title Keyed --edition classic")
    connect(on, "books", workspace="keyed")
    on.ctl("--workspace keyed lists create customers --title Customers")
    on.ctl("--workspace keyed syncs create main --connection books --list customers --daily 06:30")
    on.ctl("--workspace keyed syncs initiate main --yes --watch")


def state(on: Stage, sync: str = "main", workspace: str = "keyed") -> str:
    """Tell what the store says that people want of a sync."""
    query = "SELECT s.state FROM sync s JOIN workspace w ON w.id = s.workspace_id WHERE w.name = ? AND s.name = ?"
    ((found,),) = stored(on, query, workspace, sync)
    return str(found)


def renew(on: Stage) -> None:
    """Replace the credential by a fresh one of the same account."""
    on.ctl(f"--workspace keyed connections rotate books --code-file {grant(on)}")


@proves("R75", "R76")
def test_a_replaced_key_deactivates_the_syncs_where_the_edition_says_so(on: Stage) -> None:
    generation = "SELECT credential_generation FROM connection c JOIN workspace w ON w.id = c.workspace_id"
    ((before,),) = stored(on, f"{generation} WHERE w.name = 'keyed'")

    renew(on)

    ((after,),) = stored(on, f"{generation} WHERE w.name = 'keyed'")
    assert after == before + 1
    assert state(on) == "inactive"
    on.ctl("--workspace keyed syncs activate main")


@proves("R77", "R79")
def test_a_deactivated_sync_runs_again_only_when_it_is_activated_by_hand(on: Stage) -> None:
    renew(on)
    refusal = refused(on, "--workspace keyed syncs run main", 4)

    on.ctl("--workspace keyed syncs activate main")
    on.ctl("--workspace keyed syncs run main --watch")

    assert "activate" in refusal
    assert state(on) == "active"
    assert last_run(on, "main", workspace="keyed")["state"] == "STATE_SUCCEEDED"


@proves("R78")
def test_another_primary_address_of_the_account_deactivates_the_syncs_too(on: Stage) -> None:
    on.sandbox.readdress_owner("somebody.else@chinookcorp.com")

    authorize(on, "books", workspace="keyed")

    on.sandbox.readdress_owner(on.sandbox.ready.email)
    query = "SELECT c.account_email FROM connection c JOIN workspace w ON w.id = c.workspace_id WHERE w.name = 'keyed'"
    assert stored(on, query) == [("somebody.else@chinookcorp.com",)]
    assert state(on) == "inactive"
    on.ctl("--workspace keyed syncs activate main")


@proves("R80", "R81")
def test_an_integration_is_disabled_once_its_effects_were_seen(on: Stage) -> None:
    connect(on, "leaving")
    on.ctl("syncs create left --connection leaving --list customers --daily 06:30")
    on.ctl("syncs initiate left --yes --watch")
    contacts = stored(on, "SELECT count(*) FROM contact WHERE status = 'live'")

    unsaid = refused(on, "connections disable leaving")
    on.ctl("connections disable leaving --yes")

    assert "--yes" in unsaid
    columns = "state, secrets IS NULL, grant_sealed IS NULL, token_sealed IS NULL"
    assert stored(on, f"SELECT {columns} FROM connection WHERE name = 'leaving'") == [("disabled", 1, 1, 1)]
    assert state(on, "left", "default") == "disconnected"
    assert stored(on, "SELECT count(*) FROM contact WHERE status = 'live'") == contacts
    assert any("revoke" in call.path for call in on.sandbox.journal("*revoke*"))


@proves("R82")
def test_books_and_invoice_are_apps_of_one_shape_and_double_nobody(on: Stage) -> None:
    on.ctl("workspaces create both --title Both")
    on.ctl("--workspace both lists create customers --title Customers")
    for name, kind in (("books", "zoho-books"), ("invoice", "zoho-invoice")):
        connect(on, name, kind=kind, workspace="both")
        on.ctl(f"--workspace both syncs create {name}-main --connection {name} --list customers")
        on.ctl(f"--workspace both syncs initiate {name}-main --yes --watch")

    runs = [last_run(on, f"{name}-main", workspace="both") for name in ("books", "invoice")]

    here = "c JOIN workspace w ON w.id = c.workspace_id WHERE w.name = 'both'"
    assert stored(on, f"SELECT count(*), count(DISTINCT email_key) FROM contact {here}") == [(60, 60)]
    assert [counted(run).get("added", 0) for run in runs] == [60, 0]
    assert runs[1]["counts"]["by_reason"]["updated:linked"] == "60"
