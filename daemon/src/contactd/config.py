"""contactd.toml -> frozen values; every fault in it is told at once, with its place.

Rule: nobody below `daemon` imports this; parts are handed values.

The settings, their defaults and what they are for: systemd/contactd.toml,
which a test holds against this module.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contactd import document
from contactd.api.listeners import Listener, Plain, Role, Tls, sockets
from contactd.document import Section
from contactd.domain.refusals import Fault, Invalid
from contactd.store.opening import FILE

#: Read when neither `--config` nor $CONTACTD_CONFIG names a file, and it is there.
SYSTEM_FILE = Path("/etc/contactd/contactd.toml")

_STORE_EXAMPLE = '"sqlite:///var/lib/contactd/contactd.db"'
_SERVER_EXAMPLE = 'a database, such as "postgresql://contactd@db.example.com/contactd"'
#: What libpq knows as the URL of a server.
_SERVER_SCHEMES = frozenset({"postgresql", "postgres"})
_SERVICE_SOCKETS = Path("/run/contactd")
_TLS_PORT = 7443
#: What the kernel takes as the path of a socket, in octets.
_SOCKET_PATH = 107


class ConfigInvalid(Invalid):
    """The configuration cannot be used; the fact `source` says where it was written."""

    reason = "CONFIG_INVALID"

    def __init__(self, source: str, *faults: Fault) -> None:
        super().__init__(*faults)
        self.facts["source"] = source


@dataclass(frozen=True, slots=True)
class Store:
    """Where the store is, and the file with the key that its secrets are sealed with. A password may be in *url*."""

    url: str = field(repr=False)
    key_file: Path


@dataclass(frozen=True, slots=True)
class Listen:
    """The folder of the sockets, and the ports if there are any."""

    unix: Path
    tls: Tls | None
    insecure: Plain | None

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Every place to listen at."""
        ports = (port for port in (self.tls, self.insecure) if port is not None)
        return (*sockets(self.unix), *ports)


@dataclass(frozen=True, slots=True)
class Engine:
    """How many runs at once, in all and for one connection; how long a stop may take."""

    slots: int
    per_connection: int
    drain: timedelta


@dataclass(frozen=True, slots=True)
class Plugins:
    """The plugins that may be used (None: all), folders with more of them, hosts allowed by kind."""

    allow: frozenset[str] | None
    path: tuple[Path, ...]
    hosts: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is over is kept: the log of changes, who a run did what to, notifications."""

    events: timedelta
    outcomes: timedelta
    notifications: timedelta


@dataclass(frozen=True, slots=True)
class Log:
    """How the log is written: *format* is auto, console or json."""

    format: str
    level: str


@dataclass(frozen=True, slots=True)
class Metrics:
    """Where metrics are served, as address and port. Read and checked; a later version acts on it."""

    listen: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Config:
    """All that can be configured; *source* says where it was written."""

    source: str
    store: Store
    listen: Listen
    engine: Engine
    plugins: Plugins
    retention: Retention
    log: Log
    metrics: Metrics


def load(path: Path | None, environ: Mapping[str, str], *, system: Path = SYSTEM_FILE) -> Config:
    """Load *path*, else $CONTACTD_CONFIG, else *system* if it is there, else the defaults.

    Raises:
        ConfigInvalid: with all of the faults.
    """
    if path is None and environ.get("CONTACTD_CONFIG"):
        path = Path(environ["CONTACTD_CONFIG"])
    if path is None and system.exists():
        path = system
    if path is None:
        return parse({}, environ, source="the defaults", base=Path.cwd())
    path = path.absolute()
    return parse(_toml(path), environ, source=str(path), base=path.parent)


def parse(entries: Mapping[str, Any], environ: Mapping[str, str], *, source: str, base: Path) -> Config:
    """Turn the *entries* of a document into values; relative paths in it start from *base*.

    Raises:
        ConfigInvalid: with all of the faults.
    """
    faults: list[Fault] = []
    with Section("", entries, faults) as root:
        config = Config(
            source=source,
            store=_store(root.section("store"), environ, base),
            listen=_listen(root.section("listen"), environ, base),
            engine=_engine(root.section("engine")),
            plugins=_plugins(root.section("plugins"), base),
            retention=_retention(root.section("retention")),
            log=_log(root.section("log")),
            metrics=_metrics(root.section("metrics")),
        )
    if faults:
        raise ConfigInvalid(source, *faults)
    return config


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as exc:
        message = f"it cannot be read ({exc.strerror}); name another file with --config or $CONTACTD_CONFIG"
        fault = Fault("the file", message)
    except UnicodeDecodeError as exc:
        fault = Fault("the file", f"it is not UTF-8 at octet {exc.start}; save it as UTF-8")
    except tomllib.TOMLDecodeError as exc:
        told = re.fullmatch(r"(.*) \(at (.*)\)", str(exc), re.DOTALL)
        what, where = (told[1], told[2]) if told else (str(exc), "the file")
        fault = Fault(where, f"this is no TOML: {what[:1].lower()}{what[1:]}")
    raise ConfigInvalid(str(path), fault) from None


def _store(section: Section, environ: Mapping[str, str], base: Path) -> Store:
    with section:
        state = _state(environ)
        url = section.take("url", lambda value: _store_url(value, base), f"{FILE}{state / 'contactd.db'}")
        # The key of a file lies beside it; that of a database cannot.
        folder = Path(url.removeprefix(FILE)).parent if url.startswith(FILE) else state
        return Store(url, section.take("key_file", document.path(base), folder / "store.key"))


def _store_url(value: object, base: Path) -> str:
    url = document.text(value)
    scheme, separator, _ = url.partition("://")
    if not separator:
        return f"{FILE}{document.path(base)(url)}"
    if scheme in _SERVER_SCHEMES:
        return url
    if scheme != "sqlite":
        raise ValueError(f"a store is a file, such as {_STORE_EXAMPLE}, or {_SERVER_EXAMPLE}; '{scheme}' is not known")
    parts = urlsplit(url)
    if parts.netloc or not parts.path.strip("/"):
        raise ValueError(f"write the whole path after three slashes, such as {_STORE_EXAMPLE}; it is {url!r}")
    return f"{FILE}/{parts.path.lstrip('/')}"


def _state(environ: Mapping[str, str]) -> Path:
    # systemd tells a service its folder; a person has one by the XDG rules.
    if environ.get("STATE_DIRECTORY"):
        return Path(environ["STATE_DIRECTORY"].partition(":")[0])
    if environ.get("XDG_STATE_HOME"):
        return Path(environ["XDG_STATE_HOME"]) / "contactd"
    return Path(environ.get("HOME") or "/") / ".local" / "state" / "contactd"


def _listen(section: Section, environ: Mapping[str, str], base: Path) -> Listen:
    with section:
        unix = _unix(section, environ, base)
        tls = _tls(section.section("tls"), base) if section.has("tls") else None
        role = section.take("insecure_role", document.one_of(*(role.word for role in Role)), Role.VIEWER.word)
        plain = section.take("insecure", document.loopback_endpoint, None)
        insecure = Plain(*plain, Role[role.upper()]) if plain else None
        return Listen(unix, tls, insecure)


def _unix(section: Section, environ: Mapping[str, str], base: Path) -> Path:
    folder = section.take("unix", document.path(base), _sockets(environ))
    excess = max(len(bytes(socket.path)) for socket in sockets(folder)) - _SOCKET_PATH
    if excess > 0:
        # Told for a default as well: it follows from the environment.
        message = f"'{folder}' is {excess} octets too long to hold a socket; name a folder with a shorter path"
        section.fault("unix", message)
    return folder


def _sockets(environ: Mapping[str, str]) -> Path:
    if environ.get("XDG_RUNTIME_DIR"):
        return Path(environ["XDG_RUNTIME_DIR"]) / "contactd"
    if environ.get("STATE_DIRECTORY"):
        return _SERVICE_SOCKETS
    return _state(environ) / "run"


def _tls(section: Section, base: Path) -> Tls | None:
    with section:
        address = section.take("address", document.ip_address, "::")
        port = section.take("port", document.whole(0, 65535), _TLS_PORT)
        files = document.readable_file(base)
        cert = section.must("cert", files, "name the file with the daemon's certificate, in PEM")
        key = section.must("key", files, "name the file with the key of the certificate, in PEM")
        ca = section.must("client_ca", files, "name the file with the authority that signs client certificates, in PEM")
        return Tls(address, port, cert, key, ca) if cert and key and ca else None


def _engine(section: Section) -> Engine:
    with section:
        return Engine(
            slots=section.take("slots", document.whole(1, 256), 8),
            per_connection=section.take("per_connection", document.whole(1, 32), 2),
            drain=section.take("drain", document.duration, timedelta(seconds=30)),
        )


def _plugins(section: Section, base: Path) -> Plugins:
    with section:
        allow = section.take("allow", document.texts, None)
        path = section.take("path", document.folders(base), ())
        hosts = {kind: _hosts(section.section(kind)) for kind in section.tables()}
        return Plugins(None if allow is None else frozenset(allow), path, hosts)


def _hosts(section: Section) -> frozenset[str]:
    with section:
        return section.take("hosts", document.hosts, frozenset())


def _retention(section: Section) -> Retention:
    with section:
        return Retention(
            events=section.take("events", document.duration, timedelta(days=90)),
            outcomes=section.take("outcomes", document.duration, timedelta(days=90)),
            notifications=section.take("notifications", document.duration, timedelta(days=365)),
        )


def _log(section: Section) -> Log:
    with section:
        return Log(
            format=section.take("format", document.one_of("auto", "console", "json"), "auto"),
            level=section.take("level", document.one_of("debug", "info", "warning", "error"), "info"),
        )


def _metrics(section: Section) -> Metrics:
    with section:
        return Metrics(section.take("listen", document.loopback_endpoint, None))
