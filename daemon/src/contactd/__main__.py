"""The program `contactd`: arguments, configuration, exit codes.

0   it was told to stop, and has
1   a bug; its log says where
2   the command line cannot be understood
75  try again later: another contactd has the store or the address, or has taken the store, or it does not answer
78  the configuration, the store key or the version must be mended first
"""

import os
import signal
import sys
from pathlib import Path

import click

from contactd.domain.refusals import Away, Conflict, ContactdError, Fault, Invalid

BUG, HELD, MISCONFIGURED = 1, 75, 78

#: What asks for the end.
_ENDS = (signal.SIGTERM, signal.SIGINT)

#: Conflicts that may be over at the next start; what else the store is at odds with, a person has to mend.
_PASSING = frozenset({"STORE_HELD", "ADDRESS_TAKEN"})


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="contactd", prog_name="contactd", message="%(prog)s %(version)s")
def main() -> None:
    """Keep mailing lists in step with accounting software."""


@main.command()
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="The configuration; else $CONTACTD_CONFIG, /etc/contactd/contactd.toml, or the defaults.",
)
def run(config: Path | None) -> None:
    """Run the daemon in the foreground until it is told to stop."""
    _end_when_told()
    # Heavy, and needless for --help and --version.
    import structlog

    from contactd import logs

    log = structlog.get_logger()
    logs.setup()
    try:
        code = _serve(config)
    except ContactdError as refusal:
        click.echo(f"contactd: {_told(refusal)}", err=True)
        code = _exit_code(refusal)
    except Exception:
        log.exception("daemon_failed")
        code = BUG
    sys.exit(code)


def _end_when_told() -> None:
    """Let a signal end the program in order while it does not serve yet; from then on the daemon listens to it."""

    def leave(_number: int, _frame: object) -> None:
        for number in _ENDS:
            # Once is enough: a second one must not break off what takes the parts down.
            signal.signal(number, signal.SIG_IGN)
        sys.exit(0)

    for number in _ENDS:
        signal.signal(number, leave)


def _serve(path: Path | None) -> int:
    from contactd import config, logs

    settings = config.load(path, os.environ)
    logs.setup(style=settings.log.format, level=settings.log.level)

    from contactd import daemon

    return daemon.run(settings)


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
