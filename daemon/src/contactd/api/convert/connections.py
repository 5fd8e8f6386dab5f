"""Connections and organizations to messages."""

from google.protobuf.duration_pb2 import Duration

from contactd.api import names
from contactd.api.convert.common import Words, etag, timestamp
from contactd.domain.budget import Budget
from contactd.domain.nouns import Connection
from contactd.domain.words import ConnectionState
from contactd.engine.accounts.consents import Begun, Flow
from contactd.engine.accounts.disabling import Effects
from contactd_proto.v1 import connection_pb2 as pb
from contactd_sdk import Allowance, Organization

STATES: Words[ConnectionState, pb.Connection.State.ValueType] = Words(
    {
        ConnectionState.PENDING: pb.Connection.STATE_PENDING,
        ConnectionState.ENABLED: pb.Connection.STATE_ENABLED,
        ConnectionState.CREDENTIAL_INVALID: pb.Connection.STATE_CREDENTIAL_INVALID,
        ConnectionState.DISABLED: pb.Connection.STATE_DISABLED,
    }
)

FLOWS: Words[Flow, pb.Authorization.Flow.ValueType] = Words(
    {
        Flow.BROWSER: pb.Authorization.FLOW_BROWSER,
        Flow.DEVICE: pb.Authorization.FLOW_DEVICE,
    }
)


def connection_message(connection: Connection, calls: Budget | None = None) -> pb.Connection:
    """Turn a connection into its message, with the *calls* to its organization where they are told."""
    return pb.Connection(
        name=names.CONNECTION.format(connection.workspace, connection.name),
        title=connection.title,
        kind=connection.kind,
        state=STATES.number(connection.state),
        settings=connection.settings,
        account_email=connection.account_email,
        organization=_chosen(connection),
        credential_generation=connection.credential_generation,
        create_time=timestamp(connection.created_at),
        etag=etag(connection.version),
        warnings=connection.warnings,
        priority=connection.priority,
        quota=None if calls is None else _quota(calls),
    )


def _quota(calls: Budget) -> pb.Quota | None:
    """Tell what is left and what is blocked; before the first run only the latter is known."""
    told = pb.Quota() if calls.allowance is None else _of_today(calls, calls.allowance)
    if calls.blocked_until:
        told.blocked_until.CopyFrom(timestamp(calls.blocked_until))
        told.blocked_message = calls.blocked_why
    return told if calls.allowance or calls.blocked_until else None


def _of_today(calls: Budget, allowance: Allowance) -> pb.Quota:
    return pb.Quota(
        made=calls.used,
        share=calls.share(allowance),
        limit=calls.limit or allowance.per_day,
        limit_told=calls.limit > 0,
        others=calls.others,
        per_minute=allowance.per_minute,
        day_end_time=timestamp(calls.ends) if calls.ends else None,
    )


def effects_message(effects: Effects) -> pb.DisableEffects:
    """Turn what disabling a connection would do into its message."""
    connection = effects.connection
    return pb.DisableEffects(
        connection=names.CONNECTION.format(connection.workspace, connection.name),
        credential_wiped=effects.credential,
        syncs=[names.SYNC.format(connection.workspace, sync.name) for sync in effects.syncs],
        schedules_cancelled=effects.schedules,
        runs=[names.RUN.format(connection.workspace, run.sync, run.id) for run in effects.runs],
        contacts_kept=effects.contacts,
        organization_freed=_chosen(connection),
        sentences=effects.sentences,
        effects_id=effects.id,
    )


def authorization_message(begun: Begun) -> pb.Authorization:
    """Turn a consent that was begun into its message."""
    connection = begun.connection
    return pb.Authorization(
        connection=names.CONNECTION.format(connection.workspace, connection.name),
        flow=FLOWS.number(begun.flow),
        address=begun.address,
        user_code=begun.user_code,
        state=begun.state,
        expire_time=timestamp(begun.expires),
        interval=Duration(seconds=begun.interval) if begun.interval else None,
    )


def polled_message(found: Connection | int) -> pb.PollAuthorizationResponse:
    """Turn what became of a consent into its message: the connection, or seconds to wait."""
    if isinstance(found, Connection):
        return pb.PollAuthorizationResponse(connection=connection_message(found))
    return pb.PollAuthorizationResponse(interval=Duration(seconds=found))


def organization_message(organization: Organization) -> pb.Organization:
    """Turn an organization into its message."""
    return pb.Organization(
        id=organization.id,
        title=organization.name,
        time_zone=organization.time_zone,
        default=organization.default,
    )


def _chosen(connection: Connection) -> pb.Organization | None:
    if not connection.organization_id:
        return None
    return pb.Organization(id=connection.organization_id, title=connection.organization_name)
