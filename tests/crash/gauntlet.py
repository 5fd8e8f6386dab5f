"""A sync that is read round after round by a daemon which ends at every commit point, and the plain model beside it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from math import ceil
from pathlib import Path
from random import Random
from time import time_ns

from contactd.domain.nouns import Run
from contactd.store import runs
from contactd.store.database import Database
from contactd.store.opening import open_store
from crash import planted
from crash.fleet import Fleet, Zygote, until
from crash.looking import LIVE, Eye, faults
from crash.planted import End
from crash.told import install_told, tell
from fakes.typed import Typed
from model import running
from model.histories import ROUND, Customer
from model.orders import Order, Reading
from model.people import ADDRESSES, Store
from model.playing import look_at
from model.seeing import counts_of, look, told

#: How many customers there may be, and how many of them change between two rounds.
_MANY, _CHANGED = 14, 8

#: No moment at which a sync is found due lies behind this.
_PAST = 1_000_000_000_000
_DUE = f"SELECT id FROM sync WHERE next_run_at < {_PAST}"

#: How many customers are on a page.
_PAGE = 3

_KINDS = (*[""] * 9, "vendor", "inactive", "deleted")


@contextmanager
def gauntlet_on(born: Zygote, folder: Path, store: str, *, seed: int) -> Iterator["Gauntlet"]:
    """Give a gauntlet on *store*, or on a file in *folder*, whose sync has run once."""
    plugins = install_told(folder / "plugins")
    with Fleet(born, folder, store or f"sqlite://{folder}/contactd.db", plugins) as fleet:
        gauntlet = Gauntlet(fleet, seed)
        with closing(gauntlet.eye):
            gauntlet.set_up()
            yield gauntlet


class Gauntlet:
    """A sync of a kind that has tokens, a budget and a shelf, and what the model says must come of it."""

    def __init__(self, fleet: Fleet, seed: int) -> None:
        self.fleet = fleet
        self.daemon = fleet.daemons[0]
        self.eye = Eye(fleet.store)
        self.place = fleet.folder / "place"
        self.place.mkdir()
        self._rng = Random(seed)
        self._world: dict[int, Customer] = {}
        self._rounds = 0
        self._model, self._order = Store(), Order()
        #: Whether a round was begun and is not over.
        self.amid = False

    def ctl(self, line: str, *, code: int = 0) -> str:
        """Carry out `contactctl LINE`."""
        return Typed(self.daemon.folder, None, self.daemon, loud=False).ctl(line, code=code)  # type: ignore[arg-type]

    def set_up(self) -> None:
        """Make the sync, which recurs, and let it run for the first time."""
        self.daemon.start()
        code = self.place / "code"
        code.write_text("consented")
        self.change()
        self.ctl(f"connections create told --kind metered --set folder={self.place}")
        self.ctl(f"connections authorize told --code-file {code}")
        self.ctl("connections select told 10")
        self.ctl("lists create everyone")
        self.ctl("fields create company")
        self.ctl("fields create employees --type number")
        lines = "--map email=email --map first=first-name --map company=company --map size=employees"
        recurs = "--daily 06:30 --sweep-daily 06:30 --zone Europe/Brussels"
        self.ctl(f"syncs create main --connection told --list everyone --no-suggested {lines} {recurs}")
        self.ctl("syncs initiate main --yes")
        self.wait_until_over()
        self.daemon.kill()
        self.compare(sweep=False)

    def change(self) -> None:
        """Let customers come, go, change and exchange their addresses; at least one goes."""
        self._rounds += 1
        self.amid = True
        # One that the sync holds: of others it knows already that they are gone.
        held = sorted(number for number, customer in self._world.items() if customer.kind != "deleted")
        gone = self._rng.choice(held) if held else 0
        self._world.pop(gone, None)
        for number in self._rng.sample(sorted({*range(1, _MANY + 1)} - {gone}), _CHANGED):
            self._world[number] = self._customer(number)
        records = [customer.record() for customer in self._world.values()]
        self._rng.shuffle(records)
        tell(self.place, records, page_size=_PAGE)

    def _customer(self, number: int) -> Customer:
        kind = self._rng.choice(_KINDS)
        return Customer(
            number,
            self._rng.choice(list(ADDRESSES)),
            first=self._rng.choice("XY"),
            company=self._rng.choice(("", "Acme", None)),
            kind=kind if number in self._world or kind != "deleted" else "",
            size=self._rng.choice((None, "", "7", "many")),
            edited=ROUND * self._rounds,
        )

    def poke(self, *statements: str) -> None:
        """Change the store past all verbs; no daemon runs."""
        if not statements:
            return
        with closing(self._opened()) as database, database.transaction() as tx:
            for statement in statements:
                tx.fast(statement)

    def make_due(self) -> None:
        """Let the clock find the sync due, for everything."""
        # Never the same moment twice: no sync is run twice for one.
        moment = 1_000_000 * self._rounds
        self.poke(f"UPDATE sync SET next_run_at = {moment}, next_sweep_at = {moment}")

    def end_at(self, end: End, *, then: Callable[[], object] = lambda: None, **environ: str) -> None:
        """Start the daemon, do what is to be done *then*, and let it end; look at the store it leaves."""
        if self.daemon.begin(end, environ=environ):
            then()
        assert self.daemon.ended() == planted.CODE, f"not {end}:\n{self.daemon.last_words()}"
        assert faults(self.eye) == [], str(end)

    def go_on(self) -> None:
        """Let the daemon bring what is left to its end, and end it."""
        self.daemon.start()
        self.wait_until_over()
        self.daemon.kill()

    def wait_until_over(self) -> None:
        """Wait until no run is left, nor one that is due."""
        for _ in until("the end of the run"):
            if not self.eye.rows(f"SELECT id FROM run WHERE state IN {LIVE}") and not self.eye.rows(_DUE):
                return

    def compare(self, *, sweep: bool = True) -> None:
        """Hold the last run, and all that is in the store, against the model; no daemon runs."""
        reading = Reading(tuple(customer.record() for customer in self._world.values()), sweep=sweep)
        outcomes = running.run(self._model, self._order, reading)
        assert faults(self.eye) == []
        with closing(self._opened()) as database:
            run = _last(database)
            assert (run.state, run.error_message) == ("succeeded", "")
            assert run.pages == ceil(len(self._world) / _PAGE)
            assert told(database, run) == outcomes
            assert counts_of(run) == running.counted(outcomes, ())
            assert look(database) == look_at(self._model)
        self.amid = False

    def compare_undone(self) -> None:
        """Hold the store to what it was before the last run but one, which the last one took back."""
        before = look_at(self._model)
        assert faults(self.eye) == []
        with closing(self._opened()) as database:
            run = _last(database)
            assert (run.trigger, run.state) == ("undo", "succeeded")
            # Who came and went is remembered, and every record is looked at afresh.
            assert look(database)._replace(dead=before.dead, links=before.links) == before

    def _opened(self) -> Database:
        return open_store(self.fleet.store, clock=lambda: time_ns() // 1000)


def _last(database: Database) -> Run:
    with database.reading() as r:
        return runs.page(r, workspace_id=1, sync_id=1, before=None, limit=1)[0]
