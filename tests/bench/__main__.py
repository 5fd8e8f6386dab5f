"""`make bench`: speed, as ratios against a floor measured in the same minutes. Ends by itself; judges nothing."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.rounds import Findings, take_round
from bench.scenarios import ONE_OF, Failed
from bench.table import table

#: Where there are more customers than this, one round tells enough.
_MANY = 50_000


def main() -> None:
    """Measure each size, and print what was found."""
    asked = _arguments()
    try:
        for size in asked.sizes:
            _measure(size, asked.reps or (1 if size > _MANY else 3))
    except Failed as failed:
        raise SystemExit(str(failed)) from None


def _measure(size: int, rounds: int) -> None:
    findings = Findings(size)
    for number in range(rounds):
        print(f"{size:,} customers, round {number + 1} of {rounds} …", file=sys.stderr, flush=True)
        take_round(findings, number)
    print()
    print("\n".join(table(findings)), flush=True)
    print()


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument(
        "sizes",
        nargs="*",
        type=_number(ONE_OF),
        help="numbers of customers; else $SIZES, or 10000 and 100000",
    )
    arguments.add_argument(
        "--reps",
        type=_number(1),
        default=os.environ.get("REPS"),
        help="rounds for each; else $REPS, or three, of many customers one",
    )
    asked = arguments.parse_args()
    if not asked.sizes:
        try:
            asked.sizes = [_number(ONE_OF)(text) for text in os.environ.get("SIZES", "10000 100000").split()]
        except ValueError as exc:
            arguments.error(f"$SIZES: {exc}")
    return asked


def _number(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if int(text) < least:
            raise ValueError(f"{text} is less than {least}")
        return int(text)

    return number


if __name__ == "__main__":
    main()
