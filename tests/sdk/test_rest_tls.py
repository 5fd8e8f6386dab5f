"""The REST toolkit against a server whose certificate it gave itself."""

import os
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from contactd_sdk import Unavailable
from contactd_sdk.rest import Rest
from fakes.http_script import Answer, HttpScript

SECRET = "1000.0123456789abcdef"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that it signed itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    both = tmp_path / "both.pem"
    both.write_bytes(key.private_bytes(*form) + signed.public_bytes(Encoding.PEM))
    return both


@pytest.fixture
def server(certificate: Path) -> Iterator[HttpScript]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HttpScript(lambda _: Answer({"fine": True}), tls=context) as script:
        yield script


def test_a_certificate_that_nobody_vouches_for_is_refused(server: HttpScript) -> None:
    rest = Rest(server.address, headers={"Authorization": SECRET})

    with pytest.raises(Unavailable) as fault:
        rest.get("/things")

    rest.close()
    assert str(fault.value) == (
        f"{server.host} cannot be trusted: its certificate is not one that this machine accepts."
    )
    assert server.journal == []


def test_a_certificate_that_the_machine_accepts_is_accepted(
    server: HttpScript, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", os.fspath(certificate))
    rest = Rest(server.address)

    reply = rest.get("/things")

    rest.close()
    assert reply.status == 200
