"""What happened to the records of a run, in the counters that people know.

Rule: the daemon makes both views of one ledger, and says which of them the
edition of the workspace shows; here they only get their titles.
"""

from typing import TYPE_CHECKING, Any

from contactctl.blocks import Column, Table
from contactctl.render import plural, word

if TYPE_CHECKING:
    from contactd_proto.v1.ledger_pb2 import Counts
    from contactd_proto.v1.run_pb2 import Run
    from contactd_proto.v1.sync_pb2 import PreviewSyncResponse

NEW, OLD = "new", "old"

#: The counters of each view and their titles; the others add up to the first.
_VIEWS = {
    NEW: (
        ("total", "Total"),
        ("added", "Added"),
        ("updated", "Updated"),
        ("unchanged", "Unchanged"),
        ("removed", "Removed"),
        ("skipped", "Skipped"),
    ),
    OLD: (
        ("total", "Total"),
        ("new", "New"),
        ("readded", "Re-added"),
        ("duplicate", "Duplicate"),
        ("ignored", "Ignored"),
        ("deleted", "Deleted"),
    ),
}
#: Why the old view says that records were ignored.
_IGNORED = (
    ("ignored_bounced", "Bounced"),
    ("ignored_do_not_mail", "Do-Not-Mail"),
    ("ignored_group", "Group Email(s)"),
    ("ignored_file_duplicate", "File Duplicate(s)"),
    ("ignored_invalid_pattern", "Invalid Pattern"),
    ("ignored_empty", "Empty email address"),
    ("ignored_other", "Other"),
)
#: On a narrow terminal these go first: the total tells of them all the same.
_SPARE = {"unchanged", "duplicate"}


def view_of(counted: "Run | PreviewSyncResponse", said: str | None = None) -> str:
    """Tell which view shows the counts of a run, made or not: what was *said*, else that of its workspace's edition."""
    return said or word(counted, "view") or NEW


def count_columns(view: str) -> tuple[Column, ...]:
    """Give the columns of *view*."""
    return tuple(Column(title, number=True, spare=1 if name in _SPARE else 0) for name, title in _VIEWS[view])


def counted(counts: "Counts", view: str) -> list[str]:
    """Give the counters of *view*: they add up to the first of them."""
    shown = _shown(counts, view)
    return [str(getattr(shown, name)) for name, _ in _VIEWS[view]]


def counts_sentence(counts: "Counts", view: str) -> str:
    """Say what happened to the records, leaving out what happened to none."""
    total, *numbers = (int(number) for number in counted(counts, view))
    titles = (title.lower() for _, title in _VIEWS[view][1:])
    parts = [f"{number:,} {title}" for title, number in zip(titles, numbers, strict=True) if number]
    return ": ".join(filter(None, (plural(total, "record"), ", ".join(parts))))


def counts_table(counts: "Counts", view: str) -> Table:
    """Give counts one below the other, and below them why records were not taken."""
    titles = (title for _, title in _VIEWS[view])
    why = _ignored(counts) if view == OLD else _reasons(counts)
    rows = [*zip(titles, counted(counts, view), strict=True), *why]
    return Table((Column("Outcome"), Column("Records", number=True)), rows)


def _ignored(counts: "Counts") -> list[tuple[str, str]]:
    return [(f"ignored: {title}", str(getattr(counts.old_view, name))) for name, title in _IGNORED]


def _reasons(counts: "Counts") -> list[tuple[str, str]]:
    return sorted(
        (reason.replace(":", ": "), str(number)) for reason, number in counts.by_reason.items() if ":" in reason
    )


def _shown(counts: "Counts", view: str) -> Any:
    return counts.old_view if view == OLD else counts.new_view
