import shutil
import tempfile
from pathlib import Path

import grpc
import pytest

from contactd.api.listeners import Role, UnixSocket
from edge.front import front


@pytest.fixture
def folder():
    """Give a folder whose name is short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="edge"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def edge():
    with front() as edge:
        yield edge


@pytest.fixture
def dial():
    """Give what opens channels, and closes them at the end."""
    opened = []

    def dial(address, credentials=None):
        channel = grpc.secure_channel(address, credentials) if credentials else grpc.insecure_channel(address)
        opened.append(channel)
        return channel

    yield dial
    for channel in opened:
        channel.close()


@pytest.fixture
def channel(edge, dial, folder):
    """Give a channel to an admin's socket."""
    edge.serve(UnixSocket(folder / "api.sock", Role.ADMIN))
    return dial(f"unix:{folder}/api.sock")
