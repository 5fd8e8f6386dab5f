"""The program `contactd`: arguments and exit codes."""

import os
import subprocess
import sys

import pytest

PROGRAM = [sys.executable, "-m", "contactd"]


@pytest.fixture
def contactd(tmp_path):
    """Give what runs the program to its end, in a home of its own."""

    def contactd(*arguments, **environ):
        kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
        return subprocess.run(
            [*PROGRAM, *arguments], env={**kept, **environ}, capture_output=True, text=True, timeout=60, check=False
        )

    return contactd


@pytest.fixture
def file(tmp_path):
    return tmp_path / "contactd.toml"


def test_it_tells_its_version(contactd):
    done = contactd("--version")

    assert (done.returncode, done.stdout.split()[0]) == (0, "contactd")


def test_help_needs_nothing_heavy():
    code = (
        "import sys; from contactd.__main__ import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    loaded = set(done.stdout.split())
    assert not {"grpc", "sqlalchemy", "structlog", "google.protobuf", "importlib.metadata", "asyncio"} & loaded


def test_a_command_that_is_none_is_a_usage_error(contactd):
    assert contactd("walk").returncode == 2


def test_three_faults_in_the_configuration_are_told_at_once(contactd, file):
    file.write_text('[engine]\nslots = 0\n[log]\nlevel = "loud"\n[listen]\ninsecure = "0.0.0.0:80"\n')

    done = contactd("run", "--config", str(file))

    assert done.returncode == 78
    head, *told = done.stderr.splitlines()
    assert head == f"contactd: 3 faults in {file}:"
    assert [line.partition(":")[0] for line in told] == ["  [listen] insecure", "  [engine] slots", "  [log] level"]
    assert told[1] == "  [engine] slots: write a whole number from 1 to 256; it is 0"


def test_one_fault_is_told_on_one_line(contactd, file):
    file.write_text("[listen.tls\n")

    done = contactd("run", CONTACTD_CONFIG=str(file))

    assert done.returncode == 78
    assert done.stderr.startswith(f"contactd: {file}: line 1, column 12: this is no TOML: ")


def test_a_store_that_cannot_be_written_is_told_with_its_setting(contactd, file, tmp_path):
    (tmp_path / "occupied").write_text("")
    file.write_text('[store]\nurl = "occupied/contactd.db"\n')

    done = contactd("run", "--config", str(file))

    assert done.returncode == 78
    assert done.stderr.startswith("contactd: [store] url: the store '")
