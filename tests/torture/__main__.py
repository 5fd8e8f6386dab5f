"""`make torture`: faults planted into the rules, to see whether the tests notice. Takes an hour or two.

1. A seeded sample of the mutants of the domain: nine in ten must be noticed. Those that are not stand in
   SURVIVORS.md with the reason, or are told here.
2. Every table of rules with one of its rows left out, row after row: each must be noticed.
3. Fresh histories, for $MINUTES: engine and model must agree. The clock gives their seed, which is told.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from time import time

sys.path.insert(0, str(Path(__file__).parents[1]))

from torture.forks import ROOT, killed, warm
from torture.mutants import Mutant, mutants
from torture.selection import beyond, own

DOMAIN = ROOT / "daemon" / "src" / "contactd" / "domain"
SURVIVORS = Path(__file__).with_name("SURVIVORS.md")

#: So many of a hundred mutants must be noticed.
ENOUGH = 90


def main() -> None:
    """Plant faults, and end with 1 where too few were noticed."""
    asked = _arguments()
    os.nice(10)
    warm()
    found = [mutant for mutant in _all() if any(part in mutant.module for part in asked.modules)]
    rows = [mutant for mutant in found if mutant.kind == "row"]
    sample = sorted(Random(asked.seed).sample(found, min(asked.mutants, len(found))), key=found.index)
    _begin({tests for mutant in found for tests in _selections(mutant.module, own_only=asked.own)})
    fine = True
    if sample:
        print(f"{len(sample)} of {len(found)} mutants, seed {asked.seed}", flush=True)
        living = _living(sample, own_only=asked.own)
        share = 100 * (len(sample) - len(living)) / len(sample)
        print(f"{share:.1f} % noticed; {ENOUGH} % are wanted", flush=True)
        fine = share >= ENOUGH and not _unexplained(living)
    if asked.rows:
        print(f"{len(rows)} tables with a row left out", flush=True)
        fine &= not _unexplained(_living(rows, own_only=asked.own))
    if asked.minutes:
        _play(asked.minutes)
    raise SystemExit(not fine)


def _play(minutes: float) -> None:
    # Here and not above: nothing of ours may be imported before the last mutant was met.
    from torture.fresh import play_fresh

    first = int(time())
    print(f"fresh histories for {minutes:g} minutes, from seed {first}", flush=True)
    print(f"{play_fresh(minutes, first)} histories, and no difference", flush=True)


def _all() -> Iterable[Mutant]:
    for path in sorted(DOMAIN.rglob("*.py")):
        parts = path.relative_to(DOMAIN.parent).with_suffix("").parts
        yield from mutants(path, ".".join(("contactd", *parts)).removesuffix(".__init__"))


def _selections(module: str, *, own_only: bool) -> list[tuple[str, ...]]:
    asked = [own(module)] if own_only else [own(module), beyond(module)]
    return [tests for tests in asked if tests]


def _begin(selections: Iterable[tuple[str, ...]]) -> None:
    """See to it that all is well while nothing is planted: a test that fails anyway notices everything."""
    for tests in selections:
        if killed(None, tests):
            raise SystemExit(f"torture: {' '.join(tests)} must pass before faults are planted; run them to see why not")


def _living(planted: Sequence[Mutant], *, own_only: bool) -> list[Mutant]:
    """Give those of *planted* that no test notices."""
    living: list[Mutant] = []
    for number, mutant in enumerate(planted, start=1):
        if not number % 25:
            print(f"{number} of {len(planted)}, {len(living)} not noticed", file=sys.stderr, flush=True)
        if not any(killed(mutant, tests) for tests in _selections(mutant.module, own_only=own_only)):
            living.append(mutant)
            print(f"{number}: {mutant}", flush=True)
    return living


def _unexplained(living: Iterable[Mutant]) -> list[Mutant]:
    """Give those of *living* that SURVIVORS.md does not explain. It names them without lines, which move."""
    explained = SURVIVORS.read_text("utf-8")
    found = [mutant for mutant in living if mutant.name not in explained]
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
    return arguments.parse_args()


if __name__ == "__main__":
    main()
