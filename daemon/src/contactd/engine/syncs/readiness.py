"""Whether a sync may begin: what is wrong with it, and what a person must have seen.

Rule: it looks at what is stored and known, and asks no source; what only the
source can tell was checked when the mapping was stored.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from contactd.domain.mapping import EMAIL
from contactd.domain.nouns import Connection, Sync, Workspace
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.rules import Rules
from contactd.domain.words import SyncState
from contactd.engine import editions
from contactd.engine.accounts.sources import check_enabled
from contactd.engine.parts import Parts
from contactd.engine.syncs import terms
from contactd.engine.syncs.syncs import attention, deleted
from contactd.store import connections, mappings, snapshots, syncs, workspaces
from contactd.store.database import Reading
from contactd_sdk import FieldType

#: What must be mended before a sync that wants attention can run.
ATTENTION: dict[str, str] = {
    "plugin_quarantined": "its plugin cannot be used, `contactctl plugins list` says why",
    "held": "a run of it is held, confirm it with `contactctl runs confirm` or reject it",
    "list_deleted": "its list '{list}' was deleted, choose another one with `contactctl syncs edit {name} --list`",
    "lawful_basis_missing": "the workspace is under the GDPR and it has no lawful basis, "
    "give one with `contactctl syncs edit {name} --basis`",
    "topic_deleted": "a topic of it was deleted, choose others with `contactctl syncs edit {name} --topic`",
    "limit": "the workspace has as many contacts as it may have, raise its limit",
}

#: Marks whose causes are told with their own fields where everything is checked.
_TOLD_BY_TERMS = frozenset({"lawful_basis_missing", "list_deleted", "topic_deleted"})

#: A run stops adding contacts at the limit of its workspace (R36).
CONTACT_LIMIT = "contact_limit"

#: The account belongs to none of the owners of the workspace (R5).
SAME_EMAIL = "same_email"

#: What the addresses are read from is no field of addresses at the source (R32).
ADDRESS_FIELD = "address_field"

#: Something that is wanted of its records costs the source a call for each.
DETAIL_CALLS = "detail_calls"

#: Something that is wanted of its records moves without their counting as changed.
DRIFTING = "drifting_values"


class SyncWarning(NamedTuple):
    """What a person must have seen: its *id* is sent back to acknowledge it."""

    id: str
    message: str


class Checked(NamedTuple):
    """All that is wrong with a sync, and all that must be acknowledged."""

    faults: tuple[Fault, ...]
    warnings: tuple[SyncWarning, ...]


def validate(parts: Parts, workspace: str, name: str) -> Checked:
    """Tell what keeps the sync *name* from being initiated."""
    with parts.database.reading() as r:
        return check(parts, r, syncs.get(r, workspaces.get(r, workspace).id, name))


def check(parts: Parts, r: Reading, sync: Sync) -> Checked:
    """Tell what is wrong with *sync*, and what must be acknowledged."""
    home, connection = workspaces.by_id(r, sync.workspace_id), connections.by_id(r, sync.connection_id)
    if sync.state is SyncState.DELETED:
        return Checked((Fault("sync.state", deleted(sync).message),), ())
    marks = [mark for mark in attention(parts.catalog, r, sync) if mark not in _TOLD_BY_TERMS]
    faults = [Fault("sync.attention", _wanted(sync, mark)) for mark in marks]
    try:
        check_enabled(connection)
    except Conflict as exc:
        faults.append(Fault("sync.connection", exc.message))
    faults.extend(terms.faults(r, home, terms.of(sync), created_at=sync.created_at))
    return Checked(tuple(faults), (*_warnings(r, home, connection, sync), *_field_warnings(parts, r, sync, connection)))


def check_attention(parts: Parts, r: Reading, sync: Sync) -> None:
    """Refuse a sync that wants attention first.

    Raises:
        Conflict: with all that must be mended.
    """
    marks = attention(parts.catalog, r, sync)
    if marks:
        raise Conflict(
            f"the sync '{sync.name}' wants attention first: {'; '.join(_wanted(sync, mark) for mark in marks)}",
            reason="ATTENTION",
            name=sync.name,
            attention=",".join(marks),
        )


def check_acknowledged(warnings: Collection[SyncWarning], acknowledged: Collection[str]) -> None:
    """Refuse unless exactly the present *warnings* were acknowledged.

    Raises:
        Invalid: some were not, or are no warnings now.
    """
    place = "acknowledged_warnings"
    missing = [
        Fault(place, f"{warning.message}; acknowledge this as '{warning.id}'")
        for warning in warnings
        if warning.id not in acknowledged
    ]
    present = {warning.id for warning in warnings}
    astray = [
        Fault(place, f"there is no warning '{name}' now; leave it out") for name in acknowledged if name not in present
    ]
    if missing or astray:
        raise Invalid(*missing, *astray, reason="WARNINGS_NOT_ACKNOWLEDGED")


def _warnings(r: Reading, home: Workspace, connection: Connection, sync: Sync) -> Iterator[SyncWarning]:
    if home.contact_limit:
        message = f"this workspace may have {home.contact_limit} contacts, and a run skips those beyond"
        yield SyncWarning(CONTACT_LIMIT, message)
    for message in editions.warnings(home, connection.account_email):
        yield SyncWarning(SAME_EMAIL, message)
    for line in mappings.of(r, sync).lines:
        if line.target_field == EMAIL and line.source_type is not FieldType.EMAIL:
            message = (
                f"the addresses are read from '{line.source_field}', which the source gives as {line.source_type} and "
                "not as an e-mail address; records without an address in it are skipped"
            )
            yield SyncWarning(ADDRESS_FIELD, message)


def _field_warnings(parts: Parts, r: Reading, sync: Sync, connection: Connection) -> Iterator[SyncWarning]:
    """Tell what the fields cost that are mapped or in the criteria."""
    if "plugin_quarantined" in attention(parts.catalog, r, sync):
        return
    kind = parts.catalog.kind(connection.kind)
    rules = Rules.of(snapshots.of(r, sync.id), run=0, sync=sync.id, known_until=None)
    known = [field for field in kind.known(sync.module) if field.name in rules.source_fields]
    dear = [field.name for field in known if field.detail]
    if dear:
        message = (
            f"{kind.title} tells {_listed(dear)} only in a call for each record, once and then whenever it changed; "
            "a first reading of many goes on over days, the newest first, within the calls that its quota leaves"
        )
        yield SyncWarning(DETAIL_CALLS, message)
    drifting = [field.name for field in known if field.drifts]
    if drifting:
        message = (
            f"at {kind.title} {_listed(drifting)} can change without the record counting as changed; "
            "only sweeps and full readings bring it up to date"
        )
        yield SyncWarning(DRIFTING, message)


def _listed(names: Sequence[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _wanted(sync: Sync, mark: str) -> str:
    return ATTENTION[mark].format(list=sync.list, name=sync.name)
