"""R1 to R7: an account of the business, associated with the mailing lists."""

from demo import play
from demo.stage import Stage
from requirements.proof import authorize, connect, create, grant, other_organization, proves, refused, stored


@proves("R1")
def test_the_apps_that_can_be_connected_are_listed(on: Stage) -> None:
    kinds = {kind["id"]: kind["title"] for plugin in on.ask("plugins list") for kind in plugin.get("kinds", [])}

    assert kinds["zoho-books"] == "Zoho Books"
    assert stored(on, "SELECT kind FROM connection WHERE name = 'books'") == [("zoho-books",)]


@proves("R2")
def test_an_account_is_associated_by_its_owners_consent(on: Stage) -> None:
    create(on, "consenting")
    ((before,),) = stored(on, "SELECT state FROM connection WHERE name = 'consenting'")
    told = refused(on, "connections organizations consenting", 4)

    authorize(on, "consenting")

    assert before == "pending"
    assert "authorize" in told
    assert stored(on, "SELECT grant_sealed IS NOT NULL, account_email FROM connection WHERE name = 'consenting'") == [
        (1, on.sandbox.ready.email)
    ]


@proves("R3", "R4", "R7")
def test_an_organization_is_chosen_and_the_way_on_is_a_sync(on: Stage) -> None:
    create(on, "choosing")
    authorize(on, "choosing")
    seen = {one["id"] for one in on.ask("connections organizations choosing")}

    shown = on.ctl(f"connections select choosing {play.chinook(on.sandbox)}")

    assert {play.chinook(on.sandbox), other_organization(on)} <= seen
    assert "contactctl syncs create" in shown
    assert stored(on, "SELECT state, organization_name FROM connection WHERE name = 'choosing'") == [
        ("enabled", "Chinook Records")
    ]


@proves("R5")
def test_an_edition_may_ask_for_the_same_address_on_both_sides(on: Stage) -> None:
    on.ctl("workspaces create strangers --title Strangers --edition campaigns --owner somebody@example.com")
    create(on, "books", workspace="strangers")

    told = refused(on, f"--workspace strangers connections authorize books --code-file {grant(on)}")

    assert "same" in told
    query = "SELECT c.state FROM connection c JOIN workspace w ON w.id = c.workspace_id WHERE w.name = 'strangers'"
    assert stored(on, query) == [("pending",)]


@proves("R6")
def test_an_edition_may_allow_one_organization_at_a_time(on: Stage) -> None:
    on.ctl(f"workspaces create single --title Single --edition campaigns --owner {on.sandbox.ready.email}")
    connect(on, "first", workspace="single")
    place = "--workspace single connections"
    create(on, "second", workspace="single")
    authorize(on, "second", workspace="single")

    told = refused(on, f"{place} select second {other_organization(on)}", 4)
    on.ctl(f"{place} disable first --yes")
    on.ctl(f"{place} select second {other_organization(on)}")

    assert "disable that connection first" in told
    query = "SELECT c.name, c.state FROM connection c JOIN workspace w ON w.id = c.workspace_id WHERE w.name = 'single'"
    assert sorted(stored(on, query)) == [("first", "disabled"), ("second", "enabled")]
