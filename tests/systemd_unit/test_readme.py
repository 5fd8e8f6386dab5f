"""The operator's page, held against what it describes."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import grpc
import pytest

from contactd.__main__ import BUG, HELD, MISCONFIGURED
from contactd.api.listeners import Tls, sockets
from contactd_proto.v1 import list_pb2, list_pb2_grpc
from edge.front import front

FOLDER = Path(__file__).parents[2] / "systemd"
PAGE = (FOLDER / "README.md").read_text()


def test_every_exit_code_is_told():
    codes = {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", PAGE)}

    assert codes == {0, BUG, HELD, MISCONFIGURED}


def test_every_socket_is_told():
    assert all(f"`{socket.path}`" in PAGE for socket in sockets(Path("/run/contactd")))


def test_every_file_that_is_to_be_installed_is_here():
    named = set(re.findall(r"contactd\.(?:service|sysusers|tmpfiles|toml)(?= /etc)", PAGE))

    assert named == {path.name for path in FOLDER.iterdir() if path.name.startswith("contactd.")}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="this machine has no openssl")
def test_the_commands_for_certificates_make_ones_that_can_be_used(tmp_path):
    (commands,) = re.findall(r"```sh\n(# the authority.*?)```", PAGE, re.DOTALL)

    done = subprocess.run(
        ["sh", "-e", "-c", commands],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert made_by_ann(tmp_path).title == "ann"


def made_by_ann(folder):
    """Let ann make a list over TLS, with the files in *folder*."""
    ca, key, certificate = ((folder / name).read_bytes() for name in ("ca.pem", "ann.key", "ann.pem"))
    listener = Tls("127.0.0.1", 0, folder / "cert.pem", folder / "key.pem", folder / "ca.pem")
    # The page's name for the daemon is no name of this machine.
    named = (("grpc.ssl_target_name_override", "sync.example.com"),)
    with front() as edge:
        address = edge.serve(listener).addresses[0]
        with grpc.secure_channel(address, grpc.ssl_channel_credentials(ca, key, certificate), named) as channel:
            return list_pb2_grpc.ListServiceStub(channel).CreateList(list_pb2.CreateListRequest(), timeout=10)
