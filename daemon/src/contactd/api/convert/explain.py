"""Why somebody is a contact, or is not, to messages."""

from contactd.api import names
from contactd.api.convert.changes import change_message
from contactd.api.convert.common import timestamp
from contactd.api.convert.contacts import consent_message, contact_message
from contactd.api.convert.runs import OUTCOMES
from contactd.domain.explaining import Explanation, KnownRecord, Moment
from contactd.domain.nouns import Suppression
from contactd.domain.reasons import explain
from contactd.domain.words import Reason
from contactd_proto.v1 import contact_pb2 as pb


def explanation_message(told: Explanation) -> pb.ContactExplanation:
    """Turn an explanation into its message."""
    return pb.ContactExplanation(
        verdict=told.verdict,
        contact=None if told.contact is None else contact_message(told.contact),
        address_reason=told.reason.value,
        address_explanation=explain(told.reason, told.suggestion),
        suggestion=told.suggestion,
        digest=told.digest,
        records=[_record(record, told.workspace) for record in told.records],
        suppressions=[_entry(entry) for entry in told.suppressions],
        consent=[consent_message(event) for event in told.consent],
        history=[_moment(moment, told.workspace) for moment in told.history],
    )


def _record(record: KnownRecord, workspace: str) -> pb.ContactExplanation.Record:
    return pb.ContactExplanation.Record(
        sync=names.SYNC.format(workspace, record.sync),
        source_id=record.source_id,
        state=record.state.value,
        outcome=OUTCOMES.number(record.outcome),
        reason=record.reason.value,
        explanation=explain(record.reason, record.detail),
        run=names.RUN.format(workspace, record.sync, record.run),
        run_time=timestamp(record.at),
        mapping_version=record.mapping_version,
        first_run=names.RUN.format(workspace, record.sync, record.first_run),
        winner=record.winner,
        suggestion=record.detail if record.reason is Reason.INVALID_PATTERN else "",
    )


def _entry(entry: Suppression) -> pb.ContactExplanation.Entry:
    pattern = {"list": names.LIST, "topic": names.TOPIC}.get(entry.scope)
    return pb.ContactExplanation.Entry(
        kind=entry.kind.value,
        of="" if pattern is None else pattern.format(entry.workspace, entry.scope_name),
        set_by=entry.set_by.value,
        evidence=entry.evidence,
        time=timestamp(entry.created_at),
    )


def _moment(moment: Moment, workspace: str) -> pb.ContactExplanation.Moment:
    return pb.ContactExplanation.Moment(
        time=timestamp(moment.at),
        actor=moment.actor,
        what=moment.what,
        run="" if moment.run is None else names.RUN.format(workspace, moment.sync, moment.run),
        reason=moment.reason.value,
        explanation=explain(moment.reason, moment.detail) or moment.detail,
        changes=[change_message(change) for change in moment.changes],
    )
