"""Counts as the edition of a workspace shows them, and as another one would."""

from contactd_proto.v1.run_pb2 import ListRunsResponse
from fakes import sample_answers as sample


def test_runs_are_listed_with_the_counters_of_the_edition(daemon, contactctl) -> None:
    daemon.answers["ListRuns"] = ListRunsResponse(runs=[sample.OLD_RUN])

    ran = contactctl("runs", "list")

    assert ran.out.split("\n")[0].split() == (
        ["Run", "Time", "Trigger", "Mode", "State", "Total", "New", "Re-added", "Duplicate", "Ignored", "Deleted"]
    )
    assert ran.out.split("\n")[1].split()[-6:] == ["67", "55", "1", "5", "5", "1"]


def test_the_old_view_tells_why_records_were_ignored(daemon, contactctl) -> None:
    daemon.answers["GetRun"] = sample.RUN

    ran = contactctl("runs", "show", "12", "--view", "old")

    assert ran.out.endswith(OLD_COUNTS)


OLD_COUNTS = """\
Records
Outcome                       Records
Total                              67
New                                55
Re-added                            1
Duplicate                           5
Ignored                             5
Deleted                             1
ignored: Bounced                    0
ignored: Do-Not-Mail                0
ignored: Group Email(s)             0
ignored: File Duplicate(s)          0
ignored: Invalid Pattern            1
ignored: Empty email address        3
ignored: Other                      1
"""


def test_the_history_of_a_sync_is_shown_in_the_other_view_when_asked(daemon, contactctl) -> None:
    daemon.answers |= {
        "GetSync": sample.ACTIVE,
        "GetMapping": sample.MAPPING,
        "ListRuns": ListRunsResponse(runs=[sample.OLD_RUN]),
    }

    by_edition = contactctl("syncs", "show", "books-main").out.split("Sync History\n")[1]
    as_asked = contactctl("syncs", "show", "books-main", "--view", "new").out.split("Sync History\n")[1]

    assert "Re-added" in by_edition
    assert by_edition.split("\n")[0] != as_asked.split("\n")[0]
    assert "Added" in as_asked
