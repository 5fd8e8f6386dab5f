"""Who may import whom: the contracts of pyproject.toml hold, and each of them is able to complain."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.tree import MEMBERS, ROOT, WORKSPACE, package

CONTRACTS = {contract["name"] for contract in WORKSPACE["tool"]["importlinter"]["contracts"]}

#: For every contract a module, and an import in it that the contract forbids.
PLANTS = {
    "Inside the daemon, every import points down": ("contactd/store/lock.py", "contactd.engine.runs.stop"),
    "Inside the engine, every import points down": (
        "contactd/engine/runs/stop.py",
        "contactd.engine.schedule.scheduler",
    ),
    "Only the daemon's wiring reads the configuration": ("contactd/engine/runs/stop.py", "contactd.config"),
    "The domain does no I/O": ("contactd/domain/clock.py", "socket"),
    "Only api speaks protobuf": ("contactd/engine/ids.py", "grpc"),
    "Only store speaks SQL": ("contactd/api/paging.py", "sqlite3"),
    "A plugin knows the SDK and nothing of the daemon": ("contactd_books/product.py", "contactd.domain.words"),
    "The SDK knows no plugin": ("contactd_sdk/values.py", "contactd_books.product"),
    "The client knows the contract and nothing else of ours": ("contactctl/names.py", "contactd_sdk.values"),
    "The sandbox is nobody's part, and has none of ours": ("contactd_zoho_sandbox/clock.py", "contactd_zoho.times"),
    "Nothing that is shipped knows the sandbox": ("contactd_proto/__init__.py", "contactd_zoho_sandbox.clock"),
}


def lint(folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the tree, or of the packages in *folder* in its place."""
    command: list[str | Path] = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    environ = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "PYTHONPATH"}}
    if folder:
        environ["PYTHONPATH"] = str(folder)
    return subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each contract says of a copy of the tree into which all that is forbidden was planted."""
    folder = tmp_path_factory.mktemp("tree")
    for member in MEMBERS:
        shutil.copytree(package(member), folder / package(member).name, ignore=shutil.ignore_patterns("__pycache__"))
    for module, forbidden in PLANTS.values():
        with (folder / module).open("a") as file:
            file.write(f"\nimport {forbidden}\n")
    _, *told = re.split(r"^(.+)\n-+\n", lint(folder).stdout.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(told[::2], told[1::2], strict=True))


def test_every_contract_is_kept() -> None:
    told = lint()

    assert told.returncode == 0, told.stdout


def test_every_contract_has_its_plant() -> None:
    assert set(PLANTS) == CONTRACTS


@pytest.mark.parametrize("contract", sorted(PLANTS))
def test_a_planted_import_is_reported_by_its_contract(planted: dict[str, str], contract: str) -> None:
    module, forbidden = PLANTS[contract]

    importer = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert f"{importer} -> {forbidden} (l." in planted.get(contract, "")
