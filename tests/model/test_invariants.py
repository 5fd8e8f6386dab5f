"""Properties that hold whatever the history: each invariant of daemon/REQUIREMENTS.md 1.4 that a run can break.

The model says what every run makes (`test_model.py`); these say what must be
true of that, so that a mistake which model and engine share is seen, too.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from contactd.domain.words import Mode
from contactd.store import tables
from contactd.store.tables import table
from model.acting import do
from model.histories import ROUND, Customer, History, Round, Scope, histories, told
from model.orders import Order
from model.seeing import Seen, counts_of
from model.stage import Manner, Stage, in_a_file

_SOME = settings(
    max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with in_a_file() as stage:
        yield stage


def live(stage: Stage, history: History, **workspace: int) -> Iterator[tuple[Round, Seen, dict[str, int], Seen]]:
    """Play *history*; give each round, the store before its run, the run's counts, and the store after it.

    *workspace*: columns of the workspace that are another than the orders would have them.
    """
    stage.begin(history.orders)
    if workspace:
        with stage.database.transaction() as tx:
            tx.execute(update(table(tables.Workspace)).values(workspace))
    for one in history.rounds:
        for act in one.acts:
            do(stage, act)
        before = stage.look()
        run = stage.run(history.orders[0], [who.record() for who in one.world], one.mode, one.manner, one.malformed)
        assert run.state == "succeeded", told(history)
        # I1: `told` sums the ledger's rows and the links up, and holds them against the counts.
        stage.told(run)
        yield one, before, counts_of(run), stage.look()


@_SOME
@given(histories(Scope()))
def test_i1_every_record_read_has_exactly_one_outcome(stage: Stage, history: History) -> None:
    for one, _, counts, _ in live(stage, history):
        if one.mode is Mode.SWEEP:
            read = {who.number for who in one.world}
            unread = sum(number for name, number in counts.items() if name.startswith(("removed", "updated:ownership")))
            assert (
                len(read) + len(set(one.malformed)) <= sum(counts.values()) <= len(read) + len(one.malformed) + unread
            )


@_SOME
@given(histories(Scope()))
def test_i2_i3_an_address_has_one_contact_and_one_owner(stage: Stage, history: History) -> None:
    for _, _, _, after in live(stage, history):
        owned = [key for state, key, _ in after.links.values() if state == "owner"]
        assert len(owned) == len(set(owned))
        held = [key for _, _, key in after.links.values() if key is not None]
        assert len(held) == len(set(held))


@_SOME
@given(histories(Scope()))
def test_i4_a_run_lifts_no_suppression_and_gives_a_suppressed_address_no_membership(
    stage: Stage, history: History
) -> None:
    for _, before, _, after in live(stage, history):
        assert before.suppressed <= after.suppressed
        assert {kind for _, kind in after.suppressed - before.suppressed} <= {"do_not_mail"}
        suppressed = {key for key, _ in before.suppressed}
        assert not {key for key, _ in after.lists.keys() - before.lists.keys()} & suppressed
        assert not {key for key, _ in after.topics.keys() - before.topics.keys()} & suppressed
        said_no = {key for key, contact in before.contacts.items() if contact[2] == "unsubscribed"}
        if not _moved(before, after):
            assert all(after.contacts[key][2] == "unsubscribed" for key in said_no & after.contacts.keys())


@_SOME
@given(histories(Scope(update_empty=True)))
def test_i5_no_run_empties_an_address(stage: Stage, history: History) -> None:
    for _, _, _, after in live(stage, history):
        assert all(key and contact[0] for key, contact in after.contacts.items())


@_SOME
@given(histories(Scope()))
def test_i7_a_run_over_the_same_records_changes_nothing(stage: Stage, history: History) -> None:
    *_, (last, _, _, _) = live(stage, history)
    again = replace(last, acts=(), mode=Mode.FULL)
    records = [who.record() for who in again.world]
    stage.run(history.orders[0], records, Mode.FULL, Manner())
    before = stage.look()

    run = stage.run(history.orders[0], records, Mode.FULL, last.manner)

    assert {name.split(":")[0] for name in counts_of(run)} <= {"unchanged", "skipped", "failed"}, told(history)
    after = stage.look()
    assert after._replace(links={}) == before._replace(links={})


@_SOME
@given(histories(Scope()), st.integers(0, 99), st.sampled_from([1, 2, 3]))
def test_i8_neither_order_nor_crash_nor_step_changes_anything(
    stage: Stage, history: History, seed: int, page_size: int
) -> None:
    straight = replace(history, rounds=tuple(replace(one, manner=Manner()) for one in history.rounds))
    others = replace(
        history,
        rounds=tuple(replace(one, manner=Manner(page_size, seed, 1, 3)) for one in history.rounds),
    )

    one = [(counts, after) for _, _, counts, after in live(stage, straight)]
    other = [(counts, after) for _, _, counts, after in live(stage, others)]

    assert one == other, told(history)


@_SOME
@given(
    histories(
        Scope(
            addresses=("a@example.com", "b@example.com", "c@example.com"),
            kinds=("",),
            acts=False,
            policies=False,
            update_empty=True,
            silent=False,
        )
    )
)
def test_i9_a_sweep_ends_where_a_fresh_start_ends(stage: Stage, history: History) -> None:
    last = history.rounds[-1].world
    swept = Round((), last, Mode.SWEEP, Manner())
    incremental = tuple(replace(one, mode=Mode.INCREMENTAL) for one in history.rounds)
    *_, (_, _, _, lived) = live(stage, History(history.orders, (*incremental, swept)))

    *_, (_, _, _, fresh) = live(stage, History(history.orders, (swept,)))

    assert _lasting(lived) == _lasting(fresh), told(history)


@_SOME
@given(histories(Scope()))
def test_i10_the_watermark_is_never_ahead_of_what_was_read(stage: Stage, history: History) -> None:
    newest = 0
    for one, _, _, _ in live(stage, history):
        times = [int(when.timestamp() * 1_000_000) for who in one.world if (when := who.record().modified)]
        newest = max([newest, *times])
        with stage.database.reading() as r:
            watermark = r.execute(select(table(tables.Sync).c.watermark).where(table(tables.Sync).c.id == 1)).scalar()
        assert (watermark or 0) <= newest


def test_i12_a_run_that_fails_removes_nobody(stage: Stage) -> None:
    people = [Customer(number, f"{'abcd'[number]}@example.com", edited=ROUND) for number in range(4)]
    history = History((Order(),), (Round((), tuple(people), Mode.FULL, Manner()),))
    list(live(stage, history))
    stage.source.before_page = _break_on_page(1)
    before = stage.look()

    run = stage.run(Order(), [who.record() for who in people[:2]], Mode.SWEEP, Manner(page_size=1))

    stage.source.before_page = lambda _page: None
    assert run.state == "failed"
    assert stage.look().contacts == before.contacts


@_SOME
@given(histories(Scope()))
def test_i14_whoever_comes_back_agrees_anew(stage: Stage, history: History) -> None:
    events = 0
    for _, _, counts, _ in live(stage, history):
        with stage.database.reading() as r:
            written = r.execute(select(func.count()).select_from(table(tables.ConsentEvent))).scalar() or 0
        assert written - events >= counts.get("readded", 0), told(history)
        events = written


@_SOME
@given(histories(Scope()))
def test_a_preview_counts_what_the_run_counts(stage: Stage, history: History) -> None:
    stage.begin(history.orders)
    for one in history.rounds:
        for act in one.acts:
            do(stage, act)
        records = [who.record() for who in one.world]
        foretold = stage.foretell(history.orders[0], records, one.manner, one.malformed)

        run = stage.run(history.orders[0], records, Mode.FULL, one.manner, one.malformed)

        assert foretold == counts_of(run), told(history)


def _moved(before: Seen, after: Seen) -> bool:
    """Whether any record holds another address than before, so that two contacts may be told by one."""
    return any(after.links.get(name, (None,) * 3)[2] not in {None, link[2]} for name, link in before.links.items())


def _lasting(seen: Seen) -> Seen:
    """Give what lasts: what is only remembered of those who went is no difference."""
    links = {name: link for name, link in seen.links.items() if link[0]}
    return seen._replace(dead=set(), links=links)


def _break_on_page(number: int) -> Callable[[int], None]:
    def before_page(page: int) -> None:
        if page == number:
            raise ValueError("a fault of the source")

    return before_page
