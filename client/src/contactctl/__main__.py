"""The program: runs a command, and says how it ended."""

import io
import os
import sys
from collections.abc import Sequence

import click

from contactctl.cli import cli
from contactctl.exits import Exit
from contactctl.failures import Failure, report, usage


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that *argv* asks for and give the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    if sys.stdout is None:  # it was closed before we were called
        return report(_unwritable("it is closed"), as_json=as_json)
    try:
        code = _run(arguments, as_json=as_json)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough
        _let_go_of_stdout()
        return Exit.REFUSED
    except OSError as error:
        if error.filename is not None:  # a file of ours, not a stream
            raise
        _let_go_of_stdout()
        return report(_unwritable(error.strerror or str(error)), as_json=as_json)
    return code


def _run(arguments: Sequence[str], *, as_json: bool) -> int:
    # What grpc writes by itself into the terminal is of no use to a person, who
    # is told the cause in a sentence. It looks here once, when it is imported.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    _print_anything()
    try:
        _check_text(arguments)
        code = cli.main(list(arguments), prog_name="contactctl", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return Exit.USAGE
    except click.ClickException as error:
        return report(_as_failure(error), as_json=as_json)
    except Failure as failure:
        return report(failure, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        click.echo("contactctl: stopped", err=True)
        return Exit.INTERRUPTED
    return code if isinstance(code, int) else Exit.OK


def _unwritable(why: str) -> Failure:
    return Failure(Exit.REFUSED, f"standard output cannot be written: {why}")


def _let_go_of_stdout() -> None:
    """Lead standard output nowhere, or Python tries it once more at its end and complains."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _print_anything() -> None:
    """See that a name in a script which the terminal cannot show is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _check_text(arguments: Sequence[str]) -> None:
    for number, argument in enumerate(arguments, start=1):
        if any("\ud800" <= character <= "\udfff" for character in argument):
            raise usage(f"argument {number} is not text in the encoding of your terminal")


def _as_failure(error: click.ClickException) -> Failure:
    context = error.ctx if isinstance(error, click.UsageError) else None
    advice = (f"{context.command_path} --help shows how it is used",) if context else ()
    return usage(error.format_message(), *advice)


if __name__ == "__main__":
    sys.exit(main())
