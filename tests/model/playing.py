"""A history played twice: by the model and by the engine, held against each other after every run."""

from dataclasses import replace
from datetime import datetime, timedelta

from contactd.domain.nouns import Run
from contactd.domain.words import Mode, RunState
from fakes.house import EPOCH
from model import running
from model.acting import do, intend
from model.histories import History, Round, told
from model.orders import Order, Reading
from model.people import DELETED, Store
from model.seeing import Seen, counts_of, link_as_seen
from model.stage import Stage

#: Read again this much before the watermark (1.5, "Runs").
OVERLAP = timedelta(seconds=300)


def play(stage: Stage, history: History) -> Store:
    """Play *history* on both; they must agree on everything after every run. Give the model's store."""
    store = Store(gdpr=any(order.basis for order in history.orders))
    store.orders = {order.sync: order for order in history.orders}
    watermarks: dict[int, datetime] = {}
    read_with: dict[int, int] = {}
    stage.begin(history.orders)
    for number, one in enumerate(history.rounds, 1):
        for act in one.acts:
            assert do(stage, act) == intend(store, act), f"{act} in:\n{told(history)}"
        order = edited(stage, store, one)
        reading = reading_of(order, one, watermarks.get(order.sync), read_with.get(order.sync))
        outcomes = running.run(store, order, reading)
        note_watermark(watermarks, order, reading)
        read_with[order.sync] = order.edits
        records = [customer.record() for customer in one.world]
        began = stage.look() if one is history.rounds[-1] else None
        foretold = stage.foretell(order, records, one.manner, one.malformed) if one.mode is Mode.FULL else None
        run = stage.run(order, records, one.mode, one.manner, one.malformed)
        where = f"after run {number} of:\n{told(history)}"
        assert run.state is RunState.SUCCEEDED, f"{run.state} {run.error_message} {where}"
        assert stage.told(run) == outcomes, f"outcomes: {stage.told(run)}, model: {outcomes}, {where}"
        wanted = running.counted(outcomes, one.malformed)
        assert counts_of(run) == wanted, f"{counts_of(run)}, model: {wanted}, {where}"
        assert foretold in (None, wanted), f"preview: {foretold}, run: {wanted}, {where}"
        agree(stage.look(), look_at(store), where)
        if began is not None:
            take_back(stage, run, one, began, f"having undone, {where}")
    return store


def edited(stage: Stage, store: Store, one: Round) -> Order:
    """Edit the mapping of a sync, if that is wanted; give what the sync is now."""
    order = store.orders[one.sync]
    if one.maps is not None:
        order = store.orders[one.sync] = replace(order, maps=one.maps, edits=order.edits + 1)
        stage.remap(order)
    return order


def take_back(stage: Stage, run: Run, one: Round, began: Seen, where: str) -> None:
    """Undo the last run: at once, it leads back to where it *began*, but for whom no mail may reach by now (I4)."""
    led = stage.look()
    undone = stage.undo(run, one.manner)
    back = stage.look()
    assert undone.state is RunState.SUCCEEDED, f"{undone.state} {undone.error_message} {where}"
    assert back.suppressed == led.suppressed, where
    if not {key for key, _ in back.suppressed} & {*began.contacts, *back.contacts}:
        agree(back._replace(dead=began.dead, links=began.links), began, where)


def agree(real: Seen, model: Seen, where: str) -> None:
    """Hold what the engine made against what the model made."""
    for name, seen, wanted in zip(Seen._fields, real, model, strict=True):
        assert seen == wanted, f"{name}: {seen}, model: {wanted}, {where}"


def reading_of(order: Order, one: Round, watermark: datetime | None, read_with: int | None) -> Reading:
    """Give what a run of *one* reads: a sweep everything, another what is in the window; an incremental one less.

    A mapping that was edited since the last reading wants every record again (1.5, "Runs").
    """
    known_until = watermark if one.mode is Mode.INCREMENTAL else None
    since = [] if known_until is None or read_with != order.edits else [known_until - OVERLAP]
    since += [order.after] if order.after is not None and one.mode is not Mode.SWEEP else []
    records = (customer.record() for customer in one.world)
    wanted = tuple(record for record in records if record.modified and all(record.modified >= time for time in since))
    return Reading(wanted, one.malformed, one.mode is Mode.SWEEP, known_until=known_until)


def note_watermark(watermarks: dict[int, datetime], order: Order, reading: Reading) -> None:
    """Move the watermark to the newest modification that the run has seen (I10)."""
    seen = [record.modified for record in reading.records if record.modified]
    watermarks[order.sync] = max(
        [*seen, *([watermarks[order.sync]] if order.sync in watermarks else [])], default=EPOCH
    )
    if watermarks[order.sync] == EPOCH:
        del watermarks[order.sync]


def look_at(store: Store) -> Seen:
    """Look at the model as a stage looks at a store."""
    living = list(store.living())
    keys = {one.id: one.key for one in living}
    return Seen(
        contacts={one.key or "": (one.email, one.values, one.type, one.basis, one.stale) for one in living},
        dead={one.key for one in store.contacts.values() if one.status == DELETED and one.key},
        lists={(one.key or "", name): state for one in living for name, (state, _) in one.lists.items()},
        topics={(one.key or "", name): state for one in living for name, (state, _) in one.topics.items()},
        links={
            (sync, name): link_as_seen(link.state, link.key, keys.get(link.contact or 0))
            for sync, links in store.links.items()
            for name, link in links.items()
        },
        suppressed={(key, kind) for key, kinds in store.suppressed.items() for kind in kinds},
    )
