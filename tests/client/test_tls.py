"""contactctl over TLS: it knows whom it speaks to, and can say who it is itself."""

import datetime as dt
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contactctl.exits import Exit
from fakes.control_plane import ControlPlane
from fakes.daemons import SERVER


@dataclass(frozen=True)
class Pair:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def certified(name: str, signer: Pair | None = None) -> Pair:
    """Make a certificate for *name*, signed by *signer* or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(signer.key if signer else key, hashes.SHA256())
    )
    return Pair(certificate, key)


@pytest.fixture(scope="module")
def authority() -> Pair:
    return certified("authority")


@pytest.fixture
def secure(authority: Pair) -> Iterator[ControlPlane]:
    server = certified("server", authority)
    credentials = grpc.ssl_server_credentials(
        [(server.key_pem, server.pem)], root_certificates=authority.pem, require_client_auth=True
    )
    with ControlPlane("127.0.0.1:0", credentials=credentials) as plane:
        plane.answers["GetServerInfo"] = SERVER
        yield plane


@pytest.fixture
def files(authority: Pair, tmp_path: Path) -> dict[str, str]:
    own, other = certified("ann", authority), certified("stranger")
    contents = {
        "ca": authority.pem,
        "cert": own.pem,
        "key": own.key_pem,
        "other": other.pem,
        "other_key": other.key_pem,
    }
    for name, content in contents.items():
        (tmp_path / f"{name}.pem").write_bytes(content)
    return {name: str(tmp_path / f"{name}.pem") for name in contents}


def test_both_ends_show_their_certificates(secure, contactctl, files) -> None:
    ran = contactctl(
        *("--address", f"127.0.0.1:{secure.port}", "--tls-ca", files["ca"]),
        *("--tls-cert", files["cert"], "--tls-key", files["key"], "info"),
    )

    assert (ran.code, ran.err) == (0, "")
    assert f"127.0.0.1:{secure.port}" in ran.out


@pytest.mark.parametrize("ca", ["ca", "other"])
def test_without_the_right_certificates_nothing_is_said(secure, contactctl, files, ca) -> None:
    ran = contactctl("--address", f"127.0.0.1:{secure.port}", "--tls-ca", files[ca], "info")

    assert ran.code in {Exit.AWAY, Exit.DEADLINE}
    assert f"127.0.0.1:{secure.port}" in ran.err
    assert secure.heard == []


@pytest.mark.parametrize(
    "options",
    [
        ("--tls-ca", "other"),
        ("--tls-ca", "ca"),
        ("--tls-ca", "ca", "--tls-cert", "other", "--tls-key", "other_key"),
        (),
    ],
    ids=["unknown daemon", "no certificate", "unknown certificate", "no TLS"],
)
def test_who_fails_at_tls_is_told_about_certificates(secure, contactctl, files, options) -> None:
    said = [files.get(word, word) for word in options]

    ran = contactctl("--address", f"127.0.0.1:{secure.port}", *said, "info")

    assert ran.code == Exit.AWAY
    assert "--tls-ca must name who signed the daemon's certificate" in ran.err
    assert "--tls-cert and --tls-key must name a client certificate that the daemon trusts" in ran.err
    assert "systemctl" not in ran.err


def test_a_daemon_that_is_not_there_has_nothing_to_do_with_certificates(contactctl, files) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else gets the port, nobody answers
        taken.bind(("127.0.0.1", 0))

        ran = contactctl("--address", f"127.0.0.1:{taken.getsockname()[1]}", "--tls-ca", files["ca"], "info")

    assert "systemctl start contactd" in ran.err
    assert "--tls-ca" not in ran.err


@pytest.mark.usefixtures("files")
def test_a_profile_holds_it_all(secure, contactctl, tmp_path) -> None:
    folder = tmp_path / "contactctl"
    folder.mkdir()
    (folder / "config.toml").write_text(
        f'[profiles.office]\naddress = "127.0.0.1:{secure.port}"\n'
        'tls_ca = "../ca.pem"\ntls_cert = "../cert.pem"\ntls_key = "../key.pem"\n'
    )

    ran = contactctl("--profile", "office", "info", CONTACTCTL_ADDRESS=None, XDG_CONFIG_HOME=str(tmp_path))

    assert (ran.code, ran.err) == (0, "")
