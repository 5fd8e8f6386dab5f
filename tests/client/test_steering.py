"""Syncs and runs are made, begun and steered: what exactly is sent."""

import json
from uuid import UUID

import pytest

from contactd_proto.v1.contact_pb2 import SUBSCRIPTION_TYPE_NON_MARKETING
from contactd_proto.v1.run_pb2 import RunMode
from contactd_proto.v1.sync_pb2 import (
    FieldFault,
    InitiateSyncResponse,
    MappingLine,
    Schedule,
    SyncWarning,
    ValidateSyncResponse,
)
from fakes import sample_answers as sample

CREATE = ("syncs", "create", "books-main", "--connection", "main", "--list", "customers")


def test_a_sync_has_the_suggested_mapping_when_nothing_is_added(daemon, contactctl) -> None:
    daemon.answers["CreateSync"] = sample.DRAFT

    ran = contactctl(*CREATE)

    assert ran.code == 0
    assert daemon.sent("CreateSync") == {
        "parent": "workspaces/default",
        "sync_id": "books-main",
        "sync": {
            "connection": "workspaces/default/connections/main",
            "list": "workspaces/default/lists/customers",
            "policies": {},
        },
    }
    assert daemon.requests("SuggestMapping") == []


def test_lines_are_added_to_the_suggested_mapping(daemon, contactctl) -> None:
    daemon.answers |= {"SuggestMapping": sample.SUGGESTED, "CreateSync": sample.DRAFT}

    contactctl(*CREATE, "--map", "mobile=mobile", "--new-field", "cf_region", "--map", "given=first-name")

    assert list(daemon.requests("CreateSync")[0].mapping.lines) == [
        MappingLine(source_field="email", target_field="email"),
        MappingLine(source_field="mobile", target_field="mobile"),
        MappingLine(source_field="given", target_field="first-name"),
        MappingLine(source_field="cf_region", create=True),
    ]


def test_the_suggestion_can_be_left_out(daemon, contactctl) -> None:
    contactctl(*CREATE, "--no-suggested", "--map", "email=email")
    contactctl(*CREATE, "--no-suggested")

    one, none = (request.mapping for request in daemon.requests("CreateSync"))
    assert [line.source_field for line in one.lines] == ["email"]
    assert daemon.requests("CreateSync")[1].HasField("mapping")
    assert list(none.lines) == []
    assert daemon.requests("SuggestMapping") == []


def test_a_sync_is_made_as_it_was_described(daemon, contactctl) -> None:
    contactctl(
        *CREATE,
        *("--description", "Customers", "--type", "non-marketing", "--update-empty", "--module", "contacts"),
        *("--weekly", "mon", "06:30", "--zone", "Europe/Brussels"),
    )

    sync = daemon.requests("CreateSync")[0].sync
    assert (sync.description, sync.module, sync.update_empty_values) == ("Customers", "contacts", True)
    assert sync.subscription_type == SUBSCRIPTION_TYPE_NON_MARKETING
    assert sync.schedule == Schedule(
        recurrence=Schedule.RECURRENCE_WEEKLY, time="06:30", time_zone="Europe/Brussels", weekday=1
    )


def test_a_sync_can_run_by_a_line_of_cron(daemon, contactctl) -> None:
    contactctl(*CREATE, *("--cron", "0 6,18 * * mon-fri", "--zone", "UTC"))

    assert daemon.requests("CreateSync")[0].sync.schedule == Schedule(
        recurrence=Schedule.RECURRENCE_CRON, cron="0 6,18 * * mon-fri", time_zone="UTC"
    )


@pytest.mark.parametrize("options", [("--daily", "06:30", "--once"), ("--map", "x"), ("--monthly", "32", "06:30")])
def test_a_sync_that_is_described_wrongly_is_not_sent(daemon, contactctl, options) -> None:
    ran = contactctl(*CREATE, *options)

    assert ran.code == 2
    assert daemon.heard == []


def test_a_sync_is_made_with_everything_that_it_can_have(daemon, contactctl) -> None:
    contactctl(
        *CREATE,
        *("--criteria", 'country is "India"', "--after", "2026-01-31T06:30Z", "--topic", "news", "--topic", "offers"),
        *("--basis", "legitimate-interests", "--daily", "06:30", "--sweep-weekly", "sun", "03:00", "--zone", "UTC"),
        *("--inactive", "remove", "--roles", "allow", "--role-exception", "info@a.com", "--typos", "off"),
        *("--on-leave", "detach", "--suppressed", "refresh", "--strict", "--no-raise-type"),
    )

    sync = daemon.sent("CreateSync")["sync"]
    assert sync == {
        "connection": "workspaces/default/connections/main",
        "list": "workspaces/default/lists/customers",
        "criteria": 'country is "India"',
        "retrieve_after": "2026-01-31T06:30:00Z",
        "topics": ["workspaces/default/topics/news", "workspaces/default/topics/offers"],
        "lawful_basis": "LAWFUL_BASIS_LEGITIMATE_INTERESTS",
        "schedule": {"recurrence": "RECURRENCE_DAILY", "time": "06:30", "time_zone": "UTC"},
        "sweep_schedule": {"recurrence": "RECURRENCE_WEEKLY", "time": "03:00", "time_zone": "UTC", "weekday": 7},
        "policies": {
            "inactive": "INACTIVE_REMOVE",
            "role_address": "ROLE_ADDRESS_ALLOW",
            "role_exceptions": ["info@a.com"],
            "typo": "TYPO_OFF",
            "on_leave": "ON_LEAVE_DETACH",
            "suppressed": "SUPPRESSED_REFRESH",
            "strict": True,
            "raise_type": False,
        },
    }


def test_an_edit_says_what_is_to_be_changed_and_nothing_else(daemon, contactctl) -> None:
    daemon.answers["UpdateSync"] = sample.EDITED

    ran = contactctl("syncs", "edit", "books-main", "--list", "news", "--all", "--no-topics", "--no-strict")

    assert daemon.sent("UpdateSync") == {
        "sync": {
            "name": "workspaces/default/syncs/books-main",
            "list": "workspaces/default/lists/news",
            "policies": {"strict": False},
        },
        "update_mask": "list,policies.strict,retrieveAfter,topics",
    }
    assert ran.out.splitlines()[-1].endswith("contactctl syncs initiate books-main")


WRONG_EDITS = [(), ("--all", "--after", "2026-01-31"), ("--after", "yesterday"), ("--no-topics", "--topic", "news")]


@pytest.mark.parametrize("options", WRONG_EDITS)
def test_an_edit_that_says_nothing_or_two_things_is_not_sent(daemon, contactctl, options) -> None:
    ran = contactctl("syncs", "edit", "books-main", *options)

    assert ran.code == 2
    assert daemon.heard == []


def test_a_mapping_is_replaced_as_a_whole(daemon, contactctl) -> None:
    daemon.answers["SetMapping"] = sample.MAPPING

    contactctl(
        *("syncs", "mapping", "books-main", "--set", "email=email", "--new-field", "cf_region=region"),
        *("--etag", "m0"),
    )

    mapping = daemon.requests("SetMapping")[0].mapping
    assert (mapping.name, mapping.etag) == ("workspaces/default/syncs/books-main/mapping", "m0")
    assert [line.create for line in mapping.lines] == [False, True]


STEERED = [
    ("pause", "PauseSync"),
    ("resume", "ResumeSync"),
    ("activate", "ActivateSync"),
    ("delete", "DeleteSync"),
    ("undelete", "UndeleteSync"),
]


@pytest.mark.parametrize(("verb", "call"), STEERED)
def test_a_sync_is_steered_from_state_to_state(daemon, contactctl, verb, call) -> None:
    daemon.answers[call] = sample.ACTIVE

    people, programs = contactctl("syncs", verb, "books-main"), contactctl("--json", "syncs", verb, "books-main")

    assert people.out.splitlines()[0] == "books-main is active"
    assert json.loads(programs.out)["etag"] == "s1"


@pytest.mark.parametrize(("options", "mode"), [((), "INCREMENTAL"), (("--full",), "FULL"), (("--sweep",), "SWEEP")])
def test_a_sync_is_run(daemon, contactctl, options, mode) -> None:
    daemon.answers["RunSync"] = sample.WAITING

    ran = contactctl("syncs", "run", "books-main", *options)

    assert "Waits    Zoho asked us to wait, until 2026-03-09 09:30 UTC" in ran.out
    assert daemon.requests("RunSync")[0].mode == RunMode.Value(f"RUN_MODE_{mode}")
    UUID(daemon.requests("RunSync")[0].request_id)


@pytest.mark.parametrize(
    ("verb", "call"), [("cancel", "CancelRun"), ("confirm", "ConfirmRun"), ("reject", "RejectRun")]
)
def test_a_run_is_steered(daemon, contactctl, verb, call) -> None:
    daemon.answers[call] = sample.HELD

    ran = contactctl("runs", verb, "books-main/14")

    assert "Would remove  41 contacts" in ran.out
    assert daemon.requests(call)[0].name == "workspaces/default/syncs/books-main/runs/14"


@pytest.mark.parametrize(("options", "keeps"), [((), False), (("--keep-running",), True)])
def test_a_run_is_taken_back(daemon, contactctl, options, keeps) -> None:
    daemon.answers["UndoRun"] = sample.UNDO

    ran = contactctl("runs", "undo", "12", *options)

    assert "Trigger  undo" in ran.out
    assert "Undoes   books-main/12" in ran.out
    assert daemon.requests("UndoRun")[0].keep_running is keeps
    UUID(daemon.requests("UndoRun")[0].request_id)


BEGUN = InitiateSyncResponse(sync=sample.ACTIVE, run=sample.WAITING)
WARNED = ValidateSyncResponse(
    warnings=[SyncWarning(id="auto-upgrade", message="the plan may be upgraded"), SyncWarning(id="b", message="B")]
)


def test_a_sync_without_warnings_is_initiated_at_once(daemon, contactctl) -> None:
    daemon.answers |= {"ValidateSync": ValidateSyncResponse(), "InitiateSync": BEGUN}

    ran = contactctl("syncs", "initiate", "books-main", "--etag", "s1")

    assert ran.out == (
        "books-main is active; its first run is books-main/12\nwatch it: contactctl runs watch books-main/12\n"
    )
    assert daemon.sent("InitiateSync") == {"name": sample.SYNC, "etag": "s1"}


@pytest.mark.parametrize("options", [("--yes",), ("--acknowledge", "auto-upgrade", "--acknowledge", "b")])
def test_acknowledged_warnings_are_shown_and_sent(daemon, contactctl, options) -> None:
    daemon.answers |= {"ValidateSync": WARNED, "InitiateSync": BEGUN}

    ran = contactctl("syncs", "initiate", "books-main", *options)

    assert ran.err == "warning auto-upgrade: the plan may be upgraded\nwarning b: B\n"
    assert list(daemon.requests("InitiateSync")[0].acknowledged_warnings) == ["auto-upgrade", "b"]


def test_programs_get_warnings_as_notes_in_json(daemon, contactctl) -> None:
    daemon.answers |= {"ValidateSync": WARNED, "InitiateSync": BEGUN}

    ran = contactctl("--json", "syncs", "initiate", "books-main", "--yes")

    assert json.loads(ran.err.splitlines()[0]) == {"note": "warning auto-upgrade: the plan may be upgraded"}
    assert json.loads(ran.out)["run"]["state"] == "STATE_WAITING"


def test_where_nobody_can_be_asked_a_warning_ends_the_command(daemon, contactctl) -> None:
    daemon.answers["ValidateSync"] = WARNED

    ran = contactctl("syncs", "initiate", "books-main", "--acknowledge", "b")

    assert ran.code == 1
    assert ran.err.endswith(
        "contactctl: 1 warning must be acknowledged before anything begins\n"
        "  --acknowledge auto-upgrade\n"
        "  --yes acknowledges them all\n"
    )
    assert daemon.requests("InitiateSync") == []


def test_a_sync_with_faults_is_not_initiated(daemon, contactctl) -> None:
    daemon.answers["ValidateSync"] = ValidateSyncResponse(
        faults=[FieldFault(field="mapping.lines", message="one line must map to email")]
    )

    ran = contactctl("syncs", "initiate", "books-main", "--yes")

    assert ran.code == 1
    assert ran.err == (
        "contactctl: books-main cannot be initiated as it is\n  mapping.lines: one line must map to email\n"
    )
    assert daemon.requests("InitiateSync") == []
