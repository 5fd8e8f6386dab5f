"""The servicers of syncs and runs, asked as a caller would."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from contactd.api.access import Actor, enter
from contactd.api.draining import Draining
from contactd.api.listeners import Role
from contactd.api.runs import RunServicer
from contactd.api.syncs import SyncServicer
from contactd.api.threads import Threads
from contactd_proto.v1 import contact_pb2, sync_pb2
from syncs.house import House
from syncs.memory import row, unreadable

PARENT = "workspaces/default"
NAME = f"{PARENT}/syncs/main"

_Answer = TypeVar("_Answer")


class Desk:
    """Both servicers, asked as the caller `ann`."""

    def __init__(self, house: House) -> None:
        self.threads = Threads(4)
        self.draining = Draining()
        self.syncs = SyncServicer(house.parts, self.threads, self.draining)
        self.runs = RunServicer(house.parts, self.threads, self.draining)

    def ask(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """Make a call, and give its answer."""

        async def answer() -> _Answer:
            enter(Actor("ann", Role.OPERATOR))
            return await call()

        return asyncio.run(answer())

    def create(self, **more: Any) -> sync_pb2.Sync:
        return self.ask(lambda: self.syncs.CreateSync(creation(**more), None))

    def initiate(self) -> sync_pb2.InitiateSyncResponse:
        return self.ask(lambda: self.syncs.InitiateSync(sync_pb2.InitiateSyncRequest(name=NAME), None))


def creation(**more: Any) -> sync_pb2.CreateSyncRequest:
    sync = sync_pb2.Sync(
        description="Customers",
        connection=f"{PARENT}/connections/memory",
        list=f"{PARENT}/lists/customers",
        subscription_type=contact_pb2.SUBSCRIPTION_TYPE_NON_MARKETING,
        schedule=sync_pb2.Schedule(
            recurrence=sync_pb2.Schedule.RECURRENCE_WEEKLY, time="06:30", time_zone="UTC", weekday=2
        ),
    )
    wanted: dict[str, Any] = {"parent": PARENT, "sync_id": "main", "sync": sync, **more}
    return sync_pb2.CreateSyncRequest(**wanted)


def awkward(house: House) -> None:
    house.memory.hold(row(1), row(2, "john@gnail.com"), row(3, ""), row(4, "person1@example.com"), unreadable("<html>"))
