"""What changed about contacts, to messages."""

from contactd.api import names
from contactd.api.convert.common import value_message
from contactd.api.convert.runs import OUTCOMES
from contactd.domain.changes import Change, ContactChange
from contactd.domain.reasons import explain
from contactd_proto.v1 import ledger_pb2


def contact_change_message(told: ContactChange, *, workspace: str) -> ledger_pb2.ContactChange:
    """Turn what a run changed about a contact into its message."""
    return ledger_pb2.ContactChange(
        contact=names.CONTACT.format(workspace, told.contact_id),
        email=told.address,
        source_id=told.source_id,
        title=told.title,
        outcome=OUTCOMES.number(told.outcome),
        reason=told.reason.value,
        explanation=explain(told.reason, told.detail) or told.detail,
        changes=[change_message(change) for change in told.changes],
    )


def change_message(change: Change) -> ledger_pb2.Change:
    """Turn one thing that changed into its message."""
    return ledger_pb2.Change(what=change.what, before=value_message(change.before), after=value_message(change.after))
