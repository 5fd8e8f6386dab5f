"""A sync from its list and type over its mapping to its first contacts, as a person types it."""

from setup.running import Typing
from syncs.house import House
from syncs.memory import row
from syncs.test_typed_setup import CREATE, DAILY, counts, newest


def test_a_new_sync_reads_the_customers_into_a_list_as_mail_of_one_type(house: House, typed: Typing) -> None:
    """R9, R10: a new sync; R13: of the module contacts; R14: its contacts are among all; R15, R16: list and type."""
    code, told = typed.refused(*CREATE, "--module", "invoices")
    made = typed.told(*CREATE, "--type", "non-marketing")
    typed("syncs", "initiate", "main")
    counted = counts(house, typed)

    everybody = typed.told("contacts", "list")
    assert code == 1
    assert "it has contacts" in told
    assert made["module"] == "contacts"
    assert counted == {"added": 3}
    assert {one["subscription_type"] for one in everybody} == {"SUBSCRIPTION_TYPE_NON_MARKETING"}
    assert len(typed.told("contacts", "list", "--list", "customers")) == len(everybody)


def test_fields_are_suggested_mapped_and_made(house: House, typed: Typing) -> None:
    """R24, R29, R30, R31, R34: mapping follows set-up, some is suggested, more is mapped, a new field is made once."""
    house.memory.hold(row(1, first="Ana", company_name="Acme"))
    typed(*CREATE, "--new-field", "company_name")

    shown = typed("syncs", "mapping", "main")
    typed("syncs", "initiate", "main")
    counts(house, typed)

    (contact,) = typed.told("contacts", "list")
    mapped = [line.split()[:2] for line in shown.splitlines()[1:]]
    assert mapped[:3] == [["email", "email"], ["first", "first-name"], ["last", "last-name"]]
    assert mapped[3][0] == "company_name"
    assert (contact["values"]["first-name"], contact["values"]["company"]) == ("Ana", "Acme")
    assert [field["type"] for field in typed.told("fields", "list") if field["title"] == "Company"] == [
        "FIELD_TYPE_TEXT"
    ]


def test_only_the_address_must_be_mapped(typed: Typing) -> None:
    """R32: the e-mail mapping is compulsory; R33: the name's is not."""
    code, told = typed.refused(*CREATE, "--no-suggested", "--map", "first=first-name")

    typed(*CREATE, "--no-suggested", "--map", "email=email")

    assert code == 1
    assert "no line to 'email'" in told


def test_what_was_emptied_at_the_source_is_emptied_where_that_is_wanted(house: House, typed: Typing) -> None:
    """R21: update-empty, by a sync and by an edit of it."""
    house.memory.hold(row(1, first="Ana"))
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")
    counts(house, typed)
    house.memory.hold(row(1, first=""))
    typed("syncs", "run", "main", "--full")
    counts(house, typed)
    kept = typed.told("contacts", "list")[0]["values"]

    typed("syncs", "edit", "main", "--update-empty")
    typed("syncs", "initiate", "main")
    counts(house, typed)

    assert kept["first-name"] == "Ana"
    assert not typed.told("contacts", "list")[0]["values"].get("first-name")


def test_a_sync_is_paused_and_goes_on_with_its_run(house: House, typed: Typing) -> None:
    """R51, R52: pause keeps the run where it is, resume lets it go on."""
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")
    run = newest(typed)

    paused = typed("syncs", "pause", "main")
    refused, _ = typed.refused("syncs", "run", "main")
    resumed = typed("syncs", "resume", "main")

    assert (paused, refused, resumed) == ("main is paused\n", 4, "main is active\n")
    assert house.carry(run).state == "succeeded"
    assert newest(typed) == run


def test_addresses_that_cannot_be_are_not_brought_in(house: House, typed: Typing) -> None:
    """R46: invalid addresses are not imported; R35, R45: initiating ends the set-up."""
    house.memory.hold(row(1), row(2, "nobody"), row(3, "john@gnail.com"), row(4, ""))
    typed(*CREATE)

    typed("syncs", "initiate", "main")
    counted = counts(house, typed)

    assert counted == {"added": 1, "skipped": 3}
    assert [one["email"] for one in typed.told("contacts", "list")] == ["person1@example.com"]
