"""Why somebody is a contact, or is not, on one screen."""

import json

import pytest

from contactd_proto.v1.contact_pb2 import ConsentEvent, ContactExplanation, ExplainContactRequest
from contactd_proto.v1.ledger_pb2 import OUTCOME_SKIPPED
from fakes import sample_answers as sample

TOLD = ContactExplanation(
    verdict="No contact: the run 12 of 'books-main' did not take record '26049'.",
    address_reason="invalid_pattern",
    address_explanation="The e-mail address is not one that mail can reach. Correct it at the source.",
    suggestion="john@gmail.com",
    records=[
        ContactExplanation.Record(
            sync=sample.SYNC,
            source_id="26049",
            state="skipped",
            outcome=OUTCOME_SKIPPED,
            reason="invalid_pattern",
            explanation="Correct it at the source.",
            run=sample.RUN.name,
            run_time=sample.at(9),
            mapping_version=1,
            suggestion="john@gmail.com",
        )
    ],
    suppressions=[ContactExplanation.Entry(kind="do_not_mail", set_by="self", time=sample.at(8), evidence="a letter")],
    consent=[ConsentEvent(time=sample.at(9), subject="subscription_type", new="marketing", actor="run/12")],
    history=[
        ContactExplanation.Moment(
            time=sample.at(9), actor="sync", what="updated", run=sample.RUN.name, changes=sample.CHANGED.changes
        )
    ],
)


def test_the_answer_comes_first_and_all_that_is_known_after_it(daemon, contactctl) -> None:
    daemon.answers["ExplainContact"] = TOLD

    ran = contactctl("contacts", "explain", "john@gnail.com")

    assert ran.out.startswith(TOLD.verdict)
    assert [line for line in ran.out.splitlines() if line in HEADINGS] == HEADINGS
    assert "26049   books-main  skipped  skipped  books-main/12  2026-03-09 09:00 UTC        1" in ran.out
    assert "Perhaps john@gmail.com?" in ran.out.replace("\n", " ")
    assert "first-name: Anna → Ana" in ran.out


HEADINGS = ["Address", "Records", "Suppressions", "Consent", "History"]


def test_an_explanation_is_one_document_for_programs(daemon, contactctl) -> None:
    daemon.answers["ExplainContact"] = TOLD

    told = json.loads(contactctl("--json", "contacts", "explain", "john@gnail.com").out)

    assert told["verdict"] == TOLD.verdict
    assert told["records"][0]["source_id"] == "26049"


@pytest.mark.parametrize(
    ("argv", "asked"),
    [
        (("7",), {"contact": "workspaces/default/contacts/7"}),
        (("jo@example.com",), {"email": "jo@example.com"}),
        (("no address",), {"email": "no address"}),
        (("--sync", "books-main", "--record", "9"), {"sync": sample.SYNC, "source_id": "9"}),
    ],
)
def test_a_contact_an_address_and_a_record_can_be_asked_for(daemon, contactctl, argv, asked) -> None:
    daemon.answers["ExplainContact"] = TOLD

    contactctl("contacts", "explain", *argv)

    assert daemon.requests("ExplainContact") == [ExplainContactRequest(parent="workspaces/default", **asked)]


@pytest.mark.parametrize("argv", [(), ("7", "--sync", "x", "--record", "9"), ("--sync", "x"), ("--record", "9")])
def test_who_is_meant_must_be_said_in_one_way(contactctl, argv) -> None:
    ran = contactctl("contacts", "explain", *argv)

    assert ran.code == 2
    assert "say a contact's number or an address, or --sync SYNC with --record ID" in ran.err
