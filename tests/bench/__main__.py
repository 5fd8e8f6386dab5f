"""`make bench`: speed, as ratios against a floor measured in the same minutes. Ends by itself; judges nothing."""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.clock import clock
from bench.fleet import fleet
from bench.moving import moving
from bench.rounds import Findings, take_round
from bench.rules import rules
from bench.scenarios import ONE_OF, Failed
from bench.table import table
from contactd_zoho_sandbox.control import SandboxError

#: Where there are more customers than this, one round tells enough.
_MANY = 50_000


def main() -> None:
    """Measure each size, and print what was found."""
    asked = _arguments()
    try:
        for size in asked.sizes:
            _measure(size, asked.reps or (1 if size > _MANY else 3))
        print(*rules(), "", *clock(), "", *fleet(), "", sep="\n", flush=True)
        if asked.moved:
            print(*moving(asked.moved), "", sep="\n", flush=True)
    except (Failed, SandboxError) as failed:
        raise SystemExit(str(failed)) from None


def _measure(size: int, rounds: int) -> None:
    findings = Findings(size)
    for number in range(rounds):
        print(f"{size:,} customers, round {number + 1} of {rounds} …", file=sys.stderr, flush=True)
        take_round(findings, number)
    print("", *table(findings), "", sep="\n", flush=True)


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    arguments.add_argument(
        "--sizes",
        type=_sizes,
        default=os.environ.get("SIZES", "10000 100000"),
        help="how many customers, one number or several; else $SIZES  [default: 10000 100000]",
    )
    arguments.add_argument(
        "--reps",
        type=lambda text: _number(text, 1),
        default=os.environ.get("REPS"),
        help="rounds of each size; else $REPS  [default: 3, or 1 of many customers]",
    )
    arguments.add_argument(
        "--moved",
        type=lambda text: _number(text, 0),
        default=os.environ.get("MOVED", "1000000"),
        help="contacts of the store that is moved to a server, 0: none; else $MOVED  [default: 1000000]",
    )
    return arguments.parse_args()


def _sizes(text: str) -> list[int]:
    return [_number(each, ONE_OF) for each in text.split()]


def _number(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"'{text}' must be a whole number of at least {least}")
    return int(text)


if __name__ == "__main__":
    main()
