"""What comes in by file, and what happened to it."""

from collections.abc import Sequence

from contactd.api import names
from contactd.api.convert.common import SUBSCRIPTION_TYPES, values_of
from contactd.api.convert.runs import OUTCOMES
from contactd.api.convert.suppressions import entry_of
from contactd.domain.words import SubscriptionType
from contactd.engine.people.importing import Imported, Line, Terms
from contactd.engine.people.suppressions import Entry
from contactd_proto.v1 import contact_pb2, file_pb2, suppression_pb2


def terms_of(request: contact_pb2.ImportContactsRequest, workspace: str) -> Terms:
    """Read what holds for all lines of a request."""
    number = request.subscription_type
    return Terms(
        fields=tuple(request.fields),
        lists=tuple(names.child(names.LIST, name, workspace, "lists") for name in request.lists),
        topics=tuple(names.child(names.TOPIC, name, workspace, "topics") for name in request.topics),
        subscription_type=SUBSCRIPTION_TYPES.word(number, "subscription_type")
        if number
        else SubscriptionType.MARKETING,
        lawful_basis=request.lawful_basis,
    )


def lines_of(rows: Sequence[contact_pb2.ImportContactsRequest.Row]) -> list[Line]:
    """Read the lines of a request."""
    return [
        Line(number=row.line, email=row.email, values=values_of(row.values, "values"), repeats=row.repeats)
        for row in rows
    ]


def entries_of(
    rows: Sequence[suppression_pb2.ImportSuppressionsRequest.Row], workspace: str
) -> list[tuple[int, Entry]]:
    """Read the entries of a request, each with its line."""
    return [(row.line, entry_of(row.suppression, workspace)) for row in rows]


def result_messages(
    imported: Sequence[Imported], pattern: names.Pattern, workspace: str
) -> list[file_pb2.ImportResult]:
    """Tell what happened to each line; *pattern* names what it is now."""
    return [
        file_pb2.ImportResult(
            line=one.line,
            outcome=OUTCOMES.number(one.outcome),
            reason=one.reason,
            explanation=one.explanation,
            suggestion=one.suggestion,
            name="" if one.number is None else pattern.format(workspace, one.number),
        )
        for one in imported
    ]
