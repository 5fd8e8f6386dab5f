"""What is planted: every fault of the domain, or a sample of them, and those that are known to live."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from torture.mutants import Mutant, mutants

DOMAIN = Path(__file__).parents[2] / "daemon" / "src" / "contactd" / "domain"
SURVIVORS = Path(__file__).with_name("SURVIVORS.md")


def every() -> Iterator[Mutant]:
    """Give every mutant of the domain."""
    for path in sorted(DOMAIN.rglob("*.py")):
        parts = path.relative_to(DOMAIN.parent).with_suffix("").parts
        yield from mutants(path, ".".join(("contactd", *parts)).removesuffix(".__init__"))


def sample(found: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """Draw mutants by their names, so that a line more in one module does not change the lot of all others."""
    drawn: Counter[str] = Counter()
    lots = {}
    for mutant in found:
        drawn[mutant.name] += 1
        lots[mutant] = blake2b(f"{seed} {drawn[mutant.name]} {mutant.name}".encode()).digest()
    chosen = set(sorted(found, key=lots.__getitem__)[:size])
    return [mutant for mutant in found if mutant in chosen]


def explained() -> set[str]:
    """Give the names of the mutants of which SURVIVORS.md says why they may live; without lines, which move."""
    rows = (line.split(" | ")[0] for line in SURVIVORS.read_text("utf-8").splitlines())
    return {row.removeprefix("| ") for row in rows if row.startswith("| contactd.")}
