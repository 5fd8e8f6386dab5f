"""`contactctl syncs upcoming`: when syncs run by themselves next."""

import click

from contactctl.options import Command, Setup
from contactctl.views.syncs import UPCOMING

#: What the contract lowers more to.
_MOST = 1_000


@click.command("upcoming", cls=Command)
@click.argument("sync", metavar="[SYNC]", default="")
@click.option(
    "--limit", type=click.IntRange(1, _MOST), default=10, show_default=True, help="Show no more times than this."
)
@click.pass_obj
def upcoming_runs(setup: Setup, sync: str, limit: int) -> None:
    """Show when SYNC, or every sync, runs by itself next: on the clocks of its own zone."""
    from contactd_proto.v1.sync_pb2 import ListUpcomingRunsRequest

    with setup.daemon() as daemon:
        parent = daemon.names.sync(sync) if sync else daemon.names.any_sync()
        request = ListUpcomingRunsRequest(parent=parent, page_size=limit)
        answer = daemon.call(daemon.syncs.ListUpcomingRuns, request)
        setup.output.many(iter(answer.upcoming_runs), UPCOMING)
