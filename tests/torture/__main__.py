"""`make torture`: faults planted into the rules, to see whether the tests notice. Takes the better part of an hour.

1. A seeded sample of the mutants of the domain: nine in ten must be noticed. Those that are not stand in
   SURVIVORS.md with the reason, or are told here.
2. Every table of rules with one of its rows left out, row after row: each must be noticed.
3. Fresh histories, for $MINUTES: engine and model must agree. The clock gives their seed, which is told.
4. Daemons that are killed $KILLS times on either kind of store, or for $MINUTES: every page is committed once.
   Then they end at every commit point in turn, which takes some minutes more.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from time import time

sys.path.insert(0, str(Path(__file__).parents[1]))

from torture.forks import Fate, warm
from torture.mutants import Mutant
from torture.rounds import Met, meet, table
from torture.sampling import SURVIVORS, every, explained, sample

#: So many of a hundred mutants must be noticed.
ENOUGH = 90


def main() -> None:
    """Plant faults, and end with 1 where too few were noticed."""
    asked = _arguments()
    warm()
    found = [mutant for mutant in every() if any(part in mutant.module for part in asked.modules)]
    rows = [mutant for mutant in found if mutant.kind == "row"]
    fine = True
    if asked.mutants:
        met = _round("mutants", sample(found, asked.mutants, asked.seed), asked)
        share = 100 * sum(one.fate is not Fate.LIVES for one in met) / len(met)
        print(f"{share:.1f} % noticed; {ENOUGH} % are wanted", flush=True)
        fine = share >= ENOUGH and not _unexplained(met)
    if asked.rows:
        fine &= not _unexplained(_round("tables with a row left out", rows, asked))
    if asked.minutes:
        _play(asked.minutes)
        _kill(asked.kills, asked.minutes)
    raise SystemExit(not fine)


def _round(what: str, planted: Sequence[Mutant], asked: argparse.Namespace) -> list[Met]:
    print(f"{len(planted)} {what}", flush=True)
    met = meet(planted, own_only=asked.own, at_once=asked.at_once, explained=explained())
    print("\n".join(table(met)), flush=True)
    return met


def _play(minutes: float) -> None:
    # Here and not above: nothing of ours may be imported before the last mutant was met.
    from torture.fresh import play_fresh

    first = int(time())
    print(f"fresh histories for {minutes:g} minutes, from seed {first}", flush=True)
    print(f"{play_fresh(minutes, first)} histories, and no difference", flush=True)


def _kill(kills: int, minutes: float) -> None:
    # Likewise.
    from torture.kills import end_daemons, kill_daemons

    seed = int(time())
    print(f"{kills} kills on either kind of store, or for {minutes:g} minutes, from seed {seed}", flush=True)
    for told in chain(kill_daemons(kills, minutes, seed), end_daemons(seed)):
        print(told, flush=True)


def _unexplained(met: Iterable[Met]) -> list[Mutant]:
    """Give those that live and that SURVIVORS.md does not explain."""
    known = explained()
    found = [one.mutant for one in met if one.fate is Fate.LIVES and one.mutant.name not in known]
    for mutant in found:
        print(f"not explained in {SURVIVORS.name}: {mutant.name}", flush=True)
    return found


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="python tests/torture", description=__doc__)
    arguments.add_argument("--mutants", type=int, default=int(os.environ.get("MUTANTS", "400")))
    arguments.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")))
    arguments.add_argument("--modules", nargs="*", default=os.environ.get("MODULES", "").split() or [""])
    arguments.add_argument("--own", action="store_true", help="ask the tests of each module itself only: quicker")
    arguments.add_argument("--rows", action=argparse.BooleanOptionalAction, default=True)
    arguments.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES", "10")))
    arguments.add_argument("--kills", type=int, default=int(os.environ.get("KILLS", "200")))
    arguments.add_argument("--at-once", type=int, default=int(os.environ.get("AT_ONCE", os.cpu_count() or 1)))
    return arguments.parse_args()


if __name__ == "__main__":
    main()
