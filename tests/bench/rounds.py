"""Rounds of measuring: in each a fresh sandbox, and everybody makes the same readings of it, one after the other."""

import http.client
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.floors import FloorSide
from bench.house import HouseSide, TimedDaemon
from bench.scenarios import LONGEST, ONE_OF, SCENARIOS, Cost, Scenario, Side
from bench.start import Presence, presence
from contactd_zoho_sandbox.control import Sandbox
from demo.stage import hosts_of

#: The orders in which lists are read: all from the oldest on, or what changed from the newest on.
_ORDERS = (("created_time", "A"), ("last_modified_time", "D"))


@dataclass
class Findings:
    """What was found where there are *size* customers."""

    size: int
    costs: dict[tuple[Scenario, str], list[Cost]] = field(default_factory=lambda: defaultdict(list))
    presences: list[Presence] = field(default_factory=list)

    @property
    def rounds(self) -> int:
        """How many rounds there were."""
        return len(self.presences)

    def cost(self, scenario: Scenario, name: str) -> Cost:
        """Give the median of each figure of *scenario* for the side called *name*."""
        costs = self.costs[scenario, name]
        return Cost(
            wall=statistics.median(cost.wall for cost in costs),
            cpu=statistics.median(cost.cpu for cost in costs),
            requests=statistics.median_high([cost.requests for cost in costs]),
        )

    def presence(self, name: str) -> float:
        """Give the median of one figure of the programs themselves."""
        return statistics.median(float(getattr(one, name)) for one in self.presences)


def take_round(findings: Findings, number: int) -> None:
    """Take one round; its *number* tells who begins, so that nobody always does."""
    with _sides(findings.size) as (sandbox, organization, house, sides):
        turn = number % len(sides)
        for scenario in SCENARIOS:
            if scenario.changing:
                sandbox.mutate(findings.size // ONE_OF)
            _warm(sandbox, organization)
            for side in (*sides[turn:], *sides[:turn]):
                cost = side.carry(scenario, scenario.expected(findings.size))
                findings.costs[scenario, side.name].append(cost)
        findings.presences.append(presence(house))
        house.daemon.stop()


@contextmanager
def _sides(size: int) -> Iterator[tuple[Sandbox, str, HouseSide, Sequence[Side]]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="contactd-bench-")))
        sandbox = stack.enter_context(Sandbox.start(generate=size))
        organization = sandbox.ready.organizations[0].organization_id
        floors = [
            stack.enter_context(FloorSide(columns, sandbox, organization, folder)) for columns in ("all", "mapped")
        ]
        daemon = TimedDaemon(folder)
        stack.callback(daemon.kill)
        daemon.configure(hosts=hosts_of(sandbox))
        daemon.start()
        house = HouseSide(daemon, sandbox, organization)
        yield sandbox, organization, house, (*floors, house)


def _warm(sandbox: Sandbox, organization: str) -> None:
    """Have the sandbox sort its list, so that whoever reads first does not wait for that."""
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.tokens().access_token}"}
    what = {"organization_id": organization, "contact_type": "customer", "filter_by": "Status.All", "per_page": "1"}
    with closing(http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=LONGEST)) as connection:
        for column, order in _ORDERS:
            query = urlencode({**what, "sort_column": column, "sort_order": order})
            connection.request("GET", f"/books/v3/contacts?{query}", headers=headers)
            connection.getresponse().read()
