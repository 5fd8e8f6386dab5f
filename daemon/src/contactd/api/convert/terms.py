"""What people say of a sync, read from messages: a whole draft, or some changes.

Rule: each field has one reader, used by both, and every field that cannot be
read is told at once.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from contactd.api import names
from contactd.api.convert.common import SUBSCRIPTION_TYPES, Words
from contactd.api.convert.mappings import mapping_lines
from contactd.api.convert.policies import LAWFUL_BASES, policies_of
from contactd.api.masks import Masked
from contactd.domain.nouns import Schedule
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.words import FormerMembers, LawfulBasis, Misfire, Recurrence, SubscriptionType
from contactd.engine.syncs.syncs import MODULE, Draft
from contactd.engine.syncs.terms import Terms
from contactd_proto.v1 import sync_pb2 as pb
from contactd_proto.v1.policy_pb2 import Policies

_Read = TypeVar("_Read")

RECURRENCES: Words[Recurrence, pb.Schedule.Recurrence.ValueType] = Words(
    {
        Recurrence.ONCE: pb.Schedule.RECURRENCE_ONCE,
        Recurrence.DAILY: pb.Schedule.RECURRENCE_DAILY,
        Recurrence.WEEKLY: pb.Schedule.RECURRENCE_WEEKLY,
        Recurrence.MONTHLY: pb.Schedule.RECURRENCE_MONTHLY,
        Recurrence.CRON: pb.Schedule.RECURRENCE_CRON,
    }
)

MISFIRES: Words[Misfire, pb.Sync.Misfire.ValueType] = Words(
    {Misfire.RUN_ONCE: pb.Sync.MISFIRE_RUN_ONCE, Misfire.SKIP: pb.Sync.MISFIRE_SKIP}
)

FORMER_MEMBERS: Words[FormerMembers, pb.FormerMembers.ValueType] = Words(
    {FormerMembers.LEAVE: pb.FORMER_MEMBERS_LEAVE, FormerMembers.MOVE: pb.FORMER_MEMBERS_MOVE}
)

#: What is said once, when a sync is made, and never otherwise (I6).
FIXED = ("connection", "module", "criteria")


def draft(request: pb.CreateSyncRequest, workspace: str) -> Draft:
    """Read what somebody wants of a new sync.

    Raises:
        Invalid: with every name and word that cannot be read.
    """
    sync, faults = request.sync, list[Fault]()
    connection = _read(faults, lambda: names.within(names.CONNECTION, sync.connection, workspace, "sync.connection"))
    values = _values(sync, workspace, _READERS, faults)
    if faults:
        raise Invalid(*faults)
    return Draft(
        name=request.sync_id,
        connection=connection or "",
        module=sync.module or MODULE,
        criteria=sync.criteria,
        sweep_chosen=sync.HasField("sweep_schedule"),
        lines=mapping_lines(request.mapping.lines) if request.HasField("mapping") else None,
        **values,
    )


def former_members(request: pb.UpdateSyncRequest) -> FormerMembers | None:
    """Read what becomes of whom the sync put on its list; `None` where nobody says.

    Raises:
        Invalid: this daemon does not know the word.
    """
    return FORMER_MEMBERS.word(request.former_members, "former_members") if request.former_members else None


def says_sweeps(request: pb.UpdateSyncRequest) -> bool:
    """Tell whether somebody says when the sync is swept, be it never."""
    paths = request.update_mask.paths
    return "sweep_schedule" in paths if paths else request.sync.HasField("sweep_schedule")


def change(request: pb.UpdateSyncRequest, workspace: str) -> Callable[[Terms], Terms]:
    """Read what somebody wants to change of a sync.

    Raises:
        Invalid: what cannot be changed is named, or something cannot be read.
    """
    faults = [
        Fault("update_mask", f"the {path} of a sync cannot be changed; make another sync")
        for path in request.update_mask.paths
        if path in FIXED
    ]
    if faults:
        raise Invalid(*faults)
    masked = Masked(request.sync, request.update_mask, changeable=(*_READERS, *_POLICIES))
    chosen = [path for path in _READERS if masked.given(path, value=True)]
    values = _values(request.sync, workspace, chosen, faults)
    policies = [path.partition(".")[2] for path in _POLICIES if masked.given(path, value=True)]
    said = _read(faults, lambda: policies_of(request.sync.policies, "sync.policies"))
    if faults:
        raise Invalid(*faults)
    few = {name: getattr(said, name) for name in policies}
    return lambda terms: _changed(terms, values, few)


def _changed(terms: Terms, values: Mapping[str, Any], policies: Mapping[str, Any]) -> Terms:
    wanted = replace(terms, **values)
    return replace(wanted, policies=replace(wanted.policies, **policies)) if policies else wanted


def _values(sync: pb.Sync, workspace: str, paths: Collection[str], faults: list[Fault]) -> dict[str, Any]:
    """Read the fields at *paths*, by the names of the terms, and note what cannot be read."""
    return {_NAMES.get(path, path): _read(faults, partial(_READERS[path], sync, workspace)) for path in paths}


def _read(faults: list[Fault], read: Callable[[], _Read]) -> _Read | None:
    try:
        return read()
    except Invalid as exc:
        faults.extend(exc.faults)
        return None


def _list(sync: pb.Sync, workspace: str) -> str:
    return names.within(names.LIST, sync.list, workspace, "sync.list")


def _topics(sync: pb.Sync, workspace: str) -> tuple[str, ...]:
    return tuple(
        names.within(names.TOPIC, topic, workspace, f"sync.topics[{place}]") for place, topic in enumerate(sync.topics)
    )


def _type(sync: pb.Sync, _: str) -> SubscriptionType:
    if not sync.subscription_type:
        return SubscriptionType.MARKETING
    return SUBSCRIPTION_TYPES.word(sync.subscription_type, "sync.subscription_type")


def _basis(sync: pb.Sync, _: str) -> LawfulBasis:
    return LAWFUL_BASES.word(sync.lawful_basis, "sync.lawful_basis")


def _schedule(said: pb.Schedule, place: str) -> Schedule:
    recurrence = RECURRENCES.word(said.recurrence, f"{place}.recurrence") if said.recurrence else Recurrence.ONCE
    return Schedule(
        recurrence=recurrence,
        time=said.time,
        time_zone=said.time_zone,
        weekday=said.weekday,
        day_of_month=said.day_of_month,
        cron=said.cron,
    )


def _misfire(sync: pb.Sync, _: str) -> Misfire:
    return MISFIRES.word(sync.misfire, "sync.misfire") if sync.misfire else Misfire.RUN_ONCE


def _after(sync: pb.Sync, _: str) -> int | None:
    return sync.retrieve_after.ToMicroseconds() if sync.HasField("retrieve_after") else None


#: How each field is read that people can say of a sync, and change.
_READERS: dict[str, Callable[[pb.Sync, str], Any]] = {
    "description": lambda sync, _: sync.description,
    "list": _list,
    "subscription_type": _type,
    "topics": _topics,
    "lawful_basis": _basis,
    "update_empty_values": lambda sync, _: sync.update_empty_values,
    "schedule": lambda sync, _: _schedule(sync.schedule, "sync.schedule"),
    "sweep_schedule": lambda sync, _: _schedule(sync.sweep_schedule, "sync.sweep_schedule"),
    "misfire": _misfire,
    "misfire_grace": lambda sync, _: sync.misfire_grace.ToMicroseconds(),
    "retrieve_after": _after,
    "policies": lambda sync, _: policies_of(sync.policies, "sync.policies"),
}

#: How a field is called inside, where that is another word.
_NAMES = {"update_empty_values": "update_empty"}

#: Policies can be changed one by one.
_POLICIES = tuple(f"policies.{name}" for name in Policies.DESCRIPTOR.fields_by_name)
