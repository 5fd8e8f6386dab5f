"""Which commit points a run comes by in its life, and which only the verbs of people have.

Whoever opens a transaction somewhere new puts the point on one of the lists, and
into a situation of `crash/situations.py` if a run or the clock comes by it.
"""

#: At the start of a daemon, by the clock, in a run, and where its source asks for something on the side.
LIFE = frozenset(
    {
        "daemon:_build",
        "daemon:_healthy",
        "daemon:_sealer",
        "engine.access:ConnectionAccess._claim",
        "engine.access:ConnectionAccess._end",
        "engine.access:ConnectionAccess._refuse",
        "engine.access:_rest",
        "engine.budgets:ConnectionRights._change",
        "engine.budgets:ConnectionRights._spend",
        "engine.budgets:ConnectionRights.block",
        "engine.budgets:ConnectionRights.grant",
        "engine.endings:conclude",
        "engine.endings:leave",
        "engine.fields:_erase#1",
        "engine.fields:_erase#2",
        "engine.identity:_follow",
        "engine.identity:_told",
        "engine.retention:Pruner.prune",
        "engine.run:Runs._attempt",
        "engine.run:take_pages",
        "engine.scheduler:Scheduler.tick",
        "engine.scheduler:make_due#1",
        "engine.scheduler:make_due#2",
        "engine.settle:_ask_after",
        "engine.settle:_brake",
        "engine.settle:_repeat",
        "engine.shelves:ConnectionShelf.find",
        "engine.shelves:ConnectionShelf.keep",
        "engine.timetable:Timetable._checked",
        "engine.timetable:Timetable._went_back",
        "engine.undo:undo",
        "store.schema:prepare",
    }
)

#: Where several daemons share a store on a server: what none of them holds is found, and they call each other.
AMONG_DAEMONS = frozenset(
    {
        "engine.executor.procrastinate:ProcrastinateExecutor._work",
        "engine.executor.procrastinate:ProcrastinateExecutor.nudge",
        "engine.scheduler:Scheduler._reconcile",
        "store.postgres:PostgresDatabase.__init__",
    }
)

#: Modules whose points are those of people's verbs alone: one transaction each, and what follows is what LIFE is about.
BY_PEOPLE = frozenset(
    {
        "engine.activation",
        "engine.authorization",
        "engine.changing",
        "engine.connections",
        "engine.contact_edits",
        "engine.contacts",
        "engine.deletion",
        "engine.disabling",
        "engine.edits",
        "engine.erasure",
        "engine.importing",
        "engine.lists",
        "engine.mappings",
        "engine.notifications",
        "engine.pending",
        "engine.subscribing",
        "engine.suppressions",
        "engine.syncs",
        "engine.topics",
        "engine.wishes",
        "engine.workspaces",
        "store.moved",
        "store.moving",
    }
)

#: Likewise, beside points that a run comes by; and one that stores nothing.
BESIDE = frozenset(
    {
        "engine.executor.procrastinate:ProcrastinateExecutor.call",
        "engine.access:leased#1",
        "engine.access:leased#2",
        "engine.fields:create",
        "engine.fields:delete",
        "engine.fields:update",
        "store.schema:renew",
    }
)
