"""What was found, as a table for people."""

import os
from collections.abc import Iterator

from bench.columns import FLOORS
from bench.rounds import Findings
from bench.scenarios import SCENARIOS, Scenario

_MB = 1_000_000


def table(findings: Findings) -> Iterator[str]:
    """Give the lines that tell of *findings*."""
    rounds = "one round" if findings.rounds == 1 else f"medians of {findings.rounds} rounds"
    machine = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    yield f"{findings.size:,} customers in pages of 200, SQLite, {rounds}; {machine}"
    yield ""
    yield f"{'':<17}{'floor, ms':>18}{'contactd, ms':>18}{'contactd : floor':>24}"
    yield _line("", "wall", "cpu", "wall", "cpu", "wall", "cpu", "cpu*", "calls", "records/s")
    for scenario in SCENARIOS:
        yield _figures(findings, scenario)
    yield ""
    yield f"floor: fetch, decode, upsert of {len(FLOORS['all'])} columns; for cpu* only the {len(FLOORS['mapped'])}"
    yield "that the sync needs. contactd: the daemon and its children; calls and records are its own."
    yield ""
    yield from _presence(findings)


def _figures(findings: Findings, scenario: Scenario) -> str:
    floor = findings.cost(scenario, "all")
    narrow = findings.cost(scenario, "mapped")
    ours = findings.cost(scenario, "contactd")
    records = scenario.expected(findings.size)
    return _line(
        scenario.title,
        *(_ms(seconds) for seconds in (floor.wall, floor.cpu, ours.wall, ours.cpu)),
        *(_times(ratio) for ratio in (ours.wall / floor.wall, ours.cpu / floor.cpu, ours.cpu / narrow.cpu)),
        f"{ours.requests:,}",
        f"{records / ours.wall:,.0f}" if records else "",
    )


def _line(title: str, *cells: str) -> str:
    widths = (9, 9, 9, 9, 8, 8, 8, 8, 11)
    return f"{title:<17}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}" if seconds < 0.01 else f"{seconds * 1000:,.0f}"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}x" if ratio < 10 else f"{ratio:.0f}x"


def _presence(findings: Findings) -> Iterator[str]:
    def found(name: str) -> float:
        return findings.presence(name)

    yield (
        f"contactd    ready in {found('ready_empty'):.2f} s on nothing, {found('ready_full'):.2f} s on what it has;"
        f" at rest {found('rest_memory') / _MB:.0f} MB, {found('rest_cpu'):.1%} of a processor;"
    )
    yield (
        f"            at most {found('daemon_peak') / _MB:.0f} MB in the daemon"
        f" and {found('child_peak') / _MB:.0f} MB in its child"
    )
    yield f"contactctl  --help {found('help'):.2f} s, syncs show {found('get'):.2f} s"
