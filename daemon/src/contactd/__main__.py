"""The program `contactd`: arguments, configuration, exit codes.

0   it was told to stop, and has
1   a bug; its log says where
2   the command line cannot be understood
75  try again later: another contactd has the store or the address, or has taken the store, or it does not answer;
    or a command was told to end before it was done
78  the configuration, the store key or the version must be mended first, or the store is not what it was any more
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from contactd import signals
from contactd.domain.refusals import Away, Conflict, ContactdError, Fault, Invalid

if TYPE_CHECKING:
    from contactd.config import Config

BUG, HELD, MISCONFIGURED = 1, 75, 78

#: Conflicts that may be over at the next start; what else the store is at odds with, a person has to mend.
_PASSING = frozenset({"STORE_HELD", "STORE_SERVED", "ADDRESS_TAKEN"})


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="contactd", prog_name="contactd", message="%(prog)s %(version)s")
def main() -> None:
    """Keep mailing lists in step with accounting software."""


_CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="The configuration; else $CONTACTD_CONFIG, /etc/contactd/contactd.toml, or the defaults.",
)


@main.command()
@_CONFIG
@click.option(
    "--role",
    type=click.Choice(["all", "control", "worker"]),
    default="all",
    show_default=True,
    help="control answers and carries no runs; worker carries runs and answers for itself alone. Either needs a store"
    " on PostgreSQL, which several daemons share.",
)
def run(config: Path | None, role: str) -> None:
    """Run the daemon in the foreground until it is told to stop."""
    # Until it serves; from then on the daemon listens.
    signals.call(lambda: sys.exit(0))
    # Heavy, and needless for --help and --version.
    import structlog

    from contactd import logs

    log = structlog.get_logger()
    logs.setup()
    try:
        code = _serve(config, role)
    except ContactdError as refusal:
        click.echo(f"contactd: {_told(refusal)}", err=True)
        code = _exit_code(refusal)
    except Exception:
        log.exception("daemon_failed")
        code = BUG
    sys.exit(code)


@main.group()
def store() -> None:
    """Look after a store that no daemon serves."""


def _server_url(_context: click.Context, _option: click.Parameter, url: str) -> str:
    """See that *url* is one of a server; it is not repeated, as a password may be in it."""
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in {"postgresql", "postgres"}:
        what = f"'{scheme}://…'" if separator else "what was given"
        example = "'postgresql://contactd@db.example.com/contactd'"
        raise click.BadParameter(f"a store is moved to a PostgreSQL database, such as {example}; {what} is none.")
    return url


@store.command()
@_CONFIG
@click.option(
    "--to",
    required=True,
    metavar="URL",
    callback=_server_url,
    help="An empty database, or an empty schema of one: postgresql://USER@HOST/DATABASE. Leave a password to the file"
    " that $PGPASSFILE names.",
)
def migrate(config: Path | None, to: str) -> None:
    """Move the store from its file into a PostgreSQL database.

    Stop the daemon first. Everything is copied, read back from both places and compared; the file stays as it was, but
    no daemon serves it any more. Told to end, or killed, the same command goes on where it was.
    """

    def moved() -> str:
        from contactd import storekeeper

        return storekeeper.migrate(_settings(config), to, sys.stderr)

    _carry_out(moved, "the move is not done; repeat the command, and it goes on from here")


@store.command()
@_CONFIG
@click.option("--yes", is_flag=True, help="Do not ask.")
def reopen(config: Path | None, *, yes: bool) -> None:
    """Let a file be served again that was moved.

    What has happened in the new place since is not in the file, and is given up: whoever has unsubscribed there would
    get mail again. Stop every daemon there first, and drop the new place, so that nobody serves both.
    """
    if not yes:
        click.confirm("Is what has happened in the new place since the move to be given up?", abort=True)

    def reopened() -> str:
        from contactd import storekeeper

        return storekeeper.reopen(_settings(config))

    _carry_out(reopened, "nothing was done")


def _carry_out(command: Callable[[], str], unfinished: str) -> NoReturn:
    """Carry *command* out, print what came of it, and end; *unfinished* is said where a signal ends it before."""
    # Heavy, and needless for --help and --version.
    import structlog

    from contactd import logs

    log = structlog.get_logger()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logs.setup()
    try:
        click.echo(command())
        code = 0
    except ContactdError as refusal:
        click.echo(f"contactd: {_told(refusal)}", err=True)
        code = _exit_code(refusal)
    except KeyboardInterrupt:
        click.echo(f"contactd: {unfinished}", err=True)
        code = HELD
    except Exception:
        log.exception("command_failed")
        code = BUG
    sys.exit(code)


def _settings(path: Path | None) -> "Config":
    from contactd import config

    return config.load(path, os.environ)


def _serve(path: Path | None, role: str) -> int:
    from contactd import logs
    from contactd.role import DaemonRole

    settings = _settings(path)
    logs.setup(style=settings.log.format, level=settings.log.level)

    from contactd import daemon

    return daemon.run(settings, DaemonRole(role))


def _told(refusal: ContactdError) -> str:
    if not isinstance(refusal, Invalid):
        return refusal.message
    lines = [f"{_place(fault)}: {fault.message}" for fault in refusal.faults]
    if len(lines) == 1:
        return f"{refusal.facts['source']}: {lines[0]}" if "source" in refusal.facts else lines[0]
    head = f"{len(lines)} faults in {refusal.facts.get('source', 'the configuration')}:"
    return "\n  ".join([head, *lines])


def _place(fault: Fault) -> str:
    """Write the place of a setting, such as `listen.tls.port`, as the file has it: `[listen.tls] port`."""
    section, _, name = fault.field.rpartition(".")
    return f"[{section}] {name}" if section and not fault.field.startswith("[") else fault.field


def _exit_code(refusal: ContactdError) -> int:
    match refusal:
        case Conflict() if refusal.reason in _PASSING:
            return HELD
        case Away():
            return HELD
        case Invalid() | Conflict():
            return MISCONFIGURED
        case _:
            return BUG


if __name__ == "__main__":
    main()
