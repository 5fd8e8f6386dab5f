"""A certificate authority for tests: it makes what a TLS listener and its clients need."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from contactd.api.listeners import Tls

_DAY = timedelta(days=1)


def _name(common: str | None) -> x509.Name:
    return x509.Name([] if common is None else [x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Authority:
    """Signs certificates; gives each as PEM, its key first."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("an authority")
        signed = self._builder(self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.pem = signed.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def certify(self, common: str | None, *alternatives: x509.GeneralName) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name(common), key)
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=common is None)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return pem, builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def client(self, common: str | None, *uris: str) -> tuple[bytes, bytes]:
        return self.certify(common, *(x509.UniformResourceIdentifier(uri) for uri in uris))

    def listener(self, folder: Path) -> Tls:
        """Make a listener on a free port of the loopback, with its files in *folder*."""
        listener = Tls("127.0.0.1", 0, folder / "cert.pem", folder / "key.pem", folder / "ca.pem")
        self.renew(listener)
        return listener

    def renew(self, listener: Tls) -> None:
        key, certificate = self.certify("contactd", x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        listener.key.write_bytes(key)
        listener.certificate.write_bytes(certificate)
        listener.client_ca.write_bytes(self.pem)

    def _builder(self, name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + _DAY)
        )
