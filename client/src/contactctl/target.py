"""Which daemon is meant, and as whom.

Rule: what is said on the command line beats the environment, which beats the
profile, which beats the sockets that are tried when nobody said anything.
"""

import ipaddress
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contactctl.exits import Exit
from contactctl.failures import Failure, usage
from contactctl.profiles import Profile, config_file, find_profile

RUN = Path("/run/contactd")
_ROLES = ("admin", "operator", "viewer")
_UNIX = "unix://"
#: What the kernel's address structure holds, less the closing zero.
_LONGEST_SOCKET_PATH = 107

START_ADVICE = (
    "is contactd running? `systemctl start contactd` starts the service, `contactd run` one of your own",
    "--address or CONTACTCTL_ADDRESS names another place",
)
TLS_ADVICE = (
    "--tls-ca must name who signed the daemon's certificate, and that must be made out to the host in --address",
    "--tls-cert and --tls-key must name a client certificate that the daemon trusts, if it asks for one",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the command line says about the target. What is empty was not said."""

    address: str = ""
    profile: str = ""
    workspace: str = ""
    token_file: str = ""
    tls_ca: str = ""
    tls_cert: str = ""
    tls_key: str = ""


@dataclass(frozen=True, slots=True)
class Tls:
    """The certificates of a connection; without *ca* the usual authorities are trusted."""

    ca: bytes | None = None
    cert: bytes | None = None
    key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """A daemon, and how to come before it."""

    address: str
    workspace: str
    token: str = field(default="", repr=False)
    tls: Tls | None = None


def find_target(said: Said, environ: Mapping[str, str], *, run: Path = RUN) -> Target:
    """Put together where to go from all that was said anywhere.

    Raises:
        Failure: what was said cannot be used, or there is no daemon to be seen.
    """
    wanted = _from_environment(said, environ)
    profile = _profile(wanted, environ)
    wanted = _filled(wanted, profile)
    address = wanted.address or _first_socket(environ, run)
    _check_address(address)
    return Target(
        address=address,
        workspace=wanted.workspace or "default",
        token=_token(Path(wanted.token_file)) if wanted.token_file else "",
        tls=_tls(wanted, address),
    )


def _from_environment(said: Said, environ: Mapping[str, str]) -> Said:
    return replace(
        said,
        address=said.address or environ.get("CONTACTCTL_ADDRESS", ""),
        profile=said.profile or environ.get("CONTACTCTL_PROFILE", ""),
        workspace=said.workspace or environ.get("CONTACTCTL_WORKSPACE", ""),
        token_file=said.token_file or environ.get("CONTACTCTL_TOKEN_FILE", ""),
    )


def _profile(wanted: Said, environ: Mapping[str, str]) -> Profile:
    # A token that belongs to the default profile must not travel to an address
    # that was named without it.
    if wanted.address and not wanted.profile:
        return Profile()
    return find_profile(config_file(environ), wanted.profile)


def _filled(wanted: Said, profile: Profile) -> Said:
    return Said(
        profile=wanted.profile,
        address=wanted.address or profile.address,
        workspace=wanted.workspace or profile.workspace,
        token_file=wanted.token_file or profile.token_file,
        tls_ca=wanted.tls_ca or profile.tls_ca,
        tls_cert=wanted.tls_cert or profile.tls_cert,
        tls_key=wanted.tls_key or profile.tls_key,
    )


def _first_socket(environ: Mapping[str, str], run: Path) -> str:
    sockets = default_sockets(environ, run)
    for socket in sockets:
        if os.access(socket, os.R_OK | os.W_OK):
            return f"{_UNIX}{socket}"
    tried = [f"tried {socket}" for socket in sockets]
    raise Failure(
        Exit.AWAY,
        "there is no contactd here that you may speak to",
        (*tried, *START_ADVICE),
        status="UNAVAILABLE",
    )


def default_sockets(environ: Mapping[str, str], run: Path) -> Sequence[Path]:
    """List the sockets that are tried in turn: a person's own daemon, then the machine's."""
    mine = (folder / "admin" / "api.sock" for folder in _own_folders(environ))
    return [*mine, *(run / role / "api.sock" for role in _ROLES)]


def _own_folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Name the folders where a person's own daemon may have its sockets."""
    if environ.get("XDG_RUNTIME_DIR"):
        yield Path(environ["XDG_RUNTIME_DIR"], "contactd")
    if environ.get("XDG_STATE_HOME"):
        yield Path(environ["XDG_STATE_HOME"], "contactd", "run")
    elif environ.get("HOME"):
        yield Path(environ["HOME"], ".local", "state", "contactd", "run")


def _check_address(address: str) -> None:
    if is_socket(address):
        _check_socket_path(address.removeprefix(_UNIX))
    else:
        _check_host_and_port(address)


def _check_socket_path(path: str) -> None:
    if not path.startswith("/"):
        raise usage(f"the address '{_UNIX}{path}' must name a whole path, as unix:///run/contactd/admin/api.sock")
    if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
        raise usage(f"the path of the socket is longer than {_LONGEST_SOCKET_PATH} bytes: '{path}'")


def _check_host_and_port(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or "/" in address or not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise usage(f"the address '{address}' cannot be used: write unix:///PATH or HOST:PORT")


def is_socket(address: str) -> bool:
    """Tell whether *address* is a Unix socket, and not a host with a port."""
    return address.startswith(_UNIX)


def on_loopback(address: str) -> bool:
    """Tell whether *address* stays on this machine, so that it needs no TLS."""
    if is_socket(address):
        return True
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tls(wanted: Said, address: str) -> Tls | None:
    if bool(wanted.tls_cert) != bool(wanted.tls_key):
        raise usage("--tls-cert and --tls-key go together: give both or neither")
    certificates = [wanted.tls_ca, wanted.tls_cert, wanted.tls_key]
    if is_socket(address) or (on_loopback(address) and not any(certificates)):
        return None
    ca, cert, key = (_bytes(Path(name)) if name else None for name in certificates)
    return Tls(ca=ca, cert=cert, key=key)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise usage(f"{file} cannot be read: {error.strerror}") from error


def _token(file: Path) -> str:
    token = _bytes(file).decode("ascii", errors="replace").strip()
    mode = file.stat().st_mode
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise usage(
            f"the token file {file} can be used by others (mode {stat.S_IMODE(mode):04o})",
            f"chmod 600 {file} keeps it to yourself",
        )
    if not token.isascii() or not token.isprintable() or not token or " " in token:
        raise usage(f"the token file {file} holds no token: one line of letters, digits and signs is expected")
    return token
