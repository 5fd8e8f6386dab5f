"""Every refusal has its exit code, and the daemon's sentence arrives as it was said."""

import json

import grpc
import pytest

from contactctl.exits import BY_STATUS, MEANINGS, Exit, exit_of
from fakes.control_plane import Refusal, refusal

STATUS = grpc.StatusCode


def test_every_status_has_an_exit_code() -> None:
    assert set(BY_STATUS) == {status.name for status in STATUS} - {"OK"}


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Exit)


def test_a_reason_says_more_than_its_status() -> None:
    assert exit_of("FAILED_PRECONDITION", "WRONG_STATE") is Exit.STATE
    assert exit_of("FAILED_PRECONDITION", "EMAIL_MISMATCH") is Exit.REFUSED


@pytest.mark.parametrize("status", [status for status in STATUS if status is not STATUS.OK])
def test_a_refusal_ends_with_the_code_of_its_status(daemon, contactctl, status: grpc.StatusCode) -> None:
    daemon.answers["GetSync"] = refusal(status, "this is how it is", reason="SOME_REASON")

    ran = contactctl("syncs", "show", "books-main")

    assert ran.code == BY_STATUS[status.name]
    assert ran.err.splitlines()[0] == "contactctl: this is how it is"
    assert ran.out == ""


def test_an_unknown_name_is_told_in_the_daemons_words_with_where_to_look(daemon, contactctl) -> None:
    daemon.answers["GetSync"] = refusal(
        STATUS.NOT_FOUND,
        "no sync is called 'boks-main'",
        reason="NOT_FOUND",
        resource="workspaces/default/syncs/boks-main",
    )

    ran = contactctl("syncs", "show", "boks-main")

    assert ran.code == Exit.NOT_FOUND
    assert ran.err == ("contactctl: no sync is called 'boks-main'\n  contactctl syncs list shows what there is\n")


def test_every_field_that_is_at_fault_has_a_line(daemon, contactctl) -> None:
    daemon.answers["CreateList"] = refusal(
        STATUS.INVALID_ARGUMENT,
        "the id is too long; the title is empty",
        reason="INVALID_ARGUMENT",
        violations=[("list_id", "the id is too long"), ("list.title", "the title is empty")],
    )

    ran = contactctl("lists", "create", "customers")

    assert ran.code == Exit.REFUSED
    assert ran.err == (
        "contactctl: 2 fields need mending\n  list_id: the id is too long\n  list.title: the title is empty\n"
    )


def test_what_is_named_in_something_new_and_is_not_there_is_a_refused_field(daemon, contactctl) -> None:
    daemon.answers["SuggestMapping"] = daemon.answers["CreateSync"] = refusal(
        STATUS.INVALID_ARGUMENT,
        "no connection is called 'mian'",
        reason="INVALID_ARGUMENT",
        violations=[("sync.connection", "no connection is called 'mian'")],
    )

    ran = contactctl("syncs", "create", "x", "--connection", "mian", "--list", "customers", "--map", "a=b")

    assert ran.code == Exit.REFUSED
    assert ran.err == "contactctl: no connection is called 'mian'\n  field: sync.connection\n"


def test_a_single_fault_is_said_once(daemon, contactctl) -> None:
    daemon.answers["CreateList"] = refusal(
        STATUS.INVALID_ARGUMENT, "the id is too long", reason="X", violations=[("list_id", "the id is too long")]
    )

    ran = contactctl("lists", "create", "customers")

    assert ran.err == "contactctl: the id is too long\n  field: list_id\n"


def test_a_changed_etag_ends_as_a_wrong_state_does(daemon, contactctl) -> None:
    daemon.answers["PauseSync"] = refusal(STATUS.ABORTED, "it was changed", reason="ETAG_MISMATCH")

    ran = contactctl("syncs", "pause", "books-main", "--etag", "s0")

    assert ran.code == Exit.STATE
    assert daemon.requests("PauseSync")[0].etag == "s0"


def test_with_json_a_refusal_is_json_too(daemon, contactctl) -> None:
    daemon.answers["GetSync"] = refusal(
        STATUS.NOT_FOUND, "no sync is called 'x'", reason="NOT_FOUND", kind="sync", name="x"
    )

    ran = contactctl("syncs", "show", "x", "--json")

    assert ran.out == ""
    assert json.loads(ran.err) == {
        "error": {
            "message": "no sync is called 'x'",
            "status": "NOT_FOUND",
            "reason": "NOT_FOUND",
            "metadata": {"kind": "sync", "name": "x"},
            "violations": [],
            "advice": [],
            "exit_code": 3,
        }
    }


def test_with_json_a_wrong_command_line_is_json_too(contactctl) -> None:
    ran = contactctl("--json", "syncs", "show")

    assert ran.code == Exit.USAGE
    assert json.loads(ran.err)["error"]["status"] == "USAGE"


def test_a_daemon_that_is_not_there_is_told_with_its_address_and_how_to_start(contactctl, tmp_path) -> None:
    ran = contactctl("syncs", "list", CONTACTCTL_ADDRESS=f"unix://{tmp_path}/gone.sock")

    assert ran.code == Exit.AWAY
    assert f"contactctl: cannot reach contactd at unix://{tmp_path}/gone.sock: " in ran.err
    assert "systemctl start contactd" in ran.err


def test_a_source_that_is_away_is_not_mistaken_for_the_daemon(daemon, contactctl) -> None:
    daemon.answers["ListOrganizations"] = refusal(STATUS.UNAVAILABLE, "Zoho does not answer", reason="UNAVAILABLE")

    ran = contactctl("connections", "organizations", "main")

    assert ran.code == Exit.AWAY
    assert ran.err == "contactctl: Zoho does not answer\n  try again in a moment\n"


def test_an_answer_that_does_not_come_ends_with_the_deadline(daemon, contactctl) -> None:
    daemon.answers["GetSync"] = lambda _: daemon.closing.wait(timeout=5)

    ran = contactctl("--timeout", "0.1", "syncs", "show", "books-main")

    assert ran.code == Exit.DEADLINE
    assert ran.err.startswith(f"contactctl: contactd at {daemon.address} did not answer within 0.1 s\n")
    daemon.closing.set()


def test_a_refusal_without_a_word_is_told_as_such(daemon, contactctl) -> None:
    daemon.answers["GetSync"] = Refusal(STATUS.INTERNAL, "")

    ran = contactctl("syncs", "show", "books-main")

    assert ran.code == Exit.REFUSED
    assert "refused with INTERNAL" in ran.err


def test_details_of_an_unknown_type_do_no_harm(daemon, contactctl) -> None:
    from fakes.sample_answers import RUN

    daemon.answers["GetSync"] = Refusal(STATUS.NOT_FOUND, "not here", (RUN,))

    ran = contactctl("syncs", "show", "books-main")

    assert (ran.code, ran.err) == (Exit.NOT_FOUND, "contactctl: not here\n")


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (("syncs", "show"), "Missing argument"),
        (("sinks", "list"), "No such command"),
        (("syncs", "list", "--colour"), "No such option"),
        (("--timeout", "0", "info"), "--timeout"),
        (("runs", "show", "twelve"), "'twelve' is no run"),
        (("runs", "show", "books-main/"), "is no run"),
        (("syncs", "show", ""), "the name of the sync is empty"),
        (("lists", "create"), "give an id, or --title"),
        (("syncs", "run", "x", "--full", "--sweep"), "exclude each other"),
        (("syncs", "mapping", "x", "--etag", "m1"), "--etag is for replacing"),
    ],
)
def test_a_wrong_command_line_is_told_and_nothing_is_sent(daemon, contactctl, argv, word) -> None:
    ran = contactctl(*argv)

    assert ran.code == Exit.USAGE
    assert word in ran.err
    assert daemon.heard == []


def test_bytes_that_are_no_text_are_refused(contactctl) -> None:
    ran = contactctl("syncs", "show", "books\udcff")

    assert ran.code == Exit.USAGE
    assert "argument 3 is not text" in ran.err
