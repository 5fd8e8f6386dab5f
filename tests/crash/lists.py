"""Which commit points a run comes by in its life, and which only the verbs of people have.

Whoever opens a transaction somewhere new puts the point on one of the lists, and
into a situation of `crash/situations.py` if a run or the clock comes by it.
"""

#: At the start of a daemon, by the clock, in a run, and where its source asks for something on the side.
LIFE = frozenset(
    {
        "daemon:_build",
        "daemon:_healthy",
        "store.unlocking:unlock",
        "daemon:_tidy",
        "engine.accounts.access:ConnectionAccess._claim",
        "engine.accounts.access:ConnectionAccess._end",
        "engine.accounts.access:ConnectionAccess._refuse",
        "engine.accounts.access:_rest",
        "engine.accounts.budgets:ConnectionRights._change",
        "engine.accounts.budgets:ConnectionRights._spend",
        "engine.accounts.budgets:ConnectionRights.block",
        "engine.accounts.budgets:ConnectionRights.grant",
        "engine.runs.endings:conclude",
        "engine.runs.endings:leave",
        "engine.house.fields:_erase#1",
        "engine.house.fields:_erase#2",
        "engine.accounts.identity:_follow",
        "engine.accounts.identity:_told",
        "engine.schedule.retention:Pruner.prune",
        "engine.runs.run:Runs._begun",
        "engine.runs.run:take_pages",
        "engine.schedule.scheduler:Scheduler.tick",
        "engine.schedule.scheduler:make_due#1",
        "engine.schedule.scheduler:make_due#2",
        "engine.runs.settle:_ask_after",
        "engine.runs.settle:_brake",
        "engine.runs.settle:_repeat",
        "engine.accounts.shelves:ConnectionShelf.find",
        "engine.accounts.shelves:ConnectionShelf.keep",
        "engine.schedule.timetable:Timetable._checked",
        "engine.schedule.timetable:Timetable._went_back",
        "engine.runs.undo:undo",
        "store.schema:prepare",
    }
)

#: Where several daemons share a store on a server: what none of them holds is found, and they call each other.
AMONG_DAEMONS = frozenset(
    {
        "engine.schedule.executor.procrastinate:ProcrastinateExecutor._work",
        "engine.schedule.executor.procrastinate:ProcrastinateExecutor.nudge",
        "engine.schedule.scheduler:Scheduler._reconcile",
        "store.postgres:PostgresDatabase.__init__",
    }
)

#: Modules whose points are those of people's verbs alone: one transaction each, and what follows is what LIFE is about.
BY_PEOPLE = frozenset(
    {
        "engine.syncs.activation",
        "engine.accounts.authorization",
        "engine.accounts.changing",
        "engine.accounts.connections",
        "engine.people.contact_edits",
        "engine.people.contacts",
        "engine.syncs.deletion",
        "engine.accounts.disabling",
        "engine.syncs.edits",
        "engine.people.erasure",
        "engine.people.importing",
        "engine.house.lists",
        "engine.syncs.mappings",
        "engine.house.notifications",
        "engine.accounts.pending",
        "engine.people.subscribing",
        "engine.people.suppressions",
        "engine.syncs.syncs",
        "engine.house.topics",
        "engine.syncs.wishes",
        "engine.house.workspaces",
        "store.moved",
        "store.moving",
    }
)

#: Likewise, beside points that a run comes by; one that stores nothing, and one that only a bug leads to.
BESIDE = frozenset(
    {
        "daemon:_left",
        "engine.schedule.executor.procrastinate:ProcrastinateExecutor.call",
        "engine.accounts.access:leased#1",
        "engine.accounts.access:leased#2",
        "engine.runs.endings:give_up",
        "engine.house.fields:create",
        "engine.house.fields:delete",
        "engine.house.fields:update",
        "store.schema:renew",
    }
)
