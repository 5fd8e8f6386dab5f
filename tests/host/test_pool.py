"""Warm children: who gets one again, and when it is replaced."""

import os
import select
import threading
from datetime import UTC, datetime

import pytest

from contactd.host.errors import ChildFailed, Interrupted
from contactd.host.pool import Limits, Pool
from contactd_sdk import Token, Unavailable, Window
from fakes.plugins import ONE_PAGE
from fakes.rights import GrantedRights, MemoryShelf

WINDOW = Window("contacts", frozenset())


class Clock:
    """A clock that goes on when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kind(kind_of):
    return kind_of(ONE_PAGE)


def run(pool, kind, connection="books-main", **settings) -> int:
    """Read all there is, and tell in which process."""
    with pool.open(connection, kind, settings) as opened:
        (page,) = opened.pages(None, WINDOW)
    return int(page.records[0].id)


def ended(process: int) -> bool:
    """Wait for the end of a process that was a pidfd's."""
    return select.select([process], [], [], 60)[0] == [process]


def test_the_next_run_of_a_connection_finds_its_child_warm(pool, kind):
    first = run(pool, kind)

    assert run(pool, kind) == first


def test_another_connection_gets_a_child_of_its_own(pool, kind):
    first = run(pool, kind)

    assert run(pool, kind, connection="books-other") != first
    assert run(pool, kind) == first


def test_a_child_is_replaced_when_the_settings_changed(pool, kind):
    first = run(pool, kind, url="https://one.example")
    process = os.pidfd_open(first)

    second = run(pool, kind, url="https://two.example")

    assert second != first
    assert ended(process)
    os.close(process)


def test_two_runs_of_one_connection_share_no_child(pool, kind):
    with pool.open("books-main", kind, {}) as one, pool.open("books-main", kind, {}) as two:
        (first,) = one.pages(None, WINDOW)
        (second,) = two.pages(None, WINDOW)

    assert first.records[0].id != second.records[0].id


def test_a_child_is_recycled_after_so_many_runs(starter, kind):
    pool = Pool(starter, limits=Limits(uses=2))

    runs = [run(pool, kind) for _ in range(4)]
    pool.close()

    assert runs[0] == runs[1] != runs[2] == runs[3]


def test_a_child_is_recycled_when_it_is_old(starter, kind, clock):
    pool = Pool(starter, limits=Limits(age=60, idle=1000), clock=clock)
    first = run(pool, kind)

    clock.now = 59
    second = run(pool, kind)
    clock.now = 60
    third = run(pool, kind)
    pool.close()

    assert first == second != third


def test_tidying_ends_the_children_that_nobody_came_for(starter, kind, clock):
    pool = Pool(starter, limits=Limits(idle=60), clock=clock)
    old = os.pidfd_open(run(pool, kind))
    clock.now = 30
    fresh = run(pool, kind, connection="books-other")

    clock.now = 60
    pool.tidy()

    assert ended(old)
    assert run(pool, kind, connection="books-other") == fresh
    pool.close()
    os.close(old)


def test_no_more_children_are_kept_warm_than_allowed(starter, kind):
    pool = Pool(starter, limits=Limits(warm=1))
    first = os.pidfd_open(run(pool, kind, connection="one"))

    second = run(pool, kind, connection="two")

    assert ended(first)
    assert run(pool, kind, connection="two") == second
    pool.close()
    os.close(first)


def test_a_child_whose_run_was_left_is_not_used_again(pool, kind):
    with pool.open("books-main", kind, {}) as opened:
        left = next(opened.pages(None, WINDOW)).records[0].id

    assert run(pool, kind) != int(left)


def test_a_child_whose_source_said_why_it_cannot_go_on_is_used_again(pool, kind_of):
    kind = kind_of(f"if cursor: raise Unavailable('nobody home')\n{ONE_PAGE}")
    first = run(pool, kind)
    with pool.open("books-main", kind, {}) as opened, pytest.raises(Unavailable):
        next(opened.pages("2", WINDOW))

    assert run(pool, kind) == first


@pytest.mark.parametrize("closed", ["raise KeyError", "raise Unavailable('nobody home')", "os._exit(1)"])
def test_a_child_whose_source_does_not_close_is_not_used_again(pool, kind_of, closed):
    kind = kind_of(ONE_PAGE, closed=closed)
    first = run(pool, kind)

    assert run(pool, kind) != first


def test_a_child_that_failed_is_not_used_again(pool, kind_of):
    kind = kind_of(f"if cursor: raise KeyError\n{ONE_PAGE}")
    first = run(pool, kind)
    with pool.open("books-main", kind, {}) as opened, pytest.raises(ChildFailed):
        next(opened.pages("2", WINDOW))

    assert run(pool, kind) != first


class NoAccess:
    """An account whose token the daemon cannot renew, for a fault of its own."""

    def __init__(self, organization: str) -> None:
        self.organization = organization
        self.token = Token("x", datetime(2026, 1, 1, tzinfo=UTC), "")
        self.rights = GrantedRights()
        self.shelf = MemoryShelf()

    def renew(self) -> Token:
        raise LookupError


def test_a_child_that_waits_in_vain_for_a_token_is_not_used_again(pool, kind_of):
    opened = "if access.organization == 'seven': access.renew()"
    kind = kind_of(ONE_PAGE, opened=opened, more="authorizer=lambda settings: None")
    with pytest.raises(LookupError):
        pool.open("books-main", kind, {}, NoAccess("seven"))

    with pool.open("books-main", kind, {}, NoAccess("eight")) as source:
        pages = list(source.pages(None, WINDOW))

    assert len(pages) == 1


def test_a_child_that_died_while_it_waited_is_replaced(pool, kind):
    first = run(pool, kind)
    process = os.pidfd_open(first)
    os.kill(first, 9)
    ended(process)

    second = run(pool, kind)

    assert second != first
    os.close(process)


def test_closing_ends_every_child_and_interrupts_who_waits(pool, kind_of):
    kind = kind_of(f"{ONE_PAGE.replace('None)', repr('2') + ')')}\nif cursor: time.sleep(1000)")
    warm = os.pidfd_open(run(pool, kind, connection="warm"))
    outcome: list[type[BaseException]] = []
    waiting = threading.Event()

    def wait() -> None:
        with pool.open("busy", kind, {}) as opened:
            pages = opened.pages("1", WINDOW)
            next(pages)
            waiting.set()
            try:
                next(pages)
            except Interrupted as exc:
                outcome.append(type(exc))

    thread = threading.Thread(target=wait)
    thread.start()
    waiting.wait()

    pool.close()
    thread.join()

    assert outcome == [Interrupted]
    assert ended(warm)
    os.close(warm)


def test_nothing_is_opened_when_the_pool_is_closed(pool, kind):
    pool.close()

    with pytest.raises(Interrupted, match="contactd is stopping"):
        pool.open("books-main", kind, {})


def test_children_of_a_forgotten_connection_end_and_others_stay_warm(pool, kind):
    gone, kept = (run(pool, kind, connection=name) for name in ("gone", "kept"))

    pool.forget("gone")

    assert run(pool, kind, connection="gone") != gone
    assert run(pool, kind, connection="kept") == kept
