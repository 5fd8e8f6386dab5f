"""Workspaces, lists, topics and fields as people make, change and delete them."""

import json

import pytest

from contactd.engine.house.fields import finish_deletions
from contactd.store import field_values, fields, tables, workspaces

HOME = "workspaces/default"


def column(parts, model, name, column):
    """Give a column of the row called *name*."""
    table = tables.table(model)
    with parts.database.reading() as r:
        return getattr(r.execute(table.select().where(table.c.name == name)).one(), column)


def test_a_workspace_is_made_with_its_edition_owners_and_limit(parts, typed):
    seen = typed(
        "workspaces",
        "create",
        "sales",
        "--edition",
        "campaigns",
        "--owner",
        "ann@example.com",
        "--contact-limit",
        "500",
    )

    assert "campaigns" in seen
    assert "ann@example.com" in seen
    assert column(parts, tables.Workspace, "sales", "contact_limit") == 500
    assert column(parts, tables.Workspace, "sales", "weight") == 1
    assert "sales" in typed("workspaces", "list")
    assert "E-mail" in typed("--workspace", "sales", "fields", "list")


@pytest.mark.parametrize("noun", ["list", "topic"])
def test_a_deleted_id_is_not_advised_and_not_said_to_be_there(typed, noun):
    typed(f"{noun}s", "create", "gone")
    typed(f"{noun}s", "delete", "gone")

    _, looked = typed.refused(f"{noun}s", "show", "gone")
    _, made = typed.refused(f"{noun}s", "create", "gone")

    assert f"the {noun} 'gone' was deleted" in looked
    assert f"there is a {noun} called 'gone' already, or was one that is deleted; choose another id" in made


def test_r20_gdpr_is_turned_on_and_off(parts, typed):
    typed("workspaces", "edit", "--gdpr")
    on = column(parts, tables.Workspace, "default", "gdpr_enabled")

    typed("workspaces", "edit", "--no-gdpr")

    assert (on, column(parts, tables.Workspace, "default", "gdpr_enabled")) == (1, 0)


def test_a_workspace_weighs_what_its_operator_says(parts, typed):
    seen = typed("workspaces", "edit", "--weight", "3")

    assert "Weight" in seen
    assert column(parts, tables.Workspace, "default", "weight") == 3


def test_owners_are_taken_away_again(parts, typed):
    typed("workspaces", "edit", "--owner", "ann@example.com", "--owner", "bob@example.com")
    two = json.loads(column(parts, tables.Workspace, "default", "owner_emails"))

    typed("workspaces", "edit", "--no-owner")

    assert two == ["ann@example.com", "bob@example.com"]
    assert json.loads(column(parts, tables.Workspace, "default", "owner_emails")) == []


def test_all_that_is_wrong_with_a_workspace_is_told_at_once(typed):
    code, said = typed.refused("workspaces", "edit", "--edition", "gold", "--owner", "nobody")

    assert code == 1
    assert "there is no edition 'gold'; choose one of: open, campaigns, classic, marketinghub" in said
    assert "workspace.owner_emails[0]: 'nobody' is no e-mail address" in said


def test_the_edition_is_fixed_while_there_are_syncs(parts, typed):
    with parts.database.transaction() as tx:
        tx.execute(
            tables.table(tables.Sync)
            .insert()
            .values(
                id=1,
                workspace_id=workspaces.get(tx, "default").id,
                connection_id=1,
                name="main",
                module="contacts",
                list_id=1,
                subscription_type="marketing",
                created_at=tx.now,
            )
        )

    code, said = typed.refused("workspaces", "edit", "--edition", "classic")

    assert code == 4
    assert "the workspace 'default' has syncs, so its edition stays 'open'" in said
    assert typed("workspaces", "edit", "--edition", "open", "--title", "Home") != ""


def test_an_old_etag_changes_no_workspace(typed):
    etag = typed.told("workspaces", "show")["etag"]
    typed("workspaces", "edit", "--title", "Home")

    code, said = typed.refused("workspaces", "edit", "--title", "Other", "--etag", etag)

    assert code == 4
    assert "was changed since it was read" in said


def test_an_edit_that_changes_nothing_is_a_mistake(typed):
    code, said = typed.refused("workspaces", "edit")

    assert code == 2
    assert "say what to change" in said


def test_r15_a_list_is_renamed_and_deleted_and_its_id_stays_taken(parts, typed):
    typed("lists", "create", "all", "--description", "Everybody.")

    changed = typed.told("lists", "edit", "all", "--title", "All customers", "--description", "")
    typed("lists", "delete", "all")

    assert (changed["title"], changed["description"]) == ("All customers", "")
    assert column(parts, tables.MailingList, "all", "deleted_at") is not None
    assert typed.refused("lists", "show", "all")[0] == 3
    assert "there is a list called 'all' already" in typed.refused("lists", "create", "all")[1]


def test_r17_topics_are_made_renamed_and_deleted(parts, typed):
    made = typed.told("topics", "create", "--title", "Special offers")
    typed("topics", "edit", "special-offers", "--title", "Offers")
    seen = typed("topics", "list")

    typed("topics", "delete", "special-offers")

    assert made["name"] == f"{HOME}/topics/special-offers"
    assert "special-offers  Offers" in seen
    assert typed.told("topics", "list") == []
    assert column(parts, tables.Topic, "special-offers", "deleted_at") is not None


def test_a_topic_counts_those_who_are_subscribed(typed):
    typed("topics", "create", "news")
    typed("topics", "create", "offers")
    for person in ("jo", "al", "bo", "mo"):
        typed("contacts", "create", f"{person}@example.com", "--topic", "offers")
    typed("contacts", "unsubscribe", "al@example.com", "--topic", "offers")
    typed("contacts", "delete", "mo@example.com")

    assert typed.told("topics", "show", "offers")["subscribed_count"] == "2"


def test_a_field_gets_another_title_and_other_choices(parts, typed):
    typed("fields", "create", "tier", "--type", "enum", "--choice", "gold")
    version = column(parts, tables.Workspace, "default", "policy_version")

    changed = typed.told("fields", "edit", "tier", "--title", "Tier", "--choice", "gold", "--choice", "silver")

    assert (changed["title"], changed["choices"]) == ("Tier", ["gold", "silver"])
    assert column(parts, tables.Workspace, "default", "policy_version") == version + 1
    assert typed.told("fields", "edit", "tier", "--any-choice")["choices"] == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (("--type", "text", "--choice", "gold"), "a field of type text has no choices"),
        (("--type", "enum", "--choice", "gold", "--choice", "Gold"), "choices must be different words"),
        (("--type", "enum", "--choice", " gold"), "choices must be different words"),
    ],
)
def test_choices_that_cannot_be_used_are_told(typed, said, sentence):
    code, told = typed.refused("fields", "create", "tier", *said)

    assert code == 1
    assert sentence in told


def people(parts, count, **values):
    contact = tables.table(tables.Contact)
    with parts.database.transaction() as tx:
        for number in range(1, count + 1):
            tx.execute(
                contact.insert().values(
                    id=number,
                    workspace_id=1,
                    email=f"person{number}@example.com",
                    fields=json.dumps({"tier": number, **values}),
                    provenance=json.dumps({"tier": "manual"}),
                    subscription_type="marketing",
                    created_at=tx.now,
                    updated_at=tx.now,
                    revision=tx.revision,
                )
            )


def kept(parts):
    with parts.database.reading() as r:
        rows = r.rows(tables.table(tables.Contact).select())
    return {(row.fields, row.provenance) for row in rows}


def test_a_deleted_field_leaves_no_value_behind_and_its_id_free(parts, typed):
    typed("fields", "create", "tier", "--type", "number")
    people(parts, field_values.STEP + 3, note="tier")

    typed("fields", "delete", "tier")

    assert kept(parts) == {('{"note":"tier"}', "{}")}
    assert typed.refused("fields", "show", "tier")[0] == 3
    assert typed.told("fields", "create", "tier", "--type", "text")["type"] == "FIELD_TYPE_TEXT"


def test_a_field_that_every_workspace_has_stays(typed):
    code, said = typed.refused("fields", "delete", "email")

    assert code == 4
    assert "every workspace has the field 'email'" in said


def test_a_deletion_that_was_cut_short_is_finished(parts, typed):
    typed("fields", "create", "tier", "--type", "number")
    people(parts, 3)
    with parts.database.transaction() as tx:
        field_values.mark(tx, fields.get(tx, 1, "tier"))
    said = typed.refused("fields", "create", "tier")[1]

    finish_deletions(parts.database)

    assert "there is a field called 'tier' already" in said
    assert kept(parts) == {("{}", "{}")}
    assert typed("fields", "create", "tier") != ""


def test_policies_of_a_workspace_are_said_one_by_one(parts, typed):
    typed("workspaces", "edit", "--roles", "allow", "--role-exception", "info@example.com")
    version = column(parts, tables.Workspace, "default", "policy_version")

    typed("workspaces", "edit", "--inactive", "skip", "--strict")
    typed("workspaces", "edit", "--inactive", "skip")

    kept = json.loads(column(parts, tables.Workspace, "default", "policies"))
    assert kept == {
        "inactive": "skip",
        "role_address": "allow",
        "role_exceptions": ["info@example.com"],
        "strict": True,
    }
    assert column(parts, tables.Workspace, "default", "policy_version") == version + 1
    assert "inactive skip" in typed("workspaces", "show")


def test_a_new_workspace_has_the_policies_that_were_said(parts, typed):
    typed("workspaces", "create", "sales", "--typos", "off")

    assert json.loads(column(parts, tables.Workspace, "sales", "policies")) == {"typo": "off"}


def test_a_role_exception_that_is_no_address_is_told(typed):
    code, said = typed.refused("workspaces", "edit", "--role-exception", "info")

    assert code == 1
    assert "'info' is not an e-mail address" in said


def test_r1_the_sync_services_are_listed(typed):
    seen = typed("plugins", "list")

    assert "The Vendor (vendor)" in seen
    assert "quarantined" in seen
