"""R9 to R28: which records go where, with whose consent."""

import json

from demo.stage import Stage
from requirements.proof import connect, counted, last_run, proves, refused, stored


@proves("R9", "R10", "R12", "R25", "R28")
def test_a_new_sync_is_a_draft_with_a_description_that_survives_a_crash(on: Stage) -> None:
    on.ctl("syncs create first --connection books --list customers --description 'Everybody of Books'")
    on.ctl("syncs create second --connection books --list customers")

    on.daemon.kill()
    on.daemon.start()

    assert on.ask("syncs show first")["description"] == "Everybody of Books"
    assert stored(on, "SELECT name, state, description FROM sync WHERE name IN ('first', 'second') ORDER BY name") == [
        ("first", "draft", "Everybody of Books"),
        ("second", "draft", ""),
    ]


@proves("R11")
def test_an_edition_may_allow_one_sync_for_an_app(on: Stage) -> None:
    on.ctl(f"workspaces create shop --title Shop --edition campaigns --owner {on.sandbox.ready.email}")
    connect(on, "books", workspace="shop")
    on.ctl("--workspace shop lists create customers --title Customers")
    on.ctl("--workspace shop syncs create only --connection books --list customers --daily 06:30")

    told = refused(on, "--workspace shop syncs create another --connection books --list customers --daily 06:30", 4)

    assert "only" in told
    assert stored(
        on, "SELECT count(*) FROM sync s JOIN workspace w ON w.id = s.workspace_id WHERE w.name = 'shop'"
    ) == [(1,)]


@proves("R13", "R83")
def test_the_module_is_contacts_and_the_app_calls_them_customers(on: Stage) -> None:
    told = refused(on, "syncs create invoices --connection books --list customers --module invoices")

    kinds = {kind["id"]: kind for plugin in on.ask("plugins list") for kind in plugin.get("kinds", [])}
    modules = {module["id"]: module["title"] for module in kinds["zoho-books"]["modules"]}
    assert modules == {"contacts": "Customers", "contact_persons": "Contact persons"}
    assert "it has contacts" in told
    assert stored(on, "SELECT count(*) FROM sync WHERE name = 'invoices'") == [(0,)]


@proves("R14", "R15", "R16", "R23", "R26", "R35")
def test_all_records_flow_to_the_list_and_to_all_contacts_at_once(on: Stage) -> None:
    on.ctl("lists create flow --title Flow")
    on.ctl("syncs create flowing --connection books --list flow --type non-marketing --daily 06:30")

    on.ctl("syncs initiate flowing --yes --watch")

    run = last_run(on, "flowing")
    members = stored(
        on, "SELECT count(*) FROM list_member m JOIN mailing_list l ON l.id = m.list_id WHERE l.name = 'flow'"
    )
    assert (run["trigger"], run["state"]) == ("TRIGGER_FIRST", "STATE_SUCCEEDED")
    assert members == [(len(on.ask("contacts list --list flow --limit 0")),)]
    assert len(on.ask("contacts list --limit 0")) == members[0][0]
    assert stored(on, "SELECT DISTINCT subscription_type FROM contact WHERE created_run IS NOT NULL") == [
        ("non_marketing",)
    ]


@proves("R17", "R18")
def test_topics_can_be_chosen_once_there_is_more_than_one(on: Stage) -> None:
    on.ctl("workspaces create topical --title Topical")
    on.ctl("--workspace topical topics create offers --title Offers")
    connect(on, "books", workspace="topical")
    on.ctl("--workspace topical lists create customers --title Customers")
    line = "--workspace topical syncs create subjects --connection books --list customers --topic offers"

    told = refused(on, line)
    on.ctl("--workspace topical topics create news --title News")
    on.ctl(line)
    on.ctl("--workspace topical syncs initiate subjects --yes --watch")

    assert "topic" in told
    members = "SELECT DISTINCT t.name, m.state FROM topic_member m JOIN topic t ON t.id = m.topic_id"
    assert stored(on, members) == [("offers", "subscribed")]


@proves("R19", "R20")
def test_a_lawful_basis_is_asked_for_where_gdpr_is_enabled_and_only_there(on: Stage) -> None:
    on.ctl("workspaces create lawful --title Lawful")
    connect(on, "books", workspace="lawful")
    on.ctl("--workspace lawful lists create customers --title Customers")
    line = "--workspace lawful syncs create based --connection books --list customers"

    early = refused(on, f"{line} --basis consent")
    on.ctl("workspaces edit lawful --gdpr")
    late = refused(on, line)
    on.ctl(f"{line} --basis legitimate-interests")
    on.ctl("--workspace lawful syncs initiate based --yes --watch")

    assert "GDPR" in early
    assert "lawful basis" in late
    query = "SELECT DISTINCT c.lawful_basis FROM contact c JOIN workspace w ON w.id = c.workspace_id"
    assert stored(on, f"{query} WHERE w.name = 'lawful'") == [("legitimate_interests",)]


@proves("R21")
def test_what_is_emptied_at_the_source_is_emptied_here_where_that_is_wanted(on: Stage) -> None:
    customer = on.sandbox.find("ftremblay@gmail.com")
    on.sandbox.edit(customer, company_name="Tremblay SA")
    on.ctl("syncs create emptying --connection books --list customers --new-field company_name=company --update-empty")
    on.ctl("syncs initiate emptying --yes --watch")
    values = "SELECT fields FROM contact WHERE email_key = 'ftremblay@gmail.com' AND workspace_id = 1"
    ((before,),) = stored(on, values)

    on.sandbox.edit(customer, company_name="")
    on.ctl("syncs run emptying --full --watch")

    ((after,),) = stored(on, values)
    assert json.loads(before)["company"] == "Tremblay SA"
    assert "company" not in json.loads(after)


@proves("R24")
def test_the_way_leads_from_the_configuration_to_the_mapping(on: Stage) -> None:
    on.ctl("syncs create mapped --connection books --list customers")

    on.ctl("syncs mapping mapped --set email=email --set last_name=last-name")

    lines = "SELECT source_field FROM mapping_line m JOIN sync s ON s.id = m.sync_id AND m.version = s.mapping_version"
    assert stored(on, f"{lines} WHERE s.name = 'mapped' ORDER BY m.position") == [("email",), ("last_name",)]


@proves("R26", "R27")
def test_criteria_choose_the_records_and_cannot_be_edited(on: Stage) -> None:
    on.ctl("lists create chosen --title Chosen")
    where = """--criteria 'first_name starts with "F" or last_name is "Hansen"'"""
    on.ctl(f"syncs create choosing --connection books --list chosen {where}")
    on.ctl("syncs initiate choosing --yes --watch")

    told = refused(on, """syncs edit choosing --criteria 'first_name starts with "G"'""", 2)

    members = "SELECT c.email FROM contact c JOIN list_member m ON m.contact_id = c.id"
    chosen = "JOIN mailing_list l ON l.id = m.list_id WHERE l.name = 'chosen'"
    arrived = {email for (email,) in stored(on, f"{members} {chosen}")}
    assert "bjorn.hansen@yahoo.no" in arrived
    assert "luisg@embraer.com.br" not in arrived
    assert counted(last_run(on, "choosing"))["skipped"] > 30
    assert "No such option '--criteria'" in told
