"""Properties of runs and what people set up: I6, I11 and I13, and the contact limit (row 16)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select, update

from contactd.store import tables
from contactd.store.seal import Sealer
from contactd.store.tables import METADATA, table
from model.histories import History, Scope, histories, told
from model.people import GOOD
from model.playing import play
from model.stage import Stage, in_a_file
from model.test_invariants import live

_SOME = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
_SYNC, _TOPIC, _CONNECTION = table(tables.Sync), table(tables.Topic), table(tables.Connection)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with in_a_file() as stage:
        yield stage


@_SOME
@given(histories(Scope(edits=True)))
def test_i6_neither_a_run_nor_an_edit_changes_which_records_a_sync_wants(stage: Stage, history: History) -> None:
    stage.begin(history.orders)
    chosen = _selections(stage)

    play(stage, history)

    assert _selections(stage) == chosen


@_SOME
@given(histories(Scope(acts=False)))
def test_i11_no_run_gives_a_basis_without_gdpr_or_a_topic_where_there_is_no_choice(
    stage: Stage, history: History
) -> None:
    asks = replace(history.orders[0], basis="consent", topics=(1, 2))
    _delete_topic(stage, 2, at=1)

    for _, _, _, after in live(stage, replace(history, orders=(asks,)), gdpr_enabled=0):
        assert {basis for _, _, _, basis, _ in after.contacts.values()} <= {""}, told(history)
        assert after.topics == {}, told(history)

    _delete_topic(stage, 2, at=None)


@_SOME
@given(histories(Scope(acts=False)))
def test_i11_with_gdpr_every_contact_has_a_basis(stage: Stage, history: History) -> None:
    asks = replace(history.orders[0], basis="consent")

    for _, _, _, after in live(stage, replace(history, orders=(asks,))):
        assert {basis for _, _, _, basis, _ in after.contacts.values()} <= {"consent"}, told(history)


@_SOME
@given(histories(Scope()))
def test_i13_no_row_and_no_log_tells_a_secret_and_no_log_an_address(stage: Stage, history: History) -> None:
    secret = "correct horse battery staple"
    sealed = Sealer(bytes(32)).seal(secret.encode(), table="connection", column="secrets", row=1)
    with stage.database.transaction() as tx:
        tx.execute(update(_CONNECTION).where(_CONNECTION.c.id == 1).values(secrets=sealed))

    with structlog.testing.capture_logs() as entries:
        list(live(stage, history))

    assert secret not in _everything(stage)
    assert entries
    assert not [word for word in (secret, *GOOD) if word in str(entries)]


@_SOME
@given(histories(Scope()))
def test_r36_no_run_makes_more_contacts_than_there_may_be(stage: Stage, history: History) -> None:
    for _, before, counts, after in live(stage, history, contact_limit=2):
        made = counts.get("added", 0) + counts.get("readded", 0)
        assert not made or _counted(after) <= max(2, _counted(before)), told(history)
        if counts.get("skipped:limit"):
            assert history.orders[0].type == "marketing", told(history)
            assert _counted(before) + made + counts.get("updated:ownership", 0) >= 2, told(history)


def _counted(seen: Any) -> int:
    return sum(kind == "marketing" for _, _, kind, _, _ in seen.contacts.values())


def _selections(stage: Stage) -> list[Any]:
    with stage.database.reading() as r:
        return list(r.rows(select(_SYNC.c.id, _SYNC.c.selection, _SYNC.c.criteria, _SYNC.c.criteria_types)))


def _delete_topic(stage: Stage, number: int, *, at: int | None) -> None:
    with stage.database.transaction() as tx:
        tx.execute(update(_TOPIC).where(_TOPIC.c.id == number).values(deleted_at=at))


def _everything(stage: Stage) -> str:
    """Give every row of every table, as text."""
    with stage.database.reading() as r:
        return str([r.rows(select(one)) for one in METADATA.sorted_tables])
