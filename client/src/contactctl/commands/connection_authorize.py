"""`contactctl connections authorize` and `rotate`: consent in a browser, on another device, or by a grant code."""

from typing import TYPE_CHECKING, Any

import click

from contactctl.commands.connection_settings import advising, given_settings, schema_at
from contactctl.confided import STDIN, confided
from contactctl.failures import usage
from contactctl.options import Command, Function, Setup, etag_option, settings_options
from contactctl.views.connections import connection_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.connection_pb2 import Connection

#: The port that a client is registered with, unless somebody says another.
PORT = 8765


def _flow_options(command: Function) -> Function:
    device = click.option("--device", is_flag=True, help="Consent on another device, by a short code.")
    browser = click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
    port = click.option(
        "--redirect-port",
        type=click.IntRange(0, 65535),
        default=PORT,
        show_default=True,
        help="The port that the browser comes back to, as registered; 0 takes a free one.",
    )
    host = click.option(
        "--redirect-host",
        type=click.Choice(("127.0.0.1", "localhost")),
        default="127.0.0.1",
        show_default=True,
        help="What the redirect address calls this machine, as registered.",
    )
    return device(browser(port(host(command))))


@click.command("authorize", cls=Command)
@click.argument("connection")
@_flow_options
@click.option(
    "--code-file",
    default="",
    metavar="PATH",
    help="Hand in a grant code, read from PATH; - is standard input, typed unseen on a terminal.",
)
@click.pass_obj
def authorize_connection(setup: Setup, /, connection: str, *, device: bool, code_file: str, **back: Any) -> None:
    """Let the owner of CONNECTION's account consent, in a browser unless you say otherwise.

    A kind of source that takes no consent in a browser is handed a grant code from standard input.
    """
    from contactd_proto.v1.connection_pb2 import Connection

    _check_one(device=device, code_file=code_file)
    with setup.daemon() as daemon:
        wanted = Connection(name=daemon.names.connection(connection))
        if not (device or code_file) and "browser" not in _offers(daemon, wanted.name):
            code_file = STDIN
        if code_file:
            answer = _handed_in(daemon, wanted.name, code_file)
        else:
            answer = _consented(daemon, setup, wanted, device=device, **back)
        setup.output.one(answer, connection_view)


@click.command("rotate", cls=Command)
@click.argument("connection")
@click.option("--browser", is_flag=True, help="Let the owner consent anew, in a browser.")
@_flow_options
@click.option("--code-file", default="", metavar="PATH", help="Where a new grant code is; - is standard input.")
@settings_options
@etag_option("connection")
@click.pass_obj
def rotate_connection(
    setup: Setup,
    /,
    connection: str,
    *,
    browser: bool,
    device: bool,
    code_file: str,
    plain: tuple[str, ...],
    secret_files: tuple[str, ...],
    etag: str,
    **back: Any,
) -> None:
    """Replace the credential of CONNECTION, once the source has taken the new one.

    Its syncs become inactive until each is activated by hand, where the edition of the workspace says so.
    """
    from contactd_proto.v1.connection_pb2 import Connection

    _check_one(browser=browser, device=device, code_file=code_file)
    if not (browser or device or code_file or secret_files):
        raise usage("say the new credential: --browser, --device, --code-file PATH, or --secret-file KEY=PATH")
    with setup.daemon() as daemon:
        name = daemon.names.connection(connection)
        schema = schema_at(daemon, name)
        wanted = Connection(name=name, etag=etag, settings=given_settings(schema, plain, secret_files))
        with advising(schema):
            if browser or device:
                answer = _consented(daemon, setup, wanted, device=device, **back)
            else:
                answer = _rotated(daemon, wanted, code_file)
        setup.output.one(answer, connection_view)


def _check_one(*, browser: bool = False, device: bool, code_file: str) -> None:
    if sum((browser, device, bool(code_file))) > 1:
        raise usage("consent is given once: in a browser, with --device, or with --code-file")


def _offers(daemon: "Daemon", name: str) -> "set[str]":
    """Tell what the kind of a connection can do."""
    from contactd_proto.v1.connection_pb2 import GetConnectionRequest
    from contactd_proto.v1.plugin_pb2 import ListPluginsRequest

    found = daemon.call(daemon.connections.GetConnection, GetConnectionRequest(name=name))
    pages = daemon.pages(daemon.plugins.ListPlugins, ListPluginsRequest())
    kinds = (kind for page in pages for plugin in page.plugins for kind in plugin.kinds)
    return {one for kind in kinds if kind.id == found.kind for one in kind.capabilities}


def _consented(
    daemon: "Daemon",
    setup: Setup,
    wanted: "Connection",
    *,
    device: bool,
    no_browser: bool,
    redirect_host: str,
    redirect_port: int,
) -> "Connection":
    from contactctl import consent

    if device:
        return consent.on_a_device(daemon, setup.output, wanted)
    back = consent.Redirect(redirect_host, redirect_port)
    return consent.in_a_browser(daemon, setup, wanted, back, opens=not no_browser)


def _handed_in(daemon: "Daemon", name: str, code_file: str) -> "Connection":
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.connection_pb2 import CompleteAuthorizationRequest

    request = CompleteAuthorizationRequest(name=name, code=confided("grant code", code_file))
    return daemon.call(daemon.connections.CompleteAuthorization, request, within=PATIENT)


def _rotated(daemon: "Daemon", wanted: "Connection", code_file: str) -> "Connection":
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.connection_pb2 import RotateCredentialRequest

    code = confided("grant code", code_file) if code_file else ""
    request = RotateCredentialRequest(connection=wanted, code=code)
    return daemon.call(daemon.connections.RotateCredential, request, within=PATIENT)
