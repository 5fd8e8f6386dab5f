"""The certificates of the TLS listener, read again whenever their files change.

Renewal takes no restart: each handshake looks at the files first. New ones
that cannot be used are told in the log, and the old ones stay.
"""

import ssl
from typing import TypeAlias

import grpc
import structlog

from contactd.api.listeners import Tls
from contactd.domain.refusals import Fault, Invalid

log = structlog.get_logger()

_Stamp: TypeAlias = tuple[tuple[int, int], ...]


class Certificates:
    """The files of one TLS listener."""

    def __init__(self, listener: Tls) -> None:
        """Read and check the files.

        Raises:
            Invalid: they cannot be read, or do not belong together.
        """
        self._listener = listener
        self._stamp = self._stamped()
        self._current = _configuration(listener)

    def credentials(self) -> grpc.ServerCredentials:
        """Give what a server needs to listen with them; a client without a certificate is refused."""
        return grpc.dynamic_ssl_server_credentials(self._current, self._renewed, require_client_authentication=True)

    def _renewed(self) -> grpc.ServerCertificateConfiguration:
        """Give the certificates for one handshake; called by a thread of grpc's own."""
        try:
            stamp = self._stamped()
            if stamp != self._stamp:
                self._stamp = stamp
                self._current = _configuration(self._listener)
                log.info("certificates_renewed", listener=str(self._listener))
        except Invalid as refusal:
            log.warning("certificates_refused", listener=str(self._listener), reason=refusal.message)
        return self._current

    def _stamped(self) -> _Stamp:
        files = (self._listener.certificate, self._listener.key, self._listener.client_ca)
        try:
            found = [file.stat() for file in files]
        except OSError as exc:
            raise _unusable("cert", f"'{exc.filename}' cannot be read ({exc.strerror})") from exc
        return tuple((each.st_mtime_ns, each.st_ino) for each in found)


def _configuration(listener: Tls) -> grpc.ServerCertificateConfiguration:
    _check(listener)
    try:
        pair = (listener.key.read_bytes(), listener.certificate.read_bytes())
        return grpc.ssl_server_certificate_configuration([pair], listener.client_ca.read_bytes())
    except OSError as exc:
        raise _unusable("cert", f"'{exc.filename}' cannot be read ({exc.strerror})") from exc


def _check(listener: Tls) -> None:
    # grpc itself would take files that do not fit, and then fail every handshake.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # A password is given so that none is asked for on the terminal.
        context.load_cert_chain(listener.certificate, listener.key, password="")
    except (ssl.SSLError, OSError) as exc:
        what = f"'{listener.certificate}' and '{listener.key}' are no certificate with its key in PEM"
        raise _unusable("cert", f"{what} ({_why(exc)})") from exc
    try:
        context.load_verify_locations(listener.client_ca)
    except (ssl.SSLError, OSError) as exc:
        what = f"'{listener.client_ca}' is no certificate of an authority in PEM"
        raise _unusable("client_ca", f"{what} ({_why(exc)})") from exc


def _why(exc: OSError) -> str:
    if isinstance(exc, ssl.SSLError):
        return (exc.reason or "unreadable").lower().replace("_", " ")
    return exc.strerror or "unreadable"


def _unusable(setting: str, what: str) -> Invalid:
    return Invalid(Fault(f"listen.tls.{setting}", f"{what}; name files that can be used"))
