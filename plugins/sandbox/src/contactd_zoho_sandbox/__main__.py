"""The program `python -m contactd_zoho_sandbox`: arguments, the ready line, signals, exit codes.

It prints one line of JSON when it answers, and ends with 0 at SIGTERM or SIGINT.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeVar

import msgspec

from contactd_zoho_sandbox.accounts.scopes import READING
from contactd_zoho_sandbox.seeds.plan import Plan, sow, sow_other
from contactd_zoho_sandbox.server import OTHER_API_HOST, OTHER_HOST, PortTaken, Server
from contactd_zoho_sandbox.store import StoreBusy
from contactd_zoho_sandbox.zoho import Zoho

#: The grant code of the ready line is for people, who take longer than 60 seconds.
READY_GRANT_SECONDS = 86_400

N = TypeVar("N", int, float)


def main() -> int:
    """Run a sandbox until it is told to stop."""
    options = parser().parse_args()
    with ExitStack() as stack:
        path = options.store or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "sandbox.db"
        try:
            zoho = stack.enter_context(closing(Zoho(path)))
            canada = stack.enter_context(closing(Zoho(path.with_name(f"{path.name}.ca"), beside=zoho)))
        except StoreBusy as exc:
            return _failed(str(exc))
        sow(zoho, _plan(options))
        sow_other(canada)
        # What is held now is held to the end; no collection needs to look at it again.
        gc.freeze()
        try:
            asyncio.run(_serve(zoho, canada, options))
        except PortTaken as exc:
            return _failed(str(exc))
    return 0


async def _serve(zoho: Zoho, canada: Zoho, options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.while_stdin:
        loop.add_reader(sys.stdin, _end_of_input, stop)
    servers = [Server(zoho, options.port), Server(canada, host=OTHER_HOST, api_host=OTHER_API_HOST)]
    try:
        for server in servers:
            await server.start()
        _tell(_ready(zoho, servers[0].url), options)
        await stop.wait()
    finally:
        for server in servers:
            await server.stop()


def _end_of_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


def _ready(zoho: Zoho, url: str) -> bytes:
    grant = zoho.accounts.grant(READING, READY_GRANT_SECONDS)
    client = zoho.accounts.client
    return msgspec.json.encode(
        {
            "url": url,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "grant_code": grant.code,
            "email": zoho.accounts.user.email,
            "organizations": [
                {"organization_id": book.organization.organization_id, "name": book.organization.name}
                for book in zoho.books.values()
            ],
            "centers": [
                {
                    "code": center.code,
                    "accounts_url": center.accounts_url,
                    "api_url": center.api_url,
                    "email": center.accounts.user.email,
                }
                for center in zoho.centers.all
            ],
        }
    )


def _tell(ready: bytes, options: argparse.Namespace) -> None:
    line = ready + b"\n"
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    if options.ready_fd is not None:
        with os.fdopen(options.ready_fd, "wb") as told:
            told.write(line)
    if options.ready_file is not None:
        # Renamed into place, so that whoever waits for the file never reads half of it.
        half = options.ready_file.with_name(f"{options.ready_file.name}.part")
        half.write_bytes(line)
        half.replace(options.ready_file)


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(
        chinook=options.load == "chinook",
        generate=options.generate,
        seed=options.seed,
        bad_share=options.bad_share,
    )


def _failed(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def parser() -> argparse.ArgumentParser:
    """Return what the command line may hold."""
    arguments = argparse.ArgumentParser(
        prog="python -m contactd_zoho_sandbox",
        description="A Zoho Accounts and Zoho Books on the loopback. Prints one line of JSON when it answers.",
    )
    add = arguments.add_argument
    add("--port", type=_port, default=0, help="the port to answer on; 0, the default, takes a free one")
    add("--store", type=Path, metavar="FILE", help="what survives a restart; a temporary file by default")
    add("--load", choices=["chinook"], help="put the customers of a record store into an empty store")
    add("--generate", type=_count, default=0, metavar="N", help="put N customers into an empty store")
    add("--seed", type=int, default=1, help="generate other customers (default 1)")
    add("--bad-share", type=_share, default=0.0, help="share of bad addresses among them, 0 to 1")
    add("--ready-fd", type=int, metavar="FD", help="write the line to this descriptor too")
    add("--ready-file", type=Path, metavar="FILE", help="write the line to this file too")
    add("--while-stdin", action="store_true", help="stop when standard input ends")
    return arguments


def _port(text: str) -> int:
    return _within(text, int(text), 65_535)


def _count(text: str) -> int:
    return _within(text, int(text), 10_000_000)


def _share(text: str) -> float:
    return _within(text, float(text), 1.0)


def _within(text: str, number: N, most: N) -> N:
    if not 0 <= number <= most:
        raise argparse.ArgumentTypeError(f"'{text}' must be from 0 to {most}")
    return number


if __name__ == "__main__":
    sys.exit(main())
