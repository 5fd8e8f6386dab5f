"""Situations that bring a daemon to each of its commit points, as a table."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from crash.gauntlet import Gauntlet
from crash.planted import End
from demo.stage import CommandFailed

_EXPIRED = "UPDATE connection SET token_expires = 0"
_AT_ONCE = "UPDATE run SET not_before = 0 WHERE state = 'waiting'"


def _nothing(_: Gauntlet) -> None:
    """Nothing more is to be done."""


class Situation(NamedTuple):
    """How a daemon comes by *points*, one after the other.

    *begin* sets the situation up. *again* is what is changed in the store before
    each of its lives, *then* what is done while it serves, *mend* what is done
    before its last one, and *judge* holds what came of it to account. *apart*: it
    comes by once in a run, so each end is one of a run of its own.
    """

    name: str
    points: tuple[str, ...]
    begin: Callable[[Gauntlet], None] = _nothing
    again: tuple[str, ...] = ()
    then: Callable[[Gauntlet], None] = _nothing
    mend: Callable[[Gauntlet], None] = _nothing
    environ: tuple[tuple[str, str], ...] = ()
    apart: bool = False
    judge: Callable[[Gauntlet], None] = Gauntlet.compare

    @property
    def ends(self) -> list[list[End]]:
        """Give the ends that a daemon meets, those of each run."""
        every = [End(point, committed) for point in self.points for committed in (False, True)]
        return [[end] for end in every] if self.apart else [every]


def go_through(gauntlet: Gauntlet, situation: Situation) -> None:
    """Bring a daemon to each point of a *situation* and end it there, and hold what comes of it to account."""
    for ends in situation.ends:
        gauntlet.change()
        gauntlet.make_due()
        situation.begin(gauntlet)
        for end in ends:
            gauntlet.poke(*situation.again)
            gauntlet.end_at(end, then=lambda: situation.then(gauntlet), **dict(situation.environ))
        situation.mend(gauntlet)
        gauntlet.go_on()
        situation.judge(gauntlet)


def _trouble(where: str, what: str) -> Callable[[Gauntlet], None]:
    def begin(on: Gauntlet) -> None:
        (on.place / where).write_text(what)

    return begin


def _over(*statements: str) -> Callable[[Gauntlet], None]:
    """Let the trouble be over, and nobody wait for that."""

    def mend(on: Gauntlet) -> None:
        for where in ("trouble", "blocked", "no_token"):
            (on.place / where).unlink(missing_ok=True)
        on.poke(_AT_ONCE, *statements)

    return mend


def _begin_again(on: Gauntlet) -> None:
    """Consent again, and let the sync go on."""
    _over()(on)
    on.daemon.start()
    on.ctl(f"connections authorize told --code-file {on.place / 'code'}")
    on.ctl("syncs activate main")
    on.daemon.kill()
    on.make_due()


def _typed(*lines: str) -> Callable[[Gauntlet], None]:
    """Carry commands out, at which the daemon may end, or has."""

    def then(on: Gauntlet) -> None:
        for line in lines:
            with suppress(CommandFailed):
                on.ctl(line)

    return then


def _undo_last(on: Gauntlet) -> None:
    ((run,),) = on.eye.rows("SELECT max(id) FROM run WHERE run_trigger <> 'undo'")
    _typed(f"runs undo {run}")(on)


def _resume(on: Gauntlet) -> None:
    """Let a sync that is paused go on."""
    _over()(on)
    on.daemon.start()
    on.ctl("syncs resume main")
    on.daemon.kill()


#: What a clock that goes back makes the daemon do is proved where there is such a clock.
BY_THE_CLOCK = "engine.schedule.timetable:Timetable._went_back"

SITUATIONS = (
    Situation(
        "a run from its time to its end",
        (
            "store.unlocking:unlock",
            "store.schema:prepare",
            "daemon:_build",
            "engine.schedule.scheduler:make_due#1",
            "engine.schedule.scheduler:Scheduler.tick",
            "engine.runs.run:Runs._begun",
            "engine.accounts.access:ConnectionAccess._claim",
            "engine.accounts.access:ConnectionAccess._end",
            "engine.accounts.budgets:ConnectionRights.grant",
            "engine.accounts.shelves:ConnectionShelf.keep",
            "engine.runs.run:take_pages",
            "engine.runs.settle:_brake",
            "engine.runs.settle:_ask_after",
            "engine.runs.settle:_repeat",
            "engine.runs.endings:conclude",
            "engine.schedule.retention:Pruner.prune",
            "daemon:_tidy",
        ),
        begin=lambda on: on.poke(_EXPIRED),
    ),
    Situation(
        "what the shelf holds was not found for long",
        ("engine.accounts.shelves:ConnectionShelf.find",),
        # More than a month, and less than what is forgotten.
        again=(f"UPDATE shelf SET found_at = found_at - {40 * 86_400_000_000}",),
    ),
    Situation("rights that were not used", ("engine.accounts.budgets:ConnectionRights._change",), apart=True),
    Situation(
        "a source that does not answer",
        ("engine.runs.endings:leave",),
        begin=_trouble("trouble", "unavailable"),
        again=(_AT_ONCE,),
        mend=_over(),
    ),
    Situation(
        "a vendor that blocks the organization",
        ("engine.accounts.budgets:ConnectionRights.block",),
        begin=_trouble("blocked", ""),
        mend=_over("UPDATE budget SET blocked_until = 0"),
    ),
    Situation(
        "a vendor that gives no more tokens for a while",
        ("engine.accounts.access:_rest",),
        begin=_trouble("no_token", "throttled"),
        again=(_EXPIRED,),
        mend=_over("UPDATE connection SET refresh_after = 0"),
    ),
    Situation(
        "an account whose address has become another one",
        (
            "engine.accounts.budgets:ConnectionRights._spend",
            "engine.accounts.identity:_told",
            "engine.accounts.identity:_follow",
        ),
        begin=_trouble("account", "another@example.com"),
        again=(_EXPIRED, "UPDATE connection SET account_checked_at = 0", _AT_ONCE),
    ),
    Situation(
        "a credential that is refused",
        ("engine.accounts.access:ConnectionAccess._refuse",),
        begin=_trouble("no_token", "refused"),
        again=(_EXPIRED,),
        mend=_begin_again,
    ),
    Situation(
        "a zone that is gone",
        ("engine.schedule.scheduler:make_due#2",),
        begin=lambda on: on.poke("UPDATE sync SET schedule = replace(schedule, 'Europe/Brussels', 'Europe/Atlantis')"),
        again=("UPDATE sync SET next_run_at = 7",),
        mend=_over(
            "UPDATE sync SET schedule = replace(schedule, 'Europe/Atlantis', 'Europe/Brussels')",
            "UPDATE sync SET next_run_at = 8",
        ),
    ),
    Situation(
        "a time that is not what the rule says",
        ("engine.schedule.timetable:Timetable._checked",),
        again=(f"UPDATE sync SET next_run_at = {4_102_444_800_000_000}",),
        mend=Gauntlet.make_due,
    ),
    Situation(
        "a field whose deletion was begun",
        ("engine.house.fields:_erase#1", "engine.house.fields:_erase#2"),
        then=_typed("fields create spare", "fields delete spare"),
    ),
    Situation("a service manager that asks how it is", ("daemon:_healthy",), environ=(("WATCHDOG_USEC", "200000"),)),
    Situation(
        "a run that is taken back",
        ("engine.runs.undo:undo",),
        begin=Gauntlet.go_on,
        then=_undo_last,
        judge=Gauntlet.compare_undone,
    ),
)

AMONG_DAEMONS = (
    Situation(
        "a run that is taken over, again and again",
        (
            "store.postgres:PostgresDatabase.__init__",
            "engine.schedule.executor.procrastinate:ProcrastinateExecutor._work",
            "engine.runs.run:Runs._begun",
            "engine.accounts.access:ConnectionAccess._claim",
            "engine.runs.run:take_pages",
            "engine.schedule.scheduler:Scheduler._reconcile",
            "engine.runs.endings:conclude",
        ),
        begin=lambda on: on.poke(_EXPIRED),
    ),
    Situation(
        "a sync that is paused while its run waits",
        ("engine.schedule.executor.procrastinate:ProcrastinateExecutor.nudge",),
        begin=_trouble("trouble", "unavailable"),
        again=(_AT_ONCE,),
        then=_typed("syncs resume main", "syncs pause main"),
        mend=_resume,
    ),
)
