"""The contract, and the code that is generated from it."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor import MethodDescriptor

from architecture.tree import GENERATED, ROOT
from contactd_proto.v1 import access_pb2


def calls() -> list[MethodDescriptor]:
    """Give every call of every service."""
    modules = [importlib.import_module(f"contactd_proto.v1.{path.stem}") for path in GENERATED.glob("*_pb2.py")]
    services = [service for module in modules for service in module.DESCRIPTOR.services_by_name.values()]
    return [call for service in services for call in service.methods]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What generate.py makes of the contract now."""
    folder = tmp_path_factory.mktemp("generated")
    subprocess.run([sys.executable, ROOT / "proto" / "generate.py", "--into", folder], check=True)
    return folder


def test_the_stubs_are_what_the_generator_makes_of_the_contract(generated: Path) -> None:
    checked_in = {path.name: path.read_bytes() for path in GENERATED.iterdir() if path.is_file()}

    made = {path.name: path.read_bytes() for path in generated.iterdir()}

    assert sorted(made) == sorted(checked_in)
    assert [name for name in sorted(made) if made[name] != checked_in[name]] == []


def test_every_call_says_who_may_make_it() -> None:
    unsaid = [call.full_name for call in calls() if not call.GetOptions().Extensions[access_pb2.role]]

    assert calls() != []
    assert unsaid == []
